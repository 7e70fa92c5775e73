"""What must always hold of locks and duties: C-6, C-7, C-8 of freezes, C-21, C-25.

Must not know: which act it was. Invariant: issuances, activities and accounts count what their
notices, holds and frozen lots add up to. `check` asserts it for what one act touched, `faults`
shows it over the whole state.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from abci_app.core import keys
from abci_app.core.codec import decode
from abci_app.state import lots, schema
from abci_app.state.schema import NOTICE_OPEN_STATES, NOTICE_RUNNING_STATES
from abci_app.state.unit_invariants import Touched
from abci_app.store.kv import Reader, prefix_stop
from tonne.v1 import state_pb2 as s
from tonne.v1.tx_pb2 import ACTIVITY, ISSUANCE, NOTICE, POOL

T = keys.Table

Name = tuple[str, str]  # program and id of an issuance or activity
Owner = tuple[str, str, str]


@dataclass
class Sums:
    """What issuances and activities say, less what notices, holds and lots add up to."""

    reader: Reader
    issuances: dict[Name, dict[str, int]] = field(default_factory=dict)
    activities: dict[Name, int] = field(default_factory=dict)
    ordered: dict[Owner, int] = field(default_factory=dict)  # frozen by order

    def of(self, name: Name, what: str, count: int) -> None:
        """Count to a figure of an issuance."""
        figures = self.issuances.setdefault(name, {})
        figures[what] = figures.get(what, 0) + count

    def record(self, record: s.Record, sign: int) -> None:
        """Count a record that stands (sign 1), or stood before (-1)."""
        name = (record.program, record.id)
        if record.kind == ISSUANCE:
            says = record.issuance
            self.of(name, "frozen_t", sign * says.frozen_t)
            self.of(name, "notice_open_t", sign * says.notice_open_t)
            self.of(name, "deficit_open_t", sign * says.deficit_open_t)
            self.of(name, "reserves placed", sign * (says.reserved_t + says.reserve_added_t))
            self.of(name, "reserve_claimed_t", sign * says.reserve_claimed_t)
        elif record.kind == ACTIVITY:
            count = sign * record.notices_open
            self.activities[name] = self.activities.get(name, 0) + count
        elif record.kind == NOTICE and record.state in NOTICE_OPEN_STATES:
            self._notice(record, sign)

    def _notice(self, record: s.Record, sign: int) -> None:
        notice, program = record.notice, record.program
        if notice.blocks_issue:
            name = (program, notice.activity)
            self.activities[name] = self.activities.get(name, 0) - sign
        if notice.statement:
            count = -sign * (notice.quantity_t - notice.fulfilled_t)
            about = schema.RECORDS.look(self.reader, program, ISSUANCE, notice.issuance)
            assert about is not None, f"C-6: {record.id} is about nothing"
            self.of((program, about.id), "notice_open_t", count)
            if notice.debtor != about.owner:
                self.of((program, about.id), "deficit_open_t", count)

    def hold(self, hold: s.Hold, sign: int) -> None:
        """Count a hold that stands, or stood before."""
        if hold.kind == s.RESERVE and hold.issuance:
            name = (hold.program, hold.issuance)
            self.of(name, "reserves placed", -sign * hold.placed_t)
            self.of(name, "reserve_claimed_t", -sign * hold.claimed_t)
        elif hold.kind == s.FREEZE:
            self.frozen((hold.account, hold.program, hold.class_id), hold.quantity_t * sign)

    def frozen(self, owner: Owner, count: int) -> None:
        """Count what orders freeze of a holding, or, negative, what of it carries the flag."""
        self.ordered[owner] = self.ordered.get(owner, 0) + count

    def wrong(self) -> Iterator[str]:
        """Yield what does not add up."""
        for (program, name), figures in sorted(self.issuances.items()):
            for what, rest in sorted(figures.items()):
                if rest:
                    yield f"C-6, C-7: {what} of {program} {name} is off by {rest}"
        for (program, name), rest in sorted(self.activities.items()):
            if rest:
                yield f"C-25: notices_open of {program} {name} is off by {rest}"
        for owner, rest in sorted(self.ordered.items()):
            if rest:
                yield f"C-8: orders and frozen units of {owner} differ by {rest}"


def check(touched: Touched) -> None:
    """Raise AssertionError when an act leaves locks and duties that do not add up."""
    sums = Sums(touched.after)
    debtors: dict[str, bool] = {}
    for sign, side in ((-1, 0), (1, 1)):
        for row in touched.rows.get(T.RECORD, ()):
            raw = row[side]
            if raw is not None:
                record = decode(s.Record, raw)
                sums.record(record, sign)
                if record.kind == NOTICE:
                    debtors[record.notice.debtor] = True
        for row in touched.rows.get(T.HOLD, ()):
            raw = row[side]
            if raw is not None:
                sums.hold(decode(s.Hold, raw), sign)
    for (owner, issuance, frozen), count in touched.frozen.items():
        if frozen & lots.BY_ORDER:
            sums.frozen(owner, -count)
        if frozen & lots.FOR_DUTY:
            sums.of((owner[1], issuance), "frozen_t", -count)
    for fault in sums.wrong():
        raise AssertionError(fault)
    for old, new in touched.rows.get(T.RECORD, ()):
        if new is not None:
            for fault in notice_faults(decode(s.Record, new), touched.now):
                raise AssertionError(fault)
            _goes_on(old, new)
    for account_id in sorted(debtors):
        account = schema.ACCOUNTS.look(touched.after, account_id)
        assert account is not None, f"C-25: the debtor {account_id} does not exist"
        assert account.overdue_from_s == restricted_from(touched.after, account_id), (
            f"C-25: {account_id} does not say from when its duties restrict it"
        )


def _goes_on(old: bytes | None, new: bytes) -> None:
    """A notice that has ended stays as it is; what was fulfilled is not taken back."""
    record = decode(s.Record, new)
    if old is None or record.kind != NOTICE:
        return
    before = decode(s.Record, old)
    assert before.state in NOTICE_OPEN_STATES, f"C-25: {record.id} had ended"
    assert record.notice.fulfilled_t >= before.notice.fulfilled_t, f"C-25: {record.id} forgets"


def notice_faults(record: s.Record, now: int) -> Iterator[str]:
    """Yield what is wrong with a notice by itself; `now` 0: whenever it was written."""
    if record.kind != NOTICE:
        return
    notice, name = record.notice, f"C-25: notice {record.id}"
    left = notice.quantity_t - notice.fulfilled_t
    if left < 0:
        yield f"{name} is fulfilled by more than it asks for"
    if bool(notice.stopped_s) != (record.state == "CONTESTED") and record.state != "CANCELLED":
        yield f"{name} is {record.state}, and its clock does not stand so"
    if record.state in ("FULFILLED", "FULFILLED_LATE", "ENFORCED") and left:
        yield f"{name} is {record.state} with {left} open"
    if record.state in NOTICE_RUNNING_STATES:
        if notice.quantity_t and not left:
            yield f"{name} is {record.state} with nothing open"
        if not record.duty_s or record.duty_s > notice.due_s:
            yield f"{name} is not looked at when it is due"
        if now and record.duty_s < now and notice.due_s > now:
            yield f"{name} is looked at in the past"
    elif record.duty_s and record.state != "OVERDUE":
        yield f"{name} is {record.state} and still in the queue"


def restricted_from(reader: Reader, account_id: str) -> int:
    """Return the earliest end of an account's duties that will restrict it, 0 for none."""
    prefix = keys.notice_by_debtor_prefix(account_id) + b"\0"
    for row, _ in reader.scan(prefix, prefix_stop(prefix)):
        return int.from_bytes(row[len(prefix) : len(prefix) + 8], "big")
    return 0


# ---- the whole state ----


def faults(reader: Reader) -> Iterator[str]:
    """Yield what of locks and duties does not add up over the whole state."""
    sums = Sums(reader)
    voided: dict[Name, tuple[int, int]] = {}  # said by issuances: voided, claimed from the pool
    for record in schema.RECORDS.all(reader):
        sums.record(record, 1)
        yield from notice_faults(record, 0)
        if record.kind == ISSUANCE:
            figures = record.issuance
            voided[(record.program, record.id)] = (figures.voided_t, figures.pool_claimed_t)
    for hold in schema.HOLDS.all(reader):
        sums.hold(hold, 1)
    for lot in schema.LOTS.all(reader):
        count = lot.end - lot.start + 1
        if lot.frozen & lots.BY_ORDER:
            sums.frozen((lot.account, lot.program, lot.class_id), -count)
        if lot.frozen & lots.FOR_DUTY:
            sums.of((lot.program, lot.issuance), "frozen_t", -count)
    yield from sums.wrong()
    yield from _orders(reader)
    yield from _voided(reader, voided)
    for account in schema.ACCOUNTS.all(reader):
        if account.overdue_from_s != restricted_from(reader, account.id):
            yield f"C-25: {account.id} does not say from when its duties restrict it"


def _orders(reader: Reader) -> Iterator[str]:
    """C-8: what an order freezes carries the flag, and no second order freezes it."""
    frozen = lots.SpanSet()
    for hold in schema.HOLDS.all(reader):
        if hold.kind != s.FREEZE or hold.status != s.HOLD_ACTIVE:
            continue
        items = lots.spans(hold.ranges)
        if sum(item.count for item in items) != hold.quantity_t:
            yield f"C-8: the serials of order {hold.id} are not its quantity"
        for item in items:
            if frozen.overlaps(item):
                yield f"C-8: {item.space}:{item.start} is frozen by two orders"
            frozen.add(item)
        if any(not lot.frozen & lots.BY_ORDER for lot, _ in lots.look(reader, items)):
            yield f"C-8: units of order {hold.id} are not frozen"


def _voided(reader: Reader, said: dict[Name, tuple[int, int]]) -> Iterator[str]:
    """C-6, C-21: what issuances count as void was cancelled for them, and so was the pool."""
    for gone in schema.CANCELLATIONS.all(reader):
        name = (gone.program, gone.issuance)
        if not gone.issuance:
            continue
        voided, pooled = said.get(name, (0, 0))
        source = schema.ACCOUNTS.look(reader, gone.from_account)
        from_pool = source is not None and source.kind == POOL
        said[name] = (voided - gone.quantity_t, pooled - gone.quantity_t * from_pool)
    for (program, issuance), rest in sorted(said.items()):
        if any(rest):
            yield f"C-6, C-21: {program} {issuance} and its cancellations differ by {rest}"
