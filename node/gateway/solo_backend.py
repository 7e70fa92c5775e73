"""A node in this process: the driver of node.solo behind the gateway's interface.

Must not know: gRPC. Invariant: blocks are made when transactions wait, at most one every BLOCK_S,
and otherwise every HEARTBEAT_S, so that time passes and deadlines are kept.
"""

import asyncio
from typing import Never

from node.gateway.backend import Admission, Answer, Block, NodeStatus, NoValidators
from node.solo import Driver
from tonne.v1.codes_pb2 import Code
from tonne.v1.light_pb2 import LightBlock, TransactionProof

BLOCK_S = 0.2
HEARTBEAT_S = 10.0
CACHE = 60_000  # ids remembered as known, as many as the engine's mempool keeps


class SoloBackend:
    """Serves one driver; `run` makes its blocks."""

    def __init__(
        self, driver: Driver, *, block_s: float = BLOCK_S, heartbeat_s: float = HEARTBEAT_S
    ) -> None:
        """Take the driver, which nobody else may use from now on."""
        self._driver = driver
        self._block_s = block_s
        self._heartbeat_s = heartbeat_s
        self._waiting = asyncio.Event()

    @property
    def queued(self) -> int:
        """Return 0: what is handed in is with the application at once."""
        return 0

    async def submit(self, tx: bytes) -> Admission:
        """Admit a transaction to the next block."""
        if self._driver.holds(tx):
            return Admission(Code.OK, known=True)
        code, detail = self._driver.check(tx)
        if code == Code.OK:
            self._waiting.set()
        return Admission(code, detail)

    async def run(self) -> None:
        """Make blocks until cancelled; a failure of the application ends it."""
        loop = asyncio.get_running_loop()
        last = loop.time() - self._block_s
        while True:
            try:
                await asyncio.wait_for(self._waiting.wait(), self._heartbeat_s)
            except TimeoutError:
                pass  # an empty block
            else:
                await asyncio.sleep(max(0.0, last + self._block_s - loop.time()))
            self._driver.make_block()
            last = loop.time()
            if not self._driver.waiting:
                self._waiting.clear()

    async def query(self, path: str, data: bytes) -> Answer:
        """Ask the application."""
        reply = self._driver.query(path, data)
        return Answer(reply.code, reply.log, reply.value, reply.height)

    async def height(self) -> int:
        """Return the last height."""
        return self._driver.height

    async def block(self, height: int) -> Block | None:
        """Return a block from the records."""
        return self._driver.records.get(height)

    async def status(self) -> NodeStatus:
        """Return what a node without an engine can say of itself."""
        earliest, _ = self._driver.records.bounds()
        return NodeStatus(
            engine_version="none: solo, one process, not replicated",
            node="solo",
            peers=0,
            catching_up=False,
            earliest_height=earliest or self._driver.height + 1,
            voting_power=sum(row.power for row in self._driver.genesis.validators),
        )

    def standstill(self) -> str:
        """Say nothing: one process needs nobody's votes."""
        return ""

    async def light_block(self, height: int) -> LightBlock | None:
        """Refuse: nobody signs."""
        _refuse(height)

    async def transaction_proof(self, height: int, tx_id: bytes) -> TransactionProof | None:
        """Refuse: nobody signs."""
        del tx_id
        _refuse(height)

    async def genesis(self) -> bytes:
        """Return the Genesis message of the chain."""
        return self._driver.genesis.SerializeToString(deterministic=True)

    async def close(self) -> None:
        """Close the records."""
        self._driver.close()


def _refuse(height: int) -> Never:
    del height
    raise NoValidators(
        "solo has no validators to vouch for a header: prove facts of a real network "
        "(`make testnet`, `tonne start`)"
    )
