"""The figures of applications over a span of days: what each means, and the function that gives them.

An application lies in the area in which its enterprise lay when it applied. Days are those of the site's time
zone. What is withdrawn, founded and overdue the record tells: it is known for as long as events are kept.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import fmean, median
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from applications.models import DECIDED, OPEN, REVIEWERS_TURN, Application, ApplicationEvent, State
from orgs.models import Area, Initiative, Level, Organization
from orgs.models.area import DIGITS
from stats.figures import Share
from stats.spans import Interval, Span, periods_of


@dataclass(frozen=True)
class DaysToDecide:
    """How many days passed from the day of submission to that of the decision, returns to the applicant included."""

    median: float
    mean: float
    """To one place."""


@dataclass(frozen=True)
class ApplicationNumbers:
    """What happened to applications within a span."""

    received: int
    """Submitted in it; a supplement is no other application."""

    approved: int
    """Approved in it, founded or not by now; one that was taken up again is not, until it is decided again."""

    rejected: int
    """Rejected in it."""

    withdrawn: int
    """Withdrawn in it, by the applicant."""

    founded: int
    """Whose organization was founded in it: the day on which that was entered."""

    days_to_decide: DaysToDecide | None
    """Of those decided in it; None where there are none."""

    overdue: int
    """On its last day, or today where that is sooner: those that should have been decided on a day before, and
    were the reviewers' to decide; none for a span that begins after today."""

    @property
    def decided(self) -> int:
        """Approved and rejected."""
        return self.approved + self.rejected


@dataclass(frozen=True)
class ApplicationFigures:
    """The figures of a span in `area` (None: the whole register)."""

    span: Span
    area: Area | None

    results: Sequence[tuple[str, ApplicationNumbers]]
    """Per period, by its name (`2026`, `2026-Q1`, `2026-01`); the first and the last are cut at the span."""

    total: ApplicationNumbers

    by_area: Sequence[tuple[Area | None, ApplicationNumbers]]
    """Of the whole span per subdistrict within `area`; the last, with None, carries what lies in none of them."""

    on_initiative: Share
    """Of the organizations established in the span, in force or not by now and without community general
    branches, those that the enterprise asked for; in the area in which they lie on its last day."""


def application_figures(span: Span, area: Area | None, interval: Interval, today: date) -> ApplicationFigures:
    """The figures of `span` in `area` (None: the whole register), as they are known `today`.

    Four statements at any size.
    """
    cases = _cases(span, area, today)
    areas = Area.objects.all() if area is None else Area.objects.subtree_of(area)
    subdistricts = list(areas.filter(level=Level.SUBDISTRICT).order_by("code"))
    by_code: dict[str | None, list[_Case]] = {found.code: [] for found in subdistricts}
    nowhere: list[_Case] = []
    for case in cases:
        by_code.get(case.area_code[: DIGITS[Level.SUBDISTRICT]], nowhere).append(case)
    by_area: list[tuple[Area | None, ApplicationNumbers]] = [
        (found, _numbers(by_code[found.code], span, today)) for found in subdistricts
    ]
    return ApplicationFigures(
        span=span,
        area=area,
        results=[
            (name, _numbers(found, period, today))
            for name, period, found in _divided(cases, list(periods_of(span, interval)))
        ],
        total=_numbers(cases, span, today),
        by_area=[*by_area, (None, _numbers(nowhere, span, today))],
        on_initiative=_on_initiative(span, area),
    )


@dataclass
class _Case:
    """What is counted of an application."""

    area_code: str
    state: str
    submitted_on: date
    due_on: date
    decided_on: date | None
    last_on: date | None
    """The day of the last thing that happened, as far as the record reaches back."""

    states: list[tuple[date, str]] = field(default_factory=list)
    """The states to which it came, with their days, in their order; of those that may be overdue in the span."""

    def ended_as(self, state: State, span: Span) -> bool:
        """Whether it came within `span` to `state`, after which nothing happens."""
        return self.state == state and span.holds(self.last_on)

    def is_overdue_on(self, day: date) -> bool:
        """Whether it should have been decided before `day`, and still was the reviewers' to decide in its evening.

        Decided is what names that day or an earlier one as the day of decision, even where it was entered later.
        """
        if self.due_on >= day or (self.decided_on is not None and self.decided_on <= day):
            return False
        by_then = [state for on, state in self.states if on <= day]
        return bool(by_then) and by_then[-1] in REVIEWERS_TURN


def _divided(
    cases: Iterable[_Case], periods: Sequence[tuple[str, Span]]
) -> Iterator[tuple[str, Span, list[_Case]]]:
    """`periods`, each with those of `cases` that count in it: to ask all in all would take a product of both."""
    starts = [period.first for _name, period in periods]
    found: list[list[_Case]] = [[] for _period in periods]
    for case in cases:
        days = (case.submitted_on, case.decided_on, case.last_on)
        places = {bisect_right(starts, day) - 1 for day in days if day is not None}
        if case.states:  # it may be overdue from one day to the other
            end = len(starts) if case.last_on is None else bisect_right(starts, case.last_on)
            end = len(starts) if case.state in OPEN else end
            places |= set(range(bisect_right(starts, case.due_on) - 1, end))
        for place in places:
            if place >= 0:
                found[place].append(case)
    for (name, period), those in zip(periods, found, strict=True):
        yield name, period, those


def _cases(span: Span, area: Area | None, today: date) -> list[_Case]:
    """The applications that count in `span`, or may be overdue in it."""
    latest = ApplicationEvent.objects.filter(application=OuterRef("pk"), number=OuterRef("moves"))
    asked = Application.objects.submitted().annotate(last_at=Subquery(latest.values("at")))
    if area is not None:
        asked = asked.filter(area__in=Area.objects.subtree_of(area))
    lasting = Q(state__in=OPEN) | Q(last_at__date__gte=span.first)
    within = (span.first, span.last)
    # What ended before the span may have been decided in it, by the day that its reviewer named.
    counting = lasting | Q(submitted_on__range=within) | Q(decided_on__range=within)
    rows: Iterable[Any] = asked.filter(counting).values_list(
        "pk", "area__code", "state", "submitted_on", "due_on", "decided_on", "last_at"
    )
    cases = {
        key: _Case(code, state, submitted_on, due_on, decided_on, _day_of(at))
        for key, code, state, submitted_on, due_on, decided_on, at in rows
    }
    late = asked.filter(lasting, due_on__lt=min(span.last, today)).values("pk")
    steps = ApplicationEvent.objects.filter(application__in=late).order_by("application", "number")
    for key, at, state in steps.values_list("application", "at", "to_state"):
        if key in cases:  # one may have come between the two statements
            cases[key].states.append((timezone.localdate(at), state))
    return list(cases.values())


def _day_of(moment: datetime | None) -> date | None:
    return None if moment is None else timezone.localdate(moment)


def _numbers(cases: Iterable[_Case], span: Span, today: date) -> ApplicationNumbers:
    cases = list(cases)
    decided = [case for case in cases if case.state in DECIDED and span.holds(case.decided_on)]
    days = [(case.decided_on - case.submitted_on).days for case in decided if case.decided_on]
    rejected = sum(case.state == State.REJECTED for case in decided)
    day = min(span.last, today)
    return ApplicationNumbers(
        received=sum(span.holds(case.submitted_on) for case in cases),
        approved=len(decided) - rejected,
        rejected=rejected,
        withdrawn=sum(case.ended_as(State.WITHDRAWN, span) for case in cases),
        founded=sum(case.ended_as(State.FOUNDED, span) for case in cases),
        days_to_decide=DaysToDecide(float(median(days)), round(fmean(days), 1)) if days else None,
        overdue=sum(case.is_overdue_on(day) for case in cases) if span.first <= today else 0,
    )


def _on_initiative(span: Span, area: Area | None) -> Share:
    established = Organization.objects.without_community_general_branches().filter(
        established_on__range=(span.first, span.last)
    )
    if area is not None:
        established = established.in_area(area, span.last)
    asked_for = Count("pk", filter=Q(initiated_by=Initiative.ENTERPRISE))
    found = established.aggregate(all=Count("pk"), asked_for=asked_for)
    return Share(found["asked_for"], found["all"])
