"""A fault and its place, and what several parts of a program ask of a field.

Must not know: any part of a program. Invariant: every fault names the path of what is wrong.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from abci_app.core import ids
from abci_app.core.limits import CODE_WORD_BYTES_MAX, NAME_BYTES_MAX, TIME_S_MAX
from tonne.v1 import policy_pb2 as p
from tonne.v1 import tx_pb2 as t

QUORUM_MAX = 64
TERM_S_MAX = 366 * 86_400  # of a proposal, a window, a delay


@dataclass(frozen=True)
class Fault:
    """What is wrong with a program, and where: a path like `move_rules[2].signer`."""

    path: str
    text: str


class Act(Protocol):
    """A row that says who must agree, and how; read only."""

    @property
    def approvals(self) -> Sequence[p.Quorum]:
        """Return the quorums."""

    @property
    def expires_s(self) -> int:
        """Return how long a proposal waits."""

    @property
    def mode(self) -> p.ApprovalMode:
        """Return how silence counts."""

    @property
    def window_s(self) -> int:
        """Return how long anybody may object."""

    @property
    def delay_s(self) -> int:
        """Return what lies between the last approval and the execution."""


def roles_of(program: p.Program) -> list[int]:
    """Return the roles that a program knows."""
    return [row.role for row in program.roles]


def signers_of(program: p.Program) -> list[int]:
    """Return who may sign a row: the owner, and the roles of the program."""
    return [t.HOLDER, *roles_of(program)]


def unique(where: str, names: Iterable[object]) -> Iterator[Fault]:
    """Yield a fault for every name that stands there a second time, or is empty."""
    seen: dict[object, bool] = {}
    for index, name in enumerate(names):
        if not name:
            yield Fault(f"{where}[{index}]", "has no name")
        elif name in seen:
            yield Fault(f"{where}[{index}]", f"{name!r} stands there twice")
        seen[name] = True


def known(where: str, words: Iterable[object], among: Sequence[object]) -> Iterator[Fault]:
    """Yield a fault for every word that is none of those that there are, or stands twice."""
    seen: list[object] = []
    for word in words:
        if word not in among:
            there = ", ".join(str(item) for item in among) or "nothing"
            yield Fault(where, f"{word!r} is none of {there}")
        elif word in seen:
            yield Fault(where, f"{word!r} stands there twice")
        seen.append(word)


def flagged(where: str, values: Iterable[int], kind: object) -> Iterator[Fault]:
    """Yield a fault for enum values that say nothing or stand twice."""
    seen: list[int] = []
    for value in values:
        if not value or value in seen:
            name = kind.Name(value)  # type: ignore[attr-defined]
            yield Fault(where, f"{name} says nothing or stands there twice")
        seen.append(value)


def texts(where: str, text: str, *, empty: bool = True) -> Iterator[Fault]:
    """Yield a fault for a text that hides something, is too long, or is missing."""
    fault = ids.text_fault(text, NAME_BYTES_MAX)
    if fault:
        yield Fault(where, fault)
    elif not text and not empty:
        yield Fault(where, "is empty")


def words(where: str, items: Iterable[str]) -> Iterator[Fault]:
    """Yield a fault for every item that cannot be an id."""
    for item in items:
        if not ids.is_id(item) or len(item) > CODE_WORD_BYTES_MAX:
            yield Fault(where, f"{item!r} is not a word of letters and digits")


def three_capitals(text: str) -> bool:
    """Tell whether a text has the form of an ISO 3166-1 alpha-3 or ISO 4217 code."""
    return len(text) == 3 and ids.is_country(text[:2]) and ids.is_country(text[1:])


def at_most(where: str, value: int, most: int) -> Iterator[Fault]:
    """Yield a fault for a number above its bound."""
    if value > most:
        yield Fault(where, f"must be at most {most}")


def times(where: str, message: object, *fields: str) -> Iterator[Fault]:
    """Yield a fault for times beyond the year 9999."""
    for field in fields:
        yield from at_most(f"{where}{field}", getattr(message, field), TIME_S_MAX)


def quorums(where: str, rows: Sequence[p.Quorum], roles: Sequence[int]) -> Iterator[Fault]:
    """Yield the faults of the approvals of a row."""
    seen: list[tuple[int, str]] = []
    for number, quorum in enumerate(rows):
        spot = f"{where}.approvals[{number}]"
        if quorum.role not in roles or not 0 < quorum.count <= QUORUM_MAX:
            yield Fault(spot, f"needs a role of the program and a count of 1 to {QUORUM_MAX}")
        if quorum.side:
            yield from words(f"{spot}.side", [quorum.side])
        if (quorum.role, quorum.side) in seen:
            yield Fault(spot, "stands there twice; raise the count instead")
        seen.append((quorum.role, quorum.side))


def consent(where: str, row: Act, program: p.Program) -> Iterator[Fault]:
    """Yield the faults of how a row is agreed to: quorums, mode, window, delay, term."""
    yield from quorums(where, row.approvals, roles_of(program))
    for field in ("expires_s", "window_s", "delay_s"):
        yield from at_most(f"{where}.{field}", getattr(row, field), TERM_S_MAX)
    if row.mode == p.NO_OBJECTION:
        if not row.approvals:
            yield Fault(f"{where}.approvals", "names nobody who may object")
        term = row.expires_s or program.params.proposal_expires_s
        if not 0 < row.window_s <= term:
            yield Fault(f"{where}.window_s", f"NO_OBJECTION needs a window of 1 to {term} seconds")
    elif row.window_s:
        yield Fault(f"{where}.window_s", "only the mode NO_OBJECTION has a window")


def signed(where: str, signer: int, program: p.Program) -> Iterator[Fault]:
    """Yield a fault for a signer whom nobody can be."""
    if signer not in signers_of(program):
        yield Fault(f"{where}.signer", "is a role that the program lacks")


def sinks_of(program: p.Program, kind: int, code: int = 0) -> list[p.SinkAccount]:
    """Return the sinks of a kind and, unless it is 0, a code."""
    return [row for row in program.sinks if row.kind == kind and code in (0, row.code)]


def within(few: Sequence[object], many: Sequence[object]) -> bool:
    """Tell whether a list of conditions (none: no condition) lets through no more than another."""
    return not many or (bool(few) and all(item in many for item in few))
