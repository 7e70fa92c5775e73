"""One field's value, from the text that a person types and back.

Must not know: commands or the chain. Invariant: a text is read as exactly one value or refused with
the form that would do; `show` gives a text that `read` takes, but for what is escaped in it.
"""

from hashlib import sha256
from typing import Protocol

from google.protobuf import json_format
from google.protobuf.descriptor import EnumDescriptor, EnumValueDescriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from abci_app.core import calendar, ids
from abci_app.core.limits import HASH_BYTES, U64_MAX
from node.cli.faults import nearest, usage
from node.sdk.build import account_fault, is_account
from node.sdk.readable import is_moment
from node.sdk.txjson import BuildError, strict
from tonne.v1.tx_pb2 import RecordKind, RecordRef, ResponseCode, SerialRange

_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")


class Names(Protocol):
    """What the names inside values stand for."""

    def account(self, name: str) -> str:
        """Return the account id of a key name, as in `@issuer`."""

    def file(self, name: str) -> bytes:
        """Return the content of a file."""


def form(field: FieldDescriptor) -> str:
    """Return how a value of the field is written, for help and for errors."""
    kind = field.cpp_type
    if kind == FieldDescriptor.CPPTYPE_ENUM:
        return " | ".join(names(field.enum_type))
    if kind == FieldDescriptor.CPPTYPE_MESSAGE:
        compact = {
            "RecordRef": "KIND/ID",
            "SerialRange": "SPACE:START-END",
            "ResponseCode": "CODE or CODE@SPACE:START-END",
        }
        return compact.get(field.message_type.name, "file:MESSAGE.json")
    if kind == FieldDescriptor.CPPTYPE_BOOL:
        return "true | false"
    if kind == FieldDescriptor.CPPTYPE_STRING:
        if field.type == FieldDescriptor.TYPE_BYTES:
            return "hex | sha256:FILE | sha256-text:TEXT"
        return "account id | @key-name" if is_account(field) else "text"
    return "2026-02-01 | 2026-02-01T10:00:00Z | seconds" if is_moment(field) else "whole number"


def names(enum: EnumDescriptor) -> list[str]:
    """Return the names of an enum but its unspecified one."""
    return [value.name for value in enum.values if value.number]


def read(field: FieldDescriptor, text: str, who: Names) -> object:
    """Return the value of one occurrence of a field; a usage fault says which form is expected."""
    kind = field.cpp_type
    if kind == FieldDescriptor.CPPTYPE_ENUM:
        return int(_enum(field.enum_type, text).number)
    if kind == FieldDescriptor.CPPTYPE_MESSAGE:
        return _message(field, text, who)
    if kind == FieldDescriptor.CPPTYPE_BOOL:
        if text.lower() in _TRUE + _FALSE:
            return text.lower() in _TRUE
        raise usage(f"{text!r} is not true or false")
    if kind == FieldDescriptor.CPPTYPE_STRING:
        if field.type == FieldDescriptor.TYPE_BYTES:
            return _bytes(text, who)
        if is_account(field):
            return who.account(text[1:]) if text.startswith("@") else account(text)
        return text
    if is_moment(field) and "-" in text:
        try:
            return calendar.parse_iso(text)
        except ValueError as error:
            raise usage(str(error)) from error
    return _number(text, 32 if kind == FieldDescriptor.CPPTYPE_UINT32 else 64)


def account(text: str) -> str:
    """Return an account id as it was typed; a usage fault when no account can have it."""
    try:
        ids.parse_account_id(text)
    except ValueError as error:
        hint = "Look for a mistyped digit; a key's name is written @NAME."
        raise usage(str(error), hint) from error
    return text


def _number(text: str, bits: int) -> int:
    digits = text.replace("_", "")
    if not (digits.isascii() and digits.isdigit()):
        raise usage(
            f"{text!r} is not a whole number of 0 or more", "Write it like 25000 or 25_000."
        )
    value = int(digits[:40])
    if value > U64_MAX >> (64 - bits):
        raise usage(f"{text} is above the largest number here, 2^{bits} - 1")
    return value


def _enum(enum: EnumDescriptor, text: str) -> EnumValueDescriptor:
    """Return the value of a name in any case; its prefix may be left out where that is clear."""
    word = text.upper().replace("-", "_")
    exact = [value for value in enum.values if value.name == word and value.number]
    close = [value for value in enum.values if value.name.endswith("_" + word) and value.number]
    least = min((len(value.name) for value in close), default=0)  # FILLED is not PART_FILLED
    found: list[EnumValueDescriptor] = exact or [row for row in close if len(row.name) == least]
    if len(found) != 1:
        hint = f"{nearest(word, names(enum))} One of: {', '.join(names(enum))}."
        raise usage(f"{text!r} is not a {enum.name}", hint.strip())
    return found[0]


def _bytes(text: str, who: Names) -> bytes:
    if text.startswith("sha256:"):
        return sha256(who.file(text.removeprefix("sha256:"))).digest()
    if text.startswith("sha256-text:"):
        return sha256(text.removeprefix("sha256-text:").encode()).digest()
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        raise usage(
            f"{text[:40]!r} is not hexadecimal",
            f"Give {HASH_BYTES} bytes in hex, or sha256:FILE to take the hash of a file.",
        ) from None


def _message(field: FieldDescriptor, text: str, who: Names) -> Message:
    """Return a nested message from `file:PATH`, or from the short form of the few that have one."""
    kind = field.message_type
    if text.startswith("file:"):
        return from_json(GetMessageClass(kind)(), who.file(text.removeprefix("file:")), text)
    if kind.name == "RecordRef" and text.count("/") == 1:
        record_kind, record_id = text.split("/")
        name = _enum(RecordKind.DESCRIPTOR, record_kind).name
        return RecordRef(kind=name, id=record_id)
    if kind.name == "SerialRange" and ":" in text:
        return _range(text)
    if kind.name == "ResponseCode":
        number, at, serials = text.partition("@")
        rows = serials.split("+") if at else []
        if all(":" in row for row in rows):
            return ResponseCode(code=_number(number, 32), ranges=map(_range, rows))
    raise usage(f"{text[:40]!r} is not a {kind.name}", f"Write it as {form(field)}.")


def _range(text: str) -> SerialRange:
    space, _, serials = text.rpartition(":")
    start, _, end = serials.partition("-")
    return SerialRange(space=space, start=_number(start, 64), end=_number(end or start, 64))


def from_json(message: Message, raw: bytes, source: str) -> Message:
    """Fill `message` from JSON and return it; a usage fault names the source and the place."""
    try:
        json_format.ParseDict(strict(raw.decode("utf-8")), message)
    except (
        BuildError,
        json_format.ParseError,
        UnicodeDecodeError,
        RecursionError,
        TypeError,
        ValueError,
        AttributeError,
    ) as error:
        raise usage(f"{source}: {error}", "Correct the file; nothing was sent.") from error
    if fault := account_fault(message):
        raise usage(f"{source}: {fault}", "Look for a mistyped digit; nothing was sent.")
    return message


def show(field: FieldDescriptor, value: object) -> str:
    """Return one value as people read it: names, dates, hex."""
    if isinstance(value, Message):
        return show_message(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and field.cpp_type == FieldDescriptor.CPPTYPE_ENUM:
        known = field.enum_type.values_by_number.get(value)
        if known is None:
            return str(value)
        return known.name if known.number else "-"
    if isinstance(value, int) and value and is_moment(field):
        return calendar.iso(value)
    text = str(value)
    return "".join(map(_in_line, text))


def _in_line(char: str) -> str:
    """Return a character that stays in its line and place, or its escape; so no text is another."""
    return char if char.isprintable() and char != "\\" else ascii(char)[1:-1]


def show_message(message: Message) -> str:
    """Return a message on one line; the short forms where there are some."""
    if isinstance(message, RecordRef):
        return f"{RecordKind.Name(message.kind)}/{message.id}"
    if isinstance(message, SerialRange):
        return f"{message.space}:{message.start}-{message.end}"
    if isinstance(message, ResponseCode):
        rows = "+".join(map(show_message, message.ranges))
        return f"{message.code}@{rows}" if rows else str(message.code)
    return " ".join(
        f"{field.name}={show_field(message, field)}" for field, _ in message.ListFields()
    )


def show_field(message: Message, field: FieldDescriptor) -> str:
    """Return a field of a message as people read it; repeated values with commas."""
    value = getattr(message, field.name)
    if field.is_repeated:
        return ", ".join(show(field, item) for item in value)
    return show(field, value)
