"""PutRecord: a record of one of the seven kinds in its first state, or another text of a draft.

Must not know: later states. Invariant: what a record refers to exists; its owner is who signed, and
nobody else amends it (S0-20, S0-38, S0-43, S0-62).

Order of refusals: what is referred to exists; a row leads here; its signer; the owner's account;
what the row asks for.
"""

from collections.abc import Callable
from typing import Any

from abci_app.actions import shape
from abci_app.core import ids
from abci_app.core.codes import Code
from abci_app.core.limits import (
    GASES_MAX,
    NAME_BYTES_MAX,
    OWNERS_MAX,
    RANGES_MAX,
    REFS_MAX,
    STATEMENTS_MAX,
    TEXT_BYTES_MAX,
)
from abci_app.engine import drafts, workflows
from abci_app.engine.context import Tx
from abci_app.state.schema import ACCOUNTS, RECORDS
from tonne.v1 import tx_pb2 as t
from tonne.v1.state_pb2 import Record
from tonne.v1.tx_pb2 import (
    Activity,
    AuthorizationDraft,
    FootprintDraft,
    IssuanceRequest,
    Methodology,
    NoticeDraft,
    ObligationDraft,
    PutRecord,
)

SUBTYPES = ("PROJECT", "COMMITMENT", "INSTALLATION", "JURISDICTION", "PRODUCT_LINE")
COMMITMENTS = ("CAP", "NEUTRALITY", "PRODUCT_FOOTPRINT")
PURPOSES = ("IMP", "NDC", "OIMP", "OP")
FIRST_TRANSFERS = ("AUTHORIZATION", "ISSUANCE", "TRANSFER", "USE_OR_CANCELLATION")
YEAR_MAX = 9999


def check(msg: PutRecord) -> None:
    """Refuse a message whose shape is wrong."""
    ids.need_id(msg.program, "program")
    ids.need_id(msg.id, "id")
    part = msg.WhichOneof("fields")
    shape.need(part, "fields", f"one of {', '.join(_FORMS)} is missing")
    assert part is not None, "the shape was checked"
    _FORMS[part](getattr(msg, part))


def _check_methodology(fields: Methodology) -> None:
    for name in ("family", "category", "version"):
        ids.need_id(getattr(fields, name), f"methodology.{name}")
    if fields.supersedes:
        ids.need_id(fields.supersedes, "methodology.supersedes")
    shape.need(
        fields.supersedes or not fields.must_migrate_by_s,
        "methodology.must_migrate_by_s",
        "is of what it supersedes",
    )
    shape.time(fields.must_migrate_by_s, "methodology.must_migrate_by_s")
    ids.need_text(fields.title, "methodology.title", NAME_BYTES_MAX, empty=False)


def _check_activity(fields: Activity) -> None:
    shape.need(fields.subtype in SUBTYPES, "activity.subtype", f"one of {', '.join(SUBTYPES)}")
    ids.need_text(fields.title, "activity.title", NAME_BYTES_MAX, empty=False)
    shape.need(ids.is_country(fields.country), "activity.country", "two capital letters")
    for name in ("sector", "category", "methodology", "boundary_id"):
        ids.need_id(getattr(fields, name), f"activity.{name}")
    shape.digest(fields.sources_hash, "activity.sources_hash")
    shape.need(fields.gases, "activity.gases")
    shape.words(fields.gases, "activity.gases", GASES_MAX)
    for name in ("start_s", "crediting_from_s", "crediting_to_s", "monitoring_until_s"):
        shape.time(getattr(fields, name), f"activity.{name}")
    shape.need(
        fields.crediting_from_s < fields.crediting_to_s,
        "activity.crediting_to_s",
        "the crediting period is empty",
    )
    shape.need(len(fields.external_refs) <= REFS_MAX, "activity.external_refs")
    for ref in fields.external_refs:
        ids.need_text(ref, "activity.external_refs", TEXT_BYTES_MAX, empty=False)
    if fields.covered_by_scheme:
        ids.need_id(fields.covered_by_scheme, "activity.covered_by_scheme")
    _check_commitment(fields)


def _check_commitment(fields: Activity) -> None:
    """A commitment says what it is about and its two years; nothing else does (S0-27, S0-28)."""
    if fields.subtype == "COMMITMENT":
        where, words = "activity.commitment", ", ".join(COMMITMENTS)
        shape.need(fields.commitment in COMMITMENTS, where, f"one of {words}")
        for name in ("adoption_year", "base_year"):
            shape.need(0 < getattr(fields, name) <= YEAR_MAX, f"activity.{name}", "must be a year")
        return
    for name in ("commitment", "adoption_year", "base_year"):
        shape.need(not getattr(fields, name), f"activity.{name}", "is of a COMMITMENT")


def _check_issuance(fields: IssuanceRequest) -> None:
    if fields.list:
        ids.need_id(fields.list, "issuance.list")
    ids.need_id(fields.activity, "issuance.activity")
    ids.need_id(fields.class_id, "issuance.class_id")
    shape.need(fields.statements, "issuance.statements")
    shape.words(fields.statements, "issuance.statements", STATEMENTS_MAX)


def _check_footprint(fields: FootprintDraft) -> None:
    ids.need_text(fields.product, "footprint.product", NAME_BYTES_MAX, empty=False)
    unit = "footprint.functional_unit"
    ids.need_text(fields.functional_unit, unit, NAME_BYTES_MAX, empty=False)
    shape.need(fields.g_co2e_per_unit, "footprint.g_co2e_per_unit", "must be at least 1")
    ids.need_id(fields.methodology, "footprint.methodology")
    shape.need(0 < len(fields.owners) <= OWNERS_MAX, "footprint.owners")
    for owner in fields.owners:
        shape.account(owner, "footprint.owners")
    shape.ascending(list(fields.owners), "footprint.owners")
    shape.time(fields.valid_to_s, "footprint.valid_to_s")


def _check_obligation(fields: ObligationDraft) -> None:
    one = bool(fields.account) != bool(fields.party)
    shape.need(one, "obligation", "either an account or a party is obliged")
    if fields.account:
        shape.account(fields.account, "obligation.account")
    else:
        shape.need(ids.is_country(fields.party), "obligation.party", "two capital letters")
    ids.need_id(fields.period, "obligation.period")


def _check_authorization(fields: AuthorizationDraft) -> None:
    shape.need(ids.is_country(fields.party), "authorization.party", "two capital letters")
    known = len(fields.approach) == 6 and fields.approach[:2] == "CA"
    digits = fields.approach[2:].isascii() and fields.approach[2:].isdigit()
    shape.need(known and digits, "authorization.approach", "must be like CA0001")
    shape.need(fields.quantity_t, "authorization.quantity_t", "must be at least 1")
    shape.need(fields.purposes, "authorization.purposes")
    for purpose in fields.purposes:
        shape.need(purpose in PURPOSES, "authorization.purposes", f"of {', '.join(PURPOSES)}")
    shape.ascending(list(fields.purposes), "authorization.purposes")
    shape.words(fields.entities, "authorization.entities", REFS_MAX)
    years = fields.year_from <= fields.year_to <= YEAR_MAX
    shape.need(years, "authorization.year_to", "must be a year, not before year_from")
    if fields.activity:
        ids.need_id(fields.activity, "authorization.activity")
    where, words = "authorization.first_transfer", ", ".join(FIRST_TRANSFERS)
    shape.need(fields.first_transfer in FIRST_TRANSFERS, where, f"one of {words}")


def _check_notice(fields: NoticeDraft) -> None:
    ids.need_id(fields.kind, "notice.kind")
    shape.account(fields.debtor, "notice.debtor")
    shape.words(fields.classes, "notice.classes", REFS_MAX)
    for name in ("issuance", "activity", "period"):
        if getattr(fields, name):
            ids.need_id(getattr(fields, name), f"notice.{name}")
    shape.need(len(fields.units) <= RANGES_MAX, "notice.units")
    shape.ranges(fields.units, "notice.units")
    ids.need_text(fields.identifier, "notice.identifier", NAME_BYTES_MAX)


_FORMS: dict[str, Callable[[Any], None]] = {
    "methodology": _check_methodology,
    "activity": _check_activity,
    "issuance": _check_issuance,
    "footprint": _check_footprint,
    "obligation": _check_obligation,
    "authorization": _check_authorization,
    "notice": _check_notice,
}
KINDS = {
    "methodology": t.METHODOLOGY,
    "activity": t.ACTIVITY,
    "issuance": t.ISSUANCE,
    "footprint": t.FOOTPRINT,
    "obligation": t.OBLIGATION,
    "authorization": t.AUTHORIZATION,
    "notice": t.NOTICE,
}


def cost(msg: PutRecord) -> int:
    """Return the static cost: one record and what it refers to."""
    referred = (msg.issuance.statements, msg.footprint.owners, msg.authorization.entities)
    return 4 + sum(len(items) for items in referred)


def execute(tx: Tx, msg: PutRecord) -> None:
    """Put a record in the first state that a row of its kind leads to, or amend a draft.

    PROGRAM_UNKNOWN, PROGRAM_INACTIVE, CLASS_UNKNOWN, REC_REF, STATEMENT_UNKNOWN, ACC_UNKNOWN,
    ORG_UNKNOWN, PERIOD_UNKNOWN, RULE_MISSING, REC_EXISTS, WF_NOT_ALLOWED, ROLE_MISSING, ACC_STATUS
    and the codes of the row.
    """
    rules = tx.block.active(msg.program)
    part = msg.WhichOneof("fields")
    assert part is not None, "the shape was checked"
    kind = KINDS[part]
    stored = RECORDS.get(tx.overlay, msg.program, kind, msg.id)
    if stored is not None:
        row = workflows.amending(tx, rules, stored)
        drafts.replace(tx, rules, stored, msg)
        workflows.take(tx, rules, stored, row, t.Transition())
        return
    owner = ACCOUNTS.need(tx.overlay, Code.ACC_UNKNOWN, tx.signer.account)
    record = Record(
        program=msg.program,
        kind=kind,
        id=msg.id,
        owner=owner.id,
        owner_organisation=owner.organisation,
        created_s=tx.now,
    )
    drafts.fill(tx, rules, record, msg)
    workflows.create(tx, rules, record)
