"""A chain with a market: an issuer with units, two buyers, a settlement agent.

Must not know: any single test. Invariant: what is offered and taken here succeeds as such.
"""

import re
from typing import Any

from abci_app.state import schema
from tests import acts
from tests.harness import IPCI, Chain
from tests.names import PROGRAM, account_id
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

DAY = 86_400
CONFIRM_S = 3 * DAY
TERM_S = 60 * DAY


def program(text: str = IPCI) -> str:
    """The program with three days to confirm a payment, and orders of sixty days at most."""
    text = re.sub(r"(?m)^(fill_confirm_s|order_term_s_max) = .*\n", "", text)
    params = f"[params]\nfill_confirm_s = {CONFIRM_S}\norder_term_s_max = {TERM_S}\n"
    assert text.count("[params]\n") == 1
    return text.replace("[params]\n", params)


def market(quantity: int = 1000, text: str = "", **options: Any) -> Chain:
    """The issuer holds units; user, buyer and issuer have market access, the agent its seat."""
    chain = Chain.with_units(quantity, program=text or program(), **options)
    chain.ok("operator", acts.organisation("buyers"), acts.account("buyer", "buyers"))
    chain.ok("operator", acts.organisation("agents"), acts.account("agent", "agents"))
    chain.ok("operator", acts.accredit("agent", t.SETTLEMENT))
    for name in ("user", "buyer"):
        chain.ok("operator", acts.alter(name, market_access=True))
    return chain


def sell(quantity: int, chain: Chain, who: str = "issuer", **changes: Any) -> t.Action:
    return order(t.SELL, quantity, chain, who, **changes)


def buy(quantity: int, chain: Chain, who: str = "user", **changes: Any) -> t.Action:
    return order(t.BUY, quantity, chain, who, **changes)


def order(side: t.OrderSide, quantity: int, chain: Chain, who: str, **changes: Any) -> t.Action:
    message = t.PlaceOrder(
        program=PROGRAM,
        side=side,
        account=account_id(who),
        class_id="TMU",
        quantity_t=quantity,
        price_minor=800,
        currency="EUR",
        expires_s=chain.now + 30 * DAY,
        settlement=t.DIRECT_CONFIRM,
    )
    acts.changed(message, changes)
    return t.Action(place_order=message)


def fill(number: int, quantity: int, who: str = "user", **changes: Any) -> t.Action:
    message = t.FillOrder(
        order=number,
        account=account_id(who),
        quantity_t=quantity,
        payment_hash=acts.digest("payment"),
    )
    acts.changed(message, changes)
    return t.Action(fill_order=message)


def confirm(number: int, which: int = 1, verdict: t.Verdict = t.YES, reason: str = "") -> t.Action:
    ref = t.FillRef(order=number, fill=which)
    return t.Action(decide=t.Decide(fill=ref, verdict=verdict, reason=reason))


def deny(number: int, which: int = 1, reason: str = "No money came") -> t.Action:
    return confirm(number, which, t.NO, reason)


def cancel(number: int) -> t.Action:
    return t.Action(withdraw=t.Withdraw(order=number))


def take_back(number: int, which: int = 1) -> t.Action:
    return t.Action(withdraw=t.Withdraw(fill=t.FillRef(order=number, fill=which)))


def stored(chain: Chain, number: int) -> s.Order:
    found = schema.ORDERS.get(chain.app.ledger, number)
    assert found is not None
    return found


def stored_fill(chain: Chain, number: int, which: int = 1) -> s.Fill:
    found = schema.FILLS.get(chain.app.ledger, number, which)
    assert found is not None
    return found


def figures(chain: Chain, number: int) -> tuple[int, int, int]:
    """State, filled and reserved of an order."""
    found = stored(chain, number)
    return found.state, found.filled_t, found.reserved_t
