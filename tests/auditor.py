"""The registry again, naively: one dictionary entry a serial, whole copies, linear scans.

Must not know: anything of abci_app or node; it shares the messages and the names of codes alone,
and was written from the law. Invariant: it answers every transaction with the codes that the law
allows.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.audit import consent, evidence, locks, market, people, records, supply, time, units
from tests.audit.envelope import Envelope
from tests.audit.model import Acc, Org, Refused, Seat, World, well_formed
from tonne.v1 import codes_pb2
from tonne.v1 import policy_pb2 as p
from tonne.v1 import tx_pb2 as t

DECISIONS = ("decide", "withdraw")
OF_ACTIVITIES = (
    t.VERIFICATION,
    t.VALIDATION,
    t.MONITORING_SYSTEM,
    t.EMISSIONS,
    t.RECONCILIATION,
)
OF_PERIODS = (t.VERIFICATION, t.RECONCILIATION, t.EMISSIONS)
HANDLERS: dict[str, Callable[[Envelope, Any], None]] = {
    "put_policy": people.put_policy,
    "put_account": people.put_account,
    "accredit": people.accredit,
    "anchor": people.anchor,
    "put_record": records.put_record,
    "transition": records.transition,
    "attest": evidence.attest,
    "issue": supply.issue,
    "move": units.move,
    "convert": supply.convert,
    "hold": locks.hold,
    "label": locks.label,
    "place_order": market.place_order,
    "fill_order": market.fill_order,
}


@dataclass(frozen=True)
class Answer:
    """What may be said to a transaction: OK alone, or one of some refusals."""

    codes: tuple[int, ...]
    proposed: bool = False

    @property
    def ok(self) -> bool:
        return self.codes == (codes_pb2.OK,)

    def names(self) -> str:
        return "/".join(codes_pb2.Code.Name(code) for code in self.codes)


def execute(env: Envelope, action: t.Action) -> None:
    name = str(action.WhichOneof("action"))
    HANDLERS[name](env, getattr(action, name))


def shape(action: t.Action) -> bool:
    """What no state makes right."""
    name = str(action.WhichOneof("action"))
    act = getattr(action, name)
    if name == "attest" and act.kind in OF_ACTIVITIES and not act.activity:
        return False
    if name == "attest" and act.kind == t.RECONCILIATION and not act.reconciled:
        return False
    if name == "attest" and (act.period_from_s or act.period_to_s or act.kind in OF_PERIODS):
        return bool(act.period_from_s < act.period_to_s)
    if name == "hold" and act.WhichOneof("change") == "place":
        return bool(act.place.controller != act.place.account)
    if name == "put_account" and act.WhichOneof("subject") == "account":
        return well_formed(act.account.id)
    if name in ("move", "convert"):
        return bool(act.quantity_t) != bool(act.ranges)
    return True


def refused(*names: str) -> Answer:
    return Answer(tuple(int(codes_pb2.Code.Value(name)) for name in names))


class Auditor:
    """Hears the facts of the first day, then block after block."""

    def __init__(
        self,
        time_s: int,
        organisations: Iterable[Org],
        accounts: Iterable[Acc],
        seats: Iterable[tuple[tuple[str, int, str, str], Seat]],
        programs: Iterable[p.Program],
    ) -> None:
        self.world = World(now=time_s)
        self.world.orgs = {org.id: org for org in organisations}
        self.world.accounts = {acc.id: acc for acc in accounts}
        self.world.seats = dict(seats)
        self.world.programs = {program.id: (program,) for program in programs}

    def block(
        self, now: int, envelopes: Sequence[tuple[tuple[str, ...], tuple[t.Action, ...]]]
    ) -> list[Answer]:
        """What each transaction of a block is answered."""
        before = self.world.copy()  # who may sign is as it stood before the block
        self.world.now = now
        self.world = time.pass_by(self.world, execute)
        return [self.transaction(before, signers, actions) for signers, actions in envelopes]

    def transaction(
        self, before: World, signers: tuple[str, ...], actions: tuple[t.Action, ...]
    ) -> Answer:
        mixed = [str(action.WhichOneof("action")) in DECISIONS for action in actions]
        # What is wrong with the envelope itself keeps it out of a block, whatever is seen first.
        wrong = [
            name
            for name, bad in (
                ("SIGNER_UNKNOWN", any(name not in before.accounts for name in signers)),
                ("SIGNER_INACTIVE", not all(before.active(name) for name in signers)),
                ("SIGNER_REPEATED", len(signers) != len(dict.fromkeys(signers))),
                ("ENVELOPE_MIXED", any(mixed) != all(mixed)),
                ("ACTION_SHAPE", not all(shape(action) for action in actions)),
            )
            if bad
        ]
        if wrong:
            return refused(*wrong)
        try:
            if any(mixed):
                self.world = self._decisions(signers, actions)
                return Answer((codes_pb2.OK,))
            self.world, waits = consent.propose(self.world, signers, actions, execute)
        except Refused as refusal:
            return Answer(refusal.codes)
        return Answer((codes_pb2.OK,), proposed=waits)

    def _decisions(self, signers: tuple[str, ...], actions: tuple[t.Action, ...]) -> World:
        world = self.world
        for action in actions:
            who = signers[action.signer_index]
            if action.WhichOneof("action") == "decide":
                act = action.decide
                world = (
                    market.confirm(world, who, act)
                    if act.HasField("fill")
                    else consent.decide(world, who, act, execute)
                )
            else:
                back = action.withdraw
                if back.order:
                    world = market.withdraw_order(world, who, back)
                elif back.HasField("fill"):
                    world = market.withdraw_fill(world, who, back)
                else:
                    world = consent.withdraw(world, who, back)
        return world
