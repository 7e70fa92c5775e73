"""A stand-in for the engine's RPC that admits every transaction at once: what `stream` measures on.

It must not know what a transaction says. Invariant: it answers in the engine's form the few calls
that a gateway makes, and costs so little that a gateway in front of it is alone with its own work.
"""

import asyncio
import json
import re
import sys
from base64 import b64encode

from tonne.v1 import service_pb2 as sv

_IDS = re.compile(rb'"id":(\d+)')
_LENGTH = re.compile(rb"[Cc]ontent-[Ll]ength: (\d+)")
_CHECKED = b'{"jsonrpc":"2.0","id":%b,"result":{"code":0,"data":"","log":"","hash":"00"}}'
_TIME = "2026-02-01T00:00:00Z"


def results(chain_id: str, genesis_hash: bytes) -> dict[str, object]:
    """Return the answers to the calls that do not carry transactions: a chain of one block."""
    status = sv.StatusReply(chain_id=chain_id, genesis_hash=genesis_hash, height=1)
    value = b64encode(status.SerializeToString()).decode()
    node = {"network": chain_id, "version": "0", "moniker": "stub", "id": "00"}
    sync = {
        "latest_block_height": "1",
        "earliest_block_height": "1",
        "latest_block_time": _TIME,
        "catching_up": False,
    }
    header = {"height": "1", "time": _TIME}
    return {
        "abci_query": {"response": {"code": 0, "value": value, "height": "1"}},
        "abci_info": {"response": {"last_block_height": "1"}},
        "status": {"node_info": node, "sync_info": sync},
        "net_info": {"n_peers": "0"},
        "block": {"block_id": {"hash": "00" * 32}, "block": {"header": header, "data": {}}},
        "block_results": {"height": "1"},
    }


class Connection(asyncio.Protocol):
    """One connection of a gateway; requests come one after the other."""

    def __init__(self, answers: dict[str, object]) -> None:
        """Take the answers to calls without transactions."""
        self._answers = answers
        self._data = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every whole request."""
        assert self._transport is not None
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            found = _LENGTH.search(self._data, 0, end)
            assert found is not None, "a request without a length"
            stop = end + 4 + int(found[1])
            if len(self._data) < stop:
                return
            body, self._data = self._data[end + 4 : stop], self._data[stop:]
            reply = self._reply(body)
            head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(reply)
            self._transport.write(head + reply)

    def _reply(self, body: bytes) -> bytes:
        if b'"broadcast_tx_sync"' in body:
            rows = [_CHECKED % number for number in _IDS.findall(body)]
            return b"[" + b",".join(rows) + b"]" if body.startswith(b"[") else rows[0]
        calls = json.loads(body)
        several = isinstance(calls, list)
        replies = [
            {"jsonrpc": "2.0", "id": call["id"], "result": self._answers[call["method"]]}
            for call in (calls if several else [calls])
        ]
        return json.dumps(replies if several else replies[0]).encode()


async def _serve(port: int, chain_id: str, genesis_hash: bytes) -> None:
    answers = results(chain_id, genesis_hash)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(answers), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), sys.argv[2], bytes.fromhex(sys.argv[3])))
