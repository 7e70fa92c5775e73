"""An application that raises: what stops, and what goes on."""

import os
import queue
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from abci_app.abci import BaseApplication
from abci_app.abci import abci_pb2 as pb
from abci_app.abci.dispatch import FATAL_CALLS

ROOT = Path(__file__).resolve().parents[2]
CALLS = [kind for kind in pb.Request.DESCRIPTOR.fields_by_name if kind not in {"echo", "flush"}]
CONTAINED = [call for call in CALLS if call not in FATAL_CALLS]

PROGRAM = """
import sys
from abci_app.abci import ABCIServer, BaseApplication

class Failing(BaseApplication):
    def finalize_block(self, request):
        raise LookupError("the state is not what it should be")

print("ready", flush=True)
ABCIServer(Failing(), sys.argv[1]).serve_forever()
print("ended", flush=True)
"""


class Raising(BaseApplication):
    """Raises one given error in one given call."""

    def __init__(self, call: str, error: BaseException) -> None:
        def fail(_: object) -> object:
            raise error

        setattr(self, call, fail)


class Answering(BaseApplication):
    """Gives one given answer to one given call."""

    def __init__(self, call: str, answer: object) -> None:
        setattr(self, call, lambda _: answer)


def request_of(call: str) -> pb.Request:
    request = pb.Request()
    getattr(request, call).SetInParent()
    return request


def test_the_calls_that_end_the_process_are_these() -> None:
    assert sorted(FATAL_CALLS) == ["commit", "finalize_block", "info", "init_chain"]


@pytest.mark.parametrize("error", [ValueError("broken"), MemoryError(), SystemExit(3)], ids=repr)
@pytest.mark.parametrize("call", sorted(FATAL_CALLS))
def test_error_on_the_consensus_side_goes_to_on_fatal_and_gets_no_answer(
    serve: Any, connect: Any, call: str, error: BaseException
) -> None:
    heard: queue.SimpleQueue[BaseException] = queue.SimpleQueue()
    client = connect(serve(Raising(call, error), on_fatal=heard.put))
    client.send(request_of(call))
    assert heard.get(timeout=20) is error
    assert client.receive() is None


@pytest.mark.parametrize("call", CONTAINED)
def test_error_elsewhere_is_answered_and_ends_its_connection_only(
    serve: Any, connect: Any, call: str
) -> None:
    heard: queue.SimpleQueue[BaseException] = queue.SimpleQueue()
    server = serve(Raising(call, ValueError("broken")), on_fatal=heard.put)
    client, other = connect(server), connect(server)
    client.send(pb.Request(echo=pb.RequestEcho(message="before")), request_of(call))
    assert client.receive().echo.message == "before"
    assert client.receive().exception.error == f"{call}: ValueError: broken"
    assert client.receive() is None
    assert other.echo("other") == "other"
    assert heard.empty()


@pytest.mark.parametrize("call", CONTAINED)
def test_error_that_is_always_fatal_goes_to_on_fatal_from_any_call(
    serve: Any, connect: Any, call: str
) -> None:
    heard: queue.SimpleQueue[BaseException] = queue.SimpleQueue()
    error = KeyError("the disk")
    client = connect(serve(Raising(call, error), fatal=(LookupError,), on_fatal=heard.put))
    client.send(request_of(call))
    assert heard.get(timeout=20) is error
    assert client.receive() is None


@pytest.mark.parametrize("wrong", [None, pb.ResponseQuery(), b""], ids=repr)
def test_answer_of_another_type_is_an_error_and_not_sent(
    serve: Any, connect: Any, wrong: object
) -> None:
    app = Answering("check_tx", wrong)
    answer = connect(serve(app)).ask(request_of("check_tx"))
    assert f"returned {type(wrong).__name__}, not ResponseCheckTx" in answer.exception.error


@pytest.fixture
def program(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a server in a process of its own, on the socket `p` of the folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, f"unix://{folder}/p"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def reach(client_class: type, folder: Path, process: subprocess.Popen[str]) -> Any:
    """Connect as soon as the program listens."""
    while process.poll() is None:
        try:
            return client_class(f"unix://{folder}/p")
        except (FileNotFoundError, ConnectionRefusedError):
            continue
    raise AssertionError("the program ended before it listened")


def test_by_default_the_process_ends_with_code_1_and_a_traceback(
    program: subprocess.Popen[str], folder: Path, client_class: Any
) -> None:
    with reach(client_class, folder, program) as client:
        client.send(request_of("finalize_block"))
        assert client.receive() is None
    out, err = program.communicate(timeout=20)
    assert program.returncode == 1
    assert "LookupError: the state is not what it should be" in err
    assert "in finalize_block" in err
    assert "ended" not in out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_the_program_in_order(
    program: subprocess.Popen[str], folder: Path, client_class: Any, number: signal.Signals
) -> None:
    with reach(client_class, folder, program) as client:
        assert client.echo("here") == "here"
        program.send_signal(number)
        assert client.receive() is None
    out, err = program.communicate(timeout=20)
    assert (program.returncode, out, err) == (0, "ended\n", "")
    assert list(folder.iterdir()) == []


def test_successor_takes_over_the_socket_of_a_killed_process(
    program: subprocess.Popen[str], folder: Path, client_class: Any, serve: Any
) -> None:
    with reach(client_class, folder, program) as client:
        assert client.echo("here") == "here"
    program.kill()
    program.wait(timeout=20)
    assert (folder / "p").exists()
    server = serve(address=f"unix://{folder}/p")
    with client_class(server.address) as client:
        assert client.echo("again") == "again"
