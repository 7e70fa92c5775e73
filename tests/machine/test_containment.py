"""A bug must not halt every validator: what raises is forgotten, and everybody agrees on it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn

import pytest

from abci_app.abci import abci_pb2 as abci
from abci_app.actions import ACTIONS
from abci_app.core.codes import Code
from abci_app.engine import approvals, holds, proposals, seats
from abci_app.state import lots, schema
from abci_app.store.kv import StorageError
from tests import acts
from tests.harness import Chain
from tests.names import account_id
from tonne.v1 import service_pb2 as q
from tonne.v1 import state_pb2 as s


def raising(error: BaseException) -> Callable[..., NoReturn]:
    def run(*_: object) -> NoReturn:
        raise error

    return run


def break_act(monkeypatch: pytest.MonkeyPatch, arm: str, execute: Callable[..., Any]) -> None:
    monkeypatch.setitem(ACTIONS, arm, replace(ACTIONS[arm], execute=execute))


CONTAINED = [
    ValueError("a bug"),
    KeyError("a bug"),
    AssertionError("a bug"),
    RecursionError("a bug"),
    ZeroDivisionError("a bug"),
    AttributeError("a bug"),
]


@pytest.mark.parametrize("error", CONTAINED, ids=lambda error: type(error).__name__)
def test_an_act_that_raises_spends_its_sequence_and_changes_nothing_else(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chain = Chain.with_units()
    break_act(monkeypatch, "move", raising(error))
    result = chain.refused(Code.INTERNAL, "issuer", acts.move(1, "issuer", "user"))
    contained = result.event("contained")
    assert contained.where == "transaction"
    assert type(error).__name__ in result.detail
    assert "a bug" not in result.detail, "texts of exceptions may differ between builds"
    shown = capsys.readouterr().err
    assert "CONTAINED ERROR" in shown
    assert "Traceback" in shown
    assert "a bug" in shown
    monkeypatch.undo()
    chain.ok("issuer", acts.move(1, "issuer", "user"))


def test_what_an_act_did_before_it_raised_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = Chain.with_units()
    whole = ACTIONS["move"].execute

    def then_raise(tx: Any, message: Any) -> None:
        whole(tx, message)
        if message.quantity_t == 13:
            raise ValueError("after the units have moved")

    break_act(monkeypatch, "move", then_raise)
    good, bad = acts.move(1, "issuer", "user"), acts.move(13, "issuer", "user")
    chain.refused(Code.INTERNAL, "issuer", good, bad)
    txs = [chain.tx("issuer", act) for act in (good, bad, good)]
    results = chain.block(*txs)
    assert [row.code for row in results] == [0, Code.INTERNAL, 0]
    assert chain.balance("user") == (2, 0)


def test_an_act_that_would_break_an_invariant_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """A careless act makes units out of nothing: C-4 is asserted before anything is merged."""
    chain = Chain.with_units()

    def careless(tx: Any, message: Any) -> None:
        template = s.Lot(
            account=message.to_account, program="IPCI", class_id="TMU", issuance="R1", vintage=2025
        )
        lots.create(tx.overlay, "IPCI.R1", template, message.quantity_t)

    break_act(monkeypatch, "move", careless)
    result = chain.refused(Code.INTERNAL, "issuer", acts.move(7, "issuer", "user"))
    assert "AssertionError" in result.detail


def test_an_issue_that_slips_past_its_approvals_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """C-16 is asserted over what was executed, not over what the approvals counted."""
    chain = Chain.with_issuance()
    with monkeypatch.context() as broken:
        broken.setattr(approvals, "lacking", lambda *_: [])
        chain.refused(Code.INTERNAL, "auditor", acts.issue(1))
        chain.refused(Code.INTERNAL, "auditor", acts.issue(1), also=("user",))
    with monkeypatch.context() as broken:
        broken.setattr(seats, "need", lambda *_: None)
        chain.refused(Code.INTERNAL, "stranger", acts.issue(1), also=("operator",))
    chain.ok("auditor", acts.issue(1), also=("operator",))


@pytest.mark.parametrize(
    "error", [StorageError("the disk is gone"), OSError("the disk is gone"), MemoryError()]
)
def test_a_broken_process_is_not_contained(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = Chain.with_units()
    tx = chain.tx("issuer", acts.move(1, "issuer", "user"))
    break_act(monkeypatch, "move", raising(error))
    request = abci.RequestFinalizeBlock(height=chain.height + 1, txs=[tx])
    request.time.seconds = chain.now + 1
    with pytest.raises(type(error)):
        chain.app.finalize_block(request)
    monkeypatch.undo()
    assert chain.block(tx)[0].code == 0, "nothing of the attempt stayed"


def test_an_act_that_raises_under_a_decision_leaves_the_proposal_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chain = Chain.with_issuance()
    number = chain.pending("auditor", acts.issue(5))
    with monkeypatch.context() as broken:
        break_act(broken, "issue", raising(ValueError("a bug")))
        chain.refused(Code.INTERNAL, "operator", acts.yes(number))
    assert chain.proposal(number).state == s.PROPOSAL_PENDING
    chain.decided("operator", number)


def test_a_check_of_the_mempool_that_raises_refuses_that_transaction_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chain = Chain.with_units()
    bad = chain.tx("issuer", acts.move(1, "issuer", "user"), sequence=9)
    good = chain.tx("user", acts.methodology("M9"))
    shape = replace(ACTIONS["move"], check=raising(ValueError("a bug")))
    monkeypatch.setitem(ACTIONS, "move", shape)
    assert chain.check(bad).code == Code.INTERNAL
    assert chain.check(good).code == 0
    prepare = abci.RequestPrepareProposal(max_tx_bytes=1 << 20, txs=[bad, good])
    prepare.time.seconds = chain.now
    assert list(chain.app.prepare_proposal(prepare).txs) == [good]
    process = abci.RequestProcessProposal(txs=[bad, good])
    process.time.seconds = chain.now
    assert chain.app.process_proposal(process).status == abci.ResponseProcessProposal.REJECT


def test_a_simulation_that_raises_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = Chain.with_units()
    tx = chain.tx("issuer", acts.move(1, "issuer", "user"))
    break_act(monkeypatch, "move", raising(ValueError("a bug")))
    assert chain.ask(q.SimulateRequest(tx=tx), q.SimulateReply).code == Code.INTERNAL


# ---- duties ----


def two_reserves() -> tuple[Chain, int]:
    """Two reserves that end on one day; the day's first second."""
    chain = Chain.with_issuance()
    for quantity in (100, 200):
        chain.ok("auditor", acts.issue(quantity), also=("operator",))
    assert chain.hold(1).release_at_s == chain.hold(2).release_at_s
    return chain, chain.hold(1).release_at_s


def test_a_duty_that_raises_is_parked_and_the_queue_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chain, end = two_reserves()
    whole = holds.release

    def release(tx: Any, number: int) -> None:
        if number == 1:
            raise ValueError("a bug")
        whole(tx, number)

    monkeypatch.setattr(holds, "release", release)
    chain.block(at=end)
    assert [str(event.WhichOneof("event")) for event in chain.duties] == [
        "contained",
        "hold_released",
    ]
    assert chain.duties[0].contained.where == "duty"
    assert "CONTAINED ERROR" in capsys.readouterr().err
    assert chain.hold(1).parked
    assert (chain.hold(1).status, chain.hold(2).status) == (s.HOLD_ACTIVE, s.HOLD_RELEASED)
    assert chain.balance("issuer") == (290, 10)
    stuck = list(schema.STUCK.all(chain.app.ledger))
    assert [(row.due_s, row.kind, row.height) for row in stuck] == [
        (end, schema.DUTY_HOLD, chain.height)
    ]
    status = chain.ask(q.GetStatusRequest(), q.StatusReply)
    assert status.stuck_duties == 1
    chain.block(at=end + 100)
    assert chain.duties == [], "it is tried once"


def test_a_proposal_whose_end_raises_is_parked_and_stays_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chain = Chain.with_issuance()
    number = chain.pending("auditor", acts.issue(5))
    end = chain.proposal(number).expires_s
    with monkeypatch.context() as broken:
        broken.setattr(proposals, "end", raising(KeyError("a bug")))
        chain.block(at=end)
    assert chain.proposal(number).parked
    assert chain.proposal(number).state == s.PROPOSAL_PENDING
    assert chain.inbox("operator") == []
    chain.refused(Code.DECIDE_CLOSED, "operator", acts.yes(number))
    chain.refused(Code.WITHDRAW_LATE, "auditor", acts.withdraw(number))
    chain.block(at=end + 100)
    assert chain.duties == []


def test_a_duty_that_would_break_an_invariant_is_parked(monkeypatch: pytest.MonkeyPatch) -> None:
    chain, end = two_reserves()

    def forget(tx: Any, number: int) -> None:
        hold = chain.hold(number)
        hold.status = s.HOLD_RELEASED
        schema.HOLDS.put(tx.overlay, hold)
        lots.relocate(tx.overlay, lots.spans(hold.ranges), account_id("user"))

    monkeypatch.setattr(holds, "release", forget)
    chain.block(at=end)
    assert [str(event.WhichOneof("event")) for event in chain.duties] == ["contained"] * 2
    assert chain.balance("issuer") == (270, 30)


@pytest.mark.parametrize("error", [StorageError("gone"), OSError("gone"), MemoryError()])
def test_a_storage_error_in_a_duty_stops_the_process(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain, end = two_reserves()
    request = abci.RequestFinalizeBlock(height=chain.height + 1)
    request.time.seconds = end
    with monkeypatch.context() as broken:
        broken.setattr(holds, "release", raising(error))
        with pytest.raises(type(error)):
            chain.app.finalize_block(request)
    chain.block(at=end)
    assert chain.balance("issuer") == (300, 0)


def test_a_commit_that_fails_stops_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = Chain.with_units()
    finalize = abci.RequestFinalizeBlock(height=chain.height + 1)
    finalize.time.seconds = chain.now + 1
    chain.app.finalize_block(finalize)
    with monkeypatch.context() as broken:
        broken.setattr(chain.app.ledger, "commit", raising(StorageError("gone")))
        with pytest.raises(StorageError):
            chain.app.commit(abci.RequestCommit())
    assert chain.app.info(abci.RequestInfo()).last_block_height == chain.height


def test_a_broken_disk_is_no_verdict_on_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = Chain.with_units()
    tx = chain.tx("issuer", acts.move(1, "issuer", "user"))
    prepare = abci.RequestPrepareProposal(max_tx_bytes=1 << 20, txs=[tx], height=chain.height + 1)
    process = abci.RequestProcessProposal(txs=[tx], height=chain.height + 1)
    for request in (prepare, process):
        request.time.seconds = chain.now
    with monkeypatch.context() as broken:
        broken.setattr(type(chain.app.ledger), "get", raising(StorageError("the disk")))
        with pytest.raises(StorageError):
            chain.app.check_tx(abci.RequestCheckTx(tx=tx))
        with pytest.raises(StorageError):
            chain.app.prepare_proposal(prepare)
        with pytest.raises(StorageError):
            chain.app.process_proposal(process)
    assert chain.check(tx).code == 0
