from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
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

class AccreditOperation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCREDIT_OPERATION_UNSPECIFIED: _ClassVar[AccreditOperation]
    GRANT: _ClassVar[AccreditOperation]
    SUSPEND: _ClassVar[AccreditOperation]
    REINSTATE: _ClassVar[AccreditOperation]
    REVOKE: _ClassVar[AccreditOperation]

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
ACCREDIT_OPERATION_UNSPECIFIED: AccreditOperation
GRANT: AccreditOperation
SUSPEND: AccreditOperation
REINSTATE: AccreditOperation
REVOKE: AccreditOperation
RECORD_KIND_UNSPECIFIED: RecordKind
METHODOLOGY: RecordKind
ACTIVITY: RecordKind
ISSUANCE: RecordKind
FOOTPRINT: RecordKind
OBLIGATION: RecordKind
AUTHORIZATION: RecordKind
NOTICE: RecordKind
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

class SignedTx(_message.Message):
    __slots__ = ("body", "signatures")
    BODY_FIELD_NUMBER: _ClassVar[int]
    SIGNATURES_FIELD_NUMBER: _ClassVar[int]
    body: bytes
    signatures: _containers.RepeatedCompositeFieldContainer[Signature]
    def __init__(self, body: _Optional[bytes] = ..., signatures: _Optional[_Iterable[_Union[Signature, _Mapping]]] = ...) -> None: ...

class Signature(_message.Message):
    __slots__ = ("signer_index", "key", "sig")
    SIGNER_INDEX_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    SIG_FIELD_NUMBER: _ClassVar[int]
    signer_index: int
    key: bytes
    sig: bytes
    def __init__(self, signer_index: _Optional[int] = ..., key: _Optional[bytes] = ..., sig: _Optional[bytes] = ...) -> None: ...

class Body(_message.Message):
    __slots__ = ("chain_id", "signers", "valid_until_s", "memo", "actions")
    CHAIN_ID_FIELD_NUMBER: _ClassVar[int]
    SIGNERS_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_S_FIELD_NUMBER: _ClassVar[int]
    MEMO_FIELD_NUMBER: _ClassVar[int]
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    chain_id: str
    signers: _containers.RepeatedCompositeFieldContainer[Signer]
    valid_until_s: int
    memo: str
    actions: _containers.RepeatedCompositeFieldContainer[Action]
    def __init__(self, chain_id: _Optional[str] = ..., signers: _Optional[_Iterable[_Union[Signer, _Mapping]]] = ..., valid_until_s: _Optional[int] = ..., memo: _Optional[str] = ..., actions: _Optional[_Iterable[_Union[Action, _Mapping]]] = ...) -> None: ...

class Signer(_message.Message):
    __slots__ = ("account", "lane", "sequence")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    account: str
    lane: int
    sequence: int
    def __init__(self, account: _Optional[str] = ..., lane: _Optional[int] = ..., sequence: _Optional[int] = ...) -> None: ...

class Action(_message.Message):
    __slots__ = ("signer_index", "put_account", "accredit", "anchor", "put_record", "transition", "attest", "issue", "move", "decide", "withdraw")
    SIGNER_INDEX_FIELD_NUMBER: _ClassVar[int]
    PUT_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ACCREDIT_FIELD_NUMBER: _ClassVar[int]
    ANCHOR_FIELD_NUMBER: _ClassVar[int]
    PUT_RECORD_FIELD_NUMBER: _ClassVar[int]
    TRANSITION_FIELD_NUMBER: _ClassVar[int]
    ATTEST_FIELD_NUMBER: _ClassVar[int]
    ISSUE_FIELD_NUMBER: _ClassVar[int]
    MOVE_FIELD_NUMBER: _ClassVar[int]
    DECIDE_FIELD_NUMBER: _ClassVar[int]
    WITHDRAW_FIELD_NUMBER: _ClassVar[int]
    signer_index: int
    put_account: PutAccount
    accredit: Accredit
    anchor: Anchor
    put_record: PutRecord
    transition: Transition
    attest: Attest
    issue: Issue
    move: Move
    decide: Decide
    withdraw: Withdraw
    def __init__(self, signer_index: _Optional[int] = ..., put_account: _Optional[_Union[PutAccount, _Mapping]] = ..., accredit: _Optional[_Union[Accredit, _Mapping]] = ..., anchor: _Optional[_Union[Anchor, _Mapping]] = ..., put_record: _Optional[_Union[PutRecord, _Mapping]] = ..., transition: _Optional[_Union[Transition, _Mapping]] = ..., attest: _Optional[_Union[Attest, _Mapping]] = ..., issue: _Optional[_Union[Issue, _Mapping]] = ..., move: _Optional[_Union[Move, _Mapping]] = ..., decide: _Optional[_Union[Decide, _Mapping]] = ..., withdraw: _Optional[_Union[Withdraw, _Mapping]] = ...) -> None: ...

class PutAccount(_message.Message):
    __slots__ = ("program", "organisation", "account")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    program: str
    organisation: OrganisationChange
    account: AccountChange
    def __init__(self, program: _Optional[str] = ..., organisation: _Optional[_Union[OrganisationChange, _Mapping]] = ..., account: _Optional[_Union[AccountChange, _Mapping]] = ...) -> None: ...

class OrganisationChange(_message.Message):
    __slots__ = ("id", "name", "country", "kyc_hash", "kyc_expires_s", "status")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_FIELD_NUMBER: _ClassVar[int]
    KYC_HASH_FIELD_NUMBER: _ClassVar[int]
    KYC_EXPIRES_S_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    country: str
    kyc_hash: bytes
    kyc_expires_s: int
    status: OrganisationStatus
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., country: _Optional[str] = ..., kyc_hash: _Optional[bytes] = ..., kyc_expires_s: _Optional[int] = ..., status: _Optional[_Union[OrganisationStatus, str]] = ...) -> None: ...

class AccountChange(_message.Message):
    __slots__ = ("id", "organisation", "name", "holder_kind", "category", "add_keys", "remove_keys", "min_initiate", "min_approve", "tx_limit_t", "market_access", "status", "refuses_units")
    ID_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    HOLDER_KIND_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    ADD_KEYS_FIELD_NUMBER: _ClassVar[int]
    REMOVE_KEYS_FIELD_NUMBER: _ClassVar[int]
    MIN_INITIATE_FIELD_NUMBER: _ClassVar[int]
    MIN_APPROVE_FIELD_NUMBER: _ClassVar[int]
    TX_LIMIT_T_FIELD_NUMBER: _ClassVar[int]
    MARKET_ACCESS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REFUSES_UNITS_FIELD_NUMBER: _ClassVar[int]
    id: str
    organisation: str
    name: str
    holder_kind: HolderKind
    category: str
    add_keys: _containers.RepeatedCompositeFieldContainer[KeyGrant]
    remove_keys: _containers.RepeatedScalarFieldContainer[bytes]
    min_initiate: int
    min_approve: int
    tx_limit_t: int
    market_access: bool
    status: AccountStatus
    refuses_units: bool
    def __init__(self, id: _Optional[str] = ..., organisation: _Optional[str] = ..., name: _Optional[str] = ..., holder_kind: _Optional[_Union[HolderKind, str]] = ..., category: _Optional[str] = ..., add_keys: _Optional[_Iterable[_Union[KeyGrant, _Mapping]]] = ..., remove_keys: _Optional[_Iterable[bytes]] = ..., min_initiate: _Optional[int] = ..., min_approve: _Optional[int] = ..., tx_limit_t: _Optional[int] = ..., market_access: bool = ..., status: _Optional[_Union[AccountStatus, str]] = ..., refuses_units: bool = ...) -> None: ...

class KeyGrant(_message.Message):
    __slots__ = ("key", "person", "rights", "proof")
    KEY_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    RIGHTS_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    key: bytes
    person: str
    rights: _containers.RepeatedScalarFieldContainer[KeyRight]
    proof: bytes
    def __init__(self, key: _Optional[bytes] = ..., person: _Optional[str] = ..., rights: _Optional[_Iterable[_Union[KeyRight, str]]] = ..., proof: _Optional[bytes] = ...) -> None: ...

class Accredit(_message.Message):
    __slots__ = ("program", "operation", "role", "list", "subject", "side", "scopes", "valid_from_s", "valid_to_s", "document", "reason")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    LIST_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    SIDE_FIELD_NUMBER: _ClassVar[int]
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_S_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_S_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    program: str
    operation: AccreditOperation
    role: Role
    list: str
    subject: str
    side: str
    scopes: _containers.RepeatedScalarFieldContainer[str]
    valid_from_s: int
    valid_to_s: int
    document: bytes
    reason: str
    def __init__(self, program: _Optional[str] = ..., operation: _Optional[_Union[AccreditOperation, str]] = ..., role: _Optional[_Union[Role, str]] = ..., list: _Optional[str] = ..., subject: _Optional[str] = ..., side: _Optional[str] = ..., scopes: _Optional[_Iterable[str]] = ..., valid_from_s: _Optional[int] = ..., valid_to_s: _Optional[int] = ..., document: _Optional[bytes] = ..., reason: _Optional[str] = ...) -> None: ...

class RecordRef(_message.Message):
    __slots__ = ("kind", "id")
    KIND_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    kind: RecordKind
    id: str
    def __init__(self, kind: _Optional[_Union[RecordKind, str]] = ..., id: _Optional[str] = ...) -> None: ...

class Anchor(_message.Message):
    __slots__ = ("program", "kind", "hash", "size_bytes", "media_type", "confidential", "public_version_of", "link")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_VERSION_OF_FIELD_NUMBER: _ClassVar[int]
    LINK_FIELD_NUMBER: _ClassVar[int]
    program: str
    kind: str
    hash: bytes
    size_bytes: int
    media_type: str
    confidential: bool
    public_version_of: bytes
    link: RecordRef
    def __init__(self, program: _Optional[str] = ..., kind: _Optional[str] = ..., hash: _Optional[bytes] = ..., size_bytes: _Optional[int] = ..., media_type: _Optional[str] = ..., confidential: bool = ..., public_version_of: _Optional[bytes] = ..., link: _Optional[_Union[RecordRef, _Mapping]] = ...) -> None: ...

class PutRecord(_message.Message):
    __slots__ = ("program", "id", "methodology", "activity", "issuance")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    METHODOLOGY_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    ISSUANCE_FIELD_NUMBER: _ClassVar[int]
    program: str
    id: str
    methodology: Methodology
    activity: Activity
    issuance: IssuanceRequest
    def __init__(self, program: _Optional[str] = ..., id: _Optional[str] = ..., methodology: _Optional[_Union[Methodology, _Mapping]] = ..., activity: _Optional[_Union[Activity, _Mapping]] = ..., issuance: _Optional[_Union[IssuanceRequest, _Mapping]] = ...) -> None: ...

class Methodology(_message.Message):
    __slots__ = ("family", "category", "version", "supersedes", "baseline_conform", "title")
    FAMILY_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDES_FIELD_NUMBER: _ClassVar[int]
    BASELINE_CONFORM_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    family: str
    category: str
    version: str
    supersedes: str
    baseline_conform: bool
    title: str
    def __init__(self, family: _Optional[str] = ..., category: _Optional[str] = ..., version: _Optional[str] = ..., supersedes: _Optional[str] = ..., baseline_conform: bool = ..., title: _Optional[str] = ...) -> None: ...

class Activity(_message.Message):
    __slots__ = ("subtype", "title", "country", "sector", "category", "methodology", "boundary_id", "sources_hash", "gases", "start_s", "crediting_from_s", "crediting_to_s", "external_refs")
    SUBTYPE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_FIELD_NUMBER: _ClassVar[int]
    SECTOR_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    METHODOLOGY_FIELD_NUMBER: _ClassVar[int]
    BOUNDARY_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCES_HASH_FIELD_NUMBER: _ClassVar[int]
    GASES_FIELD_NUMBER: _ClassVar[int]
    START_S_FIELD_NUMBER: _ClassVar[int]
    CREDITING_FROM_S_FIELD_NUMBER: _ClassVar[int]
    CREDITING_TO_S_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_REFS_FIELD_NUMBER: _ClassVar[int]
    subtype: str
    title: str
    country: str
    sector: str
    category: str
    methodology: str
    boundary_id: str
    sources_hash: bytes
    gases: _containers.RepeatedScalarFieldContainer[str]
    start_s: int
    crediting_from_s: int
    crediting_to_s: int
    external_refs: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, subtype: _Optional[str] = ..., title: _Optional[str] = ..., country: _Optional[str] = ..., sector: _Optional[str] = ..., category: _Optional[str] = ..., methodology: _Optional[str] = ..., boundary_id: _Optional[str] = ..., sources_hash: _Optional[bytes] = ..., gases: _Optional[_Iterable[str]] = ..., start_s: _Optional[int] = ..., crediting_from_s: _Optional[int] = ..., crediting_to_s: _Optional[int] = ..., external_refs: _Optional[_Iterable[str]] = ...) -> None: ...

class IssuanceRequest(_message.Message):
    __slots__ = ("list", "activity", "class_id", "statements")
    LIST_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    STATEMENTS_FIELD_NUMBER: _ClassVar[int]
    list: str
    activity: str
    class_id: str
    statements: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, list: _Optional[str] = ..., activity: _Optional[str] = ..., class_id: _Optional[str] = ..., statements: _Optional[_Iterable[str]] = ...) -> None: ...

class Transition(_message.Message):
    __slots__ = ("program", "record", "to_state", "opening", "approval", "document", "reason")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    TO_STATE_FIELD_NUMBER: _ClassVar[int]
    OPENING_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    program: str
    record: RecordRef
    to_state: str
    opening: IssuanceOpening
    approval: IssuanceApproval
    document: bytes
    reason: str
    def __init__(self, program: _Optional[str] = ..., record: _Optional[_Union[RecordRef, _Mapping]] = ..., to_state: _Optional[str] = ..., opening: _Optional[_Union[IssuanceOpening, _Mapping]] = ..., approval: _Optional[_Union[IssuanceApproval, _Mapping]] = ..., document: _Optional[bytes] = ..., reason: _Optional[str] = ...) -> None: ...

class IssuanceOpening(_message.Message):
    __slots__ = ("cap_t",)
    CAP_T_FIELD_NUMBER: _ClassVar[int]
    cap_t: int
    def __init__(self, cap_t: _Optional[int] = ...) -> None: ...

class IssuanceApproval(_message.Message):
    __slots__ = ("approved_cap_t", "reserve_bps", "reserve_months", "market_access")
    APPROVED_CAP_T_FIELD_NUMBER: _ClassVar[int]
    RESERVE_BPS_FIELD_NUMBER: _ClassVar[int]
    RESERVE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    MARKET_ACCESS_FIELD_NUMBER: _ClassVar[int]
    approved_cap_t: int
    reserve_bps: int
    reserve_months: int
    market_access: bool
    def __init__(self, approved_cap_t: _Optional[int] = ..., reserve_bps: _Optional[int] = ..., reserve_months: _Optional[int] = ..., market_access: bool = ...) -> None: ...

class Attest(_message.Message):
    __slots__ = ("program", "id", "kind", "list", "activity", "period_from_s", "period_to_s", "outcome", "numbers", "flags", "documents")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    LIST_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FROM_S_FIELD_NUMBER: _ClassVar[int]
    PERIOD_TO_S_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    NUMBERS_FIELD_NUMBER: _ClassVar[int]
    FLAGS_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    program: str
    id: str
    kind: StatementKind
    list: str
    activity: str
    period_from_s: int
    period_to_s: int
    outcome: OutcomeType
    numbers: StatementNumbers
    flags: _containers.RepeatedScalarFieldContainer[str]
    documents: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, program: _Optional[str] = ..., id: _Optional[str] = ..., kind: _Optional[_Union[StatementKind, str]] = ..., list: _Optional[str] = ..., activity: _Optional[str] = ..., period_from_s: _Optional[int] = ..., period_to_s: _Optional[int] = ..., outcome: _Optional[_Union[OutcomeType, str]] = ..., numbers: _Optional[_Union[StatementNumbers, _Mapping]] = ..., flags: _Optional[_Iterable[str]] = ..., documents: _Optional[_Iterable[bytes]] = ...) -> None: ...

class StatementNumbers(_message.Message):
    __slots__ = ("baseline_t", "actual_baseline_t", "baseline_months", "project_t", "leakage_t", "deduction_t", "new_source_t", "net_t")
    BASELINE_T_FIELD_NUMBER: _ClassVar[int]
    ACTUAL_BASELINE_T_FIELD_NUMBER: _ClassVar[int]
    BASELINE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    PROJECT_T_FIELD_NUMBER: _ClassVar[int]
    LEAKAGE_T_FIELD_NUMBER: _ClassVar[int]
    DEDUCTION_T_FIELD_NUMBER: _ClassVar[int]
    NEW_SOURCE_T_FIELD_NUMBER: _ClassVar[int]
    NET_T_FIELD_NUMBER: _ClassVar[int]
    baseline_t: int
    actual_baseline_t: int
    baseline_months: int
    project_t: int
    leakage_t: int
    deduction_t: int
    new_source_t: int
    net_t: int
    def __init__(self, baseline_t: _Optional[int] = ..., actual_baseline_t: _Optional[int] = ..., baseline_months: _Optional[int] = ..., project_t: _Optional[int] = ..., leakage_t: _Optional[int] = ..., deduction_t: _Optional[int] = ..., new_source_t: _Optional[int] = ..., net_t: _Optional[int] = ...) -> None: ...

class Issue(_message.Message):
    __slots__ = ("program", "issuance", "quantity_t", "to_account", "vintage")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    ISSUANCE_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    TO_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    VINTAGE_FIELD_NUMBER: _ClassVar[int]
    program: str
    issuance: str
    quantity_t: int
    to_account: str
    vintage: int
    def __init__(self, program: _Optional[str] = ..., issuance: _Optional[str] = ..., quantity_t: _Optional[int] = ..., to_account: _Optional[str] = ..., vintage: _Optional[int] = ...) -> None: ...

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

class Move(_message.Message):
    __slots__ = ("program", "class_id", "quantity_t", "ranges", "from_account", "to_account", "purpose", "beneficiary", "year", "receipt_hash", "note", "max_lots")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    RANGES_FIELD_NUMBER: _ClassVar[int]
    FROM_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    TO_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    BENEFICIARY_FIELD_NUMBER: _ClassVar[int]
    YEAR_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_HASH_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    MAX_LOTS_FIELD_NUMBER: _ClassVar[int]
    program: str
    class_id: str
    quantity_t: int
    ranges: _containers.RepeatedCompositeFieldContainer[SerialRange]
    from_account: str
    to_account: str
    purpose: Purpose
    beneficiary: Beneficiary
    year: int
    receipt_hash: bytes
    note: str
    max_lots: int
    def __init__(self, program: _Optional[str] = ..., class_id: _Optional[str] = ..., quantity_t: _Optional[int] = ..., ranges: _Optional[_Iterable[_Union[SerialRange, _Mapping]]] = ..., from_account: _Optional[str] = ..., to_account: _Optional[str] = ..., purpose: _Optional[_Union[Purpose, str]] = ..., beneficiary: _Optional[_Union[Beneficiary, _Mapping]] = ..., year: _Optional[int] = ..., receipt_hash: _Optional[bytes] = ..., note: _Optional[str] = ..., max_lots: _Optional[int] = ...) -> None: ...

class Decide(_message.Message):
    __slots__ = ("proposal", "verdict", "reason", "codes", "document")
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    proposal: int
    verdict: Verdict
    reason: str
    codes: _containers.RepeatedScalarFieldContainer[int]
    document: bytes
    def __init__(self, proposal: _Optional[int] = ..., verdict: _Optional[_Union[Verdict, str]] = ..., reason: _Optional[str] = ..., codes: _Optional[_Iterable[int]] = ..., document: _Optional[bytes] = ...) -> None: ...

class Withdraw(_message.Message):
    __slots__ = ("proposal", "reason")
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    proposal: int
    reason: str
    def __init__(self, proposal: _Optional[int] = ..., reason: _Optional[str] = ...) -> None: ...
