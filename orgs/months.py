"""Deadlines in months: the day that lies so many months after another."""

from calendar import monthrange
from datetime import date


def months_after(day: date, months: int) -> date:
    """The day `months` after `day`; where that month is too short, its last day.

    A deadline of three months from 30 November ends on the last day of February.
    """
    place = day.year * 12 + day.month - 1 + months
    year, month = place // 12, place % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
