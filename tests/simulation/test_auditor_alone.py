"""The auditor stands alone: what it must not share with what it examines."""

import ast
from pathlib import Path

TESTS = Path(__file__).parents[1]
FILES = (TESTS / "auditor.py", *sorted((TESTS / "audit").glob("*.py")))
ALLOWED = ("tonne.v1", "tests.audit", "google.protobuf.message")


def names(path: Path) -> list[str]:
    found = []
    for item in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(item, ast.Import):
            found += [alias.name for alias in item.names]
        elif isinstance(item, ast.ImportFrom):
            found.append(str(item.module))
    return found


def test_the_auditor_shares_only_the_messages_and_the_names_of_codes() -> None:
    strange = [
        f"{path.name} imports {name}"
        for path in FILES
        for name in names(path)
        if name.split(".")[0] in ("abci_app", "node", "tests", "google", "tonne")
        and not name.startswith(ALLOWED)
    ]
    assert strange == []
    assert len(FILES) > 10, "the auditor has moved: look where it is"
