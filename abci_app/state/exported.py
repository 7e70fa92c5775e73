"""A state that leaves its chain: one file with every record, from which a new chain can begin.

Must not know: files or the engine. Invariants: equal states give equal bytes, on whatever node; a
record of a table of the tree is written or its table is in LEFT_OUT, with the reason; what was read
is what was written, to the byte, or it is refused.

The file is MAGIC, a Genesis without chain id, time and validators, and the SHA-256 of all before.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from abci_app.core import ids, keys
from abci_app.core.codec import decode, encode, parse_canonical
from abci_app.core.codes import Refusal
from abci_app.state import chain, genesis, schema
from abci_app.store.kv import Reader
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

T = keys.Table

MAGIC = b"tonne export 1\n\0"
LEFT_OUT: dict[keys.Table, str] = {
    T.CHAIN: "the new chain has an id, a genesis hash and rules of its own; parameters go along",
    T.LANES: "replay windows and quotas: a signature for the old chain is void on the new one",
    T.VALIDATORS: "the founders of the new chain validate it",
}
# Of the records that go along, what names the old chain's machines: the new founders bring theirs.
CLEARED_OF_SEATS = ("validator_key", "node_ids")

_HASH_BYTES = 32
_TELL_EVERY = 1_000  # rows
_ENTRY_TAG = b"\x2a"  # field 5 of Genesis, with a length
_MADE_AGAIN = "make it again with `tonne export`, or ask for the file again"

Watch = Callable[[str, int, int], None]


class ExportFault(ValueError):  # noqa: N818 - says what is wrong, as TomlFault does
    """A state that cannot leave, or a file that holds none; the text says what to do next."""


@dataclass(frozen=True)
class Exported:
    """An exported state: its message, without chain id, time and validators, and its hash."""

    message: s.Genesis
    hash: bytes


@dataclass(frozen=True)
class Founder:
    """Who validates on the new chain: a CONSORTIUM seat by its account, or none, and its node."""

    validator: s.Validator
    account: str = ""
    node_id: str = ""


def exported_tables() -> list[keys.Table]:
    """Return the tables whose records go along, in the order of their keys."""
    typed = [T(table.byte) for table in schema.RECORD_TABLES]
    known = [*typed, *schema.UNTYPED_TABLES, *schema.BODY_TABLES]
    return sorted(table for table in known if table not in LEFT_OUT)


def pieces(
    reader: Reader, origin: s.Origin, watch: Watch, total: int = 0
) -> Iterator[bytes]:  # one record at a time: memory does not grow with the state
    """Yield the bytes of an export file, whose last piece is its hash.

    ExportFault for a row of no table, and for the state of a newer release.
    """
    record = schema.CHAIN.get(reader)
    if record is None:
        raise ExportFault("this state is empty: its chain has made no block yet")
    if record.rules_version > chain.RULES_VERSION:
        raise ExportFault(
            f"the state follows the rules of version {record.rules_version}, and a chain that this "
            f"release begins those of {chain.RULES_VERSION}: use the release that the node ran"
        )
    digest = sha256()
    for piece in _bare_pieces(reader, s.Genesis(params=record.params), origin, watch, total):
        digest.update(piece)
        yield piece
    yield digest.digest()


def _bare_pieces(
    reader: Reader, head: s.Genesis, origin: s.Origin, watch: Watch, total: int
) -> Iterator[bytes]:
    yield MAGIC
    yield head.SerializeToString(deterministic=True)
    stage, done = "writing the records", 0
    watch(stage, 0, total)
    tables = exported_tables()
    for byte in (*range(1, T.PROGRAM_BODY), *schema.BODY_TABLES):
        if byte in LEFT_OUT:
            continue
        for key, value in reader.scan(bytes((byte,)), bytes((byte + 1,))):
            if byte not in tables:
                raise ExportFault(f"key {key.hex()} is of no table: `tonne doctor` tells more")
            if _stays(key, value):
                continue
            entry = s.Entry(key=key, value=_cleared(value) if byte == T.ACCREDITATION else value)
            raw = entry.SerializeToString(deterministic=True)
            yield _ENTRY_TAG + _varint(len(raw)) + raw
            done += 1
            if done % _TELL_EVERY == 0:
                watch(stage, done, max(total, done))
    yield s.Genesis(origin=origin).SerializeToString(deterministic=True)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _stays(key: bytes, value: bytes) -> bool:
    """Tell whether a record is of the old chain's validators alone: a change of them to come."""
    return key[0] == T.SCHEDULED and decode(s.Scheduled, value).HasField("validators")


def _cleared(raw: bytes) -> bytes:
    """Return a seat without what names a machine of its chain."""
    seat = decode(s.Accreditation, raw)
    for name in CLEARED_OF_SEATS:
        seat.ClearField(name)
    return encode(seat)


def read(raw: bytes) -> Exported:
    """Return the state of an export file's bytes; ExportFault when it is damaged or is none."""
    if not raw.startswith(MAGIC):
        raise ExportFault("it is no exported state of this version; `tonne export` makes one")
    body, digest = raw[:-_HASH_BYTES], raw[-_HASH_BYTES:]
    if len(body) < len(MAGIC) or sha256(body).digest() != digest:
        raise ExportFault(f"it is cut off or damaged, its hash does not fit: {_MADE_AGAIN}")
    try:
        message = parse_canonical(s.Genesis, body[len(MAGIC) :])
    except Refusal as refusal:
        raise ExportFault(f"{refusal.detail}: {_MADE_AGAIN}") from None
    _check(message)
    return Exported(message, digest)


def _check(message: s.Genesis) -> None:
    if message.chain_id or message.time_s or message.validators or not message.origin.chain_id:
        raise ExportFault(f"it names a new chain, or does not name the old one: {_MADE_AGAIN}")
    tables = exported_tables()
    before = b""
    for entry in message.entries:
        if not entry.key or entry.key[0] not in tables:
            raise ExportFault(f"entry {entry.key.hex()} is of no table that leaves its chain")
        if entry.key <= before:
            raise ExportFault(f"entry {entry.key.hex()} stands twice or out of order")
        before = entry.key
        if _stays(entry.key, entry.value):
            raise ExportFault(f"entry {entry.key.hex()} changes the validators of the old chain")
        if entry.key[0] == T.ACCREDITATION and _cleared(entry.value) != entry.value:
            raise ExportFault(f"entry {entry.key.hex()} names a validator of the old chain")


def consortium(state: Exported) -> list[s.Accreditation]:
    """Return the granted CONSORTIUM seats, in the order of their keys."""
    prefix = bytes((T.ACCREDITATION,)) + keys.text(ids.CHAIN_PROGRAM)
    seats = [
        decode(s.Accreditation, entry.value)
        for entry in state.message.entries
        if entry.key.startswith(prefix)
    ]
    return [seat for seat in seats if seat.role == t.CONSORTIUM and seat.status == s.GRANTED]


def account_of(state: Exported, account: str) -> s.Account:
    """Return an account of an exported state; ExportFault when there is none."""
    key = keys.account(account)
    for entry in state.message.entries:
        if entry.key == key:
            return decode(s.Account, entry.value)
    raise ExportFault(f"the exported state has no account {account}")


def begin(state: Exported, *, chain_id: str, time_s: int, founders: Sequence[Founder]) -> bytes:
    """Return the Genesis of a new chain with an exported state and founders of its own.

    ExportFault for a chain id or a time that cannot be, and for a founder without a granted seat.
    """
    message = s.Genesis()
    message.CopyFrom(state.message)
    message.chain_id, message.time_s = chain_id, time_s
    message.validators.extend(founder.validator for founder in founders)
    try:
        genesis.check_origin(message)
    except ValueError as fault:
        raise ExportFault(str(fault)) from None
    seats = {seat.account: seat for seat in consortium(state)}
    changed = {}
    for founder in founders:
        if not founder.account:
            continue
        seat = seats.pop(founder.account, None)
        if seat is None:
            raise ExportFault(
                f"{founder.account} has no granted CONSORTIUM seat of its own in the exported "
                f"state, so {founder.validator.name} cannot validate for it"
            )
        seat.validator_key = founder.validator.key
        seat.node_ids[:] = [founder.node_id] if founder.node_id else []
        changed[schema.ACCREDITATIONS.key_of(seat)] = encode(seat)
    for entry in message.entries:
        if entry.key in changed:
            entry.value = changed[entry.key]
    return message.SerializeToString(deterministic=True)


def restored(raw: bytes) -> Exported | None:
    """Return the exported state that a Genesis began with, made anew; None when it had none."""
    message = s.Genesis.FromString(raw)
    if not message.HasField("origin"):
        return None
    for name in ("chain_id", "time_s", "validators"):
        message.ClearField(name)
    for entry in message.entries:
        if entry.key[:1] == bytes((T.ACCREDITATION,)):
            entry.value = _cleared(entry.value)
    body = MAGIC + message.SerializeToString(deterministic=True)
    return Exported(message, sha256(body).digest())
