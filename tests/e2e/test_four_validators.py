"""Four real validators: they agree, idle, survive kills, and go on after a full stop."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.testnet import wait_until
from tests import acts
from tests.e2e.live import Network, network
from tonne.v1 import service_pb2 as sv

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with network(tmp_path_factory.mktemp("n")) as running:
        running.set_up()
        yield running


def test_every_validator_answers_the_same(live: Network) -> None:
    live.ok("issuer", acts.move(25_000, "issuer", "user"))
    done = live.ok("user", acts.retire(1_000, "user"))
    live.net.wait_for_height(done.height)
    request = sv.GetRetirementRequest(id=1)
    replies: list[sv.RetirementReply] = []
    for index in range(4):
        live.client(index).wait(done.tx_id)
        reply = live.client(index).read("GetRetirement", request)
        assert isinstance(reply, sv.RetirementReply)
        replies.append(reply)
    assert [reply.retirement.quantity_t for reply in replies] == [1_000] * 4
    assert len({reply.retirement.SerializeToString() for reply in replies}) == 1
    live.assert_agreement()


def test_an_idle_chain_makes_only_its_heartbeat(live: Network) -> None:
    start = live.assert_agreement()
    wait_until(lambda: live.net.height(0) > start, "the heartbeat")
    first = live.net.height(0)
    wait_until(lambda: live.net.height(0) > first, "the next heartbeat")
    assert live.net.height(0) == first + 1  # ten seconds lie between two blocks of an idle chain
    assert live.net.app_hash(0, first) == live.net.app_hash(0, live.net.height(0))


def test_a_node_killed_under_load_comes_back_in_step(live: Network) -> None:
    for number in range(12):
        if number == 4:
            live.net.kill(3)
        live.ok("issuer", acts.move(1, "issuer", "user"))
    live.net.start(3)
    live.net.wait_for_height(max(live.heights()), 3)
    live.ok("issuer", acts.move(1, "issuer", "user"))
    live.assert_agreement()


def test_an_app_killed_alone_is_brought_back_by_its_supervisor(live: Network) -> None:
    live.net.kill_app(2)
    live.ok("issuer", acts.move(1, "issuer", "user"))
    live.net.wait_for_height(max(live.heights()), 2)
    live.ok("issuer", acts.move(1, "issuer", "user"))
    live.assert_agreement()
    assert "app ended" in live.net.words(2)


def test_all_four_stopped_and_started_go_on(live: Network) -> None:
    before = live.assert_agreement()
    live.net.stop()
    live.net.start()
    live.net.wait_for_height(before)
    done = live.ok("issuer", acts.move(1, "issuer", "user"))
    assert done.height > before
    live.assert_agreement()


def test_the_whole_state_is_sound_in_the_end(live: Network) -> None:
    live.assert_agreement()
    live.net.stop(3)
    assert doctor(live.net.home(3)) == 0
    live.net.start(3)
    live.net.wait_for_height(max(live.heights()), 3)


def doctor(home: Path) -> int:
    """Run the doctor on a stopped node; return its exit code."""
    command = [sys.executable, "-m", "abci_app", "doctor", "--home", str(home)]
    return subprocess.run(command, check=False).returncode
