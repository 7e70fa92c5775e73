from tonne.v1 import light_pb2 as _light_pb2
from tonne.v1 import service_pb2 as _service_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Fact(_message.Message):
    __slots__ = ("organisation", "account", "holding", "lot", "lots", "record", "statement", "accreditation", "proposal", "hold", "retirement", "program", "transaction")
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    HOLDING_FIELD_NUMBER: _ClassVar[int]
    LOT_FIELD_NUMBER: _ClassVar[int]
    LOTS_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    ACCREDITATION_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    HOLD_FIELD_NUMBER: _ClassVar[int]
    RETIREMENT_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    organisation: _service_pb2.GetOrganisationRequest
    account: _service_pb2.GetAccountRequest
    holding: _service_pb2.GetHoldingRequest
    lot: _service_pb2.GetLotRequest
    lots: _service_pb2.ListLotsRequest
    record: _service_pb2.GetRecordRequest
    statement: _service_pb2.GetStatementRequest
    accreditation: _service_pb2.GetAccreditationRequest
    proposal: _service_pb2.GetProposalRequest
    hold: _service_pb2.GetHoldRequest
    retirement: _service_pb2.GetRetirementRequest
    program: _service_pb2.GetProgramRequest
    transaction: _service_pb2.GetTransactionRequest
    def __init__(self, organisation: _Optional[_Union[_service_pb2.GetOrganisationRequest, _Mapping]] = ..., account: _Optional[_Union[_service_pb2.GetAccountRequest, _Mapping]] = ..., holding: _Optional[_Union[_service_pb2.GetHoldingRequest, _Mapping]] = ..., lot: _Optional[_Union[_service_pb2.GetLotRequest, _Mapping]] = ..., lots: _Optional[_Union[_service_pb2.ListLotsRequest, _Mapping]] = ..., record: _Optional[_Union[_service_pb2.GetRecordRequest, _Mapping]] = ..., statement: _Optional[_Union[_service_pb2.GetStatementRequest, _Mapping]] = ..., accreditation: _Optional[_Union[_service_pb2.GetAccreditationRequest, _Mapping]] = ..., proposal: _Optional[_Union[_service_pb2.GetProposalRequest, _Mapping]] = ..., hold: _Optional[_Union[_service_pb2.GetHoldRequest, _Mapping]] = ..., retirement: _Optional[_Union[_service_pb2.GetRetirementRequest, _Mapping]] = ..., program: _Optional[_Union[_service_pb2.GetProgramRequest, _Mapping]] = ..., transaction: _Optional[_Union[_service_pb2.GetTransactionRequest, _Mapping]] = ...) -> None: ...

class Bundle(_message.Message):
    __slots__ = ("format", "chain_id", "fact", "state", "program", "transaction", "blocks")
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    CHAIN_ID_FIELD_NUMBER: _ClassVar[int]
    FACT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    BLOCKS_FIELD_NUMBER: _ClassVar[int]
    format: str
    chain_id: str
    fact: Fact
    state: _containers.RepeatedCompositeFieldContainer[_service_pb2.Proof]
    program: bytes
    transaction: _light_pb2.TransactionProof
    blocks: _containers.RepeatedCompositeFieldContainer[_light_pb2.LightBlock]
    def __init__(self, format: _Optional[str] = ..., chain_id: _Optional[str] = ..., fact: _Optional[_Union[Fact, _Mapping]] = ..., state: _Optional[_Iterable[_Union[_service_pb2.Proof, _Mapping]]] = ..., program: _Optional[bytes] = ..., transaction: _Optional[_Union[_light_pb2.TransactionProof, _Mapping]] = ..., blocks: _Optional[_Iterable[_Union[_light_pb2.LightBlock, _Mapping]]] = ...) -> None: ...
