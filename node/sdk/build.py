"""Transactions as bytes: built once, signed as they are, signed again elsewhere.

Must not know: the network. Invariant: a signature is made only over the canonical bytes of a body
of the chain named, in which every account id has fitting check digits, and for a signer that the
body has.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from abci_app.core import ids, signing
from abci_app.core.codec import parse_canonical
from node.sdk.keys import StoredKey
from node.sdk.readable import describe
from node.sdk.txjson import BuildError, ascending, tx_from_json, tx_json
from tonne.v1 import tx_pb2 as t

__all__ = [
    "BuildError",
    "Signer",
    "account_fault",
    "build_body",
    "check_signatures",
    "cosign",
    "describe",
    "is_account",
    "key_grant",
    "merge",
    "sign_body",
    "tx_from_json",
    "tx_json",
]

# Fields whose text is an account id although their name does not say so.
_ACCOUNT_FIELDS = frozenset(
    {
        "tonne.v1.Accredit.subject",
        "tonne.v1.AccountChange.add_trusted",
        "tonne.v1.AccountChange.remove_trusted",
        "tonne.v1.Cancellation.sink",
        "tonne.v1.Fill.confirmed_by",
        "tonne.v1.Footprint.acknowledged",
        "tonne.v1.Footprint.owners",
        "tonne.v1.FootprintDraft.owners",
        "tonne.v1.Hold.controller_account",
        "tonne.v1.LabelGrant.by",
        "tonne.v1.LabelGrant.removed_by",
        "tonne.v1.Notice.debtor",
        "tonne.v1.NoticeDraft.debtor",
        "tonne.v1.PlaceHold.controller",
        "tonne.v1.AccountChange.id",
        "tonne.v1.Account.id",
        "tonne.v1.GetAccountRequest.id",
        "tonne.v1.Statement.auditor",
        "tonne.v1.Issuance.auditor",
        "tonne.v1.Record.owner",
        "tonne.v1.Retirement.sink",
    }
)


@dataclass(frozen=True)
class Signer:
    """An account that signs, with the lane and sequence it uses up."""

    account: str
    lane: int
    sequence: int


def build_body(
    chain_id: str,
    signers: Sequence[Signer],
    actions: Sequence[t.Action],
    valid_until_s: int,
    memo: str = "",
) -> bytes:
    """Return the canonical bytes of a Body; `valid_until_s` in UTC seconds."""
    body = t.Body(
        chain_id=chain_id,
        signers=[
            t.Signer(account=row.account, lane=row.lane, sequence=row.sequence) for row in signers
        ],
        valid_until_s=valid_until_s,
        memo=memo,
        actions=actions,
    )
    return body.SerializeToString(deterministic=True)


def sign_body(
    body: bytes, chain_id: str, genesis_hash: bytes, keys: Sequence[tuple[int, StoredKey]]
) -> bytes:
    """Return the bytes of a SignedTx with a signature of each (signer index, key).

    Refusal for bytes that are not canonical; BuildError for another chain's body, or for a key that
    signs for another account.
    """
    message = _read(body)
    if message.chain_id != chain_id:
        raise BuildError(
            f"the body is of the chain {message.chain_id!r}, not of {chain_id!r}: build it again"
        )
    rows = [_signature(message, body, genesis_hash, index, key) for index, key in keys]
    return _joined(body, rows)


def cosign(tx: bytes, genesis_hash: bytes, signer_index: int, key: StoredKey) -> bytes:
    """Return a partly signed transaction with one more signature; signing twice changes nothing.

    Refusal and BuildError as for `sign_body`; BuildError when an earlier signature does not hold.
    """
    check_signatures(tx, genesis_hash)
    envelope = parse_canonical(t.SignedTx, tx)
    message = _read(envelope.body)
    mine = _signature(message, envelope.body, genesis_hash, signer_index, key)
    place = (signer_index, key.public)
    others = [row for row in envelope.signatures if (row.signer_index, row.key) != place]
    return _joined(envelope.body, [*others, mine])


def check_signatures(tx: bytes, genesis_hash: bytes) -> None:
    """Check the signatures that a transaction has; BuildError names the one that does not hold."""
    envelope = parse_canonical(t.SignedTx, tx)
    message = _read(envelope.body)
    signed = signing.sign_bytes(message.chain_id, genesis_hash, envelope.body)
    for row in envelope.signatures:
        if row.signer_index >= len(message.signers):
            raise BuildError(f"{row.key.hex()} signs for signer {row.signer_index}, who is not one")
        if not signing.verify(row.key, row.sig, signed):
            raise BuildError(
                f"the signature of {row.key.hex()} does not hold: the body was changed after it "
                "was signed, or signed for another chain: compare the genesis hash with the one "
                "who signed before, or start from the unsigned file"
            )


def merge(txs: Sequence[bytes], genesis_hash: bytes) -> bytes:
    """Return one transaction with the signatures of all, which must have the very same body.

    BuildError for another body, counted from 1, and for a signature that does not hold.
    """
    rows: dict[tuple[int, bytes], t.Signature] = {}
    body = parse_canonical(t.SignedTx, txs[0]).body
    for place, tx in enumerate(txs, 1):
        envelope = parse_canonical(t.SignedTx, tx)
        if envelope.body != body:
            raise BuildError(
                f"file {place} has another body than file 1: signatures of two transactions do "
                "not go together. `tonne tx decode` shows what each says"
            )
        check_signatures(tx, genesis_hash)
        for row in envelope.signatures:
            rows.setdefault((row.signer_index, row.key), row)
    return _joined(body, list(rows.values()))


def is_account(field: FieldDescriptor) -> bool:
    """Tell whether a field holds an account id."""
    return field.name in ("account", "from_account", "to_account") or (
        field.full_name in _ACCOUNT_FIELDS
    )


def account_fault(message: Message, place: str = "") -> str:
    """Return which account id in a message is mistyped, and how; empty when none is."""
    for field, value in message.ListFields():
        for item in value if field.is_repeated else [value]:
            where = f"{place}{field.name}"
            if isinstance(item, Message):
                if fault := account_fault(item, f"{where}."):
                    return fault
            elif is_account(field):
                try:
                    ids.parse_account_id(item)
                except ValueError as error:
                    return f"{where}: {error}"
    return ""


def key_grant(
    chain_id: str, account: str, key: StoredKey, rights: Sequence[t.KeyRight]
) -> t.KeyGrant:
    """Return a key with the proof that its owner registers it for this account of this chain."""
    message = signing.possession_bytes(chain_id, account, key.public)
    return t.KeyGrant(
        key=key.public,
        person=key.person,
        rights=sorted(frozenset(rights)),
        proof=signing.sign(key.seed, message),
    )


def _read(body: bytes) -> t.Body:
    """Return a body that may be signed: canonical, with account ids that can exist."""
    message = parse_canonical(t.Body, body)
    if fault := account_fault(message):
        raise BuildError(f"{fault}; no chain takes it: nothing was signed")
    return message


def _signature(
    message: t.Body, body: bytes, genesis_hash: bytes, index: int, key: StoredKey
) -> t.Signature:
    if not 0 <= index < len(message.signers):
        raise BuildError(
            f"there is no signer {index}: the body has {len(message.signers)}, counted from 0"
        )
    account = message.signers[index].account
    if key.account and key.account != account:
        raise BuildError(
            f"the key {key.name!r} signs for {key.account}, but signer {index} is {account!r}"
        )
    signed = signing.sign_bytes(message.chain_id, genesis_hash, body)
    return t.Signature(signer_index=index, key=key.public, sig=signing.sign(key.seed, signed))


def _joined(body: bytes, signatures: Sequence[t.Signature]) -> bytes:
    rows = ascending(signatures)
    return t.SignedTx(body=body, signatures=rows).SerializeToString(deterministic=True)
