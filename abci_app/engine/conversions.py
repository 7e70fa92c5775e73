"""Changing what units are without moving them: another class, another period, another end.

Must not know: any program. Invariants (C-14): serials, quantity, account and origin stay; units of
a project are at most what was verified for it; what is carried over is within its limit (C-13).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from abci_app.core import keys, u64
from abci_app.core.calendar import iso
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import BPS, MOVE_LOTS_DEFAULT, PROJECT_STATEMENTS_MAX
from abci_app.engine import approvals, notices, obligations, seats
from abci_app.engine.context import Tx
from abci_app.state import lots
from abci_app.state.lots import FREE_ONLY, Span
from abci_app.state.policies import Rules
from abci_app.state.schema import CAP_RECORDS, RECORDS, STATEMENTS
from abci_app.store.kv import prefix_stop
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import Account, CapRecord, ConvertRule, Lot, Period, Record, Statement
from tonne.v1.tx_pb2 import (
    ACCOUNT_OPEN,
    ACTIVITY,
    CARRY_OVER,
    CLASS_CHANGE,
    EXPIRY_CHANGE,
    HOLDING,
    VERIFICATION,
    Convert,
)

REGISTERED = "REGISTERED"


@dataclass(slots=True)
class Changing:
    """A conversion that its rule lets through, with what it refers to."""

    rules: Rules
    rule: ConvertRule
    msg: Convert
    account: Account
    quantity: int
    project: Record | None = None
    backing: list[Statement] = field(default_factory=list)  # of the project, not used up


def run(tx: Tx, msg: Convert) -> None:
    """Convert units by the rule that is named (S1-12, S1-16, S1-18, S1-27, S1-28).

    In this order: PROGRAM_UNKNOWN, PROGRAM_INACTIVE, PARTY_NOT_ELIGIBLE, CLASS_UNKNOWN,
    ACC_UNKNOWN, CONVERT_NOT_ALLOWED, ROLE_MISSING, ACC_STATUS; NOTICE_MISSING, NOTICE_UNKNOWN,
    NOTICE_STATE, NOTICE_UNITS, NOTICE_QUANTITY, REC_REF, CONVERT_NOT_ALLOWED, VALIDITY_INVALID;
    PROJECT_LIMIT; CLASS_UNKNOWN of a class that is to end; INSUFFICIENT, UNIT_UNKNOWN,
    UNIT_NOT_OWNED, UNIT_HELD, UNIT_EXPIRED, TOO_MANY_LOTS; WF_TOO_EARLY, WF_TOO_LATE,
    CARRYOVER_LIMIT.
    """
    rules = tx.block.units(msg.program)
    rules.unit_class(msg.class_id)
    account = tx.account(msg.account)
    rule = rules.converts.get(msg.rule)
    if rule is None or rule.from_class != msg.class_id:
        refuse(Code.CONVERT_NOT_ALLOWED, f"{msg.rule!r} converts no {msg.class_id}")
    if account.kind != HOLDING or account.program != msg.program:
        refuse(Code.CONVERT_NOT_ALLOWED, f"{account.id} holds no units of {msg.program}")
    if rule.from_holders and account.holder_kind not in rule.from_holders:
        refuse(Code.CONVERT_NOT_ALLOWED, f"{msg.rule!r} is not for the holder of {account.id}")
    if not seats.may_sign(tx, rules, rule.signer, "", account.id):
        refuse(Code.ROLE_MISSING, f"{tx.signer.account} may not sign {msg.rule!r}")
    if account.status != ACCOUNT_OPEN or notices.overdue(account, tx.now):
        refuse(Code.ACC_STATUS, account.id)
    quantity = msg.quantity_t or sum(item.end - item.start + 1 for item in msg.ranges)
    changing = Changing(rules, rule, msg, account, quantity)
    _requirements(tx, changing)
    if rule.kind == CLASS_CHANGE:
        tx.lasting(rules, rule.to_class)
    items = _units(tx, changing)
    if "PERIOD_WINDOW" in rule.checks:
        for period in _periods(tx, changing, items):
            obligations.window(tx, period)
    if rule.kind == CARRY_OVER:
        _carry(tx, changing, items)
    approvals.require(tx, rules, rule)
    _change(tx, changing, items)


# ---- what the rule asks for ----


def _requirements(tx: Tx, changing: Changing) -> None:
    rule, msg, program = changing.rule, changing.msg, changing.rules.program.id
    if "NOTICE" in rule.requires and not msg.notice:
        refuse(Code.NOTICE_MISSING)
    if msg.notice and "NOTICE" not in rule.requires:
        refuse(Code.CONVERT_NOT_ALLOWED, f"{rule.name!r} fulfils no notice")
    if msg.notice:
        given = (changing.account, msg.class_id, changing.quantity)
        notices.check(tx, changing.rules, msg.notice, *given)
    if "PROJECT" in rule.requires:
        project = RECORDS.need(tx.overlay, Code.REC_REF, program, ACTIVITY, msg.activity)
        if project.state != REGISTERED:
            refuse(Code.CONVERT_NOT_ALLOWED, f"{project.id} is {project.state}")
        changing.project = project
    elif msg.activity:
        refuse(Code.CONVERT_NOT_ALLOWED, f"{rule.name!r} takes no activity")
    if rule.kind == EXPIRY_CHANGE and msg.valid_until_s <= tx.now:
        refuse(Code.VALIDITY_INVALID, f"valid_until_s must lie after {iso(tx.now)}")
    if rule.kind != EXPIRY_CHANGE and msg.valid_until_s:
        refuse(Code.VALIDITY_INVALID, f"{rule.name!r} sets no end of validity")
    if "PROJECT_LIMIT" in rule.checks:
        changing.backing = _verified(tx, changing)


def _verified(tx: Tx, changing: Changing) -> list[Statement]:
    """PROJECT_LIMIT: verified and neither converted nor capping an issuance; return them."""
    program, activity = changing.rules.program.id, changing.msg.activity
    prefix = keys.statement_by_activity_prefix(program, activity, VERIFICATION)
    found: list[Statement] = []
    room = 0
    rows = tx.overlay.scan(prefix, prefix_stop(prefix))
    for row, _ in islice(rows, PROJECT_STATEMENTS_MAX):
        name = row[len(prefix) + 1 :].decode()
        statement = STATEMENTS.need(tx.overlay, Code.STATEMENT_UNKNOWN, program, name)
        left = statement.numbers.net_t - statement.capped_t
        if left and not statement.issuance:
            found.append(statement)
            room += left
        if room >= changing.quantity:
            return found
    refuse(Code.PROJECT_LIMIT, f"{room} more are verified for {activity}")


# ---- which units ----


def _units(tx: Tx, changing: Changing) -> list[Span]:
    """Return the serials that change: pinned, named, or taken in the order of the law."""
    msg, rule = changing.msg, changing.rule
    lots_max = msg.max_lots or MOVE_LOTS_DEFAULT
    owner = (msg.account, msg.program, msg.class_id)
    named: Sequence[Span] = tx.pinned.get(tx.index) or lots.spans(msg.ranges)
    if named:
        lots.check_free(tx.overlay, named, owner, tx.now, lots_max)
        items = list(named)
    elif rule.kind == CARRY_OVER:
        quantity = changing.quantity

        def passes(lot: Lot) -> bool:
            return _next(changing, lot) != "" and _origin(lot) not in rule.origins_barred

        items = lots.pick(tx.overlay, owner, quantity, tx.now, lots_max, FREE_ONLY, passes)
    else:
        items = lots.select(tx.overlay, *owner, changing.quantity, tx.now, lots_max)
    tx.chosen[tx.index] = items
    return items


def _origin(lot: Lot) -> str:
    """Return the class that units had when they came to be."""
    return lot.origin_class or lot.class_id


def _next(changing: Changing, lot: Lot) -> str:
    """Return the period after that of the units, or nothing."""
    period = changing.rules.periods.get(lot.period)
    return "" if period is None else period.next


def _periods(tx: Tx, changing: Changing, items: Sequence[Span]) -> list[Period]:
    codes = [lot.period for lot, _ in lots.look(tx.overlay, items) if lot.period]
    return [changing.rules.period(code) for code in dict.fromkeys(codes)]


def _carry(tx: Tx, changing: Changing, items: Sequence[Span]) -> None:
    """CARRY_OVER of B5: what may pass, and how much of a period; it is counted. CARRYOVER_LIMIT."""
    rule, program = changing.rule, changing.rules.program.id
    party = changing.rules.parties.get(changing.account.id[:2])
    carried: dict[str, int] = {}
    for lot, count in lots.look(tx.overlay, items):
        where = f"{lot.space}:{lot.start}-{lot.end}"
        if not _next(changing, lot):
            refuse(Code.CONVERT_NOT_ALLOWED, f"{where} has no period to be carried over to")
        if "CARRY_OVER" in rule.checks and _origin(lot) in rule.origins_barred:
            refuse(Code.CARRYOVER_LIMIT, f"{where} came to be as {_origin(lot)}")
        carried[lot.period] = carried.get(lot.period, 0) + count
    for period, count in carried.items():
        key = (program, rule.from_class, changing.account.id[:2], period)
        record = CAP_RECORDS.get(tx.overlay, *key) or CapRecord(
            program=key[0], class_id=key[1], party=key[2], period=key[3]
        )
        record.carried_t = u64.add(record.carried_t, count)
        if "CARRY_OVER" in rule.checks and rule.limit_bps:
            rows = party.periods if party is not None else ()
            amount = sum(row.assigned_amount_t for row in rows if row.period == period)
            most = amount * rule.limit_bps // BPS
            if record.carried_t > most:
                room = most - (record.carried_t - count)
                refuse(Code.CARRYOVER_LIMIT, f"{room} more of {rule.from_class} may pass")
        CAP_RECORDS.put(tx.overlay, record)


# ---- the change ----


def _change(tx: Tx, changing: Changing, items: Sequence[Span]) -> None:
    rule, msg = changing.rule, changing.msg
    if msg.notice:
        given = (changing.account, msg.class_id, changing.quantity)
        notices.fulfil(tx, changing.rules, msg.notice, *given)
    _count(tx, changing)
    periods = changing.rules.periods

    def change(lot: Lot) -> None:
        if rule.kind == CLASS_CHANGE:
            lot.origin_class = _origin(lot)
            lot.class_id, lot.track = rule.to_class, rule.track
            lot.activity = msg.activity
        elif rule.kind == CARRY_OVER:
            before, after = periods[lot.period], periods[periods[lot.period].next]
            if lot.valid_until_s in (0, before.true_up_end_s):  # else it has an end of its own
                lot.valid_until_s = after.true_up_end_s
            lot.period = after.code
        else:
            lot.valid_until_s = msg.valid_until_s

    lots.recast(tx.overlay, items, change)
    converted = e.Converted(
        program=msg.program,
        rule=msg.rule,
        from_class=msg.class_id,
        to_class=rule.to_class or msg.class_id,
        quantity_t=changing.quantity,
        ranges=lots.ranges(items),
        account=msg.account,
    )
    tx.emit(e.Event(converted=converted))


def _count(tx: Tx, changing: Changing) -> None:
    """Count what a project gave against what was verified for it (C-14)."""
    left = changing.quantity
    for statement in changing.backing:
        drawn = min(left, statement.numbers.net_t - statement.capped_t)
        statement.capped_t += drawn
        left -= drawn
        STATEMENTS.put(tx.overlay, statement)
    project = changing.project
    if project is not None:
        project.converted_t = u64.add(project.converted_t, changing.quantity)
        RECORDS.put(tx.overlay, project)
