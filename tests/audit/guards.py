"""What a workflow row asks for before a record may go on.

Must not know: effects. Invariant: all that a row asks for is one stage, but for the record itself.
"""

from typing import Any

from tests.audit.envelope import Envelope
from tests.audit.model import Rec, check, months_later
from tonne.v1 import policy_pb2 as p
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t


def guards(env: Envelope, rules: p.Program, row: p.WorkflowRule, record: Rec) -> None:
    """Documents, statements, ages, confirmed items and named guards: one stage."""
    program = rules.id
    world = env.world
    age = env.now - record.since
    fresh = not row.from_state
    documents = [
        name[1]
        for name in world.documents
        if (name[0], *name[2:4]) == (program, record.kind, record.id)
    ]
    activity = record.id if record.kind == t.ACTIVITY else record.f.get("activity", "")
    accepted = [
        st
        for st in world.statements.values()
        if st.program == program
        and st.status == s.ACCEPTED
        and (
            st.message.footprint == record.id
            if record.kind == t.FOOTPRINT
            else bool(activity) and st.activity == activity
        )
    ]
    newest = max(
        (st for st in accepted if st.kind in row.statements), key=lambda st: st.at, default=None
    )
    held = list(newest.message.flags) if newest else []
    check(
        (all(kind in documents for kind in row.documents), "WF_GUARD"),
        (all(any(st.kind == kind for st in accepted) for kind in row.statements), "WF_GUARD"),
        (all(flag in held for flag in row.flags), "WF_GUARD"),
        (fresh or age >= row.min_age_s, "WF_TOO_EARLY"),
        (fresh or not row.max_age_s or age < row.max_age_s, "WF_TOO_LATE"),
        (row.comment_s == 0 or True, "WF_TOO_EARLY"),
        *[guard(env, rules, name, record) for name in row.guards],
    )


def guard(env: Envelope, rules: p.Program, name: str, record: Rec) -> tuple[object, str]:
    """A named guard: whether it holds, and the code where it does not."""
    world, program, f = env.world, rules.id, record.f
    if name == "COI":
        holds = any(
            world.accounts[unit.account].org == env.org
            and unit.program == program
            and (
                unit.issuance == record.id
                if record.kind == t.ISSUANCE
                else unit.activity == record.id
            )
            and world.accounts[unit.account].kind == t.HOLDING
            for unit in world.units.values()
        )
        return record.org != env.org and not holds, "CONFLICT"
    if name == "METHODOLOGY_APPROVED":
        method = world.records.get((program, t.METHODOLOGY, f.get("methodology", "")))
        return method is not None and method.state == "APPROVED", "WF_GUARD"
    if name == "ACTIVITY_REGISTERED":
        activity = world.records.get((program, t.ACTIVITY, f.get("activity", "")))
        return (
            activity is not None and activity.state == "REGISTERED" and activity.org == record.org,
            "WF_GUARD",
        )
    if name == "NO_OPEN_NOTICE":
        return not blocking(world, program, f.get("activity", "")), "WF_GUARD"
    if name == "NOT_COVERED":
        covered = f.get("covered_by_scheme", "")
        if record.kind == t.ISSUANCE:
            activity = world.records.get((program, t.ACTIVITY, f["activity"]))
            covered = activity.f["covered_by_scheme"] if activity else ""
        return not covered, "WF_GUARD"
    if name == "MONITORING_TERM":
        category = next((row for row in rules.categories if row.id == f.get("category")), None)
        if category is None or "REVERSAL_MATERIAL" not in category.flags:
            return True, "WF_GUARD"
        return f["monitoring_until_s"] >= months_later(f["start_s"], 480), "WF_GUARD"
    if name == "COMMITMENT_TERMS":
        if f.get("subtype") != "COMMITMENT":
            return True, "WF_GUARD"
        params = rules.params
        good = (
            f["commitment"] in ("CAP", "NEUTRALITY", "PRODUCT_FOOTPRINT")
            and f["base_year"] == f["adoption_year"] - 1
            and f["base_year"] >= params.base_year_from
            and f["crediting_from_s"] >= params.accounting_from_s
        )
        return good, "WF_GUARD"
    raise AssertionError(f"a guard that the auditor does not know: {name}")


def blocking(world: Any, program: str, activity: str) -> bool:
    """Tell whether an open duty keeps an activity from further units."""
    rules = world.rules(program)
    stops = [rule.kind for rule in rules.notice_rules if rule.blocks_issue]
    return any(
        rec.kind == t.NOTICE
        and rec.program == program
        and rec.f["kind"] in stops
        and rec.f["activity"] == activity
        and activity
        and rec.f["fulfilled_t"] < rec.f["quantity_t"]
        and rec.state not in ("FULFILLED", "FULFILLED_LATE", "ENFORCED", "CANCELLED")
        for rec in world.records.values()
    )
