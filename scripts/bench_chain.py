"""Committed transfers a second, and the time from submit to committed, behind the real engine.

It must not know what is inside a node: it lays out a network, loads it and looks at its blocks.
Invariant: only transfers that stand in a block with code 0 are counted; whatever was started is
stopped and its folder gone, also after Ctrl-C.
"""

import http.client
import json
import os
import queue
import signal
import statistics
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import grpc

from abci_app.core import signing
from node import home as homes
from node import testnet as net
from scripts.bench_state import First, Load, build
from tonne.v1 import service_pb2 as sv
from tonne.v1.service_pb2_grpc import RegistryStub
from tonne.v1.state_pb2 import Validator

Say = Callable[[str], None]

POWER = 10
CONNECTIONS = 4
BATCH = 25  # transfers a request
WAITING_PER_ACCOUNT = 32  # sent and not yet committed: below the node's own limits
LOOK_S = 0.02
QUIET_S = 30.0  # without a block while transfers wait: the run is given up
READY_S = 60.0
METAS_MAX = 20  # blocks that the engine tells of at once
FIRST_PORT, LAST_PORT, GRPC_AT = 21_000, 31_000, 200


class BenchFault(Exception):  # noqa: N818 - says what is wrong, as the faults of node do
    """The measurement cannot be made here, or did not come to its end."""


@dataclass(frozen=True)
class Scale:
    """How much is measured."""

    validators: tuple[int, ...] = (1, 4)
    lots: int = 10_000
    accounts: int = 200
    organisations: int = 40
    transfers: int = 20_000  # of each round of throughput
    rounds: int = 3
    rate: int = 200  # transfers a second while latency is measured
    seconds: int = 20


QUICK = Scale(validators=(1,), lots=2_000, transfers=400, rounds=1, rate=50, seconds=2)


@dataclass(frozen=True)
class Figures:
    """What one network did."""

    validators: int
    per_second: list[float]  # committed transfers, each round
    rate: int
    p50_ms: float
    p99_ms: float

    @property
    def median_per_second(self) -> float:
        """Return the median of the rounds."""
        return statistics.median(self.per_second)


@dataclass(frozen=True)
class Chain:
    """The figures of every network, and what they were measured with."""

    scale: Scale
    cores: int
    tx_bytes: int
    v_us: float
    networks: list[Figures]

    def as_json(self) -> dict[str, Any]:
        """Return the figures; `median_v` is the time of the machine for one transfer, in V."""
        networks = [
            {
                **asdict(row),
                "median_per_second": row.median_per_second,
                "median_v": round(1e6 / row.median_per_second / self.v_us, 2),
            }
            for row in self.networks
        ]
        return {**asdict(self), "networks": networks}

    def lines(self) -> Iterator[str]:
        """Yield the report."""
        scale = self.scale
        yield (
            f"Transfers of {self.tx_bytes} bytes from {scale.accounts} accounts of "
            f"{scale.organisations} organisations, {scale.lots} lots; all nodes and the load "
            f"client on one machine of {self.cores} cores."
        )
        yield (
            f"Throughput: broadcast_tx_async to the engines' RPC, {CONNECTIONS} connections spread "
            f"over the validators, {BATCH} a request, at most {WAITING_PER_ACCOUNT} waiting an "
            f"account; {scale.transfers} transfers a round, from the first block to the last."
        )
        yield (
            f"Latency: SubmitStream to the first validator's gateway, {scale.rate}/s for "
            f"{scale.seconds} s, from sending to the answer COMMITTED."
        )
        yield f"V = {self.v_us:.1f} us, one ed25519 verification, measured before."
        yield ""
        heads = ("validators", "transfers/s", "V each", "p50 ms", "p99 ms")
        yield "".join(f"{head:>12}" for head in heads) + "  rounds"
        for row in self.networks:
            each = 1e6 / row.median_per_second / self.v_us
            rounds = " ".join(f"{value:.0f}" for value in row.per_second)
            yield (
                f"{row.validators:12}{row.median_per_second:12.0f}{each:12.1f}"
                f"{row.p50_ms:12.0f}{row.p99_ms:12.0f}  {rounds}"
            )


def measure(scale: Scale, folder: Path | None = None, say: Say = lambda _: None) -> Chain:
    """Measure every network size in turn, each on a fresh chain."""
    v_us = _verification_us()
    figures: list[Figures] = []
    tx_bytes = 0
    for count in scale.validators:
        say(f"starting {count} validators over {scale.lots} lots")
        with network(scale, count, folder) as (nodes, first):
            load = Load(first, int(time.time()))
            tx_bytes = len(load.take(1)[0])
            load = Load(first, int(time.time()))
            try:
                figures.append(_one(nodes, load, scale, say))
            except (OSError, http.client.HTTPException, grpc.RpcError, BenchFault) as error:
                raise BenchFault(f"{error}\nnode 0 said last:\n{nodes.words(0)}") from error
    return Chain(scale, os.cpu_count() or 1, tx_bytes, v_us, figures)


def _one(nodes: net.Testnet, load: Load, scale: Scale, say: Say) -> Figures:
    """Measure one running network: a small round to warm it up, throughput, then latency."""
    addresses = [nodes.rpc(index) for index in range(nodes.count)]
    per_second: list[float] = []
    for number in range(scale.rounds + 1):
        count = scale.transfers if number else min(scale.transfers, 1_000)
        say(f"signing {count} transfers")
        txs = load.take(count)
        say(f"round {number} of {scale.rounds}" if number else "warming up")
        reached = _throughput(addresses, txs, WAITING_PER_ACCOUNT * scale.accounts)
        if number:
            per_second.append(reached)
    say(f"latency at {scale.rate}/s")
    took = _latency(nodes.grpc(0), load.take(scale.rate * scale.seconds), scale.rate)
    cuts = statistics.quantiles(took, n=100, method="inclusive")
    return Figures(nodes.count, per_second, scale.rate, 1e3 * cuts[49], 1e3 * cuts[98])


def _verification_us(count: int = 2_000) -> float:
    """Return V: the median time of a verification, in microseconds."""
    seed, message = bytes(range(32)), bytes(200)
    key, signature = signing.public_key(seed), signing.sign(seed, message)
    times: list[int] = []
    for _ in range(count):
        start = time.perf_counter_ns()
        signing.verify(key, signature, message)
        times.append(time.perf_counter_ns() - start)
    return statistics.median(times) / 1e3


# ---- the network ----


@contextmanager
def network(scale: Scale, count: int, folder: Path | None) -> Iterator[tuple[net.Testnet, First]]:
    """Run `count` validators on a fresh chain in a temporary folder; stop them and forget it."""
    made: list[First] = []

    def genesis_of(members: Sequence[homes.Identity]) -> bytes:
        validators = [Validator(key=m.validator_key, power=POWER, name=m.name) for m in members]
        made.append(
            build(
                scale.lots,
                accounts=scale.accounts,
                organisations=scale.organisations,
                time_s=int(time.time()),
                validators=validators,
            )
        )
        return made[0].genesis

    before = signal.getsignal(signal.SIGINT)
    try:
        with ExitStack() as stack:
            scratch = tempfile.TemporaryDirectory(prefix="tonne-bench-", dir=folder)
            place = Path(stack.enter_context(scratch))
            net.lay_out(place, genesis_of, count=count, base=_free_ports(count))
            nodes = stack.enter_context(net.running(place))
            # Runs first at the end: a second Ctrl-C must not cut the stopping short.
            stack.callback(signal.signal, signal.SIGINT, signal.SIG_IGN)
            yield nodes, made[0]
    finally:
        signal.signal(signal.SIGINT, before)


def _free_ports(count: int) -> homes.Ports:
    """Return the base of ports that nobody uses."""
    for start in range(FIRST_PORT, LAST_PORT, 2 * GRPC_AT):
        base = homes.Ports(p2p=start, rpc=start + 1, grpc=start + GRPC_AT)
        each = [net.ports_of(index, base) for index in range(count)]
        if all(homes.is_free(port) for row in each for port in (row.p2p, row.rpc, row.grpc)):
            return base
    raise BenchFault(f"no free ports for {count} validators between {FIRST_PORT} and {LAST_PORT}")


# ---- throughput ----


class Rpc:
    """One connection to an engine's RPC, kept open."""

    def __init__(self, address: str) -> None:
        """Connect at the first request."""
        place = urlsplit(address)
        self._connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)

    def post(self, body: bytes) -> bytes:
        """Return what the engine answers to a JSON-RPC request or batch."""
        self._connection.request("POST", "/", body, {"Content-Type": "application/json"})
        return self._connection.getresponse().read()

    def call(self, method: str, **params: str) -> Any:  # noqa: ANN401 - JSON of any shape
        """Return the result of one call; BenchFault when the engine refuses it."""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        reply = json.loads(self.post(json.dumps(request).encode()))
        if "result" not in reply:
            raise BenchFault(f"the engine refused {method}: {reply.get('error')}")
        return reply["result"]

    def height(self) -> int:
        """Return the height that the application has committed: the engine's may be a block on."""
        return int(self.call("abci_info")["response"].get("last_block_height") or 0)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class Senders:
    """Connections that send what stands in a queue, each in a thread of its own."""

    def __init__(self, addresses: Sequence[str]) -> None:
        """Spread the connections over the addresses."""
        self.waiting: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.trouble: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._send, args=(addresses[at % len(addresses)],), daemon=True)
            for at in range(CONNECTIONS)
        ]
        for thread in self._threads:
            thread.start()

    def _send(self, address: str) -> None:
        rpc = Rpc(address)
        try:
            while (body := self.waiting.get()) is not None:
                reply = rpc.post(body)
                if b'"error"' in reply:
                    self.trouble.put(reply.decode(errors="replace")[:300])
        except (OSError, http.client.HTTPException) as error:
            self.trouble.put(f"{address}: {error!r}")
        finally:
            rpc.close()

    def close(self) -> None:
        """Let every thread end."""
        for _ in self._threads:
            self.waiting.put(None)
        for thread in self._threads:
            thread.join()


def _bodies(txs: Sequence[bytes]) -> list[bytes]:
    """Return the requests that hand in transfers, made before the clock runs."""
    return [
        json.dumps(
            [
                {
                    "jsonrpc": "2.0",
                    "id": at,
                    "method": "broadcast_tx_async",
                    "params": {"tx": b64encode(raw).decode()},
                }
                for at, raw in enumerate(txs[start : start + BATCH])
            ]
        ).encode()
        for start in range(0, len(txs), BATCH)
    ]


def _throughput(addresses: Sequence[str], txs: Sequence[bytes], waiting_max: int) -> float:
    """Return committed transfers a second, keeping at most `waiting_max` of them under way."""
    bodies = _bodies(txs)
    watch = Rpc(addresses[0])
    height = started_at = watch.height()
    senders = Senders(addresses)
    seen: list[tuple[float, int]] = []  # when a block was seen, how many transfers it has
    sent = committed = 0
    began = moved = time.perf_counter()
    try:
        while committed < len(txs):
            while sent < len(bodies) and (sent + 1) * BATCH - committed <= waiting_max:
                senders.waiting.put(bodies[sent])
                sent += 1
            for count in _new_blocks(watch, height):
                height += 1
                if count:
                    moved = time.perf_counter()
                    seen.append((moved, count))
                    committed += count
            if not senders.trouble.empty():
                raise BenchFault(f"a request failed: {senders.trouble.get()}")
            if time.perf_counter() - moved > QUIET_S:
                raise BenchFault(f"{len(txs) - committed} of {len(txs)} came into no block")
            time.sleep(LOOK_S)
    finally:
        senders.close()
    _check_results(watch, started_at + 1, height, len(txs))
    watch.close()
    if len(seen) < 3:  # too few for a rate between blocks; the wait for the first one counts in
        return len(txs) / (seen[-1][0] - began)
    return (len(txs) - seen[0][1]) / (seen[-1][0] - seen[0][0])


def _new_blocks(watch: Rpc, height: int) -> list[int]:
    """Return the numbers of transfers of the blocks above a height, in order."""
    latest = min(watch.height(), height + METAS_MAX)
    if latest <= height:
        return []
    metas = watch.call("blockchain", minHeight=str(height + 1), maxHeight=str(latest))
    rows = {int(row["header"]["height"]): int(row["num_txs"]) for row in metas["block_metas"]}
    return [rows[number] for number in range(height + 1, latest + 1)]


def _check_results(watch: Rpc, first: int, last: int, expected: int) -> None:
    """BenchFault unless the blocks hold `expected` transfers, all with code 0."""
    good = 0
    for height in range(first, last + 1):
        results = watch.call("block_results", height=str(height)).get("txs_results") or []
        refused = [row for row in results if int(row.get("code") or 0)]
        if refused:
            raise BenchFault(f"{len(refused)} refused at height {height}: {refused[0]['log']}")
        good += len(results)
    if good != expected:
        raise BenchFault(f"{good} transfers stand in the blocks, not {expected}")


# ---- latency ----


def _latency(address: str, txs: Sequence[bytes], rate: int) -> list[float]:
    """Return the seconds from sending to COMMITTED for each transfer, sent at an even rate."""
    sent: list[float] = []
    took: list[float] = []

    def paced() -> Iterator[sv.StreamRequest]:
        start = time.perf_counter()
        for number, raw in enumerate(txs):
            time.sleep(max(0.0, start + number / rate - time.perf_counter()))
            sent.append(time.perf_counter())
            yield sv.StreamRequest(request_id=number, tx=raw, wait=True)

    with grpc.insecure_channel(address) as channel:
        grpc.channel_ready_future(channel).result(timeout=READY_S)
        for reply in RegistryStub(channel).SubmitStream(paced(), timeout=QUIET_S + len(txs) / rate):
            outcome = reply.transaction
            if outcome.status != sv.COMMITTED or outcome.code:
                raise BenchFault(f"a transfer was not committed: {outcome.code_name} {outcome}")
            took.append(time.perf_counter() - sent[reply.request_id])
    if len(took) != len(txs):
        raise BenchFault(f"{len(took)} answers to {len(txs)} transfers")
    return took
