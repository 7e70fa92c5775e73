"""Consent given is checked again when it takes effect: seats, caps, claims, status."""

from abci_app.core.codes import Code
from tests import acts
from tests.engine.test_approvals import DAY, with_transfers
from tests.harness import Chain
from tests.names import account_id
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t


def failed(chain: Chain, number: int, code: int, who: str = "operator") -> None:
    """The deciding transaction succeeds, the proposal fails with `code`, its holds are gone."""
    result = chain.decided(who, number, s.PROPOSAL_FAILED)
    assert result.event("proposal_ended").code == code
    assert chain.proposal(number).code == code
    chain.refused(Code.DECIDE_CLOSED, who, acts.yes(number))


def test_an_auditor_suspended_between_proposal_and_approval_issues_nothing() -> None:
    chain = Chain.with_issuance()
    number = chain.pending("auditor", acts.issue(5))
    chain.ok("coordinator", acts.accredit("auditor", operation=t.SUSPEND))
    failed(chain, number, Code.NOT_ACCREDITED)
    assert chain.balance("issuer") == (0, 0)


def test_an_auditor_struck_from_the_list_before_approval_states_nothing() -> None:
    chain = Chain.with_activity()
    number = chain.pending("auditor", acts.verification())
    chain.ok("operator", acts.accredit("auditor", acl="ACL-1", operation=t.REVOKE))
    failed(chain, number, Code.NOT_ACCREDITED)


def test_a_cap_used_up_meanwhile_fails_the_proposal() -> None:
    chain = Chain.with_issuance()
    number = chain.pending("auditor", acts.issue(60_000))
    chain.ok("auditor", acts.issue(60_000), also=("operator",))
    failed(chain, number, Code.CAP_EXCEEDED)


def test_a_tonne_claimed_meanwhile_fails_the_proposal() -> None:
    chain = Chain.with_activity()
    number = chain.pending("auditor", acts.verification("S1"))
    chain.ok("auditor", acts.verification("S2"), also=("operator",))
    failed(chain, number, Code.CLAIM_OVERLAP)


def test_a_receiver_closed_meanwhile_fails_the_movement_and_frees_the_units() -> None:
    chain = with_transfers()
    number = chain.pending("issuer", acts.move(10, "issuer", "user"))
    chain.ok("operator", acts.alter("user", status=t.ACCOUNT_CLOSED))
    failed(chain, number, Code.ACC_STATUS)
    assert chain.balance("issuer") == (1000, 0)


def test_a_proposer_whose_account_is_suspended_meanwhile_moves_nothing() -> None:
    chain = with_transfers()
    number = chain.pending("issuer", acts.move(10, "issuer", "user"))
    chain.ok("operator", acts.alter("issuer", status=t.ACCOUNT_SUSPENDED))
    failed(chain, number, Code.ACC_STATUS)


def test_a_proposer_whose_organisation_is_suspended_meanwhile_moves_nothing() -> None:
    chain = with_transfers()
    number = chain.pending("issuer", acts.move(10, "issuer", "user"))
    chain.ok("operator", acts.organisation("steel", status=t.ORGANISATION_SUSPENDED))
    failed(chain, number, Code.ACC_STATUS)
    assert chain.balance("issuer") == (1000, 0)


def test_a_yes_of_a_seat_suspended_since_does_not_count() -> None:
    chain = with_transfers(count=2)
    number = chain.pending("issuer", acts.move(10, "issuer", "user"))
    chain.decided("operator-2", number, s.PROPOSAL_PENDING)
    chain.ok("coordinator", acts.accredit("operator-2", t.OPERATOR, operation=t.SUSPEND))
    chain.decided("operator", number, s.PROPOSAL_PENDING)
    chain.ok("operator", acts.organisation("registry-3"), acts.account("operator-3", "registry-3"))
    chain.ok("coordinator", acts.accredit("operator-3", t.OPERATOR))
    chain.decided("operator-3", number)


def test_the_end_of_validity_and_a_change_of_keys_do_not_touch_what_waits() -> None:
    chain = with_transfers()
    number = chain.pending("issuer", acts.move(10, "issuer", "user"), until=chain.now + 2)
    issuer = account_id("issuer")
    change = acts.alter("issuer", add_keys=[acts.grant_of(issuer, "new")])
    chain.ok("issuer", change, also=("operator",))
    chain.block(at=chain.now + DAY)
    chain.decided("operator", number)


def test_an_earlier_act_of_the_block_is_seen_by_a_decision() -> None:
    chain = Chain.with_issuance()
    number = chain.pending("auditor", acts.issue(5))
    suspend = chain.tx("coordinator", acts.accredit("auditor", operation=t.SUSPEND))
    decide = chain.tx("operator", acts.yes(number))
    assert [row.code for row in chain.block(suspend, decide)] == [0, 0]
    assert chain.proposal(number).code == Code.NOT_ACCREDITED


def test_a_yes_of_an_account_suspended_since_does_not_count() -> None:
    chain = with_transfers(count=2)
    number = chain.pending("issuer", acts.move(10, "issuer", "user"))
    chain.decided("operator-2", number, s.PROPOSAL_PENDING)
    leave = acts.alter("operator-2", status=t.ACCOUNT_SUSPENDED)
    chain.ok("operator-2", leave, also=("operator",))
    chain.decided("operator", number, s.PROPOSAL_PENDING)
    assert chain.balance("user") == (0, 0)
