"""From actions to a transaction that is shown, signed, sent and reported.

Must not know: which command made the actions. Invariant: what is shown is decoded from the very
bytes that are signed (X13); nothing is sent before it was agreed to.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from abci_app.core import calendar
from abci_app.core.limits import TIME_S_MAX
from node.cli import carried, faults, screen, values
from node.cli import desk as signing
from node.cli.desk import Chain, Desk, Seat
from node.cli.faults import usage
from node.cli.live import Live
from node.cli.session import Output, Session
from node.scenario.player import requirements
from node.sdk import build
from node.sdk.errors import is_settled
from tonne.v1 import service_pb2 as v
from tonne.v1.events_pb2 import Event
from tonne.v1.tx_pb2 import Action, Body, SignedTx

CARRIED_VALID_S = 86_400  # for what is signed elsewhere: a day, if nothing else is asked


@dataclass(frozen=True)
class Manner:
    """How an envelope is made and what is done with it."""

    signers: tuple[str, ...]  # key names, or account ids where nothing is signed
    output: Output = Output.TEXT
    yes: bool = False
    generate_only: bool = False
    dry_run: bool = False
    memo: str = ""
    lane: int = 0
    sequences: tuple[int, ...] = ()
    valid_s: int = 0  # 0: ten minutes, a day for what is signed elsewhere
    genesis_hash: str = ""  # hex, for envelopes that are made without a node
    out: Path | None = None

    def life_s(self) -> int:
        """Return how long the envelope may be used, in seconds."""
        return self.valid_s or (CARRIED_VALID_S if self.generate_only else signing.VALID_S)


def seats(desk: Desk, manner: Manner) -> list[Seat]:
    """Return the signers; unsigned envelopes may name accounts whose keys are elsewhere."""
    if not manner.generate_only and not manner.dry_run:
        return signing.seats([desk.key(name) for name in manner.signers])
    found = [
        values.account(name) if name.count("-") == 4 else desk.account(name.removeprefix("@"))
        for name in manner.signers
    ]
    return [Seat(account, ()) for account in dict.fromkeys(found)]


def run(
    session: Session, chain: Live | None, desk: Desk, actions: Sequence[Action], manner: Manner
) -> int:
    """Build, show, sign and send an envelope as asked; return the exit code."""
    signers = seats(desk, manner)
    body = _body(session, chain, signers, actions, manner)
    if manner.generate_only:
        digest = chain.genesis_hash if chain else session.genesis_hash(manner.genesis_hash)
        carried.write(unsigned(body), digest, manner.out)
        return faults.OK
    if chain is None:
        raise usage("--offline sends nothing", "Use it with --generate-only.")
    if manner.dry_run:
        return show_simulation(chain.client.simulate(unsigned(body)), manner.output)
    confirm(body, yes=manner.yes)
    tx = signing.sign(chain, signers, body)
    code = show_result(chain, chain.submit(tx), manner.output, tx)
    if code in (faults.OK, faults.PENDING):
        signing.bind(desk.keys, actions)
    return code


def _body(
    session: Session,
    chain: Chain | None,
    signers: Sequence[Seat],
    actions: Sequence[Action],
    manner: Manner,
) -> bytes:
    """Return the body; sequences and time come from the chain or from the command line."""
    if chain is not None and not manner.sequences:
        return signing.body(
            chain, signers, actions, memo=manner.memo, lane=manner.lane, valid_s=manner.life_s()
        )
    if len(manner.sequences) != len(signers):
        raise usage(
            f"{len(signers)} signers need as many --sequence",
            "`tonne query sequence ACCOUNT` shows the next one.",
        )
    rows = [
        build.Signer(seat.account, manner.lane, sequence)
        for seat, sequence in zip(signers, manner.sequences, strict=True)
    ]
    until = signing.now_s() + manner.life_s()
    return build.build_body(session.named_chain(), rows, list(actions), until, manner.memo)


def unsigned(body: bytes) -> bytes:
    """Return a transaction without signatures."""
    return SignedTx(body=body).SerializeToString(deterministic=True)


def confirm(body: bytes, *, yes: bool) -> None:
    """Show what the bytes say and ask; Fault when the answer is no."""
    print(build.describe(body), file=sys.stderr)
    carried.ask(carried.Question.NONE if yes else carried.Question.SEND)


def show_simulation(reply: v.SimulateReply, output: Output) -> int:
    """Show what a transaction would do; return the exit code that sending it would give."""
    from abci_app.core.codes import code_name, meaning, next_step

    if output is Output.JSON:
        screen.as_json(reply)
    elif reply.code:
        screen.say(f"would be refused: {code_name(reply.code)} - {meaning(reply.code)}")
        _lines(("detail", reply.detail), ("next", next_step(reply.code)))
    else:
        screen.say("would wait for approvals" if reply.pending else "would be executed")
        show_events(reply.events)
    if reply.code:
        return faults.FAILED
    return faults.PENDING if reply.pending else faults.OK


def show_result(
    chain: Chain, result: v.Transaction, output: Output, tx: bytes | None = None
) -> int:
    """Show what became of a transaction; return the exit code.

    With its bytes, a refusal that is not the end of them says until when they may still be taken.
    """
    if output is Output.JSON:
        screen.as_json(result)
    else:
        _show_text(chain, result, tx)
    if result.code or result.status == v.REFUSED:
        return faults.FAILED
    if result.status != v.COMMITTED or result.proposal:
        return faults.PENDING
    return faults.OK


def _show_text(chain: Chain, result: v.Transaction, tx: bytes | None) -> None:
    status = {
        v.COMMITTED: f"in block {result.height}",
        v.PENDING_TX: "admitted; it waits for a block",
        v.REFUSED: "refused",
    }.get(result.status, "unknown to this gateway")
    _lines(("status", status), ("transaction", result.tx_id.hex()))
    if result.code:
        _lines(
            ("code", f"{result.code_name} ({result.code}) - {result.meaning}"),
            ("detail", result.detail),
            ("next", result.next),
            ("beware", _still_possible(result, tx)),
        )
    elif result.status != v.COMMITTED:
        _lines(("next", f"tonne tx wait {result.tx_id.hex()}"))
    show_events(result.events)
    if result.proposal:
        request = v.GetProposalRequest(id=result.proposal)
        reply = chain.read("GetProposal", request)
        waits = requirements(reply.proposal) if isinstance(reply, v.ProposalReply) else ""
        _lines(
            ("proposal", f"{result.proposal} waits for: {waits}"),
            ("next", f"a seat of theirs decides: tonne tx approve {result.proposal} --as NAME"),
        )


def _still_possible(result: v.Transaction, tx: bytes | None) -> str:
    """Return what may still become of bytes that were refused without a block, or nothing."""
    if is_settled(result) or tx is None:
        return ""
    body = Body.FromString(SignedTx.FromString(tx).body)
    used = ", ".join(
        f"{row.account} lane {row.lane} sequence {row.sequence}" for row in body.signers
    )
    until = calendar.iso(body.valid_until_s) if body.valid_until_s <= TIME_S_MAX else "its expiry"
    return (
        f"whoever has these bytes can send them again, and a block may take them until {until}. "
        f"To rule that out, sign again only under the same sequence: {used}"
    )


def _lines(*rows: tuple[str, str]) -> None:
    for name, text in rows:
        if text:
            screen.say(f"{name + ':':<13}{text}")


def show_events(events: Sequence[Event]) -> None:
    """Show what was done, an event a line."""
    for event in events:
        name = event.WhichOneof("event")
        if name:
            row = getattr(event, name)
            _lines(("event", f"{row.DESCRIPTOR.name} {values.show_message(row)}"))
