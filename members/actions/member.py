"""A member enters the register, and leaves."""

from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from members.models import EndReason, Member, Membership
from orgs.actions.endings import end_with_owner
from orgs.actions.fitting import fit_to_owner
from orgs.actions.recording import save_by
from orgs.models import Organization


class AlreadyEnded(Exception):
    """The membership has a day of its end."""

    def __init__(self, member: Member) -> None:
        super().__init__(_("The membership already ended, on %(day)s.") % {"day": member.ended_on})


@transaction.atomic
def register_member(
    *,
    member: Member,
    organization: Organization | None,
    relation_from: date | None,
    by: AbstractBaseUser | None,
) -> Member:
    """Enter `member`, not yet saved; with `organization`, belonging to it from `relation_from` on.

    Raises ValidationError, at `valid_from`, where the organization is dissolved on that day.
    """
    save_by(member, by)
    if organization is not None and relation_from is not None:
        organization = Organization.objects.select_for_update().get(pk=organization.pk)
        relation = Membership(member=member, organization=organization, valid_from=relation_from)
        fit_to_owner(relation, end=organization.dissolved_on)
        save_by(relation, by)
    return member


@transaction.atomic
def end_membership(*, member: Member, on: date, reason: EndReason, by: AbstractBaseUser | None) -> Member:
    """End the membership of `member` on `on`, the first day without it, and the open relation.

    Raises AlreadyEnded; OutlastsItsOwner where a relation cannot end that day.
    """
    member = Member.objects.select_for_update().get(pk=member.pk)
    if member.ended_on is not None:
        raise AlreadyEnded(member)
    member.ended_on = on
    member.ended_reason = reason
    save_by(member, by)
    end_with_owner(member.memberships.all(), on=on, by=by)
    return member
