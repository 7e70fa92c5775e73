"""The last line of defence: whatever act wrote it, an overlay that breaks a rule is told so."""

from collections.abc import Callable
from typing import Any

import pytest

from abci_app import doctor
from abci_app.state import invariants, lots, schema
from abci_app.store.kv import Overlay
from tests import acts
from tests.harness import Chain
from tests.names import account_id
from tonne.v1 import state_pb2 as s

Wreck = Callable[[Overlay], None]


@pytest.fixture
def chain() -> Chain:
    """100 units: 10 reserved, 5 with the user, 5 retired; one proposal waits, one has ended."""
    chain = Chain.with_issuance()
    chain.ok("auditor", acts.issue(100), also=("operator",))
    chain.ok("issuer", acts.move(10, "issuer", "user"))
    chain.ok("user", acts.retire(5, "user"))
    chain.pending("auditor", acts.issue(1))
    chain.ok("auditor", acts.withdraw(chain.pending("auditor", acts.issue(2))))
    return chain


def wreck_lot(**changes: Any) -> Wreck:
    """Change the first lot of the issuer without telling anybody."""

    def run(overlay: Overlay) -> None:
        lot = next(row for row in schema.LOTS.all(overlay) if row.account == account_id("issuer"))
        schema.LOTS.delete(overlay, lot)
        acts.changed(lot, changes)
        schema.LOTS.put(overlay, lot)

    return run


def wreck_record(table: Any, **changes: Any) -> Wreck:
    def run(overlay: Overlay) -> None:
        row = next(iter(table.all(overlay)))
        acts.changed(row, changes)
        table.put(overlay, row)

    return run


def wreck_issuance(**changes: Any) -> Wreck:
    def run(overlay: Overlay) -> None:
        row = next(row for row in schema.RECORDS.all(overlay) if row.HasField("issuance"))
        acts.changed(row.issuance, changes)
        schema.RECORDS.put(overlay, row)

    return run


def deleted(table: Any) -> Wreck:
    return lambda overlay: table.delete(overlay, next(iter(table.all(overlay))))


def moved(source: str) -> Wreck:
    """Give all lots of an account to the coordinator, holdings and all."""

    def run(overlay: Overlay) -> None:
        for lot in list(schema.LOTS.all(overlay)):
            if lot.account == account_id(source):
                item = lots.Span(lot.space, lot.start, lot.end)
                lots.relocate(overlay, [item], account_id("coordinator"))

    return run


def freed_early(overlay: Overlay) -> None:
    hold = next(iter(schema.HOLDS.all(overlay)))
    lots.clear_hold(overlay, lots.spans(hold.ranges), hold.id)
    hold.status, hold.quantity_t = s.HOLD_RELEASED, 0
    schema.HOLDS.put(overlay, hold)


def freed_without_release(overlay: Overlay) -> None:
    hold = next(iter(schema.HOLDS.all(overlay)))
    lots.clear_hold(overlay, lots.spans(hold.ranges), hold.id)


def born_free(overlay: Overlay) -> None:
    template = s.Lot(
        account=account_id("user"), program="IPCI", class_id="TMU", issuance="R1", vintage=2025
    )
    lots.create(overlay, "IPCI.R1", template, 5)


def sent_to_the_sink(overlay: Overlay) -> None:
    lots.relocate(overlay, [lots.Span("IPCI.R1", 20, 21)], account_id("RETIRE"))


def ended_twice(overlay: Overlay) -> None:
    proposal = schema.PROPOSALS.get(overlay, 2)
    assert proposal is not None
    proposal.state = s.PROPOSAL_EXPIRED
    schema.PROPOSALS.put(overlay, proposal)


# What only shows while it happens: afterwards the state is one that could have been.
PASSING = {
    "C-2 another vintage": wreck_lot(vintage=2024),
    "C-7 freed early": freed_early,
    "C-8 moved under a hold": moved("issuer"),
    "C-10 a record changed": wreck_record(schema.RETIREMENTS, note="mine"),
    "C-26 executed without a quorum": wreck_record(schema.PROPOSALS, state=s.PROPOSAL_EXECUTED),
    "C-26 a proposal is gone": deleted(schema.PROPOSALS),
    "C-26 ended twice": ended_twice,
}
LASTING: dict[str, Wreck] = {
    "C-26 ended with its hold": wreck_record(
        schema.PROPOSALS, state=s.PROPOSAL_REJECTED, holds=[1]
    ),
    "C-1 a lot grows": wreck_lot(end=95),
    "C-1 a lot is gone": deleted(schema.LOTS),
    "C-1 serials taken back": wreck_record(schema.SPACES, next=50),
    "C-1 a space is gone": deleted(schema.SPACES),
    "C-2 another class": wreck_lot(class_id="CER"),
    "C-2 another issuance": wreck_lot(issuance="R2"),
    "C-2 more supply": wreck_record(schema.SUPPLIES, created_t=101),
    "C-2 no supply": deleted(schema.SUPPLIES),
    "C-3 another owner": wreck_lot(account=account_id("user")),
    "C-3 frozen unsaid": wreck_lot(frozen=1),
    "C-3 a holding grows": wreck_record(schema.HOLDINGS, free_t=99),
    "C-3 a holding is gone": deleted(schema.HOLDINGS),
    "C-3 a hold that is none": wreck_lot(hold=77),
    "C-4 born without issue": born_free,
    "C-4 issued above the cap": wreck_issuance(issued_t=100_001),
    "C-4 approved above the cap": wreck_issuance(approved_cap_t=100_001),
    "C-4 issued without units": wreck_issuance(issued_t=105, reserved_t=11),
    "C-4 capped twice": wreck_record(schema.STATEMENTS, capped_t=1),
    "C-6 more than is valid": wreck_issuance(valid_base_t=99),
    "C-7 less reserve": wreck_issuance(reserved_t=9),
    "C-8 freed without release": freed_without_release,
    "C-9 back from the sink": moved("RETIRE"),
    "C-10 retired without record": sent_to_the_sink,
    "C-10 a record is gone": deleted(schema.RETIREMENTS),
    "C-10 the total grows": wreck_record(schema.SINK_TOTALS, retired_t=6),
}


WRECKS = {**PASSING, **LASTING}


@pytest.mark.parametrize("name", WRECKS)
def test_an_overlay_that_breaks_a_rule_is_caught_before_it_is_merged(
    chain: Chain, name: str
) -> None:
    overlay = Overlay(chain.app.ledger)
    WRECKS[name](overlay)
    with pytest.raises(AssertionError, match=f"^{name.partition(' ')[0]}: "):
        invariants.assert_touched(chain.app.ledger, overlay, chain.now)


@pytest.mark.parametrize("name", LASTING)
def test_the_doctor_finds_it_in_a_state_at_rest(chain: Chain, name: str) -> None:
    overlay = Overlay(chain.app.ledger)
    LASTING[name](overlay)
    assert doctor.state_faults(overlay), "no invariant is broken over the whole state"


def test_an_untouched_overlay_breaks_nothing(chain: Chain) -> None:
    overlay = Overlay(chain.app.ledger)
    invariants.assert_touched(chain.app.ledger, overlay, chain.now)
    assert doctor.state_faults(overlay) == []
    assert list(doctor.index_faults(overlay)) == []


def test_frozen_units_do_not_leave_their_account(chain: Chain) -> None:
    """Nothing freezes units yet; what will must find the rule here."""
    frozen = Overlay(chain.app.ledger)
    wreck_lot(frozen=1)(frozen)
    overlay = Overlay(frozen)
    wreck_lot(account=account_id("user"))(overlay)
    with pytest.raises(AssertionError, match=r"^C-8: .* was frozen"):
        invariants.assert_touched(frozen, overlay, chain.now)
