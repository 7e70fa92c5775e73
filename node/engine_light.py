"""Signed headers, and what a block did with a transaction, in the messages that clients check.

Must not know: gRPC, or whether anybody trusts them. Invariant: every field is the engine's own,
unchanged; what the engine does not have is None.
"""

import asyncio
import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from node.engine_rpc import EngineRefused, EngineRPC
from node.gateway.backend import registry_events
from node.sdk.light import encoding
from tonne.v1 import light_pb2 as w

PAGE: Final = 100
PAGES_MAX: Final = 100
_FLAGS: Final = {1: w.VOTE_ABSENT, 2: w.VOTE_BLOCK, 3: w.VOTE_NIL}


async def light_block(rpc: EngineRPC, height: int) -> w.LightBlock | None:
    """Return header, commit and set of a height; None when the engine has none of it.

    EngineUnreachable, EngineRefused as for every call.
    """
    if not height:
        return None  # the engine would take it for the latest
    try:
        signed, members = await asyncio.gather(rpc.commit(height), _members(rpc, height))
    except EngineRefused as refused:
        if _not_there(refused):
            return None
        raise
    try:
        found = signed["signed_header"]
        return w.LightBlock(
            header=_header(found["header"]), commit=_commit(found["commit"]), validators=members
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EngineRefused("commit", 0, f"an answer of an unexpected form: {error!r}") from None


async def transaction_proof(rpc: EngineRPC, height: int, tx_id: bytes) -> w.TransactionProof | None:
    """Return the proof of a transaction of a block; None when the engine has not both of them."""
    wanted = {"height": str(height)}
    block, results = await rpc.batch([("block", wanted), ("block_results", wanted)])
    for reply in (block, results):
        if isinstance(reply, EngineRefused):
            if _not_there(reply):
                return None
            raise reply
    try:
        ids = [sha256(base64.b64decode(tx)).digest() for tx in block["block"]["data"]["txs"] or ()]
        if tx_id not in ids:
            return None
        index = ids.index(tx_id)
        rows = results["txs_results"]
        hashed = [_result(row) for row in rows]
        leaves = [encoding.result_bytes(row) for row in hashed]
        tx_path = encoding.merkle_path(ids, index)
        return w.TransactionProof(
            header=_header(block["block"]["header"]),
            right=[is_right for is_right, _ in tx_path],
            tx_path=[sibling for _, sibling in tx_path],
            result=hashed[index],
            result_path=[sibling for _, sibling in encoding.merkle_path(leaves, index)],
            events=_events(rows[index]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EngineRefused("block", 0, f"an answer of an unexpected form: {error!r}") from None


async def _members(rpc: EngineRPC, height: int) -> list[w.SetMember]:
    """Return the set of a height in its own order."""
    members: list[w.SetMember] = []
    for page in range(1, PAGES_MAX + 1):
        reply = await rpc.validators(height, page=page, per_page=PAGE)
        members += [
            w.SetMember(
                key=base64.b64decode(row["pub_key"]["value"]), power=int(row["voting_power"])
            )
            for row in reply["validators"]
        ]
        if len(members) >= int(reply["total"]):
            return members
    raise EngineRefused("validators", 0, f"more than {PAGE * PAGES_MAX} validators")


def _not_there(refused: EngineRefused) -> bool:
    """Tell whether the engine means that it has no such height, by its words only."""
    words = refused.words.lower()
    return any(
        text in words for text in ("must be less than or equal", "is not available", "not found")
    )


def _header(row: Mapping[str, Any]) -> w.BlockHeader:
    return w.BlockHeader(
        block_version=int(row["version"].get("block") or 0),
        app_version=int(row["version"].get("app") or 0),
        chain_id=row["chain_id"],
        height=int(row["height"]),
        time=_moment(row["time"]),
        last_block_id=_block_id(row["last_block_id"]),
        last_commit_hash=bytes.fromhex(row["last_commit_hash"]),
        data_hash=bytes.fromhex(row["data_hash"]),
        validators_hash=bytes.fromhex(row["validators_hash"]),
        next_validators_hash=bytes.fromhex(row["next_validators_hash"]),
        consensus_hash=bytes.fromhex(row["consensus_hash"]),
        app_hash=bytes.fromhex(row["app_hash"]),
        last_results_hash=bytes.fromhex(row["last_results_hash"]),
        evidence_hash=bytes.fromhex(row["evidence_hash"]),
        proposer_address=bytes.fromhex(row["proposer_address"]),
    )


def _commit(row: Mapping[str, Any]) -> w.BlockCommit:
    return w.BlockCommit(
        height=int(row["height"]),
        round=int(row["round"]),
        block_id=_block_id(row["block_id"]),
        signatures=[_vote(vote) for vote in row["signatures"]],
    )


def _vote(row: Mapping[str, Any]) -> w.VoteSignature:
    flag = _FLAGS[int(row["block_id_flag"])]
    if flag == w.VOTE_ABSENT:
        return w.VoteSignature(flag=flag)
    return w.VoteSignature(
        flag=flag,
        address=bytes.fromhex(row["validator_address"]),
        time=_moment(row["timestamp"]),
        signature=base64.b64decode(row["signature"]),
    )


def _block_id(row: Mapping[str, Any]) -> w.BlockId:
    parts = row.get("parts") or row.get("part_set_header") or {}
    return w.BlockId(
        hash=bytes.fromhex(row["hash"]),
        parts_total=int(parts["total"]),
        parts_hash=bytes.fromhex(parts["hash"]),
    )


def _moment(text: str) -> w.Moment:
    """Return the moment of the engine's RFC 3339 text, nanoseconds included."""
    whole, _, fraction = text.removesuffix("Z").partition(".")
    at = datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    return w.Moment(time_s=int(at.timestamp()), nanos=int(fraction.ljust(9, "0") or 0))


def _result(row: Mapping[str, Any]) -> w.HashedResult:
    return w.HashedResult(
        code=int(row.get("code") or 0),
        data=base64.b64decode(row.get("data") or ""),
        gas_wanted=int(row.get("gas_wanted") or 0),
        gas_used=int(row.get("gas_used") or 0),
    )


def _events(row: Mapping[str, Any]) -> Sequence[bytes]:
    """Return the registry's events of a result in the bytes that its data is the hash of."""
    return registry_events(
        (str(event["type"]), {str(pair["key"]): str(pair["value"]) for pair in event["attributes"]})
        for event in row.get("events") or ()
    )
