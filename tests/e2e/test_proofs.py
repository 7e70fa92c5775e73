"""Bundles of a running network, checked away from it; the newest act is in them at once."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from node.cli import faults, run
from node.cli.proofs import genesis_root
from node.sdk import light
from node.sdk.light import Clock, LightClient, encoding
from node.sdk.proofs import bundle, making
from tests import acts
from tests.e2e.live import Network, network
from tests.names import account_id
from tonne.v1 import service_pb2 as v
from tonne.v1.light_pb2 import LightBlock

pytestmark = pytest.mark.e2e


class Away:
    """A folder with nothing but a genesis and bundles, and the network that made them."""

    def __init__(self, folder: Path, live: Network) -> None:
        self.folder, self.live = folder, live
        self.genesis = folder / "genesis.json"
        shutil.copy(live.net.home(0) / "config" / "genesis.json", self.genesis)

    def query(self, name: str, *words: str) -> Path:
        file = self.folder / f"{name}.json"
        there = ["--node", self.live.net.grpc(0), "--home", str(self.folder)]
        assert run(["query", *words, "--proof", str(file), *there]) == faults.OK
        return file


@pytest.fixture(scope="module")
def away(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Away]:
    with network(tmp_path_factory.mktemp("p")) as live:
        live.set_up()
        live.ok("issuer", acts.move(500, "issuer", "user"))
        yield Away(tmp_path_factory.mktemp("away"), live)


ISSUER = account_id("issuer")
PROVEN = {
    "organisation": (["organisation", "issuer-org"], "PROVEN: organisation id=issuer-org"),
    "account": (["account", ISSUER], f"PROVEN: account id={ISSUER}"),
    "holding": (["holding", ISSUER, "TMU"], "free_t"),
    "lots": (["lots", ISSUER, "TMU"], "Its lots, all of them"),
    "lot": (["lot", "IPCI.R1", "7"], "PROVEN: lot space=IPCI.R1 serial=7"),
    "record": (["record", "ISSUANCE", "R1"], "PROVEN: record"),
    "statement": (["statement", "S1"], "PROVEN: statement"),
    "accreditation": (["accreditation", "AUDITOR", account_id("auditor"), "ACL-1"], "GRANTED"),
    "program": (["program", "IPCI"], "no later version"),
    "absence": (["retirement", "999"], "PROVEN ABSENT: retirement id=999"),
}


@pytest.mark.parametrize("name", sorted(PROVEN))
def test_every_kind_of_fact_is_proven_away_from_the_network(
    away: Away, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    words, said = PROVEN[name]
    file = away.query(name, *words)
    capsys.readouterr()
    assert run(["verify", str(file), "--genesis", str(away.genesis)]) == faults.OK
    shown = capsys.readouterr().out
    assert said in shown
    assert "of 40 of the power" in shown
    assert "the genesis" in shown


def test_ones_own_last_act_is_proven_right_after_it(
    away: Away, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in (1, 2, 3):
        done = away.live.ok("user", acts.retire(7, "user"))
        file = away.query("own", "retirement", str(number))
        capsys.readouterr()
        assert run(["verify", str(file), "--genesis", str(away.genesis)]) == faults.OK
        assert f"PROVEN: retirement id={number}" in capsys.readouterr().out
        made = bundle.read(file.read_bytes())
        assert made.state[0].height >= done.height


def test_a_transaction_is_proven_with_what_it_did(
    away: Away, capsys: pytest.CaptureFixture[str]
) -> None:
    done = away.live.ok("issuer", acts.move(3, "issuer", "user"))
    refused = away.live.send("issuer", acts.move(99_000_000, "issuer", "user"))
    for result, said in ((done, "moved program=IPCI"), (refused, f"code {refused.code}")):
        file = away.query("tx", "tx", result.tx_id.hex())
        capsys.readouterr()
        assert run(["verify", str(file), "--genesis", str(away.genesis)]) == faults.OK
        shown = capsys.readouterr().out
        assert f"stands in block {result.height}" in shown
        assert said in shown
    assert refused.height > 0


def test_a_trusted_header_does_instead_of_the_genesis(
    away: Away, capsys: pytest.CaptureFixture[str]
) -> None:
    client = away.live.client()
    early = client.read("GetLightBlock", v.GetLightBlockRequest(height=5))
    assert isinstance(early, LightBlock)
    digest = encoding.header_hash(early.header).hex()
    file = away.query("root", "retirement", "999", "--trusted-hash", f"5:{digest}")
    capsys.readouterr()
    for words in ([f"5:{digest}"], [digest]):
        assert run(["verify", str(file), "--trusted-hash", *words]) == faults.OK
        assert "known since" in capsys.readouterr().out
    assert run(["verify", str(file), "--genesis", str(away.genesis)]) == faults.OK
    capsys.readouterr()
    wrong = f"5:{'00' * 32}"
    assert run(["verify", str(file), "--trusted-hash", wrong]) == faults.FAILED
    assert "UNPROVEN: conflicting header" in capsys.readouterr().err


def test_what_was_changed_on_the_way_is_unproven(
    away: Away, capsys: pytest.CaptureFixture[str]
) -> None:
    file = away.query("changed", "account", ISSUER)
    data: dict[str, Any] = json.loads(file.read_text())
    data["blocks"][-1]["header"]["height"] = "7"
    file.write_text(json.dumps(data))
    capsys.readouterr()
    assert run(["verify", str(file), "--genesis", str(away.genesis)]) == faults.FAILED
    shown = capsys.readouterr()
    assert "UNPROVEN" in shown.err
    assert "PROVEN" not in shown.out


def test_a_live_client_follows_the_headers_of_a_node(away: Away) -> None:
    root, _ = genesis_root(away.genesis)
    client = away.live.client(1)

    def fetch(height: int) -> LightBlock:
        block = client.read("GetLightBlock", v.GetLightBlockRequest(height=height))
        assert isinstance(block, LightBlock)
        return block

    now_s = client.status().time_s
    clock = Clock(now_s=now_s, trusting_period_s=86_400, drift_s=30)
    trusted = light.from_genesis(root.chain_id, root.time_s, root.validators)
    follower = LightClient(trusted, fetch, clock=lambda: clock)
    for height in (1, 2, 9):
        assert follower.reach(height).height == height
    late = Clock(now_s=now_s + 86_400, trusting_period_s=3_600, drift_s=30)
    with pytest.raises(light.ExpiredTrust):
        LightClient(trusted, fetch, clock=lambda: late).reach(9)


def test_a_height_to_come_is_told_apart(away: Away) -> None:
    client = away.live.client()
    request = v.GetRetirementRequest(id=1, at=v.At(height=1_000_000))
    with pytest.raises(light.Unproven, match="was not made in 1 s"):
        making.make(client, request, wait_s=1)
