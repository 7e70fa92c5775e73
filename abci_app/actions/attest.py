"""Attest: an accredited body states numbers, a period and a boundary (S0-16, S0-21 to S0-38).

Must not know: how units come of it. Invariant: the signer is accredited when it signs and when the
statement is accepted; one tonne is claimed by one live statement (C-5).

Order of refusals: the row; its signer; the id is free and what is referred to exists; the scope of
the accreditation; the statement's own fields and the state of what it is about; the checks of the
row in the order of words.py; what follows.
"""

from dataclasses import dataclass

from abci_app.actions import shape
from abci_app.core import ids, u64
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import DOCUMENTS_MAX, FLAGS_MAX, REFS_MAX
from abci_app.engine import approvals, evidence, invalidation, seats
from abci_app.engine.context import Tx
from abci_app.state.policies import Rules
from abci_app.state.schema import CAP_RECORDS, RECORDS, STATEMENTS
from abci_app.state.words import APPROVAL_CHECKS
from tonne.v1 import events_pb2 as e
from tonne.v1 import tx_pb2 as t
from tonne.v1.state_pb2 import ACCEPTED, REASSURE, CapRecord, Record, Statement
from tonne.v1.tx_pb2 import Attest, OutcomeType, StatementKind

SCOPES = ("", "DIRECT", "INDIRECT")
FACTOR_SOURCES = ("", "SUPPLIER_CONFIRMED", "GRID_CONSERVATIVE")
LULUCF_MAX = 7


@dataclass(frozen=True)
class Form:
    """What a kind of statement is about, and which of the fields that not all have it takes."""

    about: int = 0  # the kind of the record; 0: none
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    ended: bool = False  # it is about a time, which has passed
    net: bool = False  # it counts tonnes


_DECISION = Form(t.ISSUANCE, needs=("issuance", "quantity_t"))
FORMS = {
    t.VERIFICATION: Form(
        t.ACTIVITY, ("activity",), ("scope", "factor_source", "reconciled"), ended=True
    ),
    t.VALIDATION: Form(t.ACTIVITY, ("activity",)),
    t.MONITORING_SYSTEM: Form(t.ACTIVITY, ("activity",)),
    t.FOOTPRINT_ASSURANCE: Form(t.FOOTPRINT, ("footprint",)),
    t.EMISSIONS: Form(t.ACTIVITY, ("activity",), ended=True),
    t.INVENTORY: Form(needs=("party", "period", "lulucf"), net=True),
    t.REVERSAL: Form(t.ISSUANCE, ("issuance", "quantity_t"), ("avoidable",)),
    t.REASSURANCE: Form(t.ISSUANCE, ("issuance", "valid_until_s")),
    t.CONFORMITY: Form(net=True, takes=("activity",)),
    t.INVALIDATION: _DECISION,
    t.RECONCILIATION: Form(t.ACTIVITY, ("activity", "reconciled"), ended=True),
}
_SPECIAL = (
    "activity",
    "issuance",
    "footprint",
    "party",
    "period",
    "quantity_t",
    "avoidable",
    "valid_until_s",
    "scope",
    "factor_source",
    "reconciled",
    "lulucf",
)


def check(msg: Attest) -> None:
    """Refuse a message whose shape is wrong."""
    ids.need_id(msg.program, "program")
    ids.need_id(msg.id, "id")
    shape.known(StatementKind, msg.kind, "kind")
    form = FORMS[msg.kind]
    for field in _SPECIAL:
        given = bool(getattr(msg, field))
        shape.need(given or field not in form.needs, field, "missing")
        fits = field in form.needs or field in form.takes
        shape.need(fits or not given, field, "does not belong to such a statement")
    for field in ("list", "activity", "issuance", "footprint", "period"):
        if getattr(msg, field):
            ids.need_id(getattr(msg, field), field)
    shape.need(not msg.party or ids.is_country(msg.party), "party", "two capital letters")
    shape.need(msg.lulucf <= LULUCF_MAX, "lulucf")
    shape.need(msg.scope in SCOPES, "scope", "DIRECT or INDIRECT")
    shape.need(msg.factor_source in FACTOR_SOURCES, "factor_source")
    shape.words(msg.reconciled, "reconciled", REFS_MAX)
    if msg.kind == t.VERIFICATION and msg.scope != "INDIRECT":
        for field in ("factor_source", "reconciled"):
            shape.need(not getattr(msg, field), field, "is of an INDIRECT claim")
    for field in ("period_from_s", "period_to_s", "valid_until_s"):
        shape.time(getattr(msg, field), field)
    shape.need(
        msg.period_from_s < msg.period_to_s or not form.ended,
        "period_to_s",
        "the period is empty",
    )
    shape.need(msg.outcome in OutcomeType.values(), "outcome")
    shape.words(msg.flags, "flags", FLAGS_MAX)
    shape.need(len(msg.documents) <= DOCUMENTS_MAX, "documents")
    for document in msg.documents:
        shape.digest(document, "documents")


def cost(msg: Attest) -> int:
    """Return the static cost: a statement, the claims beside it, and what a decision changes."""
    form = FORMS.get(msg.kind, _DECISION)
    return (96 if form.about == t.ISSUANCE else 16) + 2 * len(msg.reconciled)


def execute(tx: Tx, msg: Attest) -> None:
    """Put the statement on record as accepted, once its approvals are there, and what follows.

    RULE_MISSING, NOT_ACCREDITED, ROLE_MISSING, STATEMENT_EXISTS, REC_REF, PERIOD_UNKNOWN,
    ROLE_SCOPE, FOOTPRINT_STATE, PERIOD_INVALID, VALIDITY_INVALID, REC_SCHEMA,
    BASELINE_EXCEEDS_ACTUAL, CLAIM_OVERLAP, CONFLICT, WF_GUARD, BELOW_MIN_RESULT and the codes of
    what follows.
    """
    rules = tx.block.active(msg.program)
    rule = rules.approval("ATTEST", StatementKind.Name(msg.kind))
    seats.need(tx, rules, rule.signer, msg.list)
    if STATEMENTS.has(tx.overlay, msg.program, msg.id):
        refuse(Code.STATEMENT_EXISTS, msg.id)
    case = _case(tx, rules, msg)
    activity = _activity(tx, case)
    if activity is not None:
        words = [activity.activity.sector, activity.activity.category]
        evidence.need_scope(tx, rules, rule.signer, msg.list, words)
    _check_fields(tx, rules, case)
    for name in APPROVAL_CHECKS:
        if name in rule.checks:
            evidence.CHECKS[name](tx, rules, case)
    subject = case.subject
    concerned = [] if subject is None else [subject.owner_organisation]
    approvals.require(tx, rules, rule, acl=msg.list, concerned=concerned)
    statement = evidence.statement_of(case)
    statement.activity = "" if activity is None else activity.id
    statement.status = ACCEPTED
    statement.auditor = tx.signer.account
    statement.auditor_organisation = tx.signer.organisation
    statement.accepted_s = tx.now
    STATEMENTS.put(tx.overlay, statement)
    attested = e.Attested(
        program=msg.program,
        id=msg.id,
        kind=msg.kind,
        net_t=msg.numbers.net_t,
        auditor=tx.signer.account,
    )
    tx.emit(e.Event(attested=attested))
    _follow(tx, rules, case, statement)


def _case(tx: Tx, rules: Rules, msg: Attest) -> evidence.Case:
    """Return the statement with what it is about; REC_REF, PERIOD_UNKNOWN."""
    program = msg.program
    if msg.kind == t.INVENTORY:
        if msg.party not in rules.parties:
            refuse(Code.REC_REF, f"{program} has no party {msg.party}")
        period = rules.period(msg.period)
        spot = f"{msg.party}.{msg.lulucf}"  # a party's sinks of one kind
        return evidence.Case(msg, spot, None, period.start_s, period.end_s)
    about = FORMS[msg.kind].about
    if msg.kind == t.CONFORMITY and msg.activity:
        about = t.ACTIVITY
    name = msg.activity or msg.issuance or msg.footprint  # the shape lets one of them stand
    subject = None
    if about:
        subject = RECORDS.need(tx.overlay, Code.REC_REF, program, about, name)
    boundary = "" if subject is None else subject.activity.boundary_id
    return evidence.Case(msg, boundary, subject, msg.period_from_s, msg.period_to_s)


def _activity(tx: Tx, case: evidence.Case) -> Record | None:
    """Return the activity that the statement is about, of an issuance the one behind it."""
    subject = case.subject
    if subject is None or subject.kind == t.FOOTPRINT:
        return None
    if subject.kind == t.ACTIVITY:
        return subject
    name = (subject.program, t.ACTIVITY, subject.issuance.activity)
    return RECORDS.need(tx.overlay, Code.REC_REF, *name)


def _check_fields(tx: Tx, rules: Rules, case: evidence.Case) -> None:
    """Check what a kind of statement says by itself, whatever the row asks."""
    msg, form = case.msg, FORMS[case.msg.kind]
    if form.ended and case.to_s > tx.now:
        refuse(Code.PERIOD_INVALID, "the period has not ended")
    given = (msg.period_from_s, msg.period_to_s)
    if msg.kind == t.INVENTORY and given not in ((0, 0), (case.from_s, case.to_s)):
        refuse(Code.PERIOD_INVALID, f"{msg.period} has its own bounds")
    if form.net and not msg.numbers.net_t:
        refuse(Code.REC_SCHEMA, "numbers.net_t is missing")
    if case.subject is None:
        return
    if msg.kind == t.VERIFICATION:
        _check_verification(rules, msg, case.subject)
    if msg.kind == t.FOOTPRINT_ASSURANCE and case.subject.state != "ACKNOWLEDGED":
        refuse(Code.FOOTPRINT_STATE, f"{case.subject.id} is {case.subject.state}")
    if msg.kind == t.RECONCILIATION:
        evidence.no_direct_claims(tx, case)
    if msg.kind == t.REASSURANCE:
        _check_renewal(tx, rules, msg, case.subject)


def _check_verification(rules: Rules, msg: Attest, activity: Record) -> None:
    """A verification is of a part of the crediting period and confirms the checklist."""
    fields = activity.activity
    if not fields.crediting_from_s <= msg.period_from_s < msg.period_to_s <= fields.crediting_to_s:
        refuse(Code.PERIOD_INVALID, "the period lies outside the crediting period")
    for flag in rules.program.params.verification_flags:
        if flag not in msg.flags:
            refuse(Code.REC_SCHEMA, f"flags: {flag} is not confirmed")
    if not msg.outcome:
        refuse(Code.REC_SCHEMA, "outcome: missing")
    evidence.check_net(msg.numbers, msg.outcome)


def _check_renewal(tx: Tx, rules: Rules, msg: Attest, record: Record) -> None:
    """Units of a class that knows re-assurance get a later end (S0-26); VALIDITY_INVALID."""
    issuance = record.issuance
    if rules.unit_class(issuance.class_id).expiry_mode != REASSURE:
        refuse(Code.VALIDITY_INVALID, f"units of {issuance.class_id} are not re-assured")
    if not issuance.valid_until_s:
        refuse(Code.VALIDITY_INVALID, f"units of {record.id} have no end")
    if msg.valid_until_s <= max(tx.now, issuance.valid_until_s):
        refuse(Code.VALIDITY_INVALID, "valid_until_s must be later than it is, and than now")


def _follow(tx: Tx, rules: Rules, case: evidence.Case, statement: Statement) -> None:
    """What an accepted statement changes beside itself."""
    if statement.kind == t.FOOTPRINT_ASSURANCE and case.subject is not None:
        case.subject.footprint.statement = statement.id
        RECORDS.put(tx.overlay, case.subject)
    if statement.kind == t.INVENTORY:
        _allow(tx, rules, statement)
    if statement.kind in (t.INVALIDATION, t.REVERSAL):
        invalidation.decide(tx, rules, statement)
    if statement.kind == t.REASSURANCE:
        invalidation.renew(tx, statement)


def _allow(tx: Tx, rules: Rules, statement: Statement) -> None:
    """Count an inventory of sinks as the cap of the classes that rest on inventories (S1-29)."""
    for rule in rules.approvals.get("ISSUE", ()):
        if "CAP_INVENTORY" in rule.checks and rule.subject:
            key = (statement.program, rule.subject, statement.party, statement.period)
            row = CAP_RECORDS.get(tx.overlay, *key) or CapRecord(
                program=key[0], class_id=key[1], party=key[2], period=key[3]
            )
            row.allowed_t = u64.add(row.allowed_t, statement.numbers.net_t)
            CAP_RECORDS.put(tx.overlay, row)
