"""What nobody can do with one key: take over accounts, appoint himself, strand units or results."""

from abci_app.core import signing
from abci_app.core.codes import Code
from abci_app.state import schema
from tests import acts
from tests.harness import IPCI, Chain, edited
from tests.names import PROGRAM, account_id, seed
from tonne.v1 import tx_pb2 as t


def takes_over(victim: str, thief: str) -> t.Action:
    """Replace the key of an account by another's."""
    grant = acts.grant_of(account_id(victim), thief)
    return acts.alter(victim, add_keys=[grant], remove_keys=[signing.public_key(seed(victim))])


# ---- accounts ----


def test_an_operator_puts_no_key_of_his_into_a_house_that_has_accounts() -> None:
    chain = Chain.with_units()
    chain.refused(Code.ROLE_MISSING, "operator", acts.account("ghost", "steel"))
    chain.refused(Code.ROLE_MISSING, "operator", acts.account("ghost", "steel"), also=("user",))
    chain.ok("operator", acts.account("branch", "steel"), also=("issuer",))


def test_only_an_account_itself_changes_its_keys() -> None:
    chain = Chain.with_units()
    chain.ok("operator", acts.account("branch", "steel"), also=("issuer",))
    steal = takes_over("issuer", "branch")
    chain.refused(Code.ROLE_MISSING, "operator", steal)
    chain.refused(Code.ROLE_MISSING, "branch", steal, also=("operator",))
    for change in ({"min_initiate": 1}, {"min_approve": 0}):
        chain.refused(
            Code.ROLE_MISSING, "branch", acts.alter("issuer", **change), also=("operator",)
        )
    chain.ok("issuer", takes_over("issuer", "new-chief"), also=("operator",))
    chain.signing_keys["issuer"] = ["new-chief"]
    chain.ok("issuer", acts.move(1, "issuer", "user"))


def test_a_holder_changes_nothing_without_the_operator() -> None:
    chain = Chain.with_units()
    for act in (acts.alter("issuer", name="Steel"), takes_over("issuer", "new-chief")):
        number = chain.pending("issuer", act)
        assert chain.inbox("operator") == [number]
        chain.ok("issuer", acts.withdraw(number))


# ---- organisations ----


def test_an_operator_has_no_hand_on_those_who_govern_him() -> None:
    chain = Chain.with_parties()
    for house in ("coordination-council", "registry-east"):
        for status in (t.ORGANISATION_SUSPENDED, t.ORGANISATION_CLOSED):
            chain.refused(Code.ROLE_SCOPE, "operator", acts.organisation(house, status=status))
    for less in (t.ACCOUNT_SUSPENDED, t.ACCOUNT_RESTRICTED):
        chain.refused(Code.ROLE_SCOPE, "operator", acts.alter("coordinator", status=less))
    chain.ok("coordinator", acts.accredit("operator", t.OPERATOR, operation=t.REVOKE))
    chain.refused(Code.ROLE_MISSING, "operator", acts.organisation("house"))


def test_a_house_is_closed_only_when_nothing_of_it_is_left_open() -> None:
    chain = Chain.with_units()
    close = acts.organisation("steel", status=t.ORGANISATION_CLOSED)
    chain.refused(Code.ORG_STATUS, "operator", close)
    chain.refused(Code.ACC_STATUS, "operator", acts.alter("issuer", status=t.ACCOUNT_CLOSED))
    chain.ok("issuer", acts.retire(1000, "issuer"))
    chain.ok("operator", acts.alter("issuer", status=t.ACCOUNT_CLOSED), close)


def test_a_house_whose_identification_has_ended_can_still_be_suspended() -> None:
    chain = Chain.with_parties()
    chain.ok("operator", acts.organisation("acme", kyc_expires_s=chain.now + 10))
    chain.block(at=chain.now + 20)
    chain.refused(Code.KYC_EXPIRED, "operator", acts.organisation("acme", name="Acme Two"))
    chain.ok("operator", acts.organisation("acme", status=t.ORGANISATION_SUSPENDED))
    back = acts.organisation("acme", status=t.ORGANISATION_ACTIVE)
    chain.refused(Code.KYC_EXPIRED, "operator", back)
    renewed = acts.organisation(
        "acme", status=t.ORGANISATION_ACTIVE, kyc_expires_s=chain.now + 1000
    )
    chain.ok("operator", renewed)


# ---- seats ----


def test_nobody_appoints_his_own_house() -> None:
    chain = Chain.with_parties()
    chain.refused(Code.CONFLICT, "coordinator", acts.accredit("coordinator", t.OPERATOR))
    chain.refused(Code.CONFLICT, "coordinator", acts.accredit("coordinator"))
    chain.ok("coordinator", acts.accredit("operator"))
    chain.refused(Code.CONFLICT, "operator", acts.accredit("operator", acl="ACL-1"))


def test_an_envelope_does_not_take_away_the_seat_that_it_was_signed_with() -> None:
    chain = Chain.with_issuance()
    away = acts.accredit("auditor", operation=t.SUSPEND)
    away.signer_index = 1
    chain.refused(
        Code.NOT_ACCREDITED,
        "auditor",
        acts.issue(10),
        away,
        also=("coordinator", "operator"),
    )
    chain.refused(Code.NOT_ACCREDITED, "auditor", acts.issue(10), away, also=("coordinator",))
    chain.ok("auditor", acts.issue(10), also=("operator",))


# ---- documents ----


def test_a_strangers_document_does_not_stand_for_the_owners() -> None:
    chain = Chain.with_parties()
    chain.ok("issuer", acts.methodology())
    document = acts.anchor("METHODOLOGY", (t.METHODOLOGY, "M1"))
    chain.refused(Code.ROLE_MISSING, "user", document)
    approve = acts.transition(t.METHODOLOGY, "M1", "APPROVED")
    chain.refused(Code.WF_GUARD, "coordinator", approve)
    chain.ok("auditor", acts.anchor("CONCLUSION", (t.METHODOLOGY, "M1")))
    chain.ok("issuer", document)
    chain.ok("coordinator", approve)


# ---- units and results ----


def test_an_auditor_cannot_be_made_a_party_by_sending_him_a_unit() -> None:
    chain = Chain.with_units()
    chain.refused(Code.MOVE_NOT_ALLOWED, "issuer", acts.move(1, "issuer", "auditor"))
    chain.refused(Code.MOVE_NOT_ALLOWED, "issuer", acts.move(1, "issuer", "stranger"))
    chain.ok("operator", acts.account("audit-desk", "audit-1"), also=("auditor",))
    chain.refused(Code.MOVE_NOT_ALLOWED, "issuer", acts.move(1, "issuer", "audit-desk"))
    chain.ok("auditor", acts.issue(10), also=("operator",))


def test_units_do_not_go_where_nobody_could_take_them_back() -> None:
    chain = Chain.with_units()
    chain.ok("operator", acts.organisation("acme", status=t.ORGANISATION_SUSPENDED))
    chain.refused(Code.ORG_STATUS, "issuer", acts.move(1, "issuer", "user"))
    chain.ok("operator", acts.organisation("steel", status=t.ORGANISATION_SUSPENDED))
    chain.refused(Code.ACC_STATUS, "auditor", acts.issue(1), also=("operator",))


def test_a_limit_is_for_the_whole_transaction() -> None:
    chain = Chain.with_units()
    chain.ok("operator", acts.alter("issuer", tx_limit_t=100))
    sixty = acts.move(60, "issuer", "user")
    chain.refused(Code.TX_LIMIT, "issuer", sixty, sixty)
    chain.ok("issuer", sixty, acts.move(40, "issuer", "user"))
    chain.ok("issuer", sixty)


def test_a_registry_opened_with_a_spiteful_cap_is_sent_back_and_its_results_stand_again() -> None:
    chain = Chain.with_activity()
    chain.ok("auditor", acts.verification(net=100), also=("operator",))
    chain.ok("issuer", acts.issuance("R1"), acts.issuance("R2"))
    chain.ok("auditor", acts.opened(1, "R1"))
    chain.refused(Code.STATEMENT_STATUS, "auditor", acts.opened(100, "R2"))
    chain.ok("operator", acts.transition(t.ISSUANCE, "R1", "REJECTED"))
    record = chain.record(t.ISSUANCE, "R1")
    assert (record.state, record.issuance.cap_t) == ("REJECTED", 0)
    statement = schema.STATEMENTS.get(chain.app.ledger, PROGRAM, "S1")
    assert statement is not None
    assert (statement.issuance, statement.capped_t) == ("", 0)
    chain.ok("auditor", acts.opened(100, "R2"))
    chain.refused(Code.ISS_STATE, "operator", acts.approved(1, name="R1"))


def test_a_registry_that_has_issued_is_not_sent_back() -> None:
    chain = Chain.with_issuance()
    chain.ok("auditor", acts.issue(1), also=("operator",))
    back = acts.transition(t.ISSUANCE, "R1", "REJECTED")
    chain.refused(Code.ISS_STATE, "operator", back)


def test_units_keep_what_they_rest_on_whatever_a_program_allows() -> None:
    row = 'from_state = "OPENED"\nto_state = "REJECTED"'
    loose = edited(IPCI, (row, 'from_state = "APPROVED"\nto_state = "REJECTED"'))
    chain = Chain.with_issuance(program=loose)
    chain.ok("auditor", acts.issue(1), also=("operator",))
    back = acts.transition(t.ISSUANCE, "R1", "REJECTED")
    refusal = chain.refused(Code.ISS_STATE, "operator", back)
    assert refusal.detail == "R1 has issued units"
