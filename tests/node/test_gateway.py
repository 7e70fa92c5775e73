"""A real gRPC client against the gateway, with the real application behind it."""

import asyncio
from contextlib import AsyncExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from abci_app.application import Application
from abci_app.core.codes import MEANINGS, Code, code_name
from abci_app.core.signing import transaction_id
from abci_app.store.ledger import Ledger
from node.gateway import follower, server
from node.gateway.refusals import grpc_status
from node.gateway.server import PortTaken, gateway
from node.gateway.solo_backend import SoloBackend
from node.solo import BlockRecords, Driver
from tests.node.gateway_script import Script
from tests.node.gateway_world import (
    CHAIN_ID,
    COORDINATOR,
    GENESIS,
    OPERATOR,
    TIME_S,
    HandDriven,
    World,
    approve,
    error_of,
    new_driver,
    open_organisation,
    rename,
    signed,
    stub_of,
    with_gateway,
    world,
)
from tonne.v1 import service_pb2 as sv


def info_of(error: grpc.aio.AioRpcError) -> Any:
    raw = error.trailing_metadata()["grpc-status-details-bin"]
    status = Status.FromString(raw)
    assert status.message == error.details()
    assert status.code == error.code().value[0]
    info = ErrorInfo()
    assert status.details[0].Unpack(info)
    assert info.domain == "tonne"
    return info


async def submit(world: World, tx: bytes, *, wait: bool = True, within_s: float = 5) -> Any:
    return await world.stub.Submit(sv.SubmitRequest(tx=tx, wait=wait), timeout=within_s)


# ---- transactions ----


def test_a_transaction_is_committed_and_can_be_read_at_once() -> None:
    async def play(world: World) -> None:
        tx = signed(open_organisation("green"), 1)
        reply = await submit(world, tx)
        assert reply.tx_id == transaction_id(tx)
        assert (reply.status, reply.code_name, reply.height) == (sv.COMMITTED, "OK", 2)
        assert [row.organisation_put.id for row in reply.events] == ["green"]
        found = await world.stub.GetOrganisation(sv.GetOrganisationRequest(id="green"))
        assert found.organisation.name == "green"
        assert found.height >= reply.height

    with_gateway(play)


def test_without_wait_it_is_pending_and_waited_for_later() -> None:
    async def play(world: World) -> None:
        tx = signed(open_organisation("green"), 1)
        reply = await submit(world, tx, wait=False)
        assert reply.status == sv.PENDING_TX
        request = sv.GetTransactionRequest(tx_id=transaction_id(tx))
        assert (await world.stub.GetTransaction(request)).status == sv.PENDING_TX
        world.driver.make_block()
        done = await world.stub.WaitTransaction(request, timeout=5)
        assert (done.status, done.height) == (sv.COMMITTED, 2)
        assert await world.stub.GetTransaction(request) == done

    with_gateway(play, block_s=None)


def test_a_committed_transaction_sent_again_is_committed() -> None:
    async def play(world: World) -> None:
        tx = signed(open_organisation("green"), 1)
        first = await submit(world, tx)
        assert await submit(world, tx, wait=False) == first
        assert await submit(world, tx) == first

    with_gateway(play)


def test_sent_again_while_it_waits_it_waits_once() -> None:
    async def play(world: World) -> None:
        tx = signed(open_organisation("green"), 1)
        replies = await asyncio.gather(*(submit(world, tx) for _ in range(5)))
        assert {reply.status for reply in replies} == {sv.COMMITTED}
        assert {reply.height for reply in replies} == {2}

    with_gateway(play, block_s=0.2)


def test_a_refusal_at_the_door_says_what_to_do() -> None:
    async def play(world: World) -> None:
        reply = await submit(world, signed(open_organisation("x"), 99))
        assert (reply.status, reply.code_name) == (sv.REFUSED, "SEQUENCE_TOO_FAR")
        assert (reply.meaning, reply.next) == MEANINGS[Code.SEQUENCE_TOO_FAR]
        assert reply.height == 0

    with_gateway(play)


@pytest.mark.parametrize("tx", [b"", b"garbage", b"\x0a\x01\xff", b"\x0a\x00"])
def test_bytes_that_are_no_transaction_are_refused(tx: bytes) -> None:
    async def play(world: World) -> None:
        reply = await submit(world, tx)
        assert (reply.status, reply.code_name) == (sv.REFUSED, "TX_MALFORMED")

    with_gateway(play)


def test_a_transaction_over_the_cap_is_refused() -> None:
    async def play(world: World) -> None:
        reply = await submit(world, signed(open_organisation("x"), 1, memo="m" * 70_000))
        assert (reply.status, reply.code_name) == (sv.REFUSED, "TX_TOO_LARGE")

    with_gateway(play)


def test_a_refusal_in_a_block_is_told_with_its_height_for_ever() -> None:
    async def play(world: World) -> None:
        tx = signed(open_organisation("mine"), 1, account=COORDINATOR)
        reply = await submit(world, tx)
        assert (reply.status, reply.code_name) == (sv.REFUSED, "ROLE_MISSING")
        assert reply.height == 2
        assert await submit(world, tx) == reply

    with_gateway(play)


def test_an_act_that_needs_approval_names_its_proposal_and_is_decided() -> None:
    async def play(world: World) -> None:
        opened = await submit(world, signed(rename(COORDINATOR, "Council"), 1, account=COORDINATOR))
        assert (opened.status, opened.proposal) == (sv.COMMITTED, 1)
        inbox = await world.stub.GetInbox(sv.GetInboxRequest(account=OPERATOR))
        assert [row.id for row in inbox.proposals] == [1]
        decided = await submit(world, signed(approve(1), 1))
        assert decided.status == sv.COMMITTED
        reply = await world.stub.GetAccount(sv.GetAccountRequest(id=COORDINATOR))
        assert reply.account.name == "Council"
        inbox = await world.stub.GetInbox(sv.GetInboxRequest(account=OPERATOR))
        assert not inbox.proposals

    with_gateway(play)


def test_a_wait_that_ends_too_early_answers_pending_before_the_deadline() -> None:
    async def play(world: World) -> None:
        reply = await submit(world, signed(open_organisation("green"), 1), within_s=0.4)
        assert reply.status == sv.PENDING_TX

    with_gateway(play, block_s=None)


def test_an_id_that_nobody_knows_is_unknown() -> None:
    async def play(world: World) -> None:
        request = sv.GetTransactionRequest(tx_id=bytes(32))
        assert (await world.stub.GetTransaction(request)).status == sv.UNKNOWN
        assert (await world.stub.WaitTransaction(request, timeout=0.3)).status == sv.UNKNOWN

    with_gateway(play)


def test_a_wait_for_an_id_ends_when_another_client_sends_it() -> None:
    async def play(world: World) -> None:
        tx = signed(open_organisation("green"), 1)
        request = sv.GetTransactionRequest(tx_id=transaction_id(tx))
        waiting = asyncio.ensure_future(world.stub.WaitTransaction(request, timeout=5))
        await submit(world, tx)
        assert (await waiting).status == sv.COMMITTED

    with_gateway(play)


def test_an_id_of_another_length_is_an_invalid_argument() -> None:
    async def play(world: World) -> None:
        request = sv.GetTransactionRequest(tx_id=b"short")
        error = await error_of(world.stub.GetTransaction(request))
        assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert info_of(error).reason == "NOT_AN_ID"

    with_gateway(play)


def test_simulate_tells_the_outcome_and_changes_nothing() -> None:
    async def play(world: World) -> None:
        tx = signed(rename(COORDINATOR, "Council"), 1, account=COORDINATOR)
        reply = await world.stub.Simulate(sv.SimulateRequest(tx=tx))
        assert (reply.code, reply.pending) == (0, True)
        status = await world.stub.GetSequence(sv.GetSequenceRequest(account=COORDINATOR))
        assert status.next == 1

    with_gateway(play)


# ---- reads ----


def test_an_absent_record_is_not_found_with_its_code() -> None:
    async def play(world: World) -> None:
        error = await error_of(world.stub.GetOrganisation(sv.GetOrganisationRequest(id="none")))
        assert error.code() == grpc.StatusCode.NOT_FOUND
        info = info_of(error)
        assert info.reason == "ORG_UNKNOWN"
        assert info.metadata["code"] == str(int(Code.ORG_UNKNOWN))
        assert (info.metadata["meaning"], info.metadata["next"]) == MEANINGS[Code.ORG_UNKNOWN]

    with_gateway(play)


def test_an_absent_record_is_proven_absent_on_request() -> None:
    async def play(world: World) -> None:
        request = sv.GetOrganisationRequest(id="none", at=sv.At(prove=True))
        reply = await world.stub.GetOrganisation(request)
        assert not reply.HasField("organisation")
        assert reply.proof.proof
        assert not reply.proof.value

    with_gateway(play)


def test_every_read_of_the_service_is_served() -> None:
    methods = sv.DESCRIPTOR.services_by_name["Registry"].methods

    async def play(world: World) -> None:
        answered = {}
        for method in methods:
            if method.name == "SubmitStream":
                continue
            call = world.channel.unary_unary(f"/tonne.v1.Registry/{method.name}")
            try:
                await call(b"", timeout=1)
                answered[method.name] = grpc.StatusCode.OK
            except grpc.aio.AioRpcError as error:
                answered[method.name] = error.code()
        expected = {grpc.StatusCode.OK, grpc.StatusCode.NOT_FOUND, grpc.StatusCode.INVALID_ARGUMENT}
        assert answered.pop("GetLightBlock") == grpc.StatusCode.FAILED_PRECONDITION  # solo
        assert {name for name, code in answered.items() if code not in expected} == set()
        assert answered["GetStatus"] == answered["ListPrograms"] == grpc.StatusCode.OK

    with_gateway(play)


@pytest.mark.parametrize("method", ["Submit", "GetAccount", "ListLots", "GetStatus", "Simulate"])
def test_a_malformed_message_is_an_invalid_argument_that_helps(method: str) -> None:
    async def play(world: World) -> None:
        call = world.channel.unary_unary(f"/tonne.v1.Registry/{method}")
        error = await error_of(call(b"\x0a\xff\xff"))
        assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert f"tonne.v1.{method}Request" in error.details()
        assert info_of(error).reason == "MALFORMED_MESSAGE"

    with_gateway(play)


def test_a_message_over_the_limit_is_refused_and_the_gateway_goes_on() -> None:
    async def play(world: World) -> None:
        error = await error_of(world.stub.Submit(sv.SubmitRequest(tx=bytes(300_000))))
        assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert (await world.stub.GetStatus(sv.GetStatusRequest())).chain_id == CHAIN_ID

    with_gateway(play)


def test_a_page_of_more_than_a_hundred_rows_is_refused() -> None:
    async def play(world: World) -> None:
        request = sv.ListAccountsRequest(page=sv.Page(size=101))
        error = await error_of(world.stub.ListAccounts(request))
        assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert info_of(error).reason == "PAGE_TOO_LARGE"

    with_gateway(play)


def test_pages_follow_each_other_without_gap() -> None:
    async def play(world: World) -> None:
        whole = await world.stub.ListAccounts(sv.ListAccountsRequest())
        found, cursor = [], b""
        for _ in range(len(whole.accounts)):
            page = sv.Page(size=3, cursor=cursor)
            reply = await world.stub.ListAccounts(sv.ListAccountsRequest(page=page))
            found += [row.id for row in reply.accounts]
            cursor = reply.cursor
            if not cursor:
                break
        assert found == [row.id for row in whole.accounts]

    with_gateway(play)


def test_the_status_joins_the_state_machine_and_the_node() -> None:
    async def play(world: World) -> None:
        reply = await world.stub.GetStatus(sv.GetStatusRequest())
        assert (reply.chain_id, reply.height, reply.time_s) == (CHAIN_ID, 1, TIME_S)
        assert (reply.node, reply.peers, reply.catching_up) == ("solo", 0, False)
        assert "not replicated" in reply.engine_version
        assert reply.node_kind == "validator"
        assert reply.voting_power > 0

    with_gateway(play)


def test_a_genesis_is_given_in_parts_and_no_part_beyond_them() -> None:
    async def play(world: World) -> None:
        status = await world.stub.GetStatus(sv.GetStatusRequest())
        reply = await world.stub.GetGenesis(sv.GetGenesisRequest())
        assert reply.parts == 1
        assert sha256(reply.data).digest() == status.genesis_hash
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await world.stub.GetGenesis(sv.GetGenesisRequest(part=1))
        assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT

    with_gateway(play)


def test_every_code_has_a_status_that_fits_its_family() -> None:
    for code in MEANINGS:
        if code == Code.OK:
            continue
        status = grpc_status(code)
        assert status not in (grpc.StatusCode.OK, grpc.StatusCode.UNKNOWN), code_name(code)
        if code_name(code).endswith("_UNKNOWN") and code != Code.SIGNER_UNKNOWN:
            assert status == grpc.StatusCode.NOT_FOUND, code_name(code)


# ---- the server ----


def test_health_says_serving_for_the_service() -> None:
    async def play(world: World) -> None:
        stub = health_pb2_grpc.HealthStub(world.channel)
        for service in ("", "tonne.v1.Registry"):
            replies = stub.Watch(health_pb2.HealthCheckRequest(service=service), timeout=5)
            async for reply in replies:
                if reply.status == health_pb2.HealthCheckResponse.SERVING:
                    break
            replies.cancel()

    with_gateway(play)


def test_health_follows_the_node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEALTH_S", 0.01)
    monkeypatch.setattr(follower, "RETRY_S", 0.01)
    monkeypatch.setattr(follower, "IDLE_S", 0.01)
    seen: list[bool] = []

    async def run() -> None:
        script = Script()
        script.add()
        steps = iter(
            (
                lambda: setattr(script, "away", True),
                lambda: setattr(script, "away", False),
                lambda: setattr(script, "catching_up", True),
                lambda: setattr(script, "catching_up", False),
            )
        )
        async with gateway(script, None, "127.0.0.1:0") as running:
            await running.follower.reached(1)
            async with grpc.aio.insecure_channel(running.address) as channel:
                ask = health_pb2.HealthCheckRequest(service="tonne.v1.Registry")
                async for reply in health_pb2_grpc.HealthStub(channel).Watch(ask, timeout=10):
                    serving = reply.status == health_pb2.HealthCheckResponse.SERVING
                    if not seen and not serving:
                        continue  # it has not looked yet
                    seen.append(serving)
                    step = next(steps, None)
                    if step is None:
                        break
                    step()

    asyncio.run(run())
    assert seen == [True, False, True, False, True]


def test_reflection_lists_the_registry() -> None:
    async def play(world: World) -> None:
        stub = reflection_pb2_grpc.ServerReflectionStub(world.channel)
        ask = reflection_pb2.ServerReflectionRequest(list_services="")
        call = stub.ServerReflectionInfo(iter([ask]))
        async for reply in call:
            names = [row.name for row in reply.list_services_response.service]
            assert "tonne.v1.Registry" in names
            assert "grpc.health.v1.Health" in names

    with_gateway(play)


def test_a_port_in_use_is_said_with_what_to_do() -> None:
    async def play(world: World) -> None:
        backend = SoloBackend(new_driver())
        with pytest.raises(PortTaken, match=r"tonne\.toml"):
            async with gateway(backend, None, world.running.address):
                raise AssertionError("it must not serve")

    with_gateway(play)


def test_a_call_in_flight_is_answered_before_the_gateway_stops() -> None:
    async def run() -> None:
        driver = new_driver()
        backend = HandDriven(driver)
        tx = signed(open_organisation("green"), 1)
        async with AsyncExitStack() as stack:
            async with world(backend, driver) as made:
                channel = grpc.aio.insecure_channel(made.running.address)
                await stack.enter_async_context(channel)
                request = sv.SubmitRequest(tx=tx, wait=True)
                call = stub_of(channel).Submit(request, timeout=10)
                await backend.handed_in.wait()
                asyncio.get_running_loop().call_later(0.1, driver.make_block)
            assert (await call).status == sv.COMMITTED

    asyncio.run(run())


def test_a_deleted_table_is_filled_again(tmp_path: Path) -> None:
    records = BlockRecords(tmp_path / "blocks.db")
    ledger = Ledger.memory()
    table = tmp_path / "gateway.db"
    tx = signed(open_organisation("green"), 1)
    replies = []

    async def play(world: World) -> None:
        await world.running.follower.catch_up()
        replies.append(await submit(world, tx))

    with_gateway(play, driver=Driver(Application(ledger), GENESIS, records=records), table=table)
    table.unlink()
    records = BlockRecords(tmp_path / "blocks.db")
    with_gateway(play, driver=Driver(Application(ledger), GENESIS, records=records), table=table)
    assert replies[0].status == sv.COMMITTED
    assert replies[0] == replies[1]
