"""Seats that both sides grant and that are counted; accounts that trust only some."""

import pytest

from abci_app.core import calendar
from abci_app.core.codes import Code
from abci_app.state import schema
from tests import acts, lab
from tests.harness import Chain
from tests.names import account_id
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

SIDES = ("l.side-a", "l.side-b")


@pytest.fixture
def chain() -> Chain:
    return lab.chain()


def seat(
    name: str, role: t.Role, operation: t.AccreditOperation = t.GRANT, **more: str
) -> t.Action:
    return acts.accredit(name, role, operation=operation, program=lab.PROGRAM, **more)


def change(who: str, /, **changes: object) -> t.Action:
    action = acts.alter(who, **changes)
    action.put_account.program = lab.PROGRAM
    return action


def trusts(chain: Chain, name: str) -> dict[str, int]:
    found = schema.ACCOUNTS.get(chain.app.ledger, account_id(name))
    assert found is not None
    return {row.account: row.active_from_s for row in found.trusted}


def test_every_program_lives_on_one_chain() -> None:
    every = lab.every()
    every.ok("l.plant", change("l.plant", remove_trusted=[], allow_untrusted=False))


# ---- seats ----


def test_an_auditor_is_appointed_by_both_sides(chain: Chain) -> None:
    number = chain.pending("l.operator", seat("l.auditor", t.AUDITOR), also=("l.side-a",))
    needs = chain.proposal(number).requirements
    assert [(need.role, need.side, need.count) for need in needs] == [
        (t.COMMITTEE, "A", 1),
        (t.COMMITTEE, "B", 1),
    ]
    assert all("lab-audit" in need.excluded for need in needs)
    chain.decided("l.side-b", number)
    chain.ok("l.operator", seat("l.auditor", t.AUDITOR, t.SUSPEND), also=SIDES)


def test_a_seat_on_a_side_that_nobody_counts(chain: Chain) -> None:
    chain.refused(Code.ROLE_SCOPE, "l.authority", seat("l.trader", t.COMMITTEE, side="C"))
    chain.ok("l.authority", seat("l.trader", t.COMMITTEE, side="A"))


def test_no_more_seats_than_the_program_allows(chain: Chain) -> None:
    chain.ok("l.authority", seat("l.operator-2", t.OPERATOR))
    chain.refused(Code.SEATS_TAKEN, "l.authority", seat("l.trader", t.OPERATOR))
    chain.ok("l.authority", seat("l.operator-2", t.OPERATOR, t.SUSPEND))  # it keeps its place
    chain.refused(Code.SEATS_TAKEN, "l.authority", seat("l.trader", t.OPERATOR))
    chain.ok("l.authority", seat("l.operator-2", t.OPERATOR, t.REVOKE))
    chain.ok("l.authority", seat("l.trader", t.OPERATOR))


def test_a_seat_whose_term_is_over_gives_its_place_back(chain: Chain) -> None:
    short = seat("l.operator-2", t.OPERATOR)
    short.accredit.valid_to_s = chain.now + 10
    chain.ok("l.authority", short)
    chain.refused(Code.ACCREDITATION_STATUS, "l.authority", seat("l.operator-2", t.OPERATOR))
    chain.block(at=chain.now + 20)
    chain.ok("l.authority", seat("l.operator-2", t.OPERATOR))


def test_what_the_consortium_grants_the_consortium_decides(chain: Chain) -> None:
    chain.refused(Code.ROLE_GRANTOR, "l.operator", seat("l.trader", t.AUTHORITY))
    chain.ok("consortium-1", seat("l.authority", t.AUTHORITY, t.REVOKE))
    chain.ok("consortium-1", seat("l.trader", t.AUTHORITY))


# ---- trust ----


def test_a_trust_counts_from_noon_of_the_fourth_working_day(chain: Chain) -> None:
    chain.ok("l.plant", change("l.plant", add_trusted=[account_id("l.trader")]))
    # Thursday; Friday, Monday, Tuesday, Wednesday 1 April at noon, summer time by then
    due_s = calendar.parse_iso("2026-04-01T10:00:00Z")
    assert trusts(chain, "l.plant") == {account_id("l.trader"): due_s}


def test_units_go_only_where_the_account_trusts(chain: Chain) -> None:
    lab.allowances(chain)
    chain.ok(
        "l.plant",
        change("l.plant", add_trusted=[account_id("l.trader")], allow_untrusted=False),
    )
    chain.ok("l.plant", lab.move(1, "l.plant", "l.plant-2"))  # its own house
    chain.refused(Code.UNTRUSTED, "l.plant", lab.move(1, "l.plant", "l.trader"))
    chain.block(at=trusts(chain, "l.plant")[account_id("l.trader")] - 1)
    chain.pending("l.plant", lab.move(1, "l.plant", "l.trader"))
    chain.ok("l.plant", change("l.plant", remove_trusted=[account_id("l.trader")]))
    chain.refused(Code.UNTRUSTED, "l.plant", lab.move(1, "l.plant", "l.trader"))


@pytest.mark.parametrize(
    ("code", "who", "act"),
    [
        (Code.ROLE_MISSING, "l.operator", change("l.plant", add_trusted=[account_id("l.trader")])),
        (Code.UNTRUSTED, "l.plant", change("l.plant", remove_trusted=[account_id("l.trader")])),
        (Code.ACC_ID, "l.plant", change("l.plant", add_trusted=[account_id("l.plant")])),
        (Code.ACC_ID, "l.plant", change("l.plant", add_trusted=[account_id("operator")])),
        (Code.ACC_UNKNOWN, "l.plant", change("l.plant", add_trusted=[account_id("nobody")])),
    ],
)
def test_a_trust_that_cannot_be(chain: Chain, code: int, who: str, act: t.Action) -> None:
    chain.refused(code, who, act)


def test_a_trust_twice(chain: Chain) -> None:
    act = change("l.plant", add_trusted=[account_id("l.trader")])
    chain.ok("l.plant", act)
    chain.refused(Code.ACC_EXISTS, "l.plant", act)


def test_a_program_without_a_row_for_trust() -> None:
    stage = Chain.with_parties()
    act = acts.alter("user", add_trusted=[account_id("issuer")])
    stage.refused(Code.RULE_MISSING, "user", act)


def test_trust_and_other_changes_need_both_consents(chain: Chain) -> None:
    act = change("l.plant", add_trusted=[account_id("l.trader")], name="Plant")
    number = chain.pending("l.plant", act)
    chain.decided("l.operator", number)
    assert account_id("l.trader") in trusts(chain, "l.plant")


# ---- closing and identification ----


def test_an_account_that_owes_is_not_closed(chain: Chain) -> None:
    draft = t.NoticeDraft(kind="REPORT", debtor=account_id("l.plant"))
    put = t.PutRecord(program=lab.PROGRAM, id="N1", notice=draft)
    chain.ok("l.operator", t.Action(put_record=put))
    chain.refused(Code.ACC_STATUS, "l.operator", change("l.plant", status=t.ACCOUNT_CLOSED))
    chain.ok("l.operator", change("l.plant-2", status=t.ACCOUNT_CLOSED))


def test_an_identification_out_of_date_gives_no_new_rights(chain: Chain) -> None:
    house = t.OrganisationChange(id="lab-steel", kyc_expires_s=chain.now + 100)
    chain.ok(
        "l.operator", t.Action(put_account=t.PutAccount(program=lab.PROGRAM, organisation=house))
    )
    chain.block(at=chain.now + 200)
    act = change("l.plant", add_trusted=[account_id("l.trader")])
    chain.refused(Code.KYC_EXPIRED, "l.plant", act)
    chain.ok("l.operator", change("l.plant", status=t.ACCOUNT_RESTRICTED))
    chain.refused(Code.KYC_EXPIRED, "l.operator", change("l.plant", status=t.ACCOUNT_OPEN))


def test_who_waits_for_working_days_waits_to_the_second(chain: Chain) -> None:
    lab.allowances(chain)
    number = chain.pending("l.plant", lab.move(1, "l.plant", "l.trader"))
    noon_s = calendar.parse_iso("2026-03-27T11:00:00Z")
    assert chain.proposal(number).not_before_s == noon_s
    chain.block(at=noon_s - 1)
    assert chain.proposal(number).state == s.PROPOSAL_DELAYED
    chain.block(at=noon_s)
    assert chain.proposal(number).state == s.PROPOSAL_EXECUTED
