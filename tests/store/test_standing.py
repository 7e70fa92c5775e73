"""What a node keeps of its scans from block to block is what a fresh scan would find."""

from itertools import islice

from hypothesis import given, settings
from hypothesis import strategies as st

from abci_app.store import kv
from abci_app.store.kv import MemoryReader, Standing, prefix_stop

TABLES = (0x05, 0x81, 0x82)  # in the tree, beside it
OWNERS = st.sampled_from([b"a", b"b", b"c"])
ROW = st.tuples(st.sampled_from(TABLES), OWNERS, st.integers(0, 30))
WRITES = st.lists(st.tuples(ROW, st.sampled_from([None, b"x", b"y"])), max_size=12)
SCAN = st.tuples(
    st.sampled_from(TABLES), OWNERS, st.integers(0, 31), st.integers(0, 9), st.booleans()
)


def key(table: int, owner: bytes, number: int) -> bytes:
    return bytes((table,)) + owner + bytes((number,))


@settings(max_examples=200)
@given(st.lists(st.tuples(WRITES, st.lists(SCAN, max_size=4)), max_size=12))
def test_scans_are_those_of_the_state_below_after_any_commits(
    blocks: list[
        tuple[
            list[tuple[tuple[int, bytes, int], bytes | None]],
            list[tuple[int, bytes, int, int, bool]],
        ]
    ],
) -> None:
    below = MemoryReader()
    standing = Standing(below)
    for writes, scans in blocks:
        batch = {key(*row): value for row, value in writes}
        for row, value in batch.items():
            if value is None:
                below.rows.pop(row, None)
            else:
                below.rows[row] = value
        standing.advance(batch.items())
        for table, owner, first, count, reverse in scans:
            start, stop = key(table, owner, first), prefix_stop(bytes((table,)) + owner)
            found = list(islice(standing.scan(start, stop, reverse=reverse), count))
            assert found == list(islice(below.scan(start, stop, reverse=reverse), count))
        for table in TABLES:  # ranges that overlap those that are kept
            start, stop = bytes((table,)), bytes((table + 1,))
            assert list(standing.scan(start, stop)) == list(below.scan(start, stop))


def test_what_is_kept_is_bounded() -> None:
    below = MemoryReader({key(0x81, b"a", number): b"x" for number in range(4)})
    standing = Standing(below)
    for number in range(2 * kv._HEADS_MAX):
        start = b"\x81" + number.to_bytes(4, "big")
        assert list(standing.scan(start, start + b"\xff")) == []
    assert len(standing._heads) <= kv._HEADS_MAX
    rows = [(b"\x82a" + number.to_bytes(2, "big"), b"x") for number in range(500)]
    assert list(standing.scan(b"\x82a", b"\x82b")) == []
    for row in rows:
        below.rows[row[0]] = row[1]
        standing.advance([row])
    assert list(standing.scan(b"\x82a", b"\x82b")) == rows
    assert max(len(head.rows) for head in standing._heads.values()) <= kv._HEAD_MAX
