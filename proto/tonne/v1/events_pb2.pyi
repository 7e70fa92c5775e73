from tonne.v1 import state_pb2 as _state_pb2
from tonne.v1 import tx_pb2 as _tx_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Event(_message.Message):
    __slots__ = ("organisation_put", "account_put", "accredited", "anchored", "record_changed", "attested", "issued", "moved", "retired", "hold_placed", "hold_released", "proposal_opened", "proposal_decided", "proposal_ended", "contained")
    ORGANISATION_PUT_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_PUT_FIELD_NUMBER: _ClassVar[int]
    ACCREDITED_FIELD_NUMBER: _ClassVar[int]
    ANCHORED_FIELD_NUMBER: _ClassVar[int]
    RECORD_CHANGED_FIELD_NUMBER: _ClassVar[int]
    ATTESTED_FIELD_NUMBER: _ClassVar[int]
    ISSUED_FIELD_NUMBER: _ClassVar[int]
    MOVED_FIELD_NUMBER: _ClassVar[int]
    RETIRED_FIELD_NUMBER: _ClassVar[int]
    HOLD_PLACED_FIELD_NUMBER: _ClassVar[int]
    HOLD_RELEASED_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_OPENED_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_DECIDED_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_ENDED_FIELD_NUMBER: _ClassVar[int]
    CONTAINED_FIELD_NUMBER: _ClassVar[int]
    organisation_put: OrganisationPut
    account_put: AccountPut
    accredited: Accredited
    anchored: Anchored
    record_changed: RecordChanged
    attested: Attested
    issued: Issued
    moved: Moved
    retired: Retired
    hold_placed: HoldPlaced
    hold_released: HoldReleased
    proposal_opened: ProposalOpened
    proposal_decided: ProposalDecided
    proposal_ended: ProposalEnded
    contained: Contained
    def __init__(self, organisation_put: _Optional[_Union[OrganisationPut, _Mapping]] = ..., account_put: _Optional[_Union[AccountPut, _Mapping]] = ..., accredited: _Optional[_Union[Accredited, _Mapping]] = ..., anchored: _Optional[_Union[Anchored, _Mapping]] = ..., record_changed: _Optional[_Union[RecordChanged, _Mapping]] = ..., attested: _Optional[_Union[Attested, _Mapping]] = ..., issued: _Optional[_Union[Issued, _Mapping]] = ..., moved: _Optional[_Union[Moved, _Mapping]] = ..., retired: _Optional[_Union[Retired, _Mapping]] = ..., hold_placed: _Optional[_Union[HoldPlaced, _Mapping]] = ..., hold_released: _Optional[_Union[HoldReleased, _Mapping]] = ..., proposal_opened: _Optional[_Union[ProposalOpened, _Mapping]] = ..., proposal_decided: _Optional[_Union[ProposalDecided, _Mapping]] = ..., proposal_ended: _Optional[_Union[ProposalEnded, _Mapping]] = ..., contained: _Optional[_Union[Contained, _Mapping]] = ...) -> None: ...

class OrganisationPut(_message.Message):
    __slots__ = ("id", "status")
    ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    id: str
    status: _tx_pb2.OrganisationStatus
    def __init__(self, id: _Optional[str] = ..., status: _Optional[_Union[_tx_pb2.OrganisationStatus, str]] = ...) -> None: ...

class AccountPut(_message.Message):
    __slots__ = ("id", "organisation", "status")
    ID_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    id: str
    organisation: str
    status: _tx_pb2.AccountStatus
    def __init__(self, id: _Optional[str] = ..., organisation: _Optional[str] = ..., status: _Optional[_Union[_tx_pb2.AccountStatus, str]] = ...) -> None: ...

class Accredited(_message.Message):
    __slots__ = ("program", "role", "list", "account", "status")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    LIST_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    program: str
    role: _tx_pb2.Role
    list: str
    account: str
    status: _state_pb2.AccreditationStatus
    def __init__(self, program: _Optional[str] = ..., role: _Optional[_Union[_tx_pb2.Role, str]] = ..., list: _Optional[str] = ..., account: _Optional[str] = ..., status: _Optional[_Union[_state_pb2.AccreditationStatus, str]] = ...) -> None: ...

class Anchored(_message.Message):
    __slots__ = ("program", "kind", "hash", "link")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    LINK_FIELD_NUMBER: _ClassVar[int]
    program: str
    kind: str
    hash: bytes
    link: _tx_pb2.RecordRef
    def __init__(self, program: _Optional[str] = ..., kind: _Optional[str] = ..., hash: _Optional[bytes] = ..., link: _Optional[_Union[_tx_pb2.RecordRef, _Mapping]] = ...) -> None: ...

class RecordChanged(_message.Message):
    __slots__ = ("program", "record", "from_state", "to_state", "account")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    FROM_STATE_FIELD_NUMBER: _ClassVar[int]
    TO_STATE_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    program: str
    record: _tx_pb2.RecordRef
    from_state: str
    to_state: str
    account: str
    def __init__(self, program: _Optional[str] = ..., record: _Optional[_Union[_tx_pb2.RecordRef, _Mapping]] = ..., from_state: _Optional[str] = ..., to_state: _Optional[str] = ..., account: _Optional[str] = ...) -> None: ...

class Attested(_message.Message):
    __slots__ = ("program", "id", "kind", "net_t", "auditor")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NET_T_FIELD_NUMBER: _ClassVar[int]
    AUDITOR_FIELD_NUMBER: _ClassVar[int]
    program: str
    id: str
    kind: _tx_pb2.StatementKind
    net_t: int
    auditor: str
    def __init__(self, program: _Optional[str] = ..., id: _Optional[str] = ..., kind: _Optional[_Union[_tx_pb2.StatementKind, str]] = ..., net_t: _Optional[int] = ..., auditor: _Optional[str] = ...) -> None: ...

class Issued(_message.Message):
    __slots__ = ("program", "class_id", "issuance", "quantity_t", "reserved_t", "range", "to_account")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUANCE_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    RESERVED_T_FIELD_NUMBER: _ClassVar[int]
    RANGE_FIELD_NUMBER: _ClassVar[int]
    TO_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    program: str
    class_id: str
    issuance: str
    quantity_t: int
    reserved_t: int
    range: _tx_pb2.SerialRange
    to_account: str
    def __init__(self, program: _Optional[str] = ..., class_id: _Optional[str] = ..., issuance: _Optional[str] = ..., quantity_t: _Optional[int] = ..., reserved_t: _Optional[int] = ..., range: _Optional[_Union[_tx_pb2.SerialRange, _Mapping]] = ..., to_account: _Optional[str] = ...) -> None: ...

class Moved(_message.Message):
    __slots__ = ("program", "class_id", "quantity_t", "from_account", "to_account", "ranges")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    FROM_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    TO_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    RANGES_FIELD_NUMBER: _ClassVar[int]
    program: str
    class_id: str
    quantity_t: int
    from_account: str
    to_account: str
    ranges: _containers.RepeatedCompositeFieldContainer[_tx_pb2.SerialRange]
    def __init__(self, program: _Optional[str] = ..., class_id: _Optional[str] = ..., quantity_t: _Optional[int] = ..., from_account: _Optional[str] = ..., to_account: _Optional[str] = ..., ranges: _Optional[_Iterable[_Union[_tx_pb2.SerialRange, _Mapping]]] = ...) -> None: ...

class Retired(_message.Message):
    __slots__ = ("id", "sink", "quantity_t", "purpose")
    ID_FIELD_NUMBER: _ClassVar[int]
    SINK_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    id: int
    sink: str
    quantity_t: int
    purpose: _tx_pb2.Purpose
    def __init__(self, id: _Optional[int] = ..., sink: _Optional[str] = ..., quantity_t: _Optional[int] = ..., purpose: _Optional[_Union[_tx_pb2.Purpose, str]] = ...) -> None: ...

class HoldPlaced(_message.Message):
    __slots__ = ("id", "kind", "account", "quantity_t", "release_at_s")
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    RELEASE_AT_S_FIELD_NUMBER: _ClassVar[int]
    id: int
    kind: _state_pb2.HoldKind
    account: str
    quantity_t: int
    release_at_s: int
    def __init__(self, id: _Optional[int] = ..., kind: _Optional[_Union[_state_pb2.HoldKind, str]] = ..., account: _Optional[str] = ..., quantity_t: _Optional[int] = ..., release_at_s: _Optional[int] = ...) -> None: ...

class HoldReleased(_message.Message):
    __slots__ = ("id", "account", "quantity_t")
    ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    id: int
    account: str
    quantity_t: int
    def __init__(self, id: _Optional[int] = ..., account: _Optional[str] = ..., quantity_t: _Optional[int] = ...) -> None: ...

class ProposalOpened(_message.Message):
    __slots__ = ("id", "expires_s")
    ID_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_S_FIELD_NUMBER: _ClassVar[int]
    id: int
    expires_s: int
    def __init__(self, id: _Optional[int] = ..., expires_s: _Optional[int] = ...) -> None: ...

class ProposalDecided(_message.Message):
    __slots__ = ("id", "organisation", "verdict")
    ID_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    id: int
    organisation: str
    verdict: _tx_pb2.Verdict
    def __init__(self, id: _Optional[int] = ..., organisation: _Optional[str] = ..., verdict: _Optional[_Union[_tx_pb2.Verdict, str]] = ...) -> None: ...

class ProposalEnded(_message.Message):
    __slots__ = ("id", "state", "code")
    ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    id: int
    state: _state_pb2.ProposalState
    code: int
    def __init__(self, id: _Optional[int] = ..., state: _Optional[_Union[_state_pb2.ProposalState, str]] = ..., code: _Optional[int] = ...) -> None: ...

class Contained(_message.Message):
    __slots__ = ("where",)
    WHERE_FIELD_NUMBER: _ClassVar[int]
    where: str
    def __init__(self, where: _Optional[str] = ...) -> None: ...
