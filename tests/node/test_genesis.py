"""genesis.json says what the hashed message says, or is refused with a reason."""

import base64
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from node.genesis import (
    GenesisFault,
    engine_genesis,
    genesis_hash,
    read_genesis,
    validator_address,
    write_genesis,
)
from tonne.v1 import state_pb2 as s

KEY = bytes(range(32))
GENESIS = s.Genesis(
    chain_id="tonne-test",
    time_s=1_770_000_000,
    validators=[s.Validator(key=KEY, power=10, name="north")],
    params=s.ChainParams(block_bytes_max=1 << 20),
    entries=[s.Entry(key=b"\x01k", value=b"\x01v")],
).SerializeToString(deterministic=True)


def written(tmp_path: Path) -> Path:
    path = tmp_path / "genesis.json"
    write_genesis(path, GENESIS)
    return path


def refused(path: Path) -> str:
    with pytest.raises(GenesisFault) as caught:
        read_genesis(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    assert read_genesis(written(tmp_path)) == GENESIS
    assert genesis_hash(GENESIS) == sha256(GENESIS).digest()


def test_the_engine_finds_what_it_asks_for() -> None:
    data = engine_genesis(GENESIS)
    assert data["chain_id"] == "tonne-test"
    assert data["genesis_time"] == "2026-02-02T02:40:00Z"
    assert data["initial_height"] == "1"
    assert data["consensus_params"]["block"] == {"max_bytes": "1048576", "max_gas": "-1"}
    assert data["consensus_params"]["evidence"]["max_age_duration"] == "172800000000000"
    assert data["consensus_params"]["abci"] == {"vote_extensions_enable_height": "0"}
    assert data["validators"] == [
        {
            "address": validator_address(KEY),
            "pub_key": {
                "type": "tendermint/PubKeyEd25519",
                "value": base64.b64encode(KEY).decode(),
            },
            "power": "10",
            "name": "north",
        }
    ]
    assert base64.b64decode(data["app_state"]) == GENESIS


def test_an_address_is_the_first_twenty_bytes_of_the_key_s_hash() -> None:
    assert validator_address(KEY) == sha256(KEY).hexdigest()[:40].upper()


def test_json_printed_another_way_is_the_same_genesis(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(json.dumps(json.loads(path.read_text()), sort_keys=True))
    assert read_genesis(path) == GENESIS


def test_a_missing_file_says_who_gives_it(tmp_path: Path) -> None:
    assert "tonne init" in refused(tmp_path / "genesis.json")


@pytest.mark.parametrize("share", [1, 3, 9])
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, share: int) -> None:
    path = written(tmp_path)
    text = path.read_text()
    path.write_text(text[: len(text) * share // 10])
    assert "cut off" in refused(path)


def test_a_file_that_is_too_large_is_not_even_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path)
    monkeypatch.setattr("node.genesis.FILE_BYTES_MAX", 100)
    assert "longer than 100 bytes" in refused(path)


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text().replace("{", '{"chain_id": "other",', 1))
    assert "'chain_id' stands twice" in refused(path)


@pytest.mark.parametrize("number", ["1.0", "1e3", "NaN", "Infinity"])
def test_a_number_that_is_no_integer_is_refused(tmp_path: Path, number: str) -> None:
    path = written(tmp_path)
    path.write_text(
        path.read_text().replace('"initial_height": "1"', f'"initial_height": {number}')
    )
    assert "not an integer" in refused(path)


@pytest.mark.parametrize("text", ["[]", "7", '"text"', "{}", '{"app_state": {}}'])
def test_another_kind_of_json_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "genesis.json"
    path.write_text(text)
    assert refused(path)


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "genesis.json"
    path.write_bytes(b'{"chain_id": "\xff"}')
    assert "not UTF-8" in refused(path)


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "genesis.json"
    path.write_text("[" * 200_000)
    assert refused(path)


def drop_validators(data: dict[str, Any]) -> None:
    data["validators"] = []


def raise_power(data: dict[str, Any]) -> None:
    data["validators"][0]["power"] = "11"


def swap_key(data: dict[str, Any]) -> None:
    data["validators"][0]["pub_key"]["value"] = base64.b64encode(bytes(32)).decode()


def rename_chain(data: dict[str, Any]) -> None:
    data["chain_id"] = "other"


def move_time(data: dict[str, Any]) -> None:
    data["genesis_time"] = "2026-02-02T02:40:01Z"


def start_later(data: dict[str, Any]) -> None:
    data["initial_height"] = "5"


def add_to_the_engine_s_part(data: dict[str, Any]) -> None:
    data["consensus_params"]["block"]["max_bytes"] = "2097152"


def rename_validator(data: dict[str, Any]) -> None:
    data["validators"][0]["name"] = "south"


def bring_an_app_hash(data: dict[str, Any]) -> None:
    data["app_hash"] = "00"


def break_validator(data: dict[str, Any]) -> None:
    data["validators"] = ["north"]


@pytest.mark.parametrize(
    "change",
    [
        drop_validators,
        raise_power,
        swap_key,
        rename_chain,
        move_time,
        start_later,
        break_validator,
        add_to_the_engine_s_part,
        rename_validator,
        bring_an_app_hash,
    ],
)
def test_a_change_by_hand_is_noticed(
    tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    path = written(tmp_path)
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))
    assert "differs from what app_state says" in refused(path)


def test_a_member_that_no_genesis_has_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(json.dumps({**json.loads(path.read_text()), "Chain_ID": "other"}))
    assert "'Chain_ID' is no part of a genesis" in refused(path)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("%%%", "not base64"),
        (base64.b64encode(GENESIS[:-3]).decode(), "cut off"),
        (base64.b64encode(GENESIS + b"\x7a\x01x").decode(), "canonical"),
        (base64.b64encode(s.Genesis(time_s=5).SerializeToString()).decode(), "no chain id"),
    ],
)
def test_a_state_that_is_no_genesis_is_refused(tmp_path: Path, state: str, reason: str) -> None:
    path = written(tmp_path)
    data = json.loads(path.read_text())
    data["app_state"] = state
    path.write_text(json.dumps(data))
    assert reason in refused(path)
