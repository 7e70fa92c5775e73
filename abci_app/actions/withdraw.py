"""Withdraw: its author takes back a proposal, an order, or a fill of an order (S0-76).

Must not know: what was proposed. Invariant: only what is not executed is withdrawn, by the
organisation that proposed it.
"""

from abci_app.actions import shape
from abci_app.core import ids
from abci_app.core.codes import Code
from abci_app.core.limits import PROPOSAL_COST_MAX, TEXT_BYTES_MAX
from abci_app.engine import market, proposals
from abci_app.engine.context import Tx
from abci_app.state.schema import PROPOSALS
from tonne.v1.tx_pb2 import Withdraw


def check(msg: Withdraw) -> None:
    """Refuse a message whose shape is wrong."""
    filled = msg.HasField("fill")
    named = bool(msg.proposal) + bool(msg.order) + filled
    shape.need(named == 1, "proposal", "either a proposal, an order or a fill")
    if filled:
        shape.need(msg.fill.order and msg.fill.fill, "fill", "order and number")
    ids.need_text(msg.reason, "reason", TEXT_BYTES_MAX)


def cost(msg: Withdraw) -> int:
    """Return the static cost: the holds that a proposal or an order may release."""
    del msg
    return PROPOSAL_COST_MAX


def execute(tx: Tx, msg: Withdraw) -> None:
    """End it, and release what it holds.

    PROPOSAL_UNKNOWN, WITHDRAW_NOT_AUTHOR, WITHDRAW_LATE; ORDER_UNKNOWN, ORDER_STATE; FILL_UNKNOWN,
    FILL_STATE.
    """
    if msg.order:
        market.withdraw(tx, msg.order)
        return
    if msg.HasField("fill"):
        market.withdraw_fill(tx, msg.fill)
        return
    proposal = PROPOSALS.need(tx.overlay, Code.PROPOSAL_UNKNOWN, msg.proposal)
    proposals.withdraw(tx, proposal)
