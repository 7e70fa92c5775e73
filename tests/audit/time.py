"""What happens by itself at the start of a block.

Must not know: transactions. Invariant: in the order of the times at which things fall due.
"""

from dataclasses import replace

from tests.audit import consent, duties, market
from tests.audit.consent import Execute
from tests.audit.model import NEVER, World
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

Due = tuple[int, int, int, object]


def due(world: World) -> list[Due]:
    """Everything whose time has come: (time, kind, number or id, subject)."""
    found: list[Due] = [
        (lock.release_at_s, 1, lock.id, lock)
        for lock in world.holds.values()
        if lock.status == s.HOLD_ACTIVE and lock.release_at_s
    ]
    for wish in world.proposals.values():
        if wish.state == s.PROPOSAL_DELAYED:
            found.append((wish.not_before_s, 2, wish.id, wish))
        elif wish.state == s.PROPOSAL_PENDING:
            at = min(wish.expires_s, wish.window_end_s or NEVER)
            found.append((at, 2, wish.id, wish))
    found += [
        (order.expires_s, 4, order.id, order)
        for order in world.orders.values()
        if order.state in market.LIVE
    ]
    found += [
        (part.expires_s, 5, part.order * 1000 + part.number, part)
        for part in world.fills.values()
        if part.state == s.FILL_RESERVED
    ]
    found += [
        (rec.f["due_s"], 3, index, key)
        for index, (key, rec) in enumerate(sorted(world.records.items()))
        if rec.kind == t.NOTICE and rec.state in duties.OPEN
    ]
    found += [
        (duties.obligation_due(world, rec), 6, index, key)
        for index, (key, rec) in enumerate(sorted(world.records.items()))
        if rec.kind == t.OBLIGATION and duties.obligation_due(world, rec)
    ]
    return sorted((row for row in found if row[0] <= world.now), key=lambda row: row[:3])


def pass_by(world: World, execute: Execute) -> World:
    """Do what is due, one after the other, until nothing is."""
    world = world.copy()
    for (program, issuance), until in world.renewing.items():
        kept = [
            key
            for key, unit in world.units.items()
            if (unit.program, unit.issuance) == (program, issuance)
            and world.accounts[unit.account].kind in (t.HOLDING, t.POOL)
        ]
        world.alter(kept, valid_until_s=until)
    world.renewing = {}
    done: list[tuple[int, int]] = []
    while True:
        rows = [row for row in due(world) if (row[1], row[2]) not in done]
        if not rows:
            return world
        _, kind, number, subject = rows[0]
        world = _do(world, kind, subject, execute)
        done.append((kind, number))


def _do(world: World, kind: int, subject: object, execute: Execute) -> World:
    after = world.copy()
    if kind == 1:
        lock = world.holds[subject.id]  # type: ignore[attr-defined]
        if lock.kind == t.FREEZE:
            after.alter(after.frozen[lock.id], ordered=False)
            after.frozen[lock.id] = ()
        else:
            after.alter(after.held(lock.id), hold=0)
        after.holds[lock.id] = replace(lock, status=s.HOLD_RELEASED)
    elif kind == 2:
        wish = world.proposals[subject.id]  # type: ignore[attr-defined]
        if wish.state == s.PROPOSAL_DELAYED:
            return consent.finish(world, wish, execute)
        if world.now < wish.expires_s and consent.ripe(world, wish):
            return consent.agreed(world, wish, execute)
        if world.now >= wish.expires_s:
            consent.end(after, wish, s.PROPOSAL_EXPIRED)
    elif kind == 3:
        duties.overdue(after, [subject])  # type: ignore[list-item]
    elif kind == 6:
        duties.settle(after, subject)  # type: ignore[arg-type]
    elif kind == 4:
        market.close(after, world.orders[subject.id], s.ORDER_EXPIRED)  # type: ignore[attr-defined]
    elif kind == 5:
        key = (subject.order, subject.number)  # type: ignore[attr-defined]
        market.let_go(after, world.orders[key[0]], world.fills[key])
    return after
