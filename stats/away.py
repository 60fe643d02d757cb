"""Rows that count in an area on a day, and lie outside a user's part of the register today.

Figures are those of the day; lists end at what the user sees today (docs/adr, who sees what). Where a row has
moved away since, a figure has a row more than its list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from members.models import Member, Membership
from orgs.models import Area, Enterprise, EnterpriseArea, Organization, OrganizationArea, Scope
from orgs.periods import holds_on
from stats.admissions import on_the_way_in


@dataclass(frozen=True)
class Away:
    """How many rows a user does not see today, by the code of the area in which they lay on a day."""

    organizations: Mapping[str, int] = field(default_factory=dict)
    enterprises: Mapping[str, int] = field(default_factory=dict)

    members: Mapping[str, int] = field(default_factory=dict)
    """People, by the area of the organization to which they belonged on the day."""

    on_the_way: int = 0
    """People on their way into the Party, wherever in the area they lay."""


def rows_away(day: date, area: Area | None, scope: Scope, today: date) -> Away:
    """Those that lay in `area` on `day`, and are not in `scope` today.

    Four statements, whatever they find; none for who sees everything, from whom nothing moves away.
    """
    if scope.everything or area is None:
        return Away()
    inside = Area.objects.subtree_of(area)
    organizations = Organization.objects.within(scope, today).values("pk")
    enterprises = Enterprise.objects.within(scope, today).values("pk")
    people = Member.objects.within(scope, today).values("pk")
    relations = Membership.objects.on(day).filter(
        holds_on(day, prefix="organization__areas__"), organization__areas__area__in=inside
    )
    return Away(
        organizations=_by_code(
            OrganizationArea.objects.on(day).filter(area__in=inside).exclude(organization__in=organizations),
            "area__code",
        ),
        enterprises=_by_code(
            EnterpriseArea.objects.on(day).filter(area__in=inside).exclude(enterprise__in=enterprises),
            "area__code",
        ),
        members=_by_code(relations.exclude(member__in=people), "organization__areas__area__code"),
        on_the_way=on_the_way_in(day, area).exclude(pk__in=people).count(),
    )


def _by_code(periods: QuerySet[Any], code: str) -> Mapping[str, int]:
    return dict(periods.values_list(code).annotate(count=Count("pk")).order_by())
