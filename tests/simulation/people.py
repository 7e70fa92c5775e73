"""Makers of what people say and trade: consent, orders, accounts, seats, policies.

Must not know: the real registry. Invariant: most of what is made is fine.
"""

from tests import acts
from tests.audit import market
from tests.audit.consent import entitled
from tests.audit.model import Part, account_name, well_formed
from tests.simulation.dice import ACL, Dice
from tests.simulation.knowing import HASH, YEAR
from tests.simulation.real import Draft
from tonne.v1 import policy_pb2 as p
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

DAY = 86_400


# ---- consent ----


def decide(dice: Dice) -> Draft | None:
    waiting = [
        wish
        for wish in dice.world.proposals.values()
        if wish.state == s.PROPOSAL_PENDING and wish.needs[0].program in (dice.program, "chain")
    ]
    parts = [part for part in dice.world.fills.values() if part.state == s.FILL_RESERVED]
    if parts and dice.chance(50):
        return _confirm(dice, parts)
    if not waiting and dice.chance(95):
        return None
    if not waiting or dice.chance(3):
        number = dice.number(1, len(dice.world.proposals) + 2)
        act = t.Decide(proposal=number, verdict=t.YES)
        return Draft((dice.anybody(),), (t.Action(decide=act),), "decide")
    wish = dice.one(waiting)
    members = [
        acc
        for acc in dice.world.accounts
        if any(entitled(dice.world, need, acc) for need in wish.needs)
    ]
    said = [account for account, _, _ in wish.said]
    fresh = [acc for acc in members if acc not in said] or members
    who = dice.one(fresh) if fresh and dice.chance(92) else dice.anybody()
    act = t.Decide(proposal=wish.id, verdict=t.YES)
    if dice.chance(18):
        act.verdict, act.reason = t.NO, "Not as agreed"
        if dice.chance(10):
            act.reason = ""
    return Draft((who,), (t.Action(decide=act),), "decide")


def _confirm(dice: Dice, parts: list[Part]) -> Draft:
    part = dice.one(parts)
    order = dice.world.orders[part.order]
    giver = order.account if order.side == t.SELL else part.account
    act = t.Decide(verdict=t.YES if dice.chance(80) else t.NO, reason="As seen")
    act.fill.order, act.fill.fill = part.order, part.number
    if dice.chance(3):
        act.fill.fill += 5
    who = giver
    if order.settlement == t.AGENT:
        who = dice.whoever(t.SETTLEMENT)
    if dice.chance(8):
        who = dice.anybody()
    return Draft((who,), (t.Action(decide=act),), "decide")


def withdraw(dice: Dice) -> Draft | None:
    act = t.Withdraw(reason="Changed my mind")
    who = dice.anybody()
    orders = [row for row in dice.world.orders.values() if row.state in market.LIVE]
    parts = [part for part in dice.world.fills.values() if part.state == s.FILL_RESERVED]
    waiting = [row for row in dice.world.proposals.values() if row.state == s.PROPOSAL_PENDING]
    what = dice.one(("proposal", "order", "fill"))
    if what == "order" and orders:
        order = dice.one(orders)
        act.order, who = order.id, order.account
    elif what == "fill" and parts:
        part = dice.one(parts)
        act.fill.order, act.fill.fill, who = part.order, part.number, part.account
    elif waiting:
        wish = dice.one(waiting)
        act.proposal, who = wish.id, wish.signers[0]
    elif dice.chance(30):
        act.proposal = dice.number(1, len(dice.world.proposals) + 2)
    else:
        return None
    if dice.chance(6):
        who = dice.anybody()
    return Draft((who,), (t.Action(withdraw=act),), "withdraw")


# ---- the market ----


def place_order(dice: Dice) -> Draft | None:
    if not dice.rules.params.fill_confirm_s and dice.chance(95):
        return None
    account, class_id = dice.owner()
    traders = [acc.id for acc in dice.accounts() if acc.market]
    if account not in traders and traders and dice.chance(85):
        account = dice.one(traders)
    act = t.PlaceOrder(
        program=dice.program,
        side=t.SELL if dice.chance(65) else t.BUY,
        account=account,
        class_id=class_id,
        price_minor=dice.number(100, 900),
        currency="EUR",
        settlement=t.DIRECT_CONFIRM,
    )
    if act.side == t.BUY:
        act.account = dice.one(dice.holders())
        if traders and dice.chance(85):
            act.account = dice.one(traders)
        act.quantity_t = dice.number(1, 60)
    elif dice.chance(80):
        act.quantity_t = dice.quantity(account, class_id)
    else:
        act.ranges.extend(dice.ranges(account, class_id))
        act.quantity_t = sum(span.end - span.start + 1 for span in act.ranges)
    if act.quantity_t > 10 and dice.chance(40):
        act.min_fill_t = dice.number(1, 8)
    act.expires_s = dice.world.now + dice.one((1, 20, 60)) * DAY
    if dice.chance(3):
        act.expires_s = dice.one((dice.world.now, dice.world.now + 40 * YEAR))
    if dice.chance(20) and act.side == t.SELL:
        issued = [
            unit.issuance
            for unit in dice.world.units.values()
            if unit.account == account and unit.issuance
        ]
        if issued:
            act.issuance = dice.one(issued)
    if dice.chance(15):
        act.settlement = t.AGENT
    act.max_lots = dice.one((0, 16))
    return Draft(
        (dice.whoever(t.HOLDER, act.account),), (t.Action(place_order=act),), "place_order"
    )


def fill_order(dice: Dice) -> Draft | None:
    orders = [
        row
        for row in dice.world.orders.values()
        if row.state in market.LIVE and row.program == dice.program
    ]
    if dice.chance(3):
        orders = list(dice.world.orders.values())
    if not orders:
        return None
    order = dice.one(orders)
    left = max(1, order.quantity - order.filled - order.reserved)
    owners = sorted(
        {
            unit.account
            for unit in dice.world.units.values()
            if unit.class_id == order.class_id
            and unit.program == order.program
            and dice.world.accounts[unit.account].kind == t.HOLDING
        }
    )
    rest = [
        acc
        for acc in (owners if order.side == t.BUY and owners else dice.holders())
        if acc != order.account or dice.chance(5)
    ]
    account = dice.one(rest) if rest else order.account
    act = t.FillOrder(
        order=order.id,
        account=account,
        payment_hash=HASH,
        quantity_t=dice.one((left, max(1, left // 2), left + 1, 1)),
        max_lots=dice.one((0, 16)),
    )
    if dice.chance(4):
        act.payment_hash = b""
    return Draft((dice.whoever(t.HOLDER, account),), (t.Action(fill_order=act),), "fill_order")


# ---- people and policy ----


def put_account(dice: Dice) -> Draft | None:
    operator = dice.whoever(t.OPERATOR)
    roll = dice.number(1, 100)
    code = dice.rules.registry_codes[0]
    if roll <= 20:
        name = dice.fresh("house-")
        change = acts.organisation(name)
        change.put_account.program = dice.program
        actions = [change]
        if dice.chance(80) and len(dice.world.accounts) < 60:
            account = account_name(code, 100, 5000 + dice.made)
            if dice.chance(4):
                account = account[:-2] + ("11" if account[-2:] != "11" else "12")
            if well_formed(account) or dice.chance(50):
                opened = t.AccountChange(id=account, organisation=name, name=account)
                opened.add_keys.append(acts.grant_of(account, account))
                actions.append(
                    t.Action(put_account=t.PutAccount(program=dice.program, account=opened))
                )
        return Draft((operator,), tuple(actions), "put_account")
    target = dice.one(dice.holders())
    shut = [name for name in dice.holders() if dice.world.accounts[name].status != t.ACCOUNT_OPEN]
    if shut and dice.chance(80):
        target, roll = dice.one(shut), 50
    change_to = t.AccountChange(id=target)
    if roll <= 60:
        change_to.status = dice.one(
            (
                *(t.ACCOUNT_OPEN for _ in range(8)),
                t.ACCOUNT_RESTRICTED,
                t.ACCOUNT_SUSPENDED,
            )
        )
    elif roll <= 75:
        change_to.tx_limit_t = dice.one((0, 0, 0, 50))
    else:
        change_to.market_access = dice.chance(90)
    act = t.Action(put_account=t.PutAccount(program=dice.program, account=change_to))
    if dice.chance(25):
        return Draft(
            (target, *((operator,) if dice.chance(50) and operator != target else ())),
            (act,),
            "put_account",
        )
    return Draft((operator,), (act,), "put_account")


def accredit(dice: Dice) -> Draft | None:
    seats = [key for key in dice.world.seats if key[0] == dice.program]
    roles = [row for row in dice.rules.roles if row.grants and row.grants[0].by != t.CONSORTIUM]
    if not roles:
        return None
    role = dice.one(roles)
    act = t.Accredit(program=dice.program, role=role.role, reason="Because")
    grant = dice.one(list(role.grants))
    if grant.named_list:
        act.list = ACL
    known = [key for key in seats if key[1] == role.role]
    act.operation = dice.one((t.SUSPEND, t.REINSTATE, t.REINSTATE, t.REINSTATE, t.REINSTATE))
    if dice.chance(5):
        act.operation = dice.one((t.GRANT, t.REVOKE))
    act.subject = dice.one(dice.holders())
    if known and dice.chance(85):
        act.subject = dice.one(known)[3]
    down = [key for key in known if dice.world.seats[key].status != s.GRANTED]
    if down and dice.chance(85):
        act.subject, act.list = down[0][3], down[0][2]
    stood = dice.world.seats.get((dice.program, act.role, act.list, act.subject))
    if stood is not None and stood.status == s.SUSPENDED and dice.chance(80):
        act.operation = t.REINSTATE
    elif stood is not None and stood.status == s.REVOKED and dice.chance(80):
        act.operation = t.GRANT
    elif stood is None:
        act.operation = t.GRANT if dice.chance(50) else t.SUSPEND
        if act.operation == t.GRANT and role.role != t.AUDITOR:
            return None  # the cast stays as it is
        if act.operation == t.SUSPEND and dice.chance(80):
            return None
        if act.operation == t.GRANT:
            act.subject = dice.one(
                [key[3] for key in seats if key[1] == t.AUDITOR] or [act.subject]
            )
    if dice.chance(2):
        act.list = "ACL-7" if not act.list else ""
    return dice.draft(dice.whoever(grant.by), [t.Action(accredit=act)], (), maker="accredit")


def put_policy(dice: Dice) -> Draft | None:
    consortium = [acc.id for acc in dice.world.accounts.values() if acc.program == "chain"]
    versions = dice.world.programs[dice.program]
    program = p.Program()
    program.CopyFrom(max(versions, key=lambda row: row.version))
    program.version += 1
    program.effective_from_s = dice.one((0, 0, dice.world.now + 40 * DAY))
    if dice.chance(10):
        program.effective_from_s = max(1, dice.world.now - 5)
    if dice.chance(10):
        program.version += 1
    if program.params.reserve_months_max and dice.chance(70):
        program.params.reserve_months_max = dice.one((600, 500))
    for party in program.parties:
        for term in party.periods:
            term.last_inventory_t = dice.one((170, 150, 190))
    who = dice.one(consortium) if dice.chance(95) else dice.anybody()
    signers = [who, *(name for name in consortium if dice.chance(75))]
    if program.owner_role and dice.chance(70):
        signers.append(dice.whoever(program.owner_role))
    act = t.PutPolicy(program=program)
    return Draft(tuple(dict.fromkeys(signers))[:8], (t.Action(put_policy=act),), "put_policy")
