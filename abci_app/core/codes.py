"""The numbered refusals: what each states and what to do about it.

Must not know: state. Invariant: every number of codes.proto has an entry here; the number is
consensus, the text is not.
"""

from typing import NoReturn

from tonne.v1.codes_pb2 import Code

__all__ = ["MEANINGS", "Code", "Refusal", "code_name", "meaning", "next_step", "refuse"]


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """A deterministic refusal: `code` is consensus, `detail` (a short text) is not."""

    def __init__(self, code: int, detail: str = "") -> None:
        """Keep the numbered code and the place it was raised for."""
        super().__init__(f"{code_name(code)}: {detail}" if detail else code_name(code))
        self.code = code
        self.detail = detail


def refuse(code: int, detail: str = "") -> NoReturn:
    """Raise the refusal `code`."""
    raise Refusal(code, detail)


def code_name(code: int) -> str:
    """Return the symbolic name, or the number as text when this build does not know it."""
    value = Code.DESCRIPTOR.values_by_number.get(code)
    return value.name if value is not None else str(code)


def meaning(code: int) -> str:
    """Return what the code states."""
    return MEANINGS.get(code, ("This build does not know the code.", ""))[0]


def next_step(code: int) -> str:
    """Return what to do about the code."""
    return MEANINGS.get(code, ("", "Update the client to the version of the network."))[1]


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
}
