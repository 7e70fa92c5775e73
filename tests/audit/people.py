"""Who there is and what the consortium decides: PutAccount, Accredit, Anchor, PutPolicy.

Must not know: units. Invariant: a seat is changed by its grantor alone.
"""

from dataclasses import replace

from google.protobuf.message import Message

from tests.audit.envelope import Envelope
from tests.audit.model import Acc, Org, Seat, bars_units, check, refuse, well_formed
from tonne.v1 import policy_pb2 as p
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

OPENABLE = (100, 120, 121)  # the kinds of accounts that people hold
BETWEEN = (t.ACCOUNT_OPEN, t.ACCOUNT_RESTRICTED, t.ACCOUNT_SUSPENDED)


def put_account(env: Envelope, act: t.PutAccount) -> None:
    env.program(act.program, alive=False)
    rules = env.program(act.program, alive=False)
    account = act.account if act.WhichOneof("subject") == "account" else None
    rows = [row for row in rules.approval_rules if row.action == "PUT_ACCOUNT"]
    if not rows:
        refuse("RULE_MISSING")
    owner = account.id if account is not None and account.id in env.world.accounts else ""
    row = next((row for row in rows if env.may_sign(act.program, row.signer, owner)), None)
    if row is None:
        refuse("ROLE_MISSING")
    if account is None:
        _organisation(env, act.organisation)
    elif account.id in env.world.accounts:
        _change(env, act.program, account)
    else:
        _open(env, rules, account)
    env.require(row, act.program)


def _organisation(env: Envelope, change: t.OrganisationChange) -> None:
    old = env.world.orgs.get(change.id)
    if old is None:
        check((change.name and change.country, "ACTION_SHAPE"))
        old = Org(change.id, change.name, change.country)
    told = {
        field.name: value
        for field, value in change.ListFields()
        if field.name in ("name", "country", "kyc_hash", "kyc_expires_s", "status")
    }
    env.world.orgs[change.id] = replace(old, **told)


def _open(env: Envelope, rules: p.Program, change: t.AccountChange) -> None:
    check((change.organisation in env.world.orgs, "ORG_UNKNOWN"))
    org = env.world.orgs[change.organisation]
    check(
        (org.status == t.ORGANISATION_ACTIVE, "ORG_STATUS"),
        (not org.kyc_expires_s or env.now < org.kyc_expires_s, "KYC_EXPIRED"),
    )
    parts = change.id.split("-")
    fits = (
        well_formed(change.id)
        and parts[0] in rules.registry_codes
        and int(parts[1]) in OPENABLE
        and parts[3] == "0"
    )
    check((fits, "ACC_ID"))
    env.world.accounts[change.id] = Acc(
        change.id,
        change.organisation,
        rules.id,
        code=int(parts[1]),
        holder_kind=change.holder_kind or t.ORG,
        tx_limit_t=change.tx_limit_t,
        market=change.market_access,
        keys=tuple(sorted(grant.key for grant in change.add_keys)),
        refuses_units=change.refuses_units,
    )


def _change(env: Envelope, program: str, change: t.AccountChange) -> None:
    old = env.world.accounts[change.id]
    check((old.program == program, "ACC_ID"))
    check((old.kind == t.HOLDING and old.status != t.ACCOUNT_CLOSED, "ACC_STATUS"))
    told = {
        name: getattr(change, name)
        for name in ("tx_limit_t", "refuses_units")
        if change.HasField(name)
    }
    if change.HasField("market_access"):
        told["market"] = change.market_access
    if change.HasField("status"):
        told["status"] = change.status
    env.world.accounts[change.id] = replace(old, **told)


def accredit(env: Envelope, act: t.Accredit) -> None:
    if act.program == "chain":
        refuse("PROGRAM_UNKNOWN", "ROLE_GRANTOR", "ROLE_SCOPE")
    rules = env.program(act.program, alive=False)
    role = next((row for row in rules.roles if row.role == act.role), None)
    if role is None:
        refuse("ROLE_SCOPE")
    grant = next((row for row in role.grants if row.named_list == bool(act.list)), None)
    if grant is None:
        refuse("ROLE_SCOPE")
    entitled = env.world.has_role(act.program, grant.by, env.signer)
    check(
        (entitled, "ROLE_GRANTOR"),
        (not act.valid_to_s or act.valid_from_s < act.valid_to_s, "ROLE_SCOPE"),
    )
    subject = env.account(act.subject)
    key = (act.program, act.role, act.list, act.subject)
    old = env.world.seats.get(key)
    state = old.status if old else 0
    if act.operation == t.GRANT:
        taken = [
            found
            for name, found in env.world.seats.items()
            if name[:3] == (act.program, act.role, "") and env.world.seat(*name) and name != key
        ]
        check(
            (subject.status == t.ACCOUNT_OPEN, "ACC_STATUS"),
            (not role.seats_max or act.list or len(taken) < role.seats_max, "SEATS_TAKEN"),
            (not bars_units(role, act.list) or not _owns(env, subject.org), "CONFLICT"),
            (state in (0, s.REVOKED), "ACCREDITATION_STATUS"),
        )
        env.world.seats[key] = Seat(
            act.subject, subject.org, act.side, act.valid_from_s, act.valid_to_s
        )
    else:
        needed = {
            t.SUSPEND: (s.GRANTED,),
            t.REINSTATE: (s.SUSPENDED,),
            t.REVOKE: (s.GRANTED, s.SUSPENDED),
        }
        check((state in needed[act.operation], "ACCREDITATION_STATUS"))
        after = {t.SUSPEND: s.SUSPENDED, t.REINSTATE: s.GRANTED, t.REVOKE: s.REVOKED}
        assert old is not None
        env.world.seats[key] = replace(old, status=after[act.operation])
    row = next(
        (
            row
            for row in rules.approval_rules
            if row.action == "ACCREDIT" and row.subject in ("", t.Role.Name(act.role))
        ),
        None,
    )
    if row is not None:
        env.require(row, act.program, concerned=(subject.org,))


def _owns(env: Envelope, org: str) -> bool:
    accounts = env.world.accounts
    return any(accounts[unit.account].org == org for unit in env.world.units.values())


def anchor(env: Envelope, act: t.Anchor) -> None:
    rules = env.program(act.program, alive=False)
    check(
        (act.kind in rules.document_kinds or act.kind == "PUBLIC_INPUT", "DOC_KIND"),
        (0 < act.size_bytes <= 1 << 40, "DOC_SIZE"),
    )
    link: tuple[int, str] = (act.link.kind, act.link.id)
    welcome = True
    if act.HasField("link"):
        if act.link.kind == t.PROPOSAL_PAPERS:
            found = act.link.id.isdigit() and int(act.link.id) in env.world.proposals
        else:
            found = (act.program, *link) in env.world.records
        check((found, "REC_REF"))
    else:
        link = (0, "")
    if act.HasField("link") and act.kind != "PUBLIC_INPUT":
        rec = env.world.records.get((act.program, *link))
        seated = any(
            key[0] == act.program and key[3] == env.signer and env.world.seat(*key)
            for key in env.world.seats
        )
        welcome = rec is None or rec.org == env.org or seated
    check((welcome, "ROLE_MISSING"))  # a stranger hangs nothing on the record of another
    key = (act.program, act.kind, *link, act.hash)
    check((key not in env.world.documents, "DOC_DUP"))
    env.world.documents[key] = env.signer


def two_thirds(members: int) -> int:
    return 2 * members // 3 + 1


def put_policy(env: Envelope, act: t.PutPolicy) -> None:
    if act.WhichOneof("object") != "program":
        _own_policy(env, act)
        return
    program = act.program
    versions = env.world.programs.get(program.id, ())
    if not env.world.has_role("chain", t.CONSORTIUM, env.signer):
        refuse("ROLE_MISSING")
    newest = max((version.version for version in versions), default=0)
    check((program.version == newest + 1, "POLICY_VERSION"))
    start = program.effective_from_s or env.now
    last = max((version.effective_from_s for version in versions), default=0)
    check((start >= env.now and start >= last, "POLICY_CONFLICT"))
    _caps_stay(env, program)
    stored = p.Program()
    stored.CopyFrom(program)
    stored.effective_from_s = start
    env.world.programs[program.id] = (*versions, stored)
    _vote(env, program.owner_role, program.id if versions else "")


def _caps_stay(env: Envelope, program: p.Program) -> None:
    """No cap may be lowered below what is issued."""
    for (name, _, party, period), counted in env.world.caps.items():
        if name != program.id:
            continue
        for row in program.parties:
            for term in row.periods:
                if (row.iso2, term.period) == (party, period):
                    low = term.assigned_amount_t < counted["assigned"]
                    check((not low, "POLICY_CONFLICT"))


def _own_policy(env: Envelope, act: t.PutPolicy) -> None:
    if not env.world.has_role("chain", t.CONSORTIUM, env.signer):
        refuse("ROLE_MISSING")
    if act.effective_from_s:
        check((act.effective_from_s >= env.now, "POLICY_CONFLICT"))
    name = str(act.WhichOneof("object"))
    value = getattr(act, name)
    if isinstance(value, Message):
        value = value.SerializeToString(deterministic=True)
    env.world.chain[name] = (act.effective_from_s or env.now, value)
    _vote(env, 0, "")


def _vote(env: Envelope, owner: int, program: str) -> None:
    """More than two thirds of the consortium, the proposer's yes among them, and the owner role."""
    row = p.ApprovalRule()
    needed = two_thirds(len(env.world.consortium())) - 1  # the proposer counts
    if needed > 0:
        row.approvals.add(role=t.CONSORTIUM, count=needed)
    if owner and program and not env.world.has_role(program, owner, env.signer):
        row.approvals.add(role=owner, count=1)
    env.require(row, program or "chain")
