"""The two registries side by side: whatever differs, in words.

Must not know: how either came to it. Invariant: units are compared serial by serial.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from abci_app.state import schema
from tests.audit.model import Rec, Unit, World
from tests.simulation.real import Real
from tonne.v1 import codes_pb2
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

SOFT = (t.PENDING, t.DELAY)  # holds of proposals; how many there are is the chain's own affair
FIELDS: dict[int, tuple[str, ...]] = {
    t.ISSUANCE: (
        "list",
        "activity",
        "class_id",
        "cap_t",
        "approved_cap_t",
        "issued_t",
        "voided_t",
        "valid_base_t",
        "reserve_bps",
        "reserve_months",
        "reserved_t",
        "pool_bps",
        "pooled_t",
        "valid_until_s",
        "notice_open_t",
        "reserve_claimed_t",
        "pool_claimed_t",
    ),
    t.FOOTPRINT: ("product", "g_co2e_per_unit", "items", "offset_t"),
    t.OBLIGATION: ("account", "party", "period", "amount_t", "offset_t", "shortfall_t"),
    t.AUTHORIZATION: ("quantity_t", "used_t", "labelled_t"),
    t.NOTICE: ("kind", "debtor", "quantity_t", "fulfilled_t", "issuance", "due_s", "stopped_s"),
    t.METHODOLOGY: ("family", "category", "version", "title", "supersedes"),
    t.ACTIVITY: ("subtype", "title", "boundary_id", "methodology", "start_s", "commitment"),
}
ONEOF: dict[int, str] = {
    t.METHODOLOGY: "methodology",
    t.ACTIVITY: "activity",
    t.ISSUANCE: "issuance",
    t.FOOTPRINT: "footprint",
    t.OBLIGATION: "obligation",
    t.AUTHORIZATION: "authorization",
    t.NOTICE: "notice",
}
DIFFERENCES_MAX = 20


class Comparison:
    """Remembers which hold of one is which of the other."""

    def __init__(self) -> None:
        self.real_hold: dict[int, int] = {}  # by the auditor's number

    def differences(self, real: Real, world: World) -> list[str]:
        found: list[str] = []
        for look in (
            self._holds,
            units,
            accounts,
            seats,
            proposals,
            records,
            statements,
            market,
            uses,
            counts,
        ):
            for text in look(real, world):
                found.append(text)
                if len(found) >= DIFFERENCES_MAX:
                    return found
        return found

    def _holds(self, real: Real, world: World) -> Iterator[str]:
        theirs = {row.id: row for row in schema.HOLDS.all(real.ledger) if row.kind not in SOFT}
        ours = {row.id: row for row in world.holds.values() if row.kind not in SOFT}
        if len(theirs) != len(ours):
            yield f"holds: {len(theirs)} instead of {len(ours)}"
        for mine, other in zip(sorted(ours), sorted(theirs), strict=False):
            self.real_hold[mine] = other
            one, two = ours[mine], theirs[other]
            amount = len(world.frozen[mine]) if one.kind == t.FREEZE else len(world.held(mine))
            here = (one.kind, one.account, one.status, one.release_at_s, one.issuance, amount)
            held = two.quantity_t if two.status == s.HOLD_ACTIVE else 0
            there = (two.kind, two.account, two.status, two.release_at_s, two.issuance, held)
            if here != there:
                yield f"hold {other}: {there} instead of {here}"


def _pairs(name: str, ours: Mapping[Any, Any], theirs: Mapping[Any, Any]) -> Iterator[str]:
    for key in sorted({**ours, **theirs}, key=str):
        if ours.get(key) != theirs.get(key):
            yield f"{name} {key}: {theirs.get(key)} instead of {ours.get(key)}"


def units(real: Real, world: World) -> Iterator[str]:
    kinds = {row.id: row.kind for row in schema.HOLDS.all(real.ledger)}
    theirs: dict[Any, tuple[Unit, int]] = {}
    for lot in schema.LOTS.all(real.ledger):
        unit = Unit(
            lot.account,
            lot.program,
            lot.class_id,
            lot.issuance,
            lot.activity,
            lot.vintage,
            lot.valid_until_s,
            0,
            bool(lot.frozen & 1),
            bool(lot.frozen & 2),
            lot.period,
            lot.origin_period,
            lot.origin_class,
            lot.track,
            lot.lulucf,
            lot.imported,
            tuple(lot.labels),
        )
        kind = kinds.get(lot.hold, 0)
        for serial in range(lot.start, lot.end + 1):
            theirs[lot.space, serial] = (unit, kind)
    held = {row.id: row.kind for row in world.holds.values()}
    for key in sorted({**theirs, **world.units}):
        mine = world.units.get(key)
        here = (mine._replace(hold=0), held.get(mine.hold, 0)) if mine else None
        there = theirs.get(key)
        if here != there:
            yield f"unit {key}: {_told(there, here)}"


def _told(there: Any, here: Any) -> str:
    if there is None or here is None:
        return f"{there} instead of {here}"
    rows = [
        f"{name}={other!r} instead of {mine!r}"
        for name, other, mine in zip(Unit._fields, there[0], here[0], strict=True)
        if other != mine
    ]
    if there[1] != here[1]:
        rows.append(f"hold {t.HoldKind.Name(there[1])} instead of {t.HoldKind.Name(here[1])}")
    return ", ".join(rows)


def accounts(real: Real, world: World) -> Iterator[str]:
    theirs = {
        row.id: (row.organisation, row.kind, row.status, row.market_access, row.tx_limit_t)
        for row in schema.ACCOUNTS.all(real.ledger)
    }
    ours = {
        row.id: (row.org, row.kind, row.status, row.market, row.tx_limit_t)
        for row in world.accounts.values()
    }
    yield from _pairs("account", ours, theirs)
    yield from _pairs(
        "organisation",
        {row.id: row.status for row in world.orgs.values()},
        {row.id: row.status for row in schema.ORGANISATIONS.all(real.ledger)},
    )


def seats(real: Real, world: World) -> Iterator[str]:
    theirs = {
        (row.program, row.role, row.list, row.account): row.status
        for row in schema.ACCREDITATIONS.all(real.ledger)
    }
    yield from _pairs("seat", {key: row.status for key, row in world.seats.items()}, theirs)


def proposals(real: Real, world: World) -> Iterator[str]:
    state = s.ProposalState.Name
    theirs = {row.id: row for row in schema.PROPOSALS.all(real.ledger)}
    if len(theirs) != len(world.proposals):
        yield f"proposals: {len(theirs)} instead of {len(world.proposals)}"
    for number, mine in world.proposals.items():
        other = theirs.get(number)
        if other is None:
            continue
        if other.state != mine.state:
            codes = "/".join(codes_pb2.Code.Name(code) for code in mine.codes)
            why = f" ({codes_pb2.Code.Name(other.code)} instead of {codes})"
            yield f"proposal {number}: {state(other.state)} instead of {state(mine.state)}{why}"
        elif mine.state == s.PROPOSAL_FAILED and other.code not in mine.codes:
            yield f"proposal {number}: failed with {other.code}, not one of {mine.codes}"
        if other.expires_s != mine.expires_s:
            yield f"proposal {number}: expires {other.expires_s} instead of {mine.expires_s}"
        if len(other.decisions) != len(mine.said):
            yield f"proposal {number}: {len(other.decisions)} decisions, not {len(mine.said)}"


def records(real: Real, world: World) -> Iterator[str]:
    theirs = {(row.program, row.kind, row.id): row for row in schema.RECORDS.all(real.ledger)}
    for key in sorted({**theirs, **world.records}):
        mine, other = world.records.get(key), theirs.get(key)
        if mine is None or other is None:
            yield f"record {key}: {'missing' if other is None else 'not expected'}"
            continue
        if (other.state, other.owner) != (mine.state, mine.owner):
            yield f"record {key}: {other.state} of {other.owner}, not {mine.state} of {mine.owner}"
        yield from _fields(key, mine, other)


def _fields(key: Any, mine: Rec, other: s.Record) -> Iterator[str]:
    fields = getattr(other, ONEOF[mine.kind])
    for name in FIELDS[mine.kind]:
        if getattr(fields, name) != mine.f[name]:
            yield f"record {key} {name}: {getattr(fields, name)} instead of {mine.f[name]}"
    if mine.kind == t.OBLIGATION:
        given = {row.class_id: row.quantity_t for row in fields.surrendered}
        if given != mine.f["surrendered"]:
            yield f"record {key} surrendered: {given} instead of {mine.f['surrendered']}"
    if mine.kind == t.FOOTPRINT and tuple(fields.acknowledged) != mine.f["acknowledged"]:
        yield f"record {key} acknowledged: {fields.acknowledged}"
    if mine.kind == t.ACTIVITY and other.converted_t != mine.converted:
        yield f"record {key} converted: {other.converted_t} instead of {mine.converted}"


def statements(real: Real, world: World) -> Iterator[str]:
    theirs = {
        (row.program, row.id): (row.kind, row.status, row.capped_t)
        for row in schema.STATEMENTS.all(real.ledger)
    }
    ours = {key: (row.kind, row.status, row.capped) for key, row in world.statements.items()}
    yield from _pairs("statement", ours, theirs)


def market(real: Real, world: World) -> Iterator[str]:
    theirs = {
        row.id: (row.state, row.quantity_t, row.filled_t, row.reserved_t)
        for row in schema.ORDERS.all(real.ledger)
    }
    ours = {
        row.id: (row.state, row.quantity, row.filled, row.reserved) for row in world.orders.values()
    }
    yield from _pairs("order", ours, theirs)
    yield from _pairs(
        "fill",
        {key: (row.state, row.quantity, row.expires_s) for key, row in world.fills.items()},
        {
            (row.order, row.fill): (row.state, row.quantity_t, row.expires_s)
            for row in schema.FILLS.all(real.ledger)
        },
    )


def _serials(rows: Any) -> dict[Any, int]:
    return {
        (span.space, serial): row.id
        for row in rows
        for span in row.ranges
        for serial in range(span.start, span.end + 1)
    }


def uses(real: Real, world: World) -> Iterator[str]:
    """Each serial is in the same retirement; it is cancelled, or not."""
    ours = {key: number for number, row in world.retirements.items() for key in row["keys"]}
    yield from _pairs("retired unit", ours, _serials(schema.RETIREMENTS.all(real.ledger)))
    notices = {row.id: row.notice for row in schema.CANCELLATIONS.all(real.ledger)}
    theirs = _serials(schema.CANCELLATIONS.all(real.ledger))
    yield from _pairs(
        "cancelled unit",
        {key: row["notice"] for row in world.cancellations.values() for key in row["keys"]},
        {key: notices[number] for key, number in theirs.items()},
    )


def counts(real: Real, world: World) -> Iterator[str]:
    yield from _pairs(
        "supply",
        world.created,
        {
            (row.program, row.class_id): row.created_t
            for row in schema.SUPPLIES.all(real.ledger)
            if row.created_t
        },
    )
    documents = sum(1 for _ in schema.DOCUMENTS.all(real.ledger))
    if documents != len(world.documents):
        yield f"documents: {documents} instead of {len(world.documents)}"
    issued = {
        (row.program, row.class_id, row.party, row.period): (row.issued_t, row.carried_t)
        for row in schema.CAP_RECORDS.all(real.ledger)
        if row.issued_t or row.carried_t
    }
    yield from _pairs(
        "cap",
        {
            key: (row["issued"], row["carried"])
            for key, row in world.caps.items()
            if row["issued"] or row["carried"]
        },
        issued,
    )
