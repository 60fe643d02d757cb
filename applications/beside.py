"""An application beside the register: what the register knows of who applies, and of those around."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from applications.models import Application
from members.models import Member
from orgs.models import (
    Area,
    Coverage,
    Enterprise,
    EnterpriseArea,
    Organization,
    OrganizationArea,
    Scope,
)
from orgs.modes import Mode, mode_on

MOST_NEIGHBOURS = 10


@dataclass(frozen=True)
class Beside:
    """What the register knows. `full_members` and `probationary_members` are employed by the enterprise.

    `community` are community general branches in whose area the enterprise lies, or that look after it;
    `neighbours` enterprises without an organization in the smallest area that the application names.
    """

    enterprise: Enterprise | None
    mode: Mode | None
    full_members: int
    probationary_members: int
    community: list[Organization]
    neighbours: list[Enterprise]
    earlier: list[Application]


def beside(application: Application, day: date, scope: Scope) -> Beside:
    """What the register of `day` knows beside `application`, for somebody with `scope`.

    A constant number of statements.
    """
    enterprises: Any = Enterprise.objects.filter(uscc=application.uscc).annotate(mode=mode_on(day))
    enterprise = enterprises.first()
    full, probationary = 0, 0
    if enterprise is not None:
        full = Member.objects.full_on(day).filter(employer=enterprise).count()
        probationary = Member.objects.probationary_on(day).filter(employer=enterprise).count()
    earlier = Application.objects.submitted().filter(uscc=application.uscc).exclude(pk=application.pk)
    return Beside(
        enterprise=enterprise,
        mode=None if enterprise is None else Mode(enterprise.mode),
        full_members=full,
        probationary_members=probationary,
        community=community_branches(application, enterprise, day),
        neighbours=_neighbours(application, day, scope),
        earlier=list(earlier.within(scope, day).order_by("-submitted_on", "-pk")),
    )


def community_branches(
    application: Application, enterprise: Enterprise | None, day: date
) -> list[Organization]:
    """The community general branches in force on `day` that reach who applies."""
    branches = Organization.objects.in_force_on(day).community_general_branches()
    places = OrganizationArea.objects.on(day).filter(area__in=_areas_around(application))
    found = branches.filter(pk__in=places.values("organization"))
    if enterprise is not None:
        looking = Coverage.objects.on(day).filter(enterprise=enterprise)
        found = found | branches.filter(pk__in=looking.values("organization"))
    return list(found.order_by("code"))


def _areas_around(application: Application) -> list[Area]:
    """The area that the application names, and all that contain it."""
    code = application.area.code if application.area is not None else ""
    return list(Area.objects.filter(code__in=[code[:length] for length in range(1, len(code) + 1)]))


def _neighbours(application: Application, day: date, scope: Scope) -> list[Enterprise]:
    """Enterprises that operate in the application's area without an organization, as far as `scope` sees."""
    if application.area is None:
        return []
    places = EnterpriseArea.objects.on(day).filter(area=application.area)
    found = (
        Enterprise.objects.operating_on(day)
        .non_public()
        .filter(pk__in=places.values("enterprise"))
        .exclude(uscc=application.uscc)
        .within(scope, day)
        .annotate(mode=mode_on(day))
        .exclude(mode__in=(Mode.STANDALONE, Mode.JOINT))
    )
    return list(found.order_by("uscc")[:MOST_NEIGHBOURS])
