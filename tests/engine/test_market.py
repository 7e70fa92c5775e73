"""Orders and fills: escrow, payment, time (C-28, domain E4 rows 1 and 5)."""

from collections.abc import Callable

import pytest

from abci_app.core.codes import Code
from abci_app.core.keys import Table
from abci_app.state import invariants, invariants_market, schema
from abci_app.store.kv import Overlay
from tests import acts
from tests.engine.market import (
    CONFIRM_S,
    DAY,
    buy,
    cancel,
    confirm,
    deny,
    figures,
    fill,
    market,
    program,
    sell,
    stored,
    stored_fill,
    take_back,
)
from tests.harness import Chain, edited
from tests.names import account_id
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

# ---- the life of an order ----


def test_an_offer_is_filled_in_part_and_the_rest_returns() -> None:
    """Rows 1 and 5 of domain E4: 500 at EUR 8.00, 50 are bought, 450 return."""
    chain = market()
    result = chain.ok("issuer", sell(500, chain))
    assert result.names == ["hold_placed", "order_changed"]
    assert chain.balance("issuer") == (500, 500)
    chain.ok("user", fill(1, 50))
    assert figures(chain, 1) == (s.ORDER_OPEN, 0, 50)
    assert chain.balance("user") == (0, 0), "nothing goes before the money came"
    result = chain.ok("issuer", confirm(1))
    assert result.names == ["hold_changed", "moved", "fill_changed", "order_changed"]
    assert figures(chain, 1) == (s.ORDER_PART_FILLED, 50, 0)
    assert (chain.balance("user"), chain.balance("issuer")) == ((50, 0), (500, 450))
    assert chain.hold(stored(chain, 1).hold).quantity_t == 450
    chain.ok("issuer", cancel(1))
    assert figures(chain, 1) == (s.ORDER_CANCELLED, 50, 0)
    assert chain.balance("issuer") == (950, 0)


def test_an_offer_that_is_taken_whole_is_filled() -> None:
    chain = market()
    chain.ok("issuer", sell(100, chain))
    chain.ok("user", fill(1, 60))
    chain.ok("buyer", fill(1, 40, "buyer"))
    chain.refused(Code.FILL_QUANTITY, "user", fill(1, 1))
    chain.ok("issuer", confirm(1, 2), confirm(1, 1))
    assert figures(chain, 1) == (s.ORDER_FILLED, 100, 0)
    assert (chain.balance("user"), chain.balance("buyer")) == ((60, 0), (40, 0))
    assert chain.hold(stored(chain, 1).hold).status == s.HOLD_CLAIMED
    chain.refused(Code.ORDER_STATE, "user", fill(1, 1))
    chain.refused(Code.ORDER_STATE, "issuer", cancel(1))


def test_a_bid_is_filled_by_who_has_the_units() -> None:
    chain = market()
    chain.ok("user", buy(80, chain))
    assert (chain.last(Table.HOLD), stored(chain, 1).hold) == (0, 0)
    chain.ok("issuer", fill(1, 30, "issuer"))
    assert chain.balance("issuer") == (970, 30)
    chain.refused(Code.DECIDE_NOT_MEMBER, "user", confirm(1))
    chain.ok("issuer", confirm(1))
    assert (chain.balance("user"), chain.balance("issuer")) == ((30, 0), (970, 0))
    assert figures(chain, 1) == (s.ORDER_PART_FILLED, 30, 0)
    chain.ok("issuer", fill(1, 50, "issuer"))
    chain.ok("issuer", deny(1, 2))
    assert chain.balance("issuer") == (970, 0)
    chain.ok("issuer", fill(1, 50, "issuer"), acts.retire(1, "issuer"))
    assert figures(chain, 1) == (s.ORDER_PART_FILLED, 30, 50)


def test_a_settlement_agent_confirms_where_the_order_says_so() -> None:
    chain = market()
    chain.ok("issuer", sell(100, chain, settlement=t.AGENT))
    chain.ok("user", fill(1, 10))
    for who in ("issuer", "user", "operator"):
        chain.refused(Code.DECIDE_NOT_MEMBER, who, confirm(1))
    chain.ok("agent", confirm(1))
    assert stored_fill(chain, 1).confirmed_by == account_id("agent")
    assert chain.balance("user") == (10, 0)
    chain.ok("user", fill(1, 10))
    chain.ok("operator", acts.accredit("agent", t.SETTLEMENT, operation=t.SUSPEND))
    chain.refused(Code.DECIDE_NOT_MEMBER, "agent", confirm(1, 2))


def test_an_agent_of_either_house_confirms_nothing() -> None:
    chain = market()
    chain.ok("operator", acts.account("agent-2", "acme"), also=("user",))
    chain.ok("operator", acts.accredit("agent-2", t.SETTLEMENT))
    chain.ok("issuer", sell(100, chain, settlement=t.AGENT))
    chain.ok("user", fill(1, 10))
    chain.refused(Code.DECIDE_NOT_MEMBER, "agent-2", confirm(1))


# ---- what does not come to an end ----


def test_a_no_gives_what_was_reserved_to_others() -> None:
    chain = market()
    chain.ok("issuer", sell(100, chain))
    chain.ok("user", fill(1, 100))
    chain.refused(Code.FILL_QUANTITY, "buyer", fill(1, 100, "buyer"))
    chain.refused(Code.DECIDE_REASON, "issuer", deny(1, reason=""))
    chain.ok("issuer", deny(1))
    ended = stored_fill(chain, 1)
    assert (ended.state, ended.reason) == (s.FILL_RELEASED, "No money came")
    chain.refused(Code.FILL_STATE, "issuer", confirm(1))
    chain.ok("buyer", fill(1, 100, "buyer"))
    assert chain.balance("issuer") == (900, 100)


@pytest.mark.parametrize("side", ["sell", "buy"])
def test_a_fill_that_nobody_confirms_in_time_is_released(side: str) -> None:
    chain = market()
    giver, taker = ("issuer", "user") if side == "sell" else ("user", "issuer")
    chain.ok(giver, sell(100, chain) if side == "sell" else buy(100, chain))
    chain.ok(taker, fill(1, 40, taker))
    end = stored_fill(chain, 1).expires_s
    assert end == chain.now + CONFIRM_S
    chain.block(at=end - 2)
    assert stored_fill(chain, 1).state == s.FILL_RESERVED
    tx = chain.tx("issuer", confirm(1), until=end + 10)
    assert chain.block(tx, at=end)[0].code == Code.FILL_STATE
    assert stored_fill(chain, 1).state == s.FILL_RELEASED
    assert figures(chain, 1) == (s.ORDER_OPEN, 0, 0)
    assert chain.balance("issuer") == ((900, 100) if side == "sell" else (1000, 0))


def test_a_fill_past_its_time_is_closed_before_the_queue_gets_to_it() -> None:
    chain = market(params={"duties_per_block": 1})
    chain.ok("issuer", sell(100, chain))
    chain.ok("user", fill(1, 30), fill(1, 30), fill(1, 30))
    end = stored_fill(chain, 1, 3).expires_s
    chain.block(at=end)
    tx = chain.tx("issuer", confirm(1, 3))
    assert chain.block(tx)[0].code == Code.DECIDE_CLOSED
    assert stored_fill(chain, 1, 3).state == s.FILL_RESERVED


def test_who_filled_takes_it_back_and_nobody_else() -> None:
    chain = market()
    chain.ok("user", buy(100, chain))
    chain.ok("issuer", fill(1, 40, "issuer"))
    chain.refused(Code.WITHDRAW_NOT_AUTHOR, "user", take_back(1))
    chain.ok("issuer", take_back(1))
    assert chain.balance("issuer") == (1000, 0)
    chain.refused(Code.FILL_STATE, "issuer", take_back(1))


@pytest.mark.parametrize("how", ["withdrawn", "expired"])
@pytest.mark.parametrize("paid", [True, False])
def test_an_ended_order_keeps_what_waits_for_money_and_no_more(how: str, *, paid: bool) -> None:
    chain = market()
    chain.ok("issuer", sell(100, chain, expires_s=chain.now + DAY))
    chain.ok("user", fill(1, 30))
    if how == "withdrawn":
        chain.ok("issuer", cancel(1))
    else:
        end = stored(chain, 1).expires_s
        chain.block(at=end - 1)
        assert stored(chain, 1).state == s.ORDER_OPEN
        chain.block(at=end)
    ended = s.ORDER_CANCELLED if how == "withdrawn" else s.ORDER_EXPIRED
    assert figures(chain, 1) == (ended, 0, 30)
    assert chain.balance("issuer") == (970, 30)
    chain.refused(Code.ORDER_STATE, "buyer", fill(1, 1, "buyer"))
    chain.ok("issuer", confirm(1) if paid else deny(1))
    assert figures(chain, 1) == (ended, 30 if paid else 0, 0)
    assert chain.balance("issuer") == ((970, 0) if paid else (1000, 0))
    assert chain.balance("user") == ((30, 0) if paid else (0, 0))


def test_only_the_house_that_ordered_withdraws_the_order() -> None:
    chain = market()
    chain.ok("issuer", sell(100, chain))
    chain.refused(Code.WITHDRAW_NOT_AUTHOR, "user", cancel(1))


# ---- what is checked again ----


def test_a_confirmation_is_checked_as_of_its_own_day() -> None:
    chain = market()
    chain.ok("issuer", sell(100, chain))
    chain.ok("user", fill(1, 100))
    chain.ok("operator", acts.alter("user", status=t.ACCOUNT_SUSPENDED))
    chain.refused(Code.ACC_STATUS, "issuer", confirm(1))
    chain.ok("operator", acts.alter("user", status=t.ACCOUNT_OPEN, market_access=False))
    chain.refused(Code.NO_MARKET_ACCESS, "issuer", confirm(1))
    chain.ok("operator", acts.alter("user", market_access=True))
    chain.ok("operator", acts.transition(t.ISSUANCE, "R1", "SUSPENDED"))
    chain.refused(Code.ISS_STATE, "issuer", confirm(1))
    chain.ok("operator", acts.transition(t.ISSUANCE, "R1", "APPROVED"))
    chain.ok("issuer", confirm(1))


def test_units_of_an_order_are_nobodys_else_meanwhile() -> None:
    chain = market()
    chain.ok("issuer", sell(900, chain))
    chain.refused(Code.INSUFFICIENT, "issuer", acts.retire(101, "issuer"))
    chain.refused(Code.INSUFFICIENT, "issuer", sell(101, chain))
    ranges = [t.SerialRange(space="IPCI.R1", start=900, end=901)]
    chain.refused(Code.UNIT_HELD, "issuer", sell(2, chain, ranges=ranges))
    chain.ok("issuer", sell(100, chain))


def test_an_order_may_name_its_serials() -> None:
    chain = market()
    ranges = [t.SerialRange(space="IPCI.R1", start=11, end=20)]
    chain.ok("issuer", sell(10, chain, ranges=ranges))
    chain.ok("user", fill(1, 4))
    moved = chain.ok("issuer", confirm(1)).event("moved")
    assert [(row.start, row.end) for row in moved.ranges] == [(11, 14)]


def test_a_row_that_asks_for_more_than_a_holder_lets_no_order_through() -> None:
    """What needs an operator's approval cannot be sold past him."""
    signer = 'signer = "HOLDER"\nchecks = ["MARKET_ACCESS", "TX_LIMIT"]\n'
    waiting = signer + 'approvals = [{ role = "OPERATOR", count = 1 }]\n'
    chain = market(text=edited(program(), (signer, waiting)))
    chain.refused(Code.MOVE_NOT_ALLOWED, "issuer", sell(1, chain))


def test_natural_persons_trade_only_what_their_rows_let_them_move() -> None:
    """As in S1-31: a person can neither sell nor buy what only organisations hold."""
    signer = 'signer = "HOLDER"\nchecks = ["MARKET_ACCESS", "TX_LIMIT"]\n'
    houses = 'from_holders = ["ORG"]\nto_holders = ["ORG"]\n'
    chain = market(text=edited(program(), (signer, houses + signer)))
    chain.ok("operator", acts.organisation("anna"))
    chain.ok("operator", acts.account("anna-1", "anna", holder_kind=t.PERSON, market_access=True))
    chain.refused(Code.MOVE_NOT_ALLOWED, "anna-1", buy(1, chain, "anna-1"))
    chain.ok("issuer", sell(10, chain))
    chain.refused(Code.MOVE_NOT_ALLOWED, "anna-1", fill(1, 1, "anna-1"))


def test_an_order_in_an_envelope_that_waits_is_placed_when_it_is_executed() -> None:
    chain = market()
    number = chain.pending("issuer", sell(100, chain), acts.alter("issuer", name="Steel"))
    assert chain.last(Table.ORDER) == 0
    assert chain.balance("issuer") == (900, 100)
    chain.decided("operator", number)
    assert figures(chain, 1) == (s.ORDER_OPEN, 0, 0)
    late = chain.pending(
        "issuer",
        sell(100, chain, expires_s=chain.now + DAY),
        acts.alter("issuer", name="Steel"),
    )
    chain.block(at=chain.now + 2 * DAY)
    chain.decided("operator", late, s.PROPOSAL_FAILED)
    assert chain.proposal(late).code == Code.ORDER_TERMS
    assert chain.balance("issuer") == (900, 100)


# ---- what must always hold ----


def traded() -> tuple[Chain, Overlay]:
    """Order 1 sells 100, of which 10 are reserved; order 2 buys 50, of which 5 are."""
    chain = market()
    chain.ok("issuer", sell(100, chain))
    chain.ok("user", buy(50, chain))
    chain.ok("user", fill(1, 10))
    chain.ok("issuer", fill(2, 5, "issuer"))
    return chain, Overlay(chain.app.ledger)


def more_filled(overlay: Overlay) -> None:
    order = schema.ORDERS.get(overlay, 1) or s.Order()
    order.filled_t += 1
    schema.ORDERS.put(overlay, order)


def more_reserved(overlay: Overlay) -> None:
    order = schema.ORDERS.get(overlay, 1) or s.Order()
    order.reserved_t += 1
    schema.ORDERS.put(overlay, order)


def ended_with_its_escrow(overlay: Overlay) -> None:
    order = schema.ORDERS.get(overlay, 1) or s.Order()
    order.state = s.ORDER_CANCELLED
    schema.ORDERS.put(overlay, order)


def beyond_its_quantity(overlay: Overlay) -> None:
    order = schema.ORDERS.get(overlay, 2) or s.Order()
    order.quantity_t = 4
    schema.ORDERS.put(overlay, order)


def paid_without_units(overlay: Overlay) -> None:
    made = schema.FILLS.get(overlay, 2, 1) or s.Fill()
    made.state = s.FILL_SETTLED
    schema.FILLS.put(overlay, made)


def fill_from_another_escrow(overlay: Overlay) -> None:
    made = schema.FILLS.get(overlay, 1, 1) or s.Fill()
    made.hold += 1
    schema.FILLS.put(overlay, made)


def escrow_let_go(overlay: Overlay) -> None:
    order = schema.ORDERS.get(overlay, 1) or s.Order()
    hold = schema.HOLDS.get(overlay, order.hold) or s.Hold()
    hold.status, hold.quantity_t = s.HOLD_RELEASED, 0
    schema.HOLDS.put(overlay, hold)


WRECKS = (
    more_filled,
    more_reserved,
    ended_with_its_escrow,
    beyond_its_quantity,
    paid_without_units,
    fill_from_another_escrow,
    escrow_let_go,
)


@pytest.mark.parametrize("wreck", WRECKS, ids=lambda wreck: str(wreck.__name__))
def test_what_breaks_the_books_is_found_in_the_act_and_at_rest(
    wreck: Callable[[Overlay], None],
) -> None:
    chain, overlay = traded()
    assert invariants_market.faults(overlay) == []
    wreck(overlay)
    assert any(row.startswith("C-28") for row in invariants_market.faults(overlay))
    with pytest.raises(AssertionError, match=r"C-28|C-8"):
        invariants.assert_touched(chain.app.ledger, overlay, chain.now)
