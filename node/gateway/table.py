"""The table of transactions: id -> height, index, code and events, in SQLite.

Must not know: where blocks come from. Invariant: it holds exactly what blocks up to `height` say;
it may be deleted at any time and is filled again from the chain. Never an input to consensus.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from google.protobuf.message import DecodeError

from abci_app.core.codes import code_name, meaning, next_step
from node.gateway.backend import Block, Outcome
from tonne.v1 import service_pb2 as sv


class TableBroken(Exception):  # noqa: N818 - the name states the fact
    """The table's file cannot be used; the gateway stops rather than answer wrongly."""


LAYOUT = 1  # of the SQLite file; another number: the file is made anew

_SCHEMA = """
CREATE TABLE tx (
  tx_id BLOB PRIMARY KEY,
  height INTEGER NOT NULL,
  position INTEGER NOT NULL,
  code INTEGER NOT NULL,
  reply BLOB NOT NULL  -- Transaction with detail, events and proposal only
) WITHOUT ROWID;
CREATE TABLE followed (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  chain BLOB NOT NULL,  -- chain id and genesis hash
  height INTEGER NOT NULL,
  time_s INTEGER NOT NULL,
  hash BLOB NOT NULL
);
INSERT INTO followed VALUES (1, x'', 0, 0, x'');
"""

# A code of the envelope's family inside a block changes nothing, the sequence included: the same
# bytes may come again and succeed. Everything else is final.
_INSERT = """
INSERT INTO tx VALUES (?, ?, ?, ?, ?) ON CONFLICT (tx_id) DO UPDATE SET
  height = excluded.height, position = excluded.position,
  code = excluded.code, reply = excluded.reply
WHERE tx.code BETWEEN 101 AND 199
"""


def is_final(code: int) -> bool:
    """Tell whether a result code settles a transaction: all but the envelope's family do."""
    return not 101 <= code <= 199


@dataclass(frozen=True, slots=True)
class Followed:
    """How far the table has followed which chain; time in UTC seconds of that height's block."""

    chain: bytes
    height: int
    time_s: int
    hash: bytes


class Table:
    """One SQLite file, or memory."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take an open connection with the layout of this build."""
        self._db = connection
        row = connection.execute("SELECT chain, height, time_s, hash FROM followed").fetchone()
        self.followed = Followed(*row)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file, or make it anew when it is missing, damaged or of another layout."""
        try:
            return cls(_connect(path))
        except sqlite3.OperationalError as error:
            # No right, no room, or in use by another gateway: deleting would only do harm.
            raise TableBroken(f"{path} cannot be opened: {error}") from None
        except sqlite3.DatabaseError:
            for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
                path.with_name(name).unlink(missing_ok=True)
            return cls(_connect(path))

    @classmethod
    def memory(cls) -> Self:
        """Return a table that is forgotten with the process."""
        return cls(_connect(None))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def restart(self, chain: bytes) -> None:
        """Forget everything and begin to follow `chain`."""
        with self._db:
            self._db.execute("DELETE FROM tx")
            self._follow(Followed(chain, 0, 0, b""))

    def skip_to(self, height: int) -> None:
        """Begin above `height`: the node keeps no blocks below."""
        with self._db:
            self._follow(Followed(self.followed.chain, height, 0, b""))

    def add(self, block: Block) -> None:
        """Add the outcomes of the next block, all or none; TableBroken when that fails."""
        rows = [
            (outcome.tx_id, block.height, position, outcome.code, _stored(outcome))
            for position, outcome in enumerate(block.outcomes)
        ]
        try:
            with self._db:
                self._db.executemany(_INSERT, rows)
                self._follow(Followed(self.followed.chain, block.height, block.time_s, block.hash))
        except sqlite3.DatabaseError as error:
            raise TableBroken(
                f"the table of transactions cannot be written ({error}): free the disk, or delete "
                "the file; it is filled again from the chain"
            ) from None

    def _follow(self, followed: Followed) -> None:
        self._db.execute(
            "UPDATE followed SET chain = ?, height = ?, time_s = ?, hash = ?",
            (followed.chain, followed.height, followed.time_s, followed.hash),
        )
        self.followed = followed

    def find(self, tx_id: bytes) -> sv.Transaction | None:
        """Return what the chain did with a transaction, or None when no block has it."""
        row = self._db.execute(
            "SELECT height, position, code, reply FROM tx WHERE tx_id = ?", (tx_id,)
        ).fetchone()
        if row is None:
            return None
        height, position, code, reply = row
        found = sv.Transaction.FromString(reply)
        found.tx_id = tx_id
        found.status = sv.REFUSED if code else sv.COMMITTED
        found.code = code
        found.code_name = code_name(code)
        found.meaning = meaning(code)
        found.next = next_step(code)
        found.height = height
        found.index = position
        return found


def _connect(path: Path | None) -> sqlite3.Connection:
    """Open SQLite; a cut of power may cost the last blocks, which are followed again."""
    connection = sqlite3.connect(path or ":memory:", check_same_thread=False)
    try:
        _lay_out(connection)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _lay_out(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    (layout,) = connection.execute("PRAGMA user_version").fetchone()
    if layout == 0:
        connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {LAYOUT}; COMMIT;")
    elif layout != LAYOUT:
        raise sqlite3.DatabaseError(f"layout {layout}")


def _stored(outcome: Outcome) -> bytes:
    reply = sv.Transaction(detail=outcome.log)
    _add_events(reply, outcome.events)
    return reply.SerializeToString()


def _add_events(reply: sv.Transaction, events: Sequence[bytes]) -> None:
    for raw in events:
        event = reply.events.add()
        try:
            event.ParseFromString(raw)
        except DecodeError:
            raise ValueError("an event of the chain is not a tonne.v1.Event") from None
        if event.HasField("proposal_opened"):
            reply.proposal = event.proposal_opened.id
