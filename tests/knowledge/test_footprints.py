"""E4: a footprint from its draft to the offsets of what was sold, by receipt."""

from typing import Any

import pytest

from abci_app.core.codes import Code
from abci_app.state import schema
from tests import acts
from tests.harness import Chain
from tests.knowledge import acts as k
from tests.names import PROGRAM, account_id
from tonne.v1 import tx_pb2 as t


def declared(quantity: int = 200, **changes: Any) -> Chain:
    """The issuer declares F1 for sources of three owners; the user holds units."""
    chain = Chain.with_units(quantity)
    chain.ok("issuer", acts.move(quantity, "issuer", "user"))
    houses = [acts.organisation(name) for name in k.OWNERS]
    chain.ok("operator", *houses, *[acts.account(name, name) for name in k.OWNERS])
    boundary = acts.anchor("FOOTPRINT_BOUNDARY", (t.FOOTPRINT, "F1"))
    chain.ok("issuer", k.footprint(**changes), boundary)
    return chain


def step(to: str) -> t.Action:
    return acts.transition(t.FOOTPRINT, "F1", to)


def state(chain: Chain) -> str:
    return chain.record(t.FOOTPRINT, "F1").state


def assurance(name: str = "FA") -> t.Action:
    return k.attest(t.FOOTPRINT_ASSURANCE, name, footprint="F1")


def published(quantity: int = 200, **changes: object) -> Chain:
    chain = declared(quantity, **changes)
    for owner in k.OWNERS:
        chain.ok(owner, step("ACKNOWLEDGED"))
    chain.ok("auditor", assurance(), also=("operator",))
    chain.ok("operator", step("ASSURED"))
    papers = [acts.anchor(kind, (t.FOOTPRINT, "F1")) for kind in ("POLICY", "OFFER")]
    chain.ok("issuer", *papers, step("PUBLISHED"))
    return chain


def test_e4_from_draft_to_publication() -> None:
    chain = declared()
    for owner in k.OWNERS[:2]:
        chain.ok(owner, step("ACKNOWLEDGED"))
    assert state(chain) == "DRAFT"
    chain.refused(Code.FOOTPRINT_STATE, k.OWNERS[0], step("ACKNOWLEDGED"))
    chain.refused(Code.ROLE_MISSING, "issuer", step("ACKNOWLEDGED"))
    chain.refused(Code.FOOTPRINT_STATE, "auditor", assurance(), also=("operator",))
    chain.ok(k.OWNERS[2], step("ACKNOWLEDGED"))
    assert state(chain) == "ACKNOWLEDGED"
    record = chain.record(t.FOOTPRINT, "F1")
    assert record.footprint.acknowledged == record.footprint.owners
    chain.refused(Code.WF_GUARD, "operator", step("ASSURED"))
    chain.ok("auditor", assurance(), also=("operator",))
    chain.ok("operator", step("ASSURED"))
    assert chain.record(t.FOOTPRINT, "F1").footprint.statement == "FA"
    chain.refused(Code.WF_GUARD, "issuer", step("PUBLISHED"))
    chain.ok("issuer", acts.anchor("POLICY", (t.FOOTPRINT, "F1")))
    chain.refused(Code.WF_GUARD, "issuer", step("PUBLISHED"))
    chain.ok("issuer", acts.anchor("OFFER", (t.FOOTPRINT, "F1")), step("PUBLISHED"))
    assert state(chain) == "PUBLISHED"


def test_e4_items_are_offset_by_receipt() -> None:
    chain = published()
    chain.ok("user", k.offset(50, 4000, "h1"))  # 50,000 kg
    assert (chain.balance("RETIRE"), chain.balance("user")) == ((50, 0), (150, 0))
    chain.refused(Code.FOOTPRINT_DUP, "user", k.offset(50, 4000, "h1"))
    chain.refused(Code.FOOTPRINT_QUANTITY, "user", k.offset(50, 4030, "h2"))
    chain.refused(Code.FOOTPRINT_QUANTITY, "user", k.offset(52, 4030, "h2"))
    chain.ok("user", k.offset(51, 4030, "h2"))  # 50,375 kg
    receipt = schema.RECEIPTS.get(chain.app.ledger, PROGRAM, "F1", acts.digest("h2"))
    assert receipt is not None
    assert receipt.retirement == 2
    retirement = schema.RETIREMENTS.get(chain.app.ledger, 2)
    assert retirement is not None
    assert (retirement.footprint, retirement.items, retirement.quantity_t) == ("F1", 4030, 51)
    fields = chain.record(t.FOOTPRINT, "F1").footprint
    assert (fields.items, fields.offset_t) == (8030, 101)


def test_more_than_the_items_need_is_said_to_be_more_and_less_is_never_enough() -> None:
    chain = published()
    over = {"over_offset": True}
    chain.refused(Code.FOOTPRINT_QUANTITY, "user", k.offset(49, 4000, "h1", **over))
    chain.ok("user", k.offset(60, 4000, "h1", **over))
    chain.ok("user", k.offset(1, 1, "h2"))  # 12.5 kg


@pytest.mark.parametrize("place", [0, 1])
def test_one_receipt_counts_once_in_an_envelope_too(place: int) -> None:
    chain = published()
    pair = [k.offset(50, 4000, "h1"), k.offset(1, 1, "h1")]
    chain.refused(Code.FOOTPRINT_DUP, "user", pair[place], pair[1 - place])


def test_two_offsets_of_one_envelope_name_their_own_retirements() -> None:
    chain = published()
    chain.ok("user", k.offset(50, 4000, "h1"), k.offset(1, 1, "h2"))
    rows = schema.RECEIPTS.all(chain.app.ledger)
    assert sorted(row.retirement for row in rows) == [1, 2]


def test_a_footprint_that_is_not_published_is_not_offset() -> None:
    chain = declared()
    chain.refused(Code.FOOTPRINT_STATE, "user", k.offset(1, 1, "h1"))
    chain.refused(Code.REC_REF, "user", k.offset(1, 1, "h1", footprint="F2"))


def test_nobody_has_acknowledged_another_text() -> None:
    chain = declared()
    chain.ok(k.OWNERS[0], step("ACKNOWLEDGED"))
    chain.ok("issuer", k.footprint(g_co2e_per_unit=13_000))
    assert list(chain.record(t.FOOTPRINT, "F1").footprint.acknowledged) == []
    chain.ok(k.OWNERS[0], step("ACKNOWLEDGED"))


def test_a_footprint_ends_in_the_very_second_and_stays_revoked() -> None:
    end = 1_800_000_000
    chain = published(valid_to_s=end)
    chain.block(at=end - 2)
    chain.ok("user", k.offset(1, 1, "h1"))
    chain.block(at=end)
    assert state(chain) == "EXPIRED"
    chain.refused(Code.FOOTPRINT_STATE, "user", k.offset(1, 1, "h2"))
    revoked = published(valid_to_s=end)
    revoked.ok("operator", step("REVOKED"))
    revoked.refused(Code.FOOTPRINT_STATE, "user", k.offset(1, 1, "h1"))
    revoked.block(at=end)
    assert state(revoked) == "REVOKED"
    assert revoked.record(t.FOOTPRINT, "F1").duty_s == 0


def test_it_is_over_before_the_queue_says_so() -> None:
    """The last transaction of a block whose duties were done before its time came."""
    end = 1_800_000_000
    chain = published(valid_to_s=end)
    act = chain.tx("user", k.offset(1, 1, "h1"), until=end + 1)
    assert chain.block(act, at=end)[0].code == Code.FOOTPRINT_STATE


def test_an_end_that_has_passed_is_not_published() -> None:
    chain = declared(valid_to_s=1_770_000_000)
    for owner in k.OWNERS:
        chain.ok(owner, step("ACKNOWLEDGED"))
    chain.ok("auditor", assurance(), also=("operator",))
    chain.ok("operator", step("ASSURED"))
    chain.ok("issuer", *[acts.anchor(kind, (t.FOOTPRINT, "F1")) for kind in ("POLICY", "OFFER")])
    chain.block(at=1_770_000_000)
    chain.refused(Code.VALIDITY_INVALID, "issuer", step("PUBLISHED"))


def test_an_owner_of_nowhere_cannot_acknowledge() -> None:
    chain = Chain.with_activity()
    owners = [account_id("nobody")]
    chain.refused(Code.ACC_UNKNOWN, "issuer", k.footprint(owners=owners))
    chain.refused(Code.REC_REF, "issuer", k.footprint(owners=[account_id("consortium-1")]))


def test_the_events_of_an_acknowledgement_say_who() -> None:
    chain = declared()
    changed = chain.ok(k.OWNERS[0], step("ACKNOWLEDGED")).event("record_changed")
    assert (changed.from_state, changed.to_state) == ("DRAFT", "DRAFT")
    assert changed.account == account_id(k.OWNERS[0])
