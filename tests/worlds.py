"""Chains with a program beside DAO IPCI, whose parties stand in the genesis.

Must not know: any single program. Invariant: every party has one account, opened by one key of the
same name.
"""

from abci_app.core import calendar, ids, signing
from abci_app.state import genesis
from abci_app.state.program_toml import Source, read_program
from tests.harness import FOLDER, NAMED_KEYS, NETWORK, VALIDATOR, Chain, edited
from tests.names import CHAIN_ID, account_id, seed

# Name: organisation, country, kind of holder, and seats as (role, list).
Parties = dict[str, tuple[str, str, str, tuple[tuple[str, str], ...]]]


def chain(stem: str, program: str, parties: Parties, start: str) -> Chain:
    """A chain of a program's text and its parties that begins at a date."""
    first = genesis.assemble(
        Source("local.toml", _network(stem, program, parties)),
        {
            "ipci": Source("ipci.toml", (FOLDER / "programs" / "ipci.toml").read_text("utf-8")),
            stem: Source(f"{stem}.toml", program),
        },
        chain_id=CHAIN_ID,
        time_s=calendar.parse_iso(start),
        validators=[VALIDATOR],
        public_keys={name: signing.public_key(seed(name)) for name in (*NAMED_KEYS, *parties)},
    )
    return Chain(first_state=first)


def _network(stem: str, program: str, parties: Parties) -> str:
    """The network of the repository with the parties beside it."""
    program_id = read_program(Source(f"{stem}.toml", program)).id
    rows = [edited(NETWORK, ('programs = ["ipci"]', f'programs = ["ipci", "{stem}"]'))]
    houses = dict.fromkeys((house, country) for house, country, _, _ in parties.values())
    rows += [
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
account = "{name}"
"""
            for role, named in seats
        ]
    return "\n".join(rows)
