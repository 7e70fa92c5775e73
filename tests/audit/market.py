"""Orders and fills: PlaceOrder, FillOrder, and the decisions and withdrawals of both.

Must not know: payments. Invariant: what is offered lies in escrow.
"""

from dataclasses import replace

from tests.audit.envelope import Envelope
from tests.audit.model import Ask, Key, Lock, Part, World, check, refuse
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

GIVING = (t.ACCOUNT_OPEN,)
TAKING = (t.ACCOUNT_OPEN, t.ACCOUNT_RESTRICTED)
LIVE = (s.ORDER_OPEN, s.ORDER_PART_FILLED)


def for_sale(world: World, program: str, issuance: str) -> bool:
    """Tell whether units of an issuance may be traded; of none, they may (S0-69)."""
    record = world.records.get((program, t.ISSUANCE, issuance))
    return record is None or record.state in ("APPROVED", "FULL", "CLOSED")


def place_order(env: Envelope, act: t.PlaceOrder) -> None:
    rules = env.program(act.program)
    world = env.world
    check((act.class_id in [unit.id for unit in rules.classes], "CLASS_UNKNOWN"))
    check((act.account in world.accounts, "ACC_UNKNOWN"))
    check((rules.params.fill_confirm_s, "RULE_MISSING"))  # a program that has no market
    acc = world.accounts[act.account]
    takes = not acc.refuses_units and not world.independent(acc.org)
    check((act.side == t.SELL or takes, "MOVE_NOT_ALLOWED"))
    check((env.signer == act.account, "ROLE_MISSING"))
    check((acc.status in (TAKING if act.side == t.BUY else GIVING), "ACC_STATUS"))
    check((acc.market, "NO_MARKET_ACCESS"))
    term = rules.params.order_term_s_max
    check(
        (act.expires_s > env.now, "ORDER_TERMS"),
        (not term or act.expires_s <= env.now + term, "ORDER_TERMS"),
        (act.min_fill_t <= act.quantity_t or bool(act.ranges), "ORDER_TERMS"),
    )
    if act.issuance:
        check(((act.program, t.ISSUANCE, act.issuance) in world.records, "REC_REF"))
        check((for_sale(world, act.program, act.issuance), "ISS_STATE"))
    number = len(world.orders) + 1
    lock, quantity = 0, act.quantity_t
    if act.side == t.SELL:
        keys = env.choose(
            act.account,
            act.program,
            act.class_id,
            act.quantity_t,
            act.ranges,
            max_lots=act.max_lots,
            usable=lambda unit: (
                (not act.issuance or unit.issuance == act.issuance)
                and (not act.vintage or unit.vintage == act.vintage)
            ),
        )
        quantity = len(keys)
        check(
            (all(for_sale(world, act.program, world.units[k].issuance) for k in keys), "ISS_STATE")
        )
        lock = len(world.holds) + 1
        world.holds[lock] = Lock(
            lock, t.ESCROW, act.program, act.class_id, act.account, quantity, env.now, order=number
        )
        world.alter(keys, hold=lock)
    world.orders[number] = Ask(
        number,
        act.program,
        act.side,
        act.account,
        acc.org,
        act.class_id,
        act.issuance,
        act.vintage,
        quantity,
        act.min_fill_t or 1,
        act.expires_s,
        act.settlement,
        lock,
    )


def fill_order(env: Envelope, act: t.FillOrder) -> None:
    world = env.world
    order = world.orders.get(act.order)
    if order is None:
        refuse("ORDER_UNKNOWN")
    rules = env.program(order.program)
    check((act.account in world.accounts, "ACC_UNKNOWN"))
    check((order.state in LIVE and env.now < order.expires_s, "ORDER_STATE"))
    acc, owner = world.accounts[act.account], world.accounts[order.account]
    left = order.quantity - order.filled - order.reserved
    takes = not acc.refuses_units and not world.independent(acc.org)
    here = acc.program == order.program
    check((order.side == t.BUY or takes, "MOVE_NOT_ALLOWED"), (here, "MOVE_NOT_ALLOWED"))
    check((env.signer == act.account, "ROLE_MISSING"))
    check((acc.org != order.org, "SELF_TRADE"))
    check(
        (acc.status in (TAKING if order.side == t.SELL else GIVING), "ACC_STATUS"),
        (owner.status in (GIVING if order.side == t.SELL else TAKING), "ACC_STATUS"),
    )
    check((acc.market and owner.market, "NO_MARKET_ACCESS"))
    check((act.payment_hash, "PAYMENT_MISSING"))
    check((act.quantity_t <= left and act.quantity_t >= min(order.min_fill, left), "FILL_QUANTITY"))
    number = order.fills + 1
    keys, lock = _offered(env, order, act)
    sold = [world.units[key].issuance for key in keys]
    check((all(for_sale(world, order.program, name) for name in sold), "ISS_STATE"))
    world.fills[order.id, number] = Part(
        order.id,
        number,
        act.account,
        acc.org,
        act.quantity_t,
        env.now,
        env.now + rules.params.fill_confirm_s,
        lock,
        tuple(keys),
    )
    world.orders[order.id] = replace(order, reserved=order.reserved + act.quantity_t, fills=number)


def _offered(env: Envelope, order: Ask, act: t.FillOrder) -> tuple[list[Key], int]:
    """The units of a fill, and the hold they lie in."""
    world = env.world
    if order.side == t.SELL:
        mine = world.owned(order.account, order.program, order.class_id)
        keys = [
            key
            for key in mine
            if world.units[key].hold == order.hold
            and not world.units[key].ordered
            and not any(
                key in part.keys for part in world.fills.values() if part.state == s.FILL_RESERVED
            )
        ][: act.quantity_t]
        check((len(keys) == act.quantity_t, "UNIT_HELD"))
        lock = order.hold
    else:
        keys = env.choose(
            act.account,
            order.program,
            order.class_id,
            act.quantity_t,
            (),
            max_lots=act.max_lots,
            usable=lambda unit: (
                (not order.issuance or unit.issuance == order.issuance)
                and (not order.vintage or unit.vintage == order.vintage)
            ),
        )
        lock = len(world.holds) + 1
        world.holds[lock] = Lock(
            lock,
            t.ESCROW,
            order.program,
            order.class_id,
            act.account,
            len(keys),
            env.now,
            order=order.id,
        )
        world.alter(keys, hold=lock)
    return keys, lock


def _fill(world: World, ref: t.FillRef) -> tuple[Ask, Part]:
    order, part = world.orders.get(ref.order), world.fills.get((ref.order, ref.fill))
    if order is None:
        refuse("ORDER_UNKNOWN", "FILL_UNKNOWN")
    if part is None:
        refuse("FILL_UNKNOWN")
    return order, part


def escrowed(world: World, part: Part) -> list[Key]:
    """The units that a fill takes: the first serials of what lies in its hold."""
    return sorted(world.held(part.hold))[: part.quantity]


def confirm(world: World, signer: str, act: t.Decide) -> World:
    """Whoever gives the units says that the money came; or the settlement agent does."""
    order, part = _fill(world, act.fill)
    giver = order.account if order.side == t.SELL else part.account
    if order.settlement == t.AGENT:
        able = world.has_role(order.program, t.SETTLEMENT, signer) and world.accounts[
            signer
        ].org not in (order.org, part.org)
    else:
        able = world.accounts[signer].org == world.accounts[giver].org
    live = part.state == s.FILL_RESERVED and world.now < part.expires_s
    check((live, "FILL_STATE"))
    check((able, "DECIDE_NOT_MEMBER"))
    check((act.verdict == t.YES or act.reason, "DECIDE_REASON"))
    after = world.copy()
    if act.verdict == t.NO:
        let_go(after, order, part)
        return after
    keys = escrowed(world, part)
    expired = any(
        world.units[key].valid_until_s and world.now >= world.units[key].valid_until_s
        for key in keys
    )
    taker = part.account if order.side == t.SELL else order.account
    check(
        (not any(world.units[key].ordered for key in keys), "UNIT_HELD"),
        (not expired, "UNIT_EXPIRED"),
        (world.accounts[taker].status in (t.ACCOUNT_OPEN, t.ACCOUNT_RESTRICTED), "ACC_STATUS"),
        (world.accounts[giver].status == t.ACCOUNT_OPEN, "ACC_STATUS"),
    )
    after.alter(keys, account=taker, hold=0)
    after.fills[order.id, part.number] = replace(part, state=s.FILL_SETTLED)
    filled = order.filled + part.quantity
    state: int = s.ORDER_FILLED if filled == order.quantity else s.ORDER_PART_FILLED
    if order.state not in LIVE:
        state = order.state
    after.orders[order.id] = replace(
        order, filled=filled, reserved=order.reserved - part.quantity, state=state
    )
    _empty(after, part.hold, s.HOLD_CLAIMED)
    return after


def _empty(world: World, number: int, status: int = s.HOLD_RELEASED) -> None:
    if not world.held(number) and world.holds[number].status == s.HOLD_ACTIVE:
        world.holds[number] = replace(world.holds[number], status=status)


def let_go(world: World, order: Ask, part: Part) -> None:
    """A fill comes to nothing: the units are offered again, or free."""
    world.fills[order.id, part.number] = replace(part, state=s.FILL_RELEASED)
    order = replace(order, reserved=order.reserved - part.quantity)
    world.orders[order.id] = order
    if order.side == t.BUY:
        world.alter(escrowed(world, part), hold=0)
        _empty(world, part.hold)
    elif order.state not in LIVE:
        _give_back(world, order)


def withdraw_fill(world: World, signer: str, act: t.Withdraw) -> World:
    order, part = _fill(world, act.fill)
    check(
        (world.accounts[signer].org == part.org, "WITHDRAW_NOT_AUTHOR"),
        (part.state == s.FILL_RESERVED, "WITHDRAW_LATE"),
        (part.state == s.FILL_RESERVED, "FILL_STATE"),
    )
    after = world.copy()
    let_go(after, order, part)
    return after


def withdraw_order(world: World, signer: str, act: t.Withdraw) -> World:
    order = world.orders.get(act.order)
    if order is None:
        refuse("ORDER_UNKNOWN")
    check(
        (world.accounts[signer].org == order.org, "WITHDRAW_NOT_AUTHOR"),
        (order.state in LIVE, "WITHDRAW_LATE"),
        (order.state in LIVE, "ORDER_STATE"),
    )
    after = world.copy()
    close(after, order, s.ORDER_CANCELLED)
    return after


def close(world: World, order: Ask, state: int) -> None:
    """What nobody has reserved goes back; reserved parts wait for their confirmation."""
    world.orders[order.id] = replace(order, state=state)
    if order.hold:
        _give_back(world, order)


def _give_back(world: World, order: Ask) -> None:
    """The lowest serials stay for the fills that wait."""
    world.alter(sorted(world.held(order.hold))[order.reserved :], hold=0)
    _empty(world, order.hold)
