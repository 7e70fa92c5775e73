"""Making units: under the cap of an issuance, or under a cap that the policy itself sets.

Must not know: any program. Invariants: issued <= approved cap (C-4); the reserve ever placed and
what ever went to the pool are ceil(issued x rate) (C-7, C-21); whoever issued had the role, and
others agreed (C-16).
"""

from abci_app.core import calendar, u64
from abci_app.core.codes import Code, refuse
from abci_app.engine import approvals, checks, holds, links, seats
from abci_app.engine.context import IssueNote, Tx, is_live
from abci_app.state import lots
from abci_app.state.lots import Span
from abci_app.state.policies import Rules, sink_id
from abci_app.state.schema import CAP_RECORDS, HOLDS, RECORDS, SPACES, STATEMENTS
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import (
    PER_ISSUANCE,
    ApprovalRule,
    CapRecord,
    Hold,
    Lot,
    Record,
)
from tonne.v1.tx_pb2 import ACCOUNT_OPEN, ACTIVITY, ISSUANCE, POOL, Issue, RecordRef, SerialRange

CAPS = ("CAP_ASSIGNED_AMOUNT", "CAP_INVENTORY", "CAP_PERIOD")


def under_record(tx: Tx, rules: Rules, msg: Issue) -> None:
    """Create units for the issuer, its reserve held and its share put into the pool.

    REC_REF, RULE_MISSING, NOT_ACCREDITED, ISS_STATE, CONFLICT, MOVE_NOT_ALLOWED, ACC_STATUS,
    VINTAGE_INVALID, VALIDITY_INVALID, CLASS_UNKNOWN, CAP_EXCEEDED, RESERVE_TERMS.
    """
    record = RECORDS.need(tx.overlay, Code.REC_REF, msg.program, ISSUANCE, msg.issuance)
    issuance = record.issuance
    rule = rules.approval("ISSUE", issuance.class_id)
    _cap_of(rule, by_policy=False)
    seats.need(tx, rules, rule.signer, issuance.list)
    if record.state not in ("APPROVED", "FULL"):
        refuse(Code.ISS_STATE, f"{record.id} is {record.state}")
    activity = RECORDS.look(tx.overlay, msg.program, ACTIVITY, issuance.activity)
    if activity is not None and activity.notices_open:
        refuse(Code.ISS_STATE, f"{activity.id} has a duty that must be fulfilled first")
    if "COI" in rule.checks:
        checks.conflict(tx, record)
    if msg.to_account not in ("", record.owner):
        refuse(Code.MOVE_NOT_ALLOWED, f"units of {record.id} are issued to {record.owner}")
    owner = tx.account(record.owner)
    if owner.status != ACCOUNT_OPEN or owner.refuses_units or not is_live(tx.overlay, owner.id):
        refuse(Code.ACC_STATUS, owner.id)
    _check_vintage(tx, record, msg.vintage)
    if 0 < issuance.valid_until_s <= tx.now:
        refuse(Code.VALIDITY_INVALID, f"units of {record.id} ended their validity")
    tx.lasting(rules, issuance.class_id)
    checks.cap(issuance, msg.quantity_t)
    concerned = [record.owner_organisation]
    approvals.require(tx, rules, rule, acl=issuance.list, concerned=concerned)
    _create(tx, rules, record, msg)
    _note(tx, msg, issuance.class_id, issuance.list)


def under_cap(tx: Tx, rules: Rules, msg: Issue) -> None:
    """Create units of a period under an assigned amount, a period's cap or a sink inventory.

    CLASS_UNKNOWN, RULE_MISSING, PERIOD_UNKNOWN, PARTY_NOT_ELIGIBLE, ROLE_MISSING, ACC_UNKNOWN,
    MOVE_NOT_ALLOWED, ACC_STATUS, VALIDITY_INVALID, CLASS_UNKNOWN where it is to end,
    CAP_EXCEEDED (S1-25, S1-29, S2-7).
    """
    source = msg.cap
    rules.unit_class(source.class_id)
    rule = rules.approval("ISSUE", source.class_id)
    word = _cap_of(rule, by_policy=True)
    period = rules.period(source.period)
    if source.party or rules.parties:
        party = rules.parties.get(source.party)
        if party is None or not party.eligible:
            refuse(Code.PARTY_NOT_ELIGIBLE, source.party or "no party is named")
    seats.need(tx, rules, rule.signer, "")
    owner = links.receiver(tx, rules, msg.to_account)
    if 0 < period.true_up_end_s <= tx.now:
        refuse(Code.VALIDITY_INVALID, f"units of {period.code} ended their validity")
    key = (rules.program.id, source.class_id, source.party, source.period)
    record = CAP_RECORDS.get(tx.overlay, *key) or CapRecord(
        program=key[0], class_id=key[1], party=key[2], period=key[3]
    )
    last = tx.lasting(rules, source.class_id)
    most = min(_allowed(known, word, record) for known in (rules, last))
    room = most - record.issued_t
    if msg.quantity_t > room:
        refuse(Code.CAP_EXCEEDED, f"{msg.quantity_t} asked for, {max(0, room)} left under the cap")
    approvals.require(tx, rules, rule)
    record.issued_t += msg.quantity_t
    CAP_RECORDS.put(tx.overlay, record)
    codes = rules.program.registry_codes
    template = Lot(
        account=owner.id,
        program=msg.program,
        class_id=source.class_id,
        vintage=msg.vintage,
        valid_until_s=period.true_up_end_s,
        period=period.code if period.true_up_end_s else "",  # else usable in any
        origin_period=period.code,
        lulucf=source.lulucf,
    )
    space = source.party if source.party in codes else codes[0]
    span = lots.create(tx.overlay, space, template, msg.quantity_t)
    _emit(tx, template, span, 0)
    _note(tx, msg, source.class_id, "")


def _cap_of(rule: ApprovalRule, *, by_policy: bool) -> str:
    """Return the check that names the cap; RULE_MISSING when it is of the other sort."""
    words = [word for word in rule.checks if word in CAPS]
    if bool(words) != by_policy:
        way = "a cap of the program" if words else "an issuance"
        refuse(Code.RULE_MISSING, f"units by {rule.name!r} come under {way}")
    return words[0] if words else ""


def _allowed(rules: Rules, word: str, record: CapRecord) -> int:
    """Return the cap that a check names, whole."""
    period = rules.period(record.period)
    if word == "CAP_PERIOD":
        return period.cap_t
    if word == "CAP_INVENTORY":
        return record.allowed_t
    party = rules.parties.get(record.party)
    rows = party.periods if party is not None else ()
    return sum(row.assigned_amount_t for row in rows if row.period == period.code)


def _note(tx: Tx, msg: Issue, class_id: str, acl: str) -> None:
    consenting = [*tx.signers, *tx.approvers]
    tx.issues.append(IssueNote(msg.program, class_id, acl, tx.signer, consenting))


def _check_vintage(tx: Tx, record: Record, vintage: int) -> None:
    """The vintage is a year in which a statement of the issuance has results."""
    for statement_id in record.issuance.statements:
        statement = STATEMENTS.need(
            tx.overlay, Code.STATEMENT_UNKNOWN, record.program, statement_id
        )
        first = calendar.civil(statement.period_from_s)[0]
        last = calendar.civil(statement.period_to_s - 1)[0]
        if first <= vintage <= last:
            return
    refuse(Code.VINTAGE_INVALID, str(vintage))


def _create(tx: Tx, rules: Rules, record: Record, msg: Issue) -> None:
    """Write lots, reserve, pool and counters."""
    issuance = record.issuance
    issuance.space = issuance.space or _space(tx, rules, record)
    issuance.issued_t = u64.add(issuance.issued_t, msg.quantity_t)
    due, pooled = checks.reserve_due(issuance), checks.pool_due(issuance)
    if due + pooled > msg.quantity_t:
        refuse(Code.RESERVE_TERMS, f"reserve and pool take {due + pooled}: issue more at once")
    hold = Hold()
    if due:
        release_at_s = calendar.add_months(tx.now, issuance.reserve_months)
        owner = (record.program, issuance.class_id, record.owner)
        hold = holds.new_reserve(tx, record.id, owner, release_at_s)
        hold.placed_t = hold.quantity_t = due
        HOLDS.put(tx.overlay, hold)
    template = Lot(
        account=record.owner,
        program=record.program,
        class_id=issuance.class_id,
        issuance=record.id,
        activity=issuance.activity,
        vintage=msg.vintage,
        valid_until_s=issuance.valid_until_s,
    )
    if msg.quantity_t > pooled:
        count = msg.quantity_t - pooled
        span = lots.create(tx.overlay, issuance.space, template, count, (due, hold.id))
        _emit(tx, template, span, due)
        if due:
            hold.ranges.add(space=span.space, start=span.end - due + 1, end=span.end)
            holds.store(tx, hold)
            issuance.reserved_t = u64.add(issuance.reserved_t, due)
    if pooled:
        template.account = _pool(rules)
        _emit(tx, template, lots.create(tx.overlay, issuance.space, template, pooled), 0)
        issuance.pooled_t = u64.add(issuance.pooled_t, pooled)
    if issuance.issued_t == issuance.approved_cap_t:
        _fill(tx, record)
    RECORDS.put(tx.overlay, record)


def _pool(rules: Rules) -> str:
    """Return the program's pool; RULE_MISSING when it has none."""
    for sink in rules.program.sinks:
        if sink.kind == POOL:
            return sink_id(rules.program, sink)
    refuse(Code.RULE_MISSING, f"{rules.program.id} has no POOL account")


def _emit(tx: Tx, lot: Lot, span: Span, reserved: int) -> None:
    issued = e.Issued(
        program=lot.program,
        class_id=lot.class_id,
        issuance=lot.issuance,
        quantity_t=span.count,
        reserved_t=reserved,
        range=SerialRange(space=span.space, start=span.start, end=span.end),
        to_account=lot.account,
    )
    tx.emit(e.Event(issued=issued))


def _fill(tx: Tx, record: Record) -> None:
    """An issuance whose cap is used up is FULL."""
    before, record.state = record.state, "FULL"
    record.state_since_s = tx.now
    record.version += 1
    changed = e.RecordChanged(
        program=record.program,
        record=RecordRef(kind=ISSUANCE, id=record.id),
        from_state=before,
        to_state=record.state,
        account=tx.signer.account,
    )
    tx.emit(e.Event(record_changed=changed))


def _space(tx: Tx, rules: Rules, record: Record) -> str:
    """Return the serial space: the issuance's own, or the registry's."""
    if rules.program.serial_mode != PER_ISSUANCE:
        return rules.program.registry_codes[0]
    number = 1
    name = f"{record.program}.{record.id}"[:32]
    while SPACES.has(tx.overlay, name):  # two long ids may shorten to one name
        number += 1
        name = f"{record.program}.{record.id}"[: 31 - len(str(number))] + f".{number}"
    return name
