"""Founders for tests: a draft of the local network, and joins signed with keys made from names."""

from hashlib import sha256

from abci_app.core import signing
from abci_app.state.program_toml import Source
from node.founding import draft as drafts
from node.founding import join as joins
from node.founding.draft import Draft
from node.founding.join import Founder, Join
from tests.harness import IPCI, NETWORK

CHAIN_ID = "tonne-founded"
MADE_S = 1_790_000_000
JOIN_UNTIL_S = MADE_S + 86_400


def seed(name: str) -> bytes:
    return sha256(b"founder " + name.encode()).digest()


def draft(network: str = NETWORK, chain_id: str = CHAIN_ID, **powers: int) -> Draft:
    return drafts.make(
        Source("local.toml", network),
        {"ipci": Source("ipci.toml", IPCI)},
        chain_id=chain_id,
        time_s=MADE_S,
        made_s=MADE_S,
        join_until_s=JOIN_UNTIL_S,
        powers={name.replace("_", "-"): power for name, power in powers.items()},
    )


def founder(plan: Draft, name: str, **changes: object) -> Founder:
    number = int(name.rpartition("-")[2])
    fields: dict[str, object] = {
        "name": name,
        "key": signing.public_key(seed(name)),
        "power": plan.powers.get(name, 10),
        "node_id": sha256(name.encode()).hexdigest()[:40],
        "address": f"node{number}.example.org:26656",
        **changes,
    }
    return Founder(**fields)  # type: ignore[arg-type]


def join(plan: Draft, organisation: str, signed_s: int = MADE_S + 60) -> Join:
    member = plan.members()[organisation]
    own = founder(plan, member.validator) if member.validator else None
    return joins.make(
        plan,
        member,
        {name: seed(name) for name in member.keys},
        signed_s=signed_s,
        founder=own,
        founder_seed=seed(member.validator),
    )


def all_joins(plan: Draft) -> list[tuple[str, Join]]:
    return [(f"join-{name}.json", join(plan, name)) for name in plan.members()]
