"""Transition: a record changes state by a row of the program (S0-63 to S0-67).

Must not know: what rows say. Invariant: the record existed, and the row's guards were met.
"""

from abci_app.actions import shape
from abci_app.core import ids
from abci_app.core.codes import Code
from abci_app.core.limits import REFS_MAX, STATEMENTS_MAX
from abci_app.engine import workflows
from abci_app.engine.context import Tx
from abci_app.state.schema import RECORDS
from tonne.v1.tx_pb2 import Transition


def check(msg: Transition) -> None:
    """Refuse a message whose shape is wrong."""
    ids.need_id(msg.program, "program")
    shape.record(msg.record, "record")
    ids.need_id(msg.to_state, "to_state")
    shape.digest(msg.document, "document", optional=True)
    shape.reason(msg.reason)
    shape.time(msg.opening.valid_until_s, "opening.valid_until_s")
    shape.words(msg.opening.statements, "opening.statements", STATEMENTS_MAX)
    shape.time(msg.revision.due_s, "revision.due_s")
    shape.words(msg.revision.classes, "revision.classes", REFS_MAX)


def cost(msg: Transition) -> int:
    """Return the static cost: the record and the statements it may rest on."""
    del msg
    return 24


def execute(tx: Tx, msg: Transition) -> None:
    """Take the record to `to_state`. PROGRAM_UNKNOWN, REC_REF and the codes of the row."""
    rules = tx.block.active(msg.program)
    record = RECORDS.need(tx.overlay, Code.REC_REF, msg.program, msg.record.kind, msg.record.id)
    workflows.step(tx, rules, record, msg.to_state, msg)
