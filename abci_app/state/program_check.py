"""What a program must be before it is stored: every fault, with its place.

Must not know: what a rule does when it is applied. Invariant: no program that has a fault is ever
stored, whether it comes from genesis or from a transaction.
"""

from collections.abc import Iterator

from google.protobuf.message import Message

from abci_app.core.limits import PROGRAM_ROWS_MAX, PROGRAM_WORDS_MAX
from abci_app.state.program_faults import facts, head, rows
from abci_app.state.program_faults.fault import Fault
from tonne.v1.policy_pb2 import Program


def check(program: Program) -> list[Fault]:
    """Return every fault of a program; an empty list lets it be stored."""
    return list(faults(program))


def faults(program: Program) -> Iterator[Fault]:
    """Yield the faults of a program: a block looks for the first alone."""
    unknown = [*unknown_numbers(program), *_too_many(program)]
    if unknown:
        yield from unknown  # what follows compares row with row, names and numbers that it knows
        return
    yield from head.faults(program)
    yield from facts.faults(program)
    yield from rows.faults(program)


def _too_many(message: Message, path: str = "") -> Iterator[Fault]:
    """Yield the lists that are too long to be compared row with row."""
    for field, value in message.ListFields():
        where = f"{path}.{field.name}" if path else field.name
        if field.is_repeated:
            most = PROGRAM_ROWS_MAX if field.message_type is not None else PROGRAM_WORDS_MAX
            if len(value) > most:
                yield Fault(where, f"has {len(value)} rows, {most} at most")
        if field.message_type is not None:
            for place, item in enumerate(value if field.is_repeated else (value,)):
                yield from _too_many(item, f"{where}[{place}]" if field.is_repeated else where)


def unknown_numbers(message: Message, path: str = "") -> Iterator[Fault]:
    """Yield the enum values that these rules have no name for: no rule would ever match them."""
    for field, value in message.ListFields():
        where = f"{path}.{field.name}" if path else field.name
        for place, item in enumerate(value if field.is_repeated else (value,)):
            spot = f"{where}[{place}]" if field.is_repeated else where
            if isinstance(item, Message):
                yield from unknown_numbers(item, spot)
            elif field.enum_type is not None and item not in field.enum_type.values_by_number:
                yield Fault(spot, f"{item} is no {field.enum_type.name}")
