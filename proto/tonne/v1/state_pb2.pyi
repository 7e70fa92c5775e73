from tonne.v1 import kinds_pb2 as _kinds_pb2
from tonne.v1 import policy_pb2 as _policy_pb2
from tonne.v1 import kinds_pb2 as _kinds_pb2_1
from tonne.v1 import tx_pb2 as _tx_pb2
from tonne.v1 import kinds_pb2 as _kinds_pb2_1_1
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
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
from tonne.v1.policy_pb2 import Validator as Validator
from tonne.v1.policy_pb2 import ChainParams as ChainParams
from tonne.v1.policy_pb2 import Program as Program
from tonne.v1.policy_pb2 import UnitClass as UnitClass
from tonne.v1.policy_pb2 import RoleRule as RoleRule
from tonne.v1.policy_pb2 import RoleGrant as RoleGrant
from tonne.v1.policy_pb2 import SinkAccount as SinkAccount
from tonne.v1.policy_pb2 import Quorum as Quorum
from tonne.v1.policy_pb2 import MoveRule as MoveRule
from tonne.v1.policy_pb2 import ApprovalRule as ApprovalRule
from tonne.v1.policy_pb2 import WorkflowRule as WorkflowRule
from tonne.v1.policy_pb2 import ProgramParams as ProgramParams
from tonne.v1.policy_pb2 import ConvertRule as ConvertRule
from tonne.v1.policy_pb2 import TreatyParty as TreatyParty
from tonne.v1.policy_pb2 import PartyPeriod as PartyPeriod
from tonne.v1.policy_pb2 import Period as Period
from tonne.v1.policy_pb2 import Link as Link
from tonne.v1.policy_pb2 import LinkClass as LinkClass
from tonne.v1.policy_pb2 import LabelDef as LabelDef
from tonne.v1.policy_pb2 import Category as Category
from tonne.v1.policy_pb2 import NoticeRule as NoticeRule
from tonne.v1.policy_pb2 import ObligationRule as ObligationRule
from tonne.v1.policy_pb2 import WorkCalendar as WorkCalendar
from tonne.v1.policy_pb2 import UtcOffset as UtcOffset
from tonne.v1.policy_pb2 import ValidatorSet as ValidatorSet
from tonne.v1.policy_pb2 import ValidatorSeat as ValidatorSeat

DESCRIPTOR: _descriptor.FileDescriptor
ROLE_UNSPECIFIED: _kinds_pb2_1_1.Role
HOLDER: _kinds_pb2_1_1.Role
CONSORTIUM: _kinds_pb2_1_1.Role
COORDINATOR: _kinds_pb2_1_1.Role
OPERATOR: _kinds_pb2_1_1.Role
AUTHORITY: _kinds_pb2_1_1.Role
COMMITTEE: _kinds_pb2_1_1.Role
AUDITOR: _kinds_pb2_1_1.Role
ISSUER: _kinds_pb2_1_1.Role
EXT_LOG: _kinds_pb2_1_1.Role
JISC: _kinds_pb2_1_1.Role
BRIDGE: _kinds_pb2_1_1.Role
LABELLER: _kinds_pb2_1_1.Role
COUNCIL: _kinds_pb2_1_1.Role
ARBITER: _kinds_pb2_1_1.Role
METER: _kinds_pb2_1_1.Role
SETTLEMENT: _kinds_pb2_1_1.Role
ORGANISATION_STATUS_UNSPECIFIED: _kinds_pb2_1_1.OrganisationStatus
ORGANISATION_ACTIVE: _kinds_pb2_1_1.OrganisationStatus
ORGANISATION_SUSPENDED: _kinds_pb2_1_1.OrganisationStatus
ORGANISATION_CLOSED: _kinds_pb2_1_1.OrganisationStatus
ACCOUNT_STATUS_UNSPECIFIED: _kinds_pb2_1_1.AccountStatus
ACCOUNT_OPEN: _kinds_pb2_1_1.AccountStatus
ACCOUNT_RESTRICTED: _kinds_pb2_1_1.AccountStatus
ACCOUNT_SUSPENDED: _kinds_pb2_1_1.AccountStatus
ACCOUNT_CLOSING: _kinds_pb2_1_1.AccountStatus
ACCOUNT_CLOSED: _kinds_pb2_1_1.AccountStatus
ACCOUNT_KIND_UNSPECIFIED: _kinds_pb2_1_1.AccountKind
HOLDING: _kinds_pb2_1_1.AccountKind
POOL: _kinds_pb2_1_1.AccountKind
RETIRE: _kinds_pb2_1_1.AccountKind
SURRENDER: _kinds_pb2_1_1.AccountKind
CANCEL: _kinds_pb2_1_1.AccountKind
REPLACE: _kinds_pb2_1_1.AccountKind
EXPORT: _kinds_pb2_1_1.AccountKind
ADAPTATION: _kinds_pb2_1_1.AccountKind
HOLDER_KIND_UNSPECIFIED: _kinds_pb2_1_1.HolderKind
ORG: _kinds_pb2_1_1.HolderKind
PERSON: _kinds_pb2_1_1.HolderKind
GOVERNMENT: _kinds_pb2_1_1.HolderKind
SYSTEM: _kinds_pb2_1_1.HolderKind
KEY_RIGHT_UNSPECIFIED: _kinds_pb2_1_1.KeyRight
INITIATE: _kinds_pb2_1_1.KeyRight
APPROVE: _kinds_pb2_1_1.KeyRight
READ: _kinds_pb2_1_1.KeyRight
RECORD_KIND_UNSPECIFIED: _kinds_pb2_1_1.RecordKind
METHODOLOGY: _kinds_pb2_1_1.RecordKind
ACTIVITY: _kinds_pb2_1_1.RecordKind
ISSUANCE: _kinds_pb2_1_1.RecordKind
FOOTPRINT: _kinds_pb2_1_1.RecordKind
OBLIGATION: _kinds_pb2_1_1.RecordKind
AUTHORIZATION: _kinds_pb2_1_1.RecordKind
NOTICE: _kinds_pb2_1_1.RecordKind
PROPOSAL_PAPERS: _kinds_pb2_1_1.RecordKind
STATEMENT_KIND_UNSPECIFIED: _kinds_pb2_1_1.StatementKind
VERIFICATION: _kinds_pb2_1_1.StatementKind
VALIDATION: _kinds_pb2_1_1.StatementKind
MONITORING_SYSTEM: _kinds_pb2_1_1.StatementKind
FOOTPRINT_ASSURANCE: _kinds_pb2_1_1.StatementKind
EMISSIONS: _kinds_pb2_1_1.StatementKind
INVENTORY: _kinds_pb2_1_1.StatementKind
REVERSAL: _kinds_pb2_1_1.StatementKind
REASSURANCE: _kinds_pb2_1_1.StatementKind
CONFORMITY: _kinds_pb2_1_1.StatementKind
INVALIDATION: _kinds_pb2_1_1.StatementKind
RECONCILIATION: _kinds_pb2_1_1.StatementKind
OUTCOME_TYPE_UNSPECIFIED: _kinds_pb2_1_1.OutcomeType
ABS_REDUCTION: _kinds_pb2_1_1.OutcomeType
SINK_INCREASE: _kinds_pb2_1_1.OutcomeType
DESTRUCTION: _kinds_pb2_1_1.OutcomeType
LONG_TERM_STORAGE: _kinds_pb2_1_1.OutcomeType
PURPOSE_UNSPECIFIED: _kinds_pb2_1_1.Purpose
VOLUNTARY: _kinds_pb2_1_1.Purpose
FOOTPRINT_OFFSET: _kinds_pb2_1_1.Purpose
COMPLIANCE: _kinds_pb2_1_1.Purpose
NDC: _kinds_pb2_1_1.Purpose
OIMP_CORSIA: _kinds_pb2_1_1.Purpose
OTHER_OIMP: _kinds_pb2_1_1.Purpose
PARTY_COMPLIANCE: _kinds_pb2_1_1.Purpose
OMGE: _kinds_pb2_1_1.Purpose
VERDICT_UNSPECIFIED: _kinds_pb2_1_1.Verdict
YES: _kinds_pb2_1_1.Verdict
NO: _kinds_pb2_1_1.Verdict
PROGRAM_KIND_UNSPECIFIED: _kinds_pb2_1_1.ProgramKind
KYOTO: _kinds_pb2_1_1.ProgramKind
BILATERAL: _kinds_pb2_1_1.ProgramKind
ETS: _kinds_pb2_1_1.ProgramKind
VOLUNTARY_PROGRAM: _kinds_pb2_1_1.ProgramKind
QUOTA_PROGRAM: _kinds_pb2_1_1.ProgramKind
PROGRAM_STATUS_UNSPECIFIED: _kinds_pb2_1_1.ProgramStatus
DORMANT: _kinds_pb2_1_1.ProgramStatus
ACTIVE: _kinds_pb2_1_1.ProgramStatus
PROGRAM_SUSPENDED: _kinds_pb2_1_1.ProgramStatus
REPEALED: _kinds_pb2_1_1.ProgramStatus
SERIAL_MODE_UNSPECIFIED: _kinds_pb2_1_1.SerialMode
PER_ORIGIN: _kinds_pb2_1_1.SerialMode
PER_ISSUANCE: _kinds_pb2_1_1.SerialMode
APPROVAL_MODE_UNSPECIFIED: _kinds_pb2_1_1.ApprovalMode
EXPLICIT: _kinds_pb2_1_1.ApprovalMode
NO_OBJECTION: _kinds_pb2_1_1.ApprovalMode
EXPIRY_MODE_UNSPECIFIED: _kinds_pb2_1_1.ExpiryMode
NO_EXPIRY: _kinds_pb2_1_1.ExpiryMode
EXPIRE: _kinds_pb2_1_1.ExpiryMode
REASSURE: _kinds_pb2_1_1.ExpiryMode
HOLD_KIND_UNSPECIFIED: _kinds_pb2_1_1.HoldKind
RESERVE: _kinds_pb2_1_1.HoldKind
ESCROW: _kinds_pb2_1_1.HoldKind
PENDING: _kinds_pb2_1_1.HoldKind
DELAY: _kinds_pb2_1_1.HoldKind
PLEDGE: _kinds_pb2_1_1.HoldKind
FREEZE: _kinds_pb2_1_1.HoldKind
LINK_MODE_UNSPECIFIED: _kinds_pb2_1_1.LinkMode
IMPORT_ONLY: _kinds_pb2_1_1.LinkMode
EXPORT_ONLY: _kinds_pb2_1_1.LinkMode
IMPORT_AND_EXPORT: _kinds_pb2_1_1.LinkMode
CONVERT_KIND_UNSPECIFIED: _kinds_pb2_1_1.ConvertKind
CLASS_CHANGE: _kinds_pb2_1_1.ConvertKind
CARRY_OVER: _kinds_pb2_1_1.ConvertKind
EXPIRY_CHANGE: _kinds_pb2_1_1.ConvertKind
LABEL_SCOPE_UNSPECIFIED: _kinds_pb2_1_1.LabelScope
SCOPE_PROGRAM: _kinds_pb2_1_1.LabelScope
SCOPE_METHODOLOGY: _kinds_pb2_1_1.LabelScope
SCOPE_CATEGORY: _kinds_pb2_1_1.LabelScope
SCOPE_ACTIVITY: _kinds_pb2_1_1.LabelScope
SCOPE_LOT: _kinds_pb2_1_1.LabelScope
ORDER_SIDE_UNSPECIFIED: _kinds_pb2_1_1.OrderSide
SELL: _kinds_pb2_1_1.OrderSide
BUY: _kinds_pb2_1_1.OrderSide
SETTLEMENT_UNSPECIFIED: _kinds_pb2_1_1.Settlement
DIRECT_CONFIRM: _kinds_pb2_1_1.Settlement
AGENT: _kinds_pb2_1_1.Settlement

class AccreditationStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCREDITATION_STATUS_UNSPECIFIED: _ClassVar[AccreditationStatus]
    GRANTED: _ClassVar[AccreditationStatus]
    SUSPENDED: _ClassVar[AccreditationStatus]
    REVOKED: _ClassVar[AccreditationStatus]

class OrderState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORDER_STATE_UNSPECIFIED: _ClassVar[OrderState]
    ORDER_OPEN: _ClassVar[OrderState]
    ORDER_PART_FILLED: _ClassVar[OrderState]
    ORDER_FILLED: _ClassVar[OrderState]
    ORDER_CANCELLED: _ClassVar[OrderState]
    ORDER_EXPIRED: _ClassVar[OrderState]

class FillState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FILL_STATE_UNSPECIFIED: _ClassVar[FillState]
    FILL_RESERVED: _ClassVar[FillState]
    FILL_SETTLED: _ClassVar[FillState]
    FILL_RELEASED: _ClassVar[FillState]

class StatementStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STATEMENT_STATUS_UNSPECIFIED: _ClassVar[StatementStatus]
    ACCEPTED: _ClassVar[StatementStatus]
    INVALIDATED: _ClassVar[StatementStatus]
    SUPERSEDED: _ClassVar[StatementStatus]

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
    PROPOSAL_DELAYED: _ClassVar[ProposalState]
ACCREDITATION_STATUS_UNSPECIFIED: AccreditationStatus
GRANTED: AccreditationStatus
SUSPENDED: AccreditationStatus
REVOKED: AccreditationStatus
ORDER_STATE_UNSPECIFIED: OrderState
ORDER_OPEN: OrderState
ORDER_PART_FILLED: OrderState
ORDER_FILLED: OrderState
ORDER_CANCELLED: OrderState
ORDER_EXPIRED: OrderState
FILL_STATE_UNSPECIFIED: FillState
FILL_RESERVED: FillState
FILL_SETTLED: FillState
FILL_RELEASED: FillState
STATEMENT_STATUS_UNSPECIFIED: StatementStatus
ACCEPTED: StatementStatus
INVALIDATED: StatementStatus
SUPERSEDED: StatementStatus
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
PROPOSAL_DELAYED: ProposalState

class Genesis(_message.Message):
    __slots__ = ("chain_id", "time_s", "validators", "params", "entries", "origin")
    CHAIN_ID_FIELD_NUMBER: _ClassVar[int]
    TIME_S_FIELD_NUMBER: _ClassVar[int]
    VALIDATORS_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    chain_id: str
    time_s: int
    validators: _containers.RepeatedCompositeFieldContainer[_policy_pb2.Validator]
    params: _policy_pb2.ChainParams
    entries: _containers.RepeatedCompositeFieldContainer[Entry]
    origin: Origin
    def __init__(self, chain_id: _Optional[str] = ..., time_s: _Optional[int] = ..., validators: _Optional[_Iterable[_Union[_policy_pb2.Validator, _Mapping]]] = ..., params: _Optional[_Union[_policy_pb2.ChainParams, _Mapping]] = ..., entries: _Optional[_Iterable[_Union[Entry, _Mapping]]] = ..., origin: _Optional[_Union[Origin, _Mapping]] = ...) -> None: ...

class Origin(_message.Message):
    __slots__ = ("chain_id", "height", "time_s", "app_hash")
    CHAIN_ID_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    TIME_S_FIELD_NUMBER: _ClassVar[int]
    APP_HASH_FIELD_NUMBER: _ClassVar[int]
    chain_id: str
    height: int
    time_s: int
    app_hash: bytes
    def __init__(self, chain_id: _Optional[str] = ..., height: _Optional[int] = ..., time_s: _Optional[int] = ..., app_hash: _Optional[bytes] = ...) -> None: ...

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
    params: _policy_pb2.ChainParams
    def __init__(self, chain_id: _Optional[str] = ..., genesis_hash: _Optional[bytes] = ..., rules_version: _Optional[int] = ..., params: _Optional[_Union[_policy_pb2.ChainParams, _Mapping]] = ...) -> None: ...

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
    status: _kinds_pb2_1_1.OrganisationStatus
    pending: int
    independent: bool
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., country: _Optional[str] = ..., kyc_hash: _Optional[bytes] = ..., kyc_expires_s: _Optional[int] = ..., status: _Optional[_Union[_kinds_pb2_1_1.OrganisationStatus, str]] = ..., pending: _Optional[int] = ..., independent: bool = ...) -> None: ...

class Account(_message.Message):
    __slots__ = ("id", "organisation", "program", "name", "kind", "code", "holder_kind", "category", "keys", "min_initiate", "min_approve", "tx_limit_t", "market_access", "status", "opened_s", "refuses_units", "trusted", "no_untrusted", "overdue_from_s", "link", "period", "owed_t")
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
    TRUSTED_FIELD_NUMBER: _ClassVar[int]
    NO_UNTRUSTED_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_FROM_S_FIELD_NUMBER: _ClassVar[int]
    LINK_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    OWED_T_FIELD_NUMBER: _ClassVar[int]
    id: str
    organisation: str
    program: str
    name: str
    kind: _kinds_pb2_1_1.AccountKind
    code: int
    holder_kind: _kinds_pb2_1_1.HolderKind
    category: str
    keys: _containers.RepeatedCompositeFieldContainer[Key]
    min_initiate: int
    min_approve: int
    tx_limit_t: int
    market_access: bool
    status: _kinds_pb2_1_1.AccountStatus
    opened_s: int
    refuses_units: bool
    trusted: _containers.RepeatedCompositeFieldContainer[Trusted]
    no_untrusted: bool
    overdue_from_s: int
    link: str
    period: int
    owed_t: int
    def __init__(self, id: _Optional[str] = ..., organisation: _Optional[str] = ..., program: _Optional[str] = ..., name: _Optional[str] = ..., kind: _Optional[_Union[_kinds_pb2_1_1.AccountKind, str]] = ..., code: _Optional[int] = ..., holder_kind: _Optional[_Union[_kinds_pb2_1_1.HolderKind, str]] = ..., category: _Optional[str] = ..., keys: _Optional[_Iterable[_Union[Key, _Mapping]]] = ..., min_initiate: _Optional[int] = ..., min_approve: _Optional[int] = ..., tx_limit_t: _Optional[int] = ..., market_access: bool = ..., status: _Optional[_Union[_kinds_pb2_1_1.AccountStatus, str]] = ..., opened_s: _Optional[int] = ..., refuses_units: bool = ..., trusted: _Optional[_Iterable[_Union[Trusted, _Mapping]]] = ..., no_untrusted: bool = ..., overdue_from_s: _Optional[int] = ..., link: _Optional[str] = ..., period: _Optional[int] = ..., owed_t: _Optional[int] = ...) -> None: ...

class Trusted(_message.Message):
    __slots__ = ("account", "active_from_s")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_FROM_S_FIELD_NUMBER: _ClassVar[int]
    account: str
    active_from_s: int
    def __init__(self, account: _Optional[str] = ..., active_from_s: _Optional[int] = ...) -> None: ...

class Key(_message.Message):
    __slots__ = ("key", "person", "rights")
    KEY_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    RIGHTS_FIELD_NUMBER: _ClassVar[int]
    key: bytes
    person: str
    rights: _containers.RepeatedScalarFieldContainer[_kinds_pb2_1_1.KeyRight]
    def __init__(self, key: _Optional[bytes] = ..., person: _Optional[str] = ..., rights: _Optional[_Iterable[_Union[_kinds_pb2_1_1.KeyRight, str]]] = ...) -> None: ...

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
    role: _kinds_pb2_1_1.Role
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
    def __init__(self, program: _Optional[str] = ..., role: _Optional[_Union[_kinds_pb2_1_1.Role, str]] = ..., list: _Optional[str] = ..., account: _Optional[str] = ..., organisation: _Optional[str] = ..., side: _Optional[str] = ..., scopes: _Optional[_Iterable[str]] = ..., valid_from_s: _Optional[int] = ..., valid_to_s: _Optional[int] = ..., status: _Optional[_Union[AccreditationStatus, str]] = ..., document: _Optional[bytes] = ..., validator_key: _Optional[bytes] = ..., node_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class CapRecord(_message.Message):
    __slots__ = ("program", "class_id", "party", "period", "issued_t", "carried_t", "allowed_t")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    ISSUED_T_FIELD_NUMBER: _ClassVar[int]
    CARRIED_T_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_T_FIELD_NUMBER: _ClassVar[int]
    program: str
    class_id: str
    party: str
    period: str
    issued_t: int
    carried_t: int
    allowed_t: int
    def __init__(self, program: _Optional[str] = ..., class_id: _Optional[str] = ..., party: _Optional[str] = ..., period: _Optional[str] = ..., issued_t: _Optional[int] = ..., carried_t: _Optional[int] = ..., allowed_t: _Optional[int] = ...) -> None: ...

class LabelGrant(_message.Message):
    __slots__ = ("program", "label", "scope", "target", "number", "by", "added_s", "valid_to_s", "removed_s", "removed_by", "reason", "document", "ranges", "authorization")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    ADDED_S_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_S_FIELD_NUMBER: _ClassVar[int]
    REMOVED_S_FIELD_NUMBER: _ClassVar[int]
    REMOVED_BY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    RANGES_FIELD_NUMBER: _ClassVar[int]
    AUTHORIZATION_FIELD_NUMBER: _ClassVar[int]
    program: str
    label: str
    scope: _kinds_pb2_1_1.LabelScope
    target: str
    number: int
    by: str
    added_s: int
    valid_to_s: int
    removed_s: int
    removed_by: str
    reason: str
    document: bytes
    ranges: _containers.RepeatedCompositeFieldContainer[_kinds_pb2_1_1.SerialRange]
    authorization: str
    def __init__(self, program: _Optional[str] = ..., label: _Optional[str] = ..., scope: _Optional[_Union[_kinds_pb2_1_1.LabelScope, str]] = ..., target: _Optional[str] = ..., number: _Optional[int] = ..., by: _Optional[str] = ..., added_s: _Optional[int] = ..., valid_to_s: _Optional[int] = ..., removed_s: _Optional[int] = ..., removed_by: _Optional[str] = ..., reason: _Optional[str] = ..., document: _Optional[bytes] = ..., ranges: _Optional[_Iterable[_Union[_kinds_pb2_1_1.SerialRange, _Mapping]]] = ..., authorization: _Optional[str] = ...) -> None: ...

class Import(_message.Message):
    __slots__ = ("id", "program", "link", "class_id", "external", "own", "to_account", "exclusion", "statement", "at_s", "external_activity", "registry")
    ID_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    LINK_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_FIELD_NUMBER: _ClassVar[int]
    OWN_FIELD_NUMBER: _ClassVar[int]
    TO_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    EXCLUSION_FIELD_NUMBER: _ClassVar[int]
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    AT_S_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    REGISTRY_FIELD_NUMBER: _ClassVar[int]
    id: int
    program: str
    link: str
    class_id: str
    external: _kinds_pb2_1_1.SerialRange
    own: _kinds_pb2_1_1.SerialRange
    to_account: str
    exclusion: bytes
    statement: str
    at_s: int
    external_activity: str
    registry: str
    def __init__(self, id: _Optional[int] = ..., program: _Optional[str] = ..., link: _Optional[str] = ..., class_id: _Optional[str] = ..., external: _Optional[_Union[_kinds_pb2_1_1.SerialRange, _Mapping]] = ..., own: _Optional[_Union[_kinds_pb2_1_1.SerialRange, _Mapping]] = ..., to_account: _Optional[str] = ..., exclusion: _Optional[bytes] = ..., statement: _Optional[str] = ..., at_s: _Optional[int] = ..., external_activity: _Optional[str] = ..., registry: _Optional[str] = ...) -> None: ...

class LinkTotal(_message.Message):
    __slots__ = ("program", "link", "imported_t", "exported_t", "returned_t", "space")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    LINK_FIELD_NUMBER: _ClassVar[int]
    IMPORTED_T_FIELD_NUMBER: _ClassVar[int]
    EXPORTED_T_FIELD_NUMBER: _ClassVar[int]
    RETURNED_T_FIELD_NUMBER: _ClassVar[int]
    SPACE_FIELD_NUMBER: _ClassVar[int]
    program: str
    link: str
    imported_t: int
    exported_t: int
    returned_t: int
    space: str
    def __init__(self, program: _Optional[str] = ..., link: _Optional[str] = ..., imported_t: _Optional[int] = ..., exported_t: _Optional[int] = ..., returned_t: _Optional[int] = ..., space: _Optional[str] = ...) -> None: ...

class Receipt(_message.Message):
    __slots__ = ("program", "footprint", "receipt_hash", "retirement")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    FOOTPRINT_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_HASH_FIELD_NUMBER: _ClassVar[int]
    RETIREMENT_FIELD_NUMBER: _ClassVar[int]
    program: str
    footprint: str
    receipt_hash: bytes
    retirement: int
    def __init__(self, program: _Optional[str] = ..., footprint: _Optional[str] = ..., receipt_hash: _Optional[bytes] = ..., retirement: _Optional[int] = ...) -> None: ...

class Order(_message.Message):
    __slots__ = ("id", "program", "side", "state", "account", "organisation", "class_id", "issuance", "vintage", "quantity_t", "filled_t", "reserved_t", "price_minor", "currency", "min_fill_t", "placed_s", "expires_s", "settlement", "hold", "fills", "parked")
    ID_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    SIDE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUANCE_FIELD_NUMBER: _ClassVar[int]
    VINTAGE_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    FILLED_T_FIELD_NUMBER: _ClassVar[int]
    RESERVED_T_FIELD_NUMBER: _ClassVar[int]
    PRICE_MINOR_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    MIN_FILL_T_FIELD_NUMBER: _ClassVar[int]
    PLACED_S_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_S_FIELD_NUMBER: _ClassVar[int]
    SETTLEMENT_FIELD_NUMBER: _ClassVar[int]
    HOLD_FIELD_NUMBER: _ClassVar[int]
    FILLS_FIELD_NUMBER: _ClassVar[int]
    PARKED_FIELD_NUMBER: _ClassVar[int]
    id: int
    program: str
    side: _kinds_pb2_1_1.OrderSide
    state: OrderState
    account: str
    organisation: str
    class_id: str
    issuance: str
    vintage: int
    quantity_t: int
    filled_t: int
    reserved_t: int
    price_minor: int
    currency: str
    min_fill_t: int
    placed_s: int
    expires_s: int
    settlement: _kinds_pb2_1_1.Settlement
    hold: int
    fills: int
    parked: bool
    def __init__(self, id: _Optional[int] = ..., program: _Optional[str] = ..., side: _Optional[_Union[_kinds_pb2_1_1.OrderSide, str]] = ..., state: _Optional[_Union[OrderState, str]] = ..., account: _Optional[str] = ..., organisation: _Optional[str] = ..., class_id: _Optional[str] = ..., issuance: _Optional[str] = ..., vintage: _Optional[int] = ..., quantity_t: _Optional[int] = ..., filled_t: _Optional[int] = ..., reserved_t: _Optional[int] = ..., price_minor: _Optional[int] = ..., currency: _Optional[str] = ..., min_fill_t: _Optional[int] = ..., placed_s: _Optional[int] = ..., expires_s: _Optional[int] = ..., settlement: _Optional[_Union[_kinds_pb2_1_1.Settlement, str]] = ..., hold: _Optional[int] = ..., fills: _Optional[int] = ..., parked: bool = ...) -> None: ...

class Fill(_message.Message):
    __slots__ = ("order", "fill", "state", "account", "organisation", "quantity_t", "payment_hash", "made_s", "expires_s", "ended_s", "confirmed_by", "reason", "hold", "parked", "lots", "program", "codes")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    FILL_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_HASH_FIELD_NUMBER: _ClassVar[int]
    MADE_S_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_S_FIELD_NUMBER: _ClassVar[int]
    ENDED_S_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_BY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    HOLD_FIELD_NUMBER: _ClassVar[int]
    PARKED_FIELD_NUMBER: _ClassVar[int]
    LOTS_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    order: int
    fill: int
    state: FillState
    account: str
    organisation: str
    quantity_t: int
    payment_hash: bytes
    made_s: int
    expires_s: int
    ended_s: int
    confirmed_by: str
    reason: str
    hold: int
    parked: bool
    lots: int
    program: str
    codes: _containers.RepeatedCompositeFieldContainer[_tx_pb2.ResponseCode]
    def __init__(self, order: _Optional[int] = ..., fill: _Optional[int] = ..., state: _Optional[_Union[FillState, str]] = ..., account: _Optional[str] = ..., organisation: _Optional[str] = ..., quantity_t: _Optional[int] = ..., payment_hash: _Optional[bytes] = ..., made_s: _Optional[int] = ..., expires_s: _Optional[int] = ..., ended_s: _Optional[int] = ..., confirmed_by: _Optional[str] = ..., reason: _Optional[str] = ..., hold: _Optional[int] = ..., parked: bool = ..., lots: _Optional[int] = ..., program: _Optional[str] = ..., codes: _Optional[_Iterable[_Union[_tx_pb2.ResponseCode, _Mapping]]] = ...) -> None: ...

class Scheduled(_message.Message):
    __slots__ = ("object", "effective_from_s", "validators", "params", "rules_version", "parked")
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_S_FIELD_NUMBER: _ClassVar[int]
    VALIDATORS_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    RULES_VERSION_FIELD_NUMBER: _ClassVar[int]
    PARKED_FIELD_NUMBER: _ClassVar[int]
    object: int
    effective_from_s: int
    validators: _policy_pb2.ValidatorSet
    params: _policy_pb2.ChainParams
    rules_version: int
    parked: bool
    def __init__(self, object: _Optional[int] = ..., effective_from_s: _Optional[int] = ..., validators: _Optional[_Union[_policy_pb2.ValidatorSet, _Mapping]] = ..., params: _Optional[_Union[_policy_pb2.ChainParams, _Mapping]] = ..., rules_version: _Optional[int] = ..., parked: bool = ...) -> None: ...

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
    link: _kinds_pb2_1_1.RecordRef
    size_bytes: int
    media_type: str
    confidential: bool
    public_version_of: bytes
    account: str
    at_s: int
    def __init__(self, program: _Optional[str] = ..., kind: _Optional[str] = ..., hash: _Optional[bytes] = ..., link: _Optional[_Union[_kinds_pb2_1_1.RecordRef, _Mapping]] = ..., size_bytes: _Optional[int] = ..., media_type: _Optional[str] = ..., confidential: bool = ..., public_version_of: _Optional[bytes] = ..., account: _Optional[str] = ..., at_s: _Optional[int] = ...) -> None: ...

class Statement(_message.Message):
    __slots__ = ("program", "id", "kind", "status", "list", "auditor", "auditor_organisation", "activity", "boundary_id", "period_from_s", "period_to_s", "outcome", "numbers", "flags", "documents", "capped_t", "accepted_s", "issuance", "quantity_t", "avoidable", "party", "period", "valid_until_s", "scope", "factor_source", "reconciled", "footprint", "lulucf")
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
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    AVOIDABLE_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_S_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    FACTOR_SOURCE_FIELD_NUMBER: _ClassVar[int]
    RECONCILED_FIELD_NUMBER: _ClassVar[int]
    FOOTPRINT_FIELD_NUMBER: _ClassVar[int]
    LULUCF_FIELD_NUMBER: _ClassVar[int]
    program: str
    id: str
    kind: _kinds_pb2_1_1.StatementKind
    status: StatementStatus
    list: str
    auditor: str
    auditor_organisation: str
    activity: str
    boundary_id: str
    period_from_s: int
    period_to_s: int
    outcome: _kinds_pb2_1_1.OutcomeType
    numbers: _tx_pb2.StatementNumbers
    flags: _containers.RepeatedScalarFieldContainer[str]
    documents: _containers.RepeatedScalarFieldContainer[bytes]
    capped_t: int
    accepted_s: int
    issuance: str
    quantity_t: int
    avoidable: bool
    party: str
    period: str
    valid_until_s: int
    scope: str
    factor_source: str
    reconciled: _containers.RepeatedScalarFieldContainer[str]
    footprint: str
    lulucf: int
    def __init__(self, program: _Optional[str] = ..., id: _Optional[str] = ..., kind: _Optional[_Union[_kinds_pb2_1_1.StatementKind, str]] = ..., status: _Optional[_Union[StatementStatus, str]] = ..., list: _Optional[str] = ..., auditor: _Optional[str] = ..., auditor_organisation: _Optional[str] = ..., activity: _Optional[str] = ..., boundary_id: _Optional[str] = ..., period_from_s: _Optional[int] = ..., period_to_s: _Optional[int] = ..., outcome: _Optional[_Union[_kinds_pb2_1_1.OutcomeType, str]] = ..., numbers: _Optional[_Union[_tx_pb2.StatementNumbers, _Mapping]] = ..., flags: _Optional[_Iterable[str]] = ..., documents: _Optional[_Iterable[bytes]] = ..., capped_t: _Optional[int] = ..., accepted_s: _Optional[int] = ..., issuance: _Optional[str] = ..., quantity_t: _Optional[int] = ..., avoidable: bool = ..., party: _Optional[str] = ..., period: _Optional[str] = ..., valid_until_s: _Optional[int] = ..., scope: _Optional[str] = ..., factor_source: _Optional[str] = ..., reconciled: _Optional[_Iterable[str]] = ..., footprint: _Optional[str] = ..., lulucf: _Optional[int] = ...) -> None: ...

class Record(_message.Message):
    __slots__ = ("program", "kind", "id", "owner", "owner_organisation", "state", "version", "created_s", "state_since_s", "methodology", "activity", "issuance", "footprint", "obligation", "authorization", "notice", "comment_until_s", "duty_s", "parked", "converted_t", "notices_open")
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
    FOOTPRINT_FIELD_NUMBER: _ClassVar[int]
    OBLIGATION_FIELD_NUMBER: _ClassVar[int]
    AUTHORIZATION_FIELD_NUMBER: _ClassVar[int]
    NOTICE_FIELD_NUMBER: _ClassVar[int]
    COMMENT_UNTIL_S_FIELD_NUMBER: _ClassVar[int]
    DUTY_S_FIELD_NUMBER: _ClassVar[int]
    PARKED_FIELD_NUMBER: _ClassVar[int]
    CONVERTED_T_FIELD_NUMBER: _ClassVar[int]
    NOTICES_OPEN_FIELD_NUMBER: _ClassVar[int]
    program: str
    kind: _kinds_pb2_1_1.RecordKind
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
    footprint: Footprint
    obligation: Obligation
    authorization: Authorization
    notice: Notice
    comment_until_s: int
    duty_s: int
    parked: bool
    converted_t: int
    notices_open: int
    def __init__(self, program: _Optional[str] = ..., kind: _Optional[_Union[_kinds_pb2_1_1.RecordKind, str]] = ..., id: _Optional[str] = ..., owner: _Optional[str] = ..., owner_organisation: _Optional[str] = ..., state: _Optional[str] = ..., version: _Optional[int] = ..., created_s: _Optional[int] = ..., state_since_s: _Optional[int] = ..., methodology: _Optional[_Union[_tx_pb2.Methodology, _Mapping]] = ..., activity: _Optional[_Union[_tx_pb2.Activity, _Mapping]] = ..., issuance: _Optional[_Union[Issuance, _Mapping]] = ..., footprint: _Optional[_Union[Footprint, _Mapping]] = ..., obligation: _Optional[_Union[Obligation, _Mapping]] = ..., authorization: _Optional[_Union[Authorization, _Mapping]] = ..., notice: _Optional[_Union[Notice, _Mapping]] = ..., comment_until_s: _Optional[int] = ..., duty_s: _Optional[int] = ..., parked: bool = ..., converted_t: _Optional[int] = ..., notices_open: _Optional[int] = ...) -> None: ...

class Issuance(_message.Message):
    __slots__ = ("list", "activity", "class_id", "statements", "auditor", "cap_t", "approved_cap_t", "issued_t", "voided_t", "valid_base_t", "reserve_bps", "reserve_months", "reserved_t", "space", "pool_bps", "pooled_t", "valid_until_s", "notice_open_t", "frozen_t", "reserve_claimed_t", "pool_claimed_t", "renewing_from", "freeze_from", "freezing_t", "deficit_open_t", "reserve_added_t")
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
    POOL_BPS_FIELD_NUMBER: _ClassVar[int]
    POOLED_T_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_S_FIELD_NUMBER: _ClassVar[int]
    NOTICE_OPEN_T_FIELD_NUMBER: _ClassVar[int]
    FROZEN_T_FIELD_NUMBER: _ClassVar[int]
    RESERVE_CLAIMED_T_FIELD_NUMBER: _ClassVar[int]
    POOL_CLAIMED_T_FIELD_NUMBER: _ClassVar[int]
    RENEWING_FROM_FIELD_NUMBER: _ClassVar[int]
    FREEZE_FROM_FIELD_NUMBER: _ClassVar[int]
    FREEZING_T_FIELD_NUMBER: _ClassVar[int]
    DEFICIT_OPEN_T_FIELD_NUMBER: _ClassVar[int]
    RESERVE_ADDED_T_FIELD_NUMBER: _ClassVar[int]
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
    pool_bps: int
    pooled_t: int
    valid_until_s: int
    notice_open_t: int
    frozen_t: int
    reserve_claimed_t: int
    pool_claimed_t: int
    renewing_from: int
    freeze_from: bytes
    freezing_t: int
    deficit_open_t: int
    reserve_added_t: int
    def __init__(self, list: _Optional[str] = ..., activity: _Optional[str] = ..., class_id: _Optional[str] = ..., statements: _Optional[_Iterable[str]] = ..., auditor: _Optional[str] = ..., cap_t: _Optional[int] = ..., approved_cap_t: _Optional[int] = ..., issued_t: _Optional[int] = ..., voided_t: _Optional[int] = ..., valid_base_t: _Optional[int] = ..., reserve_bps: _Optional[int] = ..., reserve_months: _Optional[int] = ..., reserved_t: _Optional[int] = ..., space: _Optional[str] = ..., pool_bps: _Optional[int] = ..., pooled_t: _Optional[int] = ..., valid_until_s: _Optional[int] = ..., notice_open_t: _Optional[int] = ..., frozen_t: _Optional[int] = ..., reserve_claimed_t: _Optional[int] = ..., pool_claimed_t: _Optional[int] = ..., renewing_from: _Optional[int] = ..., freeze_from: _Optional[bytes] = ..., freezing_t: _Optional[int] = ..., deficit_open_t: _Optional[int] = ..., reserve_added_t: _Optional[int] = ...) -> None: ...

class Footprint(_message.Message):
    __slots__ = ("product", "functional_unit", "g_co2e_per_unit", "methodology", "owners", "valid_to_s", "acknowledged", "statement", "items", "offset_t")
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    FUNCTIONAL_UNIT_FIELD_NUMBER: _ClassVar[int]
    G_CO2E_PER_UNIT_FIELD_NUMBER: _ClassVar[int]
    METHODOLOGY_FIELD_NUMBER: _ClassVar[int]
    OWNERS_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_S_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGED_FIELD_NUMBER: _ClassVar[int]
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    OFFSET_T_FIELD_NUMBER: _ClassVar[int]
    product: str
    functional_unit: str
    g_co2e_per_unit: int
    methodology: str
    owners: _containers.RepeatedScalarFieldContainer[str]
    valid_to_s: int
    acknowledged: _containers.RepeatedScalarFieldContainer[str]
    statement: str
    items: int
    offset_t: int
    def __init__(self, product: _Optional[str] = ..., functional_unit: _Optional[str] = ..., g_co2e_per_unit: _Optional[int] = ..., methodology: _Optional[str] = ..., owners: _Optional[_Iterable[str]] = ..., valid_to_s: _Optional[int] = ..., acknowledged: _Optional[_Iterable[str]] = ..., statement: _Optional[str] = ..., items: _Optional[int] = ..., offset_t: _Optional[int] = ...) -> None: ...

class Obligation(_message.Message):
    __slots__ = ("account", "party", "period", "amount_t", "surrendered", "offset_t", "shortfall_t", "penalty_minor", "currency", "brought_t")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_T_FIELD_NUMBER: _ClassVar[int]
    SURRENDERED_FIELD_NUMBER: _ClassVar[int]
    OFFSET_T_FIELD_NUMBER: _ClassVar[int]
    SHORTFALL_T_FIELD_NUMBER: _ClassVar[int]
    PENALTY_MINOR_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    BROUGHT_T_FIELD_NUMBER: _ClassVar[int]
    account: str
    party: str
    period: str
    amount_t: int
    surrendered: _containers.RepeatedCompositeFieldContainer[ClassAmount]
    offset_t: int
    shortfall_t: int
    penalty_minor: int
    currency: str
    brought_t: int
    def __init__(self, account: _Optional[str] = ..., party: _Optional[str] = ..., period: _Optional[str] = ..., amount_t: _Optional[int] = ..., surrendered: _Optional[_Iterable[_Union[ClassAmount, _Mapping]]] = ..., offset_t: _Optional[int] = ..., shortfall_t: _Optional[int] = ..., penalty_minor: _Optional[int] = ..., currency: _Optional[str] = ..., brought_t: _Optional[int] = ...) -> None: ...

class ClassAmount(_message.Message):
    __slots__ = ("class_id", "quantity_t")
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    class_id: str
    quantity_t: int
    def __init__(self, class_id: _Optional[str] = ..., quantity_t: _Optional[int] = ...) -> None: ...

class Authorization(_message.Message):
    __slots__ = ("party", "approach", "quantity_t", "purposes", "entities", "year_from", "year_to", "activity", "first_transfer", "used_t", "labelled_t")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    APPROACH_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    PURPOSES_FIELD_NUMBER: _ClassVar[int]
    ENTITIES_FIELD_NUMBER: _ClassVar[int]
    YEAR_FROM_FIELD_NUMBER: _ClassVar[int]
    YEAR_TO_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    FIRST_TRANSFER_FIELD_NUMBER: _ClassVar[int]
    USED_T_FIELD_NUMBER: _ClassVar[int]
    LABELLED_T_FIELD_NUMBER: _ClassVar[int]
    party: str
    approach: str
    quantity_t: int
    purposes: _containers.RepeatedScalarFieldContainer[str]
    entities: _containers.RepeatedScalarFieldContainer[str]
    year_from: int
    year_to: int
    activity: str
    first_transfer: str
    used_t: int
    labelled_t: int
    def __init__(self, party: _Optional[str] = ..., approach: _Optional[str] = ..., quantity_t: _Optional[int] = ..., purposes: _Optional[_Iterable[str]] = ..., entities: _Optional[_Iterable[str]] = ..., year_from: _Optional[int] = ..., year_to: _Optional[int] = ..., activity: _Optional[str] = ..., first_transfer: _Optional[str] = ..., used_t: _Optional[int] = ..., labelled_t: _Optional[int] = ...) -> None: ...

class Notice(_message.Message):
    __slots__ = ("kind", "debtor", "debtor_organisation", "quantity_t", "fulfilled_t", "classes", "issuance", "activity", "period", "units", "identifier", "due_s", "contest_until_s", "stopped_s", "statement", "pool_left_t", "claimed_t", "restricts", "blocks_issue", "reserve_from", "enforcing", "claim_from")
    KIND_FIELD_NUMBER: _ClassVar[int]
    DEBTOR_FIELD_NUMBER: _ClassVar[int]
    DEBTOR_ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    FULFILLED_T_FIELD_NUMBER: _ClassVar[int]
    CLASSES_FIELD_NUMBER: _ClassVar[int]
    ISSUANCE_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    IDENTIFIER_FIELD_NUMBER: _ClassVar[int]
    DUE_S_FIELD_NUMBER: _ClassVar[int]
    CONTEST_UNTIL_S_FIELD_NUMBER: _ClassVar[int]
    STOPPED_S_FIELD_NUMBER: _ClassVar[int]
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    POOL_LEFT_T_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_T_FIELD_NUMBER: _ClassVar[int]
    RESTRICTS_FIELD_NUMBER: _ClassVar[int]
    BLOCKS_ISSUE_FIELD_NUMBER: _ClassVar[int]
    RESERVE_FROM_FIELD_NUMBER: _ClassVar[int]
    ENFORCING_FIELD_NUMBER: _ClassVar[int]
    CLAIM_FROM_FIELD_NUMBER: _ClassVar[int]
    kind: str
    debtor: str
    debtor_organisation: str
    quantity_t: int
    fulfilled_t: int
    classes: _containers.RepeatedScalarFieldContainer[str]
    issuance: str
    activity: str
    period: str
    units: _containers.RepeatedCompositeFieldContainer[_kinds_pb2_1_1.SerialRange]
    identifier: str
    due_s: int
    contest_until_s: int
    stopped_s: int
    statement: str
    pool_left_t: int
    claimed_t: int
    restricts: bool
    blocks_issue: bool
    reserve_from: int
    enforcing: int
    claim_from: bytes
    def __init__(self, kind: _Optional[str] = ..., debtor: _Optional[str] = ..., debtor_organisation: _Optional[str] = ..., quantity_t: _Optional[int] = ..., fulfilled_t: _Optional[int] = ..., classes: _Optional[_Iterable[str]] = ..., issuance: _Optional[str] = ..., activity: _Optional[str] = ..., period: _Optional[str] = ..., units: _Optional[_Iterable[_Union[_kinds_pb2_1_1.SerialRange, _Mapping]]] = ..., identifier: _Optional[str] = ..., due_s: _Optional[int] = ..., contest_until_s: _Optional[int] = ..., stopped_s: _Optional[int] = ..., statement: _Optional[str] = ..., pool_left_t: _Optional[int] = ..., claimed_t: _Optional[int] = ..., restricts: bool = ..., blocks_issue: bool = ..., reserve_from: _Optional[int] = ..., enforcing: _Optional[int] = ..., claim_from: _Optional[bytes] = ...) -> None: ...

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
    __slots__ = ("space", "start", "end", "account", "program", "class_id", "issuance", "activity", "vintage", "valid_until_s", "hold", "frozen", "period", "origin_period", "origin_class", "track", "lulucf", "imported", "labels", "authorization")
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
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_PERIOD_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_CLASS_FIELD_NUMBER: _ClassVar[int]
    TRACK_FIELD_NUMBER: _ClassVar[int]
    LULUCF_FIELD_NUMBER: _ClassVar[int]
    IMPORTED_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    AUTHORIZATION_FIELD_NUMBER: _ClassVar[int]
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
    frozen: int
    period: str
    origin_period: str
    origin_class: str
    track: int
    lulucf: int
    imported: int
    labels: _containers.RepeatedScalarFieldContainer[str]
    authorization: str
    def __init__(self, space: _Optional[str] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., account: _Optional[str] = ..., program: _Optional[str] = ..., class_id: _Optional[str] = ..., issuance: _Optional[str] = ..., activity: _Optional[str] = ..., vintage: _Optional[int] = ..., valid_until_s: _Optional[int] = ..., hold: _Optional[int] = ..., frozen: _Optional[int] = ..., period: _Optional[str] = ..., origin_period: _Optional[str] = ..., origin_class: _Optional[str] = ..., track: _Optional[int] = ..., lulucf: _Optional[int] = ..., imported: _Optional[int] = ..., labels: _Optional[_Iterable[str]] = ..., authorization: _Optional[str] = ...) -> None: ...

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
    kind: _kinds_pb2_1_1.HoldKind
    held_t: int
    def __init__(self, kind: _Optional[_Union[_kinds_pb2_1_1.HoldKind, str]] = ..., held_t: _Optional[int] = ...) -> None: ...

class Hold(_message.Message):
    __slots__ = ("id", "kind", "status", "program", "class_id", "account", "controller", "quantity_t", "placed_t", "placed_s", "release_at_s", "ranges", "issuance", "proposal", "parked", "controller_account", "claim_to", "claimed_t", "order", "fill")
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
    CONTROLLER_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    CLAIM_TO_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_T_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    FILL_FIELD_NUMBER: _ClassVar[int]
    id: int
    kind: _kinds_pb2_1_1.HoldKind
    status: HoldStatus
    program: str
    class_id: str
    account: str
    controller: _kinds_pb2_1_1.Role
    quantity_t: int
    placed_t: int
    placed_s: int
    release_at_s: int
    ranges: _containers.RepeatedCompositeFieldContainer[_kinds_pb2_1_1.SerialRange]
    issuance: str
    proposal: int
    parked: bool
    controller_account: str
    claim_to: _containers.RepeatedScalarFieldContainer[_kinds_pb2_1_1.AccountKind]
    claimed_t: int
    order: int
    fill: int
    def __init__(self, id: _Optional[int] = ..., kind: _Optional[_Union[_kinds_pb2_1_1.HoldKind, str]] = ..., status: _Optional[_Union[HoldStatus, str]] = ..., program: _Optional[str] = ..., class_id: _Optional[str] = ..., account: _Optional[str] = ..., controller: _Optional[_Union[_kinds_pb2_1_1.Role, str]] = ..., quantity_t: _Optional[int] = ..., placed_t: _Optional[int] = ..., placed_s: _Optional[int] = ..., release_at_s: _Optional[int] = ..., ranges: _Optional[_Iterable[_Union[_kinds_pb2_1_1.SerialRange, _Mapping]]] = ..., issuance: _Optional[str] = ..., proposal: _Optional[int] = ..., parked: bool = ..., controller_account: _Optional[str] = ..., claim_to: _Optional[_Iterable[_Union[_kinds_pb2_1_1.AccountKind, str]]] = ..., claimed_t: _Optional[int] = ..., order: _Optional[int] = ..., fill: _Optional[int] = ...) -> None: ...

class Supply(_message.Message):
    __slots__ = ("program", "class_id", "created_t", "converted_in_t", "converted_out_t")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    CREATED_T_FIELD_NUMBER: _ClassVar[int]
    CONVERTED_IN_T_FIELD_NUMBER: _ClassVar[int]
    CONVERTED_OUT_T_FIELD_NUMBER: _ClassVar[int]
    program: str
    class_id: str
    created_t: int
    converted_in_t: int
    converted_out_t: int
    def __init__(self, program: _Optional[str] = ..., class_id: _Optional[str] = ..., created_t: _Optional[int] = ..., converted_in_t: _Optional[int] = ..., converted_out_t: _Optional[int] = ...) -> None: ...

class Retirement(_message.Message):
    __slots__ = ("id", "program", "class_id", "quantity_t", "ranges", "from_account", "sink", "purpose", "beneficiary", "year", "receipt_hash", "note", "at_s", "height", "obligation", "footprint", "items", "notice", "labels", "policy_version", "returned_t", "returned", "reversible_until_s")
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
    OBLIGATION_FIELD_NUMBER: _ClassVar[int]
    FOOTPRINT_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NOTICE_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    RETURNED_T_FIELD_NUMBER: _ClassVar[int]
    RETURNED_FIELD_NUMBER: _ClassVar[int]
    REVERSIBLE_UNTIL_S_FIELD_NUMBER: _ClassVar[int]
    id: int
    program: str
    class_id: str
    quantity_t: int
    ranges: _containers.RepeatedCompositeFieldContainer[_kinds_pb2_1_1.SerialRange]
    from_account: str
    sink: str
    purpose: _kinds_pb2_1_1.Purpose
    beneficiary: _kinds_pb2_1_1.Beneficiary
    year: int
    receipt_hash: bytes
    note: str
    at_s: int
    height: int
    obligation: str
    footprint: str
    items: int
    notice: str
    labels: _containers.RepeatedScalarFieldContainer[str]
    policy_version: int
    returned_t: int
    returned: _containers.RepeatedCompositeFieldContainer[_kinds_pb2_1_1.SerialRange]
    reversible_until_s: int
    def __init__(self, id: _Optional[int] = ..., program: _Optional[str] = ..., class_id: _Optional[str] = ..., quantity_t: _Optional[int] = ..., ranges: _Optional[_Iterable[_Union[_kinds_pb2_1_1.SerialRange, _Mapping]]] = ..., from_account: _Optional[str] = ..., sink: _Optional[str] = ..., purpose: _Optional[_Union[_kinds_pb2_1_1.Purpose, str]] = ..., beneficiary: _Optional[_Union[_kinds_pb2_1_1.Beneficiary, _Mapping]] = ..., year: _Optional[int] = ..., receipt_hash: _Optional[bytes] = ..., note: _Optional[str] = ..., at_s: _Optional[int] = ..., height: _Optional[int] = ..., obligation: _Optional[str] = ..., footprint: _Optional[str] = ..., items: _Optional[int] = ..., notice: _Optional[str] = ..., labels: _Optional[_Iterable[str]] = ..., policy_version: _Optional[int] = ..., returned_t: _Optional[int] = ..., returned: _Optional[_Iterable[_Union[_kinds_pb2_1_1.SerialRange, _Mapping]]] = ..., reversible_until_s: _Optional[int] = ...) -> None: ...

class Cancellation(_message.Message):
    __slots__ = ("id", "program", "class_id", "quantity_t", "ranges", "from_account", "sink", "notice", "issuance", "note", "at_s", "height", "hold")
    ID_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    RANGES_FIELD_NUMBER: _ClassVar[int]
    FROM_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    SINK_FIELD_NUMBER: _ClassVar[int]
    NOTICE_FIELD_NUMBER: _ClassVar[int]
    ISSUANCE_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    AT_S_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    HOLD_FIELD_NUMBER: _ClassVar[int]
    id: int
    program: str
    class_id: str
    quantity_t: int
    ranges: _containers.RepeatedCompositeFieldContainer[_kinds_pb2_1_1.SerialRange]
    from_account: str
    sink: str
    notice: str
    issuance: str
    note: str
    at_s: int
    height: int
    hold: int
    def __init__(self, id: _Optional[int] = ..., program: _Optional[str] = ..., class_id: _Optional[str] = ..., quantity_t: _Optional[int] = ..., ranges: _Optional[_Iterable[_Union[_kinds_pb2_1_1.SerialRange, _Mapping]]] = ..., from_account: _Optional[str] = ..., sink: _Optional[str] = ..., notice: _Optional[str] = ..., issuance: _Optional[str] = ..., note: _Optional[str] = ..., at_s: _Optional[int] = ..., height: _Optional[int] = ..., hold: _Optional[int] = ...) -> None: ...

class SinkTotal(_message.Message):
    __slots__ = ("account", "retired_t")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    RETIRED_T_FIELD_NUMBER: _ClassVar[int]
    account: str
    retired_t: int
    def __init__(self, account: _Optional[str] = ..., retired_t: _Optional[int] = ...) -> None: ...

class Proposal(_message.Message):
    __slots__ = ("id", "state", "signers", "actions", "requirements", "decisions", "holds", "pinned", "created_s", "expires_s", "ended_s", "code", "tx_id", "memo", "parked", "window_end_s", "not_before_s", "delay_s", "failed_action", "approved_s", "unopposed", "workday_delays")
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
    WINDOW_END_S_FIELD_NUMBER: _ClassVar[int]
    NOT_BEFORE_S_FIELD_NUMBER: _ClassVar[int]
    DELAY_S_FIELD_NUMBER: _ClassVar[int]
    FAILED_ACTION_FIELD_NUMBER: _ClassVar[int]
    APPROVED_S_FIELD_NUMBER: _ClassVar[int]
    UNOPPOSED_FIELD_NUMBER: _ClassVar[int]
    WORKDAY_DELAYS_FIELD_NUMBER: _ClassVar[int]
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
    window_end_s: int
    not_before_s: int
    delay_s: int
    failed_action: int
    approved_s: int
    unopposed: bool
    workday_delays: _containers.RepeatedCompositeFieldContainer[WorkdayDelay]
    def __init__(self, id: _Optional[int] = ..., state: _Optional[_Union[ProposalState, str]] = ..., signers: _Optional[_Iterable[_Union[Party, _Mapping]]] = ..., actions: _Optional[_Iterable[_Union[_tx_pb2.Action, _Mapping]]] = ..., requirements: _Optional[_Iterable[_Union[Requirement, _Mapping]]] = ..., decisions: _Optional[_Iterable[_Union[Decision, _Mapping]]] = ..., holds: _Optional[_Iterable[int]] = ..., pinned: _Optional[_Iterable[_Union[PinnedUnits, _Mapping]]] = ..., created_s: _Optional[int] = ..., expires_s: _Optional[int] = ..., ended_s: _Optional[int] = ..., code: _Optional[int] = ..., tx_id: _Optional[bytes] = ..., memo: _Optional[str] = ..., parked: bool = ..., window_end_s: _Optional[int] = ..., not_before_s: _Optional[int] = ..., delay_s: _Optional[int] = ..., failed_action: _Optional[int] = ..., approved_s: _Optional[int] = ..., unopposed: bool = ..., workday_delays: _Optional[_Iterable[_Union[WorkdayDelay, _Mapping]]] = ...) -> None: ...

class WorkdayDelay(_message.Message):
    __slots__ = ("program", "calendar", "days")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    CALENDAR_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    program: str
    calendar: str
    days: int
    def __init__(self, program: _Optional[str] = ..., calendar: _Optional[str] = ..., days: _Optional[int] = ...) -> None: ...

class Party(_message.Message):
    __slots__ = ("account", "organisation")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    account: str
    organisation: str
    def __init__(self, account: _Optional[str] = ..., organisation: _Optional[str] = ...) -> None: ...

class Requirement(_message.Message):
    __slots__ = ("action_index", "program", "role", "list", "side", "count", "excluded", "mode")
    ACTION_INDEX_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    LIST_FIELD_NUMBER: _ClassVar[int]
    SIDE_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    EXCLUDED_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    action_index: int
    program: str
    role: _kinds_pb2_1_1.Role
    list: str
    side: str
    count: int
    excluded: _containers.RepeatedScalarFieldContainer[str]
    mode: _kinds_pb2_1_1.ApprovalMode
    def __init__(self, action_index: _Optional[int] = ..., program: _Optional[str] = ..., role: _Optional[_Union[_kinds_pb2_1_1.Role, str]] = ..., list: _Optional[str] = ..., side: _Optional[str] = ..., count: _Optional[int] = ..., excluded: _Optional[_Iterable[str]] = ..., mode: _Optional[_Union[_kinds_pb2_1_1.ApprovalMode, str]] = ...) -> None: ...

class Decision(_message.Message):
    __slots__ = ("account", "organisation", "verdict", "reason", "at_s", "codes", "document", "side")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    AT_S_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    SIDE_FIELD_NUMBER: _ClassVar[int]
    account: str
    organisation: str
    verdict: _kinds_pb2_1_1.Verdict
    reason: str
    at_s: int
    codes: _containers.RepeatedCompositeFieldContainer[_tx_pb2.ResponseCode]
    document: bytes
    side: str
    def __init__(self, account: _Optional[str] = ..., organisation: _Optional[str] = ..., verdict: _Optional[_Union[_kinds_pb2_1_1.Verdict, str]] = ..., reason: _Optional[str] = ..., at_s: _Optional[int] = ..., codes: _Optional[_Iterable[_Union[_tx_pb2.ResponseCode, _Mapping]]] = ..., document: _Optional[bytes] = ..., side: _Optional[str] = ...) -> None: ...

class PinnedUnits(_message.Message):
    __slots__ = ("action_index", "ranges")
    ACTION_INDEX_FIELD_NUMBER: _ClassVar[int]
    RANGES_FIELD_NUMBER: _ClassVar[int]
    action_index: int
    ranges: _containers.RepeatedCompositeFieldContainer[_kinds_pb2_1_1.SerialRange]
    def __init__(self, action_index: _Optional[int] = ..., ranges: _Optional[_Iterable[_Union[_kinds_pb2_1_1.SerialRange, _Mapping]]] = ...) -> None: ...

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
