"""What is done on a stage.

Must not know: any stage. Invariant: a stage says by itself how it is made and what succeeds on it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.harness import Chain
from tonne.v1 import tx_pb2 as t


@dataclass(frozen=True)
class Deed:
    """An act, who signs it, and who co-signs so that it needs no further consent."""

    who: str
    action: t.Action
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stage:
    """How a chain is made and what can be done on it."""

    make: Callable[[], Chain]
    deeds: Callable[[Chain], list[Deed]]
