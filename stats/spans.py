"""Spans of days, and the months, quarters or years into which one is divided."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Interval(models.TextChoices):
    """How long the periods are into which a span is divided."""

    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    YEAR = "year", _("year")


_MONTHS = {Interval.MONTH: 1, Interval.QUARTER: 3, Interval.YEAR: 12}


@dataclass(frozen=True)
class Span:
    """The days from `first` to `last`, both included."""

    first: date
    last: date

    def holds(self, day: date | None) -> bool:
        """Whether `day` is one of them."""
        return day is not None and self.first <= day <= self.last


def periods_of(span: Span, interval: Interval) -> Iterator[tuple[str, Span]]:
    """The periods of `span`, each with its name, the first and the last cut."""
    months = _MONTHS[interval]
    start = span.first.replace(month=(span.first.month - 1) // months * months + 1, day=1)
    while True:
        # In the month after; the last period there is ends with the last day there is.
        following = start.year * 12 + start.month - 1 + months
        year, month = divmod(following, 12)
        last = date.max if year > date.max.year else date(year, month + 1, 1) - timedelta(days=1)
        yield period_of(start, interval), Span(max(start, span.first), min(last, span.last))
        if last >= span.last:
            return
        start = last + timedelta(days=1)


def number_of_periods(span: Span, interval: Interval) -> int:
    """How many periods `periods_of` gives, without making them."""
    months = _MONTHS[interval]
    first, last = ((day.year * 12 + day.month - 1) // months for day in (span.first, span.last))
    return last - first + 1


def period_of(day: date, interval: Interval) -> str:
    """The name of the period in which `day` lies: `2008`, `2008-Q2` or `2008-06`."""
    match interval:
        case Interval.YEAR:
            return f"{day.year:04d}"
        case Interval.QUARTER:
            return f"{day.year:04d}-Q{(day.month + 2) // 3}"
        case Interval.MONTH:
            return f"{day.year:04d}-{day.month:02d}"
