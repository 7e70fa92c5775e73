"""A chain in this process for scenarios: the real application, a ledger in memory, its own clock.

Must not know: what a scenario says. Invariant: every transaction gets a block of its own through
the calls that the engine makes; equal scenarios give equal chains.
"""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from google.protobuf.message import Message

from abci_app.application import Application
from abci_app.core import calendar, codes, signing
from abci_app.store.ledger import Ledger
from node.cli import genesis
from node.cli.desk import Desk
from node.cli.faults import Fault
from node.scenario.language import Clock, Scenario
from node.scenario.player import Observer, Player
from node.sdk.client import TonneError
from node.sdk.keys import StoredKey
from node.solo import Driver
from tonne.v1 import service_pb2 as v
from tonne.v1.events_pb2 import Event
from tonne.v1.state_pb2 import Validator

CHAIN_ID = "tonne-scenario"
VALIDATORS = tuple(f"validator-{number}" for number in range(1, 5))  # each a seat of the consortium
START_S = 1_767_225_600  # 2026-01-01, where a scenario does not begin with `at`
_OPENED = "proposal_opened"
KEY_TAG = b"tonne insecure scenario key v1|"


class ScenarioKeys:
    """Keys made from their names: anyone can make them, so they are for scenarios only."""

    def __init__(self) -> None:
        """Start without accounts; a key is there as soon as it is named."""
        self._accounts: dict[str, str] = {}

    def get(self, name: str) -> StoredKey:
        """Return the key of a name."""
        seed = insecure_seed(name)
        account = self._accounts.setdefault(name, "")
        return StoredKey(name, seed, signing.public_key(seed), account, name)

    def public(self, name: str) -> StoredKey:
        """Return the same: nothing here is secret."""
        return self.get(name)

    def names(self) -> Sequence[str]:
        """Return the names used so far, in order."""
        return sorted(self._accounts)

    def set_account(self, name: str, account: str) -> None:
        """Remember which account a key belongs to."""
        self._accounts[name] = account


def insecure_seed(name: str) -> bytes:
    """Return the 32-byte seed that scenarios use for a name."""
    return sha256(KEY_TAG + name.encode()).digest()


class InProcess:
    """A chain of one node that makes a block whenever it is asked to."""

    def __init__(self, raw: bytes) -> None:
        """Start the chain of a genesis in memory; its clock stands still between two steps."""
        self._driver = Driver(Application(Ledger.memory()), raw, clock=lambda: 0)
        self.chain_id = self._driver.genesis.chain_id
        self.genesis_hash = self._driver.genesis_hash

    def now_s(self) -> int:
        """Return the chain's time."""
        return self._driver.time_s

    def read(self, method: str, request: Message) -> Message:
        """Return the reply of a read; TonneError with the code of a refusal."""
        answer = self._driver.query(f"/{method}", request.SerializeToString())
        if answer.code:
            raise _error(answer.code, answer.log)
        reply = v.DESCRIPTOR.services_by_name["Registry"].methods_by_name[method].output_type
        found: Message = getattr(v, reply.name).FromString(answer.value)
        return found

    def submit(self, tx: bytes) -> v.Transaction:
        """Check a transaction and execute it in a block of its own."""
        outcome = self._driver.submit(tx)
        opened = [row.proposal_opened.id for row in outcome.events if row.HasField(_OPENED)]
        return v.Transaction(
            tx_id=signing.transaction_id(tx),
            status=v.COMMITTED if outcome.height else v.REFUSED,
            code=outcome.code,
            code_name=codes.code_name(outcome.code),
            meaning=codes.meaning(outcome.code),
            next=codes.next_step(outcome.code),
            detail=outcome.detail,
            height=outcome.height,
            index=outcome.index,
            events=outcome.events,
            proposal=opened[0] if opened else 0,
        )

    def advance(self, time_s: int) -> Sequence[Event]:
        """Move the clock and make empty blocks until nothing is due; return what they did."""
        if time_s < self._driver.time_s:
            now = calendar.iso(self._driver.time_s)
            raise Fault(f"the clock stands at {now} and does not run back")
        blocks = self._driver.advance(time_s)
        return [Event.FromString(row) for block in blocks for row in block.events]


def _error(code: int, detail: str) -> TonneError:
    return TonneError(
        code, codes.code_name(code), codes.meaning(code), codes.next_step(code), detail
    )


def player(scenario: Scenario, observer: Observer) -> Player:
    """Return the player of a scenario on a chain of its own in this process."""
    first = scenario.steps[0] if scenario.steps else None
    store = ScenarioKeys()
    validators = [
        Validator(key=signing.public_key(insecure_seed(name)), power=genesis.POWER, name=name)
        for name in VALIDATORS
    ]
    raw = genesis.assemble(
        scenario.network,
        chain_id=CHAIN_ID,
        time_s=first.time_s if isinstance(first, Clock) else START_S,
        validators=validators,
        public=lambda name: signing.public_key(insecure_seed(name)),
    )
    genesis.bind(raw, store.set_account)
    world = InProcess(raw)
    folder = Path(scenario.file).parent
    return Player(world, Desk(world, store, world.chain_id, folder, scenario.program), observer)
