"""An enterprise merges into another one, which has its organizations and employees from then on."""

from collections.abc import Collection, Sequence
from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _
from simple_history.utils import bulk_update_with_history

from members.actions.enterprise import (
    employed_after,
    names_of,
    refuse_the_end,
    unusual_of,
    what_is_left_of_employees,
)
from members.models import Member
from members.models.member import MemberQuerySet
from orgs.actions.enterprise import close_enterprise
from orgs.actions.following import (
    area_on,
    coverage_and_kinds,
    covering_alone,
    lock_with_organizations,
    looks_after,
)
from orgs.actions.handing import CoverageIsSettled, lasting_coverage
from orgs.actions.locking import locked
from orgs.actions.moving import follow, refuse_unless_operating
from orgs.actions.organization import refuse_a_second_enterprise
from orgs.actions.recording import BATCH, save_by
from orgs.actions.refusals import Refusal
from orgs.models import (
    COUNTED_KINDS,
    STANDALONE_KINDS,
    Coverage,
    Enterprise,
    EnterpriseAct,
    EnterpriseDeed,
    Kind,
    Organization,
)


class MergesIntoItself(Refusal):
    """An enterprise merges into another one."""

    def __init__(self) -> None:
        super().__init__(_("An enterprise does not merge into itself; choose another one."))


class TwoOrganizationsOfOneEnterprise(Refusal):
    """The enterprise would have two standalone organizations of which neither is beneath the other."""

    def __init__(self, enterprise: Enterprise, organizations: Sequence[Organization]) -> None:
        self.organizations = organizations
        super().__init__(
            _(
                "%(enterprise)s would have several organizations of its own: %(names)s. Dissolve all but one of "
                "them by that day, or bring the others under it, first."
            )
            % {"enterprise": enterprise, "names": names_of(organizations)}
        )


@transaction.atomic
def merge_enterprises(
    *,
    enterprise: Enterprise,
    into: Enterprise,
    on: date,
    document: str,
    by: AbstractBaseUser | None,
    among: MemberQuerySet | None = None,
) -> Enterprise:
    """`enterprise` closes on `on`, merged into `into`, which has its organizations and employees from then on.

    Organizations that cover it cover `into` from that day on, and those that cover `into` alone lie where it
    lies. A community general branch does so only where `into` lies in its community and has no organization.
    Members whom it employs, and who have not left by `on`, have `into` as their employer, if they are `among` those
    whom `by` may change (None: all). Instructors and above-scale status end; titles stay with the old one. Gives
    `enterprise`.

    Raises MergesIntoItself; AlreadyClosed; ClosesBeforeItIsRegistered; DoesNotOperate where `into` does not
    operate on `on`; AreaIsSettled; EndsBeforeADeed; CoverageIsSettled; OutlastsItsOwner; CoversAnotherEnterprise;
    TwoOrganizationsOfOneEnterprise; CoveredMeanwhile. Domain rules 1 and 5.
    """
    if enterprise.pk == into.pk:
        raise MergesIntoItself
    rows = lock_with_organizations([enterprise, into], on=on)
    old, new = rows.enterprises[enterprise.pk], rows.enterprises[into.pk]
    refuse_the_end(old, on)
    refuse_unless_operating(new, on)
    rows_of_members = Member.objects.all() if among is None else among
    employees = locked(rows_of_members.filter(pk__in=employed_after(old, on).values("pk")))
    going = coverage_and_kinds(old, on)
    for coverage, _kind in going:
        lasting_coverage(coverage.organization, on, enterprises=[old])
    close_enterprise(enterprise=old, on=on, by=by)
    kept = {coverage.organization_id for coverage, _kind in coverage_and_kinds(new, on)}
    followers = _pass_on(going, new, kept, on, by)
    _refuse_two_of_its_own(new, followers, on)
    place = area_on(new, on)
    if place != area_on(old, on):
        alone = [row for row in covering_alone(new, on) if row.pk in followers]
        follow(alone, new, place, on=on, document=document, by=by)
    for member in employees:
        member.employer = new
    bulk_update_with_history(employees, Member, ["employer"], default_user=by, batch_size=BATCH)
    for row, what, other in (
        (old, EnterpriseAct.MERGED_INTO, new),
        (new, EnterpriseAct.TOOK_IN, old),
    ):
        save_by(EnterpriseDeed(enterprise=row, what=what, on=on, document=document, other=other), by)
    old.refresh_from_db()
    return old


def what_a_merger_leaves(enterprise: Enterprise, into: Enterprise, day: date) -> list[str]:
    """What an organizer is told when `enterprise` has merged into `into` on `day`."""
    rows = [(row.organization, kind) for row, kind in coverage_and_kinds(into, day) if kind in COUNTED_KINDS]
    own = [organization for organization, kind in rows if kind in STANDALONE_KINDS]
    joint = [organization for organization, kind in rows if kind == Kind.JOINT_BRANCH]
    found = what_is_left_of_employees(enterprise, day)
    if joint and (own or len(joint) > 1):
        found.append(
            _("%(enterprise)s is covered by several organizations now: %(names)s. End what it leaves.")
            % {"enterprise": into, "names": names_of([*own, *joint])}
        )
    return found + unusual_of(joint, day)


def _pass_on(
    going: Collection[tuple[Coverage, Kind]],
    into: Enterprise,
    kept: Collection[int],
    on: date,
    by: AbstractBaseUser | None,
) -> set[int]:
    """Let the organizations of `going`, but for those `kept`, cover `into` from `on` on; gives the keys of those.

    A community general branch comes last: it covers what has no organization.
    """
    followers = set()
    place = area_on(into, on)
    for coverage, kind in sorted(going, key=lambda pair: pair[1] == Kind.COMMUNITY_GENERAL_BRANCH):
        organization = coverage.organization
        if organization.pk in kept:
            continue
        if kind == Kind.COMMUNITY_GENERAL_BRANCH and (
            not looks_after(organization, place, on) or _has_an_organization(into, on)
        ):
            continue
        rivals = organization.coverage.filter(enterprise=into).select_related("organization", "enterprise")
        later = rivals.overlapping(on, None).order_by("valid_from").first()
        if later is not None:
            raise CoverageIsSettled(later, later.valid_from)
        ends = [day for day in (organization.dissolved_on, into.closed_on) if day is not None]
        row = Coverage(
            organization=organization, enterprise=into, valid_from=on, valid_to=min(ends, default=None)
        )
        save_by(row, by)
        refuse_a_second_enterprise(organization)
        followers.add(organization.pk)
    return followers


def _has_an_organization(enterprise: Enterprise, on: date) -> bool:
    return any(kind in COUNTED_KINDS for _coverage, kind in coverage_and_kinds(enterprise, on))


def _refuse_two_of_its_own(enterprise: Enterprise, new: Collection[int], on: date) -> None:
    """Raise TwoOrganizationsOfOneEnterprise where `new` ones stand beside others as organizations of `enterprise`.

    One beneath another is part of it: a committee may have branches in the same enterprise.
    """
    own = [row.organization for row, kind in coverage_and_kinds(enterprise, on) if kind in STANDALONE_KINDS]
    keys = {organization.pk for organization in own}
    tops = [organization for organization in own if organization.superior_id not in keys]
    if {organization.pk in new for organization in tops} == {True, False}:
        raise TwoOrganizationsOfOneEnterprise(enterprise, tops)
