"""Between ABCI and the machine: start, results, restart, and what each call may touch."""

from hashlib import sha256
from pathlib import Path

import pytest

from abci_app.abci import abci_pb2 as abci
from abci_app.admission import Parser
from abci_app.application import VERSION, Application
from abci_app.core.codes import Code
from abci_app.store.ledger import Ledger
from tests import acts, harness
from tests.harness import Chain, init_request, make_genesis
from tests.names import account_id
from tonne.v1 import service_pb2 as q

GENESIS = make_genesis()


def finalize(height: int, time_s: int, *txs: bytes) -> abci.RequestFinalizeBlock:
    request = abci.RequestFinalizeBlock(height=height, txs=txs)
    request.time.seconds = time_s
    return request


def test_a_fresh_application_is_at_height_0_and_knows_nothing() -> None:
    app = Application(Ledger.memory())
    info = app.info(abci.RequestInfo())
    assert (info.last_block_height, info.last_block_app_hash) == (0, b"")
    assert (info.version, info.app_version) == (VERSION, 1)
    assert app.check_tx(abci.RequestCheckTx(tx=b"x")).code == Code.TX_TOO_LARGE
    assert app.query(abci.RequestQuery(path="/GetAccount")).code == Code.ACC_UNKNOWN


def test_the_answer_to_init_chain_is_the_root_of_the_first_block() -> None:
    app = Application(Ledger.memory())
    root = app.init_chain(init_request(GENESIS)).app_hash
    assert app.ledger.height == 0, "nothing is stored before Commit"
    answer = app.finalize_block(finalize(1, harness.START_S + 1))
    assert answer.app_hash == root
    app.commit(abci.RequestCommit())
    assert app.ledger.root == root


def test_transactions_are_checked_against_the_first_state_before_the_first_block() -> None:
    chain = Chain()
    tx = chain.tx("operator", acts.organisation("house"))
    assert chain.check(tx).code == 0
    assert chain.block(tx)[0].code == 0


def test_finalize_block_writes_nothing_to_disk() -> None:
    chain = Chain.with_units()
    before = dict(chain.app.ledger.scan(b"", b"\xff"))
    request = finalize(
        chain.height + 1, chain.now + 1, chain.tx("issuer", acts.move(1, "issuer", "user"))
    )
    first = chain.app.finalize_block(request)
    assert chain.app.finalize_block(request) == first
    assert dict(chain.app.ledger.scan(b"", b"\xff")) == before
    assert chain.app.info(abci.RequestInfo()).last_block_height == chain.height
    holding = q.GetHoldingRequest(account=account_id("user"), program="IPCI", class_id="TMU")
    assert chain.ask(holding, q.HoldingReply).holding.free_t == 0, "questions see what is committed"


def test_commit_without_a_block_stops_the_process() -> None:
    chain = Chain.with_parties()
    with pytest.raises(AssertionError, match="Commit without FinalizeBlock"):
        chain.app.commit(abci.RequestCommit())


def test_a_restarted_application_is_where_it_was(tmp_path: Path) -> None:
    ledger = Ledger.open(str(tmp_path), depth=6)
    chain = Chain.with_units(ledger=ledger)
    tx = chain.tx("issuer", acts.move(1, "issuer", "user"))
    chain.app.finalize_block(finalize(chain.height + 1, chain.now + 1, tx))
    ledger.close()  # after FinalizeBlock, before Commit
    again = Application(Ledger.open(str(tmp_path), depth=6))
    info = again.info(abci.RequestInfo())
    assert info.last_block_height == chain.height
    assert info.last_block_app_hash == chain.history[-1][1].app_hash
    assert (again.time_s, again.chain.chain_id) == (chain.now, "tonne-test")
    assert again.check_tx(abci.RequestCheckTx(tx=tx)).code == 0
    chain.app = again
    assert chain.block(tx)[0].code == 0
    assert chain.balance("user") == (1, 0)


def test_the_data_of_a_result_is_the_hash_of_its_events_in_order() -> None:
    chain = Chain.with_units()
    chain.ok("issuer", acts.move(5, "issuer", "user"), acts.retire(2, "issuer"))
    row = chain.history[-1][1].tx_results[0]
    digest = sha256()
    assert len(row.events) == 3
    for event in chain_events(chain):
        digest.update(len(event).to_bytes(4, "big") + event)
    assert row.data == digest.digest()
    assert (row.gas_used, row.gas_wanted, row.info, row.codespace) == (0, 0, "", "")


def chain_events(chain: Chain) -> list[bytes]:
    row = chain.history[-1][1].tx_results[0]
    return [harness.event_of(item).SerializeToString(deterministic=True) for item in row.events]


def test_a_refusal_has_no_events_and_no_data() -> None:
    chain = Chain.with_units()
    chain.refused(Code.INSUFFICIENT, "issuer", acts.move(1001, "issuer", "user"))
    row = chain.history[-1][1].tx_results[0]
    assert (row.data, list(row.events)) == (b"", [])
    assert row.log


def test_one_result_a_transaction_in_order() -> None:
    chain = Chain.with_units()
    txs = [
        chain.tx("issuer", acts.move(1, "issuer", "user")),
        b"garbage",
        chain.tx("issuer", acts.move(1001, "issuer", "user")),
        chain.tx("user", acts.retire(1, "user")),
    ]
    codes = [row.code for row in chain.block(*txs, proposed=False)]
    assert codes == [0, Code.TX_MALFORMED, Code.INSUFFICIENT, 0]


def test_proposals_execute_nothing_and_may_come_again() -> None:
    chain = Chain.with_units()
    txs = [chain.tx("issuer", acts.move(900, "issuer", "user")) for _ in range(2)]
    prepare = abci.RequestPrepareProposal(max_tx_bytes=1 << 20, txs=txs)
    prepare.time.seconds = chain.now + 1
    for _ in range(2):
        assert list(chain.app.prepare_proposal(prepare).txs) == txs, "refusals fill no gaps here"
    assert [row.code for row in chain.block(*txs)] == [0, Code.INSUFFICIENT]


def test_a_proposal_with_one_inadmissible_transaction_is_rejected() -> None:
    chain = Chain.with_units()
    good = chain.tx("issuer", acts.move(1, "issuer", "user"))
    for bad in (b"", b"garbage", good):
        process = abci.RequestProcessProposal(txs=[good, bad])
        process.time.seconds = chain.now + 1
        answer = chain.app.process_proposal(process)
        assert answer.status == abci.ResponseProcessProposal.REJECT
    empty = abci.RequestProcessProposal()
    empty.time.seconds = chain.now + 1
    assert chain.app.process_proposal(empty).status == abci.ResponseProcessProposal.ACCEPT


def test_an_admitted_transaction_says_what_it_costs() -> None:
    chain = Chain.with_units()
    tx = chain.tx("issuer", acts.move(1, "issuer", "user", max_lots=7))
    assert chain.app.check_tx(abci.RequestCheckTx(tx=tx)).gas_wanted == 2 + 7 + 1


def test_the_parser_remembers_what_was_admitted_within_its_bound() -> None:
    chain = Chain.with_units()
    txs = [chain.tx("issuer", acts.move(1, "issuer", "user")) for _ in range(6)]
    parser = Parser(keep_bytes=len(txs[0]))
    assert parser.parse(txs[0]) is not parser.parse(txs[0])  # nothing admitted it
    first = parser.parse(txs[0])
    parser.remember(first)
    assert parser.parse(txs[0]) is first
    for tx in txs[1:]:
        parser.remember(parser.parse(tx))
    assert parser.parse(txs[-1]) is parser.parse(txs[-1])
    assert parser.parse(txs[0]) is not first


def test_junk_is_not_remembered() -> None:
    chain = Chain.with_units()
    junk = chain.tx("issuer", acts.move(1, "issuer", "user"), sequence=999)
    assert chain.check(junk).code
    assert chain.app.parser.parse(junk) is not chain.app.parser.parse(junk)


def test_a_forgotten_transaction_is_judged_as_a_remembered_one() -> None:
    chain = Chain.with_units()
    chain.app.parser = Parser(keep_bytes=1)
    txs = [chain.tx("issuer", acts.move(1, "issuer", "user")) for _ in range(5)]
    for tx in txs:
        assert chain.check(tx).code == 0
    chain.all_ok(*txs)


def test_a_status_is_of_one_height(monkeypatch: pytest.MonkeyPatch) -> None:
    """A block that is committed while a question is answered does not mix into the answer."""
    chain = Chain.with_units()
    whole = chain.app.ledger.view

    def view() -> object:
        taken = whole()
        chain.ok("issuer", acts.move(1, "issuer", "user"))
        return taken

    height, time_s = chain.height, chain.now
    with monkeypatch.context() as late:
        late.setattr(chain.app.ledger, "view", view)
        status = chain.ask(q.GetStatusRequest(), q.StatusReply)
    assert chain.height == height + 1
    assert (status.height, status.time_s) == (height, time_s)
    assert status.app_hash == chain.history[height - 1][1].app_hash
