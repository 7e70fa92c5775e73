"""Spans of serials: what an act is about, before anybody looks at the lots behind it.

Must not know: lots. Invariant: a span holds at least one serial, both ends included.
"""

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass

from tonne.v1.tx_pb2 import SerialRange


@dataclass(slots=True)  # not frozen: made often, and freezing triples the cost
class Span:
    """Serials `start` to `end` of a space, both included."""

    space: str
    start: int
    end: int

    @property
    def count(self) -> int:
        """Return the number of units."""
        return self.end - self.start + 1


class SpanSet:
    """Spans gathered one by one, to tell whether another shares a serial with them."""

    def __init__(self) -> None:
        """Start empty."""
        self._ends: dict[str, list[tuple[int, int]]] = {}  # by space: (end, start), ascending

    def overlaps(self, item: Span) -> bool:
        """Tell whether a serial of `item` is in a gathered span."""
        rows = self._ends.get(item.space, [])
        place = bisect_left(rows, (item.start, 0))
        return place < len(rows) and rows[place][1] <= item.end

    def add(self, item: Span) -> None:
        """Gather a span that shares no serial with the others, or shares only whole ones."""
        if not self.overlaps(item):
            insort(self._ends.setdefault(item.space, []), (item.end, item.start))


def spans(ranges: Sequence[SerialRange]) -> list[Span]:
    """Return the ranges of a message as spans."""
    return [Span(item.space, item.start, item.end) for item in ranges]


def ranges(items: Sequence[Span]) -> list[SerialRange]:
    """Return spans as ranges of a message."""
    return [SerialRange(space=item.space, start=item.start, end=item.end) for item in items]
