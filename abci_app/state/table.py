"""A table: typed records under typed keys, with the index rows that follow from each record.

Must not know: what any record means. Invariant: index rows are a pure function of the records;
writing a record
replaces the rows of what stood there before.
"""

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from google.protobuf.message import Message

from abci_app.core.codec import decode, encode
from abci_app.core.codes import refuse
from abci_app.store.kv import Overlay, Reader, prefix_stop

M = TypeVar("M", bound=Message)
_SEEN_MAX = 1 << 14
Rows = Callable[[M], list[tuple[bytes, bytes]]]


class Table(Generic[M]):
    """Records of one kind: `key` builds a key from the fields that `fields` reads off a record.

    What is only looked at is read from its bytes once, however many transactions look: equal bytes
    are one message, which belongs to everybody and is never changed. A test holds every one of
    them against its bytes.
    """

    def __init__(
        self,
        byte: int,
        kind: type[M],
        key: Callable[..., bytes],
        fields: Callable[[M], tuple[Any, ...]],
        rows: Rows[M] | None = None,
    ) -> None:
        """Bind a message type, its key builder and its index rows."""
        self.byte = byte
        self.kind = kind
        self.key = key
        self.fields = fields
        self.rows = rows
        self.seen: dict[bytes, M] = {}  # by their bytes

    def key_of(self, record: M) -> bytes:
        """Return the key of a record."""
        return self.key(*self.fields(record))

    def get(self, reader: Reader, *fields: Any) -> M | None:  # noqa: ANN401 - the key's own fields
        """Return a fresh copy of a record, or None."""
        raw = reader.get(self.key(*fields))
        return None if raw is None else decode(self.kind, raw)

    def look(self, reader: Reader, *fields: Any) -> M | None:  # noqa: ANN401 - as above
        """Return a record to look at, or None."""
        raw = reader.get(self.key(*fields))
        if raw is None:
            return None
        record = self.seen.get(raw)
        return self.read(raw) if record is None else record

    def read(self, raw: bytes) -> M:
        """Return the record of a stored value, to look at."""
        record = self.seen.get(raw)
        if record is None:
            record = decode(self.kind, raw)
            self._keep(raw, record)
        return record

    def _keep(self, raw: bytes, record: M) -> None:
        if len(self.seen) >= _SEEN_MAX:
            self.seen.clear()
        self.seen[raw] = record

    def need(self, reader: Reader, code: int, *fields: Any) -> M:  # noqa: ANN401 - as above
        """Return a record; the refusal `code` when there is none."""
        record = self.get(reader, *fields)
        if record is None:
            refuse(code, " ".join(str(field) for field in fields))
        return record

    def has(self, reader: Reader, *fields: Any) -> bool:  # noqa: ANN401 - as above
        """Tell whether a record exists."""
        return reader.get(self.key(*fields)) is not None

    def put(self, overlay: Overlay, record: M, *, fresh: bool = False, given: bool = False) -> None:
        """Write a record and its index rows in place of what stood there; `fresh`: nothing did.

        `given`: the caller will not touch the record again, so that it may be kept to look at.
        """
        key = self.key_of(record)
        if self.rows is not None:
            before = None if fresh else overlay.get(key)
            old = [] if before is None else self.rows(self.read(before))
            new = self.rows(record)
            if old != new:
                for row, _ in old:
                    overlay.delete(row)
                for row, value in new:
                    overlay.put(row, value)
        raw = encode(record)
        overlay.put(key, raw)
        if given:
            self._keep(raw, record)

    def delete(self, overlay: Overlay, record: M) -> None:
        """Delete a record and its index rows; `record` must be what is stored."""
        if self.rows is not None:
            for row, _ in self.rows(record):
                overlay.delete(row)
        overlay.delete(self.key_of(record))

    def all(self, reader: Reader, prefix: bytes = b"") -> Iterator[M]:
        """Yield the records whose key starts with `prefix` (of the whole table by default)."""
        prefix = prefix or bytes((self.byte,))
        for _, raw in reader.scan(prefix, prefix_stop(prefix)):
            yield decode(self.kind, raw)
