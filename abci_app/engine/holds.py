"""One lock: units that nobody moves until they are released or claimed.

Must not know: why units are locked. Invariants: a held unit changes account only through its
hold's controller or claims (C-8); a hold ends once; a reserve is not released before its time
(C-7); the ranges of an active hold are what it still holds, lowest serials first.
"""

from collections.abc import Sequence

from abci_app.core import u64
from abci_app.core.codes import Code, refuse
from abci_app.core.keys import Table
from abci_app.core.limits import MOVE_LOTS_MAX
from abci_app.engine import seats
from abci_app.engine.context import Tx
from abci_app.state import lots, numbers, spans
from abci_app.state.lots import Span
from abci_app.state.policies import Rules
from abci_app.state.schema import HOLDS, RECORDS
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import (
    FREEZE,
    HOLD_ACTIVE,
    HOLD_CLAIMED,
    HOLD_RELEASED,
    PENDING,
    PLEDGE,
    RESERVE,
    Account,
    Hold,
)
from tonne.v1.tx_pb2 import CANCEL, HOLDING, ISSUANCE, NOTICE, OPERATOR, REPLACE

# ---- placing ----


def place(tx: Tx, hold: Hold, items: Sequence[Span]) -> int:
    """Number `hold`, store it and put free units of one holding under it; return its number.

    The caller names kind, program, class, account and whatever else the hold says.
    """
    hold.id = numbers.take(tx.overlay, Table.HOLD)
    hold.status = HOLD_ACTIVE
    hold.placed_s = tx.now
    hold.placed_t = hold.quantity_t = _total(items)
    del hold.ranges[:]
    hold.ranges.extend(lots.ranges(spans.joined(items)))
    store(tx, hold)
    if hold.kind == FREEZE:
        changed = lots.freeze(tx.overlay, items, lots.BY_ORDER)
        assert changed == hold.quantity_t, "one order freezes a unit at a time"
    else:
        lots.set_hold(tx.overlay, items, hold.id)
    return hold.id


def place_pending(tx: Tx, items: Sequence[Span], proposal: int, kind: int = PENDING) -> list[int]:
    """Hold free units while a proposal waits, one hold a holding; return the hold ids.

    `kind`: PENDING, or DELAY where no approval is missing and it waits for its time alone. Units
    that are claimed from a hold stay under that one.
    """
    by_owner: dict[tuple[str, str, str], list[Span]] = {}
    for item in items:
        lot = lots.at(tx.overlay, item.space, item.start)
        assert lot is not None, "units of a proposal exist"
        if any(held.hold for held, _ in lots.look(tx.overlay, [item])):
            continue
        by_owner.setdefault((lot.account, lot.program, lot.class_id), []).append(item)
    placed = []
    for (account, program, class_id), held in sorted(by_owner.items()):
        hold = Hold(program=program, class_id=class_id, account=account, proposal=proposal)
        hold.kind = kind  # type: ignore[assignment]
        placed.append(place(tx, hold, held))
    return placed


def new_reserve(tx: Tx, issuance: str, template: tuple[str, str, str], release_at_s: int) -> Hold:
    """Return a numbered reserve hold, not yet stored; `template`: program, class, account."""
    program, class_id, account = template
    return Hold(
        id=numbers.take(tx.overlay, Table.HOLD),
        kind=RESERVE,
        status=HOLD_ACTIVE,
        program=program,
        class_id=class_id,
        account=account,
        controller=OPERATOR,
        placed_s=tx.now,
        release_at_s=release_at_s,
        issuance=issuance,
    )


def store(tx: Tx, hold: Hold) -> None:
    """Write a hold that is placed, with its event."""
    HOLDS.put(tx.overlay, hold)
    placed = e.HoldPlaced(
        id=hold.id,
        kind=hold.kind,
        account=hold.account,
        quantity_t=hold.quantity_t,
        release_at_s=hold.release_at_s,
    )
    tx.emit(e.Event(hold_placed=placed))


# ---- what stands ----


def active(tx: Tx, program: str, hold_id: int) -> Hold:
    """Return a hold of a program that binds units now; HOLD_UNKNOWN.

    One whose time has come binds nobody, whatever the queue has done by then.
    """
    hold = HOLDS.get(tx.overlay, hold_id)
    if hold is None or hold.program != program or hold.status != HOLD_ACTIVE:
        refuse(Code.HOLD_UNKNOWN, str(hold_id))
    if hold.release_at_s and tx.now >= hold.release_at_s:
        refuse(Code.HOLD_UNKNOWN, f"{hold_id} has ended by time")
    return hold


def lowest(hold: Hold, quantity: int) -> list[Span]:
    """Return the lowest serials of a hold; INSUFFICIENT when it has fewer than `quantity`."""
    if quantity > hold.quantity_t:
        refuse(Code.INSUFFICIENT, f"hold {hold.id} has {hold.quantity_t}, {quantity} asked for")
    taken: list[Span] = []
    for item in lots.spans(hold.ranges):
        count = min(quantity, item.count)
        if count:
            taken.append(Span(item.space, item.start, item.start + count - 1))
            quantity -= count
    return taken


def named(hold: Hold, quantity: int, items: Sequence[Span]) -> list[Span]:
    """Return the units of a hold that are meant: these serials, a quantity, or all of them.

    HOLD_CONTROL for serials that are not under it, INSUFFICIENT for more than it has.
    """
    if not items:
        return lowest(hold, quantity or hold.quantity_t)
    held = lots.spans(hold.ranges)
    for item in items:
        if not any(spans.within(item, whole) for whole in held):
            where = f"{item.space}:{item.start}-{item.end}"
            refuse(Code.HOLD_CONTROL, f"{where} is not one piece under hold {hold.id}")
    return list(items)


# ---- ending ----


def release(tx: Tx, hold_id: int, items: Sequence[Span] = ()) -> None:
    """Free these units of an active hold, all by default; one that has ended stays as it is."""
    hold = HOLDS.get(tx.overlay, hold_id)
    assert hold is not None, f"hold {hold_id} is not stored"
    if hold.status != HOLD_ACTIVE:
        return
    items = items or lots.spans(hold.ranges)
    _take_off(tx, hold, items, HOLD_RELEASED)
    freed = _total(items)
    if hold.kind == FREEZE:
        frozen = e.Frozen(
            account=hold.account,
            class_id=hold.class_id,
            quantity_t=freed,
            ranges=lots.ranges(items),
            thawed=True,
            order=hold_id,
        )
        tx.emit(e.Event(frozen=frozen))
    released = e.HoldReleased(id=hold_id, account=hold.account, quantity_t=freed)
    tx.emit(e.Event(hold_released=released))


def extend(tx: Tx, hold: Hold, release_at_s: int) -> None:
    """Give a hold another end."""
    hold.release_at_s = release_at_s
    HOLDS.put(tx.overlay, hold)
    _changed(tx, hold)


def take(tx: Tx, hold_id: int, items: Sequence[Span]) -> None:
    """Take units off a hold for whom they were held, as the fill of an order; then they are free.

    The caller has checked that they are under it (`lowest`, `named`).
    """
    hold = HOLDS.get(tx.overlay, hold_id)
    assert hold is not None, f"hold {hold_id} is not stored"
    assert hold.status == HOLD_ACTIVE, f"hold {hold_id} has ended"
    hold.claimed_t = u64.add(hold.claimed_t, _total(items))
    _take_off(tx, hold, items, HOLD_CLAIMED)
    _changed(tx, hold)


def claimant(tx: Tx, program: str, hold_id: int, account: str) -> str:
    """Return who signs a claim in the holder's place: the controller of a pledge, else the holder.

    HOLD_UNKNOWN, also where the hold is of another account; HOLD_CONTROL.
    """
    hold = active(tx, program, hold_id)
    if hold.account != account:
        refuse(Code.HOLD_UNKNOWN, f"hold {hold_id} is not on units of {account}")
    if hold.kind != PLEDGE:
        return account
    if tx.signer.account != hold.controller_account:
        refuse(Code.HOLD_CONTROL, f"{hold_id} is controlled by {hold.controller_account}")
    return hold.controller_account


def claim(
    tx: Tx,
    rules: Rules,
    hold_id: int,
    quantity: int,
    items: Sequence[Span],
    target: Account,
    notice: str = "",
    lots_max: int = MOVE_LOTS_MAX,
) -> list[Span]:
    """Take units off a hold for whoever may claim them to `target`; return them, free to move.

    HOLD_UNKNOWN; HOLD_CONTROL for who does not control it, for a sink that it does not name, and
    for a reserve without the notice that claims it; INSUFFICIENT; TOO_MANY_LOTS above `lots_max`;
    UNIT_HELD for frozen units. The units of a claim need no further hold while a proposal waits:
    only the claimant gets at them.
    """
    hold = active(tx, rules.program.id, hold_id)
    if hold.kind == PLEDGE:
        claimant(tx, hold.program, hold_id, hold.account)
        own = target.kind != HOLDING or target.id == hold.controller_account
        if target.kind not in hold.claim_to or not own:
            refuse(Code.HOLD_CONTROL, f"hold {hold_id} is not for {target.id}")
    elif hold.kind == RESERVE:
        _reserve_claim(tx, rules, hold, target, notice)
    else:
        refuse(Code.HOLD_CONTROL, f"nobody claims hold {hold_id}")
    taken = named(hold, quantity, items)
    for looked, (lot, _) in enumerate(lots.look(tx.overlay, taken)):
        if looked == lots_max:
            refuse(Code.TOO_MANY_LOTS, f"the units lie in more than {lots_max} lots: name max_lots")
        if lot.frozen:
            refuse(Code.UNIT_HELD, f"{lot.space}:{lot.start}-{lot.end} is frozen")
    if hold.kind == RESERVE:
        record = RECORDS.need(tx.overlay, Code.REC_REF, hold.program, ISSUANCE, hold.issuance)
        issuance = record.issuance
        issuance.reserve_claimed_t = u64.add(issuance.reserve_claimed_t, _total(taken))
        RECORDS.put(tx.overlay, record)
    take(tx, hold_id, taken)
    return taken


def _reserve_claim(tx: Tx, rules: Rules, hold: Hold, target: Account, notice: str) -> None:
    """A reserve is claimed under a notice about its issuance, by its controller (C-7)."""
    if not seats.holds(tx.overlay, rules, hold.controller, "", tx.signer.account, tx.now):
        refuse(Code.HOLD_CONTROL, f"{tx.signer.account} does not control hold {hold.id}")
    duty = RECORDS.look(tx.overlay, hold.program, NOTICE, notice) if notice else None
    if duty is None or duty.notice.issuance != hold.issuance or not duty.notice.statement:
        refuse(Code.HOLD_CONTROL, f"hold {hold.id} is claimed under a notice of {hold.issuance}")
    if target.kind not in (CANCEL, REPLACE):
        refuse(Code.HOLD_CONTROL, f"hold {hold.id} is not for {target.id}")


def _take_off(tx: Tx, hold: Hold, items: Sequence[Span], ended: int) -> None:
    """End a hold for some of its units, or for all."""
    quantity = _total(items)
    if hold.kind == FREEZE:
        freed = lots.thaw(tx.overlay, items, lots.BY_ORDER)
    else:
        freed = lots.clear_hold(tx.overlay, items, hold.id)
    assert freed == quantity <= hold.quantity_t, "a hold counts what it holds"
    hold.quantity_t -= quantity
    if hold.quantity_t:
        left = spans.without(lots.spans(hold.ranges), items)
        if len(left) > MOVE_LOTS_MAX:
            refuse(Code.TOO_MANY_LOTS, f"hold {hold.id} would be in {len(left)} pieces")
        del hold.ranges[:]
        hold.ranges.extend(lots.ranges(left))
    else:
        hold.status = ended  # type: ignore[assignment]
    HOLDS.put(tx.overlay, hold)


def _changed(tx: Tx, hold: Hold) -> None:
    changed = e.HoldChanged(
        id=hold.id,
        quantity_t=hold.quantity_t,
        release_at_s=hold.release_at_s,
        claimed_t=hold.claimed_t,
    )
    tx.emit(e.Event(hold_changed=changed))


# ---- spans ----


def _total(items: Sequence[Span]) -> int:
    return sum(item.count for item in items)
