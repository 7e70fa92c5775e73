"""The runbook of docs/OPERATIONS.md on taking a state to a new chain, played with a real engine."""

import time
from contextlib import closing
from pathlib import Path

import pytest

from abci_app.core import signing
from abci_app.state import schema
from abci_app.store.ledger import Ledger
from node.cli import run
from node.sdk.client import Client
from node.sdk.keystore import keyfile
from node.sdk.keystore.keyfile import KeyFile
from node.testnet import Testnet
from tests import acts
from tests.e2e.live import key_of
from tests.e2e.test_founding import commands, pasted, spoken
from tests.harness import Chain
from tests.names import PROGRAM, account_id, seed
from tests.ports import free_ports
from tonne.v1 import service_pb2 as sv

SEAT = "consortium-1"


def stopped_node(home: Path) -> Chain:
    """Leave the state of a chain in a home, with a reserve and an issue that waits."""
    chain = Chain.with_issuance(cap=1000)
    chain.block(at=int(time.time()) - 60)  # so that what waits has not expired
    chain.ok("auditor", acts.issue(600), also=("operator",))
    chain.ok("issuer", acts.retire(40, "issuer"))
    chain.pending("auditor", acts.issue(400))
    place = home / "data" / "tonne"
    place.mkdir(parents=True)
    ledger = Ledger.open(str(place))
    rows = dict(chain.app.ledger.scan(b"", b"\xff"))
    ledger.commit(ledger.prepare(rows), chain.height, chain.app.ledger.record)
    ledger.close()
    keys = home / "keys" / "INSECURE-TEST"
    keys.mkdir(parents=True)
    row = KeyFile(SEAT, signing.public_key(seed(SEAT)), "", SEAT, insecure_seed=seed(SEAT))
    (keys / f"{SEAT}.json").write_text(keyfile.text(row), encoding="utf-8")
    (keys / f"{SEAT}.json").chmod(0o600)
    return chain


def balance(ledger: Ledger, name: str) -> tuple[int, int]:
    """Return (free, held) units of an account."""
    holding = schema.HOLDINGS.get(ledger, account_id(name), PROGRAM, "TMU")
    assert holding is not None
    return holding.free_t, sum(row.held_t for row in holding.held)


@pytest.mark.e2e
def test_a_state_goes_on_under_a_new_chain_id_with_what_waited_in_it(tmp_path: Path) -> None:
    old, net, ports = tmp_path / "old", Testnet(tmp_path / "homes"), free_ports()
    desk = tmp_path / "desk"
    desk.mkdir()
    net.folder.mkdir()
    chain = stopped_node(old)
    own = {
        "OLD": str(old),
        "NEW": str(net.home(0)),
        "ORG": "registry-north",
        "ADDRESS": f"127.0.0.1:{ports.p2p}",
        "LISTEN": f"--p2p 127.0.0.1:{ports.p2p} --rpc {ports.rpc} "
        f"--gateway 127.0.0.1:{ports.grpc} --metrics 0",
    }
    (export,) = commands("succession", "export")
    draft, assemble = commands("succession", "coordinator")
    (join,) = commands("succession", "organisation")
    (operator,) = commands("succession", "operator")
    pasted(export + draft, desk, **own)
    pasted(join, desk, "y\n", **own)
    pasted(assemble, desk, **own)
    verify, _, install = operator.partition("\n")
    heard = spoken(pasted(verify, desk, **own))
    pasted(install, desk, HEARD=heard, **own)
    try:
        net.start()
        net.wait_for_height(1)
        with closing(Client(net.grpc(0), timeout_s=30)) as client:
            status = client.status()
            assert (status.chain_id, status.node_kind) == ("tonne-2", "validator")
            assert status.genesis_hash.hex() == heard.replace(" ", "")
            decided = client.send([key_of("operator")], [acts.yes(1)], wait=True)
            assert decided.status == sv.COMMITTED, decided
            used = client.send([key_of("issuer")], [acts.retire(5, "issuer")], wait=True)
            assert used.status == sv.COMMITTED, used
    finally:
        net.stop()
    assert run(["doctor", "--home", str(net.home(0))]) == 0
    free, held = chain.balance("issuer")
    ledger = Ledger.open(str(net.home(0) / "data" / "tonne"))
    assert balance(ledger, "issuer") == (free + 360 - 5, held + 40)
    assert balance(ledger, "RETIRE") == (45, 0)
    ledger.close()
