"""The four routes by which units of DAO IPCI come to be, as the shipped program has them."""

from abci_app.core import ids
from abci_app.core.codes import Code
from abci_app.state.schema import LINK_TOTALS
from tests import acts
from tests.actions.refusal import span
from tests.harness import Chain
from tests.knowledge import acts as k
from tests.names import PROGRAM, account_id
from tonne.v1 import tx_pb2 as t

CARBON_REGISTRY = str(ids.AccountId("XI", 500, 1, 0))


def with_bridges() -> Chain:
    """The issuer holds 1,000 units; the stranger's house speaks for other registries."""
    chain = Chain.with_units()
    bridge = [acts.organisation("elsewhere"), acts.account("bridge", "elsewhere")]
    chain.ok("operator", *bridge)
    for link in ("carbon-registry", "with-conformity"):
        chain.ok("operator", acts.accredit("bridge", t.BRIDGE, acl=link))
    chain.ok("operator", acts.anchor("EXCLUSION_PROOF", None))
    return chain


def bring(link: str, theirs: str, start: int, end: int, **changes: object) -> t.Action:
    source = t.ImportSource(
        link=link,
        class_id=theirs,
        serials=t.SerialRange(space="X1", start=start, end=end),
        exclusion=acts.HASH,
    )
    acts.changed(source, changes)
    issue = t.Issue(program=PROGRAM, external=source, to_account=account_id("user"), vintage=2024)
    return t.Action(issue=issue)


def test_the_second_route_moves_units_of_the_carbon_registry() -> None:
    chain = with_bridges()
    act = bring("carbon-registry", "TMU", 1, 40)
    chain.refused(Code.ROLE_MISSING, "issuer", act)
    number = chain.pending("bridge", act)
    assert chain.balance("user") == (0, 0)
    chain.decided("operator", number)
    assert chain.balance("user") == (40, 0)
    chain.refused(Code.IMPORT_DUP, "bridge", bring("carbon-registry", "TMU", 40, 41))


def test_units_go_to_the_carbon_registry_when_it_confirms_and_come_back() -> None:
    chain = with_bridges()
    leave = acts.move(30, "issuer", CARBON_REGISTRY, external_account="CR-7")
    number = chain.pending("issuer", leave)
    assert chain.balance("issuer") == (970, 30)
    chain.decided("bridge", number)
    assert chain.balance("issuer") == (970, 0)
    back = t.ReturnSource(link="carbon-registry", serials=[span(1, 10)], exclusion=acts.HASH)
    issue = t.Issue(program=PROGRAM, returned=back, to_account=account_id("user"))
    chain.ok("bridge", t.Action(issue=issue), also=("operator",))
    total = LINK_TOTALS.get(chain.app.ledger, PROGRAM, "carbon-registry")
    assert total is not None
    assert (total.exported_t, total.returned_t) == (30, 10)


def test_the_third_route_is_a_decision_of_the_coordinator() -> None:
    chain = with_bridges()
    act = bring("by-decision", "CER", 1, 5, decision=acts.HASH)
    chain.refused(Code.CONFORMITY_MISSING, "operator", act)
    chain.ok("coordinator", acts.anchor("DECISION", None))
    number = chain.pending("operator", act)
    chain.decided("coordinator", number)
    assert chain.balance("user") == (5, 0)


def test_the_fourth_route_needs_an_auditors_word_for_as_many_units() -> None:
    chain = with_bridges()
    act = bring("with-conformity", "VER", 1, 5, statement="C1")
    chain.refused(Code.CONFORMITY_MISSING, "bridge", act)
    conform = k.attest(t.CONFORMITY, "C1", numbers__net_t=5)
    chain.ok("auditor", conform, also=("operator",))
    chain.ok("bridge", act, also=("operator",))
    more = bring("with-conformity", "VER", 6, 6, statement="C1")
    chain.refused(Code.CAP_EXCEEDED, "bridge", more)
    decided = bring("by-decision", "VER", 5, 9, decision=acts.HASH)
    chain.ok("coordinator", acts.anchor("DECISION", None))
    chain.refused(Code.IMPORT_DUP, "operator", decided)  # the same units, whichever the route
