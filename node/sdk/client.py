"""A client of the registry over gRPC: build, sign, send, wait, read.

Must not know: state tables. Invariants: a lost connection is answered by sending the same bytes
again, never by signing
anew; a new signature for the same wish is made only once the first is known to be refused.
"""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

import grpc
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import ErrorInfo
from grpc_status import rpc_status

from abci_app.core.limits import LANE_WINDOW
from abci_app.core.signing import transaction_id
from node.sdk import build
from node.sdk.keys import StoredKey
from tonne.v1 import service_pb2 as sv
from tonne.v1.service_pb2_grpc import RegistryStub
from tonne.v1.tx_pb2 import Action

R = TypeVar("R", bound=Message)
VALID_S = 600
RESENDS = 4
RESEND_PAUSE_S = 0.5


class TonneError(Exception):
    """A refusal or failure with its numbered code (0 when it has none), meaning and next step."""

    def __init__(
        self, code: int, name: str, meaning: str, next_step: str = "", detail: str = ""
    ) -> None:
        """Keep what the service said."""
        text = f"{name}: {meaning}" + (f" ({detail})" if detail else "")
        super().__init__(text + (f" Next: {next_step}" if next_step else ""))
        self.code, self.name, self.meaning = code, name, meaning
        self.next, self.detail = next_step, detail


@dataclass
class _Lane:
    """Sequences of a lane that this client has given out and not yet seen settled."""

    next: int
    unsettled: list[int] = field(default_factory=list)


class Client:
    """One connection to a gateway; safe to use from several threads."""

    def __init__(
        self, address: str, *, timeout_s: float = 10.0, genesis_hash: bytes | None = None
    ) -> None:
        """Connect to `host:port`; a given genesis hash must be the network's."""
        self.timeout_s = timeout_s
        self.address = address
        self._channel = grpc.insecure_channel(address)
        self._stub = RegistryStub(self._channel)
        self._pinned = genesis_hash
        self._status: sv.StatusReply | None = None
        self._lanes: dict[tuple[str, int], _Lane] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the connection."""
        self._channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- who am I talking to ----

    def status(self) -> sv.StatusReply:
        """Return the node's status."""
        return self._call("GetStatus", sv.GetStatusRequest(), sv.StatusReply)

    def _network(self) -> sv.StatusReply:
        if self._status is None:
            status = self.status()
            if self._pinned is not None and status.genesis_hash != self._pinned:
                raise TonneError(
                    0,
                    "GENESIS_MISMATCH",
                    f"{self.address} belongs to another network",
                    "Check the address and the genesis hash.",
                )
            self._status = status
        return self._status

    @property
    def chain_id(self) -> str:
        """The chain id of the network."""
        return self._network().chain_id

    @property
    def genesis_hash(self) -> bytes:
        """The genesis hash of the network, 32 bytes."""
        return self._network().genesis_hash

    # ---- transactions ----

    def submit(self, tx: bytes, *, wait: bool = True) -> sv.Transaction:
        """Hand in a signed transaction; with `wait` return when it is in a block or refused.

        A lost connection is answered by sending the same bytes again: the outcome is the same.
        """
        request = sv.SubmitRequest(tx=tx, wait=wait)
        for attempt in range(RESENDS):
            try:
                return self._call("Submit", request, sv.Transaction)
            except TonneError as error:
                if error.name != "UNAVAILABLE" or attempt == RESENDS - 1:
                    raise
                time.sleep(RESEND_PAUSE_S)
        raise AssertionError("the loop returns or raises")

    def submit_stream(
        self, txs: Iterable[bytes], *, wait: bool = False
    ) -> Iterator[sv.StreamReply]:
        """Hand in many; answers carry the position (from 0) of their transaction, in any order."""
        requests = (
            sv.StreamRequest(request_id=index, tx=tx, wait=wait) for index, tx in enumerate(txs)
        )
        try:
            yield from self._stub.SubmitStream(requests)
        except grpc.RpcError as error:
            raise _error(error, self.address) from None

    def simulate(self, tx: bytes) -> sv.SimulateReply:
        """Return what a transaction, signed or not, would do now."""
        return self._call("Simulate", sv.SimulateRequest(tx=tx), sv.SimulateReply)

    def transaction(self, tx_id: bytes) -> sv.Transaction:
        """Return what is known of a transaction."""
        return self._call("GetTransaction", sv.GetTransactionRequest(tx_id=tx_id), sv.Transaction)

    def wait(self, tx_id: bytes) -> sv.Transaction:
        """Return the outcome of a transaction, or what is known at the deadline."""
        return self._call("WaitTransaction", sv.GetTransactionRequest(tx_id=tx_id), sv.Transaction)

    def send(
        self,
        key: StoredKey | Sequence[StoredKey],
        actions: Sequence[Action],
        *,
        lane: int = 0,
        memo: str = "",
        valid_s: int = VALID_S,
        wait: bool = True,
    ) -> sv.Transaction:
        """Build, sign and hand in actions; several keys sign as several accounts, in their order.

        Each action names its signer by index; the outcome is COMMITTED, REFUSED or PENDING_TX.
        """
        keys = [key] if isinstance(key, StoredKey) else list(key)
        accounts = list(dict.fromkeys(item.account for item in keys))
        signers = [build.Signer(name, lane, self.sequence(name, lane)) for name in accounts]
        until = self.status().time_s if self._clock_is_behind() else int(time.time())
        body = build.build_body(self.chain_id, signers, actions, until + valid_s, memo)
        pairs = [(accounts.index(item.account), item) for item in keys]
        tx = build.sign_body(body, self.chain_id, self.genesis_hash, pairs)
        result = self.submit(tx, wait=wait)
        if result.status in (sv.COMMITTED, sv.REFUSED):
            for signer in signers:
                self._settle(signer)
        return result

    def _clock_is_behind(self) -> bool:
        """Tell whether the chain runs on a clock of its own, ahead of this machine's."""
        return self._network().time_s > int(time.time()) + VALID_S // 2

    # ---- sequences ----

    def sequence(self, account: str, lane: int = 0) -> int:
        """Return a sequence that this client has not used; the unsettled ones stay within 64."""
        with self._lock:
            known = self._lanes.get((account, lane))
            if known is None or not known.unsettled:
                reply = self.read("GetSequence", sv.GetSequenceRequest(account=account, lane=lane))
                known = _Lane(max(reply.next, known.next if known else 0))
                known.next = min(known.next, reply.last_accepted)
                self._lanes[(account, lane)] = known
            if known.unsettled and known.next - known.unsettled[0] >= LANE_WINDOW:
                raise TonneError(
                    0,
                    "LANE_FULL",
                    f"64 sequences of lane {lane} wait for their outcome",
                    "Wait for the first, or use another lane.",
                )
            known.unsettled.append(known.next)
            known.next += 1
            return known.next - 1

    def _settle(self, signer: build.Signer) -> None:
        with self._lock:
            lane = self._lanes[(signer.account, signer.lane)]
            if signer.sequence in lane.unsettled:
                lane.unsettled.remove(signer.sequence)
            if not lane.unsettled:
                lane.next = 0  # ask again: a refusal may have left the sequence free

    # ---- reads ----

    def read(self, method: str, request: Message) -> Any:  # noqa: ANN401 - the reply of the method
        """Return the reply to any read of the service; TonneError with the refusal's code."""
        return self._call(method, request, Message)

    def account(self, account_id: str) -> sv.AccountReply:
        """Return an account with its organisation and holdings."""
        return self._call("GetAccount", sv.GetAccountRequest(id=account_id), sv.AccountReply)

    def holding(self, account: str, program: str, class_id: str) -> sv.HoldingReply:
        """Return what an account holds of a class."""
        request = sv.GetHoldingRequest(account=account, program=program, class_id=class_id)
        return self._call("GetHolding", request, sv.HoldingReply)

    def lots(self, account: str, program: str = "", class_id: str = "") -> Iterator[Any]:
        """Yield all lots of an account, page by page."""
        request = sv.ListLotsRequest(account=account, program=program, class_id=class_id)
        while True:
            page = self._call("ListLots", request, sv.LotPage)
            yield from page.lots
            if not page.cursor:
                return
            request.page.cursor = page.cursor

    def record(self, program: str, kind: int, record_id: str) -> sv.RecordReply:
        """Return a record with its documents."""
        request = sv.GetRecordRequest(program=program)
        request.record.kind, request.record.id = kind, record_id  # type: ignore[assignment]
        return self._call("GetRecord", request, sv.RecordReply)

    def inbox(self, account: str) -> sv.ProposalPage:
        """Return the proposals that wait for a seat of this account."""
        return self._call("GetInbox", sv.GetInboxRequest(account=account), sv.ProposalPage)

    def program(self, program_id: str) -> sv.ProgramReply:
        """Return the program in force."""
        return self._call("GetProgram", sv.GetProgramRequest(id=program_id), sv.ProgramReply)

    def _call(self, method: str, request: Message, kind: type[R]) -> R:
        del kind  # it types the answer
        try:
            reply: R = getattr(self._stub, method)(request, timeout=self.timeout_s)
        except grpc.RpcError as error:
            raise _error(error, self.address) from None
        return reply


def identifier(tx: bytes) -> bytes:
    """Return the id of a transaction's bytes, 32 bytes."""
    return transaction_id(tx)


def _error(error: grpc.RpcError, address: str) -> TonneError:
    """Return what a failed call means, from its rich details where it has them."""
    status = rpc_status.from_call(error)
    for detail in status.details if status is not None else ():
        info = ErrorInfo()
        if detail.Unpack(info):
            facts = dict(info.metadata)
            return TonneError(
                int(facts.get("code", "0")),
                info.reason,
                facts.get("meaning", ""),
                facts.get("next", ""),
                facts.get("detail", error.details() or ""),
            )
    name = error.code().name
    if name == "UNAVAILABLE":
        step = f"Is a node serving {address}? See `tonne status` and `tonne start`."
        return TonneError(0, name, "no answer", step, error.details() or "")
    return TonneError(0, name, error.details() or "the call failed")
