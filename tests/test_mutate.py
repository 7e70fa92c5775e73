"""The mutation check: what it changes, and that it tells what is noticed from what is not."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from scripts import mutants, mutate
from scripts.mutant_lab import KILLED, SURVIVED, TIMED_OUT, UNREACHED, Lab

ROOT = Path(__file__).resolve().parent.parent

TOY = '''"""A toy."""

LEAST = 3


def enough(count: int) -> bool:
    return count >= LEAST


def unseen(count: int) -> int:
    if count > 100:
        count = 100
    return count


def steps(count: int) -> int:
    done = 0
    while count > 0:
        count -= 1
        done += 1
    return done


def forgotten() -> int:
    return 7
'''
TESTS = """from toy import enough, steps, unseen


def test_three_are_enough_and_two_are_not():
    assert enough(3)
    assert not enough(2)


def test_a_small_count_stays():
    assert unseen(5) == 5


def test_three_steps_are_three():
    assert steps(3) == 3
"""


def changes(source: str) -> list[tuple[str, str]]:
    """Return what a source becomes, by operator, each without the lines that stay."""
    return [(m.operator, m.apply(source)) for m in mutants.find("toy.py", source)]


@pytest.mark.parametrize(
    ("source", "operator", "becomes"),
    [
        ("a = b < c", "compare", ["a = b <= c", "a = b >= c"]),
        ("a = b is not None", "compare", ["a = b is None"]),
        ("a = b not in (c)", "compare", ["a = b in (c)"]),
        ("a = b < c == d", "compare", ["a = b < c != d", "a = b <= c == d", "a = b >= c == d"]),
        ("a = b and c", "logic", ["a = (b or c)"]),
        ("a = not b", "logic", ["a = (b)"]),
        (
            "a = b or (c and d)",
            "operand",
            ["a = (b)", "a = (c and d)", "a = b or ((c))", "a = b or ((d))"],
        ),
        ("a = b + c", "arithmetic", ["a = (b - c)"]),
        ("a += b", "arithmetic", ["a -= b"]),
        ("a = 5", "constant", ["a = 4", "a = 6"]),
        ("a = True", "constant", ["a = False"]),
        ("def f() -> int:\n    return b", "return", ["def f() -> int:\n    return None"]),
        ("def f():\n    return", "return", ["def f():\n    pass"]),
        ("b()\nc()", "drop", ["b()\npass", "pass\nc()"]),
        ("a.b = c", "drop", ["pass"]),
        ("def f():\n    yield b", "drop", ["def f():\n    yield from ()"]),
        ("if a:\n    b = c", "condition", ["if False:\n    b = c", "if True:\n    b = c"]),
        ("if a:\n    b()", "condition", ["if True:\n    b()"]),
        ("while a:\n    b()", "condition", ["while False:\n    b()"]),
        ("a = min(b, c)", "call", ["a = max(b, c)"]),
        ("a = Unit(b, c=d, e=f)", "field", ["a = Unit(b, c=d)", "a = Unit(b, e=f)"]),
        ("a = (b, c)", "element", ["a = (b,)", "a = (c,)"]),
        ("a = [b, c]", "element", ["a = [b]", "a = [c]"]),
        ("a = {b: c, d: e}", "element", ["a = {b: c}", "a = {d: e}"]),
    ],
)
def test_each_operator_makes_its_changes(source: str, operator: str, becomes: list[str]) -> None:
    found = sorted(text for name, text in changes(source) if name == operator)
    assert found == becomes


@pytest.mark.parametrize(
    "source",
    [
        '"""Words."""',
        "import a",
        'a = f"{b + 1}"',
        "assert a < b",
        "a: tuple[int, int]",
        "def f(a: list[b, c]) -> d: ...",
        'a = "b" + c',
        "a, b = c",
    ],
)
def test_words_types_and_assertions_are_left_alone(source: str) -> None:
    assert changes(source) == []


def test_every_change_of_the_rooms_compiles_and_differs_in_one_place() -> None:
    for path in mutate.files(ROOT, ["abci_app/engine/moves.py", "abci_app/actions/issue.py"]):
        source = (ROOT / path).read_text(encoding="utf-8")
        for mutant in mutants.find(path, source):
            changed = mutant.apply(source)
            compile(changed, path, "exec")
            assert changed != source
            assert mutant.before in source
            assert mutant.source == source.split("\n")[mutant.line - 1].strip()


def test_a_change_of_many_lines_is_told_by_those_that_differ() -> None:
    source = "a = Unit(\n    b=c,\n    d=e,\n    f=g,\n)\n"
    found = [m for m in mutants.find("toy.py", source) if "d=e" not in m.apply(source)]
    assert [m.apply(source) for m in found] == ["a = Unit(\n    b=c,\n    f=g,\n)\n"]
    assert [(m.source, m.line) for m in found] == [("d=e,", 3)]


# ---- the whole tool on a toy ----


def toy(folder: Path, explained: str = "") -> Path:
    """Make a checkout of a toy module and its tests."""
    subprocess.run(["git", "init", "-q", folder], check=True)
    (folder / "tests").mkdir()
    (folder / "scripts").mkdir()
    (folder / "toy.py").write_text(TOY)
    (folder / "pyproject.toml").write_text('[tool.pytest.ini_options]\npythonpath = ["."]\n')
    (folder / "tests" / "test_toy.py").write_text(TESTS)
    (folder / "scripts" / "mutants_explained.toml").write_text(explained)
    return folder


def run(folder: Path, *more: str) -> tuple[int, dict[tuple[str, str], str], dict[str, Any]]:
    """Mutate the toy: exit code, verdict by (line, what it becomes), the whole outcome."""
    outcome = folder / "outcome.json"
    arguments = ["toy.py", "--root", str(folder), "--tests", "tests", "--json", str(outcome)]
    code = mutate.main([*arguments, "--grace", "120", *more])
    data = json.loads(outcome.read_text()) if outcome.exists() else {"mutants": []}
    return code, {(row["source"], row["after"]): row["verdict"] for row in data["mutants"]}, data


Row = tuple[str, str, str, str]
KEYS = ("function", "source", "before", "after")
BOUNDARY: Row = ("enough", "return count >= LEAST", "count >= LEAST", "count > LEAST")
IMPORTED: Row = ("<module>", "LEAST = 3", "3", "4")
UNNOTICED: Row = ("unseen", "if count > 100:", "count > 100", "False")
ENDLESS: Row = ("steps", "count -= 1", "count -= 1", "pass")
UNUSED: Row = ("forgotten", "return 7", "7", "8")
CHANGED: Row = ("unseen", "if count > 99:", "count > 99", "False")


def again(folder: Path, *rows: Row) -> tuple[str, str]:
    """Return the flag that runs just some mutants: as survivors of a run before."""
    alive = [
        {"path": "toy.py", "verdict": SURVIVED, **dict(zip(KEYS, r, strict=True))} for r in rows
    ]
    (folder / "earlier.json").write_text(json.dumps({"mutants": alive}))
    return "--again", str(folder / "earlier.json")


def why(*row: str) -> str:
    """Return an explanation as the file has it."""
    texts = zip((*KEYS, "why"), row, strict=True)
    lines = [f"{key} = {json.dumps(text)}" for key, text in texts]
    return "\n".join(["[[mutant]]", 'path = "toy.py"', *lines, ""])


def test_a_mutant_is_killed_survives_or_is_reached_by_no_test(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = toy(tmp_path)
    rows = (BOUNDARY, IMPORTED, UNNOTICED, UNUSED)
    code, verdicts, data = run(folder, "-j", "2", *again(folder, *rows))
    assert code == 1
    assert [verdicts[row[1], row[3]] for row in rows] == [
        KILLED,
        KILLED,  # what an import runs is tried with all tests
        SURVIVED,
        UNREACHED,
    ]
    by = [row["by"] for row in data["mutants"] if row["after"] == "count > LEAST"]
    assert by == ["tests/test_toy.py::test_three_are_enough_and_two_are_not"]
    counts = [data[key] for key in ("run", "killed", "timed_out", "survived", "unreached")]
    assert counts == [4, 2, 0, 1, 1]
    assert data["share_killed"] == 0.5
    said = capsys.readouterr().out
    assert "-    if count > 100:\n+    if False:" in said
    assert "[[mutant]]\n" in said
    assert (folder / "toy.py").read_text() == TOY


def test_a_mutant_that_runs_without_end_is_ended_and_counts_as_noticed(tmp_path: Path) -> None:
    folder = toy(tmp_path)
    code, verdicts, data = run(folder, "-j", "1", "--grace", "2", *again(folder, ENDLESS))
    assert (code, verdicts) == (0, {(ENDLESS[1], ENDLESS[3]): TIMED_OUT})
    assert (data["timed_out"], data["share_killed"]) == (1, 1.0)


def test_all_noticed_is_a_success(tmp_path: Path) -> None:
    folder = toy(tmp_path)
    code, verdicts, _ = run(folder, "-j", "1", *again(folder, BOUNDARY))
    assert (code, verdicts) == (0, {(BOUNDARY[1], BOUNDARY[3]): KILLED})


def test_an_explained_survivor_counts_for_itself_and_a_stale_or_wrong_explanation_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = toy(
        tmp_path,
        why(*UNNOTICED, "nobody has more than 100")
        + why(*CHANGED, "the line has changed since")
        + why(*BOUNDARY, "a lie"),
    )
    code, verdicts, data = run(folder, *again(folder, UNNOTICED, BOUNDARY))
    assert code == 1
    assert verdicts == {
        (UNNOTICED[1], UNNOTICED[3]): "explained",
        (BOUNDARY[1], BOUNDARY[3]): KILLED,
    }
    assert (data["run"], data["share_killed"], data["share_killed_or_explained"]) == (2, 0.5, 1.0)
    said = capsys.readouterr().out
    assert "stale explanation: toy.py has no such mutant in unseen: if count > 99:" in said
    assert "wrong explanation: a test notices toy.py:7" in said


def test_a_copy_has_what_is_new_in_the_work_tree_and_nothing_that_git_ignores(
    tmp_path: Path,
) -> None:
    folder = toy(tmp_path / "toy")
    (folder / ".gitignore").write_text("*.log\n")
    (folder / "large.log").write_text("noise")
    with Lab(folder, ["tests"], 1) as lab:
        copy = lab._free.get().copy
        assert (copy / "toy.py").read_text() == TOY
        assert not (copy / "large.log").exists()
    assert not copy.exists()


def test_a_seed_takes_the_same_sample_and_another_one_another() -> None:
    every = mutate.candidates(ROOT, ["abci_app/engine"])
    drawn = [
        mutate.chosen(mutate._options(["--sample", "20", "--seed", seed]), every)
        for seed in ("1", "1", "2")
    ]
    assert len(drawn[0]) == 20
    assert drawn[0] == drawn[1] != drawn[2]


def test_tests_that_fail_without_a_mutant_are_told_and_nothing_is_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = toy(tmp_path)
    (folder / "toy.py").write_text(TOY.replace("LEAST = 3", "LEAST = 4"))
    code, verdicts, _ = run(folder, "-j", "1", "--sample", "1")
    assert (code, verdicts) == (2, {})
    assert "the unchanged tests do not pass" in capsys.readouterr().err


def test_a_test_that_leans_on_one_before_it_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = toy(tmp_path)
    with (folder / "tests" / "test_toy.py").open("a") as file:
        file.write("SEEN = []\n\n\ndef test_slow_one_goes_first():\n")
        file.write("    SEEN.append(sum(range(3_000_000)))\n\n\n")
        file.write("def test_quick_one_leans_on_it():\n    assert SEEN\n")
    code, verdicts, _ = run(folder, "-j", "1", "--sample", "1")
    assert (code, verdicts) == (2, {})
    said = capsys.readouterr().err
    assert "passes only in the order of its file: " in said
    assert "test_quick_one_leans_on_it" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing.py"], "nothing.py does not exist"),
        (["--again", os.devnull], "is no outcome of this command"),
    ],
)
def test_what_cannot_be_run_is_told(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert mutate.main(arguments) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[mutant]", "mutants_explained.toml: "),
        ('[[mutant]]\npath = "toy.py"\n', "mutant 1: it needs just these keys"),
    ],
)
def test_a_file_of_explanations_that_cannot_be_read_is_told(
    tmp_path: Path, text: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(toy(tmp_path, text))[0] == 2
    assert message in capsys.readouterr().err


def test_no_explanation_is_of_code_that_is_gone() -> None:
    assert mutate.stale(ROOT, mutate.explanations(ROOT / mutate.EXPLAINED)) == []
