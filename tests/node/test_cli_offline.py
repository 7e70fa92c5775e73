"""What the command line does without any node: programs, scenarios, versions, mistakes."""

import json
from pathlib import Path

import pytest

from abci_app.application import VERSION
from node.cli import faults, places, run

IPCI = places.genesis() / "programs" / "ipci.toml"
SCENARIO = places.scenarios() / "e01_rounding.txt"


def test_a_program_without_faults_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["program", "check", str(IPCI)]) == faults.OK
    assert "IPCI version 1 has no faults" in capsys.readouterr().out


def test_a_program_with_a_fault_is_refused_with_its_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = IPCI.read_text(encoding="utf-8")
    line = text.splitlines().index('gwp = "AR5"') + 1
    file = tmp_path / "wrong.toml"
    file.write_text(text.replace('gwp = "AR5"', "gwpp = 5"), encoding="utf-8")
    assert run(["program", "check", str(file)]) == faults.FAILED
    assert f"wrong.toml:{line}: gwpp: unknown key" in capsys.readouterr().err


def test_a_program_is_shown_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["program", "show", "IPCI"]) == faults.OK
    text = capsys.readouterr().out
    assert "COORDINATOR and OPERATOR (in a named list)" in text
    assert run(["program", "show", "ipcy"]) == faults.USAGE
    assert "Did you mean ipci?" in capsys.readouterr().err


def test_a_scenario_ends_with_what_was_played(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scenario", str(SCENARIO)]) == faults.OK
    text = capsys.readouterr().out
    assert "7  63 issued" in text
    assert "steps came out as written" in text.splitlines()[-1]


def test_a_wrong_expectation_ends_with_exit_code_1(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = SCENARIO.read_text(encoding="utf-8")
    file = tmp_path / "wrong.txt"
    file.write_text(text.replace("free=8 RESERVE=1", "free=9 RESERVE=0"), encoding="utf-8")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "free=8 RESERVE=1" in row)
    assert run(["scenario", str(file), "--quiet"]) == faults.FAILED
    text = capsys.readouterr().err
    assert f"{file}:{line}: expect balance issuer TMU free=9 RESERVE=0" in text
    assert "expected: free=9" in text
    assert "is:       free=8 RESERVE=1" in text


def test_a_scenario_with_a_mistake_ends_with_exit_code_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "mistake.txt"
    file.write_text("issuer: transfr 5 -> ok\n")
    assert run(["scenario", str(file)]) == faults.USAGE
    assert "mistake.txt:1:9" in capsys.readouterr().err
    assert run(["scenario", str(tmp_path / "none.txt")]) == faults.USAGE


def test_version_names_what_it_is_built_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["version"]) == faults.OK
    assert capsys.readouterr().out.strip() == VERSION
    assert run(["--version"]) == faults.OK
    assert capsys.readouterr().out.strip() == VERSION
    assert run(["version", "--long"]) == faults.OK
    text = capsys.readouterr().out
    assert "cometbft" in text
    assert "upb" in text
    for words, count in (([], 1), (["--long"], 8)):
        assert run(["version", *words, "-o", "json"]) == faults.OK
        told = json.loads(capsys.readouterr().out)
        assert told["tonne"] == VERSION
        assert len(told) == count


def test_an_engine_that_is_missing_is_told_with_the_remedy(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONNE_ENGINE_CACHE", str(tmp_path))
    assert run(["engine", "path"]) == faults.FAILED
    assert "tonne engine install" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["nonsense"], faults.USAGE, "No such command"),
        (["tx", "transfer", "5"], faults.USAGE, "Give --as NAME"),
        (["tx", "wait", "zz"], faults.UNREACHABLE, "tonne start"),
        (["tx", "decode", "/nowhere"], faults.USAGE, "cannot read /nowhere"),
        (["verify", "/nowhere", "--trusted-hash", "00" * 32], faults.USAGE, "/nowhere"),
        (["verify", "/nowhere", "--trusted-hash", "00"], faults.USAGE, "64 hexadecimal digits"),
        (["verify", "/nowhere", "--trusted-hash", "0:" + "00" * 32], faults.USAGE, "1200:"),
        (["verify", "/nowhere"], faults.USAGE, "give --genesis or --trusted-hash"),
        (["verify", "/nowhere", "--genesis", "/none"], faults.USAGE, "/none: no such file"),
    ],
)
def test_a_mistake_has_a_message_and_no_traceback(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    code: int,
    said: str,
) -> None:
    monkeypatch.setenv("TONNE_NODE", "127.0.0.1:1")
    assert run(words) == code
    text = capsys.readouterr().err
    assert said in text
    assert "Traceback" not in text


@pytest.mark.parametrize("words", [[], ["tx"], ["tx", "retire"], ["tx", "cosign"], ["keys", "add"]])
def test_help_has_its_short_form_everywhere(
    capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert run([*words, "-h"]) == faults.OK
    assert "Usage: tonne" in capsys.readouterr().out


def test_help_of_a_command_lists_flags_and_their_forms(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["tx", "retire", "--help"]) == faults.OK
    text = capsys.readouterr().out
    assert "--beneficiary" in text
    assert "VOLUNTARY | FOOTPRINT_OFFSET" in text
    assert run(["query", "record", "--help"]) == faults.OK
    assert "--record.kind" in capsys.readouterr().out
