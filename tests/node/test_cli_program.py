"""Programs on paper: every word explained, every row shown, every difference told."""

from pathlib import Path

import pytest

from abci_app.core import calendar
from abci_app.state import words
from abci_app.state.program_toml import Source, read_program
from node.cli import amend, faults, places, run, verbs
from node.cli.faults import Fault
from node.cli.program_tables import differences, show
from node.cli.rule_words import WORDS
from tests.consortium import validator_key
from tests.harness import IPCI, edited
from tests.names import account_id
from tests.node import test_cli_txargs
from tonne.v1.policy_pb2 import Program

FILE = places.genesis() / "programs" / "ipci.toml"
LAB = Path(__file__).parents[1] / "programs" / "lab.toml"
TABLES = (
    "MOVE_REQUIRES",
    "MOVE_CHECKS",
    "CONVERT_REQUIRES",
    "CONVERT_CHECKS",
    "APPROVAL_CHECKS",
    "GUARDS",
    "EFFECTS",
    "ENFORCEMENTS",
    "LINK_REQUIRES",
    "CATEGORY_FLAGS",
    "DERIVATIONS",
)


def program(*edits: tuple[str, str]) -> Program:
    return read_program(Source("ipci.toml", edited(IPCI, *edits)))


@pytest.mark.parametrize("table", TABLES)
def test_every_word_that_a_row_may_use_is_explained(table: str) -> None:
    assert [word for word in getattr(words, table) if word not in WORDS] == []


def test_no_word_is_explained_that_no_row_may_use() -> None:
    known = [word for table in TABLES for word in getattr(words, table)]
    assert [word for word in WORDS if word not in known] == []


@pytest.mark.parametrize("file", [FILE, LAB], ids=lambda file: file.stem)
def test_every_row_stands_in_a_table(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["program", "show", str(file)]) == faults.OK
    text = " ".join(capsys.readouterr().out.split())
    found = read_program(Source(file.name, file.read_text(encoding="utf-8")))
    assert "decide on a new version" in text
    for table in ("move_rules", "convert_rules", "approval_rules"):
        for row in getattr(found, table):
            assert row.name.split()[0] in text, row.name
    for table, key in (("notice_rules", "kind"), ("links", "id"), ("labels", "id")):
        for row in getattr(found, table):
            assert getattr(row, key) in text
    assert text.count("ISSUANCE") >= sum(row.kind == 3 for row in found.workflow_rules)


def test_the_tables_say_who_agrees_and_after_what_delay(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["program", "show", str(LAB)]) == faults.OK
    text = " ".join(capsys.readouterr().out.split())
    for words_ in (
        "Committee of side A and Committee of side B",
        "unless objected to in",
        "working day of LAB",
        "may be given back for",
    ):
        assert words_ in text, words_


# who, when or how much: where, field, its value
TERMS: tuple[tuple[str, str, object], ...] = (
    ("classes", "ex_ante", True),
    ("roles", "independent", True),
    ("convert_rules", "from_holders", [2]),
    ("links", "delay_s", 86_400),
    ("labels", "authorization", True),
    ("labels", "validity_months", 7),
    ("periods", "next", "2031"),
    ("periods", "reserve_share_bps", 77),
    ("periods", "reserve_inventories", 9),
)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: f"{term[0]}.{term[1]}")
def test_the_tables_tell_who_may_and_how_much(
    term: tuple[str, str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    table, field, value = term
    file = LAB if table != "convert_rules" else FILE.with_name("kyoto_kz.toml")
    found = read_program(Source(file.name, file.read_text(encoding="utf-8")))
    row = next(row for row in getattr(found, table) if getattr(row, field) != value)
    show(found)
    before = capsys.readouterr().out
    if isinstance(value, list):
        getattr(row, field)[:] = value
    else:
        setattr(row, field, value)
    show(found)
    assert capsys.readouterr().out != before


def test_what_differs_between_two_programs_is_told_row_by_row(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    later = edited(
        IPCI,
        ("version = 1", "version = 2"),
        ('name = "Retired units"', 'name = "Used units"'),
        ('name = "retirement"', 'name = "use"'),
    )
    file = tmp_path / "later.toml"
    file.write_text(later, encoding="utf-8")
    assert run(["program", "diff", "ipci", str(file)]) == faults.OK
    lines = capsys.readouterr().out.splitlines()
    assert "version: 1 -> 2" in lines
    assert "sinks '300-1-0': name: Retired units -> Used units" in lines
    assert "move_rules: added 'use'" in lines
    assert "move_rules: removed 'retirement'" in lines
    assert run(["program", "diff", "ipci", "ipci"]) == faults.OK
    assert capsys.readouterr().out == "They do not differ.\n"


def test_a_version_of_the_chain_is_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["program", "show", "chain:IPCI@two"]) == faults.USAGE
    assert "Like chain:IPCI@2." in capsys.readouterr().err


def test_lists_and_parameters_and_orders_differ_in_words() -> None:
    one, other = program(), program()
    other.params.proposal_expires_s = 60
    other.document_kinds.append("MORE")
    other.move_rules[0].checks.remove("TX_LIMIT")
    other.move_rules[0].approvals.add(role="OPERATOR", count=2)
    first, second = other.approval_rules[0], other.approval_rules[1]
    rows = [second, first, *other.approval_rules[2:]]
    swapped = [type(first).FromString(row.SerializeToString()) for row in rows]
    del other.approval_rules[:]
    other.approval_rules.extend(swapped)
    found = differences(one, other)
    assert "document_kinds: added MORE" in found
    assert f"move_rules {one.move_rules[0].name!r}: checks: removed TX_LIMIT" in found
    assert f"move_rules {one.move_rules[0].name!r}: approvals: added 'Operator'" in found
    assert "params.proposal_expires_s: 2592000 -> 60" in found
    assert [line for line in found if line.startswith("approval_rules")] == [
        "approval_rules: in another order; the first row that fits decides"
    ]


def test_a_set_of_validators_is_read_from_a_file_in_the_order_of_the_law() -> None:
    rows = [
        f'[[validators]]\nkey = "{validator_key(name).hex()}"\npower = 10\nname = "{name}"\n'
        f'account = "{account_id(name)}"\n'
        for name in ("consortium-1", "consortium-2")
    ]
    found = [amend.validators("\n".join(part).encode(), "set.toml") for part in (rows, rows[::-1])]
    assert found[0] == found[1]
    assert [row.key for row in found[0].validators] == sorted(
        validator_key(name) for name in ("consortium-1", "consortium-2")
    )


def test_a_set_with_a_mistake_is_refused_with_its_line() -> None:
    with pytest.raises(Fault, match=r"set.toml:2: validators\[0\]\.power"):
        amend.validators(b"[[validators]]\npower = -1\n", "set.toml")


class Desk(test_cli_txargs.Desk):
    """A desk with one file on it."""

    def file(self, name: str) -> bytes:
        key = validator_key("consortium-1").hex()
        row = f'[[validators]]\nkey = "{key}"\npower = 3\nname = "one"\n'
        return {"set.toml": f'{row}account = "{account_id("consortium-1")}"\n'.encode()}[name]

    def in_force(self, program: str) -> Program:
        raise AssertionError(f"{program} is not asked for")


def test_a_vote_on_validators_is_made_from_a_file() -> None:
    command = verbs.find("put-validators")
    action = verbs.make(command, ["set.toml", "--from", "2027-01-01"], Desk(), "me")
    message = action.put_policy
    assert [row.power for row in message.validators.validators] == [3]
    assert message.effective_from_s == calendar.parse_iso("2027-01-01")
