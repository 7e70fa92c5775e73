"""One approval engine: what consent an act needs, and whose voices count for it.

Must not know: what is approved, or how a proposal lives (engine/proposals). Invariants (C-16):
nobody approves what his organisation initiated or what concerns it, the vote of the consortium
apart, where the initiator's signature is its yes; an organisation counts once for a row; who
counts holds the seat now.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from abci_app.core import ids, u64
from abci_app.core.calendar import DAY_S
from abci_app.core.limits import CONSORTIUM_EXPIRES_S
from abci_app.engine import seats
from abci_app.engine.context import Block, Term, Tx
from abci_app.state.policies import Rules
from abci_app.store.kv import Reader
from tonne.v1.state_pb2 import NO_OBJECTION, Party, Quorum, Requirement
from tonne.v1.tx_pb2 import CONSORTIUM


class Consent(Protocol):
    """A row of a program that says who must agree, how, and what it waits for afterwards."""

    @property
    def approvals(self) -> Sequence[Quorum]:
        """Return the quorums."""

    @property
    def expires_s(self) -> int:
        """Return how long a proposal waits, in seconds; 0: as the program says."""

    @property
    def mode(self) -> int:
        """Return the mode of consent; unspecified: explicit."""

    @property
    def window_s(self) -> int:
        """Return how long anybody may object, in seconds, in the mode NO_OBJECTION."""

    @property
    def delay_s(self) -> int:
        """Return how long it waits after the last approval, in seconds."""


def require(
    tx: Tx,
    rules: Rules,
    rule: Consent,
    *,
    acl: str = "",
    concerned: Sequence[str] = (),
) -> None:
    """Note the consent that the action being executed needs, and the delay that follows it.

    `concerned`: organisations that may not approve it, beside the signer's own. A movement row
    may count its delay in working days of a calendar: whole days of `delay_s`, one at least.
    """
    calendar = getattr(rule, "delay_calendar", "")
    delay_s = rule.delay_s
    if not rule.approvals and not delay_s and not calendar:
        return
    program = rules.program
    silent = rule.mode == NO_OBJECTION and len(rule.approvals) > 0
    excluded = sorted(dict.fromkeys((tx.signer.organisation, *concerned)))
    for quorum in rule.approvals:
        if quorum.role == CONSORTIUM:  # of the chain's own rows alone
            require_consortium(tx, concerned=concerned)
            continue
        tx.requirements.append(
            Requirement(
                action_index=tx.index,
                program=program.id,
                role=quorum.role,
                list=acl,
                side=quorum.side,
                count=quorum.count,
                excluded=excluded,
                mode=rule.mode,  # type: ignore[arg-type]
            )
        )
    tx.terms.append(
        Term(
            expires_s=rule.expires_s or program.params.proposal_expires_s,
            window_s=rule.window_s if silent else -1,
            delay_s=0 if calendar else delay_s,
            workdays=(program.id, calendar, max(1, u64.ceil_div(delay_s, DAY_S)))
            if calendar
            else ("", "", 0),
        )
    )


def require_consortium(
    tx: Tx, *, concerned: Sequence[str] = (), expires_s: int = CONSORTIUM_EXPIRES_S
) -> None:
    """Note that the action being executed needs more than two thirds of the consortium.

    The initiator's signature is its yes. An organisation concerned does not vote and is counted.
    """
    need = Requirement(
        action_index=tx.index,
        program=ids.CHAIN_PROGRAM,
        role=CONSORTIUM,
        excluded=sorted(dict.fromkeys(concerned)),
    )
    need.count = wanted(tx.block, need)
    tx.requirements.append(need)
    tx.terms.append(Term(expires_s=expires_s))


def wanted(block: Block, need: Requirement) -> int:
    """Return how many voices a row asks for; the consortium is counted anew each time.

    It is counted as it stood before the block: an act that changes its seats does not change what
    that act needs.
    """
    if need.program == ids.CHAIN_PROGRAM:
        return 2 * len(seats.consortium(block.reader, block.time_s)) // 3 + 1
    return need.count


def missing(
    reader: Reader,
    block: Block,
    requirements: Iterable[Requirement],
    parties: Sequence[Party],
    *,
    unopposed: bool,
) -> list[Requirement]:
    """Return the rows that parties, as seated now, do not meet.

    A row of the mode NO_OBJECTION is met by its window alone: `unopposed` when it ended so.
    """
    lacking = []
    for need in requirements:
        if need.mode == NO_OBJECTION:
            met = unopposed
        else:
            met = _count(reader, block, need, parties) >= wanted(block, need)
        if not met:
            lacking.append(need)
    return lacking


def lacking(tx: Tx) -> list[Requirement]:
    """Return what the envelope executed in `tx` still lacks, by co-signers and yes votes."""
    parties = (*tx.signers, *tx.approvers)
    return missing(tx.overlay, tx.block, tx.requirements, parties, unopposed=tx.unopposed)


def delayed(tx: Tx) -> bool:
    """Tell whether a row of the envelope executed in `tx` asks for a delay."""
    return any(term.delay_s or term.workdays[2] for term in tx.terms)


def _count(reader: Reader, block: Block, need: Requirement, parties: Sequence[Party]) -> int:
    """Return how many distinct organisations have approved a row."""
    counted: list[str] = []
    for party in parties:
        if party.organisation not in counted and seats.fits(reader, block, need, party):
            counted.append(party.organisation)
    return len(counted)


def assert_issues(tx: Tx) -> None:
    """C-16: whoever issued held the role, and other organisations with theirs agreed.

    Raises AssertionError; asked at the end of the very execution that issued.
    """
    for note in tx.issues:
        rules = tx.block.rules(note.program)
        rule: Consent
        if note.link:
            rule = link = rules.link(note.link)
            role = link.signer
        else:
            rule = approval = rules.approval("ISSUE", note.class_id)
            role = approval.signer
        signer = note.signer
        signed = seats.holds(tx.overlay, rules, role, note.acl, signer.account, tx.now)
        assert signed, f"C-16: {signer.account} issued without the role"
        assert not rule.delay_s or tx.proposal, "C-16: an issue did not wait"
        for quorum in rule.approvals:
            if rule.mode == NO_OBJECTION:
                assert tx.unopposed, "C-16: an issue gave nobody the time to object"
                continue
            need = Requirement(
                program=note.program,
                role=quorum.role,
                list=note.acl,
                side=quorum.side,
                excluded=[signer.organisation],
            )
            others = _count(tx.overlay, tx.block, need, note.consenting)
            assert others >= quorum.count, "C-16: an issue lacks approvals"
