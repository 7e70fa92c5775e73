"""A chain executed again: what is equal passes, and the first difference is named."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from abci_app.abci import abci_pb2 as abci
from abci_app.abci.results import merkle_root, results_hash
from abci_app.actions import ACTIONS
from abci_app.application import Application
from abci_app.engine.context import Tx
from abci_app.progress import Teller
from abci_app.replay import Differs, OtherChain, Step, begin, execute
from abci_app.store.ledger import Ledger
from tests import acts
from tests.harness import Chain, init_request


def steps_of(chain: Chain) -> list[Step]:
    return [
        Step(block, answer.app_hash, results_hash(answer.tx_results))
        for block, answer in chain.history
    ]


def first_hash(chain: Chain) -> bytes:
    return Application(Ledger.memory()).init_chain(init_request(chain.genesis)).app_hash


def replayed(chain: Chain, steps: Sequence[Step]) -> Application:
    application = Application(Ledger.memory())
    begin(application, init_request(chain.genesis), first_hash(chain))
    for step in steps:
        execute(application, step)
    return application


@pytest.fixture(scope="module")
def chain() -> Chain:
    made = Chain.with_units(1000)
    made.ok("issuer", acts.move(10, "issuer", "user"))
    made.send("issuer", acts.move(10_000, "issuer", "user"))
    made.ok("issuer", acts.move(5, "issuer", "user"))
    return made


def test_a_chain_replayed_leads_to_the_same_state(chain: Chain) -> None:
    again = replayed(chain, steps_of(chain))
    assert again.ledger.root == chain.app.ledger.root
    assert dict(again.ledger.scan(b"", b"\xff")) == dict(chain.app.ledger.scan(b"", b"\xff"))


def test_a_replay_goes_on_where_it_was_left(chain: Chain) -> None:
    steps = steps_of(chain)
    application = replayed(chain, steps[:5])
    taken_up = Application(application.ledger)
    begin(taken_up, init_request(chain.genesis), steps[4].app_hash)
    for step in steps[5:]:
        execute(taken_up, step)
    assert taken_up.ledger.root == chain.app.ledger.root


def test_a_changed_rule_is_reported_at_the_first_height_that_it_changes(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = len(chain.history) - 2  # what lies before it moves nothing
    move = ACTIONS["move"]

    def execute_less(tx: Tx, msg: Any) -> None:
        msg = type(msg).FromString(msg.SerializeToString())
        msg.quantity_t -= msg.quantity_t // 10
        move.execute(tx, msg)

    monkeypatch.setitem(ACTIONS, "move", replace(move, execute=execute_less))
    with pytest.raises(Differs, match="the chain says") as told:
        replayed(chain, steps_of(chain))
    assert told.value.height == moved


@pytest.mark.parametrize("what", ["app hash", "results hash"])
def test_a_header_that_says_something_else_is_found(chain: Chain, what: str) -> None:
    steps = steps_of(chain)
    other = sha256(b"else").digest()
    true = steps[6]
    steps[6] = (
        replace(true, app_hash=other) if what == "app hash" else replace(true, results_hash=other)
    )
    application = Application(Ledger.memory())
    begin(application, init_request(chain.genesis), first_hash(chain))
    for step in steps[:6]:
        execute(application, step)
    with pytest.raises(Differs) as told:
        execute(application, steps[6])
    assert (told.value.height, told.value.what) == (7, what)
    assert application.ledger.height == 6  # what differs is not kept
    execute(application, true)


def test_another_genesis_is_noticed_before_the_first_block(chain: Chain) -> None:
    other = Chain(params={"duties_per_block": 7})
    application = Application(Ledger.memory())
    with pytest.raises(Differs) as told:
        begin(application, init_request(other.genesis), first_hash(chain))
    assert told.value.height == 0


def test_a_store_of_another_genesis_is_not_taken_up(chain: Chain) -> None:
    other = Chain(params={"duties_per_block": 7})
    application = replayed(chain, steps_of(chain)[:3])
    with pytest.raises(OtherChain):
        begin(application, init_request(other.genesis), application.ledger.root)


def test_a_block_out_of_order_is_refused(chain: Chain) -> None:
    with pytest.raises(ValueError, match="block 3 was given where 1 comes next"):
        replayed(chain, steps_of(chain)[2:])


def test_the_results_hash_covers_code_data_and_gas_and_no_more() -> None:
    row = abci.ExecTxResult(code=7, data=b"x", gas_wanted=2, gas_used=1)
    plain = results_hash([row])
    assert plain == sha256(b"\x00" + bytes.fromhex("0807120178280230 01".replace(" ", ""))).digest()
    more = abci.ExecTxResult(log="log", info="info", codespace="c")
    more.MergeFrom(row)
    assert results_hash([more]) == plain
    for name in ("code", "gas_wanted", "gas_used"):
        other = abci.ExecTxResult()
        other.CopyFrom(row)
        setattr(other, name, 99)
        assert results_hash([other]) != plain


def test_the_merkle_tree_splits_at_powers_of_two() -> None:
    leaf = [sha256(b"\x00" + bytes((n,))).digest() for n in range(5)]

    def inner(left: bytes, right: bytes) -> bytes:
        return sha256(b"\x01" + left + right).digest()

    four = inner(inner(leaf[0], leaf[1]), inner(leaf[2], leaf[3]))
    assert merkle_root([]) == sha256(b"").digest()
    assert merkle_root([bytes((n,)) for n in range(4)]) == four
    assert merkle_root([bytes((n,)) for n in range(5)]) == inner(four, leaf[4])
    assert merkle_root([bytes((n,)) for n in range(3)]) == inner(inner(*leaf[:2]), leaf[2])


def test_progress_is_told_every_few_seconds_with_the_time_left() -> None:
    said: list[str] = []
    now = [100.0]
    tell = Teller(said.append, clock=lambda: now[0])
    for done in range(101):
        tell("counting", done, 100)
        now[0] += 1
    tell("the next stage", 0, 0)
    assert said[:3] == [
        "counting",
        "  3 of 100 (3 %), about 97 s left",
        "  6 of 100 (6 %), about 94 s left",
    ]
    assert len(said) == 35
    assert said[-1] == "the next stage"
