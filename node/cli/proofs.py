"""Proof files on disk: written for a question, and the roots of trust that they are checked from.

Must not know: what a proof is made of. Invariant: a file is written whole or not at all, and only
after it was checked; what is not proven is never printed as if it were.
"""

import os
from pathlib import Path

from google.protobuf.message import Message

from node.cli import screen, values
from node.cli.faults import Fault, usage
from node.genesis import GenesisFault, read_genesis
from node.sdk.client import Client
from node.sdk.light.faults import Unproven
from node.sdk.proofs import bundle, making
from node.sdk.proofs.bundle import GenesisRoot, HashRoot
from tonne.v1.service_pb2 import ListLotsRequest
from tonne.v1.state_pb2 import Genesis


def save(client: Client, request: Message, path: Path, trusted: str) -> None:
    """Write the bundle that answers a question; Fault when there is no proof of it."""
    if not any(row.message_type is request.DESCRIPTOR for row in bundle.FACTS):
        known = ", ".join(row.name for row in bundle.FACTS)
        raise usage("there is no proof of this", f"There is of: {known}.")
    if isinstance(request, ListLotsRequest) and not request.class_id:
        raise usage("lots are proven as a whole holding", "Name the class: lots ACCOUNT CLASS.")
    root = hash_root(trusted) if trusted else None
    if root is not None and not root.height:
        raise usage("to make a proof the height is needed too", "--trusted-hash HEIGHT:HASH")
    try:
        made = making.make(client, request, root, say=screen.note)
    except Unproven as fault:
        raise unproven(fault) from fault
    scratch = path.with_name(path.name + ".part")
    try:
        scratch.write_text(bundle.write(made), encoding="utf-8")
        os.replace(scratch, path)  # noqa: PTH105 - as its own documentation has it
    except OSError as error:
        scratch.unlink(missing_ok=True)
        raise usage(f"cannot write {path}: {error.strerror}", "Name another file.") from error
    height = made.blocks[-1].header.height
    screen.say(f"{path}: {asked(request)}, as of height {height - 1}, signed in header {height}")
    screen.note("check it anywhere: tonne verify FILE --genesis GENESIS.json")


def unproven(fault: Unproven) -> Fault:
    """Return what a command says of something short of a proof."""
    return Fault(
        f"UNPROVEN: {fault.reason}: {fault}",
        "Do not rely on it. docs/proofs.md says what each reason means.",
    )


def asked(request: Message) -> str:
    """Return a fact on one line."""
    kind = request.DESCRIPTOR.name.removesuffix("Request")
    kind = kind.removeprefix("Get").removeprefix("List").lower()
    return f"{kind} {values.show_message(request)}"


def hash_root(text: str) -> HashRoot:
    """Return the root of `[HEIGHT:]HASH`."""
    height, colon, digits = text.rpartition(":")
    try:
        digest = bytes.fromhex(digits)
    except ValueError:
        digest = b""
    good = height.isascii() and height.isdigit() and len(height) < 20 and int(height or 0) > 0
    if len(digest) != 32 or (colon and not good):
        raise usage(
            f"--trusted-hash {text[:80]!r}: a header's hash is meant, 64 hexadecimal digits",
            "Like 1200:5c1f..., from a source that you trust; to verify, the height is optional.",
        )
    return HashRoot(digest, int(height) if colon else 0)


def genesis_root(path: Path) -> tuple[GenesisRoot, dict[bytes, str]]:
    """Return the root of a genesis.json, and the names of its validators by their keys."""
    try:
        message = Genesis.FromString(read_genesis(path))
    except GenesisFault as fault:
        raise usage(str(fault), "Take genesis.json from a source that you trust.") from fault
    root = GenesisRoot(message.chain_id, message.time_s, list(message.validators))
    return root, {row.key: row.name for row in message.validators}
