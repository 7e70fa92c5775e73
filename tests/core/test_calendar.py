"""Dates in integers, against the calendar of the standard library."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abci_app.core import calendar
from abci_app.core.codes import Code, Refusal
from abci_app.core.limits import TIME_S_MAX

TIMES = st.integers(0, TIME_S_MAX)


def day(text: str) -> int:
    return calendar.parse_iso(text)


@given(TIMES)
def test_dates_are_those_of_the_standard_library(time_s: int) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=time_s)
    assert calendar.civil(time_s) == (moment.year, moment.month, moment.day)
    assert calendar.iso(time_s) == moment.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
    assert calendar.seconds(moment.year, moment.month, moment.day) == time_s - time_s % 86_400


@given(TIMES)
def test_a_time_is_read_back_from_its_text(time_s: int) -> None:
    assert calendar.parse_iso(calendar.iso(time_s)) == time_s


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-02-01", 24, "2028-02-01"),
        ("2026-02-01T23:59:59Z", 24, "2028-02-01"),  # any second of a day ends on the same date
        ("2026-08-31", 24, "2028-08-31"),
        ("2026-08-31", 6, "2027-02-28"),  # clamped to the end of the month
        ("2027-08-31", 6, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2096-02-29", 48, "2100-02-28"),  # no leap year
        ("2025-12-31", 2, "2026-02-28"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-11-30", 1, "2026-12-30"),
        ("2026-05-31", 1, "2026-06-30"),
        ("2026-03-15", 0, "2026-03-15"),
    ],
)
def test_months_are_added_with_clamping_to_the_end_of_the_month(
    start: str, months: int, end: str
) -> None:
    assert calendar.add_months(day(start), months) == day(end)


@given(st.integers(0, day("8000-01-01")), st.integers(0, 1200))
def test_added_months_are_the_same_day_or_the_last_of_its_month(time_s: int, months: int) -> None:
    year, month, number = calendar.civil(time_s)
    later = calendar.civil(calendar.add_months(time_s, months))
    assert (later[0] * 12 + later[1]) - (year * 12 + month) == months
    assert later[2] == min(number, calendar.month_days(later[0], later[1]))


def test_a_date_beyond_the_year_9999_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        calendar.add_months(day("9999-12-01"), 1)
    assert caught.value.code == Code.QUANTITY_OVERFLOW


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-2-1",
        "2026-02-30",
        "2025-02-29",
        "2026-13-01",
        "2026-00-10",
        "2026-02-01T",
        "2026-02-01T10:00",
        "2026-02-01T10:00:00",
        "2026-02-01T24:00:00Z",
        "2026-02-01T10:60:00Z",
        "2026-02-01 10:00:00Z",
        "2026-02-01T10:00:00Z ",
        "20-26-0201",
    ],
)
def test_what_is_not_a_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a|there is no such"):
        calendar.parse_iso(text)
