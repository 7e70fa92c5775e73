"""What every read of committed state is made of: a record, a page, a proof.

Must not know: any single question. Invariant: a proof is made for the very height and key that it
names; a page has at most 100 rows.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

from google.protobuf.message import Message

from abci_app.core.codec import decode
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import PAGE_ROWS_MAX
from abci_app.engine.context import Block
from abci_app.state.table import Table
from abci_app.store.kv import HeightPruned, Reader, prefix_stop
from abci_app.store.ledger import Ledger
from tonne.v1 import service_pb2 as q

R = TypeVar("R", bound=Message)


@dataclass(frozen=True)
class Sight:
    """What a query sees: the ledger, one committed height of it, and its block."""

    ledger: Ledger
    reader: Reader
    height: int
    root: bytes
    block: Block
    version: str


def one(
    sight: Sight,
    table: Table[Any],
    at: q.At,
    code: int,
    *fields: Any,  # noqa: ANN401 - the key's own fields
) -> tuple[Any, int, q.Proof | None]:
    """Return (record or None, height, proof if asked for); `code`, if any, for one absent."""
    key = table.key(*fields)
    height = at.height or (provable(sight) if at.prove else sight.height)
    proof: q.Proof | None = None
    if at.prove:
        value, raw_proof = proven(sight, height, key)
        proof = q.Proof(height=height, key=key, value=value or b"", proof=raw_proof)
    elif at.height:
        try:
            value = sight.ledger.get_at(height, key)
        except HeightPruned as error:
            refuse(Code.HEIGHT_UNAVAILABLE, str(error))
    else:
        value = sight.reader.get(key)
    if value is None and proof is None and code:
        refuse(code, " ".join(str(field) for field in fields)[:128])
    return (None if value is None else decode(table.kind, value)), height, proof


def proven(sight: Sight, height: int, key: bytes) -> tuple[bytes | None, bytes]:
    """Return value and proof at a height; HEIGHT_UNAVAILABLE when it is too old or to come."""
    try:
        return sight.ledger.prove(height, key)
    except HeightPruned as error:
        refuse(Code.HEIGHT_UNAVAILABLE, str(error))


def provable(sight: Sight) -> int:
    """Return the newest height that a client can verify at once: the one the last header names."""
    return max(sight.height - 1, 1)


def single(reply: R, field: str, found: tuple[Any, int, q.Proof | None]) -> R:
    """Fill a reply of the common form: record, height, proof."""
    record, height, proof = found
    if record is not None:
        getattr(reply, field).CopyFrom(record)
    reply.height = height  # type: ignore[attr-defined]
    if proof is not None:
        reply.proof.CopyFrom(proof)  # type: ignore[attr-defined]
    return reply


def page(sight: Sight, page: q.Page, prefix: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Return up to a page of rows after the cursor, and the cursor of the next page."""
    size = min(page.size or PAGE_ROWS_MAX, PAGE_ROWS_MAX)
    start = prefix
    if page.cursor:
        if not page.cursor.startswith(prefix):
            refuse(Code.ACTION_SHAPE, "page.cursor: it belongs to another list")
        start = page.cursor + b"\0"
    rows: list[tuple[bytes, bytes]] = []
    for row in sight.reader.scan(start, prefix_stop(prefix)):
        if len(rows) == size:
            return rows, rows[-1][0]
        rows.append(row)
    return rows, b""


def decoded(sight: Sight, asked: q.Page, prefix: bytes, kind: type[R]) -> tuple[list[R], bytes]:
    """Return a page of the records whose keys start with `prefix`, and the next page's cursor."""
    rows, cursor = page(sight, asked, prefix)
    return [decode(kind, raw) for _, raw in rows], cursor
