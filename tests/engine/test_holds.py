"""The lock: pledges, reserves, orders to freeze, claims; and a model of them, serial by serial."""

import random
from dataclasses import dataclass, field
from itertools import groupby

import pytest

from abci_app.core.calendar import DAY_S
from abci_app.core.codes import Code
from abci_app.core.keys import Table
from abci_app.state.schema import LOTS
from tests import acts
from tests import duty_acts as duty
from tests.duty_acts import span
from tests.duty_world import account, units, with_units
from tests.harness import START_S, Chain
from tests.names import account_id
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

LATER = START_S + 10 * DAY_S


def claim(quantity: int, target: str, hold: int = 1, **changes: object) -> t.Action:
    return acts.move(quantity, "issuer", target, from_hold=hold, **changes)


def ranges(chain: Chain, hold: int) -> list[tuple[int, int]]:
    return [(item.start, item.end) for item in chain.hold(hold).ranges]


def test_a_pledge_is_released_and_claimed_by_its_controller() -> None:
    chain = with_units()
    chain.ok("issuer", duty.pledge(100, "issuer", "user"))
    assert units(chain, "issuer") == (900, 0, 100)
    chain.ok("user", duty.release(1, 10))
    assert ranges(chain, 1) == [(11, 100)]
    assert units(chain, "issuer") == (910, 0, 90)
    chain.ok("user", claim(0, "user", ranges=[span(50, 59)]))
    assert ranges(chain, 1) == [(11, 49), (60, 100)]
    assert units(chain, "user") == (10, 0, 0)
    chain.ok("user", claim(40, "RETIRE", purpose=t.VOLUNTARY, beneficiary=t.Beneficiary(name="X")))
    assert ranges(chain, 1) == [(61, 100)]
    chain.ok("user", claim(40, "user"))
    hold = chain.hold(1)
    assert (hold.status, hold.quantity_t, hold.claimed_t) == (s.HOLD_CLAIMED, 0, 90)
    assert (units(chain, "issuer"), units(chain, "user")) == ((910, 0, 0), (50, 0, 0))


def test_a_pledge_ends_by_time_and_what_is_left_is_free() -> None:
    chain = with_units()
    chain.ok("issuer", duty.pledge(100, "issuer", "user", release_at_s=LATER))
    chain.ok("user", claim(1, "user"))
    chain.ok("issuer", duty.extend(1, LATER + DAY_S))
    chain.block(at=LATER)
    assert units(chain, "issuer") == (900, 0, 99)
    chain.ok("user", duty.extend(1, LATER + 100))
    chain.block(at=LATER + 100)
    assert units(chain, "issuer") == (999, 0, 0)
    assert chain.hold(1).status == s.HOLD_RELEASED


def test_a_pledge_without_end_gets_one_from_its_controller_alone() -> None:
    chain = with_units()
    chain.ok("issuer", duty.pledge(100, "issuer", "user"))
    chain.refused(Code.HOLD_CONTROL, "issuer", duty.extend(1, LATER))
    chain.ok("user", duty.extend(1, LATER))
    chain.refused(Code.HOLD_CONTROL, "user", duty.extend(1, 0))
    chain.ok("issuer", duty.extend(1, 0))
    chain.block(at=LATER)
    assert units(chain, "issuer") == (900, 0, 100)


def test_an_arbiter_releases_a_pledge_with_consent() -> None:
    chain = with_units()
    chain.ok("issuer", duty.pledge(100, "issuer", "user"))
    proposal = chain.pending("arbiter", duty.release(1, 30))
    chain.decided("coordinator", proposal)
    assert units(chain, "issuer") == (930, 0, 70)


def test_a_claim_that_waits_for_consent_stays_under_its_hold() -> None:
    chain = with_units()
    chain.ok("issuer", duty.pledge(100, "issuer", "user"))
    waits = (acts.alter("user", name="other"), claim(10, "user"))
    proposal = chain.pending("user", *waits)
    assert (chain.hold(1).quantity_t, chain.last(Table.HOLD)) == (100, 1)
    chain.decided("operator", proposal)
    assert units(chain, "user") == (10, 0, 0)


def test_a_reserve_is_extended_and_by_its_own_rule_shortened() -> None:
    chain = with_units()
    chain.ok("operator", duty.reserve(100, LATER), also=("coordinator",))
    record = chain.record(t.ISSUANCE, "R1").issuance
    assert (record.reserved_t, record.reserve_added_t) == (0, 100)
    chain.ok("operator", duty.extend(1, LATER + 5 * DAY_S))
    chain.pending("operator", duty.extend(1, LATER + DAY_S))
    chain.ok("operator", duty.extend(1, LATER + DAY_S), also=("coordinator",))
    chain.block(at=LATER + DAY_S - 1)
    assert units(chain, "issuer") == (900, 0, 100)
    chain.block(at=LATER + DAY_S)
    assert units(chain, "issuer") == (1000, 0, 0)


def test_a_reserve_placed_by_order_is_claimed_like_any_other() -> None:
    chain = with_units()
    chain.ok("operator", duty.reserve(100, LATER), also=("coordinator",))
    chain.ok("coordinator", duty.invalidation(60), also=("operator",))
    assert units(chain, "issuer") == (900, 0, 40)
    chain.ok("coordinator", duty.invalidation(60, "V2"), also=("operator",))
    assert units(chain, "issuer") == (880, 20, 0)
    assert chain.hold(1).status == s.HOLD_CLAIMED


# ---- freezes ----


def test_a_freeze_wins_over_a_hold_and_leaves_it_as_it_was() -> None:
    chain = with_units()
    chain.ok("issuer", duty.pledge(100, "issuer", "user"))
    chain.ok("operator", duty.freeze(0, "issuer", LATER, ranges=[span(91, 110)]))
    assert units(chain, "issuer") == (890, 20, 90)
    assert (chain.hold(1).quantity_t, chain.hold(2).quantity_t) == (100, 20)
    chain.refused(Code.UNIT_HELD, "user", claim(91, "user"))
    chain.ok("user", claim(90, "user"))
    chain.ok("user", duty.release(1))
    assert units(chain, "issuer") == (890, 20, 0)  # the order still binds what the hold let go
    chain.ok("operator", duty.unfreeze(2, 5))
    assert ranges(chain, 2) == [(96, 110)]
    chain.ok("operator", duty.unfreeze(2, ranges=[span(100, 101)]))
    assert units(chain, "issuer") == (897, 13, 0)
    chain.block(at=LATER)
    assert units(chain, "issuer") == (910, 0, 0)
    assert chain.hold(2).status == s.HOLD_RELEASED


def test_a_freeze_without_end_needs_the_rule_for_long_ones() -> None:
    chain = with_units()
    month = 30 * DAY_S
    chain.ok("operator", duty.freeze(1, "issuer", chain.now + 1 + month))
    for until in (0, chain.now + 9 + month):
        number = chain.pending("operator", duty.freeze(10, "issuer", until))
        chain.decided("coordinator", number)
    assert units(chain, "issuer") == (979, 21, 0)
    chain.block(at=chain.now + 2 * month)
    assert units(chain, "issuer") == (990, 10, 0)


def test_units_frozen_under_a_proposal_fail_it_when_it_is_executed() -> None:
    chain = with_units()
    actions = (acts.alter("issuer", name="steel works"), acts.move(10, "issuer", "user"))
    proposal = chain.pending("issuer", *actions)
    assert units(chain, "issuer") == (990, 0, 10)
    chain.ok("operator", duty.freeze(0, "issuer", LATER, ranges=[span(10, 11)]))
    assert units(chain, "issuer") == (989, 2, 9)
    chain.decided("operator", proposal, s.PROPOSAL_FAILED)
    assert chain.proposal(proposal).code == Code.UNIT_HELD
    assert units(chain, "issuer") == (998, 2, 0)


def test_the_end_of_an_order_meets_the_end_of_a_hold_in_one_block() -> None:
    chain = with_units()
    chain.ok("issuer", duty.pledge(10, "issuer", "user", release_at_s=LATER))
    chain.ok("operator", duty.freeze(0, "issuer", LATER, ranges=[span(1, 10)]))
    chain.block(at=LATER)
    assert units(chain, "issuer") == (1000, 0, 0)
    assert account(chain, "issuer").status == t.ACCOUNT_OPEN


# ---- against a model ----

SERIALS = 60


@dataclass
class Model:
    """Every serial by itself: who has it, under which hold, frozen by which order."""

    owner: dict[int, str] = field(default_factory=lambda: dict.fromkeys(_all(), "issuer"))
    hold: dict[int, int] = field(default_factory=lambda: dict.fromkeys(_all(), 0))
    order: dict[int, int] = field(default_factory=lambda: dict.fromkeys(_all(), 0))
    kinds: dict[int, str] = field(default_factory=dict)

    def free(self, serial: int, who: str = "issuer") -> bool:
        return self.owner[serial] == who and not self.hold[serial] and not self.order[serial]

    def under(self, hold: int) -> list[int]:
        side = self.order if self.kinds[hold] == "order" else self.hold
        return [serial for serial in _all() if side[serial] == hold]


def _all() -> range:
    return range(1, SERIALS + 1)


def _runs(serials: list[int]) -> list[t.SerialRange]:
    """Return serials as the fewest ranges."""
    runs = []
    for _, group in groupby(enumerate(serials), key=lambda pair: pair[1] - pair[0]):
        row = [serial for _, serial in group]
        runs.append(span(row[0], row[-1]))
    return runs


def _stored(chain: Chain) -> Model:
    """Return what the chain says, serial by serial; orders from their own ranges."""
    model = Model(kinds={})
    names = {account_id(name): name for name in ("issuer", "user")}
    for lot in LOTS.all(chain.app.ledger):
        for serial in range(lot.start, lot.end + 1):
            model.owner[serial] = names[lot.account]
            model.hold[serial] = lot.hold
            model.order[serial] = lot.frozen  # a flag here
    return model


@pytest.mark.parametrize("seed", range(4))
def test_random_locks_agree_with_a_model_of_single_serials(seed: int) -> None:
    rng = random.Random(seed)
    chain, model = with_units(SERIALS), Model()
    for _ in range(60):
        _act(rng, chain, model)
        stored = _stored(chain)
        assert stored.owner == model.owner
        assert stored.hold == model.hold
        assert stored.order == {serial: int(by > 0) for serial, by in model.order.items()}
        for hold in model.kinds:
            held = model.under(hold)
            assert chain.hold(hold).quantity_t == len(held)
            if held:
                assert list(chain.hold(hold).ranges) == _runs(held)


def _act(rng: random.Random, chain: Chain, model: Model) -> None:
    """Do something at random on chain and model alike; what the model forbids is refused."""
    first = rng.randint(1, SERIALS)
    serials = list(range(first, min(SERIALS, first + rng.randint(0, 8)) + 1))
    named = {"ranges": _runs(serials)}
    what = rng.choice(("pledge", "freeze", "move", "release", "claim", "lift"))
    if what in ("release", "claim", "lift"):
        _end(rng, chain, model, what)
        return
    if what == "freeze":
        may = all(model.owner[n] == "issuer" and not model.order[n] for n in serials)
        action, who = duty.freeze(0, "issuer", LATER, **named), "operator"
    else:
        may = all(model.free(n) for n in serials)
        action = acts.move(0, "issuer", "user", **named)
        if what == "pledge":
            action = duty.pledge(0, "issuer", "user", **named)
        who = "issuer"
    code = chain.send(who, action).code
    assert (code == 0) == may, f"{what} of {serials}: {code}"
    if not may:
        return
    if what == "move":
        model.owner.update(dict.fromkeys(serials, "user"))
        return
    number = chain.last(Table.HOLD)
    model.kinds[number] = "order" if what == "freeze" else "pledge"
    side = model.order if what == "freeze" else model.hold
    side.update(dict.fromkeys(serials, number))


def _end(rng: random.Random, chain: Chain, model: Model, what: str) -> None:
    kind = "order" if what == "lift" else "pledge"
    holds = [hold for hold in model.kinds if model.kinds[hold] == kind and model.under(hold)]
    if not holds:
        return
    hold = rng.choice(holds)
    held = model.under(hold)
    count = rng.randint(1, len(held) + 1)
    if what == "claim":
        action, who = acts.move(count, "issuer", "user", from_hold=hold, max_lots=64), "user"
    elif what == "release":
        action, who = duty.release(hold, count), "user"
    else:
        action, who = duty.unfreeze(hold, count), "operator"
    gone = held[:count]
    may = count <= len(held) and not (what == "claim" and any(model.order[n] for n in gone))
    code = chain.send(who, action).code
    assert (code == 0) == may, f"{what} of {count} from {held}: {code}"
    if may:
        side = model.order if what == "lift" else model.hold
        side.update(dict.fromkeys(gone, 0))
        if what == "claim":
            model.owner.update(dict.fromkeys(gone, "user"))
