"""The app with another answer than everybody's: once data/diverge exists, its app hash is zeros."""

import sys
from pathlib import Path

from abci_app import __main__ as process
from abci_app.abci import abci_pb2 as abci
from abci_app.application import Application

DIVERGE_FILE = "diverge"


def build_in(home: Path) -> None:
    """Replace the application's answer to a block."""
    finalize_block = Application.finalize_block

    def answer(self: Application, request: abci.RequestFinalizeBlock) -> abci.ResponseFinalizeBlock:
        response = finalize_block(self, request)
        if (home / "data" / DIVERGE_FILE).exists():
            response.app_hash = bytes(32)
        return response

    Application.finalize_block = answer  # type: ignore[method-assign]


if __name__ == "__main__":
    build_in(Path(sys.argv[sys.argv.index("--home") + 1]))
    sys.exit(process.main())
