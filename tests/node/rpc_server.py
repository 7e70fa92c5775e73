"""A small HTTP server that answers JSON-RPC as a test wants, the engine's way or a broken one."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

Answer = Callable[[str, dict[str, Any]], Any]


class RpcError(Exception):
    """Answered as a JSON-RPC error."""

    def __init__(self, data: str, code: int = -32603) -> None:
        super().__init__(data)
        self.data = data
        self.code = code


class RpcServer:
    """Counts its requests; `raw` answers with bytes of its own instead."""

    def __init__(self, answer: Answer, raw: bytes | None = None) -> None:
        self.answer = answer
        self.raw = raw
        self.posts = 0
        self.calls = 0
        self.largest_batch = 0
        self.silent = False
        self.port = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    int(line.split(b":")[1])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length")
                )
                body = json.loads(await reader.readexactly(length))
                self.posts += 1
                if self.silent:
                    await asyncio.Event().wait()
                content = self.raw if self.raw is not None else self._content(body)
                writer.write(
                    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                    b"content-length: %d\r\n\r\n%s" % (len(content), content)
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    def _content(self, body: Any) -> bytes:
        calls = body if isinstance(body, list) else [body]
        self.largest_batch = max(self.largest_batch, len(calls))
        replies = [self._reply(call) for call in calls]
        return json.dumps(replies if isinstance(body, list) else replies[0]).encode()

    def _reply(self, call: dict[str, Any]) -> dict[str, Any]:
        self.calls += 1
        reply: dict[str, Any] = {"jsonrpc": "2.0", "id": call["id"]}
        try:
            reply["result"] = self.answer(call["method"], call["params"])
        except RpcError as error:
            reply["error"] = {"code": error.code, "message": "Internal error", "data": error.data}
        return reply


@asynccontextmanager
async def rpc_server(answer: Answer, raw: bytes | None = None) -> AsyncIterator[RpcServer]:
    server = RpcServer(answer, raw)
    tasks: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        await server.serve(reader, writer)

    listening = await asyncio.start_server(accept, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
