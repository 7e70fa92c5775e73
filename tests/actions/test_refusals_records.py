"""Programs, records, documents: what is refused, each with its code; no code is left out."""

from pathlib import Path

import pytest

from abci_app.core.codes import Code, code_name
from tests import acts
from tests.actions.refusal import (
    LARGE,
    Case,
    doing,
    joint,
    requested,
    with_text,
)
from tests.actions.test_refusals_duties import CASES as DUTIES
from tests.actions.test_refusals_market import CASES as MARKET
from tests.actions.test_refusals_parties import CASES as PARTIES
from tests.actions.test_refusals_units import CASES as UNITS
from tests.engine.test_links import REFUSED as LINKS
from tests.harness import IPCI, Chain, edited
from tonne.v1 import tx_pb2 as t

TESTS = Path(__file__).parents[1]


def without_account_rules() -> str:
    start = IPCI.index('[[approval_rules]]\nname = "accounts by the operator"')
    return IPCI[:start] + IPCI[IPCI.index("# ---- duties ----") :]


CASES: dict[str, Case] = {
    "an unknown program": Case(
        Code.PROGRAM_UNKNOWN,
        "user",
        t.Action(anchor=t.Anchor(program="JCM", kind="PDD", hash=acts.HASH, media_type="a/b")),
    ),
    "a program that is not active": Case(
        Code.PROGRAM_INACTIVE,
        "operator",
        acts.anchor("CONCLUSION", None),
        lambda: Chain(program=edited(IPCI, ('status = "ACTIVE"', 'status = "DORMANT"'))),
    ),
    "a program that is not yet in force": Case(
        Code.PROGRAM_UNKNOWN,
        "operator",
        acts.organisation("house"),
        lambda: Chain(
            program=edited(IPCI, ("version = 1", "version = 1\neffective_from_s = 4_000_000_000"))
        ),
    ),
    "a kind of statement without a rule": Case(
        Code.RULE_MISSING,
        "auditor",
        acts.verification(kind=t.VALIDATION),
        Chain.with_activity,
    ),
    "accounts without a rule": Case(
        Code.RULE_MISSING,
        "operator",
        acts.organisation("house"),
        lambda: Chain(program=without_account_rules()),
    ),
    "a record twice": Case(Code.REC_EXISTS, "user", acts.methodology(), Chain.with_activity),
    "a methodology after none": Case(Code.REC_REF, "user", acts.methodology(supersedes="M0")),
    "an activity by no methodology": Case(Code.REC_REF, "user", acts.activity()),
    "an issuance of no activity": Case(Code.REC_REF, "user", acts.issuance(activity="A9")),
    "a statement on no activity": joint(
        Code.REC_REF, "auditor", acts.monitoring(), stage=Chain.with_parties
    ),
    "a document of no record": Case(
        Code.REC_REF, "user", acts.anchor("METHODOLOGY", (t.METHODOLOGY, "M9"))
    ),
    "a step of no record": Case(
        Code.REC_REF, "coordinator", acts.transition(t.METHODOLOGY, "M9", "APPROVED")
    ),
    "an issue of no issuance": joint(
        Code.REC_REF,
        "auditor",
        acts.issue(1),
        Chain.with_activity,
    ),
    "terms that do not belong to the step": Case(
        Code.REC_SCHEMA,
        "operator",
        acts.transition(t.ISSUANCE, "R1", "SUSPENDED", opening=t.IssuanceOpening(cap_t=1)),
        Chain.with_issuance,
    ),
    "a step without its terms": Case(
        Code.REC_SCHEMA,
        "auditor",
        acts.transition(t.ISSUANCE, "R1", "OPENED"),
        Chain.with_activity,
        first=requested,
    ),
    "a step with the terms of another": Case(
        Code.REC_SCHEMA,
        "auditor",
        acts.transition(t.ISSUANCE, "R1", "OPENED", approval=t.IssuanceApproval(approved_cap_t=1)),
        Chain.with_activity,
        first=requested,
    ),
    "a cap of zero": Case(
        Code.REC_SCHEMA, "auditor", acts.opened(0), Chain.with_activity, first=requested
    ),
    "net that is not baseline less the rest": joint(
        Code.REC_SCHEMA,
        "auditor",
        acts.verification(numbers__leakage_t=1),
        Chain.with_activity,
    ),
    "less than nothing": joint(
        Code.REC_SCHEMA,
        "auditor",
        acts.verification(numbers=t.StatementNumbers(baseline_t=5, project_t=6, net_t=LARGE)),
        Chain.with_activity,
    ),
    "net of zero": joint(
        Code.REC_SCHEMA,
        "auditor",
        acts.verification(net=0),
        Chain.with_activity,
    ),
    "a baseline above what was": joint(  # of two years, from one
        Code.BASELINE_EXCEEDS_ACTUAL,
        "auditor",
        acts.verification(numbers__actual_baseline_t=49_999),
        Chain.with_activity,
    ),
    "a checklist with a gap": joint(
        Code.REC_SCHEMA,
        "auditor",
        acts.verification(flags=acts.FLAGS[1:]),
        Chain.with_activity,
    ),
    "no outcome": joint(
        Code.REC_SCHEMA,
        "auditor",
        acts.verification(outcome=0),
        Chain.with_activity,
    ),
    "a step that no row knows": Case(
        Code.WF_NOT_ALLOWED,
        "operator",
        acts.transition(t.ACTIVITY, "A1", "RENEWED"),
        Chain.with_activity,
    ),
    "a step back": Case(
        Code.WF_NOT_ALLOWED,
        "coordinator",
        acts.transition(t.METHODOLOGY, "M1", "REJECTED"),
        Chain.with_activity,
    ),
    "a methodology without its document": Case(
        Code.WF_GUARD,
        "coordinator",
        acts.transition(t.METHODOLOGY, "M1", "APPROVED"),
        first=doing("issuer", acts.methodology()),
    ),
    "an activity without a statement": Case(
        Code.WF_GUARD,
        "operator",
        acts.transition(t.ACTIVITY, "A2", "REGISTERED"),
        Chain.with_activity,
        first=doing(
            "issuer",
            acts.activity("A2"),
            acts.anchor("PROJECT_DOCUMENT", (t.ACTIVITY, "A2")),
            acts.anchor("MONITORING_PLAN", (t.ACTIVITY, "A2")),
        ),
    ),
    "an issuance of an activity that is not registered": Case(
        Code.WF_GUARD,
        "issuer",
        acts.issuance("R2", activity="A2"),
        Chain.with_issuance,
        first=doing("issuer", acts.activity("A2")),
    ),
    "an issuance of another's activity": Case(
        Code.WF_GUARD, "user", acts.issuance("R2"), Chain.with_issuance
    ),
    "a step too early": Case(
        Code.WF_TOO_EARLY,
        "coordinator",
        acts.transition(t.METHODOLOGY, "M1", "REJECTED"),
        with_text(
            ('name = "reject a methodology"', 'name = "reject a methodology"\nmin_age_s = 100')
        ),
        first=doing("issuer", acts.methodology()),
    ),
    "a stranger's document": Case(
        Code.ROLE_MISSING,
        "user",
        acts.anchor("METHODOLOGY", (t.METHODOLOGY, "M1")),
        Chain.with_activity,
    ),
    "a document twice": Case(
        Code.DOC_DUP,
        "issuer",
        acts.anchor("METHODOLOGY", (t.METHODOLOGY, "M1")),
        Chain.with_activity,
    ),
    "a document of no size": Case(
        Code.DOC_SIZE, "user", acts.anchor("CONCLUSION", None, size_bytes=0)
    ),
    "a document beyond a terabyte": Case(
        Code.DOC_SIZE, "user", acts.anchor("CONCLUSION", None, size_bytes=(1 << 40) + 1)
    ),
    "deciding on nothing": Case(Code.PROPOSAL_UNKNOWN, "operator", acts.yes(1)),
    "withdrawing nothing": Case(Code.PROPOSAL_UNKNOWN, "operator", acts.withdraw(1)),
    "a document of an unknown kind": Case(Code.DOC_KIND, "user", acts.anchor("PDD", None)),
}


@pytest.mark.parametrize("what", CASES)
def test_it_is_refused_with_its_code(what: str) -> None:
    CASES[what].run()


# Provoked where the machinery behind them is tested.
ELSEWHERE = {
    "engine/test_approvals": (
        Code.DECIDE_NOT_MEMBER,
        Code.DECIDE_CLOSED,
        Code.DECIDE_DUP,
        Code.DECIDE_REASON,
        Code.WITHDRAW_LATE,
        Code.WITHDRAW_NOT_AUTHOR,
        Code.PROPOSAL_TOO_LARGE,
        Code.TOO_MANY_PROPOSALS,
    ),
    "state/test_lots": (Code.UNIT_EXPIRED,),  # no class of this version ends
    "actions/test_put_policy*": (
        Code.PARTY_NOT_ELIGIBLE,
        Code.POLICY_CONFLICT,
        Code.POLICY_SCHEMA,
        Code.POLICY_VALIDATORS,
        Code.POLICY_VERSION,
    ),
    "actions/test_parties_of_lab": (Code.SEATS_TAKEN, Code.UNTRUSTED),
    "knowledge/test_*": (
        Code.AUTHZ_QTY,
        Code.AUTHZ_SCOPE,
        Code.BASELINE_EXCEEDS_ACTUAL,
        Code.BELOW_MIN_RESULT,
        Code.FOOTPRINT_DUP,
        Code.FOOTPRINT_QUANTITY,
        Code.FOOTPRINT_STATE,
        Code.LABEL_AUTH,
        Code.LABEL_EXCLUDED,
        Code.LABEL_STATUS,
        Code.PERIOD_UNKNOWN,
        Code.VALIDITY_INVALID,
        Code.WF_TOO_LATE,
        Code.WINDOW_CLOSED,
    ),
    "engine/test_kyoto_e*": (
        Code.CARRYOVER_LIMIT,
        Code.CPR_BREACH,
        Code.EXTERNAL_ACCOUNT_MISSING,
        Code.NOTICE_MISSING,
        Code.OBLIGATION_EXCEEDED,
        Code.OBLIGATION_MISSING,
        Code.OBLIGATION_STATE,
    ),
    "engine/test_conversions": (
        Code.CONVERT_NOT_ALLOWED,
        Code.PARTY_NOT_ELIGIBLE,
        Code.PROJECT_LIMIT,
    ),
    "engine/test_obligations": (Code.NOT_REVERSIBLE, Code.OFFSET_LIMIT),
    "engine/test_move_checks": (Code.LABEL_MISSING, Code.UNTRUSTED),
    "machine/test_containment": (Code.INTERNAL,),
    "machine/test_queries": (Code.HEIGHT_UNAVAILABLE,),
    "node/test_gateway_submission": (Code.ALREADY_COMMITTED,),
}


def test_every_code_above_the_envelope_is_provoked() -> None:
    tables = (CASES, DUTIES, LINKS, MARKET, PARTIES, UNITS)
    provoked = [case.code for table in tables for case in table.values()]
    provoked += [code for codes in ELSEWHERE.values() for code in codes]
    numbers = [number for number in Code.values() if number >= 200 or number == Code.INTERNAL]
    assert not [code_name(number) for number in numbers if number not in provoked]


@pytest.mark.parametrize("files", ELSEWHERE)
def test_a_code_that_is_provoked_elsewhere_is_named_there(files: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in TESTS.glob(f"{files}.py")]
    for code in ELSEWHERE[files]:
        name = code_name(code)
        assert any(f"Code.{name}" in text for text in texts), f"{name} is not in {files}"
