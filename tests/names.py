"""The names that tests speak of, and the keys and account ids that follow from them.

Must not know: chains. Invariant: one name, one key, one account, in every test and every process.
"""

from hashlib import sha256

from abci_app.core import ids

CHAIN_ID = "tonne-test"
PROGRAM = "IPCI"
RETIRE_SINK = str(ids.AccountId("XI", 300, 1, 0))

# Parties of other programs, written kz.NAME (tests/kyoto.py) and q.NAME (tests/quotas.py).
_OTHERS = {
    "kz": (
        "KZ",
        [
            "authority",
            "operator",
            "log",
            "committee",
            "cdm",
            "japan",
            "auditor",
            "state",
            "owner",
            "person",
        ],
    ),
    "l": (
        "XL",
        [
            "authority",
            "operator",
            "operator-2",
            "side-a",
            "side-b",
            "auditor",
            "labeller",
            "bridge",
            "plant",
            "plant-2",
            "grower",
            "trader",
        ],
    ),
    "q": ("XQ", ["authority", "operator", "labeller", "plant", "plant-2", "trader"]),
}

# Those of genesis/networks/local.toml, then those that tests open; other names get a number too.
_NUMBERS = {
    "coordinator": 1,
    "operator": 2,
    "auditor": 1001,
    "stranger": 1002,
    "issuer": 1003,
    "user": 1004,
    "operator-2": 1005,
}


def seed(name: str) -> bytes:
    """Return the 32-byte seed of a name's key."""
    return sha256(b"tonne test key " + name.encode()).digest()


def account_id(name: str) -> str:
    """Return the account of a name; RETIRE is the sink, an account id stands for itself."""
    if name == "RETIRE":
        return RETIRE_SINK
    if name.startswith("consortium-"):
        return str(ids.AccountId("XC", 100, int(name[-1]), 0))
    prefix, _, rest = name.partition(".")
    if rest:
        registry, names = _OTHERS[prefix]
        return str(ids.AccountId(registry, 100, 1 + names.index(rest), 0))
    if name.count("-") == 4:
        return name
    number = _NUMBERS.get(name)
    if number is None:
        number = 2000 + int.from_bytes(sha256(name.encode()).digest()[:4], "big")
    return str(ids.AccountId("XI", 100, number, 0))
