"""What a question returns: one function a read of the service, from committed state.

Must not know: the engine or gRPC. Invariant: a read changes nothing; a reply is bounded (100 rows
a page); a proof is
made for the very height and key that it names.
"""

from collections.abc import Callable, Iterator
from heapq import merge
from typing import Any

from google.protobuf.message import DecodeError, Message

from abci_app.core import ids, keys
from abci_app.core.codec import decode
from abci_app.core.codes import Code, Refusal, refuse
from abci_app.core.limits import (
    INBOX_ROWS_MAX,
    LANE_WINDOW,
    LANES,
    PAGE_ROWS_MAX,
    QUERY_TEXT_BYTES_MAX,
    U64_MAX,
)
from abci_app.engine import proposals, seats
from abci_app.queries.law import LAW_QUERIES
from abci_app.queries.sight import Sight, decoded, one, page, provable, proven, single
from abci_app.state import lots, policies, schema
from abci_app.store.kv import Reader, prefix_stop
from tonne.v1 import service_pb2 as q
from tonne.v1 import state_pb2 as s


def answer(sight: Sight, path: str, data: bytes) -> Message:
    """Return the reply to the read named by `path` (`/GetAccount`), or refuse."""
    entry = QUERIES.get(path.removeprefix("/"))
    if entry is None:
        refuse(Code.ACTION_SHAPE, f"there is no query {path[:64]!r}")
    kind, function = entry
    request = kind()
    try:
        request.ParseFromString(data)
    except DecodeError:
        refuse(Code.ACTION_SHAPE, f"not a {kind.DESCRIPTOR.name}")
    _check_fields(request)
    return function(sight, request)


def _check_fields(message: Message) -> None:
    """Refuse ids and enum values that no key can be built from."""
    for field, value in message.ListFields():
        if field.message_type is not None:
            _check_fields(value)
        elif (isinstance(value, str) and len(value.encode()) > QUERY_TEXT_BYTES_MAX) or (
            field.enum_type is not None and not 0 <= value <= 255
        ):
            refuse(Code.ACTION_SHAPE, f"{field.name}: out of its bounds")


# ---- single records ----


def get_organisation(sight: Sight, r: q.GetOrganisationRequest) -> Message:
    """Return an organisation."""
    found = one(sight, schema.ORGANISATIONS, r.at, Code.ORG_UNKNOWN, r.id)
    return single(q.OrganisationReply(), "organisation", found)


def get_account(sight: Sight, r: q.GetAccountRequest) -> Message:
    """Return an account with its organisation and holdings; these two at the latest height."""
    reply = q.AccountReply()
    single(reply, "account", one(sight, schema.ACCOUNTS, r.at, Code.ACC_UNKNOWN, r.id))
    organisation = schema.ORGANISATIONS.get(sight.reader, reply.account.organisation)
    if organisation is not None:
        reply.organisation.CopyFrom(organisation)
    if reply.account.id:
        prefix = keys.holding_prefix(reply.account.id)
        for holding in schema.HOLDINGS.all(sight.reader, prefix):
            reply.holdings.append(holding)
            if len(reply.holdings) == PAGE_ROWS_MAX:
                break
    return reply


def get_holding(sight: Sight, r: q.GetHoldingRequest) -> Message:
    """Return what an account holds of a class; an empty holding when it holds nothing."""
    fields = (r.account, r.program, r.class_id)
    holding, height, proof = one(sight, schema.HOLDINGS, r.at, Code.OK, *fields)
    if holding is None and proof is None:
        schema.ACCOUNTS.need(sight.reader, Code.ACC_UNKNOWN, r.account)
        holding = s.Holding(account=r.account, program=r.program, class_id=r.class_id)
    return single(q.HoldingReply(), "holding", (holding, height, proof))


def get_lot(sight: Sight, r: q.GetLotRequest) -> Message:
    """Return the lot that holds a serial."""
    lot = lots.at(sight.reader, r.space, r.serial) if r.serial else None
    if lot is None:
        refuse(Code.UNIT_UNKNOWN, f"{r.space[:64]}:{r.serial}")
    found = one(sight, schema.LOTS, r.at, Code.UNIT_UNKNOWN, lot.space, lot.start)
    return single(q.LotReply(), "lot", found)


def get_record(sight: Sight, r: q.GetRecordRequest) -> Message:
    """Return a record with a page of the documents anchored to it."""
    fields = (r.program, r.record.kind, r.record.id)
    reply = q.RecordReply()
    single(reply, "record", one(sight, schema.RECORDS, r.at, Code.REC_REF, *fields))
    rows, reply.cursor = page(sight, r.page, keys.document_prefix(*fields))
    reply.documents.extend(decode(s.Document, raw) for _, raw in rows)
    return reply


def get_statement(sight: Sight, r: q.GetStatementRequest) -> Message:
    """Return a statement."""
    found = one(sight, schema.STATEMENTS, r.at, Code.STATEMENT_UNKNOWN, r.program, r.id)
    return single(q.StatementReply(), "statement", found)


def get_accreditation(sight: Sight, r: q.GetAccreditationRequest) -> Message:
    """Return a seat."""
    fields = (r.program, r.role, r.list, r.account)
    found = one(sight, schema.ACCREDITATIONS, r.at, Code.NOT_ACCREDITED, *fields)
    return single(q.AccreditationReply(), "accreditation", found)


def get_proposal(sight: Sight, r: q.GetProposalRequest) -> Message:
    """Return a proposal."""
    found = one(sight, schema.PROPOSALS, r.at, Code.PROPOSAL_UNKNOWN, r.id)
    return single(q.ProposalReply(), "proposal", found)


def get_hold(sight: Sight, r: q.GetHoldRequest) -> Message:
    """Return a hold."""
    found = one(sight, schema.HOLDS, r.at, Code.UNIT_UNKNOWN, r.id)
    return single(q.HoldReply(), "hold", found)


def get_retirement(sight: Sight, r: q.GetRetirementRequest) -> Message:
    """Return a retirement."""
    found = one(sight, schema.RETIREMENTS, r.at, Code.UNIT_UNKNOWN, r.id)
    return single(q.RetirementReply(), "retirement", found)


def get_program(sight: Sight, r: q.GetProgramRequest) -> Message:
    """Return the program in force, its sinks and supplies; the proof is of the hash of its body."""
    if r.version:
        return _version(sight, r)
    rules = sight.block.rules(r.id)
    program = rules.program
    if r.at.prove and program.id == ids.CHAIN_PROGRAM:
        refuse(Code.PROGRAM_UNKNOWN, f"{program.id}: its rules are the release's, not the state's")
    reply = q.ProgramReply(program=program, height=sight.height)
    if r.at.prove:
        key = keys.program(program.id, program.version)
        height = r.at.height or provable(sight)
        value, proof = proven(sight, height, key)
        reply.proof.CopyFrom(q.Proof(height=height, key=key, value=value or b"", proof=proof))
    for sink in program.sinks:
        account = schema.ACCOUNTS.get(sight.reader, policies.sink_id(program, sink))
        if account is not None:
            reply.sinks.append(account)
    for unit in program.classes:
        supply = schema.SUPPLIES.get(sight.reader, program.id, unit.id)
        reply.supplies.append(supply or s.Supply(program=program.id, class_id=unit.id))
    return reply


def _version(sight: Sight, r: q.GetProgramRequest) -> Message:
    """Return a stored version of a program, in force, over, or to come."""
    if r.at.prove:
        refuse(Code.ACTION_SHAPE, "version: only the one in force is proven")
    body = sight.reader.get(keys.program_body(r.id, r.version))
    if body is None:
        refuse(Code.PROGRAM_UNKNOWN, f"{r.id} version {r.version}")
    return q.ProgramReply(program=decode(s.Program, body), height=sight.height)


# ---- lists ----


def list_accounts(sight: Sight, r: q.ListAccountsRequest) -> Message:
    """List the accounts of an organisation, or all."""
    if not r.organisation:
        found, cursor = decoded(sight, r.page, bytes((keys.Table.ACCOUNT,)), s.Account)
        return q.AccountPage(accounts=found, cursor=cursor, height=sight.height)
    prefix = keys.account_by_organisation_prefix(r.organisation)
    rows, cursor = page(sight, r.page, prefix)
    names = [row[len(prefix) + 1 :].decode() for row, _ in rows]
    found = [schema.ACCOUNTS.need(sight.reader, Code.ACC_UNKNOWN, name) for name in names]
    return q.AccountPage(accounts=found, cursor=cursor, height=sight.height)


def list_lots(sight: Sight, r: q.ListLotsRequest) -> Message:
    """List an account's lots: free, held, frozen, each in the order of selection."""
    prefix = keys.owner_prefix(r.account, r.program, r.class_id)
    rows, cursor = page(sight, r.page, prefix)
    reply = q.LotPage(cursor=cursor, height=sight.height)
    for _, value in rows:
        space, start = value[1 : 1 + value[0]].decode(), int.from_bytes(value[-16:-8], "big")
        reply.lots.append(schema.LOTS.need(sight.reader, Code.UNIT_UNKNOWN, space, start))
    return reply


def list_records(sight: Sight, r: q.ListRecordsRequest) -> Message:
    """List a program's records of a kind."""
    prefix = bytes((keys.Table.RECORD,)) + keys.text(r.program) + bytes((r.kind,))
    found, cursor = decoded(sight, r.page, prefix, s.Record)
    return q.RecordPage(records=found, cursor=cursor, height=sight.height)


def list_proposals(sight: Sight, r: q.ListProposalsRequest) -> Message:
    """List all proposals, by number."""
    found, cursor = decoded(sight, r.page, bytes((keys.Table.PROPOSAL,)), s.Proposal)
    return q.ProposalPage(proposals=found, cursor=cursor, height=sight.height)


def list_retirements(sight: Sight, r: q.ListRetirementsRequest) -> Message:
    """List all retirements, by number."""
    found, cursor = decoded(sight, r.page, bytes((keys.Table.RETIREMENT,)), s.Retirement)
    return q.RetirementPage(retirements=found, cursor=cursor, height=sight.height)


def list_programs(sight: Sight, r: q.ListProgramsRequest) -> Message:
    """List every version of every program."""
    found, cursor = decoded(sight, r.page, bytes((keys.Table.PROGRAM_BODY,)), s.Program)
    return q.ProgramPage(programs=found, cursor=cursor, height=sight.height)


def get_inbox(sight: Sight, r: q.GetInboxRequest) -> Message:
    """List the pending proposals that a seat of the account may decide, by number.

    One page looks through a bounded number of rows: it may have fewer proposals than asked for,
    or none, and still a cursor, with which the next page goes on behind them.
    """
    account = schema.ACCOUNTS.need(sight.reader, Code.ACC_UNKNOWN, r.account)
    if len(r.page.cursor) not in (0, len(keys.u64(0))):
        refuse(Code.ACTION_SHAPE, "page.cursor: it belongs to another list")
    after = int.from_bytes(r.page.cursor, "big")
    size = min(r.page.size or PAGE_ROWS_MAX, PAGE_ROWS_MAX)
    reply = q.ProposalPage(height=sight.height)
    looked = 0
    for looked, number in enumerate(_waiting(sight.reader, account.id, after), 1):
        if number != after:  # a proposal that waits for two seats of the account has two rows
            if len(reply.proposals) == size:
                reply.cursor = keys.u64(after)
                break
            proposal = schema.PROPOSALS.need(sight.reader, Code.PROPOSAL_UNKNOWN, number)
            if _may_decide(sight, account, proposal):
                reply.proposals.append(proposal)
            after = number
        if looked == INBOX_ROWS_MAX:
            reply.cursor = keys.u64(after)
            break
    return reply


def _waiting(reader: Reader, account: str, after: int) -> Iterator[int]:
    """Yield the proposals above `after` that wait for a role of the account, ascending."""
    found = seats.of_account(reader, account)
    prefixes = sorted({keys.inbox_prefix(seat.program, seat.role): None for seat in found})
    first = keys.u64(after + 1) if after < U64_MAX else keys.u64(after) + b"\0"
    rows = [reader.scan(prefix + first, prefix_stop(prefix)) for prefix in prefixes]
    return merge(*((int.from_bytes(key[-8:], "big") for key, _ in scan) for scan in rows))


def _may_decide(sight: Sight, account: s.Account, proposal: s.Proposal) -> bool:
    party = s.Party(account=account.id, organisation=account.organisation)
    try:
        proposals.voice(sight.reader, sight.block, party, proposal)
    except Refusal:
        return False
    return True


# ---- before signing ----


def get_sequence(sight: Sight, r: q.GetSequenceRequest) -> Message:
    """Return the next sequence of a lane, the free ones below it, and the farthest accepted now."""
    schema.ACCOUNTS.need(sight.reader, Code.ACC_UNKNOWN, r.account)
    if r.lane >= LANES:
        refuse(Code.ACTION_SHAPE, f"lane: 0 to {LANES - 1}")
    raw = sight.reader.get(keys.lanes(r.account))
    rows = decode(s.Lanes, raw).lanes if raw is not None else ()
    lane = next((row for row in rows if row.lane == r.lane), s.Lane(lane=r.lane))
    first = max(1, lane.highest - (LANE_WINDOW - 1))
    free = [
        number
        for number in range(first, lane.highest)
        if not lane.bitmap >> (lane.highest - 1 - number) & 1
    ]
    return q.SequenceReply(
        next=lane.highest + 1,
        free=free,
        last_accepted=lane.highest + LANE_WINDOW,
        height=sight.height,
    )


def get_status(sight: Sight, _: q.GetStatusRequest) -> Message:
    """Return what the node knows of itself; the gateway adds the engine's part."""
    chain = schema.CHAIN.get(sight.reader) or s.Chain()
    stuck = sight.reader.scan(bytes((keys.Table.STUCK,)), bytes((keys.Table.STUCK + 1,)))
    return q.StatusReply(
        chain_id=chain.chain_id,
        genesis_hash=chain.genesis_hash,
        height=sight.height,
        time_s=sight.block.time_s,
        app_hash=sight.root,
        rules_version=chain.rules_version,
        version=sight.version,
        params=chain.params,
        leaves=sight.ledger.leaves,
        stuck_duties=sum(1 for _ in stuck),
    )


Query = Callable[[Sight, Any], Message]

QUERIES: dict[str, tuple[type[Message], Query]] = {
    "GetOrganisation": (q.GetOrganisationRequest, get_organisation),
    "GetAccount": (q.GetAccountRequest, get_account),
    "GetHolding": (q.GetHoldingRequest, get_holding),
    "GetLot": (q.GetLotRequest, get_lot),
    "GetRecord": (q.GetRecordRequest, get_record),
    "GetStatement": (q.GetStatementRequest, get_statement),
    "GetAccreditation": (q.GetAccreditationRequest, get_accreditation),
    "GetProposal": (q.GetProposalRequest, get_proposal),
    "GetHold": (q.GetHoldRequest, get_hold),
    "GetRetirement": (q.GetRetirementRequest, get_retirement),
    "GetProgram": (q.GetProgramRequest, get_program),
    "ListAccounts": (q.ListAccountsRequest, list_accounts),
    "ListLots": (q.ListLotsRequest, list_lots),
    "ListRecords": (q.ListRecordsRequest, list_records),
    "ListProposals": (q.ListProposalsRequest, list_proposals),
    "ListRetirements": (q.ListRetirementsRequest, list_retirements),
    "ListPrograms": (q.ListProgramsRequest, list_programs),
    "GetInbox": (q.GetInboxRequest, get_inbox),
    "GetSequence": (q.GetSequenceRequest, get_sequence),
    "GetStatus": (q.GetStatusRequest, get_status),
    **LAW_QUERIES,
}
