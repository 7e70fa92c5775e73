"""The whole state examined at rest: tree, index rows, invariants.

Must not know: the engine. Invariant: a state that the doctor passes is one that the rules could
have led to.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256

from abci_app.core import keys
from abci_app.core.codec import VERSION, decode, encode
from abci_app.state import invariants, schema
from abci_app.state.lots import FROZEN_KIND
from abci_app.store.kv import Reader
from abci_app.store.ledger import Ledger
from tonne.v1 import state_pb2 as s
from tonne.v1.tx_pb2 import ISSUANCE

Say = Callable[[str], None]
T = keys.Table


def examine(ledger: Ledger, say: Say) -> list[str]:
    """Return every fault found, in words; `say` hears of the progress."""
    faults: list[str] = []
    say("hashing the tree from its values")
    for progress in ledger.rehash():
        say(f"  {progress.done} of {progress.total} leaves")
    say("rebuilding the index rows")
    faults += index_faults(ledger)
    say("checking the invariants over the whole state")
    faults += state_faults(ledger)
    return faults


def index_faults(reader: Reader) -> Iterator[str]:
    """Yield the index rows that do not follow from the tree, and those that are missing."""
    expected: dict[bytes, bytes] = {}
    for table in schema.RECORD_TABLES:
        for key, raw in reader.scan(bytes((table.byte,)), bytes((table.byte + 1,))):
            record = decode(table.kind, raw)
            if table.key_of(record) != key or encode(record) != raw:
                yield f"{T(table.byte).name}: {key.hex()} does not hold the record of its key"
            if table.rows is not None:
                expected.update(table.rows(record))
    for key, raw in reader.scan(bytes((T.PROGRAM,)), bytes((T.PROGRAM + 1,))):
        body = reader.get(bytes((T.PROGRAM_BODY,)) + key[1:])
        if body is None or VERSION + sha256(body).digest() != raw:
            yield f"the body of program version {key.hex()} is not the one that the tree names"
        elif body is not None:
            expected[bytes((T.PROGRAM_BODY,)) + key[1:]] = body
    for key, value in reader.scan(bytes((T.PROGRAM_BODY,)), b"\xf0"):
        if expected.pop(key, None) != value:
            yield f"index row {key.hex()} does not follow from the tree"
    for key in expected:
        yield f"index row {key.hex()} is missing"


def state_faults(reader: Reader) -> list[str]:
    """Return the invariants that do not hold over the whole state."""
    checks = (_spaces, _holdings, _issuances, _retirements, _holds, _proposals)
    faults = []
    for check in checks:
        try:
            check(reader)
        except AssertionError as error:
            faults.append(str(error))
        except (KeyError, ValueError) as error:
            faults.append(f"{check.__name__}: {type(error).__name__} {error}")
    return faults


def _spaces(reader: Reader) -> None:
    """C-1, C-2: lots partition each space; each class has as many units as were created."""
    per_space: dict[str, list[invariants.Interval]] = {}
    per_class: dict[tuple[str, str], int] = {}
    for lot in schema.LOTS.all(reader):
        per_space.setdefault(lot.space, []).append((lot.start, lot.end))
        unit = (lot.program, lot.class_id)
        per_class[unit] = per_class.get(unit, 0) + lot.end - lot.start + 1
    for space in schema.SPACES.all(reader):
        spans = invariants.joined(per_space.pop(space.id, []))
        assert spans == [(1, space.next - 1)], f"C-1: {space.id} is not partitioned"
    assert not per_space, f"C-1: lots in unknown spaces {sorted(per_space)}"
    supplies = {(row.program, row.class_id): row.created_t for row in schema.SUPPLIES.all(reader)}
    assert supplies == per_class, "C-2: supplies and lots differ"


def _holdings(reader: Reader) -> None:
    """C-3: every holding is the sum of its lots, by status."""
    kinds: dict[int, int] = {hold.id: hold.kind for hold in schema.HOLDS.all(reader)}
    sums: dict[tuple[str, str, str], dict[int, int]] = {}
    for lot in schema.LOTS.all(reader):
        kind = FROZEN_KIND if lot.frozen else (kinds[lot.hold] if lot.hold else 0)
        amounts = sums.setdefault((lot.account, lot.program, lot.class_id), {})
        amounts[kind] = amounts.get(kind, 0) + lot.end - lot.start + 1
    for holding in schema.HOLDINGS.all(reader):
        owner = (holding.account, holding.program, holding.class_id)
        stored: dict[int, int] = {row.kind: row.held_t for row in holding.held}
        stored.update({0: holding.free_t, FROZEN_KIND: holding.frozen_t})
        found = {kind: amount for kind, amount in stored.items() if amount}
        assert found == sums.pop(owner, {}), f"C-3: the holding of {owner} is not its lots"
    assert not sums, "C-3: lots without a holding"


def _issuances(reader: Reader) -> None:
    """C-4, C-6, C-7 over every issuance; units exist only by issue."""
    issued: dict[tuple[str, str], int] = {}
    for record in schema.RECORDS.all(reader):
        if record.kind == ISSUANCE:
            invariants.check_issuance(record)
            issued[(record.program, record.id)] = record.issuance.issued_t
    for lot in schema.LOTS.all(reader):
        issued[(lot.program, lot.issuance)] -= lot.end - lot.start + 1
    assert not any(issued.values()), "C-4: issued units and lots differ"
    backing: dict[tuple[str, str], int] = {}
    for statement in schema.STATEMENTS.all(reader):
        assert statement.capped_t <= statement.numbers.net_t, f"C-4: {statement.id}"
        if statement.issuance:
            name = (statement.program, statement.issuance)
            backing[name] = backing.get(name, 0) + statement.capped_t
    for record in schema.RECORDS.all(reader):
        if record.kind == ISSUANCE:
            base = backing.get((record.program, record.id), 0)
            assert record.issuance.cap_t == base, f"C-4: the cap of {record.id} is not backed"


def _retirements(reader: Reader) -> None:
    """C-10: retirements add up to each sink's total and balance; no serial is in two of them."""
    totals: dict[str, int] = {}
    serials: dict[str, list[invariants.Interval]] = {}
    for row in schema.RETIREMENTS.all(reader):
        totals[row.sink] = totals.get(row.sink, 0) + row.quantity_t
        for item in row.ranges:
            serials.setdefault(item.space, []).append((item.start, item.end))
    for spans in serials.values():
        invariants.joined(spans)
    stored = {row.account: row.retired_t for row in schema.SINK_TOTALS.all(reader)}
    assert stored == totals, "C-10: sink totals and retirements differ"
    balances: dict[str, int] = {}
    for holding in schema.HOLDINGS.all(reader):
        if holding.account in totals:
            balances[holding.account] = balances.get(holding.account, 0) + holding.free_t
    assert balances == totals, "C-10: a sink's balance and its retirements differ"


def _holds(reader: Reader) -> None:
    """C-8: an active hold holds exactly the lots that name it; an ended one holds nothing."""
    held: dict[int, int] = {}
    for lot in schema.LOTS.all(reader):
        if lot.hold:
            held[lot.hold] = held.get(lot.hold, 0) + lot.end - lot.start + 1
    for hold in schema.HOLDS.all(reader):
        active = hold.status == s.HOLD_ACTIVE
        amount = hold.quantity_t if active else 0
        assert held.pop(hold.id, 0) == amount, f"C-8: hold {hold.id} does not hold what it says"
    assert not held, "C-8: lots under unknown holds"


def _proposals(reader: Reader) -> None:
    """C-26: a proposal that has ended holds nothing; those that wait are counted."""
    waiting: dict[str, int] = {}
    for proposal in schema.PROPOSALS.all(reader):
        if proposal.state == s.PROPOSAL_PENDING:
            name = proposal.signers[0].organisation
            waiting[name] = waiting.get(name, 0) + 1
        if proposal.state != s.PROPOSAL_PENDING:
            for hold_id in proposal.holds:
                hold = schema.HOLDS.get(reader, hold_id)
                assert hold is not None, f"C-26: hold {hold_id} is gone"
                assert hold.status != s.HOLD_ACTIVE, f"C-26: proposal {proposal.id} left a hold"
    for organisation in schema.ORGANISATIONS.all(reader):
        counted = waiting.get(organisation.id, 0)
        assert organisation.pending == counted, (
            f"C-26: {organisation.id} counts its proposals wrong"
        )
