"""`tonne query`: every read of the service, as a table or as JSON, on request with a proof.

Must not know: how an answer is found. Invariant: a noun is a row of NOUNS; its flags are the fields
of its request.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from google.protobuf.message import Message

from abci_app.core import calendar
from node.cli import proofs, screen, txargs, values
from node.cli.desk import Desk
from node.cli.faults import usage
from node.cli.live import Live
from node.cli.places import default_home
from node.cli.session import ChainIdOption, HomeOption, NodeOption, Output, OutputOption, Session
from node.cli.txargs import Shape
from node.scenario.player import requirements
from node.sdk.build import is_account
from node.sdk.client import TonneError
from tonne.v1 import service_pb2 as v
from tonne.v1.state_pb2 import HoldKind, Proposal
from tonne.v1.tx_pb2 import Action

app = typer.Typer(no_args_is_help=True, help="Ask the chain.")

NAMES_MAX = 20  # accounts looked up for one answer
ACT_MAX = 160  # characters of an act in a list
_FREE = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


@dataclass(frozen=True)
class Noun:
    """One question: its method and request, the words of it, and how the reply is shown."""

    method: str
    request: type[Message]
    summary: str
    words: tuple[str, ...] = ()
    record: str = ""  # the field of the reply that holds a single record
    rows: str = ""  # the field of the reply that holds a list
    columns: tuple[str, ...] = ()
    show: Callable[[Live, Message], None] | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)


# ---- answers that deserve a form of their own ----


def _account(chain: Live, reply: Message) -> None:
    """An account with its organisation's name and its holdings."""
    assert isinstance(reply, v.AccountReply)
    screen.fields(reply.account)
    organisation = reply.organisation
    if organisation.id:
        screen.say(f"organisation: {organisation.name} ({organisation.country})")
    _holdings(reply)
    del chain


def _holdings(reply: v.AccountReply) -> None:
    if not reply.holdings:
        screen.say("holdings: none")
        return
    kinds = sorted({item.kind for row in reply.holdings for item in row.held})
    names = [HoldKind.Name(kind) for kind in kinds]
    body = []
    for row in reply.holdings:
        held = {item.kind: item.held_t for item in row.held}
        amounts = [row.free_t, row.frozen_t, *(held.get(kind, 0) for kind in kinds)]
        body.append([row.program, row.class_id, *(screen.group(str(item)) for item in amounts)])
    screen.table("", ["program", "class", "free", "frozen", *names], body)


def _inbox(chain: Live, reply: Message) -> None:
    """What waits: who proposes what, what is lacking, and until when."""
    assert isinstance(reply, v.ProposalPage)
    if not reply.proposals:
        screen.say("nothing waits for this account")
        return
    body = [
        [
            str(row.id),
            _named(chain, row),
            "; ".join(_short(act(action)) for action in row.actions),
            requirements(row),
            calendar.iso(row.expires_s),
        ]
        for row in reply.proposals
    ]
    head = ["proposal", "proposed by", "acts", "waits for", "until"]
    screen.table("", head, body, fold=True)
    screen.say("\nThe whole of it: tonne query proposal N")
    screen.say("Decide: tonne tx approve N --as NAME, or tonne tx reject N REASON --as NAME")


def _named(chain: Live, proposal: Proposal) -> str:
    """Return the name of the organisation that proposed, and its account."""
    party = proposal.signers[0]
    reply = chain.read("GetOrganisation", v.GetOrganisationRequest(id=party.organisation))
    name = reply.organisation.name if isinstance(reply, v.OrganisationReply) else ""
    return f"{name or party.organisation} ({party.account})"


def act(action: Action) -> str:
    """Return an action on one line."""
    arm = action.WhichOneof("action") or "nothing"
    return f"{arm} {values.show_message(getattr(action, arm))}" if arm != "nothing" else arm


def _short(text: str) -> str:
    return text if len(text) <= ACT_MAX else text[:ACT_MAX] + " ..."


def _proposal(chain: Live, reply: Message) -> None:
    """A proposal with what it does, what it waits for and every reason given."""
    assert isinstance(reply, v.ProposalReply)
    proposal = reply.proposal
    screen.fields(proposal, skip=("actions", "signers", "requirements", "decisions"))
    screen.say(f"proposed by: {_named(chain, proposal)}")
    for action in proposal.actions:
        screen.say(f"act: {act(action)}")
    screen.say(f"asks for: {requirements(proposal)}")
    columns = ("organisation", "verdict", "reason", "at_s")
    screen.rows(proposal.decisions, columns, "no decision so far")


def _program(chain: Live, reply: Message) -> None:
    from node.cli.program_tables import show

    assert isinstance(reply, v.ProgramReply)
    show(reply.program)
    screen.rows(reply.sinks, ("id", "name", "kind"), "no sinks")
    screen.rows(reply.supplies, ("class_id", "created_t"), "no supplies")
    del chain


NOUNS: dict[str, Noun] = {
    "organisation": Noun(
        "GetOrganisation", v.GetOrganisationRequest, "An organisation: ID.", ("id",), "organisation"
    ),
    "account": Noun(
        "GetAccount",
        v.GetAccountRequest,
        "An account with its holdings: ID or @NAME.",
        ("id",),
        "account",
        show=_account,
    ),
    "accounts": Noun(
        "ListAccounts",
        v.ListAccountsRequest,
        "Accounts, of one organisation or all: [ORGANISATION].",
        ("organisation",),
        rows="accounts",
        columns=("id", "name", "organisation", "program", "kind", "status"),
    ),
    "holding": Noun(
        "GetHolding",
        v.GetHoldingRequest,
        "What an account holds of a class: ACCOUNT CLASS.",
        ("account", "class-id"),
        "holding",
    ),
    "lots": Noun(
        "ListLots",
        v.ListLotsRequest,
        "The lots of an account: ACCOUNT [CLASS].",
        ("account", "class-id"),
        rows="lots",
        columns=("space", "start", "end", "class_id", "issuance", "vintage", "hold", "frozen"),
    ),
    "lot": Noun(
        "GetLot", v.GetLotRequest, "The lot of a serial: SPACE SERIAL.", ("space", "serial"), "lot"
    ),
    "record": Noun(
        "GetRecord",
        v.GetRecordRequest,
        "A record, such as an activity or a notice: KIND ID.",
        ("record.kind", "record.id"),
        "record",
    ),
    "records": Noun(
        "ListRecords",
        v.ListRecordsRequest,
        "The records of a kind: KIND.",
        ("kind",),
        rows="records",
        columns=("id", "state", "owner", "owner_organisation", "state_since_s"),
    ),
    "statement": Noun(
        "GetStatement", v.GetStatementRequest, "An auditor's statement: ID.", ("id",), "statement"
    ),
    "accreditation": Noun(
        "GetAccreditation",
        v.GetAccreditationRequest,
        "A seat: ROLE ACCOUNT [LIST].",
        ("role", "account", "list"),
        "accreditation",
    ),
    "proposal": Noun(
        "GetProposal",
        v.GetProposalRequest,
        "A proposal: NUMBER.",
        ("id",),
        "proposal",
        show=_proposal,
    ),
    "proposals": Noun(
        "ListProposals",
        v.ListProposalsRequest,
        "All proposals.",
        rows="proposals",
        columns=("id", "state", "created_s", "expires_s", "ended_s"),
    ),
    "inbox": Noun(
        "GetInbox",
        v.GetInboxRequest,
        "What waits for an account's decision: ACCOUNT.",
        ("account",),
        rows="proposals",
        show=_inbox,
    ),
    "retirement": Noun(
        "GetRetirement", v.GetRetirementRequest, "A retirement: NUMBER.", ("id",), "retirement"
    ),
    "retirements": Noun(
        "ListRetirements",
        v.ListRetirementsRequest,
        "All retirements.",
        rows="retirements",
        columns=(
            "id",
            "class_id",
            "quantity_t",
            "from_account",
            "purpose",
            "beneficiary.name",
            "at_s",
        ),
    ),
    "cancellation": Noun(
        "GetCancellation",
        v.GetCancellationRequest,
        "A cancellation: NUMBER.",
        ("id",),
        "cancellation",
    ),
    "cancellations": Noun(
        "ListCancellations",
        v.ListCancellationsRequest,
        "All cancellations.",
        rows="cancellations",
        columns=("id", "class_id", "quantity_t", "from_account", "sink", "notice", "at_s"),
    ),
    "order": Noun("GetOrder", v.GetOrderRequest, "An order: NUMBER.", ("id",), "order"),
    "orders": Noun(
        "ListOrders",
        v.ListOrdersRequest,
        "Open orders, best price first: CLASS SELL|BUY --program P; or all of them.",
        ("class-id", "side"),
        rows="orders",
        columns=(
            "id",
            "side",
            "state",
            "class_id",
            "quantity_t",
            "filled_t",
            "price_minor",
            "currency",
            "expires_s",
        ),
    ),
    "fill": Noun("GetFill", v.GetFillRequest, "A fill: ORDER NUMBER.", ("order", "fill"), "fill"),
    "fills": Noun(
        "ListFills",
        v.ListFillsRequest,
        "The fills of an order: ORDER.",
        ("order",),
        rows="fills",
        columns=("fill", "state", "account", "quantity_t", "expires_s", "confirmed_by"),
    ),
    "import": Noun("GetImport", v.GetImportRequest, "An import: NUMBER.", ("id",), "imported"),
    "imports": Noun(
        "ListImports",
        v.ListImportsRequest,
        "All imports.",
        rows="imports",
        columns=("id", "link", "class_id", "external", "own", "to_account", "at_s"),
    ),
    "link": Noun(
        "GetLinkTotal",
        v.GetLinkTotalRequest,
        "What a link has carried: LINK.",
        ("link",),
        "total",
    ),
    "cap": Noun(
        "GetCapRecord",
        v.GetCapRecordRequest,
        "What counts against a cap: CLASS PARTY PERIOD.",
        ("class-id", "party", "period"),
        "cap",
    ),
    "reserve": Noun(
        "GetReserve",
        v.GetReserveRequest,
        "A party's commitment period reserve and headroom: PARTY PERIOD.",
        ("party", "period"),
    ),
    "footprint-report": Noun(
        "GetFootprintReport",
        v.GetFootprintReportRequest,
        "How much of a footprint is offset: ID ITEMS-SOLD.",
        ("id", "items-sold"),
    ),
    "labels": Noun(
        "GetLabels",
        v.GetLabelsRequest,
        "The labels that a unit carries now: SPACE SERIAL.",
        ("space", "serial"),
    ),
    "label-grants": Noun(
        "ListLabels",
        v.ListLabelsRequest,
        "Every grant of every label of a program.",
        rows="labels",
        columns=("label", "scope", "target", "number", "added_s", "valid_to_s", "removed_s"),
    ),
    "validators": Noun(
        "GetValidators", v.GetValidatorsRequest, "The validators of the chain.", (), "validators"
    ),
    "holds": Noun(
        "ListHolds",
        v.ListHoldsRequest,
        "All holds.",
        rows="holds",
        columns=("id", "kind", "status", "account", "class_id", "quantity_t", "release_at_s"),
    ),
    "hold": Noun("GetHold", v.GetHoldRequest, "A hold: NUMBER.", ("id",), "hold"),
    "program": Noun(
        "GetProgram",
        v.GetProgramRequest,
        "A program's rules: ID.",
        ("id",),
        "program",
        show=_program,
    ),
    "programs": Noun(
        "ListPrograms",
        v.ListProgramsRequest,
        "All programs.",
        rows="programs",
        columns=("id", "name", "version", "kind", "status", "effective_from_s"),
    ),
    "sequence": Noun(
        "GetSequence",
        v.GetSequenceRequest,
        "The next free sequence: ACCOUNT [LANE].",
        ("account", "lane"),
    ),
    "tx": Noun("GetTransaction", v.GetTransactionRequest, "A transaction: ID in hex.", ("tx-id",)),
    "status": Noun("GetStatus", v.GetStatusRequest, "The node and its chain."),
}


# ---- the commands ----


def ask(desk: Desk, noun: Noun, words: list[str]) -> Message:
    """Return the request that the words make."""
    request = noun.request()
    txargs.fill(request, words, desk, Shape(noun.words, noun.aliases))
    fields = request.DESCRIPTOR.fields_by_name
    if "program" in fields and not request.program:  # type: ignore[attr-defined]
        request.program = desk.program()  # type: ignore[attr-defined]
    return request


def show(chain: Live, noun: Noun, reply: Message, output: Output) -> None:
    """Show a reply."""
    if output is Output.JSON:
        screen.as_json(reply)
        return
    if noun.show is not None:
        noun.show(chain, reply)
    elif noun.rows:
        found = getattr(reply, noun.rows)
        screen.rows(found, noun.columns, names=called(chain, found))
    elif noun.record:
        record = getattr(reply, noun.record)
        screen.fields(record, names=called(chain, [record]))
        documents = getattr(reply, "documents", ())
        if documents:
            screen.rows(documents, ("kind", "hash", "size_bytes", "media_type", "at_s"))
    else:
        screen.fields(reply)
    cursor = getattr(reply, "cursor", b"")
    if cursor:
        screen.say(f"more: --page.cursor {cursor.hex()}")


def called(chain: Live, messages: Iterable[Message]) -> dict[str, str]:
    """Return the names of the accounts that records name, as far as a few questions tell."""
    found: dict[str, str] = {}
    for message in messages:
        for item, value in message.ListFields():
            own = item.full_name == "tonne.v1.Account.id"  # its name stands beside it already
            if is_account(item) and not own and len(found) < NAMES_MAX:
                found.setdefault(value, "")
    for account in found:
        try:
            reply = chain.read("GetAccount", v.GetAccountRequest(id=account))
        except TonneError:
            continue  # a name is a courtesy: the answer stands without it
        if isinstance(reply, v.AccountReply) and reply.account.name:
            found[account] = f"({reply.account.name})"
    return {account: name for account, name in found.items() if name}


def _make(name: str, noun: Noun) -> Callable[..., None]:
    def run(
        ctx: typer.Context,
        home: HomeOption = default_home(),
        node: NodeOption = "",
        chain_id: ChainIdOption = "",
        output: OutputOption = Output.TEXT,
        proof: Annotated[
            Path | None, typer.Option("--proof", help="Write a file that proves it.")
        ] = None,
        trusted: Annotated[
            str, typer.Option("--trusted-hash", help="HEIGHT:HASH that the proof begins with too.")
        ] = "",
    ) -> None:
        words = list(ctx.args)
        if "--help" in words or "-h" in words:
            _help(name, noun)
            return
        session = Session(home, node, chain_id)
        chain = session.chain()
        desk = session.desk(chain, os.environ.get("TONNE_PROGRAM", ""), keys=_named_keys(words))
        request = ask(desk, noun, words)
        if proof is not None:
            proofs.save(chain.client, request, proof, trusted)
            return
        if trusted:
            raise usage("--trusted-hash is of a proof", "Give --proof FILE with it.")
        show(chain, noun, chain.read(noun.method, request), output)

    return run


def _named_keys(words: list[str]) -> bool:
    """Tell whether a word names a key, so that the key store must be opened."""
    return any(word.partition("=")[2].startswith("@") or word.startswith("@") for word in words)


def _help(name: str, noun: Noun) -> None:
    words = " ".join(path.rsplit(".", 1)[-1].upper() for path in noun.words)
    screen.say(f"Usage: tonne query {name} {words} [FLAGS]\n\n{noun.summary}\n")
    kind = noun.request.DESCRIPTOR
    screen.table("", ("flag", "value", ""), txargs.help_rows(kind, Shape(noun.words)), fold=True)  # type: ignore[arg-type]
    screen.say("\nAlso: --proof FILE --trusted-hash HEIGHT:HASH, --home --node --chain-id --output")


for _name, _noun in NOUNS.items():
    app.command(_name, help=_noun.summary, context_settings=_FREE, add_help_option=False)(
        _make(_name, _noun)
    )
