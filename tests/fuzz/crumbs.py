"""A stage on which units lie in crumbs: what acts cost that touch many lots.

Must not know: what is made of the acts. Invariant: that of stages.py.
"""

from collections.abc import Sequence

from abci_app.core.keys import Table
from tests import acts, duty_acts
from tests.engine import market
from tests.fuzz import voluntary_stage as voluntary
from tests.fuzz.deeds import Deed
from tests.harness import Chain
from tests.names import PROGRAM
from tonne.v1 import tx_pb2 as t

CRUMBS = 300  # lots of one unit that the user has, none beside another
FIRST = 2000  # the lowest of their serials


def crumbs() -> Chain:
    """The user has so many lots; some are pledged, some offered, some wait for the bridge."""
    chain = voluntary.ipci()
    chain.block(at=chain.now + 60)  # another quota
    for start in range(FIRST, FIRST + 2 * CRUMBS, 120):
        ranges = [duty_acts.span(at, at) for at in range(start, start + 120, 2)]
        chain.ok("issuer", acts.move(0, "issuer", "user", ranges=ranges, max_lots=64))
    chain.ok("user", duty_acts.pledge(0, "user", "issuer", ranges=several(0), max_lots=64))
    chain.ok("user", market.sell(60, chain, "user", ranges=several(1), max_lots=64))
    chain.ok("buyer", market.fill(3, 60, "buyer", max_lots=64))
    leaving = acts.move(
        0, "user", voluntary.EXPORT, ranges=several(2), external_account="CR-1", max_lots=64
    )
    chain.pending("user", leaving)
    chain.ok(
        "operator",
        duty_acts.freeze(0, "user", 0, ranges=several(3), max_lots=64),
        also=("coordinator",),
    )
    return chain


def several(part: int) -> list[t.SerialRange]:
    """Return a fifth of the crumbs; the last one is free."""
    start = FIRST + 2 * part * CRUMBS // 5
    return [duty_acts.span(at, at) for at in range(start, start + 2 * CRUMBS // 5, 2)]


def released(hold: int) -> t.Action:
    change = t.ReleaseHold(hold=hold, max_lots=60)
    return t.Action(hold=t.HoldUnits(program=PROGRAM, release=change))


def lifted(hold: int, ranges: Sequence[t.SerialRange] = ()) -> t.Action:
    change = t.FreezeUnits(hold=hold, ranges=ranges, max_lots=60)
    return t.Action(hold=t.HoldUnits(program=PROGRAM, unfreeze=change))


def crumb_deeds(chain: Chain) -> list[Deed]:
    """Acts that touch as many lots as they may."""
    later = chain.now + 90 * market.DAY
    last = chain.last(Table.HOLD)
    return [
        Deed("issuer", acts.move(900, "issuer", "user", max_lots=256)),
        Deed("user", acts.retire(500, "user", max_lots=256)),
        Deed("issuer", acts.retire(60, "user", from_hold=last - 3, max_lots=60)),
        Deed("user", duty_acts.pledge(400, "user", "issuer", max_lots=256)),
        Deed("operator", duty_acts.reserve(300, later, max_lots=256), ("coordinator",)),
        Deed("issuer", released(last - 3)),
        Deed("operator", duty_acts.freeze(200, "issuer", chain.now + 60, max_lots=256)),
        Deed("operator", lifted(last)),
        Deed("operator", lifted(last, several(3)[::2])),
        Deed("user", market.confirm(3)),
        Deed("user", market.cancel(3)),
        Deed("bridge", acts.yes(3)),
        Deed("bridge", acts.no(3)),
        Deed("user", acts.withdraw(3)),
        Deed("coordinator", duty_acts.invalidation(2500, "V2"), ("operator",)),
    ]


def dear_deeds(chain: Chain) -> list[Deed]:
    """The same for acts that do not say how many lots they may touch: more than the default."""
    last = chain.last(Table.HOLD)
    return [
        Deed("user", acts.retire(0, "user", ranges=several(4))),
        Deed("issuer", acts.retire(60, "user", from_hold=last - 3)),
        Deed("user", duty_acts.pledge(0, "user", "issuer", ranges=several(4))),
        Deed("issuer", duty_acts.release(last - 3)),
        Deed("issuer", duty_acts.release(last - 3, 9)),
        Deed("operator", duty_acts.unfreeze(last)),
        Deed("operator", duty_acts.unfreeze(last, 9)),
        Deed("operator", duty_acts.unfreeze(last, 0, several(3)[:9])),
        Deed("user", market.sell(60, chain, "user", ranges=several(4))),
    ]
