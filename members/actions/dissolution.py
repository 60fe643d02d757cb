"""An organization is dissolved: it ends, with its coverage, once nobody belongs to it.

Its members may go to another organization on that day.
"""

from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.actions.posts import end_posts_without_relation
from members.actions.relations import move_relations, refuse_unless_in_force
from members.models import Member, Membership, Transfer
from orgs.actions.endings import end_with_owner
from orgs.actions.locking import locked
from orgs.actions.recording import save_by, save_if_changed
from orgs.actions.refusals import Refusal
from orgs.models import Organization, OrganizationAct, OrganizationDeed


class AlreadyDissolved(Refusal):
    """The organization has a day of dissolution."""

    def __init__(self, organization: Organization) -> None:
        super().__init__(_("It is already dissolved, on %(day)s.") % {"day": organization.dissolved_on})


class DissolvedBeforeItIsEstablished(Refusal):
    """An organization cannot be dissolved on the day of its establishment or before."""

    def __init__(self, organization: Organization) -> None:
        super().__init__(
            _("It must be dissolved after it is established, on %(day)s.")
            % {"day": organization.established_on}
        )


class SucceedsItself(Refusal):
    """The successor is another organization."""

    def __init__(self) -> None:
        super().__init__(_("An organization does not succeed itself."))


class HasMembers(Refusal):
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


class MembersStay(Refusal):
    """Who leaves an organization that is dissolved goes to another one."""

    def __init__(self) -> None:
        super().__init__(_("Choose another organization for the members: this one is dissolved."))


class TakesNobody(Refusal):
    """An organization with a day of its own dissolution is to go on with somebody or something."""

    def __init__(self, organization: Organization) -> None:
        super().__init__(
            _("%(organization)s is itself dissolved on %(day)s; choose the one that goes on.")
            % {"organization": organization, "day": organization.dissolved_on}
        )


class HasOpenTransfers(Refusal):
    """Somebody is being transferred from the organization or to it."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(
            ngettext(
                "%(count)d transfer from or to the organization is under way; "
                "let it be received, returned or cancelled first.",
                "%(count)d transfers from or to the organization are under way; "
                "let them be received, returned or cancelled first.",
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
    members_to: Organization | None = None,
    document: str = "",
) -> Organization:
    """End `organization` on `on`, with its coverage, posts and the open relations of those no longer members.

    With `members_to`, who belongs to it belongs to that organization from `on` on. Raises AlreadyDissolved;
    DissolvedBeforeItIsEstablished; SucceedsItself; HasMembers while a member's relation lasts on `on` or later
    and goes nowhere; HasOpenTransfers; OutlastsItsOwner or PostWithoutRelation where another
    period cannot end that day; MembersStay; TakesNobody; what `move_relations` raises.
    """
    if members_to is not None and members_to.pk == organization.pk:
        raise MembersStay
    found = {
        row.pk: row for row in locked([organization] if members_to is None else [organization, members_to])
    }
    organization = found[organization.pk]
    refuse_an_end(organization, on)
    if successor is not None and successor.pk == organization.pk:
        raise SucceedsItself
    if members_to is not None:
        members_to = found[members_to.pk]
        refuse_unless_it_goes_on(members_to, on)
        belonging = Member.objects.filter(pk__in=belonging_on(on, organization).values("member"))
        move_relations(members=belonging, to=members_to, on=on, by=by)
    end_organization(organization, on=on, reason=reason, successor=successor, by=by)
    deed = OrganizationDeed(
        organization=organization, what=OrganizationAct.DISSOLVED, on=on, document=document, other=members_to
    )
    save_by(deed, by)
    return organization


def refuse_an_end(organization: Organization, on: date) -> None:
    """Raise AlreadyDissolved or DissolvedBeforeItIsEstablished where `organization` cannot end on `on`."""
    if organization.dissolved_on is not None:
        raise AlreadyDissolved(organization)
    if on <= organization.established_on:
        raise DissolvedBeforeItIsEstablished(organization)


def refuse_unless_it_goes_on(organization: Organization, on: date) -> None:
    """Raise NotInForce or TakesNobody where `organization` is not in force on `on` and ever after."""
    refuse_unless_in_force(organization, on)
    if organization.dissolved_on is not None:
        raise TakesNobody(organization)


def belonging_on(day: date, organization: Organization) -> QuerySet[Membership]:
    """The relations with `organization` on `day` of who has not left the Party by then."""
    relations = Membership.objects.on(day).filter(organization=organization)
    return relations.exclude(member__ended_on__lte=day)


def end_organization(
    organization: Organization,
    *,
    on: date,
    reason: str,
    successor: Organization | None,
    by: AbstractBaseUser | None,
) -> None:
    """End `organization`, a locked one, on `on`, with what ends with it; whoever calls it writes the deed.

    Raises HasMembers; HasOpenTransfers; OutlastsItsOwner; PostWithoutRelation.
    """
    refuse_members_from(on, organization=organization)
    refuse_transfers_under_way(organization)
    organization.dissolved_on = on
    organization.dissolution_reason = reason
    organization.successor = successor
    save_by(organization, by)
    _end_with(organization, on, by)


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

    What ended with it stays ended, unless it ends earlier now; its deed tells of the new day, or there was none.
    Raises DissolvedBeforeItIsEstablished; SucceedsItself; HasMembers; HasOpenTransfers;
    OutlastsItsOwner; PostWithoutRelation.
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
    if on != before:
        _correct_deeds(organization, on, by)
    if on is not None and on != before:
        refuse_members_from(on, organization=organization)
        refuse_transfers_under_way(organization)
        _end_with(organization, on, by)
    return organization


def _correct_deeds(organization: Organization, on: date | None, by: AbstractBaseUser | None) -> None:
    """Let the deed of the dissolution be of `on`; None: there was none."""
    for deed in organization.deeds.select_for_update().filter(what=OrganizationAct.DISSOLVED):
        if on is None:
            deed._history_user = by  # type: ignore[attr-defined]  # read by django-simple-history
            deed.delete()
        else:
            deed.on = on
            save_by(deed, by)


def _end_with(organization: Organization, on: date, by: AbstractBaseUser | None) -> None:
    """End what ends when `organization` is dissolved on `on`."""
    for periods in (organization.coverage.all(), organization.memberships.filter(member__ended_on__lte=on)):
        end_with_owner(periods, on=on, by=by)
    end_posts_without_relation(organization.posts.all(), by=by)


def refuse_members_from(day: date, *, organization: Organization) -> None:
    """Raise HasMembers where a relation with `organization` lasts on `day` or later, of whom is a member then."""
    lasting = Membership.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))
    count = lasting.filter(organization=organization).exclude(member__ended_on__lte=day).count()
    if count:
        raise HasMembers(count)


def refuse_transfers_under_way(organization: Organization) -> None:
    """Raise HasOpenTransfers where an open transfer starts from `organization` or leads to it."""
    count = Transfer.objects.open().filter(Q(origin=organization) | Q(destination=organization)).count()
    if count:
        raise HasOpenTransfers(count)
