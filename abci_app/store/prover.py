"""Proofs out of a tree: finds a leaf or the gap where it would stand, and the way up from there.

It must not know the disk; it is given a tree as of a height and a way to the values of that height.
Invariant: every leaf that it puts into a proof carries the very value that the tree hashed.
"""

from bisect import bisect_left
from collections.abc import Callable
from hashlib import sha256

from abci_app.store.bucket import Bucket, decode, leaf_hash, siblings_inside
from abci_app.store.history import TreeAt
from abci_app.store.kv import StorageError
from abci_app.store.proof import Existence, Step, encode_absence, encode_membership

ValueOf = Callable[[bytes], bytes | None]


def prove(tree: TreeAt, key: bytes, value_of: ValueOf) -> tuple[bytes | None, bytes]:
    """Return (value, membership proof), or (None, absence proof).

    The proof of an empty tree is empty: it verifies nothing. Raises StorageError when values and
    tree disagree, HeightPruned when the height is dropped meanwhile.
    """
    path = sha256(key).digest()
    slot = int.from_bytes(path[:4], "big") >> (32 - tree.depth)
    bucket = _bucket(tree, slot)
    at = bisect_left(bucket.paths, path)
    if at < len(bucket.paths) and bucket.paths[at] == path:
        leaf = _existence(tree, slot, bucket, at, value_of)
        return leaf.value, encode_membership(leaf)
    left = right = None
    if at > 0:
        left = _existence(tree, slot, bucket, at - 1, value_of)
    elif (beside := _neighbour(tree, slot, on_left=True)) is not None:
        its = _bucket(tree, beside)
        left = _existence(tree, beside, its, len(its.paths) - 1, value_of)
    if at < len(bucket.paths):
        right = _existence(tree, slot, bucket, at, value_of)
    elif (beside := _neighbour(tree, slot, on_left=False)) is not None:
        right = _existence(tree, beside, _bucket(tree, beside), 0, value_of)
    if left is None and right is None:
        return None, b""
    return None, encode_absence(path, left, right)


def _bucket(tree: TreeAt, slot: int) -> Bucket:
    try:
        return decode(tree.bucket(slot))
    except ValueError as error:
        raise StorageError(f"state tree: bucket {slot} is damaged: {error}") from error


def _neighbour(tree: TreeAt, slot: int, *, on_left: bool) -> int | None:
    """Return the nearest bucket with leaves on one side, found by kinds alone."""
    first = 1 << tree.depth
    index = first + slot
    towards = 1 if on_left else 0  # climb until the sibling on that side has leaves
    while index > 1 and not (index & 1 == towards and tree.node(index ^ 1)[1]):
        index >>= 1
    if index <= 1:
        return None
    index ^= 1
    while index < first:  # and descend on the near side
        near = 2 * index + towards
        index = near if tree.node(near)[1] else near ^ 1
    return index - first


def _existence(tree: TreeAt, slot: int, bucket: Bucket, at: int, value_of: ValueOf) -> Existence:
    """Return a leaf of a bucket with its value and its way up."""
    if not 0 <= at < len(bucket.keys):
        raise StorageError(f"state tree: bucket {slot} has leaves in memory and none on the disk")
    key = bucket.keys[at]
    value = value_of(key)
    if value is None or leaf_hash(bucket.paths[at], value) != bucket.hashes[at]:
        raise StorageError(
            f"state tree: the value of key {key.hex()} is not the one that the tree hashed; "
            "stop this node and run its doctor"
        )
    steps: list[Step] = siblings_inside(bucket, at, tree.depth)[::-1]
    index = (1 << tree.depth) + slot
    kind = min(len(bucket.keys), 2)
    while index > 1:
        sibling, its_kind = tree.node(index ^ 1)
        if kind + its_kind > 1:  # an only leaf rises without a step
            steps.append((bool(index & 1), sibling))
            kind = 2
        index >>= 1
    return Existence(key, value, steps)
