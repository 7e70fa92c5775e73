"""Faults of the rules themselves: movements, conversions, other acts, workflows.

Must not know: what a rule does when it is applied. Invariant: a row that can never be reached, or
asks for what nobody can give, is a fault.
"""

from collections.abc import Iterator, Sequence

from abci_app.core.limits import BPS
from abci_app.state.policies import HOLDING_CODES, RECORDED_KINDS
from abci_app.state.program_faults.fault import (
    TERM_S_MAX,
    Fault,
    at_most,
    consent,
    flagged,
    known,
    signed,
    sinks_of,
    texts,
    unique,
    within,
    words,
)
from abci_app.state.schema import CLAIMING_KINDS
from abci_app.state.words import (
    APPROVAL_CHECKS,
    APPROVED_ACTIONS,
    CONVERT_CHECKS,
    CONVERT_REQUIRES,
    EFFECTS,
    GUARDS,
    HOLD_CHANGES,
    MOVE_CHECKS,
    MOVE_REQUIRES,
)
from tonne.v1 import policy_pb2 as p
from tonne.v1 import tx_pb2 as t

ENDS = (t.RETIRE, t.CANCEL, t.REPLACE, t.EXPORT)  # nothing leaves them by a movement
REVERSIBLE_DAYS_MAX = 366
DAY_S = 86_400
TRACK_MAX = 2
CLAIMING = tuple(t.StatementKind.Name(kind) for kind in CLAIMING_KINDS)
CAPS = ("CAP_ASSIGNED_AMOUNT", "CAP_INVENTORY", "CAP_PERIOD")
PUBLIC_INPUT = "PUBLIC_INPUT"  # the kind of document that a comment is
SUBTYPES = ("COMMITMENT", "INSTALLATION", "JURISDICTION", "PRODUCT_LINE", "PROJECT")
DECISIONS = ("INVALIDATION", "REVERSAL")  # statements that find tonnes void
ATTESTED_KINDS = (t.ACTIVITY, t.ISSUANCE, t.FOOTPRINT)  # have statements

# States that the chain itself leads to, without a row.
AUTOMATIC = {
    t.ISSUANCE: ("FULL",),
    t.METHODOLOGY: ("SUPERSEDED",),
    t.FOOTPRINT: ("EXPIRED",),
    t.OBLIGATION: ("COMPLIANT", "MADE_GOOD", "SHORTFALL"),
    t.AUTHORIZATION: ("EXHAUSTED",),
    t.NOTICE: ("OPEN", "INCOMPLETE", "FULFILLED", "OVERDUE", "ENFORCED", "FULFILLED_LATE"),
}
EFFECT_KINDS = {  # of records that an effect is for; the others are for all
    "ACKNOWLEDGE": (t.FOOTPRINT,),
    "APPROVE_ISSUANCE": (t.ISSUANCE,),
    "CANCEL_NOTICE": (t.NOTICE,),
    "CONTEST": (t.NOTICE,),
    "FREE_CAP": (t.ISSUANCE,),
    "RAISE_CAP": (t.ISSUANCE,),
    "REOPEN_NOTICE": (t.NOTICE,),
    "REVISE_NOTICE": (t.NOTICE,),
    "SET_AMOUNT": (t.OBLIGATION,),
    "SET_CAP": (t.ISSUANCE,),
    "SET_TERM": (t.FOOTPRINT,),
    "SUPERSEDE": (t.METHODOLOGY,),
}


def faults(program: p.Program) -> Iterator[Fault]:
    """Yield the faults of every rule."""
    yield from _moves(program)
    yield from _converts(program)
    yield from _approvals(program)
    yield from _workflows(program)


def _act(where: str, rule: object, program: p.Program) -> Iterator[Fault]:
    yield from texts(f"{where}.name", rule.name, empty=False)  # type: ignore[attr-defined]
    yield from signed(where, rule.signer, program)  # type: ignore[attr-defined]
    yield from consent(where, rule, program)  # type: ignore[arg-type]


# ---- movements ----


def _moves(program: p.Program) -> Iterator[Fault]:
    classes = [unit.id for unit in program.classes]
    labels = [label.id for label in program.labels]
    yield from unique("move_rules", [row.name for row in program.move_rules])
    for index, move in enumerate(program.move_rules):
        where = f"move_rules[{index}]"
        yield from _act(where, move, program)
        yield from _ends(where, move, program)
        yield from known(f"{where}.classes", move.classes, classes)
        yield from flagged(f"{where}.from_holders", move.from_holders, t.HolderKind)
        yield from flagged(f"{where}.to_holders", move.to_holders, t.HolderKind)
        yield from flagged(f"{where}.purposes", move.purposes, t.Purpose)
        yield from known(f"{where}.requires", move.requires, MOVE_REQUIRES)
        yield from known(f"{where}.checks", move.checks, MOVE_CHECKS)
        yield from known(f"{where}.labels", move.labels, labels)
        yield from _move_needs(where, move, program)
        if move.delay_calendar:
            calendars = [row.id for row in program.calendars]
            yield from known(f"{where}.delay_calendar", [move.delay_calendar], calendars)
            if not move.delay_s or move.delay_s % DAY_S:
                yield Fault(f"{where}.delay_s", f"with a calendar it is days of {DAY_S} seconds")
        yield from at_most(f"{where}.reversible_days", move.reversible_days, REVERSIBLE_DAYS_MAX)
        for number, earlier in enumerate(program.move_rules[:index]):
            if _covers(earlier, move):
                yield Fault(where, f"is never reached: move_rules[{number}] matches first")


def _ends(where: str, move: p.MoveRule, program: p.Program) -> Iterator[Fault]:
    """Yield the faults of where a movement begins and ends."""
    if not (move.from_kind and move.to_kind):
        yield Fault(where, "needs from_kind and to_kind")
        return
    if move.from_kind in ENDS:
        yield Fault(f"{where}.from_kind", "is final: nothing leaves it by a movement")
    elif move.from_kind != t.HOLDING:
        if not sinks_of(program, move.from_kind):
            yield Fault(f"{where}.from_kind", "there is no such sink")
        if move.signer == t.HOLDER:
            yield Fault(f"{where}.signer", "a sink signs nothing: name a role")
    if move.from_kind == t.SURRENDER:
        ways = [row for row in program.move_rules if row.to_kind == t.SURRENDER]
        if not any(row.reversible_days for row in ways):
            yield Fault(f"{where}.from_kind", "no row has reversible_days: nothing is given back")
    if move.to_kind == t.HOLDING:
        if move.to_code not in (0, *HOLDING_CODES):
            yield Fault(f"{where}.to_code", "is no code of holders' accounts")
        if move.to_holders and all(kind == t.SYSTEM for kind in move.to_holders):
            yield Fault(f"{where}.to_holders", "SYSTEM holds sinks alone")
    elif not sinks_of(program, move.to_kind, move.to_code):
        yield Fault(f"{where}.to_kind", "there is no such sink")
    if move.reversible_days and move.to_kind != t.SURRENDER:
        yield Fault(f"{where}.reversible_days", "is for SURRENDER alone")
    if move.own_only and (move.from_kind, move.to_kind) != (t.HOLDING, t.HOLDING):
        yield Fault(f"{where}.own_only", "is for movements between holders' accounts")


def _move_needs(where: str, move: p.MoveRule, program: p.Program) -> Iterator[Fault]:
    """Yield a fault for what a row asks for and the program cannot answer."""
    if move.to_kind in RECORDED_KINDS and any(
        word not in move.requires for word in ("PURPOSE", "BENEFICIARY")
    ):
        yield Fault(f"{where}.requires", "a retirement needs PURPOSE and BENEFICIARY")
    if move.purposes and "PURPOSE" not in move.requires:
        yield Fault(f"{where}.purposes", "needs PURPOSE among requires")
    if bool(move.labels) != ("LABEL_REQUIRED" in move.checks):
        yield Fault(f"{where}.labels", "goes with the check LABEL_REQUIRED, and that with it")
    if "EXTERNAL_ACCOUNT" in move.requires and move.to_kind != t.EXPORT:
        yield Fault(f"{where}.requires", "EXTERNAL_ACCOUNT is for EXPORT alone")
    duties = [row for row in program.notice_rules if row.sink_kind == move.to_kind]
    if "NOTICE" in move.requires and not duties:
        yield Fault(f"{where}.requires", "NOTICE: no notice rule asks for units there")
    if "OBLIGATION" in move.requires and not program.HasField("obligations"):
        yield Fault(f"{where}.requires", "OBLIGATION: there is no table obligations")
    for word, kind in (("AUTHORIZATION", t.AUTHORIZATION), ("FOOTPRINT", t.FOOTPRINT)):
        if word in move.requires and not _has_records(program, kind):
            yield Fault(f"{where}.requires", f"{word}: no workflow row makes one")
    if "OBLIGATION_LIMIT" in move.checks and "OBLIGATION" not in move.requires:
        yield Fault(f"{where}.checks", "OBLIGATION_LIMIT needs OBLIGATION among requires")
    if "PERIOD_WINDOW" in move.checks and not program.periods:
        yield Fault(f"{where}.checks", "PERIOD_WINDOW: there is no period")
    if "CPR" in move.checks and not (program.params.cpr_classes and program.parties):
        yield Fault(f"{where}.checks", "CPR needs parties and params.cpr_classes")
    if "TRUSTED" in move.checks and not any(r.action == "TRUST" for r in program.approval_rules):
        yield Fault(f"{where}.checks", "TRUSTED: no approval rule TRUST lets anybody be trusted")


def _has_records(program: p.Program, kind: int) -> bool:
    """Tell whether a workflow row makes records of a kind."""
    return any(row.kind == kind and not row.from_state for row in program.workflow_rules)


def _covers(earlier: p.MoveRule, later: p.MoveRule) -> bool:
    """Tell whether every movement that `later` matches is matched by `earlier`."""
    return (
        earlier.from_kind == later.from_kind
        and earlier.to_kind == later.to_kind
        and earlier.to_code in (0, later.to_code)
        and earlier.signer == later.signer
        and (later.own_only or not earlier.own_only)
        and within(later.classes, earlier.classes)
        and within(later.from_holders, earlier.from_holders)
        and within(later.to_holders, earlier.to_holders)
        and within(later.purposes, earlier.purposes)
    )


# ---- conversions ----


def _converts(program: p.Program) -> Iterator[Fault]:
    classes = [unit.id for unit in program.classes]
    yield from unique("convert_rules", [row.name for row in program.convert_rules])
    for index, rule in enumerate(program.convert_rules):
        where = f"convert_rules[{index}]"
        yield from _act(where, rule, program)
        if not rule.kind:
            yield Fault(f"{where}.kind", "is missing")
        yield from known(f"{where}.from_class", [rule.from_class], classes)
        yield from flagged(f"{where}.from_holders", rule.from_holders, t.HolderKind)
        yield from known(f"{where}.requires", rule.requires, CONVERT_REQUIRES)
        yield from known(f"{where}.checks", rule.checks, CONVERT_CHECKS)
        yield from known(f"{where}.origins_barred", rule.origins_barred, classes)
        yield from at_most(f"{where}.limit_bps", rule.limit_bps, BPS)
        yield from at_most(f"{where}.track", rule.track, TRACK_MAX)
        yield from _convert_kind(where, rule, program)


def _convert_kind(where: str, rule: p.ConvertRule, program: p.Program) -> Iterator[Fault]:
    """Yield the faults of what goes with one kind of conversion alone."""
    classes = [unit.id for unit in program.classes]
    if rule.kind == t.CLASS_CHANGE:
        yield from known(f"{where}.to_class", [rule.to_class], classes)
        if rule.to_class == rule.from_class:
            yield Fault(f"{where}.to_class", "is the class that the units have")
    else:
        if rule.to_class not in ("", rule.from_class):
            yield Fault(f"{where}.to_class", "only a CLASS_CHANGE leads to another class")
        if rule.track:
            yield Fault(f"{where}.track", "only a CLASS_CHANGE sets it")
        if "PROJECT" in rule.requires or "PROJECT_LIMIT" in rule.checks:
            yield Fault(where, "PROJECT and PROJECT_LIMIT are for a CLASS_CHANGE alone")
    if "PROJECT_LIMIT" in rule.checks and "PROJECT" not in rule.requires:
        yield Fault(f"{where}.checks", "PROJECT_LIMIT needs PROJECT among requires")
    if rule.kind == t.CARRY_OVER:
        if not any(period.next for period in program.periods):
            yield Fault(where, "no period has a next one to carry units over to")
    elif "CARRY_OVER" in rule.checks:
        yield Fault(f"{where}.checks", "CARRY_OVER is for the kind CARRY_OVER alone")
    if rule.limit_bps and "CARRY_OVER" not in rule.checks:
        yield Fault(f"{where}.limit_bps", "needs the check CARRY_OVER")
    if "PERIOD_WINDOW" in rule.checks and not program.periods:
        yield Fault(f"{where}.checks", "PERIOD_WINDOW: there is no period")
    if "NOTICE" in rule.requires and not program.notice_rules:
        yield Fault(f"{where}.requires", "NOTICE: there is no notice rule")


# ---- other acts ----


def _approvals(program: p.Program) -> Iterator[Fault]:
    subjects = {
        "ACCREDIT": [t.Role.Name(row.role) for row in program.roles],
        "ATTEST": [name for name in t.StatementKind.keys() if "UNSPECIFIED" not in name],  # noqa: SIM118 - no dict
        "HOLD": list(HOLD_CHANGES),
        "ISSUE": [unit.id for unit in program.classes],
    }
    for index, rule in enumerate(program.approval_rules):
        where = f"approval_rules[{index}]"
        yield from _act(where, rule, program)
        yield from known(f"{where}.action", [rule.action], APPROVED_ACTIONS)
        yield from known(f"{where}.checks", rule.checks, APPROVAL_CHECKS)
        if rule.subject and rule.subject not in subjects.get(rule.action, []):
            yield Fault(f"{where}.subject", f"{rule.subject!r} is nothing that {rule.action} knows")
        duties = [row.kind for row in program.notice_rules if row.sink_kind]
        if rule.subject in DECISIONS and rule.subject not in duties:
            yield Fault(
                f"{where}.subject", f"{rule.subject}: no notice rule says what is owed then"
            )
        if rule.checks and rule.action not in ("ISSUE", "ATTEST"):
            yield Fault(f"{where}.checks", f"{rule.action} has none")
        if rule.action == "ISSUE":
            yield from _issue(where, rule, program)
        elif any(word in CAPS for word in rule.checks):
            yield Fault(f"{where}.checks", "a cap is for ISSUE alone")
        claims = rule.action == "ATTEST" and rule.subject in ("", *CLAIMING)
        if claims and "CLAIM_UNIQUE" not in rule.checks:
            text = "one tonne is claimed once: CLAIM_UNIQUE is missing"
            yield Fault(f"{where}.checks", text)
        for number, earlier in enumerate(program.approval_rules[:index]):
            alone = rule.action in ("ACCREDIT", "ISSUE", "TRUST")  # the first row decides
            same = earlier.action == rule.action and earlier.subject in ("", rule.subject)
            if same and (alone or earlier.signer == rule.signer):
                yield Fault(where, f"is never reached: approval_rules[{number}] matches first")


def _issue(where: str, rule: p.ApprovalRule, program: p.Program) -> Iterator[Fault]:
    """Nobody issues alone, and nothing without a cap (C-31)."""
    if not rule.approvals:
        yield Fault(f"{where}.approvals", "nobody issues alone: name who approves")
    if rule.mode == p.NO_OBJECTION:
        yield Fault(f"{where}.mode", "silence issues nothing")
    caps = [word for word in rule.checks if word in CAPS]
    others = [word for word in rule.checks if word not in (*CAPS, "COI")]
    if others:
        yield Fault(f"{where}.checks", f"{others[0]} is for ATTEST alone")
    if len(caps) > 1:
        yield Fault(f"{where}.checks", "two caps for one issue")
    granted = any("APPROVE_ISSUANCE" in row.effects for row in program.workflow_rules)
    if not caps and not granted:
        text = f"no cap: name one of {', '.join(CAPS)}, or rows that lead an ISSUANCE to approval"
        yield Fault(f"{where}.checks", text)
    if "CAP_ASSIGNED_AMOUNT" in caps and not any(row.periods for row in program.parties):
        yield Fault(f"{where}.checks", "CAP_ASSIGNED_AMOUNT: no party has an assigned amount")
    if "CAP_PERIOD" in caps and not any(row.cap_t for row in program.periods):
        yield Fault(f"{where}.checks", "CAP_PERIOD: no period has a cap_t")
    if "CAP_INVENTORY" in caps and not any(
        row.action == "ATTEST" and row.subject in ("", "INVENTORY")
        for row in program.approval_rules
    ):
        yield Fault(f"{where}.checks", "CAP_INVENTORY: no row lets ATTEST INVENTORY")


# ---- workflows ----


def _workflows(program: p.Program) -> Iterator[Fault]:
    reached: list[tuple[int, str]] = []
    for index, row in enumerate(program.workflow_rules):
        where = f"workflow_rules[{index}]"
        yield from _act(where, row, program)
        if not row.kind or row.kind == t.PROPOSAL_PAPERS:
            yield Fault(f"{where}.kind", "is missing, or has no states")
        elif (
            row.from_state
            and (row.kind, row.from_state) not in reached
            and row.from_state not in AUTOMATIC.get(row.kind, ())
        ):
            yield Fault(f"{where}.from_state", f"no earlier row leads to {row.from_state!r}")
        reached.append((row.kind, row.to_state))
        yield from words(f"{where}.to_state", [row.to_state])
        if row.from_state == row.to_state and "AMEND" not in row.effects:
            yield Fault(f"{where}.to_state", "is from_state, and the row has no effect AMEND")
        yield from _subject(where, row, program)
        yield from _evidence(where, row, program)
        yield from _effects(where, row, program)
        for number, earlier in enumerate(program.workflow_rules[:index]):
            if (
                (earlier.kind, earlier.from_state, earlier.to_state, earlier.signer)
                == (row.kind, row.from_state, row.to_state, row.signer)
            ) and earlier.subject in ("", row.subject):
                yield Fault(where, f"is never reached: workflow_rules[{number}] matches first")


def _subject(where: str, row: p.WorkflowRule, program: p.Program) -> Iterator[Fault]:
    subjects: Sequence[str] = ()
    if row.kind == t.NOTICE:
        subjects = [rule.kind for rule in program.notice_rules]
        if not subjects:
            yield Fault(f"{where}.kind", "NOTICE: there is no notice rule")
    elif row.kind == t.ACTIVITY:
        subjects = SUBTYPES
    elif row.kind == t.OBLIGATION and not program.HasField("obligations"):
        yield Fault(f"{where}.kind", "OBLIGATION: there is no table obligations")
    if row.subject and row.subject not in subjects:
        yield Fault(f"{where}.subject", f"{row.subject!r} is none of {', '.join(subjects)}")


def _evidence(where: str, row: p.WorkflowRule, program: p.Program) -> Iterator[Fault]:
    yield from known(f"{where}.documents", row.documents, tuple(program.document_kinds))
    yield from flagged(f"{where}.statements", row.statements, t.StatementKind)
    if row.statements and row.kind not in ATTESTED_KINDS:
        yield Fault(f"{where}.statements", "records of this kind have no statements")
    if row.flags and not row.statements:
        yield Fault(f"{where}.flags", "of which statements: name their kinds")
    yield from words(f"{where}.flags", row.flags)
    for field in ("min_age_s", "max_age_s", "comment_s"):
        yield from at_most(f"{where}.{field}", getattr(row, field), 100 * TERM_S_MAX)
    if row.max_age_s and row.max_age_s < row.min_age_s:
        yield Fault(f"{where}.max_age_s", "lies below min_age_s")
    if not row.from_state and (row.min_age_s or row.max_age_s):
        yield Fault(f"{where}.from_state", "what is not there yet has no age")


def _effects(where: str, row: p.WorkflowRule, program: p.Program) -> Iterator[Fault]:
    yield from known(f"{where}.guards", row.guards, GUARDS)
    yield from known(f"{where}.effects", row.effects, EFFECTS)
    for word in row.effects:
        if row.kind not in EFFECT_KINDS.get(word, (row.kind,)):
            yield Fault(f"{where}.effects", f"{word} is not for records of this kind")
    if row.kind == t.NOTICE:
        yield from _notice_step(where, row)
    if bool(row.comment_s) != ("OPEN_COMMENTS" in row.effects):
        yield Fault(f"{where}.comment_s", "goes with the effect OPEN_COMMENTS, and that with it")
    if row.comment_s and PUBLIC_INPUT not in program.document_kinds:
        yield Fault(f"{where}.effects", f"comments are documents of the kind {PUBLIC_INPUT}")


# What takes a notice to a state by a row; other states follow from units and from time.
NOTICE_STEPS = {
    "CONTESTED": ("CONTEST",),
    "OPEN": ("REOPEN_NOTICE",),
    "REVISED": ("REVISE_NOTICE",),
    "CANCELLED": ("CANCEL_NOTICE",),
    "FULFILLED": (),
    "FULFILLED_LATE": (),
}


def _notice_step(where: str, row: p.WorkflowRule) -> Iterator[Fault]:
    """A notice begins OPEN; every further step has the effect that leads to its state."""
    if not row.from_state:
        if row.to_state != "OPEN" or row.effects:
            yield Fault(f"{where}.to_state", "a notice begins OPEN, without effects")
        return
    effects = NOTICE_STEPS.get(row.to_state)
    if effects is None:
        yield Fault(f"{where}.to_state", f"a row leads to {', '.join(NOTICE_STEPS)}")
    elif tuple(row.effects) != effects:
        needed = effects[0] if effects else "nothing"
        yield Fault(f"{where}.effects", f"what leads to {row.to_state} is {needed}")
