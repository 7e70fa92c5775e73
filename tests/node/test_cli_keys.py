"""Keys at the command line: made once, kept sealed, never shown by accident."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from mnemonic import Mnemonic
from typer.testing import CliRunner, Result

from node.cli import app, faults, run
from node.sdk.keys import KeyStore, KeyStoreError, seed_from_mnemonic

ACCOUNT = "XI-100-1001-0-45"


@pytest.fixture(autouse=True)
def _passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONNE_PASSPHRASE", "correct horse")


def keys(home: Path, *words: str) -> int:
    return run(["keys", *words, "--home", str(home)])


def answer(home: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    capsys.readouterr()
    assert keys(home, *words, "--output", "json") == faults.OK
    return json.loads(capsys.readouterr().out)


def typed(home: Path, *words: str, typing: Sequence[str]) -> Result:
    """Run `tonne keys` with people's typing as its standard input."""
    line = ["keys", *words, "--home", str(home)]
    return CliRunner().invoke(app, line, input="".join(f"{row}\n" for row in typing))


def test_the_words_are_in_no_file_and_in_json_only_when_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("add", "issuer", "--account", ACCOUNT, "--person", "p-7")
    assert keys(tmp_path, *words, "--output", "json") == faults.USAGE
    assert "--show-mnemonic" in capsys.readouterr().err
    made = answer(tmp_path, capsys, *words, "--show-mnemonic")
    assert len(made["mnemonic"].split()) == 24
    shown = answer(tmp_path, capsys, "show", "issuer")
    assert shown == {
        "name": "issuer",
        "public": made["public"],
        "account": ACCOUNT,
        "person": "p-7",
    }
    assert made["mnemonic"] not in (tmp_path / "keys" / "issuer.json").read_text()


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the next key have words that the test knows, of which 2, 9 and 24 are asked back."""
    words = Mnemonic("english").to_mnemonic(bytes(range(32)))
    monkeypatch.setattr("node.cli.keys.new_mnemonic", lambda: words)
    monkeypatch.setattr("secrets.SystemRandom.sample", lambda *_: [8, 23, 1])
    return str(words).split()


def test_a_key_is_kept_once_some_of_its_words_are_typed_back(
    tmp_path: Path, known: list[str]
) -> None:
    made = typed(tmp_path, "add", "issuer", typing=[known[1], "slip", known[8].upper(), known[23]])
    assert made.exit_code == faults.OK
    assert [word for word in made.stdout.split() if word in known][:24] == known
    assert "That is not word 9" in made.stderr
    assert KeyStore.encrypted(tmp_path / "keys", lambda: "correct horse").get(
        "issuer"
    ).seed == seed_from_mnemonic(" ".join(known))


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("typing", [["no", "no", "no"], ["", "", ""], []])
def test_a_key_whose_words_are_not_typed_back_is_not_kept(
    tmp_path: Path, typing: list[str]
) -> None:
    made = typed(tmp_path, "add", "issuer", typing=typing)
    assert isinstance(made.exception, faults.Fault)
    assert "no key was kept" in made.exception.message
    assert list((tmp_path / "keys").iterdir()) == []


def test_a_taken_name_or_a_wrong_passphrase_is_told_before_words_are_shown(
    tmp_path: Path, known: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert keys(tmp_path, "add", "issuer", "--yes") == faults.OK
    again = typed(tmp_path, "add", "issuer", typing=[])
    monkeypatch.setenv("TONNE_PASSPHRASE", "battery staple")
    other = typed(tmp_path, "add", "other", typing=[])
    for made, said in ((again, "already"), (other, "passphrase")):
        assert isinstance(made.exception, KeyStoreError)
        assert said in str(made.exception)
        assert known[0] not in made.stdout


def test_the_passphrase_of_a_new_store_is_typed_twice_and_later_once(
    tmp_path: Path, known: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TONNE_PASSPHRASE")
    back = [known[1], known[8], known[23]]
    made = typed(tmp_path, "add", "one", typing=["first", "frist", "first", "first", *back])
    assert made.exit_code == faults.OK
    assert "do not match" in made.output
    assert typed(tmp_path, "add", "two", typing=["first", *back]).exit_code == faults.OK
    assert isinstance(typed(tmp_path, "export", "one", typing=["f"]).exception, KeyStoreError)
    empty = typed(tmp_path / "new", "add", "one", typing=[])
    assert isinstance(empty.exception, faults.Fault)
    assert not list((tmp_path / "new" / "keys").iterdir())


def test_the_same_words_give_the_same_key_elsewhere(
    tmp_path: Path, known: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert keys(tmp_path / "here", "add", "one", "--yes") == faults.OK
    numbered = " ".join(f"{place} {word}" for place, word in enumerate(known, 1))
    for name, line in (("plain", " ".join(known)), ("numbered", numbered)):
        made = typed(tmp_path / "there", "add", name, "--recover", typing=[line])
        assert made.exit_code == faults.OK
        assert known[0] not in made.output
    one = answer(tmp_path / "here", capsys, "show", "one")["public"]
    for name in ("plain", "numbered"):
        assert answer(tmp_path / "there", capsys, "show", name)["public"] == one


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda words: words[:12], "12 words were given; a key has 24"),
        (lambda words: ["abandn", *words[1:16], "zooo", *words[17:]], "words 1, 17 are not in"),
        (lambda words: [words[1], words[0], *words[2:]], "do not belong together"),
        (lambda words: words[:0], "nothing was kept"),
    ],
)
def test_words_that_are_no_key_are_refused_by_place_and_not_repeated(
    tmp_path: Path, known: list[str], change: Callable[[list[str]], list[str]], said: str
) -> None:
    line = " ".join(change(known))
    made = typed(tmp_path, "add", "one", "--recover", typing=[line] if line else [])
    assert isinstance(made.exception, (KeyStoreError, faults.Fault))
    assert said in str(made.exception)
    assert not any(word in str(made.exception) for word in ("abandn", "zooo"))
    assert list((tmp_path / "keys").iterdir()) == []


def test_a_mistyped_account_is_refused_wherever_a_key_is_given_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = "XI-100-1001-0-54"
    assert keys(tmp_path, "add", "one", "--yes", "--account", wrong) == faults.USAGE
    assert keys(tmp_path, "add", "one", "--yes") == faults.OK
    assert keys(tmp_path, "bind", "one", wrong) == faults.USAGE
    assert keys(tmp_path, "grant", "one", wrong, "--chain-id", "here") == faults.USAGE
    assert capsys.readouterr().err.count("the check digits do not fit") == 3


def test_keys_are_listed_bound_and_deleted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two"):
        assert keys(tmp_path, "add", name, "--yes") == faults.OK
    assert keys(tmp_path, "bind", "one", ACCOUNT) == faults.OK
    assert keys(tmp_path, "delete", "two", "--yes") == faults.OK
    rows = answer(tmp_path, capsys, "list")
    assert [(row["name"], row["account"]) for row in rows] == [("one", ACCOUNT)]


def test_every_answer_about_a_key_comes_as_json_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert keys(tmp_path / "a", "add", "one", "--yes") == faults.OK
    capsys.readouterr()
    assert keys(tmp_path / "a", "export", "one") == faults.OK
    (tmp_path / "one.txt").write_text(capsys.readouterr().out)
    home = tmp_path / "b"
    made = answer(home, capsys, "import", "one", str(tmp_path / "one.txt"))
    bound = answer(home, capsys, "bind", "one", ACCOUNT)
    assert bound == {**made, "account": ACCOUNT}
    assert isinstance(typed(home, "delete", "one", typing=[]).exception, faults.Fault)
    assert answer(home, capsys, "delete", "one", "--yes") == bound
    assert answer(home, capsys, "list") == []


def test_a_name_is_never_used_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert keys(tmp_path, "add", "one", "--yes") == faults.OK
    assert keys(tmp_path, "add", "one", "--yes") == faults.USAGE
    assert "error:" in capsys.readouterr().err


def test_an_exported_key_is_taken_in_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = answer(tmp_path / "here", capsys, "add", "one", "--show-mnemonic")
    assert keys(tmp_path / "here", "export", "one") == faults.OK
    (tmp_path / "one.txt").write_text(capsys.readouterr().out)
    assert keys(tmp_path / "there", "import", "uno", str(tmp_path / "one.txt")) == faults.OK
    assert answer(tmp_path / "there", capsys, "show", "uno")["public"] == made["public"]


def test_a_wrong_passphrase_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert keys(tmp_path, "add", "one", "--yes") == faults.OK
    monkeypatch.setenv("TONNE_PASSPHRASE", "battery staple")
    assert keys(tmp_path, "export", "one") == faults.USAGE
    assert "passphrase" in capsys.readouterr().err


def test_a_test_store_is_not_mixed_with_real_keys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert keys(tmp_path, "add", "one", "--yes") == faults.OK
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
