"""The gRPC server: handlers, health, reflection, port and life cycle.

Must not know: which node stands behind it. Invariant: a failure outside a call's own doing ends
that call with a status that says what to do, and never the process.
"""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import structlog
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from node.gateway import light, reads, transactions
from node.gateway.backend import Backend, Full, NoQuorum, Unavailable
from node.gateway.follower import FAR_BEHIND, Follower
from node.gateway.refusals import abort
from node.gateway.submission import Submissions
from node.gateway.table import Table, TableBroken

log = structlog.get_logger()

REQUEST_BYTES_MAX = 256 * 1024
REPLY_BYTES_MAX = 16 << 20
CALLS_AT_ONCE = 10_000
HEALTH_S = 1.0
GRACE_S = 3.0  # for calls in flight when the gateway is told to stop
WITHOUT_QUORUM = "Send the same bytes again later, or through another operator's node."
SENDING_S = 0.2  # for the last replies to leave

_OPTIONS = (
    ("grpc.so_reuseport", 0),  # a port in use is an error, not a lottery
    ("grpc.max_receive_message_length", REQUEST_BYTES_MAX),
    ("grpc.max_send_message_length", REPLY_BYTES_MAX),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.http2.min_ping_interval_without_data_ms", 20_000),
)


class PortTaken(Exception):  # noqa: N818 - the name states the fact
    """The address cannot be bound; the text says what to do."""


class _InFlight:
    """Counts calls, so that a stop waits for them and not for idle connections."""

    def __init__(self) -> None:
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()

    @contextlib.contextmanager
    def one(self) -> Iterator[None]:
        self._count += 1
        self._none.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._none.set()

    async def gone(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._none.wait(), GRACE_S)


@dataclass(frozen=True, slots=True)
class Running:
    """A gateway that serves: where, what it follows, and the tasks behind it."""

    address: str
    follower: Follower
    tasks: tuple[asyncio.Task[None], ...]  # they end only by failing


def server_credentials() -> Any:  # noqa: ANN401 - grpc is untyped
    """Return what the port is secured with; None is plain text, for loopback."""
    return None


@asynccontextmanager
async def gateway(
    backend: Backend, table_path: Path | None, address: str
) -> AsyncIterator[Running]:
    """Serve `backend` at `address` (port 0: any free one) while the context lasts.

    `table_path` None keeps the table in memory. PortTaken when the address cannot be bound.
    """
    async with AsyncExitStack() as stack:
        stack.push_async_callback(backend.close)
        table = Table.open(table_path) if table_path else Table.memory()
        stack.callback(table.close)
        follower = Follower(backend, table)
        server = grpc.aio.server(options=_OPTIONS, maximum_concurrent_rpcs=CALLS_AT_ONCE)
        submissions = Submissions(backend, table, follower)
        in_flight = _InFlight()
        server.add_generic_rpc_handlers((_handlers(backend, submissions, in_flight),))
        servicer = health.aio.HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
        names = (reads.SERVICE.full_name, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, server)
        bound = _bind(server, address)
        await server.start()
        tasks = (
            asyncio.create_task(backend.run()),
            asyncio.create_task(follower.run()),
            asyncio.create_task(_watch_health(backend, follower, servicer)),
        )
        stack.push_async_callback(_cancel, *tasks)
        stack.push_async_callback(server.stop, SENDING_S)
        stack.push_async_callback(in_flight.gone)
        stack.push_async_callback(servicer.enter_graceful_shutdown)
        yield Running(bound, follower, tasks)


async def _cancel(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def serve(backend: Backend, table_path: Path | None, address: str) -> None:
    """Serve until SIGTERM or SIGINT; raise what stopped the work behind it, TableBroken perhaps."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with gateway(backend, table_path, address) as running:
        log.info("gateway serves", address=running.address)
        asked = asyncio.create_task(stopped.wait())
        await asyncio.wait((asked, *running.tasks), return_when=asyncio.FIRST_COMPLETED)
        log.info("gateway stops", height=running.follower.height)
        asked.cancel()
        for task in running.tasks:
            if task.done():
                task.result()


def _bind(server: Any, address: str) -> str:  # noqa: ANN401 - grpc is untyped
    credentials = server_credentials()
    try:
        if credentials is None:
            port = server.add_insecure_port(address)
        else:
            port = server.add_secure_port(address, credentials)
    except RuntimeError:
        port = 0
    if not port:
        raise PortTaken(
            f"cannot listen on {address}: the port is in use, or the address is not this "
            "machine's. Stop what uses it, or change [gateway] address in config/tonne.toml"
        )
    host, _, _ = address.rpartition(":")
    return f"{host}:{port}"


def _handlers(backend: Backend, submissions: Submissions, in_flight: _InFlight) -> Any:  # noqa: ANN401 - untyped
    """Return the handlers of all calls of service.proto; requests and replies are bytes here."""
    unary = dict(reads.forwarded(backend))
    unary["GetStatus"] = reads.get_status(backend)
    unary["GetLightBlock"] = light.get_light_block(backend)
    unary["GetTransactionProof"] = light.get_transaction_proof(backend, submissions)
    unary["Submit"] = transactions.submit(submissions)
    unary["GetTransaction"] = transactions.get_transaction(submissions, wait=False)
    unary["WaitTransaction"] = transactions.get_transaction(submissions, wait=True)
    handlers = {
        name: grpc.unary_unary_rpc_method_handler(_guarded(name, handle, in_flight))
        for name, handle in unary.items()
    }
    stream = transactions.submit_stream(submissions)

    async def counted(requests: object, context: Any) -> None:  # noqa: ANN401 - grpc is untyped
        with in_flight.one():
            await stream(requests, context)

    handlers["SubmitStream"] = grpc.stream_stream_rpc_method_handler(counted)
    return grpc.method_handlers_generic_handler(reads.SERVICE.full_name, handlers)


def _guarded(name: str, handle: reads.Unary, in_flight: _InFlight) -> reads.Unary:
    """Return the handler with every failure of the outside world put into words."""

    async def guarded(raw: bytes, context: Any) -> bytes:  # noqa: ANN401 - grpc is untyped
        try:
            with in_flight.one():
                return await handle(raw, context)
        except Unavailable as error:
            reason, facts = "UNAVAILABLE", {}
            if isinstance(error, NoQuorum):
                reason, facts = "NO_QUORUM", {"next": WITHOUT_QUORUM}
            text = str(error)
            if error.sent:
                text += ". It may have been admitted all the same: send the same bytes again"
            await abort(context, grpc.StatusCode.UNAVAILABLE, reason, text, **facts)
        except Full as error:
            await abort(context, grpc.StatusCode.RESOURCE_EXHAUSTED, "MEMPOOL_FULL", str(error))
        except grpc.aio.AbortError:
            raise  # the call has been ended on purpose
        except Exception:
            log.exception("a call failed", call=name)
            text = "the gateway failed on this call; its log says where. Report it to the operator"
            await abort(context, grpc.StatusCode.INTERNAL, "GATEWAY", text)
        return b""  # never reached: abort raises

    return guarded


async def _watch_health(backend: Backend, follower: Follower, servicer: Any) -> None:  # noqa: ANN401 - untyped
    """Say SERVING only while the node answers, is in step, and the table is not far behind."""
    services = ("", reads.SERVICE.full_name)
    while True:
        status = health_pb2.HealthCheckResponse.NOT_SERVING
        with contextlib.suppress(Unavailable):
            in_step = not (await backend.status()).catching_up
            behind = follower.behind
            if in_step and behind is not None and behind <= FAR_BEHIND:
                status = health_pb2.HealthCheckResponse.SERVING
        for service in services:
            await servicer.set(service, status)
        await asyncio.sleep(HEALTH_S)


__all__ = ["PortTaken", "Running", "TableBroken", "gateway", "serve"]
