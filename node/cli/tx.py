"""`tonne tx`: one command for every action, verbs beside them, and what is done with signed files.

Must not know: what an action means. Invariant: every command is made from the protocol's
descriptors; exit codes are those of `faults`.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from node.cli import envelope, screen, txargs, verbs
from node.cli.desk import Desk
from node.cli.envelope import Manner
from node.cli.faults import usage
from node.cli.live import Live
from node.cli.places import default_home
from node.cli.session import (
    ChainIdOption,
    HomeOption,
    NodeOption,
    Output,
    OutputOption,
    Session,
    YesOption,
)
from node.cli.values import from_json
from node.cli.verbs import COMMANDS, Command
from node.sdk import build
from tonne.v1.tx_pb2 import Action, Body, SignedTx

app = typer.Typer(no_args_is_help=True, help="Make, sign and send transactions.")

AsOption = Annotated[str, typer.Option("--as", "--from", help="Key that signs and acts.")]
WithOption = Annotated[list[str], typer.Option("--with", help="Further signer; may be repeated.")]
OfflineOption = Annotated[bool, typer.Option("--offline", help="Ask no node.")]
GenerateOption = Annotated[bool, typer.Option("--generate-only", help="Print it unsigned.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Simulate, send nothing.")]
MemoOption = Annotated[str, typer.Option("--memo", help="A note that is stored with it.")]
LaneOption = Annotated[int, typer.Option("--lane", min=0, max=15, help="Lane of sequences.")]
SequenceOption = Annotated[list[int], typer.Option("--sequence", min=1, help="Of each signer.")]
ValidOption = Annotated[int, typer.Option("--valid-s", min=1, max=604_800, help="Seconds.")]
HashOption = Annotated[str, typer.Option("--genesis-hash", help="64 hex digits.")]
FileArgument = Annotated[Path, typer.Argument(help="Transaction as JSON; - for standard input.")]

_FREE = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def _make(command: Command) -> Callable[..., None]:
    """Return the function behind one command."""

    def run(
        ctx: typer.Context,
        as_: AsOption = "",
        with_: WithOption = [],  # noqa: B006 - typer copies it
        home: HomeOption = default_home(),
        node: NodeOption = "",
        chain_id: ChainIdOption = "",
        output: OutputOption = Output.TEXT,
        yes: YesOption = False,
        offline: OfflineOption = False,
        generate_only: GenerateOption = False,
        dry_run: DryRunOption = False,
        memo: MemoOption = "",
        lane: LaneOption = 0,
        sequence: SequenceOption = [],  # noqa: B006 - typer copies it
        valid_s: ValidOption = 600,
    ) -> None:
        words = list(ctx.args)
        if "--help" in words:
            show_help(command)
            return
        manner = Manner(
            signers=(as_, *with_),
            output=output,
            yes=yes,
            generate_only=generate_only,
            dry_run=dry_run,
            memo=memo,
            lane=lane,
            sequences=tuple(sequence),
            valid_s=valid_s,
        )
        session = Session(home, node, chain_id)
        chain, desk = _open(session, manner, offline=offline)
        acting = envelope.seats(desk, manner)[0].account
        action = verbs.make(command, words, desk, acting)
        raise typer.Exit(envelope.run(session, chain, desk, [action], manner))

    run.__doc__ = command.summary
    return run


def _open(session: Session, manner: Manner, *, offline: bool) -> tuple[Live | None, Desk]:
    """Return the chain, unless offline, and the desk; a usage fault without a signer."""
    if not manner.signers[0]:
        raise usage("who signs?", "Give --as NAME; `tonne keys list` shows the names.")
    chain = None if offline else session.chain()
    return chain, session.desk(chain, os.environ.get("TONNE_PROGRAM", ""))


def show_help(command: Command) -> None:
    """Write what a command takes."""
    words = " ".join(path.rsplit(".", 1)[-1].upper() for path in command.shape.positional)
    screen.say(f"Usage: tonne tx {command.name} {words} [FLAGS] --as NAME".replace("  ", " "))
    screen.say(f"\n{command.summary}\n")
    screen.table("", ("flag", "value", ""), txargs.help_rows(command.kind, command.shape))
    screen.say("\nAny message: --file MESSAGE.json. Accounts: an id, or @NAME of a key.")
    screen.say(
        "Sending: --as NAME --with NAME --home --node --chain-id --yes --dry-run --generate-only "
        "--offline --sequence N --lane N --memo TEXT --valid-s N --output text|json"
    )


for _command in COMMANDS.values():
    app.command(
        _command.name, help=_command.summary, context_settings=_FREE, add_help_option=False
    )(_make(_command))


@app.command("send")
def send(
    file: Annotated[Path, typer.Argument(help="Actions as a JSON list, in the order of effect.")],
    as_: AsOption = "",
    with_: WithOption = [],  # noqa: B006 - typer copies it
    home: HomeOption = default_home(),
    node: NodeOption = "",
    chain_id: ChainIdOption = "",
    output: OutputOption = Output.TEXT,
    yes: YesOption = False,
    generate_only: GenerateOption = False,
    dry_run: DryRunOption = False,
    memo: MemoOption = "",
    lane: LaneOption = 0,
) -> None:
    """Send several actions in one envelope: all take effect, or none."""
    manner = Manner(
        signers=(as_, *with_),
        output=output,
        yes=yes,
        generate_only=generate_only,
        dry_run=dry_run,
        memo=memo,
        lane=lane,
    )
    session = Session(home, node, chain_id)
    chain, desk = _open(session, manner, offline=False)
    body = Body()
    from_json(body, b'{"actions": ' + _text(file).encode() + b"}", str(file))
    actions: list[Action] = list(body.actions)
    raise typer.Exit(envelope.run(session, chain, desk, actions, manner))


@app.command("sign")
@app.command("cosign")
def sign(
    file: FileArgument,
    as_: AsOption,
    home: HomeOption = default_home(),
    chain_id: ChainIdOption = "",
    genesis_hash: HashOption = "",
    yes: YesOption = False,
) -> None:
    """Add a signature to a transaction file and print it; no node is asked."""
    session = Session(home, "", chain_id)
    tx = build.tx_from_json(_text(file))
    signed = SignedTx.FromString(tx)
    body = Body.FromString(signed.body)
    key = session.keys().get(as_)
    accounts = [signer.account for signer in body.signers]
    if key.account not in accounts:
        raise usage(
            f"{as_} acts for {key.account or 'no account'}, which does not sign this",
            f"It is signed by: {', '.join(accounts)}.",
        )
    digest = session.genesis_hash(genesis_hash)
    envelope.confirm(signed.body, yes=yes)
    print(build.tx_json(build.cosign(tx, digest, accounts.index(key.account), key)))


@app.command("decode")
def decode(file: FileArgument) -> None:
    """Show what a transaction file says, from its very bytes."""
    signed = SignedTx.FromString(build.tx_from_json(_text(file)))
    print(build.describe(signed.body))
    accounts = [signer.account for signer in Body.FromString(signed.body).signers]
    for row in signed.signatures:
        who = accounts[row.signer_index] if row.signer_index < len(accounts) else "nobody"
        screen.say(f"signature of {row.key.hex()} for {who}")


@app.command("broadcast")
def broadcast(
    file: FileArgument,
    home: HomeOption = default_home(),
    node: NodeOption = "",
    chain_id: ChainIdOption = "",
    output: OutputOption = Output.TEXT,
) -> None:
    """Send a signed transaction file; sending it again is safe."""
    chain = Session(home, node, chain_id).chain()
    result = chain.submit(build.tx_from_json(_text(file)))
    raise typer.Exit(envelope.show_result(chain, result, output))


@app.command("simulate")
def simulate(
    file: FileArgument,
    home: HomeOption = default_home(),
    node: NodeOption = "",
    chain_id: ChainIdOption = "",
    output: OutputOption = Output.TEXT,
) -> None:
    """Show what a transaction file would do now; nothing is sent."""
    chain = Session(home, node, chain_id).chain()
    reply = chain.client.simulate(build.tx_from_json(_text(file)))
    raise typer.Exit(envelope.show_simulation(reply, output))


@app.command("wait")
def wait(
    tx_id: Annotated[str, typer.Argument(help="Transaction id, 64 hex digits.")],
    home: HomeOption = default_home(),
    node: NodeOption = "",
    chain_id: ChainIdOption = "",
    output: OutputOption = Output.TEXT,
) -> None:
    """Wait until a transaction is in a block, and show what became of it."""
    chain = Session(home, node, chain_id).chain()
    result = chain.client.wait(identifier(tx_id))
    raise typer.Exit(envelope.show_result(chain, result, output))


def identifier(text: str) -> bytes:
    """Return the 32 bytes of a transaction id."""
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise usage(f"{text!r} is no transaction id", "It has 64 hexadecimal digits.")
    return raw


def _text(path: Path) -> str:
    try:
        if str(path) == "-":
            return typer.get_text_stream("stdin").read()
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise usage(f"cannot read {path}: {error}", "Check the path.") from error
