"""The transaction commands: every action of the protocol, and verbs that shorten some.

Must not know: how a transaction is signed or sent. Invariant: a command makes exactly one action;
an action of the protocol that has no entry here is a command all the same.
"""

from collections.abc import Sequence
from typing import Protocol

from node.cli import amend, txargs
from node.cli.commands import WRITTEN, Command
from node.cli.faults import nearest, usage
from node.cli.values import Names
from tonne.v1.policy_pb2 import Program
from tonne.v1.tx_pb2 import (
    Action,
    Convert,
    FillOrder,
    HoldUnits,
    KeyGrant,
    Move,
    PlaceOrder,
    PutAccount,
)


class Desk(Names, Protocol):
    """What a command may ask of where it is typed."""

    def program(self) -> str:
        """Return the program meant when none is named."""

    def number(self, program: str, number: int) -> str:
        """Return the id of holding account `number` in a program's registry."""

    def sink(self, program: str, kind: int, code: str = "") -> str:
        """Return the id of a program's sink of an AccountKind; `code`: its code, period or link."""

    def in_force(self, program: str) -> Program:
        """Return the version of a program that is in force."""

    def grant(self, key_name: str, account: str) -> KeyGrant:
        """Return the grant of a key with its proof of possession for an account."""


def _commands() -> dict[str, Command]:
    found = {command.name: command for command in WRITTEN}
    written = {command.arm for command in WRITTEN}
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
    if command.name in ("put-program", "amend-program"):
        return _program(command, rest, desk)
    if command.name == "put-validators":
        return _validators(command, rest, desk)
    keys = take(rest, "--key") if command.arm == "put_account" else []
    codes = take(rest, "--code") if command.sink else []
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
            message.to_account = desk.sink(message.program, command.sink, "".join(codes))
    elif isinstance(message, Convert | PlaceOrder | FillOrder):
        message.account = message.account or signer
    elif isinstance(message, HoldUnits) and message.WhichOneof("change") == "place":
        message.place.account = message.place.account or signer
    if isinstance(message, PutAccount) and keys:
        account = message.account.id
        message.account.add_keys.extend(desk.grant(key, account) for key in keys)
        message.account.add_keys.sort(key=lambda item: item.key)
    return action


def _program(command: Command, words: list[str], desk: Desk) -> Action:
    """Return the vote for a new version of a program: a file, or the one in force with changes."""
    if command.name == "put-program":
        name, rest = _file(command, words)
        program = amend.from_file(desk.file(name), name)
    else:
        rest = list(words)
        given = take(rest, "--program")
        changes = [word for word in rest if "=" in word and not word.startswith("--")]
        if not changes:
            raise usage("what changes?", "Like: amend-program params.fill-confirm-s=86400.")
        program = amend.amended(desk.in_force(given[0] if given else desk.program()), changes, desk)
        rest = [word for word in rest if word not in changes]
    action = Action()
    action.put_policy.program.CopyFrom(program)
    txargs.fill(action.put_policy, rest, desk, command.shape)
    return action


def _validators(command: Command, words: list[str], desk: Desk) -> Action:
    """Return the vote for a new set of validators, as a file names them."""
    name, rest = _file(command, words)
    action = Action()
    action.put_policy.validators.CopyFrom(amend.validators(desk.file(name), name))
    txargs.fill(action.put_policy, rest, desk, command.shape)
    return action


def _file(command: Command, words: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Return the file that a command names first, and the words after it."""
    if not words or words[0].startswith("--"):
        raise usage("which file?", f"Like: {command.name} FILE.toml.")
    return words[0], words[1:]


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
