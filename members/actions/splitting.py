"""An organization is split: a new one takes a part of its enterprises and members."""

from collections.abc import Collection
from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from members.actions.dissolution import belonging_on
from members.actions.relations import move_relations, refuse_unless_in_force
from members.models import Member
from orgs.actions.handing import coverage_of_each, end_coverage
from orgs.actions.locking import locked
from orgs.actions.organization import establish
from orgs.actions.recording import save_by
from orgs.actions.refusals import Refusal
from orgs.models import (
    Area,
    Enterprise,
    Kind,
    Organization,
    OrganizationAct,
    OrganizationArea,
    OrganizationDeed,
)


class NothingGoes(Refusal):
    """A new organization takes an enterprise or a member along."""

    def __init__(self) -> None:
        super().__init__(_("Choose what goes to the new organization: an enterprise, a member or more."))


class BelongsElsewhere(Refusal):
    """Who goes to the new organization belongs to the one that is split."""

    def __init__(self, member: Member, organization: Organization, on: date) -> None:
        super().__init__(
            _("%(member)s does not belong to %(organization)s on %(day)s.")
            % {"member": member, "organization": organization, "day": on}
        )


class SplitsIntoAnotherSort(Refusal):
    """A community general branch is split into its like alone, and so are the others."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "A community general branch is split only into another one; "
                "what it brings to an organization of its own, it incubates."
            )
        )


class IsNoJointBranch(Refusal):
    """The organization is no joint branch on the day."""

    def __init__(self, organization: Organization, on: date) -> None:
        super().__init__(
            _("%(organization)s is no joint Party branch on %(day)s.")
            % {"organization": organization, "day": on}
        )


@transaction.atomic
def split(
    *,
    organization: Organization,
    new: Organization,
    kind: Kind,
    area: Area | None,
    enterprises: Collection[Enterprise],
    on: date,
    document: str,
    by: AbstractBaseUser | None,
    members: Collection[Member] | None = None,
) -> Organization:
    """Split `new`, not yet saved, off `organization`, of `kind` and in `area` from `on` on; gives it, saved.

    From `on` on it covers `enterprises`, which `organization` covered, and `members` belong to it (None: those
    who are employed by these enterprises today); their posts end. Unless `new` says otherwise, it has the same
    superior, and `document` is its approval. `organization` may be left with nothing.

    Raises NothingGoes; SplitsIntoAnotherSort; NotInForce; DoesNotCover; CoverageIsSettled;
    CoversAnotherEnterprise; BelongsElsewhere; HasOpenTransfer; RelationIsSettled; ValidationError where `new` does
    not fit, or its code is given already. Domain rules 5 and 11.
    """
    # Its superior, too, before enterprises and members: the new one is written beneath it.
    keys = {organization.pk, organization.superior_id, new.superior_id} - {None}
    found = {row.pk: row for row in locked(Organization(pk=key) for key in keys)}
    organization = found[organization.pk]
    refuse_unless_in_force(organization, on)
    branches = Organization.objects.community_general_branches()
    if branches.filter(pk=organization.pk).exists() != (kind == Kind.COMMUNITY_GENERAL_BRANCH):
        raise SplitsIntoAnotherSort
    enterprises = locked(enterprises)
    going = list(employed_members_on(on, organization, enterprises) if members is None else members)
    refuse_unless_belonging(going, organization, on)
    if not enterprises and not going:
        raise NothingGoes
    end_coverage(coverage_of_each(organization, enterprises, on), on=on, by=by)
    new.established_on = on
    new.superior = new.superior or organization.superior
    new.approval_number = new.approval_number or document
    new.full_clean()
    establish(organization=new, kind=kind, area=area, enterprises=enterprises, by=by)
    move_relations(members=going, to=new, on=on, by=by)
    for row, what, other in (
        (organization, OrganizationAct.GAVE_OFF, new),
        (new, OrganizationAct.SPLIT_OFF, organization),
    ):
        save_by(OrganizationDeed(organization=row, what=what, on=on, document=document, other=other), by)
    return new


@transaction.atomic
def stand_alone(
    *,
    organization: Organization,
    enterprise: Enterprise,
    code: str,
    name: str,
    on: date,
    document: str,
    by: AbstractBaseUser | None,
) -> Organization:
    """`enterprise` leaves the joint branch `organization` on `on` and has a branch of its own, with its members.

    Gives the branch. It counts where the joint branch counts. Raises IsNoJointBranch; what `split` raises. Domain
    rules 1 and 2.
    """
    kinds = organization.kinds.on(on).filter(kind=Kind.JOINT_BRANCH)
    if not kinds.exists():
        raise IsNoJointBranch(organization, on)
    place = OrganizationArea.objects.on(on).filter(organization=organization).select_related("area").first()
    return split(
        organization=organization,
        new=Organization(code=code, name=name),
        kind=Kind.BRANCH,
        area=None if place is None else place.area,
        enterprises=[enterprise],
        on=on,
        document=document,
        by=by,
    )


def employed_members_on(
    day: date, organization: Organization, enterprises: Collection[Enterprise]
) -> QuerySet[Member]:
    """Who belongs to `organization` on `day` and is employed by one of `enterprises` today."""
    belonging = belonging_on(day, organization).values("member")
    return Member.objects.filter(pk__in=belonging, employer__in=[row.pk for row in enterprises])


def refuse_unless_belonging(members: Collection[Member], organization: Organization, on: date) -> None:
    """Raise BelongsElsewhere where one of `members` does not belong to `organization` on `on`."""
    if not members:
        return
    belonging = set(belonging_on(on, organization).values_list("member", flat=True))
    for member in members:
        if member.pk not in belonging:
            raise BelongsElsewhere(member, organization, on)
