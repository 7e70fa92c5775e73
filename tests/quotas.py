"""The scheme of tests/programs/quotas.toml with its parties, and its acts as short calls.

Must not know: what becomes of an act. Invariant: units are issued under the caps of its periods.
"""

from pathlib import Path
from typing import Any

from abci_app.core import ids
from abci_app.state import schema
from abci_app.state.program_toml import Source, read_program
from tests import acts, worlds
from tests.harness import Chain, edited
from tests.names import account_id
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

PROGRAM = "QUOTAS"
QUOTAS = (Path(__file__).parent / "programs" / "quotas.toml").read_text(encoding="utf-8")
START = "2026-01-15"

PARTIES: worlds.Parties = {
    "q.authority": ("ministry", "NO", "GOVERNMENT", (("AUTHORITY", ""),)),
    "q.operator": ("registry", "NO", "ORG", (("OPERATOR", ""),)),
    "q.labeller": ("label-board", "NO", "ORG", (("LABELLER", ""),)),
    "q.plant": ("steelworks", "NO", "ORG", ()),
    "q.plant-2": ("steelworks", "NO", "ORG", ()),
    "q.trader": ("trading-house", "NO", "ORG", ()),
}
SURRENDER = str(ids.AccountId("XQ", 310, 1, 0))
RETIRE = str(ids.AccountId("XQ", 300, 1, 0))


def chain(*edits: tuple[str, str], quotas: int = 10_000, offsets: int = 10_000) -> Chain:
    """The plant holds quotas and credits of the first period."""
    one = worlds.chain("quotas", edited(QUOTAS, *edits), PARTIES, START)
    for class_id, quantity in (("QUOTA", quotas), ("CREDIT", offsets)):
        if quantity:
            one.ok("q.operator", issue(class_id, quantity), also=("q.authority",))
    return one


def issue(class_id: str, quantity: int, **changes: Any) -> t.Action:
    message = t.Issue(
        program=PROGRAM,
        cap=t.CapSource(class_id=class_id, period="Y1"),
        quantity_t=quantity,
        to_account=account_id("q.plant"),
        vintage=2026,
    )
    message.cap.party = "NO"
    acts.changed(message, changes)
    return t.Action(issue=message)


def move(quantity: int, target: str, source: str = "q.plant", **changes: Any) -> t.Action:
    message = t.Move(
        program=PROGRAM,
        class_id="QUOTA",
        quantity_t=quantity,
        from_account=account_id(source),
        to_account=account_id(target),
    )
    acts.changed(message, changes)
    return t.Action(move=message)


def surrender(quantity: int, **changes: Any) -> t.Action:
    fields = {
        "purpose": t.COMPLIANCE,
        "beneficiary": t.Beneficiary(name="Steelworks"),
        "obligation": "O1",
        **changes,
    }
    return move(quantity, SURRENDER, **fields)


def give_back(quantity: int, retirement: int = 1, **changes: Any) -> t.Action:
    return move(quantity, "q.plant", SURRENDER, retirement=retirement, **changes)


def obligation(one: Chain, amount: int, name: str = "O1", period: str = "Y1") -> None:
    """An obligation of the plant, verified."""
    draft = t.ObligationDraft(account=account_id("q.plant"), period=period)
    one.ok(
        "q.authority",
        t.Action(put_record=t.PutRecord(program=PROGRAM, id=name, obligation=draft)),
        step(t.OBLIGATION, name, "VERIFIED", amount=t.ObligationAmount(amount_t=amount)),
    )


def new_version(one: Chain, *edits: tuple[str, str]) -> None:
    """Let the consortium and the authority decide on a version of the program, in force at once."""
    head = ("version = 1", "version = 2")
    program = read_program(Source("quotas.toml", edited(QUOTAS, head, *edits)))
    action = t.Action(put_policy=t.PutPolicy(program=program))
    one.ok("consortium-1", action, also=("consortium-2", "consortium-3", "q.authority"))


def step(kind: t.RecordKind, name: str, to: str, **changes: Any) -> t.Action:
    action = acts.transition(kind, name, to, **changes)
    action.transition.program = PROGRAM
    return action


def record(one: Chain, kind: int, name: str) -> s.Record:
    found = schema.RECORDS.get(one.app.ledger, PROGRAM, kind, name)
    assert found is not None
    return found


def free(one: Chain, name: str, class_id: str = "QUOTA") -> int:
    found = schema.HOLDINGS.get(one.app.ledger, account_id(name), PROGRAM, class_id)
    return 0 if found is None else found.free_t
