"""Bodies, signatures, what a signer is shown, and the JSON form."""

import json
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abci_app.admission import parse
from abci_app.core import signing
from abci_app.core.codes import Code, Refusal
from node.sdk import build, verbs
from node.sdk.build import BuildError
from node.sdk.keys import StoredKey
from tests.vectors.signing.make import (
    CHAIN_ID,
    GENESIS_HASH,
    ISSUER,
    OPERATOR,
    REFUSED_BODY,
    USER,
    VALID_UNTIL_S,
    actions,
    key,
)
from tonne.v1 import tx_pb2 as t


def body_of(*acts: t.Action, memo: str = "") -> bytes:
    rows = [build.Signer(ISSUER, 0, 1), build.Signer(USER, 2, 7)]
    return build.build_body(CHAIN_ID, rows, acts or [verbs.withdraw(7)], VALID_UNTIL_S, memo)


def sign(body: bytes, *keys: tuple[int, StoredKey]) -> bytes:
    return build.sign_body(body, CHAIN_ID, GENESIS_HASH, keys)


# ---- signing ----


def test_signatures_stand_in_canonical_order_however_they_were_made() -> None:
    body = body_of()
    keys = [(1, key("a", USER)), (0, key("b", ISSUER)), (1, key("c", USER)), (0, key("d", ISSUER))]
    forwards, backwards = sign(body, *keys), sign(body, *reversed(keys))
    assert forwards == backwards
    assert parse(forwards, b"").fault is None


def test_signing_one_after_the_other_gives_the_bytes_of_signing_together() -> None:
    body = body_of()
    keys = [(1, key("a", USER)), (0, key("b", ISSUER)), (0, key("d", ISSUER))]
    tx = build.tx_from_json(build.tx_json(t.SignedTx(body=body).SerializeToString()))
    for index, one in keys:
        tx = build.cosign(tx, GENESIS_HASH, index, one)
    assert tx == sign(body, *keys)


def test_signing_twice_with_one_key_changes_nothing() -> None:
    tx = sign(body_of(), (0, key("b", ISSUER)))
    assert build.cosign(tx, GENESIS_HASH, 0, key("b", ISSUER)) == tx


def test_a_key_is_not_used_for_another_account_than_its_own() -> None:
    with pytest.raises(BuildError, match=f"signs for {OPERATOR}, but signer 0 is '{ISSUER}'"):
        sign(body_of(), (0, key("operator", OPERATOR)))


def test_a_key_without_an_account_may_sign_for_any() -> None:
    loose = replace(key("b", ISSUER), account="")
    assert sign(body_of(), (0, loose)) == sign(body_of(), (0, key("b", ISSUER)))


def test_a_mistyped_account_is_never_signed() -> None:
    wrong = verbs.transfer("IPCI", "TMU", 1, ISSUER, USER[:-2] + "41")
    with pytest.raises(BuildError, match=r"to_account: .*the check digits do not fit"):
        sign(body_of(wrong), (0, key("b", ISSUER)))
    bare = t.SignedTx(body=body_of(wrong)).SerializeToString()
    with pytest.raises(BuildError, match="the check digits do not fit"):
        build.cosign(bare, GENESIS_HASH, 0, key("b", ISSUER))


def test_signatures_made_side_by_side_are_those_made_one_after_the_other() -> None:
    keys = [(0, key("b", ISSUER)), (1, key("a", USER)), (1, key("c", USER))]
    apart = [sign(body_of(), row) for row in keys]
    assert build.merge(apart, GENESIS_HASH) == sign(body_of(), *keys)
    assert build.merge([*reversed(apart), apart[0]], GENESIS_HASH) == sign(body_of(), *keys)
    with pytest.raises(BuildError, match="file 2 has another body"):
        build.merge([apart[0], sign(body_of(memo="other"), keys[1])], GENESIS_HASH)
    with pytest.raises(BuildError, match="does not hold"):
        build.merge(apart, sha256(b"another genesis").digest())


@pytest.mark.parametrize("index", [-1, 2])
def test_a_signer_that_the_body_does_not_have_is_refused(index: int) -> None:
    with pytest.raises(BuildError, match="the body has 2"):
        sign(body_of(), (index, key("b", ISSUER)))


def test_one_key_does_not_sign_twice_for_one_signer() -> None:
    one = key("b", ISSUER)
    with pytest.raises(BuildError, match="signs twice"):
        sign(body_of(), (0, one), (0, one))


def test_a_body_of_another_chain_is_not_signed() -> None:
    with pytest.raises(BuildError, match="is of the chain 'tonne-vectors', not of 'other'"):
        build.sign_body(body_of(), "other", GENESIS_HASH, [(0, key("b", ISSUER))])


def test_a_cosigner_with_another_genesis_hash_notices() -> None:
    tx = sign(body_of(), (0, key("b", ISSUER)))
    with pytest.raises(BuildError, match="compare the genesis hash"):
        build.cosign(tx, sha256(b"another").digest(), 1, key("a", USER))


def test_a_cosigner_notices_a_body_that_was_changed_after_the_first_signature() -> None:
    envelope = t.SignedTx.FromString(sign(body_of(), (0, key("b", ISSUER))))
    envelope.body = body_of(verbs.withdraw(8))
    with pytest.raises(BuildError, match="does not hold"):
        build.cosign(envelope.SerializeToString(), GENESIS_HASH, 1, key("a", USER))


@pytest.mark.parametrize("name", REFUSED_BODY)
def test_a_body_in_another_encoding_is_neither_shown_nor_signed(name: str) -> None:
    raw = REFUSED_BODY[name]
    for attempt in (
        lambda: build.describe(raw),
        lambda: build.sign_body(raw, CHAIN_ID, GENESIS_HASH, [(0, key("operator", OPERATOR))]),
        lambda: build.tx_json(t.SignedTx(body=raw).SerializeToString()),
    ):
        with pytest.raises(Refusal) as caught:
            attempt()
        assert caught.value.code in (Code.TX_NOT_CANONICAL, Code.TX_MALFORMED)


def test_a_grant_proves_possession_for_one_account_of_one_chain() -> None:
    one = key("a", USER)
    grant = build.key_grant(CHAIN_ID, USER, one, (t.APPROVE, t.INITIATE, t.APPROVE))
    assert list(grant.rights) == [t.INITIATE, t.APPROVE]
    assert signing.verify(
        one.public, grant.proof, signing.possession_bytes(CHAIN_ID, USER, one.public)
    )
    for chain_id, account in (("other", USER), (CHAIN_ID, ISSUER)):
        message = signing.possession_bytes(chain_id, account, one.public)
        assert not signing.verify(one.public, grant.proof, message)


# ---- what a signer is shown ----


@pytest.mark.parametrize("name", actions())
def test_every_value_of_an_action_is_shown(name: str) -> None:
    action = actions()[name]
    shown = build.describe(body_of(action))
    for value in leaves(getattr(action, action.WhichOneof("action") or "")):
        assert value in shown


def leaves(message: object) -> list[str]:
    found: list[str] = []
    for field, value in message.ListFields():  # type: ignore[attr-defined]
        for item in value if field.is_repeated else [value]:
            if field.message_type is not None:
                found += leaves(item)
            elif field.enum_type is not None:
                found.append(field.enum_type.values_by_number[item].name)
            elif isinstance(item, bytes):
                found.append(item.hex())
            elif isinstance(item, str):
                found.append(item.replace('"', '\\"'))
            else:
                found.append(str(item).lower())
    return found


def test_envelope_and_actors_are_shown() -> None:
    act = verbs.transfer("IPCI", "TMU", 40, USER, ISSUER, signer=1)
    shown = build.describe(body_of(act, memo="Swap of June")).splitlines()
    assert [" ".join(line.split()) for line in shown] == [
        "chain tonne-vectors",
        "valid until 2026-02-02T03:40:00Z (1770003600)",
        'memo "Swap of June"',
        f"signer 0 {ISSUER}, lane 0, sequence 1",
        f"signer 1 {USER}, lane 2, sequence 7",
        f"action 0 move, by signer 1 ({USER})",
        "program IPCI",
        "class_id TMU",
        "quantity_t 40 t",
        f"from_account {USER}",
        f"to_account {ISSUER}",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("rise\u202efall", '"rise\\u{202e}fall"'),
        ("zero\u200bwidth", '"zero\\u{200b}width"'),
        ("two\nlines", '"two\\u{000a}lines"'),
        ("no\u00a0break", '"no\\u{00a0}break"'),
        ("hidden\u3164filler", '"hidden\\u{3164}filler"'),
        ("\x1b[2Jclear", '"\\u{001b}[2Jclear"'),
        ("e\u0301", '"e\\u{0301}"'),
        ('a" b', '"a\\" b"'),
        ("\\u{202e}", '"\\\\u{202e}"'),
        ("\U0001f332", '"\\u{1f332}"'),
        ("\u0425I-100", '"\u0425I-100"'),
        ("Алматы 森林", '"Алматы 森林"'),
        ("plain-id.7_a", "plain-id.7_a"),
        ("", '""'),
    ],
)
def test_a_text_can_neither_hide_nor_reorder_nor_add_lines(text: str, shown: str) -> None:
    change = t.OrganisationChange(id="x", name=text)
    act = verbs.act(t.PutAccount(program="IPCI", organisation=change))
    lines = build.describe(body_of(act)).split("\n")
    assert lines[-1] == f"    name             {shown}"


@given(st.text())
def test_no_text_whatever_adds_a_line_or_an_invisible_character(text: str) -> None:
    plain = build.describe(body_of(memo="x")).count("\n")
    shown = build.describe(body_of(memo=text))
    assert shown.count("\n") == plain
    assert all(char.isprintable() or char == "\n" for char in shown)


def test_what_makes_no_sense_is_shown_as_such() -> None:
    odd = t.Action(signer_index=9)
    move = verbs.act(t.Move(purpose=77, quantity_t=1))  # type: ignore[arg-type]
    empty = verbs.act(t.Withdraw())
    shown = build.describe(body_of(odd, move, empty))
    assert "NOTHING, by signer 9 (NO SUCH SIGNER)" in shown
    assert "UNKNOWN VALUE 77" in shown
    assert shown.endswith("(no fields)")
    late = build.build_body(CHAIN_ID, [], [], (1 << 64) - 1)
    assert "18446744073709551615 (beyond the year 9999)" in build.describe(late)


# ---- JSON ----


def test_json_has_wide_numbers_as_texts_bytes_as_base64_and_enums_by_name() -> None:
    change = t.AccountChange(id=USER, min_initiate=2, tx_limit_t=(1 << 64) - 1)
    change.status = t.ACCOUNT_OPEN
    change.remove_keys.append(b"\xff" * 32)
    tx = sign(body_of(verbs.act(t.PutAccount(program="IPCI", account=change))))
    found = json.loads(build.tx_json(tx))["body"]["actions"][0]["put_account"]["account"]
    assert found == {
        "id": USER,
        "min_initiate": 2,
        "tx_limit_t": "18446744073709551615",
        "status": "ACCOUNT_OPEN",
        "remove_keys": ["//////////////////////////////////////////8="],
    }


def test_json_is_plain_ascii_so_that_no_editor_changes_it() -> None:
    text = build.tx_json(sign(body_of(memo="森\u202e")))
    assert text.isascii()
    assert build.tx_from_json(text) == sign(body_of(memo="森\u202e"))


def document(**changes: object) -> str:
    data = json.loads(build.tx_json(sign(body_of(), (0, key("b", ISSUER)))))
    data["body"] |= changes
    return json.dumps(data)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON, or cut off: line 1"),
        ("{", "not JSON"),
        ("[]", 'it has a "body"'),
        ('{"signatures": []}', 'it has a "body"'),
        ('{"body": {}, "note": 1}', "nothing else"),
        ('{"body": []}', "body is not an object"),
        ('{"body": {}, "signatures": {}}', '"signatures" is not a list'),
        ('{"body": {}, "signatures": [1]}', "signatures\\[0\\] is not an object"),
        ('{"body": {"memo": "a", "memo": "b"}}', "'memo' stands twice"),
        ('{"body": {"memos": "a"}}', 'no field named "memos"'),
        ('{"body": {"valid_until_s": 1.5}}', "1.5 is not an integer"),
        ('{"body": {"valid_until_s": NaN}}', "NaN is not an integer"),
        ('{"body": {"valid_until_s": "-1"}}', "body: "),
        ('{"body": {"valid_until_s": "18446744073709551616"}}', "body: "),
        ('{"body": {"valid_until_s": true}}', "body: "),
        ('{"body": {"memo": 7}}', "body: "),
        ('{"body": {"memo": "\\ud800"}}', "half a character"),
        ('{"body": {"actions": [{"move": {"purpose": "GIFT"}}]}}', "GIFT"),
        ('{"body": {"actions": [{"move": {}, "issue": {}}]}}', "body: "),
        ('{"body": {}, "signatures": [{"key": "!"}]}', "signatures\\[0\\]"),
        ('{"body": ' + "[" * 100_000, "nested deeper"),
        (
            '{"body": {"actions": [{"anchor": {"hash": "AA=A"}}]}}',
            "anchor.hash: 'AA=A' is not base64",
        ),
        (" " * (1 << 20) + "1", "longer than"),
    ],
)
def test_a_text_that_is_no_transaction_is_refused_with_the_place(text: str, why: str) -> None:
    with pytest.raises(BuildError, match=why):
        build.tx_from_json(text)


def test_a_changed_json_no_longer_carries_a_valid_signature() -> None:
    tx = build.tx_from_json(document(memo="other"))
    with pytest.raises(BuildError, match="does not hold"):
        build.cosign(tx, GENESIS_HASH, 1, key("a", USER))


def test_unsorted_signatures_in_json_are_put_in_order() -> None:
    tx = sign(body_of(), (0, key("b", ISSUER)), (1, key("a", USER)))
    data = json.loads(build.tx_json(tx))
    data["signatures"].reverse()
    assert build.tx_from_json(json.dumps(data)) == tx


# ---- verbs ----

KINDS = ("methodology", "activity", "issuance")
WITHOUT_A_VERB = ("put_policy", "convert", "hold", "label", "place_order", "fill_order")


def test_every_verb_makes_an_action_that_the_chain_can_read() -> None:
    filed = [actions()[f"put_record {kind}"].put_record for kind in KINDS]
    grants = verbs.prove(CHAIN_ID, USER, [key("a", USER), key("b", USER)])
    made = [
        verbs.transfer("IPCI", "TMU", 1, ISSUER, USER),
        verbs.retire("IPCI", "TMU", 1, USER, "XI-300-1-0-44", beneficiary="Ada"),
        verbs.issue("IPCI", "ISS-1", 1, ISSUER, vintage=2025),
        verbs.open_organisation("IPCI", "mill", "Mill", "KZ"),
        verbs.open_account("IPCI", USER, "mill", "User", grants),
        verbs.grant("IPCI", t.AUDITOR, USER, "acl-1"),
        verbs.anchor("IPCI", "PDD", bytes(32), 10),
        verbs.record("IPCI", "M-1", filed[0].methodology),
        verbs.record("IPCI", "A-1", filed[1].activity),
        verbs.record("IPCI", "I-1", filed[2].issuance),
        verbs.transition("IPCI", t.ISSUANCE, "I-1", "OPEN", terms=t.IssuanceOpening(cap_t=1)),
        verbs.transition(
            "IPCI", t.ISSUANCE, "I-1", "APPROVED", terms=t.IssuanceApproval(approved_cap_t=1)
        ),
        verbs.attest(
            "IPCI", "S-1", t.VERIFICATION, "A-1", (1, 2), t.StatementNumbers(net_t=1), flags=("b",)
        ),
        *(actions()[name] for name in WITHOUT_A_VERB),
        verbs.decide(1, yes=True),
        verbs.decide(1, yes=False, reason="No"),
        verbs.withdraw(1),
    ]
    arms = {item.name for item in t.Action.DESCRIPTOR.oneofs_by_name["action"].fields}
    assert {act.WhichOneof("action") for act in made} == arms
    assert list(made[4].put_account.account.add_keys) == sorted(grants, key=lambda row: row.key)
    # The rule of the chain wants Decide and Withdraw apart from all others.
    for acts in (made[:10], made[10:-3], made[-3:]):
        assert parse(sign(body_of(*acts)), b"").fault is None


def test_a_message_that_is_no_action_is_refused() -> None:
    with pytest.raises(ValueError, match="Beneficiary is not an action"):
        verbs.act(t.Beneficiary())


def test_verbs_of_units_and_the_market_say_what_they_do() -> None:
    here, there = "XI-100-1-0-1", "XI-240-1-0-1"
    moved = t.Move(program="P", class_id="TMU", quantity_t=5, from_account=here, to_account=there)
    assert verbs.cancel("P", "TMU", 5, here, there).move == moved
    noticed = verbs.cancel("P", "TMU", 5, here, there, notice="N").move
    assert (noticed.notice, noticed.quantity_t) == ("N", 5)
    assert verbs.export("P", "TMU", 5, here, there, external_account="X").move.external_account
    converted = verbs.convert("P", "rule", "AAU", 5, here, activity="A").convert
    assert (converted.rule, converted.class_id, converted.activity) == ("rule", "AAU", "A")
    order = verbs.sell("P", "TMU", 5, here, price_minor=800, currency="EUR", expires_s=9)
    assert (order.place_order.side, order.place_order.price_minor) == (t.SELL, 800)
    taken = verbs.fill(3, 5, here, bytes(32), signer=1)
    assert (taken.signer_index, taken.fill_order.order, taken.fill_order.quantity_t) == (1, 3, 5)
    said = verbs.confirm(3, 1, paid=False, reason="unpaid").decide
    assert (said.fill.order, said.fill.fill, said.verdict, said.reason) == (3, 1, t.NO, "unpaid")


def test_records_and_terms_of_every_kind_find_their_place() -> None:
    for item in t.PutRecord.DESCRIPTOR.oneofs_by_name["fields"].fields:
        made = verbs.record("P", "R", getattr(t, item.message_type.name)())
        assert made.put_record.WhichOneof("fields") == item.name
    for item in t.Transition.DESCRIPTOR.oneofs_by_name["terms"].fields:
        terms = getattr(t, item.message_type.name)()
        made = verbs.transition("P", t.NOTICE, "N", "REVISED", terms=terms)
        assert made.transition.WhichOneof("terms") == item.name
    with pytest.raises(ValueError, match="no kind of record"):
        verbs.record("P", "R", t.Move())
    with pytest.raises(ValueError, match="no terms of a step"):
        verbs.transition("P", t.NOTICE, "N", "REVISED", terms=t.Move())
