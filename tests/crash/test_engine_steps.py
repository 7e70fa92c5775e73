"""The engine ends itself at each step of its commit, alone or together with the app."""

from pathlib import Path

import pytest

from tests import acts
from tests.crash.rig import Rig

pytestmark = pytest.mark.e2e

# The engine counts its points of failure: in a block of one validator, four where its own messages
# are in the journal, five around the block store and the journal's end, four around FinalizeBlock,
# Commit and the engine's state.
POINTS_OF_A_BLOCK = 13
SAMPLE = (5, 8, 10)
FULL = tuple(index for index in range(2 * POINTS_OF_A_BLOCK) if index not in SAMPLE)
LIMIT = 3 * POINTS_OF_A_BLOCK


def ends_and_comes_back(rig: Rig, index: int, folder: Path) -> None:
    """End the engine at a point of the two blocks that a transaction makes, and go on."""
    rig.start(fail_index=index)
    rig.wait_for_height(1)
    txs = [rig.signed("issuer", acts.move(number, "issuer", "user")) for number in (1, 2)]
    rig.offer(*txs)
    assert rig.ended("engine") == 1
    assert f"*** fail-test {index} ***" in rig.words("engine")
    rig.kill("app")
    rig.comes_back(*txs, twin=folder / "twin")


@pytest.mark.parametrize("index", SAMPLE)
def test_an_engine_that_ends_at_a_step_comes_back(rig: Rig, tmp_path: Path, index: int) -> None:
    ends_and_comes_back(rig, index, tmp_path)


@pytest.mark.crash_full
@pytest.mark.parametrize("index", FULL)
def test_an_engine_that_ends_at_any_other_step_comes_back(
    rig: Rig, tmp_path: Path, index: int
) -> None:
    ends_and_comes_back(rig, index, tmp_path)


@pytest.mark.crash_full
def test_no_step_of_a_block_was_left_out(rig: Rig) -> None:
    """A block and the one that proves its app hash have as many points as the tests above take."""
    rig.start(fail_index=2 * POINTS_OF_A_BLOCK)
    rig.wait_for_height(1)
    top = rig.rest()
    rig.offer(rig.signed("issuer", acts.move(1, "issuer", "user")))
    rig.wait_for_height(top + 2)
    assert rig.rest() == top + 2  # both blocks, and the point did not come
    rig.offer(rig.signed("issuer", acts.move(1, "issuer", "user")))
    assert rig.ended("engine") == 1  # it is the first of the next block
    assert rig.height() == -1


# The app ends at a point of a block, the engine is killed with it; at the next start the engine
# ends at a step of repeating the block, at the one after that the app at another point.
BOTH = (
    ("commit:before", 0, "finalize_block:after"),
    ("finalize_block:after", 1, "batch:after"),
    ("batch:before", 2, "batch:before"),
    ("batch:after", 3, "info:after"),
    ("commit:after", 2, "commit:after"),
)


@pytest.mark.parametrize(
    ("first", "index", "second"),
    [
        pytest.param(*row, marks=() if at == 0 else pytest.mark.crash_full)
        for at, row in enumerate(BOTH)
    ],
)
def test_engine_and_app_end_together_and_again_at_the_next_starts(
    rig: Rig, tmp_path: Path, first: str, index: int, second: str
) -> None:
    rig.start(die=first)
    rig.wait_for_height(1)
    txs = [rig.signed("issuer", acts.move(number, "issuer", "user")) for number in (1, 2)]
    rig.offer(*txs)
    assert rig.ended("app") == -9
    rig.kill("engine")
    rig.start(fail_index=index)
    rig.offer_when_up(*txs)
    assert rig.ended("engine") == 1
    rig.kill("app")
    rig.start(die=second)
    rig.offer_when_up(*txs)
    assert rig.ended("app") == -9
    rig.kill("engine")
    rig.comes_back(*txs, twin=tmp_path / "twin")
