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


def pledge(overlay: Overlay, held: int = 2, **changes: Any) -> None:
    """Put two units of the user under a hold, as `holds` would."""
    fields = {"status": s.HOLD_ACTIVE, "quantity_t": held, "placed_t": held, **changes}
    hold = s.Hold(id=2, kind=s.PLEDGE, program="IPCI", class_id="TMU", account=account_id("user"))
    acts.changed(hold, fields)
    schema.HOLDS.put(overlay, hold)
    lots.set_hold(overlay, [lots.Span("IPCI.R1", 6, 7)], 2)


def pledged_wrong(overlay: Overlay) -> None:
    pledge(overlay, held=3)


def recast(**changes: Any) -> Wreck:
    """Change free units of the user by the hands that may."""
    items = [lots.Span("IPCI.R1", 6, 7)]
    return lambda overlay: lots.recast(overlay, items, lambda lot: acts.changed(lot, changes))


def recast_unsaid(overlay: Overlay) -> None:
    recast(class_id="CER")(overlay)
    schema.SUPPLIES.put(overlay, s.Supply(program="IPCI", class_id="TMU", created_t=100))


def recast_in_the_sink(overlay: Overlay) -> None:
    items = [lots.Span("IPCI.R1", 1, 2)]
    lots.recast(overlay, items, lambda lot: acts.changed(lot, {"period": "CP2"}))


def cancelled_unsaid(overlay: Overlay) -> None:
    schema.ACCOUNTS.put(
        overlay, s.Account(id="C", program="IPCI", kind=s.CANCEL, status=s.ACCOUNT_OPEN)
    )
    lots.relocate(overlay, [lots.Span("IPCI.R1", 6, 7)], "C")


def exported_unsaid(overlay: Overlay) -> None:
    account = s.Account(id="X", program="IPCI", kind=s.EXPORT, link="JP", status=s.ACCOUNT_OPEN)
    schema.ACCOUNTS.put(overlay, account)
    lots.relocate(overlay, [lots.Span("IPCI.R1", 6, 7)], "X")


def capped_unsaid(overlay: Overlay) -> None:
    row = s.CapRecord(program="IPCI", class_id="TMU", party="NO", period="P1", issued_t=5)
    schema.CAP_RECORDS.put(overlay, row)


def imported_unsaid(overlay: Overlay) -> None:
    schema.LINK_TOTALS.put(overlay, s.LinkTotal(program="IPCI", link="JP", imported_t=5))


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
    "C-9 changed in the sink": recast_in_the_sink,
    "C-2 another origin": recast(origin_period="CP1"),
    "C-2 from elsewhere": recast(imported=3),
    "C-2 another activity of land use": recast(lulucf=3),
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
    "C-7 freed without release": freed_without_release,
    "C-8 a hold counts wrong": pledged_wrong,
    "C-9 back from the sink": moved("RETIRE"),
    "C-10 cancelled without record": cancelled_unsaid,
    "C-2 converted and not counted": recast_unsaid,
    "C-20 exported and not counted": exported_unsaid,
    "C-4 a cap counts what is not there": capped_unsaid,
    "C-4 a link counts what is not there": imported_unsaid,
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


@pytest.mark.parametrize("cause", [lots.BY_ORDER, lots.FOR_DUTY])
def test_frozen_units_do_not_leave_their_account(chain: Chain, cause: int) -> None:
    frozen = Overlay(chain.app.ledger)
    wreck_lot(frozen=cause)(frozen)
    overlay = Overlay(frozen)
    wreck_lot(account=account_id("user"))(overlay)
    with pytest.raises(AssertionError, match=r"^C-8: .* was frozen"):
        invariants.assert_touched(frozen, overlay, chain.now)


def test_terms_change_where_units_lie_and_both_supplies_count_a_new_class(chain: Chain) -> None:
    overlay = Overlay(chain.app.ledger)
    recast(class_id="CER", origin_class="TMU", track=1, activity="A2", valid_until_s=9)(overlay)
    invariants.assert_touched(chain.app.ledger, overlay, chain.now)
    assert doctor.state_faults(overlay) == []
    supplies = {row.class_id: row for row in schema.SUPPLIES.all(overlay)}
    assert (supplies["TMU"].converted_out_t, supplies["CER"].converted_in_t) == (2, 2)
    wreck_lot(account=account_id("user"), vintage=2025, track=2)(overlay)
    with pytest.raises(AssertionError, match=r"^C-9: .* changed its terms on the way"):
        invariants.assert_touched(chain.app.ledger, overlay, chain.now)


def test_a_hold_counts_what_it_holds_until_it_ends(chain: Chain) -> None:
    held = Overlay(chain.app.ledger)
    pledge(held)
    invariants.assert_touched(chain.app.ledger, held, chain.now)
    assert doctor.state_faults(held) == [f"HOLD: {N_HOLDS}"]
    overlay = Overlay(held)
    lots.relocate(overlay, [lots.Span("IPCI.R1", 6, 6)], account_id("issuer"), freed=True)
    with pytest.raises(AssertionError, match=r"^C-8: hold.* do not count what they hold"):
        invariants.assert_touched(held, overlay, chain.now)
    hold = schema.HOLDS.get(overlay, 2)
    assert hold is not None
    hold.quantity_t = 1
    schema.HOLDS.put(overlay, hold)
    with pytest.raises(AssertionError, match=r"^C-8: hold 2 does not count what was claimed"):
        invariants.assert_touched(held, overlay, chain.now)
    hold.claimed_t = 1
    schema.HOLDS.put(overlay, hold)
    invariants.assert_touched(held, overlay, chain.now)


N_HOLDS = "2 records are not those of the numbers 1 to 1"  # pledge() takes no number
