"""What must always hold of units, asserted for what one act touched: C-1 to C-3, C-8 to C-10.

Must not know: which act it was. Invariant: what an act does to lots, holdings, supplies, holds,
sinks and links adds up; an act where it does not raises AssertionError and is forgotten.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from abci_app.core import keys
from abci_app.core.codec import decode
from abci_app.state.lots import FOR_DUTY
from abci_app.state.policies import CANCELLED_KINDS, RECORDED_KINDS
from abci_app.state.schema import ACCOUNTS, HOLDINGS, HOLDS, LOTS
from abci_app.store.kv import Overlay, Reader
from tonne.v1 import state_pb2 as s
from tonne.v1.tx_pb2 import (
    CANCEL,
    EXPORT,
    HOLDING,
    POOL,
    REPLACE,
    RETIRE,
    SURRENDER,
    SerialRange,
)

T = keys.Table

ABSORBING = (RETIRE, CANCEL, REPLACE)  # nothing leaves them, ever
SINKS = (*ABSORBING, EXPORT, SURRENDER)
ENDING = (CANCEL, REPLACE)  # where units go that may go nowhere else

Interval = tuple[int, int]
Owner = tuple[str, str, str]
Created = dict[tuple[str, str, bool], int]  # by program, issuance, whether it came over a link


@dataclass
class Touched:
    """The records that an overlay changes, before and after, by table."""

    before: Reader
    after: Overlay
    now: int
    kinds: dict[str, int] = field(default_factory=dict)  # of accounts, as they stand after
    rows: dict[int, list[tuple[bytes | None, bytes | None]]] = field(default_factory=dict)
    frozen: dict[tuple[Owner, str, int], int] = field(default_factory=dict)  # by issuance, causes

    def account_kind(self, account_id: str) -> int:
        """Return the kind of an account, which never changes."""
        kind = self.kinds.get(account_id)
        if kind is None:
            account = ACCOUNTS.look(self.after, account_id)
            assert account is not None, f"C-3: units of {account_id}, which does not exist"
            kind = self.kinds[account_id] = account.kind
        return kind

    def hold(self, hold_id: int) -> s.Hold:
        """Return a hold as the act leaves it."""
        hold = HOLDS.look(self.after, hold_id)
        assert hold is not None, f"C-3: hold {hold_id} does not exist"
        return hold


class _Lot(NamedTuple):
    """What the invariants compare of a lot; in the order of its serials."""

    start: int
    end: int
    space: str
    owner: Owner
    hold: int
    frozen: int
    unit: tuple[str, str, int, int, str, int]  # what a serial is for ever
    terms: tuple[object, ...]  # what an act may change of it

    @property
    def where(self) -> str:
        """Return the first serial, for people."""
        return f"{self.space}:{self.start}"


@lru_cache(maxsize=1 << 14)  # a lot that an act leaves is what a later act finds
def _lot(raw: bytes) -> _Lot:
    lot = LOTS.read(raw)
    program, class_id = lot.program, lot.class_id
    return _Lot(
        start=lot.start,
        end=lot.end,
        space=lot.space,
        owner=(lot.account, program, class_id),
        hold=lot.hold,
        frozen=lot.frozen,
        unit=(
            program,
            lot.issuance,
            lot.vintage,
            lot.imported,
            lot.origin_period,
            lot.lulucf,
        ),
        terms=(
            lot.activity,
            lot.valid_until_s,
            lot.period,
            lot.origin_class,
            lot.track,
            lot.authorization,
            *lot.labels,
        ),
    )


@dataclass
class _Changes:
    """What the lots of an act add up to; every amount is after less before."""

    created: Created = field(default_factory=dict)
    classes: dict[tuple[str, str], int] = field(default_factory=dict)  # created, by class
    owners: dict[Owner, dict[int, int]] = field(default_factory=dict)  # by kind, as a holding
    recast: dict[tuple[str, str], list[int]] = field(default_factory=dict)  # in and out of a class
    holds: dict[int, int] = field(default_factory=dict)
    claimed: dict[int, int] = field(default_factory=dict)  # that went elsewhere from a hold
    surrendered: dict[str, int] = field(default_factory=dict)  # given back, by sink


def check(touched: Touched) -> Created:
    """Check C-1, C-2, C-3, C-8, C-9, C-10, C-20; return the units created."""
    spaces: dict[str, tuple[list[_Lot], list[_Lot]]] = {}  # before and after
    for row in touched.rows.get(T.LOT, ()):
        for at, raw in enumerate(row):
            if raw is not None:
                lot = _lot(raw)
                if lot.space not in spaces:
                    spaces[lot.space] = ([], [])
                spaces[lot.space][at].append(lot)
    fresh = _fresh(touched) if T.SPACE in touched.rows else {}
    for space in fresh:
        spaces.setdefault(space, ([], []))
    changes = _Changes()
    for space, (gone, come) in spaces.items():
        gone.sort()
        come.sort()
        born = fresh.get(space, _NONE)
        before = [(lot.start, lot.end) for lot in gone]
        before.append(born)
        assert joined(before) == joined([(lot.start, lot.end) for lot in come]), (
            f"C-1: the serials of {space} are not the same set"
        )
        for old, new in overlaps(gone, come):
            if old[3:] != new[3:]:
                _same_unit(touched, changes, old, new)
        for lot in come if born is not _NONE else ():
            count = min(lot.end, born[1]) - max(lot.start, born[0]) + 1
            if count > 0:
                _, program, class_id = lot.owner
                _add(changes.created, (program, lot.unit[1], bool(lot.unit[3])), count)
                _add(changes.classes, (program, class_id), count)
        for sign, side in ((-1, gone), (1, come)):
            for lot in side:
                totals = changes.owners.get(lot.owner)
                if totals is None:
                    totals = changes.owners[lot.owner] = {}
                kind = 0
                count = sign * (lot.end - lot.start + 1)
                if lot.hold or lot.frozen:
                    kind = _kind(touched, lot)
                    if lot.hold:
                        _add(changes.holds, lot.hold, count)
                    if lot.frozen:
                        _add(touched.frozen, (lot.owner, lot.unit[1], lot.frozen), count)
                totals[kind] = totals.get(kind, 0) + count
    rows = touched.rows
    if changes.classes or changes.recast or T.SUPPLY in rows:
        _supplies(touched, changes)
    _holdings(touched, changes.owners)
    if changes.holds or changes.claimed or T.HOLD in rows:
        _holds(touched, changes)
    for account_id, _, _ in changes.owners:
        if touched.account_kind(account_id) != HOLDING:
            break
    else:
        if not any(table in rows for table in _OF_SINKS):
            return changes.created  # units went from holder to holder, or nowhere
    _sinks(touched, changes)
    _links(touched, changes.owners)
    return changes.created


_OF_SINKS = (T.RETIREMENT, T.CANCELLATION, T.SINK_TOTAL, T.LINK_TOTAL)


def _add(totals: dict[Any, int], name: object, count: int) -> None:
    totals[name] = totals.get(name, 0) + count


_NONE: Interval = (1, 0)


def _fresh(touched: Touched) -> dict[str, Interval]:
    """Return the serials that came to be, by space."""
    fresh: dict[str, Interval] = {}
    for old, new in touched.rows.get(T.SPACE, ()):
        assert new is not None, "C-1: a serial space was deleted"
        space = decode(s.Space, new)
        first = 1 if old is None else decode(s.Space, old).next
        assert space.next >= first, f"C-1: serials of {space.id} were taken back"
        fresh[space.id] = (first, space.next - 1)
    return fresh


def joined(spans: Iterable[Interval]) -> list[Interval]:
    """Return disjoint intervals, adjacent ones joined; AssertionError on overlap."""
    result: list[Interval] = []
    first, last = _NONE  # of the interval being joined
    for start, end in sorted(spans):
        if start > end:
            continue
        if first > last:
            first, last = start, end
            continue
        assert last < start, "C-1: a serial is in two lots"
        if last + 1 != start:
            result.append((first, last))
            first = start
        last = end
    return [*result, (first, last)] if first <= last else result


def overlaps(one: Sequence[_Lot], other: Sequence[_Lot]) -> Iterator[tuple[_Lot, _Lot]]:
    """Yield the pairs of two sorted lists of disjoint lots that share a serial."""
    left = right = 0
    while left < len(one) and right < len(other):
        mine, its = one[left], other[right]
        if mine.start <= its.end and its.start <= mine.end:
            yield mine, its
        if mine.end <= its.end:
            left += 1
        else:
            right += 1


def _same_unit(touched: Touched, changes: _Changes, old: _Lot, new: _Lot) -> None:
    """A serial stays what it is; it leaves neither a sink nor a lock that still binds it."""
    assert old.unit == new.unit, f"C-2: {old.where} changed what it is for ever"
    account, target = old.owner[0], new.owner[0]
    moved = account != target
    count = min(old.end, new.end) - max(old.start, new.start) + 1
    if moved:
        _left(touched, changes, old, target, count)
    recast = old.owner[2] != new.owner[2]
    if recast or old.terms != new.terms:
        assert not moved, f"C-9: {old.where} changed its terms on the way"
        kind = touched.account_kind(account)
        assert kind not in SINKS, f"C-9: {old.where} changed its terms in {account}"
    if recast:
        assert not old.frozen, f"C-14: {old.where} was converted while frozen"
        for place, class_id in enumerate((new.owner[2], old.owner[2])):
            changes.recast.setdefault((old.unit[0], class_id), [0, 0])[place] += count
    if old.hold and (moved or recast or old.hold != new.hold):
        hold = touched.hold(old.hold)
        released = hold.status == s.HOLD_RELEASED
        assert old.hold != new.hold, f"C-8: {old.where} went on under its hold"
        if moved and not released:
            _add(changes.claimed, hold.id, count)
        if hold.kind == s.RESERVE and touched.now < hold.release_at_s:
            claimed = moved and touched.account_kind(target) in ENDING
            assert claimed, f"C-7: {old.where} left the reserve early"


def _left(touched: Touched, changes: _Changes, old: _Lot, target: str, count: int) -> None:
    """C-9: what leaves a sink leaves it as the law says; frozen units are only done away with."""
    account = old.owner[0]
    kind, into = touched.account_kind(account), touched.account_kind(target)
    if kind == HOLDING == into and not old.frozen:
        return
    assert kind not in ABSORBING, f"C-9: {old.where} left {account}"
    if kind in (EXPORT, SURRENDER):
        assert into == HOLDING, f"C-9: {old.where} left {account} for a sink"
    if kind == SURRENDER:
        _add(changes.surrendered, account, count)
    if kind == POOL:
        assert into == CANCEL, f"C-21: {old.where} left the pool for {target}"
    if old.frozen:
        assert into in ENDING, f"C-8: {old.where} was frozen"
        assert old.frozen == FOR_DUTY, f"C-8: {old.where} was frozen by an order"


def _kind(touched: Touched, lot: _Lot) -> int:
    if lot.frozen:
        return -1
    return touched.hold(lot.hold).kind if lot.hold else 0


@lru_cache(maxsize=1 << 14)  # as of lots
def _holding(raw: bytes) -> tuple[Owner, tuple[tuple[int, int], ...]]:
    """Return whose holding it is, and its amounts by kind: 0 free, -1 frozen, else a hold's."""
    holding = HOLDINGS.read(raw)
    amounts = [(0, holding.free_t), (-1, holding.frozen_t)]
    amounts += [(row.kind, row.held_t) for row in holding.held]
    owner = (holding.account, holding.program, holding.class_id)
    return owner, tuple((kind, amount) for kind, amount in amounts if amount)


def _holdings(touched: Touched, changes: dict[Owner, dict[int, int]]) -> None:
    """C-3: a holding changes by what the account's lots change by."""
    left = {owner: dict(totals) for owner, totals in changes.items()}  # not yet accounted for
    for old, new in touched.rows.get(T.HOLDING, ()):
        for raw, sign in ((old, 1), (new, -1)):
            if raw is not None:
                owner, amounts = _holding(raw)
                totals = left.get(owner)
                if totals is None:
                    totals = left[owner] = {}
                for kind, amount in amounts:
                    totals[kind] = totals.get(kind, 0) + sign * amount
    for owner, totals in left.items():
        assert not any(totals.values()), f"C-3: the holding of {owner} is not the sum of its lots"


def _supplies(touched: Touched, changes: _Changes) -> None:
    """C-2: the supply of a class grows by the units created, and knows what was converted."""
    expected = {name: [count, 0, 0] for name, count in changes.classes.items()}
    for name, (come, gone) in changes.recast.items():
        row = expected.setdefault(name, [0, 0, 0])
        row[1:] = [come, gone]
    seen: dict[tuple[str, str], list[int]] = {}
    for old, new in touched.rows.get(T.SUPPLY, ()):
        assert new is not None, "C-2: a supply was deleted"
        supply = decode(s.Supply, new)
        was = s.Supply() if old is None else decode(s.Supply, old)
        seen[(supply.program, supply.class_id)] = [
            supply.created_t - was.created_t,
            supply.converted_in_t - was.converted_in_t,
            supply.converted_out_t - was.converted_out_t,
        ]
    assert seen == expected, "C-2: units that were created or converted, and the supply, differ"


def _holds(touched: Touched, changes: _Changes) -> None:
    """C-8: a hold counts what it holds, and what was claimed from it."""
    left = {hold_id: count for hold_id, count in changes.holds.items() if count}
    claimed = dict(changes.claimed)
    for old, new in touched.rows.get(T.HOLD, ()):
        assert new is not None, "C-8: a hold was deleted"
        hold = decode(s.Hold, new)
        was = s.Hold() if old is None else decode(s.Hold, old)
        by_flag = hold.kind == s.FREEZE  # its lots carry a flag, not its number
        held = 0 if by_flag else hold.quantity_t - was.quantity_t
        assert left.pop(hold.id, 0) == held, f"C-8: hold {hold.id} does not count what it holds"
        assert claimed.pop(hold.id, 0) == hold.claimed_t - was.claimed_t, (
            f"C-8: hold {hold.id} does not count what was claimed from it"
        )
        ended = was.status not in (s.HOLD_STATUS_UNSPECIFIED, s.HOLD_ACTIVE)
        assert not ended or hold == was, f"C-8: hold {hold.id} ended before"
        assert hold.status == s.HOLD_ACTIVE or not hold.quantity_t, f"C-8: hold {hold.id} ended"
    assert not left, f"C-8: holds {sorted(left)} do not count what they hold"
    assert not claimed, f"C-8: holds {sorted(claimed)} do not count what was claimed"


def _sinks(touched: Touched, changes: _Changes) -> None:
    """C-10: a sink takes in what its new retirements and cancellations say, and no other."""
    recorded: dict[str, int] = {}
    returned: dict[str, int] = {}
    for old, new in touched.rows.get(T.RETIREMENT, ()):
        assert new is not None, "C-10: a retirement was deleted"
        entry = decode(s.Retirement, new)
        if old is None:
            assert entry.purpose, "C-10: a retirement without purpose"
            who = entry.beneficiary
            assert who.name or who.id or who.person_hash, "C-10: a retirement without beneficiary"
            assert not entry.returned_t, "C-10: a retirement begins with a return"
            _add(recorded, entry.sink, _recorded("retirement", entry.ranges, entry.quantity_t))
            continue
        was = decode(s.Retirement, old)
        back = entry.returned_t - was.returned_t
        _recorded("return", entry.returned, entry.returned_t)
        was.returned_t = entry.returned_t
        del was.returned[:]
        was.returned.extend(entry.returned)
        assert was == entry, "C-10: a retirement was changed"
        assert 0 < back <= entry.quantity_t, "C-10: a retirement was changed"
        assert touched.now < entry.reversible_until_s, "C-9: a surrender was given back too late"
        _add(returned, entry.sink, back)
        _add(recorded, entry.sink, -back)
    assert returned == changes.surrendered, "C-9: units were given back without their record"
    for old, new in touched.rows.get(T.CANCELLATION, ()):
        assert old is None, "C-10: a cancellation was changed"
        assert new is not None, "C-10: a cancellation was deleted"
        gone = decode(s.Cancellation, new)
        _add(recorded, gone.sink, _recorded("cancellation", gone.ranges, gone.quantity_t))
    totals: dict[str, int] = {}
    for old, new in touched.rows.get(T.SINK_TOTAL, ()):
        assert new is not None, "C-10: a sink total was deleted"
        total = decode(s.SinkTotal, new)
        totals[total.account] = total.retired_t - (
            0 if old is None else decode(s.SinkTotal, old).retired_t
        )
    assert totals == recorded, "C-10: sink totals and records of what they took in differ"
    taken: dict[str, int] = {}
    for (account_id, _, _), kinds in changes.owners.items():
        if touched.account_kind(account_id) in (*RECORDED_KINDS, *CANCELLED_KINDS):
            taken[account_id] = taken.get(account_id, 0) + sum(kinds.values())
    assert taken == recorded, "C-10: a sink's balance and the records of it differ"


def _recorded(what: str, items: Sequence[SerialRange], quantity: int) -> int:
    """Return the serials of a record, which are its quantity."""
    count = sum(item.end - item.start + 1 for item in items)
    assert count == quantity, f"C-10: a {what}'s serials are not its quantity"
    return count


def _links(touched: Touched, owners: dict[Owner, dict[int, int]]) -> None:
    """C-20: the sink of a link holds what went out over it less what came back."""
    changed: dict[tuple[str, str], int] = {}
    for (account_id, program, _), kinds in owners.items():
        if touched.account_kind(account_id) == EXPORT:
            account = ACCOUNTS.look(touched.after, account_id)
            assert account is not None, "an account of a kind exists"
            _add(changed, (program, account.link), sum(kinds.values()))
    for old, new in touched.rows.get(T.LINK_TOTAL, ()):
        assert new is not None, "C-20: a link's total was deleted"
        total = decode(s.LinkTotal, new)
        was = s.LinkTotal() if old is None else decode(s.LinkTotal, old)
        out, back = total.exported_t - was.exported_t, total.returned_t - was.returned_t
        assert out >= 0, "C-20: exports were taken back"
        assert back >= 0, "C-20: returns were taken back"
        assert changed.pop((total.program, total.link), 0) == out - back, (
            f"C-20: {total.link} does not count what went over it"
        )
    assert not any(changed.values()), "C-20: units went over a link that does not count them"
