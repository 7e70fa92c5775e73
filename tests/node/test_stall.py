"""When a node that stands still is called stalled, and when it is only idle, late or lied to."""

import pytest

from node.stall import BEHIND_BLOCKS, View, Watch, most_have

LIMIT_S = 60.0


def faults(*views: View | None, step_s: float = 20.0) -> list[bool]:
    """Show views to a watch, one every `step_s`; tell which of them made it give a reason."""
    watch = Watch(LIMIT_S, 0.0)
    return [bool(watch.fault(view, step_s * count)) for count, view in enumerate(views, 1)]


def test_standing_still_behind_most_peers_is_a_stall_after_the_limit() -> None:
    behind = View(7, (12, 12, 12))
    assert faults(*[behind] * 6) == [False, False, False, False, True, True]


def test_node_that_moves_is_late_but_not_stalled() -> None:
    assert not any(faults(*[View(height, (99, 99, 99)) for height in range(1, 12)]))


def test_idle_network_is_never_a_stall() -> None:
    assert not any(faults(*[View(7, (7, 7, 7))] * 50))


def test_node_without_peers_is_not_stalled() -> None:
    assert not any(faults(*[View(7, ())] * 50))


@pytest.mark.parametrize("peers", [(10**9, 7, 7), (10**9, 10**9, 7, 7)])
def test_half_of_the_peers_cannot_stop_a_node_whatever_they_claim(peers: tuple[int, ...]) -> None:
    assert not any(faults(*[View(7, peers)] * 50))


def test_peers_a_block_or_two_ahead_are_the_ordinary_case() -> None:
    near = 7 + BEHIND_BLOCKS - 1
    assert not any(faults(*[View(7, (near, near, near))] * 50))


def test_consensus_that_never_answers_is_a_stall_and_the_app_is_named() -> None:
    watch = Watch(LIMIT_S, 0.0)
    said = [watch.fault(View(7, None), 20.0 * count) for count in range(1, 7)]
    assert said[:4] == [""] * 4
    assert "data/logs/app.log" in said[5]


def test_consensus_that_answers_again_begins_a_new_count() -> None:
    hung, fine = View(7, None), View(7, (7, 7, 7))
    assert not any(faults(hung, hung, hung, hung, fine, hung, hung, hung))


def test_engine_that_starts_anew_begins_a_new_count() -> None:
    behind = View(7, (12, 12, 12))
    assert not any(faults(behind, behind, behind, None, behind, behind, behind, behind))


@pytest.mark.parametrize(
    ("peers", "height"),
    [((), 0), ((5,), 5), ((5, 9), 5), ((5, 9, 9), 9), ((1, 5, 9), 5), ((5, 5, 9, 9), 5)],
)
def test_height_of_most_is_one_that_more_than_half_have(
    peers: tuple[int, ...], height: int
) -> None:
    assert most_have(peers) == height
    assert sum(peer >= height for peer in peers) * 2 > len(peers) or not peers
