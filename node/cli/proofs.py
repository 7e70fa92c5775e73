"""Proof files: what a node said, with a proof that anyone can check without it.

Must not know: nodes. Invariant: the key that a proof must show is built here from what is claimed,
never taken from the file; what is not proven is never printed as if it were.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import Message

from abci_app.core import codec, keys
from node.cli.faults import Fault, usage
from node.sdk.proofs import Unproven, verify
from tonne.v1 import service_pb2 as v
from tonne.v1 import state_pb2 as s

FORMAT = "tonne-proof-1"


@dataclass(frozen=True)
class Claim:
    """What a method's proof is about: its request, the record, and the key of it."""

    request: type[Message]
    record: type[Message] | None  # None: the value is a hash
    key: Callable[[Any, Any], bytes]  # from the request and the record, which may be None


CLAIMS: Mapping[str, Claim] = {
    "GetOrganisation": Claim(
        v.GetOrganisationRequest, s.Organisation, lambda r, _: keys.organisation(r.id)
    ),
    "GetAccount": Claim(v.GetAccountRequest, s.Account, lambda r, _: keys.account(r.id)),
    "GetHolding": Claim(
        v.GetHoldingRequest, s.Holding, lambda r, _: keys.holding(r.account, r.program, r.class_id)
    ),
    "GetLot": Claim(
        v.GetLotRequest, s.Lot, lambda r, lot: keys.lot(r.space, lot.start if lot else r.serial)
    ),
    "GetRecord": Claim(
        v.GetRecordRequest,
        s.Record,
        lambda r, _: keys.record(r.program, r.record.kind, r.record.id),
    ),
    "GetStatement": Claim(
        v.GetStatementRequest, s.Statement, lambda r, _: keys.statement(r.program, r.id)
    ),
    "GetAccreditation": Claim(
        v.GetAccreditationRequest,
        s.Accreditation,
        lambda r, _: keys.accreditation(r.program, r.role, r.list, r.account),
    ),
    "GetProposal": Claim(v.GetProposalRequest, s.Proposal, lambda r, _: keys.proposal(r.id)),
    "GetHold": Claim(v.GetHoldRequest, s.Hold, lambda r, _: keys.hold(r.id)),
    "GetRetirement": Claim(
        v.GetRetirementRequest, s.Retirement, lambda r, _: keys.retirement(r.id)
    ),
}


@dataclass(frozen=True)
class Proven:
    """What a proof file shows: a record, or that there is none."""

    chain_id: str
    method: str
    request: Message
    height: int
    record: Message | None


def document(chain_id: str, method: str, request: Message, reply: Message) -> dict[str, Any]:
    """Return the proof file of a reply as plain data; hexadecimal for bytes."""
    if method not in CLAIMS:
        raise usage(f"there is no proof of {method} yet", f"There is for: {', '.join(CLAIMS)}.")
    found = reply.proof  # type: ignore[attr-defined]
    request.ClearField("at")
    return {
        "format": FORMAT,
        "chain_id": chain_id,
        "method": method,
        "request": json_format.MessageToDict(request, preserving_proto_field_name=True),
        "height": str(found.height),
        "value": found.value.hex(),
        "proof": found.proof.hex(),
    }


def check(data: object, app_hash: bytes) -> Proven:
    """Return what the file proves under an app hash; Fault, with the reason, when it does not."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise usage(f"this is no proof file of format {FORMAT}", "tonne query NOUN ... --prove")
    claim = CLAIMS.get(str(data.get("method")))
    if claim is None:
        raise usage(f"unknown method {data.get('method')!r} in the proof file")
    request = claim.request()
    try:
        json_format.ParseDict(data["request"], request)
        height = int(data["height"])
        value, proof = bytes.fromhex(data["value"]), bytes.fromhex(data["proof"])
    except (KeyError, TypeError, ValueError, json_format.ParseError) as error:
        raise usage(f"the proof file is damaged: {error}") from error
    record = _record(claim, value)
    key = claim.key(request, record)
    if not _of_request(request, record):
        raise _unproven("the lot does not contain the serial", height)
    try:
        verify(key, v.Proof(height=height, key=key, value=value, proof=proof), app_hash)
    except Unproven as error:
        raise _unproven(str(error), height) from error
    return Proven(str(data.get("chain_id")), str(data["method"]), request, height, record)


def _unproven(why: str, height: int) -> Fault:
    hint = (
        f"The app hash must be that of height {height}: it stands in the header of the next. "
        "For the latest of `tonne status --field app_hash`, take the proof anew."
    )
    return Fault(f"UNPROVEN: {why}", hint)


def _record(claim: Claim, value: bytes) -> Message | None:
    if not value or claim.record is None:
        return None
    try:
        return codec.decode(claim.record, value)
    except Exception as error:
        raise Fault(f"UNPROVEN: the value is no {claim.record.DESCRIPTOR.name}: {error}") from error


def _of_request(request: Message, record: Message | None) -> bool:
    """Tell whether a lot contains the serial asked for; other keys name their record whole."""
    if isinstance(request, v.GetLotRequest):
        return isinstance(record, s.Lot) and record.start <= request.serial <= record.end
    return True
