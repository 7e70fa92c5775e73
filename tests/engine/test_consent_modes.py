"""Silence, delay, sides: what an envelope waits for beside a yes, and how it goes on by itself."""

from dataclasses import replace
from typing import Any

import pytest

from abci_app.actions import ACTIONS
from abci_app.core import calendar
from abci_app.core.codes import Code
from abci_app.engine import approvals
from tests import acts, harness
from tests.harness import IPCI, Chain, edited
from tests.names import account_id
from tonne.v1 import service_pb2 as q
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

DAY = 86_400
WINDOW = 5 * DAY

TRANSFER = 'signer = "HOLDER"\nchecks = ["MARKET_ACCESS", "TX_LIMIT"]\n'
RETIREMENT = 'signer = "HOLDER"\nrequires = ["PURPOSE", "BENEFICIARY"]\n'

EXPLICIT = 'approvals = [{ role = "OPERATOR", count = 1 }]\n'
SILENT = (
    f'approvals = [{{ role = "COUNCIL", count = 1 }}]\nmode = "NO_OBJECTION"\nwindow_s = {WINDOW}\n'
)
SIDES = """approvals = [
  { role = "COUNCIL", side = "A", count = 1 },
  { role = "COUNCIL", side = "B", count = 1 },
]
"""


def program(transfer: str = "", retirement: str = "") -> str:
    """IPCI with more to its rows of transfer and retirement."""
    return edited(
        IPCI,
        (TRANSFER, TRANSFER + transfer),
        (RETIREMENT, RETIREMENT + retirement),
    )


def council(transfer: str = "", retirement: str = "", **options: Any) -> Chain:
    """The issuer holds 1,000; members a-1, a-2 sit on side A, b-1 on side B."""
    chain = Chain.with_units(program=program(transfer, retirement), **options)
    for name in ("a-1", "a-2", "b-1"):
        chain.ok(
            "operator", acts.organisation(f"house-{name}"), acts.account(name, f"house-{name}")
        )
        chain.ok("coordinator", acts.accredit(name, t.COUNCIL, side=name[0].upper()))
    return chain


def give(quantity: int = 10) -> t.Action:
    return acts.move(quantity, "issuer", "user")


def states(chain: Chain, number: int) -> tuple[int, int]:
    proposal = chain.proposal(number)
    return proposal.state, proposal.code


# ---- silence ----


def test_silence_is_consent_from_the_second_at_which_the_window_ends() -> None:
    chain = council(SILENT)
    number = chain.pending("issuer", give())
    end = chain.proposal(number).window_end_s
    assert end == chain.now + WINDOW
    assert chain.inbox("a-1") == [number]
    chain.block(at=end - 1)
    assert chain.balance("user") == (0, 0)
    assert chain.balance("issuer") == (990, 10)
    chain.block(at=end)
    proposal = chain.proposal(number)
    assert (proposal.state, proposal.approved_s, proposal.ended_s) == (
        s.PROPOSAL_EXECUTED,
        end,
        end,
    )
    assert (chain.balance("issuer"), chain.balance("user")) == ((990, 0), (10, 0))
    assert chain.inbox("a-1") == []


@pytest.mark.parametrize(("early", "code"), [(1, Code.OK), (0, Code.DECIDE_CLOSED)])
def test_an_objection_counts_until_the_second_before_the_end(early: int, code: int) -> None:
    chain = council(SILENT)
    number = chain.pending("issuer", give())
    end = chain.proposal(number).window_end_s
    chain.block(at=end - 10)
    tx = chain.tx("b-1", acts.no(number), until=end + 10)
    assert chain.block(tx, at=end - early)[0].code == code
    ended = s.PROPOSAL_REJECTED if early else s.PROPOSAL_EXECUTED
    assert chain.proposal(number).state == ended
    assert chain.balance("user") == ((0, 0) if early else (10, 0))


def test_a_yes_shortens_no_window() -> None:
    chain = council(SILENT)
    number = chain.pending("issuer", give())
    for who in ("a-1", "b-1"):
        chain.decided(who, number, s.PROPOSAL_PENDING)
    together = chain.pending("issuer", give(), also=("a-1", "b-1"))
    chain.ok("a-2", acts.no(together))
    chain.block(at=chain.proposal(number).window_end_s)
    assert states(chain, number) == (s.PROPOSAL_EXECUTED, 0)
    assert states(chain, together) == (s.PROPOSAL_REJECTED, 0)


def test_a_window_passes_though_the_queue_is_late_and_the_term_over() -> None:
    """What a rule says of a moment holds from that moment, whenever the queue gets to it."""
    chain = council(SILENT + f"expires_s = {WINDOW}\n", params={"duties_per_block": 1})
    first, second = (chain.pending("issuer", give()) for _ in range(2))
    end = chain.proposal(second).window_end_s
    assert chain.proposal(second).expires_s == end + 1, "a term cuts no window short"
    chain.block(at=end + 100)
    assert states(chain, first) == (s.PROPOSAL_EXECUTED, 0)
    objection = chain.tx("a-1", acts.no(second))
    results = chain.block(objection, at=end + 100)
    assert results[0].code == Code.DECIDE_CLOSED
    assert states(chain, second) == (s.PROPOSAL_EXECUTED, 0)
    assert chain.proposal(second).approved_s == end


def test_silence_and_a_yes_both_have_to_come() -> None:
    both = [give(), acts.retire(5, "issuer")]
    chain = council(SILENT, EXPLICIT)
    late = chain.pending("issuer", *both)
    early = chain.pending("issuer", *both)
    chain.decided("operator", early, s.PROPOSAL_PENDING)
    end = chain.proposal(early).window_end_s
    chain.block(at=end)
    assert states(chain, early) == (s.PROPOSAL_EXECUTED, 0)
    assert states(chain, late) == (s.PROPOSAL_PENDING, 0)
    assert chain.inbox("a-1") == []
    assert chain.inbox("operator") == [late]
    chain.refused(Code.DECIDE_CLOSED, "a-1", acts.no(late))
    result = chain.decided("operator", late)
    assert "retired" in result.names
    assert chain.proposal(late).approved_s == chain.now


def test_what_lacks_its_yes_when_the_window_ends_expires_at_its_term() -> None:
    chain = council(SILENT, EXPLICIT)
    number = chain.pending("issuer", give(), acts.retire(5, "issuer"))
    proposal = chain.proposal(number)
    chain.block(at=proposal.window_end_s)
    assert chain.proposal(number).unopposed
    chain.block(at=proposal.expires_s - 1)
    assert states(chain, number) == (s.PROPOSAL_PENDING, 0)
    chain.block(at=proposal.expires_s)
    assert states(chain, number) == (s.PROPOSAL_EXPIRED, 0)
    assert chain.balance("issuer") == (1000, 0)


def test_a_no_of_either_kind_of_row_ends_an_envelope_of_both() -> None:
    chain = council(SILENT, EXPLICIT)
    for who in ("operator", "b-1"):
        number = chain.pending("issuer", give(), acts.retire(5, "issuer"))
        chain.ok(who, acts.no(number))
        assert states(chain, number) == (s.PROPOSAL_REJECTED, 0)
    assert chain.balance("issuer") == (1000, 0)


# ---- delay ----


def test_a_delay_runs_from_the_last_approval_and_the_queue_executes() -> None:
    chain = council(EXPLICIT + "delay_s = 1000\n")
    number = chain.pending("issuer", give())
    result = chain.decided("operator", number, s.PROPOSAL_DELAYED)
    at = chain.proposal(number).not_before_s
    assert at == chain.now + 1000
    assert result.event("proposal_delayed").not_before_s == at
    assert chain.balance("issuer") == (990, 10)
    assert chain.inbox("operator") == []
    chain.refused(Code.DECIDE_CLOSED, "operator", acts.no(number))
    chain.block(at=at - 1)
    assert states(chain, number) == (s.PROPOSAL_DELAYED, 0)
    chain.block(at=at)
    assert states(chain, number) == (s.PROPOSAL_EXECUTED, 0)
    assert chain.balance("user") == (10, 0)


def test_what_is_co_signed_still_waits_for_its_delay() -> None:
    chain = council(EXPLICIT + "delay_s = 1000\n", "delay_s = 3000\n")
    result = chain.send("issuer", give(), acts.retire(5, "issuer"), also=("operator",))
    assert result.names[-1] == "proposal_delayed"
    number = result.event("proposal_opened").id
    proposal = chain.proposal(number)
    assert (proposal.state, proposal.not_before_s) == (s.PROPOSAL_DELAYED, chain.now + 3000)
    assert [chain.hold(row).kind for row in proposal.holds] == [t.DELAY]
    chain.block(at=proposal.not_before_s)
    assert states(chain, number) == (s.PROPOSAL_EXECUTED, 0)
    assert (chain.balance("issuer"), chain.balance("user")) == ((985, 0), (10, 0))


def test_what_waits_for_its_delay_does_not_expire() -> None:
    chain = council(EXPLICIT + "delay_s = 5000\nexpires_s = 1000\n")
    number = chain.pending("issuer", give())
    chain.block(at=chain.proposal(number).expires_s - 5)
    chain.decided("operator", number, s.PROPOSAL_DELAYED)
    chain.block(at=chain.proposal(number).expires_s + 10)
    assert states(chain, number) == (s.PROPOSAL_DELAYED, 0)
    chain.block(at=chain.proposal(number).not_before_s)
    assert states(chain, number) == (s.PROPOSAL_EXECUTED, 0)


def test_a_window_and_a_delay_follow_one_another() -> None:
    chain = council(SILENT + "delay_s = 1000\n")
    number = chain.pending("issuer", give())
    end = chain.proposal(number).window_end_s
    chain.block(at=end)
    assert states(chain, number) == (s.PROPOSAL_DELAYED, 0)
    assert chain.proposal(number).not_before_s == end + 1000
    chain.block(at=end + 1000)
    assert chain.balance("user") == (10, 0)


def test_its_author_takes_it_back_until_it_is_executed() -> None:
    chain = council(EXPLICIT + "delay_s = 1000\n")
    number = chain.pending("issuer", give(), also=("operator",))
    chain.refused(Code.WITHDRAW_NOT_AUTHOR, "operator", acts.withdraw(number))
    chain.block(at=chain.proposal(number).not_before_s - 1 - 1)
    chain.ok("issuer", acts.withdraw(number))
    assert chain.balance("issuer") == (1000, 0)
    other = chain.pending("issuer", give(), also=("operator",))
    chain.block(at=chain.proposal(other).not_before_s)
    chain.refused(Code.WITHDRAW_LATE, "issuer", acts.withdraw(other))
    assert chain.balance("user") == (10, 0)


@pytest.mark.parametrize(
    ("who", "change", "code"),
    [
        ("operator", acts.alter("user", status=t.ACCOUNT_CLOSED), Code.ACC_STATUS),
        ("operator", acts.alter("issuer", status=t.ACCOUNT_SUSPENDED), Code.ACC_STATUS),
        (
            "coordinator",
            acts.accredit("operator", t.OPERATOR, operation=t.SUSPEND),
            Code.DECIDE_NOT_MEMBER,
        ),
    ],
    ids=["receiver", "author", "approver"],
)
def test_what_no_longer_holds_fails_in_the_queue_and_frees_the_units(
    who: str, change: t.Action, code: int
) -> None:
    chain = council(EXPLICIT + "delay_s = 1000\n")
    number = chain.pending("issuer", acts.alter("issuer", name="Steel"), give(), also=("operator",))
    chain.ok(who, change)
    chain.block(at=chain.proposal(number).not_before_s)
    assert states(chain, number) == (s.PROPOSAL_FAILED, code)
    assert chain.proposal(number).failed_action == (
        0 if code != Code.ACC_STATUS else _place(change)
    )
    assert chain.balance("issuer") == (1000, 0)
    assert chain.inbox("operator") == []


def _place(change: t.Action) -> int:
    """The receiver's state fails the movement, the author's all that he signed."""
    return 1 if change.put_account.account.id == account_id("user") else 0


CALENDAR = """[[calendars]]
id = "TARGET"
weekend = [5, 6]
holidays = ["2026-12-25"]
offsets = [{ from_s = 0, offset_s = 7200 }]
noon_s = 43_200

"""


@pytest.mark.parametrize(
    ("approved", "executed"),
    [
        ("2026-09-21T09:30:00Z", "2026-09-22T10:00:00Z"),
        ("2026-09-21T11:00:00Z", "2026-09-23T10:00:00Z"),
        ("2026-09-25T10:30:00Z", "2026-09-29T10:00:00Z"),
    ],
)
def test_a_delay_in_working_days_ends_at_noon_of_the_place(approved: str, executed: str) -> None:
    """The times of domain E8, two hours ahead of UTC: Monday before noon, after it, Friday."""
    text = program(EXPLICIT + f'delay_s = {DAY}\ndelay_calendar = "TARGET"\n')
    text = edited(text, ("# ---- workflows ----\n", CALENDAR + "# ---- workflows ----\n"))
    chain = Chain.with_units(program=text)
    chain.block(at=calendar.parse_iso(approved) - 2)
    number = chain.pending("issuer", give())
    chain.decided("operator", number, s.PROPOSAL_DELAYED)
    assert chain.now == calendar.parse_iso(approved)
    assert chain.proposal(number).not_before_s == calendar.parse_iso(executed)
    chain.block(at=calendar.parse_iso(executed))
    assert states(chain, number) == (s.PROPOSAL_EXECUTED, 0)


# ---- sides ----


def test_each_side_has_to_say_yes() -> None:
    chain = council(SIDES)
    number = chain.pending("issuer", give())
    chain.decided("a-1", number, s.PROPOSAL_PENDING)
    assert [row.side for row in chain.proposal(number).decisions] == ["A"]
    chain.decided("a-2", number, s.PROPOSAL_PENDING)
    assert chain.inbox("b-1") == [number]
    chain.decided("b-1", number)


def test_an_organisation_on_both_sides_speaks_once_for_each() -> None:
    chain = council(SIDES)
    chain.ok("operator", acts.account("b-2", "house-a-1"), also=("a-1",))
    chain.ok("coordinator", acts.accredit("b-2", t.COUNCIL, side="B"))
    number = chain.pending("issuer", give())
    chain.decided("a-1", number, s.PROPOSAL_PENDING)
    chain.refused(Code.DECIDE_DUP, "a-1", acts.no(number))
    assert chain.inbox("b-2") == [number]
    chain.decided("b-2", number)
    signed = chain.pending("issuer", give(), also=("a-1",))
    chain.refused(Code.DECIDE_DUP, "a-1", acts.yes(signed))
    chain.decided("b-2", signed)


# ---- answers ----


def test_a_no_carries_the_answer_of_the_log() -> None:
    chain = council(EXPLICIT)
    number = chain.pending("issuer", give())
    ranges = [t.SerialRange(space="IPCI.R1", start=1, end=4)]
    answer = [t.ResponseCode(code=5061, ranges=ranges), t.ResponseCode(code=5062)]
    message = t.Decide(proposal=number, verdict=t.NO, reason="Not valid", codes=answer)
    chain.ok("operator", t.Action(decide=message))
    assert list(chain.proposal(number).decisions[0].codes) == answer
    assert chain.balance("issuer") == (1000, 0)


# ---- what a simulation says ----


def test_a_simulation_says_that_it_will_wait_for_time_alone() -> None:
    chain = council("delay_s = 1000\n")
    request = q.SimulateRequest(tx=chain.tx("issuer", give()))
    reply = chain.ask(request, q.SimulateReply)
    assert (reply.code, reply.pending, list(reply.missing)) == (0, True, [])


# ---- the consortium ----


@pytest.fixture
def four(monkeypatch: pytest.MonkeyPatch) -> Chain:
    """Four seats of the consortium; a record is its vote; NORTH concerns Registry North."""
    lines = [row for row in harness.NETWORK.splitlines() if not row.startswith("validator = ")]
    monkeypatch.setattr(harness, "NETWORK", "\n".join(lines))

    def voted(tx: Any, message: t.PutRecord) -> None:
        concerned = ["registry-north"] if message.id == "NORTH" else []
        approvals.require_consortium(tx, concerned=concerned)

    monkeypatch.setitem(ACTIONS, "put_record", replace(ACTIONS["put_record"], execute=voted))
    return Chain.with_parties()


def vote(chain: Chain, *, of_north: bool = False) -> int:
    """Propose an act of the consortium, one that concerns Registry North when `of_north`."""
    return chain.pending("consortium-1", acts.methodology("NORTH" if of_north else "M1"))


def test_more_than_two_thirds_of_the_consortium_agree(four: Chain) -> None:
    number = vote(four)
    need = four.proposal(number).requirements[0]
    assert (need.program, need.count) == ("chain", 3)
    four.refused(Code.DECIDE_DUP, "consortium-1", acts.yes(number))
    four.refused(Code.DECIDE_NOT_MEMBER, "operator", acts.yes(number))
    four.decided("consortium-2", number, s.PROPOSAL_PENDING)
    assert four.inbox("consortium-4") == [number]
    assert four.inbox("consortium-2") == []
    four.decided("consortium-4", number)
    four.ok("consortium-2", acts.methodology("M2"), also=("consortium-3", "consortium-4"))


def test_an_organisation_concerned_does_not_vote_and_still_counts(four: Chain) -> None:
    number = vote(four, of_north=True)
    four.refused(Code.DECIDE_NOT_MEMBER, "consortium-1", acts.yes(number))
    four.decided("consortium-2", number, s.PROPOSAL_PENDING)
    four.decided("consortium-3", number, s.PROPOSAL_PENDING)
    four.decided("consortium-4", number)


def test_one_no_ends_an_act_of_the_consortium(four: Chain) -> None:
    number = vote(four)
    four.ok("consortium-3", acts.no(number))
    assert four.proposal(number).state == s.PROPOSAL_REJECTED
