"""E4 and E5 on four validators: the same transcripts, line by line, as transactions over gRPC.

Left out are the lines that move the clock, for a network has its own: E4 then happens today, with
an order that ends in a month; E5 in a first period that is made to last until 2040.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from abci_app.state import genesis
from abci_app.state.program_toml import Source
from node.cli import genesis as founding
from node.cli import places
from node.cli.desk import Desk
from node.cli.live import Live
from node.home import Identity
from node.scenario import language
from node.scenario.expectations import balance, holder
from node.scenario.language import Clock, Step
from node.scenario.livekeys import LiveKeys, adopt
from node.scenario.player import Player
from node.sdk.keys import KeyStore
from node.testnet import Testnet, lay_out, running
from tests.e2e.live import CHAIN_ID, COUNT, Network
from tests.harness import edited
from tests.ports import free_ports
from tonne.v1.state_pb2 import Validator

pytestmark = pytest.mark.e2e

PERIODS = (  # so that units of the first period are good today
    ("end_s = 1_356_998_400 ", "end_s = 2_208_988_800 "),  # 2040-01-01
    ("surrender_due_s = 1_447_804_800 ", "surrender_due_s = 2_240_611_200 "),  # 2041-01-01
    ("true_up_end_s = 1_447_804_800\n", "true_up_end_s = 2_240_611_200\n"),
    ("start_s = 1_356_998_400 ", "start_s = 2_208_988_800 "),
    ("end_s = 1_609_459_200 ", "end_s = 2_461_449_600 "),  # 2048-01-01
    ("surrender_due_s = 1_694_217_600 ", "surrender_due_s = 2_493_072_000 "),  # 2049-01-01
    ("true_up_end_s = 1_694_217_600\n", "true_up_end_s = 2_493_072_000\n"),
)


def programs() -> dict[str, Source]:
    folder = places.genesis() / "programs"
    texts = {name: (folder / f"{name}.toml").read_text("utf-8") for name in ("ipci", "kyoto_kz")}
    texts["kyoto_kz"] = edited(texts["kyoto_kz"], *PERIODS)
    return {name: Source(f"{name}.toml", text) for name, text in texts.items()}


def first_state(store: KeyStore, members: Sequence[Identity]) -> bytes:
    """Return the genesis of the network `both`; its keys are made in a test store."""
    source, _ = founding.sources("both")
    for name in founding.key_names(source):
        store.add(name, person=name)
    raw = genesis.assemble(
        source,
        programs(),
        chain_id=CHAIN_ID,
        time_s=int(time.time()),
        validators=[Validator(key=row.validator_key, power=10, name=row.name) for row in members],
        public_keys={name: store.public(name).public for name in store.names()},
    )
    founding.bind(raw, store.set_account)
    return raw


def steps(name: str, old: str = "", new: str = "") -> tuple[str, list[Step]]:
    """Return the program of a transcript and its steps, but for the clock's; `old` reads `new`."""
    path = places.scenarios() / f"{name}.txt"
    text = path.read_text("utf-8")
    assert old in text
    scenario = language.parse(text.replace(old, new) if old else text, str(path))
    return scenario.program, [step for step in scenario.steps if not isinstance(step, Clock)]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Testnet, KeyStore]]:
    folder = tmp_path_factory.mktemp("net")
    store = KeyStore.test(folder / "keys")
    net = folder / "net"
    lay_out(net, lambda members: first_state(store, members), count=COUNT, base=free_ports())
    with running(net) as started:
        yield started, store


def played(net: Testnet, store: KeyStore, program: str, todo: Sequence[Step]) -> Desk:
    """Play steps on the first node; return a desk that reads from the last one, level with it."""
    chain, keys = Live(net.grpc(0)), LiveKeys(store)
    adopt(keys, chain)
    desk = Desk(chain, keys, chain.chain_id, places.scenarios(), program)
    assert Player(chain, desk).play(todo) == len(todo)
    Network(net).assert_agreement()
    other = Live(net.grpc(COUNT - 1))
    return Desk(other, keys, other.chain_id, Path(), program)


def test_e4_the_footprint_and_the_market(world: tuple[Testnet, KeyStore]) -> None:
    month = (datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%d")
    program, todo = steps("e04_footprint_offset", "--until 2026-08-01", f"--until {month}")
    desk = played(*world, program, todo)
    assert balance(desk, holder(desk, "issuer"), "TMU") == {"free": 899}
    assert balance(desk, holder(desk, "RETIRE"), "TMU") == {"free": 101}


def test_e5_conversion_and_the_reserve(world: tuple[Testnet, KeyStore]) -> None:
    program, todo = steps("e05_kazakhstan_transfers")
    desk = played(*world, program, todo)
    assert balance(desk, holder(desk, "state"), "AAU") == {"free": 1_349_500_000}
    assert balance(desk, holder(desk, "EXPORT.JP"), "ERU") == {"free": 2_500_000}
