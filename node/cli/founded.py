"""What people see of a founding: a draft before it is signed, a genesis before it is used.

Must not know: files or keys. Invariant: nothing that a signature or a hash stands for is left out.
"""

import time
from datetime import UTC, datetime
from typing import Any

from abci_app.state.exported import Exported
from node.cli import screen
from node.founding import record
from node.founding.draft import Draft
from node.founding.join import Founder
from node.founding.record import Foundation
from node.genesis import genesis_hash
from tonne.v1.state_pb2 import Genesis, Origin

_ROWS_MAX = 100  # organisations that are shown


def state(found: Exported) -> None:
    """Show where an exported state comes from and what it holds."""
    _origin(found.message.origin)
    screen.say(f"records:      {len(found.message.entries):,}")
    screen.say(f"state hash:   {' '.join(record.voiced(found.hash))}")


def _origin(origin: Origin) -> None:
    screen.say(f"goes on from: {origin.chain_id} at height {origin.height}, {iso(origin.time_s)}")
    screen.say(f"app hash:     {origin.app_hash.hex()}")


def draft(plan: Draft) -> None:
    """Show a draft and its hash."""
    screen.say(f"chain:        {plan.chain_id}, from {iso(plan.time_s)}")
    screen.say(f"join until:   {iso(plan.join_until_s)}")
    if plan.state:
        screen.say(f"state hash:   {' '.join(record.voiced(bytes.fromhex(plan.state)))}")
    else:
        screen.say(f"programs:     {', '.join(plan.programs) or 'none'}")
    rows = [
        (
            row.organisation,
            row.validator,
            str(plan.powers.get(row.validator, "")),
            ", ".join(row.keys),
        )
        for row in plan.members().values()
    ]
    screen.table("", ("organisation", "validator", "power", "keys"), rows)
    screen.say(f"draft hash:   {' '.join(record.voiced(plan.hash()))}")
    owners = {row.validator: row.organisation for row in plan.members().values() if row.validator}
    for text in record.warnings(plan.powers, owners):
        screen.warn(f"WARNING: {text}")


def genesis(found: Foundation) -> None:
    """Show a genesis and its hash."""
    message = Genesis.FromString(found.genesis)
    screen.say(f"chain:        {message.chain_id}, from {iso(message.time_s)}")
    if message.HasField("origin"):
        _origin(message.origin)
        screen.say(f"state hash:   {' '.join(record.voiced(bytes.fromhex(found.draft.state)))}")
    rows = [(row.id, row.version, row.name) for row in record.programs(found.genesis)]
    screen.table("", ("program", "version", "name"), [(a, str(b), c) for a, b, c in rows])
    orgs = record.organisations(found.genesis)
    some = [(row.id, row.name, row.country) for row in orgs[:_ROWS_MAX]]
    screen.table("", ("organisation", "name", "country"), some)
    if len(orgs) > len(some):
        screen.say(f"and {len(orgs) - len(some):,} more organisations")
    owners = found.owners()
    screen.table(
        "",
        ("validator", "organisation", "power", "key", "peer"),
        [(r.name, owners[r.name], str(r.power), r.key.hex(), r.peer) for r in found.founders],
    )
    screen.say(f"joins:        {len(found.joins)}, every signature holds")
    screen.say("genesis hash, to be read aloud and compared with every other operator:\n")
    words = record.voiced(genesis_hash(found.genesis))
    screen.say(f"  {' '.join(words[:4])}\n  {' '.join(words[4:])}")
    if message.time_s > time.time():
        screen.warn(f"The chain makes no block before {iso(message.time_s)}.")
    for text in record.warnings(found.draft.powers, owners):
        screen.warn(f"WARNING: {text}")


def summary(found: Foundation, own: Founder | None) -> dict[str, Any]:
    """Return what a program reads of a genesis."""
    owners = found.owners()
    return {
        "chain_id": found.draft.chain_id,
        "time_s": found.draft.time_s,
        "genesis_hash": genesis_hash(found.genesis).hex(),
        "draft_hash": found.draft.hash().hex(),
        "state_hash": found.draft.state,
        "programs": [row.id for row in record.programs(found.genesis)],
        "organisations": [row.id for row in record.organisations(found.genesis)],
        "validators": [
            {
                "name": row.name,
                "organisation": owners[row.name],
                "power": row.power,
                "key": row.key.hex(),
                "peer": row.peer,
            }
            for row in found.founders
        ],
        "own_validator": own.name if own else "",
        "warnings": record.warnings(found.draft.powers, owners),
    }


def iso(time_s: int) -> str:
    """Return a time as people read it, in UTC."""
    return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
