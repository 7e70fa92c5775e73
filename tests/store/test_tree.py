from collections.abc import Mapping
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abci_app.store.bucket import Bucket, decode, encode, leaf_hash, replace_leaf
from abci_app.store.kv import StorageError
from abci_app.store.tree import Change, Tree
from tests.store.reference import batches, changed, naive_root

DEPTHS = (1, 2, 5, 12)


class Grown:
    """A tree with its buckets and values in dictionaries."""

    def __init__(self, depth: int) -> None:
        self.buckets: dict[int, bytes] = {}
        self.values: dict[bytes, bytes] = {}
        self.tree = Tree(depth, lambda slot: self.buckets.get(slot, b""))

    def changes(self, writes: Mapping[bytes, bytes | None]) -> list[Change]:
        found: list[Change] = []
        for key, value in writes.items():
            old = self.values.get(key)
            if old != value:
                path = sha256(key).digest()
                leaf = None if value is None else leaf_hash(path, value)
                found.append((path, key, leaf, old))
        return sorted(found, key=lambda change: change[0])

    def write(self, writes: Mapping[bytes, bytes | None]) -> None:
        update = self.tree.update(self.changes(writes))
        self.tree.apply(update)
        for slot, record in zip(update.slots, update.records, strict=True):
            if record:
                self.buckets[slot] = record
            else:
                del self.buckets[slot]
        self.values = changed(self.values, writes)
        assert update.root == self.tree.root


@settings(deadline=None, max_examples=150)
@given(batches, st.sampled_from(DEPTHS))
def test_the_root_is_the_naive_root_after_every_batch(
    writes: list[dict[bytes, bytes | None]], depth: int
) -> None:
    grown = Grown(depth)
    for batch in writes:
        grown.write(batch)
        assert grown.tree.root == naive_root(grown.values)
        assert grown.tree.leaves == len(grown.values)
    again = Tree(depth, lambda slot: grown.buckets.get(slot, b""))
    again.load(sorted(grown.buckets.items()))
    assert [again.node(index) for index in range(1, 2 << depth)] == [
        grown.tree.node(index) for index in range(1, 2 << depth)
    ]


@settings(deadline=None, max_examples=100)
@given(batches, st.sampled_from(DEPTHS))
def test_an_update_that_is_not_applied_leaves_no_trace(
    writes: list[dict[bytes, bytes | None]], depth: int
) -> None:
    grown = Grown(depth)
    for batch in writes:
        before = [grown.tree.node(index) for index in range(1, 2 << depth)]
        grown.tree.update(grown.changes(batch))
        assert before == [grown.tree.node(index) for index in range(1, 2 << depth)]
        grown.write(batch)


@settings(deadline=None, max_examples=100)
@given(batches, st.sampled_from(DEPTHS))
def test_undo_tells_every_node_and_bucket_before_the_block(
    writes: list[dict[bytes, bytes | None]], depth: int
) -> None:
    grown = Grown(depth)
    for batch in writes:
        nodes = {index: grown.tree.node(index) for index in range(1, 2 << depth)}
        buckets = dict(grown.buckets)
        undo = grown.tree.undo(grown.tree.update(grown.changes(batch)))
        grown.write(batch)
        for index, before in nodes.items():
            assert (undo.node(index) or grown.tree.node(index)) == before
        for slot in range(1 << depth):
            told = undo.bucket(slot)
            present = grown.buckets.get(slot, b"")
            assert (present if told is None else told) == buckets.get(slot, b"")


@pytest.mark.parametrize("depth", [1, 4, 20])
def test_a_tree_of_many_leaves_has_the_naive_root_whatever_its_depth(depth: int) -> None:
    grown = Grown(depth)
    everything = {b"\x01%d" % number: b"v%d" % number for number in range(3000)}
    grown.write(everything)
    assert grown.tree.root == naive_root(everything)
    grown.write({key: None for at, key in enumerate(everything) if at % 3})
    grown.write({key: b"w" + key for at, key in enumerate(everything) if at % 6 == 0})
    grown.write({b"\x01%d" % number: b"n" for number in range(3000, 3500)})
    assert grown.tree.root == naive_root(grown.values)


def test_the_last_leaf_but_one_collapses_its_subtree() -> None:
    grown = Grown(3)
    grown.write({b"\x01a": b"1"})
    alone = grown.tree.root
    for number in range(200):
        grown.write({b"\x01%d" % number: b"x"})
        grown.write({b"\x01%d" % number: None})
        assert grown.tree.root == alone == leaf_hash(sha256(b"\x01a").digest(), b"1")
    grown.write({b"\x01a": None})
    assert grown.tree.root == bytes(32)
    assert grown.buckets == {}


def test_paths_that_part_late_still_hash_like_the_definition() -> None:
    # Keys whose hashes share their first 12 bits stand in one bucket with a long way down.
    near = [
        key
        for key in (b"\x01%d" % n for n in range(40_000))
        if sha256(key).hexdigest()[:3] == "abc"
    ]
    assert len(near) > 3
    grown = Grown(2)
    for key in near:
        grown.write({key: b"v"})
        assert grown.tree.root == naive_root(grown.values)
    for key in near[1:]:
        grown.write({key: None})
        assert grown.tree.root == naive_root(grown.values)


def test_a_bucket_that_contradicts_the_values_stops_the_update() -> None:
    grown = Grown(1)
    keys = [b"\x01%d" % number for number in range(40)]
    grown.write(dict.fromkeys(keys, b"v"))
    path = sha256(b"\x01new").digest()
    leaf = leaf_hash(path, b"v")
    with pytest.raises(StorageError, match="no leaf for existing key"):
        grown.tree.update([(path, b"\x01new", leaf, b"old")])
    with pytest.raises(StorageError, match="disagree"):
        grown.tree.update([(path, b"\x01new", None, b"old")])
    known = sha256(keys[0]).digest()
    with pytest.raises(StorageError, match="disagree"):
        grown.tree.update([(known, keys[0], leaf, None)])
    slots = list(grown.buckets)
    for slot in slots:
        grown.buckets[slot] = grown.buckets[slot][:-1]
    with pytest.raises(StorageError, match="does not end where it should"):
        grown.tree.update([(path, b"\x01new", leaf, None)])
    grown.buckets.clear()
    with pytest.raises(StorageError, match="its record is missing"):
        grown.tree.update([(path, b"\x01new", leaf, None)])


def test_a_record_under_another_bucket_is_not_loaded() -> None:
    grown = Grown(4)
    grown.write({b"\x01a": b"1"})
    ((slot, record),) = grown.buckets.items()
    with pytest.raises(StorageError, match="not one of this bucket"):
        Tree(4, lambda _: b"").load([(slot ^ 1, record)])
    with pytest.raises(StorageError, match="not one of this bucket"):
        Tree(4, lambda _: b"").load([(slot, record[:50])])


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.binary(min_size=32, max_size=32), st.binary(max_size=300)), max_size=9)
)
def test_a_bucket_comes_back_as_it_was_written(leaves: list[tuple[bytes, bytes]]) -> None:
    ordered = sorted(dict(leaves).items())
    bucket = Bucket(
        [path for path, _ in ordered],
        [sha256(path).digest() for path, _ in ordered],
        [key for _, key in ordered],
    )
    record = encode(bucket)
    assert decode(record) == bucket
    for at, path in enumerate(bucket.paths):
        after = replace_leaf(record, path, bytes(32))
        assert after is not None
        assert decode(after).hashes == [*bucket.hashes[:at], bytes(32), *bucket.hashes[at + 1 :]]
    for length in range(1, len(record)):
        with pytest.raises(ValueError, match="record"):
            decode(record[:length])
    if record:
        with pytest.raises(ValueError, match="record"):
            decode(record + b"\x00")


def test_a_path_found_across_two_others_is_not_a_leaf() -> None:
    path = bytes(range(32))
    across = Bucket(
        [b"\x00" * 16 + path[:16], path[16:] + b"\xff" * 16], [bytes(32)] * 2, [b"\x01", b"\x02"]
    )
    assert replace_leaf(encode(across), path, b"\x09" * 32) is None


@pytest.mark.parametrize("depth", [0, 29])
def test_a_depth_out_of_bounds_is_refused(depth: int) -> None:
    with pytest.raises(ValueError, match="depth"):
        Tree(depth, lambda _: b"")
