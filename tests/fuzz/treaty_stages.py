"""The stages of two programs under a treaty: Kyoto units of Kazakhstan, and a scheme of quotas.

Must not know: what is made of the acts. Invariant: that of stages.py.
"""

from typing import Any

from abci_app.core import calendar
from tests import acts, kyoto, quotas
from tests.fuzz.deeds import Deed
from tests.harness import Chain
from tests.names import account_id
from tonne.v1 import tx_pb2 as t

SMALL = (
    'period = "CP1", assigned_amount_t = 1_500_000_000, last_inventory_t = 280_000_000',
    'period = "CP1", assigned_amount_t = 1_000_000, last_inventory_t = 190_000',
)
BOTH = ("kz.authority", "kz.log")
STATE, LOG = ("kz.authority",), ("kz.log",)

# ---- Kyoto ----


def kazakh() -> Chain:
    """The period is over: four kinds of units, an obligation half met, notices, a proposal."""
    chain = kyoto.chain(SMALL)
    chain.ok("kz.operator", kyoto.issue("AAU", 990_000), also=BOTH)
    kyoto.project(chain, "P1", 40_000)
    joint = kyoto.convert("AAU to ERU track 1", 30_000, activity="P1")
    chain.ok("kz.operator", joint, also=STATE)
    chain.ok("kz.operator", kyoto.move("ERU", 5_000, "kz.state", "kz.owner"), also=STATE)
    chain.ok("kz.authority", inventory("I1"))
    chain.ok("kz.cdm", kyoto.bring("CER", 1, 60_000), also=LOG)
    chain.ok("kz.cdm", temporary(100_001, 120_000), also=LOG)
    draft = t.ObligationDraft(party="KZ", period="CP1")
    made = t.PutRecord(program=kyoto.PROGRAM, id="O1", obligation=draft)
    amount = t.ObligationAmount(amount_t=900_000)
    fixed = kyoto.step(t.OBLIGATION, "O1", "VERIFIED", amount=amount)
    chain.ok("kz.authority", t.Action(put_record=made), fixed)
    chain.block(at=calendar.parse_iso("2013-01-01"))
    chain.ok("kz.operator", kyoto.annul("AAU", 100), also=STATE)
    chain.ok("kz.log", kyoto.notice("EXPIRY_TCER", 900, classes=["AAU"], period="CP2"))
    chain.ok("kz.log", kyoto.notice("EXCESS_ISSUE", 700, "N2"))
    chain.pending("kz.operator", kyoto.export("AAU", 90))
    return chain


def inventory(name: str, **changes: Any) -> t.Action:
    """What sinks took in, by which removal units are issued."""
    message = t.Attest(
        program=kyoto.PROGRAM,
        id=name,
        kind=t.INVENTORY,
        party="KZ",
        period="CP1",
        lulucf=3,
        numbers=t.StatementNumbers(net_t=50_000),
    )
    acts.changed(message, changes)
    return t.Action(attest=message)


def temporary(start: int, end: int) -> t.Action:
    until = calendar.parse_iso("2021-01-01")
    return kyoto.bring("tCER", start, end, external__valid_until_s=until)


def kazakh_deeds(chain: Chain) -> list[Deed]:
    """Acts of each part of the Kyoto program."""
    later = chain.now + 20 * 86_400
    claim = t.ResponseCode(code=4003, ranges=kyoto.ranges((30_001, 30_050)))
    no = t.Decide(proposal=1, verdict=t.NO, reason="Under review", codes=[claim])
    return [
        Deed("kz.operator", kyoto.issue("AAU", 10_000), BOTH),
        Deed("kz.operator", kyoto.issue("RMU", 50, cap__lulucf=3), BOTH),
        Deed("kz.cdm", kyoto.bring("CER", 70_001, 70_100), LOG),
        Deed("kz.cdm", temporary(120_001, 120_009), LOG),
        Deed("kz.operator", kyoto.convert("AAU to ERU track 1", 10_000, activity="P1"), STATE),
        Deed("kz.operator", kyoto.convert("carry over AAU", 90), BOTH),
        Deed("kz.operator", kyoto.convert("carry over ERU", 90, max_lots=3), BOTH),
        Deed("kz.operator", kyoto.move("AAU", 900, "kz.state", "411", notice="N1")),
        Deed("kz.operator", kyoto.move("AAU", 700, "kz.state", "240", notice="N2")),
        Deed("kz.operator", kyoto.move("ERU", 7, "kz.state", "230"), STATE),
        Deed("kz.operator", kyoto.move("ERU", 7, "kz.state", "kz.owner"), STATE),
        Deed("kz.owner", kyoto.move("ERU", 7, "kz.owner", "kz.person")),
        Deed("kz.operator", kyoto.export("AAU", 90), BOTH),
        Deed("kz.operator", kyoto.annul("AAU", 900), STATE),
        Deed("kz.operator", kyoto.annul("CER", 900, year=2012), STATE),
        Deed("kz.log", kyoto.notice("REVERSAL", 9, "N3", classes=["lCER"], identifier="X1")),
        Deed("kz.state", kyoto.step(t.NOTICE, "N2", "CONTESTED")),
        Deed("kz.authority", inventory("I2", lulucf=4)),
        Deed("kz.log", t.Action(decide=no)),
        Deed("kz.authority", acts.yes(1)),
        Deed("kz.operator", acts.withdraw(1)),
        Deed("kz.authority", kyoto.of_kz(acts.accredit("kz.person", t.AUDITOR, valid_to_s=later))),
    ]


# ---- quotas ----


def scheme() -> Chain:
    """Quotas surrendered, some given back; an authorization, a label, trust, a plant's credits."""
    chain = quotas.chain(('checks = ["AUTHZ", "LABEL_REQUIRED"]', 'checks = ["AUTHZ"]'), LABELLESS)
    papers = [acts.methodology(), acts.activity(), acts.activity("A2")]
    for action in papers:
        action.put_record.program = quotas.PROGRAM
    chain.ok("q.plant", *papers)
    chain.ok("q.authority", quotas.step(t.ACTIVITY, "A1", "REGISTERED"))
    chain.ok("q.plant", converted(150))
    chain.ok("q.authority", authorization("AUTH1"))
    chain.ok("q.labeller", labelled(1, 50))
    quotas.obligation(chain, 500)
    chain.ok("q.plant", quotas.surrender(40))
    chain.ok("q.operator", quotas.give_back(5), also=("q.authority",))
    chain.ok("q.authority", obliged("O3"))
    chain.ok("q.plant", trust())
    return chain


LABELLESS = ('labels = ["CORSIA"]\n', "")


def trust(**changes: Any) -> t.Action:
    change = t.AccountChange(id=account_id("q.plant"), allow_untrusted=False)
    change.add_trusted.append(account_id("q.trader"))
    acts.changed(change, changes)
    return t.Action(put_account=t.PutAccount(program=quotas.PROGRAM, account=change))


def converted(quantity: int) -> t.Action:
    message = t.Convert(
        program=quotas.PROGRAM,
        rule="QUOTA to CREDIT of a plant",
        class_id="QUOTA",
        quantity_t=quantity,
        account=account_id("q.plant"),
        activity="A1",
    )
    return t.Action(convert=message)


def authorization(name: str) -> t.Action:
    draft = t.AuthorizationDraft(
        party="NO",
        approach="CA0001",
        quantity_t=100,
        purposes=["IMP", "NDC"],
        entities=["steelworks"],
        year_from=2025,
        year_to=2027,
        activity="A1",
        first_transfer="USE_OR_CANCELLATION",
    )
    return t.Action(put_record=t.PutRecord(program=quotas.PROGRAM, id=name, authorization=draft))


def labelled(start: int, end: int, **changes: Any) -> t.Action:
    message = t.SetLabel(
        program=quotas.PROGRAM,
        operation=t.ADD_LABEL,
        label="CORSIA",
        scope=t.SCOPE_LOT,
        ranges=[t.SerialRange(space="XQ", start=start, end=end)],
        reason="As the board decided",
    )
    acts.changed(message, changes)
    return t.Action(label=message)


def use(start: int, end: int) -> t.Action:
    units = [t.SerialRange(space="XQ", start=start, end=end)]
    fields: dict[str, Any] = {
        "purpose": t.OIMP_CORSIA,
        "beneficiary": t.Beneficiary(name="Airline", id="x", country="NO"),
        "authorization": "AUTH1",
        "class_id": "CREDIT",
        "ranges": units,
    }
    return quotas.move(0, quotas.RETIRE, **fields)


def scheme_deeds(chain: Chain) -> list[Deed]:
    """Acts of each part of the scheme."""
    del chain
    plain: dict[str, Any] = {
        "purpose": t.VOLUNTARY,
        "beneficiary": t.Beneficiary(person_hash=acts.HASH),
    }
    return [
        Deed("q.plant", converted(7)),
        Deed("q.authority", authorization("AUTH2")),
        Deed("q.authority", quotas.step(t.AUTHORIZATION, "AUTH1", "REVOKED")),
        Deed("q.labeller", labelled(60, 70)),
        Deed("q.labeller", labelled(1, 9, operation=t.REMOVE_LABEL)),
        Deed("q.plant", quotas.surrender(3)),
        Deed("q.operator", quotas.give_back(6), ("q.authority",)),
        Deed("q.plant", use(101, 110)),
        Deed("q.plant", quotas.move(2, quotas.RETIRE, **plain)),
        Deed("q.plant", quotas.move(2, "q.trader")),
        Deed("q.plant", quotas.move(2, "q.plant-2")),
        Deed("q.plant", trust(add_trusted=[], remove_trusted=[account_id("q.trader")])),
        Deed("q.plant", trust(add_trusted=[account_id("q.plant-2")])),
        Deed("q.authority", obliged("O2")),
        Deed("q.authority", fixed()),
    ]


def obliged(name: str) -> t.Action:
    draft = t.ObligationDraft(account=account_id("q.trader"), period="Y2", amount_t=0)
    return t.Action(put_record=t.PutRecord(program=quotas.PROGRAM, id=name, obligation=draft))


def fixed() -> t.Action:
    amount = t.ObligationAmount(amount_t=700)
    return quotas.step(t.OBLIGATION, "O3", "VERIFIED", amount=amount)
