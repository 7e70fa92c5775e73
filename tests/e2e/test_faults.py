"""Bugs and broken disks on a real network: contained, parked, or the end of one node only."""

from collections.abc import Iterator

import pytest

from abci_app.core.codes import Code
from node.testnet import wait_until
from tests import acts
from tests.e2e.faulty_app import BREAK_FILE, BUG_HASH, BUG_MEMO
from tests.e2e.live import Network, network
from tests.harness import IPCI, edited
from tonne.v1 import service_pb2 as sv
from tonne.v1 import tx_pb2 as t
from tonne.v1.state_pb2 import PROPOSAL_PENDING

pytestmark = pytest.mark.e2e
TERM_S = 5


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    program = edited(IPCI, ("proposal_expires_s = 2_592_000", f"proposal_expires_s = {TERM_S}"))
    with network(tmp_path_factory.mktemp("f"), faulty=True, program=program) as running:
        running.set_up()
        yield running


def test_a_handler_that_raises_is_contained_on_every_node(live: Network) -> None:
    bug = acts.anchor("CONCLUSION", (t.ACTIVITY, "A1"), hash=BUG_HASH)
    result = live.send("issuer", bug)
    assert (result.status, result.code) == (sv.REFUSED, Code.INTERNAL)
    after = live.ok("issuer", acts.move(1, "issuer", "user"))
    assert after.height > result.height
    again = live.client(0).transaction(result.tx_id)
    assert again.code == Code.INTERNAL
    live.assert_agreement()
    idle = max(live.heights())
    wait_until(lambda: live.net.height(0) > idle, "the heartbeat of an idle chain")
    assert live.net.height(0) <= idle + 2


def test_a_duty_that_raises_is_parked_and_the_queue_goes_on(live: Network) -> None:
    parked = live.send("auditor", acts.monitoring("S8"), memo=BUG_MEMO)
    expires = live.send("auditor", acts.monitoring("S9"))
    assert parked.proposal
    assert expires.proposal

    def state(number: int) -> int:
        reply = live.client(0).read("GetProposal", sv.GetProposalRequest(id=number))
        assert isinstance(reply, sv.ProposalReply)
        return reply.proposal.state

    wait_until(lambda: state(expires.proposal) != PROPOSAL_PENDING, "the other proposal expires")
    assert state(parked.proposal) == PROPOSAL_PENDING
    assert live.client(0).status().stuck_duties == 1
    live.ok("issuer", acts.move(1, "issuer", "user"))
    live.assert_agreement()


def test_a_storage_error_stops_that_node_only(live: Network) -> None:
    mark = live.net.home(3) / "data" / BREAK_FILE
    mark.touch()
    live.ok("issuer", acts.move(1, "issuer", "user"))
    supervisor = live.net.supervisors[3]
    wait_until(lambda: supervisor.poll() is not None, "the broken node stops")
    assert supervisor.returncode == 1
    assert "replace the disk" in live.net.words(3)
    live.ok("issuer", acts.move(1, "issuer", "user"))
    mark.unlink()
    live.net.start(3)
    live.net.wait_for_height(max(live.net.height(index) for index in range(3)), 3)
    live.assert_agreement()
