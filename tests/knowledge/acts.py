"""Actions on records, statements, labels and papers as short calls.

Must not know: chains. Invariant: as of tests.acts, what a test does not name is valid.
"""

from typing import Any

from tests import acts
from tests.acts import YEAR, changed, digest
from tests.names import PROGRAM, account_id
from tonne.v1 import tx_pb2 as t


def put(name: str, **fields: Any) -> t.Action:
    """Put a record of one kind, its fields given whole."""
    return t.Action(put_record=t.PutRecord(program=PROGRAM, id=name, **fields))


def attest(kind: t.StatementKind, name: str, **changes: Any) -> t.Action:
    message = t.Attest(program=PROGRAM, id=name, kind=kind, list="ACL-1")
    changed(message, changes)
    return t.Action(attest=message)


def commitment(name: str = "C1", **changes: Any) -> t.Action:
    fields = {
        "subtype": "COMMITMENT",
        "commitment": "CAP",
        "adoption_year": 2026,
        "base_year": 2025,
        "crediting_from_s": YEAR("2026-01-01"),
        "crediting_to_s": YEAR("2031-01-01"),
    }
    return acts.activity(name, **{**fields, **changes})


def result(name: str, gross: int, new_source: int = 0, **changes: Any) -> t.Action:
    """A verified year of C1: a baseline of 2,000,000 t out of 4,100,000 t in 24 months."""
    numbers = t.StatementNumbers(
        baseline_t=2_000_000,
        actual_baseline_t=4_100_000,
        baseline_months=24,
        project_t=2_000_000 - gross,
        new_source_t=new_source,
        net_t=gross - new_source,
    )
    year = {"period_from_s": YEAR("2026-01-01"), "period_to_s": YEAR("2027-01-01")}
    return acts.verification(name, **{"activity": "C1", "numbers": numbers, **year, **changes})


OWNERS = ("mill", "mine", "port")


def footprint(name: str = "F1", **changes: Any) -> t.Action:
    fields = t.FootprintDraft(
        product="Mug",
        functional_unit="one mug",
        g_co2e_per_unit=12_500,
        methodology="M1",
        owners=sorted(account_id(owner) for owner in OWNERS),
    )
    changed(fields, changes)
    return put(name, footprint=fields)


def offset(quantity: int, items: int, receipt: str, **changes: Any) -> t.Action:
    """Retire units of the user for items of F1."""
    fields = {
        "purpose": t.FOOTPRINT_OFFSET,
        "footprint": "F1",
        "items": items,
        "receipt_hash": digest(receipt),
    }
    return acts.retire(quantity, "user", **{**fields, **changes})


def label(name: str, scope: t.LabelScope, target: str = "", **changes: Any) -> t.Action:
    message = t.SetLabel(
        program=PROGRAM, operation=t.ADD_LABEL, label=name, scope=scope, target=target
    )
    changed(message, changes)
    return t.Action(label=message)


def unlabel(name: str, scope: t.LabelScope, target: str = "", **changes: Any) -> t.Action:
    gone = {"operation": t.REMOVE_LABEL, "reason": "Found wanting"}
    return label(name, scope, target, **{**gone, **changes})


def paper(kind: str, number: object, **changes: Any) -> t.Action:
    """Anchor a document to a proposal."""
    return acts.anchor(kind, (t.PROPOSAL_PAPERS, str(number)), **changes)


def raised(cap: int, statements: list[str], name: str = "R1") -> t.Action:
    opening = t.IssuanceOpening(cap_t=cap, statements=statements)
    return acts.transition(t.ISSUANCE, name, "OPENED", opening=opening)


def footprint_of(owner: str) -> t.Action:
    """A footprint whose sources are one account's."""
    return footprint("F9", owners=[account_id(owner)])
