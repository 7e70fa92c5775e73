"""A node that does what a test tells it to, for answers that a healthy one seldom gives."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from hashlib import sha256

from node.gateway.backend import (
    Admission,
    Answer,
    Block,
    NodeStatus,
    NoValidators,
    Outcome,
    Unavailable,
)
from node.gateway.follower import Follower
from node.gateway.submission import Submissions
from node.gateway.table import Table
from tonne.v1 import service_pb2 as sv
from tonne.v1 import tx_pb2 as t
from tonne.v1.codes_pb2 import Code
from tonne.v1.light_pb2 import LightBlock, TransactionProof

EXPIRES_S = 1_000


def made(memo: str, *, sequence: int = 1, account: str = "acc") -> bytes:
    body = t.Body(
        signers=[t.Signer(account=account, sequence=sequence)],
        valid_until_s=EXPIRES_S,
        memo=memo,
    )
    return t.SignedTx(body=body.SerializeToString()).SerializeToString()


def outcome(tx: bytes, code: int = Code.OK) -> Outcome:
    return Outcome(sha256(tx).digest(), code, "", ())


class Script:
    """A Backend: blocks are added by hand, admissions come from a list or are all OK."""

    def __init__(self, genesis_hash: bytes = b"g" * 32) -> None:
        self.genesis_hash = genesis_hash
        self.blocks: dict[int, Block] = {}
        self.head = 0
        self.first = 1
        self.admissions: list[Admission | Exception] = []
        self.submitted: list[bytes] = []
        self.used: set[tuple[str, int]] = set()
        self.away = False
        self.first_state = b"genesis"
        self.stands = ""
        self.catching_up = False
        self.asked: list[str] = []
        self.queued = 0
        self._arrived = asyncio.Condition()

    def add(self, *outcomes: Outcome, time_s: int = 0) -> None:
        self.head += 1
        digest = sha256(self.genesis_hash + repr((self.head, outcomes)).encode()).digest()
        self.blocks[self.head] = Block(self.head, time_s or self.head, digest, outcomes)

    async def handed_in(self, count: int) -> None:
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.submitted) >= count)

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def submit(self, tx: bytes) -> Admission:
        self._need()
        self.submitted.append(tx)
        async with self._arrived:
            self._arrived.notify_all()
        answer = self.admissions.pop(0) if self.admissions else Admission(Code.OK)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def query(self, path: str, data: bytes) -> Answer:
        self._need()
        self.asked.append(path)
        if path == "/GetStatus":
            reply = sv.StatusReply(chain_id="script", genesis_hash=self.genesis_hash)
            return Answer(0, "", reply.SerializeToString(), self.head)
        assert path == "/GetSequence"
        account = sv.GetSequenceRequest.FromString(data).account
        used = sorted(number for name, number in self.used if name == account)
        highest = used[-1] if used else 0
        free = [number for number in range(max(1, highest - 63), highest) if number not in used]
        sequences = sv.SequenceReply(next=highest + 1, free=free, height=self.head)
        return Answer(0, "", sequences.SerializeToString(), self.head)

    async def height(self) -> int:
        self._need()
        return self.head

    async def block(self, height: int) -> Block | None:
        self._need()
        return self.blocks.get(height) if height >= self.first else None

    async def genesis(self) -> bytes:
        self._need()
        return self.first_state

    async def status(self) -> NodeStatus:
        self._need()
        return NodeStatus("script", "script", 0, self.catching_up, self.first)

    def standstill(self) -> str:
        return self.stands

    async def light_block(self, height: int) -> LightBlock | None:
        raise NoValidators(f"nobody: sign height {height}")

    async def transaction_proof(self, height: int, tx_id: bytes) -> TransactionProof | None:
        raise NoValidators(f"nobody: sign {tx_id.hex()} at {height}")

    async def close(self) -> None:
        pass

    def _need(self) -> None:
        if self.away:
            raise Unavailable("no engine: is the node running? see tonne status")


@asynccontextmanager
async def following(script: Script, table: Table) -> AsyncIterator[Follower]:
    follower = Follower(script, table)
    task = asyncio.create_task(follower.run())
    try:
        yield follower
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


Play = Callable[[Script, Submissions, Follower], Awaitable[None]]


def scripted(play: Play) -> None:
    """Run `play` with a script, submissions over it and a follower at work."""

    async def run() -> None:
        script, table = Script(), Table.memory()
        script.add()
        async with following(script, table) as follower:
            await follower.reached(1)
            await play(script, Submissions(script, table, follower), follower)
        table.close()

    asyncio.run(run())
