"""A disk that is not there: the rows of a throw-away ledger, kept in memory.

It must not know what the rows mean. Invariant: it answers, and orders, exactly like LevelDB, so
that a test or a simulation sees what a node would see.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator


class FrozenMemory:
    """The rows of one moment; nobody changes them any more."""

    def __init__(self, rows: dict[bytes, bytes], keys: list[bytes] | None) -> None:
        self.rows = rows
        self.keys = keys  # in order; None until the first scan asks for it

    def get(self, key: bytes) -> bytes | None:
        """Return the value, or None."""
        return self.rows.get(key)

    def scan(
        self, start: bytes, stop: bytes, *, reverse: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        """Yield the rows of [start, stop)."""
        keys = self.keys
        if keys is None:
            keys = self.keys = sorted(self.rows)
        rows = self.rows
        span = range(bisect_left(keys, start), bisect_left(keys, stop))
        return ((keys[at], rows[keys[at]]) for at in (reversed(span) if reverse else span))

    def close(self) -> None:
        """Nothing to let go of."""


class MemoryDisk:
    """Rows in memory. A write makes a copy, so every reader keeps the moment that it looks at."""

    def __init__(self) -> None:
        self._now = FrozenMemory({}, [])

    def get(self, key: bytes) -> bytes | None:
        """Return the value, or None."""
        return self._now.rows.get(key)

    def scan(
        self, start: bytes, stop: bytes, *, reverse: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        """Yield the rows of [start, stop) as they stood at the call."""
        return self._now.scan(start, stop, reverse=reverse)

    def write(self, rows: Iterable[tuple[bytes, bytes | None]]) -> None:
        """Take all rows over at once; None deletes."""
        changed = dict(self._now.rows)
        keys = self._now.keys
        appeared: list[bytes] = []
        vanished = False
        for key, value in rows:
            if value is None:
                vanished |= changed.pop(key, None) is not None
            else:
                if key not in changed:
                    appeared.append(key)
                changed[key] = value
        if keys is not None and (appeared or vanished):
            # Two runs in order: sorting them together is a merge, not a sort from scratch. A key
            # that vanished and came back within one write would stand there twice, hence the dict.
            merged = dict.fromkeys([*keys, *appeared])
            keys = sorted(key for key in merged if key in changed)
        self._now = FrozenMemory(changed, keys)

    def freeze(self) -> FrozenMemory:
        """Return the rows as they stand now."""
        return self._now

    def close(self) -> None:
        """Nothing to let go of."""
