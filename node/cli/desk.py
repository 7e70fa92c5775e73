"""Where a command is typed: a chain to ask, keys by name, files beside it; and how it is signed.

Must not know: how anything is shown, or whether the chain is live. Invariant: what is signed is the
body that was built once; a name stands for one account or the command is refused.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar

from google.protobuf.message import Message

from abci_app.core import ids
from node.cli.faults import Fault, usage
from node.cli.values import from_json
from node.sdk import build
from node.sdk.keys import StoredKey
from tonne.v1 import service_pb2 as v
from tonne.v1.policy_pb2 import Program
from tonne.v1.tx_pb2 import AccountKind, Action, KeyGrant, KeyRight

M = TypeVar("M", bound=Message)

VALID_S = 600  # how long a signature may be used when nothing else is asked
RIGHTS = (KeyRight.INITIATE, KeyRight.APPROVE)


class Chain(Protocol):
    """A chain that answers: behind a gateway, or in this process."""

    @property
    def chain_id(self) -> str:
        """Return the chain's id."""
        ...

    @property
    def genesis_hash(self) -> bytes:
        """Return the hash that every signature names."""
        ...

    def read(self, method: str, request: Message) -> Message:
        """Return the reply of a read of service.proto; TonneError carries a refusal's code."""
        ...

    def submit(self, tx: bytes) -> v.Transaction:
        """Send a signed transaction and return what became of it."""
        ...

    def now_s(self) -> int:
        """Return the time that a new signature counts from, UTC seconds."""
        ...


class Keyring(Protocol):
    """Keys by name."""

    def get(self, name: str) -> StoredKey:
        """Return the key of a name; KeyStoreError when there is none."""
        ...

    def public(self, name: str) -> StoredKey:
        """Return the key of a name without its secret, which needs no passphrase."""
        ...

    def names(self) -> Sequence[str]:
        """Return the names of all keys, in order."""
        ...

    def set_account(self, name: str, account: str) -> None:
        """Remember which account a key belongs to."""
        ...


@dataclass(frozen=True)
class Desk:
    """What the words of a command are read with; `chain` is None when nothing may be asked."""

    chain: Chain | None
    keys: Keyring
    chain_id: str
    folder: Path = Path()
    default_program: str = ""

    def ask(self, method: str, request: Message, kind: type[M]) -> M:
        """Return a reply of the chain as its type; a usage fault when there is none to ask."""
        if self.chain is None:
            raise usage(
                "without a node a name cannot be looked up",
                "Give --program and full account ids, or leave out --offline.",
            )
        reply = self.chain.read(method, request)
        if not isinstance(reply, kind):
            raise Fault(f"the node answered {method} with a {reply.DESCRIPTOR.name}")
        return reply

    def key(self, name: str) -> StoredKey:
        """Return a key of the key store that acts for an account."""
        self.account(name)
        return self.keys.get(name)

    def account(self, name: str) -> str:
        """Return the account of a key name."""
        account = self.keys.public(name).account
        if not account:
            raise usage(
                f"the key {name!r} belongs to no account yet",
                "The operator opens one for it: tonne tx open-account. "
                f"Then: tonne keys bind {name} ACCOUNT.",
            )
        return account

    def file(self, name: str) -> bytes:
        """Return the content of a file; names are relative to the desk's folder."""
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            raise usage(f"cannot read {name}: {error.strerror}", "Check the path.") from error

    def program(self) -> str:
        """Return the default program, or the only one that the chain has."""
        if self.default_program:
            return self.default_program
        page = self.ask("ListPrograms", v.ListProgramsRequest(), v.ProgramPage)
        found = [program.id for program in page.programs]
        if len(found) != 1:
            raise usage("which program?", f"--program one of: {', '.join(found) or '(none)'}.")
        return found[0]

    def number(self, program: str, number: int) -> str:
        """Return the id of holding account `number` in a program's registry."""
        rules = self._program(program).program
        return str(ids.AccountId(rules.registry_codes[0], 100, number, 0))

    def sink(self, program: str, kind: int, code: str = "") -> str:
        """Return the id of a program's first sink of a kind.

        `code` is its code, its period or its link, or several of these with dots between.
        """
        reply = self._program(program)
        periods = {row.number: row.code for row in reply.program.periods}
        found = [account for account in reply.sinks if account.kind == kind]
        for account in found:
            own = (str(account.code), account.link, periods.get(account.period, ""))
            if code in own or all(part in own for part in code.split(".") if part):
                return account.id
        name = AccountKind.Name(kind)
        codes = ", ".join(
            " ".join(filter(None, (str(row.code), row.name, row.link, periods.get(row.period))))
            for row in found
        )
        raise usage(
            f"{program} has no {name} account {code}".rstrip(),
            f"There are: {codes}." if found else "Name one with --to.",
        )

    def _program(self, program: str) -> v.ProgramReply:
        return self.ask("GetProgram", v.GetProgramRequest(id=program), v.ProgramReply)

    def in_force(self, program: str) -> Program:
        """Return the version of a program that is in force."""
        return self._program(program).program

    def grant(self, key_name: str, account: str) -> KeyGrant:
        """Return the grant of a key of the store, with its proof of possession."""
        if key_name.startswith("file:"):
            grant = KeyGrant()
            from_json(grant, self.file(key_name.removeprefix("file:")), key_name)
            return grant
        key = self.keys.get(key_name)
        named = key if key.person else replace(key, person=key_name)
        return build.key_grant(self.chain_id, account, named, RIGHTS)


@dataclass(frozen=True)
class Seat:
    """One signer of an envelope: an account and the keys that sign for it."""

    account: str
    keys: tuple[StoredKey, ...]


def seats(keys: Sequence[StoredKey]) -> list[Seat]:
    """Return the signers in the order of their first key; keys of one account sign together."""
    found: dict[str, tuple[StoredKey, ...]] = {}
    for key in keys:
        found[key.account] = (*found.get(key.account, ()), key)
    return [Seat(account, signing) for account, signing in found.items()]


def next_sequence(chain: Chain, account: str, lane: int) -> int:
    """Return the next free sequence of an account's lane."""
    reply = chain.read("GetSequence", v.GetSequenceRequest(account=account, lane=lane))
    if not isinstance(reply, v.SequenceReply):
        raise Fault("the node did not tell the next sequence")
    return int(reply.next)


def body(
    chain: Chain,
    signers: Sequence[Seat],
    actions: Sequence[Action],
    *,
    memo: str = "",
    lane: int = 0,
    valid_s: int = VALID_S,
) -> bytes:
    """Return the body of an envelope with the next free sequence of every signer."""
    rows = [build.Signer(s.account, lane, next_sequence(chain, s.account, lane)) for s in signers]
    return build.build_body(chain.chain_id, rows, actions, chain.now_s() + valid_s, memo)


def sign(chain: Chain, signers: Sequence[Seat], made: bytes) -> bytes:
    """Return the signed transaction of a body."""
    keys = [(index, key) for index, seat in enumerate(signers) for key in seat.keys]
    return build.sign_body(made, chain.chain_id, chain.genesis_hash, keys)


def bind(keys: Keyring, actions: Sequence[Action]) -> None:
    """Remember, for keys of the store without an account, the account that an action gives them."""
    for action in actions:
        change = action.put_account.account
        added = [grant.key for grant in change.add_keys]
        for name in keys.names() if added else ():
            key = keys.public(name)
            if key.public in added and not key.account:
                keys.set_account(name, change.id)


def now_s() -> int:
    """Return this machine's time in UTC seconds."""
    return int(time.time())
