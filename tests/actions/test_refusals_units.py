"""Movements, statements, caps and issues: what is refused, each with its code, and what first."""

import pytest

from abci_app.core.codes import Code
from tests import acts
from tests.actions.refusal import (
    LARGE,
    Case,
    doing,
    joint,
    opened,
    requested,
    span,
    units,
)
from tests.acts import YEAR
from tests.harness import IPCI, Chain, edited
from tests.names import account_id
from tonne.v1 import tx_pb2 as t


def user_has_units(chain: Chain) -> None:
    chain.ok("issuer", acts.move(10, "issuer", "user"))


def scattered(chain: Chain) -> None:
    """The issuer's free units come to lie in five lots."""
    for serial in (2, 4, 6, 8):
        chain.ok("issuer", acts.move(0, "issuer", "user", ranges=[span(serial, serial)]))


def other_activity(chain: Chain) -> None:
    """A second activity A2 of the issuer with its statement S2, which R2 names for A1."""
    chain.ok(
        "issuer",
        acts.activity("A2"),
        acts.anchor("PROJECT_DOCUMENT", (t.ACTIVITY, "A2")),
        acts.anchor("MONITORING_PLAN", (t.ACTIVITY, "A2")),
    )
    chain.ok("auditor", acts.monitoring("S0-2", activity="A2"), also=("operator",))
    chain.ok("auditor", acts.verification("S2", activity="A2"), also=("operator",))
    chain.ok("issuer", acts.issuance("R2", statements=["S2"]))


def partial_auditors() -> Chain:
    """The issuer holds units, in a program whose auditors may hold some as well."""
    return Chain.with_units(program=edited(IPCI, ("independent = true ", "independent = false ")))


def auditor_owns_units(chain: Chain) -> None:
    """A holder becomes an auditor."""
    chain.ok("issuer", acts.move(1, "issuer", "user"))
    chain.ok("coordinator", acts.accredit("user"))
    chain.ok("operator", acts.accredit("user", acl="ACL-1"))


MOVES: dict[str, Case] = {
    "an account of the chain receives": Case(
        Code.MOVE_NOT_ALLOWED, "issuer", acts.move(1, "issuer", "consortium-1"), units
    ),
    "no rule for it": Case(
        Code.MOVE_NOT_ALLOWED,
        "issuer",
        acts.move(1, "issuer", "user"),
        lambda: Chain.with_units(
            program=edited(
                IPCI, ('to_kind = "HOLDING"\nsigner', 'to_kind = "HOLDING"\nto_code = 121\nsigner')
            )
        ),
    ),
    "units issued to another": joint(
        Code.MOVE_NOT_ALLOWED,
        "auditor",
        acts.issue(1, to_account=account_id("user")),
    ),
    "an unknown class": Case(
        Code.CLASS_UNKNOWN, "issuer", acts.move(1, "issuer", "user", class_id="CER"), units
    ),
    "an issuance of an unknown class": Case(
        Code.CLASS_UNKNOWN,
        "issuer",
        acts.issuance(class_id="CER"),
        Chain.with_activity,
        first=doing("auditor", acts.verification(), also=("operator",)),
    ),
    "one more than there is": Case(
        Code.INSUFFICIENT, "issuer", acts.move(1001, "issuer", "user"), units
    ),
    "2^64 - 1": Case(Code.INSUFFICIENT, "issuer", acts.move(LARGE, "issuer", "user"), units),
    "retiring 2^64 - 1": Case(Code.INSUFFICIENT, "issuer", acts.retire(LARGE, "issuer"), units),
    "from an account with nothing": Case(Code.INSUFFICIENT, "user", acts.retire(1, "user"), units),
    "serials that never were": Case(
        Code.UNIT_UNKNOWN,
        "issuer",
        acts.move(0, "issuer", "user", ranges=[span(1000, 1001)]),
        units,
    ),
    "a space that never was": Case(
        Code.UNIT_UNKNOWN,
        "issuer",
        acts.move(0, "issuer", "user", ranges=[span(1, 1, "IPCI.R2")]),
        units,
    ),
    "serials of another": Case(
        Code.UNIT_NOT_OWNED,
        "user",
        acts.retire(0, "user", ranges=[span(1, 11)]),
        units,
        first=user_has_units,
    ),
    "serials that are reserved": Case(
        Code.UNIT_HELD,
        "issuer",
        acts.move(0, "issuer", "user", ranges=[span(90, 91)]),
        Chain.with_issuance,
        first=doing("auditor", acts.issue(100), also=("operator",)),
    ),
    "back from a sink": Case(Code.SINK_FINAL, "issuer", acts.move(1, "RETIRE", "issuer"), units),
    "more lots than asked for": Case(
        Code.TOO_MANY_LOTS,
        "issuer",
        acts.move(900, "issuer", "user", max_lots=4),
        units,
        first=scattered,
    ),
    "more lots named than asked for": Case(
        Code.TOO_MANY_LOTS,
        "issuer",
        acts.move(0, "issuer", "user", ranges=[span(1, 1), span(3, 3)], max_lots=1),
        units,
        first=scattered,
    ),
    "no beneficiary": Case(
        Code.BENEFICIARY_MISSING, "issuer", acts.retire(1, "issuer", beneficiary=None), units
    ),
    "an empty beneficiary": Case(
        Code.BENEFICIARY_MISSING,
        "issuer",
        acts.retire(1, "issuer", beneficiary=t.Beneficiary(country="NO")),
        units,
    ),
    "no purpose": Case(Code.PURPOSE_MISSING, "issuer", acts.retire(1, "issuer", purpose=0), units),
    "ranges beyond 2^64 - 1 in all": Case(
        Code.QUANTITY_OVERFLOW,
        "issuer",
        acts.move(0, "issuer", "user", ranges=[span(1, LARGE - 1, "A"), span(1, 2, "B")]),
        units,
    ),
    "above the account's limit": Case(
        Code.TX_LIMIT,
        "issuer",
        acts.move(6, "issuer", "user"),
        units,
        first=doing("operator", acts.alter("issuer", tx_limit_t=5)),
    ),
    "above the limit by ranges": Case(
        Code.TX_LIMIT,
        "issuer",
        acts.move(0, "issuer", "user", ranges=[span(1, 6)]),
        units,
        first=doing("operator", acts.alter("issuer", tx_limit_t=5)),
    ),
    "without market access": Case(
        Code.NO_MARKET_ACCESS,
        "user",
        acts.move(1, "user", "issuer"),
        units,
        first=user_has_units,
    ),
}

UNITS: dict[str, Case] = {
    "an issue before approval": joint(
        Code.ISS_STATE,
        "auditor",
        acts.issue(1),
        Chain.with_activity,
        first=opened,
    ),
    "an issue under suspension": joint(
        Code.ISS_STATE,
        "auditor",
        acts.issue(1),
        first=doing("operator", acts.transition(t.ISSUANCE, "R1", "SUSPENDED")),
    ),
    "an issue after the close": joint(
        Code.ISS_STATE,
        "auditor",
        acts.issue(1),
        first=doing("operator", acts.transition(t.ISSUANCE, "R1", "CLOSED")),
    ),
    "opening it twice": Case(
        Code.ISS_STATE, "auditor", acts.opened(1), Chain.with_activity, first=opened
    ),
    "a cap above what is assured": Case(
        Code.CAP_EXCEEDED, "auditor", acts.opened(100_001), Chain.with_activity, first=requested
    ),
    "a cap of 2^64 - 1": Case(
        Code.CAP_EXCEEDED, "auditor", acts.opened(LARGE), Chain.with_activity, first=requested
    ),
    "an approved cap above the cap": Case(
        Code.CAP_EXCEEDED, "operator", acts.approved(100_001), Chain.with_activity, first=opened
    ),
    "an approved cap of zero": Case(
        Code.CAP_EXCEEDED, "operator", acts.approved(0), Chain.with_activity, first=opened
    ),
    "an issue above the cap": joint(Code.CAP_EXCEEDED, "auditor", acts.issue(100_001)),
    "an issue of 2^64 - 1": joint(Code.CAP_EXCEEDED, "auditor", acts.issue(LARGE)),
    "an issue by a stranger": joint(Code.NOT_ACCREDITED, "stranger", acts.issue(1)),
    "an issue by the operator": Case(
        Code.NOT_ACCREDITED, "operator", acts.issue(1), Chain.with_issuance
    ),
    "an issue by a suspended auditor": joint(
        Code.NOT_ACCREDITED,
        "auditor",
        acts.issue(1),
        first=doing("coordinator", acts.accredit("auditor", operation=t.SUSPEND)),
    ),
    "an issue by an auditor whose list entry is revoked": joint(
        Code.NOT_ACCREDITED,
        "auditor",
        acts.issue(1),
        first=doing("operator", acts.accredit("auditor", acl="ACL-1", operation=t.REVOKE)),
    ),
    "a statement by a stranger": joint(
        Code.NOT_ACCREDITED,
        "stranger",
        acts.verification(),
        Chain.with_activity,
    ),
    "a statement under no list": joint(
        Code.NOT_ACCREDITED,
        "auditor",
        acts.verification(list=""),
        Chain.with_activity,
    ),
    "a statement under another list": joint(
        Code.NOT_ACCREDITED,
        "auditor",
        acts.verification(list="ACL-2"),
        Chain.with_activity,
    ),
    "an auditor who owns the activity": joint(
        Code.CONFLICT,
        "auditor",
        acts.verification(activity="A2"),
        Chain.with_activity,
        first=doing("auditor", acts.activity("A2")),
    ),
    "an auditor who holds units of it": joint(
        Code.CONFLICT,
        "user",
        acts.issue(1),
        partial_auditors,
        first=auditor_owns_units,
    ),
    "an issuance of a statement that is none": Case(
        Code.STATEMENT_UNKNOWN, "issuer", acts.issuance(), Chain.with_activity
    ),
    "a statement twice": joint(Code.STATEMENT_EXISTS, "auditor", acts.verification()),
    "a cap on a statement of another kind": Case(
        Code.STATEMENT_STATUS,
        "auditor",
        acts.opened(1),
        Chain.with_activity,
        first=lambda chain: requested(chain, ("S0",)),
    ),
    "a cap on a statement that backs another": Case(
        Code.STATEMENT_STATUS,
        "auditor",
        acts.opened(1, "R2"),
        Chain.with_issuance,
        first=doing("issuer", acts.issuance("R2")),
    ),
    "a cap on a statement of another activity": Case(
        Code.STATEMENT_STATUS,
        "auditor",
        acts.opened(1, "R2"),
        Chain.with_activity,
        first=other_activity,
    ),
    "a tonne claimed twice": joint(
        Code.CLAIM_OVERLAP, "auditor", acts.verification("S9", period_from_s=YEAR("2025-12-31"))
    ),
    "a period before the crediting period": joint(
        Code.PERIOD_INVALID,
        "auditor",
        acts.verification(period_from_s=YEAR("2023-12-31")),
        Chain.with_activity,
    ),
    "a period after the crediting period": joint(
        Code.PERIOD_INVALID,
        "auditor",
        acts.verification(activity="A2"),
        Chain.with_activity,
        first=doing("issuer", acts.activity("A2", crediting_to_s=YEAR("2025-12-31"))),
    ),
    "a period that has not ended": joint(
        Code.PERIOD_INVALID,
        "auditor",
        acts.verification(period_to_s=YEAR("2026-02-01")),
        Chain.with_activity,
    ),
    "a reserve without months": Case(
        Code.RESERVE_TERMS,
        "operator",
        acts.approved(1, 1000, 0),
        Chain.with_activity,
        first=opened,
    ),
    "months without a reserve": Case(
        Code.RESERVE_TERMS,
        "operator",
        acts.approved(1, 0, 24),
        Chain.with_activity,
        first=opened,
    ),
    "a reserve above the whole": Case(
        Code.RESERVE_TERMS,
        "operator",
        acts.approved(1, 10_001, 24),
        Chain.with_activity,
        first=opened,
    ),
    "a reserve for ever": Case(
        Code.RESERVE_TERMS,
        "operator",
        acts.approved(1, 1000, 601),
        Chain.with_activity,
        first=opened,
    ),
    "a vintage before the results": joint(
        Code.VINTAGE_INVALID, "auditor", acts.issue(1, vintage=2023)
    ),
    "a vintage after the results": joint(
        Code.VINTAGE_INVALID, "auditor", acts.issue(1, vintage=2026)
    ),
}

CASES = {**MOVES, **UNITS}


@pytest.mark.parametrize("what", CASES)
def test_it_is_refused_with_its_code(what: str) -> None:
    CASES[what].run()


# ---- which refusal comes first ----

FIRST = {
    "accreditation before the cap": joint(Code.NOT_ACCREDITED, "stranger", acts.issue(LARGE)),
    "accreditation before the state": joint(
        Code.NOT_ACCREDITED,
        "stranger",
        acts.issue(1),
        Chain.with_activity,
        first=opened,
    ),
    "state before the cap": joint(
        Code.ISS_STATE,
        "auditor",
        acts.issue(LARGE),
        Chain.with_activity,
        first=opened,
    ),
    "vintage before the cap": joint(
        Code.VINTAGE_INVALID, "auditor", acts.issue(LARGE, vintage=2030)
    ),
    "purpose before beneficiary": Case(
        Code.PURPOSE_MISSING,
        "issuer",
        acts.retire(LARGE, "issuer", purpose=0, beneficiary=None),
        units,
    ),
    "beneficiary before the balance": Case(
        Code.BENEFICIARY_MISSING,
        "issuer",
        acts.retire(LARGE, "issuer", beneficiary=None),
        units,
    ),
    "the sink before the signer": Case(
        Code.SINK_FINAL, "user", acts.move(1, "RETIRE", "user"), units
    ),
    "the signer before the status": Case(
        Code.ROLE_MISSING,
        "user",
        acts.move(1, "issuer", "user"),
        units,
        first=doing("operator", acts.alter("issuer", status=t.ACCOUNT_RESTRICTED)),
    ),
    "market access before the balance": Case(
        Code.NO_MARKET_ACCESS, "user", acts.move(LARGE, "user", "issuer"), units
    ),
    "the program before everything": Case(
        Code.PROGRAM_UNKNOWN,
        "user",
        acts.move(LARGE, "nobody", "nobody", program="JCM"),
    ),
    "the class before the accounts": Case(
        Code.CLASS_UNKNOWN, "user", acts.move(1, "nobody", "nobody", class_id="CER")
    ),
    "accreditation before the statement's id": joint(
        Code.NOT_ACCREDITED, "stranger", acts.verification("S1")
    ),
    "the period before the checklist": joint(
        Code.PERIOD_INVALID,
        "auditor",
        acts.verification(period_to_s=YEAR("2027-01-01"), flags=[]),
        Chain.with_activity,
    ),
}


@pytest.mark.parametrize("what", FIRST)
def test_of_two_reasons_the_one_of_the_law_is_given(what: str) -> None:
    FIRST[what].run()
