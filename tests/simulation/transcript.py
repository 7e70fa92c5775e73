"""A life written down: as JSON that replays, and as a scenario where its commands exist.

Must not know: what comes of it. Invariant: what is written is read again as it was.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict

from tests.audit.model import when
from tests.simulation.cast import NAME
from tests.simulation.play import Block
from tests.simulation.real import Draft
from tonne.v1 import tx_pb2 as t


def as_json(blocks: Sequence[Block], programs: Sequence[str]) -> str:
    """Return the life as JSON."""
    rows = [
        {
            "now": block.now,
            "drafts": [
                {
                    "signers": list(draft.signers),
                    "actions": [
                        MessageToDict(action, preserving_proto_field_name=True)
                        for action in draft.actions
                    ],
                }
                for draft in block.drafts
            ],
        }
        for block in blocks
    ]
    return json.dumps({"programs": list(programs), "blocks": rows}, indent=1)


def from_json(text: str) -> tuple[list[Block], list[str]]:
    """Return blocks and programs of such a text."""
    data = json.loads(text)
    blocks = [
        Block(
            row["now"],
            tuple(
                Draft(
                    tuple(draft["signers"]),
                    tuple(ParseDict(action, t.Action()) for action in draft["actions"]),
                )
                for draft in row["drafts"]
            ),
        )
        for row in data["blocks"]
    ]
    return blocks, data["programs"]


def name_of(account: str) -> str:
    return NAME.get(account, account)


def _moved(act: t.Move) -> str:
    what = (
        str(act.quantity_t)
        if act.quantity_t
        else "--ranges " + ",".join(f"{span.space}:{span.start}-{span.end}" for span in act.ranges)
    )
    verb = f"transfer {what} --class {act.class_id} --to @{name_of(act.to_account)}"
    return f"{verb} --program {act.program}"


# The commands of `tonne tx` that a life can be told in; whatever is missing is told in JSON.
COMMANDS: dict[str, Callable[[Any], str]] = {
    "move": _moved,
    "withdraw": lambda act: f"withdraw {act.proposal}" if act.proposal else "",
    "decide": lambda act: (
        f"decide {act.proposal} {'yes' if act.verdict == t.YES else 'no'}" if act.proposal else ""
    ),
}


def as_text(blocks: Sequence[Block], programs: Sequence[str]) -> str:
    """Return the life as lines that people read."""
    lines = [f"# programs {' '.join(programs)}"]
    for block in blocks:
        lines.append(f"at {when(block.now):%Y-%m-%dT%H:%M:%SZ}")
        for draft in block.drafts:
            who = "+".join(name_of(account) for account in draft.signers)
            for action in draft.actions:
                kind = str(action.WhichOneof("action"))
                act = getattr(action, kind)
                told = COMMANDS[kind](act) if kind in COMMANDS else ""
                told = told or f"{kind} {' '.join(str(act).split())}"
                lines.append(f"{who}[{action.signer_index}]: {told}")
    return "\n".join(lines)
