"""The supervisor behind `tonne start`: engine, app and gateway of one home.

Must not know: what the three do. Invariants: what dies is started again with a growing delay; what
cannot be mended by starting again stops the node with an explanation (but for the gateway, which no
validator needs); no child outlives the supervisor.
"""

import argparse
import collections
import contextlib
import ctypes
import fcntl
import logging
import logging.handlers
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from node import stall
from node.engine import installer
from node.engine.toolchain import EngineError
from node.home import (
    HomeFault,
    check_startable,
    drop_unborn_databases,
    name_for_app,
    read_settings,
)

STORAGE_EXIT = 3  # of the app: starting again mends nothing
USAGE_EXIT = 2  # of the app: this installation cannot run a node
FAILURE_MARK = "CONSENSUS FAILURE"
# The engine's words when app and engine do not fit together: starting again mends nothing.
_KEEP_AND_FOLLOW = (
    "Keep a copy of data/, move data/tonne away and start again: the app then executes the blocks "
    "that the engine has, and the node follows its peers. Leave priv_validator_state.json in place."
)
_FETCH_ALL = (
    "The engine no longer keeps the blocks that the app's state lacks. Move data/ away, but for "
    "priv_validator_state.json, and start again: the node fetches the chain from its peers."
)
MISFITS = (
    (
        "is higher than core",
        "The app's state is ahead of the engine's blocks, as when only one of them was restored. "
        + _KEEP_AND_FOLLOW,
    ),
    (
        "is too far below block store base",
        _FETCH_ALL,
    ),
    (
        "state.AppHash does not match AppHash after replay",
        "The app's state is not that of the engine's blocks, as when only one of them was restored "
        "or begun anew. " + _KEEP_AND_FOLLOW,
    ),
    (
        "block.AppHash does not match AppHash after replay",
        "The blocks, executed here, lead elsewhere than they did: another version of the program, "
        "or a damaged state. " + _KEEP_AND_FOLLOW + " If it comes again, compare versions and app "
        "hashes with the other operators.",
    ),
)
FAILURE_S = 5.0  # an engine that failed because the app went away ends within this time
ORDER = ("app", "engine", "gateway")  # of starting; stopping goes the other way
VITAL = ("app", "engine")  # a public gateway that keeps dying must not take the validator with it
LOG_BYTES_MAX, LOG_FILES = 20_000_000, 3
DELAY_FIRST_S, DELAY_MAX_S = 0.5, 30.0
HEALTHY_S = 60.0  # a process that ran that long starts anew without a delay
CRASHES_MAX = 8  # within HEALTHY_S of each start
STALL_S, LOOK_S = 120.0, 5.0
GRACE_S = 10.0
LOCK = Path("data") / "node.lock"
PR_SET_PDEATHSIG = 1
# Bound here, because between fork and exec a child must not load anything.
_PRCTL = ctypes.CDLL(None, use_errno=True).prctl

Commands = Mapping[str, Sequence[str]]
Say = Callable[[str], None]


class NodeStopped(Exception):  # noqa: N818 - the name states the fact
    """The node cannot go on by itself; the text says why and what to do."""


@dataclass
class Child:
    """One of the three processes, and how it has fared."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[str] | None = None
    started: float = 0.0
    crashes: int = 0
    start_at: float = 0.0
    failure: str = ""  # the engine's own word of failure, while its process still lives
    failed_at: float = 0.0
    misfit: str = ""  # the engine's word that it and the app's state do not fit
    tail: collections.deque[str] = field(default_factory=lambda: collections.deque(maxlen=20))


@dataclass(frozen=True)
class Happening:
    """What a watching thread reports: an exit code, or the engine's own word of failure."""

    child: str
    exit_code: int | None = None
    line: str = ""


def commands_of(home: Path, app_module: str = "abci_app") -> Commands:
    """Return the command lines of a node's three processes."""
    engine = installer.ensure()
    return {
        "app": [sys.executable, "-m", app_module, "serve", "--home", name_for_app(home)],
        "engine": [str(engine), "start", "--home", str(home)],
        "gateway": [sys.executable, "-m", "node.gateway", "--home", str(home)],
    }


class Supervisor:
    """Runs the processes of one home until told to stop."""

    def __init__(
        self, home: Path, commands: Commands, say: Say, *, stall_s: float = STALL_S
    ) -> None:
        """Take a home and what to run in it; `say` prints a line for the operator."""
        self.home = home
        self._children = {name: Child(name, commands[name]) for name in ORDER if name in commands}
        self._say = say
        # SimpleQueue, because `stop` may interrupt anything, a `get` of this queue included.
        self._happenings: queue.SimpleQueue[Happening] = queue.SimpleQueue()
        self._stopping = False
        self._stall = stall.Watch(stall_s, time.monotonic())

    def run(self) -> None:
        """Keep the node running until `stop`; NodeStopped when it must not go on."""
        with _lock(self.home):
            try:
                look = time.monotonic() + LOOK_S
                while not self._stopping:
                    self._start_due()
                    with contextlib.suppress(queue.Empty):
                        self._judge(self._happenings.get(timeout=self._pause(look)))
                    self._look_for_failure()
                    if time.monotonic() >= look:
                        self._look_for_stall()
                        look = time.monotonic() + LOOK_S
            finally:
                self._stop_all()

    def stop(self) -> None:
        """End `run`; safe in a signal handler."""
        self._stopping = True
        self._happenings.put(Happening(""))

    # ---- starting ----

    def _pause(self, look: float) -> float:
        rows = self._children.values()
        waiting = [row.start_at for row in rows if row.process is None]
        waiting += [row.failed_at + FAILURE_S for row in rows if row.failure]
        return max(0.01, min([look, *waiting]) - time.monotonic())

    def _start_due(self) -> None:
        for child in self._children.values():
            if child.process is None and time.monotonic() >= child.start_at:
                self._start(child)

    def _start(self, child: Child) -> None:
        """Start a process that dies with this one; only the main thread may, see prctl(2)."""
        child.process = subprocess.Popen(  # noqa: S603 - our own programs
            list(child.command),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd=self.home,
            preexec_fn=dying_with(os.getpid(), signal.SIGKILL),  # noqa: PLW1509 - two system calls
            start_new_session=True,
        )
        child.started = time.monotonic()
        threading.Thread(target=self._watch, args=(child, child.process), daemon=True).start()

    def _watch(self, child: Child, process: subprocess.Popen[str]) -> None:
        """Carry a child's lines to its log; report its end."""
        log = _log(self.home, child.name)
        assert process.stdout is not None, "it was piped"
        for line in process.stdout:
            log.info(line.rstrip("\n"))
            child.tail.append(line.rstrip("\n"))
            if child.name == "engine":
                child.misfit = child.misfit or _misfit(line)
                if FAILURE_MARK in line:
                    self._happenings.put(Happening("engine", line=line.strip()))
        self._happenings.put(Happening(child.name, exit_code=process.wait()))

    # ---- judging ----

    def _judge(self, happening: Happening) -> None:
        child = self._children.get(happening.child)
        if child is None or self._stopping:
            return
        if happening.line:
            child.failure, child.failed_at = happening.line, time.monotonic()
            return
        child.process, child.failure = None, ""
        code = happening.exit_code
        if child.name == "app" and code in (STORAGE_EXIT, USAGE_EXIT):
            raise NodeStopped(
                "the app stopped and starting it again would not help:\n" + _indented(child.tail)
            )
        if child.misfit:
            raise NodeStopped(child.misfit)
        ran = time.monotonic() - child.started
        child.crashes = child.crashes + 1 if ran < HEALTHY_S else 1
        words = (
            f"{child.name} ended {child.crashes} times within a minute of its start; "
            f"its last words:\n{_indented(child.tail)}"
        )
        if child.crashes > CRASHES_MAX and child.name in VITAL:
            raise NodeStopped(words)
        if child.crashes == CRASHES_MAX + 1:
            self._say(words)
        # The exponent has a bound of its own: a gateway may die for days.
        delay = min(DELAY_MAX_S, DELAY_FIRST_S * 2 ** min(child.crashes - 1, CRASHES_MAX))
        child.start_at = time.monotonic() + delay
        self._say(f"{child.name} ended with code {code}; starting it again in {delay:g} s")

    def _look_for_failure(self) -> None:
        """Stop when the engine lives on after it has failed.

        When only the app went away it says the same word, but ends, and is started again.
        """
        engine = self._children.get("engine")
        if engine is None or not engine.failure:
            return
        if time.monotonic() - engine.failed_at >= FAILURE_S:
            raise NodeStopped(
                "the engine reports CONSENSUS FAILURE and will not go on:\n"
                f"  {engine.failure[:600]}\n"
                "Keep the home as it is, compare app hashes with the other operators "
                "(`tonne status`), and see data/logs/."
            )

    def _look_for_stall(self) -> None:
        """Stop when this node's height stands still while peers are ahead of it."""
        view = stall.look(read_settings(self.home).rpc_address)
        fault = self._stall.fault(view, time.monotonic())
        if fault:
            raise NodeStopped(fault)

    # ---- stopping ----

    def _stop_all(self) -> None:
        self._stopping = True
        for name in reversed(ORDER):
            child = self._children.get(name)
            if child is None or child.process is None or child.process.poll() is not None:
                continue
            child.process.terminate()
            try:
                child.process.wait(timeout=GRACE_S)
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()


def dying_with(parent: int, number: signal.Signals) -> Callable[[], None]:
    """Make what a child calls before it turns into its program: it gets a signal when we are gone.

    However `parent` ends, SIGKILL included. The kernel means the thread that forks, which must
    therefore be one that lives as long as the process: the main one.
    """

    def bind() -> None:
        _PRCTL(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # it died before we had asked
            os._exit(1)

    return bind


def _misfit(line: str) -> str:
    """Return what a line of the engine says of app and engine that do not fit, and what to do."""
    for sign, advice in MISFITS:
        if sign in line:
            return f"the engine cannot start: {line.strip()[:300]}\n{advice}"
    return ""


def _indented(lines: Sequence[str] | collections.deque[str]) -> str:
    return "\n".join(f"  {line}" for line in lines) or "  (nothing)"


def _log(home: Path, name: str) -> logging.Logger:
    """Return the rotating log of a child."""
    log = logging.getLogger(f"tonne.child.{home}.{name}")
    if not log.handlers:
        folder = home / "data" / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            folder / f"{name}.log", maxBytes=LOG_BYTES_MAX, backupCount=LOG_FILES
        )
        handler.setFormatter(logging.Formatter("%(message)s"))
        log.addHandler(handler)
        log.setLevel(logging.INFO)
        log.propagate = False
    return log


def keeper_of(home: Path) -> str:
    """Return the process id of the supervisor that has a home; empty when none has."""
    try:
        with _lock(home):
            return ""
    except NodeStopped:
        return (home / LOCK).read_text(encoding="utf-8").strip() or "unknown"


@contextlib.contextmanager
def _lock(home: Path) -> Iterator[IO[str]]:
    """Hold the home for one supervisor; NodeStopped when another has it."""
    path = home / LOCK
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise NodeStopped(
                f"{home} is run by another supervisor (process {file.read().strip() or 'unknown'});"
                " stop that one first"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield file


def start(home: Path, say: Say, *, app_module: str = "abci_app") -> int:
    """Run a node in the foreground until SIGINT or SIGTERM; 1 with an explanation when it stops."""
    home = home.absolute()
    try:
        settings = read_settings(home)
        with _lock(home):  # first, because the ports are in use by the one who has it
            check_startable(home)
            for name in drop_unborn_databases(home):
                say(f"data/{name} was never finished; the engine makes it anew")
        supervisor = Supervisor(home, commands_of(home, app_module), say)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: supervisor.stop())
        say(f"node of {settings.chain_id}: gRPC {settings.grpc_address}, logs {home}/data/logs")
        supervisor.run()
    except (NodeStopped, HomeFault, EngineError) as error:
        say(f"STOPPED: {error}")
        return 1
    return 0


def main() -> int:
    """Run `python -m node.supervisor --home H`: what `tonne start` runs, for other programs."""
    parser = argparse.ArgumentParser(prog="python -m node.supervisor", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--app-module", default="abci_app", help="for tests of broken apps")
    options = parser.parse_args()
    return start(
        options.home,
        lambda text: print(text, file=sys.stderr, flush=True),  # noqa: T201 - its one way to speak
        app_module=options.app_module,
    )


if __name__ == "__main__":
    sys.exit(main())
