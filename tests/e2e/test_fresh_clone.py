"""A newcomer's first hour: a fresh clone, `make testnet`, two of the commands it prints, Ctrl-C."""

import os
import queue
import re
import shutil
import signal
import subprocess
import threading
from pathlib import Path
from typing import IO

import pytest

from node.testnet import children, is_alive
from tests.ports import free_ports

ROOT = Path(__file__).parents[2]
READY_S = 420.0  # a virtual environment, four validators and the story, on a busy machine
READY = "Ctrl-C stops them"


def environment() -> dict[str, str]:
    """Return what a new terminal has: nothing of the environment that runs the tests."""
    ours = {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "MAKEFLAGS", "MFLAGS", "MAKELEVEL"}
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ours and not name.startswith(("TONNE_", "PYTEST_"))
    }
    inside = str(ROOT / ".venv")
    folders = [item for item in kept["PATH"].split(":") if not item.startswith(inside)]
    return {**kept, "PATH": ":".join(folders)}


def clone(folder: Path) -> Path:
    """Clone what is committed."""
    made = folder / "tonne"
    subprocess.run(["git", "clone", "--quiet", "--local", str(ROOT), str(made)], check=True)
    return made


def follow(stream: IO[str]) -> "queue.SimpleQueue[str]":
    """Return the lines of a process as they come; the last is empty."""
    arrived: queue.SimpleQueue[str] = queue.SimpleQueue()

    def carry() -> None:
        for line in stream:
            arrived.put(line)
        arrived.put("")

    threading.Thread(target=carry, daemon=True).start()
    return arrived


def lines_until(arrived: "queue.SimpleQueue[str]", word: str) -> list[str]:
    """Return the lines up to one with a word; AssertionError when the process ends before."""
    found: list[str] = []
    while not found or word not in found[-1]:
        found.append(arrived.get(timeout=READY_S))
        assert found[-1], "".join(found)
    return found


def below(pid: int) -> list[int]:
    """Return the processes that a process has started, and those that they have."""
    found = children(pid)
    return [*found, *(item for child in found for item in below(child))]


@pytest.mark.e2e
def test_a_fresh_clone_plays_the_story_and_its_commands_work_when_pasted(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    place = clone(tmp_path_factory.mktemp("f"))  # short: sockets lie below it
    ports = free_ports()
    options = f"--ports {ports.p2p},{ports.rpc},{ports.grpc}"
    words = ["make", "testnet", f"TESTNET_OPTIONS={options}"]
    with subprocess.Popen(
        words,
        cwd=place,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        started: list[int] = []
        try:
            assert process.stdout is not None
            arrived = follow(process.stdout)
            lines = lines_until(arrived, READY)
            started = below(process.pid)
            pasted = [line.strip() for line in lines if line.startswith("  .venv/bin/tonne ")]
            assert len(pasted) == 10, "".join(lines)
            assert "chain_id" in paste(place, pasted[0])
            assert re.search(r"in block \d+", paste(place, pasted[3]))
        finally:
            os.killpg(process.pid, signal.SIGINT)  # what a terminal does at Ctrl-C
            process.wait(60)
        lines_until(arrived, "stopping the validators")
        rest = "".join(iter(arrived.get, ""))
        assert "Traceback" not in rest
        assert "error:" not in rest
    assert process.returncode in (0, -signal.SIGINT)  # make may end by the signal itself
    assert len(started) >= 17  # the command, and four times supervisor, app, engine and gateway
    assert not [pid for pid in started if is_alive(pid)]
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd=place, capture_output=True, text=True, check=True
    )
    assert status.stdout == ""
    shutil.rmtree(place)  # an environment and four chains are too much to keep


def paste(place: Path, command: str) -> str:
    """Run a line in a shell, as pasted; return what it says."""
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=place,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, command + "\n" + done.stdout + done.stderr
    return done.stdout
