"""Headers judged by the signatures under them: the trust that every proof hangs on.

Must not know: records, the network, the engine. Invariant: nothing is trusted that does not follow
from the root of trust by signatures that were checked here.
"""

from node.sdk.light.client import LightClient
from node.sdk.light.faults import (
    BadSignature,
    ConflictingHeader,
    ExpiredTrust,
    FromTheFuture,
    Malformed,
    TooLittlePower,
    TrustGap,
    Unproven,
    WrongChain,
    WrongSet,
)
from node.sdk.light.trust import (
    Clock,
    Trusted,
    Voice,
    from_genesis,
    from_hash,
    step,
    voices,
    without_bad_votes,
)

__all__ = [
    "BadSignature",
    "Clock",
    "ConflictingHeader",
    "ExpiredTrust",
    "FromTheFuture",
    "LightClient",
    "Malformed",
    "TooLittlePower",
    "TrustGap",
    "Trusted",
    "Unproven",
    "Voice",
    "WrongChain",
    "WrongSet",
    "from_genesis",
    "from_hash",
    "step",
    "voices",
    "without_bad_votes",
]
