"""How the number of organizations that were ever formed grew, year by year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from django.db.models import Count

from orgs.models import Area, Organization


@dataclass(frozen=True)
class YearOfGrowth:
    """The organizations of the counted kinds that were formed in `year`, in force on the day asked for or not."""

    year: int
    formed: int
    cumulative: int
    """Formed in the year or before: what was dissolved since is among them, so this is not the number in force."""


def growth_figures(day: date, area: Area | None) -> Sequence[YearOfGrowth]:
    """Per calendar year in which an organization was established by `day`, the earliest first.

    Of organizations in `area` (None: the whole register) on `day`, without community general branches, as
    `OrganizationFigures.established_last_year` counts them. One statement.
    """
    organizations = Organization.objects.without_community_general_branches().filter(established_on__lte=day)
    if area is not None:
        organizations = organizations.in_area(area, day)
    by_year = organizations.values_list("established_on__year").annotate(formed=Count("pk"))
    formed = dict(by_year.order_by("established_on__year"))
    sums = accumulate(formed.values())
    return [
        YearOfGrowth(year, number, total) for (year, number), total in zip(formed.items(), sums, strict=True)
    ]
