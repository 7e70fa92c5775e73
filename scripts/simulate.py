"""Plays random lives of the registry against the auditor of tests/auditor.py.

It must not know any rule. Its invariant: a seed gives the same life; what differs is shown by the
shortest life found, written to a file that --replay plays again.
"""

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "proto")]

from tests.simulation import cast, play, transcript  # noqa: E402 - after the path is set


def table(counts: Counter[tuple[str, str]]) -> str:
    """Return how often each action had each outcome."""
    lines = []
    for name in play.MAKERS:
        found = sorted(
            ((outcome, n) for (action, outcome), n in counts.items() if action == name),
            key=lambda pair: (-pair[1], pair[0]),
        )
        lines.append(f"{name:12} " + ", ".join(f"{outcome} {n}" for outcome, n in found))
    return "\n".join(lines)


def fail(outcome: play.Outcome, folder: Path) -> None:
    """Tell what differs, shrink it, write it down."""
    print(f"seed {outcome.seed}: they differ in block {len(outcome.life.blocks)}")
    print("\n".join(f"  {line}" for line in outcome.differences))
    blocks = play.shrink(outcome)
    path = folder / f"seed-{outcome.seed}.json"
    path.write_text(transcript.as_json(blocks, outcome.programs), encoding="utf-8")
    print(transcript.as_text(blocks, outcome.programs))
    print(f"replay: python scripts/simulate.py --replay {path}")


def main() -> int:
    """Play; return 1 when the two registries differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds from --seed on")
    parser.add_argument("--blocks", type=int, default=100)
    parser.add_argument("--programs", default=",".join(cast.shipped()))
    parser.add_argument("--only", default="", help="makers of actions, comma-separated")
    parser.add_argument("--actions", type=int, default=0, help="stop after so many")
    parser.add_argument("--out", type=Path, default=Path())
    parser.add_argument("--replay", type=Path)
    options = parser.parse_args()
    if options.replay:
        blocks, programs = transcript.from_json(options.replay.read_text(encoding="utf-8"))
        found, _ = play.replay(blocks, programs)
        print("\n".join(found) or "they agree")
        return int(bool(found))
    programs = options.programs.split(",")
    only = [name for name in options.only.split(",") if name]
    counts: Counter[tuple[str, str]] = Counter()
    actions, started, status = 0, time.monotonic(), 0
    for seed in range(options.seed, options.seed + options.seeds):
        outcome = play.live(seed, options.blocks, programs, only)
        counts += outcome.life.counts
        actions += outcome.life.actions
        spent = time.monotonic() - started
        print(f"seed {seed}: {actions} actions, {spent:.0f} s, {play.richness(outcome.life)}")
        if outcome.differences:
            status = 1
            fail(outcome, options.out)
            break
        if options.actions and actions >= options.actions:
            break
    print(table(counts))
    return status


if __name__ == "__main__":
    sys.exit(main())
