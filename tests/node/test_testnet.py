"""Networks on one machine: laid out whole, found again, forgotten only when that is safe."""

import fcntl
import signal
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from node import home as homes
from node import testnet
from node.engine import installer
from node.genesis import read_genesis
from node.home import Identity, Ports
from node.supervisor import LOCK
from node.testnet import MARK, Testnet, TestnetFault, is_alive, wait_until
from tests.node.engine_stand_in import put_engine
from tonne.v1 import state_pb2 as s


def genesis_of(members: Sequence[Identity]) -> bytes:
    message = s.Genesis(
        chain_id="tonne-test",
        time_s=1_770_000_000,
        validators=[s.Validator(key=m.validator_key, power=10, name=m.name) for m in members],
        params=s.ChainParams(block_bytes_max=1 << 20),
    )
    return message.SerializeToString(deterministic=True)


@pytest.fixture(autouse=True)
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = put_engine(tmp_path)
    monkeypatch.setattr(installer, "ensure", lambda: path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "net"
    testnet.lay_out(path, genesis_of, count=3, base=Ports(21_000, 21_001, 21_050))
    return path


def test_nodes_share_one_genesis_and_name_all_others_as_peers(folder: Path) -> None:
    net = Testnet(folder)
    assert net.count == 3
    raw = [read_genesis(net.home(index) / "config" / "genesis.json") for index in range(3)]
    assert raw[0] == raw[1] == raw[2]
    assert [row.name for row in s.Genesis.FromString(raw[0]).validators] == [
        "validator-1",
        "validator-2",
        "validator-3",
    ]
    for index in range(3):
        config = tomllib.loads((net.home(index) / "config" / "config.toml").read_text())
        peers = config["p2p"]["persistent_peers"].split(",")
        ports = [int(peer.rpartition(":")[2]) for peer in peers]
        assert ports == [21_000 + 10 * other for other in range(3) if other != index]


def test_addresses_follow_the_scheme_of_ports(folder: Path) -> None:
    net = Testnet(folder)
    assert [net.rpc(index) for index in (0, 2)] == [
        "http://127.0.0.1:21001",
        "http://127.0.0.1:21021",
    ]
    assert [net.grpc(index) for index in (0, 2)] == ["127.0.0.1:21050", "127.0.0.1:21052"]


def test_network_that_is_there_stays_as_it_is(folder: Path) -> None:
    before = (folder / "node0" / "config" / "priv_validator_key.json").read_bytes()
    testnet.lay_out(folder, genesis_of, count=4)
    assert (folder / "node0" / "config" / "priv_validator_key.json").read_bytes() == before
    assert Testnet(folder).count == 3


def test_network_half_laid_out_is_begun_anew(tmp_path: Path) -> None:
    def fails(_members: Sequence[Identity]) -> bytes:
        raise InterruptedError

    path = tmp_path / "net"
    with pytest.raises(InterruptedError):
        testnet.lay_out(path, fails, count=2)
    assert Testnet(path).count == 0
    testnet.lay_out(path, genesis_of, count=2)
    assert Testnet(path).count == 2
    assert not (path / "making").exists()


@pytest.mark.parametrize("count", [0, 11])
def test_only_one_to_ten_validators_are_laid_out(tmp_path: Path, count: int) -> None:
    with pytest.raises(TestnetFault, match="1 to 10 validators"):
        testnet.lay_out(tmp_path / "net", genesis_of, count=count)


def test_folder_with_other_things_in_it_is_not_used_and_not_emptied(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(TestnetFault, match="holds other things"):
        testnet.lay_out(tmp_path, genesis_of)
    with pytest.raises(TestnetFault, match="by hand"):
        testnet.clean(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_forgetting_takes_the_folder_and_is_told_when_there_is_none(folder: Path) -> None:
    assert testnet.clean(folder)
    assert not folder.exists()
    assert not testnet.clean(folder)


def test_running_network_is_not_forgotten(folder: Path) -> None:
    lock = folder / "node1" / LOCK
    with lock.open("w") as held:
        held.write("4711")
        held.flush()
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(TestnetFault, match=r"node1 is run by process 4711"):
            testnet.clean(folder)
    assert testnet.clean(folder)


def test_node_whose_supervisor_ends_is_told_with_its_last_words(folder: Path) -> None:
    net = Testnet(folder)
    genesis = net.home(0) / "config" / "genesis.json"
    genesis.unlink()
    net.start(0)
    try:
        with pytest.raises(TestnetFault, match=r"(?s)node 0 stopped.*genesis\.json.*no such file"):
            net.wait_for_height(1, 0)
    finally:
        net.stop()


def test_child_told_to_die_with_its_parent_is_ended_when_that_is_killed() -> None:
    starts = """
from pathlib import Path
from node import supervisor, testnet
import subprocess, sys, signal, os
wait = "import signal; print('up', flush=True); signal.pause()"
child = subprocess.Popen([sys.executable, "-c", wait], stdout=subprocess.PIPE, text=True,
    start_new_session=True, preexec_fn=supervisor.dying_with(os.getpid(), signal.SIGTERM))
child.stdout.readline()
print(child.pid, flush=True)
signal.pause()
"""
    parent = subprocess.Popen([sys.executable, "-c", starts], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert is_alive(child)
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    wait_until(lambda: not is_alive(child), "the child ends", 30)


def test_waiting_ends_with_what_was_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(testnet, "POLL_S", 0.001)
    with pytest.raises(TimeoutError, match="a miracle: not within"):
        wait_until(lambda: False, "a miracle", 0.01)


def test_mark_of_a_network_is_there_before_its_nodes(tmp_path: Path) -> None:
    seen: list[bool] = []

    def looks(members: Sequence[Identity]) -> bytes:
        seen.append((tmp_path / "net" / MARK).exists())
        return genesis_of(members)

    testnet.lay_out(tmp_path / "net", looks, count=1)
    assert seen == [True]
    assert homes.read_settings(tmp_path / "net" / "node0").chain_id == "tonne-test"
