"""Warnings on what organizations cover on the day of the import, and on who brought them about.

Of organizations that the import's user does not see nothing is told.
"""

from collections.abc import Mapping

from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.batches import in_batches
from orgs.models import (
    Coverage,
    Kind,
    Organization,
    OrganizationArea,
    OrganizationKind,
    Policy,
    PolicyNumber,
)
from sheets.run import Run


def warn_of_idle_organizations(run: Run, lines: Mapping[str, int], column: str) -> None:
    """Warn of organizations in force that cover nobody; `lines` by code, the warning is at `column`.

    A community general branch with an area covers what lies in it.
    """
    coverage = Coverage.objects.on(run.day).filter(organization=OuterRef("pk"))
    community = OrganizationKind.objects.filter(
        organization=OuterRef("pk"), kind=Kind.COMMUNITY_GENERAL_BRANCH
    )
    placed = OrganizationArea.objects.on(run.day).filter(organization=OuterRef("pk"), area__isnull=False)
    idle = (
        Organization.objects.within(run.scope, run.day)
        .in_force_on(run.day)
        .exclude(Exists(coverage))
        .exclude(Exists(community), Exists(placed))
    )
    for codes in in_batches(lines):
        for code in idle.filter(code__in=codes).values_list("code", flat=True):
            run.warn(lines[code], column, _("the organization covers no enterprise"), code)


def warn_of_joint_branches(run: Run, lines: Mapping[str, int], column: str) -> None:
    """Warn of joint branches with one enterprise, or more than policy allows on the day."""
    most = PolicyNumber.objects.value_on(Policy.JOINT_BRANCH_UNITS, run.day)
    joint = OrganizationKind.objects.on(run.day).filter(kind=Kind.JOINT_BRANCH)
    units = (
        Coverage.objects.on(run.day)
        .filter(organization__in=joint.values("organization"))
        .filter(organization__in=Organization.objects.within(run.scope, run.day).in_force_on(run.day))
    )
    for codes in in_batches(lines):
        counts = (
            units.filter(organization__code__in=codes)
            .values_list("organization__code")
            .annotate(units=Count("enterprise", distinct=True))
        )
        for code, count in counts:
            if count == 1 or (most is not None and count > most):
                message = ngettext(
                    "a joint branch with %(count)d enterprise",
                    "a joint branch with %(count)d enterprises",
                    count,
                )
                run.warn(lines[code], column, message % {"count": count}, code)


def warn_of_incubators(run: Run, lines: Mapping[str, int], column: str) -> None:
    """Warn of organizations whose incubator, at `column`, is no community general branch; `lines` by code."""
    branches = Organization.objects.community_general_branches()
    seen = Organization.objects.within(run.scope, run.day)
    doubtful = seen.filter(incubated_by__isnull=False).exclude(incubated_by__in=branches)
    for codes in in_batches(lines):
        found = doubtful.filter(code__in=codes).values_list("code", "incubated_by__code")
        for code, incubator in found:
            run.warn(lines[code], column, _("the incubator is no community general branch"), incubator)
