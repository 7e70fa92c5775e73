"""One lock: units that nobody moves until they are released.

Must not know: why units are locked. Invariants: a held unit does not change account (C-8); a hold
ends once;
a reserve is not released before its time (C-7).
"""

from collections.abc import Sequence

from abci_app.core.keys import Table
from abci_app.engine.context import Tx
from abci_app.state import lots, numbers
from abci_app.state.lots import Span
from abci_app.state.schema import HOLDS
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import HOLD_ACTIVE, HOLD_RELEASED, PENDING, RESERVE, Hold
from tonne.v1.tx_pb2 import OPERATOR


def place_pending(tx: Tx, items: Sequence[Span], proposal: int, kind: int = PENDING) -> list[int]:
    """Hold free units while a proposal waits, one hold a holding; return the hold ids.

    `kind`: PENDING, or DELAY where no approval is missing and it waits for its time alone.
    """
    by_owner: dict[tuple[str, str, str], list[Span]] = {}
    for item in items:
        lot = lots.at(tx.overlay, item.space, item.start)
        assert lot is not None, "units of a proposal exist"
        by_owner.setdefault((lot.account, lot.program, lot.class_id), []).append(item)
    placed = []
    for (account, program, class_id), spans in sorted(by_owner.items()):
        hold = Hold(
            id=numbers.take(tx.overlay, Table.HOLD),
            kind=kind,  # type: ignore[arg-type]
            status=HOLD_ACTIVE,
            program=program,
            class_id=class_id,
            account=account,
            placed_s=tx.now,
            ranges=lots.ranges(spans),
            proposal=proposal,
        )
        hold.placed_t = hold.quantity_t = sum(span.count for span in spans)
        store(tx, hold)
        lots.set_hold(tx.overlay, spans, hold.id)
        placed.append(hold.id)
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


def release(tx: Tx, hold_id: int) -> None:
    """Free what is still under an active hold; one that has ended stays as it is."""
    hold = HOLDS.get(tx.overlay, hold_id)
    assert hold is not None, f"hold {hold_id} is not stored"
    if hold.status != HOLD_ACTIVE:
        return
    freed = lots.clear_hold(tx.overlay, lots.spans(hold.ranges), hold_id)
    assert freed == hold.quantity_t, "a hold counts what it holds"
    hold.status, hold.quantity_t = HOLD_RELEASED, 0
    HOLDS.put(tx.overlay, hold)
    released = e.HoldReleased(id=hold_id, account=hold.account, quantity_t=freed)
    tx.emit(e.Event(hold_released=released))
