"""HoldUnits: units are pledged, reserved, frozen; a hold is extended or released (B4 row 11).

Must not know: programs. Invariants: only free units come under a hold; a freeze wins over every
hold (interpretation 14); a reserve ends early only by the rule HOLD SHORTEN (C-7).
Refusals come in the order: program, account or hold, class, rule, signer, kind and term of the
hold, status of accounts, units, approvals.
"""

from collections.abc import Sequence
from itertools import islice, pairwise

from abci_app.actions import shape
from abci_app.core import ids
from abci_app.core.calendar import iso
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import MOVE_LOTS_DEFAULT
from abci_app.engine import approvals, holds, notices, seats
from abci_app.engine.context import Tx, is_live, need_eligible
from abci_app.state import lots
from abci_app.state.lots import Span
from abci_app.state.policies import Rules
from abci_app.state.schema import RECORDS
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import FREEZE, PLEDGE, RESERVE, Account, ApprovalRule, Hold
from tonne.v1.tx_pb2 import (
    ACCOUNT_OPEN,
    HOLDING,
    ISSUANCE,
    OPERATOR,
    POOL,
    AccountKind,
    ExtendHold,
    FreezeUnits,
    HoldUnits,
    PlaceHold,
    ReleaseHold,
)


def check(msg: HoldUnits) -> None:
    """Refuse a message whose shape is wrong."""
    ids.need_id(msg.program, "program")
    arm = msg.WhichOneof("change")
    shape.need(arm, "change", "place, extend, release, freeze or unfreeze is missing")
    if arm == "place":
        _check_place(msg.place)
    elif arm == "extend":
        shape.need(msg.extend.hold, "extend.hold")
        shape.time(msg.extend.release_at_s, "extend.release_at_s")
    elif arm == "release":
        shape.need(msg.release.hold, "release.hold")
        shape.lots_bound(msg.release.max_lots, "release.max_lots")
    elif arm == "freeze":
        _check_units(msg.freeze, "freeze")
        shape.time(msg.freeze.until_s, "freeze.until_s")
        shape.need(not msg.freeze.hold, "freeze.hold", "the chain numbers it")
    else:
        change = msg.unfreeze
        shape.need(change.hold, "unfreeze.hold", "name the order that is lifted")
        shape.need(not (change.account or change.class_id or change.until_s), "unfreeze")
        shape.need(not (change.quantity_t and change.ranges), "unfreeze.quantity_t")
        shape.ranges(change.ranges, "unfreeze.ranges")
        shape.lots_bound(change.max_lots, "unfreeze.max_lots")
    shape.reason(msg.reason)
    shape.digest(msg.document, "document", optional=True)


def _check_units(change: PlaceHold | FreezeUnits, field: str) -> None:
    """Account, class, and either a quantity or ranges."""
    shape.account(change.account, f"{field}.account")
    ids.need_id(change.class_id, f"{field}.class_id")
    either = bool(change.quantity_t) != bool(change.ranges)
    shape.need(either, f"{field}.quantity_t", "either a quantity of at least 1 or ranges")
    shape.ranges(change.ranges, f"{field}.ranges")
    shape.lots_bound(change.max_lots, f"{field}.max_lots")


def _check_place(place: PlaceHold) -> None:
    shape.need(place.kind in (PLEDGE, RESERVE), "place.kind", "PLEDGE or RESERVE")
    _check_units(place, "place")
    shape.time(place.release_at_s, "place.release_at_s")
    if place.kind == RESERVE:
        shape.need(not (place.controller or place.claim_to), "place.controller", "is the operator")
        shape.need(place.release_at_s, "place.release_at_s", "a reserve has an end")
        return
    shape.account(place.controller, "place.controller")
    shape.need(place.controller != place.account, "place.controller", "is another account")
    for kind in place.claim_to:
        shape.known(AccountKind, kind, "place.claim_to")
    ascending = all(one < other for one, other in pairwise(place.claim_to))
    shape.need(ascending, "place.claim_to", "must be strictly ascending")


def cost(msg: HoldUnits) -> int:
    """Return the static cost: the lots it may touch."""
    arm = msg.WhichOneof("change")
    if arm == "extend":
        return 4
    change = getattr(msg, str(arm))
    ranges = 0 if arm == "release" else len(change.ranges)
    return 4 + (change.max_lots or MOVE_LOTS_DEFAULT) + 2 * ranges


def execute(tx: Tx, msg: HoldUnits) -> None:
    """Change locks.

    PROGRAM_UNKNOWN, PROGRAM_INACTIVE, PARTY_NOT_ELIGIBLE, ACC_UNKNOWN, HOLD_UNKNOWN, CLASS_UNKNOWN,
    RULE_MISSING, ROLE_MISSING, HOLD_CONTROL, HOLD_TERM, SINK_FINAL, ACC_STATUS, INSUFFICIENT,
    UNIT_UNKNOWN, UNIT_NOT_OWNED, UNIT_HELD, UNIT_EXPIRED, TOO_MANY_LOTS.
    """
    rules = tx.block.active(msg.program)
    arm = msg.WhichOneof("change")
    if arm == "place":
        need_eligible(rules)
        _place(tx, rules, msg.place)
    elif arm == "extend":
        _extend(tx, rules, msg.extend)
    elif arm == "release":
        _release(tx, rules, msg.release)
    elif arm == "freeze":
        _freeze(tx, rules, msg.freeze)
    else:
        _unfreeze(tx, rules, msg.unfreeze)


def _account(tx: Tx, rules: Rules, account_id: str) -> Account:
    """Return an account of the program; ACC_UNKNOWN."""
    account = tx.account(account_id)
    if account.program != rules.program.id:
        refuse(Code.ACC_UNKNOWN, f"{account_id} is no account of {rules.program.id}")
    return account


def _rule(tx: Tx, rules: Rules, subject: str, owner: str) -> ApprovalRule:
    """Return the row for a change of a hold, which the signer may sign."""
    rule = rules.approval("HOLD", subject)
    seats.need(tx, rules, rule.signer, "", owner)
    return rule


def _named(rules: Rules, subject: str) -> bool:
    """Tell whether the program has a row for this very change: it is not taken from one for all."""
    return any(rule.subject == subject for rule in rules.approvals.get("HOLD", ()))


def _agree(tx: Tx, rules: Rules, rule: ApprovalRule, *accounts: str) -> None:
    """Ask for the approvals of the row; whom the hold concerns does not give them."""
    names = [tx.account(account).organisation for account in accounts]
    approvals.require(tx, rules, rule, concerned=[name for name in names if name])


# ---- placing ----


def _place(tx: Tx, rules: Rules, place: PlaceHold) -> None:
    """A holder pledges, or the operator reserves, free units."""
    account = _account(tx, rules, place.account)
    pledge = place.kind == PLEDGE
    controller = _account(tx, rules, place.controller) if pledge else account
    rules.unit_class(place.class_id)
    rule = _rule(tx, rules, "PLEDGE" if pledge else "RESERVE", account.id)
    if account.kind != HOLDING or controller.kind != HOLDING:
        refuse(Code.HOLD_CONTROL, "only units of a holding account are pledged or reserved")
    if place.release_at_s and place.release_at_s <= tx.now:
        refuse(Code.HOLD_TERM, f"{iso(place.release_at_s)} is past")
    if pledge and (account.status != ACCOUNT_OPEN or notices.overdue(account, tx.now)):
        refuse(Code.ACC_STATUS, account.id)
    if pledge and (controller.status != ACCOUNT_OPEN or not is_live(tx.overlay, controller.id)):
        refuse(Code.ACC_STATUS, controller.id)
    items = _free_units(tx, place)
    hold = Hold(
        kind=place.kind,
        program=account.program,
        class_id=place.class_id,
        account=account.id,
        release_at_s=place.release_at_s,
    )
    if pledge:
        hold.controller_account = controller.id
        hold.claim_to.extend(place.claim_to)
    else:
        hold.controller = OPERATOR
        hold.issuance = _reserved(tx, account, items)
    _agree(tx, rules, rule, account.id)
    holds.place(tx, hold, items)


def _free_units(tx: Tx, place: PlaceHold) -> list[Span]:
    """Return the free units that are meant: pinned, named, or taken in the order of the law."""
    lots_max = place.max_lots or MOVE_LOTS_DEFAULT
    owner = (place.account, tx.account(place.account).program, place.class_id)
    items = tx.pinned.get(tx.index) or lots.spans(place.ranges)
    if items:
        lots.check_free(tx.overlay, items, owner, tx.now, lots_max)
    else:
        items = lots.select(tx.overlay, *owner, place.quantity_t, tx.now, lots_max)
    tx.chosen[tx.index] = items
    return items


def _reserved(tx: Tx, account: Account, items: Sequence[Span]) -> str:
    """Count a reserve to the issuance of its units, which the account must have issued."""
    names: dict[str, int] = {}
    for lot, _ in lots.look(tx.overlay, items):
        names[lot.issuance] = 0
    record = None
    if len(names) == 1:
        record = RECORDS.get(tx.overlay, account.program, ISSUANCE, next(iter(names)))
    if record is None or record.owner != account.id:
        refuse(Code.HOLD_CONTROL, "a reserve is of units of one issuance, held by their issuer")
    record.issuance.reserve_added_t += sum(item.count for item in items)
    RECORDS.put(tx.overlay, record)
    return record.id


# ---- changing ----


def _extend(tx: Tx, rules: Rules, change: ExtendHold) -> None:
    """A hold gets another end.

    A reserve's by the rule EXTEND or SHORTEN; a pledge's by whom it costs something: its holder
    binds his units for longer, its controller lets them go earlier.
    """
    hold = holds.active(tx, rules.program.id, change.hold)
    until = change.release_at_s
    longer = bool(hold.release_at_s) and (not until or until > hold.release_at_s)
    if hold.kind == RESERVE:
        if not longer and not _named(rules, "SHORTEN"):
            refuse(Code.HOLD_TERM, f"hold {hold.id} ends {iso(hold.release_at_s)}, not before")
        rule = _rule(tx, rules, "EXTEND" if longer else "SHORTEN", "")
        _agree(tx, rules, rule, hold.account)
    elif hold.kind == PLEDGE:
        who = hold.account if longer else hold.controller_account
        if tx.signer.account != who:
            refuse(Code.HOLD_CONTROL, f"only {who} may do this to hold {hold.id}")
    else:
        refuse(Code.HOLD_CONTROL, f"hold {hold.id} ends with what it was placed for")
    endless = not until and hold.kind == RESERVE
    if until == hold.release_at_s or endless or (until and until <= tx.now):
        refuse(Code.HOLD_TERM, f"{iso(until)} is no new end of hold {hold.id}")
    holds.extend(tx, hold, until)


def _release(tx: Tx, rules: Rules, change: ReleaseHold) -> None:
    """A pledge is released by its controller, wholly or in part; else by the rule RELEASE."""
    hold = holds.active(tx, rules.program.id, change.hold)
    if hold.kind == RESERVE:
        refuse(Code.HOLD_TERM, f"the reserve {hold.id} is bound until {iso(hold.release_at_s)}")
    if hold.kind != PLEDGE:
        refuse(Code.HOLD_CONTROL, f"hold {hold.id} ends with what it was placed for")
    if tx.signer.account != hold.controller_account:
        if not _named(rules, "RELEASE"):
            refuse(Code.HOLD_CONTROL, f"{hold.controller_account} controls hold {hold.id}")
        rule = _rule(tx, rules, "RELEASE", "")
        _agree(tx, rules, rule, hold.account, hold.controller_account)
    items = holds.named(hold, change.quantity_t, ())
    _need_few(tx, items, change.max_lots)
    holds.release(tx, hold.id, items)


def _need_few(tx: Tx, items: Sequence[Span], max_lots: int) -> None:
    """Refuse to let go of units in more lots than the act pays for; TOO_MANY_LOTS."""
    most = max_lots or MOVE_LOTS_DEFAULT
    if any(True for _ in islice(lots.look(tx.overlay, items), most, None)):
        refuse(Code.TOO_MANY_LOTS, f"the units lie in more than {most} lots: name max_lots")


# ---- freezing ----


def _freeze(tx: Tx, rules: Rules, change: FreezeUnits) -> None:
    """By order nobody moves these units, whatever hold they are under.

    What lasts longer than the program's bound, or has no end, needs the rule LONG_FREEZE.
    """
    account = _account(tx, rules, change.account)
    rules.unit_class(change.class_id)
    bound, until = rules.program.params.freeze_s_max, change.until_s
    long = bound and (not until or until > tx.now + bound)
    rule = _rule(tx, rules, "LONG_FREEZE" if long else "FREEZE", account.id)
    if until and until <= tx.now:
        refuse(Code.HOLD_TERM, f"{iso(until)} is past")
    if account.kind not in (HOLDING, POOL):
        refuse(Code.SINK_FINAL, account.id)
    items = _to_freeze(tx, account, change)
    hold = Hold(
        kind=FREEZE,
        program=account.program,
        class_id=change.class_id,
        account=account.id,
        controller=rule.signer,
        release_at_s=until,
    )
    _agree(tx, rules, rule, account.id)
    number = holds.place(tx, hold, items)
    frozen = e.Frozen(
        account=account.id,
        class_id=change.class_id,
        quantity_t=hold.quantity_t,
        ranges=hold.ranges,
        order=number,
        until_s=until,
    )
    tx.emit(e.Event(frozen=frozen))


def _to_freeze(tx: Tx, account: Account, change: FreezeUnits) -> list[Span]:
    """Return the units that are meant: free ones by quantity, any that no order binds by ranges."""
    lots_max = change.max_lots or MOVE_LOTS_DEFAULT
    owner = (account.id, account.program, change.class_id)
    items = lots.spans(change.ranges)
    if not items:
        return lots.select(tx.overlay, *owner, change.quantity_t, tx.now, lots_max)
    for looked, (lot, _) in enumerate(lots.look(tx.overlay, items)):
        if looked == lots_max:
            refuse(Code.TOO_MANY_LOTS, f"more than {lots_max} lots")
        where = f"{lot.space}:{lot.start}-{lot.end}"
        if (lot.account, lot.program, lot.class_id) != owner:
            refuse(Code.UNIT_NOT_OWNED, where)
        if lot.frozen & lots.BY_ORDER:
            refuse(Code.UNIT_HELD, f"{where} is frozen by another order")
    return items


def _unfreeze(tx: Tx, rules: Rules, change: FreezeUnits) -> None:
    """An order is lifted, wholly or for some of its units."""
    hold = holds.active(tx, rules.program.id, change.hold)
    if hold.kind != FREEZE:
        refuse(Code.HOLD_CONTROL, f"hold {hold.id} is no order to freeze")
    rule = _rule(tx, rules, "UNFREEZE", "")
    items = holds.named(hold, change.quantity_t, lots.spans(change.ranges))
    _need_few(tx, items, change.max_lots)
    _agree(tx, rules, rule, hold.account)
    holds.release(tx, hold.id, items)
