"""What a measurement says: figures beside their targets, facts of the machine, table and JSON.

It must not know how anything is measured. Invariant: a verdict is given only where there is a
target, and from the figure as it was measured, not as it is rounded for the table.
"""

import os
import platform
import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from abci_app.core import signing
from node.engine import installer

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


class BenchFault(Exception):  # noqa: N818 - says what is wrong, as the faults of node do
    """The measurement cannot be made here, or did not come to its end."""


@dataclass(frozen=True)
class Row:
    """One figure; `limit` is the most it may be, or the least with `least`.

    `beside` is the same in another unit.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    least: bool = False
    beside: str = ""

    @property
    def target(self) -> str:
        """Return the target in words; empty when there is none."""
        if self.limit is None:
            return ""
        return f"at {'least' if self.least else 'most'} {self.limit:g}"

    @property
    def verdict(self) -> str:
        """Return whether the target is met; empty when there is none."""
        if self.limit is None:
            return ""
        met = self.value >= self.limit if self.least else self.value <= self.limit
        return "met" if met else "MISSED"


@dataclass(frozen=True)
class Report:
    """The figures of one measurement, how they were taken, and what else was seen."""

    command: str
    method: Sequence[str]
    rows: Sequence[Row]
    scale: dict[str, Any]
    details: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return everything, the facts of the machine included."""
        rows = [{**asdict(row), "target": row.target, "verdict": row.verdict} for row in self.rows]
        return {
            "measurement": self.command,
            "method": list(self.method),
            "scale": self.scale,
            "machine": machine(),
            "figures": rows,
            "details": self.details,
        }

    def lines(self) -> Iterator[str]:
        """Yield the report."""
        yield from self.method
        facts = machine()
        yield (
            f"Machine: {facts['cores']} cores of {facts['processor']}, "
            f"{facts['memory_mb']} MB, Python {facts['python']}, load {facts['load']}."
        )
        yield ""
        width = max(len(row.name) for row in self.rows)
        yield f"{'figure':{width}} {'value':>12} {'unit':8} {'target':14} verdict".rstrip()
        for row in self.rows:
            line = f"{row.name:{width}} {_short(row.value):>12} {row.unit:8} {row.target:14} "
            yield (line + (row.verdict or row.beside)).rstrip()


def machine() -> dict[str, Any]:
    """Return what a figure depends on beside the code."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": os.cpu_count() or 1,
        "processor": _processor(),
        "memory_mb": pages >> 20,
        "system": platform.platform(),
        "python": platform.python_version(),
        "engine": installer.chosen_version(),
        "commit": _commit(),
        "load": " ".join(f"{value:.1f}" for value in os.getloadavg()),
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()


def _commit() -> str:
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return done.stdout.strip()


def _short(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def verification_us(count: int = 2_000) -> float:
    """Return V: the median time of a signature's verification, in microseconds."""
    seed, message = bytes(range(32)), bytes(200)
    key, signature = signing.public_key(seed), signing.sign(seed, message)
    times: list[int] = []
    for _ in range(count):
        start = time.perf_counter_ns()
        signing.verify(key, signature, message)
        times.append(time.perf_counter_ns() - start)
    return statistics.median(times) / 1e3


def cpu_s(pid: int) -> float:
    """Return the processor seconds that a process has used; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def rss_mb(pid: int | str = "self") -> float:
    """Return the resident memory of a process in megabytes of 10^6 bytes."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0
