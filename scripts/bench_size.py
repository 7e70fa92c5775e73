"""What the size of the state costs: `grow` beside smaller states, `start` after a stop or a kill.

It must not know the application from inside: it is a node's app in a process of its own, called
over its socket as the engine calls it. Invariant: every transfer of a block that counts succeeds.
"""

import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from abci_app.abci import abci_pb2 as abci
from abci_app.store.leveldb import LevelDb
from node.home import APP_SOCKET
from scripts import bench_acts, bench_nodes, bench_state
from scripts.bench_nodes import APP, AppClient
from scripts.bench_report import BenchFault, Report, Row, cpu_s, rss_mb, verification_us
from scripts.bench_state import START_S, First, Load, Say

BLOCK_BYTES = 1 << 20
TARGET_LOTS = 1_000_000
GROWTH, RSS_MB, DISK_BYTES, START_LIMIT_S = 1.3, 700.0, 2_000.0, 10.0
LOOK_S = 0.005
HOME = """chain_id = "{chain_id}"
[app]
socket = "{socket}"
[gateway]
address = "127.0.0.1:9090"
[engine]
rpc = "http://127.0.0.1:26657"
"""


@dataclass(frozen=True)
class Grow:
    """How much `grow` measures."""

    lots: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    accounts: int = 200
    organisations: int = 40
    block: int = 1_000  # transfers a block
    rounds: int = 15
    waiting: tuple[int, ...] = (100, 100_000)  # proposals, holds, notices and orders, each
    beside: int = 100_000  # lots that they stand beside
    acts: int = 20  # of a kind in a block


@dataclass(frozen=True)
class Start:
    """How much `start` measures."""

    lots: int = TARGET_LOTS
    accounts: int = 200
    organisations: int = 40
    block: int = 1_000
    rounds: int = 3  # restarts of each kind


QUICK_GROW = Grow(lots=(500, 2_000), block=50, rounds=2, waiting=(10, 200), beside=500, acts=5)
QUICK_START = Start(lots=2_000, block=50, rounds=1)


class App:
    """A node's app over a state of its own, and the side of the engine."""

    def __init__(self, home: Path, prepared: Path, first: First) -> None:
        """Lay out a home; nothing is started."""
        self.home = home
        self.load = Load(first, START_S)
        (home / "config").mkdir(parents=True)
        text = HOME.format(chain_id=first.chain_id, socket=APP_SOCKET)
        (home / "config" / "tonne.toml").write_text(text, encoding="utf-8")
        bench_state.copy(prepared, self.state)
        self.height, _ = bench_state.found(self.state, first)
        self._process: bench_nodes.Process | None = None
        self._client: AppClient | None = None

    @property
    def state(self) -> Path:
        """Return the folder of the state."""
        return self.home / "data" / "tonne"

    @property
    def pid(self) -> int:
        """Return the process id; the app runs."""
        assert self._process is not None, "it was not started"
        return self._process.pid

    def start(self) -> float:
        """Start it and return the seconds until it answered Info."""
        (self.home / APP_SOCKET).unlink(missing_ok=True)
        program = [sys.executable, "-m", "abci_app", "serve", "--home", "."]
        began = time.perf_counter()
        self._process = bench_nodes.spawn(program, self.home, APP)
        self._client = bench_nodes.answering(self.home, self._process, LOOK_S)
        took = time.perf_counter() - began
        found = self._client.call(abci.Request(info=abci.RequestInfo())).info.last_block_height
        if found != self.height:
            raise BenchFault(f"the app is at height {found} after its start, not {self.height}")
        return took

    def stop(self, *, kill: bool = False) -> None:
        """End it, as a power cut would with `kill`."""
        if self._client is not None:
            self._client.close()
        if self._process is not None:
            if kill:
                self._process.kill()
            bench_nodes.stop([self._process])
        self._client = self._process = None

    def block(self, count: int) -> tuple[float, float]:
        """Take a block through every call; return seconds of all, and of FinalizeBlock + Commit."""
        txs = self.load.take(count)
        checks = [abci.Request(check_tx=abci.RequestCheckTx(tx=raw)) for raw in txs]
        assert self._client is not None, "it was not started"
        began = time.perf_counter()
        checked = self._client.calls(checks)
        height, at = self.height + 1, Timestamp(seconds=START_S + self.height + 1)
        prepare = abci.RequestPrepareProposal(
            txs=txs, max_tx_bytes=BLOCK_BYTES, time=at, height=height
        )
        prepared = self._client.call(abci.Request(prepare_proposal=prepare)).prepare_proposal
        process = abci.RequestProcessProposal(txs=txs, time=at, height=height)
        self._client.call(abci.Request(process_proposal=process))
        between = time.perf_counter()
        results = self.finalize(txs)
        self.commit()
        ended = time.perf_counter()
        refused = [row.check_tx.log for row in checked if row.check_tx.code]
        refused += [row.log for row in results if row.code]
        if refused or len(prepared.txs) != len(txs):
            raise BenchFault(f"{len(refused)} transfers refused: {refused[:1]}")
        return ended - began, ended - between

    def finalize(self, txs: Sequence[bytes]) -> Sequence[abci.ExecTxResult]:
        """Execute the next block; return the results."""
        assert self._client is not None, "it was not started"
        at = Timestamp(seconds=START_S + self.height + 1)
        request = abci.RequestFinalizeBlock(txs=txs, height=self.height + 1, time=at)
        reply = self._client.call(abci.Request(finalize_block=request))
        return reply.finalize_block.tx_results

    def commit(self) -> None:
        """Commit the executed block."""
        assert self._client is not None, "it was not started"
        self._client.call(abci.Request(commit=abci.RequestCommit()))
        self.height += 1

    def disk_bytes(self) -> int:
        """Return the size of the state's files once they are compacted; the app is stopped."""
        disk = LevelDb(str(self.state))
        disk._db.compact_range()  # noqa: SLF001 - no node needs this call
        disk.close()
        return sum(file.stat().st_size for file in self.state.iterdir())


# ---- grow ----


@dataclass
class Size:
    """What was seen at one size, one entry a round."""

    lots: int
    total_s: list[float] = field(default_factory=list)
    block_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    v_us: list[float] = field(default_factory=list)
    rss_mb: float = 0.0
    disk_bytes: float = 0.0  # for one transfer


def grow(
    scale: Grow, folder: Path | None = None, states: Path | None = None, say: Say = lambda _: None
) -> Report:
    """Measure the sizes in turn, round by round, so that noise meets all of them."""
    with bench_nodes.scratch(folder) as place, ExitStack() as stack:
        apps: list[tuple[App, Size]] = []
        before: list[int] = []
        for lots in scale.lots:
            prepared = bench_state.prepare(states or place / "states", lots, scale.accounts, say)
            first = bench_state.build(
                lots, accounts=scale.accounts, organisations=scale.organisations
            )
            app = App(place / f"app-{lots}", prepared, first)
            before.append(app.disk_bytes())
            app.start()
            stack.callback(app.stop)
            apps.append((app, Size(lots)))
        for number in range(scale.rounds + 1):
            say(f"round {number} of {scale.rounds}" if number else "warming up")
            for app, size in apps:
                _grow_round(app, size, scale.block, counts=bool(number))
        for (app, size), at_first in zip(apps, before, strict=True):
            size.rss_mb = rss_mb(app.pid)
            app.stop()
            sent = scale.block * (scale.rounds + 1)
            size.disk_bytes = (app.disk_bytes() - at_first) / sent
        rows = list(_grow_rows([size for _, size in apps], scale.block))
        acts = bench_acts.Scale(
            lots=scale.beside,
            waiting=scale.waiting,
            accounts=scale.accounts,
            organisations=scale.organisations,
            acts=scale.acts,
            rounds=scale.rounds,
        )
        seen = bench_acts.measure(acts, place, states or place / "states", say)
        rows += bench_acts.rows(seen)
        details = {
            "sizes": [asdict(size) for _, size in apps],
            "waiting": [asdict(size) for size in seen],
        }
    return Report("grow", _grow_method(scale), rows, asdict(scale), details)


def _grow_round(app: App, size: Size, block: int, *, counts: bool) -> None:
    before, v_before = cpu_s(app.pid), verification_us(300)
    total, alone = app.block(block)
    if counts:
        size.total_s.append(total / block)
        size.block_s.append(alone)
        size.cpu_s.append((cpu_s(app.pid) - before) / block)
        size.v_us.append((v_before + verification_us(300)) / 2)


def _grow_method(scale: Grow) -> list[str]:
    return [
        (
            f"A node's app in a process of its own, called over its socket; {scale.accounts} "
            f"accounts of {scale.organisations} organisations, blocks of {scale.block} transfers, "
            f"{scale.rounds} rounds, the sizes in turn."
        ),
        "Cost: CheckTx, both proposal calls, FinalizeBlock, Commit and the socket; median.",
        "Disk: growth of the compacted state, the history of the latest 1,000 heights included.",
        (
            f"Acts of other kinds: in one process, {scale.acts} of a kind in a block, every call "
            f"of the block; beside {scale.beside} lots so many proposals, holds, notices and "
            "orders wait, each. The ratio is the median over neighbouring rounds."
        ),
    ]


def _grow_rows(sizes: Sequence[Size], block: int) -> Iterator[Row]:
    costs: list[float] = []
    for size in sizes:
        pairs = list(zip(size.total_s, size.v_us, strict=True))
        costs.append(statistics.median(1e6 * one / v for one, v in pairs))
        cpu = sum(size.cpu_s) / len(size.cpu_s)  # ticks of 10 ms: a mean says more than a median
        of = f"{size.lots} lots:"
        large = size.lots == TARGET_LOTS
        yield Row(f"{of} cost of a transfer", costs[-1], "V")
        yield Row(f"{of} cost of a transfer", 1e6 * statistics.median(size.total_s), "us")
        yield Row(f"{of} processor time of a transfer", 1e6 * cpu, "us")
        time_ms = 1e3 * statistics.median(size.block_s)
        yield Row(f"{of} FinalizeBlock + Commit of {block}", time_ms, "ms")
        yield Row(f"{of} resident memory of the app", size.rss_mb, "MB", RSS_MB if large else None)
        yield Row(f"{of} disk for a transfer", size.disk_bytes, "B", DISK_BYTES)
    for size, cost in zip(sizes[1:], costs[1:], strict=True):
        limit = GROWTH if size.lots <= TARGET_LOTS else None
        yield Row(f"cost at {size.lots} lots to {sizes[0].lots}", cost / costs[0], "", limit)


# ---- start ----


def start(
    scale: Start, folder: Path | None = None, states: Path | None = None, say: Say = lambda _: None
) -> Report:
    """Measure the time from a process's start until its app answers Info, and its memory then."""
    seen: dict[str, list[float]] = {"stop": [], "kill": [], "stop_mb": [], "kill_mb": []}
    with bench_nodes.scratch(folder) as place, ExitStack() as stack:
        prepared = bench_state.prepare(states or place / "states", scale.lots, scale.accounts, say)
        first = bench_state.build(
            scale.lots, accounts=scale.accounts, organisations=scale.organisations
        )
        app = App(place / "app", prepared, first)
        stack.callback(app.stop)
        app.start()
        for number in range(scale.rounds):
            for kind in ("stop", "kill"):
                say(f"round {number + 1} of {scale.rounds}: after a {kind}")
                for _ in range(3):
                    app.block(scale.block)
                # Executed and not committed: what a kill finds under way.
                app.finalize(app.load.take(scale.block))
                app.stop(kill=kind == "kill")
                seen[kind].append(app.start())
                seen[f"{kind}_mb"].append(rss_mb(app.pid))
                app.load.sent -= scale.block
    method = [
        (
            f"A node's app over {scale.lots} lots, from the start of its process until it answers "
            f"Info; {scale.rounds} restarts of each kind, after blocks of {scale.block} transfers; "
            "its files are in the system's cache."
        )
    ]
    return Report("start", method, list(_start_rows(seen)), asdict(scale), _details(seen))


def _start_rows(seen: dict[str, list[float]]) -> Iterator[Row]:
    for kind, text in (("stop", "after a stop"), ("kill", "after kill -9")):
        yield Row(f"restart {text}", statistics.median(seen[kind]), "s", START_LIMIT_S)
        yield Row(f"resident memory {text}", statistics.median(seen[f"{kind}_mb"]), "MB", RSS_MB)


def _details(seen: dict[str, list[float]]) -> dict[str, Any]:
    return {"restarts": seen}
