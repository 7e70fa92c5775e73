"""The gateway and the solo node as processes of their own: start, wait, stop, go on."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tests.node.gateway_world import GENESIS, TIME_S, make_genesis, open_organisation, signed
from tests.node.gateway_world import stub_of as typed_stub
from tonne.v1 import service_pb2 as sv

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'proto'}", "PYTHONUNBUFFERED": "1"}
GATEWAY = [sys.executable, "-W", "error", "-m", "node.gateway", "--home"]
SOLO = (
    "import sys; from pathlib import Path; from node.solo import serve_solo;"
    "serve_solo(Path(sys.argv[1]), '127.0.0.1:0', Path(sys.argv[2]).read_bytes())"
)


def home(path: Path, *, address: str = "127.0.0.1:0", rpc: str = "http://127.0.0.1:1") -> Path:
    (path / "config").mkdir(parents=True)
    (path / "config" / "tonne.toml").write_text(
        f'chain_id = "c"\n[gateway]\naddress = "{address}"\n[engine]\nrpc = "{rpc}"\n'
    )
    return path


@contextmanager
def serving(command: list[str]) -> Iterator[tuple[subprocess.Popen[str], Any]]:
    """Start a process, wait until it serves, give it and a channel; kill it in the end."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        seen = []
        for line in process.stdout:
            seen.append(line)
            if found := re.search(r"gateway serves.*?(127\.0\.0\.1:\d+)", line):
                break
        else:
            raise AssertionError("".join(seen))
        with grpc.insecure_channel(found.group(1)) as channel:
            yield process, channel
    finally:
        process.kill()
        process.communicate()


def stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


def failed(command: list[str]) -> str:
    done = subprocess.run(
        command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_it_starts_without_an_engine_and_says_so(tmp_path: Path) -> None:
    with serving([*GATEWAY, str(home(tmp_path))]) as (process, channel):
        with pytest.raises(grpc.RpcError) as caught:
            typed_stub(channel).GetStatus(sv.GetStatusRequest(), timeout=10)
        error: Any = caught.value
        assert error.code() == grpc.StatusCode.UNAVAILABLE
        assert "is the node running? see tonne status" in error.details()
        health = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
        assert health.status == health_pb2.HealthCheckResponse.NOT_SERVING
        stop(process)


def test_a_home_that_is_none_is_said(tmp_path: Path) -> None:
    assert "tonne init" in failed([*GATEWAY, str(tmp_path / "nowhere")])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[gateway", "not TOML"),
        ("[gateway]\naddress = 9090", "[gateway] address"),
        ('[gateway]\naddress = "127.0.0.1:0"', "[engine] rpc"),
        ('[gateway]\naddress = "127.0.0.1:0"\n[engine]\nrpc = "tcp://x"', "http://host:port"),
    ],
)
def test_settings_that_make_no_sense_are_said(tmp_path: Path, text: str, reason: str) -> None:
    (home(tmp_path) / "config" / "tonne.toml").write_text(text)
    assert reason in failed([*GATEWAY, str(tmp_path)])


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with serving([*GATEWAY, str(home(tmp_path / "first"))]) as (_, channel):
        taken = channel._channel.target().decode().removeprefix("dns:///")
        second = home(tmp_path / "second", address=taken)
        assert f"cannot listen on {taken}" in failed([*GATEWAY, str(second)])


def test_a_solo_node_keeps_its_chain_over_a_restart(tmp_path: Path) -> None:
    genesis = tmp_path / "genesis.bin"
    genesis.write_bytes(GENESIS)
    command = [sys.executable, "-W", "error", "-c", SOLO, str(tmp_path), str(genesis)]
    with serving(command) as (process, channel):
        # Its clock is the world's, however old the genesis.
        status = typed_stub(channel).GetStatus(sv.GetStatusRequest(), timeout=10)
        assert status.time_s > TIME_S
        tx = signed(open_organisation("green"), 1, valid_until_s=status.time_s + 3_600)
        request = sv.SubmitRequest(tx=tx, wait=True)
        first = typed_stub(channel).Submit(request, timeout=10)
        assert first.status == sv.COMMITTED
        stop(process)
    with serving(command) as (process, channel):
        again = typed_stub(channel).Submit(request, timeout=10)
        stop(process)
    assert first == again
    genesis.write_bytes(make_genesis("elsewhere"))
    done = subprocess.run(
        command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=30, check=False
    )
    assert "another genesis" in done.stderr


def settings(path: Path, gateway: str) -> Path:
    """Return a home with these words under [gateway]."""
    made = home(path)
    text = f'[engine]\nrpc = "http://127.0.0.1:1"\n[gateway]\n{gateway}\n'
    (made / "config" / "tonne.toml").write_text(text)
    return made


def test_plain_text_beyond_the_machine_is_not_served_by_mistake(tmp_path: Path) -> None:
    said = failed([*GATEWAY, str(settings(tmp_path, 'address = "0.0.0.0:0"'))])
    assert "plain_text = true" in said
    assert "[gateway.tls]" in said


def test_files_of_tls_that_are_not_there_are_said(tmp_path: Path) -> None:
    words = 'address = "127.0.0.1:0"\n[gateway.tls]\ncertificate = "c.pem"\nkey = "k.pem"'
    assert "c.pem: cannot be read (No such file" in failed(
        [*GATEWAY, str(settings(tmp_path, words))]
    )


def test_a_taken_port_of_the_metrics_is_said_and_clients_are_served(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        words = f'address = "127.0.0.1:0"\nmetrics = "127.0.0.1:{taken.getsockname()[1]}"'
        with serving([*GATEWAY, str(settings(tmp_path, words))]) as (process, channel):
            health = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
            assert health.status == health_pb2.HealthCheckResponse.NOT_SERVING
            stop(process)
