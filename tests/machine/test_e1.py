"""Scenario E1 of the domain rules, with exact balances, and what it says about rounding."""

from abci_app.core import calendar
from abci_app.core.codes import Code
from abci_app.core.keys import Table
from tests import acts
from tests.harness import Chain
from tonne.v1 import tx_pb2 as t


def table(chain: Chain) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    """(free, reserved) of issuer, user and the sink of retirements."""
    return chain.balance("issuer"), chain.balance("user"), chain.balance("RETIRE")


def day(text: str) -> int:
    return calendar.parse_iso(text)


def test_e1_ends_with_the_balances_of_its_table() -> None:
    chain = Chain.with_activity()
    chain.ok("auditor", acts.verification(net=100_000), also=("operator",))
    chain.ok("issuer", acts.issuance())
    chain.refused(Code.CAP_EXCEEDED, "auditor", acts.opened(100_001))
    chain.ok("auditor", acts.opened(100_000))
    chain.ok("operator", acts.approved(100_000))

    chain.block(at=day("2026-02-01T10:00:00Z"))
    chain.ok("auditor", acts.issue(60_000), also=("operator",))  # row 1
    assert table(chain) == ((54_000, 6_000), (0, 0), (0, 0))
    assert chain.hold(1).release_at_s == day("2028-02-01")
    chain.refused(Code.CAP_EXCEEDED, "auditor", acts.issue(40_001), also=("operator",))  # row 2
    waiting = chain.pending("auditor", acts.issue(1))  # row 2a
    assert chain.inbox("operator") == [waiting]
    assert table(chain) == ((54_000, 6_000), (0, 0), (0, 0))
    chain.ok("auditor", acts.withdraw(waiting))
    assert chain.inbox("operator") == []

    chain.block(at=day("2026-08-31T15:00:00Z"))
    third = chain.pending("auditor", acts.issue(40_000))  # row 3, by proposal and decision
    chain.decided("operator", third)
    assert table(chain) == ((90_000, 10_000), (0, 0), (0, 0))
    assert chain.hold(2).release_at_s == day("2028-08-31")
    assert chain.record(t.ISSUANCE, "R1").state == "FULL"
    chain.refused(Code.CAP_EXCEEDED, "auditor", acts.issue(1), also=("operator",))  # row 4
    chain.refused(Code.NOT_ACCREDITED, "stranger", acts.issue(1), also=("operator",))

    chain.ok("issuer", acts.move(25_000, "issuer", "user"))  # row 5
    assert table(chain) == ((65_000, 10_000), (25_000, 0), (0, 0))
    chain.refused(Code.INSUFFICIENT, "issuer", acts.move(65_001, "issuer", "user"))  # row 6
    chain.refused(Code.BENEFICIARY_MISSING, "user", acts.retire(1000, "user", beneficiary=None))
    chain.ok("user", acts.retire(1000, "user"))  # row 7
    assert table(chain) == ((65_000, 10_000), (24_000, 0), (1000, 0))

    chain.block(at=day("2028-01-31T23:59:59Z"))  # row 8
    assert table(chain)[0] == (65_000, 10_000)
    chain.block(at=day("2028-02-01"))  # row 9
    assert table(chain)[0] == (71_000, 4_000)
    chain.block(at=day("2028-08-30T23:59:59Z"))
    assert table(chain)[0] == (71_000, 4_000)
    chain.block(at=day("2028-08-31"))  # row 10
    assert table(chain) == ((75_000, 0), (24_000, 0), (1000, 0))
    assert chain.last(Table.RETIREMENT) == 1


def test_seven_issues_of_nine_at_a_tenth_reserve_one_to_seven() -> None:
    chain = Chain.with_issuance(cap=63)
    for number in range(1, 8):
        result = chain.ok("auditor", acts.issue(9), also=("operator",))
        assert result.event("issued").reserved_t == 1
        assert chain.balance("issuer") == (8 * number, number)
    chain.refused(Code.CAP_EXCEEDED, "auditor", acts.issue(1), also=("operator",))


def test_one_issue_of_everything_reserves_as_much_as_many_small_ones() -> None:
    whole = Chain.with_issuance(cap=63)
    whole.ok("auditor", acts.issue(63), also=("operator",))
    assert whole.balance("issuer") == (56, 7)
