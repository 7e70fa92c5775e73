"""Serials as people write them, as vectors."""

import pytest

from abci_app.core import calendar, serials
from abci_app.state.program_toml import Source, read_program
from tests.harness import IPCI
from tests.kyoto import KYOTO
from tonne.v1 import state_pb2 as s
from tonne.v1.kinds_pb2 import SerialRange

KZ = read_program(Source("kyoto_kz.toml", KYOTO))
XI = read_program(Source("ipci.toml", IPCI))


def lot(class_id: str, start: int, end: int, **changes: object) -> s.Lot:
    fields = {"space": "KZ", "origin_period": "CP1", "period": "CP1", **changes}
    return s.Lot(class_id=class_id, start=start, end=end, **fields)  # type: ignore[arg-type]


VECTORS = (
    (lot("AAU", 1, 1_500_000_000), "KZ-1-0-1-1500000000-1-1-0-0-0-0"),
    (lot("AAU", 7, 7, period="CP2"), "KZ-1-0-7-7-1-2-0-0-0-0"),
    (lot("RMU", 5, 9, lulucf=3), "KZ-2-0-5-9-1-1-3-0-0-0"),
    (
        lot("ERU", 1, 2_000_000, origin_class="AAU", activity="P1", track=1),
        "KZ-3-0-1-2000000-1-1-0-P1-1-0",
    ),
    (
        lot("ERU", 5, 9, origin_class="RMU", activity="P2", track=2, lulucf=3),
        "KZ-4-0-5-9-1-1-3-P2-2-0",
    ),
)


@pytest.mark.parametrize(("units", "text"), VECTORS)
def test_units_of_a_registry_are_written_as_the_standards_ask(units: s.Lot, text: str) -> None:
    assert serials.display(KZ, units) == text


def test_imported_units_show_the_serials_of_the_other_registry() -> None:
    """One for one, in order, also of a part (interpretation 15)."""
    until = calendar.parse_iso("2021-01-01")
    units = lot("tCER", 11, 15, space="KYOTO-KZ.CDM", imported=1, valid_until_s=until)
    brought = s.Import(
        registry="CDM",
        external=SerialRange(space="BR", start=100_001, end=100_020),
        own=SerialRange(space="KYOTO-KZ.CDM", start=10, end=29),
        external_activity="4711",
    )
    text = "CDM-6-0-100002-100006-1-1-0-4711-0-2021-01-01"
    assert serials.display(KZ, units, brought) == text


def test_the_default_of_other_programs() -> None:
    units = s.Lot(space="IPCI.R1", start=1, end=10, class_id="TMU", issuance="R1", vintage=2025)
    assert serials.display(XI, units) == "IPCI-TMU-R1-2025-1-10"


@pytest.mark.parametrize("pattern", ["{serial}", "{start", "end}", "{}", "{{start}}"])
def test_a_format_that_names_nothing_is_a_fault(pattern: str) -> None:
    assert list(serials.faults(pattern))


def test_formats_of_the_repository_have_no_fault() -> None:
    assert [*serials.faults(KZ.serial_format), *serials.faults(XI.serial_format)] == []
