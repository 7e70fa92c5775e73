"""What the consortium decides: versions of programs, and what is the chain's own.

Must not know: any program. Invariants: a version never reaches back and never undercuts what it
finds (units issued, accounts open, duties under way); the validators in the state are what the
engine was told; a change of them that could stop the chain is refused before the engine sees it.
"""

from collections.abc import Iterator, Sequence
from itertools import chain as joined

from abci_app.core import ids, keys, signing
from abci_app.core.codes import Code, Refusal, refuse
from abci_app.engine import approvals
from abci_app.engine.context import Tx, is_live
from abci_app.state import chain as own
from abci_app.state import policies, program_check
from abci_app.state.schema import (
    ACCOUNTS,
    ACCREDITATIONS,
    CAP_RECORDS,
    CHAIN,
    LINK_TOTALS,
    SCHEDULED,
    SUPPLIES,
    VALIDATORS,
)
from abci_app.store.kv import Reader
from tonne.v1 import events_pb2 as e
from tonne.v1 import policy_pb2 as p
from tonne.v1.state_pb2 import (
    GRANTED,
    REVOKED,
    Accreditation,
    CapRecord,
    LinkTotal,
    Scheduled,
    Supply,
)
from tonne.v1.tx_pb2 import CONSORTIUM, PutPolicy

OBJECTS = {name: PutPolicy.DESCRIPTOR.fields_by_name[name].number for name in (
    "program", "validators", "params", "rules_version"
)}  # fmt: skip
CLASS_FIXED = ("kind", "basis", "expiry_mode", "des_type", "ex_ante")
PERIOD_TIMES = ("start_s", "end_s", "report_due_s", "surrender_due_s", "true_up_end_s")
KEPT = (  # what units, duties or accounts may refer to: table, its key
    ("periods", "code"),
    ("notice_rules", "kind"),
    ("calendars", "id"),
    ("labels", "id"),
)


# ---- programs ----


def put_program(tx: Tx, body: p.Program) -> None:
    """Store the next version of a program, its new sinks with it.

    POLICY_SCHEMA, POLICY_VERSION, POLICY_CONFLICT. It is in force from the block after its time.
    """
    for fault in program_check.faults(body):
        refuse(Code.POLICY_SCHEMA, f"{fault.path}: {fault.text}")
    before = policies.latest(tx.overlay, body.id)
    if body.version != (before.version if before else 0) + 1:
        stored = f"{before.version} is the last" if before else "there is none yet"
        refuse(Code.POLICY_VERSION, f"{body.id} version {body.version}: {stored}")
    program = p.Program()
    program.CopyFrom(body)
    program.effective_from_s = _effective(tx, body.effective_from_s)
    for conflict in joined(
        _time_conflicts(before, program),
        _code_conflicts(tx.overlay, before, program),
        _conflicts(tx.overlay, before, program, tx.now) if before else (),
    ):
        refuse(Code.POLICY_CONFLICT, conflict)
    _require_owner(tx, program.id)
    approvals.require_consortium(tx)
    policies.put_program(tx.overlay, program)
    policies.open_sinks(tx.overlay, program, tx.now)
    put = e.PolicyPut(
        object=OBJECTS["program"],
        program=program.id,
        version=program.version,
        effective_from_s=program.effective_from_s,
        in_force=program.effective_from_s == tx.now,
    )
    tx.emit(e.Event(policy_put=put))


def _effective(tx: Tx, wanted_s: int) -> int:
    """Return from when something is in force; nothing reaches back."""
    if wanted_s and wanted_s < tx.now:
        refuse(Code.POLICY_CONFLICT, f"effective_from_s {wanted_s} has passed: it is {tx.now}")
    return wanted_s or tx.now


def _require_owner(tx: Tx, program_id: str) -> None:
    """Note that the owner role of the version in force agrees, where there is one."""
    rules = tx.block.book.rules(tx.block.reader, program_id, tx.now)
    owner = rules.program.owner_role if rules is not None else 0
    if rules is not None and owner:
        row = p.ApprovalRule(approvals=[p.Quorum(role=owner, count=1)])  # type: ignore[arg-type]
        approvals.require(tx, rules, row)


def _time_conflicts(before: p.Program | None, after: p.Program) -> Iterator[str]:
    if before is not None and after.effective_from_s < before.effective_from_s:
        yield f"version {before.version} takes effect later, at {before.effective_from_s}"


def _code_conflicts(reader: Reader, before: p.Program | None, after: p.Program) -> Iterator[str]:
    """Account ids begin with a registry code: it is one program's, and for good."""
    taken = {own.CHAIN_REGISTRY: ids.CHAIN_PROGRAM}
    for other in policies.all_latest(reader):
        if other.id != after.id:
            taken.update(dict.fromkeys(other.registry_codes, other.id))
    for code in after.registry_codes:
        if code in taken:
            yield f"registry_codes: {code} is {taken[code]}'s"
    if before is None:
        return
    for code in before.registry_codes:
        if code not in after.registry_codes:
            yield f"registry_codes: account ids begin with {code}"
    if before.registry_codes[0] != after.registry_codes[0]:
        yield f"registry_codes: ids of sinks begin with {before.registry_codes[0]}, the first"


def _conflicts(reader: Reader, before: p.Program, after: p.Program, now: int) -> Iterator[str]:
    """Yield what a version takes away from under units, accounts and duties."""
    yield from _class_conflicts(reader, before, after)
    yield from _sink_conflicts(before, after)
    for table, field in KEPT:
        kept = [getattr(row, field) for row in getattr(after, table)]
        for row in getattr(before, table):
            if getattr(row, field) not in kept:
                yield f"{table}: {getattr(row, field)} may be referred to: keep it"
    if before.HasField("obligations") and not after.HasField("obligations"):
        yield "obligations: there may be open ones: keep the table"
    yield from _period_conflicts(before, after, now)
    yield from _link_conflicts(reader, before, after)
    yield from _cap_conflicts(reader, before, after)


def _class_conflicts(reader: Reader, before: p.Program, after: p.Program) -> Iterator[str]:
    left = {unit.id: unit for unit in after.classes}
    for unit in before.classes:
        supply = SUPPLIES.look(reader, before.id, unit.id) or Supply()
        if not supply.created_t and not supply.converted_in_t:
            continue
        if unit.id not in left:
            yield f"classes: there are units of {unit.id}"
            continue
        for field in CLASS_FIXED:
            if getattr(unit, field) != getattr(left[unit.id], field):
                yield f"classes: {unit.id} has units: its {field} stays"
        if before.serial_mode != after.serial_mode:
            yield f"serial_mode: units of {unit.id} have serials"


def _sink_conflicts(before: p.Program, after: p.Program) -> Iterator[str]:
    left = {policies.sink_id(after, sink): sink for sink in after.sinks}
    for sink in before.sinks:
        name = policies.sink_id(before, sink)
        if name not in left:
            yield f"sinks: the account {name} is open"
        elif any(getattr(sink, field) != getattr(left[name], field) for field in ("kind", "link")):
            yield f"sinks: the account {name} is of another kind or link"


def _period_conflicts(before: p.Program, after: p.Program, now: int) -> Iterator[str]:
    """What of a period has passed stays as it was, and nothing of it is moved into the past."""
    left = {period.code: period for period in after.periods}
    for period in before.periods:
        new = left.get(period.code, period)
        if new.number != period.number:
            yield f"periods: {period.code} has the number {period.number}"
        for field in PERIOD_TIMES:
            was, is_ = getattr(period, field), getattr(new, field)
            if was != is_ and (0 < was <= now or 0 < is_ <= now):
                yield f"periods: {field} of {period.code} has passed"


def _link_conflicts(reader: Reader, before: p.Program, after: p.Program) -> Iterator[str]:
    left = {link.id: link.registry for link in after.links}
    for link in before.links:
        total = LINK_TOTALS.look(reader, before.id, link.id) or LinkTotal()
        if (total.imported_t or total.exported_t) and left.get(link.id) != link.registry:
            yield f"links: units of {link.id} came in or are out: keep it and its registry"


def _cap_conflicts(reader: Reader, before: p.Program, after: p.Program) -> Iterator[str]:
    """No cap is lowered below what was issued under it."""
    amounts = {
        (party.iso2, row.period): row.assigned_amount_t
        for party in after.parties
        for row in party.periods
    }
    caps = {period.code: period.cap_t for period in after.periods}
    prefix = keys.cap_record_prefix(after.id)
    for record in CAP_RECORDS.all(reader, prefix):
        words = [*_cap_words(before, record), *_cap_words(after, record)]
        for word, cap in (
            ("CAP_ASSIGNED_AMOUNT", amounts.get((record.party, record.period), 0)),
            ("CAP_PERIOD", caps.get(record.period, 0)),
        ):
            if word in words and record.issued_t > cap:
                where = f"{record.class_id} {record.party} {record.period}".replace("  ", " ")
                yield f"{where}: {record.issued_t} were issued, above the cap {cap}"


def _cap_words(program: p.Program, record: CapRecord) -> Sequence[str]:
    """Return the checks under which units of a record's class are issued."""
    for rule in program.approval_rules:
        if rule.action == "ISSUE" and rule.subject in ("", record.class_id):
            return rule.checks
    return ()


# ---- what is the chain's own ----


def put_own(tx: Tx, msg: PutPolicy) -> None:
    """Decide on the validators, the parameters or the rules of the chain, for now or for later.

    A later decision on the same object takes the place of one that waits. POLICY_SCHEMA,
    POLICY_VERSION, POLICY_CONFLICT, POLICY_VALIDATORS.
    """
    name = str(msg.WhichOneof("object"))
    row = Scheduled(object=OBJECTS[name], effective_from_s=_effective(tx, msg.effective_from_s))
    if name == "rules_version":
        row.rules_version = msg.rules_version
    else:
        getattr(row, name).CopyFrom(getattr(msg, name))
    _check_own(tx, row)
    concerned = _concerned(tx, row.validators) if name == "validators" else ()
    approvals.require_consortium(tx, concerned=concerned)
    waiting = SCHEDULED.get(tx.overlay, row.object)
    if waiting is not None:
        SCHEDULED.delete(tx.overlay, waiting)
    if row.effective_from_s > tx.now:
        SCHEDULED.put(tx.overlay, row)
        _tell(tx, row, in_force=False)
    else:
        _apply(tx, row)


def due(tx: Tx, row: Scheduled) -> None:
    """Bring into force what was decided for this time; what does not fit any more is dropped."""
    SCHEDULED.delete(tx.overlay, row)
    try:
        _check_own(tx, row)
    except Refusal:
        _tell(tx, row, in_force=False)
        return
    _apply(tx, row)


def _tell(tx: Tx, row: Scheduled, *, in_force: bool) -> None:
    put = e.PolicyPut(object=row.object, effective_from_s=row.effective_from_s, in_force=in_force)
    tx.emit(e.Event(policy_put=put))


def _check_own(tx: Tx, row: Scheduled) -> None:
    """Refuse what the chain could not go on with."""
    if row.object == OBJECTS["validators"]:
        _check_validators(tx, row.validators)
    elif row.object == OBJECTS["params"]:
        faults = [*own.param_faults(row.params), *own.mute_faults(row.params)]
        if faults:
            refuse(Code.POLICY_SCHEMA, f"{faults[0].path}: {faults[0].text}")
    else:
        chain = CHAIN.look(tx.overlay)
        assert chain is not None, "the chain has a record of its own"
        if row.rules_version != chain.rules_version + 1:
            refuse(Code.POLICY_VERSION, f"the rules in force are version {chain.rules_version}")


def _apply(tx: Tx, row: Scheduled) -> None:
    if row.object == OBJECTS["validators"]:
        _seat(tx, row.validators)
    else:
        chain = CHAIN.get(tx.overlay)
        assert chain is not None, "the chain has a record of its own"
        if row.object == OBJECTS["params"]:
            chain.params.CopyFrom(row.params)
        else:
            chain.rules_version = row.rules_version
        CHAIN.put(tx.overlay, chain)
    _tell(tx, row, in_force=True)


# ---- validators ----


def _now_seated(tx: Tx) -> p.ValidatorSet:
    return VALIDATORS.look(tx.overlay) or p.ValidatorSet()


def _check_validators(tx: Tx, wanted: p.ValidatorSet) -> None:
    """Refuse a set with which the chain could stop; POLICY_VALIDATORS."""
    rows = wanted.validators
    for fault in own.set_faults(rows):
        refuse(Code.POLICY_VALIDATORS, fault)
    for row in rows:
        if not signing.is_key(row.key):
            refuse(Code.POLICY_VALIDATORS, f"{row.name}: not an ed25519 key of prime order")
        account = ACCOUNTS.look(tx.overlay, row.account)
        if account is None or account.program != ids.CHAIN_PROGRAM:
            why = f"{row.account} is no account of {ids.CHAIN_PROGRAM}"
            refuse(Code.POLICY_VALIDATORS, f"{row.name}: {why}")
        if not is_live(tx.overlay, row.account):
            refuse(Code.POLICY_VALIDATORS, f"{row.name}: {row.account} or its owner may not act")
    for reader in (tx.overlay, tx.block.reader):  # all changes of a block are one to the engine
        _check_shares(VALIDATORS.look(reader) or p.ValidatorSet(), wanted)


def _check_shares(standing: p.ValidatorSet, wanted: p.ValidatorSet) -> None:
    """Refuse a change of a third of the power or more; POLICY_VALIDATORS."""
    before = {row.key: row.power for row in standing.validators}
    after = {row.key: row.power for row in wanted.validators}
    gone = sum(max(0, power - after.get(key, 0)) for key, power in before.items())
    new = sum(max(0, power - before.get(key, 0)) for key, power in after.items())
    for what, share, whole in (
        ("leaves", gone, sum(before.values())),
        ("is new", new, sum(after.values())),
    ):
        if before and 3 * share >= whole:
            refuse(Code.POLICY_VALIDATORS, f"{share} of the power {whole} {what}: a third or more")


def _concerned(tx: Tx, wanted: p.ValidatorSet) -> list[str]:
    """Return the organisations that join, leave, or get another power, key or seat."""
    before = {row.account: (row.key, row.power) for row in _now_seated(tx).validators}
    after = {row.account: (row.key, row.power) for row in wanted.validators}
    changed = [name for name in sorted({**before, **after}) if before.get(name) != after.get(name)]
    accounts = [ACCOUNTS.look(tx.overlay, name) for name in changed]
    return [account.organisation for account in accounts if account is not None]


def _seat(tx: Tx, wanted: p.ValidatorSet) -> None:
    """Make a set that of the chain: its seats in the consortium are granted, the others revoked."""
    kept = [row.account for row in wanted.validators]
    for row in _now_seated(tx).validators:
        if row.account and row.account not in kept:
            seat = ACCREDITATIONS.get(tx.overlay, ids.CHAIN_PROGRAM, CONSORTIUM, "", row.account)
            if seat is not None:
                seat.status = REVOKED
                _put_seat(tx, seat)
    for row in wanted.validators:
        seat = ACCREDITATIONS.get(
            tx.overlay, ids.CHAIN_PROGRAM, CONSORTIUM, "", row.account
        ) or Accreditation(program=ids.CHAIN_PROGRAM, role=CONSORTIUM, account=row.account)
        seat.organisation = tx.account(row.account).organisation
        seat.status = GRANTED
        seat.validator_key = row.key
        seat.node_ids[:] = row.node_ids
        _put_seat(tx, seat)
    VALIDATORS.put(tx.overlay, wanted)


def _put_seat(tx: Tx, seat: Accreditation) -> None:
    before = ACCREDITATIONS.look(tx.overlay, seat.program, seat.role, seat.list, seat.account)
    if before is None or before.status != seat.status:
        told = e.Accredited(
            program=seat.program, role=seat.role, account=seat.account, status=seat.status
        )
        tx.emit(e.Event(accredited=told))
    ACCREDITATIONS.put(tx.overlay, seat)
