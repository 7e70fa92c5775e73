"""What a gateway serves for proofs, and what it says where there is nothing to serve."""

import asyncio
import base64
import copy
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import grpc
import pytest
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status

from node import engine_light
from node.engine_rpc import EngineRefused, EngineUnreachable
from node.gateway.backend import Unavailable
from node.gateway.engine_backend import EngineBackend
from node.gateway.refusals import DETAILS_KEY
from node.gateway.solo_backend import SoloBackend
from node.sdk.light import encoding
from node.sdk.proofs import bundle
from tests.node.gateway_world import World, error_of, new_driver, open_organisation, signed, world
from tests.node.light_world import Signed
from tests.node.test_bundles import text_of
from tests.node.test_light import ENGINE, Recorded
from tonne.v1 import light_pb2 as w
from tonne.v1 import service_pb2 as sv

LAST = max(int(height) for height in ENGINE)
WITH_TX = LAST - 1


def tx_id_at(height: int) -> bytes:
    (tx,) = ENGINE[str(height)]["block"]["block"]["data"]["txs"]
    return sha256(base64.b64decode(tx)).digest()


class Refusing(Recorded):
    """An engine that has no such height, in its own words."""

    def __init__(self, words: str) -> None:
        self.words = words

    async def commit(self, height: int) -> Any:
        raise EngineRefused("commit", -height, self.words)

    async def batch(self, calls: list[tuple[str, Mapping[str, Any]]]) -> Any:
        return [EngineRefused(name, -32603, self.words) for name, _ in calls]


NOT_THERE = [
    "height 900 must be less than or equal to the current blockchain height 26",
    "height 1 is not available, lowest height is 5",
]


# ---- from the engine ----


def test_the_proof_of_a_transaction_is_that_of_the_recorded_bundle() -> None:
    rpc: Any = Recorded()
    proof = asyncio.run(engine_light.transaction_proof(rpc, WITH_TX, tx_id_at(WITH_TX)))
    made = bundle.read(text_of("transaction").encode())
    assert proof == made.transaction
    assert asyncio.run(engine_light.transaction_proof(rpc, WITH_TX, bytes(32))) is None


@pytest.mark.parametrize("words", NOT_THERE)
def test_a_height_that_the_engine_has_not_is_none(words: str) -> None:
    rpc: Any = Refusing(words)
    assert asyncio.run(engine_light.light_block(rpc, 900)) is None
    assert asyncio.run(engine_light.transaction_proof(rpc, 900, bytes(32))) is None
    assert asyncio.run(engine_light.light_block(rpc, 0)) is None


def test_another_refusal_of_the_engine_stays_one() -> None:
    rpc: Any = Refusing("out of order")
    with pytest.raises(EngineRefused, match="out of order"):
        asyncio.run(engine_light.light_block(rpc, 5))
    with pytest.raises(EngineRefused, match="out of order"):
        asyncio.run(engine_light.transaction_proof(rpc, 5, bytes(32)))


@pytest.mark.parametrize("spoil", ["time", "height", "validators_hash", "last_block_id"])
def test_an_answer_of_another_form_is_a_refusal(spoil: str) -> None:
    class Strange(Recorded):
        async def commit(self, height: int) -> Any:
            answer = copy.deepcopy(ENGINE[str(height)]["commit"])
            answer["signed_header"]["header"][spoil] = "?"
            return answer

    rpc: Any = Strange()
    with pytest.raises(EngineRefused, match="unexpected form"):
        asyncio.run(engine_light.light_block(rpc, 2))


@pytest.mark.parametrize(
    ("text", "nanos"),
    [
        ("2026-11-21T12:40:28.123456789Z", 123_456_789),
        ("2026-11-21T12:40:28.1Z", 100_000_000),
        ("2026-11-21T12:40:28.00000001Z", 10),
        ("2026-11-21T12:40:28Z", 0),
    ],
)
def test_a_fraction_of_a_second_is_read_to_the_nanosecond(text: str, nanos: int) -> None:
    assert engine_light._moment(text) == w.Moment(time_s=1_795_264_828, nanos=nanos)


def test_an_engine_that_is_away_is_unavailable() -> None:
    class Gone(Recorded):
        async def commit(self, height: int) -> Any:
            raise EngineUnreachable(f"no engine for {height}", sent=False)

        async def batch(self, calls: Any) -> Any:
            raise EngineUnreachable(f"no engine for {len(calls)}", sent=False)

    rpc: Any = Gone()
    backend = EngineBackend(rpc)
    with pytest.raises(Unavailable, match="no engine"):
        asyncio.run(backend.light_block(5))
    with pytest.raises(Unavailable, match="no engine"):
        asyncio.run(backend.transaction_proof(5, bytes(32)))


# ---- through the gateway ----


class Vouched(SoloBackend):
    """A node of one process under headers that are signed for the test."""

    chain = Signed()

    async def light_block(self, height: int) -> w.LightBlock | None:
        return self.chain.block(height) if 0 < height < 10 else None

    async def transaction_proof(self, height: int, tx_id: bytes) -> w.TransactionProof | None:
        return w.TransactionProof(header=self.chain.header(height), events=[tx_id])


def play(backend: type[SoloBackend], part: Any) -> None:
    driver = new_driver()

    async def run() -> None:
        async with world(backend(driver, block_s=0.02), driver) as made:
            await part(made)

    asyncio.run(run())


def reason(error: grpc.aio.AioRpcError) -> tuple[str, dict[str, str]]:
    info = ErrorInfo()
    (details,) = [value for key, value in error.trailing_metadata() if key == DETAILS_KEY]
    assert Status.FromString(details).details[0].Unpack(info)
    return info.reason, dict(info.metadata)


def test_a_signed_header_is_served_as_it_is() -> None:
    async def part(made: World) -> None:
        block = await made.stub.GetLightBlock(sv.GetLightBlockRequest(height=3))
        assert block == Vouched.chain.block(3)
        assert encoding.header_hash(block.header) == block.commit.block_id.hash
        for height in (0, 99, (1 << 64) - 1):
            error = await error_of(made.stub.GetLightBlock(sv.GetLightBlockRequest(height=height)))
            assert error.code() == grpc.StatusCode.OUT_OF_RANGE
            assert reason(error)[0] == "HEIGHT_UNAVAILABLE"

    play(Vouched, part)


def test_a_transaction_s_proof_is_served_once_a_block_has_it() -> None:
    async def part(made: World) -> None:
        tx = signed(open_organisation("new"), 1)
        request = sv.GetTransactionRequest(tx_id=sha256(tx).digest())
        error = await error_of(made.stub.GetTransactionProof(request))
        assert error.code() == grpc.StatusCode.NOT_FOUND
        assert reason(error)[0] == "NOT_IN_A_BLOCK"
        done = await made.stub.Submit(sv.SubmitRequest(tx=tx, wait=True), timeout=10)
        proof = await made.stub.GetTransactionProof(request)
        assert proof.header.height == done.height
        assert list(proof.events) == [request.tx_id]

    play(Vouched, part)


def test_a_chain_of_one_process_says_that_nobody_vouches() -> None:
    async def part(made: World) -> None:
        tx = signed(open_organisation("new"), 1)
        done = await made.stub.Submit(sv.SubmitRequest(tx=tx, wait=True), timeout=10)
        calls = (
            made.stub.GetLightBlock(sv.GetLightBlockRequest(height=1)),
            made.stub.GetTransactionProof(sv.GetTransactionRequest(tx_id=done.tx_id)),
        )
        for call in calls:
            name, facts = reason(await error_of(call))
            assert name == "NO_VALIDATORS"
            assert facts["meaning"] == "solo has no validators to vouch for a header"
            assert facts["next"].startswith("Prove facts of a real network")

    play(SoloBackend, part)
