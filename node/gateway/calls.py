"""The handlers of all calls: measured, under limits, every failure put into words.

Must not know: ports or processes. Invariant: a failure outside a call's own doing ends that call
with a status that says what to do, and never the process.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import grpc
import structlog

from node.gateway import light, reads, transactions
from node.gateway.backend import Backend, Full, NoQuorum, Unavailable
from node.gateway.follower import Follower
from node.gateway.limits import Limiter, LimitReached, address_of
from node.gateway.metrics import Metrics, Status
from node.gateway.refusals import abort
from node.gateway.submission import Submissions

log = structlog.get_logger()

GRACE_S = 3.0  # for calls in flight when the gateway is told to stop
WITHOUT_QUORUM = "Send the same bytes again later, or through another operator's node."
AGAIN_S = "1"  # when to come back after a limit was met


class InFlight:
    """Counts calls, so that a stop waits for them and not for idle connections."""

    def __init__(self) -> None:
        """Begin with none."""
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()

    @contextlib.contextmanager
    def one(self) -> Iterator[None]:
        """Count a call while it lasts."""
        self._count += 1
        self._none.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._none.set()

    async def gone(self) -> None:
        """Return when there is none, or the grace is over."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._none.wait(), GRACE_S)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the calls of all listeners share."""

    backend: Backend
    submissions: Submissions
    follower: Follower
    in_flight: InFlight
    metrics: Metrics


def handlers(desk: Desk, limiter: Limiter) -> Any:  # noqa: ANN401 - grpc is untyped
    """Return the handlers of all calls of service.proto; requests and replies are bytes here."""
    answered = desk.metrics.answered
    unary = dict(reads.forwarded(desk.backend))
    unary["GetStatus"] = reads.get_status(desk.backend, desk.follower)
    unary["GetGenesis"] = reads.get_genesis(desk.backend)
    unary["GetLightBlock"] = light.get_light_block(desk.backend)
    unary["GetTransactionProof"] = light.get_transaction_proof(desk.backend, desk.submissions)
    unary["Submit"] = transactions.submit(desk.submissions, limiter, answered)
    unary["GetTransaction"] = transactions.get_transaction(desk.submissions, wait=False)
    unary["WaitTransaction"] = transactions.get_transaction(desk.submissions, wait=True)
    found = {
        name: grpc.unary_unary_rpc_method_handler(_guarded(name, handle, desk, limiter))
        for name, handle in unary.items()
    }
    stream = _counted(
        transactions.submit_stream(desk.submissions, limiter, answered), desk, limiter
    )
    found["SubmitStream"] = grpc.stream_stream_rpc_method_handler(stream)
    return grpc.method_handlers_generic_handler(reads.SERVICE.full_name, found)


def _counted(stream: transactions.Stream, desk: Desk, limiter: Limiter) -> transactions.Stream:
    """Return the stream's handler, counted and under the limit of its address."""

    async def counted(requests: object, context: Any) -> None:  # noqa: ANN401 - grpc is untyped
        with desk.in_flight.one(), desk.metrics.stream() as status:
            try:
                with limiter.stream(address_of(context.peer())):
                    await stream(requests, context)
                    status.name = "OK"
            except LimitReached as error:
                await _abort_full(context, error, status)

    return counted


def _guarded(name: str, handle: reads.Unary, desk: Desk, limiter: Limiter) -> reads.Unary:
    """Return the handler with every failure of the outside world put into words."""

    async def limited(raw: bytes, context: Any) -> bytes:  # noqa: ANN401 - grpc is untyped
        address = address_of(context.peer())
        place = contextlib.ExitStack()
        place.enter_context(limiter.call(address))
        # Given back when the answer has left: until then it is in memory.
        context.add_done_callback(lambda _: place.close())
        with desk.in_flight.one():
            if name == "Simulate":
                limiter.simulation(address)
            return await handle(raw, context)

    async def guarded(raw: bytes, context: Any) -> bytes:  # noqa: ANN401 - grpc is untyped
        with desk.metrics.call(name) as status:
            try:
                reply = await limited(raw, context)
            except Unavailable as error:
                reason, facts = "UNAVAILABLE", {}
                if isinstance(error, NoQuorum):
                    reason, facts = "NO_QUORUM", {"next": WITHOUT_QUORUM}
                text = str(error)
                if error.sent:
                    text += ". It may have been admitted all the same: send the same bytes again"
                status.name = "UNAVAILABLE"
                await abort(context, grpc.StatusCode.UNAVAILABLE, reason, text, **facts)
            except Full as error:
                await _abort_full(context, error, status)
            except grpc.aio.AbortError:
                status.name = context.code().name  # the call has been ended on purpose
                raise
            except Exception:
                log.exception("a call failed", call=name)
                text = (
                    "the gateway failed on this call; its log says where. Report it to the operator"
                )
                status.name = "INTERNAL"
                await abort(context, grpc.StatusCode.INTERNAL, "GATEWAY", text)
            else:
                status.name = "OK"
                return reply
        return b""  # never reached: abort raises

    return guarded


async def _abort_full(context: Any, error: Full, status: Status) -> None:  # noqa: ANN401 - untyped
    """End a call with RESOURCE_EXHAUSTED: a limit of this client, or the node is full."""
    status.name = "RESOURCE_EXHAUSTED"
    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    if isinstance(error, LimitReached):
        facts = {"limit": error.limit, "retry_after_s": AGAIN_S}
        await abort(context, code, "LIMIT_REACHED", str(error), **facts)
    await abort(context, code, "MEMPOOL_FULL", str(error), retry_after_s=AGAIN_S)
