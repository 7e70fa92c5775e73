"""Bounded walks over the units of an account, for work that a block may not finish.

Must not know: why somebody walks. Invariant: a walk looks at a bounded number of rows, in the
order of the law, and tells where it stopped, so that the next block goes on there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from abci_app.core import keys
from abci_app.state.lots import Span
from abci_app.state.schema import LOTS
from abci_app.store.kv import Reader, prefix_stop
from tonne.v1.state_pb2 import Lot


@dataclass
class Found:
    """Serials that a walk found, and the row after which the next one goes on."""

    items: list[Span] = field(default_factory=list)
    count: int = 0  # units
    rows: int = 0  # looked at
    after: bytes = b""  # the last row that was looked at whole; empty: none was
    done: bool = False  # there are no more rows


def owned(
    reader: Reader,
    owner: tuple[str, str, str],
    status: int,
    fits: Callable[[Lot], bool],
    most_t: int,
    rows_max: int,
    after: bytes = b"",
) -> Found:
    """Return at most `most_t` units of (account, program, class) in a status that fit.

    In the order validity, vintage, space, start, from the row after `after` on; no more than
    `rows_max` rows are looked at.
    """
    prefix = keys.owner_prefix(*owner, status)
    found = Found(after=after)
    rows = reader.scan(after + b"\0" if after else prefix, prefix_stop(prefix))
    for row, value in islice(rows, max(0, rows_max)):
        found.rows += 1
        space = value[1 : 1 + value[0]].decode()
        lot = LOTS.look(reader, space, int.from_bytes(row[-8:], "big"))
        assert lot is not None, "an index row leads to a lot"
        if fits(lot):
            count = min(most_t - found.count, lot.end - lot.start + 1)
            found.items.append(Span(space, lot.start, lot.start + count - 1))
            found.count += count
            if found.count == most_t:
                return found
        found.after = row
    found.done = found.rows < rows_max
    return found
