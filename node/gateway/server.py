"""The gRPC servers: health, reflection, ports and life cycle.

Must not know: which node stands behind it. Invariant: a failure outside a call's own doing ends
that call with a status that says what to do, and never the process.
"""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import structlog
from grpc_health.v1 import health, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from abci_app.exposition import Exposition, MetricsUnavailable
from node.gateway import reads
from node.gateway.backend import Backend, Unavailable
from node.gateway.calls import Desk, InFlight, handlers
from node.gateway.follower import FAR_BEHIND, Follower
from node.gateway.health import Health, HealthCalls
from node.gateway.limits import UNLIMITED, Limiter
from node.gateway.metrics import Metrics
from node.gateway.submission import Submissions
from node.gateway.table import Table, TableBroken
from node.gateway.tls import LOOK_S, Certificates
from node.settings import Gateway, Limits, is_loopback

log = structlog.get_logger()

REQUEST_BYTES_MAX = 256 * 1024
REPLY_BYTES_MAX = 16 << 20
CALLS_AT_ONCE = 10_000
HEALTH_S = 1.0
OPERATORS_MAX = 256  # connections of operators
SENDING_S = 0.2  # for the last replies to leave
IDLE_MS_MAX = 86_400_000  # a day

Options = tuple[tuple[str, int], ...]

_OPTIONS = (
    ("grpc.so_reuseport", 0),  # a port in use is an error, not a lottery
    ("grpc.max_receive_message_length", REQUEST_BYTES_MAX),
    ("grpc.max_send_message_length", REPLY_BYTES_MAX),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.http2.min_ping_interval_without_data_ms", 20_000),
)


class PortTaken(Exception):  # noqa: N818 - the name states the fact
    """The address cannot be bound; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Running:
    """A gateway that serves: where, what it follows, and the tasks behind it."""

    address: str
    follower: Follower
    tasks: tuple[asyncio.Task[None], ...]  # they end only by failing
    operators: str = ""
    metrics: str = ""


@asynccontextmanager
async def gateway(
    backend: Backend, table_path: Path | None, address: str, own: Gateway | None = None
) -> AsyncIterator[Running]:
    """Serve `backend` at `address` (port 0: any free one) while the context lasts.

    `table_path` None keeps the table in memory; `own` says more: TLS, operators, limits, metrics.
    PortTaken when an address cannot be bound, TlsFault when the certificate cannot be used.
    """
    own = own or Gateway(address, "", table_path)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(backend.close)
        metrics = Metrics()
        certificates = Certificates(own.tls, metrics.reload_failed) if own.tls else None
        table = Table.open(table_path) if table_path else Table.memory()
        stack.callback(table.close)
        follower = Follower(backend, table)
        submissions = Submissions(backend, table, follower)
        desk = Desk(backend, submissions, follower, InFlight(), metrics)
        state = Health(("", reads.SERVICE.full_name))
        public = Limiter(own.limits, told=metrics.limited)
        plain = certificates is None and is_loopback(address)
        server = _server(desk, public, state, _bounds(own.limits), reflected=plain)
        bound = _bind(server, address, "address", certificates)
        servers, operators = [server], ""
        if own.operators:
            bounds = _bounds(Limits(connections=OPERATORS_MAX))
            server = _server(desk, Limiter(UNLIMITED), state, bounds, reflected=True)
            operators = _bind(server, own.operators, "operators", certificates, operators=True)
            servers.append(server)
        shown = _expose(stack, own.metrics, metrics, desk, follower, certificates)
        for server in servers:
            await server.start()
        work = [backend.run(), follower.run()]
        work.append(_watch_health(backend, follower, state))
        if certificates is not None:
            work.append(_watch_certificates(certificates))
        tasks = tuple(asyncio.create_task(one) for one in work)
        stack.push_async_callback(_cancel, *tasks)
        stack.push_async_callback(_stop, servers)
        stack.push_async_callback(desk.in_flight.gone)
        stack.callback(state.stop)
        yield Running(bound, follower, tasks, operators, shown)


def _bounds(limits: Limits) -> Options:
    """Return the options that bound connections: how many, and how long one may do nothing.

    A connection with a call in flight is not idle, however long the call waits; its age is not
    bounded, because streams live as long as their clients.
    """
    idle_ms = min(1_000 * limits.connection_idle_s, IDLE_MS_MAX)
    return (
        ("grpc.max_allowed_incoming_connections", limits.connections),
        ("grpc.max_connection_idle_ms", idle_ms),
        ("grpc.server_handshake_timeout_ms", idle_ms),
    )


def _server(
    desk: Desk,
    limiter: Limiter,
    state: Health,
    bounds: Options,
    *,
    reflected: bool,
) -> Any:  # noqa: ANN401 - grpc is untyped
    """Return a server of all calls and health; reflection where it is to be had."""
    server = grpc.aio.server(options=(*_OPTIONS, *bounds), maximum_concurrent_rpcs=CALLS_AT_ONCE)
    server.add_generic_rpc_handlers((handlers(desk, limiter),))
    health_pb2_grpc.add_HealthServicer_to_server(HealthCalls(state, limiter), server)
    if reflected:
        names = (reads.SERVICE.full_name, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, server)
    return server


def _expose(
    stack: AsyncExitStack,
    address: str,
    metrics: Metrics,
    desk: Desk,
    follower: Follower,
    certificates: Certificates | None,
) -> str:
    """Show the metrics; an address that cannot be used is said, and nobody stops for it."""
    if not address:
        return ""
    metrics.shows("height", "Last height in the table.", lambda: follower.height)
    metrics.shows("lag_blocks", "Blocks behind the node.", lambda: follower.behind or 0)
    metrics.shows("connected", "1 once the node has answered.", lambda: follower.behind is not None)
    metrics.shows(
        "standing_still",
        "1 while no block is made although there is work.",
        lambda: bool(desk.backend.standstill()),
    )
    metrics.shows("queue_transactions", "On their way to the engine.", lambda: desk.backend.queued)
    if certificates is not None:
        metrics.shows(
            "certificate_expiry_timestamp_seconds",
            "When the certificate, or the operators' authority, expires.",
            lambda: certificates.expires_s,
        )
    try:
        return stack.enter_context(Exposition(address, metrics.registry)).address
    except MetricsUnavailable as error:
        log.error("NO METRICS", reason=str(error))  # noqa: TRY400 - the text says it all
        return ""


async def _stop(servers: Sequence[Any]) -> None:
    await asyncio.gather(*(server.stop(SENDING_S) for server in servers))


async def _watch_certificates(certificates: Certificates) -> None:
    """Look at the certificate's files again and again; reading is left to a thread."""
    while True:
        await asyncio.sleep(LOOK_S)
        await asyncio.to_thread(certificates.look)


async def _cancel(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def serve(
    backend: Backend, table_path: Path | None, address: str, own: Gateway | None = None
) -> None:
    """Serve until SIGTERM or SIGINT; raise what stopped the work behind it, TableBroken perhaps."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with gateway(backend, table_path, address, own) as running:
        log.info(
            "gateway serves",
            address=running.address,
            tls=own is not None and own.tls is not None,
            operators=running.operators,
            metrics=running.metrics,
        )
        asked = asyncio.create_task(stopped.wait())
        await asyncio.wait((asked, *running.tasks), return_when=asyncio.FIRST_COMPLETED)
        log.info("gateway stops", height=running.follower.height)
        asked.cancel()
        for task in running.tasks:
            if task.done():
                task.result()


def _bind(
    server: Any,  # noqa: ANN401 - grpc is untyped
    address: str,
    setting: str,
    certificates: Certificates | None,
    *,
    operators: bool = False,
) -> str:
    try:
        if certificates is None:
            port = server.add_insecure_port(address)
        else:
            credentials = certificates.credentials(operators=operators)
            port = server.add_secure_port(address, credentials)
    except RuntimeError:
        port = 0
    if not port:
        raise PortTaken(
            f"cannot listen on {address}: the port is in use, or the address is not this "
            f"machine's. Stop what uses it, or change [gateway] {setting} in config/tonne.toml"
        )
    host, _, _ = address.rpartition(":")
    return f"{host}:{port}"


async def _watch_health(backend: Backend, follower: Follower, state: Health) -> None:
    """Say SERVING only while the node answers, is in step, and the table is not far behind."""
    while True:
        serving = False
        with contextlib.suppress(Unavailable):
            in_step = not (await backend.status()).catching_up
            behind = follower.behind
            serving = in_step and behind is not None and behind <= FAR_BEHIND
        state.set(serving=serving)
        await asyncio.sleep(HEALTH_S)


__all__ = ["PortTaken", "Running", "TableBroken", "gateway", "serve"]
