"""Who holds a role: accreditations that live at a moment.

Must not know: what a role is asked for. Invariant: a role is held only when every grant that the
program names
for it is live at block time - in the program's own list, and in the named ACL where the role asks
for one (S0-40, S0-61).
"""

from collections.abc import Iterator

from abci_app.core import keys
from abci_app.core.codec import decode
from abci_app.core.codes import Code, refuse
from abci_app.engine.context import Tx, is_live
from abci_app.state.policies import Rules
from abci_app.state.schema import ACCREDITATIONS
from abci_app.store.kv import Reader, prefix_stop
from tonne.v1.state_pb2 import GRANTED, Accreditation, Party
from tonne.v1.tx_pb2 import AUDITOR, HOLDER, Role


def live(seat: Accreditation | None, now: int) -> bool:
    """Tell whether an accreditation is in force at a time."""
    return (
        seat is not None
        and seat.status == GRANTED
        and seat.valid_from_s <= now
        and (not seat.valid_to_s or now < seat.valid_to_s)
    )


def holds(
    reader: Reader, rules: Rules, role: int, acl: str, account: str, now: int, side: str = ""
) -> bool:
    """Tell whether an account holds a role, in the ACL `acl` where the role needs one."""
    rule = rules.roles.get(role)
    if rule is None or not is_live(reader, account):
        return False
    for grant in rule.grants:
        if grant.named_list and not acl:
            return False
        name = acl if grant.named_list else ""
        seat = ACCREDITATIONS.look(reader, rules.program.id, role, name, account)
        if seat is None or not live(seat, now) or (side and seat.side != side):
            return False
    return True


def need(tx: Tx, rules: Rules, role: int, acl: str, owner: str = "") -> None:
    """Refuse unless the action's signer may sign as `role`; HOLDER means the account `owner`.

    NOT_ACCREDITED for auditors, ROLE_MISSING for everybody else.
    """
    account = tx.signer.account
    if role == HOLDER:
        if account != owner:
            refuse(Code.ROLE_MISSING, f"only {owner} may sign this")
        return
    _need_seat(tx, rules, role, acl, account)
    tx.seats_used.append((rules, role, acl, account))


def recheck(tx: Tx) -> None:
    """Refuse an envelope that takes away a seat which another of its actions was signed with."""
    for rules, role, acl, account in tx.seats_used:
        _need_seat(tx, rules, role, acl, account)


def _need_seat(tx: Tx, rules: Rules, role: int, acl: str, account: str) -> None:
    if not holds(tx.overlay, rules, role, acl, account, tx.now):
        code = Code.NOT_ACCREDITED if role == AUDITOR else Code.ROLE_MISSING
        where = f" in {acl}" if acl else ""
        refuse(code, f"{account} is not {Role.Name(role)} of {rules.program.id}{where}")


def may_sign(tx: Tx, rules: Rules, role: int, acl: str, owner: str) -> bool:
    """Tell whether the action's signer may sign as `role`."""
    if role == HOLDER:
        return tx.signer.account == owner
    return holds(tx.overlay, rules, role, acl, tx.signer.account, tx.now)


def fits(
    reader: Reader, rules: Rules, role: int, acl: str, side: str, party: Party, now: int
) -> bool:
    """Tell whether a party's seat fits a row of a quorum."""
    return holds(reader, rules, role, acl, party.account, now, side)


def of_account(reader: Reader, account: str) -> Iterator[Accreditation]:
    """Yield every accreditation of an account, whatever its state."""
    prefix = keys.accreditation_by_account_prefix(account)
    for row, _ in reader.scan(prefix, prefix_stop(prefix)):
        raw = reader.get(row[len(prefix) :])
        if raw is not None:
            yield decode(Accreditation, raw)
