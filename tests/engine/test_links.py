"""Units over links: in once, out when the counterpart confirms, back by their own serials."""

import random
from typing import Any

import pytest

from abci_app.core import ids
from abci_app.core.codes import Code
from abci_app.state.schema import ACCOUNTS, IMPORTS, LINK_TOTALS, LOTS
from tests import acts
from tests.actions.refusal import Case
from tests.harness import IPCI, Chain, edited
from tests.names import PROGRAM, account_id
from tonne.v1 import service_pb2 as q
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

THERE_SINK = str(ids.AccountId("XI", 810, 1, 0))
AWAY_SINK = str(ids.AccountId("XI", 811, 1, 0))
ROWS = """
[[links]]
id = "there"
registry = "XT"
direction = "IMPORT_AND_EXPORT"
classes = [{ theirs = "THEIRS", ours = "TMU" }]
signer = "BRIDGE"
approvals = [{ role = "OPERATOR", count = 1 }]
requires = ["EXCLUSION_PROOF"]

[[links]]
id = "twin"
registry = "XT"
direction = "IMPORT_ONLY"
classes = [{ theirs = "THEIRS", ours = "TMU" }]
signer = "BRIDGE"
approvals = [{ role = "OPERATOR", count = 1 }]
requires = ["CONFORMITY", "DECISION"]

[[links]]
id = "away"
registry = "XA"
direction = "EXPORT_ONLY"
classes = [{ theirs = "OTHER", ours = "TMU" }]

[[sinks]]
kind = "EXPORT"
code = 810
name = "Units that left for there"
link = "there"

[[sinks]]
kind = "EXPORT"
code = 811
name = "Units that left for away"
link = "away"
"""
BRIDGE_ROLE = """
[[roles]]
role = "BRIDGE"
grants = [{ by = "OPERATOR", named_list = true }]
"""
EXPORT_RULE = """
[[move_rules]]
name = "out over a link"
from_kind = "HOLDING"
to_kind = "EXPORT"
signer = "HOLDER"
approvals = [{ role = "BRIDGE", count = 1 }]
requires = ["EXTERNAL_ACCOUNT"]
"""
CONFORMITY_RULE = """
[[approval_rules]]
name = "conformity of units of other systems"
action = "ATTEST"
subject = "CONFORMITY"
signer = "AUDITOR"
approvals = [{ role = "OPERATOR", count = 1 }]
"""


def program() -> str:
    """DAO IPCI with three links of the test's own, and what they need that it lacks."""
    text = edited(IPCI, ('expiry_mode = "REASSURE"', 'expiry_mode = "NO_EXPIRY"'))
    for kind in ("EXCLUSION_PROOF", "DECISION"):
        if f'"{kind}"' not in text:
            text = edited(text, ("document_kinds = [", f'document_kinds = [\n  "{kind}",'))
    for mark, rows in (
        ('role = "BRIDGE"', BRIDGE_ROLE),
        ('to_kind = "EXPORT"', EXPORT_RULE),
        ('subject = "CONFORMITY"', CONFORMITY_RULE),
    ):
        if mark not in text:
            text += rows
    return text + ROWS


def bring(start: int, end: int, link: str = "there", **changes: Any) -> t.Action:
    """Import serials START to END of the other registry's space TH for the user."""
    source = t.ImportSource(
        link=link,
        class_id="THEIRS",
        serials=t.SerialRange(space="TH", start=start, end=end),
        exclusion=acts.HASH,
        decision=acts.HASH,
        statement="C1",
    )
    message = t.Issue(program=PROGRAM, external=source, to_account=account_id("user"))
    acts.changed(message, changes)
    return t.Action(issue=message)


def back(*ranges: tuple[str, int, int], link: str = "there", **changes: Any) -> t.Action:
    serials = [t.SerialRange(space=space, start=start, end=end) for space, start, end in ranges]
    source = t.ReturnSource(link=link, serials=serials, exclusion=acts.HASH)
    message = t.Issue(program=PROGRAM, returned=source, to_account=account_id("user"))
    acts.changed(message, changes)
    return t.Action(issue=message)


def out(quantity: int, sink: str = THERE_SINK, **changes: Any) -> t.Action:
    return acts.move(quantity, "user", sink, **{"external_account": "THERE-77", **changes})


def linked() -> Chain:
    """A bridge for each link and another for none; proofs anchored; the user has no units."""
    chain = Chain.with_issuance(program=program())
    chain.all_ok(
        chain.tx(
            "operator",
            acts.organisation("bridges"),
            acts.account("bridge", "bridges"),
            *(acts.accredit("bridge", t.BRIDGE, acl) for acl in ("there", "twin", "away")),
        ),
        chain.tx("user", acts.anchor("EXCLUSION_PROOF", None), acts.anchor("DECISION", None)),
    )
    return chain


def imported() -> Chain:
    """Beside the bridge: 1,000 units came in for the user as TH:1001-2000."""
    chain = linked()
    chain.ok("bridge", bring(1001, 2000), also=("operator",))
    return chain


def exported() -> Chain:
    """Of those, the first 300 left again."""
    chain = imported()
    chain.ok("user", out(300), also=("bridge",))
    return chain


def total(chain: Chain, link: str = "there") -> s.LinkTotal:
    row = LINK_TOTALS.get(chain.app.ledger, PROGRAM, link)
    assert row is not None
    return row


def test_the_links_of_the_test_are_the_only_ones_of_their_registries() -> None:
    assert all(f'registry = "{code}"' not in IPCI for code in ("XT", "XA"))


def test_imported_units_get_serials_here_and_keep_those_of_the_other_registry() -> None:
    chain = imported()
    row = IMPORTS.get(chain.app.ledger, 1)
    assert row is not None
    assert (row.external.start, row.external.end, row.registry) == (1001, 2000, "XT")
    assert (row.own.start, row.own.end) == (1, 1000)
    lot = LOTS.get(chain.app.ledger, row.own.space, 1)
    assert lot is not None
    assert (lot.imported, lot.account, lot.end) == (1, account_id("user"), 1000)
    assert total(chain).imported_t == 1000
    assert chain.balance("user") == (1000, 0)


def test_an_import_that_nobody_approved_waits() -> None:
    chain = linked()
    proposal = chain.pending("bridge", bring(1, 10))
    assert chain.balance("user") == (0, 0)
    chain.decided("operator", proposal)
    assert chain.balance("user") == (10, 0)


def test_an_import_checks_again_when_it_is_executed() -> None:
    chain = linked()
    first = chain.pending("bridge", bring(1, 10))
    second = chain.pending("bridge", bring(10, 20))
    chain.decided("operator", first)
    chain.decided("operator", second, s.PROPOSAL_FAILED)
    assert chain.proposal(second).code == Code.IMPORT_DUP


def test_exports_wait_for_the_counterpart_and_are_held_meanwhile() -> None:
    chain = imported()
    proposal = chain.pending("user", out(300))
    chain.refused(Code.INSUFFICIENT, "user", acts.retire(701, "user"))
    assert chain.balance(THERE_SINK)[0] == 0
    chain.decided("bridge", proposal)
    assert chain.balance(THERE_SINK)[0] == 300
    assert total(chain).exported_t == 300


def test_a_no_of_the_counterpart_gives_the_units_back() -> None:
    chain = imported()
    proposal = chain.pending("user", out(300))
    chain.ok("bridge", acts.no(proposal, reason="account closed"))
    assert chain.balance("user") == (1000, 0)


def test_a_restricted_debtor_sends_nothing_abroad() -> None:
    chain = imported()
    chain.ok("operator", acts.alter("user", status=t.ACCOUNT_RESTRICTED))
    chain.refused(Code.ACC_STATUS, "user", out(300), also=("bridge",))


def test_units_come_back_by_their_own_serials_and_may_leave_again() -> None:
    chain = exported()
    space = total(chain).space
    chain.ok("bridge", back((space, 101, 150), (space, 200, 249)), also=("operator",))
    assert chain.balance("user")[0] == 800
    assert chain.balance(THERE_SINK)[0] == 200
    assert total(chain).returned_t == 100
    chain.ok("user", out(800), also=("bridge",))
    found = total(chain)
    assert found.exported_t - found.returned_t == 1000 == chain.balance(THERE_SINK)[0]


def test_what_was_issued_here_may_leave_and_come_back() -> None:
    chain = linked()
    chain.ok("auditor", acts.issue(100), also=("operator",))
    chain.ok("issuer", acts.move(90, "issuer", "user"))
    chain.ok("user", out(40), also=("bridge",))
    chain.ok("bridge", back((f"{PROGRAM}.R1", 1, 40)), also=("operator",))
    assert chain.balance("user")[0] == 90


def test_a_statement_of_conformity_covers_so_much_and_no_more() -> None:
    chain = linked()
    chain.ok("auditor", conformity(30), also=("operator",))
    chain.ok("bridge", bring(1, 20, "twin"), also=("operator",))
    chain.refused(Code.CAP_EXCEEDED, "bridge", bring(21, 31, "twin"), also=("operator",))
    chain.ok("bridge", bring(21, 30, "twin"), also=("operator",))


def conformity(net: int) -> t.Action:
    message = t.Attest(
        program=PROGRAM,
        id="C1",
        kind=t.CONFORMITY,
        list="ACL-1",
        activity="A1",
        numbers=t.StatementNumbers(net_t=net),
    )
    return t.Action(attest=message)


def test_an_issuance_called_like_a_link_has_serials_of_its_own() -> None:
    chain = imported()
    chain.ok("issuer", acts.issuance("there", statements=["S1"]))
    assert total(chain).space == "IPCI.there"
    assert not ACCOUNTS.has(chain.app.ledger, "IPCI.there")


REFUSED = {
    "no such link": Case(
        Code.LINK_UNKNOWN, "bridge", bring(1, 9, "nowhere"), linked, also=("operator",)
    ),
    "a link that only sends": Case(
        Code.LINK_MODE, "bridge", bring(1, 9, "away"), linked, also=("operator",)
    ),
    "a class it does not carry": Case(
        Code.LINK_CLASS,
        "bridge",
        bring(1, 9, external__class_id="GOLD"),
        linked,
        also=("operator",),
    ),
    "somebody who is no bridge": Case(
        Code.ROLE_MISSING, "user", bring(1, 9), linked, also=("operator",)
    ),
    "without proof of exclusion": Case(
        Code.NO_EXCLUSION_PROOF,
        "bridge",
        bring(1, 9, external__exclusion=bytes(32)),
        linked,
        also=("operator",),
    ),
    "without the decision": Case(
        Code.CONFORMITY_MISSING,
        "bridge",
        bring(1, 9, "twin", external__decision=None),
        linked,
        also=("operator",),
    ),
    "without a statement of conformity": Case(
        Code.CONFORMITY_MISSING, "bridge", bring(1, 9, "twin"), linked, also=("operator",)
    ),
    "the very same serials": Case(
        Code.IMPORT_DUP, "bridge", bring(1001, 2000), imported, also=("operator",)
    ),
    "serials that begin inside": Case(
        Code.IMPORT_DUP, "bridge", bring(2000, 2500), imported, also=("operator",)
    ),
    "serials that end inside": Case(
        Code.IMPORT_DUP, "bridge", bring(500, 1001), imported, also=("operator",)
    ),
    "serials around": Case(Code.IMPORT_DUP, "bridge", bring(1, 5000), imported, also=("operator",)),
    "serials inside": Case(
        Code.IMPORT_DUP, "bridge", bring(1500, 1500), imported, also=("operator",)
    ),
    "serials that have left again": Case(
        Code.IMPORT_DUP, "bridge", bring(1001, 1300), exported, also=("operator",)
    ),
    "an end of validity for a class without": Case(
        Code.VALIDITY_INVALID,
        "bridge",
        bring(1, 9, external__valid_until_s=4_000_000_000),
        linked,
        also=("operator",),
    ),
    "an account of nobody": Case(
        Code.ACC_UNKNOWN,
        "bridge",
        bring(1, 9, to_account=account_id("nobody")),
        linked,
        also=("operator",),
    ),
    "a sink": Case(
        Code.MOVE_NOT_ALLOWED,
        "bridge",
        bring(1, 9, to_account=THERE_SINK),
        linked,
        also=("operator",),
    ),
    "an auditor": Case(
        Code.MOVE_NOT_ALLOWED,
        "bridge",
        bring(1, 9, to_account=account_id("auditor")),
        linked,
        also=("operator",),
    ),
    "out without the account there": Case(
        Code.EXTERNAL_ACCOUNT_MISSING, "user", out(1, external_account=""), imported
    ),
    "back: units that are here": Case(
        Code.NOT_EXPORTED, "bridge", back(("IPCI.there", 301, 301)), exported, also=("operator",)
    ),
    "back: one of them is here": Case(
        Code.NOT_EXPORTED, "bridge", back(("IPCI.there", 300, 301)), exported, also=("operator",)
    ),
    "back: never made": Case(
        Code.UNIT_UNKNOWN, "bridge", back(("IPCI.there", 1001, 1001)), exported, also=("operator",)
    ),
    "back over a link that only sends": Case(
        Code.LINK_MODE,
        "bridge",
        back(("IPCI.there", 1, 1), link="away"),
        exported,
        also=("operator",),
    ),
    "back over another link": Case(
        Code.NOT_EXPORTED,
        "bridge",
        back(("IPCI.there", 1, 1), link="twin"),
        exported,
        also=("operator",),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_its_code(name: str) -> None:
    REFUSED[name].run()


def test_the_two_links_of_one_registry_share_its_serials() -> None:
    chain = imported()
    chain.ok("auditor", conformity(5000), also=("operator",))
    chain.refused(Code.IMPORT_DUP, "bridge", bring(1990, 2010, "twin"), also=("operator",))
    chain.ok("bridge", bring(2001, 2010, "twin"), also=("operator",))
    chain.refused(Code.IMPORT_DUP, "bridge", bring(2005, 2005), also=("operator",))


@pytest.mark.parametrize("seed", range(3))
def test_random_traffic_agrees_with_a_set_of_serials(seed: int) -> None:
    """Serials of the other registry, one by one: in at most once, on one side at any time."""
    dice = random.Random(seed)
    chain = linked()
    came: dict[int, bool] = {}  # external serial -> whether it has left again; in order of serial
    own: list[int] = []  # external serials in the order in which they got serials here
    for _ in range(25):
        start = dice.randint(1, 60)
        end = start + dice.randint(0, 12)
        act = dice.choice(("in", "in", "out", "back"))
        if act == "in":
            fresh = not any(serial in came for serial in range(start, end + 1))
            if fresh:
                chain.ok("bridge", bring(start, end), also=("operator",))
                own += range(start, end + 1)
                came.update(dict.fromkeys(range(start, end + 1), False))
            else:
                chain.refused(Code.IMPORT_DUP, "bridge", bring(start, end), also=("operator",))
        elif act == "out" and own:
            here = [at for at, serial in enumerate(own, 1) if not came[serial]]
            wanted = here[: dice.randint(1, 8)]
            if wanted:
                ranges = [t.SerialRange(space="IPCI.there", start=at, end=at) for at in wanted]
                chain.ok("user", out(0, ranges=ranges), also=("bridge",))
                came.update({own[at - 1]: True for at in wanted})
        elif act == "back" and own:
            wanted = sorted(dice.sample(range(1, len(own) + 1), min(len(own), 3)))
            action = back(*(("IPCI.there", at, at) for at in wanted))
            if all(came[own[at - 1]] for at in wanted):
                chain.ok("bridge", action, also=("operator",))
                came.update({own[at - 1]: False for at in wanted})
            else:
                chain.refused(Code.NOT_EXPORTED, "bridge", action, also=("operator",))
        gone = sum(came.values())
        assert chain.balance("user")[0] == len(came) - gone
        assert chain.balance(THERE_SINK)[0] == gone
    reply = chain.ask(q.GetLinkTotalRequest(program=PROGRAM, link="there"), q.LinkTotalReply)
    assert reply.balance_t == reply.total.exported_t - reply.total.returned_t
