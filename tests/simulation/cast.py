"""Who plays: twenty-four accounts of two programs, and the genesis that they start from.

Must not know: what they will do. Invariant: one genesis for the same programs, in every process.
"""

import tomllib
from dataclasses import dataclass
from typing import Any

import tomlkit

from abci_app.core import signing
from abci_app.state import genesis
from abci_app.state.program_toml import Source, read_program
from tests.audit.model import account_name
from tests.harness import FOLDER, START_S
from tests.names import CHAIN_ID, seed
from tonne.v1 import policy_pb2 as p
from tonne.v1 import state_pb2 as s

VALIDATORS = [
    s.Validator(key=signing.public_key(seed(f"validator-{n}")), power=10, name=f"validator-{n}")
    for n in range(1, 5)
]


@dataclass(frozen=True)
class Player:
    """An account of the first day."""

    name: str
    program: str
    registry: str
    number: int
    org: str
    holder: str = "ORG"
    extra: tuple[tuple[str, Any], ...] = ()

    @property
    def account(self) -> str:
        return account_name(self.registry, 100, self.number)


def _players() -> tuple[Player, ...]:
    houses = ("registry-north", "registry-east", "registry-south", "registry-west")
    players = [Player(f"consortium-{n}", "chain", "XC", n, houses[n - 1]) for n in range(1, 5)]
    ipci = (
        ("coordinator", "coordination-council", "ORG"),
        ("operator", "registry-north", "ORG"),
        ("auditor", "audit-1", "ORG"),
        ("stranger", "audit-2", "ORG"),
        ("steel", "steel-works", "ORG"),
        ("cement", "cement-works", "ORG"),
        ("forest", "forest-fund", "ORG"),
        ("trader", "trading-house", "ORG"),
        ("airline", "air-north", "ORG"),
        ("person", "a-person", "PERSON"),
        ("broker", "broker-house", "ORG"),
    )
    kyoto = (
        ("kz-operator", "kz-registry", "ORG"),
        ("kz-authority", "kz-ministry", "ORG"),
        ("kz-log", "transaction-log", "ORG"),
        ("kz-jisc", "supervisory-board", "ORG"),
        ("kz-bridge", "cdm-registry", "ORG"),
        ("kz-state", "kz-treasury", "GOVERNMENT"),
        ("kz-owner", "kz-project-owner", "ORG"),
        ("kz-buyer", "kz-buyer", "ORG"),
        ("kz-person", "kz-person", "PERSON"),
        ("kz-auditor", "kz-verifiers", "ORG"),
    )
    rich = ("trader", "broker", "steel")
    players += [
        Player(
            name, "IPCI", "XI", n, org, holder, (("market_access", True),) if name in rich else ()
        )
        for n, (name, org, holder) in enumerate(ipci, 1)
    ]
    players += [
        Player(name, "KYOTO-KZ", "KZ", n, org, holder, (("market_access", True),))
        for n, (name, org, holder) in enumerate(kyoto, 1)
    ]
    return tuple(players)


PLAYERS = _players()
WHO = {player.name: player.account for player in PLAYERS}
NAME = {account: name for name, account in WHO.items()}

# Who holds which role: (account, list, side); a list of None stands for the name of each link.
SEATS: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "IPCI": (
        ("COORDINATOR", "coordinator", "", ""),
        ("OPERATOR", "operator", "", ""),
        ("AUDITOR", "auditor", "", ""),
        ("AUDITOR", "auditor", "ACL-1", ""),
        ("AUDITOR", "stranger", "", ""),
    ),
    "KYOTO-KZ": (
        ("OPERATOR", "kz-operator", "", ""),
        ("AUTHORITY", "kz-authority", "", ""),
        ("EXT_LOG", "kz-log", "", ""),
        ("JISC", "kz-jisc", "", ""),
        ("AUDITOR", "kz-auditor", "", ""),
    ),
}
BRIDGES = {"IPCI": "stranger", "KYOTO-KZ": "kz-bridge"}
OTHERS = {"COUNCIL": "broker", "LABELLER": "broker", "SETTLEMENT": "broker"}

FILES = {"IPCI": "ipci", "KYOTO-KZ": "kyoto_kz"}


def program_text(name: str) -> str:
    """The program as shipped, with quantities and years that a small world reaches."""
    text = (FOLDER / "programs" / f"{FILES[name]}.toml").read_text(encoding="utf-8")
    if name == "IPCI":
        return text
    return shrunken(text)


def shrunken(text: str) -> str:
    """Periods of three years from 2027 on, and an assigned amount of 900 tonnes."""
    data = tomlkit.parse(text)
    years = 365 * 86_400
    for n, period in enumerate(data.get("periods", [])):
        start = START_S + 40 * 86_400 + n * 3 * years
        period["start_s"], period["end_s"] = start, start + 3 * years
        period["true_up_end_s"] = start + 4 * years
        for field in ("report_due_s", "surrender_due_s"):
            if field in period:
                period[field] = start + 3 * years + 90 * 86_400
    for party in data.get("parties", []):
        for term in party.get("periods", []):
            term["assigned_amount_t"], term["last_inventory_t"] = 900, 170
    return tomlkit.dumps(data)


def network_text(programs: tuple[str, ...], parsed: dict[str, p.Program]) -> str:
    lines = [f"programs = {[FILES[name] for name in programs]}", "[params]", "quota_cost = 4000000"]
    players = [player for player in PLAYERS if player.program in (*programs, "chain")]
    for org in sorted({player.org for player in players}):
        lines += ["[[organisations]]", f'id = "{org}"', f'name = "{org}"', 'country = "KZ"']
    for player in players:
        lines += [
            "[[accounts]]",
            f'program = "{player.program}"',
            f"number = {player.number}",
            f'organisation = "{player.org}"',
            f'name = "{player.name}"',
            f'keys = ["{player.name}"]',
            f'holder_kind = "{player.holder}"',
        ]
        lines += [f"{key} = {str(value).lower()}" for key, value in player.extra]
    for n in range(1, 5):
        lines += [
            "[[seats]]",
            'program = "chain"',
            'role = "CONSORTIUM"',
            f'account = "consortium-{n}"',
            f'validator = "validator-{n}"',
        ]
    for name in programs:
        rules = parsed[name]
        roles = {p.Role.Name(row.role): row for row in rules.roles}
        seats = [seat for seat in SEATS[name] if seat[0] in roles]
        if "BRIDGE" in roles:
            bridge = BRIDGES[name]
            grants = roles["BRIDGE"].grants
            if any(not grant.named_list for grant in grants):
                seats.append(("BRIDGE", bridge, "", ""))
            if any(grant.named_list for grant in grants):
                seats += [("BRIDGE", bridge, link.id, "") for link in rules.links]
        for role, likely in OTHERS.items():
            holder = likely if name == "IPCI" else "kz-buyer"
            if role in roles:
                lists = ["" if not grant.named_list else "ACL-1" for grant in roles[role].grants]
                seats += [(role, holder, acl, "") for acl in dict.fromkeys(lists)]
        for role, who, acl, _ in dict.fromkeys(seats):
            lines += [
                "[[seats]]",
                f'program = "{name}"',
                f'role = "{role}"',
                f'account = "{who}"',
                *([f'list = "{acl}"'] if acl else []),
            ]
    return "\n".join(lines) + "\n"


def make(programs: tuple[str, ...]) -> tuple[bytes, dict[str, p.Program]]:
    """The genesis of these programs, and the programs in it."""
    texts = {name: program_text(name) for name in programs}
    parsed = {name: read_program(Source(f"{name}.toml", text)) for name, text in texts.items()}
    network = network_text(programs, parsed)
    tomllib.loads(network)
    names = [player.name for player in PLAYERS]
    first = genesis.assemble(
        Source("cast.toml", network),
        {FILES[name]: Source(f"{name}.toml", text) for name, text in texts.items()},
        chain_id=CHAIN_ID,
        time_s=START_S,
        validators=VALIDATORS,
        public_keys={name: signing.public_key(seed(name)) for name in names},
    )
    return first, parsed


def shipped() -> tuple[str, ...]:
    """The programs that the checkout has."""
    return tuple(
        name for name, file in FILES.items() if (FOLDER / "programs" / f"{file}.toml").exists()
    )
