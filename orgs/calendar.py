"""Months and years on the calendar: how deadlines, terms and least times are counted.

`months_later` is the last day in time of what is to be done within so many months; `months_completed` and
`years_completed` are the first day behind whole ones, which is the end of a period (exclusive).
"""

from calendar import monthrange
from datetime import date, timedelta

MONTHS_OF_A_YEAR = 12


def months_later(day: date, months: int) -> date:
    """The day of the same number `months` later, or the last of that month where it has none.

    This is the last day of a time limit of `months` that runs from `day` (Civil Code of the PRC, Art. 202).
    The calendar ends with `date.max`, which stands for every later day.
    """
    year, month = _month_later(day, months)
    if year > date.max.year:
        return date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def months_completed(day: date, months: int) -> date:
    """The first day on which `months` whole months have passed that began with `day`.

    The day of the same number, or the first of the next month where it has none: a year from 29 February is
    over on 1 March.
    """
    later = months_later(day, months)
    return later if later.day == day.day or later == date.max else later + timedelta(days=1)


def years_completed(day: date, years: int) -> date:
    """The first day behind `years` whole ones that began with `day`; earlier than `day` by them where negative."""
    return months_completed(day, years * MONTHS_OF_A_YEAR)


def _month_later(day: date, months: int) -> tuple[int, int]:
    years, month = divmod(day.month - 1 + months, MONTHS_OF_A_YEAR)
    return day.year + years, month + 1
