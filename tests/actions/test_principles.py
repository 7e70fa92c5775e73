"""Principles of the sources that no single check holds: they show in what everybody can do."""

from abci_app.state import schema
from tests import acts
from tests.harness import Chain
from tests.names import account_id
from tonne.v1 import tx_pb2 as t


def test_a_natural_person_holds_passes_on_and_retires_units_as_a_firm_does() -> None:
    chain = Chain.with_units()
    chain.ok("operator", acts.organisation("anna", name="Anna", country="KZ"))
    person = acts.account("anna", "anna", holder_kind=t.PERSON, market_access=True)
    chain.ok("operator", person)
    chain.ok("issuer", acts.move(10, "issuer", "anna"))
    chain.ok("anna", acts.move(4, "anna", "user"))
    chain.ok("anna", acts.retire(1, "anna"))
    stored = schema.ACCOUNTS.get(chain.app.ledger, account_id("anna"))
    assert stored is not None
    assert stored.holder_kind == t.PERSON
    assert (chain.balance("anna"), chain.balance("user")) == ((5, 0), (4, 0))


def test_no_act_but_an_issue_makes_a_unit_and_nothing_is_paid_for_an_act() -> None:
    chain = Chain.with_issuance()
    chain.ok("issuer", acts.alter("issuer", name="Steel"), also=("operator",))
    assert list(schema.HOLDINGS.all(chain.app.ledger)) == []
    assert list(schema.LOTS.all(chain.app.ledger)) == []
    chain.ok("auditor", acts.issue(100), also=("operator",))
    before = chain.balance("issuer")
    for _ in range(5):
        chain.ok("issuer", acts.alter("issuer", name="Steel and more"), also=("operator",))
    assert chain.balance("issuer") == before
    assert sum(lot.end - lot.start + 1 for lot in schema.LOTS.all(chain.app.ledger)) == 100


def test_references_to_other_registers_stay_with_an_activity() -> None:
    chain = Chain.with_activity()
    entry = "https://climateaction.example/commitments/1"
    chain.ok("issuer", acts.activity("A2", external_refs=[entry]))
    assert list(chain.record(t.ACTIVITY, "A2").activity.external_refs) == [entry]
