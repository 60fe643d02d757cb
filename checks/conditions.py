"""Conditions that several checks share."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from members.models import Member
from orgs.models import Kind, OrganizationKind
from orgs.periods import Period, holds_on


def in_force(day: date) -> Q:
    """The condition that an organization is in force on `day`."""
    return holds_on(day, start="established_on", end="dissolved_on")


def operates(day: date) -> Q:
    """The condition that an enterprise is registered and not closed on `day`."""
    return holds_on(day, start="registered_on", end="closed_on")


def has_kind(day: date, *kinds: Kind, of: str = "pk") -> Q:
    """The condition that an organization, the one in the field `of`, has one of `kinds` on `day`."""
    return Q(Exists(OrganizationKind.objects.on(day).filter(organization=OuterRef(of), kind__in=kinds)))


def is_member(day: date) -> Q:
    """The condition that somebody is a full or probationary member on `day`."""
    return Q(pk__in=(Member.objects.full_on(day) | Member.objects.probationary_on(day)).values("pk"))


def holds_on_day_of(field: str) -> Q:
    """The condition, in a subquery, that a period holds on the day in `field` of the outer row."""
    return Q(valid_from__lte=OuterRef(field)) & (Q(valid_to=None) | Q(valid_to__gt=OuterRef(field)))


def outside(start: str, end: str) -> Q:
    """The condition that a period begins before the day in `start`, or lasts beyond the one in `end`, if any."""
    lasts_longer = Q(Q(valid_to=None) | Q(valid_to__gt=F(end)), **{f"{end}__isnull": False})
    return Q(valid_from__lt=F(start)) | lasts_longer


def owns(model: type[models.Model], owner: str, *conditions: Any) -> Q:
    """The condition that a row has one of `model`, linked by `owner`, that meets `conditions`."""
    return Q(Exists(model._default_manager.filter(*conditions, **{owner: OuterRef("pk")})))


def starts_otherwise(periods: type[Period], owner: str, start: str) -> Q:
    """The condition that no first one of `periods` begins on the day in `start` of its owner."""
    earlier = owns(periods, owner, Q(valid_from__lt=OuterRef(start)))
    return ~owns(periods, owner, Q(valid_from=OuterRef(start))) | earlier


def has_gap(periods: type[Period], owner: str, end: str) -> Q:
    """The condition that one of `periods` ends within the life of its owner and no other begins that day.

    `end` is the field with the end of that life.
    """
    following = periods.objects.filter(valid_from=OuterRef("valid_to"), **{owner: OuterRef(owner)})
    life = f"{owner}__{end}"
    within_life = Q(**{f"{life}__isnull": True}) | Q(valid_to__lt=F(life))
    return owns(periods, owner, Q(valid_to__isnull=False), within_life, ~Exists(following))
