"""What a newcomer does wrong first: every message says what to do next."""

from pathlib import Path

import pytest

from node.cli import faults, run
from node.cli.query import NOUNS
from node.cli.verbs import COMMANDS
from node.home import drop_unborn_databases
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
        (["verify", "proof.json"], faults.USAGE, "give --genesis or --trusted-hash"),
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


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_every_question_and_every_act_tells_how_it_is_asked(
    flag: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for room, names in (("query", NOUNS), ("tx", COMMANDS)):
        for name in names:
            for words in ([flag], [flag, "x"], ["--node", NOBODY, "x", flag]):
                assert run([room, name, *words]) == faults.OK
                assert capsys.readouterr().out.startswith(f"Usage: tonne {room} {name}")


def test_the_doctor_makes_no_state_where_there_is_none(tmp_path: Path) -> None:
    assert run(["doctor", "--home", str(tmp_path)]) == faults.USAGE
    assert list(tmp_path.iterdir()) == []


UNBORN = ("LOCK", "LOG", "MANIFEST-000000")
BORN = ("CURRENT", "LOCK", "MANIFEST-000000")
LOST = ("000001.log", "LOCK", "MANIFEST-000000")  # it held data once: that is for people to judge


def test_a_database_whose_making_was_cut_off_is_made_anew_and_no_other_is_touched(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    for name, files in (("state", UNBORN), ("blockstore", BORN), ("evidence", LOST)):
        (data / f"{name}.db").mkdir(parents=True)
        for file in files:
            (data / f"{name}.db" / file).touch()
    (data / "gateway.db").touch()
    assert drop_unborn_databases(tmp_path) == ["state.db"]
    left = {item.name for item in data.iterdir()}
    assert left == {"blockstore.db", "evidence.db", "gateway.db"}
