"""The pages say what is: generated ones are fresh, links lead somewhere, nothing is left out."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from abci_app.application import Application
from abci_app.core.codes import MEANINGS, Code
from abci_app.core.keys import Table
from abci_app.metrics import Watched, registry_of
from abci_app.state.words import (
    APPROVAL_CHECKS,
    APPROVED_ACTIONS,
    CATEGORY_FLAGS,
    CONVERT_CHECKS,
    CONVERT_REQUIRES,
    DERIVATIONS,
    EFFECTS,
    ENFORCEMENTS,
    GUARDS,
    HOLD_CHANGES,
    LINK_REQUIRES,
    MOVE_CHECKS,
    MOVE_REQUIRES,
    PROGRAM_ATTRIBUTES,
)
from abci_app.store.ledger import Ledger
from node.gateway.metrics import Metrics
from tonne.v1 import state_pb2 as s
from tonne.v1.tx_pb2 import Role

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("*/README.md")])
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
INDEX_TABLES = 0x80


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def prose(page: Path) -> str:
    """Return a page without its code blocks."""
    return re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)


def anchors(page: Path) -> list[str]:
    """Return the anchors of a page's headings, as they are made from the words."""
    heads = re.findall(r"^#+ +(.+)$", prose(page), flags=re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads]


def broken(page: Path) -> Iterator[str]:
    for target in LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        if not path.exists():
            yield f"{target}: there is no such file"
        elif anchor and path.suffix == ".md" and anchor not in anchors(path):
            yield f"{target}: there is no such heading"


def generate(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/gen_docs.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_generated_pages_are_what_the_sources_say() -> None:
    done = generate("--check")
    assert done.returncode == 0, done.stderr


def test_a_stale_page_is_named(tmp_path: Path) -> None:
    for folder in ("proto", "abci_app"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "rules.toml").write_text(text("docs/rules.toml"))
    assert generate("--root", str(tmp_path)).returncode == 0
    with (tmp_path / "docs" / "codes.md").open("a") as page:
        page.write("more\n")
    done = generate("--check", "--root", str(tmp_path))
    assert done.returncode == 1
    assert "docs/codes.md" in done.stderr
    assert "docs/transactions.md" not in done.stderr


def test_every_code_has_a_meaning_and_a_place_on_the_page() -> None:
    page = text("docs/codes.md")
    for value in Code.DESCRIPTOR.values:
        assert value.number in MEANINGS, value.name
        assert f"### {value.name}\n\n**{value.number}** {MEANINGS[value.number][0]}" in page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    assert list(broken(page)) == []


def test_a_link_to_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One\n[a](other.md) [b](#two) [c](#one) [d](https://example.org)\n")
    assert list(broken(page)) == [
        "other.md: there is no such file",
        "#two: there is no such heading",
    ]


SECTIONS: dict[str, Any] = {  # heading of genesis/README.md -> the message that it tells of
    "`[program]`": s.Program,
    "`[[classes]]`": s.UnitClass,
    "`[[roles]]`": s.RoleRule,
    "`[[sinks]]`": s.SinkAccount,
    "`[[move_rules]]`": s.MoveRule,
    "Quorums: rows of `approvals`": s.Quorum,
    "`[[approval_rules]]`": s.ApprovalRule,
    "`[[workflow_rules]]`": s.WorkflowRule,
    "`[[convert_rules]]`": s.ConvertRule,
    "`[[parties]]`": s.TreatyParty,
    "`[[periods]]`": s.Period,
    "`[[links]]`": s.Link,
    "`[[labels]]`": s.LabelDef,
    "`[[categories]]`": s.Category,
    "`[[notice_rules]]`": s.NoticeRule,
    "`[obligations]`": s.ObligationRule,
    "`[[calendars]]`": s.WorkCalendar,
    "`[params]`": s.ProgramParams,
}


def told(heading: str) -> list[str]:
    """Return the keys in the first column of a section's table."""
    sections = re.split(r"^##+ ", text("genesis/README.md"), flags=re.MULTILINE)
    section = next(part for part in sections if part.startswith(f"{heading}\n"))
    cells = re.findall(r"^\| (`[^|]+) \|", section, flags=re.MULTILINE)
    return [word for cell in cells for word in re.findall(r"`([a-z0-9_.]+)`", cell)]


@pytest.mark.parametrize("heading", SECTIONS)
def test_genesis_readme_tells_the_meaning_of_every_field_of_a_program(heading: str) -> None:
    fields = [
        field.name
        for field in SECTIONS[heading].DESCRIPTOR.fields
        if f"`[[{field.name}]]`" not in SECTIONS and f"`[{field.name}]`" not in SECTIONS
    ]
    assert fields
    assert [name for name in fields if name not in told(heading)] == []


def test_genesis_readme_tells_the_meaning_of_a_grant() -> None:
    fields = [f"grants.{field.name}" for field in s.RoleGrant.DESCRIPTOR.fields]
    assert [name for name in fields if name not in told("`[[roles]]`")] == []


def test_genesis_readme_names_no_key_that_a_program_does_not_have() -> None:
    for heading, message in SECTIONS.items():
        known = [field.name for field in message.DESCRIPTOR.fields]
        assert [name for name in told(heading) if name.partition(".")[0] not in known] == []


@pytest.mark.parametrize("field", [row.name for row in s.ChainParams.DESCRIPTOR.fields])
def test_genesis_readme_tells_parameters_and_their_defaults(field: str) -> None:
    from abci_app.state.chain import DEFAULT_PARAMS

    default = f"{getattr(DEFAULT_PARAMS, field):,}"
    assert re.search(rf"\| `{field}` \|.*\| {default} \|", text("genesis/README.md"))


@pytest.mark.parametrize(
    "word",
    sorted(
        {
            *MOVE_CHECKS,
            *MOVE_REQUIRES,
            *APPROVAL_CHECKS,
            *APPROVED_ACTIONS,
            *GUARDS,
            *EFFECTS,
            *CONVERT_CHECKS,
            *CONVERT_REQUIRES,
            *HOLD_CHANGES,
            *ENFORCEMENTS,
            *LINK_REQUIRES,
            *CATEGORY_FLAGS,
            *PROGRAM_ATTRIBUTES,
            *DERIVATIONS,
        }
    ),
)
def test_genesis_readme_tells_the_meaning_of_a_rule_word(word: str) -> None:
    assert f"`{word}`" in text("genesis/README.md")


def glossary() -> list[str]:
    """Return the words of the glossary, in its order."""
    return re.findall(r"^\| ([^|]+?) \| [^|]", text("docs/glossary.md"), flags=re.MULTILINE)[1:]


def test_glossary_is_in_order_and_has_each_word_once() -> None:
    words = [word.lower() for word in glossary()]
    assert words == sorted(dict.fromkeys(words))


def test_glossary_words_are_used() -> None:
    sources = [*ROOT.glob("docs/**/*.md"), *ROOT.glob("proto/**/*.proto"), ROOT / "README.md"]
    sources += [*ROOT.glob("abci_app/**/*.py"), *ROOT.glob("node/**/*.py")]
    kept = [path for path in sources if path.name != "glossary.md" and path.exists()]
    corpus = "\n".join(path.read_text(encoding="utf-8") for path in kept).lower()
    unused = [word for word in glossary() if word.lower().replace(" ", "_") not in corpus]
    assert [word for word in unused if word.lower() not in corpus] == []


def test_glossary_has_every_table_of_the_tree() -> None:
    said = text("docs/glossary.md").lower()
    tables = [table.name for table in Table if table < INDEX_TABLES and table is not Table.CHAIN]
    missing = [
        name for name in tables if name.lower().removesuffix("s").replace("_", " ") not in said
    ]
    assert missing == []


def test_pages_name_only_roles_that_exist() -> None:
    page = text("docs/glossary.md")
    found = re.search(r"^\| role \| (.+) \|$", page, flags=re.MULTILINE)
    assert found
    named = re.findall(r"[A-Z]{4,}", found[1])
    assert named
    assert [name for name in named if name not in Role.DESCRIPTOR.values_by_name] == []


def test_architecture_names_every_module_of_the_engine() -> None:
    page = text("docs/ARCHITECTURE.md")
    section = page.partition("## The engine, mechanism by mechanism")[2].partition("\n## ")[0]
    modules = [path.stem for path in (ROOT / "abci_app" / "engine").glob("[a-z]*.py")]
    assert sorted(re.findall(r"`([a-z_]+)`", section)) == sorted(modules)


def test_architecture_has_every_invariant_once() -> None:
    rows = re.findall(r"^\| C-(\d+) \|", text("docs/ARCHITECTURE.md"), flags=re.MULTILINE)
    assert rows == [str(number) for number in range(1, 33)]


def test_interpretations_are_numbered_without_gaps() -> None:
    found = re.findall(r"^(\d+)\. ", text("docs/interpretations.md"), flags=re.MULTILINE)
    assert found == [str(number) for number in range(1, len(found) + 1)]


def test_adrs_are_numbered_without_gaps_and_have_their_three_parts() -> None:
    files = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [int(file.name[:4]) for file in files]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    for file in files:
        content = file.read_text(encoding="utf-8")
        assert content.startswith(f"# {file.name[:4]} "), file.name
        for part in ("Context", "Decision", "Consequences"):
            assert part in content, f"{file.name} has no {part}"


def shown_metrics() -> set[str]:
    """Return the names of what app and gateway show, without the suffixes of histograms."""
    app = Application(Ledger.memory())
    families = [
        *registry_of(app, Watched(app).counts, ROOT).collect(),
        *Metrics().registry.collect(),
    ]
    names = {
        f"{family.name}_total" if family.type == "counter" else family.name for family in families
    }
    server = (ROOT / "node" / "gateway" / "server.py").read_text(encoding="utf-8")
    names |= {f"tonne_gateway_{name}" for name in re.findall(r'shows\(\s*"(\w+)"', server)}
    return {name for name in names if name.startswith("tonne_")}


def named_metrics(page: str) -> set[str]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return set(re.findall(r"tonne_(?:app|gateway)_\w+", text))


def test_operators_page_names_every_metric_that_there_is() -> None:
    assert named_metrics("OPERATIONS.md") == shown_metrics()


def test_alerts_are_of_metrics_that_there_are() -> None:
    assert named_metrics("alerts.yml")
    assert named_metrics("alerts.yml") <= shown_metrics()
