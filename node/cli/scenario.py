"""`tonne scenario`: replay a transcript and stop at the first line that comes out otherwise.

Must not know: what a scenario expects. Invariant: exit code 0 means that every line came out as
written, 1 that one did not, 2 that the file is wrong.
"""

from pathlib import Path
from typing import Annotated

import typer

from node.cli import screen
from node.cli.desk import Desk
from node.cli.places import default_home
from node.cli.session import ChainIdOption, HomeOption, Session
from node.scenario import language
from node.scenario.language import Row, Step
from node.scenario.livekeys import LiveKeys, adopt
from node.scenario.player import Player
from tonne.v1 import service_pb2 as v


def scenario(
    file: Annotated[Path, typer.Argument(help="A transcript; docs/scenarios.md explains it.")],
    node: Annotated[str, typer.Option("--node", help="Play on this live chain instead.")] = "",
    home: HomeOption = default_home(),
    chain_id: ChainIdOption = "",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only say how it ended.")] = False,
) -> None:
    """Replay a transcript in this process, or on a live chain with --node."""
    read = language.read(file)
    observer = _silent if quiet else _tell
    if node:
        session = Session(home, node, chain_id)
        live = session.chain()
        keys = LiveKeys(session.keys())
        adopt(keys, live)
        desk = Desk(live, keys, live.chain_id, file.parent, read.program)
        count = Player(live, desk, observer).play(read.steps)
    else:
        from node.scenario import inprocess

        count = inprocess.player(read, observer).play(read.steps)
    screen.say(f"{file}: {count} steps came out as written")


def _silent(step: Step, result: v.Transaction | None) -> None:
    del step, result


def _tell(step: Step, result: v.Transaction | None) -> None:
    """Say what was played: headings, and every line behind its place."""
    if isinstance(step, Row):
        screen.say(f"\n{step.number}  {step.title}")
        return
    place = f"{step.line.number:>4}  "
    height = f"   (block {result.height})" if result is not None and result.height else ""
    screen.say(f"{place}{step.line.text.strip()}{height}")
