"""Shapes that several actions share: what can be said of a message without looking at the state.

Must not know: state. Invariant: a refusal here is ACTION_SHAPE or TEXT_NOT_ALLOWED and names the
field.
"""

from collections.abc import Sequence
from itertools import pairwise

from abci_app.core import ids
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import (
    HASH_BYTES,
    MOVE_LOTS_MAX,
    RANGES_MAX,
    TEXT_BYTES_MAX,
    TIME_S_MAX,
    U64_MAX,
)
from tonne.v1.tx_pb2 import RecordKind, RecordRef, SerialRange


def need(ok: object, field: str, why: str = "missing or out of its bounds") -> None:
    """Refuse with ACTION_SHAPE, naming the field, unless `ok`."""
    if not ok:
        refuse(Code.ACTION_SHAPE, f"{field}: {why}")


def account(text: str, field: str) -> None:
    """Refuse what is not an account id with fitting check digits."""
    try:
        ids.parse_account_id(text)
    except ValueError as error:
        refuse(Code.ACTION_SHAPE, f"{field}: {error}")


def digest(value: bytes, field: str, *, optional: bool = False) -> None:
    """Refuse what is not 32 bytes (or, where optional, none)."""
    need(len(value) == HASH_BYTES or (optional and not value), field, "must be 32 bytes")


def time(value: int, field: str) -> None:
    """Refuse a time beyond the year 9999."""
    need(value <= TIME_S_MAX, field, "lies beyond the year 9999")


def reason(text: str, field: str = "reason") -> None:
    """Refuse a text that is too long or has characters that are not allowed."""
    ids.need_text(text, field, TEXT_BYTES_MAX)


def words(items: Sequence[str], field: str, most: int) -> None:
    """Refuse a list of ids that is too long or not strictly ascending."""
    need(len(items) <= most, field, f"more than {most}")
    for item in items:
        ids.need_id(item, field)
    ascending(list(items), field)


def ascending(items: Sequence[object], field: str) -> None:
    """Refuse a list that is not strictly ascending."""
    pairs = pairwise(items)
    need(all(one < other for one, other in pairs), field, "must be strictly ascending")  # type: ignore[operator]


def known(kind: object, value: int, field: str) -> None:
    """Refuse an enum value that this build does not know, and the unspecified one."""
    need(value and value in kind.values(), field)  # type: ignore[attr-defined]


def record(ref: RecordRef, field: str) -> None:
    """Refuse a reference without a known kind and an id."""
    known(RecordKind, ref.kind, f"{field}.kind")
    ids.need_id(ref.id, f"{field}.id")


def ranges(items: Sequence[SerialRange], field: str) -> None:
    """Refuse serial ranges that are empty, reach 2^64 - 1, overlap or are not ascending."""
    need(len(items) <= RANGES_MAX, field, f"more than {RANGES_MAX}")
    for item in items:
        ids.need_id(item.space, f"{field}.space")
        need(1 <= item.start <= item.end < U64_MAX, field, "must have 1 <= start <= end")
    for one, other in pairwise(items):
        after = (one.space, one.end) < (other.space, other.start)
        need(after, field, "must be ascending and disjoint")


def lots_bound(value: int, field: str) -> None:
    """Refuse a bound on lots above what one movement may touch."""
    need(value <= MOVE_LOTS_MAX, field, f"at most {MOVE_LOTS_MAX}")
