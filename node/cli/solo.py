"""`tonne solo`: a whole chain in one process, for demonstrations and classrooms.

Must not know: consensus. Invariant: it says what it is - one process, no replication, test keys.
"""

import time
from pathlib import Path
from typing import Annotated

import typer

from node.cli import founded, genesis, places, screen
from node.cli.faults import Fault, usage
from node.founding import record, succession
from node.genesis import GenesisFault, read_genesis, write_genesis
from node.sdk.keys import KeyStore
from node.settings import is_loopback
from tonne.v1.state_pb2 import Genesis, Validator

CHAIN_ID = "tonne-solo"
VALIDATOR = "validator-1"
ADDRESS = "127.0.0.1:9090"


def solo(
    home: Annotated[Path, typer.Option("--home", help="Folder of this chain.")] = Path("solo"),
    address: Annotated[str, typer.Option("--address", help="Where it serves gRPC.")] = ADDRESS,
    chain_id: Annotated[str, typer.Option("--chain-id", help="For a new chain.")] = CHAIN_ID,
    network: Annotated[
        str, typer.Option("--network", help="First state: local, both or a file.")
    ] = "local",
    state: Annotated[
        Path | None, typer.Option("--state", help="Exported state that a new chain goes on from.")
    ] = None,
    plain_text: Annotated[
        bool, typer.Option("--plain-text", help="Serve without TLS beyond this machine too.")
    ] = False,
) -> None:
    """Serve a chain of one process: real rules and proofs, no replication."""
    from node import solo as driver
    from node.gateway.server import PortTaken
    from node.gateway.table import TableBroken

    if not (plain_text or is_loopback(address)):
        raise usage(
            f"{address} is beyond this machine, and a solo chain speaks plain text",
            "Keep it on 127.0.0.1, or add --plain-text.",
        )
    try:
        raw = prepare(home, chain_id, network, address, state)
        screen.say(f"chain {Genesis.FromString(raw).chain_id} in one process, not replicated")
        screen.say(f"gateway {address}, home {home}; stop it with Ctrl-C")
        screen.say(f"try: tonne query account @operator --home {home}")
        driver.serve_solo(home, address, raw)
    except (driver.SoloFault, GenesisFault, PortTaken, TableBroken) as error:
        raise Fault(str(error)) from error


def prepare(
    home: Path, chain_id: str, network: str, address: str, state: Path | None = None
) -> bytes:
    """Return the genesis of a home; a home without one gets it, with test keys.

    A chain that goes on from an exported state knows the keys of its accounts already.
    """
    path = home / "config" / "genesis.json"
    if path.exists():
        if state:
            raise usage(f"{home} has a chain already", "Leave out --state, or name another --home.")
        return read_genesis(path)
    found = succession.read(state) if state else None
    store = KeyStore.test(home / "keys" / places.TEST_KEYS)
    key, _ = store.add(VALIDATOR)
    member = Validator(key=key.public, power=genesis.POWER, name=VALIDATOR)
    if found:
        raw = record.alone(found, chain_id=chain_id, time_s=int(time.time()), validator=member)
        founded.state(found)
        known = {store.public(name).public: name for name in store.names()}
        for account, public in genesis.account_keys(raw):
            if public in known:
                store.set_account(known[public], account)
    else:
        raw = genesis.with_test_keys(store, chain_id, network, [member])
    path.parent.mkdir(parents=True, exist_ok=True)
    write_genesis(path, raw)
    settings = f'chain_id = "{chain_id}"\n\n[gateway]\naddress = "{address}"\n'
    (path.parent / "tonne.toml").write_text(settings, encoding="utf-8")
    return raw
