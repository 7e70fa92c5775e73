"""Frames of the ABCI socket: an unsigned varint length, then that many bytes of protobuf.

Knows lengths only: what a frame holds is the business of `dispatch`. Invariant: the frames that
come out, put together again, are the bytes that went in, however the stream was cut; and memory
is taken for bytes that arrived, never for bytes that a length merely promises.
"""

from collections.abc import Iterator

DEFAULT_MAX_FRAME = 64 * 1024 * 1024  # room for a block, or a 16 MB snapshot chunk, several times

_MORE = 0x80  # the bit of a varint byte that says another one follows
_LOW = 0x7F
_MAX_VARINT = 10  # bytes that 64 bits take


class FrameError(ValueError):
    """The byte stream is not ABCI framing: nothing after this point can be told apart."""


def encode_varint(number: int) -> bytes:
    """Encode a non-negative integer as an unsigned varint in its shortest form."""
    if number <= _LOW:
        return bytes((number,))
    out = bytearray()
    while number > _LOW:
        out.append(number & _LOW | _MORE)
        number >>= 7
    out.append(number)
    return bytes(out)


def encode_frame(message: bytes) -> bytes:
    """Put the length prefix before a serialized message."""
    return encode_varint(len(message)) + message


class FrameDecoder:
    """Cuts a stream that arrives in arbitrary pieces into frames of at most `max_frame` bytes."""

    __slots__ = ("_broken", "_max_frame", "_rest", "_wanted")

    def __init__(self, max_frame: int = DEFAULT_MAX_FRAME) -> None:
        self._max_frame = max_frame
        self._rest = bytearray()  # an incomplete frame
        self._wanted = 0  # total bytes of it before another look is worth while
        self._broken: FrameError | None = None

    @property
    def pending(self) -> int:
        """Bytes that arrived and belong to a frame that is not complete yet."""
        return len(self._rest)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield every frame that `data` completes; run the iterator to its end.

        The frames before a fault are yielded, then FrameError is raised: for a length above
        `max_frame`, and for a varint that is too long or not in its shortest form. After that
        every call raises the same error.
        """
        if self._broken is not None:
            raise self._broken
        if self._rest:
            self._rest += data
            if len(self._rest) < self._wanted:
                return
            data = bytes(self._rest)
            self._rest.clear()
        start, size = 0, len(data)
        while start < size:
            length = data[start]
            body = start + 1
            if length & _MORE:
                length, body = self._long_length(data, start, size)
            elif length > self._max_frame:
                raise self._oversized(length)
            end = body + length
            if end > size or not body:
                self._rest += memoryview(data)[start:]
                self._wanted = end - start
                return
            yield data[body:end]
            start = end

    def _long_length(self, data: bytes, start: int, size: int) -> tuple[int, int]:
        """Read a length of several bytes: (length, where the body starts).

        (0, 0) as long as the varint itself is incomplete.
        """
        length = shift = 0
        for at in range(start, min(size, start + _MAX_VARINT)):
            byte = data[at]
            length |= (byte & _LOW) << shift
            if length > self._max_frame:
                raise self._oversized(length)
            if not byte & _MORE:
                if byte == 0:
                    raise self._fault("length prefix is not in its shortest form")
                return length, at + 1
            shift += 7
        if size - start >= _MAX_VARINT:
            raise self._fault(f"length prefix runs over {_MAX_VARINT} bytes")
        return 0, 0

    def _oversized(self, length: int) -> FrameError:
        return self._fault(f"frame of {length} bytes or more, the limit is {self._max_frame}")

    def _fault(self, text: str) -> FrameError:
        self._broken = FrameError(text)
        return self._broken
