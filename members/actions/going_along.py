"""What goes along with an organization that merges: its members' posts, and the transfers under way."""

from collections.abc import Collection
from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Min, Q, QuerySet
from django.utils.translation import gettext as _
from simple_history.utils import bulk_update_with_history

from members.actions.dissolution import belonging_on
from members.actions.relations import end_posts
from members.models import Member, Post, PostRole, Transfer
from orgs.actions.recording import BATCH
from orgs.actions.refusals import Refusal
from orgs.models import Organization


class TransferBetweenThem(Refusal):
    """A transfer from one of the two to the other is under way."""

    def __init__(self, transfer: Transfer) -> None:
        super().__init__(
            _(
                "A transfer of %(member)s between the two organizations is under way; "
                "receive, return or cancel it first."
            )
            % {"member": transfer.member}
        )


def locked_members(organization: Organization, on: date) -> list[Member]:
    """Who belongs to `organization` on `on`, locked together with whom its transfers and posts are about."""
    transfers = _open_transfers(organization).values("member")
    posts = Post.objects.filter(organization=organization).values("member")
    belonging = set(belonging_on(on, organization).values_list("member", flat=True))
    rows = Member.objects.select_for_update().filter(
        Q(pk__in=belonging_on(on, organization).values("member")) | Q(pk__in=transfers) | Q(pk__in=posts)
    )
    return [member for member in rows.order_by("pk") if member.pk in belonging]


def _open_transfers(organization: Organization) -> QuerySet[Transfer]:
    """The transfers under way from or to `organization`."""
    return Transfer.objects.open().filter(Q(origin=organization) | Q(destination=organization))


def move_transfers(organization: Organization, into: Organization, by: AbstractBaseUser | None) -> None:
    """Let the transfers under way from or to `organization` lead from or to `into`."""
    transfers = list(
        _open_transfers(organization).select_for_update(of=("self",)).select_related("member").order_by("pk")
    )
    for transfer in transfers:
        if into.pk in (transfer.origin_id, transfer.destination_id):
            raise TransferBetweenThem(transfer)
        if transfer.origin_id == organization.pk:
            transfer.origin = into
        else:
            transfer.destination = into
    if transfers:
        bulk_update_with_history(
            transfers, Transfer, ["origin", "destination"], default_user=by, batch_size=BATCH
        )


def posts_that_go_along(
    organization: Organization,
    into: Organization,
    members: Collection[int],
    on: date,
    by: AbstractBaseUser | None,
) -> list[Post]:
    """End the posts of `organization` on `on`; gives those, not saved, that `members` (keys) then hold in `into`.

    That is until the day until which they held them, and until the next election of `into`, which ends all posts,
    at the latest. Nobody gets a second post, and `into` no second secretary.
    """
    held = Post.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on))
    taken = list(held.filter(organization=into).values_list("member", "role"))
    holders = {member for member, _role in taken}
    elected_on = into.elections.filter(held_on__gt=on).aggregate(day=Min("held_on"))["day"]
    has_secretary = any(role == PostRole.SECRETARY for _member, role in taken)
    posts = list(held.filter(organization=organization).select_related("member").order_by("pk"))
    going = [
        Post(
            organization=into, member_id=post.member_id, role=post.role, duty=post.duty,
            valid_from=on, valid_to=min(filter(None, (post.valid_to, elected_on)), default=None),
        )
        for post in posts
        if post.member_id in members
        and post.member_id not in holders
        and not (has_secretary and post.role == PostRole.SECRETARY)
    ]  # fmt: skip
    end_posts([post.member for post in posts], [organization.pk], on=on, by=by)
    return going
