"""Builds the pinned engine once per user, keeps it, and verifies it at every use.

It must not know what a node or a chain is. Invariant: a path that `ensure` returns is a file whose
sha256 is the one recorded when it was built or brought in, and that said the version asked for.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from node.engine import toolchain
from node.engine.progress import Progress, silent
from node.engine.toolchain import EngineError, dotted, tail

MODULE = Path(__file__).parent
ENGINE = "github.com/cometbft/cometbft"
PROGRAMS = {"cometbft": f"{ENGINE}/cmd/cometbft", "abci-cli": f"{ENGINE}/abci/cmd/abci-cli"}

# The published sources of 0.40.0 still carry the number of an older release in their version file.
SAYS = {"0.40.0": "0.39.0"}


@dataclass(frozen=True)
class Record:
    """What is known of a kept binary, as its JSON file has it."""

    program: str
    version: str
    sha256: str
    source: str


def pinned_version() -> str:
    """Read from go.mod the engine version that this release runs."""
    return _read_mod(MODULE / "go.mod", rf"^require {ENGINE} v(\S+)$")


def known_versions() -> tuple[str, ...]:
    """List the versions that can be built: the pinned one first, then those kept for tests."""
    others = sorted(path.stem.removeprefix("go-") for path in MODULE.glob("go-*.mod"))
    return (pinned_version(), *others)


def chosen_version(version: str | None = None) -> str:
    """Settle the version: the argument, else TONNE_ENGINE_VERSION, else the pinned one.

    Raises EngineError for a version that no go.mod here describes.
    """
    wanted = version or os.environ.get("TONNE_ENGINE_VERSION") or pinned_version()
    if wanted not in known_versions():
        raise EngineError(
            f"No engine version {wanted} here; TONNE_ENGINE_VERSION may be one of: "
            f"{', '.join(known_versions())}."
        )
    return wanted


def cache_folder() -> Path:
    """Give the folder where engines are kept: TONNE_ENGINE_CACHE, else below the user's cache."""
    named = os.environ.get("TONNE_ENGINE_CACHE")
    if named:
        return Path(named).absolute()
    user_cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(user_cache).absolute() / "tonne" / "engine"


def ensure(
    progress: Progress = silent, *, version: str | None = None, program: str = "cometbft"
) -> Path:
    """Give the path of the engine, verified; build it first when it is missing or broken.

    Several processes may call at once: one builds, the others wait. Raises EngineError.
    """
    wanted = chosen_version(version)
    binary = cache_folder() / wanted / program
    if _is_sound(binary):
        return binary
    with _locked(cache_folder(), progress):
        if _is_sound(binary):
            return binary
        if binary.exists():
            progress(f"{binary} does not match its checksum: building it again", 0, None)
        _build(wanted, program, binary, progress)
    return binary


def install_file(source: Path, *, version: str | None = None) -> Path:
    """Keep a given cometbft binary instead of building one; needs no registry.

    Raises EngineError when it does not run or is not the version asked for.
    """
    wanted = chosen_version(version)
    if not source.is_file():
        raise EngineError(f"There is no file {source}; name a built cometbft {wanted}.")
    binary = cache_folder() / wanted / "cometbft"
    with (
        _locked(cache_folder(), silent),
        tempfile.TemporaryDirectory(dir=cache_folder()) as scratch,
    ):
        copy = Path(scratch) / "cometbft"
        shutil.copyfile(source, copy)
        copy.chmod(0o755)
        said = said_version(copy)
        if said != SAYS.get(wanted, wanted):
            raise EngineError(
                f"{source} says version {said or 'nothing'}, but this release needs {wanted}.\n"
                f"Bring a cometbft {wanted} built for this machine, or build it here: "
                "tonne engine install"
            )
        _keep(copy, binary, Record("cometbft", wanted, _sha256(copy), "file"))
    return binary


def record_of(binary: Path) -> Record | None:
    """Read what was recorded of a kept binary; None when there is no readable record."""
    try:
        return Record(**json.loads(_record_path(binary).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def said_version(binary: Path) -> str:
    """Ask a cometbft binary for its version, without the commit; empty when it does not run."""
    try:
        done = subprocess.run(  # noqa: S603 - running this file is what the caller asks for
            [binary, "version"], capture_output=True, text=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip().partition("+")[0] if done.returncode == 0 else ""


def _read_mod(path: Path, pattern: str) -> str:
    found = re.search(pattern, path.read_text(), re.MULTILINE)
    if found is None:
        raise EngineError(f"{path} has no line like {pattern}; restore it from the repository.")
    return found[1]


def _record_path(binary: Path) -> Path:
    return binary.with_name(binary.name + ".json")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_sound(binary: Path) -> bool:
    record = record_of(binary)
    return record is not None and binary.is_file() and _sha256(binary) == record.sha256


@contextmanager
def _locked(folder: Path, progress: Progress) -> Iterator[None]:
    """Hold the cache's lock; the kernel lets it go when the process ends in any way."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("Waiting for another process that installs the engine", 0, None)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(version: str, program: str, binary: Path, progress: Progress) -> None:
    mod = MODULE / ("go.mod" if version == pinned_version() else f"go-{version}.mod")
    first, second, third = _read_mod(mod, r"^go (\d+\.\d+\.\d+)$").split(".")
    cache = cache_folder()
    go = toolchain.find((int(first), int(second), int(third)), cache, progress)
    package = PROGRAMS[program]
    options = [f"-modfile={mod}", "-trimpath", "-buildvcs=false"]
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        fresh = Path(scratch) / program
        what = f"{program} {version}: source modules"
        total = 0
        downloaded = 0
        for line in _run(go, ["list", "-deps", *options, package]):
            if line.startswith("go: downloading"):
                downloaded += 1
                progress(what, downloaded, None)
            else:
                total += 1
        what = f"{program} {version}: building with Go {dotted(go.version)}"
        progress(what, 0, total)
        # -v names each package as it is compiled; those already in Go's cache go unnamed.
        for done, _ in enumerate(_run(go, ["build", "-v", *options, "-o", str(fresh), package]), 1):
            progress(what, min(done, total), total)
        progress(what, total, total)
        if program == "cometbft" and said_version(fresh) != SAYS.get(version, version):
            raise EngineError(f"The engine built from {mod.name} does not say version {version}.")
        _keep(fresh, binary, Record(program, version, _sha256(fresh), f"go {dotted(go.version)}"))


def _run(go: toolchain.Go, arguments: list[str]) -> Iterator[str]:
    """Run Go in the module's folder and give its output by lines, both streams as they come."""
    said: list[str] = []
    with subprocess.Popen(  # noqa: S603 - the Go found above, arguments made here
        [go.command, *arguments],
        cwd=MODULE,
        env=go.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            yield line
    if process.returncode != 0:
        raise EngineError(
            f"The engine could not be built:\n{tail(''.join(said))}\n"
            "Check the connection to the Go module proxy (GOPROXY) and the free disk space and "
            "try again; or bring a built engine: tonne engine install --from-file FILE"
        )


def _keep(fresh: Path, binary: Path, record: Record) -> None:
    """Move a binary into its place, then its record: between the two it counts as broken."""
    binary.parent.mkdir(parents=True, exist_ok=True)
    notes = fresh.with_name("record.json")
    notes.write_text(json.dumps(asdict(record), indent=2) + "\n")
    fresh.replace(binary)
    notes.replace(_record_path(binary))
