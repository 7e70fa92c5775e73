"""Absurd values everywhere: only refusals, never an unforeseen error, never a fault of the state.

Must not know: what an action ought to answer. Invariants: every transaction, question and genesis
of bytes gets a numbered answer; a replica agrees (harness); the doctor finds nothing (conftest).
"""

import random
from collections.abc import Callable

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from abci_app.abci import abci_pb2 as abci
from abci_app.core.codes import Code, code_name
from abci_app.core.limits import U64_MAX
from abci_app.queries import QUERIES
from tests import acts
from tests.harness import Chain
from tests.names import PROGRAM, account_id
from tonne.v1 import service_pb2 as q
from tonne.v1 import tx_pb2 as t

SIGNERS = ("operator", "coordinator", "auditor", "issuer", "user")
NUMBERS = (0, 1, 2, 16, 255, 256, 2024, 9999, 10_000, 2**31, 2**32 - 1, 2**32, 2**63, U64_MAX - 1)
ENUMS = (0, 1, 2, 3, 11, 99, 2**31 - 1, -1, -(2**31))
TEXTS = (
    "",
    "a",
    "R1",
    "S1",
    "A1",
    "M1",
    "ACL-1",
    "APPROVED",
    "TMU",
    PROGRAM,
    "chain",
    "IPCI.R1",
    "steel",
    "a" * 32,
    "a" * 33,
    "a" * 255,
    "-",
    "XI-100-0-0-0",
    "XI-999-999999999999999-99-99",
    "\u202ea",
    " a",
    "\N{CJK UNIFIED IDEOGRAPH-78B3}" * 11,
    *(account_id(name) for name in (*SIGNERS, "RETIRE", "nobody")),
)
BYTES = (b"", b"\0", acts.HASH, b"\xff" * 32, b"\0" * 32, b"\1" + b"\0" * 31, b"a" * 33, b"a" * 64)

# Who could sign it, and an action that makes sense, or would with a little more state.
TEMPLATES: tuple[tuple[str, Callable[[], t.Action]], ...] = (
    ("operator", lambda: acts.organisation("acme")),
    ("operator", lambda: acts.organisation("new", name="New", country="NO")),
    ("operator", lambda: acts.account("nobody", "new")),
    ("operator", lambda: acts.alter("issuer", tx_limit_t=500)),
    ("user", lambda: acts.alter("user", name="U")),
    ("user", lambda: acts.alter("user", add_keys=[acts.grant_of(account_id("user"), "second")])),
    ("coordinator", lambda: acts.accredit("user")),
    ("operator", lambda: acts.accredit("stranger", acl="ACL-1")),
    ("issuer", lambda: acts.anchor("CONCLUSION", (t.ACTIVITY, "A1"))),
    ("issuer", lambda: acts.methodology("M2")),
    ("issuer", lambda: acts.activity("A2")),
    ("issuer", lambda: acts.issuance("R2")),
    ("operator", lambda: acts.transition(t.ISSUANCE, "R1", "SUSPENDED")),
    ("operator", lambda: acts.transition(t.ISSUANCE, "R1", "APPROVED")),
    ("auditor", lambda: acts.opened(7, "R2")),
    ("operator", lambda: acts.approved(7, 1, 1, "R2")),
    ("auditor", lambda: acts.monitoring("S2")),
    ("auditor", lambda: acts.verification("S3", net=9, activity="A2")),
    ("auditor", lambda: acts.issue(3)),
    ("issuer", lambda: acts.move(20, "issuer", "user")),
    ("user", lambda: acts.move(7, "user", "issuer")),
    ("issuer", lambda: ranged(700, 701)),
    ("issuer", lambda: ranged(100, 109)),
    ("user", lambda: acts.retire(1, "user")),
    ("operator", lambda: acts.yes(1)),
    ("operator", lambda: acts.yes(2)),
    ("operator", lambda: acts.no(3)),
    ("user", lambda: acts.withdraw(2)),
)


def ranged(start: int, end: int) -> t.Action:
    serials = [t.SerialRange(space="IPCI.R1", start=start, end=end)]
    return acts.move(0, "issuer", "user", ranges=serials)


def absurd(field: FieldDescriptor, dice: random.Random) -> object:
    """Return a value that the field can carry, as far from sense as possible."""
    if field.enum_type is not None:
        return dice.choice(ENUMS)
    if field.type == FieldDescriptor.TYPE_STRING:
        return dice.choice(TEXTS)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return dice.choice(BYTES)
    if field.type == FieldDescriptor.TYPE_BOOL:
        return dice.random() < 0.5
    if field.type == FieldDescriptor.TYPE_UINT32:
        return dice.choice([number for number in NUMBERS if number < 2**32])
    return dice.choice(NUMBERS)


def spoil(message: Message, dice: random.Random) -> None:
    """Change one field, somewhere in the message, to an absurd value or number of values."""
    field = dice.choice(message.DESCRIPTOR.fields)
    if field.is_repeated:
        rows = getattr(message, field.name)
        if field.message_type is not None and rows and dice.random() < 0.7:
            spoil(dice.choice(rows), dice)
        elif dice.random() < 0.3:
            message.ClearField(field.name)
        else:
            for _ in range(dice.choice((1, 1, 2, 17, 70, 600))):
                if field.message_type is not None:
                    rows.add()
                else:
                    rows.append(absurd(field, dice))
    elif field.message_type is not None:
        nested = getattr(message, field.name)
        if message.HasField(field.name) and dice.random() < 0.8 and nested.DESCRIPTOR.fields:
            spoil(nested, dice)
        else:
            nested.SetInParent()
    else:
        setattr(message, field.name, absurd(field, dice))


def spoilt(dice: random.Random) -> tuple[str, t.Action]:
    """Return a signer and an action that made sense before up to three fields were changed."""
    signer, made = dice.choice(TEMPLATES)
    action = made()
    message = getattr(action, str(action.WhichOneof("action")))
    if action.HasField("decide") or action.HasField("withdraw"):
        message.proposal = dice.randrange(1, 9)
    for _ in range(dice.choice((0, 0, 1, 1, 2, 3))):
        spoil(message, dice)
    return signer, action


def envelope(dice: random.Random) -> tuple[list[str], list[t.Action]]:
    """Return the signers and the actions of an envelope; mostly, who signs could sign."""
    made = [spoilt(dice) for _ in range(dice.choice((1, 1, 1, 2, 4)))]
    names = list(dict.fromkeys(signer for signer, _ in made))
    if dice.random() < 0.5 and "operator" not in names:
        names.append("operator")
    for signer, action in made:
        right = dice.random() < 0.9
        action.signer_index = names.index(signer) if right else dice.randrange(len(names))
    return names, [action for _, action in made]


def stage() -> Chain:
    """Parties, an issuance with units in two hands, one held reserve, two proposals that wait."""
    chain = Chain.with_issuance(cap=10_000, reserve_bps=1_000, months=1)
    chain.ok("auditor", acts.issue(1_000), also=("operator",))
    chain.ok("issuer", acts.move(50, "issuer", "user"))
    chain.ok("operator", acts.alter("user", market_access=True))
    chain.pending("auditor", acts.issue(5))
    chain.pending("user", acts.move(5, "user", "issuer"), acts.alter("user", name="U"))
    return chain


@pytest.mark.parametrize("number", range(8))
def test_actions_of_absurd_values_are_refused_and_never_trip_the_machine(number: int) -> None:
    dice = random.Random(number)
    chain = stage()
    seen: dict[int, int] = {}
    for _ in range(20):
        txs = []
        for _ in range(12):
            names, actions = envelope(dice)
            txs.append(chain.tx(names[0], *actions, also=names[1:], lane=dice.randrange(16)))
        for tx in txs:
            asked = q.SimulateRequest(tx=tx)
            assert chain.query(asked).code != Code.INTERNAL
            assert chain.check(tx).code != Code.INTERNAL
        kept = [tx for tx in txs if dice.random() < 0.9]
        for result in chain.block(*kept):
            assert result.code != Code.INTERNAL, result.detail
            seen[result.code] = seen.get(result.code, 0) + 1
        chain.block(at=chain.now + dice.choice((1, 60, 86_400, 31 * 86_400)))
        assert all(row.WhichOneof("event") != "contained" for row in chain.duties)
        for name in SIGNERS:  # what was not admitted has left holes
            for lane in range(16):
                reply = chain.ask(
                    q.GetSequenceRequest(account=account_id(name), lane=lane), q.SequenceReply
                )
                chain.sequences[(name, lane)] = reply.next - 1
    assert len(seen) > 10, [code_name(code) for code in seen]


@pytest.mark.parametrize("number", range(4))
def test_bytes_of_any_kind_get_a_numbered_answer_everywhere(number: int) -> None:
    dice = random.Random(100 + number)
    chain = stage()
    good = [
        chain.tx("issuer", acts.move(1, "issuer", "user")),
        chain.tx("auditor", acts.issue(1), acts.monitoring("S9"), also=("operator",)),
        chain.tx("user", acts.alter("user", add_keys=[acts.grant_of(account_id("user"), "k")])),
    ]
    junk = [damaged(dice.choice(good), dice) for _ in range(250)]
    for tx in junk:
        answer = chain.check(tx)
        assert 100 < answer.code < 200, f"{code_name(answer.code)}: {tx.hex()}"
        assert chain.query(q.SimulateRequest(tx=tx)).code != Code.INTERNAL
    process = abci.RequestProcessProposal(txs=junk[:50], height=chain.height + 1)
    process.time.seconds = chain.now + 1
    assert chain.app.process_proposal(process).status == abci.ResponseProcessProposal.REJECT
    for result in chain.block(*junk, proposed=False):  # as if two thirds had voted for it
        assert 100 < result.code < 200
        assert not result.events


def damaged(tx: bytes, dice: random.Random) -> bytes:
    """Return a transaction with a few bytes changed, dropped, repeated or added."""
    raw = bytearray(tx)
    for _ in range(dice.choice((1, 1, 2, 5))):
        at = dice.randrange(len(raw))
        kind = dice.randrange(5)
        if kind == 0:
            raw[at] ^= 1 << dice.randrange(8)
        elif kind == 1:
            raw = raw[:at] + raw[at + dice.choice((1, 3, 40)) :] or raw
        elif kind == 2:
            raw[at:at] = raw[at : at + dice.choice((1, 8, 70))] or b"\0"
        elif kind == 3:
            raw[at:at] = dice.randbytes(dice.choice((1, 2, 10)))
        else:
            raw[at] = dice.choice((0, 0x7F, 0x80, 0xFF))
    return bytes(raw) + (b"\0" if bytes(raw) == tx else b"")


@pytest.mark.parametrize("number", range(3))
def test_questions_of_absurd_values_are_answered_or_refused(number: int) -> None:
    dice = random.Random(200 + number)
    chain = stage()
    codes: dict[int, int] = {}
    for path, (kind, _) in sorted(QUERIES.items()):
        for _ in range(40):
            request = kind()
            for _ in range(dice.choice((1, 2, 4, 8))):
                if kind.DESCRIPTOR.fields:
                    spoil(request, dice)
            data = request.SerializeToString()
            if dice.random() < 0.1:
                data = dice.randbytes(20)
            answer = chain.app.query(abci.RequestQuery(path=f"/{path}", data=data))
            assert answer.code != Code.INTERNAL, f"{path} {request}"
            codes[answer.code] = codes.get(answer.code, 0) + 1
    assert codes[0] > 20
