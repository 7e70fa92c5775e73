"""The whole state on one page: every table, its key, its record, its index rows.

Must not know: rules. Invariant: what stands beside the tree can be rebuilt from this page and the
tree alone
(bodies of programs apart, whose hash the tree holds).
"""

from abci_app.core import keys
from abci_app.core.limits import U64_MAX
from abci_app.state.table import Table
from tonne.v1 import state_pb2 as s
from tonne.v1.tx_pb2 import EMISSIONS, INVENTORY, NOTICE, SELL, VERIFICATION

T = keys.Table

FREE, HELD, FROZEN = 0, 1, 2  # the status byte of the owner index

# The kind byte of the deadline queue.
DUTY_HOLD, DUTY_PROPOSAL, DUTY_RECORD, DUTY_ORDER, DUTY_FILL, DUTY_SCHEDULED = 1, 2, 3, 4, 5, 6

# Statements that claim a boundary and time; and what an indirect claim says of the direct ones
# that it was compared with, in the place of a kind.
CLAIMING_KINDS = (VERIFICATION, EMISSIONS, INVENTORY)
RECONCILED = 0xFF


def lot_status(lot: s.Lot) -> int:
    """Return the status byte of a lot; a freeze wins over every hold."""
    if lot.frozen:
        return FROZEN
    return HELD if lot.hold else FREE


def owner_row(lot: s.Lot) -> bytes:
    """Return the key of a lot in the owner index."""
    prefix = keys.owner_prefix(lot.account, lot.program, lot.class_id, lot_status(lot))
    return keys.owner(prefix, lot.valid_until_s, lot.vintage, lot.space, lot.start)


def _lot_rows(lot: s.Lot) -> list[tuple[bytes, bytes]]:
    space = lot.space
    row, by_end = owner_row(lot), keys.lot_by_end(space, lot.end)
    start = row[-8:]
    return [(row, keys.text(space) + start + by_end[-8:]), (by_end, start)]


def _hold_rows(hold: s.Hold) -> list[tuple[bytes, bytes]]:
    rows: list[tuple[bytes, bytes]] = []
    if hold.status != s.HOLD_ACTIVE:
        return rows
    if hold.release_at_s and not hold.parked:
        rows.append((keys.deadline(hold.release_at_s, DUTY_HOLD, keys.u64(hold.id)), b""))
    if hold.issuance:
        prefix = keys.reserve_by_issuance_prefix(hold.program, hold.issuance)
        rows.append((prefix + keys.u64(hold.id), b""))
    return rows


def _proposal_rows(proposal: s.Proposal) -> list[tuple[bytes, bytes]]:
    if proposal.state == s.PROPOSAL_DELAYED and not proposal.parked:
        return [(keys.deadline(proposal.not_before_s, DUTY_PROPOSAL, keys.u64(proposal.id)), b"")]
    if proposal.state != s.PROPOSAL_PENDING:
        return []
    rows = [
        (keys.inbox(need.program, need.role, proposal.id), b"") for need in proposal.requirements
    ]
    if not proposal.parked:
        open_window = proposal.window_end_s and not proposal.unopposed
        due_s = proposal.window_end_s if open_window else proposal.expires_s
        rows.append((keys.deadline(due_s, DUTY_PROPOSAL, keys.u64(proposal.id)), b""))
    return sorted(dict(rows).items())


def _accreditation_rows(seat: s.Accreditation) -> list[tuple[bytes, bytes]]:
    key = keys.accreditation(seat.program, seat.role, seat.list, seat.account)
    return [(keys.accreditation_by_account_prefix(seat.account) + key, b"")]


def _account_rows(account: s.Account) -> list[tuple[bytes, bytes]]:
    prefix = keys.account_by_organisation_prefix(account.organisation)
    return [(prefix + keys.text(account.id), b"")]


def _statement_rows(statement: s.Statement) -> list[tuple[bytes, bytes]]:
    """An accepted statement stands by what it is about, and by what it claims."""
    rows: list[tuple[bytes, bytes]] = []
    if statement.status != s.ACCEPTED:
        return rows
    program, name = statement.program, statement.id
    subject = statement.activity or statement.footprint
    if subject:
        prefix = keys.statement_by_activity_prefix(program, subject, statement.kind)
        rows.append((prefix + keys.text(name), b""))
    if statement.kind in CLAIMING_KINDS:
        claims = [keys.claim_prefix(statement.boundary_id, statement.kind)]
        claims += [keys.claim_prefix(boundary, RECONCILED) for boundary in statement.reconciled]
        until = keys.u64(statement.period_to_s)
        rows += [
            (keys.claim(prefix, statement.period_from_s, program, name), until) for prefix in claims
        ]
    return rows


NOTICE_OPEN_STATES = ("OPEN", "INCOMPLETE", "CONTESTED", "REVISED", "OVERDUE")
NOTICE_RUNNING_STATES = ("OPEN", "INCOMPLETE", "REVISED")  # its clock runs


def will_restrict(record: s.Record) -> bool:
    """Tell whether a notice restricts its debtor once it is overdue, and has not done so yet."""
    running = record.state in NOTICE_RUNNING_STATES
    enforced = record.state == "OVERDUE" and record.duty_s > 0  # the queue is at it
    return record.notice.restricts and (running or enforced)


def _record_rows(record: s.Record) -> list[tuple[bytes, bytes]]:
    """A record with a duty stands in the queue by its key; an open notice, by its debtor.

    Of a debtor's notices those come first that will restrict him, the earliest end before others.
    """
    rows: list[tuple[bytes, bytes]] = []
    key = keys.record(record.program, record.kind, record.id)
    if record.duty_s and not record.parked:
        rows.append((keys.deadline(record.duty_s, DUTY_RECORD, key), b""))
    if record.kind == NOTICE and record.state in NOTICE_OPEN_STATES:
        prefix = keys.notice_by_debtor_prefix(record.notice.debtor)
        rank = bytes((0 if will_restrict(record) else 1,))
        rows.append((prefix + rank + keys.u64(record.notice.due_s) + key, b""))
    return rows


def _import_rows(row: s.Import) -> list[tuple[bytes, bytes]]:
    prefix = keys.import_by_serial_prefix(row.registry, row.external.space)
    value = keys.u64(row.external.start) + keys.u64(row.id)
    return [(prefix + keys.u64(row.external.end), value)]


def _order_rows(order: s.Order) -> list[tuple[bytes, bytes]]:
    """An open order stands in the book by price, the best for who fills it first; and by term."""
    if order.state not in (s.ORDER_OPEN, s.ORDER_PART_FILLED):
        return []
    price = order.price_minor if order.side == SELL else U64_MAX - order.price_minor
    prefix = keys.order_book_prefix(order.program, order.class_id, order.side)
    rows = [(prefix + keys.u64(price) + keys.u64(order.id), b"")]
    rows.append((keys.market_by_account_prefix(order.account) + keys.u64(order.id), b""))
    if not order.parked:
        rows.append((keys.deadline(order.expires_s, DUTY_ORDER, keys.u64(order.id)), b""))
    return sorted(rows)


def _fill_rows(fill: s.Fill) -> list[tuple[bytes, bytes]]:
    if fill.state != s.FILL_RESERVED:
        return []
    subject = keys.u64(fill.order) + keys.u64(fill.fill)
    rows = [(keys.market_by_account_prefix(fill.account) + subject, b"")]
    if not fill.parked:
        rows.append((keys.deadline(fill.expires_s, DUTY_FILL, subject), b""))
    return sorted(rows)


def _scheduled_rows(row: s.Scheduled) -> list[tuple[bytes, bytes]]:
    if row.parked:
        return []
    return [(keys.deadline(row.effective_from_s, DUTY_SCHEDULED, bytes((row.object,))), b"")]


CHAIN = Table(T.CHAIN, s.Chain, keys.chain, lambda _: ())
ORGANISATIONS = Table(T.ORGANISATION, s.Organisation, keys.organisation, lambda r: (r.id,))
ACCOUNTS = Table(T.ACCOUNT, s.Account, keys.account, lambda r: (r.id,), _account_rows)
ACCREDITATIONS = Table(
    T.ACCREDITATION,
    s.Accreditation,
    keys.accreditation,
    lambda r: (r.program, r.role, r.list, r.account),
    _accreditation_rows,
)
DOCUMENTS = Table(
    T.DOCUMENT,
    s.Document,
    keys.document,
    lambda r: (r.program, r.kind, r.link.kind, r.link.id, r.hash),
)
STATEMENTS = Table(
    T.STATEMENT, s.Statement, keys.statement, lambda r: (r.program, r.id), _statement_rows
)
RECORDS = Table(T.RECORD, s.Record, keys.record, lambda r: (r.program, r.kind, r.id), _record_rows)
SPACES = Table(T.SPACE, s.Space, keys.space, lambda r: (r.id,))
LOTS = Table(T.LOT, s.Lot, keys.lot, lambda r: (r.space, r.start), _lot_rows)
HOLDINGS = Table(T.HOLDING, s.Holding, keys.holding, lambda r: (r.account, r.program, r.class_id))
HOLDS = Table(T.HOLD, s.Hold, keys.hold, lambda r: (r.id,), _hold_rows)
SUPPLIES = Table(T.SUPPLY, s.Supply, keys.supply, lambda r: (r.program, r.class_id))
RETIREMENTS = Table(T.RETIREMENT, s.Retirement, keys.retirement, lambda r: (r.id,))
SINK_TOTALS = Table(T.SINK_TOTAL, s.SinkTotal, keys.sink_total, lambda r: (r.account,))
PROPOSALS = Table(T.PROPOSAL, s.Proposal, keys.proposal, lambda r: (r.id,), _proposal_rows)
CAP_RECORDS = Table(
    T.CAP_RECORD,
    s.CapRecord,
    keys.cap_record,
    lambda r: (r.program, r.class_id, r.party, r.period),
)
LABELS = Table(
    T.LABEL,
    s.LabelGrant,
    keys.label,
    lambda r: (r.program, r.label, r.scope, r.target, r.number),
)
IMPORTS = Table(T.IMPORT, s.Import, keys.import_, lambda r: (r.id,), _import_rows)
LINK_TOTALS = Table(T.LINK_TOTAL, s.LinkTotal, keys.link_total, lambda r: (r.program, r.link))
ORDERS = Table(T.ORDER, s.Order, keys.order, lambda r: (r.id,), _order_rows)
FILLS = Table(T.FILL, s.Fill, keys.fill, lambda r: (r.order, r.fill), _fill_rows)
CANCELLATIONS = Table(T.CANCELLATION, s.Cancellation, keys.cancellation, lambda r: (r.id,))
RECEIPTS = Table(
    T.RECEIPT, s.Receipt, keys.receipt, lambda r: (r.program, r.footprint, r.receipt_hash)
)
SCHEDULED = Table(T.SCHEDULED, s.Scheduled, keys.scheduled, lambda r: (r.object,), _scheduled_rows)
VALIDATORS = Table(T.VALIDATORS, s.ValidatorSet, keys.validators, lambda _: ())
STUCK = Table(T.STUCK, s.Stuck, keys.stuck, lambda r: (r.due_s, r.kind, r.subject))

# Written elsewhere: LANES by machine (keys.lanes), PROGRAM and PROGRAM_BODY by policies, COUNTER
# by numbers.
UNTYPED_TABLES: tuple[keys.Table, ...] = (T.LANES, T.PROGRAM, T.COUNTER)  # in the tree as well
BODY_TABLES: tuple[keys.Table, ...] = (T.PROGRAM_BODY,)  # beside it, hashed in it: not derived

RECORD_TABLES: tuple[Table, ...] = (  # type: ignore[type-arg]
    CHAIN,
    ORGANISATIONS,
    ACCOUNTS,
    ACCREDITATIONS,
    DOCUMENTS,
    STATEMENTS,
    RECORDS,
    SPACES,
    LOTS,
    HOLDINGS,
    HOLDS,
    SUPPLIES,
    RETIREMENTS,
    SINK_TOTALS,
    PROPOSALS,
    CAP_RECORDS,
    LABELS,
    IMPORTS,
    LINK_TOTALS,
    ORDERS,
    FILLS,
    CANCELLATIONS,
    RECEIPTS,
    SCHEDULED,
    VALIDATORS,
    STUCK,
)
