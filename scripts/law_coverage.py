"""docs/coverage.md from docs/rules.toml: each rule of the sources and the tests that show it.

It must not know any rule, and it runs no test: it reads files. Invariant: every rule that the
registry must hold is on the page, once, in order, with tests that exist.
"""

import ast
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RULES = "docs/rules.toml"
PAGE = "docs/coverage.md"

SOURCES = (  # (prefix of the ids, how many there are, heading)
    ("S0", 91, "S0: the program of DAO IPCI"),
    ("S1", 43, "S1: the Kazakh rules on Kyoto units"),
)
STATUSES = {
    "core": "the registry must do it",
    "future": "the source only plans it",
    "context": "there is nothing to enforce",
}
MEANS = {
    "T": "a rule of the chain",
    "D": "a document whose hash is on the chain",
    "R": "what everybody can read or gets as a report",
    "X": "nothing",
}
KEYS = ("id", "status", "by", "text", "how", "shown_by")
TEXT_MAX = 160

_TEST = re.compile(r"(tests/[\w/]+\.py)::(test_\w+)(?:\[(.+)\])?")
_ROW = re.compile(r"(tests/scenarios/[\w-]+\.txt): row (\S+)(?: (.+))?")


class RulesError(Exception):
    """The file of rules cannot be read; the message says where."""


@dataclass(frozen=True)
class Rule:
    """One rule of a source: what it asks, how it is held, what shows it."""

    id: str
    status: str
    by: str
    text: str
    how: str
    shown_by: tuple[str, ...] = ()


def read(root: Path) -> list[Rule]:
    """Return the rules of a checkout in the order of the file; RulesError."""
    try:
        rows = tomllib.loads((root / RULES).read_text(encoding="utf-8"))["rule"]
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise RulesError(f"{RULES}: {error}") from error
    found = []
    for number, row in enumerate(rows, 1):
        unknown = [key for key in row if key not in KEYS]
        missing = [key for key in KEYS[:5] if not isinstance(row.get(key), str)]
        if unknown or missing:
            wrong = [
                *(f"{key} is no key" for key in unknown),
                *(f"{k} is missing" for k in missing),
            ]
            raise RulesError(f"{RULES}: rule {number} ({row.get('id', '?')}): {', '.join(wrong)}")
        found.append(Rule(**{**row, "shown_by": tuple(row.get("shown_by", ()))}))
    return found


# ---- what is wrong with the rules ----


def expected_ids() -> list[str]:
    """Return every id that must be there, in order."""
    return [f"{prefix}-{number}" for prefix, count, _ in SOURCES for number in range(1, count + 1)]


def faults(root: Path, rules: Sequence[Rule]) -> list[str]:
    """Name everything that is wrong: ids, fields, tests that are not there, rules without one."""
    ids = [rule.id for rule in rules]
    known = expected_ids()
    found = [f"{name}: missing" for name in known if name not in ids]
    found += [f"{name}: no such rule" for name in ids if name not in known]
    found += [f"{name}: twice" for name in dict.fromkeys(ids) if ids.count(name) > 1]
    if not found and ids != known:
        found.append("the rules are not in the order of their numbers")
    for rule in rules:
        found += [f"{rule.id}: {fault}" for fault in _rule_faults(root, rule)]
    return found


def _rule_faults(root: Path, rule: Rule) -> Iterator[str]:
    if rule.status not in STATUSES:
        yield f"status {rule.status!r} is none of {', '.join(STATUSES)}"
    if [letter for letter in rule.by.split("+") if letter not in MEANS]:
        yield f"by {rule.by!r} is none of {', '.join(MEANS)}, joined by +"
    for name, text in (("text", rule.text), ("how", rule.how)):
        if not text or len(text) > TEXT_MAX or "\n" in text:
            yield f"{name} must be one line of 1 to {TEXT_MAX} characters"
    if rule.status == "core" and not rule.shown_by:
        yield "a core rule without a test"
    if len(dict.fromkeys(rule.shown_by)) != len(rule.shown_by):
        yield "a test is named twice"
    for reference in rule.shown_by:
        fault = reference_fault(root, reference)
        if fault:
            yield f"{reference}: {fault}"


def reference_fault(root: Path, reference: str) -> str:
    """Say what is wrong with the name of a test or of a scenario's row; empty when it is there."""
    test, row = _TEST.fullmatch(reference), _ROW.fullmatch(reference)
    if test is None and row is None:
        return 'write "tests/FILE.py::test_name" or "tests/scenarios/FILE.txt: row N"'
    path = root / (test or row or [""])[1]
    if not path.is_file():
        return "there is no such file"
    if test is not None:
        tests, words = _tests_of(path)
        if test[2] not in tests:
            return "there is no such test"
        return "" if test[3] is None or test[3] in words else "there is no such case"
    assert row is not None
    titles = _rows_of(path).get(row[2])
    if titles is None:
        return "there is no such row"
    if row[3] is None:
        return "" if len(titles) == 1 else "rows share this number; add the title"
    return "" if row[3] in titles else "no row of this number has this title"


@cache
def _tests_of(path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of a file's tests, and every text in it, among them the names of cases."""
    tree = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    tests = tuple(item.name for item in tree if isinstance(item, kinds))
    words = tuple(
        item.value
        for item in tree
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    )
    return tests, words


@cache
def _rows_of(path: Path) -> dict[str, list[str]]:
    """Return the titles of a scenario's rows by their numbers."""
    rows: dict[str, list[str]] = {}
    text = path.read_text(encoding="utf-8")
    for number, title in re.findall(r"^row +(\S+) *(.*?) *$", text, flags=re.MULTILINE):
        rows.setdefault(number, []).append(title)
    return rows


# ---- the page ----


def shown(reference: str) -> str:
    """Return a reference as a link that reads as a sentence."""
    test, row = _TEST.fullmatch(reference), _ROW.fullmatch(reference)
    if test is not None:
        words = test[2].removeprefix("test_").replace("_", " ")
        return f"[{words}{f': {test[3]}' if test[3] else ''}](../{test[1]})"
    if row is None:
        return reference
    title = f" {row[3]}" if row[3] else ""
    return f"[{Path(row[1]).stem}, row {row[2]}{title}](../{row[1]})"


def counts(rules: Sequence[Rule]) -> dict[str, int]:
    """Return how many rules there are of each status."""
    return {status: sum(rule.status == status for rule in rules) for status in STATUSES}


def page(rules: Sequence[Rule], notice: str) -> Iterator[str]:
    """Yield the lines of docs/coverage.md."""
    yield from ("# What the law asks and what shows it", "", notice, "")
    yield "Every rule of the two source documents in our own words: whether the registry must hold"
    yield "it, how it does, and the tests and scenario rows that show it. Written from"
    yield "[rules.toml](rules.toml); a test fails when a core rule has no test or a test named here"
    yield "does not exist."
    count = counts(rules)
    yield ""
    for name, meaning in STATUSES.items():
        yield f"- {name} ({meaning}): {count[name]}"
    means = "; ".join(f"**{letter}** {meaning}" for letter, meaning in MEANS.items())
    yield from ("", f"How a rule is held: {means}.")
    for prefix, _, heading in SOURCES:
        yield from ("", f"## {heading}", "")
        yield "| rule | what it asks | status | how it is held | shown by |"
        yield "|---|---|---|---|---|"
        for rule in rules:
            if rule.id.startswith(f"{prefix}-"):
                tests = "; ".join(shown(reference) for reference in rule.shown_by)
                held = f"**{rule.by}** {rule.how}"
                cells = (rule.id, rule.text, rule.status, held, tests)
                yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
