"""The app process of a measurement: the one of a node, over a state that no genesis carried.

It must not know what is measured. Invariant: it differs from the app in one thing only: while the
ledger stands where it was prepared, the engine is told that the chain has not begun, and InitChain
is answered with the prepared root instead of a first state read from the genesis.
"""

import sys
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "proto")]

from abci_app import __main__ as program  # noqa: E402 - found through the path above
from abci_app.abci import abci_pb2 as abci  # noqa: E402
from abci_app.application import Application  # noqa: E402


class Prepared(Application):
    """The application; `begin` is the height of the prepared state."""

    begin = 0

    def info(self, request: abci.RequestInfo) -> abci.ResponseInfo:
        """Return height 0 until there is a block above the prepared state."""
        response = super().info(request)
        if response.last_block_height == self.begin:
            response.last_block_height, response.last_block_app_hash = 0, b""
        return response

    def init_chain(self, request: abci.RequestInitChain) -> abci.ResponseInitChain:
        """Return the prepared root; the genesis names the height after it as the first."""
        assert request.initial_height == self.begin + 1 == self.ledger.height + 1
        return abci.ResponseInitChain(app_hash=self.ledger.root)


def main() -> int:
    """Run `python bench_app.py HEIGHT`: the app of the home that is the current folder."""
    Prepared.begin = int(sys.argv[1])
    with mock.patch.object(program, "Application", Prepared):  # the name that `serve` makes it by
        return program.main(["serve", "--home", "."])


if __name__ == "__main__":
    sys.exit(main())
