"""The wheel: what an installed tonne has without the checkout around it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and unpack it where no checkout is near."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:  # a pure one is installed by unpacking it
        archive.extractall(folder / "site")
    return folder / "site"


def python(site: Path, code: str, *words: str) -> str:
    """Run code with the wheel's modules before all others; return what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *words],
        cwd=site.parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


TONNE = "from node.cli import main; main()"


def test_an_installed_tonne_shows_its_programs(installed: Path) -> None:
    assert "Mitigation unit" in python(installed, TONNE, "program", "show", "ipci")


def test_an_installed_tonne_plays_the_scenarios_that_come_with_it(installed: Path) -> None:
    folder = python(installed, "from node.cli import places; print(places.scenarios())").strip()
    assert Path(folder).is_relative_to(installed)
    names = {path.name for path in Path(folder).glob("*.txt")}
    assert names == {path.name for path in (ROOT / "tests" / "scenarios").glob("*.txt")}
    file = f"{folder}/e01_ipci_issue_reserve.txt"
    assert "steps came out as written" in python(installed, TONNE, "scenario", "--quiet", file)


def test_an_installed_tonne_has_what_the_engine_is_built_from(installed: Path) -> None:
    here = {path.name for path in (ROOT / "node" / "engine").iterdir() if path.suffix != ".py"}
    there = {path.name for path in (installed / "node" / "engine").iterdir()}
    assert here - {"__pycache__"} <= there
