"""Limits: nobody crowds out the others, every place is given back, and refusals say what to do."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, suppress
from dataclasses import fields
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from node.engine_rpc import EngineRPC
from node.gateway.backend import Full
from node.gateway.engine_backend import EngineBackend
from node.gateway.limits import UNLIMITED, Limiter, LimitReached, Taken, address_of
from node.gateway.server import gateway
from node.sdk.errors import LOST, from_call
from node.settings import Gateway, Limits
from tests.machine.test_metrics import fetched
from tests.node.gateway_script import Script, made
from tests.node.gateway_world import error_of, stub_of
from tonne.v1 import service_pb2 as sv
from tonne.v1.codes_pb2 import Code

ONE = Limits(*[1] * len(fields(Limits)))


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("ipv4:10.0.0.7:4242", "10.0.0.7"),
        ("ipv6:[::1]:9", "::/64"),
        ("ipv6:%5B2001:db8:1:2:3:4:5:6%5D:9", "2001:db8:1:2::/64"),
        ("ipv6:[2001:db8:1:2::9]:9", "2001:db8:1:2::/64"),
        ("ipv6:[2001:db8:1:3::9]:9", "2001:db8:1:3::/64"),
        ("ipv6:%5Bfe80::1%25eth0%5D:9", "fe80::/64"),
        ("ipv6:%5B::ffff:10.0.0.7%5D:9", "10.0.0.7"),
        ("ipv6:[::ffff:a00:7]:9", "10.0.0.7"),
        ("unix:/run/x", "unix:/run/x"),
    ],
)
def test_a_client_is_known_by_its_address_whatever_its_port(peer: str, address: str) -> None:
    assert address_of(peer) == address


@pytest.mark.parametrize(
    "take",
    [
        lambda limiter, address: limiter.call(address),
        lambda limiter, address: limiter.stream(address),
        lambda limiter, address: limiter.transaction(address),
        lambda limiter, address: limiter.account(address, "acc"),
    ],
)
def test_a_place_is_of_one_address_and_given_back(take: Callable[[Limiter, str], Taken]) -> None:
    told: list[str] = []
    limiter = Limiter(ONE, told=told.append)
    with ExitStack() as stack:
        stack.enter_context(take(limiter, "a"))
        with pytest.raises(LimitReached, match=r"a has 1 .*, 1 at most: wait"), take(limiter, "a"):
            raise AssertionError("taken twice")
        stack.enter_context(take(limiter, "b"))
    assert limiter.held == 0
    assert len(told) == 1
    with take(limiter, "a"), pytest.raises(ValueError, match="x"), take(limiter, "b"):
        raise ValueError("x")
    assert limiter.held == 0


def test_a_stranger_who_names_an_account_takes_no_place_of_others() -> None:
    limiter = Limiter(ONE)
    with limiter.account("stranger", "acc"), limiter.account("owner", "acc"):
        assert limiter.held == 2


def test_simulations_are_bounded_in_rate_and_come_back_with_time() -> None:
    now = 0.0
    limiter = Limiter(Limits(simulations_per_s=5), clock=lambda: now)
    for _ in range(10):  # two seconds' worth at once
        limiter.simulation("a")
    with pytest.raises(LimitReached, match="more than 5 simulations a second"):
        limiter.simulation("a")
    limiter.simulation("b")
    now = 0.2
    limiter.simulation("a")
    with pytest.raises(LimitReached):
        limiter.simulation("a")


def test_operators_meet_no_limit() -> None:
    limiter = Limiter(UNLIMITED)
    for _ in range(1_000):
        limiter.simulation("a")


def test_answers_that_one_address_leaves_in_memory_are_few_and_its_stream_goes_on() -> None:
    limiter = Limiter(Limits())
    with ExitStack() as stack:
        for _ in range(256):
            stack.enter_context(limiter.call("a"))
        with pytest.raises(LimitReached), limiter.call("a"):
            raise AssertionError("one too many")
        stack.enter_context(limiter.stream("a"))
        for _ in range(20_000):
            stack.enter_context(limiter.transaction("a"))


def test_engine_queue_is_bounded() -> None:
    async def run() -> None:
        async with EngineRPC("http://127.0.0.1:1") as rpc:
            backend = EngineBackend(rpc, queue=2)
            waiting = [asyncio.create_task(backend.submit(b"%d" % n)) for n in range(2)]
            await asyncio.sleep(0)
            assert backend.queued == 2
            with pytest.raises(Full, match="2 transactions wait in this gateway"):
                await backend.submit(b"3")
            await backend.close()
            await asyncio.gather(*waiting, return_exceptions=True)

    asyncio.run(run())


class Holding(Script):
    """Keeps what is handed in without an answer until told otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()

    async def submit(self, tx: bytes) -> Any:
        answer = await super().submit(tx)
        await self.go.wait()
        return answer


def play(limits: Limits, acts: Callable[[Holding, Any, str], Any]) -> None:
    """Run `acts` with a script, a stub and the address of the metrics."""

    async def run() -> None:
        script = Holding()
        script.add()
        own = Gateway("127.0.0.1:0", "", None, metrics="127.0.0.1:0", limits=limits)
        async with gateway(script, None, own.address, own) as running:
            await running.follower.reached(1)
            async with grpc.aio.insecure_channel(running.address) as channel:
                await acts(script, stub_of(channel), running.metrics)

    asyncio.run(run())


def test_one_call_too_many_is_refused_with_advice_and_served_when_there_is_room() -> None:
    async def acts(script: Holding, stub: Any, _: str) -> None:
        first = asyncio.ensure_future(stub.Submit(sv.SubmitRequest(tx=made("1")), timeout=10))
        await script.handed_in(1)
        error = await error_of(stub.GetStatus(sv.GetStatusRequest(), timeout=10))
        assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert "127.0.0.1 has 1 calls in flight, 1 at most" in (error.details() or "")
        told = from_call(error, "here")
        assert told.name == "LIMIT_REACHED"
        assert told.name in LOST, "a client sends the same bytes again"
        script.go.set()
        assert (await first).status == sv.PENDING_TX
        await stub.GetStatus(sv.GetStatusRequest(), timeout=10)

    play(Limits(calls_per_address=1), acts)


def test_a_stream_beyond_its_places_is_refused_item_by_item_and_goes_on() -> None:
    async def acts(script: Holding, stub: Any, _: str) -> None:
        call = stub.SubmitStream(timeout=20)
        for number in range(3):
            await call.write(sv.StreamRequest(request_id=number, tx=made(str(number))))
        refused = await call.read()
        assert refused.request_id == 2
        assert refused.transaction.code == Code.PENDING_LIMIT
        assert "2 transactions without an answer" in refused.transaction.detail
        script.go.set()
        answers = [await call.read(), await call.read()]
        assert [row.transaction.status for row in answers] == [sv.PENDING_TX] * 2
        await call.write(sv.StreamRequest(request_id=3, tx=made("3")))
        assert (await call.read()).transaction.status == sv.PENDING_TX
        await call.done_writing()

    play(Limits(transactions_per_address=2), acts)


def test_one_stream_too_many_is_refused() -> None:
    async def acts(script: Holding, stub: Any, _: str) -> None:
        first = stub.SubmitStream(timeout=20)
        await first.write(sv.StreamRequest(request_id=1, tx=made("1")))
        await script.handed_in(1)
        second = stub.SubmitStream(timeout=20)
        error = await error_of(second.read())
        assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        script.go.set()
        assert (await first.read()).transaction.status == sv.PENDING_TX

    play(Limits(streams_per_address=1), acts)


def test_who_watches_the_health_takes_a_stream_s_place() -> None:
    async def run() -> None:
        own = Gateway("127.0.0.1:0", "", None, limits=Limits(streams_per_address=1))
        async with (
            gateway(Script(), None, own.address, own) as running,
            grpc.aio.insecure_channel(running.address) as channel,
        ):
            stub, ask = health_pb2_grpc.HealthStub(channel), health_pb2.HealthCheckRequest
            first = stub.Watch(ask(service="nowhere"), timeout=20)
            assert (await first.read()).status == health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
            error = await error_of(stub.Watch(ask(), timeout=20).read())
            assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
            assert (await stub.Check(ask(), timeout=20)).status
            error = await error_of(stub.Check(ask(service="nowhere"), timeout=20))
            assert error.code() == grpc.StatusCode.NOT_FOUND

    asyncio.run(run())


def frame(kind: int, flags: int, stream: int, content: bytes) -> bytes:
    head = len(content).to_bytes(3, "big") + bytes((kind, flags))
    return head + stream.to_bytes(4, "big") + content


def call_without_reading(path: bytes) -> bytes:
    """Return the bytes of a client that calls and grants no byte of answer."""
    kind = b"application/grpc"
    fields = b"\x83\x86\x04" + bytes((len(path),)) + path + b"\x01\x01x\x0f\x10"
    fields += bytes((len(kind),)) + kind + b"\x00\x02te\x08trailers"
    no_window = frame(4, 0, 0, b"\x00\x04" + bytes(4))
    call = frame(1, 4, 1, fields) + frame(0, 1, 1, bytes(5))
    return b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + no_window + call


def test_a_watcher_that_does_not_read_holds_up_neither_others_nor_a_stop() -> None:
    async def run() -> None:
        script = Script()
        script.add()
        own = Gateway("127.0.0.1:0", "", None)
        async with asyncio.timeout(10), gateway(script, None, own.address, own) as running:
            reader, writer = await asyncio.open_connection(*running.address.split(":"))
            writer.write(call_without_reading(b"/grpc.health.v1.Health/Watch"))
            async with grpc.aio.insecure_channel(running.address) as channel:
                watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
                while (await watch.read()).status != health_pb2.HealthCheckResponse.SERVING:
                    pass
                while frame(1, 4, 1, b"")[3:] not in await reader.read(4096):
                    pass  # the headers of its answer: the call is held
                watch.cancel()
        writer.close()

    asyncio.run(run())


async def answers(call: Callable[[], Any]) -> AsyncIterator[bool]:
    """Yield whether a call was served, again and again."""
    while True:
        try:
            await call()
        except grpc.aio.AioRpcError:
            yield False
        else:
            yield True


def test_an_answer_that_is_not_taken_keeps_its_place() -> None:
    async def run() -> None:
        script = Script()
        script.add()
        own = Gateway("127.0.0.1:0", "", None, limits=Limits(calls_per_address=1))
        async with asyncio.timeout(20), gateway(script, None, own.address, own) as running:
            reader, writer = await asyncio.open_connection(*running.address.split(":"))
            writer.write(call_without_reading(b"/tonne.v1.Registry/GetStatus"))
            while frame(1, 4, 1, b"")[3:] not in await reader.read(4096):
                pass  # answered, as far as the client lets it
            async with grpc.aio.insecure_channel(running.address) as channel:
                stub, ask = stub_of(channel), sv.GetStatusRequest()
                error = await error_of(stub.GetStatus(ask, timeout=5))
                assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
                writer.close()
                async for served in answers(lambda: stub.GetStatus(ask, timeout=5)):
                    if served:
                        break
                for _ in range(20):  # one after the other: each has given its place back
                    await stub.GetStatus(ask, timeout=5)

    asyncio.run(run())


def test_connections_are_bounded() -> None:
    async def run() -> None:
        script = Script()
        own = Gateway("127.0.0.1:0", "", None, limits=Limits(connections=1))
        pool = (("grpc.use_local_subchannel_pool", 1),)
        async with (
            gateway(script, None, own.address, own) as running,
            grpc.aio.insecure_channel(running.address, pool) as first,
            grpc.aio.insecure_channel(running.address, pool) as second,
        ):
            await stub_of(first).GetStatus(sv.GetStatusRequest(), timeout=10)
            call = stub_of(second).GetStatus(sv.GetStatusRequest(), timeout=5)
            assert (await error_of(call)).code() == grpc.StatusCode.UNAVAILABLE

    asyncio.run(run())


PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b"")


async def ended(reader: asyncio.StreamReader) -> None:
    """Return when the other side has closed a connection."""
    with suppress(ConnectionResetError):
        while await reader.read(4096):
            pass


@pytest.mark.parametrize("said", [b"", PREFACE], ids=["nothing", "no-call"])
def test_a_connection_without_a_call_is_closed_and_one_with_a_call_stays(said: bytes) -> None:
    async def run() -> None:
        script = Holding()
        script.add()
        limits = Limits(connection_idle_s=1)
        own = Gateway("127.0.0.1:0", "", None, limits=limits)
        async with (
            asyncio.timeout(20),
            gateway(script, None, own.address, own) as running,
            grpc.aio.insecure_channel(running.address) as channel,
        ):
            await running.follower.reached(1)
            call = stub_of(channel).SubmitStream()
            await call.write(sv.StreamRequest(request_id=1, tx=made("1")))
            await script.handed_in(1)
            for _ in range(2):  # one after the other: longer than the call would be left alone
                reader, writer = await asyncio.open_connection(*running.address.split(":"))
                writer.write(said)
                await ended(reader)
                writer.close()
            script.go.set()
            assert (await call.read()).transaction.status == sv.PENDING_TX
            await call.done_writing()

    asyncio.run(run())


def test_metrics_tell_calls_answers_and_limits() -> None:
    async def acts(script: Holding, stub: Any, metrics: str) -> None:
        script.go.set()
        await stub.Submit(sv.SubmitRequest(tx=made("1")), timeout=10)
        await error_of(stub.GetTransaction(sv.GetTransactionRequest(tx_id=b"x"), timeout=10))
        calls = [stub.Simulate(sv.SimulateRequest(), timeout=10) for _ in range(6)]
        errors = await asyncio.gather(*map(error_of, calls))
        said = [error.code().name for error in errors]
        assert set(said) == {"INTERNAL", "RESOURCE_EXHAUSTED"}  # the script knows none
        found = await asyncio.to_thread(fetched, metrics)
        assert found["tonne_gateway_requests_total", "Submit,OK"] == 1
        assert found["tonne_gateway_requests_total", "GetTransaction,INVALID_ARGUMENT"] == 1
        assert found["tonne_gateway_request_seconds_count", "Submit"] == 1
        assert found["tonne_gateway_submissions_total", "PENDING_TX"] == 1
        refused = said.count("RESOURCE_EXHAUSTED")
        assert found["tonne_gateway_refused_by_limits_total", "simulations_per_s"] == refused
        assert found["tonne_gateway_lag_blocks", ""] == 0
        assert found["tonne_gateway_height", ""] == 1
        assert found["tonne_gateway_standing_still", ""] == 0
        assert found["tonne_gateway_requests_in_flight", "Submit"] == 0

    play(Limits(simulations_per_s=1), acts)
