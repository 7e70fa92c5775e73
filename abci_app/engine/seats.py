"""Who holds a role: accreditations that live at a moment.

Must not know: what a role is asked for. Invariants: a role is held only when every grant that the
program names for it is live at block time - in the program's own list, and in the named ACL where
the role asks for one (S0-40, S0-61); the chain's own program has one role, CONSORTIUM, and one
grant of it.
"""

from collections.abc import Iterator

from abci_app.core import ids, keys
from abci_app.core.codec import decode
from abci_app.core.codes import Code, refuse
from abci_app.engine.context import Block, Tx, is_live
from abci_app.state.policies import Rules
from abci_app.state.schema import ACCREDITATIONS
from abci_app.store.kv import Reader, prefix_stop
from tonne.v1.state_pb2 import GRANTED, Accreditation, Party, Requirement
from tonne.v1.tx_pb2 import AUDITOR, CONSORTIUM, HOLDER, Role


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


def need_consortium(tx: Tx, *, leaving: bool = False) -> None:
    """Refuse unless the action's signer sits in the consortium; ROLE_MISSING.

    `leaving`: the act may take away the very seat that it is signed with.
    """
    _need_seat(tx, None, CONSORTIUM, "", tx.signer.account)
    if leaving:
        return
    tx.seats_used.append((None, CONSORTIUM, "", tx.signer.account))


def recheck(tx: Tx) -> None:
    """Refuse an envelope that takes away a seat which another of its actions was signed with."""
    for rules, role, acl, account in tx.seats_used:
        _need_seat(tx, rules, role, acl, account)


def _need_seat(tx: Tx, rules: Rules | None, role: int, acl: str, account: str) -> None:
    """`rules`: None for the consortium of the chain."""
    if rules is None:
        held = in_consortium(tx.overlay, account, tx.now)
    else:
        held = holds(tx.overlay, rules, role, acl, account, tx.now)
    if not held:
        code = Code.NOT_ACCREDITED if role == AUDITOR else Code.ROLE_MISSING
        program = ids.CHAIN_PROGRAM if rules is None else rules.program.id
        where = f" in {acl}" if acl else ""
        refuse(code, f"{account} is not {Role.Name(role)} of {program}{where}")


def may_sign(tx: Tx, rules: Rules, role: int, acl: str, owner: str) -> bool:
    """Tell whether the action's signer may sign as `role`."""
    if role == HOLDER:
        return tx.signer.account == owner
    return holds(tx.overlay, rules, role, acl, tx.signer.account, tx.now)


def fits(reader: Reader, block: Block, need: Requirement, party: Party) -> bool:
    """Tell whether a party's seat fits a row of a quorum, and may be used there."""
    if party.organisation in need.excluded:
        return False
    account, now = party.account, block.time_s
    if need.program == ids.CHAIN_PROGRAM:
        return in_consortium(reader, account, now)
    rules = block.rules(need.program)
    return holds(reader, rules, need.role, need.list, account, now, need.side)


def in_consortium(reader: Reader, account: str, now: int) -> bool:
    """Tell whether an account holds a seat of the consortium and may use it."""
    seat = ACCREDITATIONS.look(reader, ids.CHAIN_PROGRAM, CONSORTIUM, "", account)
    return live(seat, now) and is_live(reader, account)


def consortium(reader: Reader, now: int) -> list[str]:
    """Return the organisations with a live seat of the consortium, whatever else befell them.

    A suspended account does not vote, and stays in the denominator: who can suspend accounts must
    not thereby lower the majority.
    """
    prefix = keys.accreditation_list_prefix(ids.CHAIN_PROGRAM, CONSORTIUM, "")
    found = [
        seat.organisation
        for _, raw in reader.scan(prefix, prefix_stop(prefix))
        if live(seat := ACCREDITATIONS.read(raw), now)
    ]
    return sorted(dict.fromkeys(found))


def of_account(reader: Reader, account: str) -> Iterator[Accreditation]:
    """Yield every accreditation of an account, whatever its state."""
    prefix = keys.accreditation_by_account_prefix(account)
    for row, _ in reader.scan(prefix, prefix_stop(prefix)):
        raw = reader.get(row[len(prefix) :])
        if raw is not None:
            yield decode(Accreditation, raw)
