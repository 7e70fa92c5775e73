"""The command `tonne`: joins the command groups and turns what goes wrong into messages.

Must not know: what any command does. Invariant: nobody sees a traceback for a mistake of theirs;
the exit codes are those of `faults`.
"""

import os
import sys
from pathlib import Path
from typing import Annotated

import grpc
import typer

from abci_app.core.codes import Refusal
from node.cli import (
    audit,
    engine,
    faults,
    founding,
    keys,
    network,
    nodes,
    program,
    query,
    scenario,
    screen,
    solo,
    tx,
    verify,
)
from node.cli.faults import Fault
from node.sdk import connection
from node.sdk.client import TonneError
from node.sdk.keys import KeyStoreError

__all__ = ["app", "main"]

app = typer.Typer(
    name="tonne",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A permissioned carbon-unit registry chain: one unit is one tonne of CO2 equivalent.",
    epilog=(
        "Exit codes: 0 done, 1 refused or failed, 2 the command line is wrong, "
        "3 no node answers, 4 it waits for approvals or for a block."
    ),
)
app.add_typer(keys.app, name="keys")
app.add_typer(tx.app, name="tx")
app.add_typer(query.app, name="query")
app.add_typer(engine.app, name="engine")
app.add_typer(audit.app, name="audit")
app.add_typer(program.app, name="program")
app.add_typer(founding.app, name="genesis")
app.command("verify")(verify.verify)
app.command("scenario")(scenario.scenario)
app.command("solo")(solo.solo)
network.register(app)
nodes.register(app)


def _version(asked: bool) -> None:
    if asked:
        from abci_app.application import VERSION  # it takes a while: for those who ask only

        screen.say(VERSION)
        raise typer.Exit(faults.OK)


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_version,
            is_eager=True,
            help="Print the version; `tonne version --long` tells what it is built on.",
        ),
    ] = False,
    tls_ca: Annotated[
        Path | None,
        typer.Option("--tls-ca", envvar=connection.CA, help="Authorities of a gateway's TLS."),
    ] = None,
    tls_cert: Annotated[
        Path | None,
        typer.Option("--tls-cert", envvar=connection.CERTIFICATE, help="An operator's own."),
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option("--tls-key", envvar=connection.KEY, help="Of --tls-cert.")
    ] = None,
) -> None:
    del version  # its callback has answered
    names = (connection.CA, connection.CERTIFICATE, connection.KEY)
    for name, path in zip(names, (tls_ca, tls_cert, tls_key), strict=True):
        if path is not None:
            os.environ[name] = str(path)  # where every client of this run looks


_SILENT = ("UNAVAILABLE", "DEADLINE_EXCEEDED")


def main() -> None:
    """Run the command line and exit."""
    sys.exit(run())


def run(arguments: list[str] | None = None) -> int:
    """Run a command line and return its exit code."""
    try:
        app(arguments, standalone_mode=True, prog_name="tonne")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else faults.FAILED
    except Fault as fault:
        return _say(fault.message, fault.hint, fault.exit_code)
    except TonneError as error:
        text = f"{error.name}: {error.meaning}" + (f" ({error.detail})" if error.detail else "")
        code = faults.UNREACHABLE if error.name in _SILENT else faults.FAILED
        return _say(text, error.next, code)
    except KeyStoreError as error:
        return _say(str(error), "", faults.USAGE)
    except Refusal as refusal:
        return _say(str(refusal), "", faults.USAGE)
    except ValueError as error:  # the SDK's word for a file or argument that does not fit
        return _say(str(error), "", faults.USAGE)
    except grpc.RpcError as error:
        return _say(f"the connection failed: {error}", "Check --node.", faults.UNREACHABLE)
    except BrokenPipeError:
        # Whoever read our output has gone (`tonne ... | head`): end quietly.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return faults.FAILED
    except KeyboardInterrupt:
        return _say("interrupted", "", 130)
    except OSError as error:
        return _say(str(error), "Check the path and its permissions.", faults.FAILED)
    return faults.OK


def _say(message: str, hint: str, code: int) -> int:
    screen.fault(message, hint)
    return code
