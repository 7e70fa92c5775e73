"""Records change state by rows of data: who signs, what must stand beforehand, what follows.

Must not know: any single kind of record, but through named guards and effects. Invariant: a record
is only in a state that a row, the full cap or the queue leads to, and its guards were met then.
"""

from collections.abc import Sequence

from abci_app.core import keys
from abci_app.core.calendar import iso
from abci_app.core.codec import decode
from abci_app.core.codes import Code, refuse
from abci_app.engine import approvals, effects, footprints, guards, notices, records, seats
from abci_app.engine.context import Tx
from abci_app.state.policies import Rules
from abci_app.store.kv import Overlay, prefix_stop
from tonne.v1.state_pb2 import Record, Statement, WorkflowRule
from tonne.v1.tx_pb2 import (
    ACCOUNT_OPEN,
    ACTIVITY,
    FOOTPRINT,
    ISSUANCE,
    NOTICE,
    StatementKind,
    Transition,
)


def create(tx: Tx, rules: Rules, record: Record) -> None:
    """Put a new record in the first state that a row leads to which the signer may sign."""
    rows = [row for row in rules.program.workflow_rules if row.kind == record.kind]
    rows = [row for row in rows if not row.from_state and _fits(row, record)]
    if not rows:
        refuse(Code.WF_NOT_ALLOWED, f"{rules.program.id} has no such records")
    take(tx, rules, record, _signable(tx, rules, record, rows), Transition())


def amending(tx: Tx, rules: Rules, record: Record) -> WorkflowRule:
    """Return the row by which a draft may get another text; REC_EXISTS, ROLE_MISSING."""
    rows = rules.workflows.get((record.kind, record.state, record.state), ())
    rows = tuple(row for row in rows if "AMEND" in row.effects and _fits(row, record))
    if not rows:
        refuse(Code.REC_EXISTS, record.id)
    return _signable(tx, rules, record, rows)


def step(tx: Tx, rules: Rules, record: Record, to: str, terms: Transition) -> None:
    """Take a record to a state by the first row that leads there and that the signer may sign.

    WF_NOT_ALLOWED, ISS_STATE, ROLE_MISSING, NOT_ACCREDITED, WF_TOO_EARLY, WF_TOO_LATE, WF_GUARD
    and the codes of guards and effects.
    """
    rows = rules.workflows.get((record.kind, record.state, to), ())
    rows = tuple(row for row in rows if "AMEND" not in row.effects and _fits(row, record))
    if not rows:
        if record.kind == ISSUANCE:
            refuse(Code.ISS_STATE, f"{record.id} is {record.state}; no rule leads to {to!r}")
        refuse(Code.WF_NOT_ALLOWED, f"from {record.state!r} to {to!r}")
    take(tx, rules, record, _signable(tx, rules, record, rows), terms)


def _fits(row: WorkflowRule, record: Record) -> bool:
    """Tell whether a row is for records of this subtype of activity or kind of notice."""
    if not row.subject:
        return True
    if record.kind == NOTICE:
        return row.subject == record.notice.kind
    return record.kind == ACTIVITY and row.subject == record.activity.subtype


def _signable(tx: Tx, rules: Rules, record: Record, rows: Sequence[WorkflowRule]) -> WorkflowRule:
    """Return the first row that the signer may sign; else the refusal of the first."""
    for row in rows:
        if "ACKNOWLEDGE" in row.effects:
            if tx.signer.account in record.footprint.owners:
                return row
        elif seats.may_sign(tx, rules, row.signer, _list(record), record.owner):
            break
    else:
        row = rows[0]
        if "ACKNOWLEDGE" in row.effects:
            return row  # which says whose word is missing
    seats.need(tx, rules, row.signer, _list(record), record.owner)
    return row


def take(tx: Tx, rules: Rules, record: Record, row: WorkflowRule, terms: Transition) -> None:
    """Go by a row: ages, documents, statements, flags, guards, terms, effects, approvals."""
    if not record.state:
        who = tx.account(tx.signer.account)
        if who.program != record.program or who.status != ACCOUNT_OPEN:
            refuse(Code.ACC_STATUS, f"{who.id} is no open account of {record.program}")
    else:
        _check_age(tx, record, row)
    for kind in row.documents:
        if not has_document(tx.overlay, record, kind):
            refuse(Code.WF_GUARD, f"document {kind} is not anchored to {record.id}")
    _check_statements(tx.overlay, record, row)
    for guard in row.guards:
        guards.GUARDS[guard](tx, rules, record)
    _fitting_terms(row, terms)
    whole = True
    for effect in row.effects:
        if effect == "ACKNOWLEDGE":
            whole = footprints.acknowledge(tx, record)
        elif effect == "OPEN_COMMENTS":
            record.comment_until_s = tx.now + row.comment_s
        elif effect != "AMEND":
            effects.EFFECTS[effect](tx, rules, record, terms)
    approvals.require(tx, rules, row, acl=_list(record), concerned=[record.owner_organisation])
    if record.kind == NOTICE:
        notices.enter(tx, record, row.to_state)
        return
    records.enter(tx, record, row.to_state if whole else record.state, tx.signer.account)


def _list(record: Record) -> str:
    """Return the ACL that a record names, if its kind names one."""
    return record.issuance.list if record.kind == ISSUANCE else ""


def _check_age(tx: Tx, record: Record, row: WorkflowRule) -> None:
    """A row may ask that the state has stood for a time, and that it has not stood too long."""
    since_s = record.state_since_s
    if tx.now < since_s + row.min_age_s:
        refuse(Code.WF_TOO_EARLY, f"from {iso(since_s + row.min_age_s)}")
    if row.max_age_s and tx.now >= since_s + row.max_age_s:
        refuse(Code.WF_TOO_LATE, f"it had to be before {iso(since_s + row.max_age_s)}")


def has_document(overlay: Overlay, record: Record, kind: str) -> bool:
    """Tell whether a document of a kind is anchored to a record."""
    prefix = keys.document_prefix(record.program, record.kind, record.id) + keys.text(kind)
    return any(True for _ in overlay.scan(prefix, prefix_stop(prefix)))


def _check_statements(overlay: Overlay, record: Record, row: WorkflowRule) -> None:
    """Each listed kind has an accepted statement, and the newest of each confirms the flags."""
    subject = record.id if record.kind in (ACTIVITY, FOOTPRINT) else record.issuance.activity
    for kind in row.statements:
        newest = _newest(overlay, record.program, subject, kind)
        if newest is None:
            refuse(Code.WF_GUARD, f"statement {StatementKind.Name(kind)} is not accepted")
        for flag in row.flags:
            if flag not in newest.flags:
                refuse(Code.WF_GUARD, f"flag {flag} is not confirmed by {newest.id}")


def _newest(overlay: Overlay, program: str, subject: str, kind: int) -> Statement | None:
    """Return the accepted statement of a kind about a subject that was accepted last."""
    prefix = keys.statement_by_activity_prefix(program, subject, kind)
    newest: Statement | None = None
    for row, _ in overlay.scan(prefix, prefix_stop(prefix)):
        raw = overlay.get(keys.statement(program, row[len(prefix) + 1 :].decode()))
        assert raw is not None, "the index names statements that exist"
        found = decode(Statement, raw)
        if newest is None or found.accepted_s >= newest.accepted_s:
            newest = found
    return newest


TERMS = {
    "SET_CAP": "opening",
    "RAISE_CAP": "opening",
    "APPROVE_ISSUANCE": "approval",
    "REVISE_NOTICE": "revision",
    "SET_AMOUNT": "amount",
}


def _fitting_terms(row: WorkflowRule, terms: Transition) -> None:
    """Refuse terms that the row does not take, or the lack of those that it needs."""
    needed = [TERMS[name] for name in row.effects if name in TERMS]
    given = terms.WhichOneof("terms")
    if given and given not in needed:
        refuse(Code.REC_SCHEMA, f"{given} does not belong to {row.name!r}")
    if needed and given not in needed:
        refuse(Code.REC_SCHEMA, f"{needed[0]} is missing")
