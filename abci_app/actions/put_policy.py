"""PutPolicy: the consortium decides on programs, validators, parameters and rules (S0-13, S1-1).

Must not know: what a policy says. Invariant: every object needs more than two thirds of the
consortium; a new version of a program needs its owner role, too.
"""

from abci_app.actions import shape
from abci_app.core import ids
from abci_app.core.limits import KEY_BYTES, NAME_BYTES_MAX, NODE_IDS_MAX, VALIDATORS_MAX
from abci_app.engine import policy, seats
from abci_app.engine.context import Tx
from tonne.v1.tx_pb2 import PutPolicy

NODE_ID_DIGITS = 40
HEX = "0123456789abcdef"


def check(msg: PutPolicy) -> None:
    """Refuse a message whose shape is wrong."""
    name = msg.WhichOneof("object")
    shape.need(name, "object", "program, validators, params or rules_version is missing")
    shape.time(msg.effective_from_s, "effective_from_s")
    if name == "program":
        shape.need(not msg.effective_from_s, "effective_from_s", "a program names its own")
        ids.need_id(msg.program.id, "program.id")
    shape.digest(msg.document, "document", optional=True)
    rows = msg.validators.validators
    shape.need(len(rows) <= VALIDATORS_MAX, "validators", f"more than {VALIDATORS_MAX}")
    for row in rows:
        shape.need(len(row.key) == KEY_BYTES, "validators.key", f"must be {KEY_BYTES} bytes")
        ids.need_text(row.name, "validators.name", NAME_BYTES_MAX, empty=False)
        shape.account(row.account, "validators.account")
        _check_node_ids(list(row.node_ids))
    shape.ascending([row.key for row in rows], "validators")


def _check_node_ids(names: list[str]) -> None:
    shape.need(len(names) <= NODE_IDS_MAX, "validators.node_ids", f"more than {NODE_IDS_MAX}")
    for name in names:
        good = len(name) == NODE_ID_DIGITS and all(digit in HEX for digit in name)
        shape.need(good, "validators.node_ids", f"{NODE_ID_DIGITS} lower-case hexadecimal digits")
    shape.ascending(names, "validators.node_ids")


def cost(msg: PutPolicy) -> int:
    """Return the static cost: what is compared row with row, and a seat a validator."""
    return 16 + msg.ByteSize() // 512 + len(msg.validators.validators)


def execute(tx: Tx, msg: PutPolicy) -> None:
    """Store what is decided; a later time waits in the queue, or in the version itself.

    ROLE_MISSING, POLICY_SCHEMA, POLICY_VERSION, POLICY_CONFLICT, POLICY_VALIDATORS.
    """
    seats.need_consortium(tx, leaving=msg.HasField("validators"))
    if msg.HasField("program"):
        policy.put_program(tx, msg.program)
    else:
        policy.put_own(tx, msg)
