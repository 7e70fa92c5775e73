"""The words of a command line to a message, by the message's descriptor, and the help for them.

Must not know: what any message means. Invariant: a word that fits no field is refused, never
dropped; one parser serves the command line and the scenarios.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import cast

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

import tonne.v1
from node.cli import values
from node.cli.faults import Fault, nearest, usage
from node.cli.values import Names

FieldPath = tuple[FieldDescriptor, ...]

_PROTO = Path(tonne.v1.__file__).parent


@dataclass(frozen=True)
class Shape:
    """How a message is typed; every value of these names a field by its dotted path."""

    positional: tuple[str, ...] = ()  # words without a flag, in this order
    aliases: Mapping[str, str] = field(default_factory=dict)  # short flag -> field
    fixed: Mapping[str, str] = field(default_factory=dict)  # field -> text, set beforehand


PLAIN = Shape()


def flags(kind: Descriptor) -> dict[str, FieldPath]:
    """Return every flag of a message, without its dashes, with the way to the field."""
    return dict(_walk(kind, "", ()))


def _walk(kind: Descriptor, prefix: str, way: FieldPath) -> Iterator[tuple[str, FieldPath]]:
    for item in kind.fields:
        name = prefix + item.name.replace("_", "-")
        yield name, (*way, item)
        if item.message_type is not None and not item.is_repeated:
            yield from _walk(item.message_type, name + ".", (*way, item))


def fill(message: Message, words: Sequence[str], names: Names, shape: Shape = PLAIN) -> None:
    """Set the fields of `message` from the words; a usage fault names what does not fit."""
    known = flags(cast("Descriptor", message.DESCRIPTOR))
    given: set[str] = set()
    for path, text in shape.fixed.items():
        _set(message, path, known[path], text, names)
        given.add(path)
    rest = list(words)
    left = list(shape.positional)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            if not left:
                raise usage(
                    f"{word!r} stands where no value is expected",
                    "Every value but the first ones follows its flag; quote texts with spaces.",
                )
            path = left.pop(0)
            _set(message, path, known[path], word, names)
            given.add(path)
            continue
        flag, equals, text = word[2:].partition("=")
        flag = flag.replace("_", "-")
        if flag == "file":
            values.from_json(message, names.file(text if equals else _value(word, rest)), "--file")
            continue
        path = shape.aliases.get(flag, flag)
        way = known.get(path)
        if way is None:
            hint = nearest(flag, [*known, *shape.aliases], "--{}")
            raise usage(f"--{flag} is not a flag of this command", hint or "--help lists them.")
        if not equals:
            text = _value(word, rest, way[-1])
        if path in given and not way[-1].is_repeated:
            raise usage(f"--{flag} is given twice")
        _set(message, path, way, text, names)
        given.add(path)
        left = [item for item in left if item != path]


def _value(word: str, rest: list[str], item: FieldDescriptor | None = None) -> str:
    """Take the value of a flag from the words that follow; a bare switch means true."""
    switch = item is not None and item.cpp_type == FieldDescriptor.CPPTYPE_BOOL
    if switch and not (rest and rest[0].lower() in ("true", "false", "yes", "no")):
        return "true"
    if not rest or rest[0].startswith("--"):
        raise usage(f"{word} needs a value", f"{word} {values.form(item)}" if item else "")
    return rest.pop(0)


def _set(message: Message, path: str, way: FieldPath, text: str, names: Names) -> None:
    """Set one field, or add to it when it is a list."""
    *parents, last = way
    try:
        found = [values.read(last, part, names) for part in _parts(last, text)]
    except Fault as fault:
        raise usage(f"--{path}: {fault.message}", fault.hint) from fault
    target = message
    for parent in parents:
        _one_of(target, parent, path)
        target = getattr(target, parent.name)
        target.SetInParent()
    _one_of(target, last, path)
    if last.is_repeated:
        getattr(target, last.name).extend(found)
    elif isinstance(found[0], Message):
        getattr(target, last.name).CopyFrom(found[0])
    else:
        setattr(target, last.name, found[0])


def _parts(item: FieldDescriptor, text: str) -> list[str]:
    """Return the values that one text gives: of a list, those between its commas."""
    whole = not item.is_repeated or item.type == FieldDescriptor.TYPE_BYTES
    return [text] if whole or text.startswith("file:") else text.split(",")


def _one_of(target: Message, item: FieldDescriptor, path: str) -> None:
    """Refuse a second member of a choice: protobuf would forget the first without a word."""
    choice = item.containing_oneof
    if choice is None or choice.name.startswith("_"):
        return
    chosen = target.WhichOneof(choice.name)
    if chosen not in (None, item.name):
        raise usage(f"--{path} does not go together with --{chosen.replace('_', '-')}")


# ---- help ----


def help_rows(kind: Descriptor, shape: Shape = PLAIN) -> list[tuple[str, str, str]]:
    """Return (flag, form of its value, comment of the .proto file) for every field.

    Of fields that exclude each other, those beside the one that the shape is about are left out.
    """
    short = {path: flag for flag, path in shape.aliases.items()}
    known = flags(kind)
    own = [known[path][0] for path in (*shape.positional, *shape.aliases.values(), *shape.fixed)]
    chosen = {item.containing_oneof.name: item.name for item in own if item.containing_oneof}
    rows = []
    for path, way in known.items():
        last, choice = way[-1], way[0].containing_oneof
        if choice is not None and chosen.get(choice.name, way[0].name) != way[0].name:
            continue
        if path in shape.fixed or any(path.startswith(f"{item}.") for item in shape.fixed):
            continue
        comment = comments(last.containing_type.file.name).get(
            f"{last.containing_type.name}.{last.name}", ""
        )
        if last.is_repeated:
            several = "several: with commas between, or the flag again"
            comment = f"{comment}; {several}" if comment else several
        if path in shape.positional:
            comment = f"word {shape.positional.index(path) + 1}; {comment}".rstrip("; ")
        rows.append((f"--{short.get(path, path)}", values.form(last), comment))
    return rows


@cache
def comments(file: str) -> Mapping[str, str]:
    """Return the comment at the end of each field's line of a .proto file, by `Message.field`."""
    source = _PROTO / Path(file).name
    if not source.exists():
        return {}
    found: dict[str, str] = {}
    message = ""
    for line in source.read_text(encoding="utf-8").splitlines():
        if opened := re.match(r"message (\w+)", line):
            message = opened[1]
        if named := re.search(r"(\w+) = \d+;\s*// (.+)$", line):
            found[f"{message}.{named[1]}"] = named[2].strip()
    return found
