"""Proofs as bytes: an ICS-23 CommitmentProof for SmtSpec, written, and verified with hashlib alone.

It must not know trees, disks or anything else of ours: clients import it. Only the one encoding
that this module writes is read; a byte that differs, is missing or is too many makes the proof
invalid.
Invariant: a proof that verifies shows the leaf (or the gap) at the place in the tree where the hash
of the key belongs; the direction of each step is checked against the bits of that hash.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final, NamedTuple

PATH_MAX: Final = 256  # steps from a leaf to the root: one for each bit of the hashed key

Step = tuple[bool, bytes]
"""One level upwards: (the sibling is on the left, the sibling's hash)."""

_EMPTY: Final = bytes(32)
# CommitmentProof { exist = 1, nonexist = 2 }, ExistenceProof { key = 1, value = 2, leaf = 3,
# path = 4 }, NonExistenceProof { key = 1 (hashed), left = 2, right = 3 }
_FIELD_1: Final = b"\x0a"
_FIELD_2: Final = b"\x12"
_FIELD_3: Final = b"\x1a"
# LeafOp { hash = prehash_key = prehash_value = SHA256, no length, prefix = 00 } in field 3
_LEAF_OP: Final = bytes.fromhex("1a090801100118012a0100")
# InnerOp { hash = SHA256, prefix, suffix } in field 4: prefix 01, or 01 and the left sibling
_RIGHT_SIBLING: Final = bytes.fromhex("22270801120101") + b"\x1a\x20"
_LEFT_SIBLING: Final = bytes.fromhex("2225080112210100")[:-1]
_VARINT_BYTES_MAX: Final = 5


class Existence(NamedTuple):
    """A leaf and its way up, the lowest step first."""

    key: bytes
    value: bytes
    steps: Sequence[Step]


class _InvalidProofError(Exception):
    """The bytes are no proof of ours."""


def encode_membership(leaf: Existence) -> bytes:
    """Return the proof that a leaf exists."""
    return _field(_FIELD_1, _encode_existence(leaf))


def encode_absence(path: bytes, left: Existence | None, right: Existence | None) -> bytes:
    """Return the proof that no leaf stands at a path (sha256 of the key), between two neighbours.

    None stands for the missing neighbour at an edge; at least one is given.
    """
    parts = [_field(_FIELD_1, path)]
    if left is not None:
        parts.append(_field(_FIELD_2, _encode_existence(left)))
    if right is not None:
        parts.append(_field(_FIELD_3, _encode_existence(right)))
    return _field(_FIELD_2, b"".join(parts))


def verify_membership(root: bytes, key: bytes, value: bytes, proof_bytes: bytes) -> bool:
    """Tell whether the proof shows that the key has the value under the root; never raises."""
    try:
        at, end = _enter(proof_bytes, 0, len(proof_bytes), _FIELD_1)
        if end != len(proof_bytes):
            return False
        leaf = _decode_existence(proof_bytes, at, end)
        return leaf.key == key and leaf.value == value and _root_of(leaf) == root
    except _InvalidProofError:
        return False


def verify_absence(root: bytes, key: bytes, proof_bytes: bytes) -> bool:
    """Tell whether the proof shows that the key has no value under the root; never raises."""
    try:
        path, left, right = _decode_absence(proof_bytes)
        if not key or path != sha256(key).digest():
            return False
        if left is not None and not (_path_of(left) < path and _root_of(left) == root):
            return False
        if right is not None and not (path < _path_of(right) and _root_of(right) == root):
            return False
    except _InvalidProofError:
        return False
    if left is None:
        return right is not None and _is_leftmost(right.steps)
    if right is None:
        return _is_rightmost(left.steps)
    return _are_neighbours(left.steps, right.steps)


def _path_of(leaf: Existence) -> bytes:
    return sha256(leaf.key).digest()


def _root_of(leaf: Existence) -> bytes:
    """Return the root that the steps lead to; raises when one leaves the way of the key's hash."""
    path = _path_of(leaf)
    node = sha256(b"\x00" + path + sha256(leaf.value).digest()).digest()
    depth = len(leaf.steps)
    for sibling_is_left, sibling in leaf.steps:
        depth -= 1
        if bool(path[depth >> 3] & (0x80 >> (depth & 7))) != sibling_is_left:
            raise _InvalidProofError
        inner = sibling + node if sibling_is_left else node + sibling
        node = sha256(b"\x01" + inner).digest()
    return node


def _is_leftmost(steps: Sequence[Step]) -> bool:
    return all(sibling == _EMPTY for sibling_is_left, sibling in steps if sibling_is_left)


def _is_rightmost(steps: Sequence[Step]) -> bool:
    return all(sibling == _EMPTY for sibling_is_left, sibling in steps if not sibling_is_left)


def _are_neighbours(left: Sequence[Step], right: Sequence[Step]) -> bool:
    """Tell whether nothing stands between two leaves: they part once, each at the edge inside."""
    at_left, at_right = len(left) - 1, len(right) - 1
    while at_left >= 0 and at_right >= 0 and left[at_left] == right[at_right]:
        at_left -= 1
        at_right -= 1
    if at_left < 0 or at_right < 0 or left[at_left][0] or not right[at_right][0]:
        return False
    return _is_rightmost(left[:at_left]) and _is_leftmost(right[:at_right])


def _encode_existence(leaf: Existence) -> bytes:
    parts = [_field(_FIELD_1, leaf.key), _field(_FIELD_2, leaf.value), _LEAF_OP]
    for sibling_is_left, sibling in leaf.steps:
        parts.append(_LEFT_SIBLING if sibling_is_left else _RIGHT_SIBLING)
        parts.append(sibling)
    return b"".join(parts)


def _decode_existence(data: bytes, at: int, end: int) -> Existence:
    key_at, key_end = _enter(data, at, end, _FIELD_1)
    value_at, value_end = _enter(data, key_end, end, _FIELD_2)
    if key_at == key_end or value_at == value_end or not data.startswith(_LEAF_OP, value_end, end):
        raise _InvalidProofError
    at = value_end + len(_LEAF_OP)
    steps: list[Step] = []
    while at < end:
        sibling_is_left = data.startswith(_LEFT_SIBLING, at, end)
        if not sibling_is_left and not data.startswith(_RIGHT_SIBLING, at, end):
            raise _InvalidProofError
        at += len(_LEFT_SIBLING if sibling_is_left else _RIGHT_SIBLING)
        steps.append((sibling_is_left, data[at : at + 32]))
        at += 32
        if at > end or len(steps) > PATH_MAX:
            raise _InvalidProofError
    return Existence(data[key_at:key_end], data[value_at:value_end], steps)


def _decode_absence(data: bytes) -> tuple[bytes, Existence | None, Existence | None]:
    at, end = _enter(data, 0, len(data), _FIELD_2)
    path_at, at = _enter(data, at, end, _FIELD_1)
    path = data[path_at:at]
    left = right = None
    if data.startswith(_FIELD_2, at, end):
        left_at, at = _enter(data, at, end, _FIELD_2)
        left = _decode_existence(data, left_at, at)
    if data.startswith(_FIELD_3, at, end):
        right_at, at = _enter(data, at, end, _FIELD_3)
        right = _decode_existence(data, right_at, at)
    if at != end or end != len(data):
        raise _InvalidProofError
    return path, left, right


def _field(tag: bytes, content: bytes) -> bytes:
    length = len(content)
    prefix = bytearray(tag)
    while length >= 0x80:
        prefix.append(length & 0x7F | 0x80)
        length >>= 7
    prefix.append(length)
    return bytes(prefix) + content


def _enter(data: bytes, at: int, end: int, tag: bytes) -> tuple[int, int]:
    """Return where the content of the field at `at` starts and ends, within `end`."""
    if not data.startswith(tag, at, end):
        raise _InvalidProofError
    at += 1
    length = 0
    for turn in range(_VARINT_BYTES_MAX):
        if at >= end:
            raise _InvalidProofError
        byte = data[at]
        at += 1
        length |= (byte & 0x7F) << (7 * turn)
        if byte & 0x80:
            continue
        if (turn and not byte) or at + length > end:  # longer than needed, or over the edge
            raise _InvalidProofError
        return at, at + length
    raise _InvalidProofError
