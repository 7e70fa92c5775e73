"""Faults of what a program is: its head, classes, roles, sinks and parameters.

Must not know: what a rule does. Invariant: what the rows of a program refer to has been looked at.
"""

from collections.abc import Iterator, Sequence

from abci_app.core import ids, serials
from abci_app.core.limits import BPS, HASH_BYTES, MONTHS_MAX, TIME_S_MAX
from abci_app.state.policies import HOLDING_CODES
from abci_app.state.program_faults.fault import (
    TERM_S_MAX,
    Fault,
    at_most,
    known,
    roles_of,
    sinks_of,
    texts,
    times,
    unique,
    words,
)
from abci_app.state.words import PROGRAM_ATTRIBUTES
from tonne.v1 import policy_pb2 as p
from tonne.v1 import tx_pb2 as t

DES_TYPES = (0, 1, 2, 3, 5, 6, 7)  # unit types of the data-exchange standards (D1)
POTENTIALS = ("", "AR2", "AR3", "AR4", "AR5", "AR6")
SEATS_MAX = 1_000
WORKING_DAYS_MAX = 366
ORDER_TERM_S_MAX = 10 * 366 * 86_400
YEARS = (1990, 9999)


def faults(program: p.Program) -> Iterator[Fault]:
    """Yield the faults of the head and of what rows refer to."""
    yield from _head(program)
    yield from _classes(program)
    yield from _roles(program)
    yield from _sinks(program)
    yield from _params(program)


def _head(program: p.Program) -> Iterator[Fault]:
    if not ids.is_id(program.id):
        yield Fault("id", "is not an id")
    if program.id == ids.CHAIN_PROGRAM:
        yield Fault("id", "is the chain's own")
    yield from texts("name", program.name, empty=False)
    if not program.version:
        yield Fault("version", "must be 1 or more")
    yield from times("", program, "effective_from_s")
    for field in ("kind", "status", "serial_mode"):
        if not getattr(program, field):
            yield Fault(field, "is missing")
    if not program.registry_codes:
        yield Fault("registry_codes", "names no registry")
    for index, code in enumerate(program.registry_codes):
        if not ids.is_country(code):
            yield Fault(f"registry_codes[{index}]", f"{code!r} is not two capital letters")
    yield from unique("registry_codes", program.registry_codes)
    yield from texts("serial_format", program.serial_format)
    for text in serials.faults(program.serial_format):
        yield Fault("serial_format", text)
    if program.gwp not in POTENTIALS:
        yield Fault("gwp", f"must be one of {', '.join(POTENTIALS[1:])}")
    if len(program.rules_document) not in (0, HASH_BYTES):
        yield Fault("rules_document", f"must be the {HASH_BYTES} bytes of a sha256")
    yield from unique("document_kinds", program.document_kinds)
    yield from words("document_kinds", program.document_kinds)
    if program.owner_role and program.owner_role not in roles_of(program):
        yield Fault("owner_role", "is a role that the program lacks")
    yield from known("attributes", program.attributes, PROGRAM_ATTRIBUTES)


def _classes(program: p.Program) -> Iterator[Fault]:
    if not program.classes:
        yield Fault("classes", "has no row")
    yield from unique("classes", [unit.id for unit in program.classes])
    for index, unit in enumerate(program.classes):
        where = f"classes[{index}]"
        yield from words(f"{where}.id", [unit.id])
        yield from texts(f"{where}.name", unit.name)
        for field, choice in (
            ("kind", ("ALLOWANCE", "CREDIT")),
            ("basis", ("OFFSET", "COMMITMENT", "REMOVAL", "QUOTA")),
            ("use", ("COMPLIANCE", "VOLUNTARY", "BOTH")),
        ):
            if getattr(unit, field) not in choice:
                yield Fault(f"{where}.{field}", f"must be one of {', '.join(choice)}")
        if not unit.expiry_mode:
            yield Fault(f"{where}.expiry_mode", "is missing")
        if unit.expiry_mode == p.REASSURE and program.serial_mode != p.PER_ISSUANCE:
            text = "units are assured again by issuance: serial_mode must be PER_ISSUANCE"
            yield Fault(f"{where}.expiry_mode", text)
        if unit.expiry_mode == p.REASSURE and not _attested(program, "REASSURANCE"):
            yield Fault(f"{where}.expiry_mode", "no row lets ATTEST REASSURANCE")
        if unit.des_type not in DES_TYPES:
            yield Fault(f"{where}.des_type", f"must be one of {', '.join(map(str, DES_TYPES))}")
        if unit.ex_ante and unit.kind != "CREDIT":
            yield Fault(f"{where}.ex_ante", "only a CREDIT is issued before its result")
    types = [unit.des_type for unit in program.classes if unit.des_type]
    if any(types.count(one) > 1 for one in types):
        yield Fault("classes", "two classes have one des_type")


def _attested(program: p.Program, kind: str) -> bool:
    """Tell whether a row lets somebody attest this."""
    return any(
        row.action == "ATTEST" and row.subject in ("", kind) for row in program.approval_rules
    )


def _roles(program: p.Program) -> Iterator[Fault]:
    yield from unique("roles", [t.Role.Name(row.role) for row in program.roles])
    roles = roles_of(program)
    held = _appointed(program)
    for index, row in enumerate(program.roles):
        where = f"roles[{index}]"
        if row.role in (t.ROLE_UNSPECIFIED, t.HOLDER, t.CONSORTIUM):
            yield Fault(f"{where}.role", "cannot be granted")
        if not row.grants:
            yield Fault(f"{where}.grants", "names no grantor")
        for number, grant in enumerate(row.grants):
            if grant.by != t.CONSORTIUM and grant.by not in roles:
                yield Fault(f"{where}.grants[{number}].by", "is a role that the program lacks")
        named = [grant.named_list for grant in row.grants]
        if named.count(True) > 1 or named.count(False) > 1:
            yield Fault(f"{where}.grants", "has two grants of one kind")
        if row.grants and row.role not in held:
            yield Fault(f"{where}.grants", "does not go back to the CONSORTIUM: nobody appoints")
        yield from at_most(f"{where}.seats_max", row.seats_max, SEATS_MAX)
        if row.seats_max and False not in named:
            yield Fault(f"{where}.seats_max", "counts the program's own list, which grants nobody")


def _appointed(program: p.Program) -> Sequence[int]:
    """Return the roles whose grantors' grantors go back to the consortium."""
    held: list[int] = [t.CONSORTIUM]
    for _ in program.roles:
        for row in program.roles:
            if row.role not in held and all(grant.by in held for grant in row.grants):
                held.append(row.role)
    return held


def _sinks(program: p.Program) -> Iterator[Fault]:
    numbers = [period.number for period in program.periods]
    links = [link.id for link in program.links]
    for index, sink in enumerate(program.sinks):
        where = f"sinks[{index}]"
        if sink.kind in (t.ACCOUNT_KIND_UNSPECIFIED, t.HOLDING) or not 100 <= sink.code <= 999:
            yield Fault(where, "needs a kind other than HOLDING and a code of 3 digits")
        if sink.code in HOLDING_CODES:
            yield Fault(f"{where}.code", "is a code of holders' accounts")
        yield from texts(f"{where}.name", sink.name)
        if sink.period and sink.period not in numbers:
            yield Fault(f"{where}.period", f"no period has the number {sink.period}")
        yield from at_most(f"{where}.number", sink.number, ids.ACCOUNT_NUMBER_MAX)
        if sink.kind == t.EXPORT and sink.link not in links:
            yield Fault(f"{where}.link", f"an EXPORT sink needs a link; {sink.link!r} is none")
        if sink.kind != t.EXPORT and sink.link:
            yield Fault(f"{where}.link", "only an EXPORT sink has a link")
    where_ = [f"{sink.code}-{sink.number or 1}-{sink.period}" for sink in program.sinks]
    yield from unique("sinks", where_)
    kinds = [(sink.code, sink.kind) for sink in program.sinks]
    for index, (code, kind) in enumerate(kinds):
        if any(code == other and kind != its for other, its in kinds[:index]):
            yield Fault(f"sinks[{index}].code", "is the code of a sink of another kind")


def _params(program: p.Program) -> Iterator[Fault]:
    params = program.params
    if not 0 < params.proposal_expires_s <= TERM_S_MAX:
        yield Fault("params.proposal_expires_s", f"must be in 1..{TERM_S_MAX}")
    for field, most in (
        ("reserve_bps_max", BPS),
        ("pool_bps_max", BPS),
        ("min_result_bps", BPS),
        ("reserve_months_max", MONTHS_MAX),
        ("fill_confirm_s", TERM_S_MAX),
        ("order_term_s_max", ORDER_TERM_S_MAX),
        ("trust_working_days", WORKING_DAYS_MAX),
        ("same_auditor_max", SEATS_MAX),
        ("freeze_s_max", TIME_S_MAX),
        ("accounting_from_s", TIME_S_MAX),
    ):
        yield from at_most(f"params.{field}", getattr(params, field), most)
    yield from words("params.verification_flags", params.verification_flags)
    yield from unique("params.verification_flags", params.verification_flags)
    yield from unique("params.baseline_months", params.baseline_months)
    for months in params.baseline_months:
        if not 0 < months <= MONTHS_MAX or months % 12:
            yield Fault("params.baseline_months", f"{months} is no whole number of years")
    if params.base_year_from and not YEARS[0] <= params.base_year_from <= YEARS[1]:
        yield Fault("params.base_year_from", f"must be a year from {YEARS[0]}")
    if params.trust_calendar or params.trust_working_days:
        calendars = [row.id for row in program.calendars]
        yield from known("params.trust_calendar", [params.trust_calendar], calendars)
    classes = [unit.id for unit in program.classes]
    yield from known("params.cpr_classes", params.cpr_classes, classes)
    if params.pool_bps_max and not sinks_of(program, t.POOL):
        yield Fault("params.pool_bps_max", "there is no POOL sink to put units into")
