"""An enterprise enters the register, and closes."""

from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from orgs.actions.endings import end_with_owner
from orgs.actions.fitting import fit_to_owner
from orgs.actions.recording import Changes, save_by, save_if_changed
from orgs.actions.refusals import Refusal
from orgs.actions.timelines import UNSAID, DoesNotFit, correct_latest, follow_start, name_period
from orgs.models import AboveScale, Area, Enterprise, EnterpriseArea


class AlreadyClosed(Refusal):
    """The enterprise has a day of closing."""

    def __init__(self, enterprise: Enterprise) -> None:
        super().__init__(_("It is already closed, on %(day)s.") % {"day": enterprise.closed_on})


class ClosesBeforeItIsRegistered(Refusal):
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
    above_scale_to: date | None = None,
    by: AbstractBaseUser | None,
) -> Enterprise:
    """Enter `enterprise`, not yet saved, in `area` (None: in none of the register) from its registration.

    With `above_scale_from` it is above scale from that day on, until `above_scale_to` or its closing. Raises
    ValidationError at the days of that period where they do not fit.
    """
    save_by(enterprise, by)
    save_by(EnterpriseArea(enterprise=enterprise, area=area, valid_from=enterprise.registered_on), by)
    if above_scale_from is not None:
        period = AboveScale(enterprise=enterprise, valid_from=above_scale_from, valid_to=above_scale_to)
        period.clean()
        fit_to_owner(period, end=enterprise.closed_on)
        save_by(period, by)
    return enterprise


@transaction.atomic
def change_enterprise(
    *,
    enterprise: Enterprise,
    area: object = UNSAID,
    above_scale: AboveScale | None = None,
    says_end: bool = True,
    by: AbstractBaseUser | None,
) -> Enterprise:
    """Save what was changed in `enterprise`, a stored one, and what goes with it.

    Its first area follows the day of its registration. `area` (None: none of the register) corrects the
    latest entry of its history. `above_scale`, not saved, is put among its periods; unless `says_end`, the
    one that has its first day keeps its end. On a new day of closing ends what `close_enterprise` ends.
    Raises ValidationError at `registered_on` or at a day of the period; OutlastsItsOwner.
    """
    stored = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    changes = Changes()
    areas = list(stored.areas.order_by("valid_from"))
    try:
        follow_start(areas, stored.registered_on, enterprise.registered_on, changes)
    except DoesNotFit as error:
        raise ValidationError({"registered_on": _("Its first area ends by this day.")}) from error
    if area is not UNSAID:
        opening = EnterpriseArea(enterprise=enterprise, valid_from=enterprise.registered_on)
        correct_latest(areas, "area", area, opening, changes)
    if above_scale is not None:
        name_period(
            list(stored.above_scale_periods.order_by("valid_from")), above_scale, content=(),
            says_end=says_end, owner_ends=lambda _period: enterprise.closed_on, changes=changes,
        )  # fmt: skip
    save_if_changed(enterprise, by)
    changes.save(by=by)
    if enterprise.closed_on not in (None, stored.closed_on):
        _end_with(enterprise, by)
    return enterprise


@transaction.atomic
def close_enterprise(*, enterprise: Enterprise, on: date, by: AbstractBaseUser | None) -> Enterprise:
    """Close `enterprise` on `on`; its coverage, instructors and above-scale status end that day.

    Raises AlreadyClosed; ClosesBeforeItIsRegistered; OutlastsItsOwner where one of these periods
    cannot end that day.
    """
    enterprise = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    refuse_closing(enterprise, on)
    enterprise.closed_on = on
    save_by(enterprise, by)
    _end_with(enterprise, by)
    return enterprise


def refuse_closing(enterprise: Enterprise, on: date) -> None:
    """Raise AlreadyClosed or ClosesBeforeItIsRegistered where `enterprise` cannot close on `on`."""
    if enterprise.closed_on is not None:
        raise AlreadyClosed(enterprise)
    if on <= enterprise.registered_on:
        raise ClosesBeforeItIsRegistered(enterprise)


def _end_with(enterprise: Enterprise, by: AbstractBaseUser | None) -> None:
    """End what ends when `enterprise` closes."""
    if enterprise.closed_on is not None:
        for periods in (enterprise.coverage, enterprise.instructors, enterprise.above_scale_periods):
            end_with_owner(periods.all(), on=enterprise.closed_on, by=by)
