from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abci_app.store.kv import MemoryReader, Overlay, Reader, SortedKeys, prefix_stop
from abci_app.store.ledger import Ledger

KEYS = st.binary(min_size=1, max_size=3).map(lambda key: bytes((key[0] & 0x83,)) + key[1:])
VALUES = st.binary(min_size=1, max_size=2)
WRITES = st.lists(st.tuples(KEYS, st.one_of(st.none(), VALUES)), max_size=15)
BOUNDS = st.tuples(st.binary(max_size=3), st.binary(max_size=3), st.booleans())


def naive_scan(
    rows: dict[bytes, bytes], start: bytes, stop: bytes, *, reverse: bool
) -> list[tuple[bytes, bytes]]:
    return sorted(((k, v) for k, v in rows.items() if start <= k < stop), reverse=reverse)


class CountingReader:
    def __init__(self, rows: dict[bytes, bytes]) -> None:
        self.rows = rows
        self.yielded = 0

    def get(self, key: bytes) -> bytes | None:
        return self.rows.get(key)

    def scan(
        self, start: bytes, stop: bytes, *, reverse: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        for row in naive_scan(self.rows, start, stop, reverse=reverse):
            self.yielded += 1
            yield row


def apply(overlay: Overlay, key: bytes, value: bytes | None) -> None:
    if value is None:
        overlay.delete(key)
    else:
        overlay.put(key, value)


@settings(deadline=None, max_examples=200)
@given(
    ground=st.dictionaries(KEYS, VALUES, max_size=15),
    layers=st.lists(st.lists(st.one_of(st.tuples(WRITES, BOUNDS)), max_size=4), max_size=3),
    merged=st.booleans(),
    on_disk_like=st.booleans(),
)
def test_nested_overlays_read_like_one_dictionary(
    ground: dict[bytes, bytes],
    layers: list[list[tuple[list[tuple[bytes, bytes | None]], tuple[bytes, bytes, bool]]]],
    merged: bool,
    on_disk_like: bool,
) -> None:
    bottom: Reader = MemoryReader(ground)
    if on_disk_like:
        ledger = Ledger.memory()
        ledger.commit(ledger.prepare(dict(ground)), 1, b"")
        bottom = ledger
    model = dict(ground)
    overlays = [Overlay(bottom)]
    for rounds in layers:
        overlays.append(Overlay(overlays[-1]))
        for writes, (start, stop, reverse) in rounds:
            for key, value in writes:
                apply(overlays[-1], key, value)
                if value is None:
                    model.pop(key, None)
                else:
                    model[key] = value
            found = list(overlays[-1].scan(start, stop, reverse=reverse))
            assert found == naive_scan(model, start, stop, reverse=reverse)
    if merged:
        while len(overlays) > 1:
            child = overlays.pop()
            overlays[-1].merge(child)
    top = overlays[-1]
    assert list(top.scan(b"", b"\xff")) == naive_scan(model, b"", b"\xff", reverse=False)
    for key in [*ground, *model, b"\x01nothing"]:
        assert top.get(key) == model.get(key)


def test_an_overlay_changes_nothing_below_it() -> None:
    ground = MemoryReader({b"\x01a": b"1"})
    block = Overlay(ground)
    block.put(b"\x01b", b"2")
    transaction = Overlay(block)
    transaction.put(b"\x01b", b"3")
    transaction.delete(b"\x01a")
    assert (block.get(b"\x01a"), block.get(b"\x01b")) == (b"1", b"2")
    assert ground.rows == {b"\x01a": b"1"}
    block.merge(transaction)
    assert block.writes == {b"\x01b": b"3", b"\x01a": None}
    assert ground.rows == {b"\x01a": b"1"}


def test_only_a_child_can_be_merged() -> None:
    block = Overlay(MemoryReader())
    with pytest.raises(ValueError, match="stands on this one"):
        block.merge(Overlay(MemoryReader()))


def test_a_value_in_the_tree_is_never_empty_and_a_key_never_is() -> None:
    overlay = Overlay(MemoryReader())
    overlay.put(b"\x80index", b"")
    assert overlay.get(b"\x80index") == b""
    for key, value in ((b"\x7fleaf", b""), (b"", b"value")):
        with pytest.raises(ValueError, match="empty"):
            overlay.put(key, value)
    with pytest.raises(ValueError, match="empty"):
        overlay.delete(b"")
    assert list(overlay.writes) == [b"\x80index"]


@pytest.mark.parametrize("reverse", [False, True])
def test_a_key_first_written_during_a_scan_does_not_appear_in_it(reverse: bool) -> None:
    overlay = Overlay(MemoryReader({b"\x81b": b"old", b"\x81d": b"old"}))
    overlay.put(b"\x81c", b"own")
    seen = []
    for key, value in overlay.scan(b"\x81", b"\x82", reverse=reverse):
        seen.append((key, value))
        overlay.put(key + b"'", b"new")  # as a lot that is split leaves a remainder ahead
        overlay.put(b"\x81" + bytes((key[1] - 1,)) + b"'", b"new")
    expected = [(b"\x81b", b"old"), (b"\x81c", b"own"), (b"\x81d", b"old")]
    assert seen == (expected[::-1] if reverse else expected)
    assert len(list(overlay.scan(b"\x81", b"\x82"))) == 7


def test_a_row_changed_during_a_scan_shows_as_it_stands_when_reached() -> None:
    overlay = Overlay(MemoryReader({b"\x81b": b"old", b"\x81d": b"old"}))
    overlay.put(b"\x81c", b"own")
    rows = overlay.scan(b"\x81", b"\x82")
    assert next(rows) == (b"\x81b", b"old")
    overlay.delete(b"\x81c")
    overlay.put(b"\x81d", b"new")
    assert list(rows) == [(b"\x81d", b"new")]


def test_a_scan_that_stops_early_reads_little() -> None:
    ground = CountingReader({b"\x81" + number.to_bytes(2, "big"): b"v" for number in range(1000)})
    block = Overlay(ground)
    for number in range(0, 1000, 3):
        block.put(b"\x81" + number.to_bytes(2, "big") + b"x", b"w")
    transaction = Overlay(block)
    rows = transaction.scan(b"\x81", b"\x82")
    assert [next(rows)[0][1:] for _ in range(3)] == [b"\x00\x00", b"\x00\x00x", b"\x00\x01"]
    assert ground.yielded <= 3


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 1000), st.integers(0, 3000))
def test_sorted_keys_stay_sorted_over_many_chunks(seed: int, known: int) -> None:
    numbers = list(range(4000))
    Random(seed).shuffle(numbers)
    keys = [number.to_bytes(2, "big") for number in numbers]
    ordered = SortedKeys(keys[:known])
    for key in keys[known:]:
        ordered.add(key)
    everything = sorted(keys)
    assert ordered.window(b"", b"\xff", 10_000) == everything
    for low, high in ((0, 4000), (511, 513), (1023, 1025), (17, 3999), (2000, 2000), (30, 20)):
        start, stop = low.to_bytes(2, "big"), high.to_bytes(2, "big")
        inside = [key for key in everything if start <= key < stop]
        assert ordered.window(start, stop, 10_000) == inside
        for count in (1, 7, 600):
            assert ordered.window(start, stop, count) == inside[:count]
            backwards = ordered.window(start, stop, count, reverse=True)
            assert backwards == inside[::-1][:count]


def test_prefix_stop_is_the_first_key_after_the_prefix() -> None:
    assert prefix_stop(b"\x10") == b"\x11"
    assert prefix_stop(b"\x10\xff\xff") == b"\x11"
    assert prefix_stop(b"\x10\xfe") == b"\x10\xff"
    for endless in (b"", b"\xff", b"\xff\xff"):
        with pytest.raises(ValueError, match="no key follows"):
            prefix_stop(endless)


@given(
    st.lists(
        st.tuples(st.sampled_from(["put", "delete", "child", "ask"]), st.integers(0, 40)),
        max_size=120,
    )
)
def test_the_last_pending_put_is_the_one_a_dictionary_knows(steps: list[tuple[str, int]]) -> None:
    overlay = Overlay(
        MemoryReader({b"\x0b" + bytes((number,)): b"v" for number in range(0, 40, 3)})
    )
    known: dict[bytes, bytes | None] = {}
    for what, number in steps:
        key = b"\x0b" + bytes((number,))
        if what == "ask":
            live = [k for k, value in known.items() if value is not None and k < key]
            assert overlay.last_put(b"\x0b", key) == max(live, default=None)
            continue
        target = Overlay(overlay) if what == "child" else overlay
        if what == "delete":
            target.delete(key)
        else:
            target.put(key, b"w")
        if what == "child":
            overlay.merge(target)
        known[key] = None if what == "delete" else b"w"
