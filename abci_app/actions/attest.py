"""Attest: an accredited body states numbers, a period and a boundary (S0-16, S0-21 to S0-38).

Must not know: how units come of it. Invariant: the signer is accredited when it signs and when the
statement is accepted;
one tonne is claimed by one live statement (C-5).
"""

from abci_app.actions import shape
from abci_app.core import ids
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import DOCUMENTS_MAX, FLAGS_MAX
from abci_app.engine import approvals, checks, seats
from abci_app.engine.context import Tx
from abci_app.state.policies import Rules
from abci_app.state.schema import RECORDS, STATEMENTS
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import ACCEPTED, Record, Statement
from tonne.v1.tx_pb2 import (
    ACTIVITY,
    VERIFICATION,
    Attest,
    OutcomeType,
    StatementKind,
    StatementNumbers,
)


def check(msg: Attest) -> None:
    """Refuse a message whose shape is wrong."""
    ids.need_id(msg.program, "program")
    ids.need_id(msg.id, "id")
    shape.known(StatementKind, msg.kind, "kind")
    if msg.list:
        ids.need_id(msg.list, "list")
    ids.need_id(msg.activity, "activity")
    shape.time(msg.period_to_s, "period_to_s")
    shape.need(
        msg.period_from_s < msg.period_to_s or msg.kind != VERIFICATION,
        "period_to_s",
        "the period is empty",
    )
    shape.need(msg.outcome in OutcomeType.values(), "outcome")
    shape.words(msg.flags, "flags", FLAGS_MAX)
    shape.need(len(msg.documents) <= DOCUMENTS_MAX, "documents")
    for document in msg.documents:
        shape.digest(document, "documents")


def cost(msg: Attest) -> int:
    """Return the static cost: one statement and a look at the claims beside it."""
    del msg
    return 16


def execute(tx: Tx, msg: Attest) -> None:
    """Put the statement on record as accepted, once its approvals are there.

    RULE_MISSING, NOT_ACCREDITED, STATEMENT_EXISTS, REC_REF, CONFLICT, PERIOD_INVALID, REC_SCHEMA,
    CLAIM_OVERLAP.
    """
    rules = tx.block.active(msg.program)
    rule = rules.approval("ATTEST", StatementKind.Name(msg.kind))
    seats.need(tx, rules, rule.signer, msg.list)
    if STATEMENTS.has(tx.overlay, msg.program, msg.id):
        refuse(Code.STATEMENT_EXISTS, msg.id)
    activity = RECORDS.need(tx.overlay, Code.REC_REF, msg.program, ACTIVITY, msg.activity)
    if "COI" in rule.checks:
        checks.conflict(tx, activity)
    if msg.kind == VERIFICATION:
        _check_verification(tx, rules, msg, activity)
    if "CLAIM_UNIQUE" in rule.checks:
        checks.claim_unique(tx, msg, activity.activity.boundary_id)
    approvals.require(
        tx,
        rules,
        rule,
        acl=msg.list,
        concerned=[activity.owner_organisation],
    )
    statement = Statement(
        program=msg.program,
        id=msg.id,
        kind=msg.kind,
        status=ACCEPTED,
        list=msg.list,
        auditor=tx.signer.account,
        auditor_organisation=tx.signer.organisation,
        activity=msg.activity,
        boundary_id=activity.activity.boundary_id,
        period_from_s=msg.period_from_s,
        period_to_s=msg.period_to_s,
        outcome=msg.outcome,
        numbers=msg.numbers,
        flags=msg.flags,
        documents=msg.documents,
        accepted_s=tx.now,
    )
    STATEMENTS.put(tx.overlay, statement)
    attested = e.Attested(
        program=msg.program,
        id=msg.id,
        kind=msg.kind,
        net_t=msg.numbers.net_t,
        auditor=tx.signer.account,
    )
    tx.emit(e.Event(attested=attested))


def _check_verification(tx: Tx, rules: Rules, msg: Attest, activity: Record) -> None:
    """A verification is of a past part of the crediting period and confirms the checklist."""
    fields = activity.activity
    if not fields.crediting_from_s <= msg.period_from_s < msg.period_to_s <= fields.crediting_to_s:
        refuse(Code.PERIOD_INVALID, "the period lies outside the crediting period")
    if msg.period_to_s > tx.now:
        refuse(Code.PERIOD_INVALID, "the period has not ended")
    for flag in rules.program.params.verification_flags:
        if flag not in msg.flags:
            refuse(Code.REC_SCHEMA, f"flags: {flag} is not confirmed")
    if not msg.outcome:
        refuse(Code.REC_SCHEMA, "outcome: missing")
    _check_numbers(msg.numbers)


def _check_numbers(numbers: StatementNumbers) -> None:
    """Net = baseline - project - leakage - deduction - new sources, above zero (S0-35)."""
    less = numbers.project_t + numbers.leakage_t + numbers.deduction_t + numbers.new_source_t
    if not numbers.net_t or numbers.baseline_t - less != numbers.net_t:
        refuse(Code.REC_SCHEMA, f"numbers.net_t: {numbers.net_t} is not baseline less {less}")
    if numbers.actual_baseline_t and numbers.baseline_t > numbers.actual_baseline_t:
        refuse(Code.REC_SCHEMA, "numbers.baseline_t is above the actual baseline")
