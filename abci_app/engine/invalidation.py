"""What follows when tonnes are found void: one algorithm, whoever decided it (B5).

Must not know: any program. Invariants: issued - voided <= valid base + what is still owed (C-6);
units that others hold, and used ones, are not touched.
"""

from itertools import islice

from abci_app.core import keys, u64
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import DUTY_LOTS_MAX
from abci_app.engine import claims, notices, seats
from abci_app.engine.claims import Budget
from abci_app.engine.context import Tx
from abci_app.state import lots
from abci_app.state.lots import Span
from abci_app.state.policies import Rules
from abci_app.state.schema import ACCOUNTS, ACCREDITATIONS, RECORDS
from abci_app.store.kv import prefix_stop
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import Cancellation, Lot, Notice, Record, Statement
from tonne.v1.tx_pb2 import HOLDING, INVALIDATION, ISSUANCE, NOTICE, OPERATOR, POOL, StatementKind

SEATS_MAX = 64  # of operators, looked through for one that is live


def decide(tx: Tx, rules: Rules, statement: Statement) -> None:
    """Find `quantity_t` of an issuance void, as an accepted statement says (S0-33, S1-36).

    The valid base falls; an INVALIDATION claims the reserve, a REVERSAL that could not be avoided
    the pool; the rest is a duty of the issuer (of the operator, where the pool lacks it), whose
    free units of the issuance are frozen up to it.
    RULE_MISSING, REC_REF, REC_EXISTS, INVALIDATION_LIMIT, ROLE_MISSING.
    """
    kind = StatementKind.Name(statement.kind)
    rule = notices.rule_of(rules, kind)
    record = _issuance(tx, statement)
    if RECORDS.has(tx.overlay, rules.program.id, NOTICE, statement.id):
        refuse(Code.REC_EXISTS, f"there is a notice {statement.id}")
    sink = claims.sink(rules, rule.sink_kind, rule.sink_code)
    if not sink:
        refuse(Code.RULE_MISSING, f"{kind} has no sink")
    wanted, issuance = statement.quantity_t, record.issuance
    if wanted > issuance.valid_base_t:
        refuse(Code.INVALIDATION_LIMIT, f"the valid base is {issuance.valid_base_t}")
    issuance.valid_base_t -= wanted
    why = Cancellation(program=record.program, sink=sink, issuance=record.id, note=statement.id)
    budget = Budget(DUTY_LOTS_MAX)
    notice = Notice(
        kind=kind,
        issuance=record.id,
        activity=issuance.activity,
        statement=statement.id,
        debtor=record.owner,
    )
    claimed = 0
    if statement.kind == INVALIDATION:
        claimed, notice.reserve_from = claims.reserve(tx, record, why, wanted, budget)
    elif not statement.avoidable:
        draw = min(wanted, claims.pool_free(tx, rules, issuance.class_id))
        claimed = claims.pool(tx, rules, issuance.class_id, why, draw, budget)
        notice.pool_left_t = draw - claimed
        issuance.pool_claimed_t = u64.add(issuance.pool_claimed_t, claimed)
        notice.debtor = _operator(tx, rules) if claimed < wanted else ""
        notice.activity = ""  # the deficit keeps nobody from issuing
    issuance.voided_t = u64.add(issuance.voided_t, claimed)
    notice.quantity_t = wanted - claimed
    if notice.quantity_t:
        _owe(tx, rules, record, notice, budget)
    RECORDS.put(tx.overlay, record)
    invalidated = e.Invalidated(
        program=record.program,
        issuance=record.id,
        quantity_t=wanted,
        claimed_t=claimed,
        notice=statement.id if notice.quantity_t else "",
    )
    tx.emit(e.Event(invalidated=invalidated))


def _issuance(tx: Tx, statement: Statement) -> Record:
    """Return the issuance that a statement decides about; REC_REF."""
    key = (statement.program, ISSUANCE, statement.issuance)
    return RECORDS.need(tx.overlay, Code.REC_REF, *key)


def _owe(tx: Tx, rules: Rules, record: Record, notice: Notice, budget: Budget) -> None:
    """Serve the notice for the rest and freeze the issuer's free units up to it."""
    issuance = record.issuance
    issuance.notice_open_t += notice.quantity_t
    unfinished = notice.reserve_from or notice.pool_left_t
    notices.serve(tx, rules, notice.statement, notice, tx.now if unfinished else 0)
    if notice.debtor != record.owner:
        issuance.deficit_open_t += notice.quantity_t
        return
    issuance.freezing_t += notice.quantity_t
    issuance.freeze_from = b""
    claims.tend(tx, record, budget)


def _operator(tx: Tx, rules: Rules) -> str:
    """Return the account of the first live OPERATOR seat; ROLE_MISSING."""
    prefix = keys.accreditation(rules.program.id, OPERATOR, "", "")[:-1]
    for _, raw in islice(tx.overlay.scan(prefix, prefix_stop(prefix)), SEATS_MAX):
        seat = ACCREDITATIONS.read(raw)
        if seats.live(seat, tx.now):
            return seat.account
    refuse(Code.ROLE_MISSING, f"{rules.program.id} has no live operator to owe the deficit")


# ---- re-assurance ----


def renew(tx: Tx, statement: Statement) -> None:
    """Units of an issuance are good for longer (S0-26): the queue gives it to them in portions.

    That it is later than now and than before was checked with the statement. REC_REF.
    """
    record = _issuance(tx, statement)
    issuance = record.issuance
    issuance.valid_until_s = statement.valid_until_s
    if issuance.issued_t:
        issuance.renewing_from = 1
        record.duty_s = tx.now
    RECORDS.put(tx.overlay, record)


def perform(tx: Tx, record: Record) -> None:
    """Go on with what is left to do for the units of an issuance."""
    budget = Budget(DUTY_LOTS_MAX)
    if record.issuance.renewing_from:
        _renew_on(tx, record, budget)
    claims.tend(tx, record, budget)
    RECORDS.put(tx.overlay, record)


def _renew_on(tx: Tx, record: Record, budget: Budget) -> None:
    """Give the next lots their new end, oldest serials first; what was used keeps its own."""
    issuance = record.issuance
    until, serial, renewed = issuance.valid_until_s, issuance.renewing_from, 0

    def change(lot: Lot) -> None:
        lot.valid_until_s = until

    while serial and budget.left > 0:
        budget.left -= 1
        lot = lots.at(tx.overlay, issuance.space, serial)
        if lot is None:
            serial = 0
            break
        end = lot.end
        if _is_due(tx, record, lot):
            lots.recast(tx.overlay, [Span(issuance.space, max(serial, lot.start), end)], change)
            renewed += end - max(serial, lot.start) + 1
        serial = end + 1
    issuance.renewing_from = serial
    if renewed:
        event = e.Renewed(
            program=record.program, issuance=record.id, valid_until_s=until, quantity_t=renewed
        )
        tx.emit(e.Event(renewed=event))


def _is_due(tx: Tx, record: Record, lot: Lot) -> bool:
    """Tell whether a lot is of the issuance, in nobody's sink, and has another end."""
    if lot.issuance != record.id or lot.valid_until_s == record.issuance.valid_until_s:
        return False
    account = ACCOUNTS.look(tx.overlay, lot.account)
    assert account is not None, "units are of an account"
    return lot.program == record.program and account.kind in (HOLDING, POOL)
