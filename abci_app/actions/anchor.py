"""Anchor: the hash of a document is put on record; the document itself never is (S0-39, X12).

Must not know: what documents are needed for. Invariant: a document is unique per kind and link.
"""

from abci_app.actions import shape
from abci_app.core import ids
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import DOCUMENT_BYTES_MAX, MEDIA_TYPE_BYTES_MAX
from abci_app.engine import seats
from abci_app.engine.context import Tx
from abci_app.state.schema import DOCUMENTS, RECORDS
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import Document, Record
from tonne.v1.tx_pb2 import Anchor

_MEDIA_CHARS = "abcdefghijklmnopqrstuvwxyz0123456789.+-/"


def check(msg: Anchor) -> None:
    """Refuse a message whose shape is wrong."""
    ids.need_id(msg.program, "program")
    ids.need_id(msg.kind, "kind")
    shape.digest(msg.hash, "hash")
    shape.digest(msg.public_version_of, "public_version_of", optional=True)
    shape.need(
        0 < len(msg.media_type) <= MEDIA_TYPE_BYTES_MAX
        and msg.media_type.count("/") == 1
        and all(char in _MEDIA_CHARS for char in msg.media_type),
        "media_type",
        "must be like application/pdf",
    )
    if msg.HasField("link"):
        shape.record(msg.link, "link")


def cost(msg: Anchor) -> int:
    """Return the static cost: one record."""
    del msg
    return 2


def _need_standing(tx: Tx, record: Record) -> None:
    """Refuse a stranger's document: a record takes those of its owner and of who holds a seat."""
    if tx.signer.organisation == record.owner_organisation:
        return
    held = seats.of_account(tx.overlay, tx.signer.account)
    if not any(seat.program == record.program and seats.live(seat, tx.now) for seat in held):
        refuse(Code.ROLE_MISSING, f"{record.id} is not {tx.signer.account}'s")


def execute(tx: Tx, msg: Anchor) -> None:
    """Store the document's hash. DOC_KIND, DOC_SIZE, REC_REF, ROLE_MISSING, DOC_DUP."""
    rules = tx.block.active(msg.program)
    if msg.kind not in rules.program.document_kinds:
        refuse(Code.DOC_KIND, msg.kind)
    if not 0 < msg.size_bytes <= DOCUMENT_BYTES_MAX:
        refuse(Code.DOC_SIZE, str(msg.size_bytes))
    if msg.HasField("link"):
        link = (msg.program, msg.link.kind, msg.link.id)
        _need_standing(tx, RECORDS.need(tx.overlay, Code.REC_REF, *link))
    document = Document(
        program=msg.program,
        kind=msg.kind,
        hash=msg.hash,
        link=msg.link,
        size_bytes=msg.size_bytes,
        media_type=msg.media_type,
        confidential=msg.confidential,
        public_version_of=msg.public_version_of,
        account=tx.signer.account,
        at_s=tx.now,
    )
    key = (msg.program, msg.kind, msg.link.kind, msg.link.id, msg.hash)
    if DOCUMENTS.has(tx.overlay, *key):
        refuse(Code.DOC_DUP, msg.hash.hex())
    DOCUMENTS.put(tx.overlay, document)
    anchored = e.Anchored(program=msg.program, kind=msg.kind, hash=msg.hash, link=msg.link)
    tx.emit(e.Event(anchored=anchored))
