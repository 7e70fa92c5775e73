"""KYOTO-KZ with its parties, from a genesis of its own, and its acts as short calls.

Must not know: what becomes of an act. Invariant: the program is the file of the repository, with
nothing changed but what a test names.
"""

from collections.abc import Sequence
from typing import Any

from abci_app.core import calendar, ids
from abci_app.state import schema
from abci_app.state.program_toml import Source, read_program
from tests import acts, worlds
from tests.harness import FOLDER, Chain, edited
from tests.names import account_id
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

PROGRAM = "KYOTO-KZ"
KYOTO = (FOLDER / "programs" / "kyoto_kz.toml").read_text(encoding="utf-8")
START = "2012-01-01"

PARTIES: worlds.Parties = {
    "kz.authority": ("kz-environment", "KZ", "GOVERNMENT", (("AUTHORITY", ""),)),
    "kz.operator": ("kz-registry", "KZ", "ORG", (("OPERATOR", ""),)),
    "kz.log": ("transaction-log", "DE", "ORG", (("EXT_LOG", ""),)),
    "kz.committee": ("supervisory-committee", "DE", "ORG", (("JISC", ""),)),
    "kz.cdm": ("cdm-registry", "DE", "ORG", (("BRIDGE", "CDM"),)),
    "kz.japan": ("jp-registry", "JP", "ORG", (("BRIDGE", "JP"),)),
    "kz.auditor": ("verifier", "DE", "ORG", (("AUDITOR", ""),)),
    "kz.state": ("kz-treasury", "KZ", "GOVERNMENT", ()),
    "kz.owner": ("kz-gas", "KZ", "ORG", ()),
    "kz.person": ("kz-trader", "KZ", "ORG", ()),
}
SINKS = {"RETIRE1": (300, 1), "RETIRE2": (300, 2), "JP": (500, 0)}


def chain(*edits: tuple[str, str], start: str = START) -> Chain:
    """A chain with KYOTO-KZ, its text edited."""
    return worlds.chain("kyoto_kz", edited(KYOTO, *edits), PARTIES, start)


def sink(name: str) -> str:
    """Return a sink: RETIRE1, RETIRE2, JP, or the code of one without a period."""
    code, period = SINKS[name] if name in SINKS else (int(name), 0)
    return str(ids.AccountId("KZ", code, 1, period))


def place(name: str) -> str:
    return account_id(name) if "." in name else sink(name)


# ---- acts ----


def of_kz(action: t.Action) -> t.Action:
    """Return an act of tests/acts.py as one of this program."""
    getattr(action, str(action.WhichOneof("action"))).program = PROGRAM
    return action


def issue(class_id: str, quantity: int, to: str = "kz.state", **changes: Any) -> t.Action:
    source = t.CapSource(class_id=class_id, party="KZ", period="CP1")
    message = t.Issue(program=PROGRAM, cap=source, quantity_t=quantity, to_account=account_id(to))
    acts.changed(message, changes)
    return t.Action(issue=message)


def bring(theirs: str, start: int, end: int, to: str = "kz.state", **changes: Any) -> t.Action:
    """Import serials of the CDM registry."""
    serials = t.SerialRange(space="BR", start=start, end=end)
    source = t.ImportSource(
        link="CDM", class_id=theirs, serials=serials, period="CP1", activity="4711"
    )
    message = t.Issue(program=PROGRAM, external=source, to_account=account_id(to))
    acts.changed(message, changes)
    return t.Action(issue=message)


def move(class_id: str, quantity: int, source: str, target: str, **changes: Any) -> t.Action:
    message = t.Move(
        program=PROGRAM,
        class_id=class_id,
        quantity_t=quantity,
        from_account=place(source),
        to_account=place(target),
    )
    acts.changed(message, changes)
    return t.Action(move=message)


def export(class_id: str, quantity: int, source: str = "kz.state", **changes: Any) -> t.Action:
    return move(class_id, quantity, source, "JP", **{"external_account": "JP-100-1", **changes})


def annul(class_id: str, quantity: int, **changes: Any) -> t.Action:
    """Retire units of the state for its commitment of the first period."""
    fields = {
        "purpose": t.PARTY_COMPLIANCE,
        "beneficiary": t.Beneficiary(name="Republic of Kazakhstan", country="KZ"),
        "obligation": "O1",
        **changes,
    }
    return move(class_id, quantity, "kz.state", "RETIRE1", **fields)


def convert(rule: str, quantity: int, /, account: str = "kz.state", **changes: Any) -> t.Action:
    class_id = rule.split(maxsplit=1)[0] if " to " in rule else rule.rsplit(maxsplit=1)[-1]
    message = t.Convert(
        program=PROGRAM,
        rule=rule,
        class_id=class_id,
        quantity_t=quantity,
        account=account_id(account),
    )
    acts.changed(message, changes)
    return t.Action(convert=message)


def ranges(*spans: tuple[int, int], space: str = "KZ") -> list[t.SerialRange]:
    return [t.SerialRange(space=space, start=start, end=end) for start, end in spans]


def notice(kind: str, quantity: int, name: str = "N1", **changes: Any) -> t.Action:
    draft = t.NoticeDraft(kind=kind, debtor=account_id("kz.state"), quantity_t=quantity)
    acts.changed(draft, changes)
    return t.Action(put_record=t.PutRecord(program=PROGRAM, id=name, notice=draft))


def step(kind: t.RecordKind, name: str, to: str, **changes: Any) -> t.Action:
    return of_kz(acts.transition(kind, name, to, **changes))


def project(one: Chain, name: str, verified: int) -> None:
    """Register an activity of the owner, with a verification of so many tonnes."""
    if schema.RECORDS.get(one.app.ledger, PROGRAM, t.METHODOLOGY, "M1") is None:
        papers = acts.anchor("METHODOLOGY", (t.METHODOLOGY, "M1"))
        one.ok("kz.owner", of_kz(acts.methodology()), of_kz(papers))
        one.ok("kz.authority", step(t.METHODOLOGY, "M1", "APPROVED"))
    terms = {
        "country": "KZ",
        "start_s": calendar.parse_iso("2008-01-01"),
        "crediting_from_s": calendar.parse_iso("2008-01-01"),
        "crediting_to_s": calendar.parse_iso("2013-01-01"),
    }
    papers = acts.anchor("PROJECT_DOCUMENT", (t.ACTIVITY, name))
    one.ok("kz.owner", of_kz(acts.activity(name, **terms)), of_kz(papers))
    one.ok("kz.authority", step(t.ACTIVITY, name, "REGISTERED"))
    fields = {
        "activity": name,
        "list": "",
        "flags": [],
        "period_from_s": calendar.parse_iso("2008-01-01"),
        "period_to_s": calendar.parse_iso("2012-01-01"),
    }
    verification = of_kz(acts.verification(f"V-{name}", verified, **fields))
    one.ok("kz.auditor", verification, also=("kz.authority",))


def new_version(one: Chain, *edits: tuple[str, str]) -> None:
    """Let the consortium and the authority decide on a version of the program, in force at once."""
    head = ("version = 1", "version = 2")
    program = read_program(Source("kyoto_kz.toml", edited(KYOTO, head, *edits)))
    action = t.Action(put_policy=t.PutPolicy(program=program))
    one.ok("consortium-1", action, also=("consortium-2", "consortium-3", "kz.authority"))


# ---- what there is ----


def free(one: Chain, name: str, class_id: str) -> int:
    found = schema.HOLDINGS.get(one.app.ledger, place(name), PROGRAM, class_id)
    return 0 if found is None else found.free_t


def held(one: Chain, name: str, class_id: str) -> int:
    found = schema.HOLDINGS.get(one.app.ledger, place(name), PROGRAM, class_id)
    return 0 if found is None else sum(row.held_t for row in found.held)


def spans(one: Chain, name: str, class_id: str) -> list[tuple[int, int]]:
    """The serials of a class that an account has, ascending."""
    return [
        (lot.start, lot.end)
        for lot in schema.LOTS.all(one.app.ledger)
        if (lot.account, lot.class_id) == (place(name), class_id)
    ]


def record(one: Chain, kind: int, name: str) -> s.Record:
    found = schema.RECORDS.get(one.app.ledger, PROGRAM, kind, name)
    assert found is not None
    return found


def agreed(one: Chain, who: str, action: t.Action, voices: Sequence[str]) -> None:
    """Propose, let all but the last voice agree in vain, and see it executed by the last."""
    number = one.pending(who, action)
    for voice in voices[:-1]:
        one.decided(voice, number, s.PROPOSAL_PENDING)
    one.decided(voices[-1], number)
