"""The only hands on the units: every serial that comes to be, moves, is held or freed passes here.

Must not know: who may do it, or why. Invariants: the lots of a space are disjoint and cover [1,
next - 1] (C-1);
nothing but `create` adds units, and `recast` keeps count of those that change class (C-2); a
holding is the sum of its account's lots, by status (C-3).
A lot merges with its neighbour on write when every attribute is equal.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from abci_app.core import keys, u64
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import U64_MAX
from abci_app.state import schema
from abci_app.state.schema import HOLDINGS, HOLDS, LOTS, SPACES, SUPPLIES
from abci_app.state.spans import Span, SpanSet, ranges, spans
from abci_app.store.kv import Overlay, Reader, prefix_stop
from tonne.v1.state_pb2 import HeldByKind, Hold, Holding, Lot, Space, Supply

__all__ = [  # spans are named with the lots that they are taken from
    "BY_ORDER",
    "FOR_DUTY",
    "FREE_ONLY",
    "Allow",
    "Owner",
    "Span",
    "SpanSet",
    "Wanted",
    "at",
    "check_free",
    "clear_hold",
    "create",
    "freeze",
    "look",
    "pick",
    "ranges",
    "recast",
    "relocate",
    "select",
    "set_hold",
    "spans",
    "thaw",
]

FREE_KIND, FROZEN_KIND = 0, -1  # beside the hold kinds, which start at 1
BY_ORDER, FOR_DUTY = 1, 2  # what a lot's freeze adds up from

Owner = tuple[str, str, str]  # account, program, class
Wanted = Callable[[Lot], bool]


@dataclass(frozen=True, slots=True)
class Allow:
    """What an act may take beside units that are free and in force."""

    expired: bool = False  # what goes to be cancelled or replaced
    duty: bool = False  # frozen for a duty, and by no order: taken first


FREE_ONLY = Allow()


def at(reader: Reader, space: str, serial: int) -> Lot | None:
    """Return the lot that holds a serial, to look at, or None."""
    raw = reader.get(keys.lot(space, serial))  # most are asked for by their first serial
    if raw is None:
        key = _key_at(reader, keys.lot(space, 0), keys.lot(space, serial))
        raw = None if key is None else reader.get(key)
    if raw is None:
        return None
    lot = LOTS.read(raw)
    return lot if lot.end >= serial else None


def _key_at(reader: Reader, start: bytes, stop: bytes) -> bytes | None:
    """Return the key of the last lot of [start, stop), or None.

    Lots partition their space. So where the lot below is untouched by an overlay it is the answer,
    and else the answer was written by that overlay: deleted lots are never walked over.
    """
    if not isinstance(reader, Overlay):
        return next((key for key, _ in reader.scan(start, stop, reverse=True)), None)
    below = _key_at(reader.base, start, stop)
    mine = reader.last_put(start, stop)
    if below is None or below in reader.writes:
        return mine
    return below if mine is None else max(below, mine)


def select(
    reader: Reader,
    account: str,
    program: str,
    class_id: str,
    quantity: int,
    now: int,
    lots_max: int,
) -> list[Span]:
    """Return free, unexpired serials for `quantity`, in the order validity, vintage, space, start.

    INSUFFICIENT when the account has fewer; TOO_MANY_LOTS when more than `lots_max` lots would be
    touched.
    """
    holding = HOLDINGS.look(reader, account, program, class_id)
    if holding is None or holding.free_t < quantity:
        have = 0 if holding is None else holding.free_t
        refuse(Code.INSUFFICIENT, f"{account} has {have} free, {quantity} asked for")
    prefix = keys.owner_prefix(account, program, class_id, schema.FREE)
    taken: list[Span] = []
    left = quantity
    for row, value in reader.scan(prefix + keys.u64(now + 1), prefix_stop(prefix)):
        if len(taken) == lots_max:
            refuse(Code.TOO_MANY_LOTS, f"{quantity - left} units lie in {lots_max} lots")
        start, end = int.from_bytes(row[-8:], "big"), int.from_bytes(value[-8:], "big")
        space = value[1 : 1 + value[0]].decode()
        count = min(left, end - start + 1)
        taken.append(Span(space, start, start + count - 1))
        left -= count
        if not left:
            return taken
    refuse(Code.INSUFFICIENT, f"{account}: {left} of its free units have expired")


def pick(
    reader: Reader,
    owner: Owner,
    quantity: int,
    now: int,
    lots_max: int,
    allow: Allow = FREE_ONLY,
    wanted: Wanted | None = None,
) -> list[Span]:
    """Return serials for `quantity` as `select` does, of what `allow` names and `wanted` likes.

    INSUFFICIENT when there are fewer; TOO_MANY_LOTS when more than `lots_max` lots would have to be
    looked at, whether they are taken or not.
    """
    taken: list[Span] = []
    left = quantity
    for looked, lot in enumerate(_candidates(reader, owner, now, allow)):
        if looked == lots_max:
            refuse(Code.TOO_MANY_LOTS, f"{quantity - left} units were found in {lots_max} lots")
        if wanted is None or wanted(lot):
            count = min(left, lot.end - lot.start + 1)
            taken.append(Span(lot.space, lot.start, lot.start + count - 1))
            left -= count
            if not left:
                return taken
    refuse(Code.INSUFFICIENT, f"{owner[0]}: {quantity - left} of {quantity} units are there")


def _candidates(reader: Reader, owner: Owner, now: int, allow: Allow) -> Iterator[Lot]:
    """Yield an owner's lots that an act may take, in the order of the law."""
    for status in (schema.FROZEN, schema.FREE) if allow.duty else (schema.FREE,):
        prefix = keys.owner_prefix(*owner, status)
        start = prefix + keys.u64(0 if allow.expired else now + 1)
        for row, value in reader.scan(start, prefix_stop(prefix)):
            space = value[1 : 1 + value[0]].decode()
            lot = LOTS.look(reader, space, int.from_bytes(row[-8:], "big"))
            assert lot is not None, "an owner row leads to a lot"
            if status == schema.FREE or (lot.frozen == FOR_DUTY and not lot.hold):
                yield lot


def look(reader: Reader, items: Sequence[Span]) -> Iterator[tuple[Lot, int]]:
    """Yield each lot that holds serials of `items`, to look at, with how many of them it holds."""
    for item in items:
        for lot in covering(reader, item):
            yield lot, min(lot.end, item.end) - max(lot.start, item.start) + 1


def check_free(
    reader: Reader,
    items: Sequence[Span],
    owner: Owner,
    now: int,
    lots_max: int,
    allow: Allow = FREE_ONLY,
) -> None:
    """Refuse unless every serial is of `owner`, and free and in force or what `allow` names.

    UNIT_UNKNOWN, UNIT_NOT_OWNED, UNIT_HELD, UNIT_EXPIRED, TOO_MANY_LOTS.
    """
    touched = 0
    for item in items:
        for lot in covering(reader, item):
            touched += 1
            if touched > lots_max:
                refuse(Code.TOO_MANY_LOTS, f"more than {lots_max} lots")
            where = f"{lot.space}:{lot.start}-{lot.end}"
            if (lot.account, lot.program, lot.class_id) != owner:
                refuse(Code.UNIT_NOT_OWNED, where)
            if lot.hold or (lot.frozen and not (allow.duty and lot.frozen == FOR_DUTY)):
                refuse(Code.UNIT_HELD, where)
            if lot.valid_until_s and now >= lot.valid_until_s and not allow.expired:
                refuse(Code.UNIT_EXPIRED, where)


def create(
    overlay: Overlay, space_id: str, template: Lot, quantity: int, held: tuple[int, int] = (0, 0)
) -> Span:
    """Create `quantity` units at the end of a space, as `template` says, and return their serials.

    `held` = (units, hold id): that many of the last serials come to be under the hold.
    """
    space = SPACES.get(overlay, space_id) or Space(id=space_id, program=template.program, next=1)
    span = Span(space_id, space.next, u64.add(space.next, quantity) - 1)
    if span.end >= U64_MAX:
        refuse(Code.QUANTITY_OVERFLOW, f"space {space_id} is full")
    space.next = span.end + 1
    SPACES.put(overlay, space)
    supply = SUPPLIES.get(overlay, template.program, template.class_id) or Supply(
        program=template.program, class_id=template.class_id
    )
    supply.created_t = u64.add(supply.created_t, quantity)
    SUPPLIES.put(overlay, supply)
    ledger = _Ledger(overlay)
    reserved, hold_id = held
    parts = (
        (span.start, span.end - reserved, 0),
        (span.end - reserved + 1, span.end, hold_id),
    )
    for start, end, hold in parts:
        if start <= end:
            lot = Lot()
            lot.CopyFrom(template)
            lot.space, lot.start, lot.end, lot.hold = space_id, start, end, hold
            ledger.place(lot)
    ledger.close()
    return span


def relocate(
    overlay: Overlay, items: Sequence[Span], to_account: str, *, freed: bool = False
) -> None:
    """Give serials to another account. The caller has checked that they may go.

    `freed`: what held or froze them ends with it; the caller changes the hold's own figures.
    """
    ledger = _Ledger(overlay)
    for item in items:
        for lot in ledger.carve(item):
            lot.account = to_account
            if freed:
                lot.hold = lot.frozen = 0
            ledger.place(lot)
    ledger.close()


def recast(overlay: Overlay, items: Sequence[Span], change: Callable[[Lot], None]) -> None:
    """Change attributes of existing serials, which stay what and where they are.

    `change` may set class, activity, period, track, first class, validity, labels, authorization;
    a change of class is counted in the supplies of both classes.
    """
    ledger = _Ledger(overlay)
    changed: dict[tuple[str, str, str], int] = {}
    for item in items:
        for lot in ledger.carve(item):
            before = lot.class_id
            change(lot)
            if lot.class_id != before:
                step = (lot.program, before, lot.class_id)
                changed[step] = changed.get(step, 0) + lot.end - lot.start + 1
            ledger.place(lot)
    ledger.close()
    for (program, before, after), count in changed.items():
        supply = SUPPLIES.get(overlay, program, before)
        assert supply is not None, f"units of {before} have a supply"
        supply.converted_out_t = u64.add(supply.converted_out_t, count)
        SUPPLIES.put(overlay, supply)
        supply = SUPPLIES.get(overlay, program, after) or Supply(program=program, class_id=after)
        supply.converted_in_t = u64.add(supply.converted_in_t, count)
        SUPPLIES.put(overlay, supply)


def freeze(overlay: Overlay, items: Sequence[Span], cause: int) -> int:
    """Freeze serials by an order or for a duty; return how many were not frozen for it before."""
    return _set_frozen(overlay, items, cause, cause)


def thaw(overlay: Overlay, items: Sequence[Span], cause: int) -> int:
    """End one cause of a freeze; return how many serials it froze."""
    return _set_frozen(overlay, items, cause, 0)


def _set_frozen(overlay: Overlay, items: Sequence[Span], cause: int, wanted: int) -> int:
    ledger = _Ledger(overlay)
    count = 0
    for item in items:
        for lot in ledger.carve(item):
            if lot.frozen & cause != wanted:
                lot.frozen ^= cause
                count += lot.end - lot.start + 1
            ledger.place(lot)
    ledger.close()
    return count


def set_hold(overlay: Overlay, items: Sequence[Span], hold_id: int) -> None:
    """Put free serials under a hold that is stored already."""
    ledger = _Ledger(overlay)
    for item in items:
        for lot in ledger.carve(item):
            lot.hold = hold_id
            ledger.place(lot)
    ledger.close()


def clear_hold(overlay: Overlay, items: Sequence[Span], hold_id: int) -> int:
    """Free those of the serials that are under the hold; return how many."""
    ledger = _Ledger(overlay)
    freed = 0
    for item in items:
        for lot in ledger.carve(item):
            if lot.hold == hold_id:
                lot.hold = 0
                freed += lot.end - lot.start + 1
            ledger.place(lot)
    ledger.close()
    return freed


def covering(reader: Reader, item: Span) -> Iterator[Lot]:
    """Yield the lots that hold a span's serials, to look at; UNIT_UNKNOWN for one never created."""
    serial = item.start
    while serial <= item.end:
        lot = at(reader, item.space, serial)
        if lot is None:
            refuse(Code.UNIT_UNKNOWN, f"{item.space}:{serial}")
        yield lot
        serial = lot.end + 1


def _ending(reader: Reader, space: str, serial: int) -> Lot | None:
    """Return the lot whose last serial is `serial`, by one look-up."""
    start = reader.get(keys.lot_by_end(space, serial))
    return None if start is None else LOTS.look(reader, space, int.from_bytes(start, "big"))


def _alike(one: Lot, other: Lot) -> bool:
    """Tell whether two lots differ in nothing but their serials."""
    return (
        one.account == other.account  # what differs most often
        and one.hold == other.hold
        and one.frozen == other.frozen
        and one.class_id == other.class_id
        and one.program == other.program
        and one.issuance == other.issuance
        and one.activity == other.activity
        and one.vintage == other.vintage
        and one.valid_until_s == other.valid_until_s
        and one.period == other.period
        and one.origin_period == other.origin_period
        and one.origin_class == other.origin_class
        and one.track == other.track
        and one.lulucf == other.lulucf
        and one.imported == other.imported
        and one.authorization == other.authorization
        and one.labels == other.labels
    )


def _part(lot: Lot, start: int, end: int) -> Lot:
    """Return a copy of a lot with other serials."""
    part = Lot()
    part.CopyFrom(lot)
    part.start, part.end = start, end
    return part


def _add_held(holding: Holding, changes: dict[int, int]) -> None:
    """Change what a holding has under holds, by kind; kinds ascend and none is zero."""
    held: dict[int, int] = {row.kind: row.held_t for row in holding.held}
    for kind, change in changes.items():
        held[kind] = held.get(kind, 0) + change
    del holding.held[:]
    holding.held.extend(
        HeldByKind(kind=kind, held_t=held[kind])  # type: ignore[arg-type]
        for kind in sorted(held)
        if held[kind]
    )


class _Ledger:
    """One operation on the lots of an overlay, and the holdings that follow from it at its end."""

    def __init__(self, overlay: Overlay) -> None:
        self.overlay = overlay
        self.changes: dict[tuple[str, str, str], dict[int, int]] = {}
        self.kinds: dict[int, int] = {}

    def carve(self, item: Span) -> Iterator[Lot]:
        """Take serials out of their lots, leaving the rest in place; yield them as loose lots.

        Each must be placed before the next is asked for: what it leaves at its first and last
        serial is overwritten then.
        """
        for found in covering(self.overlay, item):
            start, end = found.start, found.end
            self.overlay.delete(schema.owner_row(found))
            if start < item.start:
                self._put(_part(found, start, item.start - 1))
                start = item.start
            if end > item.end:
                self._put(_part(found, item.end + 1, end))
                end = item.end
            lot = _part(found, start, end)
            self._count(lot, start - end - 1)
            yield lot

    def place(self, lot: Lot) -> None:
        """Write a loose lot, merged with its neighbours where nothing but the serials differs."""
        overlay, space, start, end = self.overlay, lot.space, lot.start, lot.end
        self._count(lot, end - start + 1)
        left = _ending(overlay, space, start - 1)
        if left is not None and _alike(left, lot):
            LOTS.delete(overlay, left)
            overlay.delete(keys.lot(space, start))
            lot.start = left.start
        right = LOTS.look(overlay, space, end + 1)
        if right is not None and _alike(right, lot):
            LOTS.delete(overlay, right)
            overlay.delete(keys.lot_by_end(space, end))
            lot.end = right.end
        self._put(lot)

    def _put(self, lot: Lot) -> None:
        LOTS.put(self.overlay, lot, fresh=True, given=True)

    def _count(self, lot: Lot, change: int) -> None:
        kind = FREE_KIND
        if lot.frozen:
            kind = FROZEN_KIND
        elif lot.hold:
            kind = self._kind(lot.hold)
        owner = (lot.account, lot.program, lot.class_id)
        totals = self.changes.get(owner)
        if totals is None:
            totals = self.changes[owner] = {}
        totals[kind] = totals.get(kind, 0) + change

    def _kind(self, hold_id: int) -> int:
        if hold_id not in self.kinds:
            hold = HOLDS.get(self.overlay, hold_id) or Hold()
            assert hold.kind, f"hold {hold_id} is not stored"
            self.kinds[hold_id] = hold.kind
        return self.kinds[hold_id]

    def close(self) -> None:
        """Write the holdings that changed; one without units is deleted."""
        for (account, program, class_id), totals in self.changes.items():
            holding = HOLDINGS.get(self.overlay, account, program, class_id) or Holding(
                account=account, program=program, class_id=class_id
            )
            held: dict[int, int] = {}
            for kind, change in totals.items():
                if kind == FREE_KIND:
                    holding.free_t = u64.add(holding.free_t, change)
                elif kind == FROZEN_KIND:
                    holding.frozen_t = u64.add(holding.frozen_t, change)
                else:
                    held[kind] = change
            if held:
                _add_held(holding, held)
            if holding.free_t or holding.frozen_t or holding.held:
                HOLDINGS.put(self.overlay, holding, given=True)
            else:
                HOLDINGS.delete(self.overlay, holding)
