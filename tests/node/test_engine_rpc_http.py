"""The HTTP beneath the engine's RPC: replies are never mixed up, broken ones never believed."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from node import engine_http
from node.engine_http import HttpFault, HttpPeer

OK = b"HTTP/1.1 200 OK\r\n"


class Peer:
    """Answers the requests of all connections from one list; None ends the connection."""

    def __init__(self, replies: Sequence[bytes | None]) -> None:
        self.replies = list(replies)
        self.connections = 0
        self.bodies: list[bytes] = []
        self.held = asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self.tasks.append(task)
        with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
                self.bodies.append(await reader.readexactly(length))
                reply = self.replies.pop(0)
                if reply is None:
                    break
                if reply == b"hold":
                    await self.held.wait()
                    reply = plain(b"late")
                writer.write(reply)
                if b"connection: close" in reply or reply.endswith(b"cut"):
                    break
        writer.close()


def plain(body: bytes) -> bytes:
    return OK + b"content-length: %d\r\n\r\n%b" % (len(body), body)


def chunked(*chunks: bytes) -> bytes:
    parts = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in (*chunks, b""))
    return OK + b"Transfer-Encoding: chunked\r\n\r\n" + parts


Play = Callable[[Peer, HttpPeer], Awaitable[None]]


def talk(replies: Sequence[bytes | None], play: Play, *, timeout_s: float = 5) -> None:
    async def run() -> None:
        peer = Peer(replies)
        server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        client = HttpPeer(address, connections=2, timeout_s=timeout_s)
        await play(peer, client)
        await client.close()
        server.close()
        for task in peer.tasks:
            task.cancel()
        await asyncio.gather(*peer.tasks, return_exceptions=True)

    asyncio.run(run())


def test_one_connection_serves_one_request_after_the_other() -> None:
    async def play(peer: Peer, client: HttpPeer) -> None:
        assert [await client.post(body) for body in (b"1", b"2", b"3")] == [b"a", b"", b"c"]
        assert peer.bodies == [b"1", b"2", b"3"]
        assert peer.connections == 1

    talk([plain(b"a"), plain(b""), plain(b"c")], play)


def test_a_reply_in_chunks_is_put_together() -> None:
    async def play(peer: Peer, client: HttpPeer) -> None:
        assert await client.post(b"1") == b"x" * 100_000 + b"end"
        assert await client.post(b"2") == b"next"
        assert peer.connections == 1

    talk([chunked(b"x" * 100_000, b"end"), plain(b"next")], play)


def test_a_connection_that_idled_too_long_is_opened_again() -> None:
    async def play(peer: Peer, client: HttpPeer) -> None:
        assert await client.post(b"1") == b"a"
        assert await client.post(b"2") == b"b"
        assert peer.bodies == [b"1", b"2", b"2"]
        assert peer.connections == 2

    talk([plain(b"a"), None, plain(b"b")], play)


def test_a_new_connection_that_says_nothing_is_a_fault() -> None:
    async def play(peer: Peer, client: HttpPeer) -> None:
        with pytest.raises(HttpFault, match="closed in the middle") as caught:
            await client.post(b"1")
        assert caught.value.sent
        assert peer.connections == 1

    talk([None], play)


def test_a_connection_that_the_peer_closes_after_its_reply_is_not_used_again() -> None:
    async def play(peer: Peer, client: HttpPeer) -> None:
        assert await client.post(b"1") == b"a"
        assert await client.post(b"2") == b"b"
        assert peer.connections == 2

    close = OK + b"connection: close\r\ncontent-length: 1\r\n\r\na"
    talk([close, plain(b"b")], play)


def test_who_gives_up_leaves_no_reply_for_the_next() -> None:
    async def play(peer: Peer, client: HttpPeer) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.post(b"1"), 0.05)
        peer.held.set()
        assert await client.post(b"2") == b"mine"

    talk([b"hold", plain(b"mine")], play)


def test_silence_ends_at_the_time_limit() -> None:
    async def play(_: Peer, client: HttpPeer) -> None:
        with pytest.raises(HttpFault, match="no answer in time"):
            await client.post(b"1")

    talk([b"hold"], play, timeout_s=0.05)


@pytest.mark.parametrize(
    "reply",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        OK + b"\r\n",
        OK + b"content-length: many\r\n\r\n",
        OK + b"content-length: -1\r\n\r\n",
        OK + b"content-length: 99999999999\r\n\r\n",
        OK + b"transfer-encoding: chunked\r\n\r\nzz\r\n",
        OK + b"transfer-encoding: chunked\r\n\r\nffffffffff\r\n",
        OK + b"transfer-encoding: chunked\r\n\r\n-1\r\n",
        OK + b"transfer-encoding: chunked\r\n\r\n1\r\nabc0\r\n\r\n",
        OK + b"x: " + b"y" * (2 * engine_http.HEAD_BYTES_MAX) + b"\r\n\r\n",
    ],
)
def test_what_is_not_http_is_never_believed(reply: bytes) -> None:
    async def play(peer: Peer, client: HttpPeer) -> None:
        with pytest.raises(HttpFault, match="not HTTP as expected") as caught:
            await client.post(b"1")
        assert caught.value.sent
        assert await client.post(b"2") == b"fine"
        assert peer.connections == 2

    talk([reply, plain(b"fine")], play)


@pytest.mark.parametrize(
    "reply",
    [
        OK + b"content-length: 10\r\n\r\ncut",
        OK + b"transfer-encoding: chunked\r\n\r\n5\r\ncut",
        OK + b"cut",
    ],
)
def test_a_reply_that_was_cut_off_is_a_fault_and_not_sent_again(reply: bytes) -> None:
    async def play(peer: Peer, client: HttpPeer) -> None:
        await client.post(b"first")
        with pytest.raises(HttpFault, match="closed in the middle"):
            await client.post(b"1")
        assert peer.bodies == [b"first", b"1"]

    talk([plain(b""), reply], play)


def test_no_more_connections_than_allowed() -> None:
    async def play(peer: Peer, client: HttpPeer) -> None:
        replies = await asyncio.gather(*(client.post(b"%d" % n) for n in range(20)))
        assert replies == [b"r"] * 20
        assert peer.connections == 2

    talk([plain(b"r")] * 20, play)


@pytest.mark.parametrize("address", ["127.0.0.1:26657", "https://a:1", "http://a", "", "http://:5"])
def test_an_address_of_another_form_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="http://host:port"):
        HttpPeer(address, connections=1, timeout_s=1)


def test_a_unix_socket_is_an_address_too(tmp_path: Path) -> None:
    async def run() -> None:
        peer = Peer([plain(b"hello")])
        server = await asyncio.start_unix_server(peer.serve, tmp_path / "s")
        client = HttpPeer(f"unix://{tmp_path}/s", connections=1, timeout_s=5)
        assert await client.post(b"1") == b"hello"
        await client.close()
        server.close()
        await asyncio.gather(*peer.tasks, return_exceptions=True)

    asyncio.run(run())
