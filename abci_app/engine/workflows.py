"""Records change state by rows of data: who signs, what must stand beforehand, what follows.

Must not know: any single kind of record, but through named guards and effects. Invariant: a record
is only in a state
that a row (or the full cap) leads to, and its guards were met then.
"""

from collections.abc import Callable

from abci_app.core import keys
from abci_app.core.calendar import iso
from abci_app.core.codes import Code, refuse
from abci_app.engine import approvals, checks, seats
from abci_app.engine.context import Tx
from abci_app.state.policies import Rules
from abci_app.state.schema import ACCOUNTS, RECORDS, STATEMENTS
from abci_app.store.kv import Overlay, prefix_stop
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import Record, WorkflowRule
from tonne.v1.tx_pb2 import ISSUANCE, RecordRef, StatementKind, Transition


def step(tx: Tx, rules: Rules, record: Record, to: str, terms: Transition) -> None:
    """Take a record to a state by the first row that leads there and that the signer may sign.

    WF_NOT_ALLOWED, ROLE_MISSING, NOT_ACCREDITED, WF_TOO_EARLY, WF_GUARD and the codes of guards
    and effects.
    """
    row = _row(tx, rules, record, to)
    if record.state and tx.now < record.state_since_s + row.min_age_s:
        refuse(Code.WF_TOO_EARLY, f"from {iso(record.state_since_s + row.min_age_s)}")
    for kind in row.documents:
        if not has_document(tx.overlay, record, kind):
            refuse(Code.WF_GUARD, f"document {kind} is not anchored to {record.id}")
    for statement_kind in row.statements:
        if not _has_statement(tx.overlay, record, statement_kind):
            name = StatementKind.Name(statement_kind)
            refuse(Code.WF_GUARD, f"statement {name} is not accepted")
    for guard in row.guards:
        checks.GUARDS[guard](tx, rules, record)
    _fitting_terms(row, terms)
    for effect in row.effects:
        EFFECTS[effect](tx, rules, record, terms)
    approvals.require(
        tx,
        rules,
        row,
        acl=_list(record),
        concerned=[record.owner_organisation],
    )
    before, record.state = record.state, to
    record.state_since_s = tx.now
    record.version += 1
    RECORDS.put(tx.overlay, record)
    changed = e.RecordChanged(
        program=record.program,
        record=RecordRef(kind=record.kind, id=record.id),
        from_state=before,
        to_state=to,
        account=tx.signer.account,
    )
    tx.emit(e.Event(record_changed=changed))


def _list(record: Record) -> str:
    """Return the ACL that a record names, if its kind names one."""
    return record.issuance.list if record.kind == ISSUANCE else ""


def _row(tx: Tx, rules: Rules, record: Record, to: str) -> WorkflowRule:
    rows = rules.workflows.get((record.kind, record.state, to), ())
    for row in rows:
        if seats.may_sign(tx, rules, row.signer, _list(record), record.owner):
            return row
    if rows:
        seats.need(tx, rules, rows[0].signer, _list(record), record.owner)
    if record.kind == ISSUANCE and record.state:
        refuse(Code.ISS_STATE, f"{record.id} is {record.state}; no rule leads to {to!r}")
    refuse(Code.WF_NOT_ALLOWED, f"from {record.state or 'nothing'!r} to {to!r}")


def has_document(overlay: Overlay, record: Record, kind: str) -> bool:
    """Tell whether a document of a kind is anchored to a record."""
    prefix = keys.document_prefix(record.program, record.kind, record.id) + keys.text(kind)
    return any(True for _ in overlay.scan(prefix, prefix_stop(prefix)))


def _has_statement(overlay: Overlay, record: Record, kind: int) -> bool:
    """Tell whether an accepted statement of a kind names the activity."""
    prefix = keys.statement_by_activity_prefix(record.program, record.id, kind)
    return any(True for _ in overlay.scan(prefix, prefix_stop(prefix)))


def _fitting_terms(row: WorkflowRule, terms: Transition) -> None:
    """Refuse terms that the row does not take, or the lack of those that it needs."""
    wanted = {"SET_CAP": "opening", "APPROVE_ISSUANCE": "approval"}
    needed = [wanted[name] for name in row.effects if name in wanted]
    given = terms.WhichOneof("terms")
    if given and given not in needed:
        refuse(Code.REC_SCHEMA, f"{given} does not belong to {row.name!r}")
    if needed and given not in needed:
        refuse(Code.REC_SCHEMA, f"{needed[0]} is missing")


# ---- effects ----


def _set_cap(tx: Tx, rules: Rules, record: Record, terms: Transition) -> None:
    """An auditor opens it with a cap within the assured total, backed by it alone (S0-63)."""
    del rules
    wanted = terms.opening.cap_t
    if not wanted:
        refuse(Code.REC_SCHEMA, "opening.cap_t: a cap of zero opens nothing")
    statements = checks.cap_base(tx, record, wanted)
    left = wanted
    for statement in statements:
        statement.issuance = record.id
        statement.capped_t = min(left, statement.numbers.net_t)
        left -= statement.capped_t
        STATEMENTS.put(tx.overlay, statement)
    record.issuance.cap_t = wanted
    record.issuance.auditor = tx.signer.account


def _approve(tx: Tx, rules: Rules, record: Record, terms: Transition) -> None:
    """The operator approves cap, reserve and market access (S0-64 to S0-67)."""
    approval = terms.approval
    issuance = record.issuance
    params = rules.program.params
    if not approval.approved_cap_t or approval.approved_cap_t > issuance.cap_t:
        refuse(Code.CAP_EXCEEDED, f"approved cap must be in 1..{issuance.cap_t}")
    if (
        approval.reserve_bps > params.reserve_bps_max
        or approval.reserve_months > params.reserve_months_max
        or bool(approval.reserve_bps) != bool(approval.reserve_months)
    ):
        refuse(Code.RESERVE_TERMS, "share and months go together, within the program's bounds")
    issuance.approved_cap_t = approval.approved_cap_t
    issuance.valid_base_t = approval.approved_cap_t
    issuance.reserve_bps = approval.reserve_bps
    issuance.reserve_months = approval.reserve_months
    if approval.market_access:
        owner = ACCOUNTS.need(tx.overlay, Code.ACC_UNKNOWN, record.owner)
        owner.market_access = True
        ACCOUNTS.put(tx.overlay, owner)


def _free_cap(tx: Tx, rules: Rules, record: Record, terms: Transition) -> None:
    """Give the statements of an issuance under which nothing was issued back, to back another."""
    del rules, terms
    issuance = record.issuance
    if issuance.issued_t:
        refuse(Code.ISS_STATE, f"{record.id} has issued units")
    for statement_id in issuance.statements:
        statement = STATEMENTS.need(
            tx.overlay, Code.STATEMENT_UNKNOWN, record.program, statement_id
        )
        if statement.issuance == record.id:
            statement.issuance, statement.capped_t = "", 0
            STATEMENTS.put(tx.overlay, statement)
    issuance.cap_t = issuance.approved_cap_t = issuance.valid_base_t = 0


EFFECTS: dict[str, Callable[[Tx, Rules, Record, Transition], None]] = {
    "APPROVE_ISSUANCE": _approve,
    "FREE_CAP": _free_cap,
    "SET_CAP": _set_cap,
}
