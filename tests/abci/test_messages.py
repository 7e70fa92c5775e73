"""The messages on the wire are the engine's: vectors made by its own encoder."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from abci_app.abci import abci_pb2 as pb
from abci_app.abci.wire import FrameDecoder, encode_frame

VECTORS = [
    line.split(" ")
    for line in Path(__file__).with_name("engine_vectors.txt").read_text().splitlines()
    if not line.startswith("#")
]
ENVELOPES: dict[str, type[pb.Request | pb.Response]] = {
    "request": pb.Request,
    "response": pb.Response,
}


def read(side: str, name: str) -> Message:
    """Give the body of the one vector of that side and name."""
    (hexed,) = [vector[2] for vector in VECTORS if vector[:2] == [side, name]]
    (frame,) = FrameDecoder().feed(bytes.fromhex(hexed))
    envelope = ENVELOPES[side].FromString(frame)
    kind = envelope.WhichOneof("value")
    assert kind is not None
    body = getattr(envelope, kind)
    assert isinstance(body, Message)
    return body


def unset_fields(message: Message, path: str) -> Iterator[str]:
    """Name every declared field that is missing, at any depth; alternatives count as one."""
    present = {field.name: value for field, value in message.ListFields()}
    for field in message.DESCRIPTOR.fields:
        choice = field.containing_oneof
        if field.name not in present and not (choice and message.WhichOneof(choice.name)):
            yield f"{path}.{field.name}"
    for field, value in message.ListFields():
        if field.type == FieldDescriptor.TYPE_MESSAGE:
            for item in value if field.is_repeated else [value]:
                yield from unset_fields(item, f"{path}.{field.name}")


@pytest.mark.parametrize(("side", "name", "hexed"), VECTORS)
def test_engine_bytes_parse_and_come_back_unchanged(side: str, name: str, hexed: str) -> None:
    data = bytes.fromhex(hexed)
    (frame,) = FrameDecoder().feed(data)
    envelope: Any = ENVELOPES[side].FromString(frame)
    assert envelope.WhichOneof("value") == name.removeprefix("plain_")
    # Unknown fields would be written back as well: drop them, so that they would be missed.
    envelope.DiscardUnknownFields()
    assert encode_frame(envelope.SerializeToString(deterministic=True)) == data


@pytest.mark.parametrize(
    ("side", "name"), [(s, n) for s, n, _ in VECTORS if not n.startswith("plain_")]
)
def test_every_field_has_a_value_in_the_engine_bytes(side: str, name: str) -> None:
    assert list(unset_fields(read(side, name), name)) == []


@pytest.mark.parametrize("side", ENVELOPES)
def test_vectors_cover_every_kind(side: str) -> None:
    kinds = ENVELOPES[side].DESCRIPTOR.fields_by_name
    covered = {name for s, name, _ in VECTORS if s == side and not name.startswith("plain_")}
    assert covered == set(kinds)


def test_finalize_block_of_the_engine_reads_as_it_was_filled() -> None:
    request = read("request", "finalize_block")
    assert isinstance(request, pb.RequestFinalizeBlock)
    assert len(request.txs) == 2
    assert all(tx.startswith(b"b") for tx in request.txs)
    assert request.time.nanos == 123456789
    assert request.height < 0
    votes = request.decided_last_commit.votes
    assert [vote.block_id_flag for vote in votes] == [pb.BLOCK_ID_FLAG_ABSENT] * 2
    assert {item.type for item in request.misbehavior} == {pb.DUPLICATE_VOTE}


def test_check_tx_as_the_engine_sends_it() -> None:
    request = pb.Request(check_tx=pb.RequestCheckTx(tx=b"tx", type=pb.RECHECK))
    assert encode_frame(request.SerializeToString()).hex() == "0842060a0274781001"
