"""Nodes of a measurement: laid out over a prepared state, run, watched and stopped.

It must not know what is measured on them. Invariant: whatever was started ends with this process,
however that ends, and its folder is gone after `scratch`, also after Ctrl-C.
"""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from abci_app.abci import abci_pb2 as abci
from abci_app.abci.wire import FrameDecoder, encode_frame
from node import home as homes
from node import testnet as net
from node.engine import installer
from node.supervisor import dying_with
from scripts import bench_state
from scripts.bench_load import Rpc
from scripts.bench_report import BenchFault, cpu_s
from scripts.bench_state import First
from tonne.v1.state_pb2 import Validator

POWER = 10
FIRST_PORT, LAST_PORT, GRPC_AT = 12_000, 20_000, 200
READY_S = 120.0
GRACE_S = 10.0
LOOK_S = 0.02
APP, ENGINE, GATEWAY = "app", "engine", "gateway"
ROOT = Path(__file__).resolve().parent.parent
Process = subprocess.Popen[bytes]
APP_PROGRAM = ROOT / "scripts" / "bench_app.py"


@contextmanager
def scratch(folder: Path | None) -> Iterator[Path]:
    """Give a temporary folder below `folder` (the system's by default) that is gone at the end."""
    if folder is not None and not folder.is_dir():
        raise BenchFault(f"{folder} is not a folder; make it first, or name another with --dir")
    before = signal.getsignal(signal.SIGINT)
    with tempfile.TemporaryDirectory(prefix="tonne-bench-", dir=folder) as place:
        try:
            yield Path(place)
        finally:
            # A second Ctrl-C must not cut the cleaning short.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGINT, before)


def spawn(command: Sequence[str], home: Path, log: str, **more: str) -> Process:
    """Start a program in a home, its words in a log there; it is killed when this process ends."""
    place = home / "data" / "logs"
    place.mkdir(parents=True, exist_ok=True)
    paths = os.pathsep.join([str(ROOT), str(ROOT / "proto")])
    with (place / f"{log}.log").open("ab") as stream:
        return subprocess.Popen(
            list(command),
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            env={**os.environ, "PYTHONPATH": paths, **more},
            start_new_session=True,  # Ctrl-C reaches us; we stop them in order
            preexec_fn=dying_with(os.getpid(), signal.SIGKILL),  # noqa: PLW1509 - two calls
        )


def stop(processes: Sequence[Process]) -> None:
    """End processes and wait until they are gone."""
    for process in processes:
        process.terminate()
    end = time.monotonic() + GRACE_S
    for process in processes:
        try:
            process.wait(timeout=max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class AppClient:
    """One connection to an app's socket, as the engine has them."""

    def __init__(self, home: Path) -> None:
        """Connect; OSError while the app does not listen."""
        self._socket = socket.socket(socket.AF_UNIX)
        self._decoder = FrameDecoder()
        try:
            # Through an open folder: the path of a socket may be no longer than 107 bytes.
            handle = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
            try:
                self._socket.connect(f"/proc/self/fd/{handle}/{homes.APP_SOCKET}")
            finally:
                os.close(handle)
        except OSError:
            self._socket.close()
            raise

    def call(self, request: abci.Request) -> abci.Response:
        """Return the answer to one request; OSError when the connection is lost."""
        (answer,) = self.calls([request])
        return answer

    def calls(self, requests: Sequence[abci.Request]) -> list[abci.Response]:
        """Return the answers to requests that are written together."""
        flush = abci.Request(flush=abci.RequestFlush())
        frames = [encode_frame(row.SerializeToString()) for row in (*requests, flush)]
        self._socket.sendall(b"".join(frames))
        answers: list[bytes] = []
        while len(answers) < len(frames):
            data = self._socket.recv(1 << 20)
            if not data:
                raise ConnectionError("the app closed its socket")
            answers += self._decoder.feed(data)
        return [abci.Response.FromString(answer) for answer in answers[:-1]]

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


def answering(home: Path, process: Process, look_s: float = LOOK_S) -> AppClient:
    """Return a connection to an app once it answers Info; BenchFault when it ends before."""
    end = time.monotonic() + READY_S
    while time.monotonic() < end:
        if process.poll() is not None:
            raise BenchFault(f"the app ended with code {process.returncode}:\n{words(home, APP)}")
        with contextlib.suppress(OSError):
            client = AppClient(home)
            client.call(abci.Request(info=abci.RequestInfo()))
            return client
        time.sleep(look_s)
    raise BenchFault(f"the app did not answer within {READY_S:.0f} s:\n{words(home, APP)}")


def words(home: Path, role: str) -> str:
    """Return the last words of a process of a home."""
    log = home / "data" / "logs" / f"{role}.log"
    return log.read_text(encoding="utf-8", errors="replace")[-2_000:] if log.exists() else ""


@dataclass
class Nodes:
    """A network on this machine; `app` is the program behind the engines."""

    folder: Path
    count: int
    kvstore: bool
    begin: int = 0  # the height of the prepared state
    processes: dict[tuple[int, str], Process] = field(default_factory=dict)

    def home(self, index: int) -> Path:
        """Return the home of a node."""
        return self.folder / f"node{index}"

    def rpc(self) -> list[str]:
        """Return the addresses of the engines' RPC."""
        return [homes.read_settings(self.home(at)).rpc_address for at in range(self.count)]

    def grpc(self) -> list[str]:
        """Return the addresses of the gateways."""
        return [homes.read_settings(self.home(at)).grpc_address for at in range(self.count)]

    def start(self) -> None:
        """Start apps and engines; BenchFault when one does not come up."""
        engine = str(installer.ensure())
        for at in range(self.count):
            self.spawn(at, APP, self._app_command())
        for at in range(self.count):
            answering(self.home(at), self.processes[at, APP]).close()
        for at in range(self.count):
            self.spawn(at, ENGINE, [engine, "start", "--home", str(self.home(at))])

    def start_gateways(self) -> None:
        """Start the gateway of every node."""
        for at in range(self.count):
            module = ["-m", "node.gateway", "--home", str(self.home(at))]
            self.spawn(at, GATEWAY, [sys.executable, *module])

    def stop_gateways(self) -> None:
        """Stop the gateways."""
        rows = [row for row in self.processes if row[1] == GATEWAY]
        stop([self.processes.pop(row) for row in rows])

    def _app_command(self) -> list[str]:
        if self.kvstore:
            program = str(installer.ensure(program="abci-cli"))
            return [program, "kvstore", "--address", f"unix://{homes.APP_SOCKET}"]
        return [sys.executable, str(APP_PROGRAM), str(self.begin)]

    def spawn(self, at: int, role: str, command: Sequence[str]) -> None:
        """Start a program in the home of a node."""
        self.processes[at, role] = spawn(command, self.home(at), role)

    def check(self) -> None:
        """BenchFault with its last words when a process has ended."""
        for (at, role), process in self.processes.items():
            if process.poll() is not None:
                raise BenchFault(
                    f"{role} of node {at} ended with code {process.returncode}; its last words:\n"
                    f"{words(self.home(at), role)}"
                )

    def cpu_s(self) -> dict[str, float]:
        """Return the processor seconds used so far, by role, all nodes together."""
        used: dict[str, float] = {}
        for (_, role), process in self.processes.items():
            used[role] = used.get(role, 0.0) + cpu_s(process.pid)
        return used

    def stop(self) -> None:
        """Stop everything: first what asks, then what answers."""
        for role in (GATEWAY, ENGINE, APP):
            rows = [row for row in self.processes if row[1] == role]
            stop([self.processes.pop(row) for row in rows])


@contextmanager
def network(
    place: Path, count: int, first: First, prepared: Path | None, time_s: int
) -> Iterator[tuple[Nodes, First]]:
    """Run `count` validators below `place`; over a prepared state, or the Go kvstore without one.

    `first` says the size; the genesis that the network has, with its own validators, is given back.
    """
    made: list[First] = []

    def genesis_of(members: Sequence[homes.Identity]) -> bytes:
        validators = [Validator(key=m.validator_key, power=POWER, name=m.name) for m in members]
        made.append(
            bench_state.build(
                first.lots,
                accounts=len(first.holders),
                organisations=first.organisations,
                time_s=time_s,
                validators=validators,
            )
        )
        return made[0].genesis

    net.lay_out(place, genesis_of, count=count, base=free_ports(count))
    nodes = Nodes(place.absolute(), count, kvstore=prepared is None)
    if prepared is not None:
        founded = place.with_name(f"{place.name}-state")
        bench_state.copy(prepared, founded)
        nodes.begin, _ = bench_state.found(founded, made[0], time_s)
        for at in range(count):
            bench_state.copy(founded, nodes.home(at) / "data" / "tonne")
            _begin_after(nodes.home(at), nodes.begin)
    try:
        nodes.start()
        _ready(nodes)
        yield nodes, made[0]
    finally:
        nodes.stop()


def _ready(nodes: Nodes) -> None:
    """Return when every engine has its peers and the chain its first block."""

    def ready() -> bool:
        nodes.check()
        try:
            for address in nodes.rpc():
                with contextlib.closing(Rpc(address)) as rpc:
                    peers, height = int(rpc.call("net_info")["n_peers"]), rpc.height()
                if peers < nodes.count - 1 or height <= nodes.begin:
                    return False
        except (OSError, http.client.HTTPException):
            return False
        return True

    net.wait_until(ready, "the engines find each other", READY_S)


def _begin_after(home: Path, height: int) -> None:
    """Let the chain of a home begin with the height after its state's."""
    path = home / "config" / "genesis.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["initial_height"] = str(height + 1)
    path.write_text(json.dumps(document), encoding="utf-8")


def free_ports(count: int) -> homes.Ports:
    """Return the base of ports that nobody uses."""
    step = 2 * GRPC_AT
    turn = os.getpid() % ((LAST_PORT - FIRST_PORT) // step)  # two benches begin apart
    starts = range(FIRST_PORT, LAST_PORT, step)
    for start in (*starts[turn:], *starts[:turn]):
        base = homes.Ports(p2p=start, rpc=start + 1, grpc=start + GRPC_AT)
        each = [net.ports_of(index, base) for index in range(count)]
        if all(homes.is_free(port) for row in each for port in (row.p2p, row.rpc, row.grpc)):
            return base
    raise BenchFault(f"no free ports for {count} validators between {FIRST_PORT} and {LAST_PORT}")
