"""The doctor finds what was done to a state behind the rules' back, and nothing else."""

from collections.abc import Callable

import pytest

from abci_app import doctor
from abci_app.core import keys
from abci_app.core.codec import encode
from abci_app.state import lots, schema
from abci_app.store.kv import Overlay, StorageError
from tests import acts, harness, story
from tests.harness import Chain
from tests.names import account_id
from tonne.v1 import state_pb2 as s


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
    overlapping_retirements: "C-1",
    miscounted_proposals: "C-26",
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
        with pytest.raises(StorageError):
            doctor.examine(ledger, lambda _: None)
    assert chain.faults() == []


def test_the_doctor_says_what_he_does() -> None:
    chain = Chain.with_parties()
    said: list[str] = []
    assert doctor.examine(chain.app.ledger, said.append) == []
    assert said[0] == "hashing the tree from its values"
    assert said[-1] == "checking the invariants over the whole state"


@pytest.mark.parametrize("number", range(40, 46))
def test_every_life_ends_sound(number: int) -> None:
    assert story.live(number, 30).faults() == []
