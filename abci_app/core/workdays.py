"""Working days of one place, from a list of facts: offsets from UTC, weekend, holidays.

Must not know: the wall clock, time zone tables, programs. Invariant: the answer follows from the
calendar and the time alone; a search ends after DAYS_MAX days.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from abci_app.core import calendar
from abci_app.core.calendar import DAY_S
from abci_app.core.codes import Code, refuse
from abci_app.core.limits import TIME_S_MAX

NOON_S = 43_200
DAYS_MAX = 3_660  # that are looked at for one answer
_THURSDAY = 3  # 1970-01-01; 0 is Monday


@dataclass(frozen=True, slots=True)
class Workdays:
    """The facts of a place.

    `offsets`: (from when in UTC seconds, seconds ahead of UTC), ascending; UTC before the first.
    `weekend`: 0 Monday to 6 Sunday. `holidays`: days since 1970-01-01, ascending.
    """

    offsets: tuple[tuple[int, int], ...] = ()
    weekend: tuple[int, ...] = (5, 6)
    holidays: tuple[int, ...] = ()


def day_of(date: str) -> int:
    """Return the day number of a date like 2026-12-25; ValueError for what is none."""
    time_s = calendar.parse_iso(date)
    if time_s % DAY_S or len(date) != len("2026-12-25"):
        raise ValueError(f"{date!r} is not a date like 2026-12-25")
    return time_s // DAY_S


def offset_at(place: Workdays, time_s: int) -> int:
    """Return how many seconds the place is ahead of UTC at a time."""
    after = bisect_right(place.offsets, time_s, key=lambda row: row[0])
    return place.offsets[after - 1][1] if after else 0


def local(place: Workdays, time_s: int) -> tuple[int, int]:
    """Return the local day number and second of the day."""
    return divmod(time_s + offset_at(place, time_s), DAY_S)


def is_working(place: Workdays, day: int) -> bool:
    """Tell whether a local day is neither weekend nor holiday."""
    if (day + _THURSDAY) % 7 in place.weekend:
        return False
    at = bisect_left(place.holidays, day)
    return at == len(place.holidays) or place.holidays[at] != day


def at_local(place: Workdays, day: int, second: int) -> int:
    """Return the UTC seconds of a local time.

    The earlier one where the clocks were set back over it. A time that they were set forward over
    is counted with the offset before.
    """
    wanted = day * DAY_S + second
    before = 0
    for from_s, offset in place.offsets:
        if wanted - before < from_s:  # the offset before still counts at that moment
            break
        if wanted - offset < from_s:  # set forward over it
            break
        before = offset
    return wanted - before


def nth_working_day(place: Workdays, now_s: int, n: int, second: int = NOON_S) -> int:
    """Return a second of the n-th working day after the local day of now; n from 1, UTC seconds.

    QUANTITY_OVERFLOW when there is none within DAYS_MAX days, or it lies beyond the year 9999.
    """
    assert n >= 1, "the first working day after today is number 1"
    today, _ = local(place, now_s)
    left = n
    for day in range(today + 1, today + 1 + DAYS_MAX):
        left -= is_working(place, day)
        if not left:
            result = at_local(place, day, second)
            if result > TIME_S_MAX:
                refuse(Code.QUANTITY_OVERFLOW, "the day lies beyond the year 9999")
            return result
    refuse(Code.QUANTITY_OVERFLOW, f"the calendar has no {n} working days in {DAYS_MAX} days")


def delayed_until(place: Workdays, now_s: int, days: int, noon_s: int = NOON_S) -> int:
    """Return when an act with a delay in working days takes effect, in UTC seconds.

    Before noon of a working day that day's acts go first: noon of the `days`-th working day after
    it; from noon on, and on any other day, noon of the one after that.
    """
    today, second = local(place, now_s)
    in_time = is_working(place, today) and second < noon_s
    return nth_working_day(place, now_s, days if in_time else days + 1, noon_s)


def next_working_noon(place: Workdays, now_s: int, noon_s: int = NOON_S) -> int:
    """Return noon of the next working day, or of the second one for what came too late today."""
    return delayed_until(place, now_s, 1, noon_s)
