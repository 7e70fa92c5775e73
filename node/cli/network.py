"""`tonne init`, `start`, `testnet`: nodes on this machine.

Must not know: how a node runs. Invariant: what was started here is stopped here; a chain that is
there already goes on.
"""

import contextlib
import functools
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
from node.cli.founding import check_hash, founders_of, hash_of
from node.cli.listening import (
    GATEWAY,
    RPC,
    ExternalOption,
    GatewayOption,
    MetricsOption,
    P2pOption,
    PlainTextOption,
    RpcOption,
    ports,
)
from node.cli.places import default_home
from node.cli.session import HomeOption
from node.founding.join import check_address
from node.founding.record import voiced
from node.genesis import GenesisFault, engine_genesis, genesis_hash, read_founded
from node.home import METRICS, HomeFault, Identity, Ports
from node.sdk.client import Client
from node.sdk.keys import KeyStore
from node.testnet import Testnet, TestnetFault, alone, clean, lay_out, ports_of
from tonne.v1 import service_pb2 as v
from tonne.v1.state_pb2 import Genesis, Validator

FOLDER = Path(".testnet")
CHAIN_ID = "tonne-testnet"
NETWORK = "local"
CLIENT = "client"  # the home of the test keys, beside the homes of the nodes
READY_S = 60
BASE = Ports(metrics=METRICS)
VALIDATORS = 4
P2P = "127.0.0.1:26656"
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # the last: its terminal was closed
OTHER_PORTS = "make testnet TESTNET_OPTIONS='--ports 23456,23457,23490'"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("init")(init)
    app.command("start")(start)
    app.command("testnet")(run_testnet)


def init(
    chain_id: Annotated[str, typer.Option("--chain-id", help="Of a new chain.")] = "",
    home: HomeOption = default_home(),
    name: Annotated[str, typer.Option("--name", help="What the node is called.")] = "",
    genesis_file: Annotated[
        Path | None, typer.Option("--genesis", help="genesis.json of the chain to join.")
    ] = None,
    from_node: Annotated[
        str, typer.Option("--from-node", help="Gateway to take the genesis from; needs its hash.")
    ] = "",
    expected: Annotated[
        str, typer.Option("--genesis-hash", help="That the genesis must have: ask an operator.")
    ] = "",
    peer: Annotated[
        list[str],
        typer.Option("--peer", "--peers", help="id@host:port,...; by default the founders."),
    ] = [],  # noqa: B006 - typer copies it
    network: Annotated[
        str, typer.Option("--network", help="First state: local, both or a file.")
    ] = NETWORK,
    p2p: P2pOption = P2P,
    external: ExternalOption = "",
    gateway: GatewayOption = GATEWAY,
    rpc: RpcOption = RPC,
    metrics: MetricsOption = METRICS,
    plain_text: PlainTextOption = False,
) -> None:
    """Make the home of a node: of a new chain with test keys, or of one that --genesis names."""
    if [genesis_file is not None, bool(from_node), bool(chain_id)].count(True) != 1:
        raise usage(
            "give either --chain-id for a new chain, or --genesis or --from-node to join one"
        )
    if from_node and not expected:
        raise usage(
            "a gateway may give any genesis: --from-node needs --genesis-hash",
            "Ask an operator for it, by another way.",
        )
    where = ports(p2p, external, gateway, rpc, metrics, plain_text=plain_text)
    try:
        joined, founding = _joined(genesis_file, from_node, expected)
        founders = founders_of(joined, founding)  # a record that is there must hold, used or not
        peers = _peers(peer) or founders
        if joined and not peers:
            raise usage(
                "this genesis names no founders that a node could ask for blocks",
                "Give --peers id@host:port of nodes that run; their operators know them.",
            )
        name = name or ("observer" if joined else "validator-1")
        member = homes.create(home, ensured(), name)
        store = functools.partial(KeyStore.test, home / "keys" / places.TEST_KEYS)
        raw = joined or _new_chain(store(), chain_id, network, [member])
        near = homes.are_near([row.partition("@")[2] for row in peers])
        homes.configure(home, raw, where, peers, name=name, local=near, founding=founding)
    except (HomeFault, GenesisFault) as fault:
        raise usage(str(fault)) from fault
    validators = {row.key: row.power for row in Genesis.FromString(raw).validators}
    power = validators.get(member.validator_key, 0)
    screen.say(f"home:          {home}")
    screen.say(f"node id:       {member.node_id}")
    screen.say(f"validator key: {member.validator_key.hex()}")
    screen.say(f"kind:          {f'validator, power {power}' if power else 'observer'}")
    screen.say(f"genesis hash:  {' '.join(voiced(genesis_hash(raw)))}")
    if joined and not expected:
        screen.warn(
            "Compare the genesis hash with an operator before you trust what this node says."
        )
    screen.say(f"next:          tonne start --home {home}")


def _joined(file: Path | None, gateway: str, expected: str) -> tuple[bytes, object]:
    """Return the Genesis of the chain to join, of the expected hash, and its founding record."""
    if gateway:
        digest = hash_of(expected)
        with Client(gateway) as client:
            raw = client.genesis(digest)
        engine_genesis(raw)
        return raw, None
    if file is None:
        return b"", None
    raw, founding = read_founded(file)
    if expected:
        check_hash(raw, expected)
    return raw, founding


def _peers(words: Sequence[str]) -> list[str]:
    """Return the peers that options name, `id@host:port` each; Fault for what is none."""
    found = [row for word in words for row in word.split(",") if row]
    for row in found:
        node_id, _, address = row.partition("@")
        if len(node_id) != 40 or any(char not in "0123456789abcdef" for char in node_id):
            raise usage(f"{row[:80]!r}: id@host:port is meant", "The id has 40 hex digits.")
        check_address(address)
    return found


def _new_chain(store: KeyStore, chain_id: str, network: str, members: Sequence[Identity]) -> bytes:
    """Return the genesis of a new chain; its keys are made in a test store."""
    rows = [Validator(key=m.validator_key, power=genesis.POWER, name=m.name) for m in members]
    node_ids = {m.name: m.node_id for m in members}
    return genesis.with_test_keys(store, chain_id, network, rows, node_ids)


def start(home: HomeOption = default_home()) -> None:
    """Run the node of a home: engine, app and gateway, kept running until Ctrl-C."""
    from node import supervisor

    ensured()
    raise typer.Exit(supervisor.start(home, screen.say))


def run_testnet(
    folder: Annotated[Path, typer.Option("--dir", help="Where the homes lie.")] = FOLDER,
    validators: Annotated[
        int | None, typer.Option("--validators", min=1, max=10, help=f"By default {VALIDATORS}.")
    ] = None,
    no_story: Annotated[bool, typer.Option("--no-story", help="Play nothing.")] = False,
    forget: Annotated[bool, typer.Option("--clean", help="Forget the chain and end.")] = False,
    stop_after: Annotated[
        bool, typer.Option("--stop", help="Stop the nodes when the story is told.")
    ] = False,
    ports: Annotated[
        str,
        typer.Option("--ports", help="p2p,rpc,grpc of the first node: by default 26656,26657,9090"),
    ] = "",
    chain_id: Annotated[
        str, typer.Option("--chain-id", help=f"Of a new network: by default {CHAIN_ID}.")
    ] = "",
    network: Annotated[
        str, typer.Option("--network", help="First state of a new network: local, both or a file.")
    ] = "",
) -> None:
    """Run validators on this machine, play the first story, and stay up until Ctrl-C."""
    keys = functools.cache(lambda: KeyStore.test(folder / CLIENT / "keys" / places.TEST_KEYS))
    try:
        if forget:
            _forget(folder)
            return
        base = _ports(ports) if ports else None
        ensured()
        with alone(folder):
            net = Testnet(folder)
            if net.count:
                _check_options(net, validators, base, chain_id, network)
            else:
                _check_new(validators or VALIDATORS, base or BASE)
            lay_out(
                folder,
                lambda members: _new_chain(
                    keys(), chain_id or CHAIN_ID, network or NETWORK, members
                ),
                count=validators or VALIDATORS,
                base=base or BASE,
            )
            _write_client(folder)
            _run(net, folder, None if no_story else keys(), stop_after=stop_after)
    except (HomeFault, TestnetFault) as fault:
        raise Fault(str(fault)) from fault


def _forget(folder: Path) -> None:
    done = False
    if folder.exists():
        with alone(folder):
            done = clean(folder)
    screen.say(f"{folder} is forgotten" if done else f"there is no network in {folder}")


def _ports(text: str) -> Ports:
    words = text.split(",")
    if len(words) != 3 or not all(word.isdigit() and 0 < int(word) < 65_536 for word in words):
        raise usage(f"--ports {text!r}: three port numbers are meant", "Like 26656,26657,9090.")
    p2p, rpc, gateway = (int(word) for word in words)
    return Ports(p2p, rpc, gateway)


def _check_new(count: int, base: Ports) -> None:
    """Refuse ports on which a new network could not run, before its homes name them."""
    rows = [ports_of(index, base) for index in range(count)]
    wanted = [port for row in rows for port in _all_ports(row)]
    if max(wanted) > 65_535 or len(set(wanted)) < len(wanted):
        raise usage(
            f"the ports of {count} nodes from {base.p2p},{base.rpc},{base.grpc} on meet each other "
            "or go beyond 65535",
            "p2p and rpc go up by 10 a node, grpc by 1. Like 26656,26657,9090.",
        )
    for port in wanted:
        if not homes.is_free(port):
            raise Fault(
                f"port {port} is in use", f"Stop the other program, or choose: {OTHER_PORTS}"
            )


def _all_ports(row: Ports) -> list[int]:
    metrics = [row.metrics + process for process in range(3)] if row.metrics else []
    return [row.p2p, row.rpc, row.grpc, *metrics]


def _check_options(
    net: Testnet, validators: int | None, base: Ports | None, chain_id: str, network: str
) -> None:
    """Refuse options that a network which is there cannot follow, and ports that are in use."""
    there = homes.read_settings(net.home(0))
    follows = validators in (None, net.count) and chain_id in ("", there.chain_id) and not network
    if base is not None:
        follows = follows and there.rpc_address.endswith(f":{base.rpc}")
        follows = follows and there.grpc_address.endswith(f":{base.grpc}")
    if not follows:
        raise usage(
            f"{net.folder} has a network already: {there.chain_id}, {net.count} validators, first "
            f"RPC {there.rpc_address}, first gateway {there.grpc_address}",
            "Leave out --validators, --ports, --chain-id and --network to go on with it; forget it "
            "with --clean; or name another folder with --dir.",
        )
    for index in range(net.count):
        try:
            homes.check_ports(net.home(index))
        except HomeFault as fault:
            hint = f"Or begin anew on other ports: make testnet-clean, then {OTHER_PORTS}"
            raise Fault(str(fault), hint) from fault


def _write_client(folder: Path) -> None:
    """Make the folder of the test keys a home that knows the first gateway."""
    config = folder / CLIENT / "config"
    config.mkdir(parents=True, exist_ok=True)
    first = folder / "node0" / "config"
    for name in ("tonne.toml", "genesis.json"):
        shutil.copyfile(first / name, config / name)


def _run(net: Testnet, folder: Path, keys: KeyStore | None, *, stop_after: bool) -> None:
    """Start the nodes, tell the story, wait for the end; every process ends with this one."""
    ended: queue.SimpleQueue[int] = queue.SimpleQueue()
    before = {number: signal.signal(number, _interrupt) for number in ENDING}
    try:
        screen.say(f"starting {net.count} validators in {folder}")
        net.start()
        net.wait_for_height(1)
        gateways = [net.grpc(index) for index in range(net.count)]
        for address in gateways:
            _wait_ready(address)
        if keys is not None:
            story.play(story.Network(gateways, keys, folder / "story.json"), screen.say)
        _farewell(net, folder, gateways, played=keys is not None)
        if stop_after:
            return
        for index, process in net.supervisors.items():
            threading.Thread(target=_report, args=(index, process, ended), daemon=True).start()
        _wait(net, ended)
    except KeyboardInterrupt:
        pass
    finally:
        for number in ENDING:  # who presses Ctrl-C twice must not cut the stopping short
            signal.signal(number, signal.SIG_IGN)
        with contextlib.suppress(OSError):  # the terminal may be gone
            screen.say("\nstopping the validators")
        net.stop()
        for number, handler in before.items():
            signal.signal(number, handler)


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
    screen.say(f"\n{net.count} validators run; gateways {', '.join(gateways)}")
    screen.say(f"Their logs are in {folder}/node*/data/logs")
    if played:
        screen.say("Now try, in another terminal:\n")
        with Client(gateways[0]) as client:
            page = client.read("ListPrograms", v.ListProgramsRequest())
            several = isinstance(page, v.ProgramPage) and len({r.id for r in page.programs}) > 1
        for command in story.now_try(_command(), str(folder / CLIENT), gateways, several=several):
            screen.say(f"  {command}")
    screen.say("\nCtrl-C stops them; started again, the same chain goes on.")


def _command() -> str:
    """Return how this program is called from here."""
    mine = Path(sys.argv[0]).absolute()
    found = shutil.which("tonne")
    if found and Path(found).absolute() == mine:
        return "tonne"
    return places.near(mine)
