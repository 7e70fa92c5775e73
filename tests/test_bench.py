"""The measurements run, on a state that the rules could have led to, and say what they measured."""

import contextlib
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from abci_app import doctor
from abci_app.core import keys
from abci_app.core.codec import decode
from abci_app.state import schema
from abci_app.store.ledger import Ledger
from scripts import (
    bench_acts,
    bench_chain,
    bench_load,
    bench_nodes,
    bench_parts,
    bench_size,
    bench_state,
)
from scripts.bench_parts import Bench, Meter, Scale
from scripts.bench_report import BenchFault, Report, Row
from scripts.bench_state import LOT_T, Load, build
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

ROOT = Path(__file__).resolve().parent.parent
SMALL = Scale(lots=60, accounts=20, organisations=4, block=20, rounds=1)
TINY = ("--accounts", "20", "--organisations", "4")


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/bench.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Bench]:
    with bench_parts.opened(SMALL, tmp_path, None) as bench:
        yield bench


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder whose path leaves room for the unix sockets of nodes."""
    with tempfile.TemporaryDirectory(prefix="tb-") as scratch:
        yield Path(scratch)


def figures(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """Return the figures of a run by name; the run has succeeded."""
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["machine"]["cores"] > 0
    return {row["name"]: row["value"] for row in report["figures"]}


# ---- the state ----


def test_state_has_as_many_lots_as_asked_for(small: Bench) -> None:
    bounds = bytes((keys.Table.LOT,)), bytes((keys.Table.LOT + 1,))
    lots = [decode(s.Lot, value) for _, value in small.ledger.scan(*bounds)]
    assert len(lots) == 60
    assert sum(lot.end - lot.start + 1 for lot in lots if not lot.hold) == 59 * LOT_T


def test_doctor_finds_no_fault_before_and_after_the_load(small: Bench) -> None:
    assert doctor.examine(small.ledger) == []
    small.block(small.load.take(40))
    assert doctor.examine(small.ledger) == []


def test_a_state_prepared_in_several_heights_is_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench_state, "RECORDS_AT_ONCE", 25)
    prepared = bench_state.prepare(tmp_path / "states", 60, 20)
    bench_state.copy(prepared, tmp_path / "state")
    first = build(60, accounts=20, organisations=4)
    height, root = bench_state.found(tmp_path / "state", first)
    ledger = Ledger.open(str(tmp_path / "state"))
    assert (ledger.height, ledger.root) == (height, root)
    assert height == 5  # 25 + 25 + 10 lots, the genesis, one more
    assert doctor.examine(ledger) == []
    ledger.close()


def test_a_prepared_state_is_made_once_and_a_broken_one_anew(tmp_path: Path) -> None:
    said: list[str] = []
    place = bench_state.prepare(tmp_path, 60, 20, said.append)
    assert said
    assert bench_state.prepare(tmp_path, 60, 20, pytest.fail) == place
    (place / bench_state.SEALED).unlink()
    said.clear()
    assert bench_state.prepare(tmp_path, 60, 20, said.append) == place
    assert said


def test_two_copies_of_a_state_lead_to_the_same_root(tmp_path: Path) -> None:
    prepared = bench_state.prepare(tmp_path / "states", 60, 20)
    first = build(60, accounts=20, organisations=4)
    ends = []
    for name in ("one", "other"):
        bench_state.copy(prepared, tmp_path / name)
        ends.append(bench_state.found(tmp_path / name, first))
    assert ends[0] == ends[1]


def test_two_first_states_of_one_size_are_the_same_bytes() -> None:
    one, other = (build(60, accounts=20, organisations=4) for _ in range(2))
    assert one.genesis == other.genesis
    assert Load(one, 1_800_000_000).take(5) == Load(other, 1_800_000_000).take(5)


# ---- what waits beside the lots ----


@pytest.fixture(params=[1, 2, 70, 130])
def crowded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[bench_acts.Desk]:
    scale = bench_acts.Scale(
        lots=60, waiting=(request.param,), accounts=20, organisations=4, acts=3, rounds=1
    )
    states = tmp_path / "states"
    bench = bench_acts._opened(scale, request.param, tmp_path, states, lambda _: None)
    yield bench_acts.Desk(bench, request.param, scale.acts)
    bench.ledger.close()


def test_doctor_finds_no_fault_where_much_waits(crowded: bench_acts.Desk) -> None:
    ledger = crowded.bench.ledger
    assert doctor.examine(ledger) == []
    for act in bench_acts.ACTS.values():
        assert act(crowded) > 0
    assert doctor.examine(ledger) == []


def test_as_much_waits_as_was_asked_for(crowded: bench_acts.Desk) -> None:
    ledger, count = crowded.bench.ledger, crowded.waiting
    waiting = [
        sum(row.state == s.PROPOSAL_PENDING for row in schema.PROPOSALS.all(ledger)),
        sum(row.kind == t.PENDING for row in schema.HOLDS.all(ledger)),
        sum(row.kind == t.PLEDGE for row in schema.HOLDS.all(ledger)),
        sum(row.kind == t.NOTICE for row in schema.RECORDS.all(ledger)),
        sum(row.state == s.ORDER_OPEN for row in schema.ORDERS.all(ledger)),
    ]
    assert waiting == [count] * 5
    escrow = sum(row.kind == t.ESCROW for row in schema.HOLDS.all(ledger))
    assert escrow == (count + 1) // 2


def test_what_waits_can_be_decided_released_fulfilled_and_filled(
    crowded: bench_acts.Desk,
) -> None:
    one = crowded.holders[0]
    fill = t.FillOrder(order=1, account=one.account, quantity_t=1, payment_hash=bytes(32))
    release = t.HoldUnits(program="IPCI", release=t.ReleaseHold(hold=3))
    crowded.took(
        [
            (crowded.staff("bridge"), t.Action(decide=t.Decide(proposal=1, verdict=t.YES))),
            (crowded.staff("operator"), t.Action(hold=release)),
            (one, t.Action(fill_order=fill)),
        ]
    )
    ledger = crowded.bench.ledger
    proposal = schema.PROPOSALS.get(ledger, 1)
    assert proposal is not None
    assert proposal.state == s.PROPOSAL_EXECUTED
    crowded.bench.height += 400 * 86_400  # a second a block: all terms are over
    for _ in range(12):  # a bounded part of it in each block
        crowded.took([])
    assert not [row.id for row in schema.PROPOSALS.all(ledger) if row.state == s.PROPOSAL_PENDING]
    assert not [row.id for row in schema.ORDERS.all(ledger) if row.state == s.ORDER_OPEN]
    assert doctor.examine(ledger) == []


# ---- parts ----


def test_a_refused_transfer_ends_the_measurement(small: Bench) -> None:
    txs = small.load.take(20)
    small.block(txs)
    with pytest.raises(AssertionError, match="refused"):
        small.block(txs)


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


def test_parts_as_json_tells_every_call_and_part_beside_v(tmp_path: Path) -> None:
    done = bench("parts", "--quick", "--json", "--dir", str(tmp_path))
    found = figures(done)
    details = json.loads(done.stdout)["details"]
    assert sorted(details["calls"]) == sorted(bench_parts.CALLS)
    for name, us in details["calls"].items():
        assert found[f"call {name}"] == pytest.approx(us / details["v_us"])
    assert details["tree_keys"] > 3
    assert details["ratio_cpu"] > 0
    assert list(tmp_path.iterdir()) == []


def test_parts_as_table_says_what_was_measured() -> None:
    done = bench("parts", "--quick", "--lots", "300")
    assert done.returncode == 0, done.stderr
    for word in ("300 lots", "without engine", "V =", "FinalizeBlock", "invariants", "at most 4"):
        assert word in done.stdout


def test_profile_names_functions_of_the_application(tmp_path: Path) -> None:
    found = bench_parts.profile(SMALL, tmp_path, rows=200)
    assert "moves.py" in found
    assert "invariants.py" in found


# ---- grow, start ----


def test_grow_measures_the_app_at_every_size(tmp_path: Path) -> None:
    sizes = ("--lots", "60", "--lots", "200", "--waiting", "2", "--waiting", "70", "--beside", "60")
    found = figures(bench("grow", "--quick", "--json", *TINY, *sizes, "--dir", str(tmp_path)))
    for act in bench_acts.ACTS:
        assert found[f"2 of each wait: {act}"] > 0
        assert found[f"70 of each wait: {act}"] > 0
        assert found[f"{act} at 70 to 2"] > 0
    for lots in (60, 200):
        assert found[f"{lots} lots: cost of a transfer"] > 0
        assert found[f"{lots} lots: resident memory of the app"] > 10
    assert found["cost at 200 lots to 60"] > 0
    assert list(tmp_path.iterdir()) == []


def test_start_finds_the_last_commit_after_a_stop_and_a_kill(tmp_path: Path) -> None:
    scale = bench_size.Start(lots=60, accounts=20, organisations=4, block=20, rounds=1)
    report = bench_size.start(scale, tmp_path)
    assert [len(times) for times in report.details["restarts"].values()] == [1, 1, 1, 1]
    assert list(tmp_path.iterdir()) == []


def test_an_app_that_lost_a_block_is_noticed(tmp_path: Path) -> None:
    prepared = bench_state.prepare(tmp_path / "states", 60, 20)
    app = bench_size.App(tmp_path / "app", prepared, build(60, accounts=20, organisations=4))
    app.height += 1
    try:
        with pytest.raises(BenchFault, match="height"):
            app.start()
    finally:
        app.stop()
    assert processes_with(tmp_path) == []


def test_an_app_that_ends_is_told_with_its_last_words(tmp_path: Path) -> None:
    prepared = bench_state.prepare(tmp_path / "states", 60, 20)
    app = bench_size.App(tmp_path / "app", prepared, build(60, accounts=20, organisations=4))
    (app.home / "config" / "tonne.toml").unlink()
    with pytest.raises(BenchFault, match="is not a node's home"):
        app.start()


# ---- what is said ----


def test_a_verdict_stands_beside_a_target_only() -> None:
    assert [row.verdict for row in (Row("a", 4.0, "V", 4.0), Row("a", 4.01, "V", 4.0))] == [
        "met",
        "MISSED",
    ]
    assert Row("a", 0.35, "", 0.35, least=True).verdict == "met"
    assert Row("a", 0.3, "", 0.35, least=True).verdict == "MISSED"
    assert Row("a", 1.0, "").verdict == ""
    text = "\n".join(Report("parts", ["how"], [Row("a", 4.01, "V", 4.0)], {}).lines())
    assert "at most 4" in text
    assert "MISSED" in text


def test_ratio_compares_rounds_that_were_neighbours() -> None:
    def rounds(*rates: float) -> list[bench_load.Round]:
        return [bench_load.Round(rate, 5, 0, 0, {}) for rate in rates]

    both = {"tonne": rounds(100, 50, 300), "kvstore": rounds(200, 100, 1_000)}
    assert bench_chain.Figures(1, both, []).ratio == 0.5


def test_a_transaction_of_the_kvstore_is_as_long_as_a_transfer() -> None:
    txs = bench_chain.Pairs(190).take(300)
    assert {len(tx) for tx in txs} == {190}
    assert {tx.count(b"=") for tx in txs} == {1}
    assert len(dict.fromkeys(txs)) == 300


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("parts", "--lots", "x"), "not a number"),
        (("chain", "--rate", "0"), "not a number"),
        (("grow", "--lots", "100"), "each account a lot"),
        (("grow", "--beside", "100"), "each account a lot"),
        (("start", "--accounts", "5"), "organisations"),
        (("nothing",), "invalid choice"),
    ],
)
def test_wrong_settings_get_a_clear_word(arguments: tuple[str, ...], words: str) -> None:
    done = bench(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    done = bench("parts", "--quick", "--dir", str(tmp_path / "none"))
    assert done.returncode == 1
    assert "is not a folder" in done.stderr


# ---- interruption ----


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
    """Return the command lines of running processes that name a path or run in it."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has just ended
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if str(path) in line or (folder / "cwd").resolve().is_relative_to(path):
                found.append(line)
    return found


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("round 2", ("parts", "--rounds", "1000", "--lots", "300")),
        ("round 2", ("grow", "--quick", "--rounds", "1000")),
        ("round 1", ("start", "--quick", "--rounds", "1000")),
        ("round 1", ("stream", "--quick", "--rounds", "1000")),
    ],
)
def test_interrupted_measurement_leaves_nothing_behind(
    line: str, arguments: tuple[str, ...], short: Path
) -> None:
    code, rest = interrupt_at(line, *arguments, "--dir", str(short))
    assert code == 130
    assert "nothing is left running" in rest
    assert "Traceback" not in rest
    assert processes_with(short) == []
    assert list(short.iterdir()) == []


# ---- behind the real engine ----


@pytest.mark.e2e
def test_interrupted_network_leaves_nothing_behind(short: Path) -> None:
    code, rest = interrupt_at("tonne: round 1", "chain", "--quick", "--dir", str(short))
    assert code == 130
    assert "Traceback" not in rest
    assert processes_with(short) == []
    assert list(short.iterdir()) == []


@pytest.mark.e2e
def test_chain_counts_what_both_applications_commit(short: Path) -> None:
    done = bench("chain", "--quick", "--json", "--dir", str(short))
    found = figures(done)
    one = "1 validator:"
    assert found[f"{one} ratio to kvstore"] == pytest.approx(
        found[f"{one} tonne, committed"] / found[f"{one} kvstore, committed"]
    )
    assert 0 < found[f"{one} at 50/s, p50"] <= found[f"{one} at 50/s, p99"]
    for role in ("app", "engine", "client"):
        assert f"{one} kvstore, CPU of {role} for one" in found
    assert processes_with(short) == []
    assert list(short.iterdir()) == []


@pytest.mark.e2e
def test_stream_measures_the_gateway_alone_and_before_a_node(short: Path) -> None:
    found = figures(bench("stream", "--quick", "--json", "--dir", str(short)))
    assert found["on its own: admitted"] > 0
    assert found["one validator behind: admitted"] > 0
    assert processes_with(short) == []
    assert list(short.iterdir()) == []


@pytest.mark.e2e
def test_a_refused_transfer_does_not_count_as_committed(short: Path) -> None:
    first = build(300, accounts=20, organisations=4)
    prepared = bench_state.prepare(short / "states", 300, 20)
    now = int(time.time())
    with bench_nodes.network(short / "net", 1, first, prepared, now) as (nodes, made):
        load = Load(made, now)
        bench_load.throughput(nodes.rpc(), load.take(50), 100, nodes.cpu_s)
        one, other = made.holders[:2]
        too_much = load.signed(one, 10, other, 10**9)
        with pytest.raises(BenchFault, match="1 refused at height"):
            bench_load.throughput(nodes.rpc(), [too_much], 100, nodes.cpu_s)
