"""`python -m abci_app doctor` and `tonne doctor`: a home of a node or of a solo chain."""

import subprocess
import sys
from pathlib import Path

import pytest

from abci_app.application import Application
from abci_app.core import keys
from abci_app.store.ledger import Ledger
from node.cli import faults, run
from node.solo import Driver
from tests.harness import make_genesis

ROOM = Path(__file__).parents[2]


def chain_in(folder: Path) -> Path:
    folder.mkdir(parents=True)
    ledger = Ledger.open(str(folder))
    Driver(Application(ledger), make_genesis()).close()
    ledger.close()
    return folder


def examined(home: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "abci_app", "doctor", "--home", str(home)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOM,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("name", ["tonne", "solo/state"])
def test_the_state_of_a_home_is_found_and_passes(tmp_path: Path, name: str) -> None:
    state = chain_in(tmp_path / "data" / name)
    code, told = examined(tmp_path)
    assert code == 0
    assert f"opening {state}\nheight 1, " in told
    assert "hashing the tree from its values\nrebuilding the index rows\n" in told
    assert told.endswith("no fault found\n")
    assert run(["doctor", "--home", str(tmp_path)]) == faults.OK


def test_a_fault_is_told_with_exit_code_one(tmp_path: Path) -> None:
    state = chain_in(tmp_path / "data" / "solo" / "state")
    ledger = Ledger.open(str(state))
    stray = keys.deadline(1, 1, keys.u64(1))
    ledger.commit(ledger.prepare({stray: b""}), ledger.height + 1, ledger.record)
    ledger.close()
    code, told = examined(tmp_path)
    assert code == 1
    assert f"FAULT index row {stray.hex()} does not follow from the tree\n" in told
    assert told.endswith("height 2: 1 faults\n")


def test_a_home_without_a_state_is_refused_and_gets_none(tmp_path: Path) -> None:
    code, told = examined(tmp_path)
    assert (code, "holds no state of a node" in told) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_state_is_told_as_a_storage_error(tmp_path: Path) -> None:
    state = chain_in(tmp_path / "data" / "tonne")
    (state / "CURRENT").unlink()
    code, told = examined(tmp_path)
    assert (code, "storage: state folder" in told) == (3, True)
