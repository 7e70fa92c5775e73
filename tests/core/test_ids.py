"""Ids and account ids: what is well formed, and check digits that catch a wrong digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abci_app.core import ids
from abci_app.core.codes import Code, Refusal
from tests.strategies import account_ids, record_ids

PUBLISHED = (  # registry, type, number, period, check digits of the data exchange standards
    ("UK", 100, 10000056, 0, 72),
    ("UK", 100, 10000025, 0, 33),
    ("UK", 100, 50001, 2, 11),
    ("KZ", 100, 1000001, 1, 80),
)


@pytest.mark.parametrize(("registry", "code", "number", "period", "check"), PUBLISHED)
def test_check_digits_are_those_of_the_published_samples(
    registry: str, code: int, number: int, period: int, check: int
) -> None:
    assert ids.check_digits(registry, code, number, period) == check
    text = f"{registry}-{code}-{number}-{period}-{check}"
    assert ids.parse_account_id(text) == ids.AccountId(registry, code, number, period)


@given(account_ids)
def test_an_account_id_is_read_back_as_what_was_written(account: ids.AccountId) -> None:
    assert ids.parse_account_id(str(account)) == account
    assert len(str(account)) <= 32


@given(account_ids, st.integers(0, 14), st.integers(1, 9))
def test_one_wrong_digit_of_the_number_is_caught(
    account: ids.AccountId, place: int, shift: int
) -> None:
    digits = list(str(account.number))
    place %= len(digits)
    digits[place] = str((int(digits[place]) + shift) % 10)
    parts = str(account).split("-")
    parts[2] = "".join(digits)
    with pytest.raises(ValueError, match=r"check digits|number must|not of the form"):
        ids.parse_account_id("-".join(parts))


@given(account_ids, st.integers(0, 13))
def test_two_swapped_neighbour_digits_are_caught(account: ids.AccountId, place: int) -> None:
    digits = str(account.number)
    place %= len(digits)
    swapped = digits[:place] + digits[place : place + 2][::-1] + digits[place + 2 :]
    if swapped == digits:
        return
    with pytest.raises(ValueError, match=r"check digits|number must|not of the form"):
        ids.parse_account_id(str(account).replace(f"-{digits}-", f"-{swapped}-", 1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "XI-100-1001-0",
        "XI-100-1001-0-00-1",
        "xi-100-1001-0-57",
        "X1-100-1001-0-57",
        "XI-99-1001-0-57",
        "XI-1000-1001-0-57",
        "XI-100-0-0-57",
        "XI-100-01001-0-57",
        "XI-100-1001-100-57",
        "XI-100-+1001-0-57",
        "XI-100-1_001-0-57",
        "XI-100-١٠٠١-0-57",  # noqa: RUF001 - Arabic digits, which int() would take
        "XI-100-1000000000000000-0-01",
        "XI-100-" + "9" * 5000 + "-0-01",
    ],
)
def test_what_is_not_an_account_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not of the form|number must|check digits"):
        ids.parse_account_id(text)


@given(record_ids)
def test_short_ascii_words_are_ids(text: str) -> None:
    assert ids.is_id(text)


@pytest.mark.parametrize(
    "text", ["", "-a", ".a", "_a", "a b", "ä", "a/b", "a" * 33, "a\n", "A1\u200b"]
)
def test_other_words_are_no_ids(text: str) -> None:
    assert not ids.is_id(text)
    with pytest.raises(Refusal) as caught:
        ids.need_id(text, "the.field")
    assert caught.value.code == Code.ACTION_SHAPE
    assert caught.value.detail.startswith("the.field")


def test_a_country_is_two_capital_letters() -> None:
    assert ids.is_country("KZ")
    assert not any(map(ids.is_country, ("", "K", "kz", "KAZ", "K1", "ÖÄ")))
