"""Dense numbers that the chain gives: proposals, holds, retirements.

Must not know: what is numbered. Invariant: numbers start at 1 and none is left out or given twice.
"""

from abci_app.core import keys, u64
from abci_app.core.codec import decode, encode
from abci_app.core.keys import Table
from abci_app.store.kv import Overlay, Reader
from tonne.v1.state_pb2 import Counter


def last(reader: Reader, table: Table) -> int:
    """Return the last number given in a table, 0 when none was."""
    raw = reader.get(keys.counter(table))
    return 0 if raw is None else decode(Counter, raw).last


def take(overlay: Overlay, table: Table) -> int:
    """Return the next number of a table."""
    number = u64.add(last(overlay, table), 1)
    overlay.put(keys.counter(table), encode(Counter(last=number)))
    return number
