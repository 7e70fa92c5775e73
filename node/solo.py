"""The consensus side in this process: one node plays all calls of a block over the application.

Must not know: rules, or who asks. Invariants: a block's record is on disk before the application
commits it, and is forgotten if it never did; block times never go back. It is honest about what it
is: no replication, no other validator, no proof that anybody else agreed.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from google.protobuf.timestamp_pb2 import Timestamp

from abci_app.abci import abci_pb2 as a
from abci_app.application import Application
from abci_app.core.signing import transaction_id
from abci_app.store.ledger import Ledger
from node import genesis as first
from node.blocks import init_request
from node.gateway.backend import Block, Outcome, registry_events
from tonne.v1 import events_pb2 as ev
from tonne.v1 import service_pb2 as sv
from tonne.v1 import state_pb2 as s
from tonne.v1.codes_pb2 import Code

ADVANCE_BLOCKS_MAX = 100_000


class SoloFault(Exception):  # noqa: N818 - says what is wrong with a home
    """A home that a solo chain cannot be continued in; the text says what to do."""


@dataclass(frozen=True, slots=True)
class TxOutcome:
    """What became of a transaction: its code, detail and events, and the block that has it.

    Height 0 is no block: refused at the door when the code is not 0, still waiting when it is.
    """

    code: int
    detail: str
    events: tuple[ev.Event, ...]
    height: int
    index: int


class BlockRecords:
    """The outcomes of every block, in SQLite: what an engine's block store is for others."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the file, or memory."""
        self._db = sqlite3.connect(path or ":memory:")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(
            "CREATE TABLE IF NOT EXISTS block"
            " (height INTEGER PRIMARY KEY, time_s INTEGER, hash BLOB, result BLOB, ids BLOB);"
        )

    def put(self, block: a.RequestFinalizeBlock, result: a.ResponseFinalizeBlock) -> None:
        """Write one block's record, durably."""
        ids = b"".join(transaction_id(tx) for tx in block.txs)
        row = (block.height, block.time.seconds, block.hash, result.SerializeToString(), ids)
        with self._db:
            self._db.execute("INSERT INTO block VALUES (?, ?, ?, ?, ?)", row)

    def get(self, height: int) -> Block | None:
        """Return a block, or None."""
        row = self._db.execute(
            "SELECT time_s, hash, result, ids FROM block WHERE height = ?", (height,)
        ).fetchone()
        if row is None:
            return None
        time_s, digest, result, ids = row
        return _block(height, time_s, digest, ids, a.ResponseFinalizeBlock.FromString(result))

    def bounds(self) -> tuple[int, int]:
        """Return the first and the last height on record; (0, 0) when there is none."""
        low, high = self._db.execute("SELECT min(height), max(height) FROM block").fetchone()
        return low or 0, high or 0

    def forget_above(self, height: int) -> None:
        """Drop what was recorded but never committed."""
        with self._db:
            self._db.execute("DELETE FROM block WHERE height > ?", (height,))

    def close(self) -> None:
        """Close the file."""
        self._db.close()


class Driver:
    """Plays one node's consensus over an application: admission, proposal, block, commit."""

    def __init__(
        self,
        application: Application,
        genesis: bytes,
        *,
        records: BlockRecords | None = None,
        clock: Callable[[], int] | None = None,
    ) -> None:
        """Begin the chain of a Genesis message, or go on where the application stands.

        `clock` gives UTC seconds for blocks that name no time; without one each block is a second
        after the one before. SoloFault when the application's state is of another chain.
        """
        self.application = application
        self.genesis = s.Genesis.FromString(genesis)
        self.genesis_hash = first.genesis_hash(genesis)
        self.records = records or BlockRecords()
        self.height = 0
        self.time_s = self.genesis.time_s
        self._app_hash = b""
        self._clock = clock
        self._mempool: dict[bytes, bytes] = {}  # id -> bytes, in the order of arrival
        self._evicted: dict[bytes, tuple[int, str]] = {}  # by the recheck after the last block
        self._start(genesis)

    @property
    def waiting(self) -> int:
        """Return how many transactions wait for a block."""
        return len(self._mempool)

    # ---- start ----

    def _start(self, genesis: bytes) -> None:
        info = self.application.info(a.RequestInfo(version="solo", abci_version="2.0.0"))
        if info.last_block_height == 0:
            self.records.forget_above(0)
            reply = self.application.init_chain(init_request(genesis))
            self._app_hash = reply.app_hash
            # As with an engine: the first state is on disk with the first block.
            self.make_block(self.time_s)
            return
        status = sv.StatusReply.FromString(self.query("/GetStatus", b"").value)
        if status.genesis_hash != self.genesis_hash:
            raise SoloFault(
                f"the state here is of the chain {status.chain_id!r} and of another genesis: give "
                "that genesis, or another --home"
            )
        self.height, self.time_s = info.last_block_height, status.time_s
        self._app_hash = info.last_block_app_hash
        self.records.forget_above(self.height)

    # ---- transactions ----

    def holds(self, tx: bytes) -> bool:
        """Tell whether these very bytes wait for a block."""
        return transaction_id(tx) in self._mempool

    def check(self, tx: bytes) -> tuple[int, str]:
        """Admit a transaction to those that wait; return (0, "") or a code with its detail."""
        reply = self.application.check_tx(a.RequestCheckTx(tx=tx, type=a.NEW))
        if reply.code == Code.OK:
            self._mempool[transaction_id(tx)] = tx
        return reply.code, reply.log

    def block(self, txs: Iterable[bytes], time_s: int | None = None) -> list[TxOutcome]:
        """Make one block of these transactions and those that wait; return each one's outcome."""
        asked = [(transaction_id(tx), self.check(tx)) for tx in txs]
        block = self.make_block(time_s)
        return [self._became(tx_id, checked, block) for tx_id, checked in asked]

    def submit(self, tx: bytes, time_s: int | None = None) -> TxOutcome:
        """Make a block for one transaction; one that is refused at the door costs no block."""
        checked = self.check(tx)
        if checked[0]:
            return TxOutcome(*checked, (), 0, 0)
        return self._became(transaction_id(tx), checked, self.make_block(time_s))

    def _became(self, tx_id: bytes, checked: tuple[int, str], block: Block) -> TxOutcome:
        for index, outcome in enumerate(block.outcomes):
            if outcome.tx_id == tx_id:
                events = tuple(ev.Event.FromString(raw) for raw in outcome.events)
                return TxOutcome(outcome.code, outcome.log, events, block.height, index)
        code, detail = self._evicted.get(tx_id, checked)
        return TxOutcome(code, detail or "it still waits for a block", (), 0, 0)

    def query(self, path: str, data: bytes) -> a.ResponseQuery:
        """Ask the application at its latest height."""
        return self.application.query(a.RequestQuery(path=path, data=data))

    # ---- blocks ----

    def make_block(self, time_s: int | None = None) -> Block:
        """Make the next block of what waits; ValueError when `time_s` lies before the last one.

        What does not fit stays; what the block has made inadmissible is evicted.
        """
        time_s = self._next_time() if time_s is None else time_s
        if time_s < self.time_s:
            raise ValueError(f"block time {time_s} lies before the last block's {self.time_s}")
        height, moment = self.height + 1, Timestamp(seconds=time_s)
        proposer = bytes.fromhex(first.validator_address(self.genesis.validators[0].key))
        prepared = self.application.prepare_proposal(
            a.RequestPrepareProposal(
                max_tx_bytes=self.genesis.params.block_bytes_max,
                txs=self._mempool.values(),
                height=height,
                time=moment,
                proposer_address=proposer,
            )
        )
        digest = self._hash(height, time_s, prepared.txs)
        judged = self.application.process_proposal(
            a.RequestProcessProposal(
                txs=prepared.txs,
                hash=digest,
                height=height,
                time=moment,
                proposer_address=proposer,
            )
        )
        assert judged.status == a.ResponseProcessProposal.ACCEPT, "its own proposal was refused"
        request = a.RequestFinalizeBlock(
            txs=prepared.txs,
            decided_last_commit=self._last_commit(),
            hash=digest,
            height=height,
            time=moment,
            proposer_address=proposer,
        )
        result = self.application.finalize_block(request)
        self.records.put(request, result)
        self.application.commit(a.RequestCommit())
        self.height, self.time_s, self._app_hash = height, time_s, result.app_hash
        for tx in prepared.txs:
            self._mempool.pop(transaction_id(tx), None)
        self._recheck()
        block = self.records.get(height)
        assert block is not None, "it was put above"
        return block

    def advance(self, time_s: int) -> list[Block]:
        """Move the time forward and make blocks until no duty is due any more; return them."""
        blocks = [self.make_block(time_s)]
        while blocks[-1].events:
            if len(blocks) > ADVANCE_BLOCKS_MAX:
                raise RuntimeError(f"duties are still due after {ADVANCE_BLOCKS_MAX} blocks")
            blocks.append(self.make_block(time_s))
        return blocks

    def close(self) -> None:
        """Close the records; the application's ledger is its owner's to close."""
        self.records.close()

    def _next_time(self) -> int:
        return self.time_s + 1 if self._clock is None else max(self.time_s, self._clock())

    def _hash(self, height: int, time_s: int, txs: Sequence[bytes]) -> bytes:
        """Return a hash that tells blocks apart; no engine's header stands behind it."""
        digest = sha256(b"tonne solo block v1" + self.genesis_hash + self._app_hash)
        digest.update(height.to_bytes(8, "big") + time_s.to_bytes(8, "big"))
        for tx in txs:
            digest.update(transaction_id(tx))
        return digest.digest()

    def _last_commit(self) -> a.CommitInfo:
        if self.height == 0:
            return a.CommitInfo()
        return a.CommitInfo(
            votes=[
                a.VoteInfo(
                    validator=a.Validator(
                        address=bytes.fromhex(first.validator_address(row.key)), power=row.power
                    ),
                    block_id_flag=a.BLOCK_ID_FLAG_COMMIT,
                )
                for row in self.genesis.validators
            ]
        )

    def _recheck(self) -> None:
        self._evicted = {}
        for tx_id, tx in list(self._mempool.items()):
            reply = self.application.check_tx(a.RequestCheckTx(tx=tx, type=a.RECHECK))
            if reply.code:
                del self._mempool[tx_id]
                self._evicted[tx_id] = (reply.code, reply.log)


def _block(
    height: int, time_s: int, digest: bytes, ids: bytes, result: a.ResponseFinalizeBlock
) -> Block:
    return Block(
        height=height,
        time_s=time_s,
        hash=digest,
        outcomes=tuple(
            Outcome(ids[at * 32 : at * 32 + 32], row.code, row.log, _events(row.events))
            for at, row in enumerate(result.tx_results)
        ),
        events=_events(result.events),
    )


def _events(events: Iterable[a.Event]) -> tuple[bytes, ...]:
    return registry_events(
        (event.type, {pair.key: pair.value for pair in event.attributes}) for event in events
    )


def serve_solo(home: Path, address: str, genesis: bytes) -> None:
    """Serve a chain of one node at a gRPC address until SIGTERM or SIGINT.

    The state lies under `home`/data/solo. SoloFault, GenesisFault, StorageError, PortTaken and
    TableBroken say what to do.
    """
    # The gateway is heavy and needs the driver's types; tests of the driver need no gateway.
    import asyncio

    from node.gateway.server import serve
    from node.gateway.solo_backend import SoloBackend

    first.engine_genesis(genesis)
    folder = home / "data" / "solo"
    (folder / "state").mkdir(parents=True, exist_ok=True)
    ledger = Ledger.open(str(folder / "state"))
    try:
        driver = Driver(
            Application(ledger),
            genesis,
            records=BlockRecords(folder / "blocks.db"),
            clock=lambda: int(time.time()),
        )
        # The last block may be old: what clients sign now must not look too far ahead.
        driver.make_block()
        asyncio.run(serve(SoloBackend(driver), folder / "gateway.db", address))
    finally:
        ledger.close()
