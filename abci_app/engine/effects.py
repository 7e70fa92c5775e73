"""Effects of workflow rows on what a record says: caps, approvals, terms.

Must not know: which program asks, or whether the step will be approved. Invariants (C-4): what
backs a cap backs no other; a cap is never below what is issued under it.
"""

from collections.abc import Callable

from abci_app.core.codes import Code, refuse
from abci_app.core.limits import BPS, STATEMENTS_MAX
from abci_app.engine import checks, notices, obligations, records
from abci_app.engine.context import Tx
from abci_app.state.policies import Rules
from abci_app.state.schema import ACCOUNTS, STATEMENTS
from tonne.v1.state_pb2 import EXPIRE, NO_EXPIRY, Issuance, Record
from tonne.v1.tx_pb2 import IssuanceApproval, Transition

Effect = Callable[[Tx, Rules, Record, Transition], None]


def _set_cap(tx: Tx, rules: Rules, record: Record, terms: Transition) -> None:
    """An auditor opens it with a cap within the assured total, backed by it alone (S0-63)."""
    opening, issuance = terms.opening, record.issuance
    if not opening.cap_t:
        refuse(Code.REC_SCHEMA, "opening.cap_t: a cap of zero opens nothing")
    if opening.statements:
        refuse(Code.REC_SCHEMA, "opening.statements: the request names them")
    _check_validity(tx, rules, issuance, opening.valid_until_s)
    _back(tx, record, opening.cap_t)
    issuance.valid_until_s = opening.valid_until_s
    issuance.auditor = tx.signer.account


def _raise_cap(tx: Tx, rules: Rules, record: Record, terms: Transition) -> None:
    """An auditor raises the cap by further statements; the operator approves it anew (B3)."""
    del rules
    opening, issuance = terms.opening, record.issuance
    if opening.cap_t <= issuance.cap_t:
        refuse(Code.REC_SCHEMA, f"opening.cap_t: {issuance.cap_t} is to be raised")
    if opening.valid_until_s not in (0, issuance.valid_until_s):
        refuse(Code.VALIDITY_INVALID, "only a re-assurance changes the end of validity")
    for name in opening.statements:
        if name in issuance.statements:
            refuse(Code.REC_SCHEMA, f"opening.statements: {name} backs it already")
    issuance.statements.extend(opening.statements)
    if len(issuance.statements) > STATEMENTS_MAX:
        refuse(Code.REC_SCHEMA, f"opening.statements: more than {STATEMENTS_MAX} in all")
    _back(tx, record, opening.cap_t)
    issuance.auditor = tx.signer.account


def _back(tx: Tx, record: Record, wanted: int) -> None:
    """Set the cap and note how much of it each statement backs, in the order of naming."""
    left = wanted
    for statement in checks.cap_base(tx, record, wanted):
        statement.issuance = record.id
        statement.capped_t = min(left, statement.numbers.net_t)
        left -= statement.capped_t
        STATEMENTS.put(tx.overlay, statement)
    record.issuance.cap_t = wanted


def _check_validity(tx: Tx, rules: Rules, issuance: Issuance, until_s: int) -> None:
    """An end of validity as the class knows it: none, always one, or either (S0-26)."""
    mode = rules.unit_class(issuance.class_id).expiry_mode
    if not until_s:
        if mode == EXPIRE:
            refuse(Code.VALIDITY_INVALID, f"units of {issuance.class_id} have an end: name it")
    elif mode == NO_EXPIRY:
        refuse(Code.VALIDITY_INVALID, f"units of {issuance.class_id} have no end")
    elif until_s <= tx.now:
        refuse(Code.VALIDITY_INVALID, "opening.valid_until_s has passed")


def _approve(tx: Tx, rules: Rules, record: Record, terms: Transition) -> None:
    """The operator approves cap, reserve, pool and market access (S0-64 to S0-67)."""
    approval, issuance = terms.approval, record.issuance
    if not approval.approved_cap_t or approval.approved_cap_t > issuance.cap_t:
        refuse(Code.CAP_EXCEEDED, f"approved cap must be in 1..{issuance.cap_t}")
    voided = issuance.approved_cap_t - issuance.valid_base_t  # found void before
    if approval.approved_cap_t < max(issuance.issued_t, voided):
        least = max(issuance.issued_t, voided)
        refuse(Code.CAP_EXCEEDED, f"{least} is issued or found void already")
    _check_shares(rules, issuance, approval)
    issuance.approved_cap_t = approval.approved_cap_t
    issuance.valid_base_t = approval.approved_cap_t - voided
    issuance.reserve_bps = approval.reserve_bps
    issuance.reserve_months = approval.reserve_months
    issuance.pool_bps = approval.pool_bps
    if approval.market_access:
        owner = ACCOUNTS.need(tx.overlay, Code.ACC_UNKNOWN, record.owner)
        owner.market_access = True
        ACCOUNTS.put(tx.overlay, owner)


def _check_shares(rules: Rules, issuance: Issuance, approval: IssuanceApproval) -> None:
    """Reserve and pool lie within the program's bounds; shares stay once units were issued."""
    params = rules.program.params
    if (
        approval.reserve_bps > params.reserve_bps_max
        or approval.reserve_months > params.reserve_months_max
        or bool(approval.reserve_bps) != bool(approval.reserve_months)
    ):
        refuse(Code.RESERVE_TERMS, "share and months go together, within the program's bounds")
    if approval.pool_bps > params.pool_bps_max or approval.reserve_bps + approval.pool_bps > BPS:
        refuse(Code.RESERVE_TERMS, "pool_bps is above the program's bound, or leaves nothing")
    shares = (approval.reserve_bps, approval.pool_bps)
    if issuance.issued_t and shares != (issuance.reserve_bps, issuance.pool_bps):
        refuse(Code.RESERVE_TERMS, "units were issued: the shares stay as they are")


def _free_cap(tx: Tx, rules: Rules, record: Record, terms: Transition) -> None:
    """Give the statements of an issuance under which nothing was issued back, to back another."""
    del rules, terms
    issuance = record.issuance
    if issuance.issued_t:
        refuse(Code.ISS_STATE, f"{record.id} has issued units")
    if issuance.approved_cap_t != issuance.valid_base_t:
        refuse(Code.ISS_STATE, f"tonnes of {record.id} were found void: they back no other cap")
    for statement_id in issuance.statements:
        statement = STATEMENTS.need(
            tx.overlay, Code.STATEMENT_UNKNOWN, record.program, statement_id
        )
        if statement.issuance == record.id:
            statement.issuance, statement.capped_t = "", 0
            STATEMENTS.put(tx.overlay, statement)
    issuance.cap_t = issuance.approved_cap_t = issuance.valid_base_t = 0


def _set_amount(tx: Tx, rules: Rules, record: Record, terms: Transition) -> None:
    """The volume of an obligation is fixed (S1-43); the queue sees its day."""
    obligations.set_amount(tx, rules, record, terms.amount.amount_t)


def _supersede(tx: Tx, rules: Rules, record: Record, terms: Transition) -> None:
    del rules, terms
    records.supersede(tx, record)


def _set_term(tx: Tx, rules: Rules, record: Record, terms: Transition) -> None:
    del rules, terms
    records.set_term(tx, record)


# ACKNOWLEDGE, AMEND and OPEN_COMMENTS say how a step is taken: workflows knows them.
EFFECTS: dict[str, Effect] = {
    "APPROVE_ISSUANCE": _approve,
    "CANCEL_NOTICE": notices.cancel,
    "CONTEST": notices.contest,
    "FREE_CAP": _free_cap,
    "RAISE_CAP": _raise_cap,
    "REOPEN_NOTICE": notices.reopen,
    "REVISE_NOTICE": notices.revise,
    "SET_AMOUNT": _set_amount,
    "SET_CAP": _set_cap,
    "SET_TERM": _set_term,
    "SUPERSEDE": _supersede,
}
