"""What the client's tests stand on: a wire that can be cut, a gateway that answers by script."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent import futures
from contextlib import contextmanager
from typing import Any

import grpc

from tonne.v1 import service_pb2 as v
from tonne.v1.service_pb2_grpc import RegistryServicer, add_RegistryServicer_to_server

CHUNK = 65_536


class Wire:
    """A TCP connection in the middle: it can be cut, lose what comes back, or not answer at all."""

    def __init__(self, target: str) -> None:
        host, _, port = target.rpartition(":")
        self._target = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._lock = threading.Lock()
        self._ends: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.losing = False  # answers get lost
        self.refusing = 0  # so many connections are closed at once
        self._start(self._accept)

    def cut(self) -> None:
        """End every connection."""
        with self._lock:
            ends, self._ends = self._ends, []
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join(10)

    def _start(self, run: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=run, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self.refusing:
                self.refusing -= 1
                near.close()
                continue
            far = socket.create_connection(self._target)
            with self._lock:
                self._ends += [near, far]
            self._start(self._pump, near, far, False)
            self._start(self._pump, far, near, True)

    def _pump(self, source: socket.socket, sink: socket.socket, back: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                if not (back and self.losing):
                    sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        source.close()


class Script(RegistryServicer):
    """A gateway that answers Submit with what its list says, and remembers what it was sent."""

    def __init__(self, *answers: v.Transaction | Callable[[Any], None]) -> None:
        self.answers = list(answers)
        self.sent: list[bytes] = []
        self.status = v.StatusReply(chain_id="script", genesis_hash=bytes(32), time_s=1)
        self.next = 1

    def Submit(self, request: v.SubmitRequest, context: Any) -> v.Transaction:  # noqa: N802 - the service's own name
        self.sent.append(request.tx)
        answer = self.answers.pop(0)
        if isinstance(answer, v.Transaction):
            return answer
        answer(context)
        raise AssertionError("the answer must end the call")

    def GetStatus(self, request: v.GetStatusRequest, context: Any) -> v.StatusReply:  # noqa: N802 - the same
        del request, context
        return self.status

    def GetSequence(self, request: v.GetSequenceRequest, context: Any) -> v.SequenceReply:  # noqa: N802 - the same
        del request, context
        return v.SequenceReply(next=self.next, last_accepted=self.next + 63)


@contextmanager
def scripted(script: Script) -> Iterator[str]:
    """Serve a script; yield its address."""
    server = grpc.server(futures.ThreadPoolExecutor(4))
    add_RegistryServicer_to_server(script, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait(10)
