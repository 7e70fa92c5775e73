"""The README's first command: the story on four validators, told once, gone on with, forgotten."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ports import free_ports

pytestmark = pytest.mark.e2e

ROWS = {  # row: issuer free, issuer reserved, user, RETIRE (domain E1)
    "1": (54_000, 6_000, 0, 0),
    "2": (54_000, 6_000, 0, 0),
    "2a": (54_000, 6_000, 0, 0),
    "3": (90_000, 10_000, 0, 0),
    "4": (90_000, 10_000, 0, 0),
    "5": (65_000, 10_000, 25_000, 0),
    "6": (65_000, 10_000, 25_000, 0),
    "7": (65_000, 10_000, 24_000, 1_000),
}


def run_testnet(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `tonne testnet` and return what it said."""
    command = [sys.executable, "-c", "from node.cli import main; main()", "testnet"]
    options = ["--dir", str(folder)]
    return subprocess.run(
        [*command, *options, *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "COLUMNS": "200"},
    )


def table(text: str) -> dict[str, tuple[int, ...]]:
    """Return the rows that were printed, by their number."""
    found = {}
    for line in text.splitlines():
        match = re.match(r"\s*(\d+a?)  \S.*?((?:\s+\d[\d ]*){4})$", line)
        if match:
            cells = re.split(r"\s{2,}", match[2].strip())
            found[match[1]] = tuple(int(cell.replace(" ", "")) for cell in cells)
    return found


def test_the_story_has_the_numbers_of_the_law_and_is_told_once(tmp_path: Path) -> None:
    folder = tmp_path / "t"
    ports = free_ports()
    first = run_testnet(folder, "--stop", "--ports", f"{ports.p2p},{ports.rpc},{ports.grpc}")
    assert first.returncode == 0, first.stdout + first.stderr
    assert table(first.stdout + first.stderr) == ROWS
    assert "another validator" in first.stdout + first.stderr
    second = run_testnet(folder, "--stop")
    assert second.returncode == 0, second.stdout + second.stderr
    assert "played on this chain before" in second.stdout + second.stderr
    cleaned = run_testnet(folder, "--clean")
    assert cleaned.returncode == 0
    assert not folder.exists()
