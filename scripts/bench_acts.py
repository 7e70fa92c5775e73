"""What acts of every kind cost while much waits: proposals, holds, notices, orders, the inbox.

It must not know how a state comes to be. Invariant: every act succeeds, what one opens it ends
again, and the states of all sizes take turns.
"""

import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter_ns

from abci_app.abci import abci_pb2 as abci
from abci_app.core.calendar import DAY_S
from abci_app.core.keys import Table
from abci_app.state import numbers
from scripts import bench_state
from scripts import bench_state_waiting as crowd
from scripts.bench_parts import Bench
from scripts.bench_report import BenchFault, Row, verification_us
from scripts.bench_state import CLASS, PROGRAM, START_S, VALID_S, Holder, Say
from tonne.v1 import service_pb2 as q
from tonne.v1 import tx_pb2 as t

GROWTH = 1.3
LANE = 1  # the transfers of a load use lane 0


class Desk:
    """One application over a state in which much waits, and who acts on it."""

    def __init__(self, bench: Bench, waiting: int, count: int) -> None:
        """Act `count` times in a block, each time for another holder."""
        self.bench = bench
        self.waiting = waiting
        self.count = count
        self.holders = bench.load.first.holders
        self._sequences: dict[str, int] = {}
        self._served = 0

    def last(self, table: Table) -> int:
        """Return the last number given in a table."""
        return numbers.last(self.bench.ledger, table)

    def staff(self, name: str) -> Holder:
        """Return one of the staff, to sign with."""
        return Holder(bench_state.staff(name), bench_state.seed(name))

    def took(self, acts: Sequence[tuple[Holder, t.Action]]) -> int:
        """Take acts through every call of a block; return nanoseconds."""
        load, txs = self.bench.load, []
        for who, action in acts:
            sequence = self._sequences.get(who.account, 0) + 1
            self._sequences[who.account] = sequence
            place = t.Signer(lane=LANE, sequence=sequence)
            txs.append(load.seal(who, place, action, START_S + VALID_S))
        return sum(self.bench.block(txs).values())

    def turn(self) -> list[tuple[Holder, Holder]]:
        """Return who acts in a block, each with another: of another organisation."""
        return [
            (self.holders[at], self.holders[(at + 1) % len(self.holders)])
            for at in range(self.count)
        ]

    def name(self) -> str:
        """Return the id of a notice that nobody has served yet."""
        self._served += 1
        return f"served-{self._served}"


# ---- acts: each returns nanoseconds of all that `count` of them take ----


def transfer(desk: Desk) -> int:
    """A plain transfer, beside which the others stand."""
    return sum(desk.bench.block(desk.bench.load.take(desk.count)).values())


def proposal(desk: Desk) -> int:
    """An envelope becomes a proposal with units held, and the decision that executes it."""
    first = desk.last(Table.PROPOSAL)
    leaves = [(one, _move(one.account, crowd.EXPORT, external="THERE-1")) for one, _ in desk.turn()]
    took = desk.took(leaves)
    bridge = desk.staff("bridge")
    decisions = [t.Decide(proposal=first + 1 + at, verdict=t.YES) for at in range(desk.count)]
    return took + desk.took([(bridge, t.Action(decide=row)) for row in decisions])


def hold(desk: Desk) -> int:
    """A pledge is placed, and released by who controls it."""
    first = desk.last(Table.HOLD)
    placed = [
        t.PlaceHold(
            kind=t.PLEDGE,
            account=one.account,
            class_id=CLASS,
            quantity_t=1,
            controller=other.account,
            claim_to=[t.HOLDING],
        )
        for one, other in desk.turn()
    ]
    acts = [t.Action(hold=t.HoldUnits(program=PROGRAM, place=row)) for row in placed]
    took = desk.took([(one, act) for (one, _), act in zip(desk.turn(), acts, strict=True)])
    released = [t.ReleaseHold(hold=first + 1 + at) for at in range(desk.count)]
    acts = [t.Action(hold=t.HoldUnits(program=PROGRAM, release=row)) for row in released]
    return took + desk.took(
        [(other, act) for (_, other), act in zip(desk.turn(), acts, strict=True)]
    )


def notice(desk: Desk) -> int:
    """A notice is served, and fulfilled by a movement."""
    names = [desk.name() for _ in range(desk.count)]
    served, moved = [], []
    for (one, _), name in zip(desk.turn(), names, strict=True):
        draft = t.NoticeDraft(kind=crowd.NOTICE_KIND, debtor=one.account, quantity_t=1)
        put = t.PutRecord(program=PROGRAM, id=name, notice=draft)
        served.append((desk.staff("operator"), t.Action(put_record=put)))
        moved.append((one, _move(one.account, crowd.VOID, notice=name)))
    return desk.took(served) + desk.took(moved)


def order(desk: Desk) -> int:
    """An order with its escrow, its fill, and the confirmation that delivers the units."""
    first = desk.last(Table.ORDER)
    terms = t.PlaceOrder(
        program=PROGRAM,
        side=t.SELL,
        class_id=CLASS,
        quantity_t=1,
        price_minor=900,
        currency="EUR",
        expires_s=START_S + 100 * DAY_S,
        settlement=t.DIRECT_CONFIRM,
    )
    offers, fills, confirmed = [], [], []
    for at, (one, other) in enumerate(desk.turn(), 1):
        terms.account = one.account
        offer = t.Action()
        offer.place_order.CopyFrom(terms)
        offers.append((one, offer))
        fill = t.FillOrder(
            order=first + at, account=other.account, quantity_t=1, payment_hash=bytes(32)
        )
        fills.append((other, t.Action(fill_order=fill)))
        paid = t.Decide(fill=t.FillRef(order=first + at, fill=1), verdict=t.YES)
        confirmed.append((one, t.Action(decide=paid)))
    return desk.took(offers) + desk.took(fills) + desk.took(confirmed)


def idle(desk: Desk) -> int:
    """A block in which nothing happens and nothing is due."""
    return sum(sum(desk.bench.block([]).values()) for _ in range(desk.count))


def inbox(desk: Desk) -> int:
    """The pages that an approver reads: the first, and one in the middle."""
    account = bench_state.staff("bridge")
    middle = q.Page(cursor=(desk.waiting // 2).to_bytes(8, "big"), size=1)
    requests = [
        q.GetInboxRequest(account=account, page=page).SerializeToString()
        for page in (q.Page(size=1), middle)
    ]
    start = perf_counter_ns()
    for at in range(desk.count):
        request = abci.RequestQuery(path="/GetInbox", data=requests[at % 2])
        answer = desk.bench.app.query(request)
        if answer.code:
            raise BenchFault(f"the inbox was not read: {answer.log}")
    return perf_counter_ns() - start


ACTS: dict[str, Callable[[Desk], int]] = {
    "a transfer": transfer,
    "a proposal and its decision": proposal,
    "a hold and its release": hold,
    "a notice and its fulfilment": notice,
    "an order, its fill and its confirmation": order,
    "an idle block": idle,
    "a page of an inbox": inbox,
}


def _move(source: str, target: str, *, notice: str = "", external: str = "") -> t.Action:
    move = t.Move(
        program=PROGRAM,
        class_id=CLASS,
        quantity_t=1,
        from_account=source,
        to_account=target,
        notice=notice,
        external_account=external,
    )
    return t.Action(move=move)


# ---- measuring ----


@dataclass(frozen=True)
class Scale:
    """How much is measured, beside what `grow` measures of transfers."""

    lots: int
    waiting: tuple[int, ...]
    accounts: int
    organisations: int
    acts: int  # of a kind in a block
    rounds: int


@dataclass
class Size:
    """What was seen while so many of each waited: by act, V of one, an entry a round."""

    waiting: int
    v: dict[str, list[float]] = field(default_factory=dict)


def measure(scale: Scale, place: Path, states: Path, say: Say) -> list[Size]:
    """Measure the sizes in turn, act by act, so that noise meets all of them."""
    if not (scale.acts <= scale.accounts and scale.organisations > 1):
        raise BenchFault(
            f"{scale.acts} acts in a block need as many accounts, and two organisations to trade; "
            f"there are {scale.accounts} of {scale.organisations}"
        )
    with ExitStack() as stack:
        desks: list[tuple[Desk, Size]] = []
        for waiting in scale.waiting:
            desk = Desk(_opened(scale, waiting, place, states, say), waiting, scale.acts)
            stack.callback(desk.bench.ledger.close)
            desks.append((desk, Size(waiting)))
        for number in range(scale.rounds + 1):
            say(f"acts, round {number} of {scale.rounds}" if number else "acts, warming up")
            for name, act in ACTS.items():
                for desk, size in desks:
                    before = verification_us(100)
                    took_us = act(desk) / 1e3 / desk.count
                    v_us = (before + verification_us(100)) / 2
                    if number:
                        size.v.setdefault(name, []).append(took_us / v_us)
    return [size for _, size in desks]


def _opened(scale: Scale, waiting: int, place: Path, states: Path, say: Say) -> Bench:
    more, mark = crowd.records(waiting), crowd.mark(waiting)
    prepared = bench_state.prepare(states, scale.lots, scale.accounts, say, more, mark)
    home = place / f"waiting-{waiting}"
    bench_state.copy(prepared, home)
    people = {"accounts": scale.accounts, "organisations": scale.organisations}
    first = crowd.build(scale.lots, waiting, **people)
    bench_state.found(home, first)
    return Bench(first, home)


def rows(sizes: Sequence[Size]) -> Iterator[Row]:
    """Yield the cost of each act at each size, and how it grows from the first size to the last."""
    for name in ACTS:
        costs = [statistics.median(size.v[name]) for size in sizes]
        for size, cost in zip(sizes, costs, strict=True):
            yield Row(f"{size.waiting} of each wait: {name}", cost, "V")
        for size in sizes[1:]:
            pairs = zip(size.v[name], sizes[0].v[name], strict=True)
            grown = statistics.median(one / other for one, other in pairs)
            yield Row(f"{name} at {size.waiting} to {sizes[0].waiting}", grown, "", GROWTH)
