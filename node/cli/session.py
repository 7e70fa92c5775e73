"""One run of the command line: which home, which node, which keys, and how output looks.

Must not know: any command. Invariant: what is not given on the command line comes from the
environment, then from the home's config/tonne.toml, then from a default that is stated in the help.
"""

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from node.cli import places
from node.cli.desk import Desk
from node.cli.faults import Fault, usage
from node.cli.live import Live
from node.genesis import GenesisFault, genesis_hash, read_genesis
from node.sdk.connection import PLAIN, SECURE
from node.sdk.keys import KeyStore, StoredKey

DEFAULT_NODE = "127.0.0.1:9090"


class Output(StrEnum):
    """How results are written."""

    TEXT = "text"
    JSON = "json"


HomeOption = Annotated[
    Path,
    typer.Option(
        "--home", envvar="TONNE_HOME", help="Folder of config, data and keys.", show_default=False
    ),
]
NodeOption = Annotated[
    str,
    typer.Option("--node", envvar="TONNE_NODE", help=f"Gateway, {DEFAULT_NODE} or grpcs://..."),
]
ChainIdOption = Annotated[
    str, typer.Option("--chain-id", envvar="TONNE_CHAIN_ID", help="The chain meant.")
]
OutputOption = Annotated[Output, typer.Option("--output", "-o", help="text or json.")]
ProgramOption = Annotated[
    str, typer.Option("--program", envvar="TONNE_PROGRAM", help="The program meant.")
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


@dataclass(frozen=True)
class Session:
    """What the options of a command amount to."""

    home: Path
    node: str = ""
    chain_id: str = ""

    def config(self) -> Mapping[str, Any]:
        """Return the home's configuration; an empty one when there is none."""
        path = self.home / "config" / "tonne.toml"
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise usage(f"{path}: {error}", "Correct the file, or name another --home.") from error

    def address(self) -> str:
        """Return the address of the gateway."""
        if self.node:
            return self.node
        gateway = self.config().get("gateway", {})
        configured = str(gateway.get("address", ""))
        if "tls" in gateway:
            return f"{SECURE}{configured}"
        return f"{PLAIN}{configured}" if gateway.get("plain_text") else configured or DEFAULT_NODE

    def chain(self) -> Live:
        """Return the chain behind the gateway; Fault when it is another than the one named."""
        live = Live(self.address())
        wanted = self.chain_id or str(self.config().get("chain_id", ""))
        if wanted and live.chain_id != wanted:
            raise usage(
                f"{self.address()} serves the chain {live.chain_id!r}, not {wanted!r}",
                "Check --node, --chain-id and --home.",
            )
        return live

    def named_chain(self) -> str:
        """Return the chain id without asking a node."""
        found = self.chain_id or str(self.config().get("chain_id", ""))
        if not found:
            raise usage("which chain?", "Give --chain-id, or a --home made for the chain.")
        return found

    def has_genesis(self) -> bool:
        """Tell whether the home has a genesis.json."""
        return (self.home / "config" / "genesis.json").exists()

    def genesis_hash(self, given: str) -> bytes:
        """Return the genesis hash from hex, or from the home's genesis.json."""
        if given:
            try:
                digest = bytes.fromhex(given)
            except ValueError:
                digest = b""
            if len(digest) != 32:
                raise usage(
                    "--genesis-hash takes 64 hexadecimal digits", "`tonne status` shows it."
                )
            return digest
        try:
            return genesis_hash(read_genesis(self.home / "config" / "genesis.json"))
        except GenesisFault as fault:
            raise usage(
                "a signature names the genesis hash, which is not known here",
                f"Give --genesis-hash (`tonne status` shows it), or a --home with it. ({fault})",
            ) from fault

    def keys(self) -> KeyStore:
        """Return the key store of the home; a test store, where there is one, says what it is."""
        folder = self.home / "keys"
        if (folder / places.TEST_KEYS).is_dir():
            return KeyStore.test(folder / places.TEST_KEYS)
        new = not any(folder.glob("*.json"))
        return KeyStore.encrypted(folder, lambda: passphrase(confirm=new))

    def desk(self, chain: Live | None, program: str = "", *, keys: bool = True) -> Desk:
        """Return what the words of a command are read with; without keys no store is opened."""
        chain_id = chain.chain_id if chain else self.named_chain()
        return Desk(chain, self.keys() if keys else NO_KEYS, chain_id, Path(), program)


class NoKeys:
    """The keys of a command that names none."""

    def get(self, name: str) -> StoredKey:
        """Refuse: no store was opened."""
        raise usage(f"there is no key {name!r} here")

    def public(self, name: str) -> StoredKey:
        """Refuse: no store was opened."""
        raise usage(f"there is no key {name!r} here")

    def names(self) -> Sequence[str]:
        """Return no names."""
        return ()

    def set_account(self, name: str, account: str) -> None:
        """Refuse: no store was opened."""
        raise usage(f"there is no key {name!r} here for {account}")


NO_KEYS = NoKeys()


def passphrase(*, confirm: bool = False) -> str:
    """Ask for the passphrase of the key store, without showing it; twice for a new store."""
    given = os.environ.get("TONNE_PASSPHRASE")
    if given is not None:
        return given
    try:
        prompt = "Passphrase of the key store"
        return str(typer.prompt(prompt, hide_input=True, confirmation_prompt=confirm, err=True))
    except typer.Abort as error:
        raise Fault("no passphrase was given", "For scripts: TONNE_PASSPHRASE.") from error
