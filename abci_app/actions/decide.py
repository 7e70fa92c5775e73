"""Decide: a seat says yes or no to a proposal (S0-53, S0-64, S0-68, S1-30), or to a fill's payment.

Must not know: what is decided. Invariant: one decision an organisation and side; a no has a reason
and ends the proposal or the fill.
"""

from abci_app.actions import shape
from abci_app.core import ids
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import CODES_MAX, PROPOSAL_COST_MAX, RANGES_MAX, TEXT_BYTES_MAX
from abci_app.engine import market, proposals
from abci_app.engine.context import Tx
from abci_app.state.schema import PROPOSALS
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import PROPOSAL_REJECTED
from tonne.v1.tx_pb2 import NO, Decide, Verdict


def check(msg: Decide) -> None:
    """Refuse a message whose shape is wrong."""
    filled = msg.HasField("fill")
    shape.need(bool(msg.proposal) != filled, "proposal", "either a proposal or a fill")
    if filled:
        shape.need(msg.fill.order and msg.fill.fill, "fill", "order and number")
    shape.known(Verdict, msg.verdict, "verdict")
    ids.need_text(msg.reason, "reason", TEXT_BYTES_MAX)
    shape.need(len(msg.codes) <= CODES_MAX, "codes", f"more than {CODES_MAX}")
    for row in msg.codes:
        shape.need(row.code, "codes.code")
        shape.ranges(row.ranges, "codes.ranges")
    total = sum(len(row.ranges) for row in msg.codes)
    shape.need(total <= RANGES_MAX, "codes.ranges", f"more than {RANGES_MAX} in all")
    shape.digest(msg.document, "document", optional=True)


def cost(msg: Decide) -> int:
    """Return the static cost: the whole of what a proposal may do."""
    del msg
    return PROPOSAL_COST_MAX


def execute(tx: Tx, msg: Decide) -> None:
    """Count the verdict; execute or delay the proposal when every requirement is met.

    PROPOSAL_UNKNOWN, DECIDE_CLOSED, DECIDE_NOT_MEMBER, DECIDE_DUP, DECIDE_REASON. Of a fill:
    FILL_UNKNOWN, FILL_STATE, DECIDE_NOT_MEMBER, DECIDE_CLOSED, DECIDE_REASON and, for a yes, the
    codes of FillOrder.
    """
    if msg.HasField("fill"):
        market.decide(tx, msg)
        return
    proposal = PROPOSALS.need(tx.overlay, Code.PROPOSAL_UNKNOWN, msg.proposal)
    side = proposals.voice(tx.overlay, tx.block, tx.signer, proposal)
    if msg.verdict == NO and not msg.reason:
        refuse(Code.DECIDE_REASON, f"proposal {proposal.id}")
    organisation = tx.signer.organisation
    proposal.decisions.add(
        account=tx.signer.account,
        organisation=organisation,
        verdict=msg.verdict,
        reason=msg.reason,
        at_s=tx.now,
        codes=msg.codes,
        document=msg.document,
        side=side,
    )
    decided = e.ProposalDecided(id=proposal.id, organisation=organisation, verdict=msg.verdict)
    tx.emit(e.Event(proposal_decided=decided))
    if msg.verdict == NO:
        proposals.end(tx, proposal, PROPOSAL_REJECTED)
    else:
        proposals.advance(tx, proposal)
