"""Guards of workflow rows: what must hold before a record changes its state.

Must not know: which program asks. Invariant: a guard only reads; it refuses with WF_GUARD and its
own name first (a conflict of interest, with CONFLICT), or returns.
"""

from collections.abc import Callable
from typing import NoReturn

from abci_app.core.codes import Code, refuse
from abci_app.engine import checks, labels
from abci_app.engine.context import Tx
from abci_app.state.policies import Rules
from abci_app.state.schema import RECORDS
from tonne.v1.state_pb2 import Record
from tonne.v1.tx_pb2 import ACTIVITY, FOOTPRINT, ISSUANCE, METHODOLOGY


def _unmet(name: str, why: str) -> NoReturn:
    refuse(Code.WF_GUARD, f"{name}: {why}")


def activity_registered(tx: Tx, rules: Rules, record: Record) -> None:
    """The issuance's activity is registered, and its owner is who asks (S0-62)."""
    activity = RECORDS.look(tx.overlay, rules.program.id, ACTIVITY, record.issuance.activity)
    if activity is None or activity.state != "REGISTERED":
        _unmet("ACTIVITY_REGISTERED", record.issuance.activity or "none named")
    if activity.owner_organisation != record.owner_organisation:
        _unmet("ACTIVITY_REGISTERED", f"{activity.id} belongs to another organisation")


def no_conflict(tx: Tx, rules: Rules, record: Record) -> None:
    """The signer has no interest in the record."""
    del rules
    checks.conflict(tx, record)


def commitment_terms(tx: Tx, rules: Rules, record: Record) -> None:
    """Base year is the one before adoption; neither it nor the accounting is too old (S0-27/28)."""
    del tx
    fields, params = record.activity, rules.program.params
    if fields.subtype != "COMMITMENT":
        return
    if fields.base_year + 1 != fields.adoption_year:
        _unmet("COMMITMENT_TERMS", f"base_year must be {max(fields.adoption_year, 1) - 1}")
    if fields.base_year < params.base_year_from:
        _unmet("COMMITMENT_TERMS", f"base_year is before {params.base_year_from}")
    if fields.crediting_from_s < params.accounting_from_s:
        _unmet("COMMITMENT_TERMS", "crediting_from_s: the accounting period starts too early")


def methodology_approved(tx: Tx, rules: Rules, record: Record) -> None:
    """The methodology of the activity or footprint is approved (S0-38, S0-44)."""
    fields = record.footprint if record.kind == FOOTPRINT else record.activity
    name = fields.methodology
    methodology = RECORDS.look(tx.overlay, rules.program.id, METHODOLOGY, name)
    if methodology is None or methodology.state != "APPROVED":
        _unmet("METHODOLOGY_APPROVED", name or "none named")
    until_s = methodology.duty_s  # of one that is to be superseded
    if until_s and tx.now >= until_s:
        _unmet("METHODOLOGY_APPROVED", f"{name} is superseded")


def monitoring_term(tx: Tx, rules: Rules, record: Record) -> None:
    """Where a reversal is a material risk, monitoring lasts 40 years from the start (S4-39)."""
    del tx
    fields = record.activity
    row = rules.categories.get(fields.category)
    if row is None or "REVERSAL_MATERIAL" not in row.flags:
        return
    if not labels.monitored_long(fields.start_s, fields.monitoring_until_s):
        months = labels.MONITORING_MONTHS
        _unmet("MONITORING_TERM", f"monitoring_until_s must be {months} months after the start")


def not_covered(tx: Tx, rules: Rules, record: Record) -> None:
    """No mandatory domestic scheme covers the same tonnes (S4-49)."""
    del tx, rules
    if record.activity.covered_by_scheme:
        _unmet("NOT_COVERED", record.activity.covered_by_scheme)


def no_open_notice(tx: Tx, rules: Rules, record: Record) -> None:
    """No duty that blocks further issue is open for the activity."""
    activity: Record | None = record
    if record.kind == ISSUANCE:
        name = record.issuance.activity
        activity = RECORDS.look(tx.overlay, rules.program.id, ACTIVITY, name)
    if activity is not None and activity.notices_open:
        _unmet("NO_OPEN_NOTICE", f"{activity.notices_open} open for {activity.id}")


GUARDS: dict[str, Callable[[Tx, Rules, Record], None]] = {
    "ACTIVITY_REGISTERED": activity_registered,
    "COI": no_conflict,
    "COMMITMENT_TERMS": commitment_terms,
    "METHODOLOGY_APPROVED": methodology_approved,
    "MONITORING_TERM": monitoring_term,
    "NOT_COVERED": not_covered,
    "NO_OPEN_NOTICE": no_open_notice,
}
