"""The hash of a block's results, as the engine puts it into the header of the next block.

Knows the engine's Merkle tree (RFC 6962) and nothing of what a result says.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from abci_app.abci import abci_pb2 as abci

__all__ = ["merkle_root", "results_hash"]


def results_hash(results: Iterable[abci.ExecTxResult]) -> bytes:
    """Return the 32 bytes that header H+1 holds for the results of block H.

    Code, data and both gas fields count; log, info and events do not.
    """
    rows = [
        abci.ExecTxResult(
            code=row.code, data=row.data, gas_wanted=row.gas_wanted, gas_used=row.gas_used
        ).SerializeToString(deterministic=True)
        for row in results
    ]
    return merkle_root(rows)


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaves in order; of none, the hash of nothing."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1  # the largest power of two below the length
    left, right = merkle_root(leaves[:split]), merkle_root(leaves[split:])
    return sha256(b"\x01" + left + right).digest()
