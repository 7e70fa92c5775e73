"""Withdraw: who proposed takes the proposal back.

Must not know: what was proposed. Invariant: only what is not executed is withdrawn, by the
organisation that proposed it.
"""

from abci_app.actions import shape
from abci_app.core import ids
from abci_app.core.codes import Code
from abci_app.core.limits import PROPOSAL_COST_MAX, TEXT_BYTES_MAX
from abci_app.engine import proposals
from abci_app.engine.context import Tx
from abci_app.state.schema import PROPOSALS
from tonne.v1.tx_pb2 import Withdraw


def check(msg: Withdraw) -> None:
    """Refuse a message whose shape is wrong."""
    shape.need(msg.proposal, "proposal")
    ids.need_text(msg.reason, "reason", TEXT_BYTES_MAX)


def cost(msg: Withdraw) -> int:
    """Return the static cost: the holds that a proposal may release."""
    del msg
    return PROPOSAL_COST_MAX


def execute(tx: Tx, msg: Withdraw) -> None:
    """End the proposal. PROPOSAL_UNKNOWN, WITHDRAW_NOT_AUTHOR, WITHDRAW_LATE."""
    proposal = PROPOSALS.need(tx.overlay, Code.PROPOSAL_UNKNOWN, msg.proposal)
    proposals.withdraw(tx, proposal)
