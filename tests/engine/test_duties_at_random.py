"""Decisions, duties and locks in any order: nothing unforeseen, and every sum holds."""

import random

import pytest

from abci_app.core.calendar import DAY_S
from abci_app.core.codes import Code, code_name
from abci_app.state import schema
from tests import acts
from tests import duty_acts as duty
from tests.duty_world import VOID, issued_with_pool, second_activity, with_pool
from tests.engine.test_reversals import reversal
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

STEPS = 90
Deed = tuple[tuple[str, ...], t.Action]


class Play:
    """One chain and what happens on it; names of notices are counted."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.chain = with_pool(400, 1000)
        second_activity(self.chain, 300)
        issued_with_pool(self.chain, 300, 500, "R2")
        for name in ("issuer", "other"):
            self.chain.ok("operator", acts.alter(name, market_access=True))
        self.made = 0
        self.codes: dict[str, int] = {}

    def some(self, *names: str) -> str:
        return self.rng.choice(names)

    def notice(self) -> str:
        return f"D{self.rng.randint(1, max(1, self.made))}"

    def hold(self) -> int:
        return self.rng.randint(1, 12)

    def decide(self) -> Deed:
        self.made += 1
        name, count = f"D{self.made}", self.rng.randint(1, 60)
        about = self.some("R1", "R2")
        if self.rng.random() < 0.5:
            return ("coordinator", "operator"), duty.invalidation(count, name, issuance=about)
        avoidable = self.rng.random() < 0.5
        act = reversal(count, name, issuance=about, avoidable=avoidable)
        return ("coordinator", "operator"), act

    def serve(self) -> Deed:
        self.made += 1
        kind, who = self.some("EXCESS", "REPORT"), self.some("issuer", "other", "user")
        quantity = self.rng.randint(1, 30) if kind == "EXCESS" else 0
        act = duty.notice(kind, who, quantity, f"D{self.made}", activity=self.some("", "A1", "A2"))
        return ("operator",), act

    def feed(self) -> Deed:
        who = self.some("issuer", "other", "user", "operator")
        return (who,), acts.move(self.rng.randint(1, 20), who, VOID, notice=self.notice())

    def trade(self) -> Deed:
        who, to = self.rng.sample(("issuer", "other", "user"), 2)
        return (who,), acts.move(self.rng.randint(1, 40), who, to, max_lots=64)

    def argue(self) -> Deed:
        to = self.some("CONTESTED", "OPEN", "CANCELLED", "REVISED", "FULFILLED")
        who = self.some("issuer", "other", "user") if to == "CONTESTED" else "arbiter"
        act = duty.step(self.notice(), to)
        if to == "REVISED":
            act.transition.revision.quantity_t = self.rng.randint(0, 60)
        return ("operator" if to == "FULFILLED" else who,), act

    def lock(self) -> Deed:
        who = self.some("issuer", "other", "user")
        count, until = self.rng.randint(1, 30), self.chain.now + self.rng.randint(1, 20) * DAY_S
        if self.rng.random() < 0.5:
            return ("operator",), duty.freeze(count, who, until, max_lots=64)
        pledge = duty.pledge(count, who, "arbiter", release_at_s=until, max_lots=64)
        return (who,), pledge

    def loosen(self) -> Deed:
        if self.rng.random() < 0.5:
            return ("operator",), duty.unfreeze(self.hold(), self.rng.randint(0, 10))
        return ("arbiter",), duty.release(self.hold(), self.rng.randint(0, 10))

    def issue(self) -> Deed:
        return ("auditor", "operator"), acts.issue(1, issuance=self.some("R1", "R2"))

    def reopen(self) -> Deed:
        who = self.some("issuer", "other", "user", "operator")
        return ("operator",), acts.alter(who, status=t.ACCOUNT_OPEN)

    def step(self) -> None:
        deeds = (
            self.decide,
            self.serve,
            self.feed,
            self.feed,
            self.trade,
            self.trade,
            self.argue,
            self.lock,
            self.loosen,
            self.issue,
            self.reopen,
        )
        (who, *also), act = self.rng.choice(deeds)()
        result = self.chain.send(who, act, also=tuple(also))
        assert result.code != Code.INTERNAL, f"{act}: {result.detail}"
        name = code_name(result.code)
        self.codes[name] = self.codes.get(name, 0) + 1
        if self.rng.random() < 0.1:
            self.chain.block(at=self.chain.now + self.rng.randint(1, 40) * DAY_S)


@pytest.mark.parametrize("seed", range(6))
def test_nothing_unforeseen_happens(seed: int) -> None:
    play = Play(seed)
    for _ in range(STEPS):
        play.step()
        stuck = list(schema.STUCK.all(play.chain.app.ledger))
        assert not stuck, f"a duty is parked: {stuck}"
    assert play.codes["OK"] > STEPS // 4, play.codes
    assert play.chain.faults() == []
    held = [row for row in schema.HOLDS.all(play.chain.app.ledger) if row.status == s.HOLD_ACTIVE]
    for hold in held:
        count = sum(item.end - item.start + 1 for item in hold.ranges)
        assert count == hold.quantity_t, f"the ranges of hold {hold.id} are not what it holds"
