"""`tonne init`, `start`, `testnet`: nodes on this machine.

Must not know: how a node runs. Invariant: what was started here is stopped here; a chain that is
there already goes on.
"""

import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import grpc
import typer

from node import home as homes
from node import story
from node.cli import genesis, places, screen
from node.cli.engine import ensured
from node.cli.faults import UNREACHABLE, Fault, usage
from node.cli.places import default_home
from node.cli.session import HomeOption
from node.genesis import GenesisFault, genesis_hash, read_genesis
from node.home import HomeFault, Identity, Ports
from node.sdk.keys import KeyStore
from node.testnet import Testnet, TestnetFault, clean, lay_out
from tonne.v1.state_pb2 import Validator

FOLDER = Path(".testnet")
CHAIN_ID = "tonne-testnet"
CLIENT = "client"  # the home of the test keys, beside the homes of the nodes
READY_S = 60


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("init")(init)
    app.command("start")(start)
    app.command("testnet")(run_testnet)


def init(
    chain_id: Annotated[str, typer.Option("--chain-id", help="Of a new chain.")] = "",
    home: HomeOption = default_home(),
    name: Annotated[str, typer.Option("--name", help="What the node is called.")] = "validator-1",
    genesis_file: Annotated[
        Path | None, typer.Option("--genesis", help="genesis.json of the chain to join.")
    ] = None,
    peer: Annotated[list[str], typer.Option("--peer", help="id@host:port; repeated.")] = [],  # noqa: B006 - typer copies it
    network: Annotated[str, typer.Option("--network", help="First state.")] = "local",
) -> None:
    """Make the home of a node: of a new chain with test keys, or of one that --genesis names."""
    if (genesis_file is None) == (not chain_id):
        raise usage("give either --chain-id for a new chain, or --genesis to join one")
    engine = ensured()
    try:
        joined = read_genesis(genesis_file) if genesis_file else b""
        member = homes.create(home, engine, name)
        raw = joined or _new_chain(home, chain_id, network, [member])
        homes.configure(home, raw, Ports(), peer, name=name)
    except (HomeFault, GenesisFault) as fault:
        raise usage(str(fault)) from fault
    screen.say(f"home:          {home}")
    screen.say(f"node id:       {member.node_id}")
    screen.say(f"validator key: {member.validator_key.hex()}")
    screen.say(f"genesis hash:  {genesis_hash(raw).hex()}")
    screen.say(f"next:          tonne start --home {home}")


def _new_chain(home: Path, chain_id: str, network: str, members: Sequence[Identity]) -> bytes:
    """Return the genesis of a new chain; its keys are made in the home's test store."""
    store = KeyStore.test(home / "keys" / places.TEST_KEYS)
    rows = [Validator(key=m.validator_key, power=genesis.POWER, name=m.name) for m in members]
    return genesis.with_test_keys(store, chain_id, network, rows)


def start(home: HomeOption = default_home()) -> None:
    """Run the node of a home: engine, app and gateway, kept running until Ctrl-C."""
    from node import supervisor

    ensured()
    raise typer.Exit(supervisor.start(home, screen.say))


def run_testnet(
    folder: Annotated[Path, typer.Option("--dir", help="Where the homes lie.")] = FOLDER,
    validators: Annotated[int, typer.Option("--validators", min=1, max=10)] = 4,
    no_story: Annotated[bool, typer.Option("--no-story", help="Play nothing.")] = False,
    forget: Annotated[bool, typer.Option("--clean", help="Forget the chain and end.")] = False,
    stop_after: Annotated[
        bool, typer.Option("--stop", help="Stop the nodes when the story is told.")
    ] = False,
    ports: Annotated[
        str, typer.Option("--ports", help="p2p,rpc,grpc of the first node.")
    ] = "26656,26657,9090",
    chain_id: Annotated[str, typer.Option("--chain-id", help="Of a new network.")] = CHAIN_ID,
) -> None:
    """Run validators on this machine, play the first story, and stay up until Ctrl-C."""
    try:
        if forget:
            done = clean(folder)
            screen.say(f"{folder} is forgotten" if done else f"there is no network in {folder}")
            return
        ensured()
        base = _ports(ports)
        lay_out(
            folder,
            lambda members: _new_chain(folder / CLIENT, chain_id, "local", members),
            count=validators,
            base=base,
        )
        _write_client(folder)
        net = Testnet(folder)
        _run(net, folder, no_story=no_story, stop_after=stop_after)
    except (HomeFault, TestnetFault) as fault:
        raise Fault(str(fault)) from fault


def _ports(text: str) -> Ports:
    words = text.split(",")
    if len(words) != 3 or not all(word.isdigit() and 0 < int(word) < 65_536 for word in words):
        raise usage(f"--ports {text!r}: three port numbers are meant", "Like 26656,26657,9090.")
    p2p, rpc, gateway = (int(word) for word in words)
    return Ports(p2p, rpc, gateway)


def _write_client(folder: Path) -> None:
    """Make the folder of the test keys a home that knows the first gateway."""
    config = folder / CLIENT / "config"
    config.mkdir(parents=True, exist_ok=True)
    first = folder / "node0" / "config"
    for name in ("tonne.toml", "genesis.json"):
        shutil.copyfile(first / name, config / name)


def _run(net: Testnet, folder: Path, *, no_story: bool, stop_after: bool) -> None:
    """Start the nodes, tell the story, wait for the end; every process ends with this one."""
    ended: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        screen.say(f"starting {net.count} validators in {folder}")
        net.start()
        net.wait_for_height(1)
        gateways = [net.grpc(index) for index in range(net.count)]
        for address in gateways:
            _wait_ready(address)
        if not no_story:
            store = KeyStore.test(folder / CLIENT / "keys" / places.TEST_KEYS)
            story.play(story.Network(gateways, store, folder / "story.json"), screen.say)
        _farewell(net, folder, gateways, played=not no_story)
        if stop_after:
            return
        for index, process in net.supervisors.items():
            threading.Thread(target=_report, args=(index, process, ended), daemon=True).start()
        _wait(net, ended)
    except KeyboardInterrupt:
        screen.say("")
    finally:
        screen.say("stopping the validators")
        net.stop()


def _report(
    index: int, process: "subprocess.Popen[bytes]", ended: "queue.SimpleQueue[int]"
) -> None:
    """Say the number of a node when its supervisor ends."""
    process.wait()
    ended.put(index)


def _interrupt(number: int, frame: object) -> None:
    del number, frame
    raise KeyboardInterrupt


def _wait(net: Testnet, ended: "queue.SimpleQueue[int]") -> None:
    """Wait until a signal comes; tell when a node ends by itself, and go on with the others."""
    left = net.count
    while left:
        index = ended.get()
        left -= 1
        screen.warn(f"node {index} has stopped:\n{net.words(index)}")
    raise Fault("no validator runs any more", "Their last words stand above.")


def _wait_ready(address: str) -> None:
    """Wait until a gateway takes connections."""
    with grpc.insecure_channel(address) as channel:
        try:
            grpc.channel_ready_future(channel).result(timeout=READY_S)
        except grpc.FutureTimeoutError as error:
            raise Fault(f"the gateway {address} did not come up", "", UNREACHABLE) from error


def _farewell(net: Testnet, folder: Path, gateways: Sequence[str], *, played: bool) -> None:
    screen.say(f"\n{net.count} validators run; gateways {', '.join(gateways)}; logs in {folder}.")
    if played:
        screen.say("Now try, in another terminal:\n")
        for command in story.now_try(_command(), str(folder / CLIENT), gateways):
            screen.say(f"  {command}")
    screen.say("\nCtrl-C stops them; started again, the same chain goes on.")


def _command() -> str:
    """Return how this program is called from here."""
    mine = Path(sys.argv[0]).absolute()
    found = shutil.which("tonne")
    if found and Path(found).absolute() == mine:
        return "tonne"
    near = os.path.relpath(mine)
    return str(mine) if near.startswith("..") else near
