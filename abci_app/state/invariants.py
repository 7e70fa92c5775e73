"""What must always hold, asserted for what one act touched, before its overlay is merged.

Must not know: which act it was. Invariant: an act that would break C-1..C-4, C-6..C-10, C-20,
C-26 or C-28 raises AssertionError and is forgotten with its overlay. The doctor shows the same
over the whole state.
"""

from abci_app.core import keys, u64
from abci_app.core.codec import decode
from abci_app.state import (
    invariants_duties,
    invariants_knowledge,
    invariants_market,
    unit_invariants,
)
from abci_app.state.unit_invariants import Created, Touched
from abci_app.store.kv import Overlay, Reader
from tonne.v1 import state_pb2 as s
from tonne.v1.tx_pb2 import ISSUANCE, YES

T = keys.Table


def assert_touched(before: Reader, after: Overlay, now: int) -> None:
    """Raise AssertionError, naming the invariant that what `after` changes would break."""
    touched = Touched(before, after, now)
    rows = touched.rows
    for key, value in after.writes.items():
        table = key[0]
        if _IS_CHECKED[table]:
            row = (before.get(key), value)
            if table in rows:
                rows[table].append(row)
            else:
                rows[table] = [row]
    created = unit_invariants.check(touched)
    if created or T.RECORD in rows or T.CAP_RECORD in rows or T.LINK_TOTAL in rows:
        _issuances(touched, created)
    if touched.frozen or T.RECORD in rows or T.HOLD in rows:
        invariants_duties.check(touched)
    if T.ORDER in rows or T.FILL in rows or T.HOLD in rows:
        invariants_market.check(touched)
    if T.RECORD in rows or any(table in rows for table in invariants_knowledge.TABLES):
        invariants_knowledge.check(touched)
    for table, check in _SINGLE.items():
        for old, new in rows.get(table, ()):
            check(touched, old, new)


_CHECKED = (
    T.LOT,
    T.SPACE,
    T.HOLDING,
    T.SUPPLY,
    T.RETIREMENT,
    T.CANCELLATION,
    T.SINK_TOTAL,
    T.HOLD,
    T.LINK_TOTAL,
    T.CAP_RECORD,
    T.PROPOSAL,
    T.RECORD,
    T.STATEMENT,
    T.ORDER,
    T.FILL,
    T.LABEL,
    T.RECEIPT,
)
_IS_CHECKED = tuple(byte in _CHECKED for byte in range(256))


def _issuances(touched: Touched, created: Created) -> None:
    """C-4, C-6, C-7: issued within caps and base; the reserve placed is its share, rounded up.

    C-31: whatever was created counts in an issuance, in a record of a cap or in a link.
    """
    issued: Created = {}
    for old, new in touched.rows.get(T.RECORD, ()):
        assert new is not None, "a record was deleted"
        record = decode(s.Record, new)
        if record.kind != ISSUANCE:
            continue
        now = record.issuance
        check_issuance(record)
        was = 0 if old is None else decode(s.Record, old).issuance.issued_t
        if now.issued_t != was:
            issued[(record.program, record.id, False)] = now.issued_t - was
    for old, new in touched.rows.get(T.CAP_RECORD, ()):
        assert new is not None, "C-4: a record of a cap was deleted"
        cap = decode(s.CapRecord, new)
        under = s.CapRecord() if old is None else decode(s.CapRecord, old)
        assert cap.issued_t >= under.issued_t, "C-4: a record of a cap counts less"
        assert cap.carried_t >= under.carried_t, "C-13: a record of a cap counts less"
        _grow(issued, (cap.program, "", False), cap.issued_t - under.issued_t)
    for old, new in touched.rows.get(T.LINK_TOTAL, ()):
        assert new is not None, "C-20: a link's total was deleted"
        total = decode(s.LinkTotal, new)
        before = 0 if old is None else decode(s.LinkTotal, old).imported_t
        _grow(issued, (total.program, "", True), total.imported_t - before)
    assert issued == created, "C-4: units created and units issued differ"


def _grow(issued: Created, name: tuple[str, str, bool], count: int) -> None:
    if count:
        issued[name] = issued.get(name, 0) + count


def check_issuance(record: s.Record) -> None:
    """Raise AssertionError when the numbers of an issuance contradict each other."""
    numbers, name = record.issuance, record.id
    assert numbers.issued_t <= numbers.approved_cap_t <= numbers.cap_t, (
        f"C-4: {name} is above its cap"
    )
    base = numbers.valid_base_t + numbers.notice_open_t
    assert numbers.issued_t - numbers.voided_t <= base, f"C-6: {name} is above its valid base"
    due = u64.ceil_bps(numbers.issued_t, numbers.reserve_bps)
    assert numbers.reserved_t == due, f"C-7: the reserve of {name} is not {due}"
    due = u64.ceil_bps(numbers.issued_t, numbers.pool_bps)
    assert numbers.pooled_t == due, f"C-21: what {name} put into the pool is not {due}"


def _statement(touched: Touched, old: bytes | None, new: bytes | None) -> None:
    del touched
    assert new is not None, "a statement was deleted"
    statement = decode(s.Statement, new)
    assert statement.capped_t <= statement.numbers.net_t, f"C-4: {statement.id} is capped twice"
    if old is not None:
        before = decode(s.Statement, old).issuance
        freed = not statement.issuance and not statement.capped_t
        assert freed or before in ("", statement.issuance), f"C-4: {statement.id} backs two caps"


def _proposal(touched: Touched, old: bytes | None, new: bytes | None) -> None:
    """C-26: a proposal ends once, executed only with its quorum and in time, its holds released."""
    assert new is not None, "C-26: a proposal was deleted"
    proposal = decode(s.Proposal, new)
    name = f"C-26: proposal {proposal.id}"
    waiting = (s.PROPOSAL_PENDING, s.PROPOSAL_DELAYED)
    if old is not None:
        assert decode(s.Proposal, old).state in waiting, f"{name} ended before"
    if proposal.state not in waiting:
        for hold_id in proposal.holds:
            assert touched.hold(hold_id).status != s.HOLD_ACTIVE, f"{name} left a hold"
    if proposal.state == s.PROPOSAL_EXECUTED:
        assert touched.now >= proposal.not_before_s, f"{name} was executed before its time"
    if proposal.state in (s.PROPOSAL_DELAYED, s.PROPOSAL_EXECUTED):
        fault = consent_fault(proposal)
        assert not fault, f"{name} {fault}"


def consent_fault(proposal: s.Proposal) -> str:
    """Return what is wrong with the consent of an approved proposal, or nothing."""
    if not proposal.created_s <= proposal.approved_s < proposal.expires_s:
        return "was approved outside its term"
    if proposal.not_before_s < proposal.approved_s + proposal.delay_s:
        return "does not wait as long as its rows ask for"
    if any(row.verdict != YES for row in proposal.decisions):
        return "was refused by a seat"
    yes = [row.organisation for row in proposal.signers]
    yes += [row.organisation for row in proposal.decisions]
    for need in proposal.requirements:
        if need.mode == s.NO_OBJECTION:
            if not proposal.unopposed or proposal.approved_s < proposal.window_end_s:
                return "gave nobody the time to object"
            continue
        counted = dict.fromkeys(name for name in yes if name not in need.excluded)
        if len(counted) < need.count:
            return "lacks its quorum"
    return ""


_SINGLE = {T.STATEMENT: _statement, T.PROPOSAL: _proposal}
