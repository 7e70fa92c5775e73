"""`tonne init` and `tonne testnet`: what they refuse, and the story on real validators."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from node.cli import faults, run
from node.testnet import alone, children, is_alive
from tests.ports import free_ports

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT}/proto"}
COMMAND = [sys.executable, "-c", "from node.cli import main; main()"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["init"], "give either --chain-id for a new chain, or --genesis"),
        (["init", "--chain-id", "a", "--genesis", "g.json"], "give either"),
        (["testnet", "--ports", "1,2"], "three port numbers are meant"),
        (["testnet", "--ports", "0,1,2"], "three port numbers are meant"),
    ],
)
def test_a_network_that_is_badly_described_is_refused(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("node.cli.network.ensured", lambda: Path("engine"))
    assert run(words) == faults.USAGE
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_forgetting_a_network_that_is_not_there_says_so(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(["testnet", "--dir", str(tmp_path / "net"), "--clean"]) == faults.OK
    assert "there is no network" in capsys.readouterr().out


def test_a_new_network_is_refused_while_its_ports_are_in_use_and_leaves_nothing_behind(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("node.cli.network.ensured", lambda: Path("engine"))
    folder = tmp_path / "net"
    words = ["testnet", "--dir", str(folder), "--validators", "1", "--ports"]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert run([*words, f"{port},{port % 60_000 + 1},{port % 60_000 + 2}"]) == faults.FAILED
    shown = capsys.readouterr().err
    assert f"port {port} is in use" in shown
    assert "TESTNET_OPTIONS='--ports" in shown
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("ports", ["5000,5000,5001", "65530,65531,9090", "5000,5010,9090"])
def test_ports_that_meet_or_go_too_far_are_refused(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ports: str,
) -> None:
    monkeypatch.setattr("node.cli.network.ensured", lambda: Path("engine"))
    assert run(["testnet", "--dir", str(tmp_path / "net"), "--ports", ports]) == faults.USAGE
    assert "p2p and rpc go up by 10" in capsys.readouterr().err


def test_a_second_testnet_in_the_same_folder_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("node.cli.network.ensured", lambda: Path("engine"))
    with alone(tmp_path):
        for words in ([], ["--clean"]):
            assert run(["testnet", "--dir", str(tmp_path), *words]) == faults.FAILED
            assert "a testnet runs in" in capsys.readouterr().err
    with alone(tmp_path):
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words", [["--validators", "3"], ["--ports", "23456,23457,23490"], ["--chain-id", "other"]]
)
def test_options_that_a_network_which_is_there_cannot_follow_are_refused(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
) -> None:
    monkeypatch.setattr("node.cli.network.ensured", lambda: Path("engine"))
    config = tmp_path / "node0" / "config"
    config.mkdir(parents=True)
    config.joinpath("tonne.toml").write_text(
        'chain_id = "c"\napp.socket = "s"\n'
        'gateway.address = "127.0.0.1:9090"\nengine.rpc = "http://127.0.0.1:26657"\n'
    )
    assert run(["testnet", "--dir", str(tmp_path), *words]) == faults.USAGE
    shown = capsys.readouterr().err
    assert "has a network already: c, 1 validators" in shown
    assert "--clean" in shown


def port_words() -> list[str]:
    """Return the option that names ports which nobody uses."""
    base = free_ports()
    return ["--ports", f"{base.p2p},{base.rpc},{base.grpc}"]


def testnet(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [*COMMAND, "testnet", "--dir", str(folder), *words],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == faults.OK, done.stdout + done.stderr
    return done.stdout


testnet.__test__ = False  # type: ignore[attr-defined]


@pytest.mark.e2e
def test_the_story_is_told_on_real_validators_and_only_once(tmp_path: Path) -> None:
    words = ("--validators", "2", "--stop", *port_words())
    first = testnet(tmp_path / "net", *words)
    rows = [" ".join(line.split()) for line in first.splitlines()]
    assert any(row.endswith("for a beneficiary 65 000 10 000 24 000 1 000") for row in rows)
    assert "Read back from another validator" in first
    assert "Now try" in first
    again = testnet(tmp_path / "net", *words)
    assert "was played on this chain before" in again
    assert "65 000" in again
    assert "is forgotten" in testnet(tmp_path / "net", "--clean")
    assert not (tmp_path / "net").exists()


@pytest.mark.e2e
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_ctrl_c_or_a_closed_terminal_ends_every_process_of_a_testnet(
    tmp_path: Path, number: signal.Signals
) -> None:
    words = ("--validators", "1", "--no-story", *port_words())
    with subprocess.Popen(
        [*COMMAND, "testnet", "--dir", str(tmp_path / "net"), *words],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "Ctrl-C stops them" in line:
                break
        started = below(process.pid)
        process.send_signal(number)
        while "stopping the validators" not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(number)  # the impatient do it twice
        assert process.wait(60) == faults.OK
    assert len(started) >= 4  # supervisor, engine, app, gateway
    assert not [pid for pid in started if is_alive(pid)]


def below(pid: int) -> list[int]:
    """Return the processes that a process has started, and those that they have."""
    found = children(pid)
    return [*found, *(item for child in found for item in below(child))]
