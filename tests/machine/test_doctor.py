"""The doctor finds what was done to a state behind the rules' back, and nothing else."""

from collections.abc import Callable

import pytest

from abci_app import doctor
from abci_app.core import keys
from abci_app.core.codec import encode
from abci_app.state import lots, schema
from abci_app.store.kv import Overlay
from tests import acts, harness, story
from tests.harness import Chain
from tests.names import account_id
from tonne.v1 import state_pb2 as s
from tonne.v1.tx_pb2 import ISSUANCE, VOLUNTARY


def sick(wreck: Callable[[Overlay], None]) -> list[str]:
    """Commit what `wreck` writes past the rules; return what the doctor says."""
    chain = Chain.with_issuance()
    chain.ok("auditor", acts.issue(100), also=("operator",))
    chain.pending("auditor", acts.issue(1))
    assert chain.faults() == []
    harness.MADE.remove(chain)  # it does not end sound
    overlay = Overlay(chain.app.ledger)
    wreck(overlay)
    ledger = chain.app.ledger
    ledger.commit(ledger.prepare(overlay.writes), chain.height + 1, ledger.record)
    return chain.faults()


def stray_duty(overlay: Overlay) -> None:
    overlay.put(keys.deadline(1, schema.DUTY_HOLD, keys.u64(1)), b"")


def lost_duty(overlay: Overlay) -> None:
    hold = schema.HOLDS.get(overlay, 1) or s.Hold()
    overlay.delete(keys.deadline(hold.release_at_s, schema.DUTY_HOLD, keys.u64(1)))


def lost_inbox(overlay: Overlay) -> None:
    overlay.delete(keys.inbox("IPCI", 4, 1))


def lost_owner_row(overlay: Overlay) -> None:
    row = next(iter(overlay.scan(bytes((keys.Table.LOT_BY_OWNER,)), b"\x82")))
    overlay.delete(row[0])


def other_owner_row(overlay: Overlay) -> None:
    row = next(iter(overlay.scan(bytes((keys.Table.LOT_BY_OWNER,)), b"\x82")))
    overlay.put(row[0], row[1][:-1] + b"\0")


def lost_program(overlay: Overlay) -> None:
    overlay.delete(keys.program_body("IPCI", 1))


def other_program(overlay: Overlay) -> None:
    body = overlay.get(keys.program_body("IPCI", 1)) or b""
    overlay.put(keys.program_body("IPCI", 1), body + b"\xa0\x06\x01")


def record_of_another_key(overlay: Overlay) -> None:
    organisation = s.Organisation(id="b", name="B", country="NO")
    overlay.put(keys.organisation("a"), encode(organisation))


def lot_of_nothing(overlay: Overlay) -> None:
    lot = s.Lot(space="X", start=1, end=5, account=account_id("user"), program="IPCI")
    lot.class_id = "TMU"
    schema.LOTS.put(overlay, lot)


def lot_of_an_unknown_issuance(overlay: Overlay) -> None:
    template = s.Lot(account=account_id("user"), program="IPCI", class_id="TMU", issuance="R9")
    lots.create(overlay, "IPCI.R9", template, 5)


def lot_under_an_unknown_hold(overlay: Overlay) -> None:
    lot = next(iter(schema.LOTS.all(overlay)))
    schema.LOTS.delete(overlay, lot)
    lot.hold = 99
    schema.LOTS.put(overlay, lot)


def overlapping_retirements(overlay: Overlay) -> None:
    for number in (1, 2):
        retirement = s.Retirement(id=number, sink=account_id("RETIRE"), quantity_t=5)
        retirement.ranges.add(space="IPCI.R1", start=1, end=5)
        schema.RETIREMENTS.put(overlay, retirement)


def miscounted_proposals(overlay: Overlay) -> None:
    organisation = schema.ORGANISATIONS.get(overlay, "audit-1") or s.Organisation()
    organisation.pending += 1
    schema.ORGANISATIONS.put(overlay, organisation)


def gap_of_serials(overlay: Overlay) -> None:
    lot = next(iter(schema.LOTS.all(overlay)))
    schema.LOTS.delete(overlay, lot)
    lot.start += 10
    schema.LOTS.put(overlay, lot)


def supply_of_nothing(overlay: Overlay) -> None:
    schema.SUPPLIES.put(overlay, s.Supply(program="IPCI", class_id="XYZ", created_t=7))


def holding_of_nobody(overlay: Overlay) -> None:
    holding = s.Holding(account="XI-100-9-0-9", program="IPCI", class_id="TMU", free_t=5)
    schema.HOLDINGS.put(overlay, holding)


def issuance_above_its_cap(overlay: Overlay) -> None:
    record = schema.RECORDS.get(overlay, "IPCI", ISSUANCE, "R1") or s.Record()
    record.issuance.approved_cap_t = 1
    schema.RECORDS.put(overlay, record)


def retirement_without_a_beneficiary(overlay: Overlay) -> None:
    schema.RETIREMENTS.put(
        overlay, s.Retirement(id=1, sink=account_id("RETIRE"), purpose=VOLUNTARY)
    )


def sink_with_another_total(overlay: Overlay) -> None:
    schema.SINK_TOTALS.put(overlay, s.SinkTotal(account=account_id("RETIRE"), retired_t=3))


def hold_of_more(overlay: Overlay) -> None:
    hold = schema.HOLDS.get(overlay, 1) or s.Hold()
    hold.quantity_t += 1
    schema.HOLDS.put(overlay, hold)


def proposal_without_quorum(overlay: Overlay) -> None:
    proposal = schema.PROPOSALS.get(overlay, 1) or s.Proposal()
    proposal.state = s.PROPOSAL_EXECUTED
    proposal.approved_s = proposal.not_before_s = proposal.created_s
    schema.PROPOSALS.put(overlay, proposal)


def proposal_skipped(overlay: Overlay) -> None:
    proposal = schema.PROPOSALS.get(overlay, 1) or s.Proposal()
    proposal.id = 3
    schema.PROPOSALS.put(overlay, proposal)
    overlay.put(keys.counter(keys.Table.PROPOSAL), encode(s.Counter(last=2)))


def changed_lanes(overlay: Overlay, account: str, lane: int, highest: int, bitmap: int) -> None:
    row = s.Lane(lane=lane, highest=highest, bitmap=bitmap)
    overlay.put(keys.lanes(account), encode(s.Lanes(lanes=[row])))


def lane_before_the_first(overlay: Overlay) -> None:
    changed_lanes(overlay, account_id("issuer"), 3, 2, 0b10)


def lane_seventeen(overlay: Overlay) -> None:
    changed_lanes(overlay, account_id("user"), 16, 1, 0)


def lanes_of_nobody(overlay: Overlay) -> None:
    changed_lanes(overlay, "XI-100-9-0-9", 1, 1, 0)


def unknown_table(overlay: Overlay) -> None:
    overlay.put(b"\x7fkey", b"\x01value")


def not_a_record(overlay: Overlay) -> None:
    overlay.put(keys.organisation("zzz"), b"\x01\xff\xff\xff")


WRECKS: dict[Callable[[Overlay], None], str] = {
    stray_duty: "does not follow from the tree",
    lost_duty: "is missing",
    lost_inbox: "is missing",
    lost_owner_row: "is missing",
    other_owner_row: "does not follow from the tree",
    lost_program: "the body of program version",
    other_program: "the body of program version",
    record_of_another_key: "does not hold the record of its key",
    lot_of_nothing: "C-1",
    lot_of_an_unknown_issuance: "R9",
    lot_under_an_unknown_hold: "99",
    overlapping_retirements: "C-10",
    miscounted_proposals: "C-26",
    gap_of_serials: "C-1: serials 1 to 10",
    supply_of_nothing: "C-2: the supply of",
    holding_of_nobody: "C-3",
    issuance_above_its_cap: "C-4: R1 is above its cap",
    retirement_without_a_beneficiary: "C-10: retirement 1 lacks purpose or beneficiary",
    sink_with_another_total: "C-10: the total of",
    hold_of_more: "C-8: hold 1 does not hold what it says",
    proposal_without_quorum: "lacks its quorum",
    proposal_skipped: "PROPOSAL: 2 records are not those of the numbers 1 to 2",
    lane_before_the_first: "C-27: lane 3 of",
    lane_seventeen: "C-27: the lanes of",
    lanes_of_nobody: "which does not exist",
    unknown_table: "is of no table",
    not_a_record: "does not hold the record of its key",
}


@pytest.mark.parametrize("wreck", WRECKS, ids=lambda wreck: str(wreck.__name__))
def test_what_was_done_behind_the_rules_back_is_found(wreck: Callable[[Overlay], None]) -> None:
    found = sick(wreck)
    assert any(WRECKS[wreck] in fault for fault in found), found


def test_values_that_do_not_hash_to_the_tree_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = Chain.with_parties()
    ledger = chain.app.ledger
    key = keys.organisation("acme")
    forged = s.Organisation(id="acme", name="Acme Two", country="NO")
    whole = ledger._disk.scan

    def scan(start: bytes, stop: bytes, *, reverse: bool = False) -> object:
        for row in whole(start, stop, reverse=reverse):
            yield (key, encode(forged)) if row[0] == key else row

    with monkeypatch.context() as broken:
        broken.setattr(ledger._disk, "scan", scan)
        found = doctor.examine(ledger)
        assert any("is not what its leaf hashed" in fault for fault in found), found
    assert chain.faults() == []


def test_the_doctor_says_what_he_does_and_how_far_he_is() -> None:
    chain = Chain.with_parties()
    said: list[tuple[str, int, int]] = []
    examined = doctor.examine(chain.app.ledger, lambda *row: said.append(row))
    assert examined == []
    stages = list(dict.fromkeys(stage for stage, _, _ in said))
    assert stages == [
        "hashing the tree from its values",
        "rebuilding the index rows",
        "counting the index rows",
        "checking the invariants over the whole state",
    ]
    leaves = chain.app.ledger.leaves
    assert ("hashing the tree from its values", leaves, leaves) in said
    assert all(done <= total for _, done, total in said)


def test_each_fault_is_named_not_only_the_first() -> None:
    wrecks = (lost_inbox, lot_of_nothing, supply_of_nothing, hold_of_more, lane_seventeen)

    def wreck_all(overlay: Overlay) -> None:
        for wreck in wrecks:
            wreck(overlay)

    found = sick(wreck_all)
    for text in (WRECKS[wreck] for wreck in wrecks):
        assert any(text in fault for fault in found), (text, found)


@pytest.mark.parametrize("number", range(40, 46))
def test_every_life_ends_sound(number: int) -> None:
    assert story.live(number, 30).faults() == []
