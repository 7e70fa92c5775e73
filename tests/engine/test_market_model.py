"""Random trade against a model that counts units in a dictionary (C-28)."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from abci_app.core.codes import Code
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
    sell,
    take_back,
)
from tests.harness import Chain
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

TRADERS = ("issuer", "user", "buyer")
STATES = {"OPEN": (s.ORDER_OPEN, s.ORDER_PART_FILLED), "FILLED": (s.ORDER_FILLED,)}


ANSWERS: dict[str, Callable[[int, int], t.Action]] = {
    "confirm": confirm,
    "deny": deny,
    "take back": take_back,
}


@dataclass
class Fill:
    """What somebody has reserved."""

    who: str
    quantity: int
    ends: int
    waits: bool = True


@dataclass
class Order:
    """What somebody wants to give, or to take."""

    who: str
    sells: bool
    left: int  # neither delivered nor reserved
    least: int
    ends: int
    state: str = "OPEN"
    fills: list[Fill] = field(default_factory=list)


class Model:
    """Free and held units by trader, and the orders, by the words of the law."""

    def __init__(self, quantity: int) -> None:
        self.free = {"issuer": quantity, "user": 0, "buyer": 0}
        self.held = dict.fromkeys(TRADERS, 0)
        self.orders: list[Order] = []

    def hold(self, who: str, quantity: int) -> None:
        self.free[who] -= quantity
        self.held[who] += quantity

    def place(self, who: str, sells: bool, quantity: int, least: int, ends: int) -> int:
        if least > quantity:
            return Code.ORDER_TERMS
        if sells:
            if self.free[who] < quantity:
                return Code.INSUFFICIENT
            self.hold(who, quantity)
        self.orders.append(Order(who, sells, quantity, least, ends))
        return Code.OK

    def end(self, order: Order, state: str) -> None:
        order.state = state
        if order.sells:
            self.hold(order.who, -order.left)
        order.left = 0

    def fill(self, number: int, who: str, quantity: int, now: int) -> int:
        if number > len(self.orders):
            return Code.ORDER_UNKNOWN
        order = self.orders[number - 1]
        if order.state != "OPEN":
            return Code.ORDER_STATE
        if order.who == who:
            return Code.SELF_TRADE
        if not min(order.least, order.left) <= quantity <= order.left:
            return Code.FILL_QUANTITY
        if not order.sells:
            if self.free[who] < quantity:
                return Code.INSUFFICIENT
            self.hold(who, quantity)
        order.left -= quantity
        order.fills.append(Fill(who, quantity, now + CONFIRM_S))
        return Code.OK

    def let_go(self, order: Order, made: Fill) -> None:
        made.waits = False
        if not order.sells:
            self.hold(made.who, -made.quantity)
        elif order.state != "OPEN":
            self.hold(order.who, -made.quantity)
        if order.state == "OPEN":
            order.left += made.quantity

    def answer(self, number: int, which: int, who: str, verb: str) -> int:
        if number > len(self.orders) or which > len(self.orders[number - 1].fills):
            return Code.FILL_UNKNOWN
        order = self.orders[number - 1]
        made = order.fills[which - 1]
        if not made.waits:
            return Code.FILL_STATE
        giver, taker = (order.who, made.who) if order.sells else (made.who, order.who)
        if verb == "take back":
            if who != made.who:
                return Code.WITHDRAW_NOT_AUTHOR
            self.let_go(order, made)
        elif who != giver:
            return Code.DECIDE_NOT_MEMBER
        elif verb == "deny":
            self.let_go(order, made)
        else:
            made.waits = False
            self.held[giver] -= made.quantity
            self.free[taker] += made.quantity
            if order.state == "OPEN" and not order.left and not any(f.waits for f in order.fills):
                order.state = "FILLED"
        return Code.OK

    def cancel(self, number: int, who: str) -> int:
        if number > len(self.orders):
            return Code.ORDER_UNKNOWN
        order = self.orders[number - 1]
        if order.who != who:
            return Code.WITHDRAW_NOT_AUTHOR
        if order.state != "OPEN":
            return Code.ORDER_STATE
        self.end(order, "CANCELLED")
        return Code.OK

    def waiting(self) -> list[tuple[int, int, str]]:
        """Order and number of the fills that wait, and who gives the units."""
        return [
            (number, which, order.who if order.sells else made.who)
            for number, order in enumerate(self.orders, start=1)
            for which, made in enumerate(order.fills, start=1)
            if made.waits
        ]

    def sweep(self, now: int) -> None:
        for order in self.orders:
            if order.state == "OPEN" and now >= order.ends:
                self.end(order, "EXPIRED")
            for made in order.fills:
                if made.waits and now >= made.ends:
                    self.let_go(order, made)


def step(chain: Chain, model: Model, dice: random.Random, at: int) -> tuple[str, t.Action, int]:
    """Return who does what, and what it must give; the model has done it."""
    who = dice.choice(TRADERS)
    count = len(model.orders)
    number = dice.randint(max(1, count - 3), count + (dice.random() < 0.1 or not count))
    verb = dice.choice(("sell", "buy", "fill", "fill", "fill", "yes", "yes", "other", "cancel"))
    if verb in ("sell", "buy"):
        sells, quantity, least = verb == "sell", dice.randint(1, 30), dice.choice((1, 1, 5, 31))
        ends = at + dice.choice((DAY, 4 * DAY, 20 * DAY))
        make = sell if sells else buy
        act = make(quantity, chain, who, min_fill_t=least, expires_s=ends)
        return who, act, model.place(who, sells, quantity, least, ends)
    if verb == "fill":
        quantity = dice.choice((1, 5, 10, dice.randint(1, 30)))
        return who, fill(number, quantity, who), model.fill(number, who, quantity, at)
    if verb == "cancel" and dice.random() < 0.4:
        return who, cancel(number), model.cancel(number, who)
    which = dice.randint(1, 3)
    waiting = model.waiting()
    if waiting and dice.random() < 0.8:  # what makes sense, most often
        number, which, who = dice.choice(waiting)
    kind = "confirm" if verb == "yes" else dice.choice(("deny", "take back", "confirm"))
    return who, ANSWERS[kind](number, which), model.answer(number, which, who, kind)


@pytest.mark.parametrize("seed", range(4))
def test_random_trade_agrees_with_a_model(seed: int) -> None:
    dice = random.Random(seed)
    chain = market(100, reserve_bps=0, months=0)
    model = Model(100)
    settled = 0
    for _ in range(200):
        at = chain.now + dice.choice((1, 1, 1, 1, 1, 3600, DAY // 2, DAY))
        model.sweep(at)
        who, act, code = step(chain, model, dice, at)
        settled += act.decide.verdict == t.YES and code == Code.OK
        tx = chain.tx(who, act, until=at + 10)
        assert chain.block(tx, at=at)[0].code == code
        for name in TRADERS:
            assert chain.balance(name) == (model.free[name], model.held[name])
        for number, order in enumerate(model.orders, start=1):
            found = STATES.get(order.state) or (s.OrderState.Value(f"ORDER_{order.state}"),)
            assert figures(chain, number)[0] in found
    assert settled > 3, "the life was too poor"
    assert sum(model.free.values()) + sum(model.held.values()) == 100
