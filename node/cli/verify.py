"""`tonne verify`: check a proof file without any network.

Must not know: nodes. Invariant: the exit code is 0 only when the proof holds from the root of trust
that was named.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from abci_app.core import calendar
from node.cli import proofs, screen, values
from node.cli.faults import usage
from node.sdk.light.faults import Unproven
from node.sdk.proofs import bundle, facts
from node.sdk.proofs.bundle import GenesisRoot, HashRoot, Shown
from tonne.v1 import service_pb2 as v


def verify(
    file: Annotated[Path, typer.Argument(help="From `tonne query NOUN ... --proof FILE`.")],
    genesis: Annotated[
        Path | None, typer.Option("--genesis", help="genesis.json that you trust.")
    ] = None,
    trusted_hash: Annotated[
        str,
        typer.Option("--trusted-hash", help="Or [HEIGHT:]HASH of a header that you trust."),
    ] = "",
) -> None:
    """Check a proof file by itself; says what is proven, when it was so, and who vouches."""
    if (genesis is None) == (not trusted_hash):
        raise usage(
            "a proof begins with something that you trust: give --genesis or --trusted-hash",
            "The genesis.json of the network, or the hash of a header, not from who gave the file.",
        )
    names: Mapping[bytes, str] = {}
    root: GenesisRoot | HashRoot
    if genesis is not None:
        root, names = proofs.genesis_root(genesis)
    else:
        root = proofs.hash_root(trusted_hash)
    try:
        with file.open("rb") as stream:
            raw = stream.read(bundle.FILE_BYTES_MAX + 1)
    except OSError as error:
        raise usage(f"cannot read {file}: {error.strerror}", "Check the path.") from error
    try:
        shown = bundle.check(bundle.read(raw), root)
    except Unproven as fault:
        raise proofs.unproven(fault) from fault
    _say_what(shown)
    _say_who(shown, root, names)


def _say_what(shown: Shown) -> None:
    asked = proofs.asked(shown.request)
    if shown.result is not None:
        _say_transaction(shown, asked)
    elif shown.record is None:
        screen.say(f"PROVEN ABSENT: {asked}")
    else:
        screen.say(f"PROVEN: {asked}")
        screen.fields(shown.record)
    if isinstance(shown.request, v.ListLotsRequest) and shown.record is not None:
        free, frozen, held = (screen.group(str(n)) for n in facts.lots_parts(shown.lots))
        screen.say(
            f"\nIts lots, all of them: free {free} t, frozen {frozen} t, held {held} t; together "
            "the holding above"
        )
        screen.rows(shown.lots, ("space", "start", "end", "issuance", "vintage", "hold", "frozen"))
    if isinstance(shown.request, v.GetProgramRequest):
        screen.say("Not shown here: that no later version is in force.")


def _say_transaction(shown: Shown, asked: str) -> None:
    assert shown.result is not None
    screen.say(f"PROVEN: {asked} stands in block {shown.height}")
    if shown.result.code:
        screen.say(f"result: refused with code {shown.result.code} (docs/codes.md)")
        return
    screen.say(f"result: executed, with {len(shown.events)} events")
    for event in shown.events:
        kind = event.WhichOneof("event") or "an event of a later release"
        body = getattr(event, kind, None)
        screen.say(f"  {kind} {values.show_message(body) if body is not None else ''}".rstrip())


def _say_who(shown: Shown, root: GenesisRoot | HashRoot, names: Mapping[bytes, str]) -> None:
    share = 1000 * shown.power // shown.total
    screen.say(
        f"\nSo it was on the chain {shown.chain_id} after block {shown.height}. The header of "
        f"height {shown.height + 1}, of {calendar.iso(shown.time_s)}, says so:\n"
        f"  {shown.header_hash.hex()}\n"
        f"signed by {len(shown.vouching)} validators with {shown.power} of {shown.total} of the "
        f"power ({share // 10}.{share % 10} %):"
    )
    rows = [
        [
            names.get(row.voice.key, "-"),
            row.voice.address.hex(),
            str(row.voice.power),
            calendar.iso(row.voice.signed_s),
            f"height {row.since}" if row.since else "the genesis",
        ]
        for row in shown.vouching
    ]
    screen.table("", ["validator", "address", "power", "signed", "known since"], rows)
    trust = "the genesis given" if isinstance(root, GenesisRoot) else "the header hash given"
    screen.say(f"\nTrusted for this: {trust}, and that at most a third of the power is dishonest.")
