"""One queue of duties keyed (time, kind, subject): the due ones open a block, in that order.

Must not know: wall clocks. Invariant: a duty happens once, in the first blocks with time >= due;
what is over the
block's bound carries over in order; a duty that raises is parked and the queue goes on.
"""

from abci_app.core import keys
from abci_app.core.keys import Table
from abci_app.engine import approvals, holds
from abci_app.engine.context import Tx
from abci_app.state.schema import DUTY_HOLD, DUTY_PROPOSAL, HOLDS, PROPOSALS, STUCK
from abci_app.store.kv import Overlay, Reader
from tonne.v1.state_pb2 import PROPOSAL_EXPIRED, PROPOSAL_PENDING, Stuck

Duty = tuple[int, int, bytes]  # due, kind, subject


def due(reader: Reader, now: int, most: int) -> list[Duty]:
    """Return the first `most` duties with due time <= now."""
    found: list[Duty] = []
    start = bytes((Table.DEADLINE,))
    for row, _ in reader.scan(start, start + keys.u64(now + 1)):
        if len(found) == most:
            break
        found.append((int.from_bytes(row[1:9], "big"), row[9], row[10:]))
    return found


def perform(tx: Tx, duty: Duty) -> None:
    """Do what is due."""
    _, kind, subject = duty
    number = int.from_bytes(subject, "big")
    if kind == DUTY_HOLD:
        holds.release(tx, number)
    elif kind == DUTY_PROPOSAL:
        proposal = PROPOSALS.get(tx.overlay, number)
        assert proposal is not None, f"proposal {number} is not stored"
        if proposal.state == PROPOSAL_PENDING:
            approvals.end(tx, proposal, PROPOSAL_EXPIRED)
    else:
        raise AssertionError(f"a duty of unknown kind {kind}")


def park(overlay: Overlay, duty: Duty, height: int) -> None:
    """Take a duty that raised out of the queue and keep it where operators see it."""
    due_s, kind, subject = duty
    number = int.from_bytes(subject, "big")
    if kind == DUTY_HOLD:
        hold = HOLDS.get(overlay, number)
        assert hold is not None, f"hold {number} is not stored"
        hold.parked = True
        HOLDS.put(overlay, hold)
    elif kind == DUTY_PROPOSAL:
        proposal = PROPOSALS.get(overlay, number)
        assert proposal is not None, f"proposal {number} is not stored"
        proposal.parked = True
        PROPOSALS.put(overlay, proposal)
    STUCK.put(overlay, Stuck(due_s=due_s, kind=kind, subject=subject, height=height))
