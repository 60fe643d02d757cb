"""All members of an organization move to another one at once."""

from collections.abc import Collection
from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.actions.relations import move_relations
from members.models import Member, Membership, Transfer
from orgs.actions.locking import locked
from orgs.actions.recording import save_by
from orgs.actions.refusals import Refusal
from orgs.models import Organization, OrganizationAct, OrganizationDeed

NAMED = 10
"""Members whom a refusal names; more are counted."""


class MovesToItself(Refusal):
    """Members move to another organization."""

    def __init__(self) -> None:
        super().__init__(_("The members belong to this organization already; choose another one."))


class NobodyBelongs(Refusal):
    """There is nobody to move on the day."""

    def __init__(self, organization: Organization, on: date) -> None:
        super().__init__(
            _("Nobody belongs to %(organization)s on %(day)s.") % {"organization": organization, "day": on}
        )


class SomeCannotMove(Refusal):
    """Of some members a transfer is under way, or the relation changes on the day or later."""

    def __init__(self, members: Collection[Member], on: date) -> None:
        self.count = len(members)
        names = [str(member) for member in members]
        if len(names) > NAMED:
            names[NAMED:] = ["…"]
        super().__init__(
            ngettext(
                "%(count)d member cannot move on %(day)s, as a transfer is under way or the relation "
                "changes on that day or later: %(names)s.",
                "%(count)d members cannot move on %(day)s, as a transfer is under way or the relation "
                "changes on that day or later: %(names)s.",
                self.count,
            )
            % {"count": self.count, "day": on, "names": ", ".join(names)}
        )


@transaction.atomic
def move_members(
    *,
    organization: Organization,
    to: Organization,
    on: date,
    document: str,
    by: AbstractBaseUser | None,
) -> list[Member]:
    """All who belong to `organization` on `on` belong to `to` from that day on; nobody moves where one cannot.

    The deed of both organizations has the number of `document`. A constant number of statements for each 500
    members. Raises MovesToItself; NobodyBelongs; SomeCannotMove; NotInForce; and for posts that begin later,
    RelationIsSettled.
    """
    if organization.pk == to.pk:
        raise MovesToItself
    found = {row.pk: row for row in locked([organization, to])}
    organization, to = found[organization.pk], found[to.pk]
    relations = Membership.objects.on(on).filter(organization=organization)
    members = locked(Member(pk=key) for key in relations.values_list("member", flat=True))
    if not members:
        raise NobodyBelongs(organization, on)
    unmovable = _unmovable(organization, on)
    if unmovable:
        raise SomeCannotMove(unmovable, on)
    moved = move_relations(members=members, to=to, on=on, by=by)
    for side, other in ((organization, to), (to, organization)):
        deed = OrganizationDeed(
            organization=side, what=OrganizationAct.MEMBERS_MOVED, other=other, on=on, document=document
        )
        save_by(deed, by)
    return moved


def _unmovable(organization: Organization, on: date) -> list[Member]:
    """Those who belong to `organization` on `on` and cannot leave it that day, in the order of their numbers."""
    relations = Membership.objects.on(on).filter(organization=organization)
    # What ends with the membership or the organization was not ended by itself.
    settled = relations.exclude(valid_to=None).exclude(valid_to=F("member__ended_on"))
    if organization.dissolved_on is not None:
        settled = settled.exclude(valid_to=organization.dissolved_on)
    reasons = (
        Q(pk__in=settled.values("member"))
        | Q(pk__in=Membership.objects.filter(valid_from__gte=on).values("member"))
        | Q(pk__in=Transfer.objects.open().values("member"))
    )
    return list(Member.objects.filter(reasons, pk__in=relations.values("member")).order_by("member_no"))
