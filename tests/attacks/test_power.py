"""One organisation that turned bad tries to rule alone."""

import pytest

from abci_app.core.codes import Code
from abci_app.state import chain as own
from abci_app.state import schema
from abci_app.state.program_faults import rows
from abci_app.state.program_faults.fault import Fault
from tests import acts, lab
from tests.consortium import MEMBERS, OTHERS, following, four, open_member, put, put_set, seat
from tests.harness import Chain
from tests.names import account_id
from tonne.v1 import policy_pb2 as p
from tonne.v1 import tx_pb2 as t


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


# ---- the chain itself ----


def test_two_changes_of_a_block_are_one_change_of_the_validators() -> None:
    chain = four()
    for name in ("consortium-5", "consortium-6"):
        open_member(chain, name)
    first = put_set(*(seat(name) for name in (*MEMBERS[1:], "consortium-5")))
    second = put_set(*(seat(name) for name in (*MEMBERS[2:], "consortium-5", "consortium-6")))
    voters = ("consortium-2", "consortium-3", "consortium-4")
    done, late = chain.block(
        chain.tx("consortium-2", first, also=voters[1:]),
        chain.tx("consortium-2", second, also=(*voters[1:], "consortium-5")),
    )
    assert (done.code, late.code) == (Code.OK, Code.POLICY_VALIDATORS)
    chain.ok("consortium-3", second, also=("consortium-4", "consortium-5"))


@pytest.mark.parametrize(
    "change", [{"tx_cost_max": 200}, {"quota_cost": 200}, {"tx_bytes_max": 512}]
)
def test_no_parameters_with_which_nothing_can_be_decided_again(change: dict[str, int]) -> None:
    chain = four()
    params = p.ChainParams()
    params.CopyFrom(own.DEFAULT_PARAMS)
    acts.changed(params, change)
    act = t.Action(put_policy=t.PutPolicy(params=params))
    done = chain.refused(Code.POLICY_SCHEMA, "consortium-1", act, also=OTHERS)
    assert f"params.{next(iter(change))}" in done.detail


# ---- who could object ----


def test_an_operator_silences_nobody_who_may_object() -> None:
    chain = lab.chain()
    change = t.AccountChange(id=account_id("l.side-a"), status=t.ACCOUNT_SUSPENDED)
    act = t.Action(put_account=t.PutAccount(program="LAB", account=change))
    chain.refused(Code.ROLE_SCOPE, "l.operator", act)
    house = t.OrganisationChange(id="lab-north", status=t.ORGANISATION_SUSPENDED)
    act = t.Action(put_account=t.PutAccount(program="LAB", organisation=house))
    chain.refused(Code.ROLE_SCOPE, "l.operator", act)


def test_a_body_full_of_faults_costs_its_first_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of equal rows have tens of thousands of faults: half a second of every validator."""
    chain = four()
    chain.block()
    program = following(chain)
    for _ in range(200):
        program.move_rules.add().CopyFrom(program.move_rules[0])
    made: list[str] = []
    monkeypatch.setattr(rows, "Fault", lambda *words: made.append("") or Fault(*words))  # type: ignore[func-returns-value]
    chain.refused(Code.POLICY_SCHEMA, "consortium-1", put(program), also=OTHERS)
    assert len(made) < 10


def test_nobody_makes_the_coordinator_a_party_to_what_it_judges() -> None:
    """A unit sent to who must find units void would be a conflict of interest, ever again."""
    chain = Chain.with_units(100)
    for judge in ("coordinator", "operator"):
        chain.refused(Code.MOVE_NOT_ALLOWED, "issuer", acts.move(1, "issuer", judge))
