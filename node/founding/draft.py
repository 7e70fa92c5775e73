"""The draft of a network: all of its first state but the keys of the founders.

Must not know: who joins. Invariant: a draft that was read gives a valid first state whatever keys
the founders bring; its hash names everything in it.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from abci_app.application import Application, GenesisMismatch
from abci_app.core import ids, signing
from abci_app.core.limits import TIME_S_MAX
from abci_app.state import exported, genesis
from abci_app.state.exported import Exported, ExportFault
from abci_app.state.program_toml import Source, TomlFault, read_toml
from abci_app.store.ledger import Ledger
from node.founding import succession
from node.sdk import strictjson
from node.sdk.strictjson import JsonFault
from node.solo import Driver
from tonne.v1.state_pb2 import Validator

FORMAT, VERSION = "tonne genesis draft", 1
TAG = b"tonne genesis draft v1\0"
FILE_BYTES_MAX = 8 << 20
TEXT_BYTES_MAX = 2 << 20
_HASH = re.compile("[0-9a-f]{64}")
POWER = 10
POWER_MAX = 10**12  # the engine's bound is far above a hundred of these
_FIELDS = (
    "format",
    "version",
    "chain_id",
    "time_s",
    "made_s",
    "join_until_s",
    "network",
    "programs",
    "powers",
)


class FoundingFault(ValueError):  # noqa: N818 - says what is wrong with a file, as TomlFault does
    """A draft, a join or a genesis that cannot be used; the text says why and what to do next."""


@dataclass(frozen=True)
class Member:
    """An organisation of a draft and what its join must bring: keys by name, a validator's name."""

    organisation: str
    keys: tuple[str, ...]
    validator: str = ""


@dataclass(frozen=True)
class Draft:
    """The content of a draft file; times in UTC seconds, `powers` by the name of a validator.

    `state` is the hash of an exported state that the chain goes on from, in hex; empty for none.
    """

    chain_id: str
    time_s: int
    made_s: int
    join_until_s: int
    network: str
    programs: Mapping[str, str]
    powers: Mapping[str, int]
    state: str = ""

    def data(self) -> dict[str, Any]:
        """Return what the file holds."""
        fields = {name: getattr(self, name) for name in _FIELDS[2:]}
        fields |= {"programs": dict(self.programs), "powers": dict(self.powers)}
        if self.state:
            fields["state"] = self.state
        return {"format": FORMAT, "version": VERSION, **fields}

    def hash(self) -> bytes:
        """Return the hash that every join signs, 32 bytes."""
        return sha256(TAG + canonical(self.data())).digest()

    def members(self) -> dict[str, Member]:
        """Return what each organisation with a key or a validator brings, in the file's order."""
        data = tomllib.loads(self.network)
        owners: dict[str, str] = {}
        keys: dict[str, list[str]] = {}
        for row in data.get("accounts", []):
            for name in row.get("keys", []):
                owners[name] = row["organisation"]
                names = keys.setdefault(row["organisation"], [])
                if name not in names:
                    names.append(name)
        validators = {
            owners[row["account"]]: row["validator"]
            for row in data.get("seats", [])
            if row.get("validator")
        }
        return {
            name: Member(name, tuple(found), validators.get(name, ""))
            for name, found in keys.items()
        }

    def first_state(
        self,
        validators: Sequence[Validator],
        keys: Mapping[str, bytes],
        node_ids: Mapping[str, str],
        state: Exported | None = None,
    ) -> bytes:
        """Return the bytes of the Genesis with these validators, keys and node ids by name.

        `state` is the exported one that a draft with a state goes on from.
        """
        if self.state:
            return self._going_on(validators, keys, node_ids, state)
        return first_state(
            Source("network", self.network),
            {name: Source(f"program {name}", text) for name, text in self.programs.items()},
            chain_id=self.chain_id,
            time_s=self.time_s,
            validators=validators,
            public_keys=keys,
            node_ids=node_ids,
        )

    def _going_on(
        self,
        validators: Sequence[Validator],
        keys: Mapping[str, bytes],
        node_ids: Mapping[str, str],
        state: Exported | None,
    ) -> bytes:
        if state is None:
            raise FoundingFault(
                f"this draft goes on from the exported state {self.state[:16]}: give it with "
                "--state, best as your own node wrote it (`tonne export`)"
            )
        if state.hash.hex() != self.state:
            raise FoundingFault(
                f"the exported state given is {state.hash.hex()[:16]}, and the draft goes on from "
                f"{self.state[:16]}: export at the same height as the coordinator did"
            )
        try:
            seats = succession.seats(self.network)
            for name, key in keys.items():
                succession.check_consent(state, seats[name], name, key)
            founders = [
                exported.Founder(row, seats[row.name], node_ids.get(row.name, ""))
                for row in validators
            ]
            return exported.begin(
                state, chain_id=self.chain_id, time_s=self.time_s, founders=founders
            )
        except ExportFault as fault:
            raise FoundingFault(str(fault)) from None


def canonical(data: object) -> bytes:
    """Return the bytes of JSON data that a hash or a signature is made over."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def first_state(
    network: Source,
    programs: Mapping[str, Source],
    *,
    chain_id: str,
    time_s: int,
    validators: Sequence[Validator],
    public_keys: Mapping[str, bytes],
    node_ids: Mapping[str, str],
) -> bytes:
    """Return the bytes of a Genesis: the one way in which any network here gets its first state.

    FoundingFault names file and line of what does not fit.
    """
    check_chain(chain_id, time_s)
    try:
        _check_shape(network)
        return genesis.assemble(
            network,
            programs,
            chain_id=chain_id,
            time_s=time_s,
            validators=validators,
            public_keys=public_keys,
            node_ids=node_ids,
        )
    except (TomlFault, ValueError, RecursionError) as fault:
        raise _unfit(fault) from None


def check_chain(chain_id: str, time_s: int) -> None:
    """Refuse a chain id that is no id, and a genesis time beyond the years that are counted."""
    if not ids.is_id(chain_id):
        raise FoundingFault(
            f"{chain_id[:40]!r} is not a chain id: 1 to 32 letters, digits, dots, underscores or "
            "hyphens, the first a letter or digit"
        )
    if not 0 < time_s <= TIME_S_MAX:
        raise FoundingFault(f"the genesis time {time_s} is not one of the years 1970 to 9999")


def examine(raw: bytes) -> None:
    """Begin the chain of a Genesis in memory, which asserts every rule; FoundingFault otherwise."""
    try:
        Driver(Application(Ledger.memory()), raw)
    except (GenesisMismatch, ValueError) as fault:
        raise FoundingFault(f"the first state breaks a rule: {fault}") from None


def make(
    network: Source,
    programs: Mapping[str, Source],
    *,
    chain_id: str,
    time_s: int,
    made_s: int,
    join_until_s: int,
    powers: Mapping[str, int],
) -> Draft:
    """Return the draft of a network; `powers` names the validators that differ from POWER.

    FoundingFault names what does not fit, with file and line.
    """
    _check_shape(network)
    data = tomllib.loads(network.text)
    wanted = {name: programs[name].text for name in data.get("programs", []) if name in programs}
    names = _validators(data)
    unknown = sorted(name for name in powers if name not in names)
    if unknown:
        known = ", ".join(names) or "none"
        raise FoundingFault(f"{network.name} has no validator {unknown[0]!r} (there: {known})")
    draft = Draft(
        chain_id,
        time_s,
        made_s,
        join_until_s,
        network.text,
        wanted,
        {name: powers.get(name, POWER) for name in names},
    )
    _check(draft, network, programs)
    return draft


def succeed(
    state: Exported,
    *,
    chain_id: str,
    time_s: int,
    made_s: int,
    join_until_s: int,
    powers: Mapping[str, int],
    without: Sequence[str] = (),
) -> Draft:
    """Return the draft of a network that goes on from an exported state.

    Every organisation with a granted CONSORTIUM seat there validates, but for those of `without`.
    """
    try:
        network = succession.network(state, without)
    except ExportFault as fault:
        raise FoundingFault(str(fault)) from None
    names = list(succession.seats(network))
    unknown = sorted(name for name in powers if name not in names)
    if unknown:
        raise FoundingFault(f"no {unknown[0]!r} validates in this draft ({', '.join(names)})")
    found = {name: powers.get(name, POWER) for name in names}
    digest = state.hash.hex()
    draft = Draft(chain_id, time_s, made_s, join_until_s, network, {}, found, digest)
    _check(draft, Source("network", network), {})
    check_state(draft, state)
    return draft


def check_state(draft: Draft, state: Exported | None) -> None:
    """Refuse a draft that does not go on from this state, tried with keys that are nobody's."""
    if not draft.state:
        if state is not None:
            raise FoundingFault("this draft begins from nothing: leave out --state")
        return
    rows = [
        Validator(key=nobodys(f"validator {name}"), power=power, name=name)
        for name, power in draft.powers.items()
    ]
    examine(draft.first_state(rows, {}, {}, state))


def parse(data: object) -> Draft:
    """Return the draft of JSON data; FoundingFault when it is none, or of another version."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise FoundingFault("not a genesis draft; `tonne genesis init` makes one")
    version_fits(data, VERSION, "a draft")
    names_fit(data, (*_FIELDS, "state") if "state" in data else _FIELDS)
    for name, kind in (("chain_id", str), ("network", str), ("programs", dict), ("powers", dict)):
        if not isinstance(data[name], kind):
            raise FoundingFault(f"{name} of the draft is not of its kind; ask for the file again")
    for name in ("time_s", "made_s", "join_until_s"):
        if not is_count(data[name]):
            raise FoundingFault(f"{name} of the draft is not a time in seconds")
    if not all(isinstance(text, str) for text in data["programs"].values()):
        raise FoundingFault("a program of the draft is not a text")
    if not all(is_count(power) for power in data["powers"].values()):
        raise FoundingFault("a power of the draft is not a whole number")
    state = data.get("state", "")
    if "state" in data and not (isinstance(state, str) and _HASH.fullmatch(state)):
        raise FoundingFault("state of the draft is not the hash of an exported state")
    draft = replace(Draft(*(data[name] for name in _FIELDS[2:])), state=state)
    _check(draft, Source("network", draft.network), {})
    names = _validators(tomllib.loads(draft.network))  # the hash does not bind the file's order
    return replace(draft, powers={name: draft.powers[name] for name in names})


def parse_text(raw: bytes) -> Draft:
    """Return the draft of a file's bytes; FoundingFault otherwise."""
    try:
        return parse(strictjson.parse(raw, bytes_max=FILE_BYTES_MAX))
    except JsonFault as fault:
        raise FoundingFault(str(fault)) from None


def version_fits(data: Mapping[str, Any], version: int, what: str) -> None:
    """Refuse the file of another version; `what` says what it is."""
    if data.get("version") != version:
        raise FoundingFault(
            f"{what} of version {data.get('version')!r}, and this program reads {version}: "
            "all founders must use the same release"
        )


def names_fit(data: Mapping[str, Any], fields: Sequence[str]) -> None:
    """Refuse an object that lacks one of the fields, or has another."""
    missing = [name for name in fields if name not in data]
    unknown = sorted(name for name in data if name not in fields)
    if missing or unknown:
        what = f"lacks {missing[0]!r}" if missing else f"has {unknown[0][:40]!r}, which is unknown"
        raise FoundingFault(f"{data.get('format', 'the file')!s:.40} {what}: ask for it again")


def is_count(value: object) -> bool:
    """Tell whether a value is an integer from 0 (True and False are not)."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _check(draft: Draft, network: Source, programs: Mapping[str, Source]) -> None:
    """Refuse a draft that could not become a genesis, tried with keys that are nobody's."""
    if len(network.text.encode()) > TEXT_BYTES_MAX:
        raise FoundingFault(f"{network.name} is longer than {TEXT_BYTES_MAX} bytes")
    if not draft.made_s < draft.join_until_s <= TIME_S_MAX:
        raise FoundingFault("the time to join ends before it begins; give a later --join-until")
    for name, power in draft.powers.items():
        check_power(name, power)
    _check_shape(network)
    data = tomllib.loads(network.text)
    if draft.state:
        check_chain(draft.chain_id, draft.time_s)
        try:
            succession.seats(network.text)
        except ExportFault as fault:
            raise FoundingFault(str(fault)) from None
    _check_seats(network, data)
    named = _validators(data)
    if sorted(named) != sorted(draft.powers):
        raise FoundingFault("the powers of the draft are not those of its validators")
    if not named:
        raise FoundingFault(
            f"{network.name} ties no seat to a validator: give a CONSORTIUM seat `validator = ...`"
        )
    unused = sorted(set(draft.programs) - set(data.get("programs", [])))
    if unused:
        raise FoundingFault(f"{network.name} does not list the program {unused[0][:40]!a}")
    if draft.state:
        return  # what follows from the state is checked where it is at hand: check_state
    names = [name for row in data.get("accounts", []) for name in row.get("keys", [])]
    rows = [
        Validator(key=nobodys(f"validator {name}"), power=power, name=name)
        for name, power in draft.powers.items()
    ]
    raw = first_state(
        network,
        programs or {name: Source(f"program {name}", t) for name, t in draft.programs.items()},
        chain_id=draft.chain_id,
        time_s=draft.time_s,
        validators=rows,
        public_keys={name: nobodys(name) for name in names},
        node_ids={},
    )
    examine(raw)


def _validators(data: Mapping[str, Any]) -> list[str]:
    """Return the names of the validators of a network, in the order of its seats."""
    return [row["validator"] for row in data.get("seats", []) if row.get("validator")]


def check_power(name: str, power: object) -> None:
    """Refuse a voting power that is no whole number from 1."""
    if not is_count(power) or not 1 <= int(str(power)) <= POWER_MAX:
        raise FoundingFault(f"the power of {name} is {power!r}: it must be 1 to {POWER_MAX}")


def nobodys(name: str) -> bytes:
    """Return a public key to try a draft with; nothing is ever signed with it."""
    return signing.public_key(sha256(b"tonne nobody\0" + name.encode()).digest())


def _check_seats(network: Source, data: Mapping[str, Any]) -> None:
    """Refuse what the founders' joins could not answer one to one."""
    owners = {
        name: row.get("organisation")
        for row in data.get("accounts", [])
        for name in row.get("keys", [])
    }
    for row in data.get("accounts", []):
        for name in row.get("keys", []):
            if owners[name] != row.get("organisation"):
                raise FoundingFault(f"{network.name}: the key {name!r} is of two organisations")
            if not ids.is_id(name):
                raise FoundingFault(f"{network.name}: {name[:40]!r} is no name for a key")
    taken: dict[str, str] = {}
    for row in data.get("seats", []):
        validator = row.get("validator")
        if not validator:
            continue
        owner = owners.get(row.get("account"))
        if row.get("role") != "CONSORTIUM" or owner is None or not ids.is_id(validator):
            raise FoundingFault(
                f"{network.name}: the validator {validator[:40]!r} needs a CONSORTIUM seat whose "
                "account is named by its key, and a name like a key's"
            )
        if owner in taken or validator in taken.values():
            raise FoundingFault(f"{network.name}: {owner} or {validator} has two validator seats")
        taken[owner] = validator


def _unfit(fault: Exception) -> FoundingFault:
    """Return what is said of a file; some are no TOML in ways of which its reader says no line."""
    if isinstance(fault, TomlFault | FoundingFault):
        return FoundingFault(str(fault))
    return FoundingFault(f"the network or a program is not TOML that can be read: {fault}")


def _check_shape(network: Source) -> None:
    """Refuse tables of another shape, before their rows are looked at."""
    try:
        data = read_toml(network)
    except (TomlFault, ValueError, RecursionError) as fault:
        raise _unfit(fault) from None
    programs = data.get("programs", [])
    good = isinstance(programs, list) and all(isinstance(name, str) for name in programs)
    good = good and isinstance(data.get("params", {}), dict)
    for table in ("organisations", "accounts", "seats"):
        rows = data.get(table, [])
        good = good and isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
    if not good:
        raise FoundingFault(
            f"{network.name}: programs is a list of names; params a table; organisations, accounts "
            "and seats are tables like [[seats]]"
        )
    for row in data.get("accounts", []):
        keys = row.get("keys", [])
        if not isinstance(keys, list) or not all(isinstance(name, str) for name in keys):
            raise FoundingFault(f"{network.name}: keys of an account are a list of names")
        if not all(isinstance(row.get(name, ""), str) for name in ("program", "organisation")):
            raise FoundingFault(f"{network.name}: program and organisation of an account are texts")
    for row in data.get("seats", []):
        for name in ("account", "validator"):
            if not isinstance(row.get(name, ""), str):
                raise FoundingFault(f"{network.name}: {name} of a seat is a name, a text")
