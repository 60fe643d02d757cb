"""Checks of coverage: which organization covers which enterprise, and when."""

from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from checks.check import Check, Severity
from checks.conditions import has_kind, in_force, outside, owns
from orgs.models import COUNTED_KINDS, NON_PUBLIC, STANDALONE_KINDS, Coverage, Enterprise, Kind, Organization
from orgs.modes import coverage_by
from orgs.periods import holds_on


def _is_outside_the_organization(_day: date) -> Q:
    beyond = outside("organization__established_on", "organization__dissolved_on")
    return owns(Coverage, "organization", beyond)


def _is_outside_the_enterprise(_day: date) -> Q:
    beyond = outside("enterprise__registered_on", "enterprise__closed_on")
    return owns(Coverage, "organization", beyond)


def _covers_several(_day: date) -> Q:
    rows = Coverage.objects.beside_another_enterprise_of_a_standalone_organization()
    return Q(pk__in=rows.values("organization"))


def _joins_one_alone(day: date) -> Q:
    others = Coverage.objects.on(day).filter(organization=OuterRef("organization"))
    others = others.exclude(enterprise=OuterRef("enterprise"))
    alone = owns(Coverage, "organization", holds_on(day), ~Exists(others))
    return in_force(day) & has_kind(day, Kind.JOINT_BRANCH) & alone


def _covers_public_ones_alone(day: date) -> Q:
    covers = owns(Coverage, "organization", holds_on(day))
    covers_non_public = owns(Coverage, "organization", holds_on(day), Q(enterprise__ownership__in=NON_PUBLIC))
    return in_force(day) & has_kind(day, *COUNTED_KINDS) & covers & ~covers_non_public


def _is_covered_by(day: date, *kinds: Kind) -> Q:
    return Q(Exists(coverage_by(kinds, day).filter(enterprise=OuterRef("pk"))))


def _has_an_own_and_a_joint_one(day: date) -> Q:
    return _is_covered_by(day, *STANDALONE_KINDS) & _is_covered_by(day, Kind.JOINT_BRANCH)


def _is_looked_after_beside_its_own(day: date) -> Q:
    return _is_covered_by(day, *COUNTED_KINDS) & _is_covered_by(day, Kind.COMMUNITY_GENERAL_BRANCH)


CHECKS = (
    Check(
        code="coverage-outside-organization",
        severity=Severity.ERROR,
        model=Organization,
        title=_("Coverage outside the life of the organization"),
        meaning=_(
            "A coverage begins before the organization was established, or lasts after it was dissolved."
        ),
        remedy=_("Correct the days of the coverage, or those of the organization."),
        where=_is_outside_the_organization,
    ),
    Check(
        code="coverage-outside-enterprise",
        severity=Severity.ERROR,
        model=Organization,
        title=_("Coverage outside the life of the enterprise"),
        meaning=_("A coverage begins before the enterprise was registered, or lasts after it closed."),
        remedy=_("End the coverage on the day of the closing, or correct the days of the enterprise."),
        where=_is_outside_the_enterprise,
    ),
    Check(
        code="standalone-covers-several",
        severity=Severity.ERROR,
        model=Organization,
        title=_("Standalone organization of several enterprises"),
        meaning=_(
            "It covers two enterprises on one day and is no joint branch: each counts as having one of its own."
        ),
        remedy=_("End the coverage that was mistaken, or make it a joint branch from that day on."),
        where=_covers_several,
    ),
    Check(
        code="joint-branch-of-one",
        severity=Severity.WARNING,
        model=Organization,
        title=_("Joint branch in force with one enterprise"),
        meaning=_("What is formed jointly has two enterprises or more; this one covers one today."),
        remedy=_("Enter the other enterprises, or let it become the branch of this one."),
        source=_("Regulations on the Work of Party Branches (2018), Art. 5"),
        where=_joins_one_alone,
    ),
    Check(
        code="organization-of-public-only",
        severity=Severity.WARNING,
        model=Organization,
        title=_("Organization in force whose enterprises are all public"),
        meaning=_(
            "It counts among the organizations of non-public enterprises, and no enterprise of it is one."
        ),
        remedy=_("Correct the ownership of the enterprise, or dissolve the organization here."),
        where=_covers_public_ones_alone,
    ),
    Check(
        code="enterprise-own-and-joint",
        severity=Severity.WARNING,
        model=Enterprise,
        looks_at=(Organization,),
        title=_("Enterprise with an own organization and a joint branch"),
        meaning=_("An organization of its own and a joint branch cover it today; only the first counts."),
        remedy=_("End the coverage by the joint branch on the day on which the own organization began."),
        where=_has_an_own_and_a_joint_one,
    ),
    Check(
        code="enterprise-own-and-community",
        severity=Severity.WARNING,
        model=Enterprise,
        looks_at=(Organization,),
        title=_("Enterprise with an organization, looked after by a community general branch"),
        meaning=_(
            "A community general branch covers enterprises without an organization; this one has one today."
        ),
        remedy=_("End what the community general branch covers on the day on which the organization began."),
        where=_is_looked_after_beside_its_own,
    ),
)
"""Of coverage."""
