"""All blocks of a running node, executed again here and compared: what `tonne audit replay` does.

Must not know: rules, or how it looks on a screen. Invariants: it only reads from the node; every
block that it counts was executed by this process and led to the app hash and the results hash of
the node's next header.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from abci_app import replay
from abci_app.abci import abci_pb2 as a
from abci_app.application import Application
from abci_app.store.ledger import Ledger
from node import blocks
from node.engine_rpc import EngineRefused, EngineRPC

BATCH = 16  # blocks asked for at once: of 1 MiB each, they make an answer of 22 MB
PAGE = 100
STAGE = "executing the blocks again"

Watch = Callable[[str, int, int], None]


class AuditFault(Exception):  # noqa: N818 - says why there is no verdict
    """The chain cannot be replayed; the text says why and what to do."""


async def replay_chain(
    rpc: EngineRPC, genesis: bytes, store: Path, *, last: int = 0, watch: Watch
) -> int:
    """Execute the blocks of a node up to `last` (0: all that can be compared); return the height.

    A store that has blocks already goes on after them. Raises Differs with the first difference,
    AuditFault, EngineUnreachable, EngineRefused, GenesisMismatch and StorageError.
    """
    status = await rpc.status()
    newest = status.height - 1  # what a block leads to stands in the header after it
    if last > newest:
        raise AuditFault(
            f"the node is at height {status.height}, so heights up to {newest} can be compared; "
            f"{last} was asked for"
        )
    if newest < 1:
        raise AuditFault("the chain has no block yet whose result stands in a header; try later")
    last = last or newest
    ledger = Ledger.open(str(store))
    try:
        application = Application(ledger)
        height = ledger.height
        if height + 1 < status.earliest_height:
            raise AuditFault(
                f"the node keeps blocks from {status.earliest_height} on and block {height + 1} "
                "is needed: ask a node that keeps all of them"
            )
        if height > last:
            raise AuditFault(f"the store is at height {height} already, beyond {last}")
        chain = _Chain(rpc)
        (start,) = await chain.replies(height + 1, height + 1)
        try:
            replay.begin(application, blocks.init_request(genesis), blocks.header(start).app_hash)
        except replay.OtherChain as error:
            raise AuditFault(f"{error}; name another --store, or an empty one") from None
        watch(STAGE, height, last)
        await _work(chain, application, last, watch)
        return ledger.height
    finally:
        ledger.close()


async def _work(chain: "_Chain", application: Application, last: int, watch: Watch) -> None:
    """Fetch blocks while those before them are executed in a thread."""
    height = application.ledger.height
    ahead = asyncio.create_task(chain.steps(height + 1, min(height + BATCH, last)))
    running = asyncio.create_task(asyncio.sleep(0))
    try:
        while height < last:
            steps = await ahead
            height = steps[-1].block.height
            await asyncio.shield(running)
            running = asyncio.create_task(
                asyncio.to_thread(_execute, application, steps, last, watch)
            )
            ahead = asyncio.create_task(chain.steps(height + 1, min(height + BATCH, last)))
        await asyncio.shield(running)
    finally:  # the store is closed after this: nothing may be executed then
        ahead.cancel()
        await asyncio.gather(ahead, running, return_exceptions=True)


def _execute(
    application: Application, steps: Sequence[replay.Step], last: int, watch: Watch
) -> None:
    for step in steps:
        replay.execute(application, step)
        watch(STAGE, step.block.height, last)


class _Chain:
    """The blocks of a node, in order."""

    def __init__(self, rpc: EngineRPC) -> None:
        self._rpc = rpc
        self._set_hash = b""  # of the validators that are known
        self._set: list[a.Validator] = []

    async def replies(self, first: int, last: int) -> list[Mapping[str, Any]]:
        """Return the RPC's answers to `block` for heights first..last."""
        calls = [("block", {"height": str(height)}) for height in range(first, last + 1)]
        replies = await self._rpc.batch(calls)
        for reply in replies:
            if isinstance(reply, EngineRefused):
                raise reply
        return replies

    async def steps(self, first: int, last: int) -> list[replay.Step]:
        """Return blocks first..last with what the header after each says of it."""
        if first > last:
            return []
        replies = await self.replies(max(1, first - 1), last + 1)
        try:
            headers = {row.height: row for row in map(blocks.header, replies)}
            by_height = dict(zip(headers, replies, strict=True))
            steps = []
            for height in range(first, last + 1):
                before = await self._validators(headers[height - 1]) if height > 1 else []
                block = blocks.finalize_request(by_height[height], before)
                after = headers[height + 1]
                steps.append(replay.Step(block, after.app_hash, after.results_hash))
        except (KeyError, TypeError, ValueError) as error:
            raise AuditFault(
                f"the engine's answer for blocks {first} to {last} has an unexpected form "
                f"({error!r}); is it an engine of this release?"
            ) from None
        return steps

    async def _validators(self, header: blocks.Header) -> list[a.Validator]:
        """Return the validators of a height; asked for only when they changed."""
        if header.validators_hash != self._set_hash:
            rows: list[a.Validator] = []
            total, page = 1, 1
            while len(rows) < total:
                reply = await self._rpc.validators(header.height, page=page, per_page=PAGE)
                found = blocks.validators(reply)
                if not found:
                    raise ValueError(f"{len(rows)} of {total} validators")
                rows += found
                total, page = int(reply["total"]), page + 1
            self._set_hash, self._set = header.validators_hash, rows
        return self._set
