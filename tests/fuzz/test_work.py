"""No act reads and writes more than its static cost pays for.

Must not know: what an act is for. Invariant: rows read, scanned and written are bounded by what the
envelope costs, on every chain, whatever a field says.
"""

import random
from collections.abc import Iterator

import pytest

from abci_app import machine
from abci_app.core.codes import Code
from abci_app.store.kv import Overlay, Reader
from tests.fuzz import crumbs
from tests.fuzz.deeds import Deed, Stage
from tests.fuzz.stages import STAGES
from tests.fuzz.variants import unsigned, variants
from tests.harness import Chain
from tonne.v1 import tx_pb2 as t

FIXED = 60  # rows of any envelope: signers, program, accounts, invariants
PER_COST = 18  # rows for each unit of cost: a lot is read, split, moved, merged and indexed
ALL = {**STAGES, "crumbs": Stage(crumbs.crumbs, crumbs.crumb_deeds)}


class Counting:
    """A reader that counts the rows that it gave."""

    def __init__(self, below: Reader) -> None:
        self.below = below
        self.rows = 0

    def get(self, key: bytes) -> bytes | None:
        self.rows += 1
        return self.below.get(key)

    def scan(
        self, start: bytes, stop: bytes, *, reverse: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        self.rows += 1
        for row in self.below.scan(start, stop, reverse=reverse):
            self.rows += 1
            yield row


def work(chain: Chain, deed: Deed) -> tuple[int, int, int]:
    """Return the code of a deed, the rows that it touches, and its static cost."""
    app = chain.app
    parsed = app.parser.parse(unsigned(chain, deed.who, deed.also, deed.action))
    counting = Counting(app.ledger)
    block = app._block(counting, chain.height, chain.now)
    for program in ("IPCI", "KYOTO-KZ", "QUOTAS"):
        rules = app.book.rules(app.ledger, program, chain.now)
        if rules is not None:
            block.found[program] = rules
    if parsed.fault is not None:
        return parsed.fault.code, 0, parsed.cost
    signers = app._gate(chain.now).admit(parsed, signed=False)
    overlay = Overlay(counting)
    outcome = machine.run_tx(block, overlay, parsed, signers)
    return outcome.code, counting.rows + len(overlay.writes), parsed.cost


@pytest.mark.parametrize("name", ALL)
def test_an_act_touches_what_its_cost_pays_for(name: str) -> None:
    stage = ALL[name]
    chain = stage.make()
    for deed in stage.deeds(chain):
        code, rows, cost = work(chain, deed)
        assert code == Code.OK
        assert rows <= FIXED + PER_COST * cost, f"{rows} rows for {cost}: {deed.action}"


@pytest.mark.parametrize("name", ALL)
def test_no_extreme_makes_an_act_touch_more_than_its_cost_pays_for(name: str) -> None:
    stage = ALL[name]
    chain = stage.make()
    dice = random.Random(name)
    for deed in stage.deeds(chain):
        arm = str(deed.action.WhichOneof("action"))
        found = list(variants(getattr(deed.action, arm)))
        for place, message in dice.sample(found, min(len(found), 40)):
            action = t.Action()
            getattr(action, arm).CopyFrom(message)
            also = dice.choice((deed.also, ()))
            _, rows, cost = work(chain, Deed(deed.who, action, also))
            assert rows <= FIXED + PER_COST * cost, f"{rows} rows for {cost}: {place}"


def test_more_lots_than_an_act_pays_for_are_refused_before_they_are_touched() -> None:
    chain = crumbs.crumbs()
    for deed in crumbs.dear_deeds(chain):
        code, rows, cost = work(chain, deed)
        assert code == Code.TOO_MANY_LOTS, deed.action
        assert rows <= FIXED + PER_COST * cost
