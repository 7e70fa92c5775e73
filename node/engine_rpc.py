"""The engine's JSON-RPC: calls, batches, and errors in words.

Must not know: what a transaction or a query says. Invariant: every failure is one of two kinds:
nobody answered (EngineUnreachable), or the engine said no (EngineRefused).
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from node.engine_http import HttpFault, HttpPeer

__all__ = [
    "Checked",
    "EngineBlock",
    "EngineRPC",
    "EngineRefused",
    "EngineStatus",
    "EngineUnreachable",
    "QueryReply",
    "TxResult",
]

CONNECTIONS = 32
GENESIS_PARTS_MAX = 8  # of 16 MB each
TIMEOUT_S = 10.0

Call = tuple[str, Mapping[str, Any]]


class EngineUnreachable(Exception):  # noqa: N818 - the name states the fact
    """Nothing that speaks the engine's RPC answered; the text says where and what to do.

    `sent` tells whether the request may have reached the engine all the same.
    """

    def __init__(self, text: str, *, sent: bool) -> None:
        """Keep the text and whether the request may have had an effect."""
        super().__init__(text)
        self.sent = sent


class EngineRefused(Exception):  # noqa: N818 - an answer, not an error of ours
    """The engine answered a call with an error: its JSON-RPC number, and its words."""

    def __init__(self, method: str, number: int, words: str) -> None:
        """Keep the parts."""
        super().__init__(f"the engine refused {method}: {words} ({number})")
        self.method = method
        self.number = number
        self.words = words


@dataclass(frozen=True, slots=True)
class Checked:
    """What CheckTx said of a transaction: 0 and it waits in the mempool, or a code."""

    code: int
    log: str


@dataclass(frozen=True, slots=True)
class QueryReply:
    """The application's answer to a query."""

    code: int
    log: str
    value: bytes
    height: int


AbciEvent = tuple[str, Mapping[str, str]]  # its type, its attributes


@dataclass(frozen=True, slots=True)
class TxResult:
    """What a block did with one transaction."""

    code: int
    log: str
    data: bytes
    events: tuple[AbciEvent, ...]


@dataclass(frozen=True, slots=True)
class EngineBlock:
    """A block with its results, in the block's order."""

    height: int
    time_s: int
    hash: bytes
    txs: tuple[bytes, ...]
    results: tuple[TxResult, ...]
    events: tuple[AbciEvent, ...]  # of the block itself


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """What the engine says of itself."""

    chain_id: str
    version: str
    moniker: str
    node_id: str
    height: int
    earliest_height: int
    time_s: int
    catching_up: bool
    voting_power: int


@dataclass(frozen=True, slots=True)
class Vote:
    """How far the engine is with the next block: power of which it has seen a vote."""

    height: int
    step: int  # of a round
    power_seen: int
    power_total: int


class EngineRPC:
    """A pool of connections to one engine; usable from one event loop."""

    def __init__(
        self, address: str, *, connections: int = CONNECTIONS, timeout_s: float = TIMEOUT_S
    ) -> None:
        """Take `http://host:port` or `unix:///path`; nothing is opened yet."""
        self.address = address
        self._peer = HttpPeer(address, connections=connections, timeout_s=timeout_s)
        self._last_id = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        await self._peer.close()

    # ---- the protocol ----

    async def call(self, method: str, **params: Any) -> Any:  # noqa: ANN401 - JSON of any shape
        """Return the `result` of one call; EngineUnreachable or EngineRefused otherwise."""
        (reply,) = await self.batch([(method, params)])
        if isinstance(reply, EngineRefused):
            raise reply
        return reply

    async def batch(self, calls: Sequence[Call]) -> list[Any]:
        """Return, for each call in order, its `result` or the EngineRefused that it met.

        One HTTP request; the engine runs its calls one after the other.
        """
        first = self._last_id + 1
        self._last_id += len(calls)
        requests = [
            {"jsonrpc": "2.0", "id": first + index, "method": method, "params": params}
            for index, (method, params) in enumerate(calls)
        ]
        # A single call goes out bare: the engine words its errors better for those.
        body = await self._post(requests[0] if len(requests) == 1 else requests)
        replies = body if isinstance(body, list) else [body]
        by_id = {reply.get("id"): reply for reply in replies if isinstance(reply, dict)}
        return [
            self._result(method, by_id.get(first + index, replies[0] if len(replies) == 1 else {}))
            for index, (method, _) in enumerate(calls)
        ]

    async def _post(self, requests: object) -> Any:  # noqa: ANN401 - JSON of any shape
        content = json.dumps(requests, separators=(",", ":")).encode()
        try:
            reply = await self._peer.post(content)
        except HttpFault as fault:
            raise self._unreachable(str(fault), sent=fault.sent) from None
        try:
            return json.loads(reply)
        except ValueError:
            raise self._unreachable(f"not JSON: {reply[:60]!r}", sent=True) from None

    def _unreachable(self, what: str, *, sent: bool) -> EngineUnreachable:
        return EngineUnreachable(
            f"no engine at {self.address} ({what}): is the node running? see tonne status",
            sent=sent,
        )

    def _result(self, method: str, reply: object) -> Any:  # noqa: ANN401 - JSON of any shape
        if not isinstance(reply, dict):
            return EngineRefused(method, 0, "an answer that is not JSON-RPC")
        error = reply.get("error")
        if isinstance(error, dict):
            words = str(error.get("data") or error.get("message") or "no reason given")
            number = error.get("code")
            return EngineRefused(method, number if isinstance(number, int) else 0, words)
        if "result" not in reply:
            return EngineRefused(method, 0, "an answer without a result")
        return reply["result"]

    # ---- transactions ----

    async def broadcast_tx_sync(self, tx: bytes) -> Checked:
        """Hand in one transaction and return what CheckTx said."""
        reply = _checked(await self.call("broadcast_tx_sync", tx=_b64(tx)))
        if isinstance(reply, EngineRefused):
            raise reply
        return reply

    async def broadcast_many(self, txs: Sequence[bytes]) -> list[Checked | EngineRefused]:
        """Hand in several in one request; return one answer for each, in order."""
        replies = await self.batch([("broadcast_tx_sync", {"tx": _b64(tx)}) for tx in txs])
        return [reply if isinstance(reply, EngineRefused) else _checked(reply) for reply in replies]

    async def unconfirmed_count(self) -> int:
        """Return how many transactions wait in the mempool."""
        result = await self.call("num_unconfirmed_txs")
        with _understood("num_unconfirmed_txs"):
            return int(result["total"])

    # ---- questions ----

    async def abci_query(self, path: str, data: bytes, height: int = 0) -> QueryReply:
        """Return the application's answer; a code other than 0 is an answer too."""
        result = await self.call("abci_query", path=path, data=data.hex(), height=str(height))
        with _understood("abci_query"):
            reply = result["response"]
            return QueryReply(
                code=int(reply.get("code") or 0),
                log=str(reply.get("log") or ""),
                value=_unb64(reply.get("value")),
                height=int(reply.get("height") or 0),
            )

    async def app_height(self) -> int:
        """Return the last height that the application has committed."""
        result = await self.call("abci_info")
        with _understood("abci_info"):
            return int(result["response"].get("last_block_height") or 0)

    async def status(self) -> EngineStatus:
        """Return what the engine says of itself."""
        result = await self.call("status")
        with _understood("status"):
            node, sync = result["node_info"], result["sync_info"]
            return EngineStatus(
                chain_id=str(node["network"]),
                version=str(node["version"]),
                moniker=str(node["moniker"]),
                node_id=str(node["id"]),
                height=int(sync["latest_block_height"]),
                earliest_height=int(sync["earliest_block_height"]),
                time_s=_seconds(str(sync["latest_block_time"])),
                catching_up=bool(sync["catching_up"]),
                voting_power=int(result["validator_info"]["voting_power"]),
            )

    async def genesis(self) -> bytes:
        """Return the Genesis message that the engine's genesis carries."""
        text, part, parts = b"", 0, 1
        while part < parts:
            result = await self.call("genesis_chunked", chunk=str(part))
            with _understood("genesis_chunked"):
                parts = min(int(result["total"]), GENESIS_PARTS_MAX)
                text += base64.b64decode(result["data"], validate=True)
            part += 1
        with _understood("genesis_chunked"):
            return base64.b64decode(json.loads(text)["app_state"], validate=True)

    async def peer_count(self) -> int:
        """Return the number of peers connected."""
        result = await self.call("net_info")
        with _understood("net_info"):
            return int(result["n_peers"])

    async def vote(self) -> Vote:
        """Return how the vote on the next block stands."""
        result = await self.call("consensus_state")
        with _understood("consensus_state"):
            state = result["round_state"]
            height, rounds, step = (int(part) for part in state["height/round/step"].split("/"))
            sums = [
                _power(row[kind])
                for row in state.get("height_vote_set") or ()
                if int(row["round"]) in (rounds, rounds - 1)
                for kind in ("prevotes_bit_array", "precommits_bit_array")
            ]
            seen, total = max(sums, default=(0, 0))
            return Vote(height, step, seen, total)

    async def block(self, height: int) -> EngineBlock:
        """Return a block with its results; EngineRefused while the engine has it not."""
        wanted = {"height": str(height)}
        block, results = await self.batch([("block", wanted), ("block_results", wanted)])
        for reply in (block, results):
            if isinstance(reply, EngineRefused):
                raise reply
        with _understood("block"):
            header = block["block"]["header"]
            return EngineBlock(
                height=int(header["height"]),
                time_s=_seconds(str(header["time"])),
                hash=bytes.fromhex(block["block_id"]["hash"]),
                txs=tuple(_unb64(tx) for tx in block["block"]["data"].get("txs") or ()),
                results=tuple(_tx_result(row) for row in results.get("txs_results") or ()),
                events=_events(results.get("finalize_block_events")),
            )

    async def commit(self, height: int) -> dict[str, Any]:
        """Return header and commit of a height, as the engine gives them."""
        return _mapping(await self.call("commit", height=str(height)))

    async def validators(
        self, height: int, *, page: int = 1, per_page: int = 100
    ) -> dict[str, Any]:
        """Return the validator set of a height, as the engine gives it."""
        return _mapping(
            await self.call(
                "validators", height=str(height), page=str(page), per_page=str(per_page)
            )
        )

    async def net_info(self) -> dict[str, Any]:
        """Return the peers, as the engine gives them."""
        return _mapping(await self.call("net_info"))


def _power(text: str) -> tuple[int, int]:
    """Return the power seen and the whole of `BA{4:xx__} 20/40 = 0.50`."""
    seen, _, total = text.rpartition("} ")[2].partition(" = ")[0].partition("/")
    return int(seen), int(total)


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _unb64(text: object) -> bytes:
    return base64.b64decode(text) if isinstance(text, str) else b""


def _checked(result: object) -> Checked | EngineRefused:
    try:
        with _understood("broadcast_tx_sync"):
            reply = _mapping(result)
            return Checked(int(reply.get("code") or 0), str(reply.get("log") or ""))
    except EngineRefused as refused:
        return refused


@contextmanager
def _understood(method: str) -> Iterator[None]:
    """Turn an answer of a form that no engine of our lines gives into a refusal."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EngineRefused(method, 0, f"an answer of an unexpected form: {error!r}") from None


def _tx_result(row: Mapping[str, Any]) -> TxResult:
    return TxResult(
        code=int(row.get("code") or 0),
        log=str(row.get("log") or ""),
        data=_unb64(row.get("data")),
        events=_events(row.get("events")),
    )


def _events(rows: Sequence[Mapping[str, Any]] | None) -> tuple[AbciEvent, ...]:
    return tuple(
        (
            str(row["type"]),
            {str(pair["key"]): str(pair["value"]) for pair in row.get("attributes") or ()},
        )
        for row in rows or ()
    )


def _seconds(text: str) -> int:
    """Return the UTC seconds of the engine's RFC 3339 time (its first block has year 1)."""
    moment = datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    return max(0, int(moment.timestamp()))


def _mapping(result: object) -> dict[str, Any]:
    if not isinstance(result, dict):
        raise EngineRefused("call", 0, "an answer of an unexpected form")
    return result
