"""The app, killed at every point of a block; the chain ends like that of an undisturbed twin."""

from pathlib import Path

import pytest

from node.cli import faults, run
from tests import acts
from tests.crash.rig import Rig, new_home, rig_of

pytestmark = pytest.mark.e2e

# Of one block, in the order in which they come; those in SAMPLE belong to `make test`.
POINTS = (
    "info:before",
    "info:after",
    "check_tx:before",
    "check_tx:after",
    "prepare_proposal:before",
    "prepare_proposal:after",
    "process_proposal:before",
    "process_proposal:after",
    "finalize_block:before",
    "finalize_block:after",  # executed, not answered
    "commit:before",  # between FinalizeBlock and Commit
    "batch:before",
    "batch:after",  # on the disk, and nobody knows
    "commit:after",  # the tree moved too, the reply not sent
    "check_tx:before#2",  # the recheck after the commit, or what comes next
    "finalize_block:before#2",  # of the block that proves the app hash
    "commit:after#2",
)
SAMPLE = ("finalize_block:after", "commit:before", "batch:before", "batch:after", "commit:after")
FULL = tuple(point for point in POINTS if point not in SAMPLE)


def dies_and_comes_back(rig: Rig, point: str, folder: Path) -> None:
    rig.start(die=point)
    txs = [rig.signed("issuer", acts.move(number, "issuer", "user")) for number in (1, 2)]
    if not point.startswith("info"):
        rig.wait_for_height(1)
    rig.offer(*txs)
    assert rig.ended("app") == -9
    rig.ended("engine")  # an engine without its app ends by itself
    rig.comes_back(*txs, twin=folder / "twin")


@pytest.mark.parametrize("point", SAMPLE)
def test_an_app_killed_at_a_point_of_a_block_comes_back(
    rig: Rig, tmp_path: Path, point: str
) -> None:
    dies_and_comes_back(rig, point, tmp_path)


@pytest.mark.crash_full
@pytest.mark.parametrize("point", FULL)
def test_an_app_killed_at_any_other_point_comes_back(rig: Rig, tmp_path: Path, point: str) -> None:
    dies_and_comes_back(rig, point, tmp_path)


def test_the_audit_of_a_running_node_says_equal(
    rig: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    rig.start()
    rig.wait_for_height(1)
    height = rig.rest()
    assert run(["audit", "replay", "--home", str(rig.home)]) == faults.OK
    assert f"EQUAL: blocks 1 to {height - 1} lead to" in capsys.readouterr().out


@pytest.mark.parametrize("point", ["init_chain:after"])
def test_an_app_killed_inside_init_chain_begins_anew(tmp_path: Path, point: str) -> None:
    begins_anew(tmp_path, point)


@pytest.mark.crash_full
@pytest.mark.parametrize(
    "point",
    ["init_chain:before", "info:after", "finalize_block:after", "batch:before", "batch:after"],
)
def test_an_app_killed_at_another_point_of_the_first_block_begins_anew(
    tmp_path: Path, point: str
) -> None:
    begins_anew(tmp_path, point)


def begins_anew(folder: Path, point: str) -> None:
    with rig_of(new_home(folder / "net")) as rig:
        rig.start(die=point)
        assert rig.ended("app") == -9
        rig.ended("engine")
        rig.start()
        rig.wait_for_height(1)
        tx = rig.signed("operator", acts.organisation("acme"))
        rig.offer(tx)
        rig.settle(tx)
        rig.assert_like_undisturbed(folder / "twin")
