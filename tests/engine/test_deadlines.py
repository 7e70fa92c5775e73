"""The queue of duties: bounded work a block, in order, each once."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abci_app.actions import ACTIONS
from abci_app.core import calendar
from abci_app.core.codes import Code
from abci_app.core.keys import Table
from abci_app.engine import deadlines
from abci_app.engine.context import Tx
from abci_app.state import schema
from tests import acts
from tests.engine import market as trade
from tests.harness import Chain
from tests.names import PROGRAM
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

DAY = 86_400


def released(chain: Chain) -> list[int]:
    """The numbers of the holds that the last block released."""
    return [
        event.hold_released.id
        for event in chain.duties
        if event.WhichOneof("event") == "hold_released"
    ]


def with_reserves(days: list[int], duties_per_block: int) -> Chain:
    """One reserve of 1 for every entry, placed so many days after the first day."""
    chain = Chain.with_issuance(params={"duties_per_block": duties_per_block})
    start = calendar.parse_iso("2026-02-01")
    for day in days:
        if start + day * DAY > chain.now:
            chain.block(at=start + day * DAY)
        chain.ok("auditor", acts.issue(10), also=("operator",))
    return chain


def test_what_is_above_the_bound_carries_over_in_order_and_happens_once() -> None:
    chain = with_reserves([0] * 7, duties_per_block=3)
    end = chain.hold(1).release_at_s
    chain.block(at=end)
    assert released(chain) == [1, 2, 3]
    chain.block()
    assert released(chain) == [4, 5, 6]
    chain.block()
    assert released(chain) == [7]
    chain.block()
    assert released(chain) == []
    assert chain.balance("issuer") == (70, 0)


def test_duties_come_before_the_transactions_of_their_block() -> None:
    chain = with_reserves([0], duties_per_block=3)
    tx = chain.tx("issuer", acts.move(10, "issuer", "user"), until=chain.hold(1).release_at_s + 1)
    assert chain.balance("issuer") == (9, 1)
    late = chain.hold(1).release_at_s - calendar.DAY_S
    chain.block(at=late)
    assert chain.block(tx, at=chain.hold(1).release_at_s)[0].code == 0


def test_a_carried_over_end_still_closes_a_proposal() -> None:
    """Rules read the time: what is past its end takes no decision, swept or not."""
    chain = Chain.with_issuance(params={"duties_per_block": 1})
    numbers = [chain.pending("auditor", acts.issue(1)) for _ in range(4)]
    end = chain.proposal(numbers[3]).expires_s
    chain.block(at=end)  # all four are due, one is swept
    assert chain.inbox("operator") == []
    decide = chain.tx("operator", acts.yes(numbers[3]))
    withdraw = chain.tx("auditor", acts.withdraw(numbers[3]))
    codes = [row.code for row in chain.block(decide, withdraw, at=end)]
    assert codes == [Code.DECIDE_CLOSED, Code.WITHDRAW_LATE]
    assert [chain.proposal(number).state for number in numbers] == [
        s.PROPOSAL_EXPIRED,
        s.PROPOSAL_EXPIRED,
        s.PROPOSAL_PENDING,
        s.PROPOSAL_PENDING,
    ]


def test_nothing_happens_a_second_too_early() -> None:
    chain = with_reserves([0, 1, 2], duties_per_block=1000)
    for number in (1, 2, 3):
        end = chain.hold(number).release_at_s
        chain.block(at=end - 1)
        assert released(chain) == []
        chain.block(at=end)
        assert released(chain) == [number]


def test_duties_of_many_days_are_done_in_the_order_of_their_days() -> None:
    chain = with_reserves([0, 3, 5], duties_per_block=2)
    first = chain.pending("auditor", acts.issue(10))
    chain.block(at=chain.hold(3).release_at_s + DAY)
    kinds = [str(event.WhichOneof("event")) for event in chain.duties]
    assert kinds == ["proposal_ended", "hold_released"]
    assert chain.duties[0].proposal_ended.id == first
    chain.block()
    assert released(chain) == [2, 3]


@settings(max_examples=15)
@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=5).map(sorted),
    st.integers(1, 4),
    st.lists(st.integers(1, 30), min_size=1, max_size=6),
)
def test_every_reserve_returns_once_and_not_before_its_time(
    days: list[int], bound: int, steps: list[int]
) -> None:
    chain = with_reserves(days, bound)
    count = chain.last(Table.HOLD)
    ends = [chain.hold(number).release_at_s for number in range(1, count + 1)]
    seen: list[int] = []
    chain.block(at=min(ends) - 2)
    for step in [*steps, *[DAY] * (4 + len(days))]:
        chain.block(at=chain.now + step)
        done = released(chain)
        assert len(done) <= bound
        assert all(ends[number - 1] <= chain.now for number in done)
        seen += done
    assert seen == list(range(1, count + 1)), "in order, each once"
    assert chain.balance("issuer") == (10 * len(days), 0)


# ---- duties that come again, and duties that raise ----


def restless(monkeypatch: pytest.MonkeyPatch, *, later: bool) -> list[str]:
    """Methodologies ask the queue for ten seconds later, and it looks at each of them for ever.

    `later`: they come again at the time of the block, as they should; else at the very same time.
    """
    seen: list[str] = []
    execute = ACTIONS["put_record"].execute

    def put(tx: Tx, message: t.PutRecord) -> None:
        execute(tx, message)
        record = schema.RECORDS.need(tx.overlay, Code.REC_REF, PROGRAM, t.METHODOLOGY, message.id)
        record.duty_s = tx.now + 10
        schema.RECORDS.put(tx.overlay, record)

    def look(tx: Tx, record: s.Record) -> None:
        seen.append(record.id)
        record.duty_s = tx.now if later else record.duty_s
        schema.RECORDS.put(tx.overlay, record)

    monkeypatch.setitem(ACTIONS, "put_record", replace(ACTIONS["put_record"], execute=put))
    monkeypatch.setitem(deadlines.RECORD_DUTIES, t.METHODOLOGY, look)
    return seen


@pytest.mark.parametrize("later", [True, False])
def test_a_duty_that_comes_again_has_one_turn_a_block(
    monkeypatch: pytest.MonkeyPatch, *, later: bool
) -> None:
    chain = Chain.with_parties()
    seen = restless(monkeypatch, later=later)
    chain.ok("issuer", acts.methodology("M2"))
    chain.block(at=chain.now + 9)
    assert seen == []
    for turn in (1, 2, 3):
        chain.block()
        assert seen == ["M2"] * turn * 2, "once by the application, once by its replica"


def test_duties_that_come_again_let_others_have_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = Chain.with_issuance(params={"duties_per_block": 1})
    number = chain.pending("auditor", acts.issue(1))
    seen = restless(monkeypatch, later=True)
    end = chain.proposal(number).expires_s
    chain.block(at=end - 15)
    chain.ok("issuer", acts.methodology("M2"), acts.methodology("M3"))
    for _ in range(4):
        chain.block(at=max(chain.now + 1, end + 1))
    assert chain.proposal(number).state == s.PROPOSAL_EXPIRED
    assert sorted(dict.fromkeys(seen)) == ["M2", "M3"]


@pytest.mark.parametrize("kind", [schema.DUTY_ORDER, schema.DUTY_FILL, schema.DUTY_PROPOSAL])
def test_a_duty_that_raises_is_parked_with_its_record(
    kind: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = trade.market()
    chain.ok("issuer", trade.sell(10, chain, expires_s=chain.now + 1000))
    chain.ok("user", trade.fill(1, 5))
    chain.pending("auditor", acts.issue(1))

    def bug(tx: Tx, record: object) -> None:
        raise KeyError(tx.now, record)

    broken = deadlines.KINDS[kind]._replace(perform=bug)
    monkeypatch.setitem(deadlines.KINDS, kind, broken)
    for _ in range(2):
        chain.block(at=chain.now + 40 * DAY)
    stuck = list(schema.STUCK.all(chain.app.ledger))
    assert [row.kind for row in stuck] == [kind], "once"
    records: list[Any] = [trade.stored(chain, 1), trade.stored_fill(chain, 1), chain.proposal(1)]
    assert [record.parked for record in records] == [
        kind == schema.DUTY_ORDER,
        kind == schema.DUTY_FILL,
        kind == schema.DUTY_PROPOSAL,
    ]
