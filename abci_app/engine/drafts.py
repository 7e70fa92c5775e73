"""What somebody asks to be put on record, as the state keeps it: what it refers to must exist.

Must not know: in which state a record is. Invariant: a refusal leaves nothing behind; what has
happened to a record since it was put is not lost when its draft is replaced.
"""

from collections.abc import Callable

from abci_app.core import keys
from abci_app.core.codes import Code, refuse
from abci_app.engine import notices
from abci_app.engine.context import Tx
from abci_app.state.policies import Rules
from abci_app.state.schema import RECORDS, STATEMENTS
from abci_app.store.kv import prefix_stop
from tonne.v1.state_pb2 import Authorization, Footprint, Issuance, Obligation, Record
from tonne.v1.tx_pb2 import ACTIVITY, FOOTPRINT_ASSURANCE, METHODOLOGY, PutRecord

Fill = Callable[[Tx, Rules, Record, PutRecord], None]


def fill(tx: Tx, rules: Rules, record: Record, msg: PutRecord) -> None:
    """Set the fields of a new record. REC_REF and the other codes of what does not exist."""
    part = msg.WhichOneof("fields")
    assert part is not None, "the shape was checked"
    _FILLS[part](tx, rules, record, msg)


def replace(tx: Tx, rules: Rules, record: Record, msg: PutRecord) -> None:
    """Set the fields of a draft anew; what has been built on it stays as it is.

    As `fill`, and REC_SCHEMA, AUTHZ_QTY; WF_GUARD where the record is no draft any more.
    """
    before = Record()
    before.CopyFrom(record)
    if _built_on(tx, before):
        refuse(Code.WF_GUARD, f"AMEND: {record.id} is no draft any more")
    fill(tx, rules, record, msg)
    if record.activity.subtype != before.activity.subtype:
        refuse(Code.REC_SCHEMA, "activity.subtype: another subtype is another record")
    if record.HasField("authorization"):
        fields, was = record.authorization, before.authorization
        fields.used_t, fields.labelled_t = was.used_t, was.labelled_t
        if fields.quantity_t < max(was.used_t, was.labelled_t):
            refuse(Code.AUTHZ_QTY, f"{max(was.used_t, was.labelled_t)} are used already")


def _built_on(tx: Tx, record: Record) -> bool:
    """Tell whether statements or numbers rest on what it said; a notice is revised instead."""
    if record.kind == ACTIVITY:
        prefix = keys.statement_by_subject_prefix(record.program, record.id)
        rows = tx.overlay.scan(prefix, prefix_stop(prefix))
        return any(row[len(prefix)] != FOOTPRINT_ASSURANCE for row, _ in rows)  # a namesake's
    return bool(
        record.issuance.cap_t
        or record.footprint.statement
        or record.obligation.surrendered
        or record.HasField("notice")
    )


def _need(tx: Tx, program: str, kind: int, name: str) -> None:
    if not RECORDS.has(tx.overlay, program, kind, name):
        refuse(Code.REC_REF, name)


def _methodology(tx: Tx, rules: Rules, record: Record, msg: PutRecord) -> None:
    del rules
    record.methodology.CopyFrom(msg.methodology)
    if msg.methodology.supersedes == msg.id:
        refuse(Code.REC_REF, f"{msg.id} does not supersede itself")
    if msg.methodology.supersedes:
        _need(tx, msg.program, METHODOLOGY, msg.methodology.supersedes)


def _activity(tx: Tx, rules: Rules, record: Record, msg: PutRecord) -> None:
    del rules
    record.activity.CopyFrom(msg.activity)
    _need(tx, msg.program, METHODOLOGY, msg.activity.methodology)


def _issuance(tx: Tx, rules: Rules, record: Record, msg: PutRecord) -> None:
    request = msg.issuance
    rules.unit_class(request.class_id)
    _need(tx, msg.program, ACTIVITY, request.activity)
    for statement in request.statements:
        if not STATEMENTS.has(tx.overlay, msg.program, statement):
            refuse(Code.STATEMENT_UNKNOWN, statement)
    record.issuance.CopyFrom(
        Issuance(
            list=request.list,
            activity=request.activity,
            class_id=request.class_id,
            statements=request.statements,
        )
    )


def _footprint(tx: Tx, rules: Rules, record: Record, msg: PutRecord) -> None:
    """What another text says, nobody has acknowledged yet (S0-45)."""
    draft = msg.footprint
    _need(tx, msg.program, METHODOLOGY, draft.methodology)
    for owner in draft.owners:
        if tx.account(owner).program != rules.program.id:
            refuse(Code.REC_REF, f"{owner} is not an account of {rules.program.id}")
    record.footprint.CopyFrom(
        Footprint(
            product=draft.product,
            functional_unit=draft.functional_unit,
            g_co2e_per_unit=draft.g_co2e_per_unit,
            methodology=draft.methodology,
            owners=draft.owners,
            valid_to_s=draft.valid_to_s,
        )
    )


def _obligation(tx: Tx, rules: Rules, record: Record, msg: PutRecord) -> None:
    draft = msg.obligation
    rules.period(draft.period)
    if draft.account and tx.account(draft.account).program != rules.program.id:
        refuse(Code.REC_REF, f"{draft.account} is not an account of {rules.program.id}")
    if draft.party and draft.party not in rules.parties:
        refuse(Code.REC_REF, f"{rules.program.id} has no party {draft.party}")
    record.obligation.CopyFrom(
        Obligation(
            account=draft.account,
            party=draft.party,
            period=draft.period,
            amount_t=draft.amount_t,
            currency=rules.program.obligations.currency,
        )
    )


def _authorization(tx: Tx, rules: Rules, record: Record, msg: PutRecord) -> None:
    draft = msg.authorization
    if draft.party not in rules.parties:
        refuse(Code.REC_REF, f"{rules.program.id} has no party {draft.party}")
    if draft.activity:
        _need(tx, msg.program, ACTIVITY, draft.activity)
    for entity in draft.entities:
        tx.organisation(entity)
    record.authorization.CopyFrom(
        Authorization(
            party=draft.party,
            approach=draft.approach,
            quantity_t=draft.quantity_t,
            purposes=draft.purposes,
            entities=draft.entities,
            year_from=draft.year_from,
            year_to=draft.year_to,
            activity=draft.activity,
            first_transfer=draft.first_transfer,
        )
    )


def _notice(tx: Tx, rules: Rules, record: Record, msg: PutRecord) -> None:
    notices.draft(tx, rules, record, msg.notice)


_FILLS: dict[str, Fill] = {
    "methodology": _methodology,
    "activity": _activity,
    "issuance": _issuance,
    "footprint": _footprint,
    "obligation": _obligation,
    "authorization": _authorization,
    "notice": _notice,
}
