"""What a proof shows, and the file that carries one with all that is needed to check it.

Must not know: state machine or disk. Invariant: the key is built from what was asked, never taken
from the proof; what is returned is what the proof shows, not what stood beside it.
"""

from node.sdk.light.faults import Unproven
from node.sdk.proofs.bundle import FORMAT, Shown, check, read, write
from node.sdk.proofs.facts import Proven, verify, verify_reply

__all__ = [
    "FORMAT",
    "Proven",
    "Shown",
    "Unproven",
    "check",
    "read",
    "verify",
    "verify_reply",
    "write",
]
