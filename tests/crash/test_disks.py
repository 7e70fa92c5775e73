"""Damaged, full and read-only disks on one of four validators: it stops and says what to do.

The other three go on meanwhile; after the remedy that the message names, the node rejoins and has
their app hash. Where nothing may be mounted, the full disk is a limit of file sizes (setrlimit)
and the read-only one a folder without the right to write: other faults of the same system calls.
"""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.sdk.client import TonneError
from node.testnet import wait_until
from tests import acts
from tests.crash import dying_app
from tests.e2e.live import Network, network
from tonne.v1 import tx_pb2 as t

pytestmark = pytest.mark.e2e
HERE = Path(__file__).resolve().parent
SICK = 3
FULL_BYTES = 24 << 20  # of the small disk: LevelDB's log and a state of a few hundred kB fit


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with network(tmp_path_factory.mktemp("d")) as running:
        os.environ["PYTHONPATH"] += os.pathsep + str(HERE)
        running.set_up()
        yield running


@pytest.fixture
def state(live: Network) -> Iterator[Path]:
    """Stop the node that falls sick and give the folder of its state; it is well in the end."""
    live.net.stop(SICK)
    yield live.net.home(SICK) / "data" / "tonne"
    live.net.app_modules.pop(SICK, None)
    rejoins(live)


def rejoins(live: Network) -> None:
    live.ok("issuer", acts.move(1, "issuer", "user"))
    live.net.start(SICK)
    live.net.wait_for_height(max(live.heights()), SICK)
    live.ok("issuer", acts.move(1, "issuer", "user"))
    live.assert_agreement()


def stops(live: Network, *texts: str) -> None:
    """See that the sick node stops with an explanation, and that the others go on."""
    supervisor = live.net.supervisors[SICK]
    wait_until(lambda: supervisor.poll() is not None, "the sick node stops")
    assert supervisor.returncode == 1
    words = live.net.words(SICK).rpartition("node of ")[2]
    for text in ("STOPPED: the app stopped and starting it again would not help", *texts):
        assert text in words, words
    assert "Traceback" not in words
    done = live.ok("issuer", acts.move(1, "issuer", "user"))
    live.net.wait_for_height(done.height, 0, 1, 2)


def move_away(state: Path) -> None:
    """Do what the message says: keep a copy, let the node fetch the chain again."""
    state.rename(state.with_name(f"kept-{len(list(state.parent.glob('kept-*')))}"))


def tables(live: Network, state: Path) -> list[Path]:
    """Return the table files; a start turns the log of the last run into one."""
    while not list(state.glob("*.ldb")):
        live.net.start(SICK)
        live.net.wait_for_height(max(live.heights()), SICK)
        live.net.stop(SICK)
    return sorted(state.glob("*.ldb"))


@pytest.mark.crash_full
def test_a_truncated_log_is_made_up_for_by_replay(live: Network, state: Path) -> None:
    (log,) = state.glob("*.log")
    with log.open("r+b") as file:
        file.truncate(log.stat().st_size * 2 // 3 + 1)
    rejoins(live)


def test_a_flipped_byte_in_a_table_stops_the_node(live: Network, state: Path) -> None:
    table = tables(live, state)[-1]
    content = bytearray(table.read_bytes())
    content[len(content) // 2] ^= 1  # among the buckets of the tree, which every start reads
    table.write_bytes(content)
    live.net.start(SICK)
    stops(live, "storage: state folder", "checksum", "let this node fetch the chain again")
    move_away(state)


@pytest.mark.crash_full
def test_a_flipped_byte_that_only_a_question_reads_stops_the_node_too(
    live: Network, state: Path
) -> None:
    title, flipped = b"Waste heat", b"Wbste heat"  # of a record that blocks do not read any more
    found = [table for table in tables(live, state) if title in table.read_bytes()]
    for table in found:
        table.write_bytes(table.read_bytes().replace(title, flipped))
    assert found
    live.net.start(SICK)
    live.net.wait_for_height(max(live.heights()), SICK)
    with pytest.raises(TonneError):
        live.client(SICK).record("IPCI", t.METHODOLOGY, "M1")
    stops(live, "storage: state folder", "checksum", "let this node fetch the chain again")
    move_away(state)


@pytest.mark.crash_full
def test_a_deleted_manifest_stops_the_node(live: Network, state: Path) -> None:
    for manifest in state.glob("MANIFEST-*"):
        manifest.unlink()
    live.net.start(SICK)
    stops(live, "storage: state folder", "let this node fetch the chain again")
    assert not list(state.glob("MANIFEST-*")), "something was made in its place"
    move_away(state)


@contextlib.contextmanager
def small_disk(state: Path) -> Iterator[bool]:
    """Put the state on a disk of its own; False where nothing may be mounted."""
    kept = state.with_name("moved")
    shutil.copytree(state, kept)
    size = f"size={FULL_BYTES}"
    command = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(state)]
    mounted = subprocess.run(command, check=False, capture_output=True).returncode == 0
    if mounted:
        shutil.copytree(kept, state, dirs_exist_ok=True)
    shutil.rmtree(kept)
    try:
        yield mounted
    finally:
        if mounted:
            shutil.copytree(state, kept)
            subprocess.run(["umount", str(state)], check=True)
            shutil.copytree(kept, state, dirs_exist_ok=True)
            shutil.rmtree(kept)


def fill(folder: Path) -> Path:
    """Fill a disk to the last byte."""
    path = folder / "filler"
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    return path


def test_a_full_disk_stops_the_node_and_loses_nothing(
    live: Network, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_disk(state) as mounted:
        if mounted:
            live.net.start(SICK)
            live.net.wait_for_height(max(live.heights()), SICK)
            filler = fill(state)
        else:
            largest = max(path.stat().st_size for path in state.iterdir())
            monkeypatch.setenv(dying_app.FILE_BYTES, str(largest + 100_000))
            live.net.app_modules[SICK] = "dying_app"
            live.net.start(SICK)
        supervisor = live.net.supervisors[SICK]
        for _ in range(200):
            if supervisor.poll() is not None:
                break
            live.ok("issuer", acts.move(1, "issuer", "user"))
        advice = "free some space" if mounted else "The limit of file sizes"
        stops(live, "storage: state folder", "cannot write", advice)
        if mounted:
            filler.unlink()
        else:
            monkeypatch.delenv(dying_app.FILE_BYTES)
        rejoins(live)
        live.net.stop(SICK)


@pytest.mark.crash_full
def test_a_read_only_disk_stops_the_node(
    live: Network, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_disk(state) as mounted:
        if mounted:
            subprocess.run(["mount", "-o", "remount,ro", str(state)], check=True)
            live.net.start(SICK)
            stops(live, "storage: state folder", "remount it writable")
            subprocess.run(["mount", "-o", "remount,rw", str(state)], check=True)
        else:
            state.chmod(0o500)
            monkeypatch.setenv(dying_app.BOUND, "yes")
            live.net.app_modules[SICK] = "dying_app"
            live.net.start(SICK)
            stops(live, "storage: state folder", "correct their owner or mode")
            monkeypatch.delenv(dying_app.BOUND)
            state.chmod(0o700)
