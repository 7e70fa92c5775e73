"""Writes the vectors of this folder: what other implementations compare their bytes with.

It knows the SDK and one example of every action. Its invariant: the same files from every run; a
change of a file is a change of the protocol.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from mnemonic import Mnemonic

from abci_app.core import signing
from node.sdk import build, verbs
from node.sdk.keys import StoredKey
from node.sdk.keystore.mnemonics import derive, seed_from_mnemonic
from tonne.v1 import tx_pb2 as t
from tonne.v1.policy_pb2 import ChainParams

FOLDER = Path(__file__).parent

CHAIN_ID = "tonne-vectors"
GENESIS_HASH = sha256(b"the genesis of the vectors").digest()
VALID_UNTIL_S = 1_770_003_600
PROGRAM = "IPCI"
OPERATOR = "XI-100-2-0-93"
ISSUER = "XI-100-1001-0-45"
USER = "XI-100-1002-0-40"
SINK = "XI-300-1-0-44"
ZERO_WORDS = " ".join(["abandon"] * 23 + ["art"])
OTHER_WORDS = " ".join(["zoo"] * 23 + ["vote"])


def key(name: str, account: str) -> StoredKey:
    seed = sha256(b"vector " + name.encode()).digest()
    return StoredKey(name, seed, signing.public_key(seed), account, name)


def digest(text: str) -> bytes:
    return sha256(text.encode()).digest()


def actions() -> Mapping[str, t.Action]:
    """Return one action of every kind, with as many fields as the kind can have at once."""
    issuance = t.RecordRef(kind=t.ISSUANCE, id="ISS-1")
    messages: dict[str, Any] = {
        "put_account organisation": t.PutAccount(
            program=PROGRAM,
            organisation=t.OrganisationChange(
                id="green-mill",
                name="Зелёная мельница",
                country="KZ",
                kyc_hash=digest("kyc"),
                kyc_expires_s=1_800_000_000,
                status=t.ORGANISATION_ACTIVE,
            ),
        ),
        "put_account account": t.PutAccount(
            program=PROGRAM,
            account=t.AccountChange(
                id=ISSUER,
                organisation="green-mill",
                name="Issuer",
                holder_kind=t.ORG,
                category="project",
                add_keys=[build.key_grant(CHAIN_ID, ISSUER, key("issuer", ISSUER), verbs.RIGHTS)],
                remove_keys=[digest("an old key")],
                min_initiate=1,
                min_approve=0,
                tx_limit_t=100_000,
                market_access=True,
                status=t.ACCOUNT_OPEN,
            ),
        ),
        "accredit": t.Accredit(
            program=PROGRAM,
            operation=t.GRANT,
            role=t.AUDITOR,
            list="acl-1",
            subject=ISSUER,
            side="host",
            scopes=["forestry", "waste"],
            valid_from_s=1_769_000_000,
            valid_to_s=1_800_000_000,
            document=digest("accreditation"),
            reason="By decision 7",
        ),
        "anchor": t.Anchor(
            program=PROGRAM,
            kind="PDD",
            hash=digest("design document"),
            size_bytes=(1 << 40) - 1,
            media_type="application/pdf",
            confidential=True,
            public_version_of=digest("confidential version"),
            link=issuance,
        ),
        "put_record methodology": t.PutRecord(
            program=PROGRAM,
            id="M-1",
            methodology=t.Methodology(
                family="AMS",
                category="I.D",
                version="18",
                supersedes="M-0",
                baseline_conform=True,
                title="Grid-connected renewable electricity",
            ),
        ),
        "put_record activity": t.PutRecord(
            program=PROGRAM,
            id="A-1",
            activity=t.Activity(
                subtype="PROJECT",
                title="植林 North",
                country="KZ",
                sector="14",
                category="REMOVAL",
                methodology="M-1",
                boundary_id="B-1",
                sources_hash=digest("sources"),
                gases=["CH4", "CO2"],
                start_s=1_600_000_000,
                crediting_from_s=1_600_000_000,
                crediting_to_s=1_900_000_000,
                external_refs=["vcs-1"],
            ),
        ),
        "put_record issuance": t.PutRecord(
            program=PROGRAM,
            id="ISS-1",
            issuance=t.IssuanceRequest(
                list="acl-1", activity="A-1", class_id="TMU", statements=["S-1", "S-2"]
            ),
        ),
        "transition opening": t.Transition(
            program=PROGRAM,
            record=issuance,
            to_state="OPEN",
            opening=t.IssuanceOpening(cap_t=25_000),
            document=digest("request"),
            reason="Opened",
        ),
        "transition approval": t.Transition(
            program=PROGRAM,
            record=issuance,
            to_state="APPROVED",
            approval=t.IssuanceApproval(
                approved_cap_t=25_000, reserve_bps=1_000, reserve_months=24, market_access=True
            ),
        ),
        "attest": t.Attest(
            program=PROGRAM,
            id="S-1",
            kind=t.VERIFICATION,
            list="acl-1",
            activity="A-1",
            period_from_s=1_700_000_000,
            period_to_s=1_731_536_000,
            outcome=t.ABS_REDUCTION,
            numbers=t.StatementNumbers(
                baseline_t=40_000,
                actual_baseline_t=41_000,
                baseline_months=36,
                project_t=10_000,
                leakage_t=3_000,
                deduction_t=1_500,
                new_source_t=500,
                net_t=25_000,
            ),
            flags=["additional", "measured"],
            documents=[digest("report")],
        ),
        "issue": t.Issue(
            program=PROGRAM, issuance="ISS-1", quantity_t=25_000, to_account=ISSUER, vintage=2025
        ),
        "move quantity": t.Move(
            program=PROGRAM,
            class_id="TMU",
            quantity_t=(1 << 64) - 1,
            from_account=ISSUER,
            to_account=SINK,
            purpose=t.VOLUNTARY,
            beneficiary=t.Beneficiary(name='Ada "Byron" & sons', id="r-1", country="GB"),
            year=2025,
            receipt_hash=digest("receipt"),
            note="Flight AB 1",
            max_lots=16,
        ),
        "move ranges": t.Move(
            program=PROGRAM,
            class_id="TMU",
            ranges=[
                t.SerialRange(space="ISS-1", start=1, end=127),
                t.SerialRange(space="ISS-1", start=128, end=16_384),
            ],
            from_account=ISSUER,
            to_account=USER,
        ),
        "move for a person": t.Move(
            program=PROGRAM,
            class_id="TMU",
            quantity_t=1,
            from_account=USER,
            to_account=SINK,
            purpose=t.FOOTPRINT_OFFSET,
            beneficiary=t.Beneficiary(person_hash=digest("salted name")),
        ),
        "decide": t.Decide(
            proposal=7,
            verdict=t.NO,
            reason="The cap is not supported by the statement",
            codes=[t.ResponseCode(code=402), t.ResponseCode(code=405)],
            document=digest("minutes"),
        ),
        "withdraw": t.Withdraw(proposal=7, reason="Filed twice"),
    }
    messages.update(_of_the_whole_law())
    return {name: verbs.act(message) for name, message in messages.items()}


def _of_the_whole_law() -> dict[str, Any]:
    """One example of each action that is neither a plain record nor a plain movement."""
    return {
        "put_policy": t.PutPolicy(
            params=ChainParams(tx_bytes_max=65536, duties_per_block=200),
            effective_from_s=1_770_100_000,
            document=digest("minutes"),
        ),
        "convert": t.Convert(
            program="KYOTO_KZ",
            rule="ERU of track 1",
            class_id="AAU",
            ranges=[t.SerialRange(space="KZ", start=1, end=2_000_000)],
            account=ISSUER,
            activity="P1",
        ),
        "hold": t.HoldUnits(
            program=PROGRAM,
            place=t.PlaceHold(
                kind=t.PLEDGE,
                account=ISSUER,
                class_id="TMU",
                quantity_t=500,
                release_at_s=1_780_000_000,
                controller=USER,
                claim_to=[t.HOLDING],
            ),
            reason="Security for a loan",
        ),
        "label": t.SetLabel(
            program=PROGRAM,
            operation=t.ADD_LABEL,
            label="physical-mrv",
            scope=t.SCOPE_ACTIVITY,
            target="A-1",
            reason="Metered at the stack",
        ),
        "place_order": t.PlaceOrder(
            program=PROGRAM,
            side=t.SELL,
            account=ISSUER,
            class_id="TMU",
            quantity_t=500,
            price_minor=800,
            currency="EUR",
            expires_s=1_772_000_000,
            settlement=t.DIRECT_CONFIRM,
        ),
        "fill_order": t.FillOrder(
            order=1, account=USER, quantity_t=50, payment_hash=digest("payment")
        ),
    }


def case(name: str, body: bytes, keys: list[tuple[int, StoredKey]]) -> dict[str, Any]:
    tx = build.sign_body(body, CHAIN_ID, GENESIS_HASH, keys)
    return {
        "name": name,
        "body": body.hex(),
        "sign_bytes": signing.sign_bytes(CHAIN_ID, GENESIS_HASH, body).hex(),
        "signatures": [
            {"signer_index": row.signer_index, "key": row.key.hex(), "sig": row.sig.hex()}
            for row in t.SignedTx.FromString(tx).signatures
        ],
        "tx": tx.hex(),
        "tx_id": signing.transaction_id(tx).hex(),
        "json": json.loads(build.tx_json(tx)),
        "description": build.describe(body).splitlines(),
    }


def transactions() -> dict[str, Any]:
    """Return a signed transaction of every action, and one of several signers and keys."""
    operator = key("operator", OPERATOR)
    signer = build.Signer(OPERATOR, 0, 1)
    cases = [
        case(
            name,
            build.build_body(CHAIN_ID, [signer], [action], VALID_UNTIL_S),
            [(0, operator)],
        )
        for name, action in actions().items()
    ]
    several = [build.Signer(ISSUER, 15, 300), build.Signer(USER, 3, 1 << 63)]
    both = [
        verbs.transfer(PROGRAM, "TMU", 100, ISSUER, USER),
        verbs.transfer(PROGRAM, "TMU", 40, USER, ISSUER, note="Swap", signer=1),
    ]
    signing_keys = [
        (1, key("user-b", USER)),
        (0, key("issuer", ISSUER)),
        (1, key("user-a", USER)),
    ]
    body = build.build_body(CHAIN_ID, several, both, VALID_UNTIL_S, "two signers, three keys")
    cases.append(case("several signers", body, signing_keys))
    return {
        "chain_id": CHAIN_ID,
        "genesis_hash": GENESIS_HASH.hex(),
        "seeds": {
            name: key(name, "").seed.hex() for name in ("operator", "issuer", "user-a", "user-b")
        },
        "transactions": cases,
    }


def _varint(value: int) -> bytes:
    raw = bytearray()
    while value >= 0x80:
        raw.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*raw, value])


def possession() -> dict[str, Any]:
    """Return the proof that the owner of a key registers it for an account."""
    one = key("issuer", ISSUER)
    grant = build.key_grant(CHAIN_ID, ISSUER, one, verbs.RIGHTS)
    return {
        "chain_id": CHAIN_ID,
        "account": ISSUER,
        "seed": one.seed.hex(),
        "key": one.public.hex(),
        "message": signing.possession_bytes(CHAIN_ID, ISSUER, one.public).hex(),
        "proof": grant.proof.hex(),
    }


def mnemonics() -> dict[str, Any]:
    """Return words and the seeds of their keys, and the vector of SLIP-0010 that this rests on."""
    slip = bytes.fromhex("000102030405060708090a0b0c0d0e0f")
    rows = []
    for words in (ZERO_WORDS, OTHER_WORDS):
        for number in (0, 1):
            seed = seed_from_mnemonic(words, number)
            rows.append(
                {
                    "words": words,
                    "bip39_seed": Mnemonic.to_seed(words, "").hex(),
                    "path": f"m/{number}'",
                    "seed": seed.hex(),
                    "key": signing.public_key(seed).hex(),
                }
            )
    return {
        "slip10": [
            {"seed": slip.hex(), "path": "m", "private": derive(slip, ()).hex()},
            {"seed": slip.hex(), "path": "m/0'", "private": derive(slip, (0,)).hex()},
        ],
        "keys": rows,
    }


def withdrawal() -> bytes:
    """Return the plain body that the refused encodings are made of."""
    signer = build.Signer(OPERATOR, 0, 1)
    return build.build_body(CHAIN_ID, [signer], [verbs.withdraw(7)], VALID_UNTIL_S)


def refused_bodies() -> Mapping[str, bytes]:
    """Return other encodings of that body, none of which is canonical."""
    body = withdrawal()
    chain, rest = body[: 2 + len(CHAIN_ID)], body[2 + len(CHAIN_ID) :]
    at = rest.index(b"\x18" + _varint(VALID_UNTIL_S))
    signers, until, acts = rest[:at], rest[at : at + 6], rest[at + 6 :]
    longer = until[:-1] + bytes([until[-1] | 0x80, 0])
    return {
        "a field twice": chain + body,
        "fields in another order": signers + chain + until + acts,
        "a field with its default value": chain + signers + until + b"\x22\x00" + acts,
        "a field that is not known": body + b"\xf8\x07\x01",
        "a number longer than needed": chain + signers + longer + acts,
    }


def refused() -> dict[str, Any]:
    """Return encodings of one transaction that the chain refuses, beside the one it takes."""
    body = withdrawal()
    good = build.sign_body(body, CHAIN_ID, GENESIS_HASH, [(0, key("operator", OPERATOR))])
    row = t.SignedTx.FromString(good).signatures[0]
    head, tail = b"\x0a" + bytes([len(body)]) + body, good[2 + len(body) :]
    cases = [
        {
            "name": f"in the body: {name}",
            "code": "TX_NOT_CANONICAL",
            "tx": t.SignedTx(body=raw, signatures=[row]).SerializeToString().hex(),
        }
        for name, raw in refused_bodies().items()
    ]
    long = b"\x0a" + bytes([len(body) | 0x80, 0]) + body
    cases += [
        {
            "name": "signatures before the body",
            "code": "TX_NOT_CANONICAL",
            "tx": (tail + head).hex(),
        },
        {
            "name": "a length longer than needed",
            "code": "TX_NOT_CANONICAL",
            "tx": (long + tail).hex(),
        },
        {
            "name": "one signature twice",
            "code": "TX_NOT_CANONICAL",
            "tx": (head + tail + tail).hex(),
        },
        {
            "name": "a field that is not known",
            "code": "TX_NOT_CANONICAL",
            "tx": (good + b"\x18\x01").hex(),
        },
        {"name": "cut short", "code": "TX_MALFORMED", "tx": good[:-1].hex()},
    ]
    return {"taken": good.hex(), "refused": cases}


REFUSED_BODY = {**refused_bodies(), "no message": b"\xff"}

FILES = {
    "transactions.json": transactions,
    "possession.json": possession,
    "mnemonics.json": mnemonics,
    "refused.json": refused,
}


def text(name: str) -> str:
    """Return what a file of this folder says."""
    return json.dumps(FILES[name](), indent=2, ensure_ascii=False) + "\n"


def write() -> None:
    """Write all files; for a new protocol version only."""
    for name in FILES:
        (FOLDER / name).write_text(text(name), encoding="utf-8")


if __name__ == "__main__":
    write()
