"""Checks of organizational relations, of what keeps a member apart, and of employers."""

from datetime import date

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from checks.check import Check, Severity
from checks.conditions import is_member, outside, owns
from members.models import Member, Membership, Standing, StandingKind, Transfer
from orgs.models import Coverage, Enterprise, Organization
from orgs.periods import holds_on, shares_a_day_with_outer

_BEGINNING = Coalesce("member__probationary_on", "member__full_on")
"""The first day of a membership, of a row that belongs to a member."""

_AFTER_THE_END = Q(Q(valid_to=None) | Q(valid_to__gt=F("member__ended_on")), member__ended_on__isnull=False)


def _with_an_organization_that_is_not_there(_day: date) -> Q:
    beyond = outside("organization__established_on", "organization__dissolved_on")
    return owns(Membership, "member", beyond)


def _after_the_membership(_day: date) -> Q:
    return owns(Membership, "member", _AFTER_THE_END)


def _before_the_membership(_day: date) -> Q:
    rows = Membership.objects.annotate(beginning=_BEGINNING).filter(member=OuterRef("pk"))
    return Q(Exists(rows.filter(Q(beginning=None) | Q(valid_from__lt=F("beginning")))))


def _while_no_member(_day: date) -> Q:
    no_member = Standing.objects.filter(
        shares_a_day_with_outer(), member=OuterRef("member"), kind=StandingKind.NO_MEMBER
    )
    return owns(Membership, "member", Exists(no_member))


def _has_none(day: date) -> Q:
    has_one = owns(Membership, "member", holds_on(day))
    begun = owns(Membership, "member", Q(valid_from__lt=day))
    comes_later = owns(Membership, "member") & ~begun
    came_back = Membership.objects.filter(
        member=OuterRef("member"), valid_from__gt=OuterRef("received_on"), valid_from__lte=day
    )
    gone = owns(Transfer, "member", Q(destination=None, received_on__lte=day), ~Exists(came_back))
    return is_member(day) & ~has_one & ~comes_later & ~gone


def _is_apart_outside_the_membership(_day: date) -> Q:
    apart = Standing.objects.exclude(kind=StandingKind.NO_MEMBER).annotate(beginning=_BEGINNING)
    early = Q(beginning=None) | Q(valid_from__lt=F("beginning"))
    return Q(Exists(apart.filter(early | _AFTER_THE_END, member=OuterRef("pk"))))


def _works_for_a_closed_one(day: date) -> Q:
    return Q(employer__closed_on__lte=day) & owns(Membership, "member", holds_on(day))


def _works_for_another(day: date) -> Q:
    covers = Coverage.objects.on(day).filter(
        organization=OuterRef("organization"), enterprise=OuterRef("member__employer")
    )
    operating = Q(employer__closed_on=None) | Q(employer__closed_on__gt=day)
    # Only the current employer is known: of a relation that has ended since nothing is said.
    lasting = owns(Membership, "member", Q(valid_from__lte=day, valid_to=None), ~Exists(covers))
    return Q(employer__isnull=False) & operating & lasting


CHECKS = (
    Check(
        code="relation-outside-organization",
        severity=Severity.ERROR,
        model=Member,
        looks_at=(Organization,),
        title=_("Relation with an organization that is dissolved or not yet established"),
        meaning=_(
            "A relation begins before its organization was established, or lasts after it was dissolved."
        ),
        remedy=_(
            "End the relation that day, and enter the one with the organization that took the member in."
        ),
        where=_with_an_organization_that_is_not_there,
    ),
    Check(
        code="relation-after-end",
        severity=Severity.ERROR,
        model=Member,
        title=_("Relation that lasts after the membership has ended"),
        meaning=_("The membership has ended, and a relation goes on beyond that day."),
        remedy=_("End the relation on the day on which the membership ended."),
        where=_after_the_membership,
    ),
    Check(
        code="relation-before-membership",
        severity=Severity.WARNING,
        model=Member,
        title=_("Relation before the membership began"),
        meaning=_("A relation begins before the person was a probationary member, or there is no such day."),
        remedy=_(
            "Enter the day of becoming a probationary member, or correct the first day of the relation."
        ),
        where=_before_the_membership,
    ),
    Check(
        code="relation-while-no-member",
        severity=Severity.ERROR,
        model=Member,
        title=_("Relation between the end of a membership and its restoration"),
        meaning=_("A relation holds on a day on which the person, who was restored later, was no member."),
        remedy=_(
            "End the relation with the membership, and begin another one on the day of the restoration."
        ),
        where=_while_no_member,
    ),
    Check(
        code="member-without-relation",
        severity=Severity.WARNING,
        model=Member,
        looks_at=(Transfer,),
        title=_("Member without an organizational relation"),
        meaning=_(
            "A full or probationary member belongs to no organization today, and none outside the register is known."
        ),
        remedy=_("Enter the relation, the transfer to another place, or the end of the membership."),
        source=_("A member belongs to exactly one organization at a time (domain rule 11)"),
        where=_has_none,
    ),
    Check(
        code="standing-outside-membership",
        severity=Severity.WARNING,
        model=Member,
        title=_("Away, lost or stopped outside the membership"),
        meaning=_("What keeps a member apart begins before the membership, or lasts after its end."),
        remedy=_("Correct the days on which the member was away, lost or stopped."),
        where=_is_apart_outside_the_membership,
    ),
    Check(
        code="employer-closed",
        severity=Severity.WARNING,
        model=Member,
        looks_at=(Enterprise,),
        title=_("Member of a closed enterprise"),
        meaning=_("The current employer is closed today, and the relation goes on."),
        remedy=_("Enter the present employer, and transfer the relation where the member has left."),
        where=_works_for_a_closed_one,
    ),
    Check(
        code="employer-not-covered",
        severity=Severity.WARNING,
        model=Member,
        looks_at=(Enterprise, Organization),
        title=_("Employer that the member's organization does not cover"),
        meaning=_("The organization of today's relation does not cover the current employer."),
        remedy=_("Enter the present employer, transfer the relation, or enter the coverage that is missing."),
        where=_works_for_another,
    ),
)
"""Of relations."""
