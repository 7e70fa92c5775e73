"""What the gateway shows of itself to Prometheus.

Must not know: what calls do. Invariant: labels come from closed sets (methods, statuses, limits),
never from clients.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

PREFIX = "tonne_gateway"
_BUCKETS_S = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """Counters of one gateway, in a registry of their own."""

    def __init__(self) -> None:
        """Begin at zero."""
        registry = self.registry = CollectorRegistry()
        self._requests = Counter(
            f"{PREFIX}_requests", "Calls, by status.", ["method", "status"], registry=registry
        )
        self._seconds = Histogram(
            f"{PREFIX}_request_seconds",
            "How long calls with one answer took, waiting included.",
            ["method"],
            buckets=_BUCKETS_S,
            registry=registry,
        )
        self._in_flight = Gauge(
            f"{PREFIX}_requests_in_flight", "Calls in flight.", ["method"], registry=registry
        )
        self._submissions = Counter(
            f"{PREFIX}_submissions", "Transactions, by answer.", ["outcome"], registry=registry
        )
        self._limited = Counter(
            f"{PREFIX}_refused_by_limits", "What met a limit.", ["limit"], registry=registry
        )
        self._reload_failures = Counter(
            f"{PREFIX}_certificate_reload_failures",
            "Changed files of [gateway.tls] that were not taken.",
            registry=registry,
        )
        if sys.platform == "linux":
            ProcessCollector(registry=registry)

    def shows(self, name: str, text: str, read: Callable[[], float]) -> None:
        """Show a number that is asked for when the metrics are fetched."""
        Gauge(f"{PREFIX}_{name}", text, registry=self.registry).set_function(read)

    @contextmanager
    def call(self, method: str) -> Iterator["Status"]:
        """Measure a call; its status is set by whoever ends it."""
        status = Status()
        in_flight = self._in_flight.labels(method)
        in_flight.inc()
        try:
            with self._seconds.labels(method).time():
                yield status
        finally:
            in_flight.dec()
            self._requests.labels(method, status.name).inc()

    @contextmanager
    def stream(self) -> Iterator["Status"]:
        """Count a stream; how long it lives says nothing of the gateway."""
        status = Status()
        in_flight = self._in_flight.labels("SubmitStream")
        in_flight.inc()
        try:
            yield status
        finally:
            in_flight.dec()
            self._requests.labels("SubmitStream", status.name).inc()

    def answered(self, outcome: str) -> None:
        """Count the answer to a transaction."""
        self._submissions.labels(outcome).inc()

    def reload_failed(self) -> None:
        """Count files of the certificate that were not taken."""
        self._reload_failures.inc()

    def limited(self, limit: str) -> None:
        """Count what met a limit."""
        self._limited.labels(limit).inc()


class Status:
    """How a call ended; CANCELLED when nobody says otherwise."""

    def __init__(self) -> None:
        """Begin as cancelled."""
        self.name = "CANCELLED"
