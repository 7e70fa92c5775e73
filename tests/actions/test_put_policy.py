"""What the consortium decides about programs, and what it cannot decide."""

from typing import Any

import pytest

from abci_app.core import calendar
from abci_app.core.codes import Code
from abci_app.core.keys import Table
from abci_app.engine import policy
from abci_app.engine.policy import OBJECTS
from abci_app.state import policies, schema
from abci_app.state.program_toml import Source, read_program
from abci_app.store.kv import MemoryReader, Overlay
from tests import acts
from tests.actions.refusal import Case
from tests.consortium import OTHERS, decided, following, four, latest, put
from tests.harness import IPCI, Chain
from tests.names import account_id
from tonne.v1 import policy_pb2 as p
from tonne.v1 import service_pb2 as q
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t


@pytest.fixture
def chain() -> Chain:
    return four()


def renamed(chain: Chain, name: str = "DAO IPCI, second edition") -> p.Program:
    return following(chain, name=name)


def by_all(chain: Chain, program: p.Program) -> None:
    chain.ok("consortium-1", put(program), also=(*OTHERS, "coordinator"))


# ---- who decides ----


def test_three_of_four_and_the_owner_put_a_new_version_in_force(chain: Chain) -> None:
    number = chain.pending("consortium-1", put(renamed(chain)))
    needs = [(need.program, need.role, need.count) for need in chain.proposal(number).requirements]
    assert needs == [("IPCI", t.COORDINATOR, 1), ("chain", t.CONSORTIUM, 3)]
    assert chain.inbox("consortium-2") == chain.inbox("coordinator") == [number]
    chain.decided("consortium-2", number, s.PROPOSAL_PENDING)
    chain.decided("consortium-3", number, s.PROPOSAL_PENDING)
    done = chain.decided("coordinator", number)
    told = done.event("policy_put")
    assert (told.object, told.program, told.version) == (OBJECTS["program"], "IPCI", 2)
    assert told.in_force
    assert latest(chain).name == "DAO IPCI, second edition"
    assert latest(chain).effective_from_s == chain.now


def test_the_consortium_alone_changes_no_program_that_has_an_owner(chain: Chain) -> None:
    number = chain.pending("consortium-1", put(renamed(chain)), also=(*OTHERS, "consortium-4"))
    chain.decided("coordinator", number)


def test_a_seat_of_the_consortium_must_initiate(chain: Chain) -> None:
    chain.refused(Code.ROLE_MISSING, "coordinator", put(renamed(chain)), also=("consortium-1",))


def test_a_new_program_needs_no_owner_and_begins_at_one(chain: Chain) -> None:
    program = read_program(Source("new", IPCI))
    program.id, program.registry_codes[:] = "SECOND", ["XS"]
    chain.ok("consortium-1", put(program), also=OTHERS)
    assert latest(chain, "SECOND").version == 1
    sinks = [policies.sink_id(program, sink) for sink in program.sinks]
    assert sinks
    for name in sinks:
        account = schema.ACCOUNTS.get(chain.app.ledger, name)
        assert account is not None
        assert (account.program, account.status) == ("SECOND", t.ACCOUNT_OPEN)


# ---- when ----


def test_a_version_acts_from_the_block_after_it_was_decided(chain: Chain) -> None:
    program = following(chain, status=p.PROGRAM_SUSPENDED)
    result = chain.block(
        chain.tx("consortium-1", put(program), also=(*OTHERS, "coordinator")),
        chain.tx("user", acts.methodology("M5")),
    )
    assert [row.code for row in result] == [0, 0]
    chain.refused(Code.PROGRAM_INACTIVE, "user", acts.methodology("M6"))


def test_the_hash_of_the_published_rules_stands_in_the_version(chain: Chain) -> None:
    """S0-15: the text by which results are judged is the one that was decided on."""
    rules = acts.digest("rules of the program, second edition")
    by_all(chain, following(chain, rules_document=rules))
    request = q.GetProgramRequest(id="IPCI", at=q.At(prove=True))
    reply = chain.ask(request, q.ProgramReply)
    assert reply.program.rules_document == rules
    assert reply.HasField("proof")


def test_a_version_waits_for_its_time_to_the_second(chain: Chain) -> None:
    program = following(chain, status=p.DORMANT)
    program.effective_from_s = chain.now + 1_000
    by_all(chain, program)
    chain.block(at=program.effective_from_s - 2)
    chain.ok("user", acts.methodology("M5"))  # a second before
    chain.refused(Code.PROGRAM_INACTIVE, "user", acts.methodology("M6"))


def test_what_waits_is_judged_by_the_rules_of_the_block_that_decides_it(chain: Chain) -> None:
    step = acts.account("firm", "acme")
    number = chain.pending("user", step)
    program = following(chain)
    for rule in program.approval_rules:
        if rule.action == "PUT_ACCOUNT" and rule.signer == t.HOLDER:
            rule.approvals[0].role = t.COORDINATOR
    decided(chain, program)
    chain.decided("operator", number, s.PROPOSAL_FAILED)
    assert chain.proposal(number).code == Code.DECIDE_NOT_MEMBER


def test_who_may_not_act_in_a_dormant_program_may_still_prepare_it(chain: Chain) -> None:
    decided(chain, following(chain, status=p.DORMANT))
    chain.ok("operator", acts.organisation("newcomer"), acts.account("new", "newcomer"))
    chain.ok("coordinator", acts.accredit("new", t.AUDITOR))
    chain.refused(Code.PROGRAM_INACTIVE, "user", acts.methodology("M6"))


def test_an_ineligible_party_stops_units_and_nothing_else(chain: Chain) -> None:
    party = p.TreatyParty(iso2="KZ", iso3="KAZ", eligible=False)
    decided(chain, following(chain, parties=[party]))
    chain.refused(Code.PARTY_NOT_ELIGIBLE, "user", acts.move(1, "user", "issuer"))
    chain.ok("user", acts.methodology("M6"))
    decided(chain, following(chain, parties=[p.TreatyParty(iso2="KZ", iso3="KAZ", eligible=True)]))
    chain.refused(Code.INSUFFICIENT, "user", acts.retire(1, "user"))


def test_every_version_that_is_stored_can_be_read(chain: Chain) -> None:
    by_all(chain, following(chain, name="Second", effective_from_s=chain.now + 1_000))
    for version, name in ((0, "DAO IPCI"), (1, "DAO IPCI"), (2, "Second")):
        request = q.GetProgramRequest(id="IPCI", version=version)
        assert chain.ask(request, q.ProgramReply).program.name == name
    assert chain.query(q.GetProgramRequest(id="IPCI", version=3)).code == Code.PROGRAM_UNKNOWN
    proven = q.GetProgramRequest(id="IPCI", version=1, at=q.At(prove=True))
    assert chain.query(proven).code == Code.ACTION_SHAPE


def test_the_chains_own_program_is_read_and_not_proven(chain: Chain) -> None:
    found = chain.ask(q.GetProgramRequest(id="chain"), q.ProgramReply).program
    assert [row.role for row in found.roles] == [t.CONSORTIUM]
    proven = q.GetProgramRequest(id="chain", at=q.At(prove=True))
    assert chain.query(proven).code == Code.PROGRAM_UNKNOWN


# ---- what cannot be decided ----


def refused(chain: Chain, code: int, program: p.Program, words: str) -> None:
    done = chain.refused(code, "consortium-1", put(program), also=(*OTHERS, "coordinator"))
    assert words in done.detail, done.detail


@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_version_that_is_not_the_next_one(chain: Chain, version: int) -> None:
    code = Code.POLICY_SCHEMA if version == 0 else Code.POLICY_VERSION
    refused(chain, code, following(chain, version=version), "version")


def test_the_first_version_of_a_program_that_is_not_one(chain: Chain) -> None:
    program = following(chain, id="SECOND", registry_codes=["XS"])
    refused(chain, Code.POLICY_VERSION, program, "there is none yet")


def test_a_program_with_a_fault_is_refused_with_its_place(chain: Chain) -> None:
    program = following(chain)
    program.move_rules[0].signer = t.EXT_LOG
    refused(chain, Code.POLICY_SCHEMA, program, "move_rules[0].signer")


def test_a_program_that_calls_itself_the_chain(chain: Chain) -> None:
    refused(chain, Code.POLICY_SCHEMA, following(chain, id="chain"), "the chain's own")


def test_tables_too_long_to_compare_are_refused(chain: Chain) -> None:
    program = following(chain)
    program.labels.extend(p.LabelDef(id=f"l{number}") for number in range(257))
    refused(chain, Code.POLICY_SCHEMA, program, "rows, 256 at most")


def test_a_time_that_has_passed(chain: Chain) -> None:
    program = following(chain, effective_from_s=chain.now)
    refused(chain, Code.POLICY_CONFLICT, program, "has passed")


def test_a_time_before_that_of_the_version_before(chain: Chain) -> None:
    by_all(chain, following(chain, effective_from_s=chain.now + 1_000))
    refused(chain, Code.POLICY_CONFLICT, renamed(chain), "takes effect later")


CONFLICTS: dict[str, tuple[dict[str, Any], str]] = {
    "a registry code of the consortium": ({"registry_codes": ["XI", "XC"]}, "XC is chain's"),
    "a registry code given up": ({"registry_codes": ["XJ"]}, "account ids begin with XI"),
    "another first registry code": ({"registry_codes": ["XJ", "XI"]}, "ids of sinks"),
}


@pytest.mark.parametrize("what", CONFLICTS)
def test_what_contradicts_what_is(chain: Chain, what: str) -> None:
    changes, words = CONFLICTS[what]
    refused(chain, Code.POLICY_CONFLICT, following(chain, **changes), words)


def test_a_registry_code_of_another_program(chain: Chain) -> None:
    program = read_program(Source("new", IPCI))
    program.id = "SECOND"
    refused(chain, Code.POLICY_CONFLICT, program, "XI is IPCI's")


def test_a_sink_that_is_open_stays(chain: Chain) -> None:
    program = following(chain)
    program.sinks[0].number = 2
    refused(chain, Code.POLICY_CONFLICT, program, "is open")


def test_a_class_with_units_stays_what_it_is() -> None:
    issued = grown(four())
    for field, value in (("basis", "REMOVAL"), ("ex_ante", True)):
        program = following(issued)
        setattr(program.classes[0], field, value)
        refused(issued, Code.POLICY_CONFLICT, program, f"its {field} stays")


def grown(chain: Chain) -> Chain:
    """Bring the chain to issued units."""
    chain.all_ok(
        chain.tx("issuer", acts.methodology(), acts.anchor("METHODOLOGY", (t.METHODOLOGY, "M1"))),
        chain.tx("coordinator", acts.transition(t.METHODOLOGY, "M1", "APPROVED")),
        chain.tx(
            "issuer",
            acts.activity(),
            acts.anchor("PROJECT_DOCUMENT", (t.ACTIVITY, "A1")),
            acts.anchor("MONITORING_PLAN", (t.ACTIVITY, "A1")),
        ),
        chain.tx("auditor", acts.monitoring(), also=("operator",)),
        chain.tx("operator", acts.transition(t.ACTIVITY, "A1", "REGISTERED")),
        chain.tx("auditor", acts.verification(), also=("operator",)),
        chain.tx("issuer", acts.issuance()),
        chain.tx("auditor", acts.opened(100_000)),
        chain.tx("operator", acts.approved(100_000)),
    )
    chain.ok("auditor", acts.issue(1_000), also=("operator",))
    return chain


PERIODS = [
    p.Period(
        code="P1",
        number=1,
        start_s=calendar.parse_iso("2025-01-01"),
        end_s=calendar.parse_iso("2026-01-01"),
        true_up_end_s=calendar.parse_iso("2027-01-01"),
        cap_t=100,
    )
]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("end_s", calendar.parse_iso("2026-01-15"), "end_s of P1 has passed"),
        ("true_up_end_s", calendar.parse_iso("2026-01-30"), "true_up_end_s of P1 has passed"),
        ("number", 2, "P1 has the number 1"),
        ("code", "P2", "P1 may be referred to"),
    ],
)
def test_a_period_stays_where_it_has_begun(
    chain: Chain, field: str, value: Any, words: str
) -> None:
    by_all(chain, following(chain, periods=PERIODS))
    program = following(chain)
    setattr(program.periods[0], field, value)
    refused(chain, Code.POLICY_CONFLICT, program, words)


def test_what_of_a_period_is_to_come_may_change(chain: Chain) -> None:
    by_all(chain, following(chain, periods=PERIODS))
    program = following(chain)
    program.periods[0].true_up_end_s += 1
    by_all(chain, program)


# ---- caps and links, over a state that is written by hand ----


def conflicts(before: p.Program, after: p.Program, *records: tuple[Any, Any]) -> list[str]:
    overlay = Overlay(MemoryReader())
    for table, record in records:
        table.put(overlay, record)
    return list(policy._conflicts(overlay, before, after, 1_000))


def capped(word: str, cap_t: int) -> p.Program:
    program = read_program(Source("ipci", IPCI))
    program.periods.add(code="P1", number=1, start_s=2_000, end_s=3_000, cap_t=cap_t)
    party = program.parties.add(iso2="KZ", iso3="KAZ", eligible=True)
    party.periods.add(period="P1", assigned_amount_t=cap_t)
    rule = next(row for row in program.approval_rules if row.action == "ISSUE")
    rule.checks.append(word)
    return program


@pytest.mark.parametrize("word", ["CAP_PERIOD", "CAP_ASSIGNED_AMOUNT"])
def test_a_cap_is_not_lowered_below_what_was_issued(word: str) -> None:
    party = "KZ" if word == "CAP_ASSIGNED_AMOUNT" else ""
    record = s.CapRecord(program="IPCI", class_id="TMU", party=party, period="P1", issued_t=70)
    row = (schema.CAP_RECORDS, record)
    assert conflicts(capped(word, 100), capped(word, 70), row) == []
    (found,) = conflicts(capped(word, 100), capped(word, 69), row)
    assert found == f"TMU {party}{' ' * bool(party)}P1: 70 were issued, above the cap 69"


def test_a_link_with_a_balance_keeps_its_registry() -> None:
    before = read_program(Source("ipci", IPCI))
    link = before.links[0] if before.links else before.links.add(id="L", registry="R")
    after = p.Program()
    after.CopyFrom(before)
    after.links[0].registry = "OTHER"
    total = s.LinkTotal(program="IPCI", link=link.id, imported_t=1)
    assert conflicts(before, after) == []
    assert conflicts(before, after, (schema.LINK_TOTALS, total)) != []


REFUSED: dict[str, Case] = {
    "nothing to decide": Case(
        Code.ACTION_SHAPE, "consortium-1", t.Action(put_policy=t.PutPolicy()), four
    ),
    "a program with two times": Case(
        Code.ACTION_SHAPE,
        "consortium-1",
        t.Action(put_policy=t.PutPolicy(program=p.Program(id="X"), effective_from_s=5)),
        four,
    ),
    "rules that are not the next": Case(
        Code.POLICY_VERSION,
        "consortium-1",
        t.Action(put_policy=t.PutPolicy(rules_version=3)),
        four,
    ),
    "parameters with which no reserve is released": Case(
        Code.POLICY_SCHEMA,
        "consortium-1",
        t.Action(put_policy=t.PutPolicy(params=p.ChainParams(tx_bytes_max=1 << 16))),
        four,
    ),
    "a seat of the consortium granted by hand": Case(
        Code.ROLE_SCOPE,
        "consortium-1",
        acts.accredit("user", t.CONSORTIUM, program="chain", subject=account_id("consortium-2")),
        four,
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_with_its_code(what: str) -> None:
    REFUSED[what].run()


def test_nothing_of_a_refused_version_is_kept(chain: Chain) -> None:
    refused(chain, Code.POLICY_VERSION, following(chain, version=9), "version 9")
    assert sum(1 for key in chain.rows() if key[0] == Table.PROGRAM_BODY) == 1
