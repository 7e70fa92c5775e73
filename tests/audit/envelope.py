"""What an action sees, and how its units are chosen.

Must not know: single actions. Invariant: a choice of units depends on the units alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.audit.model import (
    LOTS_DEFAULT,
    Acc,
    Key,
    Need,
    Rec,
    Refused,
    World,
    check,
    ranges,
    refuse,
)
from tonne.v1 import policy_pb2 as p
from tonne.v1 import tx_pb2 as t


@dataclass
class Envelope:
    """One run over the actions of an envelope, on a world of its own."""

    world: World
    signers: tuple[str, ...]
    index: int = 0
    needs: list[Need] = field(default_factory=list)
    terms: list[Any] = field(default_factory=list)  # rows with approvals or delays
    taken: dict[int, list[Key]] = field(default_factory=dict)  # free units that actions used
    pins: dict[int, tuple[Key, ...]] | None = None  # what a proposal keeps for its actions

    @property
    def now(self) -> int:
        return self.world.now

    @property
    def signer(self) -> str:
        return self.signers[self.signer_index]

    signer_index: int = 0

    @property
    def org(self) -> str:
        return self.world.accounts[self.signer].org

    # ---- stages of the precedence ----

    def program(self, program: str, *, alive: bool = True) -> p.Program:
        """The rules in force; PROGRAM_UNKNOWN, PROGRAM_INACTIVE."""
        rules = self.world.rules(program)
        if rules is None:
            refuse("PROGRAM_UNKNOWN")
        if alive and rules.status != p.ACTIVE:
            refuse("PROGRAM_INACTIVE")
        return rules

    def account(self, account: str) -> Acc:
        if account not in self.world.accounts:
            refuse("ACC_UNKNOWN")
        return self.world.accounts[account]

    def record(self, program: str, kind: int, name: str, *codes: str) -> Rec:
        found = self.world.records.get((program, kind, name))
        if found is None:
            refuse(*(codes or ("REC_REF",)))
        return found

    def may_sign(self, program: str, role: int, owner: str, acl: str = "") -> bool:
        """Tell whether the signer is whom a row names: the owner, or who has the role."""
        if role == t.HOLDER:
            return self.signer == owner
        return self.world.has_role(program, role, self.signer, acl)

    def signs(self, program: str, role: int, owner: str, acl: str = "") -> None:
        if not self.may_sign(program, role, owner, acl):
            refuse("ROLE_MISSING", "NOT_ACCREDITED")  # two words for one thing

    def require(self, row: Any, program: str, acl: str = "", concerned: Iterable[str] = ()) -> None:
        """Note what consent a row asks for."""
        excluded = tuple(sorted(dict.fromkeys((self.org, *concerned))))
        if row.approvals or row.delay_s:
            self.terms.append((row, program))
        for quorum in row.approvals:
            self.needs.append(
                Need(
                    self.index,
                    program,
                    quorum.role,
                    quorum.side,
                    quorum.count,
                    acl,
                    row.mode or p.EXPLICIT,
                    excluded,
                )
            )

    # ---- units ----

    def choose(
        self,
        account: str,
        program: str,
        class_id: str,
        quantity: int,
        spans: Sequence[t.SerialRange],
        *,
        expired_too: bool = False,
        duty: str = "",
        usable: Any = None,
        max_lots: int = 0,
        frozen_too: bool = False,
    ) -> list[Key]:
        """The serials that an action uses; they are free, or frozen for the very duty."""
        units, now = self.world.units, self.now

        def open_to(key: Key) -> bool:
            unit = units[key]
            owed = duty and unit.issuance == duty
            if frozen_too:
                return True
            return not unit.hold and not unit.ordered and (not unit.owed or bool(owed))

        def fresh(key: Key) -> bool:
            return expired_too or not units[key].valid_until_s or now < units[key].valid_until_s

        if self.pins is not None and self.index in self.pins:
            keys = list(self.pins[self.index])
        elif spans:
            keys = list(ranges(spans))
        else:
            mine = self.world.owned(account, program, class_id)
            able = [key for key in mine if open_to(key) and fresh(key)]
            able.sort(key=lambda key: not units[key].owed)  # what is bound to the duty goes first
            if usable is not None:
                able = [key for key in able if usable(units[key])]
            if len(able) < quantity:
                stale = len([key for key in mine if open_to(key)]) >= quantity
                many = self.world.lots(able) > (max_lots or LOTS_DEFAULT)  # the walk ends sooner
                refuse(
                    "INSUFFICIENT",
                    *(("UNIT_EXPIRED",) if stale else ()),
                    *(("TOO_MANY_LOTS",) if many else ()),
                )
            keys = able[:quantity]
        few = self.world.lots([key for key in keys if key in units]) <= (max_lots or LOTS_DEFAULT)
        if not few and spans:  # lots are counted while they are looked at: either is right
            owned = all(key in units and units[key].account == account for key in keys)
            held = not all(key in units and open_to(key) for key in keys)
            refuse(
                "TOO_MANY_LOTS",
                *(() if owned else ("UNIT_UNKNOWN", "UNIT_NOT_OWNED")),
                *(("UNIT_HELD",) if held else ()),
            )
        check((all(key in units for key in keys), "UNIT_UNKNOWN"))
        whose = (account, program, class_id)
        mine_all = all(
            (units[key].account, units[key].program, units[key].class_id) == whose for key in keys
        )
        check(
            (mine_all, "UNIT_NOT_OWNED"),
            (all(open_to(key) for key in keys), "UNIT_HELD"),
            (all(fresh(key) for key in keys), "UNIT_EXPIRED"),
        )
        check((few, "TOO_MANY_LOTS"))
        self.taken.setdefault(self.index, []).extend(keys)
        return keys


def refusal_of(run: Any, *arguments: Any) -> tuple[str, ...]:
    """The codes with which a step would be refused; none where it would not."""
    try:
        run(*arguments)
    except Refused as refused:
        from tonne.v1 import codes_pb2

        return tuple(codes_pb2.Code.Name(code) for code in refused.codes)
    return ()
