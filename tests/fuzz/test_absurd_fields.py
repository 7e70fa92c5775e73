"""Every field of every action at its extremes, on chains on which much has happened.

Must not know: what an action ought to answer. Invariants: an answer is a success or a numbered
refusal; what succeeds leaves a state that the doctor finds sound (conftest), the replica agrees
(harness), and nothing that falls due later trips the machine.
"""

import random

import pytest

from abci_app.actions import ACTIONS
from abci_app.core.codes import Code, code_name
from tests.fuzz.deeds import Deed
from tests.fuzz.stages import STAGES
from tests.fuzz.variants import copied, trial, unsigned, variants
from tests.harness import Chain
from tests.names import account_id
from tonne.v1 import service_pb2 as q
from tonne.v1 import tx_pb2 as t

PAUSES = (1, 3600, 86_400, 8 * 86_400, 40 * 86_400, 400 * 86_400)


def absurd(deed: Deed) -> list[tuple[str, t.Action]]:
    """Return the deed's action with one field changed, in every way."""
    action = copied(deed.action)
    arm = str(action.WhichOneof("action"))
    if arm == "put_policy" and action.put_policy.HasField("program"):
        action.put_policy.ClearField("program")  # test_absurd_programs.py has its fields
    message = getattr(action, arm)
    found = []
    for place, changed in variants(message):
        made = t.Action()
        getattr(made, arm).CopyFrom(changed)
        found.append((f"{arm}.{place}", made))
    return found


@pytest.mark.parametrize("name", STAGES)
def test_every_act_of_a_stage_succeeds_as_it_stands(name: str) -> None:
    stage = STAGES[name]
    chain = stage.make()
    for deed in stage.deeds(chain):
        outcome = trial(chain, unsigned(chain, deed.who, deed.also, deed.action))
        assert outcome.code == 0, f"{code_name(outcome.code)} {outcome.detail}: {deed.action}"
        assert not outcome.pending, f"it waits: {deed.action}"


def test_the_stages_know_all_actions() -> None:
    known = [
        deed.action.WhichOneof("action")
        for one in STAGES.values()
        for deed in one.deeds(one.make())
    ]
    assert [arm for arm in ACTIONS if arm not in known] == []


@pytest.mark.parametrize("name", STAGES)
def test_no_extreme_of_any_field_trips_the_machine(name: str) -> None:
    stage = STAGES[name]
    chain = stage.make()
    codes: dict[int, int] = {}
    for deed in stage.deeds(chain):
        for place, action in absurd(deed):
            for also in dict.fromkeys((deed.also, ())):
                outcome = trial(chain, unsigned(chain, deed.who, also, action))
                assert outcome.code != Code.INTERNAL, f"{place}\n{outcome.trouble}"
                assert not outcome.trouble
                codes[outcome.code] = codes.get(outcome.code, 0) + 1
    assert len(codes) > 25, sorted(map(code_name, codes))


@pytest.mark.parametrize("name", STAGES)
def test_no_two_extremes_together_trip_the_machine(name: str) -> None:
    stage = STAGES[name]
    chain = stage.make()
    dice = random.Random(name)
    deeds = stage.deeds(chain)
    for _ in range(250):
        deed = dice.choice(deeds)
        once, action = dice.choice(absurd(deed))
        twice, action = dice.choice(absurd(Deed(deed.who, action, deed.also)))
        outcome = trial(chain, unsigned(chain, deed.who, deed.also, action))
        assert outcome.code != Code.INTERNAL, f"{once}, {twice}\n{outcome.trouble}"


@pytest.mark.parametrize("name", STAGES)
@pytest.mark.parametrize("number", range(2))
def test_what_passes_at_an_extreme_leaves_a_sound_state(name: str, number: int) -> None:
    stage = STAGES[name]
    chain = stage.make()
    dice = random.Random(number)
    passed = []
    for deed in stage.deeds(chain):
        for place, action in absurd(deed):
            also = dice.choice((deed.also, ()))
            if not trial(chain, unsigned(chain, deed.who, also, action)).code:
                passed.append((place, Deed(deed.who, action, also)))
    dice.shuffle(passed)
    for at in range(0, min(len(passed), 240), 12):
        settle(chain, [deed for _, deed in passed[at : at + 12]])
        chain.block(at=chain.now + dice.choice(PAUSES))
        assert contained(chain) == []
    for _ in range(5):
        chain.block(at=chain.now + 400 * 86_400)
        assert contained(chain) == []


def contained(chain: Chain) -> list[str]:
    """Return the duties of the last block that raised."""
    return [str(row) for row in chain.duties if row.WhichOneof("event") == "contained"]


def settle(chain: Chain, deeds: list[Deed]) -> None:
    """Execute acts, each in a transaction of its own, whatever the ones before have changed."""
    txs = [chain.tx(deed.who, deed.action, also=deed.also) for deed in deeds]
    for result, deed in zip(chain.block(*txs, proposed=False), deeds, strict=True):
        assert result.code != Code.INTERNAL, f"{result.detail}: {deed}"
    for name in dict.fromkeys(name for deed in deeds for name in (deed.who, *deed.also)):
        request = q.GetSequenceRequest(account=account_id(name))  # what fell out has left holes
        chain.sequences[(name, 0)] = chain.ask(request, q.SequenceReply).next - 1
