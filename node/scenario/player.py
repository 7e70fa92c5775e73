"""Plays the steps of a scenario on a chain and compares what happens with what is expected.

Must not know: whether the chain is in this process or far away. Invariant: the first line that does
not come out as written stops the play and is shown with what was expected and what is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from node.cli import desk as signing
from node.cli import verbs
from node.cli.desk import Chain, Desk
from node.cli.faults import FAILED, Fault
from node.scenario import expectations
from node.scenario.expectations import Difference
from node.scenario.language import OK, PENDING, Act, Clock, Expect, Line, Step, columns
from node.sdk.client import TonneError
from node.sdk.keys import KeyStoreError
from tonne.v1 import service_pb2 as v
from tonne.v1.events_pb2 import Event
from tonne.v1.state_pb2 import Proposal
from tonne.v1.tx_pb2 import Action, Role


class World(Chain, Protocol):
    """A chain that a scenario plays on."""

    def advance(self, time_s: int) -> Sequence[Event]:
        """Move the clock and return what the duties of a block then did.

        Fault when the chain has a clock of its own.
        """
        ...


Observer = Callable[[Step, v.Transaction | None], None]


@dataclass
class Player:
    """The play of one scenario: the chain, and what `$last` and the like stand for."""

    world: World
    desk: Desk
    observer: Observer = lambda _step, _transaction: None
    events: list[Event] = field(default_factory=list)  # of the last transaction or clock step
    variables: dict[str, str] = field(default_factory=dict)

    def play(self, steps: Iterable[Step]) -> int:
        """Play the steps and return how many; Fault of exit code 1 at the first that differs."""
        count = 0
        for step in steps:
            self.observer(step, self._step(step))
            count += 1
        return count

    def _step(self, step: Step) -> v.Transaction | None:
        if isinstance(step, Act):
            return self._act(step)
        if isinstance(step, Expect):
            self._expect(step)
        elif isinstance(step, Clock):
            try:
                self._note(self.world.advance(step.time_s))
            except Fault as fault:
                raise step.line.fault(fault.message, fault.hint) from fault
        return None

    def _act(self, step: Act) -> v.Transaction:
        try:
            keys = [self.desk.key(name) for name in step.signers]
            action = self._action(step, keys[0].account)
            signers = signing.seats(keys)
            tx = signing.sign(self.world, signers, signing.body(self.world, signers, [action]))
        except (Fault, KeyStoreError, TonneError) as fault:
            raise _at(step.line, fault, step.words) from fault
        result = self.world.submit(tx)
        found = outcome(result)
        self.remember(result)
        if found != step.outcome:
            raise mismatch(step.line, Difference(step.outcome, self._explain(found, result)))
        if found in (OK, PENDING):
            signing.bind(self.desk.keys, [action])
        return result

    def _action(self, step: Act, signer: str) -> Action:
        words = [self._substitute(word) for word in step.words]
        return verbs.make(verbs.find(words[0]), words[1:], self.desk, signer)

    def _substitute(self, word: str) -> str:
        """Return the word with `$last`, `$order` and the like replaced by the number.

        `name=$hold` is a word of an expectation; a text may hold a dollar sign elsewhere.
        """
        before, equals, after = word.rpartition("=")
        name = after if after.startswith("$") else ""
        if not name:
            return word
        if name[1:] not in self.variables:
            known = ", ".join(f"${item}" for item in self.variables) or "none so far"
            raise Fault(f"{name} stands for nothing yet", f"Known here: {known}.")
        return before + equals + self.variables[name[1:]]

    def remember(self, result: v.Transaction) -> None:
        """Take the events of a transaction as the last ones, and the numbers that they name."""
        self._note(result.events)

    def _note(self, events: Iterable[Event]) -> None:
        self.events = list(events)
        for event in self.events:
            for name, (variable, part) in _NUMBERED.items():
                if event.WhichOneof("event") == name:
                    self.variables[variable] = str(getattr(getattr(event, name), part))

    def _explain(self, found: str, result: v.Transaction) -> str:
        if found == PENDING:
            return f"{found}: proposal {result.proposal} waits for {self.waits_for(result)}"
        return f"{found}: {result.detail}" if result.detail else found

    def waits_for(self, result: v.Transaction) -> str:
        """Return the roles that the proposal of a transaction waits for."""
        request = v.GetProposalRequest(id=result.proposal)
        return requirements(self.desk.ask("GetProposal", request, v.ProposalReply).proposal)

    def _expect(self, step: Expect) -> None:
        try:
            words = [
                self.variables["last"] if word == "last" and step.subject == "proposal" else word
                for word in map(self._substitute, step.words)
            ]
            difference = expectations.check(self.desk, step.subject, words, self.events)
        except KeyError:
            raise step.line.fault("no proposal was opened so far") from None
        except (Fault, KeyStoreError, TonneError) as fault:
            raise _at(step.line, fault, step.words) from fault
        if difference is not None:
            raise mismatch(step.line, difference)


# event: the word that stands for a number in it from then on
_NUMBERED: Mapping[str, tuple[str, str]] = {
    "proposal_opened": ("last", "id"),
    "retired": ("retirement", "id"),
    "cancelled": ("cancellation", "id"),
    "hold_placed": ("hold", "id"),
    "imported": ("import", "id"),
    "order_changed": ("order", "id"),
    "fill_changed": ("fill", "fill"),
}


def outcome(result: v.Transaction) -> str:
    """Return what became of a transaction in the words of a scenario."""
    if result.code:
        return result.code_name
    if result.status != v.COMMITTED:
        return v.TxStatus.Name(result.status)
    return PENDING if result.proposal else OK


def requirements(proposal: Proposal) -> str:
    """Return what a proposal asks for, like `OPERATOR` or `2 CONSORTIUM`."""
    rows = []
    for row in proposal.requirements:
        count = f"{row.count} " if row.count > 1 else ""
        rows.append(f"{count}{Role.Name(row.role)}" + (f" ({row.side})" if row.side else ""))
    return ", ".join(dict.fromkeys(rows))


def mismatch(line: Line, difference: Difference) -> Fault:
    """Return the fault of a line that came out otherwise than written."""
    return Fault(
        f"{line.file}:{line.number}: {line.text.strip()}\n"
        f"    expected: {difference.expected}\n"
        f"    is:       {difference.found}",
        "",
        FAILED,
    )


def _at(line: Line, fault: Exception, words: Iterable[str]) -> Exception:
    """Return a fault of a command's words at its place in the file; a silent node stays itself."""
    if isinstance(fault, TonneError):
        if not fault.code:
            return fault
        message, hint = f"{fault.name}: {fault.detail or fault.meaning}", fault.next
    elif isinstance(fault, Fault):
        message, hint = fault.message, fault.hint
    else:
        message, hint = str(fault), ""
    named = [word for word in words if word in message or word.split("=")[0] in message]
    return line.fault(message, hint, columns(line, named or list(words)))
