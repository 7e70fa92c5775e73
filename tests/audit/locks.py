"""Units are locked, freed, frozen and labelled: HoldUnits, SetLabel.

Must not know: movements. Invariant: a freeze wins over every hold.
"""

from dataclasses import replace

from tests.audit.envelope import Envelope
from tests.audit.model import Key, Lock, check, months_later, ranges, refuse
from tonne.v1 import policy_pb2 as p
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t


def hold(env: Envelope, act: t.HoldUnits) -> None:
    rules = env.program(act.program)
    kind = act.WhichOneof("change")
    if kind == "place":
        _place(env, rules, act.place)
    elif kind == "extend":
        _extend(env, rules, act.extend)
    elif kind == "release":
        _release(env, rules, act.release)
    elif kind == "freeze":
        _freeze(env, rules, act.freeze)
    else:
        _unfreeze(env, rules, act.unfreeze)


def _rows(rules: p.Program, subject: str) -> list[p.ApprovalRule]:
    return [
        row for row in rules.approval_rules if row.action == "HOLD" and row.subject in ("", subject)
    ]


def _row(env: Envelope, rules: p.Program, subject: str, owner: str) -> p.ApprovalRule:
    rows = _rows(rules, subject)
    if not rows:
        refuse("RULE_MISSING")
    able = [row for row in rows if env.may_sign(rules.id, row.signer, owner)]
    if not able:
        refuse("ROLE_MISSING", "HOLD_CONTROL")
    return able[0]


def _place(env: Envelope, rules: p.Program, act: t.PlaceHold) -> None:
    check(
        (act.account in env.world.accounts, "ACC_UNKNOWN"),
        (act.class_id in [unit.id for unit in rules.classes], "CLASS_UNKNOWN"),
        (not act.controller or act.controller in env.world.accounts, "ACC_UNKNOWN"),
    )
    row = _row(env, rules, t.HoldKind.Name(act.kind), act.account)
    acc = env.world.accounts[act.account]
    other = env.world.accounts.get(act.controller, acc)
    if acc.status != t.ACCOUNT_OPEN:  # of a reserve, whose units they are is looked at as well
        refuse("ACC_STATUS", *(("HOLD_CONTROL",) if act.kind == t.RESERVE else ()))
    check((other.status == t.ACCOUNT_OPEN, "ACC_STATUS"))
    check((not act.release_at_s or act.release_at_s > env.now, "HOLD_TERM"))
    keys = env.choose(
        act.account, rules.id, act.class_id, act.quantity_t, act.ranges, max_lots=act.max_lots
    )
    source = ""
    if act.kind == t.RESERVE:
        sources = dict.fromkeys(env.world.units[key].issuance for key in keys)
        record = env.world.records.get((rules.id, t.ISSUANCE, next(iter(sources))))
        check((len(sources) == 1 and record and record.owner == act.account, "HOLD_CONTROL"))
        source = next(iter(sources))
    number = len(env.world.holds) + 1
    env.world.holds[number] = Lock(
        number,
        act.kind,
        rules.id,
        act.class_id,
        act.account,
        len(keys),
        env.now,
        act.release_at_s,
        controller=act.controller,
        claim_to=tuple(act.claim_to),
        issuance=source,
    )
    env.world.alter(keys, hold=number)
    env.require(row, rules.id)


def _found(env: Envelope, rules: p.Program, number: int) -> Lock:
    lock = env.world.holds.get(number)
    if lock is None or lock.status != s.HOLD_ACTIVE or lock.program != rules.id:
        refuse("HOLD_UNKNOWN")
    if lock.kind not in (t.PLEDGE, t.RESERVE):
        refuse("HOLD_CONTROL", "HOLD_UNKNOWN")
    return lock


def _extend(env: Envelope, rules: p.Program, act: t.ExtendHold) -> None:
    lock = _found(env, rules, act.hold)
    longer = act.release_at_s > lock.release_at_s if lock.release_at_s else False
    subject = "EXTEND" if longer or lock.kind == t.PLEDGE else "SHORTEN"
    if lock.kind == t.PLEDGE:
        able = lock.account if longer else lock.controller  # who loses by it agrees to it
        check((env.signer == able, "HOLD_CONTROL"))
        row = p.ApprovalRule()
    else:
        rows = _rows(rules, subject)
        if not rows:
            refuse("RULE_MISSING", "HOLD_TERM")  # no row lets a reserve be shortened: either word
        row = _row(env, rules, subject, lock.account)
    check((act.release_at_s > env.now, "HOLD_TERM"))
    env.world.holds[lock.id] = replace(lock, release_at_s=act.release_at_s)
    env.require(row, rules.id)


def _release(env: Envelope, rules: p.Program, act: t.ReleaseHold) -> None:
    lock = _found(env, rules, act.hold)
    if lock.kind == t.PLEDGE:
        check((env.signer == lock.controller, "HOLD_CONTROL"))
        row = p.ApprovalRule()
    else:
        if not _rows(rules, "RELEASE"):  # and before its day no row could
            refuse("RULE_MISSING", "HOLD_TERM")
        row = _row(env, rules, "RELEASE", lock.account)
    held = sorted(env.world.held(lock.id))
    check((act.quantity_t <= len(held), "INSUFFICIENT"))
    part = held[: act.quantity_t or len(held)]
    env.world.alter(part, hold=0)
    if len(part) == len(held):
        env.world.holds[lock.id] = replace(lock, status=s.HOLD_RELEASED)
    env.require(row, rules.id)


def _freeze(env: Envelope, rules: p.Program, act: t.FreezeUnits) -> None:
    check(
        (act.account in env.world.accounts, "ACC_UNKNOWN"),
        (act.class_id in [unit.id for unit in rules.classes], "CLASS_UNKNOWN"),
    )
    longest = rules.params.freeze_s_max
    long = longest and (not act.until_s or act.until_s > env.now + longest)
    subject = "LONG_FREEZE" if long else "FREEZE"
    row = _row(env, rules, subject, "")
    check((not act.until_s or act.until_s > env.now, "HOLD_TERM"))
    world = env.world
    if act.ranges:
        keys: list[Key] = list(ranges(act.ranges))
        check((all(key in world.units for key in keys), "UNIT_UNKNOWN"))
        check(
            (
                all(
                    (world.units[k].account, world.units[k].program, world.units[k].class_id)
                    == (act.account, rules.id, act.class_id)
                    for k in keys
                ),
                "UNIT_NOT_OWNED",
            ),
            (not any(world.units[key].ordered for key in keys), "UNIT_HELD"),
        )
    else:
        mine = [
            k
            for k in world.owned(act.account, rules.id, act.class_id)
            if world.units[k].free and not 0 < world.units[k].valid_until_s <= env.now
        ]
        check((len(mine) >= act.quantity_t, "INSUFFICIENT"))
        keys = mine[: act.quantity_t]
    number = len(world.holds) + 1
    world.holds[number] = Lock(
        number, t.FREEZE, rules.id, act.class_id, act.account, len(keys), env.now, act.until_s
    )
    world.frozen[number] = tuple(sorted(keys))
    world.alter(keys, ordered=True)
    env.require(row, rules.id)


def _unfreeze(env: Envelope, rules: p.Program, act: t.FreezeUnits) -> None:
    world = env.world
    lock = world.holds.get(act.hold)
    if lock is None or lock.status != s.HOLD_ACTIVE or lock.program != rules.id:
        refuse("HOLD_UNKNOWN")
    check((lock.kind == t.FREEZE, "HOLD_CONTROL"), (lock.kind == t.FREEZE, "HOLD_UNKNOWN"))
    row = _row(env, rules, "UNFREEZE", "")
    frozen = world.frozen[lock.id]
    part = list(ranges(act.ranges)) or list(frozen)[: act.quantity_t or len(frozen)]
    check(
        (act.quantity_t <= len(frozen), "INSUFFICIENT"),
        (all(key in frozen for key in part), "UNIT_NOT_OWNED"),
    )
    thaw(env, lock, part)
    env.require(row, rules.id)


def thaw(env: Envelope, lock: Lock, part: list[Key]) -> None:
    world = env.world
    frozen = tuple(key for key in world.frozen[lock.id] if key not in part)
    world.frozen[lock.id] = frozen
    world.alter(part, ordered=False)
    if not frozen:
        world.holds[lock.id] = replace(lock, status=s.HOLD_RELEASED)


def label(env: Envelope, act: t.SetLabel) -> None:
    rules = env.program(act.program)
    found = next((row for row in rules.labels if row.id == act.label), None)
    if found is None:
        refuse("LABEL_AUTH", "RULE_MISSING", "LABEL_STATUS")
    world, keys = env.world, list(ranges(act.ranges))
    there = {
        t.SCOPE_PROGRAM: True,
        t.SCOPE_METHODOLOGY: (act.program, t.METHODOLOGY, act.target) in world.records,
        t.SCOPE_CATEGORY: act.target in [row.id for row in rules.categories],
        t.SCOPE_ACTIVITY: (act.program, t.ACTIVITY, act.target) in world.records,
        t.SCOPE_LOT: True,
    }[act.scope]
    check((there, "REC_REF"), (all(key in world.units for key in keys), "UNIT_UNKNOWN"))
    if act.scope not in found.scopes:
        refuse("LABEL_AUTH", "RULE_MISSING")  # there is no such label of this scope
    check(
        (env.may_sign(act.program, found.signer, ""), "LABEL_AUTH"),
    )
    if act.scope == t.SCOPE_LOT:
        carried = [act.label in world.units[key].labels for key in keys]
        wanted = act.operation == t.REMOVE_LABEL
        check((all(one == wanted for one in carried), "LABEL_STATUS"))
        for key in keys:
            labels = [one for one in world.units[key].labels if one != act.label]
            if act.operation == t.ADD_LABEL:
                labels.append(act.label)
            world.units[key] = world.units[key]._replace(labels=tuple(sorted(labels)))
    else:
        name = (act.program, act.label, act.scope, act.target)
        live = world.grants.get(name)
        on = bool(live) and not (live["to"] and env.now >= live["to"]) if live else False
        check((on == (act.operation == t.REMOVE_LABEL), "LABEL_STATUS"))
        if act.operation == t.ADD_LABEL:
            until = act.valid_to_s or (
                months_later(env.now, found.validity_months) if found.validity_months else 0
            )
            world.grants[name] = {"to": until}
        else:
            del world.grants[name]
    env.require(found, act.program)
