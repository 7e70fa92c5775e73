"""Messages to bytes and back: one version byte and deterministic protobuf.

Must not know: tables. Invariant: equal messages give equal bytes, and a stored value is never
empty.
"""

from typing import TypeVar

from google.protobuf.message import DecodeError, Message

from abci_app.core.codes import Code, refuse

M = TypeVar("M", bound=Message)

VERSION = b"\x01"


def encode(message: Message) -> bytes:
    """Return the stored form of a message."""
    return VERSION + message.SerializeToString(deterministic=True)


def decode(kind: type[M], raw: bytes) -> M:
    """Return the message of a stored value; ValueError for a version not known here."""
    if raw[:1] != VERSION:
        raise ValueError(f"stored value of version {raw[:1].hex()!r}; this build reads version 01")
    message = kind()
    message.ParseFromString(raw[1:])
    return message


def parse_canonical(kind: type[M], raw: bytes) -> M:
    """Return the message; TX_MALFORMED or TX_NOT_CANONICAL unless `raw` is its only encoding."""
    message = kind()
    try:
        message.ParseFromString(raw)
    except (DecodeError, UnicodeDecodeError):
        refuse(Code.TX_MALFORMED, f"not a {kind.DESCRIPTOR.name}")
    message.DiscardUnknownFields()  # type: ignore[attr-defined]
    if message.SerializeToString(deterministic=True) != raw:
        refuse(Code.TX_NOT_CANONICAL, f"the {kind.DESCRIPTOR.name} is not in canonical form")
    return message
