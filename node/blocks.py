"""The engine's calls of a block, made again from a genesis and from what its RPC tells.

Must not know: what executes them. Invariant: what is made here is what the engine itself gives the
application at its start, and at replay, for the same genesis and blocks.
"""

import base64
import calendar
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from abci_app.abci import abci_pb2 as a
from abci_app.application import consensus_params
from node import genesis as first
from tonne.v1 import state_pb2 as s

_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z")
_ATTACKS = ("tendermint/DuplicateVoteEvidence", "tendermint/LightClientAttackEvidence")


@dataclass(frozen=True)
class Header:
    """What a replay reads of a header."""

    height: int
    app_hash: bytes
    results_hash: bytes
    validators_hash: bytes


def init_request(genesis: bytes) -> a.RequestInitChain:
    """Return the InitChain call of the bytes of a Genesis message."""
    message = s.Genesis.FromString(genesis)
    params = consensus_params(message.params.block_bytes_max)
    params.validator.pub_key_types.append("ed25519")
    params.version.SetInParent()
    params.abci.SetInParent()
    return a.RequestInitChain(
        time=Timestamp(seconds=message.time_s),
        chain_id=message.chain_id,
        consensus_params=params,
        validators=[
            a.ValidatorUpdate(pub_key=a.PublicKey(ed25519=row.key), power=row.power)
            for row in message.validators
        ],
        app_state_bytes=first.app_state(genesis).encode(),
        initial_height=1,
    )


def header(reply: Mapping[str, Any]) -> Header:
    """Return the header of the RPC's answer to `block`; ValueError for another form."""
    row = reply["block"]["header"]
    return Header(
        height=int(row["height"]),
        app_hash=bytes.fromhex(row["app_hash"]),
        results_hash=bytes.fromhex(row["last_results_hash"]),
        validators_hash=bytes.fromhex(row["validators_hash"]),
    )


def finalize_request(
    reply: Mapping[str, Any], before: Sequence[a.Validator]
) -> a.RequestFinalizeBlock:
    """Return the FinalizeBlock call of the RPC's answer to `block`; ValueError for another form.

    `before`: the validators of the height before, in the set's order; none for the first block.
    """
    block = reply["block"]
    row = block["header"]
    return a.RequestFinalizeBlock(
        txs=[base64.b64decode(tx) for tx in block["data"].get("txs") or ()],
        decided_last_commit=_last_commit(block["last_commit"], before),
        misbehavior=[
            found
            for item in block["evidence"].get("evidence") or ()
            for found in _misbehaviour(item)
        ],
        hash=bytes.fromhex(reply["block_id"]["hash"]),
        height=int(row["height"]),
        time=timestamp(row["time"]),
        next_validators_hash=bytes.fromhex(row["next_validators_hash"]),
        proposer_address=bytes.fromhex(row["proposer_address"]),
    )


def validators(reply: Mapping[str, Any]) -> list[a.Validator]:
    """Return one page of the RPC's answer to `validators`."""
    return [_validator(row["address"], row["voting_power"]) for row in reply["validators"]]


def timestamp(text: str) -> Timestamp:
    """Return the engine's RFC 3339 time; ValueError for another form."""
    parts = _RFC3339.fullmatch(text)
    if parts is None:
        raise ValueError(f"{text!r} is not a time of the engine's form")
    seconds = calendar.timegm(time.strptime(parts[1], "%Y-%m-%dT%H:%M:%S"))
    return Timestamp(seconds=seconds, nanos=int((parts[2] or "").ljust(9, "0")))


def _last_commit(commit: Mapping[str, Any], before: Sequence[a.Validator]) -> a.CommitInfo:
    signatures = commit.get("signatures") or ()
    if not before:
        return a.CommitInfo()
    if len(signatures) != len(before):
        raise ValueError(f"{len(signatures)} votes of {len(before)} validators")
    return a.CommitInfo(
        round=int(commit["round"]),
        votes=[
            a.VoteInfo(validator=validator, block_id_flag=_flag(vote))
            for validator, vote in zip(before, signatures, strict=True)
        ],
    )


def _flag(vote: Mapping[str, Any]) -> str:
    return a.BlockIDFlag.Name(int(vote["block_id_flag"]))


def _misbehaviour(item: Mapping[str, Any]) -> list[a.Misbehavior]:
    """Return what the application is told of one piece of evidence."""
    kind, value = item["type"], item["value"]
    if kind not in _ATTACKS:
        raise ValueError(f"evidence of the unknown kind {kind!r}")
    if kind == _ATTACKS[0]:
        vote = value["vote_a"]
        rows = [_validator(vote["validator_address"], value["ValidatorPower"])]
        number, height = a.DUPLICATE_VOTE, int(vote["height"])
    else:
        found = value.get("ByzantineValidators") or ()
        rows = [_validator(row["address"], row["voting_power"]) for row in found]
        number, height = a.LIGHT_CLIENT_ATTACK, int(value["CommonHeight"])
    return [
        a.Misbehavior(
            type=number,
            validator=row,
            height=height,
            time=timestamp(value["Timestamp"]),
            total_voting_power=int(value["TotalVotingPower"]),
        )
        for row in rows
    ]


def _validator(address: str, power: str) -> a.Validator:
    return a.Validator(address=bytes.fromhex(address), power=int(power))
