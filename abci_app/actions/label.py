"""SetLabel: a label is given to units, or to what they come from, or taken again (S4-55).

Must not know: any single label. Invariants: a grant is never changed but by its removal, and never
forgotten; units labelled under an authorization are within its quantity (C-22).

Order of refusals: the label and what it is given to exist; a row for it; its signer; exclusion;
whether it is there already; validity and authorization; the units.
"""

from dataclasses import dataclass

from abci_app.actions import shape
from abci_app.core import calendar, ids
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import LABEL_LOTS_MAX
from abci_app.engine import approvals, labels, seats
from abci_app.engine.context import Tx
from abci_app.state import lots
from abci_app.state.policies import Rules
from abci_app.state.schema import LABELS, RECORDS
from tonne.v1 import events_pb2 as e
from tonne.v1 import tx_pb2 as t
from tonne.v1.state_pb2 import LabelDef, LabelGrant, Lot, Record
from tonne.v1.tx_pb2 import LabelOperation, LabelScope, SetLabel

_RECORDS = {t.SCOPE_METHODOLOGY: t.METHODOLOGY, t.SCOPE_ACTIVITY: t.ACTIVITY}


def check(msg: SetLabel) -> None:
    """Refuse a message whose shape is wrong."""
    ids.need_id(msg.program, "program")
    ids.need_id(msg.label, "label")
    shape.known(LabelOperation, msg.operation, "operation")
    shape.known(LabelScope, msg.scope, "scope")
    of_units = msg.scope == t.SCOPE_LOT
    if msg.scope in (t.SCOPE_PROGRAM, t.SCOPE_LOT):
        shape.need(not msg.target, "target", "is of another scope")
    else:
        ids.need_id(msg.target, "target")
    shape.need(of_units == bool(msg.ranges), "ranges", "go with SCOPE_LOT, and it with them")
    shape.ranges(msg.ranges, "ranges")
    shape.time(msg.valid_to_s, "valid_to_s")
    adding = msg.operation == t.ADD_LABEL
    ends = not msg.valid_to_s or (adding and not of_units)
    shape.need(ends, "valid_to_s", "only what units come from is given a label for a time")
    if msg.authorization:
        ids.need_id(msg.authorization, "authorization")
    shape.need(adding or msg.reason, "reason", "why is it taken")
    shape.reason(msg.reason)
    shape.digest(msg.document, "document", optional=True)


def cost(msg: SetLabel) -> int:
    """Return the static cost: a grant, and the lots that are labelled."""
    return 8 + (2 * LABEL_LOTS_MAX if msg.scope == t.SCOPE_LOT else 0)


@dataclass(frozen=True)
class Aim:
    """What a label is given to, with the activity and methodology behind it, where there are."""

    concerned: list[str]  # organisations
    methodology: Record | None = None
    category: str = ""


def execute(tx: Tx, msg: SetLabel) -> None:
    """Give or take a label.

    PROGRAM_UNKNOWN, PROGRAM_INACTIVE, RULE_MISSING, REC_REF, UNIT_UNKNOWN, LABEL_AUTH,
    LABEL_EXCLUDED, LABEL_STATUS, VALIDITY_INVALID, AUTHZ_SCOPE, AUTHZ_QTY, UNIT_NOT_OWNED,
    SINK_FINAL, TOO_MANY_LOTS.
    """
    rules = tx.block.active(msg.program)
    label = rules.labels.get(msg.label)
    if label is None or msg.scope not in label.scopes:
        scope = LabelScope.Name(msg.scope)
        refuse(Code.RULE_MISSING, f"{msg.program} has no label {msg.label} of {scope}")
    aim = _aim(tx, rules, msg)
    if not seats.may_sign(tx, rules, label.signer, label.id, ""):
        refuse(Code.LABEL_AUTH, f"{tx.signer.account} may not give or take {label.id}")
    seats.need(tx, rules, label.signer, label.id)  # noted: it must last as long as the envelope
    adding = msg.operation == t.ADD_LABEL
    barred = labels.excluded(rules, aim.methodology, aim.category, label)
    if adding and barred and not label.authorization:
        refuse(Code.LABEL_EXCLUDED, f"{label.id} is barred from {msg.target or 'the units'}")
    if bool(msg.authorization) != (label.authorization and adding):
        why = "needs" if label.authorization and adding else "is given under no"
        refuse(Code.LABEL_AUTH, f"authorization: {label.id} {why} one")
    grant = LabelGrant(program=msg.program, label=label.id, scope=msg.scope, target=msg.target)
    if msg.scope == t.SCOPE_LOT:
        _set_units(tx, rules, label, msg)
        grant.ranges.extend(msg.ranges)
    last = labels.newest(tx.overlay, msg.program, label.id, msg.scope, msg.target)
    grant.number = 1 if last is None else last.number + 1
    if msg.scope != t.SCOPE_LOT:
        if labels.stands(last, tx.now) == adding:
            refuse(Code.LABEL_STATUS, f"{label.id} of {msg.target or msg.program}")
        if not adding and last is not None:
            grant = last
    if adding:
        grant.by, grant.added_s = tx.signer.account, tx.now
        grant.valid_to_s = _end(tx, label, msg)
        grant.authorization = msg.authorization
    else:
        grant.removed_s, grant.removed_by = tx.now, tx.signer.account
    grant.reason = msg.reason
    grant.document = msg.document
    approvals.require(tx, rules, label, acl=label.id, concerned=aim.concerned)
    LABELS.put(tx.overlay, grant)
    event = e.LabelSet(
        program=msg.program,
        label=label.id,
        scope=msg.scope,
        target=msg.target,
        ranges=msg.ranges,
        removed=not adding,
    )
    tx.emit(e.Event(label_set=event))


def _aim(tx: Tx, rules: Rules, msg: SetLabel) -> Aim:
    """Return what the label is about; REC_REF, UNIT_UNKNOWN."""
    if msg.scope == t.SCOPE_PROGRAM:
        return Aim([])
    if msg.scope == t.SCOPE_CATEGORY:
        if msg.target not in rules.categories:
            refuse(Code.REC_REF, f"{msg.program} has no category {msg.target}")
        return Aim([], None, msg.target)
    if msg.scope == t.SCOPE_LOT:
        return _aim_at_units(tx, rules, msg)
    kind = _RECORDS[msg.scope]
    record = RECORDS.need(tx.overlay, Code.REC_REF, msg.program, kind, msg.target)
    concerned = [record.owner_organisation]
    if msg.scope == t.SCOPE_METHODOLOGY:
        return Aim(concerned, record, record.methodology.category)
    methodology = labels.methodology_of(tx.overlay, record)
    return Aim(concerned, methodology, record.activity.category)


def _aim_at_units(tx: Tx, rules: Rules, msg: SetLabel) -> Aim:
    """Units of one label's act are of one activity; UNIT_UNKNOWN, UNIT_NOT_OWNED, TOO_MANY_LOTS."""
    concerned: list[str] = []
    activities: list[str] = []
    items = lots.spans(msg.ranges)
    for number, (lot, _) in enumerate(lots.look(tx.overlay, items)):
        if number == LABEL_LOTS_MAX:
            refuse(Code.TOO_MANY_LOTS, f"more than {LABEL_LOTS_MAX} lots")
        if lot.program != msg.program:
            refuse(Code.UNIT_NOT_OWNED, f"{lot.space}:{lot.start} is not of {msg.program}")
        holder = tx.account(lot.account)
        if holder.kind != t.HOLDING:
            refuse(Code.SINK_FINAL, f"{lot.space}:{lot.start} is in {lot.account}")
        if holder.organisation not in concerned:
            concerned.append(holder.organisation)
        if lot.activity not in activities:
            activities.append(lot.activity)
        if rules.unit_class(lot.class_id).ex_ante and msg.operation == t.ADD_LABEL:
            refuse(Code.LABEL_EXCLUDED, f"{lot.class_id} is issued before its result")
    if len(activities) > 1:
        refuse(Code.UNIT_NOT_OWNED, f"units of {len(activities)} activities: label one at a time")
    activity = None
    if activities[0]:
        activity = RECORDS.look(tx.overlay, msg.program, t.ACTIVITY, activities[0])
    category = "" if activity is None else activity.activity.category
    return Aim(concerned, labels.methodology_of(tx.overlay, activity), category)


def _end(tx: Tx, label: LabelDef, msg: SetLabel) -> int:
    """Return the end of a grant: as asked for, within what the label allows; VALIDITY_INVALID."""
    longest = calendar.add_months(tx.now, label.validity_months) if label.validity_months else 0
    if msg.valid_to_s and (msg.valid_to_s <= tx.now or 0 < longest < msg.valid_to_s):
        refuse(Code.VALIDITY_INVALID, "valid_to_s has passed, or is beyond what the label allows")
    return 0 if msg.scope == t.SCOPE_LOT else msg.valid_to_s or longest


# ---- units ----


def _set_units(tx: Tx, rules: Rules, label: LabelDef, msg: SetLabel) -> None:
    """Give a label to units by serial, or take it; LABEL_STATUS and the codes of authorizations."""
    adding = msg.operation == t.ADD_LABEL
    items = lots.spans(msg.ranges)
    drawing = [row.id for row in rules.program.labels if row.authorization and row.id != label.id]
    drawn: dict[str, int] = {}  # units that come under an authorization, or leave it
    for lot, count in lots.look(tx.overlay, items):
        if (label.id in lot.labels) == adding:
            refuse(Code.LABEL_STATUS, f"{label.id} of {lot.space}:{lot.start}-{lot.end}")
        if adding and label.authorization:
            if lot.authorization not in ("", msg.authorization):
                refuse(Code.AUTHZ_SCOPE, f"{lot.space}:{lot.start} is under {lot.authorization}")
            new = 0 if lot.authorization else count
            drawn[msg.authorization] = drawn.get(msg.authorization, 0) + new
        elif not adding and _leaves(lot, drawing):
            drawn[lot.authorization] = drawn.get(lot.authorization, 0) + count
    for name, count in drawn.items():
        _draw(tx, msg, name, count if adding else -count)

    def change(lot: Lot) -> None:
        leaves = not adding and _leaves(lot, drawing)
        names = [name for name in lot.labels if name != label.id]
        if adding:
            names = sorted([*names, label.id])
        del lot.labels[:]
        lot.labels.extend(names)
        if adding and label.authorization:
            lot.authorization = msg.authorization
        elif leaves:
            lot.authorization = ""

    lots.recast(tx.overlay, items, change)


def _leaves(lot: Lot, drawing: list[str]) -> bool:
    """Tell whether units come from under an authorization: no other label keeps them there."""
    return bool(lot.authorization) and not any(name in drawing for name in lot.labels)


def _draw(tx: Tx, msg: SetLabel, name: str, count: int) -> None:
    """Count labelled units against an authorization; REC_REF, AUTHZ_SCOPE, AUTHZ_QTY."""
    record = RECORDS.need(tx.overlay, Code.REC_REF, msg.program, t.AUTHORIZATION, name)
    fields = record.authorization
    if count > 0:
        if record.state != "ISSUED":
            refuse(Code.AUTHZ_SCOPE, f"{name} is {record.state}")
        for lot, _ in lots.look(tx.overlay, lots.spans(msg.ranges)):
            where = f"{lot.space}:{lot.start}-{lot.end}"
            if not fields.year_from <= lot.vintage <= fields.year_to:
                refuse(Code.AUTHZ_SCOPE, f"{where} is of {lot.vintage}")
            if fields.activity not in ("", lot.activity):
                refuse(Code.AUTHZ_SCOPE, f"{where} is of activity {lot.activity}")
        if fields.labelled_t + count > fields.quantity_t:
            refuse(Code.AUTHZ_QTY, f"{fields.quantity_t - fields.labelled_t} left")
    fields.labelled_t += count
    RECORDS.put(tx.overlay, record)
