"""Moving units: which rule matches, what it asks for, and what the movement leaves behind.

Must not know: any program. Invariants: no rule, no movement; nothing leaves a final sink (C-9);
every retirement has
purpose and beneficiary where the rule asks for them (C-10); held units leave by a claim on their
hold alone (C-8), frozen ones for the duty that froze them.
"""

from collections.abc import Sequence

from abci_app.core import u64
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import MOVE_LOTS_DEFAULT
from abci_app.engine import (
    approvals,
    footprints,
    holds,
    links,
    move_checks,
    notices,
    obligations,
    seats,
    sinks,
)
from abci_app.engine.context import Tx, need_eligible
from abci_app.engine.move_checks import Going
from abci_app.state import lots
from abci_app.state.lots import FREE_ONLY, Allow, Span
from abci_app.state.policies import CANCELLED_KINDS, RECORDED_KINDS, MoveRow, Rules
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import Account, Cancellation
from tonne.v1.tx_pb2 import (
    ACCOUNT_OPEN,
    ACCOUNT_RESTRICTED,
    CANCEL,
    EXPORT,
    HOLDING,
    ORGANISATION_ACTIVE,
    REPLACE,
    RETIRE,
    SURRENDER,
    Move,
)

ABSORBING = (RETIRE, CANCEL, REPLACE, EXPORT)  # nothing leaves them by a movement


def run(tx: Tx, move: Move) -> None:
    """Execute a movement by the first rule that matches.

    In this order: PROGRAM_UNKNOWN, PROGRAM_INACTIVE, CLASS_UNKNOWN, ACC_UNKNOWN,
    PARTY_NOT_ELIGIBLE, SINK_FINAL, HOLD_UNKNOWN, HOLD_CONTROL, MOVE_NOT_ALLOWED, ROLE_MISSING,
    ACC_STATUS, ORG_STATUS; what the rule requires (PURPOSE_MISSING, BENEFICIARY_MISSING,
    NOTICE_MISSING, NOTICE_UNKNOWN, NOTICE_STATE, NOTICE_UNITS, NOTICE_QUANTITY,
    OBLIGATION_MISSING, REC_REF, OBLIGATION_STATE, AUTHZ_SCOPE, FOOTPRINT_STATE,
    EXTERNAL_ACCOUNT_MISSING); its checks that look at no units (NO_MARKET_ACCESS, OFFSET_LIMIT,
    WF_TOO_EARLY, WF_TOO_LATE, UNTRUSTED, TX_LIMIT); HOLD_CONTROL of a claim, INSUFFICIENT,
    UNIT_UNKNOWN, UNIT_NOT_OWNED, UNIT_HELD, UNIT_EXPIRED, TOO_MANY_LOTS, NOT_REVERSIBLE; its
    checks of the units (AUTHZ_QTY, CPR_BREACH, LABEL_MISSING); then what follows from notice,
    footprint and link (OBLIGATION_EXCEEDED, FOOTPRINT_DUP, FOOTPRINT_QUANTITY, LINK_MODE,
    LINK_CLASS).
    """
    rules = tx.block.active(move.program)
    rules.unit_class(move.class_id)
    source = tx.account(move.from_account)
    target = source if move.to_account == source.id else tx.account(move.to_account)
    if target.kind not in CANCELLED_KINDS:
        need_eligible(rules)  # what takes units out of circulation is open to any party (S1-36)
    if source.kind in ABSORBING:
        refuse(Code.SINK_FINAL, source.id)
    holder = source.id
    if move.from_hold:
        holder = holds.claimant(tx, move.program, move.from_hold, source.id)
    rule = _match(tx, rules, move, source, target, holder)
    may_pass(tx, move, source, target)
    quantity = move.quantity_t or _total(move)
    going = Going(rules, rule, move, source, target, quantity)
    named = move.notice or move.obligation or move.footprint or move.authorization
    if target.kind != HOLDING or rule.requires or named or move.retirement:
        move_checks.requirements(tx, going)
    for name in rule.checks:
        if name in move_checks.BEFORE:
            move_checks.BEFORE[name](tx, going)
    items = _units(tx, going)
    for name in rule.checks:
        if name in move_checks.OF_UNITS:
            move_checks.OF_UNITS[name](tx, going, items)
    if rule.waits:
        approvals.require(tx, rules, rule, acl=target.link)
    _go(tx, going, items)


def _match(
    tx: Tx, rules: Rules, move: Move, source: Account, target: Account, holder: str
) -> MoveRow:
    """Return the first rule that fits and that the signer may use; else a refusal.

    `holder`: who signs as HOLDER, the claimant where the units are claimed from a hold.
    """
    unsigned = ""
    rows = rules.moves.get((source.kind, target.kind), ())
    for rule in rows:
        if rule.fits(move.class_id, source, target, move.purpose):
            if seats.may_sign(tx, rules, rule.signer, "", holder):
                return rule
            unsigned = rule.name
    if unsigned:
        refuse(Code.ROLE_MISSING, f"{tx.signer.account} may not sign {unsigned!r}")
    if source.kind == SURRENDER and not rows:
        refuse(Code.SINK_FINAL, source.id)
    refuse(Code.MOVE_NOT_ALLOWED, f"{source.id} to {target.id}")


def may_pass(tx: Tx, move: Move, source: Account, target: Account) -> None:
    """Refuse by the status of either side; a restricted account still takes in and feeds sinks."""
    may_give(tx, source, into=target.kind in (HOLDING, EXPORT))
    may_take(tx, target)
    for account in (source, target):
        if account.program != move.program:
            refuse(Code.MOVE_NOT_ALLOWED, f"{account.id} is not an account of {move.program}")


def may_give(tx: Tx, source: Account, *, into: bool) -> None:
    """Refuse units that leave an account, `into` another holder's or registry's; ACC_STATUS.

    Whoever has not met a duty in time counts as restricted at once (C-25).
    """
    allowed = (ACCOUNT_OPEN,) if into else (ACCOUNT_OPEN, ACCOUNT_RESTRICTED)
    if source.status not in allowed:
        refuse(Code.ACC_STATUS, source.id)
    if into and 0 < source.overdue_from_s <= tx.now:
        refuse(Code.ACC_STATUS, f"{source.id} has an overdue duty")


def may_take(tx: Tx, target: Account) -> None:
    """Refuse units that come into an account; ACC_STATUS, MOVE_NOT_ALLOWED, ORG_STATUS.

    A restricted account takes in: its owner must be able to buy what he owes.
    """
    if target.status not in (ACCOUNT_OPEN, ACCOUNT_RESTRICTED):
        refuse(Code.ACC_STATUS, target.id)
    if target.kind == HOLDING:
        if target.refuses_units:
            refuse(Code.MOVE_NOT_ALLOWED, f"{target.id} takes in no units")
        organisation = tx.organisation(target.organisation)
        if organisation.status != ORGANISATION_ACTIVE:
            refuse(Code.ORG_STATUS, target.organisation)
        if organisation.independent:
            refuse(Code.MOVE_NOT_ALLOWED, f"{organisation.id} is independent: it takes in no units")


def check_trade(tx: Tx, going: Going, items: Sequence[Span]) -> None:
    """Refuse what the holder who gives could not do by a movement of these units, as of now."""
    may_pass(tx, going.move, going.source, going.target)
    for name in going.rule.checks:
        if name in move_checks.BEFORE:
            move_checks.BEFORE[name](tx, going)
        else:
            move_checks.OF_UNITS[name](tx, going, items)


def _total(move: Move) -> int:
    total = 0
    for item in move.ranges:
        total = u64.add(total, item.end - item.start + 1)
    return total


# ---- which units ----


def _units(tx: Tx, going: Going) -> list[Span]:
    """Return the serials that move: pinned, named, or taken in the order of the law."""
    move = going.move
    if going.source.kind == SURRENDER:
        return sinks.surrendered(tx, move, going.target, going.quantity)
    lots_max = move.max_lots or MOVE_LOTS_DEFAULT
    owner = (move.from_account, move.program, move.class_id)
    named: Sequence[Span] = tx.pinned.get(tx.index) or lots.spans(move.ranges)
    ending = going.target.kind in CANCELLED_KINDS
    plain = not ending and going.obligation is None
    allow = FREE_ONLY if plain else Allow(expired=ending, duty=ending and bool(move.notice))
    if move.from_hold:
        named = holds.claim(
            tx,
            going.rules,
            move.from_hold,
            move.quantity_t,
            named,
            going.target,
            move.notice,
            lots_max,
        )
    if named:
        lots.check_free(tx.overlay, named, owner, tx.now, lots_max, allow)
        items = list(named)
        if not plain:
            move_checks.fitting(tx, going, items)
    elif plain:
        items = lots.select(tx.overlay, *owner, going.quantity, tx.now, lots_max)
    else:
        fits = move_checks.wanted(tx, going)
        items = lots.pick(tx.overlay, owner, going.quantity, tx.now, lots_max, allow, fits)
    tx.chosen[tx.index] = items
    return items


# ---- what follows ----


def _go(tx: Tx, going: Going, items: Sequence[Span]) -> None:
    """Give the units to the target, and write what the movement leaves behind."""
    rules, move, source, target = going.rules, going.move, going.source, going.target
    if going.obligation is not None:
        obligations.count(tx, rules, going.obligation, move.class_id, going.quantity)
    if going.authorization is not None:
        move_checks.use(tx, going.authorization, going.quantity)
    if move.footprint:
        footprints.offset(tx, rules, move, going.quantity)
    if target.kind == EXPORT:
        links.depart(tx, rules, target, move, going.quantity)
    if source.kind == SURRENDER:
        sinks.given_back(tx, rules, move, items)
    about = ""
    if going.notice is not None:
        about = notices.frozen_for(going.notice)
        sink = (target.kind, target.code)
        notices.fulfil(tx, rules, move.notice, source, move.class_id, going.quantity, items, sink)
    ending = target.kind in CANCELLED_KINDS
    deliver(tx, going, items, freed=ending)
    if target.kind in RECORDED_KINDS:
        sinks.retired(tx, rules, going.rule, move, target, items)
    elif ending:
        record = Cancellation(
            program=move.program,
            class_id=move.class_id,
            from_account=source.id,
            sink=target.id,
            notice=move.notice,
            issuance=about,
            hold=move.from_hold,
            note=move.note,
        )
        sinks.cancelled(tx, record, items)


def deliver(tx: Tx, going: Going, items: Sequence[Span], *, freed: bool = False) -> None:
    """Give units that may go to the target. `freed`: what held or froze them ends with it."""
    move, target = going.move, going.target
    lots.relocate(tx.overlay, items, target.id, freed=freed)
    event = e.Event()
    moved = event.moved
    moved.program, moved.class_id, moved.quantity_t = move.program, move.class_id, going.quantity
    moved.from_account, moved.to_account = going.source.id, target.id
    if target.kind == EXPORT:
        moved.external_account = move.external_account
    for item in items:
        moved.ranges.add(space=item.space, start=item.start, end=item.end)
    tx.emit(event)
