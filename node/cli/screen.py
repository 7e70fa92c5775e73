"""What is written to the terminal: tables, JSON, warnings.

Must not know: where it comes from. Invariant: results go to standard output, everything else to
standard error; JSON is one document of the protocol's own mapping.
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from google.protobuf import json_format
from google.protobuf.message import Message
from rich.console import Console
from rich.markup import escape as _escape
from rich.table import Table

from node.cli import values

NO_NAMES: Mapping[str, str] = MappingProxyType({})
_WIDTH = 200  # when output is not a terminal: tables are not folded
_KEPT = 16  # characters of a column that a longer one beside it does not push out


def console(*, error: bool = False) -> Console:
    """Return the console of standard output, or of standard error."""
    stream = sys.stderr if error else sys.stdout
    width = None if stream.isatty() else _WIDTH
    return Console(file=stream, width=width, highlight=False, emoji=False)


def escape(text: str) -> str:
    """Return a text that the terminal shows and does not obey: no markup, no control characters."""
    if not text.isprintable():
        text = "".join(map(_visible, text))
    return _escape(text)


def _visible(char: str) -> str:
    return char if char == "\n" or char.isprintable() else ascii(char)[1:-1]


def say(text: str) -> None:
    """Write a line of text as it is."""
    console().print(escape(text), soft_wrap=True)


def note(text: str) -> None:
    """Write a line beside the results, to standard error."""
    console(error=True).print(escape(text), soft_wrap=True)


def warn(text: str) -> None:
    """Write a warning to standard error."""
    console(error=True).print(f"[bold yellow]{escape(text)}[/]", soft_wrap=True)


def fault(message: str, hint: str) -> None:
    """Write what is wrong and what to do next to standard error."""
    out = console(error=True)
    out.print(f"[bold red]error:[/] {escape(message)}", soft_wrap=True)
    if hint:
        out.print(f"[bold]next:[/]  {escape(hint)}", soft_wrap=True)


def as_json(message: Message) -> None:
    """Write a message as JSON: field names of the protocol, 64-bit integers as strings."""
    print(json_format.MessageToJson(message, preserving_proto_field_name=True, indent=2))


def data_json(data: object) -> None:
    """Write plain data as JSON."""
    print(json.dumps(data, indent=2, ensure_ascii=False))


Names = Mapping[str, str]  # account id -> what people call it


def fields(message: Message, skip: Sequence[str] = (), names: Names = NO_NAMES) -> None:
    """Write a message as a table of two columns; nested messages with dotted names."""
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in _flat(message, ""):
        if name.split(".")[0] not in skip:
            called = f"  {names[text]}" if text in names else ""
            table.add_row(escape(name), escape(text + called))
    console().print(table)


def _flat(message: Message, prefix: str) -> Iterable[tuple[str, str]]:
    for item, value in message.ListFields():
        name = prefix + item.name
        if item.message_type is None:
            yield name, values.show_field(message, item)
        elif not item.is_repeated:
            if item.message_type.name in ("RecordRef", "SerialRange"):
                yield name, values.show_field(message, item)
            else:
                yield from _flat(value, name + ".")
        else:
            for index, row in enumerate(value):
                yield f"{name}[{index}]", values.show_message(row)


def rows(
    messages: Sequence[Message],
    columns: Sequence[str],
    empty: str = "none",
    names: Names = NO_NAMES,
) -> None:
    """Write messages as a table, one a row; a column is the dotted name of a field."""
    if not messages:
        say(empty)
        return
    table = Table(box=None, pad_edge=False)
    for column in columns:
        right = column.endswith("_t")
        table.add_column(
            column.replace("_", " "), justify="right" if right else "left", no_wrap=True
        )
    for message in messages:
        cells = [_cell(message, column) for column in columns]
        table.add_row(*(escape(f"{cell} {names.get(cell, '')}".rstrip()) for cell in cells))
    console().print(table)


def _cell(message: Message, column: str) -> str:
    first, _, rest = column.partition(".")
    if rest:
        return _cell(getattr(message, first), rest)
    item = message.DESCRIPTOR.fields_by_name[first]
    text = values.show_field(message, item)
    return group(text) if first.endswith("_t") else text


def group(text: str) -> str:
    """Return a whole number with its thousands apart."""
    return f"{int(text):,}".replace(",", " ") if text.isdigit() else text


def table(
    title: str, head: Sequence[str], body: Iterable[Sequence[str]], *, fold: bool = False
) -> None:
    """Write a table of texts; numbers to the right; `fold`: long texts go on in the next line."""
    shown = Table(title=title or None, box=None, pad_edge=False, title_justify="left")
    listed = [list(row) for row in body]
    for index, name in enumerate(head):
        numbers = all(row[index].replace(" ", "").isdigit() for row in listed) and bool(listed)
        longest = max(len(name), *(len(row[index]) for row in listed), 0)
        shown.add_column(
            name,
            justify="right" if numbers else "left",
            no_wrap=not fold,
            min_width=min(longest, _KEPT),
        )
    for row in listed:
        shown.add_row(*(escape(cell) for cell in row))
    console().print(shown)
