"""`tonne solo`: a whole chain in one process, for demonstrations and classrooms.

Must not know: consensus. Invariant: it says what it is - one process, no replication, test keys.
"""

import time
import tomllib
from pathlib import Path
from typing import Annotated

import typer

from abci_app.core import keys as state_keys
from abci_app.core.codec import decode
from abci_app.state import genesis as first
from abci_app.state.program_toml import Source, TomlFault
from node.cli import places, screen
from node.cli.faults import Fault, usage
from node.genesis import GenesisFault, read_genesis, write_genesis
from node.sdk.keys import KeyStore
from tonne.v1.state_pb2 import Account, Genesis, Validator

CHAIN_ID = "tonne-solo"
ADDRESS = "127.0.0.1:9090"


def solo(
    home: Annotated[Path, typer.Option("--home", help="Folder of this chain.")] = Path("solo"),
    address: Annotated[str, typer.Option("--address", help="Where it serves gRPC.")] = ADDRESS,
    chain_id: Annotated[str, typer.Option("--chain-id", help="For a new chain.")] = CHAIN_ID,
    network: Annotated[str, typer.Option("--network", help="First state.")] = "local",
) -> None:
    """Serve a chain of one process: real rules and proofs, no replication."""
    from node import solo as driver
    from node.gateway.server import PortTaken
    from node.gateway.table import TableBroken

    try:
        raw = prepare(home, chain_id, network, address)
        screen.say(f"chain {Genesis.FromString(raw).chain_id} in one process, not replicated")
        screen.say(f"gateway {address}, home {home}; stop it with Ctrl-C")
        screen.say(f"try: tonne query account @operator --home {home}")
        driver.serve_solo(home, address, raw)
    except (driver.SoloFault, GenesisFault, PortTaken, TableBroken) as error:
        raise Fault(str(error)) from error


def prepare(home: Path, chain_id: str, network: str, address: str) -> bytes:
    """Return the genesis of a home; a home without one gets it, with test keys."""
    path = home / "config" / "genesis.json"
    if path.exists():
        return read_genesis(path)
    store = KeyStore.test(home / "keys" / places.TEST_KEYS)
    raw = make_genesis(store, chain_id, network)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_genesis(path, raw)
    settings = f'chain_id = "{chain_id}"\n\n[gateway]\naddress = "{address}"\n'
    (path.parent / "tonne.toml").write_text(settings, encoding="utf-8")
    return raw


def make_genesis(store: KeyStore, chain_id: str, network: str) -> bytes:
    """Return a genesis with one validator; every key of the network file is made and bound."""
    folder = places.genesis()
    path = folder / "networks" / f"{network}.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise usage(f"there is no network {network!r}: {error.strerror}") from error
    names = [name for row in tomllib.loads(text).get("accounts", []) for name in row["keys"]]
    for name in ("validator-1", *names):
        if name not in store.names():
            store.add(name, person=name)
    programs = {
        item.stem: Source(str(item), item.read_text(encoding="utf-8"))
        for item in sorted((folder / "programs").glob("*.toml"))
    }
    validator = store.public("validator-1").public
    try:
        raw = first.assemble(
            Source(str(path), text),
            programs,
            chain_id=chain_id,
            time_s=int(time.time()),
            validators=[Validator(key=validator, power=10, name="validator-1")],
            public_keys={name: store.public(name).public for name in names},
        )
    except TomlFault as fault:
        raise usage(str(fault)) from fault
    for entry in Genesis.FromString(raw).entries:
        if entry.key[0] == state_keys.Table.ACCOUNT:
            account = decode(Account, entry.value)
            for key in account.keys:
                store.set_account(key.person, account.id)
    return raw
