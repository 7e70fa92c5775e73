"""A chain that waits for votes is told from one that is idle, and from an engine that is away."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from node.engine_rpc import EngineRPC
from node.gateway.quorum import PATIENCE_S, Quorum
from tests.node.rpc_server import RpcError, rpc_server

NEW_ROUND, PROPOSE, PREVOTE, PRECOMMIT = 2, 3, 4, 6
AWAY = "away"
VOTES = [  # of the last two rounds the best counts; one that went away since does not
    {
        "round": 0,
        "prevotes_bit_array": "BA{4:xxx_} 30/40 = 0.75",
        "precommits_bit_array": "BA{4:____} 0/40 = 0.00",
    },
    {
        "round": 1,
        "prevotes_bit_array": "BA{4:xx__} 20/40 = 0.50",
        "precommits_bit_array": "BA{4:x___} 10/40 = 0.25",
    },
    {
        "round": 2,
        "prevotes_bit_array": "BA{4:____} 0/40 = 0.00",
        "precommits_bit_array": "BA{4:____} 0/40 = 0.00",
    },
]
Seen = Sequence[tuple[float, str]]  # at which second, what the engine says


def said_after(seen: Seen, now_s: float) -> str:
    """Return what is said at `now_s` by one who saw these."""
    clock, words = 0.0, ""

    def answer(method: str, _: dict[str, Any]) -> Any:
        assert method == "consensus_state"
        if words == AWAY:
            raise RpcError("not now")
        return {"round_state": {"height/round/step": words, "height_vote_set": VOTES}}

    async def run() -> str:
        nonlocal clock, words
        async with rpc_server(answer) as server, EngineRPC(server.address) as rpc:
            quorum = Quorum(rpc, lambda: clock)
            for clock, words in seen:  # noqa: B007 - the answers above read them
                await quorum.look()
            clock = now_s
            return quorum.lost()

    return asyncio.run(run())


def test_height_that_waits_for_votes_too_long_is_told_with_its_number() -> None:
    seen = [(0, f"75/0/{PREVOTE}"), (5, f"75/1/{PRECOMMIT}"), (10, f"75/2/{PREVOTE}")]
    assert said_after(seen, PATIENCE_S) == ""
    said = said_after(seen, PATIENCE_S + 1)
    assert said.startswith("no quorum: for 13 s")
    assert "height 75, 20 of 40 voting power seen" in said


@pytest.mark.parametrize(
    "last", [f"75/0/{NEW_ROUND}", f"75/0/{PROPOSE}", f"76/0/{PREVOTE}", AWAY, "no numbers"]
)
def test_chain_that_moved_is_idle_or_says_nothing_does_not_stand_still(last: str) -> None:
    seen = [(0, f"75/0/{PREVOTE}"), (PATIENCE_S, last)]
    assert said_after(seen, PATIENCE_S + 1) == ""


def test_idle_chain_never_stands_still() -> None:
    assert said_after([(0, f"75/0/{NEW_ROUND}")], 1e6) == ""
