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


def within(item: Span, whole: Span) -> bool:
    """Tell whether every serial of one span is in another."""
    return item.space == whole.space and whole.start <= item.start and item.end <= whole.end


def joined(items: Sequence[Span]) -> list[Span]:
    """Return disjoint spans ascending, adjacent ones as one."""
    result: list[Span] = []
    for item in sorted(items, key=_place):
        last = result[-1] if result else None
        if last is not None and (last.space, last.end + 1) == (item.space, item.start):
            result[-1] = Span(item.space, last.start, item.end)
        else:
            result.append(item)
    return result


def without(items: Sequence[Span], gone: Sequence[Span]) -> list[Span]:
    """Return the serials of disjoint `items` that are in no span of disjoint `gone`, joined."""
    left: list[Span] = []
    taken = sorted(gone, key=_place)
    first = 0
    for item in joined(items):
        start = item.start
        while first < len(taken) and (taken[first].space, taken[first].end) < (item.space, start):
            first += 1
        place = first
        while place < len(taken) and (taken[place].space, taken[place].start) <= (
            item.space,
            item.end,
        ):
            if start < taken[place].start:
                left.append(Span(item.space, start, taken[place].start - 1))
            start = max(start, taken[place].end + 1)
            place += 1
        if start <= item.end:
            left.append(Span(item.space, start, item.end))
    return left


def _place(item: Span) -> tuple[str, int]:
    return item.space, item.start
