"""One organisation that turned bad tries to rule alone."""

from abci_app.core.codes import Code
from abci_app.state import schema
from tests import acts
from tests.harness import Chain


def test_an_operator_alone_makes_no_holder_independent() -> None:
    chain = Chain.with_units(100)
    chain.ok("operator", acts.accredit("user", acl="HIS-OWN"))
    organisation = schema.ORGANISATIONS.get(chain.app.ledger, "acme")
    assert organisation is not None
    assert not organisation.independent
    chain.ok("issuer", acts.move(10, "issuer", "user"))
    assert chain.balance("user") == (10, 0)
    chain.refused(Code.CONFLICT, "coordinator", acts.accredit("user"))
    chain.ok("user", acts.retire(10, "user"))
    chain.ok("coordinator", acts.accredit("user"))
    chain.refused(Code.MOVE_NOT_ALLOWED, "issuer", acts.move(10, "issuer", "user"))
