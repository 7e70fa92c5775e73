"""Named checks of movements and what a row requires: each refuses with its code, and lets pass."""

from typing import Any

import pytest

from abci_app.core.codes import Code
from abci_app.state import schema
from tests import acts, quotas
from tests.harness import Chain
from tests.names import account_id
from tests.quotas import RETIRE, free, move, record
from tonne.v1 import tx_pb2 as t

AIRLINE: dict[str, Any] = {"purpose": t.OIMP_CORSIA, "beneficiary": t.Beneficiary(name="Airline")}


def trusting(chain: Chain, *names: str) -> None:
    """The plant trusts these accounts and no others."""
    change = t.AccountChange(id=account_id("q.plant"), allow_untrusted=False)
    change.add_trusted.extend(account_id(name) for name in names)
    put = t.PutAccount(program=quotas.PROGRAM, account=change)
    chain.ok("q.plant", t.Action(put_account=put))


def test_an_account_that_trusts_some_moves_to_them_and_within_its_house() -> None:
    chain = quotas.chain()
    trusting(chain)
    chain.refused(Code.UNTRUSTED, "q.plant", move(1, "q.trader"))
    chain.ok("q.plant", move(1, "q.plant-2"))
    trusting(chain, "q.trader")
    chain.ok("q.plant", move(1, "q.trader"))
    assert (free(chain, "q.trader"), free(chain, "q.plant-2")) == (1, 1)


def authorized(chain: Chain, quantity: int = 100, **changes: object) -> None:
    """AUTH1 for units of the activity A1, of vintages 2025 to 2027."""
    papers = [acts.methodology(), acts.activity()]
    for action in papers:
        action.put_record.program = quotas.PROGRAM
    chain.ok("q.plant", *papers)
    draft = t.AuthorizationDraft(
        party="NO",
        approach="CA0001",
        quantity_t=quantity,
        purposes=["IMP", "NDC"],
        year_from=2025,
        year_to=2027,
        activity="A1",
        first_transfer="USE_OR_CANCELLATION",
    )
    acts.changed(draft, dict(changes))
    put = t.PutRecord(program=quotas.PROGRAM, id="AUTH1", authorization=draft)
    chain.ok("q.authority", t.Action(put_record=put))


def labelled(chain: Chain, start: int, end: int) -> None:
    message = t.SetLabel(
        program=quotas.PROGRAM,
        operation=t.ADD_LABEL,
        label="CORSIA",
        scope=t.SCOPE_LOT,
        ranges=[t.SerialRange(space="XQ", start=start, end=end)],
        reason="As the board decided",
    )
    chain.ok("q.labeller", t.Action(label=message))


def use(start: int, end: int, **changes: object) -> t.Action:
    units = [t.SerialRange(space="XQ", start=start, end=end)]
    fields: dict[str, Any] = {**AIRLINE, "authorization": "AUTH1", "ranges": units, **changes}
    return move(0, RETIRE, **fields)


def of_activity(chain: Chain, quantity: int) -> None:
    """Turn quotas into credits of the activity A1."""
    chain.ok("q.authority", quotas.step(t.ACTIVITY, "A1", "REGISTERED"))
    message = t.Convert(
        program=quotas.PROGRAM,
        rule="QUOTA to CREDIT of a plant",
        class_id="QUOTA",
        quantity_t=quantity,
        account=account_id("q.plant"),
        activity="A1",
    )
    chain.ok("q.plant", t.Action(convert=message))


def test_units_without_the_label_are_not_for_airlines() -> None:
    chain = quotas.chain(('checks = ["AUTHZ", "LABEL_REQUIRED"]', 'checks = ["LABEL_REQUIRED"]'))
    authorized(chain, 10_000)
    labelled(chain, 1, 50)
    chain.refused(Code.LABEL_MISSING, "q.plant", use(1, 51))
    chain.ok("q.plant", use(1, 50))
    entry = schema.RETIREMENTS.get(chain.app.ledger, 1)
    assert entry is not None
    assert list(entry.labels) == ["CORSIA"]
    plain: dict[str, Any] = {"purpose": t.VOLUNTARY, "beneficiary": t.Beneficiary(name="X")}
    chain.ok("q.plant", move(10, RETIRE, **plain))
    entry = schema.RETIREMENTS.get(chain.app.ledger, 2)
    assert entry is not None
    assert list(entry.labels) == []


def test_an_authorization_bounds_quantity_user_purpose_vintage_and_activity() -> None:
    chain = quotas.chain(('checks = ["AUTHZ", "LABEL_REQUIRED"]', 'checks = ["AUTHZ"]'), LABELLESS)
    chain.refused(Code.AUTHZ_SCOPE, "q.plant", use(1, 1, authorization=""))
    chain.refused(Code.REC_REF, "q.plant", use(1, 1))
    authorized(chain, 100, entities=["steelworks"])
    of_activity(chain, 150)
    credit = {"class_id": "CREDIT"}
    chain.refused(Code.AUTHZ_SCOPE, "q.plant", use(151, 151))  # of no activity
    chain.refused(Code.AUTHZ_QTY, "q.plant", use(1, 101, **credit))
    trader = {"to_account": account_id("q.trader")}
    ten = [t.SerialRange(space="XQ", start=101, end=110)]
    chain.ok("q.plant", move(0, "q.trader", ranges=ten, **credit, **trader))
    sold = use(101, 101, from_account=account_id("q.trader"), **credit)
    chain.refused(Code.AUTHZ_SCOPE, "q.trader", sold)
    chain.ok("q.plant", use(1, 60, **credit))
    assert record(chain, t.AUTHORIZATION, "AUTH1").authorization.used_t == 60
    chain.ok("q.plant", use(61, 100, **credit))
    assert record(chain, t.AUTHORIZATION, "AUTH1").state == "EXHAUSTED"
    chain.refused(Code.AUTHZ_SCOPE, "q.plant", use(111, 111, **credit))


@pytest.mark.parametrize("changes", [{"year_from": 2027}, {"purposes": ["NDC"]}])
def test_an_authorization_is_for_its_years_and_purposes(changes: dict[str, object]) -> None:
    chain = quotas.chain(('checks = ["AUTHZ", "LABEL_REQUIRED"]', 'checks = ["AUTHZ"]'), LABELLESS)
    authorized(chain, 100, **changes)
    of_activity(chain, 10)
    chain.refused(Code.AUTHZ_SCOPE, "q.plant", use(1, 1, class_id="CREDIT"))


LABELLESS = ('labels = ["CORSIA"]\n', "")


def test_a_purpose_that_no_row_is_for_goes_nowhere() -> None:
    chain = quotas.chain()
    other: dict[str, Any] = {"purpose": t.OMGE, "beneficiary": t.Beneficiary(name="X")}
    chain.refused(Code.MOVE_NOT_ALLOWED, "q.plant", move(1, RETIRE, **other))
    chain.refused(Code.MOVE_NOT_ALLOWED, "q.plant", move(1, RETIRE))


def test_a_program_whose_party_is_not_eligible_moves_nothing() -> None:
    chain = quotas.chain(
        ('registry_codes = ["XQ"]', 'registry_codes = ["XQ", "NO"]'),
        ("eligible = true", "eligible = false"),
        quotas=0,
        offsets=0,
    )
    chain.refused(Code.PARTY_NOT_ELIGIBLE, "q.plant", move(1, "q.trader"))
    chain.refused(Code.PARTY_NOT_ELIGIBLE, "q.operator", quotas.issue("QUOTA", 1))
