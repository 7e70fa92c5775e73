"""Conversions refused: by rule, holder, signer, project, limit, notice and end of validity."""

from typing import Any

import pytest

from abci_app.core import calendar
from abci_app.core.codes import Code
from abci_app.state import policies, schema
from tests import acts, kyoto
from tests.harness import Chain
from tests.kyoto import agreed, bring, convert, free, issue, move, notice, of_kz, ranges, step
from tests.names import account_id
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

UNTIL = calendar.parse_iso("2014-01-01")


@pytest.fixture
def chain() -> Chain:
    """1 000 AAU and 100 tCER of the state; the project P1 with 50 verified."""
    chain = kyoto.chain()
    agreed(chain, "kz.operator", issue("AAU", 1_000), ("kz.authority", "kz.log"))
    temporary = bring("tCER", 1, 100, external__valid_until_s=UNTIL)
    agreed(chain, "kz.cdm", temporary, ["kz.log"])
    kyoto.project(chain, "P1", 50)
    return chain


def joint(quantity: int = 1, **changes: Any) -> t.Action:
    return convert("AAU to ERU track 1", quantity, **{"activity": "P1", **changes})


def test_a_conversion_needs_its_rule_its_holder_and_its_signer(chain: Chain) -> None:
    for wrong in (
        joint(rule="AAU to gold", class_id="AAU"),
        joint(class_id="CER"),
        joint(account=account_id("kz.owner")),
        joint(account=kyoto.sink("230")),
        joint(account=account_id("operator")),
    ):
        chain.refused(Code.CONVERT_NOT_ALLOWED, "kz.operator", wrong)
    chain.refused(Code.ROLE_MISSING, "kz.state", joint())
    chain.refused(Code.CLASS_UNKNOWN, "kz.operator", joint(class_id="TMU"))


def test_a_project_is_registered_and_gives_what_was_verified(chain: Chain) -> None:
    chain.refused(Code.REC_REF, "kz.operator", joint(activity="P9"))
    described = of_kz(acts.activity("P2", country="KZ"))
    chain.ok("kz.owner", described)
    chain.refused(Code.CONVERT_NOT_ALLOWED, "kz.operator", joint(activity="P2"))
    chain.refused(Code.PROJECT_LIMIT, "kz.operator", joint(51))
    agreed(chain, "kz.operator", joint(50), ["kz.authority"])
    chain.refused(Code.PROJECT_LIMIT, "kz.operator", joint(1))
    verification = schema.STATEMENTS.get(chain.app.ledger, kyoto.PROGRAM, "V-P1")
    assert verification is not None
    assert verification.capped_t == 50
    assert kyoto.record(chain, t.ACTIVITY, "P1").converted_t == 50
    supplies = {row.class_id: row for row in schema.SUPPLIES.all(chain.app.ledger)}
    assert supplies["AAU"].converted_out_t == supplies["ERU"].converted_in_t == 50


def test_only_free_units_are_converted(chain: Chain) -> None:
    waiting = chain.pending("kz.operator", joint(0, ranges=ranges((1, 10))))
    chain.refused(Code.UNIT_HELD, "kz.operator", joint(0, ranges=ranges((10, 11))))
    chain.refused(Code.UNIT_UNKNOWN, "kz.operator", joint(0, ranges=ranges((1001, 1001))))
    given = move("AAU", 0, "kz.state", "kz.owner", ranges=ranges((20, 20)))
    agreed(chain, "kz.operator", given, ["kz.authority"])
    chain.refused(Code.UNIT_NOT_OWNED, "kz.operator", joint(0, ranges=ranges((20, 20))))
    chain.decided("kz.authority", waiting)
    assert kyoto.spans(chain, "kz.state", "ERU") == [(1, 10)]


def later(until: int = UNTIL + 86_400, **changes: Any) -> t.Action:
    return convert("change of expiry of tCER", 100, valid_until_s=until, **changes)


def test_a_change_of_expiry_answers_a_notice(chain: Chain) -> None:
    chain.refused(Code.NOTICE_MISSING, "kz.operator", later())
    chain.refused(Code.NOTICE_UNKNOWN, "kz.operator", later(notice="N1"))
    chain.ok("kz.log", notice("EXPIRY_CHANGE", 0))
    chain.refused(Code.VALIDITY_INVALID, "kz.operator", later(chain.now, notice="N1"))
    chain.refused(Code.VALIDITY_INVALID, "kz.operator", joint(valid_until_s=UNTIL))
    chain.ok("kz.operator", later(notice="N1"), also=("kz.log",))
    ends = [lot.valid_until_s for lot in schema.LOTS.all(chain.app.ledger) if lot.imported]
    assert ends == [UNTIL + 86_400]
    assert kyoto.record(chain, t.NOTICE, "N1").state == "FULFILLED"
    assert free(chain, "kz.state", "tCER") == 100


def test_a_program_that_is_repealed_converts_and_moves_nothing() -> None:
    chain = kyoto.chain(('status = "ACTIVE"', 'status = "REPEALED"'))
    for action in (joint(), issue("AAU", 1), move("AAU", 1, "kz.state", "kz.owner")):
        chain.refused(Code.PROGRAM_INACTIVE, "kz.operator", action)


def test_a_country_that_is_not_eligible_acts_on_no_units() -> None:
    chain = kyoto.chain(("eligible = true", "eligible = false"))
    for action in (joint(), issue("AAU", 1), move("AAU", 1, "kz.state", "kz.owner")):
        chain.refused(Code.PARTY_NOT_ELIGIBLE, "kz.operator", action)


def test_units_are_withdrawn_although_and_because_the_country_lost_its_right(chain: Chain) -> None:
    """S1-36 (2): what may not be traded any more can still be cancelled and frozen."""
    program = policies.latest(chain.app.ledger, kyoto.PROGRAM)
    assert program is not None
    program.version += 1
    program.parties[0].eligible = False
    program.effective_from_s = 0
    act = t.Action(put_policy=t.PutPolicy(program=program))
    chain.ok("consortium-1", act, also=("kz.authority",))
    chain.refused(Code.PARTY_NOT_ELIGIBLE, "kz.operator", move("AAU", 1, "kz.state", "kz.owner"))
    chain.ok("kz.log", kyoto.notice("NON_COMPLIANCE", 40))
    chain.ok("kz.operator", move("AAU", 40, "kz.state", "220", notice="N1"))
    assert kyoto.record(chain, t.NOTICE, "N1").state == "FULFILLED"


def test_an_obligation_is_fixed_once_and_left_out_by_the_authority(chain: Chain) -> None:
    draft = t.ObligationDraft(party="KZ", period="CP1")
    made = t.PutRecord(program=kyoto.PROGRAM, id="O1", obligation=draft)
    chain.ok("kz.authority", t.Action(put_record=made))
    chain.refused(Code.REC_SCHEMA, "kz.authority", step(t.OBLIGATION, "O1", "VERIFIED"))
    chain.ok("kz.authority", step(t.OBLIGATION, "O1", "EXCLUDED"))
    assert kyoto.record(chain, t.OBLIGATION, "O1") != s.Record()
