"""A new version of a program: one in force with a few values changed, or a file.

Must not know: what a rule does. Invariant: a path names exactly one value, or it is refused; the
rest of the program stays as it is.
"""

from collections.abc import Sequence

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from abci_app.state.program_toml import (
    Source,
    TomlFault,
    fill,
    read_program,
    read_toml,
    reject,
)
from node.cli import values
from node.cli.faults import nearest, usage
from node.cli.values import Names
from tonne.v1.policy_pb2 import Program, ValidatorSet

_KEYS = ("id", "code", "iso2", "period", "name", "kind", "role", "subtype")


def amended(program: Program, changes: Sequence[str], names: Names) -> Program:
    """Return the next version of a program, with `PATH=VALUE` for every change.

    A row of a list is named by its id, code or name: `parties.KZ.periods.CP1.last-inventory-t=5`.
    A list of words is given whole, with commas; what comes after `=` may be empty.
    """
    found = Program()
    found.CopyFrom(program)
    found.version += 1
    found.effective_from_s = 0
    for change in changes:
        path, equals, text = change.partition("=")
        if not equals:
            raise usage(f"{change!r}: PATH=VALUE is meant", "Like params.fill-confirm-s=86400.")
        _set(found, path.split("."), text, names, path)
    return found


def _set(message: Message, way: Sequence[str], text: str, names: Names, path: str) -> None:
    name, rest = way[0].replace("-", "_"), way[1:]
    fields = message.DESCRIPTOR.fields_by_name
    item = fields.get(name)
    if item is None:
        raise usage(
            f"{path}: {message.DESCRIPTOR.name} has no field {way[0]!r}", nearest(name, fields)
        )
    below = rest[1:] if item.is_repeated else rest
    if below and item.message_type is not None:
        inner = getattr(message, item.name)
        _set(
            _row(item, inner, rest[0], path) if item.is_repeated else inner,
            below,
            text,
            names,
            path,
        )
        return
    if rest or item.message_type is not None:
        raise usage(f"{path} names no single value", "Go on to a field of it, or use put-program.")
    if item.is_repeated:
        words = [values.read(item, word, names) for word in text.split(",") if word]
        del getattr(message, item.name)[:]
        getattr(message, item.name).extend(words)
    else:
        setattr(message, item.name, values.read(item, text, names))


def _row(item: FieldDescriptor, rows: Sequence[Message], name: str, path: str) -> Message:
    """Return the row of a list by the first of its fields that names it."""
    key = next((key for key in _KEYS if key in item.message_type.fields_by_name), "")
    if not key:
        raise usage(f"{path}: rows of {item.name} have no name", "Use put-program with a file.")
    field = item.message_type.fields_by_name[key]
    known = [values.show(field, getattr(row, key)) for row in rows]
    found = [row for row, known_as in zip(rows, known, strict=True) if known_as == name]
    if len(found) != 1:
        hint = nearest(name, known) or f"One of: {', '.join(known) or '(none)'}."
        raise usage(f"{path}: {len(found)} rows of {item.name} are called {name!r}", hint)
    return found[0]


def from_file(raw: bytes, name: str) -> Program:
    """Return the program of a TOML file; a usage fault names the lines that do not fit."""
    try:
        return read_program(Source(name, raw.decode("utf-8")))
    except TomlFault as fault:
        raise usage(str(fault), "Correct the lines named.") from fault
    except UnicodeDecodeError as error:
        raise usage(f"{name} is not UTF-8 text", "Save it as UTF-8.") from error


def validators(raw: bytes, name: str) -> ValidatorSet:
    """Return the set of validators that a file names, one `[[validators]]` each, by their keys."""
    try:
        source = Source(name, raw.decode())
        found = ValidatorSet()
        reject(source, [*fill(found, read_toml(source), "")])
    except (TomlFault, UnicodeDecodeError) as fault:
        raise usage(str(fault), "Correct the lines named.") from fault
    found.validators.sort(key=lambda row: row.key)
    return found
