"""A period fits its owner: it does not last longer than the organization or the enterprise does."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

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
