"""`tonne program`: check a program file, show a program's rules as tables.

Must not know: what a rule does. Invariant: `check` reads a file exactly as a genesis would.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from abci_app.state.program_toml import Source, TomlFault, read_program
from node.cli import places, screen
from node.cli.faults import Fault, nearest, usage
from node.cli.session import Output, OutputOption
from tonne.v1.state_pb2 import Program, Quorum
from tonne.v1.tx_pb2 import AccountKind, RecordKind, Role

app = typer.Typer(no_args_is_help=True, help="Programs as data.")


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
    name: Annotated[str, typer.Argument(help="A file, or a program that comes with tonne.")],
    output: OutputOption = Output.TEXT,
) -> None:
    """Show who may do what, with whose approval."""
    path = Path(name)
    if not path.exists():
        folder = places.genesis() / "programs"
        path = folder / f"{name.lower()}.toml"
        if not path.exists():
            known = [item.stem for item in sorted(folder.glob("*.toml"))]
            hint = nearest(name.lower(), known) or f"One of: {', '.join(known)}; or a file."
            raise usage(f"there is no program {name!r}", hint)
    program = _read(path)
    if output is Output.JSON:
        screen.as_json(program)
    else:
        show(program)


def _read(path: Path) -> Program:
    try:
        return read_program(Source(str(path), path.read_text(encoding="utf-8")))
    except TomlFault as fault:
        raise Fault(str(fault), "Correct the lines named.") from fault
    except UnicodeDecodeError as error:
        raise usage(f"{path} is not UTF-8 text", "Save it as UTF-8.") from error
    except OSError as error:
        raise usage(f"cannot read {path}: {error.strerror}", "Check the path.") from error


def show(program: Program) -> None:
    """Write a program as tables that a lawyer can read."""
    screen.say(f"{program.id}: {program.name}, version {program.version}\n")
    screen.rows(program.classes, ("id", "name", "kind", "basis", "use", "expiry_mode"))
    roles = (
        (
            Role.Name(row.role),
            " and ".join(_grantor(item.by, item.named_list) for item in row.grants),
        )
        for row in program.roles
    )
    screen.table("\nSeats", ("role", "granted by"), roles)
    moves = (
        (
            rule.name,
            AccountKind.Name(rule.from_kind),
            AccountKind.Name(rule.to_kind),
            Role.Name(rule.signer),
            _quorums(rule.approvals),
            ", ".join([*rule.requires, *rule.checks]),
        )
        for rule in program.move_rules
    )
    head = ("movement", "from", "to", "signed by", "approved by", "requires")
    screen.table("\nMovements: the first that fits decides, none forbids", head, moves)
    acts = (
        (
            rule.name,
            f"{rule.action} {rule.subject}".strip(),
            Role.Name(rule.signer),
            _quorums(rule.approvals),
            ", ".join(rule.checks),
        )
        for rule in program.approval_rules
    )
    screen.table("\nOther acts", ("rule", "act", "signed by", "approved by", "checks"), acts)
    steps = (
        (
            RecordKind.Name(rule.kind),
            rule.from_state or "(new)",
            rule.to_state,
            Role.Name(rule.signer),
            _quorums(rule.approvals),
            ", ".join([*rule.documents, *rule.guards]),
        )
        for rule in program.workflow_rules
    )
    head = ("record", "from", "to", "signed by", "approved by", "needs")
    screen.table("\nWorkflows", head, steps)


def _grantor(role: Role, named: bool) -> str:
    return f"{Role.Name(role)} (in a named list)" if named else Role.Name(role)


def _quorums(rows: Iterable[Quorum]) -> str:
    return ", ".join(f"{row.count} {Role.Name(row.role)}" for row in rows) or "-"
