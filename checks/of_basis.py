"""Checks of the basis: numbers of policy, the tree of areas."""

from datetime import date

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from checks.check import Check, Severity
from orgs.models import Area, PolicyNumber


def _is_followed_by_a_gap(_day: date) -> Q:
    same = PolicyNumber.objects.filter(policy=OuterRef("policy"))
    follows = Q(Exists(same.filter(valid_from=OuterRef("valid_to"))))
    return Q(Exists(same.filter(valid_from__gt=OuterRef("valid_to")))) & ~follows


def _is_no_number_to_count_with(_day: date) -> Q:
    return Q(value__lte=0)


def _is_in_no_part_of_its_parent(_day: date) -> Q:
    return Q(parent__isnull=False) & ~Q(code__startswith=F("parent__code"))


CHECKS = (
    Check(
        code="policy-gap",
        severity=Severity.WARNING,
        model=PolicyNumber,
        title=_("Number of policy with a gap behind it"),
        meaning=_(
            "The number ends and the next one of the same rule begins on a later day: between the two there is no rule."
        ),
        remedy=_(
            "Let the next number begin on the day on which this one ends, unless there was no rule then."
        ),
        where=_is_followed_by_a_gap,
    ),
    Check(
        code="policy-not-positive",
        severity=Severity.ERROR,
        model=PolicyNumber,
        title=_("Number of policy that is not above zero"),
        meaning=_("A threshold, a term or a deadline of nothing, or less, makes its rule meaningless."),
        remedy=_("Correct the value by its source."),
        where=_is_no_number_to_count_with,
    ),
    Check(
        code="area-under-another",
        severity=Severity.ERROR,
        model=Area,
        title=_("Area under one whose code its own does not begin with"),
        meaning=_("Figures tell by the codes what an area contains; the tree of areas tells otherwise."),
        remedy=_("Save the area anew, which finds its place in the tree again."),
        where=_is_in_no_part_of_its_parent,
    ),
)
"""Of the basis."""
