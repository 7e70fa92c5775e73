"""Verbs: the actions that people think in, as functions.

Must not know: the network. Invariant: each returns one Action and nothing is sent.
"""

from collections.abc import Sequence
from typing import Any

from node.sdk.build import key_grant
from node.sdk.keys import StoredKey
from tonne.v1 import tx_pb2 as t

RIGHTS = (t.INITIATE, t.APPROVE)


def transfer(
    program: str, class_id: str, quantity_t: int, from_account: str, to_account: str
) -> t.Action:
    """Move units to another holder."""
    return t.Action(
        move=t.Move(
            program=program,
            class_id=class_id,
            quantity_t=quantity_t,
            from_account=from_account,
            to_account=to_account,
        )
    )


def retire(
    program: str,
    class_id: str,
    quantity_t: int,
    from_account: str,
    sink: str,
    *,
    beneficiary: str,
    purpose: t.Purpose = t.VOLUNTARY,
    **fields: Any,  # noqa: ANN401 - further fields of Move: year, note, receipt_hash
) -> t.Action:
    """Move units into a program's retirement account, for good."""
    move = t.Move(
        program=program,
        class_id=class_id,
        quantity_t=quantity_t,
        from_account=from_account,
        to_account=sink,
        purpose=purpose,
        beneficiary=t.Beneficiary(name=beneficiary),
        **fields,
    )
    return t.Action(move=move)


def issue(program: str, issuance: str, quantity_t: int, vintage: int) -> t.Action:
    """Issue units under an approved cap."""
    message = t.Issue(program=program, issuance=issuance, quantity_t=quantity_t, vintage=vintage)
    return t.Action(issue=message)


def open_organisation(program: str, org_id: str, name: str, country: str) -> t.Action:
    """Open an organisation."""
    change = t.OrganisationChange(id=org_id, name=name, country=country)
    return t.Action(put_account=t.PutAccount(program=program, organisation=change))


def open_account(
    program: str,
    account: str,
    organisation: str,
    chain_id: str,
    keys: Sequence[StoredKey],
    **fields: Any,  # noqa: ANN401 - further fields of AccountChange: name, min_approve, ...
) -> t.Action:
    """Open an account whose keys are all here to prove that they are had."""
    grants = [key_grant(chain_id, account, key, RIGHTS) for key in keys]
    change = t.AccountChange(id=account, organisation=organisation, add_keys=grants, **fields)
    return t.Action(put_account=t.PutAccount(program=program, account=change))


def grant(program: str, role: t.Role, subject: str, acl: str = "") -> t.Action:
    """Grant a seat, in the program's own list or in a named one."""
    message = t.Accredit(program=program, operation=t.GRANT, role=role, subject=subject, list=acl)
    return t.Action(accredit=message)


def decide(proposal: int, *, yes: bool, reason: str = "") -> t.Action:
    """Say yes or no to a proposal; a no needs a reason."""
    verdict = t.YES if yes else t.NO
    return t.Action(decide=t.Decide(proposal=proposal, verdict=verdict, reason=reason))


def withdraw(proposal: int) -> t.Action:
    """Take one's own proposal back."""
    return t.Action(withdraw=t.Withdraw(proposal=proposal))
