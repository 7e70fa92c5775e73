"""Anchor: the hash of a document is put on record; the document itself never is (S0-39, X12).

Must not know: what documents are needed for. Invariant: a document is unique per kind and link.
"""

from abci_app.actions import shape
from abci_app.core import ids
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import DOCUMENT_BYTES_MAX, MEDIA_TYPE_BYTES_MAX, U64_MAX
from abci_app.engine import seats
from abci_app.engine.context import Tx
from abci_app.state.policies import Rules
from abci_app.state.schema import DOCUMENTS, PROPOSALS, RECORDS
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import PROPOSAL_DELAYED, PROPOSAL_PENDING, Document
from tonne.v1.tx_pb2 import PROPOSAL_PAPERS, Anchor

PUBLIC_INPUT = "PUBLIC_INPUT"  # a comment, of anybody with an account

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
    """Return the static cost: one record, and the look for the document that it is a version of."""
    return 8 if msg.public_version_of else 2


def execute(tx: Tx, msg: Anchor) -> None:
    """Store the document's hash.

    In this order: PROGRAM_UNKNOWN, PROGRAM_INACTIVE, DOC_KIND, DOC_SIZE, REC_REF,
    PROPOSAL_UNKNOWN, ROLE_MISSING, DECIDE_CLOSED, WINDOW_CLOSED, DOC_DUP.
    """
    rules = tx.block.active(msg.program)
    if msg.kind not in rules.program.document_kinds:
        refuse(Code.DOC_KIND, msg.kind)
    if not 0 < msg.size_bytes <= DOCUMENT_BYTES_MAX:
        refuse(Code.DOC_SIZE, str(msg.size_bytes))
    _check_link(tx, msg)
    if msg.public_version_of and not _stands_there(tx, rules, msg):
        refuse(Code.REC_REF, f"public_version_of: {msg.public_version_of.hex()} is not anchored")
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


def _check_link(tx: Tx, msg: Anchor) -> None:
    """What a document is linked to exists, and takes it from this signer now."""
    if not msg.HasField("link"):
        if msg.kind == PUBLIC_INPUT:
            refuse(Code.REC_REF, "link: a comment is on a record")
        return
    if msg.link.kind == PROPOSAL_PAPERS:
        _check_proposal(tx, msg)
        return
    link = (msg.program, msg.link.kind, msg.link.id)
    record = RECORDS.look(tx.overlay, *link)
    if record is None:
        refuse(Code.REC_REF, msg.link.id)
    if msg.kind != PUBLIC_INPUT:
        _need_standing(tx, msg, [record.owner_organisation])
    elif tx.now >= record.comment_until_s:
        refuse(Code.WINDOW_CLOSED, f"{record.id} takes no comments now")


def _check_proposal(tx: Tx, msg: Anchor) -> None:
    """Papers on a proposal are taken while it waits, an opinion of the council too (S0-55)."""
    number = int(msg.link.id) if msg.link.id.isdigit() else 0
    if number > U64_MAX or str(number) != msg.link.id:
        refuse(Code.PROPOSAL_UNKNOWN, msg.link.id)
    proposal = PROPOSALS.look(tx.overlay, number)
    if proposal is None:
        refuse(Code.PROPOSAL_UNKNOWN, msg.link.id)
    if proposal.state not in (PROPOSAL_PENDING, PROPOSAL_DELAYED):
        refuse(Code.DECIDE_CLOSED, f"proposal {number} has ended")
    _need_standing(tx, msg, [party.organisation for party in proposal.signers])


def _need_standing(tx: Tx, msg: Anchor, owners: list[str]) -> None:
    """Refuse a stranger's document: it takes those of its owners and of who holds a seat."""
    if tx.signer.organisation in owners:
        return
    held = seats.of_account(tx.overlay, tx.signer.account)
    if not any(seat.program == msg.program and seats.live(seat, tx.now) for seat in held):
        refuse(Code.ROLE_MISSING, f"{msg.link.id} is not {tx.signer.account}'s")


def _stands_there(tx: Tx, rules: Rules, msg: Anchor) -> bool:
    """Tell whether the document whose public version it is stands in the same place."""
    where = (msg.link.kind, msg.link.id, msg.public_version_of)
    return any(
        DOCUMENTS.has(tx.overlay, msg.program, kind, *where)
        for kind in rules.program.document_kinds
    )
