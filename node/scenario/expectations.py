"""What a scenario may expect, and how it is compared with what the chain says.

Must not know: how a chain is reached. Invariant: an expectation that holds says nothing; one that
does not says what was expected and what is, in the words of the scenario.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from node.cli import txargs, values
from node.cli.desk import Desk
from node.cli.faults import Fault, nearest, usage
from node.cli.txargs import Shape
from node.sdk.client import TonneError
from tonne.v1 import service_pb2 as v
from tonne.v1.events_pb2 import Event
from tonne.v1.state_pb2 import HoldKind
from tonne.v1.tx_pb2 import AccountKind

SINKS = tuple(name for name in AccountKind.keys() if AccountKind.Value(name) > AccountKind.HOLDING)  # noqa: SIM118 - an enum wrapper is no mapping


@dataclass(frozen=True)
class Difference:
    """What was expected and what is."""

    expected: str
    found: str


@dataclass(frozen=True)
class Read:
    """How one subject is read: the method, its request by words, and the record in the reply.

    Without a field the whole reply is compared.
    """

    method: str
    request: type[Message]
    words: tuple[str, ...]
    field: str


READS: Mapping[str, Read] = {
    "account": Read("GetAccount", v.GetAccountRequest, ("id",), "account"),
    "organisation": Read("GetOrganisation", v.GetOrganisationRequest, ("id",), "organisation"),
    "lot": Read("GetLot", v.GetLotRequest, ("space", "serial"), "lot"),
    "record": Read("GetRecord", v.GetRecordRequest, ("record.kind", "record.id"), "record"),
    "statement": Read("GetStatement", v.GetStatementRequest, ("id",), "statement"),
    "accreditation": Read(
        "GetAccreditation", v.GetAccreditationRequest, ("role", "account", "list"), "accreditation"
    ),
    "proposal": Read("GetProposal", v.GetProposalRequest, ("id",), "proposal"),
    "retirement": Read("GetRetirement", v.GetRetirementRequest, ("id",), "retirement"),
    "hold": Read("GetHold", v.GetHoldRequest, ("id",), "hold"),
    "cancellation": Read("GetCancellation", v.GetCancellationRequest, ("id",), "cancellation"),
    "order": Read("GetOrder", v.GetOrderRequest, ("id",), "order"),
    "fill": Read("GetFill", v.GetFillRequest, ("order", "fill"), "fill"),
    "import": Read("GetImport", v.GetImportRequest, ("id",), "imported"),
    "link": Read("GetLinkTotal", v.GetLinkTotalRequest, ("link",), ""),
    "cap": Read("GetCapRecord", v.GetCapRecordRequest, ("class-id", "party", "period"), "cap"),
    "reserve": Read("GetReserve", v.GetReserveRequest, ("party", "period"), ""),
    "footprint": Read("GetFootprintReport", v.GetFootprintReportRequest, ("id", "items-sold"), ""),
    "labels": Read("GetLabels", v.GetLabelsRequest, ("space", "serial"), ""),
}


def check(
    desk: Desk, subject: str, words: Sequence[str], events: Sequence[Event]
) -> Difference | None:
    """Return how what is differs from what a scenario line expects, or None."""
    plain = [word for word in words if "=" not in word]
    wanted = dict(word.split("=", 1) for word in words if "=" in word)
    if subject == "balance":
        return _balance(desk, plain, wanted)
    if subject == "inbox":
        return _inbox(desk, plain)
    if subject == "lots":
        return _lots(desk, plain)
    if subject == "supply":
        return _supply(desk, plain, wanted)
    if subject == "event":
        return _event(desk, plain, wanted, events)
    return _record(desk, READS[subject], plain, wanted)


def holder(desk: Desk, who: str) -> str:
    """Return the account of a key name, of a sink by its kind, or the id itself."""
    kind, _, code = who.partition(".")
    if kind in SINKS:
        return desk.sink(desk.program(), AccountKind.Value(kind), code)
    return who if who.count("-") == 4 else desk.account(who.removeprefix("@"))


def balance(desk: Desk, account: str, class_id: str) -> dict[str, int]:
    """Return what an account holds of a class, by free, frozen and kind of hold, without zeros."""
    request = v.GetHoldingRequest(account=account, program=desk.program(), class_id=class_id)
    holding = desk.ask("GetHolding", request, v.HoldingReply).holding
    found = {"free": holding.free_t, "frozen": holding.frozen_t}
    found |= {HoldKind.Name(item.kind): item.held_t for item in holding.held}
    return {name: amount for name, amount in found.items() if amount}


def _amounts(found: Mapping[str, int]) -> str:
    return " ".join(f"{name}={amount}" for name, amount in found.items()) or "nothing"


def _balance(desk: Desk, plain: Sequence[str], wanted: Mapping[str, str]) -> Difference | None:
    if len(plain) != 2:
        raise usage("whose balance of which class?", "Like: expect balance issuer TMU free=54000")
    known = ("free", "frozen", *(name for name in HoldKind.keys() if HoldKind.Value(name)))  # noqa: SIM118 - an enum wrapper is no mapping
    expected: dict[str, int] = {}
    for name, text in wanted.items():
        if name not in known:
            raise usage(
                f"{name!r} is no part of a balance", nearest(name, known) or ", ".join(known)
            )
        expected[name] = whole(text)
    expected = {name: amount for name, amount in expected.items() if amount}
    found = balance(desk, holder(desk, plain[0]), plain[1])
    return None if found == expected else Difference(_amounts(expected), _amounts(found))


def whole(text: str) -> int:
    """Return a whole number; `_` may group its digits."""
    digits = text.replace("_", "")
    if not (digits.isascii() and digits.isdigit()):
        raise usage(f"{text!r} is not a whole number")
    return int(digits)


def _inbox(desk: Desk, plain: Sequence[str]) -> Difference | None:
    if len(plain) != 2:
        raise usage("whose inbox, and how many?", "Like: expect inbox operator 1")
    request = v.GetInboxRequest(account=holder(desk, plain[0]))
    rows = desk.ask("GetInbox", request, v.ProposalPage).proposals
    if len(rows) == whole(plain[1]):
        return None
    numbers = ", ".join(str(row.id) for row in rows)
    return Difference(plain[1], f"{len(rows)}" + (f" (proposals {numbers})" if rows else ""))


def _lots(desk: Desk, plain: Sequence[str]) -> Difference | None:
    if len(plain) < 3:
        raise usage("whose lots?", "Like: expect lots user TMU IPCI-R1:1-25000")
    request = v.ListLotsRequest(
        account=holder(desk, plain[0]), program=desk.program(), class_id=plain[1]
    )
    rows = desk.ask("ListLots", request, v.LotPage).lots
    found = sorted(f"{row.space}:{row.start}-{row.end}" for row in rows)
    if found == sorted(plain[2:]):
        return None
    return Difference(" ".join(plain[2:]), " ".join(found) or "nothing")


def _supply(desk: Desk, plain: Sequence[str], wanted: Mapping[str, str]) -> Difference | None:
    if len(plain) != 1:
        raise usage("the supply of which class?", "Like: expect supply TMU created_t=100000")
    reply = desk.ask("GetProgram", v.GetProgramRequest(id=desk.program()), v.ProgramReply)
    for row in reply.supplies:
        if row.class_id == plain[0]:
            return compare(desk, row, wanted)
    return Difference(f"a supply of {plain[0]}", "none")


def _event(
    desk: Desk, plain: Sequence[str], wanted: Mapping[str, str], events: Sequence[Event]
) -> Difference | None:
    kinds = {item.message_type.name: item.name for item in Event.DESCRIPTOR.fields}
    if len(plain) != 1 or plain[0] not in kinds:
        hint = nearest(plain[0], kinds) if plain else ""
        raise usage("which event?", hint or f"One of: {', '.join(kinds)}.")
    name = kinds[plain[0]]
    rows = [getattr(event, name) for event in events if event.WhichOneof("event") == name]
    differences = [compare(desk, row, wanted) for row in rows]
    if not rows:
        happened = [
            getattr(event, event.WhichOneof("event")).DESCRIPTOR.name
            for event in events
            if event.WhichOneof("event")
        ]
        return Difference(plain[0], ", ".join(happened) or "no event")
    return None if None in differences else differences[-1]


def _record(
    desk: Desk, read: Read, plain: Sequence[str], wanted: Mapping[str, str]
) -> Difference | None:
    request = read.request()
    absent = bool(plain) and plain[-1] == "absent"
    words = list(plain[:-1] if absent else plain)
    words = [
        f"@{word}" if _names_account(read, index, word) else word
        for index, word in enumerate(words)
    ]
    txargs.fill(request, words, desk, Shape(read.words))
    if "program" in request.DESCRIPTOR.fields_by_name:
        request.program = desk.program()  # type: ignore[attr-defined]
    try:
        reply = desk.ask(read.method, request, Message)
    except TonneError as error:
        return None if absent else Difference(_wanted(wanted), f"{error.name}: {error.detail}")
    found = getattr(reply, read.field) if read.field else reply
    if absent:
        there = reply.HasField(read.field)
        return Difference("absent", values.show_message(found)) if there else None
    return compare(desk, found, wanted)


def _names_account(read: Read, index: int, word: str) -> bool:
    """Tell whether a word is a key name where an account is meant."""
    name = read.words[index] if index < len(read.words) else ""
    account = name == "account" or (name == "id" and read.method == "GetAccount")
    return account and word.count("-") != 4 and not word.startswith("@")


def _wanted(wanted: Mapping[str, str]) -> str:
    return " ".join(f"{name}={text}" for name, text in wanted.items()) or "to exist"


def compare(desk: Desk, message: Message, wanted: Mapping[str, str]) -> Difference | None:
    """Compare named fields of a message with texts; a field of its details may be named alone."""
    expected, found = [], []
    for name, text in wanted.items():
        owner, item = _find(message, name)
        want = [
            _read(item, part, desk, name)
            for part in text.split(",")
            if part or not item.is_repeated
        ]
        value = getattr(owner, item.name)
        have = list(value) if item.is_repeated else [value]
        if want != have:
            expected.append(f"{name}={text}")
            found.append(f"{name}={values.show_field(owner, item)}")
    return Difference(" ".join(expected), " ".join(found)) if expected else None


def _read(item: FieldDescriptor, text: str, desk: Desk, name: str) -> object:
    try:
        return values.read(item, text, desk)
    except Fault as fault:
        raise usage(f"{name}={text}: {fault.message}", fault.hint) from fault


def _find(message: Message, name: str) -> tuple[Message, FieldDescriptor]:
    """Return the owner of a field and the field; names are dotted, or of the chosen details."""
    first, _, rest = name.replace("-", "_").partition(".")
    fields = message.DESCRIPTOR.fields_by_name
    if first not in fields:
        for choice in message.DESCRIPTOR.oneofs:
            chosen = message.WhichOneof(choice.name)
            if chosen and first in fields[chosen].message_type.fields_by_name:
                return _find(getattr(message, chosen), name)
        raise usage(f"{message.DESCRIPTOR.name} has no field {name!r}", nearest(first, fields))
    if rest:
        return _find(getattr(message, first), rest)
    return message, fields[first]
