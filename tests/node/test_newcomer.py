"""What a newcomer does wrong first: every message says what to do next."""

from pathlib import Path

import pytest

from node.cli import faults, run
from node.sdk.keys import KeyStore

NOBODY = "127.0.0.1:1"  # no gateway listens there


@pytest.fixture
def home(tmp_path: Path) -> Path:
    KeyStore.test(tmp_path / "keys" / "INSECURE-TEST").add("issuer")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["status", "--node", NOBODY], faults.UNREACHABLE, "tonne testnet"),
        (["keys", "show", "isuer"], faults.USAGE, "(there: issuer). Name the folder that has it"),
        (["doctor"], faults.USAGE, "holds no state of a node"),
        (["verify", "proof.json", "--app-hash", "null"], faults.USAGE, "status --field app_hash"),
        (["program", "check", "none.toml"], faults.USAGE, "Check the path."),
        (["program", "check", "latin.toml"], faults.USAGE, "Save it as UTF-8."),
    ],
)
def test_a_first_mistake_is_told_with_the_next_step(
    home: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(home)
    monkeypatch.setenv("TONNE_HOME", str(home))
    (home / "latin.toml").write_bytes(b'name = "Caf\xe9"')
    assert run(words) == code
    shown = capsys.readouterr().err
    assert said in shown
    assert "Traceback" not in shown


def test_the_doctor_makes_no_state_where_there_is_none(tmp_path: Path) -> None:
    assert run(["doctor", "--home", str(tmp_path)]) == faults.USAGE
    assert list(tmp_path.iterdir()) == []
