"""What breaks the sums of locks and duties is told before it counts, and by the doctor."""

from collections.abc import Callable
from typing import Any

import pytest

from abci_app import doctor
from abci_app.core.calendar import DAY_S
from abci_app.state import invariants, lots, schema
from abci_app.store.kv import Overlay
from tests import acts
from tests import duty_acts as duty
from tests.duty_acts import span
from tests.duty_world import VOID, with_units
from tests.harness import Chain
from tests.names import account_id
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

Wreck = Callable[[Overlay], None]


@pytest.fixture
def chain() -> Chain:
    """A decision of which 90 are owed, 50 frozen for it; a contest; an order on ten units."""
    chain = with_units()
    chain.ok("operator", duty.reserve(10, chain.now + 9 * DAY_S), also=("coordinator",))
    chain.ok("issuer", acts.move(930, "issuer", "user"))
    chain.ok("coordinator", duty.invalidation(100), also=("operator",))
    chain.ok("issuer", acts.move(10, "issuer", VOID, notice="V1"))
    chain.ok("operator", duty.notice("EXCESS", "user", 5, "N1"))
    chain.ok("user", duty.step("N1", "CONTESTED"))
    chain.ok("operator", duty.notice("REPORT", "user", 0, "N2"))
    chain.ok("operator", duty.step("N2", "FULFILLED"))
    frozen = duty.freeze(0, "user", chain.now + DAY_S, ranges=[span(101, 110)])
    chain.ok("operator", frozen)
    return chain


def record(kind: int, name: str, **changes: Any) -> Wreck:
    def run(overlay: Overlay) -> None:
        row = schema.RECORDS.get(overlay, "IPCI", kind, name)
        assert row is not None
        acts.changed(row, changes)
        schema.RECORDS.put(overlay, row)

    return run


def issuance(**changes: Any) -> Wreck:
    return record(t.ISSUANCE, "R1", **{f"issuance__{name}": to for name, to in changes.items()})


def notice(name: str = "V1", **changes: Any) -> Wreck:
    return record(t.NOTICE, name, **changes)


def hold(number: int, **changes: Any) -> Wreck:
    def run(overlay: Overlay) -> None:
        row = schema.HOLDS.get(overlay, number)
        assert row is not None
        acts.changed(row, changes)
        schema.HOLDS.put(overlay, row)

    return run


def thawed(cause: int, first: int) -> Wreck:
    items = [lots.Span(duty.SPACE, first, first)]
    return lambda overlay: None if lots.thaw(overlay, items, cause) else pytest.fail("not frozen")


def unbound(overlay: Overlay) -> None:
    account = schema.ACCOUNTS.get(overlay, account_id("issuer"))
    assert account is not None
    account.overdue_from_s = 0
    schema.ACCOUNTS.put(overlay, account)


BOTH = {
    "frozen units that nobody counts": (thawed(lots.FOR_DUTY, 951), "C-6"),
    "a count of frozen units": (issuance(frozen_t=49), "C-6"),
    "a count of what is owed": (issuance(notice_open_t=81), "C-6"),
    "a deficit of nobody": (issuance(deficit_open_t=1), "C-6"),
    "a claim on the reserve": (issuance(reserve_claimed_t=9), "C-7"),
    "a reserve placed": (issuance(reserve_added_t=11), "C-7"),
    "a blocked activity": (record(t.ACTIVITY, "A1", notices_open=0), "C-25"),
    "a notice that forgets": (notice(notice__fulfilled_t=9), "C-6"),
    "more than it asks for": (notice("N1", notice__fulfilled_t=6), "C-25"),
    "fulfilled with units open": (notice("N1", state="FULFILLED"), "C-25"),
    "contested while its clock runs": (notice("N1", notice__stopped_s=0), "C-25"),
    "open and never looked at": (notice(duty_s=0), "C-25"),
    "looked at after its end": (notice(duty_s=1 << 33), "C-25"),
    "ended and still in the queue": (notice("N2", duty_s=1 << 33), "C-25"),
    "open with nothing open": (notice(notice__fulfilled_t=90), "C-"),
    "an order of more": (hold(2, quantity_t=11), "C-8"),
    "units that no order freezes": (thawed(lots.BY_ORDER, 101), "C-8"),
}
DOCTOR = {
    "voided beside the cancellations": (issuance(voided_t=21), "C-6, C-21"),
    "a pool that gave nothing": (issuance(pool_claimed_t=1), "C-6, C-21"),
    "an account that is not bound": (unbound, "C-25"),
    "serials of an order": (hold(2, ranges=[span(101, 109)]), "C-8: the serials"),
    "serials that are not frozen": (hold(2, ranges=[span(201, 210)]), "C-8: units"),
}


def test_the_state_that_is_wrecked_has_no_fault(chain: Chain) -> None:
    assert chain.faults() == []
    figures = chain.record(t.ISSUANCE, "R1").issuance
    assert (figures.frozen_t, figures.notice_open_t, figures.voided_t) == (50, 80, 20)
    assert chain.hold(2).kind == s.FREEZE


@pytest.mark.parametrize("what", BOTH)
def test_an_act_that_leaves_it_so_is_stopped(chain: Chain, what: str) -> None:
    wreck, named = BOTH[what]
    overlay = Overlay(chain.app.ledger)
    wreck(overlay)
    with pytest.raises(AssertionError, match=named):
        invariants.assert_touched(chain.app.ledger, overlay, chain.now)


@pytest.mark.parametrize("what", [*BOTH, *DOCTOR])
def test_the_doctor_tells(chain: Chain, what: str) -> None:
    wreck, named = {**BOTH, **DOCTOR}[what]
    overlay = Overlay(chain.app.ledger)
    wreck(overlay)
    assert any(named in fault for fault in doctor.state_faults(overlay))


def test_a_notice_that_has_ended_is_not_touched_again(chain: Chain) -> None:
    overlay = Overlay(chain.app.ledger)
    notice("N2", notice__identifier="again")(overlay)
    with pytest.raises(AssertionError, match="C-25: N2 had ended"):
        invariants.assert_touched(chain.app.ledger, overlay, chain.now)


def test_a_debtor_knows_from_when_he_is_bound(chain: Chain) -> None:
    overlay = Overlay(chain.app.ledger)
    unbound(overlay)
    notice(notice__identifier="of the log")(overlay)
    with pytest.raises(AssertionError, match="does not say from when"):
        invariants.assert_touched(chain.app.ledger, overlay, chain.now)
