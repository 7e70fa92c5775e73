from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Role(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROLE_UNSPECIFIED: _ClassVar[Role]
    HOLDER: _ClassVar[Role]
    CONSORTIUM: _ClassVar[Role]
    COORDINATOR: _ClassVar[Role]
    OPERATOR: _ClassVar[Role]
    AUTHORITY: _ClassVar[Role]
    COMMITTEE: _ClassVar[Role]
    AUDITOR: _ClassVar[Role]
    ISSUER: _ClassVar[Role]
    EXT_LOG: _ClassVar[Role]
    JISC: _ClassVar[Role]
    BRIDGE: _ClassVar[Role]
    LABELLER: _ClassVar[Role]
    COUNCIL: _ClassVar[Role]
    ARBITER: _ClassVar[Role]
    METER: _ClassVar[Role]
    SETTLEMENT: _ClassVar[Role]

class OrganisationStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORGANISATION_STATUS_UNSPECIFIED: _ClassVar[OrganisationStatus]
    ORGANISATION_ACTIVE: _ClassVar[OrganisationStatus]
    ORGANISATION_SUSPENDED: _ClassVar[OrganisationStatus]
    ORGANISATION_CLOSED: _ClassVar[OrganisationStatus]

class AccountStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCOUNT_STATUS_UNSPECIFIED: _ClassVar[AccountStatus]
    ACCOUNT_OPEN: _ClassVar[AccountStatus]
    ACCOUNT_RESTRICTED: _ClassVar[AccountStatus]
    ACCOUNT_SUSPENDED: _ClassVar[AccountStatus]
    ACCOUNT_CLOSING: _ClassVar[AccountStatus]
    ACCOUNT_CLOSED: _ClassVar[AccountStatus]

class AccountKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCOUNT_KIND_UNSPECIFIED: _ClassVar[AccountKind]
    HOLDING: _ClassVar[AccountKind]
    POOL: _ClassVar[AccountKind]
    RETIRE: _ClassVar[AccountKind]
    SURRENDER: _ClassVar[AccountKind]
    CANCEL: _ClassVar[AccountKind]
    REPLACE: _ClassVar[AccountKind]
    EXPORT: _ClassVar[AccountKind]
    ADAPTATION: _ClassVar[AccountKind]

class HolderKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HOLDER_KIND_UNSPECIFIED: _ClassVar[HolderKind]
    ORG: _ClassVar[HolderKind]
    PERSON: _ClassVar[HolderKind]
    GOVERNMENT: _ClassVar[HolderKind]
    SYSTEM: _ClassVar[HolderKind]

class KeyRight(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    KEY_RIGHT_UNSPECIFIED: _ClassVar[KeyRight]
    INITIATE: _ClassVar[KeyRight]
    APPROVE: _ClassVar[KeyRight]
    READ: _ClassVar[KeyRight]

class RecordKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RECORD_KIND_UNSPECIFIED: _ClassVar[RecordKind]
    METHODOLOGY: _ClassVar[RecordKind]
    ACTIVITY: _ClassVar[RecordKind]
    ISSUANCE: _ClassVar[RecordKind]
    FOOTPRINT: _ClassVar[RecordKind]
    OBLIGATION: _ClassVar[RecordKind]
    AUTHORIZATION: _ClassVar[RecordKind]
    NOTICE: _ClassVar[RecordKind]
    PROPOSAL_PAPERS: _ClassVar[RecordKind]

class StatementKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STATEMENT_KIND_UNSPECIFIED: _ClassVar[StatementKind]
    VERIFICATION: _ClassVar[StatementKind]
    VALIDATION: _ClassVar[StatementKind]
    MONITORING_SYSTEM: _ClassVar[StatementKind]
    FOOTPRINT_ASSURANCE: _ClassVar[StatementKind]
    EMISSIONS: _ClassVar[StatementKind]
    INVENTORY: _ClassVar[StatementKind]
    REVERSAL: _ClassVar[StatementKind]
    REASSURANCE: _ClassVar[StatementKind]
    CONFORMITY: _ClassVar[StatementKind]
    INVALIDATION: _ClassVar[StatementKind]
    RECONCILIATION: _ClassVar[StatementKind]

class OutcomeType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OUTCOME_TYPE_UNSPECIFIED: _ClassVar[OutcomeType]
    ABS_REDUCTION: _ClassVar[OutcomeType]
    SINK_INCREASE: _ClassVar[OutcomeType]
    DESTRUCTION: _ClassVar[OutcomeType]
    LONG_TERM_STORAGE: _ClassVar[OutcomeType]

class Purpose(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PURPOSE_UNSPECIFIED: _ClassVar[Purpose]
    VOLUNTARY: _ClassVar[Purpose]
    FOOTPRINT_OFFSET: _ClassVar[Purpose]
    COMPLIANCE: _ClassVar[Purpose]
    NDC: _ClassVar[Purpose]
    OIMP_CORSIA: _ClassVar[Purpose]
    OTHER_OIMP: _ClassVar[Purpose]
    PARTY_COMPLIANCE: _ClassVar[Purpose]
    OMGE: _ClassVar[Purpose]

class Verdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERDICT_UNSPECIFIED: _ClassVar[Verdict]
    YES: _ClassVar[Verdict]
    NO: _ClassVar[Verdict]

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

class HoldKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HOLD_KIND_UNSPECIFIED: _ClassVar[HoldKind]
    RESERVE: _ClassVar[HoldKind]
    ESCROW: _ClassVar[HoldKind]
    PENDING: _ClassVar[HoldKind]
    DELAY: _ClassVar[HoldKind]
    PLEDGE: _ClassVar[HoldKind]
    FREEZE: _ClassVar[HoldKind]

class LinkMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LINK_MODE_UNSPECIFIED: _ClassVar[LinkMode]
    IMPORT_ONLY: _ClassVar[LinkMode]
    EXPORT_ONLY: _ClassVar[LinkMode]
    IMPORT_AND_EXPORT: _ClassVar[LinkMode]

class ConvertKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONVERT_KIND_UNSPECIFIED: _ClassVar[ConvertKind]
    CLASS_CHANGE: _ClassVar[ConvertKind]
    CARRY_OVER: _ClassVar[ConvertKind]
    EXPIRY_CHANGE: _ClassVar[ConvertKind]

class LabelScope(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LABEL_SCOPE_UNSPECIFIED: _ClassVar[LabelScope]
    SCOPE_PROGRAM: _ClassVar[LabelScope]
    SCOPE_METHODOLOGY: _ClassVar[LabelScope]
    SCOPE_CATEGORY: _ClassVar[LabelScope]
    SCOPE_ACTIVITY: _ClassVar[LabelScope]
    SCOPE_LOT: _ClassVar[LabelScope]

class OrderSide(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORDER_SIDE_UNSPECIFIED: _ClassVar[OrderSide]
    SELL: _ClassVar[OrderSide]
    BUY: _ClassVar[OrderSide]

class Settlement(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SETTLEMENT_UNSPECIFIED: _ClassVar[Settlement]
    DIRECT_CONFIRM: _ClassVar[Settlement]
    AGENT: _ClassVar[Settlement]
ROLE_UNSPECIFIED: Role
HOLDER: Role
CONSORTIUM: Role
COORDINATOR: Role
OPERATOR: Role
AUTHORITY: Role
COMMITTEE: Role
AUDITOR: Role
ISSUER: Role
EXT_LOG: Role
JISC: Role
BRIDGE: Role
LABELLER: Role
COUNCIL: Role
ARBITER: Role
METER: Role
SETTLEMENT: Role
ORGANISATION_STATUS_UNSPECIFIED: OrganisationStatus
ORGANISATION_ACTIVE: OrganisationStatus
ORGANISATION_SUSPENDED: OrganisationStatus
ORGANISATION_CLOSED: OrganisationStatus
ACCOUNT_STATUS_UNSPECIFIED: AccountStatus
ACCOUNT_OPEN: AccountStatus
ACCOUNT_RESTRICTED: AccountStatus
ACCOUNT_SUSPENDED: AccountStatus
ACCOUNT_CLOSING: AccountStatus
ACCOUNT_CLOSED: AccountStatus
ACCOUNT_KIND_UNSPECIFIED: AccountKind
HOLDING: AccountKind
POOL: AccountKind
RETIRE: AccountKind
SURRENDER: AccountKind
CANCEL: AccountKind
REPLACE: AccountKind
EXPORT: AccountKind
ADAPTATION: AccountKind
HOLDER_KIND_UNSPECIFIED: HolderKind
ORG: HolderKind
PERSON: HolderKind
GOVERNMENT: HolderKind
SYSTEM: HolderKind
KEY_RIGHT_UNSPECIFIED: KeyRight
INITIATE: KeyRight
APPROVE: KeyRight
READ: KeyRight
RECORD_KIND_UNSPECIFIED: RecordKind
METHODOLOGY: RecordKind
ACTIVITY: RecordKind
ISSUANCE: RecordKind
FOOTPRINT: RecordKind
OBLIGATION: RecordKind
AUTHORIZATION: RecordKind
NOTICE: RecordKind
PROPOSAL_PAPERS: RecordKind
STATEMENT_KIND_UNSPECIFIED: StatementKind
VERIFICATION: StatementKind
VALIDATION: StatementKind
MONITORING_SYSTEM: StatementKind
FOOTPRINT_ASSURANCE: StatementKind
EMISSIONS: StatementKind
INVENTORY: StatementKind
REVERSAL: StatementKind
REASSURANCE: StatementKind
CONFORMITY: StatementKind
INVALIDATION: StatementKind
RECONCILIATION: StatementKind
OUTCOME_TYPE_UNSPECIFIED: OutcomeType
ABS_REDUCTION: OutcomeType
SINK_INCREASE: OutcomeType
DESTRUCTION: OutcomeType
LONG_TERM_STORAGE: OutcomeType
PURPOSE_UNSPECIFIED: Purpose
VOLUNTARY: Purpose
FOOTPRINT_OFFSET: Purpose
COMPLIANCE: Purpose
NDC: Purpose
OIMP_CORSIA: Purpose
OTHER_OIMP: Purpose
PARTY_COMPLIANCE: Purpose
OMGE: Purpose
VERDICT_UNSPECIFIED: Verdict
YES: Verdict
NO: Verdict
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
HOLD_KIND_UNSPECIFIED: HoldKind
RESERVE: HoldKind
ESCROW: HoldKind
PENDING: HoldKind
DELAY: HoldKind
PLEDGE: HoldKind
FREEZE: HoldKind
LINK_MODE_UNSPECIFIED: LinkMode
IMPORT_ONLY: LinkMode
EXPORT_ONLY: LinkMode
IMPORT_AND_EXPORT: LinkMode
CONVERT_KIND_UNSPECIFIED: ConvertKind
CLASS_CHANGE: ConvertKind
CARRY_OVER: ConvertKind
EXPIRY_CHANGE: ConvertKind
LABEL_SCOPE_UNSPECIFIED: LabelScope
SCOPE_PROGRAM: LabelScope
SCOPE_METHODOLOGY: LabelScope
SCOPE_CATEGORY: LabelScope
SCOPE_ACTIVITY: LabelScope
SCOPE_LOT: LabelScope
ORDER_SIDE_UNSPECIFIED: OrderSide
SELL: OrderSide
BUY: OrderSide
SETTLEMENT_UNSPECIFIED: Settlement
DIRECT_CONFIRM: Settlement
AGENT: Settlement

class RecordRef(_message.Message):
    __slots__ = ("kind", "id")
    KIND_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    kind: RecordKind
    id: str
    def __init__(self, kind: _Optional[_Union[RecordKind, str]] = ..., id: _Optional[str] = ...) -> None: ...

class SerialRange(_message.Message):
    __slots__ = ("space", "start", "end")
    SPACE_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    space: str
    start: int
    end: int
    def __init__(self, space: _Optional[str] = ..., start: _Optional[int] = ..., end: _Optional[int] = ...) -> None: ...

class Beneficiary(_message.Message):
    __slots__ = ("name", "id", "country", "person_hash")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_FIELD_NUMBER: _ClassVar[int]
    PERSON_HASH_FIELD_NUMBER: _ClassVar[int]
    name: str
    id: str
    country: str
    person_hash: bytes
    def __init__(self, name: _Optional[str] = ..., id: _Optional[str] = ..., country: _Optional[str] = ..., person_hash: _Optional[bytes] = ...) -> None: ...
