"""Records of every kind: drafts, comments, ages, papers, caps that are raised, ends."""

from typing import Any

import pytest

from abci_app.core import ids
from abci_app.core.calendar import parse_iso
from abci_app.core.codes import Code
from abci_app.engine import effects, evidence, guards
from abci_app.state import schema
from abci_app.state.words import APPROVAL_CHECKS, EFFECTS, GUARDS
from tests import acts
from tests.harness import IPCI, Chain, edited
from tests.knowledge import acts as k
from tests.names import PROGRAM, account_id
from tonne.v1 import tx_pb2 as t

DAY = 86_400
VOID = str(ids.AccountId("XI", 240, 1, 0))


def submitted(*rows: str, **fields: object) -> str:
    """IPCI whose row for approving a methodology says more."""
    name = 'name = "approve a methodology"\n'
    return edited(IPCI, (name, name + "".join(rows)), **fields)


def test_every_word_of_a_row_has_one_function() -> None:
    steps = ("ACKNOWLEDGE", "AMEND", "OPEN_COMMENTS")  # which workflows knows
    assert sorted([*effects.EFFECTS, *steps]) == sorted(EFFECTS)
    assert sorted(guards.GUARDS) == sorted(GUARDS)
    caps = [word for word in APPROVAL_CHECKS if word.startswith("CAP_")]  # of issues
    assert sorted([*evidence.CHECKS, *caps]) == sorted(APPROVAL_CHECKS)


# ---- drafts ----


def test_a_draft_is_amended_by_its_owner_while_it_is_one() -> None:
    chain = Chain.with_parties()
    chain.ok("issuer", acts.methodology())
    chain.ok("issuer", acts.methodology(title="Waste heat, again"))
    record = chain.record(t.METHODOLOGY, "M1")
    assert (record.methodology.title, record.version) == ("Waste heat, again", 2)
    chain.refused(Code.ROLE_MISSING, "user", acts.methodology())
    chain.ok("issuer", acts.anchor("METHODOLOGY", (t.METHODOLOGY, "M1")))
    chain.ok("coordinator", acts.transition(t.METHODOLOGY, "M1", "APPROVED"))
    chain.refused(Code.REC_EXISTS, "issuer", acts.methodology())


def test_a_methodology_does_not_supersede_itself_by_an_amendment() -> None:
    chain = Chain.with_parties()
    chain.refused(Code.REC_REF, "issuer", acts.methodology(supersedes="M1"))
    chain.ok("issuer", acts.methodology())
    chain.refused(Code.REC_REF, "issuer", acts.methodology(supersedes="M1"))


def test_an_amendment_keeps_the_subtype_and_meets_the_guards() -> None:
    chain = Chain.with_activity()
    chain.ok("issuer", k.commitment())
    chain.refused(Code.REC_SCHEMA, "issuer", acts.activity("C1"))
    chain.refused(Code.WF_GUARD, "issuer", k.commitment(adoption_year=2027))
    chain.refused(Code.WF_NOT_ALLOWED, "issuer", acts.transition(t.ACTIVITY, "C1", "DESIGN"))
    chain.ok("issuer", k.commitment(title="A stricter cap"))
    assert chain.record(t.ACTIVITY, "C1").activity.title == "A stricter cap"


def test_what_numbers_rest_on_is_no_draft() -> None:
    row = 'from_state = "REQUESTED"\nto_state = "REQUESTED"'
    opened = 'from_state = "OPENED"\nto_state = "OPENED"'
    later = f"""
[[workflow_rules]]
name = "amend what is opened"
kind = "ISSUANCE"
{opened}
signer = "HOLDER"
effects = ["AMEND"]
"""
    assert row in IPCI
    chain = Chain.with_activity(program=IPCI + later)
    chain.ok("auditor", acts.verification(), also=("operator",))
    chain.ok("issuer", acts.issuance())
    chain.ok("issuer", acts.issuance(list="ACL-2"))
    chain.ok("issuer", acts.issuance())
    chain.ok("auditor", acts.opened(100))
    chain.refused(Code.WF_GUARD, "issuer", acts.issuance(list="ACL-2"))


@pytest.mark.parametrize(
    ("fields", "when"),
    [
        ({"base_year": 2024}, "not the year before"),
        ({"base_year": 2012, "adoption_year": 2013}, "before 2013"),
        ({"crediting_from_s": parse_iso("2012-12-31")}, "accounting before 2013"),
    ],
    ids=lambda item: item if isinstance(item, str) else "",
)
def test_commitments_have_their_terms(fields: dict[str, Any], when: str) -> None:
    del when
    chain = Chain.with_activity()
    result = chain.refused(Code.WF_GUARD, "issuer", k.commitment(**fields))
    assert result.detail.startswith("COMMITMENT_TERMS: ")


# ---- ages, flags, comments ----


def test_a_state_may_be_too_young_and_too_old() -> None:
    program = submitted(f"min_age_s = {DAY}\nmax_age_s = {2 * DAY}\n")
    chain = Chain.with_parties(program=program)
    chain.ok("issuer", acts.methodology(), acts.anchor("METHODOLOGY", (t.METHODOLOGY, "M1")))
    since, approve = chain.now, acts.transition(t.METHODOLOGY, "M1", "APPROVED")
    chain.block(at=since + DAY - 2)
    chain.refused(Code.WF_TOO_EARLY, "coordinator", approve)
    chain.block(at=since + 2 * DAY - 1)
    chain.refused(Code.WF_TOO_LATE, "coordinator", approve)


def test_a_state_is_old_enough_in_the_very_second() -> None:
    chain = Chain.with_parties(program=submitted(f"min_age_s = {DAY}\n"))
    chain.ok("issuer", acts.methodology(), acts.anchor("METHODOLOGY", (t.METHODOLOGY, "M1")))
    chain.block(at=chain.now + DAY - 1)
    chain.ok("coordinator", acts.transition(t.METHODOLOGY, "M1", "APPROVED"))


def test_the_newest_statement_confirms_the_flags() -> None:
    row = 'statements = ["MONITORING_SYSTEM"]\n'
    program = edited(IPCI, (row, row + 'flags = ["effective"]\n'))
    chain = Chain.with_parties(program=program)
    chain.ok("issuer", acts.methodology(), acts.anchor("METHODOLOGY", (t.METHODOLOGY, "M1")))
    chain.ok("coordinator", acts.transition(t.METHODOLOGY, "M1", "APPROVED"))
    papers = [
        acts.anchor(kind, (t.ACTIVITY, "A1")) for kind in ("PROJECT_DOCUMENT", "MONITORING_PLAN")
    ]
    chain.ok("issuer", acts.activity(), *papers)
    register = acts.transition(t.ACTIVITY, "A1", "REGISTERED")
    chain.ok("auditor", acts.monitoring("S9", flags=["effective"]), also=("operator",))
    chain.ok("auditor", acts.monitoring("S1"), also=("operator",))
    chain.refused(Code.WF_GUARD, "operator", register)
    chain.ok("auditor", acts.monitoring("S2", flags=["effective"]), also=("operator",))
    chain.ok("operator", register)


COMMENTS = (
    ('"OPINION",', '"OPINION",\n  "PUBLIC_INPUT",'),
    (
        'name = "submit a methodology"\n',
        f'name = "submit a methodology"\neffects = ["OPEN_COMMENTS"]\ncomment_s = {DAY}\n',
    ),
)


def test_anybody_with_an_account_comments_while_the_window_is_open() -> None:
    chain = Chain.with_activity(program=edited(IPCI, *COMMENTS))
    chain.ok("issuer", acts.methodology("M2"))
    until = chain.record(t.METHODOLOGY, "M2").comment_until_s
    assert until == chain.now + DAY
    comment = acts.anchor("PUBLIC_INPUT", (t.METHODOLOGY, "M2"))
    chain.refused(Code.REC_REF, "user", acts.anchor("PUBLIC_INPUT", None))
    closed = acts.anchor("PUBLIC_INPUT", (t.ACTIVITY, "A1"))
    chain.refused(Code.WINDOW_CLOSED, "user", closed)
    chain.ok("user", comment)
    chain.block(at=until - 2)
    chain.ok("user", acts.anchor("PUBLIC_INPUT", (t.METHODOLOGY, "M2"), hash=acts.digest("late")))
    again = acts.anchor("PUBLIC_INPUT", (t.METHODOLOGY, "M2"), hash=acts.digest("too late"))
    chain.refused(Code.WINDOW_CLOSED, "user", again)


# ---- papers ----


def test_the_council_gives_its_opinion_while_a_proposal_waits() -> None:
    chain = Chain.with_issuance()
    chain.ok("coordinator", acts.accredit("user", t.COUNCIL))
    number = chain.pending("auditor", acts.issue(1))
    for wrong in ("0", "x", f"0{number}", str(number + 1), "9" * 30):
        chain.refused(Code.PROPOSAL_UNKNOWN, "user", k.paper("OPINION", wrong))
    chain.refused(Code.ROLE_MISSING, "issuer", k.paper("OPINION", number))
    chain.ok("user", k.paper("OPINION", number))
    chain.refused(Code.DOC_DUP, "user", k.paper("OPINION", number))
    chain.ok("auditor", k.paper("RISK_ASSESSMENT", number))
    chain.decided("operator", number)
    late = k.paper("OPINION", number, hash=acts.digest("late"))
    chain.refused(Code.DECIDE_CLOSED, "user", late)


def test_a_meter_anchors_what_it_measured() -> None:
    chain = Chain.with_activity()
    log = acts.anchor("MEASUREMENT_LOG", (t.ACTIVITY, "A1"))
    chain.refused(Code.ROLE_MISSING, "user", log)
    chain.ok("operator", acts.accredit("user", t.METER))
    chain.ok("user", log)


def test_a_public_version_stands_beside_what_it_is_of() -> None:
    chain = Chain.with_activity()
    link = (t.ACTIVITY, "A1")
    public = acts.digest("the public text")
    version = acts.anchor(
        "CONCLUSION", link, hash=public, public_version_of=acts.digest("the secret text")
    )
    chain.refused(Code.REC_REF, "issuer", version)
    secret = acts.digest("the secret text")
    chain.ok("issuer", acts.anchor("ADDITIONALITY", link, hash=secret, confidential=True))
    chain.ok("issuer", version)


# ---- caps ----


def two_statements(cap: int = 100) -> Chain:
    """R1 stands at a cap of S1; S2 of another year backs nothing yet."""
    chain = Chain.with_activity()
    for number, year in ((1, 2024), (2, 2025)):
        first, last = (acts.YEAR(f"{y}-01-01") for y in (year, year + 1))
        act = acts.verification(f"S{number}", cap, period_from_s=first, period_to_s=last)
        chain.ok("auditor", act, also=("operator",))
    chain.ok("issuer", acts.issuance())
    chain.ok("auditor", acts.opened(cap))
    chain.ok("operator", acts.approved(cap))
    return chain


def test_a_cap_is_raised_by_a_further_statement_and_approved_anew() -> None:
    chain = two_statements()
    chain.ok("auditor", acts.issue(100, vintage=2024), also=("operator",))
    assert chain.record(t.ISSUANCE, "R1").state == "FULL"
    chain.refused(Code.CAP_EXCEEDED, "auditor", k.raised(201, ["S2"]))
    chain.refused(Code.REC_SCHEMA, "auditor", k.raised(100, ["S2"]))
    chain.refused(Code.REC_SCHEMA, "auditor", k.raised(150, ["S1"]))
    chain.refused(Code.NOT_ACCREDITED, "stranger", k.raised(150, ["S2"]))
    chain.ok("auditor", k.raised(150, ["S2"]))
    chain.refused(Code.ISS_STATE, "auditor", acts.issue(1, vintage=2024), also=("operator",))
    chain.refused(Code.CAP_EXCEEDED, "operator", acts.approved(151))
    chain.refused(Code.CAP_EXCEEDED, "operator", acts.approved(99))  # below what is issued
    chain.refused(Code.RESERVE_TERMS, "operator", acts.approved(150, 900))
    chain.ok("operator", acts.approved(150))
    chain.refused(Code.CAP_EXCEEDED, "auditor", acts.issue(51, vintage=2024), also=("operator",))
    chain.ok("auditor", acts.issue(50, vintage=2024), also=("operator",))
    assert chain.balance("issuer") == (135, 15)
    second = schema.STATEMENTS.get(chain.app.ledger, PROGRAM, "S2")
    assert second is not None
    assert (second.issuance, second.capped_t) == ("R1", 50)


def test_tonnes_found_void_are_not_freed_to_back_another_cap() -> None:
    """Interpretation 41; the duty that came of it stays with the issuance, too."""
    chain = two_statements()
    chain.ok("auditor", k.raised(150, ["S2"]))
    fields = {"list": "", "issuance": "R1", "quantity_t": 50}
    chain.ok("coordinator", k.attest(t.INVALIDATION, "V1", **fields), also=("operator",))
    chain.refused(Code.ISS_STATE, "operator", acts.transition(t.ISSUANCE, "R1", "REJECTED"))
    first = schema.STATEMENTS.get(chain.app.ledger, PROGRAM, "S1")
    assert first is not None
    assert (first.issuance, first.capped_t) == ("R1", 100)


def test_the_end_of_validity_is_not_raised_with_the_cap() -> None:
    chain = two_statements()
    act = k.raised(150, ["S2"])
    act.transition.opening.valid_until_s = parse_iso("2030-01-01")
    chain.refused(Code.VALIDITY_INVALID, "auditor", act)


def test_opening_names_no_statements_of_its_own() -> None:
    chain = Chain.with_activity()
    chain.ok("auditor", acts.verification(), also=("operator",))
    chain.ok("issuer", acts.issuance())
    chain.refused(Code.REC_SCHEMA, "auditor", k.raised(10, ["S1"]))


# ---- methodologies ----


@pytest.mark.parametrize("at_once", [True, False])
def test_a_methodology_takes_the_place_of_another(at_once: bool) -> None:
    chain = Chain.with_activity()
    by = 0 if at_once else chain.now + 1000
    newer = acts.methodology("M2", supersedes="M1", must_migrate_by_s=by)
    chain.ok("issuer", newer, acts.anchor("METHODOLOGY", (t.METHODOLOGY, "M2")))
    chain.ok("coordinator", acts.transition(t.METHODOLOGY, "M2", "APPROVED"))
    if not at_once:
        assert chain.record(t.METHODOLOGY, "M1").state == "APPROVED"
        chain.block(at=by - 1)
        assert chain.record(t.METHODOLOGY, "M1").state == "APPROVED"
        chain.block(at=by)
    assert chain.record(t.METHODOLOGY, "M1").state == "SUPERSEDED"
    assert chain.record(t.METHODOLOGY, "M1").duty_s == 0
    assert chain.record(t.METHODOLOGY, "M2").state == "APPROVED"
    chain.refused(Code.WF_GUARD, "issuer", k.footprint_of("issuer"))


# ---- the other kinds ----

TREATY = """
[[parties]]
iso2 = "KZ"
iso3 = "KAZ"
eligible = true

[[workflow_rules]]
name = "authorize"
kind = "AUTHORIZATION"
from_state = ""
to_state = "ISSUED"
signer = "OPERATOR"

[[workflow_rules]]
name = "authorize anew"
kind = "AUTHORIZATION"
from_state = "ISSUED"
to_state = "ISSUED"
signer = "OPERATOR"
effects = ["AMEND"]
"""


def authorization(**changes: object) -> t.Action:
    fields = t.AuthorizationDraft(
        party="KZ",
        approach="CA0001",
        quantity_t=50,
        purposes=["NDC", "OIMP"],
        entities=["acme"],
        year_from=2024,
        year_to=2025,
        activity="A1",
        first_transfer="ISSUANCE",
    )
    acts.changed(fields, changes)
    return k.put("Z1", authorization=fields)


def test_an_authorization_names_what_exists_and_gets_new_versions() -> None:
    chain = Chain.with_activity(program=IPCI + TREATY)
    chain.refused(Code.REC_REF, "operator", authorization(party="JP"))
    chain.refused(Code.REC_REF, "operator", authorization(activity="A9"))
    chain.refused(Code.ORG_UNKNOWN, "operator", authorization(entities=["nobody"]))
    chain.refused(Code.ROLE_MISSING, "user", authorization())
    chain.ok("operator", authorization())
    chain.ok("operator", authorization(quantity_t=60))
    record = chain.record(t.AUTHORIZATION, "Z1")
    assert (record.authorization.quantity_t, record.version) == (60, 2)


def test_records_without_rows_are_not_made() -> None:
    chain = Chain.with_activity()
    chain.refused(Code.REC_REF, "operator", authorization())  # the program has no parties
    draft = t.NoticeDraft(kind="INVALIDATION", debtor=account_id("issuer"), quantity_t=1)
    chain.refused(Code.WF_NOT_ALLOWED, "operator", k.put("N1", notice=draft))
    other = t.NoticeDraft(kind="EXCESS_ISSUE", debtor=account_id("issuer"))
    chain.refused(Code.RULE_MISSING, "operator", k.put("N1", notice=other))


def test_an_obligation_is_of_a_period() -> None:
    chain = Chain.with_activity()
    draft = t.ObligationDraft(account=account_id("issuer"), period="2026")
    chain.refused(Code.PERIOD_UNKNOWN, "operator", k.put("O1", obligation=draft))


# ---- guards ----


def guarded(*words: str) -> str:
    """IPCI whose row for describing an activity has more guards."""
    row = 'name = "describe an activity"\n'
    start = IPCI.index(row)
    listed = ", ".join(f'"{word}"' for word in words)
    rest = IPCI[start:].replace('guards = ["COMMITMENT_TERMS"]', f"guards = [{listed}]", 1)
    forest = '\n[[categories]]\nid = "forest"\nflags = ["REVERSAL_MATERIAL"]\n'
    return IPCI[:start] + rest + forest


def test_monitoring_lasts_where_a_reversal_is_a_material_risk() -> None:
    chain = Chain.with_activity(program=guarded("MONITORING_TERM"))
    terms = {"category": "forest", "start_s": parse_iso("2024-03-01")}
    for until in ("2063-03-01", "2064-02-29"):
        short = acts.activity("A2", monitoring_until_s=parse_iso(until), **terms)
        result = chain.refused(Code.WF_GUARD, "issuer", short)
        assert result.detail.startswith("MONITORING_TERM: ")
    chain.ok("issuer", acts.activity("A2", monitoring_until_s=parse_iso("2064-03-01"), **terms))


def test_tonnes_that_a_mandatory_scheme_covers_are_not_taken() -> None:
    chain = Chain.with_activity(program=guarded("NOT_COVERED"))
    covered = acts.activity("A2", covered_by_scheme="ETS")
    result = chain.refused(Code.WF_GUARD, "issuer", covered)
    assert result.detail.startswith("NOT_COVERED: ")


def test_no_registry_is_opened_while_a_duty_is_open_for_the_activity() -> None:
    chain = Chain.with_units()
    void = k.attest(t.INVALIDATION, "V1", list="", issuance="R1", quantity_t=600)
    chain.ok("coordinator", void, also=("operator",))
    assert chain.record(t.ACTIVITY, "A1").notices_open == 1
    first, last = (acts.YEAR(f"{year}-01-01") for year in (2026, 2027))
    chain.block(at=parse_iso("2027-01-02"))
    act = acts.verification("S2", period_from_s=first, period_to_s=last)
    chain.ok("auditor", act, also=("operator",))
    chain.ok("issuer", acts.issuance("R2", statements=["S2"]))
    result = chain.refused(Code.WF_GUARD, "auditor", acts.opened(10, "R2"))
    assert result.detail.startswith("NO_OPEN_NOTICE: ")
    result = chain.refused(Code.WF_GUARD, "auditor", k.raised(150_000, ["S2"]))
    fulfil = acts.move(600, "issuer", VOID, notice="V1")
    chain.ok("issuer", fulfil)
    chain.ok("auditor", acts.opened(10, "R2"))
