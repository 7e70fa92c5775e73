"""The replay window of a lane, quotas, and what may wait in the mempool."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abci_app import application
from abci_app.abci import abci_pb2 as abci
from abci_app.admission import check_sequence, use_sequence
from abci_app.core.codes import Code, Refusal
from abci_app.core.limits import LANE_WINDOW
from tests import acts
from tests.harness import Chain, Result
from tests.names import account_id
from tonne.v1 import service_pb2 as q
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t


def note(number: int) -> t.Action:
    return acts.methodology(f"M{number}")


def answer(lanes: s.Lanes, lane: int, sequence: int) -> int:
    try:
        check_sequence(lanes, lane, sequence)
    except Refusal as refusal:
        return refusal.code
    return Code.OK


def by_definition(used: list[int], sequence: int) -> int:
    """The rule of the window over the plain list of sequences used."""
    highest = max(used, default=0)
    if sequence > highest + LANE_WINDOW:
        return Code.SEQUENCE_TOO_FAR
    if sequence in used and sequence >= highest - (LANE_WINDOW - 1):
        return Code.SEQUENCE_USED
    return Code.OK if sequence >= max(1, highest - (LANE_WINDOW - 1)) else Code.SEQUENCE_TOO_OLD


@given(
    st.lists(st.tuples(st.sampled_from([0, 3, 15]), st.integers(-70, 70)), min_size=1, max_size=60)
)
def test_the_window_is_what_a_list_of_used_sequences_says(plan: list[tuple[int, int]]) -> None:
    lanes = s.Lanes()
    used: dict[int, list[int]] = {0: [], 3: [], 15: []}
    for lane, step in plan:
        sequence = max(1, max(used[lane], default=0) + step)
        expected = by_definition(used[lane], sequence)
        assert answer(lanes, lane, sequence) == expected
        if expected == Code.OK:
            use_sequence(lanes, lane, sequence)
            used[lane].append(sequence)
        else:
            assert answer(lanes, lane, sequence) == expected, "looking changes nothing"
    assert [row.lane for row in lanes.lanes] == sorted(
        lane for lane, found in used.items() if found
    )


@given(st.lists(st.integers(1, 200), min_size=1, max_size=80))
def test_no_sequence_is_ever_used_twice(sequences: list[int]) -> None:
    lanes = s.Lanes()
    used: list[int] = []
    for sequence in sequences:
        if answer(lanes, 0, sequence) == Code.OK:
            assert sequence not in used
            use_sequence(lanes, 0, sequence)
            used.append(sequence)
            with pytest.raises(AssertionError, match="C-27"):
                use_sequence(lanes, 0, sequence)


@pytest.mark.parametrize("first", [1, 1000])
def test_64_sequences_in_any_order_are_all_accepted_and_the_65th_ahead_is_not(first: int) -> None:
    chain = Chain.with_parties()
    for known in range(64, first, 64):
        chain.ok("user", note(known), sequence=known)
    last = first + LANE_WINDOW - 1
    if first > 1:
        chain.ok("user", note(first - 1), sequence=first - 1)
    numbers = list(range(first, last + 1))
    random.Random(7).shuffle(numbers)  # gossip reorders
    far = chain.tx("user", note(0), sequence=last + 1)
    chain.inadmissible(Code.SEQUENCE_TOO_FAR, far)
    txs = [chain.tx("user", note(number), sequence=number) for number in numbers]
    for tx in txs:
        assert chain.check(tx).code == 0
    for part in (txs[:5], txs[5:40], txs[40:]):
        chain.all_ok(*part)
    for tx in txs:
        chain.inadmissible(Code.SEQUENCE_USED, tx)
    assert chain.block(far)[0].code == 0


def test_a_sequence_below_the_window_is_too_old() -> None:
    chain = Chain.with_parties()
    chain.ok("user", note(1), sequence=64)
    chain.ok("user", note(2), sequence=65)
    chain.inadmissible(Code.SEQUENCE_TOO_OLD, chain.tx("user", note(3), sequence=1))
    chain.ok("user", note(3), sequence=2)


def test_lanes_do_not_know_of_each_other() -> None:
    chain = Chain.with_parties()
    for lane in (0, 7, 15):
        chain.ok("user", note(lane), lane=lane, sequence=1)
    chain.inadmissible(Code.SEQUENCE_USED, chain.tx("user", note(1), lane=7, sequence=1))


def test_the_same_bytes_never_count_twice() -> None:
    chain = Chain.with_parties()
    tx = chain.tx("user", note(1))
    assert [row.code for row in chain.block(tx, tx, proposed=False)] == [0, Code.SEQUENCE_USED]
    chain.inadmissible(Code.SEQUENCE_USED, tx)


def test_of_two_transactions_with_one_sequence_the_first_in_the_block_counts() -> None:
    chain = Chain.with_parties()
    one = chain.tx("user", note(1), sequence=1)
    other = chain.tx("user", note(2), sequence=1)
    assert [row.code for row in chain.block(other, one, proposed=False)] == [0, Code.SEQUENCE_USED]


def test_a_refused_transaction_spends_the_sequences_of_every_signer() -> None:
    chain = Chain.with_issuance()
    chain.refused(Code.CAP_EXCEEDED, "auditor", acts.issue(100_001), also=("operator",))
    for name in ("auditor", "operator"):
        used = chain.sequences[(name, 0)]
        chain.inadmissible(Code.SEQUENCE_USED, chain.tx(name, note(1), sequence=used))


def test_the_chain_tells_the_free_sequences_of_a_lane() -> None:
    chain = Chain.with_parties()
    for sequence in (2, 5):
        chain.ok("user", note(sequence), sequence=sequence)
    reply = chain.ask(q.GetSequenceRequest(account=account_id("user")), q.SequenceReply)
    assert (reply.next, list(reply.free), reply.last_accepted) == (6, [1, 3, 4], 69)
    chain.ok("user", note(69), sequence=69)
    reply = chain.ask(q.GetSequenceRequest(account=account_id("user")), q.SequenceReply)
    assert (reply.next, reply.free[0], reply.free[-1]) == (70, 6, 68)
    fresh = chain.ask(q.GetSequenceRequest(account=account_id("user"), lane=9), q.SequenceReply)
    assert (fresh.next, list(fresh.free), fresh.last_accepted) == (1, [], 64)


# ---- quotas ----


def test_an_account_spends_its_quota_and_has_a_new_one_in_the_next_window() -> None:
    chain = Chain.with_parties(params={"quota_cost": 100, "quota_window_s": 60})
    chain.block(at=chain.now + 60)  # what opening the parties cost is forgotten
    cost = 5  # of a note: four for the record, one for the signer
    start = chain.now + 1
    chain.all_ok(*[chain.tx("user", note(number)) for number in range(100 // cost)])
    chain.inadmissible(Code.QUOTA_EXCEEDED, chain.tx("user", note(20), sequence=21))
    chain.ok("issuer", note(21))  # another's quota is untouched
    chain.block(at=start + 58)
    chain.inadmissible(Code.QUOTA_EXCEEDED, chain.tx("user", note(20), sequence=21))
    chain.block(at=start + 59)
    txs = [chain.tx("user", note(number + 100), sequence=number + 1) for number in range(20, 41)]
    codes = [row.code for row in chain.block(*txs, at=start + 60, proposed=False)]
    assert codes == [0] * 20 + [Code.QUOTA_EXCEEDED], "a whole quota again, and no more"


def test_a_block_takes_no_more_than_the_quota_from_one_account() -> None:
    chain = Chain.with_parties(params={"quota_cost": 100, "quota_window_s": 60})
    chain.block(at=chain.now + 60)
    txs = [chain.tx("user", note(number)) for number in range(22)]
    codes = [row.code for row in chain.block(*txs, proposed=False)]
    assert codes == [0] * 20 + [Code.QUOTA_EXCEEDED] * 2


def test_the_first_signer_pays() -> None:
    chain = Chain.with_parties(params={"quota_cost": 100, "quota_window_s": 60})
    chain.block(at=chain.now + 60)
    for number in range(16):
        chain.ok("user", note(number), also=("issuer",))
    chain.inadmissible(
        Code.QUOTA_EXCEEDED, chain.tx("user", note(20), also=("issuer",), sequence=40)
    )
    chain.ok("issuer", note(20))


def test_a_block_takes_no_more_than_its_cost_and_the_rest_waits() -> None:
    chain = Chain.with_parties(params={"block_cost_max": 100, "tx_cost_max": 100})
    txs = [chain.tx("user", note(number)) for number in range(22)]
    prepare = abci.RequestPrepareProposal(max_tx_bytes=1 << 20, txs=txs)
    prepare.time.seconds = chain.now + 1
    assert list(chain.app.prepare_proposal(prepare).txs) == txs[:20]
    codes = [row.code for row in chain.block(*txs, proposed=False)]
    assert codes == [0] * 20 + [Code.COST_EXCEEDED] * 2
    chain.all_ok(*txs[20:])


def test_a_proposal_keeps_within_the_bytes_allowed() -> None:
    chain = Chain.with_parties()
    txs = [chain.tx("user", note(number)) for number in range(9)]
    size = len(txs[0]) + 3  # tag and a length of two bytes
    for room, count in ((size * 4, 4), (size * 4 - 1, 3), (0, 0)):
        prepare = abci.RequestPrepareProposal(max_tx_bytes=room, txs=txs)
        prepare.time.seconds = chain.now + 1
        assert list(chain.app.prepare_proposal(prepare).txs) == txs[:count]


# ---- what may wait here ----


def recheck(chain: Chain, tx: bytes) -> Result:
    reply = chain.app.check_tx(abci.RequestCheckTx(tx=tx, type=abci.RECHECK))
    return Result(reply.code, reply.log)


def test_64_transactions_of_an_account_wait_and_no_more() -> None:
    chain = Chain.with_parties()
    txs = [chain.tx("user", note(n), lane=n // 40, sequence=n % 40 + 1) for n in range(65)]
    codes = [chain.check(tx).code for tx in txs]
    assert codes == [0] * 64 + [Code.PENDING_LIMIT]
    assert chain.check(txs[0]).code == 0, "the same again is not another one"
    assert chain.check(chain.tx("issuer", note(99))).code == 0
    chain.block(*txs[:1])
    assert chain.check(txs[64]).code == 0, "Commit empties the table"
    for tx in txs[1:64]:
        assert recheck(chain, tx).code == 0, "who waited keeps his place"


def test_who_waited_before_a_block_keeps_his_place_whatever_came_since(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(application, "PENDING_PER_ACCOUNT", 3)
    chain = Chain.with_parties()
    txs = [chain.tx("user", note(number)) for number in range(7)]
    assert [chain.check(tx).code for tx in txs[:3]] == [0, 0, 0]
    chain.block()
    assert [chain.check(tx).code for tx in txs[3:]] == [0, 0, 0, Code.PENDING_LIMIT]
    assert [recheck(chain, tx).code for tx in txs[:3]] == [0, 0, 0]


def test_256_transactions_of_an_organisation_wait_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(application, "PENDING_PER_ORGANISATION", 5)
    monkeypatch.setattr(application, "PENDING_PER_ACCOUNT", 3)
    chain = Chain.with_parties()
    chain.ok("operator", acts.account("user-2", "acme"), also=("user",))
    txs = [chain.tx(who, note(n)) for n in range(3) for who in ("user", "user-2")]
    codes = [chain.check(tx).code for tx in txs]
    assert codes == [0] * 5 + [Code.PENDING_LIMIT]
    assert chain.check(chain.tx("issuer", note(9))).code == 0


def test_a_co_signer_cannot_be_flooded_past_his_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "PENDING_PER_ACCOUNT", 2)
    chain = Chain.with_parties()
    txs = [chain.tx(who, note(1), also=("operator",)) for who in ("user", "issuer", "auditor")]
    assert [chain.check(tx).code for tx in txs] == [0, 0, Code.PENDING_LIMIT]


def test_a_second_transaction_with_a_waiting_sequence_is_told_so() -> None:
    chain = Chain.with_parties()
    one = chain.tx("user", note(1), sequence=1)
    other = chain.tx("user", note(2), sequence=1)
    assert chain.check(one).code == 0
    assert chain.check(other).code == Code.ALREADY_PENDING
    assert chain.block(other)[0].code == 0, "node policy is no rule of admission"
    assert recheck(chain, one).code == Code.SEQUENCE_USED


def test_recheck_evicts_what_no_proposal_would_take() -> None:
    chain = Chain.with_parties()
    short = chain.tx("user", note(1), until=chain.now + 5)
    closed = chain.tx("issuer", note(2))
    good = chain.tx("auditor", note(3))
    for tx in (short, closed, good):
        assert chain.check(tx).code == 0
    suspend = chain.tx("operator", acts.alter("issuer", status=t.ACCOUNT_SUSPENDED))
    chain.block(suspend, at=chain.now + 5)
    codes = [recheck(chain, tx).code for tx in (short, closed, good)]
    assert codes == [Code.TX_EXPIRED, Code.SIGNER_INACTIVE, 0]


def test_checking_executes_and_spends_nothing() -> None:
    chain = Chain.with_parties()
    before, lanes = chain.rows(), chain.lanes()
    tx = chain.tx("user", note(1))
    for _ in range(3):
        assert chain.check(tx).code == 0
    assert (chain.rows(), chain.lanes()) == (before, lanes)
    assert chain.block(tx)[0].code == 0
