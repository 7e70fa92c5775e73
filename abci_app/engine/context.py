"""What an act sees: its block, its signers, its own overlay, and what it has done so far.

Must not know: any single act. Invariant: an act writes only to its overlay, and time is the
block's time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from abci_app.core.codes import Code, refuse
from abci_app.core.limits import TIME_S_MAX
from abci_app.state.lots import Span
from abci_app.state.policies import Book, Rules
from abci_app.state.schema import ACCOUNTS, ORGANISATIONS
from abci_app.store.kv import Overlay, Reader
from tonne.v1.events_pb2 import Event
from tonne.v1.state_pb2 import ACTIVE, Account, ChainParams, Organisation, Party, Requirement
from tonne.v1.tx_pb2 import (
    ACCOUNT_CLOSED,
    ACCOUNT_SUSPENDED,
    ORGANISATION_ACTIVE,
    SYSTEM,
    Action,
)


@dataclass
class Block:
    """One block's surroundings; programs are looked up once a block."""

    chain_id: str
    height: int
    time_s: int
    params: ChainParams
    reader: Reader  # the state at the end of the block before
    book: Book
    found: dict[str, Rules] = field(default_factory=dict)

    def rules(self, program_id: str) -> Rules:
        """Return the program's rules in force; PROGRAM_UNKNOWN."""
        rules = self.found.get(program_id)
        if rules is None:
            rules = self.book.rules(self.reader, program_id, self.time_s)
            if rules is None:
                refuse(Code.PROGRAM_UNKNOWN, program_id)
            self.found[program_id] = rules
        return rules

    def active(self, program_id: str) -> Rules:
        """Return the rules of a program that is active; PROGRAM_UNKNOWN, PROGRAM_INACTIVE."""
        rules = self.rules(program_id)
        if rules.program.status != ACTIVE:
            refuse(Code.PROGRAM_INACTIVE, program_id)
        return rules

    def units(self, program_id: str) -> Rules:
        """Return the rules of a program in which units may be touched at all (C-17, S1-1).

        PROGRAM_UNKNOWN, PROGRAM_INACTIVE; PARTY_NOT_ELIGIBLE for a party whose registry this is.
        """
        rules = self.active(program_id)
        need_eligible(rules)
        return rules


def need_eligible(rules: Rules) -> None:
    """Refuse what a party may not do while the treaty gives it no right; PARTY_NOT_ELIGIBLE."""
    if rules.ineligible:
        refuse(Code.PARTY_NOT_ELIGIBLE, f"{rules.ineligible} in {rules.program.id}")


@dataclass(frozen=True)
class Term:
    """How long consent to one row may take, and what it waits for afterwards."""

    expires_s: int
    window_s: int = -1  # how long anybody may object; -1: consent is explicit
    delay_s: int = 0
    workdays: tuple[str, str, int] = ("", "", 0)  # program, calendar, days; instead of seconds


@dataclass
class IssueNote:
    """What an executed issue claims, for the assertion of C-16."""

    program: str
    class_id: str
    acl: str
    signer: Party
    consenting: list[Party]  # co-signers and those who said yes
    link: str = ""  # of an import: whose rule it was


@dataclass
class Tx:
    """One envelope (or pending proposal) being executed on its own overlay."""

    block: Block
    overlay: Overlay
    tx_id: bytes
    signers: Sequence[Party]  # of the envelope, in its order
    actions: Sequence[Action]
    memo: str
    run_actions: Callable[["Tx"], None]  # the machine's loop, for a proposal that is executed
    approvers: list[Party] = field(default_factory=list)  # those who decided yes
    pinned: dict[int, list[Span]] = field(default_factory=dict)  # units fixed when proposed
    proposal: int = 0  # the number of the proposal being executed
    index: int = 0  # of the action being executed
    events: list[Event] = field(default_factory=list)
    requirements: list[Requirement] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)  # of the rules that ask for consent or delay
    unopposed: bool = False  # of the proposal being executed: nobody objected in its window
    chosen: dict[int, list[Span]] = field(default_factory=dict)  # units that moves selected
    issues: list[IssueNote] = field(default_factory=list)
    moved: dict[str, int] = field(default_factory=dict)  # units by source, for its limit
    seats_used: list[tuple[Rules | None, int, str, str]] = field(default_factory=list)  # by signers

    @property
    def now(self) -> int:
        """Return the block time, UTC seconds."""
        return self.block.time_s

    @property
    def signer(self) -> Party:
        """Return who signs the action being executed."""
        return self.signers[self.actions[self.index].signer_index]

    def emit(self, event: Event) -> None:
        """Keep an event; it is forgotten with the overlay when the act is refused."""
        self.events.append(event)

    def lasting(self, rules: Rules, class_id: str) -> Rules:
        """Return the rules of the last version decided, which may be to come; CLASS_UNKNOWN.

        What units come to be today has to fit it, too: it takes nothing away from under them.
        """
        last = self.block.book.rules(self.overlay, rules.program.id, TIME_S_MAX) or rules
        last.unit_class(class_id)
        return last

    def account(self, account_id: str) -> Account:
        """Return an account as it stands now, to look at; ACC_UNKNOWN."""
        account = ACCOUNTS.look(self.overlay, account_id)
        if account is None:
            refuse(Code.ACC_UNKNOWN, account_id)
        return account

    def organisation(self, org_id: str) -> Organisation:
        """Return an organisation as it stands now, to look at; ORG_UNKNOWN."""
        organisation = ORGANISATIONS.look(self.overlay, org_id)
        if organisation is None:
            refuse(Code.ORG_UNKNOWN, org_id)
        return organisation


def is_live(reader: Reader, account_id: str) -> bool:
    """Tell whether an account and its organisation may act at all."""
    account = ACCOUNTS.look(reader, account_id)
    if account is None or account.status in (ACCOUNT_SUSPENDED, ACCOUNT_CLOSED):
        return False
    if account.holder_kind == SYSTEM:
        return False  # a sink signs nothing
    organisation = ORGANISATIONS.look(reader, account.organisation)
    return organisation is not None and organisation.status == ORGANISATION_ACTIVE
