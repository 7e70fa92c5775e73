"""What must always hold, asserted for what one act touched, before its overlay is merged.

Must not know: which act it was. Invariant: an act that would break C-1..C-4, C-6..C-10 or C-26
raises AssertionError
and is forgotten with its overlay. `ledger_check` shows the same over the whole state.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from abci_app.core import keys, u64
from abci_app.core.codec import decode
from abci_app.state.policies import RECORDED_KINDS
from abci_app.state.schema import ACCOUNTS, HOLDINGS, HOLDS, LOTS
from abci_app.store.kv import Overlay, Reader
from tonne.v1 import state_pb2 as s
from tonne.v1.tx_pb2 import CANCEL, EXPORT, ISSUANCE, REPLACE, RETIRE, SURRENDER, YES

T = keys.Table

FINAL = (RETIRE, CANCEL, REPLACE, EXPORT, SURRENDER)

Interval = tuple[int, int]
Owner = tuple[str, str, str]


@dataclass
class Touched:
    """The records that an overlay changes, before and after, by table."""

    before: Reader
    after: Overlay
    now: int
    kinds: dict[str, int] = field(default_factory=dict)  # of accounts, as they stand after
    rows: dict[int, list[tuple[bytes | None, bytes | None]]] = field(default_factory=dict)

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


def assert_touched(before: Reader, after: Overlay, now: int) -> None:
    """Raise AssertionError, naming the invariant that what `after` changes would break."""
    touched = Touched(before, after, now)
    rows = touched.rows
    for key, value in after.writes.items():
        table = key[0]
        if _IS_CHECKED[table]:
            row = (before.get(key), value)
            if table in rows:
                rows[table].append(row)
            else:
                rows[table] = [row]
    created = _lots(touched)
    if created or _RECORD in rows:
        _issuances(touched, created)
    for table, check in _SINGLE.items():
        for old, new in rows.get(table, ()):
            check(touched, old, new)


_CHECKED = (
    T.LOT,
    T.SPACE,
    T.HOLDING,
    T.SUPPLY,
    T.RETIREMENT,
    T.SINK_TOTAL,
    T.PROPOSAL,
    T.RECORD,
    T.STATEMENT,
)
_IS_CHECKED = tuple(byte in _CHECKED for byte in range(256))
_LOT, _SPACE, _HOLDING, _RECORD = (int(table) for table in (T.LOT, T.SPACE, T.HOLDING, T.RECORD))


class _Lot(NamedTuple):
    """What the invariants compare of a lot; in the order of its serials."""

    start: int
    end: int
    space: str
    owner: Owner
    hold: int
    frozen: int
    unit: tuple[str, str, str, str, int, int]  # what a serial is for ever

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
        unit=(program, class_id, lot.issuance, lot.activity, lot.vintage, lot.valid_until_s),
    )


def _lots(touched: Touched) -> dict[tuple[str, str], int]:
    """Check C-1, C-2, C-3, C-8, C-9, C-10; return units created by (program, issuance)."""
    spaces: dict[str, tuple[list[_Lot], list[_Lot]]] = {}  # before and after
    for row in touched.rows.get(_LOT, ()):
        for at, raw in enumerate(row):
            if raw is not None:
                lot = _lot(raw)
                if lot.space not in spaces:
                    spaces[lot.space] = ([], [])
                spaces[lot.space][at].append(lot)
    fresh = _fresh(touched)
    for space in fresh:
        spaces.setdefault(space, ([], []))
    created: dict[tuple[str, str], int] = {}
    classes: dict[tuple[str, str], int] = {}
    changes: dict[Owner, dict[int, int]] = {}
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
            _same_unit(touched, old, new)
        for lot in come if born is not _NONE else ():
            count = min(lot.end, born[1]) - max(lot.start, born[0]) + 1
            if count > 0:
                program, class_id, issuance = lot.unit[:3]
                created[(program, issuance)] = created.get((program, issuance), 0) + count
                classes[(program, class_id)] = classes.get((program, class_id), 0) + count
        for sign, side in ((-1, gone), (1, come)):
            for lot in side:
                totals = changes.get(lot.owner)
                if totals is None:
                    totals = changes[lot.owner] = {}
                kind = _kind(touched, lot) if lot.hold or lot.frozen else 0
                totals[kind] = totals.get(kind, 0) + sign * (lot.end - lot.start + 1)
    _holdings(touched, changes)
    _supplies(touched, classes)
    _sinks(touched, changes)
    return created


_NONE: Interval = (1, 0)


def _fresh(touched: Touched) -> dict[str, Interval]:
    """Return the serials that came to be, by space."""
    fresh: dict[str, Interval] = {}
    for old, new in touched.rows.get(_SPACE, ()):
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


def _same_unit(touched: Touched, old: _Lot, new: _Lot) -> None:
    """A serial keeps what it is; it leaves neither a sink nor a hold that still binds it."""
    assert old.unit == new.unit, f"C-2: {old.where} changed its attributes"
    account = old.owner[0]
    moved = account != new.owner[0]
    if moved:
        assert touched.account_kind(account) not in FINAL, f"C-9: {old.where} left {account}"
        assert not old.frozen, f"C-8: {old.where} was frozen"
    if old.hold and (moved or old.hold != new.hold):
        hold = touched.hold(old.hold)
        assert hold.status != s.HOLD_ACTIVE, f"C-8: {old.where} left the active hold {hold.id}"
        if hold.kind == s.RESERVE:
            assert touched.now >= hold.release_at_s, f"C-7: {old.where} left the reserve early"
            assert not moved, f"C-7: {old.where} left the reserve for another account"


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
    for old, new in touched.rows.get(_HOLDING, ()):
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


def _supplies(touched: Touched, classes: dict[tuple[str, str], int]) -> None:
    """C-2: the supply of a class grows by the units created."""
    seen: dict[tuple[str, str], int] = {}
    for old, new in touched.rows.get(T.SUPPLY, ()):
        assert new is not None, "C-2: a supply was deleted"
        supply = decode(s.Supply, new)
        was = 0 if old is None else decode(s.Supply, old).created_t
        seen[(supply.program, supply.class_id)] = supply.created_t - was
    assert seen == classes, "C-2: created units and the supply differ"


def _sinks(touched: Touched, changes: dict[Owner, dict[int, int]]) -> None:
    """C-10: a sink takes in what its new retirements say, each with purpose and beneficiary."""
    retired: dict[str, int] = {}
    for old, new in touched.rows.get(T.RETIREMENT, ()):
        assert old is None, "C-10: a retirement was changed"
        assert new is not None, "C-10: a retirement was deleted"
        entry = decode(s.Retirement, new)
        who = entry.beneficiary
        assert entry.purpose, "C-10: a retirement without purpose"
        assert who.name or who.id or who.person_hash, "C-10: a retirement without beneficiary"
        count = sum(item.end - item.start + 1 for item in entry.ranges)
        assert count == entry.quantity_t, "C-10: a retirement's serials are not its quantity"
        retired[entry.sink] = retired.get(entry.sink, 0) + count
    totals: dict[str, int] = {}
    for old, new in touched.rows.get(T.SINK_TOTAL, ()):
        assert new is not None, "C-10: a sink total was deleted"
        total = decode(s.SinkTotal, new)
        totals[total.account] = total.retired_t - (
            0 if old is None else decode(s.SinkTotal, old).retired_t
        )
    assert totals == retired, "C-10: sink totals and retirements differ"
    taken: dict[str, int] = {}
    for (account_id, _, _), kinds in changes.items():
        if touched.account_kind(account_id) in RECORDED_KINDS:
            taken[account_id] = taken.get(account_id, 0) + sum(kinds.values())
    assert taken == retired, "C-10: a sink's balance and its retirements differ"


def _issuances(touched: Touched, created: dict[tuple[str, str], int]) -> None:
    """C-4, C-6, C-7: issued within caps and base; the reserve placed is its share, rounded up."""
    issued: dict[tuple[str, str], int] = {}
    for old, new in touched.rows.get(T.RECORD, ()):
        assert new is not None, "a record was deleted"
        record = decode(s.Record, new)
        if record.kind != ISSUANCE:
            continue
        now = record.issuance
        check_issuance(record)
        was = 0 if old is None else decode(s.Record, old).issuance.issued_t
        if now.issued_t != was:
            issued[(record.program, record.id)] = now.issued_t - was
    assert issued == created, "C-4: units created and units issued differ"


def check_issuance(record: s.Record) -> None:
    """Raise AssertionError when the numbers of an issuance contradict each other."""
    numbers, name = record.issuance, record.id
    assert numbers.issued_t <= numbers.approved_cap_t <= numbers.cap_t, (
        f"C-4: {name} is above its cap"
    )
    assert numbers.issued_t - numbers.voided_t <= numbers.valid_base_t, f"C-6: {name}"
    due = u64.ceil_bps(numbers.issued_t, numbers.reserve_bps)
    assert numbers.reserved_t == due, f"C-7: the reserve of {name} is not {due}"


def _statement(touched: Touched, old: bytes | None, new: bytes | None) -> None:
    del touched
    assert new is not None, "a statement was deleted"
    statement = decode(s.Statement, new)
    assert statement.capped_t <= statement.numbers.net_t, f"C-4: {statement.id} is capped twice"
    if old is not None:
        before = decode(s.Statement, old).issuance
        freed = not statement.issuance and not statement.capped_t
        assert freed or before in ("", statement.issuance), f"C-4: {statement.id} backs two caps"


def _proposal(touched: Touched, old: bytes | None, new: bytes | None) -> None:
    """C-26: a proposal ends once, executed only with its quorum and in time, its holds released."""
    assert new is not None, "C-26: a proposal was deleted"
    proposal = decode(s.Proposal, new)
    name = f"C-26: proposal {proposal.id}"
    if old is not None:
        assert decode(s.Proposal, old).state == s.PROPOSAL_PENDING, f"{name} ended before"
    if proposal.state == s.PROPOSAL_PENDING:
        return
    for hold_id in proposal.holds:
        assert touched.hold(hold_id).status != s.HOLD_ACTIVE, f"{name} left a hold"
    if proposal.state == s.PROPOSAL_EXECUTED:
        assert touched.now < proposal.expires_s, f"{name} was executed after its end"
        for need in proposal.requirements:
            yes = [row.organisation for row in proposal.signers]
            yes += [row.organisation for row in proposal.decisions if row.verdict == YES]
            counted = dict.fromkeys(name for name in yes if name not in need.excluded)
            assert len(counted) >= need.count, f"{name} lacks its quorum"


_SINGLE = {T.STATEMENT: _statement, T.PROPOSAL: _proposal}
