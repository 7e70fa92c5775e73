"""The transition: what a block does to the state, top down.

Must not know: the engine, disks, clocks. Invariants: one rule of admission serves checks,
proposals and blocks; each
transaction and each duty runs on its own overlay; an unforeseen error there changes nothing but
the sequence.
"""

import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from abci_app.actions import ACTIONS
from abci_app.admission import Gate, Parsed
from abci_app.core import keys
from abci_app.core.codec import encode
from abci_app.core.codes import Code, Refusal, code_name, refuse
from abci_app.core.limits import PROPOSAL_COST_MAX
from abci_app.engine import approvals, deadlines, proposals, seats
from abci_app.engine.context import Block, Tx
from abci_app.state import invariants
from abci_app.store.kv import Overlay, StorageError
from tonne.v1.events_pb2 import Contained, Event
from tonne.v1.state_pb2 import Party, Requirement


@dataclass
class Outcome:
    """What became of a transaction or duty; `trouble` is a traceback, never consensus."""

    code: int
    detail: str = ""
    events: list[Event] = field(default_factory=list)
    pending: list[Requirement] = field(default_factory=list)  # what a new proposal waits for
    trouble: str = ""


def run_actions(tx: Tx) -> None:
    """Execute the envelope's actions in order, each by its module."""
    for index, action in enumerate(tx.actions):
        arm = action.WhichOneof("action")
        assert arm is not None, "the shape was checked"
        tx.index = index
        ACTIONS[arm].execute(tx, getattr(action, arm))
    seats.recheck(tx)


def run_tx(block: Block, overlay: Overlay, parsed: Parsed, signers: Sequence[Party]) -> Outcome:
    """Execute an admitted envelope on an overlay of its own and merge it when nothing refuses.

    Where approvals are missing or a delay is asked for, the execution is forgotten and the envelope
    becomes a proposal.
    """
    body = parsed.body
    assert body is not None, "it was admitted"

    def envelope() -> Tx:
        own = Overlay(overlay)
        return Tx(block, own, parsed.tx_id, signers, body.actions, body.memo, run_actions)

    try:
        tx = envelope()
        run_actions(tx)
        lacking = approvals.lacking(tx)
        if lacking or approvals.delayed(tx):
            if parsed.cost > PROPOSAL_COST_MAX:
                refuse(Code.PROPOSAL_TOO_LARGE, f"cost {parsed.cost}, {PROPOSAL_COST_MAX} at most")
            trial, tx = tx, envelope()
            proposals.start(tx, trial)
        _assert_act(block, overlay, tx)
    except Refusal as refusal:
        return Outcome(refusal.code, refusal.detail)
    except (StorageError, MemoryError, OSError):
        raise  # the process is broken, not the transaction
    except Exception as error:  # noqa: BLE001 - contained by design: a bug must not halt every validator
        return _contained("transaction", error)
    overlay.merge(tx.overlay)
    return Outcome(Code.OK, events=tx.events, pending=lacking)


def run_duties(block: Block, overlay: Overlay) -> Iterator[Outcome]:
    """Do what was due when the block began, bounded; park what raises.

    A duty that arms itself again, for the same moment even, has its next turn in the next block.
    """
    for duty in deadlines.due(overlay, block.time_s, block.params.duties_per_block):
        if not deadlines.stands(overlay, duty):
            continue  # an earlier duty of this block has made it void
        tx = Tx(block, Overlay(overlay), b"", (), (), "", run_actions)
        try:
            deadlines.perform(tx, duty)
            _assert_act(block, overlay, tx)
        except (StorageError, MemoryError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - as above; a refusal has no place in a duty either
            parked = Overlay(overlay)
            deadlines.park(parked, duty, block.height)
            overlay.merge(parked)
            yield _contained("duty", error)
            continue
        overlay.merge(tx.overlay)
        yield Outcome(Code.OK, events=tx.events)


def run_block(
    block: Block, overlay: Overlay, gate: Gate, txs: Sequence[Parsed]
) -> tuple[list[Outcome], list[Outcome]]:
    """Execute a block: duties first, then each transaction; return (duties, transactions).

    A transaction that is not admissible changes nothing; any other spends every signer's sequence.
    """
    duties = list(run_duties(block, overlay))
    outcomes = []
    for parsed in txs:
        try:
            signers = gate.admit(parsed)
        except Refusal as refusal:
            outcomes.append(Outcome(refusal.code, refusal.detail))
            continue
        gate.spend(parsed)
        outcomes.append(run_tx(block, overlay, parsed, signers))
    for account, lanes in gate.spent.items():
        overlay.put(keys.lanes(account), encode(lanes))
    return duties, outcomes


def _contained(where: str, error: Exception) -> Outcome:
    name = type(error).__name__  # for people; it may differ between builds, so it is no event
    event = Event(contained=Contained(where=where))
    trouble = "".join(traceback.format_exception(error))
    return Outcome(Code.INTERNAL, f"{code_name(Code.INTERNAL)}: {name}", [event], trouble=trouble)


def _assert_act(block: Block, overlay: Overlay, tx: Tx) -> None:
    """Assert the invariants of what an act touched, C-16 included."""
    invariants.assert_touched(overlay, tx.overlay, block.time_s)
    approvals.assert_issues(tx)
