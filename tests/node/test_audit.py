"""`tonne audit replay` against an engine's RPC that says what a test wants."""

import asyncio
import base64
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from abci_app.abci import abci_pb2 as abci
from abci_app.abci.results import results_hash
from abci_app.actions import ACTIONS
from abci_app.application import Application
from abci_app.engine.context import Tx
from abci_app.store.ledger import Ledger
from node import blocks
from node.cli import faults, run
from node.genesis import write_genesis
from tests import acts
from tests.harness import VALIDATOR, Chain, make_genesis
from tests.node.rpc_server import RpcError, rpc_server

BLOCKS = 40  # more than two batches
ADDRESS = sha256(VALIDATOR.key).digest()[:20].hex().upper()


def rfc3339(time_s: int) -> str:
    return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%dT%H:%M:%S.25Z")


class Node:
    """What an engine would say of a chain that the harness made."""

    def __init__(self, chain: Chain) -> None:
        self.genesis = chain.genesis
        first = Application(Ledger.memory()).init_chain(blocks.init_request(chain.genesis))
        self.rows: list[dict[str, Any]] = []
        app_hash, result = first.app_hash, results_hash([])
        for block, answer in chain.history:
            self.rows.append(self._row(block, app_hash, result))
            app_hash, result = answer.app_hash, results_hash(answer.tx_results)
        last = abci.RequestFinalizeBlock(height=len(self.rows) + 1)
        last.time.seconds = chain.now + 1
        self.rows.append(self._row(last, app_hash, result))
        self.earliest = 1
        self.asked: list[str] = []

    def _row(self, block: abci.RequestFinalizeBlock, app_hash: bytes, result: bytes) -> Any:
        vote = {"block_id_flag": 2, "validator_address": ADDRESS, "signature": ""}
        return {
            "block_id": {"hash": sha256(str(block.height).encode()).hexdigest().upper()},
            "block": {
                "header": {
                    "height": str(block.height),
                    "time": rfc3339(block.time.seconds),
                    "app_hash": app_hash.hex().upper(),
                    "last_results_hash": result.hex().upper(),
                    "validators_hash": "AA",
                    "next_validators_hash": "AA",
                    "proposer_address": ADDRESS,
                },
                "data": {"txs": [base64.b64encode(tx).decode() for tx in block.txs]},
                "evidence": {"evidence": []},
                "last_commit": {"round": 0, "signatures": [vote] if block.height > 1 else []},
            },
        }

    def answer(self, method: str, params: dict[str, Any]) -> Any:
        self.asked.append(method)
        if method == "status":
            return {
                "node_info": {"network": "c", "version": "v", "moniker": "m", "id": "i"},
                "sync_info": {
                    "latest_block_height": str(len(self.rows)),
                    "earliest_block_height": str(self.earliest),
                    "latest_block_time": rfc3339(1_700_000_000),
                    "catching_up": False,
                },
                "validator_info": {"voting_power": "10"},
            }
        if method == "validators":
            return {"total": "1", "validators": [{"address": ADDRESS, "voting_power": "10"}]}
        assert method == "block", method
        height = int(params["height"])
        if not self.earliest <= height <= len(self.rows):
            raise RpcError(f"height {height} is not available")
        return self.rows[height - 1]


@pytest.fixture(scope="module")
def chain() -> Chain:
    made = Chain.with_units(100_000)
    while made.height < BLOCKS:
        made.ok("issuer", acts.move(10, "issuer", "user"))
    return made


@pytest.fixture
def node(chain: Chain) -> Node:
    return Node(chain)


@contextmanager
def told_by(node: Node) -> Iterator[str]:
    """Serve a node's RPC in a thread; the command line runs a loop of its own."""
    loop = asyncio.new_event_loop()
    stop, ready, address = asyncio.Event(), threading.Event(), [""]

    async def serve() -> None:
        async with rpc_server(node.answer) as server:
            address[0] = server.address
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(20)
        yield address[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)
        loop.close()


def audit(node: Node, folder: Path, *words: str, genesis: bytes = b"") -> int:
    write_genesis(folder / "genesis.json", genesis or node.genesis)
    with told_by(node) as address:
        command = ["audit", "replay", "--rpc", address, "--genesis", str(folder / "genesis.json")]
        return run([*command, *words])


Told = pytest.CaptureFixture[str]


def test_a_chain_that_is_what_it_says_is_equal(node: Node, tmp_path: Path, capsys: Told) -> None:
    assert audit(node, tmp_path) == faults.OK
    told = capsys.readouterr()
    assert f"EQUAL: blocks 1 to {BLOCKS} lead to" in told.out
    assert "executing the blocks again" in told.err
    assert node.asked.count("validators") == 1  # asked again only when the set changes


def test_a_store_that_is_kept_goes_on(node: Node, tmp_path: Path, capsys: Told) -> None:
    store = ["--store", str(tmp_path / "store")]
    assert audit(node, tmp_path, *store, "--to", "20") == faults.OK
    assert "blocks 1 to 20" in capsys.readouterr().out
    node.asked.clear()
    assert audit(node, tmp_path, *store) == faults.OK
    assert f"blocks 1 to {BLOCKS}" in capsys.readouterr().out
    assert node.asked.count("block") < BLOCKS
    assert audit(node, tmp_path, *store, "--to", "20") == faults.FAILED
    assert "at height 40 already, beyond 20" in capsys.readouterr().err


def test_a_changed_rule_is_told_with_the_first_height(
    node: Node, tmp_path: Path, capsys: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = ACTIONS["move"]

    def once_less(tx: Tx, msg: Any) -> None:
        if tx.block.height == 33:
            msg = type(msg).FromString(msg.SerializeToString())
            msg.quantity_t -= 1
        move.execute(tx, msg)

    monkeypatch.setitem(ACTIONS, "move", replace(move, execute=once_less))
    assert audit(node, tmp_path, "--store", str(tmp_path / "store")) == faults.FAILED
    assert "DIFFERENT at height 33: executed here the results hash is" in capsys.readouterr().err
    ledger = Ledger.open(str(tmp_path / "store"))
    assert ledger.height == 32  # what differs is not kept
    ledger.close()


@pytest.mark.parametrize("name", ["app_hash", "last_results_hash"])
def test_a_header_that_lies_is_found(node: Node, tmp_path: Path, capsys: Told, name: str) -> None:
    node.rows[25]["block"]["header"][name] = "00" * 32
    assert audit(node, tmp_path) == faults.FAILED
    assert "DIFFERENT at height 25" in capsys.readouterr().err


def test_a_transaction_left_out_is_found(node: Node, tmp_path: Path, capsys: Told) -> None:
    node.rows[29]["block"]["data"]["txs"] = []
    assert audit(node, tmp_path) == faults.FAILED
    assert "DIFFERENT at height 30" in capsys.readouterr().err


def test_a_forged_signature_is_found(node: Node, tmp_path: Path, capsys: Told) -> None:
    data = node.rows[29]["block"]["data"]
    raw = bytearray(base64.b64decode(data["txs"][0]))
    raw[-1] ^= 1
    data["txs"] = [base64.b64encode(bytes(raw)).decode()]
    assert audit(node, tmp_path) == faults.FAILED
    assert "DIFFERENT at height 30" in capsys.readouterr().err


def test_another_genesis_is_found_before_any_block(
    node: Node, tmp_path: Path, capsys: Told
) -> None:
    other = make_genesis(chain_id="another")
    assert audit(node, tmp_path, genesis=other) == faults.FAILED
    assert "DIFFERENT at height 0" in capsys.readouterr().err


def test_a_store_of_another_chain_is_refused(node: Node, tmp_path: Path, capsys: Told) -> None:
    store = ["--store", str(tmp_path / "store"), "--to", "20"]
    assert audit(node, tmp_path, *store) == faults.OK
    other = Chain(params={"duties_per_block": 7})
    while other.height < BLOCKS:
        other.block()
    assert audit(Node(other), tmp_path, "--store", str(tmp_path / "store")) == faults.FAILED
    assert "of another genesis; name another --store" in capsys.readouterr().err


def test_a_node_that_keeps_not_all_blocks_is_named(
    node: Node, tmp_path: Path, capsys: Told
) -> None:
    node.earliest = 9
    assert audit(node, tmp_path) == faults.FAILED
    assert "keeps blocks from 9 on and block 1 is needed" in capsys.readouterr().err


def test_a_height_that_no_header_follows_is_refused(
    node: Node, tmp_path: Path, capsys: Told
) -> None:
    assert audit(node, tmp_path, "--to", "41") == faults.FAILED
    assert "heights up to 40 can be compared; 41 was asked for" in capsys.readouterr().err
    node.rows = node.rows[:1]
    assert audit(node, tmp_path) == faults.FAILED
    assert "no block yet whose result stands in a header" in capsys.readouterr().err


def test_an_answer_of_another_form_is_refused(node: Node, tmp_path: Path, capsys: Told) -> None:
    del node.rows[3]["block"]["header"]["proposer_address"]
    assert audit(node, tmp_path) == faults.FAILED
    assert "for blocks 1 to 16 has an unexpected form" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (["--rpc", "http://127.0.0.1:1"], faults.UNREACHABLE, "no engine at"),
        (["--rpc", "nonsense"], faults.USAGE, "is not of the form"),
        ([], faults.USAGE, "is not the home of a node"),
        (["--genesis", "none.json"], faults.USAGE, "no such file"),
        (["--store", "genesis.json", "--rpc", "http://127.0.0.1:1"], faults.USAGE, "not a folder"),
    ],
)
def test_what_cannot_be_replayed_is_said(
    words: Sequence[str],
    code: int,
    text: str,
    tmp_path: Path,
    capsys: Told,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_genesis(tmp_path / "genesis.json", make_genesis())
    given = ["--home", str(tmp_path)]
    if "--genesis" not in words:
        given += ["--genesis", "genesis.json"]
    assert run(["audit", "replay", *given, *words]) == code
    assert text in capsys.readouterr().err


def test_the_calls_are_those_of_an_engine() -> None:
    """A block with every field, as the engine's RPC prints it, and evidence of both kinds."""
    moment = {"Timestamp": "2026-02-01T00:00:00.000000001Z", "TotalVotingPower": "40"}
    vote = {"validator_address": "01" * 20, "height": "5"}
    duplicate = {"vote_a": vote, "vote_b": vote, "ValidatorPower": "10", **moment}
    attack = {
        "CommonHeight": "4",
        "ByzantineValidators": [{"address": "02" * 20, "voting_power": "7"}],
        **moment,
    }
    reply = {
        "block_id": {"hash": "AB" * 32},
        "block": {
            "header": {
                "height": "7",
                "time": "2026-02-01T00:00:01.5Z",
                "next_validators_hash": "CD" * 32,
                "proposer_address": "01" * 20,
            },
            "data": {"txs": [base64.b64encode(b"tx").decode()]},
            "evidence": {
                "evidence": [
                    {"type": "tendermint/DuplicateVoteEvidence", "value": duplicate},
                    {"type": "tendermint/LightClientAttackEvidence", "value": attack},
                ]
            },
            "last_commit": {
                "round": 2,
                "signatures": [{"block_id_flag": 2}, {"block_id_flag": 1}],
            },
        },
    }
    before = [abci.Validator(address=bytes((n,)) * 20, power=n) for n in (1, 2)]
    made = blocks.finalize_request(reply, before)
    assert (made.height, made.hash, list(made.txs)) == (7, b"\xab" * 32, [b"tx"])
    assert (made.time.nanos, made.next_validators_hash) == (500_000_000, b"\xcd" * 32)
    assert made.proposer_address == b"\x01" * 20
    assert made.decided_last_commit.round == 2
    flags = [(row.validator.power, row.block_id_flag) for row in made.decided_last_commit.votes]
    assert flags == [(1, 2), (2, 1)]
    told = [(row.type, row.validator.power, row.height) for row in made.misbehavior]
    assert told == [(abci.DUPLICATE_VOTE, 10, 5), (abci.LIGHT_CLIENT_ATTACK, 7, 4)]
    assert {row.time.nanos for row in made.misbehavior} == {1}
    reply["block"]["evidence"]["evidence"][0]["type"] = "other"  # type: ignore[index]
    with pytest.raises(ValueError, match="unknown kind"):
        blocks.finalize_request(reply, before)
