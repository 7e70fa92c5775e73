"""One approval engine: what an act still lacks, and the life of a proposal.

Must not know: what is approved. Invariants (C-16, C-26): nobody approves what his organisation
initiated or what
concerns it; organisations count once; a proposal is executed at most once, with its quorum, before
it expires;
on any other end its holds are released.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from abci_app.core.codes import Code, Refusal, refuse
from abci_app.core.keys import Table
from abci_app.core.limits import PROPOSALS_PENDING_MAX
from abci_app.engine import holds, seats
from abci_app.engine.context import Block, Tx, is_live
from abci_app.state import lots, numbers
from abci_app.state.policies import Rules
from abci_app.state.schema import ORGANISATIONS, PROPOSALS
from abci_app.store.kv import Overlay, Reader
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import (
    PROPOSAL_EXECUTED,
    PROPOSAL_FAILED,
    PROPOSAL_PENDING,
    Party,
    PinnedUnits,
    Proposal,
    Quorum,
    Requirement,
)
from tonne.v1.tx_pb2 import YES


class Consent(Protocol):
    """A row of a program that says who must agree, and for how long it may wait."""

    @property
    def approvals(self) -> Sequence[Quorum]:
        """Return the quorums."""

    @property
    def expires_s(self) -> int:
        """Return how long a proposal waits, in seconds; 0: as the program says."""


def require(
    tx: Tx,
    rules: Rules,
    rule: Consent,
    *,
    acl: str = "",
    concerned: Sequence[str] = (),
) -> None:
    """Note the approvals that the action being executed needs.

    `concerned`: organisations that may not approve it, beside the signer's own.
    """
    if not rule.approvals:
        return
    excluded = sorted(dict.fromkeys((tx.signer.organisation, *concerned)))
    for quorum in rule.approvals:
        tx.requirements.append(
            Requirement(
                action_index=tx.index,
                program=rules.program.id,
                role=quorum.role,
                list=acl,
                side=quorum.side,
                count=quorum.count,
                excluded=excluded,
            )
        )
        tx.terms_s.append(rule.expires_s or rules.program.params.proposal_expires_s)


def missing(tx: Tx, requirements: Iterable[Requirement]) -> list[Requirement]:
    """Return the requirements that co-signers and yes votes, as seated now, do not meet."""
    return [need for need in requirements if _count(tx, need) < need.count]


def _count(tx: Tx, need: Requirement) -> int:
    """Return how many distinct organisations have approved a requirement."""
    rules = tx.block.rules(need.program)
    counted: list[str] = []
    for party in (*tx.signers, *tx.approvers):
        if party.organisation in need.excluded or party.organisation in counted:
            continue
        if seats.fits(tx.overlay, rules, need.role, need.list, need.side, party, tx.now):
            counted.append(party.organisation)
    return len(counted)


def fits_any(
    reader: Reader, block: Block, party: Party, requirements: Iterable[Requirement]
) -> bool:
    """Tell whether a party holds a seat that some requirement waits for, and may use it there."""
    return any(
        party.organisation not in need.excluded
        and seats.fits(
            reader, block.rules(need.program), need.role, need.list, need.side, party, block.time_s
        )
        for need in requirements
    )


def open_proposal(tx: Tx, trial: Tx) -> Proposal:
    """Turn an envelope that lacks approvals into a proposal; `trial` is its forgotten execution.

    Units that the trial selected and that existed before it are held (PENDING) until the proposal
    ends.
    """
    proposal = Proposal(
        id=numbers.take(tx.overlay, Table.PROPOSAL),
        state=PROPOSAL_PENDING,
        signers=tx.signers,
        actions=tx.actions,
        requirements=trial.requirements,
        created_s=tx.now,
        expires_s=tx.now + min(trial.terms_s),
        tx_id=tx.tx_id,
        memo=tx.memo,
    )
    held: list[lots.Span] = []
    seen = lots.SpanSet()
    for index, items in sorted(trial.chosen.items()):
        again = [seen.overlaps(item) for item in items]  # an earlier action brings these units
        for item in items:
            seen.add(item)
        if not any(again) and all(_existed(tx.overlay, item) for item in items):
            proposal.pinned.append(PinnedUnits(action_index=index, ranges=lots.ranges(items)))
            held += items
    if held:
        proposal.holds.extend(holds.place_pending(tx, held, proposal.id))
    _count_pending(tx, proposal, 1)
    PROPOSALS.put(tx.overlay, proposal)
    opened = e.ProposalOpened(id=proposal.id, expires_s=proposal.expires_s)
    tx.emit(e.Event(proposal_opened=opened))
    return proposal


def _count_pending(tx: Tx, proposal: Proposal, change: int) -> None:
    """Count the waiting proposals of who proposed; TOO_MANY_PROPOSALS keeps inboxes readable."""
    name = proposal.signers[0].organisation
    organisation = ORGANISATIONS.need(tx.overlay, Code.ORG_UNKNOWN, name)
    organisation.pending += change
    if organisation.pending > PROPOSALS_PENDING_MAX:
        refuse(Code.TOO_MANY_PROPOSALS, f"{name}: {PROPOSALS_PENDING_MAX} wait")
    ORGANISATIONS.put(tx.overlay, organisation)


def assert_issues(tx: Tx) -> None:
    """C-16: whoever issued held the role, and other organisations with theirs agreed.

    Raises AssertionError; asked at the end of the very execution that issued.
    """
    for note in tx.issues:
        rules = tx.block.rules(note.program)
        rule = rules.approval("ISSUE", note.class_id)
        signer = note.signer
        signed = seats.fits(tx.overlay, rules, rule.signer, note.acl, "", signer, tx.now)
        assert signed, f"C-16: {signer.account} issued without the role"
        for quorum in rule.approvals:
            others = [
                party.organisation
                for party in note.consenting
                if party.organisation != signer.organisation
                and seats.fits(tx.overlay, rules, quorum.role, note.acl, "", party, tx.now)
            ]
            assert len(dict.fromkeys(others)) >= quorum.count, "C-16: an issue lacks approvals"


def _existed(overlay: Overlay, item: lots.Span) -> bool:
    """Tell whether serials existed before the envelope."""
    return lots.at(overlay, item.space, item.end) is not None


def end(tx: Tx, proposal: Proposal, state: int, code: int = 0) -> None:
    """End a pending proposal and release its holds."""
    for hold_id in proposal.holds:
        holds.release(tx, hold_id)
    _count_pending(tx, proposal, -1)
    proposal.state = state  # type: ignore[assignment]
    proposal.ended_s = tx.now
    proposal.code = code
    PROPOSALS.put(tx.overlay, proposal)
    tx.emit(e.Event(proposal_ended=e.ProposalEnded(id=proposal.id, state=state, code=code)))  # type: ignore[arg-type]


def execute_if_met(tx: Tx, proposal: Proposal) -> None:
    """Execute a proposal whole when every requirement is met; a refusal ends it FAILED.

    Its actions run on an overlay of their own, with the seats, rules and balances of this block.
    """
    sub = Tx(
        block=tx.block,
        overlay=Overlay(tx.overlay),
        tx_id=proposal.tx_id,
        signers=list(proposal.signers),
        actions=list(proposal.actions),
        memo=proposal.memo,
        run_actions=tx.run_actions,
        approvers=[
            Party(account=row.account, organisation=row.organisation)
            for row in proposal.decisions
            if row.verdict == YES
        ],
        pinned={row.action_index: lots.spans(row.ranges) for row in proposal.pinned},
        proposal=proposal.id,
    )
    if missing(sub, proposal.requirements):
        PROPOSALS.put(tx.overlay, proposal)
        return
    for party in proposal.signers:
        if not is_live(tx.overlay, party.account):
            end(tx, proposal, PROPOSAL_FAILED, Code.ACC_STATUS)
            return
    ended = Proposal()
    ended.CopyFrom(proposal)
    try:
        end(sub, ended, PROPOSAL_EXECUTED)
        sub.run_actions(sub)
        lacking = missing(sub, sub.requirements)
        if lacking:
            raise Refusal(Code.DECIDE_NOT_MEMBER, "the rule asks for other approvals now")  # noqa: TRY301 - one way out of the execution
        assert_issues(sub)
    except Refusal as refusal:
        end(tx, proposal, PROPOSAL_FAILED, refusal.code)
        return
    tx.overlay.merge(sub.overlay)
    tx.events += sub.events
