"""Programs: checked strictly, stored by version, compiled once.

Must not know: what a rule does when it is applied. Invariant: no program that has a fault is ever
stored, whether it
comes from genesis or from a transaction; the tree holds the hash of every stored body.
"""

from dataclasses import dataclass
from hashlib import sha256

from abci_app.core import ids, keys
from abci_app.core.codec import VERSION, decode, encode
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import U64_MAX
from abci_app.core.workdays import NOON_S, Workdays, day_of
from abci_app.state import chain, schema
from abci_app.state.words import MOVE_CHECKS
from abci_app.store.kv import Overlay, Reader, prefix_stop
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

HOLDING_CODES = (100, 120, 121)  # party, operator and person holding accounts (domain D1)
RECORDED_KINDS = (t.RETIRE, t.SURRENDER)  # a movement into one of these writes a Retirement
CANCELLED_KINDS = (t.CANCEL, t.REPLACE)  # and into one of these, a Cancellation


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A movement rule with its fields read off the message once; empty tuples match everything."""

    name: str
    to_code: int
    classes: tuple[str, ...]
    from_holders: tuple[int, ...]
    to_holders: tuple[int, ...]
    signer: int
    approvals: tuple[s.Quorum, ...]
    expires_s: int
    purpose: bool
    beneficiary: bool
    requires: tuple[str, ...]
    checks: tuple[str, ...]  # in the order of words.py, which is that of refusals
    waits: bool  # for consent or for time
    mode: int
    window_s: int
    delay_s: int
    delay_calendar: str
    reversible_days: int
    own_only: bool
    purposes: tuple[int, ...]
    labels: tuple[str, ...]

    def fits(self, class_id: str, source: s.Account, target: s.Account, purpose: int) -> bool:
        """Tell whether the rule is about this movement, the kinds of the two accounts apart."""
        return (
            (not self.to_code or self.to_code == target.code)
            and (not self.classes or class_id in self.classes)
            and (not self.from_holders or source.holder_kind in self.from_holders)
            and (not self.to_holders or target.holder_kind in self.to_holders)
            and (not self.purposes or purpose in self.purposes)
            and (not self.own_only or source.organisation == target.organisation)
        )


@dataclass(frozen=True)
class Rules:
    """A program compiled for look-up."""

    program: s.Program
    classes: dict[str, s.UnitClass]
    roles: dict[int, s.RoleRule]
    moves: dict[tuple[int, int], tuple[MoveRow, ...]]  # by the kinds of the two accounts
    approvals: dict[str, tuple[s.ApprovalRule, ...]]
    workflows: dict[tuple[int, str, str], tuple[s.WorkflowRule, ...]]
    converts: dict[str, s.ConvertRule]
    parties: dict[str, s.TreatyParty]
    periods: dict[str, s.Period]
    links: dict[str, s.Link]
    labels: dict[str, s.LabelDef]
    categories: dict[str, s.Category]
    notices: dict[str, s.NoticeRule]
    calendars: dict[str, s.WorkCalendar]
    workplaces: dict[str, tuple[Workdays, int]]  # a calendar's days, and its noon
    ineligible: str  # a party whose registry this is and that may not act; empty: none

    def unit_class(self, class_id: str) -> s.UnitClass:
        """Return a unit class; CLASS_UNKNOWN."""
        if class_id not in self.classes:
            refuse(Code.CLASS_UNKNOWN, f"{self.program.id} has no class {class_id}")
        return self.classes[class_id]

    def period(self, code: str) -> s.Period:
        """Return a period; PERIOD_UNKNOWN."""
        if code not in self.periods:
            refuse(Code.PERIOD_UNKNOWN, f"{self.program.id} has no period {code!r}")
        return self.periods[code]

    def link(self, link_id: str) -> s.Link:
        """Return a link; LINK_UNKNOWN."""
        if link_id not in self.links:
            refuse(Code.LINK_UNKNOWN, f"{self.program.id} has no link {link_id}")
        return self.links[link_id]

    def workdays(self, calendar_id: str) -> tuple[Workdays, int]:
        """Return the working days of a calendar, and the second of the day that is its noon."""
        return self.workplaces[calendar_id]

    def approval(self, action: str, subject: str) -> s.ApprovalRule:
        """Return the first approval rule for an act on a subject; RULE_MISSING."""
        for rule in self.approvals.get(action, ()):
            if rule.subject in ("", subject):
                return rule
        refuse(Code.RULE_MISSING, f"{action} {subject}")


def compile_rules(program: s.Program) -> Rules:
    """Return the look-up form of a faultless program."""
    approvals: dict[str, list[s.ApprovalRule]] = {}
    for rule in program.approval_rules:
        approvals.setdefault(rule.action, []).append(rule)
    moves: dict[tuple[int, int], list[MoveRow]] = {}
    for move in program.move_rules:
        moves.setdefault((move.from_kind, move.to_kind), []).append(_move_row(move))
    workflows: dict[tuple[int, str, str], list[s.WorkflowRule]] = {}
    for row in program.workflow_rules:
        workflows.setdefault((row.kind, row.from_state, row.to_state), []).append(row)
    return Rules(
        program=program,
        classes={unit.id: unit for unit in program.classes},
        roles={role.role: role for role in program.roles},
        moves={kinds: tuple(rows) for kinds, rows in moves.items()},
        approvals={action: tuple(rows) for action, rows in approvals.items()},
        workflows={step: tuple(rows) for step, rows in workflows.items()},
        converts={rule.name: rule for rule in program.convert_rules},
        parties={party.iso2: party for party in program.parties},
        periods={period.code: period for period in program.periods},
        links={link.id: link for link in program.links},
        labels={label.id: label for label in program.labels},
        categories={category.id: category for category in program.categories},
        notices={rule.kind: rule for rule in program.notice_rules},
        calendars={calendar.id: calendar for calendar in program.calendars},
        workplaces={calendar.id: _workplace(calendar) for calendar in program.calendars},
        ineligible=_ineligible(program),
    )


def _workplace(calendar: s.WorkCalendar) -> tuple[Workdays, int]:
    place = Workdays(
        offsets=tuple((row.from_s, row.offset_s) for row in calendar.offsets),
        weekend=tuple(calendar.weekend),
        holidays=tuple(day_of(day) for day in calendar.holidays),
    )
    return place, calendar.noon_s or NOON_S


def _ineligible(program: s.Program) -> str:
    """Return the first party that is not eligible, of those whose registries the program keeps.

    They are those with its registry codes; where none has, all of them.
    """
    own = [row for row in program.parties if row.iso2 in program.registry_codes]
    return next((row.iso2 for row in own or program.parties if not row.eligible), "")


def _move_row(move: s.MoveRule) -> MoveRow:
    return MoveRow(
        name=move.name,
        to_code=move.to_code,
        classes=tuple(move.classes),
        from_holders=tuple(move.from_holders),
        to_holders=tuple(move.to_holders),
        signer=move.signer,
        approvals=tuple(move.approvals),
        expires_s=move.expires_s,
        purpose="PURPOSE" in move.requires,
        beneficiary="BENEFICIARY" in move.requires,
        requires=tuple(move.requires),
        checks=tuple(word for word in MOVE_CHECKS if word in move.checks),
        waits=bool(move.approvals or move.delay_s or move.delay_calendar),
        mode=move.mode,
        window_s=move.window_s,
        delay_s=move.delay_s,
        delay_calendar=move.delay_calendar,
        reversible_days=move.reversible_days,
        own_only=move.own_only,
        purposes=tuple(move.purposes),
        labels=tuple(move.labels),
    )


class Book:
    """Compiled programs, by the hash of their body: equal bodies are compiled once a process."""

    def __init__(self) -> None:
        """Start with the chain's own program, which is never stored."""
        self._compiled: dict[bytes, Rules] = {}
        self._chain = compile_rules(chain.PROGRAM)

    def rules(self, reader: Reader, program_id: str, now: int) -> Rules | None:
        """Return the version of a program in force at `now`, or None."""
        if program_id == ids.CHAIN_PROGRAM:
            return self._chain
        low, high = keys.program(program_id, 0), keys.program(program_id, U64_MAX)
        for key, value in reader.scan(low, high, reverse=True):
            digest = value[len(VERSION) :]
            rules = self._compiled.get(digest)
            if rules is None:
                body = reader.get(bytes((keys.Table.PROGRAM_BODY,)) + key[1:])
                assert body is not None, "a program has no body"
                rules = compile_rules(decode(s.Program, body))
                self._compiled[digest] = rules
            if rules.program.effective_from_s <= now:
                return rules
        return None


def put_program(overlay: Overlay, program: s.Program) -> None:
    """Store a version of a program: its hash in the tree, its body beside it."""
    body = encode(program)
    overlay.put(keys.program(program.id, program.version), VERSION + sha256(body).digest())
    overlay.put(keys.program_body(program.id, program.version), body)


def open_sinks(overlay: Overlay, program: s.Program, now: int) -> None:
    """Open the accounts of a program's sinks that are not open yet."""
    for sink in program.sinks:
        account = s.Account(
            id=sink_id(program, sink),
            program=program.id,
            name=sink.name,
            kind=sink.kind,
            code=sink.code,
            holder_kind=t.SYSTEM,
            status=t.ACCOUNT_OPEN,
            opened_s=now,
            link=sink.link,
            period=sink.period,
        )
        if not schema.ACCOUNTS.has(overlay, account.id):
            schema.ACCOUNTS.put(overlay, account)


def latest(reader: Reader, program_id: str) -> s.Program | None:
    """Return the last stored version of a program, in force or to come."""
    low, high = keys.program_body(program_id, 0), keys.program_body(program_id, U64_MAX)
    for _, body in reader.scan(low, high, reverse=True):
        return decode(s.Program, body)
    return None


def all_latest(reader: Reader) -> list[s.Program]:
    """Return the last stored version of every program, by id."""
    found: dict[str, s.Program] = {}
    start = bytes((keys.Table.PROGRAM_BODY,))
    for _, body in reader.scan(start, prefix_stop(start)):
        program = decode(s.Program, body)
        found[program.id] = program
    return list(found.values())


def sink_id(program: s.Program, sink: s.SinkAccount) -> str:
    """Return the account id of a program's sink."""
    return str(ids.AccountId(program.registry_codes[0], sink.code, sink.number or 1, sink.period))
