"""FillOrder: another holder takes up a part of an order, or all of it (S0-76, S0-78, S0-87).

Must not know: any program. Invariant (C-28): what fills reserve and what was delivered never
exceed the order; nothing changes hands before the payment is confirmed.
"""

from abci_app.actions import shape
from abci_app.core.limits import MOVE_LOTS_DEFAULT
from abci_app.engine import market
from abci_app.engine.context import Tx
from tonne.v1.tx_pb2 import FillOrder


def check(msg: FillOrder) -> None:
    """Refuse a message whose shape is wrong."""
    shape.need(msg.order, "order")
    shape.account(msg.account, "account")
    shape.need(msg.quantity_t, "quantity_t", "must be at least 1")
    shape.digest(msg.payment_hash, "payment_hash", optional=True)
    shape.lots_bound(msg.max_lots, "max_lots")


def cost(msg: FillOrder) -> int:
    """Return the static cost: the lots that it may touch, now or when it is confirmed."""
    return 4 + (msg.max_lots or MOVE_LOTS_DEFAULT)


def execute(tx: Tx, msg: FillOrder) -> None:
    """Reserve a part of the order until the payment is confirmed.

    In this order: ORDER_UNKNOWN, PROGRAM_INACTIVE, PARTY_NOT_ELIGIBLE, ACC_UNKNOWN, ORDER_STATE,
    RULE_MISSING, MOVE_NOT_ALLOWED, ROLE_MISSING, SELF_TRADE, ACC_STATUS, ORG_STATUS,
    NO_MARKET_ACCESS, PAYMENT_MISSING, FILL_QUANTITY, the codes of units, those of the
    row's checks, ISS_STATE.
    """
    market.fill(tx, msg)
