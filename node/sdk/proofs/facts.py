"""What each read asks for, and what a proof shows of it under an app hash that the caller trusts.

Must not know: the network, signatures or the state machine. Invariant: the key is built from what
was asked, never taken from the proof; what is returned is what the proof shows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from google.protobuf.message import DecodeError, Message

from abci_app.core import codec, ids, keys
from abci_app.store import proof as ics23
from node.sdk.light.faults import Malformed, Unproven
from tonne.v1 import service_pb2 as v
from tonne.v1 import state_pb2 as s


@dataclass(frozen=True)
class Proven:
    """A key's value at a height; None: it is proven to be absent. `record` is the value, read."""

    height: int
    value: bytes | None
    record: Message | None = None


@dataclass(frozen=True)
class _Subject:
    """What a proof is about: the field of the record in a reply, its kind, and its key."""

    field: str
    record: type[Message]
    key: Callable[[Any, Any], bytes]  # from the request, and the record or an empty one


_SUBJECTS: Mapping[type[Message], _Subject] = {
    v.GetOrganisationRequest: _Subject(
        "organisation", s.Organisation, lambda r, _: keys.organisation(r.id)
    ),
    v.GetAccountRequest: _Subject("account", s.Account, lambda r, _: keys.account(r.id)),
    v.GetHoldingRequest: _Subject(
        "holding", s.Holding, lambda r, _: keys.holding(r.account, r.program, r.class_id)
    ),
    v.GetLotRequest: _Subject("lot", s.Lot, lambda r, lot: keys.lot(r.space, lot.start)),
    v.GetRecordRequest: _Subject(
        "record", s.Record, lambda r, _: keys.record(r.program, r.record.kind, r.record.id)
    ),
    v.GetStatementRequest: _Subject(
        "statement", s.Statement, lambda r, _: keys.statement(r.program, r.id)
    ),
    v.GetAccreditationRequest: _Subject(
        "accreditation",
        s.Accreditation,
        lambda r, _: keys.accreditation(r.program, r.role, r.list, r.account),
    ),
    v.GetProposalRequest: _Subject("proposal", s.Proposal, lambda r, _: keys.proposal(r.id)),
    v.GetHoldRequest: _Subject("hold", s.Hold, lambda r, _: keys.hold(r.id)),
    v.GetRetirementRequest: _Subject(
        "retirement", s.Retirement, lambda r, _: keys.retirement(r.id)
    ),
    v.GetCancellationRequest: _Subject(
        "cancellation", s.Cancellation, lambda r, _: keys.cancellation(r.id)
    ),
    v.GetOrderRequest: _Subject("order", s.Order, lambda r, _: keys.order(r.id)),
    v.GetFillRequest: _Subject("fill", s.Fill, lambda r, _: keys.fill(r.order, r.fill)),
    v.GetImportRequest: _Subject("imported", s.Import, lambda r, _: keys.import_(r.id)),
    v.GetLinkTotalRequest: _Subject(
        "total", s.LinkTotal, lambda r, _: keys.link_total(r.program, r.link)
    ),
    v.GetCapRecordRequest: _Subject(
        "cap",
        s.CapRecord,
        lambda r, _: keys.cap_record(r.program, r.class_id, r.party, r.period),
    ),
    v.GetValidatorsRequest: _Subject("validators", s.ValidatorSet, lambda _, __: keys.validators()),
    v.GetProgramRequest: _Subject(
        "program", s.Program, lambda r, program: keys.program(r.id, program.version)
    ),
}


def provable(request: type[Message]) -> bool:
    """Tell whether a read of one record has a proof."""
    return request in _SUBJECTS


def verify(wanted_key: bytes, proof: v.Proof, app_hash: bytes) -> Proven:
    """Return what is proven of `wanted_key` under an app hash of 32 bytes; Unproven otherwise."""
    if proof.key != wanted_key:
        raise Unproven("the proof is of another record")
    if proof.value:
        if ics23.verify_membership(app_hash, wanted_key, proof.value, proof.proof):
            return Proven(proof.height, proof.value)
    elif ics23.verify_absence(app_hash, wanted_key, proof.proof):
        return Proven(proof.height, None)
    raise Unproven(f"it does not lead to the app hash {app_hash.hex()}")


def verify_record(
    request: Message, proof: v.Proof, app_hash: bytes, program: bytes = b""
) -> Proven:
    """Return the record that a proof shows, read from the proven value, or its proven absence.

    `program` are the stored bytes of a program, of which the tree has the hash. Unproven otherwise.
    """
    subject = _SUBJECTS.get(type(request))
    if subject is None:
        raise Unproven(f"there are no proofs for {request.DESCRIPTOR.name}")
    stored = proof.value
    if isinstance(request, v.GetProgramRequest):
        if program and stored != codec.VERSION + sha256(program).digest():
            raise Unproven("the program given is not the one of the proven hash")
        stored = program
    record = _read(subject.record, stored) if stored else None
    found = verify(_key(subject, request, record), proof, app_hash)
    return Proven(found.height, found.value, record)


def verify_reply(request: Message, reply: Message, app_hash: bytes) -> Proven:
    """Return the record that the reply to a read proves, or its proven absence; Unproven otherwise.

    Only the record itself is proven, not what a reply carries beside it. `app_hash` is that of the
    state at the proof's height: it stands in the header of the next height.
    """
    subject = _SUBJECTS.get(type(request))
    if subject is None:
        raise Unproven(f"there are no proofs for {request.DESCRIPTOR.name}")
    if not reply.HasField("proof"):
        raise Unproven("the reply has no proof: ask with at.prove")
    answer: Any = reply
    record: Any = getattr(answer, subject.field) if reply.HasField(subject.field) else None
    found = verify(_key(subject, request, record), answer.proof, app_hash)
    if stored_value(record) != found.value:
        raise Unproven("the record beside the proof is not the one that it shows")
    return Proven(found.height, found.value, record)


def verify_lots(
    request: v.ListLotsRequest, proofs: Sequence[v.Proof], app_hash: bytes
) -> tuple[Proven, list[s.Lot]]:
    """Return a holding and all lots of it: the lots proven, distinct, and together the holding.

    The first proof is the holding's, then come those of the lots in the order of their keys.
    """
    if not (request.account and request.program and request.class_id) or request.HasField("page"):
        raise Malformed("lots are proven whole: of one account, program and class, without a page")
    if not proofs:
        raise Malformed("there is no proof in it")
    asked = v.GetHoldingRequest(
        account=request.account, program=request.program, class_id=request.class_id
    )
    found = verify_record(asked, proofs[0], app_hash)
    lots: list[s.Lot] = []
    for proof in proofs[1:]:
        lot = _read(s.Lot, proof.value)
        assert isinstance(lot, s.Lot)
        verify(keys.lot(lot.space, lot.start), proof, app_hash)
        if (lot.account, lot.program, lot.class_id) != (
            request.account,
            request.program,
            request.class_id,
        ):
            raise Unproven(f"the lot {lot.space}:{lot.start}-{lot.end} is of another holding")
        last = lots[-1] if lots else s.Lot()
        if proof.key <= keys.lot(last.space, last.start) and lots:
            raise Unproven("the lots do not stand in order, each once")
        if last.space == lot.space and lot.start <= last.end:
            raise Unproven(f"the lots of {lot.space} overlap at serial {lot.start}")
        lots.append(lot)
    if holding_parts(found.record) != lots_parts(lots):
        raise Unproven(
            f"the lots given add up to {sum(lots_parts(lots))} t, and the holding is "
            f"{sum(holding_parts(found.record))} t: some are missing"
        )
    return found, lots


def holding_parts(holding: Message | None) -> tuple[int, int, int]:
    """Return what of a holding is free, frozen and held, in tonnes."""
    if not isinstance(holding, s.Holding):
        return 0, 0, 0
    return holding.free_t, holding.frozen_t, sum(row.held_t for row in holding.held)


def lots_parts(lots: Sequence[s.Lot]) -> tuple[int, int, int]:
    """Return what of lots is free, frozen and held, in tonnes."""
    parts = [0, 0, 0]
    for lot in lots:
        parts[1 if lot.frozen else 2 if lot.hold else 0] += lot.end - lot.start + 1
    return parts[0], parts[1], parts[2]


def stored_value(record: Message | None) -> bytes | None:
    """Return the value that the tree has of a record: its bytes; of a program, their hash."""
    if record is None:
        return None
    raw = codec.encode(record)
    if isinstance(record, s.Program):
        return codec.VERSION + sha256(raw).digest()
    return raw


def _key(subject: _Subject, request: Any, record: Any) -> bytes:  # noqa: ANN401 - one of many messages
    """Return the key that shows the subject; Unproven when no single key does."""
    if record is None and isinstance(request, v.GetLotRequest | v.GetProgramRequest):
        # Any other key could still hold it.
        raise Unproven("absence of a lot or a program is not shown by one key")
    if isinstance(request, v.GetLotRequest) and not record.start <= request.serial <= record.end:
        raise Unproven(f"the lot does not contain the serial {request.serial}")
    _check_words(request)
    try:
        return subject.key(request, record)
    except (ValueError, OverflowError) as error:
        raise Unproven(f"the request names no record that can exist: {error}") from error


def _check_words(request: Message) -> None:
    """Refuse words that are in no chain: their absence is no news, but could be made to look so."""
    for field, value in request.ListFields():
        if isinstance(value, Message):
            _check_words(value)
        elif isinstance(value, str) and not ids.is_id(value):
            word = f"{field.name} {value[:40]!a} is no id"
            raise Unproven(f"the request names no record that can exist: {word}")
        elif field.enum_type is not None and value not in field.enum_type.values_by_number:
            word = f"{field.name} {value} is unknown"
            raise Unproven(f"the request names no record that can exist: {word}")


def _read(kind: type[Message], stored: bytes) -> Message:
    try:
        return codec.decode(kind, stored)
    except (ValueError, DecodeError) as error:
        raise Unproven(f"the value is no {kind.DESCRIPTOR.name}: {error}") from error
