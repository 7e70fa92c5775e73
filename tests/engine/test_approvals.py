"""Consent: what waits for whom, who may decide, how it ends, and what it holds meanwhile."""

import pytest

from abci_app.core.codes import Code
from abci_app.core.keys import Table
from abci_app.state import schema
from tests import acts
from tests.harness import IPCI, Chain, edited
from tests.names import account_id
from tonne.v1 import service_pb2 as q
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

DAY = 86_400
TERM = 30 * DAY

TRANSFER = 'signer = "HOLDER"\nchecks = ["MARKET_ACCESS", "TX_LIMIT"]'


def approved_transfers(count: int = 1, checks: str = "", expires_s: int = 0) -> str:
    """IPCI, but transfers between holders wait for `count` operators."""
    rule = f'signer = "HOLDER"\nchecks = [{checks}]\nexpires_s = {expires_s}\n'
    rule += f'approvals = [{{ role = "OPERATOR", count = {count} }}]'
    return edited(IPCI, (TRANSFER, rule))


def with_transfers(quantity: int = 1000, count: int = 1, expires_s: int = 0) -> Chain:
    chain = Chain.with_units(
        quantity, cap=100_000, program=approved_transfers(count, expires_s=expires_s)
    )
    chain.ok("operator", acts.organisation("registry-2"), acts.account("operator-2", "registry-2"))
    chain.ok("coordinator", acts.accredit("operator-2", t.OPERATOR))
    chain.ok("operator", acts.organisation("third-house"), acts.account("third", "third-house"))
    return chain


# ---- what waits, and for whom ----


def test_what_lacks_an_approval_waits_in_the_approvers_inbox_and_does_nothing() -> None:
    chain = Chain.with_issuance()
    before = chain.record(t.ISSUANCE, "R1")
    number = chain.pending("auditor", acts.issue(5))
    assert number == 1
    assert chain.inbox("operator") == [number]
    for other in ("auditor", "stranger", "issuer", "user", "coordinator", "consortium-1"):
        assert chain.inbox(other) == []
    assert chain.balance("issuer") == (0, 0)
    assert chain.record(t.ISSUANCE, "R1") == before
    proposal = chain.proposal(number)
    assert proposal.state == s.PROPOSAL_PENDING
    assert [party.account for party in proposal.signers] == [account_id("auditor")]
    assert proposal.expires_s == proposal.created_s + TERM
    need = proposal.requirements[0]
    assert (need.role, need.count) == (t.OPERATOR, 1)
    assert list(need.excluded) == ["audit-1", "steel"], "the auditor's house and the issuer's"


def test_a_yes_executes_what_was_proposed() -> None:
    chain = Chain.with_issuance()
    number = chain.pending("auditor", acts.issue(100))
    result = chain.decided("operator", number)
    assert result.names == [
        "proposal_decided",
        "proposal_ended",
        "issued",
        "hold_placed",
    ]
    assert chain.balance("issuer") == (90, 10)
    assert chain.inbox("operator") == []
    decision = chain.proposal(number).decisions[0]
    assert (decision.organisation, decision.verdict, decision.at_s) == (
        "registry-north",
        t.YES,
        chain.now,
    )


def test_co_signers_count_first_and_nothing_waits() -> None:
    chain = Chain.with_issuance()
    chain.ok("auditor", acts.issue(100), also=("operator",))
    assert chain.last(Table.PROPOSAL) == 0


def test_a_co_signer_without_the_seat_does_not_count() -> None:
    chain = Chain.with_issuance()
    number = chain.pending("auditor", acts.issue(100), also=("user",))
    assert chain.inbox("operator") == [number]


def test_a_suspended_seat_neither_co_signs_nor_decides() -> None:
    chain = Chain.with_issuance()
    number = chain.pending("auditor", acts.issue(1))
    chain.ok("coordinator", acts.accredit("operator", t.OPERATOR, operation=t.SUSPEND))
    assert chain.inbox("operator") == []
    chain.refused(Code.DECIDE_NOT_MEMBER, "operator", acts.yes(number))
    other = chain.pending("auditor", acts.issue(1), also=("operator",))
    chain.ok("coordinator", acts.accredit("operator", t.OPERATOR, operation=t.REINSTATE))
    assert chain.inbox("operator") == [number], "a co-signer has had its say"
    chain.decided("operator", number)
    chain.refused(Code.DECIDE_DUP, "operator", acts.yes(other))


def test_a_seat_counts_within_its_term_only() -> None:
    chain = with_transfers()
    start = chain.now + 100
    chain.ok("operator", acts.organisation("registry-3"), acts.account("operator-3", "registry-3"))
    seat = acts.accredit("operator-3", t.OPERATOR, valid_from_s=start, valid_to_s=start + 100)
    chain.ok("coordinator", seat)
    number = chain.pending("issuer", acts.move(1, "issuer", "user"))
    for at, waiting in (
        (start - 1, []),
        (start, [number]),
        (start + 99, [number]),
        (start + 100, []),
    ):
        chain.block(at=at)
        assert chain.inbox("operator-3") == waiting
    chain.refused(Code.DECIDE_NOT_MEMBER, "operator-3", acts.yes(number))


# ---- who may not decide ----


def test_nobody_decides_on_his_own_organisations_act() -> None:
    """The operator's house gets an auditor's seat: what that seat signs, another must approve."""
    chain = Chain.with_issuance()
    chain.ok("operator", acts.account("auditor-n", "registry-north"))
    chain.ok("operator", acts.organisation("registry-2"), acts.account("operator-2", "registry-2"))
    chain.ok("coordinator", acts.accredit("operator-2", t.OPERATOR))
    chain.ok("coordinator", acts.accredit("auditor-n"))
    chain.refused(Code.CONFLICT, "operator", acts.accredit("auditor-n", acl="ACL-1"))
    chain.ok("operator-2", acts.accredit("auditor-n", acl="ACL-1"))
    number = chain.pending("auditor-n", acts.issue(1), also=("operator",))
    assert chain.inbox("operator") == []
    chain.refused(Code.DECIDE_NOT_MEMBER, "operator", acts.yes(number))
    chain.refused(Code.DECIDE_NOT_MEMBER, "operator", acts.no(number))
    assert chain.balance("issuer") == (0, 0)


def test_an_organisation_that_the_act_concerns_does_not_decide() -> None:
    """An operator of the issuer's own house may not approve its units."""
    chain = Chain.with_issuance()
    chain.ok("operator", acts.account("steel-op", "steel"), also=("issuer",))
    chain.ok("coordinator", acts.accredit("steel-op", t.OPERATOR))
    number = chain.pending("auditor", acts.issue(1), also=("steel-op",))
    assert chain.inbox("steel-op") == []
    chain.refused(Code.DECIDE_NOT_MEMBER, "steel-op", acts.yes(number))
    chain.decided("operator", number)


def test_two_accounts_of_one_organisation_are_one_voice() -> None:
    chain = with_transfers(count=2)
    chain.ok("operator", acts.account("operator-n", "registry-north"))
    chain.ok("coordinator", acts.accredit("operator-n", t.OPERATOR))
    both = ("operator", "operator-n")
    together = chain.pending("issuer", acts.move(1, "issuer", "user"), also=both)
    chain.ok("issuer", acts.withdraw(together))
    number = chain.pending("issuer", acts.move(1, "issuer", "user"))
    chain.decided("operator", number, s.PROPOSAL_PENDING)
    assert chain.inbox("operator-n") == []
    chain.refused(Code.DECIDE_DUP, "operator-n", acts.yes(number))
    chain.refused(Code.DECIDE_DUP, "operator", acts.no(number))
    assert chain.inbox("operator-2") == [number]
    chain.decided("operator-2", number)
    assert chain.balance("user") == (1, 0)


def test_a_co_signer_and_a_decision_add_up() -> None:
    chain = with_transfers(count=2)
    number = chain.pending("issuer", acts.move(1, "issuer", "user"), also=("operator",))
    chain.refused(Code.DECIDE_DUP, "operator", acts.yes(number))
    chain.decided("operator-2", number)


def test_who_holds_no_seat_does_not_decide() -> None:
    chain = Chain.with_issuance()
    number = chain.pending("auditor", acts.issue(1))
    for who in ("user", "stranger", "coordinator", "issuer"):
        chain.refused(Code.DECIDE_NOT_MEMBER, who, acts.yes(number))


# ---- no, and taking back ----


def test_a_no_needs_a_reason_and_ends_it() -> None:
    chain = with_transfers(count=2)
    number = chain.pending("issuer", acts.move(10, "issuer", "user"))
    assert chain.balance("issuer") == (990, 10)
    chain.refused(Code.DECIDE_REASON, "operator", acts.no(number, ""))
    chain.ok("operator", acts.no(number, "Not as agreed"))
    proposal = chain.proposal(number)
    assert proposal.state == s.PROPOSAL_REJECTED
    assert proposal.decisions[0].reason == "Not as agreed"
    assert chain.balance("issuer") == (1000, 0)
    chain.refused(Code.DECIDE_CLOSED, "operator-2", acts.yes(number))
    chain.refused(Code.WITHDRAW_LATE, "issuer", acts.withdraw(number))
    assert chain.inbox("operator-2") == []


def test_only_the_organisation_that_proposed_takes_back() -> None:
    chain = with_transfers()
    chain.ok("operator", acts.account("issuer-2", "steel"), also=("issuer",))
    number = chain.pending("issuer", acts.move(10, "issuer", "user"), also=("user",))
    for who in ("user", "operator", "auditor"):
        chain.refused(Code.WITHDRAW_NOT_AUTHOR, who, acts.withdraw(number))
    chain.ok("issuer-2", acts.withdraw(number))
    assert chain.proposal(number).state == s.PROPOSAL_WITHDRAWN
    assert chain.balance("issuer") == (1000, 0)
    chain.refused(Code.WITHDRAW_LATE, "issuer", acts.withdraw(number))
    chain.refused(Code.DECIDE_CLOSED, "operator", acts.yes(number))


def test_nothing_is_executed_twice() -> None:
    chain = with_transfers()
    number = chain.pending("issuer", acts.move(10, "issuer", "user"))
    chain.decided("operator", number)
    chain.refused(Code.DECIDE_CLOSED, "operator", acts.yes(number))
    chain.refused(Code.DECIDE_CLOSED, "operator-2", acts.yes(number))
    assert chain.balance("user") == (10, 0)


def test_two_decisions_in_one_envelope_are_taken_in_order() -> None:
    chain = Chain.with_issuance()
    first = chain.pending("auditor", acts.issue(1))
    second = chain.pending("auditor", acts.issue(2))
    chain.ok("operator", acts.yes(first), acts.no(second))
    assert chain.balance("issuer")[0] + chain.balance("issuer")[1] == 1
    third = chain.pending("auditor", acts.issue(4))
    chain.refused(Code.DECIDE_CLOSED, "operator", acts.yes(third), acts.yes(third))
    assert chain.proposal(third).state == s.PROPOSAL_PENDING, "whole or not at all"


# ---- the end of the term ----


def test_a_proposal_expires_in_the_first_block_at_its_end_and_not_a_second_before() -> None:
    chain = with_transfers(expires_s=1000)
    number = chain.pending("issuer", acts.move(10, "issuer", "user"))
    end = chain.proposal(number).expires_s
    assert end == chain.now + 1000
    chain.block(at=end - 1)
    assert chain.proposal(number).state == s.PROPOSAL_PENDING
    assert chain.inbox("operator") == [number]
    chain.block(at=end)
    ended = chain.proposal(number)
    assert (ended.state, ended.ended_s) == (s.PROPOSAL_EXPIRED, end)
    assert [str(event.WhichOneof("event")) for event in chain.duties] == [
        "hold_released",
        "proposal_ended",
    ]
    assert chain.balance("issuer") == (1000, 0)
    chain.refused(Code.DECIDE_CLOSED, "operator", acts.yes(number))
    chain.refused(Code.WITHDRAW_LATE, "issuer", acts.withdraw(number))


@pytest.mark.parametrize(("early", "code"), [(1, Code.OK), (0, Code.DECIDE_CLOSED)])
def test_a_decision_counts_until_the_second_before_the_end(early: int, code: int) -> None:
    chain = with_transfers(expires_s=1000)
    number = chain.pending("issuer", acts.move(10, "issuer", "user"))
    end = chain.proposal(number).expires_s
    tx = chain.tx("operator", acts.yes(number), until=end + 10)
    assert chain.block(tx, at=end - early)[0].code == code


def test_the_shortest_term_of_an_envelope_counts() -> None:
    chain = Chain.with_units(program=approved_transfers(expires_s=1000))
    number = chain.pending(
        "issuer",
        acts.move(10, "issuer", "user"),
        acts.alter("issuer", name="Steel"),
    )
    assert chain.proposal(number).expires_s == chain.now + 1000


# ---- units meanwhile ----


def test_units_of_a_pending_movement_are_held_and_then_move() -> None:
    chain = with_transfers()
    number = chain.pending("issuer", acts.move(10, "issuer", "user"))
    assert chain.balance("issuer") == (990, 10)
    hold = chain.hold(chain.proposal(number).holds[0])
    assert (hold.kind, hold.quantity_t, hold.proposal) == (s.PENDING, 10, number)
    result = chain.decided("operator", number)
    assert result.names == ["proposal_decided", "hold_released", "proposal_ended", "moved"]
    assert chain.balance("issuer") == (990, 0)
    assert chain.balance("user") == (10, 0)


def test_the_very_units_that_were_held_move_whatever_the_order_says_then() -> None:
    chain = with_transfers()
    number = chain.pending("issuer", acts.move(10, "issuer", "user"))
    held = chain.hold(chain.proposal(number).holds[0]).ranges[0]
    assert (held.start, held.end) == (1, 10)
    other = chain.pending("issuer", acts.move(10, "issuer", "user"))
    chain.decided("operator", other)
    moved = chain.decided("operator", number).event("moved")
    assert [(row.start, row.end) for row in moved.ranges] == [(1, 10)]


def test_two_proposals_do_not_promise_the_same_units() -> None:
    chain = with_transfers(quantity=100)
    first = chain.pending("issuer", acts.move(60, "issuer", "user"))
    chain.refused(Code.INSUFFICIENT, "issuer", acts.move(41, "issuer", "user"))
    named = acts.move(
        0, "issuer", "user", ranges=[t.SerialRange(space="IPCI.R1", start=60, end=61)]
    )
    chain.refused(Code.UNIT_HELD, "issuer", named)
    chain.refused(Code.INSUFFICIENT, "issuer", acts.retire(41, "issuer"))
    second = chain.pending("issuer", acts.move(40, "issuer", "user"))
    assert chain.balance("issuer") == (0, 100)
    chain.ok("operator", acts.no(first))
    assert chain.balance("issuer") == (60, 40)
    chain.ok("issuer", acts.retire(60, "issuer"))
    chain.decided("operator", second)
    assert chain.balance("user") == (40, 0)


@pytest.mark.parametrize("how", ["no", "withdraw", "expire"])
def test_holds_are_released_on_every_other_end(how: str) -> None:
    chain = with_transfers()
    number = chain.pending(
        "issuer", acts.move(10, "issuer", "user"), acts.move(5, "issuer", "user")
    )
    assert chain.balance("issuer") == (985, 15)
    if how == "no":
        chain.ok("operator", acts.no(number))
    elif how == "withdraw":
        chain.ok("issuer", acts.withdraw(number))
    else:
        chain.block(at=chain.proposal(number).expires_s)
    assert chain.balance("issuer") == (1000, 0)
    hold = chain.hold(chain.proposal(number).holds[0])
    assert (hold.status, hold.quantity_t) == (s.HOLD_RELEASED, 0)


def test_a_second_movement_may_spend_what_the_first_one_brings() -> None:
    chain = with_transfers()
    passing = acts.move(50, "user", "third")
    passing.signer_index = 1
    number = chain.pending("issuer", acts.move(100, "issuer", "user"), passing, also=("user",))
    assert chain.balance("issuer") == (900, 100)
    chain.decided("operator", number)
    assert [chain.balance(name) for name in ("issuer", "user", "third")] == [
        (900, 0),
        (50, 0),
        (50, 0),
    ]


@pytest.mark.parametrize("how", ["no", "withdraw", "expire"])
def test_what_spends_what_it_brings_also_ends_without_a_trace(how: str) -> None:
    chain = with_transfers()
    chain.decided("operator", chain.pending("issuer", acts.move(30, "issuer", "user")))
    passing = acts.move(50, "user", "third")
    passing.signer_index = 1
    number = chain.pending("issuer", acts.move(100, "issuer", "user"), passing, also=("user",))
    if how == "no":
        chain.ok("operator", acts.no(number))
    elif how == "withdraw":
        chain.ok("issuer", acts.withdraw(number))
    else:
        chain.block(at=chain.proposal(number).expires_s)
    assert chain.balance("issuer") == (970, 0)
    assert chain.balance("user") == (30, 0)


def test_units_that_come_to_be_in_the_envelope_are_not_held() -> None:
    chain = Chain.with_issuance(reserve_bps=0, months=0, program=approved_transfers())
    onward = acts.move(40, "issuer", "user")
    onward.signer_index = 1
    number = chain.pending("auditor", acts.issue(100), onward, also=("issuer",))
    assert list(chain.proposal(number).holds) == []
    chain.decided("operator", number)
    assert (chain.balance("issuer"), chain.balance("user")) == ((60, 0), (40, 0))


# ---- whole or not at all ----


def test_acts_of_one_envelope_happen_whole_or_not_at_all() -> None:
    chain = Chain.with_units()
    chain.refused(
        Code.INSUFFICIENT,
        "issuer",
        acts.move(600, "issuer", "user"),
        acts.move(600, "issuer", "user"),
    )
    chain.ok("issuer", acts.move(600, "issuer", "user"), acts.retire(400, "issuer"))
    assert chain.balance("issuer") == (0, 0)


def test_one_act_that_waits_makes_the_whole_envelope_wait() -> None:
    chain = Chain.with_issuance()
    number = chain.pending("auditor", acts.issue(1), acts.methodology("M2"))
    key = ("IPCI", t.METHODOLOGY, "M2")
    assert not schema.RECORDS.has(chain.app.ledger, *key)
    chain.decided("operator", number)
    assert chain.record(t.METHODOLOGY, "M2").owner == account_id("auditor")


def test_one_decision_counts_for_every_act_of_the_envelope() -> None:
    chain = Chain.with_activity()
    acts_of_one = [acts.verification("S1"), acts.monitoring("S2")]
    number = chain.pending("auditor", *acts_of_one)
    assert len(chain.proposal(number).requirements) == 2
    chain.decided("operator", number)
    for name in ("S1", "S2"):
        reply = chain.ask(q.GetStatementRequest(program="IPCI", id=name), q.StatementReply)
        assert reply.statement.status == s.ACCEPTED


def test_what_costs_more_than_a_decision_may_does_not_wait() -> None:
    chain = with_transfers()
    wide = [acts.move(1, "issuer", "user", max_lots=256)] * 4
    chain.refused(Code.PROPOSAL_TOO_LARGE, "issuer", *wide)
    chain.ok("issuer", *wide, also=("operator",))


def test_an_organisation_has_so_many_proposals_waiting_and_no_more() -> None:
    chain = Chain.with_parties()
    names = [acts.alter("user", name=f"Acme {number}") for number in range(65)]
    for act in names[:64]:
        chain.pending("user", act)
    chain.refused(Code.TOO_MANY_PROPOSALS, "user", names[64])
    chain.ok("user", acts.withdraw(1))
    chain.pending("user", names[64])
