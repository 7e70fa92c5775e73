"""The engine's genesis.json and the Genesis message inside it.

Must not know: how a first state is put together. Invariant: what the engine reads (chain id, time,
validators) is what the hashed message says, or the file is refused.
"""

import base64
import binascii
import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from abci_app.core.codec import parse_canonical
from abci_app.core.codes import Code, Refusal
from abci_app.core.limits import (
    EVIDENCE_BLOCKS_MAX,
    EVIDENCE_BYTES_MAX,
    EVIDENCE_S_MAX,
    TIME_S_MAX,
)
from node.files import write_whole
from node.sdk import strictjson
from node.sdk.strictjson import JsonFault
from tonne.v1 import state_pb2 as s

__all__ = [
    "GenesisFault",
    "app_state",
    "engine_genesis",
    "genesis_hash",
    "genesis_text",
    "read_founded",
    "read_genesis",
    "validator_address",
    "write_genesis",
]

FILE_BYTES_MAX = 64 << 20
FOUNDING = "founding"  # the draft and the joins; the engine does not look at it
EVIDENCE_NS_MAX = EVIDENCE_S_MAX * 10**9


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


def genesis_text(genesis: bytes, founding: object = None) -> str:
    """Return the text of genesis.json; `founding` is what stands there beside the engine's part.

    GenesisFault when it would be longer than what is read.
    """
    data = engine_genesis(genesis)
    if founding is not None:
        data[FOUNDING] = founding
    text = json.dumps(data, indent=2) + "\n"
    if len(text) > FILE_BYTES_MAX:  # ASCII, as json.dumps writes it
        raise GenesisFault(
            f"the genesis would have {len(text):,} bytes, and engines and nodes take "
            f"{FILE_BYTES_MAX:,}: this state is too large to begin a chain with"
        )
    return text


def write_genesis(path: Path, genesis: bytes, founding: object = None) -> None:
    """Write genesis.json for the bytes of a Genesis message."""
    write_whole(path, genesis_text(genesis, founding))


def read_genesis(path: Path) -> bytes:
    """Return the Genesis bytes that a genesis.json carries.

    GenesisFault when the file is missing, too large, cut off, not strict JSON (duplicate keys,
    floats), or when the engine's part of it says something else than the hashed message.
    """
    return read_founded(path)[0]


def read_founded(path: Path) -> tuple[bytes, object]:
    """Return the Genesis bytes of a genesis.json and its founding record, None without one."""
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
    unknown = sorted(name for name in data if name not in (*wanted, FOUNDING))
    if unknown:
        raise GenesisFault(
            f"{path}: {unknown[0][:40]!r} is no part of a genesis; the file was changed by hand "
            "or is of another version: fetch it again"
        )
    for name, value in wanted.items():
        if _plain(data.get(name)) != _plain(value):
            raise GenesisFault(
                f"{path}: {name} differs from what app_state says; the file was changed by hand: "
                "fetch it again and compare its hash with the other operators"
            )
    return genesis, data.get(FOUNDING)


def _load(path: Path) -> Any:  # noqa: ANN401 - JSON of any shape, judged by the caller
    try:
        return strictjson.read(path, bytes_max=FILE_BYTES_MAX)
    except JsonFault as fault:
        step = "`tonne init` or the operators give it" if not path.exists() else "fetch it again"
        raise GenesisFault(f"{fault}; {step}") from None


def _plain(data: object) -> object:
    """Return JSON data as the engine would read it: numbers may stand as text or as integers."""
    if isinstance(data, dict):
        return {name: _plain(value) for name, value in data.items()}
    if isinstance(data, list):
        return [_plain(value) for value in data]
    return str(data)


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
