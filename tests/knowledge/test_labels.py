"""Labels: who gives them to what, what follows from them, and what never carries one (C-18)."""

from typing import Any

import pytest

from abci_app.core import calendar
from abci_app.core.codes import Code
from abci_app.engine import labels
from abci_app.state import schema
from abci_app.state.policies import Book
from abci_app.state.program_toml import Source, read_program
from tests import acts
from tests.actions.refusal import span
from tests.harness import IPCI, Chain, edited
from tests.knowledge import acts as k
from tests.knowledge.test_records import TREATY, authorization
from tests.names import PROGRAM, account_id
from tonne.v1 import tx_pb2 as t

ROWS = """
[[roles]]
role = "LABELLER"
grants = [{ by = "COORDINATOR", named_list = true }]

[[labels]]
id = "ccp"
scopes = ["SCOPE_CATEGORY"]
signer = "LABELLER"
derivation = "CCP"

[[labels]]
id = "gold"
scopes = ["SCOPE_PROGRAM", "SCOPE_METHODOLOGY", "SCOPE_CATEGORY", "SCOPE_ACTIVITY", "SCOPE_LOT"]
signer = "LABELLER"
validity_months = 12

[[labels]]
id = "host"
scopes = ["SCOPE_LOT"]
signer = "LABELLER"
authorization = true

[[labels]]
id = "board"
scopes = ["SCOPE_ACTIVITY"]
signer = "LABELLER"
approvals = [{ role = "OPERATOR", count = 1 }]

[[categories]]
id = "energy"

[[categories]]
id = "coal"
flags = ["CCP_EXCLUDED"]

[[categories]]
id = "forest"
flags = ["REVERSAL_MATERIAL"]

[[sinks]]
kind = "POOL"
code = 600
name = "Pool"
"""
HEAD = ('owner_role = "COORDINATOR"', 'owner_role = "COORDINATOR"\nattributes = ["ccp-eligible"]')
LABELLED = edited(
    IPCI, HEAD, ("min_result_bps = 500", "min_result_bps = 500\npool_bps_max = 2_000")
) + (ROWS + TREATY)


def with_units(**options: Any) -> Chain:
    """The issuer holds 1,000 units of A1, of vintage 2025; the user gives every label."""
    chain = Chain.with_units(**{"program": LABELLED, **options})
    for name in ("ccp", "gold", "host", "board"):
        chain.ok("coordinator", acts.accredit("user", t.LABELLER, acl=name))
    return chain


def carried(chain: Chain, serial: int = 1) -> list[str]:
    reader = chain.app.ledger
    rules = Book().rules(reader, PROGRAM, chain.now)
    assert rules is not None
    lots = [lot for lot in schema.LOTS.all(reader) if lot.start <= serial <= lot.end]
    return labels.carried(reader, rules, lots[0], chain.now)


TARGETS = {
    "program": (t.SCOPE_PROGRAM, ""),
    "methodology": (t.SCOPE_METHODOLOGY, "M1"),
    "category": (t.SCOPE_CATEGORY, "energy"),
    "activity": (t.SCOPE_ACTIVITY, "A1"),
}


@pytest.mark.parametrize("what", TARGETS)
def test_units_carry_what_was_given_to_what_they_come_from(what: str) -> None:
    scope, target = TARGETS[what]
    chain = with_units()
    chain.ok("user", k.label("gold", scope, target))
    assert carried(chain) == ["gold"]
    chain.refused(Code.LABEL_STATUS, "user", k.label("gold", scope, target))
    chain.ok("user", k.unlabel("gold", scope, target))
    assert carried(chain) == []
    chain.refused(Code.LABEL_STATUS, "user", k.unlabel("gold", scope, target))
    chain.ok("user", k.label("gold", scope, target))
    rows = list(schema.LABELS.all(chain.app.ledger))
    assert [(row.number, bool(row.removed_s)) for row in rows] == [(1, True), (2, False)]
    assert rows[0].reason == "Found wanting"


def test_a_label_ends_as_it_says_or_sooner() -> None:
    chain = with_units()
    longest = calendar.add_months(chain.now + 1, 12)
    act = k.label("gold", t.SCOPE_ACTIVITY, "A1", valid_to_s=longest + 1)
    chain.refused(Code.VALIDITY_INVALID, "user", act)
    past = k.label("gold", t.SCOPE_ACTIVITY, "A1", valid_to_s=chain.now)
    chain.refused(Code.VALIDITY_INVALID, "user", past)
    chain.ok("user", k.label("gold", t.SCOPE_ACTIVITY, "A1"))
    chain.block(at=longest - 1)
    assert carried(chain) == ["gold"]
    chain.block(at=longest)
    assert carried(chain) == []
    chain.refused(Code.LABEL_STATUS, "user", k.unlabel("gold", t.SCOPE_ACTIVITY, "A1"))
    chain.ok("user", k.label("gold", t.SCOPE_ACTIVITY, "A1"))


def test_only_who_may_gives_a_label_of_the_program_to_what_exists() -> None:
    chain = with_units()
    chain.refused(Code.LABEL_AUTH, "issuer", k.label("gold", t.SCOPE_ACTIVITY, "A1"))
    chain.refused(Code.RULE_MISSING, "user", k.label("silver", t.SCOPE_ACTIVITY, "A1"))
    chain.refused(Code.RULE_MISSING, "user", k.label("ccp", t.SCOPE_ACTIVITY, "A1"))
    for scope in (t.SCOPE_METHODOLOGY, t.SCOPE_CATEGORY, t.SCOPE_ACTIVITY):
        chain.refused(Code.REC_REF, "user", k.label("gold", scope, "X9"))
    ranges = [span(1001, 1001)]
    chain.refused(Code.UNIT_UNKNOWN, "user", k.label("gold", t.SCOPE_LOT, ranges=ranges))
    under = {"authorization": "Z1"}
    chain.refused(Code.LABEL_AUTH, "user", k.label("gold", t.SCOPE_ACTIVITY, "A1", **under))


def test_a_label_may_wait_for_others() -> None:
    chain = with_units()
    number = chain.pending("user", k.label("board", t.SCOPE_ACTIVITY, "A1"))
    assert carried(chain) == []
    chain.decided("operator", number)
    assert carried(chain) == ["board"]


def test_units_are_labelled_by_serial_and_stay_so() -> None:
    chain = with_units()
    chain.ok("user", k.label("gold", t.SCOPE_LOT, ranges=[span(11, 20)]))
    assert (carried(chain, 10), carried(chain, 11), carried(chain, 21)) == ([], ["gold"], [])
    chain.refused(Code.LABEL_STATUS, "user", k.label("gold", t.SCOPE_LOT, ranges=[span(5, 15)]))
    chain.refused(Code.LABEL_STATUS, "user", k.unlabel("gold", t.SCOPE_LOT, ranges=[span(5, 15)]))
    chain.ok("issuer", acts.retire(0, "issuer", ranges=[span(11, 12)]))
    retirement = schema.RETIREMENTS.get(chain.app.ledger, 1)
    assert retirement is not None
    assert list(retirement.labels) == ["gold"]
    chain.refused(Code.SINK_FINAL, "user", k.unlabel("gold", t.SCOPE_LOT, ranges=[span(11, 12)]))
    chain.ok("user", k.unlabel("gold", t.SCOPE_LOT, ranges=[span(13, 20)]))
    assert carried(chain, 13) == []
    assert [row.number for row in schema.LABELS.all(chain.app.ledger)] == [1, 2]
    assert len(list(schema.LOTS.all(chain.app.ledger))) == 3  # alike again, they are one lot


def test_an_act_labels_so_many_lots_of_one_activity() -> None:
    chain = with_units()
    for start in range(2, 132, 2):
        chain.ok("issuer", acts.move(0, "issuer", "user", ranges=[span(start, start)]))
    act = k.label("gold", t.SCOPE_LOT, ranges=[span(1, 64)])
    chain.ok("user", act)
    chain.refused(Code.TOO_MANY_LOTS, "user", k.label("gold", t.SCOPE_LOT, ranges=[span(65, 129)]))


def test_a_host_letter_covers_its_quantity_years_and_activity() -> None:
    chain = with_units()

    def letter(start: int, end: int, **changes: Any) -> t.Action:
        fields: dict[str, Any] = {"ranges": [span(start, end)], "authorization": "Z1"}
        return k.label("host", t.SCOPE_LOT, **{**fields, **changes})

    chain.refused(Code.LABEL_AUTH, "user", letter(1, 9, authorization=None))
    chain.refused(Code.REC_REF, "user", letter(1, 9))
    chain.ok("operator", authorization(quantity_t=50, year_to=2024))
    chain.refused(Code.AUTHZ_SCOPE, "user", letter(1, 9))  # of 2025
    chain.ok("operator", authorization(quantity_t=50))
    chain.refused(Code.AUTHZ_QTY, "user", letter(1, 51))
    chain.ok("user", letter(1, 50))
    assert chain.record(t.AUTHORIZATION, "Z1").authorization.labelled_t == 50
    chain.refused(Code.AUTHZ_QTY, "user", letter(51, 51))
    chain.refused(Code.AUTHZ_QTY, "operator", authorization(quantity_t=49))
    lot = next(iter(schema.LOTS.all(chain.app.ledger)))
    assert (lot.authorization, list(lot.labels)) == ("Z1", ["host"])
    chain.ok("user", k.unlabel("host", t.SCOPE_LOT, ranges=[span(1, 50)]))
    assert chain.record(t.AUTHORIZATION, "Z1").authorization.labelled_t == 0
    assert next(iter(schema.LOTS.all(chain.app.ledger))).authorization == ""


def test_a_label_that_begins_to_draw_counts_what_comes_under_the_letter() -> None:
    """The units of before came under none: they count when they do, and leave it once."""
    chain = with_units()
    units: dict[str, Any] = {"ranges": [span(1, 50)]}
    chain.ok("user", k.label("gold", t.SCOPE_LOT, **units))
    gold = 'id = "gold"\nscopes = ["SCOPE_PROGRAM", "SCOPE_METHODOLOGY", "SCOPE_CATEGORY", '
    gold += '"SCOPE_ACTIVITY", "SCOPE_LOT"]\nsigner = "LABELLER"\nvalidity_months = 12'
    drawing = 'id = "gold"\nscopes = ["SCOPE_LOT"]\nsigner = "LABELLER"\nauthorization = true'
    text = edited(LABELLED, ("version = 1", "version = 2"), (gold, drawing))
    version = t.PutPolicy(program=read_program(Source("ipci.toml", text)))
    voices = ("consortium-2", "consortium-3", "coordinator")
    chain.ok("consortium-1", t.Action(put_policy=version), also=voices)
    chain.ok("operator", authorization(quantity_t=49))
    letter = k.label("host", t.SCOPE_LOT, authorization="Z1", **units)
    chain.refused(Code.AUTHZ_QTY, "user", letter)
    chain.ok("operator", authorization(quantity_t=50))
    chain.ok("user", letter)
    chain.ok("user", k.unlabel("host", t.SCOPE_LOT, **units))  # gold keeps them under it
    assert chain.record(t.AUTHORIZATION, "Z1").authorization.labelled_t == 50
    chain.ok("user", k.unlabel("gold", t.SCOPE_LOT, **units))
    assert chain.record(t.AUTHORIZATION, "Z1").authorization.labelled_t == 0
    chain.ok("user", k.label("gold", t.SCOPE_LOT, authorization="Z1", **units))


def test_a_label_that_never_drew_is_taken_as_it_was_given() -> None:
    chain = with_units()
    chain.ok("user", k.label("gold", t.SCOPE_LOT, ranges=[span(1, 50)]))
    chain.ok("user", k.unlabel("gold", t.SCOPE_LOT, ranges=[span(1, 50)]))
    assert carried(chain) == []


# ---- what follows ----


def test_the_core_principles_follow_from_the_category() -> None:
    chain = with_units()
    assert carried(chain) == []
    chain.ok("user", k.label("ccp", t.SCOPE_CATEGORY, "energy"))
    assert carried(chain) == ["ccp"]
    chain.refused(Code.LABEL_EXCLUDED, "user", k.label("ccp", t.SCOPE_CATEGORY, "coal"))
    chain.ok("user", k.label("gold", t.SCOPE_CATEGORY, "coal"))  # barred from the one alone


def test_a_program_that_is_not_eligible_carries_none_of_it() -> None:
    plain = edited(LABELLED, ('attributes = ["ccp-eligible"]', "attributes = []"))
    chain = with_units(program=plain)
    chain.ok("user", k.label("ccp", t.SCOPE_CATEGORY, "energy"))
    assert carried(chain) == []


def test_units_issued_before_their_result_carry_nothing() -> None:
    early = edited(
        LABELLED, ('expiry_mode = "REASSURE"', 'expiry_mode = "REASSURE"\nex_ante = true')
    )
    chain = with_units(program=early)
    chain.ok("user", k.label("ccp", t.SCOPE_CATEGORY, "energy"))
    chain.ok("user", k.label("gold", t.SCOPE_ACTIVITY, "A1"))
    assert carried(chain) == []
    act = k.label("gold", t.SCOPE_LOT, ranges=[span(1, 2)])
    chain.refused(Code.LABEL_EXCLUDED, "user", act)


def barred(chain: Chain, **methodology: object) -> None:
    """The issuer's A2 follows a methodology M2 of its own."""
    chain.ok("issuer", acts.methodology("M2", **methodology))
    chain.ok("issuer", acts.anchor("METHODOLOGY", (t.METHODOLOGY, "M2")))
    chain.ok("coordinator", acts.transition(t.METHODOLOGY, "M2", "APPROVED"))
    chain.ok("issuer", acts.activity("A2", methodology="M2"))


def test_an_excluded_methodology_takes_no_label() -> None:
    chain = with_units()
    barred(chain, label_excluded=True)
    for scope, target in ((t.SCOPE_METHODOLOGY, "M2"), (t.SCOPE_ACTIVITY, "A2")):
        chain.refused(Code.LABEL_EXCLUDED, "user", k.label("gold", scope, target))


@pytest.mark.parametrize(
    ("until", "pool_bps", "found"),
    [
        ("2064-01-01", 1_000, ["ccp"]),
        ("2063-12-31", 1_000, []),
        ("2064-01-01", 0, []),
    ],
)
def test_a_material_risk_of_reversal_is_monitored_and_pooled(
    until: str, pool_bps: int, found: list[str]
) -> None:
    chain = Chain.with_parties(program=LABELLED)
    chain.ok("coordinator", acts.accredit("user", t.LABELLER, acl="ccp"))
    chain.ok("issuer", acts.methodology(), acts.anchor("METHODOLOGY", (t.METHODOLOGY, "M1")))
    chain.ok("coordinator", acts.transition(t.METHODOLOGY, "M1", "APPROVED"))
    papers = [
        acts.anchor(kind, (t.ACTIVITY, "A1")) for kind in ("PROJECT_DOCUMENT", "MONITORING_PLAN")
    ]
    forest = acts.activity(category="forest", monitoring_until_s=calendar.parse_iso(until))
    chain.ok("issuer", forest, *papers)
    chain.ok("auditor", acts.monitoring(), acts.verification(), also=("operator",))
    chain.ok("operator", acts.transition(t.ACTIVITY, "A1", "REGISTERED"))
    chain.ok("issuer", acts.issuance())
    chain.ok("auditor", acts.opened(100))
    terms = t.IssuanceApproval(approved_cap_t=100, pool_bps=pool_bps)
    chain.ok("operator", acts.transition(t.ISSUANCE, "R1", "APPROVED", approval=terms))
    chain.ok("auditor", acts.issue(100), also=("operator",))
    chain.ok("user", k.label("ccp", t.SCOPE_CATEGORY, "forest"))
    assert carried(chain) == found


def test_labels_of_several_lots_are_those_that_all_carry() -> None:
    chain = with_units()
    chain.ok("user", k.label("gold", t.SCOPE_LOT, ranges=[span(1, 5)]))
    chain.ok("user", k.label("ccp", t.SCOPE_CATEGORY, "energy"))
    chain.ok("issuer", acts.retire(10, "issuer"))
    retirement = schema.RETIREMENTS.get(chain.app.ledger, 1)
    assert retirement is not None
    assert list(retirement.labels) == ["ccp"]
    assert retirement.from_account == account_id("issuer")
