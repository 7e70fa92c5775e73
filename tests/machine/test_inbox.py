"""An inbox with more in it than one page looks through: bounded, and nothing is out of reach."""

import pytest

from abci_app.core import keys
from abci_app.core.codes import Code
from abci_app.queries import records
from tests import acts
from tests.harness import Chain
from tests.names import account_id
from tonne.v1 import service_pb2 as q


def pages(chain: Chain, name: str, size: int = 0) -> list[list[int]]:
    """The numbers of every page of an inbox, until there is no cursor."""
    request = q.GetInboxRequest(account=account_id(name), page=q.Page(size=size))
    found = []
    while True:
        page = chain.ask(request, q.ProposalPage)
        found.append([row.id for row in page.proposals])
        if not page.cursor:
            return found
        assert page.cursor > request.page.cursor, "the cursor walks on"
        request.page.cursor = page.cursor


@pytest.fixture
def crowded() -> Chain:
    """Nine proposals wait for an operator."""
    chain = Chain.with_issuance(reserve_bps=0, months=0)
    for number in range(9):
        chain.pending("auditor", acts.issue(number + 1))
    return chain


@pytest.mark.parametrize("rows", [1, 2, 4, 8, 9, 10])
@pytest.mark.parametrize("size", [1, 3, 100])
def test_every_proposal_is_reached_whatever_one_page_looks_through(
    crowded: Chain, rows: int, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "INBOX_ROWS_MAX", rows)
    found = pages(crowded, "operator", size)
    assert [number for page in found for number in page] == list(range(1, 10))
    assert all(len(page) <= min(size, rows) for page in found)


def test_a_page_of_what_others_decide_is_empty_and_goes_on(
    crowded: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "_may_decide", lambda _sight, _account, row: row.id == 8)
    monkeypatch.setattr(records, "INBOX_ROWS_MAX", 2)
    assert pages(crowded, "operator") == [[], [], [], [8], []]


@pytest.mark.parametrize("cursor", [b"\0", b"\xff" * 7, b"\xff" * 9, keys.u64(1) * 4])
def test_a_cursor_of_another_length_is_refused(crowded: Chain, cursor: bytes) -> None:
    request = q.GetInboxRequest(account=account_id("operator"), page=q.Page(cursor=cursor))
    assert crowded.query(request).code == Code.ACTION_SHAPE


def test_the_last_cursor_of_all_leads_to_an_empty_page(crowded: Chain) -> None:
    page = q.Page(cursor=b"\xff" * 8)
    request = q.GetInboxRequest(account=account_id("operator"), page=page)
    reply = crowded.ask(request, q.ProposalPage)
    assert (list(reply.proposals), reply.cursor) == ([], b"")
