"""The scenario language: plain text, one step a line, to steps.

Must not know: chains, keys or accounts. Invariant: every line is a step, a comment or refused with
file, line and column; nothing is guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from abci_app.core import calendar
from abci_app.core.codes import Code
from node.cli.faults import Fault, nearest, usage
from node.cli.verbs import find

OK, PENDING = "ok", "pending"
SETTINGS = ("network", "program")
SUBJECTS = (
    "balance",
    "account",
    "organisation",
    "record",
    "statement",
    "accreditation",
    "proposal",
    "retirement",
    "hold",
    "cancellation",
    "order",
    "fill",
    "import",
    "link",
    "cap",
    "reserve",
    "footprint",
    "labels",
    "inbox",
    "lot",
    "lots",
    "supply",
    "event",
)


@dataclass(frozen=True)
class Line:
    """Where a step stands and how it was typed."""

    file: str
    number: int  # from 1
    text: str

    def fault(self, message: str, hint: str = "", column: int = 1) -> Fault:
        """Return a usage fault at a column of this line."""
        place = f"{self.file}:{self.number}:{column}: {message}\n    {self.text.strip()}"
        return usage(place, hint)


@dataclass(frozen=True)
class Clock:
    """`at 2028-02-01`: the clock moves there, and a block is made."""

    line: Line
    time_s: int


@dataclass(frozen=True)
class Row:
    """`row 5 Transfer to the user`: a heading."""

    line: Line
    number: str
    title: str


@dataclass(frozen=True)
class Act:
    """`issuer: transfer 5 --class TMU --to @user -> ok`: a transaction and its outcome."""

    line: Line
    signers: tuple[str, ...]  # key names; the first acts
    words: tuple[str, ...]  # the command as typed
    outcome: str  # ok, pending or a code's name


@dataclass(frozen=True)
class Expect:
    """`expect balance issuer TMU free=5`: what must be so."""

    line: Line
    subject: str
    words: tuple[str, ...]


Step = Clock | Row | Act | Expect


@dataclass(frozen=True)
class Scenario:
    """A scenario file: its two settings and its steps."""

    file: str
    network: str
    program: str
    steps: tuple[Step, ...]


def read(path: Path) -> Scenario:
    """Return the scenario of a file; a usage fault names file, line and column."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise usage(f"cannot read {path}: {error.strerror}", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise usage(f"{path} is not UTF-8 text") from error
    return parse(text, str(path))


def parse(text: str, file: str) -> Scenario:
    """Return the scenario that a text says."""
    settings = {"network": "local", "program": ""}
    steps: list[Step] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = Line(file, number, raw)
        words = split(line)
        if not words:
            continue
        head = words[0][0]
        if head in SETTINGS:
            if steps:
                raise line.fault(f"{head!r} stands at the top, before the first step")
            settings[head] = _only(line, words)
        else:
            steps.append(_step(line, words))
    return Scenario(file, settings["network"], settings["program"], tuple(steps))


Words = list[tuple[str, int]]


def split(line: Line) -> Words:
    """Return (word, column from 1) for the words before a comment; quotes keep spaces together."""
    words: Words = []
    text, at = line.text, 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        if text[at] == "#":
            break
        start, word = at, ""
        while at < len(text) and not text[at].isspace():
            if text[at] in "\"'":
                end = text.find(text[at], at + 1)
                if end < 0:
                    raise line.fault("this quote is not closed", "Close it.", at + 1)
                word += text[at + 1 : end]
                at = end + 1
            else:
                word += text[at]
                at += 1
        words.append((word, start + 1))
    return words


def _only(line: Line, words: Words) -> str:
    if len(words) != 2:
        raise line.fault(f"{words[0][0]!r} takes one word", f"Like: {words[0][0]} local")
    return words[1][0]


def _step(line: Line, words: Words) -> Step:
    head = words[0][0]
    if head == "at":
        try:
            return Clock(line, calendar.parse_iso(_only(line, words)))
        except ValueError as error:
            raise line.fault(str(error), column=words[1][1]) from error
    if head == "row":
        if len(words) < 2:
            raise line.fault("a row needs a number", "Like: row 5 Transfer to the user")
        return Row(line, words[1][0], " ".join(word for word, _ in words[2:]))
    if head == "expect":
        return _expect(line, words)
    if head.endswith(":"):
        return _act(line, words)
    raise line.fault(
        f"{head!r} begins no step",
        "A step is `who: command -> outcome`, `expect ...`, `at DATE` or `row N title`.",
        words[0][1],
    )


def _expect(line: Line, words: Words) -> Expect:
    if len(words) < 2:
        raise line.fault("expect what?", f"One of: {', '.join(SUBJECTS)}.")
    subject, column = words[1]
    if subject not in SUBJECTS:
        hint = nearest(subject, SUBJECTS) or f"One of: {', '.join(SUBJECTS)}."
        raise line.fault(f"cannot expect {subject!r}", hint, column)
    return Expect(line, subject, tuple(word for word, _ in words[2:]))


def _act(line: Line, words: Words) -> Act:
    signers = tuple(words[0][0].removesuffix(":").split("+"))
    if not all(signers):
        raise line.fault("who signs?", "Like: auditor+operator: issue ...")
    arrows = [index for index, (word, _) in enumerate(words) if word == "->"]
    if len(arrows) != 1 or arrows[0] != len(words) - 2:
        raise line.fault(
            "a command ends with the outcome expected", "Like: -> ok, -> pending or -> INSUFFICIENT"
        )
    outcome, column = words[-1]
    command = [word for word, _ in words[1:-2]]
    if not command:
        raise line.fault("which command?", "Like: issuer: transfer 5 --class TMU --to @user -> ok")
    if outcome not in (OK, PENDING) and (outcome not in Code.keys() or outcome == "OK"):  # noqa: SIM118 - an enum wrapper is no mapping
        hint = nearest(outcome, [OK, PENDING, *Code.keys()])
        raise line.fault(f"{outcome!r} is no outcome", hint or "ok, pending or a code", column)
    try:
        find(command[0])
    except Fault as fault:
        raise line.fault(fault.message, fault.hint, words[1][1]) from fault
    return Act(line, signers, tuple(command), outcome)


def columns(line: Line, words: Sequence[str]) -> int:
    """Return the column of the first of the words that stands in the line, or 1."""
    return next((line.text.index(word) + 1 for word in words if word and word in line.text), 1)
