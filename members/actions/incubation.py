"""Incubation (孵化): a community general branch looks after enterprises until they form organizations of their own."""

from collections.abc import Collection
from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from members.actions.relations import move_relations, refuse_unless_in_force
from members.actions.splitting import refuse_unless_belonging
from members.models import Member
from orgs.actions.fitting import fit_to_owner
from orgs.actions.handing import coverage_of_each, end_coverage, lasting_coverage
from orgs.actions.locking import locked
from orgs.actions.organization import establish
from orgs.actions.recording import save_by
from orgs.actions.refusals import Refusal
from orgs.models import (
    COUNTED_KINDS,
    Area,
    Coverage,
    Enterprise,
    Initiative,
    Kind,
    Organization,
    OrganizationAct,
    OrganizationDeed,
)
from orgs.periods import PeriodQuerySet, holds_on
from record.origin import because, current_origin


class IsNoCommunityGeneralBranch(Refusal):
    """Only a community general branch looks after enterprises and incubates organizations."""

    def __init__(self, organization: Organization) -> None:
        super().__init__(
            _("%(organization)s is no community general Party branch.") % {"organization": organization}
        )


class LooksAfterAlready(Refusal):
    """The branch looks after the enterprise on the day."""

    def __init__(self, enterprise: Enterprise) -> None:
        super().__init__(
            _("This branch looks after %(enterprise)s on that day already.") % {"enterprise": enterprise}
        )


class HasItsOwnOrganization(Refusal):
    """An enterprise with an organization of its own, alone or with others, needs nobody to look after it."""

    def __init__(self, coverage: Coverage, on: date) -> None:
        super().__init__(
            _("%(enterprise)s has an organization on %(day)s: %(organization)s.")
            % {"enterprise": coverage.enterprise, "day": on, "organization": coverage.organization}
        )


class IncubatesForNobody(Refusal):
    """What is incubated is the organization of an enterprise, of one of the counted kinds."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Choose the enterprises that get the organization, and another kind than community general branch."
            )
        )


@transaction.atomic
def look_after(
    *,
    branch: Organization,
    enterprise: Enterprise,
    on: date,
    document: str,
    by: AbstractBaseUser | None,
) -> Coverage:
    """From `on` on, the community general branch `branch` looks after `enterprise`; gives that coverage.

    It ends, unless it is ended before, on the day on which the enterprise is known to get an organization of its
    own, with the branch or with the enterprise. `document` stands as its reason in the history. Raises
    IsNoCommunityGeneralBranch; NotInForce; LooksAfterAlready; HasItsOwnOrganization; CoverageIsSettled;
    ValidationError where the enterprise is closed by then.
    """
    branch = _locked_branch(branch, on)
    (enterprise,) = locked([enterprise])
    if lasting_coverage(branch, on, enterprises=[enterprise]):
        raise LooksAfterAlready(enterprise)
    refuse_an_organization_of_its_own([enterprise], on)
    own = _own_coverage().filter(enterprise=enterprise, valid_from__gt=on).order_by("valid_from").first()
    coverage = Coverage(organization=branch, enterprise=enterprise, valid_from=on)
    ends = (branch.dissolved_on, enterprise.closed_on, None if own is None else own.valid_from)
    fit_to_owner(coverage, end=min((day for day in ends if day is not None), default=None))
    with because(" ".join(filter(None, (current_origin().reason, document)))):
        save_by(coverage, by)
    return coverage


@transaction.atomic
def stop_looking_after(
    *, branch: Organization, enterprise: Enterprise, on: date, by: AbstractBaseUser | None
) -> None:
    """On `on` the community general branch `branch` no longer looks after `enterprise`.

    Raises IsNoCommunityGeneralBranch; NotInForce; DoesNotCover; CoverageIsSettled.
    """
    branch = _locked_branch(branch, on)
    enterprises = locked([enterprise])
    end_coverage(coverage_of_each(branch, enterprises, on), on=on, by=by)


@transaction.atomic
def incubate(
    *,
    branch: Organization,
    organization: Organization,
    kind: Kind,
    area: Area | None,
    enterprises: Collection[Enterprise],
    on: date,
    initiated_by: Initiative | None,
    document: str,
    by: AbstractBaseUser | None,
    members: Collection[Member] = (),
) -> Organization:
    """`branch` brings `enterprises` to an organization of their own: `organization`, not yet saved; gives it, saved.

    It is established on `on`, of `kind` and in `area`, with `document` as its approval; `branch`, which remains its
    incubator, looks after these enterprises no longer, and `members`, who belonged to it, belong to the new one.

    Raises IncubatesForNobody; IsNoCommunityGeneralBranch; NotInForce; HasItsOwnOrganization; CoverageIsSettled;
    CoversAnotherEnterprise; CoversAClosedEnterprise; BelongsElsewhere; HasOpenTransfer; RelationIsSettled;
    ValidationError where `organization` does not fit, or its code is given already.
    """
    if not enterprises or kind not in COUNTED_KINDS:
        raise IncubatesForNobody
    branch = _locked_branch(branch, on)
    enterprises = locked(enterprises)
    refuse_an_organization_of_its_own(enterprises, on, also_later=True)
    refuse_unless_belonging(members, branch, on)
    end_coverage(lasting_coverage(branch, on, enterprises=enterprises), on=on, by=by)
    organization.established_on = on
    organization.incubated_by = branch
    organization.initiated_by = initiated_by or ""
    organization.approval_number = document
    organization.full_clean()
    establish(organization=organization, kind=kind, area=area, enterprises=enterprises, by=by)
    if members:
        move_relations(members=members, to=organization, on=on, by=by)
    for row, what, other in (
        (branch, OrganizationAct.INCUBATED, organization),
        (organization, OrganizationAct.ESTABLISHED, branch),
    ):
        save_by(OrganizationDeed(organization=row, what=what, on=on, document=document, other=other), by)
    return organization


def refuse_an_organization_of_its_own(
    enterprises: Collection[Enterprise], on: date, *, also_later: bool = False
) -> None:
    """Raise HasItsOwnOrganization where an organization of the counted kinds covers one of `enterprises` on `on`.

    With `also_later` also where one is known to do so from a later day on.
    """
    in_force = holds_on(on, prefix="organization__", start="established_on", end="dissolved_on")
    own = _own_coverage().filter(enterprise__in=[enterprise.pk for enterprise in enterprises])
    rows = own.overlapping(on, None) if also_later else own.on(on).filter(in_force)
    if (first := rows.order_by("valid_from", "pk").first()) is not None:
        raise HasItsOwnOrganization(first, max(on, first.valid_from))


def _own_coverage() -> PeriodQuerySet[Coverage]:
    """Coverage by organizations of the counted kinds."""
    counted = Organization.objects.without_community_general_branches()
    return Coverage.objects.filter(organization__in=counted).select_related("organization", "enterprise")


def _locked_branch(branch: Organization, on: date) -> Organization:
    """`branch`, locked; raises IsNoCommunityGeneralBranch; NotInForce."""
    found = Organization.objects.select_for_update().get(pk=branch.pk)
    if not Organization.objects.community_general_branches().filter(pk=found.pk).exists():
        raise IsNoCommunityGeneralBranch(found)
    refuse_unless_in_force(found, on)
    return found
