"""Why something is not proven: one class a reason, so that a caller can tell them apart.

Must not know: what was to be proven. Invariant: `reason` is fixed for a class; the text says what
was found.
"""


class Unproven(Exception):  # noqa: N818 - the name states the fact
    """What was claimed does not follow from what is trusted; the text says why."""

    reason = "not shown"


class Malformed(Unproven):
    """Something is missing, too long or of a form that no engine of ours writes."""

    reason = "malformed"


class WrongChain(Unproven):
    """It is of another chain."""

    reason = "wrong chain"


class WrongSet(Unproven):
    """The validators given are not those that the header, or the header before, names."""

    reason = "wrong validator set"


class BadSignature(Unproven):
    """A signature does not hold, or a vote is not for this header."""

    reason = "bad signature"


class TooLittlePower(Unproven):
    """Not more than two thirds of the set signed the header."""

    reason = "too little power"


class TrustGap(TooLittlePower):
    """Not more than one third of the trusted set signed it: a header in between is needed."""

    reason = "too little trusted power"


class ConflictingHeader(Unproven):
    """Another header is trusted at this height, or time or height go backwards."""

    reason = "conflicting header"


class ExpiredTrust(Unproven):
    """What is trusted is older than the trusting period of a live client."""

    reason = "expired trust"


class FromTheFuture(Unproven):
    """The header's time is later than the clock of a live client allows."""

    reason = "header from the future"
