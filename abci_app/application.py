"""From ABCI request to machine or queries, and back to an ABCI response.

Must not know: rules. Invariants: FinalizeBlock writes nothing to disk; Commit is one durable
batch; Info reads that
record back; an unforeseen error in CheckTx or a proposal refuses that transaction and nothing else.
"""

import base64
import gc
import json
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import DecodeError

from abci_app import doctor, machine, queries
from abci_app.abci import abci_pb2 as abci
from abci_app.abci.server import BaseApplication
from abci_app.admission import Gate, Parsed, Parser
from abci_app.core import keys
from abci_app.core.codes import Code, Refusal, code_name, refuse
from abci_app.core.limits import (
    EVIDENCE_BLOCKS_MAX,
    EVIDENCE_BYTES_MAX,
    EVIDENCE_S_MAX,
    SIMULATE_COST_MAX,
)
from abci_app.engine.context import Block
from abci_app.machine import Outcome
from abci_app.state import chain as own
from abci_app.state import genesis as first
from abci_app.state.policies import Book
from abci_app.state.schema import CHAIN
from abci_app.store.kv import Overlay, Reader, Standing, StorageError
from abci_app.store.ledger import Ledger, Prepared
from tonne.v1 import service_pb2 as q
from tonne.v1.state_pb2 import Chain, Party

VERSION = "0.1.0"
PENDING_PER_ACCOUNT = 64
PENDING_PER_ORGANISATION = 256
PEER_FILTER = "/p2p/filter/"  # the engine asks whether a peer is welcome; every one is, for now


class RulesUnknown(Exception):  # noqa: N818 - as above
    """The chain goes by newer rules than this build knows."""


class GenesisMismatch(Exception):  # noqa: N818 - the name states the fact
    """What the engine brings at the start is not the genesis of this application."""


@dataclass
class Pending:
    """What waits for a block here: node policy, never part of admission."""

    by_sequence: dict[tuple[str, int, int], bytes] = field(default_factory=dict)
    by_account: dict[str, int] = field(default_factory=dict)
    by_organisation: dict[str, int] = field(default_factory=dict)

    def add(self, parsed: Parsed, signers: Sequence[Party], *, again: bool) -> None:
        """Note a transaction; ALREADY_PENDING or PENDING_LIMIT when it may not wait here.

        One that waits since before the last block (`again`) keeps its place whatever came since.
        """
        slots = parsed.slots
        waiting = [self.by_sequence.get(slot) for slot in slots]
        if all(tx_id == parsed.tx_id for tx_id in waiting):
            return
        for slot, tx_id in zip(slots, waiting, strict=True):
            if tx_id is not None:
                refuse(Code.ALREADY_PENDING, f"sequence {slot[2]} of lane {slot[1]}")
        for party in () if again else signers:
            if self.by_account.get(party.account, 0) >= PENDING_PER_ACCOUNT:
                refuse(Code.PENDING_LIMIT, f"{party.account}: {PENDING_PER_ACCOUNT} wait")
            if self.by_organisation.get(party.organisation, 0) >= PENDING_PER_ORGANISATION:
                refuse(Code.PENDING_LIMIT, f"{party.organisation}: {PENDING_PER_ORGANISATION} wait")
        for slot in slots:
            self.by_sequence[slot] = parsed.tx_id
        for party in signers:
            self.by_account[party.account] = self.by_account.get(party.account, 0) + 1
            count = self.by_organisation.get(party.organisation, 0)
            self.by_organisation[party.organisation] = count + 1


@dataclass(frozen=True)
class Finalized:
    """A block that was executed and waits for Commit."""

    height: int
    time_s: int
    prepared: Prepared
    chain: Chain  # its parameters and rules as the block left them


class Application(BaseApplication):
    """The registry behind ABCI. Consensus calls come one by one, CheckTx and Query beside them."""

    def __init__(self, ledger: Ledger, *, version: str = VERSION) -> None:
        """Serve the state in `ledger`, which the application owns from now on."""
        self.ledger = ledger
        self.version = version
        self.on_trouble: Callable[[str], None] = _complain  # told of every contained error
        self.parser = Parser()
        self.book = Book()
        self.chain = CHAIN.get(ledger) or Chain()
        self.time_s = int.from_bytes(ledger.record, "big")
        self._times: dict[int, int] = {}  # of the last two heights, for questions in between
        self._first: Overlay | None = None  # the first state, until block 1 is committed
        self._standing = Standing(ledger)
        self._finalized: Finalized | None = None
        self._lock = threading.Lock()  # CheckTx against the swap at Commit
        self._pending = Pending()
        self._check_gate = self._gate(self.time_s)

    # ---- start ----

    def info(self, request: abci.RequestInfo) -> abci.ResponseInfo:
        """Return the last committed height and root."""
        del request
        return abci.ResponseInfo(
            data="tonne",
            version=self.version,
            app_version=own.RULES_VERSION,
            last_block_height=self.ledger.height,
            last_block_app_hash=self.ledger.root if self.ledger.height else b"",
        )

    def init_chain(self, request: abci.RequestInitChain) -> abci.ResponseInitChain:
        """Take the first state from the genesis; else GenesisMismatch."""
        raw = read_app_state(request.app_state_bytes)
        overlay = Overlay(self.ledger)
        message = first.load(overlay, raw)
        faults = [*doctor.index_faults(overlay), *doctor.state_faults(overlay)]
        if faults:
            raise GenesisMismatch("the first state breaks the rules: " + "; ".join(faults[:5]))
        validators = sorted((row.key, row.power) for row in message.validators)
        given = sorted((row.pub_key.ed25519, row.power) for row in request.validators)
        if message.chain_id != request.chain_id or validators != given:
            raise GenesisMismatch(
                "chain id or validators of genesis.json are not those of its app_state; "
                "make genesis.json anew with `tonne init` or `tonne testnet`"
            )
        with self._lock:
            self._first = overlay
            self.chain = CHAIN.get(overlay) or Chain()
            self.time_s = message.time_s
            self._check_gate = self._gate(self.time_s)
        return abci.ResponseInitChain(app_hash=self.ledger.prepare(overlay.writes).root)

    # ---- mempool ----

    def check_tx(self, request: abci.RequestCheckTx) -> abci.ResponseCheckTx:
        """Admit a transaction to the mempool, or say why not; nothing is executed."""
        try:
            parsed = self.parser.parse(request.tx)
            with self._lock:
                signers = self._check_gate.admit(parsed)
                self._pending.add(parsed, signers, again=request.type == abci.RECHECK)
            self.parser.remember(parsed)
        except Refusal as refusal:
            return abci.ResponseCheckTx(code=refusal.code, log=refusal.detail)
        except StorageError:
            raise  # the node is broken, not the transaction
        except Exception:  # noqa: BLE001 - contained by design: it refuses this transaction
            self.on_trouble(traceback.format_exc())
            return abci.ResponseCheckTx(code=Code.INTERNAL, log=code_name(Code.INTERNAL))
        return abci.ResponseCheckTx(gas_wanted=parsed.cost)

    # ---- proposals ----

    def prepare_proposal(
        self, request: abci.RequestPrepareProposal
    ) -> abci.ResponsePrepareProposal:
        """Keep what is admissible, in order, within the bytes allowed."""
        gate = self._gate(request.time.seconds)
        kept: list[bytes] = []
        room = request.max_tx_bytes
        for raw in request.txs:
            size = _wire_size(len(raw))
            if size <= room and self._passes(gate, raw):
                kept.append(raw)
                room -= size
        return abci.ResponsePrepareProposal(txs=kept)

    def process_proposal(
        self, request: abci.RequestProcessProposal
    ) -> abci.ResponseProcessProposal:
        """Accept a proposal in which everything is admissible; nothing is executed."""
        gate = self._gate(request.time.seconds)
        good = all(self._passes(gate, raw) for raw in request.txs)
        status = abci.ResponseProcessProposal
        return status(status=status.ACCEPT if good else status.REJECT)

    def _passes(self, gate: Gate, raw: bytes) -> bool:
        try:
            parsed = self.parser.parse(raw)
            gate.admit(parsed)
            gate.spend(parsed)
            self.parser.remember(parsed)
        except Refusal:
            return False
        except StorageError:
            raise
        except Exception:  # noqa: BLE001 - as in CheckTx
            self.on_trouble(traceback.format_exc())
            return False
        return True

    # ---- blocks ----

    def finalize_block(self, request: abci.RequestFinalizeBlock) -> abci.ResponseFinalizeBlock:
        """Execute a block in memory and return its results and the root that it leads to.

        RulesUnknown for a block under rules that this build does not know: the node stops there.
        """
        if self.chain.rules_version > own.RULES_VERSION:
            raise RulesUnknown(
                f"the chain goes by rules {self.chain.rules_version}, and this release knows "
                f"{own.RULES_VERSION} at most: install a newer release and start again"
            )
        base = Standing(self._first) if self._first is not None else self._standing
        time_s = request.time.seconds
        block = self._block(base, request.height, time_s)
        overlay = Overlay(base)
        txs = [self.parser.parse(raw) for raw in request.txs]
        duties, outcomes = machine.run_block(block, overlay, self._gate(time_s), txs)
        writes = {**(self._first.writes if self._first else {}), **overlay.writes}
        prepared = self.ledger.prepare(writes)
        chain = CHAIN.get(overlay) if keys.chain() in overlay.writes else None
        self._finalized = Finalized(request.height, time_s, prepared, chain or self.chain)
        for outcome in (*duties, *outcomes):
            if outcome.trouble:
                self.on_trouble(outcome.trouble)
        return abci.ResponseFinalizeBlock(
            events=[
                _abci_event(event.SerializeToString(deterministic=True))
                for duty in duties
                for event in duty.events
            ],
            tx_results=[_result(outcome) for outcome in outcomes],
            app_hash=prepared.root,
            **_engine_changes(base, overlay),
        )

    def commit(self, request: abci.RequestCommit) -> abci.ResponseCommit:
        """Make the executed block durable, in one batch."""
        del request
        done = self._finalized
        assert done is not None, "Commit without FinalizeBlock"
        self._times = {self.ledger.height: self.time_s, done.height: done.time_s}
        self.ledger.commit(done.prepared, done.height, done.time_s.to_bytes(8, "big"))
        self._standing.advance(done.prepared.writes)
        with self._lock:
            self.chain = done.chain
            self._finalized = self._first = None
            self.time_s = done.time_s
            self._pending = Pending()
            self._check_gate = self._gate(done.time_s)
        return abci.ResponseCommit()

    # ---- questions ----

    def query(self, request: abci.RequestQuery) -> abci.ResponseQuery:
        """Answer a read of the service, `/Simulate` included, from the last committed state."""
        if request.path.startswith(PEER_FILTER):
            return abci.ResponseQuery()
        try:
            with self.ledger.view() as view:
                time_s = self._times.get(view.height, self.time_s)
                block = self._block(view, view.height, time_s)
                sight = queries.Sight(
                    self.ledger, view, view.height, view.root, block, self.version
                )
                if request.path.removeprefix("/") == "Simulate":
                    reply = self._simulate(sight, request.data).SerializeToString()
                else:
                    reply = queries.answer(sight, request.path, request.data).SerializeToString()
        except Refusal as refusal:
            return abci.ResponseQuery(
                code=refusal.code, log=refusal.detail, height=self.ledger.height
            )
        except StorageError:
            raise
        except Exception:  # noqa: BLE001 - a question that trips us must not end the connection
            self.on_trouble(traceback.format_exc())
            return abci.ResponseQuery(code=Code.INTERNAL, log=code_name(Code.INTERNAL))
        return abci.ResponseQuery(value=reply, height=sight.height)

    def _simulate(self, sight: queries.Sight, data: bytes) -> q.SimulateReply:
        """Run a transaction, signed or not, on an overlay that is thrown away."""
        request = q.SimulateRequest()
        try:
            request.ParseFromString(data)
        except DecodeError:
            refuse(Code.ACTION_SHAPE, "not a SimulateRequest")
        parsed = self.parser.parse(request.tx)
        gate = self._gate(self.time_s)
        reply = q.SimulateReply(height=sight.height, cost=parsed.cost)
        if parsed.cost > SIMULATE_COST_MAX:
            refuse(Code.COST_EXCEEDED, f"at most {SIMULATE_COST_MAX} is simulated")
        try:
            signers = gate.admit(parsed, signed=False)
        except Refusal as refusal:
            reply.code, reply.detail = refusal.code, refusal.detail
            return reply
        outcome = machine.run_tx(sight.block, Overlay(sight.reader), parsed, signers)
        reply.code, reply.detail = outcome.code, outcome.detail
        reply.pending = any(row.WhichOneof("event") == "proposal_opened" for row in outcome.events)
        reply.missing.extend(outcome.pending)
        reply.events.extend(outcome.events)
        return reply

    # ---- surroundings ----

    def _reader(self) -> Reader:
        return self._first if self._first is not None else self.ledger

    def _gate(self, time_s: int) -> Gate:
        chain = self.chain
        return Gate(self._reader(), chain.chain_id, chain.genesis_hash, chain.params, time_s)

    def _block(self, reader: Reader, height: int, time_s: int) -> Block:
        chain = self.chain
        return Block(chain.chain_id, height, time_s, chain.params, reader, self.book)


def spare_collector() -> None:
    """Let Python look for cycles of garbage seldom: a block makes many objects and few cycles."""
    gc.freeze()  # what is there now stays
    gc.set_threshold(50_000, 20, 50)


def read_app_state(raw: bytes) -> bytes:
    """Return the genesis bytes that `app_state` carries as a base64 text; GenesisMismatch."""
    try:
        text = json.loads(raw)
        return base64.b64decode(text, validate=True)
    except (ValueError, TypeError) as error:
        raise GenesisMismatch(
            f"app_state of genesis.json is not the base64 text of a genesis: {error}"
        ) from None


def _wire_size(length: int) -> int:
    """Return the bytes that a transaction takes in a block: tag, length, content."""
    return 1 + max(1, (length.bit_length() + 6) // 7) + length


def _engine_changes(before: Reader, overlay: Overlay) -> dict[str, Any]:
    """Return what a block changes in the engine: validators (two heights later), block size."""
    changes: dict[str, Any] = {}
    if keys.validators() in overlay.writes:
        changes["validator_updates"] = [
            abci.ValidatorUpdate(pub_key=abci.PublicKey(ed25519=key), power=power)
            for key, power in own.validator_changes(before, overlay)
        ]
    if keys.chain() in overlay.writes:
        old, new = (CHAIN.look(reader) or Chain() for reader in (before, overlay))
        most = new.params.block_bytes_max
        if most != old.params.block_bytes_max:
            changes["consensus_param_updates"] = consensus_params(most)
    return changes


def consensus_params(block_bytes_max: int) -> abci.ConsensusParams:
    """Return the engine's parameters that go with the size of a block."""
    return abci.ConsensusParams(
        block=abci.BlockParams(max_bytes=block_bytes_max, max_gas=-1),
        evidence=abci.EvidenceParams(
            max_age_num_blocks=EVIDENCE_BLOCKS_MAX,
            max_age_duration=Duration(seconds=EVIDENCE_S_MAX),
            max_bytes=min(EVIDENCE_BYTES_MAX, block_bytes_max),
        ),
    )


def _abci_event(raw: bytes) -> abci.Event:
    value = base64.b64encode(raw).decode()
    return abci.Event(type="tonne", attributes=[abci.EventAttribute(key="event", value=value)])


def _result(outcome: Outcome) -> abci.ExecTxResult:
    """Return a result whose data hashes the events, each behind its length, in order."""
    digest = sha256()
    rows = [event.SerializeToString(deterministic=True) for event in outcome.events]
    for raw in rows:
        digest.update(len(raw).to_bytes(4, "big") + raw)
    return abci.ExecTxResult(
        code=outcome.code,
        data=digest.digest() if rows else b"",
        log=outcome.detail,
        events=[_abci_event(raw) for raw in rows],
    )


def _complain(trouble: str) -> None:
    """Show a contained error to the operators, loudly."""
    print(f"CONTAINED ERROR\n{trouble}", file=sys.stderr, flush=True)  # noqa: T201 - a log line
