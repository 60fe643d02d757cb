"""Checks of enterprises, their areas, instructors and designations."""

from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from checks.check import Check, Severity
from checks.conditions import has_gap, operates, outside, owns
from orgs.models import (
    COUNTED_KINDS,
    NON_PUBLIC,
    AboveScale,
    Designation,
    Enterprise,
    EnterpriseArea,
    Instructor,
    Level,
    Organization,
)
from orgs.modes import coverage_by
from orgs.periods import holds_on

_LIFE = "enterprise__registered_on", "enterprise__closed_on"


def _has_no_area(day: date) -> Q:
    return operates(day) & ~owns(EnterpriseArea, "enterprise", holds_on(day), Q(area__isnull=False))


def _is_outside_every_community(day: date) -> Q:
    larger = Q(area__isnull=False) & ~Q(area__level=Level.COMMUNITY)
    return operates(day) & owns(EnterpriseArea, "enterprise", holds_on(day), larger)


def _areas_have_a_gap(_day: date) -> Q:
    return has_gap(EnterpriseArea, "enterprise", "closed_on")


def _is_above_scale_outside_its_life(_day: date) -> Q:
    return owns(AboveScale, "enterprise", outside(*_LIFE))


def _is_an_individual_business(_day: date) -> Q:
    return Q(uscc__startswith="92", ownership__in=NON_PUBLIC)


def _is_called_like_another(day: date) -> Q:
    others = Enterprise.objects.operating_on(day).filter(name=OuterRef("name")).exclude(pk=OuterRef("pk"))
    return operates(day) & Q(Exists(others))


def _is_outside_the_enterprise(_day: date) -> Q:
    return outside(*_LIFE)


def _stands_beside_an_organization(day: date) -> Q:
    covered = coverage_by(COUNTED_KINDS, day).filter(enterprise=OuterRef("enterprise"))
    return holds_on(day) & Q(Exists(covered))


CHECKS = (
    Check(
        code="enterprise-without-area",
        severity=Severity.WARNING,
        model=Enterprise,
        title=_("Enterprise operating in no area"),
        meaning=_(
            "It counts in the whole register and in none of its areas, and no organizer of an area sees it."
        ),
        remedy=_("Enter its area from the day on which it lies there."),
        where=_has_no_area,
    ),
    Check(
        code="enterprise-outside-communities",
        severity=Severity.HINT,
        model=Enterprise,
        title=_("Enterprise operating outside every community"),
        meaning=_(
            "Its area today is larger than a community: no community general branch reaches it by its area."
        ),
        remedy=_("Give it the community in which it lies, where there is one."),
        where=_is_outside_every_community,
    ),
    Check(
        code="enterprise-areas-gap",
        severity=Severity.WARNING,
        model=Enterprise,
        title=_("Areas of an enterprise with a gap between them"),
        meaning=_("An area ends and no other follows on that day, though the enterprise goes on."),
        remedy=_("Correct the rows of areas so that each begins on the day on which the one before ends."),
        where=_areas_have_a_gap,
    ),
    Check(
        code="above-scale-outside-enterprise",
        severity=Severity.ERROR,
        model=Enterprise,
        title=_("Above scale outside the life of the enterprise"),
        meaning=_("It is above scale before it was registered, or after it closed."),
        remedy=_("Correct the days of the above-scale period, or those of the enterprise."),
        where=_is_above_scale_outside_its_life,
    ),
    Check(
        code="individual-business-counted",
        severity=Severity.WARNING,
        model=Enterprise,
        title=_("Individual business that counts as an enterprise"),
        meaning=_(
            "Its credit code begins with 92, which individual businesses have; its ownership makes it count."
        ),
        remedy=_("Set the ownership to individual business, or correct the credit code."),
        source="GB 32100-2015",
        where=_is_an_individual_business,
    ),
    Check(
        code="enterprise-twice",
        severity=Severity.HINT,
        model=Enterprise,
        title=_("Two enterprises operating under one name"),
        meaning=_(
            "Another enterprise of the register has the same name today: one may have been entered twice."
        ),
        remedy=_("Compare the credit codes; close the one that was entered by mistake."),
        where=_is_called_like_another,
    ),
    Check(
        code="instructor-outside-enterprise",
        severity=Severity.ERROR,
        model=Instructor,
        title=_("Instructor outside the life of the enterprise"),
        meaning=_("An instructor is assigned before the enterprise was registered, or after it closed."),
        remedy=_("End the assignment on the day of the closing, or correct the days of the enterprise."),
        where=_is_outside_the_enterprise,
    ),
    Check(
        code="instructor-beside-organization",
        severity=Severity.HINT,
        model=Instructor,
        looks_at=(Organization,),
        title=_("Instructor of an enterprise with an organization"),
        meaning=_(
            "An instructor is sent to an enterprise that cannot form an organization; this one is covered by one today."
        ),
        remedy=_(
            "End the assignment on the day on which the organization began, unless the instructor is to stay."
        ),
        where=_stands_beside_an_organization,
    ),
    Check(
        code="designation-outside-enterprise",
        severity=Severity.WARNING,
        model=Designation,
        title=_("Designation outside the life of the enterprise"),
        meaning=_(
            "A title is held before the enterprise was registered, or after it closed, and is counted there."
        ),
        remedy=_("Enter the day of the closing as the day on which the title was revoked."),
        where=_is_outside_the_enterprise,
    ),
)
"""Of enterprises."""
