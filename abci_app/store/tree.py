"""The top of the sparse Merkle tree in memory, over buckets of leaves on the disk.

It must not know values, heights or the disk; buckets are handed to it. The heap holds the upper
`depth` levels: node 1 is the root, the children of i are 2i and 2i+1, the nodes from 2^depth on are
the buckets' subtrees. The kind of a node is 0 (no leaf below), 1 (one leaf, whose hash it has) or 2
(more). Invariant: `update` changes nothing; only `apply` and `load` touch the heap.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from mmap import MAP_ANONYMOUS, MAP_PRIVATE, mmap
from typing import Final, NamedTuple

from abci_app.store.bucket import (
    Bucket,
    decode,
    encode,
    encode_one,
    replace_leaf,
    root_of,
)
from abci_app.store.kv import StorageError

MORE: Final = 2  # the kind of a node with two leaves or more below it
DEPTH_MAX: Final = 28  # 16 GB of heap: beyond any machine this is meant for
_INNER: Final = b"\x01"
_RECORD_MIN: Final = 70  # bytes of a bucket: count, path, hash, the length of a key, a key

Change = tuple[bytes, bytes, bytes | None, bytes | None]
"""(path, key, new leaf hash or None, old value or None); the old value only tells its presence."""

Level = tuple[list[int], list[bytes], list[int]]
"""Nodes of one level in ascending order: indexes, hashes, kinds."""


@dataclass(frozen=True, slots=True)
class Update:
    """What a batch does to the tree, before anything is touched."""

    root: bytes
    leaves: int  # after the batch
    levels: list[Level]  # deepest first, the root last; nothing when nothing changes
    slots: list[int]  # the buckets touched, ascending
    records: list[bytes]  # their new records; b"" for one that becomes empty
    replaced: list[bytes]  # their old records; b"" for one that was empty


class Undo(NamedTuple):
    """What the tree was, where a block changed it; packed, because a ring of these is kept."""

    indexes: "array[int]"
    hashes: bytes
    kinds: bytes
    slots: "array[int]"
    ends: "array[int]"
    records: bytes

    def node(self, index: int) -> tuple[bytes, int] | None:
        """Return (hash, kind) before the block, or None when the block left the node alone."""
        at = bisect_left(self.indexes, index)
        if at == len(self.indexes) or self.indexes[at] != index:
            return None
        return self.hashes[32 * at : 32 * at + 32], self.kinds[at]

    def bucket(self, slot: int) -> bytes | None:
        """Return the bucket's record before the block, or None when the block left it alone."""
        at = bisect_left(self.slots, slot)
        if at == len(self.slots) or self.slots[at] != slot:
            return None
        return self.records[self.ends[at - 1] if at else 0 : self.ends[at]]

    def size_bytes(self) -> int:
        """Return about how much memory this takes."""
        return (
            1000
            + 5 * len(self.indexes)
            + len(self.hashes)
            + 12 * len(self.slots)
            + len(self.records)
        )


def _packed(
    levels: Iterable[tuple[list[int], bytes, bytes]], slots: list[int], records: list[bytes]
) -> Undo:
    """Pack (indexes, hashes, kinds) of each level, the root first, and the buckets."""
    ends = array("Q")
    total = 0
    for record in records:
        total += len(record)
        ends.append(total)
    indexes = array("I")
    hashes: list[bytes] = []
    kinds: list[bytes] = []
    for of_level, its_hashes, its_kinds in levels:
        indexes.extend(of_level)
        hashes.append(its_hashes)
        kinds.append(its_kinds)
    return Undo(
        indexes, b"".join(hashes), b"".join(kinds), array("I", slots), ends, b"".join(records)
    )


class Tree:
    """The heap; `read` gives a bucket's record by its slot, b"" when there is none."""

    def __init__(self, depth: int, read: Callable[[int], bytes]) -> None:
        if not 1 <= depth <= DEPTH_MAX:
            raise ValueError(f"the depth of the tree is 1 to {DEPTH_MAX}, not {depth}")
        self.depth = depth
        self.leaves = 0
        self._read = read
        # Anonymous private memory instead of a bytearray: a slice is one allocation instead of two,
        # writing is twice as quick, and a tree with few leaves takes few pages.
        self._heap = mmap(-1, 64 << depth, flags=MAP_PRIVATE | MAP_ANONYMOUS)
        self._kinds = bytearray(2 << depth)

    @property
    def root(self) -> bytes:
        """The root hash: 32 bytes, zeros for the empty tree."""
        return self._heap[32:64]

    def node(self, index: int) -> tuple[bytes, int]:
        """Return (hash, kind) of a node as it stands."""
        return self._heap[32 * index : 32 * index + 32], self._kinds[index]

    def bucket(self, slot: int) -> bytes:
        """Return a bucket's record as it stands on the disk."""
        return self._read(slot)

    def update(self, changes: Sequence[Change]) -> Update:
        """Fold a batch of changes, sorted by path and each path once, into a new root.

        Raises StorageError when a bucket contradicts the values: a key that exists without a leaf,
        or a leaf for a key that does not.
        """
        if not changes:
            return Update(self.root, self.leaves, [], [], [], [])
        shift = 32 - self.depth
        of_change = [int.from_bytes(change[0][:4], "big") >> shift for change in changes]
        slots: list[int] = []
        records: list[bytes] = []
        replaced: list[bytes] = []
        hashes: list[bytes] = []
        kinds: list[int] = []
        at, count = 0, len(changes)
        while at < count:
            slot = of_change[at]
            end = at + 1
            while end < count and of_change[end] == slot:
                end += 1
            before, after = self._rewrite(slot, changes[at:end])
            root, kind = root_of(after, self.depth)
            slots.append(slot)
            records.append(after)
            replaced.append(before)
            hashes.append(root)
            kinds.append(kind)
            at = end
        first = 1 << self.depth
        levels = [([first + slot for slot in slots], hashes, kinds)]
        for _ in range(self.depth):
            levels.append(self._lift(levels[-1]))
        more = sum([(leaf is not None) - (old is not None) for _, _, leaf, old in changes])
        return Update(levels[-1][1][0], self.leaves + more, levels, slots, records, replaced)

    def apply(self, update: Update) -> None:
        """Write an update of this very state into the heap."""
        heap, kinds_of = self._heap, self._kinds
        for indexes, hashes, kinds in update.levels:
            first, last = indexes[0], indexes[-1]
            if last - first + 1 == len(indexes):  # no gaps, as near the root: one move does
                heap[32 * first : 32 * last + 32] = b"".join(hashes)
                kinds_of[first : last + 1] = bytes(kinds)
                continue
            for index, node in zip(indexes, hashes, strict=True):
                at = index << 5
                heap[at : at + 32] = node
            # Kinds change where leaves are few; the other levels are spared the second loop.
            if kinds != [*map(kinds_of.__getitem__, indexes)]:
                for index, kind in zip(indexes, kinds, strict=True):
                    kinds_of[index] = kind
        self.leaves = update.leaves

    def undo(self, update: Update) -> Undo:
        """Return what `apply` is about to replace."""
        heap, kinds = self._heap, self._kinds
        levels: list[tuple[list[int], bytes, bytes]] = []
        for indexes, _, _ in reversed(update.levels):
            first, last = indexes[0], indexes[-1]
            if last - first + 1 == len(indexes):
                hashes = heap[32 * first : 32 * last + 32]
            else:
                hashes = b"".join([heap[32 * index : 32 * index + 32] for index in indexes])
            levels.append((indexes, hashes, bytes(map(kinds.__getitem__, indexes))))
        return _packed(levels, update.slots, update.replaced)

    def load(self, rows: Iterable[tuple[int, bytes]]) -> None:
        """Fill a fresh heap from all buckets, (slot, record) in ascending order.

        Raises StorageError for a record that is no bucket of its slot.
        """
        heap, kinds, depth, digest = self._heap, self._kinds, self.depth, sha256
        shift, first = 32 - depth, 1 << depth
        touched: list[int] = []
        leaves = 0
        for slot, record in rows:
            if len(record) < _RECORD_MIN or int.from_bytes(record[4:8], "big") >> shift != slot:
                raise StorageError(_contradiction(slot, "its record is not one of this bucket"))
            root, kind = root_of(record, depth)
            index = first + slot
            heap[32 * index : 32 * index + 32] = root
            kinds[index] = kind
            touched.append(index)
            leaves += 1 if kind == 1 else int.from_bytes(record[:4], "big")
        self.leaves = leaves
        for _ in range(depth if touched else 0):
            touched = list(dict.fromkeys([index >> 1 for index in touched]))
            for index in touched:
                at = index << 6
                below = kinds[2 * index] + kinds[2 * index + 1]
                if below > 1:
                    heap[at >> 1 : (at >> 1) + 32] = digest(_INNER + heap[at : at + 64]).digest()
                    kinds[index] = 2
                else:
                    only = at if kinds[2 * index] else at + 32
                    heap[at >> 1 : (at >> 1) + 32] = heap[only : only + 32]
                    kinds[index] = below

    def _lift(self, level: Level) -> Level:
        """Return the parents of the nodes of one level, each hashed once."""
        indexes, hashes, kinds = level
        heap, kinds_of, digest = self._heap, self._kinds, sha256
        up_indexes: list[int] = []
        up_hashes: list[bytes] = []
        up_kinds: list[int] = []
        at, count = 0, len(indexes)
        while at < count:
            index = indexes[at]
            if index & 1:
                left, of_left = heap[32 * index - 32 : 32 * index], kinds_of[index - 1]
                right, of_right = hashes[at], kinds[at]
            else:
                left, of_left = hashes[at], kinds[at]
                if at + 1 < count and indexes[at + 1] == index + 1:
                    at += 1
                    right, of_right = hashes[at], kinds[at]
                else:
                    right, of_right = heap[32 * index + 32 : 32 * index + 64], kinds_of[index + 1]
            at += 1
            up_indexes.append(index >> 1)
            if of_left + of_right > 1:
                up_hashes.append(digest(_INNER + left + right).digest())
                up_kinds.append(MORE)
            else:  # an only leaf rises as it is; without any, both sides are zeros
                up_hashes.append(left if of_left else right)
                up_kinds.append(of_left + of_right)
        return up_indexes, up_hashes, up_kinds

    def _rewrite(self, slot: int, changes: Sequence[Change]) -> tuple[bytes, bytes]:
        """Return a bucket's record before and after the changes that fall into it."""
        path, key, leaf, old = changes[0]
        index = (1 << self.depth) + slot
        kind = self._kinds[index]
        if len(changes) == 1 and kind == 1 and old is not None:
            # The only leaf is the one that exists: its record can be told without reading it.
            before = encode_one(path, self._heap[32 * index : 32 * index + 32], key)
            return before, b"" if leaf is None else encode_one(path, leaf, key)
        if kind == 0:
            before = b""
            if len(changes) == 1 and leaf is not None and old is None:
                return before, encode_one(path, leaf, key)
        else:
            before = self._read(slot)
            if not before:
                raise StorageError(_contradiction(slot, "its record is missing"))
        after = before
        rest: list[Change] = []
        for change in changes:
            path, _, leaf, old = change
            if leaf is None or old is None:
                rest.append(change)
                continue
            found = replace_leaf(after, path, leaf)
            if found is None:
                raise StorageError(
                    _contradiction(slot, f"no leaf for existing key {change[1].hex()}")
                )
            after = found
        return before, _reshaped(slot, after, rest) if rest else after


def _reshaped(slot: int, record: bytes, changes: list[Change]) -> bytes:
    """Return the record after insertions and deletions."""
    try:
        bucket = decode(record)
    except ValueError as error:
        raise StorageError(_contradiction(slot, str(error))) from error
    paths, hashes, keys = bucket
    for path, key, leaf, old in changes:
        at = bisect_left(paths, path)
        present = at < len(paths) and paths[at] == path
        if present != (old is not None):
            raise StorageError(_contradiction(slot, f"leaf and value of {key.hex()} disagree"))
        if leaf is not None:
            paths.insert(at, path)
            hashes.insert(at, leaf)
            keys.insert(at, key)
        elif present:
            del paths[at], hashes[at], keys[at]
    return encode(Bucket(paths, hashes, keys))


def _contradiction(slot: int, what: str) -> str:
    return (
        f"state tree: bucket {slot}: {what}. Values and tree contradict each other: stop this "
        "node, keep a copy of the state folder for inspection, and let the node fetch the chain "
        "again from its peers"
    )


def undone(update: Update) -> Undo:
    """Return the undo record of a block from the update that would lead back before it."""
    levels = [(at, b"".join(its), bytes(kinds)) for at, its, kinds in reversed(update.levels)]
    return _packed(levels, update.slots, update.records)
