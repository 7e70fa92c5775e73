"""The client against a real gateway, over wires that break, and against gateways by script."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import grpc
import pytest
from google.protobuf.any_pb2 import Any as AnyMessage
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status

from abci_app.core import ids, signing
from abci_app.core.codes import Code
from node.cli import places
from node.sdk import build, verbs
from node.sdk.build import BuildError
from node.sdk.client import Client, TonneError, UnsettledError
from node.sdk.errors import is_settled
from node.sdk.keys import KeyStore, StoredKey
from tests.node.cli_world import Node, served
from tests.node.sdk_world import Script, Wire, scripted
from tonne.v1 import service_pb2 as v
from tonne.v1 import tx_pb2 as t

UNKNOWN_ACCOUNT = str(ids.AccountId("XI", 100, 777, 0))


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with served(tmp_path_factory.mktemp("home")) as made:
        yield made


@pytest.fixture(scope="module")
def operator(node: Node) -> StoredKey:
    return KeyStore.test(node.home / "keys" / places.TEST_KEYS).get("operator")


@pytest.fixture
def client(node: Node) -> Iterator[Client]:
    with Client(node.address) as made:
        yield made


@pytest.fixture
def wire(node: Node) -> Iterator[Wire]:
    made = Wire(node.address)
    yield made
    made.close()


def mill(name: str) -> t.Action:
    return verbs.open_organisation("IPCI", name, f"Mill {name}", "KZ")


def signed(client: Client, key: StoredKey, action: t.Action, lane: int = 0) -> bytes:
    rows = [build.Signer(key.account, lane, client.sequence(key.account, lane))]
    body = build.build_body(client.chain_id, rows, [action], client.now_s() + 60)
    return build.sign_body(body, client.chain_id, client.genesis_hash, [(0, key)])


# ---- the road once ----


def test_what_is_sent_is_committed_and_can_be_read(client: Client, operator: StoredKey) -> None:
    result = client.send(operator, [mill("one")])
    assert (result.status, result.code) == (v.COMMITTED, Code.OK)
    assert result.height > 0
    assert result.events[0].organisation_put.id == "one"
    assert client.organisation("one").organisation.name == "Mill one"
    assert client.transaction(result.tx_id).height == result.height
    assert client.wait(result.tx_id).height == result.height


def test_a_refusal_is_an_answer_with_what_to_do_next(client: Client, operator: StoredKey) -> None:
    result = client.send(operator, [verbs.withdraw(999)])
    assert result.code_name == "PROPOSAL_UNKNOWN"
    assert result.meaning
    assert result.next
    assert client.send(operator, [mill("after-a-refusal")]).code == Code.OK


def test_the_same_bytes_again_have_the_same_outcome(client: Client, operator: StoredKey) -> None:
    tx = signed(client, operator, mill("again"))
    first, second = client.submit(tx), client.submit(tx)
    assert first.status == second.status == v.COMMITTED
    assert first.height == second.height


def test_without_waiting_admission_is_the_answer(client: Client, operator: StoredKey) -> None:
    result = client.send(operator, [mill("later")], wait=False)
    assert result.status in (v.PENDING_TX, v.COMMITTED)
    assert client.wait(result.tx_id).status == v.COMMITTED


def test_a_transaction_is_tried_without_being_sent(client: Client, operator: StoredKey) -> None:
    rows = [build.Signer(operator.account, 0, client.sequence(operator.account))]
    body = build.build_body(client.chain_id, rows, [mill("tried")], client.now_s() + 60)
    client.release(operator.account, 0, rows[0].sequence)
    tried = client.simulate(t.SignedTx(body=body).SerializeToString())
    assert tried.code == Code.OK
    with pytest.raises(TonneError) as caught:
        client.organisation("tried")
    assert caught.value.name == "ORG_UNKNOWN"


def test_many_threads_share_one_client_and_one_lane(client: Client, operator: StoredKey) -> None:
    results: list[v.Transaction] = []

    def work(number: int) -> None:
        results.extend(client.send(operator, [mill(f"t{number}-{turn}")]) for turn in range(10))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [result.code for result in results] == [Code.OK] * 80


def test_two_clients_that_share_a_lane_both_get_through(node: Node, operator: StoredKey) -> None:
    with Client(node.address) as one, Client(node.address) as other:
        names = iter(range(100))
        codes = []
        for _ in range(6):
            for client in (one, other):
                result = client.send(operator, [mill(f"rival-{next(names)}")], lane=5)
                if result.status == v.REFUSED:  # told so, hence free to sign again
                    assert result.code_name == "SEQUENCE_USED"
                    result = client.send(operator, [mill(f"rival-{next(names)}")], lane=5)
                codes.append(result.code)
        assert codes == [Code.OK] * 12


def test_two_accounts_sign_one_envelope(client: Client, node: Node, operator: StoredKey) -> None:
    coordinator = KeyStore.test(node.home / "keys" / places.TEST_KEYS).get("coordinator")
    grant = verbs.grant("IPCI", t.AUDITOR, operator.account, signer=1)
    result = client.send([operator, coordinator], [mill("joint"), grant])
    assert (result.status, result.code_name) == (v.COMMITTED, "OK")
    assert [event.WhichOneof("event") for event in result.events] == [
        "organisation_put",
        "accredited",
    ]
    assert client.sequence(coordinator.account) == 2


# ---- sequences ----


def test_the_lanes_of_an_account_are_independent(client: Client, operator: StoredKey) -> None:
    first = client.sequence(operator.account, 9)
    assert client.sequence(operator.account, 9) == first + 1
    assert client.sequence(operator.account, 10) == 1


def test_a_refused_envelope_gives_its_sequences_back(client: Client, operator: StoredKey) -> None:
    stranger = replace(operator, seed=bytes(32), public=signing.public_key(bytes(32)))
    result = client.send(stranger, [mill("stranger")], lane=11)
    assert (result.status, result.code_name) == (v.REFUSED, "KEY_NOT_ALLOWED")
    assert client.sequence(operator.account, 11) == 1


def test_a_refusal_in_a_block_spends_its_sequence(client: Client, operator: StoredKey) -> None:
    result = client.send(operator, [verbs.withdraw(998)], lane=13)
    assert (result.status, result.code_name) == (v.REFUSED, "PROPOSAL_UNKNOWN")
    assert result.height > 0
    assert client.sequence(operator.account, 13) == 2


def test_an_envelope_that_cannot_be_built_gives_its_sequences_back(
    client: Client, operator: StoredKey
) -> None:
    with pytest.raises(ValueError, match="out of range"):
        client.send(operator, [mill("x")], lane=12, valid_s=1 << 64)
    assert client.sequence(operator.account, 12) == 1


def test_a_key_without_an_account_cannot_send(client: Client, operator: StoredKey) -> None:
    with pytest.raises(BuildError, match="set its account first"):
        client.send(replace(operator, account=""), [mill("x")])


# ---- errors ----


def test_a_read_that_is_refused_carries_code_meaning_and_next_step(client: Client) -> None:
    with pytest.raises(TonneError) as caught:
        client.account(UNKNOWN_ACCOUNT)
    error = caught.value
    assert (error.code, error.name) == (Code.ACC_UNKNOWN, "ACC_UNKNOWN")
    assert error.meaning
    assert error.next
    assert str(error).startswith("ACC_UNKNOWN: ")


def test_reads_are_made_by_name_with_their_own_request(client: Client) -> None:
    reply = client.read("ListPrograms", v.ListProgramsRequest())
    assert isinstance(reply, v.ProgramPage)
    assert reply.programs[0].id == "IPCI"
    with pytest.raises(ValueError, match="is not a call of"):
        client.read("GetEverything", v.GetStatusRequest())
    with pytest.raises(ValueError, match="is not a call of"):
        client.read("SubmitStream", v.StreamRequest())
    with pytest.raises(ValueError, match="takes a GetAccountRequest"):
        client.read("GetAccount", v.GetStatusRequest())


def test_a_node_that_is_not_there_is_named() -> None:
    with Client("127.0.0.1:1") as client, pytest.raises(TonneError) as caught:
        client.status()
    assert caught.value.name == "UNAVAILABLE"
    assert "127.0.0.1:1" in str(caught.value)


def test_another_chain_than_the_pinned_one_is_refused_before_anything_is_signed(
    node: Node, client: Client, operator: StoredKey
) -> None:
    with Client(node.address, genesis_hash=bytes(32)) as pinned:
        with pytest.raises(TonneError, match="serves another chain: genesis hash") as caught:
            pinned.send(operator, [mill("x")])
        assert caught.value.name == "OTHER_CHAIN"
    with Client(node.address, chain_id="other") as pinned, pytest.raises(TonneError, match="other"):
        _ = pinned.chain_id
    with Client(node.address, chain_id=client.chain_id, genesis_hash=client.genesis_hash) as pinned:
        assert pinned.chain_id == client.chain_id


# ---- lost connections ----


def test_an_answer_that_is_lost_is_asked_for_with_the_same_bytes(
    wire: Wire, client: Client, operator: StoredKey
) -> None:
    results: list[v.Transaction] = []
    with Client(wire.address) as far:
        tx = signed(far, operator, mill("lost"), lane=6)
        wire.losing = True
        sender = threading.Thread(target=lambda: results.append(far.submit(tx)))
        sender.start()
        outcome = wait_for(client, signing.transaction_id(tx))
        wire.losing = False
        wire.cut()
        sender.join(30)
        assert far.sequence(operator.account, 6) == 2
    assert [row.height for row in results] == [outcome.height]
    assert results[0].status == v.COMMITTED


def wait_for(client: Client, tx_id: bytes) -> v.Transaction:
    """The gateway waits for the outcome itself, also of what it has not seen yet."""
    result = client.wait(tx_id)
    assert result.status == v.COMMITTED
    return result


def test_a_gateway_that_is_away_for_a_moment_is_tried_again(
    wire: Wire, operator: StoredKey
) -> None:
    with Client(wire.address) as far:
        tx = signed(far, operator, mill("moment"))
        wire.refusing = 2
        wire.cut()
        assert far.submit(tx).status == v.COMMITTED
    assert wire.refusing == 0


def test_a_gateway_that_stays_away_leaves_the_bytes_with_the_caller(
    wire: Wire, client: Client, operator: StoredKey
) -> None:
    with Client(wire.address, patience_s=0.5) as far:
        tx = signed(far, operator, mill("away"))
        wire.refusing = 1_000_000
        wire.cut()
        with pytest.raises(UnsettledError, match="Send the very same bytes again") as caught:
            far.submit(tx)
    assert client.submit(caught.value.tx).status == v.COMMITTED


def test_a_stream_answers_each_once_though_its_connection_is_cut(
    wire: Wire, client: Client, operator: StoredKey
) -> None:
    count = 300
    before = client.status().height
    with Client(wire.address) as far:
        source = (signed(far, operator, mill(f"s{number}"), lane=7) for number in range(count))
        found: dict[int, v.Transaction] = {}
        for reply in far.submit_stream(source):
            assert reply.request_id not in found
            found[reply.request_id] = reply.transaction
            if len(found) in (20, 120):
                wire.cut()
        assert far.sequence(operator.account, 7) == count + 1
    assert sorted(found) == list(range(count))
    assert all(row.status == v.COMMITTED and row.height > before for row in found.values())
    assert {row.code for row in found.values()} == {Code.OK}


def test_a_stream_of_nothing_ends(client: Client) -> None:
    assert list(client.submit_stream([])) == []


def test_a_stream_that_is_not_served_ends_with_the_reason() -> None:
    with Client("127.0.0.1:1", patience_s=0.1) as client, pytest.raises(TonneError) as caught:
        list(client.submit_stream([b"x"]))
    assert caught.value.name == "UNAVAILABLE"
    with (
        scripted(Script()) as address,
        Client(address) as client,
        pytest.raises(TonneError) as caught,
    ):
        list(client.submit_stream([b"x"]))
    assert caught.value.name == "UNIMPLEMENTED"


def test_an_item_that_is_no_transaction_does_not_disturb_the_others(
    client: Client, operator: StoredKey
) -> None:
    items = [b"rubbish", signed(client, operator, mill("beside-rubbish")), b""]
    found = {reply.request_id: reply.transaction for reply in client.submit_stream(items)}
    assert [found[index].code_name for index in range(3)] == ["TX_MALFORMED", "OK", "TX_MALFORMED"]


def test_a_source_that_fails_hands_its_error_to_the_caller(
    client: Client, operator: StoredKey
) -> None:
    def source() -> Iterator[bytes]:
        yield signed(client, operator, mill("before-the-failure"))
        raise LookupError("the file ended")

    found: list[v.StreamReply] = []
    with pytest.raises(LookupError, match="the file ended"):
        found.extend(client.submit_stream(source()))
    assert client.organisation("before-the-failure").organisation.id == "before-the-failure"


# ---- answers by script ----


def refusal(code: int) -> v.Transaction:
    return v.Transaction(status=v.REFUSED, code=code)


@pytest.mark.parametrize(
    ("answer", "settled"),
    [
        (v.Transaction(status=v.COMMITTED, height=7), True),
        (v.Transaction(status=v.REFUSED, height=7, code=Code.INSUFFICIENT), True),
        (v.Transaction(status=v.REFUSED, code=Code.SEQUENCE_USED), True),
        (v.Transaction(status=v.REFUSED, code=Code.TX_EXPIRED), True),
        (v.Transaction(status=v.REFUSED, code=Code.SIGNER_UNKNOWN), False),
        (v.Transaction(status=v.REFUSED, code=Code.SEQUENCE_TOO_FAR), False),
        (v.Transaction(status=v.REFUSED, code=Code.QUOTA_EXCEEDED), False),
        (v.Transaction(status=v.PENDING_TX), False),
        (v.Transaction(status=v.UNKNOWN), False),
    ],
)
def test_only_a_block_or_a_spent_sequence_or_time_settles(
    answer: v.Transaction, settled: bool
) -> None:
    assert is_settled(answer) is settled


def fails(status: grpc.StatusCode, reason: str = "", **facts: str) -> Callable[[Any], None]:
    def end(context: Any) -> None:
        if not reason:
            context.abort(status, "as scripted")
        info = AnyMessage()
        info.Pack(ErrorInfo(reason=reason, domain="tonne", metadata=facts))
        rich = Status(code=status.value[0], message="as scripted", details=[info])
        context.set_trailing_metadata((("grpc-status-details-bin", rich.SerializeToString()),))
        context.abort(status, "as scripted")

    return end


DONE = v.Transaction(status=v.COMMITTED, height=7)


@pytest.mark.parametrize(
    "first",
    [
        fails(grpc.StatusCode.UNAVAILABLE),
        fails(grpc.StatusCode.DEADLINE_EXCEEDED),
        fails(grpc.StatusCode.RESOURCE_EXHAUSTED, "MEMPOOL_FULL"),
        refusal(Code.PENDING_LIMIT),
        refusal(Code.ALREADY_PENDING),
        v.Transaction(status=v.PENDING_TX),
    ],
    ids=["unavailable", "deadline", "mempool-full", "pending-limit", "already-pending", "pending"],
)
def test_the_same_bytes_are_sent_again_while_nothing_is_settled(first: Any) -> None:
    script = Script(first, DONE)
    key = StoredKey("k", bytes(32), signing.public_key(bytes(32)), UNKNOWN_ACCOUNT)
    with scripted(script) as address, Client(address) as client:
        assert client.send(key, [mill("x")]).height == 7
    assert len(script.sent) == 2
    assert script.sent[0] == script.sent[1]


@pytest.mark.parametrize(
    "answer",
    [refusal(Code.SEQUENCE_USED), refusal(Code.SIGNATURE_INVALID), refusal(Code.QUOTA_EXCEEDED)],
    ids=["used", "invalid", "quota"],
)
def test_a_refusal_is_never_answered_by_signing_again(answer: v.Transaction) -> None:
    script = Script(answer)
    key = StoredKey("k", bytes(32), signing.public_key(bytes(32)), UNKNOWN_ACCOUNT)
    with scripted(script) as address, Client(address) as client:
        assert client.send(key, [mill("x")]) == answer
    assert len(script.sent) == 1


def test_a_node_that_stays_full_leaves_the_sequence_to_the_next_attempt() -> None:
    script = Script(*[refusal(Code.PENDING_LIMIT)] * 9, DONE)
    key = StoredKey("k", bytes(32), signing.public_key(bytes(32)), UNKNOWN_ACCOUNT)
    with scripted(script) as address, Client(address, patience_s=0.3) as client:
        assert client.send(key, [mill("x")]).code == Code.PENDING_LIMIT
        assert client.sequence(UNKNOWN_ACCOUNT) == 1


def test_a_failure_of_the_gateway_itself_is_not_repeated() -> None:
    script = Script(fails(grpc.StatusCode.INTERNAL, "GATEWAY", code="1", next="Ask.", detail="d"))
    with (
        scripted(script) as address,
        Client(address) as client,
        pytest.raises(TonneError) as caught,
    ):
        client.submit(b"")
    error = caught.value
    assert (error.code, error.name, error.next, error.detail) == (1, "GATEWAY", "Ask.", "d")
    assert error.meaning == "as scripted"


def test_a_chain_that_is_ahead_of_this_machine_sets_the_time_of_its_signatures() -> None:
    script = Script()
    script.status.time_s = 5_000
    with scripted(script) as address, Client(address, clock=lambda: 1_000.0) as client:
        assert client.now_s() == 5_000
    with scripted(script) as address, Client(address, clock=lambda: 9_000.0) as client:
        assert client.now_s() == 9_000
