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
    if from_file is None:
        _tell(ensured())
        return
    try:
        _tell(installer.install_file(from_file))
    except EngineError as error:
        raise Fault(str(error)) from error


def ensured() -> Path:
    """Return the engine; when it is missing it is built, with its progress on the screen."""
    try:
        with on_screen() as progress:
            return installer.ensure(progress)
    except EngineError as error:
        raise Fault(str(error)) from error


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
