"""What a gateway needs of the node behind it, whatever that is.

Must not know: gRPC, JSON or the state machine. Invariant: an answer is the node's, unchanged;
what is no answer is one of the two exceptions here.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from tonne.v1.light_pb2 import LightBlock, TransactionProof

EVENT_TYPE: Final = "tonne"
EVENT_KEY: Final = "event"


class Unavailable(Exception):  # noqa: N818 - the name states the fact
    """Nothing answers behind the gateway; the text says what to do.

    `sent` tells whether a transaction may have arrived all the same.
    """

    def __init__(self, text: str, *, sent: bool = False) -> None:
        """Keep the text and whether the request may have had an effect."""
        super().__init__(text)
        self.sent = sent


class NoQuorum(Unavailable):
    """The node answers, but the chain stands still; the text says since when."""


class Full(Exception):  # noqa: N818 - the name states the fact
    """The node takes no more transactions for the moment; the text says what to do."""


class NoValidators(Exception):  # noqa: N818 - the name states the fact
    """Nobody signs headers behind the gateway; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What the node said of a transaction handed in: code 0 and it waits for a block.

    `known`: the node has, or had lately, these very bytes, and did not look at them again.
    """

    code: int
    log: str = ""
    known: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The state machine's reply to a read: a serialized reply message, or a code and a detail."""

    code: int
    log: str
    value: bytes
    height: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a block did with one transaction; events are serialized tonne.v1.Event, in order."""

    tx_id: bytes
    code: int
    log: str
    events: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A block that the node has executed and committed; time in UTC seconds.

    `events` are those of duties, which no transaction caused.
    """

    height: int
    time_s: int
    hash: bytes
    outcomes: tuple[Outcome, ...]
    events: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeStatus:
    """What the node says of itself, beside the state machine's own status."""

    engine_version: str
    node: str
    peers: int
    catching_up: bool
    earliest_height: int
    voting_power: int = 0


class Backend(Protocol):
    """One node: an engine behind its RPC, or a driver in this process."""

    @property
    def queued(self) -> int:
        """Return how many transactions wait to be handed on."""
        ...

    async def run(self) -> None:
        """Do the work of its own that the backend has, until cancelled; a failure is fatal."""
        ...

    async def submit(self, tx: bytes) -> Admission:
        """Hand in a transaction; Full or Unavailable when it was not looked at."""
        ...

    async def query(self, path: str, data: bytes) -> Answer:
        """Ask the state machine at its latest height; Unavailable when nobody answers."""
        ...

    async def height(self) -> int:
        """Return the last height that a query can see."""
        ...

    async def block(self, height: int) -> Block | None:
        """Return the block of a committed height, or None when the node does not keep it."""
        ...

    async def status(self) -> NodeStatus:
        """Return what the node says of itself."""
        ...

    def standstill(self) -> str:
        """Say that no blocks come although transactions may wait; empty while they do."""
        ...

    async def light_block(self, height: int) -> LightBlock | None:
        """Return the signed header of a height, or None when there is none; NoValidators."""
        ...

    async def transaction_proof(self, height: int, tx_id: bytes) -> TransactionProof | None:
        """Return the proof of a transaction of a block, or None; NoValidators."""
        ...

    async def genesis(self) -> bytes:
        """Return the Genesis message of the chain."""
        ...

    async def close(self) -> None:
        """Let go of connections and files."""
        ...


def registry_events(events: Iterable[tuple[str, Mapping[str, str]]]) -> tuple[bytes, ...]:
    """Return the serialized tonne.v1.Event that ABCI events carry, given as type and attributes.

    ValueError when one of them carries something else.
    """
    return tuple(
        base64.b64decode(attributes[EVENT_KEY], validate=True)
        for kind, attributes in events
        if kind == EVENT_TYPE and EVENT_KEY in attributes
    )
