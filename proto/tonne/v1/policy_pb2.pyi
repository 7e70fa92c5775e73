from tonne.v1 import kinds_pb2 as _kinds_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union
from tonne.v1.kinds_pb2 import RecordRef as RecordRef
from tonne.v1.kinds_pb2 import SerialRange as SerialRange
from tonne.v1.kinds_pb2 import Beneficiary as Beneficiary
from tonne.v1.kinds_pb2 import Role as Role
from tonne.v1.kinds_pb2 import OrganisationStatus as OrganisationStatus
from tonne.v1.kinds_pb2 import AccountStatus as AccountStatus
from tonne.v1.kinds_pb2 import AccountKind as AccountKind
from tonne.v1.kinds_pb2 import HolderKind as HolderKind
from tonne.v1.kinds_pb2 import KeyRight as KeyRight
from tonne.v1.kinds_pb2 import RecordKind as RecordKind
from tonne.v1.kinds_pb2 import StatementKind as StatementKind
from tonne.v1.kinds_pb2 import OutcomeType as OutcomeType
from tonne.v1.kinds_pb2 import Purpose as Purpose
from tonne.v1.kinds_pb2 import Verdict as Verdict
from tonne.v1.kinds_pb2 import ProgramKind as ProgramKind
from tonne.v1.kinds_pb2 import ProgramStatus as ProgramStatus
from tonne.v1.kinds_pb2 import SerialMode as SerialMode
from tonne.v1.kinds_pb2 import ApprovalMode as ApprovalMode
from tonne.v1.kinds_pb2 import ExpiryMode as ExpiryMode
from tonne.v1.kinds_pb2 import HoldKind as HoldKind
from tonne.v1.kinds_pb2 import LinkMode as LinkMode
from tonne.v1.kinds_pb2 import ConvertKind as ConvertKind
from tonne.v1.kinds_pb2 import LabelScope as LabelScope
from tonne.v1.kinds_pb2 import OrderSide as OrderSide
from tonne.v1.kinds_pb2 import Settlement as Settlement

DESCRIPTOR: _descriptor.FileDescriptor
ROLE_UNSPECIFIED: _kinds_pb2.Role
HOLDER: _kinds_pb2.Role
CONSORTIUM: _kinds_pb2.Role
COORDINATOR: _kinds_pb2.Role
OPERATOR: _kinds_pb2.Role
AUTHORITY: _kinds_pb2.Role
COMMITTEE: _kinds_pb2.Role
AUDITOR: _kinds_pb2.Role
ISSUER: _kinds_pb2.Role
EXT_LOG: _kinds_pb2.Role
JISC: _kinds_pb2.Role
BRIDGE: _kinds_pb2.Role
LABELLER: _kinds_pb2.Role
COUNCIL: _kinds_pb2.Role
ARBITER: _kinds_pb2.Role
METER: _kinds_pb2.Role
SETTLEMENT: _kinds_pb2.Role
ORGANISATION_STATUS_UNSPECIFIED: _kinds_pb2.OrganisationStatus
ORGANISATION_ACTIVE: _kinds_pb2.OrganisationStatus
ORGANISATION_SUSPENDED: _kinds_pb2.OrganisationStatus
ORGANISATION_CLOSED: _kinds_pb2.OrganisationStatus
ACCOUNT_STATUS_UNSPECIFIED: _kinds_pb2.AccountStatus
ACCOUNT_OPEN: _kinds_pb2.AccountStatus
ACCOUNT_RESTRICTED: _kinds_pb2.AccountStatus
ACCOUNT_SUSPENDED: _kinds_pb2.AccountStatus
ACCOUNT_CLOSING: _kinds_pb2.AccountStatus
ACCOUNT_CLOSED: _kinds_pb2.AccountStatus
ACCOUNT_KIND_UNSPECIFIED: _kinds_pb2.AccountKind
HOLDING: _kinds_pb2.AccountKind
POOL: _kinds_pb2.AccountKind
RETIRE: _kinds_pb2.AccountKind
SURRENDER: _kinds_pb2.AccountKind
CANCEL: _kinds_pb2.AccountKind
REPLACE: _kinds_pb2.AccountKind
EXPORT: _kinds_pb2.AccountKind
ADAPTATION: _kinds_pb2.AccountKind
HOLDER_KIND_UNSPECIFIED: _kinds_pb2.HolderKind
ORG: _kinds_pb2.HolderKind
PERSON: _kinds_pb2.HolderKind
GOVERNMENT: _kinds_pb2.HolderKind
SYSTEM: _kinds_pb2.HolderKind
KEY_RIGHT_UNSPECIFIED: _kinds_pb2.KeyRight
INITIATE: _kinds_pb2.KeyRight
APPROVE: _kinds_pb2.KeyRight
READ: _kinds_pb2.KeyRight
RECORD_KIND_UNSPECIFIED: _kinds_pb2.RecordKind
METHODOLOGY: _kinds_pb2.RecordKind
ACTIVITY: _kinds_pb2.RecordKind
ISSUANCE: _kinds_pb2.RecordKind
FOOTPRINT: _kinds_pb2.RecordKind
OBLIGATION: _kinds_pb2.RecordKind
AUTHORIZATION: _kinds_pb2.RecordKind
NOTICE: _kinds_pb2.RecordKind
PROPOSAL_PAPERS: _kinds_pb2.RecordKind
STATEMENT_KIND_UNSPECIFIED: _kinds_pb2.StatementKind
VERIFICATION: _kinds_pb2.StatementKind
VALIDATION: _kinds_pb2.StatementKind
MONITORING_SYSTEM: _kinds_pb2.StatementKind
FOOTPRINT_ASSURANCE: _kinds_pb2.StatementKind
EMISSIONS: _kinds_pb2.StatementKind
INVENTORY: _kinds_pb2.StatementKind
REVERSAL: _kinds_pb2.StatementKind
REASSURANCE: _kinds_pb2.StatementKind
CONFORMITY: _kinds_pb2.StatementKind
INVALIDATION: _kinds_pb2.StatementKind
RECONCILIATION: _kinds_pb2.StatementKind
OUTCOME_TYPE_UNSPECIFIED: _kinds_pb2.OutcomeType
ABS_REDUCTION: _kinds_pb2.OutcomeType
SINK_INCREASE: _kinds_pb2.OutcomeType
DESTRUCTION: _kinds_pb2.OutcomeType
LONG_TERM_STORAGE: _kinds_pb2.OutcomeType
PURPOSE_UNSPECIFIED: _kinds_pb2.Purpose
VOLUNTARY: _kinds_pb2.Purpose
FOOTPRINT_OFFSET: _kinds_pb2.Purpose
COMPLIANCE: _kinds_pb2.Purpose
NDC: _kinds_pb2.Purpose
OIMP_CORSIA: _kinds_pb2.Purpose
OTHER_OIMP: _kinds_pb2.Purpose
PARTY_COMPLIANCE: _kinds_pb2.Purpose
OMGE: _kinds_pb2.Purpose
VERDICT_UNSPECIFIED: _kinds_pb2.Verdict
YES: _kinds_pb2.Verdict
NO: _kinds_pb2.Verdict
PROGRAM_KIND_UNSPECIFIED: _kinds_pb2.ProgramKind
KYOTO: _kinds_pb2.ProgramKind
BILATERAL: _kinds_pb2.ProgramKind
ETS: _kinds_pb2.ProgramKind
VOLUNTARY_PROGRAM: _kinds_pb2.ProgramKind
QUOTA_PROGRAM: _kinds_pb2.ProgramKind
PROGRAM_STATUS_UNSPECIFIED: _kinds_pb2.ProgramStatus
DORMANT: _kinds_pb2.ProgramStatus
ACTIVE: _kinds_pb2.ProgramStatus
PROGRAM_SUSPENDED: _kinds_pb2.ProgramStatus
REPEALED: _kinds_pb2.ProgramStatus
SERIAL_MODE_UNSPECIFIED: _kinds_pb2.SerialMode
PER_ORIGIN: _kinds_pb2.SerialMode
PER_ISSUANCE: _kinds_pb2.SerialMode
APPROVAL_MODE_UNSPECIFIED: _kinds_pb2.ApprovalMode
EXPLICIT: _kinds_pb2.ApprovalMode
NO_OBJECTION: _kinds_pb2.ApprovalMode
EXPIRY_MODE_UNSPECIFIED: _kinds_pb2.ExpiryMode
NO_EXPIRY: _kinds_pb2.ExpiryMode
EXPIRE: _kinds_pb2.ExpiryMode
REASSURE: _kinds_pb2.ExpiryMode
HOLD_KIND_UNSPECIFIED: _kinds_pb2.HoldKind
RESERVE: _kinds_pb2.HoldKind
ESCROW: _kinds_pb2.HoldKind
PENDING: _kinds_pb2.HoldKind
DELAY: _kinds_pb2.HoldKind
PLEDGE: _kinds_pb2.HoldKind
FREEZE: _kinds_pb2.HoldKind
LINK_MODE_UNSPECIFIED: _kinds_pb2.LinkMode
IMPORT_ONLY: _kinds_pb2.LinkMode
EXPORT_ONLY: _kinds_pb2.LinkMode
IMPORT_AND_EXPORT: _kinds_pb2.LinkMode
CONVERT_KIND_UNSPECIFIED: _kinds_pb2.ConvertKind
CLASS_CHANGE: _kinds_pb2.ConvertKind
CARRY_OVER: _kinds_pb2.ConvertKind
EXPIRY_CHANGE: _kinds_pb2.ConvertKind
LABEL_SCOPE_UNSPECIFIED: _kinds_pb2.LabelScope
SCOPE_PROGRAM: _kinds_pb2.LabelScope
SCOPE_METHODOLOGY: _kinds_pb2.LabelScope
SCOPE_CATEGORY: _kinds_pb2.LabelScope
SCOPE_ACTIVITY: _kinds_pb2.LabelScope
SCOPE_LOT: _kinds_pb2.LabelScope
ORDER_SIDE_UNSPECIFIED: _kinds_pb2.OrderSide
SELL: _kinds_pb2.OrderSide
BUY: _kinds_pb2.OrderSide
SETTLEMENT_UNSPECIFIED: _kinds_pb2.Settlement
DIRECT_CONFIRM: _kinds_pb2.Settlement
AGENT: _kinds_pb2.Settlement

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

class Program(_message.Message):
    __slots__ = ("id", "name", "version", "effective_from_s", "kind", "status", "registry_codes", "serial_mode", "serial_format", "gwp", "rules_document", "classes", "roles", "document_kinds", "sinks", "move_rules", "approval_rules", "workflow_rules", "params", "owner_role", "attributes", "convert_rules", "parties", "periods", "links", "labels", "categories", "notice_rules", "obligations", "calendars")
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
    OWNER_ROLE_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    CONVERT_RULES_FIELD_NUMBER: _ClassVar[int]
    PARTIES_FIELD_NUMBER: _ClassVar[int]
    PERIODS_FIELD_NUMBER: _ClassVar[int]
    LINKS_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    NOTICE_RULES_FIELD_NUMBER: _ClassVar[int]
    OBLIGATIONS_FIELD_NUMBER: _ClassVar[int]
    CALENDARS_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    version: int
    effective_from_s: int
    kind: _kinds_pb2.ProgramKind
    status: _kinds_pb2.ProgramStatus
    registry_codes: _containers.RepeatedScalarFieldContainer[str]
    serial_mode: _kinds_pb2.SerialMode
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
    owner_role: _kinds_pb2.Role
    attributes: _containers.RepeatedScalarFieldContainer[str]
    convert_rules: _containers.RepeatedCompositeFieldContainer[ConvertRule]
    parties: _containers.RepeatedCompositeFieldContainer[TreatyParty]
    periods: _containers.RepeatedCompositeFieldContainer[Period]
    links: _containers.RepeatedCompositeFieldContainer[Link]
    labels: _containers.RepeatedCompositeFieldContainer[LabelDef]
    categories: _containers.RepeatedCompositeFieldContainer[Category]
    notice_rules: _containers.RepeatedCompositeFieldContainer[NoticeRule]
    obligations: ObligationRule
    calendars: _containers.RepeatedCompositeFieldContainer[WorkCalendar]
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., version: _Optional[int] = ..., effective_from_s: _Optional[int] = ..., kind: _Optional[_Union[_kinds_pb2.ProgramKind, str]] = ..., status: _Optional[_Union[_kinds_pb2.ProgramStatus, str]] = ..., registry_codes: _Optional[_Iterable[str]] = ..., serial_mode: _Optional[_Union[_kinds_pb2.SerialMode, str]] = ..., serial_format: _Optional[str] = ..., gwp: _Optional[str] = ..., rules_document: _Optional[bytes] = ..., classes: _Optional[_Iterable[_Union[UnitClass, _Mapping]]] = ..., roles: _Optional[_Iterable[_Union[RoleRule, _Mapping]]] = ..., document_kinds: _Optional[_Iterable[str]] = ..., sinks: _Optional[_Iterable[_Union[SinkAccount, _Mapping]]] = ..., move_rules: _Optional[_Iterable[_Union[MoveRule, _Mapping]]] = ..., approval_rules: _Optional[_Iterable[_Union[ApprovalRule, _Mapping]]] = ..., workflow_rules: _Optional[_Iterable[_Union[WorkflowRule, _Mapping]]] = ..., params: _Optional[_Union[ProgramParams, _Mapping]] = ..., owner_role: _Optional[_Union[_kinds_pb2.Role, str]] = ..., attributes: _Optional[_Iterable[str]] = ..., convert_rules: _Optional[_Iterable[_Union[ConvertRule, _Mapping]]] = ..., parties: _Optional[_Iterable[_Union[TreatyParty, _Mapping]]] = ..., periods: _Optional[_Iterable[_Union[Period, _Mapping]]] = ..., links: _Optional[_Iterable[_Union[Link, _Mapping]]] = ..., labels: _Optional[_Iterable[_Union[LabelDef, _Mapping]]] = ..., categories: _Optional[_Iterable[_Union[Category, _Mapping]]] = ..., notice_rules: _Optional[_Iterable[_Union[NoticeRule, _Mapping]]] = ..., obligations: _Optional[_Union[ObligationRule, _Mapping]] = ..., calendars: _Optional[_Iterable[_Union[WorkCalendar, _Mapping]]] = ...) -> None: ...

class UnitClass(_message.Message):
    __slots__ = ("id", "name", "kind", "basis", "use", "expiry_mode", "des_type", "ex_ante")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    USE_FIELD_NUMBER: _ClassVar[int]
    EXPIRY_MODE_FIELD_NUMBER: _ClassVar[int]
    DES_TYPE_FIELD_NUMBER: _ClassVar[int]
    EX_ANTE_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    kind: str
    basis: str
    use: str
    expiry_mode: _kinds_pb2.ExpiryMode
    des_type: int
    ex_ante: bool
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., kind: _Optional[str] = ..., basis: _Optional[str] = ..., use: _Optional[str] = ..., expiry_mode: _Optional[_Union[_kinds_pb2.ExpiryMode, str]] = ..., des_type: _Optional[int] = ..., ex_ante: bool = ...) -> None: ...

class RoleRule(_message.Message):
    __slots__ = ("role", "grants", "independent", "seats_max")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    GRANTS_FIELD_NUMBER: _ClassVar[int]
    INDEPENDENT_FIELD_NUMBER: _ClassVar[int]
    SEATS_MAX_FIELD_NUMBER: _ClassVar[int]
    role: _kinds_pb2.Role
    grants: _containers.RepeatedCompositeFieldContainer[RoleGrant]
    independent: bool
    seats_max: int
    def __init__(self, role: _Optional[_Union[_kinds_pb2.Role, str]] = ..., grants: _Optional[_Iterable[_Union[RoleGrant, _Mapping]]] = ..., independent: bool = ..., seats_max: _Optional[int] = ...) -> None: ...

class RoleGrant(_message.Message):
    __slots__ = ("by", "named_list")
    BY_FIELD_NUMBER: _ClassVar[int]
    NAMED_LIST_FIELD_NUMBER: _ClassVar[int]
    by: _kinds_pb2.Role
    named_list: bool
    def __init__(self, by: _Optional[_Union[_kinds_pb2.Role, str]] = ..., named_list: bool = ...) -> None: ...

class SinkAccount(_message.Message):
    __slots__ = ("kind", "code", "name", "period", "link", "number")
    KIND_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    LINK_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    kind: _kinds_pb2.AccountKind
    code: int
    name: str
    period: int
    link: str
    number: int
    def __init__(self, kind: _Optional[_Union[_kinds_pb2.AccountKind, str]] = ..., code: _Optional[int] = ..., name: _Optional[str] = ..., period: _Optional[int] = ..., link: _Optional[str] = ..., number: _Optional[int] = ...) -> None: ...

class Quorum(_message.Message):
    __slots__ = ("role", "side", "count")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    SIDE_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    role: _kinds_pb2.Role
    side: str
    count: int
    def __init__(self, role: _Optional[_Union[_kinds_pb2.Role, str]] = ..., side: _Optional[str] = ..., count: _Optional[int] = ...) -> None: ...

class MoveRule(_message.Message):
    __slots__ = ("name", "from_kind", "to_kind", "to_code", "classes", "from_holders", "to_holders", "signer", "approvals", "expires_s", "requires", "checks", "mode", "window_s", "delay_s", "delay_calendar", "reversible_days", "own_only", "purposes", "labels")
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
    MODE_FIELD_NUMBER: _ClassVar[int]
    WINDOW_S_FIELD_NUMBER: _ClassVar[int]
    DELAY_S_FIELD_NUMBER: _ClassVar[int]
    DELAY_CALENDAR_FIELD_NUMBER: _ClassVar[int]
    REVERSIBLE_DAYS_FIELD_NUMBER: _ClassVar[int]
    OWN_ONLY_FIELD_NUMBER: _ClassVar[int]
    PURPOSES_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    name: str
    from_kind: _kinds_pb2.AccountKind
    to_kind: _kinds_pb2.AccountKind
    to_code: int
    classes: _containers.RepeatedScalarFieldContainer[str]
    from_holders: _containers.RepeatedScalarFieldContainer[_kinds_pb2.HolderKind]
    to_holders: _containers.RepeatedScalarFieldContainer[_kinds_pb2.HolderKind]
    signer: _kinds_pb2.Role
    approvals: _containers.RepeatedCompositeFieldContainer[Quorum]
    expires_s: int
    requires: _containers.RepeatedScalarFieldContainer[str]
    checks: _containers.RepeatedScalarFieldContainer[str]
    mode: _kinds_pb2.ApprovalMode
    window_s: int
    delay_s: int
    delay_calendar: str
    reversible_days: int
    own_only: bool
    purposes: _containers.RepeatedScalarFieldContainer[_kinds_pb2.Purpose]
    labels: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., from_kind: _Optional[_Union[_kinds_pb2.AccountKind, str]] = ..., to_kind: _Optional[_Union[_kinds_pb2.AccountKind, str]] = ..., to_code: _Optional[int] = ..., classes: _Optional[_Iterable[str]] = ..., from_holders: _Optional[_Iterable[_Union[_kinds_pb2.HolderKind, str]]] = ..., to_holders: _Optional[_Iterable[_Union[_kinds_pb2.HolderKind, str]]] = ..., signer: _Optional[_Union[_kinds_pb2.Role, str]] = ..., approvals: _Optional[_Iterable[_Union[Quorum, _Mapping]]] = ..., expires_s: _Optional[int] = ..., requires: _Optional[_Iterable[str]] = ..., checks: _Optional[_Iterable[str]] = ..., mode: _Optional[_Union[_kinds_pb2.ApprovalMode, str]] = ..., window_s: _Optional[int] = ..., delay_s: _Optional[int] = ..., delay_calendar: _Optional[str] = ..., reversible_days: _Optional[int] = ..., own_only: bool = ..., purposes: _Optional[_Iterable[_Union[_kinds_pb2.Purpose, str]]] = ..., labels: _Optional[_Iterable[str]] = ...) -> None: ...

class ApprovalRule(_message.Message):
    __slots__ = ("name", "action", "subject", "signer", "approvals", "expires_s", "checks", "mode", "window_s", "delay_s")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    SIGNER_FIELD_NUMBER: _ClassVar[int]
    APPROVALS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_S_FIELD_NUMBER: _ClassVar[int]
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    WINDOW_S_FIELD_NUMBER: _ClassVar[int]
    DELAY_S_FIELD_NUMBER: _ClassVar[int]
    name: str
    action: str
    subject: str
    signer: _kinds_pb2.Role
    approvals: _containers.RepeatedCompositeFieldContainer[Quorum]
    expires_s: int
    checks: _containers.RepeatedScalarFieldContainer[str]
    mode: _kinds_pb2.ApprovalMode
    window_s: int
    delay_s: int
    def __init__(self, name: _Optional[str] = ..., action: _Optional[str] = ..., subject: _Optional[str] = ..., signer: _Optional[_Union[_kinds_pb2.Role, str]] = ..., approvals: _Optional[_Iterable[_Union[Quorum, _Mapping]]] = ..., expires_s: _Optional[int] = ..., checks: _Optional[_Iterable[str]] = ..., mode: _Optional[_Union[_kinds_pb2.ApprovalMode, str]] = ..., window_s: _Optional[int] = ..., delay_s: _Optional[int] = ...) -> None: ...

class WorkflowRule(_message.Message):
    __slots__ = ("name", "kind", "from_state", "to_state", "signer", "approvals", "expires_s", "documents", "statements", "min_age_s", "guards", "effects", "max_age_s", "subject", "mode", "window_s", "delay_s", "flags", "comment_s")
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
    MAX_AGE_S_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    WINDOW_S_FIELD_NUMBER: _ClassVar[int]
    DELAY_S_FIELD_NUMBER: _ClassVar[int]
    FLAGS_FIELD_NUMBER: _ClassVar[int]
    COMMENT_S_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: _kinds_pb2.RecordKind
    from_state: str
    to_state: str
    signer: _kinds_pb2.Role
    approvals: _containers.RepeatedCompositeFieldContainer[Quorum]
    expires_s: int
    documents: _containers.RepeatedScalarFieldContainer[str]
    statements: _containers.RepeatedScalarFieldContainer[_kinds_pb2.StatementKind]
    min_age_s: int
    guards: _containers.RepeatedScalarFieldContainer[str]
    effects: _containers.RepeatedScalarFieldContainer[str]
    max_age_s: int
    subject: str
    mode: _kinds_pb2.ApprovalMode
    window_s: int
    delay_s: int
    flags: _containers.RepeatedScalarFieldContainer[str]
    comment_s: int
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[_kinds_pb2.RecordKind, str]] = ..., from_state: _Optional[str] = ..., to_state: _Optional[str] = ..., signer: _Optional[_Union[_kinds_pb2.Role, str]] = ..., approvals: _Optional[_Iterable[_Union[Quorum, _Mapping]]] = ..., expires_s: _Optional[int] = ..., documents: _Optional[_Iterable[str]] = ..., statements: _Optional[_Iterable[_Union[_kinds_pb2.StatementKind, str]]] = ..., min_age_s: _Optional[int] = ..., guards: _Optional[_Iterable[str]] = ..., effects: _Optional[_Iterable[str]] = ..., max_age_s: _Optional[int] = ..., subject: _Optional[str] = ..., mode: _Optional[_Union[_kinds_pb2.ApprovalMode, str]] = ..., window_s: _Optional[int] = ..., delay_s: _Optional[int] = ..., flags: _Optional[_Iterable[str]] = ..., comment_s: _Optional[int] = ...) -> None: ...

class ProgramParams(_message.Message):
    __slots__ = ("proposal_expires_s", "reserve_months_max", "reserve_bps_max", "verification_flags", "baseline_months", "min_result_bps", "accounting_from_s", "base_year_from", "pool_bps_max", "fill_confirm_s", "order_term_s_max", "trust_calendar", "trust_working_days", "same_auditor_max", "freeze_s_max", "cpr_classes")
    PROPOSAL_EXPIRES_S_FIELD_NUMBER: _ClassVar[int]
    RESERVE_MONTHS_MAX_FIELD_NUMBER: _ClassVar[int]
    RESERVE_BPS_MAX_FIELD_NUMBER: _ClassVar[int]
    VERIFICATION_FLAGS_FIELD_NUMBER: _ClassVar[int]
    BASELINE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    MIN_RESULT_BPS_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTING_FROM_S_FIELD_NUMBER: _ClassVar[int]
    BASE_YEAR_FROM_FIELD_NUMBER: _ClassVar[int]
    POOL_BPS_MAX_FIELD_NUMBER: _ClassVar[int]
    FILL_CONFIRM_S_FIELD_NUMBER: _ClassVar[int]
    ORDER_TERM_S_MAX_FIELD_NUMBER: _ClassVar[int]
    TRUST_CALENDAR_FIELD_NUMBER: _ClassVar[int]
    TRUST_WORKING_DAYS_FIELD_NUMBER: _ClassVar[int]
    SAME_AUDITOR_MAX_FIELD_NUMBER: _ClassVar[int]
    FREEZE_S_MAX_FIELD_NUMBER: _ClassVar[int]
    CPR_CLASSES_FIELD_NUMBER: _ClassVar[int]
    proposal_expires_s: int
    reserve_months_max: int
    reserve_bps_max: int
    verification_flags: _containers.RepeatedScalarFieldContainer[str]
    baseline_months: _containers.RepeatedScalarFieldContainer[int]
    min_result_bps: int
    accounting_from_s: int
    base_year_from: int
    pool_bps_max: int
    fill_confirm_s: int
    order_term_s_max: int
    trust_calendar: str
    trust_working_days: int
    same_auditor_max: int
    freeze_s_max: int
    cpr_classes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, proposal_expires_s: _Optional[int] = ..., reserve_months_max: _Optional[int] = ..., reserve_bps_max: _Optional[int] = ..., verification_flags: _Optional[_Iterable[str]] = ..., baseline_months: _Optional[_Iterable[int]] = ..., min_result_bps: _Optional[int] = ..., accounting_from_s: _Optional[int] = ..., base_year_from: _Optional[int] = ..., pool_bps_max: _Optional[int] = ..., fill_confirm_s: _Optional[int] = ..., order_term_s_max: _Optional[int] = ..., trust_calendar: _Optional[str] = ..., trust_working_days: _Optional[int] = ..., same_auditor_max: _Optional[int] = ..., freeze_s_max: _Optional[int] = ..., cpr_classes: _Optional[_Iterable[str]] = ...) -> None: ...

class ConvertRule(_message.Message):
    __slots__ = ("name", "kind", "from_class", "to_class", "from_holders", "signer", "approvals", "expires_s", "requires", "checks", "mode", "window_s", "delay_s", "track", "limit_bps", "origins_barred")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    FROM_CLASS_FIELD_NUMBER: _ClassVar[int]
    TO_CLASS_FIELD_NUMBER: _ClassVar[int]
    FROM_HOLDERS_FIELD_NUMBER: _ClassVar[int]
    SIGNER_FIELD_NUMBER: _ClassVar[int]
    APPROVALS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_S_FIELD_NUMBER: _ClassVar[int]
    REQUIRES_FIELD_NUMBER: _ClassVar[int]
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    WINDOW_S_FIELD_NUMBER: _ClassVar[int]
    DELAY_S_FIELD_NUMBER: _ClassVar[int]
    TRACK_FIELD_NUMBER: _ClassVar[int]
    LIMIT_BPS_FIELD_NUMBER: _ClassVar[int]
    ORIGINS_BARRED_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: _kinds_pb2.ConvertKind
    from_class: str
    to_class: str
    from_holders: _containers.RepeatedScalarFieldContainer[_kinds_pb2.HolderKind]
    signer: _kinds_pb2.Role
    approvals: _containers.RepeatedCompositeFieldContainer[Quorum]
    expires_s: int
    requires: _containers.RepeatedScalarFieldContainer[str]
    checks: _containers.RepeatedScalarFieldContainer[str]
    mode: _kinds_pb2.ApprovalMode
    window_s: int
    delay_s: int
    track: int
    limit_bps: int
    origins_barred: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[_kinds_pb2.ConvertKind, str]] = ..., from_class: _Optional[str] = ..., to_class: _Optional[str] = ..., from_holders: _Optional[_Iterable[_Union[_kinds_pb2.HolderKind, str]]] = ..., signer: _Optional[_Union[_kinds_pb2.Role, str]] = ..., approvals: _Optional[_Iterable[_Union[Quorum, _Mapping]]] = ..., expires_s: _Optional[int] = ..., requires: _Optional[_Iterable[str]] = ..., checks: _Optional[_Iterable[str]] = ..., mode: _Optional[_Union[_kinds_pb2.ApprovalMode, str]] = ..., window_s: _Optional[int] = ..., delay_s: _Optional[int] = ..., track: _Optional[int] = ..., limit_bps: _Optional[int] = ..., origins_barred: _Optional[_Iterable[str]] = ...) -> None: ...

class TreatyParty(_message.Message):
    __slots__ = ("iso2", "iso3", "eligible", "periods")
    ISO2_FIELD_NUMBER: _ClassVar[int]
    ISO3_FIELD_NUMBER: _ClassVar[int]
    ELIGIBLE_FIELD_NUMBER: _ClassVar[int]
    PERIODS_FIELD_NUMBER: _ClassVar[int]
    iso2: str
    iso3: str
    eligible: bool
    periods: _containers.RepeatedCompositeFieldContainer[PartyPeriod]
    def __init__(self, iso2: _Optional[str] = ..., iso3: _Optional[str] = ..., eligible: bool = ..., periods: _Optional[_Iterable[_Union[PartyPeriod, _Mapping]]] = ...) -> None: ...

class PartyPeriod(_message.Message):
    __slots__ = ("period", "assigned_amount_t", "last_inventory_t")
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    ASSIGNED_AMOUNT_T_FIELD_NUMBER: _ClassVar[int]
    LAST_INVENTORY_T_FIELD_NUMBER: _ClassVar[int]
    period: str
    assigned_amount_t: int
    last_inventory_t: int
    def __init__(self, period: _Optional[str] = ..., assigned_amount_t: _Optional[int] = ..., last_inventory_t: _Optional[int] = ...) -> None: ...

class Period(_message.Message):
    __slots__ = ("code", "number", "start_s", "end_s", "report_due_s", "surrender_due_s", "true_up_end_s", "cap_t", "next", "reserve_share_bps", "reserve_inventories")
    CODE_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    START_S_FIELD_NUMBER: _ClassVar[int]
    END_S_FIELD_NUMBER: _ClassVar[int]
    REPORT_DUE_S_FIELD_NUMBER: _ClassVar[int]
    SURRENDER_DUE_S_FIELD_NUMBER: _ClassVar[int]
    TRUE_UP_END_S_FIELD_NUMBER: _ClassVar[int]
    CAP_T_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    RESERVE_SHARE_BPS_FIELD_NUMBER: _ClassVar[int]
    RESERVE_INVENTORIES_FIELD_NUMBER: _ClassVar[int]
    code: str
    number: int
    start_s: int
    end_s: int
    report_due_s: int
    surrender_due_s: int
    true_up_end_s: int
    cap_t: int
    next: str
    reserve_share_bps: int
    reserve_inventories: int
    def __init__(self, code: _Optional[str] = ..., number: _Optional[int] = ..., start_s: _Optional[int] = ..., end_s: _Optional[int] = ..., report_due_s: _Optional[int] = ..., surrender_due_s: _Optional[int] = ..., true_up_end_s: _Optional[int] = ..., cap_t: _Optional[int] = ..., next: _Optional[str] = ..., reserve_share_bps: _Optional[int] = ..., reserve_inventories: _Optional[int] = ...) -> None: ...

class Link(_message.Message):
    __slots__ = ("id", "registry", "direction", "classes", "signer", "approvals", "expires_s", "requires", "mode", "window_s", "delay_s")
    ID_FIELD_NUMBER: _ClassVar[int]
    REGISTRY_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    CLASSES_FIELD_NUMBER: _ClassVar[int]
    SIGNER_FIELD_NUMBER: _ClassVar[int]
    APPROVALS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_S_FIELD_NUMBER: _ClassVar[int]
    REQUIRES_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    WINDOW_S_FIELD_NUMBER: _ClassVar[int]
    DELAY_S_FIELD_NUMBER: _ClassVar[int]
    id: str
    registry: str
    direction: _kinds_pb2.LinkMode
    classes: _containers.RepeatedCompositeFieldContainer[LinkClass]
    signer: _kinds_pb2.Role
    approvals: _containers.RepeatedCompositeFieldContainer[Quorum]
    expires_s: int
    requires: _containers.RepeatedScalarFieldContainer[str]
    mode: _kinds_pb2.ApprovalMode
    window_s: int
    delay_s: int
    def __init__(self, id: _Optional[str] = ..., registry: _Optional[str] = ..., direction: _Optional[_Union[_kinds_pb2.LinkMode, str]] = ..., classes: _Optional[_Iterable[_Union[LinkClass, _Mapping]]] = ..., signer: _Optional[_Union[_kinds_pb2.Role, str]] = ..., approvals: _Optional[_Iterable[_Union[Quorum, _Mapping]]] = ..., expires_s: _Optional[int] = ..., requires: _Optional[_Iterable[str]] = ..., mode: _Optional[_Union[_kinds_pb2.ApprovalMode, str]] = ..., window_s: _Optional[int] = ..., delay_s: _Optional[int] = ...) -> None: ...

class LinkClass(_message.Message):
    __slots__ = ("theirs", "ours")
    THEIRS_FIELD_NUMBER: _ClassVar[int]
    OURS_FIELD_NUMBER: _ClassVar[int]
    theirs: str
    ours: str
    def __init__(self, theirs: _Optional[str] = ..., ours: _Optional[str] = ...) -> None: ...

class LabelDef(_message.Message):
    __slots__ = ("id", "name", "scopes", "signer", "approvals", "expires_s", "derivation", "authorization", "validity_months", "mode", "window_s", "delay_s")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    SIGNER_FIELD_NUMBER: _ClassVar[int]
    APPROVALS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_S_FIELD_NUMBER: _ClassVar[int]
    DERIVATION_FIELD_NUMBER: _ClassVar[int]
    AUTHORIZATION_FIELD_NUMBER: _ClassVar[int]
    VALIDITY_MONTHS_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    WINDOW_S_FIELD_NUMBER: _ClassVar[int]
    DELAY_S_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    scopes: _containers.RepeatedScalarFieldContainer[_kinds_pb2.LabelScope]
    signer: _kinds_pb2.Role
    approvals: _containers.RepeatedCompositeFieldContainer[Quorum]
    expires_s: int
    derivation: str
    authorization: bool
    validity_months: int
    mode: _kinds_pb2.ApprovalMode
    window_s: int
    delay_s: int
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., scopes: _Optional[_Iterable[_Union[_kinds_pb2.LabelScope, str]]] = ..., signer: _Optional[_Union[_kinds_pb2.Role, str]] = ..., approvals: _Optional[_Iterable[_Union[Quorum, _Mapping]]] = ..., expires_s: _Optional[int] = ..., derivation: _Optional[str] = ..., authorization: bool = ..., validity_months: _Optional[int] = ..., mode: _Optional[_Union[_kinds_pb2.ApprovalMode, str]] = ..., window_s: _Optional[int] = ..., delay_s: _Optional[int] = ...) -> None: ...

class Category(_message.Message):
    __slots__ = ("id", "flags", "note")
    ID_FIELD_NUMBER: _ClassVar[int]
    FLAGS_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    id: str
    flags: _containers.RepeatedScalarFieldContainer[str]
    note: str
    def __init__(self, id: _Optional[str] = ..., flags: _Optional[_Iterable[str]] = ..., note: _Optional[str] = ...) -> None: ...

class NoticeRule(_message.Message):
    __slots__ = ("kind", "due_months", "due_s", "contest_s", "sink_kind", "sink_code", "classes", "enforcement", "blocks_issue")
    KIND_FIELD_NUMBER: _ClassVar[int]
    DUE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    DUE_S_FIELD_NUMBER: _ClassVar[int]
    CONTEST_S_FIELD_NUMBER: _ClassVar[int]
    SINK_KIND_FIELD_NUMBER: _ClassVar[int]
    SINK_CODE_FIELD_NUMBER: _ClassVar[int]
    CLASSES_FIELD_NUMBER: _ClassVar[int]
    ENFORCEMENT_FIELD_NUMBER: _ClassVar[int]
    BLOCKS_ISSUE_FIELD_NUMBER: _ClassVar[int]
    kind: str
    due_months: int
    due_s: int
    contest_s: int
    sink_kind: _kinds_pb2.AccountKind
    sink_code: int
    classes: _containers.RepeatedScalarFieldContainer[str]
    enforcement: _containers.RepeatedScalarFieldContainer[str]
    blocks_issue: bool
    def __init__(self, kind: _Optional[str] = ..., due_months: _Optional[int] = ..., due_s: _Optional[int] = ..., contest_s: _Optional[int] = ..., sink_kind: _Optional[_Union[_kinds_pb2.AccountKind, str]] = ..., sink_code: _Optional[int] = ..., classes: _Optional[_Iterable[str]] = ..., enforcement: _Optional[_Iterable[str]] = ..., blocks_issue: bool = ...) -> None: ...

class ObligationRule(_message.Message):
    __slots__ = ("classes", "offset_classes", "offset_limit_bps", "penalty_minor_per_t", "currency", "make_good")
    CLASSES_FIELD_NUMBER: _ClassVar[int]
    OFFSET_CLASSES_FIELD_NUMBER: _ClassVar[int]
    OFFSET_LIMIT_BPS_FIELD_NUMBER: _ClassVar[int]
    PENALTY_MINOR_PER_T_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    MAKE_GOOD_FIELD_NUMBER: _ClassVar[int]
    classes: _containers.RepeatedScalarFieldContainer[str]
    offset_classes: _containers.RepeatedScalarFieldContainer[str]
    offset_limit_bps: int
    penalty_minor_per_t: int
    currency: str
    make_good: bool
    def __init__(self, classes: _Optional[_Iterable[str]] = ..., offset_classes: _Optional[_Iterable[str]] = ..., offset_limit_bps: _Optional[int] = ..., penalty_minor_per_t: _Optional[int] = ..., currency: _Optional[str] = ..., make_good: bool = ...) -> None: ...

class WorkCalendar(_message.Message):
    __slots__ = ("id", "offsets", "weekend", "holidays", "noon_s")
    ID_FIELD_NUMBER: _ClassVar[int]
    OFFSETS_FIELD_NUMBER: _ClassVar[int]
    WEEKEND_FIELD_NUMBER: _ClassVar[int]
    HOLIDAYS_FIELD_NUMBER: _ClassVar[int]
    NOON_S_FIELD_NUMBER: _ClassVar[int]
    id: str
    offsets: _containers.RepeatedCompositeFieldContainer[UtcOffset]
    weekend: _containers.RepeatedScalarFieldContainer[int]
    holidays: _containers.RepeatedScalarFieldContainer[str]
    noon_s: int
    def __init__(self, id: _Optional[str] = ..., offsets: _Optional[_Iterable[_Union[UtcOffset, _Mapping]]] = ..., weekend: _Optional[_Iterable[int]] = ..., holidays: _Optional[_Iterable[str]] = ..., noon_s: _Optional[int] = ...) -> None: ...

class UtcOffset(_message.Message):
    __slots__ = ("from_s", "offset_s")
    FROM_S_FIELD_NUMBER: _ClassVar[int]
    OFFSET_S_FIELD_NUMBER: _ClassVar[int]
    from_s: int
    offset_s: int
    def __init__(self, from_s: _Optional[int] = ..., offset_s: _Optional[int] = ...) -> None: ...

class ValidatorSet(_message.Message):
    __slots__ = ("validators",)
    VALIDATORS_FIELD_NUMBER: _ClassVar[int]
    validators: _containers.RepeatedCompositeFieldContainer[ValidatorSeat]
    def __init__(self, validators: _Optional[_Iterable[_Union[ValidatorSeat, _Mapping]]] = ...) -> None: ...

class ValidatorSeat(_message.Message):
    __slots__ = ("key", "power", "name", "account", "node_ids")
    KEY_FIELD_NUMBER: _ClassVar[int]
    POWER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    NODE_IDS_FIELD_NUMBER: _ClassVar[int]
    key: bytes
    power: int
    name: str
    account: str
    node_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, key: _Optional[bytes] = ..., power: _Optional[int] = ..., name: _Optional[str] = ..., account: _Optional[str] = ..., node_ids: _Optional[_Iterable[str]] = ...) -> None: ...
