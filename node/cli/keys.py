"""`tonne keys`: the keys of this home.

Must not know: transactions. Invariant: a secret is shown once, when it is made, or when it is
exported on purpose.
"""

from pathlib import Path
from typing import Annotated

import typer

from node.cli import places, screen
from node.cli.desk import RIGHTS
from node.cli.faults import Fault, usage
from node.cli.places import default_home
from node.cli.session import ChainIdOption, HomeOption, Output, OutputOption, Session, YesOption
from node.sdk import build
from node.sdk.keys import KeyStore, StoredKey

app = typer.Typer(no_args_is_help=True, help="Keys of this home.")

NameArgument = Annotated[str, typer.Argument(help="Name of the key.")]
AccountOption = Annotated[str, typer.Option("--account", help="Account that it signs for.")]
PersonOption = Annotated[str, typer.Option("--person", help="Who holds it: a reference.")]


@app.command("add")
def add(
    name: NameArgument,
    home: HomeOption = default_home(),
    account: AccountOption = "",
    person: PersonOption = "",
    recover: Annotated[bool, typer.Option("--recover", help="From 24 words.")] = False,
    insecure_test: Annotated[
        bool, typer.Option("--insecure-test", help="Into an unencrypted store, for tests only.")
    ] = False,
    output: OutputOption = Output.TEXT,
) -> None:
    """Make a key; its 24 words are shown once."""
    store = _test_store(home) if insecure_test else Session(home).keys()
    words = str(typer.prompt("The 24 words", hide_input=True, err=True)) if recover else None
    key, made = store.add(name, account=account, person=person or name, mnemonic=words)
    if output is Output.JSON:
        screen.data_json({**_public(key), "mnemonic": "" if recover else made})
        return
    _show(key)
    if not recover:
        screen.warn("Write these 24 words down and keep them apart from this machine:")
        screen.say(f"\n{made}\n")


def _test_store(home: Path) -> KeyStore:
    """Return the unencrypted store of a home that has no other."""
    folder = home / "keys"
    if (folder / places.KEYS_FILE).exists():
        raise usage(f"{folder} holds real keys", "Use another --home for tests.")
    folder.mkdir(parents=True, exist_ok=True)
    screen.warn("INSECURE TEST KEYS: they are not encrypted. Never use them for real units.")
    return KeyStore.test(folder / places.TEST_KEYS_FILE)


@app.command("list")
def list_(home: HomeOption = default_home(), output: OutputOption = Output.TEXT) -> None:
    """List the keys."""
    store = Session(home).keys()
    rows = [_public(store.get(name)) for name in store.names()]
    if output is Output.JSON:
        screen.data_json(rows)
    elif rows:
        screen.table("", list(rows[0]), [list(row.values()) for row in rows])
    else:
        screen.say("no keys; make one: tonne keys add NAME")


@app.command("show")
def show(
    name: NameArgument, home: HomeOption = default_home(), output: OutputOption = Output.TEXT
) -> None:
    """Show a key's public part."""
    key = Session(home).keys().get(name)
    if output is Output.JSON:
        screen.data_json(_public(key))
    else:
        _show(key)


@app.command("bind")
def bind(
    name: NameArgument,
    account: Annotated[str, typer.Argument(help="Account id.")],
    home: HomeOption = default_home(),
) -> None:
    """Remember which account a key signs for."""
    Session(home).keys().set_account(name, account)
    screen.say(f"{name} signs for {account}")


@app.command("grant")
def grant(
    name: NameArgument,
    account: Annotated[str, typer.Argument(help="Account that it shall sign for.")],
    home: HomeOption = default_home(),
    chain_id: ChainIdOption = "",
) -> None:
    """Print the public key with its proof of possession, for the operator who opens the account."""
    session = Session(home, "", chain_id)
    key = session.keys().get(name)
    message = build.key_grant(session.named_chain(), account, key, RIGHTS)
    screen.as_json(message)


@app.command("export")
def export(name: NameArgument, home: HomeOption = default_home(), yes: YesOption = False) -> None:
    """Print a key's secret."""
    if not yes:
        typer.confirm("Whoever sees the secret can sign. Print it?", err=True, abort=True)
    print(Session(home).keys().export(name))


@app.command("import")
def import_(
    name: NameArgument,
    file: Annotated[Path, typer.Argument(help="What `tonne keys export` printed.")],
    home: HomeOption = default_home(),
    account: AccountOption = "",
    person: PersonOption = "",
) -> None:
    """Take in an exported key."""
    try:
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise usage(f"cannot read {file}: {error}", "Check the path.") from error
    store = Session(home).keys()
    _show(store.import_(name, text, account=account, person=person or name))


@app.command("delete")
def delete(name: NameArgument, home: HomeOption = default_home(), yes: YesOption = False) -> None:
    """Delete a key from this home."""
    if not yes and not typer.confirm(f"Delete {name} for good?", err=True):
        raise Fault("nothing was deleted")
    Session(home).keys().delete(name)
    screen.say(f"{name} is deleted")


def _public(key: StoredKey) -> dict[str, str]:
    return {
        "name": key.name,
        "public": key.public.hex(),
        "account": key.account,
        "person": key.person,
    }


def _show(key: StoredKey) -> None:
    for label, text in _public(key).items():
        screen.say(f"{label + ':':<9}{text}")
