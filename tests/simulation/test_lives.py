"""Random lives of both programs, held against the auditor; and that they are rich enough."""

from collections import Counter
from functools import cache

import pytest

from tests.simulation import cast, play, transcript
from tests.simulation.play import Outcome

LIVES = (
    (1, 70, ("IPCI",)),
    (2, 70, ("KYOTO-KZ",)),
    (3, 70, ("IPCI",)),
    (4, 70, ("KYOTO-KZ",)),
    (5, 90, ("IPCI", "KYOTO-KZ")),
)
RARE = ("put_policy", "convert", "label", "withdraw", "fill_order")
CODES_MIN = 40


@cache
def lived(seed: int, blocks: int, programs: tuple[str, ...]) -> Outcome:
    return play.live(seed, blocks, programs)


@pytest.mark.parametrize(("seed", "blocks", "programs"), LIVES)
def test_a_life_is_what_the_auditor_says(seed: int, blocks: int, programs: tuple[str, ...]) -> None:
    outcome = lived(seed, blocks, programs)
    if outcome.differences:
        told = transcript.as_text(play.shrink(outcome, tries=60), programs)
        pytest.fail("\n".join((*outcome.differences, told)))


def test_every_action_succeeds_and_is_refused_in_many_ways() -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for life in LIVES:
        counts += lived(*life).life.counts
    done = Counter[str]()
    for (action, outcome), number in counts.items():
        if outcome in ("OK", "(proposal)"):
            done[action] += number
    least = {name: 1 if name in RARE else 5 for name in play.MAKERS}
    assert {name: done[name] for name in play.MAKERS if done[name] < least[name]} == {}
    codes = sorted({outcome for _, outcome in counts if outcome not in ("OK", "(proposal)")})
    assert len(codes) >= CODES_MIN, codes


def test_a_life_is_the_same_again() -> None:
    first, second = (play.live(7, 12, cast.shipped()) for _ in range(2))
    assert first.life.blocks == second.life.blocks
    assert first.life.real.ledger.root == second.life.real.ledger.root


def test_a_difference_is_found_shrunk_and_replayed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An auditor that forgets the reserve is found out by a handful of blocks."""
    monkeypatch.setattr("tests.audit.supply.months_later", lambda now, months: now + months)
    outcome = next(
        found
        for seed in range(20)
        if (found := play.live(seed, 60, ("IPCI",), doctor=False)).differences
    )
    blocks = play.shrink(outcome, tries=120)
    assert len(blocks) < len(outcome.life.blocks)
    again, programs = transcript.from_json(transcript.as_json(blocks, outcome.programs))
    differences, _ = play.replay(again, programs)
    assert play.kind_of(differences) == play.kind_of(outcome.differences)
    monkeypatch.undo()
    assert play.replay(again, programs)[0] == []
