"""Every number of codes.proto says what it states and what to do."""

from abci_app.core import codes
from abci_app.core.codes import Code


def test_every_code_has_a_meaning_and_a_next_step() -> None:
    numbers = Code.DESCRIPTOR.values_by_number
    assert sorted(codes.MEANINGS) == sorted(numbers)
    for number in numbers:
        assert codes.meaning(number)
        assert codes.next_step(number) or number == Code.OK


def test_names_are_those_of_the_protocol_and_unknown_numbers_show_as_such() -> None:
    assert codes.code_name(402) == "CAP_EXCEEDED"
    assert codes.code_name(4711) == "4711"
    assert codes.meaning(4711) == "This build does not know the code."
    assert "Update" in codes.next_step(4711)


def test_a_refusal_reads_as_its_code_and_place() -> None:
    assert str(codes.Refusal(402, "5 left")) == "CAP_EXCEEDED: 5 left"
    assert str(codes.Refusal(402)) == "CAP_EXCEEDED"
