"""`tonne audit`: what a node says, worked out again.

Must not know: how a block is executed. Invariant: the exit code is 0 only when everything that was
asked for was executed and compared.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from abci_app.progress import Teller
from abci_app.replay import Differs
from node.cli import screen
from node.cli.faults import UNREACHABLE, Fault, usage
from node.cli.places import default_home
from node.cli.session import HomeOption
from node.genesis import GenesisFault, genesis_hash, read_genesis

app = typer.Typer(no_args_is_help=True, help="Work out again what a node says.")


@app.callback()
def _group() -> None:
    """Keep `replay` a command of its own, though it is the only one so far."""


@app.command("replay")
def replay(
    home: HomeOption = default_home(),
    rpc: Annotated[
        str, typer.Option("--rpc", help="RPC of the node's engine; by default the home's.")
    ] = "",
    genesis: Annotated[
        Path | None, typer.Option("--genesis", help="genesis.json; by default the home's.")
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option("--store", help="Keep the state here, to go on from it the next time."),
    ] = None,
    to: Annotated[int, typer.Option("--to", min=0, help="Last height; by default all.")] = 0,
) -> None:
    """Execute all blocks of a running node again and compare every app hash.

    The same code once more: it finds a node whose disk, memory or program went wrong, and no error
    in the rules themselves.
    """
    path = genesis or home / "config" / "genesis.json"
    try:
        raw = read_genesis(path)
    except GenesisFault as fault:
        raise usage(str(fault), "Give --genesis, or a --home that has one.") from fault
    address = rpc or _configured(home)
    if store is not None and store.exists() and not store.is_dir():
        raise usage(f"{store} is not a folder", "Name a folder for --store.")
    screen.say(f"genesis {genesis_hash(raw).hex()} from {path}, blocks from {address}")
    with tempfile.TemporaryDirectory(prefix="tonne-replay-") as temporary:
        height = _run(address, raw, store or Path(temporary), to)
    screen.say(f"EQUAL: blocks 1 to {height} lead to the app hashes and results of the chain")


def _configured(home: Path) -> str:
    from node.home import HomeFault, read_settings

    try:
        return read_settings(home).rpc_address
    except HomeFault as fault:
        raise usage(str(fault), "Or give --rpc and --genesis.") from fault


def _run(address: str, genesis: bytes, store: Path, to: int) -> int:
    """Replay, and turn what goes wrong into a fault; return the height reached."""
    from abci_app.application import GenesisMismatch
    from abci_app.store.ledger import StorageError
    from node.audit import AuditFault, replay_chain
    from node.engine_rpc import EngineRefused, EngineRPC, EngineUnreachable

    try:
        engine = EngineRPC(address)
    except ValueError as error:
        raise usage(str(error), "Like --rpc http://127.0.0.1:26657.") from error

    async def work() -> int:
        async with engine:
            return await replay_chain(engine, genesis, store, last=to, watch=Teller(_progress))

    try:
        return asyncio.run(work())
    except Differs as error:
        raise Fault(
            f"DIFFERENT at {error}",
            "Heights before are equal. Compare with other nodes (`tonne status`): either this "
            "node's chain or this program is not the others'. Keep both as they are.",
        ) from error
    except EngineUnreachable as error:
        raise Fault(str(error), "", UNREACHABLE) from error
    except (AuditFault, EngineRefused, GenesisMismatch, StorageError) as error:
        raise Fault(str(error)) from error


def _progress(text: str) -> None:
    screen.console(error=True).print(text, soft_wrap=True)
