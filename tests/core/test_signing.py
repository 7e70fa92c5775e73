"""What is signed, byte by byte, and which signatures hold."""

import pytest

from abci_app import selfcheck
from abci_app.core import signing

SEED = bytes(range(32))
RFC8032 = (  # seed, public key, message, signature
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
)


@pytest.mark.parametrize(("seed", "key", "message", "signature"), RFC8032)
def test_signatures_are_those_of_rfc_8032(
    seed: str, key: str, message: str, signature: str
) -> None:
    secret, text = bytes.fromhex(seed), bytes.fromhex(message)
    assert signing.public_key(secret).hex() == key
    assert signing.sign(secret, text).hex() == signature
    assert signing.verify(bytes.fromhex(key), bytes.fromhex(signature), text)


def test_sign_bytes_are_tag_chain_genesis_and_body() -> None:
    made = signing.sign_bytes("tonne-test", bytes(32), b"BODY")
    assert made.hex() == (
        "00000014" + b"tonne transaction v1".hex()
        + "0000000a" + b"tonne-test".hex()
        + "00000020" + "00" * 32
        + b"BODY".hex()
    )  # fmt: skip


def test_possession_bytes_are_tag_chain_account_and_key() -> None:
    made = signing.possession_bytes("tonne-test", "XI-100-1-0-17", b"K" * 32)
    assert made.hex() == (
        "0000000c" + b"tonne key v1".hex()
        + "0000000a" + b"tonne-test".hex()
        + "0000000d" + b"XI-100-1-0-17".hex()
        + "00000020" + (b"K" * 32).hex()
    )  # fmt: skip


def test_a_signature_holds_for_one_chain_one_genesis_and_one_body_only() -> None:
    key = signing.public_key(SEED)
    signature = signing.sign(SEED, signing.sign_bytes("one", b"g" * 32, b"body"))
    assert signing.verify(key, signature, signing.sign_bytes("one", b"g" * 32, b"body"))
    for other in (
        signing.sign_bytes("two", b"g" * 32, b"body"),
        signing.sign_bytes("one", b"h" * 32, b"body"),
        signing.sign_bytes("one", b"g" * 32, b"bodz"),
        signing.possession_bytes("one", "body", key),
    ):
        assert not signing.verify(key, signature, other)


def test_parts_cannot_flow_into_each_other() -> None:
    left = signing.possession_bytes("ab", "c", b"k")
    assert left != signing.possession_bytes("a", "bc", b"k")


@pytest.mark.parametrize("length", [0, 31, 33, 63, 65])
def test_keys_and_signatures_of_another_length_do_not_verify(length: int) -> None:
    key = signing.public_key(SEED)
    assert not signing.verify(key, bytes(length), b"m")
    assert not signing.verify(bytes(length), signing.sign(SEED, b"m"), b"m")
    assert not signing.is_key(bytes(length))


@pytest.mark.parametrize("key", selfcheck.SMALL_ORDER_KEYS, ids=lambda key: key.hex()[:8])
def test_a_small_order_key_is_no_key_and_verifies_nothing(key: bytes) -> None:
    assert not signing.is_key(key)
    for signature in (key + bytes(32), signing.sign(SEED, b"m")):
        assert not signing.verify(key, signature, b"m")


def test_a_signature_with_a_small_order_point_does_not_verify() -> None:
    key = signing.public_key(SEED)
    scalar = signing.sign(SEED, b"m")[32:]
    assert not any(signing.verify(key, r + scalar, b"m") for r in selfcheck.SMALL_ORDER_KEYS)


def test_a_real_key_is_a_key() -> None:
    assert signing.is_key(signing.public_key(SEED))


def test_this_installation_passes_its_self_check() -> None:
    selfcheck.run()
    assert len(selfcheck.vectors()) == 10


def test_a_library_that_takes_what_it_must_not_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "verify", lambda *_: True)
    with pytest.raises(selfcheck.SelfCheckFailed, match="another message"):
        selfcheck.run()
