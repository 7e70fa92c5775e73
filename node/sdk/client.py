"""A client of the registry over gRPC: build, sign, send, wait, read.

Must not know: state tables. Invariants: a lost connection is answered by sending the same bytes
again, never by signing anew; nothing is signed for a chain other than the one pinned.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any, Self, TypeVar

import grpc
from google.protobuf.message import DecodeError, Message

from abci_app.core.signing import transaction_id
from node.sdk import build, connection
from node.sdk.build import BuildError
from node.sdk.connection import Trust
from node.sdk.errors import LOST, TonneError, UnsettledError, from_call
from node.sdk.keys import StoredKey
from node.sdk.lanes import Lanes
from node.sdk.stream import ResumableStream
from tonne.v1 import service_pb2 as sv
from tonne.v1.codes_pb2 import Code
from tonne.v1.service_pb2_grpc import RegistryStub
from tonne.v1.state_pb2 import Document, Lot
from tonne.v1.tx_pb2 import Action, Body, RecordKind, RecordRef, SignedTx, Signer

__all__ = ["Client", "TonneError", "UnsettledError"]

R = TypeVar("R", bound=Message)

VALID_S = 600
REMEMBERED_MAX = 4_096  # transactions whose outcome nobody has asked for
GENESIS_BYTES_MAX = 64 << 20
GENESIS_PART_BYTES = 1 << 20  # of every part but the last
PAUSE_S = 0.25  # before the same bytes are sent again; doubled each time
PAUSE_MAX_S = 2.0

_METHODS = sv.DESCRIPTOR.services_by_name["Registry"].methods_by_name
_OPTIONS = (
    ("grpc.max_receive_message_length", 16 << 20),
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 2_000),
)
# The node's own limits: the bytes are good, and can be sent again in a moment.
_NOT_NOW = frozenset((Code.PENDING_LIMIT, Code.ALREADY_PENDING))


class Client:
    """One connection to a gateway; safe to use from several threads."""

    def __init__(
        self,
        address: str,
        *,
        timeout_s: float = 10,
        patience_s: float = 30,
        chain_id: str = "",
        genesis_hash: bytes = b"",
        trust: Trust | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Connect to `host:port`; a chain id or genesis hash that is given is pinned.

        `trust` is for TLS; `connection.channel` says when that is used. One call takes at most
        `timeout_s`; a transaction is sent again for at most `patience_s`.
        """
        self.address = address
        self.timeout_s = timeout_s
        self.patience_s = patience_s
        trust = trust or Trust.from_environment()
        self._channel = connection.channel(address, trust, _OPTIONS)
        self._stub = RegistryStub(self._channel)
        self._pinned = (chain_id, genesis_hash)
        self._clock = clock
        self._network: sv.StatusReply | None = None
        self._ahead_s = 0  # how much the chain's clock was ahead of this machine's
        self._lanes = Lanes(self._ask_lane, clock)
        self._lock = threading.Lock()
        self._open: dict[bytes, list[Signer]] = {}  # without an outcome yet, by transaction id

    def close(self) -> None:
        """Close the connection."""
        self._channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- which chain ----

    @property
    def chain_id(self) -> str:
        """The id of the chain."""
        return self._known().chain_id

    @property
    def genesis_hash(self) -> bytes:
        """The hash that every signature names, 32 bytes."""
        return self._known().genesis_hash

    def now_s(self) -> int:
        """Return the time to count `valid_until_s` from: this machine's, or the chain's if later.

        A demonstration chain may be in the future; a real one is never far ahead.
        """
        self._known()
        return int(self._clock()) + self._ahead_s

    def _known(self) -> sv.StatusReply:
        if self._network is None:
            status = self.status()
            chain_id, genesis_hash = self._pinned
            if chain_id and status.chain_id != chain_id:
                raise self._foreign("chain id", chain_id, status.chain_id)
            if genesis_hash and status.genesis_hash != genesis_hash:
                raise self._foreign("genesis hash", genesis_hash.hex(), status.genesis_hash.hex())
            self._ahead_s = max(0, status.time_s - int(self._clock()))
            self._network = status
        return self._network

    def _foreign(self, what: str, pinned: str, found: str) -> TonneError:
        return TonneError(
            0,
            "OTHER_CHAIN",
            f"{self.address} serves another chain: {what} {found}, not {pinned}",
            "Check the address; if the network began anew, take its new genesis.",
        )

    # ---- transactions ----

    def send(
        self,
        key: StoredKey | Sequence[StoredKey],
        actions: Sequence[Action],
        *,
        lane: int | None = None,
        memo: str = "",
        valid_s: int = VALID_S,
        wait: bool = True,
    ) -> sv.Transaction:
        """Build, sign and submit actions; return what became of them.

        Several keys sign for their accounts, which are the signers in the order of their first
        key; actions name them by index. The lane is 0 unless one is given.
        """
        keys = [key] if isinstance(key, StoredKey) else list(key)
        accounts = list(dict.fromkeys(item.account for item in keys))
        if not all(accounts):
            raise BuildError("a key without an account cannot sign: set its account first")
        pairs = [(accounts.index(item.account), item) for item in keys]
        chain_id, genesis_hash, until = self.chain_id, self.genesis_hash, self.now_s() + valid_s
        signers: list[build.Signer] = []
        try:
            for account in accounts:
                sequence = self.sequence(account, lane or 0)
                signers.append(build.Signer(account, lane or 0, sequence))
            body = build.build_body(chain_id, signers, actions, until, memo)
            tx = build.sign_body(body, chain_id, genesis_hash, pairs)
        except BaseException:
            for row in signers:
                self.release(row.account, row.lane, row.sequence)
            raise
        return self.submit(tx, wait=wait)

    def submit(self, tx: bytes, *, wait: bool = True) -> sv.Transaction:
        """Hand in a signed transaction until its outcome (or, without `wait`, admission) is known.

        After a lost connection the same bytes are sent again. PENDING_TX when it still waits at the
        end of the patience; UnsettledError, with the bytes, when nothing could be learnt.
        """
        tx_id = self._track(tx)
        request = sv.SubmitRequest(tx=tx, wait=wait)
        until, pause_s = time.monotonic() + self.patience_s, PAUSE_S
        while True:
            failure: TonneError | None = None
            result = sv.Transaction()
            try:
                result = self._settled(tx_id, self._call("Submit", request, sv.Transaction))
            except TonneError as error:
                if error.name not in LOST:
                    raise
                failure = error
            if result.status in (sv.COMMITTED, sv.REFUSED) and result.code not in _NOT_NOW:
                return result
            if result.status == sv.PENDING_TX and not wait:
                return result
            if time.monotonic() >= until:
                break
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, PAUSE_MAX_S)
        if failure is not None:
            raise UnsettledError(tx, failure) from failure
        if result.status == sv.REFUSED:
            self._forget(tx_id, used=False)
        return result

    def submit_stream(self, txs: Iterable[bytes], *, wait: bool = True) -> Iterator[sv.StreamReply]:
        """Hand in many; answers come in any order and carry the position, from 0, as request id.

        After a lost connection those without an answer are sent again. An answer may be UNKNOWN, if
        the gateway lost its node: send those bytes again.
        """

        def tracked() -> Iterator[bytes]:
            for tx in txs:
                self._track(tx)
                yield tx

        stream = ResumableStream(tracked(), wait=wait)
        replies = stream.replies(
            self._stub.SubmitStream, lambda error: from_call(error, self.address), self.patience_s
        )
        for reply in replies:
            self._settled(reply.transaction.tx_id, reply.transaction)
            yield reply

    def simulate(self, tx: bytes) -> sv.SimulateReply:
        """Return what a transaction, signed or not, would do now."""
        return self._call("Simulate", sv.SimulateRequest(tx=tx), sv.SimulateReply)

    def transaction(self, tx_id: bytes) -> sv.Transaction:
        """Return what is known of a transaction now."""
        request = sv.GetTransactionRequest(tx_id=tx_id)
        return self._settled(tx_id, self._call("GetTransaction", request, sv.Transaction))

    def wait(self, tx_id: bytes) -> sv.Transaction:
        """Return the outcome of a transaction, or what is known after `timeout_s`."""
        request = sv.GetTransactionRequest(tx_id=tx_id)
        return self._settled(tx_id, self._call("WaitTransaction", request, sv.Transaction))

    # ---- sequences ----

    def sequence(self, account: str, lane: int = 0) -> int:
        """Return a sequence that nobody else here uses; TonneError LANE_FULL after `timeout_s`.

        The unsettled ones of a lane stay within a span of 64. One that is not used after all is
        given back with `release`.
        """
        return self._lanes.reserve(account, lane, self.timeout_s)

    def release(self, account: str, lane: int, sequence: int) -> None:
        """Give back a sequence under which nothing was submitted."""
        self._lanes.settle(account, lane, sequence, used=False)

    def _ask_lane(self, account: str, lane: int) -> sv.SequenceReply:
        request = sv.GetSequenceRequest(account=account, lane=lane)
        return self._call("GetSequence", request, sv.SequenceReply)

    def _track(self, tx: bytes) -> bytes:
        """Remember which sequences given out here wait for these bytes; return their id."""
        tx_id = transaction_id(tx)
        try:
            body = Body.FromString(SignedTx.FromString(tx).body)
        except DecodeError:
            return tx_id  # the gateway will say so
        ours = [
            row
            for row in body.signers
            if self._lanes.signed(row.account, row.lane, row.sequence, body.valid_until_s)
        ]
        if ours:
            with self._lock:
                self._open[tx_id] = ours
                while len(self._open) > REMEMBERED_MAX:
                    del self._open[next(iter(self._open))]
        return tx_id

    def _settled(self, tx_id: bytes, result: sv.Transaction) -> sv.Transaction:
        """Note an outcome for the lanes; return it."""
        if result.status not in (sv.COMMITTED, sv.REFUSED) or result.code in _NOT_NOW:
            return result
        # Refusals in a block spend the sequences too, but for the codes of the envelope.
        used = result.height > 0 and not 101 <= result.code <= 199
        self._forget(tx_id, used=used)
        return result

    def _forget(self, tx_id: bytes, *, used: bool) -> None:
        with self._lock:
            signers = self._open.pop(tx_id, [])
        for row in signers:
            self._lanes.settle(row.account, row.lane, row.sequence, used=used)

    # ---- reads ----

    def read(self, method: str, request: Message) -> Message:
        """Return the reply to any read of the service; TonneError with the refusal's code."""
        found = _METHODS.get(method)
        if found is None or found.client_streaming:
            raise ValueError(f"{method!r} is not a call of tonne.v1.Registry with one answer")
        if request.DESCRIPTOR.full_name != found.input_type.full_name:
            raise ValueError(f"{method} takes a {found.input_type.name}")
        return self._call(method, request, Message)

    def status(self) -> sv.StatusReply:
        """Return what the node says of itself and its chain."""
        return self._call("GetStatus", sv.GetStatusRequest(), sv.StatusReply)

    def genesis(self, genesis_hash: bytes) -> bytes:
        """Return the Genesis message of the chain; BuildError unless it has this 32-byte hash."""
        data, part, parts = bytearray(), 0, 1
        while part < parts:
            reply = self._call("GetGenesis", sv.GetGenesisRequest(part=part), sv.GenesisReply)
            if part and reply.parts != parts:
                raise BuildError(
                    f"{self.address} counts {reply.parts} parts of the genesis, {parts} before: "
                    "ask another node"
                )
            part, parts = part + 1, reply.parts
            size = len(reply.data)
            fits = size == GENESIS_PART_BYTES if part < parts else 0 < size <= GENESIS_PART_BYTES
            if parts > GENESIS_BYTES_MAX // GENESIS_PART_BYTES or not fits:
                raise BuildError(
                    f"{self.address} sends no genesis of a fit size (part {part} of {parts} has "
                    f"{size} bytes): ask another node"
                )
            data += reply.data
        found = sha256(data).digest()
        if found != genesis_hash:
            raise BuildError(
                f"{self.address} has a genesis of the hash {found.hex()}, not the expected one: "
                "it is of another chain, or not honest"
            )
        return bytes(data)

    def organisation(self, organisation: str) -> sv.OrganisationReply:
        """Return an organisation."""
        request = sv.GetOrganisationRequest(id=organisation)
        return self._call("GetOrganisation", request, sv.OrganisationReply)

    def account(self, account: str) -> sv.AccountReply:
        """Return an account with its organisation and holdings."""
        return self._call("GetAccount", sv.GetAccountRequest(id=account), sv.AccountReply)

    def holding(self, account: str, program: str, class_id: str) -> sv.HoldingReply:
        """Return how much an account has of a class, in tonnes: free, frozen, held by kind."""
        request = sv.GetHoldingRequest(account=account, program=program, class_id=class_id)
        return self._call("GetHolding", request, sv.HoldingReply)

    def lots(self, account: str, program: str = "", class_id: str = "") -> Iterator[Lot]:
        """Yield the lots of an account, page by page."""
        request = sv.ListLotsRequest(account=account, program=program, class_id=class_id)
        while True:
            page = self._call("ListLots", request, sv.LotPage)
            yield from page.lots
            if not page.cursor:
                return
            request.page.cursor = page.cursor

    def record(self, program: str, kind: RecordKind, record: str) -> sv.RecordReply:
        """Return a record with the first page of the documents anchored to it."""
        request = sv.GetRecordRequest(program=program, record=RecordRef(kind=kind, id=record))
        return self._call("GetRecord", request, sv.RecordReply)

    def documents(self, program: str, kind: RecordKind, record: str) -> Iterator[Document]:
        """Yield all documents anchored to a record, page by page."""
        request = sv.GetRecordRequest(program=program, record=RecordRef(kind=kind, id=record))
        while True:
            page = self._call("GetRecord", request, sv.RecordReply)
            yield from page.documents
            if not page.cursor:
                return
            request.page.cursor = page.cursor

    def proposal(self, proposal: int) -> sv.ProposalReply:
        """Return a proposal with what it waits for and who has decided."""
        return self._call("GetProposal", sv.GetProposalRequest(id=proposal), sv.ProposalReply)

    def inbox(self, account: str, cursor: bytes = b"") -> sv.ProposalPage:
        """Return a page of the proposals that a seat of this account may decide.

        A reply with a cursor is not the last one, even if it has no proposal.
        """
        request = sv.GetInboxRequest(account=account, page=sv.Page(cursor=cursor))
        return self._call("GetInbox", request, sv.ProposalPage)

    def program(self, program: str) -> sv.ProgramReply:
        """Return the program in force, with its sinks and supplies."""
        return self._call("GetProgram", sv.GetProgramRequest(id=program), sv.ProgramReply)

    def _call(self, method: str, request: Message, kind: type[R]) -> R:
        """Make one call; `kind` is what the service answers with."""
        stub: Any = getattr(self._stub, method)
        try:
            reply = stub(request, timeout=self.timeout_s)
        except grpc.RpcError as error:
            raise from_call(error, self.address) from None
        assert isinstance(reply, kind), f"{method} is declared to answer otherwise"
        return reply
