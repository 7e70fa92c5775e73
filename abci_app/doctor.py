"""The whole state examined at rest: tree, index rows, invariants.

Must not know: the engine, clocks. Invariants: a state that the doctor passes is one that the rules
could have led to; nothing is changed; what one part finds does not keep the others from looking.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import islice

from google.protobuf.message import DecodeError

from abci_app.core import keys
from abci_app.core.codec import VERSION, decode, encode
from abci_app.core.limits import LANES
from abci_app.state import (
    invariants,
    invariants_duties,
    invariants_knowledge,
    invariants_market,
    numbers,
    schema,
    spans,
)
from abci_app.state.lots import FROZEN_KIND
from abci_app.state.policies import CANCELLED_KINDS, RECORDED_KINDS
from abci_app.store.kv import Reader, StorageError
from abci_app.store.ledger import Ledger
from tonne.v1 import state_pb2 as s
from tonne.v1.tx_pb2 import EXPORT, ISSUANCE

Watch = Callable[[str, int, int], None]
"""Hears of a stage, how many rows of it are done, and of how many (0: nobody knows)."""

T = keys.Table
FAULTS_MAX = 1_000  # of one part: more would say no more
_TELL_EVERY = 1_000  # rows
_END = b"\xff"  # from here on the ledger keeps rows of its own
_NUMBERED = (
    schema.PROPOSALS,
    schema.HOLDS,
    schema.RETIREMENTS,
    schema.CANCELLATIONS,
    schema.IMPORTS,
    schema.ORDERS,
)


def unwatched(stage: str, done: int, total: int) -> None:
    """Hear of the progress of an examination that nobody waits for."""


def examine(ledger: Ledger, watch: Watch = unwatched) -> list[str]:
    """Return the faults found, in words, at most 1,000 of each part."""
    faults = []
    for look in (tree_faults, index_faults, state_faults):
        try:
            faults += look(ledger, watch)
        except StorageError as error:
            faults.append(str(error))
    return faults


def tree_faults(ledger: Ledger, watch: Watch = unwatched) -> list[str]:
    """Return nothing when the values hash to the committed root; StorageError says where not."""
    stage = "hashing the tree from its values"
    watch(stage, 0, ledger.leaves)
    for progress in ledger.rehash():
        watch(stage, progress.done, progress.total)
    return []


class _Counted:
    """A reader that tells how many rows were scanned."""

    def __init__(self, reader: Reader, watch: Watch, stage: str, total: int = 0) -> None:
        self._reader = reader
        self._watch = watch
        self._stage = stage
        self._total = total
        self.rows: dict[int, int] = {}  # by table
        self._done = 0
        watch(stage, 0, total)

    def get(self, key: bytes) -> bytes | None:
        return self._reader.get(key)

    def scan(
        self, start: bytes, stop: bytes, *, reverse: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        rows = self.rows
        for row in self._reader.scan(start, stop, reverse=reverse):
            rows[row[0][0]] = rows.get(row[0][0], 0) + 1
            self._done += 1
            if self._done % _TELL_EVERY == 0:
                self._watch(self._stage, self._done, max(self._total, self._done))
            yield row


# ---- index rows ----


def index_faults(reader: Reader, watch: Watch = unwatched) -> list[str]:
    """Return the records that are not what their key says, and the index rows that do not follow.

    Every index row is built again from the tree and asked for; that there are no others is seen by
    counting. So the memory that it takes does not grow with the state.
    """
    total = reader.leaves if isinstance(reader, Ledger) else 0
    counted = _Counted(reader, watch, "rebuilding the index rows", total)
    return list(islice(_index_faults(counted, reader, watch), FAULTS_MAX))


def _index_faults(counted: _Counted, reader: Reader, watch: Watch) -> Iterator[str]:
    expected = 0
    for fault, key, value in _derived(counted):
        if fault:
            yield fault
            continue
        expected += 1
        found = reader.get(key)
        if found is None:
            yield f"index row {key.hex()} is missing"
            expected -= 1
        elif found != value:
            yield f"index row {key.hex()} does not follow from the tree"
    known = [*(table.byte for table in schema.RECORD_TABLES), *schema.UNTYPED_TABLES]
    others = [byte for byte in range(T.PROGRAM_BODY) if byte not in known]
    for byte in others:
        for key, _ in reader.scan(bytes((byte,)), bytes((byte + 1,))):
            yield f"key {key.hex()} is of no table"
    rows = _Counted(reader, watch, "counting the index rows", expected)
    count = sum(1 for _ in rows.scan(bytes((T.PROGRAM_BODY,)), _END))
    if count != expected:
        yield from _strays(reader, watch)


def _derived(reader: Reader) -> Iterator[tuple[str, bytes, bytes]]:
    """Yield ("", key, value) of each row that follows from the tree, or a fault of a record."""
    for table in schema.RECORD_TABLES:
        name = T(table.byte).name
        for key, raw in reader.scan(bytes((table.byte,)), bytes((table.byte + 1,))):
            try:
                record = decode(table.kind, raw)
                whole = table.key_of(record) == key and encode(record) == raw
            except (ValueError, DecodeError):
                whole = False
            if not whole:
                yield f"{name}: {key.hex()} does not hold the record of its key", b"", b""
            elif table.rows is not None:
                for row, value in table.rows(record):
                    yield "", row, value
    for key, raw in reader.scan(bytes((T.PROGRAM,)), bytes((T.PROGRAM + 1,))):
        row = bytes((T.PROGRAM_BODY,)) + key[1:]
        body = reader.get(row)
        if body is None or VERSION + sha256(body).digest() != raw:
            fault = f"the body of program version {key.hex()} is not the one that the tree names"
            yield fault, b"", b""
        if body is not None:
            yield "", row, body


def _strays(reader: Reader, watch: Watch) -> Iterator[str]:
    """Yield the index rows that nothing in the tree leads to; this takes memory for all of them."""
    stage = "looking for index rows that nothing leads to"
    expected = {
        key: True for fault, key, _ in _derived(_Counted(reader, watch, stage)) if not fault
    }
    for key, _ in reader.scan(bytes((T.PROGRAM_BODY,)), _END):
        if key not in expected:
            yield f"index row {key.hex()} does not follow from the tree"


# ---- invariants ----


def state_faults(reader: Reader, watch: Watch = unwatched) -> list[str]:
    """Return the invariants that do not hold over the whole state."""
    stage = "checking the invariants over the whole state"
    total = reader.leaves if isinstance(reader, Ledger) else 0
    counted = _Counted(reader, watch, stage, total * _PASSES)
    faults: list[str] = []
    for check in _CHECKS:
        try:
            faults += islice(check(counted), FAULTS_MAX)
        except (AssertionError, KeyError, ValueError, DecodeError) as error:
            faults.append(f"{check.__name__.strip('_')}: {type(error).__name__} {error}")
    return faults


def _spaces(reader: Reader) -> Iterator[str]:
    """C-1, C-2: lots partition each space; a class has the units created, and converted into it."""
    per_class: dict[tuple[str, str], int] = {}
    following: dict[str, int] = {}  # the first serial after the lots of a space
    for lot in schema.LOTS.all(reader):  # ordered by space and start
        free = following.get(lot.space, 1)
        if lot.start > free:
            yield f"C-1: serials {free} to {lot.start - 1} of {lot.space} are in no lot"
        elif lot.start < free or lot.end < lot.start:
            yield f"C-1: a serial is in two lots: {lot.space} from {lot.start}"
        following[lot.space] = max(free, lot.end + 1)
        unit = (lot.program, lot.class_id)
        per_class[unit] = per_class.get(unit, 0) + lot.end - lot.start + 1
    for space in schema.SPACES.all(reader):
        if following.pop(space.id, 1) != space.next:
            yield f"C-1: {space.id} is not partitioned: its next serial is {space.next}"
    for name in sorted(following):
        yield f"C-1: lots in the unknown space {name}"
    supplies = {
        (row.program, row.class_id): row.created_t + row.converted_in_t - row.converted_out_t
        for row in schema.SUPPLIES.all(reader)
    }
    for unit in sorted({**supplies, **per_class}):
        created, found = supplies.get(unit, 0), per_class.get(unit, 0)
        if created != found:
            yield f"C-2: the supply of {unit} is {created}, its lots add up to {found}"


def _holdings(reader: Reader) -> Iterator[str]:
    """C-3: every holding is the sum of its lots, by status, and of an account that exists."""
    kinds: dict[int, int] = {hold.id: hold.kind for hold in schema.HOLDS.all(reader)}
    sums: dict[tuple[str, str, str], dict[int, int]] = {}
    for lot in schema.LOTS.all(reader):
        kind = FROZEN_KIND if lot.frozen else kinds.get(lot.hold, 0)
        amounts = sums.setdefault((lot.account, lot.program, lot.class_id), {})
        amounts[kind] = amounts.get(kind, 0) + lot.end - lot.start + 1
    for holding in schema.HOLDINGS.all(reader):
        owner = (holding.account, holding.program, holding.class_id)
        stored: dict[int, int] = {row.kind: row.held_t for row in holding.held}
        stored.update({0: holding.free_t, FROZEN_KIND: holding.frozen_t})
        found = {kind: amount for kind, amount in stored.items() if amount}
        if found != sums.pop(owner, {}):
            yield f"C-3: the holding of {owner} is not its lots"
        if not schema.ACCOUNTS.has(reader, holding.account):
            yield f"C-3: {owner} is of an account that does not exist"
    for owner in sorted(sums):
        yield f"C-3: lots of {owner} without a holding"


def _issuances(reader: Reader) -> Iterator[str]:
    """C-4, C-6, C-7 over every issuance; C-31: units exist by issue, by a cap or over a link."""
    issued: dict[tuple[str, str, bool], int] = {}
    caps: dict[tuple[str, str], int] = {}
    for record in schema.RECORDS.all(reader):
        if record.kind == ISSUANCE:
            issued[(record.program, record.id, False)] = record.issuance.issued_t
            caps[(record.program, record.id)] = record.issuance.cap_t
            try:
                invariants.check_issuance(record)
            except AssertionError as error:
                yield str(error)
    for cap in schema.CAP_RECORDS.all(reader):
        name = (cap.program, "", False)
        issued[name] = issued.get(name, 0) + cap.issued_t
    for total in schema.LINK_TOTALS.all(reader):
        name = (total.program, "", True)
        issued[name] = issued.get(name, 0) + total.imported_t
    for lot in schema.LOTS.all(reader):
        name = (lot.program, lot.issuance, bool(lot.imported))
        issued[name] = issued.get(name, 0) - (lot.end - lot.start + 1)
    for name, rest in sorted(issued.items()):
        if rest:
            yield f"C-4: issued units and lots of {name} differ by {rest}"
    yield from _backing(reader, caps)


def _backing(reader: Reader, caps: dict[tuple[str, str], int]) -> Iterator[str]:
    """C-4: the caps of issuances are what their statements back."""
    backing: dict[tuple[str, str], int] = {}
    for statement in schema.STATEMENTS.all(reader):
        if statement.capped_t > statement.numbers.net_t:
            yield f"C-4: statement {statement.id} backs more than it says"
        if statement.issuance:
            name = (statement.program, statement.issuance)
            backing[name] = backing.get(name, 0) + statement.capped_t
    for name in sorted({**caps, **backing}):
        if caps.get(name, 0) != backing.get(name, 0):
            yield f"C-4: the cap of {name} is not backed"


def _retirements(reader: Reader) -> Iterator[str]:
    """C-9, C-10: records of a sink are its total and balance; no serial is in two of them."""
    totals: dict[str, int] = {}
    serials: dict[str, list[tuple[int, int, str]]] = {}
    for row in schema.RETIREMENTS.all(reader):
        name, who = f"retirement {row.id}", row.beneficiary
        if not row.purpose or not (who.name or who.id or who.person_hash):
            yield f"C-10: {name} lacks purpose or beneficiary"
        back = sum(item.end - item.start + 1 for item in row.returned)
        if back != row.returned_t:
            yield f"C-10: what {name} gave back is not its quantity"
        yield from _taken_in(totals, row, name)
        totals[row.sink] -= back
        for left in spans.without(spans.spans(row.ranges), spans.spans(row.returned)):
            serials.setdefault(left.space, []).append((left.start, left.end, name))
    for gone in schema.CANCELLATIONS.all(reader):
        name = f"cancellation {gone.id}"
        yield from _taken_in(totals, gone, name)
        for item in gone.ranges:
            serials.setdefault(item.space, []).append((item.start, item.end, name))
    for space, rows in sorted(serials.items()):
        free = 1
        for start, end, name in sorted(rows):
            if start < free:
                yield f"C-10: {space} from {start} is used twice, in {name} too"
            free = max(free, end + 1)
    yield from _sinks(reader, totals)


def _taken_in(
    totals: dict[str, int], row: s.Retirement | s.Cancellation, name: str
) -> Iterator[str]:
    """Count a record for its sink."""
    totals[row.sink] = totals.get(row.sink, 0) + row.quantity_t
    if sum(item.end - item.start + 1 for item in row.ranges) != row.quantity_t:
        yield f"C-10: the serials of {name} are not its quantity"


def _sinks(reader: Reader, totals: dict[str, int]) -> Iterator[str]:
    """C-10: each sink's total and balance are `totals`. C-20: a link's sink is what went out."""
    stored = {row.account: row.retired_t for row in schema.SINK_TOTALS.all(reader)}
    balances: dict[str, int] = {}
    links: dict[tuple[str, str], int] = {}
    for holding in schema.HOLDINGS.all(reader):
        account = schema.ACCOUNTS.get(reader, holding.account)
        if account is None:
            continue
        if account.kind in (*RECORDED_KINDS, *CANCELLED_KINDS):
            balances[account.id] = balances.get(account.id, 0) + holding.free_t
        elif account.kind == EXPORT:
            name = (account.program, account.link)
            links[name] = links.get(name, 0) + holding.free_t
    for sink in sorted({**totals, **stored, **balances}):
        total = totals.get(sink, 0)
        if stored.get(sink, 0) != total:
            yield f"C-10: the total of {sink} is not that of its records, {total}"
        if balances.get(sink, 0) != total:
            yield f"C-10: the balance of {sink} is not that of its records, {total}"
    for row in schema.LINK_TOTALS.all(reader):
        name = (row.program, row.link)
        if links.pop(name, 0) != row.exported_t - row.returned_t:
            yield f"C-20: {row.link} of {row.program} does not count what went over it"
    for name in sorted(links):
        yield f"C-20: units went over {name}, which does not count them"


def _holds(reader: Reader) -> Iterator[str]:
    """C-8: an active hold holds exactly the lots that name it; an ended one holds nothing."""
    held: dict[int, int] = {}
    for lot in schema.LOTS.all(reader):
        if lot.hold:
            held[lot.hold] = held.get(lot.hold, 0) + lot.end - lot.start + 1
    for hold in schema.HOLDS.all(reader):
        if hold.kind == s.FREEZE:
            continue  # its lots carry a flag, not its number
        amount = hold.quantity_t if hold.status == s.HOLD_ACTIVE else 0
        if held.pop(hold.id, 0) != amount:
            yield f"C-8: hold {hold.id} does not hold what it says"
    for number in sorted(held):
        yield f"C-8: lots under the unknown hold {number}"


def _proposals(reader: Reader) -> Iterator[str]:
    """C-26: a proposal that ended holds nothing, an executed one has its quorum; others count."""
    waiting: dict[str, int] = {}
    for proposal in schema.PROPOSALS.all(reader):
        name = f"C-26: proposal {proposal.id}"
        if proposal.state in (s.PROPOSAL_DELAYED, s.PROPOSAL_EXECUTED):
            fault = invariants.consent_fault(proposal)
            if fault:
                yield f"{name} {fault}"
        if proposal.state in (s.PROPOSAL_PENDING, s.PROPOSAL_DELAYED):
            first = proposal.signers[0].organisation
            waiting[first] = waiting.get(first, 0) + 1
            continue
        for hold_id in proposal.holds:
            hold = schema.HOLDS.get(reader, hold_id)
            if hold is None or hold.status == s.HOLD_ACTIVE:
                yield f"{name} has ended, its hold {hold_id} has not"
    for organisation in schema.ORGANISATIONS.all(reader):
        if organisation.pending != waiting.pop(organisation.id, 0):
            yield f"C-26: {organisation.id} counts its proposals wrong"
    for missing in sorted(waiting):
        yield f"C-26: proposals of {missing}, which does not exist"


def _lanes(reader: Reader) -> Iterator[str]:
    """C-27: used sequences lie within the window of each lane, of an account that exists."""
    for key, raw in reader.scan(bytes((T.LANES,)), bytes((T.LANES + 1,))):
        account, lanes = key[2:].decode(), decode(s.Lanes, raw)
        names = [lane.lane for lane in lanes.lanes]
        if encode(lanes) != raw or keys.lanes(account) != key:
            yield f"C-27: {key.hex()} does not hold the lanes of its key"
        if names != sorted(dict.fromkeys(names)) or any(name >= LANES for name in names):
            yield f"C-27: the lanes of {account} are {names}"
        for lane in lanes.lanes:  # bit i is sequence highest - 1 - i, and the first one is 1
            if not lane.highest or lane.bitmap >> (lane.highest - 1):
                yield f"C-27: lane {lane.lane} of {account} has used a sequence below 1"
        if not schema.ACCOUNTS.has(reader, account):
            yield f"C-27: lanes of {account}, which does not exist"


def _numbers(reader: Reader) -> Iterator[str]:
    """Numbers that the chain gives are dense: from 1 to the last one given, none left out."""
    for table in _NUMBERED:
        name, last = T(table.byte).name, numbers.last(reader, T(table.byte))
        found = [record.id for record in table.all(reader)]
        if found != list(range(1, last + 1)):
            yield f"{name}: {len(found)} records are not those of the numbers 1 to {last}"


_CHECKS = (
    _spaces,
    _holdings,
    _issuances,
    _retirements,
    _holds,
    invariants_duties.faults,
    _proposals,
    invariants_market.faults,
    invariants_knowledge.faults,
    _lanes,
    _numbers,
)
_PASSES = 5  # over the lots, of which nearly all records are
