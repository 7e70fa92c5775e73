"""The part of scripts/mutate.py that lives inside pytest: which tests run, in which order.

It must not know what is mutated. Invariant: without its environment variables it changes nothing.
"""

import json
import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

ORDER = "TONNE_MUTATE_ORDER"  # a JSON list of test ids: just these run, in this order
NOTES = "TONNE_MUTATE_NOTES"  # where to note what each test took, and which one failed first
TRACE = "TONNE_MUTATE_TRACE"  # set: coverage is told which test runs
MEMORY_BYTES_MAX = 6 << 30  # a mutant that collects without end stops here

_took: dict[str, float] = {}
_failed: list[str] = []


def pytest_configure() -> None:
    """Bound what a runaway mutant can take."""
    if NOTES in os.environ:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        bound = MEMORY_BYTES_MAX if hard == resource.RLIM_INFINITY else min(MEMORY_BYTES_MAX, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (bound, hard))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of the list, in its order."""
    order = os.environ.get(ORDER)
    if order:
        found = {item.nodeid: item for item in items}
        wanted = json.loads(Path(order).read_text(encoding="utf-8"))
        items[:] = [found[name] for name in wanted if name in found]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Tell coverage whose lines are counted from here on; what is between tests is nobody's."""
    if TRACE not in os.environ:
        return (yield)
    import coverage

    running = coverage.Coverage.current()
    assert running is not None
    running.switch_context(item.nodeid)
    try:
        return (yield)
    finally:
        running.switch_context("")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note time and failure."""
    _took[report.nodeid] = _took.get(report.nodeid, 0.0) + report.duration
    if report.failed:
        _failed.append(report.nodeid)


def pytest_sessionfinish() -> None:
    """Leave the notes."""
    notes = os.environ.get(NOTES)
    if notes:
        text = json.dumps({"took": _took, "failed": _failed})
        Path(notes).write_text(text, encoding="utf-8")
