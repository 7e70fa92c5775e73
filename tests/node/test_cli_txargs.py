"""The words of a command line become messages, or are refused with a way out."""

from hashlib import sha256
from typing import Any

import pytest

from abci_app.core import ids
from node.cli import txargs, verbs
from node.cli.faults import USAGE, Fault
from tonne.v1 import tx_pb2 as t
from tonne.v1.policy_pb2 import Program


class Desk:
    """Names that a test can foresee."""

    def account(self, name: str) -> str:
        return f"account-of-{name}"

    def file(self, name: str) -> bytes:
        return {"a.txt": b"alpha", "move.json": b'{"quantity_t": "7", "note": "from a file"}'}[name]

    def program(self) -> str:
        return "IPCI"

    def number(self, program: str, number: int) -> str:
        return str(ids.AccountId({"IPCI": "XI"}[program], 100, number, 0))

    def sink(self, program: str, kind: int, code: str = "") -> str:
        name = t.AccountKind.DESCRIPTOR.values_by_number[kind].name
        return f"{program}-{name}" + (f"-{code}" if code else "")

    def in_force(self, program: str) -> Program:
        return Program(id=program, version=1)

    def grant(self, key_name: str, account: str) -> t.KeyGrant:
        return t.KeyGrant(key=key_name.encode(), person=key_name, proof=account.encode())


def make(line: str, signer: str = "me") -> Any:
    name, *words = line.split()
    command = verbs.find(name)
    return getattr(verbs.make(command, words, Desk(), signer), command.arm)


def fault(line: str) -> str:
    with pytest.raises(Fault) as caught:
        make(line)
    assert caught.value.exit_code == USAGE
    return f"{caught.value.message} {caught.value.hint}"


def test_every_action_of_the_protocol_is_a_command() -> None:
    arms = {item.name for item in t.Action.DESCRIPTOR.oneofs_by_name["action"].fields}
    assert {command.arm for command in verbs.COMMANDS.values()} == arms
    assert {arm.replace("_", "-") for arm in arms} <= set(verbs.COMMANDS)


def test_dotted_flags_reach_nested_messages() -> None:
    made = make("put-account --account.id @issuer --account.name Steppe --account.tx-limit-t 1_000")
    assert made.account.id == "account-of-issuer"
    assert (made.account.name, made.account.tx_limit_t) == ("Steppe", 1000)
    assert not made.account.HasField("status")


def test_a_transfer_reads_as_people_say_it() -> None:
    assert make("transfer 25_000 --class TMU --to @user") == t.Move(
        program="IPCI",
        class_id="TMU",
        quantity_t=25000,
        from_account="me",
        to_account="account-of-user",
    )


def test_a_retirement_goes_to_the_sink_of_the_program() -> None:
    made = make("retire 1000 --class TMU --purpose voluntary --beneficiary X --year=2026")
    assert made.to_account == "IPCI-RETIRE"
    assert (made.purpose, made.beneficiary.name, made.year) == (t.VOLUNTARY, "X", 2026)


def test_enums_may_leave_out_their_prefix_and_mind_no_case() -> None:
    made = make("put-account --organisation.id a --organisation.status suspended")
    assert made.organisation.status == t.ORGANISATION_SUSPENDED


def test_repeated_fields_take_repeated_flags() -> None:
    made = make("attest --id S1 --flags accurate --flags complete --documents sha256:a.txt")
    assert list(made.flags) == ["accurate", "complete"]
    assert list(made.documents) == [sha256(b"alpha").digest()]


def test_dates_and_seconds_are_the_same_moment() -> None:
    dated = make("attest --period-from-s 2026-02-01 --period-to-s 2026-02-01T00:00:01Z")
    assert dated.period_from_s == 1769904000
    assert dated.period_to_s == 1769904001
    assert make("attest --period-from-s 1769904000").period_from_s == 1769904000


def test_short_forms_name_records_and_serials() -> None:
    made = make(
        "transition issuance/R1 APPROVED --approval.reserve-bps 10 --approval.market-access"
    )
    assert made.record == t.RecordRef(kind=t.ISSUANCE, id="R1")
    assert made.approval.market_access
    moved = make("move --class TMU --ranges IPCI-R1:5-9 --ranges IPCI-R1:12")
    assert [(item.start, item.end) for item in moved.ranges] == [(5, 9), (12, 12)]


def test_a_file_gives_fields_and_flags_add_to_them() -> None:
    made = make("move --file move.json --to @user")
    assert (made.quantity_t, made.note, made.to_account) == (7, "from a file", "account-of-user")


def test_an_account_is_opened_for_keys_of_the_store() -> None:
    made = make("open-account issuer --number 1001 --organisation steppe --key deputy").account
    assert (made.id, made.organisation, made.min_initiate) == ("XI-100-1001-0-45", "steppe", 1)
    assert [grant.person for grant in made.add_keys] == ["deputy", "issuer"]
    assert made.add_keys[0].proof == b"XI-100-1001-0-45"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("transfr 1", "Did you mean transfer?"),
        ("transfer 1 --clas TMU", "Did you mean --class?"),
        ("transfer 1 --class", "--class needs a value"),
        ("transfer 1 --class A --class B", "--class is given twice"),
        ("transfer 1 @a stray", "'stray' stands where no value is expected"),
        ("transfer -1", "'-1' is not a whole number"),
        ("transfer 1.5", "'1.5' is not a whole number"),
        ("transfer 18446744073709551616", "above the largest number"),
        ("transition ISSUANCE", "Write it as KIND/ID"),
        ("transition ISUANCE/R1", "Did you mean ISSUANCE?"),
        ("decide 1 maybe", "One of: YES, NO"),
        ("anchor --hash xyz", "sha256:FILE"),
        ("attest --period-from-s 2026-02-30", "there is no such day"),
        ("put-account --organisation.id a --account.id @b", "does not go together"),
        ("anchor --confidential maybe", "stands where no value is expected"),
        ("open-account issuer --number x", "--number needs one whole number"),
    ],
)
def test_a_word_that_does_not_fit_is_refused_with_a_way_out(line: str, said: str) -> None:
    assert said in fault(line)


def test_two_to_the_64_less_one_is_a_quantity() -> None:
    assert make("transfer 18446744073709551615").quantity_t == 2**64 - 1


def test_help_shows_the_comment_of_the_proto_file() -> None:
    rows = {
        flag: (form, note) for flag, form, note in txargs.help_rows(verbs.find("accredit").kind)
    }
    assert rows["--valid-to-s"][1] == "0: no end"
    assert "GRANT" in rows["--operation"][0]
    assert rows["--scopes"][1] == "several: with commas between, or the flag again"
