"""Commands about a node: version, status, doctor, solo.

Must not know: how a node works inside. Invariant: each hands its work to the module that does it
and says in words what went wrong.
"""

import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated

import google.protobuf
import grpc
import typer
from google.protobuf.internal import api_implementation

from node.cli import screen, values
from node.cli.faults import Fault, nearest, usage
from node.cli.places import default_home
from node.cli.session import ChainIdOption, HomeOption, NodeOption, Output, OutputOption, Session
from node.engine import installer
from tonne.v1 import service_pb2 as v


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("status")(status)
    app.command("doctor")(doctor)
    app.command("export")(export)
    app.command("version")(version)


def status(
    home: HomeOption = default_home(),
    node: NodeOption = "",
    chain_id: ChainIdOption = "",
    output: OutputOption = Output.TEXT,
    field: Annotated[str, typer.Option("--field", help="Print only this field.")] = "",
) -> None:
    """Show the node behind a gateway and the state of its chain."""
    chain = Session(home, node, chain_id).chain()
    reply = chain.client.status()
    if field:
        name = field.replace("-", "_")
        item = v.StatusReply.DESCRIPTOR.fields_by_name.get(name)
        if item is None:
            known = [row.name for row in v.StatusReply.DESCRIPTOR.fields]
            raise usage(f"status has no field {field!r}", nearest(name, known) or ", ".join(known))
        print(values.show_field(reply, item))
    elif output is Output.JSON:
        screen.as_json(reply)
    else:
        screen.fields(reply)


def doctor(home: HomeOption = default_home()) -> None:
    """Examine the whole state of a stopped node or solo chain: tree, indexes, every invariant."""
    _at_rest(home, "doctor")


def export(
    out: Annotated[Path, typer.Option("--out", help="File to write.")],
    home: HomeOption = default_home(),
) -> None:
    """Write the whole state of a stopped node or solo chain to a file, for a new chain."""
    _at_rest(home, "export", "--out", str(out))


def _at_rest(home: Path, name: str, *more: str) -> None:
    """Run a command of the app process, which opens the state of a home that has one."""
    states = (home / "data" / "tonne", home / "data" / "solo" / "state")
    if not any(path.is_dir() and any(path.iterdir()) for path in states):
        raise usage(f"{home} holds no state of a node", "Name the home of one that ran: --home.")
    command = [sys.executable, "-m", "abci_app", name, "--home", str(home), *more]
    done = subprocess.run(command, check=False)  # noqa: S603 - our own program, in its own process
    raise typer.Exit(done.returncode)


def version(
    long: Annotated[bool, typer.Option("--long", help="With everything it is built on.")] = False,
    output: OutputOption = Output.TEXT,
) -> None:
    """Print the version."""
    from abci_app.application import VERSION

    if not long:
        if output is Output.JSON:
            screen.data_json({"tonne": VERSION})
        else:
            print(VERSION)
        return
    try:
        engine = installer.chosen_version()
    except Exception as error:
        raise Fault(str(error)) from error
    rows = {
        "tonne": VERSION,
        "engine": f"cometbft {engine}",
        "protocol": "tonne.v1",
        "python": f"{platform.python_version()} on {platform.system()} {platform.machine()}",
        "protobuf": f"{google.protobuf.__version__} ({api_implementation.Type()})",
        "grpc": grpc.__version__,
        "libsodium": f"PyNaCl {metadata.version('PyNaCl')}",
        "leveldb": f"plyvel {metadata.version('plyvel')}",
    }
    if output is Output.JSON:
        screen.data_json(rows)
        return
    for name, text in rows.items():
        screen.say(f"{name:<10}{text}")
