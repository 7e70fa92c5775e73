"""Following a chain's headers from a root of trust, with as few of them as will do.

Must not know: how a block is fetched. Invariant: `path` holds, ascending, exactly the blocks that
lead from the root to the newest trusted one; a block that fails changes nothing.
"""

from collections.abc import Callable

from node.sdk.light.faults import Malformed, TrustGap
from node.sdk.light.trust import Clock, Trusted, step
from tonne.v1.light_pb2 import LightBlock

Fetch = Callable[[int], LightBlock]  # a block by its height

FETCHES_MAX = 10_000  # on the way to one height


class LightClient:
    """What is trusted so far. With a clock it is a live client; without one it reads an archive."""

    def __init__(
        self, root: Trusted, fetch: Fetch, *, clock: Callable[[], Clock] | None = None
    ) -> None:
        """Begin at a root; `clock` is asked at every step."""
        self.trusted = root
        self.path: list[LightBlock] = []
        self._fetch = fetch
        self._clock = clock

    def reach(self, height: int) -> Trusted:
        """Trust the header of a height; an Unproven says why it cannot be trusted.

        The farthest step comes first; where too little of the trusted power signed, half way.
        """
        waiting = [self._get(height)]
        fetched = 1
        while waiting:
            target = waiting[-1].header.height
            try:
                self._take(waiting[-1])
            except TrustGap:
                middle = (self.trusted.height + target) // 2
                if fetched >= FETCHES_MAX:
                    raise
                waiting.append(self._get(middle))
                fetched += 1
            else:
                waiting.pop()
        return self.trusted

    def _get(self, height: int) -> LightBlock:
        block = self._fetch(height)
        if block.header.height != height:
            raise Malformed(f"asked for height {height}, given that of {block.header.height}")
        return block

    def _take(self, block: LightBlock) -> None:
        clock = self._clock() if self._clock else None
        trusted = step(self.trusted, block, clock)
        if trusted is not self.trusted:
            self.path.append(block)
            self.trusted = trusted
