"""What touches many lots or holds is done up to a bound at once, and the rest by the queue."""

import pytest

from abci_app.core.calendar import DAY_S, parse_iso
from abci_app.core.codes import Code
from abci_app.core.limits import DUTY_LOTS_MAX
from abci_app.state.schema import LOTS
from tests import acts
from tests import duty_acts as duty
from tests.duty_acts import span
from tests.duty_world import (
    DUTIES,
    POOL,
    VOID,
    account,
    holding,
    issued_with_pool,
    second_activity,
    units,
    with_pool,
    with_units,
)
from tests.engine.test_reversals import reversal
from tests.harness import Chain
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

LOTS_OF_ISSUER = 100


def scattered(chain: Chain, lots: int = LOTS_OF_ISSUER) -> None:
    """Every second unit goes to the user: the issuer's lie in so many lots of one."""
    for first in range(1, 2 * lots, 100):
        odd = range(first + 1, min(first + 100, 2 * lots + 1), 2)
        spans = [span(serial, serial) for serial in odd]
        move = acts.move(0, "issuer", "user", ranges=spans, max_lots=256)
        chain.ok("issuer", move)


def invalid(chain: Chain, quantity: int, name: str = "V1") -> None:
    chain.ok("coordinator", duty.invalidation(quantity, name), also=("operator",))


def issuance(chain: Chain) -> s.Issuance:
    return chain.record(t.ISSUANCE, "R1").issuance


def state(chain: Chain, name: str = "V1") -> tuple[str, int]:
    record = chain.record(t.NOTICE, name)
    return record.state, record.notice.fulfilled_t


def test_freezing_goes_on_in_the_next_block() -> None:
    chain = with_units(2 * LOTS_OF_ISSUER)
    scattered(chain)
    assert units(chain, "issuer") == (LOTS_OF_ISSUER, 0, 0)
    invalid(chain, 90)
    assert units(chain, "issuer") == (LOTS_OF_ISSUER - DUTY_LOTS_MAX, DUTY_LOTS_MAX, 0)
    assert issuance(chain).freezing_t == 90 - DUTY_LOTS_MAX
    chain.ok("issuer", acts.move(1, "issuer", "user"))  # the queue comes first
    assert units(chain, "issuer") == (9, 90, 0)
    assert (issuance(chain).freezing_t, issuance(chain).freeze_from) == (0, b"")
    assert chain.record(t.ISSUANCE, "R1").duty_s == 0


def test_no_more_is_frozen_than_is_still_owed() -> None:
    chain = with_units(2 * LOTS_OF_ISSUER)
    scattered(chain)
    two = [span(2, 2), span(4, 4)]
    decide = chain.tx("coordinator", duty.invalidation(100), also=("operator",))
    bought = chain.tx("user", acts.move(0, "user", "issuer", ranges=two))
    void = chain.tx("issuer", acts.move(0, "issuer", VOID, notice="V1", ranges=two))
    assert [row.code for row in chain.block(decide, bought, void)] == [0, 0, 0]
    assert issuance(chain).frozen_t == issuance(chain).notice_open_t == 98
    assert units(chain, "issuer") == (2, 98, 0)


def test_what_the_issuer_acquires_later_is_not_frozen() -> None:
    chain = with_units()
    chain.ok("issuer", acts.move(950, "issuer", "user"))
    invalid(chain, 200)
    assert units(chain, "issuer") == (0, 50, 0)
    chain.ok("user", acts.move(100, "user", "issuer"))
    chain.block()
    assert units(chain, "issuer") == (100, 50, 0)
    invalid(chain, 30, "V2")
    assert units(chain, "issuer") == (70, 80, 0)


def test_units_of_other_issuances_are_looked_over_not_frozen() -> None:
    chain = with_units(500)
    second_activity(chain, 500)
    issued_with_pool(chain, 500, 0, "R2")
    chain.ok("operator", acts.alter("other", market_access=True))
    chain.ok("other", acts.move(300, "other", "issuer"))
    chain.ok("issuer", acts.move(450, "issuer", "user"))
    invalid(chain, 400)
    assert units(chain, "issuer") == (300, 50, 0)
    assert [lot.issuance for lot in LOTS.all(chain.app.ledger) if lot.frozen] == ["R1"]


def test_freeing_goes_on_in_the_next_block() -> None:
    chain = with_units(2 * LOTS_OF_ISSUER)
    scattered(chain)
    invalid(chain, 100)
    chain.block()
    assert units(chain, "issuer") == (0, 100, 0)
    chain.ok("user", acts.move(95, "user", "issuer", max_lots=256))
    bought = [span(serial, serial) for serial in range(2, 2 + 2 * 45, 2)]
    chain.ok("issuer", acts.move(0, "issuer", VOID, notice="V1", ranges=bought, max_lots=256))
    assert units(chain, "issuer") == (50 + 45, 55, 0)
    more = [span(serial, serial) for serial in range(92, 92 + 2 * 50, 2)]
    chain.ok("issuer", acts.move(0, "issuer", VOID, notice="V1", ranges=more, max_lots=256))
    assert units(chain, "issuer") == (95, 5, 0)
    chain.ok("issuer", acts.move(5, "issuer", VOID, notice="V1"))
    assert units(chain, "issuer") == (95, 0, 0)
    assert state(chain) == ("FULFILLED", 100)


def test_a_decision_taken_back_frees_all_in_portions() -> None:
    chain = with_units(2 * LOTS_OF_ISSUER)
    scattered(chain)
    invalid(chain, 100)
    chain.block()
    chain.ok("issuer", duty.step("V1", "CONTESTED"))
    chain.ok("arbiter", duty.step("V1", "CANCELLED"))
    assert units(chain, "issuer") == (DUTY_LOTS_MAX, 100 - DUTY_LOTS_MAX, 0)
    chain.block()
    assert units(chain, "issuer") == (100, 0, 0)
    figures = issuance(chain)
    assert (figures.valid_base_t, figures.notice_open_t, figures.voided_t) == (100_000, 0, 0)


def test_a_revised_decision_gives_part_of_the_base_back() -> None:
    chain = with_units()
    invalid(chain, 400)
    base = issuance(chain).valid_base_t
    chain.ok("issuer", duty.step("V1", "CONTESTED"))
    revision = t.NoticeRevision(quantity_t=100)
    chain.ok("arbiter", duty.step("V1", "REVISED", revision=revision))
    assert units(chain, "issuer") == (900, 100, 0)
    assert (issuance(chain).valid_base_t, issuance(chain).notice_open_t) == (base + 300, 100)
    chain.ok("issuer", duty.step("V1", "CONTESTED"))
    more = t.NoticeRevision(quantity_t=250)
    chain.ok("arbiter", duty.step("V1", "REVISED", revision=more))
    assert units(chain, "issuer") == (750, 250, 0)
    assert issuance(chain).valid_base_t == base + 150
    chain.ok("issuer", duty.step("V1", "CONTESTED"))
    beyond = t.NoticeRevision(quantity_t=(1 << 64) - 1)
    chain.refused(Code.INVALIDATION_LIMIT, "arbiter", duty.step("V1", "REVISED", revision=beyond))


def test_many_reserves_are_claimed_over_several_blocks() -> None:
    holds = 70
    chain = Chain.with_issuance(program=DUTIES, cap=1000, reserve_bps=1000, months=24)
    for _ in range(holds // 14):
        issues = [acts.issue(10) for _ in range(14)]
        chain.ok("auditor", *issues, also=("operator",))
    assert units(chain, "issuer") == (630, 0, holds)
    invalid(chain, 100)
    claimed = DUTY_LOTS_MAX
    assert holding(chain, VOID).free_t == claimed
    assert state(chain) == ("OPEN", 0)
    assert chain.record(t.NOTICE, "V1").notice.quantity_t == 100 - claimed
    chain.block()
    assert holding(chain, VOID).free_t == holds
    assert state(chain) == ("OPEN", holds - claimed)
    record = chain.record(t.NOTICE, "V1")
    assert (record.notice.reserve_from, record.duty_s) == (0, record.notice.due_s)
    chain.block()
    assert units(chain, "issuer") == (600, 30, 0)
    assert issuance(chain).reserve_claimed_t == holds


def test_a_decision_that_the_reserve_covers_later_is_fulfilled_by_the_queue() -> None:
    chain = Chain.with_issuance(program=DUTIES, cap=1000, reserve_bps=1000, months=24)
    for _ in range(5):
        chain.ok("auditor", *[acts.issue(10) for _ in range(14)], also=("operator",))
    invalid(chain, 70)
    chain.block()
    assert state(chain) == ("FULFILLED", 6)
    chain.block()
    assert units(chain, "issuer") == (630, 0, 0)
    assert chain.record(t.ACTIVITY, "A1").notices_open == 0


def test_a_reserve_whose_time_has_come_is_no_reserve_even_when_the_queue_lags() -> None:
    chain = Chain.with_issuance(program=DUTIES, params={"duties_per_block": 1})
    for _ in range(3):
        chain.ok("auditor", acts.issue(100), also=("operator",))
    end = chain.hold(3).release_at_s
    until = {"until": end + 10}
    chain.block(at=end - DAY_S)
    tx = chain.tx("coordinator", duty.invalidation(50), also=("operator",), **until)
    assert chain.block(tx, at=end)[0].code == 0
    assert units(chain, "issuer") == (250, 50, 0)
    assert [chain.hold(number).status for number in (1, 2, 3)] == [s.HOLD_RELEASED] * 3


def test_reserves_frozen_by_an_order_are_passed_over() -> None:
    chain = Chain.with_issuance(program=DUTIES)
    chain.ok("auditor", acts.issue(100), also=("operator",))
    chain.ok("operator", duty.freeze(0, "issuer", chain.now + DAY_S, ranges=[span(91, 93)]))
    invalid(chain, 50)
    assert units(chain, "issuer") == (47, 3 + 43, 0)  # the three stay held, and an order wins
    assert chain.hold(1).quantity_t == 3
    assert state(chain) == ("OPEN", 0)
    assert chain.record(t.NOTICE, "V1").notice.quantity_t == 43


def test_the_operator_claims_what_is_left_of_a_reserve_under_its_notice() -> None:
    chain = Chain.with_issuance(program=DUTIES)
    chain.ok("auditor", acts.issue(100), also=("operator",))
    chain.ok("operator", duty.freeze(0, "issuer", chain.now + DAY_S, ranges=[span(91, 93)]))
    invalid(chain, 50)
    chain.ok("operator", duty.notice("EXCESS", "issuer", 5))
    claim = acts.move(3, "issuer", VOID, from_hold=1, notice="V1")
    chain.refused(Code.UNIT_HELD, "operator", claim)
    chain.ok("operator", duty.unfreeze(2))
    other = acts.move(3, "issuer", VOID, from_hold=1, notice="N1")
    chain.refused(Code.HOLD_CONTROL, "operator", other)
    chain.refused(Code.HOLD_CONTROL, "issuer", claim)
    chain.ok("operator", claim)
    assert chain.hold(1).status == s.HOLD_CLAIMED
    assert state(chain) == ("INCOMPLETE", 3)
    assert issuance(chain).reserve_claimed_t == 10
    assert units(chain, "issuer") == (50, 40, 0)  # three of the frozen are free again


def test_enforcement_takes_frozen_units_in_portions_and_passes_over_orders() -> None:
    chain = with_units(2 * LOTS_OF_ISSUER)
    scattered(chain)
    invalid(chain, 100)
    chain.block()
    due = chain.record(t.NOTICE, "V1").notice.due_s
    chain.ok("operator", duty.freeze(0, "issuer", chain.now + DAY_S, ranges=[span(1, 1)]))
    chain.block(at=due - DAY_S)
    chain.ok("operator", duty.freeze(0, "issuer", due + DAY_S, ranges=[span(1, 1)]))
    chain.block(at=due)
    assert state(chain)[0] == "OVERDUE"
    assert account(chain, "issuer").status == t.ACCOUNT_OPEN
    assert account(chain, "issuer").overdue_from_s == due  # bound by time while the queue is at it
    chain.block()
    assert state(chain) == ("OVERDUE", 99)
    assert units(chain, "issuer") == (0, 1, 0)
    assert account(chain, "issuer").status == t.ACCOUNT_RESTRICTED
    chain.block(at=due + DAY_S)
    chain.ok("issuer", acts.move(1, "issuer", VOID, notice="V1"))
    assert state(chain) == ("FULFILLED_LATE", 100)


def test_the_pool_is_drawn_in_portions() -> None:
    chain = with_pool(1_000, 1000)
    second_activity(chain, 20_000)
    chain.ok("auditor", acts.opened(20_000, "R2"))
    approval = acts.approved(20_000, 0, 0, "R2")
    approval.transition.approval.pool_bps = 1000
    chain.ok("operator", approval)
    for _ in range(6):
        issues = [acts.issue(10, issuance="R2") for _ in range(14)]
        chain.ok("auditor", *issues, also=("operator",))
    pool = 100 + 84
    assert holding(chain, POOL).free_t == pool
    chain.ok("coordinator", reversal(200, "W1"), also=("operator",))
    left = holding(chain, POOL).free_t
    assert 0 < left < 84
    notice = chain.record(t.NOTICE, "W1").notice
    assert (notice.pool_left_t, notice.quantity_t) == (left, 200 - pool + left)
    chain.block()
    assert holding(chain, POOL).free_t == 0
    record = chain.record(t.NOTICE, "W1")
    assert (record.state, record.notice.pool_left_t) == ("OPEN", 0)
    assert record.notice.quantity_t - record.notice.fulfilled_t == 200 - pool
    assert issuance(chain).pool_claimed_t == pool


def reassurable(lots: int) -> Chain:
    """R1 ends 2030; the issuer's units lie in many lots, two are retired."""
    chain = Chain.with_activity(program=DUTIES)
    chain.ok("auditor", acts.verification(net=400), also=("operator",))
    chain.ok("issuer", acts.issuance())
    opened = acts.opened(400)
    opened.transition.opening.valid_until_s = parse_iso("2030-01-01")
    chain.ok("auditor", opened)
    chain.ok("operator", acts.approved(400, 0, 0))
    chain.ok("auditor", acts.issue(200), also=("operator",))
    scattered(chain, lots)
    chain.ok("issuer", acts.retire(2, "issuer"))
    return chain


def ends(chain: Chain) -> dict[str, int]:
    """Units by the year in which they end, those in the sink apart."""
    found: dict[str, int] = {}
    for lot in LOTS.all(chain.app.ledger):
        name = "used " if "-300-" in lot.account else ""
        name += "2030" if lot.valid_until_s == parse_iso("2030-01-01") else "2035"
        found[name] = found.get(name, 0) + lot.end - lot.start + 1
    return found


@pytest.mark.parametrize("after_its_end", [False, True])
def test_reassurance_reaches_all_units_in_portions_but_used_ones(*, after_its_end: bool) -> None:
    chain = reassurable(80)
    if after_its_end:
        chain.block(at=parse_iso("2030-01-01"))
        chain.refused(Code.INSUFFICIENT, "issuer", acts.move(1, "issuer", "user"))
    statement = t.Attest(
        program="IPCI",
        id="Z1",
        kind=t.REASSURANCE,
        list="ACL-1",
        issuance="R1",
        valid_until_s=parse_iso("2035-01-01"),
    )
    chain.ok("auditor", t.Action(attest=statement), also=("operator",))
    assert issuance(chain).valid_until_s == parse_iso("2035-01-01")
    assert ends(chain) == {"2030": 198, "used 2030": 2}
    chain.block()
    partly = ends(chain)
    assert 0 < partly["2035"] < 198
    while issuance(chain).renewing_from:
        chain.block()
    assert ends(chain) == {"2035": 198, "used 2030": 2}
    assert chain.record(t.ISSUANCE, "R1").duty_s == 0
    chain.ok("issuer", acts.move(1, "issuer", "user"))
