"""What can go wrong at the command line, with what to do next and the exit code.

Must not know: how it is shown. Invariant: every fault says what is wrong; the exit codes are a
contract with scripts.
"""

import difflib
from collections.abc import Iterable

OK = 0
FAILED = 1  # refused by the chain, or something went wrong
USAGE = 2  # the command line or a file given with it is wrong: nothing was sent
UNREACHABLE = 3  # no node answered
PENDING = 4  # a proposal waits for approvals


class Fault(Exception):  # noqa: N818 - the user reads it, a caller shows it
    """Something to tell the user: `message` is what is wrong, `hint` what to do next."""

    def __init__(self, message: str, hint: str = "", exit_code: int = FAILED) -> None:
        """Keep the parts."""
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit_code = exit_code


def usage(message: str, hint: str = "") -> Fault:
    """Return a fault of the command line."""
    return Fault(message, hint, USAGE)


def nearest(word: str, known: Iterable[str], form: str = "{}") -> str:
    """Return `Did you mean ...?` for a word that is not known, or the empty string."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"Did you mean {form.format(close[0])}?" if close else ""
