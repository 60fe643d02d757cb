"""The mode in which an enterprise is covered on a day: the rule of priority stands here alone."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _

from orgs.models.area import DIGITS, Area
from orgs.models.coverage import Coverage
from orgs.models.enterprise import EnterpriseArea
from orgs.models.instructor import Instructor
from orgs.models.organization import STANDALONE_KINDS, Kind, OrganizationArea
from orgs.periods import PeriodQuerySet, holds_on


class Mode(models.TextChoices):
    """How an enterprise is covered; the first that holds counts, in this order."""

    STANDALONE = "standalone", _("standalone organization")
    JOINT = "joint", _("joint branch")
    INSTRUCTOR = "instructor", _("instructor")
    COMMUNITY = "community", _("community general branch")
    NONE = "none", _("not covered")


def mode_on(day: date) -> Case:
    """An annotation of enterprises: the value of `Mode` on `day`.

    Standalone or joint: covered that day by an organization in force of such a kind. Instructor: one
    is assigned. Community: covered by a community general branch in force, or in the area of one.
    """
    found = [
        When(_any(Exists(rows.filter(enterprise=OuterRef("pk"))) for rows in reach), then=Value(mode.value))
        for mode, reach in _reaches(day, in_a_seat=_in_a_seat_by_row(day))
    ]
    return Case(*found, default=Value(Mode.NONE.value), output_field=models.CharField())


def in_mode(mode: Mode, day: date) -> Q:
    """The condition that an enterprise has `mode` on `day`; for a filter of many enterprises."""
    condition = Q()
    for candidate, reach in _reaches(day, in_a_seat=_in_a_seat_as_a_set(day)):
        # Sets that the database makes once; it would ask the questions of `mode_on` row by row.
        holds = _any(Q(pk__in=rows.values("enterprise")) for rows in reach)
        if candidate == mode:
            return condition & holds
        condition &= ~holds
    return condition


def behind(mode: Mode, day: date) -> Q:
    """The condition that neither `mode` nor one before it holds for an enterprise on `day`; for many, as `in_mode`."""
    condition = Q()
    for candidate, reach in _reaches(day, in_a_seat=_in_a_seat_as_a_set(day)):
        condition &= ~_any(Q(pk__in=rows.values("enterprise")) for rows in reach)
        if candidate == mode:
            break
    return condition


def _any(conditions: Iterable[Exists | Q]) -> Q:
    return reduce(or_, (Q(condition) for condition in conditions))


def _reaches(day: date, *, in_a_seat: PeriodQuerySet[Any]) -> list[tuple[Mode, list[PeriodQuerySet[Any]]]]:
    """The periods, each of an `enterprise`, that make each mode but `NONE`; the first counts."""
    return [
        (Mode.STANDALONE, [coverage_by(STANDALONE_KINDS, day)]),
        (Mode.JOINT, [coverage_by([Kind.JOINT_BRANCH], day)]),
        (Mode.INSTRUCTOR, [Instructor.objects.on(day)]),
        (Mode.COMMUNITY, [coverage_by([Kind.COMMUNITY_GENERAL_BRANCH], day), in_a_seat]),
    ]


def coverage_by(kinds: Sequence[Kind], day: date) -> PeriodQuerySet[Any]:
    """Coverage on `day` by organizations in force that have one of `kinds` that day."""
    return Coverage.objects.on(day).filter(
        holds_on(day, prefix="organization__", start="established_on", end="dissolved_on"),
        holds_on(day, prefix="organization__kinds__"),
        organization__kinds__kind__in=kinds,
    )


def _seats_of_community_branches(day: date) -> PeriodQuerySet[Any]:
    return OrganizationArea.objects.on(day).filter(
        holds_on(day, prefix="organization__", start="established_on", end="dissolved_on"),
        holds_on(day, prefix="organization__kinds__"),
        organization__kinds__kind=Kind.COMMUNITY_GENERAL_BRANCH,
    )


# An area is or contains another where its code is a beginning of the other's.


def _in_a_seat_by_row(day: date) -> PeriodQuerySet[Any]:
    """Periods of enterprises in the area of a community general branch, asked one by one."""
    codes = [Substr(OuterRef("area__code"), 1, digits) for digits in DIGITS.values()]
    seats = _seats_of_community_branches(day).filter(area__code__in=codes)
    return EnterpriseArea.objects.on(day).filter(Exists(seats))


def _in_a_seat_as_a_set(day: date) -> PeriodQuerySet[Any]:
    """The same, found for all areas at once."""
    seats = _seats_of_community_branches(day).values("area__code")
    beginnings = {f"first_{digits}": Substr("code", 1, digits) for digits in DIGITS.values()}
    lies_in_one = _any(Q(**{f"{name}__in": seats}) for name in beginnings)
    return EnterpriseArea.objects.on(day).filter(
        area__in=Area.objects.alias(**beginnings).filter(lies_in_one)
    )
