from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class VoteFlag(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VOTE_FLAG_UNSPECIFIED: _ClassVar[VoteFlag]
    VOTE_ABSENT: _ClassVar[VoteFlag]
    VOTE_BLOCK: _ClassVar[VoteFlag]
    VOTE_NIL: _ClassVar[VoteFlag]
VOTE_FLAG_UNSPECIFIED: VoteFlag
VOTE_ABSENT: VoteFlag
VOTE_BLOCK: VoteFlag
VOTE_NIL: VoteFlag

class Moment(_message.Message):
    __slots__ = ("time_s", "nanos")
    TIME_S_FIELD_NUMBER: _ClassVar[int]
    NANOS_FIELD_NUMBER: _ClassVar[int]
    time_s: int
    nanos: int
    def __init__(self, time_s: _Optional[int] = ..., nanos: _Optional[int] = ...) -> None: ...

class BlockId(_message.Message):
    __slots__ = ("hash", "parts_total", "parts_hash")
    HASH_FIELD_NUMBER: _ClassVar[int]
    PARTS_TOTAL_FIELD_NUMBER: _ClassVar[int]
    PARTS_HASH_FIELD_NUMBER: _ClassVar[int]
    hash: bytes
    parts_total: int
    parts_hash: bytes
    def __init__(self, hash: _Optional[bytes] = ..., parts_total: _Optional[int] = ..., parts_hash: _Optional[bytes] = ...) -> None: ...

class BlockHeader(_message.Message):
    __slots__ = ("block_version", "app_version", "chain_id", "height", "time", "last_block_id", "last_commit_hash", "data_hash", "validators_hash", "next_validators_hash", "consensus_hash", "app_hash", "last_results_hash", "evidence_hash", "proposer_address")
    BLOCK_VERSION_FIELD_NUMBER: _ClassVar[int]
    APP_VERSION_FIELD_NUMBER: _ClassVar[int]
    CHAIN_ID_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    LAST_BLOCK_ID_FIELD_NUMBER: _ClassVar[int]
    LAST_COMMIT_HASH_FIELD_NUMBER: _ClassVar[int]
    DATA_HASH_FIELD_NUMBER: _ClassVar[int]
    VALIDATORS_HASH_FIELD_NUMBER: _ClassVar[int]
    NEXT_VALIDATORS_HASH_FIELD_NUMBER: _ClassVar[int]
    CONSENSUS_HASH_FIELD_NUMBER: _ClassVar[int]
    APP_HASH_FIELD_NUMBER: _ClassVar[int]
    LAST_RESULTS_HASH_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_HASH_FIELD_NUMBER: _ClassVar[int]
    PROPOSER_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    block_version: int
    app_version: int
    chain_id: str
    height: int
    time: Moment
    last_block_id: BlockId
    last_commit_hash: bytes
    data_hash: bytes
    validators_hash: bytes
    next_validators_hash: bytes
    consensus_hash: bytes
    app_hash: bytes
    last_results_hash: bytes
    evidence_hash: bytes
    proposer_address: bytes
    def __init__(self, block_version: _Optional[int] = ..., app_version: _Optional[int] = ..., chain_id: _Optional[str] = ..., height: _Optional[int] = ..., time: _Optional[_Union[Moment, _Mapping]] = ..., last_block_id: _Optional[_Union[BlockId, _Mapping]] = ..., last_commit_hash: _Optional[bytes] = ..., data_hash: _Optional[bytes] = ..., validators_hash: _Optional[bytes] = ..., next_validators_hash: _Optional[bytes] = ..., consensus_hash: _Optional[bytes] = ..., app_hash: _Optional[bytes] = ..., last_results_hash: _Optional[bytes] = ..., evidence_hash: _Optional[bytes] = ..., proposer_address: _Optional[bytes] = ...) -> None: ...

class VoteSignature(_message.Message):
    __slots__ = ("flag", "address", "time", "signature")
    FLAG_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    flag: VoteFlag
    address: bytes
    time: Moment
    signature: bytes
    def __init__(self, flag: _Optional[_Union[VoteFlag, str]] = ..., address: _Optional[bytes] = ..., time: _Optional[_Union[Moment, _Mapping]] = ..., signature: _Optional[bytes] = ...) -> None: ...

class BlockCommit(_message.Message):
    __slots__ = ("height", "round", "block_id", "signatures")
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    ROUND_FIELD_NUMBER: _ClassVar[int]
    BLOCK_ID_FIELD_NUMBER: _ClassVar[int]
    SIGNATURES_FIELD_NUMBER: _ClassVar[int]
    height: int
    round: int
    block_id: BlockId
    signatures: _containers.RepeatedCompositeFieldContainer[VoteSignature]
    def __init__(self, height: _Optional[int] = ..., round: _Optional[int] = ..., block_id: _Optional[_Union[BlockId, _Mapping]] = ..., signatures: _Optional[_Iterable[_Union[VoteSignature, _Mapping]]] = ...) -> None: ...

class SetMember(_message.Message):
    __slots__ = ("key", "power")
    KEY_FIELD_NUMBER: _ClassVar[int]
    POWER_FIELD_NUMBER: _ClassVar[int]
    key: bytes
    power: int
    def __init__(self, key: _Optional[bytes] = ..., power: _Optional[int] = ...) -> None: ...

class LightBlock(_message.Message):
    __slots__ = ("header", "commit", "validators")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    COMMIT_FIELD_NUMBER: _ClassVar[int]
    VALIDATORS_FIELD_NUMBER: _ClassVar[int]
    header: BlockHeader
    commit: BlockCommit
    validators: _containers.RepeatedCompositeFieldContainer[SetMember]
    def __init__(self, header: _Optional[_Union[BlockHeader, _Mapping]] = ..., commit: _Optional[_Union[BlockCommit, _Mapping]] = ..., validators: _Optional[_Iterable[_Union[SetMember, _Mapping]]] = ...) -> None: ...

class HashedResult(_message.Message):
    __slots__ = ("code", "data", "gas_wanted", "gas_used")
    CODE_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    GAS_WANTED_FIELD_NUMBER: _ClassVar[int]
    GAS_USED_FIELD_NUMBER: _ClassVar[int]
    code: int
    data: bytes
    gas_wanted: int
    gas_used: int
    def __init__(self, code: _Optional[int] = ..., data: _Optional[bytes] = ..., gas_wanted: _Optional[int] = ..., gas_used: _Optional[int] = ...) -> None: ...

class TransactionProof(_message.Message):
    __slots__ = ("header", "right", "tx_path", "result", "result_path", "events")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    RIGHT_FIELD_NUMBER: _ClassVar[int]
    TX_PATH_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    RESULT_PATH_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    header: BlockHeader
    right: _containers.RepeatedScalarFieldContainer[bool]
    tx_path: _containers.RepeatedScalarFieldContainer[bytes]
    result: HashedResult
    result_path: _containers.RepeatedScalarFieldContainer[bytes]
    events: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, header: _Optional[_Union[BlockHeader, _Mapping]] = ..., right: _Optional[_Iterable[bool]] = ..., tx_path: _Optional[_Iterable[bytes]] = ..., result: _Optional[_Union[HashedResult, _Mapping]] = ..., result_path: _Optional[_Iterable[bytes]] = ..., events: _Optional[_Iterable[bytes]] = ...) -> None: ...
