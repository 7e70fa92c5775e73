"""Readers in other threads while blocks are committed: each answer is one height's answer."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from abci_app.store.kv import HeightPruned
from abci_app.store.ledger import Ledger
from abci_app.store.memory import MemoryDisk
from abci_app.store.proof import verify_absence, verify_membership

BLOCKS = 300
KEYS = [b"\x01%d" % number for number in range(40)]
Reading = Callable[[Ledger, dict[int, bytes], Random], int]


def value_at(key: bytes, height: int) -> bytes | None:
    """Tell what the writer below has left: a key comes and goes, its value names the height."""
    number = int(key[1:])
    written = height - (height - number) % 5
    if written <= 0:
        return None
    return None if (written + number) % 4 == 0 else b"%d" % written


def writes_at(height: int) -> dict[bytes, bytes | None]:
    writes = {key: value_at(key, height) for key in KEYS if (height - int(key[1:])) % 5 == 0}
    writes[b"\x01height"] = b"%d" % height
    writes[b"\x80height"] = b"%d" % height
    return writes


def read_views(ledger: Ledger, _: dict[int, bytes], random: Random) -> int:
    with ledger.view() as view:
        height = view.height
        if height:
            told = [view.get(b"\x01height"), view.get(b"\x80height")]
            assert told == [b"%d" % height] * 2
        rows = dict(view.scan(b"\x01", b"\x02"))
        for key in random.sample(KEYS, 10):
            assert view.get(key) == rows.get(key) == value_at(key, height)
    return 1


def read_scans(ledger: Ledger, _: dict[int, bytes], random: Random) -> int:
    rows = dict(ledger.scan(b"\x01", b"\x81", reverse=random.random() < 0.5))
    height = int(rows.get(b"\x01height", b"0"))
    assert rows.get(b"\x80height", b"0") == b"%d" % height
    for key in KEYS:
        assert rows.get(key) == value_at(key, height)
    return 1


def read_heights(ledger: Ledger, _: dict[int, bytes], random: Random) -> int:
    latest = ledger.height
    height = max(0, latest - random.randrange(12))
    key = random.choice(KEYS)
    try:
        assert ledger.get_at(height, key) == value_at(key, height)
    except HeightPruned:
        assert ledger.oldest_height > height
        return 0
    return 1


def read_proofs(ledger: Ledger, roots: dict[int, bytes], random: Random) -> int:
    height = max(0, ledger.height - random.randrange(6))
    if height == 0:
        return 0
    key = random.choice(KEYS)
    try:
        value, proof = ledger.prove(height, key)
    except HeightPruned:
        assert ledger.height > height + 3
        return 0
    assert value == value_at(key, height)
    if value is None:
        assert verify_absence(roots[height], key, proof)
    else:
        assert verify_membership(roots[height], key, value, proof)
    return 1


def disk_ledger(folder: Path) -> Ledger:
    return Ledger.open(str(folder / "state"), keep_heights=8, ring_bytes=0, ring_min=4, depth=3)


def memory_ledger(_: Path) -> Ledger:
    return Ledger(MemoryDisk(), depth=3, keep_heights=8, ring_bytes=0, ring_min=4)


@pytest.mark.parametrize("reading", [read_views, read_scans, read_heights, read_proofs])
@pytest.mark.parametrize("make", [disk_ledger, memory_ledger])
def test_a_reader_sees_one_height_whatever_is_being_committed(
    reading: Reading, make: Callable[[Path], Ledger], tmp_path: Path
) -> None:
    ledger = make(tmp_path)
    roots: dict[int, bytes] = {}
    finished = threading.Event()
    answers = [0, 0]
    failures: list[BaseException] = []

    def read(at: int) -> None:
        random = Random(at)
        try:
            while not finished.is_set():
                answers[at] += reading(ledger, roots, random)
        except BaseException as failure:  # noqa: BLE001 - reported by the test's own thread
            failures.append(failure)

    readers = [threading.Thread(target=read, args=(at,)) for at in range(len(answers))]
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # threads take turns far more often than they would
    for reader in readers:
        reader.start()
    try:
        height = 0
        # As many blocks as planned, and more until every reader has had its share of answers.
        while not failures and (height < BLOCKS or min(answers) < 20):
            height += 1
            ledger.prepare({KEYS[height % 40]: b"dropped"})
            prepared = ledger.prepare(writes_at(height))
            roots[height] = prepared.root
            ledger.commit(prepared, height, b"")
    finally:
        finished.set()
        sys.setswitchinterval(usual)
        for reader in readers:
            reader.join()
    ledger.close()
    if failures:
        raise failures[0]
