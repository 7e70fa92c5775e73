"""Microseconds of the application for one transfer, call by call and part by part.

It must not know the engine: the calls are made in this process, so neither the socket nor the
engine is in the figures. Invariant: every block that is timed is one whose transfers all succeed,
over a ledger on disk; times are told beside V, one ed25519 verification of the same round.
"""

import cProfile
import io
import pstats
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter_ns, process_time_ns
from typing import Any
from unittest import mock

from google.protobuf.timestamp_pb2 import Timestamp

from abci_app import admission, application, machine
from abci_app.abci import abci_pb2 as abci
from abci_app.application import Application, spare_collector
from abci_app.core import signing
from abci_app.store.ledger import Ledger, Prepared
from abci_app.store.leveldb import LevelDb
from scripts import bench_nodes, bench_state
from scripts.bench_report import Report, Row
from scripts.bench_state import START_S, First, Load, Say
from tonne.v1.tx_pb2 import SignedTx

CALLS = ("CheckTx", "PrepareProposal", "ProcessProposal", "FinalizeBlock", "Commit")
PARTS = (  # owner, function, the part that its own time belongs to
    (admission, "parse", "parse and canonical form"),
    (admission.Gate, "admit", "admission, signatures known"),
    (admission.Gate, "spend", "admission, signatures known"),
    (signing, "verify", "verify signature"),
    (machine, "run_tx", "execute"),
    (machine, "_assert_act", "invariants"),
    (application, "_result", "results and events"),
    (Ledger, "prepare", "tree"),
    (Ledger, "commit", "commit in memory"),
    (LevelDb, "write", "commit on disk, synced"),
)
REST = "the rest"
BLOCK_BYTES = 1 << 20
TOTAL_V = 4.0


@dataclass(frozen=True)
class Scale:
    """How much is measured."""

    lots: int = 1_000_000
    accounts: int = 200  # the fewer they are, the more keys the transfers of a block share
    organisations: int = 40
    block: int = 1_000  # transfers a block
    rounds: int = 9


QUICK = Scale(lots=2_000, block=100, rounds=1)


@dataclass(frozen=True)
class Parts:
    """Medians over the rounds; microseconds for one transfer."""

    scale: Scale
    tx_bytes: int
    tree_keys: float  # keys of the tree changed in a block, by transfer
    v_us: float
    v_cpu_us: float  # processor time instead of wall time
    total_cpu_us: float
    ratio: float  # all calls together to V, the median of the rounds' ratios
    ratio_cpu: float
    calls: dict[str, float]
    parts: dict[str, float]
    recheck_us: float

    @property
    def total_us(self) -> float:
        """Return the sum of the calls that one transfer passes on a proposer."""
        return sum(self.calls.values())

    def report(self) -> Report:
        """Return the figures in V and in microseconds."""
        scale = self.scale
        method = [
            (
                f"One transfer of {self.tx_bytes} bytes, {self.tree_keys:.1f} tree keys; "
                f"{scale.lots} lots, {scale.accounts} accounts of {scale.organisations} "
                f"organisations, blocks of {scale.block}, medians of {scale.rounds} rounds."
            ),
            "In this process, ledger on disk; without engine, sockets, gateway.",
            (
                f"V = {self.v_us:.1f} us, one ed25519 verification in the same rounds; "
                f"{self.v_cpu_us:.1f} us of processor time."
            ),
            "The parts were timed in rounds of their own: the timers add a few microseconds.",
        ]
        rows = [
            Row("one transfer, every call together", self.ratio, "V", TOTAL_V),
            Row("the same in processor time", self.ratio_cpu, "V", TOTAL_V),
            Row("one transfer, every call together", self.total_us, "us"),
            Row("the same in processor time", self.total_cpu_us, "us"),
        ]
        for title, named in (("call", self.calls), ("own time of", self.parts)):
            rows += [
                Row(f"{title} {name}", us / self.v_us, "V", beside=f"{us:.1f} us")
                for name, us in named.items()
            ]
        rows.append(Row("a recheck, for each block waited for", self.recheck_us, "us"))
        return Report("parts", method, rows, asdict(scale), asdict(self))


class Meter:
    """Adds up the own time of functions, in nanoseconds: what they call and is timed is apart."""

    def __init__(self) -> None:
        """Start at zero."""
        self.spent: dict[str, int] = {}
        self._inner = [0]  # time of timed functions inside the one that runs

    def timed(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that adds its own time to a part."""

        def run(*args: object, **named: object) -> object:
            self._inner.append(0)
            start = perf_counter_ns()
            try:
                return function(*args, **named)
            finally:
                took = perf_counter_ns() - start
                self.spent[part] = self.spent.get(part, 0) + took - self._inner.pop()
                self._inner[-1] += took

        return run

    @contextmanager
    def on_parts(self) -> Iterator[None]:
        """Time the parts of the application while inside."""
        with ExitStack() as stack:
            for owner, name, part in PARTS:
                stack.enter_context(
                    mock.patch.object(owner, name, self.timed(part, getattr(owner, name)))
                )
            yield


class Bench:
    """One application on a ledger in a folder, with the load that it is given block by block."""

    def __init__(self, first: First, folder: Path) -> None:
        """Open the ledger of a folder in which `first` was founded; commit an empty block."""
        self.load = Load(first, START_S)
        self.ledger = Ledger.open(str(folder))
        self.app = Application(self.ledger)
        spare_collector()
        self.height = self.ledger.height
        self.finalize([])
        self.app.commit(abci.RequestCommit())

    def time(self) -> Timestamp:
        """Return the time of the block being made: a second a block."""
        return Timestamp(seconds=START_S + self.height)

    def finalize(self, txs: Sequence[bytes]) -> abci.ResponseFinalizeBlock:
        """Execute the next block; AssertionError when a transfer is refused."""
        self.height += 1
        request = abci.RequestFinalizeBlock(txs=txs, height=self.height, time=self.time())
        response = self.app.finalize_block(request)
        refused = [row for row in response.tx_results if row.code]
        assert not refused, f"{len(refused)} transfers refused: {refused[0].code} {refused[0].log}"
        return response

    def block(self, txs: Sequence[bytes]) -> dict[str, int]:
        """Take transfers through every call; return nanoseconds of each call."""
        app, took = self.app, dict[str, int]()
        requests = [abci.RequestCheckTx(tx=raw) for raw in txs]

        def clocked(name: str, call: Callable[[], Any]) -> Any:  # noqa: ANN401 - what it returns
            start = perf_counter_ns()
            result = call()
            took[name] = perf_counter_ns() - start
            return result

        checked = clocked("CheckTx", lambda: [app.check_tx(request) for request in requests])
        assert not any(row.code for row in checked), "a transfer was refused at the door"
        prepare = abci.RequestPrepareProposal(
            txs=txs, max_tx_bytes=BLOCK_BYTES, time=self.time(), height=self.height + 1
        )
        prepared = clocked("PrepareProposal", lambda: app.prepare_proposal(prepare))
        assert len(prepared.txs) == len(txs), "the block takes fewer transfers than it was given"
        process = abci.RequestProcessProposal(txs=txs, time=self.time(), height=self.height + 1)
        clocked("ProcessProposal", lambda: app.process_proposal(process))
        clocked("FinalizeBlock", lambda: self.finalize(txs))
        clocked("Commit", lambda: app.commit(abci.RequestCommit()))
        return took

    def check(self, txs: Sequence[bytes]) -> None:
        """Take transfers through CheckTx, so that their signatures are known."""
        first = [self.app.check_tx(abci.RequestCheckTx(tx=raw)) for raw in txs]
        assert not any(row.code for row in first), "a transfer was refused at the door"

    def tree_keys(self, txs: Sequence[bytes]) -> int:
        """Execute and commit a block; return how many keys of the tree it changes."""
        found: list[int] = []
        prepare = Ledger.prepare

        def counted(ledger: Ledger, writes: Mapping[bytes, bytes | None]) -> Prepared:
            prepared = prepare(ledger, writes)
            found.append(len(prepared.changes))
            return prepared

        with mock.patch.object(Ledger, "prepare", counted):
            self.finalize(txs)
        self.app.commit(abci.RequestCommit())
        return found[0]

    def recheck(self, txs: Sequence[bytes]) -> int:
        """Return the nanoseconds of checking again what waits already."""
        self.check(txs)
        again = [abci.RequestCheckTx(tx=raw, type=abci.RECHECK) for raw in txs]
        start = perf_counter_ns()
        for request in again:
            self.app.check_tx(request)
        return perf_counter_ns() - start

    def verify(self, txs: Sequence[bytes]) -> tuple[int, int]:
        """Return the nanoseconds of verifying every signature once: by the wall, of processor."""
        prefix = signing.sign_bytes_prefix(self.load.first.chain_id, self.load.first.genesis_hash)
        rows = []
        for raw in txs:
            tx = SignedTx.FromString(raw)
            rows += [(row.key, row.sig, prefix + tx.body) for row in tx.signatures]
        start, used = perf_counter_ns(), process_time_ns()
        held = [signing.verify(*row) for row in rows]
        took = perf_counter_ns() - start, process_time_ns() - used
        assert all(held), "a signature of the load does not hold"
        return took


@contextmanager
def opened(
    scale: Scale, folder: Path | None, states: Path | None, say: Say = lambda _: None
) -> Iterator[Bench]:
    """Give a bench over a state of this scale; its folder is gone at the end."""
    with bench_nodes.scratch(folder) as place:
        prepared = bench_state.prepare(states or place / "states", scale.lots, scale.accounts, say)
        first = bench_state.build(
            scale.lots, accounts=scale.accounts, organisations=scale.organisations
        )
        bench_state.copy(prepared, place / "state")
        bench_state.found(place / "state", first)
        bench = Bench(first, place / "state")
        try:
            yield bench
        finally:
            bench.ledger.close()


def measure(
    scale: Scale, folder: Path | None = None, states: Path | None = None, say: Say = lambda _: None
) -> Report:
    """Measure; the ledger lives in a temporary folder below `folder` and is gone at the end."""
    with opened(scale, folder, states, say) as bench:
        return _rounds(bench, scale, say).report()


@dataclass
class Seen:
    """What was measured, one entry a round: nanoseconds of a block, or a count."""

    plain: list[dict[str, int]] = field(default_factory=list)
    cpu: list[int] = field(default_factory=list)
    inside: list[dict[str, int]] = field(default_factory=list)
    verify: list[int] = field(default_factory=list)
    verify_cpu: list[int] = field(default_factory=list)
    recheck: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)


def _rounds(bench: Bench, scale: Scale, say: Say) -> Parts:
    bench.block(bench.load.take(scale.block))  # warms caches
    seen = Seen()
    for number in range(scale.rounds):
        say(f"round {number + 1} of {scale.rounds}")
        txs = bench.load.take(scale.block)
        seen.sizes += [len(raw) for raw in txs]
        one, one_cpu = bench.verify(txs)
        used = process_time_ns()
        seen.plain.append(bench.block(txs))
        seen.cpu.append(process_time_ns() - used)
        # V is what the machine did on both sides of the block.
        other, other_cpu = bench.verify(txs)
        seen.verify.append((one + other) // 2)
        seen.verify_cpu.append((one_cpu + other_cpu) // 2)
        txs = bench.load.take(scale.block)
        meter = Meter()
        with meter.on_parts():
            took = bench.block(txs)
        seen.inside.append({**meter.spent, REST: sum(took.values()) - sum(meter.spent.values())})
        txs = bench.load.take(scale.block)
        seen.recheck.append(bench.recheck(txs))
        seen.keys.append(bench.tree_keys(txs))
    return _medians(scale, seen)


def _medians(scale: Scale, seen: Seen) -> Parts:
    def us(values: Sequence[int]) -> float:
        return statistics.median(values) / scale.block / 1_000

    def ratio(times: Sequence[int], units: Sequence[int]) -> float:
        return statistics.median(one / unit for one, unit in zip(times, units, strict=True))

    names = [*dict.fromkeys(part for _, _, part in PARTS), REST]
    return Parts(
        scale=scale,
        tx_bytes=round(statistics.mean(seen.sizes)),
        tree_keys=round(statistics.median(seen.keys) / scale.block, 2),
        v_us=us(seen.verify),
        v_cpu_us=us(seen.verify_cpu),
        total_cpu_us=us(seen.cpu),
        ratio=ratio([sum(row.values()) for row in seen.plain], seen.verify),
        ratio_cpu=ratio(seen.cpu, seen.verify_cpu),
        calls={name: us([row[name] for row in seen.plain]) for name in CALLS},
        parts={name: us([row.get(name, 0) for row in seen.inside]) for name in names},
        recheck_us=us(seen.recheck),
    )


def profile(
    scale: Scale, folder: Path | None = None, states: Path | None = None, rows: int = 45
) -> str:
    """Return the function-level profile of one FinalizeBlock over `scale.block` transfers."""
    with opened(scale, folder, states) as bench:
        bench.block(bench.load.take(200))
        txs = bench.load.take(scale.block)
        bench.check(txs)
        profiler = cProfile.Profile()
        profiler.enable()
        bench.finalize(txs)
        profiler.disable()
    out = io.StringIO()
    pstats.Stats(profiler, stream=out).sort_stats("tottime").print_stats(rows)
    return out.getvalue()
