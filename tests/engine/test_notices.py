"""The duty: its end, its contest, what fulfils it, what is enforced, who is bound from when."""

from typing import Any

import pytest

from abci_app.core.calendar import DAY_S, parse_iso
from abci_app.core.codes import Code
from abci_app.state.schema import CANCELLATIONS
from tests import acts
from tests import duty_acts as duty
from tests.duty_world import POOL, VOID, account, holding, units, with_pool, with_units
from tests.harness import Chain
from tests.names import account_id
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

MONTH_END = parse_iso("2026-02-28")


def void(quantity: int, name: str = "N1", who: str = "issuer", **changes: object) -> t.Action:
    return acts.move(quantity, who, VOID, notice=name, **changes)


def notice(chain: Chain, name: str = "N1") -> s.Notice:
    return chain.record(t.NOTICE, name).notice


def state(chain: Chain, name: str = "N1") -> str:
    return chain.record(t.NOTICE, name).state


def served(quantity: int = 100, **changes: Any) -> Chain:
    """A notice of excess on the issuer, dated 2026-01-31: due in one month (S1-37)."""
    chain = with_units()
    chain.ok("operator", duty.notice("EXCESS", "issuer", quantity, **changes))
    return chain


def test_one_month_from_the_31st_of_january_is_the_28th_of_february() -> None:
    chain = served()
    record = chain.record(t.NOTICE, "N1")
    assert (record.state, record.owner, record.duty_s) == (
        "OPEN",
        account_id("issuer"),
        MONTH_END,
    )
    assert record.notice.contest_until_s == chain.now + 10 * DAY_S
    assert account(chain, "issuer").overdue_from_s == MONTH_END
    chain.block(at=MONTH_END - 1)
    assert state(chain) == "OPEN"
    chain.block(at=MONTH_END)
    assert state(chain) == "OVERDUE"
    assert account(chain, "issuer").status == t.ACCOUNT_RESTRICTED
    assert account(chain, "issuer").overdue_from_s == 0


def test_it_is_fulfilled_in_parts_and_then_takes_no_more() -> None:
    chain = served()
    result = chain.ok("issuer", void(60))
    told = result.event("notice_fulfilled")
    assert (told.notice, told.quantity_t, told.left_t) == ("N1", 60, 40)
    assert (state(chain), notice(chain).fulfilled_t) == ("INCOMPLETE", 60)
    chain.ok("issuer", void(40))
    record = chain.record(t.NOTICE, "N1")
    assert (record.state, record.duty_s) == ("FULFILLED", 0)
    assert account(chain, "issuer").overdue_from_s == 0
    chain.refused(Code.NOTICE_STATE, "issuer", void(1))
    gone = CANCELLATIONS.get(chain.app.ledger, 2)
    assert gone is not None
    assert (gone.notice, gone.quantity_t, gone.issuance) == ("N1", 40, "")
    chain.block(at=MONTH_END)
    assert state(chain) == "FULFILLED"


def test_a_notice_that_fails_with_its_movement_is_not_fulfilled() -> None:
    chain = served(2000)
    chain.refused(Code.INSUFFICIENT, "issuer", void(1001))
    chain.refused(Code.INSUFFICIENT, "issuer", void(600), void(600))
    assert (state(chain), notice(chain).fulfilled_t) == ("OPEN", 0)


def test_while_it_is_contested_its_clock_stands() -> None:
    chain = served()
    begun = chain.now
    chain.block(at=begun + 5 * DAY_S)
    chain.ok("issuer", duty.step("N1", "CONTESTED"))
    left = MONTH_END - chain.now
    window = notice(chain).contest_until_s - chain.now
    assert (chain.record(t.NOTICE, "N1").duty_s, notice(chain).stopped_s) == (0, chain.now)
    assert account(chain, "issuer").overdue_from_s == 0
    chain.block(at=MONTH_END + 100 * DAY_S)
    assert state(chain) == "CONTESTED"
    chain.ok("issuer", acts.move(1, "issuer", "user"))
    chain.ok("arbiter", duty.step("N1", "OPEN"))
    assert notice(chain).due_s == chain.now + left
    assert notice(chain).contest_until_s == chain.now + window
    assert account(chain, "issuer").overdue_from_s == chain.now + left
    chain.block(at=notice(chain).due_s - 1)
    assert state(chain) == "OPEN"
    chain.block(at=notice(chain).due_s)
    assert state(chain) == "OVERDUE"


def revised(quantity: int = 0, due_s: int = 0) -> t.Action:
    terms = t.NoticeRevision(quantity_t=quantity, due_s=due_s)
    return duty.step("N1", "REVISED", revision=terms)


def test_a_revision_asks_for_another_quantity_until_another_end() -> None:
    chain = served()
    chain.ok("issuer", void(30))
    chain.ok("issuer", duty.step("N1", "CONTESTED"))
    chain.ok("arbiter", revised(50, MONTH_END + DAY_S))
    assert (notice(chain).quantity_t, notice(chain).due_s) == (50, MONTH_END + DAY_S)
    chain.refused(Code.NOTICE_QUANTITY, "issuer", void(21))
    chain.ok("issuer", void(20))
    assert state(chain) == "FULFILLED"


def test_a_revision_without_an_end_lets_the_time_that_was_left_count_on() -> None:
    chain = served()
    chain.ok("issuer", duty.step("N1", "CONTESTED"))
    stood = chain.now
    chain.block(at=stood + 40 * DAY_S)
    chain.ok("arbiter", revised(0))
    assert notice(chain).due_s == MONTH_END + (chain.now - stood)
    assert notice(chain).quantity_t == 100
    chain.block(at=notice(chain).due_s)
    assert state(chain) == "OVERDUE"


def test_a_notice_taken_back_binds_nobody_and_frees_the_activity() -> None:
    chain = served(activity="A1")
    assert chain.record(t.ACTIVITY, "A1").notices_open == 1
    chain.refused(Code.ISS_STATE, "auditor", acts.issue(1), also=("operator",))
    chain.ok("issuer", duty.step("N1", "CONTESTED"))
    chain.ok("arbiter", duty.step("N1", "CANCELLED"))
    assert (state(chain), chain.record(t.NOTICE, "N1").duty_s) == ("CANCELLED", 0)
    assert chain.record(t.ACTIVITY, "A1").notices_open == 0
    assert account(chain, "issuer").overdue_from_s == 0
    chain.ok("auditor", acts.issue(1), also=("operator",))
    chain.block(at=MONTH_END)
    assert state(chain) == "CANCELLED"


def test_an_overdue_notice_is_not_contested_any_more() -> None:
    chain = served()
    chain.block(at=MONTH_END)
    chain.refused(Code.NOTICE_STATE, "issuer", duty.step("N1", "CONTESTED"))
    chain.ok("issuer", void(100))
    assert state(chain) == "FULFILLED_LATE"
    assert account(chain, "issuer").status == t.ACCOUNT_RESTRICTED


def test_what_asks_for_no_units_is_fulfilled_by_a_row() -> None:
    chain = with_units()
    for name in ("N1", "N2"):
        chain.ok("operator", duty.notice("REPORT", "issuer", 0, name))
    chain.ok("operator", duty.step("N1", "FULFILLED"))
    due = notice(chain, "N2").due_s
    assert account(chain, "issuer").overdue_from_s == due
    assert due == chain.record(t.NOTICE, "N2").created_s + 7 * DAY_S
    chain.block(at=due)
    assert (state(chain), state(chain, "N2")) == ("FULFILLED", "OVERDUE")
    assert account(chain, "issuer").status == t.ACCOUNT_RESTRICTED
    chain.ok("operator", duty.step("N2", "FULFILLED_LATE"))
    assert state(chain, "N2") == "FULFILLED_LATE"


def test_the_earliest_of_several_duties_binds_the_account() -> None:
    chain = served()
    chain.ok("operator", duty.notice("REPORT", "issuer", 0, "N2"))
    early = notice(chain, "N2").due_s
    assert account(chain, "issuer").overdue_from_s == early < MONTH_END
    chain.ok("operator", duty.step("N2", "FULFILLED"))
    assert account(chain, "issuer").overdue_from_s == MONTH_END


def test_what_is_overdue_binds_at_once_however_far_the_queue_lags() -> None:
    """C-25: of four notices due in one second, one a block is swept."""
    chain = with_units(params={"duties_per_block": 1})
    chain.ok("issuer", acts.move(10, "issuer", "user"))
    names = [f"N{number}" for number in range(1, 5)]
    texts = [duty.notice("EXCESS", "issuer", 5, name) for name in names[:3]]
    chain.ok("operator", *texts, duty.notice("EXCESS", "user", 5, "N4"))
    until = MONTH_END + 10
    sell = chain.tx("user", acts.move(1, "user", "issuer"), until=until)
    contest = chain.tx("user", duty.step("N4", "CONTESTED"), until=until)
    cure = chain.tx("user", void(5, "N4", "user"), until=until)
    codes = [row.code for row in chain.block(sell, contest, cure, at=MONTH_END)]
    assert [state(chain, name) for name in names[:3]] == ["OVERDUE", "OPEN", "OPEN"]
    assert codes == [Code.ACC_STATUS, Code.NOTICE_STATE, Code.OK]
    assert state(chain, "N4") == "FULFILLED_LATE"
    assert account(chain, "user").overdue_from_s == 0
    chain.ok("user", acts.move(1, "user", "issuer"))
    for _ in range(4):
        chain.block()
    assert [state(chain, name) for name in names] == ["OVERDUE"] * 3 + ["FULFILLED_LATE"]
    assert account(chain, "user").status == t.ACCOUNT_OPEN


def test_a_part_given_late_leaves_the_rest_to_be_enforced() -> None:
    chain = with_units(params={"duties_per_block": 1})
    for name in ("N1", "N2"):
        chain.ok("operator", duty.notice("EXCESS", "issuer", 5, name))
    tx = chain.tx("issuer", void(1, "N2"), until=MONTH_END + 10)
    assert chain.block(tx, at=MONTH_END)[0].code == 0
    assert (state(chain), state(chain, "N2")) == ("OVERDUE", "OVERDUE")
    chain.ok("issuer", void(4, "N2"))
    assert state(chain, "N2") == "FULFILLED_LATE"


@pytest.mark.parametrize(
    ("asked", "ends"), [(0, "FULFILLED"), (30, "FULFILLED"), (31, "INCOMPLETE")]
)
def test_an_issue_fulfils_a_notice_that_asks_for_one(asked: int, ends: str) -> None:
    chain = with_units()
    chain.ok("operator", duty.notice("ISSUE_SOON", "issuer", asked))
    chain.ok("auditor", acts.issue(30, notice="N1"), also=("operator",))
    assert state(chain) == ends
    assert account(chain, "issuer").overdue_from_s == 0  # nothing of it restricts


def test_a_notice_that_restricts_nobody_is_overdue_all_the_same() -> None:
    chain = with_units()
    chain.ok("operator", duty.notice("ISSUE_SOON", "issuer", 1))
    chain.block(at=MONTH_END)
    record = chain.record(t.NOTICE, "N1")
    assert (record.state, record.duty_s) == ("OVERDUE", 0)
    assert account(chain, "issuer").status == t.ACCOUNT_OPEN


# ---- enforcement ----


@pytest.mark.parametrize(("asked", "ends"), [(40, "ENFORCED"), (100, "ENFORCED"), (150, "OVERDUE")])
def test_the_pool_gives_what_the_debtor_does_not(asked: int, ends: str) -> None:
    chain = with_pool(1000, 1000)
    assert (units(chain, "issuer")[0], holding(chain, POOL).free_t) == (900, 100)
    chain.ok("operator", duty.notice("EXCESS", "issuer", asked))
    chain.block(at=notice(chain).due_s)
    assert state(chain) == ends
    given = min(asked, 100)
    assert (holding(chain, POOL).free_t, notice(chain).claimed_t) == (100 - given, given)
    restricted = account(chain, "issuer").status == t.ACCOUNT_RESTRICTED
    assert restricted == (ends == "OVERDUE")
