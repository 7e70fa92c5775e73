"""Every rule of the law is on the page once, and what is said to show it exists."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scripts import law_coverage
from scripts.law_coverage import Rule, RulesError

ROOT = Path(__file__).resolve().parent.parent
RULES = law_coverage.read(ROOT)
E1 = "tests/scenarios/e01_ipci_issue_reserve.txt"
CASES = "tests/actions/test_refusals_units.py::test_it_is_refused_with_its_code"


def faults(*changed: Rule) -> list[str]:
    """Return what is wrong once some rules are others."""
    by_id = {rule.id: rule for rule in (*RULES, *changed)}
    return law_coverage.faults(ROOT, list(by_id.values()))


def rule(**fields: Any) -> Rule:
    """Return the first rule with other fields."""
    given: dict[str, Any] = {"shown_by": (f"{E1}: row 5",)}
    return replace(RULES[0], **given | fields)


def test_every_rule_is_there_once_and_what_shows_it_exists() -> None:
    assert law_coverage.faults(ROOT, RULES) == []


def test_a_rule_that_is_missing_unknown_twice_or_out_of_place_is_found() -> None:
    assert law_coverage.faults(ROOT, RULES[1:]) == ["S0-1: missing"]
    unknown = [*RULES, replace(RULES[0], id="S0-92")]
    assert law_coverage.faults(ROOT, unknown) == ["S0-92: no such rule"]
    assert "S0-1: twice" in law_coverage.faults(ROOT, [*RULES, RULES[0]])
    swapped = [RULES[1], RULES[0], *RULES[2:]]
    assert law_coverage.faults(ROOT, swapped) == ["the rules are not in the order of their numbers"]


def test_a_core_rule_needs_a_test() -> None:
    assert faults(rule(shown_by=())) == ["S0-1: a core rule without a test"]
    assert faults(rule(status="context", shown_by=())) == []


@pytest.mark.parametrize(
    ("reference", "fault"),
    [
        (f"{E1}: row 5", ""),
        (f"{E1}: row 2a", ""),
        (f"{E1}: row 0 A methodology and an activity are registered", ""),
        (f"{E1}: row 0", "rows share this number; add the title"),
        (f"{E1}: row 0 Nothing of the kind", "no row of this number has this title"),
        (f"{E1}: row 77", "there is no such row"),
        ("tests/scenarios/e99.txt: row 1", "there is no such file"),
        ("tests/test_coverage.py::test_a_core_rule_needs_a_test", ""),
        ("tests/test_coverage.py::test_nobody_wrote_this", "there is no such test"),
        ("tests/test_nothing.py::test_nobody_wrote_this", "there is no such file"),
        (f"{CASES}[a cap above what is assured]", ""),
        (f"{CASES}[a cap that nobody asked for]", "there is no such case"),
        (
            "S0-1 is obvious",
            'write "tests/FILE.py::test_name" or "tests/scenarios/FILE.txt: row N"',
        ),
    ],
)
def test_what_a_rule_names_must_be_there(reference: str, fault: str) -> None:
    assert law_coverage.reference_fault(ROOT, reference) == fault
    named = faults(rule(shown_by=(reference,)))
    assert named == ([f"S0-1: {reference}: {fault}"] if fault else [])


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"status": "maybe"}, "S0-1: status 'maybe' is none of core, future, context"),
        ({"by": "T+Q"}, "S0-1: by 'T+Q' is none of T, D, R, X, joined by +"),
        ({"text": ""}, "S0-1: text must be one line of 1 to 160 characters"),
        ({"how": "h" * 161}, "S0-1: how must be one line of 1 to 160 characters"),
        ({"shown_by": (f"{E1}: row 5", f"{E1}: row 5")}, "S0-1: a test is named twice"),
    ],
)
def test_a_field_out_of_its_bounds_is_found(fields: dict[str, object], fault: str) -> None:
    assert faults(rule(**fields)) == [fault]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[[rule]]\nid =", "docs/rules.toml: "),
        ("", "docs/rules.toml: 'rule'"),
        ('[[rule]]\nid = "S0-1"\nstatus = "core"\nby = "T"\ntext = "a"', "how is missing"),
        ('[[rule]]\nid = "S0-1"\nshown = []', "rule 1 (S0-1): shown is no key"),
        ('[[rule]]\nid = "S0-1"\ntodo = true', "rule 1 (S0-1): todo is no key"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "rules.toml").write_text(text)
    with pytest.raises(RulesError) as caught:
        law_coverage.read(tmp_path)
    assert fault in str(caught.value)


def test_the_page_shows_every_rule_and_counts_them() -> None:
    lines = list(law_coverage.page(RULES, "<!-- -->"))
    for row in RULES:
        found = [line for line in lines if line.startswith(f"| {row.id} |")]
        assert len(found) == 1, row.id
        assert found[0].endswith(" |  |") == (not row.shown_by), row.id
    core = sum(row.status == "core" for row in RULES)
    assert f"- core (the registry must do it): {core}" in lines
    assert "[e01_ipci_issue_reserve, row 5](../tests/scenarios/" in "\n".join(lines)
