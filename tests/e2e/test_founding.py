"""The runbook of docs/OPERATIONS.md, played: four organisations found a network, a fifth observes.

Each organisation has a folder of its own, as it would have a machine; what passes between them are
the files that the runbook names.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from node.cli import faults
from node.genesis import genesis_hash, read_genesis
from node.home import Ports, read_settings
from node.sdk.client import Client
from node.sdk.keys import KeyStore
from node.testnet import Testnet, ports_of, wait_until
from tests import acts
from tests.harness import NETWORK
from tests.ports import free_ports
from tonne.v1 import service_pb2 as sv

ROOT = Path(__file__).parents[2]
PASSPHRASE = "founders of a test"
TONNE = f'tonne() {{ "{sys.executable}" -c "from node.cli import main; main()" "$@"; }}\n'
OBSERVER = 4
SHORT_S = 120.0


@dataclass(frozen=True)
class Party:
    """An organisation of the network file, as its operator fills in the runbook."""

    organisation: str
    keys: str
    node: int  # -1: it runs none


PARTIES = (
    Party("registry-north", "consortium-1 operator", 0),
    Party("registry-east", "consortium-2", 1),
    Party("registry-south", "consortium-3", 2),
    Party("registry-west", "consortium-4", 3),
    Party("coordination-council", "coordinator", -1),
)


def commands(chapter: str, part: str) -> list[str]:
    """Return the commands of one part of a chapter of the page, in order."""
    page = (ROOT / "docs" / "OPERATIONS.md").read_text(encoding="utf-8")
    found = re.findall(rf"^```sh {chapter}: {part}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert found, f"the page has no {chapter}: {part}"
    return found


def pasted(text: str, folder: Path, typed: str = "", **variables: str) -> str:
    """Run commands of the page in a folder as a person would; return what they say."""
    # Nobody types 24 words back here.
    script = TONNE + text.replace("tonne keys add", "tonne keys add --yes")
    environment = {**os.environ, "TONNE_PASSPHRASE": PASSPHRASE, **variables}
    environment["PYTHONPATH"] = f"{ROOT}:{ROOT}/proto"
    done = subprocess.run(
        ["bash", "-euc", script],
        cwd=folder,
        env=environment,
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == faults.OK, f"{text}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def spoken(said: str) -> str:
    """Return the two lines of groups that `tonne genesis verify` prints to be read aloud."""
    lines = re.findall(r"^  ((?:[0-9a-f]{8} ?){4})$", said, re.MULTILINE)
    assert len(lines) == 2, said
    return " ".join(lines)


class World:
    """The folders of the parties and of the coordinator; the homes are those of a Testnet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.base = free_ports()
        self.net = Testnet(folder / "homes")
        self.net.folder.mkdir()
        self.coordinator = folder / "coordinator"
        self.coordinator.mkdir()

    def ports(self, index: int) -> Ports:
        return ports_of(index, self.base)

    def listen(self, index: int) -> str:
        ports = self.ports(index)
        return (
            f"--p2p 127.0.0.1:{ports.p2p} --rpc {ports.rpc} "
            f"--gateway 127.0.0.1:{ports.grpc} --metrics 0"
        )

    def home(self, party: Party) -> Path:
        return self.net.home(party.node) if party.node >= 0 else self.folder / "council-home"

    def own(self, party: Party) -> dict[str, str]:
        address = f"127.0.0.1:{self.ports(party.node).p2p}" if party.node >= 0 else ""
        return {
            "ORG": party.organisation,
            "KEYS": party.keys,
            "ADDRESS": address,
            "H": str(self.home(party)),
            "LISTEN": self.listen(party.node) if party.node >= 0 else "",
        }

    def found(self) -> list[str]:
        """Play the chapter up to the start; return the hashes as each operator heard them."""
        init, assemble = commands("founding", "coordinator")
        verify, install = commands("founding", "operator")
        (join,) = commands("founding", "organisation")
        (self.coordinator / "local.toml").write_text(NETWORK, encoding="utf-8")
        drafted = pasted(init, self.coordinator)
        digest = re.search(r"draft hash: +([0-9a-f ]+)", drafted)
        assert digest
        for party in PARTIES:
            desk = self.folder / party.organisation
            desk.mkdir()
            shutil.copy(self.coordinator / "draft.json", desk)
            shown = pasted(join, desk, "y\n", **self.own(party))
            assert digest[1].strip() in shown
            shutil.copy(desk / f"join-{party.organisation}.json", self.coordinator)
        pasted(assemble, self.coordinator)
        heard = []
        for party in PARTIES:
            if party.node < 0:
                continue
            desk = self.folder / party.organisation
            shutil.copy(self.coordinator / "genesis.json", desk)
            said = pasted(verify, desk, **self.own(party))
            assert f"validator-{party.node + 1}, " in said.rpartition("is in it: ")[2]
            heard.append(spoken(said))
            pasted(install, desk, HEARD=heard[-1], **self.own(party))
        return heard

    @contextmanager
    def client(self, index: int) -> Iterator[Client]:
        with closing(Client(self.net.grpc(index), timeout_s=30)) as client:
            yield client

    def open_organisation(self, name: str, node: int) -> sv.Transaction:
        """Send, as the operator whose key was made in the ceremony, through a node's gateway."""
        store = KeyStore.encrypted(self.home(PARTIES[0]) / "keys", lambda: PASSPHRASE)
        with self.client(node) as client:
            return client.send([store.get("operator")], [acts.organisation(name)], wait=True)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("f"))
    try:
        yield made
    finally:
        made.net.stop()


@pytest.mark.e2e
def test_four_organisations_found_a_network_and_a_fifth_node_observes_it(world: World) -> None:
    heard = world.found()
    founded_alike(world, heard)
    world.net.start()
    world.net.wait_for_height(1, limit_s=SHORT_S)
    for index in range(4):
        with world.client(index) as client:
            status = client.status()
        assert status.genesis_hash.hex() == heard[0].replace(" ", "")
        assert (status.node_kind, status.voting_power) == ("validator", 10)
        assert status.node == f"validator-{index + 1}"
    assert world.open_organisation("first-org", 1).status == sv.COMMITTED

    observe(world, heard[0])
    assert world.open_organisation("second-org", OBSERVER).status == sv.COMMITTED

    from_a_gateway(world, heard[0])

    world.net.kill(OBSERVER)
    assert world.open_organisation("third-org", 2).status == sv.COMMITTED
    world.net.start(OBSERVER)
    level(world)
    with world.client(OBSERVER) as client:
        assert client.organisation("third-org").organisation.name == "third-org"


def founded_alike(world: World, heard: list[str]) -> None:
    """All heard one hash, all have one genesis; who has the same files makes the same bytes."""
    assert len(set(heard)) == 1
    homes = [world.net.home(index) for index in range(4)]
    texts = {(home / "config" / "genesis.json").read_bytes() for home in homes}
    assert len(texts) == 1
    assert genesis_hash(read_genesis(homes[0] / "config" / "genesis.json")).hex() == heard[
        0
    ].replace(" ", "")
    elsewhere = world.folder / "elsewhere"
    shutil.copytree(world.coordinator, elsewhere)
    (elsewhere / "genesis.json").unlink()
    pasted(commands("founding", "coordinator")[1], elsewhere)
    made = (world.coordinator / "genesis.json").read_bytes()
    assert (elsewhere / "genesis.json").read_bytes() == made
    assert texts == {made}
    for home in homes:
        settings = (home / "config" / "config.toml").read_text()
        assert settings.count("@127.0.0.1:") == 3  # the three peers, and not itself


def observe(world: World, heard: str) -> None:
    """Play the chapter on observers until the new node is level."""
    desk = world.folder / "observer"
    desk.mkdir()
    shutil.copy(world.coordinator / "genesis.json", desk)
    own = {
        "H": str(world.net.home(OBSERVER)),
        "LISTEN": world.listen(OBSERVER),
        "HEARD": heard,
    }
    assert "kind:          observer" in pasted(commands("observer", "operator")[0], desk, **own)
    assert read_settings(world.net.home(OBSERVER)).chain_id == "tonne-1"
    world.net.start(OBSERVER)
    level(world)
    with world.client(OBSERVER) as client:
        status = client.status()
    assert (status.node_kind, status.voting_power, status.node) == ("observer", 0, "observer")
    assert status.peers == 4


def from_a_gateway(world: World, heard: str) -> None:
    """The genesis that a gateway gives is the one that was founded."""
    desk = world.folder / "elsewhere"
    own = {"NODE": world.net.grpc(OBSERVER), "PEERS": f"{'ab' * 20}@127.0.0.1:1", "HEARD": heard}
    pasted(commands("observer", "without a file")[0], desk, **own, H=str(desk / "home"), LISTEN="")
    founded = read_genesis(world.coordinator / "genesis.json")
    assert read_genesis(desk / "home" / "config" / "genesis.json") == founded


def level(world: World) -> None:
    """Wait until the observer is where the validators are; every app hash is the same."""
    top = max(world.net.height(index) for index in range(4))
    world.net.wait_for_height(top, OBSERVER, limit_s=SHORT_S)

    def in_step() -> bool:
        with world.client(OBSERVER) as client:
            status = client.status()
        return status.height >= top and not status.catching_up

    wait_until(in_step, "the observer is in step", SHORT_S)
    for height in range(1, top + 1):
        hashes = {world.net.app_hash(index, height) for index in (0, OBSERVER)}
        assert len(hashes) == 1, f"height {height}: {hashes}"


def test_the_page_starts_nodes_with_the_command_that_the_supervisor_serves() -> None:
    for chapter in ("founding", "observer"):
        assert commands(chapter, "start") == ["tonne start --home $H\n"]
        assert "LISTEN=" in commands(chapter, "yours")[0]
