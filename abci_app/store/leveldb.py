"""LevelDB, and the only place of the project that knows the library behind it.

It must not know what the rows mean. Invariant: whatever the disk does, the caller gets the bytes
that were written or a StorageError that says what happened and what to do, never other bytes.
"""

import fcntl
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

import plyvel

from abci_app.store.kv import StorageError

_WRITE_BUFFER_BYTES: Final = 16 << 20
_CACHE_BYTES: Final = 16 << 20
_FILE_BYTES: Final = 8 << 20  # ten million leaves in a few hundred files, all of them mapped
_BLOCK_BYTES: Final = 2 << 10  # a read checks the checksum of a whole block: small ones cost less
_BLOOM_BITS: Final = 10  # most reads of a key that is not there never touch a table file

# The part of LevelDB's text that tells the case, and what the person at the keyboard can do.
_ADVICE: Final = (
    ("no space left", "The disk is full: free some space and start again; nothing was lost."),
    ("read-only file system", "The file system is read-only: check the disk, remount it writable."),
    ("permission denied", "The files belong to somebody else: correct their owner or mode."),
    (
        "temporarily unavailable",
        "The folder is open already: stop the other process, or use a copy.",
    ),
    ("too many open files", "The limit of open files is too low: raise it (ulimit -n 4096)."),
    ("file too large", "The limit of file sizes is too low: raise it (ulimit -f unlimited)."),
    ("file exists", "A file stands where the folder should be: correct the path."),
    ("not a directory", "A file stands where the folder should be: correct the path."),
)
_DAMAGED: Final = (
    "The files are damaged or incomplete: keep a copy for inspection, check the disk, then move "
    "the folder away and let this node fetch the chain again from its peers. Leave "
    "priv_validator_state.json where it is."
)


def _failure(path: str, doing: str, error: Exception) -> StorageError:
    raw = error.args[0] if error.args else ""  # the library gives LevelDB's text as bytes
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(error)
    lowered = text.lower()
    for sign, advice in _ADVICE:
        if sign in lowered:
            return StorageError(f"state folder {path}: cannot {doing}: {text}. {advice}")
    return StorageError(f"state folder {path}: cannot {doing}: {text}. {_DAMAGED}")


def _locked(path: Path) -> BinaryIO:
    """Return a locked file, which is unlocked when it is closed or the process ends.

    LevelDB's own lock does not last: a second attempt to open the folder within one process fails
    and, in failing, takes the lock of the first away, so that another process could come in.
    """
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise
    return file


def _has_been_used(path: Path) -> bool:
    """Whether rows have been here; then a new database must never be made in their place."""
    names = [entry.name for entry in path.iterdir()] if path.is_dir() else []
    return any(
        name == "CURRENT" or name.startswith("MANIFEST") or name.endswith((".ldb", ".sst", ".log"))
        for name in names
    )


class FrozenLevelDb:
    """The rows of one moment, held by a LevelDB snapshot."""

    def __init__(self, path: str, db: "plyvel.DB") -> None:
        self._path = path
        self._rows = db.snapshot()

    def get(self, key: bytes) -> bytes | None:
        """Return the value, or None."""
        return _get(self._path, self._rows, key)

    def scan(
        self, start: bytes, stop: bytes, *, reverse: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        """Yield the rows of [start, stop)."""
        return _scan(self._path, self._rows, start, stop, reverse=reverse)

    def close(self) -> None:
        """Let LevelDB compact that moment away."""
        self._rows.close()


class LevelDb:
    """An open database; one process at a time."""

    def __init__(self, path: str) -> None:
        """Open the folder, made when it is missing; raises StorageError."""
        self._path = path
        try:
            Path(path).mkdir(parents=True, exist_ok=True)
            self._lock = _locked(Path(path) / "OWNER")
        except OSError as error:
            raise _failure(path, "open it", error) from error
        try:
            used = _has_been_used(Path(path))
            had_tables = any(Path(path).glob("*.ldb"))
            # Values are small and random, so compression costs more than it saves. Paranoid:
            # a damaged log stops the node instead of losing a block out of the middle.
            self._db = plyvel.DB(
                path,
                create_if_missing=not used,
                paranoid_checks=True,
                compression=None,
                write_buffer_size=_WRITE_BUFFER_BYTES,
                lru_cache_size=_CACHE_BYTES,
                bloom_filter_bits=_BLOOM_BITS,
                max_file_size=_FILE_BYTES,
                block_size=_BLOCK_BYTES,
            )
        except (plyvel.Error, OSError) as error:
            self._lock.close()
            raise _failure(path, "open it", error) from error
        try:
            if had_tables:
                self._refuse_emptied()
        except StorageError:
            self.close()
            raise

    def get(self, key: bytes) -> bytes | None:
        """Return the value, or None; raises StorageError."""
        return _get(self._path, self._db, key)

    def scan(
        self, start: bytes, stop: bytes, *, reverse: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        """Yield the rows of [start, stop) as they stood at the call; raises StorageError."""
        return _scan(self._path, self._db, start, stop, reverse=reverse)

    def write(self, rows: Iterable[tuple[bytes, bytes | None]]) -> None:
        """Write all rows in one synced batch; raises StorageError, and then nothing counts."""
        try:
            batch = self._db.write_batch(sync=True)
            put, delete = batch.put, batch.delete
            for key, value in rows:
                if value is None:
                    delete(key)
                else:
                    put(key, value)
            batch.write()
        except plyvel.Error as error:
            raise _failure(self._path, "write", error) from error

    def freeze(self) -> FrozenLevelDb:
        """Return the rows as they stand now."""
        return FrozenLevelDb(self._path, self._db)

    def close(self) -> None:
        """Close the files; a second call does nothing."""
        self._db.close()
        self._lock.close()

    def _refuse_emptied(self) -> None:
        """Tables without a row: LevelDB took a damaged list of its files for an early one."""
        if next(self.scan(b"", b"\xff\xff"), None) is None:
            raise StorageError(f"state folder {self._path}: its rows are gone. {_DAMAGED}")

    def __del__(self) -> None:
        if hasattr(self, "_db"):  # dropped without close: let the next one in at once
            self.close()


def _get(path: str, rows: "plyvel.DB", key: bytes) -> bytes | None:
    try:
        value: bytes | None = rows.get(key, verify_checksums=True)
    except plyvel.Error as error:
        raise _failure(path, "read", error) from error
    return value


def _scan(
    path: str, rows: "plyvel.DB", start: bytes, stop: bytes, *, reverse: bool
) -> Iterator[tuple[bytes, bytes]]:
    if start >= stop:  # LevelDB would walk backwards from a bound that lies on the wrong side
        return iter(())
    try:  # it seeks its first row at once, and may find a damaged table in doing so
        cursor = rows.iterator(start=start, stop=stop, reverse=reverse, verify_checksums=True)
    except plyvel.Error as error:
        raise _failure(path, "read", error) from error
    return _guarded(path, cursor)


def _guarded(path: str, cursor: Iterator[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    try:
        yield from cursor
    except plyvel.Error as error:
        raise _failure(path, "read", error) from error
