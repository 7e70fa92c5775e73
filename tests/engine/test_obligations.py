"""Obligations to their day: surrender, offsets, penalty, what is made good, what is given back."""

from abci_app.core import calendar
from abci_app.core.codes import Code
from abci_app.state import schema
from tests import quotas
from tests.names import account_id
from tests.quotas import SURRENDER, free, give_back, move, obligation, record, surrender
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

DUE = calendar.parse_iso("2026-04-01")


def test_offsets_up_to_their_share_rounded_down() -> None:
    """E12: 5 % of 9 999 are 499."""
    chain = quotas.chain()
    obligation(chain, 9_999)
    chain.ok("q.plant", surrender(499, class_id="CREDIT"))
    chain.refused(Code.OFFSET_LIMIT, "q.plant", surrender(1, class_id="CREDIT"))
    chain.ok("q.plant", surrender(9_500))
    chain.refused(Code.OBLIGATION_EXCEEDED, "q.plant", surrender(1))
    fields = record(chain, t.OBLIGATION, "O1").obligation
    amounts = [(row.class_id, row.quantity_t) for row in fields.surrendered]
    assert amounts == [("CREDIT", 499), ("QUOTA", 9_500)]
    assert fields.offset_t == 499
    chain.block(at=DUE - 1)
    assert record(chain, t.OBLIGATION, "O1").state == "VERIFIED"
    chain.block(at=DUE)
    assert record(chain, t.OBLIGATION, "O1").state == "COMPLIANT"
    chain.refused(Code.OBLIGATION_STATE, "q.plant", surrender(1))


def test_a_shortfall_is_fined_and_added_to_the_next_period() -> None:
    """E8: 1 500 lacking are EUR 150 000 and 1 500 next year."""
    chain = quotas.chain()
    obligation(chain, 5_000)
    chain.ok("q.plant", surrender(3_500))
    chain.block(at=DUE)
    short = record(chain, t.OBLIGATION, "O1")
    assert (short.state, short.obligation.shortfall_t) == ("SHORTFALL", 1_500)
    assert (short.obligation.penalty_minor, short.obligation.currency) == (15_000_000, "EUR")
    chain.refused(Code.OBLIGATION_STATE, "q.plant", surrender(1))
    obligation(chain, 1_000, "O2", "Y2")
    following = record(chain, t.OBLIGATION, "O2").obligation
    assert (following.amount_t, following.brought_t) == (2_500, 1_500)
    chain.ok("q.plant", surrender(2_500, obligation="O2"))
    chain.refused(Code.OBLIGATION_EXCEEDED, "q.plant", surrender(1, obligation="O2"))


def test_a_shortfall_that_is_not_brought_forward_is_made_good_late() -> None:
    chain = quotas.chain(("make_good = true", "make_good = false"))
    obligation(chain, 100)
    chain.block(at=DUE)
    chain.ok("q.plant", surrender(40))
    assert record(chain, t.OBLIGATION, "O1").obligation.shortfall_t == 60
    assert record(chain, t.OBLIGATION, "O1").state == "SHORTFALL"
    chain.ok("q.plant", surrender(60))
    assert record(chain, t.OBLIGATION, "O1").state == "MADE_GOOD"


def test_only_the_debtor_surrenders_and_only_what_is_verified() -> None:
    chain = quotas.chain()
    draft = t.ObligationDraft(account=account_id("q.plant"), period="Y1")
    made = t.PutRecord(program=quotas.PROGRAM, id="O1", obligation=draft)
    chain.ok("q.authority", t.Action(put_record=made))
    chain.refused(Code.OBLIGATION_STATE, "q.plant", surrender(1))
    fixed = quotas.step(t.OBLIGATION, "O1", "VERIFIED", amount=t.ObligationAmount(amount_t=9))
    chain.ok("q.authority", fixed)
    chain.ok("q.plant", move(20, "q.trader"), move(5, "q.plant-2"))
    other = surrender(1, from_account=account_id("q.trader"))
    chain.refused(Code.OBLIGATION_STATE, "q.trader", other)
    chain.refused(Code.OBLIGATION_MISSING, "q.plant", surrender(1, obligation=""))
    own = surrender(1, from_account=account_id("q.plant-2"))
    chain.ok("q.plant-2", own)
    stray = move(1, "q.trader", obligation="O1")
    chain.refused(Code.MOVE_NOT_ALLOWED, "q.plant", stray)


def test_a_surrender_is_given_back_within_its_days_and_counts_no_more() -> None:
    chain = quotas.chain()
    obligation(chain, 1_000)
    chain.ok("q.plant", surrender(300), surrender(200))
    end_s = chain.now + 10 * 86_400
    chain.refused(Code.ROLE_MISSING, "q.plant", give_back(100))
    chain.refused(Code.NOT_REVERSIBLE, "q.operator", give_back(100, retirement=0))
    chain.refused(Code.NOT_REVERSIBLE, "q.operator", give_back(100, retirement=9))
    elsewhere = give_back(100, to_account=account_id("q.trader"))
    chain.refused(Code.NOT_REVERSIBLE, "q.operator", elsewhere)
    chain.refused(Code.INSUFFICIENT, "q.operator", give_back(301))
    other = [t.SerialRange(space="XQ", start=300, end=301)]  # 301 is of the second surrender
    chain.refused(Code.NOT_REVERSIBLE, "q.operator", give_back(0, ranges=other))
    waiting = chain.pending("q.operator", give_back(100))
    chain.decided("q.authority", waiting)
    middle = [t.SerialRange(space="XQ", start=151, end=200)]
    chain.ok("q.operator", give_back(0, ranges=middle), also=("q.authority",))
    chain.refused(Code.NOT_REVERSIBLE, "q.operator", give_back(0, ranges=middle))
    fields = record(chain, t.OBLIGATION, "O1").obligation
    assert fields.surrendered[0].quantity_t == 350
    assert (free(chain, "q.plant"), free(chain, SURRENDER)) == (9_650, 350)
    entry = schema.RETIREMENTS.get(chain.app.ledger, 1)
    assert entry is not None
    assert (entry.quantity_t, entry.returned_t) == (300, 150)
    chain.ok("q.plant", surrender(650))  # serials that came back are used again
    chain.block(at=end_s - 2)
    chain.ok("q.operator", give_back(1), also=("q.authority",))
    chain.refused(Code.NOT_REVERSIBLE, "q.operator", give_back(1))


def test_what_counts_as_an_offset_is_asked_of_the_rules_in_force() -> None:
    chain = quotas.chain()
    obligation(chain, 1_000)
    chain.ok("q.plant", surrender(30))
    rows = 'classes = ["QUOTA"]\noffset_classes = ["CREDIT"]'
    swapped = 'classes = ["CREDIT"]\noffset_classes = ["QUOTA"]'
    quotas.new_version(chain, (rows, swapped))
    chain.refused(Code.OFFSET_LIMIT, "q.plant", surrender(21))  # 5 % of 1 000 are 50
    chain.ok("q.operator", give_back(10), also=("q.authority",))
    fields = record(chain, t.OBLIGATION, "O1").obligation
    assert (fields.surrendered[0].quantity_t, fields.offset_t) == (20, 20)


def test_what_is_given_back_was_not_needed_on_its_day() -> None:
    chain = quotas.chain(("reversible_days = 10", "reversible_days = 300"))
    obligation(chain, 100)
    chain.ok("q.plant", surrender(100))
    chain.block(at=DUE)
    chain.refused(Code.NOT_REVERSIBLE, "q.operator", give_back(1))


def test_without_a_row_nothing_leaves_a_surrender() -> None:
    text = quotas.QUOTAS
    first = text.index('[[move_rules]]\nname = "a surrender given back"')
    last = text.index('[[move_rules]]\nname = "use by airlines"')
    chain = quotas.chain((text[first:last], ""), ("reversible_days = 10\n", ""))
    obligation(chain, 100)
    chain.ok("q.plant", surrender(100))
    chain.refused(Code.SINK_FINAL, "q.operator", give_back(1))


def test_quotas_are_issued_up_to_the_cap_of_their_period() -> None:
    chain = quotas.chain(quotas=9_999, offsets=0)
    chain.refused(Code.CAP_EXCEEDED, "q.operator", quotas.issue("QUOTA", 2))
    later = quotas.issue("QUOTA", 1, cap__period="Y9")
    chain.refused(Code.PERIOD_UNKNOWN, "q.operator", later)
    nobody = quotas.issue("QUOTA", 1, cap__party="SE")
    chain.refused(Code.PARTY_NOT_ELIGIBLE, "q.operator", nobody)
    chain.refused(Code.ROLE_MISSING, "q.plant", quotas.issue("QUOTA", 1))
    source = t.Issue(program=quotas.PROGRAM, issuance="R1", quantity_t=1, vintage=2026)
    chain.refused(Code.REC_REF, "q.operator", t.Action(issue=source))
    chain.ok("q.operator", quotas.issue("QUOTA", 1), also=("q.authority",))
    lot = schema.LOTS.get(chain.app.ledger, "XQ", 1)
    assert lot is not None
    assert (lot.period, lot.origin_period, lot.valid_until_s) == ("", "Y1", 0)
    cap = schema.CAP_RECORDS.get(chain.app.ledger, quotas.PROGRAM, "QUOTA", "NO", "Y1")
    assert cap == s.CapRecord(
        program=quotas.PROGRAM, class_id="QUOTA", party="NO", period="Y1", issued_t=10_000
    )
