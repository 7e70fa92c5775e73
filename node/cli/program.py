"""`tonne program`: check a program file, show a program's rules as tables, compare two of them.

Must not know: what a rule does. Invariant: `check` reads a file exactly as a genesis would.
"""

from pathlib import Path
from typing import Annotated

import typer

from abci_app.state.program_toml import Source, TomlFault, read_program
from node.cli import places, screen
from node.cli.faults import Fault, nearest, usage
from node.cli.live import Live
from node.cli.places import default_home
from node.cli.program_tables import differences, show
from node.cli.session import HomeOption, NodeOption, Output, OutputOption, Session
from tonne.v1 import service_pb2 as v
from tonne.v1.policy_pb2 import Program

app = typer.Typer(no_args_is_help=True, help="Programs as data.")

LIVE = "chain:"  # before the id of a program of the live chain

_NAME = "A file, a program that comes with tonne, or chain:ID[@VERSION] of the chain."


@app.command("check")
def check(file: Annotated[Path, typer.Argument(help="A program as TOML.")]) -> None:
    """Check a program file; every fault has its line."""
    program = _read(file)
    screen.say(
        f"{file}: {program.id} version {program.version} has no faults "
        f"({len(program.move_rules)} move rules, {len(program.approval_rules)} approval rules, "
        f"{len(program.workflow_rules)} workflow rules)"
    )


@app.command("show")
def show_(
    name: Annotated[str, typer.Argument(help=_NAME)],
    output: OutputOption = Output.TEXT,
    home: HomeOption = default_home(),
    node: NodeOption = "",
) -> None:
    """Show who may do what, with whose approval, after what delay."""
    program = _find(name, Session(home, node))
    if output is Output.JSON:
        screen.as_json(program)
    else:
        show(program)


@app.command("diff")
def diff(
    one: Annotated[str, typer.Argument(help=_NAME)],
    other: Annotated[str, typer.Argument(help=_NAME)],
    home: HomeOption = default_home(),
    node: NodeOption = "",
) -> None:
    """Tell what the second program has otherwise than the first, row by row."""
    session = Session(home, node)
    found = differences(_find(one, session), _find(other, session))
    for line in found or ["They do not differ."]:
        screen.say(line)


def _find(name: str, session: Session) -> Program:
    """Return a program by a file, by the name of one that comes with tonne, or of the chain."""
    if name.startswith(LIVE):
        program, _, version = name.removeprefix(LIVE).partition("@")
        if version and not (version.isascii() and version.isdigit()):
            raise usage(f"{version!r} is no version", f"Like {LIVE}{program}@2.")
        request = v.GetProgramRequest(id=program, version=int(version or 0))
        reply = Live(session.address()).read("GetProgram", request)
        assert isinstance(reply, v.ProgramReply)
        return reply.program
    path = Path(name)
    if path.exists():
        return _read(path)
    folder = places.genesis() / "programs"
    path = folder / f"{name.lower()}.toml"
    if not path.exists():
        known = [item.stem for item in sorted(folder.glob("*.toml"))]
        hint = nearest(name.lower(), known) or f"One of: {', '.join(known)}; or a file."
        raise usage(f"there is no program {name!r}", hint)
    return _read(path)


def _read(path: Path) -> Program:
    try:
        return read_program(Source(str(path), path.read_text(encoding="utf-8")))
    except TomlFault as fault:
        raise Fault(str(fault), "Correct the lines named.") from fault
    except UnicodeDecodeError as error:
        raise usage(f"{path} is not UTF-8 text", "Save it as UTF-8.") from error
    except OSError as error:
        raise usage(f"cannot read {path}: {error.strerror}", "Check the path.") from error
