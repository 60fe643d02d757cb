"""Days that a rule counts from another day."""

from datetime import date


def years_after(day: date, years: int) -> date:
    """The same day of the year `years` later (earlier, where negative): a span of whole years from `day` ends on it.

    29 February becomes 1 March where there is none, for an end is the first day behind the span.
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
