"""The numbered refusals: what each states and what to do about it.

Must not know: state. Invariant: every number of codes.proto has an entry here; the number is
consensus, the text is not.
"""

from typing import NoReturn

from abci_app.core.meanings import MEANINGS
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
