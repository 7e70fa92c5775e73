"""One refusal as a row of a table: who is refused what, on which chain, prepared how.

Must not know: any single refusal. Invariant: a row that runs has seen that only sequences were
spent (harness.Chain.refused).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests import acts
from tests.harness import IPCI, Chain, edited
from tonne.v1 import tx_pb2 as t

LARGE = (1 << 64) - 1

Stage = Callable[[], Chain]
First = Callable[[Chain], Any]


@dataclass(frozen=True)
class Case:
    """Who is refused what: `stage` makes the chain, `first` prepares it."""

    code: int
    who: str
    act: t.Action
    stage: Stage = Chain.with_parties
    first: First | None = None
    also: Sequence[str] = ()

    def run(self) -> None:
        chain = self.stage()
        if self.first is not None:
            self.first(chain)
        chain.refused(self.code, self.who, self.act, also=self.also)


def joint(
    code: int,
    who: str,
    act: t.Action,
    stage: Stage = Chain.with_issuance,
    first: First | None = None,
) -> Case:
    """An act that the operator signs together with who does it."""
    return Case(code, who, act, stage, first, ("operator",))


def doing(who: str, *actions: t.Action, also: Sequence[str] = ()) -> First:
    """Have somebody do something beforehand."""
    return lambda chain: chain.ok(who, *actions, also=also)


def user_is(status: t.AccountStatus) -> First:
    return doing("operator", acts.alter("user", status=status))


def with_text(*edits: tuple[str, str]) -> Stage:
    return lambda: Chain.with_parties(program=edited(IPCI, *edits))


def units() -> Chain:
    """The issuer holds 1,000 free units."""
    return Chain.with_units()


def requested(chain: Chain, statements: Sequence[str] = ("S1",)) -> None:
    chain.ok("auditor", acts.verification(), also=("operator",))
    chain.ok("issuer", acts.issuance(statements=statements))


def opened(chain: Chain) -> None:
    requested(chain)
    chain.ok("auditor", acts.opened(100_000))


def span(start: int, end: int, space: str = "IPCI.R1") -> t.SerialRange:
    return t.SerialRange(space=space, start=start, end=end)
