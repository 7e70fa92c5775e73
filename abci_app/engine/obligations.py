"""Obligations: units counted for a commitment, and what follows when its day comes.

Must not know: any program. Invariants (C-24): a unit counts for one obligation; what is counted is
at most the amount, and what counts as an offset at most its share; after the day an obligation is
COMPLIANT, or in SHORTFALL by what was lacking then, until that is made good.
"""

from collections.abc import Iterator

from abci_app.core import u64
from abci_app.core.calendar import iso
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import BPS, U64_MAX
from abci_app.engine import records
from abci_app.engine.context import Tx
from abci_app.state.policies import Rules
from abci_app.state.schema import ACCOUNTS, RECORDS
from tonne.v1.state_pb2 import Account, ClassAmount, Obligation, Period, Record
from tonne.v1.tx_pb2 import OBLIGATION, Move

VERIFIED, SHORTFALL, COMPLIANT, MADE_GOOD = "VERIFIED", "SHORTFALL", "COMPLIANT", "MADE_GOOD"


def of(tx: Tx, rules: Rules, move: Move, source: Account, target: Account) -> Record:
    """Return the obligation that a movement serves, which must take these units now.

    OBLIGATION_MISSING, REC_REF, OBLIGATION_STATE.
    """
    if not move.obligation:
        refuse(Code.OBLIGATION_MISSING)
    program = rules.program.id
    record = RECORDS.need(tx.overlay, Code.REC_REF, program, OBLIGATION, move.obligation)
    fields, rule = record.obligation, rules.program.obligations
    if record.state not in (VERIFIED, SHORTFALL) or (record.state == SHORTFALL and rule.make_good):
        refuse(Code.OBLIGATION_STATE, f"{record.id} is {record.state}")
    if move.class_id not in rule.classes and move.class_id not in rule.offset_classes:
        refuse(Code.OBLIGATION_STATE, f"{move.class_id} meets no obligation of {program}")
    if target.period and target.period != rules.period(fields.period).number:
        refuse(Code.OBLIGATION_STATE, f"{target.id} is not the account of {fields.period}")
    if fields.account:
        debtor = tx.account(fields.account)
        if debtor.organisation != source.organisation:
            refuse(Code.OBLIGATION_STATE, f"{record.id} is of {debtor.organisation}")
    return record


def window(tx: Tx, period: Period) -> None:
    """PERIOD_WINDOW: from the end of a period to the end of its true-up (S1-42).

    WF_TOO_EARLY, WF_TOO_LATE.
    """
    if tx.now < period.end_s:
        refuse(Code.WF_TOO_EARLY, f"{period.code} ends at {iso(period.end_s)}")
    if period.true_up_end_s and tx.now >= period.true_up_end_s:
        refuse(Code.WF_TOO_LATE, f"the true-up ended at {iso(period.true_up_end_s)}")


def offset_limit(rules: Rules, record: Record, class_id: str, quantity: int) -> None:
    """OBLIGATION_LIMIT: offsets up to their share of the amount, rounded down (E12); OFFSET_LIMIT.

    A program without a limit of its own takes offset classes like any other.
    """
    rule, fields = rules.program.obligations, record.obligation
    if class_id in rule.offset_classes:
        most = fields.amount_t * rule.offset_limit_bps // BPS
        room = max(0, most - _offsets(rules, fields))
        if quantity > room:
            refuse(Code.OFFSET_LIMIT, f"{room} more of {class_id} are taken")


def count(tx: Tx, rules: Rules, record: Record, class_id: str, quantity: int) -> None:
    """Count units for an obligation; OBLIGATION_EXCEEDED. A shortfall so closed is made good."""
    fields = record.obligation
    left = fields.amount_t - total(fields)
    if quantity > left:
        refuse(Code.OBLIGATION_EXCEEDED, f"{record.id} asks for {left} more")
    _change(rules, fields, class_id, quantity)
    if record.state == SHORTFALL:
        fields.shortfall_t -= quantity
        if not fields.shortfall_t:
            records.enter(tx, record, MADE_GOOD, tx.signer.account)
            return
    RECORDS.put(tx.overlay, record)


def take_off(tx: Tx, rules: Rules, name: str, class_id: str, quantity: int) -> None:
    """Take units that are given back off an obligation whose day has not come; NOT_REVERSIBLE."""
    record = RECORDS.get(tx.overlay, rules.program.id, OBLIGATION, name)
    assert record is not None, "a surrender names an obligation that exists"
    if record.state != VERIFIED:
        refuse(Code.NOT_REVERSIBLE, f"{name} is {record.state}: its day has come")
    _change(rules, record.obligation, class_id, -quantity)
    RECORDS.put(tx.overlay, record)


def total(fields: Obligation) -> int:
    """Return the units counted so far."""
    return sum(row.quantity_t for row in fields.surrendered)


def set_amount(tx: Tx, rules: Rules, record: Record, amount: int) -> None:
    """Fix the amount, with the debtor's shortfall of the period before; the queue sees its day.

    Called by the step that verifies it; PERIOD_UNKNOWN, QUANTITY_OVERFLOW.
    """
    fields = record.obligation
    period = rules.period(fields.period)
    for debtor in _debtor(tx, fields):
        if debtor.owed_t:
            fields.brought_t = u64.add(fields.brought_t, debtor.owed_t)
            debtor.owed_t = 0
            ACCOUNTS.put(tx.overlay, debtor)
    fields.amount_t = u64.add(amount, fields.brought_t)
    if fields.amount_t < total(fields):
        refuse(Code.OBLIGATION_EXCEEDED, f"{total(fields)} were counted for {record.id}")
    record.duty_s = period.surrender_due_s or period.true_up_end_s


def fall_due(tx: Tx, record: Record) -> None:
    """Close an obligation on its day: COMPLIANT, or SHORTFALL with its penalty (C-24).

    Called by the queue. A penalty beyond 2^64 - 1 minor units stays there: a duty cannot refuse.
    """
    record.duty_s = 0
    if record.state == VERIFIED:
        rules = tx.block.rules(record.program)
        rule, fields = rules.program.obligations, record.obligation
        fields.shortfall_t = max(0, fields.amount_t - total(fields))
        if fields.shortfall_t:
            penalty = fields.shortfall_t * rule.penalty_minor_per_t
            fields.penalty_minor, fields.currency = min(penalty, U64_MAX), rule.currency
            for debtor in _debtor(tx, fields) if rule.make_good else ():
                debtor.owed_t = min(debtor.owed_t + fields.shortfall_t, U64_MAX)
                ACCOUNTS.put(tx.overlay, debtor)
        records.enter(tx, record, SHORTFALL if fields.shortfall_t else COMPLIANT)
        return
    RECORDS.put(tx.overlay, record)


def _debtor(tx: Tx, fields: Obligation) -> Iterator[Account]:
    """Yield the account that an obligation is of, to change, where it names one."""
    if fields.account:
        yield ACCOUNTS.need(tx.overlay, Code.ACC_UNKNOWN, fields.account)


def _change(rules: Rules, fields: Obligation, class_id: str, change: int) -> None:
    """Change what is counted of a class; classes ascend and none is zero."""
    amounts = {row.class_id: row.quantity_t for row in fields.surrendered}
    amounts[class_id] = amounts.get(class_id, 0) + change
    del fields.surrendered[:]
    fields.surrendered.extend(
        ClassAmount(class_id=name, quantity_t=amounts[name])
        for name in sorted(amounts)
        if amounts[name]
    )
    fields.offset_t = _offsets(rules, fields)


def _offsets(rules: Rules, fields: Obligation) -> int:
    """Return the units counted so far that are offsets by the rules in force."""
    classes = rules.program.obligations.offset_classes
    return sum(row.quantity_t for row in fields.surrendered if row.class_id in classes)
