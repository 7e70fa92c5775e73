"""The only hands on the units: every serial that comes to be, moves, is held or freed passes here.

Must not know: who may do it, or why. Invariants: the lots of a space are disjoint and cover [1,
next - 1] (C-1);
nothing but `create` adds units (C-2); a holding is the sum of its account's lots, by status (C-3).
A lot merges with its neighbour on write when every attribute is equal.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from abci_app.core import keys, u64
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import U64_MAX
from abci_app.state import schema
from abci_app.state.schema import HOLDINGS, HOLDS, LOTS, SPACES, SUPPLIES
from abci_app.store.kv import Overlay, Reader, prefix_stop
from tonne.v1.state_pb2 import HeldByKind, Hold, Holding, Lot, Space, Supply
from tonne.v1.tx_pb2 import SerialRange

FREE_KIND, FROZEN_KIND = 0, -1  # beside the hold kinds, which start at 1


@dataclass(slots=True)  # not frozen: made often, and freezing triples the cost
class Span:
    """Serials `start` to `end` of a space, both included."""

    space: str
    start: int
    end: int

    @property
    def count(self) -> int:
        """Return the number of units."""
        return self.end - self.start + 1


class SpanSet:
    """Spans gathered one by one, to tell whether another shares a serial with them."""

    def __init__(self) -> None:
        """Start empty."""
        self._ends: dict[str, list[tuple[int, int]]] = {}  # by space: (end, start), ascending

    def overlaps(self, item: Span) -> bool:
        """Tell whether a serial of `item` is in a gathered span."""
        rows = self._ends.get(item.space, [])
        place = bisect_left(rows, (item.start, 0))
        return place < len(rows) and rows[place][1] <= item.end

    def add(self, item: Span) -> None:
        """Gather a span that shares no serial with the others, or shares only whole ones."""
        if not self.overlaps(item):
            insort(self._ends.setdefault(item.space, []), (item.end, item.start))


def spans(ranges: Sequence[SerialRange]) -> list[Span]:
    """Return the ranges of a message as spans."""
    return [Span(item.space, item.start, item.end) for item in ranges]


def ranges(items: Sequence[Span]) -> list[SerialRange]:
    """Return spans as ranges of a message."""
    return [SerialRange(space=item.space, start=item.start, end=item.end) for item in items]


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


def check_free(
    reader: Reader,
    items: Sequence[Span],
    owner: tuple[str, str, str],
    now: int,
    lots_max: int,
) -> None:
    """Refuse unless every serial is free, unexpired and of `owner` = (account, program, class).

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
            if lot.hold or lot.frozen:
                refuse(Code.UNIT_HELD, where)
            if lot.valid_until_s and now >= lot.valid_until_s:
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


def relocate(overlay: Overlay, items: Sequence[Span], to_account: str) -> None:
    """Give serials to another account. The caller has checked that they may go."""
    ledger = _Ledger(overlay)
    for item in items:
        for lot in ledger.carve(item):
            lot.account = to_account
            ledger.place(lot)
    ledger.close()


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
