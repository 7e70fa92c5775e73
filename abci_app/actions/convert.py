"""Convert: units become another class, pass into the next period, or get another end (S1-12).

Must not know: rules. Invariant: whatever a program allows, serials and quantity stay (C-14).
"""

from abci_app.actions import shape
from abci_app.core import ids
from abci_app.core.limits import MOVE_LOTS_DEFAULT, NAME_BYTES_MAX, PROJECT_STATEMENTS_MAX
from abci_app.engine import conversions
from abci_app.engine.context import Tx
from tonne.v1.tx_pb2 import Convert


def check(msg: Convert) -> None:
    """Refuse a message whose shape is wrong."""
    ids.need_id(msg.program, "program")
    ids.need_text(msg.rule, "rule", NAME_BYTES_MAX, empty=False)
    ids.need_id(msg.class_id, "class_id")
    either = bool(msg.quantity_t) != bool(msg.ranges)
    shape.need(either, "quantity_t", "either a quantity of at least 1 or ranges")
    shape.ranges(msg.ranges, "ranges")
    shape.account(msg.account, "account")
    for name in ("activity", "notice"):
        if getattr(msg, name):
            ids.need_id(getattr(msg, name), name)
    shape.time(msg.valid_until_s, "valid_until_s")
    shape.lots_bound(msg.max_lots, "max_lots")


def cost(msg: Convert) -> int:
    """Return the static cost: the lots it may touch, and the statements of a project."""
    lots = (msg.max_lots or MOVE_LOTS_DEFAULT) + 2 * len(msg.ranges)
    return 4 + lots + (PROJECT_STATEMENTS_MAX if msg.activity else 0)


def execute(tx: Tx, msg: Convert) -> None:
    """Convert the units by the rule that is named; codes: engine.conversions.run."""
    conversions.run(tx, msg)
