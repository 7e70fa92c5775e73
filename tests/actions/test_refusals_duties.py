"""Holds, freezes, claims and notices: what is refused, each with its code."""

import pytest

from abci_app.core import calendar
from abci_app.core.codes import Code
from tests import acts
from tests import duty_acts as duty
from tests.actions.refusal import Case, First, doing
from tests.duty_acts import span
from tests.duty_world import VOID, with_units
from tests.harness import START_S, Chain
from tonne.v1 import tx_pb2 as t

DAY = calendar.DAY_S
LATER, MUCH_LATER = START_S + 10 * DAY, START_S + 100 * DAY
LARGE = (1 << 64) - 1


def pledged(chain: Chain) -> None:
    """Hold 1: 100 of the issuer, for the user to claim or to retire."""
    chain.ok("issuer", duty.pledge(100, "issuer", "user", release_at_s=LATER))


def reserved(chain: Chain) -> None:
    """Hold 1: a reserve of 100."""
    chain.ok("operator", duty.reserve(100, LATER), also=("coordinator",))


def frozen(chain: Chain) -> None:
    """Hold 1: an order that freezes the first 100."""
    chain.ok("operator", duty.freeze(100, "issuer", LATER))


def pending(chain: Chain) -> None:
    """Hold 1: 100 under a proposal."""
    chain.pending(
        "issuer",
        acts.alter("issuer", name="steel works"),
        acts.move(100, "issuer", "user"),
    )


def ended(chain: Chain) -> None:
    pledged(chain)
    chain.block(at=LATER)


def moved(chain: Chain) -> None:
    chain.ok("issuer", acts.move(100, "issuer", "user"))


def both(*steps: First) -> First:
    def run(chain: Chain) -> None:
        for step in steps:
            step(chain)

    return run


def claim(target: str, quantity: int = 10, **changes: object) -> t.Action:
    return acts.move(quantity, "issuer", target, from_hold=1, **changes)


def case(code: int, who: str, act: t.Action, first: First | None = None, *also: str) -> Case:
    return Case(code, who, act, with_units, first, also)


PLACING = {
    "an account that does not exist": case(
        Code.ACC_UNKNOWN, "issuer", duty.pledge(1, "issuer", "nobody")
    ),
    "an account of the chain": case(
        Code.ACC_UNKNOWN, "issuer", duty.pledge(1, "issuer", "consortium-1")
    ),
    "an unknown class": case(
        Code.CLASS_UNKNOWN, "issuer", duty.pledge(1, "issuer", "user", class_id="CER")
    ),
    "what is another's": case(Code.ROLE_MISSING, "user", duty.pledge(1, "issuer", "user")),
    "a reserve by the holder": case(Code.ROLE_MISSING, "issuer", duty.reserve(1, LATER)),
    "a term that is past": case(
        Code.HOLD_TERM, "issuer", duty.pledge(1, "issuer", "user", release_at_s=START_S)
    ),
    "by a restricted account": case(
        Code.ACC_STATUS,
        "issuer",
        duty.pledge(1, "issuer", "user"),
        doing("operator", acts.alter("issuer", status=t.ACCOUNT_RESTRICTED)),
    ),
    "for a suspended controller": case(
        Code.ACC_STATUS,
        "issuer",
        duty.pledge(1, "issuer", "user"),
        doing("operator", acts.alter("user", status=t.ACCOUNT_SUSPENDED)),
    ),
    "more than there is": case(Code.INSUFFICIENT, "issuer", duty.pledge(1001, "issuer", "user")),
    "serials never made": case(
        Code.UNIT_UNKNOWN,
        "issuer",
        duty.pledge(0, "issuer", "user", ranges=[span(1000, 1001)]),
    ),
    "serials of another": case(
        Code.UNIT_NOT_OWNED,
        "issuer",
        duty.pledge(0, "issuer", "user", ranges=[span(1, 1)]),
        moved,
    ),
    "what is pledged already": case(
        Code.UNIT_HELD,
        "issuer",
        duty.pledge(0, "issuer", "user", ranges=[span(100, 101)]),
        pledged,
    ),
    "what is frozen": case(
        Code.UNIT_HELD, "issuer", duty.pledge(0, "issuer", "user", ranges=[span(1, 1)]), frozen
    ),
    "in too many lots": case(
        Code.TOO_MANY_LOTS,
        "issuer",
        duty.pledge(0, "issuer", "user", ranges=[span(101, 101), span(200, 200)], max_lots=1),
        pledged,
    ),
    "a reserve of who did not issue": case(
        Code.HOLD_CONTROL, "operator", duty.reserve(10, LATER, "user"), moved, "coordinator"
    ),
}
CHANGING = {
    "no hold": case(Code.HOLD_UNKNOWN, "user", duty.release(1)),
    "one that has ended": case(Code.HOLD_UNKNOWN, "user", duty.release(1), ended),
    "released by its holder": case(Code.ROLE_MISSING, "issuer", duty.release(1), pledged),
    "more than it holds": case(Code.INSUFFICIENT, "user", duty.release(1, 101), pledged),
    "a reserve released": case(Code.HOLD_TERM, "operator", duty.release(1), reserved),
    "a proposal's units released": case(Code.HOLD_CONTROL, "operator", duty.release(1), pending),
    "a proposal's units for longer": case(
        Code.HOLD_CONTROL, "operator", duty.extend(1, MUCH_LATER), pending
    ),
    "a pledge extended by its controller": case(
        Code.HOLD_CONTROL, "user", duty.extend(1, MUCH_LATER), pledged
    ),
    "a pledge shortened by its holder": case(
        Code.HOLD_CONTROL, "issuer", duty.extend(1, LATER - 1), pledged
    ),
    "to the same end": case(Code.HOLD_TERM, "user", duty.extend(1, LATER), pledged),
    "to the past": case(Code.HOLD_TERM, "user", duty.extend(1, START_S), pledged),
    "a reserve without end": case(Code.HOLD_TERM, "operator", duty.extend(1, 0), reserved),
    "a reserve extended by its issuer": case(
        Code.ROLE_MISSING, "issuer", duty.extend(1, MUCH_LATER), reserved
    ),
}
FREEZING = {
    "by anybody": case(Code.ROLE_MISSING, "user", duty.freeze(1, "issuer", LATER)),
    "until the past": case(Code.HOLD_TERM, "operator", duty.freeze(1, "issuer", START_S)),
    "of a sink": case(Code.SINK_FINAL, "operator", duty.freeze(1, "RETIRE", LATER)),
    "of an unknown class": case(
        Code.CLASS_UNKNOWN, "operator", duty.freeze(1, "issuer", LATER, class_id="CER")
    ),
    "of more than there is": case(
        Code.INSUFFICIENT, "operator", duty.freeze(1001, "issuer", LATER)
    ),
    "twice": case(
        Code.UNIT_HELD,
        "operator",
        duty.freeze(0, "issuer", LATER, ranges=[span(100, 101)]),
        frozen,
    ),
    "of another's": case(
        Code.UNIT_NOT_OWNED,
        "operator",
        duty.freeze(0, "issuer", LATER, ranges=[span(1, 1)]),
        moved,
    ),
    "in too many lots": case(
        Code.TOO_MANY_LOTS,
        "operator",
        duty.freeze(0, "issuer", LATER, ranges=[span(100, 101)], max_lots=1),
        pledged,
    ),
    "ended by the holder": case(Code.ROLE_MISSING, "issuer", duty.unfreeze(1), frozen),
    "ended where there is none": case(Code.HOLD_UNKNOWN, "operator", duty.unfreeze(1)),
    "ended, and it is a pledge": case(Code.HOLD_CONTROL, "operator", duty.unfreeze(1), pledged),
    "ended for others": case(
        Code.HOLD_CONTROL, "operator", duty.unfreeze(1, ranges=[span(100, 101)]), frozen
    ),
    "ended for too many": case(Code.INSUFFICIENT, "operator", duty.unfreeze(1, 101), frozen),
    "then a move": case(
        Code.UNIT_HELD, "issuer", acts.move(0, "issuer", "user", ranges=[span(1, 1)]), frozen
    ),
}
CLAIMING = {
    "from no hold": case(Code.HOLD_UNKNOWN, "user", claim("user")),
    "after its time": case(Code.HOLD_UNKNOWN, "user", claim("user"), ended),
    "of another account": case(
        Code.HOLD_UNKNOWN,
        "user",
        acts.move(1, "user", "issuer", from_hold=1),
        pledged,
    ),
    "by its holder": case(Code.HOLD_CONTROL, "issuer", claim("user"), pledged),
    "for a third one": case(Code.HOLD_CONTROL, "user", claim("arbiter"), pledged),
    "for a sink that it does not name": case(Code.NOTICE_MISSING, "user", claim(VOID), pledged),
    "of a proposal": case(Code.HOLD_CONTROL, "issuer", claim("user"), pending),
    "of a reserve without a notice": case(Code.HOLD_CONTROL, "issuer", claim("user"), reserved),
    "of more than it holds": case(Code.INSUFFICIENT, "user", claim("user", 101), pledged),
    "of what it does not hold": case(
        Code.HOLD_CONTROL, "user", claim("user", 0, ranges=[span(100, 101)]), pledged
    ),
    "of what is frozen since": case(
        Code.UNIT_HELD,
        "user",
        claim("user", 11),
        both(
            pledged,
            doing("operator", duty.freeze(0, "issuer", LATER, ranges=[span(11, 20)])),
        ),
    ),
    "around the hold": case(
        Code.UNIT_HELD, "issuer", acts.move(0, "issuer", "user", ranges=[span(1, 1)]), pledged
    ),
}
served = doing("operator", duty.notice("EXCESS", "issuer", 100))
reported = doing("operator", duty.notice("REPORT", "issuer", 0))
contested = both(served, doing("issuer", duty.step("N1", "CONTESTED")))
MONTH_END = calendar.parse_iso("2026-02-28")


def late(chain: Chain) -> None:
    served(chain)
    chain.block(at=MONTH_END)


def void(quantity: int = 10, name: str = "N1", who: str = "issuer") -> t.Action:
    return acts.move(quantity, who, VOID, notice=name)


def revise(quantity: int = 0, due_s: int = 0, **changes: object) -> t.Action:
    terms = t.NoticeRevision(quantity_t=quantity, due_s=due_s)
    acts.changed(terms, changes)
    return duty.step("N1", "REVISED", revision=terms)


NOTICES = {
    "of no kind": case(Code.RULE_MISSING, "operator", duty.notice("TAX", "issuer", 1)),
    "to nobody": case(Code.ACC_UNKNOWN, "operator", duty.notice("EXCESS", "nobody", 1)),
    "to a sink": case(Code.ACC_UNKNOWN, "operator", duty.notice("EXCESS", "RETIRE", 1)),
    "to a closed account": case(
        Code.ACC_STATUS,
        "operator",
        duty.notice("EXCESS", "user", 1),
        doing("operator", acts.alter("user", status=t.ACCOUNT_CLOSED)),
    ),
    "about no issuance": case(
        Code.REC_REF, "operator", duty.notice("EXCESS", "issuer", 1, issuance="R9")
    ),
    "about no activity": case(
        Code.REC_REF, "operator", duty.notice("EXCESS", "issuer", 1, activity="A9")
    ),
    "of no period": case(
        Code.PERIOD_UNKNOWN, "operator", duty.notice("EXCESS", "issuer", 1, period="CP9")
    ),
    "for an unknown class": case(
        Code.CLASS_UNKNOWN, "operator", duty.notice("EXCESS", "issuer", 1, classes=["CER"])
    ),
    "for nothing": case(Code.REC_SCHEMA, "operator", duty.notice("EXCESS", "issuer", 0)),
    "twice": case(Code.REC_EXISTS, "operator", duty.notice("EXCESS", "issuer", 1), served),
    "by anybody": case(Code.ROLE_MISSING, "user", duty.notice("EXCESS", "issuer", 1)),
    "contested by another": case(Code.ROLE_MISSING, "user", duty.step("N1", "CONTESTED"), served),
    "contested after its window": case(
        Code.WINDOW_CLOSED,
        "issuer",
        duty.step("N1", "CONTESTED"),
        both(served, lambda chain: chain.block(at=START_S + 11 * DAY)),
    ),
    "contested when overdue": case(Code.NOTICE_STATE, "issuer", duty.step("N1", "CONTESTED"), late),
    "fulfilled by a row with units open": case(
        Code.NOTICE_QUANTITY, "operator", duty.step("N1", "FULFILLED"), served
    ),
    "revised without terms": case(
        Code.REC_SCHEMA, "arbiter", duty.step("N1", "REVISED"), contested
    ),
    "revised to units, and it asks for none": case(
        Code.REC_SCHEMA,
        "arbiter",
        revise(5),
        both(reported, doing("issuer", duty.step("N1", "CONTESTED"))),
    ),
    "revised to an earlier end": case(
        Code.REC_SCHEMA, "arbiter", revise(50, MONTH_END - 1), contested
    ),
    "revised to what is fulfilled": case(
        Code.NOTICE_QUANTITY,
        "arbiter",
        revise(10),
        both(
            served,
            doing("issuer", void(10)),
            doing("issuer", duty.step("N1", "CONTESTED")),
        ),
    ),
    "revised to an unknown class": case(
        Code.CLASS_UNKNOWN, "arbiter", revise(50, classes=["CER"]), contested
    ),
}
FULFILLING = {
    "no notice named": case(Code.NOTICE_MISSING, "issuer", acts.move(1, "issuer", VOID)),
    "no such notice": case(Code.NOTICE_UNKNOWN, "issuer", void()),
    "while it is contested": case(Code.NOTICE_STATE, "issuer", void(), contested),
    "after it was taken back": case(
        Code.NOTICE_STATE,
        "issuer",
        void(),
        both(served, doing("arbiter", duty.step("N1", "CANCELLED"))),
    ),
    "of another organisation": case(
        Code.NOTICE_UNITS, "user", void(1, who="user"), both(moved, served)
    ),
    "into another sink": case(
        Code.NOTICE_UNITS, "issuer", acts.retire(1, "issuer", notice="N1"), served
    ),
    "one that asks for none": case(Code.NOTICE_UNITS, "issuer", void(), reported),
    "by an issue, and it asks for cancelled units": case(
        Code.NOTICE_UNITS, "auditor", acts.issue(1, notice="N1"), served, "operator"
    ),
    "by an issue, and it asks for a report": case(
        Code.NOTICE_UNITS, "auditor", acts.issue(1, notice="N1"), reported, "operator"
    ),
    "by an issue, of no notice": case(
        Code.NOTICE_UNKNOWN, "auditor", acts.issue(1, notice="N1"), None, "operator"
    ),
    "more than it asks for": case(Code.NOTICE_QUANTITY, "issuer", void(101), served),
}
DECIDING = {
    "more than the valid base": case(
        Code.INVALIDATION_LIMIT,
        "coordinator",
        duty.invalidation(100_001),
        None,
        "operator",
    ),
    "an unknown issuance": case(
        Code.REC_REF, "coordinator", duty.invalidation(1, issuance="R9"), None, "operator"
    ),
    "under the id of a notice": case(
        Code.REC_EXISTS, "coordinator", duty.invalidation(1, "N1"), served, "operator"
    ),
}
TABLES = {
    "place": PLACING,
    "change": CHANGING,
    "freeze": FREEZING,
    "claim": CLAIMING,
    "notice": NOTICES,
    "fulfil": FULFILLING,
    "decide": DECIDING,
}
CASES = {f"{table}: {what}": row for table, rows in TABLES.items() for what, row in rows.items()}


@pytest.mark.parametrize("what", CASES)
def test_it_is_refused_with_its_code(what: str) -> None:
    CASES[what].run()
