"""A join: what one organisation brings to a draft, signed with every key that it brings.

Must not know: other joins. Invariant: each signature is made with the key that it stands for, over
the chain id, the hash of the draft and everything else in the join; so no part of a join can be
exchanged, and none serves another draft.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from abci_app.core import ids, signing
from node.founding.draft import (
    Draft,
    FoundingFault,
    Member,
    canonical,
    check_power,
    is_count,
    names_fit,
    version_fits,
)
from node.sdk import strictjson
from node.sdk.strictjson import JsonFault

FORMAT, VERSION = "tonne genesis join", 1
TAG = b"tonne genesis join v1\0"
FILE_BYTES_MAX = 256 << 10
ADDRESS_BYTES_MAX = 260
_BODY = ("format", "version", "chain_id", "draft_hash", "organisation", "signed_s", "keys")
_VALIDATOR = ("name", "key", "power", "node_id", "address")
_HEX = re.compile(r"[0-9a-f]*")
_HOST = re.compile(
    r"(?=.{1,253}\Z)[A-Za-z0-9]([A-Za-z0-9-]{0,62})(\.[A-Za-z0-9][A-Za-z0-9-]{0,62})*"
)

Seeds = Mapping[str, bytes]  # name of a key -> its 32-byte seed


@dataclass(frozen=True)
class Founder:
    """A founding validator: 32-byte key, p2p id of its node, host:port that its peers dial."""

    name: str
    key: bytes
    power: int
    node_id: str
    address: str

    @property
    def peer(self) -> str:
        """Return how the engine's settings name it."""
        return f"{self.node_id}@{self.address}"


@dataclass(frozen=True)
class Join:
    """The content of a join file: public keys by name, signatures by the same names."""

    chain_id: str
    draft_hash: bytes
    organisation: str
    signed_s: int
    keys: Mapping[str, bytes]
    founder: Founder | None
    key_signatures: Mapping[str, bytes]
    founder_signature: bytes = b""

    def body(self) -> dict[str, Any]:
        """Return what is signed, as JSON data."""
        data: dict[str, Any] = {
            "format": FORMAT,
            "version": VERSION,
            "chain_id": self.chain_id,
            "draft_hash": self.draft_hash.hex(),
            "organisation": self.organisation,
            "signed_s": self.signed_s,
            "keys": {name: key.hex() for name, key in self.keys.items()},
        }
        if self.founder:
            data["validator"] = {
                "name": self.founder.name,
                "key": self.founder.key.hex(),
                "power": self.founder.power,
                "node_id": self.founder.node_id,
                "address": self.founder.address,
            }
        return data

    def data(self) -> dict[str, Any]:
        """Return what the file holds."""
        signatures: dict[str, Any] = {
            "keys": {name: row.hex() for name, row in self.key_signatures.items()}
        }
        if self.founder:
            signatures["validator"] = self.founder_signature.hex()
        return {**self.body(), "signatures": signatures}

    def message(self) -> bytes:
        """Return the bytes that every key of the join signs.

        They start with letters: no message of the engine's that a validator key signs does.
        """
        return TAG + canonical(self.body())


def make(
    draft: Draft,
    member: Member,
    seeds: Seeds,
    *,
    signed_s: int,
    founder: Founder | None = None,
    founder_seed: bytes = b"",
) -> Join:
    """Return the signed join of an organisation; it is checked as the coordinator will do it."""
    bare = Join(
        draft.chain_id,
        draft.hash(),
        member.organisation,
        signed_s,
        {name: signing.public_key(seeds[name]) for name in member.keys},
        founder,
        {},
    )
    message = bare.message()
    done = Join(
        bare.chain_id,
        bare.draft_hash,
        bare.organisation,
        bare.signed_s,
        bare.keys,
        founder,
        {name: signing.sign(seeds[name], message) for name in member.keys},
        signing.sign(founder_seed, message) if founder else b"",
    )
    check(done, draft)
    return done


def check(join: Join, draft: Draft) -> None:
    """Refuse a join that is not of this draft, is not whole, or that its keys did not sign."""
    if join.chain_id != draft.chain_id:
        raise FoundingFault(f"is for the chain {join.chain_id!r}, not {draft.chain_id!r}")
    if join.draft_hash != draft.hash():
        raise FoundingFault(
            f"is for another draft ({join.draft_hash.hex()[:16]}, this one is "
            f"{draft.hash().hex()[:16]}): the operator joins again with the latest draft"
        )
    member = draft.members().get(join.organisation)
    if member is None:
        raise FoundingFault(f"is of {join.organisation!r}, an organisation that the draft lacks")
    if not draft.made_s <= join.signed_s <= draft.join_until_s:
        late = join.signed_s > draft.join_until_s
        raise FoundingFault(
            "has expired: it was signed after the time to join; make a new draft"
            if late
            else "was signed before the draft was made: a clock is wrong; set it and join again"
        )
    if sorted(join.keys) != sorted(member.keys):
        raise FoundingFault(
            f"brings the keys {', '.join(sorted(join.keys)) or 'none'}, and the draft wants "
            f"{', '.join(sorted(member.keys))}"
        )
    _check_founder(join.founder, member, draft)
    for name, key in join.keys.items():
        if not signing.is_key(key):
            raise FoundingFault(f"the key {name} is no ed25519 public key")
    message = join.message()
    if sorted(join.key_signatures) != sorted(join.keys):
        raise FoundingFault("its signatures are not those of its keys: join again")
    wrong = [
        name
        for name, key in join.keys.items()
        if not signing.verify(key, join.key_signatures[name], message)
    ]
    if join.founder and not signing.verify(join.founder.key, join.founder_signature, message):
        wrong.append(join.founder.name)
    if wrong:
        raise FoundingFault(
            f"the signature of {', '.join(wrong)} does not hold: the file was changed after it was "
            "signed, or signed with another key; the operator joins again"
        )


def _check_founder(founder: Founder | None, member: Member, draft: Draft) -> None:
    if (founder.name if founder else "") != member.validator:
        wanted = f"the validator {member.validator!r}" if member.validator else "no validator"
        brought = repr(founder.name) if founder else "none"
        raise FoundingFault(
            f"the draft gives {member.organisation} {wanted}, and the join brings {brought}"
        )
    if founder is None:
        return
    check_power(founder.name, founder.power)
    if founder.power != draft.powers[founder.name]:
        raise FoundingFault(
            f"{founder.name} joins with power {founder.power}; the draft gives it "
            f"{draft.powers[founder.name]}"
        )
    if not signing.is_key(founder.key):
        raise FoundingFault(f"the key of {founder.name} is no ed25519 public key")
    if len(founder.node_id) != 40 or not _HEX.fullmatch(founder.node_id):
        raise FoundingFault(f"the node id of {founder.name} is not 40 hexadecimal digits")
    check_address(founder.address)


def check_address(address: str) -> None:
    """Refuse what peers could not dial: anything but host:port, a host that means "anywhere"."""
    host, colon, port = address.rpartition(":")
    good = bool(colon) and len(address) <= ADDRESS_BYTES_MAX and address.isascii()
    good = good and port.isdigit() and port == str(int(port[:6])) and 0 < int(port[:6]) < 65_536
    if not good or not _is_host(host):
        raise FoundingFault(
            f"{address[:60]!r} is not an address that peers can dial: "
            "give host:port, like node.example.org:26656"
        )


def _is_host(host: str) -> bool:
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        letters = any(char.isalpha() for char in host)  # 10.0.0 or 300.1.1.1 is a slip, no name
        return letters and _HOST.fullmatch(host) is not None
    in_brackets = bare != host
    return not (found.is_unspecified or found.is_multicast) and in_brackets == (found.version == 6)


def parse(data: object) -> Join:
    """Return the join of JSON data, signatures not yet checked; FoundingFault when it is none."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise FoundingFault("is no join; `tonne genesis join` makes one")
    version_fits(data, VERSION, "is a join")
    founder = data.get("validator")
    names_fit(data, (*_BODY, "signatures", *(("validator",) if "validator" in data else ())))
    signatures = data["signatures"]
    if not isinstance(signatures, dict):
        raise FoundingFault("signatures is not an object: ask for the join again")
    names_fit(signatures, ("keys", "validator") if "validator" in data else ("keys",))
    if not is_count(data["signed_s"]):
        raise FoundingFault("signed_s is not a time in seconds: ask for the join again")
    return Join(
        chain_id=_text(data["chain_id"], "chain_id"),
        draft_hash=_hex(data["draft_hash"], "draft_hash", 32),
        organisation=_text(data["organisation"], "organisation"),
        signed_s=data["signed_s"],
        keys=_hexes(data["keys"], "keys", 32),
        founder=_founder(founder) if "validator" in data else None,
        key_signatures=_hexes(signatures["keys"], "signatures.keys", 64),
        founder_signature=(
            _hex(signatures["validator"], "signatures.validator", 64)
            if "validator" in data
            else b""
        ),
    )


def parse_text(raw: bytes) -> Join:
    """Return the join of a file's bytes; FoundingFault otherwise."""
    try:
        return parse(strictjson.parse(raw, bytes_max=FILE_BYTES_MAX))
    except JsonFault as fault:
        raise FoundingFault(str(fault)) from None


def _founder(data: object) -> Founder:
    if not isinstance(data, dict):
        raise FoundingFault("validator is not an object: ask for the join again")
    names_fit(data, _VALIDATOR)
    check_power("the validator", data["power"])
    address = data["address"]
    if not isinstance(address, str):
        raise FoundingFault("validator.address is not a text")
    check_address(address)
    return Founder(
        _text(data["name"], "validator.name"),
        _hex(data["key"], "validator.key", 32),
        data["power"],
        _hex(data["node_id"], "validator.node_id", 20).hex(),
        address,
    )


def _text(value: object, where: str) -> str:
    """Return an id; nothing else stands in a join, so no character can hide or turn another."""
    if not isinstance(value, str) or not ids.is_id(value):
        raise FoundingFault(f"{where} is {value!a:.60}, which is no id: ask for the join again")
    return value


def _hex(value: object, where: str, length: int) -> bytes:
    if not isinstance(value, str) or len(value) != 2 * length or not _HEX.fullmatch(value):
        raise FoundingFault(f"{where} is not {2 * length} lower-case hexadecimal digits")
    return bytes.fromhex(value)


def _hexes(value: object, where: str, length: int) -> dict[str, bytes]:
    if not isinstance(value, dict):
        raise FoundingFault(f"{where} is not an object: ask for the join again")
    return {
        _text(name, f"a name in {where}"): _hex(row, f"{where}.{name}", length)
        for name, row in value.items()
    }
