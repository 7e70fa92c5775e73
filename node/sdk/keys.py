"""Key stores: encrypted (argon2id and secretbox), and a loudly insecure one for tests.

Must not know: the network. Invariants: a key file is never overwritten and has mode 0600; a seed
leaves the encrypted
store only when the passphrase opens it.
"""

import base64
import binascii
import json
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha512
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from mnemonic import Mnemonic
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from abci_app.core import signing

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ARMOURED = re.compile(r"-----BEGIN TONNE KEY-----\s(.*?)-----END TONNE KEY-----", re.DOTALL)
_DERIVATION = b"tonne ed25519 seed v1"
_ARMOUR = "-----{} TONNE KEY-----"
Passphrase = Callable[[], str]


class KeyStoreError(Exception):
    """A key cannot be had or kept; the text says what to do next."""


@dataclass(frozen=True)
class StoredKey:
    """A key pair: its name here, the account it signs for, the person who holds it."""

    name: str
    seed: bytes
    public: bytes
    account: str
    person: str


@dataclass(frozen=True)
class Hardness:
    """The cost of trying one passphrase: argon2id passes, memory in KiB, lanes."""

    passes: int = 3
    memory_kib: int = 65_536
    lanes: int = 4


def seed_from_mnemonic(words: str) -> bytes:
    """Return the 32-byte ed25519 seed: first half of sha512(tag | BIP-39 seed, no passphrase)."""
    book = Mnemonic("english")
    words = " ".join(words.split())
    if not book.check(words):
        raise KeyStoreError("these are not 24 valid words; check their order and spelling")
    return sha512(_DERIVATION + Mnemonic.to_seed(words)).digest()[:32]


class KeyStore:
    """The keys of a home, one file a key."""

    def __init__(self, path: Path, passphrase: Passphrase | None, hardness: Hardness) -> None:
        """Keep keys below `path`; without a passphrase they are stored in the clear."""
        self.path = Path(path)
        self._passphrase = passphrase
        self._hardness = hardness
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    @classmethod
    def encrypted(
        cls, path: Path, passphrase: Passphrase, hardness: Hardness | None = None
    ) -> "KeyStore":
        """Return a store whose keys open with a passphrase only."""
        return cls(path, passphrase, hardness or Hardness())

    @classmethod
    def test(cls, path: Path) -> "KeyStore":
        """Return a store that protects nothing, for networks whose units are worth nothing."""
        sys.stderr.write(f"WARNING: test key store {path}: its keys lie open, for tests only\n")
        return cls(path, None, Hardness())

    def add(
        self, name: str, *, account: str = "", person: str = "", mnemonic: str | None = None
    ) -> tuple[StoredKey, str]:
        """Make (or recover from words) a key; return it with its 24 words, which are shown once."""
        words = mnemonic or Mnemonic("english").generate(strength=256)
        seed = seed_from_mnemonic(words)
        key = StoredKey(name, seed, signing.public_key(seed), account, person or name)
        self._create(key)
        return key, words

    def get(self, name: str) -> StoredKey:
        """Return a key; KeyStoreError when there is none or the passphrase is wrong."""
        fields = self._fields(name)
        seed = self._open(fields, name)
        if signing.public_key(seed) != bytes.fromhex(fields["public"]):
            raise KeyStoreError(f"{self._file(name)} is damaged: restore the key from its words")
        return StoredKey(name, seed, signing.public_key(seed), fields["account"], fields["person"])

    def names(self) -> list[str]:
        """Return the names of the keys, sorted."""
        return sorted(file.stem for file in self.path.glob("*.json"))

    def public(self, name: str) -> StoredKey:
        """Return a key without its seed: no passphrase is needed."""
        fields = self._fields(name)
        public = bytes.fromhex(fields["public"])
        return StoredKey(name, b"", public, fields["account"], fields["person"])

    def set_account(self, name: str, account: str) -> None:
        """Note the account that a key signs for."""
        fields = {**self._fields(name), "account": account}
        self._replace(name, fields)

    def by_account(self, account: str) -> list[StoredKey]:
        """Return the keys that sign for an account, seeds left out."""
        keys = [self.public(name) for name in self.names()]
        return [key for key in keys if key.account == account]

    def export(self, name: str) -> str:
        """Return a key as text, encrypted as it is stored; a test store exports nothing."""
        if self._passphrase is None:
            raise KeyStoreError("keys of a test store are not exported; use its words")
        body = json.dumps({"name": name, **self._fields(name)}, sort_keys=True).encode()
        text = base64.encodebytes(body).decode()
        return f"{_ARMOUR.format('BEGIN')}\n{text}{_ARMOUR.format('END')}\n"

    def import_(self, name: str, armored: str) -> StoredKey:
        """Take in an exported key under a name; its passphrase must be this store's."""
        match = _ARMOURED.search(armored)
        try:
            fields = json.loads(base64.b64decode("".join(match[1].split()))) if match else None
        except (ValueError, binascii.Error):
            fields = None
        if not isinstance(fields, dict) or "box" not in fields:
            raise KeyStoreError("this is not an exported key; give the whole text with both lines")
        seed = self._open(fields, name)
        key = StoredKey(name, seed, signing.public_key(seed), fields["account"], fields["person"])
        self._create(key)
        return key

    def delete(self, name: str) -> None:
        """Delete a key for good; only its words bring it back."""
        self._fields(name)
        self._file(name).unlink()

    # ---- files ----

    def _file(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise KeyStoreError(
                f"{name!r} is no name for a key: letters, digits, . _ - (64 at most)"
            )
        return self.path / f"{name}.json"

    def _create(self, key: StoredKey) -> None:
        file = self._file(key.name)
        fields = {"account": key.account, "person": key.person, "public": key.public.hex()}
        fields.update(self._seal(key.seed))
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise KeyStoreError(
                f"a key named {key.name!r} exists; choose another name or delete it first"
            ) from None
        with os.fdopen(handle, "w") as stream:
            json.dump(fields, stream, indent=1, sort_keys=True)

    def _replace(self, name: str, fields: dict[str, str]) -> None:
        file = self._file(name)
        fresh = file.with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as stream:
            json.dump(fields, stream, indent=1, sort_keys=True)
        fresh.replace(file)

    def _fields(self, name: str) -> dict[str, str]:
        file = self._file(name)
        if not file.exists():
            known = ", ".join(self.names()) or "none yet"
            raise KeyStoreError(f"no key named {name!r} in {self.path} (there are: {known})")
        if file.stat().st_mode & 0o077:
            raise KeyStoreError(f"{file} can be read by others; run: chmod 600 {file}")
        try:
            fields = json.loads(file.read_text())
        except ValueError:
            fields = {}
        wanted = {"account", "person", "public"}
        if not isinstance(fields, dict) or not wanted <= fields.keys():
            raise KeyStoreError(f"{file} is damaged: restore the key from its words")
        return fields

    # ---- seeds ----

    def _seal(self, seed: bytes) -> dict[str, str]:
        if self._passphrase is None:
            return {"insecure_seed": seed.hex()}
        salt, cost = os.urandom(16), self._hardness
        box = SecretBox(_stretch(self._passphrase(), salt, cost)).encrypt(seed)
        return {
            "argon2id": f"{cost.passes},{cost.memory_kib},{cost.lanes}",
            "salt": salt.hex(),
            "box": bytes(box).hex(),
        }

    def _open(self, fields: dict[str, str], name: str) -> bytes:
        try:
            if "insecure_seed" in fields:
                return bytes.fromhex(fields["insecure_seed"])
            passes, memory, lanes = (int(part) for part in fields["argon2id"].split(","))
            salt, box = bytes.fromhex(fields["salt"]), bytes.fromhex(fields["box"])
        except (KeyError, ValueError):
            raise KeyStoreError(f"key {name!r} is damaged: restore it from its words") from None
        if self._passphrase is None:
            raise KeyStoreError(f"key {name!r} is encrypted; open the store with its passphrase")
        try:
            secret = _stretch(self._passphrase(), salt, Hardness(passes, memory, lanes))
            return SecretBox(secret).decrypt(box)
        except CryptoError:
            raise KeyStoreError(f"the passphrase does not open key {name!r}; try again") from None


def named(key: StoredKey, account: str) -> StoredKey:
    """Return a key as one that signs for an account."""
    return replace(key, account=account)


def _stretch(passphrase: str, salt: bytes, cost: Hardness) -> bytes:
    return hash_secret_raw(
        passphrase.encode(),
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=32,
        type=Type.ID,
    )
