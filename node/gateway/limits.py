"""How much one client may have in flight, so that nobody crowds out the others.

Must not know: what a call does. Invariants: what was taken is given back, however a call ends; an
account is counted together with its address, so that a stranger who names it cannot block it.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import fields
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network
from typing import Any
from urllib.parse import unquote

from node.gateway.backend import Full
from node.settings import Limits

Taken = AbstractContextManager[None]

UNLIMITED = Limits(*[1 << 62] * len(fields(Limits)))  # for operators
ADDRESSES_MAX = 10_000  # whose simulations are remembered
IPV6_BITS = 64  # of an address that are given out to one client


class LimitReached(Full):
    """One client has too much in flight; the text says what to do, `limit` which one it was."""

    def __init__(self, limit: str, text: str) -> None:
        """Keep the name of the limit."""
        super().__init__(text)
        self.limit = limit


def address_of(peer: str) -> str:
    """Return the address of a gRPC peer (`ipv4:1.2.3.4:5`, `ipv6:[::1]:5`), without the port.

    Of IPv6 it is the network of 64 bits, all of which one client has; an IPv4 address written as
    IPv6 is the IPv4 address.
    """
    kind, _, rest = unquote(peer).partition(":")
    host = rest.rpartition(":")[0].strip("[]")
    if kind == "ipv4":
        return host
    return _network(host) if kind == "ipv6" else peer


@lru_cache(maxsize=ADDRESSES_MAX)
def _network(host: str) -> str:
    try:
        found = IPv6Address(host)
    except ValueError:
        return host  # gRPC gives what the system gave it
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found), IPV6_BITS), strict=False))


class Guest:
    """Who makes one call: its address, and the limits it is under."""

    def __init__(self, limiter: "Limiter", context: Any) -> None:  # noqa: ANN401 - grpc is untyped
        """Take the call's context."""
        self.limiter = limiter
        self.address = address_of(context.peer())

    def transaction(self) -> Taken:
        """Take a place for a transaction that has no answer yet."""
        return self.limiter.transaction(self.address)

    def account(self, account: str) -> Taken:
        """Take a place for a transaction of an account that is being handed in."""
        return self.limiter.account(self.address, account)


class Limiter:
    """Counts what is in flight by address."""

    def __init__(
        self,
        limits: Limits,
        *,
        clock: Callable[[], float] = time.monotonic,
        told: Callable[[str], None] = lambda _limit: None,
    ) -> None:
        """Take the limits; `told` hears the name of each limit that is met."""
        self._limits = limits
        self._clock = clock
        self._told = told
        self._counts: dict[tuple[str, ...], int] = {}
        self._simulations: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def call(self, address: str) -> Taken:
        """Take a place for a call with one answer."""
        return self._take("calls_per_address", address, "calls in flight")

    def stream(self, address: str) -> Taken:
        """Take a place for a stream."""
        return self._take("streams_per_address", address, "streams open")

    def transaction(self, address: str) -> Taken:
        """Take a place for a transaction that has no answer yet."""
        return self._take("transactions_per_address", address, "transactions without an answer")

    def account(self, address: str, account: str) -> Taken:
        """Take a place for a transaction of an account that is being handed in."""
        return self._take(
            "transactions_per_account",
            address,
            f"transactions of {account[:64]} in flight",
            account,
        )

    def simulation(self, address: str) -> None:
        """Count a simulation against the rate; LimitReached above it."""
        rate = self._limits.simulations_per_s
        now = self._clock()
        left, seen = self._simulations.pop(address, (float(2 * rate), now))
        left = min(2.0 * rate, left + (now - seen) * rate)
        self._simulations[address] = (max(0.0, left - 1), now)
        while len(self._simulations) > ADDRESSES_MAX:
            self._simulations.popitem(last=False)
        if left < 1:
            self._told("simulations_per_s")
            raise LimitReached(
                "simulations_per_s",
                f"{address} asks for more than {rate} simulations a second: wait a second",
            )

    @property
    def held(self) -> int:
        """Return how many kinds of places are taken by somebody."""
        return len(self._counts)

    @contextmanager
    def _take(self, limit: str, address: str, what: str, *more: str) -> Iterator[None]:
        key = (limit, address, *more)
        count = self._counts.get(key, 0)
        most: int = getattr(self._limits, limit)
        if count >= most:
            self._told(limit)
            raise LimitReached(
                limit,
                f"{address} has {count} {what}, {most} at most: wait for answers, then send it "
                "again",
            )
        self._counts[key] = count + 1
        try:
            yield
        finally:
            self._counts[key] -= 1
            if not self._counts[key]:
                del self._counts[key]
