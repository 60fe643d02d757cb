"""Checks of posts and elections, at the organization that they belong to."""

from datetime import date

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from checks.check import Check, Severity
from checks.conditions import outside, owns
from members.models import Election, Member, Membership, Post, PostRole
from orgs.models import Organization
from orgs.periods import holds_on

_LIFE = "organization__established_on", "organization__dissolved_on"


def _held_by_somebody_else(day: date, role: Q) -> Q:
    belongs = Membership.objects.on(day).filter(
        member=OuterRef("member"), organization=OuterRef("organization")
    )
    return owns(Post, "organization", holds_on(day), role, ~Exists(belongs))


def _secretary_is_no_member(day: date) -> Q:
    return _held_by_somebody_else(day, Q(role=PostRole.SECRETARY))


def _other_post_is_held_by_no_member(day: date) -> Q:
    return _held_by_somebody_else(day, ~Q(role=PostRole.SECRETARY))


def _held_before_full(_day: date) -> Q:
    not_full = Q(member__full_on=None) | Q(member__full_on__gt=F("valid_from"))
    return owns(Post, "organization", not_full)


def _outside_the_organization(_day: date) -> Q:
    return owns(Post, "organization", outside(*_LIFE))


def _beside_the_election(_day: date) -> Q:
    another = ~Q(election__organization=F("organization")) | Q(valid_from__lt=F("election__held_on"))
    return owns(Post, "organization", Q(election__isnull=False), another)


def _elected_outside_its_life(_day: date) -> Q:
    start, end = _LIFE
    return owns(Election, "organization", Q(held_on__lt=F(start)) | Q(held_on__gte=F(end)))


CHECKS = (
    Check(
        code="secretary-not-a-member",
        severity=Severity.ERROR,
        model=Organization,
        looks_at=(Member,),
        title=_("Secretary who does not belong to the organization"),
        meaning=_("The secretary of today has no relation with the organization today."),
        remedy=_("Relieve the secretary, or enter the relation that is missing."),
        where=_secretary_is_no_member,
    ),
    Check(
        code="post-not-a-member",
        severity=Severity.ERROR,
        model=Organization,
        looks_at=(Member,),
        title=_("Post held by somebody who does not belong to the organization"),
        meaning=_(
            "Who is deputy secretary or commissioner today has no relation with the organization today."
        ),
        remedy=_("Relieve who has left, or enter the relation that is missing."),
        where=_other_post_is_held_by_no_member,
    ),
    Check(
        code="post-before-full",
        severity=Severity.WARNING,
        model=Organization,
        looks_at=(Member,),
        title=_("Post held by somebody who is no full member"),
        meaning=_(
            "A post begins before its holder was a full member; who is on probation neither votes nor is elected."
        ),
        remedy=_("Correct the day of the post, or that of becoming a full member."),
        source=_("Party Constitution, Art. 7"),
        where=_held_before_full,
    ),
    Check(
        code="post-outside-organization",
        severity=Severity.ERROR,
        model=Organization,
        looks_at=(Member,),
        title=_("Post outside the life of the organization"),
        meaning=_("A post begins before the organization was established, or lasts after it was dissolved."),
        remedy=_("End the post on the day of the dissolution, or correct the days of the organization."),
        where=_outside_the_organization,
    ),
    Check(
        code="post-beside-election",
        severity=Severity.ERROR,
        model=Organization,
        looks_at=(Member,),
        title=_("Post that does not fit its election"),
        meaning=_(
            "A post begins before the election that gave it, or the election is another organization's."
        ),
        remedy=_("Correct the election of the post, or the day from which it is held."),
        where=_beside_the_election,
    ),
    Check(
        code="election-outside-organization",
        severity=Severity.WARNING,
        model=Organization,
        looks_at=(Member,),
        title=_("Election outside the life of the organization"),
        meaning=_("An election was held before the organization was established, or after it was dissolved."),
        remedy=_("Correct the day of the election, or the days of the organization."),
        where=_elected_outside_its_life,
    ),
)
"""Of posts and elections."""
