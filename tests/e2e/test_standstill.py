"""A node that cannot go on with the others: how it shows, and that only this node stops."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from node import stall
from node.testnet import children, wait_until
from tests import acts
from tests.e2e.diverging_app import DIVERGE_FILE
from tests.e2e.live import Network, network

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with network(tmp_path_factory.mktemp("s")) as running:
        yield running


def app_of(live: Network, index: int) -> int:
    """Return the process id of a node's app."""
    pids = children(live.net.supervisors[index].pid)
    return next(p for p in pids if b"serve" in Path(f"/proc/{p}/cmdline").read_bytes())


def view(live: Network, index: int) -> stall.View:
    found = stall.look(live.net.rpc(index))
    assert found is not None
    return found


def test_engine_tells_its_own_height_and_those_of_its_peers(live: Network) -> None:
    done = live.ok("operator", acts.organisation("org-1"))
    live.net.wait_for_height(done.height)
    wait_until(lambda: stall.most_have(view(live, 3).peers or ()) >= done.height, "its peers")
    assert view(live, 3).own >= done.height


def test_app_that_hangs_silences_its_consensus_and_catches_up_when_it_wakes(live: Network) -> None:
    app = app_of(live, 3)
    os.kill(app, signal.SIGSTOP)
    try:
        done = live.ok("operator", acts.organisation("org-2"))
        wait_until(lambda: view(live, 3).peers is None, "consensus does not answer")
        assert view(live, 3).own < done.height
    finally:
        os.kill(app, signal.SIGCONT)
    live.net.wait_for_height(done.height, 3)
    live.assert_agreement()


def test_node_with_another_app_hash_stops_alone_and_says_consensus_failure(live: Network) -> None:
    live.net.stop(3)
    live.net.app_modules[3] = "diverging_app"
    live.net.start(3)
    live.net.wait_for_height(max(live.heights()), 3)
    (live.net.home(3) / "data" / DIVERGE_FILE).touch()
    supervisor = live.net.supervisors[3]
    live.ok("operator", acts.organisation("org-3"))
    wait_until(lambda: supervisor.poll() is not None, "the node stops")
    assert supervisor.returncode == 1
    assert "CONSENSUS FAILURE" in live.net.words(3)
    assert "wrong Block.Header.AppHash" in live.net.words(3)
    done = live.ok("operator", acts.organisation("org-4"))
    live.net.wait_for_height(done.height, 0, 1, 2)
