"""What each code states and what to do about it, for people.

Must not know: state. Invariant: every number of codes.proto has an entry here; the texts are not
consensus.
"""

from tonne.v1.codes_pb2 import Code

MEANINGS: dict[int, tuple[str, str]] = {
    Code.OK: ("Done.", ""),
    Code.INTERNAL: (
        "An unforeseen error was contained; nothing but the sequence changed.",
        "Report the transaction id to the operators; do not send it again.",
    ),
    Code.TX_MALFORMED: (
        "The bytes are not a transaction.",
        "Build it with the SDK or by docs/integrate.md.",
    ),
    Code.TX_TOO_LARGE: ("The transaction is above the size cap.", "Split it."),
    Code.TX_NOT_CANONICAL: (
        "The bytes are not the canonical encoding of what they say.",
        "Serialise deterministically, without unknown fields, signatures in ascending order.",
    ),
    Code.CHAIN_MISMATCH: ("It was made for another chain.", "Check --chain-id."),
    Code.TX_EXPIRED: ("valid_until_s has passed.", "Sign it again with a later valid_until_s."),
    Code.EXPIRY_TOO_FAR: (
        "valid_until_s is more than seven days ahead.",
        "Sign it again with an earlier valid_until_s.",
    ),
    Code.SIGNER_UNKNOWN: ("A signer's account does not exist.", "Check the account id."),
    Code.SIGNER_INACTIVE: (
        "A signer's account or organisation is suspended or closed.",
        "Ask the operator for its status.",
    ),
    Code.SEQUENCE_USED: (
        "The sequence is used already in this lane.",
        "Ask GetTransaction whether this one is committed; otherwise take the next free sequence.",
    ),
    Code.SEQUENCE_TOO_OLD: (
        "The sequence lies below the lane's window of 64.",
        "Take the next free sequence of the lane.",
    ),
    Code.SEQUENCE_TOO_FAR: (
        "The sequence lies more than 64 above the highest used.",
        "Keep the unsettled sequences of a lane within 64; use another lane for more.",
    ),
    Code.QUOTA_EXCEEDED: (
        "The account has spent its quota of this window.",
        "Wait for the next window.",
    ),
    Code.COST_EXCEEDED: (
        "The transaction could touch more than one transaction may.",
        "Split it, or lower max_lots.",
    ),
    Code.SIGNATURE_MISSING: (
        "A signer has fewer signatures than the account asks for.",
        "Collect the signatures of enough persons with the right to initiate and to approve.",
    ),
    Code.SIGNATURE_SURPLUS: (
        "There are more signatures than the account asks for, or of no signer.",
        "Send exactly the signatures that are needed.",
    ),
    Code.SIGNATURE_INVALID: (
        "A signature does not verify.",
        "Check the chain id, the genesis hash and the key, then sign the exact bytes again.",
    ),
    Code.KEY_NOT_ALLOWED: (
        "A key is not one of the account's, or lacks the right.",
        "Sign with a key registered for the account.",
    ),
    Code.ACTION_SHAPE: (
        "A field of an action is missing or out of its bounds.",
        "Correct the field that the detail names.",
    ),
    Code.ENVELOPE_MIXED: (
        "Decisions and withdrawals do not share an envelope with other actions.",
        "Send them as separate transactions.",
    ),
    Code.TEXT_NOT_ALLOWED: (
        "A text is too long or has characters that are not allowed.",
        "Remove control, bidirectional and zero-width characters.",
    ),
    Code.SIGNER_REPEATED: ("An account signs twice in one envelope.", "Name each account once."),
    Code.PENDING_LIMIT: (
        "Too many of the account's or organisation's transactions wait for a block here.",
        "Wait until some are committed.",
    ),
    Code.ALREADY_PENDING: (
        "Another transaction with this lane and sequence waits here.",
        "Wait for its outcome; the first that is committed wins.",
    ),
    Code.ALREADY_COMMITTED: ("The transaction is in a block.", "Nothing: read it with its id."),
    Code.HEIGHT_UNAVAILABLE: (
        "The height is pruned here, not yet reached, or too old to be proven.",
        "Ask for a newer height, or ask an archive node.",
    ),
    Code.ACC_UNKNOWN: ("The account does not exist.", "Check the account id."),
    Code.ACC_EXISTS: (
        "The account exists and cannot be opened again that way.",
        "Choose another number, or change the existing account.",
    ),
    Code.ACC_STATUS: (
        "The account's status does not allow this.",
        "Ask the operator for its status.",
    ),
    Code.ACC_ID: (
        "The account id is not of the form CC-type-number-period-check of this program.",
        "Use the program's registry code and let the tool compute the check digits.",
    ),
    Code.ORG_UNKNOWN: ("The organisation does not exist.", "Open it first."),
    Code.ORG_STATUS: (
        "The organisation is suspended or closed.",
        "Ask the operator for its status.",
    ),
    Code.KYC_EXPIRED: (
        "The organisation's identification is missing or out of date.",
        "Send a new identification to the operator.",
    ),
    Code.KEY_POLICY: (
        "The keys and the numbers of signatures asked for do not fit together.",
        "Give enough persons keys with the right to initiate and to approve, each proven.",
    ),
    Code.ROLE_MISSING: (
        "The signer does not hold the role that the rule names.",
        "See the program's rules for who may do this.",
    ),
    Code.ROLE_GRANTOR: (
        "The signer may not grant this role.",
        "Ask the role's grantor, named in the program.",
    ),
    Code.ROLE_SCOPE: (
        "The role, list, scope or term of the accreditation is not possible here.",
        "See the program's roles.",
    ),
    Code.ACCREDITATION_STATUS: (
        "The accreditation is not in a state that allows this.",
        "Read the accreditation first.",
    ),
    Code.NOT_ACCREDITED: (
        "The signer has no live accreditation for this, or is not in the list named.",
        "Ask the coordinator for the accreditation and the operator for the list entry.",
    ),
    Code.CONFLICT: (
        "The signer's organisation has an interest in the matter.",
        "Have an independent organisation sign.",
    ),
    Code.NO_MARKET_ACCESS: (
        "The account has no market access.",
        "Ask the operator to approve it.",
    ),
    Code.MOVE_NOT_ALLOWED: (
        "No rule of the program allows this movement.",
        "See the program's move rules.",
    ),
    Code.CLASS_UNKNOWN: ("The program has no such unit class.", "See the program's classes."),
    Code.INSUFFICIENT: (
        "The account has fewer free units than asked for.",
        "Held and frozen units do not count; see the holding.",
    ),
    Code.UNIT_UNKNOWN: (
        "There are no such units: no lot, hold or retirement of this number.",
        "Check the space and the number.",
    ),
    Code.UNIT_NOT_OWNED: (
        "The serials belong to another account, program or class.",
        "See the account's lots.",
    ),
    Code.UNIT_HELD: (
        "The serials are held or frozen.",
        "Wait for the release, or choose other units.",
    ),
    Code.UNIT_EXPIRED: (
        "The units' validity has ended.",
        "They can only be cancelled or replaced.",
    ),
    Code.SINK_FINAL: ("Nothing leaves this kind of account.", "Choose another account."),
    Code.TOO_MANY_LOTS: (
        "The movement would touch more lots than its bound.",
        "Raise max_lots (at most 256) or move a smaller quantity first.",
    ),
    Code.BENEFICIARY_MISSING: (
        "This movement needs a beneficiary.",
        "Name on whose behalf it is done.",
    ),
    Code.PURPOSE_MISSING: ("This movement needs a purpose.", "Name the purpose."),
    Code.QUANTITY_OVERFLOW: ("A total would pass 2^64 - 1.", "Use a smaller quantity."),
    Code.TX_LIMIT: (
        "The quantity is above the account's limit for one transaction.",
        "Split it, or have the limit changed.",
    ),
    Code.ISS_STATE: (
        "The issuance is not in a state that allows this.",
        "Read the record's state.",
    ),
    Code.CAP_EXCEEDED: (
        "The quantity is above the cap.",
        "See cap, approved cap and issued of the issuance.",
    ),
    Code.STATEMENT_UNKNOWN: ("A statement does not exist.", "Check the statement id."),
    Code.STATEMENT_EXISTS: ("A statement with this id exists.", "Choose another id."),
    Code.STATEMENT_STATUS: (
        "A statement is not accepted, of another kind or activity, or already carries a cap.",
        "Read the statement.",
    ),
    Code.CLAIM_OVERLAP: (
        "Another live statement claims the same boundary and time.",
        "One tonne is claimed once: see the other statement.",
    ),
    Code.PERIOD_INVALID: (
        "The period is empty or lies outside what it must lie in.",
        "Correct it.",
    ),
    Code.RESERVE_TERMS: (
        "Share or duration of the reserve is outside the program's bounds.",
        "See the program's parameters.",
    ),
    Code.VINTAGE_INVALID: (
        "The vintage is not a year of the issuance's statements.",
        "Use a year of a statement's period.",
    ),
    Code.PROGRAM_UNKNOWN: ("The program does not exist.", "List the programs."),
    Code.PROGRAM_INACTIVE: (
        "The program is not active.",
        "Wait until its status is ACTIVE.",
    ),
    Code.RULE_MISSING: (
        "The program has no rule for this act.",
        "See the program's approval and workflow rules.",
    ),
    Code.REC_EXISTS: ("A record with this id exists.", "Choose another id."),
    Code.REC_REF: ("A record that is referred to does not exist.", "Check the ids."),
    Code.REC_SCHEMA: (
        "A field of the record is missing or not possible.",
        "Correct the field that the detail names.",
    ),
    Code.WF_NOT_ALLOWED: (
        "No workflow rule leads from the record's state to this one.",
        "See the program's workflow.",
    ),
    Code.WF_GUARD: (
        "A guard of the workflow rule is not met.",
        "Provide what the detail names: a document, a statement or a state.",
    ),
    Code.WF_TOO_EARLY: ("The record has not been long enough in its state.", "Wait."),
    Code.DOC_DUP: ("This document is anchored there already.", "Nothing: it is on record."),
    Code.DOC_SIZE: ("The document's size is zero or above the bound.", "Correct the size."),
    Code.DOC_KIND: (
        "The program has no such kind of document.",
        "See the program's document kinds.",
    ),
    Code.PROPOSAL_UNKNOWN: ("The proposal does not exist.", "Check the number."),
    Code.DECIDE_NOT_MEMBER: (
        "The signer holds no seat that this proposal waits for, or may not decide on it.",
        "See the proposal's open requirements; nobody decides on his own act.",
    ),
    Code.DECIDE_CLOSED: ("The proposal has ended.", "Read the proposal."),
    Code.DECIDE_DUP: ("The organisation has decided already.", "Nothing: one vote each."),
    Code.DECIDE_REASON: ("A no needs a reason.", "State the reason."),
    Code.WITHDRAW_LATE: ("The proposal has ended.", "Read the proposal."),
    Code.PROPOSAL_TOO_LARGE: (
        "What would wait for approvals could touch more than one decision may.",
        "Split it, lower max_lots, or have the approvers sign the same envelope.",
    ),
    Code.TOO_MANY_PROPOSALS: (
        "Too many proposals of the organisation wait.",
        "Withdraw one, or wait until some are decided.",
    ),
    Code.WITHDRAW_NOT_AUTHOR: (
        "Only the organisation that proposed it may withdraw it.",
        "Ask the proposer, or decide no.",
    ),
    Code.UNTRUSTED: (
        "The account moves units only to accounts that it trusts, and the receiver is none.",
        "Add it to the trusted list and wait until it becomes active.",
    ),
    Code.SEATS_TAKEN: (
        "The program allows no further seat of this role.",
        "Revoke the seat that stands, then grant anew.",
    ),
    Code.HOLD_UNKNOWN: ("The hold does not exist or has ended.", "Read the hold by its number."),
    Code.HOLD_CONTROL: (
        "The signer does not control the hold, or the hold does not allow this.",
        "Ask its controller; see the hold's claims.",
    ),
    Code.HOLD_TERM: (
        "The term does not fit: a reserve may be extended, not shortened.",
        "Correct the date.",
    ),
    Code.CONVERT_NOT_ALLOWED: (
        "No conversion rule of the program fits these units.",
        "See the program's conversion rules.",
    ),
    Code.PROJECT_LIMIT: (
        "More would be converted for the project than was verified for it.",
        "Lower the quantity, or have more verified.",
    ),
    Code.LABEL_MISSING: (
        "Some of the units lack a label that this purpose needs.",
        "Take units that carry it; see GetLabels.",
    ),
    Code.LABEL_EXCLUDED: (
        "The label cannot be given there: the category or methodology is excluded from it.",
        "See the program's categories and the methodology.",
    ),
    Code.LABEL_AUTH: (
        "The signer may not give or take this label, or an authorization is missing.",
        "See the program's labels.",
    ),
    Code.LABEL_STATUS: (
        "The label is there already, or is not there to be removed.",
        "Read the labels of the target.",
    ),
    Code.NOT_REVERSIBLE: (
        "The surrender cannot be reversed, or not any more.",
        "See the rule's days of reversal.",
    ),
    Code.BASELINE_EXCEEDS_ACTUAL: (
        "The baseline is above the actual emissions of its months.",
        "Lower the baseline to what was emitted.",
    ),
    Code.BELOW_MIN_RESULT: (
        "The net result is below the program's minimum share of the baseline.",
        "Nothing: such a result is not accepted.",
    ),
    Code.VALIDITY_INVALID: (
        "The end of validity is missing, past, or not one that the class knows.",
        "See the class's expiry mode.",
    ),
    Code.INVALIDATION_LIMIT: (
        "More would be found void than is still valid.",
        "Lower the quantity to the valid base.",
    ),
    Code.PARTY_NOT_ELIGIBLE: (
        "The party has no right to act under the treaty now.",
        "Wait until the policy says that it is eligible.",
    ),
    Code.POLICY_SCHEMA: ("The policy has a fault.", "Run `tonne program check` on it."),
    Code.POLICY_VERSION: (
        "The version is not the next one.",
        "Start from the version in force or to come.",
    ),
    Code.POLICY_CONFLICT: (
        "The policy contradicts what is: it reaches back in time, or undercuts what was issued.",
        "See the detail.",
    ),
    Code.POLICY_VALIDATORS: (
        "The change of validators would put the chain at risk.",
        "Change less at once; see docs/OPERATIONS.md.",
    ),
    Code.WF_TOO_LATE: (
        "The state is too old for this step, or its window has passed.",
        "See the program's workflow row.",
    ),
    Code.WINDOW_CLOSED: (
        "Comments are not, or no longer, taken.",
        "See comment_until_s of the record.",
    ),
    Code.LINK_UNKNOWN: ("The program has no such link.", "See the program's links."),
    Code.LINK_MODE: (
        "The link does not carry units in this direction.",
        "See the program's links.",
    ),
    Code.IMPORT_DUP: (
        "Some of these serials came in before.",
        "Units that left over the link come back by their own serials.",
    ),
    Code.NO_EXCLUSION_PROOF: (
        "It is not shown that the other registry has excluded the units.",
        "Anchor the proof first, linked to no record, and name its hash.",
    ),
    Code.LINK_CLASS: ("The link does not carry this class.", "See the classes of the link."),
    Code.CONFORMITY_MISSING: (
        "An accepted statement of conformity, or a decision, is missing.",
        "Have it accepted first and name it.",
    ),
    Code.NOT_EXPORTED: (
        "Some of the serials did not leave over this link.",
        "Name serials that the link's export account holds.",
    ),
    Code.EXTERNAL_ACCOUNT_MISSING: (
        "The account in the other registry is not named.",
        "Name external_account.",
    ),
    Code.NOTICE_UNKNOWN: ("The notice does not exist.", "Check its id."),
    Code.NOTICE_MISSING: (
        "The rule asks for the notice that the movement fulfils.",
        "Name the notice.",
    ),
    Code.NOTICE_STATE: ("The notice is fulfilled, cancelled or contested.", "Read the notice."),
    Code.NOTICE_UNITS: (
        "These units, this sink or this account do not fulfil the notice.",
        "See its classes, sink and debtor.",
    ),
    Code.NOTICE_QUANTITY: (
        "More than the notice still asks for.",
        "Lower the quantity to what is open.",
    ),
    Code.OBLIGATION_MISSING: (
        "The rule asks for the obligation that the movement serves.",
        "Name the obligation.",
    ),
    Code.OBLIGATION_STATE: (
        "The obligation is not one that takes these units now.",
        "Read the obligation.",
    ),
    Code.OBLIGATION_EXCEEDED: (
        "More than the obligation asks for.",
        "Lower the quantity to what is open.",
    ),
    Code.OFFSET_LIMIT: (
        "More credits than the obligation accepts.",
        "Use units of its main classes.",
    ),
    Code.CPR_BREACH: (
        "The registry would hold less than the commitment period reserve.",
        "Lower the quantity; see GetReserve.",
    ),
    Code.CARRYOVER_LIMIT: (
        "More than may be carried over, or units that may not be.",
        "Lower the quantity; the rest is cancelled.",
    ),
    Code.PERIOD_UNKNOWN: (
        "The program has no such period, or none follows.",
        "See the program's periods.",
    ),
    Code.FOOTPRINT_DUP: (
        "The receipt was used for this footprint before.",
        "Nothing: it is offset.",
    ),
    Code.FOOTPRINT_STATE: ("The footprint is not one that this step fits.", "Read the footprint."),
    Code.FOOTPRINT_QUANTITY: (
        "The quantity is not what the items need.",
        "Retire the tonnes of the items, rounded up; or state over_offset.",
    ),
    Code.AUTHZ_QTY: (
        "The authorization does not cover so much.",
        "Lower the quantity, or have a larger one registered.",
    ),
    Code.AUTHZ_SCOPE: (
        "The authorization does not cover these units, this use or this user.",
        "See its purposes, years, entities and activity.",
    ),
    Code.ORDER_UNKNOWN: ("The order does not exist.", "Check the number."),
    Code.ORDER_STATE: ("The order is not open.", "Read the order."),
    Code.SELF_TRADE: ("Nobody trades with himself.", "Another organisation must fill it."),
    Code.FILL_UNKNOWN: ("The fill does not exist.", "Check order and fill."),
    Code.FILL_STATE: ("The fill has ended.", "Read the fill."),
    Code.FILL_QUANTITY: (
        "The quantity is below the order's least fill, or above what is left.",
        "See the order.",
    ),
    Code.PAYMENT_MISSING: ("The hash of the payment reference is missing.", "Name payment_hash."),
    Code.ORDER_TERMS: (
        "Price, currency, term or least fill do not fit.",
        "See the program's market parameters.",
    ),
}
