"""Statements of accredited bodies: Attest.

Must not know: how units lie, but for what a finding does to them. Invariant: one tonne is claimed
by one live statement.
"""

from dataclasses import replace

from tests.audit.duties import invalidate, reversal
from tests.audit.envelope import Envelope
from tests.audit.model import Claimed, Rec, ceil_div, check, months_later, refuse, when
from tonne.v1 import policy_pb2 as p
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

CLAIMS = (t.VERIFICATION, t.INVENTORY, t.EMISSIONS)
FINDINGS = (t.INVALIDATION, t.REVERSAL, t.REASSURANCE)


def attest(env: Envelope, act: t.Attest) -> None:
    rules = env.program(act.program)
    subject = t.StatementKind.Name(act.kind)
    row = next(
        (
            row
            for row in rules.approval_rules
            if row.action == "ATTEST" and row.subject in ("", subject)
        ),
        None,
    )
    exists = (act.program, act.id) in env.world.statements
    about = issue_of(env, act)
    activity = act.activity or (about.f["activity"] if about else "")
    missing = (
        (act.activity and (act.program, t.ACTIVITY, act.activity) not in env.world.records)
        or (act.issuance and about is None)
        or (act.footprint and (act.program, t.FOOTPRINT, act.footprint) not in env.world.records)
    )
    # Whether the statement, what it is about, the row or the signer is looked at first is the
    # action's own order: all of them are wrong then.
    signer = row is not None and env.may_sign(act.program, row.signer, "", act.list)
    wrong = [
        name
        for bad, name in (
            (row is None, "RULE_MISSING"),
            (row is not None and not signer, "NOT_ACCREDITED"),
            (row is not None and not signer, "ROLE_MISSING"),
            (exists, "STATEMENT_EXISTS"),
            (missing, "REC_REF"),
        )
        if bad
    ]
    if wrong:
        refuse(*wrong)
    assert row is not None
    project = env.world.records.get((act.program, t.ACTIVITY, activity))
    boundary = project.f["boundary_id"] if project else ""
    if act.kind == t.INVENTORY:
        boundary = boundary or f"{act.party}.{act.lulucf}"
    span = (act.period_from_s, act.period_to_s)
    if act.kind == t.INVENTORY:
        period = next((row for row in rules.periods if row.code == act.period), None)
        check((period, "PERIOD_UNKNOWN"))
        span = (period.start_s, period.end_s) if period else span
    claim = Claimed(
        act.id, act.program, act.kind, activity, boundary, env.signer, env.org, env.now, act, span
    )
    _sound(env, rules, row, act, project, claim)
    env.world.statements[act.program, act.id] = replace(
        claim, issuance=act.issuance if act.kind in FINDINGS else ""
    )
    concerned = [project.org] if project else []
    consequences(env, rules, act, about)
    env.require(row, act.program, act.list, concerned=concerned)


def issue_of(env: Envelope, act: t.Attest) -> Rec | None:
    return env.world.records.get((act.program, t.ISSUANCE, act.issuance))


def consequences(env: Envelope, rules: p.Program, act: t.Attest, about: Rec | None) -> None:
    """What a finding does at once."""
    if act.kind == t.INVALIDATION and about is not None:
        invalidate(
            env.world, rules, act.id, act.issuance, act.quantity_t, "INVALIDATION", reserve=True
        )
    if act.kind == t.REVERSAL and about is not None:
        if act.avoidable:
            invalidate(
                env.world, rules, act.id, act.issuance, act.quantity_t, "REVERSAL", reserve=False
            )
        else:
            reversal(env.world, rules, act.id, act.issuance, act.quantity_t)
    if act.kind == t.REASSURANCE and about is not None:
        unit = next(unit for unit in rules.classes if unit.id == about.f["class_id"])
        check(
            (unit.expiry_mode == p.REASSURE, "VALIDITY_INVALID"),
            (about.f["valid_until_s"], "VALIDITY_INVALID"),  # what has no end needs no later one
            (act.valid_until_s > max(env.now, about.f["valid_until_s"]), "VALIDITY_INVALID"),
        )
        key = (rules.id, t.ISSUANCE, about.id)
        env.world.records[key] = about.but(valid_until_s=act.valid_until_s)
        env.world.renewing[rules.id, about.id] = act.valid_until_s  # its units in the next block
    if act.kind == t.INVENTORY:
        cap = (rules.id, "", act.party, f"{act.period}.{act.lulucf}")
        env.world.caps.setdefault(cap, {"issued": 0, "carried": 0, "allowed": 0, "assigned": 0})
        counted = env.world.caps[cap]
        env.world.caps[cap] = {**counted, "allowed": counted["allowed"] + act.numbers.net_t}


def _sound(
    env: Envelope,
    rules: p.Program,
    row: p.ApprovalRule,
    act: t.Attest,
    project: Rec | None,
    claim: Claimed,
) -> None:
    """Conflicts, the period, the numbers, then the row's checks."""
    world, n = env.world, act.numbers
    problems = []
    if act.kind in CLAIMS and act.kind != t.INVENTORY:
        good = act.period_from_s < act.period_to_s <= env.now
        if project is not None and act.kind == t.VERIFICATION:
            good = good and (
                act.period_from_s >= max(project.f["crediting_from_s"], project.f["start_s"])
                and act.period_to_s <= (project.f["crediting_to_s"] or act.period_to_s)
            )
        problems.append((good, "PERIOD_INVALID"))
    if act.kind == t.VERIFICATION:
        gross = n.baseline_t - n.project_t - n.leakage_t - n.deduction_t
        if act.outcome == t.SINK_INCREASE:  # what is absorbed now beyond what was before
            gross = n.project_t - n.baseline_t - n.leakage_t - n.deduction_t
        flags = all(flag in act.flags for flag in rules.params.verification_flags)
        problems += [
            (act.outcome != t.OUTCOME_TYPE_UNSPECIFIED, "REC_SCHEMA"),
            (n.net_t > 0 and n.net_t == gross - n.new_source_t, "REC_SCHEMA"),
            (flags, "REC_SCHEMA"),
        ]
    if act.kind == t.FOOTPRINT_ASSURANCE:
        footprint = world.records.get((act.program, t.FOOTPRINT, act.footprint))
        check((footprint is not None and footprint.state == "ACKNOWLEDGED", "FOOTPRINT_STATE"))
    if act.kind == t.RECONCILIATION:
        check((not _claimed(env, act, claim), "CLAIM_OVERLAP"))
    if act.kind == t.CONFORMITY:
        problems.append((n.net_t > 0, "REC_SCHEMA"))  # so many tonnes may come in by it
    for good, _ in problems:
        if not good:
            refuse(*dict.fromkeys(code for ok, code in problems if not ok))
    for word in sorted(row.checks):  # the order of the words is that of the alphabet
        check(named(env, rules, word, act, project, claim))


def named(
    env: Envelope, rules: p.Program, word: str, act: t.Attest, project: Rec | None, claim: Claimed
) -> tuple[object, str]:
    n = act.numbers
    commitment = project is not None and project.f["subtype"] == "COMMITMENT"
    if word == "COI":
        matter = env.world.records.get((rules.id, t.FOOTPRINT, act.footprint))
        if matter is not None:
            return matter.org != env.org, "CONFLICT"
        if project is None:
            return True, ""
        holds = any(
            env.world.accounts[unit.account].org == env.org
            and (unit.program, unit.activity) == (rules.id, project.id)
            for unit in env.world.units.values()
        )
        return project.org != env.org and not holds, "CONFLICT"
    if word == "CLAIM_UNIQUE":
        return not _claimed(env, act, claim), "CLAIM_OVERLAP"
    if word == "MIN_RESULT":
        least = ceil_div(n.baseline_t * rules.params.min_result_bps, 10_000)
        return not commitment or n.net_t >= least, "BELOW_MIN_RESULT"
    if word == "BASELINE":
        if act.kind != t.VERIFICATION:
            return True, ""
        if n.baseline_months not in rules.params.baseline_months:
            return False, "REC_SCHEMA"
        yearly = n.actual_baseline_t // 2 if n.baseline_months == 24 else n.actual_baseline_t
        actual = scaled(yearly, act.period_from_s, act.period_to_s)
        if act.outcome == t.SINK_INCREASE:  # here it is the low baseline that flatters
            return n.baseline_t >= actual, "BASELINE_EXCEEDS_ACTUAL"
        return n.baseline_t <= actual, "BASELINE_EXCEEDS_ACTUAL"
    if word == "SINK_NOT_NATURAL":
        return act.outcome != t.SINK_INCREASE or "not-natural" in act.flags, "WF_GUARD"
    if word == "INDIRECT":
        if act.scope != "INDIRECT":
            return True, ""
        return act.factor_source and "indirect-reconciled" in act.flags, "WF_GUARD"
    return True, ""


def scaled(yearly: int, start: int, end: int) -> int:
    """A yearly figure for a period: by calendar months where it is whole ones, else by days."""
    months = 0
    while months_later(start, months) < end:
        months += 1
    first = when(start)
    whole = first.day == 1 and start % 86_400 == 0 and months_later(start, months) == end
    if whole:
        return yearly * months // 12
    return yearly * (end - start) // (365 * 86_400)


def _claimed(env: Envelope, act: t.Attest, claim: Claimed) -> bool:
    """Another live statement has the boundary for some of the time, or was compared with it."""
    for other in env.world.statements.values():
        overlap = other.span[0] < claim.span[1] and claim.span[0] < other.span[1]
        if other.status != s.ACCEPTED or not overlap:
            continue
        if other.kind == t.RECONCILIATION:
            continue  # it is no claim of its own
        direct = other.kind == t.VERIFICATION and other.message.scope != "INDIRECT"
        if direct and other.boundary in act.reconciled:
            return True
        mine = act.kind == t.VERIFICATION and act.scope != "INDIRECT"
        if mine and claim.boundary in other.message.reconciled:
            return True
        if other.kind == claim.kind != t.RECONCILIATION and other.boundary == claim.boundary:
            return True
    return False
