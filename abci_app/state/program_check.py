"""What a program must be before it is stored: every fault, with its place.

Must not know: what a rule does when it is applied. Invariant: no program that has a fault is ever
stored, whether it comes from genesis or from a transaction.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from google.protobuf.message import Message

from abci_app.core import ids
from abci_app.core.limits import BPS, CODE_WORD_BYTES_MAX, MONTHS_MAX, NAME_BYTES_MAX
from abci_app.state.policies import HOLDING_CODES, RECORDED_KINDS
from abci_app.state.words import (
    APPROVAL_CHECKS,
    APPROVED_ACTIONS,
    EFFECTS,
    GUARDS,
    MOVE_CHECKS,
    MOVE_REQUIRES,
)
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

QUORUM_MAX = 64
PROPOSAL_TERM_S_MAX = 366 * 86_400


@dataclass(frozen=True)
class Fault:
    """What is wrong with a program, and where: a path like `move_rules[2].signer`."""

    path: str
    text: str


def check(program: s.Program) -> list[Fault]:
    """Return every fault of a program; an empty list lets it be stored."""
    unknown = list(unknown_numbers(program))
    if unknown:
        return unknown  # what follows compares names and numbers that it knows
    return [*_check_head(program), *_check_roles(program), *_check_rules(program)]


def unknown_numbers(message: Message, path: str = "") -> Iterator[Fault]:
    """Yield the enum values that these rules have no name for: no rule would ever match them."""
    for field, value in message.ListFields():
        where = f"{path}.{field.name}" if path else field.name
        for place, item in enumerate(value if field.is_repeated else (value,)):
            spot = f"{where}[{place}]" if field.is_repeated else where
            if isinstance(item, Message):
                yield from unknown_numbers(item, spot)
            elif field.enum_type is not None and item not in field.enum_type.values_by_number:
                yield Fault(spot, f"{item} is no {field.enum_type.name}")


def _check_head(program: s.Program) -> Iterator[Fault]:
    if not ids.is_id(program.id):
        yield Fault("id", "is not an id")
    if not program.name or ids.text_fault(program.name, NAME_BYTES_MAX):
        yield Fault("name", "is empty or has characters that are not allowed")
    if not program.version:
        yield Fault("version", "must be 1 or more")
    for field in ("kind", "status", "serial_mode"):
        if not getattr(program, field):
            yield Fault(field, "is missing")
    if not program.registry_codes:
        yield Fault("registry_codes", "names no registry")
    for index, code in enumerate(program.registry_codes):
        if not ids.is_country(code):
            yield Fault(f"registry_codes[{index}]", f"{code!r} is not two capital letters")
    if not program.classes:
        yield Fault("classes", "has no row")
    yield from _unique("classes", [unit.id for unit in program.classes])
    yield from _unique("document_kinds", list(program.document_kinds))
    for index, unit in enumerate(program.classes):
        for field, words in (
            ("kind", ("ALLOWANCE", "CREDIT")),
            ("basis", ("OFFSET", "COMMITMENT", "REMOVAL", "QUOTA")),
            ("use", ("COMPLIANCE", "VOLUNTARY", "BOTH")),
        ):
            if getattr(unit, field) not in words:
                yield Fault(f"classes[{index}].{field}", f"must be one of {', '.join(words)}")
        if not unit.expiry_mode:
            yield Fault(f"classes[{index}].expiry_mode", "is missing")
    for index, sink in enumerate(program.sinks):
        if sink.kind in (t.ACCOUNT_KIND_UNSPECIFIED, t.HOLDING) or not 100 <= sink.code <= 999:
            yield Fault(f"sinks[{index}]", "needs a kind other than HOLDING and a code of 3 digits")
        if sink.code in HOLDING_CODES:
            yield Fault(f"sinks[{index}].code", "is a code of holders' accounts")
        yield from _texts(f"sinks[{index}].name", sink.name)
    yield from _unique("sinks", [str(sink.code) for sink in program.sinks])
    yield from _words("document_kinds", program.document_kinds)
    yield from _texts("serial_format", program.serial_format)
    yield from _texts("gwp", program.gwp)
    for index, unit in enumerate(program.classes):
        yield from _texts(f"classes[{index}].name", unit.name)
        yield from _words(f"classes[{index}].id", [unit.id])
    yield from _check_params(program.params)


def _check_params(params: s.ProgramParams) -> Iterator[Fault]:
    if not 0 < params.proposal_expires_s <= PROPOSAL_TERM_S_MAX:
        yield Fault("params.proposal_expires_s", f"must be in 1..{PROPOSAL_TERM_S_MAX}")
    if params.reserve_bps_max > BPS:
        yield Fault("params.reserve_bps_max", f"must be at most {BPS}")
    if params.reserve_months_max > MONTHS_MAX:
        yield Fault("params.reserve_months_max", f"must be at most {MONTHS_MAX}")
    yield from _words("params.verification_flags", params.verification_flags)


def _check_roles(program: s.Program) -> Iterator[Fault]:
    yield from _unique("roles", [t.Role.Name(role.role) for role in program.roles])
    known = [role.role for role in program.roles]
    for index, role in enumerate(program.roles):
        where = f"roles[{index}]"
        if role.role in (t.ROLE_UNSPECIFIED, t.HOLDER):
            yield Fault(f"{where}.role", "cannot be granted")
        if not role.grants:
            yield Fault(f"{where}.grants", "names no grantor")
        for number, grant in enumerate(role.grants):
            if grant.by != t.CONSORTIUM and grant.by not in known:
                yield Fault(f"{where}.grants[{number}].by", "is a role that the program lacks")
        named = [grant.named_list for grant in role.grants]
        if named.count(True) > 1 or named.count(False) > 1:
            yield Fault(f"{where}.grants", "has two grants of one kind")


def _check_rules(program: s.Program) -> Iterator[Fault]:
    roles = [role.role for role in program.roles]
    signers = [t.HOLDER, *roles]
    classes = [unit.id for unit in program.classes]
    for index, move in enumerate(program.move_rules):
        where = f"move_rules[{index}]"
        yield from _check_act(where, move, signers, roles)
        if not (move.from_kind and move.to_kind):
            yield Fault(where, "needs from_kind and to_kind")
        for class_id in move.classes:
            if class_id not in classes:
                yield Fault(f"{where}.classes", f"{class_id!r} is not a class of the program")
        yield from _known(f"{where}.requires", move.requires, MOVE_REQUIRES)
        if move.to_kind in RECORDED_KINDS and any(
            word not in move.requires for word in ("PURPOSE", "BENEFICIARY")
        ):
            yield Fault(f"{where}.requires", "a retirement needs PURPOSE and BENEFICIARY")
        yield from _known(f"{where}.checks", move.checks, MOVE_CHECKS)
        for number, earlier in enumerate(program.move_rules[:index]):
            if _covers(earlier, move):
                yield Fault(where, f"is never reached: move_rules[{number}] matches first")
    for index, rule in enumerate(program.approval_rules):
        where = f"approval_rules[{index}]"
        yield from _check_act(where, rule, signers, roles)
        yield from _known(f"{where}.action", [rule.action], APPROVED_ACTIONS)
        yield from _known(f"{where}.checks", rule.checks, APPROVAL_CHECKS)
        if rule.action == "ISSUE" and not rule.approvals:
            yield Fault(f"{where}.approvals", "nobody issues alone: name who approves")
        subjects = {"ISSUE": classes, "ATTEST": t.StatementKind.keys(), "PUT_ACCOUNT": []}
        if rule.subject and rule.subject not in subjects.get(rule.action, []):
            yield Fault(f"{where}.subject", f"{rule.subject!r} is nothing that {rule.action} knows")
    seen: list[tuple[int, str]] = []
    for index, row in enumerate(program.workflow_rules):
        where = f"workflow_rules[{index}]"
        yield from _check_act(where, row, signers, roles)
        if not row.kind:
            yield Fault(f"{where}.kind", "is missing")
        if row.from_state and (row.kind, row.from_state) not in seen and not _automatic(row):
            yield Fault(f"{where}.from_state", f"no earlier row leads to {row.from_state!r}")
        seen.append((row.kind, row.to_state))
        yield from _words(f"{where}.to_state", [row.to_state])
        yield from _known(f"{where}.documents", row.documents, tuple(program.document_kinds))
        if row.statements and row.kind != t.ACTIVITY:
            yield Fault(f"{where}.statements", "only an ACTIVITY has statements")
        yield from _known(f"{where}.guards", row.guards, GUARDS)
        yield from _known(f"{where}.effects", row.effects, EFFECTS)


def _automatic(row: s.WorkflowRule) -> bool:
    """Tell whether a state is reached without a row: a full issuance."""
    return row.kind == t.ISSUANCE and row.from_state == "FULL"


def _check_act(
    where: str,
    rule: s.MoveRule | s.ApprovalRule | s.WorkflowRule,
    signers: Sequence[int],
    roles: Sequence[int],
) -> Iterator[Fault]:
    if ids.text_fault(rule.name, NAME_BYTES_MAX) or not rule.name:
        yield Fault(f"{where}.name", "is empty or has characters that are not allowed")
    if rule.signer not in signers:
        yield Fault(f"{where}.signer", "is a role that the program lacks")
    if rule.expires_s > PROPOSAL_TERM_S_MAX:
        yield Fault(f"{where}.expires_s", f"must be at most {PROPOSAL_TERM_S_MAX}")
    for number, quorum in enumerate(rule.approvals):
        if quorum.role not in roles or not 0 < quorum.count <= QUORUM_MAX:
            text = f"needs a role of the program and a count of 1 to {QUORUM_MAX}"
            yield Fault(f"{where}.approvals[{number}]", text)


def _covers(earlier: s.MoveRule, later: s.MoveRule) -> bool:
    """Tell whether every movement that `later` matches is matched by `earlier`."""

    def within(few: Sequence[object], many: Sequence[object]) -> bool:
        return not many or (bool(few) and all(item in many for item in few))

    return (
        earlier.from_kind == later.from_kind
        and earlier.to_kind == later.to_kind
        and earlier.to_code in (0, later.to_code)
        and earlier.signer == later.signer
        and within(later.classes, earlier.classes)
        and within(later.from_holders, earlier.from_holders)
        and within(later.to_holders, earlier.to_holders)
    )


def _unique(where: str, names: Sequence[str]) -> Iterator[Fault]:
    for index, name in enumerate(names):
        if not name:
            yield Fault(f"{where}[{index}]", "has no name")
        if name in names[:index]:
            yield Fault(f"{where}[{index}]", f"{name!r} stands there twice")


def _known(where: str, words: Sequence[str], known: Sequence[str]) -> Iterator[Fault]:
    for word in words:
        if word not in known:
            yield Fault(where, f"{word!r} is none of {', '.join(known) or 'nothing'}")


def _texts(where: str, *texts: str) -> Iterator[Fault]:
    for text in texts:
        fault = ids.text_fault(text, NAME_BYTES_MAX)
        if fault:
            yield Fault(where, fault)


def _words(where: str, words: Sequence[str]) -> Iterator[Fault]:
    for word in words:
        if not ids.is_id(word) or len(word) > CODE_WORD_BYTES_MAX:
            yield Fault(where, f"{word!r} is not a word of letters and digits")
