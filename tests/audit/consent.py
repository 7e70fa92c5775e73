"""Consent: what waits, who says yes or no, and when it is done.

Must not know: single actions, but through `execute`. Invariant: a proposal ends once.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from tests.audit.envelope import Envelope
from tests.audit.model import Key, Lock, Need, Refused, Wish, World, check
from tonne.v1 import kinds_pb2 as k
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

Execute = Callable[[Envelope, t.Action], None]
PENDING_MAX = 64
CHAIN = "chain"


def entitled(world: World, need: Need, account: str) -> bool:
    """Tell whether an account's word counts for a row."""
    acc = world.accounts.get(account)
    if acc is None or acc.org in need.excluded:
        return False
    program = CHAIN if need.role == k.CONSORTIUM else need.program
    return world.has_role(program, need.role, account, need.acl, need.side)


def met(world: World, need: Need, accounts: Iterable[str]) -> bool:
    """Tell whether enough organisations agree."""
    agreeing = [world.accounts[name].org for name in accounts if entitled(world, need, name)]
    return len(dict.fromkeys(agreeing)) >= need.count


def run(
    world: World,
    signers: tuple[str, ...],
    actions: tuple[t.Action, ...],
    execute: Execute,
    pins: dict[int, tuple[Key, ...]] | None = None,
) -> Envelope:
    """Execute an envelope as if it were approved, on a world of its own."""
    env = Envelope(world.copy(), signers, pins=pins)
    for index, action in enumerate(actions):
        env.index, env.signer_index = index, action.signer_index
        execute(env, action)
    return env


def propose(
    world: World, signers: tuple[str, ...], actions: tuple[t.Action, ...], execute: Execute
) -> tuple[World, bool]:
    """Execute an envelope, or keep it as a proposal; tell which."""
    env = run(world, signers, actions, execute)
    open_needs = [need for need in env.needs if not met(world, need, signers)]
    delay = max((row.delay_s for row, _ in env.terms), default=0)
    if not open_needs and not delay:
        return env.world, False
    first = world.accounts[signers[0]].org
    waiting = [
        wish
        for wish in world.proposals.values()
        if wish.orgs[0] == first and wish.state in (s.PROPOSAL_PENDING, s.PROPOSAL_DELAYED)
    ]
    check((len(waiting) < PENDING_MAX, "TOO_MANY_PROPOSALS"))
    kept = world.copy()
    number = len(world.proposals) + 1
    pinned = []
    for index, keys in sorted(env.taken.items()):
        before = tuple(key for key in keys if key in world.units)
        free = [key for key in before if kept.units[key].free]
        pinned.append((index, tuple(keys)))
        if free:
            unit = world.units[free[0]]
            lock = len(kept.holds) + 1
            kept.holds[lock] = Lock(
                lock,
                k.DELAY if not open_needs else k.PENDING,
                unit.program,
                unit.class_id,
                unit.account,
                len(free),
                world.now,
                proposal=number,
            )
            kept.alter(free, hold=lock)
    expires = min(
        (row.expires_s or kept_default(world, program) for row, program in env.terms),
        default=0,
    )
    windows = [row.window_s for row, _ in env.terms if row.mode == k.NO_OBJECTION]
    kept.proposals[number] = Wish(
        number,
        signers,
        tuple(world.accounts[name].org for name in signers),
        actions,
        tuple(env.needs),
        tuple(pinned),
        world.now,
        world.now + expires,
        world.now + max(windows) if windows else 0,
        delay,
        state=s.PROPOSAL_PENDING if open_needs else s.PROPOSAL_DELAYED,
        not_before_s=0 if open_needs else world.now + delay,
    )
    return kept, True


def kept_default(world: World, program: str) -> int:
    """How long a proposal waits where its row does not say."""
    rules = world.rules(program)
    return (rules.params.proposal_expires_s if rules else 0) or 30 * 86_400


def release(world: World, wish: Wish) -> None:
    """Give back the units that a proposal held."""
    for lock in list(world.holds.values()):
        if lock.proposal == wish.id and lock.status == s.HOLD_ACTIVE:
            world.alter(world.held(lock.id), hold=0)
            world.holds[lock.id] = replace(lock, status=s.HOLD_RELEASED)


def end(world: World, wish: Wish, state: int, codes: tuple[int, ...] = ()) -> None:
    release(world, wish)
    world.proposals[wish.id] = replace(wish, state=state, codes=codes)


def finish(world: World, wish: Wish, execute: Execute) -> World:
    """Execute what is agreed; what does not hold any more fails."""
    freed = world.copy()
    release(freed, wish)
    try:
        for name in wish.signers:
            check((freed.active(name), "ACC_STATUS"))
        env = run(freed, wish.signers, wish.actions, execute, dict(wish.pinned))
        agreeing = [*wish.signers, *(name for name, _, verdict in wish.said if verdict == k.YES)]
        # The rows of today, as far as they are those that were asked for.
        check(
            (
                all(
                    met(freed, need, agreeing) for need in wish.needs if need.mode != k.NO_OBJECTION
                ),
                "ROLE_MISSING",
            )
        )
    except Refused as refused:
        after = world.copy()
        end(after, wish, s.PROPOSAL_FAILED, refused.codes)
        return after
    env.world.proposals[wish.id] = replace(wish, state=s.PROPOSAL_EXECUTED)
    return env.world


def ripe(world: World, wish: Wish) -> bool:
    """Tell whether all rows have what they ask for."""
    agreeing = [*wish.signers, *(name for name, _, verdict in wish.said if verdict == k.YES)]
    passed = wish.window_end_s and world.now >= wish.window_end_s
    return all(
        (need.mode == k.NO_OBJECTION and passed) or met(world, need, agreeing)
        for need in wish.needs
    )


def decide(world: World, signer: str, act: t.Decide, execute: Execute) -> World:
    wish = world.proposals.get(act.proposal)
    if wish is None:
        check((False, "PROPOSAL_UNKNOWN"))
    assert wish is not None
    check((wish.state == s.PROPOSAL_PENDING, "DECIDE_CLOSED"))
    org = world.accounts[signer].org
    again = org in wish.orgs or any(name == org for _, name, _ in wish.said)
    seat = any(entitled(world, need, signer) for need in wish.needs)
    check((seat, "DECIDE_NOT_MEMBER"), (not again, "DECIDE_DUP"))
    check((act.verdict == k.YES or act.reason, "DECIDE_REASON"))
    wish = replace(wish, said=(*wish.said, (signer, org, act.verdict)))
    after = world.copy()
    after.proposals[wish.id] = wish
    if act.verdict == k.NO:
        end(after, wish, s.PROPOSAL_REJECTED)
        return after
    if not ripe(after, wish):
        return after
    return agreed(after, wish, execute)


def agreed(world: World, wish: Wish, execute: Execute) -> World:
    """All rows have their consent now: execute, or wait for the delay to pass."""
    if wish.delay_s:
        after = world.copy()
        after.proposals[wish.id] = replace(
            wish, state=s.PROPOSAL_DELAYED, not_before_s=world.now + wish.delay_s
        )
        return after
    return finish(world, wish, execute)


def withdraw(world: World, signer: str, act: t.Withdraw) -> World:
    wish = world.proposals.get(act.proposal)
    if wish is None:
        check((False, "PROPOSAL_UNKNOWN"))
    assert wish is not None
    live = wish.state in (s.PROPOSAL_PENDING, s.PROPOSAL_DELAYED)
    check(
        (world.accounts[signer].org == wish.orgs[0], "WITHDRAW_NOT_AUTHOR"),
        (live, "WITHDRAW_LATE"),
    )
    after = world.copy()
    end(after, wish, s.PROPOSAL_WITHDRAWN)
    return after
