"""A real network for tests: four validators on free ports, and people to act on it.

Must not know: what is tested. Invariant: it is stopped when the test ends, and its logs are named
when it fails.
"""

import contextlib
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from abci_app.core import signing
from abci_app.state import genesis
from abci_app.state.program_toml import Source
from node.home import Identity
from node.sdk import build
from node.sdk.client import Client
from node.sdk.keys import StoredKey
from node.testnet import Testnet, lay_out
from tests import acts
from tests.harness import IPCI, NAMED_KEYS, NETWORK
from tests.names import account_id, seed
from tests.ports import free_ports
from tonne.v1 import service_pb2 as sv
from tonne.v1 import tx_pb2 as t
from tonne.v1.state_pb2 import Validator

CHAIN_ID = "tonne-test"
HERE = Path(__file__).resolve().parent
COUNT = 4


def key_of(name: str, account: str = "") -> StoredKey:
    """Return the key of a name, which signs for the name's account."""
    public = signing.public_key(seed(name))
    return StoredKey(name, seed(name), public, account or account_id(name), name)


@dataclass
class Network:
    """A running network and a client of each of its gateways."""

    net: Testnet
    clients: dict[int, Client] = field(default_factory=dict)

    def client(self, index: int = 0) -> Client:
        """Return the client of a node's gateway."""
        if index not in self.clients:
            self.clients[index] = Client(self.net.grpc(index), timeout_s=30)
        return self.clients[index]

    def send(
        self,
        who: str,
        *actions: t.Action,
        also: Sequence[str] = (),
        node: int = 0,
        memo: str = "",
        wait: bool = True,
    ) -> sv.Transaction:
        """Sign and submit actions as named people."""
        keys = [key_of(name) for name in (who, *also)]
        return self.client(node).send(keys, actions, memo=memo, wait=wait)

    def ok(self, who: str, *actions: t.Action, also: Sequence[str] = ()) -> sv.Transaction:
        """Send, and see that it is committed."""
        result = self.send(who, *actions, also=also)
        assert result.status == sv.COMMITTED, result
        return result

    def signed(
        self, who: str, lane: int, sequence: int, *actions: t.Action, valid_s: int = 600
    ) -> bytes:
        """Return a signed transaction with a sequence of the caller's choice."""
        client = self.client()
        signer = build.Signer(account_id(who), lane, sequence)
        until = int(time.time()) + valid_s
        body = build.build_body(client.chain_id, [signer], actions, until)
        return build.sign_body(body, client.chain_id, client.genesis_hash, [(0, key_of(who))])

    def set_up(self, units: int = 100_000) -> None:
        """Bring the network to issued units: parties, an activity, an issuance."""
        for name in ("auditor", "issuer", "user"):
            self.ok("operator", acts.organisation(f"{name}-org"))
            self.ok("operator", acts.account(name, f"{name}-org"))
        self.ok("coordinator", acts.accredit("auditor"))
        self.ok("operator", acts.accredit("auditor", acl="ACL-1"))
        self.ok("issuer", acts.methodology())
        self.ok("issuer", acts.anchor("METHODOLOGY", (t.METHODOLOGY, "M1")))
        self.ok("coordinator", acts.transition(t.METHODOLOGY, "M1", "APPROVED"))
        self.ok("issuer", acts.activity())
        for kind in ("PROJECT_DOCUMENT", "MONITORING_PLAN"):
            self.ok("issuer", acts.anchor(kind, (t.ACTIVITY, "A1")))
        self.ok("auditor", acts.monitoring(), also=["operator"])
        self.ok("operator", acts.transition(t.ACTIVITY, "A1", "REGISTERED"))
        self.ok("auditor", acts.verification(net=units), also=["operator"])
        self.ok("issuer", acts.issuance())
        self.ok("auditor", acts.opened(units))
        self.ok("operator", acts.approved(units))
        self.ok("auditor", acts.issue(units), also=["operator"])

    def heights(self) -> list[int]:
        """Return every node's height."""
        return [self.net.height(index) for index in range(self.net.count)]

    def assert_agreement(self) -> int:
        """Wait until all are level and every header's app hash is the same; return the height."""
        top = max(self.heights())
        self.net.wait_for_height(top)
        for height in range(1, top + 1):
            hashes = {self.net.app_hash(index, height) for index in range(self.net.count)}
            assert len(hashes) == 1, f"height {height}: {hashes}"
        return top


@contextlib.contextmanager
def network(folder: Path, *, faulty: bool = False, program: str = IPCI) -> Iterator[Network]:
    """Lay out, start, and stop in the end."""
    os.environ["PYTHONPATH"] = os.pathsep.join([str(HERE), str(HERE.parents[1])])

    def genesis_of(members: Sequence[Identity]) -> bytes:
        return genesis.assemble(
            Source("local.toml", NETWORK),
            {"ipci": Source("ipci.toml", program)},
            chain_id=CHAIN_ID,
            time_s=int(time.time()),
            validators=[
                Validator(key=member.validator_key, power=10, name=member.name)
                for member in members
            ],
            public_keys={name: signing.public_key(seed(name)) for name in NAMED_KEYS},
        )

    lay_out(folder, genesis_of, count=COUNT, base=free_ports())
    net = Testnet(folder)
    if faulty:
        net.app_modules = dict.fromkeys(range(COUNT), "faulty_app")
    try:
        net.start()
        net.wait_for_height(1)
        running = Network(net)
        yield running
        for client in running.clients.values():
            client.close()
    finally:
        net.stop()
