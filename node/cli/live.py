"""A chain behind a gateway, as a desk and a scenario see it.

Must not know: commands. Invariant: what it returns is the node's answer, unchanged.
"""

import time
from collections.abc import Callable, Sequence

from google.protobuf.message import Message

from node.cli.faults import Fault
from node.sdk.client import Client
from tonne.v1 import service_pb2 as v
from tonne.v1.events_pb2 import Event

Note = Callable[[bytes], None]


class Live:
    """A chain behind a gateway."""

    def __init__(self, address: str, timeout_s: int = 30, *, note: Note = lambda _tx: None) -> None:
        """Connect and ask which chain it is; TonneError UNAVAILABLE when nobody answers.

        `note` is told of a transaction before it is sent.
        """
        self.address = address
        self._note = note
        self.client = Client(address, timeout_s=timeout_s)
        self.chain_id = self.client.chain_id
        self.genesis_hash = self.client.genesis_hash

    def read(self, method: str, request: Message) -> Message:
        """Return the reply of a read; TonneError with the code of a refusal."""
        reply: Message = self.client.read(method, request)
        return reply

    def submit(self, tx: bytes) -> v.Transaction:
        """Send a transaction and wait until a block has it, or it is refused."""
        self._note(tx)
        return self.client.submit(tx, wait=True)

    def now_s(self) -> int:
        """Return this machine's time: the chain's own may lie behind while it is idle."""
        return int(time.time())

    def advance(self, time_s: int) -> Sequence[Event]:
        """Refuse: a live chain has a clock of its own."""
        del time_s
        raise Fault(
            "the clock of a live chain cannot be moved",
            "Play this scenario in process (without --node), or leave out its `at` lines.",
        )
