"""From a report as it was issued to the register as it is known today, to another day, to another report.

Corrections and changes are told apart: what differs between the report and its own day as it is known today was
corrected since; what differs between two days, both as they are known today, changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from orgs.models import Area
from reports.comparing import OF_THE_CALENDAR, Difference, differences
from reports.figures import body_of
from reports.models import Report
from stats.contents import Contents, contents_on
from stats.figures import Scale, coverage_figures


@dataclass(frozen=True)
class State:
    """Figures, as the API answers them, and what they count."""

    title: str
    body: Mapping[str, Any]
    contents: Contents


@dataclass(frozen=True)
class Step:
    """What differs between two states: `name` for the column between them, `title` above the records.

    `since` is when the report was issued whose corrections these are; None for changes between two days.
    """

    name: str
    title: str
    differences: Sequence[Difference]
    since: datetime | None = None


@dataclass(frozen=True)
class Chain:
    """States in their order, and what differs between each and the next."""

    states: Sequence[State]
    steps: Sequence[Step]

    @property
    def columns(self) -> list[str]:
        """The headings of a table of figures: a state, a step, the next state, and so on."""
        found = [self.states[0].title]
        for step, state in zip(self.steps, self.states[1:], strict=True):
            found += [step.name, state.title]
        return found


def chain(report: Report, *, day: date | None = None, other: Report | None = None) -> Chain:
    """From `report` to its own day as it is known today; on to `day`, or to the day of `other` and to `other`.

    Eleven statements for each day.
    """
    own = _known_today(report.as_of, report.area, report.scale)
    states, steps = [_issued(report), own], [_corrections(report, own)]
    later = day or (other and other.as_of)
    if later:
        then = _known_today(later, report.area, report.scale)
        states.append(then)
        steps.append(
            Step(
                name=_("Difference"),
                title=_("What changed between %(first)s and %(second)s")
                % {"first": date_format(report.as_of), "second": date_format(later)},
                differences=differences(own.contents, then.contents, but=OF_THE_CALENDAR),
            )
        )
        if other:
            states.append(_issued(other))
            steps.append(_corrections(other, then))
    return Chain(states, steps)


def _issued(report: Report) -> State:
    return State(_("%(report)s as issued") % {"report": report.number}, report.figures, report.counted)


def _known_today(day: date, area: Area | None, scale: str) -> State:
    return State(
        _("%(day)s as known today") % {"day": date_format(day)},
        body_of(coverage_figures(day, area, Scale(scale))),
        contents_on(day, area, Scale(scale)),
    )


def _corrections(report: Report, known: State) -> Step:
    return Step(
        name=_("Correction"),
        title=_("Corrected since %(report)s was issued") % {"report": report.number},
        differences=differences(report.counted, known.contents),
        since=report.issued_at,
    )
