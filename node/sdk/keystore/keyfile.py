"""The text of one key: as a file of a key store, and armored for carrying elsewhere.

Must not know: folders or passphrases. Invariant: a text with a changed character is refused, not
misread.
"""

import base64
import binascii
import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from abci_app.core.limits import KEY_BYTES
from node.sdk.keystore.vault import KeyStoreError

FORMAT = "tonne-key-1"
TEXT_BYTES_MAX = 64 * 1024

_BEGIN = "-----BEGIN TONNE KEY-----"
_END = "-----END TONNE KEY-----"
_OPEN = "no passphrase"


@dataclass(frozen=True, repr=False)
class KeyFile:
    """A key as it is kept; exactly one of `sealed` and `insecure_seed` is there."""

    name: str
    public: bytes
    account: str
    person: str
    sealed: Mapping[str, Any] | None = None
    insecure_seed: bytes | None = None


def text(row: KeyFile) -> str:
    """Return the file's text: JSON with a check sum of its own."""
    data: dict[str, Any] = {
        "format": FORMAT,
        "name": row.name,
        "public": row.public.hex(),
        "account": row.account,
        "person": row.person,
    }
    if row.insecure_seed is not None:
        data["insecure_seed"] = row.insecure_seed.hex()
    else:
        data |= row.sealed or {}
    data["check"] = _check(data)
    return json.dumps(data, indent=2) + "\n"


def parse(raw: str, source: str) -> KeyFile:
    """Return the key of a file's text; KeyStoreError names the source and says what to do."""
    try:
        data = json.loads(raw[:TEXT_BYTES_MAX])
        known = data["format"] == FORMAT
        row = _row(data) if known else None
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise KeyStoreError(
            f"{source} is damaged ({error}). Restore it from a backup, or the key from its 24 words"
        ) from error
    if row is None:
        raise KeyStoreError(
            f"{source} has a format other than {FORMAT}, which this release reads: "
            "use the release that made it"
        )
    return row


def _row(data: dict[str, Any]) -> KeyFile:
    check = data.pop("check")
    public = bytes.fromhex(data["public"])
    name, account, person = (str(data[field]) for field in ("name", "account", "person"))
    seed = bytes.fromhex(data["insecure_seed"]) if "insecure_seed" in data else None
    sealed = None if seed is not None else {"kdf": data["kdf"], "box": data["box"]}
    if check != _check(data):
        raise ValueError("its check sum is wrong")
    if len(public) != KEY_BYTES or (seed is not None and len(seed) != KEY_BYTES):
        raise ValueError("its keys have not 32 bytes")
    return KeyFile(name, public, account, person, sealed, seed)


def armor(row: KeyFile, *, protected: bool) -> str:
    """Return a key as text that survives mail: a few lines to read, and its file in base64."""
    body = textwrap.wrap(base64.b64encode(text(row).encode()).decode(), 64)
    head = [f"Name: {row.name}", f"Public: {row.public.hex()}"]
    head.append(f"Protection: {'passphrase' if protected else _OPEN}")
    return "\n".join([_BEGIN, *head, "", *body, _END]) + "\n"


def dearmor(armored: str) -> tuple[KeyFile, bool]:
    """Return the key of an armored text and whether a passphrase protects it."""
    lines = [line.strip() for line in armored[:TEXT_BYTES_MAX].strip().splitlines()]
    if len(lines) < 4 or lines[0] != _BEGIN or lines[-1] != _END or "" not in lines:
        raise KeyStoreError(
            f"this is no exported key: it starts with {_BEGIN} and ends with {_END}. "
            "Copy it whole, from `tonne keys export`"
        )
    gap = lines.index("")
    try:
        raw = base64.b64decode("".join(lines[gap:-1]), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise KeyStoreError("the exported key is damaged: export it again") from error
    return parse(raw, "the exported key"), f"Protection: {_OPEN}" not in lines[:gap]


def _check(data: Mapping[str, Any]) -> str:
    plain = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return sha256(plain.encode()).hexdigest()[:16]
