"""Units come to be, come in, come back, and change what they are: Issue, Convert.

Must not know: movements. Invariant: nothing is issued beyond its cap; a conversion keeps serials.
"""

from dataclasses import replace

from tests.audit.duties import fulfil, need_notice
from tests.audit.envelope import Envelope
from tests.audit.guards import blocking
from tests.audit.model import (
    Acc,
    Claimed,
    Key,
    Lock,
    Rec,
    Unit,
    ceil_div,
    check,
    months_later,
    ranges,
    refuse,
    when,
)
from tests.audit.units import period_named, quantity_of
from tonne.v1 import policy_pb2 as p
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

TAKES = (t.ACCOUNT_OPEN,)


def issue(env: Envelope, act: t.Issue) -> None:
    rules = env.program(act.program)
    source = str(act.WhichOneof("source"))
    if act.notice and (act.program, t.NOTICE, act.notice) not in env.world.records:
        refuse("NOTICE_UNKNOWN")
    if source == "issuance":
        _under_issuance(env, rules, act)
    elif source == "cap":
        _under_cap(env, rules, act)
    elif source == "external":
        _import(env, rules, act)
    else:
        _return(env, rules, act)
    if act.notice:
        record = env.world.records[act.program, t.NOTICE, act.notice]
        if record.state not in ("OPEN", "INCOMPLETE", "REVISED", "OVERDUE"):
            refuse("NOTICE_STATE")
        fulfil(env.world, act.program, act.notice, act.quantity_t)


def mint(env: Envelope, space: str, q: int, unit: Unit) -> list[Key]:
    """New serials, from the next one on."""
    first = env.world.spaces.get(space, 1)
    keys: list[Key] = [(space, first + n) for n in range(q)]
    for key in keys:
        env.world.units[key] = unit
    env.world.spaces[space] = first + q
    name = (unit.program, unit.class_id)
    env.world.created[name] = env.world.created.get(name, 0) + q
    return keys


def issue_row(rules: p.Program, class_id: str) -> p.ApprovalRule:
    for row in rules.approval_rules:
        if row.action == "ISSUE" and row.subject in ("", class_id):
            return row
    refuse("RULE_MISSING")


def _under_issuance(env: Envelope, rules: p.Program, act: t.Issue) -> None:
    world = env.world
    rec = env.record(act.program, t.ISSUANCE, act.issuance)
    f = rec.f
    row = issue_row(rules, f["class_id"])
    env.signs(act.program, row.signer, rec.owner, f["list"])
    owner = world.accounts.get(act.to_account or rec.owner, None)
    if owner is None:
        refuse("ACC_UNKNOWN", "ISS_STATE")
    years: list[int] = []
    for name in f["statements"]:
        st = world.statements[act.program, name]
        last = when(max(st.message.period_to_s - 1, 0)).year
        years += range(when(st.message.period_from_s).year, last + 1)
    holds = any(
        world.accounts[u.account].org == env.org
        and u.issuance == rec.id
        and u.program == act.program
        for u in world.units.values()
    )
    check(
        (rec.state in ("APPROVED", "FULL"), "ISS_STATE"),
        (not blocking(world, act.program, f["activity"]), "ISS_STATE"),
        ("COI" not in row.checks or (env.org != rec.org and not holds), "CONFLICT"),
        (owner.status in TAKES, "ACC_STATUS"),
        (owner.id == rec.owner, "ACC_STATUS"),
    )
    check((act.vintage in years, "VINTAGE_INVALID"))
    until = f["valid_until_s"]
    check((not until or env.now < until, "VALIDITY_INVALID"))
    check((f["issued_t"] + act.quantity_t <= f["approved_cap_t"], "CAP_EXCEEDED"))
    _create(env, rec, act)
    env.require(row, act.program, f["list"], concerned=(rec.org,))


def _create(env: Envelope, rec: Rec, act: t.Issue) -> None:
    """The units, the reserve among them and the pool's share, by what was issued in all."""
    world, f = env.world, rec.f
    q = act.quantity_t
    issued = f["issued_t"] + q
    keys = mint(
        env,
        f["space"],
        q,
        Unit(
            rec.owner,
            act.program,
            f["class_id"],
            rec.id,
            f["activity"],
            act.vintage,
            f["valid_until_s"],
        ),
    )
    pooled = ceil_div(issued * f["pool_bps"], 10_000) - f["pooled_t"]
    reserved = ceil_div(issued * f["reserve_bps"], 10_000) - f["reserved_t"]
    if reserved:
        number = len(world.holds) + 1
        world.holds[number] = Lock(
            number,
            t.RESERVE,
            act.program,
            f["class_id"],
            rec.owner,
            reserved,
            env.now,
            months_later(env.now, f["reserve_months"]),
            rec.id,
        )
        world.alter(keys[len(keys) - pooled - reserved : len(keys) - pooled], hold=number)
    if pooled:
        pool = next(
            a.id for a in world.accounts.values() if a.kind == t.POOL and a.program == act.program
        )
        world.alter(keys[-pooled:], account=pool)
    after = rec.but(
        issued_t=issued, reserved_t=f["reserved_t"] + reserved, pooled_t=f["pooled_t"] + pooled
    )
    if issued == f["approved_cap_t"]:
        after = replace(after, state="FULL", since=env.now, version=rec.version + 1)
    world.records[act.program, t.ISSUANCE, rec.id] = after


def _target(env: Envelope, rules: p.Program, account: str) -> Acc:
    """Who takes in units from outside: an open account, of nobody independent."""
    acc = env.account(account)
    takes = not acc.refuses_units and not env.world.independent(acc.org)
    here = acc.kind == t.HOLDING and acc.program == rules.id
    check(
        (here, "ACC_STATUS"),
        (here and takes, "MOVE_NOT_ALLOWED"),
        (acc.status in TAKES, "ACC_STATUS"),
    )
    return acc


def party_eligible(rules: p.Program, iso2: str) -> bool:
    return any(row.iso2 == iso2 and row.eligible for row in rules.parties)


def assigned(rules: p.Program, iso2: str, period: str) -> int:
    for row in rules.parties:
        for term in row.periods:
            if (row.iso2, term.period) == (iso2, period):
                return term.assigned_amount_t
    return 0


def _under_cap(env: Envelope, rules: p.Program, act: t.Issue) -> None:
    world, cap = env.world, act.cap
    check(
        (cap.class_id in [unit.id for unit in rules.classes], "CLASS_UNKNOWN"),
        (cap.period in [row.code for row in rules.periods], "PERIOD_UNKNOWN"),
        (not cap.party or cap.party in [row.iso2 for row in rules.parties], "REC_REF"),
        (not cap.party or cap.party in [row.iso2 for row in rules.parties], "PARTY_NOT_ELIGIBLE"),
        (act.to_account in world.accounts, "ACC_UNKNOWN"),
    )
    row = issue_row(rules, cap.class_id)
    env.signs(act.program, row.signer, "")
    _target(env, rules, act.to_account)
    check((not cap.party or party_eligible(rules, cap.party), "PARTY_NOT_ELIGIBLE"))
    period = period_named(rules, cap.period)
    assert period is not None
    check((not period.true_up_end_s or env.now < period.true_up_end_s, "VALIDITY_INVALID"))
    key = (act.program, cap.class_id, cap.party, cap.period)
    counted = world.caps.get(key, {"issued": 0, "carried": 0, "allowed": 0, "assigned": 0})
    total = counted["issued"] + act.quantity_t
    for word in row.checks:
        if word == "CAP_ASSIGNED_AMOUNT":
            check((total <= assigned(rules, cap.party, cap.period), "CAP_EXCEEDED"))
        elif word == "CAP_PERIOD":
            check((total <= period.cap_t, "CAP_EXCEEDED"))
        elif word == "CAP_INVENTORY":
            allowed = sum(
                st.message.numbers.net_t
                for st in world.statements.values()
                if st.kind == t.INVENTORY
                and st.status == s.ACCEPTED
                and st.program == act.program
                and (st.message.party, st.message.period) == (cap.party, cap.period)
            )
            check((total <= allowed, "CAP_EXCEEDED"))
    world.caps[key] = {
        **counted,
        "issued": total,
        "assigned": total if "CAP_ASSIGNED_AMOUNT" in row.checks else 0,
    }
    mint(
        env,
        _space(rules),
        act.quantity_t,
        Unit(
            act.to_account,
            act.program,
            cap.class_id,
            vintage=act.vintage,
            valid_until_s=period.true_up_end_s,
            period=cap.period,
            origin_period=cap.period,
            origin_class="",
            lulucf=cap.lulucf,
        ),
    )
    env.require(row, act.program)


def _space(rules: p.Program) -> str:
    """One row of serials for the registry, whatever the kind of unit (F-4)."""
    return rules.registry_codes[0]


def _links(rules: p.Program, name: str) -> p.Link:
    found = next((row for row in rules.links if row.id == name), None)
    if found is None:
        refuse("LINK_UNKNOWN")
    return found


def anchored(env: Envelope, program: str, kind: str, digest: bytes) -> bool:
    """Tell whether a document of a kind is on record, by itself."""
    return (program, kind, 0, "", digest) in env.world.documents


def _import(env: Envelope, rules: p.Program, act: t.Issue) -> None:
    world, ext = env.world, act.external
    link = _links(rules, ext.link)
    check(
        (act.to_account in world.accounts, "ACC_UNKNOWN"),
        (not ext.period or period_named(rules, ext.period), "PERIOD_UNKNOWN"),
        (
            not ext.statement or (act.program, ext.statement) in world.statements,
            "STATEMENT_UNKNOWN",
        ),
    )
    inward = link.direction in (p.IMPORT_ONLY, p.IMPORT_AND_EXPORT)
    mapped = next((row.ours for row in link.classes if row.theirs == ext.class_id), "")
    check((inward, "LINK_MODE"), (mapped, "LINK_CLASS"))
    env.signs(act.program, link.signer, "", link.id)
    _target(env, rules, act.to_account)
    proof = anchored(env, act.program, "EXCLUSION_PROOF", ext.exclusion)
    decided = anchored(env, act.program, "DECISION", ext.decision)
    st = world.statements.get((act.program, ext.statement))
    conform = st is not None and st.kind == t.CONFORMITY and st.status == s.ACCEPTED
    need = link.requires
    check(
        ("EXCLUSION_PROOF" not in need or (ext.exclusion and proof), "NO_EXCLUSION_PROOF"),
        ("DECISION" not in need or (ext.decision and decided), "CONFORMITY_MISSING"),
        ("CONFORMITY" not in need or conform, "CONFORMITY_MISSING"),
    )
    unit = next(row for row in rules.classes if row.id == mapped)
    period = period_named(rules, ext.period)
    until = ext.valid_until_s
    if unit.expiry_mode in (p.NO_EXPIRY, p.EXPIRY_MODE_UNSPECIFIED):
        check((not until, "VALIDITY_INVALID"))
        until = period.true_up_end_s if period else 0
        check((not until or env.now < until, "VALIDITY_INVALID"))
    else:
        check((until > env.now, "VALIDITY_INVALID"))
        until = min(until, period.true_up_end_s or until) if period else until
        check((until > env.now, "VALIDITY_INVALID"))
    if "CONFORMITY" in need and st is not None:
        _conforming(env, act, st)
    taken = [
        key
        for row in world.imports.values()
        if row["registry"] == link.registry
        for key in row["external"]
    ]
    coming = list(ranges([ext.serials]))
    check((not any(key in taken for key in coming), "IMPORT_DUP"))
    number = len(world.imports) + 1
    world.imports[number] = {"registry": link.registry, "link": link.id, "external": tuple(coming)}
    mint(
        env,
        f"{rules.id}.{link.id}",
        len(coming),
        Unit(
            act.to_account,
            act.program,
            mapped,
            vintage=act.vintage,
            valid_until_s=until,
            period=ext.period,
            origin_period=ext.period,
            imported=number,
            lulucf=ext.lulucf,
            track=ext.track,
        ),
    )
    name = (act.program, link.id, "imported")
    world.exported[name] = world.exported.get(name, 0) + len(coming)
    env.require(link, act.program, link.id)


def _conforming(env: Envelope, act: t.Issue, st: Claimed) -> None:
    """A statement of conformity lets in as many tonnes as it says, once."""
    q = act.external.serials.end - act.external.serials.start + 1
    check((st.message.numbers.net_t - st.capped >= q, "CAP_EXCEEDED"))
    env.world.statements[act.program, st.id] = replace(st, capped=st.capped + q)


def _return(env: Envelope, rules: p.Program, act: t.Issue) -> None:
    world, back = env.world, act.returned
    link = _links(rules, back.link)
    check((act.to_account in world.accounts, "ACC_UNKNOWN"))
    env.signs(act.program, link.signer, "", link.id)
    _target(env, rules, act.to_account)
    proof = anchored(env, act.program, "EXCLUSION_PROOF", back.exclusion)
    check(
        ("EXCLUSION_PROOF" not in link.requires or (back.exclusion and proof), "NO_EXCLUSION_PROOF")
    )
    keys = list(ranges(back.serials))
    here = [
        key
        for key in keys
        if key in world.units
        and world.accounts[world.units[key].account].kind == t.EXPORT
        and world.accounts[world.units[key].account].link == link.id
    ]
    made = [key for key in keys if key in world.units]
    if len(made) < len(keys):  # the first that does not fit is told
        refuse("UNIT_UNKNOWN", *(("NOT_EXPORTED",) if len(here) < len(made) else ()))
    check((len(here) == len(keys), "NOT_EXPORTED"))
    world.alter(keys, account=act.to_account)
    name = (act.program, link.id, "returned")
    world.exported[name] = world.exported.get(name, 0) + len(keys)
    env.require(link, act.program, link.id)


def convert(env: Envelope, act: t.Convert) -> None:
    rules = env.program(act.program)
    world = env.world
    check((act.class_id in [unit.id for unit in rules.classes], "CLASS_UNKNOWN"))
    check((act.account in world.accounts, "ACC_UNKNOWN"))
    row = next((row for row in rules.convert_rules if row.name == act.rule), None)
    acc = world.accounts[act.account]
    if (
        row is None
        or row.from_class != act.class_id
        or (row.from_holders and acc.holder_kind not in row.from_holders)
        or acc.kind != t.HOLDING
    ):
        refuse("CONVERT_NOT_ALLOWED")
    env.signs(act.program, row.signer, act.account)
    check((acc.status in (t.ACCOUNT_OPEN, t.ACCOUNT_CLOSING), "ACC_STATUS"))
    check(("NOTICE" not in row.requires or act.notice, "NOTICE_MISSING"))
    q = quantity_of(act)
    if act.notice:
        check(((act.program, t.NOTICE, act.notice) in world.records, "NOTICE_UNKNOWN"))
        need_notice(world, rules, act.program, act.notice, acc, None, act.class_id, q)
    project = world.records.get((act.program, t.ACTIVITY, act.activity))
    check(
        ("PROJECT" not in row.requires or project, "REC_REF"),
        (not act.activity or project, "REC_REF"),
    )
    check((project is None or project.state == "REGISTERED", "CONVERT_NOT_ALLOWED"))
    if row.kind == p.EXPIRY_CHANGE:
        check((act.valid_until_s > env.now, "VALIDITY_INVALID"))
    if "PROJECT_LIMIT" in row.checks and project is not None:
        _draw(env, act, q)
    usable = None
    if row.kind == p.CARRY_OVER and not act.ranges:  # out of one period, the one that ends first
        onward = [row.code for row in rules.periods if row.next]
        mine = world.owned(act.account, act.program, act.class_id)
        first = [
            world.units[key].period
            for key in mine
            if world.units[key].free
            and world.units[key].period in onward
            and not 0 < world.units[key].valid_until_s <= env.now
        ]
        usable = lambda unit: unit.period in first[:1]  # noqa: E731
    keys = env.choose(
        act.account,
        act.program,
        act.class_id,
        act.quantity_t,
        act.ranges,
        max_lots=act.max_lots,
        usable=usable,
    )
    if row.kind == p.CLASS_CHANGE:
        _reclass(env, row, keys, act, project)
    elif row.kind == p.CARRY_OVER:
        _carry(env, rules, row, keys, act)
    else:
        world.alter(keys, valid_until_s=act.valid_until_s)
    if act.notice:
        fulfil(world, act.program, act.notice, len(keys))
    env.require(row, act.program)


def _draw(env: Envelope, act: t.Convert, q: int) -> None:
    """What is converted for a project is drawn on its verifications, the oldest first."""
    backing = [
        (key, st)
        for key, st in env.world.statements.items()
        if st.kind == t.VERIFICATION
        and st.status == s.ACCEPTED
        and (st.program, st.activity) == (act.program, act.activity)
        and not st.issuance
    ]
    left = q
    for key, st in sorted(backing, key=lambda pair: pair[1].id):
        part = min(left, st.message.numbers.net_t - st.capped)
        env.world.statements[key] = replace(st, capped=st.capped + part)
        left -= part
    check((not left, "PROJECT_LIMIT"))


def _reclass(
    env: Envelope, row: p.ConvertRule, keys: list[Key], act: t.Convert, project: Rec | None
) -> None:
    world = env.world
    for key in keys:
        unit = world.units[key]
        world.units[key] = unit._replace(
            class_id=row.to_class,
            track=row.track,
            activity=act.activity or unit.activity,
            origin_class=unit.origin_class or unit.class_id,
        )
    if project is not None:
        world.records[act.program, t.ACTIVITY, project.id] = replace(
            project, converted=project.converted + len(keys)
        )


def _carry(
    env: Envelope, rules: p.Program, row: p.ConvertRule, keys: list[Key], act: t.Convert
) -> None:
    world = env.world
    codes = list(dict.fromkeys(world.units[key].period for key in keys))
    check((len(codes) == 1, "CONVERT_NOT_ALLOWED"), (len(codes) == 1, "PERIOD_UNKNOWN"))
    period = period_named(rules, codes[0])
    if period is None:
        refuse("CONVERT_NOT_ALLOWED", "PERIOD_UNKNOWN")
    if "PERIOD_WINDOW" in row.checks:
        check(
            (env.now >= period.end_s, "WF_TOO_EARLY"),
            (env.now < period.true_up_end_s, "WF_TOO_LATE"),
        )
    onward = period_named(rules, period.next)
    if onward is None:
        refuse("CONVERT_NOT_ALLOWED", "PERIOD_UNKNOWN", "CARRYOVER_LIMIT")
    barred = any(
        (world.units[key].origin_class or world.units[key].class_id) in row.origins_barred
        for key in keys
    )
    party = rules.parties[0].iso2
    name = (act.program, act.class_id, party, codes[0])
    counted = world.caps.get(name, {"issued": 0, "carried": 0, "allowed": 0, "assigned": 0})
    total = counted["carried"] + len(keys)
    limit = assigned(rules, party, codes[0]) * row.limit_bps // 10_000
    if "CARRY_OVER" in row.checks:
        check(
            (not barred, "CARRYOVER_LIMIT"),
            (not row.limit_bps or total <= limit, "CARRYOVER_LIMIT"),
        )
    world.caps[name] = {**counted, "carried": total}
    world.alter(keys, period=onward.code, valid_until_s=onward.true_up_end_s)
