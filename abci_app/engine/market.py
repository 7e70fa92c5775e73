"""Orders to sell and to buy, and their fills: units wait in escrow until the payment is confirmed.

Must not know: money, beyond the hash of a payment reference; any program. Invariants (C-28): the
escrow of an order to sell holds what is neither delivered nor given back, a fill of an order to
buy its own quantity; filled and reserved never exceed what was ordered; nothing is traded that its
holder could not move himself, alone and at once (S0-69, S0-76, S0-87).
"""

from collections.abc import Iterator, Sequence

from abci_app.core.codes import Code, refuse
from abci_app.core.keys import Table
from abci_app.core.limits import MOVE_LOTS_DEFAULT
from abci_app.engine import holds, moves, seats
from abci_app.engine.context import Tx
from abci_app.engine.move_checks import Going
from abci_app.state import lots, numbers
from abci_app.state.lots import Span
from abci_app.state.policies import MoveRow, Rules
from abci_app.state.schema import FILLS, HOLDS, ORDERS, RECORDS
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import (
    FILL_RELEASED,
    FILL_RESERVED,
    FILL_SETTLED,
    ORDER_CANCELLED,
    ORDER_EXPIRED,
    ORDER_FILLED,
    ORDER_OPEN,
    ORDER_PART_FILLED,
    Account,
    Fill,
    Hold,
    Lot,
    Order,
)
from tonne.v1.tx_pb2 import (
    AGENT,
    BUY,
    ESCROW,
    HOLDER,
    HOLDING,
    ISSUANCE,
    NO,
    SELL,
    SETTLEMENT,
    Decide,
    FillOrder,
    FillRef,
    Move,
    PlaceOrder,
)

OPEN = (ORDER_OPEN, ORDER_PART_FILLED)
FOR_SALE = ("APPROVED", "FULL", "CLOSED")  # states of an issuance whose units may be traded


# ---- orders ----


def place(tx: Tx, rules: Rules, msg: PlaceOrder) -> Order:
    """Open an order; one to sell puts its units in escrow. Codes: see the action."""
    rules.unit_class(msg.class_id)
    account = tx.account(msg.account)
    _need_market(rules)
    _tradable(rules, msg.class_id, account, msg.side)
    seats.need(tx, rules, HOLDER, "", msg.account)
    if msg.side == SELL:
        moves.may_give(tx, account, into=True)
    else:
        moves.may_take(tx, account)
    _has_access(account)
    _check_terms(tx, rules, msg)
    if msg.issuance:
        _for_sale(tx, msg.program, msg.issuance)
    order = Order(
        id=numbers.take(tx.overlay, Table.ORDER),
        program=msg.program,
        side=msg.side,
        state=ORDER_OPEN,
        account=account.id,
        organisation=account.organisation,
        class_id=msg.class_id,
        issuance=msg.issuance,
        vintage=msg.vintage,
        quantity_t=msg.quantity_t,
        price_minor=msg.price_minor,
        currency=msg.currency,
        min_fill_t=msg.min_fill_t or 1,
        placed_s=tx.now,
        expires_s=msg.expires_s,
        settlement=msg.settlement,
    )
    if msg.side == SELL:
        named = lots.spans(msg.ranges)
        items = _choose(tx, order, account.id, msg.quantity_t, named, msg.max_lots)
        order.hold = _escrow(tx, order, account.id, items, 0)
    _store(tx, order)
    return order


def end(tx: Tx, order: Order, state: int) -> None:
    """End an open order; escrow that no fill waits for returns at once."""
    order.state = state  # type: ignore[assignment]
    if order.hold:
        _give_back(tx, order)
    _store(tx, order)


def expire(tx: Tx, order: Order) -> None:
    """End an order whose term is over."""
    end(tx, order, ORDER_EXPIRED)


def withdraw(tx: Tx, number: int) -> None:
    """Its author takes an open order back. ORDER_UNKNOWN, WITHDRAW_NOT_AUTHOR, ORDER_STATE."""
    order = ORDERS.need(tx.overlay, Code.ORDER_UNKNOWN, number)
    if tx.signer.organisation != order.organisation:
        refuse(Code.WITHDRAW_NOT_AUTHOR, tx.signer.account)
    _need_open(tx, order)
    end(tx, order, ORDER_CANCELLED)


# ---- fills ----


def fill(tx: Tx, msg: FillOrder) -> Fill:
    """Reserve a part of an order; who fills one to buy puts the units in escrow.

    Codes: see the action.
    """
    order = ORDERS.need(tx.overlay, Code.ORDER_UNKNOWN, msg.order)
    rules = tx.block.units(order.program)
    account, owner = tx.account(msg.account), tx.account(order.account)
    _need_open(tx, order)
    _need_market(rules)
    going = _going(rules, order, owner, account, msg.quantity_t)
    seats.need(tx, rules, HOLDER, "", account.id)
    if account.organisation == order.organisation:
        refuse(Code.SELF_TRADE, account.organisation)
    _may_trade(tx, going)
    if not msg.payment_hash:
        refuse(Code.PAYMENT_MISSING)
    left = order.quantity_t - order.filled_t - order.reserved_t
    if msg.quantity_t > left or msg.quantity_t < min(order.min_fill_t, left):
        refuse(Code.FILL_QUANTITY, f"{msg.quantity_t}: at least {order.min_fill_t} of {left} left")
    order.fills += 1
    order.reserved_t += msg.quantity_t
    made = Fill(
        order=order.id,
        fill=order.fills,
        state=FILL_RESERVED,
        program=order.program,
        account=account.id,
        organisation=account.organisation,
        quantity_t=msg.quantity_t,
        payment_hash=msg.payment_hash,
        made_s=tx.now,
        expires_s=tx.now + rules.program.params.fill_confirm_s,
        hold=order.hold,
        lots=msg.max_lots or MOVE_LOTS_DEFAULT,
    )
    if order.side == SELL:
        items = _held(tx, made)
    else:
        items = _choose(tx, order, account.id, msg.quantity_t, (), made.lots)
    moves.check_trade(tx, going, items)
    _check_issuances(tx, order, items)
    if order.side == BUY:
        made.hold = _escrow(tx, order, account.id, items, made.fill)
    ORDERS.put(tx.overlay, order)
    _store_fill(tx, made)
    return made


def decide(tx: Tx, msg: Decide) -> None:
    """Whoever gives the units, or the settlement agent, says that a fill is paid, or is not.

    FILL_UNKNOWN, FILL_STATE, DECIDE_NOT_MEMBER, DECIDE_CLOSED, DECIDE_REASON and, for a yes, the
    codes of the movement.
    """
    made, order = _waiting(tx, msg.fill)
    giver = order.account if order.side == SELL else made.account
    if not _may_confirm(tx, order, made, giver):
        refuse(Code.DECIDE_NOT_MEMBER, f"{tx.signer.account} on a fill of order {order.id}")
    if tx.now >= made.expires_s:
        refuse(Code.DECIDE_CLOSED, f"fill {made.fill} of order {order.id}")
    if msg.verdict == NO and not msg.reason:
        refuse(Code.DECIDE_REASON, f"fill {made.fill} of order {order.id}")
    made.confirmed_by, made.reason = tx.signer.account, msg.reason
    made.codes.extend(msg.codes)
    if msg.verdict == NO:
        _let_go(tx, order, made)
    else:
        _settle(tx, order, made)


def lapse(tx: Tx, made: Fill) -> None:
    """Release a fill that nobody confirmed in time."""
    _let_go(tx, ORDERS.need(tx.overlay, Code.ORDER_UNKNOWN, made.order), made)


def withdraw_fill(tx: Tx, ref: FillRef) -> None:
    """Who made a fill takes it back. FILL_UNKNOWN, WITHDRAW_NOT_AUTHOR, FILL_STATE."""
    made, order = _waiting(tx, ref)
    if tx.signer.organisation != made.organisation:
        refuse(Code.WITHDRAW_NOT_AUTHOR, tx.signer.account)
    _let_go(tx, order, made)


def _waiting(tx: Tx, ref: FillRef) -> tuple[Fill, Order]:
    made = FILLS.need(tx.overlay, Code.FILL_UNKNOWN, ref.order, ref.fill)
    if made.state != FILL_RESERVED:
        refuse(Code.FILL_STATE, f"fill {made.fill} of order {made.order}")
    return made, ORDERS.need(tx.overlay, Code.ORDER_UNKNOWN, made.order)


def _may_confirm(tx: Tx, order: Order, made: Fill, giver: str) -> bool:
    """An agent confirms only between others; without one, the account that gives the units."""
    if order.settlement != AGENT:
        return tx.signer.account == giver
    if tx.signer.organisation in (order.organisation, made.organisation):
        return False
    rules = tx.block.rules(order.program)
    return seats.holds(tx.overlay, rules, SETTLEMENT, "", tx.signer.account, tx.now)


def _settle(tx: Tx, order: Order, made: Fill) -> None:
    """Deliver the units of a fill: the movement is checked again, as of now."""
    rules = tx.block.units(order.program)
    owner, account = tx.account(order.account), tx.account(made.account)
    going = _going(rules, order, owner, account, made.quantity_t)
    _may_trade(tx, going)
    items = _held(tx, made)
    moves.check_trade(tx, going, items)
    _check_issuances(tx, order, items)
    holds.take(tx, made.hold, items)
    moves.deliver(tx, going, items)
    order.filled_t += made.quantity_t
    order.reserved_t -= made.quantity_t
    if order.state in OPEN:
        full = order.filled_t == order.quantity_t
        order.state = ORDER_FILLED if full else ORDER_PART_FILLED
    _end_fill(tx, made, FILL_SETTLED)
    _store(tx, order)


def _let_go(tx: Tx, order: Order, made: Fill) -> None:
    """End a fill without a trade; what it reserved is for others again, or returns."""
    order.reserved_t -= made.quantity_t
    if order.side == BUY:
        holds.release(tx, made.hold)
    elif order.state not in OPEN:
        _give_back(tx, order)
    _end_fill(tx, made, FILL_RELEASED)
    _store(tx, order)


# ---- who may trade ----


def _tradable(rules: Rules, class_id: str, account: Account, side: int) -> None:
    """Refuse an order that no row would let anybody fill (S1-31: persons and their classes)."""
    if account.kind != HOLDING or account.program != rules.program.id:
        refuse(Code.MOVE_NOT_ALLOWED, f"{account.id} is no holder's account of {rules.program.id}")
    for row in rules.moves.get((HOLDING, HOLDING), ()):
        holders = row.from_holders if side == SELL else row.to_holders
        fits = not row.classes or class_id in row.classes
        if fits and _alone(row) and (not holders or account.holder_kind in holders):
            return
    refuse(Code.MOVE_NOT_ALLOWED, f"{account.id} may not trade {class_id}")


def _going(rules: Rules, order: Order, owner: Account, filler: Account, quantity: int) -> Going:
    """Return a fill as the movement that the holder who gives could make himself.

    MOVE_NOT_ALLOWED where he could not, or not alone and at once.
    """
    source, target = (owner, filler) if order.side == SELL else (filler, owner)
    move = Move(
        program=order.program,
        class_id=order.class_id,
        quantity_t=quantity,
        from_account=source.id,
        to_account=target.id,
    )
    for row in rules.moves.get((source.kind, target.kind), ()):
        if row.signer == HOLDER and row.fits(order.class_id, source, target, move.purpose):
            if _alone(row):
                return Going(rules, row, move, source, target, quantity)
            refuse(Code.MOVE_NOT_ALLOWED, f"{row.name!r} asks for more than an order can give")
    refuse(Code.MOVE_NOT_ALLOWED, f"{source.id} to {target.id}")


def _alone(row: MoveRow) -> bool:
    """Tell whether a holder moves units by a row alone and at once, naming nothing else."""
    waits = row.approvals or row.delay_s or row.delay_calendar
    return row.signer == HOLDER and not (waits or row.requires or row.own_only)


def _may_trade(tx: Tx, going: Going) -> None:
    """Refuse a trade by the status and the market access of either side."""
    moves.may_pass(tx, going.move, going.source, going.target)
    for account in (going.source, going.target):
        _has_access(account)


def _has_access(account: Account) -> None:
    if not account.market_access:
        refuse(Code.NO_MARKET_ACCESS, account.id)


def _check_terms(tx: Tx, rules: Rules, msg: PlaceOrder) -> None:
    """ORDER_TERMS: the term lies ahead, within the program's; an agent where there can be one."""
    longest = rules.program.params.order_term_s_max
    if msg.expires_s <= tx.now or (longest and msg.expires_s > tx.now + longest):
        refuse(Code.ORDER_TERMS, f"expires_s: within {longest} seconds from now")
    if msg.min_fill_t > msg.quantity_t:
        refuse(Code.ORDER_TERMS, f"min_fill_t: at most {msg.quantity_t}")
    if msg.settlement == AGENT and SETTLEMENT not in rules.roles:
        refuse(Code.ORDER_TERMS, f"settlement: {rules.program.id} has no settlement agents")


def _need_market(rules: Rules) -> None:
    """A program that says how long a payment may take has a market; RULE_MISSING."""
    if not rules.program.params.fill_confirm_s:
        refuse(Code.RULE_MISSING, f"{rules.program.id} has no market")


def _need_open(tx: Tx, order: Order) -> None:
    if order.state not in OPEN or tx.now >= order.expires_s:
        refuse(Code.ORDER_STATE, f"order {order.id}")


# ---- which units ----


def _choose(
    tx: Tx, order: Order, account: str, quantity: int, named: Sequence[Span], lots_max: int
) -> list[Span]:
    """Return free serials that fit an order: pinned, named, or taken in the order of the law.

    INSUFFICIENT, TOO_MANY_LOTS, UNIT codes, ORDER_TERMS, ISS_STATE.
    """
    owner = (account, order.program, order.class_id)
    most = lots_max or MOVE_LOTS_DEFAULT
    wanted = tx.pinned.get(tx.index) or named
    if wanted:
        lots.check_free(tx.overlay, wanted, owner, tx.now, most)
        items = list(wanted)
        for lot, _ in lots.look(tx.overlay, items):
            if not _fits(order, lot):
                refuse(Code.ORDER_TERMS, f"{lot.space}:{lot.start} is not what the order is for")
    else:
        items = lots.pick(
            tx.overlay, owner, quantity, tx.now, most, wanted=lambda lot: _fits(order, lot)
        )
    _check_issuances(tx, order, items)
    tx.chosen[tx.index] = items
    return items


def _fits(order: Order, lot: Lot) -> bool:
    return (not order.issuance or lot.issuance == order.issuance) and (
        not order.vintage or lot.vintage == order.vintage
    )


def _held(tx: Tx, made: Fill) -> list[Span]:
    """Return units in escrow for a fill, lowest serials first; frozen and expired ones stay.

    UNIT_HELD, UNIT_EXPIRED, TOO_MANY_LOTS.
    """
    hold = HOLDS.look(tx.overlay, made.hold)
    assert hold is not None, "a fill that waits has its escrow"
    taken: list[Span] = []
    left, why = made.quantity_t, Code.UNIT_HELD
    for seen, (lot, span) in enumerate(_pieces(tx, lots.spans(hold.ranges))):
        if seen == made.lots:
            refuse(Code.TOO_MANY_LOTS, f"{left} more than {made.lots} lots hold")
        if lot.frozen:
            continue
        if lot.valid_until_s and tx.now >= lot.valid_until_s:
            why = Code.UNIT_EXPIRED
            continue
        count = min(left, span.count)
        taken.append(Span(span.space, span.start, span.start + count - 1))
        left -= count
        if not left:
            return taken
    refuse(why, f"{left} of {made.quantity_t} units in escrow cannot go")


def _pieces(tx: Tx, items: Sequence[Span]) -> Iterator[tuple[Lot, Span]]:
    """Yield spans cut at the borders of the lots that hold them, with their lots."""
    for item in items:
        for lot in lots.covering(tx.overlay, item):
            start, last = max(lot.start, item.start), min(lot.end, item.end)
            yield lot, Span(item.space, start, last)


def _check_issuances(tx: Tx, order: Order, items: Sequence[Span]) -> None:
    """Refuse units of an issuance that is not approved (S0-69); ISS_STATE."""
    seen: list[str] = []
    for lot, _ in lots.look(tx.overlay, items):
        if lot.issuance and lot.issuance not in seen:
            seen.append(lot.issuance)
            _for_sale(tx, order.program, lot.issuance)


def _for_sale(tx: Tx, program: str, issuance: str) -> None:
    record = RECORDS.look(tx.overlay, program, ISSUANCE, issuance)
    if record is None:
        refuse(Code.REC_REF, issuance)
    if record.state not in FOR_SALE:
        refuse(Code.ISS_STATE, f"{issuance} is {record.state}: its units are not for sale")


# ---- escrow ----


def _escrow(tx: Tx, order: Order, account: str, items: Sequence[Span], number: int) -> int:
    hold = Hold(
        kind=ESCROW,
        program=order.program,
        class_id=order.class_id,
        account=account,
        order=order.id,
        fill=number,
    )
    return holds.place(tx, hold, items)


def _give_back(tx: Tx, order: Order) -> None:
    """Release what an ended order to sell holds beyond its waiting fills, highest serials."""
    hold = HOLDS.look(tx.overlay, order.hold)
    assert hold is not None, "an order to sell has its escrow"
    kept, back = order.reserved_t, []
    for item in lots.spans(hold.ranges):
        count = min(kept, item.count)
        kept -= count
        if count < item.count:
            back.append(Span(item.space, item.start + count, item.end))
    if back:
        holds.release(tx, order.hold, back)


# ---- what is written ----


def _store(tx: Tx, order: Order) -> None:
    ORDERS.put(tx.overlay, order)
    changed = e.OrderChanged(
        id=order.id,
        state=order.state,
        quantity_t=order.quantity_t,
        filled_t=order.filled_t,
        account=order.account,
    )
    tx.emit(e.Event(order_changed=changed))


def _end_fill(tx: Tx, made: Fill, state: int) -> None:
    made.state = state  # type: ignore[assignment]
    made.ended_s = tx.now
    _store_fill(tx, made)


def _store_fill(tx: Tx, made: Fill) -> None:
    FILLS.put(tx.overlay, made)
    changed = e.FillChanged(
        order=made.order,
        fill=made.fill,
        state=made.state,
        quantity_t=made.quantity_t,
        account=made.account,
    )
    tx.emit(e.Event(fill_changed=changed))
