"""Genesis: one deterministic message with the first state, made from TOML, checked when loaded.

Must not know: files or the engine. Invariant: the genesis hash names chain id, time, validators,
parameters and every
first record; a first state that breaks an invariant never starts a chain.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from abci_app.core import ids, keys, signing
from abci_app.core.codec import decode, encode, parse_canonical
from abci_app.core.codes import Refusal
from abci_app.core.limits import NAME_BYTES_MAX
from abci_app.state import policies, program_check, schema
from abci_app.state.chain import (
    CHAIN_REGISTRY,
    DEFAULT_PARAMS,
    RULES_VERSION,
    first_validators,
    param_faults,
)
from abci_app.state.program_faults.fault import Fault
from abci_app.state.program_toml import Source, fill, read_program, read_toml, reject
from abci_app.store.kv import MemoryReader, Overlay
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

T = keys.Table

_NETWORK_KEYS = ("programs", "params", "organisations", "accounts", "seats")


def genesis_hash(genesis: bytes) -> bytes:
    """Return the hash that every signature names, 32 bytes."""
    return sha256(genesis).digest()


def assemble(
    network: Source,
    programs: Mapping[str, Source],
    *,
    chain_id: str,
    time_s: int,
    validators: Sequence[s.Validator],
    public_keys: Mapping[str, bytes],
    node_ids: Mapping[str, str] | None = None,
) -> bytes:
    """Return the bytes of a Genesis.

    `network` lists programs, organisations, accounts (their keys by name) and seats; `programs`
    holds the TOML by the
    names listed; `public_keys` gives 32 bytes for each name, `node_ids` the p2p id by the name of a
    validator. TomlFault names file and line of what does not fit.
    """
    data = read_toml(network)
    faults: list[Fault] = []
    unknown = sorted(name for name in data if name not in _NETWORK_KEYS)
    faults += [Fault(name, "unknown key") for name in unknown]
    overlay = Overlay(MemoryReader())
    codes = {ids.CHAIN_PROGRAM: CHAIN_REGISTRY}
    independent: list[tuple[str, int]] = []
    for index, name in enumerate(data.get("programs", [])):
        if name not in programs:
            faults.append(Fault(f"programs[{index}]", f"there is no program file {name!r}"))
            continue
        program = read_program(programs[name])
        taken = [code for code in program.registry_codes if code in codes.values()]
        if program.id in codes or taken:
            faults.append(Fault(f"programs[{index}]", "another has its id or a registry code"))
            continue
        policies.put_program(overlay, program)
        codes[program.id] = program.registry_codes[0]
        independent += [(program.id, role.role) for role in program.roles if role.independent]
        policies.open_sinks(overlay, program, time_s)
    params = s.ChainParams()
    params.CopyFrom(DEFAULT_PARAMS)
    faults += fill(params, data.get("params", {}), "params")
    faults += param_faults(params)
    for index, row in enumerate(data.get("organisations", [])):
        organisation = s.Organisation(status=t.ORGANISATION_ACTIVE)
        faults += fill(organisation, row, f"organisations[{index}]")
        faults += _name_faults(f"organisations[{index}]", organisation.id, organisation.name)
        if not ids.is_country(organisation.country):
            faults.append(Fault(f"organisations[{index}].country", "must be two capital letters"))
        if schema.ORGANISATIONS.has(overlay, organisation.id):
            faults.append(Fault(f"organisations[{index}].id", "stands there twice"))
        schema.ORGANISATIONS.put(overlay, organisation)
    reject(network, faults)
    accounts = _accounts(network, overlay, data.get("accounts", []), codes, public_keys, time_s)
    seats = data.get("seats", [])
    _seats(network, overlay, seats, accounts, validators, node_ids or {}, independent)
    return _message(overlay, chain_id, time_s, validators, params)


def _name_faults(where: str, org_id: str, name: str) -> list[Fault]:
    faults = []
    if not ids.is_id(org_id):
        faults.append(Fault(f"{where}.id", "is not an id"))
    if not name or ids.text_fault(name, NAME_BYTES_MAX):
        faults.append(Fault(f"{where}.name", "is empty or has characters that are not allowed"))
    return faults


def _message(
    overlay: Overlay,
    chain_id: str,
    time_s: int,
    validators: Sequence[s.Validator],
    params: s.ChainParams,
) -> bytes:
    """Return the serialized Genesis: what stands in the tree, and the bodies of programs."""
    rows = sorted(
        (key, value)
        for key, value in overlay.writes.items()
        if value is not None and (key[0] < T.PROGRAM_BODY or key[0] in schema.BODY_TABLES)
    )
    message = s.Genesis(chain_id=chain_id, time_s=time_s, validators=validators, params=params)
    for key, value in rows:
        message.entries.add(key=key, value=value)
    return message.SerializeToString(deterministic=True)


def load(overlay: Overlay, genesis: bytes) -> s.Genesis:
    """Write a genesis' first state, its index rows included; return the message.

    ValueError when an entry is not the canonical record of its key, or belongs beside the tree.
    """
    try:
        message = parse_canonical(s.Genesis, genesis)
    except Refusal as refusal:
        raise ValueError(f"the genesis is not in canonical form: {refusal.detail}") from None
    faulty = param_faults(message.params)
    if faulty:
        raise ValueError(f"genesis {faulty[0].path}: {faulty[0].text}")
    if message.HasField("origin"):
        check_origin(message)
    typed = [table.byte for table in schema.RECORD_TABLES]
    tables = [*typed, *schema.UNTYPED_TABLES, *schema.BODY_TABLES]
    for entry in message.entries:
        if not entry.key or entry.key[0] not in tables:
            raise ValueError(f"genesis entry {entry.key.hex()} is of no table")
        overlay.put(entry.key, entry.value)
    for key, body in list(overlay.scan(bytes((T.PROGRAM_BODY,)), bytes((T.PROGRAM_BODY + 1,)))):
        program = decode(s.Program, body)
        faults = program_check.check(program)
        if faults or keys.program_body(program.id, program.version) != key:
            raise ValueError(f"genesis program {program.id}: {faults or 'not of its key'}")
    for table in schema.RECORD_TABLES:
        for key, raw in list(overlay.scan(bytes((table.byte,)), bytes((table.byte + 1,)))):
            try:
                record = parse_canonical(table.kind, raw[1:])
            except Refusal as refusal:
                raise ValueError(f"genesis entry {key.hex()}: {refusal.detail}") from None
            if table.key_of(record) != key or encode(record) != raw:
                raise ValueError(f"genesis entry {key.hex()} is not the record of its key")
            for fault in program_check.unknown_numbers(record):
                raise ValueError(f"genesis entry {key.hex()}: {fault.path}: {fault.text}")
            for row, value in table.rows(record) if table.rows else ():
                overlay.put(row, value)
    chain = s.Chain(
        chain_id=message.chain_id,
        genesis_hash=genesis_hash(genesis),
        rules_version=RULES_VERSION,
        params=message.params,
    )
    schema.CHAIN.put(overlay, chain)
    schema.VALIDATORS.put(overlay, first_validators(overlay, message.validators))
    return message


def check_origin(message: s.Genesis) -> None:
    """ValueError unless a chain that goes on from another one is a chain of its own, and later."""
    origin = message.origin
    if message.chain_id == origin.chain_id:
        raise ValueError(
            f"the state is of the chain {origin.chain_id} itself: give the new chain another id, "
            "so that nothing signed for the old one counts on it"
        )
    if message.time_s < origin.time_s:
        raise ValueError(
            f"the genesis time {message.time_s} lies before the exported state's, "
            f"{origin.time_s}: give that time or a later one"
        )


def _accounts(
    network: Source,
    overlay: Overlay,
    rows: Sequence[Mapping[str, Any]],
    codes: Mapping[str, str],
    public_keys: Mapping[str, bytes],
    time_s: int,
) -> dict[str, s.Account]:
    """Open the accounts of the network file; return them by the name of their first key."""
    faults: list[Fault] = []
    accounts: dict[str, s.Account] = {}
    for index, row in enumerate(rows):
        where = f"accounts[{index}]"
        fields = dict(row)
        number, names = fields.pop("number", 0), fields.pop("keys", [])
        account = s.Account(
            kind=t.HOLDING,
            code=100,
            holder_kind=t.ORG,
            min_initiate=1,
            status=t.ACCOUNT_OPEN,
            opened_s=time_s,
        )
        faults += fill(account, fields, where)
        if account.program not in codes or not schema.ORGANISATIONS.has(
            overlay, account.organisation
        ):
            faults.append(Fault(where, "needs a program and an organisation of this file"))
            continue
        if not isinstance(number, int) or not 1 <= number <= ids.ACCOUNT_NUMBER_MAX:
            faults.append(Fault(f"{where}.number", "must be an integer from 1"))
            continue
        account.id = str(ids.AccountId(codes[account.program], account.code, number, 0))
        faults += _name_faults(where, account.organisation, account.name)
        if account.code not in policies.HOLDING_CODES or schema.ACCOUNTS.has(overlay, account.id):
            faults.append(Fault(f"{where}.number", "is taken, or the code is not a holder's"))
            continue
        for name in names:
            key = public_keys.get(name, b"")
            if not signing.is_key(key):
                faults.append(Fault(f"{where}.keys", f"no ed25519 key was given for {name!r}"))
                continue
            account.keys.add(key=key, person=name, rights=[t.INITIATE, t.APPROVE])
            accounts[name] = account
        account.keys.sort(key=lambda item: item.key)
        schema.ACCOUNTS.put(overlay, account)
    reject(network, faults)
    return accounts


def _seats(
    network: Source,
    overlay: Overlay,
    rows: Sequence[Mapping[str, Any]],
    accounts: Mapping[str, s.Account],
    validators: Sequence[s.Validator],
    node_ids: Mapping[str, str],
    independent: Sequence[tuple[str, int]],
) -> None:
    """Grant the seats of the network file; a CONSORTIUM seat names its validator by `validator`.

    Such a seat holds the validator's key and, where it is given, the p2p id of its node.
    """
    faults: list[Fault] = []
    named = {validator.name: validator.key for validator in validators}
    for index, row in enumerate(rows):
        where = f"seats[{index}]"
        fields = dict(row)
        account = accounts.get(fields.pop("account", ""))
        validator = fields.pop("validator", "")
        seat = s.Accreditation(status=s.GRANTED)
        faults += fill(seat, fields, where)
        if account is None or seat.program not in (account.program, ids.CHAIN_PROGRAM):
            faults.append(Fault(where, "needs the key name of an account of its program"))
            continue
        if validator:
            if validator not in named:
                continue  # a smaller network than the file provides for
            seat.validator_key = named[validator]
            if validator in node_ids:
                seat.node_ids[:] = [node_ids[validator]]
        seat.account, seat.organisation = account.id, account.organisation
        schema.ACCREDITATIONS.put(overlay, seat)
        if (seat.program, seat.role) in independent:
            organisation = schema.ORGANISATIONS.get(overlay, seat.organisation)
            assert organisation is not None, "an account of an unknown organisation"
            organisation.independent = True  # as after a grant: it takes in no units (S4-26)
            schema.ORGANISATIONS.put(overlay, organisation)
    reject(network, faults)
