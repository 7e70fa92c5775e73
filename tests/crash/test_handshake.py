"""Every row of the engine's handshake: where app, block store and state stand when they meet.

The engine compares three heights: the app's, its block store's and its own state's. The store is
level with the state, or one ahead; the app may be anywhere. Levels in these tests are heights of
one chain; an app of an earlier height is made by replaying its blocks.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import acts
from tests.crash.rig import ROOT, Rig, copy_of, rig_of

pytestmark = pytest.mark.e2e

# How far the app is behind the block store; None: it has no state at all.
BEHIND = (0, 1, 2, 5, None)
SAMPLE = (1, None)


def app_at(rig: Rig, height: int | None, folder: Path) -> None:
    """Put an app's state of a height into a home that is stopped."""
    state = rig.home / "data" / "tonne"
    shutil.rmtree(state)
    if height is not None:
        shutil.copytree(folder / f"at-{height}", state)


@pytest.fixture(scope="module")
def states(seed: Rig, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the states of the chain's last heights, by replay."""
    folder = tmp_path_factory.mktemp("states")
    with rig_of(copy_of(seed.home, folder)) as rig:
        rig.start()
        rig.wait_for_height(1)
        top = rig.rest()
        for height in range(top - 8, top):
            rig.twin(folder / f"at-{height}", height)
    return folder


def goes_on(rig: Rig, folder: Path) -> None:
    rig.start()
    rig.wait_for_height(1)
    rig.move(4)
    rig.assert_like_undisturbed(folder / "twin")


def engine_height(rig: Rig) -> int:
    """Start a home as it is, and return the height at which it rests."""
    rig.start()
    rig.wait_for_height(1)
    height = rig.rest()
    rig.stop()
    return height


@pytest.mark.parametrize(
    "behind",
    [
        pytest.param(row, marks=() if row in SAMPLE else pytest.mark.crash_full, id=str(row))
        for row in BEHIND
    ],
)
def test_an_app_behind_a_store_that_is_level_with_its_state(
    rig: Rig, states: Path, tmp_path: Path, behind: int | None
) -> None:
    top = engine_height(rig)
    if behind != 0:
        app_at(rig, None if behind is None else top - behind, states)
    goes_on(rig, tmp_path)
    replayed = rig.words("engine").count("replay")
    assert replayed or behind == 0
    assert f"appHeight={0 if behind is None else top - behind}" in rig.words("engine")


@pytest.mark.parametrize(
    ("behind", "said"),
    [
        pytest.param(0, "Replay last block using mock app", marks=pytest.mark.crash_full),
        (1, "Replay last block using real app"),
        pytest.param(2, "Applying block", marks=pytest.mark.crash_full),
        pytest.param(5, "Applying block", marks=pytest.mark.crash_full),
        pytest.param(None, "Applying block", marks=pytest.mark.crash_full),
    ],
)
def test_an_app_behind_a_store_that_is_one_ahead_of_its_state(
    rig: Rig, states: Path, tmp_path: Path, behind: int | None, said: str
) -> None:
    top = engine_height(rig)
    # The app dies in the block's execution, or when the block is on disk and the engine not told.
    rig.start(die="commit:after" if behind == 0 else "finalize_block:before")
    rig.wait_for_height(1)
    tx = rig.signed("issuer", acts.move(1, "issuer", "user"))
    rig.offer(tx)
    assert rig.ended("app") == -9
    rig.ended("engine")
    if behind not in {0, 1}:
        app_at(rig, None if behind is None else top + 1 - behind, states)
    goes_on(rig, tmp_path)
    words = rig.words("engine")
    app = 0 if behind is None else top + 1 - behind
    assert f"appHeight={app} storeHeight={top + 1} stateHeight={top}" in words
    assert said in words


@pytest.mark.crash_full
def test_an_app_ahead_of_its_engine_is_told_clearly_and_changes_nothing(
    rig: Rig, seed: Rig, tmp_path: Path
) -> None:
    older = copy_of(seed.home, tmp_path / "older")
    rig.start()
    rig.wait_for_height(1)
    rig.move(1)
    top = rig.rest()
    rig.stop()
    for name in ("blockstore.db", "state.db", "cs.wal", "evidence.db"):
        shutil.rmtree(rig.home / "data" / name)
        shutil.copytree(older / "data" / name, rig.home / "data" / name)
    stopped(rig, f"app block height ({top}) is higher than core", "move data/tonne away")
    # The remedy: the state goes away, and the app follows the blocks that the engine has.
    shutil.rmtree(rig.home / "data" / "tonne")
    rig.start()
    rig.wait_for_height(1)
    assert rig.rest() < top


def stopped(rig: Rig, *texts: str) -> None:
    """See that a supervised node stops at once, with these texts."""
    command = [sys.executable, "-m", "node.supervisor", "--home", str(rig.home)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=120
    )
    assert done.returncode == 1
    for text in ("STOPPED", *texts):
        assert text in done.stderr, done.stderr
    assert done.stderr.count("starting it again") == 0, done.stderr


def test_an_app_with_a_fresh_engine_is_told_clearly(rig: Rig) -> None:
    for name in ("blockstore.db", "state.db", "cs.wal", "evidence.db"):
        shutil.rmtree(rig.home / "data" / name)
    stopped(rig, "state.AppHash does not match AppHash", "move data/tonne away")
