"""An act that would break what holds of statements, labels and footprints is forgotten."""

from collections.abc import Callable

import pytest

from abci_app.state import invariants_knowledge, schema
from abci_app.state.invariants import assert_touched
from abci_app.store.kv import Overlay
from tests import acts
from tests.harness import Chain
from tests.knowledge import acts as k
from tests.knowledge.test_footprints import published
from tests.knowledge.test_labels import with_units
from tests.names import PROGRAM
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t


def claimed() -> Chain:
    chain = Chain.with_activity()
    chain.ok("auditor", acts.verification(), also=("operator",))
    return chain


def labelled() -> Chain:
    chain = with_units()
    chain.ok("user", k.label("gold", t.SCOPE_ACTIVITY, "A1"))
    return chain


def offset() -> Chain:
    chain = published()
    chain.ok("user", k.offset(50, 4000, "h1"))
    return chain


def twice(overlay: Overlay) -> None:
    statement = schema.STATEMENTS.get(overlay, PROGRAM, "S1") or s.Statement()
    statement.id, statement.program = "S2", "OTHER"
    statement.period_from_s += 5
    schema.STATEMENTS.put(overlay, statement)


def otherwise(overlay: Overlay) -> None:
    statement = schema.STATEMENTS.get(overlay, PROGRAM, "S1") or s.Statement()
    statement.numbers.net_t += 1
    schema.STATEMENTS.put(overlay, statement)


def regranted(overlay: Overlay) -> None:
    grant = next(iter(schema.LABELS.all(overlay)))
    grant.valid_to_s += 1
    schema.LABELS.put(overlay, grant)


def forgotten(overlay: Overlay) -> None:
    schema.LABELS.delete(overlay, next(iter(schema.LABELS.all(overlay))))


def miscounted(overlay: Overlay) -> None:
    record = schema.RECORDS.get(overlay, PROGRAM, t.FOOTPRINT, "F1") or s.Record()
    record.footprint.offset_t += 1
    schema.RECORDS.put(overlay, record)


def reused(overlay: Overlay) -> None:
    receipt = next(iter(schema.RECEIPTS.all(overlay)))
    receipt.retirement += 1
    schema.RECEIPTS.put(overlay, receipt)


def overdrawn(overlay: Overlay) -> None:
    record = s.Record(program=PROGRAM, kind=t.AUTHORIZATION, id="Z1")
    record.authorization.quantity_t, record.authorization.used_t = 1, 2
    schema.RECORDS.put(overlay, record)


@pytest.mark.parametrize(
    ("stage", "act", "words"),
    [
        (claimed, twice, "C-5"),
        (claimed, otherwise, "says something else"),
        (claimed, overdrawn, "C-22"),
        (labelled, regranted, "C-18"),
        (labelled, forgotten, "C-18"),
        (offset, miscounted, "C-29"),
        (offset, reused, "C-29"),
    ],
)
def test_it_is_noticed(
    stage: Callable[[], Chain], act: Callable[[Overlay], None], words: str
) -> None:
    chain = stage()
    overlay = Overlay(chain.app.ledger)
    act(overlay)
    with pytest.raises(AssertionError, match=words):
        assert_touched(chain.app.ledger, overlay, chain.now)


@pytest.mark.parametrize(("stage", "act"), [(claimed, twice), (offset, miscounted)])
def test_the_doctor_finds_it_too(
    stage: Callable[[], Chain], act: Callable[[Overlay], None]
) -> None:
    chain = stage()
    overlay = Overlay(chain.app.ledger)
    assert not list(invariants_knowledge.faults(overlay))
    act(overlay)
    assert list(invariants_knowledge.faults(overlay))
