"""What becomes of a transaction: handed in once, answered the same for ever.

Must not know: gRPC. Invariant: bytes that are in a block are answered by the block's outcome,
however often and through whichever node they are sent; REFUSED without a block is said only when
the chain shows that they cannot get in, or when the node did not take them.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from google.protobuf.message import DecodeError

from abci_app.core.limits import TX_BYTES_MAX
from abci_app.core.signing import transaction_id
from node.gateway.backend import Backend, Full, NoQuorum, Unavailable
from node.gateway.follower import Follower
from node.gateway.refusals import refused
from node.gateway.table import Table, is_final
from tonne.v1 import service_pb2 as sv
from tonne.v1 import tx_pb2 as t
from tonne.v1.codes_pb2 import Code

REMEMBERED_MAX = 100_000
WAIT_MAX_S = 60.0  # for those who name no deadline
# Between looks whether a waiting transaction has lost its sequence. Each is a query to the node: at
# a second, a node that was late by more than that got a thousand of them and was later still.
LOOK_S = 3.0

# Refusals of CheckTx that the very same bytes, committed a moment ago, would meet as well.
_MAY_BE_COMMITTED = frozenset(
    (
        Code.SEQUENCE_USED,
        Code.SEQUENCE_TOO_OLD,
        Code.TX_EXPIRED,
        Code.ALREADY_PENDING,
        Code.ALREADY_COMMITTED,
    )
)

Room = Callable[[str], AbstractContextManager[None]]
"""Gives the first account of a transaction its place while it is handed in."""

_Lane = tuple[sv.SequenceReply | None, int]  # the reply and its height


@dataclass(slots=True)
class Submitted:
    """What is remembered of a transaction without an outcome."""

    signers: tuple[tuple[str, int, int], ...]  # account, lane, sequence
    valid_until_s: int
    height: int  # of the chain when it was handed in, or looked at last


def _unlimited(_account: str) -> AbstractContextManager[None]:
    return nullcontext()


class Submissions:
    """Hands in, looks up and waits; remembers what it handed in until a block settles it."""

    def __init__(self, backend: Backend, table: Table, follower: Follower) -> None:
        """Take the node, the table and who fills it."""
        self._backend = backend
        self._table = table
        self._follower = follower
        # Oldest first. Lost at a restart: sending the bytes again then gets the answer.
        self._submitted: dict[bytes, Submitted] = {}
        # Answers about lanes, asked once a height however many wait for them.
        self._lanes: dict[tuple[str, int], asyncio.Task[_Lane]] = {}
        self._lanes_height = 0

    async def submit(self, tx: bytes, room: Room = _unlimited) -> sv.Transaction:
        """Hand in a transaction; PENDING_TX, REFUSED, or the outcome if a block has it.

        Full and Unavailable when the node did not look at it, NoQuorum when no block would have it.
        `room` gives an account its place. Full and Unavailable when the node did not look at it.
        """
        tx_id = transaction_id(tx)
        found = self._outcome(tx_id)
        if found is not None and is_final(found.code):
            return found
        self._need_quorum(sent=tx_id in self._submitted)
        if len(tx) > TX_BYTES_MAX:
            detail = f"{len(tx)} bytes; at most {TX_BYTES_MAX}"
            return refused(tx_id, Code.TX_TOO_LARGE, detail)
        facts = _facts(tx, self._follower.height)
        if facts is None:
            return refused(tx_id, Code.TX_MALFORMED, "not a tonne.v1.SignedTx with a Body")
        known_before = tx_id in self._submitted
        # Before it is handed in: a block may have it sooner than the answer is here.
        self._remember(tx_id, facts)
        try:
            with room(facts.signers[0][0]):
                admission = await self._backend.submit(tx)
        except (Full, Unavailable) as error:
            if not known_before and not (isinstance(error, Unavailable) and error.sent):
                self._submitted.pop(tx_id, None)
            raise
        if admission.known or admission.code in _MAY_BE_COMMITTED:
            await self._follower.catch_up()
            found = self._outcome(tx_id)
            if found is not None and is_final(found.code):
                return found
        waits = admission.code == Code.ALREADY_PENDING and known_before
        if admission.code == Code.OK or waits:
            return sv.Transaction(tx_id=tx_id, status=sv.PENDING_TX)
        self._submitted.pop(tx_id, None)
        return refused(tx_id, admission.code, admission.log)

    async def find(self, tx_id: bytes) -> sv.Transaction:
        """Return what is known of a transaction, everything committed by now included.

        Unavailable when the node does not answer or the table is far behind it.
        """
        found = self._outcome(tx_id)
        if found is None:
            await self._follower.catch_up()
            found = self._outcome(tx_id) or await self._lost(tx_id)
        return found or self._without_outcome(tx_id)

    def _without_outcome(self, tx_id: bytes) -> sv.Transaction:
        status = sv.PENDING_TX if tx_id in self._submitted else sv.UNKNOWN
        return sv.Transaction(tx_id=tx_id, status=status)

    async def wait(self, tx_id: bytes, wait_s: float) -> sv.Transaction:
        """Return the outcome, or what is known after `wait_s` seconds.

        NoQuorum as soon as it is known to wait because the chain stands still.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + wait_s
        with self._follower.watching(tx_id) as arrived:
            # Most are in a block before the first look is due. What was handed in at this very
            # height was looked up then.
            facts = self._submitted.get(tx_id)
            fresh = facts is not None and facts.height == self._follower.height
            found = None if fresh else self._outcome(tx_id)
            while found is None:
                left = until - loop.time()
                try:
                    async with asyncio.timeout(min(max(left, 0), LOOK_S)):  # makes no task
                        await arrived.wait()
                except TimeoutError:
                    found = await self._look(tx_id)
                found = found or self._outcome(tx_id)
                if found is None:
                    self._need_quorum(sent=tx_id in self._submitted)
                if left <= 0:
                    break
        return found or self._without_outcome(tx_id)

    def _need_quorum(self, *, sent: bool) -> None:
        standstill = self._backend.standstill()
        if standstill:
            raise NoQuorum(standstill, sent=sent)

    async def _look(self, tx_id: bytes) -> sv.Transaction | None:
        """Return why it cannot get into a block, if so; a node that is away is waited for."""
        try:
            return await self._lost(tx_id)
        except Unavailable:
            return None

    def _outcome(self, tx_id: bytes) -> sv.Transaction | None:
        found = self._table.find(tx_id)
        if found is not None:
            self._submitted.pop(tx_id, None)
        return found

    def _remember(self, tx_id: bytes, facts: Submitted) -> None:
        self._submitted.setdefault(tx_id, facts)
        while len(self._submitted) > REMEMBERED_MAX:
            del self._submitted[next(iter(self._submitted))]

    async def _lost(self, tx_id: bytes) -> sv.Transaction | None:
        """Return the refusal of a transaction that can be in no block any more, or None."""
        facts = self._submitted.get(tx_id)
        if facts is None:
            return None
        # Block times never go back: what is late for the last block is late for the next.
        if self._follower.time_s >= facts.valid_until_s:
            return refused(tx_id, Code.TX_EXPIRED, f"valid until {facts.valid_until_s}")
        now = self._follower.height
        if now <= facts.height:
            return None  # nothing has happened since
        for account, lane, sequence in facts.signers:
            reply, height = await self._lane(account, lane)
            if reply is None or sequence >= reply.next or sequence in reply.free:
                continue
            # Used: by a rival, unless the table is not yet as far as the answer.
            await self._follower.reached(height)
            found = self._outcome(tx_id)
            if found is not None:
                return found
            where = f"{account} lane {lane} sequence {sequence}: another transaction took it"
            return refused(tx_id, Code.SEQUENCE_USED, where)
        facts.height = now  # not a later one, whose block may have it
        return None

    async def _lane(self, account: str, lane: int) -> _Lane:
        """Return what is free in a lane, asked at most once a height."""
        if self._lanes_height != self._follower.height:
            self._lanes_height = self._follower.height
            self._lanes = {}
        lanes, key = self._lanes, (account, lane)
        task = lanes.get(key)
        if task is None:
            task = lanes[key] = asyncio.create_task(self._ask_lane(account, lane))
        try:
            # One who gives up must not take the answer from the others.
            return await asyncio.shield(task)
        except Unavailable:
            lanes.pop(key, None)
            raise

    async def _ask_lane(self, account: str, lane: int) -> _Lane:
        request = sv.GetSequenceRequest(account=account, lane=lane)
        answer = await self._backend.query("/GetSequence", request.SerializeToString())
        reply = None if answer.code else sv.SequenceReply.FromString(answer.value)
        return reply, answer.height


def _facts(tx: bytes, height: int) -> Submitted | None:
    """Return what a transaction says of its admission, or None when the bytes say nothing."""
    try:
        body = t.Body.FromString(t.SignedTx.FromString(tx).body)
    except DecodeError:
        return None
    signers = tuple((row.account, row.lane, row.sequence) for row in body.signers)
    if not signers:
        return None
    return Submitted(signers, body.valid_until_s, height)
