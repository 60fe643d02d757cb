"""A member enters the register, and is changed there."""

from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from members.actions.leaving import end_standings
from members.actions.posts import end_posts_without_relation
from members.models import Member, Membership
from orgs.actions.endings import end_with_owner
from orgs.actions.fitting import fit_to_owner
from orgs.actions.recording import Changes, save_by, save_if_changed
from orgs.actions.timelines import name_period
from orgs.models import Organization


def refuse_half_a_relation(organization: Organization | None, relation_from: date | None) -> None:
    """Raise ValidationError, at the one that is missing, where only one of the two is said."""
    if organization is not None and relation_from is None:
        message = _("Since when does the member belong to the organization?")
        raise ValidationError({"relation_from": message})
    if relation_from is not None and organization is None:
        message = _("Which organization does the member belong to since then?")
        raise ValidationError({"organization": message})


@transaction.atomic
def register_member(
    *,
    member: Member,
    organization: Organization | None,
    relation_from: date | None,
    relation_to: date | None = None,
    by: AbstractBaseUser | None,
) -> Member:
    """Enter `member`, not yet saved; with `organization`, belonging to it from `relation_from` on.

    The relation lasts until `relation_to`, the end of the membership or the dissolution. Raises
    ValidationError, at `valid_from` or `valid_to`, where a day does not fit these.
    """
    save_by(member, by)
    if organization is not None and relation_from is not None:
        organization = Organization.objects.select_for_update().get(pk=organization.pk)
        relation = Membership(
            member=member, organization=organization, valid_from=relation_from, valid_to=relation_to
        )
        relation.clean()
        fit_to_owner(relation, end=_end_of(relation))
        save_by(relation, by)
    return member


@transaction.atomic
def change_member(
    *,
    member: Member,
    relation: Membership | None = None,
    says_end: bool = True,
    by: AbstractBaseUser | None,
) -> Member:
    """Save what was changed in `member`, a stored one, and what goes with it.

    `relation`, not saved, is put among the relations; unless `says_end`, the one that has its first day
    keeps its end. On a new day of the end of the membership the open relation and standing end. Posts end
    with their relation. Raises ValidationError at a day of the relation; OutlastsItsOwner; PostWithoutRelation
    where a post begins outside of the relations.
    """
    stored = Member.objects.select_for_update().get(pk=member.pk)
    changes = Changes()
    if relation is not None:
        relation.organization = Organization.objects.select_for_update().get(pk=relation.organization_id)
        relation.member = member
        held = list(stored.memberships.select_related("organization").order_by("valid_from"))
        for other in held:
            other.member = member
        name_period(
            held, relation, content=("organization",), says_end=says_end, owner_ends=_end_of, changes=changes
        )
    save_if_changed(member, by)
    changes.save(by=by)
    if member.ended_on not in (None, stored.ended_on):
        end_with_owner(member.memberships.all(), on=member.ended_on, by=by)
        end_standings(member, on=member.ended_on, was=stored.ended_on, by=by)
    end_posts_without_relation(member.posts.all(), by=by)
    return member


def _end_of(relation: Membership) -> date | None:
    """The day on which `relation` ends at the latest: with the membership or the organization."""
    ends = (relation.member.ended_on, relation.organization.dissolved_on)
    return min((day for day in ends if day is not None), default=None)
