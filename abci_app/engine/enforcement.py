"""What the queue does with a notice: claims that a block did not finish, and its enforcement.

Must not know: any kind of notice by name. Invariant: an overdue notice is enforced step by step in
the order of the program's rule, each block a bounded number of lots, until it is met or every
step is done.
"""

from collections.abc import Callable, Sequence

from abci_app.core.codes import Code
from abci_app.core.limits import DUTY_LOTS_MAX
from abci_app.engine import claims, notices
from abci_app.engine.claims import Budget
from abci_app.engine.context import Tx
from abci_app.state.policies import Rules
from abci_app.state.schema import ACCOUNTS, NOTICE_RUNNING_STATES, RECORDS
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import Cancellation, NoticeRule, Record
from tonne.v1.tx_pb2 import ACCOUNT_OPEN, ACCOUNT_RESTRICTED, CANCEL, ISSUANCE


def perform(tx: Tx, record: Record) -> None:
    """Do what the queue has to do with a notice: go on claiming, or mark it overdue and enforce."""
    rules = tx.block.rules(record.program)
    budget = Budget(DUTY_LOTS_MAX)
    if record.state in NOTICE_RUNNING_STATES and tx.now >= record.notice.due_s:
        notices.become(tx, record, "OVERDUE")
    _claim_on(tx, rules, record, budget)
    if record.state == "OVERDUE":
        rule = rules.notices.get(record.notice.kind, NoticeRule())
        _enforce(tx, rules, record, rule.enforcement, budget)
    elif record.state in NOTICE_RUNNING_STATES and _met(record):
        notices.become(tx, record, "FULFILLED")
    notices.store(tx, record)


def _claim_on(tx: Tx, rules: Rules, record: Record, budget: Budget) -> None:
    """Go on with the claims of the decision that a block did not finish."""
    notice = record.notice
    why = why_of(rules, record)
    if notice.reserve_from:
        about = RECORDS.need(tx.overlay, Code.REC_REF, record.program, ISSUANCE, notice.issuance)
        claimed, notice.reserve_from = claims.reserve(
            tx, about, why, notices.open_t(record), budget, notice.reserve_from
        )
        RECORDS.put(tx.overlay, about)
        if claimed:
            notices.count(tx, record, claimed, claimed=True)
    if notice.pool_left_t:
        wanted = min(notice.pool_left_t, notices.open_t(record))
        about = RECORDS.need(tx.overlay, Code.REC_REF, record.program, ISSUANCE, notice.issuance)
        claimed = claims.pool(tx, rules, about.issuance.class_id, why, wanted, budget)
        notice.pool_left_t = wanted - claimed if budget.left <= 0 else 0
        if claimed:
            _drawn(tx, record, claimed)


def _drawn(tx: Tx, record: Record, claimed: int) -> None:
    """Count what the pool gave for a notice."""
    key = (record.program, ISSUANCE, record.notice.issuance)
    about = RECORDS.get(tx.overlay, *key) if record.notice.statement else None
    if about is not None:
        about.issuance.pool_claimed_t += claimed
        RECORDS.put(tx.overlay, about)
    notices.count(tx, record, claimed, claimed=True)


def why_of(rules: Rules, record: Record) -> Cancellation:
    """Return what the cancellations for a notice say."""
    notice = record.notice
    rule = rules.notices.get(notice.kind) or NoticeRule(sink_kind=CANCEL)
    return Cancellation(
        program=record.program,
        sink=claims.sink(rules, rule.sink_kind, rule.sink_code),
        notice=record.id,
        issuance=notice.issuance if notice.statement else "",
    )


def _enforce(tx: Tx, rules: Rules, record: Record, steps: Sequence[str], budget: Budget) -> None:
    """Enforce an overdue notice step by step, in the order of the program's rule."""
    notice = record.notice
    while notice.enforcing < len(steps) and not _met(record):
        if not ENFORCEMENTS[steps[notice.enforcing]](tx, rules, record, budget):
            return  # the rest in the next block
        notice.enforcing += 1
    notice.enforcing = len(steps)
    if _met(record):
        notices.become(tx, record, "ENFORCED")


def _met(record: Record) -> bool:
    return bool(record.notice.quantity_t) and not notices.open_t(record)


def _claim_frozen(tx: Tx, rules: Rules, record: Record, budget: Budget) -> bool:
    """Cancel the units that are frozen for the duty; tell whether that is done."""
    notice = record.notice
    why = why_of(rules, record)
    if not notices.frozen_for(record) or not why.sink:
        return True
    if budget.left <= 0:
        return False
    about = RECORDS.need(tx.overlay, Code.REC_REF, record.program, ISSUANCE, notice.issuance)
    wanted = notices.open_t(record)
    claimed, after = claims.frozen(tx, about, why, wanted, budget, notice.claim_from)
    notice.claim_from = after
    RECORDS.put(tx.overlay, about)
    if claimed:
        notices.count(tx, record, claimed, claimed=True)
    return not after


def _claim_pool(tx: Tx, rules: Rules, record: Record, budget: Budget) -> bool:
    """Cancel units of the pool for the duty; tell whether that is done."""
    notice = record.notice
    why = why_of(rules, record)
    if not notice.quantity_t or not why.sink:
        return True
    about = RECORDS.look(tx.overlay, record.program, ISSUANCE, notice.issuance)
    classes = [about.issuance.class_id] if about is not None else list(notice.classes)
    for class_id in classes or rules.classes:
        claimed = claims.pool(tx, rules, class_id, why, notices.open_t(record), budget)
        if claimed:
            _drawn(tx, record, claimed)
        if budget.left <= 0:
            return _met(record)
    return True


def _restrict(tx: Tx, rules: Rules, record: Record, budget: Budget) -> bool:
    """Restrict the debtor's account: it feeds sinks and nothing else."""
    del rules, budget
    account = ACCOUNTS.need(tx.overlay, Code.ACC_UNKNOWN, record.notice.debtor)
    if account.status == ACCOUNT_OPEN:
        account.status = ACCOUNT_RESTRICTED
        ACCOUNTS.put(tx.overlay, account)
        put = e.AccountPut(id=account.id, organisation=account.organisation, status=account.status)
        tx.emit(e.Event(account_put=put))
    return True


ENFORCEMENTS: dict[str, Callable[[Tx, Rules, Record, Budget], bool]] = {
    "CLAIM_FROZEN": _claim_frozen,
    "CLAIM_POOL": _claim_pool,
    "RESTRICT": _restrict,
}
