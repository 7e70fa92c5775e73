"""What may not stand in a block: each bad envelope has its code, and leaves no trace."""

from collections.abc import Callable

import pytest
from google.protobuf.message import Message

from abci_app import selfcheck
from abci_app.core import ids, signing
from abci_app.core.codes import Code
from abci_app.core.limits import U64_MAX, VALIDITY_S_MAX
from abci_app.state import genesis
from tests import acts, harness
from tests.harness import Chain
from tests.names import CHAIN_ID, account_id, seed
from tests.wire import field, overlong, varint
from tonne.v1 import tx_pb2 as t

HARMLESS = acts.organisation("newcomer")


@pytest.fixture
def chain() -> Chain:
    return Chain.with_parties()


def sealed(chain: Chain, change: Callable[[t.Body], object]) -> bytes:
    """A transaction of the operator whose body was changed before it was signed."""
    body = chain.body("operator", HARMLESS, sequence=10)
    change(body)
    return chain.seal(body, ["operator"])


def raw(message: Message) -> bytes:
    return message.SerializeToString(deterministic=True)


def set_to(name: str, value: object) -> Callable[[t.Body], None]:
    return lambda body: setattr(body, name, value)


BODIES: dict[str, tuple[Callable[[t.Body], object], int]] = {
    "another chain": (set_to("chain_id", "tonne-tesd"), Code.CHAIN_MISMATCH),
    "no chain": (set_to("chain_id", ""), Code.CHAIN_MISMATCH),
    "no end": (set_to("valid_until_s", 0), Code.TX_EXPIRED),
    "the far future": (set_to("valid_until_s", U64_MAX), Code.EXPIRY_TOO_FAR),
    "no signer": (lambda body: body.ClearField("signers"), Code.ACTION_SHAPE),
    "nine signers": (
        lambda body: body.signers.extend(
            t.Signer(account=account_id(f"s{n}"), sequence=1) for n in range(8)
        ),
        Code.ACTION_SHAPE,
    ),
    "no action": (lambda body: body.ClearField("actions"), Code.ACTION_SHAPE),
    "an empty action": (lambda body: body.actions.add(), Code.ACTION_SHAPE),
    "17 actions": (lambda body: body.actions.extend([HARMLESS] * 16), Code.ACTION_SHAPE),
    "a signer who is none": (
        lambda body: setattr(body.actions[0], "signer_index", 1),
        Code.ACTION_SHAPE,
    ),
    "lane 16": (lambda body: setattr(body.signers[0], "lane", 16), Code.ACTION_SHAPE),
    "sequence 0": (lambda body: setattr(body.signers[0], "sequence", 0), Code.ACTION_SHAPE),
    "the last sequence": (
        lambda body: setattr(body.signers[0], "sequence", U64_MAX),
        Code.SEQUENCE_TOO_FAR,
    ),
    "a signer without account": (
        lambda body: setattr(body.signers[0], "account", ""),
        Code.ACTION_SHAPE,
    ),
    "a signer of 300 characters": (
        lambda body: setattr(body.signers[0], "account", "a" * 300),
        Code.ACTION_SHAPE,
    ),
    "a signer nobody knows": (
        lambda body: setattr(body.signers[0], "account", account_id("nobody")),
        Code.SIGNER_UNKNOWN,
    ),
    "a sink that signs": (
        lambda body: setattr(body.signers[0], "account", account_id("RETIRE")),
        Code.SIGNER_INACTIVE,
    ),
    "a signer twice": (
        lambda body: body.signers.add(account=account_id("operator"), lane=1, sequence=1),
        Code.SIGNER_REPEATED,
    ),
    "a memo that reorders": (set_to("memo", "pay\u202e01"), Code.TEXT_NOT_ALLOWED),
    "a memo that hides": (set_to("memo", "pay\u200b01"), Code.TEXT_NOT_ALLOWED),
    "a long memo": (set_to("memo", "m" * 257), Code.TEXT_NOT_ALLOWED),
    "decision beside act": (
        lambda body: body.actions.append(acts.yes(1)),
        Code.ENVELOPE_MIXED,
    ),
    "withdrawal beside act": (
        lambda body: body.actions.append(acts.withdraw(1)),
        Code.ENVELOPE_MIXED,
    ),
}


@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_cannot_stand_is_refused_everywhere(chain: Chain, what: str) -> None:
    change, code = BODIES[what]
    chain.inadmissible(code, sealed(chain, change))


def test_what_a_transaction_could_touch_is_bounded(chain: Chain) -> None:
    wide = acts.move(1, "issuer", "user", max_lots=256)
    assert chain.check(chain.tx("issuer", *[wide] * 15, sequence=1)).code == 0
    chain.inadmissible(Code.COST_EXCEEDED, chain.tx("issuer", *[wide] * 16, sequence=2))


def test_an_end_is_checked_against_block_time_to_the_second(chain: Chain) -> None:
    for sequence, ahead, code in (
        (11, 0, Code.TX_EXPIRED),
        (12, 1, 0),
        (13, VALIDITY_S_MAX, 0),
        (14, VALIDITY_S_MAX + 1, Code.EXPIRY_TOO_FAR),
    ):
        tx = chain.tx("operator", HARMLESS, sequence=sequence, until=chain.now + ahead)
        assert chain.check(tx).code == code
    late = chain.tx("operator", HARMLESS, sequence=9, until=chain.now + 1)
    assert chain.block(late, proposed=False)[0].code == Code.TX_EXPIRED


# ---- bytes ----


def encodings(chain: Chain) -> dict[str, bytes]:
    """The operator's good transaction in encodings that are not the canonical one."""
    good = chain.tx("operator", HARMLESS, sequence=10)
    parsed = t.SignedTx.FromString(good)
    body, signature = parsed.body, raw(parsed.signatures[0])
    end = good[len(field(1, body)) :]
    padded = t.Body.FromString(body)
    padded_body = raw(padded) + field(99, b"hidden")
    long_body = body.replace(b"\x0a\x0atonne", b"\x0a" + overlong(10) + b"tonne")
    return {
        "an over-long length": b"\x0a" + overlong(len(body)) + body + end,
        "signatures first": field(2, signature) + field(1, body),
        "a body twice": field(1, body) + field(1, body) + end,
        "an unknown field": good + field(99, b"x"),
        "an unknown field in a signature": field(1, body) + field(2, signature + field(9, b"x")),
        "an unknown field in the body": field(1, padded_body) + end,
        "an over-long length in the body": field(1, long_body) + end,
        "an unknown number in the body": field(1, body + varint(98 << 3) + b"\x01") + end,
    }


@pytest.mark.parametrize("what", list(encodings(Chain())))
def test_bytes_that_are_not_the_canonical_encoding_are_refused(chain: Chain, what: str) -> None:
    chain.inadmissible(Code.TX_NOT_CANONICAL, encodings(chain)[what])


@pytest.mark.parametrize(
    "tx", [b"", b"\x0a", b"garbage", b"\xff" * 100], ids=["empty", "cut", "words", "ones"]
)
def test_bytes_that_are_no_transaction_are_refused(chain: Chain, tx: bytes) -> None:
    code = Code.TX_MALFORMED if tx else Code.ACTION_SHAPE
    chain.inadmissible(code, tx)


def test_a_body_that_does_not_parse_is_refused(chain: Chain) -> None:
    chain.inadmissible(Code.TX_MALFORMED, raw(t.SignedTx(body=b"\xff\xff")))


def test_bytes_above_the_size_cap_are_refused_before_they_are_read(chain: Chain) -> None:
    cap = chain.app.chain.params.tx_bytes_max
    chain.inadmissible(Code.TX_TOO_LARGE, b"\xff" * (cap + 1))
    chain.inadmissible(Code.TX_MALFORMED, b"\xff" * cap)


# ---- signatures ----


def resigned(chain: Chain, change: Callable[[t.SignedTx], object]) -> bytes:
    tx = t.SignedTx.FromString(chain.tx("operator", HARMLESS, sequence=10))
    change(tx)
    return raw(tx)


def another_key(tx: t.SignedTx) -> None:
    tx.signatures[0].key = signing.public_key(seed("user"))


def flipped(tx: t.SignedTx) -> None:
    one = tx.signatures[0]
    one.sig = bytes((one.sig[0] ^ 1,)) + one.sig[1:]


def small_order_key(tx: t.SignedTx) -> None:
    tx.signatures[0].key = selfcheck.SMALL_ORDER_KEYS[0]
    tx.signatures[0].sig = selfcheck.SMALL_ORDER_KEYS[0] + bytes(32)


def small_order_point(tx: t.SignedTx) -> None:
    tx.signatures[0].sig = selfcheck.SMALL_ORDER_KEYS[0] + tx.signatures[0].sig[32:]


def stretched(tx: t.SignedTx) -> None:
    order = 2**252 + 27742317777372353535851937790883648493
    one = tx.signatures[0]
    scalar = int.from_bytes(one.sig[32:], "little") + order
    one.sig = one.sig[:32] + scalar.to_bytes(32, "little")


def surplus(tx: t.SignedTx) -> None:
    tx.signatures.add(key=b"\xff" * 32, sig=bytes(64))


def of_no_signer(tx: t.SignedTx) -> None:
    tx.signatures.add(signer_index=1, key=bytes(32), sig=bytes(64))


def too_many(tx: t.SignedTx) -> None:
    del tx.signatures[:]
    tx.signatures.extend(t.Signature(key=bytes((n,)) * 32, sig=bytes(64)) for n in range(25))


def twice(tx: t.SignedTx) -> None:
    tx.signatures.append(tx.signatures[0])


def disordered(tx: t.SignedTx) -> None:
    tx.signatures.insert(0, t.Signature(key=b"\xff" * 32, sig=bytes(64)))


SIGNATURES: dict[str, tuple[Callable[[t.SignedTx], object], int]] = {
    "no signature": (lambda tx: tx.ClearField("signatures"), Code.SIGNATURE_MISSING),
    "one too many": (surplus, Code.SIGNATURE_SURPLUS),
    "one of no signer": (of_no_signer, Code.SIGNATURE_SURPLUS),
    "twenty-five": (too_many, Code.SIGNATURE_SURPLUS),
    "one twice": (twice, Code.TX_NOT_CANONICAL),
    "not in order": (disordered, Code.TX_NOT_CANONICAL),
    "another's key": (another_key, Code.KEY_NOT_ALLOWED),
    "a small-order key": (small_order_key, Code.KEY_NOT_ALLOWED),
    "a small-order point": (small_order_point, Code.SIGNATURE_INVALID),
    "a stretched scalar": (stretched, Code.SIGNATURE_INVALID),
    "a wrong bit": (flipped, Code.SIGNATURE_INVALID),
    "a short key": (lambda tx: setattr(tx.signatures[0], "key", b"k"), Code.SIGNATURE_INVALID),
    "a short signature": (
        lambda tx: setattr(tx.signatures[0], "sig", bytes(63)),
        Code.SIGNATURE_INVALID,
    ),
}


@pytest.mark.parametrize("what", SIGNATURES)
def test_a_signature_that_does_not_do_is_refused(chain: Chain, what: str) -> None:
    change, code = SIGNATURES[what]
    chain.inadmissible(code, resigned(chain, change))


def test_a_signature_for_another_chain_or_genesis_does_not_hold(chain: Chain) -> None:
    body = chain.body("operator", HARMLESS, sequence=10)
    other_chain = chain.seal(body, ["operator"], chain_id="another")
    chain.inadmissible(Code.SIGNATURE_INVALID, other_chain)
    network = harness.edited(harness.NETWORK, ('"Registry East"', '"Registry Far East"'))
    other = harness.make_genesis(network=network)
    assert genesis.genesis_hash(other) != genesis.genesis_hash(chain.genesis)
    chain.inadmissible(Code.SIGNATURE_INVALID, harness.sign(other, raw(body), [(0, "operator")]))
    assert chain.block(chain.seal(body, ["operator"]))[0].code == 0


def test_a_known_good_signature_does_not_vouch_for_other_bytes(chain: Chain) -> None:
    good = chain.tx("operator", HARMLESS, sequence=10)
    assert chain.check(good).code == 0
    tx = t.SignedTx.FromString(good)
    body = t.Body.FromString(tx.body)
    body.signers[0].sequence = 11
    tx.body = raw(body)
    chain.inadmissible(Code.SIGNATURE_INVALID, raw(tx))


# ---- who signs ----


def test_a_suspended_or_closed_account_signs_nothing(chain: Chain) -> None:
    for status in (t.ACCOUNT_SUSPENDED, t.ACCOUNT_CLOSED):
        chain.ok("operator", acts.alter("user", status=status))
        chain.inadmissible(Code.SIGNER_INACTIVE, chain.tx("user", acts.methodology(), sequence=9))


@pytest.mark.parametrize("status", [t.ACCOUNT_RESTRICTED, t.ACCOUNT_CLOSING])
def test_a_restricted_or_closing_account_still_signs(chain: Chain, status: int) -> None:
    chain.ok("operator", acts.alter("user", status=status))
    assert chain.check(chain.tx("user", acts.methodology())).code == 0


def test_accounts_of_a_suspended_or_closed_organisation_sign_nothing(chain: Chain) -> None:
    for act in (
        acts.organisation("acme", status=t.ORGANISATION_SUSPENDED),
        acts.alter("user", status=t.ACCOUNT_CLOSED),
        acts.organisation("acme", status=t.ORGANISATION_CLOSED),
    ):
        chain.ok("operator", act)
        chain.inadmissible(Code.SIGNER_INACTIVE, chain.tx("user", acts.methodology(), sequence=9))


def with_persons(chain: Chain, initiate: int, approve: int) -> None:
    """Give the new account `firm` persons a and e (initiate), b (approves), c (both), d (reads)."""
    firm = account_id("firm")
    grants = [
        acts.grant_of(firm, "a", (t.INITIATE,)),
        acts.grant_of(firm, "b", (t.APPROVE,)),
        acts.grant_of(firm, "c", (t.INITIATE, t.APPROVE)),
        acts.grant_of(firm, "d", (t.READ,)),
        acts.grant_of(firm, "e", (t.INITIATE,)),
    ]
    opening = acts.account(
        "firm", "acme", add_keys=grants, min_initiate=initiate, min_approve=approve
    )
    chain.ok("operator", opening, also=("user",))


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("ab", 0),
        ("bc", 0),
        ("ac", 0),
        ("a", Code.SIGNATURE_MISSING),
        ("abc", Code.SIGNATURE_SURPLUS),
        ("ad", Code.KEY_NOT_ALLOWED),
        ("bd", Code.KEY_NOT_ALLOWED),
        ("ae", Code.KEY_NOT_ALLOWED),
    ],
)
def test_an_account_needs_its_number_of_persons_with_the_rights(
    chain: Chain, who: str, code: int
) -> None:
    with_persons(chain, 1, 1)
    chain.signing_keys["firm"] = list(who)
    tx = chain.tx("firm", acts.methodology())
    if code:
        chain.inadmissible(code, tx)
    else:
        assert chain.block(tx)[0].code == 0


@pytest.mark.parametrize(("who", "code"), [("ac", 0), ("ab", Code.KEY_NOT_ALLOWED)])
def test_the_right_to_approve_does_not_initiate(chain: Chain, who: str, code: int) -> None:
    with_persons(chain, 2, 0)
    chain.signing_keys["firm"] = list(who)
    assert chain.check(chain.tx("firm", acts.methodology())).code == code


def test_two_keys_of_one_person_are_one_person(chain: Chain) -> None:
    firm = account_id("firm")
    keys = [acts.grant_of(firm, name) for name in ("a", "b", "c")]
    keys[1].person = "a"
    chain.ok("operator", acts.account("firm", "acme", add_keys=keys, min_approve=1), also=("user",))
    chain.signing_keys["firm"] = ["a", "b"]
    chain.inadmissible(Code.KEY_NOT_ALLOWED, chain.tx("firm", acts.methodology(), sequence=1))
    chain.signing_keys["firm"] = ["b", "c"]
    assert chain.check(chain.tx("firm", acts.methodology())).code == 0


def test_every_co_signer_must_be_fit_to_sign(chain: Chain) -> None:
    tx = t.SignedTx.FromString(chain.tx("operator", HARMLESS, also=("user",)))
    del tx.signatures[1:]
    chain.inadmissible(Code.SIGNATURE_MISSING, raw(tx))


# ---- from the next block on ----


def test_a_new_key_signs_from_the_next_block_on_and_an_old_one_until_then(chain: Chain) -> None:
    user = account_id("user")
    change = acts.alter(
        "user",
        add_keys=[acts.grant_of(user, "phone")],
        remove_keys=[signing.public_key(seed("user"))],
    )
    changing = chain.tx("user", change, also=("operator",))
    by_old_key = chain.tx("user", acts.methodology("M1"))
    chain.signing_keys["user"] = ["phone"]
    by_new_key = chain.tx("user", acts.methodology("M2"))
    codes = [row.code for row in chain.block(changing, by_old_key, by_new_key, proposed=False)]
    assert codes == [0, 0, Code.KEY_NOT_ALLOWED]
    assert chain.block(by_new_key)[0].code == 0
    chain.signing_keys["user"] = ["user"]
    chain.inadmissible(Code.KEY_NOT_ALLOWED, chain.tx("user", acts.methodology("M3"), sequence=9))


def test_an_account_opened_in_a_block_signs_from_the_next_block_on(chain: Chain) -> None:
    opening = chain.tx("operator", acts.account("firm", "acme"), also=("user",))
    early = chain.tx("firm", acts.methodology())
    codes = [row.code for row in chain.block(opening, early, proposed=False)]
    assert codes == [0, Code.SIGNER_UNKNOWN]
    assert chain.block(early)[0].code == 0


def test_names_of_the_tests_are_those_of_the_network_file() -> None:
    assert account_id("operator") == str(ids.AccountId("XI", 100, 2, 0))
    assert CHAIN_ID == "tonne-test"
