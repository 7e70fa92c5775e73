from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abci_app.store.kv import HeightPruned, Overlay, StorageError
from abci_app.store.ledger import Ledger, Progress
from abci_app.store.memory import MemoryDisk
from abci_app.store.proof import (
    Existence,
    encode_membership,
    verify_absence,
    verify_membership,
)
from tests.store.reference import batches, changed, naive_root, naive_steps

Writes = dict[bytes, bytes | None]
A, B, C = b"\x01a", b"\x01b", b"\x01c"


def put(ledger: Ledger, writes: Mapping[bytes, bytes | None], height: int | None = None) -> bytes:
    prepared = ledger.prepare(writes)
    ledger.commit(prepared, ledger.height + 1 if height is None else height, b"")
    return prepared.root


@pytest.fixture(params=["memory", "disk"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterable[Ledger]:
    opened = Ledger.memory() if request.param == "memory" else open_at(tmp_path)
    yield opened
    opened.close()


def open_at(folder: Path, *, keep_heights: int = 1000, ring_bytes: int = 1 << 20) -> Ledger:
    return Ledger.open(
        str(folder / "state"), keep_heights=keep_heights, ring_bytes=ring_bytes, depth=6
    )


def test_a_fresh_ledger_is_empty(ledger: Ledger) -> None:
    assert (ledger.height, ledger.root, ledger.record, ledger.leaves) == (0, bytes(32), b"", 0)
    assert ledger.get(A) is None
    assert list(ledger.scan(b"", b"\xff")) == []
    assert ledger.prove(0, A) == (None, b"")
    assert ledger.get_at(0, A) is None
    assert list(ledger.rehash()) == [Progress(0, 0)]


def test_a_commit_is_read_back(ledger: Ledger) -> None:
    prepared = ledger.prepare({A: b"1", B: b"2", b"\x80index": b""})
    ledger.commit(prepared, 5, b"record")
    assert (ledger.height, ledger.root, ledger.record) == (5, prepared.root, b"record")
    assert ledger.root == naive_root({A: b"1", B: b"2"})
    assert list(ledger.scan(b"", b"\xff")) == [(A, b"1"), (B, b"2"), (b"\x80index", b"")]
    assert list(ledger.scan(B, b"\xff\xff", reverse=True)) == [(b"\x80index", b""), (B, b"2")]
    ledger.commit(ledger.prepare({A: None, b"\x80index": None}), 6, b"")
    assert (ledger.get(A), ledger.get(B), ledger.get(b"\x80index")) == (None, b"2", None)
    assert ledger.record == b""


def test_preparing_changes_nothing_and_can_be_repeated(ledger: Ledger) -> None:
    put(ledger, {A: b"1"})
    before = (ledger.height, ledger.root, ledger.prove(1, A), ledger.prove(1, B))
    dropped = ledger.prepare({A: b"2", B: b"3", b"\x80i": b"x"})
    ledger.prepare({C: b"9"})
    assert before == (ledger.height, ledger.root, ledger.prove(1, A), ledger.prove(1, B))
    assert (ledger.get(A), ledger.get(B), ledger.get(b"\x80i")) == (b"1", None, None)
    again = ledger.prepare({A: b"2", B: b"3", b"\x80i": b"x"})
    assert again.root == dropped.root
    ledger.commit(again, 2, b"")
    assert ledger.root == naive_root({A: b"2", B: b"3"})


def test_a_batch_holds_only_for_the_state_it_was_prepared_on(ledger: Ledger) -> None:
    stale = ledger.prepare({A: b"1"})
    put(ledger, {B: b"2"})
    with pytest.raises(ValueError, match="another state"):
        ledger.commit(stale, 2, b"")
    assert ledger.get(A) is None
    assert ledger.root == naive_root({B: b"2"})


def test_heights_only_rise(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="does not follow"):
        put(ledger, {A: b"1"}, height=-1)
    put(ledger, {A: b"1"}, height=0)
    put(ledger, {A: b"2"}, height=7)
    for height in (7, 6, 0):
        with pytest.raises(ValueError, match="does not follow"):
            put(ledger, {A: b"3"}, height=height)
    assert ledger.get(A) == b"2"


@pytest.mark.parametrize(
    "writes",
    [{b"": b"1"}, {A: b""}, {b"\x7f": b""}, {b"\xff": b"1"}, {b"\xffm": None}, {b"": None}],
)
def test_a_write_that_no_ledger_can_hold_is_refused(ledger: Ledger, writes: Writes) -> None:
    with pytest.raises(ValueError, match="never"):
        ledger.prepare({B: b"1"} | writes)


def test_a_write_that_changes_nothing_leaves_no_trace(ledger: Ledger) -> None:
    put(ledger, {A: b"1"})
    prepared = ledger.prepare({A: b"1", B: None})
    assert prepared.root == ledger.root
    assert prepared.writes == []
    ledger.commit(prepared, 2, b"")
    assert ledger.get_at(1, A) == ledger.get_at(2, A) == b"1"


def test_an_overlay_over_a_ledger_is_prepared_as_it_stands(ledger: Ledger) -> None:
    put(ledger, {A: b"1", B: b"2"})
    block = Overlay(ledger)
    transaction = Overlay(block)
    transaction.put(C, b"3")
    transaction.delete(A)
    block.merge(transaction)
    put(ledger, block.writes)
    assert ledger.root == naive_root({B: b"2", C: b"3"})


def test_a_value_can_be_read_at_each_height(ledger: Ledger) -> None:
    put(ledger, {A: b"1"}, height=1)
    put(ledger, {B: b"x"}, height=2)
    put(ledger, {}, height=3)
    put(ledger, {A: b"4"}, height=4)
    put(ledger, {A: None}, height=6)
    put(ledger, {A: b"7"}, height=7)
    assert [ledger.get_at(height, A) for height in range(8)] == [
        None, b"1", b"1", b"1", b"4", b"4", None, b"7",
    ]  # fmt: skip
    with pytest.raises(HeightPruned, match="not committed yet; the latest is 7"):
        ledger.get_at(8, A)
    with pytest.raises(HeightPruned, match="no longer kept here; the oldest kept is 0"):
        ledger.get_at(-1, A)


def test_rows_beside_the_tree_have_no_past_and_no_proof(ledger: Ledger) -> None:
    put(ledger, {A: b"1", b"\x80i": b"x"})
    for key in (b"\x80i", b""):
        with pytest.raises(ValueError, match="only keys of the tree"):
            ledger.get_at(1, key)
        with pytest.raises(ValueError, match="only keys of the tree"):
            ledger.prove(1, key)


def test_heights_beyond_the_bound_are_forgotten(tmp_path: Path) -> None:
    ledger = open_at(tmp_path, keep_heights=3)
    for height in range(1, 11):
        put(ledger, {A: b"%d" % height, b"\x01%d" % height: b"x"})
    assert [ledger.get_at(height, A) for height in range(7, 11)] == [b"7", b"8", b"9", b"10"]
    assert ledger.oldest_height == 7
    for height in range(7):
        with pytest.raises(HeightPruned, match="the oldest kept is 7"):
            ledger.get_at(height, A)
        with pytest.raises(HeightPruned):
            ledger.prove(height, A)
    history = [key for key, _ in ledger._disk.scan(b"\xffi", b"\xffv") if key[1:2] in b"iu"]
    assert len(history) == 2 * 3
    ledger.close()


def test_a_shorter_history_is_reached_by_and_by(tmp_path: Path) -> None:
    ledger = open_at(tmp_path)
    for height in range(1, 131):
        put(ledger, {A: b"%d" % height})
    ledger.close()
    ledger = open_at(tmp_path, keep_heights=2)
    reached = []
    for height in range(131, 135):
        put(ledger, {A: b"%d" % height})
        reached.append(ledger.oldest_height)
        assert ledger.get_at(ledger.oldest_height, A) == (b"%d" % reached[-1])
    assert reached == [50, 100, 131, 132]
    ledger.close()


def test_a_first_height_far_up_has_no_past(ledger: Ledger) -> None:
    put(ledger, {A: b"1"}, height=5_000_000)
    put(ledger, {A: b"2"})
    assert [ledger.get_at(height, A) for height in (4_999_999, 5_000_000)] == [None, b"1"]
    with pytest.raises(HeightPruned):
        ledger.get_at(4_999_998, A)


def test_many_keys_of_one_block_are_found_in_its_history(ledger: Ledger) -> None:
    first = {b"\x01%d" % number: b"old %d" % number for number in range(500)}
    put(ledger, dict(first))
    put(ledger, dict.fromkeys(first, b"new") | {b"\x02%d" % n: b"n" for n in range(300)})
    for key, value in first.items():
        assert ledger.get_at(1, key) == value
    for number in range(300):
        assert ledger.get_at(1, b"\x02%d" % number) is None
    assert ledger.get_at(1, b"\x03") is None


@settings(deadline=None, max_examples=60)
@given(batches, st.integers(0, 7), st.sampled_from([1, 4, 12]))
def test_every_height_of_the_ring_proves_all_that_was_and_was_not(
    blocks: list[Writes], reopened_after: int, depth: int
) -> None:
    disk = MemoryDisk()

    def opened() -> Ledger:
        return Ledger(disk, depth=depth, keep_heights=1000, ring_bytes=1 << 20, ring_min=16)

    ledger = opened()
    state: dict[bytes, bytes] = {}
    states: list[dict[bytes, bytes]] = [{}]
    floor = 0
    for height, writes in enumerate(blocks, 1):
        state = changed(state, writes)
        states.append(state)
        assert put(ledger, writes) == naive_root(state)
        if height == reopened_after:
            ledger = opened()
            floor = height - 1  # what a client can verify right after a restart
    keys = [b"\x10" + bytes((number,)) for number in range(0, 41, 3)] + [b"\x11never"]
    for height, then in enumerate(states):
        root = naive_root(then)
        for key in [*then, *keys]:
            assert ledger.get_at(height, key) == then.get(key)
            if height < floor:
                with pytest.raises(HeightPruned, match=f"the oldest that can be is {floor}"):
                    ledger.prove(height, key)
                continue
            value, proof = ledger.prove(height, key)
            assert value == then.get(key)
            if value is not None:
                leaf = Existence(key, value, naive_steps(then, key))
                assert proof == encode_membership(leaf)
                assert verify_membership(root, key, value, proof)
            else:
                assert verify_absence(root, key, proof) is bool(then)


def test_the_ring_keeps_its_least_blocks_and_drops_beyond_its_bytes(tmp_path: Path) -> None:
    ledger = open_at(tmp_path, ring_bytes=0)
    for height in range(1, 31):
        put(ledger, {b"\x01%d" % (height % 7): b"%d" % height})
    for height in range(31):
        if height < 30 - 16:
            with pytest.raises(HeightPruned, match="the oldest that can be is 14"):
                ledger.prove(height, A)
        else:
            assert ledger.prove(height, A)[0] is None
    ledger.close()


def test_memory_and_disk_agree(tmp_path: Path) -> None:
    on_disk, in_memory = open_at(tmp_path), Ledger.memory()
    for height in range(1, 40):
        writes: Writes = {
            b"\x01%d" % (number * height % 50): None if number % 3 == 0 else b"%d" % height
            for number in range(height % 11)
        }
        writes[b"\x90%d" % (height % 5)] = b""
        assert put(on_disk, writes) == put(in_memory, writes)
        for reverse in (False, True):
            assert list(on_disk.scan(b"", b"\xff", reverse=reverse)) == list(
                in_memory.scan(b"", b"\xff", reverse=reverse)
            )
        assert list(on_disk.scan(b"\x02", b"\x01", reverse=True)) == []
        assert on_disk.prove(height - 1, A) == in_memory.prove(height - 1, A)
        assert list(on_disk._disk.scan(b"\xffi", b"\xffv")) != []
    on_disk.close()


def test_a_view_stays_at_its_height(ledger: Ledger) -> None:
    put(ledger, {A: b"1", b"\x80i": b"1"})
    root = ledger.root
    with ledger.view() as view:
        put(ledger, {A: b"2", B: b"2", b"\x80i": None})
        assert (view.height, view.root) == (1, root)
        assert (view.get(A), view.get(B)) == (b"1", None)
        assert list(view.scan(b"", b"\xff\xff")) == [(A, b"1"), (b"\x80i", b"1")]
    assert ledger.get(A) == b"2"


def test_a_scan_stays_at_the_moment_of_its_call(ledger: Ledger) -> None:
    put(ledger, {A: b"1", B: b"1", C: b"1"})
    rows = ledger.scan(b"\x01", b"\x02")
    assert next(rows) == (A, b"1")
    put(ledger, {B: b"2", C: None, b"\x01d": b"2"})
    assert list(rows) == [(B, b"1"), (C, b"1")]


def test_rehash_reports_progress_and_ends_with_the_total() -> None:
    ledger = Ledger.memory()
    put(ledger, {b"\x01%d" % number: b"v" for number in range(25_000)} | {b"\x80": b"x"})
    assert list(ledger.rehash()) == [
        Progress(10_000, 25_000),
        Progress(20_000, 25_000),
        Progress(25_000, 25_000),
    ]


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        (lambda disk: disk.write([(A, b"other")]), "is not what its leaf hashed"),
        (lambda disk: disk.write([(A, None)]), "1 values stand in the tables, 2 leaves"),
        (lambda disk: disk.write([(C, b"extra")]), "has a value but no leaf"),
        (
            lambda disk: disk.write(
                [(key, record[:-1]) for key, record in disk.scan(b"\xffb", b"\xffc")]
            ),
            "is damaged",
        ),
    ],
)
def test_rehash_finds_what_does_not_fit(damage: Callable[[MemoryDisk], None], finding: str) -> None:
    disk = MemoryDisk()
    ledger = Ledger(disk, depth=4, keep_heights=9, ring_bytes=0, ring_min=1)
    put(ledger, {A: b"1", B: b"2"})
    damage(disk)
    with pytest.raises(StorageError, match=finding):
        list(ledger.rehash())


def test_a_value_that_its_leaf_did_not_hash_is_never_proven() -> None:
    disk = MemoryDisk()
    ledger = Ledger(disk, depth=4, keep_heights=9, ring_bytes=0, ring_min=1)
    put(ledger, {A: b"1", B: b"2"})
    disk.write([(A, b"other")])
    with pytest.raises(StorageError, match="not the one that the tree hashed"):
        ledger.prove(1, A)


def test_a_root_that_the_buckets_do_not_hash_to_stops_the_start() -> None:
    disk = MemoryDisk()
    ledger = Ledger(disk, depth=4, keep_heights=9, ring_bytes=0, ring_min=1)
    put(ledger, {b"\x01%d" % number: b"v" for number in range(40)})
    whole = dict(disk.scan(b"", b"\xff\xff"))
    for key in (key for key in whole if key.startswith(b"\xffb")):
        other = MemoryDisk()
        other.write((whole | {key: whole[key][:-40] + bytes(40)}).items())
        with pytest.raises(StorageError, match="damaged"):
            Ledger(other, depth=4, keep_heights=9, ring_bytes=0, ring_min=1)
        missing = MemoryDisk()
        missing.write(row for row in whole.items() if row[0] != key)
        with pytest.raises(StorageError, match="fetch the chain again"):
            Ledger(missing, depth=4, keep_heights=9, ring_bytes=0, ring_min=1)


def test_rows_without_a_record_of_a_commit_are_no_state() -> None:
    disk = MemoryDisk()
    disk.write([(A, b"1")])
    with pytest.raises(StorageError, match="no record of a commit"):
        Ledger(disk, depth=4, keep_heights=9, ring_bytes=0, ring_min=1)


def test_another_format_is_not_read() -> None:
    disk = MemoryDisk()
    put(Ledger(disk, depth=4, keep_heights=9, ring_bytes=0, ring_min=1), {A: b"1"})
    meta = disk.get(b"\xffm")
    assert meta is not None
    disk.write([(b"\xffm", b"\x02" + meta[1:])])
    with pytest.raises(StorageError, match="has format 2 and this program reads format 1"):
        Ledger(disk, depth=4, keep_heights=9, ring_bytes=0, ring_min=1)


class FailingDisk(MemoryDisk):
    def __init__(self) -> None:
        super().__init__()
        self.full = False

    def write(self, rows: Iterable[tuple[bytes, bytes | None]]) -> None:
        if self.full:
            raise StorageError("the disk is full")
        super().write(rows)


def test_after_a_write_that_failed_nothing_is_committed_until_a_restart() -> None:
    disk = FailingDisk()
    ledger = Ledger(disk, depth=4, keep_heights=9, ring_bytes=0, ring_min=1)
    put(ledger, {A: b"1"})
    proofs = [ledger.prove(1, key) for key in (A, B)]
    disk.full = True
    with pytest.raises(StorageError, match="full"):
        put(ledger, {A: b"2", B: b"2"})
    disk.full = False
    with pytest.raises(StorageError, match="restart the node"):
        put(ledger, {A: b"2", B: b"2"})
    assert (ledger.height, ledger.root) == (1, naive_root({A: b"1"}))
    assert [ledger.prove(1, key) for key in (A, B)] == proofs
    again = Ledger(disk, depth=4, keep_heights=9, ring_bytes=0, ring_min=1)
    assert put(again, {A: b"2", B: b"2"}) == naive_root({A: b"2", B: b"2"})
