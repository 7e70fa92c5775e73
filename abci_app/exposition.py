"""A registry of metrics on one address, for Prometheus to fetch.

Must not know: what is measured. Invariants: one request at a time, each bounded in time and size,
the metrics worked out once a second at most, so that whoever fetches cannot disturb the process; a
failure here never ends the process.
"""

import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Final, Self

from prometheus_client import CollectorRegistry, generate_latest

REQUEST_S: Final = 2.0  # for a request to arrive, and again for its answer to be taken
KEPT_S: Final = 1.0  # for which a text is shown again instead of being worked out anew
_WAITING_MAX: Final = 5  # connections in the system's queue


class MetricsUnavailable(Exception):  # noqa: N818 - the name states the fact
    """The address cannot be used; the text says what to do."""


def place(address: str) -> tuple[str, int]:
    """Return host and port of `host:port`; MetricsUnavailable when it is none."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65_535:
        raise MetricsUnavailable(
            f'metrics = "{address}" is no address: write it as host:port, or "" for none'
        )
    return host.strip("[]"), int(port)


class _Server(HTTPServer):
    request_queue_size = _WAITING_MAX
    allow_reuse_address = True

    def __init__(self, where: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self.address_family = socket.AF_INET6 if ":" in where[0] else socket.AF_INET
        super().__init__(where, handler)

    def server_bind(self) -> None:
        """Bind without the name service, which may take long to answer."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say what went wrong in a line; a client that goes away is not even that."""
        del request, client_address
        error = sys.exception()
        if not isinstance(error, OSError):
            print(f"metrics: {error!r}", file=sys.stderr, flush=True)  # noqa: T201 - a log line


class Exposition:
    """Serves one registry at `http://address/metrics` from a thread of its own."""

    def __init__(
        self,
        address: str,
        registry: CollectorRegistry,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Bind (port 0: any free one); MetricsUnavailable when that fails. `clock`: seconds."""
        where = place(address)
        try:
            self._server = _Server(where, _handler(_kept(lambda: generate_latest(registry), clock)))
        except OSError as error:
            raise MetricsUnavailable(
                f"cannot serve metrics at {address} ({error.strerror}): stop what uses the port, "
                'or change `metrics` in config/tonne.toml ("" for none)'
            ) from None
        self.address = f"{where[0]}:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="metrics", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _kept(text: Callable[[], bytes], clock: Callable[[], float]) -> Callable[[], bytes]:
    """Return `text` so that it is worked out once a second at most, however often it is asked."""
    last, at = b"", -KEPT_S

    def kept() -> bytes:
        nonlocal last, at
        now = clock()
        if now - at >= KEPT_S:
            last = text()
            at = now
        return last

    return kept


def _handler(text: Callable[[], bytes]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = REQUEST_S  # of every read and write

        def handle(self) -> None:
            """Answer one request; cut off one that does not arrive in time, byte by byte even."""
            cut = threading.Timer(2 * REQUEST_S, self._cut)
            cut.daemon = True
            cut.start()
            try:
                super().handle()
            finally:
                cut.cancel()

        def _cut(self) -> None:
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)

        def do_GET(self) -> None:
            """Answer with the metrics, or 404."""
            known = self.path.partition("?")[0] == "/metrics"
            body = text() if known else b"/metrics is served here\n"
            self.send_response(200 if known else 404)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:  # noqa: ANN401 - as the library declares it
            """Say nothing of requests."""

    return Handler
