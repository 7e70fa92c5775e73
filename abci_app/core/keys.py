"""The keys of the state: a table byte, then big-endian numbers and length-prefixed ids.

Must not know: values. Invariant: two different records never share a key; a client can build the
key it wants proven.
Keys below 0x80 stand in the tree; from 0x80 up they stand beside it and are a pure function of
tree values.
"""

from enum import IntEnum
from functools import lru_cache


class Table(IntEnum):
    """The first byte of every key. Numbers are consensus; gaps are taken by tables to come."""

    CHAIN = 0x01
    ORGANISATION = 0x02
    ACCOUNT = 0x03
    LANES = 0x04
    ACCREDITATION = 0x05
    PROGRAM = 0x06
    DOCUMENT = 0x07
    STATEMENT = 0x08
    RECORD = 0x09
    SPACE = 0x0A
    LOT = 0x0B
    HOLDING = 0x0C
    HOLD = 0x0D
    SUPPLY = 0x0E
    RETIREMENT = 0x0F
    SINK_TOTAL = 0x10
    PROPOSAL = 0x11
    COUNTER = 0x12
    STUCK = 0x13
    CAP_RECORD = 0x14
    LABEL = 0x15
    IMPORT = 0x16
    LINK_TOTAL = 0x17
    ORDER = 0x18
    FILL = 0x19
    CANCELLATION = 0x1A
    RECEIPT = 0x1B
    SCHEDULED = 0x1C
    VALIDATORS = 0x1D

    PROGRAM_BODY = 0x80
    LOT_BY_OWNER = 0x81
    DEADLINE = 0x82
    INBOX = 0x83
    ACCREDITATION_BY_ACCOUNT = 0x84
    ACCOUNT_BY_ORGANISATION = 0x85
    CLAIM = 0x86
    STATEMENT_BY_ACTIVITY = 0x87
    LOT_BY_END = 0x88
    RESERVE_BY_ISSUANCE = 0x89
    NOTICE_BY_DEBTOR = 0x8A
    IMPORT_BY_SERIAL = 0x8B
    ORDER_BOOK = 0x8C
    MARKET_BY_ACCOUNT = 0x8D


@lru_cache(maxsize=1 << 16)  # ids repeat: accounts, programs, spaces
def text(value: str) -> bytes:
    """Return an id with its length in one byte before it."""
    raw = value.encode()
    return bytes((len(raw),)) + raw


def u64(value: int) -> bytes:
    """Return eight bytes, big-endian."""
    return value.to_bytes(8, "big")


def u32(value: int) -> bytes:
    """Return four bytes, big-endian."""
    return value.to_bytes(4, "big")


_LANES = bytes((Table.LANES,))
_ACCOUNT = bytes((Table.ACCOUNT,))
_LOT = bytes((Table.LOT,))
_HOLDING = bytes((Table.HOLDING,))
_OWNER = bytes((Table.LOT_BY_OWNER,))
_LOT_BY_END = bytes((Table.LOT_BY_END,))


def chain() -> bytes:
    """Return the key of the chain's own record."""
    return bytes((Table.CHAIN,))


def organisation(org_id: str) -> bytes:
    """Return the key of an organisation."""
    return bytes((Table.ORGANISATION,)) + text(org_id)


def account(account_id: str) -> bytes:
    """Return the key of an account."""
    return _ACCOUNT + text(account_id)


def lanes(account_id: str) -> bytes:
    """Return the key of an account's replay windows and quota."""
    return _LANES + text(account_id)


def accreditation(program_id: str, role: int, acl: str, account_id: str) -> bytes:
    """Return the key of a seat; `acl` is empty for the program's own list."""
    return accreditation_list_prefix(program_id, role, acl) + text(account_id)


def accreditation_list_prefix(program_id: str, role: int, acl: str) -> bytes:
    """Return what the keys of all seats of a role in a list start with."""
    return bytes((Table.ACCREDITATION,)) + text(program_id) + bytes((role,)) + text(acl)


def program(program_id: str, version: int) -> bytes:
    """Return the key of one version of a program; its value is the hash of the body."""
    return bytes((Table.PROGRAM,)) + text(program_id) + u64(version)


def program_body(program_id: str, version: int) -> bytes:
    """Return the key of a program's body, beside the tree."""
    return bytes((Table.PROGRAM_BODY,)) + text(program_id) + u64(version)


def document(program_id: str, kind: str, link_kind: int, link_id: str, digest: bytes) -> bytes:
    """Return the key of an anchored document."""
    return document_prefix(program_id, link_kind, link_id) + text(kind) + digest


def document_prefix(program_id: str, link_kind: int, link_id: str) -> bytes:
    """Return what the keys of all documents of a record start with."""
    return bytes((Table.DOCUMENT,)) + text(program_id) + bytes((link_kind,)) + text(link_id)


def statement(program_id: str, statement_id: str) -> bytes:
    """Return the key of a statement."""
    return bytes((Table.STATEMENT,)) + text(program_id) + text(statement_id)


def record(program_id: str, kind: int, record_id: str) -> bytes:
    """Return the key of a record."""
    return bytes((Table.RECORD,)) + text(program_id) + bytes((kind,)) + text(record_id)


def space(space_id: str) -> bytes:
    """Return the key of a serial space."""
    return bytes((Table.SPACE,)) + text(space_id)


def lot(space_id: str, start: int) -> bytes:
    """Return the key of the lot whose first serial is `start`."""
    return _LOT + text(space_id) + start.to_bytes(8, "big")


def holding(account_id: str, program_id: str, class_id: str) -> bytes:
    """Return the key of an account's total of a class."""
    return _HOLDING + text(account_id) + text(program_id) + text(class_id)


def holding_prefix(account_id: str) -> bytes:
    """Return what the keys of all holdings of an account start with."""
    return _HOLDING + text(account_id)


def hold(hold_id: int) -> bytes:
    """Return the key of a hold."""
    return bytes((Table.HOLD,)) + u64(hold_id)


def supply(program_id: str, class_id: str) -> bytes:
    """Return the key of a class's supply."""
    return bytes((Table.SUPPLY,)) + text(program_id) + text(class_id)


def retirement(retirement_id: int) -> bytes:
    """Return the key of a retirement."""
    return bytes((Table.RETIREMENT,)) + u64(retirement_id)


def sink_total(account_id: str) -> bytes:
    """Return the key of what a sink has taken in."""
    return bytes((Table.SINK_TOTAL,)) + text(account_id)


def proposal(proposal_id: int) -> bytes:
    """Return the key of a proposal."""
    return bytes((Table.PROPOSAL,)) + u64(proposal_id)


def counter(table: Table) -> bytes:
    """Return the key of the last number given in a densely numbered table."""
    return bytes((Table.COUNTER, table))


def stuck(due_s: int, kind: int, subject: bytes) -> bytes:
    """Return the key of a parked duty."""
    return bytes((Table.STUCK,)) + u64(due_s) + bytes((kind,)) + subject


def cap_record(program_id: str, class_id: str, party: str, period: str) -> bytes:
    """Return the key of what counts against a cap of the policy."""
    head = bytes((Table.CAP_RECORD,)) + text(program_id) + text(class_id)
    return head + text(party) + text(period)


def cap_record_prefix(program_id: str) -> bytes:
    """Return what the keys of all caps of a program start with."""
    return bytes((Table.CAP_RECORD,)) + text(program_id)


def label(program_id: str, label_id: str, scope: int, target: str, number: int) -> bytes:
    """Return the key of one grant of a label to a target."""
    return label_prefix(program_id, label_id, scope, target) + u64(number)


def label_prefix(program_id: str, label_id: str, scope: int, target: str) -> bytes:
    """Return what the keys of all grants of a label to a target start with."""
    head = bytes((Table.LABEL,)) + text(program_id) + text(label_id)
    return head + bytes((scope,)) + text(target)


def import_(import_id: int) -> bytes:
    """Return the key of an import."""
    return bytes((Table.IMPORT,)) + u64(import_id)


def link_total(program_id: str, link: str) -> bytes:
    """Return the key of what a link has carried."""
    return bytes((Table.LINK_TOTAL,)) + text(program_id) + text(link)


def order(order_id: int) -> bytes:
    """Return the key of an order."""
    return bytes((Table.ORDER,)) + u64(order_id)


def fill(order_id: int, number: int) -> bytes:
    """Return the key of a fill of an order."""
    return fill_prefix(order_id) + u64(number)


def fill_prefix(order_id: int) -> bytes:
    """Return what the keys of all fills of an order start with."""
    return bytes((Table.FILL,)) + u64(order_id)


def cancellation(cancellation_id: int) -> bytes:
    """Return the key of a cancellation."""
    return bytes((Table.CANCELLATION,)) + u64(cancellation_id)


def receipt(program_id: str, footprint: str, digest: bytes) -> bytes:
    """Return the key of a receipt used for a footprint."""
    return bytes((Table.RECEIPT,)) + text(program_id) + text(footprint) + digest


def scheduled(kind: int) -> bytes:
    """Return the key of what the consortium has decided and is not yet in force."""
    return bytes((Table.SCHEDULED, kind))


def validators() -> bytes:
    """Return the key of the validator set."""
    return bytes((Table.VALIDATORS,))


# ---- beside the tree ----


@lru_cache(maxsize=1 << 16)
def owner_prefix(
    account_id: str, program_id: str = "", class_id: str = "", status: int = -1
) -> bytes:
    """Return what the owner-index keys of an account (program, class, status) start with."""
    head = _OWNER + text(account_id)
    if program_id:
        head += text(program_id)
        if class_id:
            head += text(class_id)
            if status >= 0:
                head += bytes((status,))
    return head


def owner(prefix: bytes, valid_until_s: int, vintage: int, space_id: str, start: int) -> bytes:
    """Return an owner-index key, in the order of selection: validity, vintage, space, start.

    Units without an end come last; spaces compare as text, so they end in a zero byte here.
    """
    until = valid_until_s or 0xFFFFFFFFFFFFFFFF
    return (
        prefix
        + until.to_bytes(8, "big")
        + vintage.to_bytes(4, "big")
        + space_id.encode()
        + b"\0"
        + start.to_bytes(8, "big")
    )


def deadline(due_s: int, kind: int, subject: bytes) -> bytes:
    """Return the key of a duty of the queue."""
    return bytes((Table.DEADLINE,)) + u64(due_s) + bytes((kind,)) + subject


def inbox_prefix(program_id: str, role: int) -> bytes:
    """Return what the inbox keys of a role start with."""
    return bytes((Table.INBOX,)) + text(program_id) + bytes((role,))


def inbox(program_id: str, role: int, proposal_id: int) -> bytes:
    """Return the inbox key of a pending proposal that waits for a role."""
    return inbox_prefix(program_id, role) + u64(proposal_id)


def accreditation_by_account_prefix(account_id: str) -> bytes:
    """Return what the seat-index keys of an account start with."""
    return bytes((Table.ACCREDITATION_BY_ACCOUNT,)) + text(account_id)


def account_by_organisation_prefix(org_id: str) -> bytes:
    """Return what the account-index keys of an organisation start with."""
    return bytes((Table.ACCOUNT_BY_ORGANISATION,)) + text(org_id)


def claim_prefix(boundary_id: str, kind: int) -> bytes:
    """Return what the claim keys of a boundary start with."""
    return bytes((Table.CLAIM,)) + text(boundary_id) + bytes((kind,))


def claim(prefix: bytes, period_from_s: int, program_id: str, statement_id: str) -> bytes:
    """Return the claim key of a live statement."""
    return prefix + u64(period_from_s) + text(program_id) + text(statement_id)


def statement_by_subject_prefix(program_id: str, subject: str) -> bytes:
    """Return what the index keys of accepted statements about a subject start with."""
    return bytes((Table.STATEMENT_BY_ACTIVITY,)) + text(program_id) + text(subject)


def statement_by_activity_prefix(program_id: str, activity: str, kind: int) -> bytes:
    """Return what the index keys of an activity's accepted statements of a kind start with."""
    return statement_by_subject_prefix(program_id, activity) + bytes((kind,))


def lot_by_end(space_id: str, end: int) -> bytes:
    """Return the index key of the lot whose last serial is `end`; its value is the first."""
    return _LOT_BY_END + text(space_id) + end.to_bytes(8, "big")


def reserve_by_issuance_prefix(program_id: str, issuance: str) -> bytes:
    """Return what the index keys of an issuance's active reserve holds start with."""
    return bytes((Table.RESERVE_BY_ISSUANCE,)) + text(program_id) + text(issuance)


def notice_by_debtor_prefix(account_id: str) -> bytes:
    """Return what the index keys of a debtor's open notices start with; then rank and due."""
    return bytes((Table.NOTICE_BY_DEBTOR,)) + text(account_id)


def market_by_account_prefix(account_id: str) -> bytes:
    """Return what the index keys of an account's open orders and waiting fills start with."""
    return bytes((Table.MARKET_BY_ACCOUNT,)) + text(account_id)


def import_by_serial_prefix(registry: str, space_id: str) -> bytes:
    """Return what the index keys of imported serials of another registry start with."""
    return bytes((Table.IMPORT_BY_SERIAL,)) + text(registry) + text(space_id)


def order_book_prefix(program_id: str, class_id: str, side: int) -> bytes:
    """Return what the index keys of open orders of a class start with, the best price first."""
    return bytes((Table.ORDER_BOOK,)) + text(program_id) + text(class_id) + bytes((side,))
