"""What a rule asks of a movement: references it must name, and named checks, one function each.

Must not know: which program asks. Invariants: a check only reads; it refuses with its code or
returns. Checks run in the order of `words.MOVE_CHECKS`, those that look at the units themselves
after the others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from abci_app.core.codes import Code, refuse
from abci_app.engine import labels, notices, obligations, records, reserve
from abci_app.engine.context import Tx
from abci_app.state import lots
from abci_app.state.lots import Span
from abci_app.state.policies import RECORDED_KINDS, MoveRow, Rules
from abci_app.state.schema import RECORDS
from tonne.v1.state_pb2 import Account, Lot, Record
from tonne.v1.tx_pb2 import (
    AUTHORIZATION,
    COMPLIANCE,
    EXPORT,
    FOOTPRINT_OFFSET,
    NDC,
    OIMP_CORSIA,
    OMGE,
    OTHER_OIMP,
    PARTY_COMPLIANCE,
    PURPOSE_UNSPECIFIED,
    SURRENDER,
    VOLUNTARY,
    Move,
)

# What an authorization must allow for a purpose: one of these words (domain D7).
AUTHORIZED = {
    NDC: ("NDC",),
    COMPLIANCE: ("NDC", "OIMP"),
    PARTY_COMPLIANCE: ("NDC",),
    OIMP_CORSIA: ("IMP", "OIMP"),
    OTHER_OIMP: ("OIMP", "OP"),
    VOLUNTARY: ("OIMP", "OP"),
    FOOTPRINT_OFFSET: ("OIMP", "OP"),
    OMGE: ("NDC", "OIMP", "OP"),
}
AUTHORIZATION_STATE = "ISSUED"


@dataclass(slots=True)
class Going:
    """A movement that its rule lets through, with the records that it refers to."""

    rules: Rules
    rule: MoveRow
    move: Move
    source: Account
    target: Account
    quantity: int
    obligation: Record | None = None
    notice: Record | None = None
    authorization: Record | None = None


# ---- what a rule requires ----


def requirements(tx: Tx, going: Going) -> None:
    """Refuse a movement that does not name what its rule asks for; look up what it names.

    PURPOSE_MISSING, BENEFICIARY_MISSING, NOTICE_MISSING, NOTICE_UNKNOWN, NOTICE_STATE,
    NOTICE_UNITS, NOTICE_QUANTITY, OBLIGATION_MISSING, REC_REF, OBLIGATION_STATE, AUTHZ_SCOPE,
    EXTERNAL_ACCOUNT_MISSING, MOVE_NOT_ALLOWED.
    """
    rule, move = going.rule, going.move
    if rule.purpose and move.purpose == PURPOSE_UNSPECIFIED:
        refuse(Code.PURPOSE_MISSING)
    if rule.beneficiary:
        who = move.beneficiary
        if not (who.name or who.id or who.person_hash):
            refuse(Code.BENEFICIARY_MISSING)
    _references(tx, going)


def _references(tx: Tx, going: Going) -> None:
    rule, move, program = going.rule, going.move, going.rules.program.id
    into = going.target.kind
    if (move.obligation or move.footprint) and into not in RECORDED_KINDS:
        refuse(Code.MOVE_NOT_ALLOWED, "only a retirement serves an obligation or a footprint")
    if bool(move.notice) + bool(move.obligation) + bool(move.footprint) > 1:
        refuse(Code.MOVE_NOT_ALLOWED, "units serve one notice, one obligation or one footprint")
    if rule.reversible_days and (move.notice or move.footprint):
        refuse(Code.MOVE_NOT_ALLOWED, "what may be given back serves an obligation alone")
    if move.retirement and going.source.kind != SURRENDER:
        refuse(Code.NOT_REVERSIBLE, "retirement: only a surrender is given back")
    if move.notice or "NOTICE" in rule.requires:
        if not move.notice:
            refuse(Code.NOTICE_MISSING)
        sink = (into, going.target.code)
        going.notice = notices.check(
            tx, going.rules, move.notice, going.source, move.class_id, going.quantity, sink
        )
    if move.obligation or "OBLIGATION" in rule.requires:
        going.obligation = obligations.of(tx, going.rules, move, going.source, going.target)
    if move.authorization or "AUTHORIZATION" in rule.requires:
        if not move.authorization:
            refuse(Code.AUTHZ_SCOPE, "authorization: name the one that the units are under")
        key = (program, AUTHORIZATION, move.authorization)
        going.authorization = RECORDS.need(tx.overlay, Code.REC_REF, *key)
    if "FOOTPRINT" in rule.requires and not move.footprint:
        refuse(Code.FOOTPRINT_STATE, "footprint: name the one whose items are offset")
    if "EXTERNAL_ACCOUNT" in rule.requires and not move.external_account:
        refuse(Code.EXTERNAL_ACCOUNT_MISSING)


# ---- which units fit what it refers to ----


def wanted(tx: Tx, going: Going) -> Callable[[Lot], bool]:
    """Return whether a lot is of those that may be taken for a notice or an obligation."""
    del tx
    issuance = notices.frozen_for(going.notice) if going.notice is not None else ""
    period = going.obligation.obligation.period if going.obligation is not None else ""

    def fits(lot: Lot) -> bool:
        return (not lot.frozen or (bool(issuance) and lot.issuance == issuance)) and (
            not period or lot.period in ("", period)
        )

    return fits


def fitting(tx: Tx, going: Going, items: Sequence[Span]) -> None:
    """Refuse named serials that are frozen for another duty, or for another period.

    UNIT_HELD, OBLIGATION_STATE.
    """
    fits = wanted(tx, going)
    for lot, _ in lots.look(tx.overlay, items):
        if not fits(lot):
            code = Code.UNIT_HELD if lot.frozen else Code.OBLIGATION_STATE
            refuse(code, f"{lot.space}:{lot.start}-{lot.end}")


# ---- checks that look at no units ----


def market_access(tx: Tx, going: Going) -> None:
    """Units reach other holders only from an account with market access (S0-67, S0-69)."""
    del tx
    if not going.source.market_access:
        refuse(Code.NO_MARKET_ACCESS, going.source.id)


def obligation_limit(tx: Tx, going: Going) -> None:
    """OFFSET_LIMIT of B5."""
    del tx
    assert going.obligation is not None, "a row with this check requires OBLIGATION"
    obligations.offset_limit(going.rules, going.obligation, going.move.class_id, going.quantity)


def period_window(tx: Tx, going: Going) -> None:
    """The movement lies between the end of the obligation's period and that of its true-up."""
    if going.obligation is not None:
        obligations.window(tx, going.rules.period(going.obligation.obligation.period))


def trusted(tx: Tx, going: Going) -> None:
    """An account that trusts only some moves units to them and within its own house (D8)."""
    source, target = going.source, going.target
    if not source.no_untrusted or source.organisation == target.organisation:
        return
    for row in source.trusted:
        if row.account == target.id and row.active_from_s <= tx.now:
            return
    refuse(Code.UNTRUSTED, target.id)


def tx_limit(tx: Tx, going: Going) -> None:
    """An account's limit for one transaction, all its movements together."""
    source = going.source
    total = tx.moved[source.id] = tx.moved.get(source.id, 0) + going.quantity
    if source.tx_limit_t and total > source.tx_limit_t:
        refuse(Code.TX_LIMIT, f"{total} is above {source.tx_limit_t}")


# ---- checks of the units ----


def authorized(tx: Tx, going: Going, items: Sequence[Span]) -> None:
    """AUTHZ of B5: quantity, user, purpose, vintages and activity; AUTHZ_QTY, AUTHZ_SCOPE."""
    record, move = going.authorization, going.move
    if record is None:
        return
    fields = record.authorization
    if record.state != AUTHORIZATION_STATE:
        refuse(Code.AUTHZ_SCOPE, f"{record.id} is {record.state}")
    if fields.entities and going.source.organisation not in fields.entities:
        refuse(Code.AUTHZ_SCOPE, f"{record.id} is not for {going.source.organisation}")
    words = AUTHORIZED.get(move.purpose, ())
    if words and not any(word in fields.purposes for word in words):
        refuse(Code.AUTHZ_SCOPE, f"{record.id} is for {', '.join(fields.purposes)}")
    for lot, _ in lots.look(tx.overlay, items):
        where = f"{lot.space}:{lot.start}-{lot.end}"
        if not fields.year_from <= lot.vintage <= fields.year_to:
            refuse(Code.AUTHZ_SCOPE, f"{where} is of {lot.vintage}")
        if fields.activity and lot.activity != fields.activity:
            refuse(Code.AUTHZ_SCOPE, f"{where} is of activity {lot.activity}")
        if lot.authorization and lot.authorization != record.id:
            refuse(Code.AUTHZ_SCOPE, f"{where} is under {lot.authorization}")
    if fields.used_t + going.quantity > fields.quantity_t:
        refuse(Code.AUTHZ_QTY, f"{fields.quantity_t - fields.used_t} left")


def use(tx: Tx, record: Record, quantity: int) -> None:
    """Count units as first transferred under an authorization (C-22); it ends EXHAUSTED."""
    fields = record.authorization
    fields.used_t += quantity
    if fields.used_t == fields.quantity_t:
        records.enter(tx, record, "EXHAUSTED", tx.signer.account)
    else:
        RECORDS.put(tx.overlay, record)


def cpr(tx: Tx, going: Going, items: Sequence[Span]) -> None:
    """CPR of B5: what stays is the reserve at least; track 2 leaves whatever it is (C-12)."""
    if going.target.kind != EXPORT:
        return
    leaving: dict[str, int] = {}
    for lot, count in lots.look(tx.overlay, items):
        if lot.track != reserve.EXEMPT_TRACK:
            leaving[lot.period] = leaving.get(lot.period, 0) + count
    party = going.source.id[:2]
    for period, quantity in leaving.items():
        reserve.check(tx.overlay, going.rules, party, period, going.move.class_id, quantity)


def label_required(tx: Tx, going: Going, items: Sequence[Span]) -> None:
    """Every unit carries the labels that the rule names, given or derived (B5); LABEL_MISSING."""
    for lot, _ in lots.look(tx.overlay, items):
        found = labels.carried(tx.overlay, going.rules, lot, tx.now)
        missing = [name for name in going.rule.labels if name not in found]
        if missing:
            refuse(Code.LABEL_MISSING, f"{lot.space}:{lot.start}-{lot.end}: {missing[0]}")


BEFORE: dict[str, Callable[[Tx, Going], None]] = {
    "MARKET_ACCESS": market_access,
    "OBLIGATION_LIMIT": obligation_limit,
    "PERIOD_WINDOW": period_window,
    "TRUSTED": trusted,
    "TX_LIMIT": tx_limit,
}
OF_UNITS: dict[str, Callable[[Tx, Going, Sequence[Span]], None]] = {
    "AUTHZ": authorized,
    "CPR": cpr,
    "LABEL_REQUIRED": label_required,
}
