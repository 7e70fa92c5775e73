"""Keys and values in key order: what can be read, and writes that wait on top of it.

This module must not know what a key means. Its one rule about keys is TREE_LIMIT: a key whose first
byte (the table) is below it is covered by the Merkle tree, from it up the key stands beside the
tree. Invariant: an overlay never changes what lies below it.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final, Protocol

TREE_LIMIT: Final = 0x80
"""A key whose first byte is below this is proven by the tree; its value is never empty."""

_HEAD: Final = 4  # rows of a scan that are fetched and kept
_HEAD_MAX: Final = 64  # rows that one may grow to
_HEADS_MAX: Final = 4096
_WINDOW: Final = 256  # pending keys that a scan takes at a time
_CHUNK: Final = 512  # insertion moves at most this many pointers; a chunk splits at twice as many


class StorageError(Exception):
    """The disk, or what stands on it, cannot be relied on; the text says what to do next."""


class HeightPruned(Exception):  # noqa: N818 - the name states the fact, as all our codes do
    """The height asked for is no longer, or not yet, among those that can be answered."""


class Reader(Protocol):
    """Anything that answers for keys: committed state, a view of it, an overlay."""

    def get(self, key: bytes) -> bytes | None:
        """Return the value, or None when there is none."""
        ...

    def scan(
        self, start: bytes, stop: bytes, *, reverse: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        """Yield the rows of [start, stop) in key order, or from the last one backwards."""
        ...


class Disk(Reader, Protocol):
    """Where a ledger keeps its rows: LevelDB, or memory that behaves like it."""

    def write(self, rows: Iterable[tuple[bytes, bytes | None]]) -> None:
        """Write all rows (None deletes) or none, and return when they would survive a crash."""
        ...

    def freeze(self) -> "FrozenDisk":
        """Return the rows as they stand now, unmoved by later writes."""
        ...

    def close(self) -> None:
        """Let go of the files; a second call does nothing."""
        ...


class FrozenDisk(Reader, Protocol):
    """The rows of one moment."""

    def close(self) -> None:
        """Let the disk forget that moment."""
        ...


def prefix_stop(prefix: bytes) -> bytes:
    """Return the first key after all keys that start with the prefix.

    Raises ValueError for a prefix of nothing but 0xff (or of nothing): no such key exists.
    """
    head = prefix.rstrip(b"\xff")
    if not head:
        raise ValueError("no key follows every key of this prefix")
    return head[:-1] + bytes((head[-1] + 1,))


class MemoryReader:
    """A dictionary behind Reader, for tests; it sorts at every scan."""

    def __init__(self, rows: Mapping[bytes, bytes] | None = None) -> None:
        self.rows: dict[bytes, bytes] = dict(rows or {})

    def get(self, key: bytes) -> bytes | None:
        """Return the value, or None."""
        return self.rows.get(key)

    def scan(
        self, start: bytes, stop: bytes, *, reverse: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        """Yield the rows of [start, stop) as they stood at the call."""
        keys = sorted((key for key in self.rows if start <= key < stop), reverse=reverse)
        return iter([(key, self.rows[key]) for key in keys])


class _Head:
    """The first rows of a range, as they stand: all of them, or some of a longer range."""

    __slots__ = ("low", "rows", "whole")

    def __init__(self, low: bytes, rows: list[tuple[bytes, bytes]], *, whole: bool) -> None:
        self.low = low
        self.rows = rows
        self.whole = whole


class Standing:
    """A Reader of a state that stands still between commits, which looks up nothing twice.

    Transactions look for the same rows again and again, and starting a scan of the disk costs ten
    times a get. It keeps the first rows of scans forwards beside the tree; `advance` takes a commit
    over into them. For one thread.
    """

    def __init__(self, base: Reader) -> None:
        self._base = base
        self._heads: dict[bytes, _Head] = {}  # by the end of their range
        self._stops: list[bytes] = []  # the same ends, ascending: the ranges are disjoint
        self.get = base.get  # a method less on the way of every read

    def scan(
        self, start: bytes, stop: bytes, *, reverse: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        """Yield the rows of [start, stop) in key order, or from the last one backwards."""
        if reverse or not start or start[0] < TREE_LIMIT:
            return self._base.scan(start, stop, reverse=reverse)
        head = self._heads.get(stop)
        if head is None or start < head.low:
            head = self._fetch(start, stop)
        rows = head.rows
        if rows and rows[0][0] < start:
            rows = rows[bisect_left(rows, (start,)) :]
            if not rows and not head.whole:
                rows = self._fetch(start, stop).rows
        return iter(rows) if head.whole else self._beyond(rows, start, stop)

    def advance(self, writes: Iterable[tuple[bytes, bytes | None]]) -> None:
        """Take over what was committed to the state below."""
        stops = self._stops
        for key, value in writes:
            if key[0] < TREE_LIMIT or not stops:
                continue
            at = bisect_right(stops, key)
            if at < len(stops) and self._heads[stops[at]].low <= key:
                self._change(stops[at], key, value)

    def _fetch(self, start: bytes, stop: bytes) -> _Head:
        rows = list(islice(self._base.scan(start, stop), _HEAD))
        head = _Head(start, rows, whole=len(rows) < _HEAD)
        if len(self._heads) >= _HEADS_MAX:
            self._heads.clear()
            self._stops.clear()
        if stop not in self._heads:
            at = bisect_right(self._stops, start)
            if at < len(self._stops) and self._heads[self._stops[at]].low < stop:
                return head  # it overlaps a range that is kept
            insort(self._stops, stop)
        self._heads[stop] = head
        return head

    def _change(self, stop: bytes, key: bytes, value: bytes | None) -> None:
        head = self._heads[stop]
        rows = head.rows
        at = bisect_left(rows, (key,))
        present = at < len(rows) and rows[at][0] == key
        if present:
            if value is None:
                del rows[at]
            else:
                rows[at] = (key, value)
        elif value is not None and (head.whole or at < len(rows)):
            rows.insert(at, (key, value))
        if len(rows) > _HEAD_MAX:
            del rows[_HEAD:]
            head.whole = False
        if not rows and not head.whole:
            del self._heads[stop]
            self._stops.remove(stop)

    def _beyond(
        self, rows: list[tuple[bytes, bytes]], start: bytes, stop: bytes
    ) -> Iterator[tuple[bytes, bytes]]:
        yield from rows
        yield from self._base.scan(rows[-1][0] + b"\0" if rows else start, stop)


class SortedKeys:
    """Distinct keys in order, made for adding one key at a time to many.

    The keys stand in sorted chunks, so that adding moves a few hundred pointers and never all.
    """

    def __init__(self, keys: Iterable[bytes] = ()) -> None:
        ordered = sorted(keys)
        self._chunks = [ordered[at : at + _CHUNK] for at in range(0, len(ordered), _CHUNK)]
        self._lasts = [chunk[-1] for chunk in self._chunks]

    def add(self, key: bytes) -> None:
        """Add a key that is not yet among them."""
        lasts, chunks = self._lasts, self._chunks
        at = bisect_left(lasts, key)
        if at == len(lasts):
            if not chunks:
                chunks.append([key])
                lasts.append(key)
                return
            at -= 1
            lasts[at] = key
        chunk = chunks[at]
        insort(chunk, key)
        if len(chunk) > 2 * _CHUNK:
            chunks[at : at + 1] = [chunk[:_CHUNK], chunk[_CHUNK:]]
            lasts.insert(at, chunk[_CHUNK - 1])

    def remove(self, key: bytes) -> None:
        """Take out a key that is among them."""
        at = bisect_left(self._lasts, key)
        chunk = self._chunks[at]
        del chunk[bisect_left(chunk, key)]
        if chunk:
            self._lasts[at] = chunk[-1]
        else:
            del self._chunks[at], self._lasts[at]

    def window(
        self, start: bytes, stop: bytes, count: int, *, reverse: bool = False
    ) -> list[bytes]:
        """Return the first (backwards: the last) `count` keys of [start, stop), in that order."""
        lasts, chunks = self._lasts, self._chunks
        found: list[bytes] = []
        if reverse:
            at = min(bisect_left(lasts, stop), len(chunks) - 1)
            while at >= 0 and len(found) < count:
                chunk = chunks[at]
                high = bisect_left(chunk, stop)
                low = max(bisect_left(chunk, start), high - count + len(found))
                found += chunk[low:high][::-1]
                if low and chunk[low - 1] < start:
                    break
                at -= 1
            return found
        at = bisect_left(lasts, start)
        while at < len(chunks) and len(found) < count:
            chunk = chunks[at]
            low = bisect_left(chunk, start)
            high = min(bisect_left(chunk, stop), low + count - len(found))
            found += chunk[low:high]
            if high < len(chunk) and chunk[high] >= stop:
                break
            at += 1
        return found


class Overlay:
    """Writes that wait on top of a Reader, itself a Reader of both together.

    `writes` is for reading only; None stands for a deletion. Rows are ordered lazily: a table's
    pending values are sorted at the first scan of that table and kept in order from then on, so
    tables that nobody scans cost nothing. What was deleted here is never walked over.
    """

    def __init__(self, base: Reader) -> None:
        self.base = base
        self.writes: dict[bytes, bytes | None] = {}
        self._ordered: dict[int, SortedKeys] = {}  # table byte -> its keys with a pending value

    def get(self, key: bytes) -> bytes | None:
        """Return the pending value, else what lies below."""
        writes = self.writes
        if key in writes:
            return writes[key]
        return self.base.get(key)

    def put(self, key: bytes, value: bytes) -> None:
        """Set a value; raises ValueError for an empty key, or an empty value in the tree."""
        if not key or (not value and key[0] < TREE_LIMIT):
            raise ValueError(f"key {key.hex()!r}: neither a key nor a value in the tree is empty")
        if self._ordered:
            self._note(key, live=True)
        self.writes[key] = value

    def delete(self, key: bytes) -> None:
        """Delete a row; deleting what is absent is allowed."""
        if not key:
            raise ValueError("a key is never empty")
        if self._ordered:
            self._note(key, live=False)
        self.writes[key] = None

    def last_put(self, start: bytes, stop: bytes) -> bytes | None:
        """Return the greatest key of [start, stop), one table's, that has a pending value, or None.

        What was deleted here is not walked over, however much it is.
        """
        found = self._table(start[0]).window(start, stop, 1, reverse=True)
        return found[0] if found else None

    def scan(
        self, start: bytes, stop: bytes, *, reverse: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        """Yield the rows of [start, stop) in key order, or from the last one backwards.

        Pending keys are taken in windows of some hundreds, the first at the call, so that a scan
        which stops early costs little: a key first written while the scan runs does not appear
        within the window the scan is in. A value is the one that stands when its row is reached.
        """
        tables = self._tables(start, stop)
        if reverse:
            tables.reverse()
        first = tables[0].window(start, stop, _WINDOW, reverse=reverse) if tables else []
        pending = _windows(tables, first, start, stop, reverse)
        return self._merged(pending, self.base.scan(start, stop, reverse=reverse), reverse)

    def merge(self, child: "Overlay") -> None:
        """Take over the writes of an overlay that stands on this one."""
        if child.base is not self:
            raise ValueError("only an overlay that stands on this one can be merged into it")
        if self._ordered:
            ordered = self._ordered
            for key, value in child.writes.items():
                if key[0] in ordered:
                    self._note(key, live=value is not None)
        self.writes.update(child.writes)

    def _note(self, key: bytes, *, live: bool) -> None:
        keys = self._ordered.get(key[0])
        if keys is None:
            return
        was = self.writes.get(key) is not None
        if live and not was:
            keys.add(key)
        elif was and not live:
            keys.remove(key)

    def _table(self, table: int) -> SortedKeys:
        keys = self._ordered.get(table)
        if keys is None:
            rows = self.writes.items()
            keys = SortedKeys(key for key, value in rows if value is not None and key[0] == table)
            self._ordered[table] = keys
        return keys

    def _tables(self, start: bytes, stop: bytes) -> list[SortedKeys]:
        """Return the pending keys of the tables that [start, stop) touches, ordered."""
        if not self.writes or start >= stop:
            return []
        first = start[0] if start else 0
        last = stop[0] if len(stop) > 1 else stop[0] - 1
        return [self._table(table) for table in range(first, last + 1)]

    def _merged(
        self, pending: Iterator[bytes], rows: Iterator[tuple[bytes, bytes]], reverse: bool
    ) -> Iterator[tuple[bytes, bytes]]:
        writes = self.writes
        mine = next(pending, None)
        for key, below in rows:
            while mine is not None and (mine > key if reverse else mine < key):
                own = writes[mine]
                if own is not None:
                    yield mine, own
                mine = next(pending, None)
            if mine == key:
                mine = next(pending, None)
            value = writes.get(key, below)
            if value is not None:
                yield key, value
        while mine is not None:
            own = writes[mine]
            if own is not None:
                yield mine, own
            mine = next(pending, None)


def _windows(
    tables: list[SortedKeys], first: list[bytes], start: bytes, stop: bytes, reverse: bool
) -> Iterator[bytes]:
    """Yield the keys of [start, stop) of ordered tables, window by window; `first` was taken."""
    for number, keys in enumerate(tables):
        low, high = start, stop
        window = keys.window(low, high, _WINDOW, reverse=reverse) if number else first
        while window:
            yield from window
            if len(window) < _WINDOW:
                break
            if reverse:
                high = window[-1]
            else:
                low = window[-1] + b"\0"
            window = keys.window(low, high, _WINDOW, reverse=reverse)
