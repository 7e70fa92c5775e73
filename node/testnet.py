"""Several validators on this machine: their homes, their processes.

Must not know: what is played on them. Invariants: started again, the same chain goes on; every
process that was started here ends with this one, even if this one is killed.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx

from node import home as homes
from node.engine import installer
from node.home import Identity, Ports
from node.supervisor import dying_with, keeper_of

NODES_MAX = 10
PORT_STEP = 10
START_S = 120.0
POLL_S = 0.1
MARK = ".tonne-testnet"  # in a folder that a network was laid out in, and that may be forgotten

GenesisOf = Callable[[Sequence[Identity]], bytes]


class TestnetFault(Exception):  # noqa: N818 - says what is wrong
    """The network cannot be laid out or does not come up; the text says what to do."""

    __test__ = False


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder, which is made when missing; TestnetFault while somebody else holds it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise TestnetFault(f"{folder}: {error.strerror}; name another folder: --dir") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise TestnetFault(
            f"a testnet runs in {folder} already; use that one, or stop it first with Ctrl-C there"
        ) from None
    try:
        yield
    finally:
        os.close(handle)


def ports_of(index: int, base: Ports) -> Ports:
    """Return the ports of node `index`: ten further up for each, the gateway one further."""
    return replace(
        base,
        p2p=base.p2p + PORT_STEP * index,
        rpc=base.rpc + PORT_STEP * index,
        grpc=base.grpc + index,
        metrics=base.metrics and base.metrics + PORT_STEP * index,
    )


def lay_out(
    folder: Path, genesis_of: GenesisOf, *, count: int = 4, base: Ports | None = None
) -> None:
    """Make the homes of a new network on this machine; what is there already stays."""
    lay_out_at(folder, genesis_of, [ports_of(index, base or Ports()) for index in range(count)])


def lay_out_at(folder: Path, genesis_of: GenesisOf, places: Sequence[Ports]) -> None:
    """Make the homes of a new network below `folder`, each at its place; what is there stays."""
    count = len(places)
    if not 1 <= count <= NODES_MAX:
        raise TestnetFault(f"1 to {NODES_MAX} validators, not {count}")
    if (folder / "node0").exists():
        return
    if not (folder / MARK).exists() and folder.exists() and any(folder.iterdir()):
        raise TestnetFault(
            f"{folder} holds other things; name an empty folder, because `--clean` empties it"
        )
    engine = installer.ensure()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    making = folder / "making"
    shutil.rmtree(making, ignore_errors=True)
    members = [
        homes.create(making / f"node{index}", engine, f"validator-{index + 1}")
        for index in range(count)
    ]
    genesis = genesis_of(members)
    addresses = [
        f"{member.node_id}@{place.external or f'{place.p2p_host}:{place.p2p}'}"
        for member, place in zip(members, places, strict=True)
    ]
    for index, member in enumerate(members):
        peers = [address for other, address in enumerate(addresses) if other != index]
        home = making / f"node{index}"
        homes.configure(home, genesis, places[index], peers, name=member.name, local=True)
    for index in reversed(range(count)):  # node0 last: it says that all are there
        (making / f"node{index}").rename(folder / f"node{index}")
    making.rmdir()


@dataclass
class Testnet:
    """The nodes of a folder and the processes that were started for them."""

    __test__ = False

    folder: Path
    app_modules: dict[int, str] = field(default_factory=dict)
    supervisors: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Return the number of nodes."""
        return len(list(self.folder.glob("node[0-9]*")))

    def home(self, index: int) -> Path:
        """Return the home of a node."""
        return (self.folder / f"node{index}").absolute()

    def rpc(self, index: int) -> str:
        """Return the address of a node's engine RPC."""
        return homes.read_settings(self.home(index)).rpc_address

    def grpc(self, index: int) -> str:
        """Return the address of a node's gateway."""
        return homes.read_settings(self.home(index)).grpc_address

    # ---- processes ----

    def start(self, *indexes: int) -> None:
        """Start nodes (all by default) under their supervisors."""
        for index in indexes or range(self.count):
            if index in self.supervisors and self.supervisors[index].poll() is None:
                continue
            homes.check_ports(self.home(index))
            module = self.app_modules.get(index, "abci_app")
            command = [sys.executable, "-m", "node.supervisor", "--home", str(self.home(index))]
            log = self.home(index) / "data" / "logs" / "supervisor.log"
            log.parent.mkdir(parents=True, exist_ok=True)
            with log.open("ab") as stream:
                self.supervisors[index] = subprocess.Popen(  # noqa: S603 - our own program
                    [*command, "--app-module", module],
                    stdout=stream,
                    stderr=stream,
                    start_new_session=True,  # Ctrl-C reaches us; we stop them in order
                    preexec_fn=dying_with(os.getpid(), signal.SIGTERM),  # noqa: PLW1509 - two calls
                )

    def stop(self, *indexes: int) -> None:
        """Stop nodes (all by default) and wait until their processes are gone."""
        chosen = [index for index in indexes or range(self.count) if index in self.supervisors]
        for index in chosen:
            with contextlib.suppress(ProcessLookupError):
                self.supervisors[index].send_signal(signal.SIGTERM)
        for index in chosen:
            self.supervisors.pop(index).wait()

    def kill(self, index: int) -> None:
        """Kill all processes of a node at once, as a power cut would."""
        supervisor = self.supervisors.pop(index)
        victims = [supervisor.pid, *children(supervisor.pid)]
        for pid in victims:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        supervisor.wait()
        wait_until(lambda: not any(is_alive(pid) for pid in victims), "its processes end")

    def kill_app(self, index: int) -> int:
        """Kill a node's app alone; return the process id it had."""
        for pid in children(self.supervisors[index].pid):
            if b"serve" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                os.kill(pid, signal.SIGKILL)
                return pid
        raise TestnetFault(f"node {index} has no app running")

    def words(self, index: int) -> str:
        """Return the last words of a node's supervisor."""
        log = self.home(index) / "data" / "logs" / "supervisor.log"
        return log.read_text(encoding="utf-8", errors="replace")[-4_000:] if log.exists() else ""

    # ---- chain ----

    def height(self, index: int) -> int:
        """Return a node's height; -1 while its engine does not answer."""
        try:
            reply = httpx.get(f"{self.rpc(index)}/status", timeout=2.0).json()
            return int(reply["result"]["sync_info"]["latest_block_height"])
        except (httpx.HTTPError, KeyError, ValueError):
            return -1

    def app_hash(self, index: int, height: int) -> str:
        """Return the app hash that a node's header of a height names."""
        url = f"{self.rpc(index)}/commit?height={height}"
        header = httpx.get(url, timeout=5.0).json()["result"]["signed_header"]["header"]
        return str(header["app_hash"])

    def wait_for_height(self, height: int, *indexes: int, limit_s: float = START_S) -> None:
        """Wait until nodes (all by default) are at a height."""
        for index in indexes or range(self.count):
            self._wait(lambda: self.height(index) >= height, index, f"height {height}", limit_s)  # noqa: B023 - called at once

    def _wait(self, ready: Callable[[], bool], index: int, what: str, limit_s: float) -> None:
        def going() -> bool:
            supervisor = self.supervisors.get(index)
            if supervisor is not None and supervisor.poll() is not None:
                raise TestnetFault(f"node {index} stopped:\n{self.words(index)}")
            return ready()

        try:
            wait_until(going, what, limit_s)
        except TimeoutError as error:
            raise TestnetFault(
                f"node {index}: {error}; its logs are in {self.home(index)}/data/logs"
            ) from None


def children(pid: int) -> list[int]:
    """Return the process ids of a process's children."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        return [int(word) for word in path.read_text().split()]
    except OSError:
        return []


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(ready: Callable[[], bool], what: str, limit_s: float = START_S) -> None:
    """Return when `ready` says so; TimeoutError naming `what` otherwise."""
    end = time.monotonic() + limit_s
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {limit_s:.0f} s")
        time.sleep(POLL_S)


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Testnet]:
    """Start the network of a folder, and stop it at the end, whatever happens."""
    net = Testnet(folder)
    try:
        net.start()
        net.wait_for_height(1)
        yield net
    finally:
        net.stop()


def clean(folder: Path) -> bool:
    """Forget the network of a folder and whatever lies there; False when there is none.

    TestnetFault while its nodes run, and for a folder that no network was laid out in.
    """
    if not folder.exists():
        return False
    if not (folder / MARK).exists():
        raise TestnetFault(
            f"{folder} was not made by `tonne testnet`; if it is to go, delete it by hand"
        )
    for home in sorted(folder.glob("node[0-9]*")):
        keeper = keeper_of(home)
        if keeper:
            raise TestnetFault(f"{home} is run by process {keeper}; stop that one first")
    shutil.rmtree(folder)
    return True
