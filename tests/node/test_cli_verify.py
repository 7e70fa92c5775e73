"""`tonne verify` as people use it: what it says, how it ends, what it leaves unsaid."""

import json
from pathlib import Path

import pytest

from node.cli import faults, run, screen, values
from node.genesis import write_genesis
from node.sdk.light import encoding
from node.sdk.proofs import bundle
from tests.harness import make_genesis
from tests.node.test_bundles import FOLDER, NAMES, text_of
from tonne.v1.state_pb2 import Retirement
from tonne.v1.tx_pb2 import Beneficiary

GENESIS = ["--genesis", str(FOLDER / "genesis.json")]

SAID = {
    "retirement": ["PROVEN: retirement id=1", "beneficiary.name"],
    "no_retirement": ["PROVEN ABSENT: retirement id=999"],
    "holding": ["PROVEN: holding", "free_t"],
    "lots": ["Its lots, all of them", "together the holding above"],
    "lot": ["PROVEN: lot space=IPCI.R1 serial=7"],
    "accreditation": ["PROVEN: accreditation", "GRANTED"],
    "program": ["DAO IPCI", "Not shown here: that no later version is in force"],
    "transaction": ["stands in block", "retired id=1"],
}


def test_every_kind_of_bundle_is_read_here() -> None:
    assert sorted(SAID) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_what_is_proven_is_said_with_who_vouches(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["verify", str(FOLDER / f"{name}.json"), *GENESIS]) == faults.OK
    shown = capsys.readouterr().out
    for words in (*SAID[name], "of 40 of the power", "validator-1", "the genesis", "tonne-test"):
        assert words in shown


def test_a_hash_may_come_with_its_height_or_alone(capsys: pytest.CaptureFixture[str]) -> None:
    header = bundle.read(text_of("lot").encode()).blocks[-1].header
    digest = encoding.header_hash(header).hex()
    for given in (digest, f"{header.height}:{digest}", digest.upper()):
        words = ["verify", str(FOLDER / "lot.json"), "--trusted-hash", given]
        assert run(words) == faults.OK
        shown = capsys.readouterr().out
        assert digest in shown
        assert "the header hash given" in shown


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "malformed: not JSON, or cut off"),
        ("{", "malformed: not JSON, or cut off"),
        ("[]", "malformed: no bundle of the form tonne-bundle-1"),
        ('{"format": "tonne-bundle-9"}', "this release reads tonne-bundle-1"),
        ('{"format": "tonne-bundle-1"}', "malformed: 0 headers"),
        ('{"format": 1, "format": 2}', "stands twice"),
        ('{"a": 1e999}', "not an integer"),
    ],
)
def test_what_is_no_bundle_is_unproven_and_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, said: str
) -> None:
    file = tmp_path / "proof.json"
    file.write_text(content)
    assert run(["verify", str(file), *GENESIS]) == faults.FAILED
    shown = capsys.readouterr()
    assert "UNPROVEN: " in shown.err
    assert said in shown.err
    assert "Traceback" not in shown.err
    assert shown.out == ""


def test_a_file_without_end_is_refused_without_reading_all_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["verify", "/dev/zero", *GENESIS]) == faults.FAILED
    assert "longer than" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda data: data.update(chain_id="other"), "wrong chain"),
        (lambda data: data["blocks"][0]["validators"].pop(), "wrong validator set"),
        (lambda data: data["blocks"][0]["header"].update(height="2"), "bad signature"),
        (lambda data: data["fact"]["retirement"].update(id="2"), "not shown"),
        (lambda data: data["blocks"].append(data["blocks"][0]), "conflicting header"),
    ],
)
def test_the_reason_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: object, reason: str
) -> None:
    data = json.loads(text_of("retirement"))
    assert callable(change)
    change(data)
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(data))
    assert run(["verify", str(file), *GENESIS]) == faults.FAILED
    shown = capsys.readouterr()
    assert f"UNPROVEN: {reason}: " in shown.err
    assert "docs/proofs.md" in shown.err
    assert shown.out == ""


def test_the_genesis_of_another_network_proves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "genesis.json"
    write_genesis(other, make_genesis())
    words = ["verify", str(FOLDER / "lot.json"), "--genesis", str(other)]
    assert run(words) == faults.FAILED
    assert "UNPROVEN: too little trusted power" in capsys.readouterr().err
    write_genesis(other, make_genesis(chain_id="elsewhere"))
    assert run(words) == faults.FAILED
    assert "UNPROVEN: wrong chain" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "give --genesis or --trusted-hash"),
        ([*GENESIS, "--trusted-hash", "00" * 32], "give --genesis or --trusted-hash"),
        (["--trusted-hash", "00"], "64 hexadecimal digits"),
        (["--trusted-hash", "x:" + "00" * 32], "64 hexadecimal digits"),
        (["--genesis", "/none.json"], "/none.json"),
    ],
)
def test_a_root_of_trust_is_given_and_whole(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["verify", str(FOLDER / "lot.json"), *words]) == faults.USAGE
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""


def test_a_proven_text_is_shown_as_it_is_and_moves_nothing_on_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    name = "Smith :100: [bold]\n\x1b[2J\u202eM \\n C:\\[x]"
    screen.fields(Retirement(beneficiary=Beneficiary(name=name)))
    screen.say(f"one\ntwo \x1b[2J\r:x: [/]{values.show_message(Beneficiary(name=name))}")
    shown = capsys.readouterr().out
    safe = "Smith :100: [bold]\\n\\x1b[2J\\u202eM \\\\n C:\\\\[x]"
    assert [line.rstrip() for line in shown.splitlines()] == [
        f"beneficiary.name  {safe}",
        "one",
        f"two \\x1b[2J\\r:x: [/]name={safe}",
    ]
