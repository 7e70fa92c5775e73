"""Keys: fixed bytes for fixed records, and never one key for two."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abci_app.core import keys
from abci_app.store.kv import TREE_LIMIT
from tests.strategies import SHORT, hashes, small, u64s

BUILDERS: dict[Callable[..., bytes], tuple[st.SearchStrategy[Any], ...]] = {
    keys.chain: (),
    keys.organisation: (SHORT,),
    keys.account: (SHORT,),
    keys.lanes: (SHORT,),
    keys.accreditation: (SHORT, small, SHORT, SHORT),
    keys.program: (SHORT, u64s),
    keys.program_body: (SHORT, u64s),
    keys.document: (SHORT, SHORT, small, SHORT, hashes),
    keys.statement: (SHORT, SHORT),
    keys.record: (SHORT, small, SHORT),
    keys.space: (SHORT,),
    keys.lot: (SHORT, u64s),
    keys.holding: (SHORT, SHORT, SHORT),
    keys.hold: (u64s,),
    keys.supply: (SHORT, SHORT),
    keys.retirement: (u64s,),
    keys.sink_total: (SHORT,),
    keys.proposal: (u64s,),
    keys.counter: (st.sampled_from(keys.Table),),
    keys.stuck: (u64s, small, hashes),
    keys.deadline: (u64s, small, hashes),
    keys.inbox: (SHORT, small, u64s),
}


def named(builder: Callable[..., bytes]) -> st.SearchStrategy[tuple[Any, tuple[Any, ...]]]:
    return st.tuples(st.just(builder), st.tuples(*BUILDERS[builder]))


records = st.sampled_from(list(BUILDERS)).flatmap(named)


@given(records, records)
def test_two_different_records_never_share_a_key(
    one: tuple[Callable[..., bytes], tuple[Any, ...]],
    other: tuple[Callable[..., bytes], tuple[Any, ...]],
) -> None:
    assert (one[0](*one[1]) == other[0](*other[1])) == (one == other)


@given(st.sampled_from(list(BUILDERS)).flatmap(lambda b: st.tuples(named(b), named(b))))
def test_two_different_records_of_one_table_never_share_a_key(pair: Any) -> None:
    one, other = pair
    assert (one[0](*one[1]) == other[0](*other[1])) == (one[1] == other[1])


@given(records, records)
def test_no_key_is_the_beginning_of_another_of_its_table(one: Any, other: Any) -> None:
    left, right = one[0](*one[1]), other[0](*other[1])
    assert left == right or not right.startswith(left) or right[0] != left[0]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (keys.chain(), "01"),
        (keys.organisation("ab"), "02026162"),
        (keys.account("ab"), "03026162"),
        (keys.lanes("ab"), "04026162"),
        (keys.accreditation("P", 7, "L", "ab"), "0501500701 4c026162"),
        (keys.program("P", 1), "06 0150 0000000000000001"),
        (keys.document("P", "K", 2, "A", b"\xaa" * 32), "07 0150 02 0141 014b" + "aa" * 32),
        (keys.statement("P", "S"), "08 0150 0153"),
        (keys.record("P", 3, "R"), "09 0150 03 0152"),
        (keys.space("ab"), "0a026162"),
        (keys.lot("ab", 258), "0b026162 0000000000000102"),
        (keys.holding("ab", "P", "T"), "0c026162 0150 0154"),
        (keys.hold(1), "0d0000000000000001"),
        (keys.supply("P", "T"), "0e 0150 0154"),
        (keys.retirement(1), "0f0000000000000001"),
        (keys.sink_total("ab"), "10026162"),
        (keys.proposal(1), "110000000000000001"),
        (keys.counter(keys.Table.PROPOSAL), "1211"),
        (keys.stuck(1, 2, b"\x03"), "13 0000000000000001 02 03"),
    ],
)
def test_the_bytes_of_a_key_are_fixed(key: bytes, expected: str) -> None:
    assert key == bytes.fromhex(expected)


def test_tables_below_0x80_stand_in_the_tree_and_none_is_the_stores_own() -> None:
    assert TREE_LIMIT == 0x80
    numbers = [table.value for table in keys.Table]
    assert len(numbers) == len(dict.fromkeys(numbers))
    assert all(0 < number < 0xFF for number in numbers)
    assert keys.program_body("P", 1)[0] >= TREE_LIMIT > keys.program("P", 1)[0]


@given(
    st.lists(st.tuples(st.sampled_from([0, 1, 2**40]), st.integers(0, 3), SHORT, u64s), min_size=2)
)
def test_owner_rows_sort_by_validity_vintage_space_and_start(
    lots: list[tuple[int, int, str, int]],
) -> None:
    never = 1 << 64

    def by_law(lot: tuple[int, int, str, int]) -> tuple[int, int, bytes, int]:
        return (lot[0] or never, lot[1], lot[2].encode(), lot[3])

    by_key = sorted(lots, key=lambda lot: keys.owner(b"p", *lot))
    assert by_key == sorted(lots, key=by_law)
