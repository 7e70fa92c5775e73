"""SubmitStream through one gateway: transactions a second, and what one costs the gateway.

It must not know the gateway from inside: it is the process of a node. On its own it stands before a
stand-in for the engine that admits at once (`bench_stub`); its HTTP, JSON and checks are in the
figure, engine and application are not. Then the same before a real node of one validator.
"""

import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import grpc

from node import home as homes
from node.testnet import wait_until
from scripts import bench_nodes, bench_state
from scripts.bench_load import CLIENT, Rpc
from scripts.bench_nodes import ENGINE, Nodes
from scripts.bench_report import BenchFault, Report, Row, cpu_s, verification_us
from scripts.bench_state import First, Load, Say
from tonne.v1 import service_pb2 as sv
from tonne.v1.service_pb2_grpc import RegistryStub

AT_LEAST = 3_000.0
READY_S = 60.0
LIMIT_S = 300.0
STUB = Path(__file__).resolve().parent / "bench_stub.py"
ALONE, NODE = "on its own", "one validator behind"
HOME = """chain_id = "{chain_id}"
[app]
socket = "data/app.sock"
[gateway]
address = "127.0.0.1:{grpc}"
[engine]
rpc = "http://127.0.0.1:{rpc}"
"""


@dataclass(frozen=True)
class Scale:
    """How much is measured."""

    transfers: int = 9_000  # of a round; within what a node takes from so many accounts
    rounds: int = 5
    lots: int = 10_000
    accounts: int = 200
    organisations: int = 40


QUICK = Scale(transfers=300, rounds=1, lots=2_000)


def measure(
    scale: Scale, folder: Path | None = None, states: Path | None = None, say: Say = lambda _: None
) -> Report:
    """Measure both set-ups; BenchFault when a transfer is not taken."""
    first = bench_state.build(
        scale.lots, accounts=scale.accounts, organisations=scale.organisations
    )
    with bench_nodes.scratch(folder) as place:
        with alone(place / "alone", first) as nodes:
            seen = {ALONE: _rounds(nodes, Load(first, int(time.time())), scale, ALONE, say)}
        prepared = bench_state.prepare(states or place / "states", scale.lots, scale.accounts, say)
        now = int(time.time())
        with bench_nodes.network(place / "node", 1, first, prepared, now) as (nodes, made):
            nodes.start_gateways()
            seen[NODE] = _rounds(nodes, Load(made, now), scale, NODE, say)
    method = [
        (
            f"SubmitStream of {scale.transfers} transfers a round over one stream to one gateway, "
            f"wait=false: answered when the node has admitted them; {scale.rounds} rounds."
        ),
        "On its own: behind the gateway is a stand-in for the engine's RPC that admits at once.",
        f"V = {verification_us():.1f} us, one ed25519 verification.",
    ]
    return Report("stream", method, list(_rows(seen)), asdict(scale), {"rounds": seen})


def _rows(seen: dict[str, list[dict[str, float]]]) -> Iterator[Row]:
    for where, rounds in seen.items():

        def median(name: str, rounds: Sequence[dict[str, float]] = rounds) -> float:
            return statistics.median(row[name] for row in rounds)

        limit = AT_LEAST if where == ALONE else None
        yield Row(f"{where}: admitted", median("per_second"), "/s", limit, least=True)
        for role in rounds[0]:
            if role != "per_second":
                yield Row(f"{where}: CPU of {role} for one", median(role), "us")


@contextmanager
def alone(home: Path, first: First) -> Iterator[Nodes]:
    """Run a gateway in front of the stand-in."""
    ports = bench_nodes.free_ports(1)
    (home / "node0" / "config").mkdir(parents=True)
    text = HOME.format(chain_id=first.chain_id, grpc=ports.grpc, rpc=ports.rpc)
    (home / "node0" / "config" / "tonne.toml").write_text(text, encoding="utf-8")
    nodes = Nodes(home, 1, kvstore=False)
    with ExitStack() as stack:
        stack.callback(nodes.stop)
        command = [sys.executable, str(STUB), str(ports.rpc), first.chain_id]
        nodes.spawn(0, ENGINE, [*command, first.genesis_hash.hex()])
        nodes.start_gateways()
        yield nodes


def _rounds(nodes: Nodes, load: Load, scale: Scale, where: str, say: Say) -> list[dict[str, float]]:
    address = homes.read_settings(nodes.home(0)).grpc_address
    with grpc.insecure_channel(address) as channel:
        try:
            grpc.channel_ready_future(channel).result(timeout=READY_S)
            stub = RegistryStub(channel)
            rounds = []
            for number in range(scale.rounds + 1):
                count = scale.transfers if number else min(scale.transfers, 1_000)
                txs = load.take(count)
                say(f"{where}: round {number} of {scale.rounds}" if number else f"{where}: warm-up")
                found = _round(nodes, stub, txs)
                if number:
                    rounds.append(found)
                _drained(nodes)
        except (grpc.RpcError, grpc.FutureTimeoutError) as error:
            nodes.check()
            raise BenchFault(f"the gateway did not answer: {error!r}") from error
    return rounds


def _round(nodes: Nodes, stub: Any, txs: Sequence[bytes]) -> dict[str, float]:  # noqa: ANN401 - untyped
    requests = [sv.StreamRequest(request_id=at, tx=raw) for at, raw in enumerate(txs)]
    before = {**nodes.cpu_s(), CLIENT: cpu_s(os.getpid())}
    began = time.perf_counter()
    answered = 0
    for reply in stub.SubmitStream(iter(requests), timeout=LIMIT_S):
        if reply.transaction.status != sv.PENDING_TX:
            raise BenchFault(f"a transfer was not taken: {reply.transaction}")
        answered += 1
    lasted = time.perf_counter() - began
    after = {**nodes.cpu_s(), CLIENT: cpu_s(os.getpid())}
    if answered != len(txs):
        raise BenchFault(f"{answered} answers to {len(txs)} transfers")
    used = {role: 1e6 * (after[role] - before[role]) / len(txs) for role in after}
    return {"per_second": len(txs) / lasted, **used}


def _drained(nodes: Nodes) -> None:
    """Return when nothing waits for a block any more."""
    if (0, bench_nodes.APP) not in nodes.processes:
        return
    rpc = Rpc(nodes.rpc()[0])
    try:
        wait_until(lambda: not rpc.waiting(), "the mempool empties", READY_S)
    finally:
        rpc.close()
