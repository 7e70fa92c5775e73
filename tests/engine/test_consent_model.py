"""Random rows, voices and times against a model that knows nothing of the engine (C-26)."""

from dataclasses import dataclass, field

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from abci_app.core.codes import Code
from tests import acts
from tests.engine.test_consent_modes import SIDES, program
from tests.harness import Chain, edited
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

WINDOW_S, TERM_S = 500, 900
SIDED = 'name = "reject a methodology"\n'
HOUSES = {"a-1": "alpha", "a-2": "ann", "b-1": "beta", "b-2": "alpha"}  # alpha sits on both sides
VOICES = (*HOUSES, "operator", "user")

Row = tuple[str, str, int, bool]  # role, side, count, whether silence is consent


def side_of(name: str) -> str:
    return name[0].upper() if name in HOUSES else ""


def role_of(name: str) -> str:
    return "COUNCIL" if name in HOUSES else {"operator": "OPERATOR"}.get(name, "")


def house_of(name: str) -> str:
    return HOUSES.get(name, name)


@dataclass
class Model:
    """One proposal, by the words of the law."""

    rows: list[Row]
    delay_s: int
    signed: list[str]  # who signed beside the proposer
    now: int
    asleep: list[str] = field(default_factory=list)  # suspended seats
    said: list[tuple[str, str]] = field(default_factory=list)  # house, side
    yes: list[str] = field(default_factory=list)
    state: str = "PENDING"
    swept: bool = False
    due: int = 0

    def __post_init__(self) -> None:
        silent = any(row[3] for row in self.rows)
        self.window = self.now + WINDOW_S if silent else 0
        self.expires = self.now + TERM_S
        if not self.lacking(unopposed=False):
            self.approve(self.now)

    def fits(self, name: str, row: Row) -> bool:
        return role_of(name) == row[0] and row[1] in ("", side_of(name)) and name not in self.asleep

    def lacking(self, *, unopposed: bool) -> bool:
        for row in self.rows:
            houses = [house_of(name) for name in (*self.signed, *self.yes) if self.fits(name, row)]
            if not (unopposed if row[3] else len(dict.fromkeys(houses)) >= row[2]):
                return True
        return False

    def approve(self, at: int) -> None:
        self.due = at + self.delay_s
        self.state = "DELAYED"
        if self.now >= self.due:
            self.execute()

    def execute(self) -> None:
        self.state = "FAILED" if self.lacking(unopposed=self.swept) else "EXECUTED"

    def sweep(self, now: int) -> None:
        self.now = now
        if self.state == "DELAYED" and now >= self.due:
            self.execute()
        elif self.state == "PENDING" and self.window and now >= self.window and not self.swept:
            self.swept = True
            if not self.lacking(unopposed=True):
                self.approve(self.window)
            elif now >= self.expires:
                self.state = "EXPIRED"
        elif self.state == "PENDING" and now >= self.expires:
            self.state = "EXPIRED"

    def decide(self, name: str, verdict: bool) -> int:
        if self.state != "PENDING":
            return Code.DECIDE_CLOSED
        fitting = [row for row in self.rows if self.fits(name, row)]
        if not fitting:
            return Code.DECIDE_NOT_MEMBER
        waiting = [row for row in fitting if not (row[3] and self.swept)]
        if not waiting:
            return Code.DECIDE_CLOSED
        house = house_of(name)
        spoken = [side for who, side in self.said if who == house]
        for other in self.signed:
            if house_of(other) == house:
                spoken += ["", *(row[1] for row in self.rows if self.fits(other, row))]
        left = sorted({row[1] for row in waiting} - {*spoken}, reverse=True)
        if not left:
            return Code.DECIDE_DUP
        self.said.append((house, left[0]))
        if not verdict:
            self.state = "REJECTED"
            return Code.OK
        self.yes.append(name)
        if not self.lacking(unopposed=self.swept):
            self.approve(self.now)
        return Code.OK

    def withdraw(self) -> int:
        if self.state not in ("PENDING", "DELAYED"):
            return Code.WITHDRAW_LATE
        self.state = "WITHDRAWN"
        return Code.OK


def text(rows: list[Row], delay_s: int) -> str:
    """The program: explicit rows at the transfer, silent ones at the retirement."""
    parts = []
    for silent in (False, True):
        quorum = ", ".join(
            f'{{ role = "{role}", side = "{side}", count = {count} }}'
            for role, side, count, mode in rows
            if mode == silent
        )
        part = f"expires_s = {TERM_S}\n" + (f"approvals = [{quorum}]\n" if quorum else "")
        if silent and quorum:
            part += f'mode = "NO_OBJECTION"\nwindow_s = {WINDOW_S}\n'
        parts.append(part)
    whole = program(parts[0] + (f"delay_s = {delay_s}\n" if delay_s else ""), parts[1])
    return edited(whole, (SIDED, SIDED + SIDES))  # so that both sides are counted somewhere


def begun(rows: list[Row], delay_s: int) -> Chain:
    chain = Chain.with_units(program=text(rows, delay_s))
    for name, house in HOUSES.items():
        first = house not in [HOUSES[other] for other in HOUSES if other < name]
        if first:
            chain.ok("operator", acts.organisation(house), acts.account(name, house))
        else:
            chain.ok("operator", acts.account(name, house), also=("a-1",))
        chain.ok("coordinator", acts.accredit(name, t.COUNCIL, side=side_of(name)))
    return chain


quorums = st.one_of(
    st.tuples(st.just("OPERATOR"), st.just(""), st.just(1), st.booleans()),
    st.tuples(
        st.just("COUNCIL"), st.sampled_from(["", "A", "B"]), st.integers(1, 2), st.booleans()
    ),
)
steps = st.tuples(
    st.sampled_from([1, 1, 1, 40, 200, 299, 300, 400]),
    st.sampled_from(["yes", "yes", "yes", "yes", "no", "withdraw", "sleep", "wake"]),
    st.sampled_from(VOICES),
)


@settings(max_examples=25, phases=[Phase.explicit, Phase.generate])
@given(
    st.lists(quorums, min_size=1, max_size=3, unique_by=lambda row: (row[0], row[1], row[3])),
    st.sampled_from([0, 0, 300]),
    st.lists(st.sampled_from([*HOUSES, "operator"]), max_size=2, unique=True),
    st.lists(steps, min_size=2, max_size=9),
)
def test_a_proposal_lives_as_the_law_says(
    rows: list[Row], delay_s: int, signed: list[str], moves: list[tuple[int, str, str]]
) -> None:
    chain = begun(rows, delay_s)
    both = (acts.move(10, "issuer", "user"), acts.retire(5, "issuer"))
    result = chain.send("issuer", *both, also=signed)
    model = Model(rows, delay_s, signed, chain.now)
    if model.state == "EXECUTED":
        assert "proposal_opened" not in result.names
        return
    number = int(result.event("proposal_opened").id)
    for pause, verb, name in moves:
        who = name
        at = chain.now + pause
        model.sweep(at)
        if verb in ("yes", "no"):
            act = acts.yes(number) if verb == "yes" else acts.no(number)
            code = model.decide(who, verb == "yes")
        elif verb == "withdraw":
            who, act, code = "issuer", acts.withdraw(number), model.withdraw()
        else:
            seat = who if who in HOUSES else "a-1"
            asleep = seat in model.asleep
            operation = t.SUSPEND if verb == "sleep" else t.REINSTATE
            code = Code.OK if asleep == (verb == "wake") else Code.ACCREDITATION_STATUS
            act = acts.accredit(seat, t.COUNCIL, operation=operation)
            who = "coordinator"
            if code == Code.OK:
                (model.asleep.remove if asleep else model.asleep.append)(seat)
        tx = chain.tx(who, act, until=at + 10)
        assert chain.block(tx, at=at)[0].code == code
        proposal = chain.proposal(number)
        assert s.ProposalState.Name(proposal.state) == f"PROPOSAL_{model.state}"
        waits = model.state in ("PENDING", "DELAYED")
        moved = model.state == "EXECUTED"
        assert chain.balance("user") == ((10, 0) if moved else (0, 0))
        assert chain.balance("issuer") == ((985, 15) if waits else (985 if moved else 1000, 0))
        inbox = [name for name in HOUSES if number in chain.inbox(name)]
        assert model.state == "PENDING" or not inbox
