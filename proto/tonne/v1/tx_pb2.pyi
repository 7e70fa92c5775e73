from tonne.v1 import kinds_pb2 as _kinds_pb2
from tonne.v1 import policy_pb2 as _policy_pb2
from tonne.v1 import kinds_pb2 as _kinds_pb2_1
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

DESCRIPTOR: _descriptor.FileDescriptor
ROLE_UNSPECIFIED: _kinds_pb2_1.Role
HOLDER: _kinds_pb2_1.Role
CONSORTIUM: _kinds_pb2_1.Role
COORDINATOR: _kinds_pb2_1.Role
OPERATOR: _kinds_pb2_1.Role
AUTHORITY: _kinds_pb2_1.Role
COMMITTEE: _kinds_pb2_1.Role
AUDITOR: _kinds_pb2_1.Role
ISSUER: _kinds_pb2_1.Role
EXT_LOG: _kinds_pb2_1.Role
JISC: _kinds_pb2_1.Role
BRIDGE: _kinds_pb2_1.Role
LABELLER: _kinds_pb2_1.Role
COUNCIL: _kinds_pb2_1.Role
ARBITER: _kinds_pb2_1.Role
METER: _kinds_pb2_1.Role
SETTLEMENT: _kinds_pb2_1.Role
ORGANISATION_STATUS_UNSPECIFIED: _kinds_pb2_1.OrganisationStatus
ORGANISATION_ACTIVE: _kinds_pb2_1.OrganisationStatus
ORGANISATION_SUSPENDED: _kinds_pb2_1.OrganisationStatus
ORGANISATION_CLOSED: _kinds_pb2_1.OrganisationStatus
ACCOUNT_STATUS_UNSPECIFIED: _kinds_pb2_1.AccountStatus
ACCOUNT_OPEN: _kinds_pb2_1.AccountStatus
ACCOUNT_RESTRICTED: _kinds_pb2_1.AccountStatus
ACCOUNT_SUSPENDED: _kinds_pb2_1.AccountStatus
ACCOUNT_CLOSING: _kinds_pb2_1.AccountStatus
ACCOUNT_CLOSED: _kinds_pb2_1.AccountStatus
ACCOUNT_KIND_UNSPECIFIED: _kinds_pb2_1.AccountKind
HOLDING: _kinds_pb2_1.AccountKind
POOL: _kinds_pb2_1.AccountKind
RETIRE: _kinds_pb2_1.AccountKind
SURRENDER: _kinds_pb2_1.AccountKind
CANCEL: _kinds_pb2_1.AccountKind
REPLACE: _kinds_pb2_1.AccountKind
EXPORT: _kinds_pb2_1.AccountKind
ADAPTATION: _kinds_pb2_1.AccountKind
HOLDER_KIND_UNSPECIFIED: _kinds_pb2_1.HolderKind
ORG: _kinds_pb2_1.HolderKind
PERSON: _kinds_pb2_1.HolderKind
GOVERNMENT: _kinds_pb2_1.HolderKind
SYSTEM: _kinds_pb2_1.HolderKind
KEY_RIGHT_UNSPECIFIED: _kinds_pb2_1.KeyRight
INITIATE: _kinds_pb2_1.KeyRight
APPROVE: _kinds_pb2_1.KeyRight
READ: _kinds_pb2_1.KeyRight
RECORD_KIND_UNSPECIFIED: _kinds_pb2_1.RecordKind
METHODOLOGY: _kinds_pb2_1.RecordKind
ACTIVITY: _kinds_pb2_1.RecordKind
ISSUANCE: _kinds_pb2_1.RecordKind
FOOTPRINT: _kinds_pb2_1.RecordKind
OBLIGATION: _kinds_pb2_1.RecordKind
AUTHORIZATION: _kinds_pb2_1.RecordKind
NOTICE: _kinds_pb2_1.RecordKind
PROPOSAL_PAPERS: _kinds_pb2_1.RecordKind
STATEMENT_KIND_UNSPECIFIED: _kinds_pb2_1.StatementKind
VERIFICATION: _kinds_pb2_1.StatementKind
VALIDATION: _kinds_pb2_1.StatementKind
MONITORING_SYSTEM: _kinds_pb2_1.StatementKind
FOOTPRINT_ASSURANCE: _kinds_pb2_1.StatementKind
EMISSIONS: _kinds_pb2_1.StatementKind
INVENTORY: _kinds_pb2_1.StatementKind
REVERSAL: _kinds_pb2_1.StatementKind
REASSURANCE: _kinds_pb2_1.StatementKind
CONFORMITY: _kinds_pb2_1.StatementKind
INVALIDATION: _kinds_pb2_1.StatementKind
RECONCILIATION: _kinds_pb2_1.StatementKind
OUTCOME_TYPE_UNSPECIFIED: _kinds_pb2_1.OutcomeType
ABS_REDUCTION: _kinds_pb2_1.OutcomeType
SINK_INCREASE: _kinds_pb2_1.OutcomeType
DESTRUCTION: _kinds_pb2_1.OutcomeType
LONG_TERM_STORAGE: _kinds_pb2_1.OutcomeType
PURPOSE_UNSPECIFIED: _kinds_pb2_1.Purpose
VOLUNTARY: _kinds_pb2_1.Purpose
FOOTPRINT_OFFSET: _kinds_pb2_1.Purpose
COMPLIANCE: _kinds_pb2_1.Purpose
NDC: _kinds_pb2_1.Purpose
OIMP_CORSIA: _kinds_pb2_1.Purpose
OTHER_OIMP: _kinds_pb2_1.Purpose
PARTY_COMPLIANCE: _kinds_pb2_1.Purpose
OMGE: _kinds_pb2_1.Purpose
VERDICT_UNSPECIFIED: _kinds_pb2_1.Verdict
YES: _kinds_pb2_1.Verdict
NO: _kinds_pb2_1.Verdict
PROGRAM_KIND_UNSPECIFIED: _kinds_pb2_1.ProgramKind
KYOTO: _kinds_pb2_1.ProgramKind
BILATERAL: _kinds_pb2_1.ProgramKind
ETS: _kinds_pb2_1.ProgramKind
VOLUNTARY_PROGRAM: _kinds_pb2_1.ProgramKind
QUOTA_PROGRAM: _kinds_pb2_1.ProgramKind
PROGRAM_STATUS_UNSPECIFIED: _kinds_pb2_1.ProgramStatus
DORMANT: _kinds_pb2_1.ProgramStatus
ACTIVE: _kinds_pb2_1.ProgramStatus
PROGRAM_SUSPENDED: _kinds_pb2_1.ProgramStatus
REPEALED: _kinds_pb2_1.ProgramStatus
SERIAL_MODE_UNSPECIFIED: _kinds_pb2_1.SerialMode
PER_ORIGIN: _kinds_pb2_1.SerialMode
PER_ISSUANCE: _kinds_pb2_1.SerialMode
APPROVAL_MODE_UNSPECIFIED: _kinds_pb2_1.ApprovalMode
EXPLICIT: _kinds_pb2_1.ApprovalMode
NO_OBJECTION: _kinds_pb2_1.ApprovalMode
EXPIRY_MODE_UNSPECIFIED: _kinds_pb2_1.ExpiryMode
NO_EXPIRY: _kinds_pb2_1.ExpiryMode
EXPIRE: _kinds_pb2_1.ExpiryMode
REASSURE: _kinds_pb2_1.ExpiryMode
HOLD_KIND_UNSPECIFIED: _kinds_pb2_1.HoldKind
RESERVE: _kinds_pb2_1.HoldKind
ESCROW: _kinds_pb2_1.HoldKind
PENDING: _kinds_pb2_1.HoldKind
DELAY: _kinds_pb2_1.HoldKind
PLEDGE: _kinds_pb2_1.HoldKind
FREEZE: _kinds_pb2_1.HoldKind
LINK_MODE_UNSPECIFIED: _kinds_pb2_1.LinkMode
IMPORT_ONLY: _kinds_pb2_1.LinkMode
EXPORT_ONLY: _kinds_pb2_1.LinkMode
IMPORT_AND_EXPORT: _kinds_pb2_1.LinkMode
CONVERT_KIND_UNSPECIFIED: _kinds_pb2_1.ConvertKind
CLASS_CHANGE: _kinds_pb2_1.ConvertKind
CARRY_OVER: _kinds_pb2_1.ConvertKind
EXPIRY_CHANGE: _kinds_pb2_1.ConvertKind
LABEL_SCOPE_UNSPECIFIED: _kinds_pb2_1.LabelScope
SCOPE_PROGRAM: _kinds_pb2_1.LabelScope
SCOPE_METHODOLOGY: _kinds_pb2_1.LabelScope
SCOPE_CATEGORY: _kinds_pb2_1.LabelScope
SCOPE_ACTIVITY: _kinds_pb2_1.LabelScope
SCOPE_LOT: _kinds_pb2_1.LabelScope
ORDER_SIDE_UNSPECIFIED: _kinds_pb2_1.OrderSide
SELL: _kinds_pb2_1.OrderSide
BUY: _kinds_pb2_1.OrderSide
SETTLEMENT_UNSPECIFIED: _kinds_pb2_1.Settlement
DIRECT_CONFIRM: _kinds_pb2_1.Settlement
AGENT: _kinds_pb2_1.Settlement

class AccreditOperation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCREDIT_OPERATION_UNSPECIFIED: _ClassVar[AccreditOperation]
    GRANT: _ClassVar[AccreditOperation]
    SUSPEND: _ClassVar[AccreditOperation]
    REINSTATE: _ClassVar[AccreditOperation]
    REVOKE: _ClassVar[AccreditOperation]

class LabelOperation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LABEL_OPERATION_UNSPECIFIED: _ClassVar[LabelOperation]
    ADD_LABEL: _ClassVar[LabelOperation]
    REMOVE_LABEL: _ClassVar[LabelOperation]
ACCREDIT_OPERATION_UNSPECIFIED: AccreditOperation
GRANT: AccreditOperation
SUSPEND: AccreditOperation
REINSTATE: AccreditOperation
REVOKE: AccreditOperation
LABEL_OPERATION_UNSPECIFIED: LabelOperation
ADD_LABEL: LabelOperation
REMOVE_LABEL: LabelOperation

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
    __slots__ = ("signer_index", "put_policy", "put_account", "accredit", "anchor", "put_record", "transition", "attest", "issue", "move", "convert", "hold", "label", "decide", "withdraw", "place_order", "fill_order")
    SIGNER_INDEX_FIELD_NUMBER: _ClassVar[int]
    PUT_POLICY_FIELD_NUMBER: _ClassVar[int]
    PUT_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ACCREDIT_FIELD_NUMBER: _ClassVar[int]
    ANCHOR_FIELD_NUMBER: _ClassVar[int]
    PUT_RECORD_FIELD_NUMBER: _ClassVar[int]
    TRANSITION_FIELD_NUMBER: _ClassVar[int]
    ATTEST_FIELD_NUMBER: _ClassVar[int]
    ISSUE_FIELD_NUMBER: _ClassVar[int]
    MOVE_FIELD_NUMBER: _ClassVar[int]
    CONVERT_FIELD_NUMBER: _ClassVar[int]
    HOLD_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    DECIDE_FIELD_NUMBER: _ClassVar[int]
    WITHDRAW_FIELD_NUMBER: _ClassVar[int]
    PLACE_ORDER_FIELD_NUMBER: _ClassVar[int]
    FILL_ORDER_FIELD_NUMBER: _ClassVar[int]
    signer_index: int
    put_policy: PutPolicy
    put_account: PutAccount
    accredit: Accredit
    anchor: Anchor
    put_record: PutRecord
    transition: Transition
    attest: Attest
    issue: Issue
    move: Move
    convert: Convert
    hold: HoldUnits
    label: SetLabel
    decide: Decide
    withdraw: Withdraw
    place_order: PlaceOrder
    fill_order: FillOrder
    def __init__(self, signer_index: _Optional[int] = ..., put_policy: _Optional[_Union[PutPolicy, _Mapping]] = ..., put_account: _Optional[_Union[PutAccount, _Mapping]] = ..., accredit: _Optional[_Union[Accredit, _Mapping]] = ..., anchor: _Optional[_Union[Anchor, _Mapping]] = ..., put_record: _Optional[_Union[PutRecord, _Mapping]] = ..., transition: _Optional[_Union[Transition, _Mapping]] = ..., attest: _Optional[_Union[Attest, _Mapping]] = ..., issue: _Optional[_Union[Issue, _Mapping]] = ..., move: _Optional[_Union[Move, _Mapping]] = ..., convert: _Optional[_Union[Convert, _Mapping]] = ..., hold: _Optional[_Union[HoldUnits, _Mapping]] = ..., label: _Optional[_Union[SetLabel, _Mapping]] = ..., decide: _Optional[_Union[Decide, _Mapping]] = ..., withdraw: _Optional[_Union[Withdraw, _Mapping]] = ..., place_order: _Optional[_Union[PlaceOrder, _Mapping]] = ..., fill_order: _Optional[_Union[FillOrder, _Mapping]] = ...) -> None: ...

class PutPolicy(_message.Message):
    __slots__ = ("program", "validators", "params", "rules_version", "effective_from_s", "document")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    VALIDATORS_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    RULES_VERSION_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_S_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    program: _policy_pb2.Program
    validators: _policy_pb2.ValidatorSet
    params: _policy_pb2.ChainParams
    rules_version: int
    effective_from_s: int
    document: bytes
    def __init__(self, program: _Optional[_Union[_policy_pb2.Program, _Mapping]] = ..., validators: _Optional[_Union[_policy_pb2.ValidatorSet, _Mapping]] = ..., params: _Optional[_Union[_policy_pb2.ChainParams, _Mapping]] = ..., rules_version: _Optional[int] = ..., effective_from_s: _Optional[int] = ..., document: _Optional[bytes] = ...) -> None: ...

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
    status: _kinds_pb2_1.OrganisationStatus
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., country: _Optional[str] = ..., kyc_hash: _Optional[bytes] = ..., kyc_expires_s: _Optional[int] = ..., status: _Optional[_Union[_kinds_pb2_1.OrganisationStatus, str]] = ...) -> None: ...

class AccountChange(_message.Message):
    __slots__ = ("id", "organisation", "name", "holder_kind", "category", "add_keys", "remove_keys", "min_initiate", "min_approve", "tx_limit_t", "market_access", "status", "refuses_units", "add_trusted", "remove_trusted", "allow_untrusted")
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
    ADD_TRUSTED_FIELD_NUMBER: _ClassVar[int]
    REMOVE_TRUSTED_FIELD_NUMBER: _ClassVar[int]
    ALLOW_UNTRUSTED_FIELD_NUMBER: _ClassVar[int]
    id: str
    organisation: str
    name: str
    holder_kind: _kinds_pb2_1.HolderKind
    category: str
    add_keys: _containers.RepeatedCompositeFieldContainer[KeyGrant]
    remove_keys: _containers.RepeatedScalarFieldContainer[bytes]
    min_initiate: int
    min_approve: int
    tx_limit_t: int
    market_access: bool
    status: _kinds_pb2_1.AccountStatus
    refuses_units: bool
    add_trusted: _containers.RepeatedScalarFieldContainer[str]
    remove_trusted: _containers.RepeatedScalarFieldContainer[str]
    allow_untrusted: bool
    def __init__(self, id: _Optional[str] = ..., organisation: _Optional[str] = ..., name: _Optional[str] = ..., holder_kind: _Optional[_Union[_kinds_pb2_1.HolderKind, str]] = ..., category: _Optional[str] = ..., add_keys: _Optional[_Iterable[_Union[KeyGrant, _Mapping]]] = ..., remove_keys: _Optional[_Iterable[bytes]] = ..., min_initiate: _Optional[int] = ..., min_approve: _Optional[int] = ..., tx_limit_t: _Optional[int] = ..., market_access: bool = ..., status: _Optional[_Union[_kinds_pb2_1.AccountStatus, str]] = ..., refuses_units: bool = ..., add_trusted: _Optional[_Iterable[str]] = ..., remove_trusted: _Optional[_Iterable[str]] = ..., allow_untrusted: bool = ...) -> None: ...

class KeyGrant(_message.Message):
    __slots__ = ("key", "person", "rights", "proof")
    KEY_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    RIGHTS_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    key: bytes
    person: str
    rights: _containers.RepeatedScalarFieldContainer[_kinds_pb2_1.KeyRight]
    proof: bytes
    def __init__(self, key: _Optional[bytes] = ..., person: _Optional[str] = ..., rights: _Optional[_Iterable[_Union[_kinds_pb2_1.KeyRight, str]]] = ..., proof: _Optional[bytes] = ...) -> None: ...

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
    role: _kinds_pb2_1.Role
    list: str
    subject: str
    side: str
    scopes: _containers.RepeatedScalarFieldContainer[str]
    valid_from_s: int
    valid_to_s: int
    document: bytes
    reason: str
    def __init__(self, program: _Optional[str] = ..., operation: _Optional[_Union[AccreditOperation, str]] = ..., role: _Optional[_Union[_kinds_pb2_1.Role, str]] = ..., list: _Optional[str] = ..., subject: _Optional[str] = ..., side: _Optional[str] = ..., scopes: _Optional[_Iterable[str]] = ..., valid_from_s: _Optional[int] = ..., valid_to_s: _Optional[int] = ..., document: _Optional[bytes] = ..., reason: _Optional[str] = ...) -> None: ...

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
    link: _kinds_pb2_1.RecordRef
    def __init__(self, program: _Optional[str] = ..., kind: _Optional[str] = ..., hash: _Optional[bytes] = ..., size_bytes: _Optional[int] = ..., media_type: _Optional[str] = ..., confidential: bool = ..., public_version_of: _Optional[bytes] = ..., link: _Optional[_Union[_kinds_pb2_1.RecordRef, _Mapping]] = ...) -> None: ...

class PutRecord(_message.Message):
    __slots__ = ("program", "id", "methodology", "activity", "issuance", "footprint", "obligation", "authorization", "notice")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    METHODOLOGY_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    ISSUANCE_FIELD_NUMBER: _ClassVar[int]
    FOOTPRINT_FIELD_NUMBER: _ClassVar[int]
    OBLIGATION_FIELD_NUMBER: _ClassVar[int]
    AUTHORIZATION_FIELD_NUMBER: _ClassVar[int]
    NOTICE_FIELD_NUMBER: _ClassVar[int]
    program: str
    id: str
    methodology: Methodology
    activity: Activity
    issuance: IssuanceRequest
    footprint: FootprintDraft
    obligation: ObligationDraft
    authorization: AuthorizationDraft
    notice: NoticeDraft
    def __init__(self, program: _Optional[str] = ..., id: _Optional[str] = ..., methodology: _Optional[_Union[Methodology, _Mapping]] = ..., activity: _Optional[_Union[Activity, _Mapping]] = ..., issuance: _Optional[_Union[IssuanceRequest, _Mapping]] = ..., footprint: _Optional[_Union[FootprintDraft, _Mapping]] = ..., obligation: _Optional[_Union[ObligationDraft, _Mapping]] = ..., authorization: _Optional[_Union[AuthorizationDraft, _Mapping]] = ..., notice: _Optional[_Union[NoticeDraft, _Mapping]] = ...) -> None: ...

class Methodology(_message.Message):
    __slots__ = ("family", "category", "version", "supersedes", "baseline_conform", "title", "must_migrate_by_s", "label_excluded")
    FAMILY_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDES_FIELD_NUMBER: _ClassVar[int]
    BASELINE_CONFORM_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    MUST_MIGRATE_BY_S_FIELD_NUMBER: _ClassVar[int]
    LABEL_EXCLUDED_FIELD_NUMBER: _ClassVar[int]
    family: str
    category: str
    version: str
    supersedes: str
    baseline_conform: bool
    title: str
    must_migrate_by_s: int
    label_excluded: bool
    def __init__(self, family: _Optional[str] = ..., category: _Optional[str] = ..., version: _Optional[str] = ..., supersedes: _Optional[str] = ..., baseline_conform: bool = ..., title: _Optional[str] = ..., must_migrate_by_s: _Optional[int] = ..., label_excluded: bool = ...) -> None: ...

class Activity(_message.Message):
    __slots__ = ("subtype", "title", "country", "sector", "category", "methodology", "boundary_id", "sources_hash", "gases", "start_s", "crediting_from_s", "crediting_to_s", "external_refs", "commitment", "adoption_year", "base_year", "monitoring_until_s", "covered_by_scheme")
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
    COMMITMENT_FIELD_NUMBER: _ClassVar[int]
    ADOPTION_YEAR_FIELD_NUMBER: _ClassVar[int]
    BASE_YEAR_FIELD_NUMBER: _ClassVar[int]
    MONITORING_UNTIL_S_FIELD_NUMBER: _ClassVar[int]
    COVERED_BY_SCHEME_FIELD_NUMBER: _ClassVar[int]
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
    commitment: str
    adoption_year: int
    base_year: int
    monitoring_until_s: int
    covered_by_scheme: str
    def __init__(self, subtype: _Optional[str] = ..., title: _Optional[str] = ..., country: _Optional[str] = ..., sector: _Optional[str] = ..., category: _Optional[str] = ..., methodology: _Optional[str] = ..., boundary_id: _Optional[str] = ..., sources_hash: _Optional[bytes] = ..., gases: _Optional[_Iterable[str]] = ..., start_s: _Optional[int] = ..., crediting_from_s: _Optional[int] = ..., crediting_to_s: _Optional[int] = ..., external_refs: _Optional[_Iterable[str]] = ..., commitment: _Optional[str] = ..., adoption_year: _Optional[int] = ..., base_year: _Optional[int] = ..., monitoring_until_s: _Optional[int] = ..., covered_by_scheme: _Optional[str] = ...) -> None: ...

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

class FootprintDraft(_message.Message):
    __slots__ = ("product", "functional_unit", "g_co2e_per_unit", "methodology", "owners", "valid_to_s")
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    FUNCTIONAL_UNIT_FIELD_NUMBER: _ClassVar[int]
    G_CO2E_PER_UNIT_FIELD_NUMBER: _ClassVar[int]
    METHODOLOGY_FIELD_NUMBER: _ClassVar[int]
    OWNERS_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_S_FIELD_NUMBER: _ClassVar[int]
    product: str
    functional_unit: str
    g_co2e_per_unit: int
    methodology: str
    owners: _containers.RepeatedScalarFieldContainer[str]
    valid_to_s: int
    def __init__(self, product: _Optional[str] = ..., functional_unit: _Optional[str] = ..., g_co2e_per_unit: _Optional[int] = ..., methodology: _Optional[str] = ..., owners: _Optional[_Iterable[str]] = ..., valid_to_s: _Optional[int] = ...) -> None: ...

class ObligationDraft(_message.Message):
    __slots__ = ("account", "party", "period", "amount_t")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_T_FIELD_NUMBER: _ClassVar[int]
    account: str
    party: str
    period: str
    amount_t: int
    def __init__(self, account: _Optional[str] = ..., party: _Optional[str] = ..., period: _Optional[str] = ..., amount_t: _Optional[int] = ...) -> None: ...

class AuthorizationDraft(_message.Message):
    __slots__ = ("party", "approach", "quantity_t", "purposes", "entities", "year_from", "year_to", "activity", "first_transfer")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    APPROACH_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    PURPOSES_FIELD_NUMBER: _ClassVar[int]
    ENTITIES_FIELD_NUMBER: _ClassVar[int]
    YEAR_FROM_FIELD_NUMBER: _ClassVar[int]
    YEAR_TO_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    FIRST_TRANSFER_FIELD_NUMBER: _ClassVar[int]
    party: str
    approach: str
    quantity_t: int
    purposes: _containers.RepeatedScalarFieldContainer[str]
    entities: _containers.RepeatedScalarFieldContainer[str]
    year_from: int
    year_to: int
    activity: str
    first_transfer: str
    def __init__(self, party: _Optional[str] = ..., approach: _Optional[str] = ..., quantity_t: _Optional[int] = ..., purposes: _Optional[_Iterable[str]] = ..., entities: _Optional[_Iterable[str]] = ..., year_from: _Optional[int] = ..., year_to: _Optional[int] = ..., activity: _Optional[str] = ..., first_transfer: _Optional[str] = ...) -> None: ...

class NoticeDraft(_message.Message):
    __slots__ = ("kind", "debtor", "quantity_t", "classes", "issuance", "activity", "period", "units", "identifier")
    KIND_FIELD_NUMBER: _ClassVar[int]
    DEBTOR_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    CLASSES_FIELD_NUMBER: _ClassVar[int]
    ISSUANCE_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    IDENTIFIER_FIELD_NUMBER: _ClassVar[int]
    kind: str
    debtor: str
    quantity_t: int
    classes: _containers.RepeatedScalarFieldContainer[str]
    issuance: str
    activity: str
    period: str
    units: _containers.RepeatedCompositeFieldContainer[_kinds_pb2_1.SerialRange]
    identifier: str
    def __init__(self, kind: _Optional[str] = ..., debtor: _Optional[str] = ..., quantity_t: _Optional[int] = ..., classes: _Optional[_Iterable[str]] = ..., issuance: _Optional[str] = ..., activity: _Optional[str] = ..., period: _Optional[str] = ..., units: _Optional[_Iterable[_Union[_kinds_pb2_1.SerialRange, _Mapping]]] = ..., identifier: _Optional[str] = ...) -> None: ...

class Transition(_message.Message):
    __slots__ = ("program", "record", "to_state", "opening", "approval", "revision", "amount", "document", "reason")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    TO_STATE_FIELD_NUMBER: _ClassVar[int]
    OPENING_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    program: str
    record: _kinds_pb2_1.RecordRef
    to_state: str
    opening: IssuanceOpening
    approval: IssuanceApproval
    revision: NoticeRevision
    amount: ObligationAmount
    document: bytes
    reason: str
    def __init__(self, program: _Optional[str] = ..., record: _Optional[_Union[_kinds_pb2_1.RecordRef, _Mapping]] = ..., to_state: _Optional[str] = ..., opening: _Optional[_Union[IssuanceOpening, _Mapping]] = ..., approval: _Optional[_Union[IssuanceApproval, _Mapping]] = ..., revision: _Optional[_Union[NoticeRevision, _Mapping]] = ..., amount: _Optional[_Union[ObligationAmount, _Mapping]] = ..., document: _Optional[bytes] = ..., reason: _Optional[str] = ...) -> None: ...

class IssuanceOpening(_message.Message):
    __slots__ = ("cap_t", "valid_until_s", "statements")
    CAP_T_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_S_FIELD_NUMBER: _ClassVar[int]
    STATEMENTS_FIELD_NUMBER: _ClassVar[int]
    cap_t: int
    valid_until_s: int
    statements: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, cap_t: _Optional[int] = ..., valid_until_s: _Optional[int] = ..., statements: _Optional[_Iterable[str]] = ...) -> None: ...

class NoticeRevision(_message.Message):
    __slots__ = ("quantity_t", "due_s", "classes")
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    DUE_S_FIELD_NUMBER: _ClassVar[int]
    CLASSES_FIELD_NUMBER: _ClassVar[int]
    quantity_t: int
    due_s: int
    classes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, quantity_t: _Optional[int] = ..., due_s: _Optional[int] = ..., classes: _Optional[_Iterable[str]] = ...) -> None: ...

class ObligationAmount(_message.Message):
    __slots__ = ("amount_t",)
    AMOUNT_T_FIELD_NUMBER: _ClassVar[int]
    amount_t: int
    def __init__(self, amount_t: _Optional[int] = ...) -> None: ...

class IssuanceApproval(_message.Message):
    __slots__ = ("approved_cap_t", "reserve_bps", "reserve_months", "market_access", "pool_bps")
    APPROVED_CAP_T_FIELD_NUMBER: _ClassVar[int]
    RESERVE_BPS_FIELD_NUMBER: _ClassVar[int]
    RESERVE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    MARKET_ACCESS_FIELD_NUMBER: _ClassVar[int]
    POOL_BPS_FIELD_NUMBER: _ClassVar[int]
    approved_cap_t: int
    reserve_bps: int
    reserve_months: int
    market_access: bool
    pool_bps: int
    def __init__(self, approved_cap_t: _Optional[int] = ..., reserve_bps: _Optional[int] = ..., reserve_months: _Optional[int] = ..., market_access: bool = ..., pool_bps: _Optional[int] = ...) -> None: ...

class Attest(_message.Message):
    __slots__ = ("program", "id", "kind", "list", "activity", "period_from_s", "period_to_s", "outcome", "numbers", "flags", "documents", "quantity_t", "issuance", "avoidable", "party", "period", "valid_until_s", "scope", "factor_source", "reconciled", "footprint", "lulucf")
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
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    ISSUANCE_FIELD_NUMBER: _ClassVar[int]
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
    kind: _kinds_pb2_1.StatementKind
    list: str
    activity: str
    period_from_s: int
    period_to_s: int
    outcome: _kinds_pb2_1.OutcomeType
    numbers: StatementNumbers
    flags: _containers.RepeatedScalarFieldContainer[str]
    documents: _containers.RepeatedScalarFieldContainer[bytes]
    quantity_t: int
    issuance: str
    avoidable: bool
    party: str
    period: str
    valid_until_s: int
    scope: str
    factor_source: str
    reconciled: _containers.RepeatedScalarFieldContainer[str]
    footprint: str
    lulucf: int
    def __init__(self, program: _Optional[str] = ..., id: _Optional[str] = ..., kind: _Optional[_Union[_kinds_pb2_1.StatementKind, str]] = ..., list: _Optional[str] = ..., activity: _Optional[str] = ..., period_from_s: _Optional[int] = ..., period_to_s: _Optional[int] = ..., outcome: _Optional[_Union[_kinds_pb2_1.OutcomeType, str]] = ..., numbers: _Optional[_Union[StatementNumbers, _Mapping]] = ..., flags: _Optional[_Iterable[str]] = ..., documents: _Optional[_Iterable[bytes]] = ..., quantity_t: _Optional[int] = ..., issuance: _Optional[str] = ..., avoidable: bool = ..., party: _Optional[str] = ..., period: _Optional[str] = ..., valid_until_s: _Optional[int] = ..., scope: _Optional[str] = ..., factor_source: _Optional[str] = ..., reconciled: _Optional[_Iterable[str]] = ..., footprint: _Optional[str] = ..., lulucf: _Optional[int] = ...) -> None: ...

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
    __slots__ = ("program", "issuance", "cap", "external", "returned", "quantity_t", "to_account", "vintage", "notice")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    ISSUANCE_FIELD_NUMBER: _ClassVar[int]
    CAP_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_FIELD_NUMBER: _ClassVar[int]
    RETURNED_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    TO_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    VINTAGE_FIELD_NUMBER: _ClassVar[int]
    NOTICE_FIELD_NUMBER: _ClassVar[int]
    program: str
    issuance: str
    cap: CapSource
    external: ImportSource
    returned: ReturnSource
    quantity_t: int
    to_account: str
    vintage: int
    notice: str
    def __init__(self, program: _Optional[str] = ..., issuance: _Optional[str] = ..., cap: _Optional[_Union[CapSource, _Mapping]] = ..., external: _Optional[_Union[ImportSource, _Mapping]] = ..., returned: _Optional[_Union[ReturnSource, _Mapping]] = ..., quantity_t: _Optional[int] = ..., to_account: _Optional[str] = ..., vintage: _Optional[int] = ..., notice: _Optional[str] = ...) -> None: ...

class CapSource(_message.Message):
    __slots__ = ("class_id", "party", "period", "lulucf")
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    LULUCF_FIELD_NUMBER: _ClassVar[int]
    class_id: str
    party: str
    period: str
    lulucf: int
    def __init__(self, class_id: _Optional[str] = ..., party: _Optional[str] = ..., period: _Optional[str] = ..., lulucf: _Optional[int] = ...) -> None: ...

class ImportSource(_message.Message):
    __slots__ = ("link", "class_id", "serials", "period", "activity", "valid_until_s", "exclusion", "statement", "lulucf", "track", "decision")
    LINK_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    SERIALS_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_S_FIELD_NUMBER: _ClassVar[int]
    EXCLUSION_FIELD_NUMBER: _ClassVar[int]
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    LULUCF_FIELD_NUMBER: _ClassVar[int]
    TRACK_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    link: str
    class_id: str
    serials: _kinds_pb2_1.SerialRange
    period: str
    activity: str
    valid_until_s: int
    exclusion: bytes
    statement: str
    lulucf: int
    track: int
    decision: bytes
    def __init__(self, link: _Optional[str] = ..., class_id: _Optional[str] = ..., serials: _Optional[_Union[_kinds_pb2_1.SerialRange, _Mapping]] = ..., period: _Optional[str] = ..., activity: _Optional[str] = ..., valid_until_s: _Optional[int] = ..., exclusion: _Optional[bytes] = ..., statement: _Optional[str] = ..., lulucf: _Optional[int] = ..., track: _Optional[int] = ..., decision: _Optional[bytes] = ...) -> None: ...

class ReturnSource(_message.Message):
    __slots__ = ("link", "serials", "exclusion")
    LINK_FIELD_NUMBER: _ClassVar[int]
    SERIALS_FIELD_NUMBER: _ClassVar[int]
    EXCLUSION_FIELD_NUMBER: _ClassVar[int]
    link: str
    serials: _containers.RepeatedCompositeFieldContainer[_kinds_pb2_1.SerialRange]
    exclusion: bytes
    def __init__(self, link: _Optional[str] = ..., serials: _Optional[_Iterable[_Union[_kinds_pb2_1.SerialRange, _Mapping]]] = ..., exclusion: _Optional[bytes] = ...) -> None: ...

class Move(_message.Message):
    __slots__ = ("program", "class_id", "quantity_t", "ranges", "from_account", "to_account", "purpose", "beneficiary", "year", "receipt_hash", "note", "max_lots", "from_hold", "notice", "obligation", "footprint", "items", "over_offset", "external_account", "authorization", "retirement")
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
    FROM_HOLD_FIELD_NUMBER: _ClassVar[int]
    NOTICE_FIELD_NUMBER: _ClassVar[int]
    OBLIGATION_FIELD_NUMBER: _ClassVar[int]
    FOOTPRINT_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    OVER_OFFSET_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    AUTHORIZATION_FIELD_NUMBER: _ClassVar[int]
    RETIREMENT_FIELD_NUMBER: _ClassVar[int]
    program: str
    class_id: str
    quantity_t: int
    ranges: _containers.RepeatedCompositeFieldContainer[_kinds_pb2_1.SerialRange]
    from_account: str
    to_account: str
    purpose: _kinds_pb2_1.Purpose
    beneficiary: _kinds_pb2_1.Beneficiary
    year: int
    receipt_hash: bytes
    note: str
    max_lots: int
    from_hold: int
    notice: str
    obligation: str
    footprint: str
    items: int
    over_offset: bool
    external_account: str
    authorization: str
    retirement: int
    def __init__(self, program: _Optional[str] = ..., class_id: _Optional[str] = ..., quantity_t: _Optional[int] = ..., ranges: _Optional[_Iterable[_Union[_kinds_pb2_1.SerialRange, _Mapping]]] = ..., from_account: _Optional[str] = ..., to_account: _Optional[str] = ..., purpose: _Optional[_Union[_kinds_pb2_1.Purpose, str]] = ..., beneficiary: _Optional[_Union[_kinds_pb2_1.Beneficiary, _Mapping]] = ..., year: _Optional[int] = ..., receipt_hash: _Optional[bytes] = ..., note: _Optional[str] = ..., max_lots: _Optional[int] = ..., from_hold: _Optional[int] = ..., notice: _Optional[str] = ..., obligation: _Optional[str] = ..., footprint: _Optional[str] = ..., items: _Optional[int] = ..., over_offset: bool = ..., external_account: _Optional[str] = ..., authorization: _Optional[str] = ..., retirement: _Optional[int] = ...) -> None: ...

class Convert(_message.Message):
    __slots__ = ("program", "rule", "class_id", "quantity_t", "ranges", "account", "activity", "valid_until_s", "notice", "max_lots")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    RANGES_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_S_FIELD_NUMBER: _ClassVar[int]
    NOTICE_FIELD_NUMBER: _ClassVar[int]
    MAX_LOTS_FIELD_NUMBER: _ClassVar[int]
    program: str
    rule: str
    class_id: str
    quantity_t: int
    ranges: _containers.RepeatedCompositeFieldContainer[_kinds_pb2_1.SerialRange]
    account: str
    activity: str
    valid_until_s: int
    notice: str
    max_lots: int
    def __init__(self, program: _Optional[str] = ..., rule: _Optional[str] = ..., class_id: _Optional[str] = ..., quantity_t: _Optional[int] = ..., ranges: _Optional[_Iterable[_Union[_kinds_pb2_1.SerialRange, _Mapping]]] = ..., account: _Optional[str] = ..., activity: _Optional[str] = ..., valid_until_s: _Optional[int] = ..., notice: _Optional[str] = ..., max_lots: _Optional[int] = ...) -> None: ...

class HoldUnits(_message.Message):
    __slots__ = ("program", "place", "extend", "release", "freeze", "unfreeze", "reason", "document")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    EXTEND_FIELD_NUMBER: _ClassVar[int]
    RELEASE_FIELD_NUMBER: _ClassVar[int]
    FREEZE_FIELD_NUMBER: _ClassVar[int]
    UNFREEZE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    program: str
    place: PlaceHold
    extend: ExtendHold
    release: ReleaseHold
    freeze: FreezeUnits
    unfreeze: FreezeUnits
    reason: str
    document: bytes
    def __init__(self, program: _Optional[str] = ..., place: _Optional[_Union[PlaceHold, _Mapping]] = ..., extend: _Optional[_Union[ExtendHold, _Mapping]] = ..., release: _Optional[_Union[ReleaseHold, _Mapping]] = ..., freeze: _Optional[_Union[FreezeUnits, _Mapping]] = ..., unfreeze: _Optional[_Union[FreezeUnits, _Mapping]] = ..., reason: _Optional[str] = ..., document: _Optional[bytes] = ...) -> None: ...

class PlaceHold(_message.Message):
    __slots__ = ("kind", "account", "class_id", "quantity_t", "ranges", "release_at_s", "controller", "claim_to", "max_lots")
    KIND_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    RANGES_FIELD_NUMBER: _ClassVar[int]
    RELEASE_AT_S_FIELD_NUMBER: _ClassVar[int]
    CONTROLLER_FIELD_NUMBER: _ClassVar[int]
    CLAIM_TO_FIELD_NUMBER: _ClassVar[int]
    MAX_LOTS_FIELD_NUMBER: _ClassVar[int]
    kind: _kinds_pb2_1.HoldKind
    account: str
    class_id: str
    quantity_t: int
    ranges: _containers.RepeatedCompositeFieldContainer[_kinds_pb2_1.SerialRange]
    release_at_s: int
    controller: str
    claim_to: _containers.RepeatedScalarFieldContainer[_kinds_pb2_1.AccountKind]
    max_lots: int
    def __init__(self, kind: _Optional[_Union[_kinds_pb2_1.HoldKind, str]] = ..., account: _Optional[str] = ..., class_id: _Optional[str] = ..., quantity_t: _Optional[int] = ..., ranges: _Optional[_Iterable[_Union[_kinds_pb2_1.SerialRange, _Mapping]]] = ..., release_at_s: _Optional[int] = ..., controller: _Optional[str] = ..., claim_to: _Optional[_Iterable[_Union[_kinds_pb2_1.AccountKind, str]]] = ..., max_lots: _Optional[int] = ...) -> None: ...

class ExtendHold(_message.Message):
    __slots__ = ("hold", "release_at_s")
    HOLD_FIELD_NUMBER: _ClassVar[int]
    RELEASE_AT_S_FIELD_NUMBER: _ClassVar[int]
    hold: int
    release_at_s: int
    def __init__(self, hold: _Optional[int] = ..., release_at_s: _Optional[int] = ...) -> None: ...

class ReleaseHold(_message.Message):
    __slots__ = ("hold", "quantity_t", "max_lots")
    HOLD_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    MAX_LOTS_FIELD_NUMBER: _ClassVar[int]
    hold: int
    quantity_t: int
    max_lots: int
    def __init__(self, hold: _Optional[int] = ..., quantity_t: _Optional[int] = ..., max_lots: _Optional[int] = ...) -> None: ...

class FreezeUnits(_message.Message):
    __slots__ = ("account", "class_id", "quantity_t", "ranges", "max_lots", "until_s", "hold")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    RANGES_FIELD_NUMBER: _ClassVar[int]
    MAX_LOTS_FIELD_NUMBER: _ClassVar[int]
    UNTIL_S_FIELD_NUMBER: _ClassVar[int]
    HOLD_FIELD_NUMBER: _ClassVar[int]
    account: str
    class_id: str
    quantity_t: int
    ranges: _containers.RepeatedCompositeFieldContainer[_kinds_pb2_1.SerialRange]
    max_lots: int
    until_s: int
    hold: int
    def __init__(self, account: _Optional[str] = ..., class_id: _Optional[str] = ..., quantity_t: _Optional[int] = ..., ranges: _Optional[_Iterable[_Union[_kinds_pb2_1.SerialRange, _Mapping]]] = ..., max_lots: _Optional[int] = ..., until_s: _Optional[int] = ..., hold: _Optional[int] = ...) -> None: ...

class SetLabel(_message.Message):
    __slots__ = ("program", "operation", "label", "scope", "target", "ranges", "valid_to_s", "authorization", "reason", "document")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    RANGES_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_S_FIELD_NUMBER: _ClassVar[int]
    AUTHORIZATION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    program: str
    operation: LabelOperation
    label: str
    scope: _kinds_pb2_1.LabelScope
    target: str
    ranges: _containers.RepeatedCompositeFieldContainer[_kinds_pb2_1.SerialRange]
    valid_to_s: int
    authorization: str
    reason: str
    document: bytes
    def __init__(self, program: _Optional[str] = ..., operation: _Optional[_Union[LabelOperation, str]] = ..., label: _Optional[str] = ..., scope: _Optional[_Union[_kinds_pb2_1.LabelScope, str]] = ..., target: _Optional[str] = ..., ranges: _Optional[_Iterable[_Union[_kinds_pb2_1.SerialRange, _Mapping]]] = ..., valid_to_s: _Optional[int] = ..., authorization: _Optional[str] = ..., reason: _Optional[str] = ..., document: _Optional[bytes] = ...) -> None: ...

class Decide(_message.Message):
    __slots__ = ("proposal", "verdict", "reason", "codes", "document", "fill")
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    FILL_FIELD_NUMBER: _ClassVar[int]
    proposal: int
    verdict: _kinds_pb2_1.Verdict
    reason: str
    codes: _containers.RepeatedCompositeFieldContainer[ResponseCode]
    document: bytes
    fill: FillRef
    def __init__(self, proposal: _Optional[int] = ..., verdict: _Optional[_Union[_kinds_pb2_1.Verdict, str]] = ..., reason: _Optional[str] = ..., codes: _Optional[_Iterable[_Union[ResponseCode, _Mapping]]] = ..., document: _Optional[bytes] = ..., fill: _Optional[_Union[FillRef, _Mapping]] = ...) -> None: ...

class ResponseCode(_message.Message):
    __slots__ = ("code", "ranges")
    CODE_FIELD_NUMBER: _ClassVar[int]
    RANGES_FIELD_NUMBER: _ClassVar[int]
    code: int
    ranges: _containers.RepeatedCompositeFieldContainer[_kinds_pb2_1.SerialRange]
    def __init__(self, code: _Optional[int] = ..., ranges: _Optional[_Iterable[_Union[_kinds_pb2_1.SerialRange, _Mapping]]] = ...) -> None: ...

class FillRef(_message.Message):
    __slots__ = ("order", "fill")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    FILL_FIELD_NUMBER: _ClassVar[int]
    order: int
    fill: int
    def __init__(self, order: _Optional[int] = ..., fill: _Optional[int] = ...) -> None: ...

class Withdraw(_message.Message):
    __slots__ = ("proposal", "reason", "order", "fill")
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    FILL_FIELD_NUMBER: _ClassVar[int]
    proposal: int
    reason: str
    order: int
    fill: FillRef
    def __init__(self, proposal: _Optional[int] = ..., reason: _Optional[str] = ..., order: _Optional[int] = ..., fill: _Optional[_Union[FillRef, _Mapping]] = ...) -> None: ...

class PlaceOrder(_message.Message):
    __slots__ = ("program", "side", "account", "class_id", "issuance", "vintage", "quantity_t", "price_minor", "currency", "min_fill_t", "expires_s", "settlement", "max_lots", "ranges")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    SIDE_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUANCE_FIELD_NUMBER: _ClassVar[int]
    VINTAGE_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    PRICE_MINOR_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    MIN_FILL_T_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_S_FIELD_NUMBER: _ClassVar[int]
    SETTLEMENT_FIELD_NUMBER: _ClassVar[int]
    MAX_LOTS_FIELD_NUMBER: _ClassVar[int]
    RANGES_FIELD_NUMBER: _ClassVar[int]
    program: str
    side: _kinds_pb2_1.OrderSide
    account: str
    class_id: str
    issuance: str
    vintage: int
    quantity_t: int
    price_minor: int
    currency: str
    min_fill_t: int
    expires_s: int
    settlement: _kinds_pb2_1.Settlement
    max_lots: int
    ranges: _containers.RepeatedCompositeFieldContainer[_kinds_pb2_1.SerialRange]
    def __init__(self, program: _Optional[str] = ..., side: _Optional[_Union[_kinds_pb2_1.OrderSide, str]] = ..., account: _Optional[str] = ..., class_id: _Optional[str] = ..., issuance: _Optional[str] = ..., vintage: _Optional[int] = ..., quantity_t: _Optional[int] = ..., price_minor: _Optional[int] = ..., currency: _Optional[str] = ..., min_fill_t: _Optional[int] = ..., expires_s: _Optional[int] = ..., settlement: _Optional[_Union[_kinds_pb2_1.Settlement, str]] = ..., max_lots: _Optional[int] = ..., ranges: _Optional[_Iterable[_Union[_kinds_pb2_1.SerialRange, _Mapping]]] = ...) -> None: ...

class FillOrder(_message.Message):
    __slots__ = ("order", "account", "quantity_t", "payment_hash", "max_lots")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_HASH_FIELD_NUMBER: _ClassVar[int]
    MAX_LOTS_FIELD_NUMBER: _ClassVar[int]
    order: int
    account: str
    quantity_t: int
    payment_hash: bytes
    max_lots: int
    def __init__(self, order: _Optional[int] = ..., account: _Optional[str] = ..., quantity_t: _Optional[int] = ..., payment_hash: _Optional[bytes] = ..., max_lots: _Optional[int] = ...) -> None: ...
