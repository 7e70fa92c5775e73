"""Holds, notices and decisions as short calls, beside those of acts.

Must not know: chains. Invariant: what a test does not name is valid.
"""

from collections.abc import Sequence
from typing import Any

from tests.acts import changed
from tests.names import PROGRAM, account_id
from tonne.v1 import tx_pb2 as t

SPACE = "IPCI.R1"


def span(start: int, end: int, space: str = SPACE) -> t.SerialRange:
    return t.SerialRange(space=space, start=start, end=end)


def _hold(**arms: Any) -> t.Action:
    return t.Action(hold=t.HoldUnits(program=PROGRAM, **arms))


def pledge(quantity: int, who: str, controller: str, **changes: Any) -> t.Action:
    message = t.PlaceHold(
        kind=t.PLEDGE,
        account=account_id(who),
        class_id="TMU",
        quantity_t=quantity,
        controller=account_id(controller),
        claim_to=[t.HOLDING, t.RETIRE],
    )
    changed(message, changes)
    return _hold(place=message)


def reserve(quantity: int, until: int, who: str = "issuer", **changes: Any) -> t.Action:
    message = t.PlaceHold(
        kind=t.RESERVE,
        account=account_id(who),
        class_id="TMU",
        quantity_t=quantity,
        release_at_s=until,
    )
    changed(message, changes)
    return _hold(place=message)


def extend(hold: int, until: int) -> t.Action:
    return _hold(extend=t.ExtendHold(hold=hold, release_at_s=until))


def release(hold: int, quantity: int = 0) -> t.Action:
    return _hold(release=t.ReleaseHold(hold=hold, quantity_t=quantity))


def freeze(quantity: int, who: str, until: int = 0, **changes: Any) -> t.Action:
    message = t.FreezeUnits(
        account=account_id(who), class_id="TMU", quantity_t=quantity, until_s=until
    )
    changed(message, changes)
    return _hold(freeze=message)


def unfreeze(hold: int, quantity: int = 0, ranges: Sequence[t.SerialRange] = ()) -> t.Action:
    return _hold(unfreeze=t.FreezeUnits(hold=hold, quantity_t=quantity, ranges=ranges))


def invalidation(quantity: int, name: str = "V1", **changes: Any) -> t.Action:
    message = t.Attest(
        program=PROGRAM, id=name, kind=t.INVALIDATION, issuance="R1", quantity_t=quantity
    )
    changed(message, changes)
    return t.Action(attest=message)


def notice(kind: str, debtor: str, quantity: int, name: str = "N1", **changes: Any) -> t.Action:
    fields = t.NoticeDraft(kind=kind, debtor=account_id(debtor), quantity_t=quantity)
    changed(fields, changes)
    return t.Action(put_record=t.PutRecord(program=PROGRAM, id=name, notice=fields))


def step(name: str, to_state: str, **changes: Any) -> t.Action:
    """Take a notice to a state."""
    message = t.Transition(
        program=PROGRAM, record=t.RecordRef(kind=t.NOTICE, id=name), to_state=to_state
    )
    changed(message, changes)
    return t.Action(transition=message)
