"""Moving units: which rule matches, what it asks for, and what the movement leaves behind.

Must not know: any program. Invariants: no rule, no movement; nothing leaves a final sink (C-9);
every retirement has
purpose and beneficiary where the rule asks for them (C-10).
"""

from collections.abc import Sequence

from abci_app.core import u64
from abci_app.core.codes import Code, refuse
from abci_app.core.keys import Table
from abci_app.core.limits import MOVE_LOTS_DEFAULT
from abci_app.engine import approvals, checks, seats
from abci_app.engine.context import Tx
from abci_app.state import lots, numbers
from abci_app.state.lots import Span
from abci_app.state.policies import RECORDED_KINDS, MoveRow, Rules
from abci_app.state.schema import RETIREMENTS, SINK_TOTALS
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import Account, Retirement, SinkTotal
from tonne.v1.tx_pb2 import (
    ACCOUNT_OPEN,
    ACCOUNT_RESTRICTED,
    CANCEL,
    EXPORT,
    HOLDING,
    ORGANISATION_ACTIVE,
    PURPOSE_UNSPECIFIED,
    REPLACE,
    RETIRE,
    SURRENDER,
    Move,
)

FINAL_KINDS = (RETIRE, CANCEL, REPLACE, EXPORT, SURRENDER)


def run(tx: Tx, move: Move) -> None:
    """Execute a movement by the first rule that matches.

    MOVE_NOT_ALLOWED, SINK_FINAL, ACC_STATUS, PURPOSE_MISSING, BENEFICIARY_MISSING, INSUFFICIENT,
    UNIT_HELD and the
    codes of the rule's checks.
    """
    rules = tx.block.active(move.program)
    rules.unit_class(move.class_id)
    source = tx.account(move.from_account)
    target = source if move.to_account == source.id else tx.account(move.to_account)
    if source.kind in FINAL_KINDS:
        refuse(Code.SINK_FINAL, source.id)
    rule = _match(tx, rules, move, source, target)
    _may_pass(tx, move, source, target)
    quantity = move.quantity_t or _total(move)
    _requirements(rule, move)
    for name in rule.checks:
        checks.MOVE_CHECKS[name](tx, source, move, quantity)
    items = _units(tx, move, quantity)
    approvals.require(tx, rules, rule)
    lots.relocate(tx.overlay, items, target.id)
    event = e.Event()
    moved = event.moved
    moved.program, moved.class_id, moved.quantity_t = move.program, move.class_id, quantity
    moved.from_account, moved.to_account = source.id, target.id
    for item in items:
        moved.ranges.add(space=item.space, start=item.start, end=item.end)
    tx.emit(event)
    if target.kind in RECORDED_KINDS:
        _record(tx, move, target, items, quantity)


def _match(tx: Tx, rules: Rules, move: Move, source: Account, target: Account) -> MoveRow:
    """Return the first rule that fits and that the signer may use; else a refusal."""
    unsigned = ""
    for rule in rules.moves.get((source.kind, target.kind), ()):
        if rule.fits(move.class_id, source, target):
            if seats.may_sign(tx, rules, rule.signer, "", source.id):
                return rule
            unsigned = rule.name
    if unsigned:
        refuse(Code.ROLE_MISSING, f"{tx.signer.account} may not sign {unsigned!r}")
    refuse(Code.MOVE_NOT_ALLOWED, f"{source.id} to {target.id}")


def _may_pass(tx: Tx, move: Move, source: Account, target: Account) -> None:
    """Refuse by the status of either side; a restricted account may still feed sinks."""
    allowed = (ACCOUNT_OPEN,) if target.kind == HOLDING else (ACCOUNT_OPEN, ACCOUNT_RESTRICTED)
    if source.status not in allowed:
        refuse(Code.ACC_STATUS, source.id)
    if target.status != ACCOUNT_OPEN:
        refuse(Code.ACC_STATUS, target.id)
    if target.kind == HOLDING:
        if target.refuses_units:
            refuse(Code.MOVE_NOT_ALLOWED, f"{target.id} takes in no units")
        organisation = tx.organisation(target.organisation)
        if organisation.status != ORGANISATION_ACTIVE:
            refuse(Code.ORG_STATUS, target.organisation)
        if organisation.independent:
            refuse(Code.MOVE_NOT_ALLOWED, f"{organisation.id} is independent: it takes in no units")
    for account in (source, target):
        if account.program != move.program:
            refuse(Code.MOVE_NOT_ALLOWED, f"{account.id} is not an account of {move.program}")


def _requirements(rule: MoveRow, move: Move) -> None:
    if rule.purpose and move.purpose == PURPOSE_UNSPECIFIED:
        refuse(Code.PURPOSE_MISSING)
    if rule.beneficiary:
        who = move.beneficiary
        if not (who.name or who.id or who.person_hash):
            refuse(Code.BENEFICIARY_MISSING)


def _total(move: Move) -> int:
    total = 0
    for item in move.ranges:
        total = u64.add(total, item.end - item.start + 1)
    return total


def _units(tx: Tx, move: Move, quantity: int) -> list[Span]:
    """Return the serials that move: pinned, named, or taken in the order of the law."""
    lots_max = move.max_lots or MOVE_LOTS_DEFAULT
    owner = (move.from_account, move.program, move.class_id)
    named: Sequence[Span] = tx.pinned.get(tx.index) or lots.spans(move.ranges)
    if named:
        lots.check_free(tx.overlay, named, owner, tx.now, lots_max)
        items = list(named)
    else:
        items = lots.select(tx.overlay, *owner, quantity, tx.now, lots_max)
    tx.chosen[tx.index] = items
    return items


def _record(tx: Tx, move: Move, sink: Account, items: Sequence[Span], quantity: int) -> None:
    """Write the retirement and the sink's total (C-10)."""
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
    )
    RETIREMENTS.put(tx.overlay, retirement)
    total = SINK_TOTALS.get(tx.overlay, sink.id) or SinkTotal(account=sink.id)
    total.retired_t = u64.add(total.retired_t, quantity)
    SINK_TOTALS.put(tx.overlay, total)
    event = e.Retired(id=retirement.id, sink=sink.id, quantity_t=quantity, purpose=move.purpose)
    tx.emit(e.Event(retired=event))
