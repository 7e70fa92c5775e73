"""The table follows one chain, whole blocks at a time, and goes on where it stopped."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from abci_app.core.codes import Code
from abci_app.core.signing import transaction_id
from node.gateway.backend import Outcome, Unavailable
from node.gateway.follower import FETCHED_AT_ONCE, Follower
from node.gateway.table import Table, TableBroken
from tests.node.gateway_script import Script, following, made, outcome
from tonne.v1 import events_pb2 as ev
from tonne.v1 import service_pb2 as sv

Play = Callable[[Follower], Awaitable[None]]


def follow(script: Script, table: Table, play: Play) -> None:
    async def run() -> None:
        async with following(script, table) as follower:
            await play(follower)

    asyncio.run(run())
    table.close()


async def to_the_top(follower: Follower) -> None:
    await follower.catch_up()


def txs_of(script: Script, count: int) -> list[bytes]:
    txs = [made(f"tx {number}") for number in range(count)]
    for tx in txs:
        script.add(outcome(tx))
    return txs


def test_it_resumes_at_its_own_height(tmp_path: Path) -> None:
    script, path = Script(), tmp_path / "t.db"
    early = txs_of(script, 3)
    follow(script, Table.open(path), to_the_top)
    late = txs_of(script, 2 * FETCHED_AT_ONCE + 3)
    del script.blocks[1]  # nothing below its own height is asked for
    follow(script, Table.open(path), to_the_top)
    table = Table.open(path)
    assert table.followed.height == script.head
    heights = [found.height for tx in early if (found := table.find(transaction_id(tx)))]
    assert heights == [1, 2, 3]
    assert all(table.find(transaction_id(tx)) for tx in late)
    table.close()


def test_a_table_of_another_chain_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    one, other = Script(b"1" * 32), Script(b"2" * 32)
    (tx,) = txs_of(one, 1)
    other.add()
    follow(one, Table.open(path), to_the_top)
    follow(other, Table.open(path), to_the_top)
    table = Table.open(path)
    assert table.find(transaction_id(tx)) is None
    assert table.followed.height == 1
    table.close()


def test_a_chain_begun_again_with_the_same_genesis_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    before, after = Script(), Script()
    (tx,) = txs_of(before, 1)
    after.add()
    after.add()
    follow(before, Table.open(path), to_the_top)
    follow(after, Table.open(path), to_the_top)
    table = Table.open(path)
    assert table.find(transaction_id(tx)) is None
    assert table.followed.height == 2
    table.close()


def test_a_chain_that_is_shorter_than_the_table_is_another_one(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    long, short = Script(), Script()
    txs_of(long, 5)
    short.add()
    follow(long, Table.open(path), to_the_top)
    follow(short, Table.open(path), to_the_top)
    table = Table.open(path)
    assert table.followed.height == 1
    table.close()


def test_it_goes_on_behind_blocks_that_the_node_has_pruned() -> None:
    script, table = Script(), Table.memory()
    txs = txs_of(script, 20)
    script.first = 15

    async def play(follower: Follower) -> None:
        await follower.catch_up()
        found = [table.find(transaction_id(tx)) for tx in txs]
        assert [row.height for row in found if row] == list(range(15, 21))

    follow(script, table, play)


def test_results_that_are_late_are_waited_for() -> None:
    script, table = Script(), Table.memory()
    txs = txs_of(script, 2)
    late = script.blocks.pop(2)

    async def play(follower: Follower) -> None:
        await follower.reached(1)
        asyncio.get_running_loop().call_later(0.1, script.blocks.__setitem__, 2, late)
        await follower.reached(2)
        assert table.find(transaction_id(txs[1]))

    follow(script, table, play)


def test_a_node_that_comes_later_is_followed() -> None:
    script, table = Script(), Table.memory()
    script.add()
    script.away = True

    async def play(follower: Follower) -> None:
        assert follower.behind is None
        asyncio.get_running_loop().call_later(0.1, setattr, script, "away", False)
        await follower.reached(1)
        assert follower.behind == 0

    follow(script, table, play)


def test_who_waits_too_long_for_a_height_is_told_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("node.gateway.follower.CATCH_UP_S", 0.05)
    script, table = Script(), Table.memory()
    script.add()

    async def play(follower: Follower) -> None:
        await follower.reached(1)
        with pytest.raises(Unavailable, match="at height 1, 2 is needed"):
            await follower.reached(2)

    follow(script, table, play)


def test_a_watcher_is_woken_with_the_outcome_in_the_table() -> None:
    script, table = Script(), Table.memory()
    script.add()
    tx = made("tx")

    async def play(follower: Follower) -> None:
        await follower.reached(1)
        with follower.watching(transaction_id(tx)) as arrived:
            script.add(outcome(tx))
            await asyncio.wait_for(arrived.wait(), 5)
            assert table.find(transaction_id(tx))

    follow(script, table, play)


# ---- the table ----


def test_a_block_is_added_whole_or_not_at_all(tmp_path: Path) -> None:
    script = Script()
    script.add(outcome(made("a")), Outcome(b"b" * 32, 0, "", (b"\xff\xff",)))
    table = Table.open(tmp_path / "t.db")
    with pytest.raises(ValueError, match=r"not a tonne\.v1\.Event"):
        table.add(script.blocks[1])
    assert table.followed.height == 0
    assert table.find(transaction_id(made("a"))) is None
    table.close()


def test_events_and_the_proposal_are_kept() -> None:
    table = Table.memory()
    script = Script()
    event = ev.Event(proposal_opened=ev.ProposalOpened(id=7, expires_s=9))
    script.add(Outcome(b"x" * 32, 0, "detail", (event.SerializeToString(),)))
    table.add(script.blocks[1])
    found = table.find(b"x" * 32)
    assert found is not None
    assert (found.proposal, list(found.events), found.detail) == (7, [event], "detail")
    table.close()


def test_the_first_outcome_that_spends_the_sequence_stays() -> None:
    table, script, tx = Table.memory(), Script(), made("a")
    for code in (Code.SIGNER_INACTIVE, Code.INSUFFICIENT, Code.OK):
        script.add(outcome(tx, code))
        table.add(script.blocks[script.head])
    found = table.find(transaction_id(tx))
    assert found is not None
    assert (found.status, found.code, found.height) == (sv.REFUSED, Code.INSUFFICIENT, 2)
    table.close()


@pytest.mark.parametrize("content", [b"not a database at all, but long enough" * 40, b""])
def test_a_damaged_file_is_made_anew(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "t.db"
    path.write_bytes(content)
    table = Table.open(path)
    assert table.followed.height == 0
    table.close()


def test_a_file_of_another_layout_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    old = sqlite3.connect(path)
    old.executescript("CREATE TABLE old (x); PRAGMA user_version = 999;")
    old.close()
    table = Table.open(path)
    assert table.followed.height == 0
    table.close()


def test_a_file_that_cannot_be_opened_is_not_deleted(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    path.mkdir()
    with pytest.raises(TableBroken, match="cannot be opened"):
        Table.open(path)
    assert path.is_dir()
