"""PutRecord: a methodology, activity or issuance in its first state (S0-20, S0-38, S0-62).

Must not know: later states. Invariant: what a record refers to exists, and its owner is who signed.
"""

from abci_app.actions import shape
from abci_app.core import ids
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import (
    GASES_MAX,
    NAME_BYTES_MAX,
    REFS_MAX,
    STATEMENTS_MAX,
    TEXT_BYTES_MAX,
)
from abci_app.engine import workflows
from abci_app.engine.context import Tx
from abci_app.state.schema import ACCOUNTS, RECORDS, STATEMENTS
from tonne.v1.state_pb2 import Issuance, Record
from tonne.v1.tx_pb2 import (
    ACCOUNT_OPEN,
    ACTIVITY,
    ISSUANCE,
    METHODOLOGY,
    Activity,
    IssuanceRequest,
    Methodology,
    PutRecord,
    Transition,
)

_KINDS = {"methodology": METHODOLOGY, "activity": ACTIVITY, "issuance": ISSUANCE}
_SUBTYPES = ("PROJECT", "COMMITMENT", "INSTALLATION", "JURISDICTION", "PRODUCT_LINE")


def check(msg: PutRecord) -> None:
    """Refuse a message whose shape is wrong."""
    ids.need_id(msg.program, "program")
    ids.need_id(msg.id, "id")
    part = msg.WhichOneof("fields")
    shape.need(part, "fields", "methodology, activity or issuance is missing")
    if part == "methodology":
        _check_methodology(msg.methodology)
    elif part == "activity":
        _check_activity(msg.activity)
    else:
        _check_issuance(msg.issuance)


def _check_methodology(fields: Methodology) -> None:
    for name in ("family", "category", "version"):
        ids.need_id(getattr(fields, name), f"methodology.{name}")
    if fields.supersedes:
        ids.need_id(fields.supersedes, "methodology.supersedes")
    ids.need_text(fields.title, "methodology.title", NAME_BYTES_MAX, empty=False)


def _check_activity(fields: Activity) -> None:
    shape.need(fields.subtype in _SUBTYPES, "activity.subtype", f"one of {', '.join(_SUBTYPES)}")
    ids.need_text(fields.title, "activity.title", NAME_BYTES_MAX, empty=False)
    shape.need(ids.is_country(fields.country), "activity.country", "two capital letters")
    for name in ("sector", "category", "methodology", "boundary_id"):
        ids.need_id(getattr(fields, name), f"activity.{name}")
    shape.digest(fields.sources_hash, "activity.sources_hash")
    shape.need(fields.gases, "activity.gases")
    shape.words(fields.gases, "activity.gases", GASES_MAX)
    for name in ("start_s", "crediting_from_s", "crediting_to_s"):
        shape.time(getattr(fields, name), f"activity.{name}")
    shape.need(
        fields.crediting_from_s < fields.crediting_to_s,
        "activity.crediting_to_s",
        "the crediting period is empty",
    )
    shape.need(len(fields.external_refs) <= REFS_MAX, "activity.external_refs")
    for ref in fields.external_refs:
        ids.need_text(ref, "activity.external_refs", TEXT_BYTES_MAX, empty=False)


def _check_issuance(fields: IssuanceRequest) -> None:
    if fields.list:
        ids.need_id(fields.list, "issuance.list")
    ids.need_id(fields.activity, "issuance.activity")
    ids.need_id(fields.class_id, "issuance.class_id")
    shape.need(fields.statements, "issuance.statements")
    shape.words(fields.statements, "issuance.statements", STATEMENTS_MAX)


def cost(msg: PutRecord) -> int:
    """Return the static cost: one record and what it refers to."""
    return 4 + len(msg.issuance.statements)


def execute(tx: Tx, msg: PutRecord) -> None:
    """Put a record in the first state that a workflow row of its kind leads to.

    PROGRAM_UNKNOWN, PROGRAM_INACTIVE, ACC_STATUS, REC_EXISTS, REC_REF, CLASS_UNKNOWN,
    STATEMENT_UNKNOWN and the codes
    of the row.
    """
    rules = tx.block.active(msg.program)
    part = msg.WhichOneof("fields")
    assert part is not None, "the shape was checked"
    kind = _KINDS[part]
    owner = ACCOUNTS.need(tx.overlay, Code.ACC_UNKNOWN, tx.signer.account)
    if owner.program != msg.program or owner.status != ACCOUNT_OPEN:
        refuse(Code.ACC_STATUS, f"{owner.id} is no open account of {msg.program}")
    if RECORDS.has(tx.overlay, msg.program, kind, msg.id):
        refuse(Code.REC_EXISTS, msg.id)
    record = Record(
        program=msg.program,
        kind=kind,
        id=msg.id,
        owner=owner.id,
        owner_organisation=owner.organisation,
        created_s=tx.now,
    )
    if part == "methodology":
        record.methodology.CopyFrom(msg.methodology)
        if msg.methodology.supersedes:
            older = (msg.program, METHODOLOGY, msg.methodology.supersedes)
            RECORDS.need(tx.overlay, Code.REC_REF, *older)
    elif part == "activity":
        record.activity.CopyFrom(msg.activity)
        RECORDS.need(tx.overlay, Code.REC_REF, msg.program, METHODOLOGY, msg.activity.methodology)
    else:
        rules.unit_class(msg.issuance.class_id)
        record.issuance.CopyFrom(_requested(tx, msg))
    for row in rules.program.workflow_rules:
        if row.kind == kind and not row.from_state:
            workflows.step(tx, rules, record, row.to_state, Transition())
            return
    refuse(Code.WF_NOT_ALLOWED, f"{rules.program.id} has no such records")


def _requested(tx: Tx, msg: PutRecord) -> Issuance:
    """Return the issuance as requested; what it refers to must exist."""
    request = msg.issuance
    RECORDS.need(tx.overlay, Code.REC_REF, msg.program, ACTIVITY, request.activity)
    for statement in request.statements:
        STATEMENTS.need(tx.overlay, Code.STATEMENT_UNKNOWN, msg.program, statement)
    return Issuance(
        list=request.list,
        activity=request.activity,
        class_id=request.class_id,
        statements=request.statements,
    )
