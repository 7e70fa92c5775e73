"""Working days: the times of the rules, clocks set forward and back, holidays, bounds."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abci_app.core import calendar, workdays
from abci_app.core.codes import Code, Refusal
from abci_app.core.limits import TIME_S_MAX
from abci_app.core.workdays import DAYS_MAX, Workdays, day_of

HOUR = 3_600


def last_sunday(year: int, month: int) -> datetime:
    """01:00 UTC of the last Sunday of March or October, when clocks are changed."""
    day = datetime(year, month, 31, 1, tzinfo=UTC)
    return day - timedelta(days=(day.weekday() + 1) % 7)


def offset_h(moment: datetime) -> int:
    """Hours ahead of UTC in Brussels, by the rule and not by a list."""
    year = moment.year
    return 2 if last_sunday(year, 3) <= moment < last_sunday(year, 10) else 1


def changes(first: int, last: int) -> tuple[tuple[int, int], ...]:
    """The same as a list, for some years."""
    rows = [(0, HOUR)]
    for year in range(first, last + 1):
        rows.append((int(last_sunday(year, 3).timestamp()), 2 * HOUR))
        rows.append((int(last_sunday(year, 10).timestamp()), HOUR))
    return tuple(rows)


BRUSSELS = Workdays(changes(2025, 2030), (5, 6), (day_of("2026-12-25"), day_of("2027-01-01")))


def at(text: str) -> int:
    """UTC seconds of a local time in Brussels."""
    wall = datetime.fromisoformat(text).replace(tzinfo=UTC)
    (moment,) = (
        wall - timedelta(hours=hours)
        for hours in (1, 2)
        if offset_h(wall - timedelta(hours=hours)) == hours
    )
    return int(moment.timestamp())


@pytest.mark.parametrize(
    ("proposed", "executed"),
    [
        ("2026-09-21T11:30", "2026-09-22T12:00"),  # Monday -> Tuesday
        ("2026-09-21T13:00", "2026-09-23T12:00"),  # Monday afternoon -> Wednesday
        ("2026-09-25T12:30", "2026-09-29T12:00"),  # Friday afternoon -> Tuesday
        ("2026-09-25T11:59:59", "2026-09-28T12:00"),
        ("2026-09-25T12:00", "2026-09-29T12:00"),  # the boundary second belongs to what follows
        ("2026-09-26T09:00", "2026-09-29T12:00"),  # Saturday: the second working day
        ("2026-09-27T23:59:59", "2026-09-29T12:00"),
        ("2026-09-28T00:00", "2026-09-29T12:00"),
        ("2026-12-24T10:00", "2026-12-28T12:00"),  # over Christmas and a weekend
        ("2026-12-24T12:00", "2026-12-29T12:00"),
        ("2026-12-25T10:00", "2026-12-29T12:00"),  # a holiday is no working day
        ("2026-10-23T10:00", "2026-10-26T12:00"),  # the clocks are set back in between
        ("2027-03-26T10:00", "2027-03-29T12:00"),  # and forward
    ],
)
def test_a_transfer_takes_effect_at_noon_of_a_working_day(proposed: str, executed: str) -> None:
    assert workdays.next_working_noon(BRUSSELS, at(proposed)) == at(executed)


@pytest.mark.parametrize(
    ("approved", "n", "active"),
    [
        ("2026-09-21T00:00", 4, "2026-09-25T12:00"),  # Monday -> Friday
        ("2026-09-21T23:59:59", 4, "2026-09-25T12:00"),
        ("2026-09-22T10:00", 4, "2026-09-28T12:00"),
        ("2026-09-26T10:00", 1, "2026-09-28T12:00"),
        ("2026-12-22T10:00", 4, "2026-12-29T12:00"),
    ],
)
def test_a_trusted_account_becomes_active_at_noon_of_the_nth_working_day(
    approved: str, n: int, active: str
) -> None:
    assert workdays.nth_working_day(BRUSSELS, at(approved), n) == at(active)


def test_a_delay_of_more_days_counts_on() -> None:
    assert workdays.delayed_until(BRUSSELS, at("2026-09-21T11:30"), 3) == at("2026-09-24T12:00")
    assert workdays.delayed_until(BRUSSELS, at("2026-09-21T12:30"), 3) == at("2026-09-25T12:00")
    early = workdays.delayed_until(BRUSSELS, at("2026-09-21T09:59"), 1, 10 * HOUR)
    assert early == at("2026-09-22T10:00")
    assert workdays.nth_working_day(BRUSSELS, at("2026-09-21T09:00"), 1, 0) == at("2026-09-22")


@given(st.integers(at("2025-02-01"), at("2030-12-01")), st.integers(1, 30))
def test_the_answer_is_that_of_counting_day_by_day(now_s: int, n: int) -> None:
    moment = datetime.fromtimestamp(now_s, UTC)
    day = (moment + timedelta(hours=offset_h(moment))).date()
    assert (
        workdays.local(BRUSSELS, now_s)[0] == (day - datetime(1970, 1, 1, tzinfo=UTC).date()).days
    )
    left = n
    while left:
        day += timedelta(days=1)
        free = day.isoformat() in ("2026-12-25", "2027-01-01") or day.weekday() > 4
        left -= not free
    assert workdays.nth_working_day(BRUSSELS, now_s, n) == at(f"{day.isoformat()}T12:00")


@given(st.integers(at("2025-02-01"), at("2030-12-01")))
def test_a_local_time_is_the_same_moment_again_but_for_the_hour_that_comes_twice(
    now_s: int,
) -> None:
    day, second = workdays.local(BRUSSELS, now_s)
    assert now_s - workdays.at_local(BRUSSELS, day, second) in (0, HOUR)


def test_an_hour_that_comes_twice_or_never() -> None:
    back, forward = day_of("2026-10-25"), day_of("2026-03-29")
    half_past = 2 * HOUR + 1_800
    first = calendar.parse_iso("2026-10-25T00:30:00Z")
    assert workdays.at_local(BRUSSELS, back, half_past) == first
    skipped = calendar.parse_iso("2026-03-29T01:30:00Z")  # as if the clocks stood on
    assert workdays.at_local(BRUSSELS, forward, half_past) == skipped
    assert workdays.local(BRUSSELS, skipped) == (forward, 3 * HOUR + 1_800)


def test_without_offsets_it_is_utc_and_west_of_it_days_begin_later() -> None:
    utc = Workdays(weekend=())
    assert workdays.next_working_noon(utc, 0) == 86_400 + 43_200
    west = Workdays(((0, -5 * HOUR),), weekend=())
    assert workdays.local(west, 0) == (-1, 19 * HOUR)
    assert workdays.next_working_noon(west, 0) == 43_200 + 5 * HOUR + 86_400


def test_a_search_ends() -> None:
    never = Workdays(weekend=tuple(range(7)))
    for place, now_s, n in ((never, 0, 1), (Workdays(), 0, DAYS_MAX), (Workdays(), TIME_S_MAX, 1)):
        with pytest.raises(Refusal) as caught:
            workdays.nth_working_day(place, now_s, n)
        assert caught.value.code == Code.QUANTITY_OVERFLOW
    with pytest.raises(AssertionError):
        workdays.nth_working_day(Workdays(), 0, 0)


@pytest.mark.parametrize("text", ["2026-02-30", "2026-12-25T00:00:00Z", "2026-1-1", ""])
def test_a_holiday_is_a_date(text: str) -> None:
    with pytest.raises(ValueError, match=r"day|date"):
        day_of(text)
