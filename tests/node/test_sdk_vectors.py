"""The published vectors: fresh, accepted by the chain's own rules, and recomputed independently."""

import hmac
import json
from hashlib import pbkdf2_hmac, sha256
from typing import Any

import nacl.signing
import pytest

from abci_app.admission import parse
from abci_app.core.codes import code_name
from node.sdk import build
from node.sdk.keys import seed_from_mnemonic
from tests.vectors.signing import make
from tonne.v1.tx_pb2 import Action

TRANSACTIONS = json.loads((make.FOLDER / "transactions.json").read_text())
POSSESSION = json.loads((make.FOLDER / "possession.json").read_text())
MNEMONICS = json.loads((make.FOLDER / "mnemonics.json").read_text())
REFUSED = json.loads((make.FOLDER / "refused.json").read_text())

cases = pytest.mark.parametrize(
    "case", TRANSACTIONS["transactions"], ids=lambda case: case["name"].replace(" ", "-")
)


# ---- an implementation of its own: hashlib, hmac and nacl, nothing of the project ----


def framed(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def field(number: int, content: bytes) -> bytes:
    """A length-delimited protobuf field of at most 16 383 bytes."""
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([size & 127 | 128, size >> 7])
    return bytes([number << 3 | 2]) + length + content


def envelope(body: bytes, signatures: list[dict[str, Any]]) -> bytes:
    out = field(1, body)
    for row in signatures:
        index = bytes([8, row["signer_index"]]) if row["signer_index"] else b""
        parts = field(2, bytes.fromhex(row["key"])) + field(3, bytes.fromhex(row["sig"]))
        out += field(2, index + parts)
    return out


def slip10(seed: bytes, number: int) -> bytes:
    node = hmac.digest(b"ed25519 seed", seed, "sha512")
    data = b"\0" + node[:32] + (number + 2**31).to_bytes(4, "big")
    return hmac.digest(node[32:], data, "sha512")[:32]


# ---- tests ----


@pytest.mark.parametrize("name", make.FILES)
def test_a_vector_file_is_what_its_script_writes(name: str) -> None:
    assert (make.FOLDER / name).read_text(encoding="utf-8") == make.text(name)


def test_every_action_of_the_protocol_has_a_vector() -> None:
    arms = {item.name for item in Action.DESCRIPTOR.oneofs_by_name["action"].fields}
    assert {action.WhichOneof("action") for action in make.actions().values()} == arms


@cases
def test_the_chain_finds_nothing_wrong_with_a_vector_whatever_its_state(
    case: dict[str, Any],
) -> None:
    raw = bytes.fromhex(case["tx"])
    assert parse(raw, sha256(raw).digest()).fault is None


@cases
def test_sign_bytes_signatures_and_id_follow_from_hashes_and_ed25519_alone(
    case: dict[str, Any],
) -> None:
    body = bytes.fromhex(case["body"])
    chain_id = TRANSACTIONS["chain_id"].encode()
    genesis_hash = bytes.fromhex(TRANSACTIONS["genesis_hash"])
    message = framed(b"tonne transaction v1", chain_id, genesis_hash) + body
    assert message.hex() == case["sign_bytes"]
    for row in case["signatures"]:
        nacl.signing.VerifyKey(bytes.fromhex(row["key"])).verify(message, bytes.fromhex(row["sig"]))
    tx = envelope(body, case["signatures"])
    assert tx.hex() == case["tx"]
    assert sha256(tx).hexdigest() == case["tx_id"]


def test_the_seeds_of_the_vectors_make_their_signatures() -> None:
    seeds = {name: bytes.fromhex(seed) for name, seed in TRANSACTIONS["seeds"].items()}
    keys = {
        bytes(nacl.signing.SigningKey(seed).verify_key).hex(): nacl.signing.SigningKey(seed)
        for seed in seeds.values()
    }
    used = []
    for case in TRANSACTIONS["transactions"]:
        for row in case["signatures"]:
            message = bytes.fromhex(case["sign_bytes"])
            assert keys[row["key"]].sign(message).signature.hex() == row["sig"]
            used.append(row["key"])
    assert sorted({*used}) == sorted(keys)


@cases
def test_the_json_of_a_vector_gives_its_bytes_again(case: dict[str, Any]) -> None:
    assert build.tx_from_json(json.dumps(case["json"])).hex() == case["tx"]


def test_a_proof_of_possession_signs_chain_account_and_key() -> None:
    row = POSSESSION
    key = bytes.fromhex(row["key"])
    message = framed(b"tonne key v1", row["chain_id"].encode(), row["account"].encode(), key)
    assert message.hex() == row["message"]
    signer = nacl.signing.SigningKey(bytes.fromhex(row["seed"]))
    assert signer.sign(message).signature.hex() == row["proof"]
    assert bytes(signer.verify_key) == key


@pytest.mark.parametrize("row", MNEMONICS["keys"], ids=lambda row: row["path"])
def test_words_give_their_seed_by_pbkdf2_and_hmac_alone(row: dict[str, str]) -> None:
    root = pbkdf2_hmac("sha512", row["words"].encode(), b"mnemonic", 2048)
    assert root.hex() == row["bip39_seed"]
    number = int(row["path"].removeprefix("m/").rstrip("'"))
    assert slip10(root, number).hex() == row["seed"]
    assert seed_from_mnemonic(row["words"], number).hex() == row["seed"]
    assert bytes(nacl.signing.SigningKey(bytes.fromhex(row["seed"])).verify_key).hex() == row["key"]


def test_the_derivation_is_that_of_the_published_slip_0010_vector() -> None:
    # Test vector 1 for ed25519, as published with SLIP-0010.
    assert [row["private"] for row in MNEMONICS["slip10"]] == [
        "2b4be7f19ee27bbf30c667b642d5f4aa69fd169872f8fc3059c08ebae2eb19e7",
        "68e0fe46dfb67e368c75379acec591dad19df3cde26e63b93a8e704f1dade7a3",
    ]


@pytest.mark.parametrize("case", REFUSED["refused"], ids=lambda case: case["name"])
def test_another_encoding_of_the_same_transaction_is_refused(case: dict[str, str]) -> None:
    good = bytes.fromhex(REFUSED["taken"])
    assert parse(good, b"").fault is None
    fault = parse(bytes.fromhex(case["tx"]), b"").fault
    assert fault is not None
    assert code_name(fault.code) == case["code"]
