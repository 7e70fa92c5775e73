"""From one trusted header to the next: who signed, by how much power, in whose name.

Must not know: where blocks come from. Invariant: `step` returns only what more than two thirds of
its own set signed and, unless the trusted header names that set, more than one third of the trusted
one.

Without a clock, what is judged is an archive: the signatures held when they were made, and a
document does not lose that. A live client gives a `Clock` and is told when its trust is too old,
because validators that have left long ago lose nothing by signing another history.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from abci_app.core import signing
from node.sdk.light import encoding
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
from tonne.v1 import light_pb2 as w
from tonne.v1.state_pb2 import Validator

MEMBERS_MAX = 1_000
POWER_MAX = (1 << 63) // 8 - 1  # the engine's own bound on the power of a set
HEIGHT_MAX = (1 << 63) - 1
ROUND_MAX = (1 << 31) - 1
NANOS_MAX = 999_999_999
TIME_S_MAX = 253_402_300_799  # the end of the year 9999
TEXT_MAX = 50  # of a chain id, as the engine has it
_HASHES = (
    "last_commit_hash",
    "data_hash",
    "validators_hash",
    "next_validators_hash",
    "consensus_hash",
    "app_hash",
    "last_results_hash",
    "evidence_hash",
)


@dataclass(frozen=True)
class Clock:
    """What a live client judges time by; seconds. Each is given, none has a default."""

    now_s: int
    trusting_period_s: int  # how long the signers of a trusted header can be held to account
    drift_s: int  # how far the clocks of others may be ahead of ours


@dataclass(frozen=True)
class Trusted:
    """A height that is trusted, and the sets that follow from it. Height 0 is the genesis."""

    chain_id: str
    height: int
    time: tuple[int, int]  # seconds, nanoseconds
    header_hash: bytes  # empty for the genesis
    members: tuple[tuple[bytes, int], ...]  # (key, power) of the set of this height
    next_set_hash: bytes


@dataclass(frozen=True)
class Voice:
    """A validator that signed a header: address, key, power, and when it says it signed."""

    address: bytes
    key: bytes
    power: int
    signed_s: int


def from_genesis(chain_id: str, time_s: int, validators: Sequence[Validator]) -> Trusted:
    """Return the trust in a genesis: its validators are the set of the first block."""
    rows = [w.SetMember(key=row.key, power=row.power) for row in validators]
    _check_members(rows)
    members = encoding.in_order(rows)
    pairs = tuple((row.key, row.power) for row in members)
    return Trusted(chain_id, 0, (time_s, 0), b"", pairs, encoding.set_hash(members))


def from_hash(chain_id: str, block: w.LightBlock, header_hash: bytes) -> Trusted:
    """Return the trust in a header whose hash the caller trusts; its signatures are checked too."""
    if encoding.header_hash(block.header) != header_hash:
        raise ConflictingHeader(
            f"the header of height {block.header.height} has the hash "
            f"{encoding.header_hash(block.header).hex()}, not the trusted {header_hash.hex()}"
        )
    _check_form(block)
    _check_own_set(chain_id, block)
    return _trusted(block)


def step(trusted: Trusted, block: w.LightBlock, clock: Clock | None = None) -> Trusted:
    """Return the trust in a later header; an Unproven that names the reason otherwise.

    TrustGap when only a header in between could connect the two.
    """
    _check_form(block)
    header = block.header
    if header.chain_id != trusted.chain_id:
        raise WrongChain(f"it is of the chain {header.chain_id!r}, not {trusted.chain_id!r}")
    if clock is not None:
        _check_clock(trusted, header, clock)
    if header.height <= trusted.height:
        _check_known(trusted, header)
        return trusted
    first = trusted.height == 0 and header.height == 1  # block 1 has the genesis' own time
    if not first and _when(header) <= trusted.time:
        raise ConflictingHeader(
            f"the header of height {header.height} is not later than that of {trusted.height}"
        )
    if header.height == trusted.height + 1:
        if header.validators_hash != trusted.next_set_hash:
            raise WrongSet(
                f"the set of height {header.height} is not the one named at {trusted.height}"
                if trusted.height
                else "the set of the first block is not that of the genesis"
            )
        _check_own_set(trusted.chain_id, block)
        return _trusted(block)
    signed = _check_own_set(trusted.chain_id, block)
    _check_overlap(trusted, header.height, signed)
    return _trusted(block)


def voices(block: w.LightBlock) -> list[Voice]:
    """Return who signed a header for its block; of a block that was checked."""
    rows = zip(block.validators, block.commit.signatures, strict=True)
    return [
        Voice(encoding.address(member.key), member.key, member.power, vote.time.time_s)
        for member, vote in rows
        if vote.flag == w.VOTE_BLOCK
    ]


def without_bad_votes(block: w.LightBlock) -> w.LightBlock:
    """Return a block in which a vote that does not hold here counts as absent.

    The engine accepts a few signatures that a strict verifier refuses; one validator could make
    such ones on purpose, and must not spoil what the others signed. A block that fits in no way is
    returned as it is, for `step` to judge.
    """
    found = w.LightBlock()
    found.CopyFrom(block)
    commit = found.commit
    if len(commit.signatures) != len(found.validators):
        return found
    for member, vote in zip(found.validators, commit.signatures, strict=True):
        message = encoding.vote_bytes(found.header.chain_id, commit, vote)
        held = vote.address == encoding.address(member.key)
        if not held or not signing.verify(member.key, vote.signature, message):
            vote.CopyFrom(w.VoteSignature(flag=w.VOTE_ABSENT))
    return found


# ---- parts ----


def _when(header: w.BlockHeader) -> tuple[int, int]:
    return header.time.time_s, header.time.nanos


def _trusted(block: w.LightBlock) -> Trusted:
    header = block.header
    return Trusted(
        header.chain_id,
        header.height,
        _when(header),
        encoding.header_hash(header),
        tuple((row.key, row.power) for row in block.validators),
        header.next_validators_hash,
    )


def _check_clock(trusted: Trusted, header: w.BlockHeader, clock: Clock) -> None:
    if clock.now_s >= trusted.time[0] + clock.trusting_period_s:
        raise ExpiredTrust(
            f"the trust in height {trusted.height} is of {trusted.time[0]} and ended "
            f"{clock.trusting_period_s} s later: begin with a newer header that you trust"
        )
    if _when(header) > (clock.now_s + clock.drift_s, 0):
        raise FromTheFuture(
            f"the header of height {header.height} is of {header.time.time_s}, and it is "
            f"{clock.now_s} here: check the clock of this machine"
        )


def _check_known(trusted: Trusted, header: w.BlockHeader) -> None:
    if header.height < trusted.height:
        raise Unproven(
            f"height {header.height} is before the trusted height {trusted.height}: "
            "begin with an earlier header, or with the genesis"
        )
    if encoding.header_hash(header) != trusted.header_hash:
        raise ConflictingHeader(
            f"height {header.height} has another header than the one trusted: two histories are "
            "signed; keep both and tell the operators"
        )


def _check_own_set(chain_id: str, block: w.LightBlock) -> dict[bytes, bytes]:
    """Check set, signatures and power of a block; return the keys that signed, by address."""
    header, commit = block.header, block.commit
    where = f"height {header.height}"
    if header.chain_id != chain_id:
        raise WrongChain(f"it is of the chain {header.chain_id!r}, not {chain_id!r}")
    if encoding.set_hash(block.validators) != header.validators_hash:
        raise WrongSet(f"the validators given are not those of the header of {where}")
    if commit.height != header.height or commit.block_id.hash != encoding.header_hash(header):
        raise BadSignature(f"the signatures are not of this header of {where}")
    if len(commit.signatures) != len(block.validators):
        raise Malformed(f"{where}: as many signatures as validators were expected")
    signed: dict[bytes, bytes] = {}
    power = 0
    for member, vote in zip(block.validators, commit.signatures, strict=True):
        if vote.flag == w.VOTE_ABSENT:
            continue
        address = encoding.address(member.key)
        if vote.address != address:
            raise BadSignature(f"{where}: a signature stands at another validator's place")
        message = encoding.vote_bytes(chain_id, commit, vote)
        if not signing.verify(member.key, vote.signature, message):
            raise BadSignature(f"{where}: the signature of {address.hex()} does not hold")
        if vote.flag == w.VOTE_BLOCK:
            signed[address] = member.key
            power += member.power
    total = sum(member.power for member in block.validators)
    if 3 * power <= 2 * total:
        raise TooLittlePower(
            f"{where} is signed by {power} of {total}; more than two thirds are needed"
        )
    return signed


def _check_overlap(trusted: Trusted, height: int, signed: dict[bytes, bytes]) -> None:
    total = sum(power for _, power in trusted.members)
    power = sum(power for key, power in trusted.members if signed.get(encoding.address(key)) == key)
    if 3 * power <= total:
        raise TrustGap(
            f"height {height} is signed by {power} of the {total} trusted at height "
            f"{trusted.height}; more than one third is needed"
        )


def _check_form(block: w.LightBlock) -> None:
    """Refuse what no engine of ours writes, so that one header has one form."""
    header, commit = block.header, block.commit
    for name in _HASHES:
        if len(getattr(header, name)) != 32:
            raise Malformed(f"{name} has {len(getattr(header, name))} bytes, not 32")
    if len(header.proposer_address) != 20:
        raise Malformed(f"proposer_address has {len(header.proposer_address)} bytes, not 20")
    if not 0 < header.height <= HEIGHT_MAX or not 0 < commit.height <= HEIGHT_MAX:
        raise Malformed("a header without a height")
    if not 0 < len(header.chain_id.encode()) <= TEXT_MAX:
        raise Malformed("a header without a chain id")
    if commit.round > ROUND_MAX:
        raise Malformed(f"a round of {commit.round}")
    _check_moment(header.time)
    if header.height > 1:
        _check_block_id(header.last_block_id)
    _check_block_id(commit.block_id)
    _check_members(block.validators)
    for vote in commit.signatures:
        _check_vote(vote)


def _check_block_id(block: w.BlockId) -> None:
    if len(block.hash) != 32 or len(block.parts_hash) != 32 or not block.parts_total:
        raise Malformed("a block id without its hashes")


def _check_moment(moment: w.Moment) -> None:
    if moment.time_s > TIME_S_MAX or moment.nanos > NANOS_MAX:
        raise Malformed(f"{moment.time_s} s and {moment.nanos} ns is no time")


def _check_vote(vote: w.VoteSignature) -> None:
    if vote.flag == w.VOTE_ABSENT:
        if vote.address or vote.signature or vote.HasField("time"):
            raise Malformed("a vote that is absent and yet says something")
    elif vote.flag not in (w.VOTE_BLOCK, w.VOTE_NIL):
        raise Malformed(f"a vote of the unknown kind {vote.flag}")
    _check_moment(vote.time)


def _check_members(members: Sequence[w.SetMember]) -> None:
    if not 0 < len(members) <= MEMBERS_MAX:
        raise Malformed(f"a set of {len(members)} validators; 1 to {MEMBERS_MAX} are read")
    if any(len(row.key) != 32 or not row.power for row in members):
        raise Malformed("a validator without an ed25519 key or without power")
    if len({row.key for row in members}) != len(members):
        raise Malformed("a validator that stands twice in its set")
    if sum(row.power for row in members) > POWER_MAX:
        raise Malformed("a set of more power than the engine allows")
