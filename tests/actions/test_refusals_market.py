"""Orders and fills: what is refused, each with its code, and what first."""

from typing import Any

import pytest

from abci_app.core.codes import Code
from tests import acts
from tests.actions.refusal import Case, First, doing, span
from tests.engine.market import (
    DAY,
    TERM_S,
    buy,
    cancel,
    confirm,
    deny,
    fill,
    market,
    program,
    sell,
    take_back,
)
from tests.harness import Chain, edited
from tests.names import account_id
from tonne.v1 import tx_pb2 as t

AGENTS = 'role = "SETTLEMENT"\ngrants = [{ by = "OPERATOR" }]\n'


class At:
    """A chain's clock, for builders that need one before there is a chain."""

    now = acts.YEAR("2026-02-15")


CLOCK: Any = At()


def offered(*more: First, **changes: Any) -> First:
    """The issuer has offered 100; then more happens."""

    def first(chain: Chain) -> None:
        chain.ok("issuer", sell(100, chain, **changes))
        for step in more:
            step(chain)

    return first


def old(chain: Chain) -> None:
    """Order 1 of a day, which is over; the queue has swept it or not."""
    chain.ok("issuer", sell(100, chain, expires_s=chain.now + 5))
    chain.block(at=chain.now + 5)


def dormant(chain: Chain) -> None:
    chain.ok("operator", acts.transition(t.ISSUANCE, "R1", "SUSPENDED"))


OVERSIZE = (1 << 64) - 2

CASES = {
    # ---- orders ----
    "selling in an unknown program": Case(
        Code.PROGRAM_UNKNOWN, "issuer", sell(1, CLOCK, program="NONE"), market
    ),
    "selling an unknown class": Case(
        Code.CLASS_UNKNOWN, "issuer", sell(1, CLOCK, class_id="NONE"), market
    ),
    "selling for an unknown account": Case(
        Code.ACC_UNKNOWN, "issuer", sell(1, CLOCK, account=account_id("nobody")), market
    ),
    "selling for a sink": Case(
        Code.MOVE_NOT_ALLOWED, "issuer", sell(1, CLOCK, account=account_id("RETIRE")), market
    ),
    "selling another's units": Case(Code.ROLE_MISSING, "user", sell(1, CLOCK), market),
    "selling while restricted": Case(
        Code.ACC_STATUS,
        "issuer",
        sell(1, CLOCK),
        market,
        doing("operator", acts.alter("issuer", status=t.ACCOUNT_RESTRICTED)),
    ),
    "buying for who takes in nothing": Case(
        Code.MOVE_NOT_ALLOWED,
        "user",
        buy(1, CLOCK),
        market,
        doing("user", acts.alter("user", refuses_units=True), also=("operator",)),
    ),
    "buying for an independent body": Case(
        Code.MOVE_NOT_ALLOWED, "auditor", buy(1, CLOCK, "auditor"), market
    ),
    "buying without access": Case(
        Code.NO_MARKET_ACCESS,
        "user",
        buy(1, CLOCK),
        market,
        doing("operator", acts.alter("user", market_access=False)),
    ),
    "selling without access": Case(
        Code.NO_MARKET_ACCESS,
        "issuer",
        sell(1, CLOCK),
        market,
        doing("operator", acts.alter("issuer", market_access=False)),
    ),
    "a term that is over": Case(Code.ORDER_TERMS, "issuer", sell(1, CLOCK, expires_s=1), market),
    "a term beyond the program's": Case(
        Code.ORDER_TERMS, "issuer", sell(1, CLOCK, expires_s=CLOCK.now + TERM_S + DAY), market
    ),
    "a least fill above the whole": Case(
        Code.ORDER_TERMS, "issuer", sell(1, CLOCK, min_fill_t=2), market
    ),
    "an agent where there are none": Case(
        Code.ORDER_TERMS,
        "issuer",
        sell(1, CLOCK, settlement=t.AGENT),
        lambda: Chain.with_units(
            program=edited(program(), (AGENTS, AGENTS.replace("SETTLEMENT", "ARBITER")))
        ),
    ),
    "units of an unknown issuance": Case(
        Code.REC_REF, "issuer", sell(1, CLOCK, issuance="R9"), market
    ),
    "units of a suspended issuance": Case(
        Code.ISS_STATE, "issuer", sell(1, CLOCK), market, dormant
    ),
    "asking for units of a suspended issuance": Case(
        Code.ISS_STATE, "user", buy(1, CLOCK, issuance="R1"), market, dormant
    ),
    "selling more than there is": Case(Code.INSUFFICIENT, "issuer", sell(OVERSIZE, CLOCK), market),
    "selling of another vintage": Case(
        Code.INSUFFICIENT, "issuer", sell(1, CLOCK, vintage=2024), market
    ),
    "serials of another vintage": Case(
        Code.ORDER_TERMS, "issuer", sell(2, CLOCK, vintage=2024, ranges=[span(1, 2)]), market
    ),
    "serials that do not exist": Case(
        Code.UNIT_UNKNOWN, "issuer", sell(2, CLOCK, ranges=[span(9_001, 9_002)]), market
    ),
    "serials of another": Case(
        Code.UNIT_NOT_OWNED, "user", sell(2, CLOCK, "user", ranges=[span(1, 2)]), market
    ),
    "serials that are offered": Case(
        Code.UNIT_HELD, "issuer", sell(2, CLOCK, ranges=[span(1, 2)]), market, offered()
    ),
    # ---- fills ----
    "filling nothing": Case(Code.ORDER_UNKNOWN, "user", fill(1, 1), market),
    "filling for an unknown account": Case(
        Code.ACC_UNKNOWN, "user", fill(1, 1, "nobody"), market, offered()
    ),
    "filling what is withdrawn": Case(
        Code.ORDER_STATE, "user", fill(1, 1), market, offered(doing("issuer", cancel(1)))
    ),
    "filling what is over": Case(Code.ORDER_STATE, "user", fill(1, 1), market, old),
    "filling for another": Case(Code.ROLE_MISSING, "user", fill(1, 1, "buyer"), market, offered()),
    "filling one's own": Case(Code.SELF_TRADE, "issuer", fill(1, 1, "issuer"), market, offered()),
    "filling without access": Case(
        Code.NO_MARKET_ACCESS,
        "user",
        fill(1, 1),
        market,
        offered(doing("operator", acts.alter("user", market_access=False))),
    ),
    "filling of who has lost access": Case(
        Code.NO_MARKET_ACCESS,
        "user",
        fill(1, 1),
        market,
        offered(doing("operator", acts.alter("issuer", market_access=False))),
    ),
    "filling for an independent body": Case(
        Code.MOVE_NOT_ALLOWED, "auditor", fill(1, 1, "auditor"), market, offered()
    ),
    "filling without a payment": Case(
        Code.PAYMENT_MISSING, "user", fill(1, 1, payment_hash=None), market, offered()
    ),
    "filling more than is left": Case(
        Code.FILL_QUANTITY,
        "buyer",
        fill(1, 41, "buyer"),
        market,
        offered(doing("user", fill(1, 60))),
    ),
    "filling less than the least": Case(
        Code.FILL_QUANTITY, "user", fill(1, 9), market, offered(min_fill_t=10)
    ),
    "filling a bid with too few": Case(
        Code.INSUFFICIENT, "buyer", fill(1, 1, "buyer"), market, doing("user", buy(1, CLOCK))
    ),
    "filling beyond a limit": Case(
        Code.TX_LIMIT,
        "user",
        fill(1, 6),
        market,
        offered(doing("operator", acts.alter("issuer", tx_limit_t=5))),
    ),
    # ---- what follows ----
    "confirming nothing": Case(Code.FILL_UNKNOWN, "issuer", confirm(1), market, offered()),
    "confirming twice": Case(
        Code.FILL_STATE,
        "issuer",
        confirm(1),
        market,
        offered(doing("user", fill(1, 1)), doing("issuer", confirm(1))),
    ),
    "confirming one's own payment": Case(
        Code.DECIDE_NOT_MEMBER, "user", confirm(1), market, offered(doing("user", fill(1, 1)))
    ),
    "denying without a reason": Case(
        Code.DECIDE_REASON,
        "issuer",
        deny(1, reason=""),
        market,
        offered(doing("user", fill(1, 1))),
    ),
    "withdrawing no order": Case(Code.ORDER_UNKNOWN, "issuer", cancel(1), market),
    "withdrawing no fill": Case(Code.FILL_UNKNOWN, "user", take_back(1), market, offered()),
    "withdrawing another's fill": Case(
        Code.WITHDRAW_NOT_AUTHOR, "issuer", take_back(1), market, offered(doing("user", fill(1, 1)))
    ),
}


@pytest.mark.parametrize("what", CASES)
def test_it_is_refused_with_its_code(what: str) -> None:
    CASES[what].run()


def test_a_program_without_a_term_for_payments_has_no_market() -> None:
    text = program().replace("fill_confirm_s = ", "# ")
    Case(Code.RULE_MISSING, "issuer", sell(1, CLOCK), lambda: Chain.with_units(program=text)).run()


def test_the_last_of_an_order_may_be_less_than_the_least() -> None:
    chain = market()
    chain.ok("issuer", sell(15, chain, min_fill_t=10))
    chain.ok("user", fill(1, 10), fill(1, 5))
