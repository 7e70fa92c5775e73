"""Protobuf's wire format by hand, to write what a library would not.

Must not know: messages. Invariant: `overlong` means the same number as `varint`, in more bytes.
"""


def varint(number: int) -> bytes:
    """Return the shortest form of a number."""
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def overlong(number: int) -> bytes:
    """Return a form of a number that is one byte longer than needed."""
    short = varint(number)
    return short[:-1] + bytes((short[-1] | 0x80, 0))


def field(number: int, value: bytes) -> bytes:
    """Return a length-delimited field."""
    return varint(number << 3 | 2) + varint(len(value)) + value
