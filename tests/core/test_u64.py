"""Arithmetic that refuses instead of wrapping, and rounds shares up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abci_app.core import u64
from abci_app.core.codes import Code, Refusal
from abci_app.core.limits import U64_MAX


def test_a_sum_beyond_64_bits_is_refused() -> None:
    assert u64.add(U64_MAX - 1, 1) == U64_MAX
    with pytest.raises(Refusal) as caught:
        u64.add(U64_MAX, 1)
    assert caught.value.code == Code.QUANTITY_OVERFLOW


@given(st.integers(0, U64_MAX), st.integers(0, 10_000))
def test_a_share_is_the_least_integer_not_below_it(amount: int, bps: int) -> None:
    share = u64.ceil_bps(amount, bps)
    assert (share - 1) * 10_000 < amount * bps <= share * 10_000


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=20), st.integers(0, 10_000))
def test_a_cumulative_share_does_not_depend_on_how_it_is_split(parts: list[int], bps: int) -> None:
    issued = reserved = 0
    for part in parts:
        issued += part
        reserved += u64.ceil_bps(issued, bps) - reserved
    assert reserved == u64.ceil_bps(sum(parts), bps)
