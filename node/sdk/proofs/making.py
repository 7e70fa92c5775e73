"""Makes bundles from what a gateway says, which is checked here before it is handed out.

Must not know: files or terminals. Invariant: a bundle that is returned was checked as its reader
will check it, from the same root of trust.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.message import Message

from abci_app.core import codec
from node.sdk.client import Client, TonneError
from node.sdk.light.client import LightClient
from node.sdk.light.faults import Malformed, Unproven
from node.sdk.light.trust import from_genesis, without_bad_votes
from node.sdk.proofs.bundle import FACTS, FORMAT, GenesisRoot, HashRoot, check
from node.sdk.proofs.facts import provable
from tonne.v1 import bundle_pb2 as b
from tonne.v1 import light_pb2 as w
from tonne.v1 import service_pb2 as v
from tonne.v1 import state_pb2 as s

WAIT_S = 30.0  # for the next header: an idle chain makes one every ten seconds
POLL_S = 0.2
LOTS_MAX = 20_000
MISSED_MAX = 3  # times that a node with a height may not show its header
TRIES = 5  # when units move while their lots are read

Say = Callable[[str], None]


@dataclass
class _Source:
    """One gateway; headers are fetched once."""

    client: Client
    say: Say
    wait_s: float
    blocks: dict[int, w.LightBlock] = field(default_factory=dict)

    def read(self, request: Message) -> Any:  # noqa: ANN401 - the reply of any read
        method = str(request.DESCRIPTOR.name).removesuffix("Request")
        return self.client.read(method, request)

    def block(self, height: int) -> w.LightBlock:
        if height not in self.blocks:
            found = self.client.read("GetLightBlock", v.GetLightBlockRequest(height=height))
            assert isinstance(found, w.LightBlock)
            self.blocks[height] = without_bad_votes(found)
        return self.blocks[height]

    def awaited(self, height: int) -> w.LightBlock:
        """Return the block of a height that may still have to be made."""
        until, told, missed = time.monotonic() + self.wait_s, False, 0
        while True:
            try:
                return self.block(height)
            except TonneError as error:
                if error.name != "HEIGHT_UNAVAILABLE" or missed == MISSED_MAX:
                    raise
                # It may have been made, and not yet shown, between the two questions.
                missed += self._height() >= height
                if time.monotonic() >= until:
                    raise Unproven(
                        f"height {height}, whose header shows the state of {height - 1}, was not "
                        f"made in {self.wait_s:.0f} s: does the network make blocks? Try again"
                    ) from error
            if not told and not missed:
                self.say(f"waiting for the header of height {height} ...")
                told = True
            time.sleep(POLL_S)

    def _height(self) -> int:
        return self.client.status().height


def make(
    client: Client,
    request: Message,
    root: HashRoot | None = None,
    *,
    say: Say = lambda _text: None,
    wait_s: float = WAIT_S,
) -> b.Bundle:
    """Return a bundle of what a read of one record, of lots, or of a transaction asks for.

    It can be checked from the genesis, and from `root` if given, whose height must be named. The
    newest state is proven, or that of `at.height`; the header after it is waited for. Unproven or
    TonneError when there is no proof.
    """
    source = _Source(client, say, wait_s)
    for _ in range(TRIES):
        bundle = b.Bundle(format=FORMAT, chain_id=client.chain_id)
        _name(bundle, request)
        if isinstance(request, v.GetTransactionRequest):
            height = _height_of(client, request)
        else:
            height = _newest(source, request)
        target = source.awaited(height + 1).header.height
        _prove(source, bundle, request, height)
        genesis = _path(source, bundle, target, root)
        try:
            check(bundle, root or genesis)
        except Unproven as fault:
            if not isinstance(request, v.ListLotsRequest):
                raise
            moved = fault
        else:
            return bundle
    raise Unproven(f"the units moved while their lots were read ({moved}); try again")


def _name(bundle: b.Bundle, request: Message) -> None:
    name = next((row.name for row in FACTS if row.message_type is request.DESCRIPTOR), None)
    if name is None:
        raise Malformed(f"there is no proof of {request.DESCRIPTOR.name}")
    named: Any = getattr(bundle.fact, name)
    named.CopyFrom(request)
    for field_name in ("at", "page"):
        if field_name in request.DESCRIPTOR.fields_by_name:
            named.ClearField(field_name)
    named.SetInParent()


def _height_of(client: Client, request: v.GetTransactionRequest) -> int:
    result = client.transaction(request.tx_id)
    if not result.height:
        raise Unproven(
            f"no block has the transaction {request.tx_id.hex()}: its status is "
            f"{v.TxStatus.Name(result.status)}"
        )
    return result.height


def _newest(source: _Source, request: Any) -> int:  # noqa: ANN401 - a read of many kinds
    """Return the height to prove: the newest, or the one before if nothing has changed since.

    So an idle chain is not waited for, and one's own last act is never missing.
    """
    named = request.at.height if "at" in request.DESCRIPTOR.fields_by_name else 0
    if named:
        return int(named)
    status = source.client.status()
    header = source.awaited(status.height).header
    same = header.app_hash == status.app_hash and status.height > 1
    return status.height - same


def _prove(source: _Source, bundle: b.Bundle, request: Any, height: int) -> None:  # noqa: ANN401 - the same
    at = v.At(height=height, prove=True)
    if isinstance(request, v.GetTransactionRequest):
        found = source.client.read("GetTransactionProof", request)
        assert isinstance(found, w.TransactionProof)
        bundle.transaction.CopyFrom(found)
    elif isinstance(request, v.ListLotsRequest):
        if not (request.account and request.program and request.class_id):
            raise Malformed("lots are proven whole: name the account and the class")
        fields = {"program": request.program, "class_id": request.class_id}
        asked = v.GetHoldingRequest(account=request.account, at=at, **fields)
        bundle.state.append(source.read(asked).proof)
        proofs = [
            source.read(v.GetLotRequest(space=lot.space, serial=lot.start, at=at)).proof
            for lot in _lots(source, request)
        ]
        bundle.state.extend(sorted(proofs, key=lambda proof: proof.key))
    else:
        assert provable(type(request)), "it has a proof"
        asked = type(request)()
        asked.CopyFrom(request)
        asked.at.CopyFrom(at)
        reply = source.read(asked)
        bundle.state.append(reply.proof)
        if isinstance(request, v.GetProgramRequest):
            bundle.program = codec.encode(reply.program)


def _lots(source: _Source, request: v.ListLotsRequest) -> list[s.Lot]:
    found: list[s.Lot] = []
    for lot in source.client.lots(request.account, request.program, request.class_id):
        found.append(lot)
        if len(found) > LOTS_MAX:
            raise Malformed(f"the holding has more than {LOTS_MAX} lots: prove single ones")
    return found


def _path(source: _Source, bundle: b.Bundle, target: int, root: HashRoot | None) -> GenesisRoot:
    """Add the headers on the way to the target; return the genesis that they begin with."""
    first = source.block(1)
    members = [s.Validator(key=row.key, power=row.power) for row in first.validators]
    genesis = GenesisRoot(first.header.chain_id, first.header.time.time_s, members)
    trusted = from_genesis(genesis.chain_id, genesis.time_s, genesis.validators)
    light = LightClient(trusted, source.block)
    if root is not None:
        if not 0 < root.height <= target:
            raise Unproven(
                f"the header that shows the state is of height {target}; the trusted one must be "
                f"of that height or before, not of {root.height}"
            )
        light.reach(root.height)
    light.reach(target)
    bundle.blocks.extend(light.path)
    return genesis
