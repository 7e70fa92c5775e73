"""What a client is told of a transaction, whatever happens to it on its way."""

import asyncio

import pytest

from abci_app.core.codes import Code
from abci_app.core.signing import transaction_id
from node.gateway.backend import Admission, Full, NoQuorum, Unavailable
from node.gateway.follower import Follower
from node.gateway.submission import REMEMBERED_MAX, Submissions
from tests.node.gateway_script import EXPIRES_S, Script, made, outcome, scripted
from tonne.v1 import service_pb2 as sv

TX = made("tx")
RIVAL = made("rival")
TX_ID = transaction_id(TX)


def test_the_loser_of_a_sequence_is_told_while_it_waits() -> None:
    async def play(script: Script, submissions: Submissions, follower: Follower) -> None:
        await submissions.submit(TX)
        waiting = asyncio.ensure_future(submissions.wait(TX_ID, 10))
        script.used.add(("acc", 1))
        script.add(outcome(RIVAL))
        reply = await waiting
        assert (reply.status, reply.code_name) == (sv.REFUSED, "SEQUENCE_USED")
        assert "acc lane 0 sequence 1" in reply.detail
        assert reply.height == 0
        assert follower.height == 2

    scripted(play)


def test_the_loser_of_a_sequence_is_told_when_it_asks_later() -> None:
    async def play(script: Script, submissions: Submissions, follower: Follower) -> None:
        await submissions.submit(TX)
        assert (await submissions.find(TX_ID)).status == sv.PENDING_TX
        script.used.add(("acc", 1))
        script.add(outcome(RIVAL))
        await follower.reached(2)
        reply = await submissions.find(TX_ID)
        assert (reply.status, reply.code) == (sv.REFUSED, Code.SEQUENCE_USED)
        assert await submissions.find(TX_ID) == reply

    scripted(play)


def test_the_winner_is_never_taken_for_a_loser() -> None:
    async def play(script: Script, submissions: Submissions, follower: Follower) -> None:
        await submissions.submit(TX)
        script.add()
        await follower.reached(2)
        # The state machine is a block ahead of the table when it is asked for the sequence.
        script.used.add(("acc", 1))
        script.add(outcome(TX))
        reply = await submissions.find(TX_ID)
        assert (reply.status, reply.height) == (sv.COMMITTED, 3)

    scripted(play)


def test_an_unused_sequence_below_the_highest_still_waits() -> None:
    async def play(script: Script, submissions: Submissions, follower: Follower) -> None:
        await submissions.submit(TX)
        script.used.add(("acc", 2))
        script.add(outcome(made("other", sequence=2)))
        await follower.reached(2)
        assert (await submissions.find(TX_ID)).status == sv.PENDING_TX

    scripted(play)


def test_an_expired_transaction_is_told_so() -> None:
    async def play(script: Script, submissions: Submissions, follower: Follower) -> None:
        await submissions.submit(TX)
        waiting = asyncio.ensure_future(submissions.wait(TX_ID, 10))
        script.add(time_s=EXPIRES_S)
        reply = await waiting
        assert (reply.status, reply.code_name) == (sv.REFUSED, "TX_EXPIRED")
        assert follower.time_s == EXPIRES_S

    scripted(play)


def test_a_lane_is_asked_once_a_height_however_many_wait() -> None:
    async def play(script: Script, submissions: Submissions, follower: Follower) -> None:
        txs = [made(str(number), sequence=number) for number in range(1, 51)]
        for tx in txs:
            await submissions.submit(tx)
        script.add()
        await follower.reached(2)
        script.asked.clear()
        await asyncio.gather(*(submissions.find(transaction_id(tx)) for tx in txs))
        assert script.asked == ["/GetSequence"]

    scripted(play)


def test_bytes_that_the_engine_has_in_its_cache_are_pending() -> None:
    async def play(script: Script, submissions: Submissions, _: Follower) -> None:
        script.admissions = [Admission(Code.OK, known=True)]
        assert (await submissions.submit(TX)).status == sv.PENDING_TX

    scripted(play)


@pytest.mark.parametrize(
    "admission",
    [
        Admission(Code.OK, known=True),
        Admission(Code.SEQUENCE_USED, "lane 0"),
        Admission(Code.SEQUENCE_TOO_OLD),
        Admission(Code.TX_EXPIRED),
        Admission(Code.ALREADY_COMMITTED),
    ],
)
def test_sent_again_before_the_table_has_its_block_it_is_committed(admission: Admission) -> None:
    async def play(script: Script, submissions: Submissions, _: Follower) -> None:
        script.add(outcome(TX))
        script.admissions = [admission]
        reply = await submissions.submit(TX)
        assert (reply.status, reply.height) == (sv.COMMITTED, 2)

    scripted(play)


def test_a_sequence_used_by_another_is_refused_at_the_door() -> None:
    async def play(script: Script, submissions: Submissions, _: Follower) -> None:
        script.admissions = [Admission(Code.SEQUENCE_USED, "lane 0")]
        reply = await submissions.submit(TX)
        assert (reply.status, reply.code_name) == (sv.REFUSED, "SEQUENCE_USED")
        assert (await submissions.find(TX_ID)).status == sv.UNKNOWN

    scripted(play)


def test_an_id_from_another_gateway_is_found_as_soon_as_it_is_committed() -> None:
    async def play(script: Script, submissions: Submissions, _: Follower) -> None:
        script.add(outcome(TX))
        assert (await submissions.find(TX_ID)).status == sv.COMMITTED
        script.away = True
        assert (await submissions.find(TX_ID)).status == sv.COMMITTED
        with pytest.raises(Unavailable):
            await submissions.find(transaction_id(RIVAL))

    scripted(play)


def test_what_waits_here_already_is_pending_and_not_refused() -> None:
    async def play(script: Script, submissions: Submissions, _: Follower) -> None:
        script.admissions = [Admission(Code.OK), Admission(Code.ALREADY_PENDING)]
        await submissions.submit(TX)
        assert (await submissions.submit(TX)).status == sv.PENDING_TX
        script.admissions = [Admission(Code.ALREADY_PENDING)]
        assert (await submissions.submit(RIVAL)).status == sv.REFUSED

    scripted(play)


def test_a_full_mempool_leaves_no_trace() -> None:
    async def play(script: Script, submissions: Submissions, _: Follower) -> None:
        script.admissions = [Full("the node's mempool is full")]
        with pytest.raises(Full):
            await submissions.submit(TX)
        assert (await submissions.find(TX_ID)).status == sv.UNKNOWN

    scripted(play)


@pytest.mark.parametrize(("sent", "status"), [(True, sv.PENDING_TX), (False, sv.UNKNOWN)])
def test_a_broken_connection_leaves_open_what_may_have_arrived(sent: bool, status: int) -> None:
    async def play(script: Script, submissions: Submissions, _: Follower) -> None:
        script.admissions = [Unavailable("gone", sent=sent)]
        with pytest.raises(Unavailable):
            await submissions.submit(TX)
        assert (await submissions.find(TX_ID)).status == status

    scripted(play)


def test_a_result_of_the_envelope_family_is_not_the_last_word() -> None:
    async def play(script: Script, submissions: Submissions, follower: Follower) -> None:
        script.add(outcome(TX, Code.SIGNER_INACTIVE))
        await follower.reached(2)
        reply = await submissions.find(TX_ID)
        assert (reply.status, reply.height) == (sv.REFUSED, 2)
        assert (await submissions.submit(TX)).status == sv.PENDING_TX
        assert script.submitted == [TX]
        script.add(outcome(TX))
        await follower.reached(3)
        reply = await submissions.find(TX_ID)
        assert (reply.status, reply.height) == (sv.COMMITTED, 3)

    scripted(play)


def test_a_refusal_with_its_sequence_spent_is_final() -> None:
    async def play(script: Script, submissions: Submissions, follower: Follower) -> None:
        script.add(outcome(TX, Code.INSUFFICIENT))
        await follower.reached(2)
        reply = await submissions.submit(TX)
        assert (reply.status, reply.code_name) == (sv.REFUSED, "INSUFFICIENT")
        assert script.submitted == []

    scripted(play)


def test_a_node_that_goes_away_is_waited_for() -> None:
    async def play(script: Script, submissions: Submissions, _: Follower) -> None:
        await submissions.submit(TX)
        waiting = asyncio.ensure_future(submissions.wait(TX_ID, 10))
        script.add()
        script.away = True
        asyncio.get_running_loop().call_later(1.2, setattr, script, "away", False)
        script.add(outcome(TX))
        assert (await waiting).status == sv.COMMITTED

    scripted(play)


def test_memory_of_what_was_sent_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert REMEMBERED_MAX >= 20_000  # at least what a mempool holds
    monkeypatch.setattr("node.gateway.submission.REMEMBERED_MAX", 3)

    async def play(_: Script, submissions: Submissions, __: Follower) -> None:
        ids = []
        for number in range(1, 6):
            tx = made("m", sequence=number)
            ids.append(transaction_id(tx))
            await submissions.submit(tx)
        found = [(await submissions.find(tx_id)).status for tx_id in ids]
        assert found == [sv.UNKNOWN] * 2 + [sv.PENDING_TX] * 3

    scripted(play)


def test_while_the_chain_stands_still_nothing_is_handed_in_and_the_reason_is_told() -> None:
    async def play(script: Script, submissions: Submissions, _: Follower) -> None:
        script.stands = "no quorum: for 20 s"
        with pytest.raises(NoQuorum, match="no quorum") as caught:
            await submissions.submit(TX)
        assert not caught.value.sent
        assert script.submitted == []
        script.stands = ""
        assert (await submissions.submit(TX)).status == sv.PENDING_TX

    scripted(play)


def test_what_waits_when_the_chain_comes_to_stand_is_told_so_until_it_goes_on() -> None:
    async def play(script: Script, submissions: Submissions, _: Follower) -> None:
        await submissions.submit(TX)
        script.stands = "no quorum: for 20 s"
        for ask in (submissions.wait(TX_ID, 0.01), submissions.submit(TX)):
            with pytest.raises(NoQuorum) as caught:
                await ask
            assert caught.value.sent
        script.stands = ""
        script.add(outcome(TX))
        assert (await submissions.wait(TX_ID, 10)).status == sv.COMMITTED

    scripted(play)


def test_who_waits_is_told_long_before_his_own_time_is_up() -> None:
    async def play(script: Script, submissions: Submissions, _: Follower) -> None:
        await submissions.submit(TX)
        script.stands = "no quorum: for 20 s"
        waiting = asyncio.ensure_future(submissions.wait(TX_ID, 3_600))
        with pytest.raises(NoQuorum):
            await asyncio.wait_for(waiting, 60)

    scripted(play)


def test_what_a_block_has_is_answered_though_the_chain_stands_still() -> None:
    async def play(script: Script, submissions: Submissions, follower: Follower) -> None:
        script.add(outcome(TX))
        await follower.reached(2)
        script.stands = "no quorum: for 20 s"
        assert (await submissions.submit(TX)).status == sv.COMMITTED

    scripted(play)
