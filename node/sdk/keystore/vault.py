"""A secret under a passphrase: argon2id makes the key, secretbox seals.

Must not know: what the secret is, or files. Invariant: a sealed secret carries all that is needed
to open it but the passphrase; a wrong passphrase never yields bytes.
"""

import base64
import binascii
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import nacl.utils
from argon2.exceptions import Argon2Error
from argon2.low_level import ARGON2_VERSION, Type, hash_secret_raw
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

SALT_BYTES = 16
MEMORY_KIB_MAX = 1 << 20  # a file must not make its reader use more than 1 GiB
PASSES_MAX = 64
LANES_MAX = 16


class KeyStoreError(Exception):
    """Something is wrong with a key or its store; the text says what to do next."""


class WrongPassphraseError(KeyStoreError):
    """The passphrase does not open the secret."""


@dataclass(frozen=True)
class Cost:
    """What opening costs: passes over the memory, its size in KiB, lanes side by side."""

    passes: int = 2
    memory_kib: int = 64 * 1024
    lanes: int = 1

    def __post_init__(self) -> None:
        """Refuse what argon2id cannot do, and what would exhaust this machine."""
        fits = (
            1 <= self.passes <= PASSES_MAX
            and 1 <= self.lanes <= LANES_MAX
            and 8 * self.lanes <= self.memory_kib <= MEMORY_KIB_MAX
        )
        if not fits:
            raise KeyStoreError(
                f"argon2id with {self.passes} passes, {self.memory_kib} KiB and {self.lanes} lanes "
                f"is out of bounds (at most {PASSES_MAX}, {MEMORY_KIB_MAX} and {LANES_MAX})"
            )


INTERACTIVE = Cost()
"""About a tenth of a second: what a person waits without noticing."""


def seal(secret: bytes, passphrase: str, cost: Cost = INTERACTIVE) -> dict[str, Any]:
    """Return the sealed secret as plain data: the parameters of the key, and the box."""
    salt = nacl.utils.random(SALT_BYTES)
    box = SecretBox(_stretch(passphrase, salt, cost)).encrypt(secret)
    kdf = {
        "name": "argon2id",
        "version": ARGON2_VERSION,
        "passes": cost.passes,
        "memory_kib": cost.memory_kib,
        "lanes": cost.lanes,
        "salt": salt.hex(),
    }
    return {"kdf": kdf, "box": base64.b64encode(bytes(box)).decode()}


def unseal(sealed: Mapping[str, Any], passphrase: str) -> bytes:
    """Return the secret; WrongPassphraseError, or KeyStoreError for data that is none of ours."""
    try:
        kdf = sealed["kdf"]
        if kdf["name"] != "argon2id" or kdf["version"] != ARGON2_VERSION:
            raise KeyStoreError(
                f"sealed with {kdf['name']} version {kdf['version']}; this release opens argon2id "
                f"version {ARGON2_VERSION}: use the release that made it"
            )
        cost = Cost(int(kdf["passes"]), int(kdf["memory_kib"]), int(kdf["lanes"]))
        salt = bytes.fromhex(kdf["salt"])
        box = base64.b64decode(sealed["box"], validate=True)
        key = _stretch(passphrase, salt, cost)
    except (KeyError, TypeError, ValueError, binascii.Error, Argon2Error) as error:
        raise KeyStoreError(f"not a sealed secret: {error}") from error
    try:
        return SecretBox(key).decrypt(box)
    except (CryptoError, ValueError) as error:
        raise WrongPassphraseError("the passphrase is wrong; try again") from error


def _stretch(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    return hash_secret_raw(
        secret=unicodedata.normalize("NFKC", passphrase).encode(),
        salt=salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=SecretBox.KEY_SIZE,
        type=Type.ID,
    )
