"""The standard health calls, bounded: whether this node can be worked with.

Must not know: how that is found out. Invariants: a client that does not read holds up nobody, not
the status nor a stop; who watches takes the place of a stream, and leaves nothing behind.
"""

import asyncio
from collections.abc import Collection
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from node.gateway.limits import Limiter, LimitReached, address_of
from node.gateway.refusals import abort

_Reply = health_pb2.HealthCheckResponse


class Health:
    """The status of some services, which is one; of others nothing is known."""

    def __init__(self, services: Collection[str]) -> None:
        """Begin with NOT_SERVING."""
        self.services = services
        self.status = _Reply.NOT_SERVING
        self.changed = asyncio.Event()  # set, and another put in its place, at each change
        self._stopping = False

    def set(self, *, serving: bool) -> None:
        """Tell whoever watches, at once and without waiting for anybody."""
        status = _Reply.SERVING if serving and not self._stopping else _Reply.NOT_SERVING
        if status != self.status:
            self.status = status
            self.changed.set()
            self.changed = asyncio.Event()

    def stop(self) -> None:
        """Serve no more, whatever is set later."""
        self._stopping = True
        self.set(serving=False)


class HealthCalls(health_pb2_grpc.HealthServicer):  # type: ignore[misc]  # grpc is untyped
    """The calls of one listener."""

    def __init__(self, health: Health, limiter: Limiter) -> None:
        """Take the status, and the limits of the listener."""
        self._health = health
        self._limiter = limiter

    async def Check(  # noqa: N802 - the name of the call
        self,
        request: health_pb2.HealthCheckRequest,
        context: Any,  # noqa: ANN401 - grpc is untyped
    ) -> health_pb2.HealthCheckResponse:
        """Answer at once; NOT_FOUND for a service that is not here."""
        if request.service not in self._health.services:
            await context.abort(grpc.StatusCode.NOT_FOUND)
        return _Reply(status=self._health.status)

    async def Watch(  # noqa: N802 - the same
        self,
        request: health_pb2.HealthCheckRequest,
        context: Any,  # noqa: ANN401 - the same
    ) -> None:
        """Tell the status now and at each change, until the client goes."""
        known = request.service in self._health.services
        try:
            with self._limiter.stream(address_of(context.peer())):
                while True:
                    changed = self._health.changed
                    status = self._health.status if known else _Reply.SERVICE_UNKNOWN
                    await context.write(_Reply(status=status))
                    await (changed if known else asyncio.Event()).wait()
        except LimitReached as error:
            code = grpc.StatusCode.RESOURCE_EXHAUSTED
            await abort(context, code, "LIMIT_REACHED", str(error), limit=error.limit)
