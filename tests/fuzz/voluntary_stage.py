"""The stage of DAO IPCI, with notices and a pool beside it.

Must not know: what is made of the acts. Invariant: every act of the stage succeeds on it as it
stands, whether it is executed or waits (test_absurd_fields.py says so).
"""

from typing import Any

from abci_app.core import calendar, ids
from abci_app.state import schema
from tests import acts, consortium, duty_acts, duty_world
from tests.engine import market
from tests.fuzz.deeds import Deed
from tests.harness import Chain
from tests.knowledge import acts as k
from tests.names import PROGRAM, account_id
from tonne.v1 import policy_pb2 as p
from tonne.v1 import tx_pb2 as t

VOTES = (*consortium.OTHERS, "coordinator")
EXPORT = str(ids.AccountId("XI", 500, 1, 0))


# ---- DAO IPCI, with notices and a pool ----


def ipci() -> Chain:
    """Units in three hands, holds, a freeze, notices, orders, an import, a footprint, proposals."""
    chain = Chain.with_units(3000, program=market.program(duty_world.DUTIES))
    _parties(chain)
    chain.ok("issuer", acts.move(900, "issuer", "user"))
    chain.ok("coordinator", duty_acts.invalidation(15), also=("operator",))  # notice V1
    until = calendar.add_months(chain.now, 6)
    chain.ok("operator", duty_acts.reserve(50, until), also=("coordinator",))  # hold 1
    chain.ok("user", duty_acts.pledge(40, "user", "issuer"))
    chain.ok("issuer", duty_acts.pledge(40, "issuer", "user"))
    chain.ok("operator", duty_acts.freeze(30, "issuer", chain.now + 20 * market.DAY))  # hold 4
    chain.ok("bridge", acts.anchor("EXCLUSION_PROOF", None))
    chain.ok("bridge", brought(1, 100), also=("operator",))
    chain.ok("user", acts.move(20, "user", EXPORT, external_account="CR-1"), also=("bridge",))
    chain.ok("operator", duty_acts.notice("EXCESS", "issuer", 20))
    chain.ok("operator", duty_acts.notice("REPORT", "user", 0, "N2"))
    chain.ok("user", duty_acts.step("N2", "CONTESTED"))
    _published(chain)
    _with_an_end(chain)
    chain.ok("operator", k.label("physical-mrv", t.SCOPE_ACTIVITY, "A1"))
    chain.ok("issuer", market.sell(100, chain))  # order 1
    chain.ok("buyer", market.buy(100, chain, "buyer"))  # order 2
    chain.ok("buyer", market.fill(1, 10, "buyer"))
    chain.ok("user", acts.activity("A2"), acts.methodology("M2"))
    chain.pending("user", acts.move(5, "user", EXPORT, external_account="CR-1"))  # proposal 1
    chain.pending("user", acts.alter("user", name="U"))
    return chain


def _parties(chain: Chain) -> None:
    houses = ("court", "buyers", "agents", "bridges", *k.OWNERS)
    names = ("arbiter", "buyer", "agent", "bridge", *k.OWNERS)
    opened = [acts.account(name, house) for name, house in zip(names, houses, strict=True)]
    chain.ok("operator", *[acts.organisation(house) for house in houses], *opened)
    access = [acts.alter(name, market_access=True) for name in ("user", "buyer")]
    link = acts.accredit("bridge", t.BRIDGE, "carbon-registry")
    chain.ok("operator", acts.accredit("agent", t.SETTLEMENT), link, *access)
    chain.ok("coordinator", acts.accredit("arbiter", t.ARBITER))


def _published(chain: Chain) -> None:
    """Footprint F1 of three owners is published, F2 is a draft that one has acknowledged."""
    for name in ("F1", "F2"):
        boundary = acts.anchor("FOOTPRINT_BOUNDARY", (t.FOOTPRINT, name))
        chain.ok("user", k.footprint(name), boundary)
    for owner in k.OWNERS:
        chain.ok(owner, acts.transition(t.FOOTPRINT, "F1", "ACKNOWLEDGED"))
    chain.ok(k.OWNERS[0], acts.transition(t.FOOTPRINT, "F2", "ACKNOWLEDGED"))
    assurance = k.attest(t.FOOTPRINT_ASSURANCE, "FA", footprint="F1")
    chain.ok("auditor", assurance, also=("operator",))
    chain.ok("operator", acts.transition(t.FOOTPRINT, "F1", "ASSURED"))
    papers = [acts.anchor(kind, (t.FOOTPRINT, "F1")) for kind in ("POLICY", "OFFER")]
    chain.ok("user", *papers, acts.transition(t.FOOTPRINT, "F1", "PUBLISHED"))


def _with_an_end(chain: Chain) -> None:
    """Issuance R2 of A4, whose units end; statement S9 is there to raise its cap."""
    papers = [acts.anchor(x, (t.ACTIVITY, "A4")) for x in ("PROJECT_DOCUMENT", "MONITORING_PLAN")]
    chain.ok("issuer", acts.activity("A4"), *papers)
    chain.ok("auditor", acts.monitoring("S7", activity="A4"), also=("operator",))
    chain.ok("operator", acts.transition(t.ACTIVITY, "A4", "REGISTERED"))
    for name, day in (("S8", 5), ("S9", 10)):
        chain.ok("auditor", _days(name, day), also=("operator",))
    opening = t.IssuanceOpening(cap_t=7, valid_until_s=chain.now + 400 * market.DAY)
    chain.ok("issuer", acts.issuance("R2", statements=["S8"], activity="A4"))
    chain.ok("auditor", acts.transition(t.ISSUANCE, "R2", "OPENED", opening=opening))
    chain.ok("operator", acts.approved(7, 0, 0, "R2"))
    chain.ok("auditor", acts.issue(5, issuance="R2", vintage=2026), also=("operator",))


def _days(name: str, first: int) -> t.Action:
    """A verification of five days of January 2026."""
    fields = {
        "activity": "A4",
        "period_from_s": acts.YEAR(f"2026-01-{first:02}"),
        "period_to_s": acts.YEAR(f"2026-01-{first + 5:02}"),
    }
    return acts.verification(name, 7, **fields)


def brought(start: int, end: int, **changes: Any) -> t.Action:
    """Import serials of the Carbon Registry for the user."""
    source = t.ImportSource(
        link="carbon-registry",
        class_id="TMU",
        serials=t.SerialRange(space="CR", start=start, end=end),
        exclusion=acts.HASH,
    )
    message = t.Issue(program=PROGRAM, external=source, to_account=account_id("user"))
    acts.changed(message, changes)
    return t.Action(issue=message)


def returned(serials: t.SerialRange) -> t.Action:
    """Bring units back that left for the Carbon Registry."""
    source = t.ReturnSource(link="carbon-registry", serials=[serials], exclusion=acts.HASH)
    message = t.Issue(program=PROGRAM, returned=source, to_account=account_id("user"))
    return t.Action(issue=message)


def ipci_deeds(chain: Chain) -> list[Deed]:
    """Acts of every kind."""
    return [*_knowledge(chain), *_units(chain), *_consent(chain)]


def _knowledge(chain: Chain) -> list[Deed]:
    """Parties, records, papers, steps, statements."""
    later = chain.now + 90 * market.DAY
    net = t.StatementNumbers(net_t=10)
    return [
        # parties
        Deed("operator", acts.organisation("new", name="New", country="NO", kyc_hash=acts.HASH)),
        Deed("operator", acts.account("nobody", "acme", tx_limit_t=5), ("user",)),
        Deed("operator", acts.alter("user", tx_limit_t=500, category="c")),
        Deed("user", acts.alter("user", name="U"), ("operator",)),
        Deed("coordinator", acts.accredit("user", t.COUNCIL, valid_to_s=later, side="ONE")),
        Deed("operator", acts.accredit("stranger", acl="ACL-1")),
        Deed("coordinator", acts.accredit("stranger", operation=t.SUSPEND, reason="Review")),
        # records, papers and steps
        Deed("user", acts.anchor("METHODOLOGY", (t.METHODOLOGY, "M2"))),
        Deed("issuer", k.put("M3", methodology=acts.methodology().put_record.methodology)),
        Deed("issuer", acts.activity("A3")),
        Deed("issuer", k.commitment("C3")),
        Deed("issuer", acts.issuance("R3", statements=["S9"], activity="A4")),
        Deed("issuer", k.footprint("F3", valid_to_s=later)),
        Deed("operator", duty_acts.notice("EXCESS", "user", 5, "N3", classes=["TMU"])),
        Deed("operator", acts.transition(t.ISSUANCE, "R1", "SUSPENDED", reason="Review")),
        Deed("auditor", k.raised(14, ["S9"], "R2")),
        Deed("user", acts.transition(t.FOOTPRINT, "F1", "REVOKED")),
        Deed(k.OWNERS[1], acts.transition(t.FOOTPRINT, "F2", "ACKNOWLEDGED")),
        Deed("issuer", duty_acts.step("N1", "CONTESTED")),
        Deed(
            "arbiter",
            duty_acts.step("N1", "REVISED", revision=t.NoticeRevision(quantity_t=9, due_s=later)),
        ),
        Deed("arbiter", duty_acts.step("N2", "OPEN")),
        # statements
        Deed("auditor", acts.monitoring("S2"), ("operator",)),
        Deed("auditor", _days("S3", 20), ("operator",)),
        Deed("auditor", k.attest(t.CONFORMITY, "S4", activity="A1", numbers=net), ("operator",)),
        Deed("coordinator", duty_acts.invalidation(25, "V2"), ("operator",)),
        Deed("coordinator", _reversal("V3", avoidable=False), ("operator",)),
        Deed("coordinator", _reversal("V4", avoidable=True), ("operator",)),
        Deed(
            "auditor",
            k.attest(t.REASSURANCE, "V5", issuance="R2", valid_until_s=later + 400 * market.DAY),
            ("operator",),
        ),
    ]


def _units(chain: Chain) -> list[Deed]:
    """Issues, movements, locks, labels."""
    later = chain.now + 90 * market.DAY
    return [
        Deed("auditor", acts.issue(2, issuance="R2", vintage=2026), ("operator",)),
        Deed("bridge", brought(200, 260), ("operator",)),
        Deed("bridge", returned(_free(chain, EXPORT)[0]), ("operator",)),
        Deed("issuer", acts.move(20, "issuer", "user", max_lots=20)),
        Deed("user", acts.move(0, "user", "issuer", ranges=_pieces(chain, "user"))),
        Deed("user", acts.retire(1, "user", year=2025, receipt_hash=acts.HASH, note="x")),
        Deed("user", k.offset(51, 4030, "r1", over_offset=True)),
        Deed("user", acts.move(7, "user", EXPORT, external_account="CR-9"), ("bridge",)),
        Deed("issuer", acts.move(9, "issuer", duty_world.VOID, notice="N1")),
        Deed("issuer", acts.move(4, "issuer", duty_world.VOID, notice="V1")),
        Deed("user", acts.retire(5, "issuer", from_hold=3)),
        # locks
        Deed("user", duty_acts.pledge(6, "user", "issuer")),
        Deed("operator", duty_acts.reserve(6, later), ("coordinator",)),
        Deed("operator", duty_acts.extend(1, later + market.DAY * 200)),
        Deed("issuer", duty_acts.release(2, 5)),
        Deed("operator", duty_acts.freeze(6, "user", chain.now + market.DAY)),
        Deed("operator", duty_acts.unfreeze(4, 7)),
        Deed("operator", duty_acts.unfreeze(4, 0, _of_hold(chain, 4))),
        # labels
        Deed("operator", k.label("physical-mrv", t.SCOPE_ACTIVITY, "A2", valid_to_s=later)),
        Deed("operator", k.unlabel("physical-mrv", t.SCOPE_ACTIVITY, "A1")),
    ]


def _consent(chain: Chain) -> list[Deed]:
    """The market, decisions, what is the chain's own."""
    fix = [t.ResponseCode(code=4003, ranges=[duty_acts.span(1, 2)])]
    return [
        Deed("user", market.sell(30, chain, "user", min_fill_t=2, issuance="R1", vintage=2025)),
        Deed("user", market.buy(30, chain, settlement=t.AGENT)),
        Deed("user", market.fill(1, 5)),
        Deed("user", market.fill(2, 5)),
        Deed("issuer", market.confirm(1)),
        Deed("issuer", market.deny(1)),
        Deed("issuer", market.cancel(1)),
        Deed("buyer", market.take_back(1)),
        # consent
        Deed("bridge", acts.yes(1)),
        Deed("bridge", _with_codes(acts.no(1), fix)),
        Deed("user", acts.withdraw(2)),
        # the chain's own
        Deed("consortium-1", _version(chain), VOTES),
        Deed("consortium-1", _params(chain), consortium.OTHERS),
    ]


def _reversal(name: str, *, avoidable: bool) -> t.Action:
    found = {"kind": t.REVERSAL, "avoidable": avoidable}
    return duty_acts.invalidation(5, name, **found)


def _with_codes(action: t.Action, codes: list[t.ResponseCode]) -> t.Action:
    action.decide.codes.extend(codes)
    return action


def _free(chain: Chain, name: str, program: str = PROGRAM) -> list[t.SerialRange]:
    """Return the serials that an account could move."""
    return [
        duty_acts.span(lot.start, lot.end, lot.space)
        for lot in schema.LOTS.all(chain.app.ledger)
        if (lot.account, lot.program) == (account_id(name), program) and not lot.hold + lot.frozen
    ]


def _pieces(chain: Chain, name: str) -> list[t.SerialRange]:
    """Return two pieces of a lot of an account."""
    lot = next(item for item in _free(chain, name) if item.end - item.start > 3)
    return [duty_acts.span(at, at + 1, lot.space) for at in (lot.start, lot.start + 3)]


def _of_hold(chain: Chain, number: int) -> list[t.SerialRange]:
    first = chain.hold(number).ranges[0]
    return [duty_acts.span(first.start, first.start + 2, first.space)]


def _version(chain: Chain) -> t.Action:
    return consortium.put(consortium.following(chain, name="DAO IPCI again"))


def _params(chain: Chain) -> t.Action:
    params = p.ChainParams()
    params.CopyFrom(chain.app.chain.params)
    params.duties_per_block += 1
    return t.Action(put_policy=t.PutPolicy(params=params))
