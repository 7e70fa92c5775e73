"""What a proof shows, checked with nothing but hashes against an app hash that the caller trusts.

Must not know: the network or the state machine. Invariant: the key is built from what was asked,
never taken from the proof; what is returned is what the proof shows, not what stood beside it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from google.protobuf.message import Message

from abci_app.core import codec, keys
from abci_app.store import proof as ics23
from tonne.v1 import service_pb2 as v
from tonne.v1 import state_pb2 as s


@dataclass(frozen=True)
class Proven:
    """A key's value at a height; None: it is proven to be absent. `record` is the value, read."""

    height: int
    value: bytes | None
    record: Message | None = None


class Unproven(Exception):  # noqa: N818 - the name states the fact
    """The proof does not show the claim; the text says why."""


def verify(claimed_key: bytes, proof: v.Proof, app_hash: bytes) -> Proven:
    """Return what is proven of `claimed_key` under an app hash of 32 bytes; Unproven otherwise."""
    if proof.key != claimed_key:
        raise Unproven("the proof is of another record")
    if proof.value:
        if ics23.verify_membership(app_hash, claimed_key, proof.value, proof.proof):
            return Proven(proof.height, proof.value)
    elif ics23.verify_absence(app_hash, claimed_key, proof.proof):
        return Proven(proof.height, None)
    raise Unproven(f"it does not lead to the app hash {app_hash.hex()}")


@dataclass(frozen=True)
class _Claim:
    """What the proof in a reply is about: the field of the record, and the record's key."""

    field: str
    key: Callable[[Any, Any], bytes]  # from the request, and the record or an empty one


_CLAIMS: Mapping[type[Message], _Claim] = {
    v.GetOrganisationRequest: _Claim("organisation", lambda r, _: keys.organisation(r.id)),
    v.GetAccountRequest: _Claim("account", lambda r, _: keys.account(r.id)),
    v.GetHoldingRequest: _Claim(
        "holding", lambda r, _: keys.holding(r.account, r.program, r.class_id)
    ),
    v.GetLotRequest: _Claim("lot", lambda r, lot: keys.lot(r.space, lot.start)),
    v.GetRecordRequest: _Claim(
        "record", lambda r, _: keys.record(r.program, r.record.kind, r.record.id)
    ),
    v.GetStatementRequest: _Claim("statement", lambda r, _: keys.statement(r.program, r.id)),
    v.GetAccreditationRequest: _Claim(
        "accreditation",
        lambda r, _: keys.accreditation(r.program, r.role, r.list, r.account),
    ),
    v.GetProposalRequest: _Claim("proposal", lambda r, _: keys.proposal(r.id)),
    v.GetHoldRequest: _Claim("hold", lambda r, _: keys.hold(r.id)),
    v.GetRetirementRequest: _Claim("retirement", lambda r, _: keys.retirement(r.id)),
    v.GetProgramRequest: _Claim("program", lambda r, p: keys.program(r.id, p.version)),
}


def verify_reply(request: Message, reply: Message, app_hash: bytes) -> Proven:
    """Return the record that the reply to a read proves, or its proven absence; Unproven otherwise.

    Only the record itself is proven, not what a reply carries beside it. `app_hash` is that of the
    state at the proof's height: it stands in the header of the next height.
    """
    claim = _CLAIMS.get(type(request))
    if claim is None:
        raise Unproven(f"there are no proofs for {request.DESCRIPTOR.name}")
    if not reply.HasField("proof"):
        raise Unproven("the reply has no proof: ask with at.prove")
    answer: Any = reply
    record: Any = getattr(answer, claim.field) if reply.HasField(claim.field) else None
    proof: v.Proof = answer.proof
    if record is None and isinstance(request, v.GetLotRequest | v.GetProgramRequest):
        # Any other key could still hold it.
        raise Unproven("absence of a lot or a program is not shown by one key")
    if isinstance(request, v.GetLotRequest) and not record.start <= request.serial <= record.end:
        raise Unproven(f"the lot does not contain the serial {request.serial}")
    try:
        key = claim.key(request, record)
    except (ValueError, OverflowError) as error:
        raise Unproven(f"the request names no record that can exist: {error}") from error
    found = verify(key, proof, app_hash)
    if _stored(record) != found.value:
        raise Unproven("the record beside the proof is not the one that it shows")
    return Proven(found.height, found.value, record)


def _stored(record: Message | None) -> bytes | None:
    """Return the value that the tree has of a record: its bytes; of a program, their hash."""
    if record is None:
        return None
    raw = codec.encode(record)
    if isinstance(record, s.Program):
        return codec.VERSION + sha256(raw).digest()
    return raw
