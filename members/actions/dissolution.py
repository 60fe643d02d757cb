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
from members.actions.relations import NotInForce, move_relations, refuse_unless_in_force
from members.models import Member, Membership, Transfer
from orgs.actions.endings import end_with_owner
from orgs.actions.locking import locked
from orgs.actions.recording import delete_by, save_by, save_if_changed
from orgs.actions.refusals import Refusal
from orgs.models import Organization, OrganizationAct, OrganizationDeed

ENDS = (OrganizationAct.DISSOLVED, OrganizationAct.MERGED_INTO)
"""Deeds with which an organization ends."""


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


class SuccessorNotInForce(Refusal):
    """The successor exists when the organization ends."""

    def __init__(self, successor: Organization, on: date) -> None:
        super().__init__(
            _("%(organization)s does not exist on %(day)s; choose another successor.")
            % {"organization": successor, "day": on}
        )


class ChangedLater(Refusal):
    """What the organization did, or what it became, is stored of a later day."""

    def __init__(self, what: str, day: date) -> None:
        super().__init__(
            _("On record is %(day)s: %(what)s. Choose a later day, or correct that first.")
            % {"day": day, "what": what}
        )


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
    DissolvedBeforeItIsEstablished; ChangedLater; SucceedsItself; SuccessorNotInForce; HasMembers while a member's
    relation lasts on `on` or later and goes nowhere; HasOpenTransfers; OutlastsItsOwner or PostWithoutRelation where
    another period cannot end that day; MembersStay; TakesNobody; what `move_relations` raises.
    """
    if members_to is not None and members_to.pk == organization.pk:
        raise MembersStay
    about = (organization, members_to, successor)
    found = {row.pk: row for row in locked(row for row in about if row is not None)}
    organization = found[organization.pk]
    refuse_an_end(organization, on)
    if successor is not None:
        _refuse_successor(found[successor.pk], organization, on)
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
    """Raise AlreadyDissolved, DissolvedBeforeItIsEstablished or ChangedLater where it cannot end on `on`."""
    if organization.dissolved_on is not None:
        raise AlreadyDissolved(organization)
    if on <= organization.established_on:
        raise DissolvedBeforeItIsEstablished(organization)
    _refuse_what_came_later(organization, on)


def _refuse_what_came_later(organization: Organization, on: date) -> None:
    """Raise ChangedLater where a kind, an area or an election begins on `on` or later, or a deed is later."""
    acts = OrganizationAct
    later: list[tuple[date, str]] = [
        (day, str(label))
        for rows, name, label in (
            (organization.kinds, "valid_from", acts.KIND_CHANGED.label),
            (organization.areas, "valid_from", acts.AREA_CHANGED.label),
            (organization.elections, "held_on", _("election")),
        )
        for day in rows.filter(**{f"{name}__gte": on}).values_list(name, flat=True)
    ]
    deeds = organization.deeds.filter(on__gt=on).exclude(what__in=ENDS)
    later += [(deed.on, deed.get_what_display()) for deed in deeds]
    if later:
        day, what = min(later)
        raise ChangedLater(what, day)


def _refuse_successor(successor: Organization, organization: Organization, on: date) -> None:
    """Raise SucceedsItself, or SuccessorNotInForce where `successor` does not exist on `on`."""
    if successor.pk == organization.pk:
        raise SucceedsItself
    try:
        refuse_unless_in_force(successor, on)
    except NotInForce as refusal:
        raise SuccessorNotInForce(successor, on) from refusal


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
    Raises DissolvedBeforeItIsEstablished; ChangedLater; SucceedsItself; SuccessorNotInForce; HasMembers;
    HasOpenTransfers; OutlastsItsOwner; PostWithoutRelation.
    """
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    before, successor_before = organization.dissolved_on, organization.successor_id
    organization.dissolved_on = on
    organization.dissolution_reason = reason if on is not None else ""
    organization.successor = successor if on is not None else None
    if on is not None and on <= organization.established_on:
        raise DissolvedBeforeItIsEstablished(organization)
    if on is not None and on != before:
        _refuse_what_came_later(organization, on)
    if on is not None and successor is not None and (on, successor.pk) != (before, successor_before):
        _refuse_successor(successor, organization, on)
    save_if_changed(organization, by)
    if on != before:
        _correct_deeds(organization, on, by)
    if on is not None and on != before:
        refuse_members_from(on, organization=organization)
        refuse_transfers_under_way(organization)
        _end_with(organization, on, by)
    return organization


def _correct_deeds(organization: Organization, on: date | None, by: AbstractBaseUser | None) -> None:
    """Let the deeds of the end, on both sides, be of `on`; None: there was none."""
    deeds = OrganizationDeed.objects.select_for_update().filter(
        Q(organization=organization, what__in=ENDS) | Q(other=organization, what=OrganizationAct.TOOK_IN)
    )
    for deed in deeds.order_by("pk"):
        if on is None:
            delete_by(deed, by)
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
