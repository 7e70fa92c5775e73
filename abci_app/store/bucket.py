"""A bucket: the leaves of one subtree as one record, and the hashes inside that subtree.

It must not know where a bucket is kept or which depth the tree has; it is told the bit at which
the subtree starts. Invariant: leaves stand in path order, each path once; an empty bucket has no
record.

Record: count (4 bytes, big-endian), paths (32 bytes each), leaf hashes (32 bytes each), lengths of
the keys (varint each), keys.
"""

from bisect import bisect_left
from hashlib import sha256
from typing import Final, NamedTuple

EMPTY_HASH: Final = bytes(32)
_ONE: Final = b"\x00\x00\x00\x01"
_LEAF: Final = b"\x00"
_INNER: Final = b"\x01"


class Bucket(NamedTuple):
    """Leaves in path order: their paths, their hashes, the keys behind the paths."""

    paths: list[bytes]
    hashes: list[bytes]
    keys: list[bytes]


def leaf_hash(path: bytes, value: bytes) -> bytes:
    """Return the hash of a leaf from its path (sha256 of the key) and its value."""
    return sha256(_LEAF + path + sha256(value).digest()).digest()


def encode_one(path: bytes, leaf: bytes, key: bytes) -> bytes:
    """Return the record of a bucket with a single leaf."""
    return _ONE + path + leaf + _varint(len(key)) + key


def encode(bucket: Bucket) -> bytes:
    """Return the record of a bucket; no bytes at all for an empty one."""
    paths, hashes, keys = bucket
    if not paths:
        return b""
    lengths = [_varint(len(key)) for key in keys]
    return b"".join([len(paths).to_bytes(4, "big"), *paths, *hashes, *lengths, *keys])


def decode(record: bytes) -> Bucket:
    """Return the leaves of a record; raises ValueError when it is not one."""
    count = int.from_bytes(record[:4], "big")
    hashes_at = 4 + 32 * count
    at = hashes_at + 32 * count
    if not record:
        return Bucket([], [], [])
    if count == 0 or len(record) < at:
        raise ValueError("a bucket's record is cut short")
    lengths: list[int] = []
    for _ in range(count):
        length, at = _read_varint(record, at)
        lengths.append(length)
    keys: list[bytes] = []
    for length in lengths:
        keys.append(record[at : at + length])
        at += length
    if at != len(record):
        raise ValueError("a bucket's record does not end where it should")
    return Bucket(
        [record[at : at + 32] for at in range(4, hashes_at, 32)],
        [record[at : at + 32] for at in range(hashes_at, hashes_at + 32 * count, 32)],
        keys,
    )


def replace_leaf(record: bytes, path: bytes, leaf: bytes) -> bytes | None:
    """Return the record with another hash for a leaf it has, or None when it has no such leaf."""
    count = int.from_bytes(record[:4], "big")
    at = record.find(path, 4, 4 + 32 * count)
    while at >= 0 and (at - 4) % 32:  # found across two paths: look further
        at = record.find(path, at + 1, 4 + 32 * count)
    if at < 0:
        return None
    at += 32 * count
    return record[:at] + leaf + record[at + 32 :]


def root_of(record: bytes, depth: int) -> tuple[bytes, int]:
    """Return hash and kind (0 empty, 1 one leaf, 2 more) of a record's subtree."""
    if not record:
        return EMPTY_HASH, 0
    count = int.from_bytes(record[:4], "big")
    if count == 1:
        return record[36:68], 1
    if count == 2:  # the usual case beside a single leaf, told without taking the record apart
        low, high = int.from_bytes(record[4:36], "big"), int.from_bytes(record[36:68], "big")
        node = sha256(_INNER + record[68:132]).digest()
        return _raised(node, low, 256 - (low ^ high).bit_length(), depth), 2
    middle = 4 + 32 * count
    paths = [record[at : at + 32] for at in range(4, middle, 32)]
    hashes = [record[at : at + 32] for at in range(middle, middle + 32 * count, 32)]
    return subtree_hash(paths, hashes, 0, count, depth), 2


def subtree_hash(paths: list[bytes], hashes: list[bytes], low: int, high: int, depth: int) -> bytes:
    """Return the hash of the subtree over leaves low..high-1, alike in their first depth bits."""
    if high - low < 2:
        return hashes[low] if high > low else EMPTY_HASH
    first = int.from_bytes(paths[low], "big")
    fork = 256 - (first ^ int.from_bytes(paths[high - 1], "big")).bit_length()
    if high - low == 2:
        node = sha256(_INNER + hashes[low] + hashes[low + 1]).digest()
    else:
        split = split_at(paths, low, high, fork)
        left = subtree_hash(paths, hashes, low, split, fork + 1)
        right = subtree_hash(paths, hashes, split, high, fork + 1)
        node = sha256(_INNER + left + right).digest()
    return _raised(node, first, fork, depth)


def _raised(node: bytes, path: int, fork: int, depth: int) -> bytes:
    """Return the hash at `depth` over a node at the bit `fork`: between, one side is empty."""
    while fork > depth:
        fork -= 1
        if path >> (255 - fork) & 1:
            node = sha256(_INNER + EMPTY_HASH + node).digest()
        else:
            node = sha256(_INNER + node + EMPTY_HASH).digest()
    return node


def split_at(paths: list[bytes], low: int, high: int, depth: int) -> int:
    """Return the first of leaves low..high-1 whose path has bit `depth` set, or high."""
    byte, mask = depth >> 3, 0x80 >> (depth & 7)
    if not paths[high - 1][byte] & mask:
        return high
    if paths[low][byte] & mask:
        return low
    return bisect_left(paths, 1, low, high, key=lambda path: 1 if path[byte] & mask else 0)


def siblings_inside(bucket: Bucket, at: int, depth: int) -> list[tuple[bool, bytes]]:
    """Return (leaf is on the right, sibling's hash) for each level below `depth`, top first."""
    paths, hashes, _ = bucket
    low, high = 0, len(paths)
    found: list[tuple[bool, bytes]] = []
    while high - low > 1:
        split = split_at(paths, low, high, depth)
        depth += 1
        if at >= split:
            found.append((True, subtree_hash(paths, hashes, low, split, depth)))
            low = split
        else:
            found.append((False, subtree_hash(paths, hashes, split, high, depth)))
            high = split
    return found


def _varint(number: int) -> bytes:
    if number < 0x80:
        return bytes((number,))
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def _read_varint(record: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while at < len(record):
        byte = record[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
        shift += 7
    raise ValueError("a bucket's record ends within a length")
