"""What a gateway refuses or cannot do, as one exception with the numbered code.

Must not know: which call failed. Invariant: the code, its meaning and the next step are those that
the gateway sent; where it sent none, the gRPC status stands in with a next step of ours.
"""

import grpc
from google.rpc.error_details_pb2 import ErrorInfo
from grpc_status import rpc_status

from tonne.v1 import service_pb2 as sv
from tonne.v1.codes_pb2 import Code

LOST = frozenset(
    ("UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "MEMPOOL_FULL", "LIMIT_REACHED", "NO_QUORUM")
)
"""Names of failures after which the same bytes may be sent again, and should be."""

_SETTLING = frozenset(
    (
        Code.TX_MALFORMED,
        Code.TX_NOT_CANONICAL,
        Code.TX_EXPIRED,
        Code.SEQUENCE_USED,
        Code.SEQUENCE_TOO_OLD,
        Code.SIGNER_REPEATED,
        Code.ENVELOPE_MIXED,
    )
)
"""Refusals without a block after which no block can take the same bytes: they say what the bytes
are, or what the chain has left behind."""

_NEXT = {
    "UNAVAILABLE": "Start one there (`tonne testnet`, `tonne start`), or name another (--node).",
    "DEADLINE_EXCEEDED": "Try again; for a transaction, send the same bytes again.",
    "UNIMPLEMENTED": "The gateway is older or newer than this client: use the same release.",
}


def is_settled(result: sv.Transaction) -> bool:
    """Tell whether nothing can become of these bytes but what the answer says.

    Not so after a refusal without a block whose cause may pass, such as a quota or a key that is
    not registered yet: whoever has the bytes can send them again until `valid_until_s`.
    """
    if result.status == sv.COMMITTED or result.height:
        return True
    return result.status == sv.REFUSED and result.code in _SETTLING


class TonneError(Exception):
    """A refusal or failure with its numbered code (0 when it has none), meaning and next step."""

    def __init__(
        self, code: int, name: str, meaning: str, next_step: str = "", detail: str = ""
    ) -> None:
        """Keep what the gateway said."""
        text = f"{name}: {meaning}" + (f" ({detail})" if detail else "")
        super().__init__(f"{text} {next_step}".rstrip())
        self.code = code
        self.name = name
        self.meaning = meaning
        self.next = next_step
        self.detail = detail


class UnsettledError(TonneError):
    """What became of a transaction is not known; `tx` holds the bytes to send again."""

    def __init__(self, tx: bytes, cause: TonneError) -> None:
        """Keep the bytes, and what was the matter at the last attempt."""
        step = (
            "Send the very same bytes again; until the outcome is known or they have expired, sign "
            "anew only under the same sequence."
        )
        super().__init__(cause.code, cause.name, cause.meaning, step, cause.detail)
        self.tx = tx


def from_call(error: grpc.RpcError, address: str) -> TonneError:
    """Return what a failed call means, from its rich details where it has them."""
    status = rpc_status.from_call(error)
    for detail in status.details if status is not None else ():
        info = ErrorInfo()
        if detail.Unpack(info):
            facts = dict(info.metadata)
            meaning = facts.get("meaning", "") or error.details() or "the call failed"
            number = facts.get("code", "")
            return TonneError(
                int(number) if number.isdecimal() else 0,
                info.reason,
                meaning,
                facts.get("next", ""),
                facts.get("detail", ""),
            )
    name = error.code().name
    meaning = {
        "UNAVAILABLE": f"no answer from {address}",
        "DEADLINE_EXCEEDED": f"no answer from {address} in time",
    }.get(name, "the call failed")
    return TonneError(0, name, meaning, _NEXT.get(name, ""), error.details() or "")
