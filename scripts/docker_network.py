"""The network of compose.yaml: its image, its volumes, its containers.

Must not know: what is played on it. Invariants: whatever fails leaves no container of ours running;
a project that was up before is not touched; volumes that hold a chain are never written over.
"""

import contextlib
import io
import os
import shlex
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import tomlkit

from node import health
from node import home as homes
from node.home import Ports
from node.sdk.client import Client, TonneError
from node.testnet import GenesisOf, lay_out_at, wait_until

ROOT = Path(__file__).resolve().parent.parent
COUNT = 4
ANYWHERE = "0.0.0.0"  # noqa: S104 - inside a container, whose ports compose.yaml publishes
READY_S = 90.0
TAIL_LINES = 15
# Puts a home into the volumes of a node, unless one is there, and tells which chain they hold.
FILL = (
    "test -e config/tonne.toml || tar -x --no-same-owner -f -; "
    "test -s data/priv_validator_state.json && sha256sum config/genesis.json"
)


class DockerFault(Exception):  # noqa: N818 - says what is wrong
    """Docker does not do what is asked; the text says why and what to do next."""


@dataclass(frozen=True)
class Settings:
    """What compose.yaml leaves open; the defaults are those that stand there."""

    project: str = "tonne-testnet"
    image: str = "tonne:local"
    net: str = "172.30.26"  # the first three numbers of the addresses
    gateways: Sequence[int] = (9090, 9091, 9092, 9093)  # published on loopback
    build: Sequence[str] = ()  # more options of `docker build`

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Settings":
        """Read TONNE_PROJECT, TONNE_IMAGE, TONNE_NET, TONNE_GATEWAY_1 to _4, TONNE_DOCKER_BUILD."""
        ports = []
        for number, default in enumerate(cls.gateways, 1):
            text = environ.get(f"TONNE_GATEWAY_{number}", "") or str(default)
            if not text.isdigit() or not 0 < int(text) < 65_536:
                raise DockerFault(f"TONNE_GATEWAY_{number}={text}: a port number is meant")
            ports.append(int(text))
        return cls(
            project=environ.get("TONNE_PROJECT") or cls.project,
            image=environ.get("TONNE_IMAGE") or cls.image,
            net=environ.get("TONNE_NET") or cls.net,
            gateways=ports,
            build=shlex.split(environ.get("TONNE_DOCKER_BUILD", "")),
        )

    def environment(self) -> dict[str, str]:
        """Return what compose reads compose.yaml with."""
        rows = {f"TONNE_GATEWAY_{n}": str(port) for n, port in enumerate(self.gateways, 1)}
        return {**os.environ, "TONNE_IMAGE": self.image, "TONNE_NET": self.net, **rows}


def container_ports(index: int, net: str) -> Ports:
    """Return where a node listens inside its container, and where its peers reach it."""
    ports = Ports()
    return Ports(
        p2p_host=ANYWHERE,
        gateway_host=ANYWHERE,
        metrics=homes.METRICS,
        metrics_host=ANYWHERE,
        plain_text=True,  # published on loopback only
        external=f"{net}.{11 + index}:{ports.p2p}",
    )


def compose_command() -> list[str]:
    """Return how compose is called here: as part of docker, or as a program of its own."""
    if shutil.which("docker") is None:
        raise DockerFault("there is no `docker` here; install Docker and its compose")
    plugin = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    if plugin.returncode == 0:
        return ["docker", "compose"]
    if shutil.which("docker-compose") is None:
        raise DockerFault(
            "neither `docker compose` nor `docker-compose` is here; "
            "install docker-compose-plugin or docker-compose"
        )
    return ["docker-compose"]


def check_engine() -> None:
    """DockerFault when docker or compose is missing, or no engine answers this user."""
    compose_command()
    asked = ["docker", "version", "--format", "{{.Server.Version}}"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return
    words = done.stderr.strip()
    if "permission denied" in words.lower():
        raise DockerFault(
            "this user may not talk to the docker engine (permission denied); "
            "join the group `docker` and log in again, or use root"
        )
    raise DockerFault(f"no docker engine answers; start it, or set DOCKER_HOST\n{_tail(words)}")


@dataclass
class Network:
    """The containers of one compose project, and the folder on this machine that belongs to it."""

    settings: Settings
    folder: Path

    # ---- commands ----

    def compose(self, *arguments: str) -> None:
        """Run compose for this project; DockerFault with its last words."""
        command = [*compose_command(), "-f", str(ROOT / "compose.yaml")]
        self._run([*command, "-p", self.settings.project, *arguments])

    def docker(self, *arguments: str, given: bytes | None = None) -> str:
        """Run docker and return what it says; DockerFault with its last words."""
        return self._run(["docker", *arguments], given)

    def container(self, index: int) -> str:
        """Return the id of a node's container, running or not."""
        labels = [
            f"label=com.docker.compose.project={self.settings.project}",
            f"label=com.docker.compose.service=validator-{index + 1}",
        ]
        filters = [word for label in labels for word in ("--filter", label)]
        found = self.docker("ps", "-aq", *filters).split()
        if len(found) != 1:
            raise DockerFault(f"{len(found)} containers of validator-{index + 1}; one is meant")
        return found[0]

    def volume(self, name: str, index: int) -> str:
        """Return the name of a node's volume: of its config or its data."""
        return f"{self.settings.project}_{name}-{index + 1}"

    def address(self, index: int) -> str:
        """Return where a node's gateway is published."""
        return f"{homes.LOOPBACK}:{self.settings.gateways[index]}"

    def _run(self, command: Sequence[str], given: bytes | None = None) -> str:
        done = subprocess.run(
            command,
            input=given,
            stdin=subprocess.DEVNULL if given is None else None,
            capture_output=True,
            env=self.settings.environment(),
            check=False,
        )
        if done.returncode:
            words = done.stderr.decode(errors="replace")
            hint = ""
            if "overlap" in words:
                hint = f"\nAnother network has {self.settings.net}.*; choose one with TONNE_NET"
            raise DockerFault(f"`{' '.join(command[:4])} ...` failed:\n{_tail(words)}{hint}")
        return done.stdout.decode(errors="replace")

    # ---- life ----

    def check(self) -> None:
        """DockerFault when the network cannot be started: no engine, up already, ports taken."""
        check_engine()
        label = f"label=com.docker.compose.project={self.settings.project}"
        if self.docker("ps", "-q", "--filter", label).split():
            raise DockerFault(
                f"a compose project {self.settings.project} is up already; "
                "make testnet-docker-down stops it, TONNE_PROJECT=... names another"
            )
        for number, port in enumerate(self.settings.gateways, 1):
            if not homes.is_free(port):
                raise DockerFault(
                    f"port {port} is in use; stop the other program, or choose another: "
                    f"TONNE_GATEWAY_{number}=..."
                )

    def build(self) -> None:
        """Make the image; what docker says goes to the terminal."""
        command = ["docker", "build", *self.settings.build, "-t", self.settings.image, str(ROOT)]
        if subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode:
            raise DockerFault(
                "the image could not be made; the reason stands above. Another base image: "
                "TONNE_DOCKER_BUILD='--build-arg BASE=...'"
            )

    def lay_out(self, genesis_of: GenesisOf) -> None:
        """Make the homes of a new network; what is there already stays."""
        rows = [container_ports(index, self.settings.net) for index in range(COUNT)]
        lay_out_at(self.folder, genesis_of, rows)
        config = (self.folder / "node0" / "config" / "config.toml").read_text(encoding="utf-8")
        there = str(tomlkit.parse(config)["p2p"]["external_address"])
        if there != rows[0].external:
            raise DockerFault(
                f"the network in {self.folder} has its first node at {there}, not at "
                f"{rows[0].external}; set TONNE_NET as it was, or make testnet-docker-clean"
            )

    def fill(self) -> None:
        """Make the containers and put the homes into their volumes, where these are new."""
        self.compose("up", "--no-start", "--no-build")
        for index in range(COUNT):
            home = self.folder / f"node{index}"
            said = self.docker(*self.beside(index, "sh", "-c", FILL), given=packed(home))
            wanted = sha256((home / "config" / "genesis.json").read_bytes()).hexdigest()
            if said.split()[0] != wanted:
                raise DockerFault(
                    f"the volumes of {self.settings.project} hold another chain than "
                    f"{self.folder}; make testnet-docker-clean forgets both"
                )

    def beside(self, index: int, program: str, *arguments: str) -> list[str]:
        """Return the arguments that run a program of the image on a stopped node's volumes."""
        config, data = self.volume("config", index), self.volume("data", index)
        volumes = ["-v", f"{config}:/node/config", "-v", f"{data}:/node/data"]
        box = ["run", "--rm", "-i", "--network", "none", *volumes, "--entrypoint", program]
        return [*box, self.settings.image, *arguments]

    def start(self) -> None:
        """Start all containers and wait until their gateways answer."""
        self.compose("up", "-d", "--no-build")
        for index in range(COUNT):
            self.wait_ready(index)

    def wait_ready(self, index: int) -> None:
        """Wait until a node is in step with a chain that has begun, and serves."""
        try:
            wait_until(lambda: _serves(self.address(index)), "it serves", READY_S)
        except TimeoutError:
            words = self.docker("logs", "--tail", "20", self.container(index))
            raise DockerFault(
                f"validator-{index + 1} did not come up within {READY_S:.0f} s\n{words}"
            ) from None

    def stop(self) -> None:
        """Stop and remove the containers; the volumes stay."""
        self.compose("down")

    def forget(self) -> None:
        """Stop and remove the containers and the volumes."""
        self.compose("down", "--volumes", "--remove-orphans")

    @contextlib.contextmanager
    def or_nothing(self) -> Iterator[None]:
        """Stop the containers unless what is done within comes to its end."""
        try:
            yield
        except BaseException:
            with contextlib.suppress(DockerFault):
                self.stop()
            raise


def packed(home: Path) -> bytes:
    """Return config/ and data/ of a home as a tar, tonne.toml last: it says that all is there."""
    last = "config/tonne.toml"
    names = [
        str(path.relative_to(home))
        for folder in ("config", "data")
        for path in sorted((home / folder).rglob("*"))
        if path.is_file()
    ]
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name in sorted(names, key=lambda name: (name == last, name)):
            archive.add(home / name, name)
    return stream.getvalue()


def _serves(address: str) -> bool:
    if health.state(address) != "SERVING":
        return False
    with Client(address) as client, contextlib.suppress(TonneError):
        return client.status().height >= 1
    return False


def _tail(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.strip().splitlines()[-TAIL_LINES:])
