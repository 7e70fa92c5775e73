"""One validator's app, engine and gateway, started by hand, so that each may die where a test says.

Must not know: what is tested. Invariants: whatever was started is gone when the test ends; a twin
is the chain's blocks executed again by an application that nothing ever happened to.
"""

import asyncio
import base64
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import tomlkit

from abci_app import doctor
from abci_app.core import signing
from abci_app.core.codes import Code
from abci_app.state import genesis
from abci_app.state.program_toml import Source
from abci_app.store.ledger import Ledger
from node.audit import replay_chain
from node.engine import installer
from node.engine_rpc import EngineRPC
from node.genesis import genesis_hash
from node.home import Identity, Ports, is_free, name_for_app, read_settings
from node.sdk import build
from node.supervisor import dying_with
from node.testnet import lay_out, wait_until
from tests import acts
from tests.crash import dying_app
from tests.e2e.live import key_of
from tests.harness import IPCI, NAMED_KEYS, NETWORK
from tests.names import CHAIN_ID, account_id, seed
from tonne.v1 import tx_pb2 as t
from tonne.v1.state_pb2 import Validator

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LIMIT_S = 60.0
FAIL_INDEX = "FAIL_TEST_INDEX"  # of the engine: it exits at the n-th point of its own


def free_ports() -> Ports:
    """Return three ports that are free now; each test process begins its search elsewhere."""
    first = 10_000 + os.getpid() % 900 * 10
    for base in range(first, first + 1_000, 10):
        if all(is_free(base + step) for step in range(3)):
            return Ports(base, base + 1, base + 2)
    raise AssertionError("no free ports")


def new_home(folder: Path) -> Path:
    """Lay out a chain of one validator that makes blocks only when it must, and at once."""

    def genesis_of(members: Sequence[Identity]) -> bytes:
        return genesis.assemble(
            Source("local.toml", NETWORK),
            {"ipci": Source("ipci.toml", IPCI)},
            chain_id=CHAIN_ID,
            time_s=int(time.time()) - 60,
            validators=[
                Validator(key=row.validator_key, power=10, name=row.name) for row in members
            ],
            public_keys={name: signing.public_key(seed(name)) for name in NAMED_KEYS},
        )

    lay_out(folder, genesis_of, count=1, base=free_ports())
    home = folder / "node0"
    config = home / "config" / "config.toml"
    text = config.read_text()
    for name, value in (("timeout_commit", "20ms"), ("create_empty_blocks_interval", "0s")):
        text, count = re.subn(rf'^{name} = ".*"$', f'{name} = "{value}"', text, flags=re.MULTILINE)
        assert count == 1, name
    config.write_text(text)
    return home


@dataclass
class Rig:
    """The processes of one home."""

    home: Path
    genesis: bytes
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    sent: list[bytes] = field(default_factory=list)
    _blocks: list[list[bytes]] = field(default_factory=list)

    # ---- processes ----

    def start_app(self, die: str = "", **environment: str) -> None:
        """Start the app, which ends itself at a point; see dying_app."""
        command = [sys.executable, "-m", "dying_app", "serve", "--home", name_for_app(self.home)]
        if self._path("data/app.sock").exists() and "app" not in self.processes:
            self._path("data/app.sock").unlink()
        self._start("app", command, {dying_app.DIE: die, **environment})

    def start_engine(self, fail_index: int | None = None) -> None:
        """Start the engine, which ends itself at its n-th point of failure."""
        command = [str(installer.ensure()), "start", "--home", str(self.home)]
        named = {} if fail_index is None else {FAIL_INDEX: str(fail_index)}
        self._start("engine", command, named)

    def start_gateway(self) -> None:
        """Start the gateway."""
        self._start("gateway", [sys.executable, "-m", "node.gateway", "--home", str(self.home)], {})

    def start(self, die: str = "", fail_index: int | None = None) -> None:
        """Start app and engine, in the order that a supervisor takes."""
        self.start_app(die)
        self.start_engine(fail_index)

    def _start(self, name: str, command: Sequence[str], environment: dict[str, str]) -> None:
        assert name not in self.processes, f"{name} runs already"
        path = os.pathsep.join([str(HERE), str(ROOT)])
        with self.log(name).open("ab") as stream:
            self.processes[name] = subprocess.Popen(
                command,
                cwd=self.home,
                env={**os.environ, "PYTHONPATH": path, **environment},
                stdout=stream,
                stderr=stream,
                start_new_session=True,
                preexec_fn=dying_with(os.getpid(), signal.SIGKILL),  # noqa: PLW1509 - two calls
            )

    def ended(self, name: str) -> int:
        """Wait until a process has ended by itself; return its exit code."""
        process = self.processes[name]
        wait_until(lambda: process.poll() is not None, f"the end of {name}", LIMIT_S)
        return self.processes.pop(name).wait()

    def kill(self, *names: str) -> None:
        """Kill processes at once, as a power cut would."""
        for name in names or tuple(self.processes):
            process = self.processes.pop(name, None)
            if process is not None:
                process.kill()
                process.wait()

    def stop(self) -> None:
        """End all in order."""
        for name in ("gateway", "engine", "app"):
            process = self.processes.pop(name, None)
            if process is not None:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def log(self, name: str) -> Path:
        """Return where a process speaks to."""
        folder = self._path("data/logs")
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}.log"

    def words(self, name: str) -> str:
        """Return what a process has said."""
        return self.log(name).read_text(errors="replace")

    def _path(self, name: str) -> Path:
        return self.home / name

    # ---- the engine's RPC ----

    @property
    def rpc(self) -> str:
        return read_settings(self.home).rpc_address

    def ask(self, method: str, **params: Any) -> Any:
        """Return the engine's answer, or None while there is none."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        try:
            return httpx.post(self.rpc, json=body, timeout=5.0).json().get("result")
        except (httpx.HTTPError, ValueError):
            return None

    def height(self) -> int:
        """Return the engine's height; -1 while it does not answer."""
        found = self.ask("status")
        return -1 if found is None else int(found["sync_info"]["latest_block_height"])

    def app_state(self) -> tuple[int, bytes]:
        """Return the app's height and hash as it tells them; (-1, b"") while it does not."""
        found = self.ask("abci_info")
        if found is None:
            return -1, b""
        reply = found["response"]
        digest = base64.b64decode(reply.get("last_block_app_hash") or "")
        return int(reply.get("last_block_height") or 0), digest

    def wait_for_height(self, height: int) -> None:
        wait_until(lambda: self.height() >= height, f"height {height} in {self.home}", LIMIT_S)

    def block_txs(self, height: int) -> list[bytes]:
        found = self.ask("block", height=str(height))
        return [base64.b64decode(tx) for tx in found["block"]["data"].get("txs") or ()]

    # ---- transactions ----

    def signed(self, who: str, *actions: t.Action, also: Sequence[str] = ()) -> bytes:
        """Return a signed transaction with the next sequences of its signers."""
        names = (who, *also)
        for name in names:
            self.sequences[name] = self.sequences.get(name, 0) + 1
        signers = [build.Signer(account_id(name), 0, self.sequences[name]) for name in names]
        until = int(time.time()) + 3600
        body = build.build_body(CHAIN_ID, signers, actions, until)
        digest = genesis_hash(self.genesis)
        return build.sign_body(
            body, CHAIN_ID, digest, [(at, key_of(name)) for at, name in enumerate(names)]
        )

    def offer(self, *txs: bytes) -> None:
        """Hand transactions to the engine, in order, whatever becomes of them."""
        for tx in txs:
            if tx not in self.sent:
                self.sent.append(tx)
            self.ask("broadcast_tx_async", tx=base64.b64encode(tx).decode())

    def offer_when_up(self, *txs: bytes) -> None:
        """Offer transactions as soon as the engine answers; it may end before it ever does."""

        def up_or_gone() -> bool:
            return self.height() > 0 or any(
                row.poll() is not None for row in self.processes.values()
            )

        wait_until(up_or_gone, "the engine answers or ends", LIMIT_S)
        self.offer(*txs)

    def chain(self) -> list[bytes]:
        """Return the transactions of all blocks, in order; an engine that starts is waited for."""
        wait_until(lambda: self.height() >= 0, "the engine's answer", LIMIT_S)
        top = self.height()
        for height in range(len(self._blocks) + 1, top + 1):
            self._blocks.append(self.block_txs(height))
        return [tx for block in self._blocks for tx in block]

    def code(self, *txs: bytes) -> list[int]:
        """Return what the blocks of transactions say of each."""
        self.chain()
        codes: dict[bytes, int] = {}
        for at, block in enumerate(self._blocks, start=1):
            if any(tx in txs for tx in block):
                results = self.ask("block_results", height=str(at))["txs_results"]
                codes.update(
                    zip(block, (int(row.get("code") or 0) for row in results), strict=True)
                )
        return [codes[tx] for tx in txs]

    def settle(self, *txs: bytes) -> None:
        """Offer transactions until each is in a block, as a client does that got no answer."""
        for tx in txs:
            if tx not in self.chain():
                told = self.ask("broadcast_tx_sync", tx=base64.b64encode(tx).decode())
                code = (told or {}).get("code", 0)
                assert code in (0, Code.SEQUENCE_USED, Code.ALREADY_PENDING), told
                wait_until(lambda tx=tx: tx in self.chain(), "a transaction", LIMIT_S)  # type: ignore[misc]

    def set_up(self) -> None:
        """Bring the chain to issued units in few blocks: parties, an activity, an issuance."""
        houses = {"auditor": "audit-1", "issuer": "steel", "user": "acme"}
        opening = [acts.organisation(house) for house in houses.values()]
        opening += [acts.account(name, house) for name, house in houses.items()]
        first = [
            self.signed("operator", *opening),
            self.signed("coordinator", acts.accredit("auditor")),
        ]
        described = [
            acts.activity(),
            acts.anchor("PROJECT_DOCUMENT", (t.ACTIVITY, "A1")),
            acts.anchor("MONITORING_PLAN", (t.ACTIVITY, "A1")),
        ]
        self.offer(*first)
        self.settle(*first)
        method = acts.anchor("METHODOLOGY", (t.METHODOLOGY, "M1"))
        rest = [
            self.signed("operator", acts.accredit("auditor", acl="ACL-1")),
            self.signed("issuer", acts.methodology(), method),
            self.signed("coordinator", acts.transition(t.METHODOLOGY, "M1", "APPROVED")),
            self.signed("issuer", *described),
            self.signed("auditor", acts.monitoring(), also=["operator"]),
            self.signed("operator", acts.transition(t.ACTIVITY, "A1", "REGISTERED")),
            self.signed("auditor", acts.verification(net=100_000), also=["operator"]),
            self.signed("issuer", acts.issuance()),
            self.signed("auditor", acts.opened(100_000)),
            self.signed("operator", acts.approved(100_000)),
            self.signed("auditor", acts.issue(100_000), also=["operator"]),
        ]
        self.offer(*rest)
        self.settle(*rest)
        done = self.move(10)
        assert self.code(done) == [0], "the chain was not set up as it should"

    def move(self, quantity: int) -> bytes:
        """Commit a transfer; return it."""
        tx = self.signed("issuer", acts.move(quantity, "issuer", "user"))
        self.offer(tx)
        self.settle(tx)
        return tx

    # ---- the twin ----

    def rest(self) -> int:
        """Wait until nothing is under way; return the height."""

        def resting() -> bool:
            height, digest = self.app_state()
            found = self.ask("commit", height=str(height)) if height > 0 else None
            if found is None or self.height() != height:
                return False
            return bool(found["signed_header"]["header"]["app_hash"] == digest.hex().upper())

        wait_until(resting, f"rest in {self.home}", LIMIT_S)
        return self.height()

    def twin(self, folder: Path, height: int = 0) -> None:
        """Execute the chain's blocks, up to a height, in a fresh store."""

        async def work() -> None:
            async with EngineRPC(self.rpc) as engine:
                await replay_chain(engine, self.genesis, folder, last=height, watch=lambda *_: None)

        asyncio.run(work())

    def comes_back(self, *txs: bytes, twin: Path) -> None:
        """Start what ended; see that `txs` and one more move are taken, and compare with a twin."""
        self.start()
        self.wait_for_height(1)
        self.settle(*txs)
        self.move(3)
        self.assert_like_undisturbed(twin)

    def assert_like_undisturbed(self, folder: Path) -> None:
        """See that every transaction stands once in the chain, and the state is the twin's.

        The node is stopped by this; then its rows, those beside the tree too, are compared.
        """
        self.rest()
        chain = self.chain()
        assert len(chain) == len(set(chain)), "a transaction stands in the chain twice"
        assert set(self.sent) <= set(chain), "a transaction was lost"
        self.twin(folder)
        _, app_hash = self.app_state()
        self.stop()
        mine, twin = Ledger.open(str(self.home / "data" / "tonne")), Ledger.open(str(folder))
        try:
            assert mine.root == twin.root == app_hash
            assert dict(mine.scan(b"", b"\xff")) == dict(twin.scan(b"", b"\xff"))
            assert doctor.examine(mine) == []
        finally:
            mine.close()
            twin.close()


@contextlib.contextmanager
def rig_of(home: Path) -> Iterator[Rig]:
    """Hold a home; end all its processes in the end, and show their last words after a failure."""
    from node.genesis import read_genesis

    rig = Rig(home, read_genesis(home / "config" / "genesis.json"))
    try:
        yield rig
    except BaseException:
        for name in ("app", "engine", "gateway"):
            if rig.log(name).exists():
                print(f"---- {name} of {home}\n{rig.words(name)[-3000:]}")  # noqa: T201 - pytest shows it
        raise
    finally:
        rig.stop()


def copy_of(source: Path, folder: Path) -> Path:
    """Copy a home that is stopped, with ports of its own."""
    home = folder / "node0"
    shutil.copytree(source, home, ignore=shutil.ignore_patterns("*.sock", "logs", "node.lock"))
    ports = free_ports()
    for name, rows in (
        ("config.toml", (("p2p", ports.p2p), ("rpc", ports.rpc))),
        ("tonne.toml", (("gateway", ports.grpc), ("engine", ports.rpc))),
    ):
        path = home / "config" / name
        data = tomlkit.parse(path.read_text())
        for section, port in rows:
            table = data[section]
            key = next(key for key in ("laddr", "address", "rpc") if key in table)
            table[key] = re.sub(r":\d+$", f":{port}", str(table[key]))
        path.write_text(tomlkit.dumps(data))
    return home
