"""The app's metrics: true counts, no trace in the state, an endpoint that disturbs nobody."""

import socket
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.parser import text_string_to_metric_families as parsed

from abci_app import metrics
from abci_app.abci import abci_pb2 as abci
from abci_app.application import Application
from abci_app.core.codes import Code
from abci_app.exposition import Exposition, MetricsUnavailable
from abci_app.metrics import BLOCKS_SEEN, AppCollector, Counts, Watched, exposed, registry_of
from abci_app.store.ledger import Ledger
from tests import acts
from tests.harness import Chain, init_request
from tests.machine.test_containment import break_act, raising

Samples = dict[tuple[str, str], float]


class Ticking:
    """A clock that moves on by a microsecond whenever it is read."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        self.now += 1_000
        return self.now


def samples(registry: CollectorRegistry) -> Samples:
    with Exposition("127.0.0.1:0", registry) as served:
        return fetched(served.address)


def fetched(address: str) -> Samples:
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=5) as reply:
        text = reply.read().decode()
    return {
        (row.name, ",".join(row.labels.values())): row.value
        for family in parsed(text)
        for row in family.samples
    }


def replay(app: Watched | Application, chain: Chain) -> list[bytes]:
    """Give the blocks of a chain to another application; return its roots."""
    roots = [app.init_chain(init_request(chain.genesis)).app_hash]
    for request, _ in chain.history:
        for tx in request.txs:
            app.check_tx(abci.RequestCheckTx(tx=tx))
        roots.append(app.finalize_block(request).app_hash)
        app.commit(abci.RequestCommit())
    return roots


@pytest.fixture
def chain() -> Chain:
    made = Chain.with_units()
    made.ok("issuer", acts.move(1, "issuer", "user"))
    made.refused(Code.INSUFFICIENT, "issuer", acts.move(5_000, "issuer", "user"))
    return made


def test_counts_are_those_of_the_blocks(chain: Chain) -> None:
    watched = Watched(Application(Ledger.memory()), clock=Ticking())
    plain = Application(Ledger.memory())
    assert replay(watched, chain) == replay(plain, chain), "watching changes no root"
    app = watched._app
    found = samples(registry_of(app, watched.counts, None))
    results = [result.code for _, answer in chain.history for result in answer.tx_results]
    assert found["tonne_app_block_transactions_total", "OK"] == results.count(0)
    assert found["tonne_app_block_transactions_total", "INSUFFICIENT"] == 1
    assert found["tonne_app_checks_total", "OK"] == len(results)
    assert found["tonne_app_height", ""] == chain.height
    assert found["tonne_app_tree_leaves", ""] == chain.app.ledger.leaves
    assert found["tonne_app_invariant_ok", ""] == 1
    assert found["tonne_app_contained_errors_total", ""] == 0
    assert found["tonne_app_block_execution_seconds_count", ""] == len(chain.history)
    assert found["process_resident_memory_bytes", ""] > 1_000_000
    # One microsecond a call: a check for each transaction, two calls for each block.
    for call, count in (("check_tx", len(results)), ("commit", len(chain.history))):
        assert found["tonne_app_calls_total", call] == count
        assert found["tonne_app_call_seconds_total", call] == pytest.approx(count * 1e-6)


def test_cost_of_a_transaction_is_the_time_of_all_calls_in_units_of_v(chain: Chain) -> None:
    watched = Watched(Application(Ledger.memory()), clock=Ticking())
    replay(watched, chain)
    total = sum(len(request.txs) for request, _ in chain.history)
    spent_ns = 1_000 * (total + 2 * len(chain.history))
    registry = CollectorRegistry()
    app = watched._app
    registry.register(AppCollector(app, watched.counts, None, verify=lambda: 500.0))
    found = samples(registry)
    assert found["tonne_app_verification_seconds", ""] == pytest.approx(500e-9)
    assert found["tonne_app_transaction_seconds", ""] == pytest.approx(spent_ns / total / 1e9)
    ratio = found["tonne_app_transaction_verifications_ratio", ""]
    assert ratio == pytest.approx(spent_ns / total / 500)


def test_cost_of_a_transaction_forgets_old_blocks() -> None:
    counts = Counts()
    for _ in range(BLOCKS_SEEN):
        counts.seen.append((counts.seen[-1][0] + 9_000, counts.seen[-1][1] + 1))
    for _ in range(BLOCKS_SEEN + 1):
        counts.seen.append((counts.seen[-1][0] + 3_000, counts.seen[-1][1] + 1))
    assert counts.per_transaction_ns() == 3_000


def test_what_is_admitted_waits_until_the_commit(chain: Chain) -> None:
    watched = Watched(chain.app)
    tx = chain.tx("issuer", acts.move(1, "issuer", "user"))
    assert watched.check_tx(abci.RequestCheckTx(tx=tx)).code == 0
    assert watched.check_tx(abci.RequestCheckTx(tx=b"junk")).code != 0
    registry = registry_of(chain.app, watched.counts, None)
    found = samples(registry)
    assert found["tonne_app_pending_transactions", ""] == 1
    assert found["tonne_app_checks_total", "TX_MALFORMED"] == 1
    request = abci.RequestFinalizeBlock(height=chain.height + 1, txs=[tx])
    request.time.seconds = chain.now + 1
    watched.finalize_block(request)
    watched.commit(abci.RequestCommit())
    assert samples(registry)["tonne_app_pending_transactions", ""] == 0


@pytest.mark.parametrize(("error", "ok"), [(AssertionError("a\nb"), 0), (KeyError("x"), 1)])
def test_a_contained_error_is_counted_and_a_broken_invariant_is_told(
    chain: Chain,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    ok: int,
) -> None:
    watched = Watched(chain.app)
    break_act(monkeypatch, "move", raising(error))
    chain.refused(Code.INTERNAL, "issuer", acts.move(1, "issuer", "user"))
    found = samples(registry_of(chain.app, watched.counts, None))
    assert found["tonne_app_contained_errors_total", ""] == 1
    assert found["tonne_app_invariant_ok", ""] == ok
    assert "CONTAINED ERROR" in capsys.readouterr().err, "it is said as well"


def test_deadlines_and_the_size_on_disk_are_of_the_state(tmp_path: Path, chain: Chain) -> None:
    before = samples(registry_of(chain.app, Counts(), None))["tonne_app_deadlines", ""]
    chain.pending("auditor", acts.issue(1))
    (tmp_path / "1.ldb").write_bytes(bytes(700))
    (tmp_path / "2.ldb").write_bytes(bytes(42))
    after = samples(registry_of(chain.app, Counts(), tmp_path))
    assert after["tonne_app_deadlines", ""] == before + 1
    assert after["tonne_app_stuck_duties", ""] == 0
    assert after["tonne_app_storage_bytes", ""] == 742


def test_v_is_measured_here() -> None:
    assert 1_000 < metrics.verification_ns() < 100_000_000


def test_who_does_not_finish_asking_keeps_nobody_waiting_for_long() -> None:
    with Exposition("127.0.0.1:0", CollectorRegistry()) as served:
        host, port = served.address.split(":")
        with socket.create_connection((host, int(port))) as slow:
            slow.sendall(b"GET /metr")
            begun = time.monotonic()
            fetched(served.address)
            assert time.monotonic() - begun < 5
            slow.settimeout(5)
            assert slow.recv(100) == b"", "the slow one was cut off"


def test_fetching_in_a_loop_works_the_metrics_out_once_a_second() -> None:
    now, asked = 0.0, 0

    def read() -> float:
        nonlocal asked
        asked += 1
        return asked

    registry = CollectorRegistry()
    Gauge("asked", "How often.", registry=registry).set_function(read)
    with Exposition("127.0.0.1:0", registry, clock=lambda: now) as served:
        told = [fetched(served.address)["asked", ""] for _ in range(5)]
        now = 0.99
        told.append(fetched(served.address)["asked", ""])
        now = 1.0
        told.append(fetched(served.address)["asked", ""])
    assert told == [1] * 6 + [2]


def test_other_paths_are_not_served() -> None:
    with (
        Exposition("127.0.0.1:0", CollectorRegistry()) as served,
        pytest.raises(urllib.error.HTTPError, match="404"),
    ):
        urllib.request.urlopen(f"http://{served.address}/debug", timeout=5)


def test_a_registry_that_fails_ends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    chain = Chain()
    chain.block()
    registry = registry_of(chain.app, Counts(), Path("/nowhere"))
    with Exposition("127.0.0.1:0", registry) as served:
        for _ in range(2):
            with pytest.raises(OSError, match=r"closed|reset"):
                urllib.request.urlopen(f"http://{served.address}/metrics", timeout=5)
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("address", ["26661", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000"])
def test_an_address_that_is_none_is_refused_with_how_to_write_it(address: str) -> None:
    with pytest.raises(MetricsUnavailable, match="host:port"):
        Exposition(address, CollectorRegistry())


def test_a_taken_port_is_said_and_the_app_goes_on_without_metrics(tmp_path: Path) -> None:
    said: list[str] = []
    app = Application(Ledger.memory())
    with (
        Exposition("127.0.0.1:0", CollectorRegistry()) as taken,
        exposed(app, tmp_path, taken.address, said.append) as served,
    ):
        assert served is app
    assert taken.address in said[0]
    assert "change `metrics` in config/tonne.toml" in said[0]


def test_without_an_address_nothing_stands_before_the_application(tmp_path: Path) -> None:
    app = Application(Ledger.memory())
    with exposed(app, tmp_path, "", print) as served:
        assert served is app


def test_what_is_exposed_ends_with_the_context(tmp_path: Path) -> None:
    said: list[str] = []
    with exposed(Application(Ledger.memory()), tmp_path, "127.0.0.1:0", said.append) as served:
        assert isinstance(served, Watched)
        address = said[0].removeprefix("metrics at http://").removesuffix("/metrics")
        assert fetched(address)["tonne_app_height", ""] == 0
    with pytest.raises(OSError, match="refused"):
        fetched(address)
