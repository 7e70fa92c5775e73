"""What earlier heights were: replaced values on the disk, undone nodes in a ring in memory.

It must not know what a value means. Each block leaves an index (the height of the block before it,
then the first 8 bytes of each changed key's path, sorted) and a record in parts (the same keys in
that order, each with the value it had before). Reading height h takes the first hit in the blocks
above h, oldest first, else what stands now. Invariant: whoever reads the present first and the undo
records after gets the answer of height h whatever is being committed meanwhile, because an undo
record is published no later than the change that it undoes.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from struct import pack, unpack_from
from typing import Final, NamedTuple

from abci_app.store.kv import HeightPruned, Reader
from abci_app.store.tree import Change, Tree, Undo

_INDEX: Final = b"\xffi"
_RECORD: Final = b"\xffu"
_LINK: Final = 8  # bytes of an index: the height before, so that a block that is gone is noticed
_MARK: Final = 8  # bytes of a path kept in the index
_LINKS_MAX: Final = 10_000
_PART: Final = 64  # keys to a part of the record: a lookup reads one part, never the whole block


def undo_rows(
    height: int, before: int, changes: Sequence[Change]
) -> Iterator[tuple[bytes, bytes | None]]:
    """Yield the rows that keep what a block replaced; changes sorted by path."""
    marks = [change[0][:_MARK] for change in changes]
    yield _index_key(height), b"".join([before.to_bytes(_LINK, "big"), *marks])
    for first in range(0, len(changes), _PART):
        ends: list[int] = []
        parts: list[bytes] = []
        total = 0
        for _, key, _, old in changes[first : first + _PART]:
            value = old or b""  # a value in the tree is never empty, so empty says absent
            middle = total + len(key)
            total = middle + len(value)
            ends += (middle, total)
            parts += (key, value)
        table = pack(f">{1 + len(ends)}I", len(ends) // 2, *ends)
        yield _record_key(height, first // _PART), b"".join([table, *parts])


def forget_rows(rows: Reader, first: int, last: int) -> Iterator[tuple[bytes, bytes | None]]:
    """Yield the deletions that forget heights first..last."""
    for height in range(first, last + 1):
        index = rows.get(_index_key(height))
        if index is not None:
            yield _index_key(height), None
            for part in range(_parts(index)):
                yield _record_key(height, part), None


def missing_block(rows: Reader, height: int, oldest: int) -> int | None:
    """Return the latest height whose block left no rows though the one after it builds on it.

    Looks at no more than the last 10,000 blocks, down to the one after `oldest`.
    """
    for _ in range(_LINKS_MAX):
        if height <= oldest:
            return None
        index = rows.get(_index_key(height))
        if index is None:
            return height
        height = int.from_bytes(index[:_LINK], "big")
    return None


def replaced_at(rows: Reader, height: int) -> list[tuple[bytes, bytes | None]]:
    """Return (key, value before) for every tree key that the block at a height changed."""
    index = rows.get(_index_key(height)) or bytes(_LINK)
    found: list[tuple[bytes, bytes | None]] = []
    for part in range(_parts(index)):
        record = _record(rows, height, part)
        found += [_entry(record, at) for at in range(int.from_bytes(record[:4], "big"))]
    return found


def replaced_above(
    rows: Reader, height: int, last: int, path: bytes, key: bytes
) -> tuple[bool, bytes | None]:
    """Return (True, value at the height) when a block of height+1..last changed the key.

    Else (False, None). A few microseconds for each block, whatever its size. Raises HeightPruned
    when the record is forgotten while it is being looked for.
    """
    mark = path[:_MARK]
    for later in range(height + 1, last + 1):
        index = rows.get(_index_key(later))
        if index is None:  # no block has this height, or its rows are not written yet
            continue
        at = _find(index, mark)
        while index[_LINK + at * _MARK : _LINK + at * _MARK + _MARK] == mark:
            its_key, before = _entry(_record(rows, later, at // _PART), at % _PART)
            if its_key == key:
                return True, before
            at += 1  # another key whose path starts alike
    return False, None


def _index_key(height: int) -> bytes:
    return _INDEX + height.to_bytes(8, "big")


def _record_key(height: int, part: int) -> bytes:
    return _RECORD + height.to_bytes(8, "big") + part.to_bytes(4, "big")


def _parts(index: bytes) -> int:
    return -(-(len(index) - _LINK) // (_MARK * _PART))


def _record(rows: Reader, height: int, part: int) -> bytes:
    record = rows.get(_record_key(height, part))
    if record is None:
        raise HeightPruned(f"what block {height} replaced has just been forgotten; ask again")
    return record


def _find(index: bytes, mark: bytes) -> int:
    """Return the first place in an index whose mark is not below the one given."""
    low, high = 0, (len(index) - _LINK) // _MARK
    while low < high:
        middle = (low + high) >> 1
        if index[_LINK + middle * _MARK : _LINK + middle * _MARK + _MARK] < mark:
            low = middle + 1
        else:
            high = middle
    return low


def _entry(record: bytes, at: int) -> tuple[bytes, bytes | None]:
    count = int.from_bytes(record[:4], "big")
    data = 4 + 8 * count
    start = unpack_from(">I", record, 8 * at)[0] if at else 0
    middle, end = unpack_from(">II", record, 4 + 8 * at)
    return record[data + start : data + middle], record[data + middle : data + end] or None


class Undone(NamedTuple):
    """The undo record of the block at a height."""

    height: int
    undo: Undo


class Ring:
    """The undo records of the latest blocks, as many as a bound of memory allows."""

    def __init__(self, bytes_max: int, blocks_min: int, blocks_max: int) -> None:
        self._bytes_max = bytes_max
        self._blocks_min = blocks_min
        self._blocks_max = max(blocks_min, blocks_max)
        self._bytes = 0
        # Replaced as a whole, never changed in place: a reader keeps the one that it holds.
        self.blocks: tuple[Undone, ...] = ()

    def push(self, height: int, undo: Undo) -> None:
        """Publish the undo record of the next block, and drop the oldest beyond the bound."""
        blocks = (*self.blocks, Undone(height, undo))
        total = self._bytes + undo.size_bytes()
        drop = 0
        while len(blocks) - drop > self._blocks_min and (
            total > self._bytes_max or len(blocks) - drop > self._blocks_max
        ):
            total -= blocks[drop].undo.size_bytes()
            drop += 1
        self.blocks = blocks[drop:]
        self._bytes = total

    def after(self, height: int, tip: int) -> list[Undo]:
        """Return the undo records above a height, oldest first; raises HeightPruned."""
        blocks = self.blocks
        floor = blocks[0].height - 1 if blocks else tip
        if height < floor:
            raise HeightPruned(
                f"height {height} can no longer be proven here; the oldest that can be is {floor}"
            )
        first = bisect_left(blocks, height + 1, key=lambda block: block.height)
        return [block.undo for block in blocks[first:]]


class TreeAt:
    """The tree as it was at a height of the ring, while blocks may be committed meanwhile."""

    def __init__(self, tree: Tree, ring: Ring, height: int, tip: int) -> None:
        self.depth = tree.depth
        self._tree = tree
        self._ring = ring
        self._height = height
        self._tip = tip
        self._blocks = ring.blocks
        self._undos = ring.after(height, tip)

    def node(self, index: int) -> tuple[bytes, int]:
        """Return (hash, kind) of a node at the height; raises HeightPruned."""
        present = self._tree.node(index)
        for undo in self._above():
            before = undo.node(index)
            if before is not None:
                return before
        return present

    def bucket(self, slot: int) -> bytes:
        """Return a bucket's record at the height; raises HeightPruned."""
        present = self._tree.bucket(slot)
        for undo in self._above():
            before = undo.bucket(slot)
            if before is not None:
                return before
        return present

    def _above(self) -> list[Undo]:
        """Return the undo records above the height: to be asked for after the present was read."""
        if self._ring.blocks is not self._blocks:
            self._blocks = self._ring.blocks
            self._undos = self._ring.after(self._height, self._tip)
        return self._undos
