"""E9: reversals take from the common pool, or, avoidable ones, fall on who caused them."""

from abci_app.core.calendar import add_months, parse_iso
from abci_app.core.codes import Code
from tests import acts
from tests import duty_acts as duty
from tests.duty_world import (
    POOL,
    VOID,
    account,
    holding,
    issued_with_pool,
    second_activity,
    units,
    with_pool,
)
from tests.harness import Chain
from tests.names import account_id
from tonne.v1 import tx_pb2 as t


def reversal(quantity: int, name: str, **changes: object) -> t.Action:
    return duty.invalidation(quantity, name, kind=t.REVERSAL, **changes)


def line(chain: Chain) -> tuple[int, ...]:
    """A line of the table of E9: p1 with what is frozen, p2, buyer, POOL, CANCEL."""
    free, frozen, _ = units(chain, "issuer")
    rest = (holding(chain, name).free_t for name in ("other", "user", POOL, VOID))
    return (free + frozen, *rest)


def start() -> Chain:
    chain = with_pool(200_000, 2000)
    second_activity(chain, 50_000)
    issued_with_pool(chain, 50_000, 1500, "R2")
    chain.ok("operator", acts.alter("other", market_access=True))
    assert line(chain) == (160_000, 42_500, 0, 47_500, 0)
    chain.ok("issuer", acts.move(155_000, "issuer", "user"))
    return chain


def test_e9_line_by_line() -> None:
    chain = start()
    assert line(chain) == (5_000, 42_500, 155_000, 47_500, 0)

    chain.ok("coordinator", reversal(30_000, "W1"), also=("operator",))
    assert line(chain) == (5_000, 42_500, 155_000, 17_500, 30_000)
    issuance = chain.record(t.ISSUANCE, "R1").issuance
    assert (issuance.pool_claimed_t, issuance.voided_t) == (30_000, 30_000)
    assert issuance.valid_base_t == 170_000

    chain.ok("coordinator", reversal(12_000, "W2", avoidable=True), also=("operator",))
    assert units(chain, "issuer") == (0, 5_000, 0)
    assert chain.record(t.NOTICE, "W2").owner == account_id("issuer")
    chain.refused(Code.ISS_STATE, "auditor", acts.issue(1), also=("operator",))
    chain.ok("other", acts.move(7_000, "other", "issuer"))
    chain.ok("issuer", acts.move(12_000, "issuer", VOID, notice="W2"))
    assert line(chain) == (0, 35_500, 155_000, 17_500, 42_000)
    assert chain.record(t.NOTICE, "W2").state == "FULFILLED"

    chain.ok("coordinator", reversal(20_000, "W3"), also=("operator",))
    assert line(chain) == (0, 35_500, 155_000, 0, 59_500)
    assert 155_000 + 35_500 + 59_500 == 250_000
    deficit = chain.record(t.NOTICE, "W3")
    assert (deficit.owner, deficit.notice.quantity_t) == (account_id("operator"), 2_500)
    assert chain.record(t.ACTIVITY, "A1").notices_open == 0  # it keeps nobody from issuing
    issuance = chain.record(t.ISSUANCE, "R1").issuance
    assert (issuance.notice_open_t, issuance.deficit_open_t) == (2_500, 2_500)


def test_what_comes_into_the_pool_covers_an_overdue_deficit() -> None:
    chain = with_pool(1_000, 1000)
    chain.ok("coordinator", reversal(130, "W1"), also=("operator",))
    assert chain.record(t.NOTICE, "W1").notice.quantity_t == 30
    second_activity(chain, 1_000)
    issued_with_pool(chain, 1_000, 2000, "R2")
    chain.block(at=add_months(chain.now, 6) - 1)
    assert holding(chain, POOL).free_t == 200
    chain.block()
    record = chain.record(t.NOTICE, "W1")
    assert (record.state, record.notice.claimed_t) == ("ENFORCED", 30)
    assert holding(chain, POOL).free_t == 170
    assert account(chain, "operator").status == t.ACCOUNT_OPEN


def test_an_overdue_reversal_takes_what_is_frozen_then_the_pool_then_binds_the_account() -> None:
    chain = with_pool(1_000, 1000)
    chain.ok("issuer", acts.move(850, "issuer", "user"))
    chain.ok("coordinator", reversal(200, "W1", avoidable=True), also=("operator",))
    assert units(chain, "issuer") == (0, 50, 0)
    chain.block(at=chain.record(t.NOTICE, "W1").notice.due_s)
    record = chain.record(t.NOTICE, "W1")
    assert (record.state, record.notice.fulfilled_t, record.notice.claimed_t) == (
        "OVERDUE",
        150,
        150,
    )
    assert (units(chain, "issuer"), holding(chain, POOL).free_t) == ((0, 0, 0), 0)
    assert account(chain, "issuer").status == t.ACCOUNT_RESTRICTED
    chain.ok("user", acts.move(50, "user", "issuer"))
    chain.ok("issuer", acts.move(50, "issuer", VOID, notice="W1"))
    assert chain.record(t.NOTICE, "W1").state == "FULFILLED_LATE"
    issuance = chain.record(t.ISSUANCE, "R1").issuance
    assert (issuance.voided_t, issuance.valid_base_t) == (200, 800)


def test_a_reversal_is_dated_from_the_second_of_its_block() -> None:
    chain = with_pool(1_000, 1000)
    chain.block(at=parse_iso("2026-08-31T23:59:58Z"))
    chain.ok("coordinator", reversal(200, "W1", avoidable=True), also=("operator",))
    assert chain.record(t.NOTICE, "W1").notice.due_s == parse_iso("2027-02-28")
