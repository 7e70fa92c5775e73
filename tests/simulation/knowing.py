"""Makers of records, statements, documents: what is known before there are units.

Must not know: the real registry. Invariant: most of what is made is fine, so that deep states are
reached.
"""

from hashlib import sha256

from tests.audit.duties import DONE
from tests.audit.model import Rec, months_later, when
from tests.auditor import OF_ACTIVITIES
from tests.simulation.dice import ACL, Dice
from tests.simulation.real import Draft
from tonne.v1 import policy_pb2 as p
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

DAY = 86_400
YEAR = 365 * DAY
HASH = sha256(b"a document").digest()
NAMES = {
    t.METHODOLOGY: "M",
    t.ACTIVITY: "A",
    t.ISSUANCE: "R",
    t.FOOTPRINT: "F",
    t.OBLIGATION: "O",
    t.AUTHORIZATION: "Z",
    t.NOTICE: "N",
}
WANTED = {
    t.METHODOLOGY: 3,
    t.ACTIVITY: 8,
    t.ISSUANCE: 8,
    t.FOOTPRINT: 4,
    t.OBLIGATION: 3,
    t.AUTHORIZATION: 2,
    t.NOTICE: 10,
}


def anchor_of(dice: Dice, kind: str, rec_kind: int = 0, name: str = "") -> t.Action:
    act = t.Anchor(
        program=dice.program, kind=kind, hash=HASH, size_bytes=1000, media_type="application/pdf"
    )
    if rec_kind:
        act.link.kind, act.link.id = rec_kind, name  # type: ignore[assignment]
    if dice.chance(60):
        act.hash = dice.random.randbytes(32)
    return t.Action(anchor=act)


def anchor(dice: Dice) -> Draft | None:
    kinds = list(dice.rules.document_kinds)
    if not kinds:
        return None
    kind = dice.one(kinds) if dice.chance(95) else "POEM"
    rows = list(dice.world.records.values())
    rows = [rec for rec in rows if rec.program == dice.program]
    if not rows or dice.chance(20):
        action = anchor_of(dice, kind)
        signer = dice.anybody()
    else:
        rec = dice.one(rows)
        action = anchor_of(dice, kind, rec.kind, rec.id if dice.chance(97) else "nothing")
        signer = rec.owner if dice.chance(90) else dice.anybody()
    if dice.chance(2):
        action.anchor.size_bytes = 0 if dice.chance(50) else 1 << 41
    return Draft((signer,), (action,), "anchor")


# ---- statements ----


def attest(dice: Dice) -> Draft | None:
    rows = [row for row in dice.rules.approval_rules if row.action == "ATTEST"]
    if not rows:
        return None
    row = dice.one(rows)
    kind = t.StatementKind.Value(row.subject) if row.subject else t.VERIFICATION
    if kind in (t.VERIFICATION, t.MONITORING_SYSTEM) and dice.chance(50):
        pass
    elif dice.chance(40):
        kind = t.VERIFICATION
    if not dice.records(t.ACTIVITY) and dice.chance(95):
        return None
    act = statement(dice, kind)
    row = next((r for r in rows if r.subject in ("", t.StatementKind.Name(kind))), row)
    return dice.draft(
        dice.whoever(row.signer), [t.Action(attest=act)], [row], maker="attest", agree=75
    )


def statement(dice: Dice, kind: int, activity: str = "", **_: object) -> t.Attest:
    act = t.Attest(program=dice.program, id=dice.fresh("S"), kind=kind, list=ACL)  # type: ignore[arg-type]
    if dice.chance(3):
        act.list = "ACL-9"
    if kind in OF_ACTIVITIES:
        act.activity = activity or dice.record(t.ACTIVITY)
    if kind == t.RECONCILIATION and dice.chance(95):
        act.reconciled.append(dice.one(("B-1", "B-A2", "B-direct")))
        act.period_to_s = dice.world.now
        act.period_from_s = dice.world.now - dice.number(10, 900) * DAY
    if kind == t.VERIFICATION:
        _verification(dice, act)
    elif kind in (t.INVALIDATION, t.REVERSAL, t.REASSURANCE):
        act.issuance = dice.record(t.ISSUANCE)
        rec = dice.world.records.get((dice.program, t.ISSUANCE, act.issuance))
        base = rec.f["valid_base_t"] if rec else 10
        act.quantity_t = dice.one(
            (1, max(1, base // 10), max(1, base // 3), base + 1)
            if dice.chance(20)
            else (1, max(1, base // 10))
        )
        if kind == t.REVERSAL:
            act.avoidable = dice.chance(50)
        if kind == t.REASSURANCE:
            act.ClearField("quantity_t")
            act.valid_until_s = dice.world.now + dice.one((-5, 1, 4)) * YEAR
    elif kind == t.FOOTPRINT_ASSURANCE:
        act.footprint = dice.record(t.FOOTPRINT)
    elif kind == t.INVENTORY:
        _inventory(dice, act)
    elif kind == t.CONFORMITY:
        act.activity = dice.record(t.ACTIVITY) if dice.chance(50) else ""
        if dice.chance(95):
            act.numbers.net_t = dice.number(5, 90)
    return act


def _inventory(dice: Dice, act: t.Attest) -> None:
    act.list = "" if dice.chance(50) else ACL
    if dice.rules.parties:
        act.party = dice.one(list(dice.rules.parties)).iso2
    if dice.rules.periods:
        period = dice.one(list(dice.rules.periods))
        act.period = period.code
    act.lulucf = dice.number(1, 3)
    act.numbers.net_t = dice.number(20, 80)


def _verification(dice: Dice, act: t.Attest) -> None:
    year = dice.number(2024, max(2024, when(dice.world.now).year))
    start = int(when(0).replace(year=year).timestamp())
    act.period_from_s = start
    act.period_to_s = months_later(start, dice.one((1, 6, 12, 12)))
    if dice.chance(20):
        act.period_from_s += dice.number(1, 40) * DAY
    act.outcome = dice.one((t.ABS_REDUCTION, t.ABS_REDUCTION, t.SINK_INCREASE, t.DESTRUCTION))
    net = dice.number(20, 300)
    act.numbers.net_t = net
    for name in ("project_t", "leakage_t", "deduction_t", "new_source_t"):
        if dice.chance(40):
            setattr(act.numbers, name, dice.number(0, 50))
    n = act.numbers
    if act.outcome == t.SINK_INCREASE:
        n.baseline_t = dice.number(1, 80)
        n.project_t = net + n.baseline_t + n.leakage_t + n.deduction_t + n.new_source_t
    else:
        n.baseline_t = net + n.project_t + n.leakage_t + n.deduction_t + n.new_source_t
    n.baseline_months = dice.one((12, 12, 24))
    yearly = n.baseline_t * dice.one((1, 2, 13, 13))
    if act.outcome == t.SINK_INCREASE:
        yearly = n.baseline_t // dice.one((1, 1, 1, 2, 13))
    n.actual_baseline_t = yearly * (2 if n.baseline_months == 24 else 1)
    flags = list(dice.rules.params.verification_flags)
    if act.outcome == t.SINK_INCREASE and dice.chance(80):
        flags.append("not-natural")
    if dice.chance(3) and flags:
        flags.pop()
    act.flags[:] = sorted(dict.fromkeys(flags))
    if dice.chance(4):
        n.net_t += dice.one((1, -1))
    if dice.chance(3):
        n.baseline_months = 36
    if dice.chance(3):
        act.period_to_s += 4 * YEAR


# ---- records ----


def put_record(dice: Dice) -> Draft | None:
    firsts = [row for row in dice.rules.workflow_rules if not row.from_state]
    kinds = [row.kind for row in firsts]
    if not kinds:
        return None
    kind = dice.one(sorted(dict.fromkeys(kinds)))
    if len(dice.records(kind)) > WANTED[kind] and dice.chance(85):
        return None
    if kind == t.ISSUANCE and dice.chance(90):
        ready = [rec for rec in dice.records(t.ACTIVITY) if rec.state == "REGISTERED"]
        if not ready:
            return None
        if not uncapped(dice, dice.one(ready).id):
            return _evidence(dice, t.VERIFICATION, dice.one(ready))
    put = t.PutRecord(program=dice.program, id=dice.fresh(NAMES[kind]))
    subject = fields(dice, put, kind)
    rows = [row for row in firsts if row.kind == kind and row.subject in ("", subject)]
    if not rows:
        rows = [row for row in firsts if row.kind == kind]
    row = dice.one(rows)
    owner = ""
    if kind == t.ISSUANCE:
        activity = dice.world.records.get((dice.program, t.ACTIVITY, put.issuance.activity))
        owner = activity.owner if activity else ""
    signer = dice.whoever(row.signer, owner)
    actions = [t.Action(put_record=put)]
    actions += [anchor_of(dice, name, kind, put.id) for name in row.documents if dice.chance(90)]
    return dice.draft(signer, actions, [row], maker="put_record")


def uncapped(dice: Dice, activity: str) -> list[str]:
    """The verifications of an activity that back nothing yet."""
    return [
        st.id
        for st in dice.world.statements.values()
        if st.program == dice.program
        and st.kind == t.VERIFICATION
        and st.activity == activity
        and not st.issuance
    ]


def fields(dice: Dice, put: t.PutRecord, kind: int) -> str:
    """Fill in a record; return what rows may ask for as its subject."""
    if kind == t.METHODOLOGY:
        put.methodology.CopyFrom(
            t.Methodology(
                family="ISO14064",
                category="energy",
                version="1.0",
                title="Waste heat",
                baseline_conform=dice.chance(90),
                supersedes=dice.record(t.METHODOLOGY) if dice.chance(15) else "",
            )
        )
        return ""
    if kind == t.ACTIVITY:
        return activity(dice, put.activity, put.id)
    if kind == t.ISSUANCE:
        rows = [rec for rec in dice.records(t.ACTIVITY) if rec.state == "REGISTERED"]
        rows = [rec for rec in rows if uncapped(dice, rec.id)] or rows
        name = dice.one(rows).id if rows else dice.record(t.ACTIVITY)
        backing = uncapped(dice, name)
        if dice.chance(5):
            backing = [st.id for st in dice.world.statements.values()][:3]
        put.issuance.activity, put.issuance.list = name, ACL
        put.issuance.class_id = dice.class_id() if dice.chance(97) else "GOLD"
        put.issuance.statements[:] = sorted(backing)[:4] or ["S0"]
        return ""
    if kind == t.FOOTPRINT:
        owners = sorted(dice.random.sample(dice.holders(), dice.number(1, 3)))
        put.footprint.CopyFrom(
            t.FootprintDraft(
                product="steel-beam",
                functional_unit="one beam",
                g_co2e_per_unit=dice.one((12_500, 999, 1_000_000)),
                methodology=dice.record(t.METHODOLOGY),
                owners=owners,
            )
        )
        return ""
    if kind == t.OBLIGATION:
        periods = [period.code for period in dice.rules.periods] or ["2026"]
        put.obligation.period = dice.one(periods)
        put.obligation.amount_t = dice.number(100, 900)
        if dice.rules.parties:
            put.obligation.party = dice.one(list(dice.rules.parties)).iso2
        else:
            put.obligation.account = dice.one(dice.holders())
        return ""
    if kind == t.AUTHORIZATION:
        put.authorization.CopyFrom(
            t.AuthorizationDraft(
                party="KZ",
                approach="CA0001",
                quantity_t=dice.number(10, 100),
                purposes=["NDC"],
                year_from=2024,
                year_to=2040,
                first_transfer="USE_OR_CANCELLATION",
            )
        )
        return ""
    return notice(dice, put.notice)


def activity(dice: Dice, act: t.Activity, name: str) -> str:
    subtypes = sorted(
        {row.subject for row in dice.rules.workflow_rules if row.kind == t.ACTIVITY and row.subject}
    ) or ["PROJECT"]
    subtype = dice.one(("PROJECT", "PROJECT", *subtypes, "COMMITMENT"))
    start = int(when(0).replace(year=2024).timestamp())
    categories = [row.id for row in dice.rules.categories] or ["energy"]
    methods = [rec.id for rec in dice.records(t.METHODOLOGY) if rec.state == "APPROVED"]
    act.CopyFrom(
        t.Activity(
            subtype=subtype,
            title="Heat recovery",
            country="NO",
            sector="energy",
            category=dice.one(categories),
            methodology=dice.one(methods)
            if methods and dice.chance(90)
            else dice.record(t.METHODOLOGY),
            boundary_id=f"B-{name}" if dice.chance(90) else "B-1",
            sources_hash=HASH,
            gases=["CO2"],
            start_s=start,
            crediting_from_s=start,
            crediting_to_s=start + 30 * YEAR,
            monitoring_until_s=start + (45 if dice.chance(80) else 5) * YEAR,
        )
    )
    if subtype == "COMMITMENT":
        act.commitment, act.adoption_year, act.base_year = "CAP", 2024, 2023
        if dice.chance(10):
            act.base_year = dice.one((2012, 2024))
    return subtype


def notice(dice: Dice, act: t.NoticeDraft) -> str:
    rules = list(dice.rules.notice_rules)
    if not rules:
        act.kind, act.debtor, act.quantity_t = "SURPRISE", dice.anybody(), 5
        return ""
    rule = dice.one(rules)
    account, class_id = dice.owner()
    act.kind, act.debtor, act.quantity_t = rule.kind, account, dice.number(1, 60)
    if dice.chance(50):
        act.classes[:] = [class_id]
    if dice.rules.periods and dice.chance(50):
        act.period = dice.one(list(dice.rules.periods)).code
    return rule.kind


# ---- workflows: the next step of a record by the program's own rows ----


def transition(dice: Dice) -> Draft | None:
    found: list[tuple[Rec, p.WorkflowRule]] = []
    for rec in dice.world.records.values():
        if rec.program != dice.program or rec.state in DONE:
            continue
        found += [
            (rec, row)
            for row in dice.rules.workflow_rules
            if row.kind == rec.kind and row.from_state == rec.state and "AMEND" not in row.effects
        ]
    if not found:
        return None
    # What leads on is liked better than what leads out.
    forward = [
        pair
        for pair in found
        if pair[1].to_state
        not in (
            "REJECTED",
            "WITHDRAWN",
            "SUSPENDED",
            "CLOSED",
            "DEREGISTERED",
            "REVOKED",
            "CANCELLED",
            "COMPLETED",
            "EXCLUDED",
        )
    ]
    issuing = [pair for pair in forward if pair[0].kind == t.ISSUANCE]
    if issuing and dice.chance(40):
        forward = issuing
    rec, row = dice.one(forward if forward and dice.chance(92) else found)
    return step(dice, rec, row)


def step(dice: Dice, rec: Rec, row: p.WorkflowRule) -> Draft:
    act = t.Transition(program=dice.program, to_state=row.to_state, reason="Because")
    act.record.kind, act.record.id = rec.kind, rec.id  # type: ignore[assignment]
    if dice.chance(2):
        act.to_state = "NOWHERE"
    terms(dice, act, rec, row)
    acl = rec.f.get("list", ACL) if rec.kind == t.ISSUANCE else ACL
    owner = rec.f["debtor"] if rec.kind == t.NOTICE else rec.owner
    signer = dice.whoever(row.signer, owner, acl)
    if "ACKNOWLEDGE" in row.effects:
        left = [name for name in rec.f["owners"] if name not in rec.f["acknowledged"]]
        signer = dice.one(left) if left and dice.chance(90) else signer
    signers, actions = [signer], []
    known = [key[1] for key in dice.world.documents if key[2:4] == (rec.kind, rec.id)]
    for kind in row.documents:
        if kind not in known and dice.chance(85):
            if rec.owner not in signers:
                signers.append(rec.owner)
            added = anchor_of(dice, kind, rec.kind, rec.id)
            added.signer_index = signers.index(rec.owner)
            actions.append(added)
    for wanted in row.statements:
        accepted = [
            st
            for st in dice.world.statements.values()
            if st.kind == wanted and st.activity == rec.id and st.status == s.ACCEPTED
        ]
        if not accepted and dice.chance(80):
            return _evidence(dice, wanted, rec)
    actions.append(t.Action(transition=act))
    signers += [dice.whoever(need.role, acl=acl) for need in row.approvals if dice.chance(60)]
    return Draft(tuple(dict.fromkeys(signers))[:8], tuple(actions), "transition")


def _evidence(dice: Dice, kind: int, rec: Rec) -> Draft:
    """First what the step needs: the statement."""
    act = statement(dice, kind, rec.id)
    if kind == t.FOOTPRINT_ASSURANCE:
        act.footprint = rec.id
    row = next(
        (
            row
            for row in dice.rules.approval_rules
            if row.action == "ATTEST" and row.subject in ("", t.StatementKind.Name(kind))
        ),
        None,
    )
    rows = [row] if row else []
    signer = dice.whoever(row.signer if row else t.AUDITOR)
    return dice.draft(signer, [t.Action(attest=act)], rows, maker="attest", agree=85)


def terms(dice: Dice, act: t.Transition, rec: Rec, row: p.WorkflowRule) -> None:
    params = dice.rules.params
    if "SET_CAP" in row.effects:
        net = sum(
            st.message.numbers.net_t
            for st in dice.world.statements.values()
            if st.program == dice.program and st.id in rec.f["statements"]
        )
        act.opening.cap_t = max(1, net - dice.one((0, 0, 5))) if dice.chance(93) else net + 1
        unit = next(row for row in dice.rules.classes if row.id == rec.f["class_id"])
        if unit.expiry_mode in (p.EXPIRE, p.REASSURE):
            act.opening.valid_until_s = dice.world.now + dice.one((2, 5, 10)) * YEAR
    elif "RAISE_CAP" in row.effects:
        more = [
            st.id
            for st in dice.world.statements.values()
            if st.program == dice.program
            and st.kind == t.VERIFICATION
            and st.activity == rec.f["activity"]
            and not st.issuance
        ][:2]
        net = sum(dice.world.statements[dice.program, name].message.numbers.net_t for name in more)
        act.opening.cap_t = rec.f["cap_t"] + max(net, 1)
        act.opening.statements[:] = sorted(more)
    elif "APPROVE_ISSUANCE" in row.effects:
        cap = rec.f["cap_t"]
        act.approval.approved_cap_t = (
            cap if dice.chance(85) else dice.one((max(1, cap // 2), cap + 1))
        )
        if dice.chance(75):
            act.approval.reserve_bps = dice.one((1000, 333, 5000))
            act.approval.reserve_months = dice.one((1, 7, 24))
        if dice.chance(3):
            act.approval.reserve_months = 1000
        act.approval.market_access = dice.chance(85)
        if params.pool_bps_max and dice.chance(30):
            act.approval.pool_bps = dice.one((500, 2000))
    elif "REVISE_NOTICE" in row.effects:
        act.revision.quantity_t = max(1, rec.f["quantity_t"] + dice.one((0, 3, -1)))
        if dice.chance(40):
            act.revision.due_s = dice.world.now + dice.number(1, 60) * DAY
    elif "SET_AMOUNT" in row.effects:
        act.amount.amount_t = dice.number(50, 900)
