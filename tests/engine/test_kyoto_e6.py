"""E6: the end of a period, carry-over, replacement, and duties of one month."""

import pytest

from abci_app.core import calendar
from abci_app.core.codes import Code
from abci_app.state import schema
from tests import acts, kyoto
from tests.harness import Chain
from tests.kyoto import (
    agreed,
    annul,
    bring,
    convert,
    free,
    held,
    issue,
    move,
    notice,
    of_kz,
    ranges,
    record,
    step,
)
from tests.names import account_id
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

SMALL = (
    'period = "CP1", assigned_amount_t = 1_500_000_000, last_inventory_t = 280_000_000',
    'period = "CP1", assigned_amount_t = 1_000_000, last_inventory_t = 190_000',
)
BOTH = ("kz.authority", "kz.log")
CLASSES = ("AAU", "ERU", "CER", "RMU", "tCER")
CP1_END = calendar.parse_iso("2013-01-01")
TRUE_UP_END = calendar.parse_iso("2015-11-18")


def inventory(tonnes: int, name: str = "I1", lulucf: int = 3) -> t.Action:
    message = t.Attest(
        program=kyoto.PROGRAM,
        id=name,
        kind=t.INVENTORY,
        party="KZ",
        period="CP1",
        lulucf=lulucf,
        numbers=t.StatementNumbers(net_t=tonnes),
    )
    return t.Action(attest=message)


def commitment(amount: int) -> tuple[t.Action, t.Action]:
    draft = t.ObligationDraft(party="KZ", period="CP1")
    made = t.PutRecord(program=kyoto.PROGRAM, id="O1", obligation=draft)
    fixed = step(t.OBLIGATION, "O1", "VERIFIED", amount=t.ObligationAmount(amount_t=amount))
    return t.Action(put_record=made), fixed


def started() -> Chain:
    """Row 0, in 2012: 960 000 AAU, 40 000 ERU, 60 000 CER, 50 000 RMU, 20 000 tCER."""
    chain = kyoto.chain(SMALL)
    agreed(chain, "kz.operator", issue("AAU", 1_000_000), BOTH)
    kyoto.project(chain, "P1", 40_000)
    joint = convert("AAU to ERU track 1", 40_000, activity="P1")
    agreed(chain, "kz.operator", joint, ["kz.authority"])
    removals = issue("RMU", 50_000, cap__lulucf=3)
    chain.refused(Code.CAP_EXCEEDED, "kz.operator", removals)
    chain.ok("kz.authority", inventory(50_000))
    agreed(chain, "kz.operator", removals, BOTH)
    agreed(chain, "kz.cdm", bring("CER", 1, 60_000), ["kz.log"])
    until = calendar.parse_iso("2021-01-01")
    temporary = bring("tCER", 100_001, 120_000, external__valid_until_s=until)
    agreed(chain, "kz.cdm", temporary, ["kz.log"])
    for action in commitment(950_000):
        chain.ok("kz.authority", action)
    return chain


def row(chain: Chain, name: str = "kz.state") -> tuple[int, ...]:
    return tuple(free(chain, name, class_id) for class_id in CLASSES)


def of_period(chain: Chain, class_id: str, period: str) -> int:
    """What the state holds free of a class for a period."""
    return sum(
        lot.end - lot.start + 1
        for lot in schema.LOTS.all(chain.app.ledger)
        if (lot.account, lot.class_id, lot.period) == (account_id("kz.state"), class_id, period)
        and not lot.hold
    )


def test_e6_line_by_line() -> None:
    chain = started()
    assert row(chain) == (960_000, 40_000, 60_000, 50_000, 20_000)
    # 1
    chain.refused(Code.WF_TOO_EARLY, "kz.operator", annul("RMU", 50_000))
    # 2
    chain.block(at=CP1_END)
    used = (annul("RMU", 50_000), annul("tCER", 20_000), annul("CER", 10_000))
    one_more = (*used, annul("AAU", 870_001))
    chain.refused(Code.OBLIGATION_EXCEEDED, "kz.operator", *one_more)
    chain.ok("kz.operator", *used, annul("AAU", 870_000), also=("kz.authority",))
    assert row(chain) == (90_000, 40_000, 50_000, 0, 0)
    assert sum(row(chain, "RETIRE1")) == 950_000
    chain.refused(Code.OBLIGATION_EXCEEDED, "kz.operator", annul("AAU", 1))
    # 3
    chain.refused(Code.CARRYOVER_LIMIT, "kz.operator", convert("carry over ERU", 25_001))
    chain.refused(Code.CARRYOVER_LIMIT, "kz.operator", convert("carry over CER", 25_001))
    carried = [convert("carry over AAU", 90_000)]
    carried += [convert("carry over ERU", 25_000), convert("carry over CER", 25_000)]
    chain.ok("kz.operator", *carried, also=BOTH)
    chain.refused(Code.CARRYOVER_LIMIT, "kz.operator", convert("carry over ERU", 1))
    assert [of_period(chain, name, "CP2") for name in CLASSES] == [90_000, 25_000, 25_000, 0, 0]
    assert [of_period(chain, name, "CP1") for name in CLASSES] == [0, 15_000, 25_000, 0, 0]
    # 4: what ends first goes first
    rest = [move("ERU", 15_000, "kz.state", "230"), move("CER", 25_000, "kz.state", "230")]
    chain.ok("kz.operator", *rest, also=("kz.authority",))
    assert row(chain) == (90_000, 25_000, 25_000, 0, 0)
    assert [of_period(chain, name, "CP1") for name in CLASSES] == [0, 0, 0, 0, 0]
    assert sum(row(chain, "230")) == 40_000
    assert sum(row(chain)) + 950_000 + 40_000 == 1_130_000
    # 5
    chain.ok("kz.log", notice("EXPIRY_TCER", 20_000, classes=["AAU"], period="CP2"))
    chain.refused(Code.NOTICE_MISSING, "kz.operator", move("AAU", 1, "kz.state", "411"))
    wrong = move("ERU", 1, "kz.state", "411", notice="N1")
    chain.refused(Code.NOTICE_UNITS, "kz.operator", wrong)
    elsewhere = move("AAU", 1, "kz.state", "421", notice="N1")
    chain.refused(Code.NOTICE_UNITS, "kz.operator", elsewhere)
    replaced = move("AAU", 20_000, "kz.state", "411", notice="N1")
    chain.ok("kz.operator", replaced)
    assert record(chain, t.NOTICE, "N1").state == "FULFILLED"
    assert sum(row(chain)) == 120_000
    # the day of the commitment
    chain.block(at=TRUE_UP_END)
    assert record(chain, t.OBLIGATION, "O1").state == "COMPLIANT"


@pytest.fixture
def excess() -> Chain:
    """A notice of excess issue over 30 000, of 2013-01-31."""
    chain = started()
    chain.block(at=calendar.parse_iso("2013-01-31T12:00:00Z") - 1)
    chain.ok("kz.log", notice("EXCESS_ISSUE", 30_000))
    assert record(chain, t.NOTICE, "N1").notice.due_s == calendar.parse_iso("2013-02-28")
    return chain


def test_a_contest_stops_the_clock_and_a_revision_is_withdrawn(excess: Chain) -> None:
    excess.block(at=calendar.parse_iso("2013-02-10") - 1)
    contested = step(t.NOTICE, "N1", "CONTESTED", reason="The amount was reviewed")
    excess.ok("kz.state", contested)
    excess.block(at=calendar.parse_iso("2013-03-10"))
    assert record(excess, t.NOTICE, "N1").state == "CONTESTED"
    early = move("AAU", 1, "kz.state", "240", notice="N1")
    excess.refused(Code.NOTICE_STATE, "kz.operator", early)
    revision = t.NoticeRevision(quantity_t=10_000)
    excess.ok("kz.log", step(t.NOTICE, "N1", "REVISED", revision=revision))
    left = calendar.parse_iso("2013-02-28") - calendar.parse_iso("2013-02-10")
    assert record(excess, t.NOTICE, "N1").notice.due_s == excess.now + left
    withdrawn = move("AAU", 10_000, "kz.state", "240", notice="N1")
    beyond = move("AAU", 10_001, "kz.state", "240", notice="N1")
    excess.refused(Code.NOTICE_QUANTITY, "kz.operator", beyond)
    excess.ok("kz.operator", withdrawn)
    assert record(excess, t.NOTICE, "N1").state == "FULFILLED"
    assert free(excess, "240", "AAU") == 10_000
    assert free(excess, "kz.state", "AAU") == 950_000


def test_without_contest_the_first_block_at_its_end_finds_it_overdue(excess: Chain) -> None:
    excess.block(at=calendar.parse_iso("2013-02-28") - 1)
    assert record(excess, t.NOTICE, "N1").state == "OPEN"
    excess.block(at=calendar.parse_iso("2013-02-28"))
    assert record(excess, t.NOTICE, "N1").state == "OVERDUE"
    outside = move("AAU", 1, "kz.state", "kz.owner")
    excess.refused(Code.ACC_STATUS, "kz.operator", outside)
    excess.ok("kz.operator", move("AAU", 30_000, "kz.state", "240", notice="N1"))
    assert record(excess, t.NOTICE, "N1").state == "FULFILLED_LATE"


def test_units_of_removals_are_never_carried_over() -> None:
    chain = started()
    kyoto.project(chain, "P2", 5_000)
    removals = convert("RMU to ERU track 1", 5_000, activity="P2")
    agreed(chain, "kz.operator", removals, ["kz.authority"])
    chain.block(at=CP1_END)
    taken = ranges(*[(lot.start, lot.end) for lot in of_removals(chain)])
    barred = convert("carry over ERU", 0, ranges=taken)
    chain.refused(Code.CARRYOVER_LIMIT, "kz.operator", barred)
    for class_id in ("RMU", "tCER"):
        other = convert("carry over AAU", 1, class_id=class_id)
        chain.refused(Code.CONVERT_NOT_ALLOWED, "kz.operator", other)
    # by quantity only what may pass is taken
    chain.ok("kz.operator", convert("carry over ERU", 25_000), also=BOTH)
    assert of_removals(chain)[0].period == "CP1"


def of_removals(chain: Chain) -> list[s.Lot]:
    return [lot for lot in schema.LOTS.all(chain.app.ledger) if lot.origin_class == "RMU"]


def test_carry_over_lies_between_the_end_of_the_period_and_of_its_true_up() -> None:
    chain = started()
    chain.refused(Code.WF_TOO_EARLY, "kz.operator", convert("carry over AAU", 1))
    chain.block(at=TRUE_UP_END - 1)
    chain.block(at=TRUE_UP_END)
    chain.refused(Code.WF_TOO_LATE, "kz.operator", annul("AAU", 1))
    chain.refused(Code.INSUFFICIENT, "kz.operator", convert("carry over AAU", 1))
    named = convert("carry over AAU", 0, ranges=ranges((40_001, 40_001)))
    chain.refused(Code.UNIT_EXPIRED, "kz.operator", named)
    # what is left is good for cancellation alone
    chain.refused(Code.UNIT_EXPIRED, "kz.operator", *expired_move())
    chain.ok("kz.operator", move("AAU", 5, "kz.state", "230"), also=("kz.authority",))
    assert free(chain, "230", "AAU") == 5
    assert record(chain, t.OBLIGATION, "O1").state == "SHORTFALL"
    assert record(chain, t.OBLIGATION, "O1").obligation.shortfall_t == 950_000


def expired_move() -> list[t.Action]:
    return [move("AAU", 0, "kz.state", "kz.owner", ranges=ranges((40_001, 40_001)))]


def test_an_inventory_is_counted_once_and_no_more_than_it_is_issued() -> None:
    chain = started()
    chain.refused(Code.CAP_EXCEEDED, "kz.operator", issue("RMU", 1, cap__lulucf=3))
    chain.refused(Code.CLAIM_OVERLAP, "kz.authority", inventory(9, "I2"))
    chain.ok("kz.authority", inventory(9, "I2", lulucf=1))
    agreed(chain, "kz.operator", issue("RMU", 9, cap__lulucf=1), BOTH)
    chain.refused(Code.IMPORT_DUP, "kz.cdm", bring("CER", 60_000, 60_001))
    assert held(chain, "kz.state", "RMU") == 0


def test_only_a_named_obligation_of_that_period_takes_units_after_its_end() -> None:
    chain = started()
    chain.block(at=CP1_END)
    chain.refused(Code.OBLIGATION_MISSING, "kz.operator", annul("AAU", 1, obligation=""))
    chain.refused(Code.REC_REF, "kz.operator", annul("AAU", 1, obligation="O9"))
    other = annul("AAU", 1, to_account=kyoto.sink("RETIRE2"))
    chain.refused(Code.OBLIGATION_STATE, "kz.operator", other)
    chain.refused(Code.PURPOSE_MISSING, "kz.operator", annul("AAU", 1, purpose=0))
    chain.refused(Code.BENEFICIARY_MISSING, "kz.operator", annul("AAU", 1, beneficiary=None))
    chain.ok("kz.operator", annul("AAU", 10), also=("kz.authority",))
    entry = schema.RETIREMENTS.get(chain.app.ledger, 1)
    assert entry is not None
    assert (entry.obligation, entry.policy_version) == ("O1", 1)
    assert record(chain, t.OBLIGATION, "O1").obligation.surrendered[0].quantity_t == 10
    again = of_kz(acts.move(1, "kz.state", "kz.owner"))
    again.move.class_id = "AAU"
    again.move.from_account = kyoto.sink("RETIRE1")
    chain.refused(Code.SINK_FINAL, "kz.operator", again)


def test_removal_units_are_issued_in_the_term_of_the_decision() -> None:
    """S1-29: the decision sets the term; the issue that names it fulfils it."""
    chain = kyoto.chain(SMALL)
    chain.ok("kz.authority", inventory(100), notice("RMU_ISSUE", 0, classes=["RMU"]))
    unknown = issue("RMU", 100, cap__lulucf=3, notice="N9")
    chain.refused(Code.NOTICE_UNKNOWN, "kz.operator", unknown)
    elsewhere = issue("RMU", 100, "kz.owner", cap__lulucf=3, notice="N1")
    chain.refused(Code.NOTICE_UNITS, "kz.operator", elsewhere)
    agreed(chain, "kz.operator", issue("RMU", 99, cap__lulucf=3, notice="N1"), BOTH)
    assert record(chain, t.NOTICE, "N1").state == "FULFILLED"
    again = issue("RMU", 1, cap__lulucf=3, notice="N1")
    chain.refused(Code.NOTICE_STATE, "kz.operator", again)
