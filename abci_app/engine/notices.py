"""One duty with a deadline: a notice, from its first day to its end.

Must not know: any kind of notice by name. Invariants (C-25): from the first block at or after its
end an open notice is overdue for every rule, swept or not; its clock stands while it is contested;
what an issuance still owes is what its open notices ask for (C-6).
"""

from collections.abc import Sequence

from abci_app.core import keys, u64
from abci_app.core.calendar import add_months, iso
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import DUTY_LOTS_MAX, TIME_S_MAX
from abci_app.engine import claims
from abci_app.engine.claims import Budget
from abci_app.engine.context import Tx
from abci_app.state.lots import Span
from abci_app.state.policies import Rules
from abci_app.state.schema import ACCOUNTS, NOTICE_RUNNING_STATES, RECORDS
from abci_app.store.kv import prefix_stop
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import Account, Notice, NoticeRule, Record
from tonne.v1.tx_pb2 import (
    ACCOUNT_CLOSED,
    ACTIVITY,
    HOLDING,
    ISSUANCE,
    NOTICE,
    NoticeDraft,
    RecordRef,
    Transition,
)

CLOSED_STATES = ("FULFILLED", "FULFILLED_LATE", "ENFORCED", "CANCELLED")
_BY_ROWS = ("OPEN", "REVISED", "CONTESTED", "CANCELLED", "FULFILLED", "FULFILLED_LATE")


def overdue(account: Account, now: int) -> bool:
    """Tell whether an open duty restricts an account by now, whatever the queue has written."""
    return 0 < account.overdue_from_s <= now


def rule_of(rules: Rules, kind: str) -> NoticeRule:
    """Return what a kind of notice asks for; RULE_MISSING."""
    rule = rules.notices.get(kind)
    if rule is None:
        refuse(Code.RULE_MISSING, f"{rules.program.id} has no notice {kind}")
    return rule


# ---- its first day ----


def draft(tx: Tx, rules: Rules, record: Record, given: NoticeDraft) -> None:
    """Fill in a notice that somebody with the role serves; it belongs to its debtor.

    RULE_MISSING, ACC_UNKNOWN, ACC_STATUS, REC_REF, PERIOD_UNKNOWN, CLASS_UNKNOWN, REC_SCHEMA.
    """
    rule = rule_of(rules, given.kind)
    debtor = tx.account(given.debtor)
    if debtor.program != rules.program.id or debtor.kind != HOLDING:
        refuse(Code.ACC_UNKNOWN, f"{debtor.id} is no holding account of {rules.program.id}")
    if debtor.status == ACCOUNT_CLOSED:
        refuse(Code.ACC_STATUS, debtor.id)
    for kind, name in ((ISSUANCE, given.issuance), (ACTIVITY, given.activity)):
        if name:
            RECORDS.need(tx.overlay, Code.REC_REF, rules.program.id, kind, name)
    if given.period:
        rules.period(given.period)
    for class_id in given.classes:
        rules.unit_class(class_id)
        if rule.classes and class_id not in rule.classes:
            refuse(Code.REC_SCHEMA, f"notice.classes: {class_id} does not fulfil {given.kind}")
    if rule.sink_kind and not given.quantity_t:
        refuse(Code.REC_SCHEMA, "notice.quantity_t: this kind of notice asks for units")
    notice = Notice(
        kind=given.kind,
        debtor=debtor.id,
        quantity_t=given.quantity_t,
        classes=given.classes,
        issuance=given.issuance,
        activity=given.activity,
        period=given.period,
        units=given.units,
        identifier=given.identifier,
    )
    _begin(tx, rule, record, notice, debtor)


def serve(tx: Tx, rules: Rules, notice_id: str, notice: Notice, duty_s: int = 0) -> Record:
    """Open the notice that follows from a decision; `duty_s`: when the queue looks at it first."""
    record = Record(program=rules.program.id, kind=NOTICE, id=notice_id, created_s=tx.now)
    _begin(tx, rule_of(rules, notice.kind), record, notice, tx.account(notice.debtor))
    record.state, record.state_since_s, record.version = "OPEN", tx.now, 1
    _tell(tx, record, "")
    store(tx, record, duty_s)
    return record


def _begin(tx: Tx, rule: NoticeRule, record: Record, notice: Notice, debtor: Account) -> None:
    notice.debtor_organisation = debtor.organisation
    months = rule.due_months
    notice.due_s = add_months(tx.now, months) if months else tx.now + rule.due_s
    notice.contest_until_s = tx.now + rule.contest_s if rule.contest_s else notice.due_s
    notice.restricts = "RESTRICT" in rule.enforcement
    notice.blocks_issue = rule.blocks_issue and bool(notice.activity)
    record.notice.CopyFrom(notice)
    record.owner, record.owner_organisation = debtor.id, debtor.organisation
    if notice.blocks_issue:
        _block(tx, record, 1)


def _block(tx: Tx, record: Record, change: int) -> None:
    """Count a notice that keeps the activity from further issues."""
    key = (record.program, ACTIVITY, record.notice.activity)
    activity = RECORDS.need(tx.overlay, Code.REC_REF, *key)
    activity.notices_open += change
    RECORDS.put(tx.overlay, activity)


# ---- steps of its workflow ----


def contest(tx: Tx, rules: Rules, record: Record, terms: Transition) -> None:
    """The debtor contests it in time: its clock stands (S1-37). ROLE_MISSING, NOTICE_STATE."""
    del rules, terms
    notice = record.notice
    if tx.signer.account != notice.debtor:
        refuse(Code.ROLE_MISSING, f"only {notice.debtor} may contest {record.id}")
    _need_running(tx, record)
    if tx.now >= notice.contest_until_s:
        refuse(Code.WINDOW_CLOSED, f"it could be contested until {iso(notice.contest_until_s)}")
    notice.stopped_s = tx.now


def reopen(tx: Tx, rules: Rules, record: Record, terms: Transition) -> None:
    """It stands as it was: the time that was left counts on."""
    del rules, terms
    _go_on(tx, record, 0)


def revise(tx: Tx, rules: Rules, record: Record, terms: Transition) -> None:
    """It asks for another quantity or other units; REC_SCHEMA, NOTICE_QUANTITY, CLASS_UNKNOWN.

    Of a notice about an issuance the valid base follows: what is asked for less was not void.
    """
    revision, notice = terms.revision, record.notice
    for class_id in revision.classes:
        rules.unit_class(class_id)
    if revision.classes:
        del notice.classes[:]
        notice.classes.extend(revision.classes)
    _go_on(tx, record, revision.due_s)
    if revision.quantity_t and not notice.quantity_t:
        refuse(Code.REC_SCHEMA, f"revision.quantity_t: {record.id} asks for no units")
    wanted = revision.quantity_t or notice.quantity_t
    if wanted < notice.quantity_t and wanted <= notice.fulfilled_t:
        refuse(Code.NOTICE_QUANTITY, f"{notice.fulfilled_t} are fulfilled: cancel the rest")
    change = wanted - notice.quantity_t
    notice.quantity_t = wanted
    if change:
        _owe(tx, record, change, base=-change)


def cancel(tx: Tx, rules: Rules, record: Record, terms: Transition) -> None:
    """It is taken back: what it still asked for was not void."""
    del rules, terms
    left = open_t(record)
    if left:
        _owe(tx, record, -left, base=left)


def _go_on(tx: Tx, record: Record, due_s: int) -> None:
    """Let the clock run on; an end that is named may only be a later one."""
    notice = record.notice
    if record.state in NOTICE_RUNNING_STATES:
        _need_running(tx, record)
    until_due = notice.contest_until_s == notice.due_s
    if notice.stopped_s:
        stood = tx.now - notice.stopped_s
        notice.due_s = min(notice.due_s + stood, TIME_S_MAX)
        notice.contest_until_s = min(notice.contest_until_s + stood, TIME_S_MAX)
        notice.stopped_s = 0
    if due_s:
        if not notice.due_s <= due_s <= TIME_S_MAX:
            refuse(Code.REC_SCHEMA, f"revision.due_s: not before {iso(notice.due_s)}")
        notice.due_s = due_s
    if until_due:
        notice.contest_until_s = notice.due_s


def _need_running(tx: Tx, record: Record) -> None:
    if record.state not in NOTICE_RUNNING_STATES:
        refuse(Code.NOTICE_STATE, f"{record.id} is {record.state}")
    if tx.now >= record.notice.due_s:
        refuse(Code.NOTICE_STATE, f"{record.id} is overdue since {iso(record.notice.due_s)}")


def enter(tx: Tx, record: Record, state: str) -> None:
    """Take a notice to the state that a row of the workflow leads to.

    WF_NOT_ALLOWED for what is no such state of a notice, NOTICE_STATE for one that has ended or is
    overdue, NOTICE_QUANTITY where units are still asked for.
    """
    before = record.state
    if before in CLOSED_STATES:
        refuse(Code.NOTICE_STATE, f"{record.id} is {before}")
    contested = bool(record.notice.stopped_s) and state != "CANCELLED"
    known = state in _BY_ROWS if before else state == "OPEN"
    if not known or contested != (state == "CONTESTED"):
        refuse(Code.WF_NOT_ALLOWED, f"a notice is not {state} after {before or 'nothing'}")
    late = before in NOTICE_RUNNING_STATES and tx.now >= record.notice.due_s
    if late and state != "CANCELLED":
        refuse(Code.NOTICE_STATE, f"{record.id} is overdue since {iso(record.notice.due_s)}")
    if state in ("FULFILLED", "FULFILLED_LATE") and open_t(record):
        refuse(Code.NOTICE_QUANTITY, f"{open_t(record)} t are still asked for")
    become(tx, record, state)
    store(tx, record)


# ---- fulfilling it with units ----


def open_t(record: Record) -> int:
    """Return the units that a notice still asks for."""
    return record.notice.quantity_t - record.notice.fulfilled_t


def look(tx: Tx, program: str, notice_id: str) -> Record:
    """Return a notice that can be fulfilled now; NOTICE_UNKNOWN, NOTICE_STATE."""
    record = RECORDS.get(tx.overlay, program, NOTICE, notice_id)
    if record is None:
        refuse(Code.NOTICE_UNKNOWN, notice_id)
    if record.state not in (*NOTICE_RUNNING_STATES, "OVERDUE"):
        refuse(Code.NOTICE_STATE, f"{notice_id} is {record.state}")
    return record


def frozen_for(record: Record) -> str:
    """Return the issuance whose frozen units may be cancelled for a notice, or nothing."""
    return record.notice.issuance if record.notice.statement else ""


def check(
    tx: Tx,
    rules: Rules,
    notice_id: str,
    account: Account,
    class_id: str,
    quantity: int,
    sink: tuple[int, int] = (0, 0),
) -> Record:
    """Refuse what does not fulfil a notice; return the notice.

    `sink`: kind and code of the account that the units go to; zeros where none takes them in.
    NOTICE_UNKNOWN, NOTICE_STATE, RULE_MISSING, NOTICE_UNITS, NOTICE_QUANTITY.
    """
    record = look(tx, rules.program.id, notice_id)
    notice = record.notice
    rule = rule_of(rules, notice.kind)
    kind, code = sink
    if kind != rule.sink_kind or rule.sink_code not in (0, code):
        refuse(Code.NOTICE_UNITS, f"units for {notice_id} go to another sink")
    if account.organisation != notice.debtor_organisation:
        refuse(Code.NOTICE_UNITS, f"{notice_id} is a duty of {notice.debtor_organisation}")
    classes = notice.classes or rule.classes
    if classes and class_id not in classes:
        refuse(Code.NOTICE_UNITS, f"{class_id} does not fulfil {notice_id}")
    if notice.quantity_t and quantity > open_t(record):
        refuse(Code.NOTICE_QUANTITY, f"{open_t(record)} are open, {quantity} given")
    return record


def fulfil(
    tx: Tx,
    rules: Rules,
    notice_id: str,
    account: Account,
    class_id: str,
    quantity: int,
    items: Sequence[Span] = (),
    sink: tuple[int, int] = (0, 0),
) -> None:
    """Count units towards a notice, as `check` allows; then those frozen for it are free to move.

    Called with the very serials before they move. One that asks for no units is fulfilled at once.
    """
    record = check(tx, rules, notice_id, account, class_id, quantity, sink)
    issuance = frozen_for(record)
    if issuance and items:
        about = RECORDS.need(tx.overlay, Code.REC_REF, record.program, ISSUANCE, issuance)
        if claims.thaw_named(tx, about, items):
            RECORDS.put(tx.overlay, about)
    if record.state != "OVERDUE" and tx.now >= record.notice.due_s:
        become(tx, record, "OVERDUE")  # the queue will enforce what is left
    if record.notice.quantity_t:
        count(tx, record, quantity)
    done = "FULFILLED_LATE" if record.state == "OVERDUE" else "FULFILLED"
    if not open_t(record):
        become(tx, record, done)
    elif record.state in NOTICE_RUNNING_STATES and record.state != "INCOMPLETE":
        become(tx, record, "INCOMPLETE")
    store(tx, record)


def issued_for(
    tx: Tx, rules: Rules, notice_id: str, account: Account, class_id: str, quantity: int
) -> None:
    """Count an issue towards a notice that asks for one: it names the class (S1-29).

    What asks for no units at all, as a report, is not met by issuing some. Codes as of `check`.
    """
    notice = look(tx, rules.program.id, notice_id).notice
    if class_id not in (notice.classes or rule_of(rules, notice.kind).classes):
        refuse(Code.NOTICE_UNITS, f"{notice_id} does not ask for an issue of {class_id}")
    fulfil(tx, rules, notice_id, account, class_id, quantity)


def count(tx: Tx, record: Record, quantity: int, *, claimed: bool = False) -> None:
    """Count units towards a notice; the caller writes it. They are void now (interpretation 23)."""
    notice = record.notice
    notice.fulfilled_t = u64.add(notice.fulfilled_t, quantity)
    if claimed:
        notice.claimed_t = u64.add(notice.claimed_t, quantity)
    fulfilled = e.NoticeFulfilled(
        program=record.program, notice=record.id, quantity_t=quantity, left_t=open_t(record)
    )
    tx.emit(e.Event(notice_fulfilled=fulfilled))
    _owe(tx, record, -quantity, voided=quantity)


def _owe(tx: Tx, record: Record, change: int, *, base: int = 0, voided: int = 0) -> None:
    """Change what is open of an issuance; frozen units above it are freed.

    INVALIDATION_LIMIT when the valid base would fall below zero.
    """
    notice = record.notice
    if not notice.statement:
        return  # not from a decision about an issuance
    about = RECORDS.need(tx.overlay, Code.REC_REF, record.program, ISSUANCE, notice.issuance)
    issuance = about.issuance
    if issuance.valid_base_t + base < 0:
        refuse(Code.INVALIDATION_LIMIT, f"the valid base is {issuance.valid_base_t}")
    issuance.valid_base_t += base
    issuance.voided_t += voided
    issuance.notice_open_t += change
    if notice.debtor != about.owner:
        issuance.deficit_open_t += change
    elif change > 0:
        issuance.freezing_t += change
        issuance.freeze_from = b""
    claims.tend(tx, about, Budget(DUTY_LOTS_MAX))
    RECORDS.put(tx.overlay, about)


# ---- writing it ----


def become(tx: Tx, record: Record, state: str) -> None:
    """Change the state without a row of the workflow; the caller writes the notice."""
    before, record.state = record.state, state
    record.state_since_s = tx.now
    record.version += 1
    if state in CLOSED_STATES and record.notice.blocks_issue:
        _block(tx, record, -1)
    _tell(tx, record, before)


def _tell(tx: Tx, record: Record, before: str) -> None:
    changed = e.RecordChanged(
        program=record.program,
        record=RecordRef(kind=NOTICE, id=record.id),
        from_state=before,
        to_state=record.state,
        account=tx.signer.account if tx.actions else "",
    )
    tx.emit(e.Event(record_changed=changed))


def store(tx: Tx, record: Record, duty_s: int = 0) -> None:
    """Write a notice: when the queue looks at it next, and from when it restricts its debtor."""
    notice = record.notice
    unfinished = notice.reserve_from or notice.pool_left_t
    if record.state in NOTICE_RUNNING_STATES:
        record.duty_s = duty_s or (tx.now if unfinished else notice.due_s)
    elif record.state == "OVERDUE":
        steps = tx.block.rules(record.program).notices.get(notice.kind, NoticeRule()).enforcement
        record.duty_s = tx.now if unfinished or notice.enforcing < len(steps) else 0
    else:
        record.duty_s = 0
    RECORDS.put(tx.overlay, record)
    refresh(tx, notice.debtor)


def refresh(tx: Tx, account_id: str) -> None:
    """Write on an account from when its open duties restrict it: the earliest end of them."""
    prefix = keys.notice_by_debtor_prefix(account_id) + b"\0"
    rows = tx.overlay.scan(prefix, prefix_stop(prefix))
    first = next((int.from_bytes(row[len(prefix) : len(prefix) + 8], "big") for row, _ in rows), 0)
    account = ACCOUNTS.need(tx.overlay, Code.ACC_UNKNOWN, account_id)
    if account.overdue_from_s != first:
        account.overdue_from_s = first
        ACCOUNTS.put(tx.overlay, account)
