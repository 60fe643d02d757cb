"""What ends with its owner: coverage with its organization, an instructor's work with the enterprise."""

from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q
from django.utils.translation import gettext as _
from simple_history.utils import bulk_update_with_history

from orgs.actions.recording import BATCH
from orgs.actions.refusals import Refusal
from orgs.periods import Period, PeriodQuerySet


class OutlastsItsOwner(Refusal):
    """A period starts on or after the day on which its owner ends, or ends after it."""

    def __init__(self, periods: list[Period]) -> None:
        self.periods = periods
        super().__init__(
            _("%(count)d periods (%(what)s) last longer than that day.")
            % {"count": len(periods), "what": periods[0]._meta.verbose_name}
        )


def outlasting(day: date) -> Q:
    """The condition that a period does not fit an owner that ends on `day`.

    One without an end fits when it starts before: it is taken to end that day.
    """
    return Q(valid_to__gt=day) | Q(valid_from__gte=day)


def end_with_owner(periods: PeriodQuerySet[Any], *, on: date, by: AbstractBaseUser | None) -> int:
    """End the open ones of `periods` on `on`, the day on which their owner ends; gives how many.

    Call it inside the transaction that ends the owner. Raises OutlastsItsOwner, with the periods,
    where one cannot end that day.
    """
    # Lock first, in a statement of its own: a period has two owners, and the other may end it meanwhile.
    list(periods.select_for_update().order_by("pk").values_list("pk"))
    unfit = list(periods.filter(outlasting(on)))
    if unfit:
        raise OutlastsItsOwner(unfit)
    open_periods = list(periods.filter(valid_to__isnull=True))
    for period in open_periods:
        period.valid_to = on
    if open_periods:
        bulk_update_with_history(
            open_periods, type(open_periods[0]), ["valid_to"], default_user=by, batch_size=BATCH
        )
    return len(open_periods)
