"""Reads: the request's bytes to the state machine, the reply's bytes back.

Must not know: what a reply means. Invariant: the gateway adds nothing to an answer but, in
GetStatus, what the node alone can tell.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import grpc
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

from abci_app.core.limits import PAGE_ROWS_MAX
from node.gateway.backend import Answer, Backend
from node.gateway.follower import Follower
from node.gateway.refusals import abort, abort_code
from tonne.v1 import service_pb2 as sv

M = TypeVar("M", bound=Message)

SERVICE = sv.DESCRIPTOR.services_by_name["Registry"]
NOT_FORWARDED = frozenset(
    (
        "Submit",
        "SubmitStream",
        "GetTransaction",
        "WaitTransaction",
        "GetStatus",
        "GetGenesis",
        "GetLightBlock",
        "GetTransactionProof",
    )
)

GENESIS_PART_BYTES = 1 << 20

Unary = Callable[[bytes, Any], Awaitable[bytes]]


async def parse(kind: type[M], raw: bytes, context: Any) -> M:  # noqa: ANN401 - grpc is untyped
    """Return the request; the call ends with INVALID_ARGUMENT when the bytes are none."""
    message = kind()
    try:
        message.ParseFromString(raw)
    except DecodeError:
        await abort(
            context,
            grpc.StatusCode.INVALID_ARGUMENT,
            "MALFORMED_MESSAGE",
            f"the {len(raw)} bytes are not a {kind.DESCRIPTOR.full_name}: generate the client from "
            "proto/tonne/v1/service.proto of this release",
        )
    return message


def forwarded(backend: Backend) -> Mapping[str, Unary]:
    """Return a handler for each read that the state machine answers alone."""
    return {
        method.name: _forward(backend, f"/{method.name}", GetMessageClass(method.input_type))
        for method in SERVICE.methods
        if method.name not in NOT_FORWARDED
    }


def _forward(backend: Backend, path: str, kind: type[Message]) -> Unary:
    async def handle(raw: bytes, context: Any) -> bytes:  # noqa: ANN401 - grpc is untyped
        message = await parse(kind, raw, context)
        page = getattr(message, "page", None)
        if page is not None and page.size > PAGE_ROWS_MAX:
            await abort(
                context,
                grpc.StatusCode.INVALID_ARGUMENT,
                "PAGE_TOO_LARGE",
                f"page.size {page.size} is above {PAGE_ROWS_MAX}: ask for at most "
                f"{PAGE_ROWS_MAX} rows and go on with the cursor of the reply",
                rows_max=str(PAGE_ROWS_MAX),
            )
        return (await _ask(backend, path, raw, context)).value

    return handle


async def _ask(
    backend: Backend,
    path: str,
    raw: bytes,
    context: Any,  # noqa: ANN401 - grpc is untyped
) -> Answer:
    answer = await backend.query(path, raw)
    if answer.code:
        await abort_code(context, answer.code, answer.log)
    return answer


def get_status(backend: Backend, follower: Follower) -> Unary:
    """Return the handler of GetStatus: the state machine's reply and what the node knows."""

    async def handle(raw: bytes, context: Any) -> bytes:  # noqa: ANN401 - grpc is untyped
        await parse(sv.GetStatusRequest, raw, context)
        answer = await _ask(backend, "/GetStatus", raw, context)
        reply = sv.StatusReply.FromString(answer.value)
        status = await backend.status()
        reply.engine_version = status.engine_version
        reply.catching_up = status.catching_up
        reply.peers = status.peers
        reply.node = status.node
        reply.node_kind = "validator" if status.voting_power else "observer"
        reply.voting_power = status.voting_power
        if backend.standstill():
            reply.standing_still_since_s = follower.time_s
        return reply.SerializeToString()

    return handle


def get_genesis(backend: Backend) -> Unary:
    """Return the handler of GetGenesis, which asks the node once: a genesis does not change."""
    kept: list[bytes] = []

    async def handle(raw: bytes, context: Any) -> bytes:  # noqa: ANN401 - grpc is untyped
        request = await parse(sv.GetGenesisRequest, raw, context)
        if not kept:
            kept.append(await backend.genesis())
        parts = max(1, -(-len(kept[0]) // GENESIS_PART_BYTES))
        if request.part >= parts:
            await abort(
                context,
                grpc.StatusCode.INVALID_ARGUMENT,
                "NO_SUCH_PART",
                f"the genesis has {parts} parts, counted from 0: ask for one of them",
            )
        start = request.part * GENESIS_PART_BYTES
        data = kept[0][start : start + GENESIS_PART_BYTES]
        return sv.GenesisReply(parts=parts, data=data).SerializeToString()

    return handle
