"""Records: the one way into a state, and what the queue does to those whose time has come.

Must not know: who asked for it. Invariant: a record says since when it is in its state, and its
version grows with every change.
"""

from abci_app.core.codes import Code, refuse
from abci_app.engine.context import Tx
from abci_app.state.schema import RECORDS
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import Record
from tonne.v1.tx_pb2 import METHODOLOGY, RecordRef

APPROVED, SUPERSEDED = "APPROVED", "SUPERSEDED"
PUBLISHED, EXPIRED = "PUBLISHED", "EXPIRED"


def enter(tx: Tx, record: Record, state: str, account: str = "") -> None:
    """Write a record in a state, with its event; `account`: who did it, none for the queue."""
    before, record.state = record.state, state
    if before != state:
        record.state_since_s = tx.now
    record.version += 1
    RECORDS.put(tx.overlay, record)
    changed = e.RecordChanged(
        program=record.program,
        record=RecordRef(kind=record.kind, id=record.id),
        from_state=before,
        to_state=state,
        account=account,
    )
    tx.emit(e.Event(record_changed=changed))


def supersede(tx: Tx, record: Record) -> None:
    """Let a newer methodology take the place of what it names, at once or by the queue (S4-7)."""
    fields = record.methodology
    if not fields.supersedes:
        return
    older = RECORDS.need(tx.overlay, Code.REC_REF, record.program, METHODOLOGY, fields.supersedes)
    if older.state != APPROVED:
        return
    if fields.must_migrate_by_s <= tx.now:
        older.duty_s = 0
        enter(tx, older, SUPERSEDED, tx.signer.account)
        return
    older.duty_s = min(older.duty_s or fields.must_migrate_by_s, fields.must_migrate_by_s)
    RECORDS.put(tx.overlay, older)


def set_term(tx: Tx, record: Record) -> None:
    """Have the queue end a footprint at the end of its validity; VALIDITY_INVALID when past."""
    until_s = record.footprint.valid_to_s
    if until_s and tx.now >= until_s:
        refuse(Code.VALIDITY_INVALID, "footprint.valid_to_s has passed")
    record.duty_s = until_s


def methodology_due(tx: Tx, record: Record) -> None:
    """The queue: its time to be used for new activities is over."""
    _end(tx, record, APPROVED, SUPERSEDED)


def footprint_due(tx: Tx, record: Record) -> None:
    """The queue: its validity has ended; one that was revoked before stays so."""
    _end(tx, record, PUBLISHED, EXPIRED)


def _end(tx: Tx, record: Record, standing: str, ended: str) -> None:
    record.duty_s = 0
    if record.state == standing:
        enter(tx, record, ended)
    else:
        RECORDS.put(tx.overlay, record)
