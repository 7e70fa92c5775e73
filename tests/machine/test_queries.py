"""Reads: what is there, what is not, proofs that anybody can check, pages, and odd questions."""

from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st

from abci_app.abci import abci_pb2 as abci
from abci_app.core import keys
from abci_app.core.codec import decode
from abci_app.core.codes import Code
from abci_app.queries import QUERIES
from abci_app.store import proof
from tests import acts
from tests.harness import Chain
from tests.names import PROGRAM, RETIRE_SINK, account_id
from tonne.v1 import service_pb2 as q
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

ISSUER, USER, AUDITOR = account_id("issuer"), account_id("user"), account_id("auditor")


@pytest.fixture(scope="module")
def chain() -> Chain:
    """A life with one of everything; nobody changes it here."""
    chain = Chain.with_issuance()
    chain.ok("auditor", acts.issue(100), also=("operator",))
    chain.ok("issuer", acts.move(10, "issuer", "user"))
    chain.ok("user", acts.retire(4, "user", note="для отчёта"))
    chain.pending("auditor", acts.issue(1))
    chain.block()
    chain.block()
    return chain


Reply = Callable[[Any], Message]
SINGLE: dict[str, tuple[Callable[[str], Message], str, int, str]] = {
    # read: (request for a name, a name that is there, code when it is not, field of the reply)
    "organisation": (lambda n: q.GetOrganisationRequest(id=n), "acme", Code.ORG_UNKNOWN, "id"),
    "account": (lambda n: q.GetAccountRequest(id=n), USER, Code.ACC_UNKNOWN, "id"),
    "record": (
        lambda n: q.GetRecordRequest(program=PROGRAM, record=t.RecordRef(kind=t.ACTIVITY, id=n)),
        "A1",
        Code.REC_REF,
        "id",
    ),
    "statement": (
        lambda n: q.GetStatementRequest(program=PROGRAM, id=n),
        "S1",
        Code.STATEMENT_UNKNOWN,
        "id",
    ),
    "accreditation": (
        lambda n: q.GetAccreditationRequest(
            program=PROGRAM, role=t.AUDITOR, list="ACL-1", account=n
        ),
        AUDITOR,
        Code.NOT_ACCREDITED,
        "account",
    ),
    "proposal": (
        lambda n: q.GetProposalRequest(id=int(n)),
        "1",
        Code.PROPOSAL_UNKNOWN,
        "id",
    ),
    "hold": (lambda n: q.GetHoldRequest(id=int(n)), "1", Code.UNIT_UNKNOWN, "id"),
    "retirement": (lambda n: q.GetRetirementRequest(id=int(n)), "1", Code.UNIT_UNKNOWN, "id"),
}
ABSENT = {"proposal": "9", "hold": "9", "retirement": "9"}


def reply_to(chain: Chain, request: Message) -> Any:
    name = request.DESCRIPTOR.name.removeprefix("Get").removesuffix("Request")
    return chain.ask(request, getattr(q, f"{name}Reply"))


@pytest.mark.parametrize("read", SINGLE)
def test_what_is_there_is_told_and_what_is_not_has_its_code(chain: Chain, read: str) -> None:
    request, name, code, field = SINGLE[read]
    reply = reply_to(chain, request(name))
    assert str(getattr(getattr(reply, read), field)) == name
    assert reply.height == chain.height
    answer = chain.query(request(ABSENT.get(read, "nobody")))
    assert (answer.code, answer.value) == (code, b"")
    assert answer.log


@pytest.mark.parametrize("read", SINGLE)
def test_a_proof_holds_against_the_root_of_its_height(chain: Chain, read: str) -> None:
    request, name, _, _ = SINGLE[read]
    for which in (name, ABSENT.get(read, "nobody")):
        message: Any = request(which)
        message.at.prove = True
        reply = reply_to(chain, message)
        shown = reply.proof
        assert shown.height == chain.height - 1, "the newest that a client can check at once"
        root = chain.history[shown.height - 1][1].app_hash
        if which == name:
            record = getattr(reply, read)
            assert decode(type(record), shown.value) == record
            assert proof.verify_membership(root, shown.key, shown.value, shown.proof)
            assert not proof.verify_membership(root, shown.key, shown.value + b"x", shown.proof)
        else:
            assert not reply.HasField(read)
            assert shown.value == b""
            assert proof.verify_absence(root, shown.key, shown.proof)
        assert not proof.verify_absence(bytes(32), shown.key, shown.proof)


def test_a_record_is_read_as_it_was_at_a_height(chain: Chain) -> None:
    request = q.GetRecordRequest(
        program=PROGRAM, record=t.RecordRef(kind=t.ISSUANCE, id="R1"), at=q.At(height=2)
    )
    assert chain.query(request).code == Code.REC_REF, "block 3 made it"
    issued = []
    for height in range(3, chain.height + 1):
        request.at.height = height
        issued.append(reply_to(chain, request).record.issuance.issued_t)
    assert issued == [0, 100, 100, 100, 100, 100, 100]


@pytest.mark.parametrize("height", [10**6, (1 << 64) - 1])
@pytest.mark.parametrize("prove", [False, True])
def test_a_height_to_come_is_told_so(chain: Chain, height: int, prove: bool) -> None:
    at = q.At(height=height, prove=prove)
    for request in (
        q.GetAccountRequest(id=USER, at=at),
        q.GetHoldingRequest(account=USER, program=PROGRAM, class_id="TMU", at=at),
        q.GetLotRequest(space="IPCI.R1", serial=1, at=at),
    ):
        assert chain.query(request).code == Code.HEIGHT_UNAVAILABLE
    program = chain.query(q.GetProgramRequest(id=PROGRAM, at=at))
    assert program.code == (Code.HEIGHT_UNAVAILABLE if prove else 0)


def test_an_account_comes_with_its_organisation_and_holdings(chain: Chain) -> None:
    reply = reply_to(chain, q.GetAccountRequest(id=ISSUER))
    assert reply.organisation.id == "steel"
    assert [(row.class_id, row.free_t) for row in reply.holdings] == [("TMU", 80)]
    assert [(row.kind, row.held_t) for row in reply.holdings[0].held] == [(s.RESERVE, 10)]


def test_a_record_comes_with_its_documents(chain: Chain) -> None:
    reply = reply_to(chain, SINGLE["record"][0]("A1"))
    assert [row.kind for row in reply.documents] == ["MONITORING_PLAN", "PROJECT_DOCUMENT"]


def test_no_number_of_documents_hides_another() -> None:
    chain = Chain.with_issuance()
    link = (t.ACTIVITY, "A1")
    for envelope in range(8):
        hashes = [bytes((envelope, place)) * 16 for place in range(14)]
        chain.ok("auditor", *(acts.anchor("MONITORING_PLAN", link, hash=row) for row in hashes))
    request = SINGLE["record"][0]("A1")
    assert isinstance(request, q.GetRecordRequest)
    first = chain.ask(request, q.RecordReply)
    assert len(first.documents) == 100
    assert "PROJECT_DOCUMENT" not in [row.kind for row in first.documents]  # the owner's own
    request.page.cursor = first.cursor
    rest = chain.ask(request, q.RecordReply)
    assert rest.record == first.record
    assert rest.cursor == b""
    assert len(rest.documents) == 8 * 14 + 2 - 100
    assert rest.documents[-1].kind == "PROJECT_DOCUMENT"
    other = q.GetRecordRequest(program=PROGRAM, record=t.RecordRef(kind=t.METHODOLOGY, id="M1"))
    other.page.cursor = first.cursor
    assert chain.query(other).code == Code.ACTION_SHAPE


def test_a_program_comes_with_its_sinks_and_supplies_and_a_proof_of_its_hash(chain: Chain) -> None:
    reply = reply_to(chain, q.GetProgramRequest(id=PROGRAM, at=q.At(prove=True)))
    assert reply.program.id == PROGRAM
    assert RETIRE_SINK in [row.id for row in reply.sinks]
    assert [(row.class_id, row.created_t) for row in reply.supplies] == [("TMU", 100)]
    root = chain.history[reply.proof.height - 1][1].app_hash
    assert reply.proof.key == keys.program(PROGRAM, 1)
    shown = reply.proof
    assert proof.verify_membership(root, shown.key, shown.value, shown.proof)
    assert chain.query(q.GetProgramRequest(id="JCM")).code == Code.PROGRAM_UNKNOWN


def test_an_account_that_holds_nothing_has_an_empty_holding(chain: Chain) -> None:
    def holding(account: str, height: int = 0) -> q.GetHoldingRequest:
        at = q.At(height=height)
        return q.GetHoldingRequest(account=account, program=PROGRAM, class_id="TMU", at=at)

    assert reply_to(chain, holding(AUDITOR)).holding.free_t == 0
    assert chain.query(holding(account_id("nobody"))).code == Code.ACC_UNKNOWN
    assert reply_to(chain, holding(USER)).holding.free_t == 6
    found = [reply_to(chain, holding(USER, height)).holding.free_t for height in (4, 5, 6)]
    assert found == [0, 10, 6]


@pytest.mark.parametrize(("serial", "account"), [(1, RETIRE_SINK), (4, RETIRE_SINK), (5, USER)])
def test_a_lot_is_found_by_any_of_its_serials(chain: Chain, serial: int, account: str) -> None:
    reply = reply_to(chain, q.GetLotRequest(space="IPCI.R1", serial=serial))
    assert reply.lot.account == account
    assert reply.lot.start <= serial <= reply.lot.end


@pytest.mark.parametrize(("space", "serial"), [("IPCI.R1", 0), ("IPCI.R1", 101), ("other", 1)])
def test_a_serial_that_never_was_is_told_so(chain: Chain, space: str, serial: int) -> None:
    assert chain.query(q.GetLotRequest(space=space, serial=serial)).code == Code.UNIT_UNKNOWN


# ---- lists ----

LISTS: dict[str, tuple[Callable[[q.Page], Message], str]] = {
    "all accounts": (lambda p: q.ListAccountsRequest(page=p), "AccountPage.accounts"),
    "accounts of a house": (
        lambda p: q.ListAccountsRequest(organisation="steel", page=p),
        "AccountPage.accounts",
    ),
    "lots": (
        lambda p: q.ListLotsRequest(account=ISSUER, program=PROGRAM, class_id="TMU", page=p),
        "LotPage.lots",
    ),
    "records": (
        lambda p: q.ListRecordsRequest(program=PROGRAM, kind=t.METHODOLOGY, page=p),
        "RecordPage.records",
    ),
    "proposals": (lambda p: q.ListProposalsRequest(page=p), "ProposalPage.proposals"),
    "retirements": (lambda p: q.ListRetirementsRequest(page=p), "RetirementPage.retirements"),
    "programs": (lambda p: q.ListProgramsRequest(page=p), "ProgramPage.programs"),
    "inbox": (
        lambda p: q.GetInboxRequest(account=account_id("operator"), page=p),
        "ProposalPage.proposals",
    ),
}


@pytest.fixture(scope="module")
def crowded() -> Chain:
    """A life with several of everything that is listed."""
    chain = Chain.with_issuance(reserve_bps=0, months=0)
    chain.ok("auditor", acts.issue(50), also=("operator",))
    for number in range(2, 5):
        chain.ok("operator", acts.account(f"branch-{number}", "steel"), also=("issuer",))
        chain.ok("user", acts.methodology(f"M{number}"))
        chain.pending("auditor", acts.issue(number))
        span = t.SerialRange(space="IPCI.R1", start=number * 10, end=number * 10)
        chain.ok("issuer", acts.move(0, "issuer", "user", ranges=[span]))
        chain.ok("user", acts.retire(1, "user"))
    return chain


@pytest.mark.parametrize("what", LISTS)
@pytest.mark.parametrize("size", [1, 2, 3, 100, 0, 4_000_000_000])
def test_pages_of_any_size_add_up_to_the_list(crowded: Chain, what: str, size: int) -> None:
    request, where = LISTS[what]
    page, _, field = where.partition(".")
    whole = list(getattr(crowded.ask(request(q.Page()), getattr(q, page)), field))
    assert len(whole) >= (1 if what == "programs" else 3)
    found: list[Any] = []
    cursor = b""
    while True:
        reply: Any = crowded.ask(request(q.Page(size=size, cursor=cursor)), getattr(q, page))
        rows = getattr(reply, field)
        assert len(rows) <= (size or 100)
        found += rows
        cursor = reply.cursor
        if not cursor:
            break
    assert found == whole


def test_a_page_never_has_more_than_100_rows() -> None:
    chain = Chain.with_parties()
    for start in range(0, 120, 15):
        chain.ok("user", *[acts.methodology(f"M{n:03}") for n in range(start, start + 15)])
    request = q.ListRecordsRequest(program=PROGRAM, kind=t.METHODOLOGY, page=q.Page(size=1000))
    first = chain.ask(request, q.RecordPage)
    assert [row.id for row in first.records] == [f"M{n:03}" for n in range(100)]
    request.page.cursor = first.cursor
    second = chain.ask(request, q.RecordPage)
    assert [row.id for row in second.records] == [f"M{n:03}" for n in range(100, 120)]
    assert second.cursor == b""


def test_lots_are_listed_free_first_in_the_order_of_selection(chain: Chain) -> None:
    page = chain.ask(LISTS["lots"][0](q.Page()), q.LotPage)
    assert [(lot.start, lot.end, lot.hold) for lot in page.lots] == [(11, 90, 0), (91, 100, 1)]


def test_a_cursor_of_another_list_is_refused(crowded: Chain) -> None:
    page = crowded.ask(LISTS["lots"][0](q.Page(size=1)), q.LotPage)
    answer = crowded.query(LISTS["records"][0](q.Page(cursor=page.cursor)))
    assert answer.code == Code.ACTION_SHAPE


# ---- status and simulation ----


def test_the_status_tells_chain_height_and_root(chain: Chain) -> None:
    status = chain.ask(q.GetStatusRequest(), q.StatusReply)
    assert (status.chain_id, status.height, status.time_s) == (
        "tonne-test",
        chain.height,
        chain.now,
    )
    assert status.app_hash == chain.app.ledger.root
    assert status.rules_version == 1
    assert status.params.tx_bytes_max == 65536
    assert status.leaves == sum(1 for key in chain.rows() | chain.lanes() if key[0] < 0x80)


def simulated(chain: Chain, tx: bytes) -> q.SimulateReply:
    before, lanes = chain.rows(), chain.lanes()
    reply = chain.ask(q.SimulateRequest(tx=tx), q.SimulateReply)
    assert (chain.rows(), chain.lanes()) == (before, lanes), "a simulation leaves no trace"
    return reply


def test_a_simulation_shows_what_would_happen_signed_or_not() -> None:
    chain = Chain.with_units()
    tx = t.SignedTx.FromString(chain.tx("issuer", acts.move(10, "issuer", "user")))
    signed = simulated(chain, tx.SerializeToString(deterministic=True))
    del tx.signatures[:]
    bare = simulated(chain, tx.SerializeToString(deterministic=True))
    assert signed == bare
    assert (bare.code, bare.pending, bare.height) == (0, False, chain.height)
    assert [event.moved.quantity_t for event in bare.events] == [10]
    assert bare.cost == 11
    result = chain.ok("issuer", acts.move(10, "issuer", "user"), sequence=60)
    assert list(bare.events) == result.events


def test_a_simulation_shows_which_approvals_are_missing() -> None:
    chain = Chain.with_issuance()
    reply = simulated(chain, chain.tx("auditor", acts.issue(5)))
    assert (reply.code, reply.pending) == (0, True)
    assert [(need.role, need.count) for need in reply.missing] == [(t.OPERATOR, 1)]


def test_a_simulation_shows_the_refusal() -> None:
    chain = Chain.with_units()
    reply = simulated(chain, chain.tx("issuer", acts.move(1001, "issuer", "user")))
    assert reply.code == Code.INSUFFICIENT
    assert "1000" in reply.detail
    reply = simulated(chain, chain.tx("issuer", acts.move(1, "issuer", "user"), until=1))
    assert reply.code == Code.TX_EXPIRED
    assert simulated(chain, b"garbage").code == Code.TX_MALFORMED


def test_a_simulation_is_bounded_in_cost() -> None:
    chain = Chain.with_units()
    act = acts.move(1, "issuer", "user", max_lots=200)
    for count, code in ((2, 0), (3, Code.COST_EXCEEDED)):
        tx = chain.tx("issuer", *[act] * count, sequence=40 + count)
        assert chain.query(q.SimulateRequest(tx=tx)).code == code
        assert chain.check(tx).code == 0, "the chain itself would take it"


# ---- odd questions ----


@pytest.mark.parametrize("path", ["", "/", "/Nothing", "GetAccounts", "/GetAccount/x", "/" * 500])
def test_an_unknown_question_is_refused(chain: Chain, path: str) -> None:
    answer = chain.app.query(abci.RequestQuery(path=path))
    assert answer.code == Code.ACTION_SHAPE


@pytest.mark.parametrize("name", [*sorted(QUERIES), "Simulate"])
def test_bytes_that_are_no_request_are_refused(chain: Chain, name: str) -> None:
    answer = chain.app.query(abci.RequestQuery(path=f"/{name}", data=b"\xff\xff"))
    assert answer.code == Code.ACTION_SHAPE


def test_peers_are_welcome(chain: Chain) -> None:
    for path in ("/p2p/filter/addr/1.2.3.4:26656", "/p2p/filter/id/abcd"):
        assert chain.app.query(abci.RequestQuery(path=path)).code == 0


LONG = "a" * 300
IMPOSSIBLE = [
    q.GetOrganisationRequest(id=LONG),
    q.GetAccountRequest(id=LONG),
    q.GetHoldingRequest(account=LONG, program=LONG, class_id=LONG),
    q.GetLotRequest(space=LONG, serial=1),
    q.GetRecordRequest(program=LONG, record=t.RecordRef(kind=t.METHODOLOGY, id="M1")),
    q.GetRecordRequest(program=PROGRAM, record=t.RecordRef(kind=999, id="M1")),  # type: ignore[arg-type]
    q.GetRecordRequest(program=PROGRAM, record=t.RecordRef(kind=-1, id="M1")),  # type: ignore[arg-type]
    q.GetStatementRequest(program=PROGRAM, id=LONG),
    q.GetAccreditationRequest(program=PROGRAM, role=300, account=USER),  # type: ignore[arg-type]
    q.GetProgramRequest(id=LONG),
    q.ListAccountsRequest(organisation=LONG),
    q.ListLotsRequest(account=LONG),
    q.ListRecordsRequest(program=PROGRAM, kind=300),  # type: ignore[arg-type]
    q.GetInboxRequest(account=LONG),
    q.GetSequenceRequest(account=LONG),
    q.GetSequenceRequest(account=USER, lane=16),
]


@pytest.mark.parametrize("request_", IMPOSSIBLE, ids=lambda r: str(r.DESCRIPTOR.name))
def test_a_question_with_impossible_fields_is_refused_quietly(
    chain: Chain, request_: Message, capsys: pytest.CaptureFixture[str]
) -> None:
    assert chain.query(request_).code == Code.ACTION_SHAPE
    assert capsys.readouterr().err == "", "a stranger's question fills no log"


@settings(max_examples=150)
@given(st.sampled_from([*sorted(QUERIES), "Simulate"]), st.binary(max_size=30))
def test_no_question_stops_the_application(chain: Chain, name: str, data: bytes) -> None:
    answer = chain.app.query(abci.RequestQuery(path=f"/{name}", data=data))
    assert answer.code != Code.INTERNAL


def test_a_link_that_nothing_has_passed_is_there_and_another_is_not(chain: Chain) -> None:
    request = q.GetLinkTotalRequest(program=PROGRAM, link="carbon-registry")
    found = chain.ask(request, q.LinkTotalReply)
    assert not found.HasField("total")
    assert (found.balance_t, found.pending_t) == (0, 0)
    assert chain.query(q.GetLinkTotalRequest(program=PROGRAM, link="x")).code == Code.LINK_UNKNOWN


def test_a_reserve_is_of_a_period_and_a_party(chain: Chain) -> None:
    for period in ("", "CP1"):
        request = q.GetReserveRequest(program=PROGRAM, party="KZ", period=period)
        assert chain.query(request).code == Code.PERIOD_UNKNOWN


def test_labels_are_of_a_unit_that_is_there(chain: Chain) -> None:
    for serial, code in ((1, 0), (0, Code.UNIT_UNKNOWN), (101, Code.UNIT_UNKNOWN)):
        request = q.GetLabelsRequest(space=f"{PROGRAM}.R1", serial=serial)
        assert chain.query(request).code == code
