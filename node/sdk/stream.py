"""Many transactions over one stream that survives lost connections.

Must not know: what a transaction says. Invariant: every transaction of the source is answered once;
after a loss those without an answer are sent again, the same bytes, before any new one.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

import grpc

from node.sdk.errors import LOST, TonneError
from tonne.v1.service_pb2 import StreamReply, StreamRequest

Open = Callable[[Iterator[StreamRequest]], Any]
"""Opens the call; grpc carries no types."""

PAUSE_S = 0.25


class ResumableStream:
    """One run of SubmitStream over as many connections as it takes."""

    def __init__(self, txs: Iterable[bytes], *, wait: bool) -> None:
        """Send the transactions of `txs`; request ids are their positions, from 0."""
        self._source = enumerate(txs)
        self._wait = wait
        self._taking = threading.Lock()  # held while the source is asked, which may take long
        self._lock = threading.Lock()  # guards what follows, never held for long
        self._unanswered: dict[int, bytes] = {}
        self._again: deque[tuple[int, bytes]] = deque()  # to be sent before anything new
        self._connection = 0
        self._exhausted = False
        self._failure: Exception | None = None  # of the source

    def replies(
        self, open_call: Open, explain: Callable[[grpc.RpcError], TonneError], patience_s: float
    ) -> Iterator[StreamReply]:
        """Yield the answers in the order they come; TonneError after `patience_s` of silence."""
        failing: float | None = None  # since when no answer has come
        while True:
            call = open_call(self._requests(self._begin()))
            try:
                for reply in call:
                    failing = None
                    if self._answered(reply.request_id):
                        yield reply
            except grpc.RpcError as lost:
                failing = failing or time.monotonic()
                error = explain(lost)
                if error.name not in LOST or time.monotonic() - failing > patience_s:
                    raise error from None
            finally:
                call.cancel()
            if self._finished():
                break
            failing = failing or time.monotonic()
            if time.monotonic() - failing > patience_s:
                raise TonneError(
                    0,
                    "STREAM_ENDED",
                    f"the gateway left {len(self._unanswered)} transactions without an answer",
                    "Send the very same bytes again.",
                )
            # gRPC reconnects by itself; this keeps a gateway that refuses from being hammered.
            time.sleep(PAUSE_S)
        if self._failure is not None:
            raise self._failure

    def _begin(self) -> int:
        """Start another connection: all that was sent without an answer is to be sent again."""
        with self._lock:
            self._connection += 1
            waiting = frozenset(index for index, _ in self._again)
            lost = [row for row in self._unanswered.items() if row[0] not in waiting]
            self._again.extendleft(reversed(lost))
            return self._connection

    def _requests(self, connection: int) -> Iterator[StreamRequest]:
        """Yield what one connection sends; grpc runs this in a thread of its own."""
        while (row := self._next(connection)) is not None:
            yield StreamRequest(request_id=row[0], tx=row[1], wait=self._wait)

    def _next(self, connection: int) -> tuple[int, bytes] | None:
        with self._taking:
            with self._lock:
                if connection != self._connection:
                    return None
                while self._again:
                    row = self._again.popleft()
                    if row[0] in self._unanswered:
                        return row
                if self._exhausted:
                    return None
            fresh = self._fresh()
            with self._lock:
                if fresh is None:
                    self._exhausted = True
                    return None
                self._unanswered[fresh[0]] = fresh[1]
                if connection != self._connection:
                    self._again.append(fresh)  # the connection was lost meanwhile: the next has it
                    return None
                return fresh

    def _fresh(self) -> tuple[int, bytes] | None:
        try:
            return next(self._source, None)
        except Exception as failure:  # noqa: BLE001 - whatever it is, the caller gets it back
            self._failure = failure
            return None

    def _answered(self, index: int) -> bool:
        with self._lock, suppress(KeyError):
            del self._unanswered[index]
            return True
        return False

    def _finished(self) -> bool:
        with self._lock:
            return self._exhausted and not self._unanswered
