"""Sequences: which a client may use next, lane by lane.

Must not know: keys, bytes or gRPC. Invariant: a sequence is given out once unless the chain shows
that it was not used; the unsettled ones of a lane lie within a span of 64, so that all of them are
accepted in whatever order they arrive.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from abci_app.core.limits import LANE_WINDOW
from node.sdk.errors import TonneError
from tonne.v1.service_pb2 import SequenceReply

LOOK_S = 0.2  # between looks at the chain while a lane is full
GRACE_S = 60  # a machine's clock may be this much ahead of the chain's
NEVER = float("inf")


@dataclass
class _Lane:
    """What is known of one lane; guarded by `changed`."""

    changed: threading.Condition = field(default_factory=threading.Condition)
    highest: int = 0  # the highest that the chain is known to have used
    last: int = 0  # the highest given out here
    unsettled: dict[int, float] = field(default_factory=dict)  # sequence -> valid until
    freed: set[int] = field(default_factory=set)  # given out, given back, not above `last`
    stale: bool = True  # the chain must be asked before the next is given out

    def take(self) -> int | None:
        """Give out a sequence, one given back first; None while the span is full."""
        newest = max(self.unsettled, default=0)
        while self.freed:
            sequence = min(self.freed)
            self.freed.remove(sequence)
            if newest - sequence < LANE_WINDOW:
                self.unsettled[sequence] = NEVER
                return sequence
        sequence = self.last + 1
        lowest = min(self.unsettled, default=sequence)
        if sequence - lowest >= LANE_WINDOW or sequence > self.highest + LANE_WINDOW:
            return None
        self.unsettled[sequence] = NEVER
        self.last = sequence
        return sequence

    def learn(self, reply: SequenceReply, now_s: float) -> None:
        """Settle what the chain shows as used or lost, and what has expired."""
        self.highest = max(self.highest, reply.next - 1)
        free = frozenset(reply.free)
        self.unsettled = {
            sequence: until
            for sequence, until in self.unsettled.items()
            if (sequence > self.highest or sequence in free) and until + GRACE_S > now_s
        }
        self.last = max(self.highest, *self.unsettled, 0)
        self.freed = {
            sequence
            for sequence in self.freed
            if sequence <= self.last and (sequence > self.highest or sequence in free)
        }
        self.stale = False


class Lanes:
    """The lanes that one client uses; safe to use from several threads."""

    def __init__(
        self, ask: Callable[[str, int], SequenceReply], clock: Callable[[], float] = time.time
    ) -> None:
        """Take how to ask the chain for an account's lane, and this machine's clock."""
        self._ask = ask
        self._clock = clock
        self._lock = threading.Lock()
        self._lanes: dict[tuple[str, int], _Lane] = {}

    def reserve(self, account: str, lane: int, timeout_s: float) -> int:
        """Return a sequence for one transaction; TonneError LANE_FULL when none gets free."""
        row = self._lane(account, lane)
        until = time.monotonic() + timeout_s
        with row.changed:
            while True:
                if row.stale:
                    row.learn(self._ask(account, lane), self._clock())
                sequence = row.take()
                if sequence is not None:
                    return sequence
                left = until - time.monotonic()
                if left <= 0:
                    break
                row.changed.wait(min(left, LOOK_S))
                row.stale = True
        raise TonneError(
            0,
            "LANE_FULL",
            f"{len(row.unsettled)} transactions of {account} lane {lane} wait for their outcome",
            "Wait for them, or use another of the 16 lanes.",
        )

    def signed(self, account: str, lane: int, sequence: int, valid_until_s: int) -> bool:
        """Note until when a transaction can get into a block; False for a foreign sequence."""
        row = self._known(account, lane)
        if row is None:
            return False
        with row.changed:
            if sequence not in row.unsettled:
                return False
            row.unsettled[sequence] = valid_until_s
            return True

    def settle(self, account: str, lane: int, sequence: int, *, used: bool) -> None:
        """Note that a block used a sequence, or that its transaction will never be in one."""
        row = self._known(account, lane)
        if row is None:
            return
        with row.changed:
            ours = row.unsettled.pop(sequence, None) is not None
            if used:
                row.highest = max(row.highest, sequence)
            elif ours:
                # Whoever signs the wish again gets the same sequence: the two cannot both be used.
                row.freed.add(sequence)
                row.stale = True  # another client may have used it
            row.changed.notify_all()

    def _lane(self, account: str, lane: int) -> _Lane:
        with self._lock:
            return self._lanes.setdefault((account, lane), _Lane())

    def _known(self, account: str, lane: int) -> _Lane | None:
        with self._lock:
            return self._lanes.get((account, lane))
