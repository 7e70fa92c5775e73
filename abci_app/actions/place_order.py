"""PlaceOrder: a holder offers to sell, or to buy, units at a price (S0-76, S0-69, S2-8).

Must not know: any program. Invariant (C-28): the units of an offer to sell lie in escrow from the
moment at which it is made.
"""

from abci_app.actions import shape
from abci_app.core import ids
from abci_app.core.limits import MOVE_LOTS_DEFAULT, U64_MAX
from abci_app.engine import market
from abci_app.engine.context import Tx
from tonne.v1.tx_pb2 import SELL, OrderSide, PlaceOrder, Settlement


def check(msg: PlaceOrder) -> None:
    """Refuse a message whose shape is wrong."""
    ids.need_id(msg.program, "program")
    shape.known(OrderSide, msg.side, "side")
    shape.account(msg.account, "account")
    ids.need_id(msg.class_id, "class_id")
    if msg.issuance:
        ids.need_id(msg.issuance, "issuance")
    shape.need(msg.vintage <= 9999, "vintage")
    shape.need(0 < msg.quantity_t < U64_MAX, "quantity_t", "must be at least 1")
    shape.need(msg.price_minor, "price_minor", "must be at least 1")
    shape.need(ids.is_currency(msg.currency), "currency", "three capital letters")
    shape.time(msg.expires_s, "expires_s")
    shape.known(Settlement, msg.settlement, "settlement")
    shape.lots_bound(msg.max_lots, "max_lots")
    if msg.ranges:
        shape.need(msg.side == SELL, "ranges", "are of what is sold")
        shape.ranges(msg.ranges, "ranges")
        total = sum(item.end - item.start + 1 for item in msg.ranges)
        shape.need(total == msg.quantity_t, "ranges", "must be as many as quantity_t")


def cost(msg: PlaceOrder) -> int:
    """Return the static cost: the lots that it may put in escrow."""
    if msg.side != SELL:
        return 4
    return 4 + (msg.max_lots or MOVE_LOTS_DEFAULT) + 2 * len(msg.ranges)


def execute(tx: Tx, msg: PlaceOrder) -> None:
    """Open the order; one to sell puts its units in escrow.

    In this order: PROGRAM_UNKNOWN, PROGRAM_INACTIVE, PARTY_NOT_ELIGIBLE, CLASS_UNKNOWN,
    ACC_UNKNOWN, RULE_MISSING, MOVE_NOT_ALLOWED, ROLE_MISSING, ACC_STATUS, ORG_STATUS,
    NO_MARKET_ACCESS, ORDER_TERMS, REC_REF, ISS_STATE, INSUFFICIENT, TOO_MANY_LOTS,
    UNIT_UNKNOWN, UNIT_NOT_OWNED,
    UNIT_HELD, UNIT_EXPIRED.
    """
    market.place(tx, tx.block.units(msg.program), msg)
