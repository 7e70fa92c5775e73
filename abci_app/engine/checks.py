"""Named checks: one small function each, parameters from the program.

Must not know: which program asks. Invariant: a check only reads; it refuses with its code or
returns.
"""

from abci_app.core import keys, u64
from abci_app.core.codes import Code, refuse
from abci_app.engine.context import Tx
from abci_app.state.schema import LOTS, STATEMENTS
from abci_app.store.kv import prefix_stop
from tonne.v1.state_pb2 import ACCEPTED, Issuance, Record, Statement
from tonne.v1.tx_pb2 import ISSUANCE, VERIFICATION

COI_LOTS_MAX = 256  # with more lots than can be looked through, independence cannot be shown

# ---- caps and reserves ----


def cap(issuance: Issuance, quantity: int) -> None:
    """CAP: issued + quantity <= approved cap (C-4)."""
    if issuance.issued_t + quantity > issuance.approved_cap_t:
        room = issuance.approved_cap_t - issuance.issued_t
        refuse(Code.CAP_EXCEEDED, f"{quantity} asked for, {room} left under the cap")


def cap_base(tx: Tx, record: Record, wanted: int) -> list[Statement]:
    """CAP: cap <= sum of accepted verifications that back no other (S0-63); return them."""
    statements = []
    base = 0
    for statement_id in record.issuance.statements:
        statement = STATEMENTS.need(
            tx.overlay, Code.STATEMENT_UNKNOWN, record.program, statement_id
        )
        if (
            statement.status != ACCEPTED
            or statement.kind != VERIFICATION
            or statement.activity != record.issuance.activity
            or (statement.issuance != record.id if statement.issuance else statement.capped_t)
        ):
            refuse(Code.STATEMENT_STATUS, statement_id)
        base = u64.add(base, statement.numbers.net_t)
        statements.append(statement)
    if wanted > base:
        refuse(Code.CAP_EXCEEDED, f"cap {wanted} is above the assured {base}")
    return statements


def reserve_due(issuance: Issuance) -> int:
    """RESERVE: ceil(issued x rate) - reserved so far, so that splitting dodges nothing (F-17)."""
    return u64.ceil_bps(issuance.issued_t, issuance.reserve_bps) - issuance.reserved_t


def pool_due(issuance: Issuance) -> int:
    """POOL: the same of what goes to the pool for good (S4-40)."""
    return u64.ceil_bps(issuance.issued_t, issuance.pool_bps) - issuance.pooled_t


# ---- conflicts and claims ----


def conflict(tx: Tx, record: Record) -> None:
    """COI: the signer's organisation neither issues the units nor holds any of them (S4-26)."""
    organisation = tx.signer.organisation
    if organisation == record.owner_organisation:
        refuse(Code.CONFLICT, f"{organisation} owns {record.id}")
    if record.kind == ISSUANCE:
        _holds_nothing(tx, record, organisation)


def _holds_nothing(tx: Tx, record: Record, organisation: str) -> None:
    """Refuse when an account of the organisation holds units of the issuance."""
    prefix = keys.account_by_organisation_prefix(organisation)
    seen = 0
    for row, _ in tx.overlay.scan(prefix, prefix_stop(prefix)):
        account = row[len(prefix) + 1 :].decode()
        owned = keys.owner_prefix(account, record.program, record.issuance.class_id)
        for _, value in tx.overlay.scan(owned, prefix_stop(owned)):
            seen += 1
            space = value[1 : 1 + value[0]].decode()
            lot = LOTS.need(
                tx.overlay, Code.UNIT_UNKNOWN, space, int.from_bytes(value[-16:-8], "big")
            )
            if lot.issuance == record.id or seen > COI_LOTS_MAX:
                refuse(Code.CONFLICT, f"{organisation} holds units of {record.id}")
