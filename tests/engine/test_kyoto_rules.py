"""Rules of KYOTO-KZ that its examples do not reach: one registry, its messages, its notices."""

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
    free,
    issue,
    move,
    notice,
    of_kz,
    record,
    step,
)
from tests.names import account_id
from tonne.v1 import tx_pb2 as t

BOTH = ("kz.authority", "kz.log")
LATER = calendar.parse_iso("2014-01-01")


@pytest.fixture
def chain() -> Chain:
    """1 000 AAU of the state, 100 tCER and 100 lCER of the CDM registry."""
    one = kyoto.chain()
    agreed(one, "kz.operator", issue("AAU", 1_000), BOTH)
    for class_id, start in (("tCER", 1), ("lCER", 101)):
        came = bring(class_id, start, start + 99, external__valid_until_s=LATER)
        agreed(one, "kz.cdm", came, ["kz.log"])
    return one


# ---- one registry, and what it may create ----


def test_one_body_keeps_the_registry_and_the_authority_names_it(chain: Chain) -> None:
    """S1-19: a second operator is refused; the authority alone changes who it is."""
    grant = of_kz(acts.accredit("kz.person", t.OPERATOR))
    chain.refused(Code.ROLE_GRANTOR, "kz.operator", grant)
    chain.refused(Code.SEATS_TAKEN, "kz.authority", grant)
    end = of_kz(acts.accredit("kz.operator", t.OPERATOR, operation=t.REVOKE))
    chain.ok("kz.authority", end)
    chain.ok("kz.authority", grant)
    chain.refused(Code.ROLE_MISSING, "kz.operator", issue("AAU", 1))
    assert chain.pending("kz.person", issue("AAU", 1))


@pytest.mark.parametrize("class_id", ["ERU", "CER", "tCER", "lCER"])
def test_no_other_unit_is_created_here(chain: Chain, class_id: str) -> None:
    """S1-23, S1-24: the operator creates AAU and RMU; ERU are converted, the others come in."""
    for who in ("kz.operator", "kz.authority", "kz.cdm"):
        chain.refused(Code.RULE_MISSING, who, issue(class_id, 1))


def test_units_of_another_registry_are_sent_by_its_operator_alone(chain: Chain) -> None:
    """S1-33: the sending registry proposes, the log agrees."""
    sent = bring("ERU", 1, 40, external__link="JP", external__serials__space="JP")
    for who in ("kz.operator", "kz.authority", "kz.cdm"):
        chain.refused(Code.ROLE_MISSING, who, sent)
    agreed(chain, "kz.japan", sent, ["kz.log"])
    assert free(chain, "kz.state", "ERU") == 40


# ---- messages and notices ----


def test_messages_with_the_log_are_on_record(chain: Chain) -> None:
    """S1-20: the hash of a message is anchored, at what it is about; its answers are decisions."""
    chain.ok("kz.log", notice("EXCESS_ISSUE", 10, classes=["AAU"]))
    message = acts.anchor("MESSAGE", (t.NOTICE, "N1"))
    chain.ok("kz.log", of_kz(message))
    kept = [row for row in schema.DOCUMENTS.all(chain.app.ledger) if row.kind == "MESSAGE"]
    assert [row.account for row in kept] == [account_id("kz.log")]


@pytest.mark.parametrize(
    ("kind", "sink", "class_id"),
    [
        ("EXCESS_ISSUE", "240", "AAU"),
        ("NON_COMPLIANCE", "220", "AAU"),
        ("EXPIRY_TCER", "411", "tCER"),
        ("EXPIRY_LCER", "421", "AAU"),
        ("REVERSAL", "422", "lCER"),
        ("NO_CERT_REPORT", "423", "lCER"),
    ],
)
@pytest.mark.parametrize("giver", ["kz.log", "kz.authority"])
def test_a_notice_is_met_in_the_sink_of_its_kind(
    chain: Chain, kind: str, sink: str, class_id: str, giver: str
) -> None:
    """S1-36, S1-38: the log or the authority gives it; another sink is not what it asks for."""
    for who in ("kz.operator", "kz.state", "kz.owner"):
        chain.refused(Code.ROLE_MISSING, who, notice(kind, 10, classes=[class_id]))
    chain.ok(giver, notice(kind, 10, classes=[class_id]))
    other = "220" if sink == "240" else "240"
    elsewhere = move(class_id, 10, "kz.state", other, notice="N1")
    chain.refused(Code.NOTICE_UNITS, "kz.operator", elsewhere)
    chain.refused(Code.NOTICE_MISSING, "kz.operator", move(class_id, 10, "kz.state", sink))
    chain.ok("kz.operator", move(class_id, 10, "kz.state", sink, notice="N1"))
    assert record(chain, t.NOTICE, "N1").state == "FULFILLED"


def test_the_country_withdraws_of_its_own_will(chain: Chain) -> None:
    """S1-36 (3): with the authority, and without a notice; nobody else's units."""
    agreed(chain, "kz.operator", move("AAU", 5, "kz.state", "230"), ["kz.authority"])
    assert free(chain, "230", "AAU") == 5
    agreed(chain, "kz.operator", move("AAU", 5, "kz.state", "kz.owner"), ["kz.authority"])
    theirs = move("AAU", 5, "kz.owner", "230")
    chain.refused(Code.MOVE_NOT_ALLOWED, "kz.operator", theirs)


# ---- the end of a period ----


def test_annulment_is_over_with_the_true_up(chain: Chain) -> None:
    """S1-42: units are annulled until the second before the true-up ends."""
    draft = t.ObligationDraft(party="KZ", period="CP1")
    made = t.PutRecord(program=kyoto.PROGRAM, id="O1", obligation=draft)
    fixed = step(t.OBLIGATION, "O1", "VERIFIED", amount=t.ObligationAmount(amount_t=900))
    chain.ok("kz.authority", t.Action(put_record=made), fixed)
    end = calendar.parse_iso("2015-11-18")
    chain.block(at=end - 2)
    chain.ok("kz.operator", annul("AAU", 10), also=("kz.authority",))  # in the second before
    chain.block(at=end)
    named = annul("AAU", 0, ranges=kyoto.ranges((11, 20)))
    chain.refused(Code.WF_TOO_LATE, "kz.operator", named, also=("kz.authority",))
    assert record(chain, t.OBLIGATION, "O1").state == "SHORTFALL"
    assert free(chain, "RETIRE1", "AAU") == 10
