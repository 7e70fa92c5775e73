"""A gateway killed during SubmitStream: the client resumes, nothing is doubled or lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from node.home import read_settings
from node.sdk.client import Client
from tests import acts
from tests.crash.rig import Rig
from tonne.v1 import service_pb2 as sv

pytestmark = pytest.mark.e2e
COUNT = 60  # within the window of a lane and the limit of what may wait
PATIENCE_S = 60.0


@pytest.mark.parametrize(
    ("wait", "answered", "together"),
    [
        (True, 12, False),
        pytest.param(True, 1, False, marks=pytest.mark.crash_full),
        pytest.param(False, 20, False, marks=pytest.mark.crash_full),
        pytest.param(True, 15, True, marks=pytest.mark.crash_full),
    ],
)
def test_a_stream_is_resumed_and_every_transaction_counts_once(
    rig: Rig, tmp_path: Path, wait: bool, answered: int, together: bool
) -> None:
    """`together`: app and engine are killed with the gateway."""
    rig.start()
    rig.wait_for_height(1)
    rig.start_gateway()
    txs: list[bytes] = []

    def signed() -> Iterator[bytes]:
        for _ in range(COUNT):
            txs.append(rig.signed("issuer", acts.move(1, "issuer", "user")))
            yield txs[-1]

    with Client(read_settings(rig.home).grpc_address, timeout_s=PATIENCE_S) as client:
        stream = client.submit_stream(signed(), wait=wait)
        replies = [next(stream) for _ in range(answered)]
        rig.kill(*(("gateway", "engine", "app") if together else ("gateway",)))
        if together:
            rig.start()
        rig.start_gateway()
        replies += stream
    numbers = sorted(reply.request_id for reply in replies)
    assert numbers == list(range(COUNT)), "each is answered once"
    refused = [row.transaction for row in replies if row.transaction.status == sv.REFUSED]
    assert refused == []
    if wait:
        assert all(reply.transaction.status == sv.COMMITTED for reply in replies)
    elif not together:
        rig.settle(*txs)
    chain = rig.chain()
    assert [chain.count(tx) for tx in txs] == [1] * COUNT
    assert rig.code(*txs) == [0] * COUNT
    rig.assert_like_undisturbed(tmp_path / "twin")
