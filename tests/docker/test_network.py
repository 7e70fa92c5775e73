"""Four validators in containers: the story, nodes that go and come back, and what is refused.

The tests follow one another on one network, as a day of its life.
"""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from node.testnet import wait_until
from scripts.docker_network import COUNT, Network, Settings
from tests.e2e.test_first_story import ROWS, table
from tests.ports import free_ports

pytestmark = [pytest.mark.docker, pytest.mark.e2e]

ROOT = Path(__file__).resolve().parents[2]
CUT_S = 20.0
HEADERS = """
import httpx, json
rpc = httpx.Client(base_url="http://127.0.0.1:26657", timeout=20, trust_env=False)
top = int(rpc.get("/status").json()["result"]["sync_info"]["latest_block_height"])
ask = lambda h: rpc.get("/commit", params={"height": h}).json()["result"]["signed_header"]["header"]
print(json.dumps({h: ask(h)["app_hash"] for h in range(1, top + 1)}))
"""
METRICS = "import httpx, sys; print(httpx.get(f'http://{sys.argv[1]}/metrics').text)"
WRITE = "open('/written', 'w')"


@dataclass
class Containers:
    """The network, its folder, and the commands that people type."""

    network: Network

    @property
    def home(self) -> Path:
        return self.network.folder / "client"

    def make(self, target: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run one of the make targets on this network."""
        return subprocess.run(
            ["make", target, f"TESTNET_DOCKER_OPTIONS=--dir {self.network.folder}"],
            cwd=ROOT,
            env={**self.network.settings.environment(), **self.named(), **environ},
            capture_output=True,
            text=True,
            timeout=540,
            check=False,
        )

    def named(self) -> dict[str, str]:
        return {"TONNE_PROJECT": self.network.settings.project, "COLUMNS": "200"}

    def tonne(self, *words: str, node: int = 0) -> subprocess.CompletedProcess[str]:
        """Run the command line against a node's published gateway."""
        place = ["--node", self.network.address(node), "--home", str(self.home)]
        return subprocess.run(
            [str(ROOT / ".venv/bin/tonne"), *words, *place],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def transfer(self, amount_t: int, node: int = 0) -> subprocess.CompletedProcess[str]:
        words = f"tx transfer {amount_t} --class TMU --to @user --as issuer --yes".split()
        return self.tonne(*words, node=node)

    def ok(self, amount_t: int, node: int = 0) -> None:
        done = self.transfer(amount_t, node)
        assert done.returncode == 0, done.stdout + done.stderr

    def status(self, node: int, field: str) -> str:
        done = self.tonne("status", "--field", field, node=node)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def height(self, node: int) -> int:
        return int(self.status(node, "height"))

    def inside(self, node: int, *words: str) -> str:
        """Run a program in a node's container and return what it says."""
        return self.network.docker("exec", self.network.container(node), *words)

    def inspected(self, node: int) -> Any:
        return json.loads(self.network.docker("inspect", self.network.container(node)))[0]

    def user_t(self, node: int) -> int:
        """Return what the user holds free, as one node has it."""
        done = self.tonne("query", "holding", "@user", "TMU", "--output", "json", node=node)
        assert done.returncode == 0, done.stdout + done.stderr
        return int(json.loads(done.stdout)["holding"]["free_t"])

    def assert_agreement(self) -> int:
        """Wait until all are level; every height has one app hash. Return the height."""
        top = max(self.height(index) for index in range(COUNT))
        for index in range(COUNT):
            wait_until(lambda: self.height(index) >= top, f"node {index} at {top}")  # noqa: B023
        seen = [json.loads(self.inside(index, "python", "-c", HEADERS)) for index in range(COUNT)]
        for height in range(1, top + 1):
            hashes = {row[str(height)] for row in seen}
            assert len(hashes) == 1, f"height {height}: {hashes}"
        return top


def running(network: Network) -> list[str]:
    label = f"label=com.docker.compose.project={network.settings.project}"
    return network.docker("ps", "-q", "--filter", label).split()


def metrics(net: Containers, place: str) -> str:
    return net.inside(1, "python", "-c", METRICS, place)


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    first = free_ports().grpc
    settings = Settings(
        project=f"tonne-test-{os.getpid()}",
        image="tonne:test",
        net=f"172.30.{os.getpid() % 200 + 50}",
        gateways=[first + index for index in range(COUNT)],
    )
    containers = Containers(Network(settings, tmp_path_factory.mktemp("docker") / "net"))
    try:
        yield containers
    finally:
        containers.network.forget()
        containers.network.docker("rmi", "--force", settings.image)


def test_port_that_is_taken_is_named_and_nothing_starts(net: Containers) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", net.network.settings.gateways[2]))
        taken.listen()
        done = net.make("testnet-docker")
    assert done.returncode != 0
    assert f"port {net.network.settings.gateways[2]} is in use" in done.stderr
    assert "TONNE_GATEWAY_3" in done.stderr
    assert running(net.network) == []


def test_the_story_has_the_numbers_of_the_law(net: Containers) -> None:
    done = net.make("testnet-docker")
    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-4_000:]
    assert table(done.stdout) == ROWS
    assert "Read back from another validator" in done.stdout
    assert len(running(net.network)) == COUNT
    net.assert_agreement()


def test_a_container_may_do_no_more_than_it_must(net: Containers) -> None:
    assert net.inside(0, "id", "-u").strip() == "10001"
    blocked = ["exec", net.network.container(0), "python", "-c", WRITE]
    done = subprocess.run(["docker", *blocked], capture_output=True, text=True, check=False)
    assert "Read-only file system" in done.stderr
    found = net.inspected(0)
    assert found["HostConfig"]["ReadonlyRootfs"] is True
    assert found["HostConfig"]["Memory"] == 2 << 30
    assert found["HostConfig"]["CapDrop"] == ["ALL"]
    assert {row["HostIp"] for row in found["HostConfig"]["PortBindings"]["9090/tcp"]} == {
        "127.0.0.1"
    }


def test_health_is_what_the_gateway_says(net: Containers) -> None:
    for index in range(COUNT):
        wait_until(
            lambda: net.inspected(index)["State"]["Health"]["Status"] == "healthy",  # noqa: B023
            f"node {index} healthy",
        )
    assert net.inside(0, "python", "-m", "node.health", "--home", "/node").strip() == "SERVING"


def test_a_node_shows_its_metrics_to_its_neighbours(net: Containers) -> None:
    assert "cometbft_consensus_height" in metrics(net, "validator-1:26660")
    assert "\ntonne_" in metrics(net, "validator-1:26661")


def test_project_that_is_up_is_refused_and_left_alone(net: Containers) -> None:
    before = running(net.network)
    done = net.make("testnet-docker")
    assert done.returncode != 0
    assert f"a compose project {net.network.settings.project} is up already" in done.stderr
    assert running(net.network) == before


def test_user_without_rights_on_the_engine_is_told_so_by_docker() -> None:
    words = ["docker", "version"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, user=65_534)
    assert "permission denied" in done.stderr.lower()


def test_with_one_container_stopped_the_network_goes_on(net: Containers) -> None:
    net.network.docker("stop", net.network.container(3))
    before = net.user_t(0)
    net.ok(3)
    assert net.user_t(0) == before + 3
    net.network.docker("start", net.network.container(3))
    net.network.wait_ready(3)
    net.assert_agreement()
    assert net.user_t(3) == before + 3


def test_with_two_stopped_it_halts_says_no_quorum_and_loses_nothing(net: Containers) -> None:
    before = net.user_t(0)
    for index in (2, 3):
        net.network.docker("stop", net.network.container(index))
    done = net.transfer(5)
    assert done.returncode != 0
    assert "NO_QUORUM" in done.stderr
    assert "waiting for the votes of other validators" in done.stderr
    assert net.height(0) == net.height(1)
    assert net.user_t(0) == before  # reads are answered
    for index in (2, 3):
        net.network.docker("start", net.network.container(index))
    for index in (2, 3):
        net.network.wait_ready(index)
    # It was admitted before the votes were missed; the chain takes it when it goes on.
    wait_until(lambda: net.user_t(0) == before + 5, "what waited is in a block")
    wait_until(lambda: net.transfer(7).returncode == 0, "new ones are taken")
    net.assert_agreement()
    assert net.user_t(2) == before + 12


def test_one_cut_off_for_a_while_catches_up(net: Containers) -> None:
    container = net.network.container(3)
    peers = f"{net.network.settings.project}_peers"
    before = net.user_t(0)
    net.network.docker("network", "disconnect", peers, container)
    until = time.monotonic() + CUT_S
    net.ok(1)
    wait_until(lambda: time.monotonic() > until, "it was cut off long enough")
    net.ok(1)
    place = ["--ip", f"{net.network.settings.net}.14", "--alias", "validator-4"]
    net.network.docker("network", "connect", *place, peers, container)
    net.network.wait_ready(3)
    net.assert_agreement()
    assert net.user_t(3) == before + 2


def test_one_with_an_empty_volume_fetches_the_chain_again(net: Containers) -> None:
    before = net.assert_agreement()
    net.network.compose("stop", "validator-4")
    kept = net.network.docker(*net.network.beside(3, "cat", "data/priv_validator_state.json"))
    net.network.compose("rm", "-f", "validator-4")
    net.network.docker("volume", "rm", net.network.volume("data", 3))
    net.network.compose("up", "--no-start")
    put = net.network.beside(3, "sh", "-c", "cat > data/priv_validator_state.json")
    net.network.docker(*put, given=kept.encode())
    net.network.start()
    assert net.assert_agreement() >= before
    log = net.inside(3, "cat", "data/logs/engine.log")
    assert "Time to switch to consensus" in log  # from block sync
    net.ok(2, node=3)
    assert net.tonne("query", "retirement", "1", node=3).returncode == 0


def test_stopped_and_started_again_the_same_chain_goes_on_and_ctrl_c_leaves_nothing(
    net: Containers,
) -> None:
    top = net.assert_agreement()
    assert net.make("testnet-docker-down").returncode == 0
    assert running(net.network) == []
    with subprocess.Popen(
        ["make", "testnet-docker", f"TESTNET_DOCKER_OPTIONS=--dir {net.network.folder}"],
        cwd=ROOT,
        env={**net.network.settings.environment(), **net.named()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        wait_until(lambda: len(running(net.network)) == COUNT, "the containers run")
        os.killpg(process.pid, signal.SIGINT)  # what a terminal does at Ctrl-C
        _, said = process.communicate(timeout=120)
    assert process.returncode != 0
    assert "interrupted" in said
    assert "Traceback" not in said
    assert running(net.network) == []
    done = net.make("testnet-docker")
    assert done.returncode == 0, done.stderr
    assert "The story was played on this chain before" in done.stdout
    assert net.height(0) >= top


def test_forgotten_nothing_is_left(net: Containers) -> None:
    assert net.make("testnet-docker-clean").returncode == 0
    assert running(net.network) == []
    assert not net.network.folder.exists()
    filters = ["--filter", f"name={net.network.settings.project}"]
    assert net.network.docker("volume", "ls", "-q", *filters) == ""
    assert net.network.docker("network", "ls", "-q", *filters) == ""
