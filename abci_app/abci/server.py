"""An ABCI 2.0 application behind a socket.

Must not know: any application. Invariants: replies go out in the order of their requests; a
connection that comes,
goes or talks nonsense harms no other; an error in a consensus call stops the process, because a
node that guesses
diverges. CheckTx and Query may arrive while FinalizeBlock runs: the application decides on its own
locks.
"""

import contextlib
import os
import socket
import stat
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from google.protobuf.message import DecodeError

from abci_app.abci import abci_pb2 as abci
from abci_app.abci.wire import FRAME_BYTES_MAX, Decoder, FrameError, encode_frame

OkCode = 0
READ_BYTES = 256 * 1024
FATAL_CALLS = ("info", "init_chain", "finalize_block", "commit")


class BaseApplication:
    """Every call of ABCI 2.0 with an answer that does nothing; override what you need."""

    def echo(self, request: abci.RequestEcho) -> abci.ResponseEcho:
        """Return the message."""
        return abci.ResponseEcho(message=request.message)

    def flush(self, request: abci.RequestFlush) -> abci.ResponseFlush:
        """Answer; replies are never kept back."""
        del request
        return abci.ResponseFlush()

    def info(self, request: abci.RequestInfo) -> abci.ResponseInfo:
        """Return the last committed height and app hash."""
        del request
        return abci.ResponseInfo()

    def init_chain(self, request: abci.RequestInitChain) -> abci.ResponseInitChain:
        """Take the first state."""
        del request
        return abci.ResponseInitChain()

    def query(self, request: abci.RequestQuery) -> abci.ResponseQuery:
        """Answer a question about committed state."""
        del request
        return abci.ResponseQuery(code=OkCode)

    def check_tx(self, request: abci.RequestCheckTx) -> abci.ResponseCheckTx:
        """Admit a transaction to the mempool."""
        del request
        return abci.ResponseCheckTx(code=OkCode)

    def prepare_proposal(
        self, request: abci.RequestPrepareProposal
    ) -> abci.ResponsePrepareProposal:
        """Return the transactions of the block to propose: here, what fits."""
        kept, room = [], request.max_tx_bytes
        for tx in request.txs:
            room -= len(tx) + 6
            if room < 0:
                break
            kept.append(tx)
        return abci.ResponsePrepareProposal(txs=kept)

    def process_proposal(
        self, request: abci.RequestProcessProposal
    ) -> abci.ResponseProcessProposal:
        """Accept or reject a proposed block."""
        del request
        return abci.ResponseProcessProposal(status=abci.ResponseProcessProposal.ACCEPT)

    def finalize_block(self, request: abci.RequestFinalizeBlock) -> abci.ResponseFinalizeBlock:
        """Execute a block: one result a transaction, and the app hash."""
        results = [abci.ExecTxResult(code=OkCode) for _ in request.txs]
        return abci.ResponseFinalizeBlock(tx_results=results)

    def commit(self, request: abci.RequestCommit) -> abci.ResponseCommit:
        """Make the executed block durable."""
        del request
        return abci.ResponseCommit()

    def list_snapshots(self, request: abci.RequestListSnapshots) -> abci.ResponseListSnapshots:
        """Return the snapshots that peers may fetch."""
        del request
        return abci.ResponseListSnapshots()

    def offer_snapshot(self, request: abci.RequestOfferSnapshot) -> abci.ResponseOfferSnapshot:
        """Accept or reject a snapshot of a peer."""
        del request
        return abci.ResponseOfferSnapshot()

    def load_snapshot_chunk(
        self, request: abci.RequestLoadSnapshotChunk
    ) -> abci.ResponseLoadSnapshotChunk:
        """Return a piece of a snapshot."""
        del request
        return abci.ResponseLoadSnapshotChunk()

    def apply_snapshot_chunk(
        self, request: abci.RequestApplySnapshotChunk
    ) -> abci.ResponseApplySnapshotChunk:
        """Take in a piece of a snapshot."""
        del request
        return abci.ResponseApplySnapshotChunk()

    def extend_vote(self, request: abci.RequestExtendVote) -> abci.ResponseExtendVote:
        """Return the extension of this validator's vote."""
        del request
        return abci.ResponseExtendVote()

    def verify_vote_extension(
        self, request: abci.RequestVerifyVoteExtension
    ) -> abci.ResponseVerifyVoteExtension:
        """Judge another validator's extension."""
        del request
        accept = abci.ResponseVerifyVoteExtension.ACCEPT
        return abci.ResponseVerifyVoteExtension(status=accept)


class AddressError(Exception):
    """The address cannot be served; the text says what to do."""


def _stop_process(error: BaseException) -> None:
    """End the process at once: a broken application must not answer again."""
    traceback.print_exception(error)
    sys.stderr.flush()
    os._exit(1)


class ABCIServer:
    """Serves an application on `unix://PATH` (mode 0600) or `tcp://127.0.0.1:PORT`."""

    def __init__(
        self,
        app: BaseApplication,
        address: str,
        *,
        on_fatal: Callable[[BaseException], None] = _stop_process,
        frame_bytes_max: int = FRAME_BYTES_MAX,
    ) -> None:
        """Bind nothing yet; `on_fatal` hears of an error in a consensus call."""
        self._app = app
        self._address = address
        self._on_fatal = on_fatal
        self._frame_bytes_max = frame_bytes_max
        self._listener: socket.socket | None = None
        self._threads: list[threading.Thread] = []
        self._connections: list[socket.socket] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def start(self) -> None:
        """Listen, and accept connections in the background; AddressError."""
        self._listener = _listen(self._address)
        self._spawn(self._accept)

    def serve_forever(self) -> None:
        """Listen until `stop` is called or the process is interrupted."""
        self.start()
        try:
            self._stopping.wait()
        finally:
            self.stop()

    def stop(self) -> None:
        """Close every connection, wait for its thread, and remove the socket file."""
        self._stopping.set()
        with self._lock:
            listener, self._listener = self._listener, None
            open_now = list(self._connections)
        for item in (*open_now, *([listener] if listener else [])):
            with contextlib.suppress(OSError):
                item.shutdown(socket.SHUT_RDWR)
        if listener is not None:
            listener.close()
            if self._address.startswith("unix://"):
                Path(self._address.removeprefix("unix://")).unlink(missing_ok=True)
        for thread in list(self._threads):
            if thread is not threading.current_thread():
                thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _spawn(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads = [row for row in self._threads if row.is_alive()]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        listener = self._listener
        while listener is not None and not self._stopping.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return  # closed by stop
            with self._lock:
                self._connections.append(connection)
            self._spawn(self._converse, connection)

    def _converse(self, connection: socket.socket) -> None:
        """Answer one connection until it ends; whatever it sends harms only itself."""
        decoder = Decoder(self._frame_bytes_max)
        try:
            while data := connection.recv(READ_BYTES):
                replies: list[bytes] = []
                good = self._answer_all(decoder, data, replies)
                if replies:
                    connection.sendall(b"".join(replies))
                if not good:
                    return
        except OSError:
            return  # the other side went away
        finally:
            with self._lock:
                self._connections.remove(connection)
            connection.close()

    def _answer_all(self, decoder: Decoder, data: bytes, replies: list[bytes]) -> bool:
        """Collect the replies to what has arrived; False when the connection must end."""
        try:
            for frame in decoder.feed(data):
                request = abci.Request.FromString(frame)
                name = request.WhichOneof("value")
                if name is None:
                    return False
                reply, good = self._answer(name, getattr(request, name))
                replies.append(encode_frame(reply.SerializeToString()))
                if not good:
                    return False
        except (FrameError, DecodeError) as error:
            print(f"abci: a connection was closed: {error}", file=sys.stderr, flush=True)  # noqa: T201 - a log line
            return False
        return True

    def _answer(self, name: str, request: object) -> tuple[abci.Response, bool]:
        try:
            return abci.Response(**{name: getattr(self._app, name)(request)}), True
        except Exception as error:  # noqa: BLE001 - the one place that decides what an error stops
            if name in FATAL_CALLS:
                self._on_fatal(error)
            else:
                traceback.print_exception(error)
            text = f"{name}: {type(error).__name__}"
            return abci.Response(exception=abci.ResponseException(error=text)), False


def _listen(address: str) -> socket.socket:
    """Return a listening socket: unix with mode 0600 from its first moment, or loopback."""
    if address.startswith("unix://"):
        return _listen_unix(Path(address.removeprefix("unix://")))
    host, _, port = address.removeprefix("tcp://").rpartition(":")
    if not address.startswith("tcp://") or host not in ("127.0.0.1", "localhost"):
        raise AddressError(f"{address}: only unix://PATH or tcp://127.0.0.1:PORT; ABCI is private")
    listener = socket.create_server((host, int(port)))
    listener.listen()
    return listener


def _listen_unix(path: Path) -> socket.socket:
    if path.exists():
        if not stat.S_ISSOCK(path.stat().st_mode):
            raise AddressError(f"{path} exists and is no socket; move it away")
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(path))
            except OSError:
                path.unlink()  # left behind by a process that is gone
            else:
                raise AddressError(f"{path} is served by another process; stop that one first")
    path.parent.mkdir(parents=True, exist_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        listener.bind(str(path))
    except OSError as error:
        listener.close()
        raise AddressError(
            f"{path}: {error.strerror or error}; unix socket paths are short"
        ) from None
    finally:
        os.umask(before)
    listener.listen()
    return listener
