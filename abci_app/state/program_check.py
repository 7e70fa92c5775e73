"""What a program must be before it is stored: every fault, with its place.

Must not know: what a rule does when it is applied. Invariant: no program that has a fault is ever
stored, whether it comes from genesis or from a transaction.
"""

from collections.abc import Iterator

from google.protobuf.message import Message

from abci_app.state.program_faults import facts, head, rows
from abci_app.state.program_faults.fault import Fault
from tonne.v1.policy_pb2 import Program


def check(program: Program) -> list[Fault]:
    """Return every fault of a program; an empty list lets it be stored."""
    unknown = list(unknown_numbers(program))
    if unknown:
        return unknown  # what follows compares names and numbers that it knows
    return [*head.faults(program), *facts.faults(program), *rows.faults(program)]


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
