"""What an application of the engine answers: one method for every ABCI 2.0 call.

Knows the messages, not the socket. Invariant: with none of its methods overridden this is a
complete application that accepts everything and remembers nothing.

Which calls may run at the same time. An engine holds four connections, and each has a thread of
its own; calls of one connection never overlap each other:

    consensus   init_chain, prepare_proposal, process_proposal, extend_vote,
                verify_vote_extension, finalize_block, commit
    mempool     check_tx
    query       info, query
    snapshot    list_snapshots, offer_snapshot, load_snapshot_chunk, apply_snapshot_chunk

Calls of different connections do overlap: check_tx and query arrive while finalize_block or a
proposal runs, and query also while commit runs. The engine itself keeps check_tx (but not query)
out of commit. The server holds no lock: what two connections touch, the application guards.
"""

from abci_app.abci import abci_pb2 as pb
from abci_app.abci.wire import encode_varint

OkCode = 0
ErrorCode = 1


class BaseApplication:
    """Answers every call in the most permissive way; extend it and override what matters.

    Each method takes the request message and returns the response message of the same name.
    An exception out of info, init_chain, finalize_block or commit ends the process (`on_fatal`
    of the server); out of any other call it ends the connection, upon which an engine stops.
    """

    def info(self, _request: pb.RequestInfo, /) -> pb.ResponseInfo:
        """Name the last committed height and its app hash: here none, so all is replayed."""
        return pb.ResponseInfo()

    def query(self, _request: pb.RequestQuery, /) -> pb.ResponseQuery:
        """Read the state at a committed height: here nothing is found."""
        return pb.ResponseQuery(code=ErrorCode, log="this application answers no queries")

    def check_tx(self, _request: pb.RequestCheckTx, /) -> pb.ResponseCheckTx:
        """Say whether the mempool may hold a transaction, new or rechecked: here always."""
        return pb.ResponseCheckTx(code=OkCode)

    def init_chain(self, _request: pb.RequestInitChain, /) -> pb.ResponseInitChain:
        """Make the state of genesis: here none, with validators and parameters as proposed."""
        return pb.ResponseInitChain()

    def prepare_proposal(self, request: pb.RequestPrepareProposal, /) -> pb.ResponsePrepareProposal:
        """Choose the transactions of a block: here the first ones that fit `max_tx_bytes`."""
        room = request.max_tx_bytes
        chosen: list[bytes] = []
        for tx in request.txs:
            # The engine counts a transaction as it stands in the block: tag, length, bytes.
            room -= 1 + len(encode_varint(len(tx))) + len(tx)
            if room < 0:
                break
            chosen.append(tx)
        return pb.ResponsePrepareProposal(txs=chosen)

    def process_proposal(
        self, _request: pb.RequestProcessProposal, /
    ) -> pb.ResponseProcessProposal:
        """Vote on a proposed block: here always for it."""
        return pb.ResponseProcessProposal(status=pb.ResponseProcessProposal.ACCEPT)

    def extend_vote(self, _request: pb.RequestExtendVote, /) -> pb.ResponseExtendVote:
        """Attach bytes to this validator's precommit: here none."""
        return pb.ResponseExtendVote()

    def verify_vote_extension(
        self, _request: pb.RequestVerifyVoteExtension, /
    ) -> pb.ResponseVerifyVoteExtension:
        """Judge the bytes that another validator attached: here all pass."""
        return pb.ResponseVerifyVoteExtension(status=pb.ResponseVerifyVoteExtension.ACCEPT)

    def finalize_block(self, request: pb.RequestFinalizeBlock, /) -> pb.ResponseFinalizeBlock:
        """Execute a decided block without persisting it: here every transaction is a success."""
        return pb.ResponseFinalizeBlock(
            tx_results=[pb.ExecTxResult(code=OkCode)] * len(request.txs)
        )

    def commit(self, _request: pb.RequestCommit, /) -> pb.ResponseCommit:
        """Persist what finalize_block made, before answering: here nothing, all blocks kept."""
        return pb.ResponseCommit()

    def list_snapshots(self, _request: pb.RequestListSnapshots, /) -> pb.ResponseListSnapshots:
        """Name the snapshots that peers may fetch: here none."""
        return pb.ResponseListSnapshots()

    def offer_snapshot(self, _request: pb.RequestOfferSnapshot, /) -> pb.ResponseOfferSnapshot:
        """Decide on restoring a peer's snapshot: here never."""
        return pb.ResponseOfferSnapshot(result=pb.ResponseOfferSnapshot.REJECT)

    def load_snapshot_chunk(
        self, _request: pb.RequestLoadSnapshotChunk, /
    ) -> pb.ResponseLoadSnapshotChunk:
        """Give one chunk of a listed snapshot: here an empty one."""
        return pb.ResponseLoadSnapshotChunk()

    def apply_snapshot_chunk(
        self, _request: pb.RequestApplySnapshotChunk, /
    ) -> pb.ResponseApplySnapshotChunk:
        """Restore one chunk of an accepted snapshot: here the restoration is given up."""
        return pb.ResponseApplySnapshotChunk(result=pb.ResponseApplySnapshotChunk.ABORT)
