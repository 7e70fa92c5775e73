"""What acts leave behind when nothing refuses them."""

from typing import Any, TypeVar

from abci_app.core import calendar, signing
from abci_app.core.codes import Code
from abci_app.state import schema
from abci_app.state.table import Table
from tests import acts
from tests.harness import IPCI, Chain, edited
from tests.names import PROGRAM, RETIRE_SINK, account_id, seed
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

M = TypeVar("M", s.Account, s.Organisation, s.Accreditation, s.Document, s.Statement, s.Retirement)


def stored(chain: Chain, table: Table[M], *fields: object) -> M:
    found = table.get(chain.app.ledger, *fields)
    assert found is not None
    return found


def span(start: int, end: int, space: str = "IPCI.R1") -> t.SerialRange:
    return t.SerialRange(space=space, start=start, end=end)


# ---- parties ----


def test_an_organisation_is_opened_and_changed_field_by_field() -> None:
    chain = Chain.with_parties()
    chain.ok("operator", acts.organisation("house", name="House", country="KZ", kyc_hash=acts.HASH))
    chain.ok("operator", acts.organisation("house", name="Great House"))
    house = stored(chain, schema.ORGANISATIONS, "house")
    assert (house.name, house.country, house.kyc_hash) == ("Great House", "KZ", acts.HASH)
    assert house.status == t.ORGANISATION_ACTIVE


def test_an_account_is_opened_with_its_defaults() -> None:
    chain = Chain.with_parties()
    result = chain.ok("operator", acts.account("firm", "acme", name=None), also=("user",))
    firm = stored(chain, schema.ACCOUNTS, account_id("firm"))
    assert result.event("account_put").organisation == "acme"
    assert (firm.program, firm.kind, firm.code) == (PROGRAM, t.HOLDING, 100)
    assert (firm.name, firm.holder_kind, firm.status) == ("acme", t.ORG, t.ACCOUNT_OPEN)
    assert (firm.min_initiate, firm.min_approve, firm.market_access) == (1, 0, False)
    assert firm.opened_s == chain.now
    assert [row.key for row in firm.keys] == [signing.public_key(seed("firm"))]


def test_the_holder_changes_his_own_account_with_the_operators_approval() -> None:
    chain = Chain.with_parties()
    user = account_id("user")
    phone = acts.grant_of(user, "phone", (t.APPROVE,))
    number = chain.pending("user", acts.alter("user", add_keys=[phone], min_approve=1))
    assert len(stored(chain, schema.ACCOUNTS, user).keys) == 1
    chain.decided("operator", number)
    account = stored(chain, schema.ACCOUNTS, user)
    assert len(account.keys) == 2
    assert [row.key for row in account.keys] == sorted(row.key for row in account.keys)
    chain.signing_keys["user"] = ["user", "phone"]
    chain.ok("user", acts.methodology("M9"))


def test_the_operator_restricts_and_closes_accounts_alone() -> None:
    chain = Chain.with_parties()
    for status in (t.ACCOUNT_RESTRICTED, t.ACCOUNT_SUSPENDED, t.ACCOUNT_OPEN, t.ACCOUNT_CLOSED):
        chain.ok("operator", acts.alter("user", status=status))
        assert stored(chain, schema.ACCOUNTS, account_id("user")).status == status


def test_a_seat_goes_through_its_states() -> None:
    chain = Chain.with_parties()
    key = (PROGRAM, t.AUDITOR, "", account_id("auditor"))
    for operation, status in (
        (t.SUSPEND, s.SUSPENDED),
        (t.REINSTATE, s.GRANTED),
        (t.REVOKE, s.REVOKED),
        (t.GRANT, s.GRANTED),
        (t.SUSPEND, s.SUSPENDED),
        (t.REVOKE, s.REVOKED),
    ):
        result = chain.ok("coordinator", acts.accredit("auditor", operation=operation))
        assert result.event("accredited").status == status
        assert stored(chain, schema.ACCREDITATIONS, *key).status == status


def test_a_seat_says_whose_it_is_and_on_what_terms() -> None:
    chain = Chain.with_parties()
    end = acts.YEAR("2027-01-01")
    terms: dict[str, Any] = {
        "side": "NO",
        "scopes": ["energy"],
        "valid_to_s": end,
        "document": acts.HASH,
    }
    chain.ok("coordinator", acts.accredit("user", **terms))
    seat = stored(chain, schema.ACCREDITATIONS, PROGRAM, t.AUDITOR, "", account_id("user"))
    owner = stored(chain, schema.ACCOUNTS, account_id("user")).organisation
    assert (seat.account, seat.organisation) == (account_id("user"), owner)
    assert (seat.side, list(seat.scopes)) == ("NO", ["energy"])
    assert (seat.valid_from_s, seat.valid_to_s, seat.document) == (0, end, acts.HASH)


# ---- records ----


def test_a_document_is_put_on_record_with_who_and_when() -> None:
    chain = Chain.with_parties()
    chain.ok("user", acts.anchor("CONCLUSION", None, confidential=True))
    document = stored(chain, schema.DOCUMENTS, PROGRAM, "CONCLUSION", 0, "", acts.HASH)
    assert (document.account, document.at_s, document.confidential) == (
        account_id("user"),
        chain.now,
        True,
    )
    chain.ok("user", acts.methodology(), acts.anchor("CONCLUSION", (t.METHODOLOGY, "M1")))


def test_a_statement_keeps_its_boundary_numbers_and_list() -> None:
    chain = Chain.with_activity()
    numbers = t.StatementNumbers(
        baseline_t=400,
        actual_baseline_t=410,
        baseline_months=24,
        project_t=290,
        leakage_t=5,
        deduction_t=3,
        new_source_t=2,
        net_t=100,
    )
    chain.ok("auditor", acts.verification(numbers=numbers), also=("operator",))
    statement = stored(chain, schema.STATEMENTS, PROGRAM, "S1")
    assert (statement.boundary_id, statement.list) == ("B-A1", "ACL-1")
    assert statement.auditor_organisation == "audit-1"
    assert (statement.numbers, statement.capped_t) == (numbers, 0)


def test_a_statement_may_cover_the_whole_crediting_period() -> None:
    chain = Chain.with_activity()
    terms = {"crediting_from_s": acts.YEAR("2024-01-01"), "crediting_to_s": acts.YEAR("2026-01-01")}
    described = [
        acts.activity("A2", **terms),
        acts.anchor("PROJECT_DOCUMENT", (t.ACTIVITY, "A2"), hash=acts.digest("project")),
        acts.anchor("MONITORING_PLAN", (t.ACTIVITY, "A2"), hash=acts.digest("plan")),
    ]
    chain.ok("issuer", *described)
    chain.ok("auditor", acts.monitoring("S7", activity="A2"), also=("operator",))
    chain.ok("operator", acts.transition(t.ACTIVITY, "A2", "REGISTERED"))
    chain.ok("auditor", acts.verification("S8", activity="A2"), also=("operator",))


def test_neighbouring_periods_of_one_boundary_are_claimed_side_by_side() -> None:
    chain = Chain.with_activity()
    days = ["2024-01-01", "2024-07-01", "2025-01-01", "2026-01-01"]
    order = [1, 0, 2]
    for place in order:
        act = acts.verification(
            f"S{place + 1}",
            period_from_s=acts.YEAR(days[place]),
            period_to_s=acts.YEAR(days[place + 1]),
        )
        chain.ok("auditor", act, also=("operator",))


def test_a_cap_rests_on_statements_in_their_order_and_up_to_each_ones_net() -> None:
    chain = Chain.with_activity()
    for name, net, start, end in (
        ("S1", 60, "2024-01-01", "2025-01-01"),
        ("S2", 50, "2025-01-01", "2026-01-01"),
    ):
        act = acts.verification(
            name, net, period_from_s=acts.YEAR(start), period_to_s=acts.YEAR(end)
        )
        chain.ok("auditor", act, also=("operator",))
    chain.ok("issuer", acts.issuance(statements=["S1", "S2"]))
    chain.ok("auditor", acts.opened(80))
    capped = [stored(chain, schema.STATEMENTS, PROGRAM, name).capped_t for name in ("S1", "S2")]
    assert capped == [60, 20]
    chain.ok("operator", acts.approved(70))
    record = chain.record(t.ISSUANCE, "R1").issuance
    assert (record.cap_t, record.approved_cap_t, record.valid_base_t) == (80, 70, 70)
    assert record.auditor == account_id("auditor")
    assert stored(chain, schema.ACCOUNTS, account_id("issuer")).market_access


def test_what_is_issued_stays_below_the_approved_cap_where_that_is_the_lower_one() -> None:
    chain = Chain.with_activity()
    chain.ok("auditor", acts.verification(net=100), also=("operator",))
    chain.ok("issuer", acts.issuance())
    chain.ok("auditor", acts.opened(100))
    chain.ok("operator", acts.approved(60))
    chain.refused(Code.CAP_EXCEEDED, "auditor", acts.issue(61), also=("operator",))
    chain.ok("auditor", acts.issue(60), also=("operator",))
    assert chain.record(t.ISSUANCE, "R1").state == "FULL"


# ---- units ----


def test_an_issue_names_its_serials_vintage_and_activity() -> None:
    chain = Chain.with_issuance()
    result = chain.ok("auditor", acts.issue(100, vintage=2024), also=("operator",))
    issued = result.event("issued")
    assert (issued.range.space, issued.range.start, issued.range.end) == ("IPCI.R1", 1, 100)
    lots = list(schema.LOTS.all(chain.app.ledger))
    assert [(lot.start, lot.end, lot.hold) for lot in lots] == [(1, 90, 0), (91, 100, 1)]
    assert {(lot.vintage, lot.activity, lot.issuance) for lot in lots} == {(2024, "A1", "R1")}
    hold = chain.hold(1)
    assert (hold.kind, hold.controller, hold.placed_t) == (s.RESERVE, t.OPERATOR, 10)
    assert hold.release_at_s == calendar.parse_iso("2028-01-31")


def test_no_reserve_places_no_hold_and_a_whole_reserve_leaves_nothing_free() -> None:
    none = Chain.with_issuance(reserve_bps=0, months=0)
    assert none.ok("auditor", acts.issue(7), also=("operator",)).names == ["issued"]
    whole = Chain.with_issuance(reserve_bps=10_000, months=1)
    whole.ok("auditor", acts.issue(7), also=("operator",))
    assert whole.balance("issuer") == (0, 7)


def test_units_of_issuances_with_long_names_have_spaces_of_their_own() -> None:
    chain = Chain.with_activity()
    names = ["R" * 31 + letter for letter in "abc"]
    years = ["2024-01-01", "2024-06-01", "2025-01-01", "2025-06-01"]
    spaces = []
    for number, name in enumerate(names):
        act = acts.verification(
            f"S{number}x",
            100,
            period_from_s=acts.YEAR(years[number]),
            period_to_s=acts.YEAR(years[number + 1]),
        )
        chain.ok("auditor", act, also=("operator",))
        chain.ok("issuer", acts.issuance(name, statements=[f"S{number}x"]))
        chain.ok("auditor", acts.opened(100, name))
        chain.ok("operator", acts.approved(100, name=name))
        year = int(years[number][:4])
        act = acts.issue(50, issuance=name, vintage=year)
        result = chain.ok("auditor", act, also=("operator",))
        spaces.append(result.event("issued").range.space)
    assert len(dict.fromkeys(spaces)) == 3
    assert all(len(space) <= 32 for space in spaces)


def test_a_registry_with_one_space_numbers_its_units_on() -> None:
    program = edited(
        IPCI,
        ('serial_mode = "PER_ISSUANCE"', 'serial_mode = "PER_ORIGIN"'),
        ('expiry_mode = "REASSURE"', 'expiry_mode = "NO_EXPIRY"'),
    )
    chain = Chain.with_issuance(program=program)
    spans = []
    for quantity in (5, 7):
        result = chain.ok("auditor", acts.issue(quantity), also=("operator",))
        row = result.event("issued").range
        spans.append((row.space, row.start, row.end))
    assert spans == [("XI", 1, 5), ("XI", 6, 12)]


def test_serials_that_are_named_are_those_that_move() -> None:
    chain = Chain.with_units()
    ranges = [span(10, 12), span(500, 500)]
    moved = chain.ok("issuer", acts.move(0, "issuer", "user", ranges=ranges)).event("moved")
    assert (moved.quantity_t, list(moved.ranges)) == (4, ranges)
    owners = [row.account for row in schema.LOTS.all(chain.app.ledger)]
    assert owners == [account_id(name) for name in ("issuer", "user", "issuer", "user", "issuer")]


def test_older_vintages_go_first_and_units_alike_become_one_lot_again() -> None:
    chain = Chain.with_issuance(reserve_bps=0, months=0)
    for vintage in (2025, 2024):
        chain.ok("auditor", acts.issue(10, vintage=vintage), also=("operator",))
    moved = chain.ok("issuer", acts.move(12, "issuer", "user")).event("moved")
    assert [(row.start, row.end) for row in moved.ranges] == [(11, 20), (1, 2)]
    chain.ok("operator", acts.alter("user", market_access=True))
    chain.ok("user", acts.move(12, "user", "issuer"))
    assert [(lot.start, lot.end) for lot in schema.LOTS.all(chain.app.ledger)] == [
        (1, 10),
        (11, 20),
    ]


def test_a_retirement_says_who_for_whom_why_and_which() -> None:
    chain = Chain.with_units()
    person = t.Beneficiary(person_hash=acts.HASH, country="KZ")
    act = acts.retire(
        3, "issuer", beneficiary=person, year=2025, note="Рейсы 2025 года", receipt_hash=acts.HASH
    )
    result = chain.ok("issuer", act)
    retirement = stored(chain, schema.RETIREMENTS, 1)
    assert result.event("retired").id == 1
    assert (retirement.from_account, retirement.sink) == (account_id("issuer"), RETIRE_SINK)
    assert retirement.beneficiary == person
    assert (retirement.purpose, retirement.year) == (t.VOLUNTARY, 2025)
    assert (retirement.at_s, retirement.height) == (chain.now, chain.height)
    assert [(row.start, row.end) for row in retirement.ranges] == [(1, 3)]


def test_a_restricted_account_still_retires() -> None:
    chain = Chain.with_units()
    chain.ok("operator", acts.alter("issuer", status=t.ACCOUNT_RESTRICTED))
    chain.ok("issuer", acts.retire(1, "issuer"))


def test_an_account_that_gave_all_its_units_away_can_be_closed() -> None:
    chain = Chain.with_units(5)
    chain.ok("issuer", acts.move(5, "issuer", "user"))
    chain.ok("operator", acts.alter("issuer", status=t.ACCOUNT_CLOSED))


def test_a_restricted_account_takes_in_units_and_feeds_sinks() -> None:
    chain = Chain.with_units(100)
    chain.ok("operator", acts.alter("user", status=t.ACCOUNT_RESTRICTED))
    chain.ok("issuer", acts.move(60, "issuer", "user"))
    chain.refused(Code.ACC_STATUS, "user", acts.move(1, "user", "issuer"))
    chain.ok("user", acts.retire(60, "user"))
    assert chain.balance("RETIRE") == (60, 0)
