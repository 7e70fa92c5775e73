"""The words of a program in plain English: what each of them asks for or does.

Must not know: how it is done. Invariant: every word that a row may use has its sentence here, and
genesis/README.md says the same.
"""

from collections.abc import Iterable

from tonne.v1.kinds_pb2 import NO_OBJECTION, HolderKind, Purpose, Role
from tonne.v1.policy_pb2 import Quorum

DAY_S = 86_400

WORDS = {
    # what a movement or conversion must name
    "AUTHORIZATION": "names the authorization that it draws on",
    "BENEFICIARY": "names on whose behalf",
    "EXTERNAL_ACCOUNT": "names the account in the other registry",
    "FOOTPRINT": "names the footprint and the items that it offsets",
    "NOTICE": "names the duty that it fulfils",
    "OBLIGATION": "names the obligation that it meets",
    "PROJECT": "names the project",
    "PURPOSE": "names a purpose",
    # checks of movements and conversions
    "AUTHZ": "stays within quantity and terms of the authorization",
    "CARRY_OVER": "stays within what may be carried over",
    "CPR": "leaves the commitment period reserve whole",
    "LABEL_REQUIRED": "all units carry the labels named",
    "MARKET_ACCESS": "the giver has access to the market",
    "OBLIGATION_LIMIT": "stays within the obligation and its limit of offsets",
    "PERIOD_WINDOW": "happens between the period's end and the end of its true-up",
    "PROJECT_LIMIT": "stays within what is verified for the project",
    "TRUSTED": "goes to an account that the giver trusts, unless he trusts all",
    "TX_LIMIT": "stays within the giver's limit for one transaction",
    # checks of other acts
    "BASELINE": "the baseline is not above the actual emissions",
    "CAP_ASSIGNED_AMOUNT": "stays within the party's assigned amount",
    "CAP_INVENTORY": "stays within accepted inventories of sinks",
    "CAP_PERIOD": "stays within the period's cap",
    "CLAIM_UNIQUE": "nobody else claims the same boundary and time",
    "COI": "who signs neither owns the matter nor holds its units",
    "INDIRECT": "indirect emissions are reconciled with direct ones",
    "MIN_RESULT": "the result reaches the least share of the baseline",
    "SINK_NOT_NATURAL": "what a sink takes in would not come naturally",
    # guards of workflow rows
    "ACTIVITY_REGISTERED": "its activity is registered, by the same owner",
    "COMMITMENT_TERMS": "a commitment has its base year and its period",
    "METHODOLOGY_APPROVED": "its methodology is approved",
    "MONITORING_TERM": "it is monitored as long as its category asks for",
    "NOT_COVERED": "no mandatory scheme covers the same tonnes",
    "NO_OPEN_NOTICE": "no open duty blocks it",
    # effects of workflow rows
    "ACKNOWLEDGE": "notes that an owner of sources knows of it",
    "AMEND": "changes the draft",
    "APPROVE_ISSUANCE": "sets the approved cap, reserve, pool and market access",
    "CANCEL_NOTICE": "ends the duty without units",
    "CONTEST": "stops the clock of the duty",
    "FREE_CAP": "gives the statements back",
    "OPEN_COMMENTS": "lets the public comment",
    "RAISE_CAP": "raises the cap by further statements",
    "REOPEN_NOTICE": "starts the clock again",
    "REVISE_NOTICE": "changes what the duty asks for",
    "SET_AMOUNT": "sets the amount",
    "SET_CAP": "sets the cap, which statements back",
    "SET_TERM": "sets the end of its validity",
    "SUPERSEDE": "takes the place of what it names",
    # what follows a duty that is not met, in this order
    "CLAIM_FROZEN": "the debtor's frozen units are taken",
    "CLAIM_POOL": "the pool gives what is missing",
    "RESTRICT": "the debtor's account is restricted",
    # what an import must bring
    "CONFORMITY": "a statement of conformity",
    "DECISION": "an anchored decision",
    "EXCLUSION_PROOF": "a proof that the units are excluded elsewhere",
    # what a category is
    "CCP_EXCLUDED": "never carries the label CCP",
    "RESTRICTED": "is restricted",
    "REVERSAL_ASSESS": "its reversals are assessed",
    "REVERSAL_MATERIAL": "its reversals are material: pooled, and monitored 40 years",
    # by what a label is carried without a grant
    "CCP": "the conditions of the Core Carbon Principles",
}


def said(words: Iterable[str]) -> str:
    """Return what words mean, each in a phrase."""
    return "; ".join(WORDS.get(word, word) for word in words)


def role(value: Role) -> str:
    """Return a role as people call it."""
    if value == Role.HOLDER:
        return "the owner"
    return Role.Name(value).replace("_", " ").capitalize()


def quorums(rows: Iterable[Quorum]) -> str:
    """Return who must agree."""
    found = []
    for row in rows:
        side = f" of side {row.side}" if row.side else ""
        count = f"{row.count} x " if row.count > 1 else ""
        found.append(f"{count}{role(row.role)}{side}")
    return " and ".join(found) or "nobody"


def span(seconds: int) -> str:
    """Return a length of time in its largest whole unit."""
    for name, unit in (("day", DAY_S), ("hour", 3_600), ("minute", 60)):
        if seconds and seconds % unit == 0:
            count = seconds // unit
            return f"{count} {name}{'s' * (count > 1)}"
    return f"{seconds} seconds"


def when(row: object) -> str:
    """Return after what time an agreed act takes effect, and whether silence agrees."""
    parts = []
    if row.mode == NO_OBJECTION:  # type: ignore[attr-defined]
        parts.append(f"unless objected to in {span(row.window_s)}")  # type: ignore[attr-defined]
    delay_s = row.delay_s  # type: ignore[attr-defined]
    calendar = getattr(row, "delay_calendar", "")
    if delay_s and calendar:
        count = delay_s // DAY_S
        parts.append(f"after {count} working day{'s' * (count > 1)} of {calendar}")
    elif delay_s:
        parts.append(f"after {span(delay_s)}")
    return ", ".join(parts) or "at once"


def holders(values: Iterable[HolderKind]) -> str:
    """Return kinds of holders."""
    return " or ".join(HolderKind.Name(value).lower() for value in values)


def purposes(values: Iterable[Purpose]) -> str:
    """Return purposes."""
    return " or ".join(Purpose.Name(value) for value in values)
