"""A registry in memory with its own clock: names act, blocks happen, a replica must agree.

Must not know: sockets or the engine. Invariants: every block is checked, proposed, accepted and
executed by one application and executed alone by a second one, with equal results and roots;
what is refused has changed nothing but sequences; a chain that a test made passes the doctor when
the test ends (conftest).
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from google.protobuf.message import Message

from abci_app import doctor
from abci_app.abci import abci_pb2 as abci
from abci_app.application import Application
from abci_app.core import calendar, signing
from abci_app.core.codes import Code, code_name
from abci_app.core.keys import Table
from abci_app.state import genesis, numbers, schema
from abci_app.state.program_toml import Source
from abci_app.store.ledger import Ledger
from tests import acts
from tests.names import CHAIN_ID, PROGRAM, account_id, seed
from tonne.v1 import service_pb2 as q
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t
from tonne.v1.events_pb2 import Event

M = TypeVar("M", bound=Message)

FOLDER = Path(__file__).parents[1] / "genesis"
IPCI = (FOLDER / "programs" / "ipci.toml").read_text(encoding="utf-8")
NETWORK = (FOLDER / "networks" / "local.toml").read_text(encoding="utf-8")
NAMED_KEYS = ("coordinator", "operator", *(f"consortium-{number}" for number in range(1, 5)))
START_S = calendar.parse_iso("2026-01-31T12:00:00Z")
VALIDATOR = s.Validator(key=signing.public_key(seed("validator")), power=10, name="validator-1")

MADE: list["Chain"] = []  # by the test that runs; emptied by conftest, which examines them


def edited(text: str, *edits: tuple[str, str]) -> str:
    """Return a text with passages replaced, each of which must stand in it exactly once."""
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the text"
        text = text.replace(old, new)
    return text


def make_genesis(program: str = IPCI, network: str = NETWORK, chain_id: str = CHAIN_ID) -> bytes:
    return genesis.assemble(
        Source("local.toml", network),
        {"ipci": Source("ipci.toml", program)},
        chain_id=chain_id,
        time_s=START_S,
        validators=[VALIDATOR],
        public_keys={name: signing.public_key(seed(name)) for name in NAMED_KEYS},
    )


def init_request(first_state: bytes, chain_id: str = CHAIN_ID) -> abci.RequestInitChain:
    text = base64.b64encode(first_state).decode()
    request = abci.RequestInitChain(chain_id=chain_id, app_state_bytes=json.dumps(text).encode())
    for row in s.Genesis.FromString(first_state).validators:
        request.validators.add(power=row.power).pub_key.ed25519 = row.key
    return request


def sign(
    first_state: bytes, body: bytes, signatures: Sequence[tuple[int, str]], chain_id: str = CHAIN_ID
) -> bytes:
    """Return a SignedTx of (signer index, key name) signatures in the order of the law."""
    message = signing.sign_bytes(chain_id, genesis.genesis_hash(first_state), body)
    tx = t.SignedTx(body=body)
    keyed = sorted((index, signing.public_key(seed(name)), name) for index, name in signatures)
    for index, key, name in keyed:
        tx.signatures.add(signer_index=index, key=key, sig=signing.sign(seed(name), message))
    return tx.SerializeToString(deterministic=True)


@dataclass(frozen=True)
class Result:
    """What became of a transaction; `admitted` tells whether it reached a block."""

    code: int
    detail: str
    events: list[Event] = field(default_factory=list)
    admitted: bool = True

    @property
    def names(self) -> list[str]:
        """Return the kinds of the events, in order."""
        return [str(event.WhichOneof("event")) for event in self.events]

    def event(self, name: str) -> Any:
        """Return the only event of a kind."""
        found = [event for event in self.events if event.WhichOneof("event") == name]
        assert len(found) == 1, f"{len(found)} events {name} in {self.names}"
        return getattr(found[0], name)


class Chain:
    """One application that takes part in consensus, one that only replays, and who acts on them."""

    def __init__(
        self,
        *,
        program: str = IPCI,
        params: Mapping[str, int] | None = None,
        ledger: Ledger | None = None,
        first_state: bytes = b"",
    ) -> None:
        rows = "\n".join(f"{name} = {value}" for name, value in (params or {}).items())
        network = edited(NETWORK, ('programs = ["ipci"]', f'programs = ["ipci"]\n[params]\n{rows}'))
        self.genesis = first_state or make_genesis(program, network)
        message = s.Genesis.FromString(self.genesis)
        self.chain_id = message.chain_id
        self.app = Application(ledger or Ledger.memory())
        self.replica = Application(Ledger.memory())
        request = init_request(self.genesis, self.chain_id)
        first = self.app.init_chain(request)
        assert first == self.replica.init_chain(request)
        self.now = message.time_s
        self.height = 0
        self.sequences: dict[tuple[str, int], int] = {}
        self.signing_keys: dict[str, Sequence[str]] = {}  # of accounts whose key is not their name
        self.duties: list[Event] = []  # what the last block's duties did
        self.history: list[tuple[abci.RequestFinalizeBlock, abci.ResponseFinalizeBlock]] = []
        MADE.append(self)

    # ---- stages ----

    @classmethod
    def with_parties(cls, **options: Any) -> "Chain":
        """An auditor in ACL-1, an accredited stranger who is in no list, an issuer and a user."""
        chain = cls(**options)
        houses = {"auditor": "audit-1", "stranger": "audit-2", "issuer": "steel", "user": "acme"}
        opening = [acts.organisation(house) for house in houses.values()]
        opening += [acts.account(name, house) for name, house in houses.items()]
        chain.all_ok(
            chain.tx("operator", *opening),
            chain.tx("coordinator", acts.accredit("auditor"), acts.accredit("stranger")),
            chain.tx("operator", acts.accredit("auditor", acl="ACL-1")),
        )
        return chain

    @classmethod
    def with_activity(cls, **options: Any) -> "Chain":
        """Beside the parties: methodology M1 approved, the issuer's activity A1 registered."""
        chain = cls.with_parties(**options)
        described = [
            acts.activity(),
            acts.anchor("PROJECT_DOCUMENT", (t.ACTIVITY, "A1")),
            acts.anchor("MONITORING_PLAN", (t.ACTIVITY, "A1")),
        ]
        submitted = [acts.methodology(), acts.anchor("METHODOLOGY", (t.METHODOLOGY, "M1"))]
        chain.all_ok(
            chain.tx("issuer", *submitted),
            chain.tx("coordinator", acts.transition(t.METHODOLOGY, "M1", "APPROVED")),
            chain.tx("issuer", *described),
            chain.tx("auditor", acts.monitoring(), also=("operator",)),
            chain.tx("operator", acts.transition(t.ACTIVITY, "A1", "REGISTERED")),
        )
        return chain

    @classmethod
    def with_issuance(
        cls, *, cap: int = 100_000, reserve_bps: int = 1000, months: int = 24, **options: Any
    ) -> "Chain":
        """Beside the activity: statement S1 of `cap` tonnes and issuance R1, approved."""
        chain = cls.with_activity(**options)
        chain.all_ok(
            chain.tx("auditor", acts.verification(net=cap), also=("operator",)),
            chain.tx("issuer", acts.issuance()),
            chain.tx("auditor", acts.opened(cap)),
            chain.tx("operator", acts.approved(cap, reserve_bps, months)),
        )
        return chain

    @classmethod
    def with_units(cls, quantity: int = 1000, **options: Any) -> "Chain":
        """Beside the issuance: the issuer holds `quantity` free units, none of them reserved."""
        chain = cls.with_issuance(**{"reserve_bps": 0, "months": 0, **options})
        chain.ok("auditor", acts.issue(quantity), also=("operator",))
        return chain

    # ---- transactions ----

    def body(
        self,
        who: str,
        *actions: t.Action,
        also: Sequence[str] = (),
        lane: int = 0,
        sequence: int = 0,
        until: int = 0,
        memo: str = "",
    ) -> t.Body:
        """Return an unsigned body; an action's `signer_index` stands as the test has set it."""
        body = t.Body(chain_id=self.chain_id, valid_until_s=until or self.now + 3600, memo=memo)
        for name in (who, *also):
            number = sequence or self.sequences.get((name, lane), 0) + 1
            if not sequence:
                self.sequences[(name, lane)] = number
            body.signers.add(account=account_id(name), lane=lane, sequence=number)
        body.actions.extend(actions)
        return body

    def seal(self, body: t.Body, who: Sequence[str], **options: str) -> bytes:
        """Return a body signed by each account's own keys."""
        signatures = [
            (index, key)
            for index, name in enumerate(who)
            for key in self.signing_keys.get(name, (name,))
        ]
        raw = body.SerializeToString(deterministic=True)
        return sign(self.genesis, raw, signatures, **{"chain_id": self.chain_id, **options})

    def tx(self, who: str, *actions: t.Action, also: Sequence[str] = (), **options: Any) -> bytes:
        """Return a signed transaction with the next sequences of its signers."""
        return self.seal(self.body(who, *actions, also=also, **options), (who, *also))

    def check(self, tx: bytes) -> Result:
        """Offer a transaction to the mempool."""
        answer = self.app.check_tx(abci.RequestCheckTx(tx=tx))
        return Result(answer.code, answer.log, admitted=False)

    def block(self, *txs: bytes, at: int = 0, proposed: bool = True) -> list[Result]:
        """Make a block at a time (default: a second later) and return its results."""
        self.now = at or self.now + 1
        self.height += 1
        if proposed:
            self._propose(txs)
        finalize = abci.RequestFinalizeBlock(height=self.height, txs=txs)
        finalize.time.seconds = self.now
        answer = self.app.finalize_block(finalize)
        assert answer == self.replica.finalize_block(finalize), "the replica disagrees"
        for app in (self.app, self.replica):
            app.commit(abci.RequestCommit())
            assert app.ledger.root == answer.app_hash, "Commit leads elsewhere than FinalizeBlock"
        self.history.append((finalize, answer))
        self.duties = [event_of(row) for row in answer.events]
        return [
            Result(row.code, row.log, [event_of(item) for item in row.events])
            for row in answer.tx_results
        ]

    def _propose(self, txs: Sequence[bytes]) -> None:
        prepare = abci.RequestPrepareProposal(max_tx_bytes=1 << 20, txs=txs, height=self.height)
        prepare.time.seconds = self.now
        proposal = self.app.prepare_proposal(prepare)
        process = abci.RequestProcessProposal(txs=proposal.txs, height=self.height)
        process.time.seconds = self.now
        for app in (self.app, self.replica):
            answer = app.process_proposal(process)
            assert answer.status == abci.ResponseProcessProposal.ACCEPT, "an honest proposal fell"

    def send(self, who: str, *actions: t.Action, **options: Any) -> Result:
        """Sign, check, and when admitted make a block with it."""
        tx = self.tx(who, *actions, **options)
        answer = self.check(tx)
        if answer.code:
            for name in (who, *options.get("also", ())):  # not used up: the next one takes it
                self.sequences[(name, options.get("lane", 0))] -= 0 if "sequence" in options else 1
            return answer
        return self.block(tx)[0]

    def all_ok(self, *txs: bytes) -> list[Result]:
        """Make a block in which everything succeeds at once."""
        results = self.block(*txs)
        for result in results:
            assert result.code == 0, f"{code_name(result.code)}: {result.detail}"
            assert "proposal_opened" not in result.names, "approvals are missing"
        return results

    def ok(self, who: str, *actions: t.Action, **options: Any) -> Result:
        """Send what must succeed at once."""
        result = self.send(who, *actions, **options)
        assert result.code == 0, f"{code_name(result.code)}: {result.detail}"
        assert "proposal_opened" not in result.names, f"approvals are missing: {result.names}"
        return result

    def pending(self, who: str, *actions: t.Action, **options: Any) -> int:
        """Send what must become a proposal; return its number."""
        result = self.send(who, *actions, **options)
        assert result.code == 0, f"{code_name(result.code)}: {result.detail}"
        return int(result.event("proposal_opened").id)

    def refused(self, code: int, who: str, *actions: t.Action, **options: Any) -> Result:
        """Send what must be refused with `code`, and see that only sequences were spent."""
        self._begun()
        before, lanes = self.rows(), self.lanes()
        result = self.send(who, *actions, **options)
        assert result.code == code, (
            f"{code_name(result.code)} instead of {code_name(code)}: {result.detail}"
        )
        assert self.rows() == before, "a refusal changed the state"
        assert (self.lanes() != lanes) == result.admitted, "sequences are spent in blocks only"
        assert result.admitted == (code >= 200 or code == Code.INTERNAL)
        return result

    def inadmissible(self, code: int, tx: bytes) -> None:
        """See that a transaction enters no mempool and no proposal, and no block minds it."""
        self._begun()
        before, lanes = self.rows(), self.lanes()
        answer = self.check(tx)
        assert answer.code == code, (
            f"{code_name(answer.code)} instead of {code_name(code)}: {answer.detail}"
        )
        prepare = abci.RequestPrepareProposal(max_tx_bytes=1 << 20, txs=[tx], height=self.height)
        prepare.time.seconds = self.now
        assert not self.app.prepare_proposal(prepare).txs
        process = abci.RequestProcessProposal(txs=[tx], height=self.height)
        process.time.seconds = self.now
        assert self.app.process_proposal(process).status == abci.ResponseProcessProposal.REJECT
        result = self.block(tx, at=self.now, proposed=False)[0]
        assert (result.code, result.events) == (code, [])
        assert (self.rows(), self.lanes()) == (before, lanes), "it changed the state"

    def decided(self, who: str, proposal: int, state: int = s.PROPOSAL_EXECUTED) -> Result:
        """Say yes, and see the proposal in `state`."""
        result = self.ok(who, acts.yes(proposal))
        assert self.proposal(proposal).state == state, s.ProposalState.Name(
            self.proposal(proposal).state
        )
        return result

    def _begun(self) -> None:
        if not self.height:
            self.block()  # with which the first state is written

    # ---- what there is ----

    def rows(self) -> dict[bytes, bytes]:
        """Return the committed state without the lanes."""
        rows = self.app.ledger.scan(b"", b"\xff")
        return {key: value for key, value in rows if key[0] != Table.LANES}

    def lanes(self) -> dict[bytes, bytes]:
        start = bytes((Table.LANES,))
        return dict(self.app.ledger.scan(start, bytes((Table.LANES + 1,))))

    def balance(self, name: str) -> tuple[int, int]:
        """Return (free, held) units of an account."""
        holding = schema.HOLDINGS.get(self.app.ledger, account_id(name), PROGRAM, "TMU")
        if holding is None:
            return 0, 0
        return holding.free_t, sum(row.held_t for row in holding.held)

    def proposal(self, number: int) -> s.Proposal:
        found = schema.PROPOSALS.get(self.app.ledger, number)
        assert found is not None
        return found

    def record(self, kind: int, name: str) -> s.Record:
        found = schema.RECORDS.get(self.app.ledger, PROGRAM, kind, name)
        assert found is not None
        return found

    def hold(self, number: int) -> s.Hold:
        found = schema.HOLDS.get(self.app.ledger, number)
        assert found is not None
        return found

    def last(self, table: Table) -> int:
        """Return the last number given in a table."""
        return numbers.last(self.app.ledger, table)

    def ask(self, request: Message, reply: type[M]) -> M:
        """Return the reply to a read, which must succeed."""
        answer = self.query(request)
        assert answer.code == 0, f"{code_name(answer.code)}: {answer.log}"
        return reply.FromString(answer.value)

    def query(self, request: Message) -> abci.ResponseQuery:
        name = request.DESCRIPTOR.name.removesuffix("Request")
        path, data = f"/{name}", request.SerializeToString()
        return self.app.query(abci.RequestQuery(path=path, data=data))

    def inbox(self, name: str) -> list[int]:
        page = self.ask(q.GetInboxRequest(account=account_id(name)), q.ProposalPage)
        return [row.id for row in page.proposals]

    def faults(self) -> list[str]:
        """Return what the doctor finds; nothing before the first block."""
        return doctor.examine(self.app.ledger) if self.height else []


def event_of(row: abci.Event) -> Event:
    assert row.type == "tonne"
    return Event.FromString(base64.b64decode(row.attributes[0].value))
