"""A program with a mistake is not taken, and the message leads to the line."""

from pathlib import Path

import pytest

from abci_app.state.program_toml import Source, TomlFault, read_program
from tests.harness import IPCI, edited

PLAIN = (Path(__file__).parents[1] / "programs" / "plain.toml").read_text(encoding="utf-8")

TRANSFER = 'name = "transfer between holders"'
RETIREMENT = 'name = "retirement"'
ISSUE = 'name = "issue under the cap"'
REGISTER = 'name = "register an activity"'
COVERING = """
[[move_rules]]
name = "once more"
from_kind = "HOLDING"
to_kind = "HOLDING"
signer = "HOLDER"
classes = ["TMU"]

"""
SECOND_CLASS = '[[classes]]\nid = "TMU"\nname = "Again"\nkind = "CREDIT"\n'
SECOND_CLASS += 'basis = "OFFSET"\nuse = "VOLUNTARY"\nexpiry_mode = "NO_EXPIRY"\n\n[[roles]]'
ROLES = "[[roles]]                          # [S0-14]"
BEFORE_RETIREMENT = "[[move_rules]]                     # [S0-75]"
ALONE = 'action = "ISSUE"\nsubject = "TMU"\nsigner = "AUDITOR"\n'
BY_HOLDER = 'name = "changes by the holder"\naction = "PUT_ACCOUNT"\nsigner = "HOLDER"\n'
BY_HOLDER += 'approvals = [{ role = "OPERATOR", '

# what: (passage, its replacement, a mark on the line that must be named, path, words of the fault)
MISTAKES: dict[str, tuple[str, str, str, str, str]] = {
    "no TOML": ('id = "IPCI"', "id = IPCI", "id = IPCI", "", "Invalid value"),
    "no head": ("[program]", "[programme]", "A small program", "program", "missing"),
    "unknown key": ("version = 1", "version = 1\nnet = 2", "net = 2", "net", "unknown key"),
    "unknown key in a row": (
        TRANSFER,
        f"{TRANSFER}\nfrom = 1",
        "from = 1",
        "move_rules[0].from",
        "unknown key; there are approvals, checks, classes",
    ),
    "unknown table": ("[params]", "[limits]", "[limits]", "limits", "unknown key"),
    "unknown enum word": (
        'kind = "VOLUNTARY_PROGRAM"',
        'kind = "VOLUNTARY"',
        'kind = "VOLUNTARY"',
        "kind",
        "'VOLUNTARY' is none of KYOTO, BILATERAL, ETS",
    ),
    "text for a number": ("version = 1", 'version = "1"', 'version = "1"', "version", "integer"),
    "a fraction": (
        "version = 1",
        "version = 1.0",
        "version = 1.0",
        "version",
        "integer in 0..2^64",
    ),
    "a truth value for a number": (
        "version = 1",
        "version = true",
        "version = true",
        "version",
        "integer",
    ),
    "a negative number": ("version = 1", "version = -1", "version = -1", "version", "integer"),
    "too large a number": (
        "reserve_months_max = 600",
        "reserve_months_max = 4_294_967_296",
        "reserve_months_max",
        "params.reserve_months_max",
        "integer in 0..2^32-1",
    ),
    "a number for a text": ('gwp = "AR5"', "gwp = 5", "gwp = 5", "gwp", "text in quotes"),
    "one for a list": (
        'registry_codes = ["XI"]',
        'registry_codes = "XI"',
        'registry_codes = "XI"',
        "registry_codes",
        "must be a list",
    ),
    "a text for a table": (
        'grants = [{ by = "CONSORTIUM" }]',
        'grants = ["CONSORTIUM"]',
        'grants = ["CONSORTIUM"]',
        "roles[0].grants[0]",
        "must be a table with by, named_list",
    ),
    "a wrong flag": (
        "named_list = true",
        'named_list = "yes"',
        'named_list = "yes"',
        "roles[2].grants[1].named_list",
        "must be true or false",
    ),
    "no id": ('id = "IPCI"', 'id = "DAO IPCI"', 'id = "DAO IPCI"', "id", "is not an id"),
    "no name": ('name = "DAO IPCI"', 'name = ""', 'name = ""', "name", "is empty"),
    "a hidden character": ('"DAO IPCI"', '"DAO \\u202eIPCI"', "u202e", "name", "not allowed"),
    "version zero": ("version = 1", "version = 0", "version = 0", "version", "must be 1 or more"),
    "no registry": ('["XI"]', "[]", "registry_codes", "registry_codes", "names no registry"),
    "a wrong registry": ('["XI"]', '["xi"]', "registry_codes", "registry_codes[0]", "capital"),
    "a class twice": (
        ROLES,
        SECOND_CLASS,
        "# classes[1]",
        "classes[1]",
        "'TMU' stands there twice",
    ),
    "a class of no kind": (
        'kind = "CREDIT"',
        'kind = "UNIT"',
        'kind = "UNIT"',
        "classes[0].kind",
        "one of ALLOWANCE, CREDIT",
    ),
    "a class without expiry mode": (
        'expiry_mode = "NO_EXPIRY"',
        "",
        "[[classes]]",
        "classes[0].expiry_mode",
        "is missing",
    ),
    "a document kind twice": (
        '"RISK_ASSESSMENT",',
        '"METHODOLOGY",',
        "document_kinds",
        "document_kinds[5]",
        "twice",
    ),
    "a sink that holds": (
        'kind = "RETIRE"\ncode = 300',
        'kind = "HOLDING"\ncode = 300',
        "[[sinks]]",
        "sinks[0]",
        "other than HOLDING",
    ),
    "a sink with a holder's code": (
        "code = 300",
        "code = 100",
        "code = 100",
        "sinks[0].code",
        "holders",
    ),
    "a role of nobody": (
        'role = "OPERATOR"\ngrants',
        'role = "HOLDER"\ngrants',
        'role = "HOLDER"',
        "roles[1].role",
        "cannot be granted",
    ),
    "a role twice": (
        'role = "OPERATOR"\ngrants',
        'role = "COORDINATOR"\ngrants',
        "# roles[1]",
        "roles[1]",
        "twice",
    ),
    "a role without grantor": (
        'grants = [{ by = "CONSORTIUM" }]',
        "grants = []",
        "grants = []",
        "roles[0].grants",
        "names no grantor",
    ),
    "a grantor that is none": (
        'grants = [{ by = "CONSORTIUM" }]',
        'grants = [{ by = "COUNCIL" }]',
        "COUNCIL",
        "roles[0].grants[0].by",
        "lacks",
    ),
    "a rule without name": (TRANSFER, 'name = ""', 'name = ""', "move_rules[0].name", "is empty"),
    "a signer that is none": (
        f'{TRANSFER}\nfrom_kind = "HOLDING"\nto_kind = "HOLDING"\nsigner = "HOLDER"',
        f'{TRANSFER}\nfrom_kind = "HOLDING"\nto_kind = "HOLDING"\nsigner = "COUNCIL"',
        'signer = "COUNCIL"',
        "move_rules[0].signer",
        "is a role that the program lacks",
    ),
    "a move from nowhere": (
        f'{TRANSFER}\nfrom_kind = "HOLDING"',
        TRANSFER,
        "# move_rules[0]",
        "move_rules[0]",
        "needs from_kind and to_kind",
    ),
    "an unknown class": (
        TRANSFER,
        f'{TRANSFER}\nclasses = ["CER"]',
        'classes = ["CER"]',
        "move_rules[0].classes",
        "'CER' is none of TMU",
    ),
    "an unknown requirement": (
        'requires = ["PURPOSE", "BENEFICIARY"]',
        'requires = ["PURPOSE", "BENEFICIARY", "RECEIPT"]',
        "RECEIPT",
        "move_rules[1].requires",
        "'RECEIPT' is none of AUTHORIZATION, BENEFICIARY,",
    ),
    "a retirement without purpose": (
        'requires = ["PURPOSE", "BENEFICIARY"]',
        'requires = ["BENEFICIARY"]',
        'requires = ["BENEFICIARY"]',
        "move_rules[1].requires",
        "needs PURPOSE and BENEFICIARY",
    ),
    "an unknown check": (
        'checks = ["MARKET_ACCESS", "TX_LIMIT"]',
        'checks = ["MARKET_ACCESS", "LIMIT"]',
        "LIMIT",
        "move_rules[0].checks",
        "'LIMIT' is none of",
    ),
    "a move rule that is never reached": (
        BEFORE_RETIREMENT,
        COVERING + BEFORE_RETIREMENT,
        "# move_rules[1]",
        "move_rules[1]",
        "is never reached: move_rules[0] matches first",
    ),
    "an approval of nothing": (
        'action = "ISSUE"',
        'action = "MOVE"',
        'action = "MOVE"',
        "approval_rules[0].action",
        "'MOVE' is none of ACCREDIT, ATTEST, HOLD, ISSUE, PUT_ACCOUNT, TRUST",
    ),
    "tonnes that may be claimed twice": (
        'checks = ["COI", "CLAIM_UNIQUE"]',
        'checks = ["COI", "BASELINE"]',
        '"BASELINE"',
        "approval_rules[1].checks",
        "one tonne is claimed once",
    ),
    "an approval of an unknown subject": (
        'subject = "VERIFICATION"',
        'subject = "VERIFY"',
        'subject = "VERIFY"',
        "approval_rules[1].subject",
        "'VERIFY' is nothing that ATTEST knows",
    ),
    "a quorum of nobody": (
        BY_HOLDER + "count = 1 }]",
        BY_HOLDER + "count = 0 }]",
        "count = 0",
        "approval_rules[4].approvals[0]",
        "needs a role of the program and a count",
    ),
    "a quorum that nobody fills": (
        BY_HOLDER + "count = 1 }]",
        BY_HOLDER + "count = 65 }]",
        "count = 65",
        "approval_rules[4].approvals[0]",
        "a count of 1 to 64",
    ),
    "an issue by one key": (
        ALONE + 'approvals = [{ role = "OPERATOR", count = 1 }]\n',
        ALONE,
        "# approval_rules[0]",
        "approval_rules[0].approvals",
        "nobody issues alone",
    ),
    "statements for a methodology": (
        'name = "submit a methodology"',
        'name = "submit a methodology"\nstatements = ["VERIFICATION"]',
        'statements = ["VERIFICATION"]',
        "workflow_rules[0].statements",
        "records of this kind have no statements",
    ),
    "a class id that is none": (
        'id = "TMU"',
        'id = "T MU"',
        'id = "T MU"',
        "classes[0].id",
        "'T MU' is not a word",
    ),
    "a head without serial mode": (
        'serial_mode = "PER_ISSUANCE"',
        "",
        "[program]",
        "serial_mode",
        "is missing",
    ),
    "a term beyond a year": (
        ISSUE,
        f"{ISSUE}\nexpires_s = 40_000_000",
        "40_000_000",
        "approval_rules[0].expires_s",
        "must be at most",
    ),
    "a workflow from nowhere": (
        f'{REGISTER}\nkind = "ACTIVITY"\nfrom_state = "DESIGN"',
        f'{REGISTER}\nkind = "ACTIVITY"\nfrom_state = "IDEA"',
        'from_state = "IDEA"',
        "workflow_rules[4].from_state",
        "no earlier row leads to 'IDEA'",
    ),
    "a workflow without kind": (
        f'{REGISTER}\nkind = "ACTIVITY"\nfrom_state = "DESIGN"',
        f'{REGISTER}\nfrom_state = ""',
        "# workflow_rules[4]",
        "workflow_rules[4].kind",
        "is missing",
    ),
    "a document that is none": (
        'documents = ["PROJECT_DOCUMENT", "MONITORING_PLAN"]',
        'documents = ["PROJECT_DOCUMENT", "PDD"]',
        "PDD",
        "workflow_rules[4].documents",
        "'PDD' is none of METHODOLOGY, PROJECT_DOCUMENT",
    ),
    "a statement that is none": (
        'statements = ["MONITORING_SYSTEM"]',
        'statements = ["MONITORING"]',
        'statements = ["MONITORING"]',
        "workflow_rules[4].statements[0]",
        "'MONITORING' is none of VERIFICATION, VALIDATION",
    ),
    "an unknown guard": (
        'guards = ["COI", "METHODOLOGY_APPROVED"]',
        'guards = ["METHODOLOGY"]',
        'guards = ["METHODOLOGY"]',
        "workflow_rules[4].guards",
        "'METHODOLOGY' is none of",
    ),
    "an unknown effect": (
        'effects = ["SET_CAP"]',
        'effects = ["SET_CAPS"]',
        "SET_CAPS",
        "workflow_rules[7].effects",
        "'SET_CAPS' is none of ACKNOWLEDGE, AMEND, APPROVE_ISSUANCE,",
    ),
    "a share above the whole": (
        "reserve_bps_max = 10_000",
        "reserve_bps_max = 10_001",
        "10_001",
        "params.reserve_bps_max",
        "at most 10000",
    ),
    "months without end": (
        "reserve_months_max = 600",
        "reserve_months_max = 1201",
        "1201",
        "params.reserve_months_max",
        "at most 1200",
    ),
    "proposals that never end": (
        "proposal_expires_s = 2_592_000",
        "proposal_expires_s = 0",
        "proposal_expires_s = 0",
        "params.proposal_expires_s",
        "must be in 1..",
    ),
    "bytes that are none": (
        "version = 1",
        'version = 1\nrules_document = "0xab"',
        "0xab",
        "rules_document",
        "hexadecimal",
    ),
    "a class with a hidden character": (
        'name = "Mitigation unit"',
        'name = "Mitigation\\u200b unit"',
        "u200b",
        "classes[0].name",
        "U+200B",
    ),
    "a sink with a hidden character": (
        'name = "Retired units"',
        'name = "Retired\\u2060 units"',
        "u2060",
        "sinks[0].name",
        "U+2060",
    ),
}


def line_of(text: str, mark: str) -> int:
    """The line that a mark stands on; `# roles[1]` marks the header of the second such table."""
    lines = text.splitlines()
    if mark.startswith("# ") and mark.endswith("]"):
        name, _, index = mark[2:-1].partition("[")
        headers = [n for n, row in enumerate(lines, 1) if row.startswith(f"[[{name}]]")]
        return headers[int(index)]
    return max(number for number, line in enumerate(lines, 1) if mark in line)


def faults_of(text: str) -> list[str]:
    with pytest.raises(TomlFault) as caught:
        read_program(Source("ipci.toml", text))
    return str(caught.value).splitlines()


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_is_told_with_file_line_and_path(what: str) -> None:
    old, new, mark, path, words = MISTAKES[what]
    text = edited(PLAIN, (old, new))
    found = faults_of(text)
    line = line_of(text, mark) if mark else 1
    start = f"ipci.toml:{line}: {path}: " if path else f"ipci.toml:{line}: "
    assert any(row.startswith(start) and words in row for row in found), (start, words, found)


def test_every_mistake_is_told_at_once_and_in_order_of_lines() -> None:
    text = edited(PLAIN, ("version = 1", "version = 0"), ("code = 300", "code = 1"))
    rows = faults_of(text)
    assert len(rows) == 2
    lines = [int(row.split(":")[1]) for row in rows]
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    "text",
    ["[program]\nid = " + "[" * 5_000, "[program]\nid = " + "{a = " * 3_000, "n = " + "1" * 5_000],
)
def test_what_no_reader_can_take_in_is_told_like_any_other_mistake(text: str) -> None:
    assert faults_of(text) == ["ipci.toml:1: a value is nested too deep, or a number too long"]


def test_a_table_that_stands_twice_is_not_taken_half() -> None:
    text = edited(PLAIN, ("version = 1", "version = 1\nclasses = []"))
    line = line_of(text, "classes = []")
    assert faults_of(text) == [f"ipci.toml:{line}: classes: stands there twice"]


def test_the_shipped_program_has_no_fault() -> None:
    program = read_program(Source("ipci.toml", IPCI))
    assert program.id == "IPCI"
    assert program.move_rules[0].name == "transfer between holders"
