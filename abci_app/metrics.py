"""What the app shows of itself to Prometheus: counts beside the calls, the rest on request.

Must not know: rules. Invariants: nothing here is read by the application, so no clock gets into
the state; beside a call stand two readings of a clock and some integers; everything else is
worked out when somebody fetches it, in the thread of the exposition.
"""

import os
import statistics
import sys
import threading
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from abci_app.abci import abci_pb2 as abci
from abci_app.abci.server import BaseApplication
from abci_app.application import Application
from abci_app.core import signing
from abci_app.core.codes import code_name
from abci_app.core.keys import Table
from abci_app.exposition import Exposition, MetricsUnavailable

BLOCKS_SEEN: Final = 100  # with transactions: what the cost of a transaction is averaged over
ROWS_COUNTED_MAX: Final = 10_000  # of a queue; more are shown as that many
VERIFY_AGAIN_S: Final = 300.0
VERIFICATIONS: Final = 51
_S: Final = 1_000_000_000  # nanoseconds
_BOUNDS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_BOUNDS: Final = tuple(int(bound * _S) for bound in _BOUNDS_S)


class Counts:
    """What the calls leave behind: integers, each written by the thread of one connection only."""

    def __init__(self) -> None:
        """Begin at zero; `invariant_ok` falls once and stays."""
        self.call_ns: dict[str, int] = {}
        self.calls: dict[str, int] = {}
        self.checks: dict[int, int] = {}
        self.block_codes: dict[int, int] = {}
        self.block_ns = 0
        self.block_count = [0] * (len(_BOUNDS) + 1)
        self.pending = 0
        self.contained = 0
        self.invariant_ok = True
        self.seen: deque[tuple[int, int]] = deque(maxlen=BLOCKS_SEEN + 1)
        self.seen.append((0, 0))  # application ns so far, transactions so far

    def trouble(self, text: str) -> None:
        """Note a contained error by its traceback; a broken invariant is an AssertionError."""
        self.contained += 1
        if any(line.startswith("AssertionError") for line in text.splitlines()):
            self.invariant_ok = False

    def per_transaction_ns(self) -> float:
        """Return the application's time for a transaction over the last blocks that had some."""
        rows = list(self.seen)
        (first_ns, first), (last_ns, last) = rows[0], rows[-1]
        return (last_ns - first_ns) / (last - first) if last > first else 0.0


class Watched(BaseApplication):
    """Stands before an application and counts; every answer is the application's own."""

    def __init__(
        self, application: Application, *, clock: Callable[[], int] = time.perf_counter_ns
    ) -> None:
        """Take the application; `clock` gives nanoseconds."""
        self._app = application
        self._clock = clock
        self._block_ns = 0
        self._block_txs = 0
        self.counts = Counts()
        said = application.on_trouble

        def on_trouble(text: str) -> None:
            self.counts.trouble(text)
            said(text)

        application.on_trouble = on_trouble

    def info(self, request: abci.RequestInfo) -> abci.ResponseInfo:
        """Pass on."""
        return self._app.info(request)

    def init_chain(self, request: abci.RequestInitChain) -> abci.ResponseInitChain:
        """Pass on."""
        return self._app.init_chain(request)

    def query(self, request: abci.RequestQuery) -> abci.ResponseQuery:
        """Pass on, timed."""
        begun = self._clock()
        reply = self._app.query(request)
        self._timed("query", begun)
        return reply

    def check_tx(self, request: abci.RequestCheckTx) -> abci.ResponseCheckTx:
        """Pass on, timed; what is admitted waits until the next commit, then is checked again."""
        begun = self._clock()
        reply = self._app.check_tx(request)
        counts, code = self.counts, reply.code
        if not code:
            counts.pending += 1
        counts.checks[code] = counts.checks.get(code, 0) + 1
        self._timed("check_tx", begun)
        return reply

    def prepare_proposal(
        self, request: abci.RequestPrepareProposal
    ) -> abci.ResponsePrepareProposal:
        """Pass on, timed."""
        begun = self._clock()
        reply = self._app.prepare_proposal(request)
        self._timed("prepare_proposal", begun)
        return reply

    def process_proposal(
        self, request: abci.RequestProcessProposal
    ) -> abci.ResponseProcessProposal:
        """Pass on, timed."""
        begun = self._clock()
        reply = self._app.process_proposal(request)
        self._timed("process_proposal", begun)
        return reply

    def finalize_block(self, request: abci.RequestFinalizeBlock) -> abci.ResponseFinalizeBlock:
        """Pass on, timed; count the results by code."""
        begun = self._clock()
        reply = self._app.finalize_block(request)
        codes = self.counts.block_codes
        for result in reply.tx_results:
            codes[result.code] = codes.get(result.code, 0) + 1
        self._block_txs = len(reply.tx_results)
        self._block_ns = self._timed("finalize_block", begun)
        return reply

    def commit(self, request: abci.RequestCommit) -> abci.ResponseCommit:
        """Pass on, timed; the block's execution is this call and the one before."""
        begun = self._clock()
        reply = self._app.commit(request)
        counts = self.counts
        spent = self._block_ns + self._timed("commit", begun)
        counts.pending = 0
        counts.block_ns += spent
        counts.block_count[bisect_left(_BOUNDS, spent)] += 1
        if self._block_txs:
            own = sum(ns for call, ns in counts.call_ns.items() if call != "query")
            counts.seen.append((own, counts.seen[-1][1] + self._block_txs))
        return reply

    def _timed(self, call: str, begun: int) -> int:
        spent = self._clock() - begun
        counts = self.counts
        counts.call_ns[call] = counts.call_ns.get(call, 0) + spent
        counts.calls[call] = counts.calls.get(call, 0) + 1
        return spent


def verification_ns() -> float:
    """Measure V: the time of one signature verification here, the median of several."""
    secret = bytes(range(32))
    message = bytes(180)
    key, sig = signing.public_key(secret), signing.sign(secret, message)
    times = []
    for _ in range(VERIFICATIONS):
        begun = time.perf_counter_ns()
        assert signing.verify(key, sig, message), "a signature of our own"
        times.append(time.perf_counter_ns() - begun)
    return statistics.median(times)


class AppCollector(Collector):
    """Works out the metrics of the app when they are fetched."""

    def __init__(
        self,
        application: Application,
        counts: Counts,
        storage: Path | None,
        *,
        verify: Callable[[], float] = verification_ns,
    ) -> None:
        """Measure V once now, before the node is busy; `storage` is the folder of the state."""
        self._app = application
        self._counts = counts
        self._storage = storage
        self._verify = verify
        self._lock = threading.Lock()
        self._verification_ns = verify()
        self._verified_at = time.monotonic()

    def describe(self) -> Iterator[Metric]:
        """Name nothing beforehand: to name is to collect here."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield every metric of the app."""
        yield from self._costs()
        yield from self._totals()
        yield from self._state()

    def _costs(self) -> Iterator[Metric]:
        with self._lock:
            if time.monotonic() - self._verified_at > VERIFY_AGAIN_S:
                self._verification_ns, self._verified_at = self._verify(), time.monotonic()
            v = self._verification_ns
        cost = self._counts.per_transaction_ns()
        yield _gauge("verification_seconds", "One signature verification here (V).", v / _S)
        yield _gauge(
            "transaction_seconds",
            f"Time of the app for one transaction, all calls, last {BLOCKS_SEEN} blocks.",
            cost / _S,
        )
        yield _gauge(
            "transaction_verifications_ratio", "The same as a multiple of V.", cost / v if v else 0
        )

    def _totals(self) -> Iterator[Metric]:
        counts = self._counts
        time_of_calls = CounterMetricFamily(
            "tonne_app_call_seconds", "Time spent in calls of the engine.", labels=["call"]
        )
        calls = CounterMetricFamily("tonne_app_calls", "Calls of the engine.", labels=["call"])
        for call in sorted(counts.call_ns.copy()):
            time_of_calls.add_metric([call], counts.call_ns[call] / _S)
            calls.add_metric([call], counts.calls.get(call, 0))
        yield time_of_calls
        yield calls
        for name, text, rows in (
            ("block_transactions", "Transactions in blocks.", counts.block_codes.copy()),
            (
                "checks",
                "Checks for the mempool, those after a block included.",
                counts.checks.copy(),
            ),
        ):
            family = CounterMetricFamily(f"tonne_app_{name}", text, labels=["code"])
            for code, count in sorted(rows.items()):
                family.add_metric([code_name(code)], count)
            yield family
        yield CounterMetricFamily(
            "tonne_app_contained_errors", "Errors that a bug raised.", value=counts.contained
        )
        buckets, total = [], 0
        for bound, count in zip((*map(str, _BOUNDS_S), "+Inf"), counts.block_count, strict=True):
            total += count
            buckets.append((bound, float(total)))
        yield HistogramMetricFamily(
            "tonne_app_block_execution_seconds",
            "FinalizeBlock and Commit of a block.",
            buckets=buckets,
            sum_value=counts.block_ns / _S,
        )

    def _state(self) -> Iterator[Metric]:
        ledger, counts = self._app.ledger, self._counts
        yield _gauge("height", "Last committed height.", ledger.height)
        yield _gauge("tree_leaves", "Keys in the state tree.", ledger.leaves)
        yield _gauge("pending_transactions", "Admitted, waiting for a block.", counts.pending)
        yield _gauge("deadlines", "Duties in the queue of deadlines.", self._rows(Table.DEADLINE))
        yield _gauge("stuck_duties", "Duties parked for an error.", self._rows(Table.STUCK))
        yield _gauge(
            "invariant_ok",
            "0 when an invariant was found broken since the start.",
            counts.invariant_ok,
        )
        if self._storage is not None:
            yield _gauge("storage_bytes", "The state on the disk.", folder_bytes(self._storage))

    def _rows(self, table: int) -> int:
        with self._app.ledger.view() as view:
            rows = view.scan(bytes((table,)), bytes((table + 1,)))
            return sum(1 for _ in islice(rows, ROWS_COUNTED_MAX))


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"tonne_app_{name}", text, value=value)


def folder_bytes(folder: Path) -> int:
    """Return the size of the files of a folder; files may come and go meanwhile."""
    total = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                total += entry.stat(follow_symlinks=False).st_size
            except FileNotFoundError:
                continue
    return total


def registry_of(
    application: Application, counts: Counts, storage: Path | None
) -> CollectorRegistry:
    """Return the registry of an app: its own metrics and those of its process."""
    registry = CollectorRegistry()
    registry.register(AppCollector(application, counts, storage))
    if sys.platform == "linux":
        ProcessCollector(registry=registry)
    return registry


@contextmanager
def exposed(
    application: Application, storage: Path, address: str, say: Callable[[str], None]
) -> Iterator[BaseApplication]:
    """Give what is to be served to the engine, and show its metrics at `address` meanwhile.

    Without an address that is the application itself. An address that cannot be used is said: no
    validator stops for its metrics.
    """
    if not address:
        yield application
        return
    watched = Watched(application)
    try:
        exposition = Exposition(address, registry_of(application, watched.counts, storage))
    except MetricsUnavailable as error:
        say(f"NO METRICS: {error}")
        yield application
        return
    with exposition:
        say(f"metrics at http://{exposition.address}/metrics")
        yield watched
