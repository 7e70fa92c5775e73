"""A program as tables that a lawyer can read: who may do what, with whose approval, after how long.

Must not know: where the program comes from. Invariant: every row of the program stands in a table;
a table without rows is left out.
"""

from collections.abc import Iterable, Iterator, Sequence

from abci_app.core import calendar
from node.cli import rule_words, screen
from node.cli.rule_words import holders, purposes, quorums, role, said, span, when
from tonne.v1 import kinds_pb2 as k
from tonne.v1 import policy_pb2 as p

Rows = Iterator[Sequence[str]]


def show(program: p.Program) -> None:
    """Write a program as tables."""
    screen.say(f"{program.id}: {program.name}, version {program.version}")
    screen.say(f"status {k.ProgramStatus.Name(program.status)}, {_since(program)}")
    screen.say(f"registries {', '.join(program.registry_codes)}; {_owner(program)}")
    if program.attributes:
        screen.say(f"it is {', '.join(program.attributes)}")
    tables: tuple[tuple[str, Sequence[str], Rows], ...] = (
        ("Units", ("class", "name", "kind", "basis", "use", "validity"), _classes(program)),
        ("Seats", ("role", "granted by", "seats", "independent"), _roles(program)),
        ("Accounts that only take in", ("type", "kind", "name", "for"), _sinks(program)),
        (
            "Movements: the first row that fits decides, what none fits is forbidden",
            ("movement", "from", "to", "units", "signed by", "agreed by", "takes effect", "needs"),
            _moves(program),
        ),
        (
            "Conversions",
            ("conversion", "kind", "from", "to", "signed by", "agreed by", "takes effect", "needs"),
            _converts(program),
        ),
        (
            "Other acts",
            ("rule", "act", "signed by", "agreed by", "takes effect", "needs"),
            _acts(program),
        ),
        (
            "Workflows",
            ("record", "from", "to", "signed by", "agreed by", "takes effect", "needs", "does"),
            _steps(program),
        ),
        ("Duties", ("kind", "due", "units go to", "if not met"), _duties(program)),
        ("Obligations", ("accepted", "offsets", "penalty", "shortfall"), _obligations(program)),
        (
            "Links to other registries",
            (
                "link",
                "registry",
                "direction",
                "units",
                "signed by",
                "agreed by",
                "takes effect",
                "needs",
            ),
            _links(program),
        ),
        (
            "Labels",
            ("label", "given to", "given by", "agreed by", "takes effect", "terms"),
            _labels(program),
        ),
        ("Categories", ("category", "what follows", "note"), _categories(program)),
        (
            "Parties",
            ("party", "eligible", "period", "assigned t", "inventory t"),
            _parties(program),
        ),
        (
            "Periods",
            ("period", "from", "until", "surrender", "true-up", "cap t", "reserve", "next"),
            _periods(program),
        ),
        ("Calendars", ("calendar", "days off", "holidays", "takes effect"), _calendars(program)),
        ("Parameters", ("parameter", "value"), _params(program)),
    )
    for title, head, body in tables:
        rows = list(body)
        if rows:
            screen.table(f"\n{title}", head, rows, fold=True)


def _since(program: p.Program) -> str:
    if program.effective_from_s:
        return f"in force from {calendar.iso(program.effective_from_s)}"
    return "in force from when it is decided"


def _owner(program: p.Program) -> str:
    owner = f"and the {role(program.owner_role)} " if program.owner_role else ""
    return f"more than two thirds of the consortium {owner}decide on a new version"


def _classes(program: p.Program) -> Rows:
    words = {p.EXPIRE: "until a date", p.REASSURE: "until it is assured again"}
    for row in program.classes:
        validity = words.get(row.expiry_mode, "without end")
        validity += "; issued before its result" if row.ex_ante else ""
        yield row.id, row.name, row.kind, row.basis, row.use, validity


def _roles(program: p.Program) -> Rows:
    for row in program.roles:
        grants = [
            f"{k.Role.Name(item.by)} (in a named list)" if item.named_list else k.Role.Name(item.by)
            for item in row.grants
        ]
        most = f"{row.seats_max} at most" if row.seats_max else "any number"
        yield k.Role.Name(row.role), " and ".join(grants), most, "yes" if row.independent else "no"


def _sinks(program: p.Program) -> Rows:
    periods = {row.number: row.code for row in program.periods}
    for row in program.sinks:
        about = row.link or periods.get(row.period, "")
        number = f" no. {row.number}" if row.number > 1 else ""
        yield f"{row.code}{number}", k.AccountKind.Name(row.kind), row.name, about


def _moves(program: p.Program) -> Rows:
    for row in program.move_rules:
        source = f"{k.AccountKind.Name(row.from_kind)} {holders(row.from_holders)}".strip()
        code = f" {row.to_code}" if row.to_code else ""
        target = f"{k.AccountKind.Name(row.to_kind)}{code} {holders(row.to_holders)}".strip()
        needs = [said([*row.requires, *row.checks])]
        needs += [f"for {purposes(row.purposes)}"] if row.purposes else []
        needs += [f"labels {', '.join(row.labels)}"] if row.labels else []
        needs += ["within one organisation"] if row.own_only else []
        if row.reversible_days:
            needs.append(f"may be given back for {row.reversible_days} days")
        yield (
            row.name,
            source,
            target,
            ", ".join(row.classes) or "all",
            role(row.signer),
            quorums(row.approvals),
            when(row),
            "; ".join(part for part in needs if part),
        )


def _converts(program: p.Program) -> Rows:
    for row in program.convert_rules:
        needs = [said([*row.requires, *row.checks])]
        needs += [f"{row.limit_bps / 100:g} % at most"] if row.limit_bps else []
        needs += [f"sets track {row.track}"] if row.track else []
        needs += [f"not of {', '.join(row.origins_barred)}"] if row.origins_barred else []
        yield (
            row.name,
            k.ConvertKind.Name(row.kind),
            f"{row.from_class} {holders(row.from_holders)}".strip(),
            row.to_class or row.from_class,
            role(row.signer),
            quorums(row.approvals),
            when(row),
            "; ".join(part for part in needs if part),
        )


def _acts(program: p.Program) -> Rows:
    for row in program.approval_rules:
        act = f"{row.action} {row.subject}".strip()
        who = role(row.signer)
        yield row.name, act, who, quorums(row.approvals), when(row), said(row.checks)


def _steps(program: p.Program) -> Rows:
    for row in program.workflow_rules:
        needs = [f"document {name}" for name in row.documents]
        needs += [f"statement {k.StatementKind.Name(kind)}" for kind in row.statements]
        needs += [f"confirmed: {', '.join(row.flags)}"] if row.flags else []
        needs += [f"after {span(row.min_age_s)}"] if row.min_age_s else []
        needs += [f"within {span(row.max_age_s)}"] if row.max_age_s else []
        needs += [said(row.guards)] if row.guards else []
        does = [said(row.effects)] if row.effects else []
        does += [f"comments for {span(row.comment_s)}"] if row.comment_s else []
        yield (
            f"{k.RecordKind.Name(row.kind)} {row.subject}".strip(),
            row.from_state or "(new)",
            row.to_state,
            role(row.signer),
            quorums(row.approvals),
            when(row),
            "; ".join(needs),
            "; ".join(does),
        )


def _duties(program: p.Program) -> Rows:
    for row in program.notice_rules:
        months = f"{row.due_months} month{'s' * (row.due_months > 1)}"
        due = months if row.due_months else span(row.due_s)
        contest = f", contested within {span(row.contest_s)}" if row.contest_s else ""
        sink = "no units"
        if row.sink_kind:
            sink = f"{k.AccountKind.Name(row.sink_kind)} {row.sink_code or ''}".strip()
        after = said(row.enforcement)
        after += "; no further issue until then" if row.blocks_issue else ""
        yield row.kind, due + contest, f"{sink} {', '.join(row.classes)}".strip(), after


def _obligations(program: p.Program) -> Rows:
    if program.HasField("obligations"):
        row = program.obligations
        offsets = "none"
        if row.offset_classes:
            offsets = f"{', '.join(row.offset_classes)} up to {row.offset_limit_bps / 100:g} %"
        penalty = "none"
        if row.penalty_minor_per_t:
            penalty = f"{row.penalty_minor_per_t} minor units of {row.currency} a tonne"
        after = "added to the next period" if row.make_good else "ends with the period"
        yield ", ".join(row.classes), offsets, penalty, after


def _links(program: p.Program) -> Rows:
    for row in program.links:
        units = ", ".join(f"{item.theirs} = {item.ours}" for item in row.classes)
        yield (
            row.id,
            row.registry,
            k.LinkMode.Name(row.direction),
            units,
            role(row.signer) if row.signer else "-",
            quorums(row.approvals),
            when(row),
            said(row.requires),
        )


def _labels(program: p.Program) -> Rows:
    for row in program.labels:
        scopes = [k.LabelScope.Name(scope).removeprefix("SCOPE_").lower() for scope in row.scopes]
        given = ", ".join(scopes)
        if row.derivation:
            given = f"{given} and, by itself, {said([row.derivation])}".removeprefix(" and, ")
        signer = role(row.signer) if row.signer else "-"
        terms = ["draws on an authorization"] if row.authorization else []
        terms += [f"for {row.validity_months} months at most"] if row.validity_months else []
        yield row.id, given, signer, quorums(row.approvals), when(row), "; ".join(terms) or "-"


def _categories(program: p.Program) -> Rows:
    for row in program.categories:
        yield row.id, said(row.flags), row.note


def _parties(program: p.Program) -> Rows:
    for row in program.parties:
        eligible = "yes" if row.eligible else "no"
        for item in row.periods or [p.PartyPeriod()]:
            numbers = (str(item.assigned_amount_t), str(item.last_inventory_t))
            yield row.iso3, eligible, item.period, *(screen.group(one) for one in numbers)


def _periods(program: p.Program) -> Rows:
    for row in program.periods:
        times = (row.start_s, row.end_s, row.surrender_due_s, row.true_up_end_s)
        reserve = f"{row.reserve_share_bps / 100:g} %" if row.reserve_share_bps else "-"
        if row.reserve_inventories:
            reserve += f" or {row.reserve_inventories} inventories"
        cap = screen.group(str(row.cap_t))
        yield row.code, *(_day(time_s) for time_s in times), cap, reserve, row.next or "-"


def _day(time_s: int) -> str:
    if not time_s:
        return "-"
    text = calendar.iso(time_s)
    return text.removesuffix("T00:00:00Z")


def _calendars(program: p.Program) -> Rows:
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    for row in program.calendars:
        days = ", ".join(names[day] for day in row.weekend)
        noon = row.noon_s or 43_200
        clock = f"{noon // 3600:02}:{noon // 60 % 60:02} there"
        yield row.id, days, f"{len(row.holidays)} days", clock


def _params(program: p.Program) -> Rows:
    for field, value in program.params.ListFields():
        name = field.name
        if field.is_repeated:
            text = ", ".join(str(item) for item in value)
        elif name == "accounting_from_s":
            text = _day(value)
        elif name.endswith(("_s", "_s_max")):
            text = span(value)
        elif "bps" in name:
            text = f"{value / 100:g} %"
        else:
            text = str(value)
        yield name, text


# ---- two versions ----

_KEYS = ("name", "id", "code", "iso2", "kind", "role", "period", "theirs", "from_s", "by")


def differences(one: p.Program, other: p.Program) -> list[str]:
    """Return what another program, or version, has that the first has not, in words."""
    return list(_fields(one, other, ""))


def _fields(one: object, other: object, where: str) -> Iterator[str]:
    for field in one.DESCRIPTOR.fields:  # type: ignore[attr-defined]
        old, new = getattr(one, field.name), getattr(other, field.name)
        spot = f"{where}{field.name}"
        if old == new:
            continue
        if field.is_repeated and field.message_type is not None:
            yield from _rows(old, new, spot)
        elif field.is_repeated:
            yield from (f"{spot}: added {_text(field, item)}" for item in new if item not in old)
            yield from (f"{spot}: removed {_text(field, item)}" for item in old if item not in new)
            if sorted(old) == sorted(new):
                yield f"{spot}: in another order"
        elif field.message_type is not None:
            yield from _fields(old, new, f"{spot}.")
        else:
            yield f"{spot}: {_text(field, old)} -> {_text(field, new)}"


def _rows(old: Sequence[object], new: Sequence[object], where: str) -> Iterator[str]:
    before, after = _named(old), _named(new)
    for name, row in after.items():
        if name not in before:
            yield f"{where}: added {name!r}"
        elif before[name] != row:
            yield from _fields(before[name], row, f"{where} {name!r}: ")
    for name in before:
        if name not in after:
            yield f"{where}: removed {name!r}"
    both = [name for name in before if name in after]
    if both != [name for name in after if name in before]:
        yield f"{where}: in another order; the first row that fits decides"


def _named(rows: Iterable[object]) -> dict[str, object]:
    """Return rows by what they are called; equal names are numbered."""
    found: dict[str, object] = {}
    for row in rows:
        name = _name(row)
        number = 1
        while f"{name} ({number})" in found or (number == 1 and name in found):
            number += 1
        found[name if number == 1 else f"{name} ({number})"] = row
    return found


def _name(row: object) -> str:
    fields = row.DESCRIPTOR.fields_by_name  # type: ignore[attr-defined]
    if isinstance(row, p.SinkAccount):
        return f"{row.code}-{row.number or 1}-{row.period}"
    if isinstance(row, p.Quorum):
        return rule_words.quorums([p.Quorum(role=row.role, side=row.side, count=1)])
    key = next((name for name in _KEYS if name in fields), "")
    return _text(fields[key], getattr(row, key)) if key else "row"


def _text(field: object, value: object) -> str:
    kind = field.enum_type  # type: ignore[attr-defined]
    if kind is not None:
        return str(kind.values_by_number[value].name)
    if isinstance(value, bytes):
        return value.hex() or "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value == "" else str(value)
