"""The engine's genesis.json and the Genesis message inside it.

Must not know: how a first state is put together. Invariant: what the engine reads (chain id, time,
validators) is what the hashed message says, or the file is refused.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

from abci_app.core.codec import parse_canonical
from abci_app.core.codes import Code, Refusal
from abci_app.core.limits import TIME_S_MAX
from tonne.v1 import state_pb2 as s

__all__ = [
    "GenesisFault",
    "app_state",
    "engine_genesis",
    "genesis_hash",
    "read_genesis",
    "validator_address",
    "write_genesis",
]

FILE_BYTES_MAX = 64 << 20
EVIDENCE_BLOCKS_MAX = 500_000
EVIDENCE_NS_MAX = 48 * 3_600 * 10**9
EVIDENCE_BYTES_MAX = 1 << 20


class GenesisFault(ValueError):  # noqa: N818 - says what is wrong with a file, as TomlFault does
    """A genesis file that cannot be used; the text says why and what to do next."""


def genesis_hash(genesis: bytes) -> bytes:
    """Return the hash that every signature names, 32 bytes."""
    return sha256(genesis).digest()


def validator_address(key: bytes) -> str:
    """Return the engine's address of a 32-byte ed25519 key: 20 bytes in upper-case hex."""
    return sha256(key).digest()[:20].hex().upper()


def app_state(genesis: bytes) -> str:
    """Return the JSON text that carries the message: a string of base64.

    The engine prints JSON again in its own way, so a hash over JSON would not last.
    """
    return json.dumps(base64.b64encode(genesis).decode())


def engine_genesis(genesis: bytes) -> dict[str, Any]:
    """Return what the engine's genesis.json holds for the bytes of a Genesis message."""
    message = _message(genesis)
    return {
        "genesis_time": _rfc3339(message.time_s),
        "chain_id": message.chain_id,
        "initial_height": "1",
        "consensus_params": {
            "block": {"max_bytes": str(message.params.block_bytes_max), "max_gas": "-1"},
            "evidence": {
                "max_age_num_blocks": str(EVIDENCE_BLOCKS_MAX),
                "max_age_duration": str(EVIDENCE_NS_MAX),
                "max_bytes": str(min(EVIDENCE_BYTES_MAX, message.params.block_bytes_max)),
            },
            "validator": {"pub_key_types": ["ed25519"]},
            "version": {"app": "0"},
            "abci": {"vote_extensions_enable_height": "0"},
        },
        "validators": [
            {
                "address": validator_address(row.key),
                "pub_key": {
                    "type": "tendermint/PubKeyEd25519",
                    "value": base64.b64encode(row.key).decode(),
                },
                "power": str(row.power),
                "name": row.name,
            }
            for row in message.validators
        ],
        "app_hash": "",
        "app_state": json.loads(app_state(genesis)),
    }


def write_genesis(path: Path, genesis: bytes) -> None:
    """Write genesis.json for the bytes of a Genesis message."""
    path.write_text(json.dumps(engine_genesis(genesis), indent=2) + "\n", encoding="utf-8")


def read_genesis(path: Path) -> bytes:
    """Return the Genesis bytes that a genesis.json carries.

    GenesisFault when the file is missing, too large, cut off, not strict JSON (duplicate keys,
    floats), or when the engine's part of it says something else than the hashed message.
    """
    data = _load(path)
    if not isinstance(data, dict):
        raise GenesisFault(f"{path}: a JSON object was expected")
    state = data.get("app_state")
    if not isinstance(state, str) or not state:
        raise GenesisFault(f"{path}: app_state must be a string of base64; is it of this network?")
    try:
        genesis = base64.b64decode(state, validate=True)
    except (binascii.Error, ValueError):
        raise GenesisFault(f"{path}: app_state is not base64; fetch the file again") from None
    try:
        wanted = engine_genesis(genesis)
    except GenesisFault as fault:
        raise GenesisFault(f"{path}: {fault}") from None
    for name in ("chain_id", "genesis_time", "initial_height", "validators"):
        if not _same(name, data.get(name), wanted[name]):
            raise GenesisFault(
                f"{path}: {name} differs from what app_state says; the file was changed by hand: "
                "fetch it again and compare its hash with the other operators"
            )
    return genesis


def _load(path: Path) -> Any:  # noqa: ANN401 - JSON of any shape, judged by the caller
    try:
        size = path.stat().st_size
        if size > FILE_BYTES_MAX:
            raise GenesisFault(f"{path}: {size} bytes is above {FILE_BYTES_MAX}: not a genesis")
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise GenesisFault(f"{path}: no such file; `tonne init` or the operators give it") from None
    except UnicodeDecodeError:
        raise GenesisFault(f"{path}: not UTF-8 text; fetch the file again") from None
    except OSError as error:
        raise GenesisFault(f"{path}: cannot be read ({error.strerror})") from None
    try:
        return json.loads(
            text,
            object_pairs_hook=_pairs,
            parse_float=_no_float,
            parse_constant=_no_float,
        )
    except GenesisFault as fault:
        raise GenesisFault(f"{path}: {fault}") from None
    except (json.JSONDecodeError, RecursionError, ValueError) as error:
        raise GenesisFault(
            f"{path}: not JSON, or cut off ({error}); fetch the file again"
        ) from None


def _pairs(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise GenesisFault(f"the key {key!r} stands twice in one object")
        result[key] = value
    return result


def _no_float(text: str) -> NoReturn:
    raise GenesisFault(f"{text} is not an integer; a genesis has no other numbers")


def _message(genesis: bytes) -> s.Genesis:
    """Return the message; GenesisFault unless the bytes are canonical and name a usable chain."""
    try:
        message = parse_canonical(s.Genesis, genesis)
    except Refusal as refusal:
        if refusal.code == Code.TX_MALFORMED:
            raise GenesisFault("the state inside is cut off or of another program") from None
        raise GenesisFault("the state inside is not in canonical form") from None
    if not message.chain_id or not message.validators or message.time_s > TIME_S_MAX:
        raise GenesisFault("the state inside names no chain id, no validator or no time")
    return message


def _rfc3339(time_s: int) -> str:
    return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _same(name: str, found: object, wanted: object) -> bool:
    """Compare a field as the engine would read it: numbers may stand as text or as integers."""
    if name == "validators" and isinstance(found, list) and isinstance(wanted, list):
        return [_validator(row) for row in found] == [_validator(row) for row in wanted]
    return str(found) == str(wanted)


def _validator(row: object) -> tuple[str, str, str] | None:
    if not isinstance(row, dict) or not isinstance(row.get("pub_key"), dict):
        return None
    key = row["pub_key"]
    return str(key.get("type")), str(key.get("value")), str(row.get("power"))
