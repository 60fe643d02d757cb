"""Periods that end with the owners that a file ends."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from orgs.periods import PeriodQuerySet
from sheets.run import Run
from sheets.writing import Changes

_OWNER_ENDS = {"organization": "organization__dissolved_on", "enterprise": "enterprise__closed_on"}


def end_with_owners(
    periods: PeriodQuerySet[Any],
    owner: str,
    ends: Mapping[int, tuple[int, date]],
    *,
    column: str,
    run: Run,
    changes: Changes,
) -> None:
    """End the open ones of `periods` with their owners; `ends` gives line and day by the owner's id.

    Call it before the owners are written: open are also those that end on the day on which an owner has
    ended until now. What starts or ends too late is an error at `column`.
    """
    if not ends:
        return
    earliest = min(day for _line, day in ends.values())
    late = periods.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=earliest), **{f"{owner}__in": list(ends)})
    is_open = Q(valid_to__isnull=True)
    for field in periods.model._meta.fields:
        if field.name in _OWNER_ENDS:
            is_open |= Q(valid_to=F(_OWNER_ENDS[field.name]))
    refused = set()
    period: Any
    for period in late.annotate(is_open=is_open).select_for_update(of=("self",)):
        line, day = ends[getattr(period, owner)]
        if period.valid_from < day < (period.valid_to or date.max) and period.is_open:
            period.valid_to = day
            changes.update(period, "valid_to")
        elif period.valid_from >= day or (period.valid_to or date.max) > day:
            refused.add((line, day, str(period._meta.verbose_name)))
    for line, day, what in refused:
        run.error(line, column, _("a period of its %(what)s lasts longer") % {"what": what}, day)
