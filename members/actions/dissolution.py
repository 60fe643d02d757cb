"""An organization is dissolved: it ends, with its coverage, once nobody belongs to it."""

from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.models import Membership
from orgs.actions.endings import end_with_owner
from orgs.actions.recording import save_by, save_if_changed
from orgs.models import Organization


class AlreadyDissolved(Exception):
    """The organization has a day of dissolution."""

    def __init__(self, organization: Organization) -> None:
        super().__init__(_("It is already dissolved, on %(day)s.") % {"day": organization.dissolved_on})


class DissolvedBeforeItIsEstablished(Exception):
    """An organization cannot be dissolved on the day of its establishment or before."""

    def __init__(self, organization: Organization) -> None:
        super().__init__(
            _("It must be dissolved after it is established, on %(day)s.")
            % {"day": organization.established_on}
        )


class SucceedsItself(Exception):
    """The successor is another organization."""

    def __init__(self) -> None:
        super().__init__(_("An organization does not succeed itself."))


class HasMembers(Exception):
    """Somebody belongs to the organization on the day of its end or later."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(
            ngettext(
                "%(count)d organizational relation lasts on that day or later; transfer or end it first.",
                "%(count)d organizational relations last on that day or later; transfer or end them first.",
                count,
            )
            % {"count": count}
        )


@transaction.atomic
def dissolve(
    *,
    organization: Organization,
    on: date,
    by: AbstractBaseUser | None,
    reason: str,
    successor: Organization | None = None,
) -> Organization:
    """End `organization` on `on`, with its coverage and the open relations of those no longer members.

    Raises AlreadyDissolved; DissolvedBeforeItIsEstablished; SucceedsItself; HasMembers while a member's
    relation lasts on `on` or later; OutlastsItsOwner where another period cannot end that day.
    """
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    if organization.dissolved_on is not None:
        raise AlreadyDissolved(organization)
    if on <= organization.established_on:
        raise DissolvedBeforeItIsEstablished(organization)
    if successor is not None and successor.pk == organization.pk:
        raise SucceedsItself
    refuse_members_from(on, organization=organization)
    organization.dissolved_on = on
    organization.dissolution_reason = reason
    organization.successor = successor
    save_by(organization, by)
    _end_with(organization, on, by)
    return organization


@transaction.atomic
def correct_dissolution(
    *,
    organization: Organization,
    on: date | None,
    by: AbstractBaseUser | None,
    reason: str,
    successor: Organization | None,
) -> Organization:
    """Correct the end of `organization`, a dissolved one; `on` None: it was not dissolved.

    What ended with it stays ended, unless it ends earlier now. Raises DissolvedBeforeItIsEstablished;
    SucceedsItself; HasMembers; OutlastsItsOwner.
    """
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    before = organization.dissolved_on
    organization.dissolved_on = on
    organization.dissolution_reason = reason if on is not None else ""
    organization.successor = successor if on is not None else None
    if on is not None and on <= organization.established_on:
        raise DissolvedBeforeItIsEstablished(organization)
    if successor is not None and successor.pk == organization.pk:
        raise SucceedsItself
    save_if_changed(organization, by)
    if on is not None and on != before:
        refuse_members_from(on, organization=organization)
        _end_with(organization, on, by)
    return organization


def _end_with(organization: Organization, on: date, by: AbstractBaseUser | None) -> None:
    """End what ends when `organization` is dissolved on `on`."""
    for periods in (organization.coverage.all(), organization.memberships.filter(member__ended_on__lte=on)):
        end_with_owner(periods, on=on, by=by)


def refuse_members_from(day: date, *, organization: Organization) -> None:
    """Raise HasMembers where a relation with `organization` lasts on `day` or later, of whom is a member then."""
    lasting = Membership.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))
    count = lasting.filter(organization=organization).exclude(member__ended_on__lte=day).count()
    if count:
        raise HasMembers(count)
