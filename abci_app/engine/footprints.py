"""Footprints: who acknowledges one, and what offsetting its items takes (S0-43 to S0-47, S0-74).

Must not know: how a footprint comes to its state. Invariant (C-29): a receipt offsets a footprint
once; the tonnes are what its items need, rounded up, unless the movement says that they are more.
"""

from abci_app.core import u64
from abci_app.core.codes import Code, refuse
from abci_app.core.keys import Table
from abci_app.engine.context import Tx
from abci_app.state import numbers
from abci_app.state.policies import Rules
from abci_app.state.schema import RECEIPTS, RECORDS
from tonne.v1.state_pb2 import Receipt, Record
from tonne.v1.tx_pb2 import FOOTPRINT, Move

GRAMS_PER_TONNE = 1_000_000
PUBLISHED = "PUBLISHED"


def acknowledge(tx: Tx, record: Record) -> bool:
    """Note that the signer knows of his sources in it; tell whether all owners do (S0-45).

    ROLE_MISSING for who owns none of the sources, FOOTPRINT_STATE for who has said it before.
    """
    footprint, account = record.footprint, tx.signer.account
    if account not in footprint.owners:
        refuse(Code.ROLE_MISSING, f"{account} owns no source of {record.id}")
    if account in footprint.acknowledged:
        refuse(Code.FOOTPRINT_STATE, f"{account} has acknowledged {record.id}")
    known = sorted([*footprint.acknowledged, account])
    del footprint.acknowledged[:]
    footprint.acknowledged.extend(known)
    return known == list(footprint.owners)


def tonnes(record: Record, items: int) -> int:
    """Return the tonnes that items of a footprint need, rounded up (S0-78)."""
    return u64.ceil_div(items * record.footprint.g_co2e_per_unit, GRAMS_PER_TONNE)


def offset(tx: Tx, rules: Rules, move: Move, quantity: int) -> None:
    """Count a retirement, which is written next, as the offset of items of a footprint.

    REC_REF, FOOTPRINT_STATE, FOOTPRINT_DUP, FOOTPRINT_QUANTITY.
    """
    program = rules.program.id
    record = RECORDS.need(tx.overlay, Code.REC_REF, program, FOOTPRINT, move.footprint)
    footprint = record.footprint
    ended = footprint.valid_to_s and tx.now >= footprint.valid_to_s
    if record.state != PUBLISHED or ended:
        refuse(Code.FOOTPRINT_STATE, f"{record.id} is {'over' if ended else record.state}")
    if not move.items or not move.receipt_hash:
        refuse(Code.FOOTPRINT_QUANTITY, "items and receipt_hash: what is offset is not named")
    if RECEIPTS.has(tx.overlay, program, record.id, move.receipt_hash):
        refuse(Code.FOOTPRINT_DUP, move.receipt_hash.hex())
    needed = tonnes(record, move.items)
    if quantity < needed or (quantity > needed and not move.over_offset):
        refuse(Code.FOOTPRINT_QUANTITY, f"{move.items} items need {needed}, not {quantity}")
    footprint.items = u64.add(footprint.items, move.items)
    footprint.offset_t = u64.add(footprint.offset_t, quantity)
    RECORDS.put(tx.overlay, record)
    receipt = Receipt(
        program=program,
        footprint=record.id,
        receipt_hash=move.receipt_hash,
        retirement=numbers.last(tx.overlay, Table.RETIREMENT) + 1,
    )
    RECEIPTS.put(tx.overlay, receipt)
