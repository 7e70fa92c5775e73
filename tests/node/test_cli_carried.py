"""Three homes that never see a network, a fourth that sends: files carried between them."""

import base64
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from node import story
from node.cli import carried, desk, faults, places, run
from node.sdk.keys import KeyStore
from node.sdk.txjson import read_file
from tests.node.cli_world import Node, served
from tonne.v1.tx_pb2 import Body, Signature, SignedTx, Signer

CHAIN = ("--chain-id", "tonne-cli-test")
NAMES = ("user", "second", "operator")
Change = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Desks:
    """The homes of three people who sign, none of which knows a node; and the one that does."""

    node: Node
    root: Path
    accounts: dict[str, str]
    lanes: Iterator[int]

    def home(self, name: str) -> Path:
        return self.root / name

    def sign(self, verb: str, name: str, source: Path, out: Path, *more: str) -> int:
        home = ["--home", str(self.home(name)), "--out", str(out)]
        return run(["tx", verb, str(source), "--as", name, *home, "--yes", *more])

    def send(self, file: Path, *more: str) -> int:
        return run(["tx", "broadcast", str(file), "--node", self.node.address, *more])

    def bare(self, out: Path, *more: str, name: str = "Fjord apart") -> Path:
        """Make the change of an account's name, which its operator must approve, without a node.

        A lane of its own for each, so that no test waits for another.
        """
        words = ["tx", "put-account", "--program", "IPCI", "--account.id", self.accounts["user"]]
        words += ["--account.name", name, "--as", self.accounts["user"]]
        words += ["--with", self.accounts["operator"], "--lane", str(next(self.lanes))]
        words += ["--sequence", "1", "--sequence", "1", "--offline", "--generate-only"]
        home = ["--home", str(self.home("user")), "--out", str(out)]
        assert run([*words, *home, *CHAIN, *more]) == faults.OK
        return out


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    root = tmp_path_factory.mktemp("desks")
    with served(tmp_path_factory.mktemp("served")) as node:
        keys = KeyStore.test(node.home / "keys" / places.TEST_KEYS)
        net = story.Network([node.address, node.address], keys, node.home / "story.json")
        story.play(net, lambda _line: None)
        accounts = {name: keys.public(name).account for name in ("user", "operator")}
        keys.add("second", account="")
        words = ["tx", "put-account", "--account.id", "@user", "--account.min-approve", "1"]
        words += ["--key", "second", "--as", "user", "--with", "operator", "--yes"]
        assert run([*words, "--node", node.address, "--home", str(node.home)]) == faults.OK
        for name in NAMES:
            home = root / name
            (home / "config").mkdir(parents=True)
            shutil.copy(node.home / "config" / "genesis.json", home / "config")
            own = KeyStore.test(home / "keys" / places.TEST_KEYS)
            own.import_(name, keys.export(name))
        yield Desks(node, root, accounts, iter(range(1, 16)))


def edited(file: Path, out: Path, change: Change) -> Path:
    data = json.loads(file.read_text())
    change(data)
    out.write_text(json.dumps(data))
    return out


# ---- the ceremony ----


@pytest.mark.parametrize("order", [NAMES, ("operator", "second", "user")])
def test_a_file_goes_round_three_desks_in_any_order_and_needs_no_approval_after(
    desks: Desks, tmp_path: Path, capsys: pytest.CaptureFixture[str], order: tuple[str, ...]
) -> None:
    name = f"Fjord {order[0]}"
    file = desks.bare(tmp_path / "bare.json", name=name)
    body = SignedTx.FromString(read_file(file.read_text()).tx).body
    for count, who in enumerate(order, 1):
        capsys.readouterr()
        signed = tmp_path / f"{count}.json"
        assert desks.sign("sign" if count == 1 else "cosign", who, file, signed) == faults.OK
        shown = capsys.readouterr().err
        assert name in shown
        assert shown.count("signed by") == count - 1
        file = signed
    assert SignedTx.FromString(read_file(file.read_text()).tx).body == body
    assert desks.send(file) == faults.OK
    text = capsys.readouterr().out
    assert "in block" in text
    assert "proposal" not in text  # the operator's signature was the approval
    assert desks.send(file) == faults.OK  # sending again is safe
    asked = ["query", "account", desks.accounts["user"], "--node", desks.node.address, "-o", "json"]
    capsys.readouterr()
    assert run(asked) == faults.OK
    assert json.loads(capsys.readouterr().out)["account"]["name"] == name


def test_signatures_gathered_side_by_side_are_joined(
    desks: Desks, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = desks.bare(tmp_path / "bare.json")
    files = [tmp_path / f"{name}.json" for name in NAMES]
    for name, file in zip(NAMES, files, strict=True):
        assert desks.sign("sign", name, bare, file) == faults.OK
    two = tmp_path / "two.json"
    join = ["tx", "cosign", str(files[0]), str(files[2]), "--out", str(two)]
    assert run([*join, "--home", str(tmp_path / "nobody")]) == faults.OK
    capsys.readouterr()
    assert desks.send(two) == faults.USAGE
    said = capsys.readouterr().err
    assert "needs 2, has 1 (signed: user); may still sign: second" in said
    assert "Nothing was sent" in said
    whole = tmp_path / "whole.json"
    assert run(["tx", "cosign", str(two), str(files[1]), "--out", str(whole)]) == faults.OK
    assert desks.send(whole) == faults.OK


def test_without_the_operator_the_same_act_waits_for_approval(
    desks: Desks, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["tx", "put-account", "--program", "IPCI", "--account.id", desks.accounts["user"]]
    words += ["--account.name", "Waits", "--as", desks.accounts["user"], "--sequence", "1"]
    words += ["--lane", "15", "--offline", "--generate-only", *CHAIN]
    bare, one, two = (tmp_path / f"{name}.json" for name in ("bare", "one", "two"))
    assert run([*words, "--home", str(desks.home("user")), "--out", str(bare)]) == faults.OK
    assert desks.sign("sign", "user", bare, one) == faults.OK
    assert desks.sign("cosign", "second", one, two) == faults.OK
    capsys.readouterr()
    assert desks.send(two) == faults.PENDING
    assert "waits for: OPERATOR" in capsys.readouterr().out


def test_one_who_has_signed_is_told_so_and_nothing_changes(
    desks: Desks, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare, one, again = (tmp_path / f"{name}.json" for name in ("bare", "one", "again"))
    desks.bare(bare)
    assert desks.sign("sign", "user", bare, one) == faults.OK
    capsys.readouterr()
    assert desks.sign("sign", "user", one, again) == faults.OK
    assert "has signed this already" in capsys.readouterr().err
    assert again.read_text() == one.read_text()


def test_a_file_that_is_there_is_not_overwritten(
    desks: Desks, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = desks.bare(tmp_path / "bare.json")
    before = bare.read_text()
    assert desks.sign("sign", "user", bare, bare) == faults.USAGE
    assert "it is not overwritten" in capsys.readouterr().err
    assert bare.read_text() == before


# ---- what is refused ----


def body_of(text: str) -> Body:
    return Body.FromString(SignedTx.FromString(read_file(text).tx).body)


def test_two_files_of_different_bodies_are_not_joined(
    desks: Desks, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = desks.bare(tmp_path / "1.json"), desks.bare(tmp_path / "2.json", name="Other")
    out = tmp_path / "out.json"
    assert run(["tx", "cosign", str(one), str(other), "--out", str(out)]) == faults.USAGE
    assert "file 2 has another body than file 1" in capsys.readouterr().err
    assert not out.exists()


def readable(data: dict[str, Any]) -> None:
    data["body"]["actions"][0]["put_account"]["account"]["name"] = "Thief"


def both(data: dict[str, Any]) -> None:
    """Change the bytes and what is readable alike: only the signatures can tell."""
    readable(data)
    plain = json.dumps({"body": data["body"]})
    raw = SignedTx.FromString(read_file(plain).tx).body
    data["body_bytes"] = base64.b64encode(raw).decode()


def bytes_only(data: dict[str, Any]) -> None:
    raw = bytearray(base64.b64decode(data["body_bytes"]))
    raw[-1] ^= 1
    data["body_bytes"] = base64.b64encode(raw).decode()


def version(data: dict[str, Any]) -> None:
    data["format"] = "tonne-tx-2"


def other_hash(data: dict[str, Any]) -> None:
    data["genesis_hash"] = "00" * 32


def short_hash(data: dict[str, Any]) -> None:
    data["genesis_hash"] = "00"


def no_bytes(data: dict[str, Any]) -> None:
    del data["body_bytes"]


def surplus(data: dict[str, Any]) -> None:
    data["note"] = "sign me"


def wrong_sig(data: dict[str, Any]) -> None:
    raw = bytearray(base64.b64decode(data["signatures"][0]["sig"]))
    raw[0] ^= 1
    data["signatures"][0]["sig"] = base64.b64encode(raw).decode()


def mistyped(data: dict[str, Any]) -> None:
    """Let an account have other check digits, in both parts; the signatures are taken off."""
    account = data["body"]["actions"][0]["put_account"]["account"]
    account["id"] = account["id"][:-2] + f"{(int(account['id'][-2:]) + 1) % 97:02}"
    data["signatures"] = []
    both(data)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (readable, '"body" says something else than "body_bytes"'),
        (bytes_only, "body_bytes"),
        (both, "does not hold"),
        (wrong_sig, "does not hold"),
        (version, "use the release that wrote the file"),
        (other_hash, "of another chain"),
        (short_hash, "64 hexadecimal digits"),
        (no_bytes, "body_bytes"),
        (surplus, "'note'"),
        (mistyped, "the check digits do not fit"),
    ],
)
def test_a_changed_file_is_not_signed(
    desks: Desks,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    signed: Path,
    change: Change,
    said: str,
) -> None:
    bad = edited(signed, tmp_path / "bad.json", change)
    out = tmp_path / "out.json"
    assert desks.sign("cosign", "operator", bad, out) == faults.USAGE
    text = capsys.readouterr().err
    assert said in text
    assert "Traceback" not in text
    assert not out.exists()


@pytest.fixture(scope="module")
def signed(desks: Desks, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with one signature of three."""
    folder = tmp_path_factory.mktemp("signed")
    bare = desks.bare(folder / "bare.json")
    assert desks.sign("sign", "user", bare, folder / "one.json") == faults.OK
    return folder / "one.json"


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        (lambda good: good[: len(good) // 2], "or cut off"),
        (lambda good: good[:0], "or cut off"),
        (lambda good: good + " " * (1 << 20), "it is no transaction file"),
        (lambda good: good.replace('"format"', '"format": "tonne-tx-1", "format"', 1), "twice"),
        (lambda good: good.replace('"sequence": "1"', '"sequence": 1.0', 1), "not an integer"),
        (lambda good: good[:0] + "[" * 100_000, "nested deeper"),
        (lambda good: good[:0] + "[1]", "not a transaction"),
        (lambda good: good[:0] + '{"body": ' + "9" * 5_000 + "}", "error:"),
    ],
)
def test_a_file_that_is_no_file_of_ours_is_refused(
    desks: Desks,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    signed: Path,
    cut: Callable[[str], str],
    said: str,
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(cut(signed.read_text()))
    for words in (["sign", str(bad), "--as", "user"], ["decode", str(bad)]):
        home = ["--home", str(desks.home("user"))] if words[0] == "sign" else []
        assert run(["tx", *words, *home]) == faults.USAGE
        shown = capsys.readouterr().err
        assert said in shown
        assert "Traceback" not in shown
    assert desks.send(bad) == faults.USAGE


def test_a_home_of_another_chain_signs_and_sends_nothing(
    desks: Desks, tmp_path: Path, capsys: pytest.CaptureFixture[str], signed: Path
) -> None:
    out = tmp_path / "out.json"
    wrong = ["--genesis-hash", "11" * 32]
    assert desks.sign("cosign", "operator", signed, out, *wrong) == faults.USAGE
    assert "of another chain" in capsys.readouterr().err
    assert desks.sign("cosign", "operator", signed, out, "--chain-id", "other") == faults.USAGE
    assert "'tonne-cli-test', this home is of 'other'" in capsys.readouterr().err
    foreign = edited(signed, tmp_path / "foreign.json", other_hash)
    assert desks.send(foreign) == faults.USAGE
    assert "of another chain" in capsys.readouterr().err
    assert not out.exists()


def test_a_signer_must_know_the_genesis_hash_by_itself(
    desks: Desks, tmp_path: Path, capsys: pytest.CaptureFixture[str], signed: Path
) -> None:
    home = tmp_path / "blank"
    keys = KeyStore.test(desks.home("operator") / "keys" / places.TEST_KEYS)
    own = KeyStore.test(home / "keys" / places.TEST_KEYS)
    own.import_("operator", keys.export("operator"))
    words = ["tx", "cosign", str(signed), "--as", "operator", "--home", str(home), "--yes"]
    assert run(words) == faults.USAGE
    assert "--genesis-hash" in capsys.readouterr().err
    digest = json.loads(signed.read_text())["genesis_hash"]
    assert run([*words, "--genesis-hash", digest]) == faults.OK


def test_one_who_does_not_sign_it_is_told_who_does(
    desks: Desks, tmp_path: Path, capsys: pytest.CaptureFixture[str], signed: Path
) -> None:
    home = tmp_path / "stranger"
    KeyStore.test(home / "keys" / places.TEST_KEYS).add("stranger", account="XI-100-77-0-09")
    KeyStore.test(home / "keys" / places.TEST_KEYS).add("loose")
    words = ["tx", "cosign", str(signed), "--home", str(home), "--yes", "--genesis-hash"]
    words.append(json.loads(signed.read_text())["genesis_hash"])
    assert run([*words, "--as", "stranger"]) == faults.USAGE
    assert f"It is signed by: {desks.accounts['user']}" in capsys.readouterr().err
    assert run([*words, "--as", "loose"]) == faults.USAGE
    assert "tonne keys bind loose" in capsys.readouterr().err


def test_a_key_that_the_account_does_not_have_is_named_before_anything_is_sent(
    desks: Desks, tmp_path: Path, capsys: pytest.CaptureFixture[str], signed: Path
) -> None:
    home = tmp_path / "pretender"
    KeyStore.test(home / "keys" / places.TEST_KEYS).add(
        "pretender", account=desks.accounts["operator"]
    )
    out = tmp_path / "out.json"
    words = ["tx", "cosign", str(signed), "--home", str(home), "--yes", "--out", str(out)]
    words += ["--as", "pretender", "--genesis-hash", json.loads(signed.read_text())["genesis_hash"]]
    assert run(words) == faults.OK  # an offline desk cannot know
    capsys.readouterr()
    assert desks.send(out) == faults.USAGE
    assert "is not a key of" in capsys.readouterr().err


def test_nothing_is_signed_without_a_yes_nor_after_its_time(
    desks: Desks,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    signed: Path,
) -> None:
    out = tmp_path / "out.json"
    home = ["--home", str(desks.home("operator")), "--out", str(out)]
    words = ["tx", "cosign", str(signed), "--as", "operator", *home]
    monkeypatch.setattr("typer.confirm", lambda *_args, **_options: False)
    assert run(words) == faults.FAILED
    assert "nothing was signed" in capsys.readouterr().err
    late = body_of(signed.read_text()).valid_until_s
    monkeypatch.setattr(desk, "now_s", lambda: late)
    assert run([*words, "--yes"]) == faults.USAGE
    assert "it was valid until" in capsys.readouterr().err
    assert not out.exists()


def test_a_file_to_be_carried_lives_a_day_unless_told_otherwise(
    desks: Desks, tmp_path: Path
) -> None:
    def life(*more: str) -> int:
        file = tmp_path / f"life{len(more)}.json"
        desks.bare(file, *more)
        return body_of(file.read_text()).valid_until_s - desk.now_s()

    assert 86_000 < life() <= 86_400
    assert 3_000 < life("--valid-s", "3600") <= 3_600


def test_without_a_node_chain_sequence_and_genesis_hash_must_be_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["tx", "withdraw", "7", "--as", "XI-100-1001-0-45"]
    words += ["--offline", "--generate-only", "--home", str(tmp_path)]
    for flags, said in (
        ([], "Give --chain-id"),
        ([*CHAIN], "need as many --sequence"),
        ([*CHAIN, "--sequence", "1"], "--genesis-hash"),
    ):
        assert run([*words, *flags]) == faults.USAGE
        assert said in capsys.readouterr().err
    whole = [*CHAIN, "--sequence", "1", "--genesis-hash", "ab" * 32]
    assert run([*words, *whole]) == faults.OK
    assert json.loads(capsys.readouterr().out)["genesis_hash"] == "ab" * 32
    assert run(["tx", "withdraw", "7", "--as", "XI-100-1001-0-46", *words[5:], *whole]) == 2
    assert "the check digits do not fit" in capsys.readouterr().err


def test_what_is_shown_to_sign_comes_from_the_bytes(
    signed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = read_file(signed.read_text())
    carried.show(found.tx, found.genesis_hash)
    text = capsys.readouterr().err
    assert found.genesis_hash.hex() in text
    assert "Fjord apart" in text
    assert "signed by" in text


def test_an_account_of_a_file_writes_no_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    body = Body(chain_id="c", signers=[Signer(account="x\n\x1b[2Jaction 0   nothing")])
    raw = body.SerializeToString(deterministic=True)
    tx = SignedTx(body=raw, signatures=[Signature(key=bytes(32), sig=bytes(64))])
    carried.show(tx.SerializeToString(deterministic=True), bytes(32))
    shown = capsys.readouterr().err
    assert "\x1b" not in shown
    assert shown.splitlines()[-1].startswith("signed by")
