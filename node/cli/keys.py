"""`tonne keys`: the keys of this home.

Must not know: transactions. Invariant: the words of a key are shown once, before it is kept, and
never in JSON unless asked for; an exported key is encrypted.
"""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from node.cli import places, screen, values
from node.cli.desk import RIGHTS
from node.cli.faults import Fault, usage
from node.cli.places import default_home
from node.cli.session import ChainIdOption, HomeOption, Output, OutputOption, Session, YesOption
from node.sdk import build
from node.sdk.keys import KeyStore, StoredKey, new_mnemonic

app = typer.Typer(no_args_is_help=True, help="Keys of this home.")

ASKED_BACK = 3  # words that are typed back before a key is kept
TRIES = 3

NameArgument = Annotated[str, typer.Argument(help="Name of the key.")]
AccountOption = Annotated[str, typer.Option("--account", help="Account that it signs for.")]
PersonOption = Annotated[str, typer.Option("--person", help="Who holds it: a reference.")]


@app.command("add")
def add(
    name: NameArgument,
    home: HomeOption = default_home(),
    account: AccountOption = "",
    person: PersonOption = "",
    recover: Annotated[
        bool, typer.Option("--recover", help="From its 24 words, which are asked for.")
    ] = False,
    insecure_test: Annotated[
        bool, typer.Option("--insecure-test", help="Into an unencrypted store, for tests only.")
    ] = False,
    show_mnemonic: Annotated[
        bool, typer.Option("--show-mnemonic", help="Put the 24 words into the JSON.")
    ] = False,
    output: OutputOption = Output.TEXT,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask for words to be typed back.")
    ] = False,
) -> None:
    """Make a key; its 24 words are shown once, and some of them asked back."""
    if account:
        values.account(account)
    if output is Output.JSON and not (recover or show_mnemonic or insecure_test):
        raise usage(
            "JSON would keep the 24 words to itself: nobody could bring this key back",
            "Add --show-mnemonic if its reader keeps secrets, or leave out --output json.",
        )
    store = _test_store(home) if insecure_test else Session(home).keys()
    if not store.insecure and not store.names():
        screen.warn("The first key of this home: choose the passphrase of its key store.")
    store.prepare(name)
    words = _typed_words() if recover else new_mnemonic()
    if not recover and output is Output.TEXT:
        screen.warn("Write these 24 words down and keep them apart from this machine:")
        screen.say(f"\n{_numbered(words)}\n")
        if not (yes or store.insecure):
            _ask_back(words.split())
    key, made = store.add(name, account=account, person=person or name, mnemonic=words)
    if output is Output.JSON:
        screen.data_json({**_public(key), **({"mnemonic": made} if show_mnemonic else {})})
    else:
        _show(key)


def _typed_words() -> str:
    """Ask for the words of a key without showing them."""
    try:
        given = str(typer.prompt("The 24 words, in order, on one line", hide_input=True, err=True))
    except typer.Abort as error:
        raise Fault("no words were given; nothing was kept") from error
    return " ".join(word for word in given.split() if not word.isdecimal())  # as they were shown


def _numbered(words: str) -> str:
    """Return the words with their places, four a line, as people copy them."""
    cells = [f"{place:>2} {word:<10}" for place, word in enumerate(words.split(), 1)]
    return "\n".join("".join(cells[row : row + 4]).rstrip() for row in range(0, len(cells), 4))


def _ask_back(words: list[str]) -> None:
    """Ask for some of the words, so that a key is kept only when its words are; Fault otherwise."""
    screen.warn(f"Now type {ASKED_BACK} of them back. Before that, nothing is kept.")
    places = sorted(secrets.SystemRandom().sample(range(len(words)), ASKED_BACK))
    for place in places:
        for _ in range(TRIES):
            try:
                given = str(
                    typer.prompt(f"Word {place + 1}", err=True, default="", show_default=False)
                )
            except typer.Abort as error:
                raise Fault(
                    "the words were not typed back; no key was kept",
                    "For scripts that keep the words: --yes.",
                ) from error
            if given.strip().lower() == words[place]:
                break
            screen.warn(f"That is not word {place + 1}; look at what you wrote down.")
        else:
            raise Fault(
                f"word {place + 1} was not typed back; no key was kept",
                "Start again: the next key has other words.",
            )


def _test_store(home: Path) -> KeyStore:
    """Return the unencrypted store of a home that has no other."""
    folder = home / "keys"
    if any(folder.glob("*.json")):
        raise usage(f"{folder} holds real keys", "Use another --home for tests.")
    return KeyStore.test(folder / places.TEST_KEYS)


@app.command("list")
def list_(home: HomeOption = default_home(), output: OutputOption = Output.TEXT) -> None:
    """List the keys."""
    store = Session(home).keys()
    rows = [_public(store.public(name)) for name in store.names()]
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
    _tell(Session(home).keys().public(name), output)


@app.command("bind")
def bind(
    name: NameArgument,
    account: Annotated[str, typer.Argument(help="Account id.")],
    home: HomeOption = default_home(),
    output: OutputOption = Output.TEXT,
) -> None:
    """Remember which account a key signs for."""
    store = Session(home).keys()
    store.set_account(name, values.account(account))
    if output is Output.JSON:
        screen.data_json(_public(store.public(name)))
    else:
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
    message = build.key_grant(session.named_chain(), values.account(account), key, RIGHTS)
    screen.as_json(message)


@app.command("export")
def export(name: NameArgument, home: HomeOption = default_home()) -> None:
    """Print a key as text, encrypted with the passphrase of the store."""
    print(Session(home).keys().export(name), end="")


@app.command("import")
def import_(
    name: NameArgument,
    file: Annotated[Path, typer.Argument(help="What `tonne keys export` printed.")],
    home: HomeOption = default_home(),
    output: OutputOption = Output.TEXT,
) -> None:
    """Take in an exported key; the passphrase must be the one that it was exported with."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise usage(f"cannot read {file}: {error.strerror}", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise usage(f"cannot read {file}: it is not UTF-8 text", "Check the path.") from error
    _tell(Session(home).keys().import_(name, text), output)


@app.command("delete")
def delete(
    name: NameArgument,
    home: HomeOption = default_home(),
    output: OutputOption = Output.TEXT,
    yes: YesOption = False,
) -> None:
    """Delete a key from this home; only its 24 words bring it back."""
    store = Session(home).keys()
    key = store.public(name)
    if not yes:
        try:
            agreed = typer.confirm(f"Delete {name} for good?", err=True)
        except typer.Abort as error:
            raise Fault("nobody answered; nothing was deleted", "For scripts: --yes.") from error
        if not agreed:
            raise Fault("nothing was deleted")
    store.delete(name)
    if output is Output.JSON:
        screen.data_json(_public(key))
    else:
        screen.say(f"{name} is deleted")


def _public(key: StoredKey) -> dict[str, str]:
    return {
        "name": key.name,
        "public": key.public.hex(),
        "account": key.account,
        "person": key.person,
    }


def _tell(key: StoredKey, output: Output) -> None:
    if output is Output.JSON:
        screen.data_json(_public(key))
    else:
        _show(key)


def _show(key: StoredKey) -> None:
    for label, text in _public(key).items():
        screen.say(f"{label + ':':<9}{text}")
