"""SetLabel: to be written."""

from abci_app.core.codes import Code, refuse
from abci_app.engine.context import Tx
from tonne.v1.tx_pb2 import SetLabel


def check(msg: SetLabel) -> None:
    """Refuse: to be written."""
    del msg
    refuse(Code.ACTION_SHAPE, "not built yet")


def cost(msg: SetLabel) -> int:
    """Return the static cost: to be written."""
    del msg
    return 4


def execute(tx: Tx, msg: SetLabel) -> None:
    """Execute: to be written."""
    del tx, msg
    refuse(Code.RULE_MISSING, "not built yet")
