"""What a movement into a sink leaves behind, and the one way back out of a surrender.

Must not know: which rule let the units go. Invariants: a sink's total is what its retirements and
cancellations say, less what was given back (C-10); units leave a SURRENDER account only within the
term of the rule, and are taken off the obligation that they counted for (C-9, C-24).
"""

from collections.abc import Sequence

from abci_app.core import u64
from abci_app.core.calendar import DAY_S, iso
from abci_app.core.codes import Code, refuse
from abci_app.core.keys import Table
from abci_app.core.limits import MOVE_LOTS_MAX
from abci_app.engine import labels, obligations
from abci_app.engine.context import Tx
from abci_app.state import lots, numbers, spans
from abci_app.state.lots import Span
from abci_app.state.policies import MoveRow, Rules
from abci_app.state.schema import CANCELLATIONS, RETIREMENTS, SINK_TOTALS
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import Account, Cancellation, Retirement, SinkTotal
from tonne.v1.tx_pb2 import Move


def retired(
    tx: Tx, rules: Rules, rule: MoveRow, move: Move, sink: Account, items: Sequence[Span]
) -> None:
    """Write the retirement of units that lie in their sink (S0-74, S4-20).

    The labels are those that all of the units carry now, by the program as it is now (S4-6).
    """
    quantity = sum(item.count for item in items)
    retirement = Retirement(
        id=numbers.take(tx.overlay, Table.RETIREMENT),
        program=move.program,
        class_id=move.class_id,
        quantity_t=quantity,
        ranges=lots.ranges(items),
        from_account=move.from_account,
        sink=sink.id,
        purpose=move.purpose,
        beneficiary=move.beneficiary,
        year=move.year,
        receipt_hash=move.receipt_hash,
        note=move.note,
        at_s=tx.now,
        height=tx.block.height,
        obligation=move.obligation,
        footprint=move.footprint,
        items=move.items,
        notice=move.notice,
        policy_version=rules.program.version,
        reversible_until_s=tx.now + rule.reversible_days * DAY_S if rule.reversible_days else 0,
    )
    carriers = (lot for lot, _ in lots.look(tx.overlay, items))
    retirement.labels.extend(labels.shared(tx.overlay, rules, carriers, tx.now))
    RETIREMENTS.put(tx.overlay, retirement)
    _add(tx, sink.id, quantity)
    event = e.Retired(id=retirement.id, sink=sink.id, quantity_t=quantity, purpose=move.purpose)
    tx.emit(e.Event(retired=event))


def cancelled(tx: Tx, record: Cancellation, items: Sequence[Span]) -> None:
    """Write the cancellation of units that lie in their sink; number, time and serials follow.

    `record` says program, class, from_account and sink; notice, issuance, hold and note where
    there is one.
    """
    record.id = numbers.take(tx.overlay, Table.CANCELLATION)
    record.quantity_t = sum(item.count for item in items)
    record.ranges.extend(lots.ranges(items))
    record.at_s, record.height = tx.now, tx.block.height
    CANCELLATIONS.put(tx.overlay, record)
    _add(tx, record.sink, record.quantity_t)
    event = e.Cancelled(
        id=record.id, sink=record.sink, quantity_t=record.quantity_t, notice=record.notice
    )
    tx.emit(e.Event(cancelled=event))


def _add(tx: Tx, sink: str, quantity: int) -> None:
    total = SINK_TOTALS.get(tx.overlay, sink) or SinkTotal(account=sink)
    total.retired_t = u64.add(total.retired_t, quantity)
    SINK_TOTALS.put(tx.overlay, total)


def surrendered(tx: Tx, move: Move, target: Account, quantity: int) -> list[Span]:
    """Return the units of a surrender that are to be given back to who surrendered them.

    NOT_REVERSIBLE.
    """
    entry = RETIREMENTS.get(tx.overlay, move.retirement) if move.retirement else None
    if entry is None or entry.sink != move.from_account or entry.class_id != move.class_id:
        refuse(Code.NOT_REVERSIBLE, "retirement: name the surrender that is given back")
    if target.id != entry.from_account:
        refuse(Code.NOT_REVERSIBLE, f"they came from {entry.from_account}")
    if tx.now >= entry.reversible_until_s:
        refuse(Code.NOT_REVERSIBLE, f"its term ended at {iso(entry.reversible_until_s)}")
    left = spans.without(lots.spans(entry.ranges), lots.spans(entry.returned))
    if move.ranges:
        wanted = lots.spans(move.ranges)
        for item in wanted:
            if not any(spans.within(item, span) for span in left):
                refuse(Code.NOT_REVERSIBLE, f"{item.space}:{item.start}-{item.end}")
        return wanted
    taken: list[Span] = []
    for span in left:
        count = min(quantity - sum(item.count for item in taken), span.count)
        if count:
            taken.append(Span(span.space, span.start, span.start + count - 1))
    if sum(item.count for item in taken) < quantity:
        refuse(Code.INSUFFICIENT, f"{entry.quantity_t - entry.returned_t} of it are still there")
    return taken


def given_back(tx: Tx, rules: Rules, move: Move, items: Sequence[Span]) -> None:
    """Note in the surrender that serials went back; its obligation counts them no more."""
    entry = RETIREMENTS.get(tx.overlay, move.retirement)
    assert entry is not None, "it was looked up"
    quantity = sum(item.count for item in items)
    if entry.obligation:
        obligations.take_off(tx, rules, entry.obligation, entry.class_id, quantity)
    entry.returned_t = u64.add(entry.returned_t, quantity)
    returned = spans.joined([*lots.spans(entry.returned), *items])
    if len(returned) > MOVE_LOTS_MAX:
        refuse(Code.TOO_MANY_LOTS, f"surrender {entry.id} would be in {len(returned)} pieces")
    del entry.returned[:]
    entry.returned.extend(lots.ranges(returned))
    RETIREMENTS.put(tx.overlay, entry)
    total = SINK_TOTALS.get(tx.overlay, entry.sink)
    assert total is not None, "a surrender counts in its sink"
    total.retired_t -= quantity
    SINK_TOTALS.put(tx.overlay, total)
