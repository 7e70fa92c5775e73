"""Units that somebody tries to count twice, and duties that somebody tries to be rid of."""

from abci_app.core.calendar import parse_iso
from abci_app.core.codes import Code
from tests import acts, duty_acts, kyoto, quotas
from tests.harness import Chain
from tests.knowledge import acts as k
from tests.names import account_id
from tests.quotas import obligation, surrender
from tonne.v1 import tx_pb2 as t


def test_a_unit_serves_one_purpose() -> None:
    chain = quotas.chain()
    obligation(chain, 100)
    for other in ({"footprint": "F1"}, {"notice": "N1"}):
        chain.refused(Code.MOVE_NOT_ALLOWED, "q.plant", surrender(1, **other))
    chain.ok("q.plant", surrender(1))


def test_an_account_that_owes_a_shortfall_is_not_closed() -> None:
    chain = quotas.chain()
    draft = t.ObligationDraft(account=account_id("q.plant-2"), period="Y1")
    put = t.PutRecord(program="QUOTAS", id="O1", obligation=draft)
    amount = t.ObligationAmount(amount_t=100)
    verified = quotas.step(t.OBLIGATION, "O1", "VERIFIED", amount=amount)
    chain.ok("q.authority", t.Action(put_record=put), verified)
    chain.block(at=parse_iso("2026-04-01"))
    change = t.AccountChange(id=account_id("q.plant-2"), status=t.ACCOUNT_CLOSED)
    act = t.Action(put_account=t.PutAccount(program="QUOTAS", account=change))
    done = chain.refused(Code.ACC_STATUS, "q.plant-2", act)
    assert "100 t" in done.detail


def test_what_was_found_void_backs_no_other_cap() -> None:
    chain = Chain.with_issuance(cap=100, reserve_bps=0, months=0)
    later = {"period_from_s": acts.YEAR("2026-01-01"), "period_to_s": acts.YEAR("2027-01-01")}
    chain.block(at=parse_iso("2027-02-01"))
    chain.ok("auditor", acts.verification("S2", 50, **later), also=("operator",))
    chain.ok("auditor", k.raised(150, ["S2"]))
    chain.ok("coordinator", duty_acts.invalidation(40), also=("operator",))
    back = acts.transition(t.ISSUANCE, "R1", "REJECTED")
    chain.refused(Code.ISS_STATE, "operator", back)


def test_a_conversion_fulfils_no_duty_that_its_row_does_not_ask_for() -> None:
    chain = kyoto.chain()
    chain.ok("kz.authority", kyoto.notice("RMU_ISSUE", 0, classes=["RMU"]))
    act = kyoto.convert("RMU to ERU track 1", 1, activity="A1", notice="N1")
    chain.refused(Code.CONVERT_NOT_ALLOWED, "kz.operator", act)
