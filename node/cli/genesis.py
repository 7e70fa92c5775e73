"""The genesis of a new chain, from a network file and keys by name.

Must not know: what the programs say. Invariant: every account of the file has its keys; whoever
holds them learns which account each signs for.
"""

import time
import tomllib
from collections.abc import Callable, Sequence

from abci_app.core import keys
from abci_app.core.codec import decode
from abci_app.state import genesis
from abci_app.state.program_toml import Source, TomlFault
from node.cli import places
from node.cli.faults import usage
from node.sdk.keys import KeyStore
from tonne.v1.state_pb2 import Account, Genesis, Validator

POWER = 10


def assemble(
    network: str,
    *,
    chain_id: str,
    time_s: int,
    validators: Sequence[Validator],
    public: Callable[[str], bytes],
) -> bytes:
    """Return the genesis of `genesis/networks/<network>.toml`; `public` gives the key of a name."""
    folder = places.genesis()
    path = folder / "networks" / f"{network}.toml"
    if not path.exists():
        known = ", ".join(sorted(item.stem for item in path.parent.glob("*.toml")))
        raise usage(f"there is no network {network!r}", f"One of: {known or '(none)'}.")
    text = path.read_text(encoding="utf-8")
    programs = {
        item.stem: Source(str(item), item.read_text(encoding="utf-8"))
        for item in sorted((folder / "programs").glob("*.toml"))
    }
    names = [name for row in tomllib.loads(text).get("accounts", []) for name in row["keys"]]
    try:
        return genesis.assemble(
            Source(str(path), text),
            programs,
            chain_id=chain_id,
            time_s=time_s,
            validators=validators,
            public_keys={name: public(name) for name in names},
        )
    except TomlFault as fault:
        raise usage(str(fault)) from fault


def bind(raw: bytes, set_account: Callable[[str, str], None]) -> None:
    """Tell for every key of a genesis, by its name, which account it signs for."""
    for entry in Genesis.FromString(raw).entries:
        if entry.key[0] == keys.Table.ACCOUNT:
            account = decode(Account, entry.value)
            for key in account.keys:
                set_account(key.person, account.id)


def with_test_keys(
    store: KeyStore, chain_id: str, network: str, validators: Sequence[Validator]
) -> bytes:
    """Return a genesis of now whose keys are made in a test store, and bound there."""

    def public(name: str) -> bytes:
        if name not in store.names():
            store.add(name, person=name)
        return store.public(name).public

    now_s = int(time.time())
    raw = assemble(network, chain_id=chain_id, time_s=now_s, validators=validators, public=public)
    bind(raw, store.set_account)
    return raw
