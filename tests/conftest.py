"""What holds for every test: reproducible examples, and chains that end sound."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from abci_app.core.codec import encode
from abci_app.state.schema import RECORD_TABLES
from tests import harness

# The same examples in every run: a failure belongs to a change, not to a day.
settings.register_profile("tonne", deadline=None, derandomize=True, database=None, max_examples=60)
settings.load_profile("tonne")


@pytest.fixture(autouse=True)
def nobody_changes_what_is_only_looked_at() -> Iterator[None]:
    """Hold each record that the test's transactions shared against the bytes it stands for."""
    for table in RECORD_TABLES:
        table.seen.clear()
    yield
    for table in RECORD_TABLES:
        for raw, record in list(table.seen.items()):
            assert encode(record) == raw, f"a shared {table.kind.DESCRIPTOR.name} was changed"


@pytest.fixture(autouse=True)
def every_chain_ends_sound() -> Iterator[None]:
    """Examine, when the test has passed, the whole state of each chain that it made."""
    harness.MADE.clear()
    yield
    for chain in harness.MADE:
        assert chain.faults() == []
    harness.MADE.clear()
