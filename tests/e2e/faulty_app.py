"""The app with faults built in, run by a supervisor in place of `abci_app`.

For bugs that must not halt a network.

An anchored document of hash ee..ee raises inside its action; the expiry of a proposal with the
memo "parked" raises
inside its duty; a file data/break-storage in the home makes the next Commit fail like a broken
disk.
"""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from abci_app import __main__ as process
from abci_app.actions import ACTIONS
from abci_app.engine import deadlines
from abci_app.engine.context import Tx
from abci_app.state.schema import DUTY_PROPOSAL, PROPOSALS
from abci_app.store.kv import StorageError
from abci_app.store.ledger import Ledger, Prepared

BUG_HASH = b"\xee" * 32
BUG_MEMO = "parked"
BREAK_FILE = "break-storage"


def build_in(home: Path) -> None:
    """Replace three functions by ones that fail when they are asked to."""
    anchor, perform, commit = ACTIONS["anchor"], deadlines.perform, Ledger.commit

    def execute(tx: Tx, msg: Any) -> None:
        if msg.hash == BUG_HASH:
            raise ZeroDivisionError("a bug, built in")
        anchor.execute(tx, msg)

    def perform_or_raise(tx: Tx, duty: deadlines.Duty) -> None:
        proposal = PROPOSALS.get(tx.overlay, int.from_bytes(duty[2], "big"))
        if duty[1] == DUTY_PROPOSAL and proposal is not None and proposal.memo == BUG_MEMO:
            raise KeyError("a bug in a duty, built in")
        perform(tx, duty)

    def commit_or_break(self: Ledger, prepared: Prepared, height: int, record: bytes) -> None:
        if (home / "data" / BREAK_FILE).exists():
            raise StorageError("the disk gave an error, built in; replace the disk")
        commit(self, prepared, height, record)

    ACTIONS["anchor"] = replace(anchor, execute=execute)
    deadlines.perform = perform_or_raise
    Ledger.commit = commit_or_break  # type: ignore[method-assign]


if __name__ == "__main__":
    build_in(Path(sys.argv[sys.argv.index("--home") + 1]))
    sys.exit(process.main())
