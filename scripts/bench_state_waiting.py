"""A state in which much waits beside the lots: proposals, holds, notices and orders without end.

It must not know how anything is measured. Invariant: that of bench_state: the rules could have led
to it. Each organisation of the crowd has one account and as many proposals as may wait at once,
and as many pledges, notices and orders; nothing falls due while anything is measured.
"""

from hashlib import sha256
from typing import Any

from google.protobuf.message import Message

from abci_app.core import ids, keys, signing
from abci_app.core.calendar import DAY_S
from abci_app.core.limits import PROPOSALS_PENDING_MAX
from abci_app.state import schema
from abci_app.state.table import Table
from scripts import bench_state
from scripts.bench_state import CLASS, LINK, PROGRAM, REGISTRY, START_S, First, Rows
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

NAME = "crowd"  # of the issuance whose units they are
UNITS_T = 4  # of each number: one for a proposal, one pledged, two offered or free
FIRST_HOLD = 2  # the first is the reserve of bench_state
FIRST_ACCOUNT = 100_000  # beyond those of bench_state
EXPORT = str(ids.AccountId(REGISTRY, 500, 1, 0))
VOID = str(ids.AccountId(REGISTRY, 240, 1, 0))
NOTICE_KIND = "EXCESS"
RULES = f"""
[[notice_rules]]
kind = "{NOTICE_KIND}"
due_months = 6
sink_kind = "CANCEL"
sink_code = 240
enforcement = ["RESTRICT"]

[[workflow_rules]]
name = "serve a notice"
kind = "NOTICE"
from_state = ""
to_state = "OPEN"
signer = "OPERATOR"
"""


def build(lots: int, waiting: int, *, accounts: int = 200, organisations: int = 40) -> First:
    """Return a first state that fits a ledger prepared with `records` of as many."""
    counters = {
        keys.Table.PROPOSAL: waiting,
        keys.Table.ORDER: waiting,
        keys.Table.HOLD: _first_hold(waiting) - 1,
    }
    return bench_state.build(
        lots,
        accounts=accounts,
        organisations=organisations,
        more_rules=RULES,
        more_units_t=UNITS_T * waiting,
        counters=counters,
    )


def mark(waiting: int) -> str:
    """Return what tells a prepared state with so many of each from others."""
    return f"-waiting-{waiting}"


def records(waiting: int) -> Rows:
    """Yield every record, `waiting` of each kind; no key comes twice."""
    if not waiting:
        return
    yield from bench_state.records(NAME, UNITS_T * waiting, 0, START_S)
    for house in range(-(-waiting // PROPOSALS_PENDING_MAX)):
        first = house * PROPOSALS_PENDING_MAX
        numbers = range(first, min(waiting, first + PROPOSALS_PENDING_MAX))
        yield from _party(house, numbers)
        for number in numbers:
            yield from _proposal(number)
            yield from _pledge(number)
            yield from _notice(number)
            yield from _order(number)


def _house(number: int) -> str:
    return f"crowd-{number // PROPOSALS_PENDING_MAX:06}"


def _account(number: int) -> str:
    return bench_state.account_id(FIRST_ACCOUNT + number // PROPOSALS_PENDING_MAX)


def _sells(number: int) -> bool:
    return number % 2 == 0


def _due_s(number: int) -> int:
    return START_S + 180 * DAY_S + number


def _span(number: int, first: int, count: int = 1) -> t.SerialRange:
    """Return some of the units of a number, counted from 0."""
    start = 1 + UNITS_T * number + first
    space = bench_state.space_of(NAME)
    return t.SerialRange(space=space, start=start, end=start + count - 1)


def _lot(number: int, span: t.SerialRange, hold: int) -> tuple[Table[Any], Message]:
    account = _account(number)
    return schema.LOTS, bench_state.lot_of(NAME, span.start, span.end, account, hold)


def _party(house: int, numbers: range) -> Rows:
    """An organisation of the crowd, its account, and what it holds."""
    count, sold = len(numbers), sum(map(_sells, numbers))
    name, account = _house(numbers[0]), _account(numbers[0])
    key = signing.public_key(bench_state.seed(f"crowd {house}"))
    yield (
        schema.ORGANISATIONS,
        s.Organisation(
            id=name, name=name, country="XX", status=t.ORGANISATION_ACTIVE, pending=count
        ),
    )
    yield (
        schema.ACCOUNTS,
        s.Account(
            id=account,
            organisation=name,
            program=PROGRAM,
            name=name,
            kind=t.HOLDING,
            code=100,
            holder_kind=t.ORG,
            keys=[s.Key(key=key, person=name, rights=[t.INITIATE, t.APPROVE])],
            min_initiate=1,
            market_access=True,
            status=t.ACCOUNT_OPEN,
            opened_s=START_S,
            overdue_from_s=_due_s(numbers[0]),
        ),
    )
    held = [
        s.HeldByKind(kind=kind, held_t=held_t)
        for kind, held_t in ((t.ESCROW, 2 * sold), (t.PENDING, count), (t.PLEDGE, count))
        if held_t
    ]
    free_t = 2 * (count - sold)
    holding = s.Holding(account=account, program=PROGRAM, class_id=CLASS, free_t=free_t, held=held)
    yield schema.HOLDINGS, holding


def _first_hold(number: int) -> int:
    """Return the first hold of a number: three for one that sells, two for one that buys."""
    return FIRST_HOLD + 2 * number + (number + 1) // 2


def _hold(number: int, which: int, kind: t.HoldKind, span: t.SerialRange, **more: Any) -> s.Hold:  # noqa: ANN401 - fields of a hold
    quantity_t = span.end - span.start + 1
    return s.Hold(
        id=_first_hold(number) + which,
        kind=kind,
        status=s.HOLD_ACTIVE,
        program=PROGRAM,
        class_id=CLASS,
        account=_account(number),
        quantity_t=quantity_t,
        placed_t=quantity_t,
        placed_s=START_S,
        ranges=[span],
        **more,
    )


def _proposal(number: int) -> Rows:
    """A transfer to the other registry that waits for its bridge."""
    account, span = _account(number), _span(number, 0)
    hold = _hold(number, 0, t.PENDING, span, proposal=number + 1)
    move = t.Move(
        program=PROGRAM,
        class_id=CLASS,
        quantity_t=1,
        from_account=account,
        to_account=EXPORT,
        external_account="THERE-1",
    )
    need = s.Requirement(
        program=PROGRAM, role=t.BRIDGE, list=LINK, count=1, excluded=[_house(number)]
    )
    proposal = s.Proposal(
        id=number + 1,
        state=s.PROPOSAL_PENDING,
        signers=[s.Party(account=account, organisation=_house(number))],
        actions=[t.Action(move=move)],
        requirements=[need],
        holds=[hold.id],
        pinned=[s.PinnedUnits(ranges=[span])],
        created_s=START_S,
        expires_s=START_S + 30 * DAY_S,
        tx_id=sha256(keys.u64(number)).digest(),
    )
    yield schema.PROPOSALS, proposal
    yield schema.HOLDS, hold
    yield _lot(number, span, hold.id)


def _pledge(number: int) -> Rows:
    """A pledge to the operator that ends by itself."""
    span = _span(number, 1)
    hold = _hold(
        number,
        1,
        t.PLEDGE,
        span,
        release_at_s=START_S + 60 * DAY_S + number,
        controller_account=bench_state.staff("operator"),
        claim_to=[t.RETIRE],
    )
    yield schema.HOLDS, hold
    yield _lot(number, span, hold.id)


def _notice(number: int) -> Rows:
    account, house = _account(number), _house(number)
    notice = s.Notice(
        kind=NOTICE_KIND,
        debtor=account,
        debtor_organisation=house,
        quantity_t=1,
        due_s=_due_s(number),
        contest_until_s=_due_s(number),
        restricts=True,
    )
    record = s.Record(
        program=PROGRAM,
        kind=t.NOTICE,
        id=f"{NAME}-{number}",
        owner=account,
        owner_organisation=house,
        state="OPEN",
        version=1,
        created_s=START_S,
        state_since_s=START_S,
        duty_s=notice.due_s,
        notice=notice,
    )
    yield schema.RECORDS, record


def _order(number: int) -> Rows:
    """An order to sell, with its escrow, or to buy; half of them of each side."""
    span = _span(number, 2, 2)
    order = s.Order(
        id=number + 1,
        program=PROGRAM,
        side=t.SELL if _sells(number) else t.BUY,
        state=s.ORDER_OPEN,
        account=_account(number),
        organisation=_house(number),
        class_id=CLASS,
        quantity_t=2,
        price_minor=800 + number % 400,
        currency="EUR",
        min_fill_t=1,
        placed_s=START_S,
        expires_s=START_S + 200 * DAY_S + number,
        settlement=t.DIRECT_CONFIRM,
    )
    if _sells(number):
        hold = _hold(number, 2, t.ESCROW, span, order=order.id)
        order.hold = hold.id
        yield schema.HOLDS, hold
    yield schema.ORDERS, order
    yield _lot(number, span, order.hold)
