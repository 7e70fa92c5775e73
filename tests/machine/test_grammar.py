"""The engine's calls in every order that its grammar allows lead to the same chain.

A life of the registry is lived once without disturbance (tests.story). Then a node is called as an
engine may call it: rounds that fail, blocks proposed again, replay without rounds, crashes before
and after Commit, checks and questions between any two calls.
"""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from abci_app.abci import abci_pb2 as abci
from abci_app.application import Application
from abci_app.queries import QUERIES
from abci_app.store.ledger import Ledger
from tests import story
from tests.harness import Chain, init_request
from tests.names import account_id
from tonne.v1 import service_pb2 as q

SEEDS = range(30)
BLOCKS = 10
ROOT = Path(__file__).parents[2]


class Engine:
    """One node and the engine in front of it, which does what its dice say."""

    def __init__(self, twin: Chain, folder: Path, dice: random.Random) -> None:
        self.twin = twin
        self.folder = folder
        self.dice = dice
        self.pool = [tx for request, _ in twin.history for tx in request.txs]
        self.app = self._open()
        self.crashes = 0

    def _open(self) -> Application:
        """Start the process: Info, and InitChain when nothing was ever committed."""
        app = Application(Ledger.open(str(self.folder), depth=6))
        self.app = app
        while True:
            height = app.info(abci.RequestInfo()).last_block_height
            if self.dice.random() < 0.8:
                break
        if height == 0:
            self.between()
            app.init_chain(init_request(self.twin.genesis))
        else:
            _, answer = self.twin.history[height - 1]
            assert app.info(abci.RequestInfo()).last_block_app_hash == answer.app_hash
        return app

    def crash(self) -> None:
        self.crashes += 1
        self.app.ledger.close()
        self._open()

    def between(self) -> None:
        """What the other two connections bring between any two consensus calls."""
        while self.dice.random() < 0.5:
            if self.dice.random() < 0.6:
                tx = self.dice.choice(self.pool)
                kind = self.dice.choice((abci.NEW, abci.RECHECK))
                code = self.app.check_tx(abci.RequestCheckTx(tx=tx, type=kind)).code
                assert code == 0 or 100 < code < 200
            else:
                self._ask()

    def _ask(self) -> None:
        name = self.dice.choice((*sorted(QUERIES), "Simulate", "Nothing"))
        path, data = f"/{name}", b""
        if name == "Simulate":
            data = q.SimulateRequest(tx=self.dice.choice(self.pool)).SerializeToString()
        elif name in ("GetAccount", "GetInbox", "GetSequence"):
            data = b"\x0a\x10" + account_id("issuer").encode()
        elif self.dice.random() < 0.3:
            data = self.dice.randbytes(self.dice.randint(1, 20))
        self.app.query(abci.RequestQuery(path=path, data=data))

    def round(self, planned: abci.RequestFinalizeBlock) -> None:
        """One round of a height, which may come to nothing."""
        time = planned.time
        height = planned.height
        proposals: list[list[bytes]] = [list(planned.txs)]
        if self.dice.random() < 0.6:
            offered = self.dice.sample(self.pool, min(8, len(self.pool)))
            room = self.dice.choice((0, 500, 1 << 20))
            prepare = abci.RequestPrepareProposal(max_tx_bytes=room, txs=offered, height=height)
            prepare.time.CopyFrom(time)
            own = list(self.app.prepare_proposal(prepare).txs)
            assert sum(len(tx) for tx in own) <= room
            rest = iter(offered)
            assert all(tx in rest for tx in own), "a part of what was offered, in its order"
            self.between()
            assert self._accepts(own, planned), "its own proposal"
            proposals.append(own)
        for _ in range(self.dice.randint(0, 2)):
            self._accepts(self.dice.choice([*proposals, [self.dice.randbytes(9)]]), planned)
            self.between()

    def _accepts(self, txs: list[bytes], planned: abci.RequestFinalizeBlock) -> bool:
        process = abci.RequestProcessProposal(txs=txs, height=planned.height)
        process.time.CopyFrom(planned.time)
        accept = abci.ResponseProcessProposal.ACCEPT
        first = self.app.process_proposal(process).status
        if self.dice.random() < 0.3:
            assert self.app.process_proposal(process).status == first, "proposed again"
        return first == accept

    def height(
        self, planned: abci.RequestFinalizeBlock, expected: abci.ResponseFinalizeBlock
    ) -> None:
        """One height until it is committed."""
        while True:
            for _ in range(self.dice.choice((0, 1, 1, 2, 3))):  # none: replay or block sync
                self.round(planned)
            self.between()
            assert self.app.finalize_block(planned) == expected
            self.between()
            if self.dice.random() < 0.2:
                self.crash()  # before Commit: the height is decided, and finalized again
                assert self.app.info(abci.RequestInfo()).last_block_height == planned.height - 1
                continue
            self.app.commit(abci.RequestCommit())
            break
        info = self.app.info(abci.RequestInfo())
        assert (info.last_block_height, info.last_block_app_hash) == (
            planned.height,
            expected.app_hash,
        )
        if self.dice.random() < 0.15:
            self.crash()  # after Commit

    def run(self) -> None:
        for planned, expected in self.twin.history:
            self.between()
            self.height(planned, expected)


@pytest.fixture
def shown(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    yield
    assert "CONTAINED" not in capsys.readouterr().err


@pytest.mark.parametrize("number", SEEDS)
@pytest.mark.usefixtures("shown")
def test_calls_in_any_order_of_the_grammar_lead_to_the_same_chain(
    number: int, tmp_path: Path
) -> None:
    twin = story.live(number, BLOCKS)
    engine = Engine(twin, tmp_path, random.Random(number))
    engine.run()
    assert engine.app.ledger.root == twin.app.ledger.root
    rows = dict(engine.app.ledger.scan(b"", b"\xff"))
    assert rows == dict(twin.app.ledger.scan(b"", b"\xff"))
    engine.app.ledger.close()


def test_the_lives_are_rich_and_the_engine_does_crash(tmp_path: Path) -> None:
    found: dict[str, int] = {}
    codes: list[int] = []
    crashes = 0
    for number in range(6):
        twin = story.live(number, 25)
        codes += [row.code for _, answer in twin.history for row in answer.tx_results]
        for name, count in story.counts(twin).items():
            found[name] = found.get(name, 0) + count
        engine = Engine(twin, tmp_path / str(number), random.Random(number))
        engine.run()
        crashes += engine.crashes
        engine.app.ledger.close()
    for name in ("EXECUTED", "EXPIRED", "REJECTED", "WITHDRAWN"):
        assert found.get(f"PROPOSAL_{name}"), f"no proposal was {name}: {found}"
    assert len(dict.fromkeys(codes)) > 15
    assert crashes > 10


@pytest.mark.parametrize("number", [1])
def test_a_life_is_the_same_whatever_the_hash_seed(number: int) -> None:
    prints = []
    for seed in ("0", "1", "4242"):
        done = subprocess.run(
            [sys.executable, "-m", "tests.story", str(number)],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": "proto"},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        prints.append(done.stdout.strip())
    assert len(prints[0]) == 64
    assert prints == [story.fingerprint(number)] * 3
