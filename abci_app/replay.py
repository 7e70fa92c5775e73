"""A chain executed again from its genesis, and each result held against what the chain says.

Must not know: where the blocks come from, the engine, clocks. Invariant: a block is committed only
after its app hash and results were found to be those of the chain, so a store that is taken up
again holds nothing that was not compared. It is the same code once more, and no second opinion on
the rules: what it shows is that this code, from this genesis, with these blocks, leads here.
"""

from dataclasses import dataclass
from hashlib import sha256

from abci_app.abci import abci_pb2 as abci
from abci_app.abci.results import results_hash
from abci_app.application import Application, read_app_state


class Differs(Exception):  # noqa: N818 - the name states the fact
    """The first place where the chain says something else than this execution."""

    def __init__(self, height: int, what: str, ours: bytes, theirs: bytes) -> None:
        """Take the height of the block whose result differs; 0 is the genesis."""
        super().__init__(
            f"height {height}: executed here the {what} is {ours.hex() or 'nothing'}, "
            f"the chain says {theirs.hex() or 'nothing'}"
        )
        self.height = height
        self.what = what


class OtherChain(Exception):  # noqa: N818 - the name states the fact
    """The store holds the state of another genesis."""


@dataclass(frozen=True)
class Step:
    """A block as the engine hands it over, and what the header of the next one says of it."""

    block: abci.RequestFinalizeBlock
    app_hash: bytes
    results_hash: bytes


def begin(application: Application, request: abci.RequestInitChain, app_hash: bytes) -> None:
    """Start a fresh application with InitChain, or see that one that goes on is of this chain.

    `app_hash` is what the header of the next block says: that of block 1 for a fresh application.
    Raises Differs, OtherChain and GenesisMismatch.
    """
    height = application.ledger.height
    if height == 0:
        ours = application.init_chain(request).app_hash
    else:
        ours = application.ledger.root
        if (
            application.chain.genesis_hash
            != sha256(read_app_state(request.app_state_bytes)).digest()
        ):
            raise OtherChain(f"the store holds height {height} of another genesis")
    _compare(height, "app hash", ours, app_hash)


def execute(application: Application, step: Step) -> None:
    """Execute the next block, compare, and commit it; raises Differs, and then nothing counts."""
    height = step.block.height
    expected = application.ledger.height + 1
    if height != expected:
        raise ValueError(f"block {height} was given where {expected} comes next")
    result = application.finalize_block(step.block)
    _compare(height, "results hash", results_hash(result.tx_results), step.results_hash)
    _compare(height, "app hash", result.app_hash, step.app_hash)
    application.commit(abci.RequestCommit())


def _compare(height: int, what: str, ours: bytes, theirs: bytes) -> None:
    if ours != theirs:
        raise Differs(height, what, ours, theirs)
