"""Issue: units come to be, under a cap, by two keys of two organisations (S0-53, S0-68, S0-70).

Must not know: any program. Invariant: every unit counts in an issuance, in a record of a cap, or
in what a link has carried (C-31).
"""

from abci_app.actions import shape
from abci_app.core import ids
from abci_app.core.codes import Code
from abci_app.core.limits import LULUCF_MAX, RETURN_LOTS_MAX, TRACK_MAX, U64_MAX
from abci_app.engine import issuing, links, notices
from abci_app.engine.context import Tx
from abci_app.state.schema import RECORDS
from tonne.v1.tx_pb2 import ISSUANCE, Issue


def check(msg: Issue) -> None:
    """Refuse a message whose shape is wrong."""
    ids.need_id(msg.program, "program")
    source = msg.WhichOneof("source")
    shape.need(source, "source", "issuance, cap, external or returned is missing")
    if msg.to_account or source in ("external", "returned"):
        shape.account(msg.to_account, "to_account")
    if msg.notice:
        ids.need_id(msg.notice, "notice")
        own = source in ("issuance", "cap")
        shape.need(own, "notice", "is fulfilled by what is issued here")
    if source == "external":
        _check_external(msg)
    elif source == "returned":
        _check_returned(msg)
    else:
        shape.need(0 < msg.quantity_t <= U64_MAX, "quantity_t", "must be at least 1")
        counted = source == "cap" and not msg.vintage  # by its period, not by a year
        shape.need(counted or 1990 <= msg.vintage <= 9999, "vintage", "must be a year")
        if source == "cap":
            _check_cap(msg)
        else:
            ids.need_id(msg.issuance, "issuance")


def _check_cap(msg: Issue) -> None:
    source = msg.cap
    shape.account(msg.to_account, "to_account")
    ids.need_id(source.class_id, "cap.class_id")
    ids.need_id(source.period, "cap.period")
    party = source.party
    shape.need(not party or ids.is_country(party), "cap.party", "two capital letters, or none")
    shape.need(source.lulucf <= LULUCF_MAX, "cap.lulucf", "1 to 7, or 0")


def _check_external(msg: Issue) -> None:
    source = msg.external
    ids.need_id(source.link, "external.link")
    ids.need_id(source.class_id, "external.class_id")
    shape.ranges([source.serials], "external.serials")
    count = source.serials.end - source.serials.start + 1
    shape.need(msg.quantity_t in (0, count), "quantity_t", f"the serials are {count} units")
    shape.need(not msg.vintage or 1990 <= msg.vintage <= 9999, "vintage", "must be a year")
    for name in ("period", "activity", "statement"):
        if getattr(source, name):
            ids.need_id(getattr(source, name), f"external.{name}")
    shape.time(source.valid_until_s, "external.valid_until_s")
    shape.digest(source.exclusion, "external.exclusion", optional=True)
    shape.digest(source.decision, "external.decision", optional=True)
    shape.need(source.lulucf <= LULUCF_MAX, "external.lulucf", "1 to 7, or 0")
    shape.need(source.track <= TRACK_MAX, "external.track", "1 or 2, or 0")


def _check_returned(msg: Issue) -> None:
    source = msg.returned
    ids.need_id(source.link, "returned.link")
    shape.need(source.serials, "returned.serials")
    shape.ranges(source.serials, "returned.serials")
    count = sum(item.end - item.start + 1 for item in source.serials)
    shape.need(msg.quantity_t in (0, count), "quantity_t", f"the serials are {count} units")
    shape.need(not msg.vintage, "vintage", "units that come back keep theirs")
    shape.digest(source.exclusion, "returned.exclusion", optional=True)


def cost(msg: Issue) -> int:
    """Return the static cost: lots, holdings, hold, supply, space, and the look for conflicts."""
    if msg.WhichOneof("source") == "returned":
        return 8 + RETURN_LOTS_MAX + 2 * len(msg.returned.serials)
    return 32


def execute(tx: Tx, msg: Issue) -> None:
    """Create units: under an issuance, under a cap of the policy, or over a link.

    PROGRAM_UNKNOWN, PROGRAM_INACTIVE. Under an issuance: REC_REF, RULE_MISSING, NOT_ACCREDITED,
    ISS_STATE, CONFLICT, MOVE_NOT_ALLOWED, ACC_STATUS, VINTAGE_INVALID, VALIDITY_INVALID, then as
    below. Under a cap: CLASS_UNKNOWN, RULE_MISSING, PERIOD_UNKNOWN, PARTY_NOT_ELIGIBLE,
    ROLE_MISSING, ACC_UNKNOWN, MOVE_NOT_ALLOWED, ACC_STATUS, VALIDITY_INVALID. Both: NOTICE_UNKNOWN,
    NOTICE_STATE, NOTICE_UNITS, NOTICE_QUANTITY, CAP_EXCEEDED, RESERVE_TERMS. Over a link:
    LINK_UNKNOWN, LINK_MODE, LINK_CLASS, NOT_ACCREDITED, ROLE_MISSING, ACC_UNKNOWN, ACC_STATUS,
    MOVE_NOT_ALLOWED, NO_EXCLUSION_PROOF, CONFORMITY_MISSING, PERIOD_UNKNOWN, VALIDITY_INVALID,
    CAP_EXCEEDED, IMPORT_DUP, UNIT_UNKNOWN, NOT_EXPORTED, TOO_MANY_LOTS.
    """
    rules = tx.block.units(msg.program)
    source = msg.WhichOneof("source")
    if source == "external":
        links.bring_in(tx, rules, msg)
        return
    if source == "returned":
        links.take_back(tx, rules, msg)
        return
    if source == "cap":
        issuing.under_cap(tx, rules, msg)
        class_id, receiver = msg.cap.class_id, msg.to_account
    else:
        issuing.under_record(tx, rules, msg)
        record = RECORDS.need(tx.overlay, Code.REC_REF, msg.program, ISSUANCE, msg.issuance)
        class_id, receiver = record.issuance.class_id, record.owner
    if msg.notice:
        notices.issued_for(tx, rules, msg.notice, tx.account(receiver), class_id, msg.quantity_t)
