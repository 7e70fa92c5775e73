"""A state leaves its chain whole, and a new chain goes on from it."""

from hashlib import sha256

import pytest

from abci_app.core import calendar, keys
from abci_app.core.codec import decode, encode
from abci_app.core.codes import Code
from abci_app.core.keys import Table
from abci_app.state import chain as own
from abci_app.state import exported, genesis, schema
from abci_app.state.exported import LEFT_OUT, MAGIC, Exported, ExportFault, Founder
from abci_app.store.kv import MemoryReader, Overlay
from abci_app.store.ledger import Ledger
from tests import acts, harness, story
from tests.harness import VALIDATOR, Chain
from tests.names import account_id
from tonne.v1 import policy_pb2
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

NEW = "tonne-next"
SEAT = account_id("consortium-1")


def silent(stage: str, done: int, total: int) -> None:
    """Hear of the progress."""


def export(chain: Chain, ledger: Ledger | None = None) -> bytes:
    """Return the export file of a chain."""
    ledger = ledger or chain.app.ledger
    origin = s.Origin(
        chain_id=chain.chain_id, height=ledger.height, time_s=chain.now, app_hash=ledger.root
    )
    return b"".join(exported.pieces(ledger, origin, silent))


def committed(chain: Chain, overlay: Overlay) -> Ledger:
    """Return a ledger of a chain's state with what was written past the rules."""
    ledger = Ledger.memory()
    rows = dict(overlay.scan(b"", b"\xff"))
    ledger.commit(ledger.prepare(rows), chain.height + 1, chain.app.ledger.record)
    return ledger


def begin(state: Exported, chain_id: str = NEW, later_s: int = 0, account: str = SEAT) -> bytes:
    """Return the genesis of a new chain that goes on from a state, `later_s` after it."""
    time_s = state.message.origin.time_s + later_s
    founders = [Founder(VALIDATOR, account, "ab" * 20)]
    return exported.begin(state, chain_id=chain_id, time_s=time_s, founders=founders)


def next_of(chain: Chain, later_s: int = 0) -> Chain:
    """Return a new chain that goes on from the state of another one."""
    return Chain(first_state=begin(exported.read(export(chain)), later_s=later_s))


def bare(key: bytes, value: bytes) -> bytes:
    """Return a value without what names a machine of its chain."""
    if key[0] != Table.ACCREDITATION:
        return value
    seat = decode(s.Accreditation, value)
    seat.ClearField("validator_key")
    seat.ClearField("node_ids")
    return encode(seat)


def kept(rows: dict[bytes, bytes]) -> dict[bytes, bytes]:
    """Return the rows that a new chain must have too, index rows included."""
    return {key: bare(key, value) for key, value in rows.items() if key[0] not in LEFT_OUT}


def loaded(raw: bytes) -> dict[bytes, bytes]:
    """Return all rows of a genesis, before its first block."""
    overlay = Overlay(MemoryReader())
    genesis.load(overlay, raw)
    return {key: value for key, value in overlay.writes.items() if value is not None}


def sealed(message: s.Genesis) -> bytes:
    """Return an export file of a message, with the hash that fits."""
    body = MAGIC + message.SerializeToString(deterministic=True)
    return body + sha256(body).digest()


@pytest.fixture(scope="module")
def file() -> bytes:
    return export(busy())


def busy() -> Chain:
    """A chain with a reserve, a retirement, and an issue that waits for its approval."""
    chain = Chain.with_issuance(cap=100_000)
    chain.ok("auditor", acts.issue(60_000), also=("operator",))
    chain.ok("issuer", acts.move(25_000, "issuer", "user"))
    chain.ok("user", acts.retire(1000, "user"))
    chain.pending("auditor", acts.issue(40_000))
    return chain


# ---- what goes along ----


def test_every_table_of_the_tree_goes_along_or_is_left_out_with_a_reason() -> None:
    tree = [table for table in Table if table < Table.PROGRAM_BODY]
    going = [table for table in exported.exported_tables() if table < Table.PROGRAM_BODY]
    assert sorted([*going, *LEFT_OUT]) == tree, "a table of the tree is not accounted for"
    assert all(LEFT_OUT.values())


@pytest.mark.parametrize("number", range(1, 9))
def test_every_record_of_a_random_life_and_every_index_row_is_the_same(number: int) -> None:
    chain = story.live(number, 25)
    raw = begin(exported.read(export(chain)))
    found = loaded(raw)
    wanted = kept(dict(chain.app.ledger.scan(b"", b"\xff")))
    assert kept(found) == wanted
    assert {Table.LOT, Table.HOLDING, Table.LOT_BY_OWNER} <= {key[0] for key in wanted}
    following = Chain(first_state=raw)  # conftest lets the doctor examine it
    following.block()
    for name in ("issuer", "user", "auditor", "RETIRE"):
        if not following.duties:
            assert following.balance(name) == chain.balance(name)


def test_the_file_is_the_same_on_every_node(tmp_path_factory: pytest.TempPathFactory) -> None:
    chain = busy()
    disk = Ledger.open(str(tmp_path_factory.mktemp("state")))
    rows = dict(chain.app.ledger.scan(b"", b"\xff"))
    disk.commit(disk.prepare(rows), chain.height, chain.app.ledger.record)
    assert export(chain) == export(chain, chain.replica.ledger) == export(chain, disk)
    disk.close()


def test_the_exported_state_can_be_made_again_from_the_genesis(file: bytes) -> None:
    state = exported.read(file)
    assert exported.restored(begin(state)) == state
    assert exported.restored(harness.make_genesis()) is None
    second = Chain(first_state=begin(state))
    second.block()
    third = begin(exported.read(export(second)), chain_id="tonne-third")
    origin = s.Genesis.FromString(third).origin
    assert origin.chain_id == NEW


def test_a_founder_takes_the_seat_and_a_seat_without_one_has_no_validator(file: bytes) -> None:
    for account, seat in ((SEAT, (VALIDATOR.key, ["ab" * 20])), ("", (b"", []))):
        chain = Chain(first_state=begin(exported.read(file), account=account))
        chain.block()
        found = schema.ACCREDITATIONS.get(chain.app.ledger, "chain", t.CONSORTIUM, "", SEAT)
        assert found is not None
        assert (found.validator_key, list(found.node_ids)) == seat


def test_a_parked_duty_stays_visible() -> None:
    chain = busy()
    hold = chain.hold(1)
    overlay = Overlay(chain.app.ledger)
    hold.parked = True
    schema.HOLDS.put(overlay, hold)
    stuck = s.Stuck(due_s=1, kind=schema.DUTY_HOLD, subject=keys.u64(1), height=3)
    schema.STUCK.put(overlay, stuck)
    raw = export(chain, committed(chain, overlay))
    following = Chain(first_state=begin(exported.read(raw)))
    following.block()
    assert list(schema.STUCK.all(following.app.ledger)) == [stuck]
    assert following.hold(1).parked


def test_a_change_to_come_goes_along_unless_it_is_of_the_old_validators() -> None:
    chain = busy()
    overlay = Overlay(chain.app.ledger)
    soon = chain.now + 86_400
    change = s.Scheduled(object=2, effective_from_s=soon, params=own.DEFAULT_PARAMS)
    validators = s.Scheduled(object=3, effective_from_s=soon)
    validators.validators.SetInParent()
    for row in (change, validators):
        schema.SCHEDULED.put(overlay, row)
    schema.VALIDATORS.put(overlay, policy_pb2.ValidatorSet())
    state = exported.read(export(chain, committed(chain, overlay)))
    found = Overlay(MemoryReader())
    genesis.load(found, begin(state))
    assert list(schema.SCHEDULED.all(found)) == [change]
    state.message.entries.add(key=keys.scheduled(3), value=encode(validators))
    state.message.entries.sort(key=lambda row: row.key)
    with pytest.raises(ExportFault, match="changes the validators of the old chain"):
        exported.read(sealed(state.message))


# ---- the new chain lives ----


def test_what_waited_is_decided_and_a_reserve_is_released_at_its_date() -> None:
    old = busy()
    chain = next_of(old, later_s=3_600)
    chain.block()
    assert chain.inbox("operator") == [1]
    assert chain.balance("issuer") == old.balance("issuer") == (29_000, 6_000)
    assert chain.balance("RETIRE") == (1000, 0)
    chain.decided("operator", 1)
    assert chain.balance("issuer") == (65_000, 10_000)
    release_s = chain.hold(1).release_at_s
    assert release_s == old.hold(1).release_at_s
    chain.block(at=release_s - 1)
    assert chain.balance("issuer") == (65_000, 10_000)
    chain.block(at=release_s)
    assert chain.balance("issuer") == (75_000, 0)
    chain.ok("user", acts.retire(10, "user"))
    assert chain.last(Table.RETIREMENT) == 2  # numbers go on where they stood


def test_what_fell_due_between_the_chains_is_done_with_the_first_block() -> None:
    old = busy()
    late_s = old.hold(1).release_at_s + 7 - old.now
    chain = next_of(old, later_s=late_s)
    chain.block()
    assert [row.WhichOneof("event") for row in chain.duties] == ["proposal_ended", "hold_released"]
    assert chain.balance("issuer") == (35_000, 0)


def test_nothing_signed_for_the_old_chain_counts_on_the_new_one() -> None:
    old = busy()
    chain = next_of(old)
    chain.inadmissible(Code.CHAIN_MISMATCH, old.tx("user", acts.move(1, "user", "issuer")))
    body = chain.body("user", acts.move(1, "user", "issuer")).SerializeToString(deterministic=True)
    signed = harness.sign(old.genesis, body, [(0, "user")], chain_id=NEW)
    chain.inadmissible(Code.SIGNATURE_INVALID, signed)
    chain.sequences.clear()
    chain.ok("user", acts.retire(1, "user"))  # sequences begin anew


# ---- what is refused ----


def test_a_file_that_was_changed_anywhere_is_refused(file: bytes) -> None:
    places = [*range(len(MAGIC) + 64), *range(len(MAGIC), len(file), 997), len(file) - 1]
    for place in places:
        broken = file[:place] + bytes((file[place] ^ 1,)) + file[place + 1 :]
        with pytest.raises(ExportFault, match=r"does not fit|no exported state"):
            exported.read(broken)
    for length in (0, 5, len(MAGIC), len(MAGIC) + 31, len(file) // 2, len(file) - 1):
        with pytest.raises(ExportFault, match=r"does not fit|no exported state"):
            exported.read(file[:length])
    with pytest.raises(ExportFault, match="does not fit"):
        exported.read(file + b"\0")


def _with_lanes(message: s.Genesis) -> None:
    message.entries.add(key=keys.lanes("x"), value=b"\x01")


def _twice(message: s.Genesis) -> None:
    message.entries.append(message.entries[0])


def _with_an_index_row(message: s.Genesis) -> None:
    message.entries.add(key=keys.deadline(1, 1, b"x"))


def _with_a_validator(message: s.Genesis) -> None:
    message.validators.append(VALIDATOR)


def _of_no_chain(message: s.Genesis) -> None:
    message.ClearField("origin")


def _with_a_validator_key(message: s.Genesis) -> None:
    seat = next(row for row in message.entries if row.key[0] == Table.ACCREDITATION)
    record = decode(s.Accreditation, seat.value)
    record.validator_key = VALIDATOR.key
    seat.value = encode(record)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_with_lanes, "of no table that leaves its chain"),
        (_with_an_index_row, "of no table that leaves its chain"),
        (_twice, "twice or out of order"),
        (_with_a_validator, "names a new chain"),
        (_of_no_chain, "does not name the old one"),
        (_with_a_validator_key, "names a validator of the old chain"),
    ],
)
def test_a_file_that_was_made_by_hand_is_refused(file: bytes, change: object, said: str) -> None:
    message = exported.read(file).message
    change(message)  # type: ignore[operator]
    with pytest.raises(ExportFault, match=said):
        exported.read(sealed(message))


def test_a_record_that_a_hand_left_out_is_seen_by_the_doctor(file: bytes) -> None:
    message = exported.read(file).message
    lot = next(row for row in message.entries if row.key[0] == Table.LOT)
    message.entries.remove(lot)
    raw = begin(exported.read(sealed(message)))
    with pytest.raises(Exception, match="breaks the rules: C-1"):
        Chain(first_state=raw)


def test_a_new_chain_needs_an_id_a_time_and_seats_of_its_own(file: bytes) -> None:
    state = exported.read(file)
    with pytest.raises(ExportFault, match="give the new chain another id"):
        begin(state, chain_id=state.message.origin.chain_id)
    with pytest.raises(ExportFault, match="lies before the exported state's"):
        begin(state, later_s=-1)
    for account in (account_id("operator"), "XC-100-9-0-1"):
        with pytest.raises(ExportFault, match="has no granted CONSORTIUM seat"):
            begin(state, account=account)
    twice = [Founder(VALIDATOR, SEAT), Founder(VALIDATOR, SEAT)]
    with pytest.raises(ExportFault, match="seat of its own"):
        exported.begin(state, chain_id=NEW, time_s=calendar.parse_iso("2030-01-01"), founders=twice)
    for name, value in (("chain_id", state.message.origin.chain_id), ("time_s", 1)):
        message = s.Genesis.FromString(begin(state))
        setattr(message, name, value)
        with pytest.raises(ValueError, match=r"another id|lies before"):
            loaded(message.SerializeToString(deterministic=True))


def test_a_state_that_cannot_leave_is_refused() -> None:
    with pytest.raises(ExportFault, match="made no block yet"):
        list(exported.pieces(MemoryReader(), s.Origin(), silent))
    rows = loaded(harness.make_genesis())
    with pytest.raises(ExportFault, match="is of no table"):
        list(exported.pieces(MemoryReader({**rows, b"\x7fx": b"y"}), s.Origin(), silent))
    newer = s.Chain(chain_id="x", rules_version=own.RULES_VERSION + 1)
    rows[keys.chain()] = encode(newer)
    with pytest.raises(ExportFault, match="use the release that the node ran"):
        list(exported.pieces(MemoryReader(rows), s.Origin(), silent))
