"""Evidence: the numbers of a statement, whose tonnes it claims, and who may make it.

Must not know: how units come of it. Invariants (C-5, C-30): one boundary and time is claimed once
over all programs; a baseline is not above what was; a commitment's result is worth its name.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NoReturn

from abci_app.core import calendar, keys, u64
from abci_app.core.calendar import DAY_S
from abci_app.core.codec import decode
from abci_app.core.codes import Code, refuse
from abci_app.engine import checks
from abci_app.engine.context import Tx
from abci_app.state.policies import Rules
from abci_app.state.schema import ACCREDITATIONS, RECONCILED
from abci_app.store.kv import Reader, prefix_stop
from tonne.v1.state_pb2 import Record, Statement
from tonne.v1.tx_pb2 import (
    ABS_REDUCTION,
    SINK_INCREASE,
    VERIFICATION,
    Attest,
    Role,
    StatementNumbers,
)

NOT_NATURAL = "not-natural"
INDIRECT_RECONCILED = "indirect-reconciled"
CLAIMS_SEEN_MAX = 256  # with more, that none of them overlaps cannot be shown


@dataclass(frozen=True)
class Case:
    """A statement being made: what it says, the record that it is about, if any, and its time."""

    msg: Attest
    boundary: str
    subject: Record | None
    from_s: int
    to_s: int  # exclusive


def need_scope(tx: Tx, rules: Rules, role: int, acl: str, words: list[str]) -> None:
    """Refuse a signer whose accreditation is limited to other sectors and categories; ROLE_SCOPE.

    An accreditation without scopes is for everything.
    """
    rule = rules.roles.get(role)
    for grant in rule.grants if rule is not None else ():
        name = acl if grant.named_list else ""
        account = tx.signer.account
        seat = ACCREDITATIONS.look(tx.overlay, rules.program.id, role, name, account)
        if seat is not None and seat.scopes and not any(word in seat.scopes for word in words):
            what = f"{Role.Name(role)} of {rules.program.id}"
            refuse(Code.ROLE_SCOPE, f"{account} is {what} for {', '.join(seat.scopes)} only")


# ---- numbers ----


def check_net(numbers: StatementNumbers, outcome: int) -> None:
    """NEW_SOURCE: net = gross - leakage - deduction - new sources, above zero (S0-35).

    Gross is the baseline less the project's emissions; of a sink, the project's absorption less
    the baseline's (S0-21).
    """
    more, less = numbers.baseline_t, numbers.project_t
    if outcome == SINK_INCREASE:
        more, less = less, more
    less += numbers.leakage_t + numbers.deduction_t + numbers.new_source_t
    if not numbers.net_t or more - less != numbers.net_t:
        refuse(Code.REC_SCHEMA, f"numbers.net_t: {numbers.net_t} is not {more} less {less}")


def scaled(yearly_t: int, from_s: int, to_s: int) -> int:
    """Return a yearly quantity for a period, rounded down: by months where they are whole.

    Months are whole from midnight to midnight of the same day of a month; else a year is 365 days.
    """
    first, last = calendar.civil(from_s), calendar.civil(to_s)
    if not from_s % DAY_S and not to_s % DAY_S and first[2] == last[2]:
        months = (last[0] - first[0]) * 12 + last[1] - first[1]
        return yearly_t * months // 12
    return yearly_t * (to_s - from_s) // (365 * DAY_S)


def _baseline(tx: Tx, rules: Rules, case: Case) -> None:
    """BASELINE: of 12 or 24 months before, and not better for the claim than they (S0-21..23)."""
    del tx
    numbers, msg = case.msg.numbers, case.msg
    if msg.outcome not in (ABS_REDUCTION, SINK_INCREASE) and not numbers.baseline_months:
        return  # destroyed or stored: nothing emitted before is compared with
    allowed = list(rules.program.params.baseline_months)
    if numbers.baseline_months not in allowed:
        text = f"{numbers.baseline_months} is none of {', '.join(str(item) for item in allowed)}"
        refuse(Code.REC_SCHEMA, f"numbers.baseline_months: {text}")
    yearly_t = numbers.actual_baseline_t * 12 // numbers.baseline_months
    actual_t = scaled(yearly_t, case.from_s, case.to_s)
    if msg.outcome == SINK_INCREASE:
        if numbers.baseline_t < actual_t:
            text = f"absorbed were {actual_t}, the baseline has {numbers.baseline_t}"
            refuse(Code.BASELINE_EXCEEDS_ACTUAL, text)
    elif numbers.baseline_t > actual_t:
        text = f"{numbers.baseline_t} is above {actual_t} of such a period"
        refuse(Code.BASELINE_EXCEEDS_ACTUAL, text)


def _min_result(tx: Tx, rules: Rules, case: Case) -> None:
    """MIN_RESULT: the net result of a commitment is its least share of the baseline (S0-29)."""
    del tx
    if case.subject is None or case.subject.activity.subtype != "COMMITMENT":
        return
    numbers, bps = case.msg.numbers, rules.program.params.min_result_bps
    least = u64.ceil_bps(numbers.baseline_t, bps)
    if numbers.net_t < least:
        refuse(Code.BELOW_MIN_RESULT, f"{numbers.net_t} is below {least}")


# ---- claims ----


def _claims(reader: Reader, boundary: str, kind: int, case: Case) -> Iterator[Statement]:
    """Yield the live statements of any program that claim a boundary in the case's period.

    From the last on. Claims of one kind on a boundary do not overlap, so the first that ended
    before the period ends the search; what indirect claims were compared with may overlap.
    CLAIM_OVERLAP where there are more than can be looked through.
    """
    prefix = keys.claim_prefix(boundary, kind)
    rows = reader.scan(prefix, prefix + keys.u64(case.to_s), reverse=True)
    for seen, (row, value) in enumerate(rows):
        if seen == CLAIMS_SEEN_MAX:
            refuse(Code.CLAIM_OVERLAP, f"{boundary} has more than {seen} claims before that time")
        if int.from_bytes(value, "big") > case.from_s:
            yield _statement(reader, row[len(prefix) + 8 :])
        elif kind != RECONCILED:
            return


def _statement(reader: Reader, where: bytes) -> Statement:
    """Return the statement that a claim row names by program and id."""
    raw = reader.get(bytes((keys.Table.STATEMENT,)) + where)
    assert raw is not None, "the index names statements that exist"
    return decode(Statement, raw)


def _claim_unique(tx: Tx, rules: Rules, case: Case) -> None:
    """CLAIM_UNIQUE: no live statement of any program claims the same boundary and time (C-5)."""
    del rules
    for found in _claims(tx.overlay, case.boundary, case.msg.kind, case):
        refuse(Code.CLAIM_OVERLAP, f"claimed by {found.id} of {found.program}")
    if case.msg.kind == VERIFICATION and case.msg.scope != "INDIRECT":
        for found in _claims(tx.overlay, case.boundary, RECONCILED, case):
            refuse(Code.CLAIM_OVERLAP, f"{found.id} of {found.program} claims it indirectly")


def _indirect(tx: Tx, rules: Rules, case: Case) -> None:
    """INDIRECT: factors confirmed, compared with direct emissions that nobody claims (S0-36/37)."""
    del rules
    msg = case.msg
    if msg.scope != "INDIRECT":
        return
    if not msg.factor_source:
        _unmet("INDIRECT", "factor_source is missing")
    if INDIRECT_RECONCILED not in msg.flags:
        _unmet("INDIRECT", f"flag {INDIRECT_RECONCILED} is not confirmed")
    if not msg.reconciled:
        _unmet("INDIRECT", "reconciled names no boundary")
    no_direct_claims(tx, case)


def no_direct_claims(tx: Tx, case: Case) -> None:
    """Refuse where a boundary that was compared with has a direct claim in that time."""
    for boundary in case.msg.reconciled:
        for found in _claims(tx.overlay, boundary, VERIFICATION, case):
            if found.scope != "INDIRECT":
                text = f"{boundary} is claimed by {found.id} of {found.program}"
                refuse(Code.CLAIM_OVERLAP, text)


def _sink_not_natural(tx: Tx, rules: Rules, case: Case) -> None:
    """SINK_NOT_NATURAL: absorption is purposeful and would not have come of itself (S0-24)."""
    del tx, rules
    if case.msg.outcome == SINK_INCREASE and NOT_NATURAL not in case.msg.flags:
        _unmet("SINK_NOT_NATURAL", f"flag {NOT_NATURAL} is not confirmed")


def _unmet(name: str, why: str) -> NoReturn:
    refuse(Code.WF_GUARD, f"{name}: {why}")


# ---- independence ----


def _no_conflict(tx: Tx, rules: Rules, case: Case) -> None:
    """COI: no interest in the matter, and not the same auditor year after year (S4-26)."""
    if case.subject is None:
        return
    checks.conflict(tx, case.subject)
    most = rules.program.params.same_auditor_max
    if case.msg.kind == VERIFICATION and most:
        run = 1 + _run(tx, case, most, before=True) + _run(tx, case, most, before=False)
        if run > most:
            refuse(Code.CONFLICT, f"{tx.signer.organisation} would verify {run} times in a row")


def _run(tx: Tx, case: Case, most: int, *, before: bool) -> int:
    """Return how many verifications next to the period are the signer's organisation's."""
    prefix = keys.claim_prefix(case.boundary, VERIFICATION)
    here = prefix + keys.u64(case.from_s)
    span = (prefix, here) if before else (here, prefix_stop(prefix))
    count = 0
    for row, _ in tx.overlay.scan(*span, reverse=before):
        found = _statement(tx.overlay, row[len(prefix) + 8 :])
        if found.auditor_organisation != tx.signer.organisation or count == most:
            break
        count += 1
    return count


CHECKS: dict[str, Callable[[Tx, Rules, Case], None]] = {
    "BASELINE": _baseline,
    "CLAIM_UNIQUE": _claim_unique,
    "COI": _no_conflict,
    "INDIRECT": _indirect,
    "MIN_RESULT": _min_result,
    "SINK_NOT_NATURAL": _sink_not_natural,
}


def statement_of(case: Case) -> Statement:
    """Return what the state keeps of a statement, its activity, maker and status apart."""
    msg = case.msg
    return Statement(
        program=msg.program,
        id=msg.id,
        kind=msg.kind,
        list=msg.list,
        boundary_id=case.boundary,
        period_from_s=case.from_s,
        period_to_s=case.to_s,
        outcome=msg.outcome,
        numbers=msg.numbers,
        flags=msg.flags,
        documents=msg.documents,
        issuance=msg.issuance,
        quantity_t=msg.quantity_t,
        avoidable=msg.avoidable,
        party=msg.party,
        period=msg.period,
        valid_until_s=msg.valid_until_s,
        scope=msg.scope,
        factor_source=msg.factor_source,
        reconciled=msg.reconciled,
        footprint=msg.footprint,
        lulucf=msg.lulucf,
    )
