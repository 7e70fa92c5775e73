"""A chain with nothing to do stays as it is."""

from abci_app.abci import abci_pb2 as abci
from tests import acts
from tests.harness import Chain


def test_an_empty_block_leaves_the_app_hash_unchanged() -> None:
    chain = Chain.with_units()
    root, record = chain.app.ledger.root, chain.app.ledger.record
    for _ in range(3):
        chain.block()
        assert chain.app.ledger.root == root
    chain.block(at=chain.now + 1_000_000)
    assert chain.app.ledger.root == root
    assert chain.app.ledger.record != record, "the time is kept beside the tree"
    assert chain.app.info(abci.RequestInfo()).last_block_height == chain.height


def test_a_block_of_inadmissible_transactions_leaves_the_app_hash_unchanged() -> None:
    chain = Chain.with_units()
    root = chain.app.ledger.root
    spent = chain.tx("operator", acts.organisation("house"), sequence=1)
    for tx in (b"", b"garbage", spent):
        assert chain.block(tx, proposed=False)[0].code
    assert chain.app.ledger.root == root


def test_a_due_duty_changes_it_once() -> None:
    chain = Chain.with_issuance()
    chain.ok("auditor", acts.issue(10), also=("operator",))
    chain.block(at=chain.hold(1).release_at_s - 1)
    before = chain.app.ledger.root
    chain.block()
    after = chain.app.ledger.root
    assert after != before
    chain.block()
    assert chain.app.ledger.root == after


def test_the_first_block_writes_the_first_state_and_the_second_nothing() -> None:
    chain = Chain()
    chain.block()
    root = chain.app.ledger.root
    assert root != bytes(32)
    chain.block()
    assert chain.app.ledger.root == root
