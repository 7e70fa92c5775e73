"""Duties: notices, findings against an issuance, and what happens when time passes.

Must not know: who signs what. Invariant: whoever holds units in good faith keeps them.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tests.audit.model import Acc, Key, Rec, World, check, months_later
from tonne.v1 import policy_pb2 as p
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

OPEN = ("OPEN", "INCOMPLETE", "REVISED")
LATE = ("OVERDUE",)
DONE = ("FULFILLED", "FULFILLED_LATE", "ENFORCED", "CANCELLED")


def rule_of(rules: p.Program, kind: str) -> p.NoticeRule:
    return next(rule for rule in rules.notice_rules if rule.kind == kind)


def notice_fields(world: World, rules: p.Program, record: Rec) -> Rec:
    rule = rule_of(rules, record.f["kind"])
    due = months_later(world.now, rule.due_months) if rule.due_months else world.now + rule.due_s
    return record.but(
        due_s=due,
        contest_until_s=min(world.now + rule.contest_s, due) if rule.contest_s else due,
        statement="",
        debtor_organisation=world.accounts[record.f["debtor"]].org,
    )


def contest(world: World, record: Rec) -> Rec:
    check((world.now < record.f["contest_until_s"], "WINDOW_CLOSED"))
    return record.but(stopped_s=world.now)


def reopen(world: World, record: Rec) -> Rec:
    stood = world.now - record.f["stopped_s"] if record.f["stopped_s"] else 0
    due, until = record.f["due_s"] + stood, record.f["contest_until_s"] + stood
    return record.but(due_s=due, contest_until_s=until, stopped_s=0)


def revise(world: World, record: Rec, terms: t.NoticeRevision) -> Rec:
    quantity = terms.quantity_t or record.f["quantity_t"]
    check((quantity >= record.f["fulfilled_t"], "NOTICE_QUANTITY"))
    left = reopen(world, record)
    check((not terms.due_s or terms.due_s >= left.f["due_s"], "REC_SCHEMA"))
    due = max(terms.due_s, left.f["due_s"]) if terms.due_s else left.f["due_s"]
    open_ended = left.f["contest_until_s"] == left.f["due_s"]
    return left.but(
        quantity_t=quantity,
        due_s=due,
        contest_until_s=due if open_ended else left.f["contest_until_s"],
        classes=tuple(terms.classes) or record.f["classes"],
    )


# ---- what fulfils a duty ----


def need_notice(
    world: World,
    rules: p.Program,
    program: str,
    name: str,
    source: Acc,
    sink: Acc | None,
    class_id: str,
    quantity: int,
) -> None:
    """One stage: the notice takes these units, of this account, into this sink."""
    record = world.records[program, t.NOTICE, name]
    rule = rule_of(rules, record.f["kind"])
    accepted = tuple(record.f["classes"]) or tuple(rule.classes)
    check(
        (record.state in (*OPEN, *LATE), "NOTICE_STATE"),
        (record.f["debtor_organisation"] == source.org, "NOTICE_UNITS"),
        (rule.sink_kind == (sink.kind if sink else 0), "NOTICE_UNITS"),
        (not rule.sink_code or (sink and rule.sink_code == sink.code), "NOTICE_UNITS"),
        (not accepted or class_id in accepted, "NOTICE_UNITS"),
        (quantity <= record.f["quantity_t"] - record.f["fulfilled_t"], "NOTICE_QUANTITY"),
    )


def fulfil(world: World, program: str, name: str, quantity: int) -> None:
    """Count units towards a notice, and towards the issuance that it is about."""
    key = (program, t.NOTICE, name)
    record = world.records[key]
    record = record.but(fulfilled_t=record.f["fulfilled_t"] + quantity)
    full = record.f["fulfilled_t"] >= record.f["quantity_t"]
    late = record.state in LATE or world.now >= record.f["due_s"]
    state = ("FULFILLED_LATE" if late else "FULFILLED") if full else record.state
    if state in ("OPEN", "REVISED"):
        state = "INCOMPLETE"
    if state != record.state:
        record = replace(record, state=state, since=world.now, version=record.version + 1)
    world.records[key] = record
    about = (program, t.ISSUANCE, record.f["issuance"])
    if record.f["statement"] and about in world.records:
        rec = world.records[about]
        world.records[about] = rec.but(
            voided_t=rec.f["voided_t"] + quantity, notice_open_t=rec.f["notice_open_t"] - quantity
        )
        thaw(world, program, record.f["issuance"])


def thaw(world: World, program: str, issuance: str) -> None:
    """No more is frozen for duties than they still ask for; the last serials are freed first."""
    rec = world.records[program, t.ISSUANCE, issuance]
    frozen = sorted(
        key
        for key, unit in world.units.items()
        if unit.owed and (unit.program, unit.issuance) == (program, issuance)
    )
    world.alter(frozen[rec.f["notice_open_t"] :], owed=False)


# ---- findings ----


def sink(world: World, program: str, kind: int, code: int = 0) -> str:
    found = [
        acc.id
        for acc in world.accounts.values()
        if acc.program == program and acc.kind == kind and code in (0, acc.code)
    ]
    return found[0]


def cancel(world: World, keys: list[Key], target: str, notice: str = "", **more: Any) -> None:
    """Take units out of circulation."""
    if not keys:
        return
    number = len(world.cancellations) + 1
    first = world.units[keys[0]]
    world.cancellations[number] = {
        "quantity_t": len(keys),
        "sink": target,
        "notice": notice,
        "from": first.account,
        "class_id": first.class_id,
        "keys": tuple(sorted(keys)),
        **more,
    }
    world.alter(keys, account=target, hold=0, ordered=False, owed=False)


def claim_reserve(world: World, program: str, issuance: str, wanted: int, target: str) -> int:
    """Cancel reserved units of an issuance, the oldest hold first; tell how many."""
    taken = 0
    for lock in sorted(world.holds.values(), key=lambda item: item.id):
        if (lock.kind, lock.program, lock.issuance, lock.status) != (
            t.RESERVE,
            program,
            issuance,
            s.HOLD_ACTIVE,
        ):
            continue
        held = sorted(world.held(lock.id))
        part = held[: wanted - taken]
        if not part:
            continue
        cancel(world, part, target, hold=lock.id)
        taken += len(part)
        if len(part) == len(held):
            world.holds[lock.id] = replace(lock, status=s.HOLD_CLAIMED)
    return taken


def invalidate(
    world: World,
    rules: p.Program,
    statement: str,
    issuance: str,
    quantity: int,
    kind: str,
    *,
    reserve: bool,
) -> None:
    """The one procedure for what was issued in error (domain B5)."""
    program = rules.id
    key = (program, t.ISSUANCE, issuance)
    rec = world.records[key]
    check((quantity <= rec.f["valid_base_t"], "INVALIDATION_LIMIT"))
    rule = rule_of(rules, kind)
    target = sink(world, program, rule.sink_kind or t.CANCEL, rule.sink_code)
    claimed = claim_reserve(world, program, issuance, quantity, target) if reserve else 0
    rest = quantity - claimed
    rec = world.records[key].but(
        valid_base_t=rec.f["valid_base_t"] - quantity,
        voided_t=rec.f["voided_t"] + claimed,
        reserve_claimed_t=rec.f["reserve_claimed_t"] + claimed,
        notice_open_t=rec.f["notice_open_t"] + rest,
    )
    world.records[key] = rec
    if not rest:
        return
    serve(world, rules, statement, kind, rec.owner, rest, issuance, rec.f["activity"])
    mine = world.owned(rec.owner, program, rec.f["class_id"])
    free = [k for k in mine if world.units[k].free and world.units[k].issuance == issuance]
    world.alter(free[:rest], owed=True)


def serve(
    world: World,
    rules: p.Program,
    name: str,
    kind: str,
    debtor: str,
    quantity: int,
    issuance: str,
    activity: str,
) -> None:
    """Put a notice of the chain's own on record."""
    fields = {
        "kind": kind,
        "debtor": debtor,
        "quantity_t": quantity,
        "fulfilled_t": 0,
        "classes": (),
        "issuance": issuance,
        "activity": activity,
        "period": "",
        "units": (),
        "identifier": "",
        "stopped_s": 0,
        "pool_left_t": 0,
        "claimed_t": 0,
    }
    record = Rec(
        t.NOTICE, name, rules.id, debtor, world.accounts[debtor].org, "OPEN", world.now, 1, fields
    )
    record = notice_fields(world, rules, record).but(statement=name)
    world.records[rules.id, t.NOTICE, name] = record


def reversal(world: World, rules: p.Program, statement: str, issuance: str, quantity: int) -> None:
    """What could not be avoided is covered by the pool, the rest is the operator's to see to."""
    program = rules.id
    key = (program, t.ISSUANCE, issuance)
    rec = world.records[key]
    check((quantity <= rec.f["valid_base_t"], "INVALIDATION_LIMIT"))
    pool = [
        k
        for acc in world.accounts.values()
        if acc.kind == t.POOL and acc.program == program
        for k in world.owned(acc.id, program, rec.f["class_id"])
    ][:quantity]
    cancel(world, pool, sink(world, program, t.CANCEL))
    rest = quantity - len(pool)
    world.records[key] = rec.but(
        valid_base_t=rec.f["valid_base_t"] - quantity,
        voided_t=rec.f["voided_t"] + len(pool),
        pool_claimed_t=rec.f["pool_claimed_t"] + len(pool),
        notice_open_t=rec.f["notice_open_t"] + rest,
    )
    if rest:
        operator = sorted(
            seat.account
            for (prog, role, _, _), seat in world.seats.items()
            if prog == program and role == t.OPERATOR and seat.status == s.GRANTED
        )
        serve(world, rules, statement, "REVERSAL", operator[0], rest, issuance, rec.f["activity"])


# ---- time ----


def overdue(world: World, keys: Iterable[Key]) -> None:
    """Mark what is due and enforce it by the program's row."""
    for key in sorted(keys, key=lambda item: (world.records[item].f["due_s"], item)):
        record = world.records[key]
        rules = world.rules(record.program)
        assert rules is not None
        record = replace(record, state="OVERDUE", since=world.now, version=record.version + 1)
        world.records[key] = record
        rule = rule_of(rules, record.f["kind"])
        for step in rule.enforcement:
            record = world.records[key]
            left = record.f["quantity_t"] - record.f["fulfilled_t"]
            if not left:
                break
            if step == "CLAIM_FROZEN":
                frozen = [
                    k
                    for k in world.owned(
                        record.f["debtor"], record.program, _class_of(world, record)
                    )
                    if world.units[k].owed
                    and not world.units[k].ordered
                    and world.units[k].issuance == record.f["issuance"]
                ][:left]
                target = sink(world, record.program, rule.sink_kind or t.CANCEL, rule.sink_code)
                cancel(world, frozen, target, notice=record.id)
                fulfil(world, record.program, record.id, len(frozen))
            elif step == "CLAIM_POOL":
                pool = [
                    k
                    for acc in world.accounts.values()
                    if acc.kind == t.POOL and acc.program == record.program
                    for k in world.owned(acc.id, record.program, _class_of(world, record))
                ]
                pool = pool[:left]
                target = sink(world, record.program, rule.sink_kind or t.CANCEL, rule.sink_code)
                cancel(world, pool, target, notice=record.id)
                fulfil(world, record.program, record.id, len(pool))
            elif step == "RESTRICT":
                acc = world.accounts[record.f["debtor"]]
                if acc.status == t.ACCOUNT_OPEN:
                    world.accounts[acc.id] = replace(acc, status=t.ACCOUNT_RESTRICTED)
        record = world.records[key]
        if record.state == "FULFILLED_LATE":  # by force, not by the debtor
            world.records[key] = replace(record, state="ENFORCED")


def _class_of(world: World, record: Rec) -> str:
    about = world.records.get((record.program, t.ISSUANCE, record.f["issuance"]))
    return str(about.f["class_id"]) if about else ""


def settle(world: World, key: Key) -> None:
    """The day on which a commitment is due: it is met, or by how much it is not."""
    record = world.records[key]
    rules = world.rules(record.program)
    assert rules is not None
    short = max(0, record.f["amount_t"] - sum(record.f["surrendered"].values()))
    state = "SHORTFALL" if short else "COMPLIANT"
    record = replace(record, state=state, since=world.now, version=record.version + 1)
    world.records[key] = record.but(
        shortfall_t=short, penalty_minor=short * rules.obligations.penalty_minor_per_t
    )


def obligation_due(world: World, record: Rec) -> int:
    """When a commitment is settled; 0: it is not to be."""
    rules = world.rules(record.program)
    assert rules is not None
    period = next((row for row in rules.periods if row.code == record.f["period"]), None)
    open_one = record.kind == t.OBLIGATION and record.state in ("VERIFIED", "REPORTED")
    return int(period.surrender_due_s) if period is not None and open_one else 0
