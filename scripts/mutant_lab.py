"""Where mutants are tried: copies of the checkout, the tests that reach a line, bounded runs.

It must not know how mutants are made or judged beyond `survived or not`. Invariants: the work tree
is never written; every process that was started has ended when `Lab` is left; a mutant counts as
survived only after every test has passed, not just those that are known to reach it.
"""

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from coverage import CoverageData

from scripts import mutate_plugin
from scripts.mutants import Mutant

KILLED, SURVIVED, TIMED_OUT, UNREACHED = "killed", "survived", "timed out", "unreached"
NO_TESTS = 5  # how pytest says that it had none to run
SURVEY_S_MAX = 3600.0
GRACE_S = 20.0  # a run may take this and SLOWER times what its tests took when they were traced
SLOWER = 5.0


class LabError(Exception):
    """The lab cannot work; the message says why and what to do."""


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant."""

    what: str
    by: str = ""  # the first test that failed
    seconds: float = 0.0
    tests: int = 0  # how many were chosen to run


@dataclass
class Reach:
    """What the unchanged tests did: who runs which line, and how long each takes."""

    took: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[int, list[str]]] = field(default_factory=dict)

    def chosen(self, mutant: Mutant) -> list[str]:
        """Return the tests that reach a mutant, the quickest first; all if imports run it."""
        lines = self.lines.get(mutant.path, {})
        names: dict[str, None] = {}
        for number in range(mutant.first, mutant.last + 1):
            names.update(dict.fromkeys(lines.get(number, ())))
        found = list(self.took) if "" in names else [name for name in names if name in self.took]
        return sorted(found, key=lambda name: (self.took[name], name))

    def rest(self, chosen: Sequence[str]) -> list[str]:
        """Return the other tests, the quickest first."""
        known = dict.fromkeys(chosen)
        others = [name for name in self.took if name not in known]
        return sorted(others, key=lambda name: (self.took[name], name))

    def seconds(self, names: Sequence[str]) -> float:
        """Return what tests took together."""
        return sum(self.took[name] for name in names)


@dataclass(frozen=True)
class _Bench:
    """One worker's place: a copy of the checkout and a folder for what its tests leave."""

    copy: Path
    scratch: Path


@dataclass(frozen=True)
class _Run:
    """How a run of pytest ended."""

    code: int | None  # None: it took too long
    failed: list[str]
    took: dict[str, float]
    tail: str


class Lab:
    """Copies of a checkout, one a worker, and the processes that run in them."""

    def __init__(
        self,
        root: Path,
        tests: Sequence[str],
        workers: int,
        grace_s: float = GRACE_S,
        without: Sequence[str] = (),
    ) -> None:
        self.root, self.tests, self.grace_s = root, list(tests), grace_s
        self.reach = Reach()
        self._without = [f"--deselect={name}" for name in without]
        self._workers = workers
        self._free: queue.Queue[_Bench] = queue.Queue()
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()
        self._closed = False
        self._stamp = 1_000_000_000  # a time of change that no file has: stale bytecode never runs

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="mutate-")).resolve()
        plugin = self._folder / "plugin"
        plugin.mkdir()
        shutil.copy2(mutate_plugin.__file__, plugin)
        for number in range(self._workers):
            bench = _Bench(self._folder / f"copy{number}", self._folder / f"t{number}")
            _copy(self.root, bench.copy)
            self._free.put(bench)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self) -> None:
        """End every process and start none any more."""
        with self._lock:
            self._closed = True
            for process in self._running.values():
                _end(process)

    # ---- what the tests do without a mutant ----

    def survey(self, paths: Sequence[str]) -> Reach:
        """Run the tests once, traced, and remember who reaches which line; LabError if one fails.

        `paths` are the files that count.
        """
        with self._bench() as bench:
            data, rules = self._folder / "traced", self._folder / "coveragerc"
            include = "".join(f"\n  {bench.copy / path}" for path in paths)
            rules.write_text(f"[run]\ndata_file = {data}\ninclude ={include}\n", encoding="utf-8")
            traced = ["-m", "coverage", "run", f"--rcfile={rules}"]
            run = self._pytest(bench, traced, None, SURVEY_S_MAX, {mutate_plugin.TRACE: "1"})
            if run.code is None:
                raise LabError(f"the unchanged tests took more than {SURVEY_S_MAX:g} s")
            if run.code != 0 or not run.took:
                failed = "".join(f"\n  {name}" for name in run.failed) or f"\n{run.tail}"
                raise LabError(f"the unchanged tests do not pass; mend or deselect:{failed}")
            self.reach.took = run.took
            kept = CoverageData(str(data))
            kept.read()
            for path in paths:
                found = kept.contexts_by_lineno(str(bench.copy / path))
                self.reach.lines[path] = dict(found)
            if not any(self.reach.lines.values()):
                raise LabError("the tests reach no line of what is to be mutated: name others")
            # A test that leans on one before it would fail, and seem to notice, out of its order.
            run = self._pytest(bench, [], self.reach.rest([]), SURVEY_S_MAX, {})
            if run.code != 0:
                raise LabError(f"passes only in the order of its file: {', '.join(run.failed)}")
        return self.reach

    # ---- a mutant ----

    def attempt(self, mutant: Mutant) -> Outcome:
        """Try a mutant: first the tests that reach it, then, if they pass, all others."""
        began = time.monotonic()
        chosen = self.reach.chosen(mutant)
        if not chosen:
            return Outcome(UNREACHED)
        with self._bench() as bench:
            file = bench.copy / mutant.path
            source, before = file.read_text(encoding="utf-8"), file.stat()
            changed = mutant.apply(source)
            compile(changed, mutant.path, "exec")
            try:
                file.write_text(changed, encoding="utf-8")
                with self._lock:
                    self._stamp += 1
                    os.utime(file, (self._stamp, self._stamp))
                ran = 0
                for names in (chosen, self.reach.rest(chosen)):
                    if not names:
                        continue
                    ran += len(names)
                    bound = self.grace_s + SLOWER * self.reach.seconds(names)
                    run = self._pytest(bench, [], names, bound, {})
                    took = round(time.monotonic() - began, 2)
                    if run.code is None:
                        return Outcome(TIMED_OUT, "", took, ran)
                    if run.code == NO_TESTS:
                        raise LabError(f"no test was collected for {mutant.path}:{mutant.line}")
                    if run.code != 0:
                        return Outcome(KILLED, (run.failed or ["import"])[0], took, ran)
                return Outcome(SURVIVED, "", round(time.monotonic() - began, 2), ran)
            finally:
                file.write_text(source, encoding="utf-8")
                os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    # ---- processes ----

    @contextlib.contextmanager
    def _bench(self) -> Iterator[_Bench]:
        bench = self._free.get()
        try:
            yield bench
        finally:
            self._free.put(bench)

    def _pytest(
        self,
        bench: _Bench,
        through: Sequence[str],
        names: Sequence[str] | None,
        bound_s: float,
        more: dict[str, str],
    ) -> _Run:
        """Run pytest in a copy, just the tests `names` in their order, for at most `bound_s`."""
        shutil.rmtree(bench.scratch, ignore_errors=True)
        bench.scratch.mkdir()
        notes, said = bench.scratch / "notes", bench.scratch / "said"
        files = self.tests
        env = {**os.environ, **more, mutate_plugin.NOTES: str(notes), "TMPDIR": str(bench.scratch)}
        env["PYTHONPATH"] = str(self._folder / "plugin")
        if names is not None:
            order = bench.scratch / "order"
            order.write_text(json.dumps(names), encoding="utf-8")
            env[mutate_plugin.ORDER] = str(order)
            files = list(dict.fromkeys(name.partition("::")[0] for name in names))
        command = [sys.executable, *through, "-m", "pytest", "-p", "mutate_plugin"]
        command += ["-p", "no:cacheprovider", "-q", "-n", "0", "--tb=line", "--rootdir=."]
        command += [*self._without, *(["-x"] if names is not None else [])]
        with said.open("wb") as out:
            process = self._start([*command, *files], bench.copy, env, out.fileno())
        try:
            code = process.wait(bound_s)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            _end(process)
            with self._lock:
                self._running.pop(process.pid, None)
        if self._closed:
            raise LabError("stopped")
        left = json.loads(notes.read_text(encoding="utf-8")) if notes.is_file() else {}
        tail = said.read_text(encoding="utf-8", errors="replace")[-3000:]
        return _Run(code, left.get("failed", []), left.get("took", {}), tail)

    def _start(
        self, command: list[str], folder: Path, env: dict[str, str], out: int
    ) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise LabError("stopped")
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,  # a group of its own, so that what a test started ends too
            )
            self._running[process.pid] = process
        return process


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a process and of all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _copy(root: Path, into: Path) -> None:
    """Copy what git knows of a checkout and what is new in it, as it stands in the work tree."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, check=False)
    if listed.returncode != 0:
        raise LabError(f"{root} is not a git checkout: {listed.stderr.decode().strip()}")
    for name in listed.stdout.decode().split("\0"):
        if name and (root / name).is_file():
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, into / name)
