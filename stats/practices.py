"""How many practices worth telling the register has."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from orgs.models import Area, Practice


@dataclass(frozen=True)
class PracticeFigures:
    """Practices of the enterprises of an area; of the whole register also those of no enterprise."""

    told: int
    """Of the day asked for or an earlier one."""

    public: int
    """Of them, those that the public site shows on the day."""


def practice_figures(day: date, area: Area | None) -> PracticeFigures:
    """The practices of enterprises that lie in `area` (None: all practices) on `day`. One statement."""
    practices = Practice.objects.all() if area is None else Practice.objects.in_area(area, day)
    counts = practices.filter(day__lte=day).aggregate(
        told=Count("pk"), public=Count("pk", filter=Q(released_on__lte=day))
    )
    return PracticeFigures(**counts)
