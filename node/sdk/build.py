"""Transactions: built once, shown as they will be signed, signed, merged, carried as JSON.

Must not know: the network. Invariant: what is shown is decoded from the very bytes that are signed
(X13).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from abci_app.core import signing
from abci_app.core.calendar import iso
from abci_app.core.codec import parse_canonical
from abci_app.core.limits import TIME_S_MAX
from node.sdk.keys import StoredKey
from tonne.v1.tx_pb2 import Action, Body, KeyGrant, KeyRight, Signature, SignedTx
from tonne.v1.tx_pb2 import Signer as SignerMessage


@dataclass(frozen=True)
class Signer:
    """An account that signs, with the lane and sequence it uses up."""

    account: str
    lane: int
    sequence: int


def build_body(
    chain_id: str,
    signers: Sequence[Signer],
    actions: Sequence[Action],
    valid_until_s: int,
    memo: str = "",
) -> bytes:
    """Return the canonical bytes of a Body."""
    body = Body(
        chain_id=chain_id,
        signers=[
            SignerMessage(account=row.account, lane=row.lane, sequence=row.sequence)
            for row in signers
        ],
        valid_until_s=valid_until_s,
        memo=memo,
        actions=actions,
    )
    return body.SerializeToString(deterministic=True)


def sign_body(
    body: bytes, chain_id: str, genesis_hash: bytes, keys: Sequence[tuple[int, StoredKey]]
) -> bytes:
    """Return the bytes of a SignedTx with a signature of each (signer index, key)."""
    message = signing.sign_bytes(chain_id, genesis_hash, body)
    signatures = [
        Signature(signer_index=index, key=key.public, sig=signing.sign(key.seed, message))
        for index, key in keys
    ]
    return _joined(body, signatures)


def cosign(tx: bytes, genesis_hash: bytes, signer_index: int, key: StoredKey) -> bytes:
    """Return a partly signed transaction with one more signature; ValueError for no such signer."""
    envelope = parse_canonical(SignedTx, tx)
    body = parse_canonical(Body, envelope.body)
    if signer_index >= len(body.signers):
        raise ValueError(f"the transaction has {len(body.signers)} signers, counted from 0")
    message = signing.sign_bytes(body.chain_id, genesis_hash, envelope.body)
    mine = Signature(signer_index=signer_index, key=key.public, sig=signing.sign(key.seed, message))
    others = [
        row
        for row in envelope.signatures
        if (row.signer_index, row.key) != (signer_index, key.public)
    ]
    return _joined(envelope.body, [*others, mine])


def _joined(body: bytes, signatures: Sequence[Signature]) -> bytes:
    rows = sorted(signatures, key=lambda row: (row.signer_index, row.key))
    return SignedTx(body=body, signatures=rows).SerializeToString(deterministic=True)


def key_grant(chain_id: str, account: str, key: StoredKey, rights: Sequence[KeyRight]) -> KeyGrant:
    """Return a key with the proof that its owner registers it for this account of this chain."""
    message = signing.possession_bytes(chain_id, account, key.public)
    return KeyGrant(
        key=key.public,
        person=key.person,
        rights=sorted(rights),
        proof=signing.sign(key.seed, message),
    )


def describe(body: bytes) -> str:
    """Return every field of a body in words, one a line, from the bytes that are signed.

    Refusal for bytes that are not canonical; characters that hide or reorder are shown escaped.
    """
    message = parse_canonical(Body, body)
    lines = [
        f"chain         {_safe(message.chain_id)}",
        f"valid until   {_time(message.valid_until_s)}",
    ]
    if message.memo:
        lines.append(f"memo          {_safe(message.memo)}")
    for index, signer in enumerate(message.signers):
        account = _safe(signer.account)
        lines.append(
            f"signer {index}      {account}, lane {signer.lane}, sequence {signer.sequence}"
        )
    for index, action in enumerate(message.actions):
        arm = action.WhichOneof("action")
        lines.append(f"action {index}      {arm or 'nothing'} by signer {action.signer_index}")
        if arm:
            lines += _fields(getattr(action, arm), "  ")
    return "\n".join(lines)


def _fields(message: Message, indent: str) -> list[str]:
    lines: list[str] = []
    for field, value in message.ListFields():
        items = value if field.is_repeated else [value]
        for item in items:
            if field.message_type is not None:
                lines.append(f"{indent}{field.name}")
                lines += _fields(item, indent + "  ")
            else:
                lines.append(f"{indent}{field.name:<{14 - len(indent)}} {_value(field, item)}")
    return lines


def _value(field: FieldDescriptor, value: object) -> str:
    if field.enum_type is not None and isinstance(value, int):
        known = field.enum_type.values_by_number.get(value)
        return known.name if known is not None else f"unknown value {value}"
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, str):
        return _safe(value)
    if isinstance(value, int) and field.name.endswith("_s") and not isinstance(value, bool):
        return _time(value)
    return str(value)


def _time(value: int) -> str:
    return f"{iso(value)} ({value})" if value <= TIME_S_MAX else str(value)


def _safe(text: str) -> str:
    """Return a text in which nothing hides: all but plain letters, signs and blanks is escaped."""
    shown = (char if char.isprintable() else f"\\u{{{ord(char):04x}}}" for char in text)
    return '"' + "".join(shown) + '"'


def tx_json(tx: bytes) -> str:
    """Return a SignedTx as JSON: 64-bit integers as texts, bytes as base64, enums by name."""
    envelope = parse_canonical(SignedTx, tx)
    body = parse_canonical(Body, envelope.body)
    data = {
        "body": _dict(body),
        "signatures": [_dict(row) for row in envelope.signatures],
    }
    return json.dumps(data, indent=2, ensure_ascii=False)


def _dict(message: Message) -> object:
    return json_format.MessageToDict(message, preserving_proto_field_name=True)


def tx_from_json(text: str) -> bytes:
    """Return the canonical bytes of a SignedTx in JSON; ValueError names what does not fit."""
    try:
        data = json.loads(text)
        body = json_format.ParseDict(data["body"], Body())
        rows = [json_format.ParseDict(row, Signature()) for row in data.get("signatures", [])]
    except (KeyError, TypeError, AttributeError, ValueError, json_format.ParseError) as error:
        raise ValueError(f"this is not a transaction in JSON: {error}") from None
    return _joined(body.SerializeToString(deterministic=True), rows)
