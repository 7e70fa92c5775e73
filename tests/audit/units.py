"""Units change place: Move.

Must not know: who agrees. Invariant: what a sink took in stays there.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.audit.duties import fulfil, need_notice
from tests.audit.envelope import Envelope
from tests.audit.model import Acc, Key, ceil_div, check, refuse
from tonne.v1 import policy_pb2 as p
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

OUTSIDE = (t.CANCEL, t.REPLACE, t.EXPORT)  # units there do not count for a reserve
RECEIVING = (t.ACCOUNT_OPEN, t.ACCOUNT_RESTRICTED)  # B3 restricts what goes out
USED = (t.RETIRE, t.SURRENDER)
GONE = (t.CANCEL, t.REPLACE)

Condition = tuple[object, str]


def move(env: Envelope, act: t.Move) -> None:
    rules = env.program(act.program)
    world = env.world
    lock = world.holds.get(act.from_hold) if act.from_hold else None
    check((act.class_id in [unit.id for unit in rules.classes], "CLASS_UNKNOWN"))
    check(
        (act.from_account in world.accounts, "ACC_UNKNOWN"),
        (act.to_account in world.accounts, "ACC_UNKNOWN"),
    )
    check((not act.from_hold or (lock and lock.status == s.HOLD_ACTIVE), "HOLD_UNKNOWN"))
    source, target = world.accounts[act.from_account], world.accounts[act.to_account]
    row = _row(env, rules, act, source, target)
    _status(env, source, target)
    _required(env, rules, row, act, source, target)
    keys = _checked(env, rules, row, act, source, target)
    claimed = lock is not None
    changes: dict[str, Any] = {"account": act.to_account, "hold": 0, "owed": False}
    world.alter(keys, **changes)
    _count(env, act, source, target, keys)
    if claimed and lock is not None and not world.held(lock.id):
        world.holds[lock.id] = replace(lock, status=s.HOLD_CLAIMED)
    env.require(row, act.program, target.link)


def _row(env: Envelope, rules: p.Program, act: t.Move, source: Acc, target: Acc) -> p.MoveRule:
    if act.from_hold:  # a claim: by who controls the hold, to what it allows
        lock = env.world.holds[act.from_hold]
        control = lock.controller == env.signer
        check((control and target.kind in lock.claim_to, "HOLD_CONTROL"))
        return p.MoveRule(signer=t.HOLDER)
    rows = [
        row
        for row in rules.move_rules
        if (row.from_kind, row.to_kind) == (source.kind, target.kind)
        and row.to_code in (0, target.code)
        and (not row.classes or act.class_id in row.classes)
        and (not row.from_holders or source.holder_kind in row.from_holders)
        and (not row.to_holders or target.holder_kind in row.to_holders)
        and (not row.purposes or act.purpose in row.purposes)
        and (not row.own_only or source.org == target.org)
    ]
    if not rows:
        final = source.kind not in (t.HOLDING, t.POOL)
        refuse("SINK_FINAL" if final else "MOVE_NOT_ALLOWED")
    able = [row for row in rows if env.may_sign(act.program, row.signer, source.id)]
    if not able:
        refuse("ROLE_MISSING")
    return able[0]


def _status(env: Envelope, source: Acc, target: Acc) -> None:
    outward: tuple[int, ...] = (t.ACCOUNT_OPEN, t.ACCOUNT_CLOSING)
    if target.kind not in (t.HOLDING, t.EXPORT):
        outward = (*outward, t.ACCOUNT_RESTRICTED)
    takes = not target.refuses_units and (
        target.kind != t.HOLDING or not env.world.independent(target.org)
    )
    check(
        (source.status in outward, "ACC_STATUS"),
        (target.status in RECEIVING, "ACC_STATUS"),
        (takes, "MOVE_NOT_ALLOWED"),
    )


def _required(
    env: Envelope, rules: p.Program, row: p.MoveRule, act: t.Move, source: Acc, target: Acc
) -> None:
    """What must be named, and whether what is named fits; in the documented order."""
    who = act.beneficiary
    records = env.world.records
    if target.kind not in USED:  # nothing else serves one
        check((not act.obligation and not act.footprint, "MOVE_NOT_ALLOWED"))
    if "PURPOSE" in row.requires:
        check((act.purpose, "PURPOSE_MISSING"))
    if "BENEFICIARY" in row.requires:
        check((who.name or who.id or who.person_hash, "BENEFICIARY_MISSING"))
    if "NOTICE" in row.requires:
        check((act.notice, "NOTICE_MISSING"))
    if act.notice:
        check(((act.program, t.NOTICE, act.notice) in records, "NOTICE_UNKNOWN"))
        need_notice(
            env.world,
            rules,
            act.program,
            act.notice,
            source,
            target,
            act.class_id,
            quantity_of(act),
        )
    if "OBLIGATION" in row.requires:
        check((act.obligation, "OBLIGATION_MISSING"))
    if act.obligation:
        check(((act.program, t.OBLIGATION, act.obligation) in records, "REC_REF"))
        record = records[act.program, t.OBLIGATION, act.obligation]
        state, period = record.state, period_named(rules, record.f["period"])
        number = period.number if period else 0
        accepted = (*rules.obligations.classes, *rules.obligations.offset_classes)
        check(
            (state in ("VERIFIED", "SHORTFALL"), "OBLIGATION_STATE"),
            (act.class_id in accepted, "OBLIGATION_STATE"),
            (not target.period or target.period == number, "OBLIGATION_STATE"),
        )
    if "AUTHORIZATION" in row.requires:
        check((act.authorization, "AUTHZ_SCOPE"))
    if act.authorization:
        check(((act.program, t.AUTHORIZATION, act.authorization) in records, "REC_REF"))
    if "FOOTPRINT" in row.requires:
        check((act.footprint, "FOOTPRINT_STATE"))
    if act.footprint:
        check(((act.program, t.FOOTPRINT, act.footprint) in records, "REC_REF"))
        record = records[act.program, t.FOOTPRINT, act.footprint]
        live = not record.f["valid_to_s"] or env.now < record.f["valid_to_s"]
        check((record.state == "PUBLISHED" and live, "FOOTPRINT_STATE"))
    if "EXTERNAL_ACCOUNT" in row.requires:
        check((act.external_account, "EXTERNAL_ACCOUNT_MISSING"))


def quantity_of(act: Any) -> int:
    return int(act.quantity_t) or sum(span.end - span.start + 1 for span in act.ranges)


def _checked(
    env: Envelope, rules: p.Program, row: p.MoveRule, act: t.Move, source: Acc, target: Acc
) -> list[Key]:
    """The row's checks that look at no units, the units, the checks of them, what follows."""
    q = quantity_of(act)
    for word in row.checks:
        if word in CHECKS:
            check(*CHECKS[word](env, rules, act, source, target, q))
    keys = _choose(env, act, target)
    for word in row.checks:
        if word in UNIT_CHECKS:
            check(*UNIT_CHECKS[word](env, rules, row, keys))
    check(*_after(env, rules, act, target, len(keys)))
    return keys


def _choose(env: Envelope, act: t.Move, target: Acc) -> list[Key]:
    if act.from_hold:
        held = sorted(env.world.held(act.from_hold))
        q = quantity_of(act)
        lock = env.world.holds[act.from_hold]
        check((lock.account == act.from_account and lock.class_id == act.class_id, "HOLD_CONTROL"))
        check((len(held) >= q, "INSUFFICIENT"))
        frozen = [key for key in held if env.world.units[key].ordered]
        check((not frozen, "UNIT_HELD"))
        return held[:q]
    duty = ""
    if act.notice:
        record = env.world.records[act.program, t.NOTICE, act.notice]
        if record.f["statement"]:
            duty = record.f["issuance"]
    period = ""
    if act.obligation:
        period = env.world.records[act.program, t.OBLIGATION, act.obligation].f["period"]
    keys = env.choose(
        act.from_account,
        act.program,
        act.class_id,
        act.quantity_t,
        act.ranges,
        expired_too=target.kind in GONE,
        duty=duty,
        max_lots=act.max_lots,
        usable=(lambda unit: unit.period == period) if act.obligation else None,
    )
    if act.obligation:  # only units that may be used for its period
        fit = all(env.world.units[key].period == period for key in keys)
        check((fit, "OBLIGATION_STATE"))
    return keys


def _after(env: Envelope, rules: p.Program, act: t.Move, target: Acc, q: int) -> list[Condition]:
    """What obligation, footprint and link say in the end."""
    found: list[Condition] = []
    if act.obligation:
        record = env.world.records[act.program, t.OBLIGATION, act.obligation]
        done = sum(record.f["surrendered"].values())
        found.append((done + q <= record.f["amount_t"], "OBLIGATION_EXCEEDED"))
    if act.footprint:
        record = env.world.records[act.program, t.FOOTPRINT, act.footprint]
        needed = ceil_div(act.items * record.f["g_co2e_per_unit"], 1_000_000)
        receipt = (act.program, act.footprint, act.receipt_hash)
        found += [
            (receipt not in env.world.receipts, "FOOTPRINT_DUP"),
            (q == needed or (act.over_offset and q > needed), "FOOTPRINT_QUANTITY"),
        ]
    if target.kind == t.EXPORT:
        link = next(row for row in rules.links if row.id == target.link)
        ours = [row.ours for row in link.classes]
        found += [(act.class_id in ours, "LINK_CLASS")]
    return found


# ---- checks that need no units ----


def _market(
    _env: Envelope, _rules: p.Program, _act: t.Move, source: Acc, _to: Acc, _q: int
) -> list[Condition]:
    return [(source.market, "NO_MARKET_ACCESS")]


def _limit(
    _env: Envelope, _rules: p.Program, _act: t.Move, source: Acc, _to: Acc, q: int
) -> list[Condition]:
    return [(not source.tx_limit_t or q <= source.tx_limit_t, "TX_LIMIT")]


def _trusted(
    env: Envelope, _rules: p.Program, _act: t.Move, source: Acc, target: Acc, _q: int
) -> list[Condition]:
    known = dict(source.trusted)
    trusted = target.id in known and known[target.id] <= env.now
    return [(not source.no_untrusted or trusted or source.org == target.org, "UNTRUSTED")]


def period_named(rules: p.Program, code: str) -> p.Period | None:
    return next((period for period in rules.periods if period.code == code), None)


def _window(
    env: Envelope, rules: p.Program, act: t.Move, _source: Acc, target: Acc, _q: int
) -> list[Condition]:
    """Between the end of the period and the end of its true-up (S1-42)."""
    code = ""
    if act.obligation:
        code = env.world.records[act.program, t.OBLIGATION, act.obligation].f["period"]
    else:
        code = next((row.code for row in rules.periods if row.number == target.period), "")
    period = period_named(rules, code)
    if period is None:
        return [(False, "PERIOD_UNKNOWN")]
    return [
        (env.now >= period.end_s, "WF_TOO_EARLY"),
        (env.now < period.true_up_end_s, "WF_TOO_LATE"),
    ]


def _obligation(
    env: Envelope, rules: p.Program, act: t.Move, source: Acc, _to: Acc, q: int
) -> list[Condition]:
    if not act.obligation:
        return [(False, "OBLIGATION_MISSING")]
    record = env.world.records[act.program, t.OBLIGATION, act.obligation]
    row = rules.obligations
    offsets = act.class_id in row.offset_classes
    limit = record.f["amount_t"] * row.offset_limit_bps // 10_000
    owner = env.world.accounts.get(record.f["account"])
    return [
        (owner is None or owner.org == source.org, "OBLIGATION_STATE"),
        (not offsets or record.f["offset_t"] + q <= limit, "OFFSET_LIMIT"),
    ]


CHECKS: dict[str, Callable[..., list[Condition]]] = {
    "MARKET_ACCESS": _market,
    "TX_LIMIT": _limit,
    "TRUSTED": _trusted,
    "PERIOD_WINDOW": _window,
    "OBLIGATION_LIMIT": _obligation,
}


# ---- checks over the units ----


def reserve(env: Envelope, rules: p.Program, code: str) -> tuple[int, int]:
    """The holdings that count for the commitment period reserve, and what is required."""
    period = period_named(rules, code)
    required = 0
    for party in rules.parties:
        for term in party.periods:
            if term.period == code and period is not None:
                share = ceil_div(term.assigned_amount_t * period.reserve_share_bps, 10_000)
                many = period.reserve_inventories * term.last_inventory_t
                required = min(share, many)
    counted = sum(
        unit.program == rules.id
        and unit.class_id in rules.params.cpr_classes
        and env.world.accounts[unit.account].kind not in OUTSIDE
        and (
            env.world.accounts[unit.account].kind not in USED
            or (period is not None and env.world.accounts[unit.account].period == period.number)
        )
        for unit in env.world.units.values()
    )
    return counted, required


def _cpr(env: Envelope, rules: p.Program, _row: p.MoveRule, keys: list[Key]) -> list[Condition]:
    units = [env.world.units[key] for key in keys]
    by_period: dict[str, int] = {}
    for unit in units:
        if unit.class_id in rules.params.cpr_classes and unit.track != 2:
            by_period[unit.period] = by_period.get(unit.period, 0) + 1
    found: list[Condition] = []
    for code in by_period:
        counted, required = reserve(env, rules, code)
        leaving = len(units)
        found.append((counted - leaving >= required, "CPR_BREACH"))
    return found


def _labels(env: Envelope, _rules: p.Program, row: p.MoveRule, keys: list[Key]) -> list[Condition]:
    carried = all(set(row.labels) <= set(env.world.units[key].labels) for key in keys)
    return [(carried, "LABEL_MISSING")]


UNIT_CHECKS: dict[str, Callable[..., list[Condition]]] = {
    "CPR": _cpr,
    "LABEL_REQUIRED": _labels,
}


# ---- what follows ----


def _count(
    env: Envelope,
    act: t.Move,
    source: Acc,
    target: Acc,
    keys: list[Key],
) -> None:
    world, q = env.world, len(keys)
    entry = {
        "quantity_t": q,
        "sink": target.id,
        "from": source.id,
        "class_id": act.class_id,
        "notice": act.notice,
        "keys": tuple(sorted(keys)),
    }
    if target.kind in USED:
        number = len(world.retirements) + 1
        world.retirements[number] = {
            **entry,
            "purpose": act.purpose,
            "obligation": act.obligation,
            "footprint": act.footprint,
            "items": act.items,
            "receipt_hash": act.receipt_hash,
        }
    elif target.kind in GONE:
        number = len(world.cancellations) + 1
        world.cancellations[number] = entry
    elif target.kind == t.EXPORT:
        name = (act.program, target.link, "exported")
        world.exported[name] = world.exported.get(name, 0) + q
    if act.notice:
        fulfil(world, act.program, act.notice, q)
    if act.footprint and target.kind in USED:
        key = (act.program, t.FOOTPRINT, act.footprint)
        record = world.records[key]
        world.records[key] = record.but(
            items=record.f["items"] + act.items, offset_t=record.f["offset_t"] + q
        )
        world.receipts[act.program, act.footprint, act.receipt_hash] = len(world.retirements)
    if act.obligation:
        rules = world.rules(act.program)
        assert rules is not None
        key = (act.program, t.OBLIGATION, act.obligation)
        record = world.records[key]
        given = dict(record.f["surrendered"])
        given[act.class_id] = given.get(act.class_id, 0) + q
        more = q if act.class_id in rules.obligations.offset_classes else 0
        record = record.but(surrendered=given, offset_t=record.f["offset_t"] + more)
        if record.state == "SHORTFALL":
            short = max(0, record.f["amount_t"] - sum(given.values()))
            state = record.state if short else "MADE_GOOD"
            record = replace(record.but(shortfall_t=short), state=state)
        world.records[key] = record
    if act.authorization:
        key = (act.program, t.AUTHORIZATION, act.authorization)
        record = world.records[key]
        world.records[key] = record.but(used_t=record.f["used_t"] + q)
