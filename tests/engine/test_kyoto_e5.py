"""E5: assigned amount, joint implementation and transfers abroad down to the reserve."""

from abci_app.core.codes import Code
from abci_app.state import schema
from tests import acts, kyoto
from tests.harness import Chain
from tests.kyoto import (
    agreed,
    convert,
    export,
    free,
    held,
    issue,
    move,
    ranges,
    spans,
)
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

NEW_INVENTORY = (
    'period = "CP1", assigned_amount_t = 1_500_000_000, last_inventory_t = 280_000_000',
    'period = "CP1", assigned_amount_t = 1_500_000_000, last_inventory_t = 260_000_000',
)
BOTH = ("kz.authority", "kz.log")


def begun(projects: int = 2) -> Chain:
    """Steps 1 to 3: 1.5 G AAU, of which 2 000 000 are ERU with the project owner."""
    chain = kyoto.chain()
    agreed(chain, "kz.operator", issue("AAU", 1_500_000_000), BOTH)
    kyoto.project(chain, "P1", 2_000_000)
    if projects > 1:
        kyoto.project(chain, "P2", 500_000)
    agreed(
        chain,
        "kz.operator",
        convert("AAU to ERU track 1", 2_000_000, activity="P1"),
        ["kz.authority"],
    )
    agreed(chain, "kz.operator", move("ERU", 2_000_000, "kz.state", "kz.owner"), ["kz.authority"])
    return chain


def abroad(chain: Chain, action: t.Action) -> None:
    agreed(chain, "kz.operator", action, BOTH)


def test_e5_line_by_line() -> None:
    chain = kyoto.chain()
    # 1: the operator proposes, the authority agrees: still pending; the log agrees: executed
    number = chain.pending("kz.operator", issue("AAU", 1_500_000_000))
    assert free(chain, "kz.state", "AAU") == 0
    chain.decided("kz.authority", number, s.PROPOSAL_PENDING)
    assert free(chain, "kz.state", "AAU") == 0
    chain.decided("kz.log", number)
    assert spans(chain, "kz.state", "AAU") == [(1, 1_500_000_000)]
    chain.refused(Code.CAP_EXCEEDED, "kz.operator", issue("AAU", 1))
    # 2: the numbers stay, the type changes
    kyoto.project(chain, "P1", 2_000_000)
    kyoto.project(chain, "P2", 500_000)
    first = convert("AAU to ERU track 1", 2_000_000, activity="P1")
    agreed(chain, "kz.operator", first, ["kz.authority"])
    assert spans(chain, "kz.state", "ERU") == [(1, 2_000_000)]
    lot = schema.LOTS.get(chain.app.ledger, "KZ", 1)
    assert lot is not None
    assert (lot.class_id, lot.origin_class, lot.activity, lot.track) == ("ERU", "AAU", "P1", 1)
    more = convert("AAU to ERU track 1", 1, activity="P1")
    chain.refused(Code.PROJECT_LIMIT, "kz.operator", more)
    # 3
    inside = move("ERU", 2_000_000, "kz.state", "kz.owner")
    agreed(chain, "kz.operator", inside, ["kz.authority"])
    assert free(chain, "kz.owner", "ERU") == 2_000_000
    # 4: held until the log answers
    number = chain.pending("kz.operator", export("ERU", 2_000_000, "kz.owner"))
    assert (free(chain, "kz.owner", "ERU"), held(chain, "kz.owner", "ERU")) == (0, 2_000_000)
    chain.decided("kz.authority", number, s.PROPOSAL_PENDING)
    assert held(chain, "kz.owner", "ERU") == 2_000_000
    chain.decided("kz.log", number)
    assert (held(chain, "kz.owner", "ERU"), free(chain, "JP", "ERU")) == (0, 2_000_000)
    # 5
    chain.refused(Code.CPR_BREACH, "kz.operator", export("AAU", 148_000_001))
    # 6
    abroad(chain, export("AAU", 148_000_000))
    assert spans(chain, "JP", "AAU") == [(2_000_001, 150_000_000)]
    # 7
    chain.refused(Code.CPR_BREACH, "kz.operator", export("AAU", 1))
    # 8: track 2 leaves, whatever the reserve
    second = convert("AAU to ERU track 2", 500_000, activity="P2")
    agreed(chain, "kz.operator", second, ["kz.committee"])
    assert spans(chain, "kz.state", "ERU") == [(150_000_001, 150_500_000)]
    abroad(chain, export("ERU", 500_000))
    # 9: required 1 300 000 000, headroom 49 500 000
    chain.refused(Code.CPR_BREACH, "kz.operator", export("AAU", 1))
    kyoto.new_version(chain, NEW_INVENTORY)
    chain.refused(Code.CPR_BREACH, "kz.operator", export("AAU", 49_500_001))
    chain.pending("kz.operator", export("AAU", 49_500_000))
    chain.block(at=chain.now + 86_400)  # the log does not answer
    # end
    assert spans(chain, "kz.state", "AAU") == [(150_500_001, 1_500_000_000)]
    assert free(chain, "kz.state", "AAU") == 1_349_500_000
    total = schema.LINK_TOTALS.get(chain.app.ledger, kyoto.PROGRAM, "JP")
    assert total is not None
    assert total.exported_t == 150_500_000


def test_track_1_would_breach_the_reserve() -> None:
    chain = begun(projects=1)
    abroad(chain, export("ERU", 2_000_000, "kz.owner"))
    abroad(chain, export("AAU", 148_000_000))
    kyoto.project(chain, "P3", 500_000)
    third = convert("AAU to ERU track 1", 500_000, activity="P3")
    agreed(chain, "kz.operator", third, ["kz.authority"])
    chain.refused(Code.CPR_BREACH, "kz.operator", export("ERU", 500_000))


def test_a_no_of_the_log_gives_the_units_back_with_its_codes_and_serials() -> None:
    chain = begun(projects=1)
    number = chain.pending("kz.operator", export("ERU", 2_000_000, "kz.owner"))
    chain.decided("kz.authority", number, s.PROPOSAL_PENDING)
    answer = t.ResponseCode(code=4003, ranges=ranges((1, 2_000_000)))
    decision = t.Decide(
        proposal=number, verdict=t.NO, reason="Units are under review", codes=[answer]
    )
    chain.ok("kz.log", t.Action(decide=decision))
    proposal = chain.proposal(number)
    assert proposal.state == s.PROPOSAL_REJECTED
    assert list(proposal.decisions[-1].codes) == [answer]
    assert (free(chain, "kz.owner", "ERU"), held(chain, "kz.owner", "ERU")) == (2_000_000, 0)
    chain.refused(Code.DECIDE_CLOSED, "kz.log", acts.yes(number))


def test_the_log_has_a_day_to_answer() -> None:
    chain = begun(projects=1)
    number = chain.pending("kz.operator", export("ERU", 2_000_000, "kz.owner"))
    chain.decided("kz.authority", number, s.PROPOSAL_PENDING)
    chain.block(at=chain.proposal(number).expires_s)
    assert chain.proposal(number).state == s.PROPOSAL_EXPIRED
    assert free(chain, "kz.owner", "ERU") == 2_000_000


def test_two_proposals_over_the_same_units() -> None:
    chain = begun(projects=1)
    first = export("ERU", 0, "kz.owner", ranges=ranges((1, 2_000_000)))
    chain.pending("kz.operator", first)
    same = export("ERU", 0, "kz.owner", ranges=ranges((2_000_000, 2_000_000)))
    chain.refused(Code.UNIT_HELD, "kz.operator", same)
    chain.refused(Code.INSUFFICIENT, "kz.operator", export("ERU", 1, "kz.owner"))


def test_the_reserve_is_asked_for_again_when_the_log_agrees() -> None:
    chain = begun(projects=1)
    one = chain.pending("kz.operator", export("AAU", 100_000_000))
    two = chain.pending("kz.operator", export("AAU", 100_000_000))
    for number in (one, two):
        chain.decided("kz.authority", number, s.PROPOSAL_PENDING)
    chain.decided("kz.log", one)
    chain.decided("kz.log", two, s.PROPOSAL_FAILED)
    assert chain.proposal(two).code == Code.CPR_BREACH
    assert free(chain, "kz.state", "AAU") == 1_398_000_000


def test_a_private_person_moves_reductions_and_no_assigned_amount() -> None:
    chain = begun(projects=1)
    given = move("AAU", 100, "kz.state", "kz.owner")
    agreed(chain, "kz.operator", given, ["kz.authority"])
    chain.refused(Code.MOVE_NOT_ALLOWED, "kz.owner", move("AAU", 1, "kz.owner", "kz.person"))
    chain.ok("kz.owner", move("ERU", 7, "kz.owner", "kz.person"))
    assert free(chain, "kz.person", "ERU") == 7
    chain.refused(Code.ROLE_MISSING, "kz.operator", move("ERU", 1, "kz.owner", "kz.person"))


def test_where_units_go_abroad_is_named() -> None:
    chain = begun(projects=1)
    blind = export("AAU", 1, external_account="")
    chain.refused(Code.EXTERNAL_ACCOUNT_MISSING, "kz.operator", blind)
