"""`tonne verify`: check a proof file without any network.

Must not know: nodes. Invariant: the exit code is 0 only when the proof holds.
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from node.cli import proofs, screen, values
from node.cli.faults import usage


def verify(
    file: Annotated[Path, typer.Argument(help="Proof file, from `tonne query ... --prove`.")],
    app_hash: Annotated[str, typer.Option("--app-hash", help="App hash of its height, in hex.")],
) -> None:
    """Check a proof file against an app hash; says what is proven, and by what."""
    try:
        root = bytes.fromhex(app_hash)
    except ValueError:
        root = b""
    if len(root) != 32:
        raise usage(
            "--app-hash takes 64 hexadecimal digits",
            "`tonne status --field app_hash` prints that of the latest height.",
        )
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise usage(f"{file}: {error}", "Make it with `tonne query NOUN ... --prove`.") from error
    proven = proofs.check(data, root)
    asked = f"{proven.method.removeprefix('Get')} {values.show_message(proven.request)}"
    if proven.record is None:
        screen.say(f"PROVEN ABSENT: {asked}")
    else:
        screen.say(f"PROVEN: {asked}")
        screen.fields(proven.record)
    screen.say(
        f"\nShown by a Merkle proof (ICS-23) to be the state at height {proven.height} of "
        f"{proven.chain_id}, if {root.hex()} is its app hash."
    )
    screen.say(
        "Not shown here: that the validators signed this app hash. "
        f"It stands in the header of height {proven.height + 1}; take it from a source you trust."
    )
