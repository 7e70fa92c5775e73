"""One queue of duties keyed (time, kind, subject): the due ones open a block, in that order.

Must not know: wall clocks, or what a duty is about. Invariants: a duty happens once, in the first
blocks with time >= due; what is over the block's bound carries over in order; a duty that raises
is parked and the queue goes on.

A duty that works in portions arms itself again by writing its record with the duty at the time of
the block: it goes behind what has waited longer, so that nothing starves.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from abci_app.core import keys
from abci_app.core.codec import decode
from abci_app.core.keys import Table
from abci_app.engine import (
    enforcement,
    holds,
    invalidation,
    market,
    obligations,
    policy,
    proposals,
    records,
)
from abci_app.engine.context import Tx
from abci_app.state import schema
from abci_app.state.table import Table as Records
from abci_app.store.kv import Overlay, Reader
from tonne.v1.state_pb2 import Hold, Record, Stuck
from tonne.v1.tx_pb2 import FOOTPRINT, ISSUANCE, METHODOLOGY, NOTICE, OBLIGATION


class Duty(NamedTuple):
    """A row of the queue."""

    due_s: int
    kind: int
    subject: bytes


class Kind(NamedTuple):
    """What a kind of duty is about, and what is done when it is due."""

    table: Records[Any]
    key: Callable[[bytes], bytes]  # of the record, from the subject
    perform: Callable[[Tx, Any], None]


def due(reader: Reader, now: int, most: int) -> list[Duty]:
    """Return the first `most` duties with due time <= now."""
    found: list[Duty] = []
    start = bytes((Table.DEADLINE,))
    for row, _ in reader.scan(start, start + keys.u64(now + 1)):
        if len(found) == most:
            break
        found.append(Duty(int.from_bytes(row[1:9], "big"), row[9], row[10:]))
    return found


def stands(reader: Reader, duty: Duty) -> bool:
    """Tell whether a duty is still in the queue."""
    return reader.get(keys.deadline(*duty)) is not None


def perform(tx: Tx, duty: Duty) -> None:
    """Do what is due."""
    kind = KINDS[duty.kind]
    kind.perform(tx, _record(tx.overlay, kind, duty))


def park(overlay: Overlay, duty: Duty, height: int) -> None:
    """Take a duty that raised out of the queue and keep it where operators see it."""
    kind = KINDS[duty.kind]
    record = _record(overlay, kind, duty)
    record.parked = True
    kind.table.put(overlay, record)
    stuck = Stuck(due_s=duty.due_s, kind=duty.kind, subject=duty.subject, height=height)
    schema.STUCK.put(overlay, stuck)


def _record(reader: Reader, kind: Kind, duty: Duty) -> Any:  # noqa: ANN401 - of the kind's table
    """Return the record that a duty is about; it exists, for the queue follows from it."""
    raw = reader.get(kind.key(duty.subject))
    assert raw is not None, f"duty {duty} is about nothing"
    return decode(kind.table.kind, raw)


def _release(tx: Tx, hold: Hold) -> None:
    holds.release(tx, hold.id)


def _look_at(tx: Tx, record: Record) -> None:
    """Do what the kind of a record asks for."""
    RECORD_DUTIES[record.kind](tx, record)


def _in(table: Table) -> Callable[[bytes], bytes]:
    """Return how to build the key of a record whose fields the subject holds."""
    return lambda subject: bytes((table,)) + subject


# What the queue does with a record whose `duty_s` has come, by the record's kind.
RECORD_DUTIES: dict[int, Callable[[Tx, Record], None]] = {
    METHODOLOGY: records.methodology_due,
    ISSUANCE: invalidation.perform,
    FOOTPRINT: records.footprint_due,
    NOTICE: enforcement.perform,
    OBLIGATION: obligations.fall_due,
}

KINDS: dict[int, Kind] = {
    schema.DUTY_HOLD: Kind(schema.HOLDS, _in(Table.HOLD), _release),
    schema.DUTY_PROPOSAL: Kind(schema.PROPOSALS, _in(Table.PROPOSAL), proposals.due),
    schema.DUTY_ORDER: Kind(schema.ORDERS, _in(Table.ORDER), market.expire),
    schema.DUTY_FILL: Kind(schema.FILLS, _in(Table.FILL), market.lapse),
    schema.DUTY_RECORD: Kind(schema.RECORDS, bytes, _look_at),  # the subject is the whole key
    schema.DUTY_SCHEDULED: Kind(schema.SCHEDULED, _in(Table.SCHEDULED), policy.due),
}
