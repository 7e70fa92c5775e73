"""The counter of the library's README, taken out of the page, behind the real engine."""

import base64
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "abci_app" / "abci" / "README.md"
PATIENCE = 90.0  # seconds that a process may take on a busy machine


def example() -> str:
    """Give the first Python block of the page."""
    block = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert block is not None
    return block[1]


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [
            stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)
        ]
        return [each.getsockname()[1] for each in sockets]


@contextmanager
def running(command: list[str], folder: Path, log: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process that SIGTERM has to end."""
    with (folder / log).open("ab") as out:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


@dataclass(frozen=True)
class Rpc:
    """The engine's JSON-RPC."""

    port: int
    folder: Path

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{self.port}/{path}", timeout=PATIENCE
        ) as got:
            return json.load(got)["result"]

    def ready(self, engine: subprocess.Popen[bytes]) -> "Rpc":
        """Wait until the engine answers; its log when it ended instead."""
        deadline = time.monotonic() + PATIENCE
        while engine.poll() is None and time.monotonic() < deadline:
            try:
                self.get("status")
            except (urllib.error.URLError, ConnectionError):
                try:
                    engine.wait(0.1)  # the engine has no better sign to wait for
                except subprocess.TimeoutExpired:
                    continue
            else:
                return self
        logs = [(self.folder / name).read_text()[-3000:] for name in ("app.log", "engine.log")]
        raise AssertionError("the engine does not answer\n" + "\n".join(logs))

    def add(self, text: str) -> Any:
        return self.get(f'broadcast_tx_commit?tx="{text}"')

    def counted(self) -> int:
        return int(base64.b64decode(self.get("abci_query")["response"]["value"]))

    def height(self) -> int:
        return int(self.get("status")["sync_info"]["latest_block_height"])


@contextmanager
def chain(engine: Path, folder: Path) -> Iterator[Rpc]:
    """Run the counter and the engine, with the commands of the page but for ports."""
    rpc, p2p = free_ports(2)
    counter = [sys.executable, "counter.py"]
    # Blocks at a steady pace would only cost time here; the address is the one of the page.
    start = [
        *(str(engine), "start", "--home", "engine", "--proxy_app", "unix://counter.sock"),
        *("--rpc.laddr", f"tcp://127.0.0.1:{rpc}", "--p2p.laddr", f"tcp://127.0.0.1:{p2p}"),
        "--consensus.create_empty_blocks=false",
    ]
    with running(counter, folder, "app.log"), running(start, folder, "engine.log") as process:
        yield Rpc(rpc, folder).ready(process)


def test_counter_of_the_page_has_at_most_25_lines_of_code() -> None:
    assert len([line for line in example().splitlines() if line.strip()]) <= 25


@pytest.mark.e2e
def test_counter_of_the_page_counts_behind_the_real_engine_and_goes_on_after_a_restart(
    tmp_path: Path,
) -> None:
    from node.engine import installer

    engine = installer.ensure()
    (tmp_path / "counter.py").write_text(example())
    init = [str(engine), "init", "--home", "engine"]
    subprocess.run(init, cwd=tmp_path, check=True, capture_output=True)

    with chain(engine, tmp_path) as rpc:
        for text in ("1", "20", "300"):
            assert rpc.add(text)["tx_result"]["code"] == 0
        assert rpc.add("word")["check_tx"]["code"] == 1
        assert rpc.counted() == 321
        before = rpc.height()
    assert "Traceback" not in (tmp_path / "app.log").read_text()
    assert not (tmp_path / "counter.sock").exists()

    with chain(engine, tmp_path) as rpc:
        assert rpc.counted() == 321
        assert rpc.height() >= before
        added = rpc.add("4000")
        assert added["tx_result"]["code"] == 0
        assert int(added["height"]) > before
        assert rpc.counted() == 4321
    assert "Traceback" not in (tmp_path / "app.log").read_text()
