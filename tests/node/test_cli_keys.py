"""Keys at the command line: made once, kept sealed, never shown by accident."""

import json
from pathlib import Path
from typing import Any

import pytest

from node.cli import faults, run
from node.sdk.keys import KeyStore

ACCOUNT = "XI-100-1001-0-39"


@pytest.fixture(autouse=True)
def _passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONNE_PASSPHRASE", "correct horse")


def keys(home: Path, *words: str) -> int:
    return run(["keys", *words, "--home", str(home)])


def answer(home: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    capsys.readouterr()
    assert keys(home, *words, "--output", "json") == faults.OK
    return json.loads(capsys.readouterr().out)


def test_a_new_key_shows_its_24_words_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = answer(tmp_path, capsys, "add", "issuer", "--account", ACCOUNT, "--person", "p-7")
    assert len(made["mnemonic"].split()) == 24
    shown = answer(tmp_path, capsys, "show", "issuer")
    assert shown == {
        "name": "issuer",
        "public": made["public"],
        "account": ACCOUNT,
        "person": "p-7",
    }
    assert made["mnemonic"] not in (tmp_path / "keys" / "issuer.json").read_text()


def test_keys_are_listed_bound_and_deleted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two"):
        assert keys(tmp_path, "add", name) == faults.OK
    assert keys(tmp_path, "bind", "one", ACCOUNT) == faults.OK
    assert keys(tmp_path, "delete", "two", "--yes") == faults.OK
    rows = answer(tmp_path, capsys, "list")
    assert [(row["name"], row["account"]) for row in rows] == [("one", ACCOUNT)]


def test_a_name_is_never_used_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert keys(tmp_path, "add", "one") == faults.OK
    assert keys(tmp_path, "add", "one") == faults.USAGE
    assert "error:" in capsys.readouterr().err


def test_an_exported_key_is_taken_in_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = answer(tmp_path / "here", capsys, "add", "one")
    assert keys(tmp_path / "here", "export", "one") == faults.OK
    (tmp_path / "one.txt").write_text(capsys.readouterr().out)
    assert keys(tmp_path / "there", "import", "uno", str(tmp_path / "one.txt")) == faults.OK
    assert answer(tmp_path / "there", capsys, "show", "uno")["public"] == made["public"]


def test_a_wrong_passphrase_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert keys(tmp_path, "add", "one") == faults.OK
    monkeypatch.setenv("TONNE_PASSPHRASE", "battery staple")
    assert keys(tmp_path, "export", "one") == faults.USAGE
    assert "passphrase" in capsys.readouterr().err


def test_a_test_store_is_not_mixed_with_real_keys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert keys(tmp_path, "add", "one") == faults.OK
    assert keys(tmp_path, "add", "two", "--insecure-test") == faults.USAGE
    assert "real keys" in capsys.readouterr().err
    assert keys(tmp_path / "test", "add", "two", "--insecure-test") == faults.OK
    assert "INSECURE" in capsys.readouterr().err
    assert answer(tmp_path / "test", capsys, "list")[0]["name"] == "two"


def test_a_grant_carries_the_proof_of_possession(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = KeyStore.test(tmp_path / "keys" / "INSECURE-TEST")
    store.add("one")
    assert keys(tmp_path, "grant", "one", ACCOUNT) == faults.USAGE
    assert "which chain?" in capsys.readouterr().err
    assert keys(tmp_path, "grant", "one", ACCOUNT, "--chain-id", "here") == faults.OK
    grant = json.loads(capsys.readouterr().out)
    assert grant["person"] == "one"
    assert grant["rights"] == ["INITIATE", "APPROVE"]
    assert grant["proof"]
