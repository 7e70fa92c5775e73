"""Framing: however the stream is cut, the frames are the same, and so is the fault in it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abci_app.abci.wire import FrameDecoder, FrameError, encode_frame, encode_varint

MESSAGES = st.lists(st.binary(max_size=300), max_size=12)


def cut(stream: bytes, at: list[int]) -> list[bytes]:
    """Cut at the given places, which may repeat and lie beyond the end."""
    places = [0, *sorted(at), len(stream)]
    return [stream[a:b] for a, b in pairwise(places)]


def decode(chunks: list[bytes], max_frame: int) -> tuple[list[bytes], str]:
    """Feed the chunks: (frames, text of the fault or nothing)."""
    decoder, frames = FrameDecoder(max_frame), []
    try:
        for chunk in chunks:
            for frame in decoder.feed(chunk):
                frames.append(frame)  # noqa: PERF402 - what came before a fault is to be kept
    except FrameError as error:
        return frames, str(error)
    return frames, ""


@given(messages=MESSAGES, at=st.lists(st.integers(0, 3000), max_size=20))
def test_frames_survive_any_chunking(messages: list[bytes], at: list[int]) -> None:
    stream = b"".join(map(encode_frame, messages))
    assert decode(cut(stream, at), 1000) == (messages, "")


@given(messages=MESSAGES)
def test_frames_survive_byte_by_byte(messages: list[bytes]) -> None:
    stream = b"".join(map(encode_frame, messages))
    assert decode([bytes((byte,)) for byte in stream], 1000) == (messages, "")


@given(
    head=MESSAGES,
    noise=st.binary(max_size=60),
    at=st.lists(st.integers(0, 3000), max_size=20),
)
def test_noise_gives_the_same_frames_and_fault_however_it_is_cut(
    head: list[bytes], noise: bytes, at: list[int]
) -> None:
    stream = b"".join(map(encode_frame, head)) + noise
    whole = decode([stream], 400)
    assert decode(cut(stream, at), 400) == whole
    assert whole[0][: len(head)] == head


@given(number=st.integers(0, 2**64 - 1))
def test_varint_is_the_shortest_and_carries_its_number(number: int) -> None:
    encoded = encode_varint(number)
    assert len(encoded) == max(1, -(-number.bit_length() // 7))
    assert sum((byte & 0x7F) << 7 * i for i, byte in enumerate(encoded)) == number
    assert all(byte & 0x80 for byte in encoded[:-1])
    assert not encoded[-1] & 0x80


@pytest.mark.parametrize(
    ("number", "encoded"), [(0, "00"), (1, "01"), (127, "7f"), (128, "8001"), (300, "ac02")]
)
def test_varint_is_unsigned_not_zigzag(number: int, encoded: str) -> None:
    assert encode_varint(number).hex() == encoded


@pytest.mark.parametrize("limit", [5, 127, 128, 70_000])
def test_frame_at_the_limit_passes_and_one_byte_more_is_refused(limit: int) -> None:
    assert decode([encode_frame(b"x" * limit)], limit) == ([b"x" * limit], "")
    frames, fault = decode([encode_frame(b"x" * (limit + 1))], limit)
    assert frames == []
    assert fault == f"frame of {limit + 1} bytes or more, the limit is {limit}"


def test_oversized_frame_is_refused_by_its_length_before_its_bytes_arrive() -> None:
    assert decode([encode_varint(2**40)], 2**26)[1].endswith("the limit is 67108864")


def test_length_prefix_over_ten_bytes_is_refused() -> None:
    assert decode([b"\x80" * 9], 100) == ([], "")
    assert decode([b"\x80" * 10], 100) == ([], "length prefix runs over 10 bytes")


def test_length_prefix_that_is_not_the_shortest_is_refused() -> None:
    assert decode([b"\x81\x00x"], 100) == ([], "length prefix is not in its shortest form")


def test_frames_before_a_fault_are_delivered() -> None:
    stream = encode_frame(b"a") + encode_frame(b"b") + b"\xff" * 20
    assert decode([stream], 100)[0] == [b"a", b"b"]


def test_decoder_stays_broken_after_a_fault() -> None:
    decoder = FrameDecoder(10)
    with pytest.raises(FrameError):
        list(decoder.feed(b"\x0b"))
    with pytest.raises(FrameError, match="limit is 10"):
        list(decoder.feed(encode_frame(b"fine")))


def test_frame_of_megabytes_in_small_pieces_is_put_together() -> None:
    body = bytes(range(256)) * 16_384
    stream = encode_frame(body) + encode_frame(b"next")
    chunks = [stream[i : i + 8192] for i in range(0, len(stream), 8192)]
    assert decode(chunks, 2**26) == ([body, b"next"], "")
