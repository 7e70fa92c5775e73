"""The first state: made the same everywhere, refused when anything in it was touched."""

import base64
import json
from collections.abc import Callable

import pytest

from abci_app.abci import abci_pb2 as abci
from abci_app.application import Application, GenesisMismatch
from abci_app.core import keys, signing
from abci_app.core.codec import decode, encode
from abci_app.state import genesis, lots, policies, program_check, schema
from abci_app.state.program_toml import Source, TomlFault
from abci_app.store.kv import MemoryReader, Overlay
from abci_app.store.ledger import Ledger
from tests import harness
from tests.harness import IPCI, NETWORK, edited, init_request, make_genesis
from tests.names import account_id, seed
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

GENESIS = make_genesis()


def loaded(raw: bytes) -> Overlay:
    overlay = Overlay(MemoryReader())
    genesis.load(overlay, raw)
    return overlay


def test_the_same_files_make_the_same_bytes() -> None:
    assert make_genesis() == GENESIS
    assert genesis.genesis_hash(GENESIS) == genesis.genesis_hash(make_genesis())


def test_the_order_of_rows_in_the_files_does_not_matter() -> None:
    north = '[[organisations]]\nid = "registry-north"\nname = "Registry North"\ncountry = "NO"\n'
    moved = edited(NETWORK, (north, "")) + "\n" + north
    assert make_genesis(network=moved) == GENESIS


@pytest.mark.parametrize(
    "other",
    [
        lambda: make_genesis(chain_id="another"),
        lambda: make_genesis(network=edited(NETWORK, ('"Registry East"', '"Registry Far East"'))),
        lambda: make_genesis(
            program=edited(IPCI, ("reserve_months_max = 600", "reserve_months_max = 599"))
        ),
    ],
)
def test_another_first_state_has_another_hash(other: Callable[[], bytes]) -> None:
    assert genesis.genesis_hash(other()) != genesis.genesis_hash(GENESIS)


def test_entries_ascend_and_hold_the_tree_and_the_bodies_of_programs() -> None:
    entries = s.Genesis.FromString(GENESIS).entries
    found = [entry.key for entry in entries]
    assert found == sorted(found)
    assert len(found) == len(dict.fromkeys(found))
    assert all(key[0] < 0x80 or key[0] == keys.Table.PROGRAM_BODY for key in found)


def test_the_first_state_has_the_parties_of_the_network_file() -> None:
    state = loaded(GENESIS)
    operator = schema.ACCOUNTS.get(state, account_id("operator"))
    assert operator is not None
    assert operator.organisation == "registry-north"
    assert [key.key for key in operator.keys] == [signing.public_key(seed("operator"))]
    seat = schema.ACCREDITATIONS.get(state, "IPCI", t.OPERATOR, "", account_id("operator"))
    assert seat is not None
    assert seat.status == s.GRANTED
    sink = schema.ACCOUNTS.get(state, account_id("RETIRE"))
    assert sink is not None
    assert (sink.kind, sink.holder_kind, len(sink.keys)) == (t.RETIRE, t.SYSTEM, 0)
    chain = schema.CHAIN.get(state)
    assert chain is not None
    assert (chain.chain_id, chain.rules_version) == ("tonne-test", 1)
    assert chain.genesis_hash == genesis.genesis_hash(GENESIS)


def test_who_has_an_independent_seat_from_the_start_takes_in_no_units() -> None:
    named = {row.id: row.independent for row in schema.ORGANISATIONS.all(loaded(make_genesis()))}
    independent = [name for name in named if named[name]]
    assert sorted(independent) == ["coordination-council", "registry-north"]  # who judge


def test_a_smaller_network_leaves_the_seats_of_absent_validators_out() -> None:
    state = loaded(GENESIS)
    seats = [row.account for row in schema.ACCREDITATIONS.all(state) if row.role == t.CONSORTIUM]
    assert seats == [account_id("consortium-1")]


MISTAKES: dict[str, tuple[str, str, str]] = {  # what: (passage, replacement, words of the fault)
    "no TOML": ('programs = ["ipci"]', "programs = [ipci]", "local.toml:4: "),
    "unknown key": ('programs = ["ipci"]', 'programs = ["ipci"]\nfoo = 1', "5: foo: unknown key"),
    "no such program": (
        '["ipci"]',
        '["ipci", "jcm"]',
        "programs[1]: there is no program file 'jcm'",
    ),
    "a program twice": ('["ipci"]', '["ipci", "ipci"]', "programs[1]: another has its id"),
    "a parameter that is none": (
        'programs = ["ipci"]',
        'programs = ["ipci"]\n[params]\ntx_cost = 1',
        "6: params.tx_cost: unknown key",
    ),
    "an organisation without a fit id": (
        'id = "registry-east"',
        'id = "registry east"',
        "is not an id",
    ),
    "an organisation twice": (
        'id = "registry-east"',
        'id = "registry-north"',
        "stands there twice",
    ),
    "an organisation with a hidden character": (
        'name = "Registry East"',
        'name = "Registry\\u202e East"',
        "organisations[1].name",
    ),
    "a country of three letters": ('country = "KZ"', 'country = "KAZ"', "organisations[1].country"),
    "an account of no organisation": (
        'organisation = "coordination-council"',
        'organisation = "nobody"',
        "accounts[4]: needs a program and an organisation of this file",
    ),
    "an account number twice": (
        'number = 2\norganisation = "registry-north"',
        'number = 1\norganisation = "registry-north"',
        "accounts[5].number: is taken",
    ),
    "an account number of zero": (
        'number = 2\norganisation = "registry-north"',
        'number = 0\norganisation = "registry-north"',
        "accounts[5].number: must be an integer from 1",
    ),
    "a key that nobody gave": ('keys = ["operator"]', 'keys = ["operater"]', "for 'operater'"),
    "a seat of nobody": (
        'role = "OPERATOR"\naccount = "operator"',
        'role = "OPERATOR"\naccount = "operater"',
        "seats[5]: needs the key name of an account",
    ),
    "a seat in another program": (
        'program = "IPCI"\nrole = "OPERATOR"',
        'program = "JCM"\nrole = "OPERATOR"',
        "seats[5]: needs the key name of an account of its program",
    ),
    "a role that is none": ('role = "OPERATOR"', 'role = "OPERATER"', "'OPERATER' is none of"),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_in_the_network_file_is_told_with_its_line(what: str) -> None:
    old, new, words = MISTAKES[what]
    with pytest.raises(TomlFault) as caught:
        make_genesis(network=edited(NETWORK, (old, new)))
    assert str(caught.value).startswith("local.toml:")
    assert words in str(caught.value)


PARAMS = {
    "tx_bytes_max": (0, 65_537),
    "block_bytes_max": (0, 131_071),
    "tx_cost_max": (0,),
    "block_cost_max": (0, 4095),
    "quota_cost": (0,),
    "quota_window_s": (0,),
    "duties_per_block": (0,),
}


@pytest.mark.parametrize("name", PARAMS)
def test_a_parameter_that_would_stop_the_chain_is_refused(name: str) -> None:
    for value in PARAMS[name]:
        network = edited(
            NETWORK, ('programs = ["ipci"]', f'programs = ["ipci"]\n[params]\n{name} = {value}')
        )
        with pytest.raises(TomlFault, match=f"local.toml:6: params.{name}: "):
            make_genesis(network=network)
        message = s.Genesis.FromString(GENESIS)
        setattr(message.params, name, value)
        with pytest.raises(ValueError, match=f"params.{name}"):
            loaded(message.SerializeToString(deterministic=True))


def test_two_programs_do_not_share_a_registry_code() -> None:
    network = edited(NETWORK, ('["ipci"]', '["ipci", "other"]'))
    other = edited(IPCI, ('id = "IPCI"', 'id = "OTHER"'))
    with pytest.raises(TomlFault, match="registry code"):
        genesis.assemble(
            Source("local.toml", network),
            {"ipci": Source("ipci.toml", IPCI), "other": Source("other.toml", other)},
            chain_id="c",
            time_s=0,
            validators=[],
            public_keys={name: signing.public_key(seed(name)) for name in harness.NAMED_KEYS},
        )


# ---- a genesis that was touched ----


def touched(change: Callable[[s.Genesis], None]) -> bytes:
    message = s.Genesis.FromString(GENESIS)
    change(message)
    return message.SerializeToString(deterministic=True)


def entry_of(message: s.Genesis, table: keys.Table) -> s.Entry:
    return next(entry for entry in message.entries if entry.key[0] == table)


def put(message: s.Genesis, key: bytes, value: bytes) -> None:
    message.entries.add(key=key, value=value)
    message.entries.sort(key=lambda entry: entry.key)


def other_record(message: s.Genesis) -> None:
    entry = entry_of(message, keys.Table.ACCOUNT)
    account = decode(s.Account, entry.value)
    account.id = account_id("somebody")
    entry.value = encode(account)


def other_encoding(message: s.Genesis) -> None:
    entry_of(message, keys.Table.ACCOUNT).value += b"\xfa\x06\x00"


def other_version(message: s.Genesis) -> None:
    entry = entry_of(message, keys.Table.ACCOUNT)
    entry.value = b"\x02" + entry.value[1:]


def garbage(message: s.Genesis) -> None:
    entry_of(message, keys.Table.ACCOUNT).value = b"\x01\xff\xff\xff"


def other_program(message: s.Genesis) -> None:
    entry = entry_of(message, keys.Table.PROGRAM_BODY)
    program = decode(s.Program, entry.value)
    program.params.reserve_months_max += 1
    entry.value = encode(program)


def program_with_a_fault(message: s.Genesis) -> None:
    overlay = Overlay(MemoryReader())
    program = decode(s.Program, entry_of(message, keys.Table.PROGRAM_BODY).value)
    program.params.proposal_expires_s = 0
    policies.put_program(overlay, program)
    for key, value in overlay.writes.items():
        next(row for row in message.entries if row.key == key).value = value or b""


def account_of_no_kind(message: s.Genesis) -> None:
    entry = entry_of(message, keys.Table.ACCOUNT)
    account = decode(s.Account, entry.value)
    account.keys[0].rights.append(77)  # type: ignore[arg-type]
    entry.value = encode(account)


def program_without_body(message: s.Genesis) -> None:
    message.entries.remove(entry_of(message, keys.Table.PROGRAM_BODY))


def units_from_nowhere(message: s.Genesis) -> None:
    holding = s.Holding(account=account_id("operator"), program="IPCI", class_id="TMU", free_t=5)
    put(message, schema.HOLDINGS.key_of(holding), encode(holding))


def lot_from_nowhere(message: s.Genesis) -> None:
    overlay = Overlay(MemoryReader())
    lot = s.Lot(account=account_id("operator"), program="IPCI", class_id="TMU", issuance="R9")
    lots.create(overlay, "S", lot, 5)
    for key, value in overlay.writes.items():
        if value is not None and key[0] < 0x80:
            put(message, key, value)


def row_beside_the_tree(message: s.Genesis) -> None:
    put(message, keys.deadline(1, 1, keys.u64(1)), b"")


def unknown_table(message: s.Genesis) -> None:
    put(message, b"\x7f1", b"1")


def _kind(program: s.Program) -> None:
    program.kind = 77  # type: ignore[assignment]


def _role(program: s.Program) -> None:
    program.roles[0].role = 77  # type: ignore[assignment]


def _holders(program: s.Program) -> None:
    program.move_rules[1].to_holders.append(-1)  # type: ignore[arg-type]


def _sink(program: s.Program) -> None:
    program.sinks[0].kind = 77  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (_kind, "kind"),
        (_role, "roles[0].role"),
        (_holders, "move_rules[1].to_holders"),
        (_sink, "sinks[0].kind"),
    ],
)
def test_a_program_with_a_number_that_no_rule_knows_is_refused(
    change: Callable[[s.Program], None], path: str
) -> None:
    message = s.Genesis.FromString(GENESIS)
    program = decode(s.Program, entry_of(message, keys.Table.PROGRAM_BODY).value)
    assert program_check.check(program) == []
    change(program)
    (fault,) = program_check.check(program)
    assert fault.path.startswith(path)
    assert "is no " in fault.text


TOUCHED = (
    other_record,
    other_encoding,
    other_version,
    garbage,
    other_program,
    program_with_a_fault,
    account_of_no_kind,
    program_without_body,
    units_from_nowhere,
    lot_from_nowhere,
    row_beside_the_tree,
    unknown_table,
)


@pytest.mark.parametrize("change", TOUCHED, ids=lambda change: str(change.__name__))
def test_a_touched_first_state_never_starts_a_chain(change: Callable[[s.Genesis], None]) -> None:
    app = Application(Ledger.memory())
    with pytest.raises((GenesisMismatch, ValueError)):
        app.init_chain(init_request(touched(change)))
    assert app.info(abci.RequestInfo()).last_block_height == 0


def test_the_untouched_first_state_starts_one() -> None:
    app = Application(Ledger.memory())
    assert len(app.init_chain(init_request(GENESIS)).app_hash) == 32


def test_bytes_that_are_not_canonical_are_refused() -> None:
    with pytest.raises(ValueError, match="canonical"):
        loaded(GENESIS + b"\xfa\x06\x00")


def test_a_genesis_of_another_chain_or_other_validators_is_refused() -> None:
    app = Application(Ledger.memory())
    with pytest.raises(GenesisMismatch, match=r"make genesis\.json anew"):
        app.init_chain(init_request(GENESIS, chain_id="another"))
    request = init_request(GENESIS)
    request.validators[0].power += 1
    with pytest.raises(GenesisMismatch, match=r"make genesis\.json anew"):
        app.init_chain(request)
    del request.validators[:]
    with pytest.raises(GenesisMismatch):
        app.init_chain(request)


@pytest.mark.parametrize("raw", [b"", b"{}", b"null", b"7", b'"!!!"', b"\xff", b'"AA=A"'])
def test_an_app_state_that_is_no_base64_text_is_refused(raw: bytes) -> None:
    request = init_request(GENESIS)
    request.app_state_bytes = raw
    with pytest.raises(GenesisMismatch, match="app_state"):
        Application(Ledger.memory()).init_chain(request)


def test_an_app_state_that_the_engine_marshalled_again_is_the_same() -> None:
    request = init_request(GENESIS)
    text = json.loads(request.app_state_bytes)
    request.app_state_bytes = b" " + json.dumps(text, indent=2).encode() + b"\n"
    assert base64.b64decode(text) == GENESIS
    answer = Application(Ledger.memory()).init_chain(request)
    assert answer == Application(Ledger.memory()).init_chain(init_request(GENESIS))
