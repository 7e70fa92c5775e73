"""Actions as short calls: every builder returns one `Action`, with values that are fine as such.

Must not know: chains. Invariant: what a test does not name is valid, so that a refusal is about
what it names.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from google.protobuf.message import Message

from abci_app.core import calendar, signing
from tests.names import CHAIN_ID, PROGRAM, account_id, seed
from tonne.v1 import tx_pb2 as t

HASH = sha256(b"a document").digest()
FLAGS = (
    "accurate",
    "additional-to-law",
    "baseline-conform",
    "comparable",
    "complete",
    "consistent",
    "integrity",
    "no-other-registration",
    "sustainable",
    "transparent",
)
YEAR = calendar.parse_iso


def digest(text: str) -> bytes:
    return sha256(text.encode()).digest()


def changed(message: Message, changes: dict[str, Any]) -> None:
    """Set fields by name, `a__b` for a nested one; None clears."""
    for name, value in changes.items():
        head, _, rest = name.partition("__")
        if rest:
            changed(getattr(message, head), {rest: value})
        elif value is None:
            message.ClearField(head)
        elif isinstance(value, Message):
            getattr(message, head).CopyFrom(value)
        elif isinstance(value, list | tuple):
            message.ClearField(head)
            getattr(message, head).extend(value)
        else:
            setattr(message, head, value)


def grant_of(account: str, person: str, rights: Sequence[int] = (1, 2)) -> t.KeyGrant:
    """A key of `person`, with the proof of possession for `account`."""
    key = signing.public_key(seed(person))
    proof = signing.sign(seed(person), signing.possession_bytes(CHAIN_ID, account, key))
    return t.KeyGrant(key=key, person=person, rights=rights, proof=proof)  # type: ignore[arg-type]


def organisation(name: str, /, **changes: Any) -> t.Action:
    change = t.OrganisationChange(id=name)
    if not changes:
        changes = {"name": name, "country": "NO"}
    changed(change, changes)
    return t.Action(put_account=t.PutAccount(program=PROGRAM, organisation=change))


def account(name: str, organisation_id: str, /, **changes: Any) -> t.Action:
    """Open the account of a name, with one key of the same name."""
    change = t.AccountChange(id=account_id(name), organisation=organisation_id, name=name)
    change.add_keys.append(grant_of(change.id, name))
    changed(change, changes)
    return t.Action(put_account=t.PutAccount(program=PROGRAM, account=change))


def alter(name: str, /, **changes: Any) -> t.Action:
    """Change an account that exists."""
    change = t.AccountChange(id=account_id(name))
    changed(change, changes)
    return t.Action(put_account=t.PutAccount(program=PROGRAM, account=change))


def accredit(
    name: str,
    role: t.Role = t.AUDITOR,
    acl: str = "",
    operation: t.AccreditOperation = t.GRANT,
    **changes: Any,
) -> t.Action:
    message = t.Accredit(
        program=PROGRAM, operation=operation, role=role, list=acl, subject=account_id(name)
    )
    changed(message, changes)
    return t.Action(accredit=message)


def anchor(kind: str, record: tuple[t.RecordKind, str] | None, **changes: Any) -> t.Action:
    message = t.Anchor(
        program=PROGRAM, kind=kind, hash=HASH, size_bytes=1000, media_type="application/pdf"
    )
    if record is not None:
        message.link.CopyFrom(t.RecordRef(kind=record[0], id=record[1]))
    changed(message, changes)
    return t.Action(anchor=message)


def methodology(name: str = "M1", **changes: Any) -> t.Action:
    fields = t.Methodology(family="ISO14064", category="energy", version="1.0", title="Waste heat")
    changed(fields, changes)
    return t.Action(put_record=t.PutRecord(program=PROGRAM, id=name, methodology=fields))


def activity(name: str = "A1", **changes: Any) -> t.Action:
    fields = t.Activity(
        subtype="PROJECT",
        title="Heat recovery",
        country="NO",
        sector="energy",
        category="energy",
        methodology="M1",
        boundary_id=f"B-{name}",
        sources_hash=HASH,
        gases=["CH4", "CO2"],
        start_s=YEAR("2024-01-01"),
        crediting_from_s=YEAR("2024-01-01"),
        crediting_to_s=YEAR("2034-01-01"),
    )
    changed(fields, changes)
    return t.Action(put_record=t.PutRecord(program=PROGRAM, id=name, activity=fields))


def issuance(name: str = "R1", **changes: Any) -> t.Action:
    fields = t.IssuanceRequest(list="ACL-1", activity="A1", class_id="TMU", statements=["S1"])
    changed(fields, changes)
    return t.Action(put_record=t.PutRecord(program=PROGRAM, id=name, issuance=fields))


def transition(kind: t.RecordKind, name: str, to_state: str, **changes: Any) -> t.Action:
    message = t.Transition(
        program=PROGRAM, record=t.RecordRef(kind=kind, id=name), to_state=to_state
    )
    changed(message, changes)
    return t.Action(transition=message)


def opened(cap: int, name: str = "R1") -> t.Action:
    return transition(t.ISSUANCE, name, "OPENED", opening=t.IssuanceOpening(cap_t=cap))


def approved(cap: int, bps: int = 1000, months: int = 24, name: str = "R1") -> t.Action:
    terms = t.IssuanceApproval(
        approved_cap_t=cap, reserve_bps=bps, reserve_months=months, market_access=True
    )
    return transition(t.ISSUANCE, name, "APPROVED", approval=terms)


def monitoring(name: str = "S0", **changes: Any) -> t.Action:
    message = t.Attest(
        program=PROGRAM, id=name, kind=t.MONITORING_SYSTEM, list="ACL-1", activity="A1"
    )
    changed(message, changes)
    return t.Action(attest=message)


def verification(name: str = "S1", net: int = 100_000, **changes: Any) -> t.Action:
    ample = min(1000 * net, (1 << 64) - 1)  # a day of such a year is worth more than net
    message = t.Attest(
        program=PROGRAM,
        id=name,
        kind=t.VERIFICATION,
        list="ACL-1",
        activity="A1",
        period_from_s=YEAR("2024-01-01"),
        period_to_s=YEAR("2026-01-01"),
        outcome=t.ABS_REDUCTION,
        numbers=t.StatementNumbers(
            baseline_t=net, actual_baseline_t=ample, baseline_months=12, net_t=net
        ),
        flags=FLAGS,
    )
    changed(message, changes)
    return t.Action(attest=message)


def issue(quantity: int, **changes: Any) -> t.Action:
    message = t.Issue(program=PROGRAM, issuance="R1", quantity_t=quantity, vintage=2025)
    changed(message, changes)
    return t.Action(issue=message)


def move(quantity: int, source: str, target: str, **changes: Any) -> t.Action:
    """Move units between named accounts; a target with a dash is an account id."""
    message = t.Move(
        program=PROGRAM,
        class_id="TMU",
        quantity_t=quantity,
        from_account=account_id(source),
        to_account=account_id(target),
    )
    changed(message, changes)
    return t.Action(move=message)


def retire(quantity: int, source: str, **changes: Any) -> t.Action:
    return move(
        quantity,
        source,
        "RETIRE",
        **{"purpose": t.VOLUNTARY, "beneficiary": t.Beneficiary(name="X"), **changes},
    )


def yes(proposal: int, **changes: Any) -> t.Action:
    message = t.Decide(proposal=proposal, verdict=t.YES)
    changed(message, changes)
    return t.Action(decide=message)


def no(proposal: int, reason: str = "Not as agreed") -> t.Action:
    return t.Action(decide=t.Decide(proposal=proposal, verdict=t.NO, reason=reason))


def withdraw(proposal: int) -> t.Action:
    return t.Action(withdraw=t.Withdraw(proposal=proposal))
