"""A period fits its owner: it does not last longer than the organization or the enterprise does."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from orgs.models import Enterprise, Organization
from orgs.periods import Period


def fit_to_owner(period: Period, *, end: date | None) -> None:
    """Make `period` fit an owner that ends on `end` (None: that goes on): an open one ends that day.

    Does not save. Raises ValidationError, at `valid_from` or `valid_to`, where it starts on that day or
    later, or ends after it.
    """
    if end is None:
        return
    if period.valid_from >= end:
        raise ValidationError({"valid_from": _("The record ended before, on %(day)s.") % {"day": end}})
    if period.valid_to is None:
        period.valid_to = end
    elif period.valid_to > end:
        raise ValidationError({"valid_to": _("The record ended before, on %(day)s.") % {"day": end}})


def fit_to_locked(
    period: Period, *, enterprise: Enterprise, organization: Organization | None = None
) -> None:
    """Make `period` fit its owners, as `fit_to_owner` does, and lock them: they must not end meanwhile.

    Does not save. Call it inside the transaction that saves the period.
    """
    ends = []
    if organization is not None:
        ends.append(Organization.objects.select_for_update().get(pk=organization.pk).dissolved_on)
    ends.append(Enterprise.objects.select_for_update().get(pk=enterprise.pk).closed_on)
    fit_to_owner(period, end=min((day for day in ends if day is not None), default=None))
