"""Serials as people write them: the elements of a program's format, from a lot (domain D1, D5).

Must not know: where lots are kept. Invariant: equal lots of equal programs are written alike; each
element that a format names stands there, 0 where the units have none.
"""

import re
from collections.abc import Iterator

from abci_app.core.calendar import iso
from tonne.v1.policy_pb2 import EXPIRE, Program
from tonne.v1.state_pb2 import Import, Lot

ELEMENTS = (
    "applicable",  # number of the period for which the units may be used
    "class",
    "end",
    "expiry",  # end of validity, of classes that have one of their own
    "issuance",
    "lulucf",
    "origin",  # code of the registry that numbered them
    "original",  # number of the period in which they were issued
    "program",
    "project",
    "start",
    "track",
    "type",  # of the data-exchange standards
    "vintage",
)
_PLACE = re.compile(r"\{([a-z]*)\}")
ERU, ERU_FROM_RMU, RMU = 3, 4, 2  # unit types of the standards


def faults(pattern: str) -> Iterator[str]:
    """Yield what is wrong with a format: braces that hold no element."""
    for name in _PLACE.findall(pattern):
        if name not in ELEMENTS:
            yield f"{{{name}}} is none of {', '.join(ELEMENTS)}"
    if re.search(r"[{}]", _PLACE.sub("", pattern)):
        yield "a brace that encloses no element"


def display(program: Program, lot: Lot, brought: Import | None = None) -> str:
    """Return the serials of a lot as the program writes them.

    `brought`: of imported units the record of the import, whose own serials are shown.
    """
    values = dict(_values(program, lot, brought))
    return _PLACE.sub(lambda place: values.get(place[1]) or "0", program.serial_format)


def _values(program: Program, lot: Lot, brought: Import | None) -> Iterator[tuple[str, str]]:
    periods = {period.code: str(period.number) for period in program.periods}
    own = [unit for unit in program.classes if unit.id == lot.class_id]
    shift = brought.external.start - brought.own.start if brought is not None else 0
    made_here = program.registry_codes[0] if program.registry_codes else ""
    if lot.space in program.registry_codes:
        made_here = lot.space
    yield "program", program.id
    yield "class", lot.class_id
    yield "type", str(_type(program, lot))
    yield "issuance", lot.issuance
    yield "vintage", str(lot.vintage)
    yield "start", str(lot.start + shift)
    yield "end", str(lot.end + shift)
    yield "origin", made_here if brought is None else brought.registry
    yield "original", periods.get(lot.origin_period, "")
    yield "applicable", periods.get(lot.period, "")
    yield "lulucf", str(lot.lulucf)
    yield "track", str(lot.track)
    yield "project", lot.activity if brought is None else brought.external_activity
    ends = own and own[0].expiry_mode == EXPIRE and lot.valid_until_s
    yield "expiry", iso(lot.valid_until_s)[:10] if ends else ""


def _type(program: Program, lot: Lot) -> int:
    """Return the unit type; units of joint implementation show whether they were removals."""
    types = {unit.id: unit.des_type for unit in program.classes}
    kind = types.get(lot.class_id, 0)
    return ERU_FROM_RMU if kind == ERU and types.get(lot.origin_class) == RMU else kind
