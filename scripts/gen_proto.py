"""Writes the generated Python beside every .proto file, or checks that it is fresh.

It knows where protos live and nothing of what they say. Its invariant: what is committed equals
what this script writes, byte for byte, with the locked compiler.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GENERATED_SUFFIXES = ("_pb2.py", "_pb2.pyi", "_pb2_grpc.py")


@dataclass(frozen=True)
class Group:
    """Protos compiled together: the include root, the folder under it, the ones with services."""

    include: str
    folder: str
    services: tuple[str, ...] = ()


GROUPS = (
    Group(include="proto", folder="tonne/v1", services=("service.proto",)),
    Group(include=".", folder="abci_app/abci"),
)


class CompileError(Exception):
    """The proto compiler refused the sources; its own message is already on stderr."""


def compile_group(root: Path, group: Group, out: Path) -> None:
    """Write the generated files of one group below `out`, laid out as below the include root."""
    include = root / group.include
    sources = sorted((include / group.folder).glob("*.proto"))
    if not sources:
        return
    out.mkdir(parents=True, exist_ok=True)
    start = [sys.executable, "-m", "grpc_tools.protoc", f"-I{include}"]
    runs = [[*start, f"--python_out={out}", f"--pyi_out={out}", *map(str, sources)]]
    serving = [str(source) for source in sources if source.name in group.services]
    if serving:
        runs.append([*start, f"--grpc_python_out={out}", *serving])
    for run in runs:
        if subprocess.run(run, check=False).returncode != 0:
            raise CompileError(f"protoc failed on {group.include}/{group.folder}")


def generated_files(folder: Path) -> Iterator[Path]:
    """List the generated files of one folder, in order of name."""
    for path in sorted(folder.glob("*")):
        if path.name.endswith(GENERATED_SUFFIXES):
            yield path


def stale(root: Path, groups: Iterable[Group] = GROUPS) -> list[str]:
    """Name every generated file that is missing, differs, or has lost its source."""
    found: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        for number, group in enumerate(groups):
            fresh_root = Path(scratch) / str(number)
            compile_group(root, group, fresh_root)
            committed = root / group.include / group.folder
            fresh = {p.name: p.read_bytes() for p in generated_files(fresh_root / group.folder)}
            present = {p.name: p.read_bytes() for p in generated_files(committed)}
            found += [
                str((committed / name).relative_to(root))
                for name in sorted(fresh.keys() | present.keys())
                if fresh.get(name) != present.get(name)
            ]
    return found


def write(root: Path, groups: Iterable[Group] = GROUPS) -> None:
    """Generate everything in place and remove what has no source any more."""
    for group in groups:
        for old in generated_files(root / group.include / group.folder):
            old.unlink()
        compile_group(root, group, root / group.include)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line: 0 when fresh or written, 1 when stale or refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; write nothing")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout to work on")
    options = parser.parse_args(arguments)
    try:
        if not options.check:
            write(options.root)
            return 0
        found = stale(options.root)
    except CompileError as error:
        print(error, file=sys.stderr)
        return 1
    for name in found:
        print(f"{name} is not what its .proto says; run: make gen", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
