"""`tonne engine`: the consensus engine that this release runs.

Must not know: homes or chains. Invariant: a path that is printed was verified against its checksum.
"""

from pathlib import Path
from typing import Annotated

import typer

from node.cli import screen
from node.cli.faults import Fault
from node.engine import installer
from node.engine.progress import on_screen
from node.engine.toolchain import EngineError

app = typer.Typer(no_args_is_help=True, help="The consensus engine (CometBFT).")


@app.command("install")
def install(
    from_file: Annotated[
        Path | None, typer.Option("--from-file", help="Keep this cometbft; needs no registry.")
    ] = None,
) -> None:
    """Build the engine from its pinned module, or check the one that is kept."""
    try:
        if from_file is not None:
            path = installer.install_file(from_file)
        else:
            with on_screen() as progress:
                path = installer.ensure(progress)
    except EngineError as error:
        raise Fault(str(error)) from error
    _tell(path)


@app.command("path")
def path() -> None:
    """Print where the engine is; fails when it is not installed or not what was built."""
    print(_kept())


@app.command("version")
def version() -> None:
    """Print the engine's version and checksum."""
    _tell(_kept())


def _kept() -> Path:
    """Return the kept engine without building one."""
    try:
        wanted = installer.chosen_version()
    except EngineError as error:
        raise Fault(str(error)) from error
    binary = installer.cache_folder() / wanted / "cometbft"
    if installer.record_of(binary) is None:
        raise Fault(f"engine {wanted} is not installed", "tonne engine install")
    try:
        return installer.ensure()
    except EngineError as error:
        raise Fault(str(error)) from error


def _tell(binary: Path) -> None:
    screen.say(str(binary))
    record = installer.record_of(binary)
    if record is not None:
        screen.say(f"cometbft {record.version}  sha256 {record.sha256}")
