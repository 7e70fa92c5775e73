"""Envelopes of several spoilt acts, block after block, and spoilt questions, on every stage.

Must not know: what an action ought to answer. Invariants: those of test_absurd_fields.py.
"""

import random

import pytest

from abci_app.abci import abci_pb2 as abci
from abci_app.core.codes import Code, code_name
from abci_app.queries import QUERIES
from tests.fuzz.deeds import Deed
from tests.fuzz.stages import STAGES
from tests.harness import Chain
from tests.machine.test_absurd_values import spoil
from tests.names import account_id
from tonne.v1 import service_pb2 as q
from tonne.v1 import tx_pb2 as t

PAUSES = (1, 60, 86_400, 31 * 86_400)


def envelope(deeds: list[Deed], dice: random.Random) -> tuple[list[str], list[t.Action]]:
    """Return signers and actions: a few deeds, most of them with up to two fields changed."""
    names: list[str] = []
    actions = []
    for deed in dice.sample(deeds, dice.choice((1, 1, 2, 4))):
        action = t.Action()
        action.CopyFrom(deed.action)
        for _ in range(dice.choice((0, 0, 1, 2))):
            spoil(getattr(action, str(action.WhichOneof("action"))), dice)
        names += [deed.who, *(deed.also if dice.random() < 0.7 else ())]
        names = list(dict.fromkeys(names))
        action.signer_index = names.index(deed.who)
        actions.append(action)
    return names, actions


def resync(chain: Chain, names: list[str]) -> None:
    """Take the sequences from the chain: what was not admitted has left holes."""
    for name in names:
        request = q.GetSequenceRequest(account=account_id(name))
        chain.sequences[(name, 0)] = chain.ask(request, q.SequenceReply).next - 1


@pytest.mark.parametrize("name", STAGES)
@pytest.mark.parametrize("number", range(2))
def test_no_envelope_of_spoilt_acts_trips_the_machine(name: str, number: int) -> None:
    dice = random.Random(f"{name} {number}")
    chain = STAGES[name].make()
    deeds = STAGES[name].deeds(chain)
    everybody = list(dict.fromkeys(who for deed in deeds for who in (deed.who, *deed.also)))
    seen: dict[int, int] = {}
    for _ in range(12):
        made = [envelope(deeds, dice) for _ in range(8)]
        txs = [chain.tx(names[0], *actions, also=names[1:]) for names, actions in made]
        for tx in txs:
            assert chain.query(q.SimulateRequest(tx=tx)).code != Code.INTERNAL
        for result in chain.block(*txs, proposed=False):
            assert result.code != Code.INTERNAL, result.detail
            seen[result.code] = seen.get(result.code, 0) + 1
        chain.block(at=chain.now + dice.choice(PAUSES))
        assert all(row.WhichOneof("event") != "contained" for row in chain.duties)
        resync(chain, everybody)
    assert len(seen) > 8, [code_name(code) for code in seen]
    assert seen[Code.OK] > 5


@pytest.mark.parametrize("name", STAGES)
def test_no_spoilt_question_trips_the_machine(name: str) -> None:
    dice = random.Random(name)
    chain = STAGES[name].make()
    for path, (kind, _) in sorted(QUERIES.items()):
        for _ in range(25):
            request = kind()
            for _ in range(dice.choice((1, 2, 4, 8)) if kind.DESCRIPTOR.fields else 0):
                spoil(request, dice)
            asked = abci.RequestQuery(path=f"/{path}", data=request.SerializeToString())
            assert chain.app.query(asked).code != Code.INTERNAL, f"{path} {request}"
