"""The engine's bytes, as far as a client hashes and checks them: headers, votes, sets, results.

Must not know: trust. Invariant: each function gives the very bytes that the pinned engine hashes or
signs; vectors from a running chain pin them (tests/vectors/light).

Protobuf is written by hand here: a field of value zero is left out, an embedded message that the
engine always writes stands even when it is empty.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

from tonne.v1 import light_pb2 as w

PRECOMMIT: Final = 2
PATH_MAX: Final = 64  # sibling hashes from a leaf to the root of a Merkle list
_U64: Final = (1 << 64) - 1


def varint(value: int) -> bytes:
    """Return a protobuf varint; a negative number in its 64-bit two's complement."""
    value &= _U64
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value) if value else b""


def _fixed(field: int, value: int) -> bytes:
    """Return a sfixed64 field."""
    return varint(field << 3 | 1) + value.to_bytes(8, "little") if value else b""


def _bytes(field: int, value: bytes) -> bytes:
    return _message(field, value) if value else b""


def _message(field: int, value: bytes) -> bytes:
    return varint(field << 3 | 2) + varint(len(value)) + value


# ---- Merkle lists (RFC 6962 hashing) ----


def _leaf(item: bytes) -> bytes:
    return sha256(b"\x00" + item).digest()


def _inner(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _split(count: int) -> int:
    """Return the largest power of two below `count`, at least 2."""
    return 1 << ((count - 1).bit_length() - 1)


def merkle_root(items: Sequence[bytes]) -> bytes:
    """Return the root over a list; of an empty one, the hash of nothing."""
    if not items:
        return sha256(b"").digest()
    if len(items) == 1:
        return _leaf(items[0])
    half = _split(len(items))
    return _inner(merkle_root(items[:half]), merkle_root(items[half:]))


def merkle_path(items: Sequence[bytes], index: int) -> list[tuple[bool, bytes]]:
    """Return the way up from one item: whether it is the right child, and its sibling's hash."""
    if len(items) == 1:
        return []
    half = _split(len(items))
    if index < half:
        return [*merkle_path(items[:half], index), (False, merkle_root(items[half:]))]
    return [*merkle_path(items[half:], index - half), (True, merkle_root(items[:half]))]


def merkle_root_by(item: bytes, steps: Iterable[tuple[bool, bytes]]) -> bytes:
    """Return the root that an item's way up leads to."""
    node = _leaf(item)
    for is_right, sibling in steps:
        node = _inner(sibling, node) if is_right else _inner(node, sibling)
    return node


# ---- headers ----


def _time(moment: w.Moment) -> bytes:
    return _number(1, moment.time_s) + _number(2, moment.nanos)


def _block_id(block: w.BlockId) -> bytes:
    parts = _number(1, block.parts_total) + _bytes(2, block.parts_hash)
    return _bytes(1, block.hash) + _message(2, parts)


def header_hash(header: w.BlockHeader) -> bytes:
    """Return the hash by which a header is known, 32 bytes."""
    version = _number(1, header.block_version) + _number(2, header.app_version)
    return merkle_root(
        [
            version,
            _bytes(1, header.chain_id.encode()),
            _number(1, header.height),
            _time(header.time),
            _block_id(header.last_block_id),
            _bytes(1, header.last_commit_hash),
            _bytes(1, header.data_hash),
            _bytes(1, header.validators_hash),
            _bytes(1, header.next_validators_hash),
            _bytes(1, header.consensus_hash),
            _bytes(1, header.app_hash),
            _bytes(1, header.last_results_hash),
            _bytes(1, header.evidence_hash),
            _bytes(1, header.proposer_address),
        ]
    )


# ---- votes ----


def vote_bytes(chain_id: str, commit: w.BlockCommit, vote: w.VoteSignature) -> bytes:
    """Return what a validator signed: the canonical vote behind its length."""
    voted = _message(4, _block_id(commit.block_id)) if vote.flag == w.VOTE_BLOCK else b""
    canonical = (
        _number(1, PRECOMMIT)
        + _fixed(2, commit.height)
        + _fixed(3, commit.round)
        + voted
        + _message(5, _time(vote.time))
        + _bytes(6, chain_id.encode())
    )
    return varint(len(canonical)) + canonical


# ---- validators ----


def address(key: bytes) -> bytes:
    """Return the 20 bytes by which the engine knows a key."""
    return sha256(key).digest()[:20]


def set_hash(members: Sequence[w.SetMember]) -> bytes:
    """Return the hash of a validator set, 32 bytes."""
    return merkle_root([_message(1, _bytes(1, row.key)) + _number(2, row.power) for row in members])


def in_order(members: Sequence[w.SetMember]) -> list[w.SetMember]:
    """Return members in the order of a set: the most powerful first, then by address."""
    return sorted(members, key=lambda row: (-row.power, address(row.key)))


# ---- results ----


def result_bytes(result: w.HashedResult) -> bytes:
    """Return the part of a result that the next header's last_results_hash covers."""
    return (
        _number(1, result.code)
        + _bytes(2, result.data)
        + _number(5, result.gas_wanted)
        + _number(6, result.gas_used)
    )


def events_hash(events: Sequence[bytes]) -> bytes:
    """Return a result's data for its events: empty without any."""
    if not events:
        return b""
    return sha256(b"".join(len(raw).to_bytes(4, "big") + raw for raw in events)).digest()
