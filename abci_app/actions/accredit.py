"""Accredit: seats are granted, suspended, reinstated and revoked (S0-40, S0-61).

Must not know: what seats are used for. Invariant: only the grantor that the program names changes
a seat; a revoked
seat stays revoked until it is granted anew.
"""

from abci_app.actions import shape
from abci_app.core import ids
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import SCOPES_MAX
from abci_app.engine import seats
from abci_app.engine.context import Tx, is_live
from abci_app.state.policies import Rules
from abci_app.state.schema import ACCREDITATIONS, ORGANISATIONS
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import GRANTED, REVOKED, SUSPENDED, Accreditation, RoleGrant
from tonne.v1.tx_pb2 import (
    GRANT,
    HOLDER,
    REINSTATE,
    REVOKE,
    SUSPEND,
    Accredit,
    AccreditOperation,
    Role,
)

_STEPS = {  # operation -> (states it starts from, state it leads to)
    SUSPEND: ((GRANTED,), SUSPENDED),
    REINSTATE: ((SUSPENDED,), GRANTED),
    REVOKE: ((GRANTED, SUSPENDED), REVOKED),
}


def check(msg: Accredit) -> None:
    """Refuse a message whose shape is wrong."""
    ids.need_id(msg.program, "program")
    shape.known(AccreditOperation, msg.operation, "operation")
    shape.known(Role, msg.role, "role")
    shape.need(msg.role != HOLDER, "role", "HOLDER is nobody's to grant")
    if msg.list:
        ids.need_id(msg.list, "list")
    if msg.side:
        ids.need_id(msg.side, "side")
    shape.account(msg.subject, "subject")
    shape.words(msg.scopes, "scopes", SCOPES_MAX)
    shape.time(msg.valid_from_s, "valid_from_s")
    shape.time(msg.valid_to_s, "valid_to_s")
    shape.digest(msg.document, "document", optional=True)
    shape.reason(msg.reason)


def cost(msg: Accredit) -> int:
    """Return the static cost: one record."""
    del msg
    return 4


def execute(tx: Tx, msg: Accredit) -> None:
    """Change a seat.

    PROGRAM_UNKNOWN, ROLE_SCOPE, ROLE_GRANTOR, ACC_UNKNOWN, ACC_STATUS, ACCREDITATION_STATUS.
    """
    rules = tx.block.active(msg.program)
    grant = _grant(rules, msg)
    if not seats.holds(tx.overlay, rules, grant.by, "", tx.signer.account, tx.now):
        refuse(Code.ROLE_GRANTOR, f"{Role.Name(msg.role)} is granted by {Role.Name(grant.by)}")
    subject = tx.account(msg.subject)
    before = ACCREDITATIONS.get(tx.overlay, msg.program, msg.role, msg.list, msg.subject)
    if msg.operation == GRANT:
        if subject.organisation == tx.signer.organisation:
            refuse(Code.CONFLICT, f"{subject.organisation} does not appoint itself")
        if not is_live(tx.overlay, subject.id):
            refuse(Code.ACC_STATUS, subject.id)
        if subject.program != msg.program:
            refuse(Code.ROLE_SCOPE, f"{subject.id} is not an account of {msg.program}")
        if msg.valid_to_s and msg.valid_to_s <= max(msg.valid_from_s, tx.now):
            refuse(Code.ROLE_SCOPE, "valid_to_s: the term has no length")
        if before is not None and before.status != REVOKED:
            refuse(Code.ACCREDITATION_STATUS, "it is granted already; suspend or revoke it first")
        seat = Accreditation(
            program=msg.program,
            role=msg.role,
            list=msg.list,
            account=subject.id,
            organisation=subject.organisation,
            side=msg.side,
            scopes=msg.scopes,
            valid_from_s=msg.valid_from_s,
            valid_to_s=msg.valid_to_s,
            status=GRANTED,
            document=msg.document,
        )
    else:
        starts, leads = _STEPS[msg.operation]
        if before is None or before.status not in starts:
            refuse(Code.ACCREDITATION_STATUS, f"{subject.id} has no seat in that state")
        seat = before
        seat.status = leads
    ACCREDITATIONS.put(tx.overlay, seat)
    if seat.status == GRANTED and rules.roles[msg.role].independent:
        name = subject.organisation
        organisation = ORGANISATIONS.need(tx.overlay, Code.ORG_UNKNOWN, name)
        organisation.independent = True
        ORGANISATIONS.put(tx.overlay, organisation)
    changed = e.Accredited(
        program=msg.program,
        role=msg.role,
        list=msg.list,
        account=subject.id,
        status=seat.status,
    )
    tx.emit(e.Event(accredited=changed))


def _grant(rules: Rules, msg: Accredit) -> RoleGrant:
    """Return the program's grant for the role, by list; ROLE_SCOPE."""
    rule = rules.roles.get(msg.role)
    for grant in rule.grants if rule is not None else ():
        if grant.named_list == bool(msg.list):
            return grant
    kind = "in a named list" if msg.list else "in the program's own list"
    refuse(Code.ROLE_SCOPE, f"{rules.program.id} grants no {Role.Name(msg.role)} {kind}")
