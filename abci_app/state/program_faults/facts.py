"""Faults of the facts that rules refer to: parties, periods, links, labels, duties, calendars.

Must not know: what a rule does. Invariant: a name that one fact gives of another exists.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from abci_app.core import calendar, ids
from abci_app.core.limits import BPS, MONTHS_MAX, TIME_S_MAX
from abci_app.state.program_faults.fault import (
    TERM_S_MAX,
    Fault,
    at_most,
    consent,
    flagged,
    known,
    signed,
    sinks_of,
    texts,
    three_capitals,
    times,
    unique,
    words,
)
from abci_app.state.words import CATEGORY_FLAGS, DERIVATIONS, ENFORCEMENTS, LINK_REQUIRES
from tonne.v1 import policy_pb2 as p
from tonne.v1 import tx_pb2 as t

PERIOD_NUMBER_MAX = 99  # it stands in account ids
INVENTORIES_MAX = 100
OFFSET_S_MAX = 14 * 3600  # of a place from UTC
DAY_S = 86_400


def faults(program: p.Program) -> Iterator[Fault]:
    """Yield the faults of every table of facts."""
    yield from _parties(program)
    yield from _periods(program)
    yield from _links(program)
    yield from _labels(program)
    yield from _categories(program)
    yield from _notices(program)
    yield from _obligations(program)
    yield from _calendars(program)


def _parties(program: p.Program) -> Iterator[Fault]:
    codes = [row.code for row in program.periods]
    yield from unique("parties", [row.iso2 for row in program.parties])
    yield from unique("parties", [row.iso3 for row in program.parties])
    for index, party in enumerate(program.parties):
        where = f"parties[{index}]"
        if not ids.is_country(party.iso2):
            yield Fault(f"{where}.iso2", "must be two capital letters")
        if not three_capitals(party.iso3):
            yield Fault(f"{where}.iso3", "must be three capital letters")
        for number, row in enumerate(party.periods):
            yield from known(f"{where}.periods[{number}].period", [row.period], codes)
        yield from unique(f"{where}.periods", [row.period for row in party.periods])


def _periods(program: p.Program) -> Iterator[Fault]:
    yield from unique("periods", [row.code for row in program.periods])
    yield from unique("periods", [row.number for row in program.periods])
    starts = {row.code: row.start_s for row in program.periods}
    for index, row in enumerate(program.periods):
        where = f"periods[{index}]"
        yield from words(f"{where}.code", [row.code])
        yield from at_most(f"{where}.number", row.number, PERIOD_NUMBER_MAX)
        if not row.start_s < row.end_s <= TIME_S_MAX:
            yield Fault(f"{where}.end_s", "must lie after start_s, before the year 10000")
        steps = ("end_s", "report_due_s", "surrender_due_s", "true_up_end_s")
        given = [field for field in steps if getattr(row, field)]
        yield from times(f"{where}.", row, *given[1:])
        for one, other in pairwise(given):
            if getattr(row, one) > getattr(row, other):
                yield Fault(f"{where}.{other}", f"lies before {one}")
        if row.next and starts.get(row.next, 0) < row.end_s:
            yield Fault(f"{where}.next", f"{row.next!r} is no period that starts after this one")
        yield from at_most(f"{where}.reserve_share_bps", row.reserve_share_bps, BPS)
        yield from at_most(f"{where}.reserve_inventories", row.reserve_inventories, INVENTORIES_MAX)


def _links(program: p.Program) -> Iterator[Fault]:
    classes = [unit.id for unit in program.classes]
    yield from unique("links", [row.id for row in program.links])
    for index, link in enumerate(program.links):
        where = f"links[{index}]"
        yield from words(f"{where}.id", [link.id])
        yield from words(f"{where}.registry", [link.registry])
        if link.registry in program.registry_codes:
            yield Fault(f"{where}.registry", "is this program's own")
        if not link.direction:
            yield Fault(f"{where}.direction", "is missing")
        if not link.classes:
            yield Fault(f"{where}.classes", "names no unit that may pass")
        for number, row in enumerate(link.classes):
            spot = f"{where}.classes[{number}]"
            yield from words(f"{spot}.theirs", [row.theirs])
            yield from known(f"{spot}.ours", [row.ours], classes)
        yield from unique(f"{where}.classes", [row.theirs for row in link.classes])
        yield from known(f"{where}.requires", link.requires, LINK_REQUIRES)
        yield from consent(where, link, program)
        if link.direction == t.EXPORT_ONLY:
            if link.signer or link.approvals or link.requires:
                yield Fault(where, "signer, approvals and requires are for what comes in")
        else:
            yield from signed(where, link.signer, program)
        exits = [row for row in sinks_of(program, t.EXPORT) if row.link == link.id]
        if (link.direction == t.IMPORT_ONLY) == bool(exits):
            yield Fault(f"{where}.direction", "does not fit the EXPORT sinks that name this link")
        if len(exits) > 1:
            yield Fault(where, "has two EXPORT sinks: its balance is one account")


def _labels(program: p.Program) -> Iterator[Fault]:
    yield from unique("labels", [row.id for row in program.labels])
    for index, label in enumerate(program.labels):
        where = f"labels[{index}]"
        yield from words(f"{where}.id", [label.id])
        yield from texts(f"{where}.name", label.name)
        yield from flagged(f"{where}.scopes", label.scopes, t.LabelScope)
        yield from at_most(f"{where}.validity_months", label.validity_months, MONTHS_MAX)
        if label.derivation:
            yield from known(f"{where}.derivation", [label.derivation], DERIVATIONS)
        elif not label.scopes:
            yield Fault(f"{where}.scopes", "is carried by nothing: name scopes or a derivation")
        if label.scopes:
            yield from signed(where, label.signer, program)
        if label.authorization and list(label.scopes) != [t.SCOPE_LOT]:
            yield Fault(f"{where}.authorization", "counts units: its only scope is SCOPE_LOT")
        yield from consent(where, label, program)


def _categories(program: p.Program) -> Iterator[Fault]:
    yield from unique("categories", [row.id for row in program.categories])
    for index, row in enumerate(program.categories):
        where = f"categories[{index}]"
        yield from words(f"{where}.id", [row.id])
        yield from known(f"{where}.flags", row.flags, CATEGORY_FLAGS)
        yield from texts(f"{where}.note", row.note)


def _notices(program: p.Program) -> Iterator[Fault]:
    classes = [unit.id for unit in program.classes]
    yield from unique("notice_rules", [row.kind for row in program.notice_rules])
    for index, row in enumerate(program.notice_rules):
        where = f"notice_rules[{index}]"
        yield from words(f"{where}.kind", [row.kind])
        yield from at_most(f"{where}.due_months", row.due_months, MONTHS_MAX)
        yield from at_most(f"{where}.due_s", row.due_s, 100 * TERM_S_MAX)
        if bool(row.due_months) == bool(row.due_s):
            yield Fault(where, "needs either due_months or due_s")
        if row.due_s and row.contest_s > row.due_s:
            yield Fault(f"{where}.contest_s", "is longer than the duty itself")
        yield from at_most(f"{where}.contest_s", row.contest_s, 100 * TERM_S_MAX)
        yield from known(f"{where}.classes", row.classes, classes)
        yield from known(f"{where}.enforcement", row.enforcement, ENFORCEMENTS)
        if "CLAIM_POOL" in row.enforcement and not sinks_of(program, t.POOL):
            yield Fault(f"{where}.enforcement", "CLAIM_POOL: there is no POOL sink")
        yield from _notice_sink(where, row, program)


def _notice_sink(where: str, row: p.NoticeRule, program: p.Program) -> Iterator[Fault]:
    """A duty that asks for units can be met: there is a sink, and a row that leads there."""
    if not row.sink_kind:
        if row.sink_code:  # classes without a sink: an issue of them fulfils it
            yield Fault(f"{where}.sink_kind", "is missing: where do the units go")
        claims = [word for word in row.enforcement if word.startswith("CLAIM_")]
        if claims:
            yield Fault(f"{where}.enforcement", f"{claims[0]}: the duty asks for no units")
        return
    if not sinks_of(program, row.sink_kind, row.sink_code):
        yield Fault(f"{where}.sink_kind", "there is no such sink")
    ways = (move for move in program.move_rules if move.to_kind == row.sink_kind)
    if not any(row.sink_code in (0, move.to_code) or not move.to_code for move in ways):
        yield Fault(f"{where}.sink_kind", "no movement leads there: nobody could fulfil it")


def _obligations(program: p.Program) -> Iterator[Fault]:
    if not program.HasField("obligations"):
        return
    rule, where = program.obligations, "obligations"
    classes = [unit.id for unit in program.classes]
    if not rule.classes:
        yield Fault(f"{where}.classes", "names no unit that is accepted")
    yield from known(f"{where}.classes", rule.classes, classes)
    others = [name for name in classes if name not in rule.classes]
    yield from known(f"{where}.offset_classes", rule.offset_classes, others)
    yield from at_most(f"{where}.offset_limit_bps", rule.offset_limit_bps, BPS)
    if bool(rule.offset_classes) != bool(rule.offset_limit_bps):
        yield Fault(f"{where}.offset_limit_bps", "goes with offset_classes, and they with it")
    if rule.currency and not three_capitals(rule.currency):
        yield Fault(f"{where}.currency", "must be three capital letters")
    if bool(rule.currency) != bool(rule.penalty_minor_per_t):
        yield Fault(f"{where}.currency", "goes with penalty_minor_per_t, and that with it")
    if not program.periods:
        yield Fault(where, "there is no period that one could be for")
    if not any("OBLIGATION" in move.requires for move in program.move_rules):
        yield Fault(where, "no movement requires OBLIGATION: nobody could meet one")


def _calendars(program: p.Program) -> Iterator[Fault]:
    yield from unique("calendars", [row.id for row in program.calendars])
    for index, row in enumerate(program.calendars):
        where = f"calendars[{index}]"
        yield from words(f"{where}.id", [row.id])
        starts = [item.from_s for item in row.offsets]
        if not starts or starts[0]:
            yield Fault(f"{where}.offsets", "the first must hold from 0 on")
        yield from _ascending(f"{where}.offsets", starts)
        for number, item in enumerate(row.offsets):
            if abs(item.offset_s) > OFFSET_S_MAX:
                yield Fault(f"{where}.offsets[{number}].offset_s", f"is beyond {OFFSET_S_MAX}")
            yield from times(f"{where}.offsets[{number}].", item, "from_s")
        yield from _ascending(f"{where}.weekend", row.weekend)
        if len(row.weekend) > 6 or any(day > 6 for day in row.weekend):
            yield Fault(f"{where}.weekend", "is days from 0 Monday to 6 Sunday, not all of them")
        yield from _ascending(f"{where}.holidays", row.holidays)
        for number, day in enumerate(row.holidays):
            if not _date(day):
                yield Fault(f"{where}.holidays[{number}]", f"{day!r} is no date like 2026-12-25")
        if row.noon_s >= DAY_S:
            yield Fault(f"{where}.noon_s", f"must be below {DAY_S}")


def _date(text: str) -> bool:
    try:
        return calendar.iso(calendar.parse_iso(text))[:10] == text
    except ValueError:
        return False


def _ascending(where: str, items: Sequence[object]) -> Iterator[Fault]:
    if any(one >= other for one, other in pairwise(items)):  # type: ignore[operator]
        yield Fault(where, "must be ascending, each once")
