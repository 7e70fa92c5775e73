"""The life of a proposal: an envelope that waits for consent, for time, or for both.

Must not know: what is proposed. Invariants (C-26): a proposal ends once; it is executed only with
its consent, given before it expired, and not before its delay is over; on any other end its holds
are released. A boundary second belongs to what comes after it, and what a rule says of a moment
holds from that moment, whenever the queue gets to it.
"""

from collections.abc import Sequence

from abci_app.core import workdays
from abci_app.core.calendar import DAY_S
from abci_app.core.codes import Code, Refusal, refuse
from abci_app.core.keys import Table
from abci_app.core.limits import PROPOSALS_PENDING_MAX
from abci_app.engine import approvals, holds, seats
from abci_app.engine.context import Block, Term, Tx, is_live
from abci_app.state import lots, numbers
from abci_app.state.schema import ORGANISATIONS, PROPOSALS
from abci_app.store.kv import Overlay, Reader
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import (
    NO_OBJECTION,
    PROPOSAL_DELAYED,
    PROPOSAL_EXECUTED,
    PROPOSAL_EXPIRED,
    PROPOSAL_FAILED,
    PROPOSAL_PENDING,
    PROPOSAL_WITHDRAWN,
    Party,
    PinnedUnits,
    Proposal,
    WorkdayDelay,
)
from tonne.v1.tx_pb2 import DELAY, PENDING, YES

# ---- how it begins ----


def start(tx: Tx, trial: Tx) -> Proposal:
    """Turn an envelope that must wait into a proposal; `trial` is its forgotten execution.

    Units that the trial selected and that existed before it are held until the proposal ends. One
    that lacks no approval is DELAYED from the start. TOO_MANY_PROPOSALS.
    """
    proposal = Proposal(
        id=numbers.take(tx.overlay, Table.PROPOSAL),
        state=PROPOSAL_PENDING,
        signers=tx.signers,
        actions=tx.actions,
        requirements=trial.requirements,
        created_s=tx.now,
        tx_id=tx.tx_id,
        memo=tx.memo,
    )
    _set_terms(proposal, trial.terms)
    waits = bool(approvals.lacking(trial))
    _hold_units(tx, trial, proposal, PENDING if waits else DELAY)
    _count_waiting(tx, proposal, 1)
    opened = e.ProposalOpened(id=proposal.id, expires_s=proposal.expires_s)
    tx.emit(e.Event(proposal_opened=opened))
    if waits:
        PROPOSALS.put(tx.overlay, proposal)
    else:
        _approve(tx, proposal, tx.now)
    return proposal


def _set_terms(proposal: Proposal, terms: Sequence[Term]) -> None:
    """The shortest term of the rows counts, but no window is cut short; the longest delay."""
    now = proposal.created_s
    proposal.expires_s = now + min(term.expires_s for term in terms)
    window_s = max(term.window_s for term in terms)
    if window_s >= 0:
        proposal.window_end_s = now + window_s
        proposal.expires_s = max(proposal.expires_s, proposal.window_end_s + 1)
    proposal.delay_s = max(term.delay_s for term in terms)
    longest: dict[tuple[str, str], int] = {}
    for program, calendar, days in (term.workdays for term in terms):
        if days:
            longest[(program, calendar)] = max(days, longest.get((program, calendar), 0))
    for program, calendar in sorted(longest):
        days = longest[(program, calendar)]
        proposal.workday_delays.add(program=program, calendar=calendar, days=days)


def _hold_units(tx: Tx, trial: Tx, proposal: Proposal, kind: int) -> None:
    """Pin the units that the trial chose and hold them, so that nobody promises them twice."""
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
        proposal.holds.extend(holds.place_pending(tx, held, proposal.id, kind))


def _existed(overlay: Overlay, item: lots.Span) -> bool:
    """Tell whether serials existed before the envelope."""
    return lots.at(overlay, item.space, item.end) is not None


def _count_waiting(tx: Tx, proposal: Proposal, change: int) -> None:
    """Count the waiting proposals of who proposed; TOO_MANY_PROPOSALS keeps inboxes readable."""
    name = proposal.signers[0].organisation
    organisation = ORGANISATIONS.need(tx.overlay, Code.ORG_UNKNOWN, name)
    organisation.pending += change
    if organisation.pending > PROPOSALS_PENDING_MAX:
        refuse(Code.TOO_MANY_PROPOSALS, f"{name}: {PROPOSALS_PENDING_MAX} wait")
    ORGANISATIONS.put(tx.overlay, organisation)


# ---- who may speak ----


def voice(reader: Reader, block: Block, party: Party, proposal: Proposal) -> str:
    """Return the side for which a party may decide on a proposal now; "" where rows name none.

    DECIDE_CLOSED, DECIDE_NOT_MEMBER, DECIDE_DUP. One decision counts for all rows that the seat
    fits, once per organisation and side.
    """
    name, now = f"proposal {proposal.id}", block.time_s
    if proposal.state != PROPOSAL_PENDING or now >= proposal.expires_s:
        refuse(Code.DECIDE_CLOSED, name)
    over = _window_over(proposal, now)
    swept = proposal.unopposed
    if over and not swept and not _missing(reader, block, proposal, unopposed=True):
        refuse(Code.DECIDE_CLOSED, f"{name} was approved when its window ended")
    fitting = [need for need in proposal.requirements if seats.fits(reader, block, need, party)]
    if not fitting:
        refuse(Code.DECIDE_NOT_MEMBER, f"{party.account} on {name}")
    waiting = [need for need in fitting if not over or need.mode != NO_OBJECTION]
    if not waiting:
        refuse(Code.DECIDE_CLOSED, f"the time to object to {name} is over")
    spoken = _spoken(reader, block, party.organisation, proposal)
    sides = sorted(dict.fromkeys(need.side for need in waiting if need.side not in spoken))
    if not sides:
        refuse(Code.DECIDE_DUP, f"{party.organisation} on {name}")
    return next((side for side in sides if side), "")


def _spoken(reader: Reader, block: Block, organisation: str, proposal: Proposal) -> list[str]:
    """Return the sides for which an organisation has had its say, as a co-signer or by Decide."""
    sides = [row.side for row in proposal.decisions if row.organisation == organisation]
    for party in proposal.signers:
        if party.organisation == organisation:
            rows = proposal.requirements
            sides += ["", *(row.side for row in rows if seats.fits(reader, block, row, party))]
    return sides


def _window_over(proposal: Proposal, now: int) -> bool:
    return proposal.window_end_s > 0 and now >= proposal.window_end_s


def _yes(proposal: Proposal) -> list[Party]:
    """Return those who decided yes."""
    return [
        Party(account=row.account, organisation=row.organisation)
        for row in proposal.decisions
        if row.verdict == YES
    ]


def _missing(reader: Reader, block: Block, proposal: Proposal, *, unopposed: bool) -> bool:
    parties = (*proposal.signers, *_yes(proposal))
    rows = proposal.requirements
    return bool(approvals.missing(reader, block, rows, parties, unopposed=unopposed))


# ---- how it goes on ----


def advance(tx: Tx, proposal: Proposal) -> None:
    """After a yes: take a proposal on whose rows are all met, else let it wait."""
    proposal.unopposed = _window_over(proposal, tx.now)
    if _missing(tx.overlay, tx.block, proposal, unopposed=proposal.unopposed):
        PROPOSALS.put(tx.overlay, proposal)
    else:
        _approve(tx, proposal, tx.now)


def due(tx: Tx, proposal: Proposal) -> None:
    """Do what time asks of a proposal: its delay, its window or its term is over."""
    if proposal.state == PROPOSAL_DELAYED:
        _execute(tx, proposal)
    elif _window_over(proposal, tx.now) and not proposal.unopposed:
        proposal.unopposed = True
        if not _missing(tx.overlay, tx.block, proposal, unopposed=True):
            _approve(tx, proposal, proposal.window_end_s)
        elif tx.now >= proposal.expires_s:
            end(tx, proposal, PROPOSAL_EXPIRED)
        else:
            PROPOSALS.put(tx.overlay, proposal)
    else:
        assert proposal.state == PROPOSAL_PENDING, f"proposal {proposal.id} has ended"
        end(tx, proposal, PROPOSAL_EXPIRED)


def withdraw(tx: Tx, proposal: Proposal) -> None:
    """Its author takes back what is not executed. WITHDRAW_NOT_AUTHOR, WITHDRAW_LATE."""
    if tx.signer.organisation != proposal.signers[0].organisation:
        refuse(Code.WITHDRAW_NOT_AUTHOR, tx.signer.account)
    waits = proposal.state == PROPOSAL_PENDING and tx.now < proposal.expires_s
    if not waits and proposal.state != PROPOSAL_DELAYED:
        refuse(Code.WITHDRAW_LATE, f"proposal {proposal.id}")
    end(tx, proposal, PROPOSAL_WITHDRAWN)


def _approve(tx: Tx, proposal: Proposal, at_s: int) -> None:
    """Note when the last approval came; execute, or wait for what delay its rows ask for."""
    proposal.approved_s = at_s
    proposal.not_before_s = at_s + proposal.delay_s
    for row in proposal.workday_delays:
        proposal.not_before_s = max(proposal.not_before_s, _noon(tx.block, row, at_s))
    if tx.now >= proposal.not_before_s:
        _execute(tx, proposal)
        return
    proposal.state = PROPOSAL_DELAYED
    PROPOSALS.put(tx.overlay, proposal)
    delayed = e.ProposalDelayed(id=proposal.id, not_before_s=proposal.not_before_s)
    tx.emit(e.Event(proposal_delayed=delayed))


def _noon(block: Block, row: WorkdayDelay, at_s: int) -> int:
    """Return when a delay in working days ends, by the calendar in force (D8).

    Where the program has dropped that calendar since, days of the clock are counted.
    """
    found = block.rules(row.program).workplaces.get(row.calendar)
    if found is None:
        return at_s + row.days * DAY_S
    place, noon_s = found
    return workdays.delayed_until(place, at_s, row.days, noon_s)


# ---- how it ends ----


def end(tx: Tx, proposal: Proposal, state: int, code: int = 0) -> None:
    """End a proposal that waits and release its holds."""
    for hold_id in proposal.holds:
        holds.release(tx, hold_id)
    _count_waiting(tx, proposal, -1)
    proposal.state = state  # type: ignore[assignment]
    proposal.ended_s = tx.now
    proposal.code = code
    PROPOSALS.put(tx.overlay, proposal)
    tx.emit(e.Event(proposal_ended=e.ProposalEnded(id=proposal.id, state=state, code=code)))  # type: ignore[arg-type]


def _execute(tx: Tx, proposal: Proposal) -> None:
    """Execute an approved proposal whole; a refusal ends it FAILED, with code and action.

    Its actions run on an overlay of their own, with the rules, seats and balances of this block:
    who signed must be able to sign, and who agreed must be seated, today.
    """
    for party in proposal.signers:
        if not is_live(tx.overlay, party.account):
            signed = [proposal.signers[row.signer_index] == party for row in proposal.actions]
            proposal.failed_action = signed.index(True) if True in signed else 0
            end(tx, proposal, PROPOSAL_FAILED, Code.ACC_STATUS)
            return
    sub = Tx(
        block=tx.block,
        overlay=Overlay(tx.overlay),
        tx_id=proposal.tx_id,
        signers=list(proposal.signers),
        actions=list(proposal.actions),
        memo=proposal.memo,
        run_actions=tx.run_actions,
        approvers=_yes(proposal),
        pinned={row.action_index: lots.spans(row.ranges) for row in proposal.pinned},
        proposal=proposal.id,
        unopposed=proposal.unopposed,
    )
    ended = Proposal()
    ended.CopyFrom(proposal)
    for need in ended.requirements:
        need.count = approvals.wanted(tx.block, need)
    try:
        end(sub, ended, PROPOSAL_EXECUTED)
        sub.run_actions(sub)
        lacking = approvals.lacking(sub)
        if lacking:
            sub.index = lacking[0].action_index
            raise Refusal(Code.DECIDE_NOT_MEMBER, "the rule asks for other approvals now")  # noqa: TRY301 - one way out of the execution
        approvals.assert_issues(sub)
    except Refusal as refusal:
        proposal.failed_action = sub.index
        end(tx, proposal, PROPOSAL_FAILED, refusal.code)
        return
    tx.overlay.merge(sub.overlay)
    tx.events += sub.events
