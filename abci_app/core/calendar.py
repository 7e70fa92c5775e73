"""Dates from seconds, in integers: the proleptic Gregorian calendar, UTC.

Must not know: the wall clock. Invariant: months are added with clamping to the end of the month
(domain E, F-10).
"""

from abci_app.core.codes import Code, refuse
from abci_app.core.limits import TIME_S_MAX

DAY_S = 86_400


def civil(time_s: int) -> tuple[int, int, int]:
    """Return (year, month, day) of a time in UTC seconds."""
    days = time_s // DAY_S + 719_468  # days since 0000-03-01
    era = days // 146_097
    day_of_era = days - era * 146_097
    year_of_era = (
        day_of_era - day_of_era // 1_460 + day_of_era // 36_524 - day_of_era // 146_096
    ) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153  # 0 is March
    day = day_of_year - (153 * shifted + 2) // 5 + 1
    month = shifted + 3 if shifted < 10 else shifted - 9
    year = year_of_era + era * 400 + (1 if month <= 2 else 0)
    return year, month, day


def seconds(year: int, month: int, day: int) -> int:
    """Return 00:00:00 UTC of a date, in seconds."""
    shifted_year = year - 1 if month <= 2 else year
    era = shifted_year // 400
    year_of_era = shifted_year - era * 400
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    return (era * 146_097 + day_of_era - 719_468) * DAY_S


def month_days(year: int, month: int) -> int:
    """Return the number of days of a month."""
    if month == 2:
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return 29 if leap else 28
    return 30 if month in (4, 6, 9, 11) else 31


def add_months(time_s: int, months: int) -> int:
    """Return 00:00:00 UTC of the calendar date `months` later, clamped to the end of its month.

    A term of 24 months from any second of 2026-02-01 ends at 2028-02-01T00:00:00Z.
    """
    year, month, day = civil(time_s)
    index = year * 12 + month - 1 + months
    year, month = index // 12, index % 12 + 1
    result = seconds(year, month, min(day, month_days(year, month)))
    if result > TIME_S_MAX:
        refuse(Code.QUANTITY_OVERFLOW, "the date lies beyond the year 9999")
    return result


def iso(time_s: int) -> str:
    """Return the time as `2028-02-01T00:00:00Z`."""
    year, month, day = civil(time_s)
    second = time_s % DAY_S
    return (
        f"{year:04}-{month:02}-{day:02}"
        f"T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z"
    )


def parse_iso(text: str) -> int:
    """Return the seconds of `2028-02-01` or `2028-02-01T10:00:00Z`; else ValueError."""
    date, _, clock = text.partition("T")
    parts = date.split("-")
    if [len(part) for part in parts] != [4, 2, 2] or not "".join(parts).isdigit():
        raise ValueError(f"{text!r} is not a date like 2028-02-01 or 2028-02-01T10:00:00Z")
    year, month, day = (int(part) for part in parts)
    if not (1 <= month <= 12 and 1 <= day <= month_days(year, month)):
        raise ValueError(f"{text!r}: there is no such day")
    result = seconds(year, month, day)
    if clock or text.endswith("T"):
        fields = clock.removesuffix("Z").split(":")
        if [len(f) for f in fields] != [2, 2, 2] or not (
            "".join(fields).isdigit() and clock[-1] == "Z"
        ):
            raise ValueError(f"{text!r} is not a time like 2028-02-01T10:00:00Z")
        hour, minute, second = (int(f) for f in fields)
        if hour > 23 or minute > 59 or second > 59:
            raise ValueError(f"{text!r}: there is no such time")
        result += hour * 3_600 + minute * 60 + second
    return result
