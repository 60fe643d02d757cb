"""Days by lot."""

from datetime import date
from random import Random


def day_between(lot: Random, first: date, last: date) -> date:
    """A day from `first` to `last`, both included; `first` where they cross."""
    span = (last - first).days
    return first if span <= 0 else date.fromordinal(first.toordinal() + int(lot.random() * (span + 1)))


def days_before(lot: Random, day: date, least: int, most: int) -> date:
    """A day that lies `least` to `most` days before `day`."""
    return date.fromordinal(day.toordinal() - least - int(lot.random() * (most - least + 1)))
