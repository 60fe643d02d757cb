"""Organizational relations move: on every day a member belongs to one organization, or to none."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from members.models import Member, Membership, Post, Transfer
from orgs.actions.locking import locked
from orgs.actions.recording import BATCH
from orgs.actions.refusals import Refusal
from orgs.actions.timelines import end_without_owner
from orgs.models import Organization


class DoesNotBelong(Refusal):
    """The member belongs to no organization that could be left on the day."""

    def __init__(self, member: Member, on: date) -> None:
        super().__init__(
            _("%(member)s belongs to no organization on the day before %(day)s.")
            % {"member": member, "day": on}
        )


class RelationIsSettled(Refusal):
    """What is stored already says where the member belongs on the day or later."""

    def __init__(self, member: Member, day: date) -> None:
        super().__init__(
            _(
                "The relations of %(member)s already change on %(day)s; choose a later day or correct them first."
            )
            % {"member": member, "day": day}
        )


class BelongsAlready(Refusal):
    """The member belongs to the organization that it would move to."""

    def __init__(self, member: Member) -> None:
        super().__init__(_("%(member)s belongs to this organization already.") % {"member": member})


class NotInForce(Refusal):
    """The organization does not exist on the day."""

    def __init__(self, organization: Organization, on: date) -> None:
        super().__init__(
            _("%(organization)s is not in force on %(day)s.") % {"organization": organization, "day": on}
        )


class HasOpenTransfer(Refusal):
    """A transfer of the member is under way, to be received, returned or cancelled first."""

    def __init__(self, member: Member) -> None:
        super().__init__(
            _("A transfer of %(member)s is under way; receive, return or cancel it first.")
            % {"member": member}
        )


def refuse_unless_in_force(organization: Organization, on: date) -> None:
    """Raise NotInForce where `organization` is not in force on `on`."""
    ended = organization.dissolved_on is not None and organization.dissolved_on <= on
    if ended or organization.established_on > on:
        raise NotInForce(organization, on)


def move_relations(
    *,
    members: Collection[Member],
    to: Organization | None,
    on: date,
    by: AbstractBaseUser | None,
    transfer: Transfer | None = None,
) -> list[Member]:
    """From `on` on, `members` belong to `to` (None: to none of the register); their posts end with the relations.

    Until the day before they belong where they did, so that each is counted once on every day. Call it inside
    a transaction, with the organizations locked; `transfer` is the one under way that this completes. Gives the
    members, locked. Raises DoesNotBelong; RelationIsSettled where a relation or a post changes on `on` or
    later; BelongsAlready; NotInForce; HasOpenTransfer. Domain rule 11.
    """
    if to is not None:
        refuse_unless_in_force(to, on)
    found = locked(members)
    keys = [member.pk for member in found]
    refuse_open_transfers(found, to=to, but=transfer)
    relations: dict[int, list[Membership]] = {key: [] for key in keys}
    rows = Membership.objects.select_for_update(of=("self",)).filter(member__in=keys).order_by("pk")
    for relation in rows.select_related("organization"):
        relations[relation.member_id].append(relation)
    left = [_left_on(on, member, relations[member.pk], to) for member in found]
    end_posts(found, [relation.organization_id for relation in left], on=on, by=by)
    for relation in left:
        relation.valid_to = on
    bulk_update_with_history(left, Membership, ["valid_to"], default_user=by, batch_size=BATCH)
    if to is not None:
        new = [
            Membership(member=member, organization=to, valid_from=on, valid_to=_end_of(member, to))
            for member in found
        ]
        bulk_create_with_history(new, Membership, default_user=by, batch_size=BATCH)
    return found


def open_relation(
    *,
    member: Member,
    to: Organization,
    on: date,
    by: AbstractBaseUser | None,
    transfer: Transfer | None = None,
) -> Membership:
    """`member`, who belongs to no organization, belongs to `to` from `on` on.

    Call it inside a transaction, with `to` and then `member` locked. Raises RelationIsSettled where a relation
    lasts on `on` or later; NotInForce; HasOpenTransfer.
    """
    refuse_unless_in_force(to, on)
    refuse_open_transfers([member], to=None, but=transfer)
    later = (
        member.memberships.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on))
        .order_by("valid_from")
        .first()
    )
    if later is not None:
        raise RelationIsSettled(member, max(later.valid_from, on))
    if member.ended_on is not None and member.ended_on <= on:
        raise RelationIsSettled(member, member.ended_on)
    relation = Membership(member=member, organization=to, valid_from=on, valid_to=_end_of(member, to))
    bulk_create_with_history([relation], Membership, default_user=by)
    return relation


def refuse_open_transfers(
    members: Sequence[Member], *, to: Organization | None, but: Transfer | None
) -> None:
    """Raise HasOpenTransfer where a transfer of `members`, other than `but`, would start from where they leave.

    One that starts from `to`, because its organization merged into that one, goes on from there.
    """
    open_ones: Any = Transfer.objects.open().filter(member__in=[member.pk for member in members])
    if but is not None:
        open_ones = open_ones.exclude(pk=but.pk)
    if to is not None:
        open_ones = open_ones.exclude(origin=to)
    found = open_ones.select_related("member").first()
    if found is not None:
        raise HasOpenTransfer(found.member)


def end_posts(
    members: Collection[Member], organizations: Collection[int], *, on: date, by: AbstractBaseUser | None
) -> None:
    """End on `on` the posts that `members` hold in `organizations` (keys).

    Raises RelationIsSettled where one begins on `on` or later.
    """
    posts = list(
        Post.objects.select_for_update(of=("self",))
        .filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=on), member__in=members, organization__in=organizations
        )
        .select_related("member")
        .order_by("pk")
    )
    for post in posts:
        if post.valid_from >= on:
            raise RelationIsSettled(post.member, post.valid_from)
        post.valid_to = on
    if posts:
        bulk_update_with_history(posts, Post, ["valid_to"], default_user=by, batch_size=BATCH)


def _left_on(
    on: date, member: Member, relations: Sequence[Membership], to: Organization | None
) -> Membership:
    """The relation of `member` that ends when it moves to `to` on `on`."""
    if member.ended_on is not None and member.ended_on <= on:
        raise RelationIsSettled(member, member.ended_on)
    later = [relation.valid_from for relation in relations if relation.valid_from >= on]
    if later:
        raise RelationIsSettled(member, min(later))
    current = max(relations, key=lambda relation: relation.valid_from, default=None)
    if current is None:
        raise DoesNotBelong(member, on)
    if end_without_owner(current, _end_of(member, current.organization)) is not None:
        if current.valid_to is not None and current.valid_to < on:
            raise DoesNotBelong(member, on)
        raise RelationIsSettled(member, current.valid_to or on)
    if current.valid_to is not None and current.valid_to < on:
        raise DoesNotBelong(member, on)
    if to is not None and current.organization_id == to.pk:
        raise BelongsAlready(member)
    return current


def _end_of(member: Member, organization: Organization) -> date | None:
    """The day on which a relation ends at the latest: with the membership or the organization."""
    return min((day for day in (member.ended_on, organization.dissolved_on) if day is not None), default=None)
