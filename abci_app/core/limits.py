"""Every bound of lists, strings and loops, in one place.

Must not know: anything but numbers. Invariant: what a block may cost is bounded by these and by
ChainParams.
"""

U64_MAX = (1 << 64) - 1

TX_BYTES_MAX = 64 * 1024
SIGNERS_MAX = 8
SIGNATURES_MAX = 24
ACTIONS_MAX = 16
MEMO_BYTES_MAX = 256
VALIDITY_S_MAX = 7 * 86_400

LANES = 16
LANE_WINDOW = 64

ID_BYTES_MAX = 32
NAME_BYTES_MAX = 128
TEXT_BYTES_MAX = 512
CODE_WORD_BYTES_MAX = 32
HASH_BYTES = 32
KEY_BYTES = 32
SIG_BYTES = 64

KEYS_PER_ACCOUNT_MAX = 16
ORGANISATION_ACCOUNTS_MAX = 256  # looked through when an organisation is changed
SCOPES_MAX = 16
TRUSTED_MAX = 64  # accounts that an account trusts
FLAGS_MAX = 64
DOCUMENTS_MAX = 32
STATEMENTS_MAX = 16
GASES_MAX = 16
REFS_MAX = 16
OWNERS_MAX = 32  # of the sources of one footprint
CODES_MAX = 32
RANGES_MAX = 64
PROPOSALS_PENDING_MAX = 64  # of one organisation
CONSORTIUM_EXPIRES_S = 30 * 86_400  # how long an act of the chain waits for the consortium
INBOX_ROWS_MAX = 1_000  # looked through for one page

DOCUMENT_BYTES_MAX = 1 << 40
MEDIA_TYPE_BYTES_MAX = 64

MOVE_LOTS_DEFAULT = 8
MOVE_LOTS_MAX = 256
LABEL_LOTS_MAX = 64  # labelled by one act
RETURN_LOTS_MAX = 64  # that come back over a link at once
LULUCF_MAX, TRACK_MAX = 7, 2  # of the data-exchange standards
DUTY_LOTS_MAX = 64  # lots and holds that a duty touches in one block; the rest in the next

PROJECT_STATEMENTS_MAX = 64  # verifications of a project that a conversion looks at

BPS = 10_000
BLOCK_BYTES_MAX = 100 << 20  # the engine's own bound
EVIDENCE_BLOCKS_MAX = 500_000  # how old evidence of a validator's fault may be
EVIDENCE_S_MAX = 48 * 3_600
EVIDENCE_BYTES_MAX = 1 << 20
VALIDATORS_MAX = 100
VALIDATOR_POWER_MAX = 1 << 40  # of all together
NODE_IDS_MAX = 16  # of one seat
PROGRAM_ROWS_MAX = 256  # of one table of a program
PROGRAM_WORDS_MAX = 1_024  # of one list of words or dates of it
MONTHS_MAX = 1_200
TIME_S_MAX = 253_402_300_799  # the last second of the year 9999

PAGE_ROWS_MAX = 100
QUERY_TEXT_BYTES_MAX = 64
PROPOSAL_COST_MAX = 256  # of an envelope that waits: what deciding on it may cost
SIMULATE_COST_MAX = 512
