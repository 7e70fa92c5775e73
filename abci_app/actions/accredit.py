"""Accredit: seats are granted, suspended, reinstated and revoked (S0-40, S0-61).

Must not know: what seats are used for. Invariant: only the grantor that the program names changes
a seat; a revoked
seat stays revoked until it is granted anew.
"""

from typing import Any

from abci_app.actions import shape
from abci_app.core import ids, keys
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import ORGANISATION_ACCOUNTS_MAX, SCOPES_MAX
from abci_app.engine import approvals, seats
from abci_app.engine.context import Tx, is_live
from abci_app.state.policies import Rules
from abci_app.state.schema import ACCREDITATIONS, ORGANISATIONS
from abci_app.store.kv import prefix_stop
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import GRANTED, REVOKED, SUSPENDED, Account, Accreditation, RoleGrant
from tonne.v1.tx_pb2 import (
    ACCOUNT_OPEN,
    CONSORTIUM,
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
    """Return the static cost: a record, and the look for units of who is to be independent."""
    return 8 if msg.operation == GRANT else 4


def execute(tx: Tx, msg: Accredit) -> None:
    """Change a seat; in a program that is not active, too, so that it can be prepared and ended.

    PROGRAM_UNKNOWN, ROLE_SCOPE, ROLE_GRANTOR, ACC_UNKNOWN, CONFLICT, ACC_STATUS,
    ACCREDITATION_STATUS, SEATS_TAKEN, CONFLICT for units of who is to be independent; then the
    approvals of the program's row for the role. What the consortium grants, more than two thirds
    of it decide.
    """
    rules = tx.block.rules(msg.program)
    grant = _grant(rules, msg)
    if not _grants(tx, rules, grant):
        refuse(Code.ROLE_GRANTOR, f"{Role.Name(msg.role)} is granted by {Role.Name(grant.by)}")
    subject = tx.account(msg.subject)
    before = ACCREDITATIONS.get(tx.overlay, msg.program, msg.role, msg.list, msg.subject)
    if msg.operation == GRANT:
        seat = _granted(tx, rules, msg, subject, before)
    else:
        starts, leads = _STEPS[msg.operation]
        if before is None or before.status not in starts:
            refuse(Code.ACCREDITATION_STATUS, f"{subject.id} has no seat in that state")
        seat = before
        seat.status = leads
    _require(tx, rules, grant, msg.role, subject.organisation)
    ACCREDITATIONS.put(tx.overlay, seat)
    if seat.status == GRANTED and _makes_independent(rules, msg):
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


def _granted(
    tx: Tx, rules: Rules, msg: Accredit, subject: Account, before: Accreditation | None
) -> Accreditation:
    """Return the seat that is granted, if it may be."""
    sides = _sides(rules, msg.role)
    if sides and msg.side not in sides:
        refuse(Code.ROLE_SCOPE, f"side {msg.side!r}: the program counts others")
    if subject.organisation == tx.signer.organisation:
        refuse(Code.CONFLICT, f"{subject.organisation} does not appoint itself")
    if subject.status != ACCOUNT_OPEN or not is_live(tx.overlay, subject.id):
        refuse(Code.ACC_STATUS, subject.id)
    if subject.program != msg.program:
        refuse(Code.ROLE_SCOPE, f"{subject.id} is not an account of {msg.program}")
    if msg.valid_to_s and msg.valid_to_s <= max(msg.valid_from_s, tx.now):
        refuse(Code.ROLE_SCOPE, "valid_to_s: the term has no length")
    if before is not None and _stands(before, tx.now):
        refuse(Code.ACCREDITATION_STATUS, "it is granted already; suspend or revoke it first")
    _need_room(tx, rules, msg)
    if _makes_independent(rules, msg):
        _need_no_units(tx, subject.organisation)
    return Accreditation(
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


def _grants(tx: Tx, rules: Rules, grant: RoleGrant) -> bool:
    """Tell whether the signer holds the role that grants."""
    if grant.by == CONSORTIUM:
        return seats.in_consortium(tx.overlay, tx.signer.account, tx.now)
    return seats.holds(tx.overlay, rules, grant.by, "", tx.signer.account, tx.now)


def _require(tx: Tx, rules: Rules, grant: RoleGrant, role: int, organisation: str) -> None:
    """Note who must agree beside the signer; the appointed does not."""
    if grant.by == CONSORTIUM:
        approvals.require_consortium(tx, concerned=[organisation])
    for rule in rules.approvals.get("ACCREDIT", ()):
        if rule.subject in ("", Role.Name(role)):
            approvals.require(tx, rules, rule, concerned=[organisation])
            return


def _makes_independent(rules: Rules, msg: Accredit) -> bool:
    """Tell whether a seat is what makes its organisation independent, for good.

    A place in a named list does not, where the role needs a seat in the program's own list, too:
    else who keeps a list could shut any holder out of the market.
    """
    rule = rules.roles[msg.role]
    alone = all(other.named_list for other in rule.grants)
    return rule.independent and (alone or not msg.list)


def _need_no_units(tx: Tx, organisation: str) -> None:
    """Refuse to make an organisation independent that has units of any program; CONFLICT."""
    accounts = keys.account_by_organisation_prefix(organisation)
    for seen, (row, _) in enumerate(tx.overlay.scan(accounts, prefix_stop(accounts))):
        name = row[len(accounts) + 1 :].decode()
        holdings = keys.holding_prefix(name)
        held = any(True for _ in tx.overlay.scan(holdings, prefix_stop(holdings)))
        if held or seen == ORGANISATION_ACCOUNTS_MAX:
            refuse(Code.CONFLICT, f"{organisation} has units, in {name}")


def _sides(rules: Rules, role: int) -> list[str]:
    """Return the sides that the program's rows count for a role."""
    program = rules.program
    rows: tuple[Any, ...] = (
        *program.move_rules,
        *program.convert_rules,
        *program.approval_rules,
        *program.workflow_rules,
        *program.links,
        *program.labels,
    )
    named = [quorum for row in rows for quorum in row.approvals if quorum.side]
    return [quorum.side for quorum in named if quorum.role == role]


def _stands(seat: Accreditation, now: int) -> bool:
    """Tell whether a seat, suspended or not, takes its place."""
    return seat.status != REVOKED and not 0 < seat.valid_to_s <= now


def _need_room(tx: Tx, rules: Rules, msg: Accredit) -> None:
    """Refuse a seat in the program's own list above its number; SEATS_TAKEN (S1-19)."""
    most = rules.roles[msg.role].seats_max
    if not most or msg.list:
        return
    prefix = keys.accreditation_list_prefix(msg.program, msg.role, "")
    taken = sum(_stands(seat, tx.now) for seat in ACCREDITATIONS.all(tx.overlay, prefix))
    if taken >= most:
        refuse(Code.SEATS_TAKEN, f"{Role.Name(msg.role)}: {taken} of {most}")


def _grant(rules: Rules, msg: Accredit) -> RoleGrant:
    """Return the program's grant for the role, by list; ROLE_SCOPE."""
    rule = rules.roles.get(msg.role) if msg.program != ids.CHAIN_PROGRAM else None
    for grant in rule.grants if rule is not None else ():
        if grant.named_list == bool(msg.list):
            return grant
    kind = "in a named list" if msg.list else "in the program's own list"
    refuse(Code.ROLE_SCOPE, f"{rules.program.id} grants no {Role.Name(msg.role)} {kind}")
