"""Shapes: what is wrong with a message whatever the state, field by field."""

import pytest

from abci_app.actions import ACTIONS
from abci_app.admission import parse
from abci_app.core.codes import Code, Refusal
from abci_app.core.limits import DOCUMENT_BYTES_MAX, TIME_S_MAX, U64_MAX
from tests import acts
from tests.names import account_id
from tonne.v1 import tx_pb2 as t

SHAPE, TEXT = Code.ACTION_SHAPE, Code.TEXT_NOT_ALLOWED
BIDI = "a\u202eb"
HIDDEN = "a\u200bb"


def grant(**changes: object) -> t.Action:
    key = acts.grant_of(account_id("user"), "phone")
    acts.changed(key, changes)
    return acts.alter("user", add_keys=[key])


def span(start: int, end: int, space: str = "S") -> t.SerialRange:
    return t.SerialRange(space=space, start=start, end=end)


def ranged(*spans: t.SerialRange) -> t.Action:
    return acts.move(0, "issuer", "user", ranges=spans)


BAD: dict[str, tuple[t.Action, int]] = {
    # ids and programs
    "program": (acts.move(1, "issuer", "user", program=""), SHAPE),
    "program with a space": (acts.issue(1, program="IP CI"), SHAPE),
    "record id": (acts.methodology("M 1"), SHAPE),
    "record id of 33": (acts.methodology("M" * 33), SHAPE),
    "statement id": (acts.verification(""), SHAPE),
    "document kind": (acts.anchor("", None), SHAPE),
    # organisations and accounts
    "no subject": (t.Action(put_account=t.PutAccount(program="IPCI")), SHAPE),
    "organisation id": (acts.organisation("a b"), SHAPE),
    "organisation name": (acts.organisation("a", name=""), SHAPE),
    "organisation name, reordered": (acts.organisation("a", name=BIDI), TEXT),
    "organisation name of 129 bytes": (acts.organisation("a", name="n" * 129), TEXT),
    "country": (acts.organisation("a", country="no"), SHAPE),
    "hash of identification": (acts.organisation("a", kyc_hash=b"short"), SHAPE),
    "end of identification": (acts.organisation("a", kyc_expires_s=TIME_S_MAX + 1), SHAPE),
    "organisation status": (acts.organisation("a", status=9), SHAPE),
    "organisation status unsaid": (acts.organisation("a", status=0), SHAPE),
    "account id": (acts.alter("user", id="user"), SHAPE),
    "check digits": (acts.alter("user", id="XI-100-1004-0-01"), SHAPE),
    "account's organisation": (acts.alter("user", organisation=""), SHAPE),
    "account name, hidden": (acts.alter("user", name=HIDDEN), TEXT),
    "account name": (acts.alter("user", name=""), SHAPE),
    "holder kind": (acts.alter("user", holder_kind=9), SHAPE),
    "holder kind of the chain": (acts.alter("user", holder_kind=t.SYSTEM), SHAPE),
    "category": (acts.alter("user", category="a b"), SHAPE),
    "account status": (acts.alter("user", status=9), SHAPE),
    "17 persons initiate": (acts.alter("user", min_initiate=17), SHAPE),
    "17 persons approve": (acts.alter("user", min_approve=17), SHAPE),
    "17 keys": (
        acts.alter(
            "user", add_keys=[acts.grant_of(account_id("user"), f"k{n}") for n in range(17)]
        ),
        SHAPE,
    ),
    "17 keys removed": (acts.alter("user", remove_keys=[bytes((n,)) for n in range(17)]), SHAPE),
    "a short key": (grant(key=b"k" * 31), SHAPE),
    "a key of nobody": (grant(person=""), SHAPE),
    "a key without rights": (grant(rights=[]), SHAPE),
    "an unknown right": (grant(rights=[9]), SHAPE),
    "rights twice": (grant(rights=[1, 1]), SHAPE),
    "rights out of order": (grant(rights=[2, 1]), SHAPE),
    # seats
    "operation": (acts.accredit("user", operation=t.ACCREDIT_OPERATION_UNSPECIFIED), SHAPE),
    "role": (acts.accredit("user", t.ROLE_UNSPECIFIED), SHAPE),
    "the role of holders": (acts.accredit("user", t.HOLDER), SHAPE),
    "list": (acts.accredit("user", acl="a b"), SHAPE),
    "side": (acts.accredit("user", side="a b"), SHAPE),
    "subject": (acts.accredit("user", subject="user"), SHAPE),
    "scopes out of order": (acts.accredit("user", scopes=["b", "a"]), SHAPE),
    "a scope twice": (acts.accredit("user", scopes=["a", "a"]), SHAPE),
    "17 scopes": (acts.accredit("user", scopes=[f"s{n:02}" for n in range(17)]), SHAPE),
    "start of a term": (acts.accredit("user", valid_from_s=TIME_S_MAX + 1), SHAPE),
    "end of a term": (acts.accredit("user", valid_to_s=U64_MAX), SHAPE),
    "document of a seat": (acts.accredit("user", document=b"1"), SHAPE),
    "reason of a seat": (acts.accredit("user", reason=BIDI), TEXT),
    # documents
    "hash": (acts.anchor("CONCLUSION", None, hash=b""), SHAPE),
    "public version": (acts.anchor("CONCLUSION", None, public_version_of=b"1"), SHAPE),
    "media type": (acts.anchor("CONCLUSION", None, media_type="pdf"), SHAPE),
    "no media type": (acts.anchor("CONCLUSION", None, media_type=""), SHAPE),
    "two media types": (acts.anchor("CONCLUSION", None, media_type="a/b/c"), SHAPE),
    "capital media type": (acts.anchor("CONCLUSION", None, media_type="Text/plain"), SHAPE),
    "long media type": (acts.anchor("CONCLUSION", None, media_type="a/" + "b" * 63), SHAPE),
    "link to no kind": (acts.anchor("CONCLUSION", (t.RECORD_KIND_UNSPECIFIED, "M1")), SHAPE),
    "link to no id": (acts.anchor("CONCLUSION", (t.METHODOLOGY, "")), SHAPE),
    # records
    "no fields": (t.Action(put_record=t.PutRecord(program="IPCI", id="M1")), SHAPE),
    "family": (acts.methodology(family=""), SHAPE),
    "version": (acts.methodology(version="1 0"), SHAPE),
    "superseded": (acts.methodology(supersedes="a b"), SHAPE),
    "methodology title": (acts.methodology(title=""), SHAPE),
    "methodology title, reordered": (acts.methodology(title=BIDI), TEXT),
    "subtype": (acts.activity(subtype="FACTORY"), SHAPE),
    "activity title, hidden": (acts.activity(title=HIDDEN), TEXT),
    "activity country": (acts.activity(country="NOR"), SHAPE),
    "sector": (acts.activity(sector=""), SHAPE),
    "boundary": (acts.activity(boundary_id=""), SHAPE),
    "sources": (acts.activity(sources_hash=b""), SHAPE),
    "no gases": (acts.activity(gases=[]), SHAPE),
    "gases out of order": (acts.activity(gases=["CO2", "CH4"]), SHAPE),
    "17 gases": (acts.activity(gases=[f"G{n:02}" for n in range(17)]), SHAPE),
    "start": (acts.activity(start_s=TIME_S_MAX + 1), SHAPE),
    "empty crediting period": (acts.activity(crediting_to_s=acts.YEAR("2024-01-01")), SHAPE),
    "17 references": (acts.activity(external_refs=[f"r{n}" for n in range(17)]), SHAPE),
    "an empty reference": (acts.activity(external_refs=[""]), SHAPE),
    "a reference, reordered": (acts.activity(external_refs=[BIDI]), TEXT),
    "a reference of 513 bytes": (acts.activity(external_refs=["r" * 513]), TEXT),
    "issuance list": (acts.issuance(list="a b"), SHAPE),
    "issuance class": (acts.issuance(class_id=""), SHAPE),
    "no statements": (acts.issuance(statements=[]), SHAPE),
    "17 statements": (acts.issuance(statements=[f"S{n:02}" for n in range(17)]), SHAPE),
    "statements out of order": (acts.issuance(statements=["S2", "S1"]), SHAPE),
    # steps
    "record of no kind": (
        acts.transition(t.RECORD_KIND_UNSPECIFIED, "M1", "APPROVED"),
        SHAPE,
    ),
    "record of no id": (acts.transition(t.METHODOLOGY, "", "APPROVED"), SHAPE),
    "no state": (acts.transition(t.METHODOLOGY, "M1", ""), SHAPE),
    "document of a step": (acts.transition(t.METHODOLOGY, "M1", "X", document=b"1"), SHAPE),
    "reason of a step": (acts.transition(t.METHODOLOGY, "M1", "X", reason=HIDDEN), TEXT),
    "reason of 513 bytes": (acts.transition(t.METHODOLOGY, "M1", "X", reason="r" * 513), TEXT),
    # statements
    "kind of statement": (acts.verification(kind=0), SHAPE),
    "unknown kind of statement": (acts.verification(kind=99), SHAPE),
    "list of a statement": (acts.verification(list="a b"), SHAPE),
    "activity of a statement": (acts.verification(activity=""), SHAPE),
    "empty period": (acts.verification(period_from_s=acts.YEAR("2026-01-01")), SHAPE),
    "period beyond all years": (acts.verification(period_to_s=U64_MAX), SHAPE),
    "outcome": (acts.verification(outcome=99), SHAPE),
    "flags out of order": (acts.verification(flags=["b", "a"]), SHAPE),
    "65 flags": (acts.verification(flags=[f"f{n:02}" for n in range(65)]), SHAPE),
    "33 documents": (acts.verification(documents=[acts.digest(str(n)) for n in range(33)]), SHAPE),
    "a document that is no hash": (acts.verification(documents=[b"1"]), SHAPE),
    # issues
    "an issue of zero": (acts.issue(0), SHAPE),
    "issuance id": (acts.issue(1, issuance=""), SHAPE),
    "receiver": (acts.issue(1, to_account="user"), SHAPE),
    "vintage 1989": (acts.issue(1, vintage=1989), SHAPE),
    "vintage 10000": (acts.issue(1, vintage=10_000), SHAPE),
    # movements
    "a quantity of zero": (acts.move(0, "issuer", "user"), SHAPE),
    "quantity and ranges": (acts.move(1, "issuer", "user", ranges=[span(1, 1)]), SHAPE),
    "a range from zero": (ranged(span(0, 1)), SHAPE),
    "a range backwards": (ranged(span(2, 1)), SHAPE),
    "a range to the very end": (ranged(span(1, U64_MAX)), SHAPE),
    "a range in no space": (ranged(span(1, 1, "")), SHAPE),
    "ranges that overlap": (ranged(span(1, 5), span(5, 6)), SHAPE),
    "ranges out of order": (ranged(span(5, 6), span(1, 2)), SHAPE),
    "spaces out of order": (ranged(span(1, 2, "T"), span(1, 2, "S")), SHAPE),
    "65 ranges": (ranged(*(span(n, n) for n in range(1, 131, 2))), SHAPE),
    "class": (acts.move(1, "issuer", "user", class_id=""), SHAPE),
    "sender": (acts.move(1, "issuer", "user", from_account="issuer"), SHAPE),
    "receiver of a movement": (acts.move(1, "issuer", "user", to_account=""), SHAPE),
    "257 lots": (acts.move(1, "issuer", "user", max_lots=257), SHAPE),
    "purpose": (acts.retire(1, "user", purpose=99), SHAPE),
    "year": (acts.retire(1, "user", year=10_000), SHAPE),
    "receipt": (acts.retire(1, "user", receipt_hash=b"1"), SHAPE),
    "note, reordered": (acts.retire(1, "user", note=BIDI), TEXT),
    "beneficiary, reordered": (acts.retire(1, "user", beneficiary__name=BIDI), TEXT),
    "beneficiary id, hidden": (acts.retire(1, "user", beneficiary__id=HIDDEN), TEXT),
    "beneficiary country": (acts.retire(1, "user", beneficiary__country="Norway"), SHAPE),
    "person hash": (acts.retire(1, "user", beneficiary__person_hash=b"1"), SHAPE),
    "name and person": (acts.retire(1, "user", beneficiary__person_hash=acts.HASH), SHAPE),
    # consent
    "decision on nothing": (acts.yes(0), SHAPE),
    "no verdict": (acts.yes(1, verdict=0), SHAPE),
    "unknown verdict": (acts.yes(1, verdict=9), SHAPE),
    "reason, hidden": (acts.no(1, HIDDEN), TEXT),
    "33 codes": (acts.yes(1, codes=[t.ResponseCode(code=code) for code in range(33)]), SHAPE),
    "document of a decision": (acts.yes(1, document=b"1"), SHAPE),
    "withdrawal of nothing": (acts.withdraw(0), SHAPE),
}


def answer(action: t.Action) -> Refusal:
    arm = action.WhichOneof("action")
    assert arm is not None
    try:
        ACTIONS[arm].check(getattr(action, arm))
    except Refusal as refusal:
        return refusal
    return Refusal(Code.OK)


@pytest.mark.parametrize("what", BAD)
def test_a_field_out_of_its_bounds_is_named_and_refused(what: str) -> None:
    action, code = BAD[what]
    refusal = answer(action)
    assert refusal.code == code
    assert refusal.detail.partition(":")[0].replace(".", "").replace("_", "").isalpha()


GOOD = {
    "organisation": acts.organisation("house", name="n" * 128, country="KZ"),
    "account": acts.account("firm", "house"),
    "closed account": acts.alter("user", status=t.ACCOUNT_CLOSED),
    "seat": acts.accredit("user", acl="ACL-1", scopes=["a", "b"], valid_to_s=TIME_S_MAX),
    "document": acts.anchor("PDD", (t.ACTIVITY, "A1"), size_bytes=DOCUMENT_BYTES_MAX),
    "methodology": acts.methodology(supersedes="M0"),
    "activity": acts.activity(external_refs=["https://example.org/1"]),
    "issuance": acts.issuance(statements=[f"S{n:02}" for n in range(16)]),
    "step": acts.opened(U64_MAX),
    "statement": acts.verification(documents=[acts.HASH]),
    "statement without period": acts.monitoring(),
    "issue": acts.issue(U64_MAX),
    "movement": acts.move(U64_MAX, "issuer", "user", max_lots=256),
    "ranges": ranged(span(1, 5), span(6, U64_MAX - 1), span(1, 1, "T")),
    "retirement": acts.retire(1, "user", note="за 2025 год", year=2025),
    "retirement for a person": acts.retire(
        1, "user", beneficiary=t.Beneficiary(person_hash=acts.HASH)
    ),
    "decision": acts.yes(U64_MAX, codes=[t.ResponseCode(code=1), t.ResponseCode(code=2)]),
    "refusal": acts.no(1, "The baseline is not what the methodology asks for"),
    "withdrawal": acts.withdraw(1),
}


@pytest.mark.parametrize("what", GOOD)
def test_a_field_at_its_bound_passes(what: str) -> None:
    assert answer(GOOD[what]).code == Code.OK


@pytest.mark.parametrize("what", GOOD)
def test_every_act_has_a_cost_that_its_size_bounds(what: str) -> None:
    action = GOOD[what]
    arm = action.WhichOneof("action")
    assert arm is not None
    assert 0 < ACTIONS[arm].cost(getattr(action, arm)) <= 1024


def test_a_text_with_a_lone_surrogate_never_becomes_a_message() -> None:
    good = acts.no(1, "abc").SerializeToString()
    body = t.Body(chain_id="c", signers=[t.Signer(account="a", sequence=1)]).SerializeToString()
    bad = body + b"\x2a" + bytes((len(good),)) + good.replace(b"abc", b"\xed\xa0\x80")
    raw = t.SignedTx(body=bad).SerializeToString()
    fault = parse(raw, b"").fault
    assert fault is not None
    assert fault.code == Code.TX_MALFORMED
