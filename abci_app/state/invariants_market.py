"""What must always hold of orders and fills: C-28.

Must not know: which act it was. Invariant: what is filled and reserved is within the order; escrow
holds what is neither delivered nor given back, unit by unit.
"""

from abci_app.core.codec import decode
from abci_app.core.keys import Table, fill_prefix
from abci_app.state.schema import FILLS, HOLDS, ORDERS
from abci_app.state.unit_invariants import Touched
from abci_app.store.kv import Reader
from tonne.v1 import state_pb2 as s
from tonne.v1.tx_pb2 import ESCROW, SELL

OPEN = (s.ORDER_OPEN, s.ORDER_PART_FILLED)


def check(touched: Touched) -> None:
    """Raise AssertionError where the act breaks C-28; reads the orders that it touched alone."""
    orders: dict[int, dict[int, int]] = {}  # by order: reserved more, by the fills touched
    rows = touched.rows
    for old, new in rows.get(Table.ORDER, ()):
        assert new is not None, "C-28: an order was deleted"
        order = decode(s.Order, new)
        orders.setdefault(order.id, {})
        was = s.Order() if old is None else decode(s.Order, old)
        assert order.filled_t >= was.filled_t, f"C-28: order {order.id} took a fill back"
        ended = old is not None and was.state not in OPEN
        assert not ended or order.state == was.state, f"C-28: order {order.id} ended before"
    for old, new in rows.get(Table.FILL, ()):
        assert new is not None, "C-28: a fill was deleted"
        fill = decode(s.Fill, new)
        was_fill = s.Fill() if old is None else decode(s.Fill, old)
        assert old is None or was_fill.state == s.FILL_RESERVED, (
            f"C-28: fill {fill.fill} of order {fill.order} ended before"
        )
        changes = orders.setdefault(fill.order, {})
        for state, sign in ((was_fill.state, -1), (fill.state, 1)):
            changes[state] = changes.get(state, 0) + sign * fill.quantity_t
        fault = _fill_fault(touched.after, fill)
        assert not fault, f"C-28: {fault}"
    for old, new in rows.get(Table.HOLD, ()):
        hold = decode(s.Hold, new or old or b"")
        if hold.kind == ESCROW and not hold.fill:
            orders.setdefault(hold.order, {})
    for number, changes in orders.items():
        after = ORDERS.look(touched.after, number)
        assert after is not None, f"C-28: order {number} does not exist"
        before = ORDERS.look(touched.before, number) or s.Order()
        grown = after.reserved_t - before.reserved_t
        assert grown == changes.get(s.FILL_RESERVED, 0), f"C-28: order {number} and its fills"
        filled = after.filled_t - before.filled_t
        assert filled == changes.get(s.FILL_SETTLED, 0), f"C-28: order {number} and its fills"
        fault = _order_fault(touched.after, after)
        assert not fault, f"C-28: {fault}"


def _order_fault(reader: Reader, order: s.Order) -> str:
    """Return what is wrong with an order and its escrow, or nothing."""
    name = f"order {order.id}"
    if order.filled_t + order.reserved_t > order.quantity_t:
        return f"{name} is filled beyond its quantity"
    if (order.state == s.ORDER_FILLED) != (order.filled_t == order.quantity_t) and (
        order.state in (*OPEN, s.ORDER_FILLED)
    ):
        return f"{name} does not say whether it is filled"
    if order.side != SELL:
        return f"{name} holds units" if order.hold else ""
    due = order.quantity_t - order.filled_t if order.state in OPEN else order.reserved_t
    hold = HOLDS.look(reader, order.hold)
    if hold is None or (hold.kind, hold.order, hold.fill) != (ESCROW, order.id, 0):
        return f"{name} has no escrow"
    if hold.quantity_t != due or hold.account != order.account:
        return f"the escrow of {name} is {hold.quantity_t}, not {due}"
    return ""


def _fill_fault(reader: Reader, fill: s.Fill) -> str:
    """Return what is wrong with a fill and its escrow, or nothing."""
    name = f"fill {fill.fill} of order {fill.order}"
    order, hold = ORDERS.look(reader, fill.order), HOLDS.look(reader, fill.hold)
    if order is None or not 1 <= fill.fill <= order.fills:
        return f"{name} is of no order"
    if hold is None:
        return f"{name} has no escrow"
    if order.side == SELL:
        return "" if fill.hold == order.hold else f"{name} is not from the order's escrow"
    due = fill.quantity_t if fill.state == s.FILL_RESERVED else 0
    if (hold.kind, hold.order, hold.fill) != (ESCROW, fill.order, fill.fill):
        return f"{name} has another's escrow"
    return "" if hold.quantity_t == due else f"the escrow of {name} is {hold.quantity_t}, not {due}"


def faults(reader: Reader) -> list[str]:
    """Return where C-28 does not hold over the whole state."""
    found = []
    escrow = 0
    for order in ORDERS.all(reader):
        sums = {s.FILL_RESERVED: 0, s.FILL_SETTLED: 0}
        count = 0
        for fill in FILLS.all(reader, fill_prefix(order.id)):
            count += 1
            if fill.state in sums:
                sums[fill.state] += fill.quantity_t
            found.append(_fill_fault(reader, fill))
            if order.side != SELL and fill.state == s.FILL_RESERVED:
                escrow += fill.quantity_t
        found.append(_order_fault(reader, order))
        if (count, sums[s.FILL_RESERVED], sums[s.FILL_SETTLED]) != (
            order.fills,
            order.reserved_t,
            order.filled_t,
        ):
            found.append(f"order {order.id} does not count its fills")
        if order.side == SELL:
            hold = HOLDS.look(reader, order.hold)
            escrow += hold.quantity_t if hold is not None else 0
    held = sum(hold.quantity_t for hold in HOLDS.all(reader) if hold.kind == ESCROW)
    if held != escrow:
        found.append(f"{held} units are in escrow, {escrow} by the orders")
    return [f"C-28: {fault}" for fault in found if fault]
