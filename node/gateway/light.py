"""What a client checks by itself: signed headers, and proofs of transactions.

Must not know: trust. Invariant: what is served is the engine's own; where nobody signs headers, the
answer says so.
"""

from typing import Any, Never

import grpc

from node.gateway.backend import Backend, NoValidators
from node.gateway.reads import Unary, parse
from node.gateway.refusals import abort, abort_code
from node.gateway.submission import Submissions
from tonne.v1 import service_pb2 as sv
from tonne.v1.codes_pb2 import Code

HEIGHT_MAX = (1 << 63) - 1  # the engine's numbers are signed


def get_light_block(backend: Backend) -> Unary:
    """Return the handler of GetLightBlock."""

    async def handle(raw: bytes, context: Any) -> bytes:  # noqa: ANN401 - grpc is untyped
        height = (await parse(sv.GetLightBlockRequest, raw, context)).height
        try:
            block = await backend.light_block(min(height, HEIGHT_MAX))
        except NoValidators as fault:
            await _unvouched(context, fault)
        if block is None:
            await abort_code(context, Code.HEIGHT_UNAVAILABLE, f"no signed header of {height} here")
        assert block is not None, "abort raises"
        return block.SerializeToString()

    return handle


def get_transaction_proof(backend: Backend, submissions: Submissions) -> Unary:
    """Return the handler of GetTransactionProof."""

    async def handle(raw: bytes, context: Any) -> bytes:  # noqa: ANN401 - grpc is untyped
        tx_id = (await parse(sv.GetTransactionRequest, raw, context)).tx_id
        height = (await submissions.find(tx_id)).height
        try:
            proof = await backend.transaction_proof(height, tx_id) if height else None
        except NoValidators as fault:
            await _unvouched(context, fault)
        if proof is None:
            text = f"no block that this node keeps has the transaction {tx_id.hex()}"
            await abort(
                context,
                grpc.StatusCode.NOT_FOUND,
                "NOT_IN_A_BLOCK",
                text,
                meaning=text,
                next="See `tonne query tx ID`; or ask a node that keeps older blocks.",
            )
        assert proof is not None, "abort raises"
        return proof.SerializeToString()

    return handle


async def _unvouched(context: Any, fault: NoValidators) -> Never:  # noqa: ANN401 - grpc is untyped
    what, _, hint = str(fault).partition(": ")
    await abort(
        context,
        grpc.StatusCode.FAILED_PRECONDITION,
        "NO_VALIDATORS",
        str(fault),
        meaning=what,
        next=f"{hint[:1].upper()}{hint[1:]}.",
    )
    raise AssertionError("abort raises")
