"""What a proof shows, checked with nothing but hashes against an app hash that the caller trusts.

Must not know: the network or the state machine. Invariant: the key is built from the claim, never
taken from the proof.
"""

from dataclasses import dataclass

from abci_app.store import proof as ics23
from tonne.v1.service_pb2 import Proof


@dataclass(frozen=True)
class Proven:
    """A key's value under an app hash; None: it is proven to be absent."""

    height: int
    value: bytes | None


class Unproven(Exception):  # noqa: N818 - the name states the fact
    """The proof does not show the claim; the text says why."""


def verify(claimed_key: bytes, proof: Proof, app_hash: bytes) -> Proven:
    """Return what is proven of `claimed_key` under an app hash of 32 bytes; Unproven otherwise."""
    if proof.key != claimed_key:
        raise Unproven("the proof is of another record")
    if proof.value:
        if ics23.verify_membership(app_hash, claimed_key, proof.value, proof.proof):
            return Proven(proof.height, proof.value)
    elif ics23.verify_absence(app_hash, claimed_key, proof.proof):
        return Proven(proof.height, None)
    raise Unproven(f"it does not lead to the app hash {app_hash.hex()}")
