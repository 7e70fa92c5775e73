"""Verbs: the actions that people think in, as functions.

Must not know: the network. Invariant: each returns one Action, made of nothing but its arguments;
what the law says of it is the chain's to judge.
"""

from collections.abc import Sequence

from google.protobuf.message import Message

from node.sdk.build import key_grant
from node.sdk.keys import StoredKey
from tonne.v1 import tx_pb2 as t

RIGHTS = (t.INITIATE, t.APPROVE)

_ARMS = {
    field.message_type.full_name: field.name
    for field in t.Action.DESCRIPTOR.oneofs_by_name["action"].fields
}


def act(message: Message, signer: int = 0) -> t.Action:
    """Return the action that a message is, by its type; `signer` is the index of who acts.

    Every action of the protocol can be made this way: `act(Attest(...))`.
    """
    arm = _ARMS.get(message.DESCRIPTOR.full_name)
    if arm is None:
        raise ValueError(f"{message.DESCRIPTOR.name} is not an action")
    action = t.Action(signer_index=signer)
    getattr(action, arm).CopyFrom(message)
    return action


# ---- units ----


def transfer(
    program: str,
    class_id: str,
    quantity_t: int,
    from_account: str,
    to_account: str,
    *,
    note: str = "",
    signer: int = 0,
) -> t.Action:
    """Move units to another holder; the law says which of the holder's are taken."""
    move = t.Move(
        program=program,
        class_id=class_id,
        quantity_t=quantity_t,
        from_account=from_account,
        to_account=to_account,
        note=note,
    )
    return act(move, signer)


def retire(
    program: str,
    class_id: str,
    quantity_t: int,
    from_account: str,
    sink: str,
    *,
    beneficiary: str | t.Beneficiary,
    purpose: t.Purpose = t.VOLUNTARY,
    year: int = 0,
    receipt_hash: bytes = b"",
    note: str = "",
    signer: int = 0,
) -> t.Action:
    """Move units into a program's retirement account, for good; a beneficiary needs no account."""
    named = t.Beneficiary(name=beneficiary) if isinstance(beneficiary, str) else beneficiary
    move = t.Move(
        program=program,
        class_id=class_id,
        quantity_t=quantity_t,
        from_account=from_account,
        to_account=sink,
        purpose=purpose,
        beneficiary=named,
        year=year,
        receipt_hash=receipt_hash,
        note=note,
    )
    return act(move, signer)


def cancel(
    program: str,
    class_id: str,
    quantity_t: int,
    from_account: str,
    sink: str,
    *,
    notice: str = "",
    note: str = "",
    signer: int = 0,
) -> t.Action:
    """Take units out of circulation; `notice` names the duty that they fulfil."""
    move = t.Move(
        program=program,
        class_id=class_id,
        quantity_t=quantity_t,
        from_account=from_account,
        to_account=sink,
        notice=notice,
        note=note,
    )
    return act(move, signer)


def export(
    program: str,
    class_id: str,
    quantity_t: int,
    from_account: str,
    sink: str,
    *,
    external_account: str,
    signer: int = 0,
) -> t.Action:
    """Send units to another registry, by the sink of its link and the account there."""
    move = t.Move(
        program=program,
        class_id=class_id,
        quantity_t=quantity_t,
        from_account=from_account,
        to_account=sink,
        external_account=external_account,
    )
    return act(move, signer)


def convert(
    program: str,
    rule: str,
    class_id: str,
    quantity_t: int,
    account: str,
    *,
    activity: str = "",
    signer: int = 0,
) -> t.Action:
    """Convert units by a rule of the program, which is named; serials stay."""
    message = t.Convert(
        program=program,
        rule=rule,
        class_id=class_id,
        quantity_t=quantity_t,
        account=account,
        activity=activity,
    )
    return act(message, signer)


def issue(
    program: str,
    issuance: str,
    quantity_t: int,
    to_account: str,
    *,
    vintage: int,
    signer: int = 0,
) -> t.Action:
    """Issue units under the approved cap of an ISSUANCE record."""
    message = t.Issue(
        program=program,
        issuance=issuance,
        quantity_t=quantity_t,
        to_account=to_account,
        vintage=vintage,
    )
    return act(message, signer)


# ---- the market ----


def sell(
    program: str,
    class_id: str,
    quantity_t: int,
    account: str,
    *,
    price_minor: int,
    currency: str,
    expires_s: int,
    signer: int = 0,
) -> t.Action:
    """Offer units at a price each, in minor units of an ISO 4217 currency; they go into escrow."""
    message = t.PlaceOrder(
        program=program,
        side=t.SELL,
        account=account,
        class_id=class_id,
        quantity_t=quantity_t,
        price_minor=price_minor,
        currency=currency,
        expires_s=expires_s,
        settlement=t.DIRECT_CONFIRM,
    )
    return act(message, signer)


def fill(
    order: int, quantity_t: int, account: str, payment_hash: bytes, *, signer: int = 0
) -> t.Action:
    """Take an order, whole or in part; the sha256 of the payment's reference goes with it."""
    message = t.FillOrder(
        order=order, account=account, quantity_t=quantity_t, payment_hash=payment_hash
    )
    return act(message, signer)


def confirm(order: int, number: int, *, paid: bool, reason: str = "", signer: int = 0) -> t.Action:
    """Say whether a fill is paid: its units go over, or come back, which needs a reason."""
    verdict = t.YES if paid else t.NO
    decision = t.Decide(fill=t.FillRef(order=order, fill=number), verdict=verdict, reason=reason)
    return act(decision, signer)


# ---- who ----


def open_organisation(
    program: str, organisation: str, name: str, country: str, *, signer: int = 0
) -> t.Action:
    """Open an organisation; the country as ISO 3166-1 alpha-2."""
    change = t.OrganisationChange(id=organisation, name=name, country=country)
    return act(t.PutAccount(program=program, organisation=change), signer)


def open_account(
    program: str,
    account: str,
    organisation: str,
    name: str,
    grants: Sequence[t.KeyGrant],
    *,
    min_initiate: int = 1,
    min_approve: int = 0,
    signer: int = 0,
) -> t.Action:
    """Open an account with the keys that were granted to it, each by its own holder."""
    ordered: list[t.KeyGrant] = sorted(grants, key=lambda row: row.key)
    change = t.AccountChange(
        id=account,
        organisation=organisation,
        name=name,
        add_keys=ordered,
        min_initiate=min_initiate,
        min_approve=min_approve,
    )
    return act(t.PutAccount(program=program, account=change), signer)


def prove(chain_id: str, account: str, keys: Sequence[StoredKey]) -> list[t.KeyGrant]:
    """Return the grants of keys that are all here, with every right to sign."""
    return [key_grant(chain_id, account, key, RIGHTS) for key in keys]


def grant(
    program: str,
    role: t.Role,
    subject: str,
    acl: str = "",
    *,
    valid_to_s: int = 0,
    signer: int = 0,
) -> t.Action:
    """Grant a seat to an account, in the program's own list or in a named one."""
    message = t.Accredit(
        program=program,
        operation=t.GRANT,
        role=role,
        subject=subject,
        list=acl,
        valid_to_s=valid_to_s,
    )
    return act(message, signer)


# ---- knowledge ----


def anchor(
    program: str,
    kind: str,
    digest: bytes,
    size_bytes: int,
    *,
    link: t.RecordRef | None = None,
    media_type: str = "application/pdf",
    confidential: bool = False,
    signer: int = 0,
) -> t.Action:
    """Put the sha256 of a document on record, beside a record or alone."""
    message = t.Anchor(
        program=program,
        kind=kind,
        hash=digest,
        size_bytes=size_bytes,
        media_type=media_type,
        confidential=confidential,
        link=link,
    )
    return act(message, signer)


def record(
    program: str,
    record_id: str,
    fields: Message,
    *,
    signer: int = 0,
) -> t.Action:
    """File a record: `fields` is a Methodology, an Activity, an IssuanceRequest or a draft."""
    message = t.PutRecord(program=program, id=record_id)
    arms = t.PutRecord.DESCRIPTOR.oneofs_by_name["fields"].fields
    arm = next(
        (row.name for row in arms if row.message_type.full_name == fields.DESCRIPTOR.full_name), ""
    )
    if not arm:
        raise ValueError(f"{fields.DESCRIPTOR.name} is no kind of record")
    getattr(message, arm).CopyFrom(fields)
    return act(message, signer)


def transition(
    program: str,
    kind: t.RecordKind,
    record_id: str,
    to_state: str,
    *,
    terms: Message | None = None,
    document: bytes = b"",
    reason: str = "",
    signer: int = 0,
) -> t.Action:
    """Move a record to another state of its workflow, with the terms that the step needs.

    `terms` is an IssuanceOpening, an IssuanceApproval, a NoticeRevision or an ObligationAmount.
    """
    message = t.Transition(
        program=program,
        record=t.RecordRef(kind=kind, id=record_id),
        to_state=to_state,
        document=document,
        reason=reason,
    )
    if terms is not None:
        arms = t.Transition.DESCRIPTOR.oneofs_by_name["terms"].fields
        arm = next(
            (row.name for row in arms if row.message_type.full_name == terms.DESCRIPTOR.full_name),
            "",
        )
        if not arm:
            raise ValueError(f"{terms.DESCRIPTOR.name} are no terms of a step")
        getattr(message, arm).CopyFrom(terms)
    return act(message, signer)


def attest(
    program: str,
    statement: str,
    kind: t.StatementKind,
    activity: str,
    period_s: tuple[int, int],
    numbers: t.StatementNumbers,
    *,
    acl: str = "",
    outcome: t.OutcomeType = t.OUTCOME_TYPE_UNSPECIFIED,
    flags: Sequence[str] = (),
    documents: Sequence[bytes] = (),
    signer: int = 0,
) -> t.Action:
    """Sign a statement as an auditor; the period in UTC seconds, its end exclusive."""
    message = t.Attest(
        program=program,
        id=statement,
        kind=kind,
        list=acl,
        activity=activity,
        period_from_s=period_s[0],
        period_to_s=period_s[1],
        outcome=outcome,
        numbers=numbers,
        flags=sorted(flags),
        documents=documents,
    )
    return act(message, signer)


# ---- consent ----


def decide(proposal: int, *, yes: bool, reason: str = "", signer: int = 0) -> t.Action:
    """Say yes or no to a proposal; a no needs a reason."""
    verdict = t.YES if yes else t.NO
    return act(t.Decide(proposal=proposal, verdict=verdict, reason=reason), signer)


def withdraw(proposal: int, *, reason: str = "", signer: int = 0) -> t.Action:
    """Take one's own proposal back."""
    return act(t.Withdraw(proposal=proposal, reason=reason), signer)
