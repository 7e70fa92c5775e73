"""What is signed, and whether a signature holds: ed25519, strictly.

Must not know: accounts. Invariant: a signature for one chain, genesis or account never holds for
another (X1, X2).
"""

from hashlib import sha256

from nacl import bindings
from nacl.exceptions import BadSignatureError

from abci_app.core.limits import KEY_BYTES, SIG_BYTES

TX_TAG = b"tonne transaction v1"
KEY_TAG = b"tonne key v1"


def _framed(*parts: bytes) -> bytes:
    """Return the parts, each behind its length in four bytes: no two lists give the same bytes."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def sign_bytes_prefix(chain_id: str, genesis_hash: bytes) -> bytes:
    """Return what stands before the body in every transaction of a chain."""
    return _framed(TX_TAG, chain_id.encode(), genesis_hash)


def sign_bytes(chain_id: str, genesis_hash: bytes, body: bytes) -> bytes:
    """Return tag | chain id | genesis hash (each behind its length) | body as carried."""
    return sign_bytes_prefix(chain_id, genesis_hash) + body


def possession_bytes(chain_id: str, account: str, key: bytes) -> bytes:
    """Return what a key signs to prove that its owner registers it for this account."""
    return _framed(KEY_TAG, chain_id.encode(), account.encode(), key)


def transaction_id(tx: bytes) -> bytes:
    """Return the engine's hash of the bytes, 32 bytes."""
    return sha256(tx).digest()


def is_key(key: bytes) -> bool:
    """Tell whether `key` is a canonical point of prime order: no small-order or mixed key."""
    return len(key) == KEY_BYTES and bool(bindings.crypto_core_ed25519_is_valid_point(key))


def verify(key: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether the 64-byte signature of `message` holds under the 32-byte key."""
    if len(key) != KEY_BYTES or len(signature) != SIG_BYTES:
        return False
    try:
        bindings.crypto_sign_open(signature + message, key)
    except (BadSignatureError, ValueError):
        return False
    return True


def sign(seed: bytes, message: bytes) -> bytes:
    """Return the 64-byte signature of `message` by the 32-byte seed."""
    _, secret = bindings.crypto_sign_seed_keypair(seed)
    return bindings.crypto_sign(message, secret)[:SIG_BYTES]


def public_key(seed: bytes) -> bytes:
    """Return the 32-byte public key of a 32-byte seed."""
    return bindings.crypto_sign_seed_keypair(seed)[0]
