"""One message, one encoding: whatever else parses to the same is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abci_app.core.codec import decode, encode, parse_canonical
from abci_app.core.codes import Code, Refusal
from tests.strategies import signed_txs
from tests.wire import field, overlong, varint
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

BODY = t.Body(chain_id="c", valid_until_s=7, memo="m", signers=[t.Signer(account="a", sequence=1)])
RAW = BODY.SerializeToString(deterministic=True)

SAME_BUT_OTHERWISE = {  # parses to BODY, or to it and something unknown
    "an over-long length": RAW.replace(b"\x0a\x01c", b"\x0a" + overlong(1) + b"c"),
    "an over-long number": RAW.replace(b"\x18\x07", b"\x18" + overlong(7)),
    "an over-long tag": RAW.replace(b"\x18\x07", overlong(0x18) + b"\x07"),
    "fields in another order": field(4, b"m") + RAW.replace(b"\x22\x01m", b""),
    "a field given twice": RAW.replace(b"\x0a\x01c", b"\x0a\x01x\x0a\x01c"),
    "a default written out": RAW.replace(b"\x12\x05\x0a\x01a", b"\x12\x07\x0a\x01a\x10\x00"),
    "an unknown field": RAW + field(99, b"hidden"),
    "an unknown field inside": RAW.replace(b"\x12\x05", b"\x12\x09")[: RAW.index(b"\x12") + 7]
    + field(15, b"xx")[:4]
    + RAW[RAW.index(b"\x12") + 7 :],
    "a group": RAW + varint(99 << 3 | 3) + varint(99 << 3 | 4),
}


def code_of(raw: bytes) -> int:
    with pytest.raises(Refusal) as caught:
        parse_canonical(t.Body, raw)
    return caught.value.code


def test_the_canonical_form_is_read() -> None:
    assert parse_canonical(t.Body, RAW) == BODY


@pytest.mark.parametrize("name", SAME_BUT_OTHERWISE)
def test_another_encoding_of_the_same_is_refused(name: str) -> None:
    raw = SAME_BUT_OTHERWISE[name]
    parsed = t.Body.FromString(raw)
    parsed.DiscardUnknownFields()  # type: ignore[attr-defined]
    assert parsed == BODY, "the test's bytes mean something else"
    assert code_of(raw) == Code.TX_NOT_CANONICAL


def test_two_arms_of_one_action_are_refused() -> None:
    one = t.Action(withdraw=t.Withdraw(proposal=1)).SerializeToString()
    two = t.Action(decide=t.Decide(proposal=1)).SerializeToString()
    with pytest.raises(Refusal) as caught:
        parse_canonical(t.Action, one + two)
    assert caught.value.code == Code.TX_NOT_CANONICAL


@pytest.mark.parametrize(
    "raw",
    [b"\x0a", b"\x0a\x05c", b"\xff" * 12, RAW[:-1], b"\x0a\x02\xff\xfe", b"\x0a\x03\xed\xa0\x80"],
    ids=["cut", "short", "no tag", "cut body", "not UTF-8", "a surrogate"],
)
def test_what_does_not_parse_is_malformed(raw: bytes) -> None:
    assert code_of(raw) == Code.TX_MALFORMED


@given(signed_txs)
def test_what_is_serialised_deterministically_is_canonical(tx: t.SignedTx) -> None:
    raw = tx.SerializeToString(deterministic=True)
    assert parse_canonical(t.SignedTx, raw) == tx


@given(st.binary(max_size=80))
def test_any_bytes_are_read_refused_or_are_their_own_canonical_form(raw: bytes) -> None:
    try:
        message = parse_canonical(t.SignedTx, raw)
    except Refusal as refusal:
        assert refusal.code in (Code.TX_MALFORMED, Code.TX_NOT_CANONICAL)  # noqa: PT017 - or no refusal
        return
    assert message.SerializeToString(deterministic=True) == raw


def test_a_stored_value_is_never_empty_and_names_its_version() -> None:
    assert encode(s.Counter()) == b"\x01"
    assert decode(s.Counter, encode(s.Counter(last=5))) == s.Counter(last=5)
    with pytest.raises(ValueError, match="version '02'"):
        decode(s.Counter, b"\x02\x08\x05")
