"""Sequences and floods on a real network: who loses is told, and nobody is kept out."""

import random
from collections.abc import Iterator

import pytest

from abci_app.core.codes import Code
from tests import acts
from tests.e2e.live import Network, network
from tonne.v1 import service_pb2 as sv

pytestmark = pytest.mark.e2e
FLOOD = 20_000


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with network(tmp_path_factory.mktemp("c")) as running:
        running.set_up()
        running.ok("issuer", acts.move(10_000, "issuer", "user"))
        yield running


def test_of_two_transactions_with_one_sequence_one_commits_and_the_other_is_told(
    live: Network,
) -> None:
    one = live.signed("user", 3, 1, acts.retire(1, "user"))
    other = live.signed("user", 3, 1, acts.retire(2, "user"))
    live.client(0).submit(one, wait=False)
    lost = live.client(1).submit(other, wait=False)
    won = live.client(0).submit(one)
    lost = live.client(1).submit(other)
    outcomes = sorted([won.status, lost.status])
    assert outcomes == [sv.REFUSED, sv.COMMITTED]
    loser = won if won.status == sv.REFUSED else lost
    assert loser.code in (Code.SEQUENCE_USED, Code.ALREADY_PENDING)
    assert loser.next


def test_sending_a_committed_transaction_again_answers_committed(live: Network) -> None:
    tx = live.signed("user", 4, 1, acts.retire(1, "user"))
    first = live.client(0).submit(tx)
    again = [live.client(index).submit(tx) for index in range(4)]
    assert first.status == sv.COMMITTED
    assert {reply.height for reply in again} == {first.height}
    assert {reply.status for reply in again} == {sv.COMMITTED}


def test_sixty_four_sequences_in_any_order_commit_and_the_next_is_refused(live: Network) -> None:
    order = list(range(1, 65))
    random.Random(7).shuffle(order)
    txs = [live.signed("issuer", 5, number, acts.move(1, "issuer", "user")) for number in order]
    beyond = live.signed("issuer", 5, 65 + 64, acts.move(1, "issuer", "user"))
    early = live.client(0).submit(live.signed("issuer", 5, 65, acts.move(1, "issuer", "user")))
    assert early.code == Code.SEQUENCE_TOO_FAR
    replies = list(live.client(0).submit_stream(txs, wait=True))
    assert {reply.transaction.status for reply in replies} == {sv.COMMITTED}
    assert live.client(0).submit(beyond).code == Code.SEQUENCE_TOO_FAR


def test_a_flood_of_one_account_does_not_keep_another_out(live: Network) -> None:
    flood = [
        live.signed("issuer", 6 + number % 10, 1 + number // 10, acts.move(1, "issuer", "user"))
        for number in range(FLOOD)
    ]
    stream = live.client(0).submit_stream(flood, wait=False)
    answers = [next(stream) for _ in range(200)]  # the flood is under way
    before = max(live.heights())
    done = live.send("user", acts.retire(1, "user"), node=1)
    assert done.status == sv.COMMITTED
    assert done.height <= before + 3
    answers += stream
    assert len(answers) == FLOOD
    refused = [row for row in answers if row.transaction.status == sv.REFUSED]
    assert refused, "a flood is bounded"
    live.assert_agreement()
