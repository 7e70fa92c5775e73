"""Frames of the ABCI socket: a protobuf message behind its length, an unsigned varint.

Must not know: what is in a frame. Invariant: no frame above the bound is ever gathered; what is
not a frame raises
FrameError, and nothing after it is read.
"""

from collections.abc import Iterator

FRAME_BYTES_MAX = 64 << 20
_VARINT_BYTES_MAX = 5


class FrameError(Exception):
    """The bytes are not frames; the connection that sent them is of no use any more."""


def encode_frame(payload: bytes) -> bytes:
    """Return the payload behind its length."""
    length = len(payload)
    head = bytearray()
    while length > 0x7F:
        head.append(length & 0x7F | 0x80)
        length >>= 7
    head.append(length)
    return bytes(head) + payload


class Decoder:
    """Cuts a stream of bytes, however it arrives, into frames."""

    def __init__(self, frame_bytes_max: int = FRAME_BYTES_MAX) -> None:
        """Refuse frames above `frame_bytes_max`."""
        self._max = frame_bytes_max
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the frames that are whole now; FrameError for what is none."""
        buffer = self._rest + data if self._rest else data
        position = 0
        self._rest = b""
        while position < len(buffer):
            head = self._length(buffer, position)
            if head is None:
                break
            start, length = head
            if len(buffer) - start < length:
                break
            yield buffer[start : start + length]
            position = start + length
        self._rest = buffer[position:]

    def _length(self, buffer: bytes, position: int) -> tuple[int, int] | None:
        """Return (where the payload starts, its length), or None when the length is not whole."""
        length = shift = 0
        for offset in range(_VARINT_BYTES_MAX):
            if position + offset == len(buffer):
                return None
            byte = buffer[position + offset]
            length |= (byte & 0x7F) << shift
            if byte < 0x80:
                if offset and not byte:
                    raise FrameError("a frame's length has more bytes than it needs")
                if length > self._max:
                    raise FrameError(f"a frame of {length} bytes; at most {self._max}")
                return position + offset + 1, length
            shift += 7
        raise FrameError("a frame's length has too many bytes")
