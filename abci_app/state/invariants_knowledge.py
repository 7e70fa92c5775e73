"""What must always hold of statements, labels, authorizations and receipts: C-5, C-18, C-22, C-29.

Must not know: which act it was. Invariant: what was stated stays stated; no boundary and time is
claimed twice; a footprint's numbers are what its retirements say.
"""

from collections.abc import Iterator

from abci_app.core.codec import decode
from abci_app.core.keys import Table, claim_prefix, u64
from abci_app.state.schema import (
    CLAIMING_KINDS,
    RECEIPTS,
    RECONCILED,
    RECORDS,
    RETIREMENTS,
    STATEMENTS,
)
from abci_app.state.unit_invariants import Touched
from abci_app.store.kv import Reader
from tonne.v1 import state_pb2 as s
from tonne.v1.tx_pb2 import AUTHORIZATION, FOOTPRINT, VERIFICATION

TABLES = (Table.STATEMENT, Table.LABEL, Table.RECEIPT)  # beside records and retirements


def check(touched: Touched) -> None:
    """Raise AssertionError where the act breaks one of them; reads what it touched alone."""
    for old, new in touched.rows.get(Table.STATEMENT, ()):
        assert new is not None, "a statement was deleted"
        _statement(touched.after, None if old is None else decode(s.Statement, old), new)
    for old, new in touched.rows.get(Table.LABEL, ()):
        assert new is not None, "C-18: a grant of a label was deleted"
        if old is not None:
            _grant(decode(s.LabelGrant, old), decode(s.LabelGrant, new))
    for old, new in touched.rows.get(Table.RECEIPT, ()):
        assert old is None, "C-29: a receipt was used again"
        assert new is not None, "C-29: a receipt was deleted"
    for old, new in touched.rows.get(Table.RECORD, ()):
        _record(None if old is None else decode(s.Record, old), decode(s.Record, new or b""))
    _offsets(touched)


def _statement(reader: Reader, old: s.Statement | None, raw: bytes) -> None:
    statement = decode(s.Statement, raw)
    if old is not None:
        said = decode(s.Statement, raw)
        said.issuance, said.capped_t, said.status = old.issuance, old.capped_t, old.status
        assert said == old, f"statement {old.id} says something else now"
    fault = claim_fault(reader, statement)
    assert not fault, f"C-5: {fault}"


def claim_fault(reader: Reader, statement: s.Statement) -> str:
    """Return what claims the boundary and time of a live statement beside it, or nothing."""
    if statement.status != s.ACCEPTED or statement.kind not in CLAIMING_KINDS:
        return ""
    kinds = [int(statement.kind)]
    if statement.kind == VERIFICATION and statement.scope != "INDIRECT":
        kinds.append(RECONCILED)
    for kind in kinds:
        prefix = claim_prefix(statement.boundary_id, kind)
        rows = reader.scan(prefix, prefix + u64(statement.period_to_s), reverse=True)
        for row, value in rows:
            where = row[len(prefix) + 8 :]
            same = where == STATEMENTS.key(statement.program, statement.id)[1:]
            if not same and int.from_bytes(value, "big") > statement.period_from_s:
                return f"{statement.id} and {where[1:].decode(errors='replace')} claim one time"
            if not same and kind != RECONCILED:
                break  # what begins before it ends before it too
    return ""


def _grant(old: s.LabelGrant, new: s.LabelGrant) -> None:
    """C-18: a grant changes once, by its removal."""
    assert not old.removed_s, f"C-18: {old.label} was taken from {old.target} twice"
    assert new.removed_s, f"C-18: a grant of {old.label} was changed"
    kept = (old.by, old.added_s, old.valid_to_s, list(old.ranges), old.authorization)
    now = (new.by, new.added_s, new.valid_to_s, list(new.ranges), new.authorization)
    assert kept == now, f"C-18: a grant of {old.label} was changed"


def _record(old: s.Record | None, new: s.Record) -> None:
    """C-22: an authorization covers what is under it; C-29: what is offset is not taken back."""
    if new.kind == AUTHORIZATION:
        fields = new.authorization
        most = max(fields.used_t, fields.labelled_t)
        assert most <= fields.quantity_t, f"C-22: {new.id} covers less than is under it"
    if new.kind == FOOTPRINT and old is not None:
        assert new.footprint.offset_t >= old.footprint.offset_t, f"C-29: {new.id} counts less"


def _offsets(touched: Touched) -> None:
    """C-29: a footprint grows by the retirements that name it, each with its own receipt."""
    grown: dict[tuple[str, str], int] = {}
    for old, new in touched.rows.get(Table.RETIREMENT, ()):
        row = decode(s.Retirement, new or b"")
        if old is None and row.footprint:
            name = (row.program, row.footprint)
            grown[name] = grown.get(name, 0) + row.quantity_t
            receipt = RECEIPTS.look(touched.after, *name, row.receipt_hash)
            assert receipt is not None, f"C-29: retirement {row.id} has no receipt"
            assert receipt.retirement == row.id, f"C-29: the receipt of {row.id} is another's"
    for old, new in touched.rows.get(Table.RECORD, ()):
        record = decode(s.Record, new or b"")
        if record.kind == FOOTPRINT:
            was = 0 if old is None else decode(s.Record, old).footprint.offset_t
            more = grown.pop((record.program, record.id), 0)
            assert record.footprint.offset_t - was == more, f"C-29: {record.id} is miscounted"
    assert not grown, "C-29: a footprint misses an offset"


def faults(reader: Reader) -> Iterator[str]:
    """Yield what does not hold over the whole state."""
    for statement in STATEMENTS.all(reader):
        fault = claim_fault(reader, statement)
        if fault:
            yield f"C-5: {fault}"
    offsets: dict[tuple[str, str], int] = {}
    for row in RETIREMENTS.all(reader):
        if row.footprint:
            name = (row.program, row.footprint)
            offsets[name] = offsets.get(name, 0) + row.quantity_t
            receipt = RECEIPTS.look(reader, *name, row.receipt_hash)
            if receipt is None or receipt.retirement != row.id:
                yield f"C-29: retirement {row.id} has no receipt of its own"
    for record in RECORDS.all(reader):
        if record.kind == FOOTPRINT:
            count = offsets.get((record.program, record.id), 0)
            if record.footprint.offset_t != count:
                yield f"C-29: {record.id} counts {record.footprint.offset_t}, retired are {count}"
