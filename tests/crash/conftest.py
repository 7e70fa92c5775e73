"""A chain with units, made once, at rest: what every case begins from, as a copy of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.rig import Rig, copy_of, new_home, rig_of


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """Make a chain of one validator up to issued units, and stop it."""
    folder = tmp_path_factory.mktemp("seed")
    with rig_of(new_home(folder)) as rig:
        rig.start()
        rig.wait_for_height(1)
        rig.set_up()
        rig.rest()
        rig.stop()
        yield rig
    shutil.rmtree(folder)


@pytest.fixture
def rig(seed: Rig, tmp_path: Path) -> Iterator[Rig]:
    """Give a copy of the chain, stopped, that goes on with the sequences of its people."""
    with rig_of(copy_of(seed.home, tmp_path)) as made:
        made.sequences = dict(seed.sequences)
        yield made
