"""A chain of one node with the gateway in front, for tests: keys from names, real transactions."""

import asyncio
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import grpc

from abci_app.application import Application
from abci_app.core import ids, signing
from abci_app.state import genesis
from abci_app.state.program_toml import Source
from abci_app.store.ledger import Ledger
from node.gateway.backend import Admission, Backend
from node.gateway.server import Running, gateway
from node.gateway.solo_backend import SoloBackend
from node.solo import Driver
from tonne.v1 import service_pb2_grpc as rpc
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

FOLDER = Path(__file__).parents[2] / "genesis"
TIME_S = 1_770_000_000
CHAIN_ID = "tonne-test"
OPERATOR = str(ids.AccountId("XI", 100, 2, 0))
COORDINATOR = str(ids.AccountId("XI", 100, 1, 0))
NAMES = {OPERATOR: "operator", COORDINATOR: "coordinator"}


def seed(name: str) -> bytes:
    return sha256(b"gateway test " + name.encode()).digest()


def make_genesis(chain_id: str = CHAIN_ID) -> bytes:
    path = FOLDER / "networks" / "local.toml"
    text = path.read_text(encoding="utf-8")
    names = [name for row in tomllib.loads(text)["accounts"] for name in row["keys"]]
    program = FOLDER / "programs" / "ipci.toml"
    return genesis.assemble(
        Source(str(path), text),
        {"ipci": Source(str(program), program.read_text(encoding="utf-8"))},
        chain_id=chain_id,
        time_s=TIME_S,
        validators=[
            s.Validator(key=signing.public_key(seed("validator")), power=10, name="validator-1")
        ],
        public_keys={name: signing.public_key(seed(name)) for name in names},
    )


GENESIS = make_genesis()


def open_organisation(name: str) -> t.Action:
    change = t.OrganisationChange(id=name, name=name, country="NO")
    return t.Action(put_account=t.PutAccount(program="IPCI", organisation=change))


def rename(account: str, name: str) -> t.Action:
    change = t.AccountChange(id=account, name=name)
    return t.Action(put_account=t.PutAccount(program="IPCI", account=change))


def approve(proposal: int) -> t.Action:
    return t.Action(decide=t.Decide(proposal=proposal, verdict=t.YES))


def signed(
    action: t.Action,
    sequence: int,
    *,
    account: str = OPERATOR,
    lane: int = 0,
    valid_until_s: int = TIME_S + 86_400,
    memo: str = "",
) -> bytes:
    signer = t.Signer(account=account, lane=lane, sequence=sequence)
    body = t.Body(
        chain_id=CHAIN_ID,
        signers=[signer],
        valid_until_s=valid_until_s,
        memo=memo,
        actions=[action],
    ).SerializeToString(deterministic=True)
    secret = seed(NAMES[account])
    message = signing.sign_bytes(CHAIN_ID, genesis.genesis_hash(GENESIS), body)
    signature = t.Signature(
        key=signing.public_key(secret), sig=signing.sign(secret, message), signer_index=0
    )
    return t.SignedTx(body=body, signatures=[signature]).SerializeToString(deterministic=True)


def new_driver(**options: Any) -> Driver:
    return Driver(Application(Ledger.memory()), GENESIS, **options)


class HandDriven(SoloBackend):
    """Makes a block only when a test does; tells when it was handed a transaction."""

    def __init__(self, driver: Driver) -> None:
        super().__init__(driver)
        self.handed_in = asyncio.Event()

    async def submit(self, tx: bytes) -> Admission:
        answer = await super().submit(tx)
        self.handed_in.set()
        return answer

    async def run(self) -> None:
        await asyncio.Event().wait()


@dataclass
class World:
    """A gateway that serves, and a client of it."""

    running: Running
    channel: grpc.aio.Channel
    stub: Any
    driver: Driver


def stub_of(channel: grpc.aio.Channel) -> Any:
    make: Any = rpc.RegistryStub
    return make(channel)


@asynccontextmanager
async def world(
    backend: Backend, driver: Driver, table: Path | None = None
) -> AsyncIterator[World]:
    async with gateway(backend, table, "127.0.0.1:0") as running:
        await running.follower.reached(0)
        async with grpc.aio.insecure_channel(running.address) as channel:
            yield World(running, channel, stub_of(channel), driver)


def with_gateway(
    play: Callable[[World], Awaitable[None]],
    *,
    driver: Driver | None = None,
    table: Path | None = None,
    block_s: float | None = 0.02,
) -> None:
    """Run `play` against a gateway over a driver; `block_s` None: the test makes the blocks."""
    driver = driver or new_driver()

    async def run() -> None:
        if block_s is None:
            backend: SoloBackend = HandDriven(driver)
        else:
            backend = SoloBackend(driver, block_s=block_s)
        async with world(backend, driver, table) as made:
            await play(made)

    asyncio.run(run())


async def error_of(call: Awaitable[Any]) -> grpc.aio.AioRpcError:
    try:
        reply = await call
    except grpc.aio.AioRpcError as error:
        return error
    raise AssertionError(f"answered {reply}")


def ids_of(txs: Sequence[bytes]) -> list[bytes]:
    return [signing.transaction_id(tx) for tx in txs]
