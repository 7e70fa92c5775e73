"""What the class answers that nobody has extended."""

import ast
from pathlib import Path

import pytest

import abci_app.abci
from abci_app.abci import BaseApplication, ErrorCode, OkCode
from abci_app.abci import abci_pb2 as pb

PACKAGE = Path(abci_app.abci.__file__).parent


def test_codes_are_those_that_users_know() -> None:
    assert (OkCode, ErrorCode) == (0, 1)


@pytest.mark.parametrize(("room", "fitting"), [(0, 0), (12, 0), (13, 1), (25, 1), (26, 2), (99, 3)])
def test_default_proposal_takes_the_first_that_fit_with_tag_and_length(
    room: int, fitting: int
) -> None:
    txs = [b"a" * 11, b"b" * 11, b"c" * 11]
    request = pb.RequestPrepareProposal(max_tx_bytes=room, txs=txs)
    assert list(BaseApplication().prepare_proposal(request).txs) == txs[:fitting]


def test_default_answers_never_hold_the_value_that_stops_an_engine() -> None:
    app = BaseApplication()
    proposal = app.process_proposal(pb.RequestProcessProposal())
    assert proposal.status == pb.ResponseProcessProposal.ACCEPT
    extension = app.verify_vote_extension(pb.RequestVerifyVoteExtension())
    assert extension.status == pb.ResponseVerifyVoteExtension.ACCEPT
    offer = app.offer_snapshot(pb.RequestOfferSnapshot())
    assert offer.result == pb.ResponseOfferSnapshot.REJECT
    chunk = app.apply_snapshot_chunk(pb.RequestApplySnapshotChunk())
    assert chunk.result == pb.ResponseApplySnapshotChunk.ABORT


def test_default_block_has_one_success_for_every_transaction() -> None:
    answer = BaseApplication().finalize_block(pb.RequestFinalizeBlock(txs=[b"a", b"", b"c"]))
    assert [result.code for result in answer.tx_results] == [OkCode] * 3


@pytest.mark.parametrize("module", sorted(PACKAGE.glob("*.py")), ids=lambda path: path.name)
def test_package_imports_nothing_of_the_registry(module: Path) -> None:
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            ("abci_app", "node")
        ):
            assert node.module in {"abci_app.abci", *(f"abci_app.abci.{m.stem}" for m in modules())}
        if isinstance(node, ast.Import):
            assert not [a for a in node.names if a.name.split(".")[0] in {"abci_app", "node"}]


def modules() -> list[Path]:
    return list(PACKAGE.glob("*.py"))
