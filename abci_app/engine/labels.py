"""Labels: what units carry now, given to them or following from what they come from (S4-55, C-18).

Must not know: who gives labels. Invariants: a derived label is carried only while its conditions
hold at the version in force; units issued before their result carry none but what names their
serials; what was granted or taken is never forgotten.
"""

from collections.abc import Iterable

from abci_app.core import calendar, keys
from abci_app.core.codec import decode
from abci_app.state.policies import Rules
from abci_app.state.schema import RECORDS
from abci_app.store.kv import Reader, prefix_stop
from tonne.v1.state_pb2 import LabelDef, LabelGrant, Lot, Record
from tonne.v1.tx_pb2 import (
    ACTIVITY,
    ISSUANCE,
    METHODOLOGY,
    SCOPE_ACTIVITY,
    SCOPE_CATEGORY,
    SCOPE_METHODOLOGY,
    SCOPE_PROGRAM,
)

MONITORING_MONTHS = 480  # where a reversal is a material risk (B5)


def newest(reader: Reader, program: str, label: str, scope: int, target: str) -> LabelGrant | None:
    """Return the last grant of a label to a target, whatever has become of it, or None."""
    prefix = keys.label_prefix(program, label, scope, target)
    for _, raw in reader.scan(prefix, prefix_stop(prefix), reverse=True):
        return decode(LabelGrant, raw)
    return None


def stands(grant: LabelGrant | None, now: int) -> bool:
    """Tell whether a grant is in force at a time."""
    return (
        grant is not None
        and not grant.removed_s
        and (not grant.valid_to_s or now < grant.valid_to_s)
    )


def carried(reader: Reader, rules: Rules, lot: Lot, now: int) -> list[str]:
    """Return the labels that the units of a lot carry at `now`, ascending (B5, C-18)."""
    found = list(lot.labels)
    activity = RECORDS.look(reader, lot.program, ACTIVITY, lot.activity) if lot.activity else None
    if _may_carry(reader, rules, lot, activity):
        for label in rules.program.labels:
            if label.id not in found and _follows(reader, rules, label, lot, activity, now):
                found.append(label.id)
    return sorted(found)


def shared(reader: Reader, rules: Rules, lots: Iterable[Lot], now: int) -> list[str]:
    """Return the labels that all of the lots carry, ascending."""
    common: list[str] | None = None
    for lot in lots:
        own = carried(reader, rules, lot, now)
        common = own if common is None else [name for name in common if name in own]
    return common or []


def excluded(rules: Rules, methodology: Record | None, category: str, label: LabelDef) -> bool:
    """Tell whether a methodology or a category bars a label (S4-55)."""
    if methodology is not None and methodology.methodology.label_excluded:
        return True
    row = rules.categories.get(category)
    return label.derivation == "CCP" and row is not None and "CCP_EXCLUDED" in row.flags


def _may_carry(reader: Reader, rules: Rules, lot: Lot, activity: Record | None) -> bool:
    """Tell whether labels can follow from what the units come from."""
    unit = rules.classes.get(lot.class_id)
    if unit is None or unit.ex_ante:
        return False
    methodology = methodology_of(reader, activity)
    return methodology is None or not methodology.methodology.label_excluded


def methodology_of(reader: Reader, activity: Record | None) -> Record | None:
    """Return the methodology of an activity, to look at, if there is an activity."""
    if activity is None:
        return None
    return RECORDS.look(reader, activity.program, METHODOLOGY, activity.activity.methodology)


def _follows(
    reader: Reader, rules: Rules, label: LabelDef, lot: Lot, activity: Record | None, now: int
) -> bool:
    if label.derivation == "CCP":
        return _ccp(reader, rules, label, lot, activity, now)
    targets = [(SCOPE_PROGRAM, "")]
    if activity is not None:
        fields = activity.activity
        targets.append((SCOPE_METHODOLOGY, fields.methodology))
        targets.append((SCOPE_CATEGORY, fields.category))
        targets.append((SCOPE_ACTIVITY, activity.id))
    return any(
        scope in label.scopes
        and stands(newest(reader, rules.program.id, label.id, scope, target), now)
        for scope, target in targets
    )


def _ccp(
    reader: Reader, rules: Rules, label: LabelDef, lot: Lot, activity: Record | None, now: int
) -> bool:
    """Program eligible, category granted, nothing excluded, reversals covered (S4-2 to S4-6).

    Units come of verifications, which are of the past: what has an issuance was issued after its
    period.
    """
    if "ccp-eligible" not in rules.program.attributes or activity is None or not lot.issuance:
        return False
    fields = activity.activity
    flags = rules.categories[fields.category].flags if fields.category in rules.categories else ()
    if "CCP_EXCLUDED" in flags:
        return False
    grant = newest(reader, rules.program.id, label.id, SCOPE_CATEGORY, fields.category)
    if not stands(grant, now):
        return False
    return "REVERSAL_MATERIAL" not in flags or (
        monitored_long(fields.start_s, fields.monitoring_until_s) and _pooled(reader, lot)
    )


def monitored_long(start_s: int, until_s: int) -> bool:
    """Tell whether monitoring lasts as long as a material risk of reversal asks (B5)."""
    return until_s >= calendar.add_months(start_s, MONITORING_MONTHS)


def _pooled(reader: Reader, lot: Lot) -> bool:
    issuance = RECORDS.look(reader, lot.program, ISSUANCE, lot.issuance)
    return issuance is not None and issuance.issuance.pool_bps > 0
