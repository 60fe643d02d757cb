"""Series: what entered and left the stocks, period by period.

The stocks are those of `stats.figures`: `OrganizationFigures.total`, `MemberFigures.total` and
`EnterpriseFigures.operating`. The definitions of the flows are those of docs/api.md.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from orgs.models import Area
from stats.flows import ELSEWHERE, INSIDE, Question, Stays
from stats.spans import Interval, Span, period_of, periods_of


@dataclass(frozen=True)
class Flows:
    """How a stock became another within a period: opening + entered - left + moved in - moved out = closing.

    Each is the sum over the days of the period, so what enters and leaves within it counts as both.
    """

    opening: int
    """The stock in the area on the day before the period."""

    entered: int
    """Counted on a day, and nowhere in the register on the day before."""

    left: int
    """No longer counted anywhere on a day, but in the area on the day before."""

    moved_in: int
    """Counted on both days, but only on the second in the area: before in another area or in none."""

    moved_out: int
    """Counted on both days, but only on the first in the area."""

    closing: int
    """The stock in the area on the last day of the period."""


@dataclass(frozen=True)
class PeriodFlows:
    """The flows of one period; `span` holds the days of it that were asked for."""

    period: str
    """Its name: `2008`, `2008-Q2` or `2008-06`."""

    span: Span

    organizations: Flows
    """In force with a counted kind; a change from one such kind to another is no flow."""

    members: Flows
    """Full and probationary, with such an organization; a change from one to the next is no flow of the whole
    register, and where they lie in two areas a move."""

    enterprises: Flows
    """Operating and non-public."""


def series_figures(span: Span, area: Area | None, interval: Interval) -> list[PeriodFlows]:
    """The flows in `area` (None: the whole register) in each period of `span`, the first and the last cut.

    The closing stocks are those that `coverage_figures` gives for the last days. Three statements, in an area
    four, however many periods there are.
    """
    question = Question(span.last, area)
    periods = list(periods_of(span, interval))
    organizations, members, enterprises = (
        _flows(stays, span.first, interval, [name for name, _days in periods])
        for stays in (question.organizations(), question.members(), question.enterprises())
    )
    return [
        PeriodFlows(name, days, next(organizations), next(members), next(enterprises))
        for name, days in periods
    ]


def _flows(stays: Stays, first: date, interval: Interval, periods: list[str]) -> Iterator[Flows]:
    """The flows of each of `periods`; all that happened before `first` makes the opening of the first one."""
    before = ""
    entered: Counter[str] = Counter()
    left: Counter[str] = Counter()
    moved_in: Counter[str] = Counter()
    moved_out: Counter[str] = Counter()

    first_day = first.isoformat()

    @cache
    def period_of_month(month: str) -> str:
        return period_of(date.fromisoformat(f"{month}-01"), interval)

    def period(day: str) -> str:
        return before if day < first_day else period_of_month(day[:7])

    for day, count in stays.starts.items():
        entered[period(day)] += count
    for day, count in stays.finishes.items():
        left[period(day)] += count
    for (day, came, went), count in stays.moves.items():
        # A start or a finish that the day before or the day itself shows to be none.
        name = period(day)
        if went == INSIDE:
            entered[name] -= count
        if came == INSIDE:
            left[name] -= count
        if came == ELSEWHERE:
            moved_in[name] += count
        if went == ELSEWHERE:
            moved_out[name] += count

    stock = 0
    for name in (before, *periods):
        closing = stock + entered[name] - left[name] + moved_in[name] - moved_out[name]
        if name != before:
            yield Flows(stock, entered[name], left[name], moved_in[name], moved_out[name], closing)
        stock = closing
