"""The whole state on one page: every table, its key, its record, its index rows.

Must not know: rules. Invariant: what stands beside the tree can be rebuilt from this page and the
tree alone
(bodies of programs apart, whose hash the tree holds).
"""

from abci_app.core import keys
from abci_app.state.table import Table
from tonne.v1 import state_pb2 as s
from tonne.v1.tx_pb2 import VERIFICATION

T = keys.Table

FREE, HELD, FROZEN = 0, 1, 2  # the status byte of the owner index

DUTY_HOLD, DUTY_PROPOSAL = 1, 2  # the kind byte of the deadline queue

CLAIMING_KINDS = (VERIFICATION,)  # statements that claim tonnes of a boundary and time


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
    if hold.status != s.HOLD_ACTIVE or not hold.release_at_s or hold.parked:
        return []
    return [(keys.deadline(hold.release_at_s, DUTY_HOLD, keys.u64(hold.id)), b"")]


def _proposal_rows(proposal: s.Proposal) -> list[tuple[bytes, bytes]]:
    if proposal.state != s.PROPOSAL_PENDING:
        return []
    rows = [
        (keys.inbox(need.program, need.role, proposal.id), b"") for need in proposal.requirements
    ]
    if not proposal.parked:
        rows.append((keys.deadline(proposal.expires_s, DUTY_PROPOSAL, keys.u64(proposal.id)), b""))
    return sorted(dict(rows).items())


def _accreditation_rows(seat: s.Accreditation) -> list[tuple[bytes, bytes]]:
    key = keys.accreditation(seat.program, seat.role, seat.list, seat.account)
    return [(keys.accreditation_by_account_prefix(seat.account) + key, b"")]


def _account_rows(account: s.Account) -> list[tuple[bytes, bytes]]:
    prefix = keys.account_by_organisation_prefix(account.organisation)
    return [(prefix + keys.text(account.id), b"")]


def _statement_rows(statement: s.Statement) -> list[tuple[bytes, bytes]]:
    if statement.status != s.ACCEPTED:
        return []
    prefix = keys.statement_by_activity_prefix(
        statement.program, statement.activity, statement.kind
    )
    rows = [(prefix + keys.text(statement.id), b"")]
    if statement.kind in CLAIMING_KINDS:
        prefix = keys.claim_prefix(statement.boundary_id, statement.kind)
        row = keys.claim(prefix, statement.period_from_s, statement.program, statement.id)
        rows.append((row, keys.u64(statement.period_to_s)))
    return rows


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
RECORDS = Table(T.RECORD, s.Record, keys.record, lambda r: (r.program, r.kind, r.id))
SPACES = Table(T.SPACE, s.Space, keys.space, lambda r: (r.id,))
LOTS = Table(T.LOT, s.Lot, keys.lot, lambda r: (r.space, r.start), _lot_rows)
HOLDINGS = Table(T.HOLDING, s.Holding, keys.holding, lambda r: (r.account, r.program, r.class_id))
HOLDS = Table(T.HOLD, s.Hold, keys.hold, lambda r: (r.id,), _hold_rows)
SUPPLIES = Table(T.SUPPLY, s.Supply, keys.supply, lambda r: (r.program, r.class_id))
RETIREMENTS = Table(T.RETIREMENT, s.Retirement, keys.retirement, lambda r: (r.id,))
SINK_TOTALS = Table(T.SINK_TOTAL, s.SinkTotal, keys.sink_total, lambda r: (r.account,))
PROPOSALS = Table(T.PROPOSAL, s.Proposal, keys.proposal, lambda r: (r.id,), _proposal_rows)
STUCK = Table(T.STUCK, s.Stuck, keys.stuck, lambda r: (r.due_s, r.kind, r.subject))

# Written elsewhere: LANES by machine (keys.lanes), PROGRAM and PROGRAM_BODY by policies, COUNTER
# by numbers.
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
    STUCK,
)
