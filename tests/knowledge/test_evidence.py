"""What statements must show, with the numbers of E3, and whose tonnes they claim."""

from typing import Any

import pytest

from abci_app.core.calendar import parse_iso
from abci_app.core.codes import Code
from abci_app.engine import evidence
from abci_app.state import schema
from tests import acts
from tests.acts import FLAGS, YEAR
from tests.harness import IPCI, Chain, edited
from tests.knowledge import acts as k
from tests.names import PROGRAM, account_id
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

INDIRECT: dict[str, Any] = {
    "scope": "INDIRECT",
    "factor_source": "SUPPLIER_CONFIRMED",
    "reconciled": ["B-A1"],
    "flags": sorted([*FLAGS, "indirect-reconciled"]),
}


def registered(chain: Chain, name: str, described: t.Action) -> None:
    """Take an activity of the issuer to its registration."""
    papers = [
        acts.anchor(kind, (t.ACTIVITY, name)) for kind in ("PROJECT_DOCUMENT", "MONITORING_PLAN")
    ]
    chain.ok("issuer", described, *papers)
    chain.ok("auditor", acts.monitoring(f"S0-{name}", activity=name), also=("operator",))
    chain.ok("operator", acts.transition(t.ACTIVITY, name, "REGISTERED"))


def with_commitment(program: str = IPCI) -> Chain:
    """The issuer's commitment C1, adopted in 2026, and its first year over."""
    chain = Chain.with_activity(program=program)
    registered(chain, "C1", k.commitment())
    chain.block(at=parse_iso("2028-02-01"))
    return chain


def attested(chain: Chain, act: t.Action) -> None:
    chain.ok("auditor", act, also=("operator",))


def refused(chain: Chain, code: int, act: t.Action) -> None:
    chain.refused(code, "auditor", act, also=("operator",))


def stored(chain: Chain, name: str) -> s.Statement:
    found = schema.STATEMENTS.get(chain.app.ledger, PROGRAM, name)
    assert found is not None
    return found


def test_every_point_of_the_checklist_is_confirmed() -> None:
    """S0-16, S0-31, S0-32, S0-42: one that is not said keeps the whole result out."""
    chain = Chain.with_activity()
    for name in FLAGS:
        said = [flag for flag in FLAGS if flag != name]
        refused(chain, Code.REC_SCHEMA, acts.verification(flags=said))
    attested(chain, acts.verification(flags=FLAGS))


# ---- E3 ----


def test_e3_line_by_line() -> None:
    chain = with_commitment()
    for base_year in (2024, 2026):
        act = k.commitment("C2", base_year=base_year)
        chain.refused(Code.WF_GUARD, "issuer", act)
    refused(chain, Code.BASELINE_EXCEEDS_ACTUAL, baseline(2_060_000))
    refused(chain, Code.BASELINE_EXCEEDS_ACTUAL, baseline(2_050_001))
    refused(chain, Code.REC_SCHEMA, k.result("S1", 100_000, numbers__baseline_months=36))
    for gross, new_source in ((90_000, 0), (99_999, 0), (110_000, 30_000)):
        refused(chain, Code.BELOW_MIN_RESULT, k.result("S1", gross, new_source))
    attested(chain, k.result("S1", 100_000))
    opened(chain, "R1", "S1", 100_000)
    second = {"period_from_s": YEAR("2027-01-01"), "period_to_s": YEAR("2028-01-01")}
    attested(chain, k.result("S2", 140_000, 30_000, **second))
    opened(chain, "R2", "S2", 110_000)


def baseline(tonnes: int) -> t.Action:
    """A result that starts from a baseline of so many tonnes."""
    return k.result("S1", 100_000, numbers__baseline_t=tonnes, numbers__project_t=tonnes - 100_000)


def opened(chain: Chain, name: str, statement: str, cap: int) -> None:
    """The statement backs exactly this cap."""
    chain.ok("issuer", acts.issuance(name, activity="C1", statements=[statement]))
    chain.refused(Code.CAP_EXCEEDED, "auditor", acts.opened(cap + 1, name))
    chain.ok("auditor", acts.opened(cap, name))
    assert chain.record(t.ISSUANCE, name).issuance.cap_t == cap


def test_e3_a_baseline_as_high_as_what_was_is_taken() -> None:
    chain = with_commitment()
    least = {"numbers__project_t": 1_947_500, "numbers__net_t": 102_500}  # 5 % of it
    attested(chain, k.result("S1", 100_000, numbers__baseline_t=2_050_000, **least))


def test_e3_indirect_claims_are_reconciled_with_direct_ones() -> None:
    chain = Chain.with_activity()
    registered(chain, "A2", acts.activity("A2"))
    indirect: dict[str, Any] = {"activity": "A2", **INDIRECT}
    for missing in ("factor_source", "reconciled"):
        act = acts.verification("S2", **{**indirect, missing: None})
        refused(chain, Code.WF_GUARD, act)
    refused(chain, Code.WF_GUARD, acts.verification("S2", **{**indirect, "flags": FLAGS}))
    attested(chain, acts.verification())  # of A1, directly
    refused(chain, Code.CLAIM_OVERLAP, acts.verification("S2", **indirect))
    before: dict[str, Any] = {
        "period_from_s": YEAR("2024-01-01"),
        "period_to_s": YEAR("2025-01-01"),
    }
    refused(chain, Code.CLAIM_OVERLAP, acts.verification("S2", **indirect, **before))


def test_what_an_indirect_claim_was_compared_with_is_not_claimed_directly_later() -> None:
    chain = Chain.with_activity()
    for name in ("A2", "A3"):
        registered(chain, name, acts.activity(name))
    year: dict[str, Any] = {"period_from_s": YEAR("2024-01-01"), "period_to_s": YEAR("2025-01-01")}
    attested(chain, acts.verification("S2", activity="A2", **INDIRECT, **year))
    attested(chain, acts.verification("S3", activity="A3", **INDIRECT, **year))  # so may others
    refused(chain, Code.CLAIM_OVERLAP, acts.verification())
    refused(chain, Code.CLAIM_OVERLAP, acts.verification("S1", **year))
    next_year = {"period_from_s": YEAR("2025-01-01")}
    attested(chain, acts.verification("S1", **next_year))
    assert stored(chain, "S2").scope == "INDIRECT"


def test_a_direct_claim_is_compared_with_no_other() -> None:
    """Else it would bar others from boundaries that nobody looked at."""
    chain = Chain.with_activity()
    for field in ("reconciled", "factor_source"):
        for scope in ("", "DIRECT"):
            act = acts.verification(**{"scope": scope, field: INDIRECT[field]})
            chain.inadmissible(Code.ACTION_SHAPE, chain.tx("auditor", act, also=("operator",)))


# ---- baselines ----


@pytest.mark.parametrize(
    ("first", "last", "tonnes"),
    [
        ("2024-01-01", "2025-01-01", 1_000),
        ("2024-01-15", "2024-02-15", 83),  # a month, rounded down
        ("2024-01-01", "2026-01-01", 2_000),
        ("2024-01-01", "2024-01-02", 2),  # a day of 365
        ("2024-01-01", "2024-12-31", 1_000),  # 365 days of a leap year
        ("2024-01-01T00:00:01Z", "2025-01-01T00:00:01Z", 1_002),  # 366 days: not from midnight
    ],
)
def test_a_yearly_quantity_for_a_period(first: str, last: str, tonnes: int) -> None:
    assert evidence.scaled(1_000, parse_iso(first), parse_iso(last)) == tonnes


def test_a_sink_takes_up_more_than_it_did_and_would_not_have_of_itself() -> None:
    chain = Chain.with_activity()
    sink: dict[str, Any] = {
        "outcome": t.SINK_INCREASE,
        "numbers": t.StatementNumbers(
            baseline_t=200, actual_baseline_t=100, baseline_months=12, project_t=500, net_t=300
        ),
    }
    refused(chain, Code.WF_GUARD, acts.verification(**sink))
    natural = sorted([*FLAGS, "not-natural"])
    lower: dict[str, Any] = {"numbers__baseline_t": 199, "numbers__net_t": 301}
    refused(chain, Code.BASELINE_EXCEEDS_ACTUAL, acts.verification(**sink, flags=natural, **lower))
    attested(chain, acts.verification(**sink, flags=natural))


def test_what_is_destroyed_is_compared_with_nothing_emitted_before() -> None:
    chain = Chain.with_activity()
    numbers = t.StatementNumbers(baseline_t=10, net_t=10)
    refused(chain, Code.REC_SCHEMA, acts.verification(numbers=numbers))
    attested(chain, acts.verification(numbers=numbers, outcome=t.DESTRUCTION))


def test_the_least_result_is_of_commitments_alone() -> None:
    chain = Chain.with_activity()
    attested(chain, acts.verification(net=1, numbers__baseline_t=100, numbers__project_t=99))


# ---- who may say it ----


def test_an_accreditation_for_other_sectors_does_not_reach() -> None:
    chain = Chain.with_parties()
    for act in (acts.accredit("user", scopes=["forestry"]), acts.accredit("stranger", acl="ACL-1")):
        who = "operator" if act.accredit.list else "coordinator"
        chain.ok(who, act)
    chain.ok("operator", acts.accredit("user", acl="ACL-1"))
    chain.ok("issuer", acts.methodology(), acts.activity())
    chain.refused(Code.ROLE_SCOPE, "user", acts.monitoring(), also=("operator",))
    chain.ok("stranger", acts.monitoring(), also=("operator",))


def test_a_scope_that_is_narrowed_before_acceptance_stops_it() -> None:
    chain = Chain.with_activity()
    number = chain.pending("auditor", acts.verification())
    chain.ok("coordinator", acts.accredit("auditor", operation=t.REVOKE))
    chain.ok("coordinator", acts.accredit("auditor", scopes=["forestry"]))
    chain.decided("operator", number, s.PROPOSAL_FAILED)
    assert chain.proposal(number).code == Code.ROLE_SCOPE


def test_nobody_verifies_an_activity_too_often_in_a_row() -> None:
    program = edited(IPCI, ("min_result_bps = 500", "min_result_bps = 500\nsame_auditor_max = 2"))
    chain = Chain.with_activity(program=program)
    chain.ok("operator", acts.accredit("stranger", acl="ACL-1"))
    years = [(YEAR(f"{year}-01-01"), YEAR(f"{year + 1}-01-01")) for year in range(2024, 2029)]

    def of(place: int) -> t.Action:
        first, last = years[place]
        return acts.verification(f"V{place}", period_from_s=first, period_to_s=last)

    chain.block(at=parse_iso("2029-06-01"))
    attested(chain, of(0))
    attested(chain, of(1))
    refused(chain, Code.CONFLICT, of(2))
    chain.ok("stranger", of(3), also=("operator",))
    refused(chain, Code.CONFLICT, of(2))  # whatever came after
    chain.ok("stranger", of(2), also=("operator",))
    attested(chain, of(4))


# ---- what else is stated ----


def test_a_reconciliation_names_boundaries_that_nobody_claims_directly() -> None:
    chain = Chain.with_activity()
    registered(chain, "A2", acts.activity("A2"))
    act = k.attest(
        t.RECONCILIATION,
        "S5",
        activity="A2",
        reconciled=["B-A1"],
        period_from_s=YEAR("2024-01-01"),
        period_to_s=YEAR("2025-01-01"),
    )
    attested(chain, act)
    attested(chain, acts.verification())
    act.attest.id = "S6"
    refused(chain, Code.CLAIM_OVERLAP, act)


def test_conformity_counts_tonnes_and_needs_no_activity() -> None:
    chain = Chain.with_activity()
    refused(chain, Code.REC_SCHEMA, k.attest(t.CONFORMITY, "S5"))
    attested(chain, k.attest(t.CONFORMITY, "S5", numbers__net_t=7))
    assert (stored(chain, "S5").numbers.net_t, stored(chain, "S5").activity) == (7, "")


INVENTORIES = """
[[roles]]
role = "AUTHORITY"
grants = [{ by = "COORDINATOR" }]

[[parties]]
iso2 = "KZ"
iso3 = "KAZ"
eligible = true

[[periods]]
code = "P1"
number = 1
start_s = 1_704_067_200
end_s = 1_735_689_600

[[approval_rules]]
name = "inventory of sinks"
action = "ATTEST"
subject = "INVENTORY"
signer = "AUTHORITY"
checks = ["CLAIM_UNIQUE"]

[[approval_rules]]
name = "emissions"
action = "ATTEST"
subject = "EMISSIONS"
signer = "AUDITOR"
checks = ["CLAIM_UNIQUE"]
"""


def inventory(name: str, **changes: object) -> t.Action:
    fields = {"list": "", "party": "KZ", "period": "P1", "lulucf": 1, "numbers__net_t": 50_000}
    return k.attest(t.INVENTORY, name, **{**fields, **changes})


def test_an_inventory_is_of_a_party_and_a_period_and_claimed_once() -> None:
    issue = 'checks = ["COI"]\n\n[[approval_rules]]                 # [S0-56]'
    capped = issue.replace('"COI"', '"CAP_INVENTORY", "COI"')
    chain = Chain.with_activity(program=edited(IPCI, (issue, capped)) + INVENTORIES)
    chain.ok("coordinator", acts.accredit("user", t.AUTHORITY))
    chain.refused(Code.REC_REF, "user", inventory("I1", party="JP"))
    chain.refused(Code.PERIOD_UNKNOWN, "user", inventory("I1", period="P2"))
    chain.refused(Code.PERIOD_INVALID, "user", inventory("I1", period_to_s=1))
    chain.refused(Code.REC_SCHEMA, "user", inventory("I1", numbers__net_t=0))
    whole = chain.tx("user", inventory("I1", lulucf=0))  # and one kind would be counted twice
    chain.inadmissible(Code.ACTION_SHAPE, whole)
    chain.ok("user", inventory("I1"))
    chain.refused(Code.CLAIM_OVERLAP, "user", inventory("I2"))
    chain.ok("user", inventory("I2", lulucf=2, numbers__net_t=5))
    row = schema.CAP_RECORDS.get(chain.app.ledger, PROGRAM, "TMU", "KZ", "P1")
    assert row is not None
    assert row.allowed_t == 50_005
    assert stored(chain, "I1").period_to_s == 1_735_689_600


def test_emissions_of_a_boundary_are_reported_once_beside_what_is_verified() -> None:
    chain = Chain.with_activity(program=IPCI + INVENTORIES)
    report = k.attest(
        t.EMISSIONS,
        "E1",
        activity="A1",
        period_from_s=YEAR("2024-01-01"),
        period_to_s=YEAR("2025-01-01"),
        numbers__project_t=900,
    )
    chain.ok("auditor", report)
    report.attest.id = "E2"
    chain.refused(Code.CLAIM_OVERLAP, "auditor", report)
    attested(chain, acts.verification())
    assert stored(chain, "E1").auditor == account_id("auditor")


def test_a_re_assurance_needs_an_end_to_move() -> None:
    chain = Chain.with_issuance()
    act = k.attest(t.REASSURANCE, "S5", issuance="R1", valid_until_s=parse_iso("2040-01-01"))
    refused(chain, Code.VALIDITY_INVALID, act)


@pytest.mark.parametrize(
    ("until", "code"), [("2026-01-01", Code.VALIDITY_INVALID), ("2027-01-01", 0)]
)
def test_units_may_have_an_end(until: str, code: int) -> None:
    chain = Chain.with_activity()
    attested(chain, acts.verification())
    chain.ok("issuer", acts.issuance())
    opening = t.IssuanceOpening(cap_t=10, valid_until_s=parse_iso(until))
    act = acts.transition(t.ISSUANCE, "R1", "OPENED", opening=opening)
    if code:
        chain.refused(code, "auditor", act)
        return
    chain.ok("auditor", act)
    chain.ok("operator", acts.approved(10))
    chain.ok("auditor", acts.issue(10), also=("operator",))
    later = k.attest(t.REASSURANCE, "S5", issuance="R1", valid_until_s=parse_iso("2027-01-02"))
    chain.block(at=parse_iso("2027-01-01"))
    chain.refused(Code.UNIT_EXPIRED, "issuer", acts.move(0, "issuer", "user", ranges=[first()]))
    attested(chain, later)
    chain.block()
    chain.ok("issuer", acts.move(0, "issuer", "user", ranges=[first()]))


def first() -> t.SerialRange:
    return t.SerialRange(space="IPCI.R1", start=1, end=1)


@pytest.mark.parametrize(
    "mode", [("NO_EXPIRY", "2027-01-01"), ("EXPIRE", "1970-01-01")], ids=["no end", "an end"]
)
def test_an_end_is_as_the_class_knows_it(mode: tuple[str, str]) -> None:
    word, until = mode
    program = edited(IPCI, ('expiry_mode = "REASSURE"', f'expiry_mode = "{word}"'))
    chain = Chain.with_activity(program=program)
    attested(chain, acts.verification())
    chain.ok("issuer", acts.issuance())
    opening = t.IssuanceOpening(cap_t=10, valid_until_s=parse_iso(until))
    act = acts.transition(t.ISSUANCE, "R1", "OPENED", opening=opening)
    chain.refused(Code.VALIDITY_INVALID, "auditor", act)
