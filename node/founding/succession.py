"""A network that goes on from an exported state: whose validators run it, and who says so.

Must not know: drafts or joins. Invariant: the text of such a network names seats of the state and
nothing else; it is the same whoever makes it from the same state.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from abci_app.core import ids
from abci_app.state import exported
from abci_app.state.exported import Exported, ExportFault
from abci_app.state.program_toml import Source, TomlFault, read_toml

FILE_BYTES_MAX = 1 << 30
_HEAD = (
    "# Seats of an exported state. Each organisation signs with a key of the account named here.\n"
)


def read(path: Path) -> Exported:
    """Return the state of an export file; ExportFault when it is damaged or cannot be read."""
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= FILE_BYTES_MAX else b""
    except OSError as error:
        raise ExportFault(f"{path} cannot be read ({error.strerror}): check --state") from None
    if size > FILE_BYTES_MAX:
        raise ExportFault(f"{path} has {size} bytes, more than any state that can be read here")
    try:
        return exported.read(raw)
    except ExportFault as fault:
        raise ExportFault(f"{path}: {fault}") from None


def network(state: Exported, without: Sequence[str] = ()) -> str:
    """Return the network of a state: its consortium, but for the organisations of `without`."""
    rows: dict[str, str] = {}
    for seat in exported.consortium(state):
        rows.setdefault(seat.organisation, seat.account)
    unknown = [name for name in without if name not in rows]
    if unknown:
        raise ExportFault(
            f"{unknown[0]!a:.40} holds no CONSORTIUM seat in the state ({', '.join(rows)} do)"
        )
    kept = {name: account for name, account in rows.items() if name not in without}
    if not kept:
        raise ExportFault("nobody of the consortium is left to run a validator")
    return _text(kept)


def seats(text: str) -> dict[str, str]:
    """Return the account of each seat in the text of a network, by organisation; ExportFault."""
    try:
        found = read_toml(Source("network", text)).get("accounts", [])
        rows = {row["organisation"]: row["id"] for row in found}
        good = all(ids.is_id(word) for pair in rows.items() for word in pair)
    except (TomlFault, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        good = False
    if not good or _text(rows) != text:
        raise ExportFault("the network of the draft is none of an exported state: ask for it again")
    return rows


def _text(rows: dict[str, str]) -> str:
    parts = [_HEAD]
    for organisation, account in rows.items():
        name = json.dumps(organisation)
        parts.append(
            f"\n[[accounts]]\nid = {json.dumps(account)}\norganisation = {name}\nkeys = [{name}]\n"
            f'\n[[seats]]\nprogram = "chain"\nrole = "CONSORTIUM"\naccount = {name}\n'
            f"validator = {name}\n"
        )
    return "".join(parts)


def check_consent(state: Exported, account: str, organisation: str, key: bytes) -> None:
    """Refuse a key that does not sign for the account of a seat in the exported state."""
    if key not in signing_keys(state, account):
        raise ExportFault(
            f"{organisation} joins with a key that its account {account} does not have in the "
            "exported state: join with one that signs for it"
        )


def signing_keys(state: Exported, account: str) -> list[bytes]:
    """Return the public keys of an account in the exported state, 32 bytes each."""
    return [row.key for row in exported.account_of(state, account).keys]
