"""A server on a short private path, and a client that frames like the engine does."""

import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from abci_app.abci import ABCIServer, BaseApplication
from abci_app.abci import abci_pb2 as pb
from abci_app.abci.wire import FrameDecoder, encode_frame


class Client:
    """One connection of an engine: requests out, responses in, in order."""

    def __init__(self, address: str) -> None:
        scheme, _, rest = address.partition("://")
        if scheme == "unix":
            self.socket = socket.socket(socket.AF_UNIX)
            try:
                self.socket.connect(rest)
            except OSError:
                self.socket.close()
                raise
        else:
            host, _, port = rest.rpartition(":")
            self.socket = socket.create_connection((host.strip("[]"), int(port)))
        self.socket.settimeout(20)
        self._decoder = FrameDecoder()
        self._ready: list[pb.Response] = []

    def send(self, *requests: pb.Request) -> None:
        self.socket.sendall(b"".join(encode_frame(r.SerializeToString()) for r in requests))

    def receive(self) -> pb.Response | None:
        """Give the next response, or None when the server has closed the connection."""
        while not self._ready:
            try:
                data = self.socket.recv(1 << 18)
            except ConnectionResetError:
                return None
            if not data:
                return None
            self._ready += map(pb.Response.FromString, self._decoder.feed(data))
        return self._ready.pop(0)

    def ask(self, request: pb.Request) -> pb.Response:
        self.send(request)
        response = self.receive()
        assert response is not None
        return response

    def echo(self, text: str) -> str:
        return self.ask(pb.Request(echo=pb.RequestEcho(message=text))).echo.message

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.socket.close()


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder whose path leaves room for a socket's name."""
    path = Path(tempfile.mkdtemp(prefix="abci"))
    yield path
    shutil.rmtree(path)


Serve = Callable[..., ABCIServer]
Connect = Callable[[ABCIServer], Client]


@pytest.fixture
def serve(folder: Path) -> Iterator[Serve]:
    """Start servers that are stopped after the test."""
    servers: list[ABCIServer] = []

    def start(app: BaseApplication | None = None, **options: Any) -> ABCIServer:
        options.setdefault("address", f"unix://{folder}/s{len(servers)}")
        server = ABCIServer(app or BaseApplication(), **options)
        server.start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Open connections that are closed after the test."""
    clients: list[Client] = []

    def to(server: ABCIServer) -> Client:
        clients.append(Client(server.address))
        return clients[-1]

    yield to
    for client in clients:
        client.socket.close()


@pytest.fixture
def client_class() -> type[Client]:
    """Give the client itself, for servers that run in another process."""
    return Client
