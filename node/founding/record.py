"""The genesis of founders: assembled from a draft and its joins, checked anew from the file alone.

Must not know: the engine's format. Invariants: the order in which joins come does not matter; a
genesis that passes `examine` is byte for byte what its own draft and joins make.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from abci_app.core.codec import decode
from abci_app.core.keys import Table
from abci_app.state import exported
from abci_app.state.exported import Exported, ExportFault
from node.founding import draft as drafts
from node.founding import join as joins
from node.founding.draft import Draft, FoundingFault, names_fit
from node.founding.join import Founder, Join
from tonne.v1.state_pb2 import Genesis, Organisation, Program, Validator


@dataclass(frozen=True)
class Foundation:
    """A founded network: its draft, its joins by organisation, the Genesis that they make."""

    draft: Draft
    joins: tuple[Join, ...]
    genesis: bytes

    @property
    def founders(self) -> list[Founder]:
        """Return the validators, in the order of the draft."""
        found = {row.founder.name: row.founder for row in self.joins if row.founder}
        return [found[name] for name in self.draft.powers]

    def data(self) -> dict[str, Any]:
        """Return what genesis.json carries beside the engine's part."""
        rows = [row.data() for row in self.joins]
        return {"draft": self.draft.data(), "joins": rows}

    def owners(self) -> dict[str, str]:
        """Return the organisation of each validator."""
        return {row.founder.name: row.organisation for row in self.joins if row.founder}


def assemble(
    draft: Draft, named: Iterable[tuple[str, Join]], state: Exported | None = None
) -> Foundation:
    """Return the foundation of a draft and all of its joins, each with the name of its file.

    `state` is the exported state that a draft with one goes on from.
    FoundingFault names the file and what is wrong, or who is missing.
    """
    by_organisation: dict[str, tuple[str, Join]] = {}
    for name, row in named:
        try:
            joins.check(row, draft)
        except FoundingFault as fault:
            raise FoundingFault(f"{name}: {fault}") from None
        other = by_organisation.get(row.organisation)
        if other is not None and other[1] != row:
            raise FoundingFault(
                f"{other[0]} and {name} are both joins of {row.organisation}: ask which counts"
            )
        by_organisation.setdefault(row.organisation, (name, row))
    missing = [name for name in draft.members() if name not in by_organisation]
    if missing:
        raise FoundingFault(f"no join of {', '.join(missing)} is there yet: ask for it")
    _check_distinct(by_organisation.values())
    rows = tuple(by_organisation[name][1] for name in sorted(by_organisation))
    founders = {row.founder.name: row.founder for row in rows if row.founder}
    raw = draft.first_state(
        [Validator(key=founders[n].key, power=founders[n].power, name=n) for n in draft.powers],
        {name: key for row in rows for name, key in row.keys.items()},
        {name: founder.node_id for name, founder in founders.items()},
        state,
    )
    drafts.examine(raw)
    return Foundation(draft, rows, raw)


def alone(state: Exported, *, chain_id: str, time_s: int, validator: Validator) -> bytes:
    """Return the Genesis of a chain of one validator that goes on from an exported state.

    The validator is of the first granted CONSORTIUM seat, if there is one.
    """
    drafts.check_chain(chain_id, time_s)
    account = next((seat.account for seat in exported.consortium(state)), "")
    founder = exported.Founder(validator, account)
    try:
        raw = exported.begin(state, chain_id=chain_id, time_s=time_s, founders=[founder])
    except ExportFault as fault:
        raise FoundingFault(str(fault)) from None
    drafts.examine(raw)
    return raw


def _check_distinct(named: Iterable[tuple[str, Join]]) -> None:
    """Refuse keys, node ids and addresses that two bring."""
    seen: dict[tuple[str, str], str] = {}
    for file, row in named:
        things = [("key", key.hex(), f"key {name}") for name, key in row.keys.items()]
        if row.founder:
            things += [
                ("key", row.founder.key.hex(), f"validator key of {row.founder.name}"),
                ("node id", row.founder.node_id, f"node id of {row.founder.name}"),
                ("address", row.founder.address, f"address of {row.founder.name}"),
            ]
        for kind, value, what in things:
            where = f"{file}: the {what}"
            if (kind, value) in seen:
                raise FoundingFault(
                    f"{where} is the same as in {seen[kind, value]}: everyone makes a "
                    f"{kind} of their own"
                )
            seen[kind, value] = where


def examine(genesis: bytes, data: object) -> Foundation:
    """Return the foundation that a genesis.json carries, made anew and compared.

    `genesis` are the bytes of the Genesis message there, `data` its member "founding".
    """
    if not isinstance(data, dict):
        raise FoundingFault(
            "this genesis carries no founding record: it shows no operator's consent; "
            "ask for the file that `tonne genesis assemble` wrote"
        )
    names_fit(data, ("draft", "joins"))
    if not isinstance(data["joins"], list):
        raise FoundingFault("the joins of the genesis are no list: ask for the file again")
    named = []
    for row in data["joins"]:
        organisation = row.get("organisation") if isinstance(row, dict) else None
        name = f"the join of {organisation!a:.40}"
        try:
            named.append((name, joins.parse(row)))
        except FoundingFault as fault:
            raise FoundingFault(f"{name} {fault}") from None
    draft = drafts.parse(data["draft"])
    found = assemble(draft, named, exported.restored(genesis) if draft.state else None)
    if found.genesis != genesis:
        raise FoundingFault(
            "the first state in this genesis is not the one that its draft and joins make: it was "
            "changed after it was assembled; do not use it, and tell the other operators"
        )
    return found


def warnings(powers: Mapping[str, int], owners: Mapping[str, str]) -> list[str]:
    """Return what founders should know of powers by validator; `owners` by the same names."""
    total = sum(powers.values())
    shares: dict[str, int] = {}
    for name, power in powers.items():
        owner = owners.get(name, name)
        shares[owner] = shares.get(owner, 0) + power
    return [
        f"{owner} has {power} of {total} of the power, a third or more: this organisation alone "
        "can stop the chain"
        + (", and with more than two thirds it decides alone" if 3 * power > 2 * total else "")
        for owner, power in shares.items()
        if 3 * power >= total
    ]


def voiced(digest: bytes) -> list[str]:
    """Return a 32-byte hash as eight groups of eight digits, to be read aloud."""
    text = digest.hex()
    return [text[at : at + 8] for at in range(0, 64, 8)]


def organisations(genesis: bytes) -> Sequence[Organisation]:
    """Return the organisations of a first state."""
    return [
        decode(Organisation, entry.value)
        for entry in Genesis.FromString(genesis).entries
        if entry.key[0] == Table.ORGANISATION
    ]


def programs(genesis: bytes) -> Sequence[Program]:
    """Return the programs of a first state."""
    return [
        decode(Program, entry.value)
        for entry in Genesis.FromString(genesis).entries
        if entry.key[0] == Table.PROGRAM_BODY
    ]
