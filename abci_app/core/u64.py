"""Unsigned 64-bit arithmetic that refuses instead of wrapping.

Must not know: units, time or state. Invariant: every result is in [0, 2^64 - 1].
"""

from abci_app.core.codes import Code, refuse
from abci_app.core.limits import U64_MAX


def add(a: int, b: int) -> int:
    """Return a + b; QUANTITY_OVERFLOW beyond 2^64 - 1."""
    total = a + b
    if total > U64_MAX:
        refuse(Code.QUANTITY_OVERFLOW, f"{a} + {b} is beyond 2^64 - 1")
    return total


def ceil_div(numerator: int, denominator: int) -> int:
    """Return the least integer that is not below numerator / denominator."""
    return -(-numerator // denominator)


def ceil_bps(amount: int, rate_bps: int) -> int:
    """Return amount x rate, rounded up; the rate in 1/10 000."""
    return ceil_div(amount * rate_bps, 10_000)
