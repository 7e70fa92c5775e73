"""What the consortium decides about the chain itself: validators, parameters, rules."""

from typing import Any

import pytest

from abci_app.abci import abci_pb2 as abci
from abci_app.application import RulesUnknown
from abci_app.core.codes import Code
from abci_app.engine.policy import OBJECTS
from abci_app.selfcheck import SMALL_ORDER_KEYS
from abci_app.state import chain as own
from abci_app.state import schema
from tests import acts
from tests.consortium import (
    MEMBERS,
    OTHERS,
    POWER,
    four,
    open_member,
    put_set,
    seat,
    validator_key,
    validators,
)
from tests.harness import Chain
from tests.names import account_id
from tonne.v1 import policy_pb2 as p
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

FIFTH = "consortium-5"
ALL = (*OTHERS, "consortium-4")


@pytest.fixture
def chain() -> Chain:
    return four()


@pytest.fixture
def five(chain: Chain) -> Chain:
    """The fifth has an account of the chain, and no seat yet."""
    open_member(chain, FIFTH)
    return chain


def rows(*names: str, **powers: int) -> list[p.ValidatorSeat]:
    return [seat(name, powers.get(name.replace("-", "_"), POWER)) for name in names]


def updates(chain: Chain) -> list[tuple[bytes, int]]:
    """Return what the last block told the engine about validators."""
    answer = chain.history[-1][1]
    return [(row.pub_key.ed25519, row.power) for row in answer.validator_updates]


def standing(chain: Chain, name: str) -> s.Accreditation:
    found = schema.ACCREDITATIONS.get(chain.app.ledger, "chain", t.CONSORTIUM, "", account_id(name))
    assert found is not None
    return found


# ---- validators ----


def test_genesis_seats_its_validators(chain: Chain) -> None:
    found = {row.account: (row.key, row.power) for row in validators(chain).validators}
    assert found == {account_id(name): (validator_key(name), POWER) for name in MEMBERS}


def test_one_joins_with_a_seat_and_a_vote(five: Chain) -> None:
    five.ok("consortium-1", put_set(*rows(*MEMBERS, FIFTH)), also=OTHERS)
    assert updates(five) == [(validator_key(FIFTH), POWER)]
    granted = standing(five, FIFTH)
    assert (granted.status, granted.validator_key) == (s.GRANTED, validator_key(FIFTH))
    number = five.pending(FIFTH, acts_params(), also=OTHERS)  # four of five now
    assert five.proposal(number).requirements[0].count == 4
    five.decided("consortium-1", number)


def test_who_leaves_loses_the_seat_and_may_propose_it_himself(chain: Chain) -> None:
    act = put_set(*rows(*MEMBERS[:3]))
    number = chain.pending("consortium-4", act, also=("consortium-1", "consortium-2"))
    needs = chain.proposal(number).requirements
    assert [(need.count, list(need.excluded)) for need in needs] == [(3, ["registry-west"])]
    chain.decided("consortium-3", number)
    assert updates(chain) == [(validator_key("consortium-4"), 0)]
    assert standing(chain, "consortium-4").status == s.REVOKED
    chain.refused(Code.ROLE_MISSING, "consortium-4", put_set(*rows(*MEMBERS[:3])))


def test_whom_a_change_concerns_has_no_vote_and_still_counts(chain: Chain) -> None:
    act = put_set(*rows(*MEMBERS, consortium_4=11))
    number = chain.pending("consortium-1", act, also=("consortium-2", "consortium-4"))
    chain.refused(Code.DECIDE_NOT_MEMBER, "consortium-4", acts.yes(number))
    chain.decided("consortium-3", number)
    assert updates(chain) == [(validator_key("consortium-4"), 11)]


def test_a_new_key_takes_the_place_of_the_old_one(chain: Chain) -> None:
    changed = seat("consortium-4")
    changed.key = validator_key("another machine")
    chain.ok("consortium-1", put_set(*rows(*MEMBERS[:3]), changed), also=OTHERS)
    told = dict(updates(chain))
    assert told == {validator_key("consortium-4"): 0, changed.key: POWER}
    assert standing(chain, "consortium-4").validator_key == changed.key


def test_nothing_is_told_where_only_names_change(chain: Chain) -> None:
    renamed = rows(*MEMBERS)
    renamed[0].name = "north-1"
    renamed[0].node_ids.append("ab" * 20)
    chain.ok("consortium-1", put_set(*renamed), also=OTHERS)
    assert updates(chain) == []
    assert list(standing(chain, MEMBERS[0]).node_ids) == ["ab" * 20]


def outsider() -> p.ValidatorSeat:
    row = seat(FIFTH)
    row.account = account_id("user")
    return row


def small() -> p.ValidatorSeat:
    row = seat(FIFTH)
    row.key = SMALL_ORDER_KEYS[0]
    return row


def twice() -> list[p.ValidatorSeat]:
    again = seat(FIFTH)
    again.account = account_id("consortium-1")
    return [*rows(*MEMBERS), again]


UNSAFE: dict[str, tuple[Any, str]] = {
    "none at all": (list, "1 to 100 validators, not 0"),
    "one without power": (lambda: rows(*MEMBERS, FIFTH, consortium_5=0), "power 1 or more"),
    "a third of the power is new": (
        lambda: rows(*MEMBERS, FIFTH, consortium_5=20),
        "20 of the power 60 is new: a third or more",
    ),
    "half of the power leaves": (
        lambda: rows(*MEMBERS[:2]),
        "20 of the power 40 leaves: a third or more",
    ),
    "more power than is counted": (
        lambda: rows(*MEMBERS, consortium_1=1 << 41),
        "more power than",
    ),
    "an account of another program": (
        lambda: [*rows(*MEMBERS), outsider()],
        "is no account of chain",
    ),
    "an account that does not exist": (
        lambda: rows(*MEMBERS, "consortium-9"),
        "is no account of chain",
    ),
    "a key of small order": (lambda: [*rows(*MEMBERS), small()], "prime order"),
    "one account twice": (twice, "stands there twice"),
}


@pytest.mark.parametrize("what", UNSAFE)
def test_what_could_stop_the_chain_is_refused(five: Chain, what: str) -> None:
    make, words = UNSAFE[what]
    done = five.refused(
        Code.POLICY_VALIDATORS, "consortium-1", put_set(*make()), also=(*ALL, FIFTH)
    )
    assert words in done.detail, done.detail


def test_a_suspended_account_gets_no_seat(five: Chain) -> None:
    change = t.AccountChange(id=account_id(FIFTH), status=t.ACCOUNT_SUSPENDED)
    act = t.Action(put_account=t.PutAccount(program="chain", account=change))
    five.ok("consortium-1", act, also=OTHERS)
    five.refused(Code.POLICY_VALIDATORS, "consortium-1", put_set(*rows(*MEMBERS, FIFTH)), also=ALL)


@pytest.mark.parametrize(
    "change", [{"node_ids": ["short"]}, {"key": b"k"}, {"name": ""}, {"account": "XC-1"}]
)
def test_a_seat_of_the_wrong_shape(chain: Chain, change: dict[str, Any]) -> None:
    row = seat(FIFTH)
    acts.changed(row, change)
    chain.refused(Code.ACTION_SHAPE, "consortium-1", put_set(*rows(*MEMBERS), row))


# ---- for later ----


def test_a_set_waits_for_its_time(five: Chain) -> None:
    soon = five.now + 100
    act = put_set(*rows(*MEMBERS, FIFTH), effective_from_s=soon)
    done = five.ok("consortium-1", act, also=OTHERS)
    assert not done.event("policy_put").in_force
    assert updates(five) == []
    five.block(at=soon - 1)
    assert updates(five) == []
    five.block(at=soon)
    assert updates(five) == [(validator_key(FIFTH), POWER)]
    (told,) = [row.policy_put for row in five.duties if row.HasField("policy_put")]
    assert told.in_force
    assert schema.SCHEDULED.get(five.app.ledger, OBJECTS["validators"]) is None


def test_what_does_not_fit_any_more_when_its_time_comes_is_dropped(five: Chain) -> None:
    soon = five.now + 100
    five.ok("consortium-1", put_set(*rows(*MEMBERS, FIFTH), effective_from_s=soon), also=OTHERS)
    change = t.AccountChange(id=account_id(FIFTH), status=t.ACCOUNT_SUSPENDED)
    act = t.Action(put_account=t.PutAccount(program="chain", account=change))
    five.ok("consortium-1", act, also=OTHERS)
    five.block(at=soon)
    assert updates(five) == []
    assert [row.policy_put.in_force for row in five.duties if row.HasField("policy_put")] == [False]
    assert len(validators(five).validators) == 4


def test_a_later_decision_takes_the_place_of_one_that_waits(chain: Chain) -> None:
    for window in (70, 80):
        chain.ok(
            "consortium-1",
            acts_params(quota_window_s=window, at=chain.now + 1_000),
            also=OTHERS,
        )
    chain.block(at=chain.now + 2_000)
    assert chain.app.chain.params.quota_window_s == 80
    assert len([row for row in chain.duties if row.HasField("policy_put")]) == 1


def test_a_time_that_has_passed(chain: Chain) -> None:
    act = acts_params(at=chain.now - 5)
    chain.refused(Code.POLICY_CONFLICT, "consortium-1", act, also=OTHERS)


# ---- parameters and rules ----


def acts_params(at: int = 0, **changes: int) -> t.Action:
    params = p.ChainParams()
    params.CopyFrom(own.DEFAULT_PARAMS)
    acts.changed(params, changes)
    message = t.PutPolicy(params=params, effective_from_s=at)
    return t.Action(put_policy=message)


def test_parameters_act_from_the_next_block_and_the_engine_hears_of_the_size(chain: Chain) -> None:
    chain.ok("consortium-1", acts_params(block_bytes_max=1 << 19, tx_cost_max=300), also=OTHERS)
    told = chain.history[-1][1].consensus_param_updates
    assert (told.block.max_bytes, told.block.max_gas) == (1 << 19, -1)
    assert told.evidence.max_bytes == 1 << 19
    assert told.evidence.max_age_num_blocks > 0
    act = acts.move(1, "user", "issuer", max_lots=200)
    chain.refused(Code.COST_EXCEEDED, "user", act, act)


def test_the_engine_hears_nothing_of_what_is_not_its_own(chain: Chain) -> None:
    chain.ok("consortium-1", acts_params(quota_window_s=61), also=OTHERS)
    assert not chain.history[-1][1].HasField("consensus_param_updates")


def test_parameters_that_would_stop_the_chain(chain: Chain) -> None:
    for field, value in (("duties_per_block", 0), ("block_bytes_max", 200 << 20)):
        act = acts_params(**{field: value})
        done = chain.refused(Code.POLICY_SCHEMA, "consortium-1", act, also=OTHERS)
        assert field in done.detail


def test_a_node_stops_before_a_block_under_rules_that_it_does_not_know(chain: Chain) -> None:
    newer = t.Action(put_policy=t.PutPolicy(rules_version=own.RULES_VERSION + 1))
    chain.ok("consortium-1", newer, also=OTHERS)
    request = abci.RequestFinalizeBlock(height=chain.height + 1)
    with pytest.raises(RulesUnknown, match="install a newer release"):
        chain.app.finalize_block(request)
