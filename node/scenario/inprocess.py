"""A chain in this process for scenarios: the real application, a ledger in memory, its own clock.

Must not know: what a scenario says. Invariant: every transaction gets a block of its own through
the calls that the engine makes; equal scenarios give equal chains.
"""

import base64
import tomllib
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from abci_app.abci import abci_pb2 as abci
from abci_app.application import Application
from abci_app.core import calendar, codes, keys, signing
from abci_app.core.codec import decode
from abci_app.state import genesis
from abci_app.state.program_toml import Source, TomlFault
from abci_app.store.ledger import Ledger
from node.cli import places
from node.cli.desk import Desk
from node.cli.faults import Fault, usage
from node.scenario.language import Clock, Scenario
from node.scenario.player import Observer, Player
from node.sdk.client import TonneError
from node.sdk.keys import StoredKey
from tonne.v1 import service_pb2 as v
from tonne.v1.events_pb2 import Event
from tonne.v1.state_pb2 import Account, Genesis, Validator

CHAIN_ID = "tonne-scenario"
START_S = 1_767_225_600  # 2026-01-01, where a scenario does not begin with `at`
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

    def names(self) -> Sequence[str]:
        """Return the names used so far, in order."""
        return sorted(self._accounts)

    def set_account(self, name: str, account: str) -> None:
        """Remember which account a key belongs to."""
        self._accounts[name] = account


def insecure_seed(name: str) -> bytes:
    """Return the 32-byte seed that scenarios use for a name."""
    return sha256(KEY_TAG + name.encode()).digest()


def assemble(folder: Path, network: str, time_s: int) -> bytes:
    """Return the genesis of `networks/<network>.toml` under `folder`, keys made from names."""
    path = folder / "networks" / f"{network}.toml"
    if not path.exists():
        known = ", ".join(sorted(item.stem for item in path.parent.glob("*.toml")))
        raise usage(f"there is no network {network!r}", f"One of: {known or '(none)'}.")
    text = path.read_text(encoding="utf-8")
    programs = {
        item.stem: Source(str(item), item.read_text(encoding="utf-8"))
        for item in sorted((folder / "programs").glob("*.toml"))
    }
    names = [name for row in tomllib.loads(text).get("accounts", []) for name in row["keys"]]
    validator = signing.public_key(insecure_seed("validator-1"))
    try:
        return genesis.assemble(
            Source(str(path), text),
            programs,
            chain_id=CHAIN_ID,
            time_s=time_s,
            validators=[Validator(key=validator, power=10, name="validator-1")],
            public_keys={name: signing.public_key(insecure_seed(name)) for name in names},
        )
    except TomlFault as fault:
        raise usage(str(fault)) from fault


def bind_genesis(store: ScenarioKeys, raw: bytes) -> None:
    """Tell the keys which accounts of a genesis they belong to."""
    for entry in Genesis.FromString(raw).entries:
        if entry.key[0] == keys.Table.ACCOUNT:
            account = decode(Account, entry.value)
            for key in account.keys:
                store.set_account(key.person, account.id)


class InProcess:
    """A chain of one node that makes a block whenever it is asked to."""

    def __init__(self, raw: bytes) -> None:
        """Start the chain of a genesis in memory."""
        message = Genesis.FromString(raw)
        self.chain_id = message.chain_id
        self.genesis_hash = genesis.genesis_hash(raw)
        self._time_s = message.time_s
        self._height = 0
        self._application = Application(Ledger.memory())
        text = base64.b64encode(raw).decode()
        updates = [
            abci.ValidatorUpdate(pub_key=abci.PublicKey(ed25519=row.key), power=row.power)
            for row in message.validators
        ]
        self._application.init_chain(
            abci.RequestInitChain(
                chain_id=message.chain_id,
                app_state_bytes=f'"{text}"'.encode(),
                validators=updates,
                time=_timestamp(message.time_s),
                initial_height=1,
            )
        )
        self._block([])

    def now_s(self) -> int:
        """Return the chain's time."""
        return self._time_s

    def read(self, method: str, request: Message) -> Message:
        """Return the reply of a read; TonneError with the code of a refusal."""
        data = request.SerializeToString()
        answer = self._application.query(abci.RequestQuery(path=f"/{method}", data=data))
        if answer.code:
            raise _error(answer.code, answer.log)
        reply = v.DESCRIPTOR.services_by_name["Registry"].methods_by_name[method].output_type
        found: Message = getattr(v, reply.name).FromString(answer.value)
        return found

    def submit(self, tx: bytes) -> v.Transaction:
        """Check a transaction and execute it in a block of its own."""
        checked = self._application.check_tx(abci.RequestCheckTx(tx=tx))
        tx_id = signing.transaction_id(tx)
        if checked.code:
            return _result(tx_id, v.REFUSED, checked.code, checked.log)
        (outcome,) = self._block([tx]).tx_results
        events = _events(outcome.events)
        opened = [event.proposal_opened.id for event in events if event.HasField("proposal_opened")]
        result = _result(tx_id, v.COMMITTED, outcome.code, outcome.log)
        result.height = self._height
        result.proposal = opened[0] if opened else 0
        result.events.extend(events)
        return result

    def advance(self, time_s: int) -> Sequence[Event]:
        """Move the clock and make an empty block; return what its duties did."""
        if time_s < self._time_s:
            raise Fault(f"the clock stands at {calendar.iso(self._time_s)} and does not run back")
        self._time_s = time_s
        return _events(self._block([]).events)

    def _block(self, txs: Sequence[bytes]) -> abci.ResponseFinalizeBlock:
        self._height += 1
        request = abci.RequestFinalizeBlock(
            txs=txs, height=self._height, time=_timestamp(self._time_s)
        )
        response = self._application.finalize_block(request)
        self._application.commit(abci.RequestCommit())
        return response


def _timestamp(time_s: int) -> Timestamp:
    return Timestamp(seconds=time_s)


def _events(rows: Sequence[abci.Event]) -> list[Event]:
    values = [row.attributes[0].value for row in rows if row.type == "tonne"]
    return [Event.FromString(base64.b64decode(value)) for value in values]


def _error(code: int, detail: str) -> TonneError:
    return TonneError(
        code, codes.code_name(code), codes.meaning(code), codes.next_step(code), detail
    )


def _result(tx_id: bytes, status: v.TxStatus, code: int, detail: str) -> v.Transaction:
    return v.Transaction(
        tx_id=tx_id,
        status=status,
        code=code,
        code_name=codes.code_name(code),
        meaning=codes.meaning(code),
        next=codes.next_step(code),
        detail=detail,
    )


def player(scenario: Scenario, observer: Observer) -> Player:
    """Return the player of a scenario on a chain of its own in this process."""
    first = scenario.steps[0] if scenario.steps else None
    start_s = first.time_s if isinstance(first, Clock) else START_S
    raw = assemble(places.genesis(), scenario.network, start_s)
    store = ScenarioKeys()
    bind_genesis(store, raw)
    world = InProcess(raw)
    folder = Path(scenario.file).parent
    return Player(world, Desk(world, store, world.chain_id, folder, scenario.program), observer)
