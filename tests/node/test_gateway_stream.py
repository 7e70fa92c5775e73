"""SubmitStream: many in flight, one answer each, and one bad item harms no other."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import grpc
import pytest

from abci_app.core.codes import Code
from abci_app.core.signing import transaction_id
from node.gateway import transactions
from node.gateway.backend import Admission, Full, Unavailable
from node.gateway.server import gateway
from tests.node.gateway_script import Script, made, outcome
from tests.node.gateway_world import (
    COORDINATOR,
    OPERATOR,
    World,
    open_organisation,
    signed,
    stub_of,
    with_gateway,
)
from tonne.v1 import service_pb2 as sv


async def play_items(stub: Any, items: Sequence[sv.StreamRequest]) -> dict[int, Any]:
    call = stub.SubmitStream(iter(items), timeout=30)
    replies: dict[int, Any] = {}
    async for reply in call:
        assert reply.request_id not in replies, "one answer each"
        replies[reply.request_id] = reply.transaction
    return replies


def against(script: Script, items: Sequence[sv.StreamRequest]) -> dict[int, Any]:
    """Stream to a gateway over a script and return the answers."""

    async def run() -> dict[int, Any]:
        script.add()
        async with gateway(script, None, "127.0.0.1:0") as running:
            await running.follower.reached(1)
            async with grpc.aio.insecure_channel(running.address) as channel:
                return await play_items(stub_of(channel), items)

    return asyncio.run(run())


def test_a_thousand_items_are_answered_and_committed() -> None:
    async def play(world: World) -> None:
        lanes = [(account, lane) for account in (OPERATOR, COORDINATOR) for lane in range(16)]
        items = []
        for number in range(1_000):
            account, lane = lanes[number % len(lanes)]
            sequence = number // len(lanes) + 1
            name = f"org-{number}"
            tx = signed(open_organisation(name), sequence, account=account, lane=lane)
            items.append(sv.StreamRequest(request_id=number + 1, tx=tx, wait=True))
        pending = dict.fromkeys(range(1, 1_001))
        done: dict[int, Any] = {}
        # A node lets 64 of an account wait at once: the others are sent again, as a client does.
        while pending:
            batch = [items[number - 1] for number in pending]
            for number, reply in (await play_items(world.stub, batch)).items():
                if reply.code != Code.PENDING_LIMIT:
                    done[number] = reply
                    del pending[number]
        assert len(done) == 1_000
        by_operator = [done[number + 1] for number in range(1_000) if number % 32 < 16]
        assert {reply.status for reply in by_operator} == {sv.COMMITTED}
        others = [reply for number, reply in done.items() if (number - 1) % 32 >= 16]
        assert {(reply.status, reply.code_name) for reply in others} == {
            (sv.REFUSED, "ROLE_MISSING")
        }
        assert all(reply.height for reply in done.values())

    with_gateway(play)


def test_answers_come_as_they_are_ready() -> None:
    async def play(world: World) -> None:
        call = world.stub.SubmitStream(timeout=10)
        slow = signed(open_organisation("slow"), 1)
        await call.write(sv.StreamRequest(request_id=1, tx=slow, wait=True))
        await call.write(sv.StreamRequest(request_id=2, tx=b"garbage", wait=True))
        assert (await call.read()).request_id == 2
        world.driver.make_block()
        reply = await call.read()
        assert (reply.request_id, reply.transaction.status) == (1, sv.COMMITTED)
        await call.done_writing()
        assert await call.read() is grpc.aio.EOF

    with_gateway(play, block_s=None)


def test_a_malformed_item_is_refused_and_the_stream_goes_on() -> None:
    async def frames() -> AsyncIterator[bytes]:
        yield b"\xff\xff"
        tx = signed(open_organisation("green"), 1)
        yield sv.StreamRequest(request_id=7, tx=tx).SerializeToString()

    async def play(world: World) -> None:
        call = world.channel.stream_stream("/tonne.v1.Registry/SubmitStream")(frames(), timeout=5)
        replies = [sv.StreamReply.FromString(raw) async for raw in call]
        found = {reply.request_id: reply.transaction for reply in replies}
        assert (found[0].status, found[0].code_name) == (sv.REFUSED, "TX_MALFORMED")
        assert found[7].status == sv.PENDING_TX

    with_gateway(play)


def test_an_empty_stream_ends() -> None:
    assert against(Script(), []) == {}


def test_a_full_mempool_holds_the_item_until_there_is_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transactions, "FULL_PAUSE_S", 0.01)
    script = Script()
    script.admissions = [Full("full"), Full("full"), Admission(Code.OK)]
    replies = against(script, [sv.StreamRequest(request_id=1, tx=made("tx"))])
    assert replies[1].status == sv.PENDING_TX
    assert len(script.submitted) == 3


def test_a_mempool_that_stays_full_refuses_the_item(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "FULL_PAUSE_S", 0.001)
    script = Script()
    script.admissions = [Full("the node's mempool is full")] * transactions.FULL_TRIES
    replies = against(script, [sv.StreamRequest(request_id=1, tx=made("tx"))])
    assert (replies[1].status, replies[1].code_name) == (sv.REFUSED, "PENDING_LIMIT")


def test_an_engine_that_goes_away_leaves_items_unknown_and_the_stream_alive() -> None:
    script = Script()
    script.admissions = [Unavailable("no engine: is the node running?", sent=True)]
    items = [sv.StreamRequest(request_id=number, tx=made(str(number))) for number in (1, 2)]
    replies = against(script, items)
    assert (replies[1].status, replies[2].status) == (sv.UNKNOWN, sv.PENDING_TX)
    assert "is the node running" in replies[1].detail
    assert replies[1].tx_id == transaction_id(made("1"))


def test_reading_stops_while_the_window_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "WAITING_MAX", 10)
    script = Script()

    async def run() -> None:
        script.add()
        async with gateway(script, None, "127.0.0.1:0") as running:
            await running.follower.reached(1)
            async with grpc.aio.insecure_channel(running.address) as channel:
                call = stub_of(channel).SubmitStream(timeout=10)
                txs = [made("m", sequence=number) for number in range(1, 31)]
                for number, tx in enumerate(txs):
                    await call.write(sv.StreamRequest(request_id=number, tx=tx, wait=True))
                await call.done_writing()
                answered = 0
                while answered < 30:
                    await script.handed_in(min(30, answered + 10))
                    assert len(script.submitted) == min(30, answered + 10)
                    script.add(*(outcome(tx) for tx in script.submitted[answered:]))
                    for _ in range(len(script.submitted) - answered):
                        assert (await call.read()).transaction.status == sv.COMMITTED
                        answered += 1

    asyncio.run(run())


def test_a_client_that_leaves_takes_nothing_with_it() -> None:
    async def play(world: World) -> None:
        call = world.stub.SubmitStream(timeout=10)
        tx = signed(open_organisation("green"), 1)
        await call.write(sv.StreamRequest(request_id=1, tx=tx, wait=True))
        await call.write(sv.StreamRequest(request_id=2, tx=b"garbage"))
        assert (await call.read()).request_id == 2
        assert world.driver.waiting == 1
        call.cancel()
        world.driver.make_block()
        request = sv.GetTransactionRequest(tx_id=transaction_id(tx))
        reply = await world.stub.WaitTransaction(request, timeout=5)
        assert reply.status == sv.COMMITTED

    with_gateway(play, block_s=None)
