"""From actions to a transaction that is shown, signed, sent and reported.

Must not know: which command made the actions. Invariant: what is shown is decoded from the very
bytes that are signed (X13); nothing is sent before it was agreed to.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import typer

from node.cli import desk as signing
from node.cli import faults, screen, values
from node.cli.desk import Chain, Desk, Seat
from node.cli.faults import Fault, usage
from node.cli.live import Live
from node.cli.session import Output, Session
from node.scenario.player import requirements
from node.sdk import build
from tonne.v1 import service_pb2 as v
from tonne.v1.events_pb2 import Event
from tonne.v1.tx_pb2 import Action, SignedTx


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
    valid_s: int = signing.VALID_S


def seats(desk: Desk, manner: Manner) -> list[Seat]:
    """Return the signers; unsigned envelopes may name accounts whose keys are elsewhere."""
    if not manner.generate_only and not manner.dry_run:
        return signing.seats([desk.key(name) for name in manner.signers])
    found = [
        name if name.count("-") == 4 else desk.account(name.removeprefix("@"))
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
        print(build.tx_json(unsigned(body)))
        return faults.OK
    if chain is None:
        raise usage("--offline sends nothing", "Use it with --generate-only.")
    if manner.dry_run:
        return show_simulation(chain.client.simulate(unsigned(body)), manner.output)
    confirm(body, yes=manner.yes)
    result = chain.submit(signing.sign(chain, signers, body))
    code = show_result(chain, result, manner.output)
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
            chain, signers, actions, memo=manner.memo, lane=manner.lane, valid_s=manner.valid_s
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
    until = signing.now_s() + manner.valid_s
    return build.build_body(session.named_chain(), rows, list(actions), until, manner.memo)


def unsigned(body: bytes) -> bytes:
    """Return a transaction without signatures."""
    return SignedTx(body=body).SerializeToString(deterministic=True)


def confirm(body: bytes, *, yes: bool) -> None:
    """Show what the bytes say and ask; Fault when the answer is no."""
    print(build.describe(body), file=sys.stderr)
    if yes:
        return
    try:
        agreed = typer.confirm("Sign and send this?", err=True)
    except typer.Abort as error:
        raise Fault("nobody answered; nothing was sent", "For scripts: --yes.") from error
    if not agreed:
        raise Fault("nothing was signed or sent")


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


def show_result(chain: Chain, result: v.Transaction, output: Output) -> int:
    """Show what became of a transaction; return the exit code."""
    if output is Output.JSON:
        screen.as_json(result)
    else:
        _show_text(chain, result)
    if result.code or result.status == v.REFUSED:
        return faults.FAILED
    if result.status != v.COMMITTED or result.proposal:
        return faults.PENDING
    return faults.OK


def _show_text(chain: Chain, result: v.Transaction) -> None:
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
