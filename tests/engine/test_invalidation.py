"""E2 whole, line by line, and its branch: what is found void is claimed, frozen, owed, cured."""

from abci_app.core.calendar import parse_iso
from abci_app.core.codes import Code
from abci_app.state import schema
from tests import acts
from tests import duty_acts as duty
from tests.duty_acts import span
from tests.duty_world import VOID, account, holding, second_activity, units
from tests.harness import Chain
from tests.names import account_id
from tonne.v1 import tx_pb2 as t

DECIDED = parse_iso("2027-03-15T10:00:00Z")
DUE = parse_iso("2028-03-15")


def balances(chain: Chain) -> tuple[object, ...]:
    """A line of the table of E2."""
    rest = (holding(chain, name).free_t for name in ("user", "RETIRE", "other", VOID))
    return (units(chain, "issuer"), *rest)


def e2_start() -> Chain:
    chain = Chain.with_issuance(cap=100_000)
    second_activity(chain, 20_000)
    chain.ok("auditor", acts.opened(20_000, "R2"))
    chain.ok("operator", acts.approved(20_000, 0, 0, "R2"))
    chain.ok("auditor", acts.issue(20_000, issuance="R2"), also=("operator",))
    chain.block(at=parse_iso("2026-02-01"))
    chain.ok("auditor", acts.issue(100_000), also=("operator",))
    chain.ok("operator", acts.alter("user", market_access=True))
    chain.ok("issuer", acts.move(80_000, "issuer", "user"))
    chain.ok("user", acts.retire(30_000, "user"))
    return chain


def third_issuance(chain: Chain) -> None:
    """Beside R1, the activity has R3: 10 t of the year 2026, not yet issued."""
    chain.block(at=parse_iso("2027-01-02"))
    year = {"period_from_s": acts.YEAR("2026-01-01"), "period_to_s": acts.YEAR("2027-01-01")}
    chain.ok("auditor", acts.verification("S3", 10, **year), also=("operator",))
    chain.ok("issuer", acts.issuance("R3", statements=["S3"]))
    chain.ok("auditor", acts.opened(10, "R3"))
    chain.ok("operator", acts.approved(10, 0, 0, "R3"))


def e2_decided() -> Chain:
    chain = e2_start()
    chain.block(at=DECIDED)
    chain.ok("coordinator", duty.invalidation(24_000), also=("operator",))
    return chain


def cancel(quantity: int, name: str = "V1", **changes: object) -> t.Action:
    return acts.move(quantity, "issuer", VOID, notice=name, **changes)


def e2_until_step_3() -> Chain:
    chain = e2_decided()
    chain.block(at=parse_iso("2027-04-01"))
    chain.ok("issuer", cancel(10_000))
    return chain


def test_e2_line_by_line() -> None:
    chain = e2_start()
    assert balances(chain) == ((10_000, 0, 10_000), 50_000, 30_000, 20_000, 0)
    third_issuance(chain)

    chain.block(at=DECIDED)
    result = chain.ok("coordinator", duty.invalidation(24_000), also=("operator",))
    assert balances(chain) == ((0, 10_000, 0), 50_000, 30_000, 20_000, 10_000)
    decided = result.event("invalidated")
    assert (decided.quantity_t, decided.claimed_t, decided.notice) == (24_000, 10_000, "V1")
    record = chain.record(t.ISSUANCE, "R1").issuance
    assert (record.valid_base_t, record.voided_t) == (76_000, 10_000)
    assert record.reserve_claimed_t == 10_000
    assert (record.notice_open_t, record.frozen_t) == (14_000, 10_000)
    notice = chain.record(t.NOTICE, "V1")
    assert (notice.state, notice.owner) == ("OPEN", account_id("issuer"))
    assert (notice.notice.quantity_t, notice.notice.due_s) == (14_000, DUE)
    assert account(chain, "issuer").overdue_from_s == DUE
    gone = schema.CANCELLATIONS.get(chain.app.ledger, 1)
    assert gone is not None
    assert (gone.quantity_t, gone.issuance, gone.sink, gone.hold) == (10_000, "R1", VOID, 1)

    frozen = [span(80_001, 90_000)]
    named = acts.move(0, "issuer", "user", ranges=frozen)
    chain.refused(Code.UNIT_HELD, "issuer", named)
    chain.refused(Code.INSUFFICIENT, "issuer", acts.move(1, "issuer", "user"))
    more = acts.issue(1, issuance="R3", vintage=2026)
    chain.refused(Code.ISS_STATE, "auditor", more, also=("operator",))

    chain.block(at=parse_iso("2027-04-01"))
    chain.ok("issuer", cancel(0, ranges=frozen))
    assert balances(chain) == ((0, 0, 0), 50_000, 30_000, 20_000, 20_000)
    notice = chain.record(t.NOTICE, "V1")
    assert (notice.state, notice.notice.fulfilled_t) == ("INCOMPLETE", 10_000)

    chain.block(at=parse_iso("2027-05-01"))
    chain.ok("other", acts.move(4_000, "other", "issuer"))
    chain.refused(Code.NOTICE_QUANTITY, "issuer", cancel(4_001))
    chain.ok("issuer", cancel(4_000))
    assert balances(chain) == ((0, 0, 0), 50_000, 30_000, 16_000, 24_000)
    notice = chain.record(t.NOTICE, "V1")
    assert (notice.state, notice.duty_s) == ("FULFILLED", 0)
    record = chain.record(t.ISSUANCE, "R1").issuance
    assert record.issued_t - record.voided_t == record.valid_base_t == 76_000
    assert (record.notice_open_t, record.frozen_t) == (0, 0)
    assert account(chain, "issuer").overdue_from_s == 0
    chain.ok("auditor", more, also=("operator",))

    chain.block(at=DUE)
    assert account(chain, "issuer").status == t.ACCOUNT_OPEN
    assert chain.record(t.NOTICE, "V1").state == "FULFILLED"


def test_e2_without_step_4_the_account_is_restricted_at_the_end() -> None:
    chain = e2_until_step_3()
    chain.ok("other", acts.move(4_000, "other", "issuer"))
    chain.block(at=DUE - 1)
    assert chain.record(t.NOTICE, "V1").state == "INCOMPLETE"
    sell = chain.tx("issuer", acts.move(1, "issuer", "user"), until=DUE + 10)
    cure = chain.tx("issuer", cancel(3_999), until=DUE + 10)
    codes = [row.code for row in chain.block(sell, cure, at=DUE)]
    assert codes == [Code.ACC_STATUS, Code.OK]
    assert account(chain, "issuer").status == t.ACCOUNT_RESTRICTED
    assert chain.record(t.NOTICE, "V1").state == "OVERDUE"
    chain.ok("issuer", cancel(1))
    assert chain.record(t.NOTICE, "V1").state == "FULFILLED_LATE"
    chain.refused(Code.NOTICE_STATE, "issuer", cancel(1))
    assert account(chain, "issuer").status == t.ACCOUNT_RESTRICTED  # the operator opens it again
    chain.ok("operator", acts.alter("issuer", status=t.ACCOUNT_OPEN))
