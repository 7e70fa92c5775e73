"""Making bundles: which height is proven, what is waited for, what happens when units move."""

from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.message import Message

from abci_app.core.ids import AccountId
from node.cli import places
from node.scenario import inprocess, language
from node.scenario.inprocess import InProcess
from node.sdk.client import TonneError
from node.sdk.light import ConflictingHeader, Malformed, Unproven, encoding
from node.sdk.proofs import bundle, making
from node.sdk.proofs.bundle import HashRoot
from tests.node.light_world import CHAIN_ID, Signed, digest
from tonne.v1 import light_pb2 as w
from tonne.v1 import service_pb2 as v
from tonne.v1 import state_pb2 as s

ISSUER = str(AccountId("XI", 100, 1003, 0))
LOTS = v.ListLotsRequest(account=ISSUER, program="IPCI", class_id="TMU")
RETIREMENT = v.GetRetirementRequest(id=1)


class Gateway:
    """What `making` needs of a client: the registry after the story, under headers of our own."""

    chain_id = CHAIN_ID

    def __init__(self, world: InProcess) -> None:
        self.world = world
        self.chain = Signed()
        self.late = 0  # questions until the header of the next height is there
        self.shy = 0  # questions until the header of a height that is there is shown
        self.moving = 0  # listings of lots in which the first one is missing
        self.listed = 0
        self.note_roots()

    def note_roots(self) -> None:
        status = self.status()
        self.tip = status.height
        self.chain = Signed()
        for height in range(1, self.tip + 1):
            # What the state was before the last block is of no concern, but that it was another.
            self.chain.app_hashes[height] = digest(f"state {height}")
        self.chain.app_hashes[self.tip] = status.app_hash

    def status(self) -> Any:
        return self.world.read("GetStatus", v.GetStatusRequest())

    def read(self, method: str, request: Any) -> Message:
        if method != "GetLightBlock":
            return self.world.read(method, request)
        if self.shy:
            self.shy -= 1
            raise TonneError(0, "HEIGHT_UNAVAILABLE", "not shown yet")
        if request.height > self.tip + (self.late <= 0):
            self.late -= 1
            raise TonneError(0, "HEIGHT_UNAVAILABLE", "not yet")
        return self.chain.block(request.height)

    def lots(self, account: str, program: str, class_id: str) -> Iterator[s.Lot]:
        found: Any = self.world.read(
            "ListLots", v.ListLotsRequest(account=account, program=program, class_id=class_id)
        )
        self.listed += 1
        yield from found.lots[self.listed <= self.moving :]

    def transaction(self, tx_id: bytes) -> v.Transaction:
        return v.Transaction(tx_id=tx_id, status=v.PENDING_TX)


@pytest.fixture(scope="module")
def world() -> InProcess:
    scenario = language.read(places.scenarios() / "e01_ipci_issue_reserve.txt")
    player = inprocess.player(scenario, lambda _step, _transaction: None)
    player.play(scenario.steps)
    assert isinstance(player.world, InProcess)
    return player.world


@pytest.fixture
def gateway(world: InProcess, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    monkeypatch.setattr(making, "POLL_S", 0.001)
    return Gateway(world)


def make(gateway: Gateway, request: Message, root: HashRoot | None = None, **more: Any) -> Any:
    client: Any = gateway
    return making.make(client, request, root, **more)


def test_the_newest_state_is_proven_and_its_header_waited_for(gateway: Gateway) -> None:
    gateway.late = 3
    said: list[str] = []
    made = make(gateway, RETIREMENT, say=said.append)
    assert made.state[0].height == gateway.tip
    assert said == [f"waiting for the header of height {gateway.tip + 1} ..."]
    found = bundle.check(made, gateway.chain.root)
    assert isinstance(found.record, s.Retirement)


def test_nothing_is_waited_for_where_the_last_block_changed_nothing(world: InProcess) -> None:
    world.advance(world.now_s() + 1)
    world.advance(world.now_s() + 1)
    gateway = Gateway(world)
    gateway.chain.app_hashes[gateway.tip - 1] = gateway.status().app_hash
    gateway.late = 1_000
    said: list[str] = []
    made = make(gateway, RETIREMENT, say=said.append)
    assert made.state[0].height == gateway.tip - 1
    assert said == []
    assert bundle.check(made, gateway.chain.root).record is not None


def test_waiting_ends_with_a_message(gateway: Gateway) -> None:
    gateway.late = 1_000_000
    with pytest.raises(Unproven, match="was not made in 0 s: does the network make blocks"):
        make(gateway, RETIREMENT, wait_s=0.01)


def test_a_header_made_between_two_questions_is_asked_for_again(gateway: Gateway) -> None:
    gateway.shy = 1
    made = make(gateway, RETIREMENT)
    assert bundle.check(made, gateway.chain.root).record is not None


def test_a_header_that_the_node_keeps_no_more_is_not_waited_for(gateway: Gateway) -> None:
    gateway.late, gateway.tip = 1_000, gateway.tip - 1
    with pytest.raises(TonneError, match="HEIGHT_UNAVAILABLE"):
        make(gateway, RETIREMENT)


def test_a_holding_is_proven_with_all_its_lots(gateway: Gateway) -> None:
    found = bundle.check(make(gateway, LOTS), gateway.chain.root)
    assert isinstance(found.record, s.Holding)
    assert sum(lot.end - lot.start + 1 for lot in found.lots) == found.record.free_t > 0


def test_lots_that_never_hold_still_are_not_proven(gateway: Gateway) -> None:
    gateway.moving = 1_000
    with pytest.raises(Unproven, match="units moved while their lots were read"):
        make(gateway, LOTS)
    assert gateway.listed == making.TRIES


def test_lots_that_moved_once_are_read_again(gateway: Gateway) -> None:
    gateway.moving = 1
    assert bundle.check(make(gateway, LOTS), gateway.chain.root).lots
    assert gateway.listed == 2


def test_lots_are_proven_of_one_class_and_within_a_bound(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Malformed, match="name the account and the class"):
        make(gateway, v.ListLotsRequest(account=ISSUER, program="IPCI"))
    monkeypatch.setattr(making, "LOTS_MAX", 0)
    with pytest.raises(Malformed, match="more than 0 lots"):
        make(gateway, LOTS)


def test_a_bundle_may_begin_with_a_trusted_header_too(gateway: Gateway) -> None:
    header = gateway.chain.header(3)
    root = HashRoot(encoding.header_hash(header), 3)
    made = make(gateway, RETIREMENT, root)
    assert [block.header.height for block in made.blocks] == [3, gateway.tip + 1]
    assert bundle.check(made, root).record == bundle.check(made, gateway.chain.root).record
    with pytest.raises(ConflictingHeader):
        make(gateway, RETIREMENT, HashRoot(digest("another"), 3))
    with pytest.raises(Unproven, match="of that height or before"):
        make(gateway, RETIREMENT, HashRoot(root.header_hash, gateway.tip + 2))


def test_what_a_node_makes_up_is_noticed_before_it_is_handed_out(gateway: Gateway) -> None:
    gateway.chain.app_hashes[gateway.tip] = digest("made up")
    with pytest.raises(Unproven, match="does not lead to the app hash"):
        make(gateway, RETIREMENT)


def test_what_no_block_has_is_not_proven(gateway: Gateway) -> None:
    with pytest.raises(Unproven, match="its status is PENDING_TX"):
        make(gateway, v.GetTransactionRequest(tx_id=bytes(32)))
    with pytest.raises(Malformed, match="no proof of ListRetirementsRequest"):
        make(gateway, v.ListRetirementsRequest())


def test_the_fact_names_neither_height_nor_page(gateway: Gateway) -> None:
    asked = v.GetRetirementRequest(id=1, at=v.At(height=gateway.tip, prove=True))
    made = make(gateway, asked)
    assert not made.fact.retirement.HasField("at")
    assert isinstance(gateway.chain.block(1), w.LightBlock)
