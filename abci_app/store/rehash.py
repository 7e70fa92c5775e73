"""The doctor's look at the tree: every value hashed again, and the root computed from scratch.

It must not change anything. Invariant: when it ends without an error, the root is the root of
exactly the values that stand on the disk: each value has its leaf, there are as many leaves as
values, and the leaves hash to the root.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Final, NamedTuple

from abci_app.store.bucket import decode, leaf_hash
from abci_app.store.kv import StorageError
from abci_app.store.tree import Tree

_REPORT_EVERY: Final = 10_000


class Progress(NamedTuple):
    """How far the check is."""

    done: int  # values hashed
    total: int  # leaves in the tree


def rehash(
    tree: Tree,
    rows: Iterable[tuple[bytes, bytes]],
    buckets: Iterable[tuple[int, bytes]],
    root: bytes,
) -> Iterator[Progress]:
    """Hold all rows of the tree's tables against the buckets, and the buckets against the root.

    Raises StorageError at the first contradiction.
    """
    total = tree.leaves
    shift = 32 - tree.depth
    done = 0
    for key, value in rows:
        path = sha256(key).digest()
        slot = int.from_bytes(path[:4], "big") >> shift
        try:
            bucket = decode(tree.bucket(slot))
        except ValueError as error:
            raise StorageError(f"doctor: bucket {slot} is damaged: {error}") from error
        if path not in bucket.paths:
            raise StorageError(f"doctor: key {key.hex()} has a value but no leaf in the tree")
        if bucket.hashes[bucket.paths.index(path)] != leaf_hash(path, value):
            raise StorageError(f"doctor: the value of key {key.hex()} is not what its leaf hashed")
        done += 1
        if done % _REPORT_EVERY == 0:
            yield Progress(done, max(total, done))
    if done != total:
        raise StorageError(f"doctor: {done} values stand in the tables, {total} leaves in the tree")
    again = Tree(tree.depth, tree.bucket)
    again.load(buckets)
    if again.root != root or again.leaves != total:
        raise StorageError(
            f"doctor: the leaves hash to {again.root.hex()}, the committed root is {root.hex()}"
        )
    yield Progress(done, total)
