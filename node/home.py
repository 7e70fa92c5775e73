"""The home of a node: `config/ data/ keys/`, the engine's settings and ours.

Must not know: processes. Invariants: a home that exists is never written over; a home of one chain
is never used for another; the engine listens where the home says and nowhere else.
"""

import base64
import contextlib
import ipaddress
import json
import os
import shutil
import socket
import subprocess
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import tomlkit

from abci_app.core.limits import TX_BYTES_MAX
from abci_app.core.signing import public_key
from node.genesis import GenesisFault, genesis_hash, read_genesis, write_genesis
from node.settings import SettingsFault, document, gateway
from tonne.v1.state_pb2 import Genesis

LOOPBACK = "127.0.0.1"
APP_SOCKET = "data/app.sock"
METRICS = 26660  # of the engine; the app and the gateway have the two above
MAKING = ".making"  # in a home until it is whole
SOCKET_PATH_BYTES_MAX = 107  # of what is given to the system, not of where it leads


class HomeFault(Exception):  # noqa: N818 - says what is wrong with a folder
    """A home that cannot be made or used; the text says what to do."""


@dataclass(frozen=True)
class Ports:
    """Where a node listens: p2p for its peers, RPC for itself (loopback), gRPC for clients.

    `external` is the host:port at which peers reach it, when that is another than it listens on.
    """

    p2p: int = 26656
    rpc: int = 26657
    grpc: int = 9090
    p2p_host: str = LOOPBACK
    gateway_host: str = LOOPBACK
    external: str = ""
    metrics: int = 0  # of the engine; the app's and the gateway's follow; 0: none
    metrics_host: str = LOOPBACK
    plain_text: bool = False  # clients are served without TLS beyond this machine, knowingly


@dataclass(frozen=True)
class Identity:
    """What others need to know of a node: its validator key (32 bytes) and its p2p id."""

    name: str
    validator_key: bytes
    node_id: str


@dataclass(frozen=True)
class Settings:
    """config/tonne.toml: what our processes read."""

    chain_id: str
    app_socket: str
    grpc_address: str
    rpc_address: str


def create(home: Path, engine: Path, name: str) -> Identity:
    """Make a home with fresh node and validator keys; HomeFault when there is one already.

    It is whole after `configure`. One that was left half made is taken up again, with its keys.
    """
    home = home.absolute()
    making = home / MAKING
    if any((home / name).exists() for name in ("config", "data")) and not making.exists():
        raise HomeFault(f"{home} is a home already; choose another folder, or delete it first")
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        making.touch()
    except OSError as error:
        raise HomeFault(
            f"{home} cannot be made ({error.strerror}); choose another folder"
        ) from None
    _engine(engine, "init", "--home", str(home))
    (home / "keys").mkdir(mode=0o700, exist_ok=True)
    return identity(home, engine, name)


def is_whole(home: Path) -> bool:
    """Tell whether a home is of a chain, and not still to be configured."""
    return (home / "config" / "tonne.toml").exists() and not (home / MAKING).exists()


def identity(home: Path, engine: Path, name: str) -> Identity:
    """Return who a home's node is."""
    raw = json.loads((home / "config" / "priv_validator_key.json").read_text(encoding="utf-8"))
    key = base64.b64decode(raw["pub_key"]["value"])
    node_id = _engine(engine, "show-node-id", "--home", str(home)).strip()
    return Identity(name, key, node_id)


def validator_seed(home: Path) -> bytes:
    """Return the 32-byte seed of a home's validator key; HomeFault when there is none."""
    return _seed(home / "config" / "priv_validator_key.json")


def node_id(home: Path) -> str:
    """Return the p2p id of a home's node, as the engine would say it."""
    return sha256(public_key(_seed(home / "config" / "node_key.json"))).digest()[:20].hex()


def _seed(path: Path) -> bytes:
    """Return the seed in a key file of the engine's."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))["priv_key"]["value"]
        found = base64.b64decode(raw, validate=True)
    except FileNotFoundError:
        raise HomeFault(
            f"{path.parent.parent} has no {path.name}; name the home of a node"
        ) from None
    except (OSError, KeyError, TypeError, ValueError):
        raise HomeFault(f"{path} cannot be used; bring back the one you saved") from None
    if len(found) != 64 or public_key(found[:32]) != found[32:]:
        raise HomeFault(f"{path} is damaged; bring back the one you saved")
    return found[:32]


def host_and_port(text: str) -> tuple[str, int]:
    """Return host and port of ADDRESS:PORT; HomeFault when it names no port."""
    host, port = _place(text)
    if not host or not 0 < port < 65_536:
        raise HomeFault(f"{text!r} is no ADDRESS:PORT to listen on, like 0.0.0.0:26656")
    return host, port


def are_near(addresses: Sequence[str]) -> bool:
    """Tell whether nodes share a host, or lie where only neighbours reach them (private networks).

    The engine keeps such addresses out of its book, and lets a host connect only once, unless told.
    """
    hosts = [host_and_port(address)[0] for address in addresses]
    if len(set(hosts)) < len(hosts):
        return True
    for host in hosts:
        with contextlib.suppress(ValueError):
            if not ipaddress.ip_address(host).is_global:
                return True
    return False


def _engine(engine: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the engine that we built and checked
            [str(engine), *arguments], capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise HomeFault(
            f"the engine {engine} does not run ({error.strerror}); try: tonne engine install"
        ) from None
    if done.returncode:
        raise HomeFault(f"the engine refused `{arguments[0]}`: {done.stderr.strip()[-500:]}")
    return done.stdout


def configure(
    home: Path,
    genesis: bytes,
    ports: Ports,
    peers: Sequence[str],
    *,
    name: str,
    local: bool = False,
    founding: object = None,
) -> None:
    """Write genesis.json, config.toml and tonne.toml of a home.

    `peers` are `id@host:port`; `local` allows several nodes behind one address; `founding` is kept
    in genesis.json. HomeFault when the home belongs to another chain.
    """
    path = home / "config" / "genesis.json"
    if (home / "config" / "tonne.toml").exists():
        _same_chain(path, genesis)
    write_genesis(path, genesis, founding)
    config = home / "config" / "config.toml"
    document = tomlkit.parse(config.read_text(encoding="utf-8"))
    for section, rows in _engine_settings(ports, peers, name, local=local).items():
        table = document if not section else document[section]
        for key, value in rows.items():
            if key not in table:
                raise HomeFault(
                    f"the engine's {config.name} has no {section}.{key}; other version?"
                )
            table[key] = value
    config.write_text(tomlkit.dumps(document), encoding="utf-8")
    ours = {
        "chain_id": Genesis.FromString(genesis).chain_id,
        "app": {"socket": APP_SOCKET, "metrics": _metrics(ports, 1)},
        "gateway": {
            "address": f"{_bracketed(ports.gateway_host)}:{ports.grpc}",
            "plain_text": ports.plain_text,
            "metrics": _metrics(ports, 2),
        },
        "engine": {"rpc": f"http://{LOOPBACK}:{ports.rpc}"},
    }
    (home / "config" / "tonne.toml").write_text(tomlkit.dumps(ours), encoding="utf-8")
    (home / MAKING).unlink(missing_ok=True)


def _same_chain(path: Path, genesis: bytes) -> None:
    try:
        there = read_genesis(path)
    except GenesisFault as fault:
        raise HomeFault(str(fault)) from fault
    if there != genesis:
        raise HomeFault(
            f"{path.parent.parent} belongs to another chain "
            f"(genesis {genesis_hash(there).hex()[:16]}); use another home, or delete this one"
        )


def _engine_settings(
    ports: Ports, peers: Sequence[str], name: str, *, local: bool
) -> dict[str, dict[str, object]]:
    """Return our values for the engine's config.toml, by section."""
    return {
        "": {"proxy_app": f"unix://{APP_SOCKET}", "moniker": name, "filter_peers": False},
        "rpc": {
            "laddr": f"tcp://{LOOPBACK}:{ports.rpc}",
            "pprof_laddr": "",
            "max_body_bytes": 4_000_000,
            "max_request_batch_size": 200,
        },
        "p2p": {
            "laddr": f"tcp://{_bracketed(ports.p2p_host)}:{ports.p2p}",
            "external_address": ports.external,
            "persistent_peers": ",".join(peers),
            "pex": False,
            "addr_book_strict": not local,
            "allow_duplicate_ip": local,
            "flush_throttle_timeout": "10ms",
            "send_rate": 50_000_000,
            "recv_rate": 50_000_000,
        },
        "mempool": {
            "type": "flood",
            "recheck": True,  # a spent transaction left in the pool would make blocks for ever
            "size": 20_000,
            "cache_size": 60_000,
            "max_txs_bytes": 256_000_000,
            "max_tx_bytes": TX_BYTES_MAX,
        },
        "consensus": {
            "timeout_propose": "1s",
            "timeout_propose_delta": "500ms",
            "timeout_prevote": "500ms",
            "timeout_precommit": "500ms",
            "timeout_commit": "200ms",
            "create_empty_blocks": False,
            "create_empty_blocks_interval": "10s",
            "peer_gossip_sleep_duration": "10ms",
            # Above 0, a network whose validators all stopped could never start again by itself.
            "double_sign_check_height": 0,
        },
        "tx_index": {"indexer": "null"},
        "instrumentation": {
            "prometheus": bool(ports.metrics),
            "prometheus_listen_addr": _metrics(ports, 0),
        },
    }


def _metrics(ports: Ports, process: int) -> str:
    """Return where a process shows its metrics; empty for nowhere."""
    return f"{_bracketed(ports.metrics_host)}:{ports.metrics + process}" if ports.metrics else ""


def _bracketed(host: str) -> str:
    """Return a host as it stands before a port: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def read_settings(home: Path) -> Settings:
    """Return config/tonne.toml; HomeFault when the folder is no home."""
    try:
        data = document(home)
        return Settings(
            chain_id=str(data["chain_id"]),
            app_socket=str(data["app"]["socket"]),
            grpc_address=str(data["gateway"]["address"]),
            rpc_address=str(data["engine"]["rpc"]),
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise HomeFault(
            f"{home} is not the home of a node ({error}); "
            "make one with `tonne init` or `tonne testnet`"
        ) from None


def name_for_app(home: Path) -> str:
    """Return how the app, started in its home, is told of it, so that its socket can be bound.

    A path as long as those of build machines does not fit into a socket's address; "." always does.
    """
    fits = len(os.fsencode(home / read_settings(home).app_socket)) <= SOCKET_PATH_BYTES_MAX
    return str(home) if fits else "."


def check_startable(home: Path) -> None:
    """HomeFault when a node cannot start here: a wrong genesis, or a port that is in use."""
    settings = read_settings(home)
    try:
        genesis = read_genesis(home / "config" / "genesis.json")
    except GenesisFault as fault:
        raise HomeFault(str(fault)) from None
    found = Genesis.FromString(genesis).chain_id
    if found != settings.chain_id:
        raise HomeFault(
            f"{home}: config/genesis.json is of the chain {found!r}, but config/tonne.toml is of "
            f"{settings.chain_id!r}; put the right genesis there, or name another --home"
        )
    check_ports(home)


def drop_unborn_databases(home: Path) -> list[str]:
    """Remove the engine's databases whose very making was cut off; return their names.

    Such a folder has a first MANIFEST, but no CURRENT and no data. The engine does not open it and
    does not begin it anew.
    """
    dropped = []
    for folder in sorted((home / "data").glob("*.db")):
        names = {item.name for item in folder.iterdir()} if folder.is_dir() else {"CURRENT"}
        if names <= {"LOCK", "LOG", "MANIFEST-000000"}:
            shutil.rmtree(folder)
            dropped.append(folder.name)
    return dropped


def check_ports(home: Path) -> None:
    """HomeFault when another process listens where this node must; it names the setting."""
    settings = read_settings(home)
    peers, own = _laddr(home, "p2p"), _laddr(home, "rpc")
    if _place(own) != _place(settings.rpc_address):
        raise HomeFault(
            f"{home}: config/config.toml [rpc] laddr is {own}, but config/tonne.toml [engine] rpc "
            f"is {settings.rpc_address}; make them name one address"
        )
    for setting, address in (
        ("config/config.toml [p2p] laddr (and tell the other operators)", peers),
        ("config/tonne.toml [engine] rpc and config/config.toml [rpc] laddr", own),
        *_our_addresses(home),
    ):
        host, port = _place(address)
        if not is_free(port, host):
            raise HomeFault(
                f"port {port} is in use; stop the other program, or change {setting} in {home}"
            )


def _our_addresses(home: Path) -> list[tuple[str, str]]:
    """Return the settings of tonne.toml that name an address, with their values."""
    try:
        data, own = document(home), gateway(home)
    except (SettingsFault, FileNotFoundError) as fault:
        raise HomeFault(str(fault)) from None
    found = [
        ("address", own.address),
        ("operators", own.operators),
        ("metrics", own.metrics),
    ]
    rows = [(f"config/tonne.toml [gateway] {key}", value) for key, value in found]
    rows.append(("config/tonne.toml [app] metrics", str(data["app"].get("metrics", ""))))
    return [(setting, value) for setting, value in rows if value]


def _laddr(home: Path, section: str) -> str:
    """Return where the engine listens for its peers or its RPC."""
    path = home / "config" / "config.toml"
    try:
        return str(tomllib.loads(path.read_text(encoding="utf-8"))[section]["laddr"])
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise HomeFault(f"{path} cannot be used ({error}); restore it") from None


def _place(address: str) -> tuple[str, int]:
    """Return host and port of `tcp://host:port` and the like."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    if not port.isdigit():
        raise HomeFault(f"{address!r} names no port; write it as host:port")
    return host.strip("[]"), int(port)


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Tell whether one could listen on a port now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # As servers do: a port that only waits for the end of old connections is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
