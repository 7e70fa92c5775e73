"""The registry as plain dictionaries: one entry a serial, one a record, copied whole.

Must not know: anything of abci_app. Invariant: entries are values; a change puts a new one, so a
copy of the tables is a copy of the world.
"""

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple, NoReturn

from tonne.v1 import codes_pb2 as codes
from tonne.v1 import policy_pb2 as p
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

U64_MAX = (1 << 64) - 1
NEVER = 1 << 70
LOTS_DEFAULT = 8

Key = tuple[Any, ...]


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """The codes that the law allows as the answer; one, mostly."""

    def __init__(self, *names: str, why: str = "") -> None:
        super().__init__(f"{'/'.join(names)} {why}")
        self.codes = tuple(dict.fromkeys(int(codes.Code.Value(name)) for name in names))


def refuse(*names: str, why: str = "") -> NoReturn:
    raise Refused(*names, why=why)


def check(*conditions: tuple[object, str]) -> None:
    """One stage of the law's precedence: every code whose condition fails is a right answer."""
    failing = [name for good, name in conditions if not good]
    if failing:
        refuse(*failing)


class Unit(NamedTuple):
    """One tonne."""

    account: str
    program: str
    class_id: str
    issuance: str = ""
    activity: str = ""
    vintage: int = 0
    valid_until_s: int = 0
    hold: int = 0
    ordered: bool = False  # frozen by an order
    owed: bool = False  # frozen for a duty
    period: str = ""
    origin_period: str = ""
    origin_class: str = ""
    track: int = 0
    lulucf: int = 0
    imported: int = 0
    labels: tuple[str, ...] = ()
    authorization: str = ""

    @property
    def free(self) -> bool:
        return not (self.hold or self.ordered or self.owed)


@dataclass(frozen=True)
class Org:
    id: str
    name: str
    country: str
    status: int = t.ORGANISATION_ACTIVE
    kyc_hash: bytes = b""
    kyc_expires_s: int = 0


@dataclass(frozen=True)
class Acc:
    id: str
    org: str
    program: str
    kind: int = t.HOLDING
    code: int = 100
    holder_kind: int = t.ORG
    status: int = t.ACCOUNT_OPEN
    persons: int = 1
    keys: tuple[bytes, ...] = ()
    tx_limit_t: int = 0
    market: bool = False
    refuses_units: bool = False
    trusted: tuple[tuple[str, int], ...] = ()
    no_untrusted: bool = False
    link: str = ""
    period: int = 0


@dataclass(frozen=True)
class Seat:
    account: str
    org: str
    side: str = ""
    valid_from_s: int = 0
    valid_to_s: int = 0
    status: int = s.GRANTED


@dataclass(frozen=True)
class Rec:
    """A record; `f` are its fields by name, from the messages that made it."""

    kind: int
    id: str
    program: str
    owner: str
    org: str
    state: str
    since: int
    version: int
    f: dict[str, Any]
    comment_until_s: int = 0
    converted: int = 0

    def but(self, **fields: Any) -> "Rec":
        """The same record with other fields of its kind."""
        return replace(self, f={**self.f, **fields})


@dataclass(frozen=True)
class Claimed:
    """A statement."""

    id: str
    program: str
    kind: int
    activity: str
    boundary: str
    auditor: str
    org: str
    at: int
    message: t.Attest
    span: tuple[int, int] = (0, 0)  # that it claims
    status: int = s.ACCEPTED
    capped: int = 0
    issuance: str = ""


@dataclass(frozen=True)
class Lock:
    """A hold; what it holds are the units that name it."""

    id: int
    kind: int
    program: str
    class_id: str
    account: str
    placed: int
    at: int
    release_at_s: int = 0
    issuance: str = ""
    proposal: int = 0
    controller: str = ""
    claim_to: tuple[int, ...] = ()
    order: int = 0
    status: int = s.HOLD_ACTIVE


@dataclass(frozen=True)
class Need:
    """A row's approvals that an action of an envelope waits for."""

    index: int
    program: str
    role: int
    side: str
    count: int
    acl: str
    mode: int
    excluded: tuple[str, ...]


@dataclass(frozen=True)
class Wish:
    """A proposal."""

    id: int
    signers: tuple[str, ...]
    orgs: tuple[str, ...]
    actions: tuple[t.Action, ...]
    needs: tuple[Need, ...]
    pinned: tuple[tuple[int, tuple[Key, ...]], ...]
    at: int
    expires_s: int
    window_end_s: int
    delay_s: int
    state: int = s.PROPOSAL_PENDING
    said: tuple[tuple[str, str, int], ...] = ()  # account, organisation, verdict
    not_before_s: int = 0
    codes: tuple[int, ...] = ()


@dataclass(frozen=True)
class Ask:
    """An order."""

    id: int
    program: str
    side: int
    account: str
    org: str
    class_id: str
    issuance: str
    vintage: int
    quantity: int
    min_fill: int
    expires_s: int
    settlement: int
    hold: int = 0
    state: int = s.ORDER_OPEN
    filled: int = 0
    reserved: int = 0
    fills: int = 0


@dataclass(frozen=True)
class Part:
    """A fill."""

    order: int
    number: int
    account: str
    org: str
    quantity: int
    made_s: int
    expires_s: int
    hold: int
    keys: tuple[Key, ...] = ()
    state: int = s.FILL_RESERVED


@dataclass
class World:
    """Everything, by table."""

    now: int = 0
    units: dict[Key, Unit] = field(default_factory=dict)  # (space, serial)
    spaces: dict[str, int] = field(default_factory=dict)  # the next serial
    programs: dict[str, tuple[p.Program, ...]] = field(default_factory=dict)  # by version
    orgs: dict[str, Org] = field(default_factory=dict)
    accounts: dict[str, Acc] = field(default_factory=dict)
    seats: dict[Key, Seat] = field(default_factory=dict)  # (program, role, list, account)
    documents: dict[Key, str] = field(default_factory=dict)  # (program, kind, link, hash): account
    records: dict[Key, Rec] = field(default_factory=dict)  # (program, kind, id)
    statements: dict[Key, Claimed] = field(default_factory=dict)  # (program, id)
    holds: dict[int, Lock] = field(default_factory=dict)
    proposals: dict[int, Wish] = field(default_factory=dict)
    retirements: dict[int, dict[str, Any]] = field(default_factory=dict)
    cancellations: dict[int, dict[str, Any]] = field(default_factory=dict)
    orders: dict[int, Ask] = field(default_factory=dict)
    fills: dict[Key, Part] = field(default_factory=dict)
    created: dict[Key, int] = field(default_factory=dict)  # (program, class)
    caps: dict[Key, dict[str, int]] = field(default_factory=dict)  # (program, class, party, period)
    receipts: dict[Key, int] = field(default_factory=dict)
    imports: dict[int, dict[str, Any]] = field(default_factory=dict)
    exported: dict[Key, int] = field(default_factory=dict)  # (program, link, what)
    grants: dict[Key, dict[str, Any]] = field(default_factory=dict)  # labels
    frozen: dict[int, tuple[Key, ...]] = field(default_factory=dict)  # by orders
    renewing: dict[Key, int] = field(default_factory=dict)  # (program, issuance): the new end
    chain: dict[str, Any] = field(default_factory=dict)

    def copy(self) -> "World":
        """A world of its own with the same entries."""
        other = World(self.now)
        for name, value in vars(self).items():
            if isinstance(value, dict):
                setattr(other, name, dict(value))
        return other

    # ---- who ----

    def rules(self, program: str) -> p.Program | None:
        """The newest version in force."""
        found = [v for v in self.programs.get(program, ()) if v.effective_from_s <= self.now]
        return max(found, key=lambda item: item.version) if found else None

    def seat(self, program: str, role: int, acl: str, account: str) -> bool:
        """Tell whether this very grant is in force."""
        found = self.seats.get((program, role, acl, account))
        return (
            found is not None
            and found.status == s.GRANTED
            and found.valid_from_s <= self.now
            and (not found.valid_to_s or self.now < found.valid_to_s)
        )

    def has_role(
        self, program: str, role: int, account: str, acl: str = "", side: str = ""
    ) -> bool:
        """Tell whether an account has every grant that the role needs."""
        if role == t.CONSORTIUM:
            return self.seat("chain", role, "", account)
        rules = self.rules(program)
        row = next((r for r in rules.roles if r.role == role), None) if rules else None
        if row is None:
            return False
        lists = [acl if grant.named_list else "" for grant in row.grants]
        sides = [
            self.seats[program, role, name, account].side
            for name in lists
            if (program, role, name, account) in self.seats
        ]
        return all(self.seat(program, role, name, account) for name in lists) and (
            not side or side in sides
        )

    def consortium(self) -> list[str]:
        """The organisations that hold a live seat."""
        live = [
            seat.org
            for (program, role, _, account), seat in self.seats.items()
            if program == "chain" and role == t.CONSORTIUM and self.seat(program, role, "", account)
        ]
        return sorted(dict.fromkeys(live))

    def independent(self, org: str) -> bool:
        """Tell whether an organisation holds, or held, a role that takes in no units."""
        for (program, role, acl, _), seat in self.seats.items():
            rules = self.rules(program)
            row = next((r for r in rules.roles if r.role == role), None) if rules else None
            if row and bars_units(row, acl) and seat.org == org:
                return True
        return False

    def active(self, account: str) -> bool:
        """Tell whether an account may sign."""
        acc = self.accounts.get(account)
        org = self.orgs.get(acc.org) if acc else None
        return (
            acc is not None
            and org is not None
            and acc.status not in (t.ACCOUNT_SUSPENDED, t.ACCOUNT_CLOSED)
            and org.status == t.ORGANISATION_ACTIVE
        )

    # ---- units ----

    def owned(self, account: str, program: str, class_id: str) -> list[Key]:
        """The serials of an account and class in the order of use."""
        found = [
            (unit.valid_until_s or NEVER, unit.vintage, key)
            for key, unit in self.units.items()
            if (unit.account, unit.program, unit.class_id) == (account, program, class_id)
        ]
        return [key for _, _, key in sorted(found)]

    def alter(self, keys: Iterable[Key], **changes: Any) -> None:
        for key in keys:
            self.units[key] = self.units[key]._replace(**changes)

    def held(self, hold: int) -> list[Key]:
        return [key for key, unit in self.units.items() if unit.hold == hold]

    def lots(self, keys: Iterable[Key]) -> int:
        """Count the lots that hold these serials: runs of neighbours that do not differ."""
        wanted = dict.fromkeys(keys)
        starts = []
        for space, serial in wanted:
            start = serial
            while (space, start - 1) in self.units and (
                self.units[space, start - 1] == self.units[space, serial]
            ):
                start -= 1
                if (space, start) in wanted:
                    break  # it is counted there
            else:
                starts.append((space, start))
        return len(dict.fromkeys(starts))

    def balance(self, account: str, program: str, class_id: str) -> dict[str, int]:
        total: dict[str, int] = {}
        for unit in self.units.values():
            if (unit.account, unit.program, unit.class_id) == (account, program, class_id):
                name = self.status_of(unit)
                total[name] = total.get(name, 0) + 1
        return total

    def status_of(self, unit: Unit) -> str:
        if unit.ordered or unit.owed:
            return "frozen"
        return t.HoldKind.Name(self.holds[unit.hold].kind) if unit.hold else "free"


def bars_units(role: p.RoleRule, acl: str) -> bool:
    """Tell whether a seat makes its organisation independent: a named list alone does not."""
    return role.independent and (not acl or all(grant.named_list for grant in role.grants))


def ranges(spans: Iterable[t.SerialRange]) -> Iterator[Key]:
    """The single serials of ranges, in order."""
    for span in spans:
        for serial in range(span.start, span.end + 1):
            yield span.space, serial


def when(time_s: int) -> datetime:
    return datetime.fromtimestamp(time_s, UTC)


def months_later(time_s: int, months: int) -> int:
    """Midnight of the calendar date so many months later, the end of the month at most."""
    day = when(time_s)
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return int(datetime(year, month + 1, min(day.day, last), tzinfo=UTC).timestamp())


def ceil_div(number: int, by: int) -> int:
    return -(-number // by)


def account_name(registry: str, code: int, number: int, period: int = 0) -> str:
    """CC-type-number-period-check."""
    letters = "".join(str(ord(char) - 55) for char in registry)
    digits = 98 - int(f"{number}{letters}{code:03}{period:02}00") % 97
    return f"{registry}-{code}-{number}-{period}-{digits:02}"


def well_formed(account: str) -> bool:
    """Tell whether an id is one, its check digits included."""
    parts = account.split("-")
    if len(parts) != 5 or not all(part.isdigit() for part in parts[1:]):
        return False
    return account == account_name(parts[0], int(parts[1]), int(parts[2]), int(parts[3]))
