"""The words that rows of a program may use: named checks, guards, effects, requirements.

Must not know: what they do. Invariant: every word here has one function in the engine, and only
these words pass the check of a program.
"""

MOVE_REQUIRES = (
    "AUTHORIZATION",
    "BENEFICIARY",
    "EXTERNAL_ACCOUNT",
    "FOOTPRINT",
    "NOTICE",
    "OBLIGATION",
    "PURPOSE",
)
MOVE_CHECKS = (
    "AUTHZ",
    "CPR",
    "LABEL_REQUIRED",
    "MARKET_ACCESS",
    "OBLIGATION_LIMIT",
    "PERIOD_WINDOW",
    "TRUSTED",
    "TX_LIMIT",
)
CONVERT_REQUIRES = ("NOTICE", "PROJECT")
CONVERT_CHECKS = ("CARRY_OVER", "PERIOD_WINDOW", "PROJECT_LIMIT")
APPROVED_ACTIONS = (
    "ACCREDIT",
    "ATTEST",
    "HOLD",
    "ISSUE",
    "PUT_ACCOUNT",
    "TRUST",
)
APPROVAL_CHECKS = (
    "BASELINE",
    "CAP_ASSIGNED_AMOUNT",
    "CAP_INVENTORY",
    "CAP_PERIOD",
    "CLAIM_UNIQUE",
    "COI",
    "INDIRECT",
    "MIN_RESULT",
    "SINK_NOT_NATURAL",
)
HOLD_CHANGES = (
    "EXTEND",
    "FREEZE",
    "LONG_FREEZE",
    "PLEDGE",
    "RELEASE",
    "RESERVE",
    "SHORTEN",
    "UNFREEZE",
)
GUARDS = (
    "ACTIVITY_REGISTERED",
    "COI",
    "COMMITMENT_TERMS",
    "METHODOLOGY_APPROVED",
    "MONITORING_TERM",
    "NOT_COVERED",
    "NO_OPEN_NOTICE",
)
EFFECTS = (
    "ACKNOWLEDGE",
    "AMEND",
    "APPROVE_ISSUANCE",
    "CANCEL_NOTICE",
    "CONTEST",
    "FREE_CAP",
    "OPEN_COMMENTS",
    "RAISE_CAP",
    "REOPEN_NOTICE",
    "REVISE_NOTICE",
    "SET_AMOUNT",
    "SET_CAP",
    "SET_TERM",
    "SUPERSEDE",
)
ENFORCEMENTS = ("CLAIM_FROZEN", "CLAIM_POOL", "RESTRICT")
LINK_REQUIRES = ("CONFORMITY", "DECISION", "EXCLUSION_PROOF")
CATEGORY_FLAGS = ("CCP_EXCLUDED", "RESTRICTED", "REVERSAL_ASSESS", "REVERSAL_MATERIAL")
PROGRAM_ATTRIBUTES = ("ccp-eligible", "corsia-eligible")
DERIVATIONS = ("CCP",)
