"""Checks of organizations: their kinds, areas and links to each other."""

from datetime import date

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from checks.check import Check, Severity
from checks.conditions import has_gap, has_kind, in_force, owns, starts_otherwise
from orgs.actions.chains import leads_back
from orgs.models import (
    COUNTED_KINDS,
    Coverage,
    Kind,
    Level,
    Organization,
    OrganizationArea,
    OrganizationKind,
)
from orgs.periods import holds_on

_REMEDY_OF_KINDS = _(
    "Correct the rows of kinds: the first begins on the day of establishment, none leaves a gap."
)


def _covers_nobody(day: date) -> Q:
    covers = owns(Coverage, "organization", holds_on(day))
    return in_force(day) & has_kind(day, *COUNTED_KINDS) & ~covers


def _kinds_start_otherwise(_day: date) -> Q:
    return starts_otherwise(OrganizationKind, "organization", "established_on")


def _kinds_have_a_gap(_day: date) -> Q:
    return has_gap(OrganizationKind, "organization", "dissolved_on")


def _has_both_kinds(_day: date) -> Q:
    branch = Kind.COMMUNITY_GENERAL_BRANCH
    has_been_one = owns(OrganizationKind, "organization", Q(kind=branch))
    return has_been_one & owns(OrganizationKind, "organization", ~Q(kind=branch))


def _has_no_area(day: date) -> Q:
    return in_force(day) & ~owns(OrganizationArea, "organization", holds_on(day), Q(area__isnull=False))


def _areas_have_a_gap(_day: date) -> Q:
    return has_gap(OrganizationArea, "organization", "dissolved_on")


def _sits_in_no_community(day: date) -> Q:
    community = Q(area__level=Level.COMMUNITY)
    sits_in_one = owns(OrganizationArea, "organization", holds_on(day), community)
    return in_force(day) & has_kind(day, Kind.COMMUNITY_GENERAL_BRANCH) & ~sits_in_one


# A superior has no days: what is known is the one of today. So on a day of the past nothing is said against one
# that was not there yet, or became something larger since.


def _has_a_dissolved_superior(day: date) -> Q:
    return in_force(day) & Q(superior__dissolved_on__lte=day)


def _is_its_own_superior_in_the_end(_day: date) -> Q:
    links = dict(Organization.objects.exclude(superior=None).values_list("pk", "superior_id"))
    return Q(pk__in=[start for start in links if leads_back(links[start], start, links.get)])


def _is_under_a_branch(day: date) -> Q:
    branches = Kind.BRANCH, Kind.JOINT_BRANCH
    larger = OrganizationKind.objects.exclude(valid_to__lte=day).exclude(kind__in=branches)
    becomes_larger = Q(Exists(larger.filter(organization=OuterRef("superior"))))
    return in_force(day) & has_kind(day, *branches, of="superior") & ~becomes_larger


def _incubator_was_not_there(_day: date) -> Q:
    younger = Q(incubated_by__established_on__gt=F("established_on"))
    return younger | Q(incubated_by__dissolved_on__lte=F("established_on"))


def _incubator_is_of_another_kind(_day: date) -> Q:
    branches = Organization.objects.community_general_branches()
    return Q(incubated_by__isnull=False) & ~Q(incubated_by__in=branches.values("pk"))


CHECKS = (
    Check(
        code="organization-covers-nobody",
        severity=Severity.WARNING,
        model=Organization,
        title=_("Organization in force that covers no enterprise"),
        meaning=_("It counts among the organizations, though no enterprise is covered by it today."),
        remedy=_("Enter the enterprise that it covers, or dissolve it."),
        source=_("An organization that no longer qualifies is adjusted or dissolved (domain rule 5)"),
        where=_covers_nobody,
    ),
    Check(
        code="organization-kinds-start",
        severity=Severity.ERROR,
        model=Organization,
        title=_("Kinds that do not begin with the establishment"),
        meaning=_(
            "Its first kind begins on another day than it was established: on the days between it is not counted."
        ),
        remedy=_REMEDY_OF_KINDS,
        where=_kinds_start_otherwise,
    ),
    Check(
        code="organization-kinds-gap",
        severity=Severity.ERROR,
        model=Organization,
        title=_("Kinds with a gap between them"),
        meaning=_(
            "A kind ends and no other follows on that day, though the organization goes on: it is not counted then."
        ),
        remedy=_REMEDY_OF_KINDS,
        where=_kinds_have_a_gap,
    ),
    Check(
        code="organization-both-kinds",
        severity=Severity.ERROR,
        model=Organization,
        title=_("Community general branch for a part of its life alone"),
        meaning=_(
            "A community general branch stays one, and no other organization becomes one; this one has kinds of both."
        ),
        remedy=_(
            "Correct the kind that was mistaken; where there were two organizations, enter the second one."
        ),
        where=_has_both_kinds,
    ),
    Check(
        code="organization-without-area",
        severity=Severity.WARNING,
        model=Organization,
        title=_("Organization in force in no area"),
        meaning=_(
            "It counts in the whole register and in none of its areas, and no organizer of an area sees it."
        ),
        remedy=_(
            "Enter its area; of one outside the district it is the area of the enterprise that founded it."
        ),
        where=_has_no_area,
    ),
    Check(
        code="organization-areas-gap",
        severity=Severity.WARNING,
        model=Organization,
        title=_("Areas of an organization with a gap between them"),
        meaning=_("An area ends and no other follows on that day, though the organization goes on."),
        remedy=_("Correct the rows of areas so that each begins on the day on which the one before ends."),
        where=_areas_have_a_gap,
    ),
    Check(
        code="community-branch-without-community",
        severity=Severity.WARNING,
        model=Organization,
        title=_("Community general branch in force that sits in no community"),
        meaning=_(
            "It reaches the enterprises of its area; a larger area, or none, makes the work coverage wrong."
        ),
        remedy=_("Give it the community as its area, from the day on which it sits there."),
        where=_sits_in_no_community,
    ),
    Check(
        code="superior-dissolved",
        severity=Severity.WARNING,
        model=Organization,
        title=_("Organization in force under a dissolved one"),
        meaning=_("Its superior organization is dissolved today."),
        remedy=_("Bring it under the organization that has taken over."),
        where=_has_a_dissolved_superior,
    ),
    Check(
        code="superior-in-a-circle",
        severity=Severity.ERROR,
        model=Organization,
        title=_("Superior organizations in a circle"),
        meaning=_("The superior's superior, and so on, leads back to the organization itself."),
        remedy=_("Correct the superior of one organization of the circle."),
        where=_is_its_own_superior_in_the_end,
    ),
    Check(
        code="superior-is-a-branch",
        severity=Severity.WARNING,
        model=Organization,
        title=_("Organization in force under a branch"),
        meaning=_("Its superior is a branch or joint branch, which has no organizations under it."),
        remedy=_("Correct the superior, or the kind of the superior."),
        where=_is_under_a_branch,
    ),
    Check(
        code="incubator-not-there",
        severity=Severity.ERROR,
        model=Organization,
        title=_("Incubated by an organization that was not there"),
        meaning=_(
            "On the day of its establishment the organization that brought it about did not exist yet, or no longer."
        ),
        remedy=_("Correct the incubating organization, or the days of the two."),
        where=_incubator_was_not_there,
    ),
    Check(
        code="incubator-of-another-kind",
        severity=Severity.WARNING,
        model=Organization,
        title=_("Incubated by what is no community general branch"),
        meaning=_(
            "Only a community general branch incubates organizations; an import may bring another one."
        ),
        remedy=_("Correct the incubating organization, or leave it empty."),
        where=_incubator_is_of_another_kind,
    ),
)
"""Of organizations."""
