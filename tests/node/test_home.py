"""Homes: made whole, of one chain for ever, and refused in words that help."""

import socket
import stat
import tomllib
from pathlib import Path
from typing import Any

import pytest

from abci_app.core.limits import TX_BYTES_MAX
from node import home as homes
from node.engine import installer
from node.genesis import write_genesis
from node.home import HomeFault, Ports
from node.testnet import ports_of
from tests.node.engine_stand_in import CONFIG, put_engine
from tonne.v1 import state_pb2 as s

PEERS = ("aa@127.0.0.1:1", "bb@127.0.0.1:2")


def genesis(chain_id: str = "tonne-test") -> bytes:
    message = s.Genesis(
        chain_id=chain_id,
        time_s=1_770_000_000,
        validators=[s.Validator(key=bytes(32), power=10, name="north")],
        params=s.ChainParams(block_bytes_max=1 << 20),
    )
    return message.SerializeToString(deterministic=True)


@pytest.fixture
def engine(tmp_path: Path) -> Path:
    return put_engine(tmp_path)


@pytest.fixture
def home(tmp_path: Path, engine: Path) -> Path:
    path = tmp_path / "home"
    homes.create(path, engine, "north")
    homes.configure(path, genesis(), Ports(), PEERS, name="north", local=True)
    return path


def engine_config(home: Path) -> dict[str, Any]:
    return tomllib.loads((home / "config" / "config.toml").read_text())


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def test_home_has_three_folders_and_its_keys_are_the_owners_alone(home: Path) -> None:
    assert sorted(path.name for path in home.iterdir()) == ["config", "data", "keys"]
    assert stat.S_IMODE((home / "keys").stat().st_mode) == 0o700


def test_engine_runs_behind_our_socket_with_blocks_only_on_demand(home: Path) -> None:
    config = engine_config(home)
    assert config["proxy_app"] == "unix://data/app.sock"
    assert config["moniker"] == "north"
    assert config["p2p"]["persistent_peers"] == ",".join(PEERS)
    assert config["p2p"]["pex"] is False
    assert config["consensus"]["create_empty_blocks"] is False
    assert config["consensus"]["double_sign_check_height"] == 0
    assert config["mempool"]["recheck"] is True
    assert config["mempool"]["max_tx_bytes"] == TX_BYTES_MAX
    assert config["tx_index"]["indexer"] == "null"


def test_comments_and_other_settings_of_the_engine_stay(home: Path) -> None:
    assert "# the engine's own words" in (home / "config" / "config.toml").read_text()
    assert engine_config(home)["log_level"] == "info"


def test_equal_peer_addresses_are_allowed_only_on_one_machine(home: Path) -> None:
    assert engine_config(home)["p2p"]["allow_duplicate_ip"] is True
    homes.configure(home, genesis(), Ports(), PEERS, name="north")
    assert engine_config(home)["p2p"]["allow_duplicate_ip"] is False
    assert engine_config(home)["p2p"]["addr_book_strict"] is True


def test_our_settings_say_where_everything_listens(home: Path) -> None:
    assert homes.read_settings(home) == homes.Settings(
        chain_id="tonne-test",
        app_socket="data/app.sock",
        grpc_address="127.0.0.1:9090",
        rpc_address="http://127.0.0.1:26657",
    )


def test_peers_and_clients_are_served_on_addresses_of_their_own(
    tmp_path: Path, engine: Path
) -> None:
    path = tmp_path / "h"
    homes.create(path, engine, "north")
    ports = Ports(1, 2, 3, p2p_host="0.0.0.0", gateway_host="::1", external="north.example:7")
    homes.configure(path, genesis(), ports, (), name="north")
    config = engine_config(path)
    assert config["p2p"]["laddr"] == "tcp://0.0.0.0:1"
    assert config["p2p"]["external_address"] == "north.example:7"
    assert config["rpc"]["laddr"] == "tcp://127.0.0.1:2"
    assert homes.read_settings(path).grpc_address == "[::1]:3"


def test_finished_home_is_never_written_over(home: Path, engine: Path) -> None:
    before = (home / "config" / "priv_validator_key.json").read_bytes()
    with pytest.raises(HomeFault, match="is a home already"):
        homes.create(home, engine, "south")
    assert (home / "config" / "priv_validator_key.json").read_bytes() == before


def test_folder_of_another_engine_is_not_taken_over(tmp_path: Path, engine: Path) -> None:
    (tmp_path / "other" / "config").mkdir(parents=True)
    with pytest.raises(HomeFault, match="is a home already"):
        homes.create(tmp_path / "other", engine, "north")


def test_home_left_half_made_is_taken_up_again_with_its_keys(tmp_path: Path, engine: Path) -> None:
    path = tmp_path / "half"
    first = homes.create(path, engine, "north")
    assert homes.create(path, engine, "north") == first
    homes.configure(path, genesis(), Ports(), (), name="north")
    with pytest.raises(HomeFault, match="is a home already"):
        homes.create(path, engine, "north")


def test_keys_made_before_the_home_stay_in_it(tmp_path: Path, engine: Path) -> None:
    keys = tmp_path / "h" / "keys"
    keys.mkdir(parents=True)
    (keys / "mine").write_text("sealed")
    homes.create(tmp_path / "h", engine, "north")
    assert (keys / "mine").read_text() == "sealed"


def test_home_of_another_chain_is_refused_and_stays_as_it_is(home: Path) -> None:
    before = (home / "config" / "genesis.json").read_bytes()
    with pytest.raises(HomeFault, match="belongs to another chain"):
        homes.configure(home, genesis("tonne-other"), Ports(), (), name="north")
    assert (home / "config" / "genesis.json").read_bytes() == before


def test_app_in_a_path_too_long_for_a_socket_is_told_to_look_where_it_is(
    tmp_path: Path, engine: Path, home: Path
) -> None:
    path = tmp_path / ("x" * 100)
    homes.create(path, engine, "north")
    homes.configure(path, genesis(), Ports(), (), name="north")
    assert homes.name_for_app(path) == "."
    edit(home / "config" / "tonne.toml", "data/app.sock", "/run/a.sock")
    assert homes.name_for_app(home) == str(home)


def test_engine_that_fails_or_is_missing_is_named(
    tmp_path: Path, engine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_IN_FAILS", "1")
    with pytest.raises(HomeFault, match="no space left on device"):
        homes.create(tmp_path / "a", engine, "north")
    with pytest.raises(HomeFault, match="tonne engine install"):
        homes.create(tmp_path / "b", tmp_path / "absent", "north")


def test_folder_that_cannot_be_made_is_named(tmp_path: Path, engine: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HomeFault, match="choose another folder"):
        homes.create(tmp_path / "file" / "home", engine, "north")


def test_engine_of_another_version_lacks_a_setting_and_is_refused(tmp_path: Path) -> None:
    engine = put_engine(tmp_path, CONFIG.replace("recheck = false\n", ""))
    homes.create(tmp_path / "h", engine, "north")
    with pytest.raises(HomeFault, match=r"no mempool\.recheck"):
        homes.configure(tmp_path / "h", genesis(), Ports(), (), name="north")


@pytest.mark.parametrize("text", [None, "not toml [", "chain_id = 'x'"])
def test_folder_that_is_no_home_is_refused_with_how_to_make_one(
    tmp_path: Path, text: str | None
) -> None:
    (tmp_path / "config").mkdir()
    if text is not None:
        (tmp_path / "config" / "tonne.toml").write_text(text)
    with pytest.raises(HomeFault, match="tonne init"):
        homes.read_settings(tmp_path)


@pytest.mark.parametrize(
    ("port", "setting"),
    [("p2p", r"\[p2p\] laddr"), ("rpc", r"\[engine\] rpc"), ("grpc", r"\[gateway\] address")],
)
def test_port_in_use_is_told_with_the_setting_that_changes_it(
    tmp_path: Path, engine: Path, port: str, setting: str
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        ports = Ports(**{"p2p": 1, "rpc": 2, "grpc": 3, port: number})
        homes.create(tmp_path / "h", engine, "north")
        homes.configure(tmp_path / "h", genesis(), ports, (), name="north")
        with pytest.raises(HomeFault, match=rf"(?s)port {number} is in use.*{setting}"):
            homes.check_startable(tmp_path / "h")


def test_home_whose_ports_are_free_can_be_started(tmp_path: Path, engine: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    homes.create(tmp_path / "h", engine, "north")
    ports = Ports(p2p=number, rpc=number, grpc=number)
    homes.configure(tmp_path / "h", genesis(), ports, (), name="north")
    homes.check_startable(tmp_path / "h")


def test_two_files_that_name_different_rpc_addresses_are_refused(home: Path) -> None:
    edit(home / "config" / "tonne.toml", "26657", "26999")
    with pytest.raises(HomeFault, match="make them name one address"):
        homes.check_startable(home)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.1:http"])
def test_address_without_a_port_is_refused(home: Path, address: str) -> None:
    edit(home / "config" / "tonne.toml", "127.0.0.1:9090", address)
    with pytest.raises(HomeFault, match="names no port"):
        homes.check_startable(home)


def test_broken_engine_configuration_is_named(home: Path) -> None:
    (home / "config" / "config.toml").write_text("[p2p")
    with pytest.raises(HomeFault, match=r"config\.toml cannot be used"):
        homes.check_startable(home)


def test_genesis_of_another_chain_or_none_stops_the_start(home: Path) -> None:
    write_genesis(home / "config" / "genesis.json", genesis("tonne-other"))
    with pytest.raises(HomeFault, match="is of the chain 'tonne-other'"):
        homes.check_startable(home)
    (home / "config" / "genesis.json").unlink()
    with pytest.raises(HomeFault, match="no such file"):
        homes.check_startable(home)


def test_ports_of_ten_nodes_do_not_meet() -> None:
    base = Ports()
    every = [
        port
        for index in range(10)
        for port in (
            ports_of(index, base).p2p,
            ports_of(index, base).rpc,
            ports_of(index, base).grpc,
        )
    ]
    assert len(dict.fromkeys(every)) == 30


@pytest.mark.e2e
def test_real_engine_has_every_setting_and_says_the_same_node_id(tmp_path: Path) -> None:
    member = homes.create(tmp_path / "h", installer.ensure(), "north")
    homes.configure(tmp_path / "h", genesis(), Ports(), PEERS, name="north", local=True)
    assert len(member.validator_key) == 32
    assert len(member.node_id) == 40
    keys = tmp_path / "h" / "config" / "priv_validator_key.json"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert engine_config(tmp_path / "h")["consensus"]["timeout_commit"] == "200ms"
