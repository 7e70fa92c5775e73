"""Proofs of reads, from a registry in which scenario E1 was played to its end."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest
from google.protobuf.message import Message

from abci_app.core import keys
from abci_app.core.ids import AccountId
from node.cli import places
from node.scenario import inprocess, language
from node.scenario.inprocess import InProcess
from node.sdk import proofs
from node.sdk.proofs import Unproven
from tonne.v1 import service_pb2 as v
from tonne.v1 import tx_pb2 as t

AUDITOR, ISSUER, USER = (str(AccountId("XI", 100, number, 0)) for number in (1001, 1003, 1004))
R1 = t.RecordRef(kind=t.ISSUANCE, id="R1")
R2 = t.RecordRef(kind=t.ISSUANCE, id="R2")

THERE: Sequence[Message] = (
    v.GetOrganisationRequest(id="fjord-foods"),
    v.GetAccountRequest(id=USER),
    v.GetHoldingRequest(account=ISSUER, program="IPCI", class_id="TMU"),
    v.GetLotRequest(space="IPCI.R1", serial=7),
    v.GetRecordRequest(program="IPCI", record=R1),
    v.GetStatementRequest(program="IPCI", id="S-1"),
    v.GetAccreditationRequest(program="IPCI", role=t.AUDITOR, list="ACL-1", account=AUDITOR),
    v.GetProposalRequest(id=1),
    v.GetHoldRequest(id=1),
    v.GetRetirementRequest(id=1),
    v.GetProgramRequest(id="IPCI"),
    v.GetValidatorsRequest(),
    v.GetCancellationRequest(id=1),
    v.GetOrderRequest(id=1),
    v.GetFillRequest(order=1, fill=1),
    v.GetImportRequest(id=1),
    v.GetLinkTotalRequest(program="IPCI", link="carbon-registry"),
    v.GetCapRecordRequest(program="KYOTO-KZ", class_id="AAU", party="KZ", period="CP1"),
)
ABSENT: Sequence[Message] = (
    v.GetOrganisationRequest(id="nobody"),
    v.GetAccountRequest(id=str(AccountId("XI", 100, 999, 0))),
    v.GetHoldingRequest(account=AUDITOR, program="IPCI", class_id="TMU"),
    v.GetRecordRequest(program="IPCI", record=R2),
    v.GetStatementRequest(program="IPCI", id="S-9"),
    v.GetAccreditationRequest(program="IPCI", role=t.AUDITOR, list="ACL-1", account=USER),
    v.GetProposalRequest(id=999),
    v.GetHoldRequest(id=999),
    v.GetRetirementRequest(id=999),
    v.GetCancellationRequest(id=999),
    v.GetOrderRequest(id=999),
    v.GetFillRequest(order=1, fill=999),
    v.GetImportRequest(id=999),
    v.GetLinkTotalRequest(program="IPCI", link="by-decision"),
    v.GetCapRecordRequest(program="KYOTO-KZ", class_id="RMU", party="KZ", period="CP1"),
)
E1, KYOTO, MARKET = "e01_ipci_issue_reserve", "e05_kazakhstan_transfers", "locks_labels_links"
PLAYED: dict[type[Message], str] = {  # the scenario whose end has the record; else E1
    v.GetCancellationRequest: MARKET,
    v.GetOrderRequest: MARKET,
    v.GetFillRequest: MARKET,
    v.GetImportRequest: MARKET,
    v.GetLinkTotalRequest: MARKET,
    v.GetCapRecordRequest: KYOTO,
}
FIELDS = {"import": "imported", "linktotal": "total", "caprecord": "cap"}  # of replies


def method(request: Message) -> str:
    return str(request.DESCRIPTOR.name).removesuffix("Request")


def named(request: Message) -> str:
    name = method(request).removeprefix("Get").lower()
    return FIELDS.get(name, name)


there = pytest.mark.parametrize("request_", THERE, ids=named)
absent = pytest.mark.parametrize("request_", ABSENT, ids=named)


class Registry:
    """The registry after the story, at rest; every read is proven at its last height."""

    def __init__(self, world: InProcess) -> None:
        self._world = world
        status: Any = world.read("GetStatus", v.GetStatusRequest())
        self.height: int = status.height
        self.app_hash: bytes = status.app_hash

    def ask(self, request: Any, *, prove: bool = True) -> Any:
        asked = type(request)()
        asked.CopyFrom(request)
        asked.at.CopyFrom(v.At(height=self.height, prove=prove))
        return self._world.read(method(request), asked)


@cache
def registry_after(stem: str) -> Registry:
    """Return the registry after a scenario; nobody changes it."""
    scenario = language.read(places.scenarios() / f"{stem}.txt")
    player = inprocess.player(scenario, lambda _step, _transaction: None)
    player.play(scenario.steps)
    assert isinstance(player.world, InProcess)
    return Registry(player.world)


@pytest.fixture
def registry(request: pytest.FixtureRequest) -> Registry:
    """The registry that has, or lacks, what the test asks for."""
    asked = getattr(request.node, "callspec", None)
    kind = type(asked.params["request_"]) if asked is not None else None
    return registry_after(PLAYED.get(kind, E1) if kind else E1)


def test_every_read_of_one_record_has_an_example() -> None:
    calls = v.DESCRIPTOR.services_by_name["Registry"].methods
    provable = {call.name for call in calls if "proof" in call.output_type.fields_by_name}
    assert {method(request) for request in THERE} == provable


@there
def test_what_is_there_is_proven_under_the_app_hash(registry: Registry, request_: Message) -> None:
    reply = registry.ask(request_)
    found = proofs.verify_reply(request_, reply, registry.app_hash)
    assert found.height == registry.height
    assert found.record == getattr(reply, named(request_))
    assert found.value


@absent
def test_what_is_not_there_is_proven_to_be_absent(registry: Registry, request_: Message) -> None:
    found = proofs.verify_reply(request_, registry.ask(request_), registry.app_hash)
    assert (found.height, found.value, found.record) == (registry.height, None, None)


@there
def test_nothing_is_proven_under_another_app_hash(registry: Registry, request_: Message) -> None:
    with pytest.raises(Unproven, match="does not lead to the app hash"):
        proofs.verify_reply(request_, registry.ask(request_), bytes(32))


@there
def test_a_record_other_than_the_proven_one_is_noticed(
    registry: Registry, request_: Message
) -> None:
    reply = registry.ask(request_)
    record = getattr(reply, named(request_))
    there = [item for item, _ in record.ListFields() if item.name != "start"]
    plain = [item for item in there if item.message_type is None and not item.is_repeated]
    field = (plain or there)[-1]
    record.ClearField(field.name)
    with pytest.raises(Unproven):
        proofs.verify_reply(request_, reply, registry.app_hash)


@there
def test_a_record_that_is_there_cannot_be_said_to_be_absent(
    registry: Registry, request_: Message
) -> None:
    reply = registry.ask(request_)
    reply.ClearField(named(request_))
    with pytest.raises(Unproven):
        proofs.verify_reply(request_, reply, registry.app_hash)
    reply.proof.value = b""
    with pytest.raises(Unproven):
        proofs.verify_reply(request_, reply, registry.app_hash)


@absent
def test_the_absence_of_one_record_is_not_that_of_another(
    registry: Registry, request_: Message
) -> None:
    reply = registry.ask(request_)
    other = registry.ask(v.GetRetirementRequest(id=7_777))
    reply.proof.CopyFrom(other.proof)
    with pytest.raises(Unproven, match="of another record"):
        proofs.verify_reply(request_, reply, registry.app_hash)


@there
def test_every_changed_byte_of_a_proof_is_noticed(registry: Registry, request_: Message) -> None:
    reply = registry.ask(request_)
    good = reply.proof.proof
    for index in range(0, len(good), 5):
        reply.proof.proof = good[:index] + bytes([good[index] ^ 1]) + good[index + 1 :]
        with pytest.raises(Unproven):
            proofs.verify_reply(request_, reply, registry.app_hash)


def test_a_reply_without_a_proof_proves_nothing(registry: Registry) -> None:
    request = v.GetRetirementRequest(id=1)
    with pytest.raises(Unproven, match=r"ask with at\.prove"):
        proofs.verify_reply(request, registry.ask(request, prove=False), registry.app_hash)


def test_a_lot_without_the_serial_asked_for_is_no_answer(registry: Registry) -> None:
    reply = registry.ask(v.GetLotRequest(space="IPCI.R1", serial=7))
    beyond = v.GetLotRequest(space="IPCI.R1", serial=reply.lot.end + 1)
    with pytest.raises(Unproven, match="does not contain the serial"):
        proofs.verify_reply(beyond, reply, registry.app_hash)


def test_lists_and_impossible_requests_have_no_proofs(registry: Registry) -> None:
    with pytest.raises(Unproven, match="no proofs for ListLotsRequest"):
        proofs.verify_reply(v.ListLotsRequest(), v.LotPage(), registry.app_hash)
    reply = registry.ask(v.GetOrganisationRequest(id="nobody"))
    with pytest.raises(Unproven, match="no record that can exist"):
        proofs.verify_reply(v.GetOrganisationRequest(id="x" * 300), reply, registry.app_hash)


def test_a_key_of_ones_own_is_proven_against_the_bare_proof(registry: Registry) -> None:
    proof = registry.ask(v.GetRetirementRequest(id=1)).proof
    found = proofs.verify(keys.retirement(1), proof, registry.app_hash)
    assert found.value == proof.value
    with pytest.raises(Unproven, match="of another record"):
        proofs.verify(keys.retirement(2), proof, registry.app_hash)
