"""The engine's answers are read, and its failures told in words that help."""

import asyncio
import base64
import json
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from abci_app.core.codes import Code
from node.engine_rpc import Checked, EngineRefused, EngineRPC, EngineUnreachable
from node.gateway.backend import Admission, Full, Unavailable
from node.gateway.engine_backend import BATCH, EngineBackend
from tests.node.rpc_server import Answer, RpcError, RpcServer, rpc_server
from tonne.v1 import events_pb2 as ev

Play = Callable[[RpcServer, EngineRPC], Awaitable[None]]
EVENT = ev.Event(organisation_put=ev.OrganisationPut(id="green")).SerializeToString()


def engine(answer: Answer, play: Play, *, raw: bytes | None = None, timeout_s: float = 5) -> None:
    async def run() -> None:
        async with (
            rpc_server(answer, raw) as server,
            EngineRPC(server.address, timeout_s=timeout_s) as rpc,
        ):
            await play(server, rpc)

    asyncio.run(run())


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def block_answer(method: str, params: dict[str, Any]) -> Any:
    height = params["height"]
    if height == "9":
        raise RpcError("height 9 must be less than or equal to the current blockchain height 2")
    if method == "block":
        header = {"height": height, "time": "2026-02-02T02:40:00.123456789Z"}
        data = {"txs": [b64(b"one"), b64(b"two")]}
        return {"block_id": {"hash": "AB" * 32}, "block": {"header": header, "data": data}}
    attributes = [{"key": "event", "value": b64(EVENT), "index": False}]
    events = [{"type": "tonne", "attributes": attributes}, {"type": "other", "attributes": None}]
    return {
        "height": height,
        "txs_results": [
            {"code": 0, "data": b64(b"d"), "log": "", "events": events},
            {"code": 303, "data": None, "log": "free: 1", "events": None},
        ],
        "finalize_block_events": None,
    }


def test_a_block_is_read_with_its_results() -> None:
    async def play(_: RpcServer, rpc: EngineRPC) -> None:
        block = await rpc.block(2)
        assert (block.height, block.time_s, block.hash) == (2, 1_770_000_000, b"\xab" * 32)
        assert block.txs == (b"one", b"two")
        assert [row.code for row in block.results] == [0, 303]
        found = await EngineBackend(rpc).block(2)
        assert found is not None
        assert [row.events for row in found.outcomes] == [(EVENT,), ()]
        assert found.outcomes[1].log == "free: 1"

    engine(block_answer, play)


def test_a_block_that_the_engine_has_not_is_none() -> None:
    async def play(_: RpcServer, rpc: EngineRPC) -> None:
        with pytest.raises(EngineRefused, match="must be less than"):
            await rpc.block(9)
        assert await EngineBackend(rpc).block(9) is None

    engine(block_answer, play)


def test_an_empty_block_without_lists_is_read() -> None:
    def answer(method: str, _: dict[str, Any]) -> Any:
        if method == "block_results":
            return {"txs_results": None, "finalize_block_events": []}
        header = {"height": "1", "time": "2026-02-02T02:40:00Z"}
        return {"block_id": {"hash": "00"}, "block": {"header": header, "data": {"txs": []}}}

    async def play(_: RpcServer, rpc: EngineRPC) -> None:
        block = await rpc.block(1)
        assert (block.txs, block.results, block.events) == ((), (), ())

    engine(answer, play)


def test_a_query_is_asked_in_hex_and_read_from_base64() -> None:
    def answer(method: str, params: dict[str, Any]) -> Any:
        assert (method, params["path"], params["data"]) == ("abci_query", "/GetLot", "0aff")
        return {"response": {"code": 0, "value": b64(b"reply"), "height": "12", "log": ""}}

    async def play(_: RpcServer, rpc: EngineRPC) -> None:
        reply = await rpc.abci_query("/GetLot", b"\x0a\xff")
        assert (reply.code, reply.value, reply.height) == (0, b"reply", 12)

    engine(answer, play)


def test_status_and_peers_are_read() -> None:
    def answer(method: str, _: dict[str, Any]) -> Any:
        if method == "net_info":
            return {"n_peers": "3"}
        return {
            "node_info": {"network": "c", "version": "0.39.4", "moniker": "north", "id": "ab"},
            "sync_info": {
                "latest_block_height": "7",
                "earliest_block_height": "1",
                "latest_block_time": "0001-01-01T00:00:00Z",
                "catching_up": True,
            },
            "validator_info": {"voting_power": "10"},
        }

    async def play(_: RpcServer, rpc: EngineRPC) -> None:
        status = await EngineBackend(rpc).status()
        assert (status.engine_version, status.node, status.peers) == ("0.39.4", "north", 3)
        assert status.catching_up
        assert status.voting_power == 10
        assert (await rpc.status()).time_s == 0

    engine(answer, play)


def test_a_genesis_is_read_in_parts() -> None:
    text = json.dumps({"app_state": b64(b"message"), "chain_id": "c"}).encode()

    def answer(method: str, params: dict[str, Any]) -> Any:
        assert method == "genesis_chunked"
        part = int(params["chunk"])
        return {"chunk": part, "total": "2", "data": b64((text[:20], text[20:])[part])}

    async def play(_: RpcServer, rpc: EngineRPC) -> None:
        assert await rpc.genesis() == b"message"
        assert await EngineBackend(rpc).genesis() == b"message"

    engine(answer, play)


def test_a_genesis_of_another_form_is_refused() -> None:
    def answer(method: str, _: dict[str, Any]) -> Any:
        assert method == "genesis_chunked"
        return {"chunk": 0, "total": "1", "data": b64(b'{"app_state": {}}')}

    async def play(_: RpcServer, rpc: EngineRPC) -> None:
        with pytest.raises(EngineRefused, match="unexpected form"):
            await rpc.genesis()

    engine(answer, play)


def test_nobody_there_says_where_and_what_to_do() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{held.getsockname()[1]}"

        async def run() -> None:
            async with EngineRPC(address) as rpc:
                with pytest.raises(EngineUnreachable, match="is the node running") as caught:
                    await rpc.status()
                assert address in str(caught.value)
                assert not caught.value.sent

        asyncio.run(run())


def test_a_unix_socket_without_anybody_is_the_same(tmp_path: Path) -> None:
    async def run() -> None:
        async with EngineRPC(f"unix://{tmp_path}/rpc.sock") as rpc:
            with pytest.raises(EngineUnreachable):
                await rpc.status()

    asyncio.run(run())


def test_silence_says_that_the_request_may_have_arrived() -> None:
    async def play(server: RpcServer, rpc: EngineRPC) -> None:
        server.silent = True
        with pytest.raises(EngineUnreachable, match="no answer in time") as caught:
            await rpc.broadcast_tx_sync(b"tx")
        assert caught.value.sent

    engine(lambda *_: None, play, timeout_s=0.2)


@pytest.mark.parametrize("raw", [b"<html>proxy</html>", b"", b"\xff\xfe"])
def test_an_answer_that_is_not_json_is_no_engine(raw: bytes) -> None:
    async def play(_: RpcServer, rpc: EngineRPC) -> None:
        with pytest.raises(EngineUnreachable, match="not JSON"):
            await rpc.status()

    engine(lambda *_: None, play, raw=raw)


@pytest.mark.parametrize("raw", [b"[]", b"7", b"{}", b'[{"id": 99}]', b'{"result": null}'])
def test_json_that_is_no_answer_is_refused_in_words(raw: bytes) -> None:
    async def play(_: RpcServer, rpc: EngineRPC) -> None:
        with pytest.raises(EngineRefused):
            await rpc.net_info()

    engine(lambda *_: None, play, raw=raw)


@pytest.mark.parametrize("result", [{}, [], 7, "text", {"response": 7}, {"block": {}}])
def test_an_answer_of_another_form_never_raises_anything_else(result: Any) -> None:
    async def play(_: RpcServer, rpc: EngineRPC) -> None:
        backend = EngineBackend(rpc)
        for call in (
            backend.height(),
            backend.status(),
            backend.query("/GetLot", b""),
        ):
            with pytest.raises(Unavailable, match="unexpected form"):
                await call
        assert await backend.block(1) is None
        with pytest.raises(EngineRefused):
            await rpc.unconfirmed_count()

    engine(lambda *_: result, play)


def test_a_batch_keeps_answers_apart() -> None:
    def answer(_: str, params: dict[str, Any]) -> Any:
        tx = base64.b64decode(params["tx"])
        if tx == b"bad":
            raise RpcError("tx already exists in cache")
        return {"code": 109 if tx == b"used" else 0, "log": tx.decode()}

    async def play(server: RpcServer, rpc: EngineRPC) -> None:
        replies = await rpc.broadcast_many([b"good", b"bad", b"used"])
        assert replies[0] == Checked(0, "good")
        assert isinstance(replies[1], EngineRefused)
        assert replies[2] == Checked(109, "used")
        assert server.posts == 1

    engine(answer, play)


# ---- the backend over it ----


def carried(answer: Answer, play: Callable[[RpcServer, EngineBackend], Awaitable[None]]) -> None:
    async def with_workers(server: RpcServer, rpc: EngineRPC) -> None:
        backend = EngineBackend(rpc)
        task = asyncio.create_task(backend.run())
        try:
            await play(server, backend)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await backend.close()

    engine(answer, with_workers)


def fail(text: str) -> Answer:
    def answer(_: str, __: dict[str, Any]) -> Any:
        raise RpcError(text)

    return answer


def test_the_engine_s_own_refusals_are_told_apart() -> None:
    async def known(_: RpcServer, backend: EngineBackend) -> None:
        assert await backend.submit(b"tx") == Admission(Code.OK, known=True)

    async def full(_: RpcServer, backend: EngineBackend) -> None:
        with pytest.raises(Full, match="wait for a block or two"):
            await backend.submit(b"tx")

    async def large(_: RpcServer, backend: EngineBackend) -> None:
        assert (await backend.submit(b"tx")).code == Code.TX_TOO_LARGE

    async def other(_: RpcServer, backend: EngineBackend) -> None:
        with pytest.raises(Unavailable, match="something new") as caught:
            await backend.submit(b"tx")
        assert caught.value.sent

    carried(fail("tx already exists in cache"), known)
    carried(fail("mempool is full: number of txs 20000 (max: 20000)"), full)
    carried(fail("Tx too large. Max size is 65536, but got 70000"), large)
    carried(fail("something new"), other)


def test_many_at_once_travel_in_small_batches() -> None:
    async def play(server: RpcServer, backend: EngineBackend) -> None:
        txs = [f"tx {number}".encode() for number in range(500)]
        replies = await asyncio.gather(*(backend.submit(tx) for tx in txs))
        assert [reply.log for reply in replies] == [tx.decode() for tx in txs]
        assert server.calls == 500
        assert server.posts < 200
        assert server.largest_batch == BATCH

    def answer(_: str, params: dict[str, Any]) -> Any:
        return {"code": 0, "log": base64.b64decode(params["tx"]).decode()}

    carried(answer, play)


def test_answers_that_make_no_sense_leave_the_workers_alive() -> None:
    results: list[Any] = [{"code": "seven"}, None, {"code": 0, "log": "fine"}]

    async def play(_: RpcServer, backend: EngineBackend) -> None:
        for _answer in range(2):
            with pytest.raises(Unavailable):
                await backend.submit(b"tx")
        assert (await backend.submit(b"tx")).log == "fine"

    carried(lambda *_: results.pop(0), play)


def test_who_gives_up_is_not_sent() -> None:
    async def play(server: RpcServer, _: EngineBackend) -> None:
        idle = EngineBackend(EngineRPC(server.address))
        waiting = asyncio.ensure_future(idle.submit(b"abandoned"))
        await asyncio.sleep(0)
        waiting.cancel()
        other = asyncio.ensure_future(idle.submit(b"kept"))
        task = asyncio.create_task(idle.run())
        await other
        assert server.calls == 1
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await idle.close()

    carried(lambda *_: {"code": 0}, play)
