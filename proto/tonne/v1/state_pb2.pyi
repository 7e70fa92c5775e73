from tonne.v1 import tx_pb2 as _tx_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AccreditationStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCREDITATION_STATUS_UNSPECIFIED: _ClassVar[AccreditationStatus]
    GRANTED: _ClassVar[AccreditationStatus]
    SUSPENDED: _ClassVar[AccreditationStatus]
    REVOKED: _ClassVar[AccreditationStatus]

class ProgramKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROGRAM_KIND_UNSPECIFIED: _ClassVar[ProgramKind]
    KYOTO: _ClassVar[ProgramKind]
    BILATERAL: _ClassVar[ProgramKind]
    ETS: _ClassVar[ProgramKind]
    VOLUNTARY_PROGRAM: _ClassVar[ProgramKind]
    QUOTA_PROGRAM: _ClassVar[ProgramKind]

class ProgramStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROGRAM_STATUS_UNSPECIFIED: _ClassVar[ProgramStatus]
    DORMANT: _ClassVar[ProgramStatus]
    ACTIVE: _ClassVar[ProgramStatus]
    PROGRAM_SUSPENDED: _ClassVar[ProgramStatus]
    REPEALED: _ClassVar[ProgramStatus]

class SerialMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SERIAL_MODE_UNSPECIFIED: _ClassVar[SerialMode]
    PER_ORIGIN: _ClassVar[SerialMode]
    PER_ISSUANCE: _ClassVar[SerialMode]

class ApprovalMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    APPROVAL_MODE_UNSPECIFIED: _ClassVar[ApprovalMode]
    EXPLICIT: _ClassVar[ApprovalMode]
    NO_OBJECTION: _ClassVar[ApprovalMode]

class ExpiryMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXPIRY_MODE_UNSPECIFIED: _ClassVar[ExpiryMode]
    NO_EXPIRY: _ClassVar[ExpiryMode]
    EXPIRE: _ClassVar[ExpiryMode]
    REASSURE: _ClassVar[ExpiryMode]

class StatementStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STATEMENT_STATUS_UNSPECIFIED: _ClassVar[StatementStatus]
    ACCEPTED: _ClassVar[StatementStatus]
    INVALIDATED: _ClassVar[StatementStatus]
    SUPERSEDED: _ClassVar[StatementStatus]

class HoldKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HOLD_KIND_UNSPECIFIED: _ClassVar[HoldKind]
    RESERVE: _ClassVar[HoldKind]
    ESCROW: _ClassVar[HoldKind]
    PENDING: _ClassVar[HoldKind]
    DELAY: _ClassVar[HoldKind]
    PLEDGE: _ClassVar[HoldKind]

class HoldStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HOLD_STATUS_UNSPECIFIED: _ClassVar[HoldStatus]
    HOLD_ACTIVE: _ClassVar[HoldStatus]
    HOLD_RELEASED: _ClassVar[HoldStatus]
    HOLD_CLAIMED: _ClassVar[HoldStatus]

class ProposalState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROPOSAL_STATE_UNSPECIFIED: _ClassVar[ProposalState]
    PROPOSAL_PENDING: _ClassVar[ProposalState]
    PROPOSAL_EXECUTED: _ClassVar[ProposalState]
    PROPOSAL_REJECTED: _ClassVar[ProposalState]
    PROPOSAL_EXPIRED: _ClassVar[ProposalState]
    PROPOSAL_WITHDRAWN: _ClassVar[ProposalState]
    PROPOSAL_FAILED: _ClassVar[ProposalState]
ACCREDITATION_STATUS_UNSPECIFIED: AccreditationStatus
GRANTED: AccreditationStatus
SUSPENDED: AccreditationStatus
REVOKED: AccreditationStatus
PROGRAM_KIND_UNSPECIFIED: ProgramKind
KYOTO: ProgramKind
BILATERAL: ProgramKind
ETS: ProgramKind
VOLUNTARY_PROGRAM: ProgramKind
QUOTA_PROGRAM: ProgramKind
PROGRAM_STATUS_UNSPECIFIED: ProgramStatus
DORMANT: ProgramStatus
ACTIVE: ProgramStatus
PROGRAM_SUSPENDED: ProgramStatus
REPEALED: ProgramStatus
SERIAL_MODE_UNSPECIFIED: SerialMode
PER_ORIGIN: SerialMode
PER_ISSUANCE: SerialMode
APPROVAL_MODE_UNSPECIFIED: ApprovalMode
EXPLICIT: ApprovalMode
NO_OBJECTION: ApprovalMode
EXPIRY_MODE_UNSPECIFIED: ExpiryMode
NO_EXPIRY: ExpiryMode
EXPIRE: ExpiryMode
REASSURE: ExpiryMode
STATEMENT_STATUS_UNSPECIFIED: StatementStatus
ACCEPTED: StatementStatus
INVALIDATED: StatementStatus
SUPERSEDED: StatementStatus
HOLD_KIND_UNSPECIFIED: HoldKind
RESERVE: HoldKind
ESCROW: HoldKind
PENDING: HoldKind
DELAY: HoldKind
PLEDGE: HoldKind
HOLD_STATUS_UNSPECIFIED: HoldStatus
HOLD_ACTIVE: HoldStatus
HOLD_RELEASED: HoldStatus
HOLD_CLAIMED: HoldStatus
PROPOSAL_STATE_UNSPECIFIED: ProposalState
PROPOSAL_PENDING: ProposalState
PROPOSAL_EXECUTED: ProposalState
PROPOSAL_REJECTED: ProposalState
PROPOSAL_EXPIRED: ProposalState
PROPOSAL_WITHDRAWN: ProposalState
PROPOSAL_FAILED: ProposalState

class Genesis(_message.Message):
    __slots__ = ("chain_id", "time_s", "validators", "params", "entries")
    CHAIN_ID_FIELD_NUMBER: _ClassVar[int]
    TIME_S_FIELD_NUMBER: _ClassVar[int]
    VALIDATORS_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    chain_id: str
    time_s: int
    validators: _containers.RepeatedCompositeFieldContainer[Validator]
    params: ChainParams
    entries: _containers.RepeatedCompositeFieldContainer[Entry]
    def __init__(self, chain_id: _Optional[str] = ..., time_s: _Optional[int] = ..., validators: _Optional[_Iterable[_Union[Validator, _Mapping]]] = ..., params: _Optional[_Union[ChainParams, _Mapping]] = ..., entries: _Optional[_Iterable[_Union[Entry, _Mapping]]] = ...) -> None: ...

class Validator(_message.Message):
    __slots__ = ("key", "power", "name")
    KEY_FIELD_NUMBER: _ClassVar[int]
    POWER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    key: bytes
    power: int
    name: str
    def __init__(self, key: _Optional[bytes] = ..., power: _Optional[int] = ..., name: _Optional[str] = ...) -> None: ...

class ChainParams(_message.Message):
    __slots__ = ("tx_bytes_max", "block_bytes_max", "tx_cost_max", "block_cost_max", "quota_window_s", "quota_cost", "duties_per_block")
    TX_BYTES_MAX_FIELD_NUMBER: _ClassVar[int]
    BLOCK_BYTES_MAX_FIELD_NUMBER: _ClassVar[int]
    TX_COST_MAX_FIELD_NUMBER: _ClassVar[int]
    BLOCK_COST_MAX_FIELD_NUMBER: _ClassVar[int]
    QUOTA_WINDOW_S_FIELD_NUMBER: _ClassVar[int]
    QUOTA_COST_FIELD_NUMBER: _ClassVar[int]
    DUTIES_PER_BLOCK_FIELD_NUMBER: _ClassVar[int]
    tx_bytes_max: int
    block_bytes_max: int
    tx_cost_max: int
    block_cost_max: int
    quota_window_s: int
    quota_cost: int
    duties_per_block: int
    def __init__(self, tx_bytes_max: _Optional[int] = ..., block_bytes_max: _Optional[int] = ..., tx_cost_max: _Optional[int] = ..., block_cost_max: _Optional[int] = ..., quota_window_s: _Optional[int] = ..., quota_cost: _Optional[int] = ..., duties_per_block: _Optional[int] = ...) -> None: ...

class Entry(_message.Message):
    __slots__ = ("key", "value")
    KEY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    key: bytes
    value: bytes
    def __init__(self, key: _Optional[bytes] = ..., value: _Optional[bytes] = ...) -> None: ...

class Chain(_message.Message):
    __slots__ = ("chain_id", "genesis_hash", "rules_version", "params")
    CHAIN_ID_FIELD_NUMBER: _ClassVar[int]
    GENESIS_HASH_FIELD_NUMBER: _ClassVar[int]
    RULES_VERSION_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    chain_id: str
    genesis_hash: bytes
    rules_version: int
    params: ChainParams
    def __init__(self, chain_id: _Optional[str] = ..., genesis_hash: _Optional[bytes] = ..., rules_version: _Optional[int] = ..., params: _Optional[_Union[ChainParams, _Mapping]] = ...) -> None: ...

class Counter(_message.Message):
    __slots__ = ("last",)
    LAST_FIELD_NUMBER: _ClassVar[int]
    last: int
    def __init__(self, last: _Optional[int] = ...) -> None: ...

class Organisation(_message.Message):
    __slots__ = ("id", "name", "country", "kyc_hash", "kyc_expires_s", "status", "pending", "independent")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_FIELD_NUMBER: _ClassVar[int]
    KYC_HASH_FIELD_NUMBER: _ClassVar[int]
    KYC_EXPIRES_S_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PENDING_FIELD_NUMBER: _ClassVar[int]
    INDEPENDENT_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    country: str
    kyc_hash: bytes
    kyc_expires_s: int
    status: _tx_pb2.OrganisationStatus
    pending: int
    independent: bool
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., country: _Optional[str] = ..., kyc_hash: _Optional[bytes] = ..., kyc_expires_s: _Optional[int] = ..., status: _Optional[_Union[_tx_pb2.OrganisationStatus, str]] = ..., pending: _Optional[int] = ..., independent: bool = ...) -> None: ...

class Account(_message.Message):
    __slots__ = ("id", "organisation", "program", "name", "kind", "code", "holder_kind", "category", "keys", "min_initiate", "min_approve", "tx_limit_t", "market_access", "status", "opened_s", "refuses_units")
    ID_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    HOLDER_KIND_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    MIN_INITIATE_FIELD_NUMBER: _ClassVar[int]
    MIN_APPROVE_FIELD_NUMBER: _ClassVar[int]
    TX_LIMIT_T_FIELD_NUMBER: _ClassVar[int]
    MARKET_ACCESS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    OPENED_S_FIELD_NUMBER: _ClassVar[int]
    REFUSES_UNITS_FIELD_NUMBER: _ClassVar[int]
    id: str
    organisation: str
    program: str
    name: str
    kind: _tx_pb2.AccountKind
    code: int
    holder_kind: _tx_pb2.HolderKind
    category: str
    keys: _containers.RepeatedCompositeFieldContainer[Key]
    min_initiate: int
    min_approve: int
    tx_limit_t: int
    market_access: bool
    status: _tx_pb2.AccountStatus
    opened_s: int
    refuses_units: bool
    def __init__(self, id: _Optional[str] = ..., organisation: _Optional[str] = ..., program: _Optional[str] = ..., name: _Optional[str] = ..., kind: _Optional[_Union[_tx_pb2.AccountKind, str]] = ..., code: _Optional[int] = ..., holder_kind: _Optional[_Union[_tx_pb2.HolderKind, str]] = ..., category: _Optional[str] = ..., keys: _Optional[_Iterable[_Union[Key, _Mapping]]] = ..., min_initiate: _Optional[int] = ..., min_approve: _Optional[int] = ..., tx_limit_t: _Optional[int] = ..., market_access: bool = ..., status: _Optional[_Union[_tx_pb2.AccountStatus, str]] = ..., opened_s: _Optional[int] = ..., refuses_units: bool = ...) -> None: ...

class Key(_message.Message):
    __slots__ = ("key", "person", "rights")
    KEY_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    RIGHTS_FIELD_NUMBER: _ClassVar[int]
    key: bytes
    person: str
    rights: _containers.RepeatedScalarFieldContainer[_tx_pb2.KeyRight]
    def __init__(self, key: _Optional[bytes] = ..., person: _Optional[str] = ..., rights: _Optional[_Iterable[_Union[_tx_pb2.KeyRight, str]]] = ...) -> None: ...

class Lanes(_message.Message):
    __slots__ = ("lanes", "quota_from_s", "quota_used")
    LANES_FIELD_NUMBER: _ClassVar[int]
    QUOTA_FROM_S_FIELD_NUMBER: _ClassVar[int]
    QUOTA_USED_FIELD_NUMBER: _ClassVar[int]
    lanes: _containers.RepeatedCompositeFieldContainer[Lane]
    quota_from_s: int
    quota_used: int
    def __init__(self, lanes: _Optional[_Iterable[_Union[Lane, _Mapping]]] = ..., quota_from_s: _Optional[int] = ..., quota_used: _Optional[int] = ...) -> None: ...

class Lane(_message.Message):
    __slots__ = ("lane", "highest", "bitmap")
    LANE_FIELD_NUMBER: _ClassVar[int]
    HIGHEST_FIELD_NUMBER: _ClassVar[int]
    BITMAP_FIELD_NUMBER: _ClassVar[int]
    lane: int
    highest: int
    bitmap: int
    def __init__(self, lane: _Optional[int] = ..., highest: _Optional[int] = ..., bitmap: _Optional[int] = ...) -> None: ...

class Accreditation(_message.Message):
    __slots__ = ("program", "role", "list", "account", "organisation", "side", "scopes", "valid_from_s", "valid_to_s", "status", "document", "validator_key", "node_ids")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    LIST_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    SIDE_FIELD_NUMBER: _ClassVar[int]
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_S_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_S_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    VALIDATOR_KEY_FIELD_NUMBER: _ClassVar[int]
    NODE_IDS_FIELD_NUMBER: _ClassVar[int]
    program: str
    role: _tx_pb2.Role
    list: str
    account: str
    organisation: str
    side: str
    scopes: _containers.RepeatedScalarFieldContainer[str]
    valid_from_s: int
    valid_to_s: int
    status: AccreditationStatus
    document: bytes
    validator_key: bytes
    node_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, program: _Optional[str] = ..., role: _Optional[_Union[_tx_pb2.Role, str]] = ..., list: _Optional[str] = ..., account: _Optional[str] = ..., organisation: _Optional[str] = ..., side: _Optional[str] = ..., scopes: _Optional[_Iterable[str]] = ..., valid_from_s: _Optional[int] = ..., valid_to_s: _Optional[int] = ..., status: _Optional[_Union[AccreditationStatus, str]] = ..., document: _Optional[bytes] = ..., validator_key: _Optional[bytes] = ..., node_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class Program(_message.Message):
    __slots__ = ("id", "name", "version", "effective_from_s", "kind", "status", "registry_codes", "serial_mode", "serial_format", "gwp", "rules_document", "classes", "roles", "document_kinds", "sinks", "move_rules", "approval_rules", "workflow_rules", "params")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_S_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REGISTRY_CODES_FIELD_NUMBER: _ClassVar[int]
    SERIAL_MODE_FIELD_NUMBER: _ClassVar[int]
    SERIAL_FORMAT_FIELD_NUMBER: _ClassVar[int]
    GWP_FIELD_NUMBER: _ClassVar[int]
    RULES_DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    CLASSES_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_KINDS_FIELD_NUMBER: _ClassVar[int]
    SINKS_FIELD_NUMBER: _ClassVar[int]
    MOVE_RULES_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_RULES_FIELD_NUMBER: _ClassVar[int]
    WORKFLOW_RULES_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    version: int
    effective_from_s: int
    kind: ProgramKind
    status: ProgramStatus
    registry_codes: _containers.RepeatedScalarFieldContainer[str]
    serial_mode: SerialMode
    serial_format: str
    gwp: str
    rules_document: bytes
    classes: _containers.RepeatedCompositeFieldContainer[UnitClass]
    roles: _containers.RepeatedCompositeFieldContainer[RoleRule]
    document_kinds: _containers.RepeatedScalarFieldContainer[str]
    sinks: _containers.RepeatedCompositeFieldContainer[SinkAccount]
    move_rules: _containers.RepeatedCompositeFieldContainer[MoveRule]
    approval_rules: _containers.RepeatedCompositeFieldContainer[ApprovalRule]
    workflow_rules: _containers.RepeatedCompositeFieldContainer[WorkflowRule]
    params: ProgramParams
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., version: _Optional[int] = ..., effective_from_s: _Optional[int] = ..., kind: _Optional[_Union[ProgramKind, str]] = ..., status: _Optional[_Union[ProgramStatus, str]] = ..., registry_codes: _Optional[_Iterable[str]] = ..., serial_mode: _Optional[_Union[SerialMode, str]] = ..., serial_format: _Optional[str] = ..., gwp: _Optional[str] = ..., rules_document: _Optional[bytes] = ..., classes: _Optional[_Iterable[_Union[UnitClass, _Mapping]]] = ..., roles: _Optional[_Iterable[_Union[RoleRule, _Mapping]]] = ..., document_kinds: _Optional[_Iterable[str]] = ..., sinks: _Optional[_Iterable[_Union[SinkAccount, _Mapping]]] = ..., move_rules: _Optional[_Iterable[_Union[MoveRule, _Mapping]]] = ..., approval_rules: _Optional[_Iterable[_Union[ApprovalRule, _Mapping]]] = ..., workflow_rules: _Optional[_Iterable[_Union[WorkflowRule, _Mapping]]] = ..., params: _Optional[_Union[ProgramParams, _Mapping]] = ...) -> None: ...

class UnitClass(_message.Message):
    __slots__ = ("id", "name", "kind", "basis", "use", "expiry_mode")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    USE_FIELD_NUMBER: _ClassVar[int]
    EXPIRY_MODE_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    kind: str
    basis: str
    use: str
    expiry_mode: ExpiryMode
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., kind: _Optional[str] = ..., basis: _Optional[str] = ..., use: _Optional[str] = ..., expiry_mode: _Optional[_Union[ExpiryMode, str]] = ...) -> None: ...

class RoleRule(_message.Message):
    __slots__ = ("role", "grants", "independent")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    GRANTS_FIELD_NUMBER: _ClassVar[int]
    INDEPENDENT_FIELD_NUMBER: _ClassVar[int]
    role: _tx_pb2.Role
    grants: _containers.RepeatedCompositeFieldContainer[RoleGrant]
    independent: bool
    def __init__(self, role: _Optional[_Union[_tx_pb2.Role, str]] = ..., grants: _Optional[_Iterable[_Union[RoleGrant, _Mapping]]] = ..., independent: bool = ...) -> None: ...

class RoleGrant(_message.Message):
    __slots__ = ("by", "named_list")
    BY_FIELD_NUMBER: _ClassVar[int]
    NAMED_LIST_FIELD_NUMBER: _ClassVar[int]
    by: _tx_pb2.Role
    named_list: bool
    def __init__(self, by: _Optional[_Union[_tx_pb2.Role, str]] = ..., named_list: bool = ...) -> None: ...

class SinkAccount(_message.Message):
    __slots__ = ("kind", "code", "name")
    KIND_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    kind: _tx_pb2.AccountKind
    code: int
    name: str
    def __init__(self, kind: _Optional[_Union[_tx_pb2.AccountKind, str]] = ..., code: _Optional[int] = ..., name: _Optional[str] = ...) -> None: ...

class Quorum(_message.Message):
    __slots__ = ("role", "side", "count")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    SIDE_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    role: _tx_pb2.Role
    side: str
    count: int
    def __init__(self, role: _Optional[_Union[_tx_pb2.Role, str]] = ..., side: _Optional[str] = ..., count: _Optional[int] = ...) -> None: ...

class MoveRule(_message.Message):
    __slots__ = ("name", "from_kind", "to_kind", "to_code", "classes", "from_holders", "to_holders", "signer", "approvals", "expires_s", "requires", "checks")
    NAME_FIELD_NUMBER: _ClassVar[int]
    FROM_KIND_FIELD_NUMBER: _ClassVar[int]
    TO_KIND_FIELD_NUMBER: _ClassVar[int]
    TO_CODE_FIELD_NUMBER: _ClassVar[int]
    CLASSES_FIELD_NUMBER: _ClassVar[int]
    FROM_HOLDERS_FIELD_NUMBER: _ClassVar[int]
    TO_HOLDERS_FIELD_NUMBER: _ClassVar[int]
    SIGNER_FIELD_NUMBER: _ClassVar[int]
    APPROVALS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_S_FIELD_NUMBER: _ClassVar[int]
    REQUIRES_FIELD_NUMBER: _ClassVar[int]
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    name: str
    from_kind: _tx_pb2.AccountKind
    to_kind: _tx_pb2.AccountKind
    to_code: int
    classes: _containers.RepeatedScalarFieldContainer[str]
    from_holders: _containers.RepeatedScalarFieldContainer[_tx_pb2.HolderKind]
    to_holders: _containers.RepeatedScalarFieldContainer[_tx_pb2.HolderKind]
    signer: _tx_pb2.Role
    approvals: _containers.RepeatedCompositeFieldContainer[Quorum]
    expires_s: int
    requires: _containers.RepeatedScalarFieldContainer[str]
    checks: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., from_kind: _Optional[_Union[_tx_pb2.AccountKind, str]] = ..., to_kind: _Optional[_Union[_tx_pb2.AccountKind, str]] = ..., to_code: _Optional[int] = ..., classes: _Optional[_Iterable[str]] = ..., from_holders: _Optional[_Iterable[_Union[_tx_pb2.HolderKind, str]]] = ..., to_holders: _Optional[_Iterable[_Union[_tx_pb2.HolderKind, str]]] = ..., signer: _Optional[_Union[_tx_pb2.Role, str]] = ..., approvals: _Optional[_Iterable[_Union[Quorum, _Mapping]]] = ..., expires_s: _Optional[int] = ..., requires: _Optional[_Iterable[str]] = ..., checks: _Optional[_Iterable[str]] = ...) -> None: ...

class ApprovalRule(_message.Message):
    __slots__ = ("name", "action", "subject", "signer", "approvals", "expires_s", "checks")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    SIGNER_FIELD_NUMBER: _ClassVar[int]
    APPROVALS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_S_FIELD_NUMBER: _ClassVar[int]
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    name: str
    action: str
    subject: str
    signer: _tx_pb2.Role
    approvals: _containers.RepeatedCompositeFieldContainer[Quorum]
    expires_s: int
    checks: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., action: _Optional[str] = ..., subject: _Optional[str] = ..., signer: _Optional[_Union[_tx_pb2.Role, str]] = ..., approvals: _Optional[_Iterable[_Union[Quorum, _Mapping]]] = ..., expires_s: _Optional[int] = ..., checks: _Optional[_Iterable[str]] = ...) -> None: ...

class WorkflowRule(_message.Message):
    __slots__ = ("name", "kind", "from_state", "to_state", "signer", "approvals", "expires_s", "documents", "statements", "min_age_s", "guards", "effects")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    FROM_STATE_FIELD_NUMBER: _ClassVar[int]
    TO_STATE_FIELD_NUMBER: _ClassVar[int]
    SIGNER_FIELD_NUMBER: _ClassVar[int]
    APPROVALS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_S_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    STATEMENTS_FIELD_NUMBER: _ClassVar[int]
    MIN_AGE_S_FIELD_NUMBER: _ClassVar[int]
    GUARDS_FIELD_NUMBER: _ClassVar[int]
    EFFECTS_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: _tx_pb2.RecordKind
    from_state: str
    to_state: str
    signer: _tx_pb2.Role
    approvals: _containers.RepeatedCompositeFieldContainer[Quorum]
    expires_s: int
    documents: _containers.RepeatedScalarFieldContainer[str]
    statements: _containers.RepeatedScalarFieldContainer[_tx_pb2.StatementKind]
    min_age_s: int
    guards: _containers.RepeatedScalarFieldContainer[str]
    effects: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[_tx_pb2.RecordKind, str]] = ..., from_state: _Optional[str] = ..., to_state: _Optional[str] = ..., signer: _Optional[_Union[_tx_pb2.Role, str]] = ..., approvals: _Optional[_Iterable[_Union[Quorum, _Mapping]]] = ..., expires_s: _Optional[int] = ..., documents: _Optional[_Iterable[str]] = ..., statements: _Optional[_Iterable[_Union[_tx_pb2.StatementKind, str]]] = ..., min_age_s: _Optional[int] = ..., guards: _Optional[_Iterable[str]] = ..., effects: _Optional[_Iterable[str]] = ...) -> None: ...

class ProgramParams(_message.Message):
    __slots__ = ("proposal_expires_s", "reserve_months_max", "reserve_bps_max", "verification_flags")
    PROPOSAL_EXPIRES_S_FIELD_NUMBER: _ClassVar[int]
    RESERVE_MONTHS_MAX_FIELD_NUMBER: _ClassVar[int]
    RESERVE_BPS_MAX_FIELD_NUMBER: _ClassVar[int]
    VERIFICATION_FLAGS_FIELD_NUMBER: _ClassVar[int]
    proposal_expires_s: int
    reserve_months_max: int
    reserve_bps_max: int
    verification_flags: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, proposal_expires_s: _Optional[int] = ..., reserve_months_max: _Optional[int] = ..., reserve_bps_max: _Optional[int] = ..., verification_flags: _Optional[_Iterable[str]] = ...) -> None: ...

class Document(_message.Message):
    __slots__ = ("program", "kind", "hash", "link", "size_bytes", "media_type", "confidential", "public_version_of", "account", "at_s")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    LINK_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_VERSION_OF_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    AT_S_FIELD_NUMBER: _ClassVar[int]
    program: str
    kind: str
    hash: bytes
    link: _tx_pb2.RecordRef
    size_bytes: int
    media_type: str
    confidential: bool
    public_version_of: bytes
    account: str
    at_s: int
    def __init__(self, program: _Optional[str] = ..., kind: _Optional[str] = ..., hash: _Optional[bytes] = ..., link: _Optional[_Union[_tx_pb2.RecordRef, _Mapping]] = ..., size_bytes: _Optional[int] = ..., media_type: _Optional[str] = ..., confidential: bool = ..., public_version_of: _Optional[bytes] = ..., account: _Optional[str] = ..., at_s: _Optional[int] = ...) -> None: ...

class Statement(_message.Message):
    __slots__ = ("program", "id", "kind", "status", "list", "auditor", "auditor_organisation", "activity", "boundary_id", "period_from_s", "period_to_s", "outcome", "numbers", "flags", "documents", "capped_t", "accepted_s", "issuance")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    LIST_FIELD_NUMBER: _ClassVar[int]
    AUDITOR_FIELD_NUMBER: _ClassVar[int]
    AUDITOR_ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    BOUNDARY_ID_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FROM_S_FIELD_NUMBER: _ClassVar[int]
    PERIOD_TO_S_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    NUMBERS_FIELD_NUMBER: _ClassVar[int]
    FLAGS_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    CAPPED_T_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_S_FIELD_NUMBER: _ClassVar[int]
    ISSUANCE_FIELD_NUMBER: _ClassVar[int]
    program: str
    id: str
    kind: _tx_pb2.StatementKind
    status: StatementStatus
    list: str
    auditor: str
    auditor_organisation: str
    activity: str
    boundary_id: str
    period_from_s: int
    period_to_s: int
    outcome: _tx_pb2.OutcomeType
    numbers: _tx_pb2.StatementNumbers
    flags: _containers.RepeatedScalarFieldContainer[str]
    documents: _containers.RepeatedScalarFieldContainer[bytes]
    capped_t: int
    accepted_s: int
    issuance: str
    def __init__(self, program: _Optional[str] = ..., id: _Optional[str] = ..., kind: _Optional[_Union[_tx_pb2.StatementKind, str]] = ..., status: _Optional[_Union[StatementStatus, str]] = ..., list: _Optional[str] = ..., auditor: _Optional[str] = ..., auditor_organisation: _Optional[str] = ..., activity: _Optional[str] = ..., boundary_id: _Optional[str] = ..., period_from_s: _Optional[int] = ..., period_to_s: _Optional[int] = ..., outcome: _Optional[_Union[_tx_pb2.OutcomeType, str]] = ..., numbers: _Optional[_Union[_tx_pb2.StatementNumbers, _Mapping]] = ..., flags: _Optional[_Iterable[str]] = ..., documents: _Optional[_Iterable[bytes]] = ..., capped_t: _Optional[int] = ..., accepted_s: _Optional[int] = ..., issuance: _Optional[str] = ...) -> None: ...

class Record(_message.Message):
    __slots__ = ("program", "kind", "id", "owner", "owner_organisation", "state", "version", "created_s", "state_since_s", "methodology", "activity", "issuance")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    OWNER_ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATED_S_FIELD_NUMBER: _ClassVar[int]
    STATE_SINCE_S_FIELD_NUMBER: _ClassVar[int]
    METHODOLOGY_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    ISSUANCE_FIELD_NUMBER: _ClassVar[int]
    program: str
    kind: _tx_pb2.RecordKind
    id: str
    owner: str
    owner_organisation: str
    state: str
    version: int
    created_s: int
    state_since_s: int
    methodology: _tx_pb2.Methodology
    activity: _tx_pb2.Activity
    issuance: Issuance
    def __init__(self, program: _Optional[str] = ..., kind: _Optional[_Union[_tx_pb2.RecordKind, str]] = ..., id: _Optional[str] = ..., owner: _Optional[str] = ..., owner_organisation: _Optional[str] = ..., state: _Optional[str] = ..., version: _Optional[int] = ..., created_s: _Optional[int] = ..., state_since_s: _Optional[int] = ..., methodology: _Optional[_Union[_tx_pb2.Methodology, _Mapping]] = ..., activity: _Optional[_Union[_tx_pb2.Activity, _Mapping]] = ..., issuance: _Optional[_Union[Issuance, _Mapping]] = ...) -> None: ...

class Issuance(_message.Message):
    __slots__ = ("list", "activity", "class_id", "statements", "auditor", "cap_t", "approved_cap_t", "issued_t", "voided_t", "valid_base_t", "reserve_bps", "reserve_months", "reserved_t", "space")
    LIST_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    STATEMENTS_FIELD_NUMBER: _ClassVar[int]
    AUDITOR_FIELD_NUMBER: _ClassVar[int]
    CAP_T_FIELD_NUMBER: _ClassVar[int]
    APPROVED_CAP_T_FIELD_NUMBER: _ClassVar[int]
    ISSUED_T_FIELD_NUMBER: _ClassVar[int]
    VOIDED_T_FIELD_NUMBER: _ClassVar[int]
    VALID_BASE_T_FIELD_NUMBER: _ClassVar[int]
    RESERVE_BPS_FIELD_NUMBER: _ClassVar[int]
    RESERVE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    RESERVED_T_FIELD_NUMBER: _ClassVar[int]
    SPACE_FIELD_NUMBER: _ClassVar[int]
    list: str
    activity: str
    class_id: str
    statements: _containers.RepeatedScalarFieldContainer[str]
    auditor: str
    cap_t: int
    approved_cap_t: int
    issued_t: int
    voided_t: int
    valid_base_t: int
    reserve_bps: int
    reserve_months: int
    reserved_t: int
    space: str
    def __init__(self, list: _Optional[str] = ..., activity: _Optional[str] = ..., class_id: _Optional[str] = ..., statements: _Optional[_Iterable[str]] = ..., auditor: _Optional[str] = ..., cap_t: _Optional[int] = ..., approved_cap_t: _Optional[int] = ..., issued_t: _Optional[int] = ..., voided_t: _Optional[int] = ..., valid_base_t: _Optional[int] = ..., reserve_bps: _Optional[int] = ..., reserve_months: _Optional[int] = ..., reserved_t: _Optional[int] = ..., space: _Optional[str] = ...) -> None: ...

class Space(_message.Message):
    __slots__ = ("id", "program", "next")
    ID_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    id: str
    program: str
    next: int
    def __init__(self, id: _Optional[str] = ..., program: _Optional[str] = ..., next: _Optional[int] = ...) -> None: ...

class Lot(_message.Message):
    __slots__ = ("space", "start", "end", "account", "program", "class_id", "issuance", "activity", "vintage", "valid_until_s", "hold", "frozen")
    SPACE_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUANCE_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    VINTAGE_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_S_FIELD_NUMBER: _ClassVar[int]
    HOLD_FIELD_NUMBER: _ClassVar[int]
    FROZEN_FIELD_NUMBER: _ClassVar[int]
    space: str
    start: int
    end: int
    account: str
    program: str
    class_id: str
    issuance: str
    activity: str
    vintage: int
    valid_until_s: int
    hold: int
    frozen: bool
    def __init__(self, space: _Optional[str] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., account: _Optional[str] = ..., program: _Optional[str] = ..., class_id: _Optional[str] = ..., issuance: _Optional[str] = ..., activity: _Optional[str] = ..., vintage: _Optional[int] = ..., valid_until_s: _Optional[int] = ..., hold: _Optional[int] = ..., frozen: bool = ...) -> None: ...

class Holding(_message.Message):
    __slots__ = ("account", "program", "class_id", "free_t", "frozen_t", "held")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    FREE_T_FIELD_NUMBER: _ClassVar[int]
    FROZEN_T_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    account: str
    program: str
    class_id: str
    free_t: int
    frozen_t: int
    held: _containers.RepeatedCompositeFieldContainer[HeldByKind]
    def __init__(self, account: _Optional[str] = ..., program: _Optional[str] = ..., class_id: _Optional[str] = ..., free_t: _Optional[int] = ..., frozen_t: _Optional[int] = ..., held: _Optional[_Iterable[_Union[HeldByKind, _Mapping]]] = ...) -> None: ...

class HeldByKind(_message.Message):
    __slots__ = ("kind", "held_t")
    KIND_FIELD_NUMBER: _ClassVar[int]
    HELD_T_FIELD_NUMBER: _ClassVar[int]
    kind: HoldKind
    held_t: int
    def __init__(self, kind: _Optional[_Union[HoldKind, str]] = ..., held_t: _Optional[int] = ...) -> None: ...

class Hold(_message.Message):
    __slots__ = ("id", "kind", "status", "program", "class_id", "account", "controller", "quantity_t", "placed_t", "placed_s", "release_at_s", "ranges", "issuance", "proposal", "parked")
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    CONTROLLER_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    PLACED_T_FIELD_NUMBER: _ClassVar[int]
    PLACED_S_FIELD_NUMBER: _ClassVar[int]
    RELEASE_AT_S_FIELD_NUMBER: _ClassVar[int]
    RANGES_FIELD_NUMBER: _ClassVar[int]
    ISSUANCE_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    PARKED_FIELD_NUMBER: _ClassVar[int]
    id: int
    kind: HoldKind
    status: HoldStatus
    program: str
    class_id: str
    account: str
    controller: _tx_pb2.Role
    quantity_t: int
    placed_t: int
    placed_s: int
    release_at_s: int
    ranges: _containers.RepeatedCompositeFieldContainer[_tx_pb2.SerialRange]
    issuance: str
    proposal: int
    parked: bool
    def __init__(self, id: _Optional[int] = ..., kind: _Optional[_Union[HoldKind, str]] = ..., status: _Optional[_Union[HoldStatus, str]] = ..., program: _Optional[str] = ..., class_id: _Optional[str] = ..., account: _Optional[str] = ..., controller: _Optional[_Union[_tx_pb2.Role, str]] = ..., quantity_t: _Optional[int] = ..., placed_t: _Optional[int] = ..., placed_s: _Optional[int] = ..., release_at_s: _Optional[int] = ..., ranges: _Optional[_Iterable[_Union[_tx_pb2.SerialRange, _Mapping]]] = ..., issuance: _Optional[str] = ..., proposal: _Optional[int] = ..., parked: bool = ...) -> None: ...

class Supply(_message.Message):
    __slots__ = ("program", "class_id", "created_t")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    CREATED_T_FIELD_NUMBER: _ClassVar[int]
    program: str
    class_id: str
    created_t: int
    def __init__(self, program: _Optional[str] = ..., class_id: _Optional[str] = ..., created_t: _Optional[int] = ...) -> None: ...

class Retirement(_message.Message):
    __slots__ = ("id", "program", "class_id", "quantity_t", "ranges", "from_account", "sink", "purpose", "beneficiary", "year", "receipt_hash", "note", "at_s", "height")
    ID_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    RANGES_FIELD_NUMBER: _ClassVar[int]
    FROM_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    SINK_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    BENEFICIARY_FIELD_NUMBER: _ClassVar[int]
    YEAR_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_HASH_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    AT_S_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    id: int
    program: str
    class_id: str
    quantity_t: int
    ranges: _containers.RepeatedCompositeFieldContainer[_tx_pb2.SerialRange]
    from_account: str
    sink: str
    purpose: _tx_pb2.Purpose
    beneficiary: _tx_pb2.Beneficiary
    year: int
    receipt_hash: bytes
    note: str
    at_s: int
    height: int
    def __init__(self, id: _Optional[int] = ..., program: _Optional[str] = ..., class_id: _Optional[str] = ..., quantity_t: _Optional[int] = ..., ranges: _Optional[_Iterable[_Union[_tx_pb2.SerialRange, _Mapping]]] = ..., from_account: _Optional[str] = ..., sink: _Optional[str] = ..., purpose: _Optional[_Union[_tx_pb2.Purpose, str]] = ..., beneficiary: _Optional[_Union[_tx_pb2.Beneficiary, _Mapping]] = ..., year: _Optional[int] = ..., receipt_hash: _Optional[bytes] = ..., note: _Optional[str] = ..., at_s: _Optional[int] = ..., height: _Optional[int] = ...) -> None: ...

class SinkTotal(_message.Message):
    __slots__ = ("account", "retired_t")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    RETIRED_T_FIELD_NUMBER: _ClassVar[int]
    account: str
    retired_t: int
    def __init__(self, account: _Optional[str] = ..., retired_t: _Optional[int] = ...) -> None: ...

class Proposal(_message.Message):
    __slots__ = ("id", "state", "signers", "actions", "requirements", "decisions", "holds", "pinned", "created_s", "expires_s", "ended_s", "code", "tx_id", "memo", "parked")
    ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SIGNERS_FIELD_NUMBER: _ClassVar[int]
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    REQUIREMENTS_FIELD_NUMBER: _ClassVar[int]
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    HOLDS_FIELD_NUMBER: _ClassVar[int]
    PINNED_FIELD_NUMBER: _ClassVar[int]
    CREATED_S_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_S_FIELD_NUMBER: _ClassVar[int]
    ENDED_S_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    TX_ID_FIELD_NUMBER: _ClassVar[int]
    MEMO_FIELD_NUMBER: _ClassVar[int]
    PARKED_FIELD_NUMBER: _ClassVar[int]
    id: int
    state: ProposalState
    signers: _containers.RepeatedCompositeFieldContainer[Party]
    actions: _containers.RepeatedCompositeFieldContainer[_tx_pb2.Action]
    requirements: _containers.RepeatedCompositeFieldContainer[Requirement]
    decisions: _containers.RepeatedCompositeFieldContainer[Decision]
    holds: _containers.RepeatedScalarFieldContainer[int]
    pinned: _containers.RepeatedCompositeFieldContainer[PinnedUnits]
    created_s: int
    expires_s: int
    ended_s: int
    code: int
    tx_id: bytes
    memo: str
    parked: bool
    def __init__(self, id: _Optional[int] = ..., state: _Optional[_Union[ProposalState, str]] = ..., signers: _Optional[_Iterable[_Union[Party, _Mapping]]] = ..., actions: _Optional[_Iterable[_Union[_tx_pb2.Action, _Mapping]]] = ..., requirements: _Optional[_Iterable[_Union[Requirement, _Mapping]]] = ..., decisions: _Optional[_Iterable[_Union[Decision, _Mapping]]] = ..., holds: _Optional[_Iterable[int]] = ..., pinned: _Optional[_Iterable[_Union[PinnedUnits, _Mapping]]] = ..., created_s: _Optional[int] = ..., expires_s: _Optional[int] = ..., ended_s: _Optional[int] = ..., code: _Optional[int] = ..., tx_id: _Optional[bytes] = ..., memo: _Optional[str] = ..., parked: bool = ...) -> None: ...

class Party(_message.Message):
    __slots__ = ("account", "organisation")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    account: str
    organisation: str
    def __init__(self, account: _Optional[str] = ..., organisation: _Optional[str] = ...) -> None: ...

class Requirement(_message.Message):
    __slots__ = ("action_index", "program", "role", "list", "side", "count", "excluded")
    ACTION_INDEX_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    LIST_FIELD_NUMBER: _ClassVar[int]
    SIDE_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    EXCLUDED_FIELD_NUMBER: _ClassVar[int]
    action_index: int
    program: str
    role: _tx_pb2.Role
    list: str
    side: str
    count: int
    excluded: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, action_index: _Optional[int] = ..., program: _Optional[str] = ..., role: _Optional[_Union[_tx_pb2.Role, str]] = ..., list: _Optional[str] = ..., side: _Optional[str] = ..., count: _Optional[int] = ..., excluded: _Optional[_Iterable[str]] = ...) -> None: ...

class Decision(_message.Message):
    __slots__ = ("account", "organisation", "verdict", "reason", "at_s", "codes", "document")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    AT_S_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    account: str
    organisation: str
    verdict: _tx_pb2.Verdict
    reason: str
    at_s: int
    codes: _containers.RepeatedScalarFieldContainer[int]
    document: bytes
    def __init__(self, account: _Optional[str] = ..., organisation: _Optional[str] = ..., verdict: _Optional[_Union[_tx_pb2.Verdict, str]] = ..., reason: _Optional[str] = ..., at_s: _Optional[int] = ..., codes: _Optional[_Iterable[int]] = ..., document: _Optional[bytes] = ...) -> None: ...

class PinnedUnits(_message.Message):
    __slots__ = ("action_index", "ranges")
    ACTION_INDEX_FIELD_NUMBER: _ClassVar[int]
    RANGES_FIELD_NUMBER: _ClassVar[int]
    action_index: int
    ranges: _containers.RepeatedCompositeFieldContainer[_tx_pb2.SerialRange]
    def __init__(self, action_index: _Optional[int] = ..., ranges: _Optional[_Iterable[_Union[_tx_pb2.SerialRange, _Mapping]]] = ...) -> None: ...

class Stuck(_message.Message):
    __slots__ = ("due_s", "kind", "subject", "height")
    DUE_S_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    due_s: int
    kind: int
    subject: bytes
    height: int
    def __init__(self, due_s: _Optional[int] = ..., kind: _Optional[int] = ..., subject: _Optional[bytes] = ..., height: _Optional[int] = ...) -> None: ...
