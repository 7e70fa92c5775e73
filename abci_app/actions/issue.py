"""Issue: units come to be, under a cap, by two keys of two organisations (S0-53, S0-68, S0-70).

Must not know: any program. Invariants: issued <= approved cap (C-4); the reserve ever placed is
ceil(issued x rate) (C-7).
"""

from abci_app.actions import shape
from abci_app.core import calendar, ids, u64
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import LULUCF_MAX, RETURN_LOTS_MAX, TRACK_MAX, U64_MAX
from abci_app.engine import approvals, checks, holds, links, seats
from abci_app.engine.context import IssueNote, Tx, is_live
from abci_app.state import lots
from abci_app.state.policies import Rules
from abci_app.state.schema import HOLDS, RECORDS, SPACES, STATEMENTS
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import (
    PER_ISSUANCE,
    Hold,
    Lot,
    Record,
)
from tonne.v1.tx_pb2 import ACCOUNT_OPEN, ISSUANCE, Issue, RecordRef, SerialRange


def check(msg: Issue) -> None:
    """Refuse a message whose shape is wrong."""
    ids.need_id(msg.program, "program")
    source = msg.WhichOneof("source")
    shape.need(source, "source", "issuance, cap, external or returned is missing")
    if msg.to_account or source in ("external", "returned"):
        shape.account(msg.to_account, "to_account")
    if source == "external":
        _check_external(msg)
    elif source == "returned":
        _check_returned(msg)
    else:
        ids.need_id(msg.issuance, "issuance")
        shape.need(0 < msg.quantity_t <= U64_MAX, "quantity_t", "must be at least 1")
        shape.need(1990 <= msg.vintage <= 9999, "vintage", "must be a year")


def _check_external(msg: Issue) -> None:
    source = msg.external
    ids.need_id(source.link, "external.link")
    ids.need_id(source.class_id, "external.class_id")
    shape.ranges([source.serials], "external.serials")
    count = source.serials.end - source.serials.start + 1
    shape.need(msg.quantity_t in (0, count), "quantity_t", f"the serials are {count} units")
    shape.need(not msg.vintage or 1990 <= msg.vintage <= 9999, "vintage", "must be a year")
    for name in ("period", "activity", "statement"):
        if getattr(source, name):
            ids.need_id(getattr(source, name), f"external.{name}")
    shape.time(source.valid_until_s, "external.valid_until_s")
    shape.digest(source.exclusion, "external.exclusion", optional=True)
    shape.digest(source.decision, "external.decision", optional=True)
    shape.need(source.lulucf <= LULUCF_MAX, "external.lulucf", "1 to 7, or 0")
    shape.need(source.track <= TRACK_MAX, "external.track", "1 or 2, or 0")


def _check_returned(msg: Issue) -> None:
    source = msg.returned
    ids.need_id(source.link, "returned.link")
    shape.need(source.serials, "returned.serials")
    shape.ranges(source.serials, "returned.serials")
    count = sum(item.end - item.start + 1 for item in source.serials)
    shape.need(msg.quantity_t in (0, count), "quantity_t", f"the serials are {count} units")
    shape.need(not msg.vintage, "vintage", "units that come back keep theirs")
    shape.digest(source.exclusion, "returned.exclusion", optional=True)


def cost(msg: Issue) -> int:
    """Return the static cost: lots, holdings, hold, supply, space, and the look for conflicts."""
    if msg.WhichOneof("source") == "returned":
        return 8 + RETURN_LOTS_MAX + 2 * len(msg.returned.serials)
    return 32


def execute(tx: Tx, msg: Issue) -> None:
    """Create units for the issuer, its reserve held; imports and returns: engine.links.

    RULE_MISSING, REC_REF, NOT_ACCREDITED, ISS_STATE, CONFLICT, ACC_STATUS, VINTAGE_INVALID,
    CAP_EXCEEDED.
    """
    rules = tx.block.units(msg.program)
    source = msg.WhichOneof("source")
    if source == "external":
        links.bring_in(tx, rules, msg)
        return
    if source == "returned":
        links.take_back(tx, rules, msg)
        return
    record = RECORDS.need(tx.overlay, Code.REC_REF, msg.program, ISSUANCE, msg.issuance)
    issuance = record.issuance
    rule = rules.approval("ISSUE", issuance.class_id)
    seats.need(tx, rules, rule.signer, issuance.list)
    if record.state not in ("APPROVED", "FULL"):
        refuse(Code.ISS_STATE, f"{record.id} is {record.state}")
    if "COI" in rule.checks:
        checks.conflict(tx, record)
    if msg.to_account not in ("", record.owner):
        refuse(Code.MOVE_NOT_ALLOWED, f"units of {record.id} are issued to {record.owner}")
    owner = tx.account(record.owner)
    if owner.status != ACCOUNT_OPEN or owner.refuses_units or not is_live(tx.overlay, owner.id):
        refuse(Code.ACC_STATUS, owner.id)
    _check_vintage(tx, record, msg.vintage)
    checks.cap(issuance, msg.quantity_t)
    approvals.require(
        tx,
        rules,
        rule,
        acl=issuance.list,
        concerned=[record.owner_organisation],
    )
    _create(tx, rules, record, msg)
    consenting = [*tx.signers, *tx.approvers]
    note = IssueNote(msg.program, issuance.class_id, issuance.list, tx.signer, consenting)
    tx.issues.append(note)


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
    """Write lots, reserve and counters."""
    issuance = record.issuance
    issuance.space = issuance.space or _space(tx, rules, record)
    issuance.issued_t = u64.add(issuance.issued_t, msg.quantity_t)
    due = checks.reserve_due(issuance)
    hold = Hold()
    if due:
        release_at_s = calendar.add_months(tx.now, issuance.reserve_months)
        template = (record.program, issuance.class_id, record.owner)
        hold = holds.new_reserve(tx, record.id, template, release_at_s)
        hold.placed_t = hold.quantity_t = due
        HOLDS.put(tx.overlay, hold)
    span = lots.create(
        tx.overlay,
        issuance.space,
        Lot(
            account=record.owner,
            program=record.program,
            class_id=issuance.class_id,
            issuance=record.id,
            activity=issuance.activity,
            vintage=msg.vintage,
        ),
        msg.quantity_t,
        (due, hold.id),
    )
    issued = e.Issued(
        program=record.program,
        class_id=issuance.class_id,
        issuance=record.id,
        quantity_t=msg.quantity_t,
        reserved_t=due,
        range=SerialRange(space=span.space, start=span.start, end=span.end),
        to_account=record.owner,
    )
    tx.emit(e.Event(issued=issued))
    if due:
        hold.ranges.add(space=span.space, start=span.end - due + 1, end=span.end)
        holds.store(tx, hold)
        issuance.reserved_t = u64.add(issuance.reserved_t, due)
    if issuance.issued_t == issuance.approved_cap_t:
        _fill(tx, record)
    RECORDS.put(tx.overlay, record)


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
