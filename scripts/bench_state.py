"""A state with many lots, and transfers that fit it: what the measurements run on.

It must not know how anything is measured. Invariant: the state is one that the rules could have led
to: an approved issuance under a cap that a statement backs, its reserve held, every lot counted in
space, supply and holding, no two neighbouring lots alike.

The lots are no part of the genesis, because no engine reads one of a million rows: they are
committed to the ledger in heights of their own (`prepare`), the genesis after them (`found`), and
the chain's first block follows. An engine begins after such a state when its genesis.json names the
height and the app answers as `bench_app` does.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from google.protobuf.message import Message

from abci_app.core import calendar, ids, keys, signing, u64
from abci_app.core.codec import encode
from abci_app.state import genesis, schema
from abci_app.state.program_toml import Source
from abci_app.state.table import Table
from abci_app.store.kv import MemoryReader, Overlay
from abci_app.store.ledger import Ledger
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

M = TypeVar("M", bound=Message)
Rows = Iterator[tuple[Table[Any], Message]]

ROOT = Path(__file__).resolve().parent.parent
CHAIN_ID = "tonne-bench"
START_S = calendar.seconds(2026, 2, 1)
VALID_S = 6 * 86_400
PROGRAM, CLASS, REGISTRY = "IPCI", "TMU", "XI"
ISSUANCE, LIST = "bench", "ACL-1"
LOT_T = 1_000  # tonnes of each lot
RESERVE_BPS = 1_000
STAFF = ("consortium-1", "coordinator", "operator", "auditor", "issuer", "bridge")
LINK = "carbon-registry"
RECORDS_AT_ONCE = 50_000  # of one height while a state is prepared
SEALED = "PREPARED"  # a file in a folder of states: the last step was done

Say = Callable[[str], None]


@dataclass(frozen=True)
class Holder:
    """An account that can send: its id and the seed of its one key."""

    account: str
    seed: bytes


@dataclass(frozen=True)
class First:
    """A genesis without its lots, the holders of the lots, the validators."""

    chain_id: str
    genesis: bytes
    holders: Sequence[Holder]
    validators: Sequence[s.Validator]
    lots: int
    organisations: int

    @property
    def genesis_hash(self) -> bytes:
        """Return the hash that every signature names."""
        return genesis.genesis_hash(self.genesis)


def seed(name: str) -> bytes:
    """Return the seed that the measurements use for a name; anyone can make it."""
    return sha256(b"tonne bench key|" + name.encode()).digest()


def build(
    lots: int,
    *,
    accounts: int = 200,
    organisations: int = 40,
    chain_id: str = CHAIN_ID,
    time_s: int = START_S,
    validators: Sequence[s.Validator] = (),
    more_rules: str = "",
    more_units_t: int = 0,
    counters: Mapping[keys.Table, int] | None = None,
) -> First:
    """Return a first state for `lots` lots, spread evenly over accounts of organisations.

    `more_rules`, `more_units_t` and `counters` are for who adds to the prepared state.
    """
    names = [f"holder-{number:04}" for number in range(accounts)]
    given = {name: signing.public_key(seed(name)) for name in (*STAFF, *names)}
    chosen = validators or [
        s.Validator(key=signing.public_key(seed("validator-1")), power=10, name="validator-1")
    ]
    raw = genesis.assemble(
        Source("bench.toml", "\n".join(_network(names, organisations))),
        {"ipci": _program(more_rules)},
        chain_id=chain_id,
        time_s=time_s,
        validators=chosen,
        public_keys=given,
    )
    message = s.Genesis.FromString(raw)
    rows = {entry.key: entry.value for entry in message.entries}
    ordered = _holders(accounts)
    rows.update(_units(ordered, staff("issuer"), lots, time_s))
    supply = s.Supply(program=PROGRAM, class_id=CLASS)
    supply.created_t = sum(_amounts(lots)) + more_units_t
    rows.update([_row(schema.SUPPLIES, supply)])
    for table, last in (counters or {}).items():
        rows[keys.counter(table)] = encode(s.Counter(last=last))
    del message.entries[:]
    for key in sorted(rows):
        message.entries.add(key=key, value=rows[key])
    return First(
        chain_id=chain_id,
        genesis=message.SerializeToString(deterministic=True),
        holders=[Holder(one, seed(name)) for one, name in zip(ordered, names, strict=True)],
        validators=list(chosen),
        lots=lots,
        organisations=organisations,
    )


def scale_fault(lots: int, accounts: int, organisations: int) -> str:
    """Say why there is no state of this size; empty when there is one."""
    if 1 <= organisations <= accounts < lots:
        return ""
    return (
        f"{organisations} organisations, {accounts} accounts, {lots} lots: each organisation "
        "needs an account and each account a lot, so give them in growing numbers"
    )


def lots_of(lots: int, accounts: int) -> Iterator[s.Lot]:
    """Yield the lots in the order of their serials; the last is the issuer's reserve."""
    holders = _holders(accounts)
    for at in range(lots - 1):
        # In turn, so that no lot has a neighbour that it would merge with.
        first = 1 + at * LOT_T
        yield lot_of(ISSUANCE, first, first + LOT_T - 1, holders[at % accounts])
    free, reserved = _amounts(lots)
    yield lot_of(ISSUANCE, free + 1, free + reserved, staff("issuer"), hold=1)


def prepare(
    folder: Path,
    lots: int,
    accounts: int,
    say: Say = lambda _: None,
    more: Iterable[tuple[Table[Any], Message]] = (),
    mark: str = "",
) -> Path:
    """Return a folder with a ledger that holds the lots only; made below `folder` when missing.

    It is the same for every genesis. The name tells the code that made it, so that a state kept
    from an earlier version is never taken for one of this. `more` records, of which `mark` tells,
    are committed beside the lots.
    """
    place = folder / f"lots-{lots}-accounts-{accounts}{mark}-{_code()}"
    if (place / SEALED).exists():
        return place
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    ledger = Ledger.open(str(place), keep_heights=1)
    try:
        overlay, height, number = Overlay(MemoryReader()), 0, 0
        rows = ((schema.LOTS, lot) for lot in lots_of(lots, accounts))
        for table, record in chain(rows, more):
            table.put(overlay, record, fresh=True)
            number += 1
            if number % RECORDS_AT_ONCE == 0:
                height, overlay = height + 1, _committed(ledger, overlay, height + 1)
                say(f"preparing a state: {number} records, {lots} of them lots")
        if overlay.writes:
            _committed(ledger, overlay, height + 1)
            say(f"preparing a state: {number} records")
    finally:
        ledger.close()
    (place / SEALED).touch()
    return place


def _committed(ledger: Ledger, overlay: Overlay, height: int) -> Overlay:
    """Commit what waits; return an empty overlay."""
    ledger.commit(ledger.prepare(overlay.writes), height, bytes(8))
    return Overlay(MemoryReader())


def copy(prepared: Path, place: Path) -> None:
    """Give a prepared state a folder of its own: files that never change are shared by links."""
    place.mkdir(parents=True, exist_ok=True)
    for file in sorted(prepared.iterdir()):
        if file.suffix == ".ldb":
            (place / file.name).hardlink_to(file)
        elif file.name != SEALED:
            shutil.copyfile(file, place / file.name)


def found(place: Path, first: First, time_s: int = START_S) -> tuple[int, bytes]:
    """Commit a genesis over the lots of a folder; return the height and the app hash."""
    ledger = Ledger.open(str(place), keep_heights=1)
    try:
        overlay = Overlay(ledger)
        loaded = Overlay(MemoryReader())
        genesis.load(loaded, first.genesis)
        for key, value in loaded.writes.items():
            overlay.put(key, value) if value is not None else overlay.delete(key)
        height = ledger.height
        for _ in range(2):  # twice, so that the history of the lots' last height is forgotten too
            height += 1
            ledger.commit(ledger.prepare(overlay.writes), height, time_s.to_bytes(8, "big"))
            overlay = Overlay(ledger)
        return ledger.height, ledger.root
    finally:
        ledger.close()


def _code() -> str:
    """Return a short hash of the sources that decide what a prepared state looks like."""
    digest = sha256()
    for file in sorted((ROOT / "scripts").glob("bench_state*.py")):
        digest.update(file.read_bytes())
    for room in ("core", "store", "state"):
        for file in sorted((ROOT / "abci_app" / room).glob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _holders(accounts: int) -> list[str]:
    return [account_id(len(STAFF) + number) for number in range(accounts)]


def _amounts(lots: int) -> tuple[int, int]:
    """Return the tonnes that are free and those held in reserve."""
    free = (lots - 1) * LOT_T
    return free, u64.ceil_div(free * RESERVE_BPS, 10_000 - RESERVE_BPS)


def _program(more_rules: str) -> Source:
    path = ROOT / "genesis" / "programs" / "ipci.toml"
    return Source("ipci.toml", path.read_text(encoding="utf-8") + more_rules)


def account_id(at: int) -> str:
    """Return the id of an account by its number, from 0."""
    return str(ids.AccountId(REGISTRY, 100, at + 1, 0))


def staff(name: str) -> str:
    """Return the account of one of the staff."""
    return account_id(STAFF.index(name))


def _network(names: Sequence[str], organisations: int) -> Iterator[str]:
    """Yield a network file: an organisation for each of the staff, the holders in turn."""
    yield 'programs = ["ipci"]'
    for org in (*STAFF, *(f"org-{number:03}" for number in range(organisations))):
        yield f'[[organisations]]\nid = "{org}"\nname = "Bench {org}"\ncountry = "XX"'
    owners = [(name, name) for name in STAFF]
    owners += [(name, f"org-{at % organisations:03}") for at, name in enumerate(names)]
    for at, (name, org) in enumerate(owners):
        program, number = ("chain", 1) if name == "consortium-1" else (PROGRAM, at + 1)
        yield f'[[accounts]]\nprogram = "{program}"\nnumber = {number}\norganisation = "{org}"'
        yield f'name = "{name}"\nkeys = ["{name}"]\nmarket_access = true'
    yield '[[seats]]\nprogram = "chain"\nrole = "CONSORTIUM"\naccount = "consortium-1"'
    for role in ("coordinator", "operator", "auditor"):
        yield f'[[seats]]\nprogram = "{PROGRAM}"\nrole = "{role.upper()}"\naccount = "{role}"'
    yield f'[[seats]]\nprogram = "{PROGRAM}"\nrole = "AUDITOR"\naccount = "auditor"'
    yield f'list = "{LIST}"'
    yield f'[[seats]]\nprogram = "{PROGRAM}"\nrole = "BRIDGE"\naccount = "bridge"'
    yield f'list = "{LINK}"'


def _units(
    holders: Sequence[str], issuer: str, lots: int, time_s: int
) -> Iterator[tuple[bytes, bytes]]:
    """Yield key and value of everything that the lots rest on."""
    free, reserved = _amounts(lots)
    issued = free + reserved
    for table, record in records(ISSUANCE, issued, reserved, time_s):
        yield _row(table, record)
    for at, account in enumerate(holders):
        amount = len(range(at, lots - 1, len(holders))) * LOT_T
        holding = s.Holding(account=account, program=PROGRAM, class_id=CLASS, free_t=amount)
        yield _row(schema.HOLDINGS, holding)
    held = [s.HeldByKind(kind=s.RESERVE, held_t=reserved)]
    holding = s.Holding(account=issuer, program=PROGRAM, class_id=CLASS, held=held)
    yield _row(schema.HOLDINGS, holding)
    hold = s.Hold(
        id=1,
        kind=s.RESERVE,
        status=s.HOLD_ACTIVE,
        program=PROGRAM,
        class_id=CLASS,
        account=issuer,
        controller=t.OPERATOR,
        quantity_t=reserved,
        placed_t=reserved,
        placed_s=time_s,
        release_at_s=calendar.add_months(time_s, 24),
        ranges=[t.SerialRange(space=space_of(ISSUANCE), start=free + 1, end=issued)],
        issuance=ISSUANCE,
    )
    yield _row(schema.HOLDS, hold)
    yield keys.counter(keys.Table.HOLD), encode(s.Counter(last=1))


def records(
    name: str, issued: int, reserved: int, time_s: int
) -> Iterator[tuple[Table[Any], Message]]:
    """Yield what units rest on: methodology, activity, statement, issuance, all of one name."""
    issuer = staff("issuer")
    year = (calendar.seconds(2025, 1, 1), calendar.seconds(2026, 1, 1))
    methodology = _record(issuer, time_s, t.METHODOLOGY, f"{name}-method", "APPROVED")
    methodology.methodology.title = "Bench"
    yield schema.RECORDS, methodology
    activity = _record(issuer, time_s, t.ACTIVITY, f"{name}-activity", "REGISTERED")
    activity.activity.MergeFrom(
        t.Activity(
            subtype="PROJECT",
            title="Bench",
            methodology=methodology.id,
            boundary_id=name,
            crediting_from_s=year[0],
            crediting_to_s=year[1],
        )
    )
    yield schema.RECORDS, activity
    cap = 2 * issued
    statement = s.Statement(
        program=PROGRAM,
        id=f"{name}-2025",
        kind=t.VERIFICATION,
        status=s.ACCEPTED,
        list=LIST,
        auditor=staff("auditor"),
        auditor_organisation="auditor",
        activity=activity.id,
        boundary_id=name,
        period_from_s=year[0],
        period_to_s=year[1],
        outcome=t.ABS_REDUCTION,
        numbers=t.StatementNumbers(baseline_t=cap, net_t=cap),
        capped_t=cap,
        accepted_s=time_s,
        issuance=name,
    )
    yield schema.STATEMENTS, statement
    issuance = _record(issuer, time_s, t.ISSUANCE, name, "APPROVED")
    issuance.issuance.MergeFrom(
        s.Issuance(
            list=LIST,
            activity=activity.id,
            class_id=CLASS,
            statements=[statement.id],
            auditor=statement.auditor,
            cap_t=cap,
            approved_cap_t=cap,
            issued_t=issued,
            valid_base_t=cap,
            reserve_bps=RESERVE_BPS if reserved else 0,
            reserve_months=24 if reserved else 0,
            reserved_t=reserved,
            space=space_of(name),
        )
    )
    yield schema.RECORDS, issuance
    yield schema.SPACES, s.Space(id=space_of(name), program=PROGRAM, next=issued + 1)


def space_of(issuance: str) -> str:
    """Return the serial space of an issuance."""
    return f"{PROGRAM}.{issuance}"


def _record(owner: str, time_s: int, kind: t.RecordKind, record_id: str, state: str) -> s.Record:
    return s.Record(
        program=PROGRAM,
        kind=kind,
        id=record_id,
        owner=owner,
        owner_organisation="issuer",
        state=state,
        version=1,
        created_s=time_s,
        state_since_s=time_s,
    )


def lot_of(name: str, start: int, end: int, account: str, hold: int = 0) -> s.Lot:
    """Return a lot of the issuance of a name."""
    return s.Lot(
        space=space_of(name),
        start=start,
        end=end,
        account=account,
        program=PROGRAM,
        class_id=CLASS,
        issuance=name,
        activity=f"{name}-activity",
        vintage=2025,
        hold=hold,
    )


def _row(table: Table[M], record: M) -> tuple[bytes, bytes]:
    return table.key_of(record), encode(record)


# ---- load ----


class Load:
    """Signed transfers without end: the holders send in turn, each to another one.

    The quantities are 1 to 5 tonnes, so that lots are split, moved whole and merged, as in life.
    """

    def __init__(self, first: First, time_s: int) -> None:
        """Start at sequence 1 of every holder; `valid_until_s` counts from `time_s`."""
        self.first = first
        self.time_s = time_s
        self.sent = 0
        self._genesis_hash = first.genesis_hash

    def take(self, count: int) -> list[bytes]:
        """Return the next `count` transfers, in an order that may share a block."""
        return [self._next() for _ in range(count)]

    def _next(self) -> bytes:
        holders = self.first.holders
        number, self.sent = self.sent, self.sent + 1
        turn, at = divmod(number, len(holders))
        sender = holders[at]
        receiver = holders[(at + 1 + (turn * 37) % (len(holders) - 1)) % len(holders)]
        return self.signed(sender, turn + 1, receiver, 1 + number % 5)

    def signed(self, sender: Holder, sequence: int, receiver: Holder, quantity_t: int) -> bytes:
        """Return a signed transfer."""
        move = t.Move(
            program=PROGRAM,
            class_id=CLASS,
            quantity_t=quantity_t,
            from_account=sender.account,
            to_account=receiver.account,
        )
        until = self.time_s + VALID_S
        return self.seal(sender, t.Signer(lane=0, sequence=sequence), t.Action(move=move), until)

    def seal(self, sender: Holder, place: t.Signer, action: t.Action, until_s: int) -> bytes:
        """Return an action, signed by one account at a lane and sequence."""
        place.account = sender.account
        body = t.Body(
            chain_id=self.first.chain_id,
            signers=[place],
            valid_until_s=until_s,
            actions=[action],
        ).SerializeToString(deterministic=True)
        message = signing.sign_bytes(self.first.chain_id, self._genesis_hash, body)
        signature = t.Signature(
            signer_index=0,
            key=signing.public_key(sender.seed),
            sig=signing.sign(sender.seed, message),
        )
        return t.SignedTx(body=body, signatures=[signature]).SerializeToString(deterministic=True)
