"""The architecture, guarded: imports, determinism, sizes, names."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE = ("abci_app", "node", "scripts")
FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
FOLDER_FILES_MAX = 12
FOLDERS_WITH_A_REASON = {
    "abci_app/actions": "one file an action, as the law has articles",
    "node/cli": "one file a command group",
    "node/gateway": "one file a duty of the gateway, each with its invariant",
    "node": "one file a part of a node: its home, settings, engine, story, health",
    "abci_app/state": "one file a kind of record or rule, and how programs are read and checked",
    "abci_app/engine": "one file a mechanism of the law",
    "abci_app/store": "one file a layer between bytes and proofs",
}
EMPTY_NAMES = ("utils", "util", "helpers", "helper", "manager", "base", "common", "misc")

DETERMINISTIC = (
    "abci_app/core",
    "abci_app/store",
    "abci_app/state",
    "abci_app/engine",
    "abci_app/actions",
    "abci_app/machine.py",
    "abci_app/admission.py",
    "abci_app/queries",
    "abci_app/doctor.py",
)
OUTSIDE = ("abci_app/store/leveldb.py",)
FORBIDDEN_MODULES = frozenset(
    [
        "time",
        "datetime",
        "random",
        "secrets",
        "uuid",
        "os",
        "socket",
        "threading",
        "asyncio",
        "logging",
        "decimal",
        "fractions",
        "unicodedata",
        "locale",
    ]
)
LOCKED_MODULES = {  # a lock guards readers of committed state against the swap at Commit
    "abci_app/store/ledger.py": ("threading",),
    "abci_app/store/memory.py": ("threading",),
}
FORBIDDEN_CALLS = ("hash", "id", "set", "open", "print", "float", "input", "eval", "exec")

# A room may import the rooms named here, itself, the protocol, and what is not ours.
ROOMS = {
    "abci_app/core": (),
    "abci_app/store": (),
    "abci_app/abci": (),
    "abci_app/state": ("abci_app.core", "abci_app.store"),
    "abci_app/engine": ("abci_app.core", "abci_app.store", "abci_app.state"),
    "abci_app/actions": ("abci_app.core", "abci_app.store", "abci_app.state", "abci_app.engine"),
    "node/sdk/light": ("abci_app.core",),
    "node/sdk/proofs": (
        "abci_app.core",
        "abci_app.store.proof",
        "node.sdk.light",
        "node.sdk.strictjson",
        "node.sdk.client",
    ),
    "node": (
        "abci_app.core",
        "abci_app.store.proof",
        "abci_app.store.ledger",
        "abci_app.state.policies",
        "abci_app.state.exported",
        "abci_app.state.genesis",
        "abci_app.state.program_toml",
        "abci_app.application",
        "abci_app.abci",
        "abci_app.exposition",
        "abci_app.replay",
        "abci_app.progress",
    ),
}
WITHOUT_PROTOCOL = ("abci_app/store", "abci_app/abci")


@dataclass(frozen=True)
class Module:
    """A source file and its tree."""

    path: str
    tree: ast.Module
    lines: int


def modules(*folders: str) -> list[Module]:
    """Return the hand-written Python files below folders."""
    found = []
    for folder in folders:
        start = ROOT / folder
        files = [start] if start.is_file() else sorted(start.rglob("*.py"))
        for file in files:
            if not re.search(r"_pb2(_grpc)?\.py$", file.name):
                text = file.read_text()
                path = file.relative_to(ROOT).as_posix()
                found.append(Module(path, ast.parse(text), text.count("\n")))
    return found


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted names that a tree imports, `from x import y` as x.y."""
    for item in ast.walk(tree):
        if isinstance(item, ast.Import):
            yield from (alias.name for alias in item.names)
        elif isinstance(item, ast.ImportFrom):
            yield from (f"{item.module}.{alias.name}" for alias in item.names)


def within(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def import_faults(module: Module) -> list[str]:
    """Return the imports of a module that go upward or sideways."""
    room = next((room for room in ROOMS if module.path.startswith(f"{room}/")), None)
    if room is None:
        return []
    own = room.replace("/", ".")
    faults = []
    for name in imported(module.tree):
        ours = within(name, ("abci_app", "node"))
        if ours and not within(name, (own, *ROOMS[room])):
            faults.append(f"{module.path} imports {name}")
        if within(name, ("tonne",)) and room in WITHOUT_PROTOCOL:
            faults.append(f"{module.path} knows the protocol: {name}")
        if within(name, ("plyvel",)) and module.path != "abci_app/store/leveldb.py":
            faults.append(f"{module.path} imports plyvel")
        sideways = re.match(r"abci_app\.actions\.(\w+)", name)
        if (
            room == "abci_app/actions"
            and not module.path.endswith("__init__.py")
            and sideways
            and sideways[1] != "shape"
        ):
            faults.append(f"{module.path} imports another action: {name}")
    return faults


def determinism_faults(module: Module) -> list[str]:
    """Return what in a module could make two replicas differ."""
    faults = []
    allowed = LOCKED_MODULES.get(module.path, ())
    for name in imported(module.tree):
        top = name.split(".")[0]
        if top in FORBIDDEN_MODULES and top not in allowed:
            faults.append(f"{module.path} imports {top}")
    for item in ast.walk(module.tree):
        line = f"{module.path}:{getattr(item, 'lineno', 0)}"
        if isinstance(item, ast.Constant) and isinstance(item.value, float):
            faults.append(f"{line} has a float")
        if isinstance(item, ast.Div) or (
            isinstance(item, (ast.Set, ast.SetComp)) and not isinstance(item, ast.Constant)
        ):
            faults.append(f"{module.path} has a division or a set")
        if (
            isinstance(item, ast.Call)
            and isinstance(item.func, ast.Name)
            and item.func.id in FORBIDDEN_CALLS
        ):
            faults.append(f"{line} calls {item.func.id}")
    return faults


def size_faults(module: Module) -> list[str]:
    """Return what is too long in a module."""
    faults = []
    if module.lines > FILE_LINES_MAX:
        faults.append(f"{module.path} has {module.lines} lines")
    for item in ast.walk(module.tree):
        if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (item.end_lineno or item.lineno) - item.lineno + 1
            if length > FUNCTION_LINES_MAX and not module.path.startswith("tests/vectors/"):
                faults.append(f"{module.path}: {item.name} has {length} lines")
    return faults


def bad(source: str, path: str) -> Module:
    """Return a made-up module, to see that a rule bites."""
    return Module(path, ast.parse(source), source.count("\n"))


def test_nothing_imports_upward_or_sideways() -> None:
    assert [fault for module in modules(*CODE) for fault in import_faults(module)] == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("abci_app/core/x.py", "from abci_app.state import lots"),
        ("abci_app/store/x.py", "from tonne.v1 import tx_pb2"),
        ("abci_app/engine/x.py", "import abci_app.machine"),
        ("abci_app/actions/x.py", "from abci_app.actions.move import run"),
        ("node/x.py", "from abci_app.machine import run_tx"),
        ("node/sdk/light/x.py", "from node.engine_rpc import EngineRPC"),
        ("node/sdk/proofs/x.py", "from abci_app.state import schema"),
        ("abci_app/state/x.py", "import plyvel"),
    ],
)
def test_a_wrong_import_is_found(path: str, source: str) -> None:
    assert import_faults(bad(source, path))


def test_the_deterministic_rooms_hold_nothing_that_could_differ() -> None:
    rooms = [module for module in modules(*DETERMINISTIC) if module.path not in OUTSIDE]
    assert [fault for module in rooms for fault in determinism_faults(module)] == []


@pytest.mark.parametrize(
    "source",
    ["import time", "from os import path", "x = 1.5", "y = 3 / 2", "z = {1, 2}", "w = hash(b'')"],
)
def test_a_source_of_difference_is_found(source: str) -> None:
    assert determinism_faults(bad(source, "abci_app/state/x.py"))


def test_files_and_functions_stay_short() -> None:
    assert [fault for module in modules(*CODE, "tests") for fault in size_faults(module)] == []


def test_a_long_function_is_found() -> None:
    body = "\n".join("    x = 1" for _ in range(FUNCTION_LINES_MAX + 1))
    assert size_faults(bad(f"def f():\n{body}\n", "node/x.py"))


def test_folders_stay_small_or_have_a_reason() -> None:
    counts: dict[str, int] = {}
    for module in modules("abci_app", "node"):
        folder = module.path.rsplit("/", 1)[0]
        counts[folder] = counts.get(folder, 0) + (not module.path.endswith("__init__.py"))
    large = [f for f, count in counts.items() if count > FOLDER_FILES_MAX]
    assert [folder for folder in large if folder not in FOLDERS_WITH_A_REASON] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        m.path for m in modules("abci_app", "node", "scripts") if not ast.get_docstring(m.tree)
    ]
    assert silent == []


def test_no_file_has_an_empty_name() -> None:
    names = [module.path for module in modules(*CODE) if Path(module.path).stem in EMPTY_NAMES]
    assert names == []


def test_only_lots_writes_units() -> None:
    units = ("LOTS", "HOLDINGS", "SPACES", "SUPPLIES")
    writers = [
        module.path
        for module in modules("abci_app")
        for item in ast.walk(module.tree)
        if isinstance(item, ast.Attribute)
        and item.attr in ("put", "delete")
        and ast.unparse(item.value).split(".")[-1] in units
    ]
    assert sorted(dict.fromkeys(writers)) == ["abci_app/state/lots.py"]


def test_only_the_machine_writes_sequences() -> None:
    writers = [
        module.path
        for module in modules("abci_app")
        for item in ast.walk(module.tree)
        if isinstance(item, ast.Call) and "put(keys.lanes(" in ast.unparse(item)
    ]
    assert sorted(dict.fromkeys(writers)) == ["abci_app/machine.py"]


def test_no_program_is_named_by_the_code() -> None:
    named = re.compile(r"\b(ipci|kyoto_kz|jcm|icvcm|tmu)\b", re.IGNORECASE)
    found = [
        f"{module.path}: {item.value[:40]}"
        for module in modules("abci_app")
        for item in ast.walk(module.tree)
        if isinstance(item, ast.Constant)
        and isinstance(item.value, str)
        and named.search(item.value)
    ]
    assert found == []


def test_messages_hold_nothing_that_encodes_in_two_ways() -> None:
    unfit = re.compile(r"\b(map\s*<|float\b|double\b|google\.protobuf\.Any\b)")
    for proto in sorted((ROOT / "proto").rglob("*.proto")):
        text = re.sub(r"//[^\n]*", "", proto.read_text())
        assert not unfit.search(text), proto.name


def test_all_sixteen_action_numbers_are_taken() -> None:
    text = (ROOT / "proto/tonne/v1/tx.proto").read_text()
    action = text[text.index("message Action {") :]
    action = action[: action.index("\n}")]
    used = [int(number) for number in re.findall(r"= (\d+);", action) if int(number) > 10]
    assert sorted(used) == list(range(11, 27))


def test_requirements_have_hashes_and_no_addresses() -> None:
    toolchain = ROOT / "node" / "engine" / "go-toolchain.txt"
    for file in (*sorted((ROOT / "requirements").glob("*.txt")), toolchain):
        text = file.read_text()
        assert "://" not in text, file.name
        pins = len(re.findall(r"^[A-Za-z0-9._-]+(\[[a-z]+\])?==", text, re.MULTILINE))
        assert pins, file.name
        assert text.count("--hash=sha256:") >= pins, file.name


def tracked() -> list[Path]:
    """Return the files that git knows, or all of them outside a checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).exists()]


def test_no_path_of_a_machine_is_committed() -> None:
    home = re.compile(rb"(/work/|/root/|/home/[a-z])")
    found = []
    for file in tracked():
        if file.suffix in (".sum", ".mod") or file.name == "test_tidy.py":
            continue
        if home.search(file.read_bytes()):
            found.append(file.relative_to(ROOT).as_posix())
    assert found == []


def test_no_package_registry_is_named() -> None:
    hosts = re.compile(rb"(pypi|pythonhosted|proxy\.golang|sum\.golang|registry\.npmjs)\.\w+")
    found = [
        file.relative_to(ROOT).as_posix()
        for file in tracked()
        if file.is_file() and hosts.search(file.read_bytes())
    ]
    assert found == []


def test_names_of_tests_are_sentences() -> None:
    short = [
        f"{module.path}: {item.name}"
        for module in modules("tests")
        for item in ast.walk(module.tree)
        if isinstance(item, ast.FunctionDef)
        and item.name.startswith("test_")
        and item.name.count("_") < 2
    ]
    assert short == []


def test_no_test_sleeps_or_is_skipped() -> None:
    lazy = re.compile(r"time\.sleep|pytest\.(skip|xfail)|mark\.(skip|skipif|xfail)|importorskip")
    found = []
    for module in modules("tests"):
        text = (ROOT / module.path).read_text()
        if module.path != "tests/test_tidy.py" and lazy.search(text):
            found.append(module.path)
    assert found == []


def test_generated_files_are_fresh() -> None:
    command = [sys.executable, str(ROOT / "scripts/gen_proto.py"), "--check"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
