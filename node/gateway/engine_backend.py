"""A node behind the engine's RPC.

Must not know: gRPC. Invariant: at most BATCH x WORKERS transactions are on their way at once; more
wait here, in the order of their arrival.
"""

import asyncio
from collections.abc import Sequence
from hashlib import sha256

from node import engine_light
from node.engine_rpc import (
    Checked,
    EngineBlock,
    EngineRefused,
    EngineRPC,
    EngineUnreachable,
)
from node.gateway.backend import (
    Admission,
    Answer,
    Block,
    Full,
    NodeStatus,
    Outcome,
    Unavailable,
    registry_events,
)
from node.gateway.quorum import Quorum
from node.settings import Limits
from tonne.v1.codes_pb2 import Code
from tonne.v1.light_pb2 import LightBlock, TransactionProof

# The engine runs the calls of one request one after the other, each waiting for CheckTx: a single
# connection carries about a thousand a second. Many connections with few calls each keep both the
# engine's buffer filled and the cost of HTTP low. 10 is the engine's own default for a batch.
WORKERS = 24
BATCH = 10
CONNECTIONS = 40
QUEUE = Limits().queue

_Item = tuple[bytes, asyncio.Future[Admission]]


class EngineBackend:
    """Carries transactions to the engine in small batches over parallel connections."""

    def __init__(self, rpc: EngineRPC, queue: int = QUEUE) -> None:
        """Take the RPC, which nobody else may close, and how many may wait here."""
        self._rpc = rpc
        self._most = queue
        self._queue: asyncio.Queue[_Item] = asyncio.Queue()
        self._quorum = Quorum(rpc)

    @classmethod
    def at(cls, address: str, queue: int = QUEUE) -> "EngineBackend":
        """Return a backend for the engine at an RPC address."""
        return cls(EngineRPC(address, connections=CONNECTIONS), queue)

    @property
    def queued(self) -> int:
        """Return how many transactions wait to be carried to the engine."""
        return self._queue.qsize()

    async def run(self) -> None:
        """Carry transactions to the engine until cancelled."""
        async with asyncio.TaskGroup() as workers:
            workers.create_task(self._quorum.watch())
            for _ in range(WORKERS):
                workers.create_task(self._carry())

    async def submit(self, tx: bytes) -> Admission:
        """Hand in a transaction and return what CheckTx said; Full when too many wait here."""
        if self._queue.qsize() >= self._most:
            raise Full(
                f"{self._most} transactions wait in this gateway for the engine: wait a second "
                "and send it again, or send to another node"
            )
        future: asyncio.Future[Admission] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((tx, future))
        return await future

    async def _carry(self) -> None:
        while True:
            items = [await self._queue.get()]
            while len(items) < BATCH and not self._queue.empty():
                items.append(self._queue.get_nowait())
            # Who has given up in the meantime need not be asked about.
            items = [item for item in items if not item[1].done()]
            if items:
                await self._carry_batch(items)

    async def _carry_batch(self, items: Sequence[_Item]) -> None:
        answers: Sequence[Admission | Exception]
        try:
            replies = await self._rpc.broadcast_many([tx for tx, _ in items])
            answers = [_admission(reply) for reply in replies]
        except EngineUnreachable as error:
            answers = [Unavailable(str(error), sent=error.sent) for _ in items]
        except asyncio.CancelledError:
            for _, future in items:
                future.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - a worker that dies would leave callers waiting
            answers = [Unavailable(f"the engine's answer was not understood: {error!r}", sent=True)]
            answers *= len(items)
        for (_, future), answer in zip(items, answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)

    async def query(self, path: str, data: bytes) -> Answer:
        """Ask the application at its latest height."""
        try:
            reply = await self._rpc.abci_query(path, data)
        except (EngineUnreachable, EngineRefused) as error:
            raise Unavailable(str(error)) from None
        return Answer(reply.code, reply.log, reply.value, reply.height)

    async def height(self) -> int:
        """Return the application's height: the engine's own runs ahead of what a query sees."""
        try:
            return await self._rpc.app_height()
        except (EngineUnreachable, EngineRefused) as error:
            raise Unavailable(str(error)) from None

    async def block(self, height: int) -> Block | None:
        """Return a block, or None when the engine has pruned it or lacks its results."""
        try:
            return _block(await self._rpc.block(height))
        except EngineRefused:
            return None
        except EngineUnreachable as error:
            raise Unavailable(str(error)) from None

    async def status(self) -> NodeStatus:
        """Return what the engine says of itself."""
        try:
            status = await self._rpc.status()
            peers = await self._rpc.peer_count()
        except (EngineUnreachable, EngineRefused) as error:
            raise Unavailable(str(error)) from None
        return NodeStatus(
            engine_version=status.version,
            node=status.moniker,
            peers=peers,
            catching_up=status.catching_up,
            earliest_height=status.earliest_height,
            voting_power=status.voting_power,
        )

    def standstill(self) -> str:
        """Say that the chain waits for votes, if it does."""
        return self._quorum.lost()

    async def light_block(self, height: int) -> LightBlock | None:
        """Return the signed header of a height, or None when the engine has none of it."""
        try:
            return await engine_light.light_block(self._rpc, height)
        except (EngineUnreachable, EngineRefused) as error:
            raise Unavailable(str(error)) from None

    async def transaction_proof(self, height: int, tx_id: bytes) -> TransactionProof | None:
        """Return the proof of a transaction of a block, or None when it is not there."""
        try:
            return await engine_light.transaction_proof(self._rpc, height, tx_id)
        except (EngineUnreachable, EngineRefused) as error:
            raise Unavailable(str(error)) from None

    async def genesis(self) -> bytes:
        """Return the Genesis message that the engine began with."""
        try:
            return await self._rpc.genesis()
        except (EngineUnreachable, EngineRefused) as error:
            raise Unavailable(str(error)) from None

    async def close(self) -> None:
        """Give up what was not sent and close the connections."""
        while not self._queue.empty():
            self._queue.get_nowait()[1].cancel()
        await self._rpc.close()


def _admission(reply: Checked | EngineRefused) -> Admission | Exception:
    """Return what a reply means; the engine tells its own refusals apart by their words only."""
    if isinstance(reply, Checked):
        return Admission(reply.code, reply.log)
    words = reply.words.lower()
    if "already exists in cache" in words:
        return Admission(Code.OK, known=True)
    if "mempool is full" in words:
        return Full(
            f"the node's mempool is full ({reply.words}): wait for a block or two and send it "
            "again, or send to another node"
        )
    if "tx too large" in words:
        return Admission(Code.TX_TOO_LARGE, reply.words)
    return Unavailable(str(reply), sent=True)


def _block(block: EngineBlock) -> Block:
    if len(block.txs) != len(block.results):
        raise Unavailable(f"block {block.height}: as many results as transactions were expected")
    try:
        return Block(
            height=block.height,
            time_s=block.time_s,
            hash=block.hash,
            outcomes=tuple(
                Outcome(
                    sha256(tx).digest(), result.code, result.log, registry_events(result.events)
                )
                for tx, result in zip(block.txs, block.results, strict=True)
            ),
            events=registry_events(block.events),
        )
    except ValueError as error:
        raise Unavailable(f"block {block.height} has an event of another form: {error}") from None
