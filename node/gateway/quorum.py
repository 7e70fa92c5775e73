"""Tells a chain that waits for votes from one that waits for transactions.

Must not know: why votes are missing. Invariants: an idle chain, however long its pauses, never
counts as standing still; an engine that does not answer says nothing about the chain.
"""

import asyncio
import time
from collections.abc import Callable

from node.engine_rpc import EngineRefused, EngineRPC, EngineUnreachable, Vote

PATIENCE_S = 12.0  # a height that needs several rounds may take half of that
LOOK_S = 2.0
# The engine's steps of a round from the first vote to the last: with an idle chain it is at none.
VOTING = range(4, 8)


class Quorum:
    """Remembers since when one height waits for votes; times are of a monotonic clock."""

    def __init__(self, rpc: EngineRPC, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the engine to ask; `watch` does it."""
        self._rpc = rpc
        self._clock = clock
        self._height = 0  # that waits; 0: none does
        self._since_s = 0.0
        self._seen = Vote(0, 0, 0, 0)

    async def watch(self) -> None:
        """Ask the engine until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            await self.look()

    async def look(self) -> None:
        """Ask the engine once."""
        try:
            vote = await self._rpc.vote()
        except (EngineUnreachable, EngineRefused):
            self._height = 0
            return
        self._seen = vote
        if vote.step not in VOTING:
            self._height = 0
        elif vote.height != self._height:
            self._height, self._since_s = vote.height, self._clock()

    def lost(self) -> str:
        """Say that the chain stands still, and what to do; an empty text while it does not."""
        waited_s = self._clock() - self._since_s
        if not self._height or waited_s <= PATIENCE_S:
            return ""
        seen, total = self._seen.power_seen, self._seen.power_total
        power = f", {seen} of {total} voting power seen" if total else ""
        return (
            f"no quorum: for {waited_s:.0f} s this node has been waiting for the votes of other "
            f"validators on height {self._height}{power}; without more than two thirds of the "
            "votes there is no new block. What is in blocks stays"
        )
