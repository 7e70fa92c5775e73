"""The load client of `chain`: hands transactions to engines' RPC and reads what was committed.

It must not know what the transactions say or which application is behind the engine. Invariant:
only transactions that stand in a block with code 0 are counted; requests are made before the clock
runs, so that the client costs little of the machine that it shares with the nodes.
"""

import http.client
import json
import os
import queue
import statistics
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from scripts.bench_report import BenchFault, cpu_s

CONNECTIONS = 4
BATCH = 25  # transactions a request
LOOK_S = 0.02
SAMPLE_S = 0.2  # between looks into a mempool
QUIET_S = 60.0  # without a block while transactions wait: the run is given up
METAS_MAX = 20  # blocks that the engine tells of at once
CLIENT = "client"

Usage = Callable[[], dict[str, float]]


@dataclass(frozen=True)
class Round:
    """What one round of throughput did."""

    per_second: float  # committed transactions
    blocks: int
    waiting: float  # transactions in the first engine's mempool, median of the samples
    idle_looks: float  # share of the samples that found the mempool empty
    cpu_us: dict[str, float]  # processor time for one committed transaction, by role


class Rpc:
    """One connection to an engine's RPC, kept open."""

    def __init__(self, address: str) -> None:
        """Connect at the first request."""
        place = urlsplit(address)
        self._connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)

    def post(self, body: bytes) -> bytes:
        """Return what the engine answers to a JSON-RPC request or batch."""
        try:
            return self._exchange(body)
        except (ConnectionError, http.client.RemoteDisconnected):
            self._connection.close()  # the engine drops a connection that was idle for a while
            return self._exchange(body)

    def _exchange(self, body: bytes) -> bytes:
        self._connection.request("POST", "/", body, {"Content-Type": "application/json"})
        return self._connection.getresponse().read()

    def call(self, method: str, **params: str) -> Any:  # noqa: ANN401 - JSON of any shape
        """Return the result of one call; BenchFault when the engine refuses it."""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        reply = json.loads(self.post(json.dumps(request).encode()))
        if "result" not in reply:
            raise BenchFault(f"the engine refused {method}: {reply.get('error')}")
        return reply["result"]

    def height(self) -> int:
        """Return the height that the application has committed: the engine's may be a block on."""
        return int(self.call("abci_info")["response"].get("last_block_height") or 0)

    def waiting(self) -> int:
        """Return how many transactions stand in the mempool."""
        return int(self.call("num_unconfirmed_txs")["total"])

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class Senders:
    """Connections that send what stands in a queue, each in a thread of its own."""

    def __init__(self, addresses: Sequence[str]) -> None:
        """Spread the connections over the addresses."""
        self.waiting: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.trouble: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._send, args=(addresses[at % len(addresses)],), daemon=True)
            for at in range(CONNECTIONS)
        ]
        for thread in self._threads:
            thread.start()

    def _send(self, address: str) -> None:
        rpc = Rpc(address)
        try:
            while (body := self.waiting.get()) is not None:
                reply = rpc.post(body)
                if b'"error"' in reply:
                    self.trouble.put(reply.decode(errors="replace")[:300])
        except (OSError, http.client.HTTPException) as error:
            self.trouble.put(f"{address}: {error!r}")
        finally:
            rpc.close()

    def close(self) -> None:
        """Let every thread end."""
        for _ in self._threads:
            self.waiting.put(None)
        for thread in self._threads:
            thread.join()


def bodies(txs: Sequence[bytes]) -> list[bytes]:
    """Return the requests that hand in transactions."""
    return [
        json.dumps(
            [
                {
                    "jsonrpc": "2.0",
                    "id": at,
                    "method": "broadcast_tx_async",
                    "params": {"tx": b64encode(raw).decode()},
                }
                for at, raw in enumerate(txs[start : start + BATCH])
            ],
            separators=(",", ":"),
        ).encode()
        for start in range(0, len(txs), BATCH)
    ]


def throughput(
    addresses: Sequence[str], txs: Sequence[bytes], waiting_max: int, usage: Usage
) -> Round:
    """Return what becomes of transactions, at most `waiting_max` of them under way at once.

    BenchFault unless all of them end in blocks with code 0.
    """
    with closing(Rpc(addresses[0])) as watch:
        return _throughput(watch, addresses, txs, waiting_max, usage)


def _throughput(
    watch: Rpc, addresses: Sequence[str], txs: Sequence[bytes], waiting_max: int, usage: Usage
) -> Round:
    requests = bodies(txs)
    height = started_at = watch.height()
    before = _used(usage)
    senders = Senders(addresses)
    seen: list[tuple[float, int]] = []  # when a block was seen, how many transactions it has
    depths: list[int] = []
    sent = committed = 0
    began = moved = sampled = time.perf_counter()
    try:
        while committed < len(txs):
            while sent < len(requests) and (sent + 1) * BATCH - committed <= waiting_max:
                senders.waiting.put(requests[sent])
                sent += 1
            for count in new_blocks(watch, height):
                height += 1
                if count:
                    moved = time.perf_counter()
                    seen.append((moved, count))
                    committed += count
            if not senders.trouble.empty():
                raise BenchFault(f"a request failed: {senders.trouble.get()}")
            now = time.perf_counter()
            if now - moved > QUIET_S:
                raise BenchFault(f"{len(txs) - committed} of {len(txs)} came into no block")
            if sent < len(requests) and now - sampled > SAMPLE_S:
                depths.append(watch.waiting())
                sampled = now
            time.sleep(LOOK_S)
    finally:
        senders.close()
    after = _used(usage)
    check_results(watch, started_at + 1, height, len(txs))
    if len(seen) < 3:  # too few for a rate between blocks; the wait for the first one counts in
        rate = len(txs) / (seen[-1][0] - began)
    else:
        rate = (len(txs) - seen[0][1]) / (seen[-1][0] - seen[0][0])
    return Round(
        per_second=rate,
        blocks=len(seen),
        waiting=statistics.median(depths) if depths else 0,
        idle_looks=sum(not depth for depth in depths) / max(1, len(depths)),
        cpu_us={role: 1e6 * (after[role] - before.get(role, 0.0)) / len(txs) for role in after},
    )


def _used(usage: Usage) -> dict[str, float]:
    return {**usage(), CLIENT: cpu_s(os.getpid())}


def new_blocks(watch: Rpc, height: int) -> list[int]:
    """Return the numbers of transactions of the blocks above a height, in order."""
    latest = min(watch.height(), height + METAS_MAX)
    if latest <= height:
        return []
    metas = watch.call("blockchain", minHeight=str(height + 1), maxHeight=str(latest))
    rows = {int(row["header"]["height"]): int(row["num_txs"]) for row in metas["block_metas"]}
    return [rows[number] for number in range(height + 1, latest + 1)]


def check_results(watch: Rpc, first: int, last: int, expected: int) -> None:
    """BenchFault unless the blocks hold `expected` transactions, all with code 0."""
    good = 0
    for height in range(first, last + 1):
        results = watch.call("block_results", height=str(height)).get("txs_results") or []
        refused = [row for row in results if int(row.get("code") or 0)]
        if refused:
            raise BenchFault(f"{len(refused)} refused at height {height}: {refused[0]['log']}")
        good += len(results)
    if good != expected:
        raise BenchFault(f"{good} transactions stand in the blocks, not {expected}")
