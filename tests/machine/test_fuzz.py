"""Whatever a message says, the answer is a deed or a refusal, never an unforeseen error."""

import random
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from abci_app.core import signing
from abci_app.core.codes import Code, code_name
from tests import acts
from tests.harness import IPCI, Chain, edited
from tests.names import account_id, seed
from tonne.v1 import tx_pb2 as t

NAMES = ("issuer", "user", "auditor", "stranger", "operator", "coordinator")
SIGNERS = (*NAMES, "issuer", "user", "auditor", "operator", "operator", "coordinator")
WORDS = (
    "",
    "A1",
    "M1",
    "R1",
    "S0",
    "S1",
    "x",
    "y",
    "ACL-1",
    "acme",
    "NO",
    "x" * 33,
    "a\u202eb",
    "é",
)
STRINGS: dict[str, tuple[str, ...]] = {
    "program": ("IPCI", "IPCI", "IPCI", "IPCI", "chain", ""),
    "class_id": ("TMU", "TMU", "TMU", "CER"),
    "space": ("IPCI.R1", "IPCI.R1", "IPCI.R2"),
    "to_state": ("APPROVED", "REGISTERED", "OPENED", "SUSPENDED", "CLOSED", "WITHDRAWN", "X"),
    "subtype": ("PROJECT", "X"),
    "country": ("NO", "NO", "no"),
    "media_type": ("application/pdf", "pdf"),
    "activity": ("A1", "A1", "A2"),
    "issuance": ("R1", "R1", "R2"),
    "list": ("ACL-1", "ACL-1", "", "ACL-2"),
    "list_kind": ("METHODOLOGY", "CONCLUSION"),
}
ACCOUNT_FIELDS = ("subject", "from_account", "to_account")
NUMBERS = (0, 1, 1, 2, 3, 5, 90, 100, 1000, 100_000, 2025, 1 << 31, 1 << 32, 1 << 63, (1 << 64) - 1)
TIMES = tuple(map(acts.YEAR, ("2024-01-01", "2025-01-01", "2026-01-01", "2027-01-01")))
PROGRAM = edited(
    IPCI,
    (
        'to_kind = "HOLDING"\nsigner = "HOLDER"\n',
        'to_kind = "HOLDING"\nsigner = "HOLDER"\napprovals = [{ role = "OPERATOR", count = 1 }]\n',
    ),
)


class Fuzzer:
    """Takes acts that are fine, and changes a field or two of some of them to anything."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice

    def action(self) -> t.Action:
        action = t.Action()
        action.CopyFrom(self.dice.choice(self._good()))
        arm = action.WhichOneof("action")
        assert arm is not None
        for _ in range(self.dice.choice((0, 1, 1, 2))):
            self._change(getattr(action, arm))
        action.signer_index = self.dice.choice((0, 0, 0, 1))
        return action

    def _good(self) -> list[t.Action]:
        dice = self.dice
        number = dice.randint(1, 40)
        quantity = dice.choice((1, 3, 10, 50, 500))
        source, target = dice.sample(NAMES[:4], 2)
        return [
            acts.organisation(f"house-{number}"),
            acts.account(f"firm-{number}", f"house-{dice.randint(1, 40)}"),
            acts.alter(source, name="Another name"),
            acts.alter(target, tx_limit_t=quantity * 10),
            acts.accredit(target, operation=dice.choice((t.GRANT, t.SUSPEND, t.REINSTATE))),
            acts.accredit(target, acl="ACL-1", operation=dice.choice((t.GRANT, t.REINSTATE))),
            acts.anchor("CONCLUSION", (t.ACTIVITY, "A1"), hash=acts.digest(str(number))),
            acts.methodology(f"M{number}"),
            acts.activity(f"A{number}"),
            acts.issuance(f"R{number}"),
            acts.transition(t.METHODOLOGY, f"M{number}", "REJECTED"),
            acts.transition(t.ISSUANCE, "R1", dice.choice(("SUSPENDED", "APPROVED"))),
            acts.opened(quantity, f"R{number}"),
            acts.approved(quantity, name=f"R{number}"),
            acts.monitoring(f"S{number}"),
            acts.verification(f"S{number}", activity=f"A{dice.randint(1, 40)}"),
            acts.issue(quantity),
            acts.move(quantity, source, target),
            acts.move(0, source, target, ranges=[self._span()], max_lots=dice.choice((0, 1, 256))),
            acts.retire(quantity, source),
            acts.yes(number % 15 + 1),
            acts.no(number % 15 + 1),
            acts.withdraw(number % 15 + 1),
        ]

    def _span(self) -> t.SerialRange:
        start = self.dice.randint(1, 1000)
        return t.SerialRange(space="IPCI.R1", start=start, end=start + self.dice.randint(0, 50))

    def _change(self, message: Message) -> None:
        """Set a field of the message, or of one inside it, to whatever comes."""
        field = self.dice.choice(message.DESCRIPTOR.fields)
        inside = field.message_type is not None
        if inside and not field.is_repeated:
            self._change(getattr(message, field.name))
        elif inside:
            rows = getattr(message, field.name)
            if len(rows) and self.dice.random() < 0.8:
                self._change(self.dice.choice(rows))
            else:
                rows.add()
        elif field.is_repeated:
            values = [self._value(field) for _ in range(self.dice.choice((0, 1, 2)))]
            message.ClearField(field.name)
            getattr(message, field.name).extend(values)
        elif self.dice.random() < 0.15:
            message.ClearField(field.name)
        else:
            setattr(message, field.name, self._value(field))

    def _value(self, field: FieldDescriptor) -> Any:
        dice = self.dice
        if field.enum_type is not None:
            return dice.choice([*(row.number for row in field.enum_type.values), 99])
        if field.type == FieldDescriptor.TYPE_BOOL:
            return dice.random() < 0.5
        if field.type == FieldDescriptor.TYPE_BYTES:
            key = signing.public_key(seed(dice.choice(NAMES)))
            return dice.choice((b"", acts.HASH, key, b"x" * 33))
        if field.type == FieldDescriptor.TYPE_STRING:
            owner = field.containing_type.name
            if field.name in ACCOUNT_FIELDS or (owner, field.name) == ("AccountChange", "id"):
                return account_id(dice.choice((*NAMES, "RETIRE", "new", "consortium-1")))
            return dice.choice((*STRINGS.get(field.name, ()), *WORDS))
        if field.name.endswith("_s"):
            return dice.choice((*TIMES, 0, NUMBERS[-1]))
        return dice.choice(NUMBERS) % (
            1 << (32 if field.type == FieldDescriptor.TYPE_UINT32 else 64)
        )


def run(number: int, blocks: int) -> dict[str, int]:
    """Send random envelopes; return how often each code came."""
    dice = random.Random(number)
    fuzzer = Fuzzer(dice)
    chain = Chain.with_issuance(program=PROGRAM)
    chain.all_ok(
        chain.tx("auditor", acts.issue(1000), also=("operator",)),
        chain.tx("issuer", acts.move(100, "issuer", "user"), also=("operator",)),
    )
    codes: dict[str, int] = {}
    for _ in range(blocks):
        txs = []
        for _ in range(8):
            who, *also = dict.fromkeys(dice.sample(SIGNERS, dice.choice((1, 2, 3))))
            actions = [fuzzer.action() for _ in range(dice.choice((1, 1, 1, 2)))]
            txs.append(chain.tx(who, *actions, also=also))
        for tx in txs:
            answer = chain.check(tx)
            assert answer.code == 0 or 100 < answer.code < 200, answer
        results = chain.block(*txs, at=chain.now + dice.choice((1, 1, 1, 3000)), proposed=False)
        for result in results:
            name = code_name(result.code)
            codes[name] = codes.get(name, 0) + 1
            assert result.code != Code.INTERNAL, result
        assert not any(event.HasField("contained") for event in chain.duties)
        chain.follow()
    return codes


@pytest.mark.parametrize("number", range(5))
def test_no_message_leads_to_an_unforeseen_error(number: int) -> None:
    codes = run(number, 20)
    assert codes.get("OK"), codes
    assert len(codes) > 8, codes
