"""A program with every kind of duty: DAO IPCI, and beside it notices, a pool and an arbiter.

Must not know: single tests. Invariant: what the program of DAO IPCI says stands unchanged.
"""

from typing import Any

from abci_app.core import ids
from abci_app.state import schema
from tests import acts
from tests.harness import IPCI, Chain, edited
from tests.names import PROGRAM, account_id
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

VOID = str(ids.AccountId("XI", 240, 1, 0))
POOL = str(ids.AccountId("XI", 399, 1, 0))

ROWS = """
[[roles]]
role = "ARBITER"
grants = [{ by = "COORDINATOR" }]

[[sinks]]
kind = "POOL"
code = 399
name = "Common pool"

[[approval_rules]]
name = "reversal"
action = "ATTEST"
subject = "REVERSAL"
signer = "COORDINATOR"
approvals = [{ role = "OPERATOR", count = 1 }]

[[approval_rules]]
name = "a pledge ended by the arbiter"
action = "HOLD"
subject = "RELEASE"
signer = "ARBITER"
approvals = [{ role = "COORDINATOR", count = 1 }]

[[move_rules]]
name = "what the operator claims for a notice"
from_kind = "HOLDING"
to_kind = "CANCEL"
to_code = 240
signer = "OPERATOR"
requires = ["NOTICE"]

[[notice_rules]]
kind = "REVERSAL"
due_months = 6
sink_kind = "CANCEL"
sink_code = 240
enforcement = ["CLAIM_FROZEN", "CLAIM_POOL", "RESTRICT"]
blocks_issue = true

[[notice_rules]]
kind = "EXCESS"
due_months = 1
contest_s = 864_000
sink_kind = "CANCEL"
sink_code = 240
classes = ["TMU"]
enforcement = ["CLAIM_POOL", "RESTRICT"]
blocks_issue = true

[[notice_rules]]
kind = "REPORT"
due_s = 604_800
enforcement = ["RESTRICT"]

[[notice_rules]]
kind = "ISSUE_SOON"
due_months = 1
classes = ["TMU"]

[[workflow_rules]]
name = "serve a notice"
kind = "NOTICE"
from_state = ""
to_state = "OPEN"
signer = "OPERATOR"
"""
STEP = """
[[workflow_rules]]
name = "{name}"
kind = "NOTICE"
from_state = "{before}"
to_state = "{after}"
signer = "{signer}"
{effects}
"""


def _steps() -> str:
    rows = []
    for before in ("OPEN", "INCOMPLETE"):
        rows += [
            (before, "CONTESTED", "HOLDER", "CONTEST"),
            (before, "CANCELLED", "ARBITER", "CANCEL_NOTICE"),
        ]
    rows += [
        ("CONTESTED", "OPEN", "ARBITER", "REOPEN_NOTICE"),
        ("CONTESTED", "REVISED", "ARBITER", "REVISE_NOTICE"),
        ("CONTESTED", "CANCELLED", "ARBITER", "CANCEL_NOTICE"),
        ("OPEN", "REVISED", "ARBITER", "REVISE_NOTICE"),
        ("REVISED", "CONTESTED", "HOLDER", "CONTEST"),
        ("OPEN", "FULFILLED", "OPERATOR", ""),
        ("OVERDUE", "FULFILLED_LATE", "OPERATOR", ""),
        ("OVERDUE", "CANCELLED", "ARBITER", "CANCEL_NOTICE"),
        ("OVERDUE", "CONTESTED", "HOLDER", "CONTEST"),
    ]
    return "".join(
        STEP.format(
            name=f"{before} to {after}",
            before=before,
            after=after,
            signer=signer,
            effects=f'effects = ["{effect}"]' if effect else "",
        )
        for before, after, signer, effect in rows
    )


DUTIES = edited(IPCI, ("[params]\n", "[params]\npool_bps_max = 10_000\n")) + ROWS + _steps()


def with_units(quantity: int = 1000, **options: Any) -> Chain:
    """The issuer has `quantity` free units and market access; the user has access; an arbiter."""
    chain = Chain.with_units(quantity, program=DUTIES, **options)
    _court(chain)
    return chain


def _court(chain: Chain) -> None:
    chain.ok("operator", acts.alter("user", market_access=True))
    chain.ok("operator", acts.organisation("court"), acts.account("arbiter", "court"))
    chain.ok("coordinator", acts.accredit("arbiter", t.ARBITER))


def issued_with_pool(chain: Chain, quantity: int, bps: int, name: str = "R1") -> None:
    """Open, approve and issue `name`, a share of it for the pool."""
    chain.ok("auditor", acts.opened(quantity, name))
    approval = acts.approved(quantity, 0, 0, name)
    approval.transition.approval.pool_bps = bps
    chain.ok("operator", approval)
    chain.ok("auditor", acts.issue(quantity, issuance=name), also=("operator",))


def with_pool(quantity: int, bps: int) -> Chain:
    """The issuer's R1 is issued, a share of it for the pool; the user has access; an arbiter."""
    chain = Chain.with_activity(program=DUTIES)
    chain.ok("auditor", acts.verification(net=quantity), also=("operator",))
    chain.ok("issuer", acts.issuance())
    issued_with_pool(chain, quantity, bps)
    _court(chain)
    return chain


def second_activity(chain: Chain, net: int) -> None:
    """`other` has its own activity A2 with a verified result, and asks for R2."""
    chain.ok("operator", acts.organisation("wind"), acts.account("other", "wind"))
    chain.ok(
        "other",
        acts.activity("A2"),
        acts.anchor("PROJECT_DOCUMENT", (t.ACTIVITY, "A2")),
        acts.anchor("MONITORING_PLAN", (t.ACTIVITY, "A2")),
    )
    chain.ok("auditor", acts.monitoring("S0-2", activity="A2"), also=("operator",))
    chain.ok("operator", acts.transition(t.ACTIVITY, "A2", "REGISTERED"))
    chain.ok("auditor", acts.verification("S2", net, activity="A2"), also=("operator",))
    chain.ok("other", acts.issuance("R2", activity="A2", statements=["S2"]))


def holding(chain: Chain, name: str) -> s.Holding:
    found = schema.HOLDINGS.get(chain.app.ledger, account_id(name), PROGRAM, "TMU")
    return found or s.Holding()


def units(chain: Chain, name: str) -> tuple[int, int, int]:
    """Free, frozen and held units of an account."""
    found = holding(chain, name)
    return found.free_t, found.frozen_t, sum(row.held_t for row in found.held)


def account(chain: Chain, name: str) -> s.Account:
    found = schema.ACCOUNTS.get(chain.app.ledger, account_id(name))
    assert found is not None
    return found
