"""Units that come from another registry, leave for it, and come back: never on both sides at once.

Must not know: any single link or program. Invariants: a serial of another registry comes in once
(C-19); what leaves over a link comes back over that link alone, by its own serials (C-9); exported
less returned is the balance of the link's EXPORT account (C-20).
"""

from collections.abc import Sequence

from abci_app.core import keys, u64
from abci_app.core.codes import Code, refuse
from abci_app.core.keys import Table
from abci_app.core.limits import RETURN_LOTS_MAX
from abci_app.engine import approvals, seats
from abci_app.engine.context import IssueNote, Tx, is_live
from abci_app.state import lots, numbers
from abci_app.state.lots import Span
from abci_app.state.policies import Rules
from abci_app.state.schema import DOCUMENTS, IMPORTS, LINK_TOTALS, SPACES, STATEMENTS
from abci_app.store.kv import prefix_stop
from tonne.v1 import events_pb2 as e
from tonne.v1.state_pb2 import (
    ACCEPTED,
    EXPIRE,
    NO_EXPIRY,
    Account,
    Import,
    Link,
    LinkTotal,
    Lot,
    Statement,
)
from tonne.v1.tx_pb2 import (
    ACCOUNT_OPEN,
    CONFORMITY,
    EXPORT,
    EXPORT_ONLY,
    HOLDING,
    IMPORT_ONLY,
    ImportSource,
    Issue,
    Move,
    SerialRange,
)


def bring_in(tx: Tx, rules: Rules, msg: Issue) -> None:
    """Create units for serials that the counterpart has excluded (S0-48, S0-57 to S0-59, S1-24).

    LINK_UNKNOWN, LINK_MODE, LINK_CLASS, NOT_ACCREDITED, ROLE_MISSING, ACC_UNKNOWN, ACC_STATUS,
    MOVE_NOT_ALLOWED, NO_EXCLUSION_PROOF, CONFORMITY_MISSING, CAP_EXCEEDED, PERIOD_UNKNOWN,
    VALIDITY_INVALID, CLASS_UNKNOWN where it is to end, IMPORT_DUP, QUANTITY_OVERFLOW.
    """
    source = msg.external
    link = rules.link(source.link)
    if link.direction == EXPORT_ONLY:
        refuse(Code.LINK_MODE, f"{link.id} brings nothing in")
    class_id = _ours(link, source.class_id)
    seats.need(tx, rules, link.signer, link.id)
    owner = receiver(tx, rules, msg.to_account)
    statement = _proofs(tx, rules, link, source)
    quantity = source.serials.end - source.serials.start + 1
    if statement is not None:
        _draw(tx, statement, quantity)
    valid_until_s = _valid_until(tx, rules, class_id, source)
    tx.lasting(rules, class_id)
    _need_new(tx, link, source.serials)
    approvals.require(tx, rules, link, acl=link.id, concerned=[owner.organisation])
    total = _total(tx, rules, link)
    number = numbers.take(tx.overlay, Table.IMPORT)
    span = lots.create(
        tx.overlay,
        total.space,
        Lot(
            account=owner.id,
            program=rules.program.id,
            class_id=class_id,
            vintage=msg.vintage,
            valid_until_s=valid_until_s,
            period=source.period,
            origin_period=source.period,
            track=source.track,
            lulucf=source.lulucf,
            imported=number,
        ),
        quantity,
    )
    own = SerialRange(space=span.space, start=span.start, end=span.end)
    IMPORTS.put(
        tx.overlay,
        Import(
            id=number,
            program=rules.program.id,
            link=link.id,
            registry=link.registry,
            class_id=class_id,
            external=source.serials,
            own=own,
            to_account=owner.id,
            exclusion=source.exclusion,
            statement=source.statement,
            at_s=tx.now,
            external_activity=source.activity,
        ),
    )
    total.imported_t = u64.add(total.imported_t, quantity)
    LINK_TOTALS.put(tx.overlay, total)
    consenting = [*tx.signers, *tx.approvers]
    note = IssueNote(rules.program.id, class_id, link.id, tx.signer, consenting, link=link.id)
    tx.issues.append(note)
    imported = e.Imported(
        id=number, link=link.id, external=source.serials, own=own, to_account=owner.id
    )
    tx.emit(e.Event(imported=imported))


def take_back(tx: Tx, rules: Rules, msg: Issue) -> None:
    """Give units that left over a link to an account again, by their own serials (C-9).

    LINK_UNKNOWN, LINK_MODE, NOT_ACCREDITED, ROLE_MISSING, ACC_UNKNOWN, ACC_STATUS,
    MOVE_NOT_ALLOWED, NO_EXCLUSION_PROOF, UNIT_UNKNOWN, NOT_EXPORTED, TOO_MANY_LOTS.
    """
    source = msg.returned
    link = rules.link(source.link)
    if link.direction == EXPORT_ONLY:
        refuse(Code.LINK_MODE, f"{link.id} brings nothing back")
    seats.need(tx, rules, link.signer, link.id)
    owner = receiver(tx, rules, msg.to_account)
    if "EXCLUSION_PROOF" in link.requires:
        _need_document(tx, rules, "EXCLUSION_PROOF", source.exclusion, Code.NO_EXCLUSION_PROOF)
    items = lots.spans(source.serials)
    _need_outside(tx, rules, link, items)
    approvals.require(tx, rules, link, acl=link.id, concerned=[owner.organisation])
    lots.relocate(tx.overlay, items, owner.id)
    total = _total(tx, rules, link)
    total.returned_t = u64.add(total.returned_t, sum(item.count for item in items))
    LINK_TOTALS.put(tx.overlay, total)
    returned = e.Returned(link=link.id, ranges=source.serials, to_account=owner.id)
    tx.emit(e.Event(returned=returned))


def depart(tx: Tx, rules: Rules, target: Account, move: Move, quantity: int) -> None:
    """Count units that leave into a link's EXPORT account (S0-49, S1-31, S1-32).

    LINK_UNKNOWN, LINK_MODE, LINK_CLASS.
    """
    link = rules.link(target.link)
    if link.direction == IMPORT_ONLY:
        refuse(Code.LINK_MODE, f"{link.id} takes nothing out")
    if not any(row.ours == move.class_id for row in link.classes):
        refuse(Code.LINK_CLASS, f"{link.id} does not carry {move.class_id}")
    total = _total(tx, rules, link)
    total.exported_t = u64.add(total.exported_t, quantity)
    LINK_TOTALS.put(tx.overlay, total)


def _ours(link: Link, theirs: str) -> str:
    for row in link.classes:
        if row.theirs == theirs:
            return row.ours
    refuse(Code.LINK_CLASS, f"{link.id} does not carry {theirs}")


def receiver(tx: Tx, rules: Rules, account_id: str) -> Account:
    """Return who takes the units in; ACC_STATUS and MOVE_NOT_ALLOWED when he may not."""
    account = tx.account(account_id)
    if account.kind != HOLDING or account.program != rules.program.id:
        refuse(Code.MOVE_NOT_ALLOWED, f"{account_id} holds no units of {rules.program.id}")
    if account.status != ACCOUNT_OPEN or not is_live(tx.overlay, account_id):
        refuse(Code.ACC_STATUS, account_id)
    if account.refuses_units or tx.organisation(account.organisation).independent:
        refuse(Code.MOVE_NOT_ALLOWED, f"{account_id} takes in no units")
    return account


def _need_document(tx: Tx, rules: Rules, kind: str, digest: bytes, code: int) -> None:
    if not digest or not DOCUMENTS.has(tx.overlay, rules.program.id, kind, 0, "", digest):
        refuse(code, f"anchor a document of kind {kind}, linked to no record, and name its hash")


def _proofs(tx: Tx, rules: Rules, link: Link, source: ImportSource) -> Statement | None:
    """Ask for what the link requires; return the statement of conformity when it needs one."""
    if "EXCLUSION_PROOF" in link.requires:
        _need_document(tx, rules, "EXCLUSION_PROOF", source.exclusion, Code.NO_EXCLUSION_PROOF)
    if "DECISION" in link.requires:
        _need_document(tx, rules, "DECISION", source.decision, Code.CONFORMITY_MISSING)
    if "CONFORMITY" not in link.requires:
        return None
    statement = STATEMENTS.get(tx.overlay, rules.program.id, source.statement)
    if statement is None or statement.kind != CONFORMITY or statement.status != ACCEPTED:
        refuse(Code.CONFORMITY_MISSING, source.statement or "no statement is named")
    return statement


def _draw(tx: Tx, statement: Statement, quantity: int) -> None:
    """Count units against what a statement of conformity covers (S0-59); CAP_EXCEEDED."""
    if statement.capped_t + quantity > statement.numbers.net_t:
        left = statement.numbers.net_t - statement.capped_t
        refuse(Code.CAP_EXCEEDED, f"{quantity} asked for, {statement.id} covers {left} more")
    statement.capped_t += quantity
    STATEMENTS.put(tx.overlay, statement)


def _valid_until(tx: Tx, rules: Rules, class_id: str, source: ImportSource) -> int:
    """Return the end of validity: as stated, at the latest the end of the period's true-up."""
    until = source.valid_until_s
    if source.period:
        period = rules.period(source.period)
        if period.true_up_end_s and not 0 < until <= period.true_up_end_s:
            until = period.true_up_end_s
    mode = rules.unit_class(class_id).expiry_mode
    if source.valid_until_s if mode == NO_EXPIRY else mode == EXPIRE and not until:
        refuse(Code.VALIDITY_INVALID, f"valid_until_s does not fit {class_id}")
    if until and until <= tx.now:
        refuse(Code.VALIDITY_INVALID, "the units have expired")
    return until


def _need_new(tx: Tx, link: Link, serials: SerialRange) -> None:
    """C-19: none of the serials came in before, over any link to that registry; IMPORT_DUP."""
    prefix = keys.import_by_serial_prefix(link.registry, serials.space)
    for row, value in tx.overlay.scan(prefix + keys.u64(serials.start), prefix_stop(prefix)):
        first, last = int.from_bytes(value[:8], "big"), int.from_bytes(row[-8:], "big")
        if first <= serials.end:
            refuse(Code.IMPORT_DUP, f"{serials.space}:{first}-{last} came in before")
        return  # rows are disjoint and ascend by their end


def _need_outside(tx: Tx, rules: Rules, link: Link, items: Sequence[Span]) -> None:
    """Refuse serials that the link's EXPORT account does not hold; NOT_EXPORTED."""
    touched = 0
    for item in items:
        for lot in lots.covering(tx.overlay, item):
            touched += 1
            if touched > RETURN_LOTS_MAX:
                refuse(Code.TOO_MANY_LOTS, f"more than {RETURN_LOTS_MAX} lots")
            account = tx.account(lot.account)
            if (
                account.kind != EXPORT
                or account.link != link.id
                or account.program != rules.program.id
            ):
                refuse(Code.NOT_EXPORTED, f"{lot.space}:{lot.start}-{lot.end}")


def _total(tx: Tx, rules: Rules, link: Link) -> LinkTotal:
    """Return what the link has carried; its space of serials is named with the first use."""
    program = rules.program.id
    total = LINK_TOTALS.get(tx.overlay, program, link.id)
    if total is None:
        number, name = 1, f"{program}.{link.id}"[:32]
        while SPACES.has(tx.overlay, name):  # an issuance may be called like a link
            number += 1
            name = f"{program}.{link.id}"[: 31 - len(str(number))] + f".{number}"
        total = LinkTotal(program=program, link=link.id, space=name)
    return total
