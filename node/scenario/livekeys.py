"""Keys of a test store for scenarios on a live chain: a name that is new gets a key.

Must not know: what is signed. Invariant: only a test store is added to; a key is bound to the
account that the chain says it has.
"""

from collections.abc import Sequence

from node.cli.desk import Chain
from node.cli.faults import Fault
from node.sdk.keys import KeyStore, StoredKey
from tonne.v1 import service_pb2 as v


class LiveKeys:
    """The keys of a test store, made when they are first named."""

    def __init__(self, store: KeyStore) -> None:
        """Serve the keys of a store."""
        self._store = store

    def get(self, name: str) -> StoredKey:
        """Return the key of a name; it is made when there is none."""
        self._make(name)
        return self._store.get(name)

    def public(self, name: str) -> StoredKey:
        """Return the key of a name without its secret; it is made when there is none."""
        self._make(name)
        return self._store.public(name)

    def _make(self, name: str) -> None:
        if name not in self._store.names():
            self._store.add(name, person=name)

    def names(self) -> Sequence[str]:
        """Return the names of all keys."""
        return self._store.names()

    def set_account(self, name: str, account: str) -> None:
        """Remember which account a key belongs to."""
        self._store.set_account(name, account)


def adopt(keys: LiveKeys, chain: Chain) -> None:
    """Bind keys that have no account to the account of the chain that lists them."""
    known = [keys.public(name) for name in keys.names()]
    loose = {key.public: key.name for key in known if not key.account}
    cursor = b""
    while loose:
        request = v.ListAccountsRequest(page=v.Page(cursor=cursor))
        reply = chain.read("ListAccounts", request)
        if not isinstance(reply, v.AccountPage):
            raise Fault("the node did not list the accounts")
        for account in reply.accounts:
            for key in account.keys:
                name = loose.pop(key.key, "")
                if name:
                    keys.set_account(name, account.id)
        cursor = reply.cursor
        if not cursor:
            return
