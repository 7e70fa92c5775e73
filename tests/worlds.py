"""Chains with a program beside DAO IPCI, whose parties stand in the genesis.

Must not know: any single program. Invariant: every party has one account, opened by one key of the
same name.
"""

from collections.abc import Sequence

from abci_app.core import calendar, ids, signing
from abci_app.state import genesis
from abci_app.state.program_toml import Source, read_program
from tests.harness import FOLDER, NAMED_KEYS, NETWORK, VALIDATOR, Chain, edited
from tests.names import CHAIN_ID, account_id, seed

# Name: organisation, country, kind of holder, and seats as (role, list) or (role, list, side).
Parties = dict[str, tuple[str, str, str, tuple[tuple[str, ...], ...]]]
World = tuple[str, str, Parties]  # a stem, the text of its program, who is there


def chain(stem: str, program: str, parties: Parties, start: str) -> Chain:
    """A chain of a program's text and its parties that begins at a date."""
    return several([(stem, program, parties)], start)


def several(worlds: Sequence[World], start: str) -> Chain:
    """A chain of several programs, each with its parties, that begins at a date."""
    stems = ", ".join(f'"{stem}"' for stem, _, _ in worlds)
    network = edited(NETWORK, ('programs = ["ipci"]', f'programs = ["ipci", {stems}]'))
    parties = [name for _, _, rows in worlds for name in rows]
    first = genesis.assemble(
        Source("local.toml", "\n".join([network, *(_network(*world) for world in worlds)])),
        {
            "ipci": Source("ipci.toml", (FOLDER / "programs" / "ipci.toml").read_text("utf-8")),
            **{stem: Source(f"{stem}.toml", program) for stem, program, _ in worlds},
        },
        chain_id=CHAIN_ID,
        time_s=calendar.parse_iso(start),
        validators=[VALIDATOR],
        public_keys={name: signing.public_key(seed(name)) for name in (*NAMED_KEYS, *parties)},
    )
    return Chain(first_state=first)


def _network(stem: str, program: str, parties: Parties) -> str:
    """What the parties of a program add to the network of the repository."""
    program_id = read_program(Source(f"{stem}.toml", program)).id
    houses = dict.fromkeys((house, country) for house, country, _, _ in parties.values())
    rows = [
        f"""
[[organisations]]
id = "{house}"
name = "{house}"
country = "{country}"
"""
        for house, country in houses
    ]
    for name, (house, _, kind, seats) in parties.items():
        rows.append(
            f"""
[[accounts]]
program = "{program_id}"
number = {ids.parse_account_id(account_id(name)).number}
organisation = "{house}"
name = "{name}"
holder_kind = "{kind}"
keys = ["{name}"]
"""
        )
        rows += [
            f"""
[[seats]]
program = "{program_id}"
role = "{role}"
list = "{named}"
side = "{"".join(side)}"
account = "{name}"
"""
            for role, named, *side in seats
        ]
    return "\n".join(rows)
