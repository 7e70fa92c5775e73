"""`python -m node.engine install`: the engine without the rest of the command line.

It only joins the installer to the screen; `tonne engine` is the same for people who have `tonne`.
"""

import argparse
import sys
from pathlib import Path

from node.engine import installer
from node.engine.progress import on_screen
from node.engine.toolchain import EngineError


def main(arguments: list[str] | None = None) -> int:
    """Install the engine and say where it is: 0 when it is there, 1 with the reason when not."""
    parser = argparse.ArgumentParser(prog="python -m node.engine", description=main.__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    install = commands.add_parser("install", help="build the engine, or check the kept one")
    install.add_argument("--from-file", type=Path, help="keep this cometbft; needs no registry")
    install.add_argument(
        "--engine-version", help="one of: " + ", ".join(installer.known_versions())
    )
    options = parser.parse_args(arguments)
    try:
        if options.from_file is not None:
            path = installer.install_file(options.from_file, version=options.engine_version)
        else:
            with on_screen() as progress:
                path = installer.ensure(progress, version=options.engine_version)
    except EngineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    record = installer.record_of(path)
    assert record is not None
    sys.stdout.write(f"{path}\ncometbft {record.version}  sha256 {record.sha256}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
