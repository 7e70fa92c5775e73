"""The supervisor over stand-in processes: what it starts again, what it stops for, what it leaves.

It runs in a process of its own, as in life: signals and the death of a parent are real here.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from node import stall, supervisor
from node.home import read_settings
from node.testnet import is_alive, wait_until

RUN = """
import json, signal, sys
from pathlib import Path
from node import supervisor
from node.home import HomeFault

home, commands, settings = Path(sys.argv[1]), json.loads(sys.argv[2]), json.loads(sys.argv[3])
stall_s = settings.pop("stall_s", 1000)
for name, value in settings.items():
    setattr(supervisor, name, value)
one = supervisor.Supervisor(home, commands, lambda text: print(text, flush=True), stall_s=stall_s)
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: one.stop())
try:
    one.run()
except (supervisor.NodeStopped, HomeFault) as error:
    sys.exit(f"STOPPED: {error}")
"""

# Notes its start and its end in one file that all share.
CALM = """
import os, signal, sys
notes = sys.argv[1]
def note(text):
    with open(notes, "a") as file:
        file.write(text + chr(10))
def end(*_):
    note(f"{sys.argv[2]} ended")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
note(f"{sys.argv[2]} {os.getpid()}")
while True:
    signal.pause()
"""
STUBBORN = CALM.replace("signal.signal(signal.SIGTERM, end)", "signal.signal(15, signal.SIG_IGN)")
QUICK = {
    "DELAY_FIRST_S": 0.01,
    "DELAY_MAX_S": 0.05,
    "GRACE_S": 20.0,
    "LOOK_S": 1000.0,
    "FAILURE_S": 0.1,
}
WAIT_S = 30.0


def saying(text: str, code: int) -> list[str]:
    return [sys.executable, "-c", f"print({text!r}); raise SystemExit({code})"]


@dataclass
class Node:
    """A supervisor in its own process, and what its children noted."""

    home: Path
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def notes(self) -> Path:
        return self.home / "notes"

    def child(self, name: str, source: str = CALM) -> list[str]:
        return [sys.executable, "-c", source, str(self.notes), name]

    def start(self, commands: dict[str, list[str]], **settings: float) -> "subprocess.Popen[str]":
        arguments = [str(self.home), json.dumps(commands), json.dumps({**QUICK, **settings})]
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.running.append(process)
        return process

    def pids(self, name: str) -> list[int]:
        words = [line.split() for line in self.lines()]
        return [int(row[1]) for row in words if row[0] == name and row[1] != "ended"]

    def lines(self) -> list[str]:
        return self.notes.read_text().splitlines() if self.notes.exists() else []

    def wait_for(self, *names: str, starts: int = 1) -> None:
        self.until(
            lambda: all(len(self.pids(name)) >= starts for name in names),
            f"{names} started {starts} times",
        )

    def until(self, ready: Callable[[], bool], what: str) -> None:
        """Wait, and show what a supervisor said that ended before its time."""

        def going() -> bool:
            if ready():
                return True
            last = self.running[-1]
            if last.poll() is not None:
                raise AssertionError(f"{what}: it ended\n{''.join(last.communicate())}")
            return False

        wait_until(going, what, WAIT_S)


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    found = Node(tmp_path)
    yield found
    for process in found.running:
        process.kill()
        process.communicate()


def ended(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, error = process.communicate(timeout=WAIT_S)
    return process.returncode, out, error


def test_all_three_run_and_stop_gateway_first_and_app_last(node: Node) -> None:
    three = ("app", "engine", "gateway")
    process = node.start({name: node.child(name) for name in three})
    node.wait_for(*three)
    process.terminate()
    assert ended(process)[0] == 0
    assert node.lines()[3:] == ["gateway ended", "engine ended", "app ended"]


def test_interrupt_from_the_keyboard_stops_in_the_same_order(node: Node) -> None:
    process = node.start({name: node.child(name) for name in ("app", "engine")})
    node.wait_for("app", "engine")
    process.send_signal(signal.SIGINT)
    assert ended(process)[0] == 0
    assert node.lines()[2:] == ["engine ended", "app ended"]


def test_what_dies_is_started_again_and_the_others_stay(node: Node) -> None:
    process = node.start({name: node.child(name) for name in ("app", "engine")})
    node.wait_for("app", "engine")
    os.kill(node.pids("app")[0], signal.SIGKILL)
    node.wait_for("app", starts=2)
    assert len(node.pids("engine")) == 1
    process.terminate()
    code, out, _ = ended(process)
    assert code == 0
    assert "app ended with code -9; starting it again in 0.01 s" in out


def test_delay_before_a_new_start_grows_up_to_its_limit(node: Node) -> None:
    process = node.start({"app": saying("no", 1)}, CRASHES_MAX=5)
    _, out, _ = ended(process)
    assert [line.split()[-2] for line in out.splitlines()] == [
        "0.01",
        "0.02",
        "0.04",
        "0.05",
        "0.05",
    ]


def test_delay_starts_anew_after_a_good_run(node: Node) -> None:
    process = node.start({"app": node.child("app")}, HEALTHY_S=0.0)
    for starts in range(1, 5):
        node.wait_for("app", starts=starts)
        os.kill(node.pids("app")[-1], signal.SIGKILL)
    node.wait_for("app", starts=5)
    process.terminate()
    code, out, _ = ended(process)
    assert code == 0
    assert out.count("in 0.01 s") == 4


def test_process_that_keeps_dying_stops_the_node_with_its_last_words(node: Node) -> None:
    commands = {"app": node.child("app"), "engine": saying("no such genesis", 1)}
    process = node.start(commands, CRASHES_MAX=3)
    code, _, error = ended(process)
    assert code == 1
    assert "engine ended 4 times" in error
    assert "no such genesis" in error
    assert not any(is_alive(pid) for pid in node.pids("app"))


@pytest.mark.parametrize("code", [supervisor.STORAGE_EXIT, supervisor.USAGE_EXIT])
def test_storage_error_of_the_app_is_not_tried_again(node: Node, code: int) -> None:
    process = node.start({"app": saying("storage: the disk is full", code)})
    returned, out, error = ended(process)
    assert returned == 1
    assert "storage: the disk is full" in error
    assert "starting it again" not in out


def test_same_exit_code_of_the_engine_is_tried_again(node: Node) -> None:
    process = node.start({"engine": saying("bye", supervisor.STORAGE_EXIT)}, CRASHES_MAX=2)
    _, out, _ = ended(process)
    assert out.count("starting it again") == 2


def test_consensus_failure_line_stops_the_node_though_the_process_lives_on(node: Node) -> None:
    zombie = "import signal; print('E CONSENSUS FAILURE!!! err=oops', flush=True); signal.pause()"
    commands = {"app": node.child("app"), "engine": [sys.executable, "-c", zombie]}
    code, _, error = ended(node.start(commands))
    assert code == 1
    assert "CONSENSUS FAILURE!!! err=oops" in error
    assert "other operators" in error


def test_engine_that_fails_and_ends_because_its_app_went_is_started_again(node: Node) -> None:
    first = "import os, sys; first = not os.path.exists(sys.argv[1])"
    fails = "if first: print('CONSENSUS FAILURE', flush=True); sys.exit(1)"
    fails = first + CALM.replace("while True", fails + "\nwhile True")
    process = node.start({"engine": node.child("engine", fails)}, FAILURE_S=20.0)
    node.wait_for("engine", starts=2)
    process.terminate()
    assert ended(process)[0] == 0


def test_gateway_that_keeps_dying_is_reported_and_never_stops_the_validator(node: Node) -> None:
    commands = {"app": node.child("app"), "gateway": saying("no certificate", 1)}
    process = node.start(commands, CRASHES_MAX=2)
    assert process.stdout is not None
    said = ""
    while said.count("starting it again") < 6:
        said += process.stdout.readline()
    assert "its last words:" in said
    assert "no certificate" in said
    assert is_alive(node.pids("app")[0])
    process.terminate()
    assert ended(process)[0] == 0


def test_consensus_failure_in_the_words_of_the_app_means_nothing(node: Node) -> None:
    source = CALM.replace("while True", "print('CONSENSUS FAILURE', flush=True)\nwhile True")
    process = node.start({"app": node.child("app", source)})
    log = node.home / "data" / "logs" / "app.log"
    node.until(lambda: log.exists() and "CONSENSUS" in log.read_text(), "the app's line")
    process.terminate()
    assert ended(process)[0] == 0


def test_process_that_ignores_the_request_to_stop_is_killed(node: Node) -> None:
    process = node.start({"app": node.child("app", STUBBORN)}, GRACE_S=0.1)
    node.wait_for("app")
    process.terminate()
    assert ended(process)[0] == 0
    assert not is_alive(node.pids("app")[0])


def test_children_die_with_a_supervisor_that_is_killed(node: Node) -> None:
    names = ("app", "engine", "gateway")
    process = node.start({name: node.child(name, STUBBORN) for name in names})
    node.wait_for(*names)
    process.kill()
    pids = [node.pids(name)[0] for name in names]
    wait_until(lambda: not any(is_alive(pid) for pid in pids), "all children die", WAIT_S)


def test_second_supervisor_of_a_home_is_refused_and_told_who_has_it(node: Node) -> None:
    first = node.start({"app": node.child("app")})
    node.wait_for("app")
    code, _, error = ended(node.start({"app": node.child("app")}))
    assert code == 1
    assert f"process {first.pid}" in error
    assert len(node.pids("app")) == 1


def test_home_can_be_started_again_after_its_supervisor_was_killed(node: Node) -> None:
    first = node.start({"app": node.child("app")})
    node.wait_for("app")
    first.kill()
    first.wait()
    second = node.start({"app": node.child("app")})
    node.wait_for("app", starts=2)
    second.terminate()
    assert ended(second)[0] == 0


def test_logs_are_bounded_in_size_and_number(node: Node) -> None:
    talk = CALM.replace(
        "while True", "print('x' * 99 + chr(10), flush=True) ; note('said')\nwhile True"
    )
    talk = talk.replace("'x' * 99 + chr(10)", "(chr(120) * 99 + chr(10)) * 1000")
    process = node.start({"app": node.child("app", talk)}, LOG_BYTES_MAX=5000, LOG_FILES=2)
    logs = node.home / "data" / "logs"
    node.until(lambda: "said" in node.lines(), "the app has spoken")
    process.terminate()
    assert ended(process)[0] == 0
    assert sorted(path.name for path in logs.glob("app.log*")) == [
        "app.log",
        "app.log.1",
        "app.log.2",
    ]
    assert all(path.stat().st_size <= 5000 for path in logs.glob("app.log*"))


class Rpc(BaseHTTPRequestHandler):
    """An engine's RPC that says what the test wants: own height, and the peers' rounds."""

    own = 7
    peers: tuple[int, ...] = ()
    as_text = False  # the form of the 0.38 line
    answers: threading.Event  # cleared, the consensus hangs

    def do_GET(self) -> None:
        if self.path == "/dump_consensus_state":
            self.answers.wait(WAIT_S)
        states = [{"round_state": {"height": str(height)}} for height in self.peers]
        rows = [{"peer_state": json.dumps(row) if self.as_text else row} for row in states]
        known = {
            "/status": {"sync_info": {"latest_block_height": str(self.own)}},
            "/dump_consensus_state": {"peers": rows},
        }
        body = json.dumps({"result": known[self.path]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        del format, args


@pytest.fixture
def rpc(tmp_path: Path) -> Iterator[type[Rpc]]:
    class Fresh(Rpc):
        answers = threading.Event()

    Fresh.answers.set()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Fresh)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "tonne.toml").write_text(
        'chain_id = "x"\n[app]\nsocket = "data/app.sock"\n'
        f'[engine]\nrpc = "http://127.0.0.1:{server.server_port}"\n'
        '[gateway]\naddress = "127.0.0.1:1"\n'
    )
    yield Fresh
    server.shutdown()
    server.server_close()
    thread.join()


def test_height_that_stalls_while_peers_are_ahead_stops_the_node(
    node: Node, rpc: type[Rpc]
) -> None:
    rpc.peers = (12, 12, 13)
    process = node.start({"engine": node.child("engine")}, LOOK_S=0.05, stall_s=0.2)
    code, _, error = ended(process)
    assert code == 1
    assert "Height 7 has not moved" in error
    assert "most peers are at 11" in error


def test_idle_chain_on_which_nobody_is_ahead_goes_on(node: Node, rpc: type[Rpc]) -> None:
    rpc.peers = (8, 8, 8)
    process = node.start({"engine": node.child("engine")}, LOOK_S=0.01, stall_s=0.05)
    asked = threading.Event()
    answers = iter(range(100_000))
    answer = Rpc.do_GET

    def counted(self: Rpc) -> None:
        answer(self)
        if next(answers) > 20:
            asked.set()

    rpc.do_GET = counted  # type: ignore[method-assign]
    assert asked.wait(WAIT_S)
    process.terminate()
    assert ended(process)[0] == 0


def test_look_tells_height_and_peers_of_both_engine_lines(rpc: type[Rpc], tmp_path: Path) -> None:
    rpc.peers = (12, 9)
    address = read_settings(tmp_path).rpc_address
    assert stall.look(address) == stall.View(7, (11, 8))
    rpc.as_text = True
    assert stall.look(address) == stall.View(7, (11, 8))


def test_look_tells_a_consensus_that_hangs_from_an_engine_that_is_away(
    rpc: type[Rpc], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stall, "ASK_S", 0.2)
    address = read_settings(tmp_path).rpc_address
    rpc.answers.clear()
    assert stall.look(address) == stall.View(7, None)
    rpc.answers.set()
    assert stall.look("http://127.0.0.1:1") is None
