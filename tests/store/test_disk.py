"""What a broken, missing or locked disk does: a clear refusal or an earlier height, no more."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from abci_app.store.kv import StorageError
from abci_app.store.ledger import Ledger
from abci_app.store.leveldb import LevelDb, _failure
from tests.store.reference import naive_root

ROOM = Path(__file__).parents[2]


def state_at(height: int) -> dict[bytes, bytes]:
    """Return what `grow` has written by a height: every block rewrites a third of 60 keys."""
    state: dict[bytes, bytes] = {}
    for block in range(1, height + 1):
        state |= {b"\x01%d" % key: b"%d" % block * 20 for key in range(block % 3, 60, 3)}
    return state


def grow(ledger: Ledger, height: int) -> None:
    while ledger.height < height:
        block = ledger.height + 1
        writes: dict[bytes, bytes | None] = {
            b"\x01%d" % key: b"%d" % block * 20 for key in range(block % 3, 60, 3)
        }
        ledger.commit(ledger.prepare(writes), block, b"record %d" % block)


def opened(folder: Path) -> Ledger:
    return Ledger.open(str(folder), depth=6)


@contextmanager
def open_ledger(folder: Path) -> Iterator[Ledger]:
    ledger = opened(folder)
    try:
        yield ledger
    finally:
        ledger.close()


def files(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern))


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a state of twelve heights, all of it in one log file."""
    folder = tmp_path_factory.mktemp("grown") / "state"
    with open_ledger(folder) as ledger:
        grow(ledger, 12)
    return folder


@pytest.fixture(scope="module")
def compacted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a state of twelve heights, all of it in table files."""
    folder = tmp_path_factory.mktemp("compacted") / "state"
    with open_ledger(folder) as ledger:
        grow(ledger, 12)
        assert isinstance(ledger._disk, LevelDb)
        ledger._disk._db.compact_range()
    return folder


@pytest.fixture
def copy_of(tmp_path: Path) -> Callable[[Path], Path]:
    def copy(folder: Path) -> Path:
        target = tmp_path / "copy"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(folder, target)
        return target

    return copy


def test_a_state_opened_again_is_the_same(grown: Path, copy_of: Callable[[Path], Path]) -> None:
    folder = copy_of(grown)
    for _ in range(2):
        with open_ledger(folder) as ledger:
            assert (ledger.height, ledger.record) == (12, b"record 12")
            assert ledger.root == naive_root(state_at(12))
            assert dict(ledger.scan(b"", b"\xff")) == state_at(12)
            assert ledger.get_at(3, b"\x010") == state_at(3)[b"\x010"]
            assert ledger.prove(11, b"\x010")[0] == state_at(11)[b"\x010"]


def test_the_depth_is_the_one_that_the_folder_was_made_with(
    grown: Path, copy_of: Callable[[Path], Path]
) -> None:
    ledger = Ledger.open(str(copy_of(grown)), depth=9)
    grow(ledger, 15)
    ledger.close()
    with open_ledger(copy_of(grown).parent / "copy") as again:
        grow(again, 15)
        assert again.root == ledger.root == naive_root(state_at(15))


def test_a_log_cut_anywhere_gives_an_earlier_height_whole(
    grown: Path, copy_of: Callable[[Path], Path]
) -> None:
    (log,) = files(grown, "*.log")
    length = log.stat().st_size
    heights = []
    for cut in range(0, length + 1, length // 40):
        folder = copy_of(grown)
        with (folder / log.name).open("r+b") as file:
            file.truncate(length - cut)
        with open_ledger(folder) as ledger:
            state = state_at(ledger.height)
            assert ledger.root == naive_root(state)
            assert dict(ledger.scan(b"", b"\xff")) == state
            heights.append(ledger.height)
            grow(ledger, 12)  # as the engine replays what is missing
            assert ledger.root == naive_root(state_at(12))
    assert heights == sorted(heights, reverse=True)
    assert (heights[0], heights[-1]) == (12, 0)


def read_all(folder: Path) -> int:
    """Read everything there is; return the height, which must be whole and right."""
    with open_ledger(folder) as ledger:
        state = state_at(ledger.height)
        assert dict(ledger.scan(b"", b"\xff")) == state
        assert dict(ledger.scan(b"", b"\xff", reverse=True)) == state
        for key in [*state_at(12), b"\x01none"]:
            assert ledger.get(key) == state.get(key)
        for height in range(ledger.height + 1):
            assert ledger.get_at(height, b"\x017") == state_at(height).get(b"\x017")
        for _ in ledger.rehash():
            pass
        assert ledger.root == naive_root(state)
        return ledger.height


@pytest.mark.parametrize("pattern", ["*.ldb", "*.log", "MANIFEST-*", "CURRENT"])
def test_a_flipped_bit_gives_a_clear_error_or_an_earlier_height(
    pattern: str, grown: Path, compacted: Path, copy_of: Callable[[Path], Path]
) -> None:
    source = grown if pattern == "*.log" else compacted
    (damaged,) = files(source, pattern)[-1:]
    content = damaged.read_bytes()
    outcomes: dict[str, None] = {}
    for at in range(0, len(content), max(1, len(content) // 50)):
        folder = copy_of(source)
        (folder / damaged.name).write_bytes(
            content[:at] + bytes((content[at] ^ 1 << at % 8,)) + content[at + 1 :]
        )
        outcomes[outcome(folder)] = None
    assert "refused" in outcomes
    assert [name for name in outcomes if name not in {"refused", "height 12"}] == [] or (
        pattern == "*.log"  # a record that seems cut short ends the log, as after a crash
    )


def test_a_damaged_index_of_a_table_is_a_clear_error(
    grown: Path, copy_of: Callable[[Path], Path], tmp_path: Path
) -> None:
    # Tables of overlapping keys are opened by every scan before its first row.
    source = tmp_path / "overlapping"
    shutil.copytree(grown, source)
    for height in (12, 15, 15):
        with open_ledger(source) as ledger:
            grow(ledger, height)
    table = files(source, "*.ldb")[-1]
    content = table.read_bytes()
    outcomes = []
    for at in range(len(content) - 500, len(content), 7):  # its index, its filter, its footer
        folder = copy_of(source)
        (folder / table.name).write_bytes(
            content[:at] + bytes((content[at] ^ 1,)) + content[at + 1 :]
        )
        outcomes.append(outcome(folder))
    assert outcomes.count("refused") > 10
    assert [name for name in outcomes if name not in ("refused", "height 15")] == []


def outcome(folder: Path) -> str:
    try:
        return f"height {read_all(folder)}"
    except StorageError as error:
        return "refused" if "Leave priv_validator_state.json where it is" in str(error) else "?"


@pytest.mark.parametrize("pattern", ["MANIFEST-*", "CURRENT", "*.ldb"])
def test_a_file_that_is_gone_stops_the_start(
    pattern: str, compacted: Path, copy_of: Callable[[Path], Path]
) -> None:
    folder = copy_of(compacted)
    files(folder, pattern)[-1].unlink()
    with pytest.raises(StorageError, match="fetch the chain again") as told:
        opened(folder)
    assert str(folder) in str(told.value)
    assert files(folder, pattern) == files(compacted, pattern)[:-1]  # nothing made in its place


def test_a_folder_in_use_is_not_opened_twice(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "state") as ledger:
        grow(ledger, 1)
        with pytest.raises(StorageError, match="The folder is open already"):
            opened(tmp_path / "state")
        program = (
            "import sys\nfrom abci_app.store.ledger import Ledger, StorageError\n"
            "try:\n    Ledger.open(sys.argv[1])\nexcept StorageError as error:\n    print(error)"
        )
        answer = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / "state")],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOM,
        )
        assert "The folder is open already: stop the other process, or use a copy." in answer.stdout
        grow(ledger, 2)


def test_a_failed_start_lets_go_of_the_folder(
    compacted: Path, copy_of: Callable[[Path], Path]
) -> None:
    folder = copy_of(compacted)
    disk = LevelDb(str(folder))
    disk.write([(b"\xffm", b"\x09")])
    disk.close()
    for _ in range(2):
        with pytest.raises(StorageError, match="has format 9"):
            opened(folder)


def test_a_block_that_is_gone_from_the_middle_stops_the_start(
    grown: Path, copy_of: Callable[[Path], Path]
) -> None:
    # As when LevelDB misses a table file that later rows build on: here height 9, which changed
    # nothing in the tree, so that the root alone would not show it.
    folder = copy_of(grown)
    with open_ledger(folder) as ledger:
        ledger.commit(ledger.prepare({b"\x80index": b"row"}), 13, b"")
        grow(ledger, 20)
    with open_ledger(folder):
        pass
    disk = LevelDb(str(folder))
    disk.write([(b"\xffi" + (13).to_bytes(8, "big"), None), (b"\x80index", None)])
    disk.close()
    with pytest.raises(StorageError, match="block 13 is missing from it"):
        opened(folder)


def test_a_ledger_dropped_without_close_lets_the_next_one_in(tmp_path: Path) -> None:
    ledger = opened(tmp_path / "state")
    grow(ledger, 3)
    del ledger
    with open_ledger(tmp_path / "state") as again:
        assert again.height == 3


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("not a folder")
    with pytest.raises(StorageError, match=r"state.*correct the path"):
        opened(tmp_path / "state")


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("IO error: /x/000003.log: No space left on device", "free some space"),
        ("IO error: /x/LOCK: Read-only file system", "remount it writable"),
        ("IO error: /x/LOCK: Permission denied", "correct their owner or mode"),
        ("IO error: /x/000003.log: Too many open files", "raise it"),
        ("IO error: /x/000003.log: File too large", "limit of file sizes"),
        ("Corruption: block checksum mismatch", "keep a copy for inspection"),
    ],
)
def test_the_message_says_what_happened_and_what_to_do(text: str, advice: str) -> None:
    told = str(_failure("/data/state", "write", OSError(text.encode())))
    assert told.startswith(f"state folder /data/state: cannot write: {text}. ")
    assert advice in told


GROW = """
import resource, sys
from abci_app.store.ledger import Ledger, StorageError
ledger = Ledger.open(sys.argv[1], depth=6)
if sys.argv[2] != "0":
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
try:
    while True:
        block = ledger.height + 1
        writes = {b"\\x01%d" % key: b"%d" % block * 20 for key in range(block % 3, 60, 3)}
        ledger.commit(ledger.prepare(writes), block, b"")
        print(block, flush=True)
except StorageError as error:
    print(error, file=sys.stderr)
"""


def test_a_disk_that_takes_no_more_stops_the_commit_and_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    answer = subprocess.run(
        [sys.executable, "-c", GROW, str(folder), "300000"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOM,
    )
    last = int(answer.stdout.splitlines()[-1])
    assert last > 10
    assert "cannot write" in answer.stderr
    with open_ledger(folder) as ledger:
        assert ledger.height in {last, last + 1}
        assert ledger.root == naive_root(state_at(ledger.height))
        grow(ledger, last + 5)
        assert ledger.root == naive_root(state_at(last + 5))


@pytest.mark.parametrize("commits", [1, 7, 40])
def test_a_process_killed_while_it_commits_comes_back_whole(tmp_path: Path, commits: int) -> None:
    folder = tmp_path / "state"
    with subprocess.Popen(
        [sys.executable, "-c", GROW, str(folder), "0"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOM,
    ) as process:
        assert process.stdout is not None
        told = 0
        for line in process.stdout:
            told = int(line)
            if told == commits:
                process.send_signal(signal.SIGKILL)
    with open_ledger(folder) as ledger:
        assert ledger.height >= told
        assert ledger.root == naive_root(state_at(ledger.height))
        assert dict(ledger.scan(b"", b"\xff")) == state_at(ledger.height)
        grow(ledger, ledger.height + 3)
        assert ledger.root == naive_root(state_at(ledger.height))


def test_a_block_prepared_and_never_committed_is_forgotten(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    with open_ledger(folder) as ledger:
        grow(ledger, 4)
        ledger.prepare({b"\x010": b"never"})
    with open_ledger(folder) as ledger:
        assert (ledger.height, ledger.root) == (4, naive_root(state_at(4)))
        grow(ledger, 5)
        assert ledger.root == naive_root(state_at(5))
