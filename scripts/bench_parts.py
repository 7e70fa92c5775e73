"""Microseconds of the application for one transfer, call by call and part by part.

It must not know the engine: the calls are made in this process, so neither the socket nor the
engine is in the figures. Invariant: every block that is timed is one whose transfers all succeed,
over a ledger on disk; times are told beside V, one ed25519 verification of the same round.
"""

import base64
import cProfile
import io
import json
import pstats
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter_ns
from typing import Any
from unittest import mock

from google.protobuf.timestamp_pb2 import Timestamp

from abci_app import admission, application, machine
from abci_app.abci import abci_pb2 as abci
from abci_app.application import Application
from abci_app.core import signing
from abci_app.store.ledger import Ledger, Prepared
from abci_app.store.leveldb import LevelDb
from scripts.bench_state import START_S, First, Load, build
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

Say = Callable[[str], None]


@dataclass(frozen=True)
class Scale:
    """How much is measured."""

    lots: int = 100_000
    accounts: int = 200  # the fewer they are, the more keys the transfers of a block share
    organisations: int = 40
    block: int = 1_000  # transfers a block
    rounds: int = 5


QUICK = Scale(lots=2_000, block=100, rounds=1)


@dataclass(frozen=True)
class Parts:
    """Medians over the rounds; microseconds for one transfer."""

    lots: int
    accounts: int
    organisations: int
    block: int
    rounds: int
    tx_bytes: int
    tree_keys: float  # keys of the tree changed in a block, by transfer
    v_us: float
    calls: dict[str, float]
    parts: dict[str, float]
    recheck_us: float

    @property
    def total_us(self) -> float:
        """Return the sum of the calls that one transfer passes on a proposer."""
        return sum(self.calls.values())

    def as_json(self) -> dict[str, Any]:
        """Return the figures with their ratios to V."""
        ratios = {name: round(us / self.v_us, 3) for name, us in (self.calls | self.parts).items()}
        return {
            **asdict(self),
            "total_us": self.total_us,
            "total_v": round(self.total_us / self.v_us, 3),
            "ratios_to_v": ratios,
        }

    def lines(self) -> Iterator[str]:
        """Yield the report."""
        yield (
            f"One transfer of {self.tx_bytes} bytes, {self.tree_keys:.1f} tree keys; "
            f"{self.lots} lots, {self.accounts} accounts of {self.organisations} organisations, "
            f"blocks of {self.block}, medians of {self.rounds} rounds."
        )
        yield "In this process, ledger on disk; without engine, sockets, gateway."
        yield f"V = {self.v_us:.1f} us, one ed25519 verification in the same rounds."
        for title, rows in (("call", self.calls), ("own time of a part", self.parts)):
            yield ""
            yield f"{title:30} {'us':>8} {'V':>6}"
            for name, us in (*rows.items(), ("together", sum(rows.values()))):
                yield f"{name:30} {us:8.1f} {us / self.v_us:6.2f}"
        yield ""
        yield "The parts were timed in rounds of their own: the timers add a few microseconds."
        yield f"Not in the sums: a recheck, {self.recheck_us:.1f} us for each block waited for."


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

    def __init__(self, first: First, folder: str) -> None:
        """Open an empty ledger and take the first state."""
        self.load = Load(first, START_S)
        self.ledger = Ledger.open(folder)
        self.app = Application(self.ledger)
        self.height = 0
        text = base64.b64encode(first.genesis).decode()
        updates = [
            abci.ValidatorUpdate(pub_key=abci.PublicKey(ed25519=row.key), power=row.power)
            for row in first.validators
        ]
        self.app.init_chain(
            abci.RequestInitChain(
                chain_id=first.chain_id,
                app_state_bytes=json.dumps(text).encode(),
                validators=updates,
                time=Timestamp(seconds=START_S),
                initial_height=1,
            )
        )
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

    def verify(self, txs: Sequence[bytes]) -> int:
        """Return the nanoseconds of verifying every signature once, by itself."""
        prefix = signing.sign_bytes_prefix(self.load.first.chain_id, self.load.first.genesis_hash)
        rows = []
        for raw in txs:
            tx = SignedTx.FromString(raw)
            rows += [(row.key, row.sig, prefix + tx.body) for row in tx.signatures]
        start = perf_counter_ns()
        held = [signing.verify(*row) for row in rows]
        took = perf_counter_ns() - start
        assert all(held), "a signature of the load does not hold"
        return took


def measure(scale: Scale, folder: Path | None = None, say: Say = lambda _: None) -> Parts:
    """Measure; the ledger lives in a temporary folder below `folder` and is gone at the end."""
    say(f"making a first state of {scale.lots} lots")
    first = build(scale.lots, accounts=scale.accounts, organisations=scale.organisations)
    with tempfile.TemporaryDirectory(prefix="tonne-bench-", dir=folder) as scratch:
        bench = Bench(first, scratch)
        try:
            return _rounds(bench, scale, say)
        finally:
            bench.ledger.close()


def _rounds(bench: Bench, scale: Scale, say: Say) -> Parts:
    bench.block(bench.load.take(scale.block))  # the first block also writes the first state
    plain: list[dict[str, int]] = []
    inside: list[dict[str, int]] = []
    verify: list[int] = []
    recheck: list[int] = []
    sizes: list[int] = []
    keys: list[int] = []
    for number in range(scale.rounds):
        say(f"round {number + 1} of {scale.rounds}")
        txs = bench.load.take(scale.block)
        sizes += [len(raw) for raw in txs]
        verify.append(bench.verify(txs))
        plain.append(bench.block(txs))
        txs = bench.load.take(scale.block)
        meter = Meter()
        with meter.on_parts():
            took = bench.block(txs)
        inside.append({**meter.spent, REST: sum(took.values()) - sum(meter.spent.values())})
        txs = bench.load.take(scale.block)
        recheck.append(bench.recheck(txs))
        keys.append(bench.tree_keys(txs))

    def us(values: Sequence[int]) -> float:
        return statistics.median(values) / scale.block / 1_000

    names = [*dict.fromkeys(part for _, _, part in PARTS), REST]
    return Parts(
        **asdict(scale),
        tx_bytes=round(statistics.mean(sizes)),
        tree_keys=round(statistics.median(keys) / scale.block, 2),
        v_us=us(verify),
        calls={name: us([row[name] for row in plain]) for name in CALLS},
        parts={name: us([row.get(name, 0) for row in inside]) for name in names},
        recheck_us=us(recheck),
    )


def profile(scale: Scale, folder: Path | None = None, rows: int = 45) -> str:
    """Return the function-level profile of one FinalizeBlock over `scale.block` transfers."""
    first = build(scale.lots, accounts=scale.accounts, organisations=scale.organisations)
    with tempfile.TemporaryDirectory(prefix="tonne-bench-", dir=folder) as scratch:
        bench = Bench(first, scratch)
        try:
            bench.block(bench.load.take(200))
            txs = bench.load.take(scale.block)
            bench.check(txs)
            profiler = cProfile.Profile()
            profiler.enable()
            bench.finalize(txs)
            profiler.disable()
        finally:
            bench.ledger.close()
    out = io.StringIO()
    pstats.Stats(profiler, stream=out).sort_stats("tottime").print_stats(rows)
    return out.getvalue()
