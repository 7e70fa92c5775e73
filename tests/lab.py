"""The program of tests/programs/lab.toml with its parties: what no real program here uses.

Must not know: what is tested. Invariant: every role of the program has a seat, the auditor's and
the second operator's apart, which tests grant.
"""

from pathlib import Path

from tests import worlds
from tests.harness import FOLDER, Chain, edited
from tests.names import account_id
from tonne.v1 import tx_pb2 as t

PROGRAM = "LAB"
LAB = (Path(__file__).parent / "programs" / "lab.toml").read_text(encoding="utf-8")
START = "2026-03-26T10:00:00"  # a Thursday; summer time begins on the Sunday after it

PARTIES: worlds.Parties = {
    "l.authority": ("lab-ministry", "NO", "GOVERNMENT", (("AUTHORITY", ""),)),
    "l.operator": ("lab-registry", "NO", "ORG", (("OPERATOR", ""),)),
    "l.operator-2": ("lab-deputy", "NO", "ORG", ()),
    "l.side-a": ("lab-north", "NO", "GOVERNMENT", (("COMMITTEE", "", "A"),)),
    "l.side-b": ("lab-south", "CL", "GOVERNMENT", (("COMMITTEE", "", "B"),)),
    "l.auditor": ("lab-audit", "NO", "ORG", ()),
    "l.labeller": ("lab-council", "CH", "ORG", (("LABELLER", ""),)),
    "l.bridge": ("lab-twin", "KZ", "ORG", (("BRIDGE", "twin"),)),
    "l.plant": ("lab-steel", "NO", "ORG", ()),
    "l.plant-2": ("lab-steel", "NO", "ORG", ()),
    "l.grower": ("lab-forest", "NO", "ORG", ()),
    "l.trader": ("lab-house", "NO", "ORG", ()),
}


def chain(*edits: tuple[str, str]) -> Chain:
    """A chain of DAO IPCI and the laboratory."""
    return worlds.chain("lab", edited(LAB, *edits), PARTIES, f"{START}Z")


def every() -> Chain:
    """A chain of every program that there is: DAO IPCI, the Kyoto registry, the laboratory."""
    text = (FOLDER / "programs" / "kyoto_kz.toml").read_text(encoding="utf-8")
    return worlds.several([("kyoto_kz", text, {}), ("lab", LAB, PARTIES)], f"{START}Z")


def allowances(one: Chain, quantity: int = 100, to: str = "l.plant") -> None:
    """Issue allowances of the first period."""
    source = t.CapSource(class_id="ALW", period="2026")
    message = t.Issue(
        program=PROGRAM, cap=source, quantity_t=quantity, to_account=account_id(to), vintage=2026
    )
    one.ok("l.operator", t.Action(issue=message), also=("l.authority",))


def move(quantity: int, source: str, target: str, class_id: str = "ALW") -> t.Action:
    message = t.Move(
        program=PROGRAM,
        class_id=class_id,
        quantity_t=quantity,
        from_account=account_id(source),
        to_account=account_id(target),
    )
    return t.Action(move=message)
