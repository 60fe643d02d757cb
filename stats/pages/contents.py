"""What the dashboard and the leaders' view show, asked of the figure functions and made ready for templates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.models import Stage
from orgs.models import Area, Level
from orgs.modes import Mode
from stats.admissions import people_on_the_way
from stats.applications import ApplicationFigures, application_figures
from stats.away import Away, rows_away
from stats.comparison import numbers_in
from stats.figures import coverage_by_area, coverage_by_scale
from stats.growth import growth_figures
from stats.pages.area_table import BY_CODE, AreaTable, area_table
from stats.pages.asking import scope_of
from stats.pages.changes import Change, ComparingForm, change_of, change_of_rate
from stats.pages.lists import Lists, Number, Place
from stats.practices import practice_figures
from stats.spans import Interval, Span

LEVELS = tuple(Level)


@dataclass(frozen=True)
class Detail:
    """A figure by its name, on the day and on the day to compare with, and the change."""

    code: str
    label: str
    now: Number
    before: int
    change: Change


@dataclass(frozen=True)
class Part:
    """A part of something counted; its share of the whole, None where there is nothing."""

    label: str
    number: Number
    share: float | None = None


@dataclass(frozen=True)
class Year:
    """The organizations formed in a year, and until its end."""

    year: int
    formed: Number
    cumulative: Number


class Contents:
    """What is shown of the day, area and scale of `form`.

    Eight statements to begin with; twelve for who sees an area alone.
    """

    def __init__(self, request: HttpRequest, form: ComparingForm) -> None:
        self.asked = form.asked
        self.other_day = form.other_day
        self.today = timezone.localdate()
        self.sort = form.cleaned_data.get("sort") or BY_CODE
        day, area = self.asked.day, self.asked.area
        self.now = coverage_by_scale(day, area)
        self.before = coverage_by_scale(self.other_day, area)
        self.figures = self.now[self.asked.scale]
        self.away = rows_away(day, area, scope_of(request), self.today)
        self.lists = Lists(request.user, day, self.away)
        self.place = Place(area)

    def headline(self) -> dict[str, Any]:
        """What both pages show, by its name in the templates."""
        now, before = self.figures, self.before[self.asked.scale]
        details = {detail.code: detail for detail in self.details()}
        return {
            "asked": self.asked,
            "leaders_address": reverse("dashboard_leaders", query=self.query()),
            "other_day": self.other_day,
            "figures": now,
            "organizations": details["organizations.total"],
            "members": details["members.total"],
            "organizational_change": change_of_rate(now.organizational, before.organizational),
            "work_change": change_of_rate(now.work, before.work),
            "modes": list(self.modes()),
            "in_scale": self._number(f"enterprises.{self.asked.scale}.in_scale", now.enterprises.in_scale),
            "by_area": self.by_area(),
            "details": list(details.values()),
            "honours": [detail for code, detail in details.items() if code.startswith("designations.")],
            "practices": list(self.practices()),
            "away": list(_said(self.away)),
        }

    def query(self) -> dict[str, str]:
        """The parameters by which this is asked for again."""
        query = {"as_of": self.asked.day.isoformat(), "compared_with": self.other_day.isoformat()}
        if self.asked.area is not None:
            query["area"] = self.asked.area.code
        return {**query, "scale": self.asked.scale.value}

    def details(self) -> Iterator[Detail]:
        """Every counted figure, in the order of the report."""
        before = numbers_in(self.before)
        for code, (label, value) in numbers_in(self.now).items():
            then = before[code][1]
            yield Detail(code, label, self._number(code, value), then, change_of(value, then))

    def modes(self) -> Iterator[Part]:
        """The enterprises to cover by mode, and their share of all of them."""
        whole = self.figures.enterprises.in_scale
        for mode, count in self.figures.enterprises.by_mode.items():
            number = self._number(f"enterprises.{self.asked.scale}.{mode}", count)
            yield Part(capfirst(str(Mode(mode).label)), number, count / whole if whole else None)

    def by_area(self) -> AreaTable | None:
        """The figures per area of the next level of which there are any; None beneath a community. Six statements."""
        level = self._level_below()
        if level is None:
            return None
        day, area, scale = self.asked.day, self.asked.area, self.asked.scale
        return area_table(
            coverage_by_area(day, area, level, scale), self.figures,
            level=level, lists=self.lists, sort=self.sort, asked=self.query(),
        )  # fmt: skip

    def practices(self) -> Iterator[Part]:
        """The practices, and those of them that are public. One statement."""
        found = practice_figures(self.asked.day, self.asked.area)
        yield Part(_("Practices told by then"), self._number("practices.told", found.told))
        yield Part(_("Of them shown on the public site"), self._number("practices.public", found.public))

    def growth(self) -> Iterator[Year]:
        """The organizations formed by year. One statement."""
        for found in growth_figures(self.asked.day, self.asked.area):
            yield Year(
                found.year,
                self.lists.established(found.year, found.formed, self.place),
                self.lists.established(found.year, found.cumulative, self.place, or_before=True),
            )

    def stages(self) -> Iterator[Part]:
        """People by the stage that they have reached. One statement."""
        counts = people_on_the_way(self.asked.day, self.asked.area)
        members = self.figures.members
        for stage, count in {
            **counts, Stage.PROBATIONARY: members.probationary, Stage.FULL: members.full,
        }.items():  # fmt: skip
            yield Part(capfirst(str(stage.label)), self._number(f"members.{stage}", count))

    def applications(self) -> ApplicationFigures:
        """The applications of the day's year and of the year before, by quarter. Four statements."""
        day = self.asked.day
        first = date(max(day.year - 1, date.min.year), 1, 1)
        return application_figures(Span(first, day), self.asked.area, Interval.QUARTER, self.today)

    def _number(self, code: str, value: int) -> Number:
        return self.lists.behind(code, value, self.place)

    def _level_below(self) -> Level | None:
        """The next level with areas; of the whole register that of subdistricts, as on the home page."""
        area = self.asked.area
        first = LEVELS.index(Level.SUBDISTRICT) if area is None else LEVELS.index(Level(area.level)) + 1
        areas = Area.objects.all() if area is None else Area.objects.subtree_of(area)
        found = set(areas.order_by().values_list("level", flat=True).distinct())
        return next((level for level in LEVELS[first:] if level in found), None)


def _said(away: Away) -> Iterator[str]:
    """How many rows the user does not see today, in words."""
    organizations, enterprises = sum(away.organizations.values()), sum(away.enterprises.values())
    people = sum(away.members.values()) + away.on_the_way
    if organizations:
        text = ngettext("%(count)d organization", "%(count)d organizations", organizations)
        yield text % {"count": organizations}
    if enterprises:
        yield ngettext("%(count)d enterprise", "%(count)d enterprises", enterprises) % {"count": enterprises}
    if people:
        yield ngettext("%(count)d person", "%(count)d people", people) % {"count": people}
