"""Follows the chain block by block into the table and wakes those who wait.

Must not know: gRPC or what a transaction says. Invariant: the table grows by whole blocks in the
chain's order; whoever is woken for a block finds it in the table.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from node.gateway.backend import Backend, Block, Unavailable
from node.gateway.table import Table
from tonne.v1 import service_pb2 as sv

log = structlog.get_logger()

EAGER_S = 0.03  # between looks while somebody waits and a block is due
GAP_MAX_S = 0.6  # a chain that idles says nothing of how soon its next busy block comes
IDLE_S = 1.0  # between looks otherwise
RETRY_S = 1.0  # after the node did not answer
FETCHED_AT_ONCE = 8
FAR_BEHIND = 50  # blocks; beyond it the gateway does not call itself healthy
CATCH_UP_S = 10.0


class Follower:
    """The one writer of the table."""

    def __init__(self, backend: Backend, table: Table) -> None:
        """Take the node and the table; `run` does the work."""
        self._backend = backend
        self._table = table
        self._arrivals: dict[bytes, list[asyncio.Event]] = {}
        self._heights: list[tuple[int, asyncio.Event]] = []
        self._wanted = asyncio.Event()
        self._chain: bytes | None = None  # of the node, once it has told
        self._head = 0
        self._arrived_s = 0.0  # when the last block was seen, by the loop's clock
        self._gap_s = 0.0  # between blocks, lately

    @property
    def height(self) -> int:
        """Return the last height in the table."""
        return self._table.followed.height

    @property
    def time_s(self) -> int:
        """Return the block time of the last height in the table, UTC seconds."""
        return self._table.followed.time_s

    @property
    def behind(self) -> int | None:
        """Return how many committed blocks the table lacks; None before the first contact."""
        return None if self._chain is None else max(0, self._head - self.height)

    # ---- those who wait ----

    @contextmanager
    def watching(self, tx_id: bytes) -> Iterator[asyncio.Event]:
        """Give an event that is set when a block with the transaction is in the table."""
        event = asyncio.Event()
        self._arrivals.setdefault(tx_id, []).append(event)
        self._wanted.set()
        try:
            yield event
        finally:
            events = self._arrivals[tx_id]
            events.remove(event)
            if not events:
                del self._arrivals[tx_id]

    async def reached(self, height: int) -> None:
        """Return when the table has `height`; Unavailable when that takes too long."""
        if self._chain is not None and self.height >= height:
            return
        entry = (height, asyncio.Event())
        self._heights.append(entry)
        self._wanted.set()
        try:
            await asyncio.wait_for(entry[1].wait(), CATCH_UP_S)
        except TimeoutError:
            raise Unavailable(
                f"the gateway is still reading the chain (at height {self.height}, {height} is "
                "needed): try again later, or ask another node"
            ) from None
        finally:
            self._heights.remove(entry)

    async def catch_up(self) -> None:
        """Return when the table has everything that the node has committed by now."""
        await self.reached(await self._backend.height())

    # ---- the work ----

    async def run(self) -> None:
        """Follow until cancelled; a node that does not answer is asked again."""
        reachable = True
        while True:
            try:
                await self._step()
            except Unavailable as error:
                if reachable:
                    log.warning("node does not answer", reason=str(error))
                reachable = False
                await asyncio.sleep(RETRY_S)
                continue
            if not reachable:
                log.info("node answers again", height=self.height)
            reachable = True
            await self._pause()

    async def _pause(self) -> None:
        if self._arrivals or self._heights:
            # A look costs the node as much as a few transfers: none while no block can be there.
            due = self._arrived_s + self._gap_s / 2 - asyncio.get_running_loop().time()
            await asyncio.sleep(max(EAGER_S, due))
            return
        self._wanted.clear()
        try:
            await asyncio.wait_for(self._wanted.wait(), IDLE_S)
        except TimeoutError:
            return

    async def _step(self) -> None:
        """Bring the table up to the node's height."""
        if self._chain is None:
            await self._meet()
        self._head = await self._backend.height()
        if self.height < self._head:
            self._note_arrival()
        while self.height < self._head:
            first = self.height + 1
            last = min(self._head, self.height + FETCHED_AT_ONCE)
            fetches = [self._backend.block(height) for height in range(first, last + 1)]
            blocks = await asyncio.gather(*fetches)
            if blocks[0] is None:
                await self._jump(first)
                continue
            for block in blocks:
                if block is None:
                    break
                self._add(block)
        self._wake_heights()

    def _note_arrival(self) -> None:
        now = asyncio.get_running_loop().time()
        self._gap_s = (self._gap_s + min(now - self._arrived_s, GAP_MAX_S)) / 2
        self._arrived_s = now

    async def _meet(self) -> None:
        """Learn which chain the node is on; begin anew when the table is of another one."""
        answer = await self._backend.query("/GetStatus", b"")
        if answer.code:
            raise Unavailable(f"the state machine gives no status: {answer.log}")
        status = sv.StatusReply.FromString(answer.value)
        if not status.genesis_hash:
            raise Unavailable("the chain has no block yet")
        chain = status.chain_id.encode() + b"\x00" + status.genesis_hash
        followed = self._table.followed
        if followed.chain != chain or not await self._same_history():
            if followed.height:
                log.warning("the table is of another chain and is made anew")
            self._table.restart(chain)
        self._chain = chain

    async def _same_history(self) -> bool:
        """Tell whether the chain's block at the table's height is the one the table has."""
        followed = self._table.followed
        if not followed.height or not followed.hash:
            return True
        if await self._backend.height() < followed.height:
            return False
        block = await self._backend.block(followed.height)
        return block is None or block.hash == followed.hash

    async def _jump(self, height: int) -> None:
        """Go on behind a gap: blocks that the node has pruned or never had."""
        earliest = (await self._backend.status()).earliest_height
        if earliest <= height:
            # Committed, but its results are not to be had yet.
            raise Unavailable(f"the node does not give block {height} yet")
        log.warning("the node keeps no blocks below; older ids stay unknown", earliest=earliest)
        self._table.skip_to(earliest - 1)

    def _add(self, block: Block) -> None:
        self._table.add(block)
        for outcome in block.outcomes:
            for event in self._arrivals.get(outcome.tx_id, ()):
                event.set()
        self._wake_heights()

    def _wake_heights(self) -> None:
        for height, event in self._heights:
            if height <= self.height:
                event.set()
