"""Posts of an organization: a full member holds one, at most while belonging to it and not stopped (domain rule 8)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from members.models import Election, Member, Membership, Post, Standing, StandingKind
from orgs.actions.recording import BATCH
from orgs.actions.refusals import Refusal
from orgs.actions.timelines import holds
from orgs.models import Organization
from orgs.periods import PeriodQuerySet
from record.origin import current_origin


class PostWithoutRelation(Refusal):
    """A post begins on a day on which its holder does not belong to the organization."""

    def __init__(self, post: Post) -> None:
        super().__init__(
            _(
                "%(member)s holds a post of %(organization)s from %(day)s on, and must belong to it on that day; "
                "correct the days of the relation."
            )
            % {"member": post.member, "organization": post.organization, "day": post.valid_from}
        )


class DoesNotBelongToIt(Refusal):
    """Who is to hold a post does not belong to the organization on the day."""

    def __init__(self, member: Member, on: date) -> None:
        super().__init__(
            _("%(member)s does not belong to the organization on %(day)s; transfer the relation first.")
            % {"member": member, "day": on}
        )


class IsNoFullMember(Refusal):
    """Who is to hold a post is no full member on the day, or one whose membership is stopped (domain rule 8)."""

    def __init__(self, member: Member, on: date) -> None:
        super().__init__(
            _("%(member)s is no full member on %(day)s; only full members are elected or appointed.")
            % {"member": member, "day": on}
        )


class PostIsSettled(Refusal):
    """What is stored already says who holds the post on the day or later."""

    def __init__(self, post: Post, day: date) -> None:
        super().__init__(
            _("The post of %(member)s already changes on %(day)s; choose a later day.")
            % {"member": post.member, "day": day}
        )


def refuse_unless_electable(members: Collection[Member], organization: Organization, on: date) -> None:
    """Raise DoesNotBelongToIt or IsNoFullMember where one of `members`, locked, can hold no post on `on`.

    Probationary members neither vote nor are elected (domain rule 8).
    """
    belonging = set(
        Membership.objects.on(on)
        .filter(organization=organization, member__in=members)
        .values_list("member", flat=True)
    )
    without_rights = Standing.objects.on(on).filter(
        member__in=members, kind__in=(StandingKind.STOPPED, StandingKind.NO_MEMBER)
    )
    full = set(
        Member.objects.full_on(on)
        .filter(pk__in=[member.pk for member in members])
        .exclude(pk__in=without_rights.values("member"))
        .values_list("pk", flat=True)
    )
    for member in members:
        if member.pk not in belonging:
            raise DoesNotBelongToIt(member, on)
        if member.pk not in full:
            raise IsNoFullMember(member, on)


def add_posts(
    posts: Sequence[Post], *, until: date | None, document: str = "", by: AbstractBaseUser | None
) -> None:
    """Save `posts`, new ones: each until the relation of its member ends, and until `until` at the latest.

    `document` stands in the history as the reason, before the author's.
    """
    for post, end in zip(posts, _ends_of_relations(posts), strict=True):
        post.valid_to = _day(min(end, until or date.max))
    bulk_create_with_history(
        posts, Post, batch_size=BATCH, default_user=by, default_change_reason=_reason(document)
    )


def end_posts_on(on: date, posts: Sequence[Post], *, document: str = "", by: AbstractBaseUser | None) -> None:
    """End `posts` of one organization, locked with it, on `on`; `document` stands as in `add_posts`.

    One that ends later by itself, with the relation or at the next election, ends on `on` now. Raises
    PostIsSettled where one begins on `on` or later, or ends later by a deed of its own.
    """
    held = sorted(
        Election.objects.filter(organization__in=[post.organization_id for post in posts]).values_list(
            "held_on", flat=True
        )
    )
    for post, end in zip(posts, _ends_of_relations(posts), strict=True):
        if post.valid_from >= on:
            raise PostIsSettled(post, post.valid_from)
        election = next((day for day in held if day > post.valid_from), date.max)
        if post.valid_to is not None and post.valid_to != min(end, election):
            raise PostIsSettled(post, post.valid_to)
    for post in posts:
        post.valid_to = on
    _save_ends(posts, document=document, by=by)


def end_posts_without_relation(posts: PeriodQuerySet[Post], *, by: AbstractBaseUser | None) -> None:
    """End those of `posts` that outlast the relation of their member with it, the membership or the organization.

    Call it after the change of these, inside its transaction, with the member or the organization locked.
    Raises PostWithoutRelation where one begins while the member does not belong to the organization.
    """
    outlasting, without = posts_outside_relations(posts)
    if without:
        raise PostWithoutRelation(without[0])
    _save_ends(outlasting, by=by)


def posts_outside_relations(posts: PeriodQuerySet[Post]) -> tuple[list[Post], list[Post]]:
    """Those of `posts`, locked, that outlast their relation, with the end that they must have, not saved.

    And those that begin while the member does not belong to the organization.
    """
    rows = list(posts.select_for_update(of=("self",)).select_related("member", "organization").order_by("pk"))
    outlasting, without = [], []
    for post, end in zip(rows, _ends_of_relations(rows), strict=True):
        if end <= post.valid_from:
            without.append(post)
        elif end < (post.valid_to or date.max):
            post.valid_to = end
            outlasting.append(post)
    return outlasting, without


def _ends_of_relations(posts: Sequence[Post]) -> list[date]:
    """The first day, not before its own, on which each post's member does not belong to it, or is stopped.

    The last day of all where there is none.
    """
    relations: dict[tuple[int, int], list[Membership]] = {}
    found = Membership.objects.filter(
        member__in={post.member_id for post in posts},
        organization__in={post.organization_id for post in posts},
    )
    for relation in found.order_by("valid_from"):
        relations.setdefault((relation.member_id, relation.organization_id), []).append(relation)
    stops: dict[int, list[Standing]] = {}
    for stop in Standing.objects.filter(
        member__in={post.member_id for post in posts}, kind=StandingKind.STOPPED
    ):
        stops.setdefault(stop.member_id, []).append(stop)
    return [
        min(
            _belongs_until(relations.get((post.member_id, post.organization_id), ()), post.valid_from),
            post.member.ended_on or date.max,
            post.organization.dissolved_on or date.max,
            *(stop.valid_from for stop in stops.get(post.member_id, ()) if _lasts(stop, post.valid_from)),
        )
        for post in posts
    ]


def _lasts(standing: Standing, day: date) -> bool:
    return standing.valid_to is None or standing.valid_to > day


def _belongs_until(relations: Iterable[Membership], day: date) -> date:
    """The first day from `day` on that none of `relations`, in their order, holds."""
    for relation in relations:
        if holds(relation, day):
            day = relation.valid_to or date.max
    return day


def _save_ends(posts: Sequence[Post], *, document: str = "", by: AbstractBaseUser | None) -> None:
    if posts:
        bulk_update_with_history(
            posts, Post, ["valid_to"], batch_size=BATCH, default_user=by,
            default_change_reason=_reason(document),
        )  # fmt: skip


def _reason(document: str) -> str | None:
    """The reason of a change in the history: the document that orders it, and what the author says."""
    return "; ".join(text for text in (document, current_origin().reason) if text) or None


def _day(end: date) -> date | None:
    return None if end == date.max else end
