"""Enterprises in scale without an organization, their own or a joint one: which they are on a day, and what they need.

They are those that `stats.figures.coverage_figures` counts under an instructor, a community general branch, and none.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from members.models import Member
from orgs.formation import Formation, formation_rules_on
from orgs.models import Area, Enterprise, Scope
from orgs.models.enterprise import EnterpriseQuerySet
from orgs.modes import Mode, behind, mode_on
from stats.figures import Scale


@dataclass(frozen=True)
class Gap:
    """An enterprise without an organization on a day."""

    uscc: str
    name: str

    area_code: str | None
    """The area in which it lies on the day."""

    full_members: int
    """Members full on the day whose current employer it is, wherever their organizational relation is."""

    mode: Mode
    """How it is reached meanwhile: by an instructor, a community general branch, or not at all."""

    recommended: Formation
    """What the numbers of policy of the day ask for, with so many full members (orgs.formation)."""


@dataclass(frozen=True)
class Gaps:
    """The gaps of `day` among `enterprises`: those with most full members first, then by credit code."""

    day: date
    enterprises: EnterpriseQuerySet

    def within(self, scope: Scope, today: date) -> "Gaps":
        """Those of enterprises that somebody with `scope` sees `today`."""
        return replace(self, enterprises=self.enterprises.within(scope, today))

    def count(self) -> int:
        """How many there are, in one statement."""
        return self.enterprises.count()

    def __getitem__(self, page: slice) -> list[Gap]:
        """The gaps at the places of `page`, in two statements."""
        return list(self._described(self._ordered()[page]))

    def __iter__(self) -> Iterator[Gap]:
        """All of them, in two statements."""
        return self._described(self._ordered())

    def _ordered(self) -> Any:
        full = Member.objects.full_on(self.day).filter(employer=OuterRef("pk")).order_by()
        number = full.values("employer").annotate(number=Count("pk")).values("number")
        counted = self.enterprises.annotate(full_members=Coalesce(Subquery(number), 0))
        return counted.order_by("-full_members", "uscc")

    def _described(self, enterprises: Any) -> Iterator[Gap]:
        rules = formation_rules_on(self.day)
        rows = enterprises.with_area_on(self.day).annotate(mode=mode_on(self.day))
        for uscc, name, area_code, full_members, mode in rows.values_list(
            "uscc", "name", "area_code", "full_members", "mode"
        ):
            yield Gap(uscc, name, area_code, full_members, Mode(mode), rules.asked_for(full_members))


def gaps_on(day: date, area: Area | None, scale: Scale) -> Gaps:
    """The gaps of `day` in `area` (None: the whole register) among the enterprises that `scale` measures against.

    There are as many as `coverage_figures` of the same question counts without an organization.
    """
    enterprises = Enterprise.objects.non_public().operating_on(day).filter(behind(Mode.JOINT, day))
    if scale == Scale.ABOVE:
        enterprises = enterprises.above_scale_on(day)
    if area is not None:
        enterprises = enterprises.in_area(area, day)
    return Gaps(day, enterprises)
