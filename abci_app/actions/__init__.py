"""The law, one article a file: which act each arm of `Action` is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from abci_app.actions import (
    accredit,
    anchor,
    attest,
    convert,
    decide,
    fill_order,
    hold,
    issue,
    label,
    move,
    place_order,
    put_account,
    put_policy,
    put_record,
    transition,
    withdraw,
)
from abci_app.engine.context import Tx


@dataclass(frozen=True)
class Act:
    """An action: its shape, its static cost, its effect."""

    check: Callable[[Any], None]
    cost: Callable[[Any], int]
    execute: Callable[[Tx, Any], None]
    consent: bool = False  # Decide and Withdraw never become proposals


ACTIONS: dict[str, Act] = {
    "put_policy": Act(put_policy.check, put_policy.cost, put_policy.execute),
    "put_account": Act(put_account.check, put_account.cost, put_account.execute),
    "accredit": Act(accredit.check, accredit.cost, accredit.execute),
    "anchor": Act(anchor.check, anchor.cost, anchor.execute),
    "put_record": Act(put_record.check, put_record.cost, put_record.execute),
    "transition": Act(transition.check, transition.cost, transition.execute),
    "attest": Act(attest.check, attest.cost, attest.execute),
    "issue": Act(issue.check, issue.cost, issue.execute),
    "move": Act(move.check, move.cost, move.execute),
    "convert": Act(convert.check, convert.cost, convert.execute),
    "hold": Act(hold.check, hold.cost, hold.execute),
    "label": Act(label.check, label.cost, label.execute),
    "decide": Act(decide.check, decide.cost, decide.execute, consent=True),
    "withdraw": Act(withdraw.check, withdraw.cost, withdraw.execute, consent=True),
    "place_order": Act(place_order.check, place_order.cost, place_order.execute),
    "fill_order": Act(fill_order.check, fill_order.cost, fill_order.execute),
}
