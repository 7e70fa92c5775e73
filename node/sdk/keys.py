"""Keys in a folder: one file a key, sealed, or openly insecure for tests.

Must not know: chains or transactions. Invariant: a key is never overwritten; a file is there whole
or not at all, for its owner's eyes only; what is read was neither damaged nor exchanged.
"""

import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from abci_app.core import ids, signing
from node.sdk.keystore import keyfile
from node.sdk.keystore.keyfile import KeyFile
from node.sdk.keystore.mnemonics import new_mnemonic, seed_from_mnemonic
from node.sdk.keystore.vault import (
    INTERACTIVE,
    Cost,
    KeyStoreError,
    WrongPassphraseError,
    seal,
    unseal,
)

__all__ = [
    "KeyStore",
    "KeyStoreError",
    "StoredKey",
    "WrongPassphraseError",
    "new_mnemonic",
    "seed_from_mnemonic",
]

SUFFIX = ".json"
OTHERS = 0o077  # any right of group or world


@dataclass(frozen=True, repr=False)
class StoredKey:
    """A key that can sign: its seed and public key (32 bytes each), whose it is."""

    name: str
    seed: bytes
    public: bytes
    account: str = ""
    person: str = ""

    def __repr__(self) -> str:
        """Return what may stand in a log: the seed may not."""
        return f"StoredKey({self.name!r}, public={self.public.hex()}, account={self.account!r})"


class KeyStore:
    """Named keys in a folder; `passphrase` is asked for once, when a secret is first needed."""

    def __init__(self, path: Path, passphrase: Callable[[], str] | None, cost: Cost) -> None:
        self._path = path
        self._ask = passphrase
        self._known: str | None = None
        self._cost = cost
        self._folder()

    @classmethod
    def encrypted(
        cls, path: str | Path, passphrase: Callable[[], str], *, cost: Cost = INTERACTIVE
    ) -> "KeyStore":
        """Open, or make, a folder of keys that are sealed under one passphrase."""
        return cls(Path(path), passphrase, cost)

    @classmethod
    def test(cls, path: str | Path) -> "KeyStore":
        """Open, or make, a folder of keys that are not protected; says so on standard error."""
        sys.stderr.write(
            f"INSECURE TEST KEYS in {path}: anyone who reads this folder can sign with them. "
            "Never use them for real units.\n"
        )
        return cls(Path(path), None, INTERACTIVE)

    @property
    def insecure(self) -> bool:
        """Tell whether the keys lie open."""
        return self._ask is None

    def prepare(self, name: str) -> None:
        """Refuse, before words are shown, what `add` would: a taken name, a wrong passphrase."""
        self._free(name)
        if not self.insecure:
            self._checked_passphrase()

    def add(
        self, name: str, *, account: str = "", person: str = "", mnemonic: str | None = None
    ) -> tuple[StoredKey, str]:
        """Make and keep a key, from 24 fresh words or from those given; return it and the words.

        The words are kept nowhere. KeyStoreError when the name is taken or is no name.
        """
        self._free(name)
        words = " ".join((mnemonic or new_mnemonic()).split()).lower()
        seed = seed_from_mnemonic(words)
        key = StoredKey(name, seed, signing.public_key(seed), account, person or name)
        self._keep(key)
        return key, words

    def get(self, name: str) -> StoredKey:
        """Return a key with its secret; KeyStoreError when there is none or it does not open."""
        found = self._row(name)
        seed = self._open(found)
        if signing.public_key(seed) != found.public:
            raise KeyStoreError(
                f"{self._file(name)}: the secret is not that of the public key beside it. "
                "Restore the file from a backup, or the key from its 24 words"
            )
        return StoredKey(name, seed, found.public, found.account, found.person)

    def public(self, name: str) -> StoredKey:
        """Return a key without its seed, which is empty; no passphrase is needed."""
        row = self._row(name)
        return StoredKey(name, b"", row.public, row.account, row.person)

    def names(self) -> list[str]:
        """Return the names of all keys, ascending; no passphrase is needed."""
        stems = (path.name.removesuffix(SUFFIX) for path in self._path.glob(f"*{SUFFIX}"))
        return sorted(stem for stem in stems if ids.is_id(stem))

    def set_account(self, name: str, account: str) -> None:
        """Remember which account a key signs for; no passphrase is needed."""
        changed = replace(self._row(name), account=account)
        fresh = self._write_beside(name, keyfile.text(changed))
        fresh.replace(self._file(name))

    def by_account(self, account: str) -> list[StoredKey]:
        """Return the keys that sign for an account, by name."""
        return [self.get(name) for name in self.names() if self._row(name).account == account]

    def export(self, name: str, passphrase: str | None = None) -> str:
        """Return a key as armored text, sealed under a passphrase; by default the store's own."""
        key = self.get(name)
        if passphrase is None:
            passphrase = "" if self.insecure else self._passphrase()
        sealed = seal(key.seed, passphrase, self._cost)
        row = KeyFile(name, key.public, key.account, key.person, sealed=sealed)
        return keyfile.armor(row, protected=bool(passphrase))

    def import_(
        self,
        name: str,
        armored: str,
        *,
        account: str = "",
        person: str = "",
        passphrase: str | None = None,
    ) -> StoredKey:
        """Keep an exported key under a name; by default it opens with this store's passphrase."""
        self._free(name)
        row, protected = keyfile.dearmor(armored)
        if not protected:
            passphrase = ""
        elif passphrase is None:
            if self.insecure:
                raise KeyStoreError(
                    "the exported key is sealed: give the passphrase that it was exported under"
                )
            passphrase = self._passphrase()
        try:
            seed = unseal(row.sealed or {}, passphrase)
        except WrongPassphraseError:
            raise WrongPassphraseError(
                "the exported key does not open with this passphrase: give the one that it was "
                "exported under"
            ) from None
        public = signing.public_key(seed)
        if public != row.public:
            raise KeyStoreError("the exported text is damaged: export the key again")
        key = StoredKey(name, seed, public, account or row.account, person or row.person)
        self._keep(key)
        return key

    def delete(self, name: str) -> None:
        """Remove a key for good; its 24 words bring it back."""
        self._row(name)
        self._file(name).unlink()

    # ---- files ----

    def _folder(self) -> None:
        try:
            self._path.mkdir(parents=True, exist_ok=True, mode=0o700)
        except (FileExistsError, NotADirectoryError):
            raise KeyStoreError(f"{self._path} is not a folder: name another for keys") from None
        except OSError as error:
            raise KeyStoreError(f"{self._path} cannot be made: {error.strerror}") from error

    def _file(self, name: str) -> Path:
        if not ids.is_id(name):
            raise KeyStoreError(
                f"{name[:40]!r} is not a name for a key: use 1 to 32 letters, digits, dots, "
                "underscores or hyphens, the first a letter or digit"
            )
        return self._path / (name + SUFFIX)

    def _row(self, name: str) -> KeyFile:
        path = self._file(name)
        try:
            mode = path.stat().st_mode
            text = path.read_text(encoding="utf-8") if not mode & OTHERS else ""
        except FileNotFoundError:
            known = ", ".join(self.names()) or "none"
            raise KeyStoreError(
                f"there is no key {name!r} in {self._path} (there: {known}). "
                f"Name the folder that has it (--home), or make it: tonne keys add {name}"
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise KeyStoreError(f"{path} cannot be read: {error}. Check the file") from error
        if mode & OTHERS:
            raise KeyStoreError(
                f"{path} can be used by others (mode {mode & 0o777:04o}). "
                f"Ask yourself who has read it, then: chmod 600 {path}"
            )
        found = keyfile.parse(text, str(path))
        if found.name != name:
            raise KeyStoreError(f"{path} holds the key {found.name!r}: rename the file back")
        return found

    def _free(self, name: str) -> None:
        if self._file(name).exists():
            raise KeyStoreError(
                f"there is a key {name!r} in {self._path} already; it is not overwritten. "
                f"Take another name, or: tonne keys delete {name}"
            )

    def _keep(self, key: StoredKey) -> None:
        """Write a new key's file: linked into place whole, so that nothing can be overwritten."""
        if self.insecure:
            row = KeyFile(key.name, key.public, key.account, key.person, insecure_seed=key.seed)
        else:
            sealed = seal(key.seed, self._checked_passphrase(), self._cost)
            row = KeyFile(key.name, key.public, key.account, key.person, sealed=sealed)
        fresh = self._write_beside(key.name, keyfile.text(row))
        try:
            os.link(fresh, self._file(key.name))
        except FileExistsError:
            self._free(key.name)
        except OSError as error:
            raise KeyStoreError(f"{self._path}: cannot write ({error.strerror})") from error
        finally:
            fresh.unlink()

    def _write_beside(self, name: str, text: str) -> Path:
        path = self._path / f".{name}.{secrets.token_hex(4)}.new"
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise KeyStoreError(f"{self._path}: cannot write ({error.strerror})") from error
        return path

    # ---- secrets ----

    def _open(self, row: KeyFile) -> bytes:
        if row.insecure_seed is not None:
            if not self.insecure:
                raise KeyStoreError(
                    f"{self._file(row.name)} is an insecure test key in a protected store. "
                    "Delete it; export and import it if it must be kept"
                )
            return row.insecure_seed
        if self.insecure:
            raise KeyStoreError(
                f"{self._file(row.name)} is sealed, and this is the store of test keys: "
                "open the folder as a protected store"
            )
        try:
            return unseal(row.sealed or {}, self._passphrase())
        except WrongPassphraseError:
            self._known = None  # so that the next try asks again
            raise WrongPassphraseError(
                f"the passphrase does not open the key {row.name!r}; try again"
            ) from None

    def _passphrase(self) -> str:
        if self._known is None:
            assert self._ask is not None, "only sealed keys need a passphrase"
            given = self._ask()
            if not given:
                raise KeyStoreError("an empty passphrase protects nothing: choose a longer one")
            self._known = given
        return self._known

    def _checked_passphrase(self) -> str:
        """Return the passphrase, proven on a key that is there: a slip would lose the new one."""
        fresh = self._known is None
        passphrase = self._passphrase()
        names = self.names()
        if fresh and names:
            self.get(names[0])
        return passphrase
