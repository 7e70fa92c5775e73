from tonne.v1 import events_pb2 as _events_pb2
from tonne.v1 import light_pb2 as _light_pb2
from tonne.v1 import state_pb2 as _state_pb2
from tonne.v1 import kinds_pb2 as _kinds_pb2
from tonne.v1 import policy_pb2 as _policy_pb2
from tonne.v1 import tx_pb2 as _tx_pb2
from tonne.v1 import kinds_pb2 as _kinds_pb2_1
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TxStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TX_STATUS_UNSPECIFIED: _ClassVar[TxStatus]
    UNKNOWN: _ClassVar[TxStatus]
    PENDING_TX: _ClassVar[TxStatus]
    REFUSED: _ClassVar[TxStatus]
    COMMITTED: _ClassVar[TxStatus]
TX_STATUS_UNSPECIFIED: TxStatus
UNKNOWN: TxStatus
PENDING_TX: TxStatus
REFUSED: TxStatus
COMMITTED: TxStatus

class SubmitRequest(_message.Message):
    __slots__ = ("tx", "wait")
    TX_FIELD_NUMBER: _ClassVar[int]
    WAIT_FIELD_NUMBER: _ClassVar[int]
    tx: bytes
    wait: bool
    def __init__(self, tx: _Optional[bytes] = ..., wait: bool = ...) -> None: ...

class StreamRequest(_message.Message):
    __slots__ = ("request_id", "tx", "wait")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TX_FIELD_NUMBER: _ClassVar[int]
    WAIT_FIELD_NUMBER: _ClassVar[int]
    request_id: int
    tx: bytes
    wait: bool
    def __init__(self, request_id: _Optional[int] = ..., tx: _Optional[bytes] = ..., wait: bool = ...) -> None: ...

class StreamReply(_message.Message):
    __slots__ = ("request_id", "transaction")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    request_id: int
    transaction: Transaction
    def __init__(self, request_id: _Optional[int] = ..., transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class Transaction(_message.Message):
    __slots__ = ("tx_id", "status", "code", "code_name", "meaning", "next", "detail", "height", "index", "events", "proposal")
    TX_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    CODE_NAME_FIELD_NUMBER: _ClassVar[int]
    MEANING_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    tx_id: bytes
    status: TxStatus
    code: int
    code_name: str
    meaning: str
    next: str
    detail: str
    height: int
    index: int
    events: _containers.RepeatedCompositeFieldContainer[_events_pb2.Event]
    proposal: int
    def __init__(self, tx_id: _Optional[bytes] = ..., status: _Optional[_Union[TxStatus, str]] = ..., code: _Optional[int] = ..., code_name: _Optional[str] = ..., meaning: _Optional[str] = ..., next: _Optional[str] = ..., detail: _Optional[str] = ..., height: _Optional[int] = ..., index: _Optional[int] = ..., events: _Optional[_Iterable[_Union[_events_pb2.Event, _Mapping]]] = ..., proposal: _Optional[int] = ...) -> None: ...

class SimulateRequest(_message.Message):
    __slots__ = ("tx",)
    TX_FIELD_NUMBER: _ClassVar[int]
    tx: bytes
    def __init__(self, tx: _Optional[bytes] = ...) -> None: ...

class SimulateReply(_message.Message):
    __slots__ = ("code", "detail", "pending", "missing", "events", "cost", "height")
    CODE_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    PENDING_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    code: int
    detail: str
    pending: bool
    missing: _containers.RepeatedCompositeFieldContainer[_state_pb2.Requirement]
    events: _containers.RepeatedCompositeFieldContainer[_events_pb2.Event]
    cost: int
    height: int
    def __init__(self, code: _Optional[int] = ..., detail: _Optional[str] = ..., pending: bool = ..., missing: _Optional[_Iterable[_Union[_state_pb2.Requirement, _Mapping]]] = ..., events: _Optional[_Iterable[_Union[_events_pb2.Event, _Mapping]]] = ..., cost: _Optional[int] = ..., height: _Optional[int] = ...) -> None: ...

class GetTransactionRequest(_message.Message):
    __slots__ = ("tx_id",)
    TX_ID_FIELD_NUMBER: _ClassVar[int]
    tx_id: bytes
    def __init__(self, tx_id: _Optional[bytes] = ...) -> None: ...

class At(_message.Message):
    __slots__ = ("height", "prove")
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    PROVE_FIELD_NUMBER: _ClassVar[int]
    height: int
    prove: bool
    def __init__(self, height: _Optional[int] = ..., prove: bool = ...) -> None: ...

class Proof(_message.Message):
    __slots__ = ("height", "key", "value", "proof")
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    height: int
    key: bytes
    value: bytes
    proof: bytes
    def __init__(self, height: _Optional[int] = ..., key: _Optional[bytes] = ..., value: _Optional[bytes] = ..., proof: _Optional[bytes] = ...) -> None: ...

class GetOrganisationRequest(_message.Message):
    __slots__ = ("id", "at")
    ID_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    at: At
    def __init__(self, id: _Optional[str] = ..., at: _Optional[_Union[At, _Mapping]] = ...) -> None: ...

class OrganisationReply(_message.Message):
    __slots__ = ("organisation", "height", "proof")
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    organisation: _state_pb2.Organisation
    height: int
    proof: Proof
    def __init__(self, organisation: _Optional[_Union[_state_pb2.Organisation, _Mapping]] = ..., height: _Optional[int] = ..., proof: _Optional[_Union[Proof, _Mapping]] = ...) -> None: ...

class GetAccountRequest(_message.Message):
    __slots__ = ("id", "at")
    ID_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    at: At
    def __init__(self, id: _Optional[str] = ..., at: _Optional[_Union[At, _Mapping]] = ...) -> None: ...

class AccountReply(_message.Message):
    __slots__ = ("account", "organisation", "holdings", "height", "proof")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    HOLDINGS_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    account: _state_pb2.Account
    organisation: _state_pb2.Organisation
    holdings: _containers.RepeatedCompositeFieldContainer[_state_pb2.Holding]
    height: int
    proof: Proof
    def __init__(self, account: _Optional[_Union[_state_pb2.Account, _Mapping]] = ..., organisation: _Optional[_Union[_state_pb2.Organisation, _Mapping]] = ..., holdings: _Optional[_Iterable[_Union[_state_pb2.Holding, _Mapping]]] = ..., height: _Optional[int] = ..., proof: _Optional[_Union[Proof, _Mapping]] = ...) -> None: ...

class GetHoldingRequest(_message.Message):
    __slots__ = ("account", "program", "class_id", "at")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    account: str
    program: str
    class_id: str
    at: At
    def __init__(self, account: _Optional[str] = ..., program: _Optional[str] = ..., class_id: _Optional[str] = ..., at: _Optional[_Union[At, _Mapping]] = ...) -> None: ...

class HoldingReply(_message.Message):
    __slots__ = ("holding", "height", "proof")
    HOLDING_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    holding: _state_pb2.Holding
    height: int
    proof: Proof
    def __init__(self, holding: _Optional[_Union[_state_pb2.Holding, _Mapping]] = ..., height: _Optional[int] = ..., proof: _Optional[_Union[Proof, _Mapping]] = ...) -> None: ...

class GetLotRequest(_message.Message):
    __slots__ = ("space", "serial", "at")
    SPACE_FIELD_NUMBER: _ClassVar[int]
    SERIAL_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    space: str
    serial: int
    at: At
    def __init__(self, space: _Optional[str] = ..., serial: _Optional[int] = ..., at: _Optional[_Union[At, _Mapping]] = ...) -> None: ...

class LotReply(_message.Message):
    __slots__ = ("lot", "height", "proof")
    LOT_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    lot: _state_pb2.Lot
    height: int
    proof: Proof
    def __init__(self, lot: _Optional[_Union[_state_pb2.Lot, _Mapping]] = ..., height: _Optional[int] = ..., proof: _Optional[_Union[Proof, _Mapping]] = ...) -> None: ...

class GetRecordRequest(_message.Message):
    __slots__ = ("program", "record", "page", "at")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    program: str
    record: _kinds_pb2_1.RecordRef
    page: Page
    at: At
    def __init__(self, program: _Optional[str] = ..., record: _Optional[_Union[_kinds_pb2_1.RecordRef, _Mapping]] = ..., page: _Optional[_Union[Page, _Mapping]] = ..., at: _Optional[_Union[At, _Mapping]] = ...) -> None: ...

class RecordReply(_message.Message):
    __slots__ = ("record", "documents", "cursor", "height", "proof")
    RECORD_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    record: _state_pb2.Record
    documents: _containers.RepeatedCompositeFieldContainer[_state_pb2.Document]
    cursor: bytes
    height: int
    proof: Proof
    def __init__(self, record: _Optional[_Union[_state_pb2.Record, _Mapping]] = ..., documents: _Optional[_Iterable[_Union[_state_pb2.Document, _Mapping]]] = ..., cursor: _Optional[bytes] = ..., height: _Optional[int] = ..., proof: _Optional[_Union[Proof, _Mapping]] = ...) -> None: ...

class GetStatementRequest(_message.Message):
    __slots__ = ("program", "id", "at")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    program: str
    id: str
    at: At
    def __init__(self, program: _Optional[str] = ..., id: _Optional[str] = ..., at: _Optional[_Union[At, _Mapping]] = ...) -> None: ...

class StatementReply(_message.Message):
    __slots__ = ("statement", "height", "proof")
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    statement: _state_pb2.Statement
    height: int
    proof: Proof
    def __init__(self, statement: _Optional[_Union[_state_pb2.Statement, _Mapping]] = ..., height: _Optional[int] = ..., proof: _Optional[_Union[Proof, _Mapping]] = ...) -> None: ...

class GetAccreditationRequest(_message.Message):
    __slots__ = ("program", "role", "list", "account", "at")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    LIST_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    program: str
    role: _kinds_pb2_1.Role
    list: str
    account: str
    at: At
    def __init__(self, program: _Optional[str] = ..., role: _Optional[_Union[_kinds_pb2_1.Role, str]] = ..., list: _Optional[str] = ..., account: _Optional[str] = ..., at: _Optional[_Union[At, _Mapping]] = ...) -> None: ...

class AccreditationReply(_message.Message):
    __slots__ = ("accreditation", "height", "proof")
    ACCREDITATION_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    accreditation: _state_pb2.Accreditation
    height: int
    proof: Proof
    def __init__(self, accreditation: _Optional[_Union[_state_pb2.Accreditation, _Mapping]] = ..., height: _Optional[int] = ..., proof: _Optional[_Union[Proof, _Mapping]] = ...) -> None: ...

class GetProposalRequest(_message.Message):
    __slots__ = ("id", "at")
    ID_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    id: int
    at: At
    def __init__(self, id: _Optional[int] = ..., at: _Optional[_Union[At, _Mapping]] = ...) -> None: ...

class ProposalReply(_message.Message):
    __slots__ = ("proposal", "height", "proof")
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    proposal: _state_pb2.Proposal
    height: int
    proof: Proof
    def __init__(self, proposal: _Optional[_Union[_state_pb2.Proposal, _Mapping]] = ..., height: _Optional[int] = ..., proof: _Optional[_Union[Proof, _Mapping]] = ...) -> None: ...

class GetHoldRequest(_message.Message):
    __slots__ = ("id", "at")
    ID_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    id: int
    at: At
    def __init__(self, id: _Optional[int] = ..., at: _Optional[_Union[At, _Mapping]] = ...) -> None: ...

class HoldReply(_message.Message):
    __slots__ = ("hold", "height", "proof")
    HOLD_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    hold: _state_pb2.Hold
    height: int
    proof: Proof
    def __init__(self, hold: _Optional[_Union[_state_pb2.Hold, _Mapping]] = ..., height: _Optional[int] = ..., proof: _Optional[_Union[Proof, _Mapping]] = ...) -> None: ...

class GetRetirementRequest(_message.Message):
    __slots__ = ("id", "at")
    ID_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    id: int
    at: At
    def __init__(self, id: _Optional[int] = ..., at: _Optional[_Union[At, _Mapping]] = ...) -> None: ...

class RetirementReply(_message.Message):
    __slots__ = ("retirement", "height", "proof")
    RETIREMENT_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    retirement: _state_pb2.Retirement
    height: int
    proof: Proof
    def __init__(self, retirement: _Optional[_Union[_state_pb2.Retirement, _Mapping]] = ..., height: _Optional[int] = ..., proof: _Optional[_Union[Proof, _Mapping]] = ...) -> None: ...

class GetProgramRequest(_message.Message):
    __slots__ = ("id", "version", "at")
    ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    version: int
    at: At
    def __init__(self, id: _Optional[str] = ..., version: _Optional[int] = ..., at: _Optional[_Union[At, _Mapping]] = ...) -> None: ...

class ProgramReply(_message.Message):
    __slots__ = ("program", "sinks", "supplies", "height", "proof")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    SINKS_FIELD_NUMBER: _ClassVar[int]
    SUPPLIES_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    program: _policy_pb2.Program
    sinks: _containers.RepeatedCompositeFieldContainer[_state_pb2.Account]
    supplies: _containers.RepeatedCompositeFieldContainer[_state_pb2.Supply]
    height: int
    proof: Proof
    def __init__(self, program: _Optional[_Union[_policy_pb2.Program, _Mapping]] = ..., sinks: _Optional[_Iterable[_Union[_state_pb2.Account, _Mapping]]] = ..., supplies: _Optional[_Iterable[_Union[_state_pb2.Supply, _Mapping]]] = ..., height: _Optional[int] = ..., proof: _Optional[_Union[Proof, _Mapping]] = ...) -> None: ...

class GetCancellationRequest(_message.Message):
    __slots__ = ("id", "at")
    ID_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    id: int
    at: At
    def __init__(self, id: _Optional[int] = ..., at: _Optional[_Union[At, _Mapping]] = ...) -> None: ...

class CancellationReply(_message.Message):
    __slots__ = ("cancellation", "height", "proof")
    CANCELLATION_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    cancellation: _state_pb2.Cancellation
    height: int
    proof: Proof
    def __init__(self, cancellation: _Optional[_Union[_state_pb2.Cancellation, _Mapping]] = ..., height: _Optional[int] = ..., proof: _Optional[_Union[Proof, _Mapping]] = ...) -> None: ...

class GetOrderRequest(_message.Message):
    __slots__ = ("id", "at")
    ID_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    id: int
    at: At
    def __init__(self, id: _Optional[int] = ..., at: _Optional[_Union[At, _Mapping]] = ...) -> None: ...

class OrderReply(_message.Message):
    __slots__ = ("order", "height", "proof")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    order: _state_pb2.Order
    height: int
    proof: Proof
    def __init__(self, order: _Optional[_Union[_state_pb2.Order, _Mapping]] = ..., height: _Optional[int] = ..., proof: _Optional[_Union[Proof, _Mapping]] = ...) -> None: ...

class GetFillRequest(_message.Message):
    __slots__ = ("order", "fill", "at")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    FILL_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    order: int
    fill: int
    at: At
    def __init__(self, order: _Optional[int] = ..., fill: _Optional[int] = ..., at: _Optional[_Union[At, _Mapping]] = ...) -> None: ...

class FillReply(_message.Message):
    __slots__ = ("fill", "height", "proof")
    FILL_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    fill: _state_pb2.Fill
    height: int
    proof: Proof
    def __init__(self, fill: _Optional[_Union[_state_pb2.Fill, _Mapping]] = ..., height: _Optional[int] = ..., proof: _Optional[_Union[Proof, _Mapping]] = ...) -> None: ...

class GetImportRequest(_message.Message):
    __slots__ = ("id", "at")
    ID_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    id: int
    at: At
    def __init__(self, id: _Optional[int] = ..., at: _Optional[_Union[At, _Mapping]] = ...) -> None: ...

class ImportReply(_message.Message):
    __slots__ = ("imported", "height", "proof")
    IMPORTED_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    imported: _state_pb2.Import
    height: int
    proof: Proof
    def __init__(self, imported: _Optional[_Union[_state_pb2.Import, _Mapping]] = ..., height: _Optional[int] = ..., proof: _Optional[_Union[Proof, _Mapping]] = ...) -> None: ...

class GetLinkTotalRequest(_message.Message):
    __slots__ = ("program", "link", "at")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    LINK_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    program: str
    link: str
    at: At
    def __init__(self, program: _Optional[str] = ..., link: _Optional[str] = ..., at: _Optional[_Union[At, _Mapping]] = ...) -> None: ...

class LinkTotalReply(_message.Message):
    __slots__ = ("total", "balance_t", "pending_t", "height", "proof")
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    BALANCE_T_FIELD_NUMBER: _ClassVar[int]
    PENDING_T_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    total: _state_pb2.LinkTotal
    balance_t: int
    pending_t: int
    height: int
    proof: Proof
    def __init__(self, total: _Optional[_Union[_state_pb2.LinkTotal, _Mapping]] = ..., balance_t: _Optional[int] = ..., pending_t: _Optional[int] = ..., height: _Optional[int] = ..., proof: _Optional[_Union[Proof, _Mapping]] = ...) -> None: ...

class GetCapRecordRequest(_message.Message):
    __slots__ = ("program", "class_id", "party", "period", "at")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    program: str
    class_id: str
    party: str
    period: str
    at: At
    def __init__(self, program: _Optional[str] = ..., class_id: _Optional[str] = ..., party: _Optional[str] = ..., period: _Optional[str] = ..., at: _Optional[_Union[At, _Mapping]] = ...) -> None: ...

class CapRecordReply(_message.Message):
    __slots__ = ("cap", "height", "proof")
    CAP_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    cap: _state_pb2.CapRecord
    height: int
    proof: Proof
    def __init__(self, cap: _Optional[_Union[_state_pb2.CapRecord, _Mapping]] = ..., height: _Optional[int] = ..., proof: _Optional[_Union[Proof, _Mapping]] = ...) -> None: ...

class GetValidatorsRequest(_message.Message):
    __slots__ = ("at",)
    AT_FIELD_NUMBER: _ClassVar[int]
    at: At
    def __init__(self, at: _Optional[_Union[At, _Mapping]] = ...) -> None: ...

class ValidatorsReply(_message.Message):
    __slots__ = ("validators", "scheduled", "height", "proof")
    VALIDATORS_FIELD_NUMBER: _ClassVar[int]
    SCHEDULED_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    validators: _policy_pb2.ValidatorSet
    scheduled: _containers.RepeatedCompositeFieldContainer[_state_pb2.Scheduled]
    height: int
    proof: Proof
    def __init__(self, validators: _Optional[_Union[_policy_pb2.ValidatorSet, _Mapping]] = ..., scheduled: _Optional[_Iterable[_Union[_state_pb2.Scheduled, _Mapping]]] = ..., height: _Optional[int] = ..., proof: _Optional[_Union[Proof, _Mapping]] = ...) -> None: ...

class GetReserveRequest(_message.Message):
    __slots__ = ("program", "party", "period")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    program: str
    party: str
    period: str
    def __init__(self, program: _Optional[str] = ..., party: _Optional[str] = ..., period: _Optional[str] = ...) -> None: ...

class ReserveReply(_message.Message):
    __slots__ = ("required_t", "holdings_t", "headroom_t", "height")
    REQUIRED_T_FIELD_NUMBER: _ClassVar[int]
    HOLDINGS_T_FIELD_NUMBER: _ClassVar[int]
    HEADROOM_T_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    required_t: int
    holdings_t: int
    headroom_t: int
    height: int
    def __init__(self, required_t: _Optional[int] = ..., holdings_t: _Optional[int] = ..., headroom_t: _Optional[int] = ..., height: _Optional[int] = ...) -> None: ...

class GetFootprintReportRequest(_message.Message):
    __slots__ = ("program", "id", "items_sold")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    ITEMS_SOLD_FIELD_NUMBER: _ClassVar[int]
    program: str
    id: str
    items_sold: int
    def __init__(self, program: _Optional[str] = ..., id: _Optional[str] = ..., items_sold: _Optional[int] = ...) -> None: ...

class FootprintReport(_message.Message):
    __slots__ = ("declared_kg", "declared_t", "offset_items", "offset_t", "offset_bps", "height")
    DECLARED_KG_FIELD_NUMBER: _ClassVar[int]
    DECLARED_T_FIELD_NUMBER: _ClassVar[int]
    OFFSET_ITEMS_FIELD_NUMBER: _ClassVar[int]
    OFFSET_T_FIELD_NUMBER: _ClassVar[int]
    OFFSET_BPS_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    declared_kg: int
    declared_t: int
    offset_items: int
    offset_t: int
    offset_bps: int
    height: int
    def __init__(self, declared_kg: _Optional[int] = ..., declared_t: _Optional[int] = ..., offset_items: _Optional[int] = ..., offset_t: _Optional[int] = ..., offset_bps: _Optional[int] = ..., height: _Optional[int] = ...) -> None: ...

class GetLabelsRequest(_message.Message):
    __slots__ = ("space", "serial")
    SPACE_FIELD_NUMBER: _ClassVar[int]
    SERIAL_FIELD_NUMBER: _ClassVar[int]
    space: str
    serial: int
    def __init__(self, space: _Optional[str] = ..., serial: _Optional[int] = ...) -> None: ...

class LabelsReply(_message.Message):
    __slots__ = ("given", "derived", "height")
    GIVEN_FIELD_NUMBER: _ClassVar[int]
    DERIVED_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    given: _containers.RepeatedScalarFieldContainer[str]
    derived: _containers.RepeatedScalarFieldContainer[str]
    height: int
    def __init__(self, given: _Optional[_Iterable[str]] = ..., derived: _Optional[_Iterable[str]] = ..., height: _Optional[int] = ...) -> None: ...

class Page(_message.Message):
    __slots__ = ("size", "cursor")
    SIZE_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    size: int
    cursor: bytes
    def __init__(self, size: _Optional[int] = ..., cursor: _Optional[bytes] = ...) -> None: ...

class ListAccountsRequest(_message.Message):
    __slots__ = ("organisation", "page")
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    organisation: str
    page: Page
    def __init__(self, organisation: _Optional[str] = ..., page: _Optional[_Union[Page, _Mapping]] = ...) -> None: ...

class AccountPage(_message.Message):
    __slots__ = ("accounts", "cursor", "height")
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    accounts: _containers.RepeatedCompositeFieldContainer[_state_pb2.Account]
    cursor: bytes
    height: int
    def __init__(self, accounts: _Optional[_Iterable[_Union[_state_pb2.Account, _Mapping]]] = ..., cursor: _Optional[bytes] = ..., height: _Optional[int] = ...) -> None: ...

class ListLotsRequest(_message.Message):
    __slots__ = ("account", "program", "class_id", "page")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    account: str
    program: str
    class_id: str
    page: Page
    def __init__(self, account: _Optional[str] = ..., program: _Optional[str] = ..., class_id: _Optional[str] = ..., page: _Optional[_Union[Page, _Mapping]] = ...) -> None: ...

class LotPage(_message.Message):
    __slots__ = ("lots", "cursor", "height")
    LOTS_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    lots: _containers.RepeatedCompositeFieldContainer[_state_pb2.Lot]
    cursor: bytes
    height: int
    def __init__(self, lots: _Optional[_Iterable[_Union[_state_pb2.Lot, _Mapping]]] = ..., cursor: _Optional[bytes] = ..., height: _Optional[int] = ...) -> None: ...

class ListRecordsRequest(_message.Message):
    __slots__ = ("program", "kind", "page")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    program: str
    kind: _kinds_pb2_1.RecordKind
    page: Page
    def __init__(self, program: _Optional[str] = ..., kind: _Optional[_Union[_kinds_pb2_1.RecordKind, str]] = ..., page: _Optional[_Union[Page, _Mapping]] = ...) -> None: ...

class RecordPage(_message.Message):
    __slots__ = ("records", "cursor", "height")
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    records: _containers.RepeatedCompositeFieldContainer[_state_pb2.Record]
    cursor: bytes
    height: int
    def __init__(self, records: _Optional[_Iterable[_Union[_state_pb2.Record, _Mapping]]] = ..., cursor: _Optional[bytes] = ..., height: _Optional[int] = ...) -> None: ...

class ListProposalsRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: Page
    def __init__(self, page: _Optional[_Union[Page, _Mapping]] = ...) -> None: ...

class ProposalPage(_message.Message):
    __slots__ = ("proposals", "cursor", "height")
    PROPOSALS_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    proposals: _containers.RepeatedCompositeFieldContainer[_state_pb2.Proposal]
    cursor: bytes
    height: int
    def __init__(self, proposals: _Optional[_Iterable[_Union[_state_pb2.Proposal, _Mapping]]] = ..., cursor: _Optional[bytes] = ..., height: _Optional[int] = ...) -> None: ...

class ListRetirementsRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: Page
    def __init__(self, page: _Optional[_Union[Page, _Mapping]] = ...) -> None: ...

class RetirementPage(_message.Message):
    __slots__ = ("retirements", "cursor", "height")
    RETIREMENTS_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    retirements: _containers.RepeatedCompositeFieldContainer[_state_pb2.Retirement]
    cursor: bytes
    height: int
    def __init__(self, retirements: _Optional[_Iterable[_Union[_state_pb2.Retirement, _Mapping]]] = ..., cursor: _Optional[bytes] = ..., height: _Optional[int] = ...) -> None: ...

class ListProgramsRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: Page
    def __init__(self, page: _Optional[_Union[Page, _Mapping]] = ...) -> None: ...

class ProgramPage(_message.Message):
    __slots__ = ("programs", "cursor", "height")
    PROGRAMS_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    programs: _containers.RepeatedCompositeFieldContainer[_policy_pb2.Program]
    cursor: bytes
    height: int
    def __init__(self, programs: _Optional[_Iterable[_Union[_policy_pb2.Program, _Mapping]]] = ..., cursor: _Optional[bytes] = ..., height: _Optional[int] = ...) -> None: ...

class ListCancellationsRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: Page
    def __init__(self, page: _Optional[_Union[Page, _Mapping]] = ...) -> None: ...

class CancellationPage(_message.Message):
    __slots__ = ("cancellations", "cursor", "height")
    CANCELLATIONS_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    cancellations: _containers.RepeatedCompositeFieldContainer[_state_pb2.Cancellation]
    cursor: bytes
    height: int
    def __init__(self, cancellations: _Optional[_Iterable[_Union[_state_pb2.Cancellation, _Mapping]]] = ..., cursor: _Optional[bytes] = ..., height: _Optional[int] = ...) -> None: ...

class ListOrdersRequest(_message.Message):
    __slots__ = ("program", "class_id", "side", "page")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    SIDE_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    program: str
    class_id: str
    side: _kinds_pb2_1.OrderSide
    page: Page
    def __init__(self, program: _Optional[str] = ..., class_id: _Optional[str] = ..., side: _Optional[_Union[_kinds_pb2_1.OrderSide, str]] = ..., page: _Optional[_Union[Page, _Mapping]] = ...) -> None: ...

class OrderPage(_message.Message):
    __slots__ = ("orders", "cursor", "height")
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    orders: _containers.RepeatedCompositeFieldContainer[_state_pb2.Order]
    cursor: bytes
    height: int
    def __init__(self, orders: _Optional[_Iterable[_Union[_state_pb2.Order, _Mapping]]] = ..., cursor: _Optional[bytes] = ..., height: _Optional[int] = ...) -> None: ...

class ListFillsRequest(_message.Message):
    __slots__ = ("order", "page")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    order: int
    page: Page
    def __init__(self, order: _Optional[int] = ..., page: _Optional[_Union[Page, _Mapping]] = ...) -> None: ...

class FillPage(_message.Message):
    __slots__ = ("fills", "cursor", "height")
    FILLS_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    fills: _containers.RepeatedCompositeFieldContainer[_state_pb2.Fill]
    cursor: bytes
    height: int
    def __init__(self, fills: _Optional[_Iterable[_Union[_state_pb2.Fill, _Mapping]]] = ..., cursor: _Optional[bytes] = ..., height: _Optional[int] = ...) -> None: ...

class ListImportsRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: Page
    def __init__(self, page: _Optional[_Union[Page, _Mapping]] = ...) -> None: ...

class ImportPage(_message.Message):
    __slots__ = ("imports", "cursor", "height")
    IMPORTS_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    imports: _containers.RepeatedCompositeFieldContainer[_state_pb2.Import]
    cursor: bytes
    height: int
    def __init__(self, imports: _Optional[_Iterable[_Union[_state_pb2.Import, _Mapping]]] = ..., cursor: _Optional[bytes] = ..., height: _Optional[int] = ...) -> None: ...

class ListHoldsRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: Page
    def __init__(self, page: _Optional[_Union[Page, _Mapping]] = ...) -> None: ...

class HoldPage(_message.Message):
    __slots__ = ("holds", "cursor", "height")
    HOLDS_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    holds: _containers.RepeatedCompositeFieldContainer[_state_pb2.Hold]
    cursor: bytes
    height: int
    def __init__(self, holds: _Optional[_Iterable[_Union[_state_pb2.Hold, _Mapping]]] = ..., cursor: _Optional[bytes] = ..., height: _Optional[int] = ...) -> None: ...

class ListLabelsRequest(_message.Message):
    __slots__ = ("program", "page")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    program: str
    page: Page
    def __init__(self, program: _Optional[str] = ..., page: _Optional[_Union[Page, _Mapping]] = ...) -> None: ...

class LabelPage(_message.Message):
    __slots__ = ("labels", "cursor", "height")
    LABELS_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    labels: _containers.RepeatedCompositeFieldContainer[_state_pb2.LabelGrant]
    cursor: bytes
    height: int
    def __init__(self, labels: _Optional[_Iterable[_Union[_state_pb2.LabelGrant, _Mapping]]] = ..., cursor: _Optional[bytes] = ..., height: _Optional[int] = ...) -> None: ...

class GetInboxRequest(_message.Message):
    __slots__ = ("account", "page")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    account: str
    page: Page
    def __init__(self, account: _Optional[str] = ..., page: _Optional[_Union[Page, _Mapping]] = ...) -> None: ...

class GetLightBlockRequest(_message.Message):
    __slots__ = ("height",)
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    height: int
    def __init__(self, height: _Optional[int] = ...) -> None: ...

class GetSequenceRequest(_message.Message):
    __slots__ = ("account", "lane")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    account: str
    lane: int
    def __init__(self, account: _Optional[str] = ..., lane: _Optional[int] = ...) -> None: ...

class SequenceReply(_message.Message):
    __slots__ = ("next", "free", "last_accepted", "height")
    NEXT_FIELD_NUMBER: _ClassVar[int]
    FREE_FIELD_NUMBER: _ClassVar[int]
    LAST_ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    next: int
    free: _containers.RepeatedScalarFieldContainer[int]
    last_accepted: int
    height: int
    def __init__(self, next: _Optional[int] = ..., free: _Optional[_Iterable[int]] = ..., last_accepted: _Optional[int] = ..., height: _Optional[int] = ...) -> None: ...

class GetGenesisRequest(_message.Message):
    __slots__ = ("part",)
    PART_FIELD_NUMBER: _ClassVar[int]
    part: int
    def __init__(self, part: _Optional[int] = ...) -> None: ...

class GenesisReply(_message.Message):
    __slots__ = ("parts", "data")
    PARTS_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    parts: int
    data: bytes
    def __init__(self, parts: _Optional[int] = ..., data: _Optional[bytes] = ...) -> None: ...

class GetStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class StatusReply(_message.Message):
    __slots__ = ("chain_id", "genesis_hash", "height", "time_s", "app_hash", "rules_version", "version", "engine_version", "catching_up", "peers", "node", "params", "leaves", "stuck_duties", "node_kind", "voting_power", "standing_still_since_s")
    CHAIN_ID_FIELD_NUMBER: _ClassVar[int]
    GENESIS_HASH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    TIME_S_FIELD_NUMBER: _ClassVar[int]
    APP_HASH_FIELD_NUMBER: _ClassVar[int]
    RULES_VERSION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ENGINE_VERSION_FIELD_NUMBER: _ClassVar[int]
    CATCHING_UP_FIELD_NUMBER: _ClassVar[int]
    PEERS_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    LEAVES_FIELD_NUMBER: _ClassVar[int]
    STUCK_DUTIES_FIELD_NUMBER: _ClassVar[int]
    NODE_KIND_FIELD_NUMBER: _ClassVar[int]
    VOTING_POWER_FIELD_NUMBER: _ClassVar[int]
    STANDING_STILL_SINCE_S_FIELD_NUMBER: _ClassVar[int]
    chain_id: str
    genesis_hash: bytes
    height: int
    time_s: int
    app_hash: bytes
    rules_version: int
    version: str
    engine_version: str
    catching_up: bool
    peers: int
    node: str
    params: _policy_pb2.ChainParams
    leaves: int
    stuck_duties: int
    node_kind: str
    voting_power: int
    standing_still_since_s: int
    def __init__(self, chain_id: _Optional[str] = ..., genesis_hash: _Optional[bytes] = ..., height: _Optional[int] = ..., time_s: _Optional[int] = ..., app_hash: _Optional[bytes] = ..., rules_version: _Optional[int] = ..., version: _Optional[str] = ..., engine_version: _Optional[str] = ..., catching_up: bool = ..., peers: _Optional[int] = ..., node: _Optional[str] = ..., params: _Optional[_Union[_policy_pb2.ChainParams, _Mapping]] = ..., leaves: _Optional[int] = ..., stuck_duties: _Optional[int] = ..., node_kind: _Optional[str] = ..., voting_power: _Optional[int] = ..., standing_still_since_s: _Optional[int] = ...) -> None: ...
