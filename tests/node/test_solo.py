"""The driver plays all calls of a block, keeps time, and goes on after it was closed."""

from pathlib import Path

import pytest

from abci_app.abci import abci_pb2 as abci
from abci_app.application import Application
from abci_app.core.codes import Code
from abci_app.core.signing import transaction_id
from abci_app.store.ledger import Ledger
from node.solo import BlockRecords, Driver, SoloFault
from tests.node.gateway_world import (
    COORDINATOR,
    GENESIS,
    TIME_S,
    approve,
    make_genesis,
    new_driver,
    open_organisation,
    rename,
    signed,
)
from tonne.v1 import service_pb2 as sv


def organisation(driver: Driver, name: str) -> bool:
    request = sv.GetOrganisationRequest(id=name).SerializeToString()
    return driver.query("/GetOrganisation", request).code == Code.OK


def test_a_transaction_gets_a_block_and_changes_the_state() -> None:
    driver = new_driver()
    outcome = driver.submit(signed(open_organisation("green"), 1))
    assert (outcome.code, outcome.height, outcome.index) == (Code.OK, 2, 0)
    assert [event.organisation_put.id for event in outcome.events] == ["green"]
    assert organisation(driver, "green")


def test_a_refusal_at_the_door_costs_no_block() -> None:
    driver = new_driver()
    outcome = driver.submit(b"garbage")
    assert (outcome.code, outcome.height) == (Code.TX_MALFORMED, 0)
    assert driver.height == 1


def test_a_refusal_in_a_block_names_the_block() -> None:
    driver = new_driver()
    outcome = driver.submit(signed(open_organisation("mine"), 1, account=COORDINATOR))
    assert outcome.code == Code.ROLE_MISSING
    assert outcome.height == driver.height == 2


def test_a_block_holds_many_and_answers_in_their_order() -> None:
    driver = new_driver()
    txs = [signed(open_organisation(f"org-{n}"), n) for n in (3, 1, 2)]
    outcomes = driver.block([*txs, b"garbage"])
    assert [row.code for row in outcomes] == [0, 0, 0, Code.TX_MALFORMED]
    assert [row.index for row in outcomes[:3]] == [0, 1, 2]
    assert driver.height == 2


def test_two_with_one_sequence_do_not_wait_together() -> None:
    driver = new_driver()
    twins = [signed(open_organisation(name), 1) for name in ("one", "two")]
    outcomes = driver.block(twins)
    assert [row.code for row in outcomes] == [Code.OK, Code.ALREADY_PENDING]


def test_time_moves_by_blocks_and_never_back() -> None:
    driver = new_driver()
    assert driver.time_s == TIME_S
    driver.make_block()
    assert driver.time_s == TIME_S + 1
    driver.make_block(TIME_S + 50)
    with pytest.raises(ValueError, match="lies before"):
        driver.make_block(TIME_S + 49)
    assert (driver.height, driver.time_s) == (3, TIME_S + 50)


def test_a_clock_that_runs_back_does_not_take_block_time_with_it() -> None:
    times = iter((TIME_S + 100, TIME_S + 3))
    driver = new_driver(clock=lambda: next(times))
    driver.make_block()
    driver.make_block()
    assert driver.time_s == TIME_S + 100


def test_advance_does_what_is_due_by_then() -> None:
    driver = new_driver()
    opened = driver.submit(signed(rename(COORDINATOR, "Council"), 1, account=COORDINATOR))
    assert [event.WhichOneof("event") for event in opened.events] == ["proposal_opened"]
    proposal = sv.ProposalReply.FromString(
        driver.query("/GetProposal", sv.GetProposalRequest(id=1).SerializeToString()).value
    ).proposal
    blocks = driver.advance(proposal.expires_s)
    assert blocks[0].events
    assert not blocks[-1].events
    late = driver.submit(signed(approve(1), 1, valid_until_s=driver.time_s + 60))
    assert late.code == Code.DECIDE_CLOSED


def test_a_chain_goes_on_where_it_was_closed(tmp_path: Path) -> None:
    ledger = Ledger.open(str(tmp_path / "state"))
    driver = Driver(Application(ledger), GENESIS, records=BlockRecords(tmp_path / "b.db"))
    tx = signed(open_organisation("green"), 1)
    driver.submit(tx)
    height, time_s = driver.height, driver.time_s
    driver.close()
    ledger.close()

    ledger = Ledger.open(str(tmp_path / "state"))
    driver = Driver(Application(ledger), GENESIS, records=BlockRecords(tmp_path / "b.db"))
    assert (driver.height, driver.time_s) == (height, time_s)
    kept = driver.records.get(height)
    assert kept is not None
    assert [row.tx_id for row in kept.outcomes] == [transaction_id(tx)]
    assert driver.submit(tx).code == Code.SEQUENCE_USED
    assert driver.submit(signed(open_organisation("blue"), 2)).height == height + 1
    driver.close()
    ledger.close()


def test_a_block_recorded_but_never_committed_is_forgotten(tmp_path: Path) -> None:
    class Crash(Exception):  # noqa: N818 - it is one
        pass

    class CrashingApplication(Application):
        def commit(self, request: abci.RequestCommit) -> abci.ResponseCommit:
            raise Crash(request)

    records = BlockRecords(tmp_path / "b.db")
    ledger = Ledger.memory()
    Driver(Application(ledger), GENESIS, records=records)
    crashing = Driver(CrashingApplication(ledger), GENESIS, records=records)
    with pytest.raises(Crash):
        crashing.submit(signed(open_organisation("green"), 1))
    assert records.bounds() == (1, 2)
    driver = Driver(Application(ledger), GENESIS, records=records)
    assert records.bounds() == (1, 1)
    assert not organisation(driver, "green")
    assert driver.submit(signed(open_organisation("green"), 1)).height == 2
    records.close()


def test_the_state_of_another_chain_is_not_continued() -> None:
    ledger = Ledger.memory()
    Driver(Application(ledger), GENESIS)
    with pytest.raises(SoloFault, match="another genesis"):
        Driver(Application(ledger), make_genesis("elsewhere"))


def test_equal_transactions_make_equal_chains() -> None:
    hashes = []
    for _ in range(2):
        driver = new_driver()
        driver.block([signed(open_organisation(f"org-{n}"), n) for n in range(1, 20)])
        driver.advance(TIME_S + 10**6)
        hashes.append(driver.application.ledger.root)
    assert hashes[0] == hashes[1]
