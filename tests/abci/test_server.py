"""Connections: replies in order, and no connection feels another."""

import queue
import socket
import stat
import threading
from pathlib import Path
from typing import Any, Self, cast

import pytest

from abci_app.abci import ABCIServer, BaseApplication
from abci_app.abci import abci_pb2 as pb
from abci_app.abci import server as server_module
from abci_app.abci.wire import FrameDecoder, encode_frame

FLUSH = pb.Request(flush=pb.RequestFlush())
FINALIZE = pb.Request(finalize_block=pb.RequestFinalizeBlock(txs=[b"a"], height=1))
QUERY = pb.Request(query=pb.RequestQuery(path="/x"))


def check(tx: bytes) -> pb.Request:
    return pb.Request(check_tx=pb.RequestCheckTx(tx=tx))


class Mirror(BaseApplication):
    """Gives every transaction back, and holds FinalizeBlock until it is let go."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.go = threading.Event()

    def check_tx(self, request: pb.RequestCheckTx, /) -> pb.ResponseCheckTx:
        return pb.ResponseCheckTx(data=request.tx)

    def query(self, request: pb.RequestQuery, /) -> pb.ResponseQuery:
        return pb.ResponseQuery(value=request.path.encode())

    def finalize_block(self, request: pb.RequestFinalizeBlock, /) -> pb.ResponseFinalizeBlock:
        self.entered.set()
        assert self.go.wait(20)
        return pb.ResponseFinalizeBlock(app_hash=b"%d" % request.height)


def test_thousand_pipelined_checks_are_answered_in_order(serve: Any, connect: Any) -> None:
    client = connect(serve(Mirror()))
    client.send(*(check(b"%d" % i) for i in range(1000)), FLUSH)
    assert [client.receive().check_tx.data for _ in range(1000)] == [b"%d" % i for i in range(1000)]
    assert client.receive().WhichOneof("value") == "flush"


def test_kinds_mixed_in_one_write_are_answered_each_by_its_own_kind(
    serve: Any, connect: Any
) -> None:
    client = connect(serve())
    kinds = list(pb.Request.DESCRIPTOR.fields_by_name)
    requests = []
    for kind in kinds:
        request = pb.Request()
        getattr(request, kind).SetInParent()
        requests.append(request)
    client.send(*requests)
    assert [client.receive().WhichOneof("value") for _ in kinds] == kinds


def test_check_and_query_are_answered_while_finalize_block_runs(serve: Any, connect: Any) -> None:
    app = Mirror()
    server = serve(app)
    consensus, mempool, queries = connect(server), connect(server), connect(server)
    consensus.send(FINALIZE, FLUSH)
    assert app.entered.wait(20)
    assert mempool.ask(check(b"now")).check_tx.data == b"now"
    assert queries.ask(QUERY).query.value == b"/x"
    app.go.set()
    assert consensus.receive().finalize_block.app_hash == b"1"
    assert consensus.receive().WhichOneof("value") == "flush"


def test_four_connections_at_once_each_get_their_own_answers(serve: Any, connect: Any) -> None:
    server = serve(Mirror())
    clients = [connect(server) for _ in range(4)]
    for name, client in enumerate(clients):
        client.send(*(check(b"%d/%d" % (name, i)) for i in range(300)))
    for name, client in enumerate(clients):
        answers = [client.receive().check_tx.data for _ in range(300)]
        assert answers == [b"%d/%d" % (name, i) for i in range(300)]


def test_connections_that_come_and_go_harm_nothing(serve: Any, connect: Any) -> None:
    server = serve()
    engine = connect(server)
    assert engine.echo("before") == "before"
    for _ in range(200):
        connect(server).socket.close()
    half = connect(server)
    half.socket.sendall(b"\x7fhalf a frame")
    half.socket.close()
    deaf = connect(server)
    deaf.send(*[pb.Request(echo=pb.RequestEcho(message="x" * 1000))] * 100)
    deaf.socket.close()
    assert engine.echo("after") == "after"
    assert connect(server).echo("new") == "new"


@pytest.mark.parametrize(
    ("noise", "told"),
    [
        (b"\xff" * 32, "bytes or more, the limit is 1000"),
        (b"\x80" * 32, "length prefix runs over 10 bytes"),
        (b"\x80\x00", "not in its shortest form"),
        (encode_frame(b"x" * 1001), "the limit is 1000"),
        (encode_frame(b"\xff" * 12), "frame of 12 bytes is not an ABCI request"),
        (encode_frame(b""), "without a kind"),
        (encode_frame(bytes.fromhex("2200")), "without a kind"),  # SetOption of older versions
        (encode_frame(bytes.fromhex("aa0100")), "without a kind"),  # InsertTx
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 8, "is not an ABCI request"),
    ],
)
def test_bad_frame_is_told_and_closes_its_connection_only(
    serve: Any, connect: Any, noise: bytes, told: str
) -> None:
    server = serve(max_frame=1000)
    engine, stranger = connect(server), connect(server)
    assert engine.echo("before") == "before"
    good = encode_frame(pb.Request(echo=pb.RequestEcho(message="good")).SerializeToString())
    stranger.socket.sendall(good + noise)
    assert stranger.receive().echo.message == "good"
    assert told in stranger.receive().exception.error
    assert stranger.receive() is None
    assert engine.echo("after") == "after"


def test_connection_above_the_bound_is_closed_and_the_others_live(serve: Any, connect: Any) -> None:
    server = serve()
    clients = [connect(server) for _ in range(server_module.MAX_CONNECTIONS)]
    assert [client.echo("here") for client in clients] == ["here"] * len(clients)
    assert connect(server).receive() is None
    assert clients[0].echo("still") == "still"


class Wire:
    """A socket of two memories: what will be received, and what was sent, write by write."""

    family = socket.AF_UNIX

    def __init__(self, *reads: bytes) -> None:
        self.reads = [*reads, b""]
        self.writes: list[bytes] = []

    def recv(self, _: int) -> bytes:
        return self.reads.pop(0)

    def sendall(self, data: bytes) -> None:
        if data:
            self.writes.append(data)

    def close(self) -> None:
        pass

    def through(self, server: ABCIServer) -> Self:
        server._serve(cast("socket.socket", self))
        return self


def framed(*requests: pb.Request) -> bytes:
    return b"".join(encode_frame(request.SerializeToString()) for request in requests)


def test_answers_to_one_read_are_written_together() -> None:
    reads = framed(*[check(b"x")] * 500, FLUSH)
    wire = Wire(reads, reads[:1], reads[1:]).through(ABCIServer(Mirror(), "unix://unused"))
    assert [len(list(FrameDecoder().feed(write))) for write in wire.writes] == [501, 501]


def test_large_answers_do_not_pile_up_in_memory() -> None:
    reads = framed(*[check(b"x" * 100_000)] * 40)
    wire = Wire(reads).through(ABCIServer(Mirror(), "unix://unused"))
    assert max(map(len, wire.writes)) < 1_200_000
    assert sum(len(list(FrameDecoder().feed(write))) for write in wire.writes) == 40


def test_stop_waits_for_the_call_under_way_and_delivers_its_answer(
    serve: Any, connect: Any
) -> None:
    app = Mirror()
    server = serve(app)
    client = connect(server)
    client.send(FINALIZE)
    assert app.entered.wait(20)
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    assert_refused(server.address)
    assert stopping.is_alive()
    app.go.set()
    assert client.receive().finalize_block.app_hash == b"1"
    assert client.receive() is None
    stopping.join(20)
    assert not stopping.is_alive()


def assert_refused(address: str) -> None:
    """Connect until the listener is gone; each attempt waits for the server, none for a clock."""
    path = address.removeprefix("unix://")
    while True:
        with socket.socket(socket.AF_UNIX) as attempt:
            attempt.settimeout(20)
            try:
                attempt.connect(path)
                attempt.recv(1)
            except (FileNotFoundError, ConnectionRefusedError, ConnectionResetError):
                if not Path(path).exists():
                    return


def test_stop_frees_a_thread_whose_peer_does_not_read(
    serve: Any, connect: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "_DRAIN_SECONDS", 0.05)
    server = serve()
    client = connect(server)
    client.socket.settimeout(0.2)
    ask = framed(*[pb.Request(echo=pb.RequestEcho(message="x" * 5000))] * 50)
    fill = iter(lambda: client.socket.sendall(ask), "never")
    with pytest.raises(TimeoutError):
        list(fill)
    server.stop()
    assert not [t for t in threading.enumerate() if t.name.startswith("abci-")]


def test_stop_removes_the_socket_file_and_may_be_repeated(serve: Any, folder: Path) -> None:
    server = serve()
    assert stat.S_IMODE((folder / "s0").lstat().st_mode) == 0o600
    server.stop()
    server.stop()
    assert list(folder.iterdir()) == []


def test_stop_out_of_two_calls_at_once_does_not_deadlock(serve: Any, connect: Any) -> None:
    box: queue.SimpleQueue[ABCIServer] = queue.SimpleQueue()
    together = threading.Barrier(2)

    class Quitter(BaseApplication):
        def query(self, _request: pb.RequestQuery, /) -> pb.ResponseQuery:
            together.wait(20)
            box.get(timeout=20).stop()
            return pb.ResponseQuery(log="bye")

    server = serve(Quitter())
    box.put(server)
    box.put(server)
    clients = [connect(server), connect(server)]
    for client in clients:
        client.send(QUERY)
    for client in clients:
        assert client.receive().query.log == "bye"
        assert client.receive() is None
    assert not Path(server.address.removeprefix("unix://")).exists()


def test_server_that_was_stopped_first_does_not_start(folder: Path) -> None:
    server = ABCIServer(BaseApplication(), f"unix://{folder}/s")
    server.stop()
    server.serve_forever()
    with pytest.raises(RuntimeError, match="stopped before"):
        server.start()
    assert list(folder.iterdir()) == []


def test_serve_forever_returns_after_stop(folder: Path) -> None:
    server = ABCIServer(BaseApplication(), f"unix://{folder}/s")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    server.stop()
    thread.join(20)
    assert not thread.is_alive()
    assert list(folder.iterdir()) == []


def test_server_is_a_context_and_starts_once(folder: Path, connect: Any) -> None:
    with ABCIServer(BaseApplication(), f"unix://{folder}/s") as server:
        assert connect(server).echo("hello") == "hello"
        with pytest.raises(RuntimeError, match="running already"):
            server.start()
    assert list(folder.iterdir()) == []


def test_loopback_port_serves_too(serve: Any, connect: Any) -> None:
    server = serve(address="tcp://127.0.0.1:0")
    assert connect(server).echo("port") == "port"


def test_failing_listener_is_fatal(folder: Path) -> None:
    heard: queue.SimpleQueue[BaseException] = queue.SimpleQueue()
    server = ABCIServer(BaseApplication(), f"unix://{folder}/s", on_fatal=heard.put)
    server.start()
    assert server._listener is not None
    server._listener.wake()  # as if the system had taken the socket away
    assert isinstance(heard.get(timeout=20), OSError)
    server.stop()
    assert list(folder.iterdir()) == []
