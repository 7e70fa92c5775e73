"""HTTP/1.1 to one known peer: POST a body, get a body, over connections that stay open.

Must not know: what the bodies say. Invariant: a reply belongs to the request it is given for; a
connection on which anything unexpected happened is never used again.

A general client costs about a millisecond of processor time a request here, this one a twentieth:
what thousands of transactions a second leave no room for.
"""

import asyncio
from urllib.parse import urlsplit

HEAD_BYTES_MAX = 64 * 1024
BODY_BYTES_MAX = 64 << 20
CONNECT_TIMEOUT_S = 2.0

_Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class HttpFault(Exception):  # noqa: N818 - what happened, in the words of the caller's message
    """No usable reply; `sent` tells whether the request may have arrived all the same."""

    def __init__(self, text: str, *, sent: bool) -> None:
        """Keep the text and whether the request may have had an effect."""
        super().__init__(text)
        self.sent = sent


class _Stale(Exception):  # noqa: N818 - the peer closed an idle connection, as it may
    """Nothing came back on a connection that had been used before."""


class HttpPeer:
    """Up to `connections` connections to `http://host:port` or `unix:///path`."""

    def __init__(self, address: str, *, connections: int, timeout_s: float) -> None:
        """Open nothing yet; ValueError for an address of another form."""
        self._socket = address.removeprefix("unix://") if address.startswith("unix://") else ""
        parts = urlsplit("http://engine:80" if self._socket else address)
        if parts.scheme != "http" or not parts.hostname or not parts.port:
            raise ValueError(f"{address!r} is not of the form http://host:port or unix:///path")
        self._host, self._port = parts.hostname, parts.port
        self._head = f"POST / HTTP/1.1\r\nHost: {parts.netloc}\r\n".encode() + (
            b"Content-Type: application/json\r\nContent-Length: "
        )
        self._timeout_s = timeout_s
        self._free = asyncio.Semaphore(connections)
        self._idle: list[_Connection] = []

    async def post(self, body: bytes) -> bytes:
        """Return the body of the reply, whatever its status; HttpFault when there is none."""
        async with self._free:
            while self._idle:
                connection = self._idle.pop()
                try:
                    return await self._exchange(connection, body, used_before=True)
                except _Stale:
                    continue
            return await self._exchange(await self._connect(), body, used_before=False)

    async def close(self) -> None:
        """Close the connections that are not in use."""
        while self._idle:
            _, writer = self._idle.pop()
            writer.close()
            try:
                await writer.wait_closed()
            except OSError:
                continue  # it is gone, which is what was wanted

    async def _connect(self) -> _Connection:
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                if self._socket:
                    return await asyncio.open_unix_connection(self._socket, limit=HEAD_BYTES_MAX)
                return await asyncio.open_connection(self._host, self._port, limit=HEAD_BYTES_MAX)
        except TimeoutError:
            raise HttpFault("no connection in time", sent=False) from None
        except OSError as error:
            raise HttpFault(error.strerror or str(error), sent=False) from None

    async def _exchange(self, connection: _Connection, body: bytes, *, used_before: bool) -> bytes:
        reader, writer = connection
        reusable = False
        try:
            if used_before and reader.at_eof():
                raise _Stale
            async with asyncio.timeout(self._timeout_s):
                writer.write(b"%b%d\r\n\r\n%b" % (self._head, len(body), body))
                await writer.drain()
                reply, reusable = await _read_reply(reader)
                return reply
        except TimeoutError:
            raise HttpFault("no answer in time", sent=True) from None
        except asyncio.IncompleteReadError as error:
            if used_before and not error.partial:
                raise _Stale from None
            raise HttpFault("the connection was closed in the middle", sent=True) from None
        except OSError as error:
            if used_before:
                raise _Stale from None
            raise HttpFault(error.strerror or str(error), sent=True) from None
        except (ValueError, asyncio.LimitOverrunError) as error:
            raise HttpFault(f"not HTTP as expected: {error}", sent=True) from None
        finally:
            # A caller that gave up leaves a reply behind: such a connection must not be reused.
            if reusable:
                self._idle.append(connection)
            else:
                writer.close()


async def _read_reply(reader: asyncio.StreamReader) -> tuple[bytes, bool]:
    """Return the body and whether the connection may be used again."""
    head = await reader.readuntil(b"\r\n\r\n")
    status, _, rest = head.partition(b"\r\n")
    if not status.startswith(b"HTTP/1.1 "):
        raise ValueError(repr(status[:40]))
    fields = {}
    for line in rest.split(b"\r\n"):
        name, _, value = line.partition(b":")
        fields[name.strip().lower()] = value.strip().lower()
    kept = fields.get(b"connection") != b"close"
    if fields.get(b"transfer-encoding") == b"chunked":
        return await _read_chunks(reader), kept
    length = int(fields[b"content-length"]) if b"content-length" in fields else None
    if length is None:
        raise ValueError("neither a length nor chunks")
    if not 0 <= length <= BODY_BYTES_MAX:
        raise ValueError(f"a body of {length} bytes")
    return await _read_exactly(reader, length), kept


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    chunks: list[bytes] = []
    total = 0
    while True:
        size = int((await reader.readuntil(b"\r\n")).partition(b";")[0], 16)
        total += size
        if size < 0 or total > BODY_BYTES_MAX:
            raise ValueError(f"a body of more than {BODY_BYTES_MAX} bytes")
        chunk = await _read_exactly(reader, size + 2)
        if chunk[-2:] != b"\r\n":
            raise ValueError("a chunk of another length than it says")
        if not size:
            return b"".join(chunks)
        chunks.append(chunk[:-2])


async def _read_exactly(reader: asyncio.StreamReader, count: int) -> bytes:
    try:
        return await reader.readexactly(count)
    except asyncio.IncompleteReadError as error:
        # The head has come, so this is no idle connection that the peer had closed.
        raise HttpFault("the connection was closed in the middle", sent=True) from error
