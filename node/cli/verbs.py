"""The transaction commands: every action of the protocol, and verbs that shorten some.

Must not know: how a transaction is signed or sent. Invariant: a command makes exactly one action;
an action of the protocol that has no entry here is a command all the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from google.protobuf.descriptor import Descriptor

from node.cli import txargs
from node.cli.faults import nearest, usage
from node.cli.txargs import Shape
from node.cli.values import Names
from tonne.v1.tx_pb2 import AccountKind, Action, KeyGrant, Move, PutAccount


class Desk(Names, Protocol):
    """What a command may ask of where it is typed."""

    def program(self) -> str:
        """Return the program meant when none is named."""

    def number(self, program: str, number: int) -> str:
        """Return the id of holding account `number` in a program's registry."""

    def sink(self, program: str, kind: int) -> str:
        """Return the id of a program's sink of an AccountKind."""

    def grant(self, key_name: str, account: str) -> KeyGrant:
        """Return the grant of a key with its proof of possession for an account."""


@dataclass(frozen=True)
class Command:
    """One command: the action it makes and how its words are read."""

    name: str
    arm: str
    summary: str
    shape: Shape = txargs.PLAIN
    sink: int = 0  # the sink that units go to when no account is named

    @property
    def kind(self) -> Descriptor:
        """Return the descriptor of the action's message."""
        return cast("Descriptor", Action.DESCRIPTOR.fields_by_name[self.arm].message_type)


_MOVE = {"class": "class-id", "quantity": "quantity-t", "to": "to-account"}
_RETIRE = {**_MOVE, "beneficiary": "beneficiary.name", "country": "beneficiary.country"}
_ACCOUNT = {
    name: f"account.{name}"
    for name in ("organisation", "name", "category", "tx-limit-t", "market-access", "holder-kind")
}
_ORGANISATION = {
    "name": "organisation.name",
    "country": "organisation.country",
    "kyc": "organisation.kyc-hash",
}
_SEAT = ("role", "subject")

_WRITTEN = (
    Command("put-account", "put_account", "Open or change an organisation or an account."),
    Command(
        "open-organisation",
        "put_account",
        "Open an organisation: ID --name N --country CC.",
        Shape(("organisation.id",), _ORGANISATION, {"organisation.status": "ACTIVE"}),
    ),
    Command(
        "open-account",
        "put_account",
        "Open an account for a key: KEY-NAME --number N --organisation ID --name N.",
        Shape((), {"id": "account.id", **_ACCOUNT}, {"account.min-initiate": "1"}),
    ),
    Command("accredit", "accredit", "Grant, suspend, reinstate or revoke a seat."),
    *(
        Command(word, "accredit", text, Shape(_SEAT, {}, {"operation": word}))
        for word, text in (
            ("grant", "Grant a seat: ROLE ACCOUNT [--list ACL]."),
            ("suspend", "Suspend a seat: ROLE ACCOUNT [--list ACL]."),
            ("reinstate", "Reinstate a suspended seat: ROLE ACCOUNT [--list ACL]."),
            ("revoke", "Revoke a seat for good: ROLE ACCOUNT [--list ACL]."),
        )
    ),
    Command("anchor", "anchor", "Record the hash of a document beside a record."),
    Command("put-record", "put_record", "File a methodology, an activity or an issuance."),
    Command(
        "transition",
        "transition",
        "Move a record to another state: KIND/ID STATE.",
        Shape(("record", "to-state")),
    ),
    Command("attest", "attest", "Sign a statement as an auditor."),
    Command(
        "issue",
        "issue",
        "Issue units under an approved cap: QUANTITY --issuance ID --to ACCOUNT --vintage YEAR.",
        Shape(("quantity-t",), {"quantity": "quantity-t", "to": "to-account"}),
    ),
    Command("move", "move", "Move units between accounts.", Shape((), _MOVE)),
    Command(
        "transfer",
        "move",
        "Transfer units to another holder: QUANTITY --class C --to ACCOUNT.",
        Shape(("quantity-t", "to-account"), _MOVE),
    ),
    Command(
        "retire",
        "move",
        "Retire units for good: QUANTITY --class C --purpose P --beneficiary NAME.",
        Shape(("quantity-t",), _RETIRE),
        AccountKind.RETIRE,
    ),
    Command(
        "decide", "decide", "Decide on a proposal: PROPOSAL YES|NO.", Shape(("proposal", "verdict"))
    ),
    Command(
        "approve",
        "decide",
        "Say yes to a proposal: PROPOSAL [REASON].",
        Shape(("proposal", "reason"), {}, {"verdict": "YES"}),
    ),
    Command(
        "reject",
        "decide",
        "Say no to a proposal: PROPOSAL REASON.",
        Shape(("proposal", "reason"), {}, {"verdict": "NO"}),
    ),
    Command(
        "withdraw",
        "withdraw",
        "Take back one's own proposal: PROPOSAL [REASON].",
        Shape(("proposal", "reason")),
    ),
)


def _commands() -> dict[str, Command]:
    found = {command.name: command for command in _WRITTEN}
    written = {command.arm for command in _WRITTEN}
    for item in Action.DESCRIPTOR.oneofs_by_name["action"].fields:
        if item.name not in written:
            name = item.name.replace("_", "-")
            found[name] = Command(name, item.name, f"Make the action {item.message_type.name}.")
    return found


COMMANDS = _commands()


def find(name: str) -> Command:
    """Return a command by its name; a usage fault suggests the nearest."""
    command = COMMANDS.get(name)
    if command is None:
        raise usage(f"there is no tx command {name!r}", nearest(name, COMMANDS))
    return command


def make(command: Command, words: Sequence[str], desk: Desk, signer: str) -> Action:
    """Return the action that a command and its words ask for; `signer` is the acting account."""
    rest = list(words)
    keys = take(rest, "--key") if command.arm == "put_account" else []
    if command.name == "open-account":
        if rest and not rest[0].startswith("--"):
            keys.insert(0, rest.pop(0))
        rest = _numbered(rest, desk)
    action = Action()
    message = getattr(action, command.arm)
    message.SetInParent()
    txargs.fill(message, rest, desk, command.shape)
    if "program" in command.kind.fields_by_name and not message.program:
        message.program = desk.program()
    if isinstance(message, Move):
        message.from_account = message.from_account or signer
        if command.sink and not message.to_account:
            message.to_account = desk.sink(message.program, command.sink)
    if isinstance(message, PutAccount) and keys:
        account = message.account.id
        message.account.add_keys.extend(desk.grant(key, account) for key in keys)
        message.account.add_keys.sort(key=lambda item: item.key)
    return action


def _numbered(words: list[str], desk: Desk) -> list[str]:
    """Turn `--number N` into the full account id of the program."""
    given = take(words, "--number")
    if not given:
        return words
    if len(given) > 1 or not (given[0].isascii() and given[0].isdigit()):
        raise usage("--number needs one whole number", "Like --number 1001.")
    program = take(list(words), "--program")
    return ["--id", desk.number(program[0] if program else desk.program(), int(given[0])), *words]


def take(words: list[str], flag: str) -> list[str]:
    """Remove every `flag VALUE` and `flag=VALUE` from the words; return the values."""
    found: list[str] = []
    kept: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == flag:
            value = next(rest, None)
            if value is None:
                raise usage(f"{flag} needs a value")
            found.append(value)
        elif word.startswith(flag + "="):
            found.append(word.partition("=")[2])
        else:
            kept.append(word)
    words[:] = kept
    return found
