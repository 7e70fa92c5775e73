"""The socket server that an engine talks ABCI 2.0 to.

Knows connections and threads, nothing of what a call means. Invariant: on one connection the
replies leave in the order of the requests, and what happens on one connection never reaches
another: no lock is held while the application works.
"""

import logging
import os
import queue
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType, TracebackType
from typing import Self

from abci_app.abci.application import BaseApplication
from abci_app.abci.dispatch import CallError, Dispatcher, exception_reply
from abci_app.abci.listener import Listener
from abci_app.abci.wire import DEFAULT_MAX_FRAME, FrameDecoder, FrameError

__all__ = ["MAX_CONNECTIONS", "ABCIServer", "BaseApplication", "stop_process"]

MAX_CONNECTIONS = 64  # an engine holds four; the rest is room for its restarts and for strangers

_READ_BYTES = 256 * 1024
_WRITE_BYTES = 1024 * 1024  # replies above this do not wait for the rest of their read
_DRAIN_SECONDS = 1.0  # a stopping server gives that long to replies under way

_log = logging.getLogger(__name__)


def stop_process(error: BaseException) -> None:
    """Print the traceback and end the process at once with exit code 1.

    Nothing is tidied up: the state on disk is that of the last commit, and whatever this process
    would still write comes from a state that is not to be trusted.
    """
    try:
        traceback.print_exception(error, file=sys.stderr)
        sys.stderr.flush()
    finally:
        os._exit(1)


class ABCIServer:
    """Serves one application to one engine: a blocking thread for every connection."""

    def __init__(
        self,
        app: BaseApplication,
        address: str,
        *,
        max_frame: int = DEFAULT_MAX_FRAME,
        fatal: tuple[type[BaseException], ...] = (),
        on_fatal: Callable[[BaseException], None] = stop_process,
    ) -> None:
        """Prepare a server for `unix:///path` or `tcp://127.0.0.1:port`; `start` binds it.

        `on_fatal` is called, on the thread of the connection, with the exception that came out
        of info, init_chain, finalize_block or commit, or that is one of `fatal` and came out of
        any call; if it returns, that connection ends.
        """
        self.address = address
        self._dispatcher = Dispatcher(app, fatal)
        self._max_frame = max_frame
        self._on_fatal = on_fatal
        self._listener: Listener | None = None
        self._acceptor: threading.Thread | None = None
        self._guard = threading.Lock()  # of the four fields around it; never held during a call
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._stopping = False
        # SimpleQueue, because a signal handler may put into it whatever it interrupted.
        self._wake_up: queue.SimpleQueue[None] = queue.SimpleQueue()

    def start(self) -> None:
        """Bind the address and serve on threads of its own, once in the life of the object.

        AddressError when the address cannot be had. With port 0, `address` tells the port.
        """
        if not self._open():
            raise RuntimeError("this server was stopped before: make a new one")

    def stop(self) -> None:
        """Take no more requests, wait for the calls under way, remove the socket file.

        May be called from any thread and repeatedly. Out of a call of the application or out of
        `on_fatal` it does not wait: two threads of the server would wait for each other.
        """
        with self._guard:
            self._stopping = True
            listener, self._listener = self._listener, None
            connections = dict(self._connections)
            mine = threading.current_thread() in (self._acceptor, *connections.values())
        if listener is not None:
            listener.wake()
            if self._acceptor is not None and not mine:
                self._acceptor.join()
            listener.close()
        for sock in connections:
            with suppress(OSError):  # it may have ended in this moment
                sock.shutdown(socket.SHUT_RD)
        if not mine:
            _drain(connections)
        self._wake_up.put(None)

    def serve_forever(self) -> None:
        """Start, and return after `stop`; in the main thread SIGINT and SIGTERM stop it too."""
        with _signals_into(self._wake_up):
            try:
                if self._open():
                    self._wake_up.get()
            finally:
                self.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _open(self) -> bool:
        """Bind and begin to accept; False when `stop` came first."""
        with self._guard:
            if self._stopping:
                return False
            if self._listener is not None:
                raise RuntimeError("this server is running already")
            self._listener = Listener(self.address)
            self.address = self._listener.address
            self._acceptor = threading.Thread(
                target=self._accept, args=(self._listener.socket,), name="abci-accept", daemon=True
            )
            self._acceptor.start()
            return True

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                sock, _ = listening.accept()
            except ConnectionAbortedError:
                continue  # the other side gave up before we looked
            except OSError as error:
                if not self._stopping:
                    self._on_fatal(error)
                return
            with self._guard:
                if self._stopping or len(self._connections) >= MAX_CONNECTIONS:
                    _log.warning("connection refused: %d are open", len(self._connections))
                    sock.close()
                    continue
                thread = threading.Thread(
                    target=self._serve, args=(sock,), name=f"abci-{sock.fileno()}", daemon=True
                )
                self._connections[sock] = thread
                thread.start()

    def _serve(self, sock: socket.socket) -> None:
        """Live the life of one connection; whatever ends it ends it alone."""
        try:
            if sock.family != socket.AF_UNIX:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._converse(sock)
        except OSError as error:
            _log.info("connection lost: %s", error)
        finally:
            with self._guard:
                self._connections.pop(sock, None)
            sock.close()

    def _converse(self, sock: socket.socket) -> None:
        decoder = FrameDecoder(self._max_frame)
        while not self._stopping and (data := sock.recv(_READ_BYTES)):
            replies: list[bytes] = []
            try:
                self._answer(decoder.feed(data), replies, sock)
            except FrameError as error:
                _log.warning("connection closed: %s", error)
                replies.append(exception_reply(str(error)))
            except CallError as error:
                if error.fatal:
                    self._on_fatal(error.cause)
                    return
                _log.error("connection closed: %s", error, exc_info=error.cause)
                replies.append(exception_reply(str(error)))
            else:
                sock.sendall(b"".join(replies))
                continue
            sock.sendall(b"".join(replies))
            return

    def _answer(self, frames: Iterator[bytes], replies: list[bytes], sock: socket.socket) -> None:
        """Fill `replies`, one for each frame; those of a fault's predecessors stay in it."""
        answer, size = self._dispatcher.answer, 0
        for frame in frames:
            reply = answer(frame)
            replies.append(reply)
            size += len(reply)
            if size > _WRITE_BYTES:
                sock.sendall(b"".join(replies))
                replies.clear()
                size = 0


def _drain(connections: dict[socket.socket, threading.Thread]) -> None:
    """Wait until every connection has ended; its last answers have a moment to leave."""
    deadline = time.monotonic() + _DRAIN_SECONDS
    for sock, thread in connections.items():
        thread.join(max(0.0, deadline - time.monotonic()))
        with suppress(OSError):  # frees a thread whose peer does not read its replies
            sock.shutdown(socket.SHUT_RDWR)
        thread.join()


@contextmanager
def _signals_into(wake_up: "queue.SimpleQueue[None]") -> Iterator[None]:
    """Turn SIGINT and SIGTERM into an entry of the queue, where Python allows handlers."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def wake(_number: int, _frame: FrameType | None) -> None:
        wake_up.put(None)

    before = {number: signal.signal(number, wake) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
