"""Refusals and failures in words that a client can act on.

Must not know: where they come from. Invariant: a code of the chain never changes on its way; the
gRPC status beside it only groups codes for clients that know no codes.
"""

from typing import Any

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status

from abci_app.core.codes import Code, code_name, meaning, next_step
from tonne.v1 import service_pb2 as sv

DOMAIN = "tonne"
DETAILS_KEY = "grpc-status-details-bin"

_ABSENT = frozenset(
    number
    for name, number in Code.items()
    if (name.endswith("_UNKNOWN") and number != Code.SIGNER_UNKNOWN)
    or number in (Code.NOT_ACCREDITED, Code.RULE_MISSING, Code.REC_REF)
)
_LATER = frozenset((Code.QUOTA_EXCEEDED, Code.PENDING_LIMIT))


def grpc_status(code: int) -> Any:  # noqa: ANN401 - grpc carries no types
    """Return the gRPC status that a code of the chain is answered with."""
    if code in _ABSENT:
        return grpc.StatusCode.NOT_FOUND
    if code in _LATER:
        return grpc.StatusCode.RESOURCE_EXHAUSTED
    if code == Code.HEIGHT_UNAVAILABLE:
        return grpc.StatusCode.OUT_OF_RANGE
    if code == Code.INTERNAL:
        return grpc.StatusCode.INTERNAL
    if 101 <= code <= 199:
        return grpc.StatusCode.INVALID_ARGUMENT
    return grpc.StatusCode.FAILED_PRECONDITION


async def abort(
    context: Any,  # noqa: ANN401 - grpc carries no types
    status: Any,  # noqa: ANN401 - the same
    reason: str,
    text: str,
    **facts: str,
) -> None:
    """End a call with google.rpc.Status and an ErrorInfo{reason, domain, metadata}."""
    info = AnyMessage()
    info.Pack(ErrorInfo(reason=reason, domain=DOMAIN, metadata=facts))
    rich = Status(code=status.value[0], message=text, details=[info])
    await context.abort(status, text, ((DETAILS_KEY, rich.SerializeToString()),))


async def abort_code(context: Any, code: int, detail: str) -> None:  # noqa: ANN401 - untyped
    """End a call with a code of the chain, its meaning and what to do next."""
    name = code_name(code)
    text = f"{name}: {meaning(code)}"
    if detail:
        text += f" ({detail})"
    if next_step(code):
        text += f" {next_step(code)}"
    await abort(
        context,
        grpc_status(code),
        name,
        text,
        code=str(code),
        meaning=meaning(code),
        next=next_step(code),
        detail=detail,
    )


def refused(tx_id: bytes, code: int, detail: str) -> sv.Transaction:
    """Return the answer for a transaction that no block has and that will not take effect."""
    return sv.Transaction(
        tx_id=tx_id,
        status=sv.REFUSED,
        code=code,
        code_name=code_name(code),
        meaning=meaning(code),
        next=next_step(code),
        detail=detail,
    )
