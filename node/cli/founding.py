"""`tonne genesis`: several organisations found a network, each on its own machine.

Must not know: what a draft or a join consists of. Invariants: nothing is signed before it was
shown; no file is written over unless asked; a genesis is used only after it was examined anew.
"""

import functools
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from abci_app.core import calendar, signing
from abci_app.state.exported import Exported
from node import home as homes
from node.cli import founded, genesis, screen
from node.cli.engine import ensured
from node.cli.faults import Fault, usage
from node.cli.listening import (
    GATEWAY,
    RPC,
    GatewayOption,
    MetricsOption,
    P2pOption,
    PlainTextOption,
    RpcOption,
    ports,
)
from node.cli.places import default_home
from node.cli.session import HomeOption, Output, OutputOption, Session, YesOption
from node.files import write_whole
from node.founding import draft as drafts
from node.founding import join as joins
from node.founding import record, succession
from node.founding.draft import Draft, FoundingFault, Member
from node.founding.join import Founder
from node.founding.record import Foundation
from node.genesis import GenesisFault, genesis_hash, genesis_text, read_founded
from node.home import METRICS, HomeFault
from node.sdk import strictjson
from node.sdk.strictjson import JsonFault

app = typer.Typer(no_args_is_help=True, help="Found a network of several organisations.")

JOIN_DAYS = 14
CLOCK_S = 600  # a clock that is further off than this is set before anything is signed
ForceOption = Annotated[bool, typer.Option("--force", help="Replace the file that is there.")]
StateOption = Annotated[
    Path | None, typer.Option("--state", help="Exported state that the chain goes on from.")
]
KeysHomeOption = Annotated[
    Path | None, typer.Option("--keys-home", help="Home of the keys, if it is another.")
]
OutOption = Annotated[Path, typer.Option("--out", help="File to write.")]


@app.command("init")
def init(
    chain_id: Annotated[str, typer.Option("--chain-id", help="Of the new chain.")],
    network: Annotated[str, typer.Option("--network", help="A file.toml, or a name.")] = "",
    state: StateOption = None,
    without: Annotated[
        list[str], typer.Option("--without", help="With --state: a seat that validates no more.")
    ] = [],  # noqa: B006 - typer copies it
    program: Annotated[
        list[Path], typer.Option("--program", help="A program file that is not shipped; repeated.")
    ] = [],  # noqa: B006 - typer copies it
    start: Annotated[
        str, typer.Option("--time", help="UTC, like 2026-03-01T12:00:00Z; by default now.")
    ] = "",
    join_days: Annotated[int, typer.Option("--join-days", min=1, max=366)] = JOIN_DAYS,
    power: Annotated[
        list[str], typer.Option("--power", help=f"NAME=POWER; by default {drafts.POWER} each.")
    ] = [],  # noqa: B006 - the same
    out: OutOption = Path("draft.json"),
    force: ForceOption = False,
) -> None:
    """Write the draft of a network: all but the keys of its founders (coordinator)."""
    if bool(network) == (state is not None) or (state and program) or (without and not state):
        raise usage(
            "give either --network, with --program, or --state, with --without",
            "The first for a chain that begins from nothing, the second for one that goes on.",
        )
    now_s = int(time.time())
    _check_free(out, force=force)
    make: Callable[..., Draft]
    if state:
        found = succession.read(state)
        founded.state(found)
        make = functools.partial(drafts.succeed, found, without=without)
    else:
        make = functools.partial(drafts.make, *genesis.sources(network, program))
    made = make(
        chain_id=chain_id,
        time_s=_time(start) if start else now_s,
        made_s=now_s,
        join_until_s=now_s + int(timedelta(days=join_days).total_seconds()),
        powers=dict(_power(word) for word in power),
    )
    _write(out, strictjson.text(made.data()), force=force)
    founded.draft(made)
    screen.say(f"\nwritten: {out}")
    screen.say("next: send it to every organisation above; each reads the draft hash back to you")


@app.command("join")
def join(
    draft: Annotated[Path, typer.Argument(help="What the coordinator sent.")],
    organisation: Annotated[str, typer.Option("--organisation", help="Its id in the draft.")],
    address: Annotated[
        str, typer.Option("--address", help="host:port at which the other nodes reach this one.")
    ] = "",
    home: HomeOption = default_home(),
    keys_home: KeysHomeOption = None,
    state: StateOption = None,
    key: Annotated[
        list[str], typer.Option("--key", help="NAME=KEY where a key is called otherwise here.")
    ] = [],  # noqa: B006 - typer copies it
    out: Annotated[Path | None, typer.Option("--out", help="By default join-ID.json.")] = None,
    force: ForceOption = False,
    yes: YesOption = False,
) -> None:
    """Bring an organisation's keys and node to a draft, signed by them (each operator)."""
    plan = _read_draft(draft)
    member = plan.members().get(organisation)
    if member is None:
        raise usage(
            f"the draft has no organisation {organisation!r} with a key",
            f"One of: {', '.join(plan.members())}.",
        )
    _check_clock(plan)
    target = out or Path(f"join-{organisation}.json")
    _check_free(target, force=force)
    going_on = _state_of(plan, state)
    drafts.check_state(plan, going_on)  # what is signed must be able to begin
    if going_on:
        founded.state(going_on)
    founded.draft(plan)
    if member.validator:
        if not address:
            raise usage(f"{organisation} runs {member.validator}", "Give --address host:port.")
        joins.check_address(address)
    elif address:
        raise usage(f"{organisation} runs no validator in this draft", "Leave out --address.")
    if not yes and not typer.confirm(
        f"Did you compare the draft hash? Sign it for {organisation}?", err=True
    ):
        raise Fault("nothing was signed")
    seeds = _seeds(keys_home or home, plan, member, key, going_on)
    founder, seed = (None, b"")
    if member.validator:
        founder, seed = _founder(home, plan, member, address)
    done = joins.make(
        plan, member, seeds, signed_s=_signed_s(plan), founder=founder, founder_seed=seed
    )
    _write(target, strictjson.text(done.data()), force=force)
    screen.say(f"\nwritten: {target}")
    screen.say("next: send it to the coordinator; it holds no secret")


@app.command("assemble")
def assemble(
    draft: Annotated[Path, typer.Argument(help="The draft.")],
    files: Annotated[list[Path], typer.Argument(metavar="JOIN...", help="One of each founder.")],
    state: StateOption = None,
    out: OutOption = Path("genesis.json"),
    force: ForceOption = False,
) -> None:
    """Make genesis.json of a draft and all of its joins (coordinator, or anybody to compare)."""
    plan = _read_draft(draft)
    named = []
    for path in files:
        try:
            data = strictjson.read(path, bytes_max=joins.FILE_BYTES_MAX)
            named.append((str(path), joins.parse(data)))
        except JsonFault as fault:
            raise usage(str(fault), "Ask for the join again.") from None
        except FoundingFault as fault:
            raise usage(f"{path}: {fault}") from None
    found = record.assemble(plan, named, _state_of(plan, state))
    _write(out, genesis_text(found.genesis, found.data()), force=force)
    founded.genesis(found)
    screen.say(f"\nwritten: {out}")
    screen.say("next: send it to every founder, who runs: tonne genesis verify, then install")


@app.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="genesis.json")],
    home: Annotated[
        Path | None, typer.Option("--home", envvar="TONNE_HOME", help="Whose validator must be in.")
    ] = None,
    expected: Annotated[
        str, typer.Option("--genesis-hash", help="The hash that it must have.")
    ] = "",
    output: OutputOption = Output.TEXT,
) -> None:
    """Check a genesis anew from the file, and print its hash to compare by voice (everybody)."""
    found = _examined(file)
    if expected:
        check_hash(found.genesis, expected)
    own = _own(home, found) if home else None
    if output is Output.JSON:
        screen.data_json(founded.summary(found, own))
        return
    founded.genesis(found)
    if own:
        screen.say(f"\nthe validator of {home} is in it: {own.name}, {own.peer}")
    elif not home:
        screen.say("\nwith --home it is also checked that the validator of that home is in it")


@app.command("install")
def install(
    file: Annotated[Path, typer.Argument(help="genesis.json")],
    home: HomeOption = default_home(),
    p2p: P2pOption = "",
    gateway: GatewayOption = GATEWAY,
    rpc: RpcOption = RPC,
    metrics: MetricsOption = METRICS,
    plain_text: PlainTextOption = False,
    expected: Annotated[
        str, typer.Option("--genesis-hash", help="The hash that was compared.")
    ] = "",
    keys_home: KeysHomeOption = None,
    force: ForceOption = False,
) -> None:
    """Make the home that joined ready to start with a genesis (each operator)."""
    found = _examined(file)
    if expected:
        check_hash(found.genesis, expected)
    own = _own(home, found)
    if homes.is_whole(home) and not force:
        raise usage(
            f"{home} is installed already",
            "Start it; or give --force to write its settings anew, of the same chain.",
        )
    peers = [row.peer for row in found.founders if row != own]
    listen = p2p or f"0.0.0.0:{own.address.rpartition(':')[2]}"
    try:
        homes.configure(
            home,
            found.genesis,
            ports(listen, own.address, gateway, rpc, metrics, plain_text=plain_text),
            peers,
            name=own.name,
            local=homes.are_near([row.address for row in found.founders]),
            founding=found.data(),
        )
    except HomeFault as fault:
        raise usage(str(fault)) from fault
    _bind(keys_home or home, found.genesis)
    screen.say(f"home:         {home}")
    screen.say(f"validator:    {own.name}, {own.peer}")
    screen.say(f"peers:        {len(peers)}")
    screen.say(f"genesis hash: {' '.join(record.voiced(genesis_hash(found.genesis)))}")
    screen.say(f"next:         tonne start --home {home}")


def check_hash(raw: bytes, expected: str) -> None:
    """Fault unless a genesis has the expected hash, which may be grouped by spaces."""
    found = genesis_hash(raw)
    if found != hash_of(expected):
        raise Fault(
            f"this genesis has the hash {' '.join(record.voiced(found))}, not the expected one",
            "Do not use it. Compare the hash with the operators by voice.",
        )


def hash_of(text: str) -> bytes:
    """Return the 32 bytes of a hash as people write it; Fault when it is none."""
    digits = "".join(text.split()).lower()
    if len(digits) != 64 or any(char not in "0123456789abcdef" for char in digits):
        raise usage("--genesis-hash takes 64 hexadecimal digits, spaces between them do not matter")
    return bytes.fromhex(digits)


def founders_of(raw: bytes, data: object) -> list[str]:
    """Return the peers in the founding record of a genesis, which is examined; none without one."""
    return [row.peer for row in record.examine(raw, data).founders] if data is not None else []


# ---- files ----


def _read_draft(path: Path) -> Draft:
    try:
        return drafts.parse(strictjson.read(path, bytes_max=drafts.FILE_BYTES_MAX))
    except JsonFault as fault:
        raise usage(str(fault), "Ask the coordinator for the draft again.") from None
    except FoundingFault as fault:
        raise usage(f"{path}: {fault}") from None


def _state_of(plan: Draft, path: Path | None) -> Exported | None:
    """Return the exported state of a file; one must be given just for a draft that goes on."""
    if bool(plan.state) == (path is not None):
        return succession.read(path) if path else None
    if path:
        raise usage("this draft begins from nothing", "Leave out --state.")
    raise usage(
        f"this draft goes on from the exported state {plan.state[:16]}",
        "Give it with --state, best as your own node wrote it: tonne export.",
    )


def _examined(path: Path) -> Foundation:
    """Return the foundation of a genesis.json, made anew and compared."""
    try:
        raw, data = read_founded(path)
        return record.examine(raw, data)
    except GenesisFault as fault:
        raise usage(str(fault)) from None
    except FoundingFault as fault:
        raise Fault(f"{path}: {fault}") from None


def _check_free(path: Path, *, force: bool) -> None:
    if path.exists() and not force:
        raise usage(f"{path} is there already", "Name another with --out, or give --force.")


def _write(path: Path, text: str, *, force: bool) -> None:
    _check_free(path, force=force)
    try:
        write_whole(path, text, replace=force)
    except FileExistsError:
        _check_free(path, force=False)
    except OSError as error:
        raise usage(f"{path} cannot be written ({error.strerror})", "Check --out.") from None


# ---- keys ----


def _seeds(
    home: Path, plan: Draft, member: Member, renamed: Sequence[str], state: Exported | None
) -> dict[str, bytes]:
    """Return the seeds of the keys that a member brings, from the key store of a home.

    For a chain that goes on these are keys of its account in the exported state, found as such.
    """
    called = dict(_pair(word, "NAME=KEY") for word in renamed)
    unknown = sorted(name for name in called if name not in member.keys)
    if unknown:
        raise usage(
            f"the draft wants no key {unknown[0]!r} of {member.organisation}",
            f"It wants: {', '.join(member.keys)}.",
        )
    store = Session(home).keys()
    if state:
        account = succession.seats(plan.network)[member.organisation]
        known = succession.signing_keys(state, account)
        asked = called.values() or store.names()
        fitting = [name for name in asked if store.public(name).public in known]
        if not fitting:
            raise usage(
                f"no key of {home} that may be meant signs for {account} in the exported state",
                "Name the home of those that do with --keys-home, or one of them with --key.",
            )
        called = dict.fromkeys(member.keys, fitting[0])
    return {name: store.get(called.get(name, name)).seed for name in member.keys}


def _bind(home: Path, raw: bytes) -> None:
    """Tell the keys of a home which account of a genesis each signs for, whatever they are called.

    No passphrase is needed; a key that is bound already keeps its account.
    """
    if not (home / "keys").is_dir():
        return
    store = Session(home).keys()
    called = {store.public(name).public: name for name in store.names()}
    for account, public in genesis.account_keys(raw):
        name = called.get(public)
        if name and not store.public(name).account:
            store.set_account(name, account)
            screen.say(f"key:          {name} signs for {account}")


def _founder(home: Path, plan: Draft, member: Member, address: str) -> tuple[Founder, bytes]:
    """Return a home's validator, whose keys are made where there are none, and its seed."""
    engine = ensured()
    try:
        if homes.is_whole(home):
            raise usage(f"{home} is of a chain already", "Name another --home to join with.")
        if not (home / "config" / "priv_validator_key.json").exists():
            homes.create(home, engine, member.validator)
        own = homes.identity(home, engine, member.validator)
        seed = homes.validator_seed(home)
    except HomeFault as fault:
        raise usage(str(fault)) from fault
    power = plan.powers[member.validator]
    return Founder(own.name, own.validator_key, power, own.node_id, address), seed


def _own(home: Path, found: Foundation) -> Founder:
    """Return the validator of a home in a foundation; Fault when it is not in it."""
    try:
        key = signing.public_key(homes.validator_seed(home))
        node_id = homes.node_id(home)
    except HomeFault as fault:
        raise usage(str(fault)) from fault
    for row in found.founders:
        if row.key == key:
            if row.node_id != node_id:
                raise Fault(
                    f"the validator key of {home} is in it, but with the node id {row.node_id}; "
                    f"this home's is {node_id}",
                    "Was node_key.json exchanged? Bring back the one you joined with.",
                )
            return row
    raise Fault(
        f"the validator key of {home} ({key.hex()[:16]}) is not in this genesis",
        "Name the --home that you joined with; an observer uses: tonne init --genesis.",
    )


# ---- words of the command line ----


def _pair(word: str, form: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not (name and equals and value):
        raise usage(f"{word!r}: {form} is meant")
    return name, value


def _power(word: str) -> tuple[str, int]:
    name, value = _pair(word, "NAME=POWER")
    if not value.lstrip("-").isdecimal() or len(value) > 20:
        raise usage(f"--power {word!r}: a whole number is meant")
    drafts.check_power(name, int(value))
    return name, int(value)


def _time(text: str) -> int:
    try:
        return calendar.parse_iso(text)
    except ValueError:
        raise usage(f"--time {text!r}: UTC is meant, like 2026-03-01T12:00:00Z") from None


def _check_clock(plan: Draft) -> None:
    now_s = int(time.time())
    if now_s < plan.made_s - CLOCK_S:
        raise Fault(
            f"the draft was made {plan.made_s - now_s} s after now by this machine's clock",
            "Set the clock (NTP) here, or ask the coordinator to set his and make a new draft.",
        )
    if now_s > plan.join_until_s:
        raise Fault(
            f"the time to join ended at {founded.iso(plan.join_until_s)}",
            "Ask the coordinator for a new draft; if that is not so, set this machine's clock.",
        )


def _signed_s(plan: Draft) -> int:
    """Return the time of signing: a clock that is a little behind counts as the draft's own."""
    return max(int(time.time()), plan.made_s)
