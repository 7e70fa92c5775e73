"""What makers of actions look at and throw with.

Must not know: single actions. Invariant: the same seed and the same world give the same wish.
"""

import random
from collections.abc import Sequence
from typing import Any, TypeVar

from tests.audit.model import Acc, Rec, World
from tests.simulation.real import Draft
from tonne.v1 import policy_pb2 as p
from tonne.v1 import tx_pb2 as t

T = TypeVar("T")
ACL = "ACL-1"


class Dice:
    """A seeded chance and the world as the auditor sees it."""

    def __init__(self, seed: int | str, world: World, programs: Sequence[str]) -> None:
        self.random = random.Random(seed)
        self.world = world
        self.programs = tuple(programs)
        self.program = self.programs[0]
        self.made = 0

    def one(self, rows: Sequence[T]) -> T:
        return rows[self.random.randrange(len(rows))]

    def chance(self, percent: float) -> bool:
        return self.random.random() * 100 < percent

    def number(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def fresh(self, prefix: str) -> str:
        """A name that was not used before, mostly."""
        self.made += 1
        return f"{prefix}{self.made}" if self.chance(97) else f"{prefix}{self.number(1, self.made)}"

    @property
    def rules(self) -> p.Program:
        rules = self.world.rules(self.program)
        assert rules is not None
        return rules

    # ---- who ----

    def accounts(self, *kinds: int) -> list[Acc]:
        return [
            acc
            for acc in self.world.accounts.values()
            if acc.program == self.program and acc.kind in (kinds or (t.HOLDING,))
        ]

    def anybody(self) -> str:
        return self.one(self.accounts()).id

    def holders(self) -> list[str]:
        """Accounts that could own units: of no seat."""
        seated = [key[3] for key in self.world.seats]
        return [acc.id for acc in self.accounts() if acc.id not in seated]

    def whoever(self, role: int, owner: str = "", acl: str = ACL) -> str:
        """Somebody whom a row names, now and then somebody else."""
        if self.chance(4):
            return self.anybody()
        if role == t.HOLDER:
            return owner or self.one(self.holders())
        found = [
            acc.id
            for acc in self.world.accounts.values()
            if self.world.has_role(self.program, role, acc.id, acl)
        ]
        return self.one(found) if found else self.anybody()

    def draft(
        self,
        signer: str,
        actions: Sequence[t.Action],
        rows: Sequence[Any] = (),
        *,
        acl: str = ACL,
        maker: str = "",
        agree: int = 55,
    ) -> Draft:
        """An envelope of one signer, and often of those who must agree."""
        signers = [signer]
        for row in rows:
            needs = [need for need in row.approvals if self.chance(agree)]
            signers += [self.whoever(need.role, acl=acl) for need in needs]
        unique = tuple(dict.fromkeys(signers))[:8]
        return Draft(unique, tuple(actions), maker)

    # ---- what ----

    def records(self, kind: int) -> list[Rec]:
        return [
            rec
            for rec in self.world.records.values()
            if rec.kind == kind and rec.program == self.program
        ]

    def record(self, kind: int) -> str:
        rows = self.records(kind)
        return self.one(rows).id if rows and self.chance(98) else "nothing"

    def quantity(self, account: str, class_id: str) -> int:
        """Within what is free, mostly; now and then all of it, one more, or far too much."""
        free = self.world.balance(account, self.program, class_id).get("free", 0)
        roll = self.number(1, 100)
        if roll <= 80 and free:
            return self.number(1, max(1, free // 2))
        if roll <= 90 and free:
            return free
        return self.one((1, free + 1, 7, 10**9))

    def ranges(self, account: str, class_id: str) -> list[t.SerialRange]:
        """Explicit serials: a run of the account's own, or of anybody's."""
        mine = self.world.owned(account, self.program, class_id)
        if self.chance(7):
            mine = list(self.world.units)
        if not mine or self.chance(2):
            return [t.SerialRange(space=f"{self.program}.R1", start=5, end=9)]
        space, start = self.one(mine)
        end = start
        owned = dict.fromkeys(mine)
        while (space, end + 1) in owned and end - start < self.number(1, 40):
            end += 1
        return [t.SerialRange(space=space, start=start, end=end)]

    def amount(self, message: Any, account: str, class_id: str) -> None:
        """Set a quantity, or serials."""
        if self.chance(75):
            message.quantity_t = self.quantity(account, class_id)
        else:
            message.ranges.extend(self.ranges(account, class_id))

    def owner(self) -> tuple[str, str]:
        """An account and a class of which it holds units, where there are any."""
        found = sorted(
            {
                (unit.account, unit.class_id)
                for unit in self.world.units.values()
                if unit.program == self.program
                and self.world.accounts[unit.account].kind == t.HOLDING
            }
        )
        if found and self.chance(95):
            return self.one(found)
        return self.anybody(), self.one([unit.id for unit in self.rules.classes])

    def class_id(self) -> str:
        return self.one([unit.id for unit in self.rules.classes])
