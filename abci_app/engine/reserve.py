"""The commitment period reserve: what a registry must keep (S1-6, S1-34).

Must not know: any program. Invariant: after a movement that is not exempt, the units that count are
at least the reserve (C-12); the reserve is no invariant of the state, for exempt units and a new
inventory may leave less.
"""

from abci_app.core import u64
from abci_app.core.codes import Code, refuse
from abci_app.state.policies import CANCELLED_KINDS, Rules, sink_id
from abci_app.state.schema import HOLDINGS, SUPPLIES
from abci_app.store.kv import Reader
from tonne.v1.tx_pb2 import EXPORT, RETIRE

EXEMPT_TRACK = 2  # units of projects that international verifiers determined


def required(rules: Rules, party: str, period: str) -> int:
    """Return the reserve: the lesser of a share of the assigned amount and some inventories.

    0 where the program names no amount for the party and period, or no inventory bound: then the
    share alone counts.
    """
    row = rules.parties.get(party)
    given = [item for item in row.periods if item.period == period] if row is not None else []
    if not given:
        return 0
    terms = rules.period(period)
    share = u64.ceil_bps(given[0].assigned_amount_t, terms.reserve_share_bps)
    if not (terms.reserve_inventories and given[0].last_inventory_t):
        return share
    return min(share, terms.reserve_inventories * given[0].last_inventory_t)


def held(reader: Reader, rules: Rules, period: str) -> int:
    """Return the units that count: of the named classes, neither cancelled, replaced nor gone.

    What was retired counts for the period that it was retired for.
    """
    program = rules.program
    number = rules.period(period).number
    total = 0
    for class_id in program.params.cpr_classes:
        supply = SUPPLIES.look(reader, program.id, class_id)
        if supply is not None:
            total += supply.created_t + supply.converted_in_t - supply.converted_out_t
        for sink in program.sinks:
            other = sink.kind == RETIRE and sink.period not in (0, number)
            if other or sink.kind in (*CANCELLED_KINDS, EXPORT):
                holding = HOLDINGS.look(reader, sink_id(program, sink), program.id, class_id)
                total -= holding.free_t if holding is not None else 0
    return total


def check(
    reader: Reader, rules: Rules, party: str, period: str, class_id: str, quantity: int
) -> None:
    """Refuse when `quantity` of a class that counts would leave less than the reserve; CPR_BREACH.

    Units without a period are of the period that the program began with.
    """
    if class_id not in rules.program.params.cpr_classes:
        return
    periods = rules.program.periods
    code = period or (periods[0].code if periods else "")
    if not code:
        return
    least, have = required(rules, party, code), held(reader, rules, code)
    if have - quantity < least:
        room = max(0, have - least)
        refuse(Code.CPR_BREACH, f"{have} count, {least} must stay: {room} may leave")
