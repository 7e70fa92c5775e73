"""Validators join, change power and leave on a running network; who follows its headers goes along.

One story: the steps build on each other, so it is one test.
"""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from abci_app.core.codes import Code
from node import home as homes
from node.engine import installer
from node.genesis import read_genesis, validator_address
from node.home import Identity, Ports
from node.sdk import light
from node.sdk.light import Clock, LightClient
from node.testnet import ports_of, wait_until
from tests import acts
from tests.consortium import open_member, put_set
from tests.e2e.live import Network, network
from tests.names import account_id
from tonne.v1 import policy_pb2 as p
from tonne.v1 import service_pb2 as v
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t
from tonne.v1.light_pb2 import LightBlock

pytestmark = pytest.mark.e2e

NEW = 4  # the node of the fifth
FIFTH = "consortium-5"
LIMIT_S = 90.0


def seats_of(live: Network) -> dict[str, p.ValidatorSeat]:
    """Return the seats of the first day, by the name of their account."""
    genesis = s.Genesis.FromString(read_genesis(live.net.home(0) / "config" / "genesis.json"))
    found = {}
    for row in genesis.validators:
        name = row.name.replace("validator", "consortium")
        account = account_id(name)
        found[name] = p.ValidatorSeat(key=row.key, power=10, name=row.name, account=account)
    return found


def observer(live: Network) -> Identity:
    """Make the home of a node that has a key and no vote, and start it."""
    net = live.net
    rpc = int(net.rpc(0).rpartition(":")[2])
    base = Ports(rpc - 1, rpc, int(net.grpc(0).rpartition(":")[2]))
    engine = installer.ensure()
    home = net.folder / f"node{NEW}"
    member = homes.create(home, engine, "validator-5")
    peers = [
        f"{homes.node_id(net.home(index))}@127.0.0.1:{ports_of(index, base).p2p}"
        for index in range(NEW)
    ]
    genesis = read_genesis(net.home(0) / "config" / "genesis.json")
    homes.configure(home, genesis, ports_of(NEW, base), peers, name=member.name, local=True)
    net.start(NEW)
    net.wait_for_height(net.height(0), NEW)
    return member


def power(live: Network, index: int) -> int:
    return int(live.client(index).status().voting_power)


def until(live: Network, ready: Callable[[], bool], what: str) -> None:
    """Make blocks until something is so; a set of validators acts two heights later."""
    count = 0

    def busy() -> bool:
        nonlocal count
        count += 1
        live.ok("operator", acts.organisation(f"house-{what.replace(' ', '-')}-{count}"))
        return ready()

    wait_until(busy, what, LIMIT_S)


def signs(live: Network, key: bytes) -> bool:
    """Tell whether a validator's vote stands in the newest commit."""
    reply = httpx.get(f"{live.net.rpc(0)}/commit", timeout=5.0).json()["result"]
    votes = reply["signed_header"]["commit"]["signatures"]
    return validator_address(key) in [row["validator_address"] for row in votes]


def follow(live: Network) -> LightClient:
    """Follow the headers from the genesis to the newest, and once more height by height."""
    genesis = s.Genesis.FromString(read_genesis(live.net.home(0) / "config" / "genesis.json"))
    client = live.client(NEW)

    def fetch(height: int) -> LightBlock:
        block = client.read("GetLightBlock", v.GetLightBlockRequest(height=height))
        assert isinstance(block, LightBlock)
        return block

    status = client.status()
    clock = Clock(now_s=status.time_s, trusting_period_s=86_400, drift_s=30)
    root = light.from_genesis(genesis.chain_id, genesis.time_s, genesis.validators)
    leaping = LightClient(root, fetch, clock=lambda: clock)
    leaping.reach(status.height - 1)
    walking = LightClient(root, fetch, clock=lambda: clock)
    for height in range(1, status.height):
        walking.reach(height)
    assert walking.trusted == leaping.trusted
    return leaping


def test_a_fifth_validator_joins_changes_power_and_another_leaves(tmp_path: Path) -> None:
    with network(tmp_path / "net") as live:
        seats = seats_of(live)
        others = ("consortium-2", "consortium-3")
        member = observer(live)
        assert power(live, NEW) == 0
        open_member(live, FIFTH)
        fifth = p.ValidatorSeat(
            key=member.validator_key,
            power=10,
            name=member.name,
            account=account_id(FIFTH),
            node_ids=[member.node_id],
        )

        greedy = p.ValidatorSeat()
        greedy.CopyFrom(fifth)
        greedy.power = 20  # of 60
        refused = live.send("consortium-1", put_set(*seats.values(), greedy), also=others)
        assert refused.code == Code.POLICY_VALIDATORS, refused

        # joins, by the vote of the seats: one proposes, two more say yes
        done = live.ok("consortium-1", put_set(*seats.values(), fifth))
        number = next(
            row.proposal_opened.id for row in done.events if row.HasField("proposal_opened")
        )
        live.ok("consortium-2", acts.yes(number))
        live.ok("consortium-3", acts.yes(number))
        until(live, lambda: power(live, NEW) == 10, "the fifth has power")
        until(live, lambda: signs(live, fifth.key), "the fifth signs")

        # its power changes; now it takes four of five
        fifth.power = 12
        live.ok("consortium-1", put_set(*seats.values(), fifth), also=(*others, "consortium-4"))
        until(live, lambda: power(live, NEW) == 12, "the fifth has more")

        # one of the first leaves; the fifth votes like the others
        gone = seats.pop("consortium-4")
        live.ok("consortium-1", put_set(*seats.values(), fifth), also=(*others, FIFTH))
        until(live, lambda: power(live, 3) == 0, "the fourth has none")
        until(live, lambda: not signs(live, gone.key), "the fourth signs no more")
        after = live.send("consortium-4", t.Action(put_policy=t.PutPolicy(rules_version=2)))
        assert after.code == Code.ROLE_MISSING, after

        follower = follow(live)
        assert follower.path
        live.net.stop(3)  # those who stay go on without it
        until(live, lambda: True, "four of five go on")
        assert live.client(NEW).status().node_kind == "validator"
