"""Sequences: the client's lanes against the chain's own replay window."""

import random
import threading

import pytest

from abci_app.admission import check_sequence, use_sequence
from abci_app.core.codes import Refusal
from node.sdk.errors import TonneError
from node.sdk.lanes import Lanes
from tonne.v1.service_pb2 import SequenceReply
from tonne.v1.state_pb2 import Lanes as Window

ACCOUNT = "XI-100-1001-0-45"


class Chain:
    """One account's lanes as the state machine keeps them."""

    def __init__(self) -> None:
        self.window = Window()
        self.asked = 0

    def ask(self, account: str, lane: int) -> SequenceReply:
        assert account == ACCOUNT
        self.asked += 1
        rows = [row for row in self.window.lanes if row.lane == lane]
        highest = rows[0].highest if rows else 0
        free = [
            number
            for number in range(max(1, highest - 63), highest)
            if not rows[0].bitmap >> (highest - 1 - number) & 1
        ]
        return SequenceReply(next=highest + 1, free=free, last_accepted=highest + 64)

    def accepts(self, sequence: int, lane: int = 0) -> bool:
        try:
            check_sequence(self.window, lane, sequence)
        except Refusal:
            return False
        return True

    def use(self, sequence: int, lane: int = 0) -> None:
        check_sequence(self.window, lane, sequence)
        use_sequence(self.window, lane, sequence)


def test_the_first_is_one_and_they_ascend() -> None:
    lanes = Lanes(Chain().ask)
    assert [lanes.reserve(ACCOUNT, 0, 1) for _ in range(5)] == [1, 2, 3, 4, 5]
    assert lanes.reserve(ACCOUNT, 3, 1) == 1


def test_sixty_four_go_out_in_any_order_and_the_next_waits() -> None:
    chain = Chain()
    lanes = Lanes(chain.ask)
    out = [lanes.reserve(ACCOUNT, 0, 1) for _ in range(64)]
    with pytest.raises(TonneError, match=r"64 transactions of .* wait") as caught:
        lanes.reserve(ACCOUNT, 0, 0.01)
    assert caught.value.name == "LANE_FULL"
    random.Random(1).shuffle(out)
    for sequence in out:
        chain.use(sequence)
        lanes.settle(ACCOUNT, 0, sequence, used=True)
    assert lanes.reserve(ACCOUNT, 0, 1) == 65


def test_a_full_lane_goes_on_as_soon_as_its_oldest_is_settled() -> None:
    chain = Chain()
    lanes = Lanes(chain.ask)
    for _ in range(64):
        lanes.reserve(ACCOUNT, 0, 1)
    found: list[int] = []
    waiter = threading.Thread(target=lambda: found.append(lanes.reserve(ACCOUNT, 0, 30)))
    waiter.start()
    chain.use(1)
    lanes.settle(ACCOUNT, 0, 1, used=True)
    waiter.join(10)
    assert found == [65]


def test_a_full_lane_learns_from_the_chain_what_nobody_told_it() -> None:
    chain = Chain()
    lanes = Lanes(chain.ask)
    for _ in range(64):
        chain.use(lanes.reserve(ACCOUNT, 0, 1))
    assert lanes.reserve(ACCOUNT, 0, 5) == 65


def test_the_chain_is_asked_once_while_all_goes_well() -> None:
    chain = Chain()
    lanes = Lanes(chain.ask)
    for _ in range(500):
        sequence = lanes.reserve(ACCOUNT, 0, 1)
        chain.use(sequence)
        lanes.settle(ACCOUNT, 0, sequence, used=True)
    assert chain.asked == 1


def test_a_sequence_that_was_not_used_is_given_out_again() -> None:
    lanes = Lanes(Chain().ask)
    sequence = lanes.reserve(ACCOUNT, 0, 1)
    lanes.settle(ACCOUNT, 0, sequence, used=False)
    assert lanes.reserve(ACCOUNT, 0, 1) == sequence


def test_who_signs_again_gets_the_same_sequence_even_if_later_ones_are_under_way() -> None:
    chain = Chain()
    lanes = Lanes(chain.ask)
    refused, *others = [lanes.reserve(ACCOUNT, 0, 1) for _ in range(5)]
    for sequence in others[:2]:
        chain.use(sequence)
    lanes.settle(ACCOUNT, 0, refused, used=False)
    assert lanes.reserve(ACCOUNT, 0, 1) == refused
    assert lanes.reserve(ACCOUNT, 0, 1) == others[-1] + 1


def test_what_another_client_used_meanwhile_is_passed_over() -> None:
    chain = Chain()
    lanes = Lanes(chain.ask)
    mine = lanes.reserve(ACCOUNT, 0, 1)
    for sequence in range(1, 11):
        chain.use(sequence)
    lanes.settle(ACCOUNT, 0, mine, used=False)  # refused: SEQUENCE_USED
    assert lanes.reserve(ACCOUNT, 0, 1) == 11


def test_a_transaction_that_expired_unseen_blocks_its_lane_no_longer() -> None:
    now = [1_000.0]
    chain = Chain()
    lanes = Lanes(chain.ask, lambda: now[0])
    lost = lanes.reserve(ACCOUNT, 0, 1)
    assert lanes.signed(ACCOUNT, 0, lost, 1_600)
    for _ in range(63):
        chain.use(lanes.reserve(ACCOUNT, 0, 1))
    now[0] = 1_659
    with pytest.raises(TonneError):
        lanes.reserve(ACCOUNT, 0, 0.01)
    now[0] = 1_661
    assert lanes.reserve(ACCOUNT, 0, 1) == 65


def test_foreign_sequences_are_none_of_its_business() -> None:
    lanes = Lanes(Chain().ask)
    assert not lanes.signed(ACCOUNT, 0, 7, 1)
    lanes.settle(ACCOUNT, 0, 7, used=True)
    assert lanes.reserve(ACCOUNT, 0, 1) == 1
    assert not lanes.signed(ACCOUNT, 0, 7, 1)


@pytest.mark.parametrize("seed", range(20))
def test_whatever_happens_no_sequence_given_out_is_ever_outside_the_window(seed: int) -> None:
    chance = random.Random(seed)
    chain = Chain()
    lanes = Lanes(chain.ask)
    out: list[int] = []
    for _ in range(600):
        if out and chance.random() < 0.5:
            sequence = out.pop(chance.randrange(len(out)))
            used = chance.random() < 0.7
            if used:
                chain.use(sequence)
            lanes.settle(ACCOUNT, 0, sequence, used=used)
            continue
        try:
            sequence = lanes.reserve(ACCOUNT, 0, 0)
        except TonneError:
            following = max(chain.ask(ACCOUNT, 0).next, max(out) + 1)
            assert following - min(out) >= 64, "the lane was not full"
            continue
        assert sequence not in out
        out.append(sequence)
        assert all(chain.accepts(number) for number in out)


def test_threads_never_get_the_same_sequence() -> None:
    chain = Chain()
    lanes = Lanes(chain.ask)
    found: list[int] = []
    lock = threading.Lock()

    def work() -> None:
        for _ in range(100):
            sequence = lanes.reserve(ACCOUNT, 0, 30)
            with lock:
                chain.use(sequence)
                found.append(sequence)
            lanes.settle(ACCOUNT, 0, sequence, used=True)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(found) == list(range(1, 401))
