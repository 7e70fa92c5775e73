"""Transactions as bytes: built once, signed as they are, signed again elsewhere.

Must not know: the network. Invariant: a signature is made only over the canonical bytes of a body
of the chain named, and for a signer that the body has.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from abci_app.core import signing
from abci_app.core.codec import parse_canonical
from node.sdk.keys import StoredKey
from node.sdk.readable import describe
from node.sdk.txjson import BuildError, ascending, tx_from_json, tx_json
from tonne.v1 import tx_pb2 as t

__all__ = [
    "BuildError",
    "Signer",
    "build_body",
    "cosign",
    "describe",
    "key_grant",
    "sign_body",
    "tx_from_json",
    "tx_json",
]


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
    envelope = parse_canonical(t.SignedTx, tx)
    message = _read(envelope.body)
    signed = signing.sign_bytes(message.chain_id, genesis_hash, envelope.body)
    for row in envelope.signatures:
        if not signing.verify(row.key, row.sig, signed):
            raise BuildError(
                f"the signature of {row.key.hex()} does not hold for this genesis hash: compare "
                "the genesis hash with the one who signed before, or start from the unsigned file"
            )
    mine = _signature(message, envelope.body, genesis_hash, signer_index, key)
    place = (signer_index, key.public)
    others = [row for row in envelope.signatures if (row.signer_index, row.key) != place]
    return _joined(envelope.body, [*others, mine])


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
    return parse_canonical(t.Body, body)


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
