"""`tonne testnet`, `tonne start`, `tonne init`: nodes on this machine.

Must not know: how processes are kept. Invariant: keys of a testnet are test keys, and it says so.
"""

import shutil
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from node import story, supervisor
from node import testnet as net
from node.cli import places, screen
from node.cli.faults import Fault
from node.cli.session import HomeOption
from node.cli.solo import assemble, make_keys
from node.homes import HomeFault, Identity, Ports
from node.sdk.keys import KeyStore
from tonne.v1.state_pb2 import Validator

FOLDER = Path(".testnet")
CHAIN_ID = "tonne-local"
POWER = 10


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("testnet")(run_testnet)
    app.command("start")(start)


def start(home: HomeOption = places.default_home()) -> None:
    """Run a node - engine, app and gateway - until Ctrl-C."""
    raise typer.Exit(supervisor.start(home, screen.say))


def run_testnet(
    folder: Annotated[Path, typer.Option("--dir", help="Where the homes lie.")] = FOLDER,
    validators: Annotated[int, typer.Option("--validators", help="1 to 10.")] = 4,
    no_story: Annotated[bool, typer.Option("--no-story", help="Play nothing.")] = False,
    clean: Annotated[bool, typer.Option("--clean", help="Forget the chain and end.")] = False,
    once: Annotated[bool, typer.Option("--once", help="Stop after the story.")] = False,
    base_port: Annotated[int, typer.Option("--base-port", help="First p2p port.")] = 26656,
    grpc_port: Annotated[int, typer.Option("--grpc-port", help="First gateway port.")] = 9090,
) -> None:
    """Run validators on this machine, play the first story, and stay up until Ctrl-C."""
    if clean:
        try:
            screen.say("forgotten" if net.clean(folder) else f"there is no chain in {folder}")
        except net.TestnetFault as fault:
            raise Fault(str(fault)) from fault
        return
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _end(ended))
    network = net.Testnet(folder)
    try:
        lay_out(folder, validators, Ports(base_port, base_port + 1, grpc_port))
        screen.say(f"starting {network.count} validators (logs: {folder}/node*/data/logs)")
        network.start()
        network.wait_for_height(1)
        screen.say("all validators are up and agree on block 1")
        if not no_story:
            tell(network)
        if not once:
            screen.say("The network runs until Ctrl-C.")
            _wait_for(network, ended)
    except (HomeFault, net.TestnetFault) as fault:
        raise Fault(str(fault)) from fault
    except KeyboardInterrupt:
        pass
    finally:
        screen.say("stopping the validators")
        network.stop()


def _end(ended: threading.Event) -> None:
    ended.set()
    raise KeyboardInterrupt


def _wait_for(network: net.Testnet, ended: threading.Event) -> None:
    """Return on Ctrl-C; Fault when a node stops for good."""
    while not ended.wait(1.0):
        for index, process in network.supervisors.items():
            if process.poll() is not None:
                raise Fault(f"validator {index + 1} stopped:\n{network.words(index)}")


def lay_out(folder: Path, count: int, base: Ports, network: str = "local") -> None:
    """Make the homes, the genesis and the test keys of a new network."""
    if (folder / "node0").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)

    def genesis_of(members: Sequence[Identity]) -> bytes:
        validators = [
            Validator(key=member.validator_key, power=POWER, name=member.name) for member in members
        ]
        store = _store(folder)
        make_keys(store, network)
        return assemble(store, CHAIN_ID, network, validators)

    net.lay_out(folder, genesis_of, count=count, base=base)
    settings = folder / "config" / "tonne.toml"  # so that --home finds the first gateway
    settings.parent.mkdir(exist_ok=True)
    address = f"{base.host}:{base.grpc}"
    settings.write_text(f'chain_id = "{CHAIN_ID}"\n\n[gateway]\naddress = "{address}"\n')


def _store(folder: Path) -> KeyStore:
    return KeyStore.test(folder / "keys" / places.TEST_KEYS)


def tell(network: net.Testnet) -> None:
    """Play the story on the network and print what to try next."""
    gateways = [network.grpc(index) for index in range(network.count)]
    told = story.Network(gateways, _store(network.folder), network.folder / "story.json")
    story.play(told, print)
    command = "tonne" if shutil.which("tonne") else str(Path(sys.executable).parent / "tonne")
    print("\nNow try (in another terminal):")
    for line in story.now_try(command, str(network.folder), gateways):
        print(f"  {line}")
    print(flush=True)
