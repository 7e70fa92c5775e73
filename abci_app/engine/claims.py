"""Units taken without their holder: reserves, frozen units and the pool are claimed and cancelled.

Must not know: who decided it. Invariants: whatever is claimed has a cancellation record (C-10);
an order to freeze wins over every claim; a block claims a bounded number of lots, and the next
one goes on where it stopped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from abci_app.core import keys, u64
from abci_app.engine import holds, sinks
from abci_app.engine.context import Tx
from abci_app.state import lots, walks
from abci_app.state.lots import Span
from abci_app.state.policies import Rules, sink_id
from abci_app.state.schema import FREE, FROZEN, HOLDINGS, HOLDS
from abci_app.store.kv import prefix_stop
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import Cancellation, Hold, Lot, Record
from tonne.v1.tx_pb2 import POOL


@dataclass
class Budget:
    """What an act may still touch, in lots and holds."""

    left: int


def sink(rules: Rules, kind: int, code: int) -> str:
    """Return the program's first sink of a kind (and code, unless 0), or nothing."""
    for row in rules.program.sinks:
        if row.kind == kind and code in (0, row.code):
            return sink_id(rules.program, row)
    return ""


def cancel(tx: Tx, items: Sequence[Span], record: Cancellation) -> None:
    """Move units, which the caller has freed, to a sink, and write the record of it."""
    lots.relocate(tx.overlay, items, record.sink)
    sinks.cancelled(tx, record, items)


# ---- the reserve ----


def reserve(
    tx: Tx, record: Record, why: Cancellation, wanted: int, budget: Budget, first: int = 1
) -> tuple[int, int]:
    """Claim an issuance's reserve up to `wanted`, the oldest hold first.

    Return what was claimed, and the hold to go on with (0: nothing more is to be had). A hold whose
    time has come is no reserve any more: it is released. The caller writes the issuance.
    """
    prefix = keys.reserve_by_issuance_prefix(record.program, record.id)
    rows = tx.overlay.scan(prefix + keys.u64(first), prefix_stop(prefix))
    claimed, following = 0, 0
    for row, _ in list(islice(rows, budget.left + 1)):
        number = int.from_bytes(row[-8:], "big")
        if claimed == wanted:
            break
        if budget.left <= 0:
            following = number
            break
        hold = HOLDS.look(tx.overlay, number)
        assert hold is not None, "an index row leads to a hold"
        if tx.now >= hold.release_at_s:
            budget.left -= 1
            holds.release(tx, number)
            continue
        items = _unfrozen(tx, hold, wanted - claimed, budget)
        if items:
            holds.take(tx, number, items)
            cancel(tx, items, _of_issuer(record, why, number))
            claimed += sum(item.count for item in items)
    record.issuance.reserve_claimed_t = u64.add(record.issuance.reserve_claimed_t, claimed)
    return claimed, following


def _unfrozen(tx: Tx, hold: Hold, wanted: int, budget: Budget) -> list[Span]:
    """Return the lowest serials of a hold that no order freezes.

    A hold is looked through whole: its lots were bounded when it was placed.
    """
    items: list[Span] = []
    for whole in lots.spans(hold.ranges):
        for lot in lots.covering(tx.overlay, whole):
            budget.left -= 1
            if not wanted:
                return items
            if not lot.frozen:
                start = max(lot.start, whole.start)
                count = min(wanted, min(lot.end, whole.end) - start + 1)
                items.append(Span(lot.space, start, start + count - 1))
                wanted -= count
    return items


def _of_issuer(record: Record, why: Cancellation, hold: int = 0) -> Cancellation:
    """Return the record of a cancellation of units of an issuance that its issuer has."""
    filled = Cancellation()
    filled.CopyFrom(why)
    filled.class_id = record.issuance.class_id
    filled.from_account = record.owner
    filled.hold = hold
    return filled


# ---- units frozen for a duty ----


def tend(tx: Tx, record: Record, budget: Budget) -> None:
    """Freeze what is still to be frozen of an issuer's units, or free what is frozen too much.

    The caller writes the issuance; its `duty_s` says whether the queue has to go on.
    """
    issuance = record.issuance
    owed = issuance.notice_open_t - issuance.deficit_open_t
    if issuance.frozen_t > owed:
        issuance.freezing_t = 0
        _thaw(tx, record, issuance.frozen_t - owed, budget)
    else:
        issuance.freezing_t = min(issuance.freezing_t, owed - issuance.frozen_t)
        if issuance.freezing_t:
            _freeze(tx, record, budget)
    unfinished = issuance.freezing_t or issuance.frozen_t > owed or issuance.renewing_from
    if not unfinished:
        issuance.freeze_from = b""
    record.duty_s = tx.now if unfinished else 0


def _freeze(tx: Tx, record: Record, budget: Budget) -> None:
    issuance = record.issuance

    def fits(lot: Lot) -> bool:
        return lot.issuance == record.id

    found = _walk(tx, record, FREE, fits, issuance.freezing_t, budget)
    count = lots.freeze(tx.overlay, found.items, lots.FOR_DUTY)
    assert count == found.count, "free units are frozen for nothing"
    issuance.frozen_t += count
    issuance.freezing_t = 0 if found.done else issuance.freezing_t - count
    _tell(tx, record, found.items, count, thawed=False)


def _thaw(tx: Tx, record: Record, surplus: int, budget: Budget) -> None:
    issuance = record.issuance

    def fits(lot: Lot) -> bool:
        return bool(lot.frozen & lots.FOR_DUTY) and lot.issuance == record.id

    found = _walk(tx, record, FROZEN, fits, surplus, budget)
    count = lots.thaw(tx.overlay, found.items, lots.FOR_DUTY)
    assert count == found.count, "what is thawed was frozen"
    issuance.frozen_t -= count
    _tell(tx, record, found.items, count, thawed=True)


def _walk(
    tx: Tx, record: Record, status: int, fits: lots.Wanted, most_t: int, budget: Budget
) -> walks.Found:
    """Walk on over the issuer's units in a status, from where the last walk of them stopped."""
    issuance = record.issuance
    owner = (record.owner, record.program, issuance.class_id)
    after = issuance.freeze_from
    if not after.startswith(keys.owner_prefix(*owner, status)):
        after = b""  # the last walk was over units in another status
    found = walks.owned(tx.overlay, owner, status, fits, most_t, budget.left, after)
    budget.left -= found.rows
    issuance.freeze_from = b"" if found.done else found.after
    return found


def thaw_named(tx: Tx, record: Record, items: Sequence[Span]) -> int:
    """Free those of the units that are frozen for a duty of the issuance, to be cancelled for it.

    The caller writes the issuance.
    """
    mine: list[Span] = []
    for item in items:
        for lot in lots.covering(tx.overlay, item):
            if lot.frozen == lots.FOR_DUTY and _is_own(record, lot):
                start, end = max(lot.start, item.start), min(lot.end, item.end)
                mine.append(Span(lot.space, start, end))
    count = lots.thaw(tx.overlay, mine, lots.FOR_DUTY)
    record.issuance.frozen_t -= count
    return count


def _is_own(record: Record, lot: Lot) -> bool:
    return lot.issuance == record.id and lot.account == record.owner


def frozen(
    tx: Tx, record: Record, why: Cancellation, wanted: int, budget: Budget, after: bytes
) -> tuple[int, bytes]:
    """Claim what is frozen of an issuer's units for a duty, up to `wanted`.

    Return what was claimed, and the row to go on after (empty: nothing more is to be had). What an
    order freezes too, and what a proposal holds, is left. The caller writes the issuance.
    """
    owner = (record.owner, record.program, record.issuance.class_id)

    def fits(lot: Lot) -> bool:
        return lot.frozen == lots.FOR_DUTY and not lot.hold and lot.issuance == record.id

    found = walks.owned(tx.overlay, owner, FROZEN, fits, wanted, budget.left, after)
    budget.left -= found.rows
    if found.items:
        lots.thaw(tx.overlay, found.items, lots.FOR_DUTY)
        record.issuance.frozen_t -= found.count
        cancel(tx, found.items, _of_issuer(record, why))
    finished = found.done or found.count == wanted
    return found.count, b"" if finished else found.after


def _tell(tx: Tx, record: Record, items: Sequence[Span], count: int, *, thawed: bool) -> None:
    if not count:
        return
    event = e.Frozen(
        account=record.owner,
        class_id=record.issuance.class_id,
        quantity_t=count,
        ranges=lots.ranges(items),
        thawed=thawed,
        issuance=record.id,
    )
    tx.emit(e.Event(frozen=event))


# ---- the pool ----


def pool_free(tx: Tx, rules: Rules, class_id: str) -> int:
    """Return how many units of a class the program's pool could give."""
    holding = HOLDINGS.look(tx.overlay, sink(rules, POOL, 0), rules.program.id, class_id)
    return 0 if holding is None else holding.free_t


def pool(
    tx: Tx, rules: Rules, class_id: str, why: Cancellation, wanted: int, budget: Budget
) -> int:
    """Claim units of a class from the program's pool, up to `wanted`; return what was claimed.

    The pool is common to all issuances; its units are taken in the order of the law.
    """
    account = sink(rules, POOL, 0)
    if not account or not wanted or budget.left <= 0:
        return 0
    owner = (account, rules.program.id, class_id)
    found = walks.owned(tx.overlay, owner, FREE, lambda _: True, wanted, budget.left)
    budget.left -= found.rows
    if found.items:
        filled = Cancellation()
        filled.CopyFrom(why)
        filled.class_id, filled.from_account = class_id, account
        cancel(tx, found.items, filled)
    return found.count
