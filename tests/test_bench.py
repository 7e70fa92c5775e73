"""The measurements run, on a state that the rules could have led to, and say what they measured."""

import contextlib
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from abci_app import doctor
from abci_app.core import keys
from abci_app.core.codec import decode
from scripts import bench_chain, bench_parts
from scripts.bench_parts import Bench, Meter, Scale
from scripts.bench_state import LOT_T, Load, build
from tonne.v1.state_pb2 import Genesis, Lot

ROOT = Path(__file__).resolve().parent.parent
SMALL = Scale(lots=60, accounts=20, organisations=4, block=20, rounds=1)


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/bench.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture
def small(tmp_path: Path) -> Bench:
    first = build(SMALL.lots, accounts=SMALL.accounts, organisations=SMALL.organisations)
    return Bench(first, str(tmp_path / "state"))


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder whose path leaves room for the unix sockets of nodes."""
    with tempfile.TemporaryDirectory(prefix="tb-") as scratch:
        yield Path(scratch)


def test_first_state_has_as_many_lots_as_asked_for() -> None:
    first = build(60, accounts=20, organisations=4)
    entries = Genesis.FromString(first.genesis).entries
    lots = [decode(Lot, row.value) for row in entries if row.key[0] == keys.Table.LOT]
    assert len(lots) == 60
    assert sum(lot.end - lot.start + 1 for lot in lots if not lot.hold) == 59 * LOT_T


def test_doctor_finds_no_fault_before_and_after_the_load(small: Bench) -> None:
    assert doctor.examine(small.ledger, lambda _: None) == []
    small.block(small.load.take(40))
    assert doctor.examine(small.ledger, lambda _: None) == []
    small.ledger.close()


def test_two_first_states_of_one_size_are_the_same_bytes() -> None:
    one, other = (build(60, accounts=20, organisations=4) for _ in range(2))
    assert one.genesis == other.genesis
    assert Load(one, 1_800_000_000).take(5) == Load(other, 1_800_000_000).take(5)


def test_a_refused_transfer_ends_the_measurement(small: Bench) -> None:
    txs = small.load.take(20)
    small.block(txs)
    with pytest.raises(AssertionError, match="refused"):
        small.block(txs)
    small.ledger.close()


def test_own_times_add_up_to_the_outer_call() -> None:
    meter = Meter()
    inner = meter.timed("inner", lambda: sum(range(1000)))
    outer = meter.timed("outer", lambda: [inner() for _ in range(10)])
    whole = meter.timed("whole", outer)
    whole()
    assert sorted(meter.spent) == ["inner", "outer", "whole"]
    assert meter.spent["inner"] > meter.spent["whole"] > 0


def test_every_part_is_reached_by_a_transfer(small: Bench) -> None:
    meter = Meter()
    with meter.on_parts():
        small.block(small.load.take(20))
    assert sorted(meter.spent) == sorted({part for _, _, part in bench_parts.PARTS})
    small.ledger.close()


def test_parts_as_json_tells_every_call_and_part_beside_v(tmp_path: Path) -> None:
    done = bench("parts", "--quick", "--json", "--dir", str(tmp_path))
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert sorted(figures["calls"]) == sorted(bench_parts.CALLS)
    assert figures["total_us"] == pytest.approx(sum(figures["calls"].values()))
    assert figures["total_v"] == pytest.approx(figures["total_us"] / figures["v_us"], abs=0.001)
    assert figures["tree_keys"] > 3
    assert list(tmp_path.iterdir()) == []


def test_parts_as_table_says_what_was_measured() -> None:
    done = bench("parts", "--quick", "--lots", "300")
    assert done.returncode == 0, done.stderr
    for word in ("300 lots", "without engine", "V =", "FinalizeBlock", "invariants", "together"):
        assert word in done.stdout


def interrupt_at(line: str, *arguments: str) -> tuple[int, str]:
    """Run the bench until it says `line`, send it a Ctrl-C; return its code and last words."""
    command = [sys.executable, "scripts/bench.py", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        while line not in (said := running.stderr.readline()):
            assert said, "it ended before that"
        running.send_signal(signal.SIGINT)
        rest = running.stderr.read()
    return running.returncode, rest


def processes_with(path: Path) -> list[str]:
    """Return the command lines of running processes that name a path."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has just ended
            found.append(file.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return [line for line in found if str(path) in line]


def test_interrupted_measurement_leaves_nothing_behind(tmp_path: Path) -> None:
    scale = ("--rounds", "1000", "--lots", "300", "--dir", str(tmp_path))
    code, rest = interrupt_at("round 2", "parts", *scale)
    assert code == 130
    assert "nothing is left running" in rest
    assert "Traceback" not in rest
    assert list(tmp_path.iterdir()) == []


@pytest.mark.e2e
def test_interrupted_network_leaves_nothing_behind(short: Path) -> None:
    code, rest = interrupt_at("round 1", "chain", "--quick", "--dir", str(short))
    assert code == 130
    assert "Traceback" not in rest
    assert processes_with(short) == []
    assert list(short.iterdir()) == []


@pytest.mark.e2e
def test_chain_counts_what_the_real_engine_commits(short: Path) -> None:
    done = bench("chain", "--quick", "--json", "--dir", str(short))
    assert done.returncode == 0, done.stderr
    (network,) = json.loads(done.stdout)["networks"]
    assert network["validators"] == 1
    assert network["median_per_second"] > 0
    assert 0 < network["p50_ms"] <= network["p99_ms"]
    assert processes_with(short) == []
    assert list(short.iterdir()) == []


def test_chain_tells_how_it_was_measured() -> None:
    figures = bench_chain.Figures(4, [900.0, 1000.0, 1100.0], 200, 250.0, 700.0)
    chain = bench_chain.Chain(bench_chain.Scale(), 2, 195, 50.0, [figures])
    text = "\n".join(chain.lines())
    for word in ("195 bytes", "2 cores", "broadcast_tx_async", "SubmitStream", "200/s", "V = 50.0"):
        assert word in text
    assert text.splitlines()[-1].split() == [
        "4",
        "1000",
        "20.0",
        "250",
        "700",
        "900",
        "1000",
        "1100",
    ]
    assert chain.as_json()["networks"][0]["median_v"] == 20.0


def test_profile_names_functions_of_the_application() -> None:
    found = bench_parts.profile(SMALL, rows=200)
    assert "moves.py" in found
    assert "invariants.py" in found
