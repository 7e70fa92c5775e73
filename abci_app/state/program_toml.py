"""A program written as TOML, read strictly into the stored message; faults name file and line.

Must not know: what rules do. Invariant: only keys that the message has, only integers, strings,
booleans and lists.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from abci_app.state.program_check import check
from abci_app.state.program_faults.fault import Fault
from tonne.v1.state_pb2 import Program

_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?")
_KEY = re.compile(r"^\s*([A-Za-z0-9_-]+)\s*=")


@dataclass(frozen=True)
class Source:
    """A named text, to tell the line of a path in it."""

    name: str
    text: str

    def line(self, path: str) -> int:
        """Return the line of a path such as `move_rules[2].signer`, the nearest there is."""
        best, table, counts = 1, "", dict[str, int]()
        head = re.sub(r"^(\w+)\.(\w+)(.*)$", r"\1.\2", path) if "[" not in path else path
        for number, line in enumerate(self.text.splitlines(), 1):
            header = _HEADER.match(line)
            if header:
                outer, dot, inner = header[2].rpartition(".")
                outer = f"{outer}[{counts[outer] - 1}]" if outer in counts else outer
                table = f"{outer}{dot}{inner}"
                if header[1] == "[[":
                    index = counts.get(table, 0)
                    counts[table] = index + 1
                    table = f"{table}[{index}]"
                if table == "program" and "." not in head and "[" not in head:
                    best = number  # a key of the head that is missing
                if head == table or head.startswith((f"{table}.", f"{table}[")):
                    best = number
                continue
            key = _KEY.match(line)
            if key:
                here = key[1] if table in ("", "program") else f"{table}.{key[1]}"
                if head == here or head.startswith((f"{here}.", f"{here}[")):
                    return number
        return best


class TomlFault(Exception):  # noqa: N818 - it lists faults
    """A TOML file that cannot be taken: one line a fault, `file:line: path: what is wrong`."""


def read_program(source: Source) -> Program:
    """Return the program of a TOML text, faultless; TomlFault names every fault with its line."""
    data = read_toml(source)
    head = data.pop("program", None)
    if not isinstance(head, dict):
        raise TomlFault(f"{source.name}:1: program: the table [program] is missing")
    program = Program()
    twice = [Fault(name, "stands there twice") for name in data if name in head]
    faults = [*twice, *fill(program, {**head, **data}, "")]
    reject(source, faults)
    reject(source, check(program))
    return program


def read_toml(source: Source) -> dict[str, Any]:
    """Return the tables of a TOML text; TomlFault with the place of a syntax error."""
    try:
        return tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        raise TomlFault(f"{source.name}:{place[1] if place else 1}: {error}") from None
    except (RecursionError, ValueError):  # of lists in lists, of digits without end
        text = "a value is nested too deep, or a number too long"
        raise TomlFault(f"{source.name}:1: {text}") from None


def reject(source: Source, faults: list[Fault]) -> None:
    """Raise TomlFault when there are faults."""
    if faults:
        rows = sorted((source.line(fault.path), fault.path, fault.text) for fault in faults)
        raise TomlFault(
            "\n".join(f"{source.name}:{line}: {path}: {text}" for line, path, text in rows)
        )


def fill(message: Message, data: Mapping[str, Any], path: str) -> Iterator[Fault]:
    """Set the fields of a message from a table; yield a fault for all that does not fit."""
    fields = message.DESCRIPTOR.fields_by_name
    for name, value in data.items():
        where = f"{path}.{name}" if path else name
        field = fields.get(name)
        if field is None:
            yield Fault(where, f"unknown key; there are {', '.join(sorted(fields))}")
        elif field.is_repeated:
            yield from _fill_list(message, field, value, where)
        elif field.message_type is not None:
            yield from _fill_table(getattr(message, name), field.message_type, value, where)
        else:
            yield from _fill_scalar(message, field, value, where)


def _fill_list(
    message: Message, field: FieldDescriptor, value: object, where: str
) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield Fault(where, "must be a list")
        return
    target = getattr(message, field.name)
    for index, item in enumerate(value):
        place = f"{where}[{index}]"
        if field.message_type is not None:
            yield from _fill_table(target.add(), field.message_type, item, place)
        else:
            try:
                target.append(_scalar(field, item))
            except ValueError as error:
                yield Fault(place, str(error))


def _fill_table(target: Message, kind: Descriptor, value: object, where: str) -> Iterator[Fault]:
    if isinstance(value, dict):
        yield from fill(target, value, where)
    else:
        yield Fault(where, f"must be a table with {', '.join(sorted(kind.fields_by_name))}")


def _fill_scalar(
    message: Message, field: FieldDescriptor, value: object, where: str
) -> Iterator[Fault]:
    try:
        setattr(message, field.name, _scalar(field, value))
    except ValueError as error:
        yield Fault(where, str(error))


def _scalar(field: FieldDescriptor, value: object) -> object:
    """Return a value as the field takes it; ValueError that says what is expected."""
    if field.enum_type is not None:
        known = field.enum_type.values_by_name
        if not isinstance(value, str) or value not in known:
            names = [name for name in known if not name.endswith("UNSPECIFIED")]
            raise ValueError(f"{value!r} is none of {', '.join(names)}")
        return known[value].number
    if field.type == FieldDescriptor.TYPE_BOOL:
        if not isinstance(value, bool):
            raise ValueError("must be true or false")
        return value
    if field.type == FieldDescriptor.TYPE_STRING:
        if not isinstance(value, str):
            raise ValueError("must be a text in quotes")
        return value
    if field.type == FieldDescriptor.TYPE_BYTES:
        if not isinstance(value, str) or not re.fullmatch(r"([0-9a-f]{2})*", value):
            raise ValueError("must be lower-case hexadecimal digits in quotes")
        return bytes.fromhex(value)
    if field.type == FieldDescriptor.TYPE_SINT32:
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 1 << 31:
            raise ValueError("must be an integer above -2^31 and below 2^31")
        return value
    bits = 32 if field.type == FieldDescriptor.TYPE_UINT32 else 64
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << bits:
        raise ValueError(f"must be an integer in 0..2^{bits}-1")
    return value
