"""The calls about transactions: Submit, SubmitStream, GetTransaction, WaitTransaction.

Must not know: how a node is reached. Invariant: every item of a stream gets exactly one answer
with its request id; one bad item ends neither the stream nor another item.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import structlog
from google.protobuf.message import DecodeError

from abci_app.core.limits import HASH_BYTES
from abci_app.core.signing import transaction_id
from node.gateway.backend import Full, Unavailable
from node.gateway.limits import Guest, Limiter
from node.gateway.reads import Unary, parse
from node.gateway.refusals import abort, refused
from node.gateway.submission import WAIT_MAX_S, Submissions
from tonne.v1 import service_pb2 as sv
from tonne.v1.codes_pb2 import Code

log = structlog.get_logger()

ADMITTING_MAX = 512  # items of one stream that are with the node: their bytes are in memory
WAITING_MAX = 8_192  # items of one stream without an answer, those in the mempool included
FULL_TRIES = 20
FULL_PAUSE_S = 0.25

Stream = Callable[[object, Any], Awaitable[None]]
Answered = Callable[[str], None]


def wait_seconds(context: Any) -> float:  # noqa: ANN401 - grpc is untyped
    """Return how long a call may wait: until shortly before its deadline, or a minute.

    The answer PENDING_TX must still arrive, so a tenth of a second (or a fifth of a short
    deadline) is kept back.
    """
    remaining: float | None = context.time_remaining()
    if remaining is None:
        return WAIT_MAX_S
    return max(0.0, remaining - min(0.1, remaining / 5))


def submit(submissions: Submissions, limiter: Limiter, answered: Answered) -> Unary:
    """Return the handler of Submit."""

    async def handle(raw: bytes, context: Any) -> bytes:  # noqa: ANN401 - grpc is untyped
        request = await parse(sv.SubmitRequest, raw, context)
        guest = Guest(limiter, context)
        try:
            with guest.transaction():
                reply = await submissions.submit(request.tx, guest.account)
                if request.wait and reply.status == sv.PENDING_TX:
                    reply = await submissions.wait(reply.tx_id, wait_seconds(context))
        except (Full, Unavailable):
            answered("UNANSWERED")
            raise
        answered(sv.TxStatus.Name(reply.status))
        return reply.SerializeToString()

    return handle


def get_transaction(submissions: Submissions, *, wait: bool) -> Unary:
    """Return the handler of GetTransaction, or of WaitTransaction."""

    async def handle(raw: bytes, context: Any) -> bytes:  # noqa: ANN401 - grpc is untyped
        tx_id = (await parse(sv.GetTransactionRequest, raw, context)).tx_id
        if len(tx_id) != HASH_BYTES:
            await abort(
                context,
                grpc.StatusCode.INVALID_ARGUMENT,
                "NOT_AN_ID",
                f"tx_id has {len(tx_id)} bytes; the id of a transaction is the sha256 of its "
                f"bytes, {HASH_BYTES} of them",
            )
        if wait:
            reply = await submissions.wait(tx_id, wait_seconds(context))
        else:
            reply = await submissions.find(tx_id)
        return reply.SerializeToString()

    return handle


def submit_stream(submissions: Submissions, limiter: Limiter, answered: Answered) -> Stream:
    """Return the handler of SubmitStream: many items in flight, answers as they come."""

    async def handle(_: object, context: Any) -> None:  # noqa: ANN401 - grpc is untyped
        await _Stream(submissions, Guest(limiter, context), answered, context).serve()

    return handle


class _Stream:
    """One client's stream. Reading stops while a window is full: gRPC then holds the client."""

    def __init__(
        self,
        submissions: Submissions,
        guest: Guest,
        answered: Answered,
        context: Any,  # noqa: ANN401 - grpc is untyped
    ) -> None:
        self._submissions = submissions
        self._guest = guest
        self._answered = answered
        self._context = context
        self._admitting = asyncio.Semaphore(ADMITTING_MAX)
        self._waiting = asyncio.Semaphore(WAITING_MAX)
        self._replies: asyncio.Queue[sv.StreamReply | None] = asyncio.Queue()

    async def serve(self) -> None:
        async with asyncio.TaskGroup() as group:
            writer = group.create_task(self._write())
            async with asyncio.TaskGroup() as items:
                while (raw := await self._read()) is not None:
                    items.create_task(self._item(raw))
            self._replies.put_nowait(None)
            await writer

    async def _read(self) -> bytes | None:
        await self._waiting.acquire()
        await self._admitting.acquire()
        raw = await self._context.read()
        return None if raw is grpc.aio.EOF else bytes(raw)

    async def _write(self) -> None:
        while (reply := await self._replies.get()) is not None:
            await self._context.write(reply.SerializeToString())
            self._waiting.release()

    async def _item(self, raw: bytes) -> None:
        request = sv.StreamRequest()
        try:
            request.ParseFromString(raw)
        except DecodeError:
            # Its request id cannot be known: 0 says so.
            self._admitting.release()
            transaction = refused(b"", Code.TX_MALFORMED, "not a tonne.v1.StreamRequest")
        else:
            transaction = await self._placed(request)
        self._answered(sv.TxStatus.Name(transaction.status))
        self._replies.put_nowait(
            sv.StreamReply(request_id=request.request_id, transaction=transaction)
        )

    async def _placed(self, request: sv.StreamRequest) -> sv.Transaction:
        """Answer an item unless its address has too many without an answer already."""
        try:
            with self._guest.transaction():
                return await self._answer(request)
        except Full as error:
            self._admitting.release()
            return refused(transaction_id(request.tx), Code.PENDING_LIMIT, str(error))

    async def _answer(self, request: sv.StreamRequest) -> sv.Transaction:
        try:
            try:
                reply = await self._admit(request.tx)
            finally:
                self._admitting.release()
            if request.wait and reply.status == sv.PENDING_TX:
                reply = await self._submissions.wait(reply.tx_id, wait_seconds(self._context))
        except Unavailable as error:
            detail = str(error)
        except Exception:
            log.exception("an item of a stream failed")
            detail = "the gateway failed on this item; its log says where"
        else:
            return reply
        # Not known is the truth: the client asks again, or sends the same bytes again.
        return sv.Transaction(tx_id=transaction_id(request.tx), status=sv.UNKNOWN, detail=detail)

    async def _admit(self, tx: bytes) -> sv.Transaction:
        """Hand in one item; while the mempool is full its place in the window stays taken."""
        for _ in range(FULL_TRIES - 1):
            try:
                return await self._submissions.submit(tx, self._guest.account)
            except Full:
                await asyncio.sleep(FULL_PAUSE_S)
        try:
            return await self._submissions.submit(tx, self._guest.account)
        except Full as error:
            return refused(transaction_id(tx), Code.PENDING_LIMIT, str(error))
