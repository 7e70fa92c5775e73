"""Move: units change account; retiring is moving into a sink (S0-72, S0-75, S0-79).

Must not know: rules. Invariant: whatever a program allows, units are neither made nor lost here.
"""

from abci_app.actions import shape
from abci_app.core import ids
from abci_app.core.limits import MOVE_LOTS_DEFAULT, NAME_BYTES_MAX, TEXT_BYTES_MAX
from abci_app.engine import moves
from abci_app.engine.context import Tx
from tonne.v1.tx_pb2 import Move, Purpose


def check(msg: Move) -> None:
    """Refuse a message whose shape is wrong."""
    ids.need_id(msg.program, "program")
    ids.need_id(msg.class_id, "class_id")
    shape.need(
        bool(msg.quantity_t) != bool(msg.ranges),
        "quantity_t",
        "either a quantity of at least 1 or ranges",
    )
    if msg.ranges:
        shape.ranges(msg.ranges, "ranges")
    shape.account(msg.from_account, "from_account")
    shape.account(msg.to_account, "to_account")
    shape.lots_bound(msg.max_lots, "max_lots")
    if msg.purpose:
        shape.known(Purpose, msg.purpose, "purpose")
    if msg.HasField("beneficiary"):
        who = msg.beneficiary
        ids.need_text(who.name, "beneficiary.name", NAME_BYTES_MAX)
        ids.need_text(who.id, "beneficiary.id", NAME_BYTES_MAX)
        shape.need(
            not who.country or ids.is_country(who.country),
            "beneficiary.country",
            "two capital letters",
        )
        shape.digest(who.person_hash, "beneficiary.person_hash", optional=True)
        shape.need(
            not (who.name and who.person_hash),
            "beneficiary",
            "a natural person's hash stands instead of the name",
        )
    for name in ("notice", "obligation", "footprint", "authorization"):
        if getattr(msg, name):
            ids.need_id(getattr(msg, name), name)
    if msg.external_account:
        ids.need_text(msg.external_account, "external_account", NAME_BYTES_MAX)
    shape.need(msg.year <= 9999, "year")
    shape.digest(msg.receipt_hash, "receipt_hash", optional=True)
    ids.need_text(msg.note, "note", TEXT_BYTES_MAX)


def cost(msg: Move) -> int:
    """Return the static cost: the lots it may touch."""
    return 2 + (msg.max_lots or MOVE_LOTS_DEFAULT) + 2 * len(msg.ranges)


def execute(tx: Tx, msg: Move) -> None:
    """Move the units by the first rule that matches; codes: engine.moves.run."""
    moves.run(tx, msg)
