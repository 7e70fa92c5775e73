"""`tonne tx`: one command for every action, verbs beside them, and what is done with signed files.

Must not know: what an action means. Invariant: every command is made from the protocol's
descriptors; exit codes are those of `faults`.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from abci_app.core.signing import transaction_id
from node.cli import carried, envelope, screen, txargs, verbs
from node.cli.carried import Question
from node.cli.commands import ENVELOPES, GROUPS, Command
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
from node.cli.verbs import COMMANDS
from node.sdk import build
from node.sdk.txjson import Carried, file_text, tx_json
from tonne.v1.tx_pb2 import Action, Body

app = typer.Typer(no_args_is_help=True, help="Make, sign and send transactions.")

AsOption = Annotated[str, typer.Option("--as", help="Key that signs and acts.")]
WithOption = Annotated[list[str], typer.Option("--with", help="Further signer; may be repeated.")]
OfflineOption = Annotated[bool, typer.Option("--offline", help="Ask no node.")]
GenerateOption = Annotated[
    bool, typer.Option("--generate-only", help="Write it unsigned, for others to sign.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Simulate, send nothing.")]
MemoOption = Annotated[str, typer.Option("--memo", help="A note that is stored with it.")]
LaneOption = Annotated[int, typer.Option("--lane", min=0, max=15, help="Lane of sequences.")]
SequenceOption = Annotated[list[int], typer.Option("--sequence", min=1, help="Of each signer.")]
ValidOption = Annotated[
    int,
    typer.Option(
        "--valid-s",
        min=0,
        max=604_800,
        help="Seconds until it expires; 0: 600, or a day with --generate-only.",
    ),
]
HashOption = Annotated[
    str,
    typer.Option(
        "--genesis-hash", envvar="TONNE_GENESIS_HASH", help="Of the chain meant, 64 hex digits."
    ),
]
OutOption = Annotated[Path | None, typer.Option("--out", help="Write to this new file.")]
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
        valid_s: ValidOption = 0,
        genesis_hash: HashOption = "",
        out: OutOption = None,
    ) -> None:
        words = list(ctx.args)
        if "--help" in words or "-h" in words:
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
            genesis_hash=genesis_hash,
            out=out,
        )
        if offline and not generate_only:
            raise usage("--offline sends nothing", "Use it with --generate-only.")
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
    screen.table(
        "", ("flag", "value", ""), txargs.help_rows(command.kind, command.shape), fold=True
    )
    screen.say("\nAny message: --file MESSAGE.json. Accounts: an id, or @NAME of a key.")
    screen.say(
        "Sending: --as NAME --with NAME --home --node --chain-id --yes --dry-run --generate-only "
        "--offline --sequence N --lane N --memo TEXT --valid-s N --genesis-hash HEX --out FILE "
        "--output text|json"
    )


for _command in sorted(COMMANDS.values(), key=lambda row: list(GROUPS).index(row.group)):
    app.command(
        _command.name,
        help=_command.summary,
        rich_help_panel=_command.group,
        context_settings=_FREE,
        add_help_option=False,
    )(_make(_command))


@app.command("send", rich_help_panel=ENVELOPES)
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
    valid_s: ValidOption = 0,
    out: OutOption = None,
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
        valid_s=valid_s,
        out=out,
    )
    session = Session(home, node, chain_id)
    chain, desk = _open(session, manner, offline=False)
    body = Body()
    from_json(body, b'{"actions": ' + carried.text(file).encode() + b"}", str(file))
    actions: list[Action] = list(body.actions)
    raise typer.Exit(envelope.run(session, chain, desk, actions, manner))


@app.command("sign", rich_help_panel=ENVELOPES)
def sign(
    file: FileArgument,
    as_: AsOption = "",
    home: HomeOption = default_home(),
    chain_id: ChainIdOption = "",
    genesis_hash: HashOption = "",
    out: OutOption = None,
    yes: YesOption = False,
) -> None:
    """Add a signature to a transaction file; no node is asked."""
    if not as_:
        raise usage("who signs?", "Give --as NAME; `tonne keys list` shows the names.")
    session = Session(home, "", chain_id)
    found = carried.read(file)
    digest = carried.agreed_hash(session, genesis_hash, [found], local=True)
    question = Question.NONE if yes else Question.SIGN
    carried.write(carried.sign(session, found, digest, as_, question), digest, out)


@app.command("cosign", rich_help_panel=ENVELOPES)
def cosign(
    files: Annotated[list[Path], typer.Argument(help="Files of one transaction.")],
    as_: AsOption = "",
    home: HomeOption = default_home(),
    chain_id: ChainIdOption = "",
    genesis_hash: HashOption = "",
    out: OutOption = None,
    yes: YesOption = False,
) -> None:
    """Join the signatures of several files of one transaction, and add one's own with --as."""
    if not as_ and len(files) < 2:
        raise usage(
            "one file and no key: nothing to join and nothing to sign",
            "Sign: tonne tx cosign FILE --as NAME. Join: tonne tx cosign FILE FILE --out FILE.",
        )
    session = Session(home, "", chain_id)
    found = [carried.read(file) for file in files]
    digest = carried.agreed_hash(session, genesis_hash, found, local=bool(as_))
    joined = build.merge([file.tx for file in found], digest)
    if as_:
        question = Question.NONE if yes else Question.SIGN
        joined = carried.sign(session, Carried(joined, digest), digest, as_, question)
    carried.write(joined, digest, out)


@app.command("decode", rich_help_panel=ENVELOPES)
def decode(file: FileArgument, output: OutputOption = Output.TEXT) -> None:
    """Show what a transaction file says, from its very bytes."""
    found = carried.read(file)
    signed, body = carried.parts(found.tx)
    if output is Output.JSON:
        print(file_text(found.tx, found.genesis_hash) if found.genesis_hash else tx_json(found.tx))
        return
    print(build.describe(signed.body))
    if found.genesis_hash:
        screen.say(f"{'genesis hash':<20} {found.genesis_hash.hex()}")
    for row in signed.signatures:
        screen.say(f"signature of {carried.signature(row, body)}")


@app.command("broadcast", rich_help_panel=ENVELOPES)
def broadcast(
    file: FileArgument,
    home: HomeOption = default_home(),
    node: NodeOption = "",
    chain_id: ChainIdOption = "",
    output: OutputOption = Output.TEXT,
) -> None:
    """Send a signed transaction file; sending it again is safe."""
    session = Session(home, node, chain_id)
    found = carried.read(file)
    chain = session.chain()
    carried.need_chain(chain, found)
    known = chain.client.transaction(transaction_id(found.tx))
    if not known.height:
        carried.need_whole(chain, found.tx)
        known = chain.submit(found.tx)
    raise typer.Exit(envelope.show_result(chain, known, output, found.tx))


@app.command("simulate", rich_help_panel=ENVELOPES)
def simulate(
    file: FileArgument,
    home: HomeOption = default_home(),
    node: NodeOption = "",
    chain_id: ChainIdOption = "",
    output: OutputOption = Output.TEXT,
) -> None:
    """Show what a transaction file would do now; nothing is sent."""
    found = carried.read(file)
    chain = Session(home, node, chain_id).chain()
    carried.need_chain(chain, found)
    reply = chain.client.simulate(found.tx)
    raise typer.Exit(envelope.show_simulation(reply, output))


@app.command("wait", rich_help_panel=ENVELOPES)
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
