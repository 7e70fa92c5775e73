"""Committed transfers a second beside the engine's own Go kvstore, and the time until committed.

It must not know what is inside a node. Invariants: both applications stand behind the same engine
with the same settings, get transactions of the same size from the same client, and take turns round
by round, so that whatever else the machine does meets both; only committed transfers are counted.
"""

import http.client
import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

import grpc

from node.testnet import wait_until
from scripts import bench_nodes, bench_state
from scripts.bench_load import CLIENT, CONNECTIONS, Round, throughput
from scripts.bench_nodes import Nodes
from scripts.bench_report import BenchFault, Report, Row, cpu_s, verification_us
from scripts.bench_state import Load
from tonne.v1 import service_pb2 as sv
from tonne.v1.service_pb2_grpc import RegistryStub

Say = Callable[[str], None]

# Of what a node admits: 64 pending transactions an account, 256 an organisation.
WAITING_PER_ACCOUNT, WAITING_PER_ORGANISATION = 48, 240
READY_S = 60.0
QUIET_S = 60.0
WARM_UP = 2_000
RATIO_AT_LEAST = {1: 0.35, 4: 0.30}
P50_MS, P99_MS, RATE_OF_TARGET = 400.0, 1_000.0, 500
TONNE, KVSTORE = "tonne", "kvstore"


@dataclass(frozen=True)
class Scale:
    """How much is measured."""

    validators: tuple[int, ...] = (1, 4)
    lots: int = 1_000_000
    accounts: int = 200
    organisations: int = 40
    transfers: int = 20_000  # of each round of throughput
    rounds: int = 5  # of each application
    rate: tuple[int, ...] = (200, RATE_OF_TARGET)  # a second, where latency is measured
    seconds: int = 30

    @property
    def waiting_max(self) -> int:
        """Return how many transactions may be under way at once, for both applications."""
        return min(
            WAITING_PER_ACCOUNT * self.accounts, WAITING_PER_ORGANISATION * self.organisations
        )


QUICK = Scale(validators=(1,), lots=2_000, transfers=400, rounds=1, rate=(50,), seconds=2)


@dataclass(frozen=True)
class Latency:
    """From handing a transfer to a gateway until its answer is there.

    `unknown` of them were given up by the gateway: their times are lower bounds.
    """

    rate: int
    reached: float  # answers a second
    p50_ms: float
    p99_ms: float
    max_ms: float
    unknown: int
    cpu_us: dict[str, float]


@dataclass(frozen=True)
class Figures:
    """What networks of one size did."""

    validators: int
    rounds: dict[str, list[Round]]
    latencies: list[Latency]

    def median(self, name: str) -> float:
        """Return the median of an application's committed transactions a second."""
        return statistics.median(row.per_second for row in self.rounds[name])

    @property
    def ratio(self) -> float:
        """Return the median over the pairs of neighbouring rounds."""
        pairs = zip(self.rounds[TONNE], self.rounds[KVSTORE], strict=True)
        return statistics.median(one.per_second / other.per_second for one, other in pairs)


def measure(
    scale: Scale, folder: Path | None = None, states: Path | None = None, say: Say = lambda _: None
) -> Report:
    """Measure every network size in turn, each on fresh chains; BenchFault when that fails."""
    v_us = verification_us()
    figures: list[Figures] = []
    with bench_nodes.scratch(folder) as place:
        prepared = bench_state.prepare(states or place / "states", scale.lots, scale.accounts, say)
        first = bench_state.build(
            scale.lots, accounts=scale.accounts, organisations=scale.organisations
        )
        tx_bytes = len(Load(first, int(time.time())).take(1)[0])
        for count in scale.validators:
            with ExitStack() as stack:
                say(f"starting {count} validators over {scale.lots} lots, and as many of kvstore")
                now = int(time.time())
                network = bench_nodes.network
                ours, made = stack.enter_context(
                    network(place / f"tonne-{count}", count, first, prepared, now)
                )
                theirs, _ = stack.enter_context(
                    network(place / f"kvstore-{count}", count, first, None, now)
                )
                figures.append(_one(ours, theirs, Load(made, now), scale, say))
        rows = [row for each in figures for row in _rows(each)]
        return Report(
            "chain",
            _method(scale, tx_bytes, v_us),
            rows,
            asdict(scale),
            {
                "tx_bytes": tx_bytes,
                "v_us": v_us,
                "networks": [{**asdict(each), "ratio": each.ratio} for each in figures],
            },
        )


def _method(scale: Scale, tx_bytes: int, v_us: float) -> list[str]:
    return [
        (
            f"Transfers of {tx_bytes} bytes from {scale.accounts} accounts of "
            f"{scale.organisations} organisations, {scale.lots} lots; all nodes and the load "
            f"client on one machine of {os.cpu_count() or 1} cores."
        ),
        (
            f"Throughput: broadcast_tx_async to the engines' RPC over {CONNECTIONS} connections, "
            f"at most {scale.waiting_max} under way; {scale.rounds} rounds of {scale.transfers} "
            "for tonne and for abci-cli kvstore in turn, from the first block to the last; engine "
            "and application only, on both sides."
        ),
        (
            f"Latency: SubmitStream to the gateways of all validators, {scale.seconds} s at each "
            "rate, from sending to the answer COMMITTED."
        ),
        f"V = {v_us:.1f} us, one ed25519 verification, measured before.",
    ]


def _rows(each: Figures) -> Iterator[Row]:
    of = f"{each.validators} validator{'s' if each.validators > 1 else ''}:"
    for name in (TONNE, KVSTORE):
        yield Row(f"{of} {name}, committed", each.median(name), "/s")
    yield Row(
        f"{of} ratio to kvstore", each.ratio, "", RATIO_AT_LEAST.get(each.validators), least=True
    )
    for name in (TONNE, KVSTORE):
        for role in each.rounds[name][0].cpu_us:
            spent = statistics.median(row.cpu_us[role] for row in each.rounds[name])
            yield Row(f"{of} {name}, CPU of {role} for one", spent, "us")
        empty = statistics.median(row.idle_looks for row in each.rounds[name])
        yield Row(f"{of} {name}, mempool found empty", 100 * empty, "%")
    for row in each.latencies:
        target = each.validators == 4 and row.rate == RATE_OF_TARGET
        at = f"{of} at {row.rate}/s,"
        yield Row(f"{at} reached", row.reached, "/s")
        yield Row(f"{at} p50", row.p50_ms, "ms", P50_MS if target else None)
        yield Row(f"{at} p99", row.p99_ms, "ms", P99_MS if target else None)
        yield Row(f"{at} without COMMITTED", row.unknown, "", 0 if target else None)
        for role, spent in row.cpu_us.items():
            yield Row(f"{at} CPU of {role} for one", spent, "us")


def _one(ours: Nodes, theirs: Nodes, load: Load, scale: Scale, say: Say) -> Figures:
    """Measure two running networks: a small round to warm them up, throughput, then latency."""
    names = {TONNE: ours, KVSTORE: theirs}
    rounds: dict[str, list[Round]] = {name: [] for name in names}
    pairs = Pairs(len(load.take(1)[0]))
    try:
        for number in range(scale.rounds + 1):
            count = scale.transfers if number else min(scale.transfers, WARM_UP)
            for name, nodes in names.items():
                txs = load.take(count) if name == TONNE else pairs.take(count)
                say(
                    f"{name}: round {number} of {scale.rounds}" if number else f"{name}: warming up"
                )
                found = throughput(nodes.rpc(), txs, scale.waiting_max, nodes.cpu_s)
                if number:
                    rounds[name].append(found)
        theirs.stop()
        latencies = []
        ours.start_gateways()
        for rate in scale.rate:
            say(f"latency at {rate}/s")
            latencies.append(_latency(ours, load.take(rate * scale.seconds), rate))
    except (OSError, http.client.HTTPException, grpc.RpcError, BenchFault) as error:
        for nodes in names.values():
            nodes.check()
        raise BenchFault(f"{type(error).__name__}: {error}") from error
    return Figures(ours.count, rounds, latencies)


class Pairs:
    """Transactions of the Go kvstore, `key=value`, as long as a transfer and each another one."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._made = 0

    def take(self, count: int) -> list[bytes]:
        """Return the next ones."""
        first, self._made = self._made, self._made + count
        return [f"{at:012}=".encode().ljust(self._size, b"v") for at in range(first, self._made)]


# ---- latency ----


def _latency(nodes: Nodes, txs: Sequence[bytes], rate: int) -> Latency:
    """Send transfers at an even rate over the gateways in turn; an account keeps to its gateway."""
    with ExitStack() as stack:
        stubs = []
        for address in nodes.grpc():
            channel = stack.enter_context(grpc.insecure_channel(address))
            grpc.channel_ready_future(channel).result(timeout=READY_S)
            stubs.append(RegistryStub(channel))
            _follows(stubs[-1])
        return _paced(nodes, stubs, txs, rate)


def _paced(nodes: Nodes, stubs: Sequence[RegistryStub], txs: Sequence[bytes], rate: int) -> Latency:
    sent = [0.0] * len(txs)
    took: list[float] = []
    faults: list[str] = []
    unknown = [0] * len(stubs)
    limit_s = QUIET_S + len(txs) / rate
    before = {**nodes.cpu_s(), CLIENT: cpu_s(os.getpid())}
    start = time.perf_counter() + 0.2

    def paced(at: int) -> Iterator[sv.StreamRequest]:
        for number in range(at, len(txs), len(stubs)):
            time.sleep(max(0.0, start + number / rate - time.perf_counter()))
            sent[number] = time.perf_counter()
            yield sv.StreamRequest(request_id=number, tx=txs[number], wait=True)

    def run(at: int) -> None:
        try:
            for reply in stubs[at].SubmitStream(paced(at), timeout=limit_s):
                outcome = reply.transaction
                if outcome.code:
                    faults.append(f"a transfer was refused: {outcome.code_name} {outcome.detail}")
                unknown[at] += outcome.status != sv.COMMITTED
                took.append(time.perf_counter() - sent[reply.request_id])
        except grpc.RpcError as error:
            faults.append(f"gateway {at}: {error}")

    threads = [threading.Thread(target=run, args=(at,), daemon=True) for at in range(len(stubs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lasted = time.perf_counter() - start
    after = {**nodes.cpu_s(), CLIENT: cpu_s(os.getpid())}
    if faults or len(took) != len(txs):
        raise BenchFault(f"{len(took)} answers to {len(txs)} transfers; {' '.join(faults[:2])}")
    cuts = statistics.quantiles(took, n=100, method="inclusive")
    return Latency(
        rate=rate,
        reached=len(txs) / lasted,
        p50_ms=1e3 * cuts[49],
        p99_ms=1e3 * cuts[98],
        max_ms=1e3 * max(took),
        unknown=sum(unknown),
        cpu_us={role: 1e6 * (after[role] - before.get(role, 0.0)) / len(txs) for role in after},
    )


def _follows(stub: RegistryStub) -> None:
    """Return when a gateway answers for the chain as it is now."""

    def ready() -> bool:
        try:
            stub.GetTransaction(sv.GetTransactionRequest(tx_id=bytes(32)), timeout=READY_S)
        except grpc.RpcError as error:
            return bool(error.code() != grpc.StatusCode.UNAVAILABLE)
        return True

    wait_until(ready, "a gateway has read the chain", READY_S)
