from tonne.v1 import state_pb2 as _state_pb2
from tonne.v1 import kinds_pb2 as _kinds_pb2
from tonne.v1 import policy_pb2 as _policy_pb2
from tonne.v1 import tx_pb2 as _tx_pb2
from tonne.v1 import kinds_pb2 as _kinds_pb2_1
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Event(_message.Message):
    __slots__ = ("organisation_put", "account_put", "accredited", "anchored", "record_changed", "attested", "issued", "moved", "retired", "hold_placed", "hold_released", "proposal_opened", "proposal_decided", "proposal_ended", "contained", "policy_put", "cancelled", "converted", "hold_changed", "frozen", "label_set", "imported", "returned", "order_changed", "fill_changed", "invalidated", "notice_fulfilled", "renewed", "proposal_delayed")
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
    POLICY_PUT_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    CONVERTED_FIELD_NUMBER: _ClassVar[int]
    HOLD_CHANGED_FIELD_NUMBER: _ClassVar[int]
    FROZEN_FIELD_NUMBER: _ClassVar[int]
    LABEL_SET_FIELD_NUMBER: _ClassVar[int]
    IMPORTED_FIELD_NUMBER: _ClassVar[int]
    RETURNED_FIELD_NUMBER: _ClassVar[int]
    ORDER_CHANGED_FIELD_NUMBER: _ClassVar[int]
    FILL_CHANGED_FIELD_NUMBER: _ClassVar[int]
    INVALIDATED_FIELD_NUMBER: _ClassVar[int]
    NOTICE_FULFILLED_FIELD_NUMBER: _ClassVar[int]
    RENEWED_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_DELAYED_FIELD_NUMBER: _ClassVar[int]
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
    policy_put: PolicyPut
    cancelled: Cancelled
    converted: Converted
    hold_changed: HoldChanged
    frozen: Frozen
    label_set: LabelSet
    imported: Imported
    returned: Returned
    order_changed: OrderChanged
    fill_changed: FillChanged
    invalidated: Invalidated
    notice_fulfilled: NoticeFulfilled
    renewed: Renewed
    proposal_delayed: ProposalDelayed
    def __init__(self, organisation_put: _Optional[_Union[OrganisationPut, _Mapping]] = ..., account_put: _Optional[_Union[AccountPut, _Mapping]] = ..., accredited: _Optional[_Union[Accredited, _Mapping]] = ..., anchored: _Optional[_Union[Anchored, _Mapping]] = ..., record_changed: _Optional[_Union[RecordChanged, _Mapping]] = ..., attested: _Optional[_Union[Attested, _Mapping]] = ..., issued: _Optional[_Union[Issued, _Mapping]] = ..., moved: _Optional[_Union[Moved, _Mapping]] = ..., retired: _Optional[_Union[Retired, _Mapping]] = ..., hold_placed: _Optional[_Union[HoldPlaced, _Mapping]] = ..., hold_released: _Optional[_Union[HoldReleased, _Mapping]] = ..., proposal_opened: _Optional[_Union[ProposalOpened, _Mapping]] = ..., proposal_decided: _Optional[_Union[ProposalDecided, _Mapping]] = ..., proposal_ended: _Optional[_Union[ProposalEnded, _Mapping]] = ..., contained: _Optional[_Union[Contained, _Mapping]] = ..., policy_put: _Optional[_Union[PolicyPut, _Mapping]] = ..., cancelled: _Optional[_Union[Cancelled, _Mapping]] = ..., converted: _Optional[_Union[Converted, _Mapping]] = ..., hold_changed: _Optional[_Union[HoldChanged, _Mapping]] = ..., frozen: _Optional[_Union[Frozen, _Mapping]] = ..., label_set: _Optional[_Union[LabelSet, _Mapping]] = ..., imported: _Optional[_Union[Imported, _Mapping]] = ..., returned: _Optional[_Union[Returned, _Mapping]] = ..., order_changed: _Optional[_Union[OrderChanged, _Mapping]] = ..., fill_changed: _Optional[_Union[FillChanged, _Mapping]] = ..., invalidated: _Optional[_Union[Invalidated, _Mapping]] = ..., notice_fulfilled: _Optional[_Union[NoticeFulfilled, _Mapping]] = ..., renewed: _Optional[_Union[Renewed, _Mapping]] = ..., proposal_delayed: _Optional[_Union[ProposalDelayed, _Mapping]] = ...) -> None: ...

class OrganisationPut(_message.Message):
    __slots__ = ("id", "status")
    ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    id: str
    status: _kinds_pb2_1.OrganisationStatus
    def __init__(self, id: _Optional[str] = ..., status: _Optional[_Union[_kinds_pb2_1.OrganisationStatus, str]] = ...) -> None: ...

class AccountPut(_message.Message):
    __slots__ = ("id", "organisation", "status")
    ID_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    id: str
    organisation: str
    status: _kinds_pb2_1.AccountStatus
    def __init__(self, id: _Optional[str] = ..., organisation: _Optional[str] = ..., status: _Optional[_Union[_kinds_pb2_1.AccountStatus, str]] = ...) -> None: ...

class Accredited(_message.Message):
    __slots__ = ("program", "role", "list", "account", "status")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    LIST_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    program: str
    role: _kinds_pb2_1.Role
    list: str
    account: str
    status: _state_pb2.AccreditationStatus
    def __init__(self, program: _Optional[str] = ..., role: _Optional[_Union[_kinds_pb2_1.Role, str]] = ..., list: _Optional[str] = ..., account: _Optional[str] = ..., status: _Optional[_Union[_state_pb2.AccreditationStatus, str]] = ...) -> None: ...

class Anchored(_message.Message):
    __slots__ = ("program", "kind", "hash", "link")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    LINK_FIELD_NUMBER: _ClassVar[int]
    program: str
    kind: str
    hash: bytes
    link: _kinds_pb2_1.RecordRef
    def __init__(self, program: _Optional[str] = ..., kind: _Optional[str] = ..., hash: _Optional[bytes] = ..., link: _Optional[_Union[_kinds_pb2_1.RecordRef, _Mapping]] = ...) -> None: ...

class RecordChanged(_message.Message):
    __slots__ = ("program", "record", "from_state", "to_state", "account")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    FROM_STATE_FIELD_NUMBER: _ClassVar[int]
    TO_STATE_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    program: str
    record: _kinds_pb2_1.RecordRef
    from_state: str
    to_state: str
    account: str
    def __init__(self, program: _Optional[str] = ..., record: _Optional[_Union[_kinds_pb2_1.RecordRef, _Mapping]] = ..., from_state: _Optional[str] = ..., to_state: _Optional[str] = ..., account: _Optional[str] = ...) -> None: ...

class Attested(_message.Message):
    __slots__ = ("program", "id", "kind", "net_t", "auditor")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NET_T_FIELD_NUMBER: _ClassVar[int]
    AUDITOR_FIELD_NUMBER: _ClassVar[int]
    program: str
    id: str
    kind: _kinds_pb2_1.StatementKind
    net_t: int
    auditor: str
    def __init__(self, program: _Optional[str] = ..., id: _Optional[str] = ..., kind: _Optional[_Union[_kinds_pb2_1.StatementKind, str]] = ..., net_t: _Optional[int] = ..., auditor: _Optional[str] = ...) -> None: ...

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
    range: _kinds_pb2_1.SerialRange
    to_account: str
    def __init__(self, program: _Optional[str] = ..., class_id: _Optional[str] = ..., issuance: _Optional[str] = ..., quantity_t: _Optional[int] = ..., reserved_t: _Optional[int] = ..., range: _Optional[_Union[_kinds_pb2_1.SerialRange, _Mapping]] = ..., to_account: _Optional[str] = ...) -> None: ...

class Moved(_message.Message):
    __slots__ = ("program", "class_id", "quantity_t", "from_account", "to_account", "ranges", "external_account")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    FROM_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    TO_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    RANGES_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    program: str
    class_id: str
    quantity_t: int
    from_account: str
    to_account: str
    ranges: _containers.RepeatedCompositeFieldContainer[_kinds_pb2_1.SerialRange]
    external_account: str
    def __init__(self, program: _Optional[str] = ..., class_id: _Optional[str] = ..., quantity_t: _Optional[int] = ..., from_account: _Optional[str] = ..., to_account: _Optional[str] = ..., ranges: _Optional[_Iterable[_Union[_kinds_pb2_1.SerialRange, _Mapping]]] = ..., external_account: _Optional[str] = ...) -> None: ...

class Retired(_message.Message):
    __slots__ = ("id", "sink", "quantity_t", "purpose")
    ID_FIELD_NUMBER: _ClassVar[int]
    SINK_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    id: int
    sink: str
    quantity_t: int
    purpose: _kinds_pb2_1.Purpose
    def __init__(self, id: _Optional[int] = ..., sink: _Optional[str] = ..., quantity_t: _Optional[int] = ..., purpose: _Optional[_Union[_kinds_pb2_1.Purpose, str]] = ...) -> None: ...

class HoldPlaced(_message.Message):
    __slots__ = ("id", "kind", "account", "quantity_t", "release_at_s")
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    RELEASE_AT_S_FIELD_NUMBER: _ClassVar[int]
    id: int
    kind: _kinds_pb2_1.HoldKind
    account: str
    quantity_t: int
    release_at_s: int
    def __init__(self, id: _Optional[int] = ..., kind: _Optional[_Union[_kinds_pb2_1.HoldKind, str]] = ..., account: _Optional[str] = ..., quantity_t: _Optional[int] = ..., release_at_s: _Optional[int] = ...) -> None: ...

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
    verdict: _kinds_pb2_1.Verdict
    def __init__(self, id: _Optional[int] = ..., organisation: _Optional[str] = ..., verdict: _Optional[_Union[_kinds_pb2_1.Verdict, str]] = ...) -> None: ...

class ProposalEnded(_message.Message):
    __slots__ = ("id", "state", "code")
    ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    id: int
    state: _state_pb2.ProposalState
    code: int
    def __init__(self, id: _Optional[int] = ..., state: _Optional[_Union[_state_pb2.ProposalState, str]] = ..., code: _Optional[int] = ...) -> None: ...

class ProposalDelayed(_message.Message):
    __slots__ = ("id", "not_before_s")
    ID_FIELD_NUMBER: _ClassVar[int]
    NOT_BEFORE_S_FIELD_NUMBER: _ClassVar[int]
    id: int
    not_before_s: int
    def __init__(self, id: _Optional[int] = ..., not_before_s: _Optional[int] = ...) -> None: ...

class Contained(_message.Message):
    __slots__ = ("where",)
    WHERE_FIELD_NUMBER: _ClassVar[int]
    where: str
    def __init__(self, where: _Optional[str] = ...) -> None: ...

class PolicyPut(_message.Message):
    __slots__ = ("object", "program", "version", "effective_from_s", "in_force")
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_S_FIELD_NUMBER: _ClassVar[int]
    IN_FORCE_FIELD_NUMBER: _ClassVar[int]
    object: int
    program: str
    version: int
    effective_from_s: int
    in_force: bool
    def __init__(self, object: _Optional[int] = ..., program: _Optional[str] = ..., version: _Optional[int] = ..., effective_from_s: _Optional[int] = ..., in_force: bool = ...) -> None: ...

class Cancelled(_message.Message):
    __slots__ = ("id", "sink", "quantity_t", "notice")
    ID_FIELD_NUMBER: _ClassVar[int]
    SINK_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    NOTICE_FIELD_NUMBER: _ClassVar[int]
    id: int
    sink: str
    quantity_t: int
    notice: str
    def __init__(self, id: _Optional[int] = ..., sink: _Optional[str] = ..., quantity_t: _Optional[int] = ..., notice: _Optional[str] = ...) -> None: ...

class Converted(_message.Message):
    __slots__ = ("program", "rule", "from_class", "to_class", "quantity_t", "ranges", "account")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    FROM_CLASS_FIELD_NUMBER: _ClassVar[int]
    TO_CLASS_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    RANGES_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    program: str
    rule: str
    from_class: str
    to_class: str
    quantity_t: int
    ranges: _containers.RepeatedCompositeFieldContainer[_kinds_pb2_1.SerialRange]
    account: str
    def __init__(self, program: _Optional[str] = ..., rule: _Optional[str] = ..., from_class: _Optional[str] = ..., to_class: _Optional[str] = ..., quantity_t: _Optional[int] = ..., ranges: _Optional[_Iterable[_Union[_kinds_pb2_1.SerialRange, _Mapping]]] = ..., account: _Optional[str] = ...) -> None: ...

class HoldChanged(_message.Message):
    __slots__ = ("id", "quantity_t", "release_at_s", "claimed_t")
    ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    RELEASE_AT_S_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_T_FIELD_NUMBER: _ClassVar[int]
    id: int
    quantity_t: int
    release_at_s: int
    claimed_t: int
    def __init__(self, id: _Optional[int] = ..., quantity_t: _Optional[int] = ..., release_at_s: _Optional[int] = ..., claimed_t: _Optional[int] = ...) -> None: ...

class Frozen(_message.Message):
    __slots__ = ("account", "class_id", "quantity_t", "ranges", "thawed", "issuance", "order", "until_s")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    CLASS_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    RANGES_FIELD_NUMBER: _ClassVar[int]
    THAWED_FIELD_NUMBER: _ClassVar[int]
    ISSUANCE_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    UNTIL_S_FIELD_NUMBER: _ClassVar[int]
    account: str
    class_id: str
    quantity_t: int
    ranges: _containers.RepeatedCompositeFieldContainer[_kinds_pb2_1.SerialRange]
    thawed: bool
    issuance: str
    order: int
    until_s: int
    def __init__(self, account: _Optional[str] = ..., class_id: _Optional[str] = ..., quantity_t: _Optional[int] = ..., ranges: _Optional[_Iterable[_Union[_kinds_pb2_1.SerialRange, _Mapping]]] = ..., thawed: bool = ..., issuance: _Optional[str] = ..., order: _Optional[int] = ..., until_s: _Optional[int] = ...) -> None: ...

class LabelSet(_message.Message):
    __slots__ = ("program", "label", "scope", "target", "ranges", "removed")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    RANGES_FIELD_NUMBER: _ClassVar[int]
    REMOVED_FIELD_NUMBER: _ClassVar[int]
    program: str
    label: str
    scope: _kinds_pb2_1.LabelScope
    target: str
    ranges: _containers.RepeatedCompositeFieldContainer[_kinds_pb2_1.SerialRange]
    removed: bool
    def __init__(self, program: _Optional[str] = ..., label: _Optional[str] = ..., scope: _Optional[_Union[_kinds_pb2_1.LabelScope, str]] = ..., target: _Optional[str] = ..., ranges: _Optional[_Iterable[_Union[_kinds_pb2_1.SerialRange, _Mapping]]] = ..., removed: bool = ...) -> None: ...

class Imported(_message.Message):
    __slots__ = ("id", "link", "external", "own", "to_account")
    ID_FIELD_NUMBER: _ClassVar[int]
    LINK_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_FIELD_NUMBER: _ClassVar[int]
    OWN_FIELD_NUMBER: _ClassVar[int]
    TO_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    id: int
    link: str
    external: _kinds_pb2_1.SerialRange
    own: _kinds_pb2_1.SerialRange
    to_account: str
    def __init__(self, id: _Optional[int] = ..., link: _Optional[str] = ..., external: _Optional[_Union[_kinds_pb2_1.SerialRange, _Mapping]] = ..., own: _Optional[_Union[_kinds_pb2_1.SerialRange, _Mapping]] = ..., to_account: _Optional[str] = ...) -> None: ...

class Returned(_message.Message):
    __slots__ = ("link", "ranges", "to_account")
    LINK_FIELD_NUMBER: _ClassVar[int]
    RANGES_FIELD_NUMBER: _ClassVar[int]
    TO_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    link: str
    ranges: _containers.RepeatedCompositeFieldContainer[_kinds_pb2_1.SerialRange]
    to_account: str
    def __init__(self, link: _Optional[str] = ..., ranges: _Optional[_Iterable[_Union[_kinds_pb2_1.SerialRange, _Mapping]]] = ..., to_account: _Optional[str] = ...) -> None: ...

class OrderChanged(_message.Message):
    __slots__ = ("id", "state", "quantity_t", "filled_t", "account")
    ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    FILLED_T_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    id: int
    state: _state_pb2.OrderState
    quantity_t: int
    filled_t: int
    account: str
    def __init__(self, id: _Optional[int] = ..., state: _Optional[_Union[_state_pb2.OrderState, str]] = ..., quantity_t: _Optional[int] = ..., filled_t: _Optional[int] = ..., account: _Optional[str] = ...) -> None: ...

class FillChanged(_message.Message):
    __slots__ = ("order", "fill", "state", "quantity_t", "account")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    FILL_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    order: int
    fill: int
    state: _state_pb2.FillState
    quantity_t: int
    account: str
    def __init__(self, order: _Optional[int] = ..., fill: _Optional[int] = ..., state: _Optional[_Union[_state_pb2.FillState, str]] = ..., quantity_t: _Optional[int] = ..., account: _Optional[str] = ...) -> None: ...

class Invalidated(_message.Message):
    __slots__ = ("program", "issuance", "quantity_t", "claimed_t", "notice")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    ISSUANCE_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_T_FIELD_NUMBER: _ClassVar[int]
    NOTICE_FIELD_NUMBER: _ClassVar[int]
    program: str
    issuance: str
    quantity_t: int
    claimed_t: int
    notice: str
    def __init__(self, program: _Optional[str] = ..., issuance: _Optional[str] = ..., quantity_t: _Optional[int] = ..., claimed_t: _Optional[int] = ..., notice: _Optional[str] = ...) -> None: ...

class NoticeFulfilled(_message.Message):
    __slots__ = ("program", "notice", "quantity_t", "left_t")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    NOTICE_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    LEFT_T_FIELD_NUMBER: _ClassVar[int]
    program: str
    notice: str
    quantity_t: int
    left_t: int
    def __init__(self, program: _Optional[str] = ..., notice: _Optional[str] = ..., quantity_t: _Optional[int] = ..., left_t: _Optional[int] = ...) -> None: ...

class Renewed(_message.Message):
    __slots__ = ("program", "issuance", "valid_until_s", "quantity_t")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    ISSUANCE_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_S_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_T_FIELD_NUMBER: _ClassVar[int]
    program: str
    issuance: str
    valid_until_s: int
    quantity_t: int
    def __init__(self, program: _Optional[str] = ..., issuance: _Optional[str] = ..., valid_until_s: _Optional[int] = ..., quantity_t: _Optional[int] = ...) -> None: ...
