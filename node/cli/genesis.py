"""The genesis of a new chain, from a network file and keys by name.

Must not know: what the programs say. Invariant: every account of the file has its keys; whoever
holds them learns which account each signs for.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from abci_app.core import keys
from abci_app.core.codec import decode
from abci_app.state.program_toml import Source, read_toml
from node.cli import places
from node.cli.faults import usage
from node.founding.draft import POWER, first_state
from node.sdk.keys import KeyStore
from tonne.v1.state_pb2 import Account, Genesis, Validator

__all__ = ["POWER", "account_keys", "assemble", "bind", "key_names", "sources", "with_test_keys"]


def sources(network: str, more: Sequence[Path] = ()) -> tuple[Source, dict[str, Source]]:
    """Return a network by its name or path, and the programs there are, with `more` files."""
    folder = places.genesis()
    path = folder / "networks" / f"{network}.toml"
    if network.endswith(".toml"):
        path = Path(network)
    elif not path.exists():
        known = ", ".join(sorted(item.stem for item in path.parent.glob("*.toml")))
        raise usage(
            f"there is no network {network!r}", f"Give a file.toml, or one of: {known or '(none)'}."
        )
    files = [*sorted((folder / "programs").glob("*.toml")), *more]
    return _source(path), {item.stem: _source(item) for item in files}


def _source(path: Path) -> Source:
    try:
        return Source(str(path), path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise usage(f"{path} is not UTF-8 text", "Save it as UTF-8.") from None
    except OSError as error:
        raise usage(f"{path} cannot be read ({error.strerror})", "Check the path.") from None


def assemble(
    network: str,
    *,
    chain_id: str,
    time_s: int,
    validators: Sequence[Validator],
    public: Callable[[str], bytes],
    node_ids: Mapping[str, str] | None = None,
) -> bytes:
    """Return the genesis of a network; `public` gives the key of a name."""
    source, programs = sources(network)
    names = key_names(source)
    return first_state(
        source,
        programs,
        chain_id=chain_id,
        time_s=time_s,
        validators=validators,
        public_keys={name: public(name) for name in names},
        node_ids=node_ids or {},
    )


def key_names(network: Source) -> list[str]:
    """Return the names of the keys that a network file gives to accounts."""
    return [name for row in read_toml(network).get("accounts", []) for name in row["keys"]]


def bind(raw: bytes, set_account: Callable[[str, str], None]) -> None:
    """Tell for every key of a genesis, by its name, which account it signs for."""
    for account in _accounts(raw):
        for key in account.keys:
            set_account(key.person, account.id)


def account_keys(raw: bytes) -> list[tuple[str, bytes]]:
    """Return the account id and the 32 bytes of every key in a genesis."""
    return [(account.id, key.key) for account in _accounts(raw) for key in account.keys]


def _accounts(raw: bytes) -> list[Account]:
    rows = Genesis.FromString(raw).entries
    return [decode(Account, row.value) for row in rows if row.key[0] == keys.Table.ACCOUNT]


def with_test_keys(
    store: KeyStore,
    chain_id: str,
    network: str,
    validators: Sequence[Validator],
    node_ids: Mapping[str, str] | None = None,
) -> bytes:
    """Return a genesis of now whose keys are made in a test store, and bound there."""

    def public(name: str) -> bytes:
        if name not in store.names():
            store.add(name, person=name)
        return store.public(name).public

    now_s = int(time.time())
    raw = assemble(
        network,
        chain_id=chain_id,
        time_s=now_s,
        validators=validators,
        public=public,
        node_ids=node_ids,
    )
    bind(raw, store.set_account)
    return raw
