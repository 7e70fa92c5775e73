"""The bundle: one file with a fact, its proof and the signed headers from the root of trust to it.

Must not know: the network, or where a bundle comes from. Invariant: `check` returns only what
follows from the root that the caller names; everything in a file that could be read in two ways,
or that nothing depends on, is refused.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import DecodeError, Message

from node.sdk import strictjson
from node.sdk.light import encoding
from node.sdk.light.faults import ConflictingHeader, Malformed, Unproven, WrongChain
from node.sdk.light.trust import Trusted, Voice, from_genesis, from_hash, step, voices
from node.sdk.proofs import facts
from tonne.v1 import bundle_pb2 as b
from tonne.v1 import light_pb2 as w
from tonne.v1 import service_pb2 as v
from tonne.v1 import state_pb2 as s
from tonne.v1.events_pb2 import Event

FORMAT = "tonne-bundle-1"
FILE_BYTES_MAX = 64 << 20
BLOCKS_MAX = 10_000
SIGNATURES_MAX = 50_000  # of all headers of one file: some seconds of checking
PATH_MAX = 64
FACTS = b.Fact.DESCRIPTOR.oneofs_by_name["asked"].fields  # what can be proven


@dataclass(frozen=True)
class GenesisRoot:
    """Trust in a genesis: the chain, its begin and its first validators."""

    chain_id: str
    time_s: int
    validators: Sequence[s.Validator]


@dataclass(frozen=True)
class HashRoot:
    """Trust in the hash of a header, 32 bytes; height 0 is whichever the hash belongs to."""

    header_hash: bytes
    height: int = 0


@dataclass(frozen=True)
class Vouching:
    """A validator that signed, and the height from which on the way it was in every set."""

    voice: Voice
    since: int  # 0: the genesis


@dataclass(frozen=True)
class Shown:
    """What a bundle shows: a record, a holding with its lots, a transaction, or an absence."""

    request: Message
    chain_id: str
    height: int  # of the state, or of the block that has the transaction
    time_s: int  # of the signed header, which is the next
    header_hash: bytes
    vouching: Sequence[Vouching]
    power: int  # of those that signed
    total: int  # of the whole set
    record: Message | None = None
    lots: Sequence[s.Lot] = ()
    result: w.HashedResult | None = None
    events: Sequence[Event] = ()


# ---- the file ----


def write(bundle: b.Bundle) -> str:
    """Return the text of a bundle."""
    return strictjson.text(_plain(bundle))


def read(raw: bytes) -> b.Bundle:
    """Return the bundle of a file's bytes; Malformed, with what to do, when it is none."""
    try:
        data = strictjson.parse(raw, bytes_max=FILE_BYTES_MAX)
    except strictjson.JsonFault as fault:
        raise Malformed(str(fault)) from None
    given = data.get("format") if isinstance(data, dict) else None
    if given != FORMAT:
        if isinstance(given, str) and given.startswith("tonne-"):
            raise Malformed(f"a file of the form {given[:40]!r}; this release reads {FORMAT}")
        raise Malformed(f"no bundle of the form {FORMAT}")
    bundle = b.Bundle()
    try:
        json_format.ParseDict(data, bundle)
    except (json_format.ParseError, ValueError, TypeError, RecursionError) as error:
        raise Malformed(str(error)) from None
    if _canonical(data) != _canonical(_plain(bundle)):
        raise Malformed("a value is not written in the one form that it has (docs/proofs.md)")
    return bundle


def _plain(bundle: b.Bundle) -> dict[str, Any]:
    return json_format.MessageToDict(bundle, preserving_proto_field_name=True)


def _canonical(data: object) -> str:
    return json.dumps(data, sort_keys=True)


# ---- the check ----


def check(bundle: b.Bundle, root: GenesisRoot | HashRoot) -> Shown:
    """Return what the bundle shows under a root of trust; an Unproven that names the reason."""
    if bundle.format != FORMAT:
        raise Malformed(f"no bundle of the form {FORMAT}")
    blocks = bundle.blocks
    if not 0 < len(blocks) <= BLOCKS_MAX:
        raise Malformed(f"{len(blocks)} headers; 1 to {BLOCKS_MAX} are read")
    # As many signatures as validators are checked, and the hash of every set.
    signatures = sum(len(block.validators) for block in blocks)
    if signatures > SIGNATURES_MAX:
        raise Malformed(
            f"its headers bring {signatures} signatures to check; {SIGNATURES_MAX} at most are: "
            "ask for a bundle that begins with a later header that you trust, with --trusted-hash "
            "HEIGHT:HASH"
        )
    heights = [block.header.height for block in blocks]
    if any(later <= earlier for earlier, later in pairwise(heights)):
        raise ConflictingHeader("the headers do not stand in order, each height once")
    since = _walk(bundle, root)
    last = blocks[-1]
    name = bundle.fact.WhichOneof("asked")
    if name is None:
        raise Malformed("it says nothing")
    request: Message = getattr(bundle.fact, name)
    if "at" in request.DESCRIPTOR.fields_by_name and request.HasField("at"):
        raise Malformed("the fact names a height; that of the last header counts")
    vouching = [Vouching(voice, since[voice.address]) for voice in voices(last)]
    shown = _fact(bundle, request, last.header)
    return Shown(
        request=request,
        chain_id=bundle.chain_id,
        height=last.header.height - 1,
        time_s=last.header.time.time_s,
        header_hash=encoding.header_hash(last.header),
        vouching=vouching,
        power=sum(row.voice.power for row in vouching),
        total=sum(member.power for member in last.validators),
        **shown,
    )


def _walk(bundle: b.Bundle, root: GenesisRoot | HashRoot) -> dict[bytes, int]:
    """Follow the headers from the root; return since when each validator of the last is there."""
    trusted, later = _begin(bundle, root)
    since = {encoding.address(key): trusted.height for key, _ in trusted.members}
    for block in later:
        trusted = step(trusted, block)
        addresses = [encoding.address(key) for key, _ in trusted.members]
        since = {address: since.get(address, trusted.height) for address in addresses}
    return since


def _begin(
    bundle: b.Bundle, root: GenesisRoot | HashRoot
) -> tuple[Trusted, Sequence[w.LightBlock]]:
    if isinstance(root, GenesisRoot):
        if bundle.chain_id != root.chain_id:
            raise WrongChain(f"it is of the chain {bundle.chain_id!r}, not {root.chain_id!r}")
        return from_genesis(root.chain_id, root.time_s, root.validators), bundle.blocks
    for index, block in enumerate(bundle.blocks):
        if root.height == block.header.height or (
            not root.height and encoding.header_hash(block.header) == root.header_hash
        ):
            trusted = from_hash(bundle.chain_id, block, root.header_hash)
            return trusted, bundle.blocks[index + 1 :]
    heights = ", ".join(str(block.header.height) for block in bundle.blocks[-5:])
    raise Unproven(
        f"the trusted header is not among those in it (heights {heights}): make a bundle that "
        "begins there, with --trusted-hash HEIGHT:HASH"
    )


def _fact(bundle: b.Bundle, request: Message, header: w.BlockHeader) -> dict[str, Any]:
    """Return the fields of Shown that the fact is about."""
    if isinstance(request, v.GetTransactionRequest):
        if bundle.state or bundle.program:
            raise Malformed("a transaction is not proven by records")
        return _transaction(request, bundle.transaction, header)
    if bundle.HasField("transaction"):
        raise Malformed("a record is not proven by a transaction")
    if bundle.program and not isinstance(request, v.GetProgramRequest):
        raise Malformed("it carries a program, and the fact is of something else")
    if not bundle.state or any(row.height != header.height - 1 for row in bundle.state):
        raise Malformed(f"a proof for height {header.height - 1} was expected")
    if isinstance(request, v.ListLotsRequest):
        found, lots = facts.verify_lots(request, bundle.state, header.app_hash)
        return {"record": found.record, "lots": lots}
    if len(bundle.state) != 1:
        raise Malformed("one record is shown by one proof")
    found = facts.verify_record(request, bundle.state[0], header.app_hash, bundle.program)
    return {"record": found.record}


def _transaction(
    request: v.GetTransactionRequest, proof: w.TransactionProof, header: w.BlockHeader
) -> dict[str, Any]:
    """Check that a block has the transaction and that the next header has its result."""
    if len(request.tx_id) != 32:
        raise Malformed(f"an id of {len(request.tx_id)} bytes; it has 32")
    own = encoding.header_hash(proof.header)
    if own != header.last_block_id.hash or proof.header.height != header.height - 1:
        raise Unproven("its block is not the one that the signed header follows")
    siblings = (*proof.tx_path, *proof.result_path)
    if not len(proof.right) == len(proof.tx_path) == len(proof.result_path) <= PATH_MAX or any(
        len(sibling) != 32 for sibling in siblings
    ):
        raise Malformed("the paths in the block are of different lengths, or too long")
    in_block = zip(proof.right, proof.tx_path, strict=True)
    if encoding.merkle_root_by(request.tx_id, in_block) != proof.header.data_hash:
        raise Unproven("the transaction is not in the block")
    leaf = encoding.result_bytes(proof.result)
    in_results = zip(proof.right, proof.result_path, strict=True)
    if encoding.merkle_root_by(leaf, in_results) != header.last_results_hash:
        raise Unproven("the result is not that of the block")
    if encoding.events_hash(proof.events) != proof.result.data:
        raise Unproven("the events are not those of the result")
    try:
        events = [Event.FromString(raw) for raw in proof.events]
    except DecodeError:
        raise Unproven("an event of a form that this release does not know") from None
    return {"result": proof.result, "events": events}
