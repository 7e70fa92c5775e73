"""A transaction as JSON text, and back to the same bytes.

Must not know: keys or the network. Invariant: the text of a canonical transaction gives exactly its
bytes again, so that signatures made elsewhere still hold.
"""

import json
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NoReturn, TypeVar, cast

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from abci_app.core.codec import parse_canonical
from tonne.v1 import tx_pb2 as t

M = TypeVar("M", bound=Message)

TEXT_BYTES_MAX = 1 << 20

_BASE64 = re.compile(r"(?:[A-Za-z0-9+/_-]{4})*(?:[A-Za-z0-9+/_-]{2,3}={0,2})?")
_FIELDS = frozenset(("body", "signatures"))


class BuildError(ValueError):
    """A transaction cannot be made or signed as asked; the text says why."""


def tx_json(tx: bytes) -> str:
    """Return a SignedTx as JSON: 64-bit integers as texts, bytes as base64, enums by name.

    Refusal for bytes that are not canonical: the text could not give them back.
    """
    envelope = parse_canonical(t.SignedTx, tx)
    body = parse_canonical(t.Body, envelope.body)
    data = {"body": _plain(body), "signatures": [_plain(row) for row in envelope.signatures]}
    return json.dumps(data, indent=2, ensure_ascii=True)


def tx_from_json(text: str) -> bytes:
    """Return the canonical bytes of a SignedTx in JSON; BuildError names what does not fit."""
    if len(text) > TEXT_BYTES_MAX:
        raise BuildError(f"the text is longer than {TEXT_BYTES_MAX} characters")
    try:
        data = json.loads(
            text, object_pairs_hook=_unique, parse_float=_no_float, parse_constant=_no_float
        )
    except json.JSONDecodeError as error:
        raise BuildError(f"not JSON: line {error.lineno}, {error.msg}") from error
    except RecursionError as error:
        raise BuildError("not a transaction: nested too deeply") from error
    if not isinstance(data, dict) or "body" not in data or not data.keys() <= _FIELDS:
        raise BuildError('not a transaction: it has a "body" and "signatures", and nothing else')
    signatures = data.get("signatures", [])
    if not isinstance(signatures, list):
        raise BuildError('"signatures" is not a list')
    body = _message(data["body"], t.Body(), "body")
    rows = [
        _message(row, t.Signature(), f"signatures[{index}]") for index, row in enumerate(signatures)
    ]
    raw = body.SerializeToString(deterministic=True)
    made = t.SignedTx(body=raw, signatures=ascending(rows))
    return made.SerializeToString(deterministic=True)


def ascending(signatures: Sequence[t.Signature]) -> list[t.Signature]:
    """Return signatures in canonical order; BuildError when a key signs twice for one signer."""
    rows = sorted(signatures, key=lambda row: (row.signer_index, row.key))
    for one, other in pairwise(rows):
        if (one.signer_index, one.key) == (other.signer_index, other.key):
            raise BuildError(f"{one.key.hex()} signs twice for signer {one.signer_index}")
    return rows


def _plain(message: Message) -> dict[str, Any]:
    return json_format.MessageToDict(message, preserving_proto_field_name=True)


def _message(data: object, message: M, place: str) -> M:
    if not isinstance(data, dict):
        raise BuildError(f"{place} is not an object")
    _check_bytes(data, cast("Descriptor", message.DESCRIPTOR), place)
    try:
        return json_format.ParseDict(data, message)
    except (json_format.ParseError, ValueError, TypeError, RecursionError) as error:
        raise BuildError(f"{place}: {error}") from error


def _check_bytes(data: object, kind: Descriptor, place: str) -> None:
    """Refuse bytes that are no base64: the parser would leave out the letters it does not know."""
    fields = {name: field for field in kind.fields for name in (field.name, field.json_name)}
    for name, value in data.items() if isinstance(data, dict) else ():
        field = fields.get(name)
        for item in value if isinstance(value, list) else [value]:
            if field is None or item is None:
                continue
            if field.message_type is not None:
                _check_bytes(item, field.message_type, f"{place}.{name}")
            elif field.type == FieldDescriptor.TYPE_BYTES and not _BASE64.fullmatch(str(item)):
                raise BuildError(f"{place}.{name}: {str(item)[:80]!r} is not base64")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that stands twice: which of the two was meant cannot be known."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BuildError(f"the name {twice!r} stands twice in one object")
    return found


def _no_float(text: str) -> NoReturn:
    raise BuildError(f"{text} is not a whole number; there are no others in a transaction")
