"""An enterprise closes, and what covers nothing without it is dissolved."""

from collections.abc import Collection, Sequence
from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from members.actions.dissolution import end_organization, refuse_an_end, refuse_unless_it_goes_on
from members.actions.relations import move_relations
from members.models import Member, Membership
from members.models.member import MemberQuerySet
from orgs.actions.enterprise import close_enterprise, refuse_closing
from orgs.actions.following import AreaIsSettled, covering_alone, lock_with_organizations
from orgs.actions.organization import what_is_unusual
from orgs.actions.recording import save_by
from orgs.actions.refusals import Refusal
from orgs.models import (
    Enterprise,
    EnterpriseAct,
    EnterpriseDeed,
    Organization,
    OrganizationAct,
    OrganizationDeed,
)


class WouldCoverNothing(Refusal):
    """Organizations in force would cover no enterprise any more: what becomes of them is to be decided first."""

    def __init__(self, organizations: Sequence[Organization]) -> None:
        self.organizations = organizations
        super().__init__(
            ngettext(
                "%(names)s would cover no enterprise any more. Dissolve it that day, or let it cover another "
                "enterprise first.",
                "%(names)s would cover no enterprise any more. Dissolve them that day, or let each cover another "
                "enterprise first.",
                len(organizations),
            )
            % {"names": names_of(organizations)}
        )


class MembersGoNowhere(Refusal):
    """Somebody belongs to an organization that is dissolved, and it is not said where they go."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(
            ngettext(
                "%(count)d member belongs to an organization that is dissolved with it; say where that member goes.",
                "%(count)d members belong to organizations that are dissolved with it; say where they go.",
                count,
            )
            % {"count": count}
        )


class MembersGoToWhatEnds(Refusal):
    """The organization to which members would go is dissolved with the enterprise."""

    def __init__(self, organization: Organization) -> None:
        super().__init__(
            _("%(organization)s is dissolved with it; choose another organization for the members.")
            % {"organization": organization}
        )


class EndsBeforeADeed(Refusal):
    """A deed of the enterprise is stored of a later day."""

    def __init__(self, deed: EnterpriseDeed) -> None:
        super().__init__(
            _("On record is %(day)s: %(what)s. Choose a later day, or correct that first.")
            % {"day": deed.on, "what": deed.get_what_display()}
        )


@transaction.atomic
def close(
    *,
    enterprise: Enterprise,
    on: date,
    document: str,
    by: AbstractBaseUser | None,
    dissolve_organizations: bool = False,
    members_to: Organization | None = None,
) -> Enterprise:
    """Close `enterprise` on `on`; its coverage, instructors and above-scale status end that day.

    Organizations that would cover no enterprise any more are dissolved that day with
    `dissolve_organizations`, and who belongs to them goes to `members_to`; community general branches
    stay. Titles and practices stay with the enterprise, and so do the members whom it employs.

    Raises AlreadyClosed; ClosesBeforeItIsRegistered; AreaIsSettled where it moves on `on` or later; EndsBeforeADeed;
    OutlastsItsOwner where a period cannot end that day; WouldCoverNothing; MembersGoNowhere;
    MembersGoToWhatEnds; TakesNobody; CoveredMeanwhile; what `move_relations` raises. Domain rule 5.
    """
    rows = lock_with_organizations([enterprise], on=on, also=[members_to])
    found = rows.enterprises[enterprise.pk]
    refuse_the_end(found, on)
    left = covering_alone(found, on)
    if left and not dissolve_organizations:
        raise WouldCoverNothing(left)
    emptied = _empty(left, members_to, on, by)
    closed = close_enterprise(enterprise=found, on=on, by=by)
    for organization in left:
        refuse_an_end(organization, on)
        end_organization(organization, on=on, reason="", successor=None, by=by)
        deed = OrganizationDeed(
            organization=organization, what=OrganizationAct.DISSOLVED, on=on, document=document,
            enterprise=closed, other=members_to if organization.pk in emptied else None,
        )  # fmt: skip
        save_by(deed, by)
    save_by(EnterpriseDeed(enterprise=closed, what=EnterpriseAct.CLOSED, on=on, document=document), by)
    return closed


def what_a_closing_leaves(enterprise: Enterprise, day: date) -> list[str]:
    """What an organizer is told when `enterprise` has closed on `day`: employees, and joint branches left with few."""
    ended = enterprise.coverage.filter(valid_to=day).select_related("organization")
    left = [row.organization for row in ended.order_by("organization__code")]
    return what_is_left_of_employees(enterprise, day) + unusual_of(left, day)


def employed_after(enterprise: Enterprise, day: date) -> MemberQuerySet:
    """Whom `enterprise` employs today, without those whose membership has ended by `day`."""
    return Member.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day), employer=enterprise)


def what_is_left_of_employees(enterprise: Enterprise, day: date) -> list[str]:
    """What an organizer is told about employees of `enterprise`, which has ended on `day`."""
    count = employed_after(enterprise, day).count()
    if not count:
        return []
    text = ngettext(
        "It still is the employer of %(count)d person; enter the new one.",
        "It still is the employer of %(count)d persons; enter the new ones.",
        count,
    )
    return [text % {"count": count}]


def unusual_of(organizations: Collection[Organization], day: date) -> list[str]:
    """What is unusual about each of `organizations` on `day`, with its name."""
    return [f"{row}: {text}" for row in organizations for text in what_is_unusual(row, day)]


def refuse_the_end(enterprise: Enterprise, on: date) -> None:
    """Raise what keeps `enterprise` from ending on `on`."""
    refuse_closing(enterprise, on)
    later = enterprise.areas.filter(valid_from__gte=on).order_by("valid_from").first()
    if later is not None:
        raise AreaIsSettled(enterprise, later.valid_from)
    deed = enterprise.deeds.filter(on__gt=on).order_by("on").first()
    if deed is not None:
        raise EndsBeforeADeed(deed)


def _empty(
    organizations: Collection[Organization],
    members_to: Organization | None,
    on: date,
    by: AbstractBaseUser | None,
) -> set[int]:
    """Let who belongs to `organizations`, locked ones, belong to `members_to` from `on` on.

    Gives the keys of those that somebody left.
    """
    belonging = Membership.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on), organization__in=organizations
    ).exclude(member__ended_on__lte=on)
    members = list(Member.objects.filter(pk__in=belonging.values("member")))
    if not members:
        return set()
    if members_to is None:
        raise MembersGoNowhere(len(members))
    if members_to in organizations:
        raise MembersGoToWhatEnds(members_to)
    refuse_unless_it_goes_on(Organization.objects.get(pk=members_to.pk), on)
    left = set(belonging.values_list("organization", flat=True))
    move_relations(members=members, to=members_to, on=on, by=by)
    return left


def names_of(organizations: Collection[Organization]) -> str:
    """The names of `organizations` for a sentence."""
    return pgettext("between names", ", ").join(str(organization) for organization in organizations)
