"""Members are appointed to posts, and relieved of them, between elections."""

from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from members.actions.committees import refuse_wrong_size
from members.actions.posts import add_posts, end_posts_on, refuse_unless_electable
from members.actions.relations import refuse_unless_in_force
from members.models import Member, Post, PostRole
from orgs.actions.locking import locked
from orgs.actions.refusals import Refusal
from orgs.models import Organization


class HoldsThePostAlready(Refusal):
    """The member holds this very post on the day."""

    def __init__(self, member: Member) -> None:
        super().__init__(_("%(member)s holds this post already.") % {"member": member})


class HoldsNoPost(Refusal):
    """There is no post to relieve the member of on the day."""

    def __init__(self, member: Member, on: date) -> None:
        super().__init__(
            _("%(member)s holds no post of the organization that could end on %(day)s.")
            % {"member": member, "day": on}
        )


@transaction.atomic
def appoint(
    *,
    organization: Organization,
    member: Member,
    role: PostRole,
    duty: str = "",
    on: date,
    document: str,
    by: AbstractBaseUser | None,
) -> Post:
    """`member` holds the post `role` of `organization` from `on` on, until the next election at the latest.

    Another post of the member there ends that day, and a new secretary takes the post of the one before.
    `document` stands in the history of the post, as the reason. Raises NotInForce; DoesNotBelongToIt;
    IsNoFullMember; HoldsThePostAlready; PostIsSettled where a post that would end begins or ends later by a
    deed of its own; CommitteeOfWrongSize where a branch would have more than a committee has at most.
    """
    organization = locked([organization])[0]
    refuse_unless_in_force(organization, on)
    later = organization.elections.filter(held_on__gt=on).order_by("held_on").first()
    until = later.held_on if later is not None else None
    posts = organization.posts.overlapping(on, until)
    locked([member, *Member.objects.filter(posts__in=posts)])
    member = Member.objects.get(pk=member.pk)
    refuse_unless_electable([member], organization, on)
    ending = []
    for post in posts.select_for_update(of=("self",)).select_related("member", "organization").order_by("pk"):
        if post.member_id == member.pk and (post.role, post.duty) == (role, duty):
            raise HoldsThePostAlready(member)
        if post.member_id == member.pk or role == post.role == PostRole.SECRETARY:
            ending.append(post)
    end_posts_on(on, ending, document=document, by=by)
    post = Post(organization=organization, member=member, role=role, duty=duty, valid_from=on)
    add_posts([post], until=until, document=document, by=by)
    refuse_wrong_size(organization, on, also_too_small=False)
    return post


@transaction.atomic
def relieve(
    *, organization: Organization, member: Member, on: date, document: str, by: AbstractBaseUser | None
) -> Post:
    """`member` no longer holds a post of `organization` from `on` on.

    `document` stands in the history of the post, as the reason. Raises HoldsNoPost; PostIsSettled where the
    post ends later by a deed of its own.
    """
    organization = locked([organization])[0]
    member = locked([member])[0]
    posts = organization.posts.on(on).filter(member=member, valid_from__lt=on)
    post = posts.select_for_update(of=("self",)).select_related("member", "organization").first()
    if post is None:
        raise HoldsNoPost(member, on)
    end_posts_on(on, [post], document=document, by=by)
    return post
