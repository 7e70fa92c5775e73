"""The ledger of bytes: the latest committed rows, their root, and the heights before.

It must not know what a key or a value means. It owns one disk, one tree and their history:
`prepare` computes, `commit` writes one atomic synced batch and only then moves the tree.

What may run at the same time: one thread calls prepare and commit; any number of other threads call
get, scan, view, get_at, prove and read height, root and record. A get sees all of a block or
nothing of it, and so does one scan; several gets agree with each other within a `view`. get_at and
prove answer for the height asked for whatever is committed meanwhile, or raise HeightPruned. Nobody
waits for anybody: a reader looks at the present first and at the undo records after, and a commit
publishes its undo record first.

Rows of its own stand under the table byte 0xff, which no application key may use: `b` buckets by
slot, `i` and `u` history by height, `m` the record of the last commit.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from struct import Struct
from typing import Final, NamedTuple, Self

from abci_app.store.bucket import EMPTY_HASH, leaf_hash
from abci_app.store.history import (
    Ring,
    TreeAt,
    forget_rows,
    missing_block,
    replaced_above,
    replaced_at,
    undo_rows,
)
from abci_app.store.kv import TREE_LIMIT, Disk, FrozenDisk, HeightPruned, StorageError
from abci_app.store.leveldb import LevelDb
from abci_app.store.memory import MemoryDisk
from abci_app.store.prover import prove
from abci_app.store.rehash import Progress, rehash
from abci_app.store.tree import Change, Tree, Update, undone

__all__ = ["HeightPruned", "Ledger", "Prepared", "Progress", "StorageError", "View"]

OWN_TABLE: Final = 0xFF
_APPLICATION_END: Final = b"\xff"
_BUCKET: Final = b"\xffb"
_BUCKET_END: Final = b"\xffc"
_META: Final = b"\xffm"
_META_HEAD: Final = Struct(">BBQQQ32s")  # format, depth, height, oldest, leaves, root; then record
_FORMAT: Final = 1
_DEPTH: Final = 20
_DEPTH_IN_MEMORY: Final = 12  # 256 kB: a test makes hundreds of ledgers; the root is the same
_SEEN_MAX: Final = 50_000  # values; a block reads fewer, a flood of queries is not kept
_FORGET_PER_COMMIT: Final = 50  # heights: a shorter history than before is reached by and by
_FETCH_AGAIN: Final = (
    "Keep a copy for inspection, move the folder away and let this node fetch the chain again from "
    "its peers; leave priv_validator_state.json in place"
)


class _Head(NamedTuple):
    """The last commit, as the disk has it."""

    depth: int
    height: int
    oldest: int  # the first height that get_at answers for
    leaves: int
    root: bytes
    record: bytes
    fresh: bool  # nothing was ever committed


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch of writes with the root that it leads to; it holds for one state only."""

    root: bytes
    writes: list[tuple[bytes, bytes | None]]  # without those that change nothing in the tree
    head: _Head
    changes: list[Change]
    update: Update


class View:
    """The rows of one committed height, unmoved by later commits; close it soon, or use `with`."""

    def __init__(self, rows: FrozenDisk) -> None:
        self._rows = rows
        self._head = _read_head(rows)

    @property
    def height(self) -> int:
        """The height whose rows these are."""
        return self._head.height

    @property
    def root(self) -> bytes:
        """The root of that height."""
        return self._head.root

    def get(self, key: bytes) -> bytes | None:
        """Return the value, or None; raises StorageError."""
        return self._rows.get(key)

    def scan(
        self, start: bytes, stop: bytes, *, reverse: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        """Yield the application's rows of [start, stop) in key order; raises StorageError."""
        return self._rows.scan(start, min(stop, _APPLICATION_END), reverse=reverse)

    def close(self) -> None:
        """Let the disk forget that moment."""
        self._rows.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Ledger:
    """Disk, tree and history of one node; a Reader of the latest committed state."""

    def __init__(
        self, disk: Disk, *, depth: int, keep_heights: int, ring_bytes: int, ring_min: int
    ) -> None:
        """Rebuild the tree from a disk; raises StorageError. `open` and `memory` are the doors."""
        self._disk = disk
        self._keep_heights = max(1, keep_heights)
        self._head = _read_head(disk)
        if self._head.fresh:
            self._head = self._head._replace(depth=depth)
        self._oldest = self._head.oldest
        self._reach = self._head.height  # the latest height whose undo rows may be on the disk
        self._failed = False
        # Values read or written lately: what a block has read it writes, `prepare` then needs it
        # once more, and the next block likely again. Copied at every commit: a reader that is
        # overtaken by one puts its old value into the old dictionary.
        self._seen: dict[bytes, bytes | None] = {}
        # Not a method of this object: without a cycle, a dropped ledger closes its disk at once.
        self._tree = Tree(self._head.depth, lambda slot: _read_bucket(disk, slot))
        self._tree.load(_buckets(disk))
        if self._tree.root != self._head.root or self._tree.leaves != self._head.leaves:
            raise StorageError(
                f"the state of height {self._head.height} is damaged: its tree hashes to "
                f"{self._tree.root.hex()} and not to the root {self._head.root.hex()} that was "
                f"committed. {_FETCH_AGAIN}"
            )
        missing = missing_block(disk, self._head.height, self._oldest)
        if missing is not None and not self._head.fresh:
            raise StorageError(
                f"the state of height {self._head.height} is damaged: block {missing} is missing "
                f"from it. {_FETCH_AGAIN}"
            )
        self._ring = Ring(ring_bytes, ring_min, self._keep_heights)
        self._restore_ring()

    @classmethod
    def open(
        cls,
        path: str,
        *,
        keep_heights: int = 1000,
        ring_bytes: int = 64 << 20,
        ring_min: int = 16,
        depth: int = _DEPTH,
    ) -> "Ledger":
        """Open the state in a folder, made when it is missing.

        keep_heights: blocks back that get_at answers for; ring_bytes: memory for proofs of earlier
        heights, at least ring_min blocks of them; depth: levels of the tree kept in memory, used
        when the folder is new. Takes about 2 s for a million leaves. Raises StorageError, which
        says what happened and what to do.
        """
        disk = LevelDb(path)
        try:
            return cls(
                disk,
                depth=depth,
                keep_heights=keep_heights,
                ring_bytes=ring_bytes,
                ring_min=ring_min,
            )
        except BaseException:
            disk.close()  # so that a second try does not find the folder locked
            raise

    @classmethod
    def memory(cls) -> "Ledger":
        """Return an empty ledger that lives in memory and is gone with it; same roots, no disk."""
        return cls(
            MemoryDisk(),
            depth=_DEPTH_IN_MEMORY,
            keep_heights=1000,
            ring_bytes=16 << 20,
            ring_min=16,
        )

    @property
    def height(self) -> int:
        """The height of the last commit; 0 when there was none."""
        return self._head.height

    @property
    def root(self) -> bytes:
        """The root of the last commit: 32 bytes, zeros when the tree is empty."""
        return self._head.root

    @property
    def record(self) -> bytes:
        """What the application stored with the last commit; empty when there was none."""
        return self._head.record

    @property
    def leaves(self) -> int:
        """How many keys stand in the tree."""
        return self._head.leaves

    @property
    def oldest_height(self) -> int:
        """The first height that get_at still answers for."""
        return self._oldest

    def get(self, key: bytes) -> bytes | None:
        """Return the committed value, or None; raises StorageError."""
        seen = self._seen  # before the disk is read: see where it is made
        if key in seen:
            return seen[key]
        value = self._disk.get(key)
        if len(seen) < _SEEN_MAX:
            seen[key] = value
        return value

    def scan(
        self, start: bytes, stop: bytes, *, reverse: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        """Yield the committed rows of [start, stop) in key order, as of the call."""
        return self._disk.scan(start, min(stop, _APPLICATION_END), reverse=reverse)

    def view(self) -> View:
        """Return the rows of the last committed height, which later commits do not move."""
        return View(self._disk.freeze())

    def prepare(self, writes: Mapping[bytes, bytes | None]) -> Prepared:
        """Compute the root that writes lead to (None deletes); changes nothing, anywhere.

        Raises ValueError for an empty key, an empty value in the tree and a key under 0xff.
        """
        read = self.get
        rows: list[tuple[bytes, bytes | None]] = []
        changes: list[Change] = []
        for key, value in writes.items():
            if not key or key[0] == OWN_TABLE:
                raise ValueError(f"key {key.hex()!r}: a key is never empty and never under 0xff")
            if key[0] >= TREE_LIMIT:
                rows.append((key, value))
                continue
            if value == b"":
                raise ValueError(f"key {key.hex()!r}: a value in the tree is never empty")
            old = read(key)
            if value == old:
                continue
            path = sha256(key).digest()
            leaf = None if value is None else leaf_hash(path, value)
            changes.append((path, key, leaf, old))
            rows.append((key, value))
        changes.sort(key=_path_of)
        update = self._tree.update(changes)
        return Prepared(update.root, rows, self._head, changes, update)

    def commit(self, prepared: Prepared, height: int, record: bytes) -> None:
        """Make a prepared batch the state of a height, durably, with the application's record.

        Raises ValueError when it was prepared on another state or the height does not follow, and
        StorageError when the disk refuses: the process must stop then, for only a restart tells
        whether the block is on the disk.
        """
        head = self._head
        if self._failed:
            raise StorageError("an earlier write failed: restart the node before it goes on")
        if prepared.head is not head:
            raise ValueError("the batch was prepared on another state than the present one")
        if height < 0 or (height <= head.height and not head.fresh):
            raise ValueError(f"height {height} does not follow height {head.height}")
        oldest = self._oldest_after(height)
        update = prepared.update
        after = _Head(head.depth, height, oldest, update.leaves, prepared.root, record, fresh=False)
        rows = [*prepared.writes, *undo_rows(height, head.height, prepared.changes)]
        if not head.fresh:  # a chain may start at any height
            rows += forget_rows(self._disk, head.oldest + 1, oldest)
        for slot, bucket in zip(update.slots, update.records, strict=True):
            rows.append((_BUCKET + slot.to_bytes(4, "big"), bucket or None))
        rows.append((_META, _encode_head(after)))
        # What readers need to see past this block is published before the block is.
        self._oldest = oldest
        self._reach = height
        self._ring.push(height, self._tree.undo(update))
        self._failed = True
        self._disk.write(rows)
        self._tree.apply(update)
        self._seen = self._seen_after(prepared.writes)
        self._failed = False
        self._head = after

    def get_at(self, height: int, key: bytes) -> bytes | None:
        """Return the value of a tree key as it was at a height; raises HeightPruned, StorageError.

        ValueError for a key beside the tree: only its latest value is kept.
        """
        if not key or key[0] >= TREE_LIMIT:
            raise ValueError("only keys of the tree can be read at a height")
        self._check(height)
        present = self._disk.get(key)
        path = sha256(key).digest()
        found, before = replaced_above(self._disk, height, self._reach, path, key)
        self._check(height)  # a commit may have forgotten the height under our hands
        return before if found else present

    def prove(self, height: int, key: bytes) -> tuple[bytes | None, bytes]:
        """Return (value, ICS-23 membership proof) or (None, absence proof) as of a height.

        The proof is empty when the tree was: nothing can be shown then. Raises HeightPruned when
        the height is not among the latest ones, StorageError when values and tree disagree.
        """
        if not key or key[0] >= TREE_LIMIT:
            raise ValueError("only keys of the tree can be proven")
        self._check(height)
        tree = TreeAt(self._tree, self._ring, height, self._head.height)
        return prove(tree, key, lambda its_key: self.get_at(height, its_key))

    def rehash(self) -> Iterator[Progress]:
        """Hash every value again, hold it against its leaf, and the tree against the root.

        For the doctor, while nothing is committed. Yields the progress; the last item has done ==
        total. Raises StorageError at the first contradiction.
        """
        application = self._disk.scan(b"", bytes((TREE_LIMIT,)))
        return rehash(self._tree, application, _buckets(self._disk), self.root)

    def close(self) -> None:
        """Close the disk; nothing may be called after."""
        self._disk.close()

    def _check(self, height: int) -> None:
        latest = self._head.height
        if height > latest:
            raise HeightPruned(f"height {height} is not committed yet; the latest is {latest}")
        if height < self._oldest:
            raise HeightPruned(
                f"height {height} is no longer kept here; the oldest kept is {self._oldest}"
            )

    def _seen_after(self, rows: list[tuple[bytes, bytes | None]]) -> dict[bytes, bytes | None]:
        old = self._seen
        seen = old.copy() if len(old) + len(rows) <= _SEEN_MAX else {}
        seen.update(rows)
        return seen

    def _oldest_after(self, height: int) -> int:
        head = self._head
        if head.fresh:
            return max(0, height - 1)
        return max(head.oldest, min(height - self._keep_heights, head.oldest + _FORGET_PER_COMMIT))

    def _restore_ring(self) -> None:
        """Make the height before the last provable again: the newest that a client can verify."""
        head = self._head
        if head.fresh or head.height <= self._oldest:
            return
        changes: list[Change] = []
        for key, before in replaced_at(self._disk, head.height):
            path = sha256(key).digest()
            leaf = None if before is None else leaf_hash(path, before)
            changes.append((path, key, leaf, self._disk.get(key)))
        changes.sort(key=_path_of)
        self._ring.push(head.height, undone(self._tree.update(changes)))


def _read_bucket(disk: Disk, slot: int) -> bytes:
    return disk.get(_BUCKET + slot.to_bytes(4, "big")) or b""


def _buckets(disk: Disk) -> Iterator[tuple[int, bytes]]:
    for key, record in disk.scan(_BUCKET, _BUCKET_END):
        yield int.from_bytes(key[len(_BUCKET) :], "big"), record


def _path_of(change: Change) -> bytes:
    return change[0]


def _encode_head(head: _Head) -> bytes:
    fixed = _META_HEAD.pack(_FORMAT, head.depth, head.height, head.oldest, head.leaves, head.root)
    return fixed + head.record


def _read_head(rows: Disk | FrozenDisk) -> _Head:
    meta = rows.get(_META)
    if meta is None:
        if next(rows.scan(b"", b"\xff\xff"), None) is not None:
            raise StorageError(
                "the state folder holds rows but no record of a commit: it is not a state of this "
                "program, or it is damaged. Move it away and let this node fetch the chain again"
            )
        return _Head(0, 0, 0, 0, EMPTY_HASH, b"", fresh=True)
    if len(meta) < _META_HEAD.size or meta[0] != _FORMAT:
        raise StorageError(
            f"the state folder has format {meta[0] if meta else 0} and this program reads format "
            f"{_FORMAT}: use the program version that wrote it"
        )
    _, depth, height, oldest, leaves, root = _META_HEAD.unpack_from(meta)
    return _Head(depth, height, oldest, leaves, root, meta[_META_HEAD.size :], fresh=False)
