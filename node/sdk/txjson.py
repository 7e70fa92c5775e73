"""A transaction as JSON text, and back to the same bytes; as a file that goes from desk to desk.

Must not know: keys or the network. Invariant: the text of a canonical transaction gives exactly its
bytes again, so that signatures made elsewhere still hold; a file whose readable part says something
else than its bytes is refused.
"""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar, cast

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from abci_app.core.codec import parse_canonical
from abci_app.core.codes import Refusal
from abci_app.core.limits import HASH_BYTES
from node.sdk import strictjson
from tonne.v1 import tx_pb2 as t

M = TypeVar("M", bound=Message)

TEXT_BYTES_MAX = 1 << 20

_BASE64 = re.compile(r"(?:[A-Za-z0-9+/_-]{4})*(?:[A-Za-z0-9+/_-]{2,3}={0,2})?")
_FIELDS = frozenset(("body", "signatures"))

FORMAT = "tonne-tx-1"  # of the files that are carried; another format, another number
_FILE_FIELDS = _FIELDS | {"format", "genesis_hash", "body_bytes"}


class BuildError(ValueError):
    """A transaction cannot be made or signed as asked; the text says why."""


@dataclass(frozen=True)
class Carried:
    """A transaction out of a file: its bytes, and the genesis hash (32 bytes) it is signed for.

    The hash is empty where the file is plain JSON, which names none.
    """

    tx: bytes
    genesis_hash: bytes = b""


def tx_json(tx: bytes) -> str:
    """Return a SignedTx as JSON: 64-bit integers as texts, bytes as base64, enums by name.

    Refusal for bytes that are not canonical: the text could not give them back.
    """
    return json.dumps(_data(tx), indent=2, ensure_ascii=True)


def file_text(tx: bytes, genesis_hash: bytes) -> str:
    """Return a SignedTx, with or without signatures, as a file to carry: its very bytes, readable.

    Refusal for bytes that are not canonical.
    """
    body = t.SignedTx.FromString(tx).body
    head = {
        "format": FORMAT,
        "genesis_hash": genesis_hash.hex(),
        "body_bytes": base64.b64encode(body).decode(),
    }
    return json.dumps(head | _data(tx), indent=2, ensure_ascii=True)


def tx_from_json(text: str) -> bytes:
    """Return the canonical bytes of a SignedTx in JSON; BuildError names what does not fit."""
    return read_file(text).tx


def read_file(text: str) -> Carried:
    """Return the transaction of a carried file, or of plain JSON; BuildError says what is wrong."""
    data = strict(text)
    if not isinstance(data, dict) or "body" not in data:
        raise BuildError('not a transaction: it has a "body" and "signatures"')
    named = "format" in data
    if named and data["format"] != FORMAT:
        raise BuildError(
            f"the format {str(data['format'])[:40]!r} is not {FORMAT!r}, which this release reads: "
            "use the release that wrote the file"
        )
    surplus = sorted(data.keys() - (_FILE_FIELDS if named else _FIELDS))
    if surplus:
        raise BuildError(
            f"not a transaction: it has a body and signatures, and nothing else such as "
            f"{surplus[0][:40]!r}"
        )
    signatures = data.get("signatures", [])
    if not isinstance(signatures, list):
        raise BuildError('"signatures" is not a list')
    body = _message(data["body"], t.Body(), "body")
    rows = [
        _message(row, t.Signature(), f"signatures[{index}]") for index, row in enumerate(signatures)
    ]
    raw = body.SerializeToString(deterministic=True)
    genesis_hash = b""
    if named:
        genesis_hash = _genesis_hash(data.get("genesis_hash"))
        if raw != _carried_bytes(data.get("body_bytes")):
            raise BuildError(
                '"body" says something else than "body_bytes", which is what gets signed: the file '
                "was changed on its way. Get it again from the one who sent it"
            )
    made = t.SignedTx(body=raw, signatures=ascending(rows))
    return Carried(made.SerializeToString(deterministic=True), genesis_hash)


def strict(text: str) -> Any:  # noqa: ANN401 - JSON of any shape, judged by the caller
    """Return the value of a JSON text with one meaning; BuildError says what is not strict."""
    try:
        return strictjson.parse(text.encode("utf-8", "surrogatepass"), bytes_max=TEXT_BYTES_MAX)
    except strictjson.JsonFault as error:
        raise BuildError(str(error)) from error


def _genesis_hash(value: object) -> bytes:
    try:
        digest = bytes.fromhex(value) if isinstance(value, str) else b""
    except ValueError:
        digest = b""
    if len(digest) != HASH_BYTES:
        raise BuildError('"genesis_hash" has not 64 hexadecimal digits')
    return digest


def _carried_bytes(value: object) -> bytes:
    """Return the bytes of a body as they are carried; BuildError when they are no canonical one."""
    try:
        raw = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
        parse_canonical(t.Body, raw)
    except (binascii.Error, ValueError) as error:
        raise BuildError('"body_bytes" is not base64: get the file again') from error
    except Refusal as error:
        raise BuildError(f'"body_bytes" is no body of a transaction ({error.detail})') from error
    return raw


def ascending(signatures: Sequence[t.Signature]) -> list[t.Signature]:
    """Return signatures in canonical order; BuildError when a key signs twice for one signer."""
    rows = sorted(signatures, key=lambda row: (row.signer_index, row.key))
    for one, other in pairwise(rows):
        if (one.signer_index, one.key) == (other.signer_index, other.key):
            raise BuildError(f"{one.key.hex()} signs twice for signer {one.signer_index}")
    return rows


def _data(tx: bytes) -> dict[str, Any]:
    envelope = parse_canonical(t.SignedTx, tx)
    body = parse_canonical(t.Body, envelope.body)
    return {"body": _plain(body), "signatures": [_plain(row) for row in envelope.signatures]}


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
