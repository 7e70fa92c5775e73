"""Messages with one field changed to what it can carry and nobody would say; and their trial.

Must not know: what a field means. Invariant: variants follow from the descriptor alone, in one
order, and each differs from the message in one place.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from abci_app import machine
from abci_app.core.codes import Refusal
from abci_app.state.policies import Rules
from abci_app.store.kv import Overlay, Reader
from tests.harness import Chain
from tests.names import PROGRAM, account_id
from tonne.v1 import tx_pb2 as t

M = TypeVar("M", bound=Message)
Change = Callable[[Any], None]

U64 = (0, 1, 2**32 - 1, 2**32, 2**63, 2**64 - 2, 2**64 - 1)
U32 = (0, 1, 255, 256, 10_000, 2**31, 2**32 - 1)
ENUMS = (0, 1, 2, 5, 7, 99, 255, 256, 2**31 - 1, -1)
TEXTS = (
    "",
    "a",
    "a" * 32,
    "a" * 33,
    "a" * 600,
    "\N{CJK UNIFIED IDEOGRAPH-78B3}" * 10,
    "\N{CJK UNIFIED IDEOGRAPH-78B3}" * 11,
    "\u202e",
    "\0",
    PROGRAM,
    "KYOTO-KZ",
    "chain",
    account_id("RETIRE"),
    account_id("user"),
    account_id("kz.owner"),
    account_id("nobody"),
)
BYTES = (b"", b"\0", b"\0" * 31, b"\0" * 32, b"\xff" * 32, b"a" * 33, b"a" * 64, b"a" * 600)
LENGTHS = (2, 16, 17, 64, 65, 600)
LANE = 15  # that no act of a stage uses


def values(field: FieldDescriptor) -> Sequence[Any]:
    """Return the extreme values of a scalar field."""
    if field.enum_type is not None:
        return ENUMS
    if field.type == FieldDescriptor.TYPE_BOOL:
        return (False, True)
    if field.type == FieldDescriptor.TYPE_SINT32:
        return (0, 1, -1, 2**31 - 1, -(2**31))
    kinds: dict[int, Sequence[Any]] = {
        FieldDescriptor.TYPE_STRING: TEXTS,
        FieldDescriptor.TYPE_BYTES: BYTES,
        FieldDescriptor.TYPE_UINT32: U32,
        FieldDescriptor.TYPE_UINT64: U64,
    }
    return kinds[field.type]


def variants(message: M, dice: random.Random | None = None) -> Iterator[tuple[str, M]]:
    """Yield (place, the message with one field changed), for all of its fields and their fields.

    Of a list of messages the first is changed, or the one that the dice choose.
    """
    for place, change in changes(message, dice):
        made = copied(message)
        change(made)
        yield place, made


def changes(message: Message, dice: random.Random | None) -> Iterator[tuple[str, Change]]:
    """Yield (place, what changes one field of such a message)."""
    for field in message.DESCRIPTOR.fields:
        if field.is_repeated:
            found = _of_list(message, field, dice)
        elif field.message_type is None:
            found = ((f"={value!r}", _set(field.name, value)) for value in values(field))
        else:
            found = _of_part(message, field.name, dice)
        for place, change in found:
            yield f"{field.name}{place:.60}", change


def _set(name: str, value: object) -> Change:
    return lambda message: setattr(message, name, value)


def _clear(name: str) -> Change:
    return lambda message: message.ClearField(name)


def _inside(name: str, change: Change, row: int = -1) -> Change:
    """Return the change of a part, or of a row of a list, as one of the whole."""

    def whole(message: Message) -> None:
        part = getattr(message, name)
        change(part if row < 0 else part[row])

    return whole


def _of_part(
    message: Message, name: str, dice: random.Random | None
) -> Iterator[tuple[str, Change]]:
    """Change what a message consists of: the part's fields, the part absent, the part empty."""

    def empty(whole: Message) -> None:
        whole.ClearField(name)
        getattr(whole, name).SetInParent()

    if message.HasField(name):
        for place, change in changes(getattr(message, name), dice):
            yield f".{place}", _inside(name, change)
        yield " absent", _clear(name)
    yield " empty", empty


def _of_list(
    message: Message, field: FieldDescriptor, dice: random.Random | None
) -> Iterator[tuple[str, Change]]:
    """Change a list: one row, its values, its length."""
    name, rows = field.name, getattr(message, field.name)
    if field.message_type is not None:
        at = dice.randrange(len(rows)) if dice and rows else 0
        for place, change in changes(rows[at], dice) if rows else ():
            yield f"[{at}].{place}", _inside(name, change, at)
        for count in LENGTHS:
            yield f" {count} equal rows", _rows(name, count)
        yield " an empty row", lambda whole: getattr(whole, name).add() and None
    else:
        for value in values(field):
            yield f"=[{value!r}]", _list(name, [value])
        for count in LENGTHS:
            yield f" {count} rows", _list(name, _many(field, count))
        one = next(iter(rows), values(field)[0])
        yield " one twice", _list(name, [one, one])
    yield " none", _clear(name)


def _rows(name: str, count: int) -> Change:
    def change(message: Message) -> None:
        rows = getattr(message, name)
        first = copied(rows[0]) if rows else rows.add()
        del rows[:]
        rows.extend(first for _ in range(count))

    return change


def _list(name: str, items: Sequence[Any]) -> Change:
    def change(message: Message) -> None:
        message.ClearField(name)
        getattr(message, name).extend(items)

    return change


def _many(field: FieldDescriptor, count: int) -> list[Any]:
    """Return ascending values of a list's type."""
    if field.type == FieldDescriptor.TYPE_STRING:
        return [f"A{number:03}" for number in range(count)]
    if field.type == FieldDescriptor.TYPE_BYTES:
        return [number.to_bytes(32, "big") for number in range(count)]
    if field.enum_type is not None:
        return [number % 12 for number in range(count)]
    return list(range(count))


def copied(message: M) -> M:
    made = type(message)()
    made.CopyFrom(message)
    return made


def unsigned(chain: Chain, who: str, also: Sequence[str], *actions: t.Action) -> bytes:
    """Return a transaction for a trial, which asks for no signature; no sequence is used up."""
    body = chain.body(who, *actions, also=also, lane=LANE, sequence=1)
    raw = body.SerializeToString(deterministic=True)
    return t.SignedTx(body=raw).SerializeToString(deterministic=True)


def trial(
    chain: Chain, tx: bytes, *, rules: Rules | None = None, reader: Reader | None = None
) -> machine.Outcome:
    """Execute a transaction on the committed state and forget it; `rules` in force beside it."""
    app = chain.app
    parsed = app.parser.parse(tx)
    below = reader or app.ledger
    block = app._block(below, chain.height, chain.now)
    if rules is not None:
        block.found[rules.program.id] = rules
    try:
        signers = app._gate(chain.now).admit(parsed, signed=False)
    except Refusal as refusal:
        return machine.Outcome(refusal.code, refusal.detail)
    return machine.run_tx(block, Overlay(below), parsed, signers)
