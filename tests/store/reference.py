"""The tree once more, naively: the definition itself, sharing no code with the store."""

from collections.abc import Mapping
from hashlib import sha256

from hypothesis import strategies as st


def naive_root(state: Mapping[bytes, bytes]) -> bytes:
    """Return the root of the whole state by recursion over the bits of the hashed keys."""
    return _subtree(_leaves(state), 0)


def naive_steps(state: Mapping[bytes, bytes], key: bytes) -> list[tuple[bool, bytes]]:
    """Return (the sibling is on the left, its hash) from the key's leaf up to the root."""
    bits = _bits(key)
    leaves = _leaves(state)
    steps: list[tuple[bool, bytes]] = []
    depth = 0
    while len(leaves) > 1:
        beside = [leaf for leaf in leaves if leaf[0][depth] != bits[depth]]
        leaves = [leaf for leaf in leaves if leaf[0][depth] == bits[depth]]
        depth += 1
        steps.append((bits[depth - 1] == "1", _subtree(beside, depth)))
    return steps[::-1]


def _bits(key: bytes) -> str:
    return "".join(f"{byte:08b}" for byte in sha256(key).digest())


def _leaves(state: Mapping[bytes, bytes]) -> list[tuple[str, bytes]]:
    return [
        (
            _bits(key),
            sha256(b"\x00" + sha256(key).digest() + sha256(value).digest()).digest(),
        )
        for key, value in state.items()
    ]


def _subtree(leaves: list[tuple[str, bytes]], depth: int) -> bytes:
    if not leaves:
        return b"\x00" * 32
    if len(leaves) == 1:
        return leaves[0][1]
    left = _subtree([leaf for leaf in leaves if leaf[0][depth] == "0"], depth + 1)
    right = _subtree([leaf for leaf in leaves if leaf[0][depth] == "1"], depth + 1)
    return sha256(b"\x01" + left + right).digest()


def changed(
    state: Mapping[bytes, bytes], writes: Mapping[bytes, bytes | None]
) -> dict[bytes, bytes]:
    """Return the state after writes; None deletes."""
    after = dict(state)
    for key, value in writes.items():
        if value is None:
            after.pop(key, None)
        else:
            after[key] = value
    return after


# Few keys, so that a batch often meets what an earlier one wrote, and deletions empty subtrees.
tree_keys = st.integers(0, 40).map(lambda number: b"\x10" + bytes((number,)))
tree_values = st.binary(min_size=1, max_size=3)
batches = st.lists(
    st.dictionaries(tree_keys, st.one_of(st.none(), tree_values), max_size=12),
    min_size=1,
    max_size=8,
)
