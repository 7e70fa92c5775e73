"""Programs with one field at an extreme: refused when they are put, or safe for whoever acts.

Must not know: what a rule means. Invariants: no body trips the check of programs, PutPolicy or
what compiles a program; under one that was taken, no act of a stage and no duty trips the machine.
"""

import random
from itertools import islice

import pytest

from abci_app import machine
from abci_app.core.codes import Code, code_name
from abci_app.state import policies, program_check
from abci_app.store.kv import Overlay
from tests import consortium, kyoto, quotas
from tests.fuzz.stages import STAGES
from tests.fuzz.variants import trial, unsigned, variants
from tests.harness import Chain
from tests.names import PROGRAM
from tonne.v1 import policy_pb2 as p
from tonne.v1 import tx_pb2 as t

# Stage: its program, and who agrees to a version beside the consortium.
OWNERS = {
    "ipci": (PROGRAM, "coordinator"),
    "kazakh": (kyoto.PROGRAM, "kz.authority"),
    "scheme": (quotas.PROGRAM, "q.authority"),
}
TRIED = 60  # programs that were taken, whose rules every act of the stage is held against
YEAR = 400 * 86_400


def bodies(chain: Chain, program: str, dice: random.Random) -> list[tuple[str, p.Program]]:
    """Return the next version of a program with one field changed, in every way."""
    body = consortium.latest(chain, program)
    body.version += 1
    body.effective_from_s = 0
    return list(variants(body, dice))


def answer(chain: Chain, owner: str, body: p.Program) -> machine.Outcome:
    also = (*consortium.OTHERS, owner)
    action = t.Action(put_policy=t.PutPolicy(program=body))
    return trial(chain, unsigned(chain, "consortium-1", also, action))


@pytest.mark.parametrize("name", OWNERS)
def test_no_program_body_trips_what_reads_it(name: str) -> None:
    chain = STAGES[name].make()
    program, owner = OWNERS[name]
    dice = random.Random(name)
    codes: dict[int, int] = {}
    tried = bodies(chain, program, dice)
    for place, body in dice.sample(tried, min(len(tried), 500)):
        outcome = answer(chain, owner, body)
        assert outcome.code != Code.INTERNAL, f"{place}\n{outcome.trouble}"
        codes[outcome.code] = codes.get(outcome.code, 0) + 1
        assert all(fault.path and fault.text for fault in program_check.check(body))
    assert codes[Code.OK] > 20, codes
    assert codes[Code.POLICY_SCHEMA] > 100, sorted(map(code_name, codes))


@pytest.mark.parametrize("name", OWNERS)
def test_no_act_trips_over_a_program_that_was_taken(name: str) -> None:
    stage = STAGES[name]
    chain = stage.make()
    program, owner = OWNERS[name]
    dice = random.Random(f"acts {name}")
    tried = bodies(chain, program, dice)
    dice.shuffle(tried)
    passing = (row for row in tried if not answer(chain, owner, row[1]).code)
    taken = list(islice(passing, TRIED))
    assert len(taken) == TRIED
    deeds = stage.deeds(chain)
    for place, body in taken:
        rules = policies.compile_rules(body)
        for deed in deeds:
            tx = unsigned(chain, deed.who, deed.also, deed.action)
            outcome = trial(chain, tx, rules=rules)
            assert not outcome.trouble, f"{place}: {deed}\n{outcome.trouble}"
        for late in (1, 40 * 86_400, YEAR):
            block = chain.app._block(chain.app.ledger, chain.height + 1, chain.now + late)
            block.found[program] = rules
            for outcome in machine.run_duties(block, Overlay(chain.app.ledger)):
                assert not outcome.trouble, f"{place}\n{outcome.trouble}"


def test_a_variant_differs_in_one_place() -> None:
    whole = p.Program(id="A", classes=[p.UnitClass(id="B")])
    places = [place for place, made in variants(whole) if made != whole]
    assert len(places) > 300
    for start in ("id=", "classes[0].id=", "classes none", "params empty", "owner_role=99"):
        assert any(place.startswith(start) for place in places)
