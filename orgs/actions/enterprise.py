"""An enterprise enters the register, and closes."""

from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from orgs.actions.endings import end_with_owner
from orgs.actions.recording import save_by
from orgs.models import AboveScale, Area, Enterprise, EnterpriseArea


class AlreadyClosed(Exception):
    """The enterprise has a day of closing."""

    def __init__(self, enterprise: Enterprise) -> None:
        super().__init__(_("It is already closed, on %(day)s.") % {"day": enterprise.closed_on})


class ClosesBeforeItIsRegistered(Exception):
    """An enterprise cannot close on the day of its registration or before."""

    def __init__(self, enterprise: Enterprise) -> None:
        super().__init__(
            _("It must close after it is registered, on %(day)s.") % {"day": enterprise.registered_on}
        )


@transaction.atomic
def register_enterprise(
    *,
    enterprise: Enterprise,
    area: Area | None,
    above_scale_from: date | None = None,
    by: AbstractBaseUser | None,
) -> Enterprise:
    """Enter `enterprise`, not yet saved, in `area` (None: in none of the register) from its registration.

    With `above_scale_from` it is above scale from that day on.
    """
    save_by(enterprise, by)
    save_by(EnterpriseArea(enterprise=enterprise, area=area, valid_from=enterprise.registered_on), by)
    if above_scale_from is not None:
        save_by(AboveScale(enterprise=enterprise, valid_from=above_scale_from), by)
    return enterprise


@transaction.atomic
def close_enterprise(*, enterprise: Enterprise, on: date, by: AbstractBaseUser | None) -> Enterprise:
    """Close `enterprise` on `on`; its coverage, instructors and above-scale status end that day.

    Raises AlreadyClosed; ClosesBeforeItIsRegistered; OutlastsItsOwner where one of these periods
    cannot end that day.
    """
    enterprise = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    if enterprise.closed_on is not None:
        raise AlreadyClosed(enterprise)
    if on <= enterprise.registered_on:
        raise ClosesBeforeItIsRegistered(enterprise)
    enterprise.closed_on = on
    save_by(enterprise, by)
    for periods in (enterprise.coverage, enterprise.instructors, enterprise.above_scale_periods):
        end_with_owner(periods.all(), on=on, by=by)
    return enterprise
