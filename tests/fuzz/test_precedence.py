"""Which of two faults an act is refused for: the order that its documentation lists the codes in.

Must not know: how an action is written. Invariants: each fault alone gives its code; of any two in
one act, the one that stands first in the row is told.
"""

import re
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pytest

from abci_app.actions import ACTIONS
from abci_app.core.codes import Code, code_name
from abci_app.engine import conversions, moves
from tests import acts, duty_acts, kyoto
from tests.engine import market
from tests.fuzz import treaty_stages as treaty
from tests.fuzz import voluntary_stage as voluntary
from tests.fuzz.deeds import Deed
from tests.fuzz.stages import STAGES
from tests.fuzz.variants import trial, unsigned
from tests.harness import Chain
from tests.knowledge import acts as k
from tests.names import account_id
from tonne.v1 import tx_pb2 as t

NOBODY, SINK, OTHER = account_id("nobody"), account_id("RETIRE"), account_id("kz.owner")
MUCH = 1 << 60
NONE = "NONE"


@dataclass(frozen=True)
class Fault:
    """What makes an act be refused: fields set to values (`who`: another signs it)."""

    code: int
    fields: dict[str, Any]


def fault(code: int, **fields: Any) -> Fault:
    return Fault(code, fields)


UNKNOWN = fault(Code.PROGRAM_UNKNOWN, program=NONE)


@dataclass(frozen=True)
class Row:
    """An act that succeeds on a stage, and its faults in the order of the law."""

    stage: str
    deed: Any  # of the chain
    faults: tuple[Fault, ...]


ROWS: dict[str, Row] = {
    "put_account": Row(
        "ipci",
        lambda _: Deed("operator", acts.account("nobody", "acme"), ("user",)),
        (
            UNKNOWN,
            fault(Code.ACC_ID, account__id=OTHER),
            fault(Code.ORG_UNKNOWN, account__organisation=NONE),
            fault(Code.ROLE_MISSING, who="buyer"),
            fault(Code.KEY_POLICY, account__min_initiate=7),
        ),
    ),
    "accredit": Row(
        "ipci",
        lambda _: Deed("coordinator", acts.accredit("user", t.COUNCIL)),
        (
            UNKNOWN,
            fault(Code.ROLE_SCOPE, role=t.JISC),
            fault(Code.ROLE_GRANTOR, who="user"),
            fault(Code.ACC_UNKNOWN, subject=NOBODY),
            fault(Code.ACCREDITATION_STATUS, operation=t.REINSTATE),
        ),
    ),
    "anchor": Row(
        "ipci",
        lambda _: Deed("user", acts.anchor("METHODOLOGY", (t.METHODOLOGY, "M2"))),
        (
            UNKNOWN,
            fault(Code.DOC_KIND, kind=NONE),
            fault(Code.DOC_SIZE, size_bytes=0),
            fault(Code.REC_REF, link__id=NONE),
            fault(Code.ROLE_MISSING, who="buyer"),
        ),
    ),
    "put_record": Row(
        "ipci",
        lambda _: Deed("issuer", acts.issuance("R3", statements=["S9"], activity="A4")),
        (
            UNKNOWN,
            fault(Code.CLASS_UNKNOWN, issuance__class_id=NONE),
            fault(Code.REC_REF, issuance__activity=NONE),
            fault(Code.STATEMENT_UNKNOWN, issuance__statements=[NONE]),
            fault(Code.WF_GUARD, who="user"),
        ),
    ),
    "transition": Row(
        "ipci",
        lambda _: Deed("user", acts.transition(t.METHODOLOGY, "M2", "WITHDRAWN")),
        (
            UNKNOWN,
            fault(Code.REC_REF, record__id=NONE),
            fault(Code.WF_NOT_ALLOWED, to_state=NONE),
            fault(Code.ROLE_MISSING, who="buyer"),
        ),
    ),
    "attest": Row(
        "ipci",
        lambda _: Deed("auditor", voluntary._days("S3", 20), ("operator",)),
        (
            UNKNOWN,
            fault(Code.NOT_ACCREDITED, who="user"),
            fault(Code.STATEMENT_EXISTS, id="S9"),
            fault(Code.REC_REF, activity=NONE),
            fault(Code.PERIOD_INVALID, period_to_s=acts.YEAR("2033-01-01")),
            fault(Code.REC_SCHEMA, numbers__baseline_months=7),
            fault(Code.BASELINE_EXCEEDS_ACTUAL, numbers__actual_baseline_t=1),
            fault(Code.CLAIM_OVERLAP, period_from_s=acts.YEAR("2026-01-12")),
        ),
    ),
    "issue": Row(
        "ipci",
        lambda _: Deed("auditor", acts.issue(2, issuance="R2", vintage=2026), ("operator",)),
        (
            UNKNOWN,
            fault(Code.REC_REF, issuance=NONE),
            fault(Code.NOT_ACCREDITED, who="user"),
            fault(Code.MOVE_NOT_ALLOWED, to_account=account_id("user")),
            fault(Code.VINTAGE_INVALID, vintage=2011),
            fault(Code.CAP_EXCEEDED, quantity_t=MUCH),
        ),
    ),
    "issue under a cap": Row(
        "kazakh",
        lambda _: Deed("kz.operator", kyoto.issue("AAU", 10_000), treaty.BOTH),
        (
            UNKNOWN,
            fault(Code.CLASS_UNKNOWN, cap__class_id=NONE),
            fault(Code.PERIOD_UNKNOWN, cap__period=NONE),
            fault(Code.PARTY_NOT_ELIGIBLE, cap__party="NO"),
            fault(Code.ROLE_MISSING, who="kz.owner"),
            fault(Code.ACC_UNKNOWN, to_account=NOBODY),
            fault(Code.CAP_EXCEEDED, quantity_t=MUCH),
        ),
    ),
    "issue over a link": Row(
        "ipci",
        lambda _: Deed("bridge", voluntary.brought(200, 260), ("operator",)),
        (
            UNKNOWN,
            fault(Code.LINK_UNKNOWN, external__link=NONE),
            fault(Code.LINK_CLASS, external__class_id=NONE),
            fault(Code.ROLE_MISSING, who="user"),
            fault(Code.ACC_UNKNOWN, to_account=NOBODY),
            fault(Code.NO_EXCLUSION_PROOF, external__exclusion=bytes(32)),
            fault(Code.IMPORT_DUP, external__serials=duty_acts.span(1, 5, "CR")),
        ),
    ),
    "move": Row(
        "ipci",
        lambda _: Deed("user", acts.retire(1, "user")),
        (
            UNKNOWN,
            fault(Code.CLASS_UNKNOWN, class_id=NONE),
            fault(Code.ACC_UNKNOWN, to_account=NOBODY),
            fault(Code.ROLE_MISSING, who="buyer"),
            fault(Code.PURPOSE_MISSING, purpose=0),
            fault(Code.BENEFICIARY_MISSING, beneficiary=None),
            fault(Code.INSUFFICIENT, quantity_t=MUCH),
        ),
    ),
    "convert": Row(
        "kazakh",
        lambda _: Deed(
            "kz.operator",
            kyoto.convert("AAU to ERU track 1", 10_000, activity="P1"),
            treaty.STATE,
        ),
        (
            UNKNOWN,
            fault(Code.CLASS_UNKNOWN, class_id=NONE),
            fault(Code.ACC_UNKNOWN, account=NOBODY),
            fault(Code.CONVERT_NOT_ALLOWED, rule=NONE),
            fault(Code.ROLE_MISSING, who="kz.owner"),
            fault(Code.REC_REF, activity=NONE),
            fault(Code.PROJECT_LIMIT, quantity_t=10_001),
        ),
    ),
    "hold": Row(
        "ipci",
        lambda _: Deed("user", duty_acts.pledge(6, "user", "issuer")),
        (
            UNKNOWN,
            fault(Code.ACC_UNKNOWN, place__account=NOBODY),
            fault(Code.CLASS_UNKNOWN, place__class_id=NONE),
            fault(Code.ROLE_MISSING, who="buyer"),
            fault(Code.HOLD_TERM, place__release_at_s=1),
            fault(Code.INSUFFICIENT, place__quantity_t=MUCH),
        ),
    ),
    "label": Row(
        "ipci",
        lambda _: Deed("operator", k.label("physical-mrv", t.SCOPE_ACTIVITY, "A2")),
        (
            UNKNOWN,
            fault(Code.RULE_MISSING, label=NONE),
            fault(Code.REC_REF, target=NONE),
            fault(Code.LABEL_AUTH, who="buyer"),
            fault(Code.VALIDITY_INVALID, valid_to_s=1),
        ),
    ),
    "decide": Row(
        "ipci",
        lambda _: Deed("bridge", acts.no(1)),
        (
            fault(Code.PROPOSAL_UNKNOWN, proposal=99),
            fault(Code.DECIDE_NOT_MEMBER, who="buyer"),
            fault(Code.DECIDE_REASON, reason=""),
        ),
    ),
    "withdraw": Row(
        "ipci",
        lambda _: Deed("user", acts.withdraw(2)),
        (
            fault(Code.PROPOSAL_UNKNOWN, proposal=99),
            fault(Code.WITHDRAW_NOT_AUTHOR, who="buyer"),
        ),
    ),
    "place_order": Row(
        "ipci",
        lambda chain: Deed("user", market.sell(30, chain, "user", issuance="R1")),
        (
            UNKNOWN,
            fault(Code.CLASS_UNKNOWN, class_id=NONE),
            fault(Code.ACC_UNKNOWN, account=NOBODY),
            fault(Code.ROLE_MISSING, who="buyer"),
            fault(Code.ORDER_TERMS, expires_s=1),
            fault(Code.REC_REF, issuance=NONE),
            fault(Code.INSUFFICIENT, quantity_t=MUCH),
        ),
    ),
    "fill_order": Row(
        "ipci",
        lambda _: Deed("user", market.fill(1, 5)),
        (
            fault(Code.ORDER_UNKNOWN, order=99),
            fault(Code.ACC_UNKNOWN, account=NOBODY),
            fault(Code.ROLE_MISSING, who="buyer"),
            fault(Code.PAYMENT_MISSING, payment_hash=b""),
            fault(Code.FILL_QUANTITY, quantity_t=MUCH),
        ),
    ),
    "put_policy": Row(
        "ipci",
        lambda chain: Deed("consortium-1", voluntary._version(chain), voluntary.VOTES),
        (
            fault(Code.ROLE_MISSING, who="buyer"),
            fault(Code.POLICY_SCHEMA, program__registry_codes=["x"]),
            fault(Code.POLICY_VERSION, program__version=9),
            fault(Code.POLICY_CONFLICT, program__effective_from_s=1),
        ),
    ),
}


@pytest.fixture(scope="module")
def chains() -> dict[str, Chain]:
    return {name: stage.make() for name, stage in STAGES.items()}


def refusal(chain: Chain, deed: Deed, *faults: Fault) -> int:
    """Return the code of an act with these faults."""
    arm = str(deed.action.WhichOneof("action"))
    action, who = t.Action(), deed.who
    action.CopyFrom(deed.action)
    for one in faults:
        who = one.fields.get("who", who)
        fields = {name: value for name, value in one.fields.items() if name != "who"}
        acts.changed(getattr(action, arm), fields)
    return trial(chain, unsigned(chain, who, deed.also, action)).code


@pytest.mark.parametrize("name", ROWS)
def test_of_two_faults_the_first_of_the_row_is_told(name: str, chains: dict[str, Chain]) -> None:
    row = ROWS[name]
    chain = chains[row.stage]
    deed = row.deed(chain)
    assert refusal(chain, deed) == Code.OK
    wrong = []
    for one in row.faults:
        found = refusal(chain, deed, one)
        if found != one.code:
            wrong.append(f"{code_name(one.code)} alone gives {code_name(found)}")
    for one, other in combinations(row.faults, 2):
        if not one.fields.keys() & other.fields.keys():
            found = refusal(chain, deed, one, other)
            if found != one.code:
                both = f"{code_name(one.code)}, {code_name(other.code)}"
                wrong.append(f"{both} together give {code_name(found)}")
    assert not wrong, "\n".join(wrong)


def test_every_action_has_a_row() -> None:
    assert {name.partition(" ")[0] for name in ROWS} == set(ACTIONS)


# Where the codes of an action are listed, when its module leaves that to another.
LISTED = {"move": moves.run, "convert": conversions.run}
SECTIONS = {  # of a docstring that lists several orders: what stands before the one of the row
    "issue": "Under an issuance:",
    "issue under a cap": "Under a cap:",
    "issue over a link": "Over a link:",
    "put_account": "Of an account:",
}


@pytest.mark.parametrize("name", ROWS)
def test_the_documented_order_is_the_one_that_holds(name: str) -> None:
    arm = name.partition(" ")[0]
    text = str(LISTED.get(arm, ACTIONS[arm].execute).__doc__)
    text = text.partition(SECTIONS.get(name, ""))[2] if name in SECTIONS else text
    listed = [word for word in re.findall(r"[A-Z_]{4,}", text) if word in Code.keys()]  # noqa: SIM118
    ours = [code_name(row.code) for row in ROWS[name].faults]
    known = [word for word in ours if word in listed]
    assert known == sorted(known, key=listed.index)
    assert len(known) > len(ours) // 3, f"{ours} are not in {listed}"
