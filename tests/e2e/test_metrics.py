"""A node whose three processes show what they do, and a gateway that shows a certificate."""

import time
from collections.abc import Iterator, Sequence

import pytest
import tomlkit

from abci_app.core import signing
from abci_app.state import genesis
from abci_app.state.program_toml import Source
from node import settings
from node.home import Identity, Ports, host_and_port
from node.sdk.client import Client
from node.sdk.connection import Trust
from node.testnet import Testnet, lay_out, wait_until
from tests import acts
from tests.e2e.live import CHAIN_ID, key_of
from tests.harness import IPCI, NAMED_KEYS, NETWORK
from tests.machine.test_metrics import Samples, fetched
from tests.names import seed
from tests.node.certificates import Authority
from tests.ports import free_ports
from tonne.v1 import service_pb2 as sv
from tonne.v1.state_pb2 import Validator

pytestmark = pytest.mark.e2e


def genesis_of(members: Sequence[Identity]) -> bytes:
    return genesis.assemble(
        Source("local.toml", NETWORK),
        {"ipci": Source("ipci.toml", IPCI)},
        chain_id=CHAIN_ID,
        time_s=int(time.time()),
        validators=[Validator(key=row.validator_key, power=10, name=row.name) for row in members],
        public_keys={name: signing.public_key(seed(name)) for name in NAMED_KEYS},
    )


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Testnet]:
    base = free_ports()
    folder = tmp_path_factory.mktemp("m")
    ports = Ports(base.p2p, base.rpc, base.grpc, metrics=base.p2p + 2)
    lay_out(folder, genesis_of, count=1, base=ports)
    made = Testnet(folder)
    path = settings.path_of(made.home(0))
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    certificate, key = authority.sign("gateway")
    tls = tomlkit.table()
    tls.update({"certificate": str(certificate), "key": str(key)})
    document["gateway"]["tls"] = tls
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
    try:
        made.start()
        made.wait_for_height(1)
        yield made
    finally:
        made.stop()


def metrics(net: Testnet, process: int) -> Samples:
    """Return what engine (0), app (1) or gateway (2) shows."""
    host, port = host_and_port(net.rpc(0).removeprefix("http://"))
    return fetched(f"{host}:{port + 1 + process}")


def test_engine_app_and_gateway_tell_of_one_transaction(net: Testnet, authority: Authority) -> None:
    with Client(net.grpc(0), trust=Trust(authority.certificate), timeout_s=30) as client:
        before = metrics(net, 1)
        done = client.send(key_of("operator"), [acts.organisation("org-1")])
        assert done.status == sv.COMMITTED, done
        wait_until(lambda: metrics(net, 1)["tonne_app_height", ""] >= done.height, "the commit")
        app, gateway = metrics(net, 1), metrics(net, 2)
    assert app["tonne_app_block_transactions_total", "OK"] == 1
    assert ("tonne_app_block_transactions_total", "OK") not in before
    assert app["tonne_app_transaction_verifications_ratio", ""] > 0
    assert app["tonne_app_storage_bytes", ""] > 0
    assert app["tonne_app_invariant_ok", ""] == 1
    assert gateway["tonne_gateway_submissions_total", "COMMITTED"] == 1
    assert gateway["tonne_gateway_certificate_expiry_timestamp_seconds", ""] > time.time()
    heights = [value for (name, _), value in metrics(net, 0).items() if name.endswith("_height")]
    assert max(heights) >= done.height
