"""Headers judged by their signatures: what the engine hashes and signs, and whom one may trust."""

import asyncio
import json
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from node import engine_light
from node.sdk import light
from node.sdk.light import Clock, LightClient, encoding, step
from tests.node.light_world import CHAIN_ID, FOUR, TIME_S, Signed, digest, members
from tonne.v1 import light_pb2 as w

FOLDER = Path(__file__).parents[1] / "vectors" / "light"
ENGINE = json.loads((FOLDER / "engine.json").read_text())
DAY_S = 86_400


class Recorded:
    """The engine's answers as they were recorded."""

    async def commit(self, height: int) -> Any:
        return ENGINE[str(height)]["commit"]

    async def validators(self, height: int, *, page: int, per_page: int) -> Any:
        assert (page, per_page) == (1, 100)
        return ENGINE[str(height)]["validators"]

    async def batch(self, calls: list[tuple[str, Mapping[str, Any]]]) -> Any:
        return [ENGINE[fields["height"]][name] for name, fields in calls]


def recorded(height: int) -> w.LightBlock:
    rpc: Any = Recorded()
    block = asyncio.run(engine_light.light_block(rpc, height))
    assert block is not None
    return block


# ---- the engine's own bytes ----


@pytest.mark.parametrize("height", [int(text) for text in ENGINE])
def test_hashes_and_signatures_are_those_of_the_engine(height: int) -> None:
    raw = ENGINE[str(height)]["commit"]["signed_header"]
    block = recorded(height)
    assert encoding.header_hash(block.header).hex().upper() == raw["commit"]["block_id"]["hash"]
    assert encoding.set_hash(block.validators).hex().upper() == raw["header"]["validators_hash"]
    trusted = light.from_hash("tonne-test", block, encoding.header_hash(block.header))
    assert trusted.height == height
    assert len(light.voices(block)) >= 3


def test_a_set_has_one_order() -> None:
    block = recorded(2)
    assert encoding.in_order(list(block.validators)[::-1]) == list(block.validators)


def test_every_field_of_a_header_is_in_its_hash() -> None:
    header = recorded(2).header
    good = encoding.header_hash(header)
    for field, value in header.ListFields():
        changed = w.BlockHeader()
        changed.CopyFrom(header)
        if isinstance(value, int):
            setattr(changed, field.name, value + 1)
        else:
            changed.ClearField(field.name)
        assert encoding.header_hash(changed) != good, field.name


def test_a_list_of_any_length_proves_each_of_its_items() -> None:
    for length in range(1, 18):
        items = [digest(str(number)) for number in range(length)]
        root = encoding.merkle_root(items)
        for index, item in enumerate(items):
            path = encoding.merkle_path(items, index)
            assert encoding.merkle_root_by(item, path) == root
            assert encoding.merkle_root_by(items[index - 1], path) != root or length == 1


# ---- one step ----


def test_a_step_is_long_where_the_set_stays() -> None:
    chain = Signed()
    trusted = step(chain.genesis, chain.block(500))
    assert (trusted.height, trusted.header_hash) == (
        500,
        encoding.header_hash(chain.header(500)),
    )


def test_two_of_four_are_too_few_and_three_are_enough() -> None:
    with pytest.raises(light.TooLittlePower, match="signed by 20 of 40"):
        step(Signed().genesis, Signed(silent="ab").block(3))
    with pytest.raises(light.TooLittlePower, match="signed by 20 of 40"):
        step(Signed().genesis, Signed(nil="ab").block(1))
    assert step(Signed().genesis, Signed(silent="a").block(3)).height == 3
    assert step(Signed().genesis, Signed(nil="a").block(3)).height == 3


def test_exactly_two_thirds_are_too_few() -> None:
    def three(_: int) -> Mapping[str, int]:
        return {"a": 10, "b": 10, "c": 10}

    with pytest.raises(light.TooLittlePower, match="signed by 20 of 30"):
        step(Signed(three).genesis, Signed(three, silent="c").block(1))


def test_a_set_that_the_trusted_header_does_not_name_is_refused() -> None:
    others = Signed(lambda _: {"a": 10, "b": 10, "c": 10, "e": 10})
    with pytest.raises(light.WrongSet, match="not that of the genesis"):
        step(Signed().genesis, others.block(1))
    trusted = step(Signed().genesis, Signed().block(1))
    with pytest.raises(light.WrongSet, match="not the one named at 1"):
        step(trusted, others.block(2))


def test_a_set_beside_the_header_must_be_the_header_s_own() -> None:
    block = Signed().block(4)
    block.validators[0].power += 1
    with pytest.raises(light.WrongSet, match="not those of the header"):
        step(Signed().genesis, block)


def test_strangers_cannot_vouch_even_when_all_of_them_sign() -> None:
    others = Signed(lambda _: {"e": 10, "f": 10, "g": 10, "a": 10})
    with pytest.raises(light.TrustGap, match="signed by 10 of the 40 trusted"):
        step(Signed().genesis, others.block(9))


def test_exactly_one_third_of_the_trusted_power_is_too_little() -> None:
    trusted = Signed(lambda _: {"a": 1, "b": 1, "c": 1}).genesis
    with pytest.raises(light.TrustGap):
        step(trusted, Signed(lambda _: {"a": 1, "e": 1}).block(5))


def test_power_counts_as_it_was_trusted_not_as_the_new_set_says() -> None:
    trusted = Signed(lambda _: {"a": 1, "b": 1, "c": 1}).genesis
    with pytest.raises(light.TrustGap, match="signed by 1 of the 3"):
        step(trusted, Signed(lambda _: {"a": 1_000, "e": 1}).block(5))


def test_another_chain_is_refused() -> None:
    with pytest.raises(light.WrongChain, match="'other', not 'tonne-light'"):
        step(Signed().genesis, Signed(chain_id="other").block(3))


def test_a_chain_id_is_in_what_is_signed() -> None:
    mine, theirs = Signed(), Signed(chain_id="other")
    block = mine.block(3)
    block.commit.CopyFrom(theirs.sign(block.header, FOUR).commit)
    with pytest.raises(light.BadSignature, match="does not hold"):
        step(mine.genesis, block)


@pytest.mark.parametrize("field", ["signature", "address", "time", "round", "parts", "hash"])
def test_what_was_signed_cannot_be_changed(field: str) -> None:
    block = Signed().block(3)
    vote, commit = block.commit.signatures[1], block.commit
    if field == "signature":
        vote.signature = bytes([vote.signature[0] ^ 1]) + vote.signature[1:]
    elif field == "address":
        vote.address = block.commit.signatures[0].address
    elif field == "time":
        vote.time.nanos += 1
    elif field == "round":
        commit.round += 1
    elif field == "parts":
        commit.block_id.parts_total += 1
    else:
        commit.block_id.hash = digest("another")
    with pytest.raises(light.BadSignature):
        step(Signed().genesis, block)


def test_a_signature_is_counted_once() -> None:
    chain = Signed(silent="bcd")
    block = chain.block(3)
    good = next(row for row in block.commit.signatures if row.flag == w.VOTE_BLOCK)
    for row in block.commit.signatures:
        row.CopyFrom(good)
    with pytest.raises(light.BadSignature, match="another validator's place"):
        step(chain.genesis, block)
    block = chain.block(3)
    for _ in range(3):
        block.validators.add().CopyFrom(block.validators[0])
    with pytest.raises(light.Malformed, match="twice"):
        step(chain.genesis, block)


def test_one_validator_s_bad_vote_does_not_spoil_the_others() -> None:
    chain = Signed()
    block = chain.block(3)
    block.commit.signatures[2].signature = bytes(64)
    with pytest.raises(light.BadSignature):
        step(chain.genesis, block)
    kept = light.without_bad_votes(block)
    assert step(chain.genesis, kept).height == 3
    assert [row.flag for row in kept.commit.signatures].count(w.VOTE_ABSENT) == 1
    block.commit.signatures[1].address = block.commit.signatures[0].address
    with pytest.raises(light.TooLittlePower):
        step(chain.genesis, light.without_bad_votes(block))
    assert light.without_bad_votes(chain.block(3)) == chain.block(3)
    del block.commit.signatures[0]
    assert light.without_bad_votes(block) == block


@pytest.mark.parametrize(
    "spoil",
    [
        lambda block: block.header.ClearField("height"),
        lambda block: block.header.ClearField("chain_id"),
        lambda block: setattr(block.header, "app_hash", b"short"),
        lambda block: block.header.ClearField("proposer_address"),
        lambda block: block.header.ClearField("last_block_id"),
        lambda block: setattr(block.header.time, "nanos", 10**9),
        lambda block: block.ClearField("validators"),
        lambda block: setattr(block.validators[0], "power", 0),
        lambda block: setattr(block.validators[0], "power", 1 << 62),
        lambda block: setattr(block.validators[0], "key", b"k"),
        lambda block: block.commit.ClearField("signatures"),
        lambda block: setattr(block.commit.signatures[0], "flag", 0),
        lambda block: setattr(block.commit.signatures[0], "flag", w.VOTE_ABSENT),
        lambda block: setattr(block.commit, "round", 1 << 31),
        lambda block: block.commit.ClearField("block_id"),
    ],
)
def test_what_no_engine_writes_is_malformed(spoil: Any) -> None:
    block = Signed().block(3)
    spoil(block)
    with pytest.raises(light.Malformed):
        step(Signed().genesis, block)


# ---- time ----


def clock(now_s: int) -> Clock:
    return Clock(now_s=now_s, trusting_period_s=DAY_S, drift_s=10)


def test_trust_of_a_live_client_expires_and_an_archive_does_not() -> None:
    chain = Signed()
    block = chain.block(9)
    assert step(chain.genesis, block, clock(TIME_S + DAY_S - 1)).height == 9
    with pytest.raises(light.ExpiredTrust, match="begin with a newer header"):
        step(chain.genesis, block, clock(TIME_S + DAY_S))
    assert step(chain.genesis, block).height == 9


def test_a_header_from_the_future_is_refused_by_a_live_client() -> None:
    chain = Signed()
    at = chain.header(50).time.time_s
    assert step(chain.genesis, chain.block(50), clock(at - 9)).height == 50
    with pytest.raises(light.FromTheFuture, match="clock of this machine"):
        step(chain.genesis, chain.block(50), clock(at - 11))


def test_time_does_not_go_backwards() -> None:
    chain = Signed()
    trusted = step(chain.genesis, chain.block(5))
    header = chain.header(9)
    header.time.CopyFrom(chain.header(5).time)
    with pytest.raises(light.ConflictingHeader, match="not later"):
        step(trusted, chain.sign(header, FOUR))


def test_two_headers_of_one_height_are_a_conflict() -> None:
    chain = Signed()
    trusted = step(chain.genesis, chain.block(5))
    assert step(trusted, chain.block(5)) is trusted
    with pytest.raises(light.ConflictingHeader, match="two histories"):
        step(trusted, Signed(history="other").block(5))
    with pytest.raises(light.Unproven, match="before the trusted height"):
        step(trusted, chain.block(4))


def test_a_trusted_hash_must_be_that_of_the_header() -> None:
    block = Signed().block(5)
    with pytest.raises(light.ConflictingHeader, match="not the trusted"):
        light.from_hash(CHAIN_ID, block, digest("another"))
    assert light.from_hash(CHAIN_ID, block, encoding.header_hash(block.header)).height == 5
    silent = Signed(silent="ab").block(5)
    with pytest.raises(light.TooLittlePower):
        light.from_hash(CHAIN_ID, silent, encoding.header_hash(silent.header))


# ---- the way ----


def turned(height: int) -> Mapping[str, int]:
    """Return a set that is renewed twice: half of it at 20, the rest at 40."""
    names = "abcd" if height < 20 else "cdef" if height < 40 else "efgh"
    return dict.fromkeys(names, 10)


def test_one_header_does_where_enough_of_the_trusted_signed() -> None:
    chain = Signed(turned)
    client = LightClient(chain.genesis, chain.block)
    client.reach(30)  # two of four stayed: half of the power
    assert [block.header.height for block in client.path] == [30]
    assert chain.fetched == [30]


def test_a_set_that_was_renewed_twice_is_followed_by_halving() -> None:
    chain = Signed(turned)
    client = LightClient(chain.genesis, chain.block)
    trusted = client.reach(60)
    assert [block.header.height for block in client.path] == [30, 60]
    assert [key for key, _ in trusted.members] == [row.key for row in members(turned(60))]


def test_a_set_renewed_at_once_is_followed_by_its_neighbours() -> None:
    chain = Signed(lambda height: dict.fromkeys("abc" if height < 37 else "xyz", 5))
    client = LightClient(chain.genesis, chain.block)
    client.reach(100)
    heights = [block.header.height for block in client.path]
    assert (36, 37) in set(pairwise(heights))
    assert heights[-1] == 100
    assert len(chain.fetched) < 20


def test_a_live_client_asks_its_clock_at_every_step() -> None:
    chain = Signed()
    now = [TIME_S + 10]
    client = LightClient(chain.genesis, chain.block, clock=lambda: clock(now[0]))
    client.reach(5)
    now[0] += 2 * DAY_S
    with pytest.raises(light.ExpiredTrust):
        client.reach(6)
    assert client.trusted.height == 5


def test_a_block_of_another_height_than_asked_for_is_refused() -> None:
    chain = Signed()
    client = LightClient(chain.genesis, lambda _: chain.block(7))
    with pytest.raises(light.Malformed, match="asked for height 8"):
        client.reach(8)
    assert client.path == []
