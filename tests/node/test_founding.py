"""Founding: the same files make the same genesis; what is not whole or signed makes none."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from abci_app.core import signing
from abci_app.core.codec import decode
from abci_app.core.keys import Table
from node.founding import draft as drafts
from node.founding import join as joins
from node.founding import record
from node.founding.draft import FoundingFault
from node.founding.join import Join
from tests import founders
from tests.founders import JOIN_UNTIL_S, MADE_S, all_joins, founder
from tests.harness import NETWORK, edited
from tonne.v1.state_pb2 import Accreditation, Genesis

PLAN = founders.draft()
JOINS = all_joins(PLAN)
FOUND = record.assemble(PLAN, JOINS)


def signed(bare: Join) -> Join:
    """Return a join signed anew with the keys that its names stand for."""
    message = bare.message()
    return replace(
        bare,
        key_signatures={n: signing.sign(founders.seed(n), message) for n in bare.keys},
        founder_signature=(
            signing.sign(founders.seed(bare.founder.name), message) if bare.founder else b""
        ),
    )


def refused(*changed: tuple[str, Join]) -> str:
    """Return why a foundation with some joins exchanged is refused."""
    rows = {**dict(JOINS), **dict(changed)}
    with pytest.raises(FoundingFault) as caught:
        record.assemble(PLAN, rows.items())
    return str(caught.value)


NORTH, EAST, COUNCIL = "join-registry-north.json", "join-registry-east.json", "join-council.json"


def north(**changes: object) -> Join:
    return replace(founders.join(PLAN, "registry-north"), **changes)  # type: ignore[arg-type]


# ---- the good way ----


def test_the_order_of_joins_and_names_of_files_do_not_matter() -> None:
    again = record.assemble(PLAN, [(f"other-{name}", row) for name, row in reversed(JOINS)])
    assert again.genesis == FOUND.genesis
    assert json.dumps(again.data()) == json.dumps(FOUND.data())


def test_powers_in_another_order_are_the_same_draft_and_make_the_same_genesis() -> None:
    turned = drafts.parse({**PLAN.data(), "powers": dict(sorted(PLAN.powers.items())[::-1])})
    assert record.assemble(turned, JOINS).genesis == FOUND.genesis


def test_what_is_written_is_read_back() -> None:
    text = json.dumps(PLAN.data()).encode()
    assert drafts.parse_text(text) == PLAN
    for _, row in JOINS:
        assert joins.parse_text(json.dumps(row.data()).encode()) == row


def test_a_genesis_is_examined_from_its_own_record() -> None:
    data = json.loads(json.dumps(FOUND.data()))
    assert record.examine(FOUND.genesis, data) == FOUND


def test_seats_hold_validator_key_and_node_id_so_that_the_hash_names_them() -> None:
    rows = [
        decode(Accreditation, entry.value)
        for entry in Genesis.FromString(FOUND.genesis).entries
        if entry.key[0] == Table.ACCREDITATION
    ]
    seats = {row.organisation: row for row in rows if row.validator_key}
    assert len(seats) == 4
    one = founder(PLAN, "validator-1")
    assert seats["registry-north"].validator_key == one.key
    assert list(seats["registry-north"].node_ids) == [one.node_id]


def test_an_organisation_without_a_validator_joins_with_its_keys() -> None:
    row = founders.join(PLAN, "coordination-council")
    assert row.founder is None
    assert "validator" not in row.data()


def test_a_join_given_twice_is_one_join() -> None:
    assert record.assemble(PLAN, [*JOINS, ("copy.json", JOINS[0][1])]) == FOUND


@pytest.mark.parametrize(
    "other",
    [
        lambda: founders.draft(chain_id="another"),
        lambda: founders.draft(validator_1=9),
        lambda: founders.draft(edited(NETWORK, ('"Registry East"', '"Registry Far East"'))),
        lambda: founders.draft(NETWORK + "\n# a remark\n"),
        lambda: replace(PLAN, time_s=MADE_S + 1),
        lambda: replace(PLAN, made_s=MADE_S - 1),
        lambda: replace(PLAN, join_until_s=JOIN_UNTIL_S + 1),
        lambda: replace(PLAN, programs={"ipci": PLAN.programs["ipci"] + "\n"}),
    ],
)
def test_whatever_differs_in_a_draft_has_another_hash(other: Callable[[], drafts.Draft]) -> None:
    assert other().hash() != PLAN.hash()


def test_a_hash_is_read_aloud_in_eight_groups_of_eight() -> None:
    assert record.voiced(bytes(range(32))) == [
        "00010203",
        "04050607",
        "08090a0b",
        "0c0d0e0f",
        "10111213",
        "14151617",
        "18191a1b",
        "1c1d1e1f",
    ]


# ---- powers ----


def test_a_third_of_the_power_in_one_hand_is_a_warning_and_two_thirds_a_louder_one() -> None:
    owners = {"a": "north", "b": "north", "c": "east", "d": "west"}
    assert record.warnings(dict.fromkeys("abcd", 10), {}) == []
    (half,) = record.warnings(dict.fromkeys("abcd", 10), owners)
    assert half.startswith("north has 20 of 40 of the power, a third or more")
    assert "can stop the chain" in half
    (most,) = [
        text for text in record.warnings({"a": 67, "c": 33}, owners) if "decides alone" in text
    ]
    assert most.startswith("north has 67 of 100")


def test_exactly_a_third_is_warned_of_and_exactly_two_thirds_does_not_decide() -> None:
    (only,) = record.warnings({"a": 1, "c": 1, "d": 1}, {"a": "n", "c": "n", "d": "w"})[:1]
    assert "n has 2 of 3" in only
    assert "decides alone" not in only
    assert len(record.warnings({"a": 1, "c": 1, "d": 1}, {})) == 3


@pytest.mark.parametrize("power", [0, -1, 10**12 + 1])
def test_a_power_that_is_none_is_refused_in_drafts_and_joins(power: int) -> None:
    with pytest.raises(FoundingFault, match="must be 1 to"):
        founders.draft(validator_1=power)
    assert "must be 1 to" in refused(
        (NORTH, signed(north(founder=founder(PLAN, "validator-1", power=power))))
    )


def test_a_power_that_the_draft_does_not_give_is_refused() -> None:
    own = founder(PLAN, "validator-1", power=11)
    assert "power 11; the draft gives it 10" in refused((NORTH, signed(north(founder=own))))


# ---- joins that do not fit ----


def test_a_join_for_another_draft_or_chain_is_refused() -> None:
    other = founders.draft(validator_2=11)
    row = founders.join(other, "registry-north")
    assert f"{NORTH}: is for another draft" in refused((NORTH, row))
    elsewhere = founders.join(founders.draft(chain_id="another"), "registry-north")
    assert "is for the chain 'another'" in refused((NORTH, elsewhere))


@pytest.mark.parametrize(
    ("signed_s", "said"), [(MADE_S - 1, "a clock is wrong"), (JOIN_UNTIL_S + 1, "has expired")]
)
def test_a_join_signed_too_early_or_too_late_is_refused(signed_s: int, said: str) -> None:
    assert said in refused((NORTH, signed(north(signed_s=signed_s))))
    joins.check(signed(north(signed_s=JOIN_UNTIL_S)), PLAN)
    joins.check(signed(north(signed_s=MADE_S)), PLAN)


def test_every_signature_is_checked_and_named() -> None:
    good = north()
    for name in ("consortium-1", "operator"):
        broken = dict(good.key_signatures)
        broken[name] = bytes(64)
        assert f"the signature of {name} does not hold" in refused(
            (NORTH, replace(good, key_signatures=broken))
        )
    assert "the signature of validator-1 does not hold" in refused(
        (NORTH, replace(good, founder_signature=bytes(64)))
    )


@pytest.mark.parametrize(
    "change",
    [
        {"signed_s": MADE_S + 61},
        {"founder": founder(PLAN, "validator-1", address="evil.example.org:26656")},
        {"founder": founder(PLAN, "validator-1", node_id="ab" * 20)},
        {"founder": founder(PLAN, "validator-1", key=signing.public_key(founders.seed("x")))},
    ],
)
def test_no_part_of_a_signed_join_can_be_exchanged(change: dict[str, object]) -> None:
    assert "does not hold" in refused((NORTH, north(**change)))


def test_a_key_of_a_signed_join_cannot_be_exchanged() -> None:
    good = north()
    keys = {**good.keys, "operator": signing.public_key(founders.seed("thief"))}
    assert "does not hold" in refused((NORTH, replace(good, keys=keys)))


def test_joins_that_lack_or_add_something_are_refused() -> None:
    good = north()
    fewer = {"consortium-1": good.keys["consortium-1"]}
    assert "and the draft wants consortium-1, operator" in refused(
        (NORTH, signed(replace(good, keys=fewer)))
    )
    assert "the join brings none" in refused((NORTH, signed(replace(good, founder=None))))
    council = founders.join(PLAN, "coordination-council")
    extra = replace(council, founder=founder(PLAN, "validator-9"))
    assert "gives coordination-council no validator" in refused(
        ("join-coordination-council.json", signed(extra))
    )
    stranger = signed(replace(good, organisation="stranger"))
    assert "an organisation that the draft lacks" in refused(("s.json", stranger))


def test_who_is_missing_is_named() -> None:
    with pytest.raises(FoundingFault, match=r"no join of registry-west, coordination-council is"):
        record.assemble(PLAN, JOINS[:3])


def test_two_different_joins_of_one_organisation_are_refused() -> None:
    other = signed(north(signed_s=MADE_S + 99))
    with pytest.raises(FoundingFault, match=r"again\.json are both joins of registry-north"):
        record.assemble(PLAN, [*JOINS, ("again.json", other)])


@pytest.mark.parametrize(("field", "said"), [("node_id", "node id of"), ("address", "address of")])
def test_the_same_node_id_or_address_twice_is_refused(field: str, said: str) -> None:
    value = getattr(founder(PLAN, "validator-2"), field)
    own = founder(PLAN, "validator-1", **{field: value})
    shown = refused((NORTH, signed(north(founder=own))))
    assert said in shown
    assert NORTH in shown
    assert EAST in shown


def test_the_same_validator_key_or_account_key_twice_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alike = {
        "validator-1": "validator-2",
        "operator": "consortium-2",
        "consortium-1": "validator-1",
    }
    real = founders.seed
    for one, other in alike.items():
        monkeypatch.setattr(
            founders,
            "seed",
            lambda name, one=one, other=other: real(other if name == one else name),
        )
        shown = refused((NORTH, founders.join(PLAN, "registry-north")))
        assert "is the same as in" in shown
        monkeypatch.setattr(founders, "seed", real)


@pytest.mark.parametrize("key", [bytes(32), bytes([1]) + bytes(31), b"\xff" * 32])
def test_a_key_of_small_order_or_none_is_refused(key: bytes) -> None:
    assert "no ed25519 public key" in refused(
        (NORTH, north(founder=founder(PLAN, "validator-1", key=key)))
    )
    assert "no ed25519 public key" in refused(
        (NORTH, north(keys={**north().keys, "operator": key}))
    )


@pytest.mark.parametrize(
    "address",
    [
        "",
        "node",
        "node:",
        ":26656",
        "node:0",
        "node:65536",
        "node:+80",
        "node:026656",
        "node:٢٦٦٥٦",
        "0.0.0.0:26656",
        "[::]:26656",
        "224.0.0.1:26656",
        "fe80::1:26656",
        "300.1.1.1:26656",
        "10.0.0:26656",
        "no de:26656",
        "node\u200b.example:26656",
        "a,b@c:1",
        "x" * 300 + ":1",
    ],
)
def test_an_address_that_nobody_could_dial_is_refused(address: str) -> None:
    with pytest.raises(FoundingFault, match="give host:port"):
        joins.check_address(address)


@pytest.mark.parametrize(
    "address", ["10.1.2.3:1", "[2001:db8::1]:26656", "a.example.org:65535", "node-0:26656"]
)
def test_an_address_that_can_be_dialled_is_taken(address: str) -> None:
    joins.check_address(address)


# ---- drafts that do not fit ----


DRAFTS: dict[str, tuple[str, str, str]] = {
    "no TOML": ('programs = ["ipci"]', "programs = [ipci]", "local.toml:4: "),
    "a hidden character": ('"Registry East"', '"Registry\\u200bEast"', "organisations[1].name"),
    "a turning character": ('"Registry East"', '"Registry \\u202eEast"', "organisations[1].name"),
    "programs of another shape": ('programs = ["ipci"]', "programs = 7", "a list of names"),
    "a program that is not there": ('["ipci"]', '["jcm"]', "there is no program file 'jcm'"),
    "keys of another shape": ('keys = ["operator"]', 'keys = "operator"', "a list of names"),
    "a key of two organisations": ('keys = ["operator"]', 'keys = ["coordinator"]', "two organi"),
    "a validator twice": ('"validator-2"', '"validator-1"', "has two validator seats"),
    "a validator for another seat": (
        'role = "CONSORTIUM"\naccount = "consortium-4"',
        'role = "OPERATOR"\naccount = "consortium-4"',
        "needs a CONSORTIUM seat",
    ),
}


@pytest.mark.parametrize("what", DRAFTS)
def test_a_network_that_could_not_be_founded_makes_no_draft(what: str) -> None:
    old, new, said = DRAFTS[what]
    with pytest.raises(FoundingFault) as caught:
        founders.draft(edited(NETWORK, (old, new)))
    assert said in str(caught.value)


def test_a_power_for_nobody_is_refused() -> None:
    with pytest.raises(FoundingFault, match="has no validator 'validator-7'"):
        founders.draft(validator_7=10)


@pytest.mark.parametrize("chain_id", ["", "a b", "x" * 33, "tonne\u202e"])
def test_a_chain_id_is_short_ascii(chain_id: str) -> None:
    with pytest.raises(FoundingFault, match="is not a chain id"):
        founders.draft(chain_id=chain_id)


def set_(name: str, value: object) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        *path, last = name.split("/")
        for step in path:
            data = data[step]
        data[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (set_("version", 2), "of version 2, and this program reads 1"),
        (set_("version", "1"), "of version '1'"),
        (set_("format", "x"), "not a genesis draft"),
        (set_("more", 1), "has 'more', which is unknown"),
        (set_("time_s", "1"), "not a time in seconds"),
        (set_("time_s", True), "not a time in seconds"),
        (set_("time_s", 0), "genesis time"),
        (set_("join_until_s", 5), "ends before it begins"),
        (set_("powers/validator-1", "10"), "not a whole number"),
        (set_("powers/validator-1", 0), "must be 1 to"),
        (set_("powers/validator-9", 10), "not those of its validators"),
        (set_("programs/ipci", 5), "not a text"),
        (set_("programs/more", "x"), "does not list the program 'more'"),
        (set_("programs", {}), "no program file 'ipci'"),
        (set_("network", "x = ["), "network:1"),
        (set_("network", 5), "not of its kind"),
    ],
)
def test_a_draft_file_that_was_changed_into_nonsense_is_refused(
    change: Callable[[dict[str, Any]], None], said: str
) -> None:
    data = PLAN.data()
    change(data)
    with pytest.raises(FoundingFault) as caught:
        drafts.parse_text(json.dumps(data).encode())
    assert said in str(caught.value)


JOIN_CHANGES = [
    (set_("version", 2), "of version 2"),
    (set_("format", "x"), "is no join"),
    (set_("more", 1), "has 'more', which is unknown"),
    (set_("signatures/more", 1), "has 'more', which is unknown"),
    (set_("organisation", "registry\u200b-north"), "is no id"),
    (set_("organisation", "\u202eregistry"), "is no id"),
    (set_("validator/name", "validаtor-1"), "is no id"),  # noqa: RUF001 - a Cyrillic letter
    (set_("validator/power", "10"), "must be 1 to"),
    (set_("validator/power", True), "must be 1 to"),
    (set_("validator/power", 0), "must be 1 to"),
    (set_("validator/power", -5), "must be 1 to"),
    (set_("validator/node_id", "AB" * 20), "40 lower-case hexadecimal"),
    (set_("validator/key", "00"), "64 lower-case hexadecimal"),
    (set_("validator/address", 5), "not a text"),
    (set_("validator", 5), "not an object"),
    (set_("keys", []), "not an object"),
    (set_("keys/operator", None), "64 lower-case hexadecimal"),
    (set_("signatures", []), "not an object"),
    (set_("signatures/validator", ""), "128 lower-case hexadecimal"),
    (set_("signed_s", -1), "not a time"),
    (set_("draft_hash", "zz" * 32), "64 lower-case hexadecimal"),
]


@pytest.mark.parametrize(("change", "said"), JOIN_CHANGES)
def test_a_join_file_of_another_form_is_refused(
    change: Callable[[dict[str, Any]], None], said: str
) -> None:
    data = json.loads(json.dumps(north().data()))
    change(data)
    with pytest.raises(FoundingFault) as caught:
        joins.parse_text(json.dumps(data).encode())
    assert said in str(caught.value)
    assert str(caught.value).isascii()


def test_a_join_file_is_strict_json_of_a_bounded_size() -> None:
    text = json.dumps(north().data())
    for raw, said in (
        (text[: len(text) // 2], "cut off"),
        (text.replace("{", '{"version": 1,', 1), "stands twice"),
        (text.replace('"version": 1', '"version": 1.0'), "not an integer"),
        (text + " " * joins.FILE_BYTES_MAX, "longer than"),
    ):
        with pytest.raises(FoundingFault, match=said):
            joins.parse_text(raw.encode())


# ---- a genesis that was tampered with ----


def drop_join(data: dict[str, Any]) -> None:
    data["joins"].pop()


def move_peer(data: dict[str, Any]) -> None:
    row = next(row for row in data["joins"] if "validator" in row)
    row["validator"]["address"] = "evil.example.org:26656"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (drop_join, "no join of"),
        (move_peer, "does not hold"),
        (set_("draft/time_s", MADE_S + 1), "is for another draft"),
        (set_("draft/version", 2), "of version 2"),
        (set_("joins", {}), "are no list"),
        (set_("joins", [5]), "is no join"),
        (set_("more", 1), "which is unknown"),
    ],
)
def test_a_founding_record_that_was_changed_is_refused(
    change: Callable[[dict[str, Any]], None], said: str
) -> None:
    data = json.loads(json.dumps(FOUND.data()))
    change(data)
    with pytest.raises(FoundingFault) as caught:
        record.examine(FOUND.genesis, data)
    assert said in str(caught.value)


def test_another_first_state_than_the_founders_signed_is_refused() -> None:
    message = Genesis.FromString(FOUND.genesis)
    message.validators[0].power = 11
    with pytest.raises(FoundingFault, match="not the one that its draft and joins make"):
        record.examine(message.SerializeToString(deterministic=True), FOUND.data())


def test_a_genesis_without_a_founding_record_shows_no_consent() -> None:
    with pytest.raises(FoundingFault, match="no operator's consent"):
        record.examine(FOUND.genesis, None)
