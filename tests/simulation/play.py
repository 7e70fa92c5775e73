"""A life of the registry from a seed, held against the auditor after every block.

Must not know: what any action means. Invariant: a seed gives the same life in every process.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from abci_app.state import schema
from tests.audit.model import Acc, Org, Seat
from tests.auditor import Auditor
from tests.simulation import acting, cast, knowing, people
from tests.simulation.compare import Comparison
from tests.simulation.dice import Dice
from tests.simulation.real import Draft, Real, Result
from tonne.v1 import codes_pb2
from tonne.v1 import state_pb2 as s

Maker = Callable[[Dice], Draft | None]
DAY = 86_400

MAKERS: dict[str, tuple[Maker, int]] = {
    "put_policy": (people.put_policy, 1),
    "put_account": (people.put_account, 3),
    "accredit": (people.accredit, 3),
    "anchor": (knowing.anchor, 3),
    "put_record": (knowing.put_record, 9),
    "transition": (knowing.transition, 20),
    "attest": (knowing.attest, 8),
    "issue": (acting.issue, 9),
    "move": (acting.move, 14),
    "convert": (acting.convert, 7),
    "hold": (acting.hold, 7),
    "label": (acting.label, 2),
    "decide": (people.decide, 14),
    "withdraw": (people.withdraw, 2),
    "place_order": (people.place_order, 5),
    "fill_order": (people.fill_order, 6),
}
FIRST = ("put_record", "transition", "transition", "transition", "attest", "decide", "issue")
PAUSES = (1, 1, 1, 1, 1, 60, 3600, DAY, DAY, 5 * DAY, 31 * DAY)
LONG = (31 * DAY, 90 * DAY, 200 * DAY, 365 * DAY, 3 * 365 * DAY)
WHOLE_EVERY = 10  # blocks between two full examinations; the invariants are examined after each


@dataclass(frozen=True)
class Block:
    """What goes into a block, and when."""

    now: int
    drafts: tuple[Draft, ...]


@dataclass
class Life:
    """Both registries, and what they have been through."""

    real: Real
    auditor: Auditor
    comparison: Comparison = field(default_factory=Comparison)
    blocks: list[Block] = field(default_factory=list)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    actions: int = 0

    def step(self, block: Block, *, doctor: bool = True) -> list[str]:
        """Make a block on both sides; return what differs."""
        self.blocks.append(block)
        answers = self.auditor.block(
            block.now, [(draft.signers, draft.actions) for draft in block.drafts]
        )
        drafts = [self._translated(draft) for draft in block.drafts]
        results = self.real.block(block.now, drafts)
        found = []
        for draft, answer, result in zip(block.drafts, answers, results, strict=True):
            self._count(draft, result)
            name = codes_pb2.Code.Name(result.code)
            kinds = "+".join(str(action.WhichOneof("action")) for action in draft.actions)
            if result.code not in answer.codes:
                found.append(f"{kinds}: {name} instead of {answer.names()} ({result.detail})")
            elif result.proposed != answer.proposed:
                found.append(f"{kinds}: {'a proposal' if result.proposed else 'done at once'}")
        stuck = schema.STUCK.all(self.real.ledger)
        found += [f"a duty is stuck: {row.kind} {row.subject!r}" for row in stuck]
        found += self.comparison.differences(self.real, self.auditor.world)
        if doctor:
            whole = len(self.blocks) % WHOLE_EVERY == 0
            found += [f"doctor: {fault}" for fault in self.real.faults(whole=whole)]
        return found

    def _translated(self, draft: Draft) -> Draft:
        """The same wish with the real numbers of holds; decided by what both held before."""
        known = self.comparison.real_hold
        actions = []
        for action in draft.actions:
            told = type(action)()
            told.CopyFrom(action)
            kind = told.WhichOneof("action")
            if kind == "move" and told.move.from_hold:
                told.move.from_hold = known.get(told.move.from_hold, told.move.from_hold)
            elif kind == "hold":
                change = told.hold.WhichOneof("change")
                if change in ("extend", "release", "unfreeze"):
                    part = getattr(told.hold, change)
                    part.hold = known.get(part.hold, part.hold)
            actions.append(told)
        return Draft(draft.signers, tuple(actions), draft.maker)

    def _count(self, draft: Draft, result: Result) -> None:
        outcome = codes_pb2.Code.Name(result.code)
        if result.proposed:
            outcome = "(proposal)"
        for action in draft.actions:
            self.actions += 1
            self.counts[str(action.WhichOneof("action")), outcome] += 1


def begin(programs: Sequence[str]) -> Life:
    """The first day of both."""
    genesis, parsed = cast.make(tuple(programs))
    real = Real(genesis)
    real.block(real.now, [])
    ledger = real.ledger
    auditor = Auditor(
        real.now,
        [
            Org(row.id, row.name, row.country, row.status)
            for row in schema.ORGANISATIONS.all(ledger)
        ],
        [
            Acc(
                row.id,
                row.organisation,
                row.program,
                row.kind,
                row.code,
                row.holder_kind,
                row.status,
                market=row.market_access,
                tx_limit_t=row.tx_limit_t,
                link=row.link,
                period=row.period,
            )
            for row in schema.ACCOUNTS.all(ledger)
        ],
        [
            (
                (row.program, row.role, row.list, row.account),
                Seat(row.account, row.organisation, row.side),
            )
            for row in schema.ACCREDITATIONS.all(ledger)
        ],
        parsed.values(),
    )
    return Life(real, auditor)


@dataclass
class Outcome:
    """How a life ended."""

    life: Life
    seed: int | str
    programs: tuple[str, ...]
    differences: list[str]


def next_block(dice: Dice, life: Life, weights: dict[str, int]) -> Block:
    """What people wish next."""
    pauses = LONG if dice.chance(3) else PAUSES
    now = life.real.now + dice.one(pauses)
    drafts: list[Draft] = []
    low = len(life.blocks) < 25  # at first, what units rest on
    wanted = dice.number(2, 8)
    for _ in range(4 * wanted):
        dice.program = dice.one(dice.programs)
        name = dice.random.choices(list(weights), list(weights.values()))[0]
        if low and dice.chance(70) and len(weights) > len(FIRST):
            name = dice.one(FIRST)
        draft = MAKERS[name][0](dice)
        if draft is not None and fits(draft) and not (named(draft) & named(*drafts)):
            drafts.append(draft)
        if len(drafts) == wanted:
            break
    return Block(now, tuple(drafts))


def named(*drafts: Draft) -> set[tuple[int, str]]:
    """The records whose next step drafts take: two would be in each other's way."""
    return {
        (action.transition.record.kind, action.transition.record.id)
        for draft in drafts
        for action in draft.actions
        if action.HasField("transition")
    }


def fits(draft: Draft) -> bool:
    return bool(draft.actions) and all(
        action.signer_index < len(draft.signers) for action in draft.actions
    )


def live(
    seed: int | str,
    blocks: int,
    programs: Sequence[str],
    only: Sequence[str] = (),
    *,
    doctor: bool = True,
) -> Outcome:
    """Play a life until it ends or the two differ."""
    life = begin(programs)
    dice = Dice(seed, life.auditor.world, programs)
    weights = {name: weight for name, (_, weight) in MAKERS.items() if not only or name in only}
    for _ in range(blocks):
        dice.world = life.auditor.world
        found = life.step(next_block(dice, life, weights), doctor=doctor)
        if found:
            return Outcome(life, seed, tuple(programs), found)
    return Outcome(life, seed, tuple(programs), [])


# ---- the shortest life in which they differ ----


def replay(blocks: Sequence[Block], programs: Sequence[str]) -> tuple[list[str], Life]:
    """Play given blocks; the last one's differences."""
    life = begin(programs)
    for block in blocks:
        found = life.step(block, doctor=False)
        if found:
            return found, life
    return [f"doctor: {fault}" for fault in life.real.faults(whole=True)], life


def kind_of(differences: Sequence[str]) -> str:
    """What a difference is about, without its numbers."""
    return differences[0].split("(")[0].rstrip("0123456789 ")[:60] if differences else ""


def shrink(outcome: Outcome, tries: int = 300) -> list[Block]:
    """Drop blocks, then transactions, while the same difference stays."""
    blocks, wanted = list(outcome.life.blocks), kind_of(outcome.differences)

    def fails(trial: Sequence[Block]) -> bool:
        nonlocal tries
        tries -= 1
        try:
            return kind_of(replay(trial, outcome.programs)[0]) == wanted
        except (KeyError, IndexError, AssertionError):
            return False

    size = max(1, len(blocks) // 2)
    while tries > 0:
        at = 0
        while at < len(blocks) - 1 and tries > 0:
            trial = blocks[:at] + blocks[min(at + size, len(blocks) - 1) :]
            if fails(trial):
                blocks = trial
            else:
                at += size
        if size == 1:
            break
        size = max(1, size // 2)
    for at in range(len(blocks) - 1, -1, -1):
        for n in range(len(blocks[at].drafts) - 1, -1, -1):
            drafts = blocks[at].drafts
            kept = Block(blocks[at].now, drafts[:n] + drafts[n + 1 :])
            trial = [*blocks[:at], kept, *blocks[at + 1 :]]
            if tries > 0 and fails(trial):
                blocks = trial
    return blocks


def richness(life: Life) -> str:
    """How deep a life went."""
    world = life.auditor.world
    states = Counter(s.ProposalState.Name(row.state) for row in world.proposals.values())
    kinds = Counter((rec.kind, rec.state) for rec in world.records.values())
    return f"{len(world.units)} units, {dict(states)}, {dict(kinds)}"
