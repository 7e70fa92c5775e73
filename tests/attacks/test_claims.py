"""Tonnes that somebody tries to claim twice, and texts that are exchanged under a statement."""

from abci_app.core.calendar import parse_iso
from abci_app.core.codes import Code
from tests import acts
from tests.acts import FLAGS, YEAR
from tests.harness import Chain
from tests.knowledge import acts as k
from tonne.v1 import tx_pb2 as t


def registered(chain: Chain, name: str) -> None:
    papers = [
        acts.anchor(kind, (t.ACTIVITY, name)) for kind in ("PROJECT_DOCUMENT", "MONITORING_PLAN")
    ]
    chain.ok("issuer", acts.activity(name), *papers)
    chain.ok("auditor", acts.monitoring(f"S0-{name}", activity=name), also=("operator",))
    chain.ok("operator", acts.transition(t.ACTIVITY, name, "REGISTERED"))


def years(first: int, last: int) -> dict[str, int]:
    return {"period_from_s": YEAR(f"{first}-01-01"), "period_to_s": YEAR(f"{last}-01-01")}


def indirect(name: str, activity: str, compared: str, first: int, last: int) -> t.Action:
    return acts.verification(
        name,
        activity=activity,
        scope="INDIRECT",
        factor_source="SUPPLIER_CONFIRMED",
        reconciled=[compared],
        flags=sorted([*FLAGS, "indirect-reconciled"]),
        **years(first, last),
    )


def test_a_direct_claim_is_not_hidden_behind_a_later_indirect_one() -> None:
    chain = Chain.with_activity()
    registered(chain, "A2")
    chain.block(at=parse_iso("2028-02-01"))
    chain.ok("auditor", acts.verification("D1", **years(2024, 2025)), also=("operator",))
    chain.ok("auditor", indirect("I1", "A1", "B-OTHER", 2025, 2026), also=("operator",))
    act = indirect("I2", "A2", "B-A1", 2024, 2026)
    chain.refused(Code.CLAIM_OVERLAP, "auditor", act, also=("operator",))
    about = k.attest(
        t.RECONCILIATION, "S5", activity="A2", reconciled=["B-A1"], **years(2024, 2026)
    )
    chain.refused(Code.CLAIM_OVERLAP, "auditor", about, also=("operator",))
    chain.ok("auditor", indirect("I3", "A2", "B-A1", 2025, 2026), also=("operator",))


def test_an_activity_that_a_statement_is_about_gets_no_other_text() -> None:
    chain = Chain.with_parties()
    chain.ok("issuer", acts.methodology(), acts.activity())
    chain.ok("issuer", acts.activity(title="Another title"))
    chain.ok("auditor", acts.monitoring(), also=("operator",))
    chain.refused(Code.WF_GUARD, "issuer", acts.activity(boundary_id="B-ELSEWHERE"))
