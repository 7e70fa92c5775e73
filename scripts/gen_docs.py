"""Writes docs/codes.md, docs/transactions.md and docs/coverage.md, or checks that they are fresh.

It must not know any rule: what the pages say stands in the .proto comments, in the meanings of the
codes, in the docstrings of the actions, in the limits and in docs/rules.toml. Its invariant: what
is committed equals what this script writes, byte for byte.
"""

import argparse
import importlib
import inspect
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorSet,
)

from scripts import law_coverage

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("docs/codes.md", "docs/transactions.md", law_coverage.PAGE)
NOTICE = "<!-- Written by scripts/gen_docs.py; `make gen` writes it again. -->"
ENVELOPE = ("SignedTx", "Signature", "Body", "Signer", "Action")

_SYNTAX, _MESSAGE, _ENUM, _FIELD, _VALUE = 12, 4, 5, 2, 2  # numbers of descriptor.proto
_SCALARS = {
    number: name.removeprefix("TYPE_").lower() for name, number in FieldDescriptorProto.Type.items()
}
Row = Sequence[str]


class CompileError(Exception):
    """The proto compiler refused the sources; its own message is already on stderr."""


@dataclass(frozen=True)
class Proto:
    """One .proto file: its messages and enums by name, and what its comments say of each.

    A comment is found under `Message`, `Message.field`, `Enum` or `Enum.VALUE`; the head of the
    file under the empty name.
    """

    messages: dict[str, DescriptorProto]
    enums: dict[str, EnumDescriptorProto]
    said: dict[str, str]


def read_protos(root: Path, names: Sequence[str]) -> dict[str, Proto]:
    """Return the files of tonne.v1 by stem; CompileError."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "set"
        command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{root / 'proto'}"]
        command += ["--include_source_info", f"--descriptor_set_out={out}"]
        command += [f"tonne/v1/{name}.proto" for name in names]
        if subprocess.run(command, check=False).returncode != 0:
            raise CompileError("protoc failed on proto/tonne/v1")
        files = FileDescriptorSet.FromString(out.read_bytes()).file
    found: dict[str, Proto] = {}
    for file in files:
        named: dict[tuple[int, ...], str] = {(_SYNTAX,): ""}
        for at, message in enumerate(file.message_type):
            named[_MESSAGE, at] = message.name
            for place, field in enumerate(message.field):
                named[_MESSAGE, at, _FIELD, place] = f"{message.name}.{field.name}"
        for at, enum in enumerate(file.enum_type):
            named[_ENUM, at] = enum.name
            for place, value in enumerate(enum.value):
                named[_ENUM, at, _VALUE, place] = f"{enum.name}.{value.name}"
        said: dict[str, str] = {}
        for location in file.source_code_info.location:
            text = f"{location.leading_comments} {location.trailing_comments}"
            name = named.get(tuple(location.path))
            if name is not None and text.strip():
                said[name] = " ".join(text.split())
        found[Path(file.name).stem] = Proto(
            messages={row.name: row for row in file.message_type},
            enums={row.name: row for row in file.enum_type},
            said=said,
        )
    return found


# ---- Markdown ----


def table(head: Row, rows: Iterable[Row]) -> Iterator[str]:
    """Yield the lines of a table."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


def sentence(text: str) -> str:
    """Return a comment as a sentence of its own."""
    text = " ".join(text.split()).rstrip(",")
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?:" else ".")


def linked(text: str, codes: Iterable[str]) -> str:
    """Return a text in which every name of a code leads to its row of codes.md."""
    known = dict.fromkeys(codes, True)
    return re.sub(
        r"\b[A-Z][A-Z_]+\b",
        lambda found: (
            f"[`{found[0]}`](codes.md#{found[0].lower()})" if found[0] in known else found[0]
        ),
        text,
    )


def effect(function: Callable[..., None]) -> str:
    """Return what a docstring says, that of the function it refers to for codes included."""
    said = " ".join((inspect.getdoc(function) or "").split())
    text, _, place = said.partition("; codes: ")
    if not place:
        return said
    module, _, name = place.rstrip(".").rpartition(".")
    inner = getattr(importlib.import_module(f"abci_app.{module}"), name)
    _, _, codes = (inspect.getdoc(inner) or "").partition("\n\n")
    return f"{text}. {' '.join(codes.split())}"


# ---- codes.md ----


def codes_page(codes: Proto) -> Iterator[str]:
    """Yield the lines of docs/codes.md: every code by family, its meaning, what to do."""
    from abci_app.core.codes import meaning, next_step

    head, _, families = codes.said[""].partition("Families:")
    titles = {int(row[0]): row[1] for row in re.findall(r"(\d)xx ([a-z ]+)", families)}
    yield from ("# Codes", "", NOTICE, "", head.strip(), "")
    yield "A gateway sends the number, the name, what it states and what to do next, with a"
    yield "detail that names the place; only the number is consensus. A code of the first family"
    yield "keeps a transaction out of a block. Every other one is the result of a transaction in"
    yield "a block, which changed nothing but used up the sequences of its signers; reads and"
    yield "simulations answer with the same codes."
    family = 0
    for value in codes.enums["Code"].value:
        if value.number // 100 != family or value.number == 0:
            family = value.number // 100
            title = titles[family] if family else "outcome"
            yield from ("", f"## {family}xx {title}" if family else "## Outcome", "")
        note = sentence(codes.said.get(f"Code.{value.name}", "")) if family else ""
        yield f"### {value.name}"
        yield ""
        advice = next_step(value.number)
        parts = (f"**{value.number}**", meaning(value.number), advice and f"*{advice}*", note)
        yield " ".join(part for part in parts if part)
        yield ""


# ---- transactions.md ----


@dataclass(frozen=True)
class Words:
    """What the page of transactions is made from, and which names it has linked to."""

    tx: Proto
    events: Proto
    codes: list[str]

    def kind(self, field: FieldDescriptorProto) -> str:
        """Return the type of a field, with a link where the page describes it."""
        name = field.type_name.rsplit(".", 1)[-1]
        known = name in self.tx.messages or name in self.tx.enums
        text = f"[{name}](#{name.lower()})" if known else name or _SCALARS[field.type]
        repeated = field.label == FieldDescriptorProto.LABEL_REPEATED
        return f"list of {text}" if repeated else text

    def fields(self, proto: Proto, message: DescriptorProto) -> Iterator[str]:
        """Yield the table of a message's fields."""
        rows: list[Row] = []
        for field in message.field:
            notes = [proto.said.get(f"{message.name}.{field.name}", "").rstrip(",")]
            if field.proto3_optional:
                notes.append("may be absent")
            elif field.HasField("oneof_index"):
                notes.append(f"one of `{message.oneof_decl[field.oneof_index].name}`")
            note = "; ".join(note for note in notes if note)
            rows.append((str(field.number), f"`{field.name}`", self.kind(field), note))
        yield from table(("No.", "field", "type", ""), rows)

    def values(self, enum: EnumDescriptorProto) -> Iterator[str]:
        """Yield the table of an enum's values, without the unspecified one."""
        rows = (
            (str(row.number), f"`{row.name}`", self.tx.said.get(f"{enum.name}.{row.name}", ""))
            for row in enum.value
            if row.number
        )
        yield from table(("No.", "value", ""), rows)

    def action(self, field: FieldDescriptorProto) -> Iterator[str]:
        """Yield the part of one action: what it is, what it costs, what it refuses, its fields."""
        from abci_app.actions import ACTIONS

        act = ACTIONS[field.name]
        module = inspect.getdoc(inspect.getmodule(act.execute)) or ""
        title, _, rest = module.partition("\n\n")
        name, _, purpose = " ".join(title.split()).partition(": ")
        yield from (f"### {name}", "", f"Arm {field.number} of `Action`. {sentence(purpose)}")
        invariant = " ".join(rest.split()).partition("Invariant")[2].lstrip("s").lstrip(": ")
        yield from ("", f"*Always:* {sentence(invariant)}", "")
        done = effect(act.execute)
        yield from (f"*Effect and refusals:* {linked(done, self.codes)}", "")
        cost = " ".join((inspect.getdoc(act.cost) or "").split())
        yield f"*Cost:* {sentence(cost.removeprefix('Return the static cost: '))}"
        if act.consent:
            yield from ("", "Shares an envelope only with its like, and never becomes a proposal.")
        yield ""
        yield from self.fields(self.tx, self.tx.messages[name])


def transactions_page(protos: dict[str, Proto]) -> Iterator[str]:
    """Yield the lines of docs/transactions.md: envelope, bounds, actions, their parts, events."""
    from abci_app.core import limits

    tx, events = protos["tx"], protos["events"]
    words = Words(tx, events, [row.name for row in protos["codes"].enums["Code"].value])
    arms = [row for row in tx.messages["Action"].field if row.HasField("oneof_index")]
    kept = ", ".join(f"`{name}`" for name in tx.messages["Action"].reserved_name)
    yield from ("# Transactions", "", NOTICE, "", tx.said[""], "")
    yield "Codes: [codes.md](codes.md). Words: [glossary.md](glossary.md)."
    yield from ("", "## Envelope", "")
    for name in ENVELOPE:
        yield from (f"### {name}", "")
        if name in tx.said:
            yield from (tx.said[name], "")
        yield from words.fields(tx, tx.messages[name])
    if kept:
        yield from (f"Numbers kept for actions to come: {kept}.", "")
    yield from ("## Bounds", "")
    bounds = [(name, value) for name, value in vars(limits).items() if name.isupper()]
    yield from table(("bound", "value"), [(f"`{name}`", f"{value:,}") for name, value in bounds])
    yield from ("## Actions", "")
    for arm in arms:
        yield from words.action(arm)
    top = [*ENVELOPE, *(arm.type_name.rsplit(".", 1)[-1] for arm in arms)]
    yield from ("## Parts", "")
    for name, message in tx.messages.items():
        if name not in top:
            yield from (f"### {name}", "")
            if name in tx.said:
                yield from (tx.said[name], "")
            yield from words.fields(tx, message)
    yield from ("## Values", "")
    for name, enum in tx.enums.items():
        yield from (f"### {name}", "")
        yield from words.values(enum)
    yield from ("## Events", "", events.said[""], "")
    rows: list[Row] = []
    for row in events.messages["Event"].field:
        name = row.type_name.rsplit(".", 1)[-1]
        inside = ", ".join(f"`{field.name}`" for field in events.messages[name].field)
        rows.append((str(row.number), name, inside))
    yield from table(("No.", "event", "fields"), rows)


def pages(root: Path) -> dict[str, str]:
    """Return the text of every generated page by its path."""
    protos = read_protos(root, ("codes", "tx", "events"))
    covered = law_coverage.page(law_coverage.read(root), NOTICE)
    texts = (codes_page(protos["codes"]), transactions_page(protos), covered)
    return {
        name: "\n".join(lines).rstrip("\n") + "\n" for name, lines in zip(PAGES, texts, strict=True)
    }


def stale(root: Path) -> list[str]:
    """Name every page that is missing or differs."""
    return [
        name
        for name, text in pages(root).items()
        if not (root / name).is_file() or (root / name).read_text(encoding="utf-8") != text
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line: 0 when fresh or written, 1 when stale or refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; write nothing")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout to work on")
    options = parser.parse_args(arguments)
    sys.path[:0] = [str(options.root), str(options.root / "proto")]
    try:
        if options.check:
            found = stale(options.root)
            for name in found:
                print(f"{name} is not what the sources say; run: make gen", file=sys.stderr)
            return 1 if found else 0
        for name, text in pages(options.root).items():
            path = options.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except (CompileError, law_coverage.RulesError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
