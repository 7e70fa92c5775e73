"""Tells a node that stands still from a network that is idle.

It asks the node's own engine and nobody else. Invariants: an idle network never counts as a stall,
and one peer alone, whatever it claims, cannot make this node stop.
"""

import json
from dataclasses import dataclass
from typing import Any

import httpx

ASK_S = 2.0
BEHIND_BLOCKS = 3


@dataclass(frozen=True)
class View:
    """What an engine says: its height, and those its peers have reached.

    `peers` is None when its consensus does not answer although the engine does: it holds a lock
    there while it waits for the app.
    """

    own: int
    peers: tuple[int, ...] | None


def look(rpc: str) -> View | None:
    """Ask an engine; None when it does not answer, as while it starts."""
    with httpx.Client(base_url=rpc, timeout=ASK_S, trust_env=False) as client:
        try:
            sync = client.get("/status").json()["result"]["sync_info"]
            own = int(sync["latest_block_height"])
        except (httpx.HTTPError, KeyError, ValueError, TypeError):
            return None
        try:
            peers = client.get("/dump_consensus_state").json()["result"]["peers"]
            return View(own, tuple(_reached(peer["peer_state"]) for peer in peers))
        except httpx.TimeoutException:
            return View(own, None)
        except (httpx.HTTPError, KeyError, ValueError, TypeError):
            return None


def _reached(state: Any) -> int:  # noqa: ANN401 - JSON of either form
    """Read the last height that a peer has finished: it works on the next."""
    # 0.38 gives the peer's state as JSON in a string, later lines as an object.
    fields = json.loads(state) if isinstance(state, str) else state
    return int(fields["round_state"]["height"]) - 1


def most_have(peers: tuple[int, ...]) -> int:
    """Give the height that more than half of the peers have reached; 0 without peers."""
    return sorted(peers)[(len(peers) - 1) // 2] if peers else 0


class Watch:
    """Remembers when the height last moved, or nobody was ahead."""

    def __init__(self, limit_s: float, now_s: float) -> None:
        """Take how long a node may stand still; times are of a monotonic clock."""
        self._limit_s = limit_s
        self._height = -1
        self._well_at_s = now_s

    def fault(self, view: View | None, now_s: float) -> str:
        """Note a view; give the reason to stop the node, or an empty text."""
        if view is None or view.own != self._height or not self._is_behind(view):
            self._height = -1 if view is None else view.own
            self._well_at_s = now_s
            return ""
        if now_s - self._well_at_s <= self._limit_s:
            return ""
        stood = f"Height {view.own} has not moved for {now_s - self._well_at_s:.0f} s"
        if view.peers is None:
            return (
                f"{stood}, and the engine's consensus does not answer: it waits for the app.\n"
                "See the end of data/logs/app.log; `tonne start` goes on from the last block."
            )
        return (
            f"{stood} while most peers are at {most_have(view.peers)}.\n"
            "See data/logs/engine.log; once the cause is mended, `tonne start` goes on."
        )

    @staticmethod
    def _is_behind(view: View) -> bool:
        return view.peers is None or most_have(view.peers) >= view.own + BEHIND_BLOCKS
