"""Records and their workflows: PutRecord and Transition.

Must not know: how units lie. Invariant: a record changes state by a row of its program.
"""

from dataclasses import replace
from typing import Any

from google.protobuf.message import Message

from tests.audit.duties import contest, notice_fields, reopen, revise, rule_of
from tests.audit.envelope import Envelope
from tests.audit.guards import guards
from tests.audit.model import Rec, check, refuse
from tonne.v1 import policy_pb2 as p
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

KINDS = {
    "methodology": t.METHODOLOGY,
    "activity": t.ACTIVITY,
    "issuance": t.ISSUANCE,
    "footprint": t.FOOTPRINT,
    "obligation": t.OBLIGATION,
    "authorization": t.AUTHORIZATION,
    "notice": t.NOTICE,
}
NUMBERS: dict[int, tuple[str, ...]] = {
    t.ISSUANCE: (
        "cap_t",
        "approved_cap_t",
        "issued_t",
        "voided_t",
        "valid_base_t",
        "reserve_bps",
        "reserve_months",
        "reserved_t",
        "pool_bps",
        "pooled_t",
        "valid_until_s",
        "notice_open_t",
        "reserve_claimed_t",
        "pool_claimed_t",
    ),
    t.FOOTPRINT: ("items", "offset_t"),
    t.OBLIGATION: ("offset_t", "shortfall_t", "penalty_minor", "brought_t"),
    t.AUTHORIZATION: ("used_t", "labelled_t"),
    t.NOTICE: ("fulfilled_t", "due_s", "contest_until_s", "stopped_s", "pool_left_t", "claimed_t"),
}


def plain(message: Message) -> dict[str, Any]:
    """The fields of a message by name, lists as tuples."""
    found: dict[str, Any] = {}
    for field in message.DESCRIPTOR.fields:
        value = getattr(message, field.name)
        if isinstance(value, (str, bytes, int, bool, Message)):
            found[field.name] = value
        else:
            found[field.name] = tuple(value)
    return found


def subject_of(kind: int, fields: dict[str, Any], env: Envelope, program: str) -> str:
    if kind == t.NOTICE:
        return str(fields["kind"])
    if kind == t.ACTIVITY:
        return str(fields["subtype"])
    if kind == t.ISSUANCE:
        activity = env.world.records.get((program, t.ACTIVITY, fields["activity"]))
        return str(activity.f["subtype"]) if activity else ""
    return ""


def row_for(
    env: Envelope,
    rules: p.Program,
    kind: int,
    states: tuple[str, str],
    subject: str,
    who: str,
    acl: str,
) -> p.WorkflowRule:
    rows = [
        row
        for row in rules.workflow_rules
        if (row.kind, row.from_state, row.to_state) == (kind, *states)
        and row.subject in ("", subject)
    ]
    if not rows:
        refuse("WF_NOT_ALLOWED", "RULE_MISSING", *(("ISS_STATE",) if kind == t.ISSUANCE else ()))
    able = [row for row in rows if env.may_sign(rules.id, row.signer, who, acl)]
    if not able:
        if any("ACKNOWLEDGE" in row.effects for row in rows):
            refuse("ROLE_MISSING", "NOT_ACCREDITED", "FOOTPRINT_STATE")
        refuse("ROLE_MISSING", "NOT_ACCREDITED")
    return able[0]


def put_record(env: Envelope, act: t.PutRecord) -> None:
    rules = env.program(act.program)
    name = str(act.WhichOneof("fields"))
    kind = KINDS[name]
    fields = plain(getattr(act, name))
    key = (act.program, kind, act.id)
    old = env.world.records.get(key)
    if old is not None:
        amends = [
            row
            for row in rules.workflow_rules
            if (row.kind, row.from_state, row.to_state) == (kind, old.state, old.state)
            and "AMEND" in row.effects
        ]
        if not amends:
            refuse("REC_EXISTS")
        if not any(env.may_sign(act.program, row.signer, old.owner) for row in amends):
            refuse("ROLE_MISSING", "REC_EXISTS")
        about = (
            st.program == act.program and st.activity == act.id and st.status == s.ACCEPTED
            for st in env.world.statements.values()
        )
        check((kind != t.ACTIVITY or not any(about), "WF_GUARD"))
    references(env, act.program, rules, kind, fields)
    subject = subject_of(kind, fields, env, act.program)
    first = [
        row.to_state
        for row in rules.workflow_rules
        if row.kind == kind and not row.from_state and row.subject in ("", subject)
    ]
    if not first:
        refuse("WF_NOT_ALLOWED", "RULE_MISSING")
    states = (old.state, old.state) if old else ("", first[0])
    row = row_for(env, rules, kind, states, subject, old.owner if old else env.signer, "")
    check((env.world.accounts[env.signer].status == t.ACCOUNT_OPEN, "ACC_STATUS"))
    fields |= dict.fromkeys(NUMBERS.get(kind, ()), 0)
    record = Rec(kind, act.id, act.program, env.signer, env.org, row.to_state, env.now, 1, fields)
    if kind == t.NOTICE:
        debtor = env.world.accounts[fields["debtor"]]
        record = replace(record, owner=debtor.id, org=debtor.org)
    record = first_fields(env, rules, record)
    if old is not None:
        record = replace(
            record, version=old.version + 1, since=old.since, owner=old.owner, org=old.org
        )
    guards(env, rules, row, record)
    env.world.records[key] = record
    effects(env, rules, row, record, None)
    env.require(row, act.program, concerned=(record.org,) if kind == t.NOTICE else ())


def first_fields(env: Envelope, rules: p.Program, record: Rec) -> Rec:
    """What a record of a kind starts with beside what it is told."""
    if record.kind == t.FOOTPRINT:
        return record.but(acknowledged=(), statement="")
    if record.kind == t.ISSUANCE:
        space = f"{rules.id}.{record.id}" if rules.serial_mode == p.PER_ISSUANCE else ""
        return record.but(space=space, auditor="")
    if record.kind == t.NOTICE:
        return notice_fields(env.world, rules, record)
    if record.kind == t.OBLIGATION:
        return record.but(surrendered={})
    return record


def references(env: Envelope, program: str, rules: p.Program, kind: int, f: dict[str, Any]) -> None:
    """What a record names must be there."""
    records = env.world.records

    def there(kind: int, name: str) -> bool:
        return not name or (program, kind, name) in records

    if kind == t.METHODOLOGY:
        check((there(t.METHODOLOGY, f["supersedes"]), "REC_REF"))
    elif kind == t.ACTIVITY:
        check((there(t.METHODOLOGY, f["methodology"]), "REC_REF"))
    elif kind == t.ISSUANCE:
        check(
            (there(t.ACTIVITY, f["activity"]), "REC_REF"),
            (f["class_id"] in [unit.id for unit in rules.classes], "CLASS_UNKNOWN"),
            (
                all((program, name) in env.world.statements for name in f["statements"]),
                "STATEMENT_UNKNOWN",
            ),
        )
    elif kind == t.FOOTPRINT:
        check(
            (there(t.METHODOLOGY, f["methodology"]), "REC_REF"),
            (all(name in env.world.accounts for name in f["owners"]), "ACC_UNKNOWN"),
        )
    elif kind == t.OBLIGATION:
        check(
            (not f["account"] or f["account"] in env.world.accounts, "ACC_UNKNOWN"),
            (f["period"] in [period.code for period in rules.periods], "PERIOD_UNKNOWN"),
            (not f["party"] or f["party"] in [row.iso2 for row in rules.parties], "REC_REF"),
        )
    elif kind == t.AUTHORIZATION:
        check((there(t.ACTIVITY, f["activity"]), "REC_REF"))
    elif kind == t.NOTICE:
        check(
            (f["kind"] in [rule.kind for rule in rules.notice_rules], "RULE_MISSING"),
            (f["debtor"] in env.world.accounts, "ACC_UNKNOWN"),
            (there(t.ISSUANCE, f["issuance"]), "REC_REF"),
            (there(t.ACTIVITY, f["activity"]), "REC_REF"),
            (
                not f["period"] or f["period"] in [period.code for period in rules.periods],
                "PERIOD_UNKNOWN",
            ),
            (
                all(name in [unit.id for unit in rules.classes] for name in f["classes"]),
                "CLASS_UNKNOWN",
            ),
        )
        accepted = rule_of(rules, f["kind"]).classes
        check((not accepted or all(name in accepted for name in f["classes"]), "REC_SCHEMA"))


def transition(env: Envelope, act: t.Transition) -> None:
    rules = env.program(act.program)
    record = env.record(act.program, act.record.kind, act.record.id)
    subject = subject_of(record.kind, record.f, env, act.program)
    acl = record.f.get("list", "") if record.kind == t.ISSUANCE else ""
    owner = record.f["debtor"] if record.kind == t.NOTICE else record.owner
    if record.kind == t.FOOTPRINT and env.signer in record.f["owners"]:
        rows = [
            row
            for row in rules.workflow_rules
            if row.kind == t.FOOTPRINT
            and (row.from_state, row.to_state) == (record.state, act.to_state)
        ]
        if any("ACKNOWLEDGE" in row.effects for row in rows):
            owner = env.signer  # whoever owns a source acknowledges for himself
    row = row_for(env, rules, record.kind, (record.state, act.to_state), subject, owner, acl)
    guards(env, rules, row, record)
    after = replace(record, state=act.to_state, version=record.version + 1)
    if record.state != act.to_state:
        after = replace(after, since=env.now)
    env.world.records[act.program, record.kind, record.id] = after
    effects(env, rules, row, after, act)
    env.require(row, act.program, acl, concerned=(record.org,))


def effects(
    env: Envelope, rules: p.Program, row: p.WorkflowRule, record: Rec, act: t.Transition | None
) -> None:
    key = (rules.id, record.kind, record.id)
    for name in row.effects:
        record = env.world.records[key]
        done = effect(env, rules, row, name, record, act)
        env.world.records[key] = done


def effect(
    env: Envelope,
    rules: p.Program,
    row: p.WorkflowRule,
    name: str,
    record: Rec,
    act: t.Transition | None,
) -> Rec:
    if name == "AMEND":
        return record
    if name == "OPEN_COMMENTS":
        return replace(record, comment_until_s=env.now + row.comment_s)
    if name == "SUPERSEDE":
        old = (rules.id, t.METHODOLOGY, record.f["supersedes"])
        stands = old in env.world.records and env.world.records[old].state == "APPROVED"
        if stands and record.f["must_migrate_by_s"] <= env.now:
            env.world.records[old] = replace(env.world.records[old], state="SUPERSEDED")
        return record
    if name == "SET_TERM":
        valid = not record.f["valid_to_s"] or env.now < record.f["valid_to_s"]
        check((valid, "WF_TOO_LATE"), (valid, "VALIDITY_INVALID"))
        return record
    if name == "ACKNOWLEDGE":
        return acknowledge(env, record)
    assert act is not None
    if name == "SET_CAP":
        return set_cap(env, rules, record, act.opening)
    if name == "APPROVE_ISSUANCE":
        return approve(env, rules, record, act.approval)
    if name == "RAISE_CAP":
        return raise_cap(env, rules, record, act.opening)
    if name == "FREE_CAP":
        check(
            (
                not record.f["issued_t"],
                "ISS_STATE",
            )
        )
        for name_, st in list(env.world.statements.items()):
            if st.program == rules.id and st.issuance == record.id and st.kind == t.VERIFICATION:
                env.world.statements[name_] = replace(st, capped=0, issuance="")
        return record.but(cap_t=0)
    if name == "SET_AMOUNT":
        return record.but(amount_t=act.amount.amount_t + record.f["brought_t"])
    if name == "CONTEST":
        return contest(env.world, record)
    if name == "REOPEN_NOTICE":
        return reopen(env.world, record)
    if name == "REVISE_NOTICE":
        return revise(env.world, record, act.revision)
    if name == "CANCEL_NOTICE":
        return record
    raise AssertionError(f"an effect that the auditor does not know: {name}")


def acknowledge(env: Envelope, record: Rec) -> Rec:
    """The state is ACKNOWLEDGED when all owners have; else the record stays where it was."""
    owners, known = record.f["owners"], record.f["acknowledged"]
    check((env.signer in owners, "ROLE_MISSING"))
    check((env.signer not in known, "FOOTPRINT_STATE"))
    known = tuple(sorted((*known, env.signer)))
    record = record.but(acknowledged=known)
    return record if len(known) == len(owners) else replace(record, state="DRAFT")


def backing(env: Envelope, rules: p.Program, record: Rec, names: tuple[str, ...]) -> list[str]:
    """The statements that may carry a cap; STATEMENT_STATUS."""
    for name in names:
        st = env.world.statements.get((rules.id, name))
        if st is None:
            refuse("STATEMENT_UNKNOWN")
        good = (
            st.status == s.ACCEPTED
            and st.kind == t.VERIFICATION
            and st.activity == record.f["activity"]
            and st.issuance in ("", record.id)
        )
        check((good, "STATEMENT_STATUS"))
    return list(names)


def load(env: Envelope, rules: p.Program, record: Rec, names: list[str], more: int) -> None:
    """Lay a cap upon statements, one after the other."""
    for name in names:
        st = env.world.statements[rules.id, name]
        part = min(more, st.message.numbers.net_t - st.capped)
        more -= part
        env.world.statements[rules.id, name] = replace(
            st, capped=st.capped + part, issuance=record.id
        )
    check((more == 0, "CAP_EXCEEDED"))


def validity(env: Envelope, rules: p.Program, class_id: str, until: int) -> bool:
    unit = next(unit for unit in rules.classes if unit.id == class_id)
    if unit.expiry_mode in (p.NO_EXPIRY, p.EXPIRY_MODE_UNSPECIFIED):
        return until == 0
    return until > env.now or (until == 0 and unit.expiry_mode == p.REASSURE)


def set_cap(env: Envelope, rules: p.Program, record: Rec, terms: t.IssuanceOpening) -> Rec:
    names = backing(env, rules, record, record.f["statements"])
    net = sum(
        env.world.statements[rules.id, name].message.numbers.net_t
        - env.world.statements[rules.id, name].capped
        for name in names
    )
    check(
        (terms.cap_t > 0, "ACTION_SHAPE"),
        (terms.cap_t <= net, "CAP_EXCEEDED"),
        (validity(env, rules, record.f["class_id"], terms.valid_until_s), "VALIDITY_INVALID"),
    )
    load(env, rules, record, names, terms.cap_t)
    return record.but(cap_t=terms.cap_t, valid_until_s=terms.valid_until_s, auditor=env.signer)


def raise_cap(env: Envelope, rules: p.Program, record: Rec, terms: t.IssuanceOpening) -> Rec:
    names = tuple(terms.statements)
    backing(env, rules, record, names)
    both = tuple(dict.fromkeys((*record.f["statements"], *names)))
    check(
        (
            terms.cap_t > record.f["cap_t"],
            "CAP_EXCEEDED",
        )
    )
    load(env, rules, record, list(both), terms.cap_t - record.f["cap_t"])
    return record.but(cap_t=terms.cap_t, statements=both)


def approve(env: Envelope, rules: p.Program, record: Rec, terms: t.IssuanceApproval) -> Rec:
    params = rules.params
    check(
        (terms.approved_cap_t <= record.f["cap_t"], "CAP_EXCEEDED"),
        (terms.approved_cap_t >= record.f["issued_t"], "CAP_EXCEEDED"),
        (
            terms.reserve_bps <= params.reserve_bps_max
            and terms.reserve_months <= params.reserve_months_max
            and terms.pool_bps <= params.pool_bps_max
            and bool(terms.reserve_bps) == bool(terms.reserve_months),
            "RESERVE_TERMS",
        ),
    )
    shares = (terms.reserve_bps, terms.pool_bps)
    same = shares == (record.f["reserve_bps"], record.f["pool_bps"])
    check((same or not record.f["issued_t"], "RESERVE_TERMS"))
    void = record.f["approved_cap_t"] - record.f["valid_base_t"]
    if terms.market_access:
        owner = env.world.accounts[record.owner]
        env.world.accounts[record.owner] = replace(owner, market=True)
    if record.f["issued_t"] and record.f["issued_t"] == terms.approved_cap_t:
        record = replace(record, state="FULL")
    return record.but(
        approved_cap_t=terms.approved_cap_t,
        reserve_bps=terms.reserve_bps,
        reserve_months=terms.reserve_months,
        pool_bps=terms.pool_bps,
        valid_base_t=terms.approved_cap_t - void,
    )
